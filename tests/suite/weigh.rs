//! Fits by likelihood, and theories weighed, as a user has them: read by other commands, verified, and refused where nothing can be weighed.

use crate::commands::{stderr, stdout, suasion};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let told = suasion(folder, arguments);
    assert!(told.status.success(), "{}", stderr(&told));
    serde_json::from_str(&stdout(&told)).expect("JSON")
}

fn good(folder: &Path, arguments: &[&str]) -> String {
    let told = suasion(folder, arguments);
    assert!(told.status.success(), "{}", stderr(&told));
    stdout(&told)
}

/// Each of these is refused with exit code 2 and a sentence that has these words, and writes nothing.
fn refused(folder: &Path, cases: &[(&[&str], &str)]) {
    for (arguments, expected) in cases {
        let told = suasion(folder, &[arguments, &["--out", "new"][..]].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {}", stdout(&told));
        assert!(stderr(&told).contains(expected), "{arguments:?}: {}", stderr(&told));
        assert!(!folder.join("new").exists(), "{arguments:?}");
    }
}

const SHORT: [&str; 6] = ["--particles", "300", "--until", "2009", "--from", "2006"];

#[test]
fn theories_are_weighed_beside_the_null_and_the_chain() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let fast = "fast: parameters.drift=0.5";
    let told = json(at, &[&["weigh", "asean", fast, "--json", "--out", "w"][..], &SHORT].concat());
    let theories = told["theories"].as_array().expect("rows");
    let names: Vec<&str> = theories.iter().filter_map(|row| row["theory"].as_str()).collect();
    assert_eq!(names, ["baseline", "fast", "null"]);
    let number = |row: usize, name: &str| theories[row][name].as_f64().expect("a number");
    // The likelihood is that of `condition`.
    let arguments =
        ["condition", "asean", "--particles", "300", "--replicates", "16", "--until", "2009", "--json"];
    let conditioned = json(at, &arguments);
    assert_eq!(conditioned["log_likelihood"], theories[0]["log_likelihood"]);
    assert_eq!(conditioned["benchmark"]["sequential"], told["benchmark"]["sequential"]);
    assert_eq!(told["kind"], "sensitivity");
    let weights: f64 = (0..3).map(|row| number(row, "weight")).sum();
    assert!((weights - 1.0).abs() < 1e-9);
    assert!(
        (number(2, "difference") - (number(2, "log_likelihood") - number(0, "log_likelihood"))).abs() < 1e-9
    );
    assert_eq!((theories[2]["tells_apart"].as_str(), number(0, "difference")), (Some("no"), 0.0));
    // From the null each has so much more as the null has less; the null has nothing more than itself.
    for row in 0..3 {
        assert!(
            (number(row, "from_null") - (number(row, "difference") - number(2, "difference"))).abs() < 1e-9
        );
        assert_eq!(theories[row]["tells_from_null"].as_str(), Some("no"));
    }
    assert!((number(0, "from_null_error") - number(2, "difference_error")).abs() < 1e-9);
    assert_eq!(number(2, "from_null_error"), 0.0);
    assert!(told["benchmark"]["sequential_later"].as_f64() > told["benchmark"]["sequential"].as_f64());
    for name in
        ["theories.csv", "by-state.csv", "entries.csv", "weighing.svg", "weighing.png", "scenario-null.toml"]
    {
        assert!(at.join("w").join(name).exists(), "{name}");
    }
    assert!(!at.join("w/fitted.csv").exists());
    // By state and by entry it is the same.
    let column = |name: &str, theory: &str, place: usize| -> f64 {
        let text = fs::read_to_string(at.join("w").join(name)).expect("there");
        let rows = text.lines().filter(|line| line.starts_with(&format!("{theory},")));
        rows.filter_map(|line| line.split(',').nth(place)?.parse::<f64>().ok()).sum()
    };
    assert!((column("by-state.csv", "null", 3) - number(2, "log_likelihood")).abs() < 1e-9);
    assert!((column("entries.csv", "null", 3) - number(2, "log_likelihood")).abs() < 1e-9);
    assert!((column("by-state.csv", "fast", 4) - number(1, "later")).abs() < 1e-9);
    // Threads change nothing, and the folder can be made again.
    let text = good(at, &[&["weigh", "asean", fast, "--threads", "1", "--out", "v"][..], &SHORT].concat());
    assert!(text.contains("sensitivity, not weighing") && text.contains("does not tell apart"), "{text}");
    assert!(text.contains("from the null") && text.contains("less that of the null"), "{text}");
    assert_eq!(
        fs::read(at.join("w/entries.csv")).expect("there"),
        fs::read(at.join("v/entries.csv")).expect("there")
    );
    good(at, &["verify", "w"]);
    let again = good(at, &[&["weigh", "asean", fast, "--out", "w"][..], &SHORT].concat());
    assert!(again.contains("done before"), "{again}");
}

