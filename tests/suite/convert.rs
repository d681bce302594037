//! Scenario files of format version 1 become files of version 2 that are valid, and nothing is lost or overwritten on the way.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use tempfile::TempDir;

const OLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/old/version-1.toml");

#[test]
fn an_old_file_is_rescaled_where_it_sets_numbers_and_keeps_its_comments() {
    let folder = TempDir::new().expect("a folder");
    let told = suasion(folder.path(), &["convert", OLD, "new.toml"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let new = fs::read_to_string(folder.path().join("new.toml")).expect("written");
    insta::assert_snapshot!("convert", format!("{}\n{new}", stdout(&told)));
    let checked = suasion(folder.path(), &["check", "new.toml", "--quiet"]);
    assert!(checked.status.success(), "{}", stderr(&checked));
    // The old file itself is refused, with the way out.
    let refused = suasion(folder.path(), &["check", OLD]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        stderr(&refused).contains("version: found 1, expected 2; `suasion convert`"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn what_cannot_be_converted_is_told_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("present.toml", "version = 2\ntitle = \"x\"\n");
    write("none.toml", "title = \"x\"\n");
    write("broken.toml", "version = 1\ntitle = \n");
    write("there.toml", "mine");
    write("words.toml", "version = \"one\"\n");
    for (arguments, expected) in [
        (["present.toml", "new.toml"], "version: found 2, expected 1; it is of the present version already"),
        (
            ["none.toml", "new.toml"],
            "version: found nothing, expected 1; only files of version 1 are converted",
        ),
        (["words.toml", "new.toml"], "version: found \"one\", expected 1"),
        (["broken.toml", "new.toml"], "broken.toml:2:"),
        (["absent.toml", "new.toml"], "absent.toml"),
        ([OLD, "there.toml"], "there.toml: exists already; nothing was written"),
    ] {
        let told = suasion(folder.path(), &[&["convert"][..], &arguments].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {}", stderr(&told));
        assert!(stderr(&told).contains(expected), "{arguments:?}: {}", stderr(&told));
        assert!(!folder.path().join("new.toml").exists());
    }
    assert_eq!(fs::read_to_string(folder.path().join("there.toml")).expect("there"), "mine");
}

#[test]
fn a_path_that_is_gone_is_told_where_it_was_set() {
    let folder = TempDir::new().expect("a folder");
    let text = fs::read_to_string(OLD).expect("there").replace(
        "title = \"Half the sanctions\"",
        "title = \"Half the sanctions\"\nnote = \"x\"\n[counterfactual.care]\ntitle = \"Care\"\nset = { \"regime.grades.weight_protection\" = 0.0 }\n[counterfactual.more]\ntitle = \"More\"",
    );
    fs::write(folder.path().join("old.toml"), text).expect("written");
    let told = suasion(folder.path(), &["convert", "old.toml", "new.toml"]);
    assert!(told.status.success(), "{}", stderr(&told));
    assert!(
        stdout(&told).contains("regime.grades.weight_protection: must be rewritten by hand"),
        "{}",
        stdout(&told)
    );
}
