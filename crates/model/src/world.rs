//! The world that a scenario describes, validated and immutable: what the engine simulates.
//!
//! Everything is by index and in id order, so the order of entries in a file can change no bit. It holds numbers,
//! not text for people (titles, sources and the observed record stay with the scenario).

mod rating;

pub use rating::{
    Demand, End, MOST_GRADES, NOT_RATED, RATING_FIELDS, Rating, RatingFields, Sanction, Watch, by_grade,
    worse_from,
};

use crate::distribution::Distribution;
use crate::parameters::Parameters;
use crate::theory::Theory;
use crate::traits::Traits;
use suasion_lanes::randomness::Drawer;

/// A validated world. `scenario` builds it; invariants are checked there and relied on here.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// When the run starts and ends, and its time step.
    pub clock: Clock,
    /// Parameters of the model.
    pub parameters: Parameters<f64>,
    /// States, in id order.
    pub states: Vec<State>,
    /// Ties, in order of (a, b, from).
    pub ties: Vec<Tie>,
    /// Rating regimes, in id order.
    pub ratings: Vec<Rating>,
    /// Convention regimes, in id order.
    pub conventions: Vec<Convention>,
    /// Community regimes, in id order.
    pub communities: Vec<Community>,
    /// Instruments, in id order.
    pub instruments: Vec<Instrument>,
    /// Events, in order of date, then as in the file.
    pub events: Vec<Event>,
    /// Corridors, in order of (origin, destination).
    pub corridors: Vec<Corridor>,
    /// Parameters and mechanisms beyond the built-in model.
    pub theory: Theory,
}

impl World {
    /// The rating regime that a record of scores and sanctions is about: the first that demands a law, else the first.
    pub fn rating_of_record(&self) -> Option<usize> {
        let demands_law = |rating: &Rating| {
            rating.demands.iter().any(|of| self.instruments[of.instrument].kind == InstrumentKind::Law)
        };
        let first = if self.ratings.is_empty() { None } else { Some(0) };
        self.ratings.iter().position(demands_law).or(first)
    }

    /// Whether a rating regime ever holds a view of a state beyond its merit: from the start, or from an event on.
    pub fn holds_views(&self, rating: usize) -> bool {
        let sets = |change: &Change| match change {
            Change::RatingField(g, field, value) => {
                *g == rating && *value > 0.0 && RATING_FIELDS[*field].name == "view_sd"
            }
            _ => false,
        };
        self.ratings[rating].fields.view_sd > 0.0 || self.events.iter().any(|event| sets(&event.change))
    }
}

/// The run's calendar. Years are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// First year simulated; the run starts on its first day.
    pub start: i32,
    /// The run ends on the first day of this year.
    pub end: i32,
    /// Steps per year.
    pub steps_per_year: u32,
}

impl Clock {
    /// Years simulated.
    pub fn years(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Steps of the run.
    pub fn steps(&self) -> usize {
        self.years() * self.steps_per_year as usize
    }

    /// Length of a step, in years.
    pub fn dt(&self) -> f64 {
        1.0 / f64::from(self.steps_per_year)
    }

    /// The date at which a step begins, in years.
    pub fn date(&self, step: usize) -> f64 {
        f64::from(self.start) + step as f64 / f64::from(self.steps_per_year)
    }

    /// The step of a year within which a part of it ends, from 0.
    ///
    /// ```
    /// use suasion::model::world::Clock;
    /// let clock = Clock { start: 2001, end: 2016, steps_per_year: 4 };
    /// assert_eq!([0.0, 0.12, 0.5, 0.79].map(|part| clock.step_of_year(part)), [0, 0, 2, 3]);
    /// ```
    pub fn step_of_year(&self, part: f64) -> usize {
        ((part * f64::from(self.steps_per_year)) as usize).min(self.steps_per_year as usize - 1)
    }

    /// The first step that begins at or after a date (a millionth of a step early counts as on time).
    ///
    /// ```
    /// use suasion::model::world::Clock;
    /// let clock = Clock { start: 2001, end: 2016, steps_per_year: 4 };
    /// assert_eq!((clock.step_from(2001.0), clock.step_from(2003.4), clock.step_from(1990.0)), (0, 10, 0));
    /// ```
    pub fn step_from(&self, date: f64) -> usize {
        let steps = (date - f64::from(self.start)) * f64::from(self.steps_per_year);
        (steps - 1e-6).ceil().max(0.0) as usize
    }

    /// The step within which a date lies; none where a step begins on it, or it is before the run.
    ///
    /// ```
    /// use suasion::model::world::Clock;
    /// let clock = Clock { start: 2001, end: 2016, steps_per_year: 4 };
    /// assert_eq!((clock.within(2003.79), clock.within(2003.75), clock.within(1990.3)), (Some(11), None, None));
    /// ```
    pub fn within(&self, date: f64) -> Option<usize> {
        let steps = (date - f64::from(self.start)) * f64::from(self.steps_per_year);
        let next = self.step_from(date);
        (steps > 0.0 && next as f64 - steps > 1e-6).then(|| next - 1)
    }
}

/// A state: its identity and its traits at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Identifier (`IDN`).
    pub id: String,
    /// Key of its draws ([`state_key`](suasion_lanes::randomness::state_key)), so that other states do not matter.
    pub key: u64,
    /// Traits; `autochthonous_motivation` is [`Distribution::Intrinsic`] unless given.
    pub traits: Traits<Distribution>,
    /// Probability of each spiral phase at the start.
    pub initial_phase: [f64; 5],
    /// Value to the sender, per rating regime.
    pub strategic_value: Vec<Distribution>,
    /// Standing of the sender, per rating regime.
    pub sender_standing: Vec<Distribution>,
    /// Values that its variables start from, where any is given: by position in [`STARTS`](crate::traits::STARTS).
    pub starts: Vec<(usize, Distribution)>,
    /// Grade (from 1, the best; 0: not rated) and years on the watch list that each rating regime has given it before the start; empty where none has.
    pub graded: Vec<(u8, u32)>,
}

