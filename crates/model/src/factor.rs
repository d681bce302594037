//! The numbers in which worlds of one structure may differ, each by where it lies: what a sweep varies, a calibration fits
//! and a mechanism switches off. Sensitivity analysis calls them input factors (Saltelli et al. 2008).
//!
//! It knows indices of a world and not the paths of a file. What makes the structure is in `structure.rs`: names, dates, and
//! who is bound by what are no factors.

use crate::distribution::{Distribution, Part};
use crate::parameters::PARAMETERS;
use crate::table::{Bound, Entry};
use crate::traits::{SENDER_STANDING, STARTS, STRATEGIC_VALUE, TRAITS};
use crate::world::{Change, RATING_FIELDS, Tie, World};

/// Where a number lies in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A parameter, by position in its table.
    Parameter(usize),
    /// A parameter of the scenario's own, by position.
    Own(usize),
    /// A trait of a state: state, position in the table of traits, number of its distribution.
    Trait(usize, usize, Part),
    /// A trait of the scenario's own: trait, state, number of its distribution.
    OwnTrait(usize, usize, Part),
    /// A state's value to the sender of a rating regime: state, regime, number of its distribution.
    StrategicValue(usize, usize, Part),
    /// A state's view of the sender of a rating regime: state, regime, number of its distribution.
    SenderStanding(usize, usize, Part),
    /// A value that a variable of a state starts from: state, position among those given, number of its distribution.
    Start(usize, usize, Part),
    /// Weight of a tie that no other has the states and dates of.
    Tie(usize),
    /// A number of a rating regime: regime, position in the table of fields.
    Field(usize, usize),
    /// Strength of a convention's arguments: convention, position among its dates.
    Strength(usize, usize),
    /// Engagement in a community: community, position among its dates.
    Engagement(usize, usize),
    /// Weight of the tie between two members of a community.
    TieOfMembers(usize),
    /// Strength of what a community argues of its own: community, position among its dates.
    Argument(usize, usize),
    /// The share of crime control in what a community argues.
    Framing(usize),
    /// Hazard of adopting an instrument.
    Hazard(usize),
    /// Years over which an instrument's hazard builds up.
    Ramp(usize),
    /// What adopting an instrument costs a state: instrument, state.
    Cost(usize, usize),
    /// A number of how states leave an instrument: instrument, position among [`crate::world::Exit::numbers`].
    Exit(usize, usize),
    /// What an event sets a trait or a number of a regime to: event, number of the distribution.
    Event(usize, Part),
    /// Volume of a corridor.
    Volume(usize),
}

