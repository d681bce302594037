//! Intervals of a share of replicates, and of the difference of two paired shares: by score, so that they hold near 0 and 1.
//!
//! One share: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22; its lower
//! end where one to three have it, and its upper end where all but one to three do, by the Poisson distribution, as Brown, L. D., Cai,
//! T. T. and `DasGupta`, A. (2001), Interval estimation for a binomial proportion, Statistical Science 16, amend it. Paired
//! shares: Tango, T. (1998), Equivalence test and confidence interval for the difference in proportions for the paired-sample
//! design, Statistics in Medicine 17, amended in the same way where only one arm ever has what the other has not. Replicates
//! may count for less than one each: see [`groups`](super::groups).

use super::{Interval, Level, Weight};

/// Counts up to which the Poisson distribution amends an end.
const FEW: f64 = 3.0;
/// Halvings that find an end to 2^-52.
const HALVINGS: usize = 53;

/// The interval of a share in [0, 1].
///
/// ```
/// use suasion::estimate::{Level, Weight, shares::one};
/// let interval = |share| one(share, Weight::independent(100), &Level::new(0.95));
/// assert!((interval(0.0).high - 0.0369935).abs() < 1e-7 && interval(0.0).low == 0.0);
/// assert!((interval(0.5).low - 0.4038315).abs() < 1e-7 && (interval(0.5).high - 0.5961685).abs() < 1e-7);
/// assert!((interval(0.01).low - 0.000513).abs() < 1e-6);
/// ```
pub fn one(share: f64, weight: Weight, level: &Level) -> Interval {
    let (n, z) = (weight.effective, level.t(weight.freedom));
    let shrunk = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / shrunk;
    let half = z / shrunk * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).max(0.0).sqrt();
    let least = few(share * n, n, level).unwrap_or(1.0);
    let most = 1.0 - few((1.0 - share) * n, n, level).unwrap_or(1.0);
    // The ends are exact where none or all have it.
    let low = if share == 0.0 { 0.0 } else { (middle - half).min(least) };
    let high = if share == 1.0 { 1.0 } else { (middle + half).max(most) };
    Interval { low, high }.within((0.0, 1.0))
}

/// The lower end that a few of n leave open; none of none, and of many.
fn few(count: f64, n: f64, level: &Level) -> Option<f64> {
    (count > 0.0 && count < FEW + 0.5).then(|| level.least_rate(count) / n)
}

/// The interval of a difference of paired shares: of all replicates, the share `above` in which the other arm alone has it,
/// less the share `below` in which the base alone has it.
///
/// ```
/// use suasion::estimate::{Level, Weight, shares::paired};
/// let level = Level::new(0.95);
/// // Of 50 pairs, 1 and 12 discordant: where the score is z, with the likelihood maximized by search.
/// let found = paired(1.0 / 50.0, 12.0 / 50.0, Weight::independent(50), &level);
/// assert!((found.low + 0.35945).abs() < 1e-4 && (found.high + 0.09421).abs() < 1e-4, "{found:?}");
/// // No replicate differs: the rule of three, by score.
/// let none = paired(0.0, 0.0, Weight::independent(100), &level);
/// assert!((none.high - 0.0369935).abs() < 1e-6 && (none.low + none.high).abs() < 1e-12);
/// ```
pub fn paired(above: f64, below: f64, weight: Weight, level: &Level) -> Interval {
    let (n, z) = (weight.effective, level.t(weight.freedom));
    let (b, c) = (above * n, below * n);
    let mut low = end(b, c, n, z);
    let mut high = -end(c, b, n, z);
    if c == 0.0 {
        low = low.min(few(b, n, level).unwrap_or(1.0));
    }
    if b == 0.0 {
        high = high.max(few(c, n, level).map_or(-1.0, |x| -x));
    }
    Interval { low, high }.within((-1.0, 1.0))
}

/// The lower end: the difference at which the score of `b` less `c` of `n` is z.
fn end(b: f64, c: f64, n: f64, z: f64) -> f64 {
    // The score falls as the difference rises.
    let is_below = |difference: f64| {
        let a = 2.0 * n;
        let half_b = (2.0 * n - b + c) * difference - b - c;
        let product = c * difference * (1.0 - difference);
        let share = ((half_b * half_b + 4.0 * a * product).max(0.0).sqrt() - half_b) / (2.0 * a);
        let variance = n * (2.0 * share + difference * (1.0 - difference));
        let gap = b - c - n * difference;
        gap > 0.0 && gap * gap > z * z * variance
    };
    let (mut low, mut high) = (-1.0, (b - c) / n);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if is_below(middle) { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_share_and_mirror_themselves() {
        let level = Level::new(0.9);
        for n in [2, 7, 100, 4000] {
            let weight = Weight::independent(n);
            for k in 0..=n.min(60) {
                let share = k as f64 / n as f64;
                let (found, mirror) = (one(share, weight, &level), one(1.0 - share, weight, &level));
                assert!(found.holds(share) && found.low < found.high, "{k} of {n}: {found:?}");
                assert!((found.low + mirror.high - 1.0).abs() < 1e-9, "{k} of {n}");
                for j in 0..=(n - k).min(5) {
                    let other = j as f64 / n as f64;
                    let (found, mirror) =
                        (paired(share, other, weight, &level), paired(other, share, weight, &level));
                    assert!(found.holds(share - other) && found.low < found.high, "{k} {j} {n}: {found:?}");
                    assert!((found.low + mirror.high).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn replicates_that_count_for_less_give_wider_intervals() {
        let level = Level::new(0.95);
        let half = Weight { effective: 50.0, freedom: f64::INFINITY };
        let (few, many) = (one(0.2, half, &level), one(0.2, Weight::independent(100), &level));
        assert!(few.low < many.low && few.high > many.high);
        let (few, many) =
            (paired(0.2, 0.1, half, &level), paired(0.2, 0.1, Weight::independent(100), &level));
        assert!(few.low < many.low && few.high > many.high);
    }
}
