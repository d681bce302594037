//! The place of results: claimed before the work, held during it, and taken over when the results are whole. It knows no job;
//! whether two are the same, manifests say.
//!
//! While a job is at work its place is locked (`.NAME.lock` beside it), and what it writes is in a hidden folder beside it
//! (`.NAME.XXXXXX.partial`). Earlier results and new ones change places in one step where the system can do that; where it
//! cannot, the earlier ones are moved into a hidden folder first, as `old`. So whatever moment a kill comes at, the earlier or
//! the new results are whole, and whoever comes next puts them back in their place and clears the rest.

use crate::output::error::OutputError;
use crate::output::folder::OutputFolder;
use crate::output::leftover::clear;
use crate::output::lock::Lock;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::parents::Parents;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Name of the page that `report` adds to a folder, and how every such page begins.
pub const PAGE: &str = "report.html";
/// See [`PAGE`].
pub const PAGE_BEGINS: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"suasion ";
/// Names of what `sensitivity` adds to the folder of a sweep: its table, and what that was made with.
pub const SENSITIVITY: &str = "sensitivity.csv";
/// See [`SENSITIVITY`].
pub const SENSITIVITY_JOB: &str = "sensitivity.json";
/// How that table begins.
const SENSITIVITY_BEGINS: &str = "outcome,measure,axis,with,";
/// Ending of hidden folders and files that are not whole yet.
pub(super) const PARTIAL: &str = "partial";
/// Earlier results in such a folder.
pub(super) const OLD: &str = "old";

/// What a claim to a place comes to.
#[derive(Debug)]
pub enum Claim {
    /// The same job is there, finished and whole.
    Finished(Box<Manifest>),
    /// The same job is there, and these files of it are not as they were written.
    Changed(Vec<(String, String)>),
    /// Another job is there.
    Other(Box<Manifest>),
    /// The place is free, or may be taken over.
    Free(Place),
}

/// A place that was claimed: as long as this lives, no other process of this program writes there.
#[derive(Debug)]
pub struct Place {
    target: PathBuf,
    /// Held; none on a file system that has no locks, and for a rehearsal.
    _lock: Option<Lock>,
    /// Dropped after the lock, which is a file in the innermost.
    _parents: Parents,
    /// The manifest of the results that will be replaced.
    seen: Option<Vec<u8>>,
    rehearsal: bool,
}

impl Place {
    /// Claims a place for a job, whose manifest is what is known of it before. With `replace` whatever this program wrote
    /// there gives way.
    ///
    /// # Errors
    /// If the place is a file or the current folder, or holds anything that this program did not write; if another process is
    /// at work there; or if nothing can be made beside it.
    pub fn claim(target: &Path, job: &Manifest, replace: bool) -> Result<Claim, OutputError> {
        let target = resolve(target)?;
        // What is there can be read where nothing can be written.
        match standing(&target, job, replace)? {
            Standing::Free(_) => {}
            taken => return Ok(taken.into_claim()),
        }
        let parent = parent(&target);
        let parents = Parents::make(parent).map_err(|error| OutputError::write(parent, error))?;
        let lock = Lock::take(&target)?;
        if lock.is_some() {
            clear(&target);
        }
        match standing(&target, job, replace)? {
            Standing::Free(seen) => {
                Ok(Claim::Free(Place { target, _lock: lock, _parents: parents, seen, rehearsal: false }))
            }
            taken => Ok(taken.into_claim()),
        }
    }

    /// The same without holding it: what a claim would come to now. A free place is not claimed.
    ///
    /// # Errors
    /// As [`Place::claim`], of what can be seen.
    pub fn look(target: &Path, job: &Manifest, replace: bool) -> Result<Option<Claim>, OutputError> {
        Ok(match standing(&resolve(target)?, job, replace)? {
            Standing::Free(_) => None,
            taken => Some(taken.into_claim()),
        })
    }

