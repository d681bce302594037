//! What a run will cost: agent-steps, time, memory, bytes; and the refusal of what cannot fit.

use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::{Options, simulate};
use crate::engine::recorder::Recorder;
use crate::experiment::error::ExperimentError;
use crate::experiment::run::Tables as Held;
use crate::lanes::lane::LANES;
use crate::model::world::Clock;
use crate::output::ensemble::EnsembleRecorder;
use crate::output::kept::Kept;
use crate::output::manifest::Size;
use crate::scenario::{Scenario, available_memory};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

mod sweep;

pub use sweep::{ShardCost, refuse_what_a_sweep_cannot, shard_cost};

/// What a run will cost.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// States times steps times replicates.
    pub agent_steps: u64,
    /// Seconds on these threads, from a trial of a few batches.
    pub seconds: f64,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes of the output folder, about.
    pub disk: u64,
}

/// A rough time of one agent-step, and the most that a sweep may take: ten years of a core.
const SECONDS_PER_STEP: f64 = 5e-8;
const MOST_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;

/// The tables that a run writes, which make the size of its folder.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// `trajectories` and `events`.
    pub trajectories: bool,
    /// `ledger`.
    pub ledger: bool,
    /// Whether they are CSV rather than Parquet.
    pub csv: bool,
    /// The variables that trajectories and summary have.
    pub kept: &'a Kept,
}

impl Default for Tables<'_> {
    fn default() -> Self {
        Tables { trajectories: true, ledger: false, csv: false, kept: &Kept::All }
    }
}

/// Memory is estimated from the bytes of a state in the scenario, and in each batch at work.
const BYTES_PER_STATE: u64 = 2000;
const BYTES_PER_STATE_AT_WORK: u64 = 3000;
/// Agent-steps of a trial run.
const TRIAL: u64 = 10_000_000;
/// Disk is estimated from bytes of a value, measured on the bundled scenarios and rounded up: trajectories and events as
/// Parquet and as CSV, the ledger likewise, the summary, and a state of the resolved scenario.
const TRAJECTORIES: [u64; 2] = [6, 14];
const LEDGER: [u64; 2] = [8, 21];
const LEDGER_VALUES: u64 = 12;
/// Values of events in memory for each row of trajectories: about two events for three rows.
const EVENTS: u64 = 3;
const SUMMARY: u64 = 110;
const STATE_TEXT: u64 = 1200;

/// The size of a scenario's run.
pub fn size(scenario: &Scenario) -> Size {
    let clock = scenario.world.clock;
    let (replicates, states, steps) =
        (u64::from(scenario.replicates), scenario.world.states.len() as u64, clock.steps() as u64);
    Size {
        points: None,
        replicates,
        states,
        start: clock.start,
        end: clock.end,
        steps,
        // Beyond 2^64 no run is meant.
        agent_steps: replicates.saturating_mul(states).saturating_mul(steps),
    }
}

/// States times rows of a replicate, and variables that are kept.
fn counts(scenario: &Scenario, kept: &Kept) -> (u64, u64) {
    let world = &scenario.world;
    let rows = world.states.len() as u64 * (world.clock.years() as u64 + 1);
    (rows, kept.variables(world).len() as u64)
}

fn memory(scenario: &Scenario, kept: &Kept) -> u64 {
    let (rows, variables) = counts(scenario, kept);
    let values = rows.saturating_mul(variables);
    // Batches at work at one time; a run of few is split over its states instead.
    let batches = u64::from(scenario.replicates).div_ceil(LANES as u64);
    let batches = batches.min(Options::default().threads.get() as u64);
    let of_values = values.saturating_mul(40).saturating_add(values.saturating_mul(512).min(256 << 20));
    let summary = of_values.saturating_mul(batches + 1);
    let states = scenario.world.states.len() as u64;
    (states * (BYTES_PER_STATE + batches * BYTES_PER_STATE_AT_WORK)).saturating_add(summary) + (100 << 20)
}

