//! The folder in which a sweep's blocks are kept until they are merged: `NAME.blocks` beside the folder of the results.
//!
//! It holds the description, the resolved scenario, points from elsewhere, and the logs of all attempts at all shards.

use super::{Blocks, Description, Header, Layout, Log};
use crate::experiment::design::Table;
use crate::experiment::differences::differences;
use crate::experiment::error::ExperimentError;
use crate::experiment::unfinished;
use crate::output::error::OutputError;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::single::write_file;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Name of the description's file.
pub const DESCRIPTION: &str = "sweep.json";
/// Name of the scenario's file.
pub const SCENARIO: &str = "scenario.toml";
/// Name of the file of a finished sweep's points.
pub const DESIGN: &str = "design.csv";
/// Name of the file of points from elsewhere.
pub const POINTS: &str = "points.csv";

/// The blocks of a sweep on disk.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    identity: String,
    /// The finished blocks.
    pub blocks: Blocks,
}

impl Store {
    /// Opens the store of a sweep, or begins it. The finished blocks of earlier attempts are kept; with `replace` those of another
    /// sweep are dropped.
    ///
    /// # Errors
    /// If the folder belongs to another sweep: what differs is told; or it cannot be read or written.
    pub fn open(folder: &Path, layout: &Layout, replace: bool) -> Result<Store, ExperimentError> {
        let description = &layout.description;
        // What cannot be read is another one too.
        let is_this = || read_description(folder).is_ok_and(|(old, _)| old == *description);
        if replace && folder.join(DESCRIPTION).exists() && !is_this() {
            Store::drop_folder(folder)?;
        }
        if folder.join(DESCRIPTION).exists() {
            let (old, resolved) = read_description(folder)?;
            if old != *description {
                let changed = differences((&old, &resolved), (description, &layout.resolved));
                let list = listed(&changed);
                let hint = "give another --out, or --replace to drop them";
                let found = format!("{} keeps the blocks of another sweep ({hint}):{list}", folder.display());
                return Err(ExperimentError::Asked(found));
            }
        } else {
            // Another shard may be about to begin the same store.
            let ours = |name: &str| name == SCENARIO || name == POINTS || name.starts_with('.');
            let mut entries = folder.read_dir().into_iter().flatten().flatten();
            if entries.any(|entry| !ours(&entry.file_name().to_string_lossy())) {
                let found = format!("{} is there and keeps no blocks of a sweep", folder.display());
                return Err(ExperimentError::asked(found, Some("give another --out".into())));
            }
            fs::create_dir_all(folder).map_err(|error| OutputError::write(folder, error))?;
            write_file(&folder.join(SCENARIO), layout.resolved.as_bytes())?;
            if description.design.method(description.points).is_none() {
                write_file(&folder.join(POINTS), points_csv(layout).as_bytes())?;
            }
            // Last, since by this file a store is known.
            write_file(&folder.join(DESCRIPTION), description.json().as_bytes())?;
        }
        let identity = description.identity();
        let mut blocks = Blocks::default();
        blocks.read(folder, &identity)?;
        Ok(Store { folder: folder.to_path_buf(), identity, blocks })
    }

    /// Opens stores of one sweep to merge them.
    ///
    /// # Errors
    /// If one is no store, or they are of different sweeps or versions: what differs is told.
    pub fn merge(folders: &[PathBuf]) -> Result<(Layout, Store), ExperimentError> {
        let Some(first) = folders.first() else {
            return Err(ExperimentError::asked("no folder to merge", None));
        };
        let (description, resolved) = read_description(first)?;
        let version = env!("CARGO_PKG_VERSION");
        if description.version != version {
            let found =
                format!("{} is of version {}, this is {version}", first.display(), description.version);
            return Err(ExperimentError::asked(found, Some("merge with the version that simulated".into())));
        }
        for folder in &folders[1..] {
            let (other, other_resolved) = read_description(folder)?;
            if other != description {
                let changed = differences((&description, &resolved), (&other, &other_resolved));
                let list = listed(&changed);
                let what =
                    if other.version == description.version { "another sweep" } else { "another version" };
                let found = format!("{} is of {what} than {}:{list}", folder.display(), first.display());
                return Err(ExperimentError::Asked(found));
            }
        }
        let points = match description.design.method(description.points) {
            None => Some(Table::read(&first.join(POINTS), &[])?),
            Some(_) => None,
        };
        let identity = description.identity();
        let layout = Layout::read(description, resolved, points)?;
        let mut blocks = Blocks::default();
        for folder in folders {
            blocks.read(folder, &identity)?;
        }
        Ok((layout, Store { folder: first.clone(), identity, blocks }))
    }

