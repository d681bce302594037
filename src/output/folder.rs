//! The output folder: made beside its name and renamed when whole, so that earlier results are there until the new
//! ones are. It knows no table.
//!
//! A killed run can leave a hidden folder beside the target, named `.NAME.*.partial`. It may be deleted, unless the kill came
//! between the two renames of a replacement: then the target is missing and the earlier results are in it, as `old`.

use crate::output::error::OutputError;
use crate::output::manifest::{FileEntry, MANIFEST, Manifest};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Files that commands add to a finished folder without listing them in its manifest.
const ADDED: [&str; 2] = ["report.html", "sensitivity.csv"];

/// An output folder in the making. Dropped before [`OutputFolder::commit`], it leaves no trace.
#[derive(Debug)]
pub struct OutputFolder {
    target: PathBuf,
    staging: TempDir,
    files: Vec<FileEntry>,
}

impl OutputFolder {
    /// Says what would keep a folder from being put at `target`, before hours of work are done for it.
    ///
    /// # Errors
    /// As [`OutputFolder::create`], of what can be seen by now.
    pub fn check(target: &Path) -> Result<(), OutputError> {
        check_replaceable(&resolve(target)?)
    }

    /// Begins a folder that will be at `target`, after checking that nothing but an earlier result is there.
    ///
    /// # Errors
    /// If the target is a file, the current folder, or a folder with anything that is not a result of this
    /// program, or if nothing can be made beside it.
    pub fn create(target: &Path) -> Result<OutputFolder, OutputError> {
        let target = resolve(target)?;
        check_replaceable(&target)?;
        let parent = parent(&target);
        fs::create_dir_all(parent).map_err(|error| OutputError::write(parent, error))?;
        let staging = beside(&target).map_err(|error| OutputError::write(&target, error))?;
        Ok(OutputFolder { target, staging, files: Vec::new() })
    }

    /// Where the folder will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Begins a file of the folder. Give it back to [`OutputFolder::close`] when it is written.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn file(&self, name: &str) -> Result<OutputFile, OutputError> {
        let path = self.target.join(name);
        let file =
            File::create(self.staging.path().join(name)).map_err(|error| OutputError::write(&path, error))?;
        Ok(OutputFile {
            path,
            name: name.to_string(),
            bytes: 0,
            hasher: blake3::Hasher::new(),
            file: BufWriter::with_capacity(1 << 16, file),
        })
    }

    /// Ends a file: it is flushed to the disk and listed.
    ///
    /// # Errors
    /// If the last of it cannot be written.
    pub fn close(&mut self, file: OutputFile) -> Result<(), OutputError> {
        let OutputFile { path, name, bytes, hasher, file } = file;
        let inner = file.into_inner().map_err(|error| OutputError::write(&path, error.into_error()))?;
        inner.sync_all().map_err(|error| OutputError::write(&path, error))?;
        self.files.push(FileEntry { name, bytes, blake3: hasher.finalize().to_hex().to_string() });
        Ok(())
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, name: &str, content: &[u8]) -> Result<(), OutputError> {
        let mut file = self.file(name)?;
        file.write_all(content).map_err(|error| OutputError::write(&file.path, error))?;
        self.close(file)
    }

    /// Writes the manifest, with the files listed, and puts the folder in its place.
    ///
    /// # Errors
    /// If something cannot be written or renamed; what was at the target is then still there.
    pub fn commit(mut self, mut manifest: Manifest) -> Result<PathBuf, OutputError> {
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.files = std::mem::take(&mut self.files);
        let json = manifest.to_json().map_err(|error| OutputError::Encode {
            path: self.target.join(MANIFEST),
            reason: error.to_string(),
        })?;
        self.write(MANIFEST, json.as_bytes())?;
        // The run may have been long: someone may have put something there since.
        check_replaceable(&self.target)?;
        self.replace().map_err(|error| OutputError::write(&self.target, error))?;
        Ok(self.target)
    }

    fn replace(&self) -> io::Result<()> {
        if !self.target.exists() {
            return fs::rename(self.staging.path(), &self.target);
        }
        let old = beside(&self.target)?;
        let aside = old.path().join("old");
        fs::rename(&self.target, &aside)?;
        if let Err(error) = fs::rename(self.staging.path(), &self.target) {
            if fs::rename(&aside, &self.target).is_err() {
                // Neither can be put there: the earlier results are kept where they are rather than cleaned up.
                let _ = old.keep();
            }
            return Err(error);
        }
        Ok(())
    }
}

/// A file of an output folder, hashed as it is written.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    name: String,
    bytes: u64,
    hasher: blake3::Hasher,
    file: BufWriter<File>,
}

impl OutputFile {
    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a single file beside its name and renames it when whole.
///
/// # Errors
/// If it cannot be written or renamed; what was there before is then still there.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), OutputError> {
    let write = || -> io::Result<()> {
        let staging = beside(path)?;
        let new = staging.path().join("new");
        let mut file = File::create(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| OutputError::write(path, error))
}

/// The target as an absolute path where it exists, so that a link is written through and not replaced.
fn resolve(target: &Path) -> Result<PathBuf, OutputError> {
    if !target.exists() {
        return Ok(target.to_path_buf());
    }
    let path = target.canonicalize().map_err(|error| OutputError::read(target, error))?;
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    // Renaming it would leave the user's shell in a folder that is no longer there.
    if current.is_ok_and(|current| current.starts_with(&path)) {
        return Err(OutputError::Current { path: target.to_path_buf() });
    }
    Ok(path)
}

/// Whether the target is free, empty, or an earlier result and nothing else.
fn check_replaceable(target: &Path) -> Result<(), OutputError> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(OutputError::NotAFolder { path: target.to_path_buf() });
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(target).map_err(|error| OutputError::read(target, error))? {
        let entry = entry.map_err(|error| OutputError::read(target, error))?;
        entries.push(entry.file_name().to_string_lossy().into_owned());
    }
    entries.sort();
    let manifest = Manifest::read(target).ok();
    let ours = |name: &str| {
        manifest.as_ref().is_some_and(|manifest| {
            name == MANIFEST || ADDED.contains(&name) || manifest.files.iter().any(|file| file.name == name)
        })
    };
    match entries.into_iter().find(|name| !ours(name)) {
        Some(entry) => Err(OutputError::Occupied { path: target.to_path_buf(), entry }),
        None => Ok(()),
    }
}

fn parent(path: &Path) -> &Path {
    // The parent of a bare name is the empty path, which stands for the current folder.
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn beside(path: &Path) -> io::Result<TempDir> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".partial").tempdir_in(parent(path))
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