/// An undirected peer tie, `a < b`, in force on [from, until).
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Index of one state.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// Weight, at least 0; ties between the same pair add up.
    pub weight: f64,
    /// Date from which it holds.
    pub from: f64,
    /// Date until which it holds.
    pub until: f64,
}

/// A value that changes at dates: (from, value), in order of date; 0 before the first.
pub type Series = Vec<(f64, f64)>;

/// A convention regime: it argues and sets standards, without sanctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Convention {
    /// Identifier.
    pub id: String,
    /// Strength of its arguments in [0, 1] over time.
    pub strength: Series,
    /// Which states it addresses.
    pub addresses: Vec<bool>,
    /// The rating regime whose own standard it is, by index; none of a convention in its own right.
    pub sender: Option<usize>,
}

/// A community regime: members, and the level at which they engage one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Community {
    /// Identifier.
    pub id: String,
    /// Engagement in [0, 1] over time.
    pub engagement: Series,
    /// Weight of the tie between any two members.
    pub tie_weight: f64,
    /// What it argues of its own over time, in order of date; nothing before the first.
    pub argument: Vec<Level>,
    /// The share of crime control in what it argues; none: it moves nobody's.
    pub framing: Option<f64>,
    /// Members, in id order: each state once.
    pub members: Vec<Member>,
}

/// A state's membership of a community, on [from, until).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Index of the state.
    pub state: usize,
    /// Date of joining; of a member from the beginning before every date.
    pub from: f64,
    /// Date of leaving; of one who stays after every date.
    pub until: f64,
}

impl Member {
    /// Whether it holds at a date.
    ///
    /// ```
    /// use suasion::model::world::Member;
    /// let member = Member { state: 0, from: 1973.0, until: 2020.1 };
    /// assert_eq!([1972.9, 1973.0, 2020.0, 2020.1].map(|date| member.at(date)), [false, true, true, false]);
    /// ```
    pub fn at(&self, date: f64) -> bool {
        self.from <= date && date < self.until
    }
}

/// A level of a region's argument from a date on.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Date from which it holds.
    pub from: f64,
    /// Strength, in [0, 1].
    pub value: f64,
    /// What it may have answered.
    pub answers: Answers,
}

/// What a region's argument may have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Nothing that anybody could take away.
    Nothing,
    /// A regime of this world.
    Regime(String),
    /// A regime that this world has not: the argument counts `autochthony` times.
    Missing,
}

impl Community {
    /// The date at which a state, by index, joins; none of a state that is no member.
    ///
    /// ```
    /// use suasion::model::world::{Community, Member};
    /// let (engagement, argument) = (Vec::new(), Vec::new());
    /// let member = |state, from| Member { state, from, until: f64::INFINITY };
    /// let members = vec![member(1, 2004.33), member(4, 2007.0)];
    /// let club = Community { id: "eu".into(), engagement, tie_weight: 1.0, argument, framing: None, members };
    /// assert_eq!((club.joined(4), club.joined(2)), (Some(2007.0), None));
    /// ```
    pub fn joined(&self, state: usize) -> Option<f64> {
        let at = self.members.binary_search_by_key(&state, |member| member.state).ok()?;
        Some(self.members[at].from)
    }

