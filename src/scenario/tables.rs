//! States and ties from CSV files: each row becomes an entry like those of the scenario file, with its own file and
//! line, so that everything after this treats both alike. The record has its own columns in `observed_table.rs`.

use super::document::{Document, Node, Origin, Table, Value};
use super::error::{MOST, Problem, ScenarioError, nearest};
use super::numbers::state_keys;
use super::observed_table;
use super::overlay;
use super::path::Lost;
use super::wire_record::grade_of_cell;
use crate::input::{self, FileError, FileFault, Row, Sheet, Trouble, word};
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE};
use std::path::Path;
use std::sync::Arc;

/// What a column gives.
enum Column {
    Text(Arc<str>),
    Number(Arc<str>),
    Date(Arc<str>),
    /// A key of a table: `capacity.sd`, `strategic_value.tvpa`.
    Nested(Arc<str>, Arc<str>),
    /// A tier by regime: `initial_tier.tvpa`.
    Tier(Arc<str>),
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

    /// Its table; none where it has not the form of one, or not the columns that it needs, which are problems.
    pub fn sheet(
        &self,
        document: &Document,
        known: &dyn Fn(&str) -> bool,
        needed: &[&str],
        problems: &mut Problems,
    ) -> Option<Sheet<'_>> {
        let sheet = match Sheet::open(&self.text, known) {
            Ok(sheet) => sheet,
            Err(mut trouble) => {
                let needs = || format!("it needs the columns {}", needed.join(", "));
                trouble.hint = trouble.hint.or_else(|| Some(needs()));
                problems.trouble(document, self, trouble);
                return None;
            }
        };
        sheet.repeated().into_iter().for_each(|trouble| problems.trouble(document, self, trouble));
        let mut whole = true;
        for need in needed.iter().filter(|need| sheet.place(need).is_none()) {
            let hint = Some(format!("there is {}", sheet.listed()));
            problems.add(document, self.place(sheet.line()), need, "the column is missing".into(), hint);
            whole = false;
        }
        whole.then_some(sheet)
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
    let mut refuse = |document: &Document, what: String, hint: Option<String>| {
        problems.add(document, node.origin, key, what, hint);
        Ok(None)
    };
    let Some(name) = node.text() else {
        let what = format!("found {}, expected the name of a CSV file", node.describe());
        return refuse(document, what, None);
    };
    let Some(folder) = folder else {
        return refuse(document, "a scenario that is not a file has no table files beside it".into(), None);
    };
    let text = match input::text(&folder.join(name)) {
        // What is wrong within the file has a line of its own.
        Err(error) if matches!(error.fault, FileFault::NoText(_)) => return Err(error.into()),
        Err(FileError { path, fault, .. }) => {
            let hint = matches!(fault, FileFault::Missing).then(|| beside_a_link(document, folder)).flatten();
            return refuse(document, format!("cannot read {}: {fault}", path.display()), hint);
        }
        Ok(text) => text,
    };
    let layer = document.layer(folder.join(name).to_string_lossy(), None);
    document.layers[layer as usize].table = true;
    Ok(Some(File { layer, named: node.origin, text }))
}

/// Where the scenario is a link: beside which of its two places tables are sought.
fn beside_a_link(document: &Document, folder: &Path) -> Option<String> {
    let link = folder.join(Path::new(&document.layers[0].file).file_name()?);
    let target = std::fs::read_link(&link).ok()?;
    let (link, target) = (link.display(), target.display());
    Some(format!("tables are sought beside {link}, which is a link to {target}, and not beside that"))
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

    /// Adds what is wrong with a table's form.
    pub fn trouble(&mut self, document: &Document, file: &File, trouble: Trouble) {
        self.add(document, file.place(trouble.line), &trouble.column, trouble.what, trouble.hint);
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

/// The ids of a section's entries.
pub(crate) fn ids<'d>(document: &'d Document, section: &str) -> Vec<&'d str> {
    document.entries(section).iter().filter_map(|node| node.get("id")?.text()).collect()
}

