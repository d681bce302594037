//! Which values say where they come from, which say that somebody judged them, and which say nothing.
//!
//! A source may stand at the value's own table, in `sources` of its entry by key, or at the entry as a whole.

use super::document::{Document, Node, Table, Value};
use super::error::nearest;
use super::numbers::{keys, state_keys};
use super::path::SECTIONS;
use super::report::{Report, label};
use crate::model::parameters::PARAMETERS;
use crate::model::world::RATING_FIELDS;

/// Words by which a source says that it is none, anywhere in it.
const JUDGED: [&str; 3] = ["judgement", "judgment", "judged"];
/// The same, at its beginning.
const MADE: [&str; 4] = ["made up", "assum", "guess", "invented"];

/// What a value has for a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Nothing.
    None,
    /// The word of whoever wrote it: the source says `judgement`, `made up` or the like, whatever it was judged from.
    Judgement,
    /// A source.
    Source,
}

/// A value that calls for a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// Path of the value.
    pub path: String,
    /// The file in which it stands; empty for `--set`.
    pub file: String,
    /// Its line, from 1; 0 where it has none.
    pub line: usize,
    /// Its source; empty where it has none.
    pub source: String,
    /// What that is.
    pub ground: Ground,
}

/// Lists the values that call for a source: traits, numbers of regimes, hazards, ties, events, volumes of corridors,
/// and parameters that differ from their defaults.
pub(crate) fn sources(document: &Document) -> Vec<Sourced> {
    let mut found = Vec::new();
    let root = &document.root;
    let mut traits = state_keys(document);
    traits.extend(["initial_phase", "initial_tier", "initial_watched"]);
    if let Some(node) = root.get("parameters") {
        values(document, node, "parameters", &keys(PARAMETERS), &mut found);
        found.retain(|value| !is_default(node, value));
    }
    if let Some(node) = root.get("defaults") {
        values(document, node, "defaults", &traits, &mut found);
    }
    let mut regime = keys(RATING_FIELDS);
    regime.extend(["imposed", "strength", "engagement", "tie_weight", "argument", "framing"]);
    for section in SECTIONS {
        let keys: &[&str] = match section {
            "state" | "population" => &traits,
            "regime" => &regime,
            "instrument" => &["hazard", "ramp", "cost", "exit_hazard", "exit_reactance", "exit_motivation"],
            "tie" => &["weight"],
            "event" => &["set", "adopt", "withdraw"],
            "corridor" => &["volume"],
            "parameter" | "trait" => &["default"],
            "mechanism" => &["rate", "by"],
            _ => &[],
        };
        for (i, node) in document.entries(section).iter().enumerate() {
            values(document, node, &label(section, i, node), keys, &mut found);
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

fn is_default(parameters: &Node, value: &Sourced) -> bool {
    let key = value.path.trim_start_matches("parameters.");
    let entries = PARAMETERS.iter().filter(|entry| entry.name == key);
    let Some(node) = parameters.get(key) else { return false };
    entries.enumerate().all(|(i, entry)| {
        let value = node.list().map_or(Some(node), |list| list.get(i));
        value.and_then(Node::number) == Some(entry.default)
    })
}

/// Adds the values of an entry that stand under some keys, each with the nearest of its sources.
fn values(document: &Document, entry: &Node, path: &str, keys: &[&str], found: &mut Vec<Sourced>) {
    let text = |node: &Node| node.text().map(str::to_string);
    for key in keys {
        let Some(value) = entry.get(key) else { continue };
        let by_key = || entry.get("sources").and_then(|sources| text(sources.get(key)?));
        let source =
            own_source(value).or_else(by_key).or_else(|| text(entry.get("source")?)).unwrap_or_default();
        found.push(Sourced {
            path: format!("{path}.{key}"),
            file: document.layers[value.origin.layer as usize].file.clone(),
            line: value.origin.line as usize,
            ground: ground(&source),
            source,
        });
    }
}

/// The source of a value's own table; of a list or a table by regime each must have one, and the one judged counts.
fn own_source(value: &Node) -> Option<String> {
    if let Some(source) = value.get("source").and_then(Node::text) {
        return Some(source.to_string());
    }
    let each: Vec<&Node> = match &value.value {
        Value::Table(table) => table.iter().map(|(_, node)| node).collect(),
        Value::List(list) => list.iter().collect(),
        _ => return None,
    };
    let all: Vec<String> = each.into_iter().map(own_source).collect::<Option<_>>()?;
    all.into_iter().min_by_key(|source| ground(source))
}

/// What a source is by its words.
fn ground(source: &str) -> Ground {
    let lower = source.trim().to_lowercase();
    if lower.is_empty() {
        Ground::None
    } else if JUDGED.iter().any(|word| lower.contains(word))
        || MADE.iter().any(|word| lower.starts_with(word))
    {
        Ground::Judgement
    } else {
        Ground::Source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_says_judgement_is_no_source() {
        for judged in
            ["judgement", "Judgment: no anchor", "expert judgement from Renshaw 2016", "made up", "assumed"]
        {
            assert_eq!(ground(judged), Ground::Judgement, "{judged}");
        }
        assert_eq!((ground(" "), ground("V-Dem 2000")), (Ground::None, Ground::Source));
    }
}
