//! What a draw of parameters sets in a scenario, all of it under one mark, and what overlays that come later leave of it.
//!
//! Marks are layers of the document: values carry their origin, so what stands is seen and not tried.

use super::Loaded;
use super::document::{Document, Node, Origin, Table, Value};
use super::error::ScenarioError;
use super::overlay::{self, number};
use super::path::{SECTIONS, Segment, ends, get, locate, parse};
use std::collections::BTreeSet;

/// What was set together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u32);

/// What is left of values that were set under a mark, once overlays were applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Left {
    /// Whether any of them stands.
    pub stands: bool,
    /// Numbers that are not of the mark: each with its path, by ids where there are any.
    pub held: Vec<(String, f64)>,
}

impl Loaded {
    /// A mark for what is set next; `what` is how errors call it.
    pub fn mark(&mut self, what: &str) -> Mark {
        Mark(self.document.layer("", Some(what.into())))
    }

    /// Sets a number at a path under a mark, as an axis of a sweep does.
    ///
    /// # Errors
    /// If the path leads nowhere.
    pub fn set_marked(&mut self, path: &str, x: f64, mark: Mark) -> Result<(), ScenarioError> {
        let at = Origin { layer: mark.0, line: 0 };
        Ok(overlay::set(&mut self.document, path, &number(x, at))?)
    }

    /// Sets mean and standard deviation at the path of a trait under a mark, whatever stood there.
    ///
    /// # Errors
    /// If the path leads nowhere.
    pub fn set_spread_marked(
        &mut self,
        path: &str,
        (mean, sd): (f64, f64),
        mark: Mark,
    ) -> Result<(), ScenarioError> {
        let at = Origin { layer: mark.0, line: 0 };
        let mut table = Table::default();
        for (key, x) in [("mean", mean), ("sd", sd)] {
            table.insert(key, Node::new(Value::Float(x), at));
        }
        Ok(overlay::set(&mut self.document, path, &Node::new(Value::Table(table), at))?)
    }

    /// The paths of a level: of each of its dates, or of the one number that always holds.
    pub fn level_paths(&self, path: &str) -> Vec<String> {
        let dates = found(&self.document, path).first().and_then(|(_, node)| node.list().map(<[Node]>::len));
        dates.map_or_else(
            || vec![path.to_string()],
            |count| (0..count).map(|i| format!("{path}[{i}].value")).collect(),
        )
    }

    /// The ids of the entries of a section: states, regimes, instruments.
    pub fn ids(&self, section: &str) -> BTreeSet<&str> {
        self.document.entries(section).iter().filter_map(|node| node.get("id")?.text()).collect()
    }

    /// Whether a section has any entries.
    pub fn has_any(&self, section: &str) -> bool {
        !self.document.entries(section).is_empty()
    }

    /// What is left of what was set at a path under a mark; nothing where the path leads nowhere any more.
    pub fn left(&self, path: &str, mark: Mark) -> Left {
        let mut left = Left::default();
        for (path, node) in found(&self.document, path) {
            walk(node, &path, mark, &mut left);
        }
        left
    }
}

impl Left {
    /// Both.
    pub fn and(&mut self, other: Left) {
        self.stands |= other.stands;
        self.held.extend(other.held);
    }
}

/// The nodes at a path, each with its own path.
fn found<'d>(document: &'d Document, path: &str) -> Vec<(String, &'d Node)> {
    let root = &document.root;
    let located = parse(path).and_then(|segments| locate(root, &segments)).unwrap_or_default();
    located.iter().filter_map(|steps| Some((named(root, steps), get(root, steps)?))).collect()
}

/// Steps as a path that finds the same entry in another order of entries.
fn named(root: &Node, steps: &[Segment]) -> String {
    let mut path = String::new();
    for (i, step) in steps.iter().enumerate() {
        match step {
            Segment::Key(key) if path.is_empty() => path.push_str(key),
            Segment::Key(key) => path = format!("{path}.{key}"),
            Segment::Index(index) => {
                let section = match &steps[..i] {
                    [Segment::Key(section)] if SECTIONS.contains(&section.as_str()) => Some(section),
                    _ => None,
                };
                let name = section.and_then(|section| {
                    let entry = get(root, &steps[..=i])?;
                    let pair = ends(entry, section).map(|(a, b)| format!("{a}-{b}"));
                    pair.or_else(|| Some(entry.get("id")?.text()?.to_string()))
                });
                path = name.map_or_else(|| format!("{path}[{index}]"), |name| format!("{path}.{name}"));
            }
        }
    }
    path
}

fn walk(node: &Node, path: &str, mark: Mark, left: &mut Left) {
    match &node.value {
        Value::Table(table) => {
            table.iter().for_each(|(key, node)| walk(node, &format!("{path}.{key}"), mark, left));
        }
        Value::List(list) => {
            list.iter().enumerate().for_each(|(i, node)| walk(node, &format!("{path}[{i}]"), mark, left));
        }
        _ if node.origin.layer == mark.0 => left.stands = true,
        _ => left.held.extend(node.number().map(|x| (path.to_string(), x))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn what_overlays_replace_or_remove_is_told_from_what_stands() {
        let mut loaded = Scenario::load("asean").unwrap();
        let mark = loaded.mark("draw 3");
        loaded.set_marked("parameters.drift", 0.02, mark).unwrap();
        loaded.set_marked("regime.tvpa.severity", 2.0, mark).unwrap();
        loaded.set_spread_marked("state.*.openness", (0.5, 0.1), mark).unwrap();
        loaded.set_spread_marked("state.IDN.strategic_value", (0.4, 0.1), mark).unwrap();
        let stands = |held: &[(&str, f64)]| Left {
            stands: true,
            held: held.iter().map(|(path, x)| (path.to_string(), *x)).collect(),
        };
        for path in ["parameters.drift", "regime.tvpa.severity", "state.*.openness"] {
            assert_eq!(loaded.left(path, mark), stands(&[]), "{path}");
        }
        let mut changed = loaded.clone();
        changed.apply_counterfactual("no-tvpa").unwrap();
        changed.set("parameters.drift=0.3").unwrap();
        changed.set("state.MYS.openness.mean=0.25").unwrap();
        assert_eq!(
            changed.left("parameters.drift", mark),
            Left { stands: false, held: vec![("parameters.drift".into(), 0.3)] }
        );
        assert_eq!(changed.left("regime.tvpa.severity", mark), Left::default());
        assert_eq!(changed.left("state.*.openness", mark), stands(&[("state.MYS.openness.mean", 0.25)]));
        loaded.set("state.IDN.strategic_value.tvpa=0.75").unwrap();
        let left = loaded.left("state.IDN.strategic_value", mark);
        assert_eq!(left.held, [("state.IDN.strategic_value.tvpa".to_string(), 0.75)]);
    }
}
