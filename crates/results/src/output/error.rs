//! What can go wrong when results are written, and how it is said. It decides nothing about recovery.

use crate::output::manifest::MANIFEST;
use crate::output::place::parent;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a result could not be written, replaced or merged.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The path of the output folder is that of something else.
    #[error("{} is not a folder; choose another name with --out", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The output folder holds what this program did not write, so it is not replaced.
    #[error(
        "{} holds {entry}, which is no result of suasion; only an empty folder or an earlier result is replaced: choose another name with --out, or move it away",
        path.display()
    )]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// Name of an entry that stands in the way.
        entry: String,
    },
    /// The output folder has a manifest that cannot be read, so what else is in it may be anybody's.
    #[error(
        "{}: its {MANIFEST} cannot be read ({why}), so which files are results is not known, and none is replaced: choose another name with --out, or move the folder away",
        path.display()
    )]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is wrong with the manifest.
        why: String,
    },
    /// The output folder is the current one, which cannot be replaced as a whole.
    #[error("{} is the current folder; give --out the name of a new one", path.display())]
    Current {
        /// The folder.
        path: PathBuf,
    },
    /// The output folder has the current one in it.
    #[error("{} has the current folder in it; give --out the name of a new one", path.display())]
    AboveCurrent {
        /// The folder.
        path: PathBuf,
    },
    /// The output folder is a link to nothing.
    #[error("{} is a link that leads nowhere; remove it, or choose another name with --out", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// Another process writes there.
    #[error(
        "another suasion is at work on {}; wait until it is done, or choose another name with --out",
        path.display()
    )]
    Busy {
        /// The place.
        path: PathBuf,
    },
    /// Another process has put results there during the work.
    #[error(
        "{} holds other results than when this job began: they are left as they are, and nothing was written; choose another name with --out",
        path.display()
    )]
    Meanwhile {
        /// The folder.
        path: PathBuf,
    },
    /// A file is there that differs from what would be written.
    #[error("{} is there with other content; --replace replaces it, --out names another file", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file was asked for where a folder is.
    #[error("{} is a folder; give --out the name of a file", path.display())]
    IsAFolder {
        /// The folder.
        path: PathBuf,
    },
    /// No space is left on the device.
    #[error("cannot write {}: the disk is full; earlier results are untouched", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file or folder could not be made, written or renamed.
    #[error("cannot write {}; earlier results are untouched", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder in which something would be written is not there.
    #[error("cannot write {}: there is no folder {}; make it first, or name another place", path.display(), folder.display())]
    NoFolder {
        /// What would be written.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A folder that was named holds no results, or none that can be read.
    #[error("{found}; {hint}")]
    NoResults {
        /// What is there instead.
        found: String,
        /// What may help.
        hint: String,
    },
    /// A table could not be encoded.
    #[error("cannot encode {}: {reason}", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        reason: String,
    },
    /// A table is not one that this program wrote, or lacks something.
    #[error("cannot read {} as a table of suasion: {reason}", path.display())]
    Decode {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest is not one that this version reads.
    #[error("{} is not a manifest of suasion: {reason}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Two results do not belong to the same world.
    #[error("results of different worlds cannot be merged: {what} differ")]
    Mismatch {
        /// What differs.
        what: &'static str,
    },
}

/// Whether an error of the system is about the place that was named: it is not there, not open to the user, not what was
/// expected, or its name is none. Another place would do.
pub fn is_of_a_place(error: &io::Error) -> bool {
    use io::ErrorKind::{
        AlreadyExists, DirectoryNotEmpty, InvalidFilename, InvalidInput, IsADirectory, NotADirectory,
        NotFound, PermissionDenied, ReadOnlyFilesystem,
    };
    // Links that lead in a circle: the library knows their kind and does not name it yet.
    const CIRCLE: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
    let kinds = [
        AlreadyExists,
        DirectoryNotEmpty,
        InvalidFilename,
        InvalidInput,
        IsADirectory,
        NotADirectory,
        NotFound,
        PermissionDenied,
        ReadOnlyFilesystem,
    ];
    kinds.contains(&error.kind()) || (cfg!(unix) && error.raw_os_error() == Some(CIRCLE))
}

/// What the system said, without the name of a hidden file that was to become what the user named.
fn of_the_system(error: io::Error) -> io::Error {
    let within =
        error.get_ref().and_then(|inner| inner.source()?.downcast_ref::<io::Error>()?.raw_os_error());
    within.map_or(error, io::Error::from_raw_os_error)
}

impl OutputError {
    /// Whether another output than the one asked for would do: its place is taken, full, or none that can be written.
    pub fn is_of_the_place(&self) -> bool {
        match self {
            OutputError::NotAFolder { .. }
            | OutputError::Occupied { .. }
            | OutputError::Damaged { .. }
            | OutputError::Current { .. }
            | OutputError::AboveCurrent { .. }
            | OutputError::Link { .. }
            | OutputError::Busy { .. }
            | OutputError::Meanwhile { .. }
            | OutputError::Exists { .. }
            | OutputError::IsAFolder { .. }
            | OutputError::DiskFull { .. }
            | OutputError::NoFolder { .. } => true,
            OutputError::Write { source, .. } => is_of_a_place(source),
            _ => false,
        }
    }

    /// A failed write of `path`; a full disk and a folder that is not there are told apart, because what to do about them is
    /// clear.
    pub fn write(path: &Path, source: io::Error) -> OutputError {
        let (folder, path) = (parent(path), path.to_path_buf());
        let source = of_the_system(source);
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                OutputError::DiskFull { path, source }
            }
            io::ErrorKind::NotFound if !folder.exists() => {
                OutputError::NoFolder { folder: folder.to_path_buf(), path }
            }
            _ => OutputError::Write { path, source },
        }
    }

    /// A file or folder that was named and cannot be read, though it is there.
    pub fn closed(path: &Path, source: &io::Error) -> OutputError {
        let found = format!("{} cannot be read: {source}", path.display());
        OutputError::NoResults { found, hint: "see that you may read it, or name a copy".into() }
    }

    /// A failed read of `path`.
    pub fn read(path: &Path, source: io::Error) -> OutputError {
        OutputError::Read { path: path.to_path_buf(), source }
    }
}
