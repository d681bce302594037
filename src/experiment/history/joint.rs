//! The likelihood of a record by whole runs: what the filter of blocks is checked against, where few states are on record.
//!
//! A block filter resamples each state by itself, and so breaks what the states of a run owe to each other; a likelihood by it favours weak ties. Here runs
//! are weighed by the density of all that is on record in the year, and kept or dropped whole (Gordon et al. 1993). That needs no approximation, but of many
//! states hardly any run shows all of their records: the effective sample size of ten states is 1.

use super::evaluate::{Effort, evaluate};
use super::filter::{Entry, Filter, weigh};
use crate::engine::given::Given;
use crate::engine::timeline::Timeline;
use crate::experiment::cost::refuse_memory;
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::model::world::World;
use std::sync::atomic::{AtomicBool, Ordering};

/// States on record, at most, whose runs are weighed whole.
pub const MOST_JOINTLY: usize = 3;

/// A log-likelihood, and its simulation error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// The log-likelihood.
    pub log_likelihood: f64,
    /// Standard error of it, from the particles' weights of each entry, taken as independent.
    pub error: f64,
}

impl Estimated {
    /// The sum of some entries.
    fn of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Estimated {
        let (sum, square) =
            entries.fold((0.0, 0.0), |(sum, square), e| (sum + e.log_density, square + e.error * e.error));
        Estimated { log_likelihood: sum, error: square.sqrt() }
    }
}

/// The likelihood of one record by blocks and by whole runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Both {
    /// The log-likelihood by the first pass of the block filter.
    pub first: f64,
    /// The second pass: the likelihood that is reported elsewhere.
    pub second: Estimated,
    /// By whole runs.
    pub joint: Estimated,
    /// The least effective sample size of the whole runs in any year.
    pub effective: f64,
}

impl Filter<'_> {
    /// What is known of the record in each year, given the years before, by runs that are kept or dropped whole; on the threads of the current pool.
    ///
    /// # Errors
    /// If no run shows what is on record, memory does not hold the particles, a result is not finite, or `stop` was raised.
    pub fn joint(&self, stop: &AtomicBool) -> Result<Vec<Entry>, ExperimentError> {
        refuse_memory(self.bytes(), "particles")?;
        let n = self.world.states.len();
        let mut groups = self.begin(None);
        let mut entries = Vec::with_capacity(self.given.years());
        for year in 0..self.given.years() {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            groups.run_year(year)?;
            let mut logs = groups.log_densities(0);
            for state in 1..n {
                logs.iter_mut().zip(groups.log_densities(state)).for_each(|(sum, log)| *sum += log);
            }
            let (entry, weights) = weigh(&logs);
            if entry.log_density == f64::NEG_INFINITY {
                let found = format!(
                    "none of {} whole runs could show what is on record in {}",
                    self.particles,
                    self.world.clock.start + year as i32
                );
                return Err(ExperimentError::asked(found, Some("ask for more --particles".into())));
            }
            if logs.iter().any(|log| *log != logs[0]) {
                groups.resample(&vec![Some(self.resample(0, year, &weights)); n]);
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// The likelihood of a record by blocks and by whole runs of as many particles, on the threads of the current pool.
///
/// # Errors
/// If no particle could have shown what is on record, a result is not finite, or `stop` was raised.
pub fn both(
    world: &World,
    given: &Given,
    seed: u64,
    effort: Effort,
    isa: Isa,
    stop: &AtomicBool,
) -> Result<Both, ExperimentError> {
    let timeline = Timeline::new(world);
    let filter =
        Filter { world, timeline: &timeline, given, seed, particles: effort.particles as usize, isa };
    let evaluation = evaluate(world, given, seed, Effort { second: true, ..effort }, isa, stop)?;
    let second = Estimated::of(evaluation.entries.iter().flatten());
    let entries = filter.joint(stop)?;
    let effective = entries.iter().map(|entry| entry.effective).fold(f64::INFINITY, f64::min);
    Ok(Both { first: evaluation.first, second, joint: Estimated::of(entries.iter()), effective })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]
mod tests {
    use super::*;
    use crate::engine::parallel::Options;
    use crate::experiment::history::filter::Nothing;
    use crate::experiment::history::on_record;
    use crate::experiment::history::tests::{STOP, asean, on_two};

    /// Two states, four years: whole runs that are resampled, whole runs that are not, and blocks agree, however loud the peers.
    #[test]
    fn whole_runs_agree_with_blocks_and_with_an_importance_sampler() {
        let loud = ["parameters.persuasion=1.5", "parameters.adopt_peers=4", "parameters.silence=1"];
        for set in [&[][..], &loud] {
            let scenario = asean(set, 2005);
            let (whole, _) = on_record(&scenario, None).unwrap();
            let given = (0..10).filter(|i| ![3, 5].contains(i)).fold(whole, Given::without);
            let isa = Options::default().isa;
            let effort = Effort { particles: 40_000, second: true };
            let timeline = Timeline::new(&scenario.world);
            let filter = Filter {
                world: &scenario.world,
                timeline: &timeline,
                given: &given,
                seed: scenario.seed,
                particles: 40_000,
                isa,
            };
            let (both, runs) = on_two(|| {
                let both = both(&scenario.world, &given, scenario.seed, effort, isa, &STOP).unwrap();
                (both, filter.whole::<Nothing>().unwrap().0)
            });
            let most = runs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mean = runs.iter().map(|log| (log - most).exp()).sum::<f64>() / runs.len() as f64;
            let exact = most + mean.ln();
            let Both { second, joint, effective, .. } = both;
            assert!((joint.log_likelihood - exact).abs() < 0.05, "{both:?}, importance sampling {exact}");
            assert!((second.log_likelihood - joint.log_likelihood).abs() < 0.05, "{both:?}");
            assert!(joint.error > 0.0 && joint.error < 0.03 && effective > 500.0, "{both:?}");
        }
    }

    #[test]
    fn ten_states_are_too_many_to_be_weighed_whole() {
        let scenario = asean(&[], 2006);
        let (given, _) = on_record(&scenario, None).unwrap();
        let effort = Effort { particles: 400, second: true };
        let isa = Options::default().isa;
        let both = on_two(|| both(&scenario.world, &given, scenario.seed, effort, isa, &STOP)).unwrap();
        // Of 400 runs hardly any counts, so the likelihood of whole runs is known worse than that of blocks.
        assert!(both.effective < 20.0 && both.joint.error > 1.5 * both.second.error, "{both:?}");
    }
}
