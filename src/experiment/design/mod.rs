//! Designs: which points of a space of scenarios to run. A point is a value for each axis.
//!
//! No list of points is kept: point i is computed from (method, axes, seed, i) alone, so that every shard and machine
//! lays the same points. What a value means to a scenario, and whether it is valid there, is not known here.

mod asked;
mod error;
mod file;
mod latin_hypercube;
mod morris;
mod permutation;
mod range;
mod sobol;
#[cfg(test)]
mod tests;

pub use asked::{Asked, axis_text, parse_axes};
pub use error::DesignError;
pub use file::Table;
pub use permutation::BalancedOrder;
pub use range::{declared_axis, usual_axes};

use crate::scenario::{Axis, Design, Sweep};
use latin_hypercube::LatinHypercube;
use morris::Trajectories;
use sobol::{Saltelli, Sequence};

/// How points are laid, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every combination of the values of the axes; the last axis varies fastest.
    Grid,
    /// Latin hypercube: every axis is cut into as many strata as points, and every stratum holds one.
    LatinHypercube {
        /// Points.
        points: u64,
    },
    /// The Sobol sequence from its start, unscrambled: every beginning is spread evenly, best at powers of two. The
    /// seed does not matter. At most 1000 axes.
    Sobol {
        /// Points.
        points: u64,
    },
    /// Saltelli's design, for Sobol indices: N (k + 2) points over k axes, or N (2k + 2) with second order. The seed
    /// does not matter; N is best a power of two. At most 500 axes. The points equal those of SALib:
    /// `SALib.sample.sobol` with `scramble=False` and `skip_values` the least power of two that is at least N and 16.
    Saltelli {
        /// Base samples, N.
        samples: u64,
        /// Whether indices of pairs are wanted.
        second_order: bool,
    },
    /// Morris trajectories, for screening: r (k + 1) points over k axes. From each point to the next of a trajectory one
    /// axis moves by levels / (2 (levels - 1)) of its range.
    Morris {
        /// Trajectories, r.
        trajectories: u64,
        /// Levels of the grid, even; 4 is usual.
        levels: u32,
    },
}

/// Levels of Morris where nothing else is asked for.
pub const MORRIS_LEVELS: u32 = 4;

impl Method {
    /// The method that a sweep asks for. Saltelli is without second order.
    pub fn of(sweep: &Sweep) -> Method {
        let samples = u64::from(sweep.samples);
        match sweep.design {
            Design::Grid => Method::Grid,
            Design::LatinHypercube => Method::LatinHypercube { points: samples },
            Design::Sobol => Method::Sobol { points: samples },
            Design::Saltelli => Method::Saltelli { samples, second_order: false },
            Design::Morris => Method::Morris { trajectories: samples, levels: MORRIS_LEVELS },
        }
    }
}

/// A design laid over its axes.
///
/// ```
/// use suasion::experiment::design::{Method, Plan};
/// use suasion::scenario::Axis;
/// let axis = |path: &str, low, high| Axis { path: path.into(), low, high, values: Vec::new() };
/// let axes = vec![axis("parameters.drift", 0.0, 0.2), axis("parameters.signalling", -0.5, 0.5)];
/// let plan = Plan::new(Method::Sobol { points: 4 }, axes, 2016)?;
/// assert_eq!(plan.len(), 4);
/// let points: Vec<Vec<f64>> = (0..4).map(|i| plan.point(i)).collect();
/// assert_eq!(points, [[0.0, -0.5], [0.1, 0.0], [0.15000000000000002, -0.25], [0.05, 0.25]]);
/// # Ok::<(), suasion::experiment::design::DesignError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    axes: Vec<Axis>,
    len: u128,
    laid: Laid,
}

#[derive(Clone, Debug)]
enum Laid {
    Grid,
    LatinHypercube(LatinHypercube),
    Sobol(Sequence),
    Saltelli(Saltelli),
    Morris(Trajectories),
    Table(Vec<f64>),
}

