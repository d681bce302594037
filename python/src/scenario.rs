//! Scenarios as Python has them: read and changed. Each change gives a new scenario, validated. What is done with one is
//! beside what it gives: runs, comparisons, explanations, sweeps.
use crate::changes::{Change, given_assignments};
use crate::{ScenarioError, raise};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::path::PathBuf;
use std::sync::Arc;
use suasion::scenario::{self as library, Loaded, bundled, nearest};

/// What to run: states, regimes, instruments and parameters, validated. It does not change: `set` and `counterfactual`
/// give a new one.
#[pyclass(frozen, module = "suasion")]
pub struct Scenario {
    pub loaded: Loaded,
    /// The same without its counterfactual: what counterfactuals are applied to. None where none was applied.
    pub baseline: Option<Loaded>,
    /// Whether the length of a step was set by hand.
    pub steps_set: bool,
    pub built: Arc<library::Scenario>,
    /// As it was read, and what was changed of it since: draws of a posterior are set before that.
    pub read: Arc<Read>,
    pub changes: Vec<Change>,
}

/// A scenario as it was read.
#[derive(Debug)]
pub struct Read {
    pub loaded: Loaded,
    /// Its file; none where it is from elsewhere.
    pub path: Option<PathBuf>,
}

/// Where the length of a step is set.
const STEPS: &str = "time.steps_per_year";

fn build(py: Python<'_>, loaded: Loaded, path: Option<PathBuf>) -> PyResult<Scenario> {
    let built = Arc::new(py.detach(|| loaded.build()).map_err(raise)?);
    let read = Arc::new(Read { loaded: loaded.clone(), path });
    Ok(Scenario { loaded, baseline: None, steps_set: false, built, read, changes: Vec::new() })
}

#[pymethods]
impl Scenario {
    /// Reads a scenario file (TOML), or a bundled scenario by name.
    ///
    /// >>> suasion.Scenario.load("asean").title.startswith("Human trafficking")
    /// True
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Scenario> {
        let name = path.to_string_lossy().into_owned();
        let loaded = library::Scenario::load(&name).map_err(raise)?;
        build(py, loaded, library::Scenario::is_path(&name).then_some(path))
    }

    /// A scenario that comes with the package, by name; `bundled_names` has them.
    ///
    /// >>> suasion.Scenario.bundled("teaching/spiral").states
    /// ['aldova']
    #[staticmethod]
    fn bundled(py: Python<'_>, name: &str) -> PyResult<Scenario> {
        let Some(text) = bundled::find(name) else {
            let hint = nearest(name, bundled::names())
                .unwrap_or_else(|| "`Scenario.bundled_names()` names the bundled ones".into());
            return Err(ScenarioError::new_err(format!("no bundled scenario `{name}`; {hint}")));
        };
        build(py, library::Scenario::parse(name, text, None).map_err(raise)?, None)
    }

