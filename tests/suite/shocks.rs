//! Shocks that a scenario declares: when they strike, how they wear off, what else they move, and what is refused.

use crate::commands::{digest, printed};
use crate::own::{self, moves_nothing, world};
use crate::support::{same_bits_in_any_company, trace};
use std::fs;
use std::process::Command;
use suasion::model::variable::Variable;
use suasion::scenario::{Scenario, bundled, keeps_joint_rules};

fn told(more: &str) -> Result<Scenario, String> {
    own::told("asean", more)
}

fn coup(hazard: &str, more: &str) -> String {
    format!("[[shock]]\nid = \"coup\"\nmeaning = \"a coup\"\nhazard = \"{hazard}\"\n{more}")
}

const COUP: Variable = Variable::Own(0);

#[test]
fn it_strikes_after_exponential_times_and_moves_no_other_draw() {
    let (plain, with) = (world(""), world(&coup("0.1", "")));
    let replicates = 160;
    moves_nothing(&plain, &with);
    let after = trace(&with, replicates);
    let per_year = with.clock.steps_per_year as usize;
    let states = with.states.len();
    let n = f64::from(replicates) * states as f64;
    for years in [1, 3, 7, 15] {
        let all = (0..replicates as usize).flat_map(|r| (0..states).map(move |i| (r, i)));
        let struck = all.filter(|(r, i)| after.at(*r, years * per_year, *i, COUP) > 0.5).count();
        let expected = 1.0 - (-0.1 * years as f64).exp();
        let error = (expected * (1.0 - expected) / n).sqrt();
        let found = struck as f64 / n;
        assert!((found - expected).abs() < 4.0 * error, "{years}: {found} for {expected}");
    }
    for (r, i) in (0..9).flat_map(|r| (0..states).map(move |i| (r, i))) {
        for step in 0..=with.clock.steps() {
            // It is there or not, and once it is it stays.
            let x = after.at(r, step, i, COUP);
            assert!(x == 0.0 || x == 1.0, "{x}");
            assert!(step == 0 || x >= after.at(r, step - 1, i, COUP));
        }
    }
}

#[test]
fn it_wears_off_and_strikes_whom_its_hazard_says() {
    // Certain in the first two years; then 1/e is left after four.
    let with = world(&coup("if(year < 2002, 200, 0)", "lasts = 4.0\nstart = \"0.25\"\n"));
    let run = trace(&with, 3);
    let per_year = with.clock.steps_per_year as usize;
    let mut left = 1.0;
    assert_eq!(run.at(2, 0, 4, COUP), 0.25);
    let last = (2002 - with.clock.start) as usize * per_year;
    for step in last..=with.clock.steps() {
        assert!((run.at(2, step, 4, COUP) - left).abs() < 1e-12, "{step}");
        left *= (-1.0 / (per_year as f64 * 4.0)).exp();
    }
    // Those alone who mean little when the step begins.
    let with = world(&coup("if(motivation > 0.5, 0, 2)", "lasts = 1.0\n"));
    let run = trace(&with, 20);
    let mut struck = 0;
    for (r, i) in (0..20).flat_map(|r| (0..with.states.len()).map(move |i| (r, i))) {
        for step in 0..with.clock.steps() {
            if run.at(r, step + 1, i, COUP) > run.at(r, step, i, COUP) {
                assert!(run.at(r, step, i, Variable::Motivation) <= 0.5);
                struck += 1;
            }
        }
    }
    assert!(struck > 100, "{struck}");
}

/// Resentment brings it on, and it takes what is meant.
const FELT: &str =
    "[[mechanism]]\nid = \"under_it\"\nadds_to = \"motivation\"\nrate = \"-0.5 * coup * motivation\"\n";

#[test]
fn mechanisms_read_it_with_the_same_bits_in_any_company() {
    let both = format!("{}{FELT}", coup("0.05 + 0.3 * reactance * saturate(shame, 1)", "lasts = 2.0\n"));
    let (without, with) = (world(&coup("0.05", "")), world(&both));
    let [plain, moved] = [&without, &with].map(|world| {
        let run = trace(world, 40);
        let ends = (0..world.states.len()).flat_map(|i| run.last(i, Variable::Motivation));
        ends.sum::<f64>() / (40 * world.states.len()) as f64
    });
    assert!(plain - moved > 0.05, "{plain} {moved}");
    same_bits_in_any_company(&with);
}

