//! No calibrated parameter is idle, and no two of them matter by their product or ratio alone: along each obvious ridge, results
//! change. Compared is what has a unit of its own: states' motivation and practice, phases, grades, adoptions.

use crate::support::trace;
use suasion::model::variable::Variable;
use suasion::scenario::Scenario;

/// The parameters to which a posterior is fitted, in the flagship; links code a panel.
fn calibrated() -> Vec<String> {
    let priors = include_str!("../../scenarios/posterior-priors.toml");
    let paths =
        priors.lines().filter_map(|line| line.strip_prefix('"')?.split_once('"')).map(|(path, _)| path);
    paths.filter(|path| !path.starts_with("link.")).map(String::from).collect()
}

/// What a scenario with some values set comes to, in 64 replicates.
fn results(set: &[(String, f64)]) -> Vec<f64> {
    let mut loaded = Scenario::load("asean").expect("bundled");
    for (path, x) in set {
        loaded.set(&format!("{path}={x:?}")).expect(path);
    }
    let world = loaded.build_alone().expect("valid").world;
    let run = trace(&world, 64);
    let own = |variable: &Variable| {
        use Variable::{Adopted, Enforcement, Motivation, Phase, Protection, Tier};
        matches!(variable, Motivation | Enforcement | Protection | Phase | Tier(_) | Adopted(_))
    };
    let variables = run.variables().len();
    let kept = run.values().iter().enumerate().filter(|(i, _)| own(&run.variables()[i % variables]));
    kept.map(|(_, x)| *x).collect()
}

fn value(path: &str) -> f64 {
    let scenario = Scenario::load("asean").and_then(|loaded| loaded.build_alone()).expect("bundled");
    let lever = scenario.levers().into_iter().find(|lever| lever.path == path);
    let ramp = || scenario.world.instruments.iter().find(|j| path == format!("instrument.{}.ramp", j.id));
    let found = lever.map(|lever| lever.value).or_else(|| Some(ramp()?.ramp));
    found.unwrap_or_else(|| panic!("{path} is a number of the flagship"))
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn every_calibrated_parameter_moves_results() {
    let base = results(&[]);
    for path in calibrated() {
        let now = value(&path);
        let other = if now == 0.0 { 0.1 } else { 0.5 * now };
        let moved = apart(&base, &results(&[(path.clone(), other)]));
        assert!(moved > 1e-6, "{path}: {now} to {other} moves nothing by more than {moved}");
    }
}

#[test]
fn along_no_ridge_results_stay_the_same() {
    let base = results(&[]);
    let tvpa = |key: &str| format!("regime.tvpa.{key}");
    let list = |key: &str, n: usize| (0..n).map(|i| tvpa(&format!("{key}[{i}]"))).collect::<Vec<_>>();
    let (shame, threat, thresholds) = (list("shame", 4), list("threat", 4), list("thresholds", 3));
    let of = |name: &str| vec![format!("parameters.{name}")];
    let one = |key: &str| vec![tvpa(key)];
    // What would be multiplied by 5/4 together, and what divided, if only a product or a ratio mattered.
    let ridges: Vec<(Vec<String>, Vec<String>)> = vec![
        ([&shame[..], &[tvpa("severity"), "parameters.inducement_half".into()]].concat(), vec![]),
        (
            [&thresholds[..], &["noise", "view_sd", "politicization", "bar_rise", "backslide"].map(tvpa)]
                .concat(),
            vec![],
        ),
        (
            [
                &thresholds[..],
                &["weight_law", "noise", "view_sd", "politicization", "bar_rise", "backslide"].map(tvpa),
            ]
            .concat(),
            vec![],
        ),
        (one("severity"), of("inducement_half")),
        ([one("severity"), of("inducement_half")].concat(), vec![]),
        (one("severity"), threat[1..3].to_vec()),
        (shame.clone(), of("adopt_pressure")),
        (one("noise"), one("view_sd")),
        (one("politicization"), one("waiver")),
        (of("persuasion"), of("pull_down")),
        ([of("persuasion"), of("hearing_half")].concat(), vec![]),
        (of("persuasion"), of("silence")),
        (of("argumentation"), of("spill_convention")),
        (of("regional_argument"), of("autochthony")),
        (of("overjustification"), of("attribution_rate")),
        (of("self_determination"), of("reactance_rate")),
        (of("defiance"), of("reactance_rate")),
        (of("shame_control"), shame[1..].to_vec()),
        (of("habituation"), of("protection_rate")),
        (of("domestic_voice"), of("agenda_narrowing")),
        (of("adopt_peers"), of("hearing_half")),
        (vec!["instrument.law.hazard".into()], of("adopt_pressure")),
        (of("enforcement_law"), of("enforcement_rate")),
        (of("drift"), of("volatility")),
    ];
    for (up, down) in ridges {
        let times = |paths: &[String], by: f64| {
            paths.iter().map(|path| (path.clone(), by * value(path))).collect::<Vec<_>>()
        };
        let along = [times(&up, 1.25), times(&down, 0.8)].concat();
        let moved = apart(&base, &results(&along));
        assert!(moved > 1e-6, "{up:?} up and {down:?} down moves nothing by more than {moved}");
    }
}
