//! Finished blocks of work that was stopped. They stand beside the place of its results until these are whole, and whoever
//! names the place before that is told how to go on. What is in a block, it does not know.

use super::calibrate::DESCRIPTION as CALIBRATION;
use super::sweep::DESCRIPTION as SWEEP;
use crate::output::error::OutputError;
use crate::output::manifest::Manifest;
use std::path::{Path, PathBuf};

/// Ending of a folder that keeps blocks.
const BLOCKS: &str = "blocks";

/// Where the blocks of results at `out` are kept.
///
/// ```
/// use std::path::Path;
/// use suasion::experiment::unfinished::blocks;
/// assert_eq!(blocks(Path::new("out/big")), Path::new("out/big.blocks"));
/// ```
pub fn blocks(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(BLOCKS);
    out.with_file_name(name)
}

/// How to go on with the work whose results would be in a folder, or whose blocks are in it; none where there are no blocks.
pub fn hint(folder: &Path) -> Option<String> {
    let is_kept = folder.extension().is_some_and(|ending| ending == BLOCKS);
    let (kept, out) = if is_kept {
        (folder.to_path_buf(), folder.with_extension(""))
    } else {
        (blocks(folder), folder.into())
    };
    let shown = kept.display();
    if kept.join(SWEEP).exists() {
        let out = out.display();
        return Some(format!(
            "blocks of a sweep that is not finished are in {shown}: the command that began it goes on from there, and \
             `suasion merge {out}` merges them, or says what is missing"
        ));
    }
    kept.join(CALIBRATION).exists().then(|| {
        format!(
            "particles of a calibration that is not finished are in {shown}: the command that began it goes on from \
             there"
        )
    })
}

/// The manifest of a folder of results that was named to a command.
///
/// # Errors
/// As [`Manifest::of_folder`]; where no results are there yet, with how to go on.
pub fn manifest(folder: &Path, command: &str) -> Result<Manifest, OutputError> {
    Manifest::of_folder(folder, command).map_err(|error| match (error, hint(folder)) {
        (OutputError::NoResults { found, .. }, Some(hint)) => OutputError::NoResults { found, hint },
        (error, _) => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_a_place_without_results_is_told_how_to_go_on() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        for (kept, description) in
            [("s.v2.blocks", SWEEP), ("c.blocks", CALIBRATION), ("empty.blocks", "else")]
        {
            std::fs::create_dir(at(kept)).unwrap();
            std::fs::write(at(kept).join(description), "{}").unwrap();
        }
        let told = |name: &str| {
            let told = manifest(&at(name), "verify").unwrap_err().to_string();
            told.replace(&*home.path().to_string_lossy(), "HOME")
        };
        let sweep = "; blocks of a sweep that is not finished are in HOME/s.v2.blocks: the command that began it goes on \
                     from there, and `suasion merge HOME/s.v2` merges them, or says what is missing";
        assert_eq!(told("s.v2"), format!("there is no folder HOME/s.v2{sweep}"));
        assert_eq!(
            told("s.v2.blocks"),
            format!("HOME/s.v2.blocks holds no results: it has no manifest.json{sweep}")
        );
        let calibration = "; particles of a calibration that is not finished are in HOME/c.blocks: the command that \
                           began it goes on from there";
        assert_eq!(told("c"), format!("there is no folder HOME/c{calibration}"));
        for name in ["empty", "empty.blocks", "none"] {
            assert!(told(name).ends_with("; verify takes a folder that a command wrote, such as out/asean"));
        }
    }
}
