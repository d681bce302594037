//! Count, mean, spread and range of a number over replicates, in one pass and by parts. Parts are merged in a fixed
//! order by whoever keeps them: these are floating-point sums.

/// Statistics of a number over replicates.
///
/// ```
/// use suasion::experiment::statistics::Statistics;
/// let of = |values: &[f64]| values.iter().fold(Statistics::default(), |s, x| s.with(*x));
/// let whole = of(&[1.0, 2.0, 4.0]).merge(of(&[5.0]));
/// assert_eq!((whole.n, whole.mean, whole.low, whole.high), (4, 3.0, 1.0, 5.0));
/// assert_eq!(whole.sd(), Some((10.0f64 / 3.0).sqrt()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Replicates.
    pub n: u64,
    /// Mean; 0 of none.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub squares: f64,
    /// Least; infinity of none.
    pub low: f64,
    /// Greatest; minus infinity of none.
    pub high: f64,
}

impl Default for Statistics {
    fn default() -> Self {
        Statistics { n: 0, mean: 0.0, squares: 0.0, low: f64::INFINITY, high: f64::NEG_INFINITY }
    }
}

impl Statistics {
    /// With one more number (Welford 1962).
    pub fn with(self, x: f64) -> Statistics {
        let n = self.n + 1;
        let off = x - self.mean;
        let mean = self.mean + off / n as f64;
        let squares = self.squares + off * (x - mean);
        Statistics { n, mean, squares, low: self.low.min(x), high: self.high.max(x) }
    }

    /// With the numbers of another part (Chan, Golub & `LeVeque` 1979).
    pub fn merge(self, other: Statistics) -> Statistics {
        if self.n == 0 || other.n == 0 {
            return if self.n == 0 { other } else { self };
        }
        let n = self.n + other.n;
        let off = other.mean - self.mean;
        let share = other.n as f64 / n as f64;
        Statistics {
            n,
            mean: self.mean + off * share,
            squares: self.squares + other.squares + off * off * (self.n as f64 * share),
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Standard deviation between replicates (n - 1); none for fewer than two.
    pub fn sd(&self) -> Option<f64> {
        (self.n > 1).then(|| (self.squares / (self.n - 1) as f64).sqrt())
    }
}
