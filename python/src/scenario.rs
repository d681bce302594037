//! Scenarios as Python has them: read, changed and run. Each change gives a new scenario, validated.
#![allow(clippy::needless_pass_by_value)] // arguments come from Python by value

use crate::run::{Run, run};
use crate::{ScenarioError, outcomes, raise, text};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use suasion::engine::parallel::Options;
use suasion::experiment::run::Tables;
use suasion::scenario::{self as library, Loaded, bundled, nearest};

/// What to run: states, regimes, instruments and parameters, validated. It does not change: `set` and `counterfactual`
/// give a new one.
#[pyclass(frozen, module = "suasion")]
pub struct Scenario {
    loaded: Loaded,
    built: Arc<library::Scenario>,
}

fn build(py: Python<'_>, loaded: Loaded) -> PyResult<Scenario> {
    let built = py.detach(|| loaded.build()).map_err(raise)?;
    Ok(Scenario { loaded, built: Arc::new(built) })
}

/// Sets what `values` says, by path.
fn set_all(loaded: &mut Loaded, values: &Bound<'_, PyDict>) -> PyResult<()> {
    for (path, given) in values.iter() {
        let path = path.cast::<PyString>().map_err(|_| {
            ScenarioError::new_err(format!("{path}: not a path, as \"parameters.displacement\""))
        })?;
        set_one(loaded, &path.to_cow()?, &given)?;
    }
    Ok(())
}

fn set_one(loaded: &mut Loaded, path: &str, given: &Bound<'_, PyAny>) -> PyResult<()> {
    loaded.set(&format!("{path}={}", text::value(path, given)?)).map_err(raise)
}

impl Scenario {
    /// The scenario with other values, replicates and seed, for one run.
    fn changed(
        &self,
        py: Python<'_>,
        values: Option<&Bound<'_, PyDict>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Arc<library::Scenario>> {
        if values.is_none() && replicates.is_none() && seed.is_none() {
            return Ok(self.built.clone());
        }
        let mut loaded = self.loaded.clone();
        if let Some(values) = values {
            set_all(&mut loaded, values)?;
        }
        for (path, given) in [("runs.replicates", replicates), ("runs.seed", seed)] {
            if let Some(given) = given {
                set_one(&mut loaded, path, given)?;
            }
        }
        Ok(Arc::new(py.detach(|| loaded.build_alone()).map_err(raise)?))
    }
}

