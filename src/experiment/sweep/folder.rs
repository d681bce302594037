//! Brings a sweep into its folder. What is finished of an earlier attempt is used, and a stop loses nothing that is finished.

use super::{Merged, Store, Sweep, simulate, write};
use crate::engine::parallel::Options;
use crate::experiment::error::ExperimentError;
use crate::experiment::statistics::Statistics;
use crate::output::folder::OutputFolder;
use crate::output::manifest::Manifest;
use crate::output::writer::Format;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A sweep and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Sweeping<'a> {
    /// The sweep.
    pub sweep: &'a Sweep,
    /// The folder of its results.
    pub out: &'a Path,
    /// Whether what an earlier sweep left is dropped.
    pub fresh: bool,
    /// How to run; changes no result.
    pub options: Options,
}

impl Sweeping<'_> {
    /// Where finished blocks are kept.
    pub fn kept(&self) -> PathBuf {
        Store::beside(self.out)
    }

    /// The manifest of the results, if those of this very sweep are there.
    pub fn done(&self) -> Option<Manifest> {
        let manifest = Manifest::read(self.out).ok()?;
        let same = !self.fresh && !self.kept().exists() && Store::describes(self.out, &self.sweep.layout);
        same.then_some(manifest)
    }

    /// Simulates what is missing of a shard. `progress` hears how many runs are done, and how many there are to do.
    ///
    /// # Errors
    /// If the folder is of another sweep, a point is not valid, something cannot be read or written, or `stop` was raised.
    pub fn simulate(
        &self,
        shard: (u32, u32),
        stop: &AtomicBool,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Store, ExperimentError> {
        OutputFolder::check(self.out)?;
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
        let mut log = store.log(shard)?;
        let total = blocks.iter().map(|block| layout.geometry.block(*block).runs()).sum();
        let mut done = 0;
        let result = simulate(self.sweep, &blocks, self.options, stop, |block, bytes| {
            log.add(block, &bytes)?;
            done += layout.geometry.block(block).runs();
            progress(done, total);
            Ok(())
        });
        log.close()?;
        result?;
        store.refresh()?;
        Ok(store)
    }

    /// Writes the results, shows each point's statistics to `see`, and drops the blocks.
    ///
    /// # Errors
    /// As [`write`]; the blocks are then kept.
    pub fn write(
        &self,
        mut store: Store,
        format: Format,
        stop: &AtomicBool,
        see: impl FnMut(u64, &[f64], &[Statistics]),
    ) -> Result<Merged, ExperimentError> {
        let merged = write(&self.sweep.layout, &mut store, self.out, format, stop, see)?;
        Store::drop_folder(&self.kept())?;
        Ok(merged)
    }
}
