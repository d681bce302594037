//! States and ties from CSV files: each row becomes an entry like those of the scenario file, with its own file and
//! line, so that everything after this treats both alike. The record has its own columns in `observed_table.rs`.

use super::document::{Document, Node, Origin, Table, Value};
use super::error::{MOST, Problem, ScenarioError, nearest};
use super::files::read;
use super::numbers::trait_keys;
use super::observed_table;
use super::overlay;
use super::path::Lost;
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

/// Reads the files that `states`, `ties` and `observed` name, and puts their rows in place of those keys.
pub(crate) fn load(document: &mut Document, folder: Option<&Path>) -> Result<(), ScenarioError> {
    let mut problems = Problems::default();
    for (key, section) in [("states", "state"), ("ties", "tie")] {
        let Some(file) = open(document, key, folder, &mut problems)? else { continue };
        let rows = rows(document, section, &file, &mut problems);
        overlay::append(document, section, rows, file.named);
    }
    if document.root.get("observed").is_some_and(|node| node.table().is_none())
        && let Some(file) = open(document, "observed", folder, &mut problems)?
    {
        let record = observed_table::record(document, &file, &mut problems);
        document.root.table_mut().into_iter().for_each(|root| root.insert("observed", record.clone()));
    }
    problems.finish()
}

/// A table file, read.
pub(crate) struct File {
    /// The layer that its values come from.
    pub layer: u32,
    /// Where the scenario names it.
    pub named: Origin,
    text: String,
}

impl File {
    /// A place in the file.
    pub fn place(&self, line: u64) -> Origin {
        Origin { layer: self.layer, line: line as u32 }
    }

    pub fn reader(&self) -> csv::Reader<&[u8]> {
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(self.text.as_bytes())
    }
}

/// Takes the key that names a table file out of the document and reads the file.
fn open(
    document: &mut Document,
    key: &str,
    folder: Option<&Path>,
    problems: &mut Problems,
) -> Result<Option<File>, ScenarioError> {
    let Some(node) = document.root.table_mut().and_then(|root| root.remove(key)) else { return Ok(None) };
    let mut refuse = |document: &Document, what: String| {
        problems.add(document, node.origin, key, what, None);
        Ok(None)
    };
    let Some(name) = node.text() else {
        return refuse(document, format!("found {}, expected the name of a CSV file", node.describe()));
    };
    let Some(folder) = folder else {
        return refuse(document, "a scenario that is not a file has no table files beside it".into());
    };
    let text = match read(&folder.join(name)) {
        Err(ScenarioError::Io { path, reason }) => {
            let why = match reason.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_string(),
                _ => reason.to_string(),
            };
            return refuse(document, format!("cannot read {}: {why}", path.display()));
        }
        text => text?,
    };
    let layer = document.layer(folder.join(name).to_string_lossy(), None);
    document.layers[layer as usize].table = true;
    Ok(Some(File { layer, named: node.origin, text }))
}

/// Problems of table files.
#[derive(Default)]
pub(crate) struct Problems {
    problems: Vec<Problem>,
    more: usize,
}

impl Problems {
    pub fn add(&mut self, document: &Document, at: Origin, path: &str, what: String, hint: Option<String>) {
        if self.problems.len() < MOST {
            self.problems.push(overlay::problem(document, at, path, Lost { what, hint }));
        } else {
            self.more += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    fn finish(self) -> Result<(), ScenarioError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(ScenarioError::Invalid { problems: self.problems, more: self.more })
    }
}

/// The columns of a file; none where its first line is no such list, which is a problem.
pub(crate) fn headers(
    document: &Document,
    file: &File,
    problems: &mut Problems,
) -> Option<csv::StringRecord> {
    let mut refuse = |what: String, hint: Option<String>| {
        problems.add(document, file.place(1), "", what, hint);
        None
    };
    let headers = match file.reader().headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return refuse(error.to_string(), None),
    };
    if headers.is_empty() {
        return refuse("the file is empty".into(), Some("its first line names the columns".into()));
    }
    if headers.len() == 1 && headers[0].contains([';', '\t']) {
        let hint = "columns are separated by commas, and decimal numbers have a point".into();
        return refuse(format!("found one column, `{}`", &headers[0]), Some(hint));
    }
    for (i, header) in headers.iter().enumerate() {
        if headers.iter().take(i).any(|other| other == header) {
            problems.add(document, file.place(1), header, "a column given twice".into(), None);
        }
    }
    Some(headers)
}

fn listed(headers: &csv::StringRecord) -> String {
    headers.iter().collect::<Vec<_>>().join(", ")
}

/// Refuses a file without a column that it needs.
pub(crate) fn need(
    document: &Document,
    file: &File,
    headers: &csv::StringRecord,
    needed: &[&str],
    problems: &mut Problems,
) {
    for need in needed.iter().filter(|need| !headers.iter().any(|header| header == **need)) {
        let hint = Some(format!("there is {}", listed(headers)));
        problems.add(document, file.place(1), need, "the column is missing".into(), hint);
    }
}

