//! What runs show of the years after an origin: how many of them give a state each grade, and how many have it adopt each instrument by then.

use crate::engine::batch::Batch;
use crate::engine::history::History;
use crate::engine::parallel::{Options, simulate};
use crate::engine::recorder::Recorder;
use crate::evidence::skill::forecast::Chances;
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Worlds;
use crate::model::variable::Variable;
use crate::model::world::{MOST_GRADES, World};
use crate::scenario::Scenario;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// Counts over runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    /// Years of the run that are counted, from 0.
    years: Range<usize>,
    states: usize,
    runs: u32,
    /// How many grades each rating regime has.
    of: Vec<usize>,
    /// By rating regime, state, year and grade.
    grades: Vec<[u32; MOST_GRADES]>,
    /// By instrument, state and year.
    adopted: Vec<u32>,
}

impl Predicted {
    fn nothing(world: &World, years: Range<usize>) -> Predicted {
        let cells = world.states.len() * years.len();
        Predicted {
            years,
            states: world.states.len(),
            runs: 0,
            of: world.ratings.iter().map(|rating| rating.grades.len()).collect(),
            grades: vec![[0; MOST_GRADES]; world.ratings.len() * cells],
            adopted: vec![0; world.instruments.len() * cells],
        }
    }

    /// Runs a scenario so many times, in a history or free, and counts what it shows in some years.
    ///
    /// # Errors
    /// If a result is not finite, threads could not be started, or `stop` was raised.
    pub fn of(
        scenario: &Scenario,
        history: Option<&History>,
        runs: u32,
        years: &Range<usize>,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Predicted, ExperimentError> {
        let world = &scenario.world;
        let worlds = Worlds::from(world).within(history);
        let mut all = Predicted::nothing(world, years.clone());
        simulate(
            world,
            runs as usize,
            |r| worlds.run(scenario.seed, r as u32),
            options,
            stop,
            || Counter(Predicted::nothing(world, years.clone())),
            |counter, _| {
                all.add(&counter.0);
                Ok::<(), ExperimentError>(())
            },
        )?;
        Ok(all)
    }

    fn add(&mut self, other: &Predicted) {
        self.runs += other.runs;
        for (mine, theirs) in self.grades.iter_mut().zip(&other.grades) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        self.adopted.iter_mut().zip(&other.adopted).for_each(|(a, b)| *a += b);
    }

    fn at(&self, which: usize, state: usize, year: usize) -> usize {
        (which * self.states + state) * self.years.len() + year - self.years.start
    }

    /// Runs that were counted.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Probabilities of a regime's grades in a year, best first, given that the regime rates the state; none where it never does.
    pub fn tier(&self, rating: usize, state: usize, year: usize) -> Option<Chances> {
        Chances::of_counts(self.grades.get(self.at(rating, state, year))?, self.of[rating])
    }

    /// Probability that an instrument is adopted by the end of a year.
    pub fn adopted(&self, instrument: usize, state: usize, year: usize) -> f64 {
        f64::from(self.adopted[self.at(instrument, state, year)]) / f64::from(self.runs.max(1))
    }
}

/// Counts what batches show.
struct Counter(Predicted);

impl Recorder for Counter {
    fn year(&mut self, batch: &Batch, year: usize) {
        if !self.0.years.contains(&year) {
            return;
        }
        let (world, width) = (batch.world(), batch.width());
        for state in 0..world.states.len() {
            for g in 0..world.ratings.len() {
                let at = self.0.at(g, state, year);
                for tier in &batch.value(state, Variable::Tier(g)).0[..width] {
                    let grade = (*tier as usize).checked_sub(1);
                    if let Some(count) = grade.and_then(|grade| self.0.grades[at].get_mut(grade)) {
                        *count += 1;
                    }
                }
            }
            for j in 0..world.instruments.len() {
                let at = self.0.at(j, state, year);
                let has = &batch.value(state, Variable::Adopted(j)).0[..width];
                self.0.adopted[at] += has.iter().filter(|has| **has > 0.0).count() as u32;
            }
        }
    }

    fn finish(&mut self, batch: &Batch) {
        self.0.runs += batch.width() as u32;
    }
}
