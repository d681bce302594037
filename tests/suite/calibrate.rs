//! Calibrations by command: what is bad is told, what is killed goes on, and a posterior is carried into later commands.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PRIORS: [&str; 6] = [
    "--prior",
    "parameters.signalling",
    "--prior",
    "parameters.adopt_pressure=uniform(0, 5)",
    "--prior",
    "instrument.law.hazard=loguniform(0.001, 0.1)",
];
const SMALL: [&str; 4] = ["--particles", "60", "--generations", "4"];

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    // Lines of any length: what is said is held here, not how it is set.
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("COLUMNS", "1000");
    command
}

fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("it starts")
}

fn calibrate(folder: &Path, out: &str, more: &[&str]) -> Output {
    suasion(folder, &[&["calibrate", "asean", "--out", out][..], &PRIORS, &SMALL, more].concat())
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn posterior(folder: &Path, out: &str) -> String {
    fs::read_to_string(folder.join(out).join("posterior.csv")).expect("a posterior")
}

#[test]
fn threads_and_shards_change_no_byte() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    for kernel in ["moves", "component", "multivariate"] {
        let one = format!("one-{kernel}");
        let more = ["--kernel", kernel];
        good(&calibrate(here, &one, &[&more[..], &["--threads", "1"]].concat()));
        let whole = posterior(here, &one);
        assert!(whole.starts_with(
            "suasion,draw,weight,distance,parameters.signalling,parameters.adopt_pressure,instrument.law.hazard\n"
        ));
        assert_eq!(whole.lines().count(), 61);
        for threads in ["2", "5"] {
            good(&calibrate(here, "other", &[&more[..], &["--fresh", "--threads", threads]].concat()));
            assert_eq!(posterior(here, "other"), whole, "{kernel}, {threads} threads");
        }
    }
    let mut waits = 0;
    for turn in 0.. {
        let shard = format!("{}/3", turn % 3 + 1);
        let said = good(&calibrate(here, "sharded", &["--shard", &shard]));
        if !said.contains("left to other shards") {
            break;
        }
        waits += 1;
        assert!(waits < 20, "{said}");
    }
    assert!(waits >= 4, "each generation waits for the others: {waits}");
    assert_eq!(posterior(here, "sharded"), posterior(here, "one-moves"));
}

#[test]
fn a_killed_calibration_goes_on_to_the_same_posterior_and_further_if_asked() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(&calibrate(here, "whole", &["--replicates", "20"]));
    let mut kills = 0;
    for wait in [60, 120, 240, 480, 960, 100_000] {
        let all =
            [&["calibrate", "asean", "--out", "killed", "--replicates", "20"][..], &PRIORS, &SMALL].concat();
        let mut child =
            command(here, &all).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        for _ in 0..wait / 5 {
            if child.try_wait().expect("a child").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let killed = child.try_wait().expect("a child").is_none();
        let _ = child.kill();
        let status = child.wait().expect("a child");
        kills += u32::from(killed);
        if !killed {
            assert!(status.success());
            break;
        }
    }
    assert_eq!(posterior(here, "killed"), posterior(here, "whole"), "after {kills} kills");
    // Fewer generations write what is finished; more go on from there.
    let fewer = [
        &["calibrate", "asean", "--out", "whole", "--replicates", "20"][..],
        &PRIORS,
        &["--particles", "60"],
    ]
    .concat();
    let table = |generations: &str| {
        good(&suasion(here, &[&fewer[..], &["--replace", "--generations", generations]].concat()));
        fs::read_to_string(here.join("whole/generations.csv")).expect("generations")
    };
    let four = table("4");
    let (two, five) = (table("2"), table("5"));
    assert!(four.starts_with(&two) && five.starts_with(&four) && five.lines().count() == 6);
    let told = refused(&calibrate(here, "whole", &["--replicates", "21"]));
    assert!(told.contains("whole holds the results of another job (replicates: 20 there, 21 here"), "{told}");
    good(&calibrate(here, "whole", &["--replicates", "21", "--fresh"]));
}

