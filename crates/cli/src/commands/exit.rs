//! How a command ends: what is printed of an error, and the exit code.

use super::notice::notice;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use suasion::excerpt::{excerpt, is_unseen, message};
use suasion::experiment::error::ExperimentError;
use suasion::output::error::{OutputError, is_of_a_place};
use suasion::scenario::ScenarioError;

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

/// Refuses a command line that a terminal would obey where it is shown: names of files and of results come from it.
///
/// # Errors
/// The sentence, for exit code 2.
pub fn check_arguments(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    for argument in arguments {
        let text = argument.to_string_lossy();
        if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
            let message = format!(
                "the argument `{}`: found the control character {}, expected text without it",
                excerpt(&text),
                c.escape_default()
            );
            return Err(BadInput(message).into());
        }
    }
    Ok(())
}

/// Prints what a command line was refused for, and help where that was asked for; long values are cut.
pub fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let cut = message(&text);
    if error.exit_code() == 0 || cut == text {
        // With its colours, where there is a terminal.
        let _ = error.print();
    } else {
        let _ = writeln!(io::stderr(), "{cut}");
    }
    ExitCode::from(error.exit_code() as u8)
}

/// Prints an error with its causes and chooses the exit code: 2 for bad input or a place that cannot be read or written, 130 for
/// Ctrl-C, 1 otherwise. A reader that closed the pipe is no error.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let mut causes = error.chain();
    if causes.any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)) {
        return ExitCode::SUCCESS;
    }
    notice(&format!("error: {}", message(&format!("{error:#}"))));
    let experiment = error.downcast_ref::<ExperimentError>();
    let output = match experiment {
        Some(ExperimentError::Output(output)) => Some(output),
        _ => error.downcast_ref::<OutputError>(),
    };
    let of_a_place = error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_of_a_place));
    let not_ours = |output: &OutputError| {
        matches!(
            output,
            OutputError::Decode { .. } | OutputError::Manifest { .. } | OutputError::NoResults { .. }
        )
    };
    if error.is::<Interrupted>() || matches!(experiment, Some(ExperimentError::Stopped)) {
        ExitCode::from(130)
    } else if error.is::<BadInput>()
        || error.is::<ScenarioError>()
        || of_a_place
        || output.is_some_and(|output| output.is_of_the_place() || not_ours(output))
        || matches!(experiment, Some(ExperimentError::Asked(_) | ExperimentError::Scenario(_)))
    {
        ExitCode::from(2)
    } else {
        ExitCode::from(1)
    }
}
