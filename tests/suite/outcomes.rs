//! Any outcome in any experiment: the same words, the same numbers, the same columns; what is not there is refused alike.

use crate::commands::{stderr, stdout, suasion};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Outcomes of every kind: a term of the ledger in a year and since the start, what is reached, a wait, a share, a community's mean.
const KINDS: [&str; 7] = [
    "persuasion.IDN@2005",
    "drift_total",
    "reached_phase_3.*",
    "years_to_law",
    "phase=4",
    "tier_tvpa=2WL.MYS@2010",
    "motivation.asean@2008",
];
const RUNS: [&str; 4] = ["--replicates", "24", "--threads", "2"];

fn done(folder: &Path, arguments: &[&str]) -> String {
    let mut all = arguments.to_vec();
    for outcome in KINDS {
        all.extend(["--outcome", outcome]);
    }
    all.extend(RUNS);
    let output = suasion(folder, &all);
    assert!(output.status.success(), "{all:?}: {}", stderr(&output));
    stdout(&output)
}

fn all<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

/// A row by column.
type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn every_experiment_tells_the_same_of_every_kind_of_outcome() {
    let home = TempDir::new().expect("a folder");
    let at = home.path();
    done(at, &["run", "asean", "--format", "csv", "--out", "run"]);
    done(at, &["compare", "asean", "no-tvpa", "--out", "compare"]);
    done(at, &["explain", "asean", "--out", "explain"]);
    // The first point is the scenario itself.
    let resolved = fs::read_to_string(at.join("run/scenario.toml")).expect("readable");
    let drift = resolved.lines().find_map(|line| line.strip_prefix("drift = ")).expect("it has one");
    let axis = format!("parameters.drift={drift},1");
    done(at, &["sweep", "asean", "--format", "csv", "--out", "sweep", "--axis", &axis]);
    let named = |row: &Row| {
        let value = row.get("value").filter(|value| !value.is_empty());
        let name = row["variable"].clone();
        let name = value.map_or_else(|| name.clone(), |value| format!("{name}={value}"));
        (name, row["state"].clone(), row["year"].clone())
    };
    let sweep = rows(&at.join("sweep/outcomes.csv"));
    let of_point = sweep.iter().filter(|row| row["point"] == "0").collect::<Vec<_>>();
    // Ten states, and six other outcomes.
    assert_eq!(of_point.len(), 16);
    let (run, explained) = (rows(&at.join("run/outcomes.csv")), rows(&at.join("explain/explanation.csv")));
    let compared = rows(&at.join("compare/differences.csv"));
    let mut varied = 0;
    for row in of_point {
        let find = |table: &[Row]| {
            table.iter().find(|other| named(other) == named(row)).unwrap_or_else(|| panic!("{row:?}")).clone()
        };
        for column in ["n", "mean", "sd", "min", "max"] {
            assert_eq!(find(&run)[column], row[column], "{column}: {row:?}");
            assert_eq!(find(&explained)[column], row[column], "{column}: {row:?}");
        }
        // Intervals know what the other outcomes show of the same measure, of which tables have more or fewer.
        let number = |cell: &str| cell.parse::<f64>().expect("a number");
        for table in [row, &find(&run), &find(&explained)] {
            let [low, mean, high] = ["ci_low", "mean", "ci_high"].map(|column| number(&table[column]));
            assert!(low <= mean && mean <= high, "{table:?}");
        }
        varied += u32::from(number(&row["sd"]) > 0.0);
        // Without the regime there are no grades to be paired.
        if row["variable"] == "tier_tvpa" {
            continue;
        }
        let difference = find(&compared);
        assert_eq!(difference["base"], row["mean"], "{row:?}");
        assert!(number(&difference["ci_low"]) <= number(&difference["difference"]));
    }
    assert!(varied > 8, "{varied} of 16 vary between replicates");
}

