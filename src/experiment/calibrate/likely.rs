//! A scenario as fits by likelihood see it: parameters go into its world, and the log-likelihood of its record comes out of a particle filter.

use super::case::Case;
use super::generation::{Simulator, Trial};
use super::parameter::{Parameter, ParameterOf};
use super::prior::Prior;
use super::search::{begin, least, values};
use crate::engine::given::Given;
use crate::evidence::frame::Frame;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, Evaluation, Noise, evaluate};
use crate::experiment::history::on_record;
use crate::lanes::isa::Isa;
use crate::model::observation::OBSERVATION;
use crate::scenario::Scenario;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// What has a likelihood, as a fit sees it.
pub trait Likelihood: Sync {
    /// Whether the values may stand together; where not, the prior is 0 there.
    fn admits(&self, values: &[f64]) -> bool;

    /// The log-likelihood of a trial's values, estimated with its seed, on the threads of the current pool; minus infinity where the record cannot be.
    ///
    /// # Errors
    /// If values that are admitted make no valid run, or `stop` was raised.
    fn log_likelihood(&self, trial: &Trial, stop: &AtomicBool) -> Result<f64, ExperimentError>;
}

/// A scenario and the part of its record that is fitted.
#[derive(Debug)]
pub struct Likely<'a> {
    case: &'a Case,
    /// What is fitted.
    pub given: Given,
    /// What an evaluation takes.
    pub effort: Effort,
    isa: Isa,
}

/// The record of a scenario without the years and states that are held out. States that are never graded are never held out.
///
/// # Errors
/// If nothing is on record of what is fitted, or the record cannot be.
pub(super) fn fitted_record(scenario: &Scenario, fitted: &Frame) -> Result<Given, ExperimentError> {
    let (given, _) = on_record(scenario, Some(fitted.first + fitted.counted as i32 - 1))?;
    let whole = Frame::new(scenario);
    let held_out = whole.counted_states().filter(|state| !fitted.included[*state]);
    Ok(held_out.fold(given, Given::without))
}

impl<'a> Likely<'a> {
    /// The record of a scenario without the years and states that the case holds out. States that are never graded are never held out.
    ///
    /// # Errors
    /// If nothing is on record of what is fitted, the record cannot be, the effort is none, or a parameter changes no likelihood.
    pub fn new(
        case: &'a Case,
        scenario: &Scenario,
        effort: Effort,
        isa: Isa,
    ) -> Result<Likely<'a>, ExperimentError> {
        let given = fitted_record(scenario, case.frame())?;
        let blind = |p: &&Parameter| match p.of {
            ParameterOf::Observation(k) => !given.hangs_on(OBSERVATION[k].name),
            _ => false,
        };
        if let Some(parameter) = case.parameters().iter().find(blind) {
            let found =
                format!("{}: nothing is on record that it would change the likelihood of", parameter.path);
            let hint = if parameter.path.contains("_cuts") {
                "cuts are of scores read without an error, by distances; a likelihood has thresholds, as observation.protection_thresholds"
            } else {
                "it is about readings that are named as it is, as [observed.speech]"
            };
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        if given.is_empty() {
            let found = format!("nothing is on record of what is fitted: {}", case.fitted());
            return Err(ExperimentError::asked(found, Some("hold out less (--hold-out)".into())));
        }
        Ok(Likely { case, given, effort: effort.check()?, isa })
    }

