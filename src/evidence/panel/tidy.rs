//! Reads one tidy table: columns by name, cells with their places, problems as sentences.

use super::countries::Codes;
use super::error::PanelError;
use crate::excerpt::quoted;
use crate::input::{self, FileFault, Misread, Sheet, Trouble, word};
use crate::scenario::nearest;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

/// Years that a record may have.
pub(super) const RECORDED: RangeInclusive<i64> = 1900..=2100;

/// A row, with what it needs to say where it stands.
pub(super) struct Row<'a> {
    file: &'a str,
    cells: input::Row<'a>,
    codes: Codes,
    /// Place of each column asked for; none for one that may be missing and is.
    columns: &'a [Option<usize>],
    names: &'a [&'a str],
}

impl Row<'_> {
    /// Its line.
    pub fn line(&self) -> u64 {
        self.cells.line
    }

    /// The name of a column, by its place among those asked for.
    pub fn name(&self, column: usize) -> &str {
        self.names[column]
    }

    /// Whether the table has a column, by its place among those asked for.
    pub fn has(&self, column: usize) -> bool {
        self.columns[column].is_some()
    }

    /// A cell by its place among the columns asked for.
    pub fn cell(&self, column: usize) -> &str {
        self.columns[column].map_or("", |place| self.cells.cell(place))
    }

    /// A cell's text; empty where nothing is known.
    pub fn text(&self, column: usize) -> &str {
        word(self.cell(column)).unwrap_or_default()
    }

    /// A problem of this row.
    pub fn problem(&self, what: &str) -> String {
        format!("{}:{}: {what}", self.file, self.cells.line)
    }

    /// What a cell was read as; a problem of this row where it could not be.
    pub fn read<T>(&self, who: &str, read: Result<T, Misread>) -> Result<T, String> {
        read.map_err(|misread| self.problem(&format!("{who}: {misread}")))
    }

    /// The state that a cell names.
    pub fn state(&self, column: usize) -> Result<String, String> {
        self.codes.read(self.cell(column)).map_err(|what| self.problem(&what))
    }

    /// A word that says what the row is about.
    pub fn said(&self, column: usize, name: &str) -> Result<&str, String> {
        word(self.cell(column)).ok_or_else(|| self.problem(&format!("the cell `{name}` is empty")))
    }

    /// A whole year.
    pub fn year(&self, column: usize, who: &str, years: RangeInclusive<i64>) -> Result<i32, String> {
        let cell = self.cell(column);
        match input::whole(cell) {
            Ok(Some(year)) if years.contains(&year) => Ok(year as i32),
            _ => {
                let (found, first, last) = (quoted(cell), years.start(), years.end());
                Err(self.problem(&format!(
                    "{who}: found year {found}, expected a whole year from {first} to {last}"
                )))
            }
        }
    }

    /// A whole number up to an end; none where nothing is known.
    pub fn count(&self, column: usize, high: u32, who: &str) -> Result<Option<u32>, String> {
        let count = self.number(column, 0.0, f64::from(high), who)?;
        match count.filter(|count| count.fract() != 0.0) {
            Some(_) => {
                let found = quoted(self.cell(column));
                Err(self.problem(&format!("{who}: found {found}, expected a whole number from 0 to {high}")))
            }
            None => Ok(count.map(|count| count as u32)),
        }
    }

    /// A number in a range; none where nothing is known.
    pub fn number(&self, column: usize, low: f64, high: f64, who: &str) -> Result<Option<f64>, String> {
        let cell = self.cell(column);
        match input::number(cell) {
            Ok(Some(x)) if !(low..=high).contains(&x) => {
                let found = quoted(cell);
                Err(self.problem(&format!("{who}: found {found}, expected a number from {low} to {high}")))
            }
            Err(Misread { found, hint, .. }) => {
                let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                Err(self
                    .problem(&format!("{who}: found {found}, expected a number from {low} to {high}{hint}")))
            }
            Ok(x) => Ok(x),
        }
    }
}

/// Values by key, with the line of each: two that differ are refused.
pub(super) struct Once<K, V> {
    pub values: BTreeMap<K, V>,
    pub lines: BTreeMap<K, u64>,
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
                self.lines.insert(key.clone(), row.line());
                self.values.insert(key, value);
                Ok(())
            }
        }
    }
}

/// A table of the folder, as it is asked for.
pub(super) struct Asked<'a> {
    /// Its name.
    pub name: &'a str,
    /// Columns that it needs.
    pub columns: &'a [&'a str],
    /// Columns that it may have, whose places come after those.
    pub more: &'a [&'a str],
    /// Whether there must be such a table.
    pub required: bool,
}

/// Reads a table and hands over its rows; what a row is refused for becomes a problem. Whether the file is there.
pub(super) fn read(
    folder: &Path,
    codes: Codes,
    asked: &Asked<'_>,
    error: &mut PanelError,
    mut take: impl FnMut(&Row<'_>) -> Result<(), String>,
) -> bool {
    let Asked { name, columns, more, required } = asked;
    let path = folder.join(name);
    let file = path.display().to_string();
    let needs = || format!("a panel needs its columns {}", columns.join(", "));
    let text = match input::text(&path) {
        Ok(text) => text,
        Err(wrong) if matches!(wrong.fault, FileFault::Missing) && !required => return false,
        Err(wrong) => {
            let missing = matches!(wrong.fault, FileFault::Missing);
            error.add(if missing { format!("{wrong}; {}", needs()) } else { wrong.to_string() });
            return !missing;
        }
    };
    let told = |Trouble { line, column, what, hint }: Trouble| {
        let column = if column.is_empty() { column } else { format!("{column}: ") };
        format!("{file}:{line}: {column}{what}{}", hint.map_or(String::new(), |hint| format!("; {hint}")))
    };
    let sheet = match Sheet::open(&text, &|column| columns.contains(&column)) {
        Ok(sheet) => sheet,
        Err(mut trouble) => {
            trouble.hint = trouble.hint.or_else(|| Some(needs()));
            error.add(told(trouble));
            return true;
        }
    };
    let repeated = sheet.repeated();
    if !repeated.is_empty() {
        for trouble in repeated {
            error.add(told(trouble));
        }
        return true;
    }
    for column in columns.iter().filter(|column| sheet.place(column).is_none()) {
        let hint = nearest(column, sheet.columns().iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
        error.add(format!("{file}:{}: the column `{column}` is missing{hint}", sheet.line()));
    }
    let names: Vec<&str> = columns.iter().chain(*more).copied().collect();
    let places: Vec<Option<usize>> = names.iter().map(|column| sheet.place(column)).collect();
    if places[..columns.len()].contains(&None) {
        return true;
    }
    let mut rows = 0usize;
    sheet.each(|row| {
        rows += 1;
        let row = row.map_err(told);
        let taken =
            row.and_then(|cells| take(&Row { file: &file, cells, codes, columns: &places, names: &names }));
        taken.unwrap_or_else(|problem| error.add(problem));
    });
    if rows == 0 {
        error.add(format!("{file}:{}: there is no row below the names of the columns", sheet.line()));
    }
    true
}
