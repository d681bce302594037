//! The measurement model: how a simulated state would look to those who coded the record.
//!
//! It is no part of the model: nothing here feeds back. Its numbers stand in one table, and may be fitted.

use crate::model::table::table;

table! {
    /// The numbers of the measurement model.
    pub struct Measurement, MEASUREMENT, source "chosen so that simulated scores are distributed as the 3P index of the fitted half of states to 2008";
    numbers {
        law_in_prosecution = 0.0654, 0.0 to 1.0, NonNegative, "-", "what a law counts for in prosecution, in units of enforcement";
        imposed_below = 0.00797, 0.0 to 1.0, Share, "-", "share of sanctions waived below which they count as imposed";
    }
    lists {
        prosecution_cuts[4] = [0.0436, 0.144, 0.17, 0.382], 0.0 to 1.5, Any, "-", "least enforcement (and law) for a prosecution score of 2, 3, 4, 5";
        protection_cuts[4] = [0.0442, 0.162, 0.338, 0.551], 0.0 to 1.0, Any, "-", "least protection for a protection score of 2, 3, 4, 5";
        prevention_cuts[4] = [0.13, 0.36, 0.627, 0.752], 0.0 to 1.0, Any, "-", "least public commitment, (C + r) / 2, for a prevention score of 2, 3, 4, 5";
    }
}

impl Measurement<f64> {
    /// Whether the cuts of each score rise, so that every score is of something.
    ///
    /// ```
    /// use suasion::evidence::measurement::Measurement;
    /// let mut measurement = Measurement::default();
    /// assert!(measurement.rises());
    /// measurement.protection_cuts[1] = 0.5;
    /// assert!(!measurement.rises());
    /// ```
    pub fn rises(&self) -> bool {
        let all = [&self.prosecution_cuts, &self.protection_cuts, &self.prevention_cuts];
        all.iter().all(|cuts| cuts.is_sorted())
    }
}

/// The score of a quantity: 1, and one more for each cut that it reaches.
///
/// ```
/// use suasion::evidence::measurement::score;
/// assert_eq!([0.0, 0.1, 0.25, 0.9].map(|x| score(x, &[0.1, 0.2, 0.3, 0.4])), [1, 2, 3, 5]);
/// ```
#[inline(always)]
pub fn score(x: f64, cuts: &[f64; 4]) -> u8 {
    1 + cuts.iter().map(|cut| u8::from(x >= *cut)).sum::<u8>()
}
