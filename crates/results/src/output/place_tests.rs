//! Tests of places: who may have one, and what is done about every state that a kill can leave.

use super::*;
use crate::output::leftover::recover;
use crate::output::manifest::example;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn job(seed: u64) -> Manifest {
    Manifest { seed: format!("{seed:#x}"), ..example() }
}

fn free(target: &Path, job: &Manifest, replace: bool) -> Place {
    match Place::claim(target, job, replace) {
        Ok(Claim::Free(place)) => place,
        other => panic!("{other:?}"),
    }
}

fn write(place: Place, job: Manifest, content: &str) -> Result<PathBuf, OutputError> {
    let mut folder = place.begin()?;
    folder.write("summary.csv", content.as_bytes())?;
    folder.commit(job)
}

fn content(target: &Path) -> String {
    fs::read_to_string(target.join("summary.csv")).unwrap()
}

#[test]
fn the_same_job_is_found_another_is_told_and_replaced_when_asked_alone() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("out/asean");
    write(free(&target, &job(1), false), job(1), "one").unwrap();
    assert!(matches!(Place::claim(&target, &job(1), false), Ok(Claim::Finished(m)) if m.seed == "0x1"));
    assert!(matches!(Place::claim(&target, &job(2), false), Ok(Claim::Other(m)) if m.seed == "0x1"));
    assert!(matches!(Place::look(&target, &job(2), false), Ok(Some(Claim::Other(_)))));
    fs::write(target.join("summary.csv"), "edited").unwrap();
    assert!(
        matches!(Place::claim(&target, &job(1), false), Ok(Claim::Changed(files)) if files[0].0 == "summary.csv")
    );
    assert_eq!(content(&target), "edited");
    write(free(&target, &job(2), true), job(2), "two").unwrap();
    assert_eq!((content(&target).as_str(), names(&home.path().join("out"))), ("two", vec!["asean".into()]));
}

#[test]
fn a_hand_made_file_is_never_replaced_and_what_commands_added_is() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    write(free(&target, &job(1), false), job(1), "one").unwrap();
    for (name, text) in
        [("notes.txt", "mine"), (PAGE, "mine"), (SENSITIVITY, "mine"), (SENSITIVITY_JOB, "{}\n")]
    {
        fs::write(target.join(name), text).unwrap();
        for replace in [false, true] {
            let claim = Place::claim(&target, &job(2), replace);
            assert!(matches!(claim, Err(OutputError::Occupied { entry, .. }) if entry == name));
        }
        // Nothing would be written, so it stands in nobody's way.
        assert!(matches!(Place::claim(&target, &job(1), false), Ok(Claim::Finished(_))));
        fs::remove_file(target.join(name)).unwrap();
    }
    fs::write(target.join(PAGE), format!("{PAGE_BEGINS}0.2.0\">")).unwrap();
    fs::write(target.join(SENSITIVITY), format!("{SENSITIVITY_BEGINS}value\n")).unwrap();
    fs::write(target.join(SENSITIVITY_JOB), "{\n  \"program\": \"suasion\"\n}\n").unwrap();
    write(free(&target, &job(2), true), job(2), "two").unwrap();
    assert_eq!(names(&target), ["manifest.json", "summary.csv"]);
}

#[test]
fn where_the_manifest_cannot_be_read_nothing_is_replaced() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    write(free(&target, &job(1), false), job(1), "one").unwrap();
    let whole = fs::read_to_string(target.join(MANIFEST)).unwrap();
    let other = whole.replace("\"format\": 2", "\"format\": 1");
    assert_ne!(other, whole);
    for (text, why) in [(&whole[..40], "EOF"), (&other, "its format is 1, and this version reads 2")] {
        fs::write(target.join(MANIFEST), text).unwrap();
        for replace in [false, true] {
            let told = Place::claim(&target, &job(1), replace).unwrap_err();
            let said = told.to_string();
            assert!(
                told.is_of_the_place() && said.contains("asean: its manifest.json cannot be read ("),
                "{said}"
            );
            assert!(said.contains(why) && said.contains("none is replaced"), "{said}");
        }
        assert_eq!(
            (content(&target).as_str(), fs::read_to_string(target.join(MANIFEST)).unwrap().as_str()),
            ("one", text)
        );
    }
}

#[test]
fn a_place_is_held_by_one_alone_and_let_go() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    let place = free(&target, &job(1), false);
    for claim in [Place::claim(&target, &job(1), false), Place::claim(&target, &job(2), true)] {
        assert!(matches!(claim, Err(OutputError::Busy { .. })));
    }
    drop(place);
    assert!(names(home.path()).is_empty());
    // A lock that a kill left is nobody's.
    fs::write(home.path().join(".asean.lock"), "").unwrap();
    write(free(&target, &job(1), false), job(1), "one").unwrap();
    assert_eq!(names(home.path()), ["asean"]);
}

#[test]
fn results_that_came_meanwhile_are_left() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    let place = free(&target, &job(1), false);
    // By someone who cannot see the lock.
    let other = home.path().join("other");
    write(free(&other, &job(2), false), job(2), "two").unwrap();
    fs::rename(&other, &target).unwrap();
    assert!(matches!(write(place, job(1), "one"), Err(OutputError::Meanwhile { .. })));
    assert_eq!((content(&target).as_str(), names(home.path())), ("two", vec!["asean".into()]));
}

/// Folders as a kill leaves them: by name, with the content of their results (none: an unfinished table), and whether these
/// are the earlier ones.
fn leave(home: &Path, name: &str, results: Option<&str>, earlier: bool) {
    let folder = home.join(name);
    match results {
        None => {
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("summary.csv"), "hal").unwrap();
        }
        Some(text) => {
            let made = home.join("made");
            write(free(&made, &job(7), false), job(7), text).unwrap();
            if earlier {
                fs::create_dir(&folder).unwrap();
            }
            fs::rename(made, if earlier { folder.join(OLD) } else { folder }).unwrap();
        }
    }
}

