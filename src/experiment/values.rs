//! The values of outcomes in each of a list of runs, whatever worlds they are of. It reduces nothing.

use crate::engine::batch::Run;
use crate::engine::guard::NotFinite;
use crate::engine::isa::Isa;
use crate::engine::lanes::LANES;
use crate::engine::parallel::simulate_batch;
use crate::engine::timeline::Timeline;
use crate::experiment::outcome::{OutcomeRecorder, Outcomes, Readings};
use crate::model::world::World;

/// Values by run, then by outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    outcomes: usize,
    values: Vec<f64>,
}

impl Values {
    /// The values of a run, by outcome.
    pub fn run(&self, run: usize) -> &[f64] {
        &self.values[run * self.outcomes..(run + 1) * self.outcomes]
    }
}

/// Simulates runs on this thread, in their order, and reads the outcomes of each.
///
/// Each run is a world (by index into `worlds`) and a replicate. Neighbours whose worlds have one structure share a
/// batch; whether they do changes no bit.
///
/// ```
/// use suasion::{engine::isa::Isa, experiment::{outcome::Outcomes, values::simulate}, scenario::Scenario};
/// let world = Scenario::load("asean").unwrap().build().unwrap().world;
/// let outcomes = Outcomes::parse(&["motivation", "phase.IDN"], &world).unwrap();
/// let values = simulate(&[&world], &[(0, 0), (0, 1)], 2016, &outcomes, Isa::detect()).unwrap();
/// assert_eq!(values.run(1).len(), 2);
/// assert!((0.0..=1.0).contains(&values.run(1)[0]));
/// ```
///
/// # Errors
/// If a result is not finite.
pub fn simulate(
    worlds: &[&World],
    runs: &[(usize, u32)],
    seed: u64,
    outcomes: &Outcomes,
    isa: Isa,
) -> Result<Values, NotFinite> {
    let mut values = vec![0.0; runs.len() * outcomes.len()];
    let Some((world, _)) = runs.first() else { return Ok(Values { outcomes: outcomes.len(), values }) };
    // Worlds of a list have the same states, variables and years.
    let readings = Readings::of(worlds[*world], outcomes);
    let mut recorder = OutcomeRecorder::new(&readings);
    let same = |a: usize, b: usize| a == b || worlds[a].shares_structure(worlds[b]);
    let mut first = 0;
    while first < runs.len() {
        let timeline = Timeline::new(worlds[runs[first].0]);
        let count = runs[first..].iter().take_while(|run| same(runs[first].0, run.0)).count();
        for lanes in runs[first..first + count].chunks(LANES) {
            let batch: Vec<Run> = lanes
                .iter()
                .map(|&(world, replicate)| Run { world: worlds[world], seed, replicate })
                .collect();
            simulate_batch(&batch, &timeline, isa, readings.ledger, &mut recorder)?;
            let into = values[first * outcomes.len()..].chunks_exact_mut(outcomes.len().max(1));
            for (lane, into) in into.take(lanes.len()).enumerate() {
                into.iter_mut().zip(&recorder.values).for_each(|(to, from)| *to = from.0[lane]);
            }
            recorder.clear();
            first += lanes.len();
        }
    }
    Ok(Values { outcomes: outcomes.len(), values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    /// Worlds that differ in numbers, in who, and in when.
    fn worlds() -> Vec<World> {
        let changed = |assignment: &str| {
            let mut loaded = Scenario::load("teaching/fine-is-a-price-small").unwrap();
            if !assignment.is_empty() {
                loaded.set(assignment).unwrap();
            }
            loaded.build_alone().unwrap().world
        };
        vec![
            changed(""),
            changed("parameters.signalling=-0.2"),
            changed("time.steps_per_year=6"),
            changed("parameters.displacement=0.1"),
            changed("state.*.capacity=0.4"),
        ]
    }

    #[test]
    fn company_changes_no_bit() {
        let worlds = worlds();
        let worlds: Vec<&World> = worlds.iter().collect();
        let outcomes = Outcomes::parse(&["*.*", "motivation@*"], worlds[0]).unwrap();
        let mixed: Vec<(usize, u32)> = (0..45u32).map(|r| ((r as usize * 7) % 5, r / 5)).collect();
        let together = simulate(&worlds, &mixed, 3, &outcomes, Isa::detect()).unwrap();
        for (i, run) in mixed.iter().enumerate() {
            let alone = simulate(&worlds, &[*run], 3, &outcomes, Isa::Baseline).unwrap();
            assert_eq!(together.run(i), alone.run(0), "run {i}: {run:?}");
        }
        assert_ne!(together.run(0), together.run(3));
    }

    #[test]
    fn structure_is_who_and_when_not_how_much() {
        let worlds = worlds();
        let shared: Vec<bool> = worlds.iter().map(|world| worlds[0].shares_structure(world)).collect();
        assert_eq!(shared, [true, true, false, true, true]);
    }
}
