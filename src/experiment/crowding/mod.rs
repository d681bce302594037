//! Effects in a history, and what of them is assumed: beside the answer at a scenario's own coefficients of crowding that of the null, where all are 0, and
//! those of draws of a prior and of a posterior.
//!
//! The record says next to nothing of what crowding does to motivation, and the answer to "what if?" hangs on it. So every setting of the coefficients is
//! conditioned on the record by itself, with a filter of its own: parameters are never resampled with states. Draws of the prior come with their likelihoods, and weighed by these
//! they are draws of a posterior, all other parameters being held; a posterior that was fitted may take their place.

mod prior;
mod summary;
mod tables;

pub use prior::{Drawn, OnEffect};
pub use summary::{Row, Says, Summary};

use crate::engine::parallel::Options;
use crate::estimate::{Estimate, Level};
use crate::experiment::calibrate::normalized;
use crate::experiment::comparison::Comparison;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::NOISY;
use crate::experiment::history::{Plan, condition};
use crate::experiment::paired::{self, Pair};
use crate::experiment::posterior::Worlds;
use crate::model::crowding::{Coefficients, effects};
use crate::model::world::World;
use crate::scenario::Scenario;
use std::sync::atomic::AtomicBool;

/// Draws of the prior where nobody says.
pub const DRAWS: u32 = 40;
/// Draws at most.
pub const MOST_DRAWS: u32 = 10_000;
/// Particles of the filter of a draw: enough for a mean, and for a likelihood that is known to a few tenths.
pub const PARTICLES: u32 = 2_000;
/// Replicates of a draw at most: a twentieth of its particles, so that they share little of their past.
const EACH: u32 = 100;

/// Worlds with a setting of their parameters.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The world whose record conditions.
    pub conditioned: World,
    /// The baseline.
    pub base: World,
    /// The counterfactuals, in the order of the comparison.
    pub arms: Vec<World>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// The scenario whose record conditions: the comparison's base without a counterfactual.
    pub conditioned: &'a Scenario,
    /// How the history of the null and of the defaults is made.
    pub plan: Plan,
    /// Draws of the prior; 0: null and defaults alone.
    pub draws: u32,
    /// The prior.
    pub prior: OnEffect,
}

/// A difference for each counterfactual and outcome; none where one of the arms has no such thing.
type Each<T> = Vec<Vec<Option<T>>>;

/// A draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Its number.
    pub number: usize,
    /// What crowding does in all, in standard deviations of motivation between states.
    pub effect: f64,
    /// Log-likelihood of the record, and its standard error.
    pub log_likelihood: (f64, f64),
    /// Weight: those of all draws sum to 1.
    pub weight: f64,
    /// Mean differences.
    means: Each<f64>,
}

/// What the settings gave.
#[derive(Clone, Debug)]
pub struct Beside {
    /// With all coefficients at 0.
    null: Each<Estimate>,
    /// At the scenario's own coefficients.
    defaults: Each<Estimate>,
    /// Draws of the prior, equally weighted.
    pub prior: Vec<Draw>,
    /// Draws of a posterior; none where there is none.
    pub posterior: Option<Vec<Draw>>,
    /// Why there is no posterior.
    pub no_posterior: Option<String>,
    /// Whether the posterior was fitted elsewhere, and is not the prior weighed.
    pub fitted: bool,
    /// Draws under which what is on record cannot be.
    pub refused: usize,
}

impl Setting {
    /// The worlds of a comparison as they are.
    fn own(asked: &Asked) -> Setting {
        Setting {
            conditioned: asked.conditioned.world.clone(),
            base: asked.comparison.base.world.clone(),
            arms: asked.comparison.others.iter().map(|arm| arm.scenario.world.clone()).collect(),
        }
    }

    /// The same with other coefficients; what a counterfactual says of one stands.
    fn with(&self, new: Coefficients) -> Setting {
        let beside = |world: &World| prior::set_beside(&self.conditioned, world, new);
        Setting {
            conditioned: prior::set(&self.conditioned, new),
            base: beside(&self.base),
            arms: self.arms.iter().map(beside).collect(),
        }
    }
}

