//! What callers change of a scenario before it runs: values, replicates and seed, counterfactuals.

use crate::scenario::{Read, Scenario};
use crate::{ScenarioError, arguments, raise, text};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::path::Path;
use std::sync::Arc;
use suasion::experiment::sweep::{Request, Sweep as Laid};
use suasion::experiment::{arms, cost};
use suasion::scenario::{self as library, Loaded};

/// A sweep, refused where its results cannot be meant.
pub fn lay(
    py: Python<'_>,
    loaded: Loaded,
    base: &library::Scenario,
    request: Request,
    out: Option<&Path>,
) -> PyResult<Laid> {
    py.detach(|| {
        cost::refuse_what_a_sweep_cannot(base, &request, out, None)?;
        Laid::new(loaded, request)
    })
    .map_err(raise)
}

/// What `values` says, as assignments by path.
pub fn assignments(values: &Bound<'_, PyDict>) -> PyResult<Vec<String>> {
    let one = |(path, given): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let path = path.cast::<PyString>().map_err(|_| {
            ScenarioError::new_err(format!("{path}: not a path, as \"parameters.displacement\""))
        })?;
        assignment(&path.to_cow()?, &given)
    };
    values.iter().map(one).collect()
}

/// A value set by path.
fn assignment(path: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(format!("{path}={}", text::value(path, given)?))
}

/// Sets what `values` says, by path.
pub fn set_all(loaded: &mut Loaded, values: &Bound<'_, PyDict>) -> PyResult<()> {
    assignments(values)?.iter().try_for_each(|assignment| loaded.set(assignment)).map_err(raise)
}

pub fn set_one(loaded: &mut Loaded, path: &str, given: &Bound<'_, PyAny>) -> PyResult<()> {
    loaded.set(&assignment(path, given)?).map_err(raise)
}

/// What was changed of a scenario that was read.
#[derive(Clone, Debug)]
pub enum Change {
    /// A value set by path.
    Set(String),
    /// A counterfactual.
    Counterfactual(String),
    /// A theory, as it is asked for.
    Theory(String),
    /// A theory in a text, and what it is called.
    TheoryText(String, String),
}

impl Change {
    /// Changes a scenario so.
    pub fn of(&self, loaded: &mut Loaded) -> Result<(), library::ScenarioError> {
        match self {
            Change::Set(assignment) => loaded.set(assignment),
            Change::Counterfactual(name) => loaded.apply_counterfactual(name),
            Change::Theory(name) => loaded.apply_theory(&library::theories::read(name)?),
            Change::TheoryText(name, text) => {
                loaded.apply_theory(&library::theories::parse(name, &format!("theory {name}"), text)?)
            }
        }
    }
}

/// What makes an arm of a scenario that was read: all that it changes, in order.
#[derive(Clone, Debug)]
pub enum Made {
    /// The scenario itself with what was changed of it, the counterfactual aside, and one more in words.
    Words(String),
    /// The same with values set.
    Values(Vec<String>),
    /// Another scenario: as it was read, and what was changed of it.
    Other(Arc<Read>, Vec<Change>),
}

/// What a caller may give of replicates and seed.
#[derive(Clone, Copy)]
pub struct Runs<'a, 'py> {
    pub replicates: Option<&'a Bound<'py, PyAny>>,
    pub seed: Option<&'a Bound<'py, PyAny>>,
}

impl Runs<'_, '_> {
    pub fn set(self, loaded: &mut Loaded) -> PyResult<()> {
        for (path, given) in [("runs.replicates", self.replicates), ("runs.seed", self.seed)] {
            if let Some(given) = given {
                set_one(loaded, path, given)?;
            }
        }
        Ok(())
    }

    pub fn is_empty(self) -> bool {
        self.replicates.is_none() && self.seed.is_none()
    }
}

