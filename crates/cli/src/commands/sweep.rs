//! `sweep`: design points times replicates, in blocks that survive a kill; one process or many shards.

use super::exit::stopped_sweep;
use super::page::Page;
use super::place::{PlaceArgs, done_before, put_back};
use super::progress::Progress;
use super::shared::{EngineArgs, FormatArg, parse_shard};
use super::signals::stop_flag;
use super::sweep_args::SweepArgs;
use super::sweep_table::{Effects, say_size};
use anyhow::Result;
use clap::Args;
use std::path::Path;
use suasion::estimate::Estimate;
use suasion::experiment::sweep::{Begun, Sweep as Laid, Sweeping};
use suasion::output::manifest::Manifest;

/// Run a scenario at many design points
///
/// Axes and design come from the scenario's [sweep], or from the options below. Finished blocks are kept in
/// OUT.blocks: stop it, or lose the machine, and the same command goes on where it was. Results are a row for each
/// design point and outcome, and the design.
#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    what: SweepArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Simulate one share of the blocks, as 3/8; `suasion merge` makes results of all
    #[arg(long, value_name = "I/N", value_parser = parse_shard)]
    shard: Option<(u32, u32)>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Format of the tables
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Drop the blocks that an earlier attempt left in OUT.blocks, and begin anew
    #[arg(long)]
    fresh: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

impl Sweep {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let options = self.engine.options()?;
        let loaded = self.what.scenario.loaded()?;
        let out = self.place.target(self.what.usual(&loaded, self.format));
        let sweep = self.what.lay(loaded, &out, self.shard)?;
        let silent = self.quiet || self.json;
        let (replace, fresh, format) = (self.place.how.replace, self.fresh, self.format.into());
        let sweeping = Sweeping { sweep: &sweep, out: &out, format, replace, fresh, options };
        put_back(&out, silent)?;
        let mut progress = Progress::new("runs", 0, silent);
        if let Some(shard) = self.shard {
            // Others are at work on the same sweep, so nobody holds its place.
            if let Some(manifest) = sweeping.done()? {
                return self.tell(page, &sweep, &out, &manifest, None);
            }
            let stop = stop_flag()?;
            let store = sweeping.simulate(shard, &stop, |done, total| progress.of(done, total));
            progress.finish();
            let (i, n) = shard;
            let store = store.map_err(stopped_sweep)?;
            let left = store.missing(&sweep.layout, (1, 1)).len();
            if !self.quiet {
                page.say(format!(
                    "shard {i} of {n} is done; its blocks are in {}",
                    sweeping.kept().display()
                ));
                let blocks = sweep.layout.geometry.blocks();
                match left {
                    0 => page.copy(format!("all blocks are there: suasion merge {}", out.display())),
                    _ => page.say(format!("{left} of {blocks} blocks are left to other shards")),
                }
            }
            return page.print();
        }
        let work = match sweeping.begin()? {
            Begun::Finished(manifest) => return self.tell(page, &sweep, &out, &manifest, None),
            Begun::Ready(work) => work,
        };
        let stop = stop_flag()?;
        let store = work.simulate(&stop, |done, total| progress.of(done, total));
        progress.finish();
        let store = store.map_err(stopped_sweep)?;
        let mut effects = Effects::new(&sweep.layout);
        let see = |_: u64, x: &[f64], s: &[Estimate]| effects.add(x, s);
        let merged = work.write(store, &stop, see).map_err(stopped_sweep)?;
        self.tell(page, &sweep, &merged.folder, &merged.manifest, Some(&effects))
    }

    fn tell(
        &self,
        mut page: Page,
        sweep: &Laid,
        folder: &Path,
        manifest: &Manifest,
        effects: Option<&Effects>,
    ) -> Result<()> {
        if let Some(effects) = effects {
            effects.say(&sweep.layout, &mut page);
            page.copy(format!("written to {}", folder.display()));
            page.say(format!("digest {}", manifest.digest));
        } else {
            say_size(&sweep.layout, &mut page);
            page.say(done_before(folder, manifest));
        }
        page.end(self.json.then(|| manifest.to_json()).transpose()?, self.quiet)
    }
}
