//! Priors: what a parameter may be before the evidence is looked at, as a density, a distribution function and draws.
//!
//! Normal functions are those of `libm` and of the engine, so a draw has the same bits on every processor.

use crate::excerpt::number;
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::Lane;
use crate::lanes::math::{exp_scalar, inverse_normal, ln_scalar};
use crate::model::table::MOST;
use std::fmt;

/// Mass beyond the admissible values that a normal prior may have without naming its ends.
const STRAY: f64 = 1e-3;

/// A prior of one number. Every prior has two ends.
///
/// ```
/// use suasion::experiment::calibrate::Prior;
/// let prior = Prior::parse("triangular(0, 0.2, 1)", (0.0, 1.0)).unwrap();
/// assert_eq!(prior.ends(), (0.0, 1.0));
/// assert!((prior.cdf(0.2) - 0.2).abs() < 1e-15 && (prior.quantile(0.2) - 0.2).abs() < 1e-12);
/// assert_eq!(prior.to_string(), "triangular(0, 0.2, 1)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// Uniform between two ends.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end, above `low`.
        high: f64,
    },
    /// Normal, cut off (not clipped) at two ends.
    Normal {
        /// Mean before cutting.
        mean: f64,
        /// Standard deviation before cutting, above 0.
        sd: f64,
        /// Lower end.
        low: f64,
        /// Upper end, above `low`.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper end, above `low`.
        high: f64,
    },
    /// Uniform in the logarithm.
    LogUniform {
        /// Lower end, above 0.
        low: f64,
        /// Upper end, above `low`.
        high: f64,
    },
}

/// The standard normal distribution function.
pub(super) fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The draw of a normal between two ends, from a uniform in (0, 1).
pub(super) fn cut_normal(mean: f64, sd: f64, (low, high): (f64, f64), uniform: f64) -> f64 {
    let (from, to) = (phi((low - mean) / sd), phi((high - mean) / sd));
    let share = (from + uniform * (to - from)).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
    (mean + sd * inverse_normal(Lane::splat(share)).0[0]).clamp(low, high)
}

impl Prior {
    /// Reads `uniform(a, b)`, `normal(mean, sd)`, `normal(mean, sd, a, b)`, `triangular(a, mode, b)` or
    /// `loguniform(a, b)`. `admissible` are the values that may be set; a normal without ends is cut there.
    ///
    /// # Errors
    /// If it is none of these, or puts mass where no value may be: a sentence with what was found and expected.
    pub fn parse(text: &str, admissible: (f64, f64)) -> Result<Prior, ExperimentError> {
        const EXPECTED: &str = "expected uniform(low, high), normal(mean, sd), normal(mean, sd, low, high), \
                                triangular(low, mode, high) or loguniform(low, high)";
        let refuse = || ExperimentError::asked(format!("`{text}` is no prior"), Some(EXPECTED.into()));
        let (kind, rest) = text.trim().split_once('(').ok_or_else(refuse)?;
        let inner = rest.trim_end().strip_suffix(')').ok_or_else(refuse)?;
        let numbers: Option<Vec<f64>> =
            inner.split(',').map(|x| x.trim().parse().ok().filter(|x: &f64| x.is_finite())).collect();
        let prior = match (kind.trim(), &numbers.ok_or_else(refuse)?[..]) {
            ("uniform", &[low, high]) => Prior::Uniform { low, high },
            ("normal", &[mean, sd]) => Prior::Normal { mean, sd, low: admissible.0, high: admissible.1 },
            ("normal", &[mean, sd, low, high]) => Prior::Normal { mean, sd, low, high },
            ("triangular", &[low, mode, high]) => Prior::Triangular { low, mode, high },
            ("loguniform", &[low, high]) => Prior::LogUniform { low, high },
            _ => return Err(refuse()),
        };
        prior.check(admissible).map(|()| prior)
    }

    /// Whether it is a distribution, and one on admissible values alone.
    pub(super) fn check(&self, admissible: (f64, f64)) -> Result<(), ExperimentError> {
        let (low, high) = self.ends();
        let wrong = |found: String, hint: &str| Err(ExperimentError::asked(found, Some(hint.into())));
        if low >= high || low.is_nan() || high.is_nan() {
            return wrong(format!("the ends of `{self}` are not in order"), "give the lower end first");
        }
        match *self {
            Prior::Normal { mean, sd, .. } => {
                if sd <= 0.0 || !mean.is_finite() || !sd.is_finite() {
                    return wrong(format!("`{self}` has the sd {}", number(sd)), "expected a number above 0");
                }
                let mass = phi((high - mean) / sd) - phi((low - mean) / sd);
                if mass < 1.0 - STRAY && (low, high) == admissible {
                    let [mean, sd, low, high] = [mean, sd, low, high].map(number);
                    return wrong(
                        format!(
                            "`normal({mean}, {sd})` puts {:.1} % of its mass outside {}",
                            100.0 * (1.0 - mass),
                            range(admissible)
                        ),
                        &format!("cut it off there: normal({mean}, {sd}, {low}, {high})"),
                    );
                }
                if mass < 1e-6 {
                    return wrong(
                        format!("`{self}` has no mass between its ends"),
                        "move its mean or its ends",
                    );
                }
            }
            Prior::Triangular { mode, .. } if !(low..=high).contains(&mode) => {
                return wrong(
                    format!("the mode of `{self}` is outside its ends"),
                    "expected low, mode, high",
                );
            }
            Prior::LogUniform { .. } if low <= 0.0 => {
                return wrong(
                    format!("the lower end of `{self}` is not above 0"),
                    "a logarithm needs one that is",
                );
            }
            _ => {}
        }
        if low < admissible.0 || high > admissible.1 {
            return wrong(
                format!("the prior `{self}` puts mass outside {}", range(admissible)),
                "no scenario may have such a value",
            );
        }
        Ok(())
    }

