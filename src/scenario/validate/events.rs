//! Events: dated changes of traits, of numbers of a rating regime, and adoptions.

use super::context::Context;
use super::grades::{self, descending, refuse_thresholds};
use super::states::per_regime;
use crate::model::traits::{INTRINSIC_MOTIVATION, SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{Change, Event, Instrument, RATING_FIELDS, Rating};
use crate::scenario::document::{Node, Origin};
use crate::scenario::error::nearest;
use crate::scenario::report::{label, origin};
use crate::scenario::wire_values::Names;
use crate::scenario::{numbers, wire};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events, in order of date, then as in the file.
pub(super) fn events(
    context: &mut Context<'_>,
    ratings: &[Rating],
    instruments: &[Instrument],
) -> Vec<Event> {
    let document = context.document;
    // Each with its own date too, which a run of fewer years may have moved to its start.
    let mut dated: Vec<(f64, Event, Origin, String)> = Vec::new();
    for (i, node) in document.entries("event").iter().enumerate() {
        let path = label("event", i, node);
        let Some(wire) = context.report.read::<wire::Event>(node, &path) else { continue };
        if let Some(id) = &wire.id {
            context.well_formed(id, origin(node, "id"), &format!("{path}.id"));
        }
        let Some(at) = date(context, node, &path, wire.at.0) else { continue };
        let changes = match (&wire.state, &wire.regime) {
            (Some(names), None) => {
                let moves = [("adopt", wire.adopt.as_deref()), ("withdraw", wire.withdraw.as_deref())];
                state_changes(context, node, &path, names, moves, instruments, at)
            }
            (None, Some(id)) => regime_changes(context, node, &path, id),
            (given, _) => {
                let (what, hint) = if given.is_some() {
                    ("both `state` and `regime`", "make two events of it")
                } else {
                    ("neither `state` nor `regime`", "say who changes, as `state = \"IDN\"`")
                };
                let expected = Some("one of them".to_string());
                context.report.add(node.origin, path, what.into(), expected, Some(hint.into()));
                continue;
            }
        };
        let thresholds = node.get("set").map_or(node.origin, |set| origin(set, "thresholds"));
        let own = wire.at.0;
        dated.extend(changes.into_iter().map(|change| (own, Event { at, change }, thresholds, path.clone())));
    }
    dated.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    refuse_contradictions(context, &dated);
    let events: Vec<(Event, Origin, String)> =
        dated.into_iter().map(|(_, event, at, path)| (event, at, path)).collect();
    check_thresholds(context, ratings, &events);
    events.into_iter().map(|(event, _, _)| event).collect()
}

/// Two events of one date cannot give one number two values: which of them came last would hang on the order in the file.
fn refuse_contradictions(context: &mut Context<'_>, dated: &[(f64, Event, Origin, String)]) {
    let target = |change: &Change| match *change {
        Change::Trait(state, k, _) => Some((0, state, k)),
        Change::OwnTrait(state, t, _) => Some((4, state, t)),
        Change::StrategicValue(state, g, _) => Some((1, state, g)),
        Change::SenderStanding(state, g, _) => Some((2, state, g)),
        Change::RatingField(g, field, _) => Some((3, g, field)),
        // Both at one date would hang on the order in the file, too.
        Change::Adopt(state, j) | Change::Withdraw(state, j) => Some((5, state, j)),
    };
    let mut seen: BTreeMap<(u64, (u8, usize, usize)), usize> = BTreeMap::new();
    for (e, (date, event, at, path)) in dated.iter().enumerate() {
        let Some(target) = target(&event.change) else { continue };
        let first = *seen.entry((date.to_bits(), target)).or_insert(e);
        let (_, other, _, by) = &dated[first];
        if other.change != event.change {
            let found = format!("another value than `{by}` sets at the same date, {date}");
            context.report.expected(*at, path.clone(), found, "one value of a number at a date");
            return;
        }
    }
}

/// The event's date; none where it is left out. Only a run whose years were narrowed may have events outside it.
fn date(context: &mut Context<'_>, node: &Node, path: &str, at: f64) -> Option<f64> {
    let (start, end) = (f64::from(context.clock.start), f64::from(context.clock.end));
    if (start..end).contains(&at) {
        return Some(at);
    }
    if context.document.narrowed {
        return (at < start).then_some(start);
    }
    let expected = format!("a date inside the run, from {start} and before {end}");
    context.report.expected(origin(node, "at"), format!("{path}.at"), at.to_string(), expected);
    None
}

fn state_changes(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    names: &Names,
    moves: [(&str, Option<&str>); 2],
    instruments: &[Instrument],
    date: f64,
) -> Vec<Change> {
    let written = node.get("state").unwrap_or(node);
    let states = context.select(names, written, &format!("{path}.state"), false);
    let mut changes = Vec::new();
    if let Some(set) = set_table(context, node, path) {
        let own_traits = Arc::clone(&context.own_traits);
        let mut keys = numbers::trait_keys();
        keys.remove(INTRINSIC_MOTIVATION);
        keys.extend(own_traits.iter().map(|own| own.id.as_str()));
        refuse_unknown(context, set, path, &keys);
        let path = format!("{path}.set");
        for (t, own) in own_traits.iter().enumerate() {
            let Some(value) = set.get(&own.id) else { continue };
            let path = format!("{path}.{}", own.id);
            if let Some(x) = numbers::distribution(&mut context.report, value, &path, own.into()) {
                changes.extend(states.iter().map(|&state| Change::OwnTrait(state, t, x.clone())));
            }
        }
        for (i, entry) in TRAITS.iter().enumerate().filter(|(i, _)| *i != INTRINSIC_MOTIVATION) {
            let Some(value) = set.get(entry.name) else { continue };
            let path = format!("{path}.{}", entry.name);
            if let Some(x) = numbers::distribution(&mut context.report, value, &path, entry.into()) {
                changes.extend(states.iter().map(|&state| Change::Trait(state, i, x.clone())));
            }
        }
        if let Some(value) = set.get(STRATEGIC_VALUE.name) {
            per_regime(context, value, &path, &STRATEGIC_VALUE, |g, x| {
                changes.extend(states.iter().map(|&state| Change::StrategicValue(state, g, x.clone())));
            });
        }
        if let Some(value) = set.get(SENDER_STANDING.name) {
            per_regime(context, value, &path, &SENDER_STANDING, |g, x| {
                changes.extend(states.iter().map(|&state| Change::SenderStanding(state, g, x.clone())));
            });
        }
    }
    for (key, id) in moves {
        let Some(id) = id else { continue };
        let (at, path) = (origin(node, key), format!("{path}.{key}"));
        if let Some(index) = context.instrument(id, at, &path)
            && let Some(instrument) = instruments.iter().find(|instrument| instrument.id == id)
        {
            if date < instrument.opens {
                let expected = format!("an instrument that is open in {date}");
                context.report.expected(
                    at,
                    path.clone(),
                    format!("`{id}`, which opens in {}", instrument.opens),
                    expected,
                );
            }
            let eligible: Vec<usize> =
                states.iter().copied().filter(|&state| instrument.eligible[state]).collect();
            if *names != Names::All && eligible.len() < states.len() {
                context.report.wrong(
                    at,
                    path,
                    format!("`{id}` is not open to every state of the event"),
                    Some("add the states to its `eligible`".into()),
                );
            }
            let change = |state| {
                if key == "adopt" { Change::Adopt(state, index) } else { Change::Withdraw(state, index) }
            };
            changes.extend(eligible.into_iter().map(change));
        }
    }
    if moves.iter().all(|(_, id)| id.is_none()) && node.get("set").is_none() {
        let hint = Some("give `set`, `adopt` or `withdraw`".into());
        context.report.wrong(node.origin, path, "changes nothing", hint);
    }
    changes
}

fn regime_changes(context: &mut Context<'_>, node: &Node, path: &str, id: &str) -> Vec<Change> {
    for (key, what) in [("adopt", "a regime adopts nothing"), ("withdraw", "a regime leaves nothing")] {
        if node.get(key).is_some() {
            let hint = Some("states do; write `state` for `regime`".into());
            context.report.wrong(origin(node, key), format!("{path}.{key}"), what, hint);
            return Vec::new();
        }
    }
    let regime = context.rating(id, origin(node, "regime"), &format!("{path}.regime"));
    let Some(set) = set_table(context, node, path) else {
        if node.get("set").is_none() {
            context.report.wrong(node.origin, path, "changes nothing", Some("give `set`".into()));
        }
        return Vec::new();
    };
    refuse_unknown(context, set, path, &numbers::keys(RATING_FIELDS));
    let mut changes = Vec::new();
    let lengths = grades::lengths(regime.and_then(|regime| context.grades.get(regime)).map_or(0, Vec::len));
    let report = &mut context.report;
    numbers::numbers_in_lists(report, set, &format!("{path}.set"), RATING_FIELDS, &lengths, |i, x, _| {
        changes.extend(regime.map(|regime| Change::RatingField(regime, i, x)));
    });
    changes
}

fn set_table<'n>(context: &mut Context<'_>, node: &'n Node, path: &str) -> Option<&'n Node> {
    let set = node.get("set")?;
    if set.table().is_none() {
        context.report.expected(set.origin, format!("{path}.set"), set.describe(), "a table of new values");
        return None;
    }
    Some(set)
}

fn refuse_unknown(context: &mut Context<'_>, set: &Node, path: &str, keys: &[&str]) {
    for (key, value) in set.table().into_iter().flat_map(super::super::document::Table::iter) {
        if keys.contains(&key) {
            continue;
        }
        let path = format!("{path}.set.{key}");
        if key == "intrinsic_motivation" || key.starts_with("initial_") {
            let hint = "an event can set `autochthonous_motivation`, to which motivation returns".to_string();
            context.report.wrong(value.origin, path, "holds at the start alone", Some(hint));
        } else {
            context.report.wrong(value.origin, path, "unknown key", nearest(key, keys.iter().copied()));
        }
    }
}

/// Thresholds must stay in order through every dated change, once all changes of a date are made.
fn check_thresholds(context: &mut Context<'_>, ratings: &[Rating], events: &[(Event, Origin, String)]) {
    for (i, thresholds) in disordered(ratings, events.iter().map(|(event, _, _)| event)) {
        let (_, at, path) = &events[i];
        refuse_thresholds(context, *at, format!("{path}.set.thresholds"), &thresholds);
    }
}

/// The events after which a regime's thresholds are not in order, and what they are then.
pub(super) fn disordered<'e>(
    ratings: &[Rating],
    events: impl Iterator<Item = &'e Event> + Clone,
) -> impl Iterator<Item = (usize, Vec<f64>)> {
    let mut fields: Vec<_> = ratings.iter().map(|rating| rating.fields).collect();
    let nexts = events.clone().skip(1).map(Some).chain([None]);
    events.zip(nexts).enumerate().filter_map(move |(i, (event, next))| {
        let Change::RatingField(regime, field, x) = event.change else { return None };
        let (fields, rating) = (fields.get_mut(regime)?, ratings.get(regime)?);
        fields.values_mut()[field] = x;
        // Changes of a regime by one event follow one another.
        let goes_on = next.is_some_and(|next| {
            next.at == event.at && matches!(next.change, Change::RatingField(other, _, _) if other == regime)
        });
        let thresholds = rating.cuts(fields);
        (!goes_on && !descending(thresholds)).then(|| (i, thresholds.to_vec()))
    })
}
