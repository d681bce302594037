//! `cluster`: the shards of a sweep as jobs of a cluster. This file writes and submits them; how they are and what to do
//! about lost ones is in `cluster_status.rs` and `cluster_resubmit.rs`.

use super::cluster_resubmit::Resubmit;
use super::cluster_status::Status;
use super::exit::BadInput;
use super::page::Page;
use super::place::{PlaceArgs, done_before, put_back};
use super::shared::{FormatArg, whole};
use super::slurm;
use super::sweep_args::SweepArgs;
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use std::collections::BTreeSet;
use std::path::Path;
use suasion::experiment::cluster::{ARRAY, Jobs, MERGE, Resources, Submission, limit, quote};
use suasion::experiment::cost::{human, shard_cost};
use suasion::experiment::sweep::{Store, Sweep, job};
use suasion::experiment::unfinished;
use suasion::input;
use suasion::output::error::OutputError;
use suasion::output::single::write_file;
use suasion::scenario::{Scenario, ScenarioError};

/// What is asked for is the estimate times this, rounded up: nodes are slower than this machine, and share its memory.
const TIME_MARGIN: f64 = 3.0;
const MEMORY_MARGIN: u64 = 2;
/// Time limits are whole steps of ten minutes, memory whole steps of 256 MiB.
const TIME_STEP: f64 = 600.0;
const MEMORY_STEP: u64 = 256 << 20;

#[derive(Debug, Subcommand)]
pub(super) enum Cluster {
    Slurm(Box<Slurm>),
    Status(Status),
    Resubmit(Resubmit),
}

/// Write the shards of a sweep as a Slurm job array, and a merge after it
///
/// Takes the options of `suasion sweep`. Batch scripts go to OUT.slurm, with a copy of what they read: editing the
/// scenario afterwards changes nothing for queued jobs. Finished blocks go to OUT.blocks; both must be on a file system
/// that all nodes see. `suasion cluster status OUT` shows how far the shards are, `suasion cluster resubmit OUT` takes up
/// those that were lost.
#[derive(Debug, Args)]
pub(super) struct Slurm {
    #[command(flatten)]
    what: SweepArgs,
    /// Number of shards, each a task of the array
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=u32::MAX.into()))]
    shards: u32,
    /// Partition of the cluster
    #[arg(long, value_name = "NAME")]
    partition: Option<String>,
    /// Account that is charged
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Time limit of a shard, as 02:00:00 (default: from an estimate)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    time: Option<String>,
    /// Memory of a shard, as 2G (default: from an estimate)
    #[arg(long, value_name = "MEMORY", value_parser = parse_memory)]
    memory: Option<String>,
    /// Processors of a shard
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u32>(1..=1024))]
    cpus_per_task: u32,
    /// Shards at work at one time, at most
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=u32::MAX.into()))]
    max_running: Option<u32>,
    /// A further option of sbatch for shards and merge, as --sbatch-option=--qos=long (may be repeated)
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true, value_parser = parse_option)]
    sbatch_option: Vec<String>,
    /// Submit the array and the merge
    #[arg(long)]
    submit: bool,
    #[command(flatten)]
    place: PlaceArgs,
    /// Format of the tables
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Drop the blocks that an earlier attempt left in OUT.blocks, and begin anew
    #[arg(long)]
    fresh: bool,
}

/// Reads a time limit in one of Slurm's forms: minutes, minutes:seconds, hours:minutes:seconds, days-hours and so on.
pub(super) fn parse_time(text: &str) -> Result<String, String> {
    let (days, rest) = text.split_once('-').map_or((None, text), |(days, rest)| (Some(days), rest));
    let digits = |part: &str| !part.is_empty() && part.len() < 8 && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = rest.split(':').collect();
    if days.is_none_or(digits) && parts.len() <= 3 && parts.iter().all(|part| digits(part)) {
        return Ok(text.to_string());
    }
    Err("expected hours, minutes and seconds as 02:00:00, or days before them as 1-12:00:00".into())
}

/// Reads an amount of memory in Slurm's form.
pub(super) fn parse_memory(text: &str) -> Result<String, String> {
    let number = text.strip_suffix(['K', 'M', 'G', 'T', 'k', 'm', 'g', 't']).unwrap_or(text);
    match number.parse::<u32>() {
        Ok(n) if n > 0 => Ok(text.to_string()),
        _ => Err("expected a whole number with K, M, G or T, as 2G".into()),
    }
}

