//! What can be wrong with an experiment, told so that it can be mended.
//!
//! Whether the user or the machine is at fault decides the exit code; it is said here, and nothing is printed.

use crate::engine::guard::NotFinite;
use crate::engine::parallel::Stopped;
use crate::output::error::OutputError;
use crate::scenario::ScenarioError;

/// Why an experiment cannot be laid, run or merged.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// What was asked for cannot be done: a sentence with what was found, what was expected, and a hint.
    #[error("{0}")]
    Asked(String),
    /// A scenario of the experiment is wrong.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// Files cannot be read or written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A result of the engine is not a finite number.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// The user stopped it.
    #[error("stopped")]
    Stopped,
    /// Threads could not be started.
    #[error("the threads could not be started: {0}")]
    Threads(String),
}

impl ExperimentError {
    /// A problem with what was asked: found, expected, and a hint where there is one.
    pub fn asked(found: impl Into<String>, hint: Option<String>) -> ExperimentError {
        let found = found.into();
        ExperimentError::Asked(hint.map_or_else(|| found.clone(), |hint| format!("{found}; {hint}")))
    }
}

impl<E: Into<ExperimentError>> From<Stopped<E>> for ExperimentError {
    fn from(stopped: Stopped<E>) -> Self {
        match stopped {
            Stopped::Asked => ExperimentError::Stopped,
            Stopped::Threads(error) => ExperimentError::Threads(error.to_string()),
            Stopped::NotFinite(error) => ExperimentError::NotFinite(error),
            Stopped::Taking(error) => error.into(),
        }
    }
}
