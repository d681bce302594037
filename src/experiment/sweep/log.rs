//! The log of finished blocks: one file for each attempt at a shard, written at its end alone, so that a kill loses
//! the block in flight and two attempts at one shard cannot spoil each other.
//!
//! A file is a line of JSON and then frames: number of the block, length, BLAKE3 hash, bytes. What comes after a frame
//! that is torn or does not match its hash is not read.

use crate::output::error::OutputError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const ENDING: &str = "blocks";
const FRAME: usize = 8 + 8 + 32;

/// The first line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program.
    pub suasion: String,
    /// Identity of the sweep.
    pub sweep: String,
    /// Shard, from 1, and number of shards.
    pub shard: (u32, u32),
}

/// A log that this process writes.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    identity: String,
}

impl Log {
    /// Begins a log of its own in a folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(folder: &Path, header: &Header) -> Result<Log, OutputError> {
        let (shard, of) = header.shard;
        let (prefix, suffix) = (format!("shard-{shard}-of-{of}-"), format!(".{ENDING}"));
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(&suffix).rand_bytes(8).disable_cleanup(true);
        #[cfg(unix)]
        // As any file of the user, so that a colleague may merge what the cluster's group can read.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let named = builder.tempfile_in(folder).map_err(|error| OutputError::write(folder, error))?;
        let (file, path) = named.into_parts();
        let path = path.to_path_buf();
        let mut log = Log { path, file, identity: header.sweep.clone() };
        let mut line = serde_json::to_vec(header).unwrap_or_default();
        line.push(b'\n');
        log.put(&line)?;
        Ok(log)
    }

    /// Adds a finished block.
    ///
    /// # Errors
    /// If it cannot be written; what was written of it is then not read.
    pub fn add(&mut self, block: u64, bytes: &[u8]) -> Result<(), OutputError> {
        let mut frame = Vec::with_capacity(FRAME + bytes.len());
        frame.extend_from_slice(&block.to_le_bytes());
        frame.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        frame.extend_from_slice(hash(&self.identity, block, bytes).as_bytes());
        frame.extend_from_slice(bytes);
        self.put(&frame)
    }

    /// Sees to it that all is on the disk.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn close(self) -> Result<(), OutputError> {
        self.file.sync_all().map_err(|error| OutputError::write(&self.path, error))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file.write_all(bytes).map_err(|error| OutputError::write(&self.path, error))
    }
}

fn hash(identity: &str, block: u64, bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(identity.as_bytes()).update(&block.to_le_bytes()).update(bytes);
    hasher.finalize()
}

/// A log as found.
#[derive(Debug)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// Its first line; none where it is torn or no log's.
    pub header: Option<Header>,
    /// Bytes at its end that hold no whole block.
    pub torn: u64,
}

/// The finished blocks of a sweep, in whatever logs they are.
#[derive(Debug, Default)]
pub struct Blocks {
    /// The logs.
    pub logs: Vec<Found>,
    files: Vec<File>,
    /// Block to file, position and length.
    places: BTreeMap<u64, (usize, u64, usize)>,
}

