//! From generation to generation, until a rule says stop. What is finished comes from the store, what is missing is made.

use super::distance::Distance;
use super::generation::{Generation, Particle, Simulator, Source, Trial};
use super::kernel::{Kernel, KernelKind};
use super::moves::{Moves, Pace};
use super::population::Population;
use super::prior::Prior;
use super::store::Store;
use super::weights::Wheel;
use crate::engine::parallel::make_in_order;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::experiment::sweep::Log;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A calibration that can be run.
pub struct Calibration<'a> {
    /// Priors, in the order of the parameters.
    pub priors: &'a [Prior],
    /// How far statistics are from the observed ones.
    pub distance: Distance,
    /// What is calibrated.
    pub simulator: &'a dyn Simulator,
    /// Seed of all draws.
    pub seed: u64,
    /// Particles of each generation.
    pub particles: u32,
    /// Share of the particles that the next tolerance admits.
    pub quantile: f64,
    /// Kernel.
    pub kernel: KernelKind,
}

/// When a calibration stops: after a finished generation, by the first of these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Generations, the first from the prior included.
    pub generations: u32,
    /// Tolerance that is small enough.
    pub tolerance: f64,
    /// Share of trials accepted that is too small to go on.
    pub acceptance: f64,
    /// Trials of all generations that are enough.
    pub trials: u64,
}

/// Who does which part of the work; changes no result.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Shard, from 1, and number of shards.
    pub shard: (u32, u32),
    /// Threads.
    pub threads: NonZeroUsize,
    /// Raised to stop.
    pub stop: &'a AtomicBool,
}

/// A finished generation in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its number, from 0.
    pub generation: u32,
    /// Its tolerance; infinite for the first.
    pub tolerance: f64,
    /// Median distance of its particles.
    pub median: f64,
    /// Greatest distance of its particles.
    pub greatest: f64,
    /// Trials that it took.
    pub trials: u64,
    /// Share of trials that were accepted.
    pub acceptance: f64,
    /// Effective sample size.
    pub effective: f64,
}

/// Why a calibration came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As many generations as asked for.
    Generations,
    /// The tolerance is small enough.
    Tolerance,
    /// Too few trials are accepted.
    Acceptance,
    /// As many trials as asked for.
    Trials,
    /// Distances get no smaller.
    Floor,
    /// Blocks of this generation are left to other shards.
    Waiting(u32),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The finished generations.
    pub steps: Vec<Step>,
    /// The particles of the last finished generation; none where the first is not finished.
    pub population: Option<Population>,
    /// Why it ended.
    pub end: End,
}

impl Calibration<'_> {
    /// Goes on from what the store has. `tell` hears of each finished generation, `progress` of each block: particles of
    /// the generation that are there, of how many.
    ///
    /// # Errors
    /// If a trial cannot be simulated, the store cannot be written, or `stop` was raised; finished blocks stay.
    pub fn run(
        &self,
        store: &mut Store,
        until: Until,
        work: Work,
        mut tell: impl FnMut(&Step),
        mut progress: impl FnMut(u32, u32, u32),
    ) -> Result<Outcome, ExperimentError> {
        let stop = work.stop;
        let mut outcome = Outcome { steps: Vec::new(), population: None, end: End::Generations };
        let (mut kernel, mut moves, mut pace) = (None::<Kernel>, None::<Moves>, Pace::FIRST);
        let mut tolerance = f64::INFINITY;
        let mut log = None;
        for number in 0..until.generations {
            if store.generation(number)?.is_none() {
                let source = match (&kernel, &moves) {
                    (Some(kernel), _) => Source::Kernel(kernel),
                    (None, Some(moves)) => Source::Moves(moves),
                    (None, None) => Source::Prior(self.priors),
                };
                let generation = Generation {
                    number,
                    seed: self.seed,
                    tolerance,
                    source,
                    distance: &self.distance,
                    simulator: self.simulator,
                };
                let make = |range| generation.particles(range, stop);
                fill(store, &mut log, number, work, make, &mut progress)?;
            }
            let Some(particles) = store.generation(number)? else {
                outcome.end = End::Waiting(number);
                return Ok(outcome);
            };
            let population = Population::new(&particles, self.priors, kernel.as_ref());
            let step = Step {
                generation: number,
                tolerance,
                median: population.next_tolerance(0.5),
                greatest: population.next_tolerance(1.0),
                trials: population.trials,
                acceptance: population.acceptance(),
                effective: population.effective_size(),
            };
            tell(&step);
            outcome.steps.push(step);
            let next = population.next_tolerance(self.quantile);
            let end = Self::ended(&outcome.steps, tolerance, next, until);
            if self.kernel == KernelKind::Moves {
                if number > 0 {
                    pace = pace.after(population.acceptance());
                }
                moves = Some(Moves::new(&particles, next, self.priors, pace));
            } else {
                kernel = Some(population.kernel(self.kernel, next, self.priors));
            }
            tolerance = next;
            outcome.population = Some(population);
            if let Some(end) = end {
                outcome.end = end;
                break;
            }
        }
        if let Some(log) = log {
            log.close()?;
        }
        Ok(outcome)
    }

    fn ended(steps: &[Step], tolerance: f64, next: f64, until: Until) -> Option<End> {
        let last = steps.last()?;
        let trials: u64 = steps.iter().map(|s| s.trials).sum();
        if steps.len() as u32 >= until.generations {
            Some(End::Generations)
        } else if tolerance <= until.tolerance {
            Some(End::Tolerance)
        } else if next >= tolerance {
            Some(End::Floor)
        } else if last.acceptance < until.acceptance {
            Some(End::Acceptance)
        } else if trials >= until.trials {
            Some(End::Trials)
        } else {
            None
        }
    }
}

