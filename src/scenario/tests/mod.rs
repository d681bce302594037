//! Each rule of the format with the message that it gives. What a valid scenario becomes is tested in `worlds`.

use super::document::{Document, Draws, Layer, parse};
use super::*;
use worlds::FULL;

mod worlds;

/// A document by itself, for tests of the parts.
pub(crate) fn document(text: &str) -> Document {
    Document {
        name: "t".into(),
        root: parse("t.toml", text, 0).unwrap(),
        layers: vec![Layer { file: "t.toml".into(), overlay: None }],
        draws: Draws::default(),
        removed: std::collections::BTreeSet::new(),
        narrowed: false,
        counterfactual: None,
    }
}

const HEAD: &str = "version = 1\ntitle = 'T'\ntime = { start = 2001, end = 2005 }\n";

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

/// Checks what is said of lines that follow a valid head of 3 lines and the states A and B, in lines 4 and 5.
fn check(lines: &str, expected: &str) {
    check_whole(&format!("{HEAD}state = [{{ id = 'A' }},\n{{ id = 'B' }}]\n{lines}\n"), expected);
}

#[test]
fn the_head_of_a_scenario_is_checked() {
    check("", "fine");
    check_whole(
        "",
        "t.toml: `version` is missing\nt.toml: time: missing; [time] gives `start` and `end`, in whole years",
    );
    check_whole(
        HEAD,
        "t.toml: state: there is no state; give a [[state]], a [[population]] or `states = \"file.csv\"`",
    );
    check("tytle = 1", "t.toml:6: tytle: unknown key; did you mean `title`?");
    check_whole(
        "version = 2\ntitle = ''\ntime = { start = 2005, end = 2001, steps_per_year = 0 }\nstate = [{ id = 'A' }]\n",
        "t.toml:1: version: found 2, expected 1\nt.toml:2: title: empty\n\
         t.toml:3: time.end: found 2001, expected a year after `start`, 2005\n\
         t.toml:3: time.steps_per_year: found 0, expected a whole number from 1 to 365",
    );
    check(
        "runs = { replicates = 0 }",
        "t.toml:6: runs.replicates: found 0, expected a whole number of at least 1",
    );
    check(
        "runs = { replicates = -1 }",
        "t.toml:6: runs.replicates: found -1, expected a whole number from 0 to 4294967295",
    );
    check(
        "runs = { replicates = 1.5 }",
        "t.toml:6: runs.replicates: found 1.5, expected a whole number from 0 to 4294967295",
    );
}

#[test]
fn all_problems_are_told_not_only_the_first() {
    let text = format!(
        "{HEAD}state = [{{ id = 'A', capacity = 0 }},\n{{ id = 'B', capcity = 1 }},\n{{ id = 'A', openness = 'x' }}]\n"
    );
    check_whole(
        &text,
        "t.toml:4: state.A.capacity: found 0, expected a number above 0, at most 1\n\
         t.toml:5: state.B.capcity: unknown key; did you mean `capacity`?\n\
         t.toml:6: state.A.openness: found \"x\", expected a number, { mean, sd }, { low, high }, { low, mode, high } or { alpha, beta }\n\
         t.toml:6: state.A: duplicate id; the first is at t.toml:4",
    );
}

#[test]
fn parameters_are_held_to_the_table() {
    check(
        "parameters = { displacment = 1 }",
        "t.toml:6: parameters.displacment: unknown key; did you mean `displacement`?",
    );
    check(
        "parameters = { displacement = 1.5 }",
        "t.toml:6: parameters.displacement: found 1.5, expected a number from 0 to 1",
    );
    check(
        "parameters = { spiral_up = [1, 2] }",
        "t.toml:6: parameters.spiral_up: found a list of 2, expected a list of 4 numbers",
    );
    check(
        "parameters = { spiral_up = [1, 2, 3, -1] }",
        "t.toml:6: parameters.spiral_up[3]: found -1, expected a number of at least 0",
    );
    check("parameters = { drift = inf }", "t.toml:6: parameters.drift: found inf, expected a finite number");
    check(
        "parameters = { drift = 2004-01-01 }",
        "t.toml:6: parameters.drift: found 2004-01-01, expected a finite number",
    );
    check(
        "parameters = { drift = 99999999999999999999 }",
        "t.toml:6: parameters.drift: found 99999999999999999999, expected a finite number",
    );
    check(
        "parameters = { drift = 5 }",
        "t.toml:3: time.steps_per_year: found 4, expected at least 6; the rates of motivation sum to 5.77 a year, too much for one step",
    );
}

