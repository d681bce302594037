//! Permutations of 0..n by index, without a list: where i goes is computed from i alone. Two kinds: keyed, which look
//! random, and balanced, whose every beginning is spread evenly.

use crate::experiment::draws::{Purpose, double_words};

const ROUNDS: usize = 8;
/// With fewer, not all orders of a few numbers come equally often, however many rounds there are.
const LEAST_HALF_BITS: u32 = 4;

/// A permutation of 0..n that looks random: a Feistel network of eight rounds over the least even number of bits that
/// hold n, at least eight, walked until the number is below n (from n = 65 on, at most four times on average).
///
/// Black, J. and Rogaway, P. (2002). Ciphers with arbitrary finite domains. CT-RSA, LNCS 2271, 114-130.
#[derive(Clone, Debug)]
pub(super) struct Keyed {
    n: u64,
    half_bits: u32,
    keys: [u64; ROUNDS],
}

impl Keyed {
    /// The permutation of 0..n, n from 1 to 2^62, that belongs to (seed, part).
    pub(super) fn new(n: u64, seed: u64, part: u32) -> Keyed {
        let bits = u64::BITS - n.saturating_sub(1).leading_zeros();
        Keyed {
            n,
            half_bits: bits.div_ceil(2).max(LEAST_HALF_BITS),
            keys: double_words(seed, Purpose::Strata, part, 0),
        }
    }

    /// Where `i`, below n, goes.
    pub(super) fn at(&self, i: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let mut x = i;
        loop {
            let (mut left, mut right) = (x >> self.half_bits, x & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (mix(right ^ key) & mask));
            }
            x = left << self.half_bits | right;
            if x < self.n {
                return x;
            }
        }
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood 2014): a bijection in which every bit depends on every other.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A permutation of 0..n whose every beginning is spread evenly over 0..n: i goes to i * stride mod n, for a stride that
/// is coprime to n and near n / golden ratio.
///
/// Work done in this order is balanced whenever it stops. Distances between neighbours among the first m are of at most
/// three sizes (three-distance theorem), and the less apart the smaller the partial quotients of stride / n; of the
/// strides near n / golden ratio, the one whose greatest is least is taken.
///
/// ```
/// use suasion::experiment::design::BalancedOrder;
/// let order = BalancedOrder::new(13);
/// let first: Vec<u64> = (0..5).map(|i| order.at(i)).collect();
/// assert_eq!(first, [0, 8, 3, 11, 6]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BalancedOrder {
    n: u64,
    stride: u64,
}

impl BalancedOrder {
    /// The order of 0..n.
    pub fn new(n: u64) -> BalancedOrder {
        const REACH: u64 = 100;
        // 2^64 / golden ratio.
        let near = ((u128::from(n) * 0x9E37_79B9_7F4A_7C15 + (1 << 63)) >> 64) as u64;
        let strides = near.saturating_sub(REACH).max(1)..near.saturating_add(REACH).min(n);
        let stride =
            strides.filter_map(|stride| Some((greatest_quotient(n, stride)?, stride.abs_diff(near), stride)));
        BalancedOrder { n, stride: stride.min().map_or(1, |(_, _, stride)| stride) }
    }

    /// The `i`-th in the order, for `i` below n.
    pub fn at(&self, i: u64) -> u64 {
        (u128::from(i) * u128::from(self.stride) % u128::from(self.n)) as u64
    }
}

/// The greatest partial quotient of a / b; none where they have a common divisor.
fn greatest_quotient(mut a: u64, mut b: u64) -> Option<u64> {
    let mut greatest = 0;
    while b > 0 {
        greatest = greatest.max(a / b);
        (a, b) = (b, a % b);
    }
    (a == 1).then_some(greatest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    use std::collections::BTreeMap;

    fn is_permutation(n: u64, at: impl Fn(u64) -> u64) {
        let mut seen: Vec<u64> = (0..n).map(at).collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..n), "{n}");
    }

    #[test]
    fn both_are_permutations() {
        for n in (1..130).chain([255, 256, 257, 1000, 4096, 4097]) {
            let keyed = Keyed::new(n, 2016, 3);
            is_permutation(n, |i| keyed.at(i));
            let balanced = BalancedOrder::new(n);
            is_permutation(n, |i| balanced.at(i));
        }
    }

    #[test]
    fn large_ranges_are_permuted_in_place() {
        let n = (1 << 53) - 111;
        let keyed = Keyed::new(n, 1, 0);
        let balanced = BalancedOrder::new(u64::MAX);
        let mut seen: Vec<u64> = (0..10_000).map(|i| keyed.at(n - 1 - i)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() == 10_000 && seen.iter().all(|&x| x < n));
        // Uniform spacings: the greatest gap of 10^4 uniform points is near ln(10^4)/10^4.
        let gap = seen.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        assert!((gap as f64) < 25.0 * n as f64 / 1e4);
        assert!(balanced.at(u64::MAX - 1) < u64::MAX);
    }

    #[test]
    fn every_order_of_five_comes_equally_often() {
        let mut counts: BTreeMap<Vec<u64>, f64> = BTreeMap::new();
        let (keys, orders) = (24_000, 120.0);
        for key in 0..keys {
            let keyed = Keyed::new(5, key, 0);
            *counts.entry((0..5).map(|i| keyed.at(i)).collect()).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 120);
        let expected = keys as f64 / orders;
        let statistic: f64 = counts.values().map(|c| (c - expected) * (c - expected) / expected).sum();
        let p = 1.0 - ChiSquared::new(orders - 1.0).unwrap().cdf(statistic);
        assert!(p > 0.001, "chi-square {statistic}, p {p}");
    }

    #[test]
    fn beginnings_of_the_balanced_order_are_spread_evenly() {
        for n in [1000, 1024, 7 * 11 * 13 * 3, 65_537, 720_720] {
            let order = BalancedOrder::new(n);
            for m in [3, 10, 31, 100, 500] {
                let mut first: Vec<u64> = (0..m).map(|i| order.at(i)).collect();
                first.sort_unstable();
                first.push(first[0] + n);
                let widest = first.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
                let even = n as f64 / m as f64;
                assert!((widest as f64) < 3.0 * even + 2.0, "n {n}, first {m}: gap {widest}, evenly {even}");
            }
        }
    }
}
