//! `merge`: the shards of a sweep to one result, the same bytes as of an unsharded run.

use super::exit::Interrupted;
use super::page::Page;
use super::place::{ReplaceArg, tell_done};
use super::shared::FormatArg;
use super::signals::stop_flag;
use super::sweep_table::Effects;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::job::Claimed;
use suasion::experiment::sweep::{Store, job, write};
use suasion::experiment::unfinished;

/// Merge the shards of a sweep
///
/// Each DIR is the --out that shards were given, or its DIR.blocks. The blocks are left where they are.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Where the shards' blocks are
    #[arg(required = true)]
    dir: Vec<PathBuf>,
    /// Folder of the results (default: the first DIR)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: ReplaceArg,
    /// Format of the tables
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

impl Merge {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let is_store = |dir: &PathBuf| dir.extension().is_some_and(|ending| ending == "blocks");
        let folders: Vec<PathBuf> = self
            .dir
            .iter()
            .map(|dir| if is_store(dir) { dir.clone() } else { unfinished::blocks(dir) })
            .collect();
        let out = self.out.clone().unwrap_or_else(|| folders[0].with_extension(""));
        let (layout, mut store) = Store::merge(&folders)?;
        let place = match self.how.claim(&out, &job(&layout, self.format.into()), self.quiet || self.json)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| manifest.to_json()).transpose()?;
                return tell_done(page, &out, &manifest, self.quiet, json);
            }
        };
        let stop = stop_flag()?;
        let mut effects = Effects::new(&layout);
        let merged =
            match write(&layout, &mut store, place, self.format.into(), &stop, |_, x, s| effects.add(x, s)) {
                Err(ExperimentError::Stopped) => {
                    return Err(Interrupted("stopped; the blocks are where they were").into());
                }
                merged => merged?,
            };
        effects.say(&layout, &mut page);
        page.copy(format!("merged into {}", merged.folder.display()));
        page.say(format!("digest {}", merged.manifest.digest));
        page.end(self.json.then(|| merged.manifest.to_json()).transpose()?, self.quiet)
    }
}
