//! Latin hypercube: every axis is cut into as many strata as there are points, and every stratum holds one point.
//!
//! McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). A comparison of three methods for selecting values of input
//! variables in the analysis of output from a computer code. Technometrics 21, 239-245.

use super::permutation::Keyed;
use crate::experiment::draws::{Purpose, words};

/// Points of a Latin hypercube in the unit cube.
#[derive(Clone, Debug)]
pub(super) struct LatinHypercube {
    points: u64,
    seed: u64,
    strata: Vec<Keyed>,
}

impl LatinHypercube {
    /// Axes are permuted independently of each other.
    pub(super) fn new(points: u64, axes: usize, seed: u64) -> LatinHypercube {
        let strata = (0..axes as u32).map(|axis| Keyed::new(points, seed, axis)).collect();
        LatinHypercube { points, seed, strata }
    }

    /// `u[j] = (stratum_j(i) + jitter) / n`, with jitter uniform in (0, 1).
    pub(super) fn unit(&self, i: u64, u: &mut [f64]) {
        for (group, (u, strata)) in u.chunks_mut(16).zip(self.strata.chunks(16)).enumerate() {
            let words = words(self.seed, Purpose::Jitter, group as u32, i);
            for ((u, strata), word) in u.iter_mut().zip(strata).zip(words) {
                let jitter = (f64::from(word) + 0.5) / 4_294_967_296.0;
                *u = (strata.at(i) as f64 + jitter) / self.points as f64;
            }
        }
    }
}
