//! What the record says of a run, step by step: what conditions it.

use crate::model::world::World;
use std::collections::BTreeMap;
use std::ops::Range;

/// A reading, with a normal error, of what a state says and means: `weight m + (1 - weight) r` of motivation and rhetoric.
///
/// Words precede belief, so how much of either an index of speech shows is a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// By state: the reading at the end of a year, by calendar year.
    pub readings: Vec<BTreeMap<i32, f64>>,
    /// Share of motivation in what is read, in [0, 1].
    pub weight: f64,
    /// Standard deviation of the error; above 0.
    pub sd: f64,
}

/// What is on record of the adoption of an instrument by a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The first and the last step in which it may have come: one, of a date; those of a year, where no more is known. None: it had not come when the
    /// record ends.
    pub came: Option<(usize, usize)>,
    /// Steps on record: whether it came in one of these is known.
    pub steps: usize,
}

/// The record as conditions on a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    states: usize,
    years: usize,
    first: i32,
    /// By rating regime, state, year: the grade, 1 to 4; 0: none on record.
    grades: Vec<u8>,
    /// By instrument, state.
    adoptions: Vec<Option<Adoption>>,
    speech: Option<Speech>,
}

impl Given {
    /// What is on record of the first so many years of a run: nothing yet.
    pub fn nothing(world: &World, years: usize) -> Given {
        let n = world.states.len();
        Given {
            states: n,
            years,
            first: world.clock.start,
            grades: vec![0; world.ratings.len() * n * years],
            adoptions: vec![None; world.instruments.len() * n],
            speech: None,
        }
    }

    /// With the grade of a state, 1 to 4, in a year of the run.
    pub fn set_grade(&mut self, rating: usize, state: usize, year: usize, grade: u8) {
        self.grades[(rating * self.states + state) * self.years + year] = grade;
    }

    /// With what is on record of the adoption of an instrument by a state.
    pub fn set_adoption(&mut self, instrument: usize, state: usize, adoption: Adoption) {
        self.adoptions[instrument * self.states + state] = Some(adoption);
    }

    /// With readings of what states say and mean.
    pub fn with_speech(self, speech: Speech) -> Given {
        Given { speech: Some(speech), ..self }
    }

    /// Without anything that is on record of a state.
    #[must_use]
    pub fn without(mut self, state: usize) -> Given {
        let rows = self.grades.chunks_mut(self.years.max(1));
        rows.skip(state).step_by(self.states).for_each(|years| years.fill(0));
        self.adoptions.iter_mut().skip(state).step_by(self.states).for_each(|adoption| *adoption = None);
        if let Some(speech) = &mut self.speech {
            speech.readings[state].clear();
        }
        self
    }

    /// A hash of all that is on record: records of one hash condition alike.
    pub fn blake3(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for size in [self.states, self.years, self.grades.len(), self.adoptions.len()] {
            hash.update(&(size as u64).to_le_bytes());
        }
        hash.update(&self.first.to_le_bytes()).update(&self.grades);
        for adoption in &self.adoptions {
            let came = adoption.and_then(|adoption| adoption.came).unwrap_or((usize::MAX, usize::MAX));
            for number in [came.0, came.1, adoption.map_or(usize::MAX, |adoption| adoption.steps)] {
                hash.update(&(number as u64).to_le_bytes());
            }
        }
        if let Some(Speech { readings, weight, sd }) = &self.speech {
            hash.update(&weight.to_bits().to_le_bytes()).update(&sd.to_bits().to_le_bytes());
            for (state, readings) in readings.iter().enumerate() {
                for (year, reading) in readings {
                    hash.update(&(state as u64).to_le_bytes()).update(&year.to_le_bytes());
                    hash.update(&reading.to_bits().to_le_bytes());
                }
            }
        }
        hash.finalize().to_hex().to_string()
    }

    /// Whether it conditions nothing.
    pub fn is_empty(&self) -> bool {
        self.grades.iter().all(|grade| *grade == 0)
            && self.adoptions.iter().all(Option::is_none)
            && self.speech.is_none()
    }

    /// Years on record, from the run's first.
    pub fn years(&self) -> usize {
        self.years
    }

    /// The grade on record of a state, 1 to 4, in a year of the run.
    #[inline]
    pub fn grade(&self, rating: usize, state: usize, year: usize) -> Option<u8> {
        if year >= self.years {
            return None;
        }
        let at = (rating * self.states + state) * self.years + year;
        self.grades.get(at).copied().filter(|grade| *grade > 0)
    }

    /// What is on record of the adoption of an instrument by a state, if anything is.
    #[inline]
    pub fn adoption(&self, instrument: usize, state: usize) -> Option<Adoption> {
        self.adoptions[instrument * self.states + state]
    }

    /// Whether it is on record whether a state adopts an instrument in a step.
    #[inline]
    pub fn knows_adoption(&self, instrument: usize, state: usize, step: usize) -> bool {
        self.adoption(instrument, state).is_some_and(|adoption| step < adoption.steps)
    }

    /// Whether a state has adopted an instrument in a year of the run, by the record.
    pub fn adopts_in(&self, instrument: usize, state: usize, steps: Range<usize>) -> bool {
        let came = self.adoption(instrument, state).and_then(|adoption| adoption.came);
        came.is_some_and(|(_, last)| steps.contains(&last))
    }

    /// The reading of what a state says and means at the end of a year of the run, with how it is read.
    pub fn reading(&self, state: usize, year: usize) -> Option<(f64, &Speech)> {
        let speech = self.speech.as_ref().filter(|_| year < self.years)?;
        let reading = speech.readings[state].get(&(self.first + year as i32))?;
        Some((*reading, speech))
    }
}
