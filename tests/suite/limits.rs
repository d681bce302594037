//! The ends of what the program takes: numbers, names, years, files and places that no one means, each refused in one short
//! sentence with exit code 2, before anything is written; nothing panics.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::cost;
use suasion::experiment::run::{Tables, simulate};
use suasion::output::error::OutputError;
use suasion::output::reader;
use suasion::output::schema::ColumnType;
use suasion::output::table::Values;
use suasion::scenario::{Scenario, bundled};
use tempfile::TempDir;

/// What a refusal is: exit code 2, one short sentence, nothing that a terminal would obey, nothing printed or written.
fn refused(folder: &Path, arguments: &[&str], expected: &str) {
    let before = names(folder);
    let output = suasion(folder, arguments);
    sentence(&output, arguments, expected);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    assert_eq!(names(folder), before, "{arguments:?} left something");
}

fn sentence(output: &Output, arguments: &[&str], expected: &str) {
    let told = stderr(output);
    let shown: Vec<String> = arguments.iter().map(|a| a.chars().take(60).collect()).collect();
    assert!(told.starts_with("error: ") && told.contains(expected), "{shown:?}: {told}");
    assert!(!told.contains("panicked") && told.len() < 1500, "{shown:?}: {told}");
    assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}: {told:?}");
    assert_eq!(stdout(output), "", "{shown:?}");
}

/// Every file below a folder.
fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        // Links are not followed.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => names.extend(self::names(&entry.path())),
            _ => names.push(entry.path()),
        }
    }
    names.sort();
    names
}

/// Every number of a table, by the keys and positions that lead to it.
fn leaves(value: &mut toml::Value, visit: &mut dyn FnMut(&mut toml::Value)) {
    match value {
        toml::Value::Integer(_) | toml::Value::Float(_) => visit(value),
        toml::Value::Array(list) => list.iter_mut().for_each(|value| leaves(value, visit)),
        toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| leaves(value, visit)),
        _ => {}
    }
}

/// A scenario's text with its number at a place replaced; none beyond the last.
fn with_number(whole: &toml::Value, place: usize, x: f64) -> Option<String> {
    let (mut changed, mut at, mut found) = (whole.clone(), 0, false);
    leaves(&mut changed, &mut |value| {
        if at == place {
            *value = toml::Value::Float(x);
            found = true;
        }
        at += 1;
    });
    found.then(|| toml::to_string(&changed).expect("it was TOML"))
}

#[test]
fn no_number_of_a_scenario_is_taken_that_cannot_be_computed_with() {
    let text = bundled::find("asean").expect("bundled");
    let mut whole: toml::Value = toml::from_str(text).expect("it is TOML");
    let table = whole.as_table_mut().expect("a table");
    // A short run of a small record: what is left are the numbers that a run is made of.
    for section in ["lab", "prior", "episode", "counterfactual", "observed", "sweep"] {
        table.remove(section);
    }
    table.insert("runs".into(), toml::from_str("replicates = 8").expect("it is TOML"));
    let (mut place, mut taken) = (0, 0);
    'all: loop {
        for x in [1e308, -1e308, 1e-320, 999.0] {
            let Some(text) = with_number(&whole, place, x) else { break 'all };
            let Ok(mut loaded) = Scenario::parse("hostile", &text, None) else { continue };
            let Ok(scenario) = loaded.build_alone() else { continue };
            assert!(x.abs() < 1000.0, "number {place} may be {x}:\n{text}");
            taken += 1;
            if scenario.world.clock.years() > 5 {
                let start = scenario.world.clock.start;
                loaded.years(start..start + 5).expect("it has a time");
            }
            let Ok(scenario) = loaded.build_alone() else { continue };
            let tables = Tables { ledger: true, ..Tables::NONE };
            let run = simulate(&scenario, tables, Options::default(), &AtomicBool::new(false), |_, _| {
                Ok::<(), OutputError>(())
            });
            if let Err(error) = run {
                panic!("number {place} as {x}: {error}\n{text}");
            }
        }
        place += 1;
    }
    assert!(place > 150 && taken > 150, "{place} numbers, {taken} runs");
}