fn disk(scenario: &Scenario, tables: Tables<'_>) -> u64 {
    let (rows, variables) = counts(scenario, tables.kept);
    let each = |wanted: bool, values: u64, bytes: [u64; 2]| {
        let rows = rows.saturating_mul(u64::from(scenario.replicates));
        if wanted { rows.saturating_mul(values * bytes[usize::from(tables.csv)]) } else { 0 }
    };
    let fixed = rows.saturating_mul(variables * SUMMARY) + scenario.world.states.len() as u64 * STATE_TEXT;
    each(tables.trajectories, variables, TRAJECTORIES)
        .saturating_add(each(tables.ledger, LEDGER_VALUES, LEDGER))
        .saturating_add(fixed)
}

/// Estimates a run, by timing a few batches of it; of very many states, the start and a few steps of one batch.
///
/// # Errors
/// If threads could not be started, or a result is not finite.
pub fn estimate(scenario: &mut Scenario, options: Options) -> Result<Estimate, ExperimentError> {
    let whole = scenario.world.clock;
    let per_step = scenario.world.states.len() as u64 * LANES as u64;
    let per_year = per_step * u64::from(whole.steps_per_year);
    let seconds = if per_year > TRIAL {
        // A year of few steps: how long a step is, it does not know.
        let steps = (TRIAL / per_step.max(1)).clamp(2, u64::from(whole.steps_per_year)) as u32;
        scenario.world.clock = Clock { end: whole.start + 1, steps_per_year: steps, ..whole };
        steps_of_one_batch(scenario, options, whole.steps() as f64)
    } else {
        let years = (TRIAL / per_year.max(1)).clamp(1, whole.years() as u64);
        scenario.world.clock.end = whole.start + years as i32;
        some_batches(scenario, options, years == whole.years() as u64)
            .map(|of_a_year| of_a_year * whole.years() as f64)
    };
    scenario.world.clock = whole;
    Ok(Estimate {
        agent_steps: size(scenario).agent_steps,
        seconds: seconds?,
        memory: memory(scenario, &Kept::All),
        disk: disk(scenario, Tables::default()),
    })
}

/// Seconds that a year of all replicates takes, from whole runs of some batches.
fn some_batches(scenario: &Scenario, options: Options, is_whole: bool) -> Result<f64, ExperimentError> {
    let world = &scenario.world;
    let per_batch = (world.states.len() * world.clock.steps() * LANES) as u64;
    let batches = (TRIAL / per_batch.max(1)).clamp(1, 125) as usize;
    let replicates = batches.min((scenario.replicates as usize).div_ceil(LANES)) * LANES;
    let begun = Instant::now();
    // A summary is made once, whatever the number of replicates: it would be most of a short trial.
    let make = || EnsembleRecorder::new(world, options.isa, is_whole.then_some(&Kept::All));
    try_out(scenario, replicates, options, make)?;
    let share = f64::from(scenario.replicates) / replicates as f64;
    Ok(begun.elapsed().as_secs_f64() * share / world.clock.years() as f64)
}

/// Seconds that so many steps of all replicates take, from the start and a few steps of one batch.
fn steps_of_one_batch(scenario: &Scenario, options: Options, steps: f64) -> Result<f64, ExperimentError> {
    let stand = Mutex::new((Instant::now(), Vec::new()));
    try_out(scenario, LANES, options, || Stopwatch(&stand))?;
    let (begun, ends) = stand.into_inner().unwrap_or_else(PoisonError::into_inner);
    let at = |i: usize| ends.get(i).map_or(0.0, |end: &Instant| (*end - begun).as_secs_f64());
    let last = ends.len().saturating_sub(1);
    let per_step = (at(last) - at(0)) / last.max(1) as f64;
    // Of the start: what the first step took beside a step.
    let start = (at(0) - per_step).max(0.0);
    Ok((start + steps * per_step) * f64::from(scenario.replicates.div_ceil(LANES as u32)))
}

