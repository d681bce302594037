//! How a command ends: what is printed of an error, and the exit code.

use crate::scenario::ScenarioError;
use std::fmt;
use std::io::Write;
use std::process::ExitCode;

/// Bad input or bad use: exit code 2.
#[derive(Debug)]
pub struct BadInput(pub String);

impl fmt::Display for BadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadInput {}

/// Stopped by Ctrl-C: exit code 130.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped; nothing was written")
    }
}

impl std::error::Error for Interrupted {}

/// Prints an error with its causes and chooses the exit code: 2 for bad input, 130 for Ctrl-C, 1 otherwise. A reader
/// that closed the pipe is no error.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let mut causes = error.chain();
    if causes.any(|e| {
        e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }) {
        return ExitCode::SUCCESS;
    }
    // Nobody may be there to read it, which is no reason to panic.
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
    if error.is::<Interrupted>() {
        ExitCode::from(130)
    } else if error.is::<BadInput>() || error.downcast_ref::<ScenarioError>().is_some() {
        ExitCode::from(2)
    } else {
        ExitCode::from(1)
    }
}
