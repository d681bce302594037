//! Means of outcomes over replicates: a scenario as a plain function of its parameters, for samplers and optimizers.

use crate::attended::attended;
use crate::changes::Runs;
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{arguments, raise};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::{AtomicBool, Ordering};
use suasion::estimate::{Accumulator, Groups};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::values::simulate;
use suasion::lanes::isa::Isa;
use suasion::output::units::Units;
use suasion::scenario as library;

/// Replicates between two looks at the stop flag.
const AT_A_TIME: u32 = 64;

#[pymethods]
impl Scenario {
    /// Means of outcomes over replicates, by label, each in the unit of its variable: the scenario as a function of the values
    /// in `set`, on one thread.
    ///
    /// An outcome is written as for `suasion sweep`: `protection` (the mean over states at the end of the last year),
    /// `protection.IDN@2010`, `phase=4` (a share), `motivation.*@2005-2010`, `years_to_law`, `persuasion_total.IDN`.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> list(asean.outcomes("protection.IDN@2010", set={"parameters.drift": 0.1}, replicates=8))
    /// ['protection.IDN@2010']
    #[pyo3(signature = (outcomes, set=None, replicates=None, seed=None))]
    fn outcomes<'py>(
        &self,
        py: Python<'py>,
        outcomes: &Bound<'py, PyAny>,
        set: Option<&Bound<'py, PyDict>>,
        replicates: Option<&Bound<'py, PyAny>>,
        seed: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let scenario = self.changed(py, set, Runs { replicates, seed })?;
        means(py, &scenario, &arguments::texts("outcomes", Some(outcomes))?)
    }
}

/// The mean of each outcome by its full label (`protection.IDN@2010`), in order of year, then as asked.
fn means<'py>(
    py: Python<'py>,
    scenario: &library::Scenario,
    outcomes: &[String],
) -> PyResult<Bound<'py, PyDict>> {
    let world = &scenario.world;
    let outcomes = Outcomes::parse(outcomes, world).map_err(raise)?;
    let count = scenario.replicates;
    let work = |stop: &AtomicBool| {
        let units = Units::new(world);
        let resolutions = outcomes.iter().map(|outcome| outcome.resolution(&units)).collect();
        let mut sums = Accumulator::new(resolutions, Groups::default());
        for first in (0..count).step_by(AT_A_TIME as usize) {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            let last = count.min(first.saturating_add(AT_A_TIME));
            let runs: Vec<(usize, u32)> = (first..last).map(|replicate| (0, replicate)).collect();
            let values = simulate(&[world], &runs, scenario.seed, &outcomes, Isa::detect())?;
            for run in 0..runs.len() {
                values.run(run).iter().enumerate().for_each(|(number, x)| sums.add(number, run, *x));
            }
        }
        Ok(sums)
    };
    let sums = attended(py, &Progress::silent(), work, raise)?;
    let means = PyDict::new(py);
    for (number, outcome) in outcomes.iter().enumerate() {
        means.set_item(outcome.label(world), sums.mean(number))?;
    }
    Ok(means)
}
