//! The shards of a sweep as jobs of Slurm: what is kept beside the results (`OUT.slurm`), the text of the batch scripts,
//! and how far each shard is, by its finished blocks. It starts no process and asks no queue.

use super::error::ExperimentError;
use super::sweep::{Layout, Store};
use crate::output::error::OutputError;
use crate::output::single::write_file;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Name of the file that says what the jobs are made of.
const JOBS: &str = "jobs.json";
/// Names of the batch scripts: all shards, those that miss blocks, the merge.
pub const ARRAY: &str = "array.sbatch";
/// See [`ARRAY`].
pub const RESUBMIT: &str = "resubmit.sbatch";
/// See [`ARRAY`].
pub const MERGE: &str = "merge.sbatch";

/// What a job asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Time limit, as Slurm writes it.
    pub time: String,
    /// Memory, as Slurm writes it.
    pub memory: String,
    /// How they came about, for people.
    pub reason: String,
}

/// Jobs that were submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Id of the array.
    pub array: String,
    /// Id of the merge after it.
    pub merge: String,
    /// Its shards.
    pub shards: BTreeSet<u32>,
    /// Of how many.
    pub of: u32,
}

/// The jobs of a sweep: what the scripts are written from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jobs {
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub name: String,
    /// Identity of the sweep.
    pub sweep: String,
    /// Path of the program.
    pub program: String,
    /// Path of the results.
    pub out: String,
    /// Format of the tables.
    pub format: String,
    /// The arguments of `sweep` that say what it is.
    pub arguments: Vec<String>,
    /// Number of shards.
    pub shards: u32,
    /// Number of blocks.
    pub blocks: u64,
    /// Processors of a shard.
    pub cpus: u32,
    /// Shards at work at one time, at most; none: all.
    pub running: Option<u32>,
    /// Of a shard.
    pub shard: Resources,
    /// Of the merge.
    pub merge: Resources,
    /// Further options of `sbatch`, for shards and merge.
    pub options: Vec<String>,
    /// What was submitted, in order.
    pub submissions: Vec<Submission>,
}

impl Jobs {
    /// Where scripts and logs of results at `out` are kept.
    pub fn beside(out: &Path) -> PathBuf {
        let mut name = out.file_name().unwrap_or_default().to_os_string();
        name.push(".slurm");
        out.with_file_name(name)
    }

    /// The folder of the scripts and logs.
    pub fn folder(&self) -> PathBuf {
        Jobs::beside(Path::new(&self.out))
    }

