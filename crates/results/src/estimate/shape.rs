//! Third and fourth moments, exactly: how lopsided replicates are, and how few of them carry the variance.
//!
//! Powers are of coarser integers than sums are, so that they fit in 128 bits; they shape intervals and never a mean.

/// Bits by which integers are coarsened.
const COARSE: u32 = 6;
/// Coarse integers are held at this size: a number of 4 at the finest unit that anything is summed in (2^-34).
const MOST: i64 = 1 << 30;

/// Sums of the first four powers of coarsened integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    powers: [i128; 4],
}

/// Central moments of a sample (divided by n).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Central {
    /// Second.
    pub second: f64,
    /// Third.
    pub third: f64,
    /// Fourth.
    pub fourth: f64,
}

impl Shape {
    /// Adds an integer.
    #[inline(always)]
    pub fn add(&mut self, x: i64) {
        let x = i128::from(((x + (1 << (COARSE - 1))) >> COARSE).clamp(-MOST, MOST));
        let square = x * x;
        self.powers[0] += x;
        self.powers[1] += square;
        self.powers[2] = self.powers[2].saturating_add(square * x);
        self.powers[3] = self.powers[3].saturating_add(square * square);
    }

    /// Adds the integers of another part.
    pub fn merge(&mut self, other: Shape) {
        self.powers[0] += other.powers[0];
        self.powers[1] += other.powers[1];
        self.powers[2] = self.powers[2].saturating_add(other.powers[2]);
        self.powers[3] = self.powers[3].saturating_add(other.powers[3]);
    }

    /// The sums of powers.
    pub(super) fn powers(&self) -> [i128; 4] {
        self.powers
    }

    /// Of sums of powers.
    pub(super) fn of_powers(powers: [i128; 4]) -> Shape {
        Shape { powers }
    }

    /// The central moments of `n` numbers, given their unit; none of none, or where they are out of all scale.
    ///
    /// ```
    /// use suasion::estimate::Shape;
    /// let mut shape = Shape::default();
    /// [0, 0, 0, 256].map(|x| shape.add(x));
    /// let central = shape.central(4, 1.0 / 256.0).unwrap();
    /// assert_eq!((central.second, central.third, central.fourth), (0.1875, 0.09375, 0.08203125));
    /// ```
    pub fn central(&self, n: u64, unit: f64) -> Option<Central> {
        let [p1, p2, p3, p4] = self.powers;
        if n == 0 || p4 == i128::MAX || p3 == i128::MAX || p3 == i128::MIN {
            return None;
        }
        // About the integer nearest to the mean: nothing is lost by cancellation.
        let count = i128::from(n);
        let c = (p1 as f64 / n as f64).round() as i128;
        let times = |p: i128, k: i128| p.checked_mul(k)?.checked_mul(c);
        let d1 = p1 - count * c;
        let d2 = p2 - 2 * c * p1 + count * c * c;
        let d3 = p3
            .checked_sub(times(p2, 3)?)?
            .checked_add(times(p1 * c, 3)?)?
            .checked_sub(times(c * c, count)?)?;
        let d4 = p4
            .checked_sub(times(p3, 4)?)?
            .checked_add(times(p2.checked_mul(c)?, 6)?)?
            .checked_sub(times((p1 * c).checked_mul(c)?, 4)?)?
            .checked_add(times(c * c * c, count)?)?;
        let [r, m2, m3, m4] = [d1, d2, d3, d4].map(|d| d as f64 / n as f64);
        let unit = unit * f64::from(1_u32 << COARSE);
        let square = unit * unit;
        Some(Central {
            second: (m2 - r * r).max(0.0) * square,
            third: (m3 - 3.0 * r * m2 + 2.0 * r * r * r) * square * unit,
            fourth: (m4 - 4.0 * r * m3 + 6.0 * r * r * m2 - 3.0 * r * r * r * r).max(0.0) * square * square,
        })
    }
}

/// The size of the deviations that carry the variance of several samples: the root of their fourth over their second
/// moments, each weighed by its replicates. An event that changes a number in one replicate of many, and leaves the others almost alone, counts by
/// what it changes. 0 where nothing varies.
pub fn size(samples: impl Iterator<Item = (u64, Central)>) -> f64 {
    let (mut second, mut fourth) = (0.0, 0.0);
    for (n, central) in samples {
        second += n as f64 * central.second;
        fourth += n as f64 * central.fourth;
    }
    if second > 0.0 { (fourth / second).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn moments_are_those_of_plain_sums(numbers in prop::collection::vec(-60_000i64..60_000, 1..60), far in -1_000_000i64..1_000_000) {
            let unit = 1.0 / 1_048_576.0;
            let mut shape = Shape::default();
            for x in &numbers {
                shape.add(64 * (x + far));
            }
            let found = shape.central(numbers.len() as u64, unit).unwrap();
            let n = numbers.len() as f64;
            let mean = numbers.iter().sum::<i64>() as f64 / n;
            let power = |x: f64, k: i32| (0..k).map(|_| x).product::<f64>();
            let moment = |k: i32| numbers.iter().map(|x| power(*x as f64 - mean, k)).sum::<f64>() / n * power(64.0 * unit, k);
            let scale = moment(2).sqrt().max(1e-9);
            for (k, found) in [(2, found.second), (3, found.third), (4, found.fourth)] {
                let error = (found - moment(k)).abs() / power(scale, k);
                prop_assert!(error < 1e-6, "{k}: {found} {}", moment(k));
            }
        }
    }

    #[test]
    fn the_size_is_that_of_the_events_among_much_noise() {
        let mut shape = Shape::default();
        (0..995).for_each(|i| shape.add(64 * if i % 2 == 0 { 100 } else { -100 }));
        (0..5).for_each(|_| shape.add(64 * 100_000));
        let size = size([(1000, shape.central(1000, 1.0 / 64_000_000.0).unwrap())].into_iter());
        assert!((size - 0.1).abs() < 0.001, "{size}");
        assert_eq!(super::size(std::iter::empty()), 0.0);
    }
}
