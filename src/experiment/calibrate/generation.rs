//! A generation: for each particle, the first of its trials that is within the tolerance, or where its own steps led it.
//!
//! A trial is a pure function of (seed, generation, particle, attempt), and each particle goes through its own attempts. So which thread, shard or batch simulated it changes no bit, and no race decides who is in.

use super::distance::Distance;
use super::kernel::Kernel;
use super::moves::Moves;
use super::prior::Prior;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::LANES;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Proposals of a particle, refused ones included, after which its generation is given up: around ancestors, and from the
/// prior, whose own values should mostly be admitted.
const MOST_ATTEMPTS: u64 = 1 << 26;
pub(super) const MOST_FROM_PRIOR: u64 = 1 << 13;
/// Trials of a particle after which its generation is given up.
const MOST_TRIALS: u64 = 1 << 20;

/// Values to be simulated, with luck of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// A value of each parameter.
    pub values: Vec<f64>,
    /// Seed of its run.
    pub seed: u64,
}

/// What is calibrated, as a calibration sees it: values go in, statistics come out.
pub trait Simulator: Sync {
    /// Whether the values may stand together; where not, the prior is 0 there.
    fn admits(&self, values: &[f64]) -> bool;

    /// The statistics of each trial, one after another; NaN for one that is undefined. The statistics of a trial may not
    /// depend on the others.
    ///
    /// # Errors
    /// If values that are admitted make no valid run.
    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError>;
}

/// A particle that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// A value of each parameter.
    pub values: Vec<f64>,
    /// Its distance.
    pub distance: f64,
    /// Its statistics.
    pub statistics: Vec<f64>,
    /// Trials until it was accepted; of one that moves, trials of its steps.
    pub trials: u64,
    /// Trials that were accepted: one, or the steps taken.
    pub moves: u64,
}

