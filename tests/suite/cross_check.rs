//! A second, independent implementation of the model with the flagship's numbers and no spread of traits: both must
//! agree within sampling error.

use crate::support::{mean, scenario_of, trace};
use suasion::model::distribution::Distribution;
use suasion::model::variable::Variable;
use suasion::model::world::World;

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
    let base = scenario_of("asean");
    let mut loaded = suasion::scenario::Scenario::load("asean").expect("bundled");
    loaded.apply_counterfactual("no-tvpa").expect("bundled");
    let without = loaded.build_alone().expect("valid");
    let replicates = 2000;
    let mut wrong = Vec::new();
    for (world, with) in [(without_spread(base.world), true), (without_spread(without.world), false)] {
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