#[test]
fn years_seeds_and_replicates_have_ends_that_are_told() {
    let folder = TempDir::new().expect("a folder");
    let of = |arguments: &[&str], expected: &str| {
        refused(folder.path(), &[&["run", "asean"][..], arguments].concat(), expected);
    };
    of(&["--years", "2001-2147483647"], "expected years from 1 to 9998");
    of(&["--years", "2147483647-2147483647"], "expected years from 1 to 9998");
    of(&["--years", "0-10"], "expected years from 1 to 9998");
    of(&["--years", "2010-2001"], "2010 is after 2001");
    of(&["--seed", "9223372036854775808"], "9223372036854775807");
    of(&["--seed", "99999999999999999999999"], "expected a whole number from 0 to 9223372036854775807");
    of(&["--seed", "1.0"], "expected a whole number from 0 to 9223372036854775807; write 1");
    of(&["--replicates", "1e3"], "expected a whole number from 1 to 2147483647; write 1000");
    of(&["--threads", "0"], "expected a whole number from 1 to 1024");
    of(&["--set", "runs.seed=9223372036854775808"], "expected a whole number from 0 to 9223372036854775807");
    of(&["--replicates", "0"], "expected a whole number from 1 to 2147483647");
    of(&["--replicates", "4294967296"], "expected a whole number from 1 to 2147483647");
    of(&["--set", "time.end=10000"], "expected a whole year from 1 to 9999");
    let ends = [
        "run",
        "teaching/spiral",
        "--years",
        "9998-9998",
        "--seed",
        "9223372036854775807",
        "--replicates",
        "8",
        "--quiet",
    ];
    let output = suasion(folder.path(), &ends);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn what_a_terminal_would_obey_or_could_not_hold_is_told_in_short() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let long = "x".repeat(168_000);
    let good = bundled::find("teaching/spiral").expect("bundled");
    write("title.toml", &good.replacen("title = \"", "title = \"\\u001b[31m", 1));
    write("long.toml", &good.replacen("start = ", &format!("start = \"{long}\" #"), 1));
    write("key.toml", &good.replacen("start = ", &format!("{long} = 1\nstart = "), 1));
    write("cr.toml", &good.replacen("title = ", "title = = ", 1).replace('\n', "\r"));
    write("raw.toml", "version = 2\ntitle = \"a\u{1b}[31m\"\n");
    refused(
        folder.path(),
        &["check", "title.toml"],
        "the control character \\u{1b}, expected text without it",
    );
    refused(folder.path(), &["check", "long.toml"], "xxx…xxx");
    refused(folder.path(), &["check", "key.toml"], "xxx…xxx");
    refused(folder.path(), &["check", "cr.toml"], "a bare carriage return, as old programs end lines");
    refused(folder.path(), &["check", "raw.toml"], "not TOML");
    // The system takes no longer argument than 128 kB.
    let long = &long[..100_000];
    refused(folder.path(), &["run", "asean", "--set", &format!("parameters.drift={long}")], "xxx…xxx");
    refused(folder.path(), &["run", "asean", "--set", &format!("{long}=1")], "xxx…xxx");
    refused(folder.path(), &["run", "asean", "--seed", long], "--seed");
    refused(folder.path(), &["run", "asean", "--counterfactual", long], "xxx…xxx");
    refused(folder.path(), &["run", long], "no scenario");
    refused(folder.path(), &["run", "asean", "--out", "a\u{1b}[31mb"], "the control character \\u{1b}");
    refused(folder.path(), &["run", "a\u{202e}b.toml"], "the control character \\u{202e}");
    // As JSON, too.
    let output = suasion(folder.path(), &["check", "long.toml", "--json"]);
    assert!(output.stdout.len() < 3000, "{}", output.stdout.len());
}