fn parse_option(text: &str) -> Result<String, String> {
    if text.starts_with('-') && !text.contains(char::is_control) {
        return Ok(text.to_string());
    }
    Err("expected an option of sbatch in one line, as --qos=long".into())
}

impl Cluster {
    pub(super) fn run(self, page: Page) -> Result<()> {
        match self {
            Cluster::Slurm(slurm) => slurm.run(page),
            Cluster::Status(status) => status.run(page),
            Cluster::Resubmit(resubmit) => resubmit.run(page),
        }
    }
}

impl Slurm {
    fn run(self, mut page: Page) -> Result<()> {
        let loaded = self.what.scenario.loaded()?;
        let out = std::path::absolute(self.place.target(self.what.usual(&loaded, self.format)))?;
        let sweep = self.what.lay(loaded, &out, None)?;
        let program = text_of(&std::env::current_exe()?)?;
        let name = text_of(&out)?;
        let blocks = sweep.layout.geometry.blocks();
        let shards = u64::from(self.shards).min(blocks) as u32;
        if let Some(most) = slurm::most_tasks()
            && shards > most
        {
            let found = format!("{shards} shards: this cluster numbers tasks to {most} (its MaxArraySize)");
            return Err(BadInput(format!("{found}; take fewer shards, of more blocks each")).into());
        }
        let kept = unfinished::blocks(&out);
        put_back(&out, false)?;
        let replace = self.place.how.replace || self.fresh;
        if let Some(manifest) = job(&sweep.layout, self.format.into()).look(&out, replace)? {
            page.say(done_before(&out, &manifest));
            return page.print();
        }
        let folder = Jobs::beside(&out);
        let identity = sweep.layout.description.identity();
        let earlier = Jobs::read(&folder)?;
        if let Some(other) = earlier.as_ref().filter(|earlier| earlier.sweep != identity && !replace) {
            let found = format!("{} has the jobs of another sweep, of {}", folder.display(), other.name);
            return Err(
                BadInput(format!("{found}; --replace replaces them, --out names another folder")).into()
            );
        }
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let (shard, merge) = self.resources(&sweep, shards)?;
        Store::open(&kept, &sweep.layout, replace)?;
        std::fs::create_dir_all(&folder).map_err(|error| OutputError::write(&folder, error))?;
        let named = |key: &str, value: &Option<String>| {
            value.iter().map(|v| format!("--{key}={v}")).collect::<Vec<_>>()
        };
        let mut jobs = Jobs {
            version: env!("CARGO_PKG_VERSION").into(),
            name: sweep.layout.description.scenario.name.clone(),
            sweep: identity,
            program,
            out: name,
            format: self.format.to_possible_value().map(|v| v.get_name().to_string()).unwrap_or_default(),
            arguments: self.arguments(&folder, sweep.layout.description.given.as_deref())?,
            shards,
            blocks,
            cpus: self.cpus_per_task,
            running: self.max_running,
            shard,
            merge,
            options: [
                named("partition", &self.partition),
                named("account", &self.account),
                self.sbatch_option.clone(),
            ]
            .concat(),
            submissions: earlier.map(|jobs| jobs.submissions).unwrap_or_default(),
        };
        let all: BTreeSet<u32> = (1..=shards).collect();
        jobs.write(ARRAY, &all)?;
        jobs.keep()?;
        if shards < self.shards {
            page.say(format!(
                "the sweep has {blocks} blocks, each the work of a moment: {shards} shards instead of {} (more --samples or \
                 --replicates make more blocks)",
                self.shards
            ));
        }
        page.say(&jobs.shard.reason);
        hand_over(&mut jobs, ARRAY, all, &[], self.submit, page)
    }

    /// The arguments of the shards, with copies of what they read.
    fn arguments(&self, folder: &Path, given: Option<&str>) -> Result<Vec<String>> {
        let reference = &self.what.scenario.scenario;
        let mut scenario = reference.clone();
        if Scenario::is_path(reference) {
            let loaded = Scenario::load(reference)?;
            let path = folder.join(format!("{}.toml", loaded.name()));
            write_file(&path, loaded.whole().as_bytes())?;
            scenario = text_of(&path)?;
        }
        let points = match &self.what.design.points {
            Some(file) => {
                let bytes = input::bytes(file).map_err(ScenarioError::from)?;
                let path = folder.join("points.csv");
                write_file(&path, &bytes)?;
                Some(text_of(&path)?)
            }
            None => None,
        };
        Ok(self.what.arguments(&scenario, points.as_deref(), given))
    }