fn rows(document: &Document, section: &str, file: &File, problems: &mut Problems) -> Vec<Node> {
    let traits = state_keys(document);
    let column =
        |header: &str| if section == "tie" { tie_column(header) } else { state_column(header, &traits) };
    let needed: &[&str] = if section == "tie" { &["a", "b", "weight"] } else { &["id"] };
    let sheet = file.sheet(document, &|header| column(header).is_ok(), needed, problems);
    let Some(sheet) = sheet else { return Vec::new() };
    let regimes = ids(document, "regime");
    let mut columns = Vec::new();
    let top = file.place(sheet.line());
    for header in sheet.columns() {
        if let Some((key, below)) = header.split_once('.')
            && below != "sd"
            && sheet.place(key).is_some()
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
        match column(header) {
            Ok(column) => columns.push(column),
            Err(hint) => problems.add(document, top, header, "unknown column".into(), hint),
        }
    }
    if !problems.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    sheet.each(|read| match read {
        Err(trouble) => problems.trouble(document, file, trouble),
        Ok(read) => match row(&columns, read, file.place(read.line)) {
            Ok(row) => rows.push(row),
            Err((path, lost)) => problems.add(document, file.place(read.line), &path, lost.what, lost.hint),
        },
    });
    if rows.is_empty() && problems.is_empty() {
        let what = "there is no row below the names of the columns".into();
        problems.add(document, top, "", what, Some(format!("give a row for each {section}")));
    }
    rows
}

fn state_column(header: &str, traits: &[&str]) -> Result<Column, Option<String>> {
    let texts = ["id", "name", "region", "source", "note"];
    if texts.contains(&header) {
        return Ok(Column::Text(header.into()));
    }
    if traits.contains(&header) || header == "initial_phase" {
        return Ok(Column::Number(header.into()));
    }
    match header.split_once('.') {
        Some(("initial_tier", regime)) => Ok(Column::Tier(regime.into())),
        Some((key, "sd")) if traits.contains(&key) => Ok(Column::Nested(key.into(), "sd".into())),
        _ => match per_regime(header) {
            Some((key, regime)) => Ok(Column::Nested(key.into(), regime.into())),
            None => {
                Err(nearest(header, texts.into_iter().chain(["initial_phase"]).chain(traits.iter().copied())))
            }
        },
    }
}

/// The trait and the regime of a column like `strategic_value.tvpa`.
fn per_regime(header: &str) -> Option<(&str, &str)> {
    let (key, regime) = header.split_once('.')?;
    let keys = [STRATEGIC_VALUE.name, SENDER_STANDING.name, "initial_tier", "initial_watched"];
    (keys.contains(&key) && regime != "sd").then_some((key, regime))
}

fn tie_column(header: &str) -> Result<Column, Option<String>> {
    match header {
        "a" | "b" => Ok(Column::End),
        "weight" => Ok(Column::Number(header.into())),
        "from" | "until" => Ok(Column::Date(header.into())),
        "kind" | "source" | "note" => Ok(Column::Text(header.into())),
        _ => Err(nearest(header, ["a", "b", "weight", "from", "until", "kind", "source", "note"])),
    }
}

/// A row as an entry; where that cannot be, the path and what is wrong.
fn row(columns: &[Column], row: Row<'_>, at: Origin) -> Result<Node, (String, Lost)> {
    let mut table = Table::default();
    let mut ends = Vec::new();
    // Nested keys last, since `capacity.sd` makes of the number in `capacity` a mean.
    let tier_key: Arc<str> = "initial_tier".into();
    let mut nested = Vec::new();
    for (column, cell) in columns.iter().zip(row.cells()) {
        match column {
            // Ids stand as they are: NA is Namibia.
            Column::End => ends.push(Node::new(Value::Text(cell.into()), at)),
            Column::Text(key) if &**key == "id" => {
                if cell.is_empty() {
                    let hint = Some("every state has an id".into());
                    return Err(("id".into(), Lost::new("the cell is empty", hint)));
                }
                table.insert(key.clone(), Node::new(Value::Text(cell.into()), at));
            }
            _ if word(cell).is_none() => {}
            Column::Text(key) => table.insert(key.clone(), Node::new(Value::Text(cell.into()), at)),
            Column::Number(key) => table.insert(key.clone(), Node::new(number(cell), at)),
            Column::Date(key) => match date(cell) {
                Ok(value) => table.insert(key.clone(), Node::new(value, at)),
                Err(lost) => return Err((key.to_string(), lost)),
            },
            Column::Tier(regime) => {
                let name = grade_of_cell(cell);
                nested.push((&tier_key, regime, Node::new(Value::Text(name), at)));
            }
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

/// A cell as a number where it is one, else as text, which those refuse who know what was expected.
pub(crate) fn number(cell: &str) -> Value {
    match input::number(cell) {
        Ok(Some(x)) => numeric(x),
        _ => Value::Text(cell.into()),
    }
}

/// A cell as a date.
pub(crate) fn date(cell: &str) -> Result<Value, Lost> {
    match input::date(cell) {
        Ok(Some(x)) => Ok(numeric(x)),
        Ok(None) => Ok(Value::Text(cell.into())),
        Err(misread) => Err(Lost::new(misread.to_string(), None)),
    }
}

fn numeric(x: f64) -> Value {
    overlay::number(x, Origin::default()).value
}
