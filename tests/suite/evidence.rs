//! The record of a user's folder: its panel, and the published patterns out of it.
//!
//! The folder is named by `SUASION_DATA`; without it these tests say so and pass.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::evidence::assess::simulate;
use suasion::evidence::experiment::fine;
use suasion::evidence::frame::{Frame, HoldOut};
use suasion::evidence::panel::{Coefficients, Panel, Settings, files};
use suasion::evidence::patterns::{STATISTICS, statistics};
use suasion::evidence::record::Record;
use suasion::evidence::skill::skill;
use suasion::evidence::verdict::{Verdict, judge};
use suasion::model::observation::SCORES;
use suasion::scenario::Scenario;
use tempfile::TempDir;

/// The folder of the tables, if the environment names one.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("SUASION_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: SUASION_DATA names no folder of tables");
    }
    folder
}

fn panel(folder: &Path) -> Scenario {
    let panel = Panel::read(folder, &Settings::default()).expect("a panel");
    let out = TempDir::new().expect("a folder");
    for file in files(&panel, &panel.plan.coefficients()).expect("coded") {
        fs::write(out.path().join(file.name), file.text).expect("written");
    }
    let scenario = out.path().join("scenario.toml");
    Scenario::load(&scenario.to_string_lossy()).and_then(|loaded| loaded.build()).expect("a valid scenario")
}

/// Statistics that the tables do not bear out as published, with what they say instead.
///
/// - party in 2012: .80 of the 183 rated states (.85 with those that only signed), against .90;
/// - sanctions: the tables know full waivers alone, so how often sanctions were imposed cannot be said from them.
const BESIDE: [(&str, f64); 1] = [("party_in_2012", 0.80)];

