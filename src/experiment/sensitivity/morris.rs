//! Morris screening: elementary effects along trajectories, and what they say of each axis.
//!
//! Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics 33, 161-174.
//! Campolongo, F., Cariboni, J. and Saltelli, A. (2007). An effective screening design for sensitivity analysis of large
//! models. Environmental Modelling and Software 22, 1509-1518.

use super::{Bootstrap, Estimate, Expected, SensitivityError, finite};
use crate::experiment::design::Plan;

/// Trajectories below which measures have no interval: the resamples of a few are too alike.
pub const LEAST: usize = 16;

/// What the elementary effects of an axis say, in the unit of the outcome per range of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Mean effect: effects of different signs cancel.
    pub mu: Estimate,
    /// Mean of the sizes of effects: how much the axis matters.
    pub mu_star: Estimate,
    /// Standard deviation of effects: how much the effect depends on where the other axes are, or on the axis
    /// itself; none for a single trajectory.
    pub sigma: Option<Estimate>,
}

/// Measures of each axis from outcomes at the points of trajectories, k + 1 for each trajectory.
///
/// The effect of axis j along a trajectory is `(y' - y) / ((x'_j - x_j) / (high_j - low_j))`, where j moves from x to x'.
/// The points may be of any design whose successive points differ in one axis, as Morris samples of SALib do; ranges are
/// those of its axes. Resampled are whole trajectories; fewer
/// than [`LEAST`] give no intervals. A constant outcome has effects of 0.
///
/// # Errors
/// If the outcomes are not as many as the points or not finite, or the points are no trajectories.
///
/// ```
/// use suasion::experiment::design::{Method, Plan};
/// use suasion::experiment::sensitivity::{Bootstrap, morris};
/// use suasion::scenario::Axis;
/// let axis = |path: &str, high| Axis { path: path.into(), low: 0.0, high, values: Vec::new() };
/// let axes = vec![axis("a", 1.0), axis("b", 10.0)];
/// let plan = Plan::new(Method::Morris { trajectories: 8, levels: 4 }, axes, 1)?;
/// let outcomes: Vec<f64> = (0..24).map(|i| plan.point(i)).map(|x| 3.0 * x[0] - 0.5 * x[1]).collect();
/// let [a, b] = morris::measures(&plan, &outcomes, &Bootstrap::default())?[..] else { panic!() };
/// assert!((a.mu.value - 3.0).abs() < 1e-12 && (a.mu_star.value - 3.0).abs() < 1e-12);
/// assert!((b.mu.value + 5.0).abs() < 1e-12 && (b.mu_star.value - 5.0).abs() < 1e-12);
/// assert!(a.sigma.unwrap().value < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measures(
    points: &Plan,
    outcomes: &[f64],
    bootstrap: &Bootstrap,
) -> Result<Vec<Measures>, SensitivityError> {
    let k = points.axes().len();
    if outcomes.len() as u128 != points.len() || !outcomes.len().is_multiple_of(k + 1) {
        let expected = match u64::try_from(points.len()) {
            Ok(n) if n.is_multiple_of(k as u64 + 1) => Expected::Exactly(n),
            _ => Expected::MultipleOf(k as u64 + 1),
        };
        return Err(SensitivityError::Length { found: outcomes.len(), expected });
    }
    finite(outcomes)?;
    let effects = effects(points, outcomes)?;
    let trajectories = outcomes.len() / (k + 1);
    let statistics = |counts: &[f64]| {
        let mut all = Vec::with_capacity(3 * k);
        for axis in effects.chunks(trajectories) {
            let mean = weighted_mean(counts, axis.iter().copied());
            let squares = weighted_mean(counts, axis.iter().map(|e| (e - mean) * (e - mean)));
            let unbiased = trajectories as f64 / (trajectories.max(2) - 1) as f64;
            all.extend([
                mean,
                weighted_mean(counts, axis.iter().map(|e| e.abs())),
                (squares * unbiased).sqrt(),
            ]);
        }
        Some(all)
    };
    let estimates = bootstrap.estimates((trajectories, LEAST), statistics).unwrap_or_default();
    let measures = estimates.as_chunks::<3>().0.iter().map(|&[mu, mu_star, sigma]| Measures {
        mu,
        mu_star,
        sigma: (trajectories > 1).then_some(sigma),
    });
    Ok(measures.collect())
}

fn weighted_mean(weights: &[f64], values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.zip(weights).map(|(x, w)| w * x).sum::<f64>() / n
}

/// Elementary effects, trajectory by trajectory within each axis.
fn effects(points: &Plan, outcomes: &[f64]) -> Result<Vec<f64>, SensitivityError> {
    let axes = points.axes();
    let k = axes.len();
    let trajectories = outcomes.len() / (k + 1);
    let mut effects = vec![f64::NAN; k * trajectories];
    let (mut before, mut after) = (vec![0.0; k], vec![0.0; k]);
    for trajectory in 0..trajectories {
        let first = trajectory * (k + 1);
        points.write_point(first as u64, &mut before);
        for point in first..first + k {
            points.write_point(point as u64 + 1, &mut after);
            let mut moved = (0..k).filter(|&j| after[j] != before[j]);
            let (Some(j), None) = (moved.next(), moved.next()) else {
                let moved = (0..k).filter(|&j| after[j] != before[j]).count();
                return Err(SensitivityError::NoTrajectory { point, moved });
            };
            let effect = &mut effects[j * trajectories + trajectory];
            if !effect.is_nan() {
                return Err(SensitivityError::MovedTwice { point: first });
            }
            let step = (after[j] - before[j]) / (axes[j].high - axes[j].low);
            *effect = (outcomes[point + 1] - outcomes[point]) / step;
            std::mem::swap(&mut before, &mut after);
        }
    }
    Ok(effects)
}
