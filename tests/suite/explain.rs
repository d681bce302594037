//! Explanations: totals, counterfactuals beside them, the record pinned, and bad input.

use crate::commands::{stderr, stdout, suasion};
use std::path::Path;
use tempfile::TempDir;

/// The mean of a variable of a state in a year, from a table of `explain`.
fn cell(folder: &Path, state: &str, year: i32, variable: &str) -> f64 {
    let mut reader = csv::Reader::from_path(folder.join("explanation.csv")).expect("a table");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let year = year.to_string();
    let row = rows.iter().find(|row| row[0] == *state && row[1] == *year && row[2] == *variable);
    row.expect("the cell is there")[4].parse().expect("a number")
}

#[test]
fn a_state_is_explained_by_year_term_and_sentence() {
    let folder = TempDir::new().expect("a folder");
    let arguments = [
        "explain",
        "asean",
        "--state",
        "malaysia",
        "--against",
        "no-tvpa",
        "--replicates",
        "40",
        "--out",
        "e",
    ];
    let output = suasion(folder.path(), &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for expected in [
        "In the model, motivation of Malaysia rises from 0.",
        "beside no-tvpa",
        "self determination",
        "2015",
        "strategic_value.tvpa -> 1.00",
        "▒",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let made = folder.path().join("e");
    let terms =
        ["persuasion", "argumentation", "regional_argument", "domestic_voice", "habituation", "signalling"];
    let more = ["overjustification", "self_determination", "drift", "shock", "clamp"];
    let total: f64 =
        terms.iter().chain(&more).map(|term| cell(&made, "MYS", 2015, &format!("{term}_total"))).sum();
    let moved = cell(&made, "MYS", 2015, "motivation") - cell(&made, "MYS", 2000, "motivation");
    assert!((total - moved).abs() < 1e-7, "{total} {moved}");
    let events = std::fs::read_to_string(made.join("events.csv")).expect("a table");
    assert!(events.contains("IDN,2003.0,strategic_value.tvpa -> 0.40"), "{events}");
    assert!(made.join("differences.csv").exists() && made.join("scenario-no-tvpa.toml").exists());
}

#[test]
fn the_record_is_pinned_where_asked() {
    let folder = TempDir::new().expect("a folder");
    for out in ["free", "pinned"] {
        let mut arguments = vec!["explain", "asean", "--replicates", "40", "--quiet", "--out", out];
        arguments.extend((out == "pinned").then_some("--observed"));
        let output = suasion(folder.path(), &arguments);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    }
    let (free, pinned) = (folder.path().join("free"), folder.path().join("pinned"));
    for (state, year, tier) in
        [("MYS", 2014, "3"), ("SGP", 2006, "1"), ("SGP", 2010, "2WL"), ("THA", 2015, "3")]
    {
        let name = format!("tier_tvpa={tier}");
        assert_eq!(cell(&pinned, state, year, &name), 1.0);
        assert!(cell(&free, state, year, &name) < 0.9);
    }
    assert_eq!(
        (cell(&pinned, "PHL", 2002, "adopted_law"), cell(&pinned, "PHL", 2003, "adopted_law")),
        (0.0, 1.0)
    );
    // A counterfactual without the regime can still be set beside the record.
    let arguments =
        ["explain", "asean", "--observed", "--against", "no-tvpa", "--replicates", "8", "--state", "SGP"];
    let output = suasion(folder.path(), &arguments);
    assert!(
        output.status.success() && stdout(&output).contains("pinned to the record"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn all_states_and_one_replicate_are_explained_too() {
    let folder = TempDir::new().expect("a folder");
    let output = suasion(folder.path(), &["explain", "asean", "--replicates", "1", "--against", "no-tvpa"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.contains("no intervals") && text.contains("mean of all"), "{text}");
    assert_eq!(text.matches("In the model, motivation of").count(), 10);
}

#[test]
fn bad_explanations_are_told_with_exit_code_2() {
    let folder = TempDir::new().expect("a folder");
    for (arguments, expected) in [
        (vec!["explain", "asean", "--state", "MSY"], "MYS"),
        (vec!["explain", "asean", "--against", "no-tpva"], "no-tvpa"),
        (vec!["explain", "asean", "--against", "parameters.drift=0.03"], "changes nothing"),
        (vec!["explain", "teaching/spiral", "--observed"], "no record"),
        (vec!["explain", "asean", "--replicates", "0"], "replicates"),
        (vec!["explain", "asean", "--level", "1"], "0.95"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}{}", stdout(&output), stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn pinning_beyond_the_record_is_refused_and_says_whom_it_would_unlist() {
    let folder = TempDir::new().expect("a folder");
    let arguments = ["explain", "asean", "--observed", "--years", "2001-2018", "--replicates", "8"];
    let output = suasion(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let told = stderr(&output);
    assert!(told.contains("the record says nothing of BRN in 2016 to 2018, IDN in 2016 to 2018"), "{told}");
}
