//! Folders and places that are not what a command takes: what they are is told, what to do, and nothing is written or lost.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn good(here: &Path, words: &[&str]) -> String {
    let output = suasion(here, words);
    assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    stdout(&output)
}

fn refused(here: &Path, words: &[&str]) -> String {
    let output = suasion(here, words);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {}{told}", stdout(&output));
    assert!(told.starts_with("error: "), "{words:?}: {told}");
    told
}

const SWEEP: [&str; 10] = [
    "sweep",
    "asean",
    "--axis",
    "parameters.drift=0..0.1",
    "--samples",
    "3",
    "--replicates",
    "40",
    "--out",
    "s",
];
const FIT: [&str; 10] = [
    "calibrate",
    "asean",
    "--prior",
    "parameters.drift",
    "--particles",
    "40",
    "--generations",
    "2",
    "--out",
    "c",
];

#[test]
fn who_names_the_results_of_unfinished_work_is_told_where_its_blocks_are_and_how_to_go_on() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(here, &[&SWEEP[..], &["--shard", "1/2"]].concat());
    good(here, &[&FIT[..], &["--shard", "1/2"]].concat());
    let kept = "blocks of a sweep that is not finished are in s.blocks: the command that began it goes on from there, and \
                `suasion merge s` merges them, or says what is missing";
    for words in [
        &["verify", "s"][..],
        &["report", "s"],
        &["sensitivity", "s"],
        &["map", "s"],
        &["verify", "s.blocks"],
        &["report", "s.blocks"],
        &["sensitivity", "s.blocks"],
        &["map", "s.blocks"],
    ] {
        let told = refused(here, words);
        assert!(told.contains(kept), "{words:?}: {told}");
    }
    let kept = "particles of a calibration that is not finished are in c.blocks: the command that began it goes on from there";
    for words in [
        &["verify", "c"][..],
        &["report", "c"],
        &["merge", "c"],
        &["run", "asean", "--posterior", "c/posterior.csv", "--out", "r"],
    ] {
        let told = refused(here, words);
        assert!(told.contains(kept), "{words:?}: {told}");
    }
    // What is said is so.
    assert!(refused(here, &["merge", "s"]).contains("blocks are missing"));
    good(here, &[&SWEEP[..], &["--shard", "2/2"]].concat());
    good(here, &["merge", "s", "--quiet"]);
    assert!(good(here, &["verify", "s"]).contains("verified"));
    assert!(!here.join("c").exists() && !here.join("r").exists());
}

#[test]
fn a_folder_of_another_command_is_named_with_what_shows_it() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(here, &FIT);
    good(here, &["validate", "asean", "--replicates", "4", "--out", "v"]);
    good(here, &["run", "asean", "--replicates", "2", "--out", "r"]);
    let takes = "and report takes those of run, compare, explain, condition, sweep, merge and sensitivity";
    let told = refused(here, &["report", "c"]);
    assert!(
        told.contains(&format!("c is a folder of `calibrate`, {takes}; see its picture c/posterior.svg")),
        "{told}"
    );
    assert!(told.contains("`suasion run` with --posterior c/posterior.csv"), "{told}");
    let told = refused(here, &["report", "v"]);
    assert!(
        told.contains(&format!("v is a folder of `validate`, {takes}; see its pictures v/patterns.svg")),
        "{told}"
    );
    // What is named is there.
    for file in
        ["c/posterior.svg", "c/parameters.csv", "c/predictive.csv", "v/patterns.svg", "v/calibration.svg"]
    {
        assert!(here.join(file).exists(), "{file}");
    }
    for command in ["sensitivity", "map"] {
        let told = refused(here, &[command, "r"]);
        assert!(
            told.contains("r is a folder of `run`, expected one of a sweep; name what --out was of a sweep"),
            "{told}"
        );
    }
    assert!(!here.join("c/report.html").exists() && !here.join("v/report.html").exists());
}

#[test]
fn a_folder_that_is_not_there_is_named_as_it_was_given() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(here, &["run", "asean", "--replicates", "2", "--out", "r"]);
    for (words, path) in [
        (&["design", "--axis", "x=0..1", "--samples", "3", "--out", "nodir/d.csv"][..], "nodir/d.csv"),
        (&["report", "r", "--out", "nodir/r.html"], "nodir/r.html"),
        (&["sensitivity", "asean", "--picture", "nodir/bars"], "nodir/bars.svg"),
    ] {
        let told = refused(here, words);
        let expected =
            format!("cannot write {path}: there is no folder nodir; make it first, or name another place");
        assert!(told.contains(&expected) && !told.contains("partial"), "{words:?}: {told}");
    }
    assert!(!here.join("nodir").exists() && !here.join("out").exists());
}

#[test]
fn where_the_manifest_is_damaged_nothing_is_replaced() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let run = ["run", "asean", "--replicates", "2", "--out", "r"];
    good(here, &run);
    let manifest = here.join("r/manifest.json");
    let whole = fs::read(&manifest).expect("readable");
    fs::write(&manifest, &whole[..whole.len() / 2]).expect("writable");
    for how in [&[][..], &["--replace"]] {
        let told = refused(here, &[&run[..], how].concat());
        assert!(told.contains("r: its manifest.json cannot be read (EOF while parsing"), "{told}");
        assert!(
            told.contains("none is replaced: choose another name with --out, or move the folder away"),
            "{told}"
        );
    }
    fs::write(&manifest, &whole).expect("writable");
    assert!(good(here, &["verify", "r"]).contains("verified"));
}

#[test]
fn large_numbers_are_told_in_a_few_digits() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let of = |axis: &str, expected: &str| {
        let told = refused(here, &["sweep", "asean", "--axis", axis, "--samples", "3"]);
        assert!(told.contains(expected) && told.len() < 400, "{axis}: {told}");
    };
    of(
        "parameters.drift=-1e308..1e308",
        "parameters.drift: found -1e308 to 1e308, expected a lowest and a higher highest value",
    );
    of("parameters.drift=1e300..1e308", "1e3");
    of("parameters.drift=1e308..1e300", "1e308 to 1e300, expected the lower end first");
    let told = refused(here, &["calibrate", "asean", "--prior", "parameters.drift=uniform(0, 1e300)"]);
    assert!(told.contains("uniform(0, 1e300)") && told.len() < 400, "{told}");
    fs::write(here.join("p.csv"), "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,1e250,1,0.1\n")
        .expect("writable");
    let told = refused(here, &["run", "asean", "--posterior", "p.csv"]);
    assert!(told.contains("its weights sum to 1e250, expected 1"), "{told}");
}
