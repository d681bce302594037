//! Texts of a scenario: what people see of it holds nothing that a terminal or a page would obey, and has a sane length.

use crate::excerpt::{is_unseen, quoted};
use crate::scenario::document::{Document, Node, Value};
use crate::scenario::report::{Report, label};

/// Keys whose text is one short line: it stands in tables, titles and labels.
const LINES: [&str; 4] = ["title", "name", "region", "kind"];
/// Characters that such a line may have, and any other text.
const MOST_OF_A_LINE: usize = 500;
const MOST: usize = 100_000;

/// Checks every key and every text of a document.
pub(super) fn check(report: &mut Report<'_>, document: &Document) {
    let Some(root) = document.root.table() else { return };
    for (key, node) in root.iter() {
        match &node.value {
            // Entries are named as everywhere.
            Value::List(list) if list.iter().all(|entry| entry.table().is_some()) => {
                for (i, entry) in list.iter().enumerate() {
                    within(report, entry, &|| label(key, i, entry));
                }
            }
            _ => of_key(report, key, node, &String::new),
        }
    }
}

/// Paths are made where they are needed: a scenario may have a million entries, and few are wrong.
fn within(report: &mut Report<'_>, node: &Node, path: &dyn Fn() -> String) {
    match &node.value {
        Value::Table(table) => table.iter().for_each(|(key, node)| of_key(report, key, node, path)),
        Value::List(list) => {
            for (i, element) in list.iter().enumerate() {
                of_value(report, "", element, &|| format!("{}[{i}]", path()));
            }
        }
        _ => {}
    }
}

fn of_key(report: &mut Report<'_>, key: &str, node: &Node, above: &dyn Fn() -> String) {
    let path = || match above() {
        above if above.is_empty() => key.to_string(),
        above => format!("{above}.{key}"),
    };
    if let Some(c) = key.chars().find(|c| is_unseen(*c)) {
        report.expected(node.origin, path(), character(c), "a key without it");
    }
    of_value(report, key, node, &path);
}

fn of_value(report: &mut Report<'_>, key: &str, node: &Node, path: &dyn Fn() -> String) {
    let Value::Text(text) = &node.value else { return within(report, node, path) };
    let is_line = LINES.contains(&key);
    let most = if is_line { MOST_OF_A_LINE } else { MOST };
    let breaks = |c: char| !is_line && matches!(c, '\n' | '\r' | '\t');
    if let Some(c) = text.chars().find(|c| is_unseen(*c) && !breaks(*c)) {
        report.expected(
            node.origin,
            path(),
            format!("{} with {}", quoted(text), character(c)),
            "text without it",
        );
    } else if text.len() > most && text.chars().count() > most {
        let found = format!("{} characters", text.chars().count());
        report.expected(node.origin, path(), found, format!("at most {most}"));
    }
}

/// A character that cannot be seen, in words.
fn character(c: char) -> String {
    format!("the control character {}", c.escape_default())
}
