//! Scenario files, bad and good (`tests/scenarios`). A bad file differs from a good one by the thing that is wrong, and
//! its first lines, after `#! `, are the whole message that it must get. `SUASION_MINT=1 cargo test scenario_files`
//! writes the messages anew; read them as somebody would who does not know the program.

use crate::support::ROOT;
use std::fs;
use std::path::{Path, PathBuf};
use suasion::scenario::{Scenario, ScenarioError};

const MARK: &str = "#! ";

fn folder(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/scenarios").join(name)
}

fn scenarios(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(name)).expect("readable").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

fn load(path: &Path) -> Result<Scenario, ScenarioError> {
    Scenario::load(path.to_str().expect("a path in UTF-8")).and_then(|loaded| loaded.build())
}

/// The message for a file, with paths as from `tests/scenarios`.
fn message(path: &Path) -> String {
    let all = folder("").to_string_lossy().replace('\\', "/");
    match load(path) {
        Ok(_) => "the file is accepted".to_string(),
        Err(error) => error.to_string().replace('\\', "/").replace(&all, ""),
    }
}

/// The first lines of a file that say its message, and the rest. Bytes, since a file may not be text.
fn parts(bytes: &[u8]) -> (String, &[u8]) {
    let mut rest = bytes;
    let mut lines = Vec::new();
    while let Some(after) = rest.strip_prefix(MARK.as_bytes()) {
        let end = after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
        lines.push(String::from_utf8_lossy(&after[..end]).into_owned());
        rest = after.get(end + 1..).unwrap_or_default();
    }
    (lines.join("\n"), rest)
}

/// Writes the message into the file; twice, since the message has lines and moves the lines that it names.
fn mint(path: &Path) {
    for _ in 0..2 {
        let bytes = fs::read(path).expect("readable");
        let (_, rest) = parts(&bytes);
        let mut minted: Vec<u8> = Vec::new();
        for line in message(path).lines() {
            minted.extend(format!("{MARK}{line}\n").bytes());
        }
        minted.extend(rest);
        fs::write(path, minted).expect("writable");
    }
}

#[test]
fn every_bad_file_gets_its_message() {
    let files = scenarios("bad");
    assert!(files.len() >= 75, "{} bad files", files.len());
    let mut wrong = Vec::new();
    for path in files {
        if std::env::var_os("SUASION_MINT").is_some() {
            mint(&path);
        }
        let bytes = fs::read(&path).expect("readable");
        let (expected, _) = parts(&bytes);
        let found = message(&path);
        if load(&path).is_ok() || found != expected {
            wrong.push(format!("{}:\n  expected {expected}\n  found    {found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_good_file_loads_and_its_resolved_form_is_the_same_scenario() {
    let files = scenarios("good");
    assert!(files.len() >= 6, "{} good files", files.len());
    for path in files {
        let scenario = load(&path).unwrap_or_else(|error| panic!("{error}"));
        let again = |scenario: &Scenario| {
            let resolved = Scenario::parse("resolved", &scenario.resolved(), None);
            resolved
                .and_then(|loaded| loaded.build())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let mut all = vec![scenario.clone()];
        for counterfactual in &scenario.counterfactuals {
            let mut loaded =
                Scenario::load(path.to_str().expect("a path in UTF-8")).expect("it loaded before");
            loaded.apply_counterfactual(&counterfactual.id).expect("it was checked");
            all.push(loaded.build().expect("it was checked"));
        }
        for scenario in all {
            let once = again(&scenario);
            let case = format!("{} {:?}", path.display(), scenario.counterfactual);
            assert_eq!(once.world, scenario.world, "{case}");
            assert_eq!((once.seed, once.replicates), (scenario.seed, scenario.replicates), "{case}");
            assert_eq!((&once.names, &once.regions), (&scenario.names, &scenario.regions), "{case}");
            assert_eq!((&once.observed, &once.titles), (&scenario.observed, &scenario.titles), "{case}");
            assert_eq!(once.resolved(), scenario.resolved(), "{case}");
            assert_eq!(again(&once).world, once.world, "{case}");
        }
    }
}

#[test]
fn one_bad_cell_among_a_million_rows_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = String::from("id,capacity,openness\n");
    for i in 0..1_000_000 {
        let openness = if i == 765_432 { "n/a" } else { "0.5" };
        rows.push_str(&format!("s{i},0.5,{openness}\n"));
    }
    fs::write(folder.path().join("many.csv"), rows).expect("writable");
    let path = folder.path().join("many.toml");
    let text = "version = 2\ntitle = 'Many'\nstates = 'many.csv'\ntime = { start = 2001, end = 2002 }\n";
    fs::write(&path, text).expect("writable");
    let error = load(&path).expect_err("a cell is no number").to_string();
    let place =
        format!("{}:765434: state.s765432.openness: found \"n/a\"", folder.path().join("many.csv").display());
    assert!(error.starts_with(&place) && error.lines().count() == 1, "{error}");
}
