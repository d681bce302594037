//! Brings a sweep into its folder. What is finished of an earlier attempt is used, and a stop loses nothing that is finished.

use super::{Merged, Store, Sweep, job, simulate, write};
use crate::engine::parallel::Options;
use crate::estimate::Estimate;
use crate::experiment::error::ExperimentError;
use crate::experiment::job::Claimed;
use crate::experiment::unfinished;
use crate::output::manifest::Manifest;
use crate::output::place::Place;
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
    /// Format of the tables.
    pub format: Format,
    /// Whether results and blocks of any job give way.
    pub replace: bool,
    /// Whether finished blocks of this very sweep are dropped too.
    pub fresh: bool,
    /// How to run; changes no result.
    pub options: Options,
}

/// A sweep that is done, or is to be.
#[derive(Debug)]
pub enum Begun<'a> {
    /// The results are there.
    Finished(Box<Manifest>),
    /// The place is held, and there is work.
    Ready(Work<'a>),
}

/// A sweep whose place is held.
#[derive(Debug)]
pub struct Work<'a> {
    sweeping: Sweeping<'a>,
    place: Place,
}

impl<'a> Sweeping<'a> {
    /// Where finished blocks are kept.
    pub fn kept(&self) -> PathBuf {
        unfinished::blocks(self.out)
    }

    /// Claims the place for the whole sweep.
    ///
    /// # Errors
    /// If another job is there, or nothing can be put there.
    pub fn begin(self) -> Result<Begun<'a>, ExperimentError> {
        let claimed = job(&self.sweep.layout, self.format).claim(self.out, self.replace || self.fresh)?;
        Ok(match claimed {
            Claimed::Finished(manifest) => Begun::Finished(manifest),
            Claimed::Free(place) => Begun::Ready(Work { sweeping: self, place }),
        })
    }

    /// The manifest of the results, if they are there. Shards ask this: they hold no place, since others are at work too.
    ///
    /// # Errors
    /// If another job is there.
    pub fn done(&self) -> Result<Option<Manifest>, ExperimentError> {
        job(&self.sweep.layout, self.format).look(self.out, self.replace || self.fresh)
    }

    /// Simulates what is missing of a shard. `progress` hears how many runs are done, and how many there are to do.
    ///
    /// # Errors
    /// If the blocks that are kept are of another sweep, a point is not valid, something cannot be read or written, or `stop`
    /// was raised.
    pub fn simulate(
        &self,
        shard: (u32, u32),
        stop: &AtomicBool,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Store, ExperimentError> {
        let kept = self.kept();
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let layout = &self.sweep.layout;
        let mut store = Store::open(&kept, layout, self.replace)?;
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
}

impl Work<'_> {
    /// Simulates what is missing of the sweep.
    ///
    /// # Errors
    /// As [`Sweeping::simulate`].
    pub fn simulate(
        &self,
        stop: &AtomicBool,
        progress: impl FnMut(u64, u64),
    ) -> Result<Store, ExperimentError> {
        self.sweeping.simulate((1, 1), stop, progress)
    }

    /// Writes the results, shows each point to `see`, and drops the blocks.
    ///
    /// # Errors
    /// As [`write`]; the blocks are then kept.
    pub fn write(
        self,
        mut store: Store,
        stop: &AtomicBool,
        see: impl FnMut(u64, &[f64], &[Estimate]),
    ) -> Result<Merged, ExperimentError> {
        let Work { sweeping, place } = self;
        let merged = write(&sweeping.sweep.layout, &mut store, place, sweeping.format, stop, see)?;
        Store::drop_folder(&sweeping.kept())?;
        Ok(merged)
    }
}
