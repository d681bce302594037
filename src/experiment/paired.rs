//! Several arms on common random numbers: the same replicates of a base and of other worlds, their differences summed
//! exactly, replicate by replicate.
//!
//! Worlds of different structure cannot share a batch, so replicates go in chunks: each arm of a chunk is simulated, then
//! its outcomes are paired with the base's. Sums are integers, so chunks, threads and batches change no bit of a result.

use crate::engine::parallel::{Options, simulate};
use crate::estimate::{Accumulator, Estimate, Exact, Level, Support, integer, shares};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Measure, Outcome, OutcomeRecorder, Outcomes, Readings};
use crate::experiment::posterior::Worlds;
use crate::lanes::lane::{LANES, Lane};
use crate::model::world::World;
use crate::output::digest::Digest;
use crate::output::ensemble::EnsembleRecorder;
use crate::output::units::Units;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

mod matched;

use matched::{Match, matched};
pub use matched::{check, has_both};

/// Replicates in a chunk, at most.
const CHUNK: usize = 1024;
/// Lanes that one arm of a chunk keeps, about: 64 MiB.
const LANES_PER_CHUNK: usize = 1 << 20;

/// Why arms cannot be paired.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Unpairable {
    /// The arms differ in years or steps, so no draw of one is a draw of the other.
    #[error(
        "its years or steps differ from the baseline's, so the two share no luck; give both the same with --years"
    )]
    Clock,
    /// No state is in both.
    #[error("it has no state in common with the baseline, so nothing can be paired")]
    States,
}

/// The base over all replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// What was read of each run.
    pub outcomes: Outcomes,
    sums: Accumulator,
    /// By outcome: see [`Accumulator::sizes`].
    sizes: Vec<f64>,
    /// Digest of the base's trajectories.
    pub digest: Digest,
}

/// Sums of an outcome in both arms.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Both {
    base: Exact,
    other: Exact,
    /// Resolutions of both: another in the other arm where more can flow in it. Differences have the coarser.
    resolutions: [f64; 2],
    /// Replicates in which the difference is above 0, and below.
    above: u64,
    below: u64,
}

/// An arm beside the base, over all replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Outcomes that both arms have, by the base's indices.
    pub outcomes: Outcomes,
    both: Vec<Both>,
    differences: Accumulator,
    sizes: Vec<f64>,
    /// What could not be paired.
    pub unpaired: Unpaired,
    /// Digest of the other arm's trajectories.
    pub digest: Digest,
}

/// An outcome in two arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// In the base, without an interval.
    pub base: Estimate,
    /// In the other arm, without an interval.
    pub other: Estimate,
    /// Other less base, replicate by replicate.
    pub difference: Estimate,
    /// Share of replicates whose difference has the sign that the mean difference has not.
    pub reversed: f64,
    /// Replicates that each of two independent samples would need for an interval as narrow; none for one replicate.
    pub unpaired: Option<f64>,
}

/// Names of what one arm alone has: outcomes, `state ID`, and `community ID` where its members are none of the other's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpaired {
    /// In the base alone.
    pub base: Vec<String>,
    /// In the other arm alone.
    pub other: Vec<String>,
}

/// How arms are to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'q> {
    /// What is read of each run; by the base's indices.
    pub outcomes: &'q Outcomes,
    /// Seed of all arms.
    pub seed: u64,
    /// Replicates of each arm.
    pub replicates: usize,
    /// How to run; changes no result.
    pub options: Options,
}

impl Profile {
    /// What replicates say of an outcome; none where it was not read.
    pub fn estimate(&self, outcome: Outcome, level: &Level) -> Option<Estimate> {
        Some(self.at(self.outcomes.find(outcome)?, level))
    }

    /// The same of an outcome by its number.
    pub fn at(&self, number: usize, level: &Level) -> Estimate {
        self.sums.estimate(number, self.outcomes[number].support(), self.sizes[number], level)
    }

    /// The mean of an outcome; none where it was not read.
    pub fn mean(&self, outcome: Outcome) -> Option<f64> {
        Some(self.sums.mean(self.outcomes.find(outcome)?))
    }

    /// Draws of a posterior that the replicates saw; 0 without one.
    pub fn draws(&self) -> u64 {
        self.sums.draws()
    }
}

