//! Folders of results: no job takes the place of another by itself, every one can be done again and compared, and no kill loses
//! what was there.

use crate::commands::{stderr, stdout, suasion};
use crate::support::ROOT;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    stdout(output)
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}{}", stdout(output), stderr(output));
    stderr(output)
}

/// Every file below a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            files.extend(
                tree(&entry.path()).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)),
            );
        } else {
            // A link to nothing has no bytes.
            files.insert(name, fs::read(entry.path()).unwrap_or_default());
        }
    }
    files
}

/// A command that writes a folder: its words, options that make it another job, and what is told of the difference.
struct Case {
    words: &'static [&'static str],
    other: &'static [&'static str],
    differs: &'static str,
    has_usual_place: bool,
}

const CASES: [Case; 9] = [
    Case {
        words: &["run", "asean", "--replicates", "8"],
        other: &["--seed", "2"],
        differs: "seed: 2016 there, 2 here",
        has_usual_place: true,
    },
    Case {
        words: &["run", "asean", "--replicates", "8", "--posterior", "bundled"],
        other: &["--ledger"],
        differs: "tables: trajectories, events there, trajectories, events, ledger here",
        has_usual_place: true,
    },
    Case {
        words: &["compare", "asean", "no-tvpa", "early-actip", "--replicates", "8"],
        other: &["--level", "0.9"],
        differs: "level: 0.95 there, 0.9 here",
        has_usual_place: true,
    },
    Case {
        words: &[
            "compare",
            "teaching/spiral",
            "nobody-watches",
            "--replicates",
            "4",
            "--outcome",
            "motivation",
            "--decompose=signalling,reputation",
        ],
        other: &["--set", "parameters.drift=0.05"],
        differs: "parameters.drift: 0.03 there, 0.05 here",
        has_usual_place: true,
    },
    Case {
        words: &["explain", "asean", "--replicates", "8", "--against", "no-tvpa", "--observed"],
        other: &["--state", "MYS"],
        differs: "state: all there, MYS here",
        has_usual_place: false,
    },
    Case {
        words: &[
            "sweep",
            "asean",
            "--axis",
            "parameters.drift=0..0.1",
            "--samples",
            "3",
            "--replicates",
            "4",
        ],
        other: &["--samples", "4"],
        differs: "points: 3 there, 4 here",
        has_usual_place: true,
    },
    Case {
        words: &[
            "sensitivity",
            "asean",
            "--axis",
            "parameters.drift",
            "--axis",
            "parameters.persuasion",
            "--samples",
            "3",
            "--replicates",
            "2",
        ],
        other: &["--seed", "5"],
        differs: "seed: 2016 there, 5 here",
        has_usual_place: true,
    },
    Case {
        words: &[
            "calibrate",
            "asean",
            "--prior",
            "parameters.drift",
            "--particles",
            "12",
            "--generations",
            "2",
        ],
        other: &["--particles", "13"],
        differs: "particles: 12 there, 13 here",
        has_usual_place: true,
    },
    Case {
        words: &["validate", "asean", "--replicates", "8"],
        other: &["--replicates", "9"],
        differs: "replicates: 8 there, 9 here",
        has_usual_place: true,
    },
];