impl Factor {
    /// What the model's tables say of it; none of what has no table (levels, weights, hazards, volumes).
    pub fn entry(self, world: &World) -> Option<&'static Entry> {
        match self {
            Factor::Parameter(i) => Some(&PARAMETERS[i]),
            Factor::Trait(_, k, _) => Some(&TRAITS[k]),
            Factor::StrategicValue(..) => Some(&STRATEGIC_VALUE),
            Factor::SenderStanding(..) => Some(&SENDER_STANDING),
            Factor::Start(i, s, _) => Some(&STARTS[world.states[i].starts[s].0]),
            Factor::Field(_, i) => Some(&RATING_FIELDS[i]),
            Factor::Event(e, _) => match world.events[e].change {
                Change::Trait(_, k, _) => Some(&TRAITS[k]),
                Change::StrategicValue(..) => Some(&STRATEGIC_VALUE),
                Change::SenderStanding(..) => Some(&SENDER_STANDING),
                Change::RatingField(_, i, _) => Some(&RATING_FIELDS[i]),
                Change::OwnTrait(..) | Change::Adopt(..) | Change::Withdraw(..) => None,
            },
            _ => None,
        }
    }

    /// The path by which scenario files and options name it, of those that have one name whatever the file (a trait may be a number
    /// or a distribution there, of a state or of a population).
    ///
    /// ```
    /// use suasion::model::factor::Factor;
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let path = |factor: Factor| factor.path(&world).unwrap();
    /// assert_eq!((path(Factor::Parameter(37)), path(Factor::Field(0, 8))), ("parameters.drift".into(), "regime.tvpa.severity".into()));
    /// ```
    pub fn path(self, world: &World) -> Option<String> {
        match self {
            Factor::Parameter(i) => Some(format!("parameters.{}", PARAMETERS[i].path())),
            Factor::Own(i) => Some(format!("parameters.{}", world.theory.said.parameters[i].id)),
            Factor::Field(g, i) => {
                Some(format!("regime.{}.{}", world.ratings[g].id, RATING_FIELDS[i].path()))
            }
            Factor::Hazard(j) => Some(format!("instrument.{}.hazard", world.instruments[j].id)),
            Factor::Ramp(j) => Some(format!("instrument.{}.ramp", world.instruments[j].id)),
            Factor::Cost(j, i) => {
                Some(format!("instrument.{}.cost.{}", world.instruments[j].id, world.states[i].id))
            }
            Factor::Exit(j, k) => {
                let numbers = world.instruments[j].exit.as_ref()?.numbers();
                Some(format!("instrument.{}.{}", world.instruments[j].id, numbers[k].0))
            }
            _ => None,
        }
    }

    /// What any value of it must satisfy.
    ///
    /// ```
    /// use suasion::model::{distribution::Part, factor::Factor, table::Bound};
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// assert_eq!(Factor::Hazard(0).bound(&world), Bound::NonNegative);
    /// assert_eq!(Factor::Trait(0, 6, Part::Mean).bound(&world), Bound::PositiveShare); // capacity
    /// assert_eq!(Factor::Trait(0, 6, Part::Sd).bound(&world), Bound::NonNegative);
    /// ```
    pub fn bound(self, world: &World) -> Bound {
        match self {
            Factor::Trait(.., Part::Sd)
            | Factor::OwnTrait(.., Part::Sd)
            | Factor::StrategicValue(.., Part::Sd)
            | Factor::SenderStanding(.., Part::Sd)
            | Factor::Start(.., Part::Sd)
            | Factor::Event(_, Part::Sd)
            | Factor::Hazard(_)
            | Factor::Ramp(_)
            | Factor::Exit(_, 0) => Bound::NonNegative,
            Factor::Tie(_) | Factor::TieOfMembers(_) => Bound::Weight,
            Factor::Strength(..)
            | Factor::Engagement(..)
            | Factor::Argument(..)
            | Factor::Framing(_)
            | Factor::OwnTrait(..) => Bound::Share,
            Factor::Event(e, _) if matches!(world.events[e].change, Change::OwnTrait(..)) => Bound::Share,
            Factor::Volume(_) => Bound::Amount,
            _ => self.entry(world).map_or(Bound::Any, |entry| entry.bound),
        }
    }

    /// The distribution that it is a number of, if it is one of several that must be in order.
    pub fn distribution(self, world: &World) -> Option<&Distribution> {
        match self {
            Factor::Trait(i, k, _) => Some(&world.states[i].traits.values()[k]),
            Factor::OwnTrait(t, i, _) => Some(&world.theory.traits[t][i]),
            Factor::StrategicValue(i, g, _) => Some(&world.states[i].strategic_value[g]),
            Factor::SenderStanding(i, g, _) => Some(&world.states[i].sender_standing[g]),
            Factor::Start(i, s, _) => Some(&world.states[i].starts[s].1),
            Factor::Event(e, _) => match &world.events[e].change {
                Change::Trait(.., of)
                | Change::OwnTrait(.., of)
                | Change::StrategicValue(.., of)
                | Change::SenderStanding(.., of) => Some(of),
                Change::RatingField(..) | Change::Adopt(..) | Change::Withdraw(..) => None,
            },
            _ => None,
        }
    }
}

