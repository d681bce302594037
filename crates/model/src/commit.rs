//! Step 3, commit: a state may adopt an instrument that is open to it.

use crate::parameters::Parameters;
use suasion_lanes::lane::{Lane, Mask};
use suasion_lanes::math;

/// What pushes a state towards an instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Push {
    /// X (1 - defiance u) of the pressure of those rating regimes that demand the instrument of the state, else 0.
    pub pressure: Lane,
    /// `eng peers(adopted)`: the engaged share of peers that have it.
    pub peers: Lane,
    /// m.
    pub motivation: Lane,
    /// d.
    pub mobilization: Lane,
}

/// Log of the factor by which the pushes raise the hazard of adoption.
///
/// `adopt_pressure X (1 - defiance u) [demanded] + adopt_peers eng peers(adopted) + adopt_motivation m + adopt_mobilization d`
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{commit::{Push, log_factor}, parameters::Parameters};
/// let outside = Parameters { adopt_pressure: 2.4, adopt_peers: 1.8, ..Parameters::default() };
/// let given = Parameters { adopt_motivation: 1.7, adopt_mobilization: 1.0, ..outside };
/// let p = Parameters::from_fn(|i| Lane::splat(given.values()[i]));
/// let half = Lane::splat(0.5);
/// let push = Push { pressure: half, peers: half, motivation: half, mobilization: half };
/// assert!((log_factor(&p, &push).0[0] - 3.45).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn log_factor(p: &Parameters<Lane>, push: &Push) -> Lane {
    p.adopt_pressure * push.pressure
        + p.adopt_peers * push.peers
        + p.adopt_motivation * push.motivation
        + p.adopt_mobilization * push.mobilization
}

/// Log of the factor by which the hazard of leaving an instrument is raised: `reactance u + motivation m`, whose effects are the instrument's own.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::commit::leaving;
/// let [reactance, motivation, u, m] = [2.0, -3.0, 0.5, 0.2].map(Lane::splat);
/// assert!((leaving(reactance, motivation, u, m).0[0] - 0.4).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn leaving(reactance: Lane, motivation: Lane, u: Lane, m: Lane) -> Lane {
    reactance * u + motivation * m
}

/// Cumulative hazard of adoption in a step: `h min(1, (t - opens) / ramp) exp(log factor) dt`; `base` is all but the exponential.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::commit::hazard;
/// let h = hazard(Lane::splat(0.01), Lane::splat(2.0));
/// assert!((h.0[0] - 0.073_890_560_989_306_5).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn hazard(base: Lane, log_factor: Lane) -> Lane {
    base * math::exp(log_factor)
}

/// Where a draw is below `1 - exp(-hazard)` for certain, and where it may be, of the hazard `base exp(log_factor)`: without its exponentials.
///
/// Between the two lies a band about a fifteenth of the hazard wide; draws outside it decide by themselves.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::commit::bounds;
/// let [base, log_factor] = [0.01, 2.0].map(Lane::splat); // hazard .0739, probability .0712
/// let (sure, possible) = bounds(Lane::splat(0.06), base, log_factor);
/// assert!(sure.all() && possible.all());
/// let (sure, possible) = bounds(Lane::splat(0.0712), base, log_factor);
/// assert!(!sure.any() && possible.all());
/// assert!(!bounds(Lane::splat(0.08), base, log_factor).1.any());
/// ```
#[inline(always)]
pub fn bounds(u: Lane, base: Lane, log_factor: Lane) -> (Mask, Mask) {
    let most = base * math::exp_above(log_factor);
    let least = most * (1.0 / math::EXP_ABOVE);
    // hazard - hazard^2/2 <= 1 - exp(-hazard) <= hazard.
    (u.lt(least - least * (least * 0.5)), u.lt(most))
}

/// Whether an event with this cumulative hazard happens in the step: `u < 1 - exp(-hazard)`.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::commit::happens;
/// let hazard = Lane::splat(std::f64::consts::LN_2);
/// assert!(happens(Lane::splat(0.49), hazard).all() && !happens(Lane::splat(0.51), hazard).any());
/// ```
#[inline(always)]
pub fn happens(u: Lane, hazard: Lane) -> Mask {
    // hazard - hazard^2/2 <= 1 - exp(-hazard) <= hazard: a draw outside decides without the exponential.
    let sure = u.lt(hazard * (1.0 - hazard * 0.5) * (1.0 - 1e-12));
    let possible = u.lt(hazard);
    if (possible & !sure).any() {
        sure | (possible & u.lt(hazard * math::one_minus_exp_ratio(hazard)))
    } else {
        sure
    }
}
