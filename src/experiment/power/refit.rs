//! Theories fitted anew to each simulated record, by who does not know the numbers under which it came about.

use super::Plan;
use crate::engine::given::Given;
use crate::engine::parallel::Options;
use crate::experiment::calibrate::{Climb, Likelihood, Parameter, ParameterOf, Prior, Trial};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::LEAST_PARTICLES;
use crate::experiment::history::evaluate::{Effort, evaluate};
use crate::experiment::weigh::{Theory, free, usual_split};
use crate::lanes::isa::Isa;
use crate::model::world::World;
use crate::scenario::{Loaded, Scenario, keeps_joint_rules};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// Evaluations of the likelihood for each fit where nobody says.
pub const EVALUATIONS: u64 = 60;

/// How theories are fitted to a simulated record before they are weighed on what followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refit {
    /// First year that is held out: theories are fitted to the years before, and weighed on those from then on.
    pub from: i32,
    /// Evaluations of the likelihood for each fit, at most.
    pub evaluations: u64,
    /// Particles of the filter while fitting.
    pub particles: u32,
}

impl Refit {
    /// How theories are fitted to records of a scenario that end in some years (none: the last of the run). Without a first year that is held out
    /// it is that of [`weigh`](crate::experiment::weigh): 2009, or the middle.
    pub fn new(base: &Scenario, until: &[i32], from: Option<i32>, evaluations: u64, particles: u32) -> Refit {
        let clock = base.world.clock;
        let first_end = until.iter().min().copied().unwrap_or(clock.end - 1);
        Refit { from: from.unwrap_or_else(|| usual_split(clock.start, first_end)), evaluations, particles }
    }

    /// Checks it against a plan whose years are known.
    ///
    /// # Errors
    /// If no year of a record is left on one side, or there are too few particles or evaluations.
    pub(super) fn check(self, plan: &Plan, base: &Scenario) -> Result<(), ExperimentError> {
        let (first, last) = (base.world.clock.start + 1, plan.until.first().copied().unwrap_or(i32::MIN));
        if !(first..=last).contains(&self.from) {
            let found = format!("--from {}: ", self.from)
                + &if first <= last {
                    format!("expected a year from {first} to {last}")
                } else {
                    format!("a record that ends in {last} leaves no year to be fitted")
                };
            let hint = "it is the first year that is held out: theories are fitted to the years before, and weighed on those until the end of the record";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        if self.evaluations == 0 {
            let found = format!("found {} evaluations for each fit, expected 1 or more", self.evaluations);
            return Err(ExperimentError::Asked(found));
        }
        if self.particles < LEAST_PARTICLES {
            let found = format!(
                "found {} particles while fitting, expected {LEAST_PARTICLES} or more",
                self.particles
            );
            return Err(ExperimentError::Asked(found));
        }
        Ok(())
    }
}

/// What is fitted in each theory: what is drawn, without what the theory itself sets.
///
/// # Errors
/// If what is drawn is no number of a world, or a theory cannot be built with it.
pub(super) fn fitted(
    baseline: &Loaded,
    theories: &[Theory],
    priors: &[Parameter],
) -> Result<Vec<Vec<Parameter>>, ExperimentError> {
    if let Some(parameter) = priors.iter().find(|p| !matches!(p.of, ParameterOf::World(_))) {
        let found = format!("{} cannot be refitted", parameter.path);
        let hint = "what is refitted are parameters.*, and numbers of rating regimes and of instruments; leave it out, or do without --refit";
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    let of = |theory: &Theory| Ok(free(baseline, theory, priors)?.0);
    // A third theory is simulated, never weighed.
    theories[..2].iter().map(of).collect()
}

/// A theory and the part of a simulated record to which it is fitted.
struct Unknown<'a> {
    world: &'a World,
    parameters: &'a [Parameter],
    before: Given,
    effort: Effort,
    isa: Isa,
}

impl Unknown<'_> {
    fn world(&self, values: &[f64]) -> World {
        let mut world = self.world.clone();
        for (parameter, x) in self.parameters.iter().zip(values) {
            if let ParameterOf::World(factor) = parameter.of
                && let Some(number) = world.factor_mut(factor)
            {
                *number = *x;
            }
        }
        world
    }
}

impl Likelihood for Unknown<'_> {
    fn admits(&self, values: &[f64]) -> bool {
        keeps_joint_rules(&self.world(values))
    }

    fn log_likelihood(&self, trial: &Trial, stop: &AtomicBool) -> Result<f64, ExperimentError> {
        let world = self.world(&trial.values);
        match evaluate(&world, &self.before, trial.seed, self.effort, self.isa, stop) {
            Ok(evaluation) => Ok(evaluation.total().0),
            // All that a filter refuses of a valid world is a record that none of its particles could show.
            Err(ExperimentError::Asked(_)) => Ok(f64::NEG_INFINITY),
            Err(error) => Err(error),
        }
    }
}

/// The world of a theory, fitted to what a simulated record has before the first year that is held out; none where no point of the search could show that.
///
/// # Errors
/// If `stop` was raised.
pub(super) fn fit(
    (refit, split): (Refit, usize),
    world: &World,
    parameters: &[Parameter],
    given: &Given,
    seed: u64,
    options: Options,
    stop: &AtomicBool,
) -> Result<Option<World>, ExperimentError> {
    if parameters.is_empty() {
        return Ok(Some(world.clone()));
    }
    let effort = Effort { particles: refit.particles, second: false };
    let before = given.clone().until(split, world.clock.steps_per_year as usize);
    let unknown = Unknown { world, parameters, before, effort, isa: options.isa };
    let priors: Vec<Prior> = parameters.iter().map(|p| p.prior).collect();
    let start: Vec<Option<f64>> = parameters.iter().map(|p| p.of.number(world)).collect();
    let climb =
        Climb { priors: &priors, start: &start, likelihood: &unknown, seed, evaluations: refit.evaluations };
    // Histories are dealt out to threads already.
    match climb.run(NonZeroUsize::MIN, stop, |_| ()) {
        Ok(best) => Ok(Some(unknown.world(&best.values))),
        Err(ExperimentError::Asked(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
