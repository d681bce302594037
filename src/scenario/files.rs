//! Reads text files, telling apart what can go wrong.

use super::error::ScenarioError;
use std::path::Path;

/// The text of a file.
///
/// # Errors
/// If it is a directory, cannot be read, or is not UTF-8.
pub(crate) fn read(path: &Path) -> Result<String, ScenarioError> {
    if path.is_dir() {
        return Err(ScenarioError::Directory { path: path.into() });
    }
    let bytes = std::fs::read(path).map_err(|reason| ScenarioError::Io { path: path.into(), reason })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ScenarioError::NotUtf8 { path: path.into(), line: before.split(|&byte| byte == b'\n').count() }
    })
}
