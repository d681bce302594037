//! The commands as people use them, with good input and bad.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_suasion"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn run_writes_what_verify_confirms() {
    let folder = TempDir::new().expect("a folder");
    let output = suasion(folder.path(), &["run", "asean", "--replicates", "20", "--ledger"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("Thailand") && stdout(&output).contains("digest"));
    for file in [
        "manifest.json",
        "scenario.toml",
        "trajectories.parquet",
        "events.parquet",
        "summary.csv",
        "ledger.parquet",
    ] {
        assert!(folder.path().join("out/asean").join(file).exists(), "{file}");
    }
    let verified =
        suasion(folder.path(), &["verify", "out/asean", "--threads", "1", "--instruction-set", "baseline"]);
    assert!(verified.status.success(), "{}", stderr(&verified));
    fs::write(folder.path().join("out/asean/summary.csv"), "changed").expect("writable");
    let changed = suasion(folder.path(), &["verify", "out/asean"]);
    assert!(!changed.status.success() && stderr(&changed).contains("summary.csv"), "{}", stderr(&changed));
}

#[test]
fn a_counterfactual_changes_the_run_and_set_equals_an_edit() {
    let folder = TempDir::new().expect("a folder");
    let digest = |arguments: &[&str]| {
        let mut all = vec!["run", "asean", "--replicates", "8", "--summary-only", "--json"];
        all.extend(arguments);
        let output = suasion(folder.path(), &all);
        assert!(output.status.success(), "{}", stderr(&output));
        let manifest: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        manifest["digest"].as_str().expect("a digest").to_string()
    };
    let base = digest(&[]);
    assert_eq!(base, digest(&["--seed", "2016"]));
    assert_ne!(base, digest(&["--counterfactual", "no-tvpa"]));
    assert_ne!(base, digest(&["--set", "parameters.signalling=0"]));
}

#[test]
fn bad_input_is_a_sentence_exit_code_2_and_leaves_no_file() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("bytes.toml"), [0xff, 0xfe, 0x00]).expect("writable");
    fs::create_dir(folder.path().join("folder.toml")).expect("writable");
    for (arguments, expected) in [
        (vec!["run", "asaen"], "asean"),
        (vec!["run", "asean", "--set", "state.IDN.capacity=0"], "state.IDN.capacity"),
        (vec!["run", "asean", "--set", "state.IDN.capcity=0.5"], "capacity"),
        (vec!["run", "asean", "--set", "parameters.drift=-1"], "parameters.drift"),
        (vec!["run", "asean", "--replicates", "0"], "replicates"),
        (vec!["run", "asean", "--counterfactual", "no-tpva"], "no-tvpa"),
        (vec!["run", "bytes.toml"], "UTF-8"),
        (vec!["run", "folder.toml"], "folder.toml"),
        (vec!["run", "missing.toml"], "missing.toml"),
        (vec!["check", "asean", "--set", "regime.tvpa.thresholds=[0.1,0.4,0.8]"], "thresholds"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty() && !folder.path().join("out").exists(), "{arguments:?}");
    }
}

#[test]
fn a_folder_with_other_content_is_left_alone() {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("mine")).expect("writable");
    fs::write(folder.path().join("mine/thesis.txt"), "years of work").expect("writable");
    let output = suasion(folder.path(), &["run", "teaching/spiral", "--replicates", "4", "--out", "mine"]);
    assert!(!output.status.success() && stderr(&output).contains("mine"), "{}", stderr(&output));
    assert_eq!(fs::read_dir(folder.path().join("mine")).expect("readable").count(), 1);
}

#[test]
fn every_bundled_scenario_checks_and_new_does_not_overwrite() {
    let folder = TempDir::new().expect("a folder");
    for name in suasion::scenario::bundled::names() {
        let output = suasion(folder.path(), &["check", name]);
        assert!(
            output.status.success() && stdout(&output).contains("agent-steps"),
            "{name}: {}",
            stderr(&output)
        );
    }
    assert!(suasion(folder.path(), &["new", "mine"]).status.success());
    assert!(suasion(folder.path(), &["check", "mine.toml"]).status.success());
    let again = suasion(folder.path(), &["new", "mine"]);
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
}

#[test]
fn params_schema_completions_and_man_print() {
    let folder = TempDir::new().expect("a folder");
    for (arguments, expected) in [
        (vec!["list"], "teaching/spiral"),
        (vec!["list", "asean"], "counterfactual.no-tvpa"),
        (vec!["params", "--markdown"], "overjustification"),
        (vec!["schema"], "$schema"),
        (vec!["completions", "bash"], "suasion"),
        (vec!["man"], "verify"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert!(output.status.success() && stdout(&output).contains(expected), "{arguments:?}");
    }
}
