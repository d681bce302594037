//! The crate's own exp, ln and inverse normal over lanes: the same bits on every processor.
//!
//! Plain IEEE operations in a fixed order, nothing fused; polynomials are summed pairwise so that few operations
//! wait for one another. The coefficients are minimax fits made for this file with 60-digit arithmetic. No general
//! mathematics library: arguments that the model cannot produce (NaN, subnormal or negative numbers to [`ln`]) give
//! some number, not an error.
#![allow(clippy::unreadable_literal, reason = "coefficients are not for reading digit by digit")]

use crate::isa::{Isa, Task};
use crate::lane::{LANES, Lane};

/// Bits of a mantissa.
const MANTISSA: u32 = 52;
/// 1.5 * 2^52: adding it rounds to an integer, left in the low bits of the sum.
const ROUNDER: f64 = 6755399441055744.0;
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts, the first with 21 zero bits at its end, so that its product with an exponent is exact.
const LN_2_HIGH: f64 = 0.6931471803691238;
const LN_2_LOW: f64 = 1.9082149292705877e-10;

/// `(exp(r) - 1, 2^k)` with x = k ln 2 + r and |r| <= (ln 2)/2: exp(r) = 1 + r + r^2 P(r), P of degree 8.
#[inline(always)]
fn exp_parts(x: Lane) -> (Lane, Lane) {
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    let p01 = 0.4999999999999832 + 0.16666666666611335 * r;
    let p23 = 0.04166666666814214 + 0.00833333337098204 * r;
    let p45 = 0.0013888888515168178 + 0.0001984118506784894 * r;
    let p67 = 2.4801932344304312e-05 + 2.7635068131087285e-06 * r;
    let low = p01 + p23 * r2;
    let high = p45 + p67 * r2;
    let p = low + (high + 2.747673887335207e-07 * r4) * r4;
    let mut power = shifted.to_bits();
    for bits in &mut power {
        *bits = (*bits << MANTISSA).wrapping_add(1.0_f64.to_bits());
    }
    (r + r2 * p, Lane::from_bits(power))
}

/// e^x.
///
/// Relative error at most 5e-16 for x in [-700, 700]; x outside is moved to the nearer end. exp(0) is 1 exactly.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::exp};
/// assert_eq!(exp(Lane::splat(0.0)), Lane::splat(1.0));
/// assert!((exp(Lane::splat(1.0)).0[0] - 2.718_281_828_459_045).abs() < 1e-15);
/// assert_eq!(exp(Lane::splat(1e9)), exp(Lane::splat(700.0)));
/// ```
#[inline(always)]
pub fn exp(x: Lane) -> Lane {
    let (r, power) = exp_parts(x);
    (r + 1.0) * power
}

/// The natural logarithm of a positive normal number.
///
/// Relative error at most 6e-16. ln(1) is 0 exactly. Numbers that are not positive and normal give no useful result.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::ln};
/// assert_eq!(ln(Lane::splat(1.0)), Lane::splat(0.0));
/// assert!((ln(Lane::splat(0.5)).0[0] + 0.693_147_180_559_945_3).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn ln(x: Lane) -> Lane {
    const SQRT_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    // The exponent of 2^52: a number below 2^52 put into its mantissa becomes that float plus 2^52.
    const TWO_52: u64 = 4503599627370496.0_f64.to_bits();
    let bits = x.to_bits();
    let (mut exponent, mut mantissa) = ([0; LANES], [0; LANES]);
    for i in 0..LANES {
        let raised = bits[i].wrapping_add(1.0_f64.to_bits() - SQRT_HALF);
        exponent[i] = (raised >> MANTISSA) | TWO_52;
        mantissa[i] = (raised & ((1 << MANTISSA) - 1)).wrapping_add(SQRT_HALF);
    }
    let k = Lane::from_bits(exponent) - (4503599627370496.0 + 1023.0);
    let f = Lane::from_bits(mantissa) - 1.0;
    // ln(1 + f) = 2 atanh(s) with s = f / (2 + f), |s| <= 0.1716; the odd series is a polynomial in s^2.
    let s = f / (f + 2.0);
    let z = s * s;
    let z2 = z * z;
    let p01 = 0.666666666665869 + 0.40000000052458307 * z;
    let p23 = 0.2857141709421235 + 0.22223374586121059 * z;
    let p45 = 0.18123538048549984 + 0.16821190656597762 * z;
    let p = p01 + (p23 + p45 * z2) * z2;
    k * LN_2_HIGH + (2.0 * s + (s * z * p + k * LN_2_LOW))
}

/// |u - 0.5| up to which [`inverse_normal`] needs no logarithm.
const CENTRE: f64 = 0.485;

