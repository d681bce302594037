//! The output folder: made beside its place and put there when whole, so that earlier results are there until the new
//! ones are. It knows no table.

use crate::output::error::OutputError;
use crate::output::manifest::{FileEntry, MANIFEST, Manifest};
use crate::output::place::Place;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// An output folder in the making. Dropped before [`OutputFolder::commit`], it leaves no trace.
#[derive(Debug)]
pub struct OutputFolder {
    /// None for a rehearsal, which keeps hashes alone.
    staging: Option<TempDir>,
    files: Vec<FileEntry>,
    /// Held until the folder is there.
    place: Place,
}

impl OutputFolder {
    pub(super) fn new(place: Place, staging: Option<TempDir>) -> OutputFolder {
        OutputFolder { staging, files: Vec::new(), place }
    }

    /// Where the folder will be.
    pub fn target(&self) -> &Path {
        self.place.target()
    }

    /// Begins a file of the folder. Give it back to [`OutputFolder::close`] when it is written.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn file(&self, name: &str) -> Result<OutputFile, OutputError> {
        let path = self.target().join(name);
        let file = match &self.staging {
            Some(staging) => {
                let made = File::create(staging.path().join(name));
                Some(BufWriter::with_capacity(
                    1 << 16,
                    made.map_err(|error| OutputError::write(&path, error))?,
                ))
            }
            None => None,
        };
        Ok(OutputFile { path, name: name.to_string(), bytes: 0, hasher: blake3::Hasher::new(), file })
    }

    /// Ends a file: it is flushed to the disk and listed.
    ///
    /// # Errors
    /// If the last of it cannot be written.
    pub fn close(&mut self, file: OutputFile) -> Result<(), OutputError> {
        let OutputFile { path, name, bytes, hasher, file } = file;
        if let Some(file) = file {
            let inner = file.into_inner().map_err(|error| OutputError::write(&path, error.into_error()))?;
            inner.sync_all().map_err(|error| OutputError::write(&path, error))?;
        }
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
    /// If something cannot be written or renamed, or the place has been taken; what was there is then still there.
    pub fn commit(mut self, mut manifest: Manifest) -> Result<PathBuf, OutputError> {
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.files = std::mem::take(&mut self.files);
        let target = self.target().to_path_buf();
        let json = manifest.to_json().map_err(|error| OutputError::Encode {
            path: target.join(MANIFEST),
            reason: error.to_string(),
        })?;
        let Some(staging) = &self.staging else {
            let write = || fs::create_dir_all(&target).and_then(|()| fs::write(target.join(MANIFEST), &json));
            write().map_err(|error| OutputError::write(&target, error))?;
            return Ok(target);
        };
        let staging = staging.path().to_path_buf();
        self.write(MANIFEST, json.as_bytes())?;
        self.place.put(&staging)?;
        Ok(target)
    }
}

/// A file of an output folder, hashed as it is written.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    name: String,
    bytes: u64,
    hasher: blake3::Hasher,
    file: Option<BufWriter<File>>,
}

impl OutputFile {
    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.file {
            Some(file) => file.write(bytes)?,
            None => bytes.len(),
        };
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
