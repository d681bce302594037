//! What a sweep costs, as a whole and by shard, and which cannot be meant.

use super::{
    BYTES_PER_STATE, BYTES_PER_STATE_AT_WORK, MOST_SECONDS, SECONDS_PER_STEP, TRIAL, available_disk,
    estimate, human,
};
use crate::engine::parallel::Options;
use crate::estimate::Accumulator;
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::Outcomes;
use crate::experiment::sweep::{Geometry, Request, Sweep, simulate as simulate_blocks};
use crate::model::variable::Variable;
use crate::scenario::{Scenario, available_memory};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What a shard of a sweep and the merge of all will cost.
#[derive(Clone, Copy, Debug)]
pub struct ShardCost {
    /// Seconds of the largest shard.
    pub seconds: f64,
    /// Bytes of its memory.
    pub memory: u64,
    /// Seconds of the merge.
    pub merge_seconds: f64,
    /// Bytes of its memory.
    pub merge_memory: u64,
}

/// Bytes of blocks that a merge reads and writes in a second, low, and of a place in its list of blocks.
const MERGE_RATE: f64 = 2e7;
const BYTES_PER_BLOCK: u64 = 64;

/// Estimates a shard by simulating a few blocks of the sweep; of very many states, some years of one batch.
///
/// # Errors
/// If the sweep's scenario or a point of it is not valid, or threads could not be started.
pub fn shard_cost(sweep: &Sweep, shards: u32, threads: u32) -> Result<ShardCost, ExperimentError> {
    let layout = &sweep.layout;
    let (geometry, states) = (layout.geometry, layout.world.states.len() as u64);
    let blocks = geometry.blocks();
    let steps = states * layout.world.clock.steps() as u64;
    let largest = geometry.block(0);
    let points = largest.positions.end - largest.positions.start;
    let runs = points * largest.replicates.len() as u64;
    let options = Options { threads: std::num::NonZeroUsize::MIN, ..Options::default() };
    let per_block = if runs * steps > 8 * TRIAL {
        let mut base = sweep.base()?;
        let cost = estimate(&mut base, options)?;
        cost.seconds * (runs * steps) as f64 / cost.agent_steps.max(1) as f64
    } else {
        let tried: Vec<u64> = (0..(TRIAL / (runs * steps).max(1)).clamp(1, blocks.min(16))).collect();
        let begun = Instant::now();
        simulate_blocks(sweep, &tried, options, &AtomicBool::new(false), |_, _| Ok(()))?;
        begun.elapsed().as_secs_f64() / tried.len() as f64
    };
    let bytes = layout.bytes_of(0);
    let worlds = states * (BYTES_PER_STATE * (points + 2) + BYTES_PER_STATE_AT_WORK);
    let total = bytes.saturating_mul(blocks);
    Ok(ShardCost {
        seconds: per_block * blocks.div_ceil(u64::from(shards)).div_ceil(u64::from(threads)) as f64,
        memory: (100 << 20) + u64::from(threads) * (worlds + 4 * bytes),
        merge_seconds: total as f64 / MERGE_RATE,
        merge_memory: (200 << 20) + states * BYTES_PER_STATE + blocks * BYTES_PER_BLOCK,
    })
}

/// Bytes of a row of a sweep's outcomes, about, and of a block's head in its log.
const OUTCOME: u128 = 128;
const BLOCK_HEAD: u128 = 48;

/// What a sweep writes: its finished blocks, which are kept until the results are there, and the results. Of a shard, its
/// share of the blocks alone.
fn sweep_disk(
    base: &Scenario,
    request: &Request,
    shard: Option<(u32, u32)>,
) -> Result<u128, ExperimentError> {
    let world = &base.world;
    let (states, rows) = (world.states.len() as u128, world.clock.years() as u128 + 1);
    let variables = Variable::all(world).len() as u128;
    let points = request.plan.len();
    let runs = points.saturating_mul(u128::from(request.replicates));
    let outcomes = match request.outcomes.len() {
        0 => (states + 1) * variables,
        _ => Outcomes::parse(&request.outcomes, world)?.len() as u128,
    };
    let of_point = outcomes * (Accumulator::WORDS * 8) as u128;
    let of_run = if request.trajectories { states * rows * variables * 8 } else { 0 };
    // Beyond these no sweep is meant, and the cut would not fit its numbers.
    let small = |x: u128, most: u32| x.clamp(1, 1 << most) as u64;
    let (steps, replicates) = (small(states * world.clock.steps() as u128, 30), request.replicates.max(1));
    let cut =
        Geometry::new(small(points, 56), replicates, steps, small(of_point, 40), of_run.min(1 << 30) as u64);
    let blocks = u128::from(cut.blocks());
    let of_passes = points.saturating_mul(of_point * u128::from(cut.passes()));
    let all = runs.saturating_mul(of_run).saturating_add(of_passes).saturating_add(blocks * BLOCK_HEAD);
    Ok(match shard {
        // Blocks go round the shards, as in `Store::missing`.
        Some((shard, of)) => {
            let before = u128::from(shard.saturating_sub(1));
            let own = blocks.saturating_sub(before).div_ceil(u128::from(of.max(1)));
            // Whole ones: the last of a pass may be shorter.
            let block = cut.block(0);
            let points = u128::from(block.positions.end - block.positions.start);
            let whole = points * of_point + u128::from(block.runs()) * of_run + BLOCK_HEAD;
            own.saturating_mul(whole).min(all)
        }
        None => all
            .saturating_add(runs.saturating_mul(of_run))
            .saturating_add(points.saturating_mul(outcomes * OUTCOME)),
    })
}

