//! Counterfactuals: named overlays that a scenario file brings along.

use super::document::{Document, Node, Origin, Table, Value};
use super::error::{MOST, Problem, ScenarioError, nearest};
use super::overlay;
use super::path::{Lost, SECTIONS};
use super::report::Report;
use super::wire;
use std::collections::BTreeMap;

/// Another history that the scenario describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterfactual {
    /// Identifier.
    pub id: String,
    /// Title; the id where there is none.
    pub title: String,
    /// What it asks.
    pub description: Option<String>,
    /// Its line in the file, from 1; 0 where it has none. The first is the one that its author thinks of first.
    pub line: usize,
}

/// The counterfactuals of a document, in id order.
pub(crate) fn list(report: &mut Report<'_>, document: &Document) -> Vec<Counterfactual> {
    let Some(node) = document.root.get("counterfactual") else { return Vec::new() };
    let Some(table) = node.table() else {
        report.expected(
            node.origin,
            "counterfactual",
            node.describe(),
            "tables by id: [counterfactual.no-tvpa]",
        );
        return Vec::new();
    };
    let mut all = Vec::new();
    for (id, node) in table.iter() {
        if let Some(wire) = report.read::<wire::Counterfactual>(node, &format!("counterfactual.{id}")) {
            let title = wire.title.unwrap_or_else(|| id.to_string());
            let (id, description, line) = (id.to_string(), wire.description, node.origin.line as usize);
            all.push(Counterfactual { id, title, description, line });
        }
    }
    all
}

/// The ids of the counterfactuals, without reading them.
pub(crate) fn ids(document: &Document) -> Vec<String> {
    let table = document.root.get("counterfactual").and_then(Node::table);
    table.map_or_else(Vec::new, |table| table.keys().map(str::to_string).collect())
}

/// A tree that holds one counterfactual: another of the document, or none, with numbers set by path on top.
pub(crate) fn made(
    document: &Document,
    id: &str,
    title: &str,
    from: Option<&str>,
    set: &BTreeMap<String, f64>,
) -> Node {
    let at = Origin::default();
    let table = || Node::new(Value::Table(Table::default()), at);
    let from = from.and_then(|from| document.root.get("counterfactual")?.get(from).cloned());
    let mut made = from.unwrap_or_else(table);
    if let Some(made) = made.table_mut() {
        // What was said of the other is not true of this one.
        for said in ["note", "description", "source", "sources"] {
            made.remove(said);
        }
        made.insert("title", Node::new(Value::Text(title.into()), at));
        if let Ok(Some(sets)) = made.get_or_insert("set", || Ok::<_, ()>(table())).map(Node::table_mut) {
            for (path, x) in set {
                sets.insert(path.as_str(), overlay::number(*x, at));
            }
        }
    }
    let within = |key: &str, node: Node| {
        let mut outer = Table::default();
        outer.insert(key, node);
        Node::new(Value::Table(outer), at)
    };
    within("counterfactual", within(id, made))
}

/// Applies a counterfactual: removes, adds, then sets.
///
/// # Errors
/// If there is no such counterfactual, or one of its paths leads nowhere; all such paths are named.
pub(crate) fn apply(document: &mut Document, id: &str) -> Result<(), ScenarioError> {
    let Some(mut node) = document.root.get("counterfactual").and_then(|all| all.get(id)).cloned() else {
        let ids = ids(document);
        let hint = if ids.is_empty() {
            Some("the scenario has none".into())
        } else {
            nearest(id, ids.iter().map(String::as_str))
        };
        let lost = Lost::new(format!("there is no counterfactual `{id}`"), hint);
        return Err(overlay::problem(document, super::document::Origin::default(), "", lost).into());
    };
    let file = document.layers[node.origin.layer as usize].file.clone();
    let layer = document.layer(file, Some(format!("counterfactual {id}")));
    node.relayer(layer);
    document.counterfactual = Some(id.to_string());
    let mut problems: Vec<Problem> = Vec::new();
    for path in node.get("remove").and_then(Node::list).unwrap_or_default() {
        if let Some(text) = path.text() {
            problems.extend(overlay::remove(document, text, path.origin).err().map(|problem| *problem));
        }
    }
    for section in SECTIONS {
        let Some(added) = node.get(section) else { continue };
        if let Some(entries) = added.list() {
            overlay::append(document, section, entries.to_vec(), added.origin);
        } else {
            let what = format!("found {}, expected [[counterfactual.{id}.{section}]]", added.describe());
            problems.push(overlay::problem(document, added.origin, section, Lost::new(what, None)));
        }
    }
    match node.get("set").map(|set| (set, set.table())) {
        Some((_, Some(table))) => {
            for (path, value) in table.iter() {
                problems.extend(overlay::set(document, path, value).err().map(|problem| *problem));
            }
        }
        Some((set, None)) => {
            let what = format!("found {}, expected a table of values by path", set.describe());
            problems.push(overlay::problem(document, set.origin, "set", Lost::new(what, None)));
        }
        None => {}
    }
    if problems.is_empty() {
        return Ok(());
    }
    let more = problems.len().saturating_sub(MOST);
    problems.truncate(MOST);
    Err(ScenarioError::Invalid { problems, more })
}
