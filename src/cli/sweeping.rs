//! Brings a sweep into its folder. What is finished of an earlier attempt is used; nothing but progress is printed.

use super::exit::Interrupted;
use super::progress::Progress;
use crate::engine::parallel::Options;
use crate::experiment::error::ExperimentError;
use crate::experiment::statistics::Statistics;
use crate::experiment::sweep::{Merged, Store, Sweep, simulate, write};
use crate::output::manifest::Manifest;
use crate::output::writer::Format;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A sweep and where it goes.
pub(super) struct Sweeping<'a> {
    pub sweep: &'a Sweep,
    pub out: &'a Path,
    /// Whether what an earlier sweep left is dropped.
    pub fresh: bool,
    pub options: Options,
    /// Whether no progress is shown.
    pub silent: bool,
}

impl Sweeping<'_> {
    /// Where finished blocks are kept.
    pub(super) fn kept(&self) -> PathBuf {
        Store::beside(self.out)
    }

    /// The manifest of the results, if those of this very sweep are there.
    pub(super) fn done(&self) -> Option<Manifest> {
        let manifest = Manifest::read(self.out).ok()?;
        let same = !self.fresh && !self.kept().exists() && Store::describes(self.out, &self.sweep.layout);
        same.then_some(manifest)
    }

    /// Simulates what is missing of a shard.
    pub(super) fn simulate(&self, shard: (u32, u32), stop: &AtomicBool) -> Result<Store> {
        let kept = self.kept();
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let layout = &self.sweep.layout;
        let mut store = Store::open(&kept, layout)?;
        let blocks = store.missing(layout, shard);
        if blocks.is_empty() {
            return Ok(store);
        }
        let runs = |block: u64| {
            let block = layout.geometry.block(block);
            (block.positions.end - block.positions.start) * block.replicates.len() as u64
        };
        let mut log = store.log(shard)?;
        let mut progress = Progress::new("runs", blocks.iter().map(|b| runs(*b)).sum(), self.silent);
        let mut done = 0;
        let result = simulate(self.sweep, &blocks, self.options, stop, |block, bytes| {
            log.add(block, &bytes)?;
            done += runs(block);
            progress.at(done);
            Ok(())
        });
        progress.finish();
        log.close()?;
        result.map_err(interrupted)?;
        store.refresh()?;
        Ok(store)
    }

    /// Writes the results, shows each point's statistics to `see`, and drops the blocks.
    pub(super) fn write(
        &self,
        mut store: Store,
        format: Format,
        stop: &AtomicBool,
        see: impl FnMut(u64, &[f64], &[Statistics]),
    ) -> Result<Merged> {
        let merged =
            write(&self.sweep.layout, &mut store, self.out, format, stop, see).map_err(interrupted)?;
        Store::drop_folder(&self.kept())?;
        Ok(merged)
    }
}

/// Ctrl-C loses nothing that is finished.
fn interrupted(error: ExperimentError) -> anyhow::Error {
    match error {
        ExperimentError::Stopped => {
            Interrupted("stopped; finished blocks are kept, and the same command goes on from there").into()
        }
        other => other.into(),
    }
}
