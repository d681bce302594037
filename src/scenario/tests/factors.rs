//! What is written into a world at a path is what the tree makes of it: at every number of every bundled scenario, at several
//! together, and at what the tree refuses.

use super::super::document::{Node, Value};
use super::*;
use crate::lanes::randomness::word;
use crate::model::world::World;

/// Keys of numbers that are no factors: dates, counts, what is drawn from a table, and what is no number of the world.
const NO_FACTORS: [&str; 31] = [
    "version",
    "start",
    "end",
    "steps_per_year",
    "replicates",
    "seed",
    "count",
    "from",
    "until",
    "at",
    "opens",
    "report",
    "reports",
    "bar_from",
    "watch",
    "rated_from",
    "imposed",
    "demands",
    "joined",
    "left",
    "adopted",
    "alpha",
    "beta",
    "initial_phase",
    "probabilities",
    "observed",
    "sweep",
    "lab",
    "counterfactual",
    "episode",
    "prior",
];

/// The numbers of a tree, each with its path and the keys on it.
fn numbers(node: &Node, path: &str, found: &mut Vec<(String, f64)>) {
    match &node.value {
        Value::Table(table) => {
            for (key, node) in table.iter().filter(|(key, _)| !key.contains(['.', ' '])) {
                numbers(node, &if path.is_empty() { key.into() } else { format!("{path}.{key}") }, found);
            }
        }
        Value::List(list) => {
            list.iter().enumerate().for_each(|(i, node)| numbers(node, &format!("{path}[{i}]"), found));
        }
        _ => found.extend(node.number().map(|x| (path.to_string(), x))),
    }
}

