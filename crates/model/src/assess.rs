//! Step 1, assess: a rating regime grades the states it covers, once a year, and its standing moves.
//!
//! Grades are codes in lanes: 0 not rated, then from 1, the best, to as many as the regime has. It draws nothing: the
//! grader's error is an argument.

use crate::world::{MOST_GRADES, RatingFields};
use suasion_lanes::lane::{Lane, Mask};
use suasion_lanes::math;

/// What a rating regime holds about a state.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Rated {
    /// Code of the current grade; 0: not rated.
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

impl Rated {
    /// Puts back what was held before a report, in the runs that it does not concern.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::assess::Rated;
    /// let of = |x: f64| Rated { tier: Lane::splat(x), standing: Lane::splat(x), sender_standing: Lane::splat(x), strategic_value: Lane::splat(x), view: Lane::splat(x), merit: Lane::splat(x), score: Lane::splat(x), watched: Lane::splat(x) };
    /// let mut rated = of(2.0);
    /// rated.keep(&of(1.0), Lane::ZERO.lt(Lane::ZERO));
    /// assert_eq!(rated, of(2.0));
    /// rated.keep(&of(1.0), Lane::ZERO.lt(Lane::ONE));
    /// assert_eq!(rated, of(1.0));
    /// ```
    #[inline(always)]
    pub fn keep(&mut self, before: &Rated, runs: Mask) {
        let Rated { tier, standing, sender_standing, strategic_value, view, merit, score, watched } = self;
        let kept = [
            (tier, before.tier),
            (standing, before.standing),
            (sender_standing, before.sender_standing),
            (strategic_value, before.strategic_value),
            (view, before.view),
            (merit, before.merit),
            (score, before.score),
            (watched, before.watched),
        ];
        for (now, before) in kept {
            *now = runs.select(before, *now);
        }
    }
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

/// The numbers of a regime as one of several reports a year needs them: what holds of a year, for its part of the year.
///
/// With n reports `view_memory` becomes `m^(1/n)`, `standing_rate` `1 - (1 - r)^(1/n)` and `politicization_cost` `c / n`, so that a year of reports
/// comes to what one does; with one report nothing changes.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::per_report, world::RatingFields};
/// let given = RatingFields { view_memory: 0.729, standing_rate: 0.271, politicization_cost: 0.6, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let third = per_report(&fields, 3);
/// assert!((third.view_memory.0[0] - 0.9).abs() < 1e-15 && (third.standing_rate.0[0] - 0.1).abs() < 1e-15);
/// assert!((third.politicization_cost.0[0] - 0.2).abs() < 1e-15);
/// assert_eq!(per_report(&fields, 1), fields);
/// ```
pub fn per_report(fields: &RatingFields<Lane>, reports: usize) -> RatingFields<Lane> {
    if reports <= 1 {
        return *fields;
    }
    let part = 1.0 / reports as f64;
    let kept = |share: Lane| {
        let some = share.gt(Lane::ZERO);
        some.select(math::exp(math::ln(some.select(share, Lane::ONE)) * part), Lane::ZERO)
    };
    RatingFields {
        view_memory: kept(fields.view_memory),
        standing_rate: 1.0 - kept(1.0 - fields.standing_rate),
        politicization_cost: fields.politicization_cost * part,
        ..*fields
    }
}

/// The grader's view of a state a report on (a year, where there is one a year), in standard deviations: `z' = memory z + sqrt(1 - memory^2) N(0,1)`.
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
pub struct Rules {
    /// Grades that the regime has.
    pub grades: usize,
    /// Its watch list, if it has one.
    pub watch: Option<WatchList>,
}

/// The rules of a watch list in force at a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WatchList {
    /// Code of the grade, at least 2.
    pub grade: usize,
    /// Whether it exists yet.
    pub exists: bool,
    /// Reports on it after which a state falls to the grade below, while that limit is in force.
    pub limit: Option<u32>,
}