#[test]
fn a_posterior_is_carried_into_runs_comparisons_and_explanations() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(&calibrate(here, "fit", &[]));
    let run = |out: &str, more: &[&str]| {
        let all = ["run", "asean", "--posterior", "fit/posterior.csv", "--replicates", "200", "--out", out];
        good(&suasion(here, &[&all[..], more].concat()))
    };
    let said = run("run", &["--threads", "1"]);
    assert!(said.contains("drawn from the posterior fit/posterior.csv: 60 draws of 3 parameters"), "{said}");
    let manifest = |out: &str| {
        let text = fs::read_to_string(here.join(out).join("manifest.json")).expect("a manifest");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")
    };
    let digest = manifest("run")["digest"].clone();
    let hash = blake3::hash(posterior(here, "fit").as_bytes()).to_hex().to_string();
    assert_eq!(manifest("run")["posterior"]["blake3"], hash.as_str());
    assert!(good(&suasion(here, &["verify", "run"])).contains("verified"));
    run("again", &["--threads", "3"]);
    assert_eq!(manifest("again")["digest"], digest);
    good(&suasion(here, &["run", "asean", "--replicates", "200", "--out", "plain"]));
    assert_ne!(manifest("plain")["digest"], digest);
    assert!(manifest("plain").get("posterior").is_none());
    // What an option or a counterfactual says, holds, whatever the posterior says.
    run("set", &["--counterfactual", "no-tvpa", "--set", "parameters.signalling=0"]);
    let kept = posterior(here, "set");
    assert!(
        kept.starts_with("suasion,draw,weight,distance,parameters.adopt_pressure,")
            || kept.starts_with("suasion,draw,weight,distance,instrument.law.hazard"),
        "{kept}"
    );
    assert!(good(&suasion(here, &["verify", "set"])).contains("verified"));
    // Both arms of a comparison see the same draws, and its base is the run's.
    let all = ["compare", "asean", "no-tvpa", "--posterior", "fit/posterior.csv", "--replicates", "200"];
    let said = good(&suasion(here, &[&all[..], &["--out", "compare"]].concat()));
    assert!(said.contains("60 draws of 3 parameters"), "{said}");
    assert_eq!(manifest("compare")["digest"], digest);
    assert!(good(&suasion(here, &["verify", "compare"])).contains("verified"));
    let told = refused(&suasion(here, &[&all[..], &["--decompose"]].concat()));
    assert!(
        told.contains("--decompose takes one world apart") && told.contains("every draw is another"),
        "{told}"
    );
    let all =
        ["explain", "asean", "--state", "MYS", "--posterior", "fit/posterior.csv", "--replicates", "50"];
    assert!(good(&suasion(here, &[&all[..], &["--observed"]].concat())).contains("60 draws of 3 parameters"));
}

#[test]
fn the_nearest_point_is_nearer_than_the_start() {
    let folder = TempDir::new().expect("a folder");
    let all = ["calibrate", "asean", "--point", "--simulations", "8000", "--json", "--out", "point"];
    let found = good(&suasion(folder.path(), &[&all[..], &PRIORS].concat()));
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let number = |key: &str| found[key].as_f64().expect("a number");
    assert!(number("distance") < number("start_distance"), "{found}");
    assert!(folder.path().join("point/point.csv").exists());
    // Thresholds that no two priors keep in order.
    let crossed =
        ["regime.tvpa.thresholds[0]=uniform(0, 0.2)", "regime.tvpa.thresholds[1]=uniform(0.5, 0.9)"];
    let crossed =
        ["calibrate", "asean", "--point", "--out", "none", "--prior", crossed[0], "--prior", crossed[1]];
    let told = refused(&suasion(folder.path(), &crossed));
    assert!(told.contains("the search cannot begin") && !folder.path().join("none").exists(), "{told}");
}

