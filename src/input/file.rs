//! A file that a user names, as text: regular files alone, no larger than a limit, and UTF-8. What else it may be is said.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read: a table of some ten million rows.
pub const MOST_BYTES: u64 = 1 << 30;

/// How files begin that are no text, and what they are.
const BEGINNINGS: [(&[u8], &str); 6] = [
    (
        b"PK\x03\x04",
        "a spreadsheet or another ZIP archive (.xlsx, .ods), not text; save the sheet as CSV in UTF-8",
    ),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls), not text; save the sheet as CSV in UTF-8"),
    (b"\xff\xfe", "UTF-16 text; save the file as UTF-8"),
    (b"\xfe\xff", "UTF-16 text; save the file as UTF-8"),
    (b"\x1f\x8b", "compressed (gzip), not text; unpack it, or write an .rds as CSV"),
    (b"PAR1", "Parquet, not text; write it as CSV"),
];

/// A file that cannot be read as text.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {fault}", path.display(), line.map_or(String::new(), |line| format!(":{line}")))]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// The line that is wrong, from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong.
    pub fault: FileFault,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It is not there.
    #[error("there is no such file")]
    Missing,
    /// It cannot be read.
    #[error("{0}")]
    Io(io::Error),
    /// It is a directory.
    #[error("a directory, expected a file")]
    Directory,
    /// It is a device, a pipe or a socket, which may have no end.
    #[error("{0}, expected a regular file; write what it gives into a file first")]
    Special(&'static str),
    /// It has more than [`MOST_BYTES`].
    #[error("larger than {} MiB, the most that is read of a file", MOST_BYTES >> 20)]
    Large,
    /// It is no text that can be read.
    #[error("{0}")]
    NoText(&'static str),
}

impl FileError {
    /// What is wrong, without the name of the file, for a sentence that has it.
    pub fn why(&self) -> String {
        self.line.map_or(String::new(), |line| format!("line {line}: ")) + &self.fault.to_string()
    }
}

fn fault(path: &Path, fault: FileFault) -> FileError {
    FileError { path: path.into(), line: None, fault }
}

/// The bytes of a regular file.
///
/// # Errors
/// If there is none, it cannot be read, is no regular file, or has more than [`MOST_BYTES`].
pub fn bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let io = |reason: io::Error| match reason.kind() {
        io::ErrorKind::NotFound => fault(path, FileFault::Missing),
        _ => fault(path, FileFault::Io(reason)),
    };
    // Asked before it is opened, since to open a pipe is to wait for its other end.
    let about = fs::metadata(path).map_err(io)?;
    if about.is_dir() {
        return Err(fault(path, FileFault::Directory));
    }
    if !about.is_file() {
        return Err(fault(path, FileFault::Special(kind(&about))));
    }
    let mut bytes = Vec::with_capacity(about.len().min(MOST_BYTES) as usize);
    // Some regular files say that they are empty and never end.
    let read = if about.len() > MOST_BYTES {
        about.len()
    } else {
        File::open(path).map_err(io)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(io)? as u64
    };
    if read > MOST_BYTES { Err(fault(path, FileFault::Large)) } else { Ok(bytes) }
}

#[cfg(unix)]
fn kind(about: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = about.file_type();
    match (kind.is_fifo(), kind.is_socket()) {
        (true, _) => "a pipe",
        (_, true) => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn kind(_: &fs::Metadata) -> &'static str {
    "no file of data"
}

/// The text of a file, without a byte-order mark.
///
/// # Errors
/// As [`bytes`] and [`decode`].
pub fn text(path: &Path) -> Result<String, FileError> {
    decode(path, bytes(path)?)
}

/// Bytes as text, without a byte-order mark; `path` is what errors call them.
///
/// ```
/// use suasion::input::decode;
/// use std::path::Path;
/// let read = |bytes: &[u8]| decode(Path::new("t.csv"), bytes.to_vec()).map_err(|error| error.to_string());
/// assert_eq!(read(b"\xef\xbb\xbfid\nA\n").as_deref(), Ok("id\nA\n"));
/// assert_eq!(
///     read(b"id,name\nCIV,C\xf4te d'Ivoire\n").unwrap_err(),
///     "t.csv:2: not UTF-8 text; save the file as UTF-8 (spreadsheets often write Latin-1)"
/// );
/// ```
///
/// # Errors
/// If they are not UTF-8, or lines end in bare carriage returns: with the first such line.
pub fn decode(path: &Path, mut bytes: Vec<u8>) -> Result<String, FileError> {
    let wrong =
        |line: Option<usize>, what| FileError { path: path.into(), line, fault: FileFault::NoText(what) };
    if let Some((_, what)) = BEGINNINGS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(wrong(None, what));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let lines = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').count();
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        let what = if at < 2 {
            "UTF-16 text or no text at all; save the file as UTF-8"
        } else {
            "it holds a NUL byte, so it is no text"
        };
        return Err(wrong(Some(lines(&bytes[..at])), what));
    }
    if let Some(at) = bytes
        .iter()
        .zip(bytes.iter().skip(1).chain([&0]))
        .position(|pair| pair.0 == &b'\r' && pair.1 != &b'\n')
    {
        let what = "a bare carriage return, as old programs end lines; save the file with the line ends of Unix or Windows";
        return Err(wrong(Some(lines(&bytes[..at])), what));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let what = "not UTF-8 text; save the file as UTF-8 (spreadsheets often write Latin-1)";
        wrong(Some(lines(before)), what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        decode(Path::new("t"), bytes.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        assert!(refused(b"PK\x03\x04\x14").starts_with("t: a spreadsheet"));
        assert!(refused(b"\xd0\xcf\x11\xe0\xa1").starts_with("t: an old spreadsheet"));
        assert!(refused(b"\xff\xfei\0d\0").starts_with("t: UTF-16"));
        assert!(refused(b"i\0d\0").starts_with("t:1: UTF-16"));
        assert!(refused(b"id\nA\0").starts_with("t:2: it holds a NUL byte"));
        assert!(refused(b"id,name\nA,\"x\ry\"\n").starts_with("t:2: a bare carriage return"));
        assert!(refused(b"id\rA\r").starts_with("t:1: a bare carriage return"));
        assert!(refused(b"id\nA\nB\xe9\n").starts_with("t:3: not UTF-8"));
        assert_eq!(decode(Path::new("t"), b"id\r\nA\r\n".to_vec()).unwrap(), "id\r\nA\r\n");
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| bytes(path).unwrap_err().fault.to_string();
        assert_eq!(told(&folder.path().join("none")), "there is no such file");
        assert!(told(folder.path()).starts_with("a directory"));
        let large = folder.path().join("large");
        // It takes no room: nothing is written before the end.
        File::create(&large).unwrap().set_len(MOST_BYTES + 1).unwrap();
        assert!(told(&large).starts_with("larger than 1024 MiB"));
        #[cfg(unix)]
        {
            assert!(told(Path::new("/dev/zero")).starts_with("a device"));
            let socket = folder.path().join("socket");
            let _held = std::os::unix::net::UnixListener::bind(&socket).unwrap();
            assert!(told(&socket).starts_with("a socket"));
        }
    }
}