/// The grade from a score, with the rules of the watch list; updates what the regime holds.
///
/// The first grade from `thresholds[0]` upwards, the second from `thresholds[1]`, and so on; the last below all. Before the watch list
/// exists its band belongs to the grade above. A state graded just above it whose score fell by more than `-backslide` since the last report
/// goes on it: a grader compares what it said with what it says. It compares no merit free of error, of which any fall
/// would do, the smaller the steps of the run the more often; a state that has been on it for the limit goes to the grade below. Source: TVPA as
/// amended 2003 and 2008.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::assess::{Rated, Rules, WatchList, grade};
/// use suasion::model::world::{RatingFields, by_grade};
/// let given = RatingFields { thresholds: by_grade(&[0.56, 0.14, -0.06]), backslide: -0.15, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let zero = Lane::ZERO;
/// let mut rated = Rated { tier: zero, standing: zero, sender_standing: zero, strategic_value: zero, view: zero, merit: zero, score: zero, watched: zero };
/// let rules = Rules { grades: 4, watch: Some(WatchList { grade: 3, exists: true, limit: None }) };
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
pub fn grade(fields: &RatingFields<Lane>, rules: Rules, rated: &mut Rated, score: Lane) {
    let code = |grade: usize| Lane::splat(grade as f64);
    let absent = rules.watch.filter(|watch| !watch.exists).map(|watch| watch.grade);
    let named = |grade: usize| code(if absent == Some(grade) { grade - 1 } else { grade });
    let mut tier = named(rules.grades);
    for grade in (1..rules.grades).rev() {
        tier = score.ge(fields.thresholds[grade - 1]).select(named(grade), tier);
    }
    if let Some(watch) = rules.watch {
        if watch.exists {
            let graded_before = rated.tier.gt(Lane::ZERO);
            let fell = (score - rated.score).lt(fields.backslide);
            tier = (tier.eq(code(watch.grade - 1)) & fell & graded_before).select(code(watch.grade), tier);
        }
        if let Some(limit) = watch.limit {
            let listed = tier.eq(code(watch.grade));
            let expired = listed & rated.watched.ge(Lane::splat(f64::from(limit)));
            tier = expired.select(code(watch.grade + 1), tier);
            rated.watched = (listed & !expired).select(rated.watched + 1.0, Lane::ZERO);
        }
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
/// let given = RatingFields { politicization_cost: 0.54, ..RatingFields::default() };
/// let fields = RatingFields::from_fn(|i| Lane::splat(given.values()[i]));
/// let l = standing(&fields, Lane::splat(0.5), Lane::splat(0.6), Lane::splat(0.1));
/// assert!((l.0[0] - 0.493).abs() < 1e-15); // .5 + .2 .1 - .54 .1 .5
/// ```
#[inline(always)]
pub fn standing(fields: &RatingFields<Lane>, l: Lane, l0: Lane, politicized: Lane) -> Lane {
    (l + fields.standing_rate * (l0 - l) - fields.politicization_cost * politicized * l).clamp(0.0, 1.0)
}

/// The value of a table by grade; 0 where not rated.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::by_tier, world::by_grade};
/// let shame = by_grade(&[0.0, 0.09, 1.28, 0.85]).map(Lane::splat);
/// assert_eq!((by_tier(Lane::splat(3.0), &shame).0[0], by_tier(Lane::ZERO, &shame).0[0]), (1.28, 0.0));
/// ```
#[inline(always)]
pub fn by_tier(tier: Lane, table: &[Lane; MOST_GRADES]) -> Lane {
    // Each grade's value is weighed by 0 or 1: a choice between values in memory would be made lane by lane.
    let mut value = table[0] * tier.eq(Lane::ONE).to_lane();
    for (grade, of_grade) in table.iter().enumerate().skip(1) {
        value += *of_grade * tier.eq(Lane::splat((grade + 1) as f64)).to_lane();
    }
    value
}
