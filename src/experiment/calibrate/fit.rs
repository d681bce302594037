//! A fit that was asked for: a scenario, the parameters to fit, and what of its record is fitted. It simulates nothing by itself.

use super::case::Case;
use super::description::{Description, LikelihoodEntry, ParameterEntry};
use super::identify::Marginal;
use super::kernel::KernelKind;
use super::likely::{Likely, fitted_record};
use super::parameter::Parameter;
use super::population::Population;
use super::prior::Prior;
use super::run::predict;
use super::store::Store;
use super::tables::Predicted;
use crate::engine::parallel::{Options, on_threads};
use crate::evidence::frame::{Frame, HoldOut};
use crate::evidence::panel::Coding;
use crate::evidence::watch::READ;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, Noise};
use crate::experiment::hold_out;
use crate::experiment::run::entry;
use crate::lanes::isa::Isa;
use crate::output::manifest::PROGRAM;
use crate::scenario::{Loaded, Scenario};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// States from which half of them are held out unless something else is said.
const ENOUGH_STATES: usize = 20;
/// Last year that is fitted unless something else is said.
const LAST_FITTED: i32 = 2008;

/// How a scenario is fitted, beside its parameters.
#[derive(Debug)]
pub struct How<'a> {
    /// Names of statistics or patterns that are fitted; none: all that the record has data for.
    pub statistics: &'a [String],
    /// What is held out, as [`hold_out::read`] takes it.
    pub hold_out: &'a [String],
    /// How the panel is coded whose links are fitted.
    pub coding: Option<Coding>,
    /// Whether the likelihood of the record is fitted, and not distances between statistics.
    pub likelihood: bool,
    /// Replicates of each trial.
    pub replicates: u32,
    /// Particles of each generation.
    pub particles: u32,
    /// Share of them that the next tolerance admits; by likelihood, that the next power leaves as an effective sample size.
    pub quantile: f64,
    /// How particles go from generation to generation.
    pub kernel: KernelKind,
}

/// A fit that was found possible.
#[derive(Debug)]
pub struct Fit {
    /// The scenario.
    pub scenario: Scenario,
    /// It, as fits see it.
    pub case: Case,
    /// Priors, in the order of the parameters.
    pub priors: Vec<Prior>,
    replicates: u32,
    particles: u32,
    quantile: f64,
    kernel: KernelKind,
}

impl Fit {
    /// A fit of parameters of a scenario to its record.
    ///
    /// # Errors
    /// If the scenario is not valid, there are too few particles, the record has no data for what is fitted, or a prior reaches values that no
    /// scenario may have.
    pub fn new(
        loaded: Loaded,
        parameters: Vec<Parameter>,
        how: How,
        isa: Isa,
    ) -> Result<Fit, ExperimentError> {
        let scenario = loaded.build()?;
        let How { particles, replicates, quantile, kernel, .. } = how;
        let clock = scenario.world.clock;
        let default = HoldOut {
            states: scenario.world.states.len() >= ENOUGH_STATES,
            after: Some(LAST_FITTED).filter(|year| (clock.start..clock.end - 1).contains(year)),
        };
        let hold_out = hold_out::read(how.hold_out, &scenario.world, default)?;
        let parameters = if how.likelihood {
            let given = fitted_record(&scenario, &hold_out.fitted(Frame::new(&scenario)))?;
            Parameter::that_apply(parameters, &|number| given.hangs_on(number))?
        } else {
            Parameter::that_apply(parameters, &|number| READ.contains(&number))?
        };
        if (particles as usize) <= parameters.len() {
            return Err(ExperimentError::Asked(format!(
                "--particles {particles}: fewer than the {} parameters and one, so that no spread of them can be told; take at least \
                 ten for each",
                parameters.len()
            )));
        }
        let priors = parameters.iter().map(|p| p.prior).collect();
        let case = Case::new(loaded, parameters, how.statistics, hold_out, how.coding, (replicates, isa))?;
        Ok(Fit { scenario, case, priors, replicates, particles, quantile, kernel })
    }

    /// What the posterior says of each parameter.
    pub fn said(&self, population: &Population) -> Vec<Marginal> {
        self.priors.iter().enumerate().map(|(k, prior)| Marginal::new(population, k, prior)).collect()
    }

    /// The calibration, written down.
    pub fn description(&self, likelihood: Option<LikelihoodEntry>) -> Description {
        let scenario = &self.scenario;
        let written = |p: &Parameter| ParameterEntry { path: p.path.clone(), prior: p.prior.to_string() };
        Description {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            scenario: entry(scenario),
            seed: format!("{:#x}", scenario.seed),
            particles: self.particles,
            replicates: self.replicates,
            quantile: self.quantile,
            kernel: self.kernel,
            fitted: self.case.fitted(),
            parameters: self.case.parameters().iter().map(written).collect(),
            targets: if likelihood.is_some() { Vec::new() } else { self.case.targets().to_vec() },
            likelihood,
        }
    }

    /// What is fitted by likelihood, and how that is written down.
    ///
    /// # Errors
    /// If particles do not move as they must, or nothing of the record has a likelihood.
    pub fn likely(
        &self,
        effort: Effort,
        replicates_given: bool,
        isa: Isa,
    ) -> Result<(Likely<'_>, LikelihoodEntry), ExperimentError> {
        let refuse = |what: &str| Err(ExperimentError::Asked(format!("--likelihood with {what}")));
        if self.kernel != KernelKind::Moves {
            return refuse("--kernel: its particles are moved, and have no weights; leave --kernel out");
        }
        if replicates_given {
            return refuse(
                "--replicates: a trial is a filter and no replicates; give --filter-particles, or leave it out",
            );
        }
        let likely = Likely::new(&self.case, &self.scenario, effort, isa)?;
        let entry = LikelihoodEntry {
            particles: effort.particles,
            passes: if effort.second { 2 } else { 1 },
            record: likely.given.blake3(),
        };
        Ok((likely, entry))
    }

    /// How much the likelihood varies from seed to seed; none where the scenario's own values cannot have brought the record about.
    ///
    /// # Errors
    /// If threads could not be started, or `stop` was raised.
    pub fn noise(
        &self,
        likely: &Likely,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Noise>, ExperimentError> {
        let noise = on_threads(options.threads, || likely.noise(&self.scenario, stop));
        match noise.map_err(|error| ExperimentError::Threads(error.to_string()))? {
            Ok(noise) => Ok(Some(noise)),
            Err(ExperimentError::Asked(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the model says under the posterior, with new luck, beside what it said under the prior: by statistic, none where no run defines it.
    ///
    /// # Errors
    /// If a draw cannot be simulated, the store cannot be read, or `stop` was raised.
    pub fn predictions(
        &self,
        store: &mut Store,
        population: &Population,
        threads: NonZeroUsize,
        stop: &AtomicBool,
    ) -> Result<Vec<Option<Predicted>>, ExperimentError> {
        let prior = store.generation(0)?.unwrap_or_default();
        let count = population.len();
        let all = predict(population, &self.case, self.scenario.seed, count, threads, stop)?;
        let width = population.width;
        let of = |(k, target)| {
            let before: Vec<f64> = prior.iter().map(|p| p.statistics[k]).collect();
            let after: Vec<f64> = all.iter().skip(k).step_by(width).copied().collect();
            Predicted::new(target, &before, &after)
        };
        Ok(self.case.targets().iter().enumerate().map(of).collect())
    }
}
