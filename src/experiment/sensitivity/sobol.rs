//! Sobol indices: the share of an outcome's variance that is due to each axis, alone, with the others, and in pairs.
//!
//! Estimators as in SALib, whose point estimates they equal:
//! first order: Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output. Computer Physics
//! Communications 181, 259-270; total: Jansen, M. J. W. (1999). Analysis of variance designs for model output. Computer
//! Physics Communications 117, 35-43; pairs: Saltelli, A. (2002). Making best use of model evaluations to compute
//! sensitivity indices. Computer Physics Communications 145, 280-297.

use super::{Bootstrap, Estimate, Expected, SensitivityError, finite};

/// Outcomes whose range is a smaller share of their size are taken for constant: what differs is rounding.
const CONSTANT: f64 = 1e-12;

/// Base samples below which indices have no interval. Of four, 95 % intervals from resamples hold the true index in three cases
/// of four, and leave out the 1 that no share can exceed; of this many, in more than nine of ten (three functions of three axes,
/// 600 samples of each).
pub const LEAST: usize = 32;

/// Indices of each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// First order: the share of variance that would go if the axis were known. Below 0 only by error.
    pub s1: Vec<Estimate>,
    /// Total: the share that would stay if all others were known; above S1 where the axis interacts.
    pub st: Vec<Estimate>,
    /// Second order: the share due to a pair beyond what each gives alone; where it was asked for.
    pub s2: Vec<Pair>,
}

/// The index of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Two axes, the lower first.
    pub axes: [usize; 2],
    /// Its second-order index.
    pub index: Estimate,
}

/// Indices of `axes` axes from outcomes in the order of Saltelli's design.
///
/// With outcomes centred and scaled, V the variance of those at A and B, and means over base rows:
///
/// - `S1_j = mean(B (AB_j - A)) / V`
/// - `ST_j = mean((A - AB_j)^2) / 2V`
/// - `S2_jk = mean(BA_j AB_k - A B) / V - S1_j - S1_k`
///
/// Resampled are base rows; fewer than [`LEAST`] give no intervals.
///
/// # Errors
/// If the outcomes are not as many as such a design has points, not finite, or constant.
///
/// ```
/// use suasion::experiment::design::{Method, Plan};
/// use suasion::experiment::sensitivity::{Bootstrap, sobol};
/// use suasion::scenario::Axis;
/// let axis = |path: &str| Axis { path: path.into(), low: 0.0, high: 1.0, values: Vec::new() };
/// let plan = Plan::new(Method::Saltelli { samples: 1024, second_order: true }, vec![axis("a"), axis("b")], 1)?;
/// let outcomes: Vec<f64> = (0..plan.len() as u64).map(|i| plan.point(i)).map(|x| x[0] * x[1]).collect();
/// // Of the product of two uniforms 3/7 of the variance is due to each, 1/7 to the pair.
/// let indices = sobol::indices(&outcomes, 2, true, &Bootstrap::default())?;
/// assert!((indices.s1[0].value - 3.0 / 7.0).abs() < 0.01);
/// assert!((indices.st[1].value - 4.0 / 7.0).abs() < 0.01);
/// assert!((indices.s2[0].index.value - 1.0 / 7.0).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn indices(
    outcomes: &[f64],
    axes: usize,
    second_order: bool,
    bootstrap: &Bootstrap,
) -> Result<Indices, SensitivityError> {
    let width = if second_order { 2 * axes + 2 } else { axes + 2 };
    if outcomes.is_empty() || !outcomes.len().is_multiple_of(width) {
        let expected = Expected::MultipleOf(width as u64);
        return Err(SensitivityError::Length { found: outcomes.len(), expected });
    }
    finite(outcomes)?;
    let rows = Rows::new(outcomes, width).ok_or(SensitivityError::Constant)?;
    let pairs: Vec<[usize; 2]> = if second_order {
        (0..axes).flat_map(|j| (j + 1..axes).map(move |k| [j, k])).collect()
    } else {
        Vec::new()
    };
    let statistics = |counts: &[f64]| {
        let variance = rows.variance(counts)?;
        let mut all: Vec<f64> = (0..axes).map(|j| rows.first(counts, j) / variance).collect();
        all.extend((0..axes).map(|j| rows.total(counts, j) / variance));
        for &[j, k] in &pairs {
            all.push(rows.pair(counts, axes, j, k) / variance - all[j] - all[k]);
        }
        Some(all)
    };
    let mut estimates =
        bootstrap.estimates((rows.n, LEAST), statistics).ok_or(SensitivityError::Constant)?.into_iter();
    let s1 = estimates.by_ref().take(axes).collect();
    let st = estimates.by_ref().take(axes).collect();
    let s2 = pairs.into_iter().zip(estimates).map(|(axes, index)| Pair { axes, index }).collect();
    Ok(Indices { s1, st, s2 })
}

/// Outcomes, centred and scaled, column by column: A, the AB, the BA if any, B.
struct Rows {
    n: usize,
    columns: Vec<Vec<f64>>,
}

impl Rows {
    /// None if the outcomes are constant.
    fn new(outcomes: &[f64], width: usize) -> Option<Rows> {
        let (low, high) = outcomes
            .iter()
            .fold((f64::INFINITY, -f64::INFINITY), |(low, high), y| (low.min(*y), high.max(*y)));
        if high - low <= CONSTANT * low.abs().max(high.abs()) {
            return None;
        }
        // Scaled by the range, so that squares do not vanish; then centred, without which a large mean would drown the
        // first order.
        let scaled = |y: f64| (y - low) / (high - low);
        let mean = outcomes.iter().map(|y| scaled(*y)).sum::<f64>() / outcomes.len() as f64;
        let column = |c: usize| outcomes.iter().skip(c).step_by(width).map(|y| scaled(*y) - mean).collect();
        Some(Rows { n: outcomes.len() / width, columns: (0..width).map(column).collect() })
    }

    fn a(&self) -> &[f64] {
        &self.columns[0]
    }

    fn b(&self) -> &[f64] {
        &self.columns[self.columns.len() - 1]
    }

    /// Variance over A and B; none if there is none.
    fn variance(&self, counts: &[f64]) -> Option<f64> {
        let mean = self.mean(counts, |i| f64::midpoint(self.a()[i], self.b()[i]));
        let square = |x: f64| (x - mean) * (x - mean);
        let variance = self.mean(counts, |i| f64::midpoint(square(self.a()[i]), square(self.b()[i])));
        (variance > CONSTANT * CONSTANT).then_some(variance)
    }

    fn first(&self, counts: &[f64], j: usize) -> f64 {
        let (a, b, ab) = (self.a(), self.b(), &self.columns[1 + j]);
        self.mean(counts, |i| b[i] * (ab[i] - a[i]))
    }

    fn total(&self, counts: &[f64], j: usize) -> f64 {
        let (a, ab) = (self.a(), &self.columns[1 + j]);
        self.mean(counts, |i| (a[i] - ab[i]) * (a[i] - ab[i])) / 2.0
    }

    fn pair(&self, counts: &[f64], axes: usize, j: usize, k: usize) -> f64 {
        let (a, b, ab, ba) = (self.a(), self.b(), &self.columns[1 + k], &self.columns[1 + axes + j]);
        self.mean(counts, |i| ba[i] * ab[i] - a[i] * b[i])
    }

    fn mean(&self, counts: &[f64], term: impl Fn(usize) -> f64) -> f64 {
        counts.iter().enumerate().map(|(i, count)| count * term(i)).sum::<f64>() / self.n as f64
    }
}
