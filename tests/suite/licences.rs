//! Dependencies: their licences, what is banned, and where they come from, held to `deny.toml`; and the notices that go
//! with the program, `THIRD-PARTY.md`, made of the licence texts in the packages themselves. `SUASION_MINT=1 cargo test
//! licences` writes the notices anew.
//!
//! `cargo deny` does the first half and takes as long to build as this program; here it is a table against a list. Nothing is
//! fetched: where packages of other systems are not on this machine (`cargo fetch --locked` brings them) what needs them
//! is skipped, and says so.

use crate::support::ROOT;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages of this repository.
const OWN: [&str; 9] = [
    "suasion",
    "suasion-cli",
    "suasion-engine",
    "suasion-expression",
    "suasion-lanes",
    "suasion-model",
    "suasion-python",
    "suasion-results",
    "suasion-show",
];

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn table(name: &str) -> toml::Table {
    read(name).parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn strings(value: &toml::Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|x| x.as_str().map(String::from)).collect()
}

/// What cargo knows of all packages of all systems, or nothing where some are not on this machine.
fn metadata() -> Option<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .current_dir(ROOT)
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && (said.contains("--offline") || said.contains("offline mode")) {
        eprintln!("skipped: some packages are not on this machine; cargo fetch --locked brings them");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Whether an expression is met by some licences alone. Older packages write `/` for `OR`.
fn met(expression: &str, allowed: &[String]) -> Result<bool, String> {
    let parsed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX);
    let parsed = parsed.map_err(|error| format!("{expression:?}: {error}"))?;
    Ok(parsed.evaluate(|wanted| allowed.contains(&wanted.to_string())))
}