    /// Reads what was written; none where there is nothing.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Jobs>, ExperimentError> {
        let path = folder.join(JOBS);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).map_err(|error| OutputError::read(&path, error))?;
        let wrong = |what: String| {
            ExperimentError::Asked(format!("{} is not one of this program: {what}", path.display()))
        };
        let jobs: Jobs = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        jobs.check().map_err(wrong)?;
        Ok(Some(jobs))
    }

    /// What is wrong with numbers that a hand may have changed.
    fn check(&self) -> Result<(), String> {
        let Jobs { shards, blocks, cpus, .. } = self;
        if *shards == 0 || *cpus == 0 || u64::from(*shards) > *blocks {
            return Err(format!("{shards} shards of {cpus} processors for {blocks} blocks"));
        }
        let holds = |s: &Submission| s.of > 0 && s.shards.iter().all(|shard| (1..=s.of).contains(shard));
        if self.submissions.iter().all(holds) {
            Ok(())
        } else {
            Err("it submits shards that are none".into())
        }
    }

    /// Keeps what later commands need to know.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self) -> Result<(), OutputError> {
        // Text, numbers and lists: nothing that JSON cannot.
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        write_file(&self.folder().join(JOBS), text.as_bytes())
    }

    /// Writes the script of an array of shards, and that of the merge.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&self, array: &str, shards: &BTreeSet<u32>) -> Result<(), OutputError> {
        let folder = self.folder();
        write_file(&folder.join(array), self.array_script(array, shards).as_bytes())?;
        write_file(&folder.join(MERGE), self.merge_script().as_bytes())
    }

    /// The script of an array of shards.
    pub fn array_script(&self, script: &str, shards: &BTreeSet<u32>) -> String {
        let at_once = self.running.map(|n| format!("%{n}")).unwrap_or_default();
        let array = format!("--array={}{at_once}", ranges(shards));
        let more = [array, "--requeue".to_string(), format!("--cpus-per-task={}", self.cpus)];
        let mut text = self.head(script, "shard-%a.log", &self.shard, &more);
        let fixed = [&self.program, "sweep"].map(String::from);
        let mut words: Vec<String> = fixed.iter().chain(&self.arguments).map(|word| quote(word)).collect();
        words.push(quote(&format!("--out={}", self.out)));
        words.push(format!("--shard=\"${{SLURM_ARRAY_TASK_ID}}/{}\"", self.shards));
        words.push(format!("--threads=\"${{SLURM_CPUS_PER_TASK:-{}}}\"", self.cpus));
        words.push("--quiet".into());
        let _ = writeln!(text, "exec {}", words.join(" \\\n    "));
        text
    }

    /// The script of the merge, which names what is missing if something is.
    pub fn merge_script(&self) -> String {
        let mut text = self.head(MERGE, "merge.log", &self.merge, &["--cpus-per-task=1".to_string()]);
        let format = format!("--format={}", self.format);
        let words = [&self.program, "merge", &self.out, &format].map(quote);
        let _ = writeln!(text, "exec {}", words.join(" "));
        text
    }

    fn head(&self, script: &str, log: &str, resources: &Resources, more: &[String]) -> String {
        let folder = self.folder();
        let named = |name: &str| quote(&folder.join(name).to_string_lossy());
        let mut text = format!(
            "#!/bin/bash\n# suasion {}: the sweep of {} in {} shards",
            self.version,
            one_line(&self.name),
            self.shards
        );
        let _ = writeln!(text, " of {} blocks in all.", self.blocks);
        for line in resources.reason.lines() {
            let _ = writeln!(text, "# {line}");
        }
        if script == MERGE {
            let _ = writeln!(
                text,
                "# It is to run when no shard is left in the queue, and says what is missing if one was lost."
            );
        } else {
            let _ = writeln!(text, "# Submit it, and the merge after it:");
            let _ = writeln!(text, "#   array=$(sbatch --parsable {})", one_line(&named(script)));
            let _ = writeln!(
                text,
                "#   sbatch --dependency=\"afterany:${{array%%;*}}\" {}",
                one_line(&named(MERGE))
            );
        }
        let job = if script == MERGE { "merge" } else { "shard" };
        let mut options = vec![
            format!(
                "--job-name=suasion-{job}-{}",
                self.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
            ),
            format!("--output={}", directive(&folder, log)),
            "--open-mode=append".to_string(),
            "--nodes=1".to_string(),
            "--ntasks=1".to_string(),
            format!("--time={}", resources.time),
            format!("--mem={}", resources.memory),
        ];
        options.extend(more.iter().chain(&self.options).cloned());
        for option in options {
            let _ = writeln!(text, "#SBATCH {option}");
        }
        text + "set -euo pipefail\n"
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A word for the shell.
///
/// ```
/// assert_eq!(suasion::experiment::cluster::quote("it's"), "\"it's\"");
/// ```
pub fn quote(word: &str) -> String {
    // Fails on the null character alone, which no argument and no path can hold.
    shlex::try_quote(word).unwrap_or_default().into_owned()
}

/// A path in a line of `#SBATCH`, which has quotes of its own, and `%` for what Slurm fills in.
fn directive(folder: &Path, log: &str) -> String {
    let folder = folder.to_string_lossy().replace('%', "%%");
    let path = format!("{folder}/{log}");
    if path.chars().all(|c| c.is_alphanumeric() || "/._-%+=:,@".contains(c)) {
        return path;
    }
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Numbers as Slurm writes them.
///
/// ```
/// use suasion::experiment::cluster::ranges;
/// assert_eq!(ranges(&[1, 2, 3, 5, 8, 9].into()), "1-3,5,8-9");
/// ```
pub fn ranges(numbers: &BTreeSet<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &n in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => runs.push((n, n)),
        }
    }
    let text = |(first, last)| if first == last { format!("{first}") } else { format!("{first}-{last}") };
    runs.into_iter().map(text).collect::<Vec<String>>().join(",")
}

/// Seconds as a time limit, in whole minutes, up.
///
/// ```
/// use suasion::experiment::cluster::limit;
/// assert_eq!((limit(61.0).as_str(), limit(90_000.0).as_str()), ("00:02:00", "1-01:00:00"));
/// ```
pub fn limit(seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil().clamp(1.0, 1e9) as u64;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let days = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{days}{hours:02}:{minutes:02}:00")
}

/// How far a shard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Number of the shard, from 1.
    pub shard: u32,
    /// Finished blocks.
    pub done: u64,
    /// Blocks.
    pub of: u64,
}

/// How far each of so many shards is.
pub fn shares(layout: &Layout, store: &Store, shards: u32) -> Vec<Share> {
    let blocks = layout.geometry.blocks();
    let share = |shard: u32| {
        let of = (blocks + u64::from(shards) - u64::from(shard)) / u64::from(shards);
        Share { shard, done: of - store.missing(layout, (shard, shards)).len() as u64, of }
    };
    (1..=shards).map(share).collect()
}
