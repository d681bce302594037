//! Step 7, voice: what a state says ratchets (entrapment), and concessions arm its critics (Risse & Sikkink 1999).

use crate::parameters::Parameters;
use suasion_lanes::lane::Lane;

/// Level that rhetoric moves to: `max(k / 4, C)`.
///
/// ```
/// use suasion::{lanes::lane::Lane, model::voice::rhetoric_target};
/// assert_eq!(rhetoric_target(Lane::splat(2.0), Lane::splat(0.4)).0[0], 0.5);
/// ```
#[inline(always)]
pub fn rhetoric_target(k: Lane, commitment: Lane) -> Lane {
    (k * 0.25).max(commitment)
}

/// Rhetoric after a step: it relaxes to its target, quickly up, slowly down.
///
/// `rise` and `fall` are the shares of the way gone in a step ([`crate::state::relaxation`]).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::voice::rhetoric;
/// let [low, high, rise, fall] = [0.2, 0.8, 0.5, 0.1].map(Lane::splat);
/// assert_eq!(rhetoric(low, high, rise, fall).0[0], 0.5);
/// assert!((rhetoric(high, low, rise, fall).0[0] - 0.74).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn rhetoric(r: Lane, target: Lane, rise: Lane, fall: Lane) -> Lane {
    let share = target.gt(r).select(rise, fall);
    r + share * (target - r)
}

/// Mobilization after a step:
/// `clamp(d + dt (mobilization_rise delta min(r + nhri + attention, 1) (1 - d) - repression (1 - delta) d - mobilization_fall d + own), 0, 1)`,
/// where `own` dt is what mechanisms of the scenario's own add in the step.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{parameters::Parameters, voice::mobilization};
/// let p = Parameters::from_fn(|i| Lane::splat(Parameters::<f64>::default().values()[i]));
/// let [d, delta, hold, repression] = [0.2, 0.5, 0.6, 0.25].map(Lane::splat);
/// assert!((mobilization(&p, d, delta, hold, repression, Lane::ZERO, 0.25).0[0] - 0.215_75).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn mobilization(
    p: &Parameters<Lane>,
    d: Lane,
    delta: Lane,
    hold: Lane,
    repression: Lane,
    own: Lane,
    dt: f64,
) -> Lane {
    let grows = p.mobilization_rise * delta * hold.min(Lane::ONE) * (1.0 - d);
    let falls = (repression * (1.0 - delta) + p.mobilization_fall) * d;
    (d + ((grows - falls) * dt + own)).clamp(0.0, 1.0)
}
