//! What an expression of a scenario can name, and what values it can have.
//!
//! All are of the start of the step but those that step 2 (press) computes, which are of its end: as the equations of `docs/model.md` have them.

use crate::distribution::Distribution;
use crate::parameters::PARAMETERS;
use crate::table::Bound;
use crate::theory::target::Target;
use crate::traits::{STRATEGIC_VALUE, TRAITS};
use crate::world::{Change, Community, Instrument, Rating, World};
use suasion_expression::interval::Interval;
use suasion_lanes::lane::{LANES, Lane};

/// What a name in an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// A parameter of the scenario's own.
    Own(usize),
    /// A variable of the scenario's own.
    Variable(usize),
    /// A parameter of the model.
    Parameter(usize),
    /// A trait, as it is now.
    Trait(usize),
    /// Value of the state to the sender of a rating regime.
    StrategicValue(usize),
    /// One of the names that need no id.
    Plain(Plain),
    /// Whether the state has adopted an instrument: 1 or 0.
    Adopted(usize),
    /// Grade by a rating regime: 0 not rated, 1 the best, and so on.
    Tier(usize),
    /// Standing of the sender of a rating regime.
    Standing(usize),
    /// Merit at its last report.
    Merit(usize),
    /// Score at its last report.
    Score(usize),
    /// Engagement in a community, for its members: 0 for others.
    Engagement(usize),
    /// What is of a regime or instrument that an overlay took away: 0.
    Absent,
    /// A trait of the scenario's own.
    OwnTrait(usize),
    /// A mean over states of what an expression is at the start of the step.
    Mean(usize),
    /// What an expression was a year ago.
    Last(usize),
    /// A number drawn in the step.
    Draw(usize),
}

/// When what a name means is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// At the start of a run, before any step.
    AtStart,
    /// At the start of each step, of each state by itself.
    BeforeStep,
    /// The same of all states together, and what is drawn for the step.
    AsStepBegins,
    /// Within a step.
    InStep,
}

/// Over whom a mean is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// The peers of a state, by what they weigh for it: `peers(x)`.
    Peers,
    /// The members of a community, each alike: `community.ID(x)`.
    Community(usize),
    /// All states, each alike: `world(x)`.
    World,
}

/// How a draw is distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drawn {
    /// Standard normal: `draw.normal`.
    Normal,
    /// Uniform between 0 and 1: `draw.uniform`.
    Uniform,
}

/// Names of draws.
pub const DRAWS: [(Drawn, &str); 2] = [(Drawn::Normal, "draw.normal"), (Drawn::Uniform, "draw.uniform")];

/// Functions of one value that are no operations, as they are written, and what they give.
pub const OVER_STATES: [(&str, &str); 4] = [
    (
        "peers(x)",
        "the mean of x over the peers of the state, by what they weigh for it; x of the state itself where it has none",
    ),
    ("community.ID(x)", "the mean of x over the members of a community"),
    ("world(x)", "the mean of x over all states"),
    ("last(x)", "x a year ago; in the first year, x at the start"),
];

macro_rules! plain {
    ($($name:ident $word:literal $range:expr, $meaning:literal;)*) => {
        /// A name that needs no id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Plain {
            $(#[doc = $meaning] $name,)*
        }

        /// The names that need no id: what they mean, how they are written, in words.
        pub const PLAIN: &[(Plain, &str, &str)] = &[$((Plain::$name, $word, $meaning),)*];

        impl Plain {
            fn range(self) -> Option<Interval> {
                match self {
                    $(Plain::$name => $range,)*
                }
            }
        }
    };
}

const SHARE: Option<Interval> = Some(Interval::new(0.0, 1.0));
const EITHER: Option<Interval> = Some(Interval::new(-1.0, 1.0));
/// Of what hangs on the numbers of the world.
const HANGS: Option<Interval> = None;

