//! Sums of numbers as integers, and what they estimate: mean and standard deviation.
//!
//! A number is rounded to a multiple of a unit and then added and squared exactly, so that no grouping, order or number
//! of threads changes a result. It keeps no number and knows no variable.

use super::Interval;

/// Adding this to a number of at most 2^51 leaves the nearest integer in the low bits (ties to even).
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The number of units nearest to `x`; numbers beyond 2^51 units are held there.
///
/// ```
/// use suasion::estimate::integer;
/// assert_eq!((integer(0.75, 0.25), integer(-0.9, 0.25), integer(1e300, 0.25)), (3, -4, 1 << 51));
/// ```
///
/// # Panics
/// If `x` is not finite: such a number has no mean, and the engine lets none out.
#[inline(always)]
pub fn integer(x: f64, unit: f64) -> i64 {
    assert!(x.is_finite(), "a number that is not finite came to be averaged");
    let most = (1_u64 << 51) as f64;
    ((x / unit).clamp(-most, most) + ROUND - ROUND) as i64
}

/// Sums over integers: how many, their sum, the sum of their squares, the least and the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// How many.
    pub n: u64,
    /// Their sum.
    pub sum: i128,
    /// The sum of their squares.
    pub squares: u128,
    /// The least; of none, more than any.
    pub min: i64,
    /// The greatest; of none, less than any.
    pub max: i64,
}

impl Default for Exact {
    fn default() -> Exact {
        Exact { n: 0, sum: 0, squares: 0, min: i64::MAX, max: i64::MIN }
    }
}

impl Exact {
    /// Adds an integer.
    #[inline(always)]
    pub fn add(&mut self, x: i64) {
        self.n += 1;
        self.sum += i128::from(x);
        self.squares += u128::from(x.unsigned_abs()) * u128::from(x.unsigned_abs());
        self.min = self.min.min(x);
        self.max = self.max.max(x);
    }

    /// Adds the numbers of another part.
    pub fn merge(&mut self, other: Exact) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The mean of the numbers, given their unit. That of none is not a number.
    pub fn mean(&self, unit: f64) -> f64 {
        self.sum as f64 / self.n as f64 * unit
    }

    /// What the numbers say, given their unit, but for the interval of their mean.
    ///
    /// ```
    /// use suasion::estimate::Exact;
    /// let mut sums = Exact::default();
    /// [1, 2, 3, 6].map(|x| sums.add(x));
    /// let estimate = sums.estimate(0.5);
    /// assert_eq!((estimate.n, estimate.mean, estimate.sd), (4, 1.5, Some((14.0_f64 / 3.0).sqrt() * 0.5)));
    /// assert_eq!((estimate.min, estimate.max, estimate.interval), (0.5, 3.0, None));
    /// ```
    pub fn estimate(&self, unit: f64) -> Estimate {
        let n = self.n as f64;
        let sd = (self.n > 1).then(|| (self.spread() / n / (n - 1.0)).sqrt() * unit);
        let [min, max] = [self.min, self.max].map(|x| x as f64 * unit);
        Estimate { n: self.n, mean: self.mean(unit), sd, interval: None, min, max }
    }

    /// n times the sum of squares less the square of the sum: exact, so never below 0, unless numbers are out of all scale.
    pub fn spread(&self) -> f64 {
        let parts = u128::from(self.n)
            .checked_mul(self.squares)
            .zip(self.sum.unsigned_abs().checked_mul(self.sum.unsigned_abs()));
        match parts {
            Some((squares, square)) => (squares - square) as f64,
            None => (self.n as f64 * self.squares as f64 - (self.sum as f64) * (self.sum as f64)).max(0.0),
        }
    }
}

/// What replicates say of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Replicates.
    pub n: u64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation between replicates (n - 1); none for one replicate.
    pub sd: Option<f64>,
    /// Interval of the mean; none for one replicate, or where it was not asked for.
    pub interval: Option<Interval>,
    /// Least of the replicates.
    pub min: f64,
    /// Greatest of the replicates.
    pub max: f64,
}

impl Estimate {
    /// Variance; 0 for one replicate.
    pub fn variance(&self) -> f64 {
        self.sd.map_or(0.0, |sd| sd * sd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_has_no_spread_and_monsters_do_not_overflow() {
        let mut sums = Exact::default();
        for _ in 0..1000 {
            sums.add(integer(0.1, 1.0 / 1_073_741_824.0));
        }
        let estimate = sums.estimate(1.0 / 1_073_741_824.0);
        assert!((estimate.mean - 0.1).abs() < 1e-9 && estimate.sd == Some(0.0));
        let mut sums = Exact { n: u64::from(u32::MAX), squares: u128::MAX >> 1, ..Exact::default() };
        sums.add(1 << 51);
        assert!(sums.estimate(1.0).sd.is_some_and(f64::is_finite));
    }

    #[test]
    fn what_is_not_finite_is_never_averaged() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(std::panic::catch_unwind(|| integer(x, 0.25)).is_err(), "{x}");
        }
    }
}
