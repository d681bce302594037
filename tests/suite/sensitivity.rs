//! Sensitivity by command: run, analysed again, from shards, from points and outcomes of elsewhere; and what is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    // Lines of any length: what is said is held here, not how it is set.
    command.args(arguments).current_dir(folder).env("COLUMNS", "1000").output().expect("it starts")
}

fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = suasion(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(folder: &Path, arguments: &[&str], expected: &str) {
    let output = suasion(folder, arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(told.contains(expected), "{arguments:?}: {told}");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const AXES: [&str; 6] = [
    "--axis",
    "parameters.signalling=-0.3..0.3",
    "--axis",
    "parameters.overjustification",
    "--axis",
    "regime.tvpa.severity=0..3",
];
const SIZE: [&str; 4] = ["--samples", "16", "--replicates", "10"];

/// Rows of sensitivity.csv: outcome, measure, axis, with, value, low, high.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("outcome,measure,axis,with,value,ci_low,ci_high"));
    lines.map(|line| line.split(',').map(str::to_string).collect()).collect()
}

fn value(rows: &[Vec<String>], outcome: &str, measure: &str, axis: &str) -> f64 {
    let row = rows.iter().find(|row| row[0].starts_with(outcome) && row[1] == measure && row[2] == axis);
    row.unwrap_or_else(|| panic!("{outcome} {measure} {axis}"))[4].parse().expect("a number")
}

/// Whether an estimate as JSON has a value; the reader of JSON may miss the last digit.
fn near(estimate: &serde_json::Value, value: f64) -> bool {
    estimate["value"].as_f64().is_some_and(|found| (found - value).abs() < 1e-14)
}

#[test]
fn screening_tells_what_matters_from_what_does_not() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let axes =
        ["--axis", "parameters.drift", "--axis", "parameters.diversion", "--axis", "parameters.habituation"];
    let out = "out/teaching-spiral-morris";
    let run = ["sensitivity", "teaching/spiral", "--replicates", "10", "--picture", "bars", "--out", out];
    let told = good(here, &[&run[..], &axes].concat());
    // Sorted, the axis that moves nothing last, and shown without a bar.
    let place = |path: &str| told.find(path).expect("in the table");
    assert!(place("parameters.drift") < place("parameters.habituation"), "{told}");
    assert!(place("parameters.habituation") < place("parameters.diversion"), "{told}");
    let results = rows(&read(here, "out/teaching-spiral-morris/sensitivity.csv"));
    assert_eq!(results.len(), 3 * 3 * 3);
    assert_eq!(value(&results, "motivation", "mu_star", "parameters.diversion"), 0.0);
    assert!(value(&results, "motivation", "mu", "parameters.drift") < -0.05);
    assert!(value(&results, "motivation", "mu", "parameters.habituation") > 0.05);
    for row in &results {
        let [low, x, high] = [&row[5], &row[4], &row[6]].map(|cell| cell.parse::<f64>().expect("a number"));
        assert!(low <= x + 1e-12 && x <= high + 1e-12, "{row:?}");
    }
    let picture = read(here, "bars.svg");
    assert!(picture.contains("motivation.mean@2024") && picture.contains("parameters.drift"), "{picture}");
    assert!(fs::read(here.join("bars.png")).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG")));
    for file in ["manifest.json", "design.csv", "outcomes.parquet", "scenario.toml", "sweep.json"] {
        assert!(here.join("out/teaching-spiral-morris").join(file).exists(), "{file}");
    }
}

#[test]
fn all_parameters_vary_where_nothing_is_said_with_steps_as_short_as_they_need() {
    let folder = TempDir::new().expect("a folder");
    let arguments = ["sensitivity", "teaching/spiral", "--samples", "2", "--replicates", "2", "--out", "all"];
    let output = suasion(folder.path(), &arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("time.steps_per_year is 6 instead of 4"), "{told}");
    assert!(read(folder.path(), "all/scenario.toml").contains("steps_per_year = 6"));
    let results = rows(&read(folder.path(), "all/sensitivity.csv"));
    let of_motivation = results.iter().filter(|row| row[0].starts_with("motivation") && row[1] == "mu_star");
    assert_eq!(of_motivation.count(), suasion::model::parameters::PARAMETERS.len());
    // Whatever the scenario's own sweep varies.
    let proposed = ["sensitivity", "asean", "--samples", "2", "--replicates", "2", "--out", "proposed"];
    let output = suasion(folder.path(), &proposed);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = suasion::model::parameters::PARAMETERS.len();
    assert!(
        output.status.success() && told.contains(&format!("ranked are the {count} parameters")),
        "{told}"
    );
    assert!(
        told.contains("[sweep] would be --axis 'state.*.sender_standing.tvpa=0.1..0.9' --axis"),
        "{told}"
    );
    let axes = rows(&read(folder.path(), "proposed/sensitivity.csv"));
    assert_eq!(
        axes.iter().filter(|row| row[0].starts_with("motivation") && row[1] == "mu_star").count(),
        count
    );
    let kept = [&arguments[..], &["--set", "time.steps_per_year=2", "--fresh"]].concat();
    refused(folder.path(), &kept, "time.steps_per_year: found 2, expected at least");
}

#[test]
fn threads_shards_and_a_second_look_change_no_index() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let outcomes = ["--outcome", "protection", "--outcome", "motivation.MYS"];
    let run = |out: &str, more: &[&str]| {
        let mut all = vec!["sensitivity", "asean", "--method", "sobol", "--second-order", "--out", out];
        all.extend([&AXES[..], &SIZE, &outcomes, more].concat());
        good(here, &all)
    };
    let told = run("one", &["--threads", "1"]);
    let first = read(here, "one/sensitivity.csv");
    assert_eq!(rows(&first).len(), 2 * (3 + 3 + 3));
    assert!(told.contains("protection.mean@2015") && told.contains("of the variance"), "{told}");
    // Sixteen base samples are too few for intervals, which is told.
    assert!(told.contains("so few base samples tell little: a share may be far off, even above 1"), "{told}");
    assert!(rows(&first).iter().all(|row| row[5].is_empty() && row[6].is_empty()), "{first}");
    run("two", &["--threads", "2", "--format", "csv"]);
    assert_eq!(read(here, "two/sensitivity.csv"), first);
    // Done before: nothing is run, and the same is told.
    assert_eq!(run("one", &[]), told);
    // Shards of a sweep, as a cluster runs them, analysed after the merge.
    for shard in ["2/2", "1/2"] {
        let mut all = vec!["sweep", "asean", "--design", "saltelli", "--second-order", "--out", "shards"];
        all.extend([&AXES[..], &SIZE, &outcomes, &["--shard", shard]].concat());
        good(here, &all);
    }
    good(here, &["merge", "shards"]);
    good(here, &["sensitivity", "shards", "--quiet"]);
    assert_eq!(read(here, "shards/sensitivity.csv"), first);
    // The results may be replaced, though the analysis is not in the manifest.
    good(here, &["merge", "shards.blocks", "--out", "shards"]);
    let one = good(here, &["sensitivity", "one", "--outcome", "protection", "--json", "--replace"]);
    let one: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(one["outcomes"].as_array().map(Vec::len), Some(1));
    let s1 = value(&rows(&first), "protection", "S1", "parameters.signalling");
    assert!(near(&one["outcomes"][0]["estimates"][0], s1), "{one}");
}

#[test]
fn points_laid_apart_give_the_same_as_a_run_of_all() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let whole = ["sensitivity", "asean", "--method", "sobol", "--outcome", "protection", "--out", "whole"];
    good(here, &[&whole[..], &AXES, &SIZE].concat());
    let laid = ["design", "asean", "--design", "saltelli", "--samples", "16", "--out", "points.csv"];
    good(here, &[&laid[..], &AXES].concat());
    assert_eq!(read(here, "points.csv"), read(here, "whole/design.csv"));
    let swept = ["sweep", "asean", "--points", "points.csv", "--replicates", "10", "--outcome", "protection"];
    good(here, &[&swept[..], &["--out", "swept", "--format", "csv"]].concat());
    refused(here, &["sensitivity", "swept"], "say what they are for with --method");
    good(here, &["sensitivity", "swept", "--method", "sobol", "--quiet"]);
    assert_eq!(read(here, "swept/sensitivity.csv"), read(here, "whole/sensitivity.csv"));
    // The same from a bare column of outcomes; a file has no seed of resamples, so intervals differ.
    let outcomes = read(here, "swept/outcomes.csv");
    let mean =
        outcomes.lines().next().expect("a header").split(',').position(|c| c == "mean").expect("means");
    let column: Vec<&str> = outcomes.lines().skip(1).filter_map(|line| line.split(',').nth(mean)).collect();
    fs::write(here.join("column.txt"), column.join("\n")).expect("writable");
    let json = good(here, &[&["indices", "column.txt", "--method", "sobol", "--json"][..], &AXES].concat());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let known = rows(&read(here, "whole/sensitivity.csv"));
    for (row, estimate) in known.iter().zip(json["outcomes"][0]["estimates"].as_array().expect("a list")) {
        assert!(near(estimate, row[4].parse().expect("a number")), "{row:?} {estimate}");
    }
}