    /// What shards and merge ask for, from a trial.
    fn resources(&self, sweep: &Sweep, shards: u32) -> Result<(Resources, Resources)> {
        let cost = shard_cost(sweep, shards, self.cpus_per_task)?;
        let time = |seconds: f64| limit((seconds * TIME_MARGIN / TIME_STEP).ceil().max(1.0) * TIME_STEP);
        let memory = |bytes: u64| (bytes * MEMORY_MARGIN).next_multiple_of(MEMORY_STEP);
        let asked = |what: &str, seconds: f64, bytes: u64, cpus: u32, given: [&Option<String>; 2]| {
            let [given_time, given_memory] = given;
            let (time, bytes_asked) = (given_time.clone().unwrap_or_else(|| time(seconds)), memory(bytes));
            let memory = given_memory.clone().unwrap_or_else(|| format!("{}M", bytes_asked >> 20));
            let how = |given: &Option<String>, margin: f64| {
                if given.is_some() {
                    "as given".to_string()
                } else {
                    format!("{margin} times that, rounded up")
                }
            };
            let reason = format!(
                "estimate for {what} on {cpus} of this machine's processors: {seconds:.1} s and {}\nasked for: {time} ({}) and {memory} ({})",
                human(bytes),
                how(given_time, TIME_MARGIN),
                how(given_memory, MEMORY_MARGIN as f64),
            );
            Resources { time, memory, reason }
        };
        let of_shards = [&self.time, &self.memory];
        Ok((
            asked("a shard", cost.seconds, cost.memory, self.cpus_per_task, of_shards),
            asked("the merge", cost.merge_seconds, cost.merge_memory, 1, [&None, &None]),
        ))
    }
}

/// Submits an array and the merge after it and after other arrays, or says how.
pub(super) fn hand_over(
    jobs: &mut Jobs,
    script: &str,
    shards: BTreeSet<u32>,
    others: &[String],
    submit: bool,
    mut page: Page,
) -> Result<()> {
    let folder = jobs.folder();
    let (array, merge) = (folder.join(script), folder.join(MERGE));
    if !submit {
        page.say(format!("written: {} and {MERGE} beside it", array.display()));
        page.say("its first lines say how to submit them, or do it with --submit");
        return page.print();
    }
    let array = slurm::submit(&array, &[])?;
    page.say(format!("array {array}: {} of {} shards", shards.len(), jobs.shards));
    // Said and kept at once, so that an array whose merge is refused is not forgotten.
    page.print()?;
    jobs.submissions.push(Submission { array: array.clone(), merge: String::new(), shards, of: jobs.shards });
    jobs.keep()?;
    let after: Vec<String> = std::iter::once(array).chain(others.iter().cloned()).collect();
    let merge = slurm::submit(&merge, &after)?;
    page.say(format!("merge {merge}: when no shard is left in the queue"));
    if let Some(last) = jobs.submissions.last_mut() {
        last.merge = merge;
    }
    jobs.keep()?;
    page.copy(format!("to see how they are: suasion cluster status {}", quote(&jobs.out)));
    page.print()
}

/// A path as text, which scripts need.
fn text_of(path: &Path) -> Result<String> {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_string()),
        _ => {
            let message = "a batch script cannot name it: it has letters that are not UTF-8, or a line break";
            Err(BadInput(format!("{}: {message}", path.display())).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_memory, parse_option, parse_time};

    #[test]
    fn what_slurm_reads_is_taken_and_nothing_else() {
        for good in ["90", "90:00", "02:00:00", "1-12", "1-12:30", "10-00:00:01"] {
            assert_eq!(parse_time(good).as_deref(), Ok(good));
        }
        for wrong in ["", "1h", "-1", "1-", "1:2:3:4", "01:00:00\n#SBATCH --x", "1--2"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
        assert!(["500", "2G", "700M"].iter().all(|good| parse_memory(good).is_ok()));
        assert!(["", "0", "2GB", "1.5G", "-1"].iter().all(|wrong| parse_memory(wrong).is_err()));
        assert!(parse_option("--qos=long").is_ok());
        assert!(["qos=long", "--a\n--b", ""].iter().all(|wrong| parse_option(wrong).is_err()));
    }
}
