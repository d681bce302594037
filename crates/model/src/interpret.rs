//! Step 5, interpret: why a state thinks that it complies, and how it likes being made to (Goodman & Jinks 2013).
//!
//! Reactance relaxes to what is resented of the control exerted ([`crate::press::Felt`]) and needs no function of its own.

use suasion_lanes::lane::Lane;

/// Level that attribution moves to: `F / (F + m + A + attribution_half)`, the part of its motives that is outside inducement.
///
/// Self-perception: the more other motives there are, the less the payment explains (Deci, Koestner & Ryan 1999).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::interpret::attribution_target;
/// let [frame, m, a, half] = [0.6, 0.4, 0.11, 0.09].map(Lane::splat);
/// assert!((attribution_target(frame, m, a, half).0[0] - 0.5).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn attribution_target(frame: Lane, m: Lane, acculturation: Lane, half: Lane) -> Lane {
    frame / (frame + m + acculturation + half)
}
