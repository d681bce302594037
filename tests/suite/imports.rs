//! The import table: which module of the library may use which. Read from the sources, so that the house stays as drawn. What stands in crates of its own
//! (`crates/`) the compiler keeps apart.

use crate::support::ROOT;
use std::fs;
use std::path::{Path, PathBuf};

/// Module (by path below `src`), and what of the crate its `use crate::` lines may begin with.
const TABLE: &[(&str, &[&str])] = &[
    ("input", &["excerpt", "input"]),
    ("scenario", &["excerpt", "input", "lanes", "model", "scenario"]),
    (
        "experiment",
        &[
            "engine",
            "estimate",
            "evidence",
            "excerpt",
            "experiment",
            "input",
            "lanes",
            "model",
            "output",
            "scenario",
        ],
    ),
    (
        "evidence",
        &["engine", "estimate", "evidence", "excerpt", "input", "lanes", "model", "output", "scenario"],
    ),
];

/// Crates that a module must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("model", &["serde", "rayon", "std::fs", "std::time", "std::env", "toml"]),
    ("engine", &["serde", "std::fs", "std::time", "std::env", "toml"]),
    ("results/output", &["rayon", "toml"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The lines of a file that are not its unit tests.
fn own_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| !line.contains("#[cfg(test)]"))
}

#[test]
fn modules_import_what_the_table_allows_and_begin_with_a_header() {
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    // Files of the library by their path below `src`, those of other crates below the name of the crate.
    let library = Path::new(ROOT).join("src");
    sources(&library, &mut files);
    let crates = Path::new(ROOT).join("crates");
    for name in ["lanes", "expression", "model", "engine", "results", "show", "cli"] {
        sources(&crates.join(name).join("src"), &mut files);
    }
    assert!(files.len() > 200);
    for path in &files {
        let below =
            path.strip_prefix(&library).or_else(|_| path.strip_prefix(&crates)).expect("below either");
        let name = below.to_string_lossy().replace('\\', "/").replacen("/src/", "/", 1);
        let text = fs::read_to_string(path).expect("readable");
        if !text.starts_with("//!") {
            wrong.push(format!("{name}: no //! header"));
        }
        if name.contains("tests") || name.contains("testing") {
            continue;
        }
        if let Some((_, allowed)) = TABLE.iter().find(|(module, _)| name.starts_with(module)) {
            for line in own_lines(&text) {
                let Some(import) = line.trim().strip_prefix("use crate::") else { continue };
                if !allowed.iter().any(|a| import.starts_with(a)) {
                    wrong.push(format!("{name}: use crate::{import}"));
                }
            }
        }
        for (module, crates) in FORBIDDEN {
            for line in
                own_lines(&text).filter(|line| name.starts_with(module) && !line.trim().starts_with("//"))
            {
                wrong.extend(
                    crates
                        .iter()
                        .filter(|c| line.contains(&format!("{c}::")))
                        .map(|c| format!("{name}: {c}")),
                );
            }
        }
        if name.starts_with("engine") {
            let split = ["engine/parallel.rs", "engine/split.rs"].contains(&&*name);
            for line in own_lines(&text) {
                // What is generic over a recorder is compiled in the crate that has the recorder, and not for speed.
                if line.contains("&mut impl Recorder") || line.contains("fn run<R: Recorder") {
                    wrong.push(format!("{name}: generic over recorders: {}", line.trim()));
                }
                if line.contains("use rayon") && !split {
                    wrong.push(format!("{name}: rayon"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