/// Refuses a sweep whose results cannot be meant, with the estimate. Without a folder they are held in memory; of a shard its
/// own part is estimated.
///
/// # Errors
/// If they cannot, or an outcome is none.
pub fn refuse_what_a_sweep_cannot(
    base: &Scenario,
    request: &Request,
    target: Option<&Path>,
    shard: Option<(u32, u32)>,
) -> Result<(), ExperimentError> {
    let available = target.map_or_else(available_memory, available_disk);
    let available = u128::from(available.unwrap_or(u64::MAX));
    let bytes = sweep_disk(base, request, shard)?;
    let world = &base.world;
    let runs = request.plan.len().saturating_mul(u128::from(request.replicates));
    let runs = runs.div_ceil(shard.map_or(1, |(_, of)| u128::from(of.max(1))));
    let steps = world.states.len() as u128 * world.clock.steps() as u128;
    let seconds = runs.saturating_mul(steps) as f64 * SECONDS_PER_STEP;
    let human = |bytes: u128| human(u64::try_from(bytes).unwrap_or(u64::MAX));
    let takes = if seconds > MOST_SECONDS {
        format!("{} and {:.0} hours on one core", human(bytes), seconds / 3600.0)
    } else if bytes > available {
        let place =
            target.map_or_else(|| "of memory".to_string(), |target| format!("in {}", target.display()));
        format!("{} {place}, of which {} is free", human(bytes), human(available))
    } else {
        return Ok(());
    };
    let what = shard.map_or_else(String::new, |(i, of)| format!("shard {i}/{of} of "));
    Err(ExperimentError::Asked(format!(
        "{what}{} design points of {} replicates would take about {takes}; take fewer samples, levels or outcomes",
        request.plan.len(),
        request.replicates,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::design::{Asked, parse_axes};
    use crate::experiment::job::Claimed;
    use crate::experiment::sweep::{Sweeping, job, write};
    use crate::experiment::unfinished;
    use crate::output::writer::Format;

    fn bytes(folder: &Path) -> u128 {
        std::fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|entry| u128::from(entry.metadata().unwrap().len()))
            .sum()
    }

    #[test]
    fn a_shard_is_estimated_by_what_it_writes_and_the_whole_by_both() {
        for trajectories in [false, true] {
            let home = tempfile::tempdir().unwrap();
            let out = home.path().join("out");
            let axes = parse_axes("parameters.drift=0..0.1").unwrap();
            let samples = if trajectories { 40 } else { 1000 };
            let asked = Asked { axes, samples: Some(samples), replicates: Some(16), ..Asked::default() };
            let (plan, design, replicates) = asked.lay(None, 1).unwrap();
            let (common_random_numbers, outcomes) = (true, Vec::new());
            let request = Request { plan, design, replicates, common_random_numbers, outcomes, trajectories };
            let loaded = Scenario::load("asean").unwrap();
            let base = loaded.build().unwrap();
            let estimate = |shard| sweep_disk(&base, &request, shard).unwrap();
            let (shard, whole) = (estimate(Some((2, 3))), estimate(None));
            let sweep = Sweep::new(loaded, request.clone()).unwrap();
            let (format, options) = (Format::Csv, Options::default());
            let sweeping =
                Sweeping { sweep: &sweep, out: &out, format, replace: false, fresh: false, options };
            let stop = AtomicBool::new(false);
            sweeping.simulate((2, 3), &stop, |_, _| ()).unwrap();
            let log = bytes(&sweeping.kept());
            // The description and the scenario lie beside the blocks, which are taken for equally long.
            assert!(
                shard < log * 11 / 10 + 1000 && log < shard * 13 / 10 + 40_000,
                "{trajectories}: {shard} {log}"
            );
            let mut store = sweeping.simulate((1, 1), &stop, |_, _| ()).unwrap();
            let Claimed::Free(place) = job(&sweep.layout, format).claim(&out, false).unwrap() else {
                panic!("taken")
            };
            write(&sweep.layout, &mut store, place, format, &stop, |_, _, _| ()).unwrap();
            let all = bytes(&unfinished::blocks(&out)) + bytes(&out);
            assert!(all < whole * 5 / 2 && whole < all * 5 / 2, "{trajectories}: {whole} {all}");
        }
    }
}