plain! {
    Motivation "motivation" SHARE, "m: internalized norm";
    Enforcement "enforcement" SHARE, "e: countable effort";
    Protection "protection" SHARE, "p: substantive practice";
    Rhetoric "rhetoric" SHARE, "r: what the state says about itself";
    Mobilization "mobilization" SHARE, "d: pressure from below";
    Attribution "attribution" SHARE, "a: share of its compliance that the state ascribes to outside inducement";
    Reactance "reactance" SHARE, "u: resentment at being controlled";
    Pressure "pressure" HANGS, "s: outside pressure felt";
    Phase "phase" Some(Interval::new(0.0, 4.0)), "k: spiral phase, 0 to 4";
    Commitment "commitment" SHARE, "C: share of the open instruments that the state has adopted";
    Effect "X" SHARE, "X: effect of pressure, s / (s + 1)";
    Pushed "pushed" HANGS, "X (1 - defiance u): what of it pushes the state";
    Shame "shame" HANGS, "shame by all rating regimes";
    Inducement "inducement" HANGS, "M: material inducement by all rating regimes";
    Frame "frame" SHARE, "F: how far compliance looks bought";
    Signal "signal" EITHER, "F (2 l - 1): what inducement says of the norm";
    Control "control" SHARE, "how controlling pressure is";
    Acculturation "acculturation" SHARE, "A: shortfall of public commitment against peers, as far as they are heard";
    Hearing "hearing" SHARE, "how much peers count, for conformity";
    Heard "heard" SHARE, "how much peers count, in argument";
    HeardMotivation "heard_motivation" SHARE, "mean motivation of peers, by voice";
    Law "law" SHARE, "1 where a law is adopted, else 0";
    Nhri "nhri" SHARE, "1 where there is a national human-rights institution, else 0";
    Year "year" HANGS, "date of the start of the step, in decimal years";
}

/// What a rating regime has of each state, as expressions name it.
const OF_RATING: [&str; 5] = ["tier", "standing", "merit", "score", STRATEGIC_VALUE.name];

/// The most that a stock of pressure or the like is taken to reach where a world has no bound for it.
pub const MOST: f64 = 1e9;

impl Input {
    /// When it is known.
    pub fn known(self) -> Known {
        use Plain as P;
        let at_start = match self {
            Input::Plain(P::Law | P::Nhri) | Input::Engagement(_) | Input::Variable(_) | Input::Last(_) => {
                return Known::BeforeStep;
            }
            Input::Plain(plain) => matches!(
                plain,
                P::Motivation
                    | P::Enforcement
                    | P::Protection
                    | P::Rhetoric
                    | P::Mobilization
                    | P::Attribution
                    | P::Reactance
                    | P::Pressure
                    | P::Phase
                    | P::Commitment
                    | P::Year
            ),
            Input::Mean(_) | Input::Draw(_) => return Known::AsStepBegins,
            _ => true,
        };
        if at_start { Known::AtStart } else { Known::InStep }
    }

    /// Whether it is the same for all states in a step.
    pub fn is_shared(self) -> bool {
        matches!(self, Input::Own(_) | Input::Parameter(_) | Input::Plain(Plain::Year) | Input::Absent)
    }

    /// Every name that an expression can have, parameters of the scenario's own aside, in the order in which they are told.
    pub fn named(
        ratings: &[Rating],
        instruments: &[Instrument],
        communities: &[Community],
    ) -> Vec<(String, Input)> {
        let mut all: Vec<(String, Input)> =
            PLAIN.iter().map(|(plain, word, _)| ((*word).to_string(), Input::Plain(*plain))).collect();
        all.extend(TRAITS.iter().enumerate().map(|(k, entry)| (entry.name.to_string(), Input::Trait(k))));
        all.extend(PARAMETERS.iter().enumerate().map(|(i, entry)| {
            // A parameter that has the name of a variable is named in full.
            let taken = PLAIN.iter().any(|(_, word, _)| *word == entry.name);
            let path = entry.path();
            (if taken { format!("parameters.{path}") } else { path }, Input::Parameter(i))
        }));
        for (g, rating) in ratings.iter().enumerate() {
            all.push((of("tier", &rating.id), Input::Tier(g)));
            all.push((of("standing", &rating.id), Input::Standing(g)));
            all.push((of("merit", &rating.id), Input::Merit(g)));
            all.push((of("score", &rating.id), Input::Score(g)));
            all.push((of(STRATEGIC_VALUE.name, &rating.id), Input::StrategicValue(g)));
        }
        // Where there is one, its id goes without saying: a theory then fits whatever it is called.
        if let [_] = ratings {
            let of_it = [
                Input::Tier(0),
                Input::Standing(0),
                Input::Merit(0),
                Input::Score(0),
                Input::StrategicValue(0),
            ];
            all.extend(OF_RATING.iter().zip(of_it).map(|(name, input)| ((*name).to_string(), input)));
        }
        for (j, instrument) in instruments.iter().enumerate() {
            all.push((of("adopted", &instrument.id), Input::Adopted(j)));
        }
        for (c, community) in communities.iter().enumerate() {
            all.push((of("engagement", &community.id), Input::Engagement(c)));
        }
        all
    }

