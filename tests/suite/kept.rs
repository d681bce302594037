//! Variables that a run keeps: columns and summary of these alone, and the digest of all.

use crate::commands::digest;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a command prints and its exit code.
fn run(at: &Path, words: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_suasion")).args(words).current_dir(at).output().unwrap();
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (told.concat(), output.status.code())
}

/// Columns of a table of text, by name.
fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let mut all: BTreeMap<String, Vec<String>> = names.iter().map(|name| (name.clone(), vec![])).collect();
    for row in reader.records() {
        for (name, cell) in names.iter().zip(&row.unwrap()) {
            all.get_mut(name).unwrap().push(cell.into());
        }
    }
    all
}

#[test]
fn what_is_kept_is_as_in_the_whole_and_the_digest_is_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for more in [&[][..], &["--posterior", "bundled"], &["--given", "record:particles=200"]] {
        let base = [&["run", "asean", "--replicates", "21", "--format", "csv", "--replace"], more].concat();
        let whole = run(at, &[&base[..], &["--out", "whole"]].concat());
        let part = run(
            at,
            &[&base[..], &["--keep", "law,reactance", "--keep", "flow_in", "--out", "part"]].concat(),
        );
        assert_eq!((whole.1, part.1), (Some(0), Some(0)), "{whole:?} {part:?}");
        assert_eq!(digest(&at.join("whole")), digest(&at.join("part")));
        let [all, kept] = ["whole", "part"].map(|name| columns(&at.join(name).join("trajectories.csv")));
        let names: Vec<&str> = kept.keys().map(String::as_str).collect();
        assert_eq!(names, ["adopted_law", "flow_in", "reactance", "replicate", "state", "year"]);
        assert!(kept.iter().all(|(name, cells)| all[name] == *cells));
        // The summary has their rows, as they are.
        let rows = |name: &str| -> Vec<String> {
            let text = fs::read_to_string(at.join(name).join("summary.csv")).unwrap();
            text.lines().map(String::from).collect()
        };
        let (all, kept) = (rows("whole"), rows("part"));
        let wanted =
            |row: &&String| [",adopted_law,", ",reactance,", ",flow_in,"].iter().any(|v| row.contains(v));
        assert_eq!(all.iter().filter(wanted).collect::<Vec<_>>(), kept.iter().skip(1).collect::<Vec<_>>());
        assert_eq!(
            fs::read(at.join("whole/events.csv")).unwrap(),
            fs::read(at.join("part/events.csv")).unwrap(),
            "events are of all"
        );
        assert!(part.0.contains("of these alone tables were kept"), "{}", part.0);
        assert_eq!(run(at, &["verify", "part"]).1, Some(0));
        let report = run(at, &["report", "part", "--replace"]);
        assert_eq!(report.1, Some(0), "{}", report.0);
        // What was kept is shown, and what was not has no empty figure.
        let page = fs::read_to_string(at.join("part/report.html")).unwrap();
        assert!(page.contains("Reactance over time") && page.contains("reactance is 0."));
        assert!(!page.contains("Phases of the spiral") && !page.contains("Protection over time"));
        assert!(page.contains("by the end of each year. law: First specific law against trafficking. "));
    }
}

#[test]
fn another_choice_is_another_job_and_what_is_no_variable_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let base = ["run", "asean", "--replicates", "8"];
    for (keep, expected) in [
        ("motivatoin", "there is no variable \"motivatoin\" to keep; did you mean `motivation`?"),
        ("", "there is no variable \"\" to keep; there is motivation, enforcement,"),
        ("motivation,", "there is no variable \"\" to keep"),
        ("lwa", "did you mean `law`?"),
    ] {
        let (told, code) = run(at, &[&base[..], &["--keep", keep]].concat());
        assert!(told.replace('\n', " ").contains(expected) && code == Some(2), "{code:?} {told}");
        assert!(fs::read_dir(at).unwrap().next().is_none(), "nothing is written");
    }
    let kept = [&base[..], &["--keep", "law", "--out", "a"]].concat();
    assert_eq!(run(at, &kept).1, Some(0));
    // The same by the name of its column and of its instrument.
    let (told, code) = run(at, &[&base[..], &["--keep", "adopted_law", "--out", "a"]].concat());
    assert!(told.contains("done before") && code == Some(0), "{told}");
    let (told, code) = run(at, &[&base[..], &["--keep", "motivation", "--out", "a"]].concat());
    assert!(told.contains("kept") && code == Some(2), "{told}");
    // Of a name of its own where nobody gives one.
    assert_eq!(run(at, &kept[..kept.len() - 2]).1, Some(0));
    assert_eq!(run(at, &base).1, Some(0));
    assert_eq!(
        fs::read_dir(at.join("out")).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(),
        2
    );
}