#[test]
fn a_refit_fits_every_theory_to_the_years_before_in_what_it_does_not_set() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let fit = ["--refit", "--prior", "parameters.drift=uniform(0, 0.2)", "--prior", "parameters.signalling"];
    let few = ["--evaluations", "12", "--fit-particles", "50"];
    let arguments = [&["weigh", "asean", "--json", "--out", "w"][..], &fit, &few, &SHORT].concat();
    let told = json(at, &arguments);
    assert_eq!(told["kind"], "weighing");
    let fitted = told["fitted"].as_array().expect("rows");
    let pairs: Vec<(&str, &str)> =
        fitted.iter().filter_map(|row| Some((row["theory"].as_str()?, row["parameter"].as_str()?))).collect();
    // The null sets signalling itself.
    let expected = [
        ("baseline", "parameters.drift"),
        ("baseline", "parameters.signalling"),
        ("null", "parameters.drift"),
    ];
    assert_eq!(pairs, expected);
    let theories = told["theories"].as_array().expect("rows");
    let number = |row: usize, name: &str| theories[row][name].as_f64().expect("a number");
    assert!((number(1, "difference") - (number(1, "later") - number(0, "later"))).abs() < 1e-9);
    good(at, &["verify", "w"]);
}

#[test]
fn marginal_likelihoods_stand_beside_for_three_widths_of_the_priors() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let fit = ["--refit", "--prior", "instrument.law.hazard=loguniform(0.001, 0.1)", "--evaluations", "6"];
    let few = ["--fit-particles", "50", "--marginal=12"];
    let told = json(at, &[&["weigh", "asean", "--json", "--out", "w"][..], &fit, &few, &SHORT].concat());
    assert_eq!(told["marginal"]["draws"], 12);
    let rows = told["marginal"]["theories"].as_array().expect("rows");
    let number = |row: usize, name: &str| rows[row][name].as_f64().expect("a number");
    let spreads: Vec<f64> = (0..6).map(|row| number(row, "spread")).collect();
    assert_eq!(spreads, [0.5, 1.0, 2.0, 0.5, 1.0, 2.0]);
    for k in 0..3 {
        let less = number(k + 3, "log_marginal_likelihood") - number(k, "log_marginal_likelihood");
        assert!((number(k + 3, "difference") - less).abs() < 1e-9 && number(k, "difference") == 0.0);
        assert!(number(k, "log_marginal_likelihood") < -20.0 && number(k, "error") > 0.0);
    }
    good(at, &["verify", "w"]);
    let text = good(at, &[&["weigh", "asean", "--out", "v"][..], &fit, &few, &SHORT].concat());
    assert!(text.contains("12 draws, and the same with every prior half and twice as wide"), "{text}");
}