impl Asked<'_> {
    /// Replicates of a draw.
    pub fn each(&self) -> u32 {
        self.comparison.base.replicates.min(EACH)
    }

    /// Runs all settings. `defaults` are the comparison's own answers in the history, where they are at the scenario's own parameters; `posterior` draws of one that was fitted,
    /// with their weights. `told` hears how much is done, of 1.
    ///
    /// # Errors
    /// If the prior is out of reach, a history cannot be made, or `stop` was raised.
    pub fn run(
        &self,
        defaults: Option<&[Pair]>,
        posterior: Option<&[(Setting, f64)]>,
        (options, stop): (Options, &AtomicBool),
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Beside, ExperimentError> {
        let how = (options, stop);
        let own = Setting::own(self);
        let seed = self.comparison.base.seed;
        // Out of reach is known before anything runs.
        let drawn = self.prior.draws(&self.conditioned.world, seed, self.draws)?;
        let whole = f64::from(self.plan.particles) / f64::from(PARTICLES);
        let wholes = if defaults.is_some() { 1.0 } else { 2.0 };
        let fitted = posterior.map_or(0, <[_]>::len);
        let all = wholes * whole + f64::from(self.draws) + fitted as f64;
        let replicates = self.comparison.base.replicates;
        let null = self.estimates(&self.tried(&own.with([0.0; 4]), self.plan, replicates, how)?.0);
        let mut done = whole;
        told(done / all);
        let defaults = match defaults {
            Some(pairs) => self.estimates(pairs),
            None => self.estimates(&self.tried(&own, self.plan, replicates, how)?.0),
        };
        done = wholes * whole;
        let mut beside = Beside {
            null,
            defaults,
            prior: Vec::new(),
            posterior: None,
            no_posterior: None,
            fitted: posterior.is_some(),
            refused: 0,
        };
        let few = Plan { particles: PARTICLES, rows: self.each(), ..self.plan };
        let mut tell = || {
            done += 1.0;
            told((done / all).min(1.0));
        };
        for (number, (set, effect)) in drawn.coefficients.iter().zip(&drawn.effects).enumerate() {
            let found = self.draw(&own.with(*set), few, (number, *effect, 1.0), how)?;
            tell();
            match found {
                Some(draw) => beside.prior.push(draw),
                None => beside.refused += 1,
            }
        }
        even(&mut beside.prior);
        if let Some(posterior) = posterior {
            let mut draws = Vec::new();
            for (number, (setting, weight)) in posterior.iter().enumerate() {
                let parameters = &setting.conditioned.parameters;
                let effect = effects(parameters, &[crate::model::crowding::coefficients(parameters)])[0];
                let found = self.draw(setting, few, (number, effect, *weight), how)?;
                tell();
                match found {
                    Some(draw) => draws.push(draw),
                    None => beside.refused += 1,
                }
            }
            let sum: f64 = draws.iter().map(|draw| draw.weight).sum();
            for draw in &mut draws {
                draw.weight /= sum;
            }
            beside.posterior = Some(draws).filter(|draws| !draws.is_empty());
        } else {
            beside.weigh();
        }
        Ok(beside)
    }

    /// A draw in a history of its own; none where the record cannot be under it.
    fn draw(
        &self,
        setting: &Setting,
        plan: Plan,
        (number, effect, weight): (usize, f64, f64),
        how: (Options, &AtomicBool),
    ) -> Result<Option<Draw>, ExperimentError> {
        let (pairs, log_likelihood) = match self.tried(setting, plan, self.each(), how) {
            Ok(found) => found,
            // All that a filter refuses of a valid world is a record that none of its particles could show.
            Err(ExperimentError::Asked(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let of = |estimates: &Vec<Option<Estimate>>| estimates.iter().map(|e| e.map(|e| e.mean)).collect();
        let means = self.estimates(&pairs).iter().map(of).collect();
        Ok(Some(Draw { number, effect, log_likelihood, weight, means }))
    }

    /// Conditions a setting on the record, and runs its worlds in that history.
    fn tried(
        &self,
        setting: &Setting,
        plan: Plan,
        replicates: u32,
        (options, stop): (Options, &AtomicBool),
    ) -> Result<(Vec<Pair>, (f64, f64)), ExperimentError> {
        let mut scenario = self.conditioned.clone();
        scenario.world.clone_from(&setting.conditioned);
        let done = condition(&scenario, plan, options, stop, &|_| ())?;
        let within = |world| Worlds::from(world).within(Some(&done.history));
        let arms: Vec<Worlds> = setting.arms.iter().map(within).collect();
        let (outcomes, seed) = (&self.comparison.outcomes, self.comparison.base.seed);
        let plan = paired::Plan { outcomes, seed, replicates: replicates as usize, options };
        let (_, pairs) = paired::run(within(&setting.base), &arms, plan, stop, |_| ())?;
        Ok((pairs, (done.pass.log_likelihood(), done.pass.error())))
    }

    fn estimates(&self, pairs: &[Pair]) -> Each<Estimate> {
        let level = Level::new(self.comparison.level);
        let of = |pair: &Pair| {
            let outcomes = self.comparison.outcomes.iter();
            outcomes.map(|outcome| Some(pair.difference(*outcome, &level)?.difference)).collect()
        };
        pairs.iter().map(of).collect()
    }
}

/// Gives draws equal weights.
fn even(draws: &mut [Draw]) {
    let n = draws.len() as f64;
    for draw in draws {
        draw.weight = 1.0 / n;
    }
}

impl Beside {
    /// The posterior of the prior's draws: each weighs as its likelihood. Where that is known too badly, there is none.
    fn weigh(&mut self) {
        if self.prior.is_empty() {
            return;
        }
        let worst = self.prior.iter().map(|draw| draw.log_likelihood.1).fold(0.0, f64::max);
        if worst > NOISY {
            self.no_posterior = Some(format!(
                "by {PARTICLES} particles the log-likelihood of the record is known to +-{worst:.1} only, too badly for draws to be weighed by it"
            ));
            return;
        }
        let logs: Vec<f64> = self.prior.iter().map(|draw| draw.log_likelihood.0).collect();
        let weights = normalized(&logs);
        let weighed = self.prior.iter().zip(weights);
        self.posterior = Some(weighed.map(|(draw, weight)| Draw { weight, ..draw.clone() }).collect());
    }
}

#[cfg(test)]
mod tests;
