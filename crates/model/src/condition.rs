//! What the record says of a draw: the probability of what was seen, and the draw given that it was seen.
//!
//! A free run draws and sees what comes. A run that is conditioned on the record weighs itself by the probability of what came, and takes its
//! draw from those that would have brought it: so no run is lost to luck, and each shows what is on record.

use crate::assess::{Rated, Rules};
use crate::world::{MOST_GRADES, RatingFields};
use std::cmp::Ordering;
use suasion_lanes::lane::{Lane, Mask};
use suasion_lanes::math::{self, inverse_normal, upper_normal};

/// Beyond any score.
const FAR: f64 = 1e12;
/// Probability below which something cannot come.
const LEAST: f64 = 1e-290;
/// How far inside its band a standardized score is drawn: so that rounding never moves it to the next grade.
const INSIDE: f64 = 1e-9;

/// The scores that bring a grade (by code, from 1) to a state about which a regime holds `rated`: from the first number to below the
/// second; empty where no score does.
///
/// The rules of [`grade`](crate::assess::grade), read backwards: as a fall of the score and the watch list's band border on each other,
/// every grade is of one interval.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::assess::{Rated, Rules, WatchList};
/// use suasion::model::{condition::band, world::{RatingFields, by_grade}};
/// let given = RatingFields { thresholds: by_grade(&[0.54, 0.22, 0.1]), backslide: -0.14, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let zero = Lane::ZERO;
/// let last = Rated { tier: Lane::splat(2.0), score: Lane::splat(0.5), standing: zero, sender_standing: zero, strategic_value: zero, view: zero, merit: zero, watched: zero };
/// let rules = Rules { grades: 4, watch: Some(WatchList { grade: 3, exists: true, limit: None }) };
/// let ends = |grade| { let (low, high) = band(&fields, rules, &last, grade); (low.0[0], high.0[0]) };
/// assert_eq!((ends(1).0, ends(2), ends(3), ends(4).1), (0.54, (0.36, 0.54), (0.1, 0.36), 0.1));
/// ```
#[inline(always)]
pub fn band(fields: &RatingFields<Lane>, rules: Rules, rated: &Rated, grade: usize) -> (Lane, Lane) {
    let (low, high) = (lower(fields, rules, grade), lower(fields, rules, grade - 1));
    let Some(watch) = rules.watch.filter(|watch| (watch.grade - 1..=watch.grade + 1).contains(&grade)) else {
        return (low, high);
    };
    let (listed, third) = (listed(fields, rules, rated), lower(fields, rules, watch.grade));
    let expired = match watch.limit {
        Some(limit) if watch.exists => rated.watched.ge(Lane::splat(f64::from(limit))),
        _ => Lane::ZERO.lt(Lane::ZERO),
    };
    match grade.cmp(&watch.grade) {
        Ordering::Less => (listed, high),
        Ordering::Equal => (low, expired.select(third, listed)),
        Ordering::Greater => (low, expired.select(listed, third)),
    }
}

/// The least score of a grade's band by the thresholds alone; beyond any of the last, and of code 0 above all.
#[inline(always)]
fn lower(fields: &RatingFields<Lane>, rules: Rules, grade: usize) -> Lane {
    if grade == 0 {
        Lane::splat(FAR)
    } else if grade < rules.grades {
        fields.thresholds[grade - 1]
    } else {
        Lane::splat(-FAR)
    }
}

/// The score below which a state graded just above the watch list goes on it; the end of its band while there is none.
#[inline(always)]
fn listed(fields: &RatingFields<Lane>, rules: Rules, rated: &Rated) -> Lane {
    let Some(watch) = rules.watch else { return Lane::splat(-FAR) };
    let of = |grade: usize| lower(fields, rules, grade);
    let graded_before = rated.tier.gt(Lane::ZERO);
    let fall = graded_before.select(rated.score + fields.backslide, Lane::splat(-FAR));
    if watch.exists { fall.max(of(watch.grade - 1)).min(of(watch.grade - 2)) } else { of(watch.grade) }
}

