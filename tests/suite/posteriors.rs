//! A posterior on its way: `calibrate` fits it, `run`, `compare`, `explain` and `validate` draw from it, `verify` draws again. Draws
//! are whole: no draw is held against a coordinate of another, and links code a panel anew in each.

use crate::commands::{digest, stderr, stdout, suasion};
use crate::evidence::small;
use std::fs;
use std::path::Path;
use suasion::evidence::panel::{Coding, Panel, Settings, files};
use suasion::experiment::posterior::Posterior;
use suasion::scenario::Scenario;
use tempfile::TempDir;

fn good(folder: &Path, words: &[&str]) -> String {
    let output = suasion(folder, words);
    assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    stdout(&output)
}

fn refused(folder: &Path, words: &[&str]) -> String {
    let output = suasion(folder, words);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {}", stdout(&output));
    stderr(&output)
}

fn kept(folder: &Path, out: &str) -> String {
    fs::read_to_string(folder.join(out).join("posterior.csv")).expect("a posterior")
}

fn columns(text: &str) -> Vec<&str> {
    text.lines().next().expect("a header").split(',').skip(4).collect()
}

/// Every command that takes a posterior, on a scenario, from a calibration to `verify`.
fn all_the_way(here: &Path, scenario: &str, priors: &[&str], state: &str, counterfactual: &str) {
    let priors: Vec<&str> = priors.iter().flat_map(|prior| ["--prior", prior]).collect();
    let calibrate = ["calibrate", scenario, "--particles", "40", "--generations", "2", "--hold-out", "none"];
    good(here, &[&calibrate[..], &priors, &["--out", "fit"]].concat());
    let from = ["--posterior", "fit/posterior.csv", "--replicates", "60"];
    let said = good(here, &[&["run", scenario, "--out", "run"][..], &from].concat());
    assert!(said.contains("drawn from the posterior fit/posterior.csv: 40 draws"), "{said}");
    assert!(good(here, &["verify", "run"]).contains("verified"));
    // The folder is enough to make the run again.
    good(
        here,
        &[
            "run",
            "run/scenario.toml",
            "--posterior",
            "run/posterior.csv",
            "--replicates",
            "60",
            "--out",
            "again",
        ],
    );
    assert_eq!(digest(&here.join("again")), digest(&here.join("run")));
    let compared =
        good(here, &[&["compare", scenario, counterfactual, "--out", "compare"][..], &from].concat());
    assert!(compared.contains("40 draws"), "{compared}");
    assert_eq!(digest(&here.join("compare")), digest(&here.join("run")));
    let explained =
        [&["explain", scenario, "--state", state, "--against", counterfactual][..], &from].concat();
    assert!(good(here, &explained).contains("40 draws"));
    good(here, &[&["validate", scenario, "--out", "validate"][..], &from].concat());
    good(
        here,
        &[&["run", scenario, "--counterfactual", counterfactual, "--out", "other"][..], &from].concat(),
    );
    assert!(good(here, &["verify", "other"]).contains("verified"));
}

/// Thresholds that each draw has in order, and that no two draws mixed would have.
const THRESHOLDS: [&str; 3] = [
    "regime.tvpa.thresholds[0]=uniform(0, 1)",
    "regime.tvpa.thresholds[1]=uniform(0, 1)",
    "regime.tvpa.thresholds[2]=uniform(0, 1)",
];

