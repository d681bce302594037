//! Step 8, spiral: competing hazards move a state up or down a phase; one uniform decides whether and where.
//!
//! A state may stall at tactical concessions, and may fall back (Risse, Ropp & Sikkink 1999, 2013).

use crate::parameters::Parameters;
use crate::state::by_phase;
use suasion_lanes::lane::Lane;
use suasion_lanes::math;

/// What the phase depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// k: phase, 0 to 4.
    pub phase: Lane,
    /// X: effect of outside pressure, in [0, 1).
    pub pressure: Lane,
    /// Attention of transnational advocacy, in [0, 1].
    pub attention: Lane,
    /// A: acculturation, in [0, 1].
    pub acculturation: Lane,
    /// d: mobilization, in [0, 1].
    pub mobilization: Lane,
    /// r: rhetoric, in [0, 1].
    pub rhetoric: Lane,
    /// C: commitment, in [0, 1].
    pub commitment: Lane,
    /// m: motivation, in [0, 1].
    pub motivation: Lane,
    /// p / max(kappa, 0.05), at most 1 by way of p <= kappa.
    pub practice: Lane,
}

/// Hazards per year of moving up and of falling back.
///
/// | from | up, times `spiral_up[k]` | down, times `spiral_down[k - 1]` |
/// |---|---|---|
/// | 0 | `min(X + attention + A + w, 1)` | 0 |
/// | 1 | `min(X + A + d + w, 1)` | `(1 - min(X + attention + A, 1)) (1 - w)` |
/// | 2 | `r min(d + C, 1)` | `(1 - min(X + A + d, 1)) (1 - m)` |
/// | 3 | `m min(p / max(kappa, 0.05), 1)` | `(1 - C) (1 - m)` |
/// | 4 | 0 | `1 - m` |
///
/// with `w = spiral_motivation m`: who means it neither denies nor represses for long.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{parameters::Parameters, spiral::{Conditions, hazards}};
/// let of = |spiral_motivation| {
///     let given = Parameters { spiral_motivation, ..Parameters::default() };
///     Parameters::from_fn(|i| Lane::splat(given.values()[i]))
/// };
/// let (p, means_it) = (of(0.0), of(1.0));
/// let h = Lane::splat(0.5);
/// let now = Conditions { phase: Lane::splat(3.0), pressure: h, attention: h, acculturation: h, mobilization: h, rhetoric: h, commitment: h, motivation: h, practice: h };
/// let (up, down) = hazards(&p, &now);
/// assert_eq!((up.0[0], down.0[0]), (0.6 * 0.25, 0.16 * 0.25));
/// // Nobody presses and nobody looks: a state in denial that means it moves on, and does not fall back.
/// let (zero, one) = (Lane::ZERO, Lane::ONE);
/// let alone = Conditions { phase: one, pressure: zero, attention: zero, acculturation: zero, mobilization: zero, motivation: one, ..now };
/// assert_eq!((hazards(&p, &alone).0.0[0], hazards(&means_it, &alone).0.0[0]), (0.0, 0.65));
/// assert_eq!((hazards(&p, &alone).1.0[0], hazards(&means_it, &alone).1.0[0]), (0.16, 0.0));
/// ```
#[inline(always)]
pub fn hazards(p: &Parameters<Lane>, now: &Conditions) -> (Lane, Lane) {
    let (zero, one) = (Lane::ZERO, Lane::ONE);
    let outside = now.pressure + now.acculturation;
    let from_above = (outside + now.attention).min(one);
    let from_both = (outside + now.mobilization).min(one);
    let unmoved = one - now.motivation;
    let of_itself = p.spiral_motivation * now.motivation;
    let up = by_phase(
        now.phase,
        &[
            p.spiral_up[0] * (outside + now.attention + of_itself).min(one),
            p.spiral_up[1] * (outside + now.mobilization + of_itself).min(one),
            p.spiral_up[2] * (now.rhetoric * (now.mobilization + now.commitment).min(one)),
            p.spiral_up[3] * (now.motivation * now.practice.min(one)),
            zero,
        ],
    );
    let down = by_phase(
        now.phase,
        &[
            zero,
            p.spiral_down[0] * ((one - from_above) * (one - of_itself)),
            p.spiral_down[1] * ((one - from_both) * unmoved),
            p.spiral_down[2] * ((one - now.commitment) * unmoved),
            p.spiral_down[3] * unmoved,
        ],
    );
    (up, down)
}

/// Phase after a step of `dt` years, decided by the uniform `v`: up if `v < p_up`, down if `v >= 1 - p_down`, else unmoved.
///
/// With `P = 1 - exp(-(up + down) dt)`: `p_up = P up / (up + down)`, `p_down = P down / (up + down)`. More upward
/// pressure never sends the same replicate down.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::spiral::move_phase;
/// let [k, up, down] = [2.0, 1.5, 0.5].map(Lane::splat); // P = 1 - exp(-0.5) = 0.393, split 3 : 1
/// let to = |v: f64| move_phase(k, up, down, 0.25, Lane::splat(v)).0[0];
/// assert_eq!((to(0.29), to(0.30), to(0.90), to(0.91)), (3.0, 2.0, 2.0, 1.0));
/// ```
#[inline(always)]
pub fn move_phase(k: Lane, up: Lane, down: Lane, dt: f64, v: Lane) -> Lane {
    // P / (up + down) = dt (1 - exp(-x)) / x with x = (up + down) dt: defined where both hazards are 0.
    let x = (up + down) * dt;
    let near = math::one_minus_exp_ratio_near(x) * dt;
    let (to_rise, to_fall) = (v - up * near, v - (1.0 - down * near));
    // Where the draw is further from both ends than they can be off (up dt and down dt are at most x), it is decided.
    let off = Lane::splat(2.0 * math::NEAR);
    let doubtful = to_rise.abs().min(to_fall.abs()).le(off) | x.gt(Lane::ONE);
    let (rises, falls) = if doubtful.any() {
        let share = math::one_minus_exp_ratio(x) * dt;
        (v.lt(up * share), v.ge(1.0 - down * share))
    } else {
        (to_rise.lt(Lane::ZERO), to_fall.ge(Lane::ZERO))
    };
    rises.select(k + 1.0, falls.select(k - 1.0, k))
}
