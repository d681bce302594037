//! Asks Slurm: submits scripts, and tells what is in the queue. Whether Slurm is here at all is seen by trying.

use super::exit::BadInput;
use anyhow::Result;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// States of tasks that have ended; a task in any other is waiting or at work.
const ENDED: [&str; 11] = [
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
    "LAUNCH_FAILED",
];

/// A task of an array, as the queue shows it.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// As `RUNNING`.
    pub state: String,
    /// Nodes, where it has some.
    pub nodes: String,
}

impl Task {
    /// Whether it waits or is at work.
    pub(super) fn active(&self) -> bool {
        !ENDED.contains(&self.state.as_str())
    }
}

/// What the queue says; `Absent` where Slurm is not here.
pub(super) enum Queue {
    Absent,
    /// Slurm is here and does not answer: its message.
    Silent(String),
    /// Tasks by job and place in its array, those that ended a short while ago too.
    Tasks(BTreeMap<(String, u32), Task>),
}

/// Submits a script after the end of other jobs; the id of the job.
pub(super) fn submit(script: &Path, after: &[String]) -> Result<String> {
    let mut command = Command::new("sbatch");
    command.arg("--parsable");
    if !after.is_empty() {
        command.arg(format!("--dependency=afterany:{}", after.join(":")));
    }
    let output = match run(command.arg(script)) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let hint = "log in to the cluster, or leave --submit away and submit the scripts there";
            return Err(BadInput(format!("there is no sbatch on the PATH; {hint}")).into());
        }
        output => output?,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    // A federation adds the name of the cluster after a semicolon.
    let id = said.trim().split(';').next().unwrap_or_default();
    if output.status.success() && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(id.to_string());
    }
    let message = message(&output);
    Err(anyhow::anyhow!("sbatch did not take {}: {message}", script.display()))
}

/// Looks for jobs in the queue.
pub(super) fn queue(jobs: &[String]) -> Queue {
    let mut command = Command::new("squeue");
    command.args(["--noheader", "--array", "--states=all", "--format=%F|%K|%T|%N"]);
    let output = match run(command.arg(format!("--jobs={}", jobs.join(",")))) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Queue::Absent,
        Err(error) => return Queue::Silent(error.to_string()),
        Ok(output) => output,
    };
    let message = message(&output);
    if !output.status.success() {
        // Slurm forgets jobs some minutes after their end.
        if message.contains("Invalid job id") {
            return Queue::Tasks(BTreeMap::new());
        }
        return Queue::Silent(message);
    }
    let mut tasks = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [job, place, state, nodes] = cells[..] {
            // What is no array has no place in it.
            let place = place.parse().unwrap_or(0);
            tasks.insert((job.into(), place), Task { state: state.into(), nodes: nodes.into() });
        }
    }
    Queue::Tasks(tasks)
}

/// The largest number of a task in an array, where Slurm is here and says.
pub(super) fn most_tasks() -> Option<u32> {
    let output = run(Command::new("scontrol").args(["show", "config"])).ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.trim_start().starts_with("MaxArraySize"))?;
    let size: u32 = line.split('=').nth(1)?.trim().parse().ok()?;
    Some(size.saturating_sub(1))
}

fn run(command: &mut Command) -> std::io::Result<Output> {
    command.stdin(Stdio::null()).output()
}

fn message(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim();
    if said.is_empty() { format!("it ended with {}", output.status) } else { said.to_string() }
}