    /// The names that the only rating regime would give without its id, were it there: all are 0.
    pub fn of_absent_rating() -> impl Iterator<Item = (String, Input)> {
        OF_RATING.iter().map(|name| ((*name).to_string(), Input::Absent))
    }

    /// The names that an instrument or a regime of any kind would give, were it there: all are 0.
    pub fn of_absent(instrument: bool, id: &str) -> Vec<(String, Input)> {
        let prefixes: &[&str] = if instrument {
            &["adopted"]
        } else {
            &["tier", "standing", "merit", "score", STRATEGIC_VALUE.name, "engagement"]
        };
        prefixes.iter().map(|prefix| (of(prefix, id), Input::Absent)).collect()
    }

    /// The values that it can have in a world.
    pub fn range(self, world: &World) -> Interval {
        let share = Interval::new(0.0, 1.0);
        let pushes = |of: fn(&World, usize) -> f64| {
            (0..world.ratings.len()).map(|g| of(world, g)).sum::<f64>().min(MOST)
        };
        let shame = || pushes(most_shame);
        let inducement = || pushes(most_inducement);
        match self {
            Input::Own(i) => Interval::point(world.theory.values[i]),
            Input::Variable(v) => {
                let variable = &world.theory.said.variables[v];
                Interval::new(variable.low, variable.high)
            }
            Input::Parameter(i) => Interval::point(world.parameters.values()[i]),
            Input::Trait(k) => match TRAITS[k].bound {
                Bound::Strength => Interval::new(0.0, most_of_trait(world, k)),
                _ => share,
            },
            Input::Absent => Interval::point(0.0),
            // No word of 32 bits makes a normal number of a size above 6.5.
            Input::Draw(d) => match world.theory.said.draws[d].kind {
                Drawn::Normal => Interval::new(-7.0, 7.0),
                Drawn::Uniform => share,
            },
            // Within the values of what they are of ([`World::reach_of_theory`]).
            Input::Mean(_) | Input::Last(_) => Interval::ALL,
            Input::Tier(_) => Interval::new(0.0, 4.0),
            Input::Merit(g) => Interval::new(0.0, most_merit(world, g)),
            Input::Score(g) => {
                let moved = world.theory.moves(|target| target == Target::Score(g));
                let most = if moved { MOST } else { most_score(world, g) };
                Interval::new(-most, most)
            }
            Input::StrategicValue(_)
            | Input::Adopted(_)
            | Input::Standing(_)
            | Input::Engagement(_)
            | Input::OwnTrait(_) => share,
            Input::Plain(plain) => plain.range().unwrap_or_else(|| match plain {
                Plain::Shame => Interval::new(0.0, shame()),
                Plain::Inducement => Interval::new(0.0, inducement()),
                Plain::Pressure
                    if world
                        .theory
                        .moves(|target| matches!(target, Target::Pressure | Target::PressureOf(_))) =>
                {
                    Interval::new(0.0, MOST)
                }
                Plain::Pressure => {
                    let starts = world.states.iter().flat_map(|state| &state.starts);
                    let given = starts.filter(|(place, _)| *place == INITIAL_PRESSURE);
                    let start = given.map(|(_, of)| most(of, Bound::Strength)).fold(0.0, f64::max);
                    Interval::new(0.0, (shame() + inducement()).max(start))
                }
                Plain::Pushed => Interval::new((1.0 - world.parameters.defiance).min(0.0), 1.0),
                _ => Interval::new(f64::from(world.clock.start), f64::from(world.clock.end)),
            }),
        }
    }
}

