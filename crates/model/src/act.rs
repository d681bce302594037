//! Step 4, act: enforcement and protection follow what the state wants, must and can.

use crate::parameters::Parameters;
use crate::state::{Variables, relax};
use suasion_lanes::lane::Lane;

/// Security framing in force: an NHRI undoes part of it, `f (1 - nhri_reframing nhri)`.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::act::framing;
/// assert_eq!(framing(Lane::splat(0.8), Lane::splat(0.5), Lane::ONE).0[0], 0.4);
/// ```
#[inline(always)]
pub fn framing(f: Lane, nhri_reframing: Lane, nhri: Lane) -> Lane {
    f * (1.0 - nhri_reframing * nhri)
}

/// Security framing after a step under pressure: `f + dt framing_by_pressure X counted (1 - f)`, where `counted` is how far those who
/// press reward enforcement ([`RatingFields::counted`](crate::world::RatingFields::counted)).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::act::counted_framing;
/// let [f, rate, x, counted] = [0.5, 0.2, 0.5, 0.4].map(Lane::splat);
/// assert!((counted_framing(f, rate, x, counted, 0.25).0[0] - 0.505).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn counted_framing(f: Lane, framing_by_pressure: Lane, x: Lane, counted: Lane, dt: f64) -> Lane {
    f + framing_by_pressure * x * counted * (1.0 - f) * dt
}

/// Level that enforcement moves to: `kappa min(x + enforcement_law law + f m, 1)`, with `x = max(X (1 - defiance u), 0)`.
///
/// Outside pressure buys what can be counted (Renshaw 2016, conclusion; Gallagher on success by numbers).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::act::enforcement_target;
/// let [kappa, x, bonus, law, f, m] = [0.5, 0.4, 0.13, 1.0, 0.5, 0.2].map(Lane::splat);
/// assert!((enforcement_target(kappa, x, bonus, law, f, m).0[0] - 0.315).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn enforcement_target(kappa: Lane, x: Lane, enforcement_law: Lane, law: Lane, f: Lane, m: Lane) -> Lane {
    kappa * (x + enforcement_law * law + f * m).min(Lane::ONE)
}

/// Level that protection moves to:
/// `min(max(kappa - displacement e, 0) (q + mobilized_protection d (1 - q)) + spillover e, kappa)`, `q = (1 - f) m`.
///
/// Easy wins spend scarce capacity; some enforcement still helps.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{act::protection_target, parameters::Parameters};
/// let given = Parameters { displacement: 0.43, mobilized_protection: 0.40, spillover: 0.33, ..Parameters::default() };
/// let p = Parameters::from_fn(|i| Lane::splat(given.values()[i]));
/// let [kappa, e, f, m, d] = [0.5, 0.2, 0.5, 0.4, 0.25].map(Lane::splat);
/// assert!((protection_target(&p, kappa, e, f, m, d).0[0] - 0.181_92).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn protection_target(p: &Parameters<Lane>, kappa: Lane, e: Lane, f: Lane, m: Lane, d: Lane) -> Lane {
    let free = (kappa - p.displacement * e).max(Lane::ZERO);
    let wanted = (1.0 - f) * m;
    let wrung = p.mobilized_protection * d * (1.0 - wanted);
    (free * (wanted + wrung) + p.spillover * e).min(kappa)
}

/// Moves practice at the start a share `initial_practice` of the way to where it rests without any pressure.
///
/// `e = initial_practice kappa min(enforcement_law law + f m, 1)`, and p from `kappa (1 - f) m` that share of the way to its
/// target at this e: a state that means it has always done something. `law` and `nhri` are 1 where adopted at the start.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{act::rest, parameters::Parameters, state::Variables};
/// let parameters = Parameters { initial_practice: 1.0, ..Parameters::default() };
/// let p = Parameters::from_fn(|i| Lane::splat(parameters.values()[i]));
/// let [m0, f, kappa, delta, k0, zero] = [0.5, 0.4, 0.8, 0.5, 1.0, 0.0].map(Lane::splat);
/// let mut v = Variables::start(m0, f, kappa, delta, k0, zero);
/// rest(&p, &mut v, kappa, f, zero, zero);
/// assert!((v.enforcement.0[0] - 0.16).abs() < 1e-15); // kappa f m
/// assert!(v.protection.0[0] > 0.24); // kappa (1 - f) m
/// ```
#[inline(always)]
pub fn rest(p: &Parameters<Lane>, v: &mut Variables, kappa: Lane, f: Lane, law: Lane, nhri: Lane) {
    let f = framing(f, p.nhri_reframing, nhri);
    let target = enforcement_target(kappa, Lane::ZERO, p.enforcement_law, law, f, v.motivation);
    v.enforcement = relax(v.enforcement, target, p.initial_practice);
    let target = protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
    v.protection = relax(v.protection, target, p.initial_practice);
}