#[test]
fn the_published_patterns_come_out_of_the_tables() {
    let Some(folder) = data() else { return };
    let scenario = panel(&folder);
    assert_eq!(scenario.world.states.len(), 183);
    let frame = Frame::new(&scenario);
    let values = statistics(&Record::observed(&scenario.observed, &frame), &frame);
    let mut wrong = Vec::new();
    for (s, value) in STATISTICS.iter().zip(values) {
        let (target, below, above) = match BESIDE.iter().find(|(name, _)| *name == s.name) {
            Some((_, said)) => (*said, 0.01, 0.01),
            None => (s.target, s.below, s.above),
        };
        let silent = s.name == "sanctioned" && value.is_nan();
        if !silent && !(target - below..=target + above).contains(&value) {
            wrong.push(format!("{}: {value:.3}, published {}", s.name, s.target));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_shipped_fit_meets_the_patterns_and_beats_climatology_out_of_sample() {
    let Some(folder) = data() else { return };
    let scenario = panel(&folder);
    let frame = Frame::new(&scenario);
    let record = Record::observed(&scenario.observed, &frame);
    let stop = AtomicBool::new(false);
    let simulated = simulate(
        &scenario,
        |_| &scenario.world,
        &frame,
        &scenario.observed.observation,
        Options::default(),
        &stop,
    );
    let simulated = simulated.expect("nothing can fail");
    let experiment = fine(&scenario.world.parameters).expect("valid").verdict();
    let rows = judge(&frame, &statistics(&record, &frame), &simulated.statistics, experiment);
    let missed: Vec<&str> =
        rows.iter().filter(|row| row.verdict != Verdict::Met).map(|row| &*row.pattern.id).collect();
    // What docs/evidence.md says: transitions and relief are missed, demotions and the first years of tier 1 narrowly.
    assert!(missed.iter().all(|id| ["3", "6", "10", "11"].contains(id)), "missed: {missed:?}");
    let held = HoldOut { states: true, after: Some(2008) };
    for part in skill(&simulated.forecast, &record, &scenario.world, (&frame, held)) {
        let tiers = part.tiers.expect("tiers on record");
        assert!(
            tiers.against[0].and_then(|a| a.skill).is_some_and(|skill| skill > 0.15) || !part.out_of_sample,
            "{}: {tiers:?}",
            part.part
        );
        assert!(
            part.laws.and_then(|laws| laws.against[0]?.skill).is_some_and(|skill| skill > 0.0),
            "{}",
            part.part
        );
    }
}

/// A folder of tables of four states, right in every row.
pub fn small(folder: &Path) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    let mut tiers = String::from("iso3,country,year,tier\n");
    for (state, grades) in [
        ("IDN", ["3", "3", "2"]),
        ("MYS", ["NR", "2", "2WL"]),
        ("THA", ["2", "2", "1"]),
        ("KHM", ["2", "SC", "3"]),
    ] {
        for (i, grade) in grades.iter().enumerate() {
            tiers += &format!("{state},{state}land,{},{grade}\n", 2003 + i);
        }
    }
    write("tip_tiers.csv", &tiers);
    write("laws.csv", "iso3,year,kind\nIDN,2004,first\nTHA,1999,first\nTHA,2005,second\n");
    write(
        "palermo.csv",
        "iso3,action_date,action_year,status\nKHM,2004-07-02,2004,party\nIDN,,2005,party\nTHA,,,not party\n",
    );
    write(
        "ties.csv",
        "iso3_a,iso3_b,kind,year\nTHA,KHM,land_border,1953\nMYS,IDN,land_border,1963\nMYS,SGP,land_border,1965\nIDN,THA,memorandum,2003\n",
    );
    write(
        "covariates.csv",
        "iso3,year,variable,value\nIDN,2003,wgi_ge,-0.4\nTHA,2003,wgi_ge,0.2\nTHA,2003,fh_pr,3\nTHA,2003,unused,9\n\
         THA,2003,v2xcs_ccsi,0.5\nIDN,2004,us_trade_share_gdp,0.1\nIDN,2004,us_econ_assistance_share_gdp,0.01\n\
         KHM,2004,us_military_police_aid_usd,1e6\nMYS,2005,ngos_ave,2\n",
    );
    write("p3_index.csv", "iso3,year,prosecution,protection,prevention\nIDN,2004,3,2,4\nTHA,2004,5,,3\n");
}

const MAKE: [&str; 8] = ["panel", "data", "--out", "made", "--start", "2003", "--end", "2005"];

#[test]
fn a_panel_is_a_scenario_with_its_record_that_runs_and_is_validated() {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("data")).expect("made");
    small(&folder.path().join("data"));
    let made = suasion(folder.path(), &[&MAKE[..], &["--law", "first"]].concat());
    assert!(made.status.success(), "{}", stderr(&made));
    let said = stdout(&made);
    assert!(
        said.contains("4 states")
            && said.contains("states that adopted: law 2, palermo 2")
            && said.contains("1 ties of kind memorandum"),
        "{said}"
    );
    let scenario = Scenario::load(&folder.path().join("made/scenario.toml").to_string_lossy());
    let scenario = scenario.and_then(|loaded| loaded.build()).expect("valid");
    let of = |id: &str| scenario.world.states.iter().position(|s| s.id == id).expect("a state");
    let observed = &scenario.observed;
    assert_eq!((observed.tier(0, of("IDN"), 2005), observed.tier(0, of("KHM"), 2004)), (Some(2), Some(0)));
    let (law, palermo) = (0, 1);
    assert_eq!((observed.adoption(law, of("THA")), observed.adoption(law, of("MYS"))), (Some(1999.0), None));
    assert_eq!(observed.adoption(palermo, of("KHM")), Some(2004.503));
    assert_eq!(observed.reading(SCORES[1], of("IDN"), 2004).map(|score| score.value), Some(2.0));
    assert!(observed.readings[SCORES[1]][of("THA")].is_empty());
    // A law before the start is a fact, and a state is rated from its first grade.
    assert_eq!(scenario.world.instruments[law].adopted[of("THA")], Some(1999.0));
    assert_eq!(scenario.world.ratings[0].rated_from[of("MYS")], Some(2004.0));
    assert_eq!(scenario.world.ties.len(), 2);
    let imputed = fs::read_to_string(folder.path().join("made/imputed.csv")).expect("a list");
    assert!(imputed.contains("THA,v2x_polyarchy,0.6,other covariates in its place,1.5"), "{imputed}");
    assert!(imputed.contains("KHM,wgi_ge,-0.1,mean of its region,2"), "{imputed}");
    // The resolved scenario of a run keeps the record.
    let run = suasion(folder.path(), &["run", "made/scenario.toml", "--replicates", "3", "--quiet"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let resolved =
        Scenario::load(&folder.path().join("out/made-3-replicates/scenario.toml").to_string_lossy());
    assert_eq!(resolved.and_then(|loaded| loaded.build()).expect("valid").observed, scenario.observed);
    let validated = suasion(folder.path(), &["validate", "made/scenario.toml", "--replicates", "16"]);
    assert!(validated.status.success(), "{}", stderr(&validated));
    assert!(stdout(&validated).trim_end().ends_with("of 14 patterns met"), "{}", stdout(&validated));
    // Other coefficients are used and written.
    fs::write(folder.path().join("mine.toml"), "spread = 0.2\n").expect("written");
    let again = suasion(
        folder.path(),
        &[&MAKE[..], &["--law", "first", "--coefficients", "mine.toml", "--replace"]].concat(),
    );
    assert!(again.status.success(), "{}", stderr(&again));
    let used = fs::read_to_string(folder.path().join("made/coefficients.toml")).expect("written");
    assert!(used.contains("spread = 0.2"), "{used}");
}

/// What a fit does a million times is what writing and reading a scenario would do.
#[test]
fn a_world_coded_anew_is_the_world_of_the_scenario_with_those_coefficients() {
    let folder = TempDir::new().expect("a folder");
    small(folder.path());
    let settings = Settings { start: Some(2003), end: Some(2006), law: Some("first".into()) };
    let panel = Panel::read(folder.path(), &settings).expect("a panel");
    let world = |coefficients: &Coefficients| {
        let out = TempDir::new().expect("a folder");
        for file in files(&panel, coefficients).expect("coded") {
            fs::write(out.path().join(file.name), file.text).expect("written");
        }
        let scenario = Scenario::load(&out.path().join("scenario.toml").to_string_lossy());
        scenario.and_then(|loaded| loaded.build()).expect("valid").world
    };
    // Every coefficient moved by a third of its range.
    let plain = panel.plan.coefficients();
    let mut other = plain.clone();
    let ranges: Vec<(f64, f64)> = plain.entries().map(|(_, entry)| (entry.low, entry.high)).collect();
    for ((low, high), x) in ranges.into_iter().zip(other.values_mut()) {
        *x = (*x + low + 2.0 * high) / 4.0;
    }
    let mut recoded = world(&plain);
    assert_ne!(recoded, world(&other));
    panel.coding(&plain).recode(&other, &mut recoded).expect("coded");
    assert_eq!(recoded, world(&other));
}

#[test]
fn bad_rows_of_a_panel_are_named_and_nothing_is_written() {
    // File, what is changed in it, and what is said of it.
    let cases = [
        (
            "tip_tiers.csv",
            "THA,THAland,2004,2",
            "THA,THAland,2004,2\nTHA,THAland,2004,3",
            "data/tip_tiers.csv:10: THA 2004: tier 3: contradicts line 9",
        ),
        (
            "tip_tiers.csv",
            "IDN,IDNland,2003,3",
            "IDN,IDNland,2003,4",
            "data/tip_tiers.csv:2: IDN 2003: tier: found \"4\", expected NR, 1, 2, 2WL, 3, SC or WL; codes that are numbers",
        ),
        (
            "tip_tiers.csv",
            "IDN,IDNland,2003,3",
            "XYZ,Nowhere,2003,3",
            "data/tip_tiers.csv:2: XYZ: in no region; give it one in regions.csv",
        ),
        (
            "laws.csv",
            "IDN,2004,first",
            "IDN,2004,first\nIDN,2005,first",
            "data/laws.csv:3: IDN: adopted in 2005: contradicts line 2",
        ),
        (
            "laws.csv",
            "IDN,2004,first",
            "indonesia,2004,first",
            "data/laws.csv:2: found state \"indonesia\", expected a code of three capital letters (ISO 3166-1); its code is IDN",
        ),
        ("laws.csv", "first", "other", "laws.csv: no row has `first` in kind; there is other, second"),
        (
            "palermo.csv",
            "2004-07-02",
            "2004-13-02",
            "data/palermo.csv:2: KHM: action_date: found \"2004-13-02\", expected a date; there is no such month",
        ),
        (
            "p3_index.csv",
            "3,2,4",
            "3,6,4",
            "data/p3_index.csv:2: IDN 2004: protection: found \"6\", expected a number from 1 to 5",
        ),
        (
            "covariates.csv",
            "wgi_ge,-0.4",
            "wgi_ge,-40",
            "data/covariates.csv:2: IDN 2003: wgi_ge: found \"-40\", expected a number from -4 to 4",
        ),
        (
            "palermo.csv",
            "2004-07-02",
            "2003-02-31",
            "data/palermo.csv:2: KHM: action_date: found \"2003-02-31\", expected a date; there is no such day",
        ),
        (
            "palermo.csv",
            "2004-07-02",
            "1999-07-02",
            "data/palermo.csv:2: KHM: adopted in 1999.503, expected a date from 2000.95 on",
        ),
        (
            "palermo.csv",
            "2004,party",
            "2004,Party",
            "data/palermo.csv:2: KHM: status: found \"Party\", expected party, not party or signatory; did you mean `party`?",
        ),
        (
            "covariates.csv",
            "ngos_ave",
            "ngo_ave",
            "data/covariates.csv: no state of the panel has the variable `ngos_ave` in 2001 to 2013; did you mean `ngo_ave`?",
        ),
        (
            "covariates.csv",
            "MYS,2005,ngos_ave",
            "MYS,2025,ngos_ave",
            "data/covariates.csv: no state of the panel has the variable `ngos_ave` in 2001 to 2013",
        ),
        (
            "ties.csv",
            "land_border",
            "Land border",
            "data/ties.csv: no row has `land_border` in kind; there is Land border, memorandum; did you mean `Land border`?",
        ),
        (
            "laws.csv",
            "IDN,2004,first\nTHA,1999,first",
            "BRA,2004,first\nARG,1999,first",
            "data/laws.csv: no adoption of law is of a state of the panel",
        ),
        (
            "laws.csv",
            "IDN,2004,first",
            "IDN,1850,first",
            "data/laws.csv:2: IDN: found year \"1850\", expected a whole year from 1900 to 2100",
        ),
        (
            "laws.csv",
            "IDN,2004,first",
            "IDN,2004.5,first",
            "data/laws.csv:2: IDN: found year \"2004.5\", expected a whole year from 1900 to 2100",
        ),
        (
            "p3_index.csv",
            "IDN,2004,3,2,4\nTHA,2004,5,,3\n",
            "",
            "data/p3_index.csv:1: there is no row below the names of the columns",
        ),
        (
            "tip_tiers.csv",
            "IDN,IDNland,2003,3",
            "850,IDNland,2003,3",
            "data/tip_tiers.csv:2: found state \"850\", expected a code of three capital letters (ISO 3166-1); the Correlates",
        ),
        (
            "ties.csv",
            "iso3_a,iso3_b,kind,year",
            "iso3_a;iso3_b;kind;year",
            "data/ties.csv:1: found one column, `iso3_a;iso3_b;kind;year`; columns are separated by commas",
        ),
        (
            "covariates.csv",
            "wgi_ge,-0.4",
            "wgi_ge,\"-0,4\"",
            "data/covariates.csv:2: IDN 2003: wgi_ge: found \"-0,4\", expected a number from -4 to 4; a decimal number has a point",
        ),
        (
            "covariates.csv",
            "iso3,year,variable,value",
            "iso3,year,variable,values",
            "data/covariates.csv:1: the column `value` is missing; did you mean `values`?",
        ),
        ("ties.csv", "MYS,IDN,land_border", "MYS,MYS,land_border", "data/ties.csv:3: MYS: a tie with itself"),
        (
            "ties.csv",
            "THA,KHM,land_border,1953",
            "THA,KHM,land_border",
            "data/ties.csv:2: found 3 cells, expected 4",
        ),
        (
            "ties.csv",
            "iso3_a,iso3_b,kind,year\nTHA,KHM,land_border,1953\nMYS,IDN,land_border,1963\nMYS,SGP,land_border,1965\nIDN,THA,memorandum,2003\n",
            "iso3_a,iso3_b,kind,year,until\nTHA,KHM,land_border,1953,1960\nKHM,THA,land_border,1959,1970\n",
            "data/ties.csv:3: KHM-THA: a tie that overlaps that of line 2; spells of a tie follow one another",
        ),
    ];
    for (file, from, to, expected) in cases {
        let folder = TempDir::new().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("made");
        small(&data);
        let text = fs::read_to_string(data.join(file)).expect("written");
        assert!(text.contains(from), "{file}: {from}");
        fs::write(data.join(file), text.replace(from, to)).expect("written");
        let refused = suasion(folder.path(), &[&MAKE[..], &["--law", "first"]].concat());
        assert_eq!(refused.status.code(), Some(2), "{expected}: {}", stdout(&refused));
        assert!(stderr(&refused).contains(expected), "{expected}\n{}", stderr(&refused));
        assert!(!folder.path().join("made").exists());
    }
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("data")).expect("made");
    let refused = suasion(folder.path(), &MAKE);
    assert_eq!(refused.status.code(), Some(2));
    for file in ["tip_tiers.csv", "laws.csv", "palermo.csv", "ties.csv", "covariates.csv"] {
        assert!(stderr(&refused).contains(&format!("{file}: there is no such file")), "{}", stderr(&refused));
    }
}

#[test]
fn a_scenario_without_a_record_is_refused_and_asean_is_not() {
    let folder = TempDir::new().expect("a folder");
    let refused = suasion(folder.path(), &["validate", "teaching/spiral"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("has no record to be held against"), "{}", stderr(&refused));
    let observed = suasion(folder.path(), &["validate", "asean", "--observed-only"]);
    assert!(
        observed.status.success() && stdout(&observed).contains("10 states on record"),
        "{}",
        stderr(&observed)
    );
    let json = suasion(folder.path(), &["validate", "asean", "--replicates", "40", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["patterns"].as_array().map(Vec::len), Some(14));
    // Ten states have no 3P scores by state on record.
    assert_eq!(json["patterns"][4]["verdict"], "no data");
}

#[test]
fn the_hindcast_sets_the_record_beside_the_simulation_with_the_episodes() {
    let folder = TempDir::new().expect("a folder");
    let validate = |out: &str, more: &[&str]| {
        let all = ["validate", "asean", "--replicates", "200", "--json", "--out", out];
        let output = suasion(folder.path(), &[&all[..], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")
    };
    let whole = validate("whole", &["--threads", "1"]);
    assert_eq!(validate("threads", &["--threads", "3"])["hindcast"], whole["hindcast"]);
    let hindcast = &whole["hindcast"];
    let states = hindcast["states"].as_array().expect("states");
    assert_eq!((states.len(), hindcast["replicates"].as_u64()), (10, Some(200)));
    // The same replicates as those of `run`: shares of tiers and adoptions are those of its summary.
    let run = suasion(
        folder.path(),
        &["run", "asean", "--replicates", "200", "--quiet", "--out", "run", "--format", "csv"],
    );
    assert!(run.status.success(), "{}", stderr(&run));
    let summary = fs::read_to_string(folder.path().join("run/summary.csv")).expect("a summary");
    let header: Vec<&str> = summary.lines().next().expect("a header").split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).expect(name);
    let mean = |state: &str, year: &str, variable: &str, value: &str| {
        let is_it = |row: &&Vec<&str>| {
            [("state", state), ("year", year), ("variable", variable), ("value", value)]
                .iter()
                .all(|(column, wanted)| row[place(column)] == *wanted)
        };
        let rows: Vec<Vec<&str>> = summary.lines().map(|line| line.split(',').collect()).collect();
        rows.iter().find(is_it).map_or(0.0, |row| row[place("mean")].parse::<f64>().expect("a number"))
    };
    let malaysia = states.iter().find(|state| state["state"] == "MYS").expect("Malaysia");
    let tiers = &malaysia["tiers"][0];
    for (grade, name) in ["NR", "1", "2", "2WL", "3"].iter().enumerate() {
        let share = tiers["shares"][9][grade].as_f64().expect("a share");
        assert!((share - mean("MYS", "2010", "tier_tvpa", name)).abs() < 1e-6, "{name}: {share}");
    }
    assert_eq!((&tiers["record"][9], &tiers["record"][13]), (&"2WL".into(), &"3".into()));
    let law =
        malaysia["adoptions"].as_array().expect("instruments").iter().find(|a| a["instrument"] == "law");
    let without = law.expect("a law")["not_by_the_end"].as_f64().expect("a share");
    assert!((1.0 - without - mean("MYS", "2015", "adopted_law", "1")).abs() < 1e-6, "{without}");
    // The episodes: the change within a window and the counterfactual beside it are those of `run` and `compare`.
    let episodes = hindcast["episodes"].as_array().expect("episodes");
    let titled = |id: &str| episodes.iter().find(|episode| episode["episode"] == id).expect("an episode");
    assert_eq!(episodes.len(), 7);
    let window = &titled("malaysia")["states"][0];
    let change =
        window["changes"].as_array().expect("changes").iter().find(|c| c["variable"] == "protection");
    let change = change.expect("protection")["mean"].as_f64().expect("a number");
    let expected = mean("MYS", "2015", "protection", "") - mean("MYS", "2012", "protection", "");
    assert!((change - expected).abs() < 1e-6, "{change} {expected}");
    let compare =
        ["compare", "asean", "no-tvpa", "--replicates", "200", "--outcome", "motivation.PHL@2013", "--json"];
    let compared = suasion(folder.path(), &compare);
    let compared: serde_json::Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    let beside = titled("philippines")["states"][0]["beside"].as_array().expect("counterfactuals");
    let motivation = beside.iter().find(|b| b["outcome"] == "motivation").expect("motivation");
    let difference = compared["differences"][0]["difference"].as_f64().expect("a number");
    assert!((motivation["difference"].as_f64().expect("a number") - difference).abs() < 1e-9);
    for picture in ["hindcast.svg", "patterns.svg", "validate.json"] {
        assert!(folder.path().join("whole").join(picture).exists(), "{picture}");
    }
    // Episodes that fewer years leave nothing of are left out; parameters drawn from a posterior widen what is told.
    assert_eq!(
        validate("years", &["--years", "2001-2009"])["hindcast"]["episodes"].as_array().map(Vec::len),
        Some(2)
    );
    let drawn = validate("drawn", &["--posterior", "bundled"]);
    assert_eq!(drawn["posterior"]["draws"], 400);
    assert_ne!(drawn["hindcast"]["states"], whole["hindcast"]["states"]);
    let text = suasion(
        folder.path(),
        &["validate", "asean", "--replicates", "40", "--posterior", "bundled", "--hindcast"],
    );
    let text = stdout(&text);
    for expected in [
        "not by 2015",
        "grades by tvpa",
        "Malaysia: down by rule, up by trade, 2013-2015",
        "beside no-tvpa, end of 2015",
        "400 draws",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}
