//! What the evidence says about each parameter: its posterior beside its prior, and whether the two differ at all.

use super::population::Population;
use super::prior::Prior;
use super::weights::{moments, order, weighted_quantile};

/// A posterior as wide as this share of its prior or wider has not been narrowed.
pub const NARROWED: f64 = 0.8;
/// Distance (Kolmogorov-Smirnov) from its prior beyond which a posterior has moved, where draws are many.
pub const MOVED: f64 = 0.2;

/// A parameter before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginal {
    /// Mean and standard deviation of the prior.
    pub prior: (f64, f64),
    /// Weighted mean and standard deviation of the posterior.
    pub posterior: (f64, f64),
    /// Quantiles of the posterior at 0.05, 0.5 and 0.95.
    pub quantiles: [f64; 3],
    /// Standard deviation of the posterior over that of the prior.
    pub narrowing: f64,
    /// Greatest difference between the distribution functions of posterior and prior (Kolmogorov-Smirnov).
    pub distance: f64,
    /// What that difference must exceed: [`MOVED`], or what chance gives draws of this effective size in 1 of 20 cases
    /// (1.36 / sqrt(n)) where that is more.
    pub threshold: f64,
}

impl Marginal {
    /// The marginal of a parameter.
    pub fn new(population: &Population, k: usize, prior: &Prior) -> Marginal {
        let (values, weights) = (population.parameter(k), &population.weights);
        let posterior = moments(&values, weights);
        let before = prior.moments();
        Marginal {
            prior: before,
            posterior,
            quantiles: [0.05, 0.5, 0.95].map(|share| weighted_quantile(&values, weights, share)),
            narrowing: posterior.1 / before.1,
            distance: kolmogorov(&values, weights, prior),
            threshold: MOVED.max(1.36 / population.effective_size().sqrt()),
        }
    }

    /// Whether the evidence says something: the posterior is narrower than the prior ([`NARROWED`]), or has moved from it.
    pub fn identified(&self) -> bool {
        is_identified(self.narrowing, self.distance, self.threshold)
    }
}

/// The rule of [`Marginal::identified`]: what was narrowed to a share of its standard deviation, or moved by a distance beyond a threshold.
pub fn is_identified(narrowing: f64, distance: f64, threshold: f64) -> bool {
    narrowing < NARROWED || distance > threshold
}

/// The greatest difference between the weighted empirical distribution functions of two samples.
///
/// ```
/// use suasion::experiment::calibrate::kolmogorov_of_two;
/// let even = [0.5, 0.5];
/// assert_eq!(kolmogorov_of_two((&[1.0, 3.0], &even), (&[2.0, 4.0], &even)), 0.5);
/// assert_eq!(kolmogorov_of_two((&[1.0, 3.0], &even), (&[1.0, 3.0], &[0.25, 0.75])), 0.25);
/// ```
pub fn kolmogorov_of_two((xs, v): (&[f64], &[f64]), (ys, w): (&[f64], &[f64])) -> f64 {
    let mut steps: Vec<(f64, f64)> = xs
        .iter()
        .copied()
        .zip(v.iter().copied())
        .chain(ys.iter().copied().zip(w.iter().map(|w| -w)))
        .collect();
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut apart, mut most) = (0.0, 0.0_f64);
    for (i, (x, step)) in steps.iter().enumerate() {
        apart += step;
        // Equal values are passed together.
        if steps.get(i + 1).is_none_or(|next| next.0 != *x) {
            most = most.max(apart.abs());
        }
    }
    most
}

/// The greatest difference between a weighted empirical distribution function and that of a prior.
///
/// ```
/// use suasion::experiment::calibrate::{Prior, kolmogorov};
/// let prior = Prior::Uniform { low: 0.0, high: 1.0 };
/// assert_eq!(kolmogorov(&[0.25, 0.75], &[0.5, 0.5], &prior), 0.25);
/// assert_eq!(kolmogorov(&[1.0], &[1.0], &prior), 1.0);
/// ```
pub fn kolmogorov(values: &[f64], weights: &[f64], prior: &Prior) -> f64 {
    let (mut below, mut most) = (0.0, 0.0_f64);
    for i in order(values) {
        let expected = prior.cdf(values[i]);
        most = most.max((expected - below).abs());
        below += weights[i];
        most = most.max((expected - below).abs());
    }
    most
}

/// Density of the posterior relative to the prior, over equal shares of the prior: 1 where they agree.
pub fn relative_density(population: &Population, k: usize, prior: &Prior, bins: usize) -> Vec<f64> {
    let mut density = vec![0.0; bins];
    for (x, w) in population.parameter(k).iter().zip(&population.weights) {
        let bin = (prior.cdf(*x) * bins as f64) as usize;
        density[bin.min(bins - 1)] += w * bins as f64;
    }
    density
}

#[cfg(test)]
mod tests {
    use super::*;

    fn population(values: Vec<f64>) -> Population {
        let n = values.len();
        Population { dims: 1, values, weights: vec![1.0 / n as f64; n], ..Population::default() }
    }

    #[test]
    fn a_posterior_like_its_prior_is_not_identified_and_a_moved_or_narrow_one_is() {
        let prior = Prior::Uniform { low: 0.0, high: 2.0 };
        let spread = |from: f64, to: f64| {
            let at = |i: i32| from + (to - from) * (f64::from(i) + 0.5) / 400.0;
            Marginal::new(&population((0..400).map(at).collect()), 0, &prior)
        };
        let same = spread(0.0, 2.0);
        assert!(!same.identified() && same.distance < 0.01 && (same.narrowing - 1.0).abs() < 0.01);
        assert!(spread(0.7, 1.3).identified());
        let moved = spread(0.3, 2.0);
        assert!(moved.narrowing > NARROWED && !moved.identified(), "0.15 is within the threshold");
        let narrow = spread(1.0, 2.0);
        assert!((narrow.distance - 0.5).abs() < 0.01 && narrow.identified());
        assert!((spread(0.0, 2.0).quantiles[1] - 1.0).abs() < 0.01);
    }

    #[test]
    fn few_draws_need_a_greater_distance() {
        let prior = Prior::Uniform { low: 0.0, high: 1.0 };
        let few = Marginal::new(&population(vec![0.3, 0.5, 0.9, 0.95]), 0, &prior);
        assert!((few.threshold - 0.68).abs() < 1e-12 && few.distance < few.threshold);
    }

    #[test]
    fn relative_densities_average_one_under_the_prior() {
        let prior = Prior::Normal { mean: 0.0, sd: 1.0, low: -5.0, high: 5.0 };
        let draws = (0..1000).map(|i| prior.quantile((f64::from(i) + 0.5) / 1000.0)).collect();
        let density = relative_density(&population(draws), 0, &prior, 10);
        assert!(density.iter().all(|d| (d - 1.0).abs() < 0.02), "{density:?}");
    }
}
