//! Step 1, assess: a rating regime grades the states it covers, once a year, and its standing moves.
//!
//! Grades are codes in lanes: 0 not rated, then 1, 2, 3, 4 for tier 1, 2, 2WL (watch list), 3. It draws nothing: the
//! grader's error is an argument.

use crate::world::RatingFields;
use suasion_lanes::lane::Lane;

/// What a rating regime holds about a state.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Rated {
    /// Current grade, 0 to 4.
    pub tier: Lane,
    /// l: current standing of the sender in the state's eyes, in [0, 1].
    pub standing: Lane,
    /// l0: standing to which it recovers, in [0, 1].
    pub sender_standing: Lane,
    /// chi: value of the state to the sender, in [0, 1].
    pub strategic_value: Lane,
    /// z: what the grader holds for or against the state beyond its merit, in standard deviations.
    pub view: Lane,
    /// Merit at the last report.
    pub merit: Lane,
    /// Score at the last report.
    pub score: Lane,
    /// Consecutive reports on the watch list, counted while its limit is in force.
    pub watched: Lane,
}

/// Merit: what a state has done, in the light of what it could do.
///
/// `(w law_share + (1 - w) (v e + (1 - v) p)) / ((1 - gamma) + gamma kappa)`: w is `weight_law`, v `enforcement_share`, gamma the
/// capacity allowance ("reasonable given resources", TVPA s. 108). The weights sum to 1. Source: Renshaw 2016, I.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::merit, world::RatingFields};
/// let fields = RatingFields { weight_law: 0.2, enforcement_share: 0.4, capacity_allowance: 0.5, ..RatingFields::default() };
/// let lanes = RatingFields::from_fn(|i| Lane::splat(fields.values()[i]));
/// let [law, e, p, kappa] = [1.0, 0.2, 0.3, 0.5].map(Lane::splat);
/// assert!((merit(&lanes, law, e, p, kappa).0[0] - 0.408 / 0.75).abs() < 1e-15); // .2 + .8 (.4 .2 + .6 .3)
/// ```
#[inline(always)]
pub fn merit(fields: &RatingFields<Lane>, law_share: Lane, e: Lane, p: Lane, kappa: Lane) -> Lane {
    let practice = fields.enforcement_share * e + (1.0 - fields.enforcement_share) * p;
    let done = fields.weight_law * law_share + (1.0 - fields.weight_law) * practice;
    done / (1.0 - fields.capacity_allowance + fields.capacity_allowance * kappa)
}

/// The grader's view of a state a year on, in standard deviations: `z' = memory z + sqrt(1 - memory^2) N(0,1)`.
///
/// What a report says of a state beyond its merit (politics, reputation, what an embassy writes) is not said anew every
/// year. The view is stationary: drawn from N(0,1) at the start, it stays so, and two reports n years apart share
/// `memory^n` of it.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::view, world::RatingFields};
/// let given = RatingFields { view_memory: 0.8, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// assert!((view(&fields, Lane::splat(1.5), Lane::splat(-0.5)).0[0] - 0.9).abs() < 1e-15); // .8 1.5 - .6 .5
/// ```
#[inline(always)]
pub fn view(fields: &RatingFields<Lane>, z: Lane, normal: Lane) -> Lane {
    let memory = fields.view_memory;
    memory * z + (1.0 - memory * memory).sqrt() * normal
}

/// Score: `merit + politicization chi + noise N(0,1) + b - bar_rise years`, with the grader's view `b = view_sd z`.
///
/// `normal` is the standard normal draw of the grader's error, `z` the view in standard deviations ([`view`]) and `years`
/// how long the bar has risen ([`Rating::years_of_rise`](crate::world::Rating::years_of_rise)).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::score, world::RatingFields};
/// let fields = RatingFields::from_fn(|_| Lane::splat(0.1));
/// let [half, one, two, three] = [0.5, 1.0, 2.0, 3.0].map(Lane::splat);
/// // .5 + .1 1 + .1 2 + .1 3 - .1 4
/// assert!((score(&fields, half, one, two, three, 4.0).0[0] - 0.7).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn score(fields: &RatingFields<Lane>, merit: Lane, chi: Lane, normal: Lane, z: Lane, years: f64) -> Lane {
    let beyond = fields.view_sd * z - fields.bar_rise * years;
    merit + fields.politicization * chi + fields.noise * normal + beyond
}

/// The rules in force at a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WatchList {
    /// Whether the watch list exists.
    pub exists: bool,
    /// Reports on it after which a state falls to tier 3, while that limit is in force.
    pub limit: Option<u32>,
}

