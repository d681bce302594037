//! A run: a scenario simulated, its tables gathered block by block as the command line writes them.

use crate::arrow::{self, Table, failed};
use crate::attended::attended;
use crate::changes::Runs;
use crate::given::Given;
use crate::posterior::{Beside, Under};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{arguments, raise, summary};
use pyo3::prelude::*;
use suasion::engine::parallel::Options;
use suasion::experiment::cost;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::run::{Block, Tables, kept, simulate_in};
use suasion::output::error::OutputError;
use suasion::output::schema::{self, Column};
use suasion::output::table::Table as Rows;
use suasion::scenario as library;

/// What a run gave: tables, and the digest of its numbers.
#[pyclass(frozen, module = "suasion")]
pub struct Run {
    /// One row per replicate, state and year; none where it was not asked for.
    #[pyo3(get)]
    trajectories: Option<Py<Table>>,
    /// One row per adoption, change of phase or change of tier; none where it was not asked for.
    #[pyo3(get)]
    events: Option<Py<Table>>,
    /// One row per replicate, state and year simulated: what moved motivation; none where it was not asked for.
    #[pyo3(get)]
    ledger: Option<Py<Table>>,
    /// One row per state, year and variable, and for codes and flags per value: means, spreads and quantiles.
    #[pyo3(get)]
    summary: Option<Py<Table>>,
    /// Digest of the numbers: 32 hexadecimal digits, those of `suasion run` for the same scenario.
    #[pyo3(get)]
    digest: String,
    /// Replicates simulated.
    #[pyo3(get)]
    replicates: u32,
    /// Seed of all draws.
    #[pyo3(get)]
    seed: u64,
    /// Name of the scenario.
    #[pyo3(get)]
    scenario: String,
}

#[pymethods]
impl Run {
    fn __repr__(&self) -> String {
        format!("<suasion.Run of {}: {} replicates, digest {}>", self.scenario, self.replicates, self.digest)
    }
}

#[pymethods]
impl Scenario {
    /// Simulates every replicate.
    ///
    /// `trajectories`, `events` and `ledger` say which tables are kept; the summary and the digest always are. `threads` (as
    /// many as cores) changes no result. `progress` is called about ten times a second with what is done and in all; without
    /// it a bar of tqdm is drawn, where that is installed, for what takes longer than a second; `False` is silence. The
    /// interpreter is released meanwhile, and Ctrl-C stops it. All of this holds of `compare`, `explain`, `sweep` and
    /// `sensitivity` too.
    ///
    /// `given` runs in the history, every replicate with the luck that its states must have had: `True` or `"record"` conditions on the
    /// record first (`"record:until=2008,particles=5000"` says more), a `History` of `condition` and a folder that `suasion condition` wrote
    /// are taken as they are. `progress` then counts the particles before the replicates.
    ///
    /// `posterior` draws each replicate's parameters from a posterior: a `Calibration` of `calibrate`, a posterior.csv that `suasion calibrate` wrote, or
    /// `"bundled"`. What `set` and `counterfactual` changed comes after the draw, and stands.
    ///
    /// `keep` names the variables that trajectories and summary have, where not all are wanted: columns, or ids of instruments for who has adopted them.
    /// Digest and events are of all.
    ///
    /// >>> run = suasion.Scenario.bundled("asean").run(replicates=8)
    /// >>> len(run.trajectories) == 8 * 10 * 16  # replicates, states, the start and 15 years
    /// True
    /// >>> given = suasion.Scenario.bundled("asean").run(replicates=8, given="record:particles=200").events.to_polars()
    /// >>> sorted({int(date) for date in given.filter(kind="adoption", state="VNM")["date"]})  # in every replicate as on record
    /// [2011, 2012]
    #[pyo3(signature = (replicates=None, seed=None, threads=None, trajectories=true, events=true, ledger=false, progress=None, *,
        given=None, posterior=None, keep=None))]
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
        given: Option<&Bound<'_, PyAny>>,
        posterior: Option<&Bound<'_, PyAny>>,
        keep: Option<Vec<String>>,
    ) -> PyResult<Run> {
        let options = arguments::options(threads)?;
        let runs = Runs { replicates, seed };
        let scenario = self.changed(py, None, runs)?;
        let kept = kept(&keep.unwrap_or_default(), &scenario.world).map_err(raise)?;
        let given = self.given(py, given, runs)?;
        if let Some(given) = &given {
            given.check_states([Given::base(&scenario)])?;
        }
        let beside = Beside { made: &[], observed: false, given: given.as_ref() };
        let under = self.under(py, posterior, &scenario, beside, options)?;
        run(
            py,
            &scenario,
            (given.as_ref(), under.as_ref()),
            Tables { trajectories, events, ledger, kept: &kept },
            options,
            progress,
        )
    }
}

/// Simulates a scenario.
fn run(
    py: Python<'_>,
    scenario: &library::Scenario,
    (given, under): (Option<&Given>, Option<&Under>),
    tables: Tables<'_>,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Run> {
    cost::refuse_what_memory_cannot_hold(scenario, tables).map_err(raise)?;
    let progress = Progress::new(py, progress, "replicates")?;
    let before = Given::particles(given);
    let total = before + u64::from(scenario.replicates);
    let mut blocks: Vec<Block> = Vec::new();
    let work = |stop: &_| {
        let history = Given::history(given, options, stop, |done| progress.at(done, total))?;
        let worlds = Under::base(under, scenario).within(history.as_deref());
        let ensemble = simulate_in(scenario, worlds, tables, options, stop, |block, done| {
            blocks.push(block);
            progress.at(before + done as u64, total);
            Ok::<(), OutputError>(())
        })?;
        Ok::<_, ExperimentError>(ensemble)
    };
    let ensemble = attended(py, &progress, work, raise)?;
    let (summary, digest) = ensemble.into_parts();
    let world = &scenario.world;
    let metadata = [
        ("suasion.scenario".to_string(), scenario.name.clone()),
        ("suasion.seed".to_string(), format!("{:#x}", scenario.seed)),
        ("suasion.replicates".to_string(), scenario.replicates.to_string()),
        ("suasion.digest".to_string(), digest.to_string()),
    ];
    let mut parts: [Vec<Rows>; 3] = Default::default();
    for block in blocks {
        let rows = [block.trajectories, block.events, block.ledger];
        for (part, rows) in parts.iter_mut().zip(rows) {
            part.extend(rows);
        }
    }
    let table = |wanted: bool, columns: Vec<Column>, blocks: Vec<Rows>| -> PyResult<Option<Py<Table>>> {
        if !wanted {
            return Ok(None);
        }
        let schema = arrow::schema(columns, false, &metadata);
        let batches: Result<Vec<_>, _> =
            py.detach(|| blocks.into_iter().map(|rows| arrow::batch(&schema, rows)).collect());
        Py::new(py, Table::new(schema, batches.map_err(failed)?)).map(Some)
    };
    let [trajectories, events, ledger] = parts;
    Ok(Run {
        trajectories: table(tables.trajectories, schema::trajectories(world, tables.kept), trajectories)?,
        events: table(tables.events, schema::events(), events)?,
        ledger: table(tables.ledger, schema::ledger(world), ledger)?,
        summary: summary
            .map(|summary| Py::new(py, summary::table(&summary, world, &metadata)?))
            .transpose()?,
        digest: digest.to_string(),
        replicates: scenario.replicates,
        seed: scenario.seed,
        scenario: scenario.name.clone(),
    })
}
