//! How the worlds of points are made: written where numbers alone differ, built anew where more does, and the same either way.

use super::*;
use crate::experiment::design::{Asked, parse_axes};
use crate::scenario::bundled;

fn sweep(name: &str, axes: &[&str]) -> Sweep {
    let loaded = Scenario::load(name).unwrap();
    let proposed = loaded.build_alone().unwrap().sweep;
    let axes = axes.iter().flat_map(|text| parse_axes(text).unwrap()).collect();
    let (plan, design, replicates) =
        Asked { axes, samples: Some(12), ..Asked::default() }.lay(proposed.as_ref(), 1).unwrap();
    let outcomes = vec!["motivation".to_string()];
    let request =
        Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
    Sweep::new(loaded, request).unwrap()
}

/// Whether its axes are compiled; in any case its worlds are those that are built one by one.
fn is_compiled(sweep: &Sweep) -> bool {
    for point in 0..sweep.layout.description.points.min(30) {
        let built = sweep.built(&sweep.layout.plan.point(point)).unwrap();
        assert!(sweep.world(point).unwrap() == built, "point {point}");
    }
    sweep.factors.is_some()
}

#[test]
fn points_that_differ_in_numbers_are_written_and_others_built_anew() {
    assert!(is_compiled(&sweep(
        "asean",
        &["parameters.signalling", "state.*.capacity", "regime.tvpa.severity=0,1"]
    )));
    assert!(is_compiled(&sweep("world", &["population.asia.openness.mean=0.2..0.8"])));
    // At both ends of a range, with levels of which two axes have the same.
    assert!(is_compiled(&sweep(
        "asean",
        &["regime.tvpa.waiver=0,0.5,1", "regime.tvpa.capacity_allowance=0,0.5,1"]
    )));
    assert!(!is_compiled(&sweep("asean", &["parameters.drift", "regime.tvpa.until=2010..2014"])));
}

#[test]
fn the_sweeps_that_bundled_scenarios_propose_are_compiled() {
    let proposes = |name: &&str| Scenario::load(name).unwrap().build_alone().unwrap().sweep.is_some();
    let proposed: Vec<&str> = bundled::names().filter(proposes).collect();
    assert!(!proposed.is_empty());
    for name in proposed {
        assert!(is_compiled(&sweep(name, &[])), "{name}");
    }
}
