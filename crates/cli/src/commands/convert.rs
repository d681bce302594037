//! `suasion convert`: a scenario file of an older format, in the present one.

use super::exit::BadInput;
use super::page::Page;
use anyhow::{Context, Result};
use clap::Args;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use suasion::input;
use suasion::scenario::ScenarioError;
use suasion::scenario::convert::convert;

/// Turn a scenario file of format version 1 into version 2
///
/// Comments and order are kept. What was rescaled, what was switched off to stay as near to version 1 as can be, and what cannot be
/// had as it was, is told line by line. Tables beside the file need no change.
#[derive(Debug, Args)]
pub(super) struct Convert {
    /// The scenario file
    file: PathBuf,
    /// The file to write
    new: PathBuf,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Convert {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let text = input::text(&self.file).map_err(ScenarioError::from)?;
        let converted = convert(&self.file.display().to_string(), &text)?;
        let shown = self.new.display();
        let created = OpenOptions::new().write(true).create_new(true).open(&self.new);
        let mut file = match created {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(BadInput(format!("{shown}: exists already; nothing was written")).into());
            }
            other => other.with_context(|| format!("{shown}: cannot be made"))?,
        };
        file.write_all(converted.text.as_bytes()).with_context(|| format!("{shown}: cannot be written"))?;
        if !self.quiet {
            converted.notes.iter().for_each(|note| page.say(note));
            page.copy(format!("{shown}: written. Next: suasion check {shown}"));
        }
        page.print()
    }
}
