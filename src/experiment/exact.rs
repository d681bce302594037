//! Sums of numbers as integers, and what they estimate: mean, standard deviation, interval.
//!
//! A number is rounded to a multiple of a unit and then added and squared exactly, so that no grouping, order or number
//! of threads changes a result. It keeps no number and knows no variable.

use crate::engine::lanes::Lane;
use crate::engine::math::inverse_normal;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Adding this to a number of at most 2^51 leaves the nearest integer in the low bits (ties to even).
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The number of units nearest to `x`; numbers beyond 2^51 units are held there.
///
/// ```
/// use suasion::experiment::exact::integer;
/// assert_eq!((integer(0.75, 0.25), integer(-0.9, 0.25), integer(1e300, 0.25)), (3, -4, 1 << 51));
/// ```
#[inline(always)]
pub fn integer(x: f64, unit: f64) -> i64 {
    let most = (1_u64 << 51) as f64;
    ((x / unit).clamp(-most, most) + ROUND - ROUND) as i64
}

/// Sums over integers: how many, their sum, the sum of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exact {
    /// How many.
    pub n: u64,
    /// Their sum.
    pub sum: i128,
    /// The sum of their squares.
    pub squares: u128,
}

impl Exact {
    /// Adds an integer.
    #[inline(always)]
    pub fn add(&mut self, x: i64) {
        self.n += 1;
        self.sum += i128::from(x);
        self.squares += u128::from(x.unsigned_abs()) * u128::from(x.unsigned_abs());
    }

    /// Mean and standard deviation of the numbers, given their unit. The mean of none is not a number.
    ///
    /// ```
    /// use suasion::experiment::exact::Exact;
    /// let mut sums = Exact::default();
    /// [1, 2, 3, 6].map(|x| sums.add(x));
    /// let estimate = sums.estimate(0.5);
    /// assert_eq!((estimate.n, estimate.mean, estimate.sd), (4, 1.5, Some((14.0_f64 / 3.0).sqrt() * 0.5)));
    /// ```
    pub fn estimate(&self, unit: f64) -> Estimate {
        let n = self.n as f64;
        let sd = (self.n > 1).then(|| (self.spread() / n / (n - 1.0)).sqrt() * unit);
        Estimate { n: self.n, mean: self.sum as f64 / n * unit, sd }
    }

    /// n times the sum of squares less the square of the sum: exact, so never below 0, unless numbers are out of all scale.
    fn spread(&self) -> f64 {
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
}

impl Estimate {
    /// Half the width of the interval of the mean, `t sd / sqrt(n)`; none for one replicate.
    pub fn half(&self, t: f64) -> Option<f64> {
        self.sd.map(|sd| t * sd / (self.n as f64).sqrt())
    }

    /// Variance; 0 for one replicate.
    pub fn variance(&self) -> f64 {
        self.sd.map_or(0.0, |sd| sd * sd)
    }
}

/// The number of standard errors that an interval of this level reaches on either side: the quantile of Student's t with
/// n - 1 degrees of freedom. Not a number for fewer than two replicates.
///
/// From 100 degrees of freedom on by the expansion around the normal quantile (Abramowitz & Stegun 26.7.5), whose error is below
/// 1e-7: the library's search does not end for very many.
///
/// ```
/// use suasion::experiment::exact::student;
/// assert!((student(10, 0.95) - 2.262_157_162_8).abs() < 1e-8);
/// assert!((student(1_000_000, 0.95) - 1.959_966_36).abs() < 1e-8);
/// ```
pub fn student(n: u64, level: f64) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    let (freedom, p) = ((n - 1) as f64, 0.5 + level / 2.0);
    if freedom < 100.0 {
        return StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |t| t.inverse_cdf(p));
    }
    let z = inverse_normal(Lane::splat(p)).0[0];
    let (z2, v) = (z * z, 1.0 / freedom);
    let first = (z2 + 1.0) * z / 4.0;
    let second = ((5.0 * z2 + 16.0) * z2 + 3.0) * z / 96.0;
    let third = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * z / 384.0;
    z + ((third * v + second) * v + first) * v
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
        let mut sums = Exact { n: u64::from(u32::MAX), sum: 0, squares: u128::MAX >> 1 };
        sums.add(1 << 51);
        assert!(sums.estimate(1.0).sd.is_some_and(f64::is_finite));
    }

    #[test]
    fn quantiles_of_t_agree_with_tables() {
        for (n, level, expected) in [
            (2, 0.95, 12.706_204_736),
            (5, 0.95, 2.776_445_105),
            (31, 0.99, 2.749_995_654),
            (100, 0.95, 1.984_216_952),
            (101, 0.95, 1.983_971_519),
            (1000, 0.95, 1.962_341_461),
            (100_001, 0.9, 1.644_868_865),
            (u64::from(u32::MAX), 0.95, 1.959_963_985),
        ] {
            assert!((student(n, level) - expected).abs() < 1e-7, "{n} {level}: {}", student(n, level));
        }
        assert!(student(1, 0.95).is_nan());
    }
}
