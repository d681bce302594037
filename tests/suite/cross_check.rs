//! A second, independent implementation of the model with the flagship's states, no spread of traits and the numbers of an
//! earlier, exploratory fit, which stand here: both must agree within sampling error.

use crate::support::{mean, trace};
use suasion::model::distribution::Distribution;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// State, then with and without the rating regime: motivation, protection, enforcement, phase, law. Means of 4,000 replicates.
type Row = (&'static str, [f64; 5], [f64; 5]);

/// At the end of 2015, from the other implementation, to two digits.
#[allow(clippy::approx_constant, reason = "a mean phase that happens to be near pi")]
const OTHER: [Row; 7] = [
    ("IDN", [0.49, 0.26, 0.16, 3.54, 0.86], [0.64, 0.29, 0.10, 3.52, 0.56]),
    ("LAO", [0.20, 0.09, 0.18, 2.79, 0.59], [0.37, 0.08, 0.09, 1.73, 0.23]),
    ("MMR", [0.14, 0.06, 0.10, 2.62, 0.44], [0.30, 0.06, 0.03, 1.81, 0.19]),
    ("MYS", [0.39, 0.34, 0.26, 3.30, 0.74], [0.60, 0.39, 0.18, 3.10, 0.43]),
    ("PHL", [0.58, 0.34, 0.19, 3.74, 0.92], [0.70, 0.37, 0.11, 3.80, 0.65]),
    ("SGP", [0.47, 0.34, 0.43, 3.14, 0.63], [0.58, 0.33, 0.37, 2.55, 0.37]),
    ("THA", [0.53, 0.36, 0.22, 3.64, 0.84], [0.67, 0.39, 0.15, 3.73, 0.61]),
];

/// What the other implementation ran on where the flagship now has other numbers.
const NUMBERS: [&str; 25] = [
    "parameters.pressure_rate=1.15",
    "parameters.pressure_half=0.5",
    "parameters.adopt_pressure=2.4",
    "parameters.adopt_peers=1.8",
    "parameters.adopt_motivation=1.7",
    "parameters.adopt_mobilization=1.0",
    "parameters.enforcement_rate=1.6",
    "parameters.enforcement_law=0.13",
    "parameters.protection_rate=0.95",
    "parameters.displacement=0.43",
    "parameters.spillover=0.33",
    "parameters.mobilized_protection=0.40",
    "parameters.initial_practice=0.0",
    "regime.tvpa.weight_law=0.19",
    "regime.tvpa.weight_enforcement=0.54",
    "regime.tvpa.weight_protection=0.75",
    "regime.tvpa.capacity_allowance=0.41",
    "regime.tvpa.thresholds=[0.80, 0.42, 0.18]",
    "regime.tvpa.noise=0.044",
    "regime.tvpa.backslide=-0.11",
    "regime.tvpa.shame=[0.0, 0.09, 1.28, 0.85]",
    "regime.tvpa.threat=[0.0, 0.02, 0.6, 1.0]",
    "instrument.law.hazard=0.010",
    "instrument.palermo.hazard=0.042",
    "instrument.palermo.ramp=3",
];

/// The world that the other implementation ran, with the rating regime or without.
fn flagship(with: bool) -> World {
    let mut loaded = Scenario::load("asean").expect("bundled");
    for assignment in NUMBERS {
        loaded.set(assignment).expect(assignment);
    }
    if !with {
        loaded.apply_counterfactual("no-tvpa").expect("bundled");
    }
    without_spread(loaded.build_alone().expect("valid").world)
}

fn without_spread(mut world: World) -> World {
    for state in &mut world.states {
        let fix = |d: &mut Distribution| {
            if let Some(median) = d.median() {
                *d = Distribution::Fixed(median);
            }
        };
        state.traits.values_mut().iter_mut().for_each(fix);
        state.strategic_value.iter_mut().for_each(fix);
        state.sender_standing.iter_mut().for_each(fix);
    }
    world
}

#[test]
fn the_flagship_agrees_with_another_implementation() {
    let replicates = 2000;
    let mut wrong = Vec::new();
    for with in [true, false] {
        let world = flagship(with);
        let run = trace(&world, replicates);
        let law = world.instruments.iter().position(|j| j.id == "law").expect("a law");
        for (id, on, off) in OTHER {
            let state = world.states.iter().position(|s| s.id == id).expect("a state of the region");
            let variables = [
                Variable::Motivation,
                Variable::Protection,
                Variable::Enforcement,
                Variable::Phase,
                Variable::Adopted(law),
            ];
            for (v, expected) in variables.into_iter().zip(if with { on } else { off }) {
                let values = run.last(state, v);
                let found = mean(&values);
                let variance = mean(&values.iter().map(|x| (x - found).powi(2)).collect::<Vec<_>>());
                // Four standard errors of the difference of two means, and the rounding of the other's figure.
                let error = 4.0 * (variance * (1.0 / f64::from(replicates) + 1.0 / 4000.0)).sqrt() + 0.005;
                if (found - expected).abs() > error {
                    wrong.push(format!(
                        "{id} {v:?} {}: {found:.3}, expected {expected} +- {error:.3}",
                        if with { "with" } else { "without" }
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
