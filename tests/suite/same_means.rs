//! One mean: `run`, `compare` and `sweep` give the same outcome of the same runs the same mean, bit for bit.

use crate::support::scenario_of;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::comparison::Comparison;
use suasion::experiment::design::{Asked, parse_axes};
use suasion::experiment::outcome::{Measure, Place};
use suasion::experiment::run::{Tables, simulate};
use suasion::experiment::sweep::{Request, Sweep, hold};
use suasion::model::world::World;
use suasion::output::error::OutputError;
use suasion::scenario::Scenario;

const REPLICATES: u32 = 77;

/// Everything that has a name, of each state and of all, at the start and at the end of every year.
fn everything(world: &World) -> Vec<String> {
    let names = Measure::named(world).into_iter().map(|measure| measure.name(world));
    names.flat_map(|name| [format!("{name}.*@*"), format!("{name}@*")]).collect()
}

/// Means by outcome at the first point of a sweep, which is the scenario itself.
fn of_sweep(name: &str) -> (Sweep, Vec<f64>) {
    let drift = scenario_of(name).world.parameters.drift;
    let asked = Asked {
        axes: parse_axes(&format!("parameters.drift={drift},{}", drift + 0.05)).expect("an axis"),
        replicates: Some(REPLICATES.into()),
        ..Asked::default()
    };
    let mut loaded = Scenario::load(name).expect("bundled");
    loaded.set(&format!("runs.replicates={REPLICATES}")).expect("it may be set");
    let (plan, design, replicates) = asked.lay(None, 1).expect("a design");
    let outcomes = everything(&loaded.build_alone().expect("valid").world);
    let request =
        Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
    let sweep = Sweep::new(loaded, request).expect("a sweep");
    let held =
        hold(&sweep, Options::default(), &AtomicBool::new(false), |_, _| ()).expect("nothing stops it");
    let means = (0..sweep.layout.outcomes.len()).map(|o| held.results.means(o)[0]).collect();
    (sweep, means)
}

#[test]
fn run_compare_and_sweep_give_the_same_means_bit_for_bit() {
    // The second has corridors, whose flows have units of their own.
    for name in ["asean", "teaching/entrapment", "teaching/fine-is-a-price-small"] {
        let mut loaded = Scenario::load(name).expect("bundled");
        loaded.set(&format!("runs.replicates={REPLICATES}")).expect("it may be set");
        let scenario = loaded.build_alone().expect("valid");
        let stop = AtomicBool::new(false);
        let none = Tables::NONE;
        let take = |_, _| Ok::<(), OutputError>(());
        let mut run = simulate(&scenario, none, Options::default(), &stop, take).expect("nothing stops it");
        let summary = run.summary().expect("it is kept");
        let comparison = Comparison::new(scenario.clone(), Vec::new(), &everything(&scenario.world), 0.95);
        let comparison = comparison.expect("outcomes");
        let (profile, _) = comparison.run(Options::default(), &stop, |_| ()).expect("nothing stops it");
        let (sweep, means) = of_sweep(name);
        let mut compared = 0;
        for (outcome, of_sweep) in sweep.layout.outcomes.iter().zip(&means) {
            let label = outcome.label(&scenario.world);
            if let Some(of_compare) = profile.mean(*outcome) {
                assert_eq!(of_compare.to_bits(), of_sweep.to_bits(), "{name} {label}: compare and sweep");
                compared += 1;
            }
            if let (Place::State(state), Measure::Variable(variable)) = (outcome.place, outcome.measure) {
                let of_run = summary.mean(state, outcome.row, variable).expect("within scale");
                assert_eq!(of_run.to_bits(), of_sweep.to_bits(), "{name} {label}: run and sweep");
            }
        }
        assert_eq!(compared, means.len());
    }
}
