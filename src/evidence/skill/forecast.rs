//! The forecast of an ensemble: in how many replicates a state had a grade, or a law, in a year.

use crate::evidence::frame::Frame;
use crate::evidence::record::Record;
use crate::model::world::MOST_GRADES;
use std::ops::Deref;

/// Probabilities of as many categories as there are, in order: grades, best first, or not adopted and adopted.
///
/// ```
/// use suasion::evidence::skill::forecast::Chances;
/// let (even, sure) = (Chances::new(&[0.5, 0.5]), Chances::certain(3, 1));
/// assert_eq!((even.len(), even[1], &sure[..]), (2, 0.5, &[0.0, 1.0, 0.0][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chances {
    all: [f64; MOST_GRADES],
    of: usize,
}

impl Chances {
    /// Of some probabilities.
    ///
    /// # Panics
    /// If there are more of them than grades that a regime may have.
    pub fn new(p: &[f64]) -> Chances {
        let mut all = [0.0; MOST_GRADES];
        all[..p.len()].copy_from_slice(p);
        Chances { all, of: p.len() }
    }

    /// The one category for certain, of so many.
    pub fn certain(of: usize, category: usize) -> Chances {
        let all = std::array::from_fn(|k| f64::from(u8::from(k == category)));
        Chances { all, of }
    }

    /// Shares of counts, of so many categories; none where nothing was counted.
    pub fn of_counts(counts: &[u32; MOST_GRADES], of: usize) -> Option<Chances> {
        let total: u32 = counts.iter().sum();
        (total > 0).then(|| Chances { all: counts.map(|count| f64::from(count) / f64::from(total)), of })
    }
}

impl Deref for Chances {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.all[..self.of]
    }
}

/// Counts over replicates; forecasts of parts of an ensemble add up to that of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    years: usize,
    replicates: u32,
    /// Grades that there are.
    grades: usize,
    /// By state, year and grade.
    tiers: Vec<[u32; MOST_GRADES]>,
    /// By state and year.
    laws: Vec<u32>,
}

impl Forecast {
    /// Of no replicate.
    pub fn new(frame: &Frame) -> Forecast {
        let cells = frame.states() * frame.years;
        let (tiers, laws) = (vec![[0; MOST_GRADES]; cells], vec![0; cells]);
        Forecast { years: frame.years, replicates: 0, grades: frame.grades, tiers, laws }
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

    /// Probabilities of the grades in a year, best first, given that the state is rated; none where it never is.
    pub fn tier(&self, state: usize, year: usize) -> Option<Chances> {
        Chances::of_counts(&self.tiers[state * self.years + year], self.grades)
    }

    /// Probability of having a law by the end of a year.
    pub fn law(&self, state: usize, year: usize) -> f64 {
        f64::from(self.laws[state * self.years + year]) / f64::from(self.replicates.max(1))
    }
}
