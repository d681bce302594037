//! A scenario held against its record: statistics of both by the same code, judged.

use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::{self, Options, Stopped};
use crate::evidence::frame::Frame;
use crate::evidence::measurement::Measurement;
use crate::evidence::patterns::statistics;
use crate::evidence::record::Record;
use crate::evidence::watch::{Keep, Watch};
use crate::scenario::Scenario;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

/// What a run of all replicates says, beside the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The statistics of each replicate.
    pub statistics: Vec<Vec<f64>>,
}

struct Kept<'f> {
    frame: &'f Frame,
    statistics: Vec<Vec<f64>>,
}

impl Keep for Kept<'_> {
    fn keep(&mut self, _batch: &Batch, _lane: usize, record: &Record) {
        self.statistics.push(statistics(record, self.frame));
    }
}

/// Simulates every replicate of a scenario and takes the statistics of each.
///
/// # Errors
/// If `stop` was raised, or threads could not be started.
pub fn simulate(
    scenario: &Scenario,
    frame: &Frame,
    measurement: &Measurement<f64>,
    options: Options,
    stop: &AtomicBool,
) -> Result<Simulation, Stopped<Infallible>> {
    let world = &scenario.world;
    let run = |r: usize| Run { world, seed: scenario.seed, replicate: r as u32 };
    let make = || Watch::new(frame, measurement, Kept { frame, statistics: Vec::new() });
    let mut all = Vec::new();
    parallel::simulate(world, scenario.replicates as usize, run, options, stop, make, |watch, _| {
        all.extend(watch.keep.statistics);
        Ok(())
    })?;
    Ok(Simulation { statistics: all })
}
