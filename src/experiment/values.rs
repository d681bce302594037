//! The values of outcomes in each of a list of runs, whatever worlds they are of. It reduces nothing.

use crate::engine::batch::Run;
use crate::engine::company::Beside;
use crate::engine::guard::NotFinite;
use crate::engine::history::History;
use crate::engine::parallel::{simulate_alone, simulate_batch};
use crate::engine::timeline::Timeline;
use crate::experiment::outcome::{OutcomeRecorder, Outcomes, Readings};
use crate::lanes::isa::Isa;
use crate::model::world::World;
use std::ops::Range;

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
/// use suasion::{lanes::isa::Isa, experiment::{outcome::Outcomes, values::simulate}, scenario::Scenario};
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
    simulate_within(None, worlds, runs, seed, outcomes, isa)
}

/// The same with the luck of a history, if there is one: replicates are its rows.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_within(
    history: Option<&History>,
    worlds: &[&World],
    runs: &[(usize, u32)],
    seed: u64,
    outcomes: &Outcomes,
    isa: Isa,
) -> Result<Values, NotFinite> {
    let Some((world, _)) = runs.first() else {
        return Ok(Values { outcomes: outcomes.len(), values: Vec::new() });
    };
    // Worlds of a list have the same states, variables and years.
    let readings = Readings::of(worlds[*world], outcomes);
    let mut recorder = OutcomeRecorder::new(&readings);
    let mut rest = runs;
    while !rest.is_empty() {
        let (group, after) = rest.split_at(of_one_structure(worlds, rest));
        let run =
            |&(world, replicate): &(usize, u32)| Run::new(worlds[world], seed, replicate).within(history);
        let group: Vec<Run> = group.iter().map(run).collect();
        simulate_batch(&group, &Timeline::new(group[0].world), isa, readings.ledger, &mut recorder)?;
        rest = after;
    }
    Ok(by_run(&recorder, outcomes))
}

/// The same of one state alone, of so many replicates: all others live in the world beside, with the same luck.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_alone_within(
    history: Option<&History>,
    world: &World,
    beside: Beside,
    replicates: Range<u32>,
    seed: u64,
    outcomes: &Outcomes,
    isa: Isa,
) -> Result<Values, NotFinite> {
    let readings = Readings::of(world, outcomes);
    let mut recorder = OutcomeRecorder::new(&readings);
    let runs: Vec<Run> = replicates.map(|r| Run::new(world, seed, r).within(history)).collect();
    let timelines = [world, beside.world].map(Timeline::new);
    let [own, its] = &timelines;
    simulate_alone(&runs, beside, [own, its], isa, readings.ledger, &mut recorder)?;
    Ok(by_run(&recorder, outcomes))
}

/// What was read, run by run.
fn by_run(recorder: &OutcomeRecorder, outcomes: &Outcomes) -> Values {
    let mut values = Vec::new();
    let batches = recorder.values.chunks_exact(outcomes.len().max(1));
    for (batch, &width) in batches.zip(&recorder.widths) {
        for lane in 0..width {
            values.extend(batch.iter().map(|reading| reading.0[lane]));
        }
    }
    Values { outcomes: outcomes.len(), values }
}

/// How many runs from the first on are of worlds of one structure.
fn of_one_structure(worlds: &[&World], runs: &[(usize, u32)]) -> usize {
    let first = runs[0].0;
    let mut known = first;
    let same = |&&(world, _): &&(usize, u32)| {
        let same = world == known || worlds[first].shares_structure(worlds[world]);
        known = if same { world } else { known };
        same
    };
    runs.iter().take_while(same).count()
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