#[test]
fn draws_that_are_valid_as_a_whole_are_carried_into_every_command_on_the_flagship() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    all_the_way(here, "asean", &[&THRESHOLDS[..], &["parameters.drift"]].concat(), "MYS", "no-tvpa");
    let drawn = kept(here, "fit");
    let rows: Vec<Vec<f64>> = drawn
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(4).take(3).map(|cell| cell.parse().expect("a number")).collect())
        .collect();
    assert!(rows.iter().all(|row| row[0] >= row[1] && row[1] >= row[2]), "{drawn}");
    assert!(rows.iter().any(|a| rows.iter().any(|b| a[0] < b[1])), "some two draws could not be mixed");
    assert_eq!(columns(&kept(here, "run")), columns(&drawn));
    assert_eq!(columns(&kept(here, "other")), ["parameters.drift"]);
    // An overlay that fixes all that is drawn leaves draws of nothing, and a run all the same.
    fs::write(here.join("one.csv"), "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,1,1,0.1\n")
        .expect("written");
    let set =
        ["run", "asean", "--posterior", "one.csv", "--set", "parameters.drift=0.05", "--replicates", "8"];
    good(here, &[&set[..], &["--out", "set"]].concat());
    assert_eq!(columns(&kept(here, "set")), [""; 0]);
    assert!(good(here, &["verify", "set"]).contains("verified"));
    // A draw that is not valid is told as the draw that it is.
    let head = "suasion,draw,weight,distance,regime.tvpa.thresholds[0]";
    fs::write(here.join("bad.csv"), format!("{head}\n0.2.0,0,1,1,-1\n")).expect("written");
    let told = refused(here, &["run", "asean", "--posterior", "bad.csv", "--out", "bad"]);
    assert!(
        told.contains("the posterior bad.csv: ") && told.contains("draw 0") && told.contains("thresholds"),
        "{told}"
    );
    assert!(!here.join("bad").exists());
}

/// A panel of the small made-up tables.
fn panel(here: &Path) {
    fs::create_dir(here.join("data")).expect("made");
    small(&here.join("data"));
    let make = ["panel", "data", "--out", "made", "--start", "2003", "--end", "2005", "--law", "first"];
    good(here, &make);
}