    /// The likelihood at some values, entry by entry; none where the record cannot be.
    ///
    /// # Errors
    /// As [`Likelihood::log_likelihood`].
    pub fn evaluate(
        &self,
        values: &[f64],
        seed: u64,
        stop: &AtomicBool,
    ) -> Result<Option<Evaluation>, ExperimentError> {
        let world = self.case.world(values)?;
        let given = self.given.clone().observed_by(self.case.observation(values));
        match evaluate(&world, &given, seed, self.effort, self.isa, stop) {
            Ok(evaluation) => Ok(Some(evaluation)),
            // All that a filter refuses of a valid world is a record that none of its particles could show.
            Err(ExperimentError::Asked(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How much the log-likelihood varies from seed to seed, with the scenario's own parameters.
    ///
    /// # Errors
    /// If the record cannot be with these, or `stop` was raised.
    pub fn noise(&self, scenario: &Scenario, stop: &AtomicBool) -> Result<Noise, ExperimentError> {
        Noise::measure(&scenario.world, &self.given, scenario.seed, self.effort, self.isa, stop)
    }
}

impl Likelihood for Likely<'_> {
    fn admits(&self, values: &[f64]) -> bool {
        Simulator::admits(self.case, values)
    }

    fn log_likelihood(&self, trial: &Trial, stop: &AtomicBool) -> Result<f64, ExperimentError> {
        let found = self.evaluate(&trial.values, trial.seed, stop)?;
        Ok(found.map_or(f64::NEG_INFINITY, |evaluation| evaluation.total().0))
    }
}

/// The most probable point that a search found: where log-likelihood and log prior density are greatest together, the latter over the priors' normal
/// scores, in which each is standard normal. What makes no difference so stays in the middle of its prior.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// A value of each parameter.
    pub values: Vec<f64>,
    /// Log-likelihood there.
    pub log_likelihood: f64,
    /// Where the search began.
    pub start: Vec<f64>,
    /// Log-likelihood there.
    pub start_log_likelihood: f64,
    /// Evaluations of the likelihood.
    pub evaluations: u64,
}

/// A search for the most probable point: every point sees the same draws.
#[derive(Clone, Copy)]
pub struct Climb<'a> {
    /// Priors, in the order of the parameters.
    pub priors: &'a [Prior],
    /// Where to begin; the middle of the prior where nothing is known.
    pub start: &'a [Option<f64>],
    /// What is fitted.
    pub likelihood: &'a dyn Likelihood,
    /// Seed of the search and of all evaluations.
    pub seed: u64,
    /// Evaluations after which it ends.
    pub evaluations: u64,
}

impl Climb<'_> {
    /// Searches until the steps are small, or the likelihood was evaluated as often as asked for. `tell` hears how often.
    ///
    /// # Errors
    /// If no start is valid, the record cannot be there, or `stop` was raised.
    pub fn run(
        &self,
        threads: NonZeroUsize,
        stop: &AtomicBool,
        mut tell: impl FnMut(u64) + Send,
    ) -> Result<Best, ExperimentError> {
        /// Worse than the log-likelihood of any record that can be.
        const IMPOSSIBLE: f64 = 1e12;
        let at = |values: Vec<f64>| self.likelihood.log_likelihood(&Trial { values, seed: self.seed }, stop);
        let scores = begin(self.priors, self.start, |values| self.likelihood.admits(values))?;
        let start = values(self.priors, &scores);
        let start_log_likelihood = at(start.clone())?;
        let objective = |z: &[f64]| -> f64 {
            let values = values(self.priors, z);
            let log_prior = -0.5 * z.iter().map(|z| z * z).sum::<f64>();
            match self.likelihood.admits(&values).then(|| at(values)) {
                Some(Ok(log_likelihood)) if log_likelihood > -IMPOSSIBLE => -log_likelihood - log_prior,
                _ => IMPOSSIBLE - log_prior,
            }
        };
        let evaluations = usize::try_from(self.evaluations).unwrap_or(usize::MAX).max(1);
        let (best, evaluations) =
            least(scores, (self.seed, evaluations), threads, stop, objective, |done, _| tell(done as u64))?;
        let values = values(self.priors, &best);
        let log_likelihood = at(values.clone())?;
        if log_likelihood == f64::NEG_INFINITY {
            let found = format!("none of {evaluations} points could show what is on record");
            return Err(ExperimentError::asked(found, Some("give other priors".into())));
        }
        Ok(Best { values, log_likelihood, start, start_log_likelihood, evaluations: evaluations as u64 })
    }
}
