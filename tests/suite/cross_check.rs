//! A second implementation, written in NumPy from `docs/model.md` and `docs/determinism.md` alone. With the documented draws it came to the
//! program's every phase, tier and adoption (192,000 values of 200 replicates, and 160,000 without the grades) and to its
//! every other number within 1e-9. Here stand its means with luck of its own and no spread of traits; both must agree within
//! sampling error.

use crate::support::{mean, trace};
use suasion::model::distribution::Distribution;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// State, then motivation, protection, enforcement, phase, law and tier (0 to 4) with the rating regime, and the first five without.
/// Means of 4,000 replicates.
type Row = (&'static str, [f64; 6], [f64; 5]);

/// At the end of 2015, from the other implementation, to three digits.
#[allow(clippy::approx_constant, reason = "a mean that happens to be near a constant")]
const OTHER: [Row; 7] = [
    ("IDN", [0.622, 0.327, 0.245, 3.715, 0.962, 2.221], [0.74, 0.328, 0.149, 3.793, 0.562]),
    ("LAO", [0.381, 0.124, 0.212, 3.069, 0.679, 2.753], [0.559, 0.11, 0.133, 2.892, 0.178]),
    ("MMR", [0.316, 0.079, 0.101, 2.821, 0.498, 3.006], [0.477, 0.077, 0.054, 2.622, 0.162]),
    ("MYS", [0.534, 0.445, 0.383, 3.511, 0.887, 1.879], [0.693, 0.448, 0.231, 3.622, 0.366]),
    ("PHL", [0.696, 0.416, 0.313, 3.824, 0.978, 2.029], [0.778, 0.41, 0.154, 3.868, 0.553]),
    ("SGP", [0.581, 0.457, 0.587, 3.478, 0.766, 1.837], [0.686, 0.428, 0.441, 3.477, 0.288]),
    ("THA", [0.629, 0.441, 0.341, 3.747, 0.964, 1.999], [0.737, 0.438, 0.196, 3.817, 0.533]),
];

/// The world that the other implementation ran, with the rating regime or without.
fn flagship(with: bool) -> World {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/cross-check/flagship.toml");
    let mut loaded = Scenario::load(path).expect("a scenario");
    if !with {
        loaded.apply_counterfactual("no-tvpa").expect("it has one");
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
        for (id, on, off) in &OTHER {
            let state = world.states.iter().position(|s| s.id == *id).expect("a state of the region");
            let variables = [
                Variable::Motivation,
                Variable::Protection,
                Variable::Enforcement,
                Variable::Phase,
                Variable::Adopted(law),
                Variable::Tier(0),
            ];
            for (v, expected) in variables.into_iter().zip(if with { &on[..] } else { &off[..] }) {
                let values = run.last(state, v);
                let found = mean(&values);
                let variance = mean(&values.iter().map(|x| (x - found).powi(2)).collect::<Vec<_>>());
                // Four standard errors of the difference of two means, and the rounding of the other's figure.
                let error = 4.0 * (variance * (1.0 / f64::from(replicates) + 1.0 / 4000.0)).sqrt() + 0.0005;
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
