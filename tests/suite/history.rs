//! Histories as a user has them: conditioned, kept, run in, verified, and refused where there is none.

use crate::commands::{stderr, stdout, suasion};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const FEW: [&str; 4] = ["--particles", "400", "--replicates", "40"];

fn condition(folder: &Path, more: &[&str]) {
    let told = suasion(folder, &[&["condition", "asean", "--out", "h", "-q"][..], &FEW, more].concat());
    assert!(told.status.success(), "{}", stderr(&told));
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let told = suasion(folder, arguments);
    assert!(told.status.success(), "{}", stderr(&told));
    serde_json::from_str(&stdout(&told)).expect("JSON")
}

#[test]
fn a_history_is_kept_run_in_compared_and_verified() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    condition(at, &[]);
    for name in
        ["belief.csv", "belief.svg", "belief.png", "likelihood.csv", "lineage.parquet", "manifest.json"]
    {
        assert!(at.join("h").join(name).exists(), "{name}");
    }
    // Made of the record, or kept: the same numbers.
    let kept = json(at, &["run", "asean", "--replicates", "40", "--given", "h", "--json", "--out", "a"]);
    let made = json(
        at,
        &["run", "asean", "--replicates", "40", "--given", "record:particles=400", "--json", "--out", "b"],
    );
    assert_eq!(kept["digest"], made["digest"]);
    // The history shows the record: Malaysia's tiers, every replicate the same.
    let summary = fs::read_to_string(at.join("a/summary.csv")).expect("there");
    let row = |year: &str, tier: &str| {
        let start = format!("MYS,{year},tier_tvpa,{tier},");
        let line = summary.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{start}"));
        line.split(',').nth(5).and_then(|mean| mean.parse::<f64>().ok()).expect("a mean")
    };
    assert_eq!(
        (row("2007", "3"), row("2008", "2WL"), row("2014", "3"), row("2014", "1")),
        (1.0, 1.0, 1.0, 0.0)
    );
    let arguments = ["compare", "asean", "no-tvpa", "--replicates", "40", "--given", "h", "--out", "c"];
    let told = suasion(at, &arguments);
    assert!(told.status.success(), "{}", stderr(&told));
    let text = stdout(&told);
    assert!(
        text.contains("free runs") && text.contains("no-tvpa: ") && text.contains("differs most, motivation"),
        "{text}"
    );
    assert!(text.contains("its 40 rows come from 400 particles: with fewer than 20 to a row"), "{text}");
    assert!(at.join("c/differences-free.csv").exists());
    let told = suasion(at, &["explain", "asean", "--state", "MYS", "--replicates", "40", "--given", "h"]);
    assert!(told.status.success() && stdout(&told).contains("in the history"), "{}", stderr(&told));
    for name in ["h", "a", "c"] {
        let told = suasion(at, &["verify", name]);
        assert!(told.status.success(), "{name}: {}", stderr(&told));
    }
    // The same job again is found done.
    let told = suasion(at, &[&["condition", "asean", "--out", "h"][..], &FEW].concat());
    assert!(told.status.success() && stdout(&told).contains("done before"), "{}", stdout(&told));
}

#[test]
fn beliefs_and_the_likelihood_are_told_as_json_too() {
    let folder = TempDir::new().expect("a folder");
    let told = json(folder.path(), &[&["condition", "asean", "--json"][..], &FEW].concat());
    let [log_likelihood, error] =
        ["log_likelihood", "error"].map(|name| told[name].as_f64().expect("a number"));
    assert!((-185.0..=-165.0).contains(&log_likelihood), "{log_likelihood}");
    assert!((0.05..2.0).contains(&error), "{error}");
    let benchmark = told["benchmark"]["in_sample"].as_f64().expect("a number");
    assert!((-190.0..=-165.0).contains(&benchmark), "{benchmark}");
    let sum: f64 = told["likelihood"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["log_likelihood"].as_f64())
        .sum();
    assert!((sum - log_likelihood).abs() < 1e-9);
}

#[test]
fn what_has_no_history_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    condition(at, &[]);
    suasion(at, &["run", "asean", "--replicates", "8", "--out", "free", "-q"]);
    fs::create_dir(at.join("cut")).expect("made");
    for entry in fs::read_dir(at.join("h")).expect("there").flatten() {
        fs::copy(entry.path(), at.join("cut").join(entry.file_name())).expect("copied");
    }
    let lineage = fs::read(at.join("h/lineage.parquet")).expect("there");
    fs::write(at.join("cut/lineage.parquet"), &lineage[..lineage.len() / 2]).expect("written");
    for (arguments, expected) in [
        (&["run", "asean", "--given", "nowhere"][..], "there is no folder nowhere"),
        (&["run", "asean", "--given", "free"], "keeps no history"),
        (&["run", "asean", "--given", "cut"], "lineage.parquet"),
        (&["run", "asean", "--given", "h"], "40 rows"),
        (&["run", "asean", "--given", "h", "--replicates", "8", "--seed", "3"], "seed"),
        (
            &["run", "asean", "--given", "h", "--replicates", "8", "--set", "parameters.drift=0.1"],
            "another scenario",
        ),
        (&["run", "world", "--given", "record"], "has no record"),
        (&["condition", "world"], "has no record"),
        (&["condition", "asean", "--particles", "20"], "50"),
        (&["condition", "asean", "--until", "1999"], "nothing is on record"),
        (&["run", "asean", "--given", "record:till=3"], "expected until=YEAR"),
        (&["compare", "asean", "no-tvpa", "--given", "h", "--replicates", "8", "--decompose"], "--decompose"),
        (&["run", "asean", "--given", "record", "--posterior", "bundled"], "--posterior"),
    ] {
        let told = suasion(at, &[arguments, &["--out", "new"]].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {}{}", stdout(&told), stderr(&told));
        assert!(stderr(&told).contains(expected), "{arguments:?}: {}", stderr(&told));
        assert!(!at.join("new").exists(), "{arguments:?}");
    }
}

/// Adoptions alone, of a scenario without any grades.
#[test]
fn a_record_of_adoptions_alone_conditions_too() {
    let folder = TempDir::new().expect("a folder");
    let text = "version = 2\ntitle = \"T\"\n[time]\nstart = 2001\nend = 2011\n[runs]\nreplicates = 20\n\
        [[state]]\nid = \"A\"\ninitial_phase = 2\n[[state]]\nid = \"B\"\ninitial_phase = 2\n\
        [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n[observed.adoptions.law]\nA = 2004.3\nB = 2006\n";
    fs::write(folder.path().join("law.toml"), text).expect("written");
    let told = suasion(folder.path(), &["condition", "law.toml", "--particles", "400", "--out", "h"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let told =
        suasion(folder.path(), &["run", "law.toml", "--given", "h", "--out", "r", "-q", "--format", "csv"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let summary = fs::read_to_string(folder.path().join("r/summary.csv")).expect("there");
    for (start, share) in [("A,2003,", 0.0), ("A,2004,", 1.0), ("B,2005,", 0.0), ("B,2006,", 1.0)] {
        let row = format!("{start}adopted_law,1,");
        let line = summary.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("{row}"));
        let mean = line.split(',').nth(5).and_then(|mean| mean.parse::<f64>().ok()).expect("a mean");
        assert!((mean - share).abs() < 1e-12, "{line}");
    }
}
