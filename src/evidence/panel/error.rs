//! What is wrong with the tables of a panel: file, line, state and year of each problem.

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
    pub(super) fn add(&mut self, problem: String) {
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
