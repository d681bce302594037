//! A level of confidence and its quantiles: of the normal distribution and of Student's t.

use statrs::distribution::{ContinuousCDF, Gamma, StudentsT};
use std::sync::OnceLock;
use suasion_lanes::lane::Lane;
use suasion_lanes::math::inverse_normal;

/// Degrees of freedom from which on the quantile of t is found by its expansion around the normal one.
const MANY: usize = 100;

/// A level of confidence. It keeps the quantiles of t that it was asked for, since finding one is slow.
#[derive(Clone, Debug)]
pub struct Level {
    share: f64,
    z: f64,
    t: Vec<OnceLock<f64>>,
}

impl Level {
    /// A level between 0 and 1, as in 0.95.
    ///
    /// ```
    /// use suasion::estimate::Level;
    /// let level = Level::new(0.95);
    /// assert!((level.z() - 1.959963985).abs() < 1e-8);
    /// assert!((level.t(9.7) - 2.2621571628).abs() < 1e-8); // 9 degrees of freedom
    /// ```
    pub fn new(share: f64) -> Level {
        let z = inverse_normal(Lane::splat(0.5 + share / 2.0)).0[0];
        Level { share, z, t: vec![OnceLock::new(); MANY] }
    }

    /// The share of intervals that hold.
    pub fn share(&self) -> f64 {
        self.share
    }

    /// Standard errors on either side, by the normal distribution.
    pub fn z(&self) -> f64 {
        self.z
    }

    /// Standard errors on either side, by Student's t with so many degrees of freedom (whole ones, at least 1).
    pub fn t(&self, freedom: f64) -> f64 {
        let whole = freedom.floor().max(1.0);
        match self.t.get(whole as usize) {
            Some(known) => *known.get_or_init(|| student(whole as u64 + 1, self.share)),
            None if whole.is_finite() => student(whole as u64 + 1, self.share),
            None => self.z,
        }
    }

    /// The mean of a Poisson count that reaches `count` no more often than the level leaves out, by one side: what Brown, Cai
    /// and `DasGupta` (2001) put for the lower end of the score interval where few have it.
    pub(super) fn least_rate(&self, count: f64) -> f64 {
        Gamma::new(count, 1.0).map_or(0.0, |gamma| gamma.inverse_cdf(1.0 - self.share))
    }
}

/// The number of standard errors that an interval of this level reaches on either side: the quantile of Student's t with
/// n - 1 degrees of freedom. Not a number for fewer than two replicates.
///
/// From 100 degrees of freedom on by the expansion around the normal quantile (Abramowitz & Stegun 26.7.5), whose error is below
/// 1e-7: the library's search does not end for very many.
///
/// ```
/// use suasion::estimate::student;
/// assert!((student(10, 0.95) - 2.262_157_162_8).abs() < 1e-8);
/// assert!((student(1_000_000, 0.95) - 1.959_966_36).abs() < 1e-8);
/// ```
pub fn student(n: u64, level: f64) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    let (freedom, p) = ((n - 1) as f64, 0.5 + level / 2.0);
    if freedom < MANY as f64 {
        return StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |t| t.inverse_cdf(p));
    }
    let z = inverse_normal(Lane::splat(p)).0[0];
    let (z2, v) = (z * z, 1.0 / freedom);
    let first = (z2 + 1.0) * z / 4.0;
    let second = ((5.0 * z2 + 16.0) * z2 + 3.0) * z / 96.0;
    let third = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * z / 384.0;
    z + ((third * v + second) * v + first) * v
}

/// A level in per cent, exactly as it was given.
///
/// ```
/// use suasion::estimate::level::percent;
/// assert_eq!([0.95, 0.995, 0.5, 0.0001, 0.07, 0.999999].map(percent), ["95 %", "99.5 %", "50 %", "0.01 %", "7 %", "99.9999 %"]);
/// ```
pub fn percent(level: f64) -> String {
    // By its digits: a hundred times the number may round to another.
    let text = level.to_string();
    let digits = text.split_once('.').map_or("", |(_, digits)| digits);
    let (whole, rest) = digits.split_at(digits.len().min(2));
    let whole = format!("{whole:0<2}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { format!("{whole} %") } else { format!("{whole}.{rest} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(Level::new(level).t((n - 1) as f64), student(n, level));
        }
        assert!(student(1, 0.95).is_nan());
        assert_eq!(Level::new(0.95).t(f64::INFINITY), Level::new(0.95).z());
    }

    #[test]
    fn the_least_rates_are_those_of_brown_cai_and_dasgupta() {
        let level = Level::new(0.95);
        for (count, expected) in [(1.0, 0.0513), (2.0, 0.3554), (3.0, 0.8177)] {
            assert!(
                (level.least_rate(count) - expected).abs() < 1e-4,
                "{count}: {}",
                level.least_rate(count)
            );
        }
    }
}
