//! `suasion new`: a scenario file to start from, a copy of a bundled one.

use super::exit::BadInput;
use crate::scenario::bundled;
use anyhow::{Context, Result};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the file, with or without .toml
    name: PathBuf,
    /// The bundled scenario to start from
    #[arg(long, default_value = "teaching/spiral")]
    from: String,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl New {
    pub(super) fn run(self) -> Result<()> {
        let path = self.name.with_extension("toml");
        let Some(text) = bundled::find(&self.from) else {
            return Err(BadInput(format!(
                "--from {}: not a bundled scenario; see `suasion list`",
                self.from
            ))
            .into());
        };
        let created = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = match created {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(
                    BadInput(format!("{}: exists already; nothing was written", path.display())).into()
                );
            }
            other => other.with_context(|| format!("{}: cannot be made", path.display()))?,
        };
        file.write_all(text.as_bytes()).with_context(|| format!("{}: cannot be written", path.display()))?;
        if self.quiet {
            return Ok(());
        }
        let shown = path.display();
        writeln!(
            std::io::stdout(),
            "{shown}: a copy of {}. Next: suasion check {shown}, suasion run {shown}",
            self.from
        )?;
        Ok(())
    }
}
