//! `suasion cluster` where there is no Slurm: the scripts run as they are, under bash; a stand-in for `sbatch` and
//! `squeue` says what they were asked. The real Slurm is in `tests/cluster/run`.
#![cfg(unix)]

use crate::support::ROOT;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Runs the program with a PATH of this folder's `bin` and what bash needs.
fn suasion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    // Lines of any length: what is said is held here, not how it is set.
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("COLUMNS", "1000");
    command.env("PATH", folder.join("bin")).output().expect("it starts")
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn bad(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn tool(folder: &Path, name: &str, script: &str) {
    let path = folder.join("bin").join(name);
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    fs::write(&path, format!("#!/bin/bash\n{script}\n")).expect("writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder of results").flatten();
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

const SMALL: [&str; 6] = ["--axis", "parameters.drift=0..0.1", "--samples", "200", "--replicates", "40"];

fn slurm(out: &str, more: &[&str]) -> Vec<String> {
    let words = [&["cluster", "slurm", "asean", "--out", out][..], &SMALL, more].concat();
    words.into_iter().map(String::from).collect()
}

fn run(folder: &Path, words: &[String]) -> Output {
    suasion(folder, &words.iter().map(String::as_str).collect::<Vec<&str>>())
}

#[test]
fn the_scripts_run_what_was_asked_for_whatever_happens_to_the_files() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let source = Path::new(ROOT).join("tests/scenarios/good");
    for file in ["tables.toml", "tables-states.csv", "tables-ties.csv"] {
        fs::copy(source.join(file), here.join(file)).expect("copied");
    }
    fs::write(here.join("points.txt"), "0.01\n0.05\n0.1\n0.2\n0.15\n").expect("writable");
    let sweep = [
        &["tables.toml", "--axis", "parameters.drift", "--points", "points.txt", "--replicates", "70"][..],
        &["--outcome", "motivation.*@*", "--set", "title=\"a 'title' of $HOME `id`\"", "--independent"],
        &["--trajectories", "--seed", "7"],
    ]
    .concat();
    good(&suasion(here, &[&["sweep"], &sweep[..], &["--out", "whole"]].concat()));
    let name = "it's 50% $HOME \"of\" `id` \\ it";
    let options =
        ["--shards", "3", "--out", name, "--sbatch-option=--qos=x", "--partition", "p", "--account", "a"];
    let more = ["--max-running", "2", "--cpus-per-task", "2", "--time", "1-00:00:00", "--memory", "3G"];
    let said = good(&suasion(here, &[&["cluster", "slurm"], &sweep[..], &options, &more].concat()));
    assert!(said.contains("estimate for a shard on 2 ") && said.contains("written: "), "{said}");
    // What was read may go.
    for file in ["tables-states.csv", "tables-ties.csv", "points.txt"] {
        fs::remove_file(here.join(file)).expect("removed");
    }
    fs::write(here.join("tables.toml"), "spoilt").expect("writable");

    let scripts = here.join(format!("{name}.slurm"));
    let array = text(&scripts.join("array.sbatch"));
    for line in [
        "#SBATCH --array=1-3%2",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        "#SBATCH --time=1-00:00:00",
        "#SBATCH --mem=3G",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --partition=p",
        "#SBATCH --account=a",
        "#SBATCH --qos=x",
        "#SBATCH --job-name=suasion-shard-tables",
    ] {
        assert!(array.lines().any(|l| l == line), "{line} in\n{array}");
    }
    assert!(array.contains("50%% $HOME \\\"of\\\" `id` \\\\ it.slurm/shard-%a.log\"\n"), "{array}");
    assert!(text(&scripts.join("merge.sbatch")).contains("#SBATCH --qos=x\n"));
    for script in ["array.sbatch", "merge.sbatch"] {
        let checked = Command::new("bash").arg("-n").arg(scripts.join(script)).output().expect("bash");
        good(&checked);
    }
    let bash = |script: &str, task: &str| {
        let mut command = Command::new("bash");
        command.arg(scripts.join(script)).env("SLURM_ARRAY_TASK_ID", task).env_remove("HOME");
        command.current_dir("/").output().expect("bash")
    };
    for task in ["3", "1"] {
        good(&bash("array.sbatch", task));
    }
    assert!(bad(&bash("merge.sbatch", ""), 2).contains("shard 2 of 3: block"));
    let status = good(&suasion(here, &["cluster", "status", name]));
    assert!(
        status.contains("nothing was submitted with --submit") && status.contains("2      -"),
        "{status}"
    );
    good(&bash("array.sbatch", "2"));
    good(&bash("merge.sbatch", ""));
    assert!(files(&here.join(name)) == files(&here.join("whole")));
    assert!(good(&suasion(here, &["cluster", "status", name])).contains("merged into it's 50%"));
}

/// A stand-in for Slurm: numbers jobs from 100, and keeps what it was asked.
const SBATCH: &str =
    r#"n=100; [ -f count ] && read -r n <count; echo $((n + 1)) >count; echo "$@" >>asked; echo "$n;here""#;

#[test]
fn jobs_are_submitted_followed_and_taken_up_again() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    tool(here, "sbatch", SBATCH);
    let said = good(&run(here, &slurm("s", &["--shards", "4", "--submit"])));
    assert!(said.contains("array 100: 4 of 4 shards") && said.contains("merge 101"), "{said}");
    let asked = text(&here.join("asked"));
    let lines: Vec<&str> = asked.lines().collect();
    assert!(lines[0].starts_with("--parsable /") && lines[0].ends_with("s.slurm/array.sbatch"), "{asked}");
    assert!(lines[1].starts_with("--parsable --dependency=afterany:100 /"), "{asked}");

    // Shard 1 is done, 2 failed, 3 is at work, 4 waits; none is known of to Slurm for more than its number.
    good(&suasion(here, &[&["sweep", "asean", "--out", "s", "--shard", "1/4"], &SMALL[..]].concat()));
    tool(
        here,
        "squeue",
        "echo \"$@\" >queued; printf '100|1|COMPLETED|n1\\n100|2|NODE_FAIL|\\n100|3|RUNNING|n2\\n100|4|PENDING|\\n'",
    );
    let status = good(&suasion(here, &["cluster", "status", "s"]));
    assert!(text(&here.join("queued")).contains("--jobs=100"));
    for part in ["NODE_FAIL (100_2)", "RUNNING (100_3 on n2)", "PENDING (100_4)", "1 shard misses blocks"] {
        assert!(status.contains(part), "{part} in\n{status}");
    }
    let again = good(&suasion(here, &["cluster", "resubmit", "s", "--memory", "9G", "--submit"]));
    assert!(again.contains("array 102: 1 of 4 shards") && again.contains("left to the queue"), "{again}");
    let script = text(&here.join("s.slurm/resubmit.sbatch"));
    assert!(script.contains("#SBATCH --array=2\n") && script.contains("#SBATCH --mem=9G\n"), "{script}");
    assert!(text(&here.join("asked")).contains("--dependency=afterany:102:100 "));

    // The later attempt at shard 2 is shown; what is in the queue is not submitted again.
    tool(
        here,
        "squeue",
        "printf '100|2|NODE_FAIL|\\n100|3|RUNNING|n2\\n100|4|PENDING|\\n102|2|RUNNING|n3\\n'",
    );
    assert!(good(&suasion(here, &["cluster", "status", "s"])).contains("RUNNING (102_2 on n3)"));
    assert!(good(&suasion(here, &["cluster", "resubmit", "s", "--submit"])).contains("still in the queue"));
    // Slurm has forgotten all: blocks alone count.
    tool(here, "squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
    assert!(good(&suasion(here, &["cluster", "status", "s"])).contains("3 shards miss blocks"));
    tool(here, "squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
    assert!(good(&suasion(here, &["cluster", "status", "s"])).contains("Unable to contact slurm controller"));
    let json = good(&suasion(here, &["cluster", "status", "s", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["shards"].as_array().map(Vec::len), Some(4));
    assert!(json["shards"][0]["done"] == json["shards"][0]["blocks"] && json["merged"].is_null());
    for shard in ["2/4", "3/4", "4/4"] {
        good(&suasion(here, &[&["sweep", "asean", "--out", "s", "--shard", shard], &SMALL[..]].concat()));
    }
    assert!(good(&suasion(here, &["cluster", "resubmit", "s"])).contains("suasion merge s"));
}

#[test]
fn what_a_cluster_cannot_run_is_a_sentence() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let cases: [(&[&str], &str); 6] = [
        (&["--shards", "0"], "expected a whole number from 1 to 4294967295"),
        (&["--shards", "2", "--time", "1h"], "02:00:00"),
        (&["--shards", "2", "--memory", "lots"], "as 2G"),
        (&["--shards", "2", "--sbatch-option=qos"], "as --qos=long"),
        (&["--shards", "2", "--set", "parameters.drfit=1"], "did you mean `drift`?"),
        (&["--shards", "2", "--outcome", "belief"], "there is no `belief`; there is motivation, "),
    ];
    for (more, part) in cases {
        let said = bad(&run(here, &slurm("s", more)), 2);
        assert!(said.contains(part), "{more:?}: {said}");
    }
    assert!(fs::read_dir(here).expect("a folder").next().is_none(), "refused, and something is left");
    for command in [["cluster", "status", "s"], ["cluster", "resubmit", "s"]] {
        assert!(bad(&suasion(here, &command), 2).contains("keeps no blocks of a sweep"));
    }
    let said = bad(&run(here, &slurm("s", &["--shards", "2", "--submit"])), 2);
    assert!(said.contains("no sbatch on the PATH"), "{said}");
    let few = good(&run(here, &slurm("s", &["--shards", "5000"])));
    assert!(few.contains("shards instead of 5000"), "{few}");
    let other = bad(&run(here, &slurm("s", &["--shards", "2", "--seed", "8"])), 2);
    assert!(other.contains("has the jobs of another sweep"), "{other}");
    good(&run(here, &slurm("s", &["--shards", "2", "--seed", "8", "--fresh"])));

    tool(here, "sbatch", "echo 'sbatch: error: invalid partition specified: nowhere' >&2; exit 1");
    tool(here, "scontrol", "echo 'MaxArraySize            = 3'");
    let said = bad(&run(here, &slurm("t", &["--shards", "2", "--submit"])), 1);
    assert!(said.contains("sbatch did not take") && said.contains("invalid partition specified"), "{said}");
    let said = bad(&run(here, &slurm("u", &["--shards", "4"])), 2);
    assert!(said.contains("4 shards: this cluster numbers tasks to 2"), "{said}");
    // Shards that were begun by hand have a status and no jobs.
    good(&suasion(here, &[&["sweep", "asean", "--out", "v", "--shard", "2/3"], &SMALL[..]].concat()));
    let status = good(&suasion(here, &["cluster", "status", "v"]));
    assert!(status.lines().count() == 5 && status.contains("blocks are done"), "{status}");
    assert!(
        bad(&suasion(here, &["cluster", "resubmit", "v"]), 2)
            .contains("not begun by `suasion cluster slurm`")
    );
}
