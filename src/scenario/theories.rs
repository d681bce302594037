//! Theories that can be laid over a scenario: parameters and mechanisms in a file of their own, with the argument that they stand for.
//!
//! Some are bundled; a new one is a line here. Others are files of users. They know no state, and name regimes and instruments at their own risk: what a
//! scenario lacks is told.

use super::betas::Betas;
use super::document::{self, Document, Layer, Node};
use super::error::{Problem, ScenarioError, nearest};
use super::overlay;
use super::report::Report;
use super::wire_theory::TheoryFile;
use crate::input;
use std::collections::BTreeSet;
use std::path::Path;

const SHELF: &[(&str, &str)] = &[
    ("backlash", include_str!("../../scenarios/theories/backlash.toml")),
    ("cascade", include_str!("../../scenarios/theories/cascade.toml")),
    ("coercion", include_str!("../../scenarios/theories/coercion.toml")),
    ("crime-frame", include_str!("../../scenarios/theories/crime-frame.toml")),
    ("decoupling", include_str!("../../scenarios/theories/decoupling.toml")),
    ("praise", include_str!("../../scenarios/theories/praise.toml")),
];

/// Sections that a theory adds to.
pub(crate) const ADDED: [&str; 6] = ["parameter", "trait", "variable", "define", "mechanism", "outcome"];

/// What a theory says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Title.
    pub title: String,
    /// The argument.
    pub argument: String,
    /// What it predicts, otherwise than without it.
    pub predicts: String,
    /// Where the argument comes from.
    pub source: String,
}

/// A theory that is read and not yet laid over anything.
#[derive(Clone, Debug)]
pub struct TheoryText {
    /// Name: of the bundled one, or the stem of the file.
    pub name: String,
    /// What it says of itself.
    pub head: Head,
    /// Name of its file.
    file: String,
    /// The file.
    pub text: String,
    root: Node,
}

/// Names of the bundled theories.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHELF.iter().map(|(name, _)| *name)
}

/// Reads a theory by the name of a bundled one, or by the path of a file: what ends in `.toml`.
///
/// # Errors
/// If there is none of this name, or it is no theory.
///
/// ```
/// use suasion::scenario::theories;
/// assert_eq!(theories::read("backlash").unwrap().head.title, "Backlash against shaming");
/// let error = theories::read("backlsh").unwrap_err().to_string();
/// assert_eq!(error, "no theory `backlsh`; did you mean `backlash`?");
/// ```
pub fn read(reference: &str) -> Result<TheoryText, ScenarioError> {
    if is_path(reference) {
        let path = Path::new(reference);
        let text = input::text(path)?;
        let name = path.file_stem().map_or_else(|| reference.into(), |stem| stem.to_string_lossy());
        return parse(&name, reference, &text);
    }
    if let Some((name, text)) = SHELF.iter().find(|(name, _)| *name == reference) {
        return parse(name, &format!("theories/{name}.toml"), text);
    }
    let hint = nearest(reference, names())
        .unwrap_or_else(|| "`suasion theories` lists the bundled ones; a file's name ends in .toml".into());
    let found = format!("no theory `{}`", crate::excerpt::excerpt(reference));
    Err(Problem { found, hint: Some(hint), ..Problem::default() }.into())
}

/// Whether a reference is the path of a file.
pub fn is_path(reference: &str) -> bool {
    Path::new(reference.trim()).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

fn parse(name: &str, file: &str, text: &str) -> Result<TheoryText, ScenarioError> {
    let root = document::parse(file, text, 0)?;
    let document = Document {
        name: name.into(),
        root: root.clone(),
        layers: vec![Layer { file: file.into(), text: text.into(), ..Layer::default() }],
        removed: BTreeSet::new(),
        narrowed: false,
        counterfactual: None,
    };
    let betas = Betas::default();
    let mut report = Report::new(&document, None, &betas);
    let head: Option<TheoryFile> = report.read(&root, "");
    if let Some(head) = &head
        && head.version != 2
    {
        let at = super::report::origin(&root, "version");
        report.expected(at, "version", head.version.to_string(), "2");
    }
    super::validate::lists(&mut report, &document);
    if ADDED.iter().all(|section| document.entries(section).is_empty()) && root.get("set").is_none() {
        let what =
            "it says nothing: a theory has mechanisms, each under [[mechanism]], or numbers under [set]";
        report.wrong(root.origin, "", what, None);
    }
    report.finish()?;
    let head = head.map_or_else(
        || Head {
            title: String::new(),
            argument: String::new(),
            predicts: String::new(),
            source: String::new(),
        },
        |head| Head {
            title: head.title,
            argument: head.argument.trim().replace('\n', " "),
            predicts: head.predicts.unwrap_or_default().trim().replace('\n', " "),
            source: head.source.unwrap_or_default(),
        },
    );
    Ok(TheoryText { name: name.into(), head, file: file.into(), text: text.into(), root })
}

/// Lays a theory over a scenario: adds what it says, then sets what it sets.
///
/// # Errors
/// If one of its name is laid over it already, or a path that it sets leads nowhere. Whether it fits is seen when building.
pub(super) fn apply(document: &mut Document, theory: &TheoryText) -> Result<(), ScenarioError> {
    let overlay = Some(format!("theory {}", theory.name));
    if document.layers.iter().any(|layer| layer.overlay == overlay) {
        let found = format!("a theory called `{}` is laid over it already", theory.name);
        let hint = Some("a theory is called by its file: rename one of two different ones".into());
        return Err(Problem { found, hint, ..Problem::default() }.into());
    }
    let layer = document.layer(theory.file.clone(), overlay);
    document.layers[layer as usize].text = theory.text.as_str().into();
    let mut root = theory.root.clone();
    root.relayer(layer);
    for section in ADDED {
        if let Some(entries) = root.get(section).and_then(Node::list) {
            let at = root.get(section).map_or(root.origin, |node| node.origin);
            overlay::append(document, section, entries.to_vec(), at);
        }
    }
    let mut problems: Vec<Problem> = Vec::new();
    for (path, value) in root.get("set").and_then(Node::table).into_iter().flat_map(document::Table::iter) {
        problems.extend(overlay::set(document, path, value).err().map(|problem| *problem));
    }
    if problems.is_empty() { Ok(()) } else { Err(ScenarioError::Invalid { problems, more: 0 }) }
}
