//! How a command ends: what is printed of an error, and the exit code.

use crate::experiment::error::ExperimentError;
use crate::output::error::OutputError;
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
pub struct Interrupted(pub &'static str);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Interrupted {}

/// Of a sweep that was stopped: Ctrl-C loses nothing that is finished.
pub fn stopped_sweep(error: ExperimentError) -> anyhow::Error {
    match error {
        ExperimentError::Stopped => {
            Interrupted("stopped; finished blocks are kept, and the same command goes on from there").into()
        }
        other => other.into(),
    }
}

/// Prints an error with its causes and chooses the exit code: 2 for bad input or a place where results cannot go, 130 for
/// Ctrl-C, 1 otherwise. A reader
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
    let experiment = error.downcast_ref::<ExperimentError>();
    let output = match experiment {
        Some(ExperimentError::Output(output)) => Some(output),
        _ => error.downcast_ref::<OutputError>(),
    };
    if error.is::<Interrupted>() || matches!(experiment, Some(ExperimentError::Stopped)) {
        ExitCode::from(130)
    } else if error.is::<BadInput>()
        || error.is::<ScenarioError>()
        || output.is_some_and(OutputError::is_of_the_place)
        || matches!(experiment, Some(ExperimentError::Asked(_) | ExperimentError::Scenario(_)))
    {
        ExitCode::from(2)
    } else {
        ExitCode::from(1)
    }
}
