//! A scenario held against its record: statistics of both by the same code, judged.

use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::{self, Options, Stopped};
use crate::evidence::frame::Frame;
use crate::evidence::patterns::statistics;
use crate::evidence::record::Record;
use crate::evidence::skill::Forecast;
use crate::evidence::watch::{Keep, Watch};
use crate::model::observation::Observation;
use crate::model::world::World;
use crate::scenario::Scenario;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

/// What a run of all replicates says, beside the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The statistics of each replicate.
    pub statistics: Vec<Vec<f64>>,
    /// How many replicates had which tier and law, by state and year.
    pub forecast: Forecast,
}

struct Kept<'f> {
    frame: &'f Frame,
    simulation: Simulation,
}

impl Kept<'_> {
    fn new(frame: &Frame) -> Kept<'_> {
        Kept { frame, simulation: Simulation { statistics: Vec::new(), forecast: Forecast::new(frame) } }
    }
}

impl Keep for Kept<'_> {
    fn keep(&mut self, _batch: &Batch, _lane: usize, record: &Record) {
        self.simulation.statistics.push(statistics(record, self.frame));
        self.simulation.forecast.add(record);
    }
}

/// Simulates every replicate of a scenario, each in the world that `world_of` has for it, and takes what the patterns and the
/// skill scores need.
///
/// # Errors
/// If `stop` was raised, or threads could not be started.
pub fn simulate<'w>(
    scenario: &'w Scenario,
    world_of: impl Fn(u32) -> &'w World + Sync,
    frame: &Frame,
    observation: &Observation<f64>,
    options: Options,
    stop: &AtomicBool,
) -> Result<Simulation, Stopped<Infallible>> {
    let run = |r: usize| {
        let replicate = r as u32;
        Run::new(world_of(replicate), scenario.seed, replicate)
    };
    let make = || Watch::new(frame, observation, Kept::new(frame));
    let mut all = Kept::new(frame).simulation;
    parallel::simulate(
        &scenario.world,
        scenario.replicates as usize,
        run,
        options,
        stop,
        make,
        |watch, _| {
            all.statistics.extend(watch.keep.simulation.statistics);
            all.forecast.merge(&watch.keep.simulation.forecast);
            Ok(())
        },
    )?;
    Ok(all)
}
