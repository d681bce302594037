//! One mean: `run`, `compare` and `sweep` give the same outcome of the same runs the same mean, bit for bit.

use crate::support::scenario_of;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::cells::Quantity;
use suasion::experiment::comparison::Comparison;
use suasion::experiment::design::{Asked, parse_axes};
use suasion::experiment::outcome::Place;
use suasion::experiment::run::{Tables, simulate};
use suasion::experiment::sweep::{Request, Sweep, hold};
use suasion::output::error::OutputError;
use suasion::scenario::Scenario;

const REPLICATES: u32 = 77;

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
    let outcomes = vec!["*.*@*".to_string(), "*@*".to_string()];
    let request =
        Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
    let sweep = Sweep::new(loaded, request).expect("a sweep");
    let held =
        hold(&sweep, Options::default(), &AtomicBool::new(false), |_, _| ()).expect("nothing stops it");
    let means = (0..sweep.layout.outcomes.cells.len()).map(|o| held.results.means(o)[0]).collect();
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
        let none = Tables { trajectories: false, events: false, ledger: false };
        let take = |_, _| Ok::<(), OutputError>(());
        let mut run = simulate(&scenario, none, Options::default(), &stop, take).expect("nothing stops it");
        let summary = run.summary().expect("it is kept");
        let comparison = Comparison::new::<&str>(scenario.clone(), Vec::new(), &[], 0.95).expect("outcomes");
        let (profile, _) = comparison.run(Options::default(), &stop, |_| ()).expect("nothing stops it");
        let (sweep, means) = of_sweep(name);
        let mut compared = 0;
        for (cell, of_sweep) in sweep.layout.outcomes.cells.iter().zip(&means) {
            let label = cell.label(&scenario.world);
            // A comparison has tiers one by one, since the mean of their codes means nothing.
            let of_compare = profile.estimate(cell.place, Quantity::Variable(cell.variable), cell.row);
            if let Some(of_compare) = of_compare {
                assert_eq!(
                    of_compare.mean.to_bits(),
                    of_sweep.to_bits(),
                    "{name} {label}: compare and sweep"
                );
                compared += 1;
            }
            if let Place::State(state) = cell.place {
                let of_run = summary.mean(state, cell.row, cell.variable).expect("within scale");
                assert_eq!(of_run.to_bits(), of_sweep.to_bits(), "{name} {label}: run and sweep");
            }
        }
        assert!(compared > means.len() / 2, "{compared} of {}", means.len());
    }
}
