//! Weighted draws: sums of weights in log space, effective sample size, moments and quantiles. Sums are in the order of the
//! draws.

use crate::lanes::math::{exp_scalar, ln_scalar};

/// Logarithm of the sum of exponentials; minus infinity of none.
///
/// ```
/// use suasion::experiment::calibrate::ln_sum_exp;
/// assert!((ln_sum_exp([-1000.0, -1000.0].into_iter()) - (-1000.0 + std::f64::consts::LN_2)).abs() < 1e-12);
/// assert_eq!(ln_sum_exp([].into_iter()), f64::NEG_INFINITY);
/// ```
pub fn ln_sum_exp(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    let sum: f64 = values.map(|x| if x == f64::NEG_INFINITY { 0.0 } else { exp_scalar(x - most) }).sum();
    most + ln_scalar(sum)
}

/// Weights that sum to 1, from their logarithms but for a constant.
pub fn normalized(ln_weights: &[f64]) -> Vec<f64> {
    let total = ln_sum_exp(ln_weights.iter().copied());
    let weights: Vec<f64> = ln_weights.iter().map(|x| exp_scalar(x - total)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}

/// Effective sample size of weights that sum to 1: 1 / sum of squares (Kong 1992).
///
/// ```
/// use suasion::experiment::calibrate::effective_size;
/// assert_eq!((effective_size(&[0.25; 4]), effective_size(&[1.0, 0.0])), (4.0, 1.0));
/// ```
pub fn effective_size(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|w| w * w).sum::<f64>()
}

/// Weighted mean, and standard deviation about it.
pub fn moments(values: &[f64], weights: &[f64]) -> (f64, f64) {
    let mean: f64 = values.iter().zip(weights).map(|(x, w)| x * w).sum();
    let variance: f64 = values.iter().zip(weights).map(|(x, w)| w * (x - mean) * (x - mean)).sum();
    (mean, variance.max(0.0).sqrt())
}

/// The positions of values in their order, equal ones in the order of the draws.
pub(super) fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    order
}

/// The least value at or below which a share of the weight lies.
///
/// ```
/// use suasion::experiment::calibrate::weighted_quantile;
/// assert_eq!(weighted_quantile(&[3.0, 1.0, 2.0], &[0.5, 0.25, 0.25], 0.5), 2.0);
/// ```
pub fn weighted_quantile(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let order = order(values);
    let mut sum = 0.0;
    for &i in &order {
        sum += weights[i];
        if sum >= share - 1e-12 {
            return values[i];
        }
    }
    order.last().map_or(f64::NAN, |i| values[*i])
}

/// The position at which the sum of weights passes a share: how an ancestor, or a draw of a posterior, is chosen.
#[derive(Clone, Debug)]
pub struct Wheel {
    sums: Vec<f64>,
}

impl Wheel {
    /// A wheel of weights that are not negative and not all 0.
    pub fn new(weights: &[f64]) -> Wheel {
        let mut sum = 0.0;
        let sums = weights.iter().map(|w| {
            sum += w;
            sum
        });
        Wheel { sums: sums.collect() }
    }

    /// The position at a uniform in (0, 1): each as often as its weight says.
    pub fn at(&self, uniform: f64) -> usize {
        let total = self.sums.last().copied().unwrap_or(0.0);
        self.sums.partition_point(|sum| *sum <= uniform * total).min(self.sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_survive_any_scale_and_none_is_negative() {
        let weights = normalized(&[-2000.0, -2000.0 + std::f64::consts::LN_2, f64::NEG_INFINITY]);
        assert!((weights[0] - 1.0 / 3.0).abs() < 1e-12 && (weights[1] - 2.0 / 3.0).abs() < 1e-12);
        assert!(weights[2] < 1e-300);
        assert!((effective_size(&weights) - 9.0 / 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_wheel_chooses_by_weight_and_never_one_without() {
        let wheel = Wheel::new(&[0.0, 0.2, 0.0, 0.8, 0.0]);
        let chosen = |u| wheel.at(u);
        assert_eq!([chosen(0.0), chosen(0.1), chosen(0.2), chosen(0.5), chosen(1.0)], [1, 1, 3, 3, 4]);
        let often = (0..1000).filter(|i| wheel.at((f64::from(*i) + 0.5) / 1000.0) == 1).count();
        assert_eq!(often, 200);
    }

    #[test]
    fn moments_and_quantiles_are_weighted() {
        let (mean, sd) = moments(&[0.0, 1.0], &[0.25, 0.75]);
        assert!((mean - 0.75).abs() < 1e-15 && (sd - 0.1875_f64.sqrt()).abs() < 1e-15);
        assert_eq!(weighted_quantile(&[5.0, 4.0], &[0.1, 0.9], 0.95), 5.0);
    }
}