#[test]
fn priors_of_a_scenario_file_are_its_default() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let mut text = suasion::scenario::bundled::find("asean").expect("bundled").to_string();
    let _ = write!(
        text,
        "\n[prior]\n\"parameters.drift\" = \"usual\"\n\"regime.tvpa.severity\" = \"normal(1, 0.5, 0, 3)\"\n"
    );
    fs::write(here.join("mine.toml"), &text).expect("writable");
    good(&suasion(
        here,
        &["calibrate", "mine.toml", "--particles", "20", "--generations", "2", "--out", "fit"],
    ));
    assert!(
        posterior(here, "fit")
            .starts_with("suasion,draw,weight,distance,parameters.drift,regime.tvpa.severity\n")
    );
    fs::write(here.join("bad.toml"), text.replace("\"usual\"", "3")).expect("writable");
    let told = refused(&suasion(here, &["calibrate", "bad.toml"]));
    assert!(told.contains("prior.parameters.drift") && told.contains("bad.toml:"), "{told}");
}

#[test]
fn priors_of_a_file_are_those_of_the_options_and_later_options_replace_them() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    fs::write(
        here.join("priors.toml"),
        "# in order\n\"parameters.signalling\" = \"usual\"\n\"parameters.adopt_pressure\" = \"uniform(0, 1)\"\n\
         \"instrument.law.hazard\" = \"loguniform(0.001, 0.1)\"\n",
    )
    .expect("writable");
    fs::write(
        here.join("priors.csv"),
        "parameter,prior\nparameters.signalling,\"uniform(-0.5, 0.5)\"\nparameters.adopt_pressure,usual\n\
         instrument.law.hazard,\"loguniform(0.001, 0.1)\"\n",
    )
    .expect("writable");
    good(&calibrate(here, "options", &[]));
    let file = |out: &str, more: &[&str]| {
        good(&suasion(here, &[&["calibrate", "asean", "--out", out][..], &SMALL, more].concat()));
        posterior(here, out)
    };
    let replaced = "parameters.adopt_pressure=uniform(0, 5)";
    assert_eq!(file("toml", &["--priors", "priors.toml", "--prior", replaced]), posterior(here, "options"));
    assert_eq!(file("csv", &["--priors", "priors.csv"]), posterior(here, "options"));
    // What a calibration was fitted under is the file of another.
    assert_eq!(file("again", &["--priors", "options/parameters.csv"]), posterior(here, "options"));
    let told = |name: &str, text: &str| {
        fs::write(here.join(name), text).expect("writable");
        refused(&suasion(here, &["calibrate", "asean", "--priors", name, "--out", "fit"]))
    };
    let outside = told("p.toml", "\n\"parameters.displacement\" = \"uniform(0, 2)\"\n");
    assert!(
        outside.contains(
            "p.toml:2: parameters.displacement: the prior `uniform(0, 2)` puts mass outside 0 to 1"
        ),
        "{outside}"
    );
    let lost = told("p.csv", "parameter,prior\nparameters.displacment,usual\n");
    assert!(lost.contains("p.csv:2: parameters.displacment: it has no usual range"), "{lost}");
    assert!(told("p.toml", "\"a\" = 3\n").contains("p.toml:1: `a` has no prior; expected a path in quotes"));
    let missing = refused(&suasion(here, &["calibrate", "asean", "--priors", "none.toml"]));
    assert!(missing.contains("the priors none.toml cannot be read"), "{missing}");
    assert!(!here.join("fit").exists(), "nothing is written");
}

