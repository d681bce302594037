//! The scenario that a panel's states are put in: all of it but states, ties and record. Its regimes and instruments are those that the tables are about.

use super::error::PanelError;
use super::plan::{PLAN, Plan};
use crate::model::world::NOT_RATED;
use crate::scenario::nearest;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

/// What tables bring, and a scenario to put states in may not.
const BROUGHT: [&str; 6] = ["states", "ties", "observed", "state", "tie", "population"];

/// The scenario, as it is written.
#[derive(Clone, Debug)]
pub(super) struct Base {
    document: DocumentMut,
}

impl Base {
    /// Reads it; `file` is its name.
    ///
    /// # Errors
    /// If it is not TOML, brings what the tables do, or has not what the plan speaks of.
    pub fn parse(file: &str, text: &str, plan: &Plan) -> Result<Base, PanelError> {
        let document: DocumentMut = text.parse().map_err(|reason: toml_edit::TomlError| {
            PanelError::one(format!("{file}: not TOML: {}", reason.message()))
        })?;
        let base = Base { document };
        let mut error = PanelError::default();
        for key in BROUGHT.iter().filter(|key| base.document.contains_key(key)) {
            error.add(format!(
                "{file}: {key}: the tables bring the states, their ties and their record; leave it out"
            ));
        }
        let mut sought = |section: &str, kind: &str, id: &str, key: &str| {
            if base
                .entry(section, id)
                .is_some_and(|entry| kind.is_empty() || said(entry, "kind") == Some(kind))
            {
                return;
            }
            let other = base.entry(section, id).and_then(|entry| said(entry, "kind"));
            let ids = base.entries(section).filter_map(|entry| said(entry, "id"));
            let hint = match other {
                Some(other) => format!("; `{id}` is of the kind {other}"),
                None => nearest(id, ids).map_or(String::new(), |hint| format!("; {hint}")),
            };
            let what =
                if kind.is_empty() { section.to_string() } else { format!("{section} of the kind {kind}") };
            error.add(format!("{file}: there is no {what} `{id}`, of which the plan has [{key}.{id}]{hint}"));
        };
        plan.grades.keys().for_each(|id| sought("regime", "rating", id, "grades"));
        plan.sanctioned.keys().for_each(|id| sought("regime", "rating", id, "sanctioned"));
        plan.adopted.keys().for_each(|id| sought("instrument", "", id, "adopted"));
        let brought = plan.adopted.keys().map(|id| ("instrument", id, "adopted", "the adoptions"));
        let rated =
            plan.grades.keys().map(|id| ("regime", id, "rated_from", "from when each state is graded"));
        for (section, id, key, what) in
            brought.chain(rated).filter(|(section, id, key, _)| base.has(section, id, key))
        {
            error.add(format!("{file}: {section}.{id}.{key}: the tables bring {what}; leave it out"));
        }
        for (id, of) in &plan.grades {
            let grades = base.codes(id);
            for (word, grade) in of.words.iter().filter(|(_, grade)| !grades.contains(grade)) {
                let known = grades.join(", ");
                error.add(format!("{PLAN}: grades.{id}.words: `{word}` would be `{grade}`, which is no grade of {id}; there is {known}"));
            }
        }
        for key in ["start", "end"] {
            if base.year(key).is_none() {
                error.add(format!("{file}: time.{key}: found no whole year"));
            }
        }
        for (path, _) in plan.links.set(plan.coefficients().values()) {
            if base.clone().place(path).is_none() {
                let expected = "parameters.NAME, regime.ID.KEY or instrument.ID.KEY of what is there";
                error.add(format!("{file}: there is no `{path}`, which the plan sets; expected {expected}"));
            }
        }
        error.finish()?;
        Ok(base)
    }

    fn entries(&self, section: &str) -> impl Iterator<Item = &Table> {
        self.document
            .get(section)
            .and_then(Item::as_array_of_tables)
            .into_iter()
            .flat_map(ArrayOfTables::iter)
    }

    fn entry(&self, section: &str, id: &str) -> Option<&Table> {
        self.entries(section).find(|entry| said(entry, "id") == Some(id))
    }

    fn entry_mut(&mut self, section: &str, id: &str) -> Option<&mut Table> {
        let all = self.document.get_mut(section)?.as_array_of_tables_mut()?;
        all.iter_mut().find(|entry| said(entry, "id") == Some(id))
    }

