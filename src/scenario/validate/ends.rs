//! What a rating regime demands, and what ends it for a state.

use super::context::{Context, text};
use super::regimes::dated;
use crate::model::table::Bound;
use crate::model::world::{Change, Community, Demand, End, Event, Instrument, Member, Rating};
use crate::scenario::document::{Kind, Node};
use crate::scenario::report::{label, origin};
use crate::scenario::wire_rating::{Demanded, EndsOn};
use crate::scenario::wire_record::Grade;
use crate::scenario::wire_values::Date;
use std::collections::BTreeMap;

/// What is demanded, in order of instrument and date; one instrument never twice at once.
pub(super) fn demands(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    wire: Option<Vec<Demanded>>,
) -> Vec<Demand> {
    let written = node.get("demands").and_then(Node::list).unwrap_or_default();
    let mut demands: Vec<(Demand, usize)> = Vec::new();
    for (i, Demanded(one)) in wire.into_iter().flatten().enumerate() {
        let element = written.get(i).unwrap_or(node);
        let mut path = format!("{path}.demands[{i}]");
        let (from, until) = (
            one.from.map_or(f64::NEG_INFINITY, |date| date.0),
            one.until.map_or(f64::INFINITY, |date| date.0),
        );
        let weight = one.weight.map_or(1.0, |weight| weight.0);
        context.in_order(element, &path, from, until);
        context.check_bound(element, &path, "weight", weight, Bound::Weight);
        if element.table().is_some() {
            path += ".instrument";
        }
        let at = origin(element, "instrument");
        if let Some(instrument) = context.instrument(&one.instrument, at, &path) {
            demands.push((Demand { instrument, from, until, weight }, i));
        }
    }
    demands.sort_by(|(a, _), (b, _)| a.instrument.cmp(&b.instrument).then(a.from.total_cmp(&b.from)));
    for pair in demands.windows(2) {
        let [(one, first), (other, second)] = pair else { continue };
        if one.instrument == other.instrument && other.from < one.until {
            let (first, second) = (*first.min(second), *first.max(second));
            let at = written.get(second).map_or(node.origin, |element| element.origin);
            let what = format!("demanded already by demands[{first}]");
            let hint = "let one demand end (`until`) where the next begins (`from`), or take one out";
            context.report.wrong(at, format!("{path}.demands[{second}]"), what, Some(hint.into()));
        }
    }
    demands.into_iter().map(|(demand, _)| demand).collect()
}

/// What ends a regime for a state. What was removed by an overlay ends nothing.
pub(super) fn ends_on(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    rating: usize,
    communities: &[Community],
    wire: Option<EndsOn>,
) -> Option<End> {
    let EndsOn { adopts, grade, joins, .. } = wire?;
    let table = node.get("ends_on").unwrap_or(node);
    let path = format!("{path}.ends_on");
    let given = [adopts.is_some(), grade.is_some(), joins.is_some()].iter().filter(|given| **given).count();
    let unknown = |key: &str| !["adopts", "grade", "joins", "source", "note", "sources"].contains(&key);
    if given == 0 && table.table().is_some_and(|table| table.keys().any(unknown)) {
        return None; // A key that is none of them is a problem already.
    }
    if given != 1 {
        let found = if given == 0 { "none of them".to_string() } else { format!("{given} of them") };
        context.report.expected(table.origin, path, found, "one of `adopts`, `grade` and `joins`");
        return None;
    }
    if let Some(id) = adopts {
        let at = origin(table, "adopts");
        return context.instrument(&id, at, &format!("{path}.adopts")).map(End::Adopts);
    }
    if let Some(id) = joins {
        let at = origin(table, "joins");
        let found = communities.iter().position(|community| community.id == id);
        if found.is_none() && !context.removed(Kind::Regime, &id) {
            let path = format!("{path}.joins");
            match context.regimes.get(&id).cloned() {
                // A community that is wrong is a problem already.
                Some(kind) if kind == "community" => {}
                Some(kind) => {
                    context.report.expected(at, path, format!("a regime of kind {kind:?}"), "a community");
                }
                None => context.regime(&id, at, &path),
            }
        }
        return found.map(End::Joins);
    }
    let (at, path) = (origin(table, "grade"), format!("{path}.grade"));
    let code = context.grade(rating, &Grade(grade?), at, &path)?;
    let grades = context.grades[rating].len();
    if code == 0 || usize::from(code) == grades {
        let what = if code == 0 { "no grade at all" } else { "the worst grade: whatever is given ends it" };
        let best = &context.grades[rating][..grades.saturating_sub(1)];
        let expected = best.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" or ");
        context.report.expected(at, path, what, expected);
        return None;
    }
    Some(End::Grade(code))
}

