//! Intervals of a mean that hold where few replicates carry the variance, as with a difference that most do not show.
//!
//! Student's t takes numbers as normal. Three things are put right:
//!
//! - *Lopsided numbers* (third moment): where the variance rises with the mean, the interval leans to that side, as Wilson's does
//!   for a share: the ends solve `(m - mean)^2 = (t^2 s^2 + z^2 g (m - mean)) / n`, where g, the third central moment over the second, is what a unit
//!   of the mean adds to the variance. (Hall, P. 1992, On the removal of skewness by transformation, JRSS B 54.)
//! - *Few that count* (fourth moment k, over the square of the second): t has `2 n / (k - 1)` degrees of freedom, those of a sample variance with this
//!   kurtosis (Satterthwaite, F. E. 1946, Biometrics Bulletin 2), and never more than n - 1.
//! - *What was not seen*: an event that n replicates do not show may still have a share of `z^2 / (n + z^2)`, the upper end of
//!   Wilson's interval of none (at 95 %, the rule of three with a margin). An interval reaches at least so far as such an event would move the mean, if it is as
//!   large as those that are seen elsewhere ([`size`](super::shape::size)).
//!
//! Its coverage is measured, class by class, in docs/experiments.md.

use super::{Central, Estimate, Interval, Level, Weight};

/// The interval of a mean; none of a single replicate. `central` are the central moments, where they were kept, and `size` is how
/// large an event that no replicate shows may be.
///
/// ```
/// use suasion::estimate::{Exact, Level, Weight, means::interval, student};
/// let mut sums = Exact::default();
/// [1, 2, 3, 6].map(|x| sums.add(x));
/// let (level, estimate) = (Level::new(0.95), sums.estimate(1.0));
/// // Without moments: the mean and t sd / sqrt(n) on either side.
/// let found = interval(&estimate, None, 0.0, Weight::independent(4), &level).unwrap();
/// let half = student(4, 0.95) * (14.0_f64 / 3.0).sqrt() / 2.0;
/// assert!((found.low - (3.0 - half)).abs() < 1e-12 && (found.high - (3.0 + half)).abs() < 1e-12);
/// ```
pub fn interval(
    estimate: &Estimate,
    central: Option<Central>,
    size: f64,
    weight: Weight,
    level: &Level,
) -> Option<Interval> {
    let sd = estimate.sd?;
    let (n, z) = (weight.effective, level.z());
    let mut freedom = weight.freedom.min((estimate.n - 1) as f64);
    let mut lean = 0.0;
    if let Some(central) = central.filter(|c| c.second > 0.0) {
        let kurtosis = central.fourth / (central.second * central.second);
        if kurtosis > 1.0 {
            freedom = freedom.min(2.0 * estimate.n as f64 / (kurtosis - 1.0));
        }
        lean = central.third / central.second * z * z / (2.0 * n);
    }
    let t = level.t(freedom);
    let half = (t * t * sd * sd / n + lean * lean).sqrt();
    let unseen = size * z * z / (n + z * z);
    let mean = estimate.mean;
    Some(Interval { low: mean + (lean - half).min(-unseen), high: mean + (lean + half).max(unseen) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{Exact, Shape};

    fn found(numbers: &[i64], size: f64, level: &Level) -> (Estimate, Option<Interval>) {
        let (mut exact, mut shape) = (Exact::default(), Shape::default());
        for x in numbers {
            exact.add(*x);
            shape.add(*x);
        }
        let estimate = exact.estimate(1.0);
        let weight = Weight::independent(exact.n);
        (estimate, interval(&estimate, shape.central(exact.n, 1.0), size, weight, level))
    }

    #[test]
    fn few_events_give_about_the_interval_of_their_count() {
        // Exact 95 % intervals of a Poisson mean, by the count seen: they lie within, or nearly so.
        let level = Level::new(0.95);
        for (count, low, high) in [(1, 0.025, 5.57), (2, 0.24, 7.22), (4, 1.09, 10.24), (10, 4.80, 18.39)] {
            let mut numbers = vec![0; 1000];
            numbers[..count].fill(64_000);
            let found = found(&numbers, 0.0, &level).1.unwrap();
            assert!(found.low <= 64.0 * low + 20.0, "{count}: {found:?}");
            assert!(found.high >= 64.0 * high * 0.97 && found.high < 64.0 * high * 1.6, "{count}: {found:?}");
        }
    }

    #[test]
    fn what_was_not_seen_may_still_be_and_many_that_differ_are_left_alone() {
        let level = Level::new(0.95);
        let none = found(&[0; 100], 1000.0, &level).1.unwrap();
        assert!((none.high - 36.99).abs() < 0.01 && none.low == -none.high);
        let spread: Vec<i64> = (0..100).map(|i| 640 * (i - 50)).collect();
        let (estimate, interval) = found(&spread, 20_000.0, &level);
        let interval = interval.unwrap();
        let half = level.t(99.0) * estimate.sd.unwrap() / 10.0;
        assert!((interval.high - estimate.mean - half).abs() < 0.01 * half, "{interval:?} {half}");
        assert_eq!(found(&[5], 1.0, &level).1, None);
    }
}
