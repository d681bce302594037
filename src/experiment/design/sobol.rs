//! The Sobol sequence by index, and Saltelli's design that is made of it. The direction numbers are those of Joe and
//! Kuo, from the crate `sobol`; the sequence equals SciPy's `qmc.Sobol(scramble=False)`.
//!
//! Joe, S. and Kuo, F. Y. (2008). Constructing Sobol sequences with better two-dimensional projections. SIAM Journal on
//! Scientific Computing 30, 2635-2654.

use sobol::Sobol;
use sobol::params::JoeKuoD6;

/// Axes for which there are direction numbers.
pub(super) const MOST_DIMENSIONS: usize = 1000;
/// Bits of a coordinate, and so of an index.
pub(super) const BITS: usize = 53;

/// The sequence in the unit cube.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    directions: Vec<Vec<u64>>,
}

impl Sequence {
    /// Of at most [`MOST_DIMENSIONS`] dimensions.
    pub(super) fn new(dimensions: usize) -> Sequence {
        let parameters = JoeKuoD6::standard();
        Sequence { directions: Sobol::<f64>::init_direction_vals::<u32>(dimensions, BITS, &parameters) }
    }

    /// Coordinate of a point, in [0, 1): the exclusive or of the directions that the Gray code of `i` names.
    pub(super) fn coordinate(&self, i: u64, dimension: usize) -> f64 {
        let mut gray = i ^ (i >> 1);
        let mut bits = 0;
        while gray > 0 {
            bits ^= self.directions[dimension][gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        // Of the 64 bits the last 11 are zero, so both steps are exact.
        (bits >> (64 - BITS)) as f64 / (1_u64 << BITS) as f64
    }

    pub(super) fn unit(&self, i: u64, u: &mut [f64]) {
        for (dimension, u) in u.iter_mut().enumerate() {
            *u = self.coordinate(i, dimension);
        }
    }
}

/// Saltelli's design for Sobol indices.
///
/// A base row is a point of the sequence in 2k dimensions: A is its first half, B its second. It gives the points A;
/// A with coordinate j from B, for each j; with second order also B with coordinate j from A, for each j; B. So the
/// rows come in the order that `SALib.analyze.sobol` reads.
///
/// Saltelli, A. (2002). Making best use of model evaluations to compute sensitivity indices. Computer Physics
/// Communications 145, 280-297.
#[derive(Clone, Debug)]
pub(super) struct Saltelli {
    sequence: Sequence,
    skipped: u64,
    second_order: bool,
}

impl Saltelli {
    pub(super) fn new(samples: u64, axes: usize, second_order: bool) -> Saltelli {
        Saltelli { sequence: Sequence::new(2 * axes), skipped: skipped(samples), second_order }
    }

    pub(super) fn unit(&self, i: u64, u: &mut [f64]) {
        let axes = u.len();
        let rows = rows(axes, self.second_order);
        let base = self.skipped + i / rows;
        let row = (i % rows) as usize;
        let (from_second_half, exchanged) = match row {
            0 => (false, None),
            _ if row <= axes => (false, Some(row - 1)),
            _ if row as u64 == rows - 1 => (true, None),
            _ => (true, Some(row - 1 - axes)),
        };
        for (j, u) in u.iter_mut().enumerate() {
            let second = from_second_half != (exchanged == Some(j));
            *u = self.sequence.coordinate(base, if second { j + axes } else { j });
        }
    }
}

/// Points for each base row.
pub(super) fn rows(axes: usize, second_order: bool) -> u64 {
    let axes = axes as u64;
    if second_order { 2 * axes + 2 } else { axes + 2 }
}

/// Points of the sequence left out at its start: as many as there are base rows, up to a power of two, at least 16, as
/// `SALib.sample.saltelli` has it. The first points repeat coordinates, so A and B would be equal there, and a power
/// of two keeps the balance of the sequence.
fn skipped(samples: u64) -> u64 {
    samples.next_power_of_two().max(16)
}
