//! `posterior`: the parameters of each replicate from weighted draws instead of from the scenario, in every arm.

use crate::attended::attended;
use crate::calibrate::Calibration;
use crate::changes::{Change, Made};
use crate::given::Given;
use crate::progress::Progress;
use crate::scenario::{Read, Scenario};
use crate::{ScenarioError, raise_named};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::arms::{self, Arm};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::posterior::{Drawn, Posterior, Worlds};
use suasion::model::world::World;
use suasion::scenario::{self as library, Loaded};

/// The worlds of a base and of arms beside it under a posterior.
pub struct Under {
    base: Drawn,
    others: Vec<Drawn>,
}

/// What is asked for beside it.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// What makes the arms.
    pub made: &'a [Made],
    /// Whether tiers and adoptions are pinned to the record.
    pub observed: bool,
    /// The history that is asked for too: one or the other.
    pub given: Option<&'a Given>,
}

impl Scenario {
    /// The worlds under the posterior that a caller asks for. Draws are set in the scenario as it was read; what was changed since comes after them.
    pub fn under(
        &self,
        py: Python<'_>,
        asked: Option<&Bound<'_, PyAny>>,
        base: &library::Scenario,
        beside: Beside<'_>,
        options: Options,
    ) -> PyResult<Option<Under>> {
        let Some(asked) = asked else { return Ok(None) };
        if beside.given.is_some() {
            return Err(ScenarioError::new_err(
                "posterior: every history is one at fixed parameters; expected one of the two, given or posterior",
            ));
        }
        let posterior = read(asked)?;
        let work = |stop: &AtomicBool| -> Result<Under, ExperimentError> {
            let built = |loaded: Loaded| -> Result<World, ExperimentError> {
                let scenario = loaded.build_alone()?;
                let observed = |scenario| arms::observed(loaded, scenario);
                Ok(if beside.observed { observed(&scenario)?.world } else { scenario.world })
            };
            let of_arm = |loaded: Loaded| Ok(arms::scenario(loaded, beside.observed)?.world);
            let runs = (base.seed, base.replicates);
            let threads = options.threads;
            let own = coded(&posterior, &self.read)?;
            let of_base = own.worlds(
                &self.read.loaded,
                runs,
                threads,
                stop,
                |loaded| changed(loaded, &self.changes),
                built,
            )?;
            let other = |made: &Made| match made {
                Made::Other(read, changes) => coded(&posterior, read)?.worlds(
                    &read.loaded,
                    runs,
                    threads,
                    stop,
                    |loaded| changed(loaded, changes),
                    of_arm,
                ),
                Made::Words(text) => {
                    let overlay = |loaded| Ok(arms::ask(&values_set(loaded, &self.changes)?, text)?.loaded);
                    own.worlds(&self.read.loaded, runs, threads, stop, overlay, of_arm)
                }
                Made::Values(values) => {
                    let overlay = |loaded| {
                        let mut loaded = values_set(loaded, &self.changes)?;
                        values.iter().try_for_each(|value| loaded.set(value))?;
                        Ok(loaded)
                    };
                    own.worlds(&self.read.loaded, runs, threads, stop, overlay, of_arm)
                }
            };
            let others = beside.made.iter().map(other).collect::<Result<_, _>>()?;
            Ok(Under { base: of_base, others })
        };
        attended(py, &Progress::silent(), work, raise_named).map(Some)
    }
}

/// The posterior that a caller gave: a calibration, a file, or `bundled`.
fn read(given: &Bound<'_, PyAny>) -> PyResult<Posterior> {
    if let Ok(calibration) = given.cast::<Calibration>() {
        return Posterior::parse("of the calibration", calibration.get().text()?).map_err(raise_named);
    }
    if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
        let path = given.extract::<PathBuf>()?;
        return Posterior::read(&path.to_string_lossy()).map_err(raise_named);
    }
    let kind = given.get_type().name()?;
    Err(ScenarioError::new_err(format!(
        "posterior: found a value of type {kind}, expected a Calibration, a posterior.csv of `suasion calibrate`, or \"bundled\""
    )))
}

/// The posterior as it codes a panel's scenario.
fn coded(posterior: &Posterior, read: &Read) -> Result<Posterior, ExperimentError> {
    let posterior = match &read.path {
        Some(path) => posterior.clone().coded_beside(path)?,
        None => posterior.clone(),
    };
    posterior.check(&read.loaded)?;
    Ok(posterior)
}

/// A scenario with all that was changed of it.
fn changed(mut loaded: Loaded, changes: &[Change]) -> Result<Loaded, ExperimentError> {
    changes.iter().try_for_each(|change| change.of(&mut loaded))?;
    Ok(loaded)
}

/// The same without the counterfactual.
fn values_set(mut loaded: Loaded, changes: &[Change]) -> Result<Loaded, ExperimentError> {
    let values = changes.iter().filter(|change| !matches!(change, Change::Counterfactual(_)));
    values.into_iter().try_for_each(|change| change.of(&mut loaded))?;
    Ok(loaded)
}

impl Under {
    /// The worlds of the base, drawn if there is a posterior.
    pub fn base<'w>(under: Option<&'w Under>, base: &'w library::Scenario) -> Worlds<'w> {
        Worlds::new(&base.world, under.map(|under| &under.base))
    }

    /// The worlds of the counterfactuals, drawn if there is a posterior.
    pub fn others<'w>(under: Option<&'w Under>, others: &'w [Arm]) -> Vec<Worlds<'w>> {
        let drawn = |i: usize| under.map(|under| &under.others[i]);
        others.iter().enumerate().map(|(i, arm)| Worlds::new(&arm.scenario.world, drawn(i))).collect()
    }
}
