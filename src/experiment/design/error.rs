//! What can be wrong with a design, told before any point is laid.

use super::{Method, sobol};
use crate::excerpt::number;
use crate::experiment::error::ExperimentError;
use crate::scenario::Axis;
use thiserror::Error;

/// Points (base samples, trajectories) that a method can tell apart: an index has as many bits as a coordinate, and
/// Saltelli leaves out as many points of the sequence as it uses, up to a power of two.
const MOST: u64 = 1 << (sobol::BITS - 2);

/// Why a design cannot be laid.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum DesignError {
    /// No axis.
    #[error("a design needs at least one axis: a path and its lowest and highest value")]
    NoAxis,
    /// The same path on two axes.
    #[error("{path}: given twice, expected each axis once")]
    Twice {
        /// Path of the axis.
        path: String,
    },
    /// An axis whose ends are no range.
    #[error(
        "{path}: found {} to {}, expected a lowest and a higher highest value, and a finite number as their difference",
        number(*low),
        number(*high)
    )]
    Range {
        /// Path of the axis.
        path: String,
        /// Its lowest value.
        low: f64,
        /// Its highest value.
        high: f64,
    },
    /// An axis of a grid without values, or with one that is no number.
    #[error(
        "{path}: a grid needs the values of each axis, or how many levels it has; every one a finite number"
    )]
    Values {
        /// Path of the axis.
        path: String,
    },
    /// No point.
    #[error("a design of 0 {what} has nothing to run; expected at least 1")]
    Empty {
        /// What there is none of.
        what: &'static str,
    },
    /// More points than the method can tell apart.
    #[error("{found} {what} are more than a design can tell apart; expected at most {MOST}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        found: u64,
    },
    /// More axes than there are direction numbers.
    #[error("{found} axes, expected at most {most} for this design")]
    Axes {
        /// How many.
        found: usize,
        /// The most that there may be.
        most: usize,
    },
    /// Levels that Morris cannot step over evenly.
    #[error("{found} levels, expected an even number from 2 to 1000000 for Morris trajectories")]
    Levels {
        /// How many.
        found: u32,
    },
}

/// Checks what is asked for.
pub(super) fn check(method: Method, axes: &[Axis]) -> Result<(), DesignError> {
    if axes.is_empty() {
        return Err(DesignError::NoAxis);
    }
    for (i, axis) in axes.iter().enumerate() {
        let path = axis.path.clone();
        if axes[..i].iter().any(|earlier| earlier.path == axis.path) {
            return Err(DesignError::Twice { path });
        }
        if method == Method::Grid {
            if axis.values.is_empty() || axis.values.iter().any(|x| !x.is_finite()) {
                return Err(DesignError::Values { path });
            }
        } else if axis.low >= axis.high || !(axis.high - axis.low).is_finite() {
            return Err(DesignError::Range { path, low: axis.low, high: axis.high });
        }
    }
    let (what, count, most_axes) = match method {
        Method::Grid => return Ok(()),
        Method::LatinHypercube { points } => ("points", points, u32::MAX as usize),
        Method::Sobol { points } => ("points", points, sobol::MOST_DIMENSIONS),
        Method::Saltelli { samples, .. } => ("base samples", samples, sobol::MOST_DIMENSIONS / 2),
        Method::Morris { trajectories, .. } => ("trajectories", trajectories, u32::MAX as usize),
    };
    if count == 0 {
        return Err(DesignError::Empty { what });
    }
    if count > MOST {
        return Err(DesignError::TooMany { what, found: count });
    }
    if axes.len() > most_axes {
        return Err(DesignError::Axes { found: axes.len(), most: most_axes });
    }
    match method {
        Method::Morris { levels, .. } if levels % 2 == 1 || !(2..=1_000_000).contains(&levels) => {
            Err(DesignError::Levels { found: levels })
        }
        _ => Ok(()),
    }
}

impl From<DesignError> for ExperimentError {
    fn from(error: DesignError) -> ExperimentError {
        ExperimentError::Asked(error.to_string())
    }
}
