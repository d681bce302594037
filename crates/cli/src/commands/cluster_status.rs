//! `cluster status`: how far the shards of a sweep are, by their finished blocks, and where they are in the queue.

use super::page::Page;
use super::slurm::{self, Queue, Task};
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suasion::experiment::cluster::{Jobs, Share, quote, shares};
use suasion::experiment::sweep::{DESCRIPTION, Store};
use suasion::experiment::unfinished;
use suasion::output::manifest::Manifest;

/// Show how far the shards of a sweep are
///
/// What counts is which blocks are finished; the queue says which shards are at work. Without Slurm, or for shards that
/// were started in another way, blocks alone are shown.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The folder that `suasion cluster slurm --out` named
    dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The shards of a sweep as they are.
pub(super) struct Standing {
    pub shares: Vec<Share>,
    pub blocks: u64,
    pub jobs: Option<Jobs>,
    /// Tasks by shard.
    pub tasks: BTreeMap<u32, (String, Task)>,
    /// Arrays of which tasks wait or are at work.
    pub waiting: Vec<String>,
    /// Why the queue is not known.
    pub unknown: Option<String>,
}

impl Standing {
    pub(super) fn of(dir: &Path) -> Result<Standing> {
        let (layout, store) = Store::merge(&[unfinished::blocks(dir)])?;
        let jobs = Jobs::read(&Jobs::beside(dir))?;
        let shards = jobs.as_ref().map(|jobs| jobs.shards).or(store.shards()).unwrap_or(1);
        let mut standing = Standing {
            shares: shares(&layout, &store, shards),
            blocks: layout.geometry.blocks(),
            jobs,
            tasks: BTreeMap::new(),
            waiting: Vec::new(),
            unknown: None,
        };
        standing.ask();
        Ok(standing)
    }

    fn ask(&mut self) {
        let Some(jobs) = &self.jobs else { return };
        if jobs.submissions.is_empty() {
            self.unknown =
                Some("nothing was submitted with --submit: what is in the queue is not known".into());
            return;
        }
        let ids: Vec<String> = jobs.submissions.iter().map(|submission| submission.array.clone()).collect();
        let tasks = match slurm::queue(&ids) {
            Queue::Absent => {
                self.unknown = Some("there is no squeue here: what is in the queue is not known".into());
                return;
            }
            Queue::Silent(message) => {
                self.unknown = Some(format!("squeue does not say what is in the queue: {message}"));
                return;
            }
            Queue::Tasks(tasks) => tasks,
        };
        for submission in &jobs.submissions {
            let of_array = tasks.iter().filter(|((job, _), _)| *job == submission.array);
            for ((job, shard), task) in of_array {
                if task.active() && !self.waiting.contains(job) {
                    self.waiting.push(job.clone());
                }
                // Shards of another number are other shards. The latest attempt is shown, unless an earlier one is at work.
                let earlier_at_work = self.tasks.get(shard).is_some_and(|(_, earlier)| earlier.active());
                if submission.of == jobs.shards && (task.active() || !earlier_at_work) {
                    self.tasks.insert(*shard, (format!("{job}_{shard}"), task.clone()));
                }
            }
        }
    }

    /// Whether a shard is waiting or at work.
    pub(super) fn active(&self, shard: u32) -> bool {
        self.tasks.get(&shard).is_some_and(|(_, task)| task.active())
    }

    pub(super) fn done(&self) -> u64 {
        self.shares.iter().map(|share| share.done).sum()
    }
}

impl Status {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let kept = unfinished::blocks(&self.dir);
        let merged = Manifest::read(&self.dir).ok().filter(|_| self.dir.join(DESCRIPTION).exists());
        let digest = merged.map(|manifest| manifest.digest);
        if let (Some(digest), false) = (&digest, kept.exists()) {
            if self.json {
                return page.json(&json!({ "merged": digest, "shards": [] }));
            }
            page.say(format!("{} is finished; digest {digest}", self.dir.display()));
            return page.print();
        }
        let standing = Standing::of(&self.dir)?;
        if self.json {
            let shards = standing.shares.iter().map(|share| {
                let task = standing.tasks.get(&share.shard);
                json!({
                    "shard": share.shard,
                    "done": share.done,
                    "blocks": share.of,
                    "task": task.map(|(id, _)| id),
                    "state": task.map(|(_, task)| &task.state),
                    "nodes": task.map(|(_, task)| &task.nodes),
                })
            });
            let all = json!({
                "done": standing.done(),
                "blocks": standing.blocks,
                "merged": digest,
                "shards": shards.collect::<Vec<_>>(),
            });
            return page.json(&all);
        }
        let mut table = Table::of("shard").texts(["queue"]).numbers(["done", "blocks"]);
        for share in &standing.shares {
            let queue = match standing.tasks.get(&share.shard) {
                None => "-".to_string(),
                Some((id, task)) if task.nodes.is_empty() => format!("{} ({id})", task.state),
                Some((id, task)) => format!("{} ({id} on {})", task.state, task.nodes),
            };
            table.row([share.shard.to_string(), queue, share.done.to_string(), share.of.to_string()]);
        }
        page.table(table);
        page.say(format!("{} of {} blocks are done", standing.done(), standing.blocks));
        if let Some(unknown) = &standing.unknown {
            page.say(unknown);
        }
        let lost = standing.shares.iter().filter(|s| s.done < s.of && !standing.active(s.shard)).count();
        let dir = quote(&self.dir.to_string_lossy());
        match digest {
            Some(digest) => page.say(format!("merged into {}\ndigest {digest}", self.dir.display())),
            None if standing.done() == standing.blocks => {
                page.copy(format!("not merged yet: suasion merge {dir}"));
            }
            None if lost > 0 && standing.unknown.is_none() && standing.jobs.is_some() => {
                let shards = if lost == 1 {
                    "1 shard misses blocks and is"
                } else {
                    &format!("{lost} shards miss blocks and are")
                };
                page.copy(format!("{shards} not in the queue: suasion cluster resubmit {dir} --submit"));
            }
            None => {}
        }
        page.print()
    }
}
