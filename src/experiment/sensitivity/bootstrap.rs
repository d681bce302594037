//! The bootstrap: intervals from resampled rows. What is estimated from the rows, the caller knows.
//!
//! Efron, B. and Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman and Hall.

use super::Estimate;
use crate::estimate::Interval;
use crate::estimate::resample::{counts, percentiles};
use rayon::prelude::*;

/// How intervals are found: rows are drawn with replacement, as many as there are, and the interval lies between two
/// percentiles of what the resamples give. It may be lopsided, as estimates near 0 or 1 are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// Resamples, at least 1.
    pub resamples: u32,
    /// Share of resamples within the interval, above 0 and below 1.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// A thousand resamples, 95 percent, seed 0.
    fn default() -> Bootstrap {
        Bootstrap { resamples: 1000, level: 0.95, seed: 0 }
    }
}

impl Bootstrap {
    /// Estimates from all rows, with intervals where there are at least so many rows. `statistics` gives one number of each
    /// estimate, from how often each row counts; none where a resample has no such number (no variance, say), and then it
    /// is left out.
    pub(super) fn estimates(
        &self,
        (rows, least): (usize, usize),
        statistics: impl Fn(&[f64]) -> Option<Vec<f64>> + Sync,
    ) -> Option<Vec<Estimate>> {
        let values = statistics(&vec![1.0; rows])?;
        if rows < least {
            return Some(values.into_iter().map(|value| Estimate { value, interval: None }).collect());
        }
        let resamples: Vec<Vec<f64>> = (0..self.resamples)
            .into_par_iter()
            .filter_map(|r| statistics(&counts(self.seed, r, rows)))
            .collect();
        let estimate = |(j, value)| {
            let drawn = resamples.iter().map(|values| values[j]).collect();
            let interval = percentiles(drawn, self.level).map(|Interval { low, high }| [low, high]);
            Estimate { value, interval }
        };
        Some(values.into_iter().enumerate().map(estimate).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resamples_draw_as_many_rows_as_there_are_each_equally_often() {
        let mut total = vec![0.0; 13];
        for r in 0..2000 {
            let counts = counts(9, r, 13);
            assert_eq!(counts.iter().sum::<f64>(), 13.0);
            total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        // Each row is drawn 2000 times on average, with standard deviation sqrt(2000 * 12/13).
        assert!(total.iter().all(|sum| (sum - 2000.0).abs() < 4.5 * 43.0), "{total:?}");
        assert_ne!(counts(9, 0, 13), counts(9, 1, 13));
        assert_ne!(counts(9, 0, 13), counts(0, 0, 13));
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_its_standard_error() {
        let rows: Vec<f64> = (0..400).map(|i| f64::from(i * 7919 % 400)).collect();
        let mean = |counts: &[f64]| {
            Some(vec![counts.iter().zip(&rows).map(|(count, x)| count * x).sum::<f64>() / 400.0])
        };
        let estimate =
            Bootstrap { resamples: 4000, ..Bootstrap::default() }.estimates((400, 2), mean).unwrap()[0];
        let [low, high] = estimate.interval.unwrap();
        // Standard deviation of 0..399 over sqrt(400) is 5.7735; a resampled percentile strays by a few percent.
        let half = 1.96 * 5.7735;
        assert_eq!(estimate.value, 199.5);
        assert!((low - (199.5 - half)).abs() < 0.6 && (high - (199.5 + half)).abs() < 0.6, "{low} to {high}");
    }

    #[test]
    fn few_rows_have_no_interval_and_resamples_without_a_number_are_left_out() {
        let few = Bootstrap::default().estimates((2, 3), |counts| Some(counts[..1].to_vec()));
        assert_eq!(few, Some(vec![Estimate { value: 1.0, interval: None }]));
        assert_eq!(Bootstrap::default().estimates((3, 3), |_| None), None);
        let only_all = |counts: &[f64]| (counts == [1.0; 3]).then(|| vec![2.0]);
        let estimate = Bootstrap::default().estimates((3, 3), only_all).unwrap()[0];
        assert_eq!(estimate, Estimate { value: 2.0, interval: Some([2.0, 2.0]) });
    }
}