#[test]
fn a_constant_outcome_is_told_in_a_sentence_and_left_empty() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let mut all =
        vec!["sensitivity", "teaching/spiral", "--method", "sobol", "--axis", "parameters.diversion"];
    all.extend(["--outcome", "protection", "--samples", "4", "--replicates", "3", "--out", "flat"]);
    let told = good(here, &all);
    assert!(told.contains("at every point, so there is nothing to share out"), "{told}");
    let results = rows(&read(here, "flat/sensitivity.csv"));
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|row| row[4..].iter().all(String::is_empty)), "{results:?}");
}

#[test]
fn what_cannot_be_analysed_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let of = |more: &[&str], expected: &str| {
        let all = [&["sensitivity", "teaching/spiral", "--out", "none"][..], more].concat();
        refused(here, &all, expected);
        assert!(!here.join("none").exists() && !here.join("none.blocks").exists(), "{more:?}");
    };
    of(&["--axis", "parameters.drfit"], "did you mean `parameters.drift`?");
    of(&["--axis", "parameters.drfit=0..1"], "did you mean `drift`?");
    of(&["--axis", "parameters.drift=0.2..0.1"], "expected the lower end first");
    of(&["--axis", "parameters.drift=-1..0.1"], "found -1, expected a number from 0 to 1000");
    of(&["--axis", "parameters.drift", "--axis", "parameters.drift"], "given twice");
    of(&["--axis", "parameters.drift", "--samples", "0"], "expected a whole number of at least 1");
    of(&["--axis", "parameters.drift", "--samples", "1000000000000"], "hours on one core");
    of(&["--axis", "parameters.drift", "--replicates", "0"], "replicates");
    of(&["--axis", "parameters.drift", "--levels", "3"], "an even number");
    of(&["--axis", "parameters.drift", "--second-order"], "only a design for Sobol indices");
    of(&["--axis", "parameters.drift", "--outcome", "protektion"], "did you mean `protection`?");
    let grid = ["sweep", "teaching/spiral", "--axis", "parameters.drift=0,0.1", "--replicates", "2"];
    good(here, &[&grid[..], &["--out", "grid"]].concat());
    refused(here, &["sensitivity", "grid"], "needs one of --design morris or saltelli");
    refused(here, &["sensitivity", "grid", "--samples", "5"], "options of its design change nothing");
    fs::write(here.join("y.csv"), "y\n1\nnan\n").expect("writable");
    let elsewhere = |more: &[&str], expected: &str| {
        refused(here, &[&["indices", "y.csv", "--method"][..], more].concat(), expected);
    };
    elsewhere(
        &["sobol", "--axis", "a=0..1"],
        "y.csv:3: column 1 (y): found \"nan\", expected a finite number",
    );
    elsewhere(&["sobol"], "name the axes");
    elsewhere(&["morris", "--axis", "a=0..1"], "needs the points");
    fs::write(here.join("y.csv"), "y\n1\n2\n").expect("writable");
    elsewhere(&["sobol", "--axis", "a=0..1"], "y: 2 outcomes, expected a multiple of 3");
    fs::write(here.join("x.csv"), "a,b\n0,0\n1,1\n").expect("writable");
    elsewhere(&["morris", "--points", "x.csv"], "y: 2 outcomes, expected a multiple of 3");
    fs::write(here.join("y.csv"), "y\n1\n2\n3\n").expect("writable");
    fs::write(here.join("x.csv"), "a,b\n0,0\n1,1\n0,1\n").expect("writable");
    elsewhere(&["morris", "--points", "x.csv"], "2 axes move, expected one");
    refused(here, &["design", "--design", "sobol"], "give --axis");
    refused(here, &["design", "--axis", "a=0..1", "--samples", "3000000000"], "would take about");
}
