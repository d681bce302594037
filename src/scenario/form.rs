//! A file of tables that is no scenario, read in the way of one: a head and the entries of one section. What is wrong with it is told with file, line and
//! key, and a key that is none with the nearest that is one. It knows no key itself.

use super::betas::Betas;
use super::document::{self, Document, Layer, Node, Value};
use super::error::{Problem, ScenarioError};
use super::report::{Report, label, origin};
use crate::excerpt::{excerpt, sentence};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// A table as it was read, and where its keys were written.
#[derive(Clone, Debug)]
pub(crate) struct Piece<T> {
    /// What it says.
    pub value: T,
    file: String,
    path: String,
    line: Option<usize>,
    lines: BTreeMap<String, usize>,
}

impl<T> Piece<T> {
    fn new(value: T, file: &str, path: String, node: &Node) -> Piece<T> {
        let mut lines = BTreeMap::new();
        note_lines(node, "", &mut lines);
        Piece { value, file: file.into(), path, line: line(node), lines }
    }

    /// The line of a key; of one that is not there, of the table that should have it.
    fn line_of(&self, key: &str) -> Option<usize> {
        let table = || key.rsplit_once('.').and_then(|(table, _)| self.line_of(table));
        self.lines.get(key).copied().or_else(table).or(self.line)
    }

    /// A problem with what a key says, for what can be told only of the whole. A key of a table within is `TABLE.KEY`; an empty one is the table itself.
    pub fn problem(&self, key: &str, found: &str, expected: Option<&str>, hint: Option<&str>) -> Problem {
        let path = match (self.path.is_empty(), key.is_empty()) {
            (false, false) => format!("{}.{key}", self.path),
            (_, true) => self.path.clone(),
            (true, _) => key.to_string(),
        };
        Problem {
            file: self.file.clone(),
            line: self.line_of(key),
            overlay: None,
            path: excerpt(&path).into_owned(),
            found: sentence(found),
            expected: expected.map(sentence),
            hint: hint.map(sentence),
            ..Problem::default()
        }
    }
}

/// The line on which something was written.
fn line(node: &Node) -> Option<usize> {
    (node.origin.line > 0).then_some(node.origin.line as usize)
}

/// Notes where each key of a table was written, and of the tables within.
fn note_lines(node: &Node, before: &str, lines: &mut BTreeMap<String, usize>) {
    for (key, node) in node.table().into_iter().flat_map(document::Table::iter) {
        let path = format!("{before}{key}");
        note_lines(node, &format!("{path}."), lines);
        lines.extend(line(node).map(|line| (path, line)));
    }
}

/// What a file says: its head, its date, and the entries of a section.
pub(crate) type Read<H, E> = (Piece<H>, String, Vec<Piece<E>>);

/// A file as a tree.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    document: Document,
}

impl Form {
    /// Reads TOML; `file` is its name.
    pub fn parse(file: &str, text: &str) -> Result<Form, ScenarioError> {
        let document = Document {
            name: file.into(),
            root: document::parse(file, text, 0)?,
            layers: vec![Layer { file: file.into(), ..Layer::default() }],
            removed: BTreeSet::new(),
            narrowed: false,
            counterfactual: None,
        };
        Ok(Form { document })
    }

    /// All of it as one table, or every problem.
    pub fn whole<T: DeserializeOwned>(&self) -> Result<Piece<T>, ScenarioError> {
        let Document { root, name, .. } = &self.document;
        let betas = Betas::default();
        let mut report = Report::new(&self.document, None, &betas);
        let read = report.read::<T>(root, "");
        report.finish()?;
        let invalid = || Problem { file: name.clone(), found: "invalid".into(), ..Problem::default() };
        Ok(Piece::new(read.ok_or_else(invalid)?, name, String::new(), root))
    }

