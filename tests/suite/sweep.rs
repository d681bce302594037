//! Sweeps by command: shards, kills, cuts and changes all come to the bytes of one uninterrupted run, or to a sentence.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const AXES: [&str; 4] = ["--axis", "parameters.signalling=-0.3..0.3", "--axis", "regime.tvpa.severity=0..3"];

fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("it starts")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    // Lines of any length: what is said is held here, not how it is set.
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("COLUMNS", "1000");
    command
}

fn sweep(folder: &Path, out: &str, more: &[&str]) -> Output {
    let mut all = vec!["sweep", "asean", "--out", out];
    all.extend(AXES);
    all.extend(more);
    suasion(folder, &all)
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("a folder of results")
        .flatten()
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

fn blocks(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder of blocks").flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "blocks"));
    paths.sort();
    paths
}

const SMALL: [&str; 4] = ["--samples", "90", "--replicates", "40"];

#[test]
fn shards_in_any_order_and_folder_merge_to_the_unsharded_bytes() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(&sweep(here, "whole", &[&SMALL[..], &["--trajectories", "--threads", "1"]].concat()));
    for shard in ["3/3", "1/3"] {
        good(&sweep(here, "one", &[&SMALL[..], &["--trajectories", "--shard", shard]].concat()));
    }
    let missing = refused(&suasion(here, &["merge", "one"]));
    assert!(
        missing.contains("blocks are missing") && missing.contains("shard 2 of 3: block 1, 4"),
        "{missing}"
    );
    good(&sweep(here, "other", &[&SMALL[..], &["--trajectories", "--shard", "2/3"]].concat()));
    good(&suasion(here, &["merge", "one", "other.blocks", "--out", "merged"]));
    assert!(files(&here.join("merged")) == files(&here.join("whole")));
    assert!(!here.join("whole.blocks").exists() && here.join("one.blocks").exists());
    let again = good(&sweep(here, "whole", &[&SMALL[..], &["--trajectories"]].concat()));
    assert!(again.contains("done before"), "{again}");
}

#[test]
fn a_grid_is_laid_in_another_order_and_listed_in_its_own() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let run = |out: &str, more: &[&str]| {
        let mut all = vec!["sweep", "teaching/spiral", "--axis", "parameters.drift=0..0.2:5"];
        all.extend(["--axis", "parameters.volatility=0,0.01,0.02", "--replicates", "9", "--format", "csv"]);
        all.extend(["--outcome", "motivation@*", "--outcome", "phase=4.*", "--out", out]);
        all.extend(more);
        good(&suasion(here, &all));
    };
    run("grid", &[]);
    let design = fs::read_to_string(here.join("grid/design.csv")).expect("a design");
    let lines: Vec<&str> = design.lines().collect();
    assert_eq!(lines[..3], ["point,parameters.drift,parameters.volatility", "0,0.0,0.0", "1,0.0,0.01"]);
    assert_eq!((lines.len(), lines[15]), (16, "14,0.2,0.02"));
    // The same points as a table from elsewhere are other work in the same order of rows.
    fs::write(here.join("points.csv"), &design).expect("writable");
    let mut all =
        vec!["sweep", "teaching/spiral", "--points", "points.csv", "--replicates", "9", "--format", "csv"];
    all.extend(["--outcome", "motivation@*", "--outcome", "phase=4.*", "--out", "table"]);
    good(&suasion(here, &all));
    let outcomes = |of: &str| fs::read(here.join(of).join("outcomes.csv")).expect("outcomes");
    assert!(outcomes("grid") == outcomes("table"));
    // A point of a sweep is the run with the same values.
    let alone =
        ["run", "teaching/spiral", "--set", "parameters.drift=0.05", "--set", "parameters.volatility=0.01"];
    good(&suasion(here, &[&alone[..], &["--replicates", "9", "--out", "alone"]].concat()));
    let summary = fs::read_to_string(here.join("alone/summary.csv")).expect("a summary");
    let outcomes = String::from_utf8(outcomes("grid")).expect("text");
    let number = |line: &str, column: usize| {
        line.split(',').nth(column).expect("a cell").parse::<f64>().expect("a number")
    };
    let of_point: Vec<f64> =
        outcomes.lines().filter(|l| l.starts_with("4,mean,")).map(|l| number(l, 6)).collect();
    let of_run: Vec<f64> =
        summary.lines().filter(|l| l.split(',').nth(2) == Some("motivation")).map(|l| number(l, 5)).collect();
    assert_eq!(of_point.len(), of_run.len());
    assert!(of_point.iter().zip(&of_run).all(|(a, b)| (a - b).abs() < 1e-6), "{of_point:?} {of_run:?}");
}