#[test]
fn maps_sensitivities_and_shares_take_any_outcome() {
    let home = TempDir::new().expect("a folder");
    let at = home.path();
    let run = |arguments: &[&str]| {
        let output = suasion(at, &all(&[arguments, &RUNS]));
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stdout(&output)
    };
    let axes = ["--axis", "parameters.drift=0,0.1", "--axis", "regime.tvpa.severity=0,2"];
    let asked = ["--outcome", "years_to_law", "--outcome", "persuasion_total.IDN"];
    run(&all(&[&["sweep", "asean", "--out", "sweep"], &axes, &asked]));
    let map = suasion(at, &["map", "sweep", "--outcome", "years_to_law", "--out", "waits"]);
    assert!(map.status.success(), "{}", stderr(&map));
    let drawn = fs::read_to_string(at.join("waits.svg")).expect("drawn");
    assert!(drawn.contains("years_to_law.mean@2015"));
    let axes = ["--axis", "parameters.adopt_motivation=0..1", "--axis", "parameters.drift=0..0.1"];
    let asked = ["--outcome", "reached_law", "--outcome", "persuasion", "--samples", "6", "--json"];
    let found = run(&all(&[&["sensitivity", "asean"], &axes, &asked]));
    let found: Value = serde_json::from_str(&found).expect("JSON");
    let outcomes: Vec<&str> =
        found["outcomes"].as_array().expect("several").iter().filter_map(|o| o["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["reached_law.mean@2015", "persuasion.mean@2015"]);
    assert_eq!(found["outcomes"][0]["constant"], false);
    // What a mechanism makes of a term of the ledger: with persuasion off in both arms its own term is gone.
    let asked = ["--outcome", "persuasion_total.IDN", "--decompose=persuasion", "--json"];
    let shares = run(&all(&[&["compare", "asean", "no-tvpa"], &asked]));
    let shares: Value = serde_json::from_str(&shares).expect("JSON");
    let share = |name: &str| {
        let rows = shares["shares"]["no-tvpa"].as_array().expect("rows");
        rows.iter().find(|row| row["mechanism"] == name).expect(name)["share"].as_f64().expect("a number")
    };
    assert!(share("rest").abs() < 1e-12 && share("difference").abs() > 1e-4, "{shares}");
}

#[test]
fn what_is_not_there_is_refused_alike() {
    let home = TempDir::new().expect("a folder");
    for (outcome, said) in [
        ("years_to_lew", "there is no `years_to_lew`; did you mean `years_to_law`?"),
        ("persuasoin_total", "there is no `persuasoin_total`; did you mean `persuasion_total`?"),
        ("persuasion=1", "`persuasion` is a number, which has no values"),
        ("motivation.asaen", "there is no state or community `asaen`; did you mean `asean`?"),
        ("reached_phase_3@1990", "1990 is not within the run; the run has 2000 (its start) to 2015"),
    ] {
        let axis = ["--axis", "parameters.drift=0..0.1"];
        for command in ["run", "sweep", "sensitivity", "compare", "explain"] {
            let axis = if command.starts_with('s') { &axis[..] } else { &[] };
            let asked = all(&[&[command, "asean", "--outcome", outcome], axis, &RUNS]);
            let output = suasion(home.path(), &asked);
            assert_eq!(output.status.code(), Some(2), "{command} {outcome}: {}", stderr(&output));
            let expected = format!("outcome `{outcome}`: {said}");
            assert!(stderr(&output).contains(&expected), "{command}: {}", stderr(&output));
        }
    }
    assert!(!home.path().join("out").exists());
}

#[test]
fn folders_of_an_earlier_format_are_refused_with_the_version_that_reads_them() {
    let home = TempDir::new().expect("a folder");
    let at = home.path();
    let few =
        ["--axis", "parameters.drift=0,0.1", "--replicates", "4", "--outcome", "motivation", "--out", "s"];
    let swept = suasion(at, &all(&[&["sweep", "asean"], &few]));
    assert!(swept.status.success(), "{}", stderr(&swept));
    let change = |name: &str, from: &str, to: &str| {
        let path = at.join("s").join(name);
        let text = fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replace(from, to)).expect("writable");
    };
    change("sweep.json", "\n  \"format\": 2,", "");
    let ours = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    change("sweep.json", &ours, "\"version\": \"0.1.0\"");
    for arguments in [&["map", "s"][..], &["sensitivity", "s"]] {
        let output = suasion(at, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        let said = "sweep.json: its format is 1, and this version reads 2; the version that wrote it (0.1.0) reads it";
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    change("manifest.json", "\"format\": 2", "\"format\": 1");
    let output = suasion(at, &["report", "s"]);
    assert!(stderr(&output).contains("its format is 1, and this version reads 2"), "{}", stderr(&output));
}