/// The numbers of a scenario by path: those that its tree has, and those that can be turned though no file gives them.
fn paths(loaded: &Loaded, scenario: &Scenario) -> Vec<(String, f64)> {
    let mut all = Vec::new();
    numbers(&loaded.document.root, "", &mut all);
    all.extend(scenario.levers().into_iter().map(|lever| (lever.path, lever.value)));
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

fn is_factor(path: &str) -> bool {
    // What a theory says is no number of the world, defaults and ranges among it.
    let declared = ["parameter[", "trait[", "variable[", "outcome["].iter().any(|of| path.starts_with(of));
    let keys = path.split(['.', '[']);
    !declared && !keys.into_iter().any(|key| NO_FACTORS.contains(&key))
}

fn built(loaded: &Loaded, paths: &[&str], values: &[f64]) -> Result<World, ScenarioError> {
    let mut loaded = loaded.clone();
    for (path, x) in paths.iter().zip(values) {
        loaded.set_number(path, *x)?;
    }
    Ok(loaded.build_alone()?.world)
}

fn compiled(loaded: &Loaded, paths: &[&str], near: &[f64]) -> Option<Factors> {
    let [a, b] = Factors::near(near, near.iter().map(|x| (x.min(0.0), x.max(0.5 * x))));
    Factors::compile([&a, &b], |values| built(loaded, paths, values))
}

/// The world of the paths compiled, where there is one, is the tree's to the last field; whether there was one.
fn same(loaded: &Loaded, factors: &Factors, paths: &[&str], values: &[f64]) -> bool {
    let by_path = || format!("{}: {paths:?} = {values:?}", loaded.name());
    let Some(world) = factors.world(values) else { return false };
    match built(loaded, paths, values) {
        Ok(tree) => {
            assert!(world == tree, "{}", by_path());
            assert!(world.factors().map(|(_, x)| x.to_bits()).eq(tree.factors().map(|(_, x)| x.to_bits())));
        }
        Err(error) => panic!("{}: written, and yet {error}", by_path()),
    }
    true
}

#[test]
fn every_number_of_every_bundled_scenario_is_written_as_the_tree_has_it() {
    let bundled = bundled::names().map(|name| Scenario::load(name).unwrap());
    for loaded in bundled.chain([load(FULL)]) {
        let name = loaded.name();
        let scenario = loaded.build_alone().unwrap();
        let (mut written, mut refused) = (0, 0);
        for (path, now) in paths(&loaded, &scenario) {
            let paths = [path.as_str()];
            // Within the bounds of every table, and not where the tree would refuse a step.
            let near = if now == 0.0 { 0.0625 } else { now };
            let factors = compiled(&loaded, &paths, &[near]);
            let Some(factors) = factors.filter(|factors| !factors.set_by(0).is_empty()) else {
                // A lower end of 0, with the mode there too, cannot be another number.
                let at_the_end = now == 0.0 && path.rsplit('.').next() == Some("low");
                assert!(!is_factor(&path) || at_the_end, "{name}: {path} is not compiled");
                continue;
            };
            assert!(is_factor(&path), "{name}: {path} is written, and changes more than a number");
            for x in [now, 0.75 * now, -0.0, 0.375, 1.0, -0.25, 7.5, 1e6, f64::NAN] {
                *(if same(&loaded, &factors, &paths, &[x]) { &mut written } else { &mut refused }) += 1;
            }
        }
        assert!(written > 300 && refused > 100, "{name}: {written} numbers written, {refused} not");
    }
}

/// A number of [0, 1) that is one function of what is drawn for.
fn draw(trial: usize, number: usize) -> f64 {
    f64::from(word(5, trial as u32, 11, number as u64 / 16, number % 16)) / f64::from(u32::MAX)
}

#[test]
fn several_numbers_are_written_together_as_the_tree_has_them() {
    for name in ["asean", "teaching/two-communities", "world"] {
        let loaded = Scenario::load(name).unwrap();
        let scenario = loaded.build_alone().unwrap();
        let all: Vec<_> = paths(&loaded, &scenario).into_iter().filter(|(path, _)| is_factor(path)).collect();
        let (mut written, mut refused) = (0, 0);
        for trial in 0..20 {
            let pick = |i: usize| &all[(draw(trial, i) * all.len() as f64) as usize % all.len()];
            let chosen: Vec<_> = (0..=trial % 12).map(pick).collect();
            let paths: Vec<&str> = chosen.iter().map(|(path, _)| path.as_str()).collect();
            let now: Vec<f64> = chosen.iter().map(|(_, x)| if *x == 0.0 { 0.0625 } else { *x }).collect();
            // Some paths lead nowhere beside others (the mean of what another makes a number).
            let Some(factors) = compiled(&loaded, &paths, &now) else { continue };
            for round in 1..8 {
                let values: Vec<f64> =
                    now.iter().enumerate().map(|(k, x)| x * 1.5 * draw(trial, 100 * round + k)).collect();
                *(if same(&loaded, &factors, &paths, &values) { &mut written } else { &mut refused }) += 1;
            }
        }
        assert!(written > 20, "{name}: {written} points written, {refused} not");
    }
}

#[test]
fn what_overlaps_or_breaks_a_rule_together_is_the_trees() {
    let loaded = Scenario::load("asean").unwrap();
    let check = |paths: &[&str], near: &[f64], values: &[f64], expected: bool| {
        let found = compiled(&loaded, paths, near).is_some_and(|f| same(&loaded, &f, paths, values));
        assert_eq!(found, expected, "{paths:?} = {values:?}");
    };
    // The later of two that set one number has it.
    check(&["state.*.openness", "state.IDN.openness"], &[0.5, 0.25], &[0.125, 0.75], true);
    check(&["state.IDN.openness.mean", "state.*.openness"], &[0.5, 0.25], &[0.125, 0.75], false);
    // A number has no mean.
    check(&["state.*.openness", "state.IDN.openness.mean"], &[0.5, 0.25], &[0.125, 0.75], false);
    // Rates that are fine alone, and overshoot together.
    let rates = ["parameters.persuasion", "parameters.habituation"];
    check(&rates, &[0.5, 0.25], &[1.0, 2.0], true);
    check(&rates, &[0.5, 0.25], &[2.0, 2.0], false);
    let thresholds = ["regime.tvpa.thresholds[0]", "regime.tvpa.thresholds[1]"];
    check(&thresholds, &[0.9, 0.4], &[0.5, 0.3], true);
    check(&thresholds, &[0.9, 0.4], &[0.3, 0.5], false);
    // A date changes the structure, and what is beside it is built anew with it.
    check(&["parameters.drift", "regime.tvpa.until"], &[0.1, 2010.0], &[0.2, 2011.0], false);
}

#[test]
fn the_order_of_ties_of_one_pair_is_by_weight() {
    let tie = |weight: f64, kind: &str| {
        format!("[[tie]]\nbetween = ['THA', 'pop-1']\nweight = {weight}\nkind = '{kind}'\n")
    };
    let loaded = load(&format!("{FULL}\n{}{}", tie(0.25, "sea"), tie(0.75, "trade")));
    for path in ["tie[2].weight", "tie[3].weight"] {
        assert!(built(&loaded, &[path], &[0.9]).is_ok());
        assert!(compiled(&loaded, &[path], &[0.5]).is_none());
    }
    assert!(compiled(&loaded, &["tie[0].weight"], &[0.5]).is_some());
}
