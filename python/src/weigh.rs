//! Weighings: theories held against the record, year by year, as tables.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::{Runs, assignments};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{ScenarioError, arguments, raise_named};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};
use std::collections::BTreeMap;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::evaluate::Effort;
use suasion::experiment::weigh::{
    DRAWS, Refit, Scales, Theory, by_entry, by_state, fitted, fitted_in, marginal as find_marginal,
    marginal_table, table, theories as theories_of, weigh,
};

/// What a weighing found: how well each theory predicts the record, and whether that tells them apart.
#[pyclass(frozen, module = "suasion")]
pub struct Weighing {
    /// One row per theory: log-likelihood of the record and of the later years, difference from the first theory and its standard error, stacking
    /// weight, and whether the difference tells the two apart.
    #[pyo3(get)]
    theories: Py<Table>,
    /// One row per theory and state.
    #[pyo3(get)]
    by_state: Py<Table>,
    /// One row per theory, state and year on record.
    #[pyo3(get)]
    entries: Py<Table>,
    /// One row per theory and parameter that was fitted in it; none without a refit.
    #[pyo3(get)]
    fitted: Option<Py<Table>>,
    /// One row per theory and width of the priors: marginal likelihoods of the whole record; none unless asked for.
    #[pyo3(get)]
    marginal: Option<Py<Table>>,
    /// `weighing` with a refit; `sensitivity` at the parameters that the theories have, which weighs nothing.
    #[pyo3(get)]
    kind: &'static str,
    /// First year that is held out.
    #[pyo3(get)]
    since: i32,
    /// Last year whose record counts.
    #[pyo3(get)]
    until: i32,
    /// Log score of the theories mixed by their stacking weights.
    #[pyo3(get)]
    mixed: f64,
    /// Log-likelihoods of a chain that knows frequencies alone: `in_sample`, `sequential` (learning as it goes), and `sequential_later` of the years held out.
    #[pyo3(get)]
    benchmark: BTreeMap<&'static str, f64>,
    /// What differences are taken as independent over.
    #[pyo3(get)]
    clusters: String,
    names: Vec<String>,
}

#[pymethods]
impl Weighing {
    fn __repr__(&self) -> String {
        let Weighing { kind, names, .. } = self;
        format!("<suasion.Weighing ({kind}) of {}>", names.join(", "))
    }
}