#[test]
fn a_grid_is_mapped_and_what_is_not_in_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let axes = ["--axis", "state.*.sender_standing=0..1:3", "--axis", "regime.tvpa.severity=0,1,3"];
    let size = ["--replicates", "8", "--outcome", "protection", "--outcome", "protection.*", "--out", "grid"];
    good(&suasion(here, &[&["sweep", "asean"], &axes[..], &size[..]].concat()));
    good(&suasion(here, &["map", "grid", "--against", "regime.tvpa.severity=0"]));
    let svg = fs::read_to_string(here.join("grid-map-less-regime-tvpa-severity-0.svg")).expect("a picture");
    for expected in [
        "protection.mean@2015",
        "state.*.sender_standing",
        "regime.tvpa.severity",
        "difference (0 to capacity)",
    ] {
        assert!(svg.contains(expected), "{expected}");
    }
    assert!(here.join("grid-map-less-regime-tvpa-severity-0.png").exists());
    for (arguments, part) in [
        (
            &["map", "grid", "--outcome", "motivation"][..],
            "the sweep does not have the outcome motivation.mean@2015",
        ),
        (&["map", "grid", "--against", "regime.tvpa.severity=2"], "its values are 0, 1, 3"),
        (&["map", "grid", "--x", "parameters.drift"], "the sweep has no axis `parameters.drift`"),
        (&["map", "grid", "--outcome", "protection.*"], "a map shows one"),
        (&["map", "nowhere"], "there is no folder nowhere; name what --out was of a sweep"),
    ] {
        let said = refused(&suasion(here, arguments));
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
}

#[test]
fn independent_luck_is_other_luck_at_every_point_but_the_first() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let means = |out: &str, more: &[&str]| -> Vec<String> {
        let same = ["--axis", "parameters.drift=0.03,0.03000001", "--replicates", "8", "--format", "csv"];
        let mut all = vec!["sweep", "asean", "--design", "grid", "--outcome", "motivation", "--out", out];
        all.extend(same);
        all.extend(more);
        good(&suasion(here, &all));
        let text = fs::read_to_string(here.join(out).join("outcomes.csv")).expect("outcomes");
        text.lines().skip(1).map(|line| line.split(',').nth(6).expect("a mean")[..6].to_string()).collect()
    };
    let (common, independent) = (means("common", &[]), means("independent", &["--independent"]));
    assert_eq!(common[0], common[1]);
    assert_eq!(common[0], independent[0]);
    assert_ne!(independent[0], independent[1]);
}

#[test]
fn a_hundred_kills_lose_nothing() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let size = ["--samples", "1200", "--replicates", "64", "--threads", "2"];
    good(&sweep(here, "whole", &size));
    let arguments = [&["sweep", "asean", "--out", "killed"], &AXES[..], &size[..]].concat();
    let (mut kills, mut at) = (0, 7u64);
    while kills < 100 {
        let mut child = command(here, &arguments).stdout(Stdio::null()).spawn().expect("it starts");
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(5 + (at >> 33) % 90));
        child.kill().expect("it can be killed");
        if child.wait().expect("it ends").success() {
            break;
        }
        kills += 1;
    }
    good(&suasion(here, &arguments));
    assert!(kills > 10, "done after {kills} kills");
    assert!(files(&here.join("killed")) == files(&here.join("whole")));
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished_and_says_so() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let size = ["--samples", "3000", "--replicates", "64", "--threads", "1"];
    let arguments = [&["sweep", "asean", "--out", "stopped"], &AXES[..], &size[..]].concat();
    let child =
        command(here, &arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    while fs::read_dir(here.join("stopped.blocks")).map_or(0, Iterator::count) < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("finished blocks are kept"));
    let kept = fs::metadata(&blocks(&here.join("stopped.blocks"))[0]).expect("a log").len();
    assert!(kept > 10_000 && !here.join("stopped").exists(), "{kept} bytes");
}

