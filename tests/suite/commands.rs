//! The commands as people use them, with good input and bad.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    // Lines of any length: what is said is held here, not how it is set.
    command.args(arguments).current_dir(folder).env("COLUMNS", "1000").output().expect("it starts")
}

/// What a command prints that must succeed.
pub fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = suasion(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

/// The digest of finished results.
pub fn digest(results: &Path) -> String {
    let manifest = std::fs::read_to_string(results.join("manifest.json")).expect("readable");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    manifest["digest"].as_str().expect("a digest").to_string()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn run_writes_what_verify_confirms() {
    let folder = TempDir::new().expect("a folder");
    let output =
        suasion(folder.path(), &["run", "asean", "--replicates", "20", "--ledger", "--out", "out/asean"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("Thailand") && stdout(&output).contains("digest"));
    for file in [
        "manifest.json",
        "scenario.toml",
        "trajectories.parquet",
        "events.parquet",
        "summary.csv",
        "ledger.parquet",
    ] {
        assert!(folder.path().join("out/asean").join(file).exists(), "{file}");
    }
    let verified =
        suasion(folder.path(), &["verify", "out/asean", "--threads", "1", "--instruction-set", "baseline"]);
    assert!(verified.status.success(), "{}", stderr(&verified));
    fs::write(folder.path().join("out/asean/summary.csv"), "changed").expect("writable");
    let changed = suasion(folder.path(), &["verify", "out/asean"]);
    assert!(!changed.status.success() && stderr(&changed).contains("summary.csv"), "{}", stderr(&changed));
}

#[test]
fn a_counterfactual_changes_the_run_and_set_equals_an_edit() {
    let folder = TempDir::new().expect("a folder");
    let digest = |arguments: &[&str]| {
        let mut all = vec!["run", "asean", "--replicates", "8", "--summary-only", "--json"];
        all.extend(arguments);
        let output = suasion(folder.path(), &all);
        assert!(output.status.success(), "{}", stderr(&output));
        let manifest: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        manifest["digest"].as_str().expect("a digest").to_string()
    };
    let base = digest(&[]);
    assert_eq!(base, digest(&["--seed", "2016"]));
    assert_ne!(base, digest(&["--counterfactual", "no-tvpa"]));
    assert_ne!(base, digest(&["--set", "parameters.signalling=0"]));
}

#[test]
fn bad_input_is_a_sentence_exit_code_2_and_leaves_no_file() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("bytes.toml"), [0xff, 0xfe, 0x00]).expect("writable");
    fs::create_dir(folder.path().join("folder.toml")).expect("writable");
    for (arguments, expected) in [
        (vec!["run", "asaen"], "asean"),
        (vec!["run", "asean", "--set", "state.IDN.capacity=0"], "state.IDN.capacity"),
        (vec!["run", "asean", "--set", "state.IDN.capcity=0.5"], "capacity"),
        (vec!["run", "asean", "--set", "parameters.drift=-1"], "parameters.drift"),
        (vec!["run", "asean", "--replicates", "0"], "replicates"),
        (
            vec!["run", "asean", "--threads", "1000000000"],
            "'1000000000' for '--threads <N>': expected a whole number from 1 to 1024",
        ),
        (vec!["run", "asean", "--counterfactual", "no-tpva"], "no-tvpa"),
        (vec!["run", "bytes.toml"], "UTF-8"),
        (vec!["run", "folder.toml"], "folder.toml"),
        (vec!["run", "missing.toml"], "error: missing.toml: "),
        (
            vec!["verify", "NOSUCH"],
            "there is no folder NOSUCH; verify takes a folder that a command wrote, such as out/asean",
        ),
        (vec!["verify", "bytes.toml"], "bytes.toml is no folder; verify takes"),
        (vec!["verify", "bytes.toml/x"], "bytes.toml/x cannot be read: "),
        (vec!["merge", "folder.toml"], "folder.toml.blocks keeps no blocks of a sweep"),
        (vec!["check", "asean", "--set", "regime.tvpa.thresholds=[0.1,0.4,0.8]"], "thresholds"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).matches("os error").count() <= 1, "the cause twice: {}", stderr(&output));
        assert!(output.stdout.is_empty() && !folder.path().join("out").exists(), "{arguments:?}");
    }
}

