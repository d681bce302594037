//! Quantiles of a beta distribution, tabulated once and interpolated.
//!
//! The table is over the normal score of the uniform, not over the uniform itself: there the quantile is smooth out to
//! both ends, so that a straight line between nodes does well everywhere. Made of the engine's own exp and ln: the same
//! bits everywhere. Not for the step: a table costs milliseconds.
#![allow(clippy::unreadable_literal, reason = "constants are not for reading digit by digit")]

use std::fmt;
use std::sync::Arc;
use suasion_lanes::math::{exp_scalar, ln_scalar};

/// Nodes of the table.
const NODES: usize = 1025;
/// Nodes to either side of the median.
const HALF: usize = NODES / 2;
/// Score of the last node: beyond the score of the greatest uniform, 6.3.
const REACH: f64 = 6.4;
const HALF_LN_TAU: f64 = 0.9189385332046728;

/// The quantile function of a beta distribution.
#[derive(Clone)]
pub struct BetaTable {
    alpha: f64,
    beta: f64,
    quantiles: Arc<[f64]>,
}

impl BetaTable {
    /// Between which both parameters must lie for the table to be right.
    pub const RANGE: (f64, f64) = (0.05, 10_000.0);

    /// The table of Beta(alpha, beta), both within [`BetaTable::RANGE`].
    ///
    /// The error of an interpolated quantile is below 3e-5 of the distance between the 0.1 % and the 99.9 % quantile,
    /// and below 1e-3 of it where a parameter is under 0.3.
    ///
    /// ```
    /// use suasion::model::distribution::BetaTable;
    /// let table = BetaTable::new(2.0, 5.0);
    /// assert!((table.at(0.0) - 0.264_449_983_3).abs() < 1e-9);
    /// ```
    pub fn new(alpha: f64, beta: f64) -> BetaTable {
        let mut quantiles = vec![0.0; NODES];
        // Each half is walked from the end to the middle in its own tail's probability, which keeps small ones exact.
        let (lower, upper) = (LowerTail::new(alpha, beta), LowerTail::new(beta, alpha));
        let (mut below, mut above) = (0.0, 0.0);
        for i in 0..=HALF {
            let probability = normal_below(REACH * (i as f64 / HALF as f64 - 1.0));
            below = lower.quantile(probability, below);
            above = upper.quantile(probability, above);
            quantiles[NODES - 1 - i] = 1.0 - above;
            quantiles[i] = below;
        }
        BetaTable { alpha, beta, quantiles: quantiles.into() }
    }

    /// The first parameter.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The second parameter.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The quantile at a normal score (the standard normal quantile of the uniform); beyond ±6.4, that at ±6.4.
    pub fn at(&self, score: f64) -> f64 {
        let place = ((score + REACH) * (HALF as f64 / REACH)).clamp(0.0, (NODES - 1) as f64);
        let node = (place as usize).min(NODES - 2);
        let (left, right) = (self.quantiles[node], self.quantiles[node + 1]);
        left + (right - left) * (place - node as f64)
    }
}

/// The parameters decide the table, so they decide equality.
impl PartialEq for BetaTable {
    fn eq(&self, other: &BetaTable) -> bool {
        (self.alpha, self.beta) == (other.alpha, other.beta)
    }
}

impl fmt::Debug for BetaTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BetaTable")
            .field("alpha", &self.alpha)
            .field("beta", &self.beta)
            .finish_non_exhaustive()
    }
}

/// Beta(a, b), seen from 0.
struct LowerTail {
    a: f64,
    b: f64,
    /// ln of the complete beta function B(a, b).
    ln_complete: f64,
}

impl LowerTail {
    fn new(a: f64, b: f64) -> LowerTail {
        LowerTail { a, b, ln_complete: ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b) }
    }

    /// The x in [from, 1] with probability p below it: Newton steps, halving where they leave the bracket.
    fn quantile(&self, p: f64, from: f64) -> f64 {
        let (mut low, mut high) = (from, 1.0);
        // Near 0 the probability is x^a / (a B(a, b)).
        let mut x = exp_scalar((ln_scalar(p * self.a) + self.ln_complete) / self.a).max(from);
        for _ in 0..200 {
            if !(low < x && x < high) {
                x = low + 0.5 * (high - low);
            }
            let (below, density) = self.probability_below(x);
            if below < p {
                low = x;
            } else {
                high = x;
            }
            let next = x - (below - p) / density;
            if (next - x).abs() <= 1e-15 * x || high - low <= 1e-15 * low {
                break;
            }
            x = next;
        }
        x.clamp(from, 1.0)
    }

    /// The regularized incomplete beta function at x in (0, 1), and its derivative.
    fn probability_below(&self, x: f64) -> (f64, f64) {
        let (a, b) = (self.a, self.b);
        let front = exp_scalar(a * ln_scalar(x) + b * ln_scalar(1.0 - x) - self.ln_complete);
        let density = front / (x * (1.0 - x));
        // The fraction converges fast below the mean only.
        let below = if x < (a + 1.0) / (a + b + 2.0) {
            front * continued_fraction(a, b, x) / a
        } else {
            1.0 - front * continued_fraction(b, a, 1.0 - x) / b
        };
        (below, density)
    }
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by the modified Lentz method.
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..=1000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / nonzero(1.0 + numerator * d);
            c = nonzero(1.0 + numerator / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// ln of the gamma function of x > 0: Stirling's series, reached by the recurrence.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 12.0 {
        product *= x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = (1.0 / 12.0
        - y * (1.0 / 360.0
            - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y * (1.0 / 1188.0 - y * (691.0 / 360360.0))))))
        / x;
    (x - 0.5) * ln_scalar(x) - x + HALF_LN_TAU + series - ln_scalar(product)
}

/// The probability that a standard normal is below z <= 0.
fn normal_below(z: f64) -> f64 {
    let density = exp_scalar(-0.5 * z * z - HALF_LN_TAU);
    let x = -z;
    if x < 3.0 {
        let (mut term, mut sum, mut n) = (x, x, 1.0);
        while term > 1e-17 {
            n += 2.0;
            term *= x * x / n;
            sum += term;
        }
        0.5 - density * sum
    } else {
        density / (1..=100).rev().fold(x, |tail, n| x + f64::from(n) / tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_gives_factorials() {
        for (x, expected) in [
            (1.0, 0.0),
            (2.0, 0.0),
            (5.0, 3.1780538303479458),
            (0.5, 0.5723649429247001),
            (100.0, 359.1342053695754),
        ] {
            assert!((ln_gamma(x) - expected).abs() < 1e-13 * (1.0 + expected), "{x}: {}", ln_gamma(x));
        }
    }

    #[test]
    fn normal_below_gives_known_values() {
        for (z, expected) in [
            (0.0, 0.5),
            (-1.0, 0.15865525393145705),
            (-3.0, 0.0013498980316300933),
            (-6.4, 7.768847581709826e-11),
        ] {
            assert!((normal_below(z) - expected).abs() < 1e-13 * expected, "{z}: {}", normal_below(z));
        }
    }
}