fn try_out<R: Recorder>(
    scenario: &Scenario,
    replicates: usize,
    options: Options,
    make: impl Fn() -> R + Sync,
) -> Result<(), ExperimentError> {
    let world = &scenario.world;
    let run = |r: usize| Run::new(world, scenario.seed, r as u32);
    let take = |_: R, _: usize| Ok::<(), ExperimentError>(());
    Ok(simulate(world, replicates, run, options, &AtomicBool::new(false), make, take)?)
}

/// Notes when each step of a batch has ended.
struct Stopwatch<'a>(&'a Mutex<(Instant, Vec<Instant>)>);

impl Recorder for Stopwatch<'_> {
    fn step(&mut self, _: &Batch, _: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.push(Instant::now());
    }
}

/// Refuses a run that would not fit the memory, or the file system of its folder, with the estimate.
///
/// # Errors
/// If it would not fit.
pub fn refuse_what_cannot_fit(
    scenario: &Scenario,
    tables: Tables,
    target: &Path,
) -> Result<(), ExperimentError> {
    let (needed, bytes) = (memory(scenario, tables.kept), disk(scenario, tables));
    if let Some(available) = available_disk(target)
        && bytes > available
    {
        let message = format!(
            "{}: the results of {} replicates would take about {}, of which {} is free there; use --summary-only, fewer replicates, or another --out",
            target.display(),
            scenario.replicates,
            human(bytes),
            human(available)
        );
        return Err(ExperimentError::Asked(message));
    }
    refuse_memory(needed, "states, years or --threads")
}

/// Refuses a run whose tables are to be held in memory and would not fit it, with the estimate.
///
/// # Errors
/// If they would not fit.
pub fn refuse_what_memory_cannot_hold(scenario: &Scenario, tables: Held<'_>) -> Result<(), ExperimentError> {
    let (rows, variables) = counts(scenario, tables.kept);
    let of = |wanted: bool, values: u64| if wanted { 8 * values } else { 0 };
    let row =
        of(tables.trajectories, variables) + of(tables.ledger, LEDGER_VALUES) + of(tables.events, EVENTS);
    let rows = rows.saturating_mul(u64::from(scenario.replicates));
    let bytes = rows.saturating_mul(row).saturating_add(memory(scenario, tables.kept));
    if let Some(available) = available_memory()
        && bytes > available
    {
        let found = format!(
            "the tables of {} replicates would take about {} of memory, of which {} is free; keep fewer tables, or run fewer replicates",
            scenario.replicates,
            human(bytes),
            human(available)
        );
        return Err(ExperimentError::Asked(found));
    }
    Ok(())
}

/// Refuses what would need more memory than is free.
///
/// # Errors
/// If it would.
pub fn refuse_memory(bytes: u64, fewer: &str) -> Result<(), ExperimentError> {
    if let Some(available) = available_memory()
        && bytes > available
    {
        let message = format!(
            "the run would need about {} of memory, of which {} is free; use fewer {fewer}",
            human(bytes),
            human(available)
        );
        return Err(ExperimentError::Asked(message));
    }
    Ok(())
}

/// Free space where a folder is or will be, where the system tells.
fn available_disk(target: &Path) -> Option<u64> {
    let target = std::path::absolute(target).ok()?;
    let there = target.ancestors().find(|folder| folder.exists())?;
    fs4::available_space(there).ok()
}

/// Bytes for people: `512 B`, `1.50 GiB`.
///
/// ```
/// use suasion::experiment::cost::human;
/// assert_eq!([human(512), human(3 << 29)], ["512 B", "1.50 GiB"]);
/// ```
pub fn human(bytes: u64) -> String {
    let mut size = (bytes as f64, "B");
    for unit in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
        if size.0 < 1024.0 {
            break;
        }
        size = (size.0 / 1024.0, unit);
    }
    if size.1 == "B" { format!("{bytes} B") } else { format!("{:.2} {}", size.0, size.1) }
}