/// The standard normal quantile of u in (0, 1).
///
/// q P(q^2) / Q(q^2) with q = u - 0.5 up to |q| = 0.485, both of degree 6; beyond, P(r) / Q(r) with
/// r = sqrt(-2 ln(min(u, 1 - u))), degrees 4 and 3. Absolute error at most 1e-9 (found: 4.1e-10 and 8.8e-10) for u and
/// 1 - u at least 2^-53; below, it grows slowly, to 1e-3 at the least normal number. Antisymmetric to the bit wherever
/// 1 - u is exact, and strictly increasing over the 2^32 values that a draw can take.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::inverse_normal};
/// let z = |u: f64| inverse_normal(Lane::splat(u)).0[0];
/// assert_eq!(z(0.5), 0.0);
/// assert!((z(0.975) - 1.959_963_984_540).abs() < 1e-9);
/// assert_eq!(z(0.25), -z(0.75));
/// ```
#[inline(always)]
pub fn inverse_normal(u: Lane) -> Lane {
    let q = u - 0.5;
    let centre = inverse_normal_centre(q);
    let in_tail = q.abs().gt(Lane::splat(CENTRE));
    // About one call in five has a lane in a tail; the others are spared the logarithm.
    if in_tail.any() { in_tail.select(inverse_normal_tail(u, q), centre) } else { centre }
}

#[inline(always)]
fn inverse_normal_centre(q: Lane) -> Lane {
    let z = q * q;
    let z2 = z * z;
    let z4 = z2 * z2;
    let p01 = 0.016249295933348663 - 0.2518076312054129 * z;
    let p23 = 1.5360197753268428 - 4.617918076407502 * z;
    let p45 = 6.92909412181665 - 4.484866549142162 * z;
    let p = (p01 + p23 * z2) + (p45 + 0.6944171369888269 * z2) * z4;
    let d01 = 0.00648253115984785 - 0.10724519868992825 * z;
    let d23 = 0.7101613154071558 - 2.379500764574939 * z;
    let d45 = 4.169305628595111 - 3.4888436848704645 * z;
    let d = (d01 + d23 * z2) + (d45 + z2) * z4;
    q * p / d
}

#[inline(always)]
fn inverse_normal_tail(u: Lane, q: Lane) -> Lane {
    let r = (-2.0 * ln(u.min(1.0 - u))).sqrt();
    let r2 = r * r;
    let p01 = -18.904079135812196 - 21.950642873763904 * r;
    let p23 = 17.08204083724387 + 11.737081001582146 * r;
    let p = p01 + (p23 + 1.000267666967435 * r2) * r2;
    let d = (6.577333877110944 + 21.57048775219867 * r) + (11.766811065409062 + r) * r2;
    let z = p / d;
    q.lt(Lane::ZERO).select(-z, z)
}

/// The upper tail of the standard normal distribution: the probability of a number above x.
///
/// `exp(-x^2 / 2) P(t) / (1 + 2 x)` for x >= 0, with P of degree 22 in t = (x - 3) / (x + 3); of a negative x one less the tail of -x.
/// Relative error at most 1e-14 for x in [0, 5], growing to 1e-13 at 37; beyond, the exponential keeps its least value. So differences of tails
/// are exact where they are small.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::upper_normal};
/// let tail = |x: f64| upper_normal(Lane::splat(x)).0[0];
/// assert!((tail(0.0) - 0.5).abs() < 1e-14);
/// assert!((tail(1.959_963_984_540_054) - 0.025).abs() < 1e-15);
/// assert!((tail(-1.0) - 0.841_344_746_068_542_9).abs() < 1e-14);
/// assert!((tail(10.0) / 7.619_853_024_160_527e-24 - 1.0).abs() < 1e-13);
/// ```
#[inline(always)]
pub fn upper_normal(x: Lane) -> Lane {
    let size = x.abs().min(Lane::splat(1e6));
    let t = (size - 3.0) / (size + 3.0);
    let mut p = Lane::splat(UPPER_NORMAL[UPPER_NORMAL.len() - 1]);
    for c in UPPER_NORMAL[..UPPER_NORMAL.len() - 1].iter().rev() {
        p = p * t + *c;
    }
    let tail = exp(size * size * -0.5) * p / (size * 2.0 + 1.0);
    x.lt(Lane::ZERO).select(1.0 - tail, tail)
}

/// Coefficients of the polynomial of [`upper_normal`], lowest first.
const UPPER_NORMAL: [f64; 23] = [
    0.8505976384889352,
    0.013349096207334167,
    -0.15608931162754414,
    0.13654123731841053,
    -0.05159253247910309,
    -0.0005843312389428146,
    0.007009375320854813,
    -0.0003638044897685601,
    -0.0011708615590693896,
    -3.369958168597265e-05,
    0.00022060869289714595,
    5.028029753183072e-05,
    -3.5168747202753595e-05,
    -2.149735663772493e-05,
    1.293959765342631e-06,
    5.936129004859194e-06,
    1.933286428021773e-06,
    -1.0003768951598012e-06,
    -8.717441346144018e-07,
    5.557839994643246e-08,
    1.972062952396359e-07,
    7.914683850016068e-09,
    -2.0396689323714923e-08,
];