/// The probability that a standard normal number is in `[low, high)`, and the one of them at a share `u` of that probability.
///
/// Probabilities are differences of tails on the side on which the interval lies, so that they are exact where they are small. Where the interval is
/// empty the probability is 0.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::condition::within;
/// let [low, high, half] = [1.0, 2.0, 0.5].map(Lane::splat);
/// let (p, z) = within(low, high, half);
/// assert!((p.0[0] - 0.135_905_121_983_278).abs() < 1e-14);
/// assert!((z.0[0] - 1.336_440_347_7).abs() < 1e-8);
/// assert_eq!(within(high, low, half).0, Lane::ZERO);
/// ```
#[inline(always)]
pub fn within(low: Lane, high: Lane, u: Lane) -> (Lane, Lane) {
    let Tails { flip, a, b, below, p } = tails(low, high);
    let u = flip.select(1.0 - u, u);
    let z = inverse_normal((below + u * p).max(Lane::splat(1e-300)).min(Lane::splat(1.0 - 1e-16)));
    let z = z.max(a + INSIDE).min(b - INSIDE);
    (p, flip.select(-z, z))
}

/// An interval of a standard normal number, and what lies below it and in it, on the side on which tails are small numbers.
struct Tails {
    /// Where the interval was turned to the lower side.
    flip: Mask,
    a: Lane,
    b: Lane,
    below: Lane,
    p: Lane,
}

#[inline(always)]
fn tails(low: Lane, high: Lane) -> Tails {
    let flip = low.gt(Lane::ZERO);
    let (a, b) = (flip.select(-high, low), flip.select(-low, high));
    let (below, upto) = (upper_normal(-a), upper_normal(-b));
    // Beyond 37 standard deviations tails are no longer numbers of their own: what lies there cannot come.
    let p = upto - below;
    Tails { flip, a, b, below, p: p.gt(Lane::splat(LEAST)).select(p, Lane::ZERO) }
}

/// The probability that a standard normal number is in `[low, high)`, whose ends may be infinite; 0 where the interval is empty.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::condition::between;
/// let [one, two, far] = [1.0, 2.0, f64::INFINITY].map(Lane::splat);
/// assert!((between(one, two).0[0] - 0.135_905_121_983_278).abs() < 1e-14);
/// assert!((between(one, far).0[0] + between(-far, one).0[0] - 1.0).abs() < 1e-14);
/// assert_eq!(between(two, one), Lane::ZERO);
/// ```
#[inline(always)]
pub fn between(low: Lane, high: Lane) -> Lane {
    tails(low, high).p
}

/// A grader's luck at a report: what moves its view of a state, and its error, as standard normal numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Graded {
    /// Probability of the grade.
    pub probability: Lane,
    /// Of the error.
    pub noise: Lane,
    /// Of the change of the view.
    pub view: Lane,
}

