//! `suasion new`: a scenario file to start from, with the schema by which editors check it beside it.

use super::exit::BadInput;
use super::page::Page;
use anyhow::{Context, Result};
use clap::Args;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use suasion::scenario::schema::schema;
use suasion::scenario::{bundled, theories};

/// The schema beside a scenario, and how the first line of a scenario names one.
const SCHEMA: &str = "suasion.schema.json";
const NAMES_SCHEMA: &str = "#:schema ";
/// What is copied by this name, and is no bundled scenario.
const STARTER: &str = "starter";

/// Start a scenario file: an empty page to fill in, or a copy of a bundled one
///
/// The page runs as it stands, and has an example of every section behind a `#`. Beside it `suasion.schema.json` is written, unless there
/// is one, by which editors complete and check while you type.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the file, with or without .toml
    name: PathBuf,
    /// A bundled scenario to copy, with its comments and tour; `starter`: two made-up states under a rating regime
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// Start a theory in place of a scenario: what is laid over scenarios by --theory
    #[arg(long, conflicts_with = "from")]
    theory: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl New {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let path = self.name.with_extension("toml");
        let text = match &self.from {
            None if self.theory => theories::PAGE,
            None => bundled::EMPTY,
            Some(from) if from == STARTER => bundled::STARTER,
            Some(from) => bundled::find(from).ok_or_else(|| {
                BadInput(format!(
                    "--from {from}: neither a bundled scenario (see `suasion list`) nor `{STARTER}`"
                ))
            })?,
        };
        let created = OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = match created {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(
                    BadInput(format!("{}: exists already; nothing was written", path.display())).into()
                );
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(Path::new("."));
                return Err(BadInput(format!(
                    "{}: there is no folder {}; make it first, nothing was written",
                    path.display(),
                    folder.display()
                ))
                .into());
            }
            other => other.with_context(|| format!("{}: cannot be made", path.display()))?,
        };
        // Editors check scenarios by the schema; a theory is none.
        let schema = !self.theory && write_schema(&path)?;
        let text = if self.theory { text.to_string() } else { with_schema(text) };
        file.write_all(text.as_bytes()).with_context(|| format!("{}: cannot be written", path.display()))?;
        if self.quiet {
            return Ok(());
        }
        let shown = path.display();
        let what = match self.from {
            None if self.theory => "a theory to be written over, and examples behind `#`".into(),
            None => "an empty page and examples behind `#`".into(),
            Some(from) => format!("a copy of {from}"),
        };
        let beside =
            if schema { format!(", with {SCHEMA} beside it for your editor") } else { String::new() };
        page.say(format!("{shown}: {what}{beside}."));
        if self.theory {
            page.copy(format!(
                "Next: suasion check asean --theory {shown}, suasion compare asean --theory {shown}"
            ));
        } else {
            page.copy(format!("Next: suasion check {shown}, suasion run {shown}"));
        }
        page.print()
    }
}

/// The text of a scenario, whose first line names the schema beside it.
fn with_schema(text: &str) -> String {
    let rest = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with(NAMES_SCHEMA) => rest,
        _ => text,
    };
    format!("{NAMES_SCHEMA}./{SCHEMA}\n{rest}")
}

/// Writes the schema beside a scenario, unless there is one; whether it was written.
fn write_schema(scenario: &Path) -> Result<bool> {
    let path = scenario.with_file_name(SCHEMA);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => {
            let text = serde_json::to_string_pretty(&schema())?;
            file.write_all(format!("{text}\n").as_bytes())
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("{}: cannot be made", path.display())),
    }
}
