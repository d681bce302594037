//! Collects the problems of a document, with their places, instead of stopping at the first.

use super::betas::Betas;
use super::document::{Document, Node, Origin, Value};
use super::error::{MOST, Problem, ScenarioError};
use super::path::ends;
use super::reader::{Misfit, Reader, Step};
use crate::excerpt::{excerpt, sentence};
use crate::input;
use crate::model::distribution::BetaTable;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Different beta distributions that a scenario may have: each takes milliseconds and 8 kB.
pub(crate) const MOST_BETAS: usize = 10_000;

/// The problems found so far in one document.
pub(crate) struct Report<'d> {
    document: &'d Document,
    problems: Vec<Problem>,
    more: usize,
    /// The overlay in whose name the whole document is being checked.
    whole: Option<String>,
    /// The beta distributions read so far, by the bits of their parameters: states often share theirs.
    betas: BTreeMap<[u64; 2], BetaTable>,
    /// Where tables come from.
    tables: &'d Betas,
}

impl<'d> Report<'d> {
    pub fn new(document: &'d Document, whole: Option<String>, tables: &'d Betas) -> Self {
        Report { document, problems: Vec::new(), more: 0, whole, betas: BTreeMap::new(), tables }
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
    #[expect(clippy::needless_pass_by_value, reason = "whoever tells of a problem has made the texts for it")]
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
            overlay: layer.blamed().or_else(|| self.whole.clone()).map(|text| excerpt(&text).into_owned()),
            path: excerpt(&path).into_owned(),
            found: sentence(&found),
            expected: expected.as_deref().map(sentence),
            hint: hint.as_deref().map(sentence),
            ..Problem::default()
        });
    }

    /// Adds the problem of an expression that stands under a key: at its line and column, with a mark under what is wrong.
    pub fn expression(
        &mut self,
        at: Origin,
        (key, path): (&str, &str),
        text: &str,
        problem: &suasion_expression::Problem,
    ) {
        let kept = self.problems.len();
        self.wrong(at, path, problem.what.clone(), problem.hint.clone());
        let Some(told) = self.problems.get_mut(kept) else { return };
        told.marked = Some(problem.marked(text));
        let source = &self.document.layers[at.layer as usize].text;
        if let Some(start) = within(source, at.line, key, text) {
            let place = start + problem.at.start;
            let before = source.get(..place).unwrap_or_default();
            told.line = Some(before.matches('\n').count() + 1);
            told.column = Some(before[before.rfind('\n').map_or(0, |n| n + 1)..].chars().count() + 1);
        }
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

    /// As [`Report::read`], but leaves some keys of the table for somebody else. All keys that nobody knows are told at once;
    /// what else would be wrong without them is not, since it may be what they were meant to say.
    pub fn read_without<T: DeserializeOwned>(
        &mut self,
        node: &Node,
        path: &str,
        without: &[&str],
    ) -> Option<T> {
        let mut known: Option<Node> = None;
        loop {
            let misfit = match (Reader { node: known.as_ref().unwrap_or(node), without }).read() {
                Ok(value) => return Some(value),
                Err(misfit) => misfit,
            };
            let stranger = misfit.is_unknown_key().then(|| misfit.path.clone());
            if known.is_none() || misfit.is_unknown_key() {
                self.misfit(node, path, misfit);
            }
            let place = stranger.filter(|_| !self.is_full())?;
            take_out(known.get_or_insert_with(|| node.clone()), &place)?;
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

    /// The beta distribution of two parameters within its range; none above [`MOST_BETAS`] of them.
    pub fn beta(&mut self, alpha: f64, beta: f64) -> Option<BetaTable> {
        let key = [alpha.to_bits(), beta.to_bits()];
        let room = self.betas.len() < MOST_BETAS;
        match self.betas.entry(key) {
            Entry::Occupied(known) => Some(known.get().clone()),
            Entry::Vacant(place) => room.then(|| place.insert(self.tables.table(alpha, beta)).clone()),
        }
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

/// Where in a file the text of a key's value begins, the key being on a line; none where the text is written with escapes.
fn within(source: &str, line: u32, key: &str, text: &str) -> Option<usize> {
    let lines = source.split_inclusive('\n').take((line as usize).checked_sub(1)?);
    let start: usize = lines.map(str::len).sum();
    let after_key = start + source.get(start..)?.find(key)? + key.len();
    let after_sign = after_key + source.get(after_key..)?.find('=')? + 1;
    let rest = source.get(after_sign..)?;
    let value = after_sign + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    let quotes = ["\"\"\"\r\n", "\"\"\"\n", "\"\"\"", "'''\r\n", "'''\n", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| source[value..].starts_with(quote))?;
    let begins = value + quote.len();
    source[begins..].starts_with(text).then_some(begins)
}

/// Takes a key out of a table within a value.
fn take_out(node: &mut Node, steps: &[Step]) -> Option<()> {
    let (Step::Key(last), before) = steps.split_last()? else { return None };
    let table = before.iter().try_fold(node, |node, step| match (&mut node.value, step) {
        (Value::Table(table), Step::Key(key)) => table.get_mut(key),
        (Value::List(list), Step::Index(i)) => list.get_mut(*i),
        _ => None,
    })?;
    table.table_mut()?.remove(last).map(drop)
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
