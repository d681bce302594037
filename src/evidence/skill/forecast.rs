//! The forecast of an ensemble: in how many replicates a state had a grade, or a law, in a year.

use crate::evidence::frame::Frame;
use crate::evidence::record::Record;

/// Grades that a rated state may have: 1 to 4, for tier 1, 2, 2WL, 3.
pub const GRADES: usize = 4;

/// Counts over replicates; forecasts of parts of an ensemble add up to that of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    years: usize,
    replicates: u32,
    /// By state, year and grade.
    tiers: Vec<[u32; GRADES]>,
    /// By state and year.
    laws: Vec<u32>,
}

impl Forecast {
    /// Of no replicate.
    pub fn new(frame: &Frame) -> Forecast {
        let cells = frame.states() * frame.years;
        Forecast { years: frame.years, replicates: 0, tiers: vec![[0; GRADES]; cells], laws: vec![0; cells] }
    }

    /// Counts the record of a replicate.
    pub fn add(&mut self, record: &Record) {
        self.replicates += 1;
        for (counts, grade) in self.tiers.iter_mut().zip(&record.tiers) {
            if let Some(count) = usize::from(*grade).checked_sub(1).and_then(|k| counts.get_mut(k)) {
                *count += 1;
            }
        }
        for (state, law) in record.law.iter().enumerate() {
            let cells = &mut self.laws[state * self.years..(state + 1) * self.years];
            let from = (*law).clamp(0, self.years as i16) as usize;
            cells[from..].iter_mut().for_each(|count| *count += 1);
        }
    }

    /// Adds the counts of other replicates of the same frame.
    pub fn merge(&mut self, other: &Forecast) {
        self.replicates += other.replicates;
        for (mine, theirs) in self.tiers.iter_mut().zip(&other.tiers) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        self.laws.iter_mut().zip(&other.laws).for_each(|(a, b)| *a += b);
    }

    /// Probabilities of tier 1, 2, 2WL and 3 in a year, given that the state is rated; none where it never is.
    pub fn tier(&self, state: usize, year: usize) -> Option<[f64; GRADES]> {
        let counts = &self.tiers[state * self.years + year];
        let total: u32 = counts.iter().sum();
        (total > 0).then(|| counts.map(|count| f64::from(count) / f64::from(total)))
    }

    /// Probability of having a law by the end of a year.
    pub fn law(&self, state: usize, year: usize) -> f64 {
        f64::from(self.laws[state * self.years + year]) / f64::from(self.replicates.max(1))
    }
}
