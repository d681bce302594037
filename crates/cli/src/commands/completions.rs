//! `suasion completions SHELL` and `suasion man`: made from the command line's own description.

use super::Cli;
use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::{self, Write};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "suasion", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}

pub(super) fn man() -> Result<()> {
    let mut page = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let title = format!("suasion-{}", sub.get_name());
        clap_mangen::Man::new(sub.clone()).title(title).render(&mut page)?;
    }
    Ok(io::stdout().write_all(&page)?)
}
