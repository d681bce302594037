//! `suasion schema`: the JSON Schema of scenario files.

use crate::scenario::schema::schema;
use anyhow::Result;
use std::io::Write;

pub(super) fn run() -> Result<()> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&schema())?)?;
    Ok(())
}
