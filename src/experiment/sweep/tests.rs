//! How the worlds of points are made: written where numbers alone differ, built anew where more does, and the same either way.

use super::*;
use crate::engine::parallel::Options;
use crate::experiment::design::{Asked, parse_axes};
use crate::experiment::history::asked::Asked as History;
use crate::experiment::values::simulate_within;
use crate::scenario::bundled;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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

/// A small history.
fn record() -> History {
    "record:until=2006,particles=200,rows=24".parse().unwrap()
}

#[test]
fn in_a_history_the_point_that_is_the_scenario_shows_the_record_and_the_others_are_counterfactuals() {
    let stop = AtomicBool::new(false);
    let options = Options::default();
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.set("runs.replicates=24").unwrap();
    let base = loaded.build_alone().unwrap();
    let axes = parse_axes("regime.tvpa.severity=0,1.9").unwrap();
    let (plan, design, replicates) =
        Asked { axes, replicates: Some(24), ..Asked::default() }.lay(None, base.seed).unwrap();
    let outcomes = vec!["motivation.MYS@2006".to_string(), "tier_tvpa=3.IDN@2002".to_string()];
    let request =
        Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
    let free = Sweep::new(loaded, request).unwrap();
    let given = free.clone().within(record()).unwrap();
    assert_ne!(given.layout.description.identity(), free.layout.description.identity());
    let means = |sweep: &Sweep| {
        let held = hold(sweep, options, &stop, |_, _| ()).unwrap();
        [held.results.means(0), held.results.means(1)]
    };
    // Outcomes come in the order of their years.
    let [tier, motivation] = means(&given);
    // Indonesia was in tier 3 in 2002; of free runs not all have it.
    assert!(tier[1] == 1.0 && means(&free)[0][1] < 1.0, "{tier:?}");
    // What a point has is what its world has in the history, run by run.
    let history = record().history(&base, options, &stop, &|_| ()).unwrap();
    let worlds = [given.world(0).unwrap(), base.world.clone()];
    let runs: Vec<(usize, u32)> = (0..2).flat_map(|w| (0..24).map(move |r| (w, r))).collect();
    let outcomes = Outcomes::parse(&["motivation.MYS@2006"], &base.world).unwrap();
    let all = [&worlds[0], &worlds[1]];
    let values = simulate_within(Some(&history), &all, &runs, base.seed, &outcomes, options.isa).unwrap();
    for (point, mean) in motivation.iter().enumerate() {
        let sum: f64 = (0..24).map(|r| values.run(point * 24 + r)[0]).sum();
        assert!((sum / 24.0 - mean).abs() < 1e-6, "{point}: {mean}");
    }
    assert!((motivation[0] - motivation[1]).abs() > 0.01, "{motivation:?}");
    // Written down it can be run again, and a history that is there gives the same.
    let again = Sweep::again(given.layout.clone()).unwrap();
    assert_eq!(means(&again), [tier.clone(), motivation.clone()]);
    let told = record().of(&free.within_of().unwrap()).unwrap();
    assert_eq!(means(&free.within_made(Arc::new(history), told).unwrap()), [tier, motivation]);
}

#[test]
fn in_a_history_axes_are_of_institutions_and_points_share_their_luck() {
    let refused = |sweep: Sweep| sweep.within(record()).unwrap_err().to_string();
    for axis in ["parameters.drift", "state.*.capacity", "state.*.sender_standing.tvpa"] {
        let said = refused(sweep("asean", &[&format!("{axis}=0.1,0.2"), "regime.tvpa.severity=0,1"]));
        assert!(said.starts_with(&format!("--given: the axis {axis} changes no institution")), "{said}");
    }
    let few = sweep("asean", &["regime.tvpa.severity=0,1"]);
    assert!(few.clone().within("record:rows=50,particles=60".parse().unwrap()).is_err(), "100 replicates");
    let mut own = few.clone();
    own.layout.description.common_random_numbers = false;
    assert!(refused(own).contains("--independent"));
    let mut beside = few;
    beside.loaded.apply_counterfactual("left-alone").unwrap();
    assert!(refused(beside).contains("left-alone is a counterfactual"));
    assert!(refused(sweep("world", &["regime.tvpa.severity=0,1"])).contains("has no record"));
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