/// The grader's luck given the score's band and what the score would be without any.
///
/// The score is `base + s Z` with `s^2 = noise^2 + view_sd^2 (1 - memory^2)`, where `base` holds what the grader remembers. Z is drawn from its band;
/// what of it is the error and what the change of the view is drawn given Z: with R another standard normal number,
/// `noise part = (noise Z - moves R) / s`, `view part = (moves Z + noise R) / s`, `moves = view_sd sqrt(1 - memory^2)`.
/// Both sources are so integrated over at once, which weighs runs more evenly than the error alone would.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{condition::graded, world::RatingFields};
/// let given = RatingFields { noise: 0.03, view_sd: 0.2, view_memory: 0.98, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let [base, low, high, u] = [0.3, 0.35, 0.5, 0.5].map(Lane::splat);
/// let luck = graded(&fields, base, (low, high), u, u);
/// let score = 0.3 + 0.03 * luck.noise.0[0] + 0.2 * (1.0_f64 - 0.98 * 0.98).sqrt() * luck.view.0[0];
/// assert!((0.35..0.5).contains(&score));
/// assert!((luck.probability.0[0] - 0.157_848_468_4).abs() < 1e-9);
/// ```
#[inline(always)]
pub fn graded(
    fields: &RatingFields<Lane>,
    base: Lane,
    (low, high): (Lane, Lane),
    u: Lane,
    other: Lane,
) -> Graded {
    let (moves, noise) = (moves(fields), fields.noise);
    let (sd, scale) = spread(fields);
    let random = sd.gt(Lane::ZERO);
    let ends = |end: Lane| ((end - base) * scale).clamp(-FAR, FAR);
    let (p, z) = within(ends(low), ends(high), u);
    let rest = inverse_normal(other);
    let sure = base.ge(low) & base.lt(high);
    let p = random.select(p, sure.to_lane());
    let z = random.select(z, Lane::ZERO);
    Graded {
        probability: p,
        noise: (noise * z - moves * rest) * scale,
        view: (moves * z + noise * rest) * scale,
    }
}

/// How probable each grade is, best first, where the score would be `base` without any luck at this report: the bands of [`band`] under the normal
/// distribution of [`graded`]. 0 beyond the grades that the regime has.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::assess::{Rated, Rules, WatchList};
/// use suasion::model::{condition::grades, world::{RatingFields, by_grade}};
/// let thresholds = by_grade(&[0.54, 0.22, 0.1]);
/// let given = RatingFields { thresholds, noise: 0.1, view_sd: 0.0, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let zero = Lane::ZERO;
/// let first = Rated { tier: zero, score: zero, standing: zero, sender_standing: zero, strategic_value: zero, view: zero, merit: zero, watched: zero };
/// let watch = Some(WatchList { grade: 3, exists: true, limit: None });
/// let p = grades(&fields, Rules { grades: 4, watch }, &first, Lane::splat(0.22)).map(|p| p.0[0]);
/// assert!((p[0] - 0.000_687).abs() < 1e-6 && (p[1] - 0.499_313).abs() < 1e-6 && (p[2] - 0.384_930).abs() < 1e-6);
/// assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn grades(fields: &RatingFields<Lane>, rules: Rules, rated: &Rated, base: Lane) -> [Lane; MOST_GRADES] {
    let (sd, scale) = spread(fields);
    let random = sd.gt(Lane::ZERO);
    let mut p = [Lane::ZERO; MOST_GRADES];
    let mut above = Lane::ZERO;
    for grade in 1..rules.grades {
        // Where the grade ends and the next begins.
        let end = match rules.watch {
            Some(watch) if grade + 1 == watch.grade => listed(fields, rules, rated),
            _ => band(fields, rules, rated, grade + 1).1,
        };
        // Of a score without luck the probability is 0 or 1.
        let upwards = random.select(tail(end, base, scale), base.ge(end).to_lane());
        p[grade - 1] = upwards - above;
        above = upwards;
    }
    p[rules.grades - 1] = 1.0 - above;
    p
}

/// The probability that luck brings a score above an end. A function, since no closure can be told to be inlined.
#[inline(always)]
fn tail(end: Lane, base: Lane, scale: Lane) -> Lane {
    upper_normal(((end - base) * scale).clamp(-FAR, FAR))
}

/// Standard deviation of a score's luck, error and change of the view together, and one over it; 0 where there is none.
#[inline(always)]
fn spread(fields: &RatingFields<Lane>) -> (Lane, Lane) {
    let moves = moves(fields);
    let sd = (fields.noise * fields.noise + moves * moves).sqrt();
    let random = sd.gt(Lane::ZERO);
    (sd, random.select(1.0 / random.select(sd, Lane::ONE), Lane::ZERO))
}

