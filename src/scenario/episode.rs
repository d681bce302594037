//! Episodes: stretches of a state's history by which the hindcast is read. They are for readers, and no part of the world.

use super::counterfactual;
use super::document::Node;
use super::error::nearest;
use super::report::{label, origin};
use super::validate::Context;
use super::wire;
use super::wire_values::Names;
use crate::excerpt::quoted;
use std::collections::BTreeMap;

/// Where they stand in the file.
pub(crate) const SECTION: &str = "episode";

/// A stretch of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Indices of the states that it is about, in id order; at least one.
    pub states: Vec<usize>,
    /// First year.
    pub from: i32,
    /// Last year.
    pub until: i32,
    /// What happened.
    pub note: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// The counterfactuals to set beside it.
    pub against: Vec<String>,
}

/// The episodes of a document. Those that an overlay leaves nothing of, neither states nor years, are left out.
pub(crate) fn episodes(context: &mut Context<'_>) -> Vec<Episode> {
    let document = context.document;
    let mut all = Vec::new();
    let mut seen = BTreeMap::new();
    for (i, node) in document.entries(SECTION).iter().enumerate() {
        let path = label(SECTION, i, node);
        let Some(wire) = context.report.read::<wire::Episode>(node, &path) else { continue };
        let at = origin(node, "id");
        context.well_formed(&wire.id, at, &format!("{path}.id"));
        if let Some(first) = seen.insert(wire.id.clone(), at) {
            context.duplicate(at, path.clone(), first);
        }
        if wire.title.trim().is_empty() {
            let found = quoted(&wire.title);
            context.report.expected(origin(node, "title"), format!("{path}.title"), found, "a title");
        }
        let against = against(context, node, &path, wire.against);
        let written = node.get("state").unwrap_or(node);
        let states = context.select(&wire.state, written, &format!("{path}.state"), true);
        let Some((from, until)) = years(context, node, &path, (wire.from.0, wire.until.0)) else { continue };
        if !states.is_empty() {
            let wire::Episode { id, title, note, source, .. } = wire;
            all.push(Episode { id, title, states, from, until, note, source, against });
        }
    }
    all
}

/// The counterfactuals named, each of them one of the scenario.
fn against(context: &mut Context<'_>, node: &Node, path: &str, names: Option<Names>) -> Vec<String> {
    let ids = counterfactual::ids(context.document);
    let names = match names {
        None => return Vec::new(),
        Some(Names::All) => return ids,
        Some(Names::These(names)) => names,
    };
    for id in names.iter().filter(|id| !ids.contains(id)) {
        let hint = nearest(id, ids.iter().map(String::as_str));
        let what = format!("there is no counterfactual `{id}`");
        context.report.wrong(origin(node, "against"), format!("{path}.against"), what, hint);
    }
    names
}

/// First and last year, within the run; none where there are no such years. Only a run whose years were narrowed may leave
/// out years of an episode.
fn years(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    (from, until): (i32, i32),
) -> Option<(i32, i32)> {
    let (first, last) = (context.clock.start, context.clock.end - 1);
    if until < from {
        let expected = format!("a year not before `from`, {from}");
        context.report.expected(origin(node, "until"), format!("{path}.until"), until.to_string(), expected);
        return None;
    }
    if !context.document.narrowed {
        for (key, year) in [("from", from), ("until", until)] {
            if !(first..=last).contains(&year) {
                let expected = format!("a year of the run, {first} to {last}");
                context.report.expected(
                    origin(node, key),
                    format!("{path}.{key}"),
                    year.to_string(),
                    expected,
                );
                return None;
            }
        }
    }
    Some((from.max(first), until.min(last))).filter(|(from, until)| from <= until)
}
