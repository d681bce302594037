//! `sweep`: design points times replicates, in blocks that survive a kill; one process or many shards.

use super::exit::stopped_sweep;
use super::progress::{Progress, stop_flag};
use super::shared::{EngineArgs, FormatArg, parse_shard};
use super::sweep_args::SweepArgs;
use super::sweep_table::Effects;
use crate::experiment::statistics::Statistics;
use crate::experiment::sweep::{Sweep as Laid, Sweeping};
use crate::output::manifest::Manifest;
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

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
    /// Folder of the results (default: out/NAME-sweep)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the tables
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Drop the blocks that an earlier sweep left in OUT.blocks
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
    pub(super) fn run(self) -> Result<()> {
        let options = self.engine.options()?;
        let loaded = self.what.scenario.loaded()?;
        let out = self.out.clone().unwrap_or_else(|| SweepArgs::usual_out(&loaded));
        let sweep = self.what.lay(loaded, &out)?;
        let silent = self.quiet || self.json;
        let sweeping = Sweeping { sweep: &sweep, out: &out, fresh: self.fresh, options };
        if self.shard.is_none()
            && let Some(manifest) = sweeping.done()
        {
            return self.tell(&sweep, &out, &manifest, None);
        }
        let stop = stop_flag()?;
        let mut progress = Progress::new("runs", 0, silent);
        let shard = self.shard.unwrap_or((1, 1));
        let store = sweeping.simulate(shard, &stop, |done, total| progress.of(done, total));
        progress.finish();
        let store = store.map_err(stopped_sweep)?;
        if let Some((i, n)) = self.shard {
            let left = store.missing(&sweep.layout, (1, 1)).len();
            if !self.quiet {
                println!("shard {i} of {n} is done; its blocks are in {}", sweeping.kept().display());
                match left {
                    0 => println!("all blocks are there: suasion merge {}", out.display()),
                    _ => println!(
                        "{left} of {} blocks are left to other shards",
                        sweep.layout.geometry.blocks()
                    ),
                }
            }
            return Ok(());
        }
        let mut effects = Effects::new(&sweep.layout);
        let see = |_: u64, x: &[f64], s: &[Statistics]| effects.add(x, s);
        let merged = sweeping.write(store, self.format.into(), &stop, see).map_err(stopped_sweep)?;
        self.tell(&sweep, &merged.folder, &merged.manifest, Some(&effects))
    }

    fn tell(
        &self,
        sweep: &Laid,
        folder: &Path,
        manifest: &Manifest,
        effects: Option<&Effects>,
    ) -> Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", manifest.to_json()?)?;
            return Ok(());
        }
        if self.quiet {
            return Ok(());
        }
        let description = &sweep.layout.description;
        writeln!(out, "{}", description.scenario.title)?;
        writeln!(
            out,
            "{} design points, {} replicates of each\n",
            description.points, description.replicates
        )?;
        match effects {
            Some(effects) => {
                write!(out, "{}", effects.render(&sweep.layout))?;
                writeln!(out, "written to {}; digest {}", folder.display(), manifest.digest)?;
            }
            None => writeln!(out, "done before: {}; digest {}", folder.display(), manifest.digest)?,
        }
        Ok(())
    }
}