impl Plan {
    /// Lays a design. It may have any number of points: see [`Plan::len`].
    ///
    /// # Errors
    /// If there is no axis, an axis is given twice or its ends are no range, there would be no point, or the method
    /// cannot lay so many points or axes.
    pub fn new(method: Method, axes: Vec<Axis>, seed: u64) -> Result<Plan, DesignError> {
        error::check(method, &axes)?;
        let k = axes.len();
        let (len, laid) = match method {
            Method::Grid => {
                let len = axes.iter().fold(1, |n: u128, axis| n.saturating_mul(axis.values.len() as u128));
                (len, Laid::Grid)
            }
            Method::LatinHypercube { points } => {
                (u128::from(points), Laid::LatinHypercube(LatinHypercube::new(points, k, seed)))
            }
            Method::Sobol { points } => (u128::from(points), Laid::Sobol(Sequence::new(k))),
            Method::Saltelli { samples, second_order } => {
                let len = u128::from(samples) * u128::from(sobol::rows(k, second_order));
                (len, Laid::Saltelli(Saltelli::new(samples, k, second_order)))
            }
            Method::Morris { trajectories, levels } => {
                (u128::from(trajectories) * (k as u128 + 1), Laid::Morris(Trajectories::new(levels, seed)))
            }
        };
        Ok(Plan { axes, len, laid })
    }

    /// The points of a table, in its order. An axis ranges from its least to its greatest value.
    pub fn from_table(table: Table) -> Plan {
        let k = table.paths.len();
        let axes = table.paths.into_iter().enumerate().map(|(j, path)| {
            let column = || table.values.iter().skip(j).step_by(k).copied();
            let (low, high) =
                (column().fold(f64::INFINITY, f64::min), column().fold(-f64::INFINITY, f64::max));
            Axis { path, low, high, values: Vec::new() }
        });
        Plan { axes: axes.collect(), len: (table.values.len() / k) as u128, laid: Laid::Table(table.values) }
    }

    /// The same points with other ends of the axes whose paths are given. The other designs lay their points by the
    /// ends, so only a table's change.
    #[must_use]
    pub fn with_ranges(mut self, ranges: &[Axis]) -> Plan {
        let is_table = self.is_table();
        for axis in self.axes.iter_mut().filter(|_| is_table) {
            if let Some(range) = ranges.iter().find(|range| range.path == axis.path) {
                (axis.low, axis.high) = (range.low, range.high);
            }
        }
        self
    }

    /// Whether the points are from a table, and not laid here.
    pub fn is_table(&self) -> bool {
        matches!(self.laid, Laid::Table(_))
    }

    /// Axes, in the order of the values of a point.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Number of points, at least 1; 2^128 - 1 for a grid of more.
    #[expect(clippy::len_without_is_empty, reason = "no design is empty")]
    pub fn len(&self) -> u128 {
        self.len
    }

    /// Values of the point `i`, below [`Plan::len`], one for each axis.
    pub fn point(&self, i: u64) -> Vec<f64> {
        let mut values = vec![0.0; self.axes.len()];
        self.write_point(i, &mut values);
        values
    }

    /// Writes the values of the point `i`, below [`Plan::len`], into a slice as long as the axes.
    ///
    /// # Panics
    /// If the design has no such point or the slice has another length.
    pub fn write_point(&self, i: u64, values: &mut [f64]) {
        assert!(u128::from(i) < self.len && values.len() == self.axes.len(), "point {i} of {}", self.len);
        match &self.laid {
            Laid::Grid => {
                let mut rest = i;
                for (value, axis) in values.iter_mut().zip(&self.axes).rev() {
                    let levels = axis.values.len() as u64;
                    *value = axis.values[(rest % levels) as usize];
                    rest /= levels;
                }
                return;
            }
            Laid::Table(all) => {
                let start = i as usize * values.len();
                values.copy_from_slice(&all[start..start + self.axes.len()]);
                return;
            }
            Laid::LatinHypercube(design) => design.unit(i, values),
            Laid::Sobol(design) => design.unit(i, values),
            Laid::Saltelli(design) => design.unit(i, values),
            Laid::Morris(design) => design.unit(i, values),
        }
        for (value, axis) in values.iter_mut().zip(&self.axes) {
            // Rounding may lead past an end, and a value past its bound is refused.
            *value = (*value * (axis.high - axis.low) + axis.low).clamp(axis.low, axis.high);
        }
    }
}