#[test]
fn it_goes_through_the_commands_and_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let theory = format!(
        "version = 2\ntitle = \"Coups\"\nargument = \"Who rules changes by force.\"\n[[parameter]]\nid = \"coups\"\ndefault = 0.04\nrange = [0.0, 0.2]\nunit = \"1/yr\"\n{}{FELT}",
        coup("coups * (1 - capacity)", "lasts = 2.0\n")
    );
    fs::write(at.join("coups.toml"), theory).unwrap();
    let run = |words: &[&str]| printed(at, words);
    let laid = ["asean", "--theory", "coups.toml", "--replicates", "20"];
    let checked = run(&["check", "asean", "--theory", "coups.toml"]);
    assert!(checked.contains("1 parameter, 1 shock, 1 mechanism"), "{checked}");
    run(&[&["run"], &laid[..], &["--format", "csv", "--outcome", "coup@2010", "--out", "r"]].concat());
    let table = fs::read_to_string(at.join("r/trajectories.csv")).unwrap();
    assert!(table.lines().next().unwrap().ends_with(",coup"), "{table:.400}");
    run(&["verify", "r"]);
    run(&["run", "r/scenario.toml", "--replicates", "20", "--out", "s"]);
    run(&["report", "r"]);
    let page = fs::read_to_string(at.join("r/report.html")).unwrap();
    assert!(page.contains("hazard of"), "a formula of it");
    assert!(page.contains("Coup over time"), "and a figure");
    run(&[&["condition"], &laid[..], &["--particles", "300", "--out", "h"]].concat());
    let again = run(&[&["run"], &laid[..], &["--given", "h", "--out", "g"]].concat());
    let digest = |name: &str| digest(&at.join(name));
    assert_eq!(digest("r"), digest("s"));
    assert_eq!(digest("h"), digest("g"), "{again}");
    assert!(fs::read_to_string(at.join("h/belief.csv")).unwrap().contains(",coup,"));
    run(&["weigh", "asean", "--theory", "coups.toml", "--particles", "200", "--out", "w"]);
    run(&["compare", "asean", "no-tvpa", "--under", "coups.toml", "--replicates", "20", "--out", "c"]);
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    for (text, expected) in [
        (
            coup("-0.1", ""),
            "shock.coup.hazard: found a hazard from -0.1 to -0.1, expected 0 or more, per year",
        ),
        (coup("0.2 - motivation", ""), "`max(..., 0)` ends it at 0"),
        (coup("sqrt(motivation - 0.9)", ""), "found a hazard without a bound"),
        (coup("0.1 / motivation", ""), "shock.coup.hazard: found a hazard without a bound"),
        (coup("0.1 * draw.uniform", ""), "`draw.uniform` is drawn in each step, and stands for nothing here"),
        (coup("motivation > 0.5", ""), "the expression is true or false; it should be a number"),
        (coup("0.1 * motivatoin", ""), "did you mean `motivation`?"),
        (
            format!("{}[[define]]\nid = \"noise\"\nvalue = \"abs(draw.normal)\"\n", coup("noise", "")),
            "`draw.normal` is in it, and a hazard draws nothing",
        ),
        (coup("0.1", "lasts = 0.01\n"), "shock.coup.lasts: found 0.01, expected years, from a step (0.25)"),
        (coup("0.1", "lasts = -2\n"), "expected years, from a step (0.25) to 1000"),
        (
            coup("0.1", "start = \"2\"\n"),
            "shock.coup.start: found a start from 2 to 2, expected one within its range, 0 to 1",
        ),
        (coup("0.1", "start = \"X\"\n"), "`X` is not known yet where a run starts"),
        (coup("0.1", "change = \"1\"\n"), "change"),
        (format!("{}{}", coup("0.1", ""), coup("0.2", "")), "coup"),
        (
            coup("0.1", "").replace("\"coup\"", "\"motivation\""),
            "`motivation` is a name of the model already",
        ),
        ("[[shock]]\nid = \"coup\"\n".into(), "`hazard` is missing; write it as `hazard = \"0.05\"`"),
    ] {
        let found = told(&text).expect_err(&text);
        assert!(found.contains(expected), "{text}\n{found}");
    }
    // What is wrong where it is declared is told there alone.
    let found = told(&format!("{}{FELT}", coup("0.1", "lasts = 0\n"))).expect_err("no such time");
    assert!(found.contains("shock.coup.lasts") && !found.contains("there is no `coup`"), "{found}");
}

