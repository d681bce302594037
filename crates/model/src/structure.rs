//! Which worlds have one structure, so that their runs may lie side by side in a batch: the same who and when,
//! whatever the numbers. It compares and changes nothing.

use crate::theory::Theory;
use crate::world::{
    Change, Community, Convention, Corridor, Event, Instrument, Level, Rating, Series, State, Tie, World,
};
use std::sync::Arc;

impl World {
    /// Whether the runs of two worlds may share a batch: states, ties, regimes, instruments, events and all dates
    /// are the same; parameters, traits, weights, levels, hazards, volumes and the fields of rating regimes may
    /// differ.
    pub fn shares_structure(&self, other: &World) -> bool {
        // Taken apart by name, so that a field added later must be placed here.
        let World {
            clock,
            parameters: _,
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
        *clock == other.clock
            && all(states, &other.states, state)
            && all(ties, &other.ties, tie)
            && all(ratings, &other.ratings, rating)
            && all(conventions, &other.conventions, convention)
            && all(communities, &other.communities, community)
            && all(instruments, &other.instruments, instrument)
            && all(events, &other.events, event)
            && all(corridors, &other.corridors, corridor)
            && self::theory(theory, &other.theory)
    }
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn state(a: &State, b: &State) -> bool {
    let State {
        id,
        key,
        traits: _,
        initial_phase: _,
        strategic_value: _,
        sender_standing: _,
        starts,
        graded,
    } = a;
    *id == b.id
        && *key == b.key
        && all(starts, &b.starts, |(place, _), (other, _)| place == other)
        && *graded == b.graded
}

fn tie(a: &Tie, b: &Tie) -> bool {
    let Tie { a: one, b: two, weight: _, from, until } = a;
    (*one, *two) == (b.a, b.b) && *from == b.from && *until == b.until
}

fn rating(a: &Rating, b: &Rating) -> bool {
    let Rating {
        id,
        drawer,
        grades,
        fields: _,
        demands,
        rated_from,
        rated_until,
        ends_on,
        imposed,
        from,
        until,
        reports,
        bar_from,
        watch,
        pinned,
    } = a;
    *id == b.id
        && (*drawer, grades, watch) == (b.drawer, &b.grades, &b.watch)
        && *demands == b.demands
        && *rated_from == b.rated_from
        && *rated_until == b.rated_until
        && *ends_on == b.ends_on
        && *imposed == b.imposed
        && [*from, *until, *bar_from] == [b.from, b.until, b.bar_from]
        && *reports == b.reports
        && *pinned == b.pinned
}

fn dates(a: &Series, b: &Series) -> bool {
    all(a, b, |a, b| a.0 == b.0)
}

fn convention(a: &Convention, b: &Convention) -> bool {
    let Convention { id, strength, addresses, sender } = a;
    *id == b.id && dates(strength, &b.strength) && *addresses == b.addresses && *sender == b.sender
}

fn community(a: &Community, b: &Community) -> bool {
    let Community { id, engagement, tie_weight: _, argument, framing, members } = a;
    *id == b.id
        && dates(engagement, &b.engagement)
        && all(argument, &b.argument, level)
        && framing.is_some() == b.framing.is_some()
        && *members == b.members
}

fn level(a: &Level, b: &Level) -> bool {
    // What it answers may differ: it says how much the level counts.
    let Level { from, value: _, answers: _ } = a;
    *from == b.from
}

fn instrument(a: &Instrument, b: &Instrument) -> bool {
    let Instrument {
        id,
        drawer,
        kind,
        opens,
        hazard: _,
        ramp: _,
        eligible,
        adopted,
        cost,
        exit,
        withdrawn,
        pinned,
    } = a;
    *id == b.id
        && cost.len() == b.cost.len()
        && exit.is_some() == b.exit.is_some()
        && *withdrawn == b.withdrawn
        && (*drawer, *kind, *opens) == (b.drawer, b.kind, b.opens)
        && *eligible == b.eligible
        && *adopted == b.adopted
        && *pinned == b.pinned
}

fn event(a: &Event, b: &Event) -> bool {
    let Event { at, change } = a;
    *at == b.at
        && match (change, &b.change) {
            (Change::Trait(i, k, _), Change::Trait(j, l, _))
            | (Change::OwnTrait(i, k, _), Change::OwnTrait(j, l, _))
            | (Change::StrategicValue(i, k, _), Change::StrategicValue(j, l, _))
            | (Change::SenderStanding(i, k, _), Change::SenderStanding(j, l, _))
            | (Change::RatingField(i, k, _), Change::RatingField(j, l, _))
            | (Change::Adopt(i, k), Change::Adopt(j, l))
            | (Change::Withdraw(i, k), Change::Withdraw(j, l)) => (i, k) == (j, l),
            _ => false,
        }
}

fn theory(a: &Theory, b: &Theory) -> bool {
    // What is said is often one, which costs less to see than to compare.
    let Theory { said, values: _, on: _, traits: _ } = a;
    Arc::ptr_eq(said, &b.said) || *said == b.said
}

fn corridor(a: &Corridor, b: &Corridor) -> bool {
    let Corridor { from, to, volume: _ } = a;
    (*from, *to) == (b.from, b.to)
}