/// A name that has an id. An id may have dashes, which subtract: as in columns, underscores stand for them.
fn of(prefix: &str, id: &str) -> String {
    format!("{prefix}.{}", id.replace('-', "_"))
}

/// Position of `initial_pressure` among the values at the start.
const INITIAL_PRESSURE: usize = 7;

/// The greatest value that can be drawn of a distribution within a bound.
fn most(of: &Distribution, bound: Bound) -> f64 {
    let (low, high) = bound.limits();
    let last = Lane::splat(1.0 - f64::EPSILON / 2.0);
    Distribution::quantile_lane([of; LANES], last, low, high, Lane::ONE).0[0]
}

/// The greatest value that a trait has in any state, at the start or by an event.
fn most_of_trait(world: &World, k: usize) -> f64 {
    let bound = TRAITS[k].bound;
    let first = world.states.iter().map(|state| most(&state.traits.values()[k], bound));
    let later = world.events.iter().filter_map(|event| match &event.change {
        Change::Trait(_, changed, of) if *changed == k => Some(most(of, bound)),
        _ => None,
    });
    first.chain(later).fold(0.0, f64::max)
}

/// The greatest number of a rating regime that some of its fields have, at the start or by an event.
fn most_of_field(world: &World, g: usize, name: &str) -> f64 {
    let fields = crate::world::RATING_FIELDS;
    let values = world.ratings[g].fields.values();
    let first = fields.iter().zip(values).filter(|(entry, _)| entry.name == name).map(|(_, x)| x.abs());
    let later = world.events.iter().filter_map(|event| match &event.change {
        Change::RatingField(changed, field, x) if *changed == g && fields[*field].name == name => {
            Some(x.abs())
        }
        _ => None,
    });
    first.chain(later).fold(0.0, f64::max)
}

const SANCTION_SENSITIVITY: usize = 3;
const REPUTATION_CONCERN: usize = 4;

fn most_shame(world: &World, g: usize) -> f64 {
    most_of_trait(world, REPUTATION_CONCERN) * most_of_field(world, g, "shame")
}

fn most_inducement(world: &World, g: usize) -> f64 {
    let sizes = most_of_field(world, g, "severity") * most_of_field(world, g, "threat");
    most_of_trait(world, SANCTION_SENSITIVITY) * sizes
}

/// Merit is divided by `(1 - capacity_allowance) + capacity_allowance kappa`, of which kappa is at least .01.
fn most_merit(world: &World, g: usize) -> f64 {
    let allowed = most_of_field(world, g, "capacity_allowance");
    1.0 / (1.0 - allowed * 0.99)
}

/// What noise and views can add has no end but that of the draws: nine standard deviations.
fn most_score(world: &World, g: usize) -> f64 {
    let by_luck = 9.0 * (most_of_field(world, g, "noise") + most_of_field(world, g, "view_sd"));
    let rating = &world.ratings[g];
    let last = f64::from(world.clock.end) + rating.reports.last().copied().unwrap_or_default();
    let years = rating.years_of_rise(last);
    most_merit(world, g)
        + most_of_field(world, g, "politicization")
        + by_luck
        + most_of_field(world, g, "bar_rise") * years
}

#[cfg(test)]
mod tests {
    use super::{INITIAL_PRESSURE, REPUTATION_CONCERN, SANCTION_SENSITIVITY};
    use suasion::model::theory::input::Input;
    use suasion::model::traits::{STARTS, TRAITS};

    #[test]
    fn positions_are_those_of_the_tables() {
        assert_eq!(STARTS[INITIAL_PRESSURE].name, "initial_pressure");
        assert_eq!(TRAITS[SANCTION_SENSITIVITY].name, "sanction_sensitivity");
        assert_eq!(TRAITS[REPUTATION_CONCERN].name, "reputation_concern");
    }

    #[test]
    fn names_are_unique_and_can_stand_in_an_expression() {
        let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
        let named = Input::named(&world.ratings, &world.instruments, &world.communities);
        let mut seen = std::collections::BTreeSet::new();
        for (name, _) in &named {
            assert!(seen.insert(name.clone()), "{name}");
            let tree = suasion_expression::syntax::parse(name).unwrap();
            assert_eq!(tree.names().count(), 1, "{name}");
        }
    }
}
