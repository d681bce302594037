//! Variables of a scenario's own: read, with what they start at and how they change.

use super::expressions::Expressions;
use super::names::Names;
use super::range;
use crate::model::table::Bound;
use crate::model::theory::OwnVariable;
use crate::model::theory::input::Known;
use crate::scenario::document::Node;
use crate::scenario::report::{label, origin};
use crate::scenario::validate::{Context, rates as bounds};
use crate::scenario::wire_theory as wire;

/// The longest that a shock lasts, in years; longer is for good.
const MOST_YEARS: f64 = 1000.0;

/// A variable whose expressions are yet to be read.
pub(super) struct Declared<'d> {
    node: &'d Node,
    path: String,
    pub id: String,
    title: Option<String>,
    meaning: Option<String>,
    range: [f64; 2],
    start: Option<String>,
    moves: Moves,
}

/// How a variable moves.
enum Moves {
    /// By what it changes per year.
    Changes(String),
    /// To 1 where it strikes by a hazard; from there it wears off.
    Strikes { hazard: String, lasts: Option<f64> },
}

/// The variables that are declared, shocks among them, in id order: expressions may name each of them.
pub(super) fn declared<'d>(context: &mut Context<'d>, names: &mut Names) -> Vec<Declared<'d>> {
    let mut all: Vec<Declared> = Vec::new();
    for (i, node) in context.document.entries("variable").iter().enumerate() {
        let path = label("variable", i, node);
        let Some(wire) = context.report.read::<wire::Variable>(node, &path) else { continue };
        if !names.take(context, &wire.id, origin(node, "id"), &path) {
            continue;
        }
        let Some(range) = range(context, node, &path, wire.range.as_deref(), Bound::Any) else { continue };
        let wire::Variable { id, title, meaning, start, change, .. } = wire;
        all.push(Declared { node, path, id, title, meaning, range, start, moves: Moves::Changes(change) });
    }
    for (i, node) in context.document.entries("shock").iter().enumerate() {
        let path = label("shock", i, node);
        let Some(wire) = context.report.read::<wire::Shock>(node, &path) else { continue };
        let lasts = wire.lasts.map(|years| years.0);
        let step = 1.0 / f64::from(context.clock.steps_per_year);
        if lasts.is_some_and(|years| !(step..=MOST_YEARS).contains(&years)) {
            let found = node.get("lasts").map_or_else(String::new, Node::describe);
            let expected = format!("years, from a step ({}) to {MOST_YEARS}", bounds::told(step));
            context.report.expected(origin(node, "lasts"), format!("{path}.lasts"), found, expected);
            continue;
        }
        if !names.take(context, &wire.id, origin(node, "id"), &path) {
            continue;
        }
        let wire::Shock { id, title, meaning, hazard, start, .. } = wire;
        let moves = Moves::Strikes { hazard, lasts };
        all.push(Declared { node, path, id, title, meaning, range: [0.0, 1.0], start, moves });
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The variables with their expressions.
pub(super) fn read(
    context: &mut Context<'_>,
    declared: Vec<Declared<'_>>,
    expressions: &mut Expressions,
) -> Vec<OwnVariable> {
    let mut all = Vec::new();
    for Declared { node, path, id, title, meaning, range: [low, high], start, moves } in declared {
        let start = start.as_deref().unwrap_or("0");
        let start = expressions.number(context, (node, "start", &path), start, None);
        let (change, hazard) = match moves {
            Moves::Changes(text) => {
                let by = Some(("variable", id.as_str()));
                (expressions.number(context, (node, "change", &path), &text, by), None)
            }
            Moves::Strikes { hazard, lasts } => {
                let at = (node, "hazard", path.as_str());
                let hazard = expressions.number(context, at, &hazard, None);
                // A draw by another name.
                if let Some(draw) = hazard.and_then(|hazard| expressions.draws(hazard)) {
                    let what =
                        format!("`{draw}` is in it, and a hazard draws nothing: what it says is drawn from");
                    context.report.wrong(origin(node, "hazard"), format!("{path}.hazard"), what, None);
                    continue;
                }
                (hazard.and_then(|hazard| expressions.strike(context, at, (&id, hazard), lasts)), hazard)
            }
        };
        let (Some(start), Some(change)) = (start, change) else { continue };
        if let Some(late) = expressions.later(start, Known::AtStart) {
            let what = format!("`{late}` is not known yet where a run starts");
            let hint = "a start hangs on traits, parameters and what the model's own variables start at";
            context.report.wrong(origin(node, "start"), format!("{path}.start"), what, Some(hint.into()));
        }
        let title = title.unwrap_or_else(|| id.replace('_', " "));
        let meaning = meaning.unwrap_or_default();
        all.push(OwnVariable { id, title, meaning, low, high, start, change, hazard });
    }
    all
}
