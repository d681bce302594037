//! A posterior by likelihood: particles that are drawn from the prior, weighed by the likelihood to a power that grows from 0 to 1, and moved (Del Moral
//! et al. 2006; with an estimated likelihood: Duan & Fulop 2015).
//!
//! The likelihood is estimated with luck of its own for each trial, and a particle keeps its estimate until it moves: so what is drawn is the posterior
//! itself where the estimate has no bias, however few particles the filter has (Andrieu & Roberts 2009); but with a noisy one a particle that was lucky
//! stays where it is. A step is that of [`Moves`], which leaves the prior as it is, and is taken with probability `min(1, (L' / L)^power)`.

use super::generation::{MOST_FROM_PRIOR, Particle, Trial, counter, uniforms};
use super::likely::Likelihood;
use super::moves::{Moves, Pace};
use super::population::Population;
use super::prior::Prior;
use super::run::{Work, fill};
use super::store::Store;
use super::weights::{Wheel, effective_size, ln_sum_exp, normalized, weighted_quantile};
use crate::engine::parallel::{on_each, on_threads};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::math::ln_scalar;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A posterior that can be drawn from.
pub struct Tempering<'a> {
    /// Priors, in the order of the parameters.
    pub priors: &'a [Prior],
    /// What is fitted.
    pub likelihood: &'a dyn Likelihood,
    /// Seed of all draws.
    pub seed: u64,
    /// Particles of each generation.
    pub particles: u32,
    /// Effective sample size that the next power leaves, as a share of the particles that could show the record.
    pub kept: f64,
}

/// A finished generation in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rung {
    /// Its number, from 0.
    pub generation: u32,
    /// The power of the likelihood: 0 is the prior, 1 the posterior.
    pub power: f64,
    /// Median log-likelihood of its particles.
    pub median: f64,
    /// Greatest log-likelihood of its particles.
    pub greatest: f64,
    /// Log of the mean likelihood under the prior, as far as this power: at 1 the marginal likelihood.
    pub log_evidence: f64,
    /// Evaluations of the likelihood.
    pub evaluations: u64,
    /// Share of steps taken.
    pub acceptance: f64,
    /// Effective sample size.
    pub effective: f64,
    /// Effective sample size that the next power leaves, of whose weights its part of the marginal likelihood is the mean; none of the last.
    pub left: Option<f64>,
}

/// Why it came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The power is 1.
    Posterior,
    /// As many generations as asked for, before that.
    Generations,
    /// As many evaluations as asked for, before that.
    Evaluations,
    /// Blocks of this generation are left to other shards.
    Waiting(u32),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Tempered {
    /// The finished generations.
    pub rungs: Vec<Rung>,
    /// The particles of the last finished generation, whose distances are minus their log-likelihoods; none where the first is not finished.
    pub population: Option<Population>,
    /// Why it ended.
    pub end: Reached,
}

/// Weights of particles where the power grows by so much.
fn weights(logs: &[f64], more: f64) -> Vec<f64> {
    let of = |log: &f64| if *log > f64::NEG_INFINITY { more * log } else { *log };
    normalized(&logs.iter().map(of).collect::<Vec<f64>>())
}

/// The next power: 1, or the one that leaves a share of the particles that can be, as an effective sample size.
fn next_power(power: f64, logs: &[f64], kept: f64) -> f64 {
    let possible = logs.iter().filter(|log| **log > f64::NEG_INFINITY).count() as f64;
    let enough = |next: f64| effective_size(&weights(logs, next - power)) >= kept * possible;
    if enough(1.0) {
        return 1.0;
    }
    let (mut low, mut high) = (power, 1.0);
    // Closer than this the weights do not differ.
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if enough(middle) { low = middle } else { high = middle }
    }
    high
}