impl Blocks {
    /// Reads every log of a folder and keeps where the whole blocks of a sweep are; a log of another sweep yields none.
    ///
    /// # Errors
    /// If the folder or a log cannot be read.
    pub fn read(&mut self, folder: &Path, identity: &str) -> Result<(), OutputError> {
        let entries = fs::read_dir(folder).map_err(|error| OutputError::read(folder, error))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| OutputError::read(folder, error))?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            self.read_log(&path, identity).map_err(|error| OutputError::read(&path, error))?;
        }
        Ok(())
    }

    fn read_log(&mut self, path: &Path, identity: &str) -> std::io::Result<()> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut line = Vec::new();
        let mut at = reader.read_until(b'\n', &mut line)? as u64;
        let header: Option<Header> = serde_json::from_slice(&line).ok();
        let ours = header.as_ref().is_some_and(|header| header.sweep == identity);
        let mut bytes = Vec::new();
        while ours && length - at >= FRAME as u64 {
            let mut head = [0; FRAME];
            reader.read_exact(&mut head)?;
            let number = |range: std::ops::Range<usize>| {
                u64::from_le_bytes(head[range].try_into().unwrap_or_default())
            };
            let (block, size) = (number(0..8), number(8..16));
            if size > length - at - FRAME as u64 {
                break;
            }
            bytes.resize(size as usize, 0);
            reader.read_exact(&mut bytes)?;
            if hash(identity, block, &bytes).as_bytes() != &head[16..] {
                break;
            }
            self.places.entry(block).or_insert((self.files.len(), at + FRAME as u64, size as usize));
            at += FRAME as u64 + size;
        }
        let torn = if ours { length - at } else { 0 };
        self.logs.push(Found { path: path.to_path_buf(), header, torn });
        self.files.push(reader.into_inner());
        Ok(())
    }

    /// Whether a block is finished.
    pub fn has(&self, block: u64) -> bool {
        self.places.contains_key(&block)
    }

    /// Number of finished blocks.
    pub fn count(&self) -> u64 {
        self.places.len() as u64
    }

    /// Reads a part of a block's bytes: `length` from `from` on.
    ///
    /// # Errors
    /// If it cannot be read, or the block is not there or shorter.
    pub fn part(&mut self, block: u64, from: usize, length: usize) -> Result<Vec<u8>, OutputError> {
        let missing =
            || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, format!("block {block} is short"));
        let Some(&(file, at, size)) = self.places.get(&block) else {
            return Err(OutputError::read(Path::new(ENDING), missing()));
        };
        let path = self.logs[file].path.clone();
        let mut read = || {
            if from + length > size {
                return Err(missing());
            }
            let mut bytes = vec![0; length];
            self.files[file].seek(SeekFrom::Start(at + from as u64))?;
            self.files[file].read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| OutputError::read(&path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(sweep: &str) -> Header {
        Header { suasion: "1".into(), sweep: sweep.into(), shard: (1, 2) }
    }

    fn written(folder: &Path, sweep: &str, blocks: &[(u64, &[u8])]) -> PathBuf {
        let mut log = Log::create(folder, &header(sweep)).unwrap();
        for (block, bytes) in blocks {
            log.add(*block, bytes).unwrap();
        }
        let path = log.path.clone();
        log.close().unwrap();
        path
    }

    fn read(folder: &Path) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.read(folder, "sweep").unwrap();
        blocks
    }

    #[test]
    fn blocks_of_several_attempts_are_found_and_foreign_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), "sweep", &[(4, b"four"), (0, b"")]);
        written(folder.path(), "sweep", &[(4, b"four"), (7, b"seven")]);
        written(folder.path(), "another", &[(1, b"one")]);
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        let mut blocks = read(folder.path());
        assert_eq!((blocks.count(), blocks.logs.len()), (3, 3));
        assert_eq!(blocks.part(7, 1, 3).unwrap(), b"eve");
        assert_eq!(blocks.part(0, 0, 0).unwrap(), b"");
        assert!(blocks.part(7, 1, 5).is_err() && !blocks.has(1));
    }

    #[test]
    fn a_log_cut_or_changed_anywhere_keeps_the_blocks_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path(), "sweep", &[(1, b"one"), (2, b"two"), (3, b"three")]);
        let whole = fs::read(&path).unwrap();
        let start = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
        let ends = [start, start + FRAME + 3, start + 2 * (FRAME + 3), whole.len()];
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let whole_blocks = ends[1..].iter().filter(|end| **end <= cut).count();
            assert_eq!(read(folder.path()).count(), whole_blocks as u64, "cut at {cut}");
        }
        for at in start..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            fs::write(&path, &changed).unwrap();
            let blocks = read(folder.path());
            let before = ends[1..].iter().filter(|end| **end <= at).count();
            assert_eq!(blocks.count(), before as u64, "changed at {at}");
            assert!(blocks.logs[0].torn > 0);
        }
    }
}
