//! What every check needs: the document, the problems so far, and who is called what.

use super::grades;
use crate::excerpt::{excerpt, number, quoted};
use crate::model::table::Bound;
use crate::model::theory::OwnTrait;
use crate::model::world::Clock;
use crate::scenario::document::{Document, Kind, Node, Origin};
use crate::scenario::error::nearest;
use crate::scenario::report::{Report, label, origin};
use crate::scenario::wire_record::Grade;
use crate::scenario::wire_values::Names;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The kinds of regimes.
pub(crate) const KINDS: [&str; 3] = ["rating", "convention", "community"];

/// Names that mean something else where an id may stand.
const RESERVED: [&str; 5] = ["all", "from", "source", "note", "sources"];

/// Letters of an id: it stands in names of files.
const MOST_OF_AN_ID: usize = 200;

/// Above this many names a hint would cost more than it helps.
const HINTABLE: usize = 20_000;

/// Index of each id, in id order.
pub(crate) type Id = BTreeMap<String, usize>;

/// What every check needs.
pub(crate) struct Context<'d> {
    pub document: &'d Document,
    pub report: Report<'d>,
    pub clock: Clock,
    /// Whether the file's own calendar is fine; else the clock is wider, and nothing is checked against its length.
    pub timed: bool,
    /// States by id; filled once they are read.
    pub states: Id,
    /// States of each region.
    pub regions: BTreeMap<String, Vec<usize>>,
    /// Members of each community; filled once they are read.
    pub communities: BTreeMap<String, Vec<usize>>,
    /// Rating regimes by id.
    pub ratings: Id,
    /// Names of the grades of each rating regime, best first; none where they are not as they should be.
    pub grades: Vec<Vec<String>>,
    /// Kind of every regime.
    pub regimes: BTreeMap<String, String>,
    /// Instruments by id.
    pub instruments: Id,
    /// Traits that the scenario declares; filled before states are read.
    pub own_traits: Arc<Vec<OwnTrait>>,
    /// Titles of regimes and instruments, by path.
    pub titles: BTreeMap<String, String>,
    /// Whether a state, region or community may be missing because its own entry is wrong. Then a mention that leads
    /// nowhere is no problem of its own.
    pub incomplete: bool,
}

impl<'d> Context<'d> {
    pub fn new(document: &'d Document, report: Report<'d>, (clock, timed): (Clock, bool)) -> Self {
        let mut context = Context {
            document,
            report,
            clock,
            timed,
            states: Id::new(),
            regions: BTreeMap::new(),
            communities: BTreeMap::new(),
            ratings: Id::new(),
            grades: Vec::new(),
            regimes: BTreeMap::new(),
            instruments: Id::new(),
            own_traits: Arc::default(),
            titles: BTreeMap::new(),
            incomplete: false,
        };
        context.instruments = context.identify("instrument", |_| true);
        let regimes = context.identify("regime", |_| true);
        for node in document.entries("regime") {
            if let Some(id) = text(node, "id").filter(|id| regimes.contains_key(*id)) {
                context.regimes.insert(id.into(), text(node, "kind").unwrap_or_default().into());
            }
        }
        let ratings = context.regimes.iter().filter(|(_, kind)| *kind == "rating").map(|(id, _)| id.clone());
        context.ratings = ratings.enumerate().map(|(i, id)| (id, i)).collect();
        context.grades = grades::names(document, &context.ratings);
        context
    }

    /// The ids of a section in order, checked for form and for being the only one.
    fn identify(&mut self, section: &str, keep: impl Fn(&Node) -> bool) -> Id {
        let document = self.document;
        let mut seen: BTreeMap<String, Origin> = BTreeMap::new();
        for (i, node) in document.entries(section).iter().enumerate().filter(|(_, node)| keep(node)) {
            let Some(id) = text(node, "id") else { continue };
            let at = origin(node, "id");
            self.well_formed(id, at, &format!("{}.id", label(section, i, node)));
            match seen.get(id) {
                Some(first) => self.duplicate(at, format!("{section}.{id}"), *first),
                None => drop(seen.insert(id.into(), at)),
            }
        }
        self.check_columns(section, &seen);
        seen.into_keys().enumerate().map(|(i, id)| (id, i)).collect()
    }