    fn year(&self, key: &str) -> Option<i32> {
        let year = self.document.get("time")?.get(key)?.as_integer()?;
        i32::try_from(year).ok().filter(|year| (1..=9999).contains(year))
    }

    /// First year of the run, and the year on whose first day it ends.
    pub fn years(&self) -> (i32, i32) {
        (self.year("start").unwrap_or_default(), self.year("end").unwrap_or_default())
    }

    /// The names of a regime's grades, best first.
    pub fn grades(&self, regime: &str) -> Vec<String> {
        let grades = self.entry("regime", regime).and_then(|entry| entry.get("grades")?.as_array());
        grades.into_iter().flat_map(Array::iter).filter_map(Value::as_str).map(String::from).collect()
    }

    /// The names by code: not rated, then the regime's grades.
    pub fn codes(&self, regime: &str) -> Vec<String> {
        std::iter::once(NOT_RATED.to_string()).chain(self.grades(regime)).collect()
    }

    /// The date from which an instrument can be adopted, if it is said.
    pub fn opens(&self, instrument: &str) -> Option<f64> {
        let opens = self.entry("instrument", instrument)?.get("opens")?;
        opens.as_float().or(opens.as_integer().map(|year| year as f64))
    }

    /// Whether a regime or an instrument has an id.
    pub fn names(&self, id: &str) -> bool {
        self.entry("regime", id).or_else(|| self.entry("instrument", id)).is_some()
    }

    /// Whether it has a title.
    pub fn has_title(&self) -> bool {
        self.document.contains_key("title")
    }

    /// The table of a path, and the key in it.
    fn place<'b, 'p>(&'b mut self, path: &'p str) -> Option<(&'b mut Table, &'p str)> {
        if let Some(key) = path.strip_prefix("parameters.") {
            let table = self.document.entry("parameters").or_insert_with(|| Item::Table(Table::new()));
            return Some((table.as_table_mut()?, key));
        }
        let (section, rest) = path.split_once('.')?;
        let (id, key) = rest.split_once('.')?;
        let known = ["regime", "instrument"].contains(&section) && !key.contains('.');
        Some((self.entry_mut(section, id).filter(|_| known)?, key))
    }

    /// Sets a number at a path.
    pub fn set(&mut self, path: &str, x: f64) {
        if let Some((table, key)) = self.place(path) {
            table.insert(key, value(x));
        }
    }

    /// Sets a key of the head, before all tables.
    pub fn set_head(&mut self, key: &str, to: impl Into<Value>) {
        self.document.insert(key, value(to));
    }

    /// Sets a key of `[time]`.
    pub fn set_time(&mut self, key: &str, year: i32) {
        self.document["time"][key] = value(i64::from(year));
    }

    /// Gives an entry a table of numbers by state; years stay whole.
    pub fn give(&mut self, section: &str, id: &str, key: &str, of: &[(&str, f64)]) {
        let Some(entry) = self.entry_mut(section, id).filter(|_| !of.is_empty()) else { return };
        let mut table = InlineTable::new();
        for (state, x) in of {
            let whole = x.fract() == 0.0;
            table.insert(*state, if whole { Value::from(*x as i64) } else { Value::from(*x) });
        }
        entry.insert(key, value(table));
    }

    /// Whether an entry has a key.
    pub fn has(&self, section: &str, id: &str, key: &str) -> bool {
        self.entry(section, id).is_some_and(|entry| entry.contains_key(key))
    }

    /// Adds a community for a region.
    pub fn add_community(&mut self, region: &str, title: &str, (weight, engagement): (f64, f64), from: i32) {
        let mut level = InlineTable::new();
        level.insert("from", i64::from(from).into());
        level.insert("value", engagement.into());
        let mut community = Table::new();
        community["id"] = value(region);
        community["kind"] = value("community");
        community["title"] = value(title);
        community["members"] = value(Array::from_iter([region]));
        community["tie_weight"] = value(weight);
        community["engagement"] = value(Array::from_iter([Value::InlineTable(level)]));
        community["source"] = value("coefficients.toml");
        let all = self.document.entry("regime").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if let Some(all) = all.as_array_of_tables_mut() {
            all.push(community);
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.document.to_string()
    }
}

/// A text of an entry.
fn said<'t>(entry: &'t Table, key: &str) -> Option<&'t str> {
    entry.get(key)?.as_str()
}