    /// The head, the date that it gives under a key, and the entries of a section, all of it or every problem.
    pub fn read<H: DeserializeOwned, E: DeserializeOwned>(
        &self,
        date: &'static str,
        section: &'static str,
    ) -> Result<Read<H, E>, ScenarioError> {
        let Document { root, name, .. } = &self.document;
        let betas = Betas::default();
        let mut report = Report::new(&self.document, None, &betas);
        let head = report.read_without::<H>(root, "", &[date, section]);
        let day = root.get(date).map(|node| &node.value);
        let is_date = |text: &&String| is_date(text);
        let day = match day {
            Some(Value::Other(text)) => Some(text).filter(is_date).cloned(),
            _ => None,
        };
        if day.is_none() {
            let found = root.get(date).map_or_else(|| "nothing".to_string(), Node::describe);
            report.expected(origin(root, date), date, found, "a date, as 2026-01-31, without quotes");
        }
        let mut entries = Vec::new();
        match root.get(section) {
            Some(Node { value: Value::List(list), .. }) => {
                for (index, node) in list.iter().enumerate() {
                    let path = label(section, index, node);
                    let read = report.read::<E>(node, &path);
                    entries.extend(read.map(|value| Piece::new(value, name, path, node)));
                }
            }
            Some(other) => {
                report.expected(other.origin, section, other.describe(), format!("tables, as [[{section}]]"));
            }
            None => report.expected(root.origin, section, "none", format!("at least one, as [[{section}]]")),
        }
        report.finish()?;
        match (head, day) {
            (Some(head), Some(day)) => Ok((Piece::new(head, name, String::new(), root), day, entries)),
            _ => Err(Problem { file: name.clone(), found: "invalid".into(), ..Problem::default() }.into()),
        }
    }
}

/// Whether a text is a day of the calendar, as TOML writes it.
fn is_date(text: &str) -> bool {
    let is_digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split('-');
    let all = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    parts.next().is_none() && all.iter().zip([4, 2, 2]).all(|(part, count)| is_digits(part, count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Head {
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        id: String,
        size: Option<f64>,
    }

    fn read(text: &str) -> Result<Read<Head, Entry>, String> {
        Form::parse("f.toml", text).and_then(|form| form.read("day", "entry")).map_err(|e| e.to_string())
    }

    #[test]
    fn a_form_is_read_with_the_places_of_its_keys() {
        let text = "name = \"x\"\nday = 2026-01-31\n[[entry]]\nid = \"a\"\n[[entry]]\nid = \"b\"\nsize = 2\n";
        let (head, day, entries) = read(text).unwrap();
        assert_eq!((head.value.name.as_str(), day.as_str(), entries.len()), ("x", "2026-01-31", 2));
        assert_eq!(entries[1].value.size, Some(2.0));
        let told = entries[1].problem("size", "2", Some("less"), None).to_string();
        assert_eq!(told, "f.toml:7: entry.b.size: found 2, expected less");
        assert_eq!(entries[0].problem("", "bad", None, None).to_string(), "f.toml:3: entry.a: bad");
        assert_eq!(entries[0].value.id, "a");
        let told = head.problem("name", "no `x`", None, Some("did you mean `y`?")).to_string();
        assert_eq!(told, "f.toml:1: name: no `x`; did you mean `y`?");
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_key() {
        let told = |text: &str| read(text).unwrap_err();
        assert_eq!(
            told(""),
            "f.toml: `name` is missing\nf.toml: day: found nothing, expected a date, as 2026-01-31, without quotes\n\
             f.toml: entry: found none, expected at least one, as [[entry]]"
        );
        let told_of = told("name = \"x\"\nday = \"2026-01-31\"\n[[entry]]\nid = \"a\"\nsze = 1\n");
        assert!(told_of.contains("f.toml:2: day: found \"2026-01-31\", expected a date"), "{told_of}");
        assert!(told_of.contains("entry.a.sze: unknown key; did you mean `size`?"), "{told_of}");
        assert!(
            told("name = \"x\"\nday = 2026-01-31\nentry = 3\n")
                .contains("found 3, expected tables, as [[entry]]")
        );
        assert!(told("name = \n").starts_with("f.toml:1:"));
        assert!(is_date("2026-01-31") && !is_date("2026-01-31T10:00:00") && !is_date("inf"));
    }
}
