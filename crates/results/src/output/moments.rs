//! Arithmetic of the summary: lanes of numbers as integers, their sums, and bins of histograms. It keeps nothing.
//!
//! Rounding is by adding a large constant, which every instruction set does in lanes and to the same bits.

use crate::output::units::FULL;
use suasion_lanes::lane::{LANES, Lane, each};

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
    /// x/(1 + |x|) evenly from -1 to 1: likewise, of numbers of either sign.
    SignedOdds,
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
/// Numbers as integers, one per lane.
pub type Integers = [i32; LANES];

/// Numbers from -2^26 to 2^26, rounded.
#[inline(always)]
pub fn integers(limited: Lane) -> Integers {
    each((limited + ROUND).to_bits(), |bits| bits.wrapping_sub(ROUND.to_bits()) as i32)
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

    /// Adds numbers from -2^26 to 2^26; at most 1,024 of them.
    #[inline(always)]
    pub fn add(&mut self, numbers: &[i32]) {
        let (mut sum, mut squares, mut low, mut high) = (0, 0, i32::MAX, i32::MIN);
        for &x in numbers {
            sum += i64::from(x);
            squares += i64::from(x) * i64::from(x);
            low = low.min(x);
            high = high.max(x);
        }
        self.sum += sum;
        self.squares += squares as u128;
        self.low = self.low.min(low);
        self.high = self.high.max(high);
    }
}

/// The bin of each number, given the integer that stands for 1: from 0 to 127, whatever the number.
#[inline(always)]
pub fn bins(grid: Grid, numbers: &[i32], one: f64, at: &mut [u8]) {
    let bin = |x: i32| (x.clamp(0, (1 << FULL_BITS) - 1) >> BIN_SHIFT) as u8;
    let all = at.iter_mut().zip(numbers);
    match grid {
        Grid::Unit => all.for_each(|(at, &x)| *at = bin(x)),
        Grid::Signed => all.for_each(|(at, &x)| *at = bin((x + (1 << FULL_BITS)) >> 1)),
        Grid::Odds => all.for_each(|(at, &x)| {
            let x = f64::from(x);
            let odds = x / (x + one) * FULL + ROUND;
            *at = bin(odds.to_bits().wrapping_sub(ROUND.to_bits()) as i32);
        }),
        Grid::SignedOdds => all.for_each(|(at, &x)| {
            let x = f64::from(x);
            let odds = (x / (x.abs() + one) * 0.5 + 0.5) * FULL + ROUND;
            *at = bin(odds.to_bits().wrapping_sub(ROUND.to_bits()) as i32);
        }),
    }
}

/// How many numbers are a code.
#[inline(always)]
pub fn count(numbers: &[i32], code: i32) -> u32 {
    numbers.iter().map(|x| u32::from(*x == code)).sum()
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
