//! Arithmetic of the summary: lanes of numbers as integers, their sums, and bins of histograms. It keeps nothing.
//!
//! Rounding is by adding a large constant, which every instruction set does in lanes and to the same bits.

use crate::engine::lanes::{LANES, Lane};

/// Integer of a number at full scale.
pub const FULL: f64 = 67_108_864.0;
const FULL_BITS: u32 = 26;
/// Bins of a histogram.
pub const BINS: usize = 128;
const BIN_SHIFT: u32 = FULL_BITS - 7;

/// How a number is spread over the bins of its histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// Evenly from 0 to full scale.
    Unit,
    /// Evenly from -1 to 1.
    Signed,
    /// x/(1 + x) evenly from 0 to 1: fine near 0, coarse far out.
    Odds,
}

/// Sums over numbers from -2^26 to 2^26, as integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Sum of squares.
    pub squares: u128,
    /// Sum.
    pub sum: i64,
    /// Least.
    pub low: i32,
    /// Greatest.
    pub high: i32,
}

/// Adding this to a number of at most 2^51 leaves the nearest integer in the low bits (ties to even).
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The same for numbers from 0 to 2^52.
const ROUND_POSITIVE: f64 = 4_503_599_627_370_496.0;

#[inline(always)]
fn integers(rounded: Lane, magic: f64) -> [i64; LANES] {
    rounded.to_bits().map(|bits| bits.wrapping_sub(magic.to_bits()) as i64)
}

impl Moments {
    /// Those of no numbers.
    pub const EMPTY: Moments = Moments { squares: 0, sum: 0, low: i32::MAX, high: i32::MIN };

    /// Adds the numbers of another.
    pub fn merge(&mut self, other: Moments) {
        self.squares += other.squares;
        self.sum += other.sum;
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }

    /// Adds the first `width` numbers, from -2^26 to 2^26, rounded to integers, and returns the integers of all lanes.
    #[inline(always)]
    pub fn add(&mut self, limited: Lane, width: usize) -> [i64; LANES] {
        let rounded = limited + ROUND;
        let whole = rounded - ROUND;
        let values = integers(rounded, ROUND);
        let squares = integers(whole * whole + ROUND_POSITIVE, ROUND_POSITIVE);
        let (mut sum, mut square, mut low, mut high) = (0, 0, i32::MAX, i32::MIN);
        for lane in 0..width {
            sum += values[lane];
            square += squares[lane];
            // As 32-bit integers, because least and greatest of floating-point lanes are not one instruction.
            low = low.min(values[lane] as i32);
            high = high.max(values[lane] as i32);
        }
        self.sum += sum;
        self.squares += square as u128;
        self.low = self.low.min(low);
        self.high = self.high.max(high);
        values
    }
}

/// The bin of each number, given itself and its integer: from 0 to 127, whatever the number.
#[inline(always)]
pub fn bin_lanes(grid: Grid, value: Lane, integer: [i64; LANES]) -> [usize; LANES] {
    let integer = match grid {
        Grid::Unit => integer,
        Grid::Signed => integer.map(|x| (x + (1 << FULL_BITS)) >> 1),
        Grid::Odds => integers(value / (value + 1.0) * FULL + ROUND, ROUND),
    };
    // In 32 bits, where limits are one instruction; the mask spares the bounds check.
    integer.map(|x| ((x as i32).clamp(0, (1 << FULL_BITS) - 1) >> BIN_SHIFT) as usize & (BINS - 1))
}

/// Small whole numbers as integers.
#[inline(always)]
pub fn code_lanes(value: Lane) -> [usize; LANES] {
    integers(value + ROUND_POSITIVE, ROUND_POSITIVE).map(|x| x as usize)
}

/// Where a quantile lies, as a share of the grid, by linear interpolation within its bin.
pub fn quantile_position(bins: &[u32], n: u64, percent: u32) -> f64 {
    let rank = n as f64 * f64::from(percent) / 100.0;
    let mut below = 0.0;
    for (bin, &count) in bins.iter().enumerate() {
        let count = f64::from(count);
        if count > 0.0 && below + count >= rank {
            return (bin as f64 + (rank - below) / count) / BINS as f64;
        }
        below += count;
    }
    1.0
}
