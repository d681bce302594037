//! Rating regimes: what grades, shames, threatens and rewards states one by one.

use crate::assess::{Rules, WatchList};
use crate::table::table;
use suasion_lanes::lane::Lane;
use suasion_lanes::randomness::Drawer;

/// Most grades that a rating regime may have.
pub const MOST_GRADES: usize = 8;

/// What a state is called that a regime does not rate; no grade may have this name.
pub const NOT_RATED: &str = "NR";

/// Where the worse half of so many grades begins, from 0: of an odd number the one in the middle is not in it.
///
/// ```
/// use suasion::model::world::worse_from;
/// assert_eq!((worse_from(4), worse_from(3), worse_from(2)), (2, 2, 1));
/// ```
pub fn worse_from(grades: usize) -> usize {
    grades.div_ceil(2)
}

/// A list by grade: what is given, and 0 for grades that a regime does not have.
///
/// ```
/// use suasion::model::world::by_grade;
/// assert_eq!(by_grade::<4>(&[0.0, 0.5]), [0.0, 0.5, 0.0, 0.0]);
/// ```
pub const fn by_grade<const N: usize>(given: &[f64]) -> [f64; N] {
    let mut list = [0.0; N];
    let mut i = 0;
    while i < given.len() {
        list[i] = given[i];
        i += 1;
    }
    list
}

table! {
    /// The numbers of a rating regime. The defaults press nobody and favour nobody: what a regime does, a scenario says.
    ///
    /// Lists are by grade, best first, and have a number for each grade that the regime has ([`Rating::grades`]); what is beyond is 0 and
    /// read by nobody.
    pub struct RatingFields, RATING_FIELDS, source "neutral: a scenario says what its regime does";
    numbers {
        weight_law = 0.5, 0.0 to 1.0, Share, "-", "weight of the demanded instruments in merit; the rest is practice's";
        enforcement_share = 0.5, 0.0 to 1.0, Share, "-", "share of practice's weight in merit that is enforcement's (success by numbers); the rest is protection's";
        capacity_allowance = 0.0, 0.0 to 1.0, Share, "-", "how far capacity excuses (gamma)";
        noise = 0.0, 0.0 to 0.2, NonNegative, "-", "standard deviation of the grader's error";
        view_sd = 0.0, 0.0 to 0.4, NonNegative, "-", "standard deviation among states of what the grader holds for or against them beyond their merit";
        view_memory = 0.9, 0.0 to 1.0, Share, "1/yr", "part of that view that is still held a year later";
        bar_rise = 0.0, -0.03 to 0.03, Any, "1/yr", "rise of the bar: what a year takes off every score, from the date on from which it rises";
        backslide = -0.15, -0.3 to 0.0, Any, "-", "yearly change of the score below which a state just above the watch list is put on it; nothing without a watch list";
        severity = 1.0, 0.0 to 6.0, Strength, "-", "size of the sanctions threatened, for a fully exposed state, in half effects of pressure";
        waiver = 0.0, 0.0 to 1.0, Share, "-", "share of sanctions waived for a fully strategic state";
        politicization = 0.0, -0.3 to 0.3, Any, "-", "grade bought by strategic value";
        politicization_cost = 0.0, -2.0 to 4.0, Any, "1/yr", "standing that politicized grades cost the sender everywhere; below 0 they bring it some";
        standing_rate = 0.2, 0.0 to 1.0, Share, "1/yr", "recovery of the sender's standing";
        prize = 1.0, 0.0 to 6.0, Strength, "-", "size of the rewards held out, as far as they are believed, for a fully exposed state, in half effects of pressure";
        reward_control = 0.5, 0.0 to 1.0, Share, "-", "share of a reward that is felt as control", "nobody knows: a prior over the whole range";
    }
    lists {
        thresholds[7] = [0.0; 7], -0.3 to 1.0, Any, "-", "lowest score of each grade but the last, best first (no default: a scenario gives them)";
        shame[8] = [0.0; 8], 0.0 to 5.0, Strength, "-", "shame of each grade, best first, in half effects of pressure";
        threat[8] = [0.0; 8], 0.0 to 1.0, Strength, "-", "threat of sanctions in each grade, best first, as a share of severity";
        reward[8] = [0.0; 8], 0.0 to 1.0, Strength, "-", "reward held out in each grade, best first, as a share of prize: the nearer it is, the more";
    }
}

impl RatingFields<Lane> {
    /// How far merit is enforcement, what can be counted: `(1 - weight_law) enforcement_share`.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::world::RatingFields;
    /// let given = RatingFields { weight_law: 0.25, enforcement_share: 0.5, ..RatingFields::default() };
    /// assert_eq!(RatingFields::from_fn(|i| Lane::splat(given.values()[i])).counted().0[0], 0.375);
    /// ```
    #[inline(always)]
    pub fn counted(&self) -> Lane {
        (1.0 - self.weight_law) * self.enforcement_share
    }
}

