//! Sensitivity: how much of an outcome is due to each axis, estimated from the outcome at the points of a design.
//!
//! Estimators are pure functions of outcomes in the order of the design. They run nothing, and what an axis means they
//! do not know.

mod analysis;
mod asked;
mod bootstrap;
mod laid;
pub mod morris;
pub mod sobol;
#[cfg(test)]
mod tests;

pub use analysis::{Analysis, Found, Measure, Row, analyse, columns, csv};
pub use asked::{Asked, Subject, Swept};
pub use bootstrap::Bootstrap;

use thiserror::Error;

/// A number with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Estimated from all rows.
    pub value: f64,
    /// Percentiles of its values over resamples; none where there are too few rows to resample.
    pub interval: Option<[f64; 2]>,
}

/// Why there are no indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SensitivityError {
    /// Outcomes of another number than the design has points.
    #[error("{found} outcomes, expected {expected}, one for each point of the design")]
    Length {
        /// How many there are.
        found: usize,
        /// How many the design has, as a sentence says it.
        expected: Expected,
    },
    /// An outcome that is no number, or too large to be squared.
    #[error("the outcome of point {point} (from 0) is no finite number below 1e120 in size")]
    NotFinite {
        /// The first such point.
        point: usize,
    },
    /// No variance to share out.
    #[error("the outcome is the same at every point, so it has no variance that the axes could share")]
    Constant,
    /// Points that are no trajectories.
    #[error(
        "from point {point} (from 0) to the next {moved} axes move, expected one: the points are no Morris trajectories"
    )]
    NoTrajectory {
        /// The first point before such a step.
        point: usize,
        /// Axes that move.
        moved: usize,
    },
    /// An axis that a trajectory does not move.
    #[error(
        "the trajectory that begins at point {point} (from 0) moves an axis twice, expected each axis once"
    )]
    MovedTwice {
        /// Its first point.
        point: usize,
    },
}

/// How many outcomes a design wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// So many.
    Exactly(u64),
    /// A multiple of so many, at least once.
    MultipleOf(u64),
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Expected::Exactly(n) => write!(f, "{n}"),
            Expected::MultipleOf(n) => write!(f, "a multiple of {n}"),
        }
    }
}

/// Whether every outcome is a finite number whose square is one too.
fn finite(outcomes: &[f64]) -> Result<(), SensitivityError> {
    match outcomes.iter().position(|y| y.is_nan() || y.abs() >= 1e120) {
        Some(point) => Err(SensitivityError::NotFinite { point }),
        None => Ok(()),
    }
}
