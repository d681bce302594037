//! A scenario file as a tree in which every value knows where it was written.
//!
//! Origins ride on the values, so an overlay that inserts, removes or replaces can never shift a line number.
//! This file knows TOML, not the scenario format.

use super::error::ScenarioError;
use crate::excerpt::{around, excerpt, number, quoted};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a value was written: a layer of the document, and the line there (0: none).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub layer: u32,
    pub line: u32,
}

/// A source of values: the file, a table file, or an overlay.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    /// The file's name; empty where there is none.
    pub file: String,
    /// What the file says; empty of a table of rows and where there is none.
    pub text: Arc<str>,
    /// The overlay in words; none for a file by itself.
    pub overlay: Option<String>,
    /// Of an assignment that no `--set` brought: what errors say before it, as `counterfactual X: `.
    pub brought_by: Option<String>,
    /// Whether it is a table of rows (CSV), where a value is a cell.
    pub table: bool,
}

/// How the assignments of `--set` begin, as overlays.
pub(crate) const SET: &str = "--set ";

impl Layer {
    /// The overlay, as errors name it.
    pub fn blamed(&self) -> Option<String> {
        let overlay = self.overlay.as_deref()?;
        let by = self
            .brought_by
            .as_ref()
            .map(|by| format!("{by}{}", overlay.strip_prefix(SET).unwrap_or(overlay)));
        Some(by.unwrap_or_else(|| overlay.to_string()))
    }
}

/// A value with its origin. Equality is of values, wherever they were written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub value: Value,
    pub origin: Origin,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A TOML date, or a number too large for TOML: what the format never takes, kept for the error.
    Other(String),
    List(Vec<Node>),
    Table(Table),
}

impl Default for Value {
    fn default() -> Self {
        Value::Table(Table::default())
    }
}

impl Node {
    pub fn new(value: Value, origin: Origin) -> Self {
        Node { value, origin }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.table().and_then(|table| table.get(key))
    }

    pub fn table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    pub fn table_mut(&mut self) -> Option<&mut Table> {
        if let Value::Table(table) = &mut self.value { Some(table) } else { None }
    }

    pub fn list(&self) -> Option<&[Node]> {
        if let Value::List(list) = &self.value { Some(list) } else { None }
    }

    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(i) => Some(i as f64),
            Value::Float(x) => Some(x),
            _ => None,
        }
    }

    /// Says of this value and all within it that another layer put them there; lines stay.
    pub fn relayer(&mut self, layer: u32) {
        self.origin.layer = layer;
        match &mut self.value {
            Value::List(list) => list.iter_mut().for_each(|node| node.relayer(layer)),
            Value::Table(table) => table.entries.iter_mut().for_each(|(_, node)| node.relayer(layer)),
            _ => {}
        }
    }

    /// What was found, as an error says it.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Text(text) => quoted(text),
            Value::Integer(i) => i.to_string(),
            Value::Float(x) => number(*x),
            Value::Flag(flag) => flag.to_string(),
            Value::Other(text) => excerpt(text).into_owned(),
            Value::List(_) => "a list".into(),
            Value::Table(table) if table.entries.is_empty() => "an empty table".into(),
            Value::Table(_) => "a table".into(),
        }
    }
}

/// A table in order of key: a sorted vector, since a scenario may have a million tables of ten keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    entries: Vec<(Arc<str>, Node)>,
}

impl Table {
    fn position(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(k, _)| (**k).cmp(key))
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.position(key).ok().map(|i| &self.entries[i].1)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).ok().map(|i| &mut self.entries[i].1)
    }

    pub fn insert(&mut self, key: impl Into<Arc<str>>, node: Node) {
        let key = key.into();
        match self.position(&key) {
            Ok(i) => self.entries[i].1 = node,
            Err(i) => self.entries.insert(i, (key, node)),
        }
    }

    /// The value of a key, made where there is none.
    pub fn get_or_insert<E>(
        &mut self,
        key: &str,
        make: impl FnOnce() -> Result<Node, E>,
    ) -> Result<&mut Node, E> {
        let i = match self.position(key) {
            Ok(i) => i,
            Err(i) => {
                self.entries.insert(i, (key.into(), make()?));
                i
            }
        };
        Ok(&mut self.entries[i].1)
    }

    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.position(key).ok().map(|i| self.entries.remove(i).1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(key, node)| (&**key, node))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }
}

/// The kinds of entry that others refer to by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    State,
    Region,
    Regime,
    Instrument,
    Variable,
    Shock,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::State => "state",
            Kind::Region => "region",
            Kind::Regime => "regime",
            Kind::Instrument => "instrument",
            Kind::Variable => "variable",
            Kind::Shock => "shock",
        }
    }
}

/// A parsed scenario, with what overlays have done to it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The scenario's name.
    pub name: String,
    /// The tree.
    pub root: Node,
    /// Where its values come from; the first is the file.
    pub layers: Vec<Layer>,
    /// What overlays removed: what still refers to it is left out instead of refused.
    pub removed: BTreeSet<(Kind, String)>,
    /// Whether the years were narrowed: then what is dated after the end is left out, and what is dated before the
    /// start holds from the start.
    pub narrowed: bool,
    /// The counterfactual that was applied.
    pub counterfactual: Option<String>,
}