#[test]
fn links_code_a_panel_anew_in_every_draw_and_what_overlays_set_holds() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    panel(here);
    let priors =
        ["link.motivation_base", "link.spread", "link.border_weight", "link.law_hazard", "parameters.drift"];
    all_the_way(here, "made/scenario.toml", &priors, "MYS", "no-tvpa");
    let drawn = kept(here, "fit");
    assert_eq!(columns(&drawn)[0], "link.motivation_base");
    assert_eq!(columns(&kept(here, "run")), columns(&drawn));
    for file in ["coding.csv", "coefficients.toml"] {
        let [here, there] = ["run", "made"].map(|folder| fs::read_to_string(here.join(folder).join(file)));
        assert_eq!(here.expect("kept"), there.expect("written"), "{file}");
    }
    // A fit of links keeps how the panel was coded, wherever that was read from, and is done again from its folder alone.
    let link = ["calibrate", "made/scenario.toml", "--prior", "link.spread", "--particles", "20"];
    good(here, &[&link[..], &["--point", "--simulations", "40", "--out", "point"]].concat());
    for (folder, what) in [("fit", "a posterior"), ("point", "the nearest point")] {
        fs::rename(here.join(folder), here.join("elsewhere")).expect("moved");
        let said = good(here, &["verify", "elsewhere"]);
        assert!(said.contains(&format!("verified: the fit of {what} again")), "{folder}: {said}");
        fs::rename(here.join("elsewhere"), here.join(folder)).expect("moved back");
    }
    // The worlds of the draws are those that a panel with the coefficients of each draw is read as.
    let settings = Settings { start: Some(2003), end: Some(2006), law: Some("first".into()) };
    let panel = Panel::read(&here.join("data"), &settings).expect("a panel");
    let scenario = here.join("made/scenario.toml");
    let loaded = Scenario::load(&scenario.to_string_lossy()).expect("read");
    let posterior = Posterior::read(&here.join("fit/posterior.csv").to_string_lossy()).expect("a posterior");
    let posterior = posterior.coded_beside(&scenario).expect("coded");
    assert_eq!((posterior.paths().len(), posterior.around().len()), (5, 0));
    for (draw, line) in drawn.lines().skip(1).enumerate() {
        let values: Vec<f64> = line.split(',').skip(4).map(|cell| cell.parse().expect("a number")).collect();
        let of_draw = format!(
            "motivation_base = {:?}\nspread = {:?}\nborder_weight = {:?}\nlaw_hazard = {:?}",
            values[0], values[1], values[2], values[3]
        );
        let coefficients = panel.plan.coefficients().parse(&of_draw, "draw").expect("coefficients");
        let out = TempDir::new().expect("a folder");
        for file in files(&panel, &coefficients).expect("coded") {
            fs::write(out.path().join(file.name), file.text).expect("written");
        }
        let written = Scenario::load(&out.path().join("scenario.toml").to_string_lossy());
        let mut written = written.and_then(|loaded| loaded.build_alone()).expect("valid").world;
        written.parameters.drift = values[4];
        let mut mine = loaded.clone();
        posterior.set(draw, &mut mine).expect("set");
        assert_eq!(mine.build_alone().expect("valid").world, written, "draw {draw}");
    }
    // What an option sets holds against every draw, in the run and in what its folder keeps.
    let from = ["--posterior", "fit/posterior.csv", "--replicates", "40"];
    let mine = ["run", "made/scenario.toml", "--set", "state.IDN.openness=0.5", "--set"];
    good(
        here,
        &[
            &mine[..],
            &["state.THA.capacity.mean=0.4", "--set", "instrument.law.hazard=0.02", "--out", "set"],
            &from,
        ]
        .concat(),
    );
    let text = kept(here, "set");
    let fixed = |path: &str| columns(&text).iter().position(|column| *column == path).expect(path) + 4;
    for (path, x) in
        [("state.IDN.openness", "0.5"), ("state.THA.capacity.mean", "0.4"), ("instrument.law.hazard", "0.02")]
    {
        let column = fixed(path);
        assert!(text.lines().skip(1).all(|line| line.split(',').nth(column) == Some(x)), "{path}: {text}");
    }
    assert!(good(here, &["verify", "set"]).contains("verified"));
    // Another form than numbers cannot be kept, and is refused before anything is written.
    let form = [
        "run",
        "made/scenario.toml",
        "--set",
        "state.IDN.openness={ low = 0.1, high = 0.2 }",
        "--out",
        "form",
    ];
    let told = refused(here, &[&form[..], &from].concat());
    assert!(told.contains("another form") && !here.join("form").exists(), "{told}");
    // Without what the panel wrote, links are left out and named; where the scenario was changed by hand, they are refused.
    fs::create_dir(here.join("bare")).expect("made");
    for file in ["scenario.toml", "states.csv", "ties.csv", "observed.csv"] {
        fs::copy(here.join("made").join(file), here.join("bare").join(file)).expect("copied");
    }
    let bare = [&["run", "bare/scenario.toml", "--out", "left"][..], &from].concat();
    let said = good(here, &bare);
    assert!(
        said.contains("40 draws of 1 parameters")
            && said.contains("not drawn")
            && said.contains("link.spread"),
        "{said}"
    );
    let states = fs::read_to_string(here.join("made/states.csv")).expect("states");
    let idn = states.lines().find(|line| line.starts_with("IDN,")).expect("a row");
    let mut cells: Vec<&str> = idn.split(',').collect();
    cells[5] = "0.9";
    fs::write(here.join("made/states.csv"), states.replace(idn, &cells.join(","))).expect("written");
    let told = refused(here, &[&["run", "made/scenario.toml", "--out", "hand"][..], &from].concat());
    assert!(told.contains("is not coded as coding.csv and coefficients.toml beside it say"), "{told}");
    let told = refused(
        here,
        &["calibrate", "made/scenario.toml", "--prior", "link.spread", "--particles", "20", "--out", "no"],
    );
    assert!(told.contains("or it was changed since"), "{told}");
    assert!(!here.join("hand").exists() && !here.join("no").exists());
}

