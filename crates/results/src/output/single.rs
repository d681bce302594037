//! A single file: written beside its name and renamed when whole, and put over another only where that is asked for.

use crate::output::error::OutputError;
use crate::output::place::parent;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes a file of the program's own, whatever was there before.
///
/// # Errors
/// If it cannot be written or renamed; what was there before is then still there.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), OutputError> {
    let write = || -> io::Result<()> { Ok(staged(path, content)?.persist(path).map(drop)?) };
    write().map_err(|error| OutputError::write(path, error))
}

/// Writes a file at the user's wish. The same bytes are left as they are; anything else that is there is replaced with
/// `replace` alone. Whether it was written is returned.
///
/// # Errors
/// If something else is there, or it cannot be written.
pub fn put_file(path: &Path, content: &[u8], replace: bool) -> Result<bool, OutputError> {
    let there = || OutputError::Exists { path: path.to_path_buf() };
    if path.is_dir() {
        return Err(OutputError::IsAFolder { path: path.to_path_buf() });
    }
    if holds(path, content) {
        return Ok(false);
    }
    if path.exists() && !path.is_file() && replace {
        // A pipe or a device: written to, and never replaced.
        fs::write(path, content).map_err(|error| OutputError::write(path, error))?;
        return Ok(true);
    }
    if path.symlink_metadata().is_ok() && !replace {
        return Err(there());
    }
    if replace {
        // Through a link, not over it.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        return write_file(&target, content).map(|()| true);
    }
    let file = staged(path, content).map_err(|error| OutputError::write(path, error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        // Someone was faster.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(there()),
        Err(error) => Err(OutputError::write(path, error.error)),
    }
}

/// Refuses several files of which one would be refused, so that none is written.
///
/// # Errors
/// As [`put_file`].
pub fn refuse_to_put(files: &[(&Path, &[u8])], replace: bool) -> Result<(), OutputError> {
    for (path, content) in files {
        if path.is_dir() {
            return Err(OutputError::IsAFolder { path: path.to_path_buf() });
        }
        if !replace && path.symlink_metadata().is_ok() && !holds(path, content) {
            return Err(OutputError::Exists { path: path.to_path_buf() });
        }
    }
    Ok(())
}

/// Whether a file has this content. Pipes and devices have none: to read one would wait for whoever writes to it.
fn holds(path: &Path, content: &[u8]) -> bool {
    path.is_file() && fs::read(path).is_ok_and(|bytes| bytes == content)
}

/// Refuses places of files at which nothing can be written, before the work that makes their content.
///
/// # Errors
/// If one is a folder, or no file can be made beside it.
pub fn refuse_unwritable(paths: &[PathBuf]) -> Result<(), OutputError> {
    for path in paths {
        if path.is_dir() {
            return Err(OutputError::IsAFolder { path: path.clone() });
        }
        staged(path, &[]).map_err(|error| OutputError::write(path, error))?;
    }
    Ok(())
}

/// A hidden file beside a path, with its content on the disk.
fn staged(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (prefix, suffix) = (format!(".{name}."), ".partial");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    // As any file of the user.
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    clear(parent(path), &prefix, suffix);
    let mut file = builder.tempfile_in(parent(path))?;
    // So that nobody takes it for one that a kill left.
    let _ = file.as_file().try_lock();
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Clears hidden files that kills left beside a name: those that nobody has locked, and that are not of this very moment.
fn clear(folder: &Path, prefix: &str, suffix: &str) {
    const MOMENT: std::time::Duration = std::time::Duration::from_secs(60);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let middle = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        if !middle.is_some_and(|middle| middle.bytes().all(|b| b.is_ascii_alphanumeric())) {
            continue;
        }
        let Ok(file) = fs::File::open(entry.path()) else { continue };
        let age = file.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        if entry.path().is_file() && age.is_some_and(|age| age > MOMENT) && file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_of_the_program_is_replaced_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("report.html");
        write_file(&path, b"one").unwrap();
        write_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(home.path()), ["report.html"]);
        assert!(write_file(&home.path().join("none/report.html"), b"x").is_err());
    }

    #[test]
    fn a_file_of_the_user_is_replaced_when_asked_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("points.csv");
        assert!(put_file(&path, b"one", false).unwrap());
        assert!(!put_file(&path, b"one", false).unwrap());
        let error = put_file(&path, b"two", false).unwrap_err();
        assert!(
            error.is_of_the_place() && error.to_string().contains("points.csv is there with other content")
        );
        assert!(
            refuse_to_put(&[(&path, b"two")], false).is_err()
                && refuse_to_put(&[(&path, b"one")], false).is_ok()
        );
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert!(put_file(&path, b"two", true).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(matches!(put_file(home.path(), b"x", true), Err(OutputError::IsAFolder { .. })));
        assert_eq!(names(home.path()), ["points.csv"]);
    }

    #[test]
    fn places_where_nothing_can_be_written_are_refused_and_nothing_is_left() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| [home.path().join(name)];
        assert!(refuse_unwritable(&at("picture.svg")).is_ok());
        assert!(refuse_unwritable(&at("none/picture.svg")).is_err());
        assert!(refuse_unwritable(&[home.path().to_path_buf()]).is_err());
        assert!(names(home.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_written_through() {
        let home = tempfile::tempdir().unwrap();
        let (file, link) = (home.path().join("file"), home.path().join("link"));
        fs::write(&file, "one").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(put_file(&link, b"two", false).is_err());
        assert!(put_file(&link, b"two", true).unwrap());
        assert!(link.is_symlink() && fs::read(&file).unwrap() == b"two");
    }

    #[test]
    fn what_a_kill_left_of_a_file_is_cleared_when_it_is_old() {
        let home = tempfile::tempdir().unwrap();
        let old = home.path().join(".a.csv.Ab12cd.partial");
        fs::write(&old, "half").unwrap();
        let hours_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
        fs::File::options().write(true).open(&old).unwrap().set_modified(hours_ago).unwrap();
        fs::write(home.path().join(".a.csv.Ef34gh.partial"), "of now").unwrap();
        put_file(&home.path().join("a.csv"), b"whole", false).unwrap();
        assert_eq!(names(home.path()), [".a.csv.Ef34gh.partial", "a.csv"]);
    }
}
