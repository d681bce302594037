//! Scores of practice: what is scored, and how.

use super::{LEAST_SD, Observation};
use crate::state::Variables;
use suasion_lanes::lane::Lane;

/// Scores that there are.
pub(super) const SCORED: f64 = 5.0;

/// The score of a quantity: 1, and one more for each cut that it reaches.
///
/// ```
/// use suasion::model::observation::score;
/// assert_eq!([0.0, 0.1, 0.25, 0.9].map(|x| score(x, &[0.1, 0.2, 0.3, 0.4])), [1, 2, 3, 5]);
/// ```
#[inline(always)]
pub fn score(x: f64, cuts: &[f64; 4]) -> u8 {
    1 + cuts.iter().map(|cut| u8::from(x >= *cut)).sum::<u8>()
}

/// What a state did, as scores of practice are about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Practised {
    /// Enforcement.
    pub enforcement: Lane,
    /// 1 where it had a law, else 0.
    pub law: Lane,
    /// Protection.
    pub protection: Lane,
    /// Public commitment, (C + r) / 2.
    pub public: Lane,
}

impl Practised {
    /// Nothing.
    pub const NOTHING: Practised =
        Practised { enforcement: Lane::ZERO, law: Lane::ZERO, protection: Lane::ZERO, public: Lane::ZERO };

    /// What a state does.
    pub fn of(v: &Variables, law: Lane) -> Practised {
        let public = (v.commitment + v.rhetoric) * 0.5;
        Practised { enforcement: v.enforcement, law, protection: v.protection, public }
    }

    /// What is scored: prosecution is enforcement and what a law counts for (`Observation::prosecution_law`), protection itself, prevention public commitment.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::observation::{Observation, Practised};
    /// let [half, one] = [0.5, 1.0].map(Lane::splat);
    /// let done = Practised { enforcement: half, law: one, protection: half, public: one };
    /// let law = Lane::splat(Observation::default().prosecution_law);
    /// let scored = done.scored(law).map(|x| x.0[0]);
    /// assert!((scored[0] - 0.5654).abs() < 1e-12 && scored[1..] == [0.5, 1.0]);
    /// ```
    #[inline(always)]
    pub fn scored(&self, prosecution_law: Lane) -> [Lane; 3] {
        [self.enforcement + prosecution_law * self.law, self.protection, self.public]
    }
}

/// How a practice is scored.
pub(super) struct Scoring<'o> {
    /// Beyond which a score of 2, 3, 4, 5 is given.
    pub thresholds: &'o [f64; 4],
    /// What the grader's view counts for.
    pub view: f64,
    /// Standard deviation of the error.
    pub sd: f64,
    /// Share of scores that are any.
    pub lapse: f64,
}

pub(super) fn scoring(o: &Observation<f64>, practice: usize) -> Scoring<'_> {
    let (thresholds, [view, sd, lapse]) = match practice {
        0 => (&o.prosecution_thresholds, [o.prosecution_view, o.prosecution_sd, o.prosecution_lapse]),
        1 => (&o.protection_thresholds, [o.protection_view, o.protection_sd, o.protection_lapse]),
        _ => (&o.prevention_thresholds, [o.prevention_view, o.prevention_sd, o.prevention_lapse]),
    };
    Scoring { thresholds, view, sd: sd.max(LEAST_SD), lapse }
}