#[test]
fn the_same_job_is_found_another_is_refused_and_replaced_when_asked_alone() {
    for case in &CASES {
        let (words, other, differs) = (case.words, case.other, case.differs);
        let folder = TempDir::new().expect("a folder");
        let here = folder.path();
        let job = |more: &[&str]| suasion(here, &[words, more, &["--out", "place"]].concat());
        // An option may be given once.
        let changed: Vec<&str> = match words.iter().position(|word| *word == other[0]) {
            Some(at) => [&words[..at], &words[at + 2..], other].concat(),
            None => [words, other].concat(),
        };
        let another = |more: &[&str]| suasion(here, &[&changed[..], more, &["--out", "place"]].concat());
        good(&job(&[]));
        let first = tree(here);
        let again = job(&[]);
        assert!((good(&again) + &stderr(&again)).contains("done before: place"), "{words:?}");
        assert!(tree(here) == first, "{words:?}");
        let said = refused(&another(&[]));
        assert!(
            said.contains("place holds the results of another job") && said.contains(differs),
            "{words:?}: {said}"
        );
        assert!(said.contains("--replace") && said.lines().count() == 1, "{words:?}: {said}");
        assert!(tree(here) == first, "{words:?}");
        // A file of the user's is in nobody's way until it would be lost.
        fs::write(here.join("place/notes.txt"), "mine").expect("writable");
        good(&job(&[]));
        for how in [&[][..], &["--replace"]] {
            let said = refused(&another(how));
            assert!(said.contains("place holds notes.txt"), "{words:?} {how:?}: {said}");
        }
        fs::remove_file(here.join("place/notes.txt")).expect("removable");
        assert!(tree(here) == first, "{words:?}");
        // A table that was cut is not taken for the finished job.
        let is_table = |name: &&String| {
            name.starts_with("place/") && !name.ends_with("manifest.json") && !name.ends_with(".toml")
        };
        let table = here.join(first.keys().find(is_table).expect("a table"));
        let whole = fs::read(&table).expect("readable");
        fs::write(&table, &whole[..whole.len() / 2]).expect("writable");
        let said = refused(&job(&[]));
        assert!(said.contains("bytes, and") && said.contains("--replace"), "{words:?}: {said}");
        fs::write(&table, &whole).expect("writable");
        good(&another(&["--replace"]));
        let second = tree(here);
        assert!(
            second != first && second.keys().all(|name| !name.contains("partial") && !name.contains(".lock"))
        );
        good(&another(&[]));
        assert!(tree(here) == second, "{words:?}");
    }
}

#[test]
fn two_jobs_have_two_usual_places_and_pasting_twice_changes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let mut places = 0;
    for case in CASES.iter().filter(|case| case.has_usual_place) {
        let (words, other) = (case.words, case.other);
        let changed: Vec<&str> = match words.iter().position(|word| *word == other[0]) {
            Some(at) => [&words[..at], &words[at + 2..], other].concat(),
            None => [words, other].concat(),
        };
        good(&suasion(here, words));
        good(&suasion(here, &changed));
        let now = fs::read_dir(here.join("out")).expect("a folder").flatten();
        let now = now.filter(|entry| !entry.file_name().to_string_lossy().ends_with(".blocks")).count();
        assert_eq!(now, places + 2, "{words:?}");
        places = now;
    }
    let first = tree(here);
    for case in CASES.iter().filter(|case| case.has_usual_place) {
        good(&suasion(here, case.words));
    }
    assert!(tree(here) == first);
    for name in [
        "asean-8-replicates",
        "compare-asean-no-tvpa-early-actip-8-replicates",
        "validate-asean-8-replicates",
    ] {
        assert!(here.join("out").join(name).is_dir(), "{name}: {:?}", first.keys().collect::<Vec<_>>());
    }
}

#[test]
fn every_folder_is_verified_in_full_and_an_edited_table_is_found() {
    for case in &CASES {
        let words = case.words;
        let folder = TempDir::new().expect("a folder");
        let here = folder.path();
        good(&suasion(here, &[words, &["--out", "place", "--threads", "2"][..]].concat()));
        let first = tree(here);
        let said =
            good(&suasion(here, &["verify", "place", "--threads", "1", "--instruction-set", "baseline"]));
        assert!(said.starts_with("verified: ") && said.contains("files are as written"), "{words:?}: {said}");
        if words[0] == "compare" {
            assert!(said.contains("each of the baseline and "), "{said}");
        }
        assert!(tree(here) == first, "{words:?}");
        // An edited file is named, and an edited manifest beside it does not help.
        let manifest = here.join("place/manifest.json");
        let text = fs::read_to_string(&manifest).expect("readable");
        let of: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let files = of["files"].as_array().expect("a list").clone();
        for file in
            files.iter().filter(|file| !file["name"].as_str().is_some_and(|name| name.ends_with(".toml")))
        {
            let name = file["name"].as_str().expect("a name");
            let path = here.join("place").join(name);
            let whole = fs::read(&path).expect("readable");
            let mut edited = whole.clone();
            let at = edited.len() - 3;
            edited[at] ^= 1;
            fs::write(&path, &edited).expect("writable");
            let output = suasion(here, &["verify", "place"]);
            assert_eq!(output.status.code(), Some(1), "{words:?} {name}");
            assert!(
                stderr(&output).contains(name) && stderr(&output).contains("is not the file"),
                "{}",
                stderr(&output)
            );
            fs::write(&path, &whole).expect("writable");
        }
        let forged = here.join("place").join("summary.csv");
        if let Ok(whole) = fs::read_to_string(&forged) {
            let edited = whole.replacen("0.", "1.", 1);
            fs::write(&forged, &edited).expect("writable");
            let hash = |text: &str| blake3_of(text.as_bytes());
            fs::write(&manifest, text.replace(&hash(&whole), &hash(&edited))).expect("writable");
            let output = suasion(here, &["verify", "place"]);
            assert_eq!(output.status.code(), Some(1), "{words:?}");
            assert!(
                stderr(&output).contains("summary.csv: doing it again gives another file"),
                "{}",
                stderr(&output)
            );
        }
    }
}

fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[test]
fn sensitivity_beside_a_sweep_is_verified_and_not_replaced_by_itself() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let axes = ["--axis", "parameters.drift", "--axis", "parameters.persuasion", "--samples", "32"];
    good(&suasion(here, &[&["sensitivity", "asean", "--replicates", "2", "--out", "s"], &axes[..]].concat()));
    assert!(good(&suasion(here, &["verify", "s"])).contains("1000 resamples"));
    good(&suasion(here, &["sensitivity", "s"]));
    let said = refused(&suasion(here, &["sensitivity", "s", "--resamples", "50"]));
    assert!(said.contains("sensitivity.csv is there with other content; --replace"), "{said}");
    good(&suasion(here, &["sensitivity", "s", "--resamples", "50", "--replace"]));
    assert!(good(&suasion(here, &["verify", "s"])).contains("50 resamples"));
    let table = here.join("s/sensitivity.csv");
    let text = fs::read_to_string(&table).expect("readable");
    fs::write(&table, text.replacen("0.", "1.", 1)).expect("writable");
    let output = suasion(here, &["verify", "s"]);
    assert!(
        output.status.code() == Some(1) && stderr(&output).contains("sensitivity.csv"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_cannot_be_verified_is_told_with_exit_code_2() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    fs::create_dir(here.join("empty")).expect("writable");
    let hint = "; verify takes a folder that a command wrote, such as out/asean";
    for (place, found) in [
        ("nowhere", "there is no folder nowhere"),
        ("empty", "empty holds no results: it has no manifest.json"),
    ] {
        let said = refused(&suasion(here, &["verify", place]));
        assert!(said.contains(&format!("{found}{hint}")), "{said}");
    }
    good(&suasion(here, &["run", "asean", "--replicates", "2", "--quiet", "--out", "r"]));
    let path = here.join("r/manifest.json");
    let text = fs::read_to_string(&path).expect("readable");
    let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    // Nobody's file is reached by a name in a manifest.
    good(&suasion(here, &["new", "mine", "--from", "asean"]));
    good(&suasion(here, &["run", "mine.toml", "--replicates", "2", "--quiet", "--out", "m"]));
    let of_mine = here.join("m/manifest.json");
    let text = fs::read_to_string(&of_mine).expect("readable");
    fs::write(&of_mine, text.replace("\"name\": \"mine\"", "\"name\": \"../../mine\"")).expect("writable");
    assert!(refused(&suasion(here, &["verify", "m"])).contains("is no name of a file"));
    manifest["job"]["command"] = "divine".into();
    fs::write(&path, manifest.to_string()).expect("writable");
    assert!(
        refused(&suasion(here, &["verify", "r"]))
            .contains("r is of `divine`, which this version cannot do again")
    );
    manifest.as_object_mut().expect("an object").remove("job");
    fs::write(&path, manifest.to_string()).expect("writable");
    assert!(refused(&suasion(here, &["verify", "r"])).contains("did not write down of what job"));
}

#[test]
fn a_scenario_file_of_ones_own_is_kept_with_its_tables_and_verified_wherever_it_goes() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    good(&suasion(here, &["new", "mine", "--from", "asean"]));
    good(&suasion(here, &["compare", "mine.toml", "no-tvpa", "--replicates", "4", "--out", "c"]));
    good(&suasion(here, &["validate", "mine.toml", "--replicates", "4", "--out", "v"]));
    // An edited file is another job.
    let text = fs::read_to_string(here.join("mine.toml")).expect("readable");
    fs::write(here.join("mine.toml"), format!("{text}\n[parameters]\ndrift = 0.05\n")).expect("writable");
    let said =
        refused(&suasion(here, &["compare", "mine.toml", "no-tvpa", "--replicates", "4", "--out", "c"]));
    assert!(said.contains("parameters.drift: 0.03 there, 0.05 here"), "{said}");
    fs::remove_file(here.join("mine.toml")).expect("removable");
    for place in ["c", "v"] {
        good(&suasion(here, &["verify", place]));
    }
}