    /// Strength of what it argues at a date, in [0, 1]; a level that answers what is missing counts `autochthony` times.
    ///
    /// ```
    /// use suasion::model::world::{Answers, Community, Level};
    /// let level = |from, value, answers| Level { from, value, answers };
    /// let argument = vec![level(2004.9, 0.3, Answers::Missing), level(2009.8, 0.6, Answers::Nothing)];
    /// let (engagement, members) = (Vec::new(), Vec::new());
    /// let region = Community { id: "asean".into(), engagement, tie_weight: 1.0, argument, framing: None, members };
    /// assert_eq!([2004.0, 2005.0, 2010.0].map(|date| region.argument(date, 0.5)), [0.0, 0.15, 0.6]);
    /// ```
    pub fn argument(&self, date: f64, autochthony: f64) -> f64 {
        self.argument.iter().rev().find(|level| level.from <= date).map_or(0.0, |level| {
            level.value * if level.answers == Answers::Missing { autochthony } else { 1.0 }
        })
    }
}

/// What kind of commitment an instrument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentKind {
    /// A global convention.
    Convention,
    /// A domestic law: brings enforcement by itself.
    Law,
    /// A regional treaty.
    Treaty,
    /// A national human-rights institution: reframes, gives mobilization a hold; not a commitment.
    Nhri,
}

/// A commitment that a state can adopt once.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// Identifier (`palermo`).
    pub id: String,
    /// Who draws its adoptions.
    pub drawer: Drawer,
    /// Kind.
    pub kind: InstrumentKind,
    /// Date from which it can be adopted.
    pub opens: f64,
    /// Hazard of adoption per year, without any push (h).
    pub hazard: f64,
    /// Years over which the hazard builds up after opening; 0: at once.
    pub ramp: f64,
    /// States that may adopt it.
    pub eligible: Vec<bool>,
    /// Adoptions that are given, by state: before the start or as dated history.
    pub adopted: Vec<Option<f64>>,
    /// What adopting costs each state: taken off the logarithm of its hazard. Empty where it costs nobody anything.
    pub cost: Vec<f64>,
    /// How states come to leave it; none: they do not, but on dates that are given.
    pub exit: Option<Exit>,
    /// Withdrawals that are given, by state.
    pub withdrawn: Vec<Option<f64>>,
    /// Whether adoptions are those given alone, none simulated.
    pub pinned: bool,
}

/// How states come to leave an instrument: with the hazard `hazard exp(reactance u + motivation m)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// Hazard of leaving per year, without any push.
    pub hazard: f64,
    /// Effect of reactance u on its logarithm.
    pub reactance: f64,
    /// Effect of motivation m on its logarithm: below 0, whoever means the norm stays.
    pub motivation: f64,
}

impl Exit {
    /// Its numbers, with the names of their keys.
    pub fn numbers(&self) -> [(&'static str, f64); 3] {
        [
            ("exit_hazard", self.hazard),
            ("exit_reactance", self.reactance),
            ("exit_motivation", self.motivation),
        ]
    }

    /// One of its numbers, in the order of [`Exit::numbers`], to be changed.
    ///
    /// # Panics
    /// If there is none.
    pub fn number_mut(&mut self, which: usize) -> &mut f64 {
        [&mut self.hazard, &mut self.reactance, &mut self.motivation][which]
    }
}

/// A dated change.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Date.
    pub at: f64,
    /// What changes.
    pub change: Change,
}

/// What an event changes, and to what.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A trait of a state (by position in the trait table). A distribution is drawn with the trait's own uniform.
    Trait(usize, usize, Distribution),
    /// A trait of the scenario's own, by position, of a state: state, trait, value.
    OwnTrait(usize, usize, Distribution),
    /// A state's value to the sender of a rating regime: state, regime, value.
    StrategicValue(usize, usize, Distribution),
    /// A state's view of the sender of a rating regime: state, regime, value.
    SenderStanding(usize, usize, Distribution),
    /// A number of a rating regime: regime, position in the table of fields, value.
    RatingField(usize, usize, f64),
    /// A state adopts an instrument: state, instrument.
    Adopt(usize, usize),
    /// A state leaves an instrument: state, instrument.
    Withdraw(usize, usize),
}

/// A corridor: a directed flow from one state to another, which practice deters.
#[derive(Clone, Debug, PartialEq)]
pub struct Corridor {
    /// Index of the origin.
    pub from: usize,
    /// Index of the destination.
    pub to: usize,
    /// Volume per year without deterrence (any unit; flows are in the same).
    pub volume: f64,
}