    /// A place at which files are hashed and thrown away, and the manifest alone is kept: to see what a job would write.
    pub fn rehearsal(target: &Path) -> Place {
        Place {
            target: target.to_path_buf(),
            _lock: None,
            _parents: Parents::default(),
            seen: None,
            rehearsal: true,
        }
    }

    /// Whether it is a rehearsal.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// Where the results will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Begins the folder.
    ///
    /// # Errors
    /// If nothing can be made beside the place.
    pub fn begin(self) -> Result<OutputFolder, OutputError> {
        let staging = if self.rehearsal {
            None
        } else {
            Some(beside(&self.target).map_err(|error| OutputError::write(&self.target, error))?)
        };
        Ok(OutputFolder::new(self, staging))
    }

    /// Puts a finished folder in its place, after another look at what is there: the work may have been long.
    pub(super) fn put(&self, staging: &Path) -> Result<(), OutputError> {
        let failed = |error| OutputError::write(&self.target, error);
        if !self.target.exists() {
            return fs::rename(staging, &self.target).map_err(failed);
        }
        let now = fs::read(self.target.join(MANIFEST)).ok();
        refuse_foreign(&self.target)?;
        if now.is_some() && now != self.seen {
            return Err(OutputError::Meanwhile { path: self.target.clone() });
        }
        if now.is_none() {
            fs::remove_dir(&self.target).map_err(failed)?;
            return fs::rename(staging, &self.target).map_err(failed);
        }
        exchange(staging, &self.target).map_err(failed)
    }
}

/// What is at a place.
enum Standing {
    Free(Option<Vec<u8>>),
    Finished(Box<Manifest>),
    Changed(Vec<(String, String)>),
    Other(Box<Manifest>),
}

impl Standing {
    /// A place that is taken, as a claim.
    fn into_claim(self) -> Claim {
        match self {
            Standing::Finished(manifest) => Claim::Finished(manifest),
            Standing::Changed(files) => Claim::Changed(files),
            Standing::Other(manifest) => Claim::Other(manifest),
            Standing::Free(_) => unreachable!("a free place is held, not told"),
        }
    }
}

fn standing(target: &Path, job: &Manifest, replace: bool) -> Result<Standing, OutputError> {
    if !target.exists() {
        return Ok(Standing::Free(None));
    }
    if !target.is_dir() {
        return Err(OutputError::NotAFolder { path: target.to_path_buf() });
    }
    let Ok(manifest) = Manifest::read(target) else {
        refuse_foreign(target)?;
        return Ok(Standing::Free(None));
    };
    let same = manifest.expected() == job.expected();
    let changed = if same { manifest.changed(target) } else { Vec::new() };
    if same && changed.is_empty() && !replace {
        return Ok(Standing::Finished(Box::new(manifest)));
    }
    refuse_foreign(target)?;
    if replace {
        return Ok(Standing::Free(fs::read(target.join(MANIFEST)).ok()));
    }
    Ok(if same { Standing::Changed(changed) } else { Standing::Other(Box::new(manifest)) })
}

