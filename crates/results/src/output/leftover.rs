//! What a kill left beside a place: put back where it is of use, and cleared where it is not.

use crate::output::error::OutputError;
use crate::output::lock::Lock;
use crate::output::manifest::Manifest;
use crate::output::place::{OLD, PARTIAL, parent};
use std::fs;
use std::path::{Path, PathBuf};

/// Puts back what a kill left beside a place, and clears what is of no use; what was done is told in sentences. Nothing is
/// done while another process is at work there, or where it cannot be known.
///
/// # Errors
/// If earlier results are there and cannot be put back.
pub fn recover(target: &Path) -> Result<Vec<String>, OutputError> {
    if left(target).is_empty() {
        return Ok(Vec::new());
    }
    match Lock::take(target) {
        Ok(Some(_lock)) => Ok(clear(target)),
        Ok(None) | Err(OutputError::Busy { .. }) => Ok(Vec::new()),
        Err(error) if target.exists() => {
            drop(error);
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// The same by whoever holds the lock.
pub(super) fn clear(target: &Path) -> Vec<String> {
    let mut told = Vec::new();
    let left = left(target);
    let whole = |folder: &Path| Manifest::read(folder).is_ok_and(|m| m.changed(folder).is_empty());
    // Earlier results first, since nothing else is known to have been at the place.
    let earlier = left.iter().map(|folder| (folder, folder.join(OLD))).filter(|(_, old)| old.is_dir());
    let finished = left.iter().map(|folder| (folder, folder.clone())).filter(|(_, new)| whole(new));
    let kinds =
        [("the earlier results", earlier.collect::<Vec<_>>()), ("finished results", finished.collect())];
    for (what, all) in kinds {
        for (folder, results) in all {
            if target.symlink_metadata().is_err() && fs::rename(&results, target).is_ok() {
                let (target, folder) = (target.display(), folder.display());
                told.push(format!(
                    "{target}: {what} are in their place again; a kill had left them in {folder}"
                ));
            }
        }
    }
    for folder in left.iter().filter(|folder| folder.exists()) {
        // Earlier results that could not be put back are left for a hand to do it.
        let kept = folder.join(OLD).is_dir() && !target.exists();
        if !kept && fs::remove_dir_all(folder).is_ok() && told.is_empty() {
            told.push(format!("{}: left by a kill, and cleared", folder.display()));
        }
    }
    told
}

/// Hidden folders beside a place that were made for its results.
fn left(target: &Path) -> Vec<PathBuf> {
    let Some(name) = target.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        return Vec::new();
    };
    let is_ours = |entry: &str| {
        let middle =
            entry.strip_prefix(&format!(".{name}.")).and_then(|e| e.strip_suffix(&format!(".{PARTIAL}")));
        middle.is_some_and(|middle| !middle.is_empty() && middle.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let entries = fs::read_dir(parent(target)).into_iter().flatten().flatten();
    let named = entries.filter(|entry| is_ours(&entry.file_name().to_string_lossy()));
    let mut folders: Vec<PathBuf> = named.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