    /// Refuses ids that would be one name of a column, where dashes become underscores.
    fn check_columns(&mut self, section: &str, seen: &BTreeMap<String, Origin>) {
        let mut columns: BTreeMap<String, &str> = BTreeMap::new();
        for (id, at) in seen {
            if let Some(other) = columns.insert(id.replace('-', "_"), id) {
                let what = format!("`{id}` and `{other}` would share the name of a column");
                let hint = "dashes become underscores there; choose another id".to_string();
                self.report.wrong(*at, format!("{section}.{id}"), what, Some(hint));
            }
        }
    }

    /// Adds the problem of an id given twice.
    pub fn duplicate(&mut self, at: Origin, path: String, first: Origin) {
        self.incomplete = true;
        let place = self.place(first);
        self.report.wrong(at, path, "duplicate id", Some(format!("the first is at {place}")));
    }

    /// A place as a sentence names it: file and line.
    pub fn place(&self, at: Origin) -> String {
        let layer = &self.document.layers[at.layer as usize];
        if at.line > 0 { format!("{}:{}", layer.file, at.line) } else { layer.file.clone() }
    }

    /// Whether an id may stand in paths; adds a problem where not.
    pub fn well_formed(&mut self, id: &str, at: Origin, path: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if id.len() > MOST_OF_AN_ID {
            let found = format!("an id of {} letters", id.chars().count());
            let hint = Some("an id stands in paths, files and columns; `name` takes any text".to_string());
            self.report.add(at, path.into(), found, Some(format!("at most {MOST_OF_AN_ID}")), hint);
            return false;
        }
        if id.is_empty() || !id.chars().all(allowed) {
            let expected = Some("letters without accents, digits, `-` and `_`".to_string());
            let hint = Some("an id stands in paths and columns; `name` takes any text".to_string());
            self.report.add(at, path.into(), quoted(id), expected, hint);
            return false;
        }
        let spread = crate::scenario::wire_spread::SPREAD_KEYS;
        if RESERVED.contains(&id) || (path.starts_with("regime.") && spread.contains(&id)) {
            let hint = "choose another id".to_string();
            self.report.wrong(at, path, format!("`{id}` is a word of the format"), Some(hint));
            return false;
        }
        true
    }

    /// Whether an overlay removed it, so that a mention is left out instead of refused.
    pub fn removed(&self, kind: Kind, id: &str) -> bool {
        !self.document.removed.is_empty() && self.document.removed.contains(&(kind, id.to_string()))
    }

    /// Index of a state; adds a problem where there is none.
    pub fn state(&mut self, id: &str, at: Origin, path: &str) -> Option<usize> {
        let found = self.states.get(id).copied();
        if found.is_none() {
            self.unknown(Kind::State, id, at, path);
        }
        found
    }

    /// Adds the problem of a regime of any kind that there is not, unless an overlay removed it.
    pub fn regime(&mut self, id: &str, at: Origin, path: &str) {
        if !self.removed(Kind::Regime, id) {
            let hint = nearest(id, self.regimes.keys().map(String::as_str));
            self.report.wrong(at, path, format!("unknown regime `{}`", excerpt(id)), hint);
        }
    }

    /// Index of a rating regime; adds a problem where there is none.
    pub fn rating(&mut self, id: &str, at: Origin, path: &str) -> Option<usize> {
        let found = self.ratings.get(id).copied();
        if found.is_none() {
            match self.regimes.get(id) {
                // A regime of no kind is a problem already.
                Some(kind) if !KINDS.contains(&kind.as_str()) => {}
                Some(kind) => {
                    self.report.expected(
                        at,
                        path,
                        format!("`{}`, a {kind} regime", excerpt(id)),
                        "a rating regime",
                    );
                }
                None => self.unknown(Kind::Regime, id, at, path),
            }
        }
        found
    }

    /// The code of a grade of a rating regime, by name; adds a problem where the regime has none of that name.
    pub fn grade(&mut self, rating: usize, grade: &Grade, at: Origin, path: &str) -> Option<u8> {
        let names = self.grades.get(rating).filter(|names| !names.is_empty())?;
        let found = grades::code(names, &grade.0);
        if found.is_none() {
            let expected = Some(grades::in_words(names));
            let number = grade.0.parse::<f64>().is_ok();
            let differ =
                "codes that are numbers (2.5, 4, 555, 666) differ between data sets; name the grades";
            let near = nearest(&grade.0, names.iter().map(String::as_str));
            let hint =
                if number { Some(differ.into()) } else { near.filter(|hint| hint.starts_with("did you")) };
            self.report.add(at, path.into(), quoted(&grade.0), expected, hint);
        }
        found
    }