impl Document {
    /// Adds a layer and returns its number.
    pub fn layer(&mut self, file: impl Into<String>, overlay: Option<String>) -> u32 {
        let file = file.into();
        let same = self.layers.iter().find(|layer| layer.file == file && !layer.text.is_empty());
        let text = same.map_or_else(Arc::default, |layer| layer.text.clone());
        self.layers.push(Layer { file, text, overlay, ..Layer::default() });
        (self.layers.len() - 1) as u32
    }

    /// The layers that are overlays, in order, those of replicates and seed aside.
    fn overlaid(&self) -> impl Iterator<Item = (&Layer, &str)> {
        let all = self.layers.iter().filter_map(|layer| Some((layer, layer.overlay.as_deref()?)));
        all.filter(|(_, overlay)| !overlay.strip_prefix(SET).unwrap_or(overlay).starts_with("runs."))
    }

    /// The overlays that it has, in order, replicates and seed aside.
    pub fn overlays(&self) -> impl Iterator<Item = &str> {
        self.overlaid().map(|(_, overlay)| overlay)
    }

    /// The same, as errors name them.
    pub fn blamed(&self) -> impl Iterator<Item = String> {
        self.overlaid().filter_map(|(layer, _)| layer.blamed())
    }

    /// The entries of an array of tables (`state`), empty where there is none.
    pub fn entries(&self, section: &str) -> &[Node] {
        self.root.get(section).and_then(Node::list).unwrap_or_default()
    }
}

/// Parses TOML text as the given layer.
pub(crate) fn parse(file: &str, text: &str, layer: u32) -> Result<Node, ScenarioError> {
    let lines = Lines::of(text);
    match DeTable::parse(text) {
        Ok(table) => Ok(Node::new(
            Value::Table(self::table(table.get_ref(), &lines, layer)),
            Origin { layer, line: 0 },
        )),
        Err(error) => Err(syntax(file, text, &error)),
    }
}

/// Parses one TOML value, all of it on no line of the given layer.
pub(crate) fn parse_value(text: &str, layer: u32) -> Option<Node> {
    DeValue::parse(text).ok().map(|value| node(&value, None, &Lines { starts: Vec::new() }, layer))
}

fn syntax(file: &str, text: &str, error: &toml::de::Error) -> ScenarioError {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let comma = text[at..].starts_with(',') && before.ends_with(|c: char| c.is_ascii_digit());
    let hint = if comma { "; a decimal number has a point, as 0.5" } else { "" };
    let line = text[line_start..].lines().next().unwrap_or_default();
    let hint = if line.contains('\r') {
        "; lines end with LF, or CR and LF: save the file with such line ends"
    } else {
        hint
    };
    let message = error.message().trim().replace('\n', ", ");
    let message = excerpt(&message);
    let line = around(line.trim_end(), at - line_start);
    ScenarioError::Syntax {
        file: file.to_string(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: format!("{message}, in `{}`{hint}", line.trim_start()),
    }
}

struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        Lines { starts: std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect() }
    }

    fn at(&self, span: &Range<usize>) -> u32 {
        self.starts.partition_point(|&start| start <= span.start) as u32
    }
}

fn table(table: &DeTable<'_>, lines: &Lines, layer: u32) -> Table {
    let mut entries: Vec<(Arc<str>, Node)> = table
        .iter()
        .map(|(key, value)| (Arc::from(key.get_ref().as_ref()), node(value, Some(key.span()), lines, layer)))
        .collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Table { entries }
}

/// `key` is where the value's key was written, which is what a person looks for; list elements have their own place.
fn node(value: &Spanned<DeValue<'_>>, key: Option<Range<usize>>, lines: &Lines, layer: u32) -> Node {
    let span = key.unwrap_or_else(|| value.span());
    let converted = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).map_or_else(
            |_| Value::Other(format!("{}, more than 64 bits hold", excerpt(i.as_str()))),
            Value::Integer,
        ),
        DeValue::Float(x) => x.as_str().parse().map_or_else(|_| Value::Other(x.to_string()), Value::Float),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Other(date.to_string()),
        DeValue::Array(list) => {
            Value::List(list.iter().map(|element| node(element, None, lines, layer)).collect())
        }
        DeValue::Table(inner) => Value::Table(table(inner, lines, layer)),
    };
    Node::new(converted, Origin { layer, line: lines.at(&span) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let text = "version = 2\n\n[time]\nstart = 2001\n[[state]]\nid = \"A\"\n[[state]]\nid = \"B\"\nx = [\n 1,\n 2,\n]\n";
        let root = parse("x.toml", text, 0).unwrap();
        let line = |node: &Node| node.origin.line;
        assert_eq!(line(root.get("version").unwrap()), 1);
        assert_eq!(line(root.get("time").unwrap()), 3);
        assert_eq!(line(root.get("time").unwrap().get("start").unwrap()), 4);
        let states = root.get("state").unwrap().list().unwrap();
        assert_eq!((line(&states[0]), line(&states[1])), (5, 7));
        assert_eq!(line(states[1].get("id").unwrap()), 8);
        assert_eq!(line(&states[1].get("x").unwrap().list().unwrap()[1]), 11);
    }

    #[test]
    fn syntax_errors_have_line_and_column() {
        let error = parse("x.toml", "version = 2\ntitle = \n", 0).unwrap_err().to_string();
        assert!(error.starts_with("x.toml:2:"), "{error}");
        let error = parse("x.toml", "a = 1\na = 2\n", 0).unwrap_err().to_string();
        assert!(error.starts_with("x.toml:2:1: not TOML: duplicate key"), "{error}");
    }
}