impl World {
    /// Every factor with its number, in one order for all worlds of a structure whose distributions are of the same kinds. Left
    /// out is what cannot be changed without more: probabilities of the phase at the start, the parameters of a beta distribution
    /// (its quantiles are tabulated), and the weights of ties of the same states and dates, whose order is by weight.
    ///
    /// ```
    /// use suasion::model::factor::Factor;
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let drift = world.factors().find(|(factor, _)| factor.entry(&world).is_some_and(|entry| entry.name == "drift"));
    /// assert_eq!(drift, Some((Factor::Parameter(37), world.parameters.drift)));
    /// ```
    pub fn factors(&self) -> impl Iterator<Item = (Factor, f64)> + '_ {
        // Taken apart by name, so that a field added later must be placed here.
        let World {
            clock: _,
            parameters,
            states,
            ties,
            ratings,
            conventions,
            communities,
            instruments,
            events,
            corridors,
            theory,
        } = self;
        let parameters = parameters.values().iter().enumerate().map(|(i, x)| (Factor::Parameter(i), *x));
        let states = states.iter().enumerate().flat_map(|(i, state)| {
            let traits = state.traits.values().iter().enumerate();
            let traits = traits.flat_map(move |(k, of)| numbers(of, move |part| Factor::Trait(i, k, part)));
            let value = state.strategic_value.iter().enumerate();
            let value =
                value.flat_map(move |(g, of)| numbers(of, move |part| Factor::StrategicValue(i, g, part)));
            let standing = state.sender_standing.iter().enumerate();
            let standing =
                standing.flat_map(move |(g, of)| numbers(of, move |part| Factor::SenderStanding(i, g, part)));
            let starts = state.starts.iter().enumerate();
            let starts =
                starts.flat_map(move |(s, (_, of))| numbers(of, move |part| Factor::Start(i, s, part)));
            traits.chain(value).chain(standing).chain(starts)
        });
        let alone = |t: usize| {
            let twin = |other: Option<&Tie>| {
                other.is_some_and(|other| Tie { weight: ties[t].weight, ..*other } == ties[t])
            };
            !twin(t.checked_sub(1).map(|before| &ties[before])) && !twin(ties.get(t + 1))
        };
        let weights = ties.iter().enumerate().filter(move |(t, _)| alone(*t));
        let weights = weights.map(|(t, tie)| (Factor::Tie(t), tie.weight));
        let ratings = ratings.iter().enumerate().flat_map(|(g, rating)| {
            rating.fields.values().iter().enumerate().map(move |(i, x)| (Factor::Field(g, i), *x))
        });
        let conventions = conventions.iter().enumerate().flat_map(|(c, convention)| {
            convention.strength.iter().enumerate().map(move |(d, (_, x))| (Factor::Strength(c, d), *x))
        });
        let communities = communities.iter().enumerate().flat_map(|(c, community)| {
            let levels = community.engagement.iter().enumerate();
            let levels = levels.map(move |(d, (_, x))| (Factor::Engagement(c, d), *x));
            let argument = community.argument.iter().enumerate();
            let argument = argument.map(move |(d, level)| (Factor::Argument(c, d), level.value));
            let framing = community.framing.map(|share| (Factor::Framing(c), share));
            levels.chain([(Factor::TieOfMembers(c), community.tie_weight)]).chain(argument).chain(framing)
        });
        let instruments = instruments.iter().enumerate().flat_map(|(j, of)| {
            let costs = of.cost.iter().enumerate().map(move |(i, x)| (Factor::Cost(j, i), *x));
            let exit = of.exit.iter().flat_map(|exit| exit.numbers().into_iter().enumerate());
            let exit = exit.map(move |(k, (_, x))| (Factor::Exit(j, k), x));
            [(Factor::Hazard(j), of.hazard), (Factor::Ramp(j), of.ramp)].into_iter().chain(costs).chain(exit)
        });
        let events = events.iter().enumerate().flat_map(|(e, event)| {
            let (of, number) = match &event.change {
                Change::Trait(.., of)
                | Change::OwnTrait(.., of)
                | Change::StrategicValue(.., of)
                | Change::SenderStanding(.., of) => (Some(of), None),
                Change::RatingField(.., x) => (None, Some((Factor::Event(e, Part::Value), *x))),
                Change::Adopt(..) | Change::Withdraw(..) => (None, None),
            };
            let parts = of.into_iter().flat_map(move |of| numbers(of, move |part| Factor::Event(e, part)));
            parts.chain(number)
        });
        let own = theory.values.iter().enumerate().map(|(i, x)| (Factor::Own(i), *x));
        let own_traits = theory.traits.iter().enumerate().flat_map(|(t, states)| {
            let states = states.iter().enumerate();
            states.flat_map(move |(i, of)| numbers(of, move |part| Factor::OwnTrait(t, i, part)))
        });
        let volumes = corridors.iter().enumerate().map(|(c, corridor)| (Factor::Volume(c), corridor.volume));
        parameters
            .chain(states)
            .chain(weights)
            .chain(ratings)
            .chain(conventions)
            .chain(communities)
            .chain(instruments)
            .chain(events)
            .chain(volumes)
            .chain(own)
            .chain(own_traits)
    }

    /// A factor's number, to be changed; none where the distribution is not of the kind that has it.
    ///
    /// # Panics
    /// If the factor is not one of this world.
    pub fn factor_mut(&mut self, factor: Factor) -> Option<&mut f64> {
        match factor {
            Factor::Parameter(i) => Some(&mut self.parameters.values_mut()[i]),
            Factor::Own(i) => Some(&mut self.theory.values[i]),
            Factor::Trait(i, k, part) => self.states[i].traits.values_mut()[k].part_mut(part),
            Factor::OwnTrait(t, i, part) => self.theory.traits[t][i].part_mut(part),
            Factor::StrategicValue(i, g, part) => self.states[i].strategic_value[g].part_mut(part),
            Factor::SenderStanding(i, g, part) => self.states[i].sender_standing[g].part_mut(part),
            Factor::Start(i, s, part) => self.states[i].starts[s].1.part_mut(part),
            Factor::Tie(t) => Some(&mut self.ties[t].weight),
            Factor::Field(g, i) => Some(&mut self.ratings[g].fields.values_mut()[i]),
            Factor::Strength(c, d) => Some(&mut self.conventions[c].strength[d].1),
            Factor::Engagement(c, d) => Some(&mut self.communities[c].engagement[d].1),
            Factor::TieOfMembers(c) => Some(&mut self.communities[c].tie_weight),
            Factor::Argument(c, d) => Some(&mut self.communities[c].argument[d].value),
            Factor::Framing(c) => self.communities[c].framing.as_mut(),
            Factor::Hazard(j) => Some(&mut self.instruments[j].hazard),
            Factor::Ramp(j) => Some(&mut self.instruments[j].ramp),
            Factor::Cost(j, i) => self.instruments[j].cost.get_mut(i),
            Factor::Exit(j, k) => self.instruments[j].exit.as_mut().map(|exit| exit.number_mut(k)),
            Factor::Event(e, part) => match &mut self.events[e].change {
                Change::Trait(.., of)
                | Change::OwnTrait(.., of)
                | Change::StrategicValue(.., of)
                | Change::SenderStanding(.., of) => of.part_mut(part),
                Change::RatingField(.., x) => Some(x),
                Change::Adopt(..) | Change::Withdraw(..) => None,
            },
            Factor::Volume(c) => Some(&mut self.corridors[c].volume),
        }
    }
}

/// The numbers of a distribution as factors.
fn numbers(of: &Distribution, factor: impl Fn(Part) -> Factor) -> impl Iterator<Item = (Factor, f64)> {
    of.parts().map(move |(part, x)| (factor(part), x))
}

#[cfg(test)]
mod tests {
    use suasion::model::factor::Factor;
    use suasion::scenario::Scenario;

    #[test]
    fn every_factor_can_be_changed_and_changes_no_structure() {
        for name in ["asean", "teaching/two-communities"] {
            let world = Scenario::load(name).unwrap().build_alone().unwrap().world;
            let mut changed = world.clone();
            let factors: Vec<(Factor, f64)> = world.factors().collect();
            for (factor, x) in &factors {
                let number = changed.factor_mut(*factor).unwrap();
                assert_eq!(*number, *x, "{name}: {factor:?}");
                *number = x + 1.0;
            }
            assert!(changed.shares_structure(&world), "{name}");
            assert!(
                changed.factors().zip(&factors).all(|((f, y), (g, x))| f == *g && y == x + 1.0),
                "{name}"
            );
        }
    }
}
