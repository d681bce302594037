//! One scenario simulated: its tables block by block, its summary and its digest. It keeps no table and writes none.

use crate::engine::batch::Batch;
use crate::engine::parallel::{self, Options, Stopped};
use crate::engine::recorder::Recorder;
use crate::excerpt::quoted;
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Worlds;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::ensemble::EnsembleRecorder;
use crate::output::error::OutputError;
use crate::output::events::EventsRecorder;
use crate::output::kept::Kept;
use crate::output::ledger::LedgerRecorder;
use crate::output::manifest::ScenarioEntry;
use crate::output::summary::Summary;
use crate::output::summary_table::SummaryTable;
use crate::output::table::Table;
use crate::output::trajectories::TrajectoriesRecorder;
use crate::output::writer::TableWriter;
use crate::scenario::{Scenario, nearest};
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a manifest says of a scenario.
pub fn entry(scenario: &Scenario) -> ScenarioEntry {
    ScenarioEntry {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        blake3: blake3::hash(scenario.resolved().as_bytes()).to_hex().to_string(),
        changes: scenario.changes(),
    }
}

/// Which tables a run is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tables<'a> {
    /// `trajectories`.
    pub trajectories: bool,
    /// `events`.
    pub events: bool,
    /// `ledger`.
    pub ledger: bool,
    /// The variables that trajectories and summary have.
    pub kept: &'a Kept,
}

impl Tables<'_> {
    /// None but the summary, of every variable.
    pub const NONE: Tables<'static> =
        Tables { trajectories: false, events: false, ledger: false, kept: &Kept::All };
}

/// The variables of some names: columns of trajectories, or ids of instruments for who has adopted them. No name keeps all.
///
/// ```
/// use suasion::{experiment::run::kept, model::variable::Variable, scenario::Scenario};
/// let world = Scenario::load("asean").unwrap().build().unwrap().world;
/// let law = world.instruments.iter().position(|instrument| instrument.id == "law").unwrap();
/// let two = kept(&["motivation", "law"], &world).unwrap();
/// assert_eq!(two.variables(&world), [Variable::Motivation, Variable::Adopted(law)]);
/// assert!(kept(&["motivatoin"], &world).unwrap_err().to_string().contains("did you mean `motivation`?"));
/// ```
///
/// # Errors
/// If a name is none.
pub fn kept<S: AsRef<str>>(names: &[S], world: &World) -> Result<Kept, ExperimentError> {
    if names.is_empty() {
        return Ok(Kept::All);
    }
    let all = Variable::all(world);
    let mut found = Vec::new();
    for name in names.iter().map(|name| name.as_ref().trim()) {
        let written = name.replace('-', "_");
        let adopted = world.instruments.iter().position(|instrument| instrument.id == name);
        let variable = all.iter().copied().find(|variable| variable.name(world) == written);
        let Some(variable) = variable.or(adopted.map(Variable::Adopted)) else {
            let columns: Vec<String> = all.iter().map(|variable| variable.name(world)).collect();
            let known =
                columns.iter().map(String::as_str).chain(world.instruments.iter().map(|i| i.id.as_str()));
            let hint = nearest(name, known).unwrap_or_else(|| format!("there is {}", columns.join(", ")));
            let what = format!("there is no variable {} to keep; {hint}", quoted(name));
            return Err(ExperimentError::Asked(what));
        };
        found.push(variable);
    }
    Ok(Kept::Some(found))
}

/// The rows of consecutive replicates in each table that was asked for; none of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Rows of [`schema::trajectories`](crate::output::schema::trajectories).
    pub trajectories: Option<Table>,
    /// Rows of [`schema::events`](crate::output::schema::events).
    pub events: Option<Table>,
    /// Rows of [`schema::ledger`](crate::output::schema::ledger).
    pub ledger: Option<Table>,
}

/// The tables that a run was asked for, recorded for a block of replicates.
struct Recorders {
    ensemble: EnsembleRecorder,
    trajectories: Option<TrajectoriesRecorder>,
    events: Option<EventsRecorder>,
    ledger: Option<LedgerRecorder>,
}

impl Recorders {
    fn each(&mut self, mut f: impl FnMut(&mut dyn Recorder)) {
        f(&mut self.ensemble);
        self.trajectories.iter_mut().for_each(|r| f(r));
        self.events.iter_mut().for_each(|r| f(r));
        self.ledger.iter_mut().for_each(|r| f(r));
    }
}