#[test]
fn a_folder_with_other_content_is_left_alone() {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("mine")).expect("writable");
    fs::write(folder.path().join("mine/thesis.txt"), "years of work").expect("writable");
    for arguments in [
        vec!["run", "teaching/spiral", "--replicates", "4"],
        vec!["compare", "asean", "no-tvpa", "--replicates", "4"],
        vec!["explain", "asean", "--replicates", "4"],
        vec!["sweep", "asean", "--axis", "parameters.drift=0..1", "--samples", "2", "--replicates", "4"],
        vec!["calibrate", "asean", "--prior", "parameters.drift"],
    ] {
        let output = suasion(folder.path(), &[&arguments[..], &["--out", "mine"]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("mine holds thesis.txt"), "{arguments:?}: {}", stderr(&output));
        assert_eq!(fs::read_dir(folder.path().join("mine")).expect("readable").count(), 1);
        // Nothing is done that could not be kept.
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "{arguments:?}");
    }
}

#[test]
fn every_bundled_scenario_checks_and_new_does_not_overwrite() {
    let folder = TempDir::new().expect("a folder");
    for name in suasion::scenario::bundled::names() {
        let output = suasion(folder.path(), &["check", name]);
        assert!(
            output.status.success() && stdout(&output).contains("agent-steps"),
            "{name}: {}",
            stderr(&output)
        );
    }
    let made = suasion(folder.path(), &["new", "mine"]);
    assert!(
        made.status.success() && stdout(&made).contains("suasion.schema.json beside it"),
        "{}",
        stdout(&made)
    );
    assert!(suasion(folder.path(), &["check", "mine.toml"]).status.success());
    let run = ["run", "mine.toml", "--replicates", "8", "--quiet"];
    assert!(suasion(folder.path(), &run).status.success());
    assert!(suasion(folder.path(), &["new", "two", "--from", "starter"]).status.success());
    let compare = ["compare", "two.toml", "--replicates", "8", "--quiet"];
    assert!(suasion(folder.path(), &compare).status.success());
    let again = suasion(folder.path(), &["new", "mine"]);
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
    // A file of its own, no tour, and a schema that is there; a copy names the one beside it too.
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("written");
    assert!(!read("mine.toml").contains("\n[lab]"), "no tour of another case");
    let schema = stdout(&suasion(folder.path(), &["schema"]));
    assert_eq!(read("suasion.schema.json"), schema);
    fs::write(folder.path().join("suasion.schema.json"), "{}").expect("written");
    assert!(suasion(folder.path(), &["new", "copy", "--from", "teaching/spiral"]).status.success());
    for name in ["mine.toml", "copy.toml"] {
        assert_eq!(read(name).lines().next(), Some("#:schema ./suasion.schema.json"), "{name}");
    }
    assert_eq!(read("suasion.schema.json"), "{}", "what is there is not overwritten");
    let lost = suasion(folder.path(), &["new", "other", "--from", "spiral"]);
    assert!(
        lost.status.code() == Some(2) && stderr(&lost).contains("--from spiral: neither a bundled scenario")
    );
    assert!(!folder.path().join("other.toml").exists());
}

