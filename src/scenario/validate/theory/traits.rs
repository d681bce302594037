//! Traits of a scenario's own: read before the states that have them, and named with the rest.

use super::names::Names;
use super::range;
use crate::lanes::randomness::Drawer;
use crate::model::table::Bound;
use crate::model::theory::OwnTrait;
use crate::scenario::document::Node;
use crate::scenario::numbers::{self, KEYS, What};
use crate::scenario::report::{label, origin};
use crate::scenario::validate::Context;
use crate::scenario::wire_theory as wire;

/// The traits that a scenario declares, in id order; an id is looked at when names are taken.
pub(in crate::scenario::validate) fn traits(context: &mut Context<'_>) -> Vec<OwnTrait> {
    let mut all: Vec<OwnTrait> = Vec::new();
    for (i, node) in context.document.entries("trait").iter().enumerate() {
        let path = label("trait", i, node);
        let Some(wire) = context.report.read::<wire::Trait>(node, &path) else { continue };
        let Some([low, high]) = range(context, node, &path, wire.range.as_deref(), Bound::Share) else {
            continue;
        };
        let meaning = wire.meaning.unwrap_or_default();
        let what = What { name: &wire.id, bound: Bound::Share, meaning: &meaning };
        let Some(given) = node.get("default") else { continue };
        let default = numbers::distribution(&mut context.report, given, &format!("{path}.default"), what);
        let Some(default) = default else { continue };
        // An id that is taken is refused as such, and of two the first counts.
        if KEYS.contains(&wire.id.as_str()) || all.iter().any(|other| other.id == wire.id) {
            continue;
        }
        let (drawer, source) = (Drawer::own_trait(&wire.id), wire.source.unwrap_or_default());
        all.push(OwnTrait { id: wire.id, default, low, high, meaning, source, drawer });
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The same, once their names are taken.
pub(super) fn named(context: &mut Context<'_>, names: &mut Names) -> Vec<OwnTrait> {
    for (i, node) in context.document.entries("trait").iter().enumerate() {
        if let Some(id) = node.get("id").and_then(Node::text) {
            names.take(context, id, origin(node, "id"), &label("trait", i, node));
        }
    }
    context.own_traits.to_vec()
}
