//! Peer ties and corridors: what connects two states.

use super::context::{Context, text};
use crate::model::table::Bound;
use crate::model::world::{Corridor, Tie};
use crate::scenario::document::{Node, Origin};
use crate::scenario::report::{label, origin};
use crate::scenario::wire;

/// Ties, in order of (a, b, from).
pub(super) fn ties(context: &mut Context<'_>) -> Vec<Tie> {
    let mut ties = Vec::new();
    for (i, node) in context.document.entries("tie").iter().enumerate() {
        let path = label("tie", i, node);
        let Some(wire) = context.report.read::<wire::Tie>(node, &path) else { continue };
        let ends = &wire.between.0;
        let between = format!("{path}.between");
        let written = node.get("between").and_then(Node::list).unwrap_or_default();
        let place = |i: usize| written.get(i).map_or(node.origin, |element| element.origin);
        let [a, b] = [0, 1].map(|i| context.state(&ends[i], place(i), &between));
        if ends[0] == ends[1] {
            context.report.expected(
                place(1),
                between,
                format!("`{}` twice", ends[0]),
                "two different states",
            );
            continue;
        }
        let weight = wire.weight.0;
        context.check_bound(node, &path, "weight", weight, Bound::Weight);
        let from = wire.from.map_or(f64::NEG_INFINITY, |date| date.0);
        let until = wire.until.map_or(f64::INFINITY, |date| date.0);
        context.in_order(node, &path, from, until);
        if let (Some(a), Some(b)) = (a, b) {
            let tie = Tie { a: a.min(b), b: a.max(b), weight, from, until };
            let kind = text(node, "kind").unwrap_or_default();
            ties.push(Written { tie, kind, at: node.origin, entry: i });
        }
    }
    // The last keys make the order, and so the sums, the same whatever the order in the file.
    ties.sort_by(|x, y| {
        let (p, q) = (&x.tie, &y.tie);
        (p.a, p.b, x.kind)
            .cmp(&(q.a, q.b, y.kind))
            .then(p.from.total_cmp(&q.from))
            .then(p.until.total_cmp(&q.until))
            .then(p.weight.total_cmp(&q.weight))
            .then(x.at.cmp(&y.at))
    });
    // Tables of dyads list both directions, which are one tie.
    ties.dedup_by(|later, first| later.tie == first.tie && later.kind == first.kind);
    for pair in ties.windows(2) {
        let [first, later] = pair else { continue };
        if (Tie { weight: later.tie.weight, ..first.tie } == later.tie) && first.kind == later.kind {
            let path = label("tie", later.entry, &context.document.entries("tie")[later.entry]);
            let place = context.place(first.at);
            let what = format!("the same tie with another weight; the first is at {place}");
            let hint =
                "a tie has no direction; give it once, or ties that add up different kinds".to_string();
            context.report.wrong(later.at, path, what, Some(hint));
        }
    }
    let mut ties: Vec<Tie> = ties.into_iter().map(|written| written.tie).collect();
    // By kind no longer, which the world does not know.
    ties.sort_by(|x, y| {
        (x.a, x.b)
            .cmp(&(y.a, y.b))
            .then(x.from.total_cmp(&y.from))
            .then(x.until.total_cmp(&y.until))
            .then(x.weight.total_cmp(&y.weight))
    });
    ties
}

/// A tie with what an error needs to say of it.
struct Written<'d> {
    tie: Tie,
    kind: &'d str,
    at: Origin,
    /// Place among the entries.
    entry: usize,
}

/// Corridors, in order of (origin, destination).
pub(super) fn corridors(context: &mut Context<'_>) -> Vec<Corridor> {
    let mut corridors = Vec::new();
    for (i, node) in context.document.entries("corridor").iter().enumerate() {
        let path = label("corridor", i, node);
        let Some(wire) = context.report.read::<wire::Corridor>(node, &path) else { continue };
        let from = context.state(&wire.from, origin(node, "from"), &format!("{path}.from"));
        let to = context.state(&wire.to, origin(node, "to"), &format!("{path}.to"));
        if wire.from == wire.to {
            let found = format!("`{}` twice", wire.to);
            context.report.expected(
                origin(node, "to"),
                format!("{path}.to"),
                found,
                "another state than `from`",
            );
            continue;
        }
        let volume = wire.volume.0;
        context.check_bound(node, &path, "volume", volume, Bound::Amount);
        if let (Some(from), Some(to)) = (from, to) {
            corridors.push((Corridor { from, to, volume }, node.origin, path));
        }
    }
    corridors.sort_by_key(|(corridor, origin, _)| (corridor.from, corridor.to, *origin));
    for pair in corridors.windows(2) {
        let [(first, _, _), (second, at, path)] = pair else { continue };
        if (first.from, first.to) == (second.from, second.to) {
            context.report.wrong(
                *at,
                path.clone(),
                "a second corridor between the same states",
                Some("add the volumes".into()),
            );
        }
    }
    corridors.into_iter().map(|(corridor, _, _)| corridor).collect()
}