#[test]
fn ties_regimes_and_instruments_refer_to_what_there_is() {
    check(
        "[[tie]]\nbetween = ['A', 'C']\nweight = 1",
        "t.toml:7: tie[0].between: unknown state `C`; there is `A`, `B`",
    );
    check(
        "[[tie]]\nbetween = ['A', 'A']\nweight = 1",
        "t.toml:7: tie[0].between: found `A` twice, expected two different states",
    );
    check(
        "[[tie]]\nbetween = ['A', 'B']\nweight = -1\nfrom = 3\nuntil = 2",
        "t.toml:8: tie[0].weight: found -1, expected a number of at least 0\nt.toml:10: tie[0].until: found 2, expected a date after `from`, 3",
    );
    check(
        "[[tie]]\nbetween = ['A', 'B', 'C']\nweight = 1",
        "t.toml:7: tie[0].between: found a list of 3, expected 2 elements",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'ratings'",
        "t.toml:8: regime.r.kind: found \"ratings\", expected \"rating\", \"convention\" or \"community\"; did you mean `rating`?",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'rating'\ndemands = ['x']",
        "t.toml:9: regime.r.demands[0]: unknown instrument `x`; there is no instrument",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'rating'\nthresholds = [1, 1, 0]",
        "t.toml:9: regime.r.thresholds: found [1.0, 1.0, 0.0], expected numbers in descending order",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'rating'\npinned = true",
        "t.toml:9: regime.r.pinned: nothing is recorded to pin it to; give the record in [observed.tiers.r]",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'community'\nmembers = 'all'\nengagement = [{ from = 2, value = 0 }, { from = 1, value = 2 }]",
        "t.toml:10: regime.r.engagement[1].value: found 2, expected a number from 0 to 1\nt.toml:10: regime.r.engagement[1].from: found 1, expected a date after the one before, 2",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'convention'\nthresholds = 1",
        "t.toml:9: regime.r.thresholds: unknown key; there is `id`, `kind`, `title`, `strength`, `addresses`, `source`, `note`, `sources`",
    );
    check(
        "[[instrument]]\nid = 'i'\nkind = 'laws'\nhazard = 1",
        "t.toml:8: instrument.i.kind: found \"laws\", expected \"convention\" or \"law\" or \"treaty\" or \"nhri\"",
    );
    check(
        "[[instrument]]\nid = 'i'\nkind = 'law'\nhazard = -1",
        "t.toml:9: instrument.i.hazard: found -1, expected a number of at least 0",
    );
    check(
        "[[instrument]]\nid = 'i'\nkind = 'law'\nhazard = 1\neligible = ['A']\nopens = 2002\nadopted = { A = 2001, B = 2003 }",
        "t.toml:12: instrument.i.adopted.A: found 2001, expected a date from its opening, 2002\n\
         t.toml:12: instrument.i.adopted.B: adopted by a state that is not eligible; add the state to `eligible`, or leave the adoption out",
    );
    check("[[state]]\nid = 'x'", "t.toml:6:3: not TOML: duplicate key");
}

#[test]
fn events_are_inside_the_run_and_change_what_can_change() {
    check(
        "[[event]]\nat = 2005\nstate = 'A'\nset = { openness = 1 }",
        "t.toml:7: event[0].at: found 2005, expected a date inside the run, from 2001 and before 2005",
    );
    check(
        "[[event]]\nat = 2003\nstate = 'A'\nset = { opennes = 1 }",
        "t.toml:9: event[0].set.opennes: unknown key; did you mean `openness`?",
    );
    check(
        "[[event]]\nat = 2003\nset = { openness = 1 }",
        "t.toml:6: event[0]: found neither `state` nor `regime`, expected one of them",
    );
    check("[[event]]\nat = 2003\nstate = 'A'", "t.toml:6: event[0]: changes nothing; give `set` or `adopt`");
    check(
        "[[event]]\nat = 2003\nstate = 'A'\nset = { intrinsic_motivation = 1 }",
        "t.toml:9: event[0].set.intrinsic_motivation: holds at the start alone; an event can set `autochthonous_motivation`, to which motivation returns",
    );
    check(
        "[[regime]]\nid = 'r'\nkind = 'rating'\n[[event]]\nat = 2003\nregime = 'r'\nset = { thresholds = [1, 2, 3] }",
        "t.toml:9: event[0].set.thresholds: found [1.0, 2.0, 3.0], expected numbers in descending order",
    );
}

#[test]
fn counterfactuals_and_sweeps_are_checked_with_the_base() {
    check(
        "[counterfactual.x]\nset = { 'state.AA.capacity' = 0.5 }",
        "t.toml:7 (counterfactual x): state.AA.capacity: there is no state `AA`; did you mean `A`?",
    );
    check(
        "[counterfactual.x]\nset = { 'state.A.capacity' = 0 }",
        "t.toml:7 (counterfactual x): state.A.capacity: found 0, expected a number above 0, at most 1",
    );
    check(
        "[counterfactual.x]\nremove = ['regime.tvpa']",
        "t.toml:7 (counterfactual x): regime.tvpa: there is no regime `tvpa`",
    );
    check(
        "[counterfactual.x]\nset.parameters.drift = 0",
        "t.toml:7 (counterfactual x): parameters: `parameters` is not the path of a value; give the path of a value, in quotes where it stands for a key: \"parameters.displacement\"",
    );
    check(
        "[counterfactual.x]\nsets = 1",
        "t.toml:7: counterfactual.x.sets: unknown key; did you mean `set`?",
    );
    check(
        "[sweep]\naxis = [{ path = 'parameters.drft', low = 0, high = 1 }]",
        "t.toml:7 (sweep parameters.drft = 0): parameters.drft: unknown key; did you mean `drift`?",
    );
    check(
        "[sweep]\naxis = [{ path = 'parameters.drift', low = 1, high = 0 }]",
        "t.toml:7: sweep.axis[0]: found `low` 1 and `high` 0, expected `high` above `low`",
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
        "--set state.IDN.capacity=0: state.IDN.capacity: found 0, expected a number above 0, at most 1",
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
    check(
        "state.IDN",
        "--set state.IDN: no `=`; write `--set path=value`, as `--set parameters.displacement=0`",
    );
    check("state.IDN.initial_phase=denial", "fine");
    check(
        "parameters.spiral_up[4]=1",
        "--set parameters.spiral_up[4]=1: parameters.spiral_up[4]: there is no [4]; the last is [3]",
    );
    check(
        "runs.seed=[",
        "--set runs.seed=[: `[` is not a TOML value; a value is a number, text in quotes, [a, list] or { a = table }",
    );
}