    /// The prior with its spread multiplied, about its middle (the mean of a normal, the mode of a triangle, the middle in the logarithm of a log-uniform one),
    /// and cut off where no value may be.
    ///
    /// ```
    /// use suasion::experiment::calibrate::Prior;
    /// let prior = Prior::parse("uniform(0, 2)", (0.0, 10.0)).unwrap();
    /// assert_eq!(prior.spread(0.5, (0.0, 10.0)).to_string(), "uniform(0.5, 1.5)");
    /// assert_eq!(prior.spread(2.0, (0.0, 10.0)).to_string(), "uniform(0, 3)");
    /// let prior = Prior::parse("normal(1, 0.2, 0, 2)", (0.0, 10.0)).unwrap();
    /// assert_eq!(prior.spread(2.0, (0.0, 10.0)).to_string(), "normal(1, 0.4, 0, 3)");
    /// let prior = Prior::parse("loguniform(1, 16)", (0.0, 100.0)).unwrap();
    /// let ends = prior.spread(0.5, (0.0, 100.0)).ends();
    /// assert!((ends.0 - 2.0).abs() < 1e-12 && (ends.1 - 8.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn spread(&self, by: f64, admissible: (f64, f64)) -> Prior {
        let about = |middle: f64, (low, high): (f64, f64)| {
            let end = |x: f64| (middle + by * (x - middle)).clamp(admissible.0, admissible.1);
            (end(low), end(high))
        };
        match *self {
            Prior::Uniform { low, high } => {
                let (low, high) = about(0.5 * (low + high), (low, high));
                Prior::Uniform { low, high }
            }
            Prior::Normal { mean, sd, low, high } => {
                let (low, high) = about(mean, (low, high));
                Prior::Normal { mean, sd: by * sd, low, high }
            }
            Prior::Triangular { low, mode, high } => {
                let (low, high) = about(mode, (low, high));
                Prior::Triangular { low, mode, high }
            }
            Prior::LogUniform { low, high } => {
                let half = 0.5 * by * ln_scalar(high / low);
                let middle = (low * high).sqrt();
                // A logarithm needs a lower end above 0, whatever may be.
                let end = |x: f64| x.clamp(admissible.0.max(f64::MIN_POSITIVE), admissible.1);
                Prior::LogUniform {
                    low: end(middle * exp_scalar(-half)),
                    high: end(middle * exp_scalar(half)),
                }
            }
        }
    }

    /// Lower and upper end.
    pub fn ends(&self) -> (f64, f64) {
        match *self {
            Prior::Uniform { low, high }
            | Prior::Normal { low, high, .. }
            | Prior::Triangular { low, high, .. }
            | Prior::LogUniform { low, high } => (low, high),
        }
    }

    /// Logarithm of the density, but for a constant; minus infinity outside the ends.
    pub fn ln_density(&self, x: f64) -> f64 {
        let (low, high) = self.ends();
        if !(low..=high).contains(&x) {
            return f64::NEG_INFINITY;
        }
        match *self {
            Prior::Uniform { .. } => 0.0,
            Prior::Normal { mean, sd, .. } => {
                let z = (x - mean) / sd;
                -0.5 * z * z
            }
            Prior::Triangular { mode, .. } => {
                let height = if x < mode { (x - low) / (mode - low) } else { (high - x) / (high - mode) };
                // At an end that is the mode the quotient is 0 / 0, and the density greatest.
                if x == mode { 0.0 } else { ln_scalar(height.max(f64::MIN_POSITIVE)) }
            }
            Prior::LogUniform { .. } => -ln_scalar(x),
        }
    }

    /// Probability of a value of at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        let (low, high) = self.ends();
        let x = x.clamp(low, high);
        match *self {
            Prior::Uniform { .. } => (x - low) / (high - low),
            Prior::Normal { mean, sd, .. } => {
                let [from, at, to] = [low, x, high].map(|x| phi((x - mean) / sd));
                (at - from) / (to - from)
            }
            Prior::Triangular { mode, .. } => {
                let width = high - low;
                if x < mode {
                    (x - low) * (x - low) / (width * (mode - low))
                } else if x < high {
                    1.0 - (high - x) * (high - x) / (width * (high - mode))
                } else {
                    1.0
                }
            }
            Prior::LogUniform { .. } => ln_scalar(x / low) / ln_scalar(high / low),
        }
    }

    /// The value below which a share of the mass lies; `share` is in (0, 1).
    pub fn quantile(&self, share: f64) -> f64 {
        let (low, high) = self.ends();
        let x = match *self {
            Prior::Uniform { .. } => low + (high - low) * share,
            Prior::Normal { mean, sd, .. } => cut_normal(mean, sd, (low, high), share),
            Prior::Triangular { mode, .. } => {
                let (left, width) = (mode - low, high - low);
                if share * width < left {
                    low + (share * width * left).sqrt()
                } else {
                    high - ((1.0 - share) * width * (high - mode)).sqrt()
                }
            }
            Prior::LogUniform { .. } => low * exp_scalar(share * ln_scalar(high / low)),
        };
        x.clamp(low, high)
    }

    /// Mean and standard deviation, by quantiles at a thousand even shares.
    pub fn moments(&self) -> (f64, f64) {
        const SHARES: u32 = 1000;
        let n = f64::from(SHARES);
        let all = || (0..SHARES).map(|i| self.quantile((f64::from(i) + 0.5) / n));
        let mean = all().sum::<f64>() / n;
        let squares = all().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        (mean, (squares / (n - 1.0)).sqrt())
    }
}