impl Pair {
    /// What replicates say of an outcome; none where one of the arms has no such thing, or it was not read.
    pub fn difference(&self, outcome: Outcome, level: &Level) -> Option<Difference> {
        Some(self.at(self.outcomes.find(outcome)?, level))
    }

    /// The same of an outcome by its number.
    pub fn at(&self, number: usize, level: &Level) -> Difference {
        let Both { base, other, resolutions, above, below } = self.both[number];
        let (base, other) = (base.estimate(resolutions[0]), other.estimate(resolutions[1]));
        let n = base.n as f64;
        let support = match self.outcomes[number].support() {
            Support::Share => Support::Within(-1.0, 1.0),
            Support::Within(least, greatest) => Support::Within(least - greatest, greatest - least),
        };
        let mut difference = self.differences.estimate(number, support, self.sizes[number], level);
        if self.outcomes[number].support() == Support::Share {
            let [above, below] = [above, below].map(|count| count as f64 / n);
            let interval = || shares::paired(above, below, self.differences.weight(number), level);
            difference.interval = (base.n > 1).then(interval);
        }
        let against = match difference.mean {
            mean if mean > 0.0 => below,
            mean if mean < 0.0 => above,
            _ => above.min(below),
        };
        // As wide an interval of two independent samples: t^2 (s_1^2 + s_2^2) / N is the square of half its width.
        let apart = base.variance() + other.variance();
        let unpaired = difference.interval.map(|interval| {
            let half = 0.5 * (interval.high - interval.low);
            let t = level.t(n - 1.0);
            if half > 0.0 { t * t * apart / (half * half) } else { n }
        });
        Difference { base, other, difference, reversed: against as f64 / n, unpaired }
    }

    /// The mean of an outcome in the other arm; none where one of the arms has no such thing, or it was not read.
    pub fn mean(&self, outcome: Outcome) -> Option<f64> {
        let Both { other, resolutions, .. } = &self.both[self.outcomes.find(outcome)?];
        Some(other.mean(resolutions[1]))
    }

    /// Memory for an outcome, about, with so many groups of draws.
    pub(super) fn bytes(groups: usize) -> usize {
        size_of::<Both>() + Accumulator::bytes(groups)
    }

    /// Draws of a posterior that the replicates saw; 0 without one.
    pub fn draws(&self) -> u64 {
        self.differences.draws()
    }

    /// Under a posterior, the share of the variance of a difference between replicates that is between draws; none without one, or where each draw was seen but once.
    pub fn of_draws(&self, number: usize) -> Option<f64> {
        self.differences.between(number)
    }

    /// An event that no difference shows may be as large as those of the base, where no difference varies anywhere.
    fn find_sizes(&mut self, base: &Profile, world: &World) {
        self.sizes = self.differences.sizes(self.outcomes.iter().map(kind));
        let of_base: BTreeMap<_, f64> =
            base.outcomes.iter().map(kind).zip(base.sizes.iter().copied()).collect();
        for (size, outcome) in self.sizes.iter_mut().zip(self.outcomes.iter()) {
            if *size == 0.0 {
                *size = of_base.get(&kind(outcome)).copied().unwrap_or(0.0);
            }
        }
        self.outcomes.count_unseen(&mut self.sizes, world);
    }
}

/// Outcomes whose numbers are alike: the same measure, of states one by one or of several together.
pub(super) fn kind(outcome: &Outcome) -> (Measure, bool) {
    (outcome.measure, outcome.place.state().is_some())
}