#[test]
fn cut_and_foreign_shards_and_changed_scenarios_are_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    for shard in ["1/2", "2/2"] {
        good(&sweep(here, "s", &[&SMALL[..], &["--shard", shard]].concat()));
    }
    good(&sweep(here, "t", &[&SMALL[..], &["--shard", "1/2", "--set", "parameters.drift=0.05"]].concat()));
    let foreign = refused(&suasion(here, &["merge", "s", "t"]));
    assert!(
        foreign.contains("of another sweep than")
            && foreign.contains("parameters.drift: 0.03 there, 0.05 here"),
        "{foreign}"
    );
    let changed = refused(&sweep(here, "s", &[&SMALL[..], &["--set", "state.IDN.capacity=0.9"]].concat()));
    assert!(changed.contains("state.IDN.capacity: ") && changed.contains("--replace"), "{changed}");

    // A log of the other sweep among these, and one that is cut.
    let other = &blocks(&here.join("t.blocks"))[0];
    fs::copy(other, here.join("s.blocks").join(other.file_name().expect("a name"))).expect("copied");
    good(&suasion(here, &["merge", "s", "--out", "whole"]));
    let log = &blocks(&here.join("s.blocks"))
        .into_iter()
        .find(|p| p.to_string_lossy().contains("shard-2-of-2"))
        .expect("it");
    let bytes = fs::read(log).expect("a log");
    fs::write(log, &bytes[..bytes.len() - 100]).expect("writable");
    let cut = refused(&suasion(here, &["merge", "s", "--out", "cut"]));
    assert!(
        cut.contains("1 of ") && cut.contains("shard 2 of 2: block") && cut.contains("torn block"),
        "{cut}"
    );
    assert!(cut.contains("is of another sweep (version"), "{cut}");
    assert!(!here.join("cut").exists());
    good(&sweep(here, "s", &[&SMALL[..], &["--shard", "2/2"]].concat()));
    good(&suasion(here, &["merge", "s", "--out", "mended"]));
    assert!(files(&here.join("mended")) == files(&here.join("whole")));

    // Another version of the program.
    let description = here.join("t.blocks/sweep.json");
    let text =
        fs::read_to_string(&description).expect("a description").replace(env!("CARGO_PKG_VERSION"), "0.0.9");
    fs::write(&description, text).expect("writable");
    let version = refused(&suasion(here, &["merge", "s", "t"]));
    assert!(
        version.contains("of another version than")
            && version.contains(concat!("version: ", env!("CARGO_PKG_VERSION"), " there, 0.0.9 here")),
        "{version}"
    );
}

#[test]
fn what_cannot_be_swept_is_a_sentence_and_leaves_nothing() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    fs::write(here.join("points.csv"), "parameters.drift\n0.1\nmuch\n").expect("writable");
    let cases: [(&[&str], &str); 15] = [
        (&["sweep", "teaching/spiral"], "the scenario proposes no sweep"),
        (&["sweep", "asean", "--axis", "parameters.drfit=0..0.2"], "did you mean `drift`?"),
        (&["sweep", "asean", "--axis", "state.IDM.capacity=0..0.2"], "did you mean `IDN`?"),
        (&["sweep", "asean", "--axis", "parameters.drift=0.2..0"], "expected the lower end first"),
        (&["sweep", "asean", "--axis", "parameters.drift=-1..0.2"], "parameters.drift = -1"),
        (&["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--design", "grid"], "how many levels"),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--samples", "0"],
            "expected a whole number of at least 1",
        ),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--samples", "1000000000000"],
            "would take about",
        ),
        (&["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--replicates", "0"], "0"),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--outcome", "belief"],
            "there is no `belief`; there is motivation, ",
        ),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--shard", "9/8"],
            "there is no shard 9 of 8",
        ),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--shard", "1/0"],
            "no shards have no shard; expected a shard and their number, as 3/8",
        ),
        (
            &["sweep", "asean", "--points", "points.csv"],
            "points.csv:3: column 1 (parameters.drift): found \"much\"",
        ),
        (&["merge", "nowhere"], "keeps no blocks of a sweep"),
        (
            &["sweep", "asean", "--axis", "parameters.drift=0..0.2", "--axis", "parameters.drift=0..0.1"],
            "given twice",
        ),
    ];
    for (arguments, part) in cases {
        let said = refused(&suasion(here, arguments));
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
    assert!(!here.join("out").exists());
}
