//! `suasion schema`: the JSON Schema of scenario files.

use anyhow::Result;
use std::io::Write;
use suasion::scenario::schema::schema;

pub(super) fn run() -> Result<()> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&schema())?)?;
    Ok(())
}
