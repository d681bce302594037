//! Histories: a scenario conditioned on its record, as tables, and as what runs, comparisons and explanations are given.

use crate::arguments;
use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::Runs;
use crate::progress::Progress;
use crate::raise;
use crate::scenario::Scenario;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use suasion::engine::history as engine;
use suasion::engine::parallel::Options;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::asked::{Origin, Told};
use suasion::experiment::history::belief::Belief;
use suasion::experiment::history::lineage;
use suasion::experiment::history::{Plan, condition};
use suasion::scenario as library;

/// A history: what the states must have been like, and the luck that they must have had, given what is on record. `run`, `compare` and
/// `explain` take it as `given`.
#[pyclass(frozen, module = "suasion")]
pub struct History {
    /// One row per state, year and variable: mean and quantiles given the record, and in free runs.
    #[pyo3(get)]
    belief: Py<Table>,
    /// One row per state and year on record: how probable its entry was given the years before, and which grade was expected.
    #[pyo3(get)]
    likelihood: Py<Table>,
    /// One row per replicate and state: whose draws the state uses, for what is drawn once and in each year.
    #[pyo3(get)]
    lineage: Py<Table>,
    /// One row per state and year with an entry on record, the least probable first: what was seen and what was expected.
    #[pyo3(get)]
    surprises: Py<Table>,
    /// Log-likelihood of the record under the scenario.
    #[pyo3(get)]
    log_likelihood: f64,
    /// Its standard error, of the simulation.
    #[pyo3(get)]
    error: f64,
    /// The part of the log-likelihood that is of what was seen beside grades and adoptions, given these; 0 where nothing was.
    #[pyo3(get)]
    of_readings: f64,
    /// Log-likelihood of the first pass, in which states heard others of other runs.
    #[pyo3(get)]
    first_pass: f64,
    /// Log-likelihoods of grades and adoptions by a chain that knows nothing but how often grades change and instruments are adopted: `in_sample`, of the whole
    /// record, and `sequential`, learning as it goes.
    #[pyo3(get)]
    benchmark: BTreeMap<&'static str, f64>,
    /// By sweep, share of the lines tried that were kept when the states of a replicate were made to fit each other.
    #[pyo3(get)]
    acceptance: Vec<f64>,
    /// Share of the fresh numbers tried that were kept, of states of whose lines too few particles were left; none where none were tried.
    #[pyo3(get)]
    fresh: Option<f64>,
    /// Last year on record.
    #[pyo3(get)]
    until: i32,
    /// Particles of each state.
    #[pyo3(get)]
    particles: u32,
    /// Replicates that can be run in it.
    #[pyo3(get)]
    replicates: u32,
    /// Digest of the runs in the history, that of `suasion condition`.
    #[pyo3(get)]
    digest: String,
    /// Name of the scenario.
    #[pyo3(get)]
    scenario: String,
    pub origin: Origin,
    pub luck: Arc<engine::History>,
}

#[pymethods]
impl History {
    fn __repr__(&self) -> String {
        let History { scenario, until, particles, replicates, .. } = self;
        format!(
            "<suasion.History of {scenario} to {until}: {replicates} replicates of {particles} particles>"
        )
    }
}

#[pymethods]
impl Scenario {
    /// Conditions the scenario on its record: what its states must have been like, and the luck that they must have had.
    ///
    /// A particle filter finds, for every state, lines of draws that show each grade and adoption on record to the end of the year
    /// `until` (the last on record). `particles` (20000, or as many as replicates) are those of each state; `replicates` are those that can
    /// be run in the history. Tables: `belief`, `likelihood`, `lineage`, `surprises`.
    ///
    /// >>> history = suasion.Scenario.bundled("asean").condition(until=2005, particles=200, replicates=16)
    /// >>> history
    /// <suasion.History of asean to 2005: 16 replicates of 200 particles>
    /// >>> len(history.likelihood)  # states times years on record
    /// 50
    #[pyo3(signature = (*, until=None, particles=None, replicates=None, seed=None, threads=None, progress=None))]
    fn condition(
        &self,
        py: Python<'_>,
        until: Option<&Bound<'_, PyAny>>,
        particles: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<History> {
        let options = arguments::options(threads)?;
        let scenario = self.changed(py, None, Runs { replicates, seed })?;
        let usual = Plan::new(scenario.replicates);
        let particles = arguments::small("particles", particles)?.unwrap_or(usual.particles);
        let plan = Plan { until: arguments::year("until", until)?, particles, ..usual };
        history(py, &scenario, plan, options, progress)
    }
}

/// Conditions a scenario.
fn history(
    py: Python<'_>,
    scenario: &library::Scenario,
    plan: Plan,
    options: Options,
    given: Option<&Bound<'_, PyAny>>,
) -> PyResult<History> {
    let origin = Origin::new(scenario, plan).map_err(raise)?;
    let progress = Progress::new(py, given, "particles")?;
    let total = u64::from(plan.particles);
    let work = |stop: &_| {
        let told = |share: f64| progress.at((share * total as f64) as u64, total);
        let done = condition(scenario, plan, options, stop, &told)?;
        let belief = Belief::new(scenario, &done, options, stop)?;
        let tables = (belief.table(), belief.likelihood(), belief.surprising());
        let (benchmark, digest) = (belief.benchmark, belief.digest);
        Ok::<_, ExperimentError>((done, tables, benchmark, digest))
    };
    let (done, (belief, likelihood, surprises), benchmark, digest) = attended(py, &progress, work, raise)?;
    let table = |of| described(py, of, scenario);
    let Told { until, particles, rows } = origin.told;
    Ok(History {
        belief: table(belief)?,
        likelihood: table(likelihood)?,
        lineage: table(lineage::table(&scenario.world, &done.history.lineage))?,
        surprises: table(surprises)?,
        log_likelihood: done.pass.log_likelihood(),
        error: done.pass.error(),
        of_readings: done.pass.of_readings(),
        first_pass: done.first_log_likelihood,
        benchmark: BTreeMap::from([("in_sample", benchmark.in_sample), ("sequential", benchmark.sequential)]),
        acceptance: done.acceptance,
        fresh: done.fresh,
        until,
        particles,
        replicates: rows,
        digest: digest.to_string(),
        scenario: scenario.name.clone(),
        origin,
        luck: Arc::new(done.history),
    })
}