impl Scenario {
    /// The scenario with one more change, of its baseline too.
    pub fn changed_by(&self, py: Python<'_>, change: Change) -> PyResult<Scenario> {
        let mut changed = self.clone_with(self.loaded.clone());
        change.of(&mut changed.loaded).map_err(raise)?;
        if let Some(baseline) = &mut changed.baseline {
            change.of(baseline).map_err(raise)?;
        }
        changed.changes.push(change);
        changed.built = Arc::new(py.detach(|| changed.loaded.build()).map_err(raise)?);
        Ok(changed)
    }

    pub fn clone_with(&self, loaded: Loaded) -> Scenario {
        Scenario {
            loaded,
            baseline: self.baseline.clone(),
            steps_set: self.steps_set,
            built: self.built.clone(),
            read: self.read.clone(),
            changes: self.changes.clone(),
        }
    }

    pub fn baseline(&self) -> &Loaded {
        self.baseline.as_ref().unwrap_or(&self.loaded)
    }

    /// The scenario with other replicates and seed, not yet built.
    pub fn loaded_with(&self, runs: Runs<'_, '_>) -> PyResult<Loaded> {
        let mut loaded = self.loaded.clone();
        runs.set(&mut loaded)?;
        Ok(loaded)
    }

    /// The scenario with other values, replicates and seed, for one run.
    pub fn changed(
        &self,
        py: Python<'_>,
        values: Option<&Bound<'_, PyDict>>,
        runs: Runs<'_, '_>,
    ) -> PyResult<Arc<library::Scenario>> {
        if values.is_none() && runs.is_empty() {
            return Ok(self.built.clone());
        }
        let mut loaded = self.loaded.clone();
        if let Some(values) = values {
            set_all(&mut loaded, values)?;
        }
        runs.set(&mut loaded)?;
        Ok(Arc::new(py.detach(|| loaded.build_alone()).map_err(raise)?))
    }

    /// Counterfactuals as callers give them: a text as for `suasion compare`, a list of such, or a dict from names to
    /// values by path or scenarios.
    pub fn asked(
        &self,
        given: &Bound<'_, PyAny>,
        runs: Runs<'_, '_>,
    ) -> PyResult<(Vec<arms::Asked>, Vec<Made>)> {
        let mut baseline = self.baseline().clone();
        runs.set(&mut baseline)?;
        let Ok(named) = given.cast::<PyDict>() else {
            let texts = arguments::texts("counterfactuals", Some(given))?;
            let all = texts.iter().map(|text| arms::ask(&baseline, text).map_err(raise));
            return Ok((all.collect::<PyResult<_>>()?, texts.into_iter().map(Made::Words).collect()));
        };
        let (mut all, mut made) = (Vec::new(), Vec::new());
        for (name, given) in named.iter() {
            let name = name.str()?.to_string();
            let loaded = if let Ok(scenario) = given.cast::<Scenario>() {
                let scenario = scenario.get();
                made.push(Made::Other(scenario.read.clone(), scenario.changes.clone()));
                scenario.loaded_with(runs)?
            } else if let Ok(values) = given.cast::<PyDict>() {
                let values = assignments(values)?;
                all.push(arms::ask_named(&baseline, name, &values).map_err(raise)?);
                made.push(Made::Values(values));
                continue;
            } else {
                let kind = given.get_type().name()?;
                return Err(ScenarioError::new_err(format!(
                    "counterfactual `{name}`: found a value of type {kind}, expected a dict of values by path, or a Scenario"
                )));
            };
            all.push(arms::Asked { name, title: None, loaded });
        }
        Ok((all, made))
    }
}

/// A value set by path, or several, as assignments.
pub fn given_assignments(path: &Bound<'_, PyAny>, value: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    match (path.cast::<PyDict>(), path.cast::<PyString>(), value) {
        (Ok(values), _, None) => assignments(values),
        (_, Ok(path), Some(value)) => Ok(vec![assignment(&path.to_cow()?, value)?]),
        _ => Err(ScenarioError::new_err(
            "set: expected a path and a value, as set(\"parameters.displacement\", 0), or a dict of values by path",
        )),
    }
}