/// Where the particles of a generation come from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// The priors.
    Prior(&'a [Prior]),
    /// Ancestors, perturbed.
    Kernel(&'a Kernel),
    /// Survivors, moved.
    Moves(&'a Moves),
}

/// All that the particles of a generation depend on.
#[derive(Clone, Copy)]
pub struct Generation<'a> {
    /// Its number, from 0.
    pub number: u32,
    /// Seed of the calibration.
    pub seed: u64,
    /// Greatest distance that is accepted.
    pub tolerance: f64,
    /// Where proposals come from.
    pub source: Source<'a>,
    /// How far statistics are from the observed ones.
    pub distance: &'a Distance,
    /// What is calibrated.
    pub simulator: &'a dyn Simulator,
}

/// `n` uniforms in (0, 1) of an attempt.
pub(super) fn uniforms(seed: u64, generation: u32, particle: u32, attempt: u64, n: usize) -> Vec<f64> {
    let first = counter(generation, attempt);
    let blocks =
        (0..n.div_ceil(8) as u64).flat_map(|b| double_words(seed, Purpose::Proposal, particle, first + b));
    blocks.take(n).map(|word| ((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64).collect()
}

/// The first block of words of an attempt: 2^16 are its own.
pub(super) fn counter(generation: u32, attempt: u64) -> u64 {
    u64::from(generation) << 48 | attempt << 16
}

impl Generation<'_> {
    /// The trial of an attempt, or of a step `from` where a particle is; none where it is outside the prior.
    fn trial(&self, particle: u32, attempt: u64, from: &[f64]) -> Option<Trial> {
        let draw = |n| uniforms(self.seed, self.number, particle, attempt, n);
        let values = match self.source {
            Source::Prior(priors) => {
                priors.iter().zip(draw(priors.len())).map(|(prior, u)| prior.quantile(u)).collect()
            }
            Source::Kernel(kernel) => kernel.propose(&draw(kernel.dims() + 1))?,
            Source::Moves(moves) => moves.step(from, &draw(moves.dims())),
        };
        let seed = double_words(self.seed, Purpose::Luck, particle, counter(self.number, attempt))[0];
        self.simulator.admits(&values).then_some(Trial { values, seed })
    }

    /// The particles of a range of numbers; none where `stop` was raised.
    ///
    /// # Errors
    /// If a trial cannot be simulated, or a particle finds nothing that is accepted.
    pub fn particles(
        &self,
        range: Range<u32>,
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Particle>>, ExperimentError> {
        if let Source::Moves(moves) = self.source {
            return self.moved(moves, range, stop);
        }
        let count = range.len();
        let mut found: Vec<Option<Particle>> = vec![None; count];
        let mut attempts = vec![0_u64; count];
        let mut trials = vec![0_u64; count];
        loop {
            let pending: Vec<usize> = (0..count).filter(|p| found[*p].is_none()).collect();
            if pending.is_empty() {
                return Ok(Some(found.into_iter().flatten().collect()));
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            // Where few are left, several trials of each fill the lanes; the first that is accepted counts.
            let each = LANES.div_ceil(pending.len());
            let mut owners = Vec::with_capacity(pending.len() * each);
            let mut round = Vec::with_capacity(pending.len() * each);
            for p in pending {
                for _ in 0..each {
                    round.push(self.next(range.start + p as u32, &mut attempts[p])?);
                    owners.push(p);
                }
            }
            let statistics = self.simulator.simulate(&round)?;
            let width = statistics.len() / round.len();
            for ((p, trial), statistics) in owners.into_iter().zip(round).zip(statistics.chunks(width.max(1)))
            {
                if found[p].is_some() {
                    continue;
                }
                trials[p] += 1;
                let distance = self.distance.of(statistics);
                if distance <= self.tolerance {
                    let (statistics, trials) = (statistics.to_vec(), trials[p]);
                    found[p] =
                        Some(Particle { values: trial.values, distance, statistics, trials, moves: 1 });
                } else if trials[p] >= MOST_TRIALS {
                    return Err(self.hopeless(range.start + p as u32, trials[p], "is within the tolerance"));
                }
            }
        }
    }

    /// The particles of a range, each after as many steps as the pace says.
    fn moved(
        &self,
        moves: &Moves,
        range: Range<u32>,
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Particle>>, ExperimentError> {
        let mut particles: Vec<Particle> = range.clone().map(|p| moves.start(p)).collect();
        for step in 0..u64::from(moves.pace.steps) {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let (mut owners, mut round) = (Vec::new(), Vec::new());
            for (p, particle) in particles.iter().enumerate() {
                if let Some(trial) = self.trial(range.start + p as u32, step, &particle.values) {
                    owners.push(p);
                    round.push(trial);
                }
            }
            if round.is_empty() {
                continue;
            }
            let statistics = self.simulator.simulate(&round)?;
            let width = statistics.len() / round.len();
            for ((p, trial), statistics) in owners.into_iter().zip(round).zip(statistics.chunks(width.max(1)))
            {
                let particle = &mut particles[p];
                particle.trials += 1;
                let distance = self.distance.of(statistics);
                if distance <= self.tolerance {
                    let moves = particle.moves + 1;
                    let (values, statistics, trials) = (trial.values, statistics.to_vec(), particle.trials);
                    *particle = Particle { values, distance, statistics, trials, moves };
                }
            }
        }
        Ok(Some(particles))
    }

    /// The next trial of a particle that the prior admits.
    fn next(&self, particle: u32, attempt: &mut u64) -> Result<Trial, ExperimentError> {
        let most = if let Source::Prior(_) = self.source { MOST_FROM_PRIOR } else { MOST_ATTEMPTS };
        while *attempt < most {
            *attempt += 1;
            if let Some(trial) = self.trial(particle, *attempt - 1, &[]) {
                return Ok(trial);
            }
        }
        Err(self.hopeless(particle, *attempt, "is within the prior"))
    }

    fn hopeless(&self, particle: u32, tried: u64, what: &str) -> ExperimentError {
        let found = format!(
            "generation {} (tolerance {:.3}): none of {tried} proposals of particle {particle} {what}",
            self.number, self.tolerance
        );
        let hint = match self.number {
            0 => "its values cannot stand together (thresholds in order, rates that sum to less than the steps): \
                  change the priors"
                .to_string(),
            n => format!("--generations {n} writes what was reached before"),
        };
        ExperimentError::asked(found, Some(hint))
    }
}