/// Hands over each row with its place; rows of the wrong length are problems.
pub(crate) fn each_row(
    document: &Document,
    file: &File,
    headers: &csv::StringRecord,
    problems: &mut Problems,
    mut take: impl FnMut(Origin, &csv::StringRecord, &mut Problems),
) {
    let mut reader = file.reader();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => take(file.place(record.position().map_or(0, csv::Position::line)), &record, problems),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let (what, hint) = match error.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
                        format!("found {len} cells, expected {expected_len}"),
                        Some(format!("the columns are {}; an empty cell keeps its comma", listed(headers))),
                    ),
                    _ => (error.to_string(), None),
                };
                problems.add(document, file.place(line), "", what, hint);
            }
        }
    }
}

/// The ids of a section's entries.
pub(crate) fn ids<'d>(document: &'d Document, section: &str) -> Vec<&'d str> {
    document.entries(section).iter().filter_map(|node| node.get("id")?.text()).collect()
}

fn rows(document: &Document, section: &str, file: &File, problems: &mut Problems) -> Vec<Node> {
    let Some(headers) = headers(document, file, problems) else { return Vec::new() };
    let regimes = ids(document, "regime");
    let mut columns = Vec::new();
    let top = file.place(1);
    for header in &headers {
        if let Some((key, below)) = header.split_once('.')
            && below != "sd"
            && headers.iter().any(|other| other == key)
        {
            let what = format!("given beside `{key}`, which already speaks for all regimes");
            problems.add(document, top, header, what, None);
        }
        if let Some((key, regime)) = per_regime(header)
            && !regimes.contains(&regime)
        {
            let hint = nearest(regime, regimes.iter().copied());
            problems.add(document, top, header, format!("{key} of an unknown regime `{regime}`"), hint);
        }
        match if section == "tie" { tie_column(header) } else { state_column(header) } {
            Ok(column) => columns.push(column),
            Err(hint) => problems.add(document, top, header, "unknown column".into(), hint),
        }
    }
    let needed: &[&str] = if section == "tie" { &["a", "b", "weight"] } else { &["id"] };
    need(document, file, &headers, needed, problems);
    if !problems.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    each_row(document, file, &headers, problems, |at, record, problems| match row(&columns, record, at) {
        Ok(row) => rows.push(row),
        Err((path, lost)) => problems.add(document, at, &path, lost.what, lost.hint),
    });
    if section == "state" && rows.is_empty() && problems.is_empty() {
        let what = "there is no row below the names of the columns".into();
        problems.add(document, top, "", what, Some("give a row for each state".into()));
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
        _ => match per_regime(header) {
            Some((key, regime)) => Ok(Column::Nested(key.into(), regime.into())),
            None => Err(nearest(header, texts.into_iter().chain(["initial_phase"]).chain(traits))),
        },
    }
}

/// The trait and the regime of a column like `strategic_value.tvpa`.
fn per_regime(header: &str) -> Option<(&str, &str)> {
    let (key, regime) = header.split_once('.')?;
    ([STRATEGIC_VALUE.name, SENDER_STANDING.name].contains(&key) && regime != "sd").then_some((key, regime))
}

fn tie_column(header: &str) -> Result<Column, Option<String>> {
    match header {
        "a" | "b" => Ok(Column::End),
        "weight" | "from" | "until" => Ok(Column::Number(header.into())),
        "kind" | "source" | "note" => Ok(Column::Text(header.into())),
        _ => Err(nearest(header, ["a", "b", "weight", "from", "until", "kind", "source", "note"])),
    }
}

/// A row as an entry; where that cannot be, the path and what is wrong.
fn row(columns: &[Column], record: &csv::StringRecord, at: Origin) -> Result<Node, (String, Lost)> {
    let mut table = Table::default();
    let mut ends = Vec::new();
    // Nested keys last, since `capacity.sd` makes of the number in `capacity` a mean.
    let mut nested = Vec::new();
    for (column, cell) in columns.iter().zip(record) {
        match column {
            Column::End => ends.push(Node::new(Value::Text(cell.into()), at)),
            Column::Text(key) if cell.is_empty() && &**key == "id" => {
                return Err((
                    "id".into(),
                    Lost::new("the cell is empty", Some("every state has an id".into())),
                ));
            }
            _ if cell.is_empty() => {}
            Column::Text(key) => table.insert(key.clone(), Node::new(Value::Text(cell.into()), at)),
            Column::Number(key) => table.insert(key.clone(), Node::new(number(cell), at)),
            Column::Nested(key, below) => nested.push((key, below, Node::new(number(cell), at))),
        }
    }
    for (key, below, value) in nested {
        let mut inner = match table.remove(key) {
            Some(Node { value: Value::Table(inner), .. }) => inner,
            None if &**below == "sd" => {
                let id = table.get("id").and_then(Node::text).unwrap_or_default();
                let hint = format!("`{key}` is the mean; leave both empty for the default");
                let what = format!("a standard deviation without `{key}`");
                return Err((format!("state.{id}.{key}.sd"), Lost::new(what, Some(hint))));
            }
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
    Ok(Node::new(Value::Table(table), at))
}

/// A cell as a number where it is one, else as text.
pub(crate) fn number(cell: &str) -> Value {
    match (cell.parse(), cell.parse()) {
        (Ok(i), _) => Value::Integer(i),
        (_, Ok(x)) => Value::Float(x),
        _ => Value::Text(cell.into()),
    }
}