/// Makes the blocks of a generation that are missing, and keeps them in a log. `progress` hears of particles that are there, of how many.
pub(super) fn fill(
    store: &mut Store,
    log: &mut Option<Log>,
    number: u32,
    work: Work,
    particles: impl Fn(Range<u32>) -> Result<Option<Vec<Particle>>, ExperimentError> + Sync,
    progress: &mut impl FnMut(u32, u32, u32),
) -> Result<(), ExperimentError> {
    let blocks = store.missing(number, work.shard);
    if log.is_none() && !blocks.is_empty() {
        *log = Some(store.log(work.shard)?);
    }
    let all: u32 = blocks.iter().map(|b| store.particles_of(*b).len() as u32).sum();
    let mut made = 0;
    let make = |i: usize| {
        let block = blocks[i];
        particles(store.particles_of(block)).transpose().map(|p| p.map(|p| (block, p)))
    };
    make_in_order(work.threads, blocks.len(), work.stop, make, |block| {
        let (block, particles): (u64, Vec<Particle>) = block?;
        made += particles.len() as u32;
        progress(number, made, all);
        match log {
            Some(log) => Ok::<(), ExperimentError>(log.add(block, &Store::encode(&particles))?),
            None => Ok(()),
        }
    })?;
    Ok(store.refresh()?)
}

/// Simulates `count` draws of a weighted population with new luck: the statistics of each, one after another. What the
/// model says under the posterior, as opposed to what let its particles be accepted.
///
/// # Errors
/// If a draw cannot be simulated, or `stop` was raised.
pub fn predict(
    population: &Population,
    simulator: &dyn Simulator,
    seed: u64,
    count: usize,
    threads: NonZeroUsize,
    stop: &AtomicBool,
) -> Result<Vec<f64>, ExperimentError> {
    /// No generation has this number, so the luck is new.
    const NUMBER: u64 = u16::MAX as u64;
    const DRAWS: usize = 64;
    let wheel = Wheel::new(&population.weights);
    let trial = |i: usize| {
        // Evenly over the weights, so that a heavy draw comes as often as it should.
        let draw = wheel.at((i as f64 + 0.5) / count as f64);
        let seed = double_words(seed, Purpose::Luck, i as u32, NUMBER << 48)[0];
        Trial { values: population.particle(draw).to_vec(), seed }
    };
    let mut all = Vec::with_capacity(count * population.width);
    let make = |block: usize| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let trials: Vec<Trial> = (block * DRAWS..count.min((block + 1) * DRAWS)).map(trial).collect();
        Some(simulator.simulate(&trials))
    };
    make_in_order(threads, count.div_ceil(DRAWS), stop, make, |block| {
        all.extend(block?);
        Ok::<(), ExperimentError>(())
    })?;
    Ok(all)
}
