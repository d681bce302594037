//! Count, mean, spread and range of an outcome over replicates, by parts: exact sums, so that no cut of a sweep changes a bit.

use crate::estimate::{Exact, integer};

/// Words of eight bytes that keep a [`Sums`].
pub const WORDS: usize = 7;

/// What is kept of a number over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// Multiple that is counted.
    unit: f64,
    exact: Exact,
    /// Least; infinity of none.
    low: f64,
    /// Greatest; minus infinity of none.
    high: f64,
}

impl Sums {
    /// Of no replicates.
    pub fn new(unit: f64) -> Sums {
        Sums { unit, exact: Exact::default(), low: f64::INFINITY, high: f64::NEG_INFINITY }
    }

    /// With one more number.
    #[must_use]
    pub fn with(mut self, x: f64) -> Sums {
        self.exact.add(integer(x, self.unit));
        Sums { low: self.low.min(x), high: self.high.max(x), ..self }
    }

    /// With the numbers of another part, counted in the same unit.
    #[must_use]
    pub fn merge(mut self, other: Sums) -> Sums {
        self.exact.merge(other.exact);
        Sums {
            unit: other.unit,
            exact: self.exact,
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// As words; how many numbers there are is known to whoever reads them.
    pub(super) fn words(&self) -> [u64; WORDS] {
        let (sum, squares) = (self.exact.sum as u128, self.exact.squares);
        let [low, high, unit] = [self.low, self.high, self.unit].map(f64::to_bits);
        [unit, sum as u64, (sum >> 64) as u64, squares as u64, (squares >> 64) as u64, low, high]
    }

    /// Of words, and how many numbers they are of.
    pub(super) fn of_words(words: [u64; WORDS], n: u64) -> Sums {
        let whole = |low: usize| u128::from(words[low]) | u128::from(words[low + 1]) << 64;
        let [unit, low, high] = [0, 5, 6].map(|w| f64::from_bits(words[w]));
        Sums { unit, exact: Exact { n, sum: whole(1) as i128, squares: whole(3) }, low, high }
    }

    /// What they say.
    pub fn statistics(&self) -> Statistics {
        let estimate = self.exact.estimate(self.unit);
        let squares = self.exact.spread() / self.exact.n as f64 * self.unit * self.unit;
        Statistics {
            n: estimate.n,
            mean: estimate.mean,
            squares,
            sd: estimate.sd,
            low: self.low,
            high: self.high,
        }
    }
}

/// Statistics of a number over replicates.
///
/// ```
/// use suasion::experiment::statistics::Sums;
/// let of = |values: &[f64]| values.iter().fold(Sums::new(0.25), |sums, x| sums.with(*x));
/// let whole = of(&[1.0, 2.0, 4.0]).merge(of(&[5.0])).statistics();
/// assert_eq!((whole.n, whole.mean, whole.low, whole.high), (4, 3.0, 1.0, 5.0));
/// assert_eq!((whole.squares, whole.sd), (10.0, Some((10.0f64 / 3.0).sqrt())));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Replicates.
    pub n: u64,
    /// Mean.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub squares: f64,
    /// Standard deviation between replicates (n - 1); none for fewer than two.
    pub sd: Option<f64>,
    /// Least.
    pub low: f64,
    /// Greatest.
    pub high: f64,
}
