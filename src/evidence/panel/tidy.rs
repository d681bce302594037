//! Reads one tidy table: columns by name, cells with their places, problems as sentences.

use super::error::PanelError;
use crate::scenario::nearest;
use std::collections::BTreeMap;
use std::path::Path;

/// A row, with what it needs to say where it stands.
pub(super) struct Row<'a> {
    pub file: &'a str,
    pub line: u64,
    record: &'a csv::StringRecord,
    columns: &'a [usize],
}

impl Row<'_> {
    /// A cell by its place among the columns asked for; empty for "NA" and the like too.
    pub fn text(&self, column: usize) -> &str {
        match self.record.get(self.columns[column]).unwrap_or_default() {
            "NA" | "nan" | "NaN" => "",
            cell => cell,
        }
    }

    /// A problem of this row.
    pub fn problem(&self, what: &str) -> String {
        format!("{}:{}: {what}", self.file, self.line)
    }

    /// A state's code: three capital letters.
    pub fn state(&self, column: usize) -> Result<&str, String> {
        let code = self.text(column);
        if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(code);
        }
        Err(self
            .problem(&format!("found state {code:?}, expected a code of three capital letters (ISO 3166-1)")))
    }

    /// A year.
    pub fn year(&self, column: usize, state: &str) -> Result<i32, String> {
        let cell = self.text(column);
        match cell.parse::<i32>() {
            Ok(year) if (1800..=2100).contains(&year) => Ok(year),
            _ => {
                Err(self.problem(&format!("{state}: found year {cell:?}, expected a year from 1800 to 2100")))
            }
        }
    }

    /// A number in a range; none where the cell is empty.
    pub fn number(&self, column: usize, low: f64, high: f64, who: &str) -> Result<Option<f64>, String> {
        let cell = self.text(column);
        if cell.is_empty() {
            return Ok(None);
        }
        match cell.parse::<f64>() {
            Ok(x) if (low..=high).contains(&x) => Ok(Some(x)),
            _ => Err(self.problem(&format!("{who}: found {cell:?}, expected a number from {low} to {high}"))),
        }
    }
}

/// Values by key, with the line of each: two that differ are refused.
pub(super) struct Once<K, V> {
    pub values: BTreeMap<K, V>,
    lines: BTreeMap<K, u64>,
}

impl<K: Ord + Clone, V: PartialEq> Once<K, V> {
    pub fn new() -> Self {
        Once { values: BTreeMap::new(), lines: BTreeMap::new() }
    }

    /// Takes a value, or says with which line it is at odds.
    pub fn insert(&mut self, row: &Row<'_>, key: K, value: V, who: &str) -> Result<(), String> {
        match self.values.get(&key) {
            Some(other) if *other != value => {
                let line = self.lines.get(&key).copied().unwrap_or_default();
                Err(row.problem(&format!("{who}: contradicts line {line}")))
            }
            Some(_) => Ok(()),
            None => {
                self.lines.insert(key.clone(), row.line);
                self.values.insert(key, value);
                Ok(())
            }
        }
    }
}

/// Reads a table and hands over its rows; what a row is refused for becomes a problem. Whether the file is there.
pub(super) fn read(
    folder: &Path,
    name: &str,
    columns: &[&str],
    required: bool,
    error: &mut PanelError,
    mut take: impl FnMut(&Row<'_>) -> Result<(), String>,
) -> bool {
    let path = folder.join(name);
    let file = path.display().to_string();
    let mut reader = match csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(&path) {
        Ok(reader) => reader,
        Err(reason) => {
            let missing =
                matches!(reason.kind(), csv::ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::NotFound);
            if required || !missing {
                let why = if missing { "there is no such file".to_string() } else { reason.to_string() };
                error.add(format!("{file}: {why}; a panel needs its columns {}", columns.join(", ")));
            }
            return false;
        }
    };
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(reason) => {
            error.add(format!("{file}: {reason}"));
            return true;
        }
    };
    let mut places = Vec::new();
    for column in columns {
        if let Some(place) = headers.iter().position(|header| header == *column) {
            places.push(place);
        } else {
            let hint = nearest(column, &headers).map_or(String::new(), |hint| format!("; {hint}"));
            error.add(format!("{file}:1: the column `{column}` is missing{hint}"));
        }
    }
    if places.len() < columns.len() {
        return true;
    }
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return true,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let row = Row { file: &file, line, record: &record, columns: &places };
                if let Err(problem) = take(&row) {
                    error.add(problem);
                }
            }
            Err(reason) => {
                let line = reason.position().map_or(0, csv::Position::line);
                let what = match reason.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        format!("found {len} cells, expected {expected_len}")
                    }
                    _ => reason.to_string(),
                };
                error.add(format!("{file}:{line}: {what}"));
                if reason.is_io_error() {
                    return true;
                }
            }
        }
    }
}
