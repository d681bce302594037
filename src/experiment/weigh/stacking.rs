//! Stacking: by which mixture of theories the record would have been predicted best.

use crate::experiment::calibrate::ln_sum_exp;
use crate::lanes::math::{exp_scalar, ln_scalar};

/// Steps towards the weights. Each raises the mean log of the mixture; after so many the second digit of a weight stands.
const STEPS: usize = 2000;

/// The weights `w`, of at least 0 and summing to 1, at which `sum_n log sum_k w_k p_kn` is greatest (Yao et al. 2018), where `log p_kn` is the log density that
/// theory k gave to entry n. Expectation maximization, from equal weights: `w_k <- mean_n w_k p_kn / sum_j w_j p_jn`.
///
/// ```
/// use suasion::experiment::weigh::stacking;
/// // Half of each entry is right with either: p = .8 and .2 in turn. The mixture is best at one half.
/// let (a, b) = (vec![-0.223, -1.609], vec![-1.609, -0.223]);
/// let weights = stacking(&[a.clone(), b]);
/// assert!((weights[0] - 0.5).abs() < 1e-12);
/// // Who is right about every entry takes all.
/// assert!(stacking(&[a, vec![-3.0, -3.0]])[0] > 0.999);
/// ```
pub fn stacking(log_densities: &[Vec<f64>]) -> Vec<f64> {
    let theories = log_densities.len();
    let entries = log_densities.first().map_or(0, Vec::len);
    let mut weights = vec![1.0 / theories.max(1) as f64; theories];
    if entries == 0 {
        return weights;
    }
    // Relative to the best of each entry, which changes no share.
    let shares: Vec<Vec<f64>> = (0..entries)
        .map(|n| {
            let most = log_densities.iter().map(|of| of[n]).fold(f64::NEG_INFINITY, f64::max);
            log_densities.iter().map(|of| exp_scalar(of[n] - most)).collect()
        })
        .collect();
    for _ in 0..STEPS {
        let mut sums = vec![0.0; theories];
        for of_entry in &shares {
            let total: f64 = weights.iter().zip(of_entry).map(|(w, p)| w * p).sum();
            for ((sum, w), p) in sums.iter_mut().zip(&weights).zip(of_entry) {
                *sum += w * p / total;
            }
        }
        weights = sums.into_iter().map(|sum| sum / entries as f64).collect();
    }
    weights
}

/// The log score of a mixture: `sum_n log sum_k w_k p_kn`.
pub fn mixed(log_densities: &[Vec<f64>], weights: &[f64]) -> f64 {
    let entries = log_densities.first().map_or(0, Vec::len);
    let with = |n: usize| {
        let terms = log_densities.iter().zip(weights).filter(|(_, w)| **w > 0.0);
        ln_sum_exp(terms.map(|(of, w)| of[n] + ln_scalar(*w)).collect::<Vec<f64>>().into_iter())
    };
    (0..entries).map(with).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_where_the_mean_log_of_the_mixture_is_greatest() {
        // By hand: p = (.6, .2) and (.1, .5). With w of the first, (.1 + .5 w)(.5 - .3 w) is greatest at w = .22 / .3.
        let logs = [[0.6, 0.2], [0.1, 0.5]].map(|p: [f64; 2]| p.map(ln_scalar).to_vec());
        let weights = stacking(&logs);
        assert!((weights[0] - 0.22 / 0.3).abs() < 1e-6 && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let best = mixed(&logs, &weights);
        assert!((best - ln_scalar((0.1 + 0.5 * weights[0]) * (0.5 - 0.3 * weights[0]))).abs() < 1e-12);
        for off in [-0.05, 0.05] {
            assert!(mixed(&logs, &[weights[0] + off, weights[1] - off]) < best);
        }
        // Scale of an entry's densities is that of its unit, and changes nothing.
        let scaled: Vec<Vec<f64>> = logs.iter().map(|of| vec![of[0] + 700.0, of[1]]).collect();
        assert!((stacking(&scaled)[0] - weights[0]).abs() < 1e-12);
        assert_eq!(stacking(&[vec![], vec![]]), [0.5, 0.5]);
    }
}
