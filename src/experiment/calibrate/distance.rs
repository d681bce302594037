//! How far simulated statistics are from observed ones, in units of their tolerances: 1 is at the tolerance.

use serde::{Deserialize, Serialize};

/// What a deviation counts at most, and what a statistic counts that a run leaves undefined, in tolerances: one odd
/// statistic is not to decide alone.
pub const MOST: f64 = 5.0;

/// A statistic that a calibration fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Name, as in tables: `2a.law_hazard_2wl`.
    pub name: String,
    /// The pattern that it is a part of; each pattern counts once, however many parts it has.
    pub pattern: String,
    /// Observed value.
    pub observed: f64,
    /// How far below it a simulated value may lie, above 0.
    pub below: f64,
    /// How far above it.
    pub above: f64,
}

/// Distances from a list of targets.
///
/// ```text
/// distance^2 = mean over patterns of the mean over their statistics of min(|simulated - observed| / tolerance, MOST)^2
/// ```
#[derive(Clone, Debug)]
pub struct Distance {
    observed: Vec<f64>,
    below: Vec<f64>,
    above: Vec<f64>,
    /// Share of each statistic in the mean of squares; they sum to 1.
    shares: Vec<f64>,
}

impl Distance {
    /// The distance from targets.
    ///
    /// ```
    /// use suasion::experiment::calibrate::{Distance, Target};
    /// let target = |name: &str, pattern: &str| Target { name: name.into(), pattern: pattern.into(), observed: 0.5, below: 0.1, above: 0.1 };
    /// let distance = Distance::new(&[target("a", "1"), target("b", "1"), target("c", "2")]);
    /// assert!((distance.of(&[0.6, 0.4, 0.4]) - 1.0).abs() < 1e-12);
    /// assert_eq!(distance.of(&[0.5, 0.5, 0.5]), 0.0);
    /// ```
    pub fn new(targets: &[Target]) -> Distance {
        let mut patterns: Vec<&str> = targets.iter().map(|t| t.pattern.as_str()).collect();
        patterns.sort_unstable();
        patterns.dedup();
        let parts = |pattern: &str| targets.iter().filter(|t| t.pattern == pattern).count() as f64;
        Distance {
            observed: targets.iter().map(|t| t.observed).collect(),
            below: targets.iter().map(|t| 1.0 / t.below).collect(),
            above: targets.iter().map(|t| 1.0 / t.above).collect(),
            shares: targets.iter().map(|t| 1.0 / (parts(&t.pattern) * patterns.len() as f64)).collect(),
        }
    }

    /// The distance of simulated statistics, in the order of the targets; NaN stands for one that is undefined.
    pub fn of(&self, simulated: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (i, x) in simulated.iter().enumerate() {
            let off = x - self.observed[i];
            let off = if off < 0.0 { -off * self.below[i] } else { off * self.above[i] };
            // Written so that NaN becomes the most.
            let off = if off < MOST { off } else { MOST };
            sum += self.shares[i] * off * off;
        }
        sum.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_count_alike_and_what_is_undefined_counts_most() {
        let target = |pattern: &str, observed| Target {
            name: String::new(),
            pattern: pattern.into(),
            observed,
            below: 0.5,
            above: 0.5,
        };
        let distance =
            Distance::new(&[target("a", 0.0), target("a", 0.0), target("a", 0.0), target("b", 0.0)]);
        // Two tolerances off in the whole of one of two patterns: sqrt((4 + 0) / 2).
        assert!((distance.of(&[1.0, 1.0, -1.0, 0.0]) - 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((distance.of(&[0.0, 0.0, 0.0, 1.0]) - 2.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(distance.of(&[f64::NAN; 4]), MOST);
        assert_eq!(distance.of(&[1e9, 1e9, 1e9, 1e9]), MOST);
    }
}
