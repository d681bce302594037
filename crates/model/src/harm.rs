//! Harm: flows along corridors (in the flagship, of people who are trafficked), deterred by protection and, where crime is organized, by enforcement.
//!
//! An outcome, once a year; it feeds nothing back.

use crate::parameters::Parameters;
use suasion_lanes::lane::Lane;

/// Share of a flow that is deterred: `1 - (1 - reach p_i) (1 - reach p_j) (1 - reach e_j organized_share)`, origin i, destination j.
///
/// `organized_share` is the part that crime control reaches: the Palermo Protocol assumes 1, field work finds far
/// less (Renshaw 2016, III).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{harm::deterred, parameters::Parameters};
/// let p = Parameters::from_fn(|i| Lane::splat(Parameters::<f64>::default().values()[i]));
/// let [origin, destination, enforcement] = [0.5, 0.5, 0.5].map(Lane::splat);
/// assert!((deterred(&p, origin, destination, enforcement).0[0] - (1.0 - 0.7 * 0.7 * 0.88)).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn deterred(p: &Parameters<Lane>, p_origin: Lane, p_destination: Lane, e_destination: Lane) -> Lane {
    let unprotected = (1.0 - p.reach * p_origin) * (1.0 - p.reach * p_destination);
    1.0 - unprotected * (1.0 - p.reach * e_destination * p.organized_share)
}

/// Flows on the corridors of one origin, from their volumes and the shares deterred.
///
/// A share `diversion` of what is deterred on a corridor moves to the origin's other corridors, in proportion to what
/// remains on them; where nothing remains elsewhere, it does not move. `flow` has one element per corridor.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::harm::flows;
/// let [hundred, half] = [100.0, 0.5].map(Lane::splat);
/// let mut flow = [Lane::ZERO; 2];
/// flows(&[hundred, hundred], &[half, Lane::ZERO], half, &mut flow);
/// assert_eq!((flow[0].0[0], flow[1].0[0]), (50.0, 125.0));
/// ```
#[inline(always)]
pub fn flows(volume: &[Lane], deterred: &[Lane], diversion: Lane, flow: &mut [Lane]) {
    let remaining = |c: usize| volume[c] * (1.0 - deterred[c]);
    let mut total = Lane::ZERO;
    for c in 0..volume.len() {
        total += remaining(c);
    }
    // First, what a corridor sends away, per unit of what remains on the others.
    let mut all = Lane::ZERO;
    for c in 0..volume.len() {
        let others = total - remaining(c);
        let some = others.gt(Lane::splat(1e-12) * total);
        let amount = diversion * volume[c] * deterred[c];
        // Both sides are chosen, not the quotient: a choice between quotients would be made lane by lane.
        flow[c] = some.select(amount, Lane::ZERO) / some.select(others, Lane::ONE);
        all += flow[c];
    }
    for c in 0..volume.len() {
        flow[c] = remaining(c) * (1.0 + (all - flow[c]).max(Lane::ZERO));
    }
}
