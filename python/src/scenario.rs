//! Scenarios as Python has them: read, changed and run. Each change gives a new scenario, validated.
// Arguments come from Python by value and keyword; docstrings hold Python.
#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::doc_link_with_quotes,
    clippy::doc_markdown
)]

use crate::changes::{Runs, lay, set_given};
use crate::compare::{Comparison, compare};
use crate::explain::{Explanation, explain};
use crate::run::{Run, run};
use crate::sensitivity::{self, Sensitivity};
use crate::sweep::{Sweep, sweep};
use crate::{ScenarioError, arguments, outcomes, raise};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList};
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Arc;
use suasion::experiment::run::Tables;
use suasion::experiment::sensitivity::{self as library_sensitivity, Swept};
use suasion::experiment::sweep::Request;
use suasion::experiment::{arms, comparison, design};
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
}

/// Where the length of a step is set.
const STEPS: &str = "time.steps_per_year";

fn build(py: Python<'_>, loaded: Loaded) -> PyResult<Scenario> {
    let built = py.detach(|| loaded.build()).map_err(raise)?;
    Ok(Scenario { loaded, baseline: None, steps_set: false, built: Arc::new(built) })
}

#[pymethods]
impl Scenario {
    /// Reads a scenario file (TOML), or a bundled scenario by name.
    ///
    /// >>> suasion.Scenario.load("asean").title.startswith("Human trafficking")
    /// True
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Scenario> {
        build(py, library::Scenario::load(&path.to_string_lossy()).map_err(raise)?)
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
        build(py, library::Scenario::parse(name, text, None).map_err(raise)?)
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
    /// >>> alone = suasion.Scenario.from_dict({"version": 1, "title": "One state", "time": time, "state": [{"id": "AAA"}]})
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
        build(py, library::Scenario::parse(name, &text, folder.as_deref()).map_err(raise)?)
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
        set_given(&mut changed.loaded, path, value)?;
        if let Some(baseline) = &mut changed.baseline {
            set_given(baseline, path, value)?;
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
        Ok(Scenario { loaded, baseline, steps_set: self.steps_set, built: Arc::new(built) })
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

    /// Simulates every replicate.
    ///
    /// `trajectories`, `events` and `ledger` say which tables are kept; the summary and the digest always are. `threads` (as
    /// many as cores) changes no result. `progress` is called about ten times a second with what is done and in all; without
    /// it a bar of tqdm is drawn, where that is installed, for what takes longer than a second; `False` is silence. The
    /// interpreter is released meanwhile, and Ctrl-C stops it. All of this holds of `compare`, `explain`, `sweep` and
    /// `sensitivity` too.
    ///
    /// >>> run = suasion.Scenario.bundled("asean").run(replicates=8)
    /// >>> len(run.trajectories) == 8 * 10 * 16  # replicates, states, the start and 15 years
    /// True
    #[pyo3(signature = (replicates=None, seed=None, threads=None, trajectories=true, events=true, ledger=false, progress=None))]
    #[allow(clippy::fn_params_excessive_bools)]
    fn run(
        &self,
        py: Python<'_>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        trajectories: bool,
        events: bool,
        ledger: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let options = arguments::options(threads)?;
        let scenario = self.changed(py, None, Runs { replicates, seed })?;
        run(py, &scenario, Tables { trajectories, events, ledger }, options, progress)
    }

    /// Means of outcomes over replicates, by label, each in the unit of its variable: the scenario as a function of the values
    /// in `set`, on one thread.
    ///
    /// An outcome is written as for `suasion sweep`: `protection` (the mean over states at the end of the last year),
    /// `protection.IDN@2010`, `phase=4` (a share), `motivation.*@2005-2010`.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> list(asean.outcomes("protection.IDN@2010", set={"parameters.drift": 0.1}, replicates=8))
    /// ['protection.IDN@2010']
    #[pyo3(signature = (outcomes, set=None, replicates=None, seed=None))]
    fn outcomes<'py>(
        &self,
        py: Python<'py>,
        outcomes: &Bound<'py, PyAny>,
        set: Option<&Bound<'py, PyDict>>,
        replicates: Option<&Bound<'py, PyAny>>,
        seed: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let scenario = self.changed(py, set, Runs { replicates, seed })?;
        outcomes::means(py, &scenario, &arguments::texts("outcomes", Some(outcomes))?)
    }

    /// Sets counterfactuals beside the scenario on common random numbers: replicate by replicate, the same luck.
    ///
    /// `counterfactuals` are names of the scenario's (all where none is given), texts `"TITLE: path=value; path=value"`, or a
    /// dict from names to dicts of values by path, or to scenarios. `outcomes` (motivation, protection and enforcement where
    /// none is given) are those that `decompose` splits: `True` for all mechanisms, or a list of names; up to 12 every subset is
    /// played, otherwise `permutations` (2) random orders and their reverses are drawn in each replicate. `level` (0.95) is that
    /// of the intervals. Tables: `differences`, `adoption`, `waits`, `shares`.
    ///
    /// >>> found = suasion.Scenario.bundled("asean").compare("no-tvpa", replicates=16)
    /// >>> len(found.differences) % (11 * 16)  # states and their mean, the start and 15 years, times variables
    /// 0
    #[pyo3(signature = (counterfactuals=None, *, outcomes=None, decompose=None, permutations=None, level=None,
        replicates=None, seed=None, threads=None, progress=None))]
    fn compare(
        &self,
        py: Python<'_>,
        counterfactuals: Option<&Bound<'_, PyAny>>,
        outcomes: Option<&Bound<'_, PyAny>>,
        decompose: Option<&Bound<'_, PyAny>>,
        permutations: Option<&Bound<'_, PyAny>>,
        level: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Comparison> {
        let runs = Runs { replicates, seed };
        let options = arguments::options(threads)?;
        let base = self.changed(py, None, runs)?;
        let asked = if let Some(given) = counterfactuals {
            self.asked(given, runs)?
        } else {
            let all = comparison::all_names(&base).map_err(raise)?;
            self.asked(PyList::new(py, all)?.as_any(), runs)?
        };
        let others = py.detach(|| arms::build(asked, &base, false)).map_err(raise)?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let level = arguments::level(level)?;
        let asked = comparison::Comparison::new((*base).clone(), others, &outcomes, level).map_err(raise)?;
        let mechanisms = match decompose {
            Some(all) if all.is_instance_of::<PyBool>() => {
                if all.is_truthy()? {
                    vec!["all".to_string()]
                } else {
                    Vec::new()
                }
            }
            named => arguments::texts("decompose", named)?,
        };
        let pairs = arguments::small("permutations", permutations)?;
        compare(py, &asked, &mechanisms, pairs, options, progress)
    }

    /// Accounts for motivation (0-1) by state, year and term of the ledger; with `against`, beside a counterfactual, given
    /// as for `compare`. `observed` pins tiers and adoptions to the record. Tables: `means`, `totals`, `events`, `differences`.
    ///
    /// >>> told = suasion.Scenario.bundled("asean").explain("no-tvpa", replicates=16)
    /// >>> told.sentences["MYS"].startswith("In the model, motivation of Malaysia")
    /// True
    #[pyo3(signature = (against=None, *, observed=false, level=None, replicates=None, seed=None, threads=None, progress=None))]
    fn explain(
        &self,
        py: Python<'_>,
        against: Option<&Bound<'_, PyAny>>,
        observed: bool,
        level: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Explanation> {
        let runs = Runs { replicates, seed };
        let options = arguments::options(threads)?;
        let level = arguments::level(level)?;
        comparison::check_level(level).map_err(raise)?;
        let asked = against.map_or_else(|| Ok(Vec::new()), |given| self.asked(given, runs))?;
        if asked.len() > 1 {
            return Err(ScenarioError::new_err("against: found several counterfactuals, expected one"));
        }
        let mut base = self.changed(py, None, runs)?;
        if observed {
            base = Arc::new(arms::observed(self.loaded_with(runs)?, &base).map_err(raise)?);
        }
        let others = py.detach(|| arms::build(asked, &base, observed)).map_err(raise)?;
        explain(py, &base, others.first(), level, options, progress)
    }

    /// Runs the scenario at many design points.
    ///
    /// `axes` are texts as for `suasion sweep` (`"parameters.drift=0..0.2:11"`, or a path alone for its usual range), or a dict
    /// from paths to ranges `(low, high)`, lists of values, or `None`; without any, the scenario's own. `design` is `grid`,
    /// `latin-hypercube`, `sobol`, `saltelli` or `morris`; `points` are rows of numbers in the order of the axes, a data frame whose
    /// columns are paths, or a file. Points see the same luck unless `independent`. `replicates` (100) are those of each point.
    /// With `out` the results go into a folder, as `suasion sweep` writes it; stopped, the same call goes on from there, unless
    /// `fresh`. Tables: `design`, `outcomes`, and `trajectories` where asked for.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> axes = {"parameters.signalling": (-0.5, 0.5), "regime.tvpa.severity": (0, 4)}
    /// >>> swept = asean.sweep(axes, samples=5, outcomes=["motivation", "phase=4"], replicates=8)
    /// >>> len(swept.design), len(swept.outcomes)  # points; points times outcomes
    /// (5, 10)
    #[pyo3(signature = (axes=None, *, design=None, samples=None, levels=None, second_order=false, points=None,
        outcomes=None, independent=false, trajectories=false, replicates=None, seed=None, threads=None, out=None,
        fresh=false, progress=None))]
    #[allow(clippy::fn_params_excessive_bools)]
    fn sweep(
        &self,
        py: Python<'_>,
        axes: Option<&Bound<'_, PyAny>>,
        design: Option<&str>,
        samples: Option<&Bound<'_, PyAny>>,
        levels: Option<&Bound<'_, PyAny>>,
        second_order: bool,
        points: Option<&Bound<'_, PyAny>>,
        outcomes: Option<&Bound<'_, PyAny>>,
        independent: bool,
        trajectories: bool,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        out: Option<PathBuf>,
        fresh: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sweep> {
        let loaded = self.loaded_with(Runs { replicates, seed })?;
        let options = arguments::options(threads)?;
        let base = py.detach(|| loaded.build()).map_err(raise)?;
        let proposed = base.sweep.as_ref();
        let mut asked = design::Asked {
            axes: arguments::axes(axes)?,
            design: arguments::design(design)?,
            samples: samples.map(|given| arguments::whole("samples", given, 1)).transpose()?,
            second_order,
            levels: arguments::small("levels", levels)?,
            points: None,
            replicates: replicates.map(|_| u64::from(base.replicates)),
        };
        if let Some(given) = points {
            if design.is_some() || samples.is_some() {
                return Err(ScenarioError::new_err(
                    "points: they are the design; expected no design and no samples",
                ));
            }
            asked.points = Some(arguments::points(given, &asked.paths(proposed))?);
        }
        let (plan, design, replicates) = asked.lay(proposed, base.seed).map_err(raise)?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let common_random_numbers = !independent;
        let request = Request { plan, design, replicates, common_random_numbers, outcomes, trajectories };
        let laid = lay(py, loaded, &base, request, out.as_deref())?;
        sweep(py, &laid, out.as_deref().map(|out| (out, fresh)), options, progress)
    }

    /// Tells which axes outcomes depend on, with 95 % intervals: by Morris screening, or by Sobol indices.
    ///
    /// `axes` are given as for `sweep`; without any, the scenario's own, else every parameter over its range. `samples` are
    /// trajectories of `morris` (50) or base samples of `sobol` (1024; k axes take samples times k + 2 points).
    /// `outcomes`: motivation, protection and enforcement where none is given. `out` and `fresh` as for `sweep`. Tables:
    /// `indices` (mu, `mu_star` and sigma in the unit of the outcome per range of the axis; S1, ST and S2 as shares of
    /// variance), `design`, `outcomes`.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> found = asean.sensitivity("morris", ["parameters.drift", "parameters.persuasion"], samples=4, replicates=8)
    /// >>> len(found.indices)  # outcomes times measures times axes
    /// 18
    #[pyo3(signature = (method="morris", axes=None, *, samples=None, levels=None, second_order=false, outcomes=None,
        resamples=None, replicates=None, seed=None, threads=None, out=None, fresh=false, progress=None))]
    fn sensitivity(
        &self,
        py: Python<'_>,
        method: &str,
        axes: Option<&Bound<'_, PyAny>>,
        samples: Option<&Bound<'_, PyAny>>,
        levels: Option<&Bound<'_, PyAny>>,
        second_order: bool,
        outcomes: Option<&Bound<'_, PyAny>>,
        resamples: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        out: Option<PathBuf>,
        fresh: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sensitivity> {
        let mut loaded = self.loaded_with(Runs { replicates, seed })?;
        let options = arguments::options(threads)?;
        let resamples = sensitivity::resamples(resamples)?;
        let wanted = loaded.build_alone().map_err(raise)?.replicates;
        let asked = library_sensitivity::Asked {
            measure: arguments::measure(method, second_order)?,
            design: design::Asked {
                axes: arguments::axes(axes)?,
                samples: samples.map(|given| arguments::whole("samples", given, 1)).transpose()?,
                levels: arguments::small("levels", levels)?,
                replicates: replicates.map(|_| u64::from(wanted)),
                ..design::Asked::default()
            },
            outcomes: arguments::texts("outcomes", outcomes)?,
            keep_steps: self.steps_set,
        };
        let Swept { base, request, notice } = py.detach(|| asked.lay(&mut loaded)).map_err(raise)?;
        if let Some(notice) = notice {
            let warning = CString::new(notice).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &warning, 1)?;
        }
        let laid = lay(py, loaded, &base, request, out.as_deref())?;
        let swept = sweep(py, &laid, out.as_deref().map(|out| (out, fresh)), options, progress)?;
        swept.analysed(py, None, &[], &[], resamples)
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
