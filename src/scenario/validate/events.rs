//! Events: dated changes of traits, of numbers of a rating regime, and adoptions.

use super::context::Context;
use super::regimes::{descending, refuse_thresholds};
use super::states::per_regime;
use crate::model::traits::{INTRINSIC_MOTIVATION, SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{Change, Event, Instrument, RATING_FIELDS, Rating};
use crate::scenario::document::{Node, Origin};
use crate::scenario::error::nearest;
use crate::scenario::report::{label, origin};
use crate::scenario::wire_values::Names;
use crate::scenario::{numbers, wire};

/// Events, in order of date, then as in the file.
pub(super) fn events(
    context: &mut Context<'_>,
    ratings: &[Rating],
    instruments: &[Instrument],
) -> Vec<Event> {
    let document = context.document;
    let mut events: Vec<(Event, Origin, String)> = Vec::new();
    for (i, node) in document.entries("event").iter().enumerate() {
        let path = label("event", i, node);
        let Some(wire) = context.report.read::<wire::Event>(node, &path) else { continue };
        if let Some(id) = &wire.id {
            context.well_formed(id, origin(node, "id"), &format!("{path}.id"));
        }
        let Some(at) = date(context, node, &path, wire.at.0) else { continue };
        let changes = match (&wire.state, &wire.regime) {
            (Some(names), None) => {
                state_changes(context, node, &path, names, wire.adopt.as_deref(), instruments, at)
            }
            (None, Some(id)) => regime_changes(context, node, &path, id, wire.adopt.is_some()),
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
        events.extend(changes.into_iter().map(|change| (Event { at, change }, thresholds, path.clone())));
    }
    events.sort_by(|(a, _, _), (b, _, _)| a.at.total_cmp(&b.at));
    check_thresholds(context, ratings, &events);
    events.into_iter().map(|(event, _, _)| event).collect()
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
    adopt: Option<&str>,
    instruments: &[Instrument],
    date: f64,
) -> Vec<Change> {
    let written = node.get("state").unwrap_or(node);
    let states = context.select(names, written, &format!("{path}.state"), false);
    let mut changes = Vec::new();
    if let Some(set) = set_table(context, node, path) {
        let mut keys = numbers::trait_keys();
        keys.remove(INTRINSIC_MOTIVATION);
        refuse_unknown(context, set, path, &keys);
        let path = format!("{path}.set");
        for (i, entry) in TRAITS.iter().enumerate().filter(|(i, _)| *i != INTRINSIC_MOTIVATION) {
            let Some(value) = set.get(entry.name) else { continue };
            let path = format!("{path}.{}", entry.name);
            if let Some(x) = numbers::distribution(&mut context.report, value, &path, entry) {
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
    if let Some(id) = adopt {
        let (at, path) = (origin(node, "adopt"), format!("{path}.adopt"));
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
            changes.extend(eligible.into_iter().map(|state| Change::Adopt(state, index)));
        }
    } else if node.get("set").is_none() {
        context.report.wrong(node.origin, path, "changes nothing", Some("give `set` or `adopt`".into()));
    }
    changes
}

fn regime_changes(context: &mut Context<'_>, node: &Node, path: &str, id: &str, adopts: bool) -> Vec<Change> {
    if adopts {
        let hint = Some("states adopt; write `state` for `regime`".into());
        context.report.wrong(origin(node, "adopt"), format!("{path}.adopt"), "a regime adopts nothing", hint);
        return Vec::new();
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
    numbers::numbers(&mut context.report, set, &format!("{path}.set"), RATING_FIELDS, |i, x, _| {
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

fn refuse_unknown(context: &mut Context<'_>, set: &Node, path: &str, keys: &[&'static str]) {
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
    let mut fields: Vec<_> = ratings.iter().map(|rating| rating.fields).collect();
    for (i, (event, at, path)) in events.iter().enumerate() {
        let Change::RatingField(regime, field, x) = event.change else { continue };
        let Some(fields) = fields.get_mut(regime) else { continue };
        fields.values_mut()[field] = x;
        // Changes of a regime by one event follow one another.
        let next = events.get(i + 1).map(|(next, _, _)| next);
        let goes_on = next.is_some_and(|next| {
            next.at == event.at && matches!(next.change, Change::RatingField(other, _, _) if other == regime)
        });
        if !goes_on && !descending(&fields.thresholds) {
            refuse_thresholds(context, *at, format!("{path}.set.thresholds"), &fields.thresholds);
        }
    }
}
