//! Forecast skill as `validate` tells it: intervals, references that know the last entry, splits by share of the record.

use crate::commands::{stderr, stdout, suasion};
use tempfile::TempDir;

#[test]
fn skill_has_intervals_and_references_that_know_the_last_entry_whenever_a_case_begins() {
    let folder = TempDir::new().expect("a folder");
    let validate = |arguments: &[&str]| {
        let fixed = ["validate", "asean", "--replicates", "24"];
        let output = suasion(folder.path(), &[&fixed[..], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    for (years, fitted, later) in [
        ("2001-2015", "fitted half of the states, 2001-2010", "all states, 2011-2015"),
        ("2008-2015", "fitted half of the states, 2008-2013", "all states, 2014-2015"),
    ] {
        let text = validate(&["--years", years]);
        for expected in
            [fitted, later, "last grade", "Markov chain", "first grade", "law last year", "95 % interval"]
        {
            assert!(text.contains(expected), "{years}: {expected}\n{text}");
        }
        assert!(!text.contains("inf%") && !text.contains("NaN"), "{years}:\n{text}");
    }
    let held = validate(&["--hold-out", "2012", "--json"]);
    let held: serde_json::Value = serde_json::from_str(&held).expect("JSON");
    let parts: Vec<&str> =
        held["skill"].as_array().expect("parts").iter().filter_map(|part| part["part"].as_str()).collect();
    assert_eq!(parts, ["all states, 2001-2012", "all states, 2013-2015"]);
    let last = &held["skill"][1]["rps_tiers"]["references"]["last_grade"];
    let [low, skill, high] = ["ci_low", "skill", "ci_high"].map(|key| last[key].as_f64().expect("a number"));
    assert!(low <= skill && skill <= high && high - low > 0.01, "{last}");
    // Of two years there is too little to say, and it is said.
    let few = validate(&["--years", "2014-2015"]);
    assert!(few.contains("too few entries") && !few.contains("NaN") && !few.contains("inf"), "{few}");
    let refused = suasion(folder.path(), &["validate", "asean", "--hold-out", "2031"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("--hold-out 2031: expected states, a year from 2001 to 2014"));
}