#[test]
fn rates_of_the_spiral_and_numbers_of_how_states_are_observed_can_be_fitted() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    // Scores of protection, which are made of a simulated state: all of them high, or all of them low.
    let second_cut = |score: u8| {
        let mut text = suasion::scenario::bundled::find("asean").expect("bundled").to_string();
        text.push_str("\n[observed.practice.protection]\nfrom = 2003\n");
        for state in ["IDN", "KHM", "MYS", "PHL", "THA", "VNM"] {
            let _ = writeln!(text, "{state} = {:?}", [score; 10]);
        }
        fs::write(here.join("mine.toml"), text).expect("writable");
        let all = [
            &["calibrate", "mine.toml", "--fresh", "--out", "fit", "--prior", "parameters.spiral_up[0]"][..],
            &["--prior", "parameters.spiral_down", "--prior", "observation.protection_cuts"],
            &["--statistic", "law_without_protection", "--hold-out", "none"],
            &["--particles", "100", "--generations", "4"],
        ]
        .concat();
        good(&suasion(here, &all));
        let drawn = posterior(here, "fit");
        let mut rows = drawn.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = rows.next().expect("a header");
        assert_eq!(header[4], "parameters.spiral_up[0]");
        let cuts: Vec<usize> =
            (0..header.len()).filter(|k| header[*k].starts_with("observation.protection_cuts")).collect();
        assert_eq!((header.len(), cuts.len()), (13, 4));
        let value = |row: &[&str], k: usize| row[k].parse::<f64>().expect("a number");
        let seconds: Vec<f64> = rows
            .map(|row| {
                let rises = cuts.windows(2).all(|pair| value(&row, pair[0]) <= value(&row, pair[1]));
                assert!(rises, "{row:?}");
                value(&row, cuts[1])
            })
            .collect();
        seconds.iter().sum::<f64>() / seconds.len() as f64
    };
    let (high, low) = (second_cut(5), second_cut(1));
    assert!(high + 0.2 < low, "what is scored high lies above a low cut: {high}, {low}");
    let told =
        refused(&suasion(here, &["calibrate", "mine.toml", "--prior", "observation.protction_cuts[1]"]));
    assert!(
        told.contains("there is no number of how states are observed") && told.contains("did you mean"),
        "{told}"
    );
}

/// On the record of the folder that `SUASION_DATA` names; without it this test says so and passes.
#[test]
fn a_small_calibration_on_the_record_of_the_world_comes_nearer_and_goes_on_to_the_same_bytes() {
    let Some(data) = std::env::var_os("SUASION_DATA") else {
        eprintln!("skipped: SUASION_DATA names no folder of tables");
        return;
    };
    let data = fs::canonicalize(data).expect("the folder that SUASION_DATA names");
    let data = data.to_str().expect("a path in UTF-8");
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(&suasion(here, &["panel", data, "--out", "panel"]));
    let panel = ["calibrate", "panel/scenario.toml", "--panel", data];
    let fit = |out: &str, more: &[&str]| {
        let priors = [
            "parameters.adopt_pressure",
            "parameters.spiral_up[1]",
            "instrument.law.hazard=loguniform(0.001, 0.05)",
            "link.motivation_base",
            "observation.prosecution_law=uniform(0, 0.3)",
        ];
        let priors = priors.iter().flat_map(|prior| ["--prior", prior]).collect::<Vec<_>>();
        good(&suasion(here, &[&panel[..], &priors, &["--particles", "40", "--out", out], more].concat()))
    };
    let said = fit("whole", &["--generations", "4", "--threads", "1"]);
    assert!(said.contains("92 of 183 states, 2000-2008; 2009-2012 are held out"), "{said}");
    let table = fs::read_to_string(here.join("whole/generations.csv")).expect("generations");
    let medians: Vec<f64> =
        table.lines().skip(1).filter_map(|line| line.split(',').nth(2)?.parse().ok()).collect();
    assert!(medians.len() == 4 && medians.windows(2).all(|pair| pair[1] < pair[0]), "{medians:?}");
    fit("parts", &["--generations", "2"]);
    fit("parts", &["--generations", "4", "--replace"]);
    assert_eq!(posterior(here, "parts"), posterior(here, "whole"));
    // Every prior of the bundled posterior is one of this panel.
    let all = ["--priors", "bundled", "--particles", "80", "--generations", "1", "--out", "bundled"];
    good(&suasion(here, &[&panel[..], &all].concat()));
    assert_eq!(posterior(here, "bundled").lines().next().map(|header| header.split(',').count()), Some(70));
    // Done again from its folder alone, without the tables by which the panel was coded.
    let said = good(&suasion(here, &["verify", "bundled"]));
    assert!(said.contains("verified: the fit of a posterior again"), "{said}");
}

