//! Forecasts from the history as `validate --given` tells them: kept, verified, the same from a folder, refused where there are none.

use crate::commands::{stderr, stdout, suasion};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const VALIDATE: [&str; 4] = ["validate", "asean", "--replicates", "24"];
const FEW: &str = "record:particles=400,rows=40";

fn validate(folder: &Path, more: &[&str]) -> String {
    let told = suasion(folder, &[&VALIDATE[..], more].concat());
    assert!(told.status.success(), "{more:?}: {}", stderr(&told));
    stdout(&told)
}

#[test]
fn forecasts_from_the_history_stand_beside_their_references_and_are_done_again() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let text = validate(at, &["--given", FEW, "--out", "v", "--wide"]);
    for expected in [
        "each state has its record until 2010 (400 particles, 40 rows)",
        "grades by tvpa, ranked probability score: 50 state-years of 10 states",
        "grades by tvpa, log score",
        "law adopted by then, Brier score: 3 states that had not by 2010",
        "one year ahead, 2011 to 2015",
        "in which the state adopts nothing",
        "from the history",
        "free runs",
        "last grade",
        "Markov chain",
        "logit with last grade",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("NaN") && !text.contains("inf") && !text.contains("adds forecasts"), "{text}");
    for name in ["scores.csv", "forecasts.csv", "calibration.svg"] {
        assert!(at.join("v").join(name).exists(), "{name}");
    }
    let picture = fs::read_to_string(at.join("v/calibration.svg")).expect("there");
    assert!(picture.contains("from the history to 2010") && picture.contains("one year ahead"));
    let told = suasion(at, &["verify", "v"]);
    assert!(told.status.success(), "{}", stderr(&told));
    // Made of the record or kept in a folder, with more or fewer rows than replicates, on any threads: the same forecasts.
    let json = |more: &[&str]| -> Value {
        serde_json::from_str(&validate(at, &[more, &["--json"]].concat())).expect("JSON")
    };
    let kept = ["--until", "2010", "--particles", "400", "--replicates", "40", "--out", "h", "-q"];
    let told = suasion(at, &[&["condition", "asean"][..], &kept].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let made = json(&["--given", FEW, "--threads", "1", "--out", "a"]);
    let read = json(&["--given", "h", "--threads", "2", "--out", "b"]);
    assert_eq!(made["forecasts"], read["forecasts"]);
    let scores = made["forecasts"]["scores"].as_array().expect("scores");
    let of = |source: &str| {
        let is_it = |row: &&Value| {
            row["source"] == source
                && row["measure"] == "rps"
                && row["ahead"] == "all"
                && row["known"] == "until 2010"
        };
        scores.iter().find(is_it).expect("a score")
    };
    let number = |row: &Value, key: &str| row[key].as_f64().expect("a number");
    let (history, chain) = (of("history"), of("markov_chain"));
    assert!(number(history, "score") < 0.2);
    let difference = number(chain, "difference");
    assert!((number(history, "score") - number(chain, "score") - difference).abs() < 1e-12);
    assert!(number(chain, "ci_low") <= difference && difference <= number(chain, "ci_high"));
    // What is asked for without it is as it was, and says that there is more.
    let text = validate(at, &["--out", "free"]);
    assert!(text.contains("--given record adds forecasts from the history"), "{text}");
    let free: Value =
        serde_json::from_str(&fs::read_to_string(at.join("free/validate.json")).expect("there"))
            .expect("JSON");
    assert!(free.get("forecasts").is_none() && !at.join("free/scores.csv").exists());
    assert_eq!(free["skill"], made["skill"]);
}

#[test]
fn under_a_posterior_forecasts_from_the_history_are_at_the_scenario_s_own_parameters() {
    let folder = TempDir::new().expect("a folder");
    let given = ["--given", "record:particles=100,rows=16"];
    let drawn =
        validate(folder.path(), &[&given[..], &["--posterior", "bundled", "--wide", "--out", "d"]].concat());
    assert!(drawn.contains("are at the scenario's own parameters"), "{drawn}");
    validate(folder.path(), &[&given[..], &["--out", "own", "-q"]].concat());
    let scores = |name: &str| fs::read(folder.path().join(name).join("scores.csv")).expect("there");
    assert_eq!(scores("d"), scores("own"));
}

#[test]
fn what_cannot_be_forecast_from_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    for (arguments, expected) in [
        (&["validate", "teaching/spiral", "--given", "record"][..], "has no record"),
        (&["validate", "asean", "--given", "record:until=2012"], "years after 2010 are held out"),
        (&["validate", "asean", "--given", "record:until=2012", "--hold-out", "2011"], "--hold-out 2012"),
        (&["validate", "asean", "--given", "record", "--hold-out", "none"], "no year is held out"),
        (&["validate", "asean", "--given", "record", "--hold-out", "states"], "no year is held out"),
        (
            &["validate", "asean", "--given", "record:until=2015", "--hold-out", "none"],
            "nothing is on record of asean after that",
        ),
        (&["validate", "asean", "--given", "record:until=1999"], "nothing is on record"),
        (&["validate", "asean", "--given", "record:particles=20"], "expected from 50"),
        (&["validate", "asean", "--given", "record:till=2008"], "expected until=YEAR"),
        (&["validate", "asean", "--given", "nowhere"], "there is no folder nowhere"),
        (&["validate", "asean", "--given", "record", "--hindcast"], "--hindcast"),
        (&["validate", "asean", "--given", "record", "--observed-only"], "--observed-only"),
    ] {
        let told = suasion(folder.path(), &[arguments, &["--out", "new"]].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {}{}", stdout(&told), stderr(&told));
        assert!(stderr(&told).contains(expected), "{arguments:?}: {}", stderr(&told));
        assert!(!folder.path().join("new").exists(), "{arguments:?}");
    }
}