/// The dates until which states are rated, each after that from which they are.
pub(super) fn rated_until(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    dates: Option<&BTreeMap<String, Date>>,
    rated_from: &[Option<f64>],
) -> Vec<Option<f64>> {
    let mut rated_until = vec![None; rated_from.len()];
    for (state, date, at, path) in dated(context, node, path, "rated_until", dates) {
        match rated_from[state] {
            Some(from) if date > from => rated_until[state] = Some(date),
            Some(from) => {
                let expected = format!("a date after {from}, from which the state is rated");
                context.report.expected(at, path, date.to_string(), expected);
            }
            None => {
                let hint = Some("add the state to `rates`".into());
                context.report.wrong(at, path, "not among the states that the regime rates", hint);
            }
        }
    }
    rated_until
}

/// Refuses ends that can never come: of no state that the regime rates. In a run that an overlay narrowed, which may end before they come, they are dropped.
pub(super) fn check(
    context: &mut Context<'_>,
    ratings: &mut [Rating],
    instruments: &[Instrument],
    communities: &[Community],
    events: &[Event],
) {
    if !context.timed || !context.report.is_clean() {
        return;
    }
    let document = context.document;
    for (i, node) in document.entries("regime").iter().enumerate() {
        let Some(rating) = ratings.iter_mut().find(|rating| text(node, "id") == Some(&rating.id)) else {
            continue;
        };
        let Some(end) = rating.ends_on else { continue };
        let rated = |state: usize| rating.rated_from[state].is_some();
        let key = match end {
            End::Adopts(_) => "adopts",
            End::Grade(_) => "grade",
            End::Joins(_) => "joins",
        };
        let table = node.get("ends_on").unwrap_or(node);
        let (at, path) = (origin(table, key), format!("{}.ends_on.{key}", label("regime", i, node)));
        if rating.pinned.is_some() && !matches!(end, End::Joins(_)) {
            let hint = "a pinned regime grades as long as the record does; take `pinned` or `ends_on` out";
            context.report.wrong(at, path, "an end in a regime whose grades are pinned", Some(hint.into()));
            continue;
        }
        let (why, hint) = match end {
            End::Grade(_) => continue,
            End::Joins(c) => {
                let end = f64::from(context.clock.end);
                let joins = |member: &Member| rated(member.state) && member.from < end;
                if communities[c].members.iter().any(joins) {
                    continue;
                }
                let id = &communities[c].id;
                (
                    format!("no state that the regime rates is in `{id}` before the run ends"),
                    "look at `members` and `joined` of the community",
                )
            }
            End::Adopts(j) => {
                let instrument = &instruments[j];
                // Whether its hazard lets anybody adopt it, and whether it opens before the run ends, are numbers that a sweep may move.
                let open = !instrument.pinned;
                let may = |state: usize| {
                    let event = |event: &Event| event.change == Change::Adopt(state, j);
                    let simulated = open && instrument.eligible[state];
                    rated(state)
                        && (simulated || instrument.adopted[state].is_some() || events.iter().any(event))
                };
                if (0..rating.rated_from.len()).any(may) {
                    continue;
                }
                let id = &instrument.id;
                (
                    format!("no state that the regime rates can adopt `{id}` in the run"),
                    "look at its `eligible`, `adopted` and `pinned`",
                )
            }
        };
        if context.document.narrowed {
            rating.ends_on = None;
            continue;
        }
        context.report.wrong(at, path, format!("an end that can never come: {why}"), Some(hint.into()));
    }
}
