//! The variables of a state, and their values at the start.
//!
//! A state's traits are in `traits.rs`; what a rating regime holds about it is in `assess.rs`.

use crate::traits::Starts;
use suasion_lanes::lane::Lane;

/// What evolves in a state, one run per lane.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Variables {
    /// m: internalized norm, in [0, 1].
    pub motivation: Lane,
    /// e: countable effort, in [0, capacity].
    pub enforcement: Lane,
    /// p: practice that reaches those whom the norm protects, in [0, capacity].
    pub protection: Lane,
    /// r: what the state says about itself, in [0, 1].
    pub rhetoric: Lane,
    /// d: pressure from below, in [0, 1].
    pub mobilization: Lane,
    /// a: share of its compliance that the state ascribes to outside inducement, in [0, 1].
    pub attribution: Lane,
    /// u: resentment at being controlled, in [0, 1].
    pub reactance: Lane,
    /// s: outside pressure felt, at least 0.
    pub pressure: Lane,
    /// k: spiral phase, 0 to 4.
    pub phase: Lane,
    /// C: share of the open instruments (NHRIs aside) that the state has adopted, in [0, 1].
    pub commitment: Lane,
}

/// Mobilization at the start, as a share of openness.
const INITIAL_MOBILIZATION: f64 = 0.4;

impl Variables {
    /// The start: m = m0, k = k0, e = 0, p = kappa (1 - f) m0, d = 0.4 delta, r = max(k0 / 4, C), a = u = s = 0.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::state::Variables;
    /// let [m0, f, kappa, delta, k0, c] = [0.5, 0.4, 0.8, 0.5, 1.0, 0.5].map(Lane::splat);
    /// let start = Variables::start(m0, f, kappa, delta, k0, c);
    /// assert_eq!((start.protection.0[0], start.mobilization.0[0], start.rhetoric.0[0]), (0.24, 0.2, 0.5));
    /// ```
    #[inline(always)]
    pub fn start(m0: Lane, f: Lane, kappa: Lane, delta: Lane, k0: Lane, commitment: Lane) -> Variables {
        Variables {
            motivation: m0,
            enforcement: Lane::ZERO,
            protection: kappa * (1.0 - f) * m0,
            rhetoric: (k0 * 0.25).max(commitment),
            mobilization: INITIAL_MOBILIZATION * delta,
            attribution: Lane::ZERO,
            reactance: Lane::ZERO,
            pressure: Lane::ZERO,
            phase: k0,
            commitment,
        }
    }

    /// Takes the values that are given for the start, of a state amid history, instead of those computed. Practice is at most what
    /// capacity allows.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::{state::Variables, traits::Starts};
    /// let [half, zero] = [0.5, 0.0].map(Lane::splat);
    /// let mut v = Variables::start(half, half, half, half, zero, zero);
    /// let given = Starts { initial_attribution: Some(half), initial_enforcement: Some(Lane::ONE), ..Starts::from_fn(|_| None) };
    /// v.resume(&given, half);
    /// assert_eq!((v.attribution, v.enforcement, v.motivation, v.reactance), (half, half, half, zero));
    /// ```
    #[inline(always)]
    pub fn resume(&mut self, given: &Starts<Option<Lane>>, kappa: Lane) {
        let take = |variable: &mut Lane, given: Option<Lane>| {
            if let Some(value) = given {
                *variable = value;
            }
        };
        take(&mut self.motivation, given.initial_motivation);
        take(&mut self.enforcement, given.initial_enforcement.map(|e| e.min(kappa)));
        take(&mut self.protection, given.initial_protection.map(|p| p.min(kappa)));
        take(&mut self.rhetoric, given.initial_rhetoric);
        take(&mut self.mobilization, given.initial_mobilization);
        take(&mut self.attribution, given.initial_attribution);
        take(&mut self.reactance, given.initial_reactance);
        take(&mut self.pressure, given.initial_pressure);
    }

    /// What peers see of a state: (C + r) / 2.
    #[inline(always)]
    pub fn public(&self) -> Lane {
        (self.commitment + self.rhetoric) * 0.5
    }
}

/// One step of exact relaxation: `x + share (target - x)`, with `share = 1 - exp(-rate dt)` from [`relaxation`].
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::state::{relax, relaxation};
/// let share = relaxation(Lane::splat(1.0), 0.25);
/// let x = relax(Lane::ZERO, Lane::ONE, share);
/// assert!((x.0[0] - 0.221_199_216_928_595_1).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn relax(x: Lane, target: Lane, share: Lane) -> Lane {
    x + share * (target - x)
}

/// Share of the way to its target that a stock goes in a step: 1 - exp(-rate dt), for a rate per year and dt in years.
#[inline(always)]
pub fn relaxation(rate: Lane, dt: f64) -> Lane {
    let x = rate * dt;
    x * suasion_lanes::math::one_minus_exp_ratio(x)
}

/// The entry of a table by spiral phase: `table[k]`, for k in 0 to 4.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::state::by_phase;
/// let table = [0.05, 0.2, 0.5, 0.9, 1.0].map(Lane::splat);
/// assert_eq!(by_phase(Lane::splat(3.0), &table).0[0], 0.9);
/// ```
#[inline(always)]
pub fn by_phase(k: Lane, table: &[Lane; 5]) -> Lane {
    let low = k.lt(Lane::splat(0.5)).select(table[0], table[1]);
    let high = k.gt(Lane::splat(3.5)).select(table[4], table[3]);
    let upper = k.gt(Lane::splat(2.5)).select(high, table[2]);
    k.lt(Lane::splat(1.5)).select(low, upper)
}
