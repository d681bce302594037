//! The import table: which module may use which. Read from the sources, so that the house stays as drawn.

use std::fs;
use std::path::{Path, PathBuf};

/// Module (by path below `src`), and what of the crate its `use crate::` lines may begin with.
const TABLE: &[(&str, &[&str])] = &[
    ("engine/lanes", &[]),
    ("engine/math", &["engine::lanes"]),
    ("engine/randomness", &["engine::lanes"]),
    ("engine", &["engine", "model"]),
    ("model", &["engine::lanes", "engine::math", "engine::randomness", "model"]),
    ("input", &["excerpt", "input"]),
    ("scenario", &["excerpt", "input", "scenario", "model", "engine::randomness"]),
    ("estimate", &["engine::lanes", "engine::math", "engine::randomness", "estimate"]),
    ("output", &["excerpt", "output", "engine", "estimate", "model"]),
    (
        "experiment",
        &["excerpt", "input", "experiment", "estimate", "evidence", "engine", "model", "output", "scenario"],
    ),
    ("evidence", &["excerpt", "input", "evidence", "engine", "estimate", "model", "output", "scenario"]),
    ("lab", &["excerpt", "lab", "engine", "estimate", "experiment", "model", "output", "scenario"]),
    ("report", &["excerpt", "report", "engine", "estimate", "experiment", "model", "output", "scenario"]),
    (
        "cli",
        &[
            "excerpt",
            "input",
            "cli",
            "engine",
            "estimate",
            "evidence",
            "experiment",
            "lab",
            "model",
            "output",
            "report",
            "scenario",
        ],
    ),
];

/// Crates that a module must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("model", &["serde", "rayon", "std::fs", "std::time", "std::env", "toml"]),
    ("engine", &["serde", "std::fs", "std::time", "std::env", "toml"]),
    ("output", &["rayon", "toml"]),
    ("evidence", &["clap", "indicatif"]),
    ("experiment", &["clap", "indicatif"]),
    ("report", &["clap", "indicatif"]),
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 40);
    let mut wrong = Vec::new();
    for path in files {
        let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).expect("readable");
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
        if name.starts_with("engine") && !name.ends_with("parallel.rs") {
            wrong.extend(
                own_lines(&text).filter(|l| l.contains("use rayon")).map(|_| format!("{name}: rayon")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