#[test]
fn places_that_cannot_be_read_are_bad_input() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("file.toml"), "version = 2\n").expect("writable");
    fs::create_dir(folder.path().join("empty")).expect("writable");
    let long = format!("{}.toml", "n".repeat(300));
    let mut all: Vec<Vec<&str>> = vec![
        vec!["verify", "NOSUCH"],
        vec!["verify", "empty"],
        vec!["verify", "file.toml"],
        vec!["verify", "file.toml/below"],
        vec!["verify", &long],
        vec!["report", "NOSUCH"],
        vec!["report", "file.toml/below"],
        vec!["merge", "NOSUCH"],
        vec!["map", "NOSUCH", "--outcome", "motivation"],
        vec!["cluster", "status", "NOSUCH"],
        vec!["new", "a/b"],
        vec!["new", "file.toml/b"],
        vec!["new", &long],
        vec!["panel", "NOSUCH", "--out", "out"],
    ];
    for command in
        ["run", "check", "list", "compare", "explain", "sweep", "sensitivity", "validate", "calibrate"]
    {
        for place in ["nosuch.toml", "file.toml/below.toml", "empty/", &long] {
            let more: &[&str] = if command == "compare" { &["x"] } else { &[] };
            all.push([&[command, place], more].concat());
        }
    }
    for option in ["--posterior", "--priors", "--points"] {
        let command = match option {
            "--posterior" => "run",
            "--priors" => "calibrate",
            _ => "sweep",
        };
        for place in ["nosuch.csv", "file.toml/below.csv", "empty", &long] {
            all.push(vec![command, "asean", option, place]);
        }
    }
    #[cfg(unix)]
    {
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(name)).expect("writable");
        };
        link("nowhere.toml", "dangling.toml");
        link("loop.toml", "loop.toml");
        all.extend([vec!["check", "dangling.toml"], vec!["check", "loop.toml"], vec!["verify", "loop.toml"]]);
        all.push(vec!["new", "loop/x"]);
        all.push(vec!["run", "asean", "--posterior", "loop.toml"]);
    }
    for arguments in &all {
        refused(folder.path(), arguments, "");
    }
}