/// The grade from a score, with the rules of the watch list; updates what the regime holds.
///
/// Tier 1 from `thresholds[0]`, 2 from `thresholds[1]`, 2WL from `thresholds[2]`, else 3. Before the watch list
/// exists its band is tier 2. A tier 2 whose score fell by more than `-backslide` since the last report goes on the
/// watch list: a grader compares what it said with what it says. It compares no merit free of error, of which any fall
/// would do, the smaller the steps of the run the more often; a state that has been on it for the limit goes to tier 3. Source: TVPA as amended 2003 and 2008.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::assess::{Rated, WatchList, grade};
/// use suasion::model::world::RatingFields;
/// let fields = RatingFields::from_fn(|i| Lane::splat(RatingFields::<f64>::default().values()[i]));
/// let zero = Lane::ZERO;
/// let mut rated = Rated { tier: zero, standing: zero, sender_standing: zero, strategic_value: zero, view: zero, merit: zero, score: zero, watched: zero };
/// let rules = WatchList { exists: true, limit: None };
/// let quarter = Lane::splat(0.25);
/// grade(&fields, rules, &mut rated, Lane::splat(0.375));
/// assert_eq!(rated.tier.0[0], 2.0);
/// grade(&fields, rules, &mut rated, quarter); // fell by .125, which backslide lets pass
/// assert_eq!(rated.tier.0[0], 2.0);
/// grade(&fields, rules, &mut rated, Lane::splat(0.5));
/// grade(&fields, rules, &mut rated, quarter); // fell by .25
/// assert_eq!(rated.tier.0[0], 3.0);
/// ```
#[inline(always)]
pub fn grade(fields: &RatingFields<Lane>, rules: WatchList, rated: &mut Rated, score: Lane) {
    let (one, two) = (Lane::splat(1.0), Lane::splat(2.0));
    let (three, four) = (Lane::splat(3.0), Lane::splat(4.0));
    let watch = if rules.exists { three } else { two };
    let bottom = score.ge(fields.thresholds[2]).select(watch, four);
    let middle = score.ge(fields.thresholds[1]).select(two, bottom);
    let mut tier = score.ge(fields.thresholds[0]).select(one, middle);
    if rules.exists {
        let graded_before = rated.tier.gt(Lane::ZERO);
        let fell = (score - rated.score).lt(fields.backslide);
        tier = (tier.eq(two) & fell & graded_before).select(three, tier);
    }
    if let Some(limit) = rules.limit {
        let listed = tier.eq(three);
        let expired = listed & rated.watched.ge(Lane::splat(f64::from(limit)));
        tier = expired.select(four, tier);
        rated.watched = (listed & !expired).select(rated.watched + 1.0, Lane::ZERO);
    }
    rated.tier = tier;
    rated.score = score;
}

/// The sender's standing a year on: it recovers towards l0, and politicized grades cost it everywhere.
///
/// `clamp(l + standing_rate (l0 - l) - politicization_cost politicized l, 0, 1)`, where `politicized` is the mean of
/// |politicization chi| over the states rated. A cost below 0 is a gain: criticism is accepted more from a sender that is
/// known as a friend (Terman & Voeten 2018). Source: Renshaw 2016, introduction and V.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::standing, world::RatingFields};
/// let fields = RatingFields::from_fn(|i| Lane::splat(RatingFields::<f64>::default().values()[i]));
/// let l = standing(&fields, Lane::splat(0.5), Lane::splat(0.6), Lane::splat(0.1));
/// assert!((l.0[0] - 0.493).abs() < 1e-15); // .5 + .2 .1 - .54 .1 .5
/// ```
#[inline(always)]
pub fn standing(fields: &RatingFields<Lane>, l: Lane, l0: Lane, politicized: Lane) -> Lane {
    (l + fields.standing_rate * (l0 - l) - fields.politicization_cost * politicized * l).clamp(0.0, 1.0)
}

/// The value of a table by grade (1 to 4); 0 where not rated.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::assess::by_tier;
/// let shame = [0.0, 0.09, 1.28, 0.85].map(Lane::splat);
/// assert_eq!((by_tier(Lane::splat(3.0), &shame).0[0], by_tier(Lane::ZERO, &shame).0[0]), (1.28, 0.0));
/// ```
#[inline(always)]
pub fn by_tier(tier: Lane, table: &[Lane; 4]) -> Lane {
    // Each grade's value is weighed by 0 or 1: a choice between values in memory would be made lane by lane.
    let is = |code: f64| tier.eq(Lane::splat(code)).to_lane();
    table[0] * is(1.0) + table[1] * is(2.0) + table[2] * is(3.0) + table[3] * is(4.0)
}
