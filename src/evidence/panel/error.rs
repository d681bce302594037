//! What is wrong with the tables of a panel: file, line, state and year of each problem.

use crate::scenario::Problem;
use std::fmt;

/// At most this many problems are kept.
const MOST: usize = 50;

/// Why no panel can be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct PanelError {
    /// The problems, each a sentence; at least one.
    pub problems: Vec<String>,
    /// Problems beyond those kept.
    pub more: usize,
}

impl PanelError {
    /// An error of what a plan is told.
    pub(super) fn of(problems: &[Problem]) -> PanelError {
        let mut error = PanelError::default();
        for problem in problems {
            error.add(problem.to_string());
        }
        error
    }

    /// An error of one problem.
    pub(super) fn one(problem: String) -> PanelError {
        PanelError { problems: vec![problem], more: 0 }
    }

    /// Adds a problem; one that is there already, as a file that several sections of a plan read, is told once.
    pub(super) fn add(&mut self, problem: String) {
        if self.problems.contains(&problem) {
            return;
        }
        if self.problems.len() < MOST {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn finish(self) -> Result<(), PanelError> {
        if self.problems.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for PanelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))?;
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}