#[test]
fn what_cannot_be_calibrated_is_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let told = |more: &[&str]| {
        refused(&suasion(here, &[&["calibrate", "asean", "--out", "fit"][..], more].concat()))
    };
    let prior = |text: &str| told(&["--prior", text]);
    let outside = prior("parameters.displacement=uniform(0, 2)");
    assert!(
        outside
            .contains("--prior parameters.displacement: the prior `uniform(0, 2)` puts mass outside 0 to 1"),
        "{outside}"
    );
    assert!(
        prior("parameters.displacement=normal(0.5, 1)").contains("cut it off there: normal(0.5, 1, 0, 1)")
    );
    assert!(
        prior("parameters.displacement=gamma(1, 1)").contains("is no prior; expected uniform(low, high)")
    );
    assert!(
        prior("parameters.displacment").contains("--prior parameters.displacment: it has no usual range")
    );
    assert!(prior("state.ZZZ.openness=uniform(0, 1)").contains("there is no state `ZZZ`"));
    assert!(
        prior("state.IDN.openness=uniform(0, 2)")
            .contains("the prior uniform(0, 2) of state.IDN.openness goes too far")
    );
    assert!(prior("state.IDN.id=uniform(0, 2)").contains("state.IDN.id"));
    assert!(prior("time.end=uniform(2010, 2016)").contains("time.end"));
    assert!(prior("link.spread").contains("links are of a panel, and there is no coding.csv beside"));
    assert!(prior("link.spred").contains("did you mean `spread`?"));
    let few = told(&["--particles", "10"]);
    assert!(few.contains("--particles 10: fewer than the") && few.contains("at least ten for each"), "{few}");
    assert!(told(&["--statistic", "fingerprnt"]).contains("did you mean `fingerprint`?"));
    assert!(
        told(&["--statistic", "fingerprint"]).contains("the record of asean has no data for `fingerprint`")
    );
    assert!(
        told(&["--hold-out", "2050"]).contains("--hold-out 2050: expected states, a year from 2001 to 2014")
    );
    let without = refused(&suasion(here, &["calibrate", "teaching/spiral", "--prior", "parameters.drift"]));
    assert!(without.contains("teaching/spiral has no record to be fitted"), "{without}");
    let never = told(&["--prior", "regime.tvpa.thresholds[1]=uniform(1.2, 1.4)"]);
    assert!(
        never.contains("none of") && never.contains("proposals of particle 0 is within the prior"),
        "{never}"
    );
    assert!(!here.join("fit").exists(), "nothing is written");
}

#[test]
fn a_bad_posterior_is_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let told = |text: &str| {
        fs::write(here.join("p.csv"), text).expect("writable");
        refused(&suasion(here, &["run", "asean", "--posterior", "p.csv", "--out", "run"]))
    };
    let head = "suasion,draw,weight,distance";
    let version = env!("CARGO_PKG_VERSION");
    let unknown = told(&format!("{head},parameters.drfit\n{version},0,1,1,0.1\n"));
    assert!(unknown.contains("the posterior p.csv") && unknown.contains("parameters.drfit"), "{unknown}");
    assert!(
        told(&format!("{head},parameters.drift\n{version},0,0.5,1,0.1\n")).contains("weights sum to 0.5")
    );
    assert!(
        told(&format!("{head},parameters.drift\n{version},0,x,1,0.1\n"))
            .contains("column weight: found \"x\"")
    );
    assert!(told(&format!("{head},parameters.drift\n0.0.9,0,1,1,0.1\n")).contains("it is of version 0.0.9"));
    assert!(told(&format!("{head},parameters.drift\n{version},0,1,1,-4\n")).contains("parameters.drift"));
    assert!(told("draw,weight\n0,1\n").contains("its columns are no posterior's"));
    let missing = refused(&suasion(here, &["run", "asean", "--posterior", "none.csv"]));
    assert!(missing.contains("the posterior none.csv cannot be read"), "{missing}");
    assert!(!here.join("run").exists(), "nothing is written");
}
