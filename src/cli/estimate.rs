//! What a run will cost: agent-steps, time, memory, bytes; and the refusal of what cannot fit.

use super::exit::BadInput;
use super::run::size;
use crate::engine::batch::Run;
use crate::engine::lanes::LANES;
use crate::engine::parallel::{Options, simulate};
use crate::model::variable::Variable;
use crate::output::ensemble::EnsembleRecorder;
use crate::scenario::Scenario;
use anyhow::Result;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What a run will cost.
pub(super) struct Estimate {
    /// States times steps times replicates.
    pub agent_steps: u64,
    /// Seconds on these threads, from a trial of a few batches.
    pub seconds: f64,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes of trajectories as Parquet, about.
    pub trajectories: u64,
}

/// Memory and disk are estimated from these: bytes of a state in a batch, and of a value in a table.
const BYTES_PER_STATE: u64 = 4000;
const BYTES_PER_VALUE: u64 = 6;
/// Trajectories beyond this are refused: a mistake more often than a wish.
const MOST_BYTES: u64 = 64 << 30;

fn sizes(scenario: &Scenario) -> (u64, u64) {
    let world = &scenario.world;
    let (states, rows) = (world.states.len() as u64, world.clock.years() as u64 + 1);
    let values = states * rows * Variable::all(world).len() as u64;
    let threads = Options::default().threads.get() as u64;
    let summary = (values * 40 + (values * 512).min(256 << 20)) * (threads + 2);
    let memory = states * BYTES_PER_STATE * threads + summary + (100 << 20);
    (memory, values * BYTES_PER_VALUE * u64::from(scenario.replicates))
}

/// Estimates a run, by timing a few batches of it.
pub(super) fn estimate(scenario: &Scenario, options: Options) -> Result<Estimate> {
    let (memory, trajectories) = sizes(scenario);
    let world = &scenario.world;
    let agent_steps = size(scenario).agent_steps;
    let per_replicate = agent_steps / u64::from(scenario.replicates);
    let replicates =
        (10_000_000 / per_replicate.max(1)).clamp(1, 1000).min(u64::from(scenario.replicates)) as usize;
    let replicates = replicates.next_multiple_of(LANES);
    let begun = Instant::now();
    let run = |r: usize| Run { world, seed: scenario.seed, replicate: r as u32 };
    let make = || EnsembleRecorder::new(world, options.isa, true);
    let take = |_: EnsembleRecorder, _: usize| Ok::<(), std::convert::Infallible>(());
    simulate(world, replicates, run, options, &AtomicBool::new(false), make, take)?;
    let seconds = begun.elapsed().as_secs_f64() * scenario.replicates as f64 / replicates as f64;
    Ok(Estimate { agent_steps, seconds, memory, trajectories })
}

/// Refuses a run whose memory or trajectories cannot be meant, with the estimate.
pub(super) fn refuse_what_cannot_fit(scenario: &Scenario, trajectories: bool) -> Result<()> {
    let (memory, bytes) = sizes(scenario);
    if trajectories && bytes > MOST_BYTES {
        let message = format!(
            "trajectories of {} replicates would take about {}; use --summary-only, or fewer replicates",
            scenario.replicates,
            human(bytes)
        );
        return Err(BadInput(message).into());
    }
    refuse_memory(memory)
}

/// Refuses what would need more memory than is free.
pub(super) fn refuse_memory(bytes: u64) -> Result<()> {
    if let Some(available) = available_memory()
        && bytes > available
    {
        let message = format!(
            "the run would need about {} of memory, of which {} is free",
            human(bytes),
            human(available)
        );
        return Err(BadInput(message).into());
    }
    Ok(())
}

/// Free memory, where the system tells.
fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// Bytes for people.
pub(super) fn human(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}
