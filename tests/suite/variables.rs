//! Variables that a scenario declares: where they start, how they move, who reads them, and what is refused.

use crate::commands::{digest, printed};
use crate::own::{self, world};
use crate::support::trace;
use std::fs;
use suasion::model::variable::Variable;
use suasion::scenario::Scenario;

fn told(more: &str) -> Result<Scenario, String> {
    own::told("asean", more)
}

/// It moves to where the frame is, and starts at a third of the openness.
const FATIGUE: &str = "[[parameter]]\nid = \"fatigue_rate\"\ndefault = 0.8\nrange = [0.0, 2.0]\n\
[[variable]]\nid = \"fatigue\"\nmeaning = \"how tired of the norm a government is\"\nstart = \"openness / 3\"\n\
change = \"fatigue_rate * (frame - fatigue)\"\n";

/// What it does to motivation.
const TIRES: &str =
    "[[mechanism]]\nid = \"tires\"\nadds_to = \"motivation\"\nrate = \"-0.3 * fatigue * motivation\"\n";

/// More than a share: years for which a state was shamed, up to 50.
const SHAMED: &str =
    "[[variable]]\nid = \"years_shamed\"\nrange = [0.0, 50.0]\nchange = \"if(shame > 0.1, 1, 0)\"\n";

const REPLICATES: u32 = 9;

#[test]
fn a_variable_is_recorded_and_moves_nothing_that_does_not_read_it() {
    let (plain, with) = (world(""), world(FATIGUE));
    let (before, after) = (trace(&plain, REPLICATES), trace(&with, REPLICATES));
    assert_eq!(*Variable::all(&with).last().unwrap(), Variable::Own(0));
    assert_eq!(Variable::Own(0).name(&with), "fatigue");
    let mut most: f64 = 0.0;
    for r in 0..REPLICATES as usize {
        for i in 0..with.states.len() {
            for step in 0..=with.clock.steps() {
                for variable in Variable::all(&plain) {
                    let [x, y] = [&before, &after].map(|trace| trace.at(r, step, i, variable));
                    assert_eq!(x.to_bits(), y.to_bits());
                }
                most = most.max(after.at(r, step, i, Variable::Own(0)));
            }
        }
    }
    assert!(most > 0.3 && most <= 1.0, "{most}");
}

#[test]
fn it_starts_and_changes_as_it_is_written() {
    // Half of what is missing to .9 each year, by steps of a twelfth or whatever the clock has.
    let closing =
        world("[[variable]]\nid = \"closing\"\nstart = \"0.1\"\nchange = \"0.5 * (0.9 - closing)\"\n");
    let run = trace(&closing, 3);
    let dt = 1.0 / f64::from(closing.clock.steps_per_year);
    let mut x = 0.1;
    for step in 0..=closing.clock.steps() {
        assert!((run.at(2, step, 4, Variable::Own(0)) - x).abs() < 1e-12);
        x += dt * 0.5 * (0.9 - x);
    }
    // At its start it is what the expression says of each state, and it never leaves its range.
    let opened = world(
        "[[variable]]\nid = \"opened\"\nrange = [0.2, 0.6]\nstart = \"motivation\"\nchange = \"0.4 * sin_of_nothing\"\n[[define]]\nid = \"sin_of_nothing\"\nvalue = \"if(year < 2008, 1, -1)\"\n",
    );
    let run = trace(&opened, REPLICATES);
    let mut ends = [f64::INFINITY, f64::NEG_INFINITY];
    for (r, i) in (0..REPLICATES as usize).flat_map(|r| (0..10).map(move |i| (r, i))) {
        let motivation = run.at(r, 0, i, Variable::Motivation);
        assert_eq!(run.at(r, 0, i, Variable::Own(0)), motivation.clamp(0.2, 0.6));
        for step in 0..=opened.clock.steps() {
            let x = run.at(r, step, i, Variable::Own(0));
            ends = [ends[0].min(x), ends[1].max(x)];
        }
    }
    assert_eq!(ends, [0.2, 0.6]);
}

#[test]
fn what_is_no_share_counts_as_far_as_its_range() {
    let counted =
        world("[[variable]]\nid = \"spell\"\nrange = [-2.0, 5.0]\nstart = \"-1.5\"\nchange = \"0.5\"\n");
    assert_eq!(*Variable::all(&counted).last().unwrap(), Variable::OwnNumber(0));
    let run = trace(&counted, 2);
    for step in 0..=counted.clock.steps() {
        let years = step as f64 / f64::from(counted.clock.steps_per_year);
        assert!((run.at(1, step, 4, Variable::OwnNumber(0)) - (0.5 * years - 1.5).min(5.0)).abs() < 1e-12);
    }
}

