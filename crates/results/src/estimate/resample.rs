//! Resampling: how often each of some rows counts when as many are drawn anew, and quantiles of what comes of it.
//!
//! Efron, B. and Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman and Hall. A resample is a pure function of (seed,
//! number), so that threads and order change nothing.

use super::Interval;
use suasion_lanes::lane::LANES;
use suasion_lanes::randomness::{Keys, Streams, block};

/// The stream of resamples; runs draw on streams that are hashes of state ids, and none meets this one.
const STREAM: u64 = u64::from_be_bytes(*b"\0\0\0rsamp");

/// How often each row is drawn in a resample, with replacement.
///
/// ```
/// use suasion::estimate::resample::counts;
/// let drawn = counts(7, 3, 20);
/// assert_eq!((drawn.len(), drawn.iter().sum::<f64>()), (20, 20.0));
/// assert_ne!(drawn, counts(7, 4, 20));
/// ```
pub fn counts(seed: u64, resample: u32, rows: usize) -> Vec<f64> {
    let mut counts = vec![0.0; rows];
    let keys = Keys::from_seeds(&[seed; LANES]);
    let streams = Streams::new(STREAM, &[resample; LANES]);
    for first in (0..rows).step_by(8) {
        let words = block(&keys, &streams, first as u64 / 8).0.map(|word| word[0]);
        for pair in words.chunks_exact(2).take(rows - first) {
            let word = u64::from(pair[0]) << 32 | u64::from(pair[1]);
            counts[below(rows as u64, word) as usize] += 1.0;
        }
    }
    counts
}

/// A whole number below `n`, at least 1, from a uniform double word: each equally often but for `n` parts in 2^64.
fn below(n: u64, double_word: u64) -> u64 {
    ((u128::from(n) * u128::from(double_word)) >> 64) as u64
}

/// Quantile of sorted numbers, by linear interpolation between them (R's type 7, NumPy's default).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let below = position as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// The interval of this level between two percentiles of what resamples gave; none of none.
pub fn percentiles(mut drawn: Vec<f64>, level: f64) -> Option<Interval> {
    drawn.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    (!drawn.is_empty()).then(|| Interval { low: quantile(&drawn, tail), high: quantile(&drawn, 1.0 - tail) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_reach_both_ends_and_no_further() {
        assert_eq!([below(6, 0), below(6, u64::MAX), below(1, u64::MAX)], [0, 5, 0]);
        assert_eq!(below(u64::MAX, u64::MAX), u64::MAX - 1);
        let step = u64::MAX / 3000;
        let thirds = [0, 1, 2].map(|k| (0..3000).filter(|i| below(3, i * step + step / 2) == k).count());
        assert_eq!(thirds, [1000, 1000, 1000]);
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let numbers = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.5, 0.25, 1.0].map(|p| quantile(&numbers, p)), [1.0, 3.0, 1.75, 8.0]);
        assert_eq!(quantile(&[5.0], 0.975), 5.0);
        assert_eq!(percentiles(Vec::new(), 0.95), None);
        assert_eq!(percentiles(vec![3.0, 1.0, 2.0], 0.5), Some(Interval { low: 1.5, high: 2.5 }));
    }
}