/// (1 - e^-x) / x, and 1 at x = 0: the mean of e^-t over t in [0, x].
///
/// Relative error at most 3e-15 for x >= 0, also where 1 - e^-x would cancel.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::one_minus_exp_ratio};
/// assert_eq!(one_minus_exp_ratio(Lane::splat(0.0)), Lane::splat(1.0));
/// assert!((one_minus_exp_ratio(Lane::splat(1.0)).0[0] - 0.632_120_558_828_557_7).abs() < 1e-15);
/// assert_eq!(one_minus_exp_ratio(Lane::splat(1e-20)), Lane::splat(1.0));
/// ```
#[inline(always)]
pub fn one_minus_exp_ratio(x: Lane) -> Lane {
    let (r, power) = exp_parts(-x);
    // The divisor is chosen, not the quotient: a choice between quotients would be made lane by lane.
    let zero = x.eq(Lane::ZERO);
    ((1.0 - power) - r * power) / zero.select(Lane::ONE, x) + zero.to_lane()
}

/// How far [`exp_above`] may be above e^x, as a factor.
pub const EXP_ABOVE: f64 = 1.0625;

/// A number at least e^x, and at most 6.2 per cent above it: enough to see that a draw is not below a hazard.
///
/// 2^(k + f) is read off a number's bits as 2^k (1 + f). x outside [-700, 700] is moved to the nearer end, as in [`exp`].
///
/// ```
/// use suasion_lanes::{lane::Lane, math::{exp, exp_above}};
/// let ratio = |x: f64| exp_above(Lane::splat(x)).0[0] / exp(Lane::splat(x)).0[0];
/// assert!(ratio(0.0) >= 1.0 && ratio(0.3) < 1.062 && ratio(-50.1) > 1.0);
/// ```
#[inline(always)]
pub fn exp_above(x: Lane) -> Lane {
    // 1.5 * 2^32 leaves 20 bits after the point; one unit of the last of them covers all rounding.
    const FRACTION: u32 = 20;
    const SHIFTER: f64 = 6442450944.0;
    let shifted = x.clamp(-700.0, 700.0) * LOG2_E + (SHIFTER + 1.0 / (1 << FRACTION) as f64);
    let mut bits = shifted.to_bits();
    for bits in &mut bits {
        *bits = (*bits << (MANTISSA - FRACTION)).wrapping_add(1.0_f64.to_bits());
    }
    Lane::from_bits(bits)
}

/// How far [`one_minus_exp_ratio_near`] may be off.
pub const NEAR: f64 = 1e-7;

/// [`one_minus_exp_ratio`] to within [`NEAR`], without division, for x in [0, 1] alone.
///
/// ```
/// use suasion_lanes::{lane::Lane, math::{NEAR, one_minus_exp_ratio, one_minus_exp_ratio_near}};
/// let x = Lane::splat(0.4);
/// assert!((one_minus_exp_ratio_near(x) - one_minus_exp_ratio(x)).abs().lt(Lane::splat(NEAR)).all());
/// ```
#[inline(always)]
pub fn one_minus_exp_ratio_near(x: Lane) -> Lane {
    let x2 = x * x;
    let p01 = 0.9999999328983443 - 0.49999515994388616 * x;
    let p23 = 0.16660967121600515 - 0.04141876302526712 * x;
    let p45 = 0.007837363801581985 - 0.000912545391666834 * x;
    p01 + (p23 + p45 * x2) * x2
}

/// Turns logarithms into what they are of, in place: [`exp`] of each, and 0 of those not above -700.
///
/// ```
/// let mut weights = [0.0, f64::NEG_INFINITY, -701.0, 1.0];
/// suasion_lanes::math::exponentials(&mut weights);
/// assert_eq!(weights, [1.0, 0.0, 0.0, suasion_lanes::math::exp_scalar(1.0)]);
/// ```
pub fn exponentials(logarithms: &mut [f64]) {
    Isa::detect().run(Exponentials(logarithms));
}

struct Exponentials<'a>(&'a mut [f64]);

impl Task for Exponentials<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for chunk in self.0.chunks_mut(LANES) {
            let mut log = Lane::splat(f64::NEG_INFINITY);
            log.0[..chunk.len()].copy_from_slice(chunk);
            let possible = log.gt(Lane::splat(-700.0));
            let of = possible.select(exp(possible.select(log, Lane::ZERO)), Lane::ZERO);
            chunk.copy_from_slice(&of.0[..chunk.len()]);
        }
    }
}

/// [`exp`] of one number, for setup code.
///
/// ```
/// assert_eq!(suasion_lanes::math::exp_scalar(0.0), 1.0);
/// ```
pub fn exp_scalar(x: f64) -> f64 {
    exp(Lane::splat(x)).0[0]
}

/// [`ln`] of one number, for setup code.
///
/// ```
/// assert_eq!(suasion_lanes::math::ln_scalar(1.0), 0.0);
/// ```
pub fn ln_scalar(x: f64) -> f64 {
    ln(Lane::splat(x)).0[0]
}

#[cfg(test)]
mod tests;