#[test]
fn single_files_are_replaced_when_asked_alone() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let grid = [
        "--axis",
        "parameters.drift=0,0.1",
        "--axis",
        "parameters.persuasion=0,0.1",
        "--outcome",
        "protection",
    ];
    good(&suasion(
        here,
        &[&["sweep", "asean", "--replicates", "2", "--out", "grid", "--outcome", "motivation"], &grid[..]]
            .concat(),
    ));
    good(&suasion(here, &["run", "asean", "--replicates", "2", "--quiet", "--out", "run"]));
    let cases: [(&[&str], &[&str], &str); 4] = [
        (&["design", "--axis", "x=0..1", "--samples", "3", "--out", "p.csv"], &["--seed", "9"], "p.csv"),
        (&["map", "grid", "--out", "m"], &["--against", "parameters.drift=0"], "m.svg"),
        (&["report", "run"], &["--state", "MYS"], "run/report.html"),
        (&["report", "run", "--figure", "phases", "--out", "f.svg"], &["--state", "MYS"], "f.svg"),
    ];
    for (words, other, file) in cases {
        good(&suasion(here, words));
        let first = tree(here);
        good(&suasion(here, words));
        let said = refused(&suasion(here, &[words, other].concat()));
        assert!(said.contains("is there with other content; --replace replaces it"), "{words:?}: {said}");
        assert!(tree(here) == first, "{words:?}");
        good(&suasion(here, &[words, other, &["--replace"]].concat()));
        assert!(tree(here)[file] != first[file], "{words:?}");
    }
    // By their usual names two pictures are two files.
    good(&suasion(here, &["map", "grid"]));
    good(&suasion(here, &["map", "grid", "--outcome", "motivation"]));
    assert!(here.join("grid-map.svg").exists() && here.join("grid-map-motivation.svg").exists());
}

#[test]
fn merged_shards_are_one_job_with_the_whole_and_hold_the_scenario_to_its_hash() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let sweep =
        ["sweep", "asean", "--axis", "parameters.drift=0..0.1", "--samples", "9", "--replicates", "9"];
    let with = |more: &[&str]| suasion(here, &[&sweep[..], more].concat());
    good(&with(&["--shard", "1/2", "--out", "s"]));
    good(&with(&["--shard", "2/2", "--out", "s"]));
    good(&suasion(here, &["merge", "s", "--quiet"]));
    let first = tree(&here.join("s"));
    assert!(good(&suasion(here, &["merge", "s"])).contains("done before: s"));
    assert!(good(&with(&["--out", "s"])).contains("done before: s"));
    assert!(good(&with(&["--out", "s", "--shard", "1/2"])).contains("done before: s"));
    assert!(
        refused(&suasion(here, &["merge", "s", "--format", "csv"]))
            .contains("format: parquet there, csv here")
    );
    assert!(good(&suasion(here, &["verify", "s"])).contains("9 points of 9 replicates"));
    assert!(tree(&here.join("s")) == first);
    let kept = here.join("s.blocks/scenario.toml");
    let text = fs::read_to_string(&kept).expect("readable");
    fs::write(&kept, text.replacen("drift = 0.03", "drift = 0.04", 1)).expect("writable");
    let said = refused(&suasion(here, &["merge", "s", "--out", "t"]));
    assert!(said.contains("scenario.toml is not the scenario that was swept"), "{said}");
    assert!(!here.join("t").exists());
}