#[test]
fn descriptions_that_a_hand_has_changed_are_refused_by_their_numbers() {
    let folder = TempDir::new().expect("a folder");
    let sweep =
        ["sweep", "asean", "--axis", "parameters.drift=0..0.1", "--samples", "4", "--replicates", "8"];
    let more = ["--years", "2001-2002", "--quiet", "--out", "s", "--shard", "1/2"];
    let output = suasion(folder.path(), &[&sweep[..], &more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let path = folder.path().join("s.blocks/sweep.json");
    let whole = fs::read_to_string(&path).expect("a description");
    for (from, to, expected) in [
        ("\"replicates\": 8", "\"replicates\": 0", "replicates is 0, expected 1 to 2147483647"),
        ("\"replicates\": 8", "\"replicates\": 4294967295", "replicates is 4294967295"),
        ("\"points\": 4", "\"points\": 0", "points is 0, expected at least 1"),
        ("\"points\": 4", "\"points\": 18446744073709551615", ""),
        ("\"high\": 0.1", "\"high\": -1.0", "goes from 0 to -1"),
        ("\"seed\": \"0x", "\"seed\": \"", "contradicts itself"),
        ("\"axes\": [", "\"axes\": [], \"more\": [", ""),
    ] {
        assert!(whole.contains(from), "{from}:\n{whole}");
        fs::write(&path, whole.replacen(from, to, 1)).expect("writable");
        refused(folder.path(), &["merge", "s"], expected);
    }
    assert!(suasion(folder.path(), &["run", "asean", "--replicates", "8", "--quiet"]).status.success());
    let path = folder.path().join("out/asean-8-replicates/manifest.json");
    let whole = fs::read_to_string(&path).expect("a manifest");
    for (from, to, expected) in [
        ("\"replicates\": 8", "\"replicates\": 0", "size.replicates is 0"),
        ("\"start\": 2001", "\"start\": -2147483648", "size.start is -2147483648"),
        ("summary.csv", "../summary.csv", "expected that of a file in it"),
        ("\"seed\": \"0x", "\"seed\": \"", "expected a hexadecimal number"),
        ("\"states\": 10", "\"states\": -1", ""),
    ] {
        assert!(whole.contains(from), "{from}:\n{whole}");
        fs::write(&path, whole.replacen(from, to, 1)).expect("writable");
        for command in ["verify", "report"] {
            refused(folder.path(), &[command, "out/asean-8-replicates"], expected);
        }
    }
}

#[test]
fn any_name_that_a_scenario_may_have_can_be_drawn() {
    let long = "n".repeat(150);
    let names = [long.as_str(), "A", "ミャンマー連邦共和国", "سلطنة بروناي", "<b>&\"'", "é̀", "🇻🇳"];
    let mut text = String::from(
        "version = 2\ntitle = \"سلطنة <&>\"\n[time]\nstart = 2001\nend = 2005\n[runs]\nreplicates = 8\n",
    );
    for (i, name) in names.iter().enumerate() {
        let id = if i == 0 { long.clone() } else { format!("S{i}") };
        text += &format!(
            "[[state]]\nid = \"{id}\"\nname = {}\nsanction_sensitivity = 0.5\n",
            toml::Value::from(*name)
        );
    }
    for (id, title) in [(long.as_str(), "T".repeat(400)), ("c", " ".to_string())] {
        text += &format!(
            "[[regime]]\nid = \"{id}\"\nkind = \"community\"\ntitle = \"{title}\"\nmembers = \"all\"\nengagement = 0.3\n"
        );
    }
    text += &format!(
        "[[regime]]\nid = \"r{long}\"\nkind = \"rating\"\ntitle = \"{long}\"\ndemands = [\"i{long}\"]\ngrades = [\"1\", \"2\", \"2WL\", \"3\"]\nthresholds = [0.56, 0.14, -0.06]\n"
    );
    text += &format!("[[instrument]]\nid = \"i{long}\"\nkind = \"law\"\ntitle = \"{long}\"\nhazard = 0.1\n");
    text += &format!("[[tie]]\nbetween = [\"S1\", \"{long}\"]\nweight = 1e-12\n");
    text += &format!(
        "[counterfactual.{long}]\ntitle = \"{long}\"\nremove = [\"regime.r{long}\"]\n[counterfactual.x]\ntitle = \"\"\nset = {{ \"parameters.drift\" = 0 }}\n"
    );
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("names.toml"), &text).expect("writable");
    let done = |arguments: &[&str]| {
        let output = suasion(folder.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    };
    done(&["check", "names.toml", "--quiet"]);
    done(&["run", "names.toml", "--out", "run", "--quiet"]);
    done(&["compare", "names.toml", &long, "x", "--out", "compare", "--quiet"]);
    done(&["explain", "names.toml", "--state", &long, "--against", &long, "--out", "explain", "--quiet"]);
    let axis = format!("regime.r{long}.severity=0..1");
    done(&[
        "sweep",
        "names.toml",
        "--axis",
        &axis,
        "--samples",
        "4",
        "--replicates",
        "8",
        "--out",
        "sweep",
        "--quiet",
    ]);
    for folder in ["run", "compare", "explain", "sweep"] {
        done(&["report", folder]);
    }
}

/// A world too large for a whole year of it to be tried: its cost comes from a few steps of one batch.
#[test]
fn the_cost_of_a_large_world_is_told_without_simulating_a_year_of_it() {
    let text = "version = 2\ntitle = \"Large\"\ntime = { start = 2001, end = 2003, steps_per_year = 365 }\n\
                runs = { replicates = 20 }\n[[population]]\nid = \"p\"\ncount = 4000\n";
    let mut scenario = Scenario::parse("large", text, None).and_then(|loaded| loaded.build()).expect("valid");
    let clock = scenario.world.clock;
    let estimate = cost::estimate(&mut scenario, Options::default()).expect("it is tried");
    assert_eq!(scenario.world.clock, clock, "the calendar is as it was");
    assert_eq!(estimate.agent_steps, 20 * 4000 * 730);
    assert!(estimate.seconds.is_finite() && estimate.seconds > 0.0);
}

/// A summary too long to be opened as text is Parquet, unless text is asked for; both say the same, and both are read and verified.
#[test]
fn a_long_summary_is_parquet_unless_text_is_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let text = "version = 2\ntitle = \"Long\"\ntime = { start = 2001, end = 2003, steps_per_year = 4 }\n\
                runs = { replicates = 2 }\n[[population]]\nid = \"p\"\ncount = 4000\n";
    fs::write(folder.path().join("long.toml"), text).expect("written");
    let run = |out: &str, format: &[&str]| {
        let arguments = [&["run", "long.toml", "--summary-only", "--out", out], format].concat();
        let output = suasion(folder.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        for command in ["verify", "report"] {
            let output = suasion(folder.path(), &[command, out]);
            assert!(output.status.success(), "{command}: {}", stderr(&output));
        }
    };
    run("parquet", &[]);
    run("text", &["--format", "csv"]);
    let wanted = [("variable", ColumnType::String), ("mean", ColumnType::OptionalDouble)];
    let [long, text] = ["parquet/summary.parquet", "text/summary.csv"]
        .map(|name| reader::read(&folder.path().join(name), &wanted).expect("a table"));
    assert!(long.rows() > 100_000);
    assert!(!folder.path().join("parquet/summary.csv").exists());
    let [Values::Double(of_long), Values::Double(of_text)] = [&long.columns[1], &text.columns[1]] else {
        panic!("numbers")
    };
    assert!(of_long == of_text, "means are written in full in both");
}
