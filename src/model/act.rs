//! Step 4, act: enforcement and protection follow what the state wants, must and can.

use crate::engine::lanes::Lane;
use crate::model::parameters::Parameters;

/// Security framing in force: an NHRI undoes part of it, `f (1 - nhri_reframing nhri)`.
///
/// ```
/// use suasion::engine::lanes::Lane;
/// use suasion::model::act::framing;
/// assert_eq!(framing(Lane::splat(0.8), Lane::splat(0.5), Lane::ONE).0[0], 0.4);
/// ```
#[inline(always)]
pub fn framing(f: Lane, nhri_reframing: Lane, nhri: Lane) -> Lane {
    f * (1.0 - nhri_reframing * nhri)
}

/// Level that enforcement moves to: `kappa min(X + enforcement_law law + f m, 1)`.
///
/// Outside pressure buys what can be counted (Renshaw 2016, conclusion; Gallagher on success by numbers).
///
/// ```
/// use suasion::engine::lanes::Lane;
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
/// use suasion::engine::lanes::Lane;
/// use suasion::model::{act::protection_target, parameters::Parameters};
/// let p = Parameters::from_fn(|i| Lane::splat(Parameters::<f64>::default().values()[i]));
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
