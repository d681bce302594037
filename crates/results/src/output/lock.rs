//! A lock on a place, so that one job alone is at work there.

use crate::output::error::OutputError;
use crate::output::place::parent;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A lock on a place. The system lets it go when the process ends, however that happens.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Open, and locked.
    _file: File,
}

impl Lock {
    /// Takes the lock; none where the file system has no locks.
    pub(super) fn take(target: &Path) -> Result<Option<Lock>, OutputError> {
        let name = target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let path = parent(target).join(format!(".{name}.lock"));
        loop {
            let open = File::options().create(true).truncate(false).write(true).open(&path);
            let file = open.map_err(|error| OutputError::write(target, error))?;
            match file.try_lock() {
                // Whoever held it may have removed the file between the two.
                Ok(()) if !is_still(&file, &path) => {}
                Ok(()) => return Ok(Some(Lock { path, _file: file })),
                Err(fs::TryLockError::WouldBlock) => {
                    return Err(OutputError::Busy { path: target.to_path_buf() });
                }
                Err(fs::TryLockError::Error(_)) => {
                    let _ = fs::remove_file(&path);
                    return Ok(None);
                }
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked: nobody else has it by this name.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether an open file is the one that has this name.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id =
        |metadata: io::Result<fs::Metadata>| metadata.ok().map(|metadata| (metadata.dev(), metadata.ino()));
    let mine = id(file.metadata());
    mine.is_some() && mine == id(path.metadata())
}

/// As on Unix; elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}
