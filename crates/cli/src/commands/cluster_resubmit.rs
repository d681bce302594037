//! `cluster resubmit`: takes up the shards that miss blocks, and only what they miss.

use super::cluster::{hand_over, parse_memory, parse_time};
use super::cluster_status::Standing;
use super::exit::BadInput;
use super::page::Page;
use anyhow::Result;
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use suasion::experiment::cluster::{Jobs, RESUBMIT, Share, quote};

/// Take up the shards that miss blocks, and a merge after them
///
/// Shards that are still in the queue are left to it. Finished blocks are not simulated again.
#[derive(Debug, Args)]
pub(super) struct Resubmit {
    /// The folder that `suasion cluster slurm --out` named
    dir: PathBuf,
    /// Another time limit of a shard, as 04:00:00
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    time: Option<String>,
    /// Another amount of memory of a shard, as 4G
    #[arg(long, value_name = "MEMORY", value_parser = parse_memory)]
    memory: Option<String>,
    /// Submit the array and the merge
    #[arg(long)]
    submit: bool,
}

impl Resubmit {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let mut standing = Standing::of(&self.dir)?;
        let Some(mut jobs) = standing.jobs.take() else {
            let found = format!("{} was not begun by `suasion cluster slurm`", self.dir.display());
            let hint = format!("there is no {}", Jobs::beside(&self.dir).display());
            return Err(BadInput(format!("{found}: {hint}")).into());
        };
        let missing = |share: &&Share| share.done < share.of;
        let lacking: BTreeSet<u32> =
            standing.shares.iter().filter(missing).map(|share| share.shard).collect();
        let lost: BTreeSet<u32> = lacking.iter().copied().filter(|shard| !standing.active(*shard)).collect();
        if lacking.is_empty() {
            let dir = quote(&self.dir.to_string_lossy());
            page.copy(format!("all {} blocks are done: suasion merge {dir}", standing.blocks));
            return page.print();
        }
        if lost.is_empty() {
            let (lacking, shards) = (lacking.len(), jobs.shards);
            page.say(format!("what misses blocks is still in the queue: {lacking} of {shards} shards"));
            return page.print();
        }
        if let Some(unknown) = &standing.unknown {
            page.say(format!(
                "{unknown}; a shard that still runs would be run twice, which costs time alone"
            ));
        }
        if lost.len() < lacking.len() {
            let (left, shards) = (lacking.len() - lost.len(), jobs.shards);
            page.say(format!("left to the queue, where they are: {left} of {shards} shards"));
        }
        let resources = &mut jobs.shard;
        for (given, value, option) in
            [(self.time, &mut resources.time, "--time"), (self.memory, &mut resources.memory, "--memory")]
        {
            if let Some(given) = given {
                let _ = write!(resources.reason, "\nasked for at resubmission: {option} {given}");
                *value = given;
            }
        }
        jobs.write(RESUBMIT, &lost)?;
        jobs.keep()?;
        hand_over(&mut jobs, RESUBMIT, lost, &standing.waiting, self.submit, page)
    }
}
