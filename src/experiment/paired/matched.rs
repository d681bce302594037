//! What of an arm pairs with what of the base: states by their ids, measures by their names. It runs nothing.

use super::{Both, Pair, Unpairable, Unpaired};
use crate::estimate::{Accumulator, Exact};
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place, Readings, targets};
use crate::experiment::posterior::Worlds;
use crate::model::ledger::TERMS;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::digest::Digest;
use crate::output::units::Units;
use std::collections::BTreeMap;
use std::mem::discriminant;

/// An arm, and what of it pairs with what of the base.
pub(super) struct Match<'w> {
    pub worlds: Worlds<'w>,
    pub readings: Readings,
    /// Number of the base's reading, for each of this arm's.
    pub in_base: Vec<usize>,
    pub pair: Pair,
}

/// Whether an arm can be paired with a base.
///
/// # Errors
/// If their years or steps differ, or no state is in both.
pub fn check(base: &World, other: &World) -> Result<(), Unpairable> {
    if base.clock != other.clock {
        return Err(Unpairable::Clock);
    }
    if base.states.iter().any(|state| find_state(other, &state.id).is_some()) {
        Ok(())
    } else {
        Err(Unpairable::States)
    }
}

/// Whether both of two worlds that pair have an outcome of the base.
pub fn has_both(base: &World, other: &World, outcome: Outcome) -> bool {
    counterpart(base, other, outcome.measure).is_some() && !common(base, other, outcome.place).0.is_empty()
}

/// Matches an arm with the base. What of the base is then read otherwise than for itself (means over the states of both) is added to
/// its readings.
pub(super) fn matched<'w>(
    base: Worlds,
    worlds: Worlds<'w>,
    wanted: &Outcomes,
    of_base: &mut Readings,
) -> Match<'w> {
    let (groups, base, other) = (base.groups(), base.base, worlds.base);
    if let Err(error) = check(base, other) {
        panic!("an arm that does not pair: {error}");
    }
    let mut unpaired = Unpaired::default();
    let alone = |own: &World, other: &World| -> Vec<String> {
        let there = own.states.iter().filter(|state| find_state(other, &state.id).is_none());
        there.map(|state| format!("state {}", state.id)).collect()
    };
    (unpaired.base, unpaired.other) = (alone(base, other), alone(other, base));
    let mut measures: Vec<Measure> = Vec::new();
    for outcome in wanted.iter() {
        if measures.last() != Some(&outcome.measure) && !measures.contains(&outcome.measure) {
            measures.push(outcome.measure);
        }
    }
    let mut in_other: BTreeMap<Measure, Measure> = BTreeMap::new();
    for measure in &measures {
        match counterpart(base, other, *measure) {
            Some(its) => drop(in_other.insert(*measure, its)),
            None => unpaired.base.push(measure.name(base)),
        }
    }
    let ours = names(base, &measures);
    unpaired.other.extend(names(other, &measures).into_iter().filter(|name| !ours.contains(name)));
    let units = (Units::new(base), Units::new(other));
    let mut readings = Readings::new(other);
    let (mut outcomes, mut in_base, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let mut places: BTreeMap<Place, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (number, outcome) in wanted.iter().enumerate() {
        let Some(measure) = in_other.get(&outcome.measure) else { continue };
        let found = places.entry(outcome.place).or_insert_with(|| common(base, other, outcome.place));
        let (mine, its) = found.clone();
        if mine.is_empty() {
            continue;
        }
        let same = mine == outcome.place.states(base);
        in_base.push(if same { number } else { of_base.add(outcome.measure, mine, outcome.row) });
        let state = outcome.place.state().map(|_| its[0]);
        readings.add(*measure, its, outcome.row);
        let place = state.map_or(Place::Mean, Place::State);
        let resolutions =
            [outcome.resolution(&units.0), Outcome::new(*measure, place, outcome.row).resolution(&units.1)];
        both.push(Both { base: Exact::default(), other: Exact::default(), resolutions, above: 0, below: 0 });
        outcomes.push(*outcome);
    }
    let gone = places.iter().filter(|(place, (mine, _))| mine.is_empty() && place.state().is_none());
    unpaired.base.extend(gone.map(|(place, _)| format!("community {}", place.id(base))));
    let coarser = both.iter().map(|both| both.resolutions[0].max(both.resolutions[1])).collect();
    let pair = Pair {
        outcomes: Outcomes::new(outcomes),
        both,
        differences: Accumulator::new(coarser, groups),
        sizes: Vec::new(),
        unpaired,
        digest: Digest::default(),
    };
    Match { worlds, readings, in_base, pair }
}

/// The states of a place that are in both worlds, by the indices of each.
fn common(base: &World, other: &World, place: Place) -> (Vec<usize>, Vec<usize>) {
    let is_there = |theirs: &usize| match place {
        Place::Group(group) => {
            let id = &base.communities[group].id;
            let same = other.communities.iter().find(|community| community.id == *id);
            same.is_some_and(|community| community.members.iter().any(|member| member.state == *theirs))
        }
        _ => true,
    };
    let states = place.states(base).into_iter();
    states.filter_map(|i| Some((i, find_state(other, &base.states[i].id).filter(is_there)?))).unzip()
}

/// The measure of the same name in another world.
fn counterpart(base: &World, other: &World, measure: Measure) -> Option<Measure> {
    let variable = |v: Variable| Variable::all(other).into_iter().find(|its| its.name(other) == v.name(base));
    match measure {
        Measure::Variable(v) => variable(v).map(Measure::Variable),
        Measure::Is(v, value) => variable(v).map(|its| Measure::Is(its, value)),
        Measure::Term(k) | Measure::Total(k) if k < TERMS => Some(measure),
        // Also of a mechanism that one of the worlds declares.
        Measure::Term(_) | Measure::Total(_) | Measure::Reached(_) | Measure::Waited(_) => {
            let name = measure.name(base);
            Measure::named(other).into_iter().find(|its| its.name(other) == name)
        }
    }
}

/// Names of all that a world has of the kinds wanted, so that what another has beyond it can be told.
fn names(world: &World, wanted: &[Measure]) -> Vec<String> {
    let waits = targets(world).into_iter().flat_map(|t| [Measure::Reached(t), Measure::Waited(t)]);
    let all = Measure::variables(world).into_iter().chain(waits);
    let is_wanted = |m: &Measure| wanted.iter().any(|other| discriminant(other) == discriminant(m));
    all.filter(is_wanted).map(|measure| measure.name(world)).collect()
}

fn find_state(world: &World, id: &str) -> Option<usize> {
    world.states.binary_search_by(|state| state.id.as_str().cmp(id)).ok()
}