    /// The layout of a finished sweep, from its folder of results.
    ///
    /// # Errors
    /// If the folder holds no results of a sweep of this version.
    pub fn finished(results: &Path) -> Result<Layout, ExperimentError> {
        if !results.join(DESCRIPTION).exists() || !results.join(MANIFEST).exists() {
            return Err(no_results(results));
        }
        let (description, resolved) = read_description(results)?;
        let points = match description.design.method(description.points) {
            None => Some(Table::read(&results.join(DESIGN), &[])?),
            Some(_) => None,
        };
        Layout::read(description, resolved, points)
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

    /// The blocks of a shard (from 1, of n) that are not finished.
    pub fn missing(&self, layout: &Layout, shard: (u32, u32)) -> Vec<u64> {
        let (shard, of) = (u64::from(shard.0), u64::from(shard.1));
        (shard - 1..layout.geometry.blocks()).step_by(of as usize).filter(|b| !self.blocks.has(*b)).collect()
    }

    /// The number of shards, where all attempts were at shards of one number; otherwise only blocks can be named.
    pub fn shards(&self) -> Option<u32> {
        let headers = self.blocks.logs.iter().filter_map(|log| log.header.as_ref());
        let mut numbers = headers.filter(|h| h.sweep == self.identity).map(|h| h.shard.1);
        let first = numbers.next()?;
        numbers.all(|of| of == first).then_some(first)
    }

    /// What is missing of a whole sweep, in words; none where nothing is.
    pub fn lacks(&self, layout: &Layout) -> Option<String> {
        let missing = self.missing(layout, (1, 1));
        if missing.is_empty() {
            return None;
        }
        let mut lines =
            vec![format!("{} of {} blocks are missing:", missing.len(), layout.geometry.blocks())];
        let of = self.shards().unwrap_or(1);
        for shard in 1..=of {
            let missing = self.missing(layout, (shard, of));
            let (shown, more) = (missing.iter().take(12), missing.len().saturating_sub(12));
            let list: Vec<String> = shown.map(u64::to_string).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            if !missing.is_empty() {
                lines.push(format!("  shard {shard} of {of}: block {}{more}", list.join(", ")));
            }
        }
        for log in &self.blocks.logs {
            let name = log.path.display();
            match &log.header {
                None => lines.push(format!("  {name} has no first line that says what it is")),
                Some(header) if header.sweep != self.identity => {
                    lines.push(format!("  {name} is of another sweep (version {})", header.suasion));
                }
                Some(_) if log.torn > 0 => {
                    lines.push(format!("  {name} ends in {} bytes of a torn block", log.torn));
                }
                Some(_) => {}
            }
        }
        Some(lines.join("\n"))
    }

    /// Drops a store.
    ///
    /// # Errors
    /// If the folder is no store, or cannot be removed.
    pub fn drop_folder(folder: &Path) -> Result<(), ExperimentError> {
        if folder.exists() {
            if !folder.join(DESCRIPTION).exists() {
                let found =
                    format!("{} keeps no blocks of a sweep: it has no {DESCRIPTION}", folder.display());
                return Err(ExperimentError::Asked(found));
            }
            fs::remove_dir_all(folder).map_err(|error| OutputError::write(folder, error))?;
        }
        Ok(())
    }
}

/// Differences as lines below a sentence, as many as a terminal shows.
fn listed(changed: &[String]) -> String {
    const MOST: usize = 20;
    let shown = changed.iter().take(MOST).fold(String::new(), |list, line| list + "\n  " + line);
    if changed.len() > MOST { format!("{shown}\n  and {} more", changed.len() - MOST) } else { shown }
}

fn points_csv(layout: &Layout) -> String {
    let paths: Vec<&str> = layout.plan.axes().iter().map(|axis| axis.path.as_str()).collect();
    let mut text = paths.join(",") + "\n";
    for point in 0..layout.description.points {
        let values: Vec<String> = layout.plan.point(point).iter().map(f64::to_string).collect();
        text += &(values.join(",") + "\n");
    }
    text
}

/// What to name instead of a folder that is none of a sweep.
const NAME_A_SWEEP: &str = "name what --out was of a sweep, as out/asean-sweep";

/// Why a folder is none of the results of a sweep: what it is instead, and what to do.
fn no_results(folder: &Path) -> ExperimentError {
    let shown = folder.display();
    let found = match Manifest::read(folder).ok().and_then(|manifest| manifest.job) {
        Some(job) => format!("{shown} is a folder of `{}`, expected one of a sweep", job.command),
        None if folder.is_dir() => format!("{shown} holds no results of a sweep"),
        None => format!("there is no folder {shown}"),
    };
    let hint = unfinished::hint(folder).unwrap_or_else(|| NAME_A_SWEEP.into());
    ExperimentError::asked(found, Some(hint))
}

/// The description and the scenario of a store, or of the results of a sweep.
fn read_description(folder: &Path) -> Result<(Description, String), ExperimentError> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                let found = format!("{} keeps no blocks of a sweep: it has no {name}", folder.display());
                let hint = unfinished::hint(folder);
                ExperimentError::asked(found, Some(hint.unwrap_or_else(|| NAME_A_SWEEP.into())))
            }
            _ => OutputError::closed(&path, &error).into(),
        })
    };
    let description: Description = serde_json::from_str(&read(DESCRIPTION)?).map_err(|error| {
        ExperimentError::Asked(format!(
            "{} is not one of this program: {error}",
            folder.join(DESCRIPTION).display()
        ))
    })?;
    if !description.is_ours() {
        return Err(ExperimentError::Asked(format!(
            "{} is not of this program",
            folder.join(DESCRIPTION).display()
        )));
    }
    let resolved = read(SCENARIO)?;
    if blake3::hash(resolved.as_bytes()).to_hex().as_str() != description.scenario.blake3 {
        let found = format!(
            "{} is not the scenario that was swept: its hash differs from that in {DESCRIPTION}",
            folder.join(SCENARIO).display()
        );
        return Err(ExperimentError::asked(found, Some("take it from a copy, or sweep again".into())));
    }
    Ok((description, resolved))
}
