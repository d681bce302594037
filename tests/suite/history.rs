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

/// Rows of a table as text, by the head of its columns.
fn rows(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let text = fs::read_to_string(path).expect("there");
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let row = |line: &str| {
        heads.iter().map(|head| (*head).to_string()).zip(line.split(',').map(String::from)).collect()
    };
    lines.map(row).collect()
}

#[test]
fn a_difference_in_the_history_is_split_and_the_free_split_stands_beside_it() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    condition(at, &[]);
    let base = ["compare", "asean", "no-tvpa", "--replicates", "40", "--outcome", "motivation.MYS"];
    let split = "--decompose=overjustification,reputation";
    let given = suasion(at, &[&base[..], &["--given", "h", split, "--out", "in"]].concat());
    assert!(given.status.success(), "{}", stderr(&given));
    let text = stdout(&given);
    assert!(
        text.contains("free runs") && text.contains("with one off, the baseline need not show"),
        "{text}"
    );
    let free = suasion(at, &[&base[..], &[split, "--out", "free", "-q"]].concat());
    assert!(free.status.success(), "{}", stderr(&free));
    let number =
        |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect(name);
    let (mine, theirs) = (rows(&at.join("in/shares-no-tvpa.csv")), rows(&at.join("free/shares-no-tvpa.csv")));
    assert_eq!((mine.len(), theirs.len()), (4, 4));
    for (mine, theirs) in mine.iter().zip(&theirs) {
        assert_eq!(mine["mechanism"], theirs["mechanism"]);
        assert_eq!(
            ["free_share", "free_ci_low", "free_ci_high"].map(|name| &mine[name]),
            ["share", "ci_low", "ci_high"].map(|name| &theirs[name])
        );
        assert!(!theirs.contains_key("free_share"));
    }
    let sum: f64 = mine[..3].iter().map(|row| number(row, "share")).sum();
    let whole = number(&mine[3], "share");
    assert!((sum - whole).abs() < 1e-8, "{sum} {whole}");
    let differences = rows(&at.join("in/differences.csv"));
    let end = differences
        .iter()
        .find(|row| (&*row["state"], &*row["year"], &*row["variable"]) == ("MYS", "2015", "motivation"))
        .expect("there");
    assert!((number(end, "difference") - whole).abs() < 1e-7, "{whole}");
    // What is lost to grades that are worse on record than in free runs.
    assert!((whole - number(&mine[3], "free_share")).abs() > 0.05, "{whole}");
    let told = suasion(at, &["verify", "in"]);
    assert!(told.status.success(), "{}", stderr(&told));
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

