//! Means of outcomes over replicates: a scenario as a plain function of its parameters, for samplers and optimizers.

use crate::attended::attended;
use crate::progress::Progress;
use crate::raise;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::{AtomicBool, Ordering};
use suasion::engine::isa::Isa;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::values::simulate;
use suasion::scenario::Scenario;

/// Replicates between two looks at the stop flag.
const AT_A_TIME: u32 = 64;

/// The mean of each outcome by its full label (`protection.IDN@2010`), in order of year, then as asked.
pub fn means<'py>(py: Python<'py>, scenario: &Scenario, outcomes: &[String]) -> PyResult<Bound<'py, PyDict>> {
    let world = &scenario.world;
    let outcomes = Outcomes::parse(outcomes, world).map_err(raise)?;
    let count = scenario.replicates;
    let work = |stop: &AtomicBool| {
        let mut sums = vec![0.0; outcomes.cells.len()];
        for first in (0..count).step_by(AT_A_TIME as usize) {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            let last = count.min(first.saturating_add(AT_A_TIME));
            let runs: Vec<(usize, u32)> = (first..last).map(|replicate| (0, replicate)).collect();
            let values = simulate(&[world], &runs, scenario.seed, &outcomes, Isa::detect());
            for run in 0..runs.len() {
                for (sum, value) in sums.iter_mut().zip(values.run(run)) {
                    *sum += value;
                }
            }
        }
        Ok(sums)
    };
    let sums = attended(py, &Progress::silent(), work, raise)?;
    let means = PyDict::new(py);
    for (cell, sum) in outcomes.cells.iter().zip(sums) {
        means.set_item(cell.label(world), sum / f64::from(count))?;
    }
    Ok(means)
}
