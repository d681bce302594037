//! Theories that can be laid over a scenario: parameters and mechanisms in a file of their own, with the argument that they stand for.
//!
//! Some are bundled; a new one is a line here. Others are files of users. They know no state, and name regimes and instruments at their own risk: what a
//! scenario lacks is told.

use super::betas::Betas;
use super::document::{self, Document, Layer, Node, Origin, Table, Value};
use super::error::{Problem, ScenarioError, nearest};
use super::overlay;
use super::report::Report;
use super::wire_theory::{self, TheoryFile};
use crate::input;
use std::collections::BTreeSet;
use std::path::Path;

const SHELF: &[(&str, &str)] = &[
    ("backlash", include_str!("../../scenarios/theories/backlash.toml")),
    ("cascade", include_str!("../../scenarios/theories/cascade.toml")),
    ("coercion", include_str!("../../scenarios/theories/coercion.toml")),
    ("conditionality", include_str!("../../scenarios/theories/conditionality.toml")),
    ("crime-frame", include_str!("../../scenarios/theories/crime-frame.toml")),
    ("decoupling", include_str!("../../scenarios/theories/decoupling.toml")),
    ("empty-threats", include_str!("../../scenarios/theories/empty-threats.toml")),
    ("localization", include_str!("../../scenarios/theories/localization.toml")),
    ("new-members", include_str!("../../scenarios/theories/new-members.toml")),
    ("politicization", include_str!("../../scenarios/theories/politicization.toml")),
    ("praise", include_str!("../../scenarios/theories/praise.toml")),
    ("two-level-state", include_str!("../../scenarios/theories/two-level-state.toml")),
];

/// What `suasion new --theory` begins with: a theory to be written over, with an example of each section behind a `#`.
pub const PAGE: &str = include_str!("../../scenarios/theory.toml");

/// Sections that a theory adds to.
pub(crate) const ADDED: [&str; 7] =
    ["parameter", "trait", "variable", "shock", "define", "mechanism", "outcome"];

/// The section of a scenario in which the theories that are laid over it say of themselves what they are.
pub(crate) const SECTION: &str = "theory";

/// What a theory says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

impl Head {
    fn new(title: String, [argument, predicts, source]: [Option<String>; 3]) -> Head {
        let line = |text: Option<String>| text.unwrap_or_default().trim().replace('\n', " ");
        Head { title, argument: line(argument), predicts: line(predicts), source: line(source) }
    }

    /// The entry of a scenario that says it.
    fn entry(&self, at: Origin) -> Node {
        let mut table = Table::default();
        let Head { title, argument, predicts, source } = self;
        for (key, text) in
            [("title", title), ("argument", argument), ("predicts", predicts), ("source", source)]
        {
            if !text.is_empty() {
                table.insert(key, Node::new(Value::Text(text.clone()), at));
            }
        }
        Node::new(Value::Table(table), at)
    }
}

/// What the theories that are laid over a scenario say of themselves.
pub(super) fn heads(report: &mut Report<'_>, document: &Document) -> Vec<Head> {
    let entries = document.entries(SECTION).iter().enumerate();
    let read = entries.filter_map(|(i, node)| {
        let wire: wire_theory::Theory = report.read(node, &format!("{SECTION}[{i}]"))?;
        Some(Head::new(wire.title, [wire.argument, wire.predicts, wire.source]))
    });
    read.collect()
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
    /// What is set beyond it, as `path=value`.
    pub settings: Vec<String>,
    root: Node,
}

impl TheoryText {
    /// The same in which no mechanism acts and nothing is set: under it a scenario runs as it does without it, and has its variables and outcomes.
    ///
    /// ```
    /// use suasion::scenario::{Scenario, theories};
    /// let mut asean = Scenario::load("asean").unwrap();
    /// asean.apply_theory(&theories::read("backlash").unwrap().switched_off()).unwrap();
    /// assert!(asean.build_alone().unwrap().world.theory.on.iter().all(|on| !on));
    /// ```
    pub fn switched_off(&self) -> TheoryText {
        let mut off = self.clone();
        if let Some(root) = off.root.table_mut() {
            root.remove("set");
        }
        let mechanisms = off.root.get("mechanism").and_then(Node::list).unwrap_or_default();
        let ids = mechanisms.iter().filter_map(|node| node.get("id")?.text());
        off.settings = ids.map(|id| format!("mechanism.{id}.on=false")).collect();
        off
    }
}

/// Names of the bundled theories.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHELF.iter().map(|(name, _)| *name)
}

/// What names a theory, and what is set in it: `own.toml: parameters.backlash=0.3; ...`.
///
/// ```
/// use suasion::scenario::theories::parts;
/// assert_eq!(parts("backlash: parameters.backlash=0.3; parameters.drift=0"), ("backlash", vec!["parameters.backlash=0.3", "parameters.drift=0"]));
/// assert_eq!(parts("own.toml"), ("own.toml", vec![]));
/// ```
pub fn parts(asked: &str) -> (&str, Vec<&str>) {
    match asked.split_once(':') {
        Some((reference, settings)) if settings.contains('=') => {
            let settings = settings.split(';').map(str::trim).filter(|setting| !setting.is_empty());
            (reference.trim(), settings.collect())
        }
        _ => (asked.trim(), Vec::new()),
    }
}

/// Reads a theory by the name of a bundled one, or by the path of a file: what ends in `.toml`; with what is set in it ([`parts`]).
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
pub fn read(asked: &str) -> Result<TheoryText, ScenarioError> {
    let (reference, settings) = parts(asked);
    let mut theory = named(reference)?;
    if !settings.is_empty() {
        theory.name = format!("{}: {}", theory.name, settings.join("; "));
        theory.settings = settings.into_iter().map(str::to_string).collect();
    }
    Ok(theory)
}

fn named(reference: &str) -> Result<TheoryText, ScenarioError> {
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

/// Whether a theory is asked for by the path of a file.
pub fn is_path(asked: &str) -> bool {
    Path::new(parts(asked).0).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// A theory from its text; `name` is what it is called, `file` what errors call the text.
///
/// # Errors
/// If it is no theory.
pub fn parse(name: &str, file: &str, text: &str) -> Result<TheoryText, ScenarioError> {
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
    if ["time", "state", "population", "regime"].iter().any(|key| root.get(key).is_some()) {
        let hint =
            "a theory is laid over one: it has an argument and mechanisms, and no states, regimes or years";
        report.wrong(root.origin, "", "it is a scenario, and no theory", Some(hint.into()));
        report.finish()?;
        report = Report::new(&document, None, &betas);
    }
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
    let head = head.map_or_else(Head::default, |head| {
        Head::new(head.title, [Some(head.argument), head.predicts, head.source])
    });
    Ok(TheoryText {
        name: name.into(),
        head,
        file: file.into(),
        text: text.into(),
        settings: Vec::new(),
        root,
    })
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
    overlay::append(document, SECTION, vec![theory.head.entry(root.origin)], root.origin);
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
    for setting in &theory.settings {
        let layer = document.layer("", Some(format!("theory {}: {setting}", parts(&theory.name).0)));
        let done = match overlay::assignment(setting, layer) {
            Ok((path, value)) => overlay::set(document, path, &value),
            Err(lost) => Err(Box::new(overlay::problem(document, Origin { layer, line: 0 }, "", lost))),
        };
        problems.extend(done.err().map(|problem| *problem));
    }
    if problems.is_empty() { Ok(()) } else { Err(ScenarioError::Invalid { problems, more: 0 }) }
}
