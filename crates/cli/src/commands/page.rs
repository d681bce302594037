//! What a command says on the terminal: prose, tables, and what is to be copied, set to the terminal's width.

use super::table::{Table, wrapped};
use anyhow::Result;
use serde::Serialize;
use std::io::{Write, stdout};

/// Columns of a page that is on no terminal.
const USUAL: usize = 80;
/// Fewer columns than this hold no table.
const LEAST: usize = 40;

/// What is said so far.
#[derive(Debug)]
pub(super) struct Page {
    /// Columns; none where lines may be of any length.
    width: Option<usize>,
    text: String,
}

impl Page {
    /// An empty page: as wide as `COLUMNS` says, else as the terminal, else of 80 columns; without a limit where it is to be
    /// wide.
    pub(super) fn new(wide: bool) -> Page {
        let asked = || std::env::var("COLUMNS").ok()?.parse().ok();
        let terminal = || terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0));
        let width = || asked().or_else(terminal).unwrap_or(USUAL).max(LEAST);
        Page { width: (!wide).then(width), text: String::new() }
    }

    /// Says lines of prose; each is wrapped between words, under its own indent.
    pub(super) fn say(&mut self, text: impl AsRef<str>) {
        for line in text.as_ref().split('\n') {
            let lines = wrapped(line, self.width.unwrap_or(usize::MAX), false);
            self.copy(lines.join("\n"));
        }
    }

    /// Says a line that holds a path or a command, as it is, since it is to be copied.
    pub(super) fn copy(&mut self, line: impl AsRef<str>) {
        self.text += line.as_ref();
        self.text.push('\n');
    }

    /// Sets a table.
    pub(super) fn table(&mut self, table: Table) {
        self.text += &table.set(self.width);
    }

    /// Writes JSON to standard output instead of the page.
    pub(super) fn json(self, value: &impl Serialize) -> Result<()> {
        self.end(Some(serde_json::to_string_pretty(value)?), false)
    }

    /// Writes it to standard output; a text instead where there is one, and nothing where it is to be quiet.
    pub(super) fn end(mut self, instead: Option<String>, quiet: bool) -> Result<()> {
        if let Some(text) = instead {
            self.text = text + "\n";
        } else if quiet {
            self.text.clear();
        }
        self.print()
    }

    /// Writes it to standard output, and begins another.
    pub(super) fn print(&mut self) -> Result<()> {
        Ok(stdout().lock().write_all(std::mem::take(&mut self.text).as_bytes())?)
    }
}