    /// Names of the bundled scenarios.
    #[staticmethod]
    fn bundled_names() -> Vec<&'static str> {
        bundled::names().collect()
    }

    /// A scenario from a dict of the shape of a scenario file, as `tomllib.load` gives it. `folder` is where its table
    /// files are.
    ///
    /// >>> time = {"start": 2001, "end": 2011}
    /// >>> alone = suasion.Scenario.from_dict({"version": 2, "title": "One state", "time": time, "state": [{"id": "AAA"}]})
    /// >>> alone.states
    /// ['AAA']
    #[staticmethod]
    #[pyo3(signature = (scenario, name="scenario", folder=None))]
    fn from_dict(
        py: Python<'_>,
        scenario: &Bound<'_, PyDict>,
        name: &str,
        folder: Option<PathBuf>,
    ) -> PyResult<Scenario> {
        let text = crate::text::document(scenario)?;
        build(py, library::Scenario::parse(name, &text, folder.as_deref()).map_err(raise)?, None)
    }

    /// The scenario with a value set by path, or several: `set({path: value})`. Units are the scenario file's.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> asean = asean.set("parameters.displacement", 0.2).set({"state.IDN.capacity": 0.5})
    #[pyo3(signature = (path, value=None))]
    fn set(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Scenario> {
        let mut changed = self.clone_with(self.loaded.clone());
        for assignment in given_assignments(path, value)? {
            changed.loaded.set(&assignment).map_err(raise)?;
            if let Some(baseline) = &mut changed.baseline {
                baseline.set(&assignment).map_err(raise)?;
            }
            changed.changes.push(Change::Set(assignment));
        }
        changed.steps_set |= path.str()?.to_cow()?.contains(STEPS);
        changed.built = Arc::new(py.detach(|| changed.loaded.build()).map_err(raise)?);
        Ok(changed)
    }

    /// The scenario's counterfactual of this name; `counterfactuals` has them.
    ///
    /// >>> suasion.Scenario.bundled("asean").counterfactual("no-tvpa")
    /// <suasion.Scenario asean, counterfactual no-tvpa: ...
    fn counterfactual(&self, py: Python<'_>, name: &str) -> PyResult<Scenario> {
        let mut loaded = self.loaded.clone();
        loaded.apply_counterfactual(name).map_err(raise)?;
        let built = py.detach(|| loaded.build()).map_err(raise)?;
        let baseline = Some(self.baseline().clone());
        let mut changes = self.changes.clone();
        changes.push(Change::Counterfactual(name.to_string()));
        let (steps_set, read) = (self.steps_set, self.read.clone());
        Ok(Scenario { loaded, baseline, steps_set, built: Arc::new(built), read, changes })
    }

    /// The scenario with a theory laid over it: a bundled one, the path of a file that ends in `.toml` (after either `: path=value; path=value` sets
    /// numbers in it), or a `suasion.Theory`.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean").theory("backlash")
    /// >>> asean = asean.set("parameters.backlash", 0.3)
    fn theory(&self, py: Python<'_>, theory: &Bound<'_, PyAny>) -> PyResult<Scenario> {
        if let Ok(name) = theory.cast::<PyString>() {
            return self.changed_by(py, Change::Theory(name.to_cow()?.into_owned()));
        }
        let (Ok(text), Ok(title)) = (theory.call_method0("to_toml"), theory.getattr("title")) else {
            let message =
                "theory: expected the name of a bundled theory, the path of a file, or a suasion.Theory";
            return Err(ScenarioError::new_err(message));
        };
        let (text, title): (String, String) = (text.extract()?, title.extract()?);
        self.changed_by(py, Change::TheoryText(title, text))
    }

    /// The scenario with one more mechanism: a theory of one.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean").add_mechanism("fading", adds_to="motivation", rate="-0.05 * motivation")
    /// >>> "fading" in asean.run(replicates=8, ledger=True).ledger.to_polars().columns
    /// True
    #[pyo3(signature = (id, *, adds_to=None, scales=None, rate=None, by=None, title=None))]
    #[expect(clippy::too_many_arguments, reason = "the keys of a mechanism")]
    fn add_mechanism(
        &self,
        py: Python<'_>,
        id: &str,
        adds_to: Option<&str>,
        scales: Option<&str>,
        rate: Option<&str>,
        by: Option<&str>,
        title: Option<&str>,
    ) -> PyResult<Scenario> {
        let keys = [("adds_to", adds_to), ("scales", scales), ("rate", rate), ("by", by), ("title", title)];
        let given = PyDict::new(py);
        for (key, value) in keys {
            value.map_or(Ok(()), |value| given.set_item(key, value))?;
        }
        let module = py.import("suasion")?;
        let theory = module.getattr("Theory")?.call1((id, title.unwrap_or(id)))?;
        theory.call_method("mechanism", (id,), Some(&given))?;
        self.theory(py, &theory)
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

    fn __repr__(&self) -> String {
        let counterfactual = self
            .built
            .counterfactual
            .as_ref()
            .map_or(String::new(), |name| format!(", counterfactual {name}"));
        format!("<suasion.Scenario {}{counterfactual}: {}>", self.built.name, self.built.title)
    }
}
