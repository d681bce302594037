//! `given`: runs in a history, with the luck that the states must have had.

use crate::ScenarioError;
use crate::changes::Runs;
use crate::history::History;
use crate::scenario::Scenario;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use suasion::engine::history as engine;
use suasion::engine::parallel::Options;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::Plan;
use suasion::experiment::history::asked::{Asked, Told, check_states};
use suasion::scenario as library;

/// Where the history comes from.
pub enum Source {
    /// The record, or a folder.
    Asked(Asked),
    /// It was made before.
    Made(Arc<engine::History>),
}

/// A history that was asked for.
pub struct Given {
    pub source: Source,
    /// The scenario whose record conditions: without a counterfactual.
    base: Arc<library::Scenario>,
    pub told: Told,
}

impl Scenario {
    /// The history that a caller asks for, held against the scenario without its counterfactual, where one is asked for.
    pub fn given(
        &self,
        py: Python<'_>,
        given: Option<&Bound<'_, PyAny>>,
        runs: Runs<'_, '_>,
    ) -> PyResult<Option<Given>> {
        let Some(given) = given else { return Ok(None) };
        if given.is_instance_of::<PyBool>() && !given.is_truthy()? {
            return Ok(None);
        }
        let base = match &self.baseline {
            None => self.changed(py, None, runs)?,
            Some(baseline) => {
                let mut loaded = baseline.clone();
                runs.set(&mut loaded)?;
                Arc::new(py.detach(|| loaded.build_alone()).map_err(raise)?)
            }
        };
        if let Ok(history) = given.cast::<History>() {
            let History { origin, luck, .. } = history.get();
            let told = origin.of("given", &base).map_err(raise)?;
            return Ok(Some(Given { source: Source::Made(luck.clone()), base, told }));
        }
        let asked = asked(given)?;
        let told = py.detach(|| asked.of(&base)).map_err(raise)?;
        Ok(Some(Given { source: Source::Asked(asked), base, told }))
    }
}

/// The record or a folder, as callers name them.
pub fn asked(given: &Bound<'_, PyAny>) -> PyResult<Asked> {
    if given.is_instance_of::<PyBool>() {
        return Ok(Asked::Record { until: None, particles: None, rows: None });
    }
    if let Ok(text) = given.cast::<PyString>() {
        let text = text.to_cow()?;
        return text.parse().map_err(|wrong| ScenarioError::new_err(format!("given: {wrong}")));
    }
    if given.hasattr("__fspath__")? {
        return Ok(Asked::Folder(given.extract::<PathBuf>()?));
    }
    let kind = given.get_type().name()?;
    Err(ScenarioError::new_err(format!(
        "given: found a value of type {kind}, expected True, \"record\", a History, or a folder that `suasion condition` wrote"
    )))
}

/// An error of the library, which speaks of options, as one that speaks of arguments.
fn raise(error: impl Into<ExperimentError>) -> PyErr {
    match error.into() {
        error @ (ExperimentError::Asked(_) | ExperimentError::Output(_)) => {
            let sentence = error.to_string();
            ScenarioError::new_err(
                sentence.replace("--given", "given").replace("--replicates ", "replicates="),
            )
        }
        error => crate::raise(error),
    }
}

impl Given {
    /// A scenario that is run in the history, with what errors call it.
    pub fn base(scenario: &library::Scenario) -> (&str, &library::Scenario) {
        (scenario.counterfactual.as_deref().unwrap_or(&scenario.name), scenario)
    }

    /// Refuses worlds that change who exists.
    pub fn check_states<'a>(
        &self,
        scenarios: impl IntoIterator<Item = (&'a str, &'a library::Scenario)>,
    ) -> PyResult<()> {
        let check =
            |(name, scenario): (_, &library::Scenario)| check_states(&self.base.world, &scenario.world, name);
        scenarios.into_iter().try_for_each(check).map_err(raise)
    }

    /// The scenario whose record conditions.
    pub fn conditioned(&self) -> &library::Scenario {
        &self.base
    }

    /// How the history is made.
    pub fn plan(&self) -> Plan {
        self.told.plan()
    }

    /// What making the history adds to the replicates that progress counts: its particles, where it is not there yet.
    pub fn particles(given: Option<&Given>) -> u64 {
        match given {
            Some(Given { source: Source::Asked(Asked::Record { .. }), told, .. }) => {
                u64::from(told.particles)
            }
            _ => 0,
        }
    }

    /// The history, where one is asked for. `told` hears how many particles are done.
    pub fn history(
        given: Option<&Given>,
        options: Options,
        stop: &AtomicBool,
        told: impl Fn(u64) + Sync,
    ) -> Result<Option<Arc<engine::History>>, ExperimentError> {
        let Some(Given { source, base, .. }) = given else { return Ok(None) };
        let asked = match source {
            Source::Made(history) => return Ok(Some(history.clone())),
            Source::Asked(asked) => asked,
        };
        let particles = Given::particles(given) as f64;
        let share = |share: f64| told((share * particles) as u64);
        Ok(Some(Arc::new(asked.history(base, options, stop, &share)?)))
    }
}