/// Runs a base and other arms, and pairs each with the base. `progress` hears how many replicates of all arms are done.
///
/// # Errors
/// If the run was stopped.
///
/// # Panics
/// If an arm does not pair: see [`check`].
pub fn run<'w, W: Into<Worlds<'w>> + Copy>(
    base: W,
    others: &[W],
    plan: Plan,
    stop: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> Result<(Profile, Vec<Pair>), ExperimentError> {
    let base = base.into();
    let mut readings = Readings::of(base.base, plan.outcomes);
    let units = Units::new(base.base);
    let resolutions = plan.outcomes.iter().map(|outcome| outcome.resolution(&units)).collect();
    let mut profile = Profile {
        outcomes: plan.outcomes.clone(),
        sums: Accumulator::new(resolutions, base.groups()),
        sizes: Vec::new(),
        digest: Digest::default(),
    };
    let mut matches: Vec<Match> =
        others.iter().map(|other| matched(base, (*other).into(), plan.outcomes, &mut readings)).collect();
    let chunk = (LANES_PER_CHUNK / readings.len().max(1)).clamp(1, CHUNK / LANES) * LANES;
    let mut done = 0;
    for first in (0..plan.replicates).step_by(chunk) {
        let count = chunk.min(plan.replicates - first);
        let mut sample = |worlds: Worlds, readings: &Readings, digest: &mut Digest| {
            let taken = sample(worlds, readings, (first, count), &plan, stop)?;
            digest.merge(taken.digest);
            done += count as u64;
            progress(done);
            Ok::<Sample, ExperimentError>(taken)
        };
        let of_base = sample(base, &readings, &mut profile.digest)?;
        for (replicate, runs, values) in of_base.batches(first, readings.len()) {
            for (number, value) in values[..profile.outcomes.len()].iter().enumerate() {
                for (lane, x) in value.0[..runs].iter().enumerate() {
                    profile.sums.add(number, replicate + lane, *x);
                }
            }
        }
        for other in &mut matches {
            let taken = sample(other.worlds, &other.readings, &mut other.pair.digest)?;
            let of_other = taken.batches(first, other.readings.len());
            for ((replicate, runs, xs), (_, _, ys)) in of_base.batches(first, readings.len()).zip(of_other) {
                for (number, (from, y)) in other.in_base.iter().zip(ys).enumerate() {
                    other.pair.add(number, replicate, (&xs[*from].0[..runs], &y.0[..runs]));
                }
            }
        }
    }
    profile.sizes = profile.sums.sizes(profile.outcomes.iter().map(kind));
    let mut pairs: Vec<Pair> = matches.into_iter().map(|m| m.pair).collect();
    for pair in &mut pairs {
        pair.find_sizes(&profile, base.base);
    }
    profile.outcomes.count_unseen(&mut profile.sizes, base.base);
    Ok((profile, pairs))
}

impl Pair {
    /// Adds what an outcome is in both arms, from a replicate on.
    #[inline(always)]
    fn add(&mut self, number: usize, replicate: usize, (xs, ys): (&[f64], &[f64])) {
        let both = &mut self.both[number];
        let [of_base, of_other] = both.resolutions;
        let of_difference = of_base.max(of_other);
        for (lane, (x, y)) in xs.iter().zip(ys).enumerate() {
            both.base.add(integer(*x, of_base));
            both.other.add(integer(*y, of_other));
            let difference = integer(*y, of_difference) - integer(*x, of_difference);
            both.above += u64::from(difference > 0);
            both.below += u64::from(difference < 0);
            self.differences.add_integer(number, replicate + lane, difference);
        }
    }
}

/// Lanes of a chunk as recorded, batch after batch.
struct Sample {
    values: Vec<Lane>,
    widths: Vec<usize>,
    digest: Digest,
}

impl Sample {
    /// Number of the first replicate, runs and readings of each batch; the sample's first replicate is `first`.
    fn batches(&self, first: usize, readings: usize) -> impl Iterator<Item = (usize, usize, &[Lane])> {
        let widths = self.widths.iter().zip(self.values.chunks_exact(readings.max(1)));
        widths.scan(first, |next, (runs, values)| {
            *next += runs;
            Some((*next - runs, *runs, values))
        })
    }
}

fn sample(
    worlds: Worlds,
    readings: &Readings,
    (first, count): (usize, usize),
    plan: &Plan,
    stop: &AtomicBool,
) -> Result<Sample, ExperimentError> {
    let mut all = Sample { values: Vec::new(), widths: Vec::new(), digest: Digest::default() };
    let world = worlds.base;
    let run = |r: usize| worlds.run(plan.seed, (first + r) as u32);
    let make = || (EnsembleRecorder::new(world, plan.options.isa, None), OutcomeRecorder::new(readings));
    let options = Options { ledger: readings.ledger, ..plan.options };
    simulate(world, count, run, options, stop, make, |(ensemble, outcomes), _| {
        all.digest.merge(ensemble.digest());
        all.values.extend(outcomes.values);
        all.widths.extend(outcomes.widths);
        Ok::<(), ExperimentError>(())
    })?;
    Ok(all)
}