#[test]
fn every_state_that_a_kill_leaves_comes_to_whole_results() {
    /// What is left beside the place, what is at the place, and what comes of it.
    type Case =
        (&'static [(&'static str, Option<&'static str>, bool)], Option<&'static str>, Option<&'static str>);
    let cases: [Case; 7] = [
        // During the work.
        (&[(".asean.Ab12cd.partial", None, false)], None, None),
        (&[(".asean.Ab12cd.partial", None, false)], Some("there"), Some("there")),
        // When all was written and nothing renamed: of a first job, and over earlier results.
        (&[(".asean.Ab12cd.partial", Some("new"), false)], None, Some("new")),
        (&[(".asean.Ab12cd.partial", Some("new"), false)], Some("there"), Some("there")),
        // Between the two renames, and after them.
        (
            &[(".asean.Ab12cd.partial", Some("new"), false), (".asean.Zz99yy.partial", Some("old"), true)],
            None,
            Some("old"),
        ),
        (&[(".asean.Zz99yy.partial", Some("old"), true)], Some("there"), Some("there")),
        // After the exchange: what is hidden is the old.
        (&[(".asean.Ab12cd.partial", Some("old"), false)], Some("there"), Some("there")),
    ];
    for (left, there, expected) in cases {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("asean");
        for (name, results, earlier) in left {
            leave(home.path(), name, *results, *earlier);
        }
        if let Some(text) = there {
            write(
                Place {
                    target: target.clone(),
                    _lock: None,
                    _parents: Parents::default(),
                    seen: None,
                    rehearsal: false,
                },
                job(7),
                text,
            )
            .unwrap();
        }
        let told = recover(&target).unwrap();
        assert_eq!(target.exists().then(|| content(&target)).as_deref(), expected, "{left:?} {there:?}");
        assert_eq!(told.len(), 1, "{left:?} {there:?}: {told:?}");
        let restored = there.is_none() && expected.is_some();
        assert_eq!(told[0].contains("in their place again"), restored, "{told:?}");
        assert_eq!(names(home.path()), if expected.is_some() { vec!["asean"] } else { vec![] });
        assert!(recover(&target).unwrap().is_empty());
    }
}

#[test]
fn folders_of_another_place_and_of_a_job_at_work_are_left() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("asean");
    fs::create_dir(home.path().join(".asean.b.Ab12cd.partial")).unwrap();
    assert!(recover(&target).unwrap().is_empty());
    let place = free(&target, &job(1), false);
    let folder = place.begin().unwrap();
    assert!(recover(&target).unwrap().is_empty());
    folder.commit(job(1)).unwrap();
    assert_eq!(names(home.path()), [".asean.b.Ab12cd.partial", "asean"]);
}

#[test]
fn in_two_steps_it_comes_to_the_same() {
    let home = tempfile::tempdir().unwrap();
    let (target, new) = (home.path().join("asean"), home.path().join("new"));
    write(free(&target, &job(1), false), job(1), "one").unwrap();
    write(free(&new, &job(2), false), job(2), "two").unwrap();
    in_two_steps(&new, &target).unwrap();
    assert_eq!((content(&target).as_str(), names(home.path())), ("two", vec!["asean".into()]));
}

#[test]
fn a_rehearsal_hashes_as_the_folder_does_and_keeps_the_manifest_alone() {
    let home = tempfile::tempdir().unwrap();
    let (real, tried) = (home.path().join("real"), home.path().join("tried"));
    write(free(&real, &job(1), false), job(1), "one").unwrap();
    write(Place::rehearsal(&tried), job(1), "one").unwrap();
    assert_eq!(Manifest::read(&real).unwrap().files, Manifest::read(&tried).unwrap().files);
    assert_eq!(names(&tried), ["manifest.json"]);
}

#[cfg(unix)]
#[test]
fn places_that_cannot_be_are_of_the_place() {
    let home = tempfile::tempdir().unwrap();
    let link = |name: &str, to: &Path| {
        std::os::unix::fs::symlink(to, home.path().join(name)).unwrap();
    };
    link("dangling", Path::new("nowhere"));
    link("loop", Path::new("loop"));
    fs::write(home.path().join("file"), "").unwrap();
    let long = "x".repeat(300);
    for place in ["dangling", "loop", "file", "file/below", &long, "loop/below"] {
        let error = Place::claim(&home.path().join(place), &job(1), true).unwrap_err();
        assert!(error.is_of_the_place(), "{place}: {error:?}");
    }
    let above = Place::claim(Path::new("/"), &job(1), false).unwrap_err().to_string();
    assert_eq!(above, "/ has the current folder in it; give --out the name of a new one");
}

#[test]
fn a_place_is_named_as_it_was_given_and_a_link_by_what_it_leads_to() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().canonicalize().unwrap();
    let target = home.join("out/../asean");
    fs::create_dir(home.join("out")).unwrap();
    let written = write(free(&target, &job(1), false), job(1), "one").unwrap();
    let again = write(free(&target, &job(2), true), job(2), "two").unwrap();
    assert_eq!((&written, &again, content(&again).as_str()), (&target, &target, "two"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(home.join("asean"), home.join("link")).unwrap();
        for name in ["link", "link/"] {
            let through = write(free(&home.join(name), &job(3), true), job(3), name).unwrap();
            assert_eq!((through, content(&target).as_str()), (home.join("asean"), name));
            assert!(home.join("link").is_symlink());
        }
    }
}
