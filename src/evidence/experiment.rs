//! Pattern 9, which no record shows: an experiment on three bundled scenarios that differ in one number.

use crate::engine::batch::{Batch, Run};
use crate::engine::guard::NotFinite;
use crate::engine::parallel::simulate_batch;
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::evidence::verdict::Verdict;
use crate::lanes::isa::Isa;
use crate::lanes::lane::LANES;
use crate::model::parameters::Parameters;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::scenario::{Scenario, ScenarioError};

/// Replicates of each arm: whole batches.
const REPLICATES: u32 = 64;
/// The year in which the inducement is withdrawn, in the scenario.
const WITHDRAWN: i32 = 2008;
/// Years after which the loss must still be there.
const YEARS: i32 = 4;
/// The share of the loss that must.
const SHARE: f64 = 0.9;

/// What the experiment says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fine {
    /// Total effort, enforcement plus protection, at the end: without inducement, under a small and under a large one.
    pub effort: [f64; 3],
    /// Loss of motivation against no inducement four years after a small one is withdrawn, as a share of the loss then.
    pub persistence: f64,
}

impl Fine {
    /// Whether a small inducement lowers effort, a large one raises it, and the loss persists.
    pub fn verdict(&self) -> Verdict {
        let [none, small, large] = self.effort;
        if small < none && large > none && self.persistence >= SHARE { Verdict::Met } else { Verdict::Missed }
    }
}

/// Why the experiment cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The parameters are not valid in its scenarios.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A result is not a finite number.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
}

/// Runs the experiment under parameters (shocks are none in its scenarios).
///
/// # Errors
/// If the parameters are not valid in the scenarios of the experiment, or a result is not finite.
pub fn fine(parameters: &Parameters<f64>) -> Result<Fine, Failed> {
    fine_over([(parameters, 1.0)])
}

/// Runs the experiment under several sets of parameters, each with its weight, and takes the mean of efforts and of losses.
///
/// # Errors
/// As [`fine`].
pub fn fine_over<'p>(sets: impl IntoIterator<Item = (&'p Parameters<f64>, f64)>) -> Result<Fine, Failed> {
    let mut worlds = Vec::new();
    for (name, withdrawn) in [("none", false), ("small", false), ("large", false), ("small", true)] {
        let mut loaded = Scenario::load(&format!("teaching/fine-is-a-price-{name}"))?;
        if withdrawn {
            loaded.apply_counterfactual("withdrawn")?;
        }
        worlds.push(loaded.build_alone()?.world);
    }
    let mut courses = [(); 4].map(|()| Course::default());
    let mut whole = 0.0;
    for (parameters, weight) in sets {
        whole += weight;
        for (world, mean) in worlds.iter_mut().zip(&mut courses) {
            let volatility = world.parameters.volatility;
            world.parameters = Parameters { volatility, ..*parameters };
            let mut course = course(world)?;
            course.scale(weight);
            mean.add(course);
        }
    }
    for course in &mut courses {
        course.scale(1.0 / whole);
    }
    let effort = |arm: usize| courses[arm].effort.last().copied().unwrap_or(f64::NAN);
    let loss = |year: i32| {
        let row = (year - worlds[0].clock.start) as usize;
        courses[0].motivation[row] - courses[3].motivation[row]
    };
    Ok(Fine {
        effort: [effort(0), effort(1), effort(2)],
        persistence: loss(WITHDRAWN - 1 + YEARS) / loss(WITHDRAWN - 1),
    })
}

/// Motivation and total effort of the one state at the end of each year, mean of a batch of replicates.
#[derive(Default)]
struct Course {
    motivation: Vec<f64>,
    effort: Vec<f64>,
}

impl Course {
    fn add(&mut self, other: Course) {
        for (sum, xs) in [(&mut self.motivation, other.motivation), (&mut self.effort, other.effort)] {
            sum.resize(xs.len(), 0.0);
            sum.iter_mut().zip(xs).for_each(|(sum, x)| *sum += x);
        }
    }

    fn scale(&mut self, by: f64) {
        self.motivation.iter_mut().chain(&mut self.effort).for_each(|x| *x *= by);
    }
}

impl Recorder for Course {
    fn year(&mut self, batch: &Batch, _year: usize) {
        let mean = |v: Variable| {
            let lanes = batch.value(0, v);
            lanes.0[..batch.width()].iter().sum::<f64>() / batch.width() as f64
        };
        self.motivation.push(mean(Variable::Motivation));
        self.effort.push(mean(Variable::Enforcement) + mean(Variable::Protection));
    }
}

fn course(world: &World) -> Result<Course, NotFinite> {
    let mut course = Course::default();
    // Shocks are none and traits have no spread, so that replicates differ by their phases alone.
    for first in (0..REPLICATES).step_by(LANES) {
        let runs: Vec<Run> = (0..LANES as u32).map(|lane| Run::new(world, 1, first + lane)).collect();
        let mut batch = Course::default();
        simulate_batch(&runs, &Timeline::new(world), Isa::detect(), false, &mut batch)?;
        course.add(batch);
    }
    course.scale(LANES as f64 / f64::from(REPLICATES));
    Ok(course)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowding_makes_the_fine_a_price_and_the_null_model_does_not() {
        let defaults = fine(&Parameters::default()).unwrap();
        assert_eq!(defaults.verdict(), Verdict::Met, "{defaults:?}");
        let null = fine(&Parameters::default().without_crowding()).unwrap();
        assert_eq!(null.verdict(), Verdict::Missed, "{null:?}");
    }
}