#[test]
fn run_says_how_to_see_it_and_what_to_ask_next() {
    let folder = TempDir::new().expect("a folder");
    let run = |more: &[&str]| {
        let output = suasion(folder.path(), &[&["run", "asean", "--replicates", "8"][..], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let said = run(&["--set", "parameters.drift=0.1", "--out", "one"]);
    let line = |start: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(start));
        shlex::split(
            line.unwrap_or_else(|| panic!("{start}\n{said}")).split(" # ").next().expect("a command"),
        )
        .expect("words")
    };
    // What it proposes does what it says.
    for (start, expected) in [("to see it: ", "one"), ("next: ", "written to out/compare-asean")] {
        let words = line(start);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let output = suasion(folder.path(), &words);
        assert!(
            output.status.success() && stdout(&output).contains(expected),
            "{words:?}: {}",
            stderr(&output)
        );
    }
    assert!(folder.path().join("one/report.html").exists());
    assert_eq!(
        line("next: ").join(" "),
        "suasion compare asean no-tvpa --set parameters.drift=0.1 --replicates 8"
    );
    assert!(!run(&["--quiet", "--out", "two"]).contains("next"));
    assert!(!run(&["--json", "--out", "three"]).contains("to see it"));
    // Where there is no counterfactual, the ledger of a state.
    fs::write(
        folder.path().join("bare.toml"),
        "version = 2\ntitle = 'Bare'\ntime = { start = 2001, end = 2003 }\nstate = [{ id = 'A' }]\n",
    )
    .expect("written");
    let bare = suasion(folder.path(), &["run", "bare.toml", "--replicates", "4"]);
    assert!(stdout(&bare).contains("next: suasion explain bare.toml --state A"), "{}", stdout(&bare));
}

#[test]
fn what_cannot_see_the_same_luck_is_told() {
    let folder = TempDir::new().expect("a folder");
    let told = |words: &[&str]| {
        let more = ["--replicates", "4", "--out", "x", "--replace"];
        let output = suasion(folder.path(), &[words, &more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let same = "sees another luck than asean as it is";
    for (words, expected) in [
        (&["--seed", "5"][..], "seed 5, not 2016"),
        (&["--set", "runs.seed=5"], "seed 5, not 2016"),
        (&["--set", "time.steps_per_year=6"], "6 steps a year, not 4"),
    ] {
        let said = told(&[&["run", "asean"][..], words].concat());
        assert!(said.contains(same) && said.contains(expected), "{said}");
    }
    for words in
        [&["--set", "parameters.drift=0.1"][..], &["--counterfactual", "no-tvpa"], &["--years", "2003-2010"]]
    {
        let said = told(&[&["run", "asean"][..], words].concat());
        assert!(!said.contains(same), "{said}");
    }
    let said = told(&["compare", "asean", "--against", "other: runs.seed=5; parameters.drift=0.1"]);
    assert!(
        said.contains("other: its seed, 5, is not used: every arm sees the luck of the baseline, seed 2016"),
        "{said}"
    );
    assert!(!told(&["compare", "asean", "no-tvpa"]).contains("is not used"));
    let refused = suasion(folder.path(), &["compare", "asean", "--against", "time.steps_per_year=6"]);
    assert!(
        refused.status.code() == Some(2) && stderr(&refused).contains("share no luck"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn values_that_are_judged_are_listed_apart_from_those_with_a_source() {
    let folder = TempDir::new().expect("a folder");
    let output = suasion(folder.path(), &["check", "world", "--sources", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = |key: &str| json[key].as_array().expect("a list").clone();
    let judged = list("judged");
    assert!(
        judged.iter().all(|value| value["source"].as_str().is_some_and(|text| !text.is_empty())),
        "{json}"
    );
    assert!(
        judged.iter().any(|value| value["source"] == "judgement") && json["sourced"].as_u64() > Some(0),
        "{json}"
    );
    let text = stdout(&suasion(folder.path(), &["check", "world", "--sources"]));
    let last = format!(
        "{} values without a source, {} by judgement, {} with a source\n",
        list("without_source").len(),
        judged.len(),
        json["sourced"]
    );
    assert!(text.ends_with(&last) && text.contains("judged: the source is somebody's judgement"), "{text}");
}

#[test]
fn params_schema_completions_and_man_print() {
    let folder = TempDir::new().expect("a folder");
    for (arguments, expected) in [
        (vec!["list"], "teaching/spiral"),
        (vec!["list", "asean"], "counterfactual.no-tvpa"),
        (vec!["params", "--markdown"], "overjustification"),
        (vec!["schema"], "$schema"),
        (vec!["completions", "bash"], "suasion"),
        (vec!["man"], "verify"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert!(output.status.success() && stdout(&output).contains(expected), "{arguments:?}");
    }
}

#[test]
fn json_is_json_alone_and_quiet_is_quiet() {
    let folder = TempDir::new().expect("a folder");
    let bare = |arguments: &[&str]| {
        let output = suasion(folder.path(), arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", stderr(&output));
        output
    };
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&bare(arguments).stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    };
    let quiet = |arguments: &[&str]| assert_eq!(stdout(&bare(arguments)), "", "{arguments:?}");
    assert_eq!(json(&["list", "--json"])[0]["name"], "asean");
    assert_eq!(json(&["list", "asean", "--json"])["entries"][0]["path"], "regime.tvpa");
    assert_eq!(json(&["params", "displacement", "--json"])[0]["path"], "parameters.displacement");
    // A path in a scenario is shown as that of any state or regime; what nothing matches is told.
    for (asked, first) in [
        ("regime.tvpa", "regime.ID.severity"),
        ("regime.tvpa.severity", "regime.ID.severity"),
        ("state.MYS.openness", "state.ID.openness"),
    ] {
        let found = json(&["params", asked, "--json"]);
        assert!(found.to_string().contains(&format!("\"{first}\"")), "{asked}: {found}");
    }
    for as_json in [&[][..], &["--json"]] {
        let output = suasion(folder.path(), &[&["params", "openess"][..], as_json].concat());
        let told = stderr(&output);
        assert!(output.status.code() == Some(2) && output.stdout.is_empty(), "{told}");
        assert!(
            told.contains("no parameter, trait or regime field has `openess` in its path or meaning; did you mean `openness`?"),
            "{told}"
        );
    }
    assert_eq!(json(&["check", "asean", "--replicates", "8", "--json"])["agent_steps"], 8 * 10 * 60);
    assert!(json(&["check", "world", "--sources", "--json"])["without_source"].is_array());
    let run = json(&["run", "asean", "--replicates", "8", "--seed", "5", "--json"]);
    let verified = json(&["verify", "out/asean-8-replicates-seed-5", "--json"]);
    assert_eq!((&run["digest"], &run["seed"]), (&verified["digest"], &serde_json::json!("0x5")));
    quiet(&["check", "asean", "--quiet"]);
    quiet(&[
        "run",
        "asean",
        "--replicates",
        "8",
        "--years",
        "2001-2003",
        "--threads",
        "1",
        "--format",
        "csv",
        "--quiet",
    ]);
    quiet(&["verify", "out/asean-2001-2003-8-replicates-csv", "--threads", "1", "--quiet"]);
    quiet(&["new", "mine", "--quiet"]);
}

#[test]
fn problems_are_told_as_json_too() {
    let folder = TempDir::new().expect("a folder");
    let set = ["check", "asean", "--json", "--set", "state.IDN.capacity=0"];
    let output = suasion(folder.path(), &set);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &told["valid"]), (Some(2), &serde_json::json!(false)));
    assert_eq!(told["problems"][0]["path"], "state.IDN.capacity");
    assert!(stderr(&output).contains("state.IDN.capacity"));
    let output = suasion(folder.path(), &["check", "asaen", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let problem = &told["problems"][0];
    assert_eq!(problem["found"], "`asaen`");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("asean")), "{told}");
    std::fs::write(folder.path().join("bad.toml"), "version = 2\na = [").expect("written");
    let output = suasion(folder.path(), &["check", "bad.toml", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let problem = &told["problems"][0];
    assert_eq!((&problem["file"], &problem["line"]), (&serde_json::json!("bad.toml"), &serde_json::json!(2)));
    assert!(problem["found"].as_str().is_some_and(|what| what.starts_with("not TOML: ")), "{told}");
    // A folder that is not there is told in words.
    let output = suasion(folder.path(), &["new", "a/b"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a/b.toml: there is no folder a;"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = TempDir::new().expect("a folder");
    for arguments in [
        vec!["list"],
        vec!["list", "asean", "--json"],
        vec!["params"],
        vec!["params", "--json"],
        vec!["check", "world", "--sources"],
        vec!["schema"],
        vec!["man"],
        vec!["completions", "bash"],
        vec!["run", "teaching/spiral", "--replicates", "8", "--summary-only"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        command.args(&arguments).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_run_that_cannot_fit_is_refused_with_its_estimate() {
    let folder = TempDir::new().expect("a folder");
    let output = suasion(
        folder.path(),
        &["run", "asean", "--replicates", "2000000000", "--ledger", "--format", "csv", "--out", "a/b"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("would take about") && stderr(&output).contains("TiB"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
}

#[test]
fn very_many_states_are_checked_run_and_verified_from_a_small_file() {
    let folder = TempDir::new().expect("a folder");
    let text = "version = 2\ntitle = 'Many'\ntime = { start = 2001, end = 2002 }\nruns = { replicates = 2 }\n\
        population = [{ id = 'north', count = 50000, openness = { low = 0.1, high = 0.9 } }]\n\
        [[regime]]\nid = 'union'\nkind = 'community'\nmembers = 'all'\nengagement = 0.4\n\
        [[event]]\nat = 2001.5\nstate = 'all'\nset = { attention = 0.5 }\n";
    fs::write(folder.path().join("many.toml"), text).expect("writable");
    for arguments in [
        vec!["check", "many.toml"],
        vec!["run", "many.toml", "--summary-only", "--out", "out/many"],
        vec!["verify", "out/many", "--threads", "1"],
    ] {
        let output = suasion(folder.path(), &arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    }
    let resolved = fs::read_to_string(folder.path().join("out/many/scenario.toml")).expect("readable");
    assert!(resolved.contains("count = 50000") && resolved.len() < 6000, "{}", resolved.len());
}

/// Files that cannot grow stand for a disk that fills up after the estimate was made.
#[cfg(unix)]
#[test]
fn a_failed_write_is_an_error_and_leaves_earlier_results() {
    let folder = TempDir::new().expect("a folder");
    assert!(
        suasion(folder.path(), &["run", "asean", "--replicates", "8", "--quiet", "--out", "out/asean"])
            .status
            .success()
    );
    let program = env!("CARGO_BIN_EXE_suasion");
    let script = format!(
        "trap '' XFSZ; ulimit -f 200; exec '{program}' run asean --replicates 2000 --seed 3 --replace --out out/asean"
    );
    let output =
        Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().expect("a shell");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("trajectories.parquet"), "{}", stderr(&output));
    assert!(suasion(folder.path(), &["verify", "out/asean", "--quiet"]).status.success());
    assert_eq!(fs::read_dir(folder.path().join("out")).expect("readable").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_sentence() {
    let folder = TempDir::new().expect("a folder");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    let output = command.arg("params").stdout(full).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("error: "), "{}", stderr(&output));

    let small = folder.path().join("small");
    fs::create_dir(&small).expect("writable");
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(&small).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a small file system cannot be mounted here, which takes root");
        return;
    }
    let output = suasion(folder.path(), &["run", "asean", "--replicates", "400", "--out", "small/asean"]);
    let summary = suasion(
        folder.path(),
        &["run", "asean", "--summary-only", "--quiet", "--years", "2001-2002", "--out", "small/asean"],
    );
    let left = fs::read_dir(&small).map(Iterator::count);
    let unmounted = Command::new("umount").arg(&small).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("small/asean: the results of 400 replicates"), "{}", stderr(&output));
    assert!(summary.status.success(), "{}", stderr(&summary));
    assert_eq!(left.expect("readable"), 1);
}
