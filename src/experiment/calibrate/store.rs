//! The folder in which finished blocks of particles are kept: `NAME.blocks` beside the folder of the results. It holds the
//! description, the resolved scenario, and a log for each attempt at each shard, as those of sweeps.
//!
//! A block is some particles of a generation: for each, trials, steps taken, distance, values and statistics, as little-endian doubles.

use super::description::Description;
use super::generation::Particle;
use crate::experiment::differences::differences;
use crate::experiment::error::ExperimentError;
use crate::experiment::sweep::{Blocks, Header, Log};
use crate::output::error::OutputError;
use crate::output::single::write_file;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Name of the description's file.
pub const DESCRIPTION: &str = "calibration.json";
const SCENARIO: &str = "scenario.toml";
/// Particles in a block: whole batches, and little lost by a kill.
const PARTICLES: u32 = 16;

/// The blocks of a calibration on disk.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    identity: String,
    particles: u32,
    dims: usize,
    width: usize,
    blocks: Blocks,
}

impl Store {
    /// Opens the store of a calibration, or begins it. The blocks of earlier attempts are kept; with `replace` those of another
    /// calibration are dropped.
    ///
    /// # Errors
    /// If the folder belongs to another calibration: what differs is told; or it cannot be read or written.
    pub fn open(
        folder: &Path,
        description: &Description,
        resolved: &str,
        replace: bool,
    ) -> Result<Store, ExperimentError> {
        let path = folder.join(DESCRIPTION);
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|error| OutputError::read(&path, error))
        };
        let is_this = || {
            let old = read(DESCRIPTION).ok().and_then(|text| serde_json::from_str::<Description>(&text).ok());
            old.is_some_and(|old| old == *description)
        };
        if replace && path.exists() && !is_this() {
            Store::drop_folder(folder)?;
        }
        if path.exists() {
            let old: Description = serde_json::from_str(&read(DESCRIPTION)?).map_err(|error| {
                ExperimentError::Asked(format!("{} is not one of this program: {error}", path.display()))
            })?;
            if old != *description {
                let changed = differences((&old, &read(SCENARIO)?), (description, resolved));
                let list = changed.iter().take(20).fold(String::new(), |list, line| list + "\n  " + line);
                let hint = "give another --out, or --replace to drop them";
                let found =
                    format!("{} keeps the blocks of another calibration ({hint}):{list}", folder.display());
                return Err(ExperimentError::Asked(found));
            }
        } else {
            let mut entries = folder.read_dir().into_iter().flatten().flatten();
            // Another shard may be about to begin the same store.
            let ours = |name: &str| name == SCENARIO || name.starts_with('.');
            if entries.any(|entry| !ours(&entry.file_name().to_string_lossy())) {
                let found = format!("{} is there and keeps no blocks of a calibration", folder.display());
                return Err(ExperimentError::asked(found, Some("give another --out".into())));
            }
            fs::create_dir_all(folder).map_err(|error| OutputError::write(folder, error))?;
            write_file(&folder.join(SCENARIO), resolved.as_bytes())?;
            // Last, since by this file a store is known.
            write_file(&path, description.json().as_bytes())?;
        }
        let mut store = Store {
            folder: folder.to_path_buf(),
            identity: description.identity(),
            particles: description.particles,
            dims: description.parameters.len(),
            width: description.targets.len(),
            blocks: Blocks::default(),
        };
        store.refresh()?;
        Ok(store)
    }

    /// Drops a store.
    ///
    /// # Errors
    /// If the folder is no store, or cannot be removed.
    pub fn drop_folder(folder: &Path) -> Result<(), ExperimentError> {
        if !folder.exists() {
            return Ok(());
        }
        if !folder.join(DESCRIPTION).exists() {
            let found =
                format!("{} keeps no blocks of a calibration: it has no {DESCRIPTION}", folder.display());
            return Err(ExperimentError::Asked(found));
        }
        Ok(fs::remove_dir_all(folder).map_err(|error| OutputError::write(folder, error))?)
    }

    /// Begins a log for an attempt at a shard.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn log(&self, shard: (u32, u32)) -> Result<Log, OutputError> {
        let suasion = env!("CARGO_PKG_VERSION").to_string();
        Log::create(&self.folder, &Header { suasion, sweep: self.identity.clone(), shard })
    }

    /// Reads the logs again.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn refresh(&mut self) -> Result<(), OutputError> {
        self.blocks = Blocks::default();
        self.blocks.read(&self.folder, &self.identity)
    }

    fn per_generation(&self) -> u64 {
        u64::from(self.particles.div_ceil(PARTICLES))
    }

    /// The blocks of a generation that a shard (from 1, of n) is to make and that are not there.
    pub fn missing(&self, generation: u32, shard: (u32, u32)) -> Vec<u64> {
        let first = u64::from(generation) * self.per_generation();
        let mine = (u64::from(shard.0) - 1..self.per_generation()).step_by(shard.1 as usize);
        mine.map(|b| first + b).filter(|b| !self.blocks.has(*b)).collect()
    }

    /// The particles of a block.
    pub fn particles_of(&self, block: u64) -> Range<u32> {
        let first = (block % self.per_generation()) as u32 * PARTICLES;
        first..(first + PARTICLES).min(self.particles)
    }

    /// The bytes of a block.
    pub fn encode(particles: &[Particle]) -> Vec<u8> {
        let numbers = particles.iter().flat_map(|p| {
            [p.trials as f64, p.moves as f64, p.distance]
                .into_iter()
                .chain(p.values.iter().copied())
                .chain(p.statistics.iter().copied())
        });
        numbers.flat_map(f64::to_le_bytes).collect()
    }

    /// The particles of a finished generation, in order; none where blocks are missing.
    ///
    /// # Errors
    /// If a block cannot be read.
    pub fn generation(&mut self, generation: u32) -> Result<Option<Vec<Particle>>, OutputError> {
        if !self.missing(generation, (1, 1)).is_empty() {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(self.particles as usize);
        let first = u64::from(generation) * self.per_generation();
        for block in first..first + self.per_generation() {
            let numbers = 3 + self.dims + self.width;
            let bytes = self.blocks.part(block, 0, self.particles_of(block).len() * numbers * 8)?;
            let read: Vec<f64> =
                bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default())).collect();
            all.extend(read.chunks_exact(numbers).map(|n| Particle {
                trials: n[0] as u64,
                moves: n[1] as u64,
                distance: n[2],
                values: n[3..3 + self.dims].to_vec(),
                statistics: n[3 + self.dims..].to_vec(),
            }));
        }
        Ok(Some(all))
    }
}