#[test]
fn where_it_is_taken_away_what_names_it_finds_nothing() {
    let text = format!(
        "{}\n{}{FELT}[[variable]]\nid = \"tired\"\nchange = \"coup - tired\"\n[counterfactual.no-coups]\nremove = [\"shock.coup\"]\n[counterfactual.unmoved]\nremove = [\"variable.tired\"]\n",
        bundled::find("asean").expect("bundled"),
        coup("0.3", "lasts = 2.0\n"),
    );
    let mut loaded = Scenario::parse("asean", &text, None).unwrap();
    loaded.apply_counterfactual("no-coups").unwrap();
    let scenario = loaded.build_alone().unwrap_or_else(|error| panic!("{error}"));
    let (plain, without) = (trace(&world(""), 3), trace(&scenario.world, 3));
    for (r, i) in (0..3).flat_map(|r| (0..10).map(move |i| (r, i))) {
        let [x, y] =
            [&plain, &without].map(|run| run.at(r, scenario.world.clock.steps(), i, Variable::Motivation));
        assert_eq!(x.to_bits(), y.to_bits());
    }
    // What is written down of it says so, and reads as it was.
    let again = Scenario::parse("asean", &scenario.resolved(), None).unwrap().build_alone().unwrap();
    assert_eq!(again.world, scenario.world);
    let mut loaded = Scenario::parse("asean", &text, None).unwrap();
    loaded.apply_counterfactual("unmoved").unwrap();
    assert!(loaded.build_alone().is_ok());
}

#[test]
fn a_fit_keeps_to_hazards_that_there_can_be() {
    let declared = "[[parameter]]\nid = \"k\"\ndefault = 0.1\nrange = [-1.0, 1.0]\n";
    let scenario = told(&format!("{declared}{}", coup("k", ""))).unwrap();
    let doubts = scenario.doubts();
    assert!(doubts.iter().any(|doubt| doubt.contains("shock.coup.hazard: it can come to -1")), "{doubts:?}");
    let mut changed = scenario.world.clone();
    assert!(keeps_joint_rules(&changed));
    changed.theory.values[0] = -0.2;
    assert!(!keeps_joint_rules(&changed));
    // So with what a variable changes by.
    let mut counted = world(&format!("{declared}[[variable]]\nid = \"x\"\nchange = \"k\"\n"));
    assert!(keeps_joint_rules(&counted));
    counted.theory.values[0] = 50.0;
    assert!(!keeps_joint_rules(&counted));
}

#[test]
fn units_of_traits_count_and_a_start_that_is_no_number_ends_the_run() {
    let timed = "[[parameter]]\nid = \"k\"\ndefault = 0.1\nrange = [0.0, 1.0]\nunit = \"yr\"\n";
    for (hazard, doubted) in [("k * capacity", true), ("0.1 * capacity", false), ("k * motivation", true)] {
        let doubts = told(&format!("{timed}{}", coup(hazard, ""))).unwrap().doubts();
        let found =
            doubts.iter().any(|doubt| doubt.contains("shock.coup.hazard") && doubt.contains("should be in"));
        assert_eq!(found, doubted, "{hazard}: {doubts:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let theory = "version = 2\ntitle = \"N\"\nargument = \"None.\"\n[[variable]]\nid = \"x\"\nstart = \"0 / (motivation - motivation)\"\nchange = \"0\"\n";
    fs::write(folder.path().join("none.toml"), theory).unwrap();
    let words = ["run", "asean", "--theory", "none.toml", "--replicates", "3"];
    let output =
        Command::new(env!("CARGO_BIN_EXE_suasion")).args(words).current_dir(folder.path()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("`x`, which the scenario declares, has no finite value for BRN in 2000"), "{told}");
}
