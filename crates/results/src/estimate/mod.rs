//! What replicates say of a number: exact sums, what they estimate, and intervals that hold.
//!
//! Sums are of integers, so that no grouping, order or number of threads changes a bit ([`exact`]). Intervals are by score
//! for shares and paired shares ([`shares`]), and for means by Student's t, corrected for what few replicates carry
//! ([`means`]). Replicates that share a draw of a posterior are not independent, and are weighed for it ([`groups`]). It knows no variable, no
//! world and no file.

pub mod accumulator;
pub mod exact;
pub mod groups;
pub mod level;
pub mod means;
pub mod resample;
pub mod shape;
pub mod shares;

pub use accumulator::{Accumulator, Support};
pub use exact::{Estimate, Exact, integer};
pub use groups::{Groups, Weight};
pub use level::{Level, student};
pub use shape::{Central, Shape};

/// An interval of a mean, a share or a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a number lies in it, its ends included.
    pub fn holds(self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }

    /// The same within a range that its quantity cannot leave.
    #[must_use]
    pub fn within(self, (least, greatest): (f64, f64)) -> Interval {
        Interval { low: self.low.max(least), high: self.high.min(greatest) }
    }
}