#[test]
fn states_left_out_are_predicted_by_fits_that_have_not_seen_them() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let fit = ["--refit", "--prior", "instrument.law.hazard=loguniform(0.001, 0.1)"];
    let few = ["--evaluations", "8", "--fit-particles", "50", "--leave-out", "2"];
    let arguments = [&["weigh", "asean", "--json", "--out", "w"][..], &fit, &few, &SHORT].concat();
    let told = json(at, &arguments);
    let left = &told["left_out"];
    assert_eq!(
        (left["folds"].as_str(), left["clusters"].as_str()),
        (Some("2 folds of states"), Some("10 states"))
    );
    let theories = left["theories"].as_array().expect("rows");
    let number = |row: &Value, name: &str| row[name].as_f64().expect("a number");
    let total: f64 = left["states"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["theory"] == "null")
        .map(|row| number(row, "log_score"))
        .sum();
    assert!((total - number(&theories[1], "log_score")).abs() < 1e-9 && total < -20.0);
    let less = number(&theories[1], "log_score") - number(&theories[0], "log_score");
    assert!((number(&theories[1], "difference") - less).abs() < 1e-9);
    // Each theory has a fit for each fold, and they are not the same, since each has seen other states.
    let fitted = left["fitted"].as_array().expect("rows");
    assert_eq!(fitted.len(), 4);
    assert_ne!(fitted[0]["value"], fitted[1]["value"]);
    assert_eq!((fitted[1]["fold"].as_str(), fitted[1]["theory"].as_str()), (Some("2"), Some("baseline")));
    for name in ["left-out.csv", "left-out-by-state.csv", "left-out-fitted.csv", "states.svg", "states.png"] {
        assert!(at.join("w").join(name).exists(), "{name}");
    }
    good(at, &["verify", "w"]);
    // Without a fit it says what it is, and what it will take is said before it begins.
    let output = suasion(at, &[&["weigh", "asean", "--leave-out", "5", "--out", "v"][..], &SHORT].concat());
    assert!(stderr(&output).contains("leaving states out: 10 evaluations of the likelihood, about "));
    let text = stdout(&output);
    assert!(
        text.contains("sensitivity: at the parameters as they stand, which may have been fitted"),
        "{text}"
    );
    assert!(text.contains("which favours weak ties"), "{text}");
}

#[test]
fn whole_runs_of_a_few_states_say_what_blocks_say() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let of = ["--until", "2006", "--from", "2004", "--particles", "4000", "--blocks", "MYS,THA"];
    let told = json(at, &[&["weigh", "asean", "--json", "--out", "w"][..], &of].concat());
    let checked = &told["blocks"];
    assert_eq!(checked["states"], serde_json::json!(["MYS", "THA"]));
    for row in checked["theories"].as_array().expect("rows") {
        let number = |name: &str| row[name].as_f64().expect("a number");
        let error = (number("blocks_error").powi(2) + number("jointly_error").powi(2)).sqrt();
        assert!((number("blocks") - number("jointly")).abs() < 0.05 + 3.0 * error, "{row}");
        assert!(number("effective") > 100.0, "{row}");
    }
    assert!(at.join("w/blocks.csv").exists());
    good(at, &["verify", "w"]);
}

#[test]
fn what_cannot_be_weighed_is_refused() {
    let folder = TempDir::new().expect("a folder");
    refused(
        folder.path(),
        &[
            (&["weigh", "world"], "has no record"),
            (&["weigh", "asean", "no-tvpas"], "no-tvpa"),
            (&["weigh", "asean", "no-tvpa"], "counterfactual `no-tvpa`: "),
            (&["weigh", "asean", "--from", "2001"], "--from 2001: expected a year from 2002 to 2015"),
            (&["weigh", "asean", "--from", "2010", "--until", "2009"], "--from 2010"),
            (&["weigh", "asean", "--particles", "49"], "50"),
            (
                &["weigh", "asean", "--until", "1999"],
                "nothing is on record of asean until 1999: its run begins in 2001",
            ),
            (&["weigh", "asean", "--until", "2050"], "until 2050: the record of asean ends in 2015"),
            (
                &["weigh", "asean", "--years", "2001-2010", "--until", "2012"],
                "until 2012: the run of asean ends in 2010",
            ),
            (&["weigh", "asean", ": parameters.drift=0"], "a counterfactual without a name"),
            (
                &["weigh", "asean", "X: parameters.drift=0", "Y: parameters.drift=0.0"],
                "`Y` is the same world as `X`",
            ),
            (
                &["weigh", "asean", "X: parameters.signalling=zz"],
                "error: counterfactual X: parameters.signalling=zz: ",
            ),
            (&["weigh", "asean", "X: observation.speech_sd=0.3"], "changes how states are observed alone"),
            (
                &["weigh", "asean", "--refit", "--prior", "observation.*"],
                "a fit to the record before --from 2009: observation.*: none of these numbers is read here",
            ),
            (&["weigh", "asean", "null: parameters.drift=0"], "`null` is always weighed"),
            (&["weigh", "asean", "same: title='other'"], "changes nothing that is simulated"),
            (&["weigh", "asean", "--prior", "parameters.drift"], "--refit"),
            (&["weigh", "asean", "--evaluations", "9"], "--refit"),
            (&["weigh", "asean", "--refit", "--prior", "link.*"], "is no number of the scenario"),
            (&["weigh", "asean", "--leave-out", "regions"], "asean has 0 regions with states on record"),
            (&["weigh", "asean", "--marginal"], "--refit"),
            (&["weigh", "asean", "--refit", "--marginal=1"], "2"),
            (&["weigh", "asean", "--leave-out", "11"], "found 11 folds, and asean has 10 states on record"),
            (&["weigh", "asean", "--leave-out", "1"], "expected `regions` or a number of folds, from 2 on"),
            (&["weigh", "asean", "--blocks", "all"], "found 10 states, expected at most 3"),
            (&["weigh", "asean", "--blocks", "MYS,THX"], "asean has no state `THX`"),
            (&["weigh", "asean", "--blocks", "MYS,MYS"], "found MYS twice"),
        ],
    );
}

