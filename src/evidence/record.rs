//! What an observer sees of the states over the years, whoever made it: history or a replicate.

use crate::evidence::frame::Frame;
use crate::model::observation::SCORES;
use crate::scenario::Observed;

/// Year of an adoption that has not come by the end of the record.
pub const NEVER: i16 = i16::MAX;
/// Year of an adoption before the record begins.
pub const BEFORE: i16 = -1;

/// Tiers, adoptions, scores of practice and sanctions by state and year; years count from the first of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Years.
    pub years: usize,
    /// Grade by state, then year: 0 not rated, then from 1 on best first.
    pub tiers: Vec<u8>,
    /// Year in which a state adopted the law, [`BEFORE`] or [`NEVER`].
    pub law: Vec<i16>,
    /// Year in which a state became party to the convention, [`BEFORE`] or [`NEVER`].
    pub convention: Vec<i16>,
    /// Scores of prosecution, protection and prevention by state, then year: 1 to 5; 0: none.
    pub practice: [Vec<u8>; 3],
    /// Whether sanctions were imposed, by state, then year: 0 not known, 1 no, 2 yes.
    pub sanctions: Vec<u8>,
}

impl Record {
    /// A record of nothing.
    pub fn empty(states: usize, years: usize) -> Record {
        let cells = vec![0; states * years];
        Record {
            years,
            tiers: cells.clone(),
            law: vec![NEVER; states],
            convention: vec![NEVER; states],
            practice: [cells.clone(), cells.clone(), cells.clone()],
            sanctions: cells,
        }
    }

    /// The historical record, in the years of the run.
    ///
    /// ```
    /// use suasion::evidence::{frame::Frame, record::{BEFORE, NEVER, Record}};
    /// let scenario = suasion::scenario::Scenario::load("asean").unwrap().build().unwrap();
    /// let frame = Frame::new(&scenario);
    /// let record = Record::observed(&scenario.observed, &frame);
    /// let indonesia = 1;
    /// assert_eq!((record.tier(indonesia, 0), record.law[indonesia]), (4, 6)); // tier 3 in 2001, a law in 2007
    /// assert_eq!(record.convention[0], NEVER); // Brunei
    /// ```
    pub fn observed(observed: &Observed, frame: &Frame) -> Record {
        let mut record = Record::empty(frame.states(), frame.years);
        let year = |date: f64| match (date.floor() as i32) - frame.first {
            year if year < 0 => BEFORE,
            year if year >= frame.years as i32 => NEVER,
            year => year as i16,
        };
        for state in 0..frame.states() {
            let adopted = |instrument: Option<usize>| {
                instrument.and_then(|j| observed.adoption(j, state)).map_or(NEVER, year)
            };
            record.law[state] = adopted(frame.law);
            record.convention[state] = adopted(frame.convention);
            for year in 0..frame.years {
                let (cell, calendar) = (state * frame.years + year, frame.first + year as i32);
                if let Some(g) = frame.rating {
                    record.tiers[cell] = observed.tier(g, state, calendar).unwrap_or(0);
                    let imposed =
                        observed.sanctions.get(g).and_then(|states| states.get(state)?.get(&calendar));
                    record.sanctions[cell] = imposed.map_or(0, |imposed| 1 + u8::from(*imposed));
                }
                for (scores, k) in record.practice.iter_mut().zip(SCORES) {
                    scores[cell] = observed.reading(k, state, calendar).map_or(0, |score| score.value as u8);
                }
            }
        }
        record
    }

    /// The grade of a state in a year.
    #[inline]
    pub fn tier(&self, state: usize, year: usize) -> u8 {
        self.tiers[state * self.years + year]
    }

    /// The score of a practice (0 prosecution, 1 protection, 2 prevention) of a state in a year, if there is one.
    #[inline]
    pub fn score(&self, practice: usize, state: usize, year: usize) -> Option<f64> {
        match self.practice[practice][state * self.years + year] {
            0 => None,
            score => Some(f64::from(score)),
        }
    }
}
