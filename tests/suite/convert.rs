//! Scenario files of format version 1 become files of version 2 that are valid, and nothing is lost or overwritten on the way.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use tempfile::TempDir;

const OLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/old/version-1.toml");

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

/// A version-1 file with a part of its own.
fn old(more: &str) -> String {
    format!(
        "version = 1\ntitle = \"T\"\n[time]\nstart = 2001\nend = 2011\n[[state]]\nid = \"A\"\n[parameters]\npressure_half = 0.5\n{more}"
    )
}

#[test]
fn whatever_a_number_is_written_in_it_is_rescaled() {
    let text = old(
        "[[regime]]\nid = \"r\"\nkind = \"rating\"\nweight_law = 1.0\nweight_enforcement = 1.0\nweight_protection = 2.0\n",
    ) + "[counterfactual.more]\ntitle = \"More\"\n[[counterfactual.more.regime]]\nid = \"z\"\nkind = \"rating\"\nseverity = 2.0\n";
    // Written inline, before the tables.
    let inline = "event = [{ at = 2005, regime = \"r\", set = { severity = 1.0 } }]\n";
    let text = text.replacen("title = \"T\"\n", &format!("title = \"T\"\n{inline}"), 1);
    let new = suasion::scenario::convert::convert("old.toml", &text).expect("converted").text;
    let has = |line: &str| assert!(new.contains(line), "{line}\n{new}");
    has("weight_law = 0.25\n");
    has("enforcement_share = 0.333333\n");
    has("set = { severity = 2.0 }");
    has("severity = 4.0\n");
    assert_eq!(new.matches("view_sd = 0.0\n").count(), 2, "{new}");
    let inline = old("").replacen(
        "title = \"T\"\n",
        "title = \"T\"\nregime = [{ id = \"r\", kind = \"rating\", severity = 3.0, weight_law = 2.0, weight_enforcement = 0.0, weight_protection = 0.0 }]\n",
        1,
    );
    let new = suasion::scenario::convert::convert("old.toml", &inline).expect("converted").text;
    assert!(
        new.contains("severity = 6.0")
            && new.contains("weight_law = 1.0")
            && new.contains("enforcement_share = 0.0"),
        "{new}"
    );
    let lines = old("").replace('\n', "\r\n");
    let new = suasion::scenario::convert::convert("old.toml", &lines).expect("converted").text;
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
}

#[test]
fn what_has_no_counterpart_is_refused_by_name() {
    let regime = "[[regime]]\nid = \"r\"\nkind = \"rating\"\nweight_law = 1.0\n";
    for (more, path) in [
        ("[[event]]\nat = 2005\nregime = \"r\"\nset = { weight_law = 2.0 }\n", "regime.r.weight_law"),
        (
            "[counterfactual.c]\ntitle = \"c\"\nset = { \"regime.r.weight_law\" = 0.5 }\n",
            "regime.r.weight_law",
        ),
        (
            "[counterfactual.c]\ntitle = \"c\"\nset = { \"regime.r.weight_protection\" = 0.5 }\n",
            "regime.r.weight_protection",
        ),
        ("[prior]\n\"regime.r.severity\" = \"uniform(0, 6)\"\n", "prior.regime.r.severity"),
        ("[lab]\nsliders = [\"parameters.pressure_half\"]\n", "parameters.pressure_half"),
        (
            "[sweep]\ndesign = \"grid\"\naxis = [{ path = \"regime.r.weight_law\", low = 0, high = 1 }]\n",
            "regime.r.weight_law",
        ),
    ] {
        let error = suasion::scenario::convert::convert("old.toml", &old(&format!("{regime}{more}")))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("old.toml: {path}: cannot be converted")), "{more}: {error}");
    }
    for (from, to, path) in [
        ("pressure_half = 0.5", "pressure_half = 0", "parameters.pressure_half"),
        ("pressure_half = 0.5", "pressure_half = \"2\"", "parameters.pressure_half"),
        ("title = \"T\"", "title = \"T\"\nregime = 3", "regime"),
        (
            "title = \"T\"",
            "title = \"T\"\nregime = [{ id = \"r\", kind = \"rating\", weight_law = 0, weight_enforcement = 0, weight_protection = 0 }]",
            "regime.r",
        ),
    ] {
        let error = suasion::scenario::convert::convert("old.toml", &old("").replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("old.toml: {path}: cannot be converted")), "{to}: {error}");
    }
    // Only what is usual may stand for a prior whose unit changes.
    let usual = old(&format!("{regime}[prior]\n\"regime.r.severity\" = \"usual\"\n"));
    assert!(suasion::scenario::convert::convert("old.toml", &usual).is_ok());
}