#[test]
fn a_panel_is_a_job_too_and_verified_with_its_tables() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let tables = Path::new(ROOT).join("tests/suite/goldens/panel");
    let tables = tables.to_str().expect("UTF-8");
    let panel = ["panel", tables, "--start", "2001", "--law", "full", "--out", "made"];
    good(&suasion(here, &[&panel[..], &["--end", "2006"]].concat()));
    let first = tree(here);
    assert!(good(&suasion(here, &[&panel[..], &["--end", "2006"]].concat())).contains("done before: made"));
    let said = refused(&suasion(here, &[&panel[..], &["--end", "2005"]].concat()));
    assert!(said.contains("made holds the results of another job (end: 2007 there, 2006 here"), "{said}");
    let path = here.join("made/scenario.toml");
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, format!("# mine\n{text}")).expect("writable");
    let said = refused(&suasion(here, &[&panel[..], &["--end", "2006"]].concat()));
    assert!(said.contains("made/scenario.toml has ") && said.contains("--replace"), "{said}");
    fs::write(&path, text).expect("writable");
    assert!(tree(here) == first);
    assert!(refused(&suasion(here, &["verify", "made"])).contains("name them by --tables DIR"));
    assert!(
        good(&suasion(here, &["verify", "made", "--tables", tables])).contains("the coding of the tables")
    );
}

#[test]
fn equal_calibrations_are_equal_files() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let fit = |out: &str, threads: &str| {
        let words =
            ["calibrate", "asean", "--prior", "parameters.drift", "--particles", "16", "--generations", "2"];
        good(&suasion(here, &[&words[..], &["--out", out, "--threads", threads]].concat()));
        tree(&here.join(out))
    };
    assert!(fit("a", "1") == fit("b", "2"));
}

#[test]
fn two_jobs_at_once_have_one_winner_and_the_other_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let start = |seed: &str| {
        let words =
            ["run", "asean", "--replicates", "4000", "--summary-only", "--quiet", "--out", "out/place"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        command.args(words).args(["--threads", "1", "--seed", seed]).current_dir(here);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let both = [start("1"), start("2")].map(|child| child.wait_with_output().expect("it ends"));
    let codes = both.iter().map(|output| output.status.code()).collect::<Vec<_>>();
    assert!(codes == [Some(0), Some(2)] || codes == [Some(2), Some(0)], "{both:?}");
    let lost = both.iter().find(|output| !output.status.success()).expect("one");
    let said = stderr(lost);
    assert!(said.contains("another suasion is at work on out/place") || said.contains("seed: "), "{said}");
    good(&suasion(here, &["verify", "out/place"]));
    assert_eq!(fs::read_dir(here.join("out")).expect("a folder").count(), 1);
}

#[test]
fn kills_at_any_moment_leave_the_old_or_the_new_results_whole() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let words = |seed: &str| {
        let all = [
            "run",
            "asean",
            "--replicates",
            "300",
            "--quiet",
            "--replace",
            "--out",
            "out/place",
            "--seed",
            seed,
        ];
        all.map(String::from)
    };
    let program = env!("CARGO_BIN_EXE_suasion");
    let run =
        |seed: &str| Command::new(program).args(words(seed)).current_dir(here).spawn().expect("it starts");
    let begun = std::time::Instant::now();
    assert!(run("0").wait().expect("it ends").success());
    let whole = begun.elapsed();
    let mut at = 7u64;
    let mut kills = 0;
    for turn in 1..=20 {
        let mut child = run(&turn.to_string());
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(whole.mul_f64((at >> 33) as f64 / (1u64 << 31) as f64));
        let _ = child.kill();
        kills += usize::from(!child.wait().expect("it ends").success());
        // Whoever comes next finds whole results: here, the reader.
        good(&suasion(here, &["verify", "out/place", "--quiet"]));
    }
    assert!(kills > 3, "{kills}");
    let left = fs::read_dir(here.join("out")).expect("a folder").flatten();
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name != "place" && name != ".place.lock").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_an_earlier_kill_left_is_put_back_and_told() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let run = ["run", "asean", "--replicates", "4", "--out", "out/place"];
    good(&suasion(here, &run));
    let first = tree(&here.join("out/place"));
    let lose = || {
        fs::create_dir(here.join("out/.place.Ab12cd.partial")).expect("writable");
        fs::rename(here.join("out/place"), here.join("out/.place.Ab12cd.partial/old")).expect("renamed");
    };
    for words in [&["verify", "out/place"][..], &["report", "out/place"], &run] {
        lose();
        let output = suasion(here, words);
        good(&output);
        assert!(
            stderr(&output).contains("the earlier results are in their place again"),
            "{}",
            stderr(&output)
        );
        let now = tree(&here.join("out/place"));
        assert!(first.iter().all(|(name, bytes)| now.get(name) == Some(bytes)), "{words:?}");
        assert_eq!(fs::read_dir(here.join("out")).expect("a folder").count(), 1);
    }
    // Unfinished work beside whole results is cleared.
    fs::create_dir(here.join("out/.place.Zz99yy.partial")).expect("writable");
    fs::write(here.join("out/.place.Zz99yy.partial/summary.csv"), "hal").expect("writable");
    let output = suasion(here, &run);
    assert!(good(&output).contains("done before") && stderr(&output).contains("left by a kill, and cleared"));
    assert_eq!(fs::read_dir(here.join("out")).expect("a folder").count(), 1);
}