/// Refuses a folder with anything in it that this program did not write.
fn refuse_foreign(target: &Path) -> Result<(), OutputError> {
    let damaged = |why| OutputError::Damaged { path: target.to_path_buf(), why };
    let manifest = match Manifest::read(target) {
        Ok(manifest) => Some(manifest),
        Err(OutputError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
        Err(OutputError::Read { source, .. }) => return Err(damaged(source.to_string())),
        Err(OutputError::Manifest { reason, .. }) if is_of_program(&target.join(MANIFEST)) => {
            return Err(damaged(reason));
        }
        Err(_) => None,
    };
    let mut foreign = Vec::new();
    for entry in fs::read_dir(target).map_err(|error| OutputError::read(target, error))? {
        let name = entry.map_err(|error| OutputError::read(target, error))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let ours = manifest.as_ref().is_some_and(|manifest| {
            name == MANIFEST
                || manifest.files.iter().any(|file| file.name == name)
                || is_added(&name, &target.join(&name))
        });
        if !ours && !is_left_of_a_file(&name) {
            foreign.push(name);
        }
    }
    foreign.sort();
    if foreign.is_empty() {
        return Ok(());
    }
    let (shown, more) = (foreign.iter().take(3), foreign.len().saturating_sub(3));
    let mut entry = shown.map(String::as_str).collect::<Vec<_>>().join(", ");
    if more > 0 {
        entry = format!("{entry} and {more} more");
    }
    Err(OutputError::Occupied { path: target.to_path_buf(), entry })
}

/// Whether a file is one that commands add to a finished folder without listing it in its manifest.
fn is_added(name: &str, path: &Path) -> bool {
    let begins = |with: &str| {
        let mut start = vec![0; with.len()];
        File::open(path).and_then(|mut file| io::Read::read_exact(&mut file, &mut start)).is_ok()
            && start == with.as_bytes()
    };
    match name {
        PAGE => begins(PAGE_BEGINS),
        SENSITIVITY => begins(SENSITIVITY_BEGINS),
        SENSITIVITY_JOB => is_of_program(path),
        _ => false,
    }
}

/// Whether a description as JSON, whole or not, begins as those of this program.
fn is_of_program(path: &Path) -> bool {
    let first = File::open(path).map(|file| BufReader::new(file).lines().take(2).last());
    matches!(first, Ok(Some(Ok(line))) if line.contains("\"suasion\""))
}

/// Whether a name is that of a file that a kill left unfinished.
fn is_left_of_a_file(name: &str) -> bool {
    name.starts_with('.') && Path::new(name).extension().is_some_and(|ending| ending == PARTIAL)
}

/// The target as it was given; of a link what it leads to, so that it is written through and not replaced.
fn resolve(target: &Path) -> Result<PathBuf, OutputError> {
    if !target.exists() {
        if target.symlink_metadata().is_ok() {
            return Err(OutputError::Link { path: target.to_path_buf() });
        }
        return Ok(target.to_path_buf());
    }
    let path = target.canonicalize().map_err(|error| OutputError::read(target, error))?;
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    // Renaming it would leave the user's shell in a folder that is no longer there.
    match current {
        Ok(current) if current == path => Err(OutputError::Current { path: target.to_path_buf() }),
        Ok(current) if current.starts_with(&path) => {
            Err(OutputError::AboveCurrent { path: target.to_path_buf() })
        }
        _ => Ok(if leads_elsewhere(target) { path } else { target.components().collect() }),
    }
}

/// Whether the last part of a path is a link, or no name (as `..`).
fn leads_elsewhere(path: &Path) -> bool {
    path.file_name().is_none_or(|name| parent(path).join(name).is_symlink())
}

/// Lets a finished folder and the earlier results change places. What is then at `staging` or below it may go.
fn exchange(staging: &Path, target: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        // Some file systems cannot: then in two steps.
        if renameat_with(CWD, staging, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    in_two_steps(staging, target)
}

fn in_two_steps(staging: &Path, target: &Path) -> io::Result<()> {
    let hidden = beside(target)?;
    let aside = hidden.path().join(OLD);
    fs::rename(target, &aside)?;
    if let Err(error) = fs::rename(staging, target) {
        if fs::rename(&aside, target).is_err() {
            // Neither can be put there: the earlier results are kept where they are rather than cleaned up.
            let _ = hidden.keep();
        }
        return Err(error);
    }
    Ok(())
}

pub(super) fn parent(path: &Path) -> &Path {
    // The parent of a bare name is the empty path, which stands for the current folder.
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A hidden folder beside a path.
fn beside(path: &Path) -> io::Result<TempDir> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(&format!(".{PARTIAL}"))
        .tempdir_in(parent(path))
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
