//! The nearest point: one set of values whose expected statistics come nearest to the observed ones. A start for priors and
//! defaults, and no posterior: it says nothing of what else would do as well.
//!
//! Found by CMA-ES (Hansen) over the priors' normal scores. Every set of values sees the same luck. The search uses a linear
//! algebra that may differ in the last bits between processors, so what is found may too; a posterior does not depend on it.

use super::distance::{Distance, MOST};
use super::generation::{Simulator, Trial};
use super::prior::Prior;
use super::search::{begin, least, values};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::LANES;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// Runs whose statistics are averaged for each set of values.
const RUNS: usize = 4 * LANES;
/// What a normal score of one counts, in squared distance, shared among the parameters: what makes no difference stays near
/// the middle of its prior.
const PULL: f64 = 0.02;

/// A point found.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// A value of each parameter.
    pub values: Vec<f64>,
    /// Its distance: that of mean statistics.
    pub distance: f64,
    /// Its mean statistics.
    pub statistics: Vec<f64>,
    /// Where the search began.
    pub start: Vec<f64>,
    /// The distance there.
    pub start_distance: f64,
    /// Runs simulated.
    pub runs: u64,
}

/// A search for the nearest point.
pub struct Search<'a> {
    /// Priors, in the order of the parameters.
    pub priors: &'a [Prior],
    /// Where to begin; the middle of the prior where nothing is known.
    pub start: &'a [Option<f64>],
    /// How far statistics are from the observed ones.
    pub distance: &'a Distance,
    /// What is fitted.
    pub simulator: &'a dyn Simulator,
    /// Seed of the search and of all runs.
    pub seed: u64,
    /// Runs after which it ends.
    pub runs: u64,
}

impl Search<'_> {
    /// Searches until the steps are small, or as many runs are simulated as asked for. `tell` hears of runs and the least
    /// distance so far.
    ///
    /// # Errors
    /// If no start is valid or can be simulated, or `stop` was raised.
    pub fn run(
        &self,
        threads: NonZeroUsize,
        stop: &AtomicBool,
        mut tell: impl FnMut(u64, f64) + Send,
    ) -> Result<Nearest, ExperimentError> {
        let scores = begin(self.priors, self.start, |values| self.simulator.admits(values))?;
        let start = self.values(&scores);
        let start_statistics = self.statistics(&start)?;
        let objective = |z: &[f64]| -> f64 {
            let values = self.values(z);
            let pull = PULL * z.iter().map(|z| z * z).sum::<f64>() / z.len() as f64;
            match self.simulator.admits(&values).then(|| self.statistics(&values)) {
                Some(Ok(statistics)) => {
                    let distance = self.distance.of(&statistics);
                    distance * distance + pull
                }
                // Worse than anything that can be simulated.
                _ => 2.0 * MOST * MOST + pull,
            }
        };
        let evaluations = (self.runs / RUNS as u64).max(1) as usize;
        let (best, evaluations) =
            least(scores, (self.seed, evaluations), threads, stop, objective, |evaluations, best| {
                tell((evaluations * RUNS) as u64, best.sqrt());
            })?;
        let runs = (evaluations * RUNS) as u64;
        let values = self.values(&best);
        let statistics = self.statistics(&values)?;
        Ok(Nearest {
            distance: self.distance.of(&statistics),
            start_distance: self.distance.of(&start_statistics),
            values,
            statistics,
            start,
            runs,
        })
    }

    fn values(&self, scores: &[f64]) -> Vec<f64> {
        values(self.priors, scores)
    }

    /// Mean statistics over the same luck for all values; over the runs that define them.
    fn statistics(&self, values: &[f64]) -> Result<Vec<f64>, ExperimentError> {
        /// No generation has this number.
        const NUMBER: u64 = u16::MAX as u64 - 1;
        let seed = |run: usize| double_words(self.seed, Purpose::Luck, run as u32, NUMBER << 48)[0];
        let trials: Vec<Trial> =
            (0..RUNS).map(|run| Trial { values: values.to_vec(), seed: seed(run) }).collect();
        let all = self.simulator.simulate(&trials)?;
        let width = all.len() / RUNS;
        let mean = |k: usize| {
            let defined: Vec<f64> =
                all.iter().skip(k).step_by(width).copied().filter(|x| !x.is_nan()).collect();
            defined.iter().sum::<f64>() / defined.len() as f64
        };
        Ok((0..width).map(mean).collect())
    }
}
