//! Which judged values say where they come from, and which do not.
//!
//! A source may stand at the value's own table, in `sources` of its entry by key, or at the entry as a whole.

use super::document::{Document, Node, Table, Value};
use super::error::nearest;
use super::numbers::{keys, trait_keys};
use super::path::SECTIONS;
use super::report::{Report, label};
use crate::model::parameters::PARAMETERS;
use crate::model::world::RATING_FIELDS;

/// A judged value without a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsourced {
    /// Path of the value.
    pub path: String,
    /// The file in which it stands; empty for `--set`.
    pub file: String,
    /// Its line, from 1; 0 where it has none.
    pub line: usize,
}

/// Lists the judged values without a source: traits, numbers of regimes, hazards, ties, events, volumes of corridors,
/// and parameters that differ from their defaults.
pub(crate) fn unsourced(document: &Document) -> Vec<Unsourced> {
    let mut found = Vec::new();
    let root = &document.root;
    let mut traits = trait_keys();
    traits.push("initial_phase");
    if let Some(node) = root.get("parameters") {
        judge(document, node, "parameters", &keys(PARAMETERS), &mut found);
        found.retain(|unsourced| !is_default(node, unsourced));
    }
    if let Some(node) = root.get("defaults") {
        judge(document, node, "defaults", &traits, &mut found);
    }
    let mut regime = keys(RATING_FIELDS);
    regime.extend(["strength", "engagement", "tie_weight"]);
    for section in SECTIONS {
        let judged: &[&str] = match section {
            "state" | "population" => &traits,
            "regime" => &regime,
            "instrument" => &["hazard", "ramp"],
            "tie" => &["weight"],
            "event" => &["set", "adopt"],
            _ => &["volume"],
        };
        for (i, node) in document.entries(section).iter().enumerate() {
            judge(document, node, &label(section, i, node), judged, &mut found);
        }
    }
    found.sort_by(|a, b| (&a.file, a.line, &a.path).cmp(&(&b.file, b.line, &b.path)));
    found
}

/// Refuses sources by key that name no key of their table: a misspelt one would leave its value without a source.
pub(crate) fn check(report: &mut Report<'_>, document: &Document) {
    for (section, node) in document.root.table().into_iter().flat_map(Table::iter) {
        match &node.value {
            Value::List(entries) => {
                for (i, entry) in
                    entries.iter().enumerate().filter(|(_, entry)| entry.get("sources").is_some())
                {
                    named(report, entry, &label(section, i, entry));
                }
            }
            _ => named(report, node, section),
        }
    }
    named(report, &document.root, "");
}

/// Checks a table and the tables below it.
fn named(report: &mut Report<'_>, node: &Node, path: &str) {
    let Some(table) = node.table() else { return };
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    for (key, source) in node.get("sources").and_then(Node::table).into_iter().flat_map(Table::iter) {
        if table.get(key).is_none() {
            let keys = table.keys().filter(|key| !["id", "source", "sources", "note"].contains(key));
            let what = format!("{} gives no `{key}`", if path.is_empty() { "the scenario" } else { path });
            report.wrong(source.origin, below(&format!("sources.{key}")), what, nearest(key, keys));
        }
    }
    if !path.is_empty() {
        table.iter().for_each(|(key, node)| named(report, node, &below(key)));
    }
}

fn is_default(parameters: &Node, unsourced: &Unsourced) -> bool {
    let key = unsourced.path.trim_start_matches("parameters.");
    let entries = PARAMETERS.iter().filter(|entry| entry.name == key);
    let Some(node) = parameters.get(key) else { return false };
    entries.enumerate().all(|(i, entry)| {
        let value = node.list().map_or(Some(node), |list| list.get(i));
        value.and_then(Node::number) == Some(entry.default)
    })
}

fn judge(document: &Document, entry: &Node, path: &str, judged: &[&str], found: &mut Vec<Unsourced>) {
    if entry.get("source").is_some() {
        return;
    }
    for key in judged {
        let Some(value) = entry.get(key) else { continue };
        if entry.get("sources").is_some_and(|sources| sources.get(key).is_some()) || has_source(value) {
            continue;
        }
        found.push(Unsourced {
            path: format!("{path}.{key}"),
            file: document.layers[value.origin.layer as usize].file.clone(),
            line: value.origin.line as usize,
        });
    }
}

/// Whether a value's own table has a source; of a list or a table by regime, each must.
fn has_source(value: &Node) -> bool {
    match &value.value {
        Value::Table(table) if table.get("source").is_some() => true,
        Value::Table(table) => {
            table.keys().next().is_some() && table.iter().all(|(_, inner)| has_source(inner))
        }
        Value::List(list) => !list.is_empty() && list.iter().all(has_source),
        _ => false,
    }
}
