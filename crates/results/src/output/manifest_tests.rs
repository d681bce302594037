//! What a manifest keeps, and what is told of one that is none.

use super::*;

#[test]
fn it_reads_back_as_written_with_keys_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = example();
    let text = manifest.to_json().unwrap();
    assert!(text.starts_with("{\n  \"program\": \"suasion\",\n  \"version\": "));
    assert!(text.contains("\"seed\": \"0x7e0\"") && text.ends_with("}\n"));
    std::fs::write(folder.path().join(MANIFEST), &text).unwrap();
    assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
    assert_eq!(manifest.seed(), Some(2016));
}

#[test]
fn what_is_expected_of_a_job_is_what_its_results_depend_on() {
    let manifest = example();
    let mut again =
        manifest.clone().found("other".into(), BTreeMap::new()).on(Platform::here("avx512", 9), 7.0);
    again.scenario.changes.clear();
    again.job = again.job.map(|job| job.asked_by(Vec::new()));
    assert_eq!(manifest.expected(), again.expected());
    again.job = again.job.map(|job| job.with("tables", "ledger"));
    assert_ne!(manifest.expected(), again.expected());
    assert_ne!(manifest.expected(), Manifest { seed: "0x1".into(), ..manifest.clone() }.expected());
}

#[test]
fn files_that_are_not_as_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |name: &str, content: &[u8]| FileEntry {
        name: name.into(),
        bytes: content.len() as u64,
        blake3: blake3::hash(content).to_hex().to_string(),
    };
    let files =
        [entry("whole", b"abc"), entry("cut", b"abc"), entry("edited", b"abc"), entry("gone", b"abc")];
    let manifest = Manifest { files: files.to_vec(), ..example() };
    for (name, content) in [("whole", "abc"), ("cut", "ab"), ("edited", "abd")] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let changed = manifest.changed(folder.path());
    let expected = [("cut", "has 2 bytes"), ("edited", "is not the file"), ("gone", "is missing")];
    assert_eq!(changed.len(), 3);
    for ((name, what), (file, part)) in changed.iter().zip(expected) {
        assert!(name == file && what.starts_with(part), "{name} {what}");
    }
}

#[test]
fn what_is_no_manifest_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let message = |text: &str| {
        std::fs::write(folder.path().join(MANIFEST), text).unwrap();
        Manifest::read(folder.path()).unwrap_err().to_string()
    };
    let ours = example().to_json().unwrap();
    let other = message(&ours.replace("\"suasion\"", "\"other\""));
    assert!(
        other.ends_with("manifest.json is not a manifest of suasion: its program is \"other\""),
        "{other}"
    );
    let newer = message(&ours.replace("\"format\": 2", "\"format\": 3"));
    let expected = format!(
        "its format is 3, and this version reads 2; the version that wrote it ({}) reads it",
        quoted(env!("CARGO_PKG_VERSION"))
    );
    assert!(newer.ends_with(&expected), "{newer}");
    for (from, to, found) in [
        ("\"replicates\": 1000", "\"replicates\": 0", "size.replicates is 0, expected 1 to 2147483647"),
        ("\"end\": 2016", "\"end\": 2000", "size.start is 2001 and size.end 2000"),
        ("\"end\": 2016", "\"end\": 2147483647", "size.start is 2001 and size.end 2147483647"),
        ("0x7e0", "2016", "seed is \"2016\", expected a hexadecimal number"),
        ("Southeast Asia", "\\u001b[31m", r#"found "\u{1b}[31m", expected text without control characters"#),
    ] {
        let message = message(&ours.replace(from, to));
        assert!(message.contains(found), "{message}");
    }
    assert!(message("{}").contains("missing field"));
    assert!(matches!(Manifest::read(&folder.path().join("none")), Err(OutputError::Read { .. })));
}

#[test]
fn a_folder_without_results_is_told_by_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    std::fs::write(at("file"), "").unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    std::fs::create_dir_all(at("closed").join(MANIFEST)).unwrap();
    let hint = "verify takes a folder that a command wrote, such as out/asean";
    for (name, expected) in [
        ("none", format!("there is no folder HOME/none; {hint}")),
        ("file", format!("HOME/file is no folder; {hint}")),
        ("empty", format!("HOME/empty holds no results: it has no manifest.json; {hint}")),
    ] {
        let told = Manifest::of_folder(&at(name), "verify").unwrap_err().to_string();
        assert_eq!(told.replace(&*home.path().to_string_lossy(), "HOME"), expected);
    }
    // What a system says of a file that is closed to the user, it says as well of one that is none.
    let told = Manifest::of_folder(&at("closed"), "verify").unwrap_err().to_string();
    assert!(
        told.contains("manifest.json cannot be read: ")
            && told.ends_with("; see that you may read it, or name a copy"),
        "{told}"
    );
    let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let told = OutputError::closed(Path::new("out/a"), &denied).to_string();
    assert_eq!(told, "out/a cannot be read: permission denied; see that you may read it, or name a copy");
}