const CROWDING: [&str; 4] = ["--prior", "parameters.signalling", "--prior", "parameters.overjustification"];
const FEW: [&str; 6] = ["--particles", "24", "--filter-particles", "60", "--hold-out", "2003"];

#[test]
fn a_posterior_by_likelihood_is_kept_verified_and_drawn_from() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let calibrate = |out: &str, more: &[&str]| {
        let first = ["calibrate", "asean", "--likelihood", "--out", out];
        suasion(at, &[&first[..], &CROWDING, &FEW, more].concat())
    };
    let told = calibrate("fit", &[]);
    assert!(told.status.success(), "{}", stderr(&told));
    let text = stdout(&told);
    assert!(text.contains("by the likelihood of the record: 60 particles a state, two passes"), "{text}");
    assert!(
        text.contains("the posterior; log of the marginal likelihood") && text.contains("assumed"),
        "{text}"
    );
    for name in ["posterior.csv", "parameters.csv", "generations.csv", "posterior.svg", "calibration.json"] {
        assert!(at.join("fit").join(name).exists(), "{name}");
    }
    // One generation is the prior, and says so; more go on from there to the same.
    let told = calibrate("part", &["--generations", "1", "--threads", "1"]);
    assert!(stdout(&told).contains("these draws are no posterior yet"), "{}", stdout(&told));
    let told = calibrate("part", &["--replace"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let posterior = |out: &str| fs::read(at.join(out).join("posterior.csv")).expect("there");
    assert_eq!(posterior("fit"), posterior("part"));
    good(at, &["verify", "fit"]);
    for command in [&["run", "asean"][..], &["compare", "asean", "no-tvpa"], &["validate", "asean"]] {
        let name = command[0];
        let more = ["--posterior", "fit/posterior.csv", "--replicates", "24", "--out", name, "-q"];
        good(at, &[command, &more].concat());
    }
    let told = json(
        at,
        &[
            &["calibrate", "asean", "--likelihood", "--point", "--simulations", "10", "--json", "--out", "p"]
                [..],
            &CROWDING,
            &FEW,
        ]
        .concat(),
    );
    // Log prior density counts too, so the likelihood alone need not rise.
    assert!(told["log_likelihood"].as_f64().expect("a number") < -20.0);
    good(at, &["verify", "p"]);
}

#[test]
fn what_has_no_likelihood_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let start = ["calibrate", "asean", "--likelihood"];
    let cases: [(&[&str], &str); 7] = [
        (&["--kernel", "component"], "--kernel"),
        (&["--replicates", "4"], "--replicates"),
        (&["--tolerance", "1"], "--tolerance"),
        (&["--statistic", "1a"], "--statistic"),
        (&["--filter-particles", "20"], "50"),
        (&["--passes", "3"], "from 1 to 2"),
        (&["--prior", "observation.*"], "observation.*: none of these numbers is read here"),
    ];
    let cases: Vec<(Vec<&str>, &str)> =
        cases.iter().map(|(more, expected)| ([&start[..], more].concat(), *expected)).collect();
    let cases: Vec<(&[&str], &str)> =
        cases.iter().map(|(all, expected)| (all.as_slice(), *expected)).collect();
    refused(folder.path(), &cases);
    refused(
        folder.path(),
        &[
            (&["calibrate", "asean", "--passes", "1"], "--likelihood"),
            (&["calibrate", "world", "--likelihood"], "no record"),
        ],
    );
}
