//! Collects the problems of a document, with their places, instead of stopping at the first.

use super::document::{Document, Node, Origin, Value};
use super::error::{MOST, Problem, ScenarioError};
use super::path::ends;
use super::reader::{Misfit, Reader, Step};
use crate::input;
use serde::de::DeserializeOwned;

/// The problems found so far in one document.
pub(crate) struct Report<'d> {
    document: &'d Document,
    problems: Vec<Problem>,
    more: usize,
    /// The overlay in whose name the whole document is being checked.
    whole: Option<String>,
}

impl<'d> Report<'d> {
    pub fn new(document: &'d Document, whole: Option<String>) -> Self {
        Report { document, problems: Vec::new(), more: 0, whole }
    }

    /// Adds a problem: what was found and what was expected.
    pub fn expected(
        &mut self,
        at: Origin,
        path: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.add(at, path.into(), found.into(), Some(expected.into()), None);
    }

    /// Adds a problem in words, with a hint or none.
    pub fn wrong(
        &mut self,
        at: Origin,
        path: impl Into<String>,
        what: impl Into<String>,
        hint: Option<String>,
    ) {
        self.add(at, path.into(), what.into(), None, hint);
    }

    /// Adds a problem with all that can be said.
    pub fn add(
        &mut self,
        at: Origin,
        path: String,
        found: String,
        expected: Option<String>,
        hint: Option<String>,
    ) {
        if self.problems.len() >= MOST {
            self.more += 1;
            return;
        }
        let layer = &self.document.layers[at.layer as usize];
        self.problems.push(Problem {
            file: layer.file.clone(),
            line: (at.line > 0).then_some(at.line as usize),
            overlay: layer.overlay.clone().or_else(|| self.whole.clone()),
            path,
            found,
            expected,
            hint,
        });
    }

    /// Adds what another check found.
    pub fn absorb(&mut self, error: ScenarioError) -> Result<(), ScenarioError> {
        let ScenarioError::Invalid { problems, more } = error else { return Err(error) };
        let room = MOST.saturating_sub(self.problems.len());
        self.more += more + problems.len().saturating_sub(room);
        self.problems.extend(problems.into_iter().take(room));
        Ok(())
    }

    /// Reads a value as a wire type; what does not fit becomes a problem under `path`.
    pub fn read<T: DeserializeOwned>(&mut self, node: &Node, path: &str) -> Option<T> {
        self.read_without(node, path, &[])
    }

    /// As [`Report::read`], but leaves some keys of the table for somebody else.
    pub fn read_without<T: DeserializeOwned>(
        &mut self,
        node: &Node,
        path: &str,
        without: &[&'static str],
    ) -> Option<T> {
        match (Reader { node, without }).read() {
            Ok(value) => Some(value),
            Err(misfit) => {
                self.misfit(node, path, misfit);
                None
            }
        }
    }

    fn misfit(&mut self, node: &Node, path: &str, misfit: Misfit) {
        let (mut at, mut full) = (Some(node), path.to_string());
        let mut origin = node.origin;
        for step in &misfit.path {
            match step {
                Step::Key(key) => {
                    if !full.is_empty() {
                        full.push('.');
                    }
                    full.push_str(key);
                    at = at.and_then(|node| node.get(key));
                }
                Step::Index(index) => {
                    full = format!("{full}[{index}]");
                    at = at.and_then(Node::list).and_then(|list| list.get(*index));
                }
            }
            origin = at.map_or(origin, |node| node.origin);
        }
        let cell = at.and_then(Node::text).filter(|_| self.is_table_file(origin));
        let hint = misfit.hint.or_else(|| cell.and_then(input::hint).map(str::to_string));
        self.add(origin, full, misfit.found, misfit.expected, hint);
    }

    /// Whether a value stands in a table of rows (CSV).
    pub fn is_table_file(&self, at: Origin) -> bool {
        self.document.layers[at.layer as usize].table
    }

    /// Whether further problems are only counted.
    pub fn is_full(&self) -> bool {
        self.problems.len() >= MOST
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The error, if anything was found.
    pub fn finish(mut self) -> Result<(), ScenarioError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        self.problems.dedup();
        Err(ScenarioError::Invalid { problems: self.problems, more: self.more })
    }
}

/// The origin of a key of a table, or the table's own where the key is not written.
pub(crate) fn origin(node: &Node, key: &str) -> Origin {
    node.get(key).map_or(node.origin, |value| value.origin)
}

/// The path of an entry of an array of tables, for people: by id where it has one, by its two ends, else by position.
pub(crate) fn label(section: &str, index: usize, node: &Node) -> String {
    if let Some((a, b)) = ends(node, section) {
        return format!("{section}.{a}-{b}");
    }
    match node.get("id").map(|id| &id.value) {
        Some(Value::Text(id)) if !id.is_empty() => format!("{section}.{id}"),
        _ => format!("{section}[{index}]"),
    }
}
