//! What is said of several problems at once, and of overlays. What a valid scenario becomes is tested in `worlds`, and
//! each rule of the format by the files in `tests/scenarios`.

use super::document::{Document, Layer, parse};
use super::*;
use worlds::FULL;

mod factors;
mod worlds;

/// A document by itself, for tests of the parts.
pub(crate) fn document(text: &str) -> Document {
    Document {
        name: "t".into(),
        root: parse("t.toml", text, 0).unwrap(),
        layers: vec![Layer { file: "t.toml".into(), ..Layer::default() }],
        removed: std::collections::BTreeSet::new(),
        narrowed: false,
        counterfactual: None,
    }
}

const HEAD: &str = "version = 2\ntitle = 'T'\ntime = { start = 2001, end = 2005 }\n";

fn load(text: &str) -> Loaded {
    Scenario::parse("t", text, None).unwrap()
}

fn build(text: &str) -> Scenario {
    match load(text).build() {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}"),
    }
}

fn check_whole(text: &str, expected: &str) {
    let outcome = Scenario::parse("t", text, None).and_then(|loaded| loaded.build());
    let message = outcome.map_or_else(|error| error.to_string(), |_| "fine".into());
    assert_eq!(message, expected, "{text}");
}

#[test]
fn all_problems_are_told_not_only_the_first() {
    let text = format!(
        "{HEAD}state = [{{ id = 'A', capacity = 0 }},\n{{ id = 'B', capcity = 1 }},\n{{ id = 'A', openness = 'x' }}]\n"
    );
    check_whole(
        &text,
        "t.toml:4: state.A.capacity: found 0, expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)\n\
         t.toml:5: state.B.capcity: unknown key; did you mean `capacity`?\n\
         t.toml:6: state.A.openness: found \"x\", expected a number, { mean, sd }, { low, high }, { low, mode, high } or { alpha, beta }\n\
         t.toml:6: state.A: duplicate id; the first is at t.toml:4",
    );
}

#[test]
fn overlays_say_where_a_problem_comes_from() {
    let check = |assignment: &str, expected: &str| {
        let mut loaded = load(FULL);
        let outcome = loaded.set(assignment).and_then(|()| loaded.build());
        assert_eq!(outcome.map_or_else(|error| error.to_string(), |_| "fine".into()), expected);
    };
    check(
        "state.IDN.capacity=0",
        "--set state.IDN.capacity=0: state.IDN.capacity: found 0, expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)",
    );
    check(
        "state.IDN.capcity=1",
        "--set state.IDN.capcity=1: state.IDN.capcity: unknown key; did you mean `capacity`?",
    );
    check(
        "state.IND.capacity=1",
        "--set state.IND.capacity=1: state.IND.capacity: there is no state `IND`; did you mean `IDN`?",
    );
    check(
        "state.pop-1.capacity=1",
        "--set state.pop-1.capacity=1: state.pop-1.capacity: there is no state `pop-1`; set `population.pop` as a whole, or use an event for one state of it",
    );
    check("state.IDN", "--set state.IDN: no `=`; write `path=value`, as `parameters.displacement=0`");
    check("state.IDN.initial_phase=denial", "fine");
    check("title=other", "fine");
    check("drift=0", "--set drift=0: drift: `drift` is not the path of a value; write `parameters.drift`");
    check(
        "parameters.spiral_up[4]=1",
        "--set parameters.spiral_up[4]=1: parameters.spiral_up[4]: there is no [4]; the last is [3]",
    );
    check(
        "runs.seed=[",
        "--set runs.seed=[: `[` is not a TOML value; a value is a number, text in quotes, [a, list] or { a = table }",
    );
}

/// What an overlay sets may be at odds with a line that it leaves alone: the line is told, and the overlay with it.
#[test]
fn overlays_are_named_where_they_make_a_line_wrong() {
    let told = |text: &str, overlays: &[&str]| {
        let mut loaded = load(text);
        for overlay in overlays {
            loaded.set(overlay).unwrap();
        }
        loaded.build_alone().map_or_else(|error| error.to_string(), |_| "fine".into())
    };
    let graded = "{HEAD}state = [{ id = 'A' }]\n[[regime]]\nid = 'g'\nkind = 'rating'\ngrades = ['good', 'bad']\nthresholds = [0.5]\nfrom = 2003\n"
        .replace("{HEAD}", HEAD);
    assert_eq!(
        told(&graded, &["state.A.initial_tier.g='bad'"]),
        "t.toml:4 (--set state.A.initial_tier.g='bad'): state.A.initial_tier.g: not rated at the start; the regime must be in force at the start, and rate the state"
    );
    let later = "instrument.palermo.opens=2002";
    assert_eq!(
        told(FULL, &["runs.seed=3", later]),
        format!(
            "t.toml:68 (--set {later}): instrument.palermo.adopted.THA: found 2001, expected a date from its opening, 2002"
        )
    );
    // What the file has by itself is no overlay's fault.
    let both = FULL.replace("ramp = 3", "ramp = -3");
    let told = told(&both, &[later]);
    assert!(
        told.contains("t.toml:67: instrument.palermo.ramp") && told.contains("t.toml:68 (--set"),
        "{told}"
    );
}