#[pymethods]
impl Scenario {
    /// Weighs theories by how well they predict the record, each year given the years before: the scenario, those given, and the null, in which
    /// nothing crowds out.
    ///
    /// `theories` are names of counterfactuals, texts `"TITLE: path=value; path=value"`, or a dict from names to dicts of values by path.
    /// `refit` first fits each theory to the years before `since` (2009, or the middle of the record), under `priors` (as for `calibrate`), with
    /// `evaluations` (500) of the likelihood at most, of `fit_particles` (500) particles each; what counts is then the years from `since` on.
    /// `marginal` also finds marginal likelihoods over the priors, and over priors half and twice as wide, from so many draws of the parameters (`True`: 200).
    /// `particles` (10000) are those of each state in what is weighed. Tables: `theories`, `by_state`, `entries`, `fitted`, `marginal`.
    ///
    /// >>> weighed = suasion.Scenario.bundled("asean").weigh({"deaf": {"parameters.pressure_rate": 0}}, until=2004, particles=200)
    /// >>> weighed
    /// <suasion.Weighing (sensitivity) of baseline, deaf, null>
    /// >>> weighed.theories.to_polars()["difference"][0]  # of the first from itself
    /// 0.0
    #[pyo3(signature = (theories=None, *, since=None, until=None, particles=None, refit=false, priors=None, evaluations=None, fit_particles=None,
        marginal=None, seed=None, threads=None, progress=None))]
    fn weigh(
        &self,
        py: Python<'_>,
        theories: Option<&Bound<'_, PyAny>>,
        since: Option<&Bound<'_, PyAny>>,
        until: Option<&Bound<'_, PyAny>>,
        particles: Option<&Bound<'_, PyAny>>,
        refit: bool,
        priors: Option<&Bound<'_, PyAny>>,
        evaluations: Option<&Bound<'_, PyAny>>,
        fit_particles: Option<&Bound<'_, PyAny>>,
        marginal: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Weighing> {
        let options = arguments::options(threads)?;
        let runs = Runs { replicates: None, seed };
        let base = self.changed(py, None, runs)?;
        let loaded = self.loaded_with(runs)?;
        let years = (arguments::year("since", since)?, arguments::year("until", until)?);
        let alone = [
            ("priors", priors.is_some()),
            ("evaluations", evaluations.is_some()),
            ("fit_particles", fit_particles.is_some()),
            ("marginal", marginal.is_some()),
        ];
        if let Some((name, _)) = alone.iter().find(|(_, given)| *given && !refit) {
            return Err(ScenarioError::new_err(format!(
                "{name}: nothing is fitted without refit; expected refit=True, or no {name}"
            )));
        }
        let texts = texts(theories)?;
        let all = py.detach(|| theories_of(&loaded, &base, &texts, years.1)).map_err(raise_named)?;
        let refit = if refit {
            let parameters = fitted_in(arguments::priors(priors)?, &all).map_err(raise_named)?;
            let particles = arguments::small("fit_particles", fit_particles)?.unwrap_or(500);
            let evaluations =
                evaluations.map_or(Ok(500), |given| arguments::whole("evaluations", given, 1))?;
            Some(Refit { parameters, effort: Effort { particles, second: true }, evaluations })
        } else {
            None
        };
        let draws = match marginal {
            Some(given) if given.is_instance_of::<PyBool>() => given.is_truthy()?.then_some(DRAWS),
            given => arguments::small("marginal", given)?,
        };
        let particles = arguments::small("particles", particles)?.unwrap_or(10_000);
        let effort = Effort { particles, second: true };
        let scales = Scales::new(&base, years, effort, refit).map_err(raise_named)?;
        let names = all.iter().map(|theory| theory.name.clone()).collect();
        let progress = Progress::new(py, progress, "parts")?;
        let work = |stop: &_| {
            // What is beside it is more work than the weighing itself.
            let part = if draws.is_some() { 0.1 } else { 1.0 };
            let done = weigh(&loaded, all, scales, options, stop, &|share| progress.share(part * share))?;
            let theories: Vec<Theory> = done.weighed.iter().map(|w| w.theory.clone()).collect();
            let beside = draws.zip(done.scales.refit.as_ref()).map(|(draws, refit)| {
                let told = |share: f64| progress.share(part + (1.0 - part) * share);
                find_marginal(&loaded, &theories, (&done.scales, refit), draws, options, stop, &told)
            });
            let beside = beside.transpose()?;
            Ok::<_, ExperimentError>((done, beside))
        };
        let (done, beside) = attended(py, &progress, work, raise_named)?;
        let of = |of| described(py, of, &base);
        Ok(Weighing {
            theories: of(table(&done))?,
            by_state: of(by_state(&done))?,
            entries: of(by_entry(&done))?,
            fitted: fitted(&done).map(of).transpose()?,
            marginal: beside.map(|beside| of(marginal_table(&done, &beside))).transpose()?,
            kind: if done.scales.refit.is_some() { "weighing" } else { "sensitivity" },
            since: done.scales.from,
            until: done.scales.until,
            mixed: done.mixed,
            benchmark: BTreeMap::from([
                ("in_sample", done.benchmark.in_sample),
                ("sequential", done.benchmark.sequential),
                ("sequential_later", done.benchmark_later),
            ]),
            clusters: done.clusters.told(),
            names,
        })
    }
}

/// Theories as texts.
fn texts(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let Some(named) = given.and_then(|given| given.cast::<PyDict>().ok()) else {
        return arguments::texts("theories", given);
    };
    let one = |(name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let name = name.str()?.to_string();
        let Ok(values) = given.cast::<PyDict>() else {
            let kind = given.get_type().name()?;
            return Err(ScenarioError::new_err(format!(
                "theory `{name}`: found a value of type {kind}, expected a dict of values by path"
            )));
        };
        Ok(format!("{name}: {}", assignments(values)?.join("; ")))
    };
    named.iter().map(one).collect()
}
