//! Variables of a scenario's own: read, with what they start at and how they change.

use super::expressions::Expressions;
use super::names::Names;
use super::range;
use crate::model::table::Bound;
use crate::model::theory::OwnVariable;
use crate::model::theory::input::Known;
use crate::scenario::document::Node;
use crate::scenario::report::{label, origin};
use crate::scenario::validate::Context;
use crate::scenario::wire_theory as wire;

/// A variable whose expressions are yet to be read.
pub(super) struct Declared<'d> {
    node: &'d Node,
    path: String,
    pub wire: wire::Variable,
    range: [f64; 2],
}

/// The variables that are declared, in id order: expressions may name each of them.
pub(super) fn declared<'d>(context: &mut Context<'d>, names: &mut Names) -> Vec<Declared<'d>> {
    let mut all: Vec<Declared> = Vec::new();
    for (i, node) in context.document.entries("variable").iter().enumerate() {
        let path = label("variable", i, node);
        let Some(wire) = context.report.read::<wire::Variable>(node, &path) else { continue };
        if !names.take(context, &wire.id, origin(node, "id"), &path) {
            continue;
        }
        let Some(range) = range(context, node, &path, wire.range.as_deref(), Bound::Any) else { continue };
        all.push(Declared { node, path, wire, range });
    }
    all.sort_by(|a, b| a.wire.id.cmp(&b.wire.id));
    all
}

/// The variables with their expressions.
pub(super) fn read(
    context: &mut Context<'_>,
    declared: Vec<Declared<'_>>,
    expressions: &mut Expressions,
) -> Vec<OwnVariable> {
    let mut all = Vec::new();
    for Declared { node, path, wire, range: [low, high] } in declared {
        let start = wire.start.as_deref().unwrap_or("0");
        let start = expressions.number(context, (node, "start", &path), start, None);
        let by = Some(("variable", wire.id.as_str()));
        let change = expressions.number(context, (node, "change", &path), &wire.change, by);
        let (Some(start), Some(change)) = (start, change) else { continue };
        if let Some(late) = expressions.later(start, Known::AtStart) {
            let what = format!("`{late}` is not known yet where a run starts");
            let hint = "a start hangs on traits, parameters and what the model's own variables start at";
            context.report.wrong(origin(node, "start"), format!("{path}.start"), what, Some(hint.into()));
        }
        let title = wire.title.unwrap_or_else(|| wire.id.replace('_', " "));
        let meaning = wire.meaning.unwrap_or_default();
        all.push(OwnVariable { id: wire.id, title, meaning, low, high, start, change });
    }
    all
}