/// Admissible values in words.
fn range((low, high): (f64, f64)) -> String {
    let is_finite = (low.is_finite(), high.is_finite());
    let (low, high) = (number(low), number(high));
    match is_finite {
        (true, true) => format!("{low} to {high}"),
        (true, false) => format!("the numbers from {low} on"),
        (false, true) => format!("the numbers up to {high}"),
        (false, false) => "the finite numbers".into(),
    }
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, numbers) = match *self {
            Prior::Uniform { low, high } => ("uniform", vec![low, high]),
            Prior::Normal { mean, sd, low, high } if low > -MOST || high < MOST => {
                ("normal", vec![mean, sd, low, high])
            }
            Prior::Normal { mean, sd, .. } => ("normal", vec![mean, sd]),
            Prior::Triangular { low, mode, high } => ("triangular", vec![low, mode, high]),
            Prior::LogUniform { low, high } => ("loguniform", vec![low, high]),
        };
        let numbers: Vec<String> = numbers.into_iter().map(number).collect();
        write!(f, "{kind}({})", numbers.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    #[test]
    fn quantiles_undo_distribution_functions_and_densities_are_their_slopes() {
        let texts = [
            "uniform(-1, 3)",
            "normal(0.2, 0.5)",
            "normal(0.2, 0.5, 0, 1)",
            "triangular(0, 0.2, 1)",
            "triangular(0, 0, 1)",
            "loguniform(0.01, 1)",
        ];
        for text in texts {
            let prior = Prior::parse(text, ANY).unwrap();
            assert_eq!(Prior::parse(&prior.to_string(), ANY).unwrap(), prior);
            let scale = |x: f64| exp_scalar(prior.ln_density(x));
            let slope = |x: f64| (prior.cdf(x + 1e-5) - prior.cdf(x - 1e-5)) / 2e-5;
            let one = prior.quantile(0.5);
            for i in 1..20 {
                let share = f64::from(i) / 20.0;
                let x = prior.quantile(share);
                assert!((prior.cdf(x) - share).abs() < 1e-8, "{text}: {share}");
                let ratio = (scale(x) / scale(one)) / (slope(x) / slope(one));
                assert!((ratio - 1.0).abs() < 1e-3, "{text} at {x}: {ratio}");
            }
        }
    }

    #[test]
    fn moments_are_those_known() {
        let near = |text: &str, mean: f64, sd: f64| {
            let (m, s) = Prior::parse(text, ANY).unwrap().moments();
            assert!((m - mean).abs() < 1e-3 && (s - sd).abs() < 2e-3, "{text}: {m} {s}");
        };
        near("uniform(0, 1)", 0.5, (1.0_f64 / 12.0).sqrt());
        near("normal(3, 0.5)", 3.0, 0.5);
        near("triangular(0, 0.5, 1)", 0.5, (1.0_f64 / 24.0).sqrt());
    }

    #[test]
    fn what_is_no_prior_or_lies_outside_is_told() {
        let told = |text: &str, admissible| Prior::parse(text, admissible).unwrap_err().to_string();
        assert!(
            told("gamma(1, 2)", ANY).starts_with("`gamma(1, 2)` is no prior; expected uniform(low, high)")
        );
        assert!(told("uniform(1)", ANY).contains("is no prior"));
        assert!(told("uniform(2, 1)", ANY).contains("not in order"));
        assert_eq!(
            told("uniform(0, 2)", (0.0, 1.0)),
            "the prior `uniform(0, 2)` puts mass outside 0 to 1; no scenario may have such a value"
        );
        assert_eq!(
            told("normal(0.5, 0.5)", (0.0, 1.0)),
            "`normal(0.5, 0.5)` puts 31.7 % of its mass outside 0 to 1; cut it off there: normal(0.5, 0.5, 0, 1)"
        );
        assert!(told("normal(0.5, 0)", ANY).contains("sd 0"));
        assert!(told("loguniform(0, 1)", ANY).contains("above 0"));
    }
}