    /// Index of an instrument; adds a problem where there is none.
    pub fn instrument(&mut self, id: &str, at: Origin, path: &str) -> Option<usize> {
        let found = self.instruments.get(id).copied();
        if found.is_none() {
            self.unknown(Kind::Instrument, id, at, path);
        }
        found
    }

    fn unknown(&mut self, kind: Kind, id: &str, at: Origin, path: &str) {
        if self.removed(kind, id) || (kind == Kind::State && self.incomplete) {
            return;
        }
        let names = match kind {
            Kind::Regime => &self.ratings,
            Kind::Instrument => &self.instruments,
            _ => &self.states,
        };
        let hint = if names.len() > HINTABLE || self.report.is_full() {
            None
        } else if names.is_empty() {
            Some(format!("there is no {}", kind.name()))
        } else {
            nearest(id, names.keys().map(String::as_str))
        };
        self.report.wrong(at, path, format!("unknown {} `{}`", kind.name(), excerpt(id)), hint);
    }

    /// The states that names select, in id order: states, regions and, where allowed, communities.
    pub fn select(&mut self, names: &Names, node: &Node, path: &str, communities: bool) -> Vec<usize> {
        let Names::These(names) = names else { return (0..self.states.len()).collect() };
        let mut selected = BTreeSet::new();
        for (i, name) in names.iter().enumerate() {
            let at = node.list().and_then(|list| list.get(i)).map_or(node.origin, |element| element.origin);
            let region = self.regions.get(name);
            let community = self.communities.get(name).filter(|_| communities);
            if let Some(&state) = self.states.get(name) {
                selected.insert(state);
            } else if region.is_some() || community.is_some() {
                selected.extend(region.into_iter().chain(community).flatten());
            } else if name == "all" {
                self.report.wrong(at, path, "`all` within a list", Some("write \"all\" alone".into()));
            } else if !self.removed(Kind::Region, name) && !self.removed(Kind::Regime, name) {
                self.unknown_selection(name, at, path, communities);
            }
        }
        selected.into_iter().collect()
    }

    fn unknown_selection(&mut self, name: &str, at: Origin, path: &str, communities: bool) {
        if self.removed(Kind::State, name) || self.incomplete {
            return;
        }
        let what = if communities { "state, region or community" } else { "state or region" };
        let mut names: Vec<&str> = self.regions.keys().map(String::as_str).collect();
        if communities {
            names.extend(self.communities.keys().map(String::as_str));
        }
        if self.states.len() <= HINTABLE {
            names.extend(self.states.keys().map(String::as_str));
        }
        let hint = if self.report.is_full() { None } else { nearest(name, names) };
        let found = match self.regimes.get(name) {
            Some(kind) => format!("`{name}` is a {kind} regime, not a {what}"),
            None => format!("unknown {what} `{}`", excerpt(name)),
        };
        self.report.wrong(at, path, found, hint);
    }

    /// Remembers the title of an entry.
    pub fn title(&mut self, section: &str, id: &str, title: Option<String>) {
        if let Some(title) = title {
            self.titles.insert(format!("{section}.{id}"), title);
        }
    }

    /// Adds the problem of a number beyond its bound.
    pub fn check_bound(&mut self, node: &Node, path: &str, key: &str, x: f64, bound: Bound) {
        if !bound.admits(x) {
            let (at, path) = (origin(node, key), format!("{path}.{key}"));
            self.report.expected(at, path, number(x), bound.describe());
        }
    }

    /// Whether `until` comes after `from`; adds a problem where not.
    pub fn in_order(&mut self, node: &Node, path: &str, from: f64, until: f64) -> bool {
        if until > from {
            return true;
        }
        let expected = format!("a date after `from`, {from}");
        self.report.expected(origin(node, "until"), format!("{path}.until"), until.to_string(), expected);
        false
    }
}

/// A key's text, where it is text.
pub(crate) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text)
}
