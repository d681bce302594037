//! States and ties from CSV files: each row becomes an entry like those of the scenario file, with its own file and
//! line, so that everything after this treats both alike.

use super::document::{Document, Node, Origin, Table, Value};
use super::error::{MOST, Problem, ScenarioError, nearest};
use super::files::read;
use super::numbers::trait_keys;
use super::overlay;
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE};
use std::path::Path;
use std::sync::Arc;

/// What a column gives.
enum Column {
    Text(Arc<str>),
    Number(Arc<str>),
    /// A key of a table: `capacity.sd`, `strategic_value.tvpa`.
    Nested(Arc<str>, Arc<str>),
    /// One of the two ends of a tie.
    End,
}

/// Reads the files that `states` and `ties` name, and puts their rows in place of those keys.
pub(crate) fn load(document: &mut Document, folder: Option<&Path>) -> Result<(), ScenarioError> {
    let mut problems = Problems::default();
    for (key, section) in [("states", "state"), ("ties", "tie")] {
        let Some(node) = document.root.table_mut().and_then(|root| root.remove(key)) else { continue };
        let Some(name) = node.text() else {
            problems.add(
                document,
                node.origin,
                key,
                format!("found {}, expected the name of a CSV file", node.describe()),
                None,
            );
            continue;
        };
        let Some(folder) = folder else {
            problems.add(
                document,
                node.origin,
                key,
                "a scenario that is not a file has no table files beside it".into(),
                None,
            );
            continue;
        };
        let text = match read(&folder.join(name)) {
            Err(ScenarioError::Io { path, source }) => {
                let what = format!("cannot read {}: {source}", path.display());
                problems.add(document, node.origin, key, what, None);
                continue;
            }
            text => text?,
        };
        let layer = document.layer(name, None);
        let rows = rows(document, section, layer, &text, &mut problems);
        overlay::append(document, section, rows, node.origin);
    }
    problems.finish()
}

#[derive(Default)]
struct Problems {
    problems: Vec<Problem>,
    more: usize,
}

impl Problems {
    fn add(&mut self, document: &Document, at: Origin, path: &str, what: String, hint: Option<String>) {
        if self.problems.len() < MOST {
            self.problems.push(overlay::problem(document, at, path, super::path::Lost { what, hint }));
        } else {
            self.more += 1;
        }
    }

    fn finish(self) -> Result<(), ScenarioError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(ScenarioError::Invalid { problems: self.problems, more: self.more })
    }
}

fn rows(document: &Document, section: &str, layer: u32, text: &str, problems: &mut Problems) -> Vec<Node> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let place = |line: u64| Origin { layer, line: line as u32 };
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.add(document, place(1), "", error.to_string(), None);
            return Vec::new();
        }
    };
    let mut columns = Vec::new();
    for (i, header) in headers.iter().enumerate() {
        if headers.iter().take(i).any(|other| other == header) {
            problems.add(document, place(1), header, "a column given twice".into(), None);
        }
        if let Some((key, below)) = header.split_once('.')
            && below != "sd"
            && headers.iter().any(|other| other == key)
        {
            let what = format!("given beside `{key}`, which already speaks for all regimes");
            problems.add(document, place(1), header, what, None);
        }
        match if section == "tie" { tie_column(header) } else { state_column(header) } {
            Ok(column) => columns.push(column),
            Err(hint) => problems.add(document, place(1), header, "unknown column".into(), hint),
        }
    }
    let needed: &[&str] = if section == "tie" { &["a", "b", "weight"] } else { &["id"] };
    for need in needed.iter().filter(|need| !headers.iter().any(|header| header == **need)) {
        problems.add(document, place(1), need, "the column is missing".into(), None);
    }
    if !problems.problems.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let at = place(record.position().map_or(0, csv::Position::line));
                rows.push(row(&columns, &record, at));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let what = match error.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        format!("found {len} cells, expected {expected_len}")
                    }
                    _ => error.to_string(),
                };
                problems.add(document, place(line), "", what, None);
            }
        }
    }
    rows
}

fn state_column(header: &str) -> Result<Column, Option<String>> {
    let traits = trait_keys();
    let texts = ["id", "name", "region", "source", "note"];
    if texts.contains(&header) {
        return Ok(Column::Text(header.into()));
    }
    if traits.contains(&header) || header == "initial_phase" {
        return Ok(Column::Number(header.into()));
    }
    match header.split_once('.') {
        Some((key, "sd")) if traits.contains(&key) => Ok(Column::Nested(key.into(), "sd".into())),
        Some((key, regime)) if [STRATEGIC_VALUE.name, SENDER_STANDING.name].contains(&key) => {
            Ok(Column::Nested(key.into(), regime.into()))
        }
        _ => Err(nearest(header, texts.into_iter().chain(["initial_phase"]).chain(traits))),
    }
}

fn tie_column(header: &str) -> Result<Column, Option<String>> {
    match header {
        "a" | "b" => Ok(Column::End),
        "weight" | "from" | "until" => Ok(Column::Number(header.into())),
        "kind" | "source" | "note" => Ok(Column::Text(header.into())),
        _ => Err(nearest(header, ["a", "b", "weight", "from", "until", "kind", "source", "note"])),
    }
}

fn row(columns: &[Column], record: &csv::StringRecord, at: Origin) -> Node {
    let mut table = Table::default();
    let mut ends = Vec::new();
    // Nested keys last, since `capacity.sd` makes of the number in `capacity` a mean.
    let mut nested = Vec::new();
    for (column, cell) in columns.iter().zip(record) {
        match column {
            Column::End => ends.push(Node::new(Value::Text(cell.into()), at)),
            _ if cell.is_empty() => {}
            Column::Text(key) => table.insert(key.clone(), Node::new(Value::Text(cell.into()), at)),
            Column::Number(key) => table.insert(key.clone(), Node::new(number(cell), at)),
            Column::Nested(key, below) => nested.push((key, below, Node::new(number(cell), at))),
        }
    }
    for (key, below, value) in nested {
        let mut inner = match table.remove(key) {
            Some(Node { value: Value::Table(inner), .. }) => inner,
            Some(mean) if &**below == "sd" => {
                let mut inner = Table::default();
                inner.insert("mean", mean);
                inner
            }
            _ => Table::default(),
        };
        inner.insert(below.clone(), value);
        table.insert(key.clone(), Node::new(Value::Table(inner), at));
    }
    if !ends.is_empty() {
        table.insert("between", Node::new(Value::List(ends), at));
    }
    Node::new(Value::Table(table), at)
}

fn number(cell: &str) -> Value {
    match (cell.parse(), cell.parse()) {
        (Ok(i), _) => Value::Integer(i),
        (_, Ok(x)) => Value::Float(x),
        _ => Value::Text(cell.into()),
    }
}
