//! A figure of a report: a plot with what it needs to be read, heard and used. It computes nothing.

use crate::plot::{Plot, escape};
use suasion::output::error::OutputError;

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Name, by which `--figure` finds it.
    pub name: String,
    /// Title.
    pub title: String,
    /// What is shown, in which units, and how to read it.
    pub caption: String,
    /// What it shows, in words and numbers, for those who do not see it.
    pub description: String,
    /// Sentences below it.
    pub notes: Vec<String>,
    /// The plot.
    pub plot: Plot,
    /// Its numbers.
    pub data: Data,
}

/// The numbers of a figure: a row per thing shown.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Data {
    /// No rows, with these columns.
    pub fn new(columns: &[&str]) -> Data {
        Data { columns: columns.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// As CSV, lines ended by a newline.
    ///
    /// # Errors
    /// None in practice: memory does not fail to be written.
    pub fn csv(&self) -> Result<String, OutputError> {
        let told = |reason: String| OutputError::Encode { path: "the data".into(), reason };
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            writer.write_record(row).map_err(|error| told(error.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|error| told(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Figure {
    /// As SVG that stands alone.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn svg(&self) -> Result<String, OutputError> {
        self.plot.svg(&escape(&self.name), &self.title, &format!("{} {}", self.caption, self.description))
    }
}

/// A number as data have it: seven decimals at most, which is what summaries know.
pub(super) fn cell(x: f64) -> String {
    let text = format!("{x:.7}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

/// A number that may be missing.
pub(super) fn cell_or_empty(x: Option<f64>) -> String {
    x.map_or_else(String::new, cell)
}

/// A list in words, cut where it is long: `a; b; and 12 more, which the data have`.
pub(super) fn listed(items: &[String]) -> String {
    const MOST: usize = 12;
    let shown = items.iter().take(MOST).cloned().collect::<Vec<_>>().join("; ");
    match items.len().saturating_sub(MOST) {
        0 => format!("{shown}."),
        more => format!("{shown}; and {more} more, which the data have."),
    }
}

/// A percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A number of things, in words: `1 state`, `10 states`.
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
