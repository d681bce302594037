//! What the record says of a run, step by step: what conditions it.

use std::collections::BTreeMap;
use std::ops::Range;
use suasion_model::observation::{OBSERVABLES, Observable, Observation, Reading};
use suasion_model::world::World;

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
    /// By rating regime, state, year: the grade's code, from 1; 0: none on record.
    grades: Vec<u8>,
    /// By instrument, state.
    adoptions: Vec<Option<Adoption>>,
    /// By observable, state, calendar year: what was seen at its end; of an observable without any, empty.
    readings: Vec<Vec<BTreeMap<i32, Reading>>>,
    /// How states are observed.
    observation: Observation<f64>,
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
            readings: vec![Vec::new(); OBSERVABLES.len()],
            observation: Observation::default(),
        }
    }

    /// With the grade of a state, by code, in a year of the run.
    pub fn set_grade(&mut self, rating: usize, state: usize, year: usize, grade: u8) {
        self.grades[(rating * self.states + state) * self.years + year] = grade;
    }

    /// With what is on record of the adoption of an instrument by a state.
    pub fn set_adoption(&mut self, instrument: usize, state: usize, adoption: Adoption) {
        self.adoptions[instrument * self.states + state] = Some(adoption);
    }

    /// With what was seen of a state at the end of a year of the run; `observable` is a position in [`OBSERVABLES`].
    pub fn set_reading(&mut self, observable: usize, state: usize, year: usize, reading: Reading) {
        let states = &mut self.readings[observable];
        states.resize(self.states, BTreeMap::new());
        states[state].insert(self.first + year as i32, reading);
    }

    /// With other numbers of how states are observed.
    #[must_use]
    pub fn observed_by(self, observation: Observation<f64>) -> Given {
        Given { observation, ..self }
    }

    /// What it has of the first so many years: an adoption that came later is one that had not come, and what came to be known later is not known.
    #[must_use]
    pub fn until(mut self, years: usize, steps_per_year: usize) -> Given {
        if years >= self.years {
            return self;
        }
        let steps = years * steps_per_year;
        self.grades = self.grades.chunks(self.years).flat_map(|of| of[..years].iter().copied()).collect();
        for adoption in self.adoptions.iter_mut().flatten() {
            adoption.steps = adoption.steps.min(steps);
            adoption.came = adoption.came.filter(|(_, last)| *last < steps);
        }
        let end = self.first + years as i32;
        for of_state in self.readings.iter_mut().flatten() {
            of_state.split_off(&end);
        }
        self.years = years;
        self
    }

    /// Without anything that is on record of a state.
    #[must_use]
    pub fn without(mut self, state: usize) -> Given {
        let rows = self.grades.chunks_mut(self.years.max(1));
        rows.skip(state).step_by(self.states).for_each(|years| years.fill(0));
        self.adoptions.iter_mut().skip(state).step_by(self.states).for_each(|adoption| *adoption = None);
        self.readings.iter_mut().filter_map(|states| states.get_mut(state)).for_each(BTreeMap::clear);
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
        if self.observes() {
            for x in self.observation.values() {
                hash.update(&x.to_bits().to_le_bytes());
            }
            for (observable, states) in self.readings.iter().enumerate() {
                for (state, years) in states.iter().enumerate() {
                    for (year, Reading { value, with }) in years {
                        hash.update(&[observable as u8]).update(&(state as u64).to_le_bytes());
                        hash.update(&year.to_le_bytes()).update(&value.to_bits().to_le_bytes());
                        hash.update(&with.unwrap_or(-1.0).to_bits().to_le_bytes());
                    }
                }
            }
        }
        hash.finalize().to_hex().to_string()
    }

    /// Whether it conditions nothing.
    pub fn is_empty(&self) -> bool {
        self.grades.iter().all(|grade| *grade == 0)
            && self.adoptions.iter().all(Option::is_none)
            && !self.observes()
    }

    /// Years on record, from the run's first.
    pub fn years(&self) -> usize {
        self.years
    }

    /// The grade on record of a state, by code, in a year of the run.
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

    /// Whether anything is on record beside grades and adoptions.
    pub fn observes(&self) -> bool {
        self.read().next().is_some()
    }

    /// The observables of which there are readings.
    fn read(&self) -> impl Iterator<Item = &'static Observable> {
        let some = |states: &Vec<BTreeMap<i32, Reading>>| states.iter().any(|years| !years.is_empty());
        OBSERVABLES.iter().zip(&self.readings).filter(move |(_, states)| some(states)).map(|(of, _)| of)
    }

    /// Whether how probable it is hangs on a number of how states are observed: whether there is a reading of what the number is about.
    pub fn hangs_on(&self, number: &str) -> bool {
        self.read().any(|observable| observable.hangs_on(number))
    }

    /// How states are observed.
    pub fn observation(&self) -> &Observation<f64> {
        &self.observation
    }

    /// What was seen of a state at the end of a year of the run; `observable` is a position in [`OBSERVABLES`].
    pub fn reading(&self, observable: usize, state: usize, year: usize) -> Option<Reading> {
        if year >= self.years {
            return None;
        }
        self.readings[observable].get(state)?.get(&(self.first + year as i32)).copied()
    }

    /// What came to be known of a state in a year of the run: the reading of that year, or of so many years before as the observable lags.
    #[inline]
    pub fn known(&self, observable: usize, state: usize, year: usize) -> Option<Reading> {
        if year >= self.years {
            return None;
        }
        self.reading(observable, state, year.checked_sub(OBSERVABLES[observable].lag())?)
    }

    /// Whether anything comes to be known later than in its year.
    pub fn looks_back(&self) -> bool {
        self.read().any(|observable| observable.lag() > 0)
    }

    /// All that came to be known of a state in a year of the run, in words.
    pub fn readings_told(&self, state: usize, year: usize) -> impl Iterator<Item = String> {
        let told = move |k: usize| {
            let (reading, observable) = (self.known(k, state, year)?, OBSERVABLES[k]);
            let of = self.first + year as i32 - observable.lag() as i32;
            let when = if observable.lag() > 0 { format!(" of {of}") } else { String::new() };
            Some(format!("{}{when}", observable.told(reading)))
        };
        (0..OBSERVABLES.len()).filter_map(told)
    }
}
