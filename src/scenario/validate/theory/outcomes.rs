//! Outcomes of a scenario's own: numbers derived from others where a year ends.

use super::expressions::Expressions;
use super::names::Names;
use super::range;
use crate::model::table::Bound;
use crate::model::theory::OwnOutcome;
use crate::model::theory::input::Known;
use crate::scenario::report::{label, origin};
use crate::scenario::validate::Context;
use crate::scenario::wire_theory as wire;

/// The outcomes, in id order.
pub(super) fn read(
    context: &mut Context<'_>,
    names: &mut Names,
    expressions: &mut Expressions,
) -> Vec<OwnOutcome> {
    let mut all = Vec::new();
    for (i, node) in context.document.entries("outcome").iter().enumerate() {
        let path = label("outcome", i, node);
        let Some(wire) = context.report.read::<wire::Outcome>(node, &path) else { continue };
        let named = names.take(context, &wire.id, origin(node, "id"), &path);
        let Some([low, high]) = range(context, node, &path, wire.range.as_deref(), Bound::Any) else {
            continue;
        };
        let Some(value) = expressions.number(context, (node, "value", &path), &wire.value, None) else {
            continue;
        };
        if let Some(late) = expressions.later(value, Known::BeforeStep) {
            let what = format!("`{late}` is of a step, and not known where a year ends");
            let hint = "an outcome hangs on traits, parameters and variables";
            context.report.wrong(origin(node, "value"), format!("{path}.value"), what, Some(hint.into()));
            continue;
        }
        if named {
            let title = wire.title.unwrap_or_else(|| wire.id.replace('_', " "));
            let meaning = wire.meaning.unwrap_or_default();
            all.push(OwnOutcome { id: wire.id, title, meaning, low, high, value });
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}
