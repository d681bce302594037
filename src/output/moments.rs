//! Arithmetic of the summary: lanes of numbers as integers, their sums, and bins of histograms. It keeps nothing.
//!
//! Rounding is by adding a large constant, which every instruction set does in lanes and to the same bits.

use crate::engine::lanes::{LANES, Lane, each, settle};

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
    each(rounded.to_bits(), |bits| bits.wrapping_sub(magic.to_bits()) as i64)
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
    pub fn add(&mut self, limited: Lane, width: usize) -> [i32; LANES] {
        let rounded = limited + ROUND;
        let whole = rounded - ROUND;
        // In 32 bits, which hold the sum of all lanes, and of which least and greatest are one instruction.
        let mut values = each(integers(rounded, ROUND), |x| x as i32);
        let mut squares = integers(whole * whole + ROUND_POSITIVE, ROUND_POSITIVE);
        settle(&mut values);
        settle(&mut squares);
        let (mut sum, mut square, mut low, mut high) = (0, 0, i32::MAX, i32::MIN);
        for lane in 0..width {
            sum += values[lane];
            square += squares[lane];
            low = low.min(values[lane]);
            high = high.max(values[lane]);
        }
        self.sum += i64::from(sum);
        self.squares += square as u128;
        self.low = self.low.min(low);
        self.high = self.high.max(high);
        values
    }
}

/// The bin of each number, given itself and its integer: from 0 to 127, whatever the number.
#[inline(always)]
pub fn bin_lanes(grid: Grid, value: Lane, integer: [i32; LANES]) -> [u32; LANES] {
    let integer = match grid {
        Grid::Unit => integer,
        Grid::Signed => each(integer, |x| (x + (1 << FULL_BITS)) >> 1),
        Grid::Odds => each(integers(value / (value + 1.0) * FULL + ROUND, ROUND), |x| x as i32),
    };
    let mut bins = each(integer, |x| (x.clamp(0, (1 << FULL_BITS) - 1) >> BIN_SHIFT) as u32);
    settle(&mut bins);
    bins
}

/// Most values that a code may have for [`count_codes`].
pub const CODES: usize = 8;

/// How many of the first `width` lanes have each code, from 0; a code beyond `values` counts as the last.
#[inline(always)]
pub fn count_codes(value: Lane, values: usize, width: usize) -> [u8; CODES] {
    // A byte for each code, all in one number: lanes are counted by a table and a sum.
    const ONE_OF: [u64; CODES] = [1, 1 << 8, 1 << 16, 1 << 24, 1 << 32, 1 << 40, 1 << 48, 1 << 56];
    let last = values.min(CODES) as i32 - 1;
    let mut codes =
        each(integers(value + ROUND_POSITIVE, ROUND_POSITIVE), |x| (x as i32).clamp(0, last) as u32);
    settle(&mut codes);
    let mut counts = 0;
    for &code in &codes[..width] {
        counts += ONE_OF[code as usize % CODES];
    }
    counts.to_le_bytes()
}

/// Where a quantile lies, as a share of the grid, by linear interpolation within its bin.
pub fn quantile_position(bins: impl Iterator<Item = u64>, n: u64, percent: u32) -> f64 {
    let rank = n as f64 * f64::from(percent) / 100.0;
    let mut below = 0.0;
    for (bin, count) in bins.enumerate() {
        let count = count as f64;
        if count > 0.0 && below + count >= rank {
            return (bin as f64 + (rank - below) / count) / BINS as f64;
        }
        below += count;
    }
    1.0
}
