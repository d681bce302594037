//! Tests of the output folder: what it refuses, what it replaces, and what a failure leaves.

use super::*;
use crate::output::manifest::example;
use crate::output::place::Claim;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Takes a place over, whatever job is there.
fn create(target: &Path) -> Result<OutputFolder, OutputError> {
    match Place::claim(target, &example(), true)? {
        Claim::Free(place) => place.begin(),
        other => panic!("{other:?}"),
    }
}

fn run(target: &Path, content: &str) -> Result<PathBuf, OutputError> {
    let mut folder = create(target)?;
    folder.write("summary.csv", content.as_bytes())?;
    folder.commit(example())
}

#[test]
fn a_result_is_written_and_replaced_whole() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("results").join("asean");
    run(&target, "one").unwrap();
    assert_eq!(names(&target), ["manifest.json", "summary.csv"]);
    let manifest = Manifest::read(&target).unwrap();
    assert_eq!(manifest.files.len(), 1);
    assert_eq!((manifest.files[0].name.as_str(), manifest.files[0].bytes), ("summary.csv", 3));
    assert_eq!(manifest.files[0].blake3, blake3::hash(b"one").to_hex().to_string());
    run(&target, "two").unwrap();
    assert_eq!(fs::read_to_string(target.join("summary.csv")).unwrap(), "two");
    assert_eq!(names(&target), ["manifest.json", "summary.csv"]);
    assert_eq!(names(&home.path().join("results")), ["asean"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("empty");
    fs::create_dir(&target).unwrap();
    run(&target, "one").unwrap();
    assert_eq!(names(&target), ["manifest.json", "summary.csv"]);
}

#[test]
fn what_is_not_a_result_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "mine").unwrap();
    let message = run(&file, "x").unwrap_err().to_string();
    assert!(message.ends_with("file is not a folder; choose another name with --out"), "{message}");

    let thesis = home.path().join("thesis");
    fs::create_dir(&thesis).unwrap();
    fs::write(thesis.join("chapter.tex"), "mine").unwrap();
    let message = run(&thesis, "x").unwrap_err().to_string();
    assert!(message.contains("thesis holds chapter.tex, which is no result of suasion;"), "{message}");

    let noted = home.path().join("noted");
    run(&noted, "one").unwrap();
    fs::write(noted.join("notes.txt"), "mine").unwrap();
    assert!(matches!(run(&noted, "two"), Err(OutputError::Occupied { entry, .. }) if entry == "notes.txt"));
    assert_eq!(fs::read_to_string(noted.join("summary.csv")).unwrap(), "one");

    // A manifest of another program makes nothing replaceable.
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join(MANIFEST), "{\"program\": \"other\"}").unwrap();
    assert!(matches!(run(&other, "x"), Err(OutputError::Occupied { .. })));
    assert_eq!(names(home.path()), ["file", "noted", "other", "thesis"]);
}

#[test]
fn the_current_folder_is_not_replaced() {
    let error = create(Path::new(".")).unwrap_err();
    assert_eq!(error.to_string(), ". is the current folder; give --out the name of a new one");
}

#[test]
fn earlier_results_stay_until_the_new_ones_are_whole() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    run(&target, "one").unwrap();
    let unfinished = || -> Result<(), OutputError> {
        let mut folder = create(&target)?;
        folder.write("summary.csv", b"half")?;
        let file = folder.file("trajectories.parquet")?;
        // As when the disk fills up in the middle of a table.
        Err(OutputError::write(file.path(), io::ErrorKind::StorageFull.into()))
    };
    let message = unfinished().unwrap_err().to_string();
    assert!(
        message.ends_with("trajectories.parquet: the disk is full; earlier results are untouched"),
        "{message}"
    );
    assert_eq!(fs::read_to_string(target.join("summary.csv")).unwrap(), "one");
    assert_eq!(names(home.path()), ["asean"]);
}

#[test]
fn what_appears_during_the_run_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    let folder = create(&target).unwrap();
    fs::create_dir(&target).unwrap();
    fs::write(target.join("mine"), "").unwrap();
    assert!(matches!(folder.commit(example()), Err(OutputError::Occupied { .. })));
    assert_eq!(names(&target), ["mine"]);
    assert_eq!(names(home.path()), ["asean"]);
}

#[test]
fn a_file_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().unwrap();
    let folder = create(&home.path().join("asean")).unwrap();
    let message = folder.file("no/such/folder.csv").unwrap_err().to_string();
    assert!(message.contains("cannot write ") && message.contains("asean/no/such/folder.csv"), "{message}");
    // Nor can a folder be made below a file.
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(create(&file.join("asean")).is_err());
}

#[cfg(unix)]
#[test]
fn a_result_is_readable_by_whom_the_users_mask_admits() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let plain = home.path().join("plain");
    fs::create_dir(&plain).unwrap();
    let target = home.path().join("asean");
    run(&target, "one").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&target), mode(&plain));
}