#[test]
fn a_mechanism_reads_it_at_the_start_of_the_step() {
    let with = world(&format!("{FATIGUE}{TIRES}"));
    let (before, after) = (trace(&world(FATIGUE), REPLICATES), trace(&with, REPLICATES));
    let end = with.clock.steps();
    let mean = |trace: &crate::support::Trace, variable| {
        let all = (0..REPLICATES as usize).flat_map(|r| (0..10).map(move |i| (r, i)));
        all.map(|(r, i)| trace.at(r, end, i, variable)).sum::<f64>() / f64::from(10 * REPLICATES)
    };
    let lost = mean(&before, Variable::Motivation) - mean(&after, Variable::Motivation);
    assert!(lost > 0.1, "{lost}");
    // The ledger has the mechanism's column, and sums as ever.
    let (per_year, states) = (with.clock.steps_per_year as usize, with.states.len());
    for year in 0..with.clock.years() {
        let terms = &after.ledger[(2 * with.clock.years() + year) * states + 3];
        let at = |year: usize| after.at(2, year * per_year, 3, Variable::Motivation);
        assert!((terms.iter().sum::<f64>() - (at(year + 1) - at(year))).abs() < 1e-14);
    }
}

#[test]
fn it_goes_through_the_commands_and_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let theory = format!(
        "version = 2\ntitle = \"Fatigue\"\nargument = \"Nobody can be watched for ever.\"\n{FATIGUE}{TIRES}{SHAMED}"
    );
    fs::write(at.join("fatigue.toml"), theory).unwrap();
    let run = |words: &[&str]| printed(at, words);
    let laid = ["asean", "--theory", "fatigue.toml", "--replicates", "20"];
    run(&[&["run"], &laid[..], &["--format", "csv", "--outcome", "fatigue@2010", "--out", "r"]].concat());
    let table = fs::read_to_string(at.join("r/trajectories.csv")).unwrap();
    assert!(table.lines().next().unwrap().ends_with(",fatigue,years_shamed"), "{table:.400}");
    let last = table.lines().last().unwrap().rsplit(',').next().unwrap().parse::<f64>().unwrap();
    assert!(last > 2.0, "{last}");
    assert!(fs::read_to_string(at.join("r/outcomes.csv")).unwrap().contains("fatigue"));
    run(&["verify", "r"]);
    run(&["check", "r/scenario.toml"]);
    // Summaries have what is no share, too.
    let summary = fs::read_to_string(at.join("r/summary.csv")).unwrap();
    let rows: Vec<&str> = summary.lines().filter(|line| line.contains(",years_shamed,")).collect();
    assert!(rows.len() > 100 && rows.iter().all(|row| !row.ends_with(",,,,,,,,")), "{:?}", rows.first());
    // In a history it is put away and taken up with the rest of a state: run again it is the same, and shows the record.
    run(&[&["condition"], &laid[..], &["--particles", "300", "--out", "h"]].concat());
    let again = run(&[&["run"], &laid[..], &["--given", "h", "--out", "g"]].concat());
    let digest = |name: &str| digest(&at.join(name));
    assert_eq!(digest("h"), digest("g"), "{again}");
    let belief = fs::read_to_string(at.join("h/belief.csv")).unwrap();
    assert!(belief.contains(",fatigue,") && belief.contains(",years_shamed,"));
    run(&["compare", "asean", "--theory", "fatigue.toml", "--replicates", "20", "--out", "c"]);
    run(&["weigh", "asean", "--theory", "fatigue.toml", "--particles", "200", "--out", "w"]);
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    let one = |more: &str| format!("[[variable]]\nid = \"x\"\n{more}");
    for (more, expected) in [
        (
            one("change = \"1\"\nrange = [2.0, 0.0]\n"),
            "variable.x.range: found a list, expected two numbers from -1000 to 1000, the lower first: [0.0, 1.0]",
        ),
        (one("change = \"0\"\nstart = \"X\"\n"), "variable.x.start: `X` is not known yet where a run starts"),
        (one("change = \"0\"\nstart = \"0.5 * x\"\n"), "`x` is not known yet where a run starts"),
        (
            one("change = \"20 * X\"\n"),
            "variable.x.change: found a change of up to 20 a year, expected at most 4 a year: its whole range in a step",
        ),
        (
            one("change = \"1\"\nrange = [2.0, 3.0]\n"),
            "found a start from 0 to 0, expected one within its range, 2 to 3",
        ),
        (one("change = \"1 / motivation\"\n"), "found a change without a bound"),
        (one("change = \"fatige\"\n"), "there is no `fatige` here"),
        (one(""), "variable.x: `change` is missing"),
        (one("change = \"0\"\nrate = \"0\"\n"), "variable.x.rate: unknown key"),
        (
            "[[variable]]\nid = \"motivation\"\nchange = \"0\"\n".into(),
            "`motivation` is a name of the model already",
        ),
        (one("change = \"0\"\n") + &one("change = \"0\"\n"), "`x` is defined at asean.toml:"),
        ("[variable]\nid = \"x\"\n".into(), "each under [[variable]] with two brackets"),
    ] {
        let found = told(&more).err().unwrap_or_else(|| panic!("{more}"));
        assert!(found.contains(expected), "{more}: {found}");
    }
}