#[test]
fn an_expression_is_met_by_enough_of_its_licences() {
    let met = |expression: &str, allowed: &[&str]| {
        met(expression, &allowed.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("an expression")
    };
    assert!(met("MIT OR GPL-3.0-only", &["MIT"]) && !met("MIT AND GPL-3.0-only", &["MIT"]));
    assert!(met("MIT/Apache-2.0", &["Apache-2.0"]) && !met("Apache-2.0", &["MIT"]));
    assert!(!met("Apache-2.0 WITH LLVM-exception", &["Apache-2.0"]));
    assert!(met("(MIT OR Apache-2.0) AND Unicode-3.0", &["MIT", "Unicode-3.0"]));
}

#[test]
fn every_dependency_may_be_used_and_comes_from_the_registry() {
    let deny = table("deny.toml");
    let registries: Vec<String> =
        strings(&deny["sources"]["allow-registry"]).iter().map(|url| format!("registry+{url}")).collect();
    let lock = table("Cargo.lock");
    let packages = lock["package"].as_array().expect("packages");
    let name = |package: &toml::Value| package["name"].as_str().expect("a name").to_string();
    let mut wrong = Vec::new();
    for package in packages {
        // What has no source is of this repository.
        match package.get("source").and_then(toml::Value::as_str) {
            Some(source) if !registries.iter().any(|known| known == source) => {
                wrong.push(format!("{} comes from {source}", name(package)));
            }
            Some(_) if package.get("checksum").is_none() => {
                wrong.push(format!("{} has no checksum", name(package)));
            }
            None if !OWN.contains(&&*name(package)) => {
                wrong.push(format!("{} has no source", name(package)));
            }
            _ => {}
        }
    }
    for ban in deny["bans"]["deny"].as_array().expect("bans") {
        let banned = ban["crate"].as_str().expect("a crate");
        for package in packages {
            let needs = package.get("dependencies").map(strings).unwrap_or_default();
            let needs = needs.iter().any(|needed| needed.split(' ').next() == Some(banned));
            if needs {
                wrong.push(format!("{} needs {banned}: {}", name(package), ban["reason"]));
            }
        }
    }
    let allowed = strings(&deny["licenses"]["allow"]);
    for package in metadata().iter().flat_map(|all| all["packages"].as_array().expect("packages")) {
        let (name, licence) = (text(package, "name"), text(package, "license"));
        match met(licence, &allowed) {
            Ok(true) => {}
            Ok(false) => wrong.push(format!("{name} is under {licence}, which deny.toml does not allow")),
            Err(error) => wrong.push(format!("{name} has no licence that can be read: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For other features of a package cargo compiles it once more, and all that use it: minutes, if the library is among these.
#[test]
fn the_wheel_is_made_of_what_the_tests_have_compiled() {
    let features = |of: &[&str]| -> BTreeMap<String, String> {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--locked",
                "--edges",
                "normal,build",
                "--prefix",
                "none",
                "--format",
                "{p}|{f}",
            ])
            .args(of)
            .current_dir(ROOT)
            .output()
            .expect("cargo starts");
        let lines = String::from_utf8(output.stdout).expect("UTF-8");
        let package = |line: &str| {
            line.split_once('|').map(|(p, f)| (p.to_string(), f.trim_end_matches(" (*)").to_string()))
        };
        lines.lines().filter_map(package).collect()
    };
    let (wheel, all) = (features(&["-p", "suasion-python"]), features(&["--workspace"]));
    assert!(wheel.len() > 50 || wheel.is_empty(), "{wheel:?}");
    let other: Vec<String> = wheel
        .iter()
        .filter(|(package, own)| all.get(*package) != Some(*own))
        .map(|(package, own)| format!("{package}: {own}, in the workspace {:?}", all.get(package)))
        .collect();
    assert!(other.is_empty(), "python/Cargo.toml is to ask for the same:\n{}", other.join("\n"));
}

/// Packages that become part of the program or of the Python module: all but those for building and for tests.
fn shipped(metadata: &Value) -> Vec<&Value> {
    let ids = |value: &Value| value.as_array().expect("a list").clone();
    let nodes: BTreeMap<String, Value> = ids(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node, "id").to_string(), node))
        .collect();
    let ours: BTreeSet<String> =
        ids(&metadata["workspace_members"]).iter().filter_map(|id| id.as_str().map(String::from)).collect();
    let mut found = BTreeSet::new();
    let mut left: Vec<String> = ours.iter().cloned().collect();
    while let Some(id) = left.pop() {
        for needed in nodes[&id]["deps"].as_array().into_iter().flatten() {
            let kept =
                needed["dep_kinds"].as_array().expect("kinds").iter().any(|kind| kind["kind"].is_null());
            let id = text(needed, "pkg").to_string();
            if kept && found.insert(id.clone()) {
                left.push(id);
            }
        }
    }
    let packages = metadata["packages"].as_array().expect("packages");
    let of_others =
        |package: &&Value| found.contains(text(package, "id")) && !ours.contains(text(package, "id"));
    let mut packages: Vec<&Value> = packages.iter().filter(of_others).collect();
    packages.sort_by_key(|package| (text(package, "name"), text(package, "version")));
    packages
}

/// The licence texts of a package: of several that one may choose from, MIT's.
fn texts(package: &Value) -> Vec<String> {
    let folder = Path::new(text(package, "manifest_path")).parent().expect("a folder").to_path_buf();
    let mut files: Vec<PathBuf> = Vec::new();
    // Beside the code, and beside fonts.
    for folder in [folder.clone(), folder.join("assets")] {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            let told = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE"];
            if told.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    let named = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().to_uppercase();
    let mit_is_enough = met(text(package, "license"), &["MIT".to_string()]) == Ok(true);
    if mit_is_enough && files.iter().any(|path| named(path).contains("MIT")) {
        let beside = |path: &PathBuf| path.parent().is_some_and(|parent| parent.ends_with("assets"));
        files.retain(|path| named(path).contains("MIT") || named(path).starts_with("NOTICE") || beside(path));
    }
    let text = |path: &PathBuf| {
        let text = String::from_utf8_lossy(&fs::read(path).expect("readable")).replace('\r', "");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim_matches('\n').to_string()
    };
    files.iter().map(text).filter(|text| !text.is_empty()).collect()
}

fn notices(metadata: &Value) -> String {
    let packages = shipped(metadata);
    let mut out = String::from(
        "# What others made\n\nThe program and its Python module have in them the work of others, each under its licence. This file is made by a test\n(`SUASION_MINT=1 cargo test licences`) of the packages in `Cargo.lock`, for every system; packages that are for building or testing\nalone are left out. Of licences to choose from, MIT is chosen where it is among them.\n\nPictures and pages are set in Noto Sans, of the package `ttf-noto-sans`: Copyright 2012 Google Inc., all rights reserved, licensed under the Apache License,\nVersion 2.0, whose text is below.\n\n| package | version | licence |\n|---|---|---|\n",
    );
    // Texts that differ in the breaks of their lines are one.
    let mut of: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let mut without = Vec::new();
    for package in packages {
        let (name, version, licence) =
            (text(package, "name"), text(package, "version"), text(package, "license"));
        let _ = writeln!(out, "| `{name}` | {version} | {licence} |");
        let texts = texts(package);
        if texts.is_empty() {
            without.push(format!("- `{name}` {version}: {licence}; {}", text(package, "repository")));
        }
        for text in texts {
            let key = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let users = &mut of.entry(key).or_insert((text, Vec::new())).1;
            let user = format!("`{name}` {version}");
            if !users.contains(&user) {
                users.push(user);
            }
        }
    }
    if !without.is_empty() {
        let _ = write!(out, "\n## Packages without a text of their licence\n\n{}\n", without.join("\n"));
    }
    let mut all: Vec<(String, Vec<String>)> = of.into_values().collect();
    all.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    for (text, users) in all {
        let _ = write!(out, "\n## {}\n\n~~~text\n{text}\n~~~\n", users.join(", "));
    }
    out
}

#[test]
fn notices_are_those_of_the_packages() {
    let Some(metadata) = metadata() else { return };
    let found = notices(&metadata);
    if std::env::var_os("SUASION_MINT").is_some() {
        fs::write(Path::new(ROOT).join("THIRD-PARTY.md"), &found).expect("writable");
    }
    assert!(
        found == read("THIRD-PARTY.md"),
        "THIRD-PARTY.md is not of the packages in Cargo.lock: SUASION_MINT=1 cargo test licences writes it anew"
    );
}
