//! Simulates the blocks of a sweep that are not there yet, and hands over the bytes of each in order.
//!
//! A block's bytes are, for each of its points, the sums of each outcome over the block's replicates; then, where trajectories
//! are kept, every value of each run. Words are little-endian.

use super::Sweep;
use crate::engine::history::History;
use crate::engine::parallel::{Options, make_in_order};
use crate::estimate::{Accumulator, Groups};
use crate::experiment::error::ExperimentError;
use crate::experiment::values;
use crate::lanes::isa::Isa;
use crate::model::world::World;
use crate::output::units::Units;
use std::sync::atomic::{AtomicBool, Ordering};

/// Simulates the blocks of a list, and gives `take` the number and bytes of each, in the order of the list.
///
/// # Errors
/// If a point makes no valid scenario, a result is not finite, `take` fails, or `stop` was raised. Blocks taken until then stay taken.
pub fn simulate(
    sweep: &Sweep,
    blocks: &[u64],
    options: Options,
    stop: &AtomicBool,
    mut take: impl FnMut(u64, Vec<u8>) -> Result<(), ExperimentError>,
) -> Result<(), ExperimentError> {
    let history = if blocks.is_empty() { None } else { sweep.history(options, stop)? };
    let make = |i: usize| -> Option<Result<(u64, Vec<u8>), ExperimentError>> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        Some(
            simulate_block(sweep, history.as_deref(), blocks[i], options.isa).map(|bytes| (blocks[i], bytes)),
        )
    };
    make_in_order(options.threads, blocks.len(), stop, make, |made| {
        let (block, bytes) = made?;
        take(block, bytes)
    })?;
    Ok(())
}

fn simulate_block(
    sweep: &Sweep,
    history: Option<&History>,
    number: u64,
    isa: Isa,
) -> Result<Vec<u8>, ExperimentError> {
    let block = sweep.layout.geometry.block(number);
    let points: Vec<u64> = block.positions.clone().map(|position| sweep.layout.point_at(position)).collect();
    let worlds = points.iter().map(|point| sweep.world(*point)).collect::<Result<Vec<World>, _>>()?;
    let worlds: Vec<&World> = worlds.iter().collect();
    let mut runs = Vec::with_capacity(points.len() * block.replicates.len());
    for (world, point) in points.iter().enumerate() {
        runs.extend(block.replicates.clone().map(|r| (world, sweep.layout.replicate(*point, r))));
    }
    let layout = &sweep.layout;
    let values = values::simulate_within(history, &worlds, &runs, sweep.seed(), &layout.recorded, isa)?;
    let each = block.replicates.len();
    let mut bytes = Vec::with_capacity(points.len() * layout.bytes_per_point(each));
    for (point, world) in worlds.iter().enumerate() {
        let units = Units::new(world);
        let resolutions = layout.outcomes.iter().map(|outcome| outcome.resolution(&units)).collect();
        let mut sums = Accumulator::new(resolutions, Groups::default());
        let runs = point * each..(point + 1) * each;
        for values in runs.clone().map(|run| values.run(run)) {
            for (number, at) in layout.of_outcomes.iter().enumerate() {
                sums.add(number, 0, values[*at]);
            }
        }
        let words = (0..sums.len()).flat_map(|number| sums.words(number));
        bytes.extend(words.flat_map(u64::to_le_bytes));
        for run in runs {
            let values = values.run(run);
            bytes.extend(layout.of_trajectories.iter().flat_map(|at| values[*at].to_le_bytes()));
        }
    }
    Ok(bytes)
}
