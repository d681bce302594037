//! Patterns of a scenario's own: numbers of runs that should be as they are on record, or as somebody published. They are for whoever validates, and no part of
//! the world.

use super::report::{label, origin};
use super::validate::Context;
use super::wire;
use crate::excerpt::quoted;
use std::collections::BTreeMap;

/// Where they stand in the file.
pub(crate) const SECTION: &str = "pattern";

/// A pattern: outcomes, and what their means over replicates should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Identifier.
    pub id: String,
    /// What it says.
    pub title: String,
    /// The outcomes, as experiments are asked for them; at least one.
    pub outcomes: Vec<String>,
    /// What each should be; none where the record says it.
    pub targets: Option<Vec<f64>>,
    /// How far from that a mean may lie.
    pub tolerance: f64,
    /// Who says so.
    pub source: Option<String>,
    /// Where its outcomes stand: file, line and key.
    pub whence: String,
}

/// The patterns of a document.
pub(crate) fn patterns(context: &mut Context<'_>) -> Vec<Pattern> {
    let document = context.document;
    let mut all = Vec::new();
    let mut seen = BTreeMap::new();
    for (i, node) in document.entries(SECTION).iter().enumerate() {
        let path = label(SECTION, i, node);
        let Some(wire) = context.report.read::<wire::Pattern>(node, &path) else { continue };
        let at = origin(node, "id");
        context.well_formed(&wire.id, at, &format!("{path}.id"));
        if let Some(first) = seen.insert(wire.id.clone(), at) {
            context.duplicate(at, path.clone(), first);
        }
        let mut expected = |key: &str, found: String, expected: String| {
            context.report.expected(origin(node, key), format!("{path}.{key}"), found, expected);
        };
        if wire.title.trim().is_empty() {
            expected("title", quoted(&wire.title), "a title".into());
        }
        if wire.outcomes.is_empty() {
            expected("outcomes", "an empty list".into(), "outcomes, as `adopted_law@2010`".into());
        }
        let tolerance = wire.tolerance.0;
        if !(tolerance > 0.0 && tolerance <= 1e6) {
            expected("tolerance", format!("{tolerance}"), "a number above 0, at most 1e6".into());
        }
        let targets: Option<Vec<f64>> =
            wire.targets.map(|targets| targets.iter().map(|target| target.0).collect());
        if let Some(targets) = targets.as_ref().filter(|targets| targets.len() != wire.outcomes.len()) {
            let found = format!("a list of {}", targets.len());
            expected("targets", found, format!("as many as `outcomes` has, {}", wire.outcomes.len()));
        }
        let at = origin(node, "outcomes");
        let file = &document.layers[at.layer as usize].file;
        let whence = format!("{file}:{}: {path}.outcomes", at.line);
        let wire::Pattern { id, title, outcomes, source, .. } = wire;
        all.push(Pattern { id, title, outcomes, targets, tolerance, source, whence });
    }
    all
}