#[cfg(unix)]
#[test]
fn places_that_cannot_be_written_end_with_exit_code_2() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    fs::write(here.join("file"), "mine").expect("writable");
    symlink("nowhere", here.join("dangling")).expect("a link");
    symlink("loop", here.join("loop")).expect("a link");
    fs::create_dir(here.join("closed")).expect("writable");
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o555)).expect("mine");
    let long = "x".repeat(300);
    let mut places = vec!["file", "file/below", "dangling", "loop", "loop/below", &long, "/", "."];
    // Nothing is closed to root.
    if fs::write(here.join("closed/probe"), "").is_err() {
        places.push("closed/below");
    } else {
        fs::remove_file(here.join("closed/probe")).expect("removable");
    }
    let first = tree(here);
    for place in places {
        for words in [
            &["run", "asean", "--replicates", "2"][..],
            &["sweep", "asean", "--axis", "parameters.drift=0,0.1", "--replicates", "2"],
            &["validate", "asean", "--replicates", "2"],
            &["calibrate", "asean", "--prior", "parameters.drift", "--particles", "9", "--generations", "1"],
        ] {
            let said = refused(&suasion(here, &[words, &["--out", place]].concat()));
            assert!(said.starts_with("error: ") && said.lines().count() == 1, "{words:?} {place}: {said}");
            assert!(tree(here) == first, "{words:?} {place}");
        }
    }
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o755)).expect("mine");
}

/// Starts a sweep whose shell has done something about signals first, and waits until it is at work.
#[cfg(unix)]
fn sweep_after(here: &Path, first: &str) -> std::process::Child {
    let program = env!("CARGO_BIN_EXE_suasion");
    let sweep =
        "sweep asean --axis parameters.drift=0..0.1 --samples 3000 --replicates 64 --threads 1 --out s";
    let script = format!("{first} exec '{program}' {sweep}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(here).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().expect("a shell");
    let log = || {
        let logs = fs::read_dir(here.join("s.blocks")).into_iter().flatten().flatten();
        logs.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).max().unwrap_or(0)
    };
    // Some of it is on the disk.
    while log() < 10_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[cfg(unix)]
fn send(signal: &str, child: &std::process::Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn a_signal_that_was_ignored_stays_ignored_and_others_stop_cleanly() {
    for signal in ["-HUP", "-INT", "-TERM"] {
        let folder = TempDir::new().expect("a folder");
        let here = folder.path();
        let child = sweep_after(here, "");
        send(signal, &child);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{signal}: {}", stderr(&output));
        assert!(stderr(&output).contains("finished blocks are kept") && !here.join("s").exists());
    }
    for (ignored, signal) in [("trap '' HUP;", "-HUP"), ("trap '' HUP INT;", "-INT")] {
        let folder = TempDir::new().expect("a folder");
        let here = folder.path();
        let child = sweep_after(here, ignored);
        send(signal, &child);
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.success() && here.join("s/manifest.json").exists(),
            "{signal}: {}",
            stderr(&output)
        );
    }
}