impl Recorder for Recorders {
    fn start(&mut self, batch: &Batch) {
        self.each(|r| r.start(batch));
    }
    fn step(&mut self, batch: &Batch, step: usize) {
        self.each(|r| r.step(batch, step));
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.each(|r| r.year(batch, year));
    }
    fn finish(&mut self, batch: &Batch) {
        self.each(|r| r.finish(batch));
    }
}

/// Simulates every replicate of a scenario and returns its digest and summary.
///
/// `take` gets the blocks in order of replicate, with the number of replicates done so far. Whether a ledger is kept
/// is said by `tables`, whatever `options` say.
///
/// ```
/// use suasion::{engine::parallel::Options, experiment::run::{Tables, simulate}, output::error::OutputError, scenario::Scenario};
/// use std::sync::atomic::AtomicBool;
/// let mut loaded = Scenario::load("asean").unwrap();
/// loaded.set("runs.replicates=20").unwrap();
/// let scenario = loaded.build().unwrap();
/// let tables = Tables { trajectories: true, ..Tables::NONE };
/// let mut rows = 0;
/// let ensemble = simulate(&scenario, tables, Options::default(), &AtomicBool::new(false), |block, _| {
///     rows += block.trajectories.map_or(0, |table| table.rows());
///     assert!(block.events.is_none() && block.ledger.is_none());
///     Ok::<(), OutputError>(())
/// });
/// assert_eq!(rows, 20 * 10 * 16); // replicates, states, the start and 15 years
/// assert_eq!(ensemble.unwrap().summary().unwrap().replicates(), 20);
/// ```
///
/// # Errors
/// If `stop` was raised, `take` failed, or threads could not be started.
pub fn simulate<E: From<OutputError> + Send>(
    scenario: &Scenario,
    tables: Tables<'_>,
    options: Options,
    stop: &AtomicBool,
    take: impl FnMut(Block, usize) -> Result<(), E>,
) -> Result<EnsembleRecorder, Stopped<E>> {
    simulate_in(scenario, (&scenario.world).into(), tables, options, stop, take)
}

/// The same with a world for each replicate: those of the scenario under a posterior.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_in<E: From<OutputError> + Send>(
    scenario: &Scenario,
    worlds: Worlds,
    tables: Tables<'_>,
    options: Options,
    stop: &AtomicBool,
    mut take: impl FnMut(Block, usize) -> Result<(), E>,
) -> Result<EnsembleRecorder, Stopped<E>> {
    let world = worlds.base;
    let options = Options { ledger: tables.ledger, ..options };
    let groups = Arc::new(worlds.groups());
    let ensemble = || {
        let recorder = EnsembleRecorder::new(world, options.isa, Some(tables.kept));
        recorder.under(world, &groups)
    };
    let make = || Recorders {
        ensemble: ensemble(),
        trajectories: tables.trajectories.then(|| TrajectoriesRecorder::new(world, tables.kept)),
        events: tables.events.then(|| EventsRecorder::new(world)),
        ledger: tables.ledger.then(|| LedgerRecorder::new(world)),
    };
    let run = |r: usize| worlds.run(scenario.seed, r as u32);
    // That of the first block, to which the others are added.
    let mut total: Option<EnsembleRecorder> = None;
    parallel::simulate(
        world,
        scenario.replicates as usize,
        run,
        options,
        stop,
        make,
        |block: Recorders, done| {
            match &mut total {
                Some(total) => total.merge(&block.ensemble)?,
                None => total = Some(block.ensemble),
            }
            let block = Block {
                trajectories: block.trajectories.map(TrajectoriesRecorder::into_table),
                events: block.events.map(EventsRecorder::into_table),
                ledger: block.ledger.map(LedgerRecorder::into_table),
            };
            take(block, done)
        },
    )?;
    Ok(total.unwrap_or_else(ensemble))
}

/// Writes a summary block by block, made on as many threads, and returns the sink with the number of rows.
///
/// # Errors
/// If `stop` was raised, the sink cannot be written, or threads could not be started.
pub fn write_summary<W: Write>(
    summary: &Summary,
    world: &World,
    mut writer: TableWriter<W>,
    threads: NonZeroUsize,
    stop: &AtomicBool,
) -> Result<(W, u64), Stopped<OutputError>> {
    let table = SummaryTable::new(summary, world);
    let make = |block| (!stop.load(Ordering::Relaxed)).then(|| table.block(block));
    parallel::make_in_order(threads, table.blocks(), stop, make, |block| writer.write(&block))?;
    writer.finish(&[]).map_err(Stopped::Taking)
}