/// A rating regime: a sender that grades states, shames and sanctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    /// Identifier (`tvpa`).
    pub id: String,
    /// Who draws its errors, and each state's value to the sender and view of it.
    pub drawer: Drawer,
    /// Names of its grades, best first: 2 to [`MOST_GRADES`]. A grade's code is its place, from 1; 0 is not rated.
    pub grades: Vec<String>,
    /// Its numbers.
    pub fields: RatingFields<f64>,
    /// What it demands, in order of instrument and date.
    pub demands: Vec<Demand>,
    /// Date from which each state is rated; none: never.
    pub rated_from: Vec<Option<f64>>,
    /// Date until which each state is rated, where that is before the regime ends: accession, or whatever else takes it out.
    pub rated_until: Vec<Option<f64>>,
    /// What ends it for a state, whenever that comes; it ends for good.
    pub ends_on: Option<End>,
    /// Sanctions that were imposed, in order of state and date.
    pub imposed: Vec<Sanction>,
    /// Date from which it is in force.
    pub from: f64,
    /// Date until which it is in force.
    pub until: f64,
    /// Parts of the year after which its reports come, one or more, ascending, in [0, 1).
    pub reports: Vec<f64>,
    /// Date from which the bar rises.
    pub bar_from: f64,
    /// Its watch list, if it has one.
    pub watch: Option<Watch>,
    /// Grades imposed instead of simulated, by code, by state and year of the run.
    pub pinned: Option<Vec<Vec<u8>>>,
}

/// An instrument that a rating regime demands on [from, until).
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Index of the instrument.
    pub instrument: usize,
    /// Date from which it is demanded.
    pub from: f64,
    /// Date until which it is.
    pub until: f64,
    /// How much it counts among what is demanded, in merit; at least 0.
    pub weight: f64,
}

/// What ends a rating regime for a state before it ends for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It adopts the instrument of this index: the regime ends with the next step.
    Adopts(usize),
    /// It is given the grade of this code or a better one: that grade stands, and the regime ends with the next report.
    Grade(u8),
    /// It joins the community of this index, at the date of that.
    Joins(usize),
}

/// Sanctions that a regime imposed on a state, felt on [from, until) whether they were threatened or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Sanction {
    /// Index of the state.
    pub state: usize,
    /// Date from which they hold.
    pub from: f64,
    /// Date until which they hold.
    pub until: f64,
    /// Their size for a fully exposed state, in half effects of pressure.
    pub size: f64,
}

/// A watch list: a grade on which states are put that were graded just above it and fell, and on which they may stay only so long.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Code of the grade, at least 2.
    pub grade: u8,
    /// Date from which it exists; before, its band belongs to the grade above.
    pub from: f64,
    /// Years on it after which a state falls to the grade below, if there is such a limit.
    pub limit: Option<u32>,
    /// Date from which the limit counts.
    pub limit_from: f64,
}

impl Rating {
    /// Years for which the bar has risen at the date of a report; 0 before it does.
    ///
    /// They are counted to that date, not to the step in which it comes: so the bar is the same however
    /// many steps a year has.
    ///
    /// ```
    /// let scenario = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap();
    /// let rating = suasion::model::world::Rating { bar_from: 2001.0, ..scenario.world.ratings[0].clone() };
    /// assert_eq!([1999.5, 2001.5, 2012.5].map(|date| rating.years_of_rise(date)), [0.0, 0.5, 11.5]);
    /// ```
    pub fn years_of_rise(&self, date: f64) -> f64 {
        (date - self.bar_from).max(0.0)
    }

    /// The rules of its grades at a date. A limit in years is one of so many times as many reports as a year has.
    ///
    /// ```
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let watch = |date| world.ratings[0].rules(date).watch.unwrap();
    /// assert_eq!([2003.5, 2004.5].map(|date| watch(date).exists), [false, true]);
    /// assert_eq!([2008.5, 2009.5].map(|date| watch(date).limit), [None, Some(4)]);
    /// ```
    pub fn rules(&self, date: f64) -> Rules {
        Rules {
            grades: self.grades.len(),
            watch: self.watch.as_ref().map(|watch| WatchList {
                grade: usize::from(watch.grade),
                exists: date >= watch.from,
                limit: watch
                    .limit
                    .filter(|_| date >= watch.limit_from)
                    .map(|years| years * self.reports.len() as u32),
            }),
        }
    }

    /// The name of a grade; [`NOT_RATED`] of code 0.
    ///
    /// ```
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let tvpa = &world.ratings[0];
    /// assert_eq!((tvpa.grade(0), tvpa.grade(3), tvpa.code("2WL"), tvpa.code("4")), ("NR", "2WL", Some(3), None));
    /// ```
    ///
    /// # Panics
    /// If the regime has no grade of that code.
    pub fn grade(&self, code: usize) -> &str {
        if code == 0 { NOT_RATED } else { &self.grades[code - 1] }
    }

    /// The code of a grade by name.
    pub fn code(&self, name: &str) -> Option<u8> {
        self.codes().position(|grade| grade == name).map(|code| code as u8)
    }

    /// The names of the worse half of its grades, as words: of an odd number the one in the middle is none of them.
    ///
    /// ```
    /// let world = |name: &str| suasion::scenario::Scenario::load(name).unwrap().build_alone().unwrap().world;
    /// assert_eq!(world("asean").ratings[0].worse_grades(), "2WL or 3");
    /// ```
    pub fn worse_grades(&self) -> String {
        self.grades[worse_from(self.grades.len())..].join(" or ")
    }

    /// How many numbers a list of its fields has (`thresholds`, `shame`, `threat`, `reward`): one for each grade, one fewer of thresholds.
    pub fn length(&self, list: &str) -> usize {
        self.grades.len().saturating_sub(usize::from(list == "thresholds"))
    }

    /// The thresholds between its grades, of fields that it has at some time.
    pub fn cuts<'f>(&self, fields: &'f RatingFields<f64>) -> &'f [f64] {
        &fields.thresholds[..self.length("thresholds")]
    }

    /// The names by code: [`NOT_RATED`], then its grades.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(NOT_RATED).chain(self.grades.iter().map(String::as_str))
    }
}