/// A text however its lines are broken.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[test]
fn what_is_assumed_of_crowding_stands_beside_an_effect() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let given = ["--years", "2001-2005", "--replicates", "24", "--given", "record:particles=480"];
    let outcomes = ["--outcome", "motivation.MYS", "--outcome", "reached_law.MYS"];
    let base = [&["compare", "asean", "no-tvpa"][..], &given, &outcomes].concat();
    let told = suasion(at, &[&base[..], &["--out", "without"]].concat());
    let text = in_one_line(&stdout(&told));
    assert!(text.contains("is assumed, not on record: --crowding"), "{text}");
    let found = json(at, &[&base[..], &["--crowding=3", "--json", "--out", "c"]].concat());
    let rows = found["crowding"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    let number = |key: &str| rows[0][key].as_f64().unwrap_or_else(|| panic!("no {key}: {}", rows[0]));
    // The defaults are the comparison's own answer; the prior lies between its ends; draws are on both sides of the null.
    assert_eq!(number("defaults"), found["differences"][0]["difference"].as_f64().expect("a number"));
    assert!(number("prior_low") <= number("prior") && number("prior") <= number("prior_high"));
    assert!(number("defaults") > number("null") && number("posterior_sd") > 0.0);
    assert_eq!(rows[0]["says"], "assumed");
    let draws = fs::read_to_string(at.join("c/crowding-draws.csv")).expect("draws");
    assert_eq!(draws.lines().count(), 1 + 2 * 2 * 3);
    let told = suasion(at, &[&base[..], &["--crowding=3", "--out", "told"]].concat());
    let text = in_one_line(&stdout(&told));
    for part in
        ["null", "prior", "posterior", "defaults", "assumed: the posterior is as the prior", "3 draws"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let told = suasion(at, &["verify", "c"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let told = suasion(at, &["report", "c"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let page = fs::read_to_string(at.join("c/report.html")).expect("a page");
    assert!(page.contains("What is assumed of crowding"));
    let null = json(at, &[&base[..], &["--crowding=0", "--json", "--out", "null"]].concat());
    assert_eq!(null["crowding"][0]["null"], rows[0]["null"]);
    assert!(null["crowding"][0]["prior"].is_null());
    assert!(suasion(at, &["report", "null"]).status.success());
}

#[test]
fn under_a_posterior_each_draw_has_its_history() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let under = [
        "--years",
        "2001-2007",
        "--replicates",
        "120",
        "--posterior",
        "bundled",
        "--given",
        "record:particles=200",
    ];
    let told = suasion(at, &[&["run", "asean", "--out", "a"][..], &under].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let text = in_one_line(&stdout(&told));
    assert!(text.contains("12 draws of 55 parameters") && text.contains("conditioned by itself"), "{text}");
    // Whatever the draw, the record is shown.
    let summary = fs::read_to_string(at.join("a/summary.csv")).expect("there");
    for (year, tier) in [("2001", "3"), ("2002", "2"), ("2007", "3")] {
        let start = format!("MYS,{year},tier_tvpa,{tier},");
        let line = summary.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{start}"));
        let mean = line.split(',').nth(5).and_then(|mean| mean.parse::<f64>().ok());
        assert_eq!(mean, Some(1.0), "{line}");
    }
    let compare = ["compare", "asean", "no-tvpa", "--outcome", "motivation.MYS"];
    let told = suasion(at, &[&compare[..], &under, &["--crowding=2", "--out", "c"]].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let text = in_one_line(&stdout(&told));
    assert!(text.contains("% is of parameters (between draws)"), "{text}");
    assert!(text.contains("draws of the one that was given"), "{text}");
    let table = fs::read_to_string(at.join("c/differences.csv")).expect("there");
    assert!(table.lines().next().expect("a head").contains("of_parameters"));
    for kept in ["a", "c"] {
        let told = suasion(at, &["verify", kept]);
        assert!(told.status.success(), "{kept}: {}", stderr(&told));
    }
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
        (
            &["run", "asean", "--given", "h", "--replicates", "8", "--seed", "3"],
            "its seed is 2016, and the scenario's is 3",
        ),
        (
            &["run", "asean", "--given", "h", "--replicates", "8", "--set", "parameters.drift=0.1"],
            "another scenario",
        ),
        (&["run", "world", "--given", "record"], "has no record"),
        (&["condition", "world"], "has no record"),
        (&["condition", "asean", "--particles", "20"], "50"),
        (&["condition", "asean", "--until", "1999"], "nothing is on record"),
        (&["run", "asean", "--given", "record:till=3"], "expected until=YEAR"),
        (&["run", "asean", "--given", "record:"], "found nothing, expected until=YEAR"),
        (&["run", "asean", "--given", "record:until=2008,until=2009"], "expected it once"),
        (&["run", "asean", "--given", "record:until=2050"], "until 2050: the record of asean ends in 2015"),
        (&["condition", "asean", "--until", "2050"], "until 2050: the record of asean ends in 2015"),
        (
            &["run", "world", "--given", "h", "--replicates", "8"],
            "it is a history of asean, and not of world",
        ),
        (
            &["compare", "asean", "no-tvpa", "--given", "h", "--replicates", "8", "--decompose=drifts"],
            "there is no mechanism `drifts`",
        ),
        (
            &["run", "asean", "--given", "h", "--replicates", "8", "--posterior", "bundled"],
            "each draw of a posterior has its own; --given record makes them",
        ),
        (&["compare", "asean", "no-tvpa", "--crowding"], "--given"),
        (&["compare", "asean", "no-tvpa", "--given", "h", "--crowding=-1"], "--crowding"),
        (
            &[
                "compare",
                "asean",
                "no-tvpa",
                "--given",
                "h",
                "--replicates",
                "8",
                "--crowding",
                "--luck=fresh",
            ],
            "--luck both",
        ),
        (&["compare", "asean", "no-tvpa", "--luck", "fresh"], "--given"),
        (&["compare", "asean", "no-tvpa", "--given", "h", "--luck", "free"], "expected kept, fresh or both"),
        (
            &[
                "compare",
                "asean",
                "no-tvpa",
                "--given",
                "h",
                "--replicates",
                "8",
                "--luck=fresh",
                "--decompose",
            ],
            "--luck both",
        ),
        (&["compare", "asean", "no-tvpa", "--given", "h", "--luck=fresh", "--effects"], "--effects"),
        (&["compare", "asean", "no-tvpa", "--effects", "--outcome", "tier_tvpa=3.MYS"], "has no outcome"),
        (&["compare", "asean", "no-tvpa", "--effects", "--replicates", "2000000000"], "--effects would take"),
    ] {
        let told = suasion(at, &[arguments, &["--out", "new"]].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {}{}", stdout(&told), stderr(&told));
        assert!(stderr(&told).contains(expected), "{arguments:?}: {}", stderr(&told));
        assert!(!at.join("new").exists(), "{arguments:?}");
    }
}

#[test]
fn a_sweep_in_the_history_is_mapped_analysed_verified_and_taken_up_again() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    condition(at, &[]);
    let axes: [&str; 4] = ["--axis", "regime.tvpa.severity=0,1.9", "--axis", "regime.tvpa.waiver=0.5,0.69"];
    let asked = [
        "--replicates",
        "40",
        "--outcome",
        "motivation",
        "--outcome",
        "motivation.MYS",
        "-q",
        "--format",
        "csv",
    ];
    let sweep = |given: &str, out: &str| {
        let told =
            suasion(at, &[&["sweep", "asean", "--given", given, "--out", out][..], &axes, &asked].concat());
        assert!(told.status.success(), "{}", stderr(&told));
        fs::read_to_string(at.join(out).join("outcomes.csv")).expect("there")
    };
    let kept = sweep("h", "s");
    assert_eq!(sweep("record:particles=400", "t"), kept);
    // At the scenario's own values it is the history: what `run` has of it.
    let run = ["run", "asean", "--replicates", "40", "--given", "h", "--out", "r", "-q"];
    assert!(suasion(at, &run).status.success());
    let summary = fs::read_to_string(at.join("r/summary.csv")).expect("there");
    let of = |line: &str, column: usize| line.split(',').nth(column).and_then(|x| x.parse::<f64>().ok());
    let line = summary.lines().find(|line| line.starts_with("MYS,2015,motivation,")).expect("there");
    let here = rows(&at.join("s/outcomes.csv")).into_iter().filter(|row| row["state"] == "MYS");
    let here: Vec<f64> = here.map(|row| row["mean"].parse().expect("a number")).collect();
    let there = of(line, 5).expect("a mean");
    assert!(here.iter().any(|mean| (mean - there).abs() < 1e-6), "{here:?} {there}");
    assert!(here.iter().any(|mean| (mean - there).abs() > 0.01), "{here:?} {there}");
    for (words, said) in [
        (
            &["map", "s", "--outcome", "motivation.MYS", "--out", "m"][..],
            "motivation.MYS@2015: mean, in the history",
        ),
        (
            &["map", "s", "--outcome", "motivation", "--against", "regime.tvpa.severity=0", "--out", "m"],
            "difference from regime.tvpa.severity = 0, in the history",
        ),
    ] {
        let told = suasion(at, &[words, &["--replace"]].concat());
        assert!(told.status.success(), "{}", stderr(&told));
        let picture = fs::read_to_string(at.join("m.svg")).expect("there");
        assert!(picture.contains(said), "{said}");
    }
    let told = suasion(at, &["verify", "s", "--threads", "1"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let told =
        suasion(at, &["sweep", "asean", "--axis", "parameters.drift=0,0.1", "--given", "h", "--out", "n"]);
    assert!(
        told.status.code() == Some(2) && stderr(&told).contains("changes no institution"),
        "{}",
        stderr(&told)
    );
    assert!(!at.join("n").exists() && !at.join("n.blocks").exists());
    // Sensitivity to what institutions do, in the history.
    let screening = [
        "sensitivity",
        "asean",
        "--samples",
        "4",
        "--replicates",
        "40",
        "--given",
        "h",
        "--out",
        "v",
        "-q",
        "--outcome",
        "motivation.MYS",
    ];
    let told = suasion(
        at,
        &[&screening[..], &["--axis", "regime.tvpa.severity=0..3", "--axis", "regime.tvpa.waiver=0..1"]]
            .concat(),
    );
    assert!(told.status.success(), "{}", stderr(&told));
    assert!(at.join("v/sensitivity.csv").exists());
    let told = suasion(at, &screening);
    assert!(told.status.code() == Some(2), "{}", stderr(&told));
}

#[test]
fn an_effect_is_taken_apart_into_direct_and_spillover() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let own = "MYS unexposed: state.MYS.sanction_sensitivity=0";
    let asked = ["--outcome", "motivation.*", "--outcome", "motivation", "--effects"];
    let base = ["compare", "asean", "no-tvpa", "--against", own, "--replicates", "24"];
    let given = ["--given", "record:particles=400", "--out", "e"];
    let told = suasion(at, &[&base[..], &asked, &given].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let text = stdout(&told);
    assert!(text.contains("no-tvpa v. baseline, taken apart") && text.contains("free: direct"), "{text}");
    let number =
        |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect(name);
    // What is done to Malaysia alone: on it all is direct, though others answer; on the others all is spillover. To the bit.
    let alone = rows(&at.join("e/effects-mys-unexposed.csv"));
    assert_eq!(alone.len(), 11);
    for row in &alone {
        let nothing = match &*row["state"] {
            "mean" => continue,
            "MYS" => "spillover",
            _ => "direct",
        };
        for name in [nothing.to_string(), format!("free_{nothing}")] {
            assert!(number(row, &name).abs() < 1e-15, "{row:?}");
        }
    }
    assert!(alone.iter().any(|row| number(row, "direct").abs() > 0.05), "{alone:?}");
    assert!(alone.iter().any(|row| row["state"] == "SGP" && number(row, "spillover").abs() > 1e-6));
    // Together they are the difference of the comparison, there and in free runs.
    for (part, table) in [("", "e/differences.csv"), ("free_", "e/differences-free.csv")] {
        let differences = rows(&at.join(table));
        for row in rows(&at.join("e/effects-no-tvpa.csv")) {
            let of = |name: &str| number(&row, &format!("{part}{name}"));
            assert!((of("direct") + of("spillover") - of("total")).abs() < 1e-8, "{row:?}");
            let same = |other: &&std::collections::BTreeMap<String, String>| {
                other["counterfactual"] == "no-tvpa"
                    && ["state", "year", "variable"].iter().all(|name| other[*name] == row[*name])
            };
            let whole = differences.iter().find(same).expect("there");
            assert!((number(whole, "difference") - of("total")).abs() < 1e-7, "{row:?} {whole:?}");
        }
    }
    let told = suasion(at, &["verify", "e", "--threads", "1"]);
    assert!(told.status.success(), "{}", stderr(&told));
    // The page has a figure of each, with the states that were asked for, and its data are those of the table.
    let told = suasion(at, &["report", "e", "-q"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let page = fs::read_to_string(at.join("e/report.html")).expect("there");
    for name in ["effects-no-tvpa", "effects-mys-unexposed"] {
        assert!(page.contains(&format!("<section id=\"{name}\"")), "{name}");
    }
    assert!(page.contains("Direct effects and spillovers: no-tvpa") && !page.contains("tables of effects"));
}

#[test]
fn pages_tell_of_the_history() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    condition(at, &[]);
    let compare = ["compare", "asean", "no-tvpa", "--replicates", "40", "--given", "h", "--out", "c", "-q"];
    assert!(suasion(at, &compare).status.success());
    let page = |name: &str| {
        let told = suasion(at, &["report", name, "-q"]);
        assert!(told.status.success(), "{}", stderr(&told));
        fs::read_to_string(at.join(name).join("report.html")).expect("there")
    };
    let belief = page("h");
    for expected in [
        "Belief given the record",
        "Motivation given the record",
        "Attribution given the record",
        "Reactance given the record",
        "Log-likelihood of the record: -1",
        "tier 2WL on record",
    ] {
        assert!(belief.contains(expected), "{expected}");
    }
    let compared = page("c");
    for expected in
        [">record:until=2015,particles=400,rows=40</code>", "no-tvpa, free runs", "free_difference"]
    {
        assert!(compared.contains(expected), "{expected}");
    }
    assert!(compared.contains("it was run in a history"), "what was not kept is told");
    // States that are asked for, and no other.
    let told =
        suasion(at, &["report", "h", "--figure", "belief-motivation", "--state", "MYS", "--out", "m.svg"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let svg = fs::read_to_string(at.join("m.svg")).expect("there");
    assert!(svg.contains("Malaysia") && !svg.contains("Singapore"));
}

/// A hazard of .1 a year, by which one of two states has a law in the second quarter of 2004, the other some time in 2006; no push.
const LAW: &str = "version = 2\ntitle = \"T\"\n[time]\nstart = 2001\nend = 2011\n[runs]\nreplicates = 400\n\
    [parameters]\nadopt_motivation = 0\nadopt_mobilization = 0\nadopt_peers = 0\nadopt_pressure = 0\n\
    [[state]]\nid = \"A\"\ninitial_phase = 4\n[[state]]\nid = \"B\"\ninitial_phase = 4\n\
    [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n[observed.adoptions.law]\nA = 2004.3\nB = 2006\n";

#[test]
fn luck_is_kept_in_a_counterfactual_or_drawn_anew() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    fs::write(at.join("law.toml"), LAW).expect("written");
    let compare = |luck: &str, out: &str| {
        let arguments = ["--given", "record:particles=8000", "--outcome", "adopted_law.A", "--luck", luck];
        let half = ["compare", "law.toml", "--against", "half: instrument.law.hazard=0.05", "--out", out];
        let told = suasion(at, &[&half[..], &arguments].concat());
        assert!(told.status.success(), "{}", stderr(&told));
        let found = rows(&at.join(out).join("differences.csv"));
        let is_end = |row: &&std::collections::BTreeMap<String, String>| {
            (&*row["state"], &*row["year"], &*row["variable"]) == ("A", "2010", "adopted_law")
        };
        (stdout(&told), found.iter().find(is_end).expect("there").clone())
    };
    let number =
        |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect(name);
    let ((_, kept), (both_text, both), (fresh_text, fresh)) =
        (compare("kept", "k"), compare("both", "b"), compare("fresh", "f"));
    // On record it comes. With half the hazard the draw that brought it is low enough in p1 / p0 of runs; later draws are the run's own.
    let p = |hazard: f64, years: f64| 1.0 - (-hazard * years).exp();
    let at_once = p(0.05, 0.25) / p(0.1, 0.25);
    let with_kept = at_once + (1.0 - at_once) * p(0.05, 6.5);
    assert!((number(&kept, "other") - with_kept).abs() < 0.1, "{} {with_kept}", number(&kept, "other"));
    assert!((number(&kept, "base") - 1.0).abs() < 1e-12 && !kept.contains_key("fresh_difference"));
    // Drawn anew, nothing on record is left of it: ten years at half the hazard.
    let other = number(&fresh, "other");
    assert!((other - p(0.05, 10.0)).abs() < 0.1, "{other} {}", p(0.05, 10.0));
    assert_eq!(both["difference"], kept["difference"]);
    for name in ["difference", "ci_low", "ci_high"] {
        assert_eq!(both[&format!("fresh_{name}")], fresh[name]);
    }
    assert!(
        both_text.contains("fresh luck") && both_text.contains("drawn anew from 2001.00 on"),
        "{both_text}"
    );
    assert!(fresh_text.contains("with fresh luck in counterfactuals"), "{fresh_text}");
    for name in ["b", "f"] {
        let told = suasion(at, &["verify", name]);
        assert!(told.status.success(), "{name}: {}", stderr(&told));
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