impl Tempering<'_> {
    /// Goes on from what the store has, until the power is 1, or as many generations or evaluations are done as asked for. `tell` hears of each finished
    /// generation, `progress` of each block.
    ///
    /// # Errors
    /// If a likelihood cannot be computed, no particle could show the record, the store cannot be written, or `stop` was raised; finished blocks stay.
    pub fn run(
        &self,
        store: &mut Store,
        (generations, evaluations): (u32, u64),
        work: Work,
        mut tell: impl FnMut(&Rung),
        mut progress: impl FnMut(u32, u32, u32),
    ) -> Result<Tempered, ExperimentError> {
        let mut log = None;
        let tempered = self.climb(
            (generations, evaluations),
            |number, power, moves| {
                if store.generation(number)?.is_none() {
                    let make = |range| self.particles(number, power, moves, range, work.stop);
                    fill(store, &mut log, number, work, make, &mut progress)?;
                }
                Ok(store.generation(number)?)
            },
            &mut tell,
        )?;
        if let Some(log) = log {
            log.close()?;
        }
        Ok(tempered)
    }

    /// The same in memory, without anything that is kept: until the power is 1, however many generations that takes. `told` hears of particles done.
    ///
    /// # Errors
    /// If a likelihood cannot be computed, no particle could show the record, the threads cannot be started, or `stop` was raised.
    pub fn in_memory(
        &self,
        threads: NonZeroUsize,
        stop: &AtomicBool,
        told: &(dyn Fn(u32) + Sync),
    ) -> Result<Tempered, ExperimentError> {
        /// Particles that a thread takes at a time.
        const TOGETHER: u32 = 4;
        type Made = Result<Option<Vec<Particle>>, ExperimentError>;
        let generation = |number: u32, power: f64, moves: Option<&Moves>| {
            let starts = (0..self.particles).step_by(TOGETHER as usize);
            let mut parts: Vec<(Range<u32>, Made)> =
                starts.map(|from| (from..(from + TOGETHER).min(self.particles), Ok(None))).collect();
            on_threads(threads, || {
                on_each(&mut parts, |_, (range, made)| {
                    *made = self.particles(number, power, moves, range.clone(), stop);
                    told(range.len() as u32);
                });
            })
            .map_err(|error| ExperimentError::Threads(error.to_string()))?;
            let mut all = Vec::with_capacity(self.particles as usize);
            for (_, made) in parts {
                all.extend(made?.ok_or(ExperimentError::Stopped)?);
            }
            Ok(Some(all))
        };
        self.climb((u32::MAX, u64::MAX), generation, &mut |_| ())
    }

    /// From the prior to the posterior, by generations that are made or read by `generation`, which is told the number, the power, and how to move; none where
    /// a generation is not to be had yet.
    fn climb(
        &self,
        (generations, evaluations): (u32, u64),
        mut generation: impl FnMut(u32, f64, Option<&Moves>) -> Result<Option<Vec<Particle>>, ExperimentError>,
        tell: &mut impl FnMut(&Rung),
    ) -> Result<Tempered, ExperimentError> {
        let mut tempered = Tempered { rungs: Vec::new(), population: None, end: Reached::Generations };
        let (mut power, mut log_evidence, mut pace) = (0.0, 0.0, Pace::FIRST);
        let mut moves = None::<Moves>;
        for number in 0..generations {
            let Some(particles) = generation(number, power, moves.as_ref())? else {
                tempered.end = Reached::Waiting(number);
                return Ok(tempered);
            };
            let population = Population::new(&particles, self.priors, None);
            let logs: Vec<f64> = particles.iter().map(|p| -p.distance).collect();
            let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if greatest == f64::NEG_INFINITY {
                let found = format!("none of {} draws of the prior could show what is on record", logs.len());
                return Err(ExperimentError::asked(found, Some("give other priors".into())));
            }
            let rung = Rung {
                generation: number,
                power,
                median: weighted_quantile(&logs, &population.weights, 0.5),
                greatest,
                log_evidence,
                evaluations: population.trials,
                acceptance: population.acceptance(),
                effective: population.effective_size(),
                left: None,
            };
            tell(&rung);
            tempered.rungs.push(rung);
            tempered.population = Some(population);
            let done: u64 = tempered.rungs.iter().map(|rung| rung.evaluations).sum();
            if power >= 1.0 {
                tempered.end = Reached::Posterior;
                break;
            } else if done >= evaluations {
                tempered.end = Reached::Evaluations;
                break;
            }
            if number > 0 {
                pace = pace.after(rung.acceptance);
            }
            let next = next_power(power, &logs, self.kept);
            let sum = ln_sum_exp(logs.iter().map(|log| (next - power) * log));
            log_evidence += sum - ln_scalar(logs.len() as f64);
            let weights = weights(&logs, next - power);
            if let Some(rung) = tempered.rungs.last_mut() {
                rung.left = Some(effective_size(&weights));
            }
            moves = Some(Moves::of(self.chosen(number, &particles, &weights), self.priors, pace));
            power = next;
        }
        Ok(tempered)
    }

    /// As many particles again, each about as often as its weight says: systematic resampling.
    fn chosen(&self, number: u32, particles: &[Particle], weights: &[f64]) -> Vec<Particle> {
        let first = uniforms(self.seed, number, u32::MAX, 0, 1)[0];
        let wheel = Wheel::new(weights);
        let n = particles.len();
        (0..n).map(|i| particles[wheel.at((i as f64 + first) / n as f64)].clone()).collect()
    }

    /// The particles of a range of numbers; none where `stop` was raised.
    fn particles(
        &self,
        number: u32,
        power: f64,
        moves: Option<&Moves>,
        range: Range<u32>,
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Particle>>, ExperimentError> {
        let mut all = Vec::with_capacity(range.len());
        for p in range {
            let particle = match moves {
                None => self.drawn(number, p, stop),
                Some(moves) => self.moved(number, power, moves, p, stop),
            };
            match particle {
                Ok(particle) => all.push(particle),
                Err(ExperimentError::Stopped) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(all))
    }

    /// The log-likelihood of a trial, with luck of its own.
    fn at(
        &self,
        number: u32,
        particle: u32,
        attempt: u64,
        values: &[f64],
        stop: &AtomicBool,
    ) -> Result<f64, ExperimentError> {
        if stop.load(Ordering::Relaxed) {
            return Err(ExperimentError::Stopped);
        }
        let seed = double_words(self.seed, Purpose::Luck, particle, counter(number, attempt))[0];
        self.likelihood.log_likelihood(&Trial { values: values.to_vec(), seed }, stop)
    }

    /// The first draw of the prior that is admitted.
    fn drawn(&self, number: u32, particle: u32, stop: &AtomicBool) -> Result<Particle, ExperimentError> {
        for attempt in 0..MOST_FROM_PRIOR {
            let draws = uniforms(self.seed, number, particle, attempt, self.priors.len());
            let values: Vec<f64> =
                self.priors.iter().zip(draws).map(|(prior, u)| prior.quantile(u)).collect();
            if self.likelihood.admits(&values) {
                let distance = -self.at(number, particle, attempt, &values, stop)?;
                return Ok(Particle { values, distance, statistics: Vec::new(), trials: 1, moves: 1 });
            }
        }
        let found = format!("none of {MOST_FROM_PRIOR} draws of particle {particle} is within the prior");
        let hint = "its values cannot stand together (thresholds in order, rates that sum to less than the steps): change the priors";
        Err(ExperimentError::asked(found, Some(hint.into())))
    }

    /// A particle after as many steps as the pace says.
    fn moved(
        &self,
        number: u32,
        power: f64,
        moves: &Moves,
        particle: u32,
        stop: &AtomicBool,
    ) -> Result<Particle, ExperimentError> {
        let dims = moves.dims();
        let mut at = moves.start(particle);
        for step in 0..u64::from(moves.pace.steps) {
            let draws = uniforms(self.seed, number, particle, step, dims + 1);
            let values = moves.step(&at.values, &draws[..dims]);
            at.trials += 1;
            if !self.likelihood.admits(&values) {
                continue;
            }
            let distance = -self.at(number, particle, step, &values, stop)?;
            // A distance is minus a log-likelihood.
            if ln_scalar(draws[dims]) < power * (at.distance - distance) {
                at = Particle { values, distance, moves: at.moves + 1, ..at };
            }
        }
        Ok(at)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]
mod tests {
    use super::*;

    #[test]
    fn the_power_grows_by_as_much_as_leaves_enough_particles() {
        // Two likelihoods, e apart: at power x the weights are 1 and e^x, so the effective size is (1 + e^x)^2 / (1 + e^2x).
        let logs = [-10.0, -9.0];
        let size = |x: f64| (1.0 + x.exp()).powi(2) / (1.0 + (2.0 * x).exp());
        assert_eq!(next_power(0.0, &logs, 0.5), 1.0);
        let next = next_power(0.0, &[-30.0, -10.0], 0.75);
        assert!((size(20.0 * next) - 1.5).abs() < 1e-6, "{next}");
        // From there on by as much again, since differences of the logs are what counts.
        let after = next_power(next, &[-30.0, -10.0], 0.75);
        assert!((after - 2.0 * next).abs() < 1e-9, "{after}");
        // What cannot be is not counted.
        let with = next_power(0.0, &[-30.0, f64::NEG_INFINITY, -10.0], 0.75);
        assert!((with - next).abs() < 1e-9, "{with}");
    }
}