#[pymethods]
impl Scenario {
    /// Reads a scenario file (TOML), or a bundled scenario by name.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Scenario> {
        build(py, library::Scenario::load(&path.to_string_lossy()).map_err(raise)?)
    }

    /// A scenario that comes with the package, by name; `bundled_names` has them.
    #[staticmethod]
    fn bundled(py: Python<'_>, name: &str) -> PyResult<Scenario> {
        let Some(text) = bundled::find(name) else {
            let hint = nearest(name, bundled::names())
                .unwrap_or_else(|| "`Scenario.bundled_names()` names the bundled ones".into());
            return Err(ScenarioError::new_err(format!("no bundled scenario `{name}`; {hint}")));
        };
        build(py, library::Scenario::parse(name, text, None).map_err(raise)?)
    }

    /// Names of the bundled scenarios.
    #[staticmethod]
    fn bundled_names() -> Vec<&'static str> {
        bundled::names().collect()
    }

    /// A scenario from a dict of the shape of a scenario file, as `tomllib.load` gives it. `folder` is where its table
    /// files are.
    #[staticmethod]
    #[pyo3(signature = (scenario, name="scenario", folder=None))]
    fn from_dict(
        py: Python<'_>,
        scenario: &Bound<'_, PyDict>,
        name: &str,
        folder: Option<PathBuf>,
    ) -> PyResult<Scenario> {
        let text = text::document(scenario)?;
        build(py, library::Scenario::parse(name, &text, folder.as_deref()).map_err(raise)?)
    }

    /// The scenario with a value set: `set("parameters.displacement", 0.2)`, or several: `set({path: value})`.
    #[pyo3(signature = (path, value=None))]
    fn set(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Scenario> {
        let mut loaded = self.loaded.clone();
        match (path.cast::<PyDict>(), path.cast::<PyString>(), value) {
            (Ok(values), _, None) => set_all(&mut loaded, values)?,
            (_, Ok(path), Some(value)) => set_one(&mut loaded, &path.to_cow()?, value)?,
            _ => {
                return Err(ScenarioError::new_err(
                    "set: expected a path and a value, as set(\"parameters.displacement\", 0), or a dict of values by path",
                ));
            }
        }
        build(py, loaded)
    }

    /// The scenario's counterfactual of this name.
    fn counterfactual(&self, py: Python<'_>, name: &str) -> PyResult<Scenario> {
        let mut loaded = self.loaded.clone();
        loaded.apply_counterfactual(name).map_err(raise)?;
        build(py, loaded)
    }

    /// Names of the counterfactuals that the scenario brings along.
    #[getter]
    fn counterfactuals(&self) -> Vec<String> {
        self.loaded.counterfactuals()
    }

    /// The whole scenario as TOML, every default written out.
    #[getter]
    fn resolved(&self) -> String {
        self.built.resolved()
    }

    /// Name: the stem of the file, or the bundled name.
    #[getter]
    fn name(&self) -> &str {
        &self.built.name
    }

    /// Title.
    #[getter]
    fn title(&self) -> &str {
        &self.built.title
    }

    /// Ids of the states.
    #[getter]
    fn states(&self) -> Vec<String> {
        self.built.world.states.iter().map(|state| state.id.clone()).collect()
    }

    /// Replicates that a run has unless it is told otherwise.
    #[getter]
    fn replicates(&self) -> u32 {
        self.built.replicates
    }

    /// Seed that a run has unless it is told otherwise.
    #[getter]
    fn seed(&self) -> u64 {
        self.built.seed
    }

    /// Simulates every replicate. The interpreter is released meanwhile, and Ctrl-C stops it.
    ///
    /// `threads` changes no result. `progress` is called about ten times a second with the replicates done and in all.
    #[pyo3(signature = (replicates=None, seed=None, threads=None, trajectories=true, events=true, ledger=false, progress=None))]
    #[allow(clippy::too_many_arguments)] // keywords, in Python
    #[allow(clippy::fn_params_excessive_bools)]
    fn run(
        &self,
        py: Python<'_>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<i64>,
        trajectories: bool,
        events: bool,
        ledger: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Run> {
        let mut options = Options::default();
        if let Some(given) = threads {
            let threads = usize::try_from(given).ok().and_then(NonZeroUsize::new);
            options.threads = threads.ok_or_else(|| {
                ScenarioError::new_err(format!("threads: found {given}, expected at least 1"))
            })?;
        }
        let scenario = self.changed(py, None, replicates, seed)?;
        run(py, &scenario, Tables { trajectories, events, ledger }, options, progress.as_ref())
    }

    /// Means of outcomes over replicates, by label: the scenario as a function of the values in `set`, on one thread.
    #[pyo3(signature = (outcomes, set=None, replicates=None, seed=None))]
    fn outcomes<'py>(
        &self,
        py: Python<'py>,
        outcomes: Vec<String>,
        set: Option<&Bound<'py, PyDict>>,
        replicates: Option<&Bound<'py, PyAny>>,
        seed: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let scenario = self.changed(py, set, replicates, seed)?;
        outcomes::means(py, &scenario, &outcomes)
    }

    fn __repr__(&self) -> String {
        let counterfactual = self
            .built
            .counterfactual
            .as_ref()
            .map_or(String::new(), |name| format!(", counterfactual {name}"));
        format!("<suasion.Scenario {}{counterfactual}: {}>", self.built.name, self.built.title)
    }
}
