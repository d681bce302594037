//! Folders made on the way to a place. It knows nothing of what comes into them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders that had to be made so that something could be put into the innermost. Those that are still empty when this is dropped
/// go again, so that work that is refused or fails leaves nothing behind.
#[derive(Debug, Default)]
pub(super) struct Parents {
    /// Innermost first.
    made: Vec<PathBuf>,
}

impl Parents {
    /// Makes a folder and all above it that are missing.
    pub(super) fn make(folder: &Path) -> io::Result<Parents> {
        let missing = folder.ancestors().take_while(|above| *above != Path::new("") && !above.exists());
        // Known before the first is made: where a later one fails, the earlier ones go.
        let parents = Parents { made: missing.map(Path::to_path_buf).collect() };
        fs::create_dir_all(folder)?;
        Ok(parents)
    }
}

impl Drop for Parents {
    fn drop(&mut self) {
        for folder in &self.made {
            // Not empty, or somebody else's by now: so are those above it.
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stay_where_something_is_in_them() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("a/b/c");
        drop(Parents::make(&inner).unwrap());
        assert!(!outer.path().join("a").exists() && outer.path().exists());

        let parents = Parents::make(&inner).unwrap();
        fs::write(outer.path().join("a/thesis"), "years of work").unwrap();
        drop(parents);
        assert!(outer.path().join("a/thesis").exists() && !outer.path().join("a/b").exists());
    }

    #[test]
    fn what_was_there_stays() {
        let outer = tempfile::tempdir().unwrap();
        drop(Parents::make(outer.path()).unwrap());
        assert!(outer.path().exists());
        fs::write(outer.path().join("file"), "").unwrap();
        assert!(Parents::make(&outer.path().join("file/below/it")).is_err());
    }
}