/// Standard deviation of what a year changes in the grader's view.
#[inline(always)]
fn moves(fields: &RatingFields<Lane>) -> Lane {
    fields.view_sd * (1.0 - fields.view_memory * fields.view_memory).sqrt()
}

/// The log of a probability; minus infinity of 0.
#[inline(always)]
pub fn log(p: Lane) -> Lane {
    let possible = p.gt(Lane::ZERO);
    possible.select(math::ln(possible.select(p, Lane::ONE)), Lane::splat(f64::NEG_INFINITY))
}

/// The log of the density of an adoption that came in a step, or of the probability that none came, and the draw that brought it.
///
/// With q = 1 - exp(-hazard): an adoption has the density `scale q` and its draw is `u q`, below q; none has the probability `exp(-hazard)` and its draw
/// is `q + u (1 - q)`. `scale` is one over the length of a step where the date is known, so that the density is per year; where the year alone is, a
/// step of it is drawn first, and `scale` is how many there are to draw from: the mean over what is drawn is then the probability of the year. Where a
/// state `may` not adopt, an adoption cannot come and its absence says nothing.
///
/// ```
/// use suasion::lanes::lane::{Lane, Mask};
/// use suasion::model::condition::adoption;
/// let (hazard, u, yes) = (Lane::splat(std::f64::consts::LN_2), Lane::splat(0.5), Lane::ZERO.lt(Lane::ONE));
/// let (log, draw) = adoption(hazard, u, yes, yes, 4.0);
/// assert!((log.0[0] - 2.0_f64.ln()).abs() < 1e-15 && (draw.0[0] - 0.25).abs() < 1e-15);
/// let (log, draw) = adoption(hazard, u, yes, !yes, 4.0);
/// assert!((log.0[0] + std::f64::consts::LN_2).abs() < 1e-15 && (draw.0[0] - 0.75).abs() < 1e-15);
/// assert_eq!(adoption(hazard, u, !yes, !yes, 4.0), (Lane::ZERO, u));
/// ```
#[inline(always)]
pub fn adoption(hazard: Lane, u: Lane, may: Mask, came: Mask, scale: f64) -> (Lane, Lane) {
    let q = hazard * math::one_minus_exp_ratio(hazard);
    let none = may.select(-hazard, Lane::ZERO);
    if !came.any() {
        return (none, may.select(q + u * (1.0 - q), u));
    }
    let comes = may.select(log(q * scale), Lane::splat(f64::NEG_INFINITY));
    (came.select(comes, none), may.select(came.select(u * q, q + u * (1.0 - q)), u))
}

/// Which of so many steps an adoption comes in, and a draw that says nothing of that: the whole part of `u count`, and the rest.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::condition::one_of;
/// let (which, rest) = one_of(Lane::splat(0.7), 4);
/// assert!(which.0[0] == 2.0 && (rest.0[0] - 0.8).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn one_of(u: Lane, count: usize) -> (Lane, Lane) {
    let place = u * count as f64;
    let mut which = Lane::ZERO;
    for step in 1..count {
        which = place.ge(Lane::splat(step as f64)).select(Lane::splat(step as f64), which);
    }
    (which, place - which)
}

/// The log density of a reading of something with a normal error.
///
/// `-((reading - value) / sd)^2 / 2 - ln(sd sqrt(2 pi))`
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::condition::reading;
/// let log = reading(0.5, Lane::splat(0.25), 0.25).0[0];
/// assert!((log.exp() - 0.967_882_898_076_5).abs() < 1e-12); // of N(0, 1) at 1, over 0.25
/// ```
#[inline(always)]
pub fn reading(seen: f64, value: Lane, sd: f64) -> Lane {
    /// ln sqrt(2 pi).
    const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;
    let z = (Lane::splat(seen) - value) * (1.0 / sd);
    z * z * -0.5 - (math::ln_scalar(sd) + LN_SQRT_TAU)
}