#[test]
fn the_coding_of_a_panel_is_read_back_and_what_is_wrong_with_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    panel(here);
    let scenario = here.join("made/scenario.toml");
    let settings = Settings { start: Some(2003), end: Some(2006), law: Some("first".into()) };
    let panel = Panel::read(&here.join("data"), &settings).expect("a panel");
    let read = Coding::beside(&scenario).expect("read");
    assert_eq!(read, Some(panel.coding(&panel.plan.coefficients())));
    let table = fs::read_to_string(here.join("made/coding.csv")).expect("written");
    let told = |from: &str, to: &str| {
        assert!(table.contains(from), "{table}");
        fs::write(here.join("made/coding.csv"), table.replacen(from, to, 1)).expect("written");
        Coding::beside(&scenario).expect_err("refused").to_string()
    };
    let how = told("mean of its region", "mean of its regions");
    assert!(how.contains("coding.csv:") && how.contains("did you mean `mean of its region`?"), "{how}");
    assert!(told("wgi_ge,", "wgi_gee,").contains("the column `wgi_ge` is missing; did you mean"));
    assert!(told("\nKHM,", "\nIDN,").contains("IDN"), "twice or out of order");
    fs::remove_file(here.join("made/coding.csv")).expect("removed");
    assert_eq!(Coding::beside(&scenario), Ok(None));
    let told =
        refused(here, &["calibrate", "made/scenario.toml", "--prior", "link.spread", "--particles", "20"]);
    assert!(
        told.contains("there is no coding.csv beside made/scenario.toml") && told.contains("--panel DIR"),
        "{told}"
    );
}

/// On the record of the folder that `SUASION_DATA` names; without it this test says so and passes.
#[test]
fn the_documented_calibration_of_the_panel_of_the_world_is_carried_into_every_command() {
    let Some(data) = std::env::var_os("SUASION_DATA") else {
        eprintln!("skipped: SUASION_DATA names no folder of tables");
        return;
    };
    let data = fs::canonicalize(data).expect("the folder that SUASION_DATA names");
    let data = data.to_str().expect("a path in UTF-8");
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(here, &["panel", data, "--out", "panel"]);
    let fit = ["calibrate", "panel/scenario.toml", "--panel", data, "--priors", "bundled", "--seed", "2016"];
    good(here, &[&fit[..], &["--particles", "80", "--generations", "2", "--out", "fit"]].concat());
    let from = ["panel/scenario.toml", "--posterior", "fit/posterior.csv", "--replicates", "24"];
    let said = good(here, &[&["run", "--out", "run"][..], &from].concat());
    // Parameters, numbers of the regime and links, all of them drawn.
    assert!(said.contains("fit/posterior.csv: 80 draws of ") && !said.contains("not drawn"), "{said}");
    assert!(good(here, &["verify", "run"]).contains("verified"));
    good(
        here,
        &[&["compare", "--out", "compare", "--against", "parameters.signalling=0"][..], &from].concat(),
    );
    assert_eq!(digest(&here.join("compare")), digest(&here.join("run")));
    good(here, &[&["explain", "--state", "MYS"][..], &from].concat());
    good(here, &[&["validate", "--out", "validate"][..], &from].concat());
}

/// A posterior that forecasts no better than each year's own frequencies is not shipped. On the record of the folder that `SUASION_DATA` names; without
/// it this test says so and passes.
#[test]
fn the_bundled_posterior_forecasts_better_than_climatology() {
    let Some(data) = std::env::var_os("SUASION_DATA") else {
        eprintln!("skipped: SUASION_DATA names no folder of tables");
        return;
    };
    let data = fs::canonicalize(data).expect("the folder that SUASION_DATA names");
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(here, &["panel", data.to_str().expect("a path in UTF-8"), "--out", "panel"]);
    let asked =
        ["panel/scenario.toml", "--posterior", "bundled", "--hold-out", "2008", "--replicates", "100"];
    let said = good(here, &[&["validate", "--json"][..], &asked].concat());
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let later = said["skill"].as_array().expect("parts").last().expect("a part");
    assert_eq!(later["part"], "all states, 2009-2012");
    for score in ["rps_tiers", "brier_law"] {
        let skill = &later[score]["references"]["climatology"]["skill"];
        assert!(skill.as_f64().is_some_and(|skill| skill > 0.02), "{score}: {skill}");
    }
}
