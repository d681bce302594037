//! Reads a folder of tidy tables into a panel: who, when, and what is on record.

use super::base::Base;
use super::covariates::{self, How, Known, Series};
use super::error::PanelError;
use super::folder::Said;
use super::links::rounded;
use super::plan::{PLAN, Plan};
use super::regions;
use super::tables::{Spell, Tables};
use crate::model::observation::{NONE, Reading};
use crate::scenario::nearest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What to make of a folder, where it is not as its plan says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// First year of the run; without it that of the scenario of the plan.
    pub start: Option<i32>,
    /// The run ends on the first day of this year; without it, as the scenario says.
    pub end: Option<i32>,
    /// Which `kind` of law is the law: what rows of `[adopted.law]` must have in the column `kind`.
    pub law: Option<String>,
}

/// A state of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct StateRecord {
    /// Id: its ISO 3166-1 code, or the user's own.
    pub id: String,
    /// Name.
    pub name: String,
    /// Id of its region, where the plan has regions.
    pub region: Option<String>,
    /// The covariates that links name, in the order of the plan.
    pub known: Vec<Known>,
    /// By regime that the plan has grades of: the code of a grade by report year, 0 not rated, then best first.
    pub grades: Vec<BTreeMap<i32, u8>>,
    /// By instrument that the plan has adoptions of: the date, if it adopted.
    pub adopted: Vec<Option<f64>>,
    /// By observable of the plan: the readings by year.
    pub readings: Vec<BTreeMap<i32, Reading>>,
    /// By regime that the plan has sanctions of: whether they were imposed, by year.
    pub sanctioned: Vec<BTreeMap<i32, bool>>,
}

impl StateRecord {
    /// The first year in which a regime grades it, by the position of the regime in the plan.
    pub fn rated_from(&self, regime: usize) -> Option<i32> {
        self.grades[regime].iter().find(|(_, grade)| **grade > 0).map(|(year, _)| *year)
    }
}

/// A tie between two states for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Border {
    /// A state.
    pub a: String,
    /// The other, later in order.
    pub b: String,
    /// The year from which, if it is said.
    pub from: Option<i32>,
    /// The year before which it ended, if it did.
    pub until: Option<i32>,
}

/// A panel.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What its tables are.
    pub plan: Arc<Plan>,
    /// The scenario that its states are put in.
    pub(super) base: Base,
    /// First year of the run.
    pub start: i32,
    /// The run ends on the first day of this year.
    pub end: i32,
    /// States, in id order: those rated at least once in the years of the run; without grades, those that have a name.
    pub states: Vec<StateRecord>,
    /// What each region is called.
    pub titles: BTreeMap<String, String>,
    /// Ties, in order of the states.
    pub borders: Vec<Border>,
    /// What was read and left out, in words.
    pub notes: Vec<String>,
}

impl Panel {
    /// Reads a folder.
    ///
    /// # Errors
    /// If its plan is none, a table is missing, rows are bad or contradict one another, or nothing is known of what a trait is coded from: each
    /// with file, line, state and year.
    pub fn read(folder: &Path, settings: &Settings) -> Result<Panel, PanelError> {
        let mut plan = Plan::of_folder(folder)?;
        if let Some(law) = &settings.law {
            plan = Arc::new(plan.with_law(law)?);
        }
        let (name, text) = plan.base(folder)?;
        let base = Base::parse(&name, &text, &plan)?;
        let (start, end) = base.years();
        let years = (settings.start.unwrap_or(start), settings.end.unwrap_or(end));
        if years.1 <= years.0 {
            return Err(PanelError::one(format!(
                "the last year, {}, is before the first, {}",
                years.1 - 1,
                years.0
            )));
        }
        let mut error = PanelError::default();
        let tables = Tables::read(folder, &plan, &base, &mut error);
        error.finish()?;
        let file = |name: &str| folder.join(name).display().to_string();
        Read { plan: &plan, tables, years, file: &file }.panel(base)
    }

    /// The share of the state-years of an observable in which something is on record, by its position in the plan.
    pub fn readings(&self, observable: usize) -> usize {
        self.states.iter().map(|state| state.readings[observable].len()).sum()
    }
}

/// Tables that were read by a plan, and `file`, which tells where a table is.
struct Read<'r> {
    plan: &'r Arc<Plan>,
    tables: Tables,
    years: (i32, i32),
    file: &'r dyn Fn(&str) -> String,
}

/// The values of a state, by year.
fn by_year<V: Clone + PartialEq>(said: &Said<(String, i32), V>, id: &str) -> BTreeMap<i32, V> {
    let of = (id.to_string(), i32::MIN)..(id.to_string(), i32::MAX);
    said.once.values.range(of).map(|((_, year), value)| (*year, value.clone())).collect()
}

impl Read<'_> {
    /// The panel of the states that it is of.
    fn panel(self, base: Base) -> Result<Panel, PanelError> {
        let (start, end) = self.years;
        let ids = self.ids();
        let mut error = PanelError::default();
        if ids.is_empty() {
            let graded = self.plan.grades.values().zip(&self.tables.grades);
            for (of, said) in graded {
                let none = || format!("no state is rated in {start} to {}", end - 1);
                let what = said.nowhere(&of.r#where).unwrap_or_else(none);
                error.add(format!("{}: {what}", (self.file)(&said.table)));
            }
            if self.plan.grades.is_empty() {
                error.add("no table has the name of a state".into());
            }
            return Err(error);
        }
        self.refuse_what_says_nothing(&ids, &mut error);
        let region_of = self.regions_of(&ids, &base, &mut error);
        error.finish()?;
        let none = || self.plan.covariates.iter().map(|_| BTreeMap::new()).collect();
        let series: Vec<Series> =
            ids.iter().map(|id| self.tables.covariates.get(id).cloned().unwrap_or_else(none)).collect();
        let known = covariates::settle(self.plan, &series, &region_of, start).map_err(|unknown| {
            let mut error = PanelError::default();
            for covariate in unknown {
                error.add(self.unknown(covariate));
            }
            error
        })?;
        self.refuse_stand_ins_out_of_range(&ids, &known)?;
        let coverage = self.coverage();
        let counted: Vec<bool> = self.plan.observed.values().map(|of| of.value.is_none()).collect();
        let Tables { names, grades, adopted, observed, sanctioned, .. } = &self.tables;
        let states = ids.iter().zip(region_of).zip(known).map(|((id, region), known)| {
            let readings = observed.iter().zip(&counted).map(|(said, counted)| {
                let mut readings: BTreeMap<i32, Reading> = by_year(said, id);
                if *counted {
                    readings.retain(|year, _| coverage.contains_key(year));
                    for (year, reading) in &mut readings {
                        reading.with = coverage.get(year).copied();
                    }
                }
                readings
            });
            StateRecord {
                name: names.get(id).unwrap_or(id).clone(),
                region,
                known,
                grades: grades.iter().map(|said| self.within(by_year(said, id))).collect(),
                adopted: adopted.iter().map(|said| said.once.values.get(id).copied().flatten()).collect(),
                readings: readings.collect(),
                sanctioned: sanctioned.iter().map(|said| by_year(said, id)).collect(),
                id: id.clone(),
            }
        });
        let states: Vec<StateRecord> = states.collect();
        let mut notes = Vec::new();
        self.strangers(&ids, &mut notes);
        let borders = self.borders_among(&ids, &mut notes);
        let tables = self.tables;
        let unheard = tables.reported.keys().filter(|year| !coverage.contains_key(year)).count();
        if unheard > 0 {
            notes.push(format!(
                "{unheard} years of reactions in which none is on record, or most states were not looked for"
            ));
        }
        if tables.mixed > 0 {
            notes.push(format!("that {} reactions counted as negative were cooperative too", tables.mixed));
        }
        notes.extend(tables.others.iter().map(|(kind, count)| format!("{count} ties of kind {kind}")));
        let given = tables.titles.into_iter().map(|(id, (title, _))| (id, title));
        let mut titles: BTreeMap<String, String> =
            regions::REGIONS.iter().map(|(id, title, _)| ((*id).into(), (*title).into())).collect();
        titles.extend(given.filter(|(id, title)| id != title));
        Ok(Panel { plan: self.plan.clone(), base, start, end, states, titles, borders, notes })
    }

    /// Grades in the years of the run.
    fn within(&self, mut grades: BTreeMap<i32, u8>) -> BTreeMap<i32, u8> {
        grades.retain(|year, _| (self.years.0..self.years.1).contains(year));
        grades
    }

    /// The states that the panel is of, in order.
    fn ids(&self) -> Vec<String> {
        let Tables { grades, names, .. } = &self.tables;
        if grades.is_empty() {
            return names.keys().cloned().collect();
        }
        let inside = |year: &i32| (self.years.0..self.years.1).contains(year);
        let rated = grades.iter().flat_map(|said| &said.once.values);
        let rated = rated.filter(|((_, year), grade)| **grade > 0 && inside(year));
        rated.map(|((id, _), _)| id.clone()).collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// The share of reactions that come on record in each year, beside the year of which most do: the share of states with any, over the greatest such
    /// share. How many do in that year no table says, and the log odds of reactions take it up. A year of which nothing is on record is left out, and so is
    /// one in which most states were not looked for: who was then, was for what it did.
    fn coverage(&self) -> BTreeMap<i32, f64> {
        let share = |[some, looked, _]: &[usize; 3]| *some as f64 / (*looked).max(1) as f64;
        let heard = |[some, looked, all]: &[usize; 3]| *some > 0 && 2 * looked >= *all;
        let reported = &self.tables.reported;
        let most = reported.values().filter(|counts| heard(counts)).map(share).fold(0.0, f64::max);
        let heard = reported.iter().filter(|(_, counts)| heard(counts));
        heard.map(|(year, counts)| (*year, rounded(share(counts) / most))).collect()
    }

    /// Refuses tables of which nothing is about a state of the panel, or that have no row that counts: what is made of
    /// nothing would look like a record of no.
    fn refuse_what_says_nothing(&self, ids: &[String], error: &mut PanelError) {
        let (plan, tables) = (self.plan, &self.tables);
        let inside = |id: &String| ids.binary_search(id).is_ok();
        let mut refuse = |table: &str, given: bool, nowhere: Option<String>, says: bool, what: String| {
            let what = nowhere.or(Some(what).filter(|_| !says));
            if let Some(what) = what.filter(|_| given) {
                error.add(format!("{}: {what}", (self.file)(table)));
            }
        };
        for ((id, of), said) in plan.grades.iter().zip(&tables.grades) {
            let says = said.once.values.keys().any(|(state, _)| inside(state));
            let what = format!("no grade of {id} is of a state of the panel");
            refuse(&said.table, said.given, said.nowhere(&of.r#where), says, what);
        }
        for ((id, of), said) in plan.adopted.iter().zip(&tables.adopted) {
            let says = said.once.values.keys().any(inside);
            let what = match &of.status {
                Some(status) => format!("no state of the panel has a {status}"),
                None => format!("no adoption of {id} is of a state of the panel"),
            };
            refuse(&said.table, said.given, said.nowhere(&of.r#where), says, what);
        }
        for ((name, of), said) in plan.observed.iter().zip(&tables.observed) {
            let counted = of.value.is_none();
            let tells = |reading: &Reading| !counted || reading.value != NONE;
            let says = said.once.values.iter().any(|((state, _), reading)| inside(state) && tells(reading));
            let what = if counted {
                "no state of the panel has a negative or a cooperative reaction".into()
            } else {
                format!(
                    "no state of the panel has a value of {name}; without its section in the plan there is none"
                )
            };
            refuse(&said.table, said.given, said.nowhere(&of.r#where), says, what);
        }
        for ((_, of), said) in plan.sanctioned.iter().zip(&tables.sanctioned) {
            let says = said.once.values.keys().any(|(state, _)| inside(state));
            let what = "no row is of a state of the panel".into();
            refuse(&said.table, said.given, said.nowhere(&of.r#where), says, what);
        }
        if plan.regions.is_some() {
            let said = &tables.regions;
            let says = said.once.values.keys().any(inside);
            refuse(&said.table, said.given, None, says, "no state of the panel has a region".into());
        }
        if let Some(of) = &plan.ties {
            let said = &tables.ties;
            let what = "it has no tie".into();
            refuse(&said.table, said.given, said.nowhere(&of.r#where), !tables.spells.is_empty(), what);
        }
    }

    /// Id of the region of each state; a region that has none, or whose id is another's, is a problem.
    fn regions_of(&self, ids: &[String], base: &Base, error: &mut PanelError) -> Vec<Option<String>> {
        let Some(of) = &self.plan.regions else { return ids.iter().map(|_| None).collect() };
        let Tables { regions: said, titles, grades, .. } = &self.tables;
        let table = of.table.as_deref().unwrap_or("the table of regions");
        let mut all = Vec::new();
        for id in ids {
            let given = said.once.values.get(id).cloned();
            let geography = || regions::region(id).filter(|_| of.by_geography).map(str::to_string);
            let region = given.or_else(geography);
            if region.is_none() {
                let seen = grades.first().and_then(|said| {
                    let lines = said.once.lines.iter().filter(|((state, _), _)| state == id);
                    Some((&said.table, lines.map(|(_, line)| line).min()?))
                });
                let place =
                    seen.map_or(String::new(), |(table, line)| format!("{}:{line}: ", (self.file)(table)));
                error.add(format!("{place}{id}: in no region; give it one in {table}"));
            }
            all.push(region);
        }
        let used: BTreeSet<&String> = all.iter().flatten().collect();
        let mut columns: BTreeMap<String, &String> = BTreeMap::new();
        for region in used {
            let other = columns.insert(region.replace('-', "_"), region);
            // Those that the program brings have ids that fit.
            let Some((title, line)) = titles.get(region) else { continue };
            let place = format!("{}:{line}", (self.file)(table));
            if TAKEN.contains(&region.as_str()) || base.names(region) || ids.contains(region) {
                let what =
                    format!("the region `{title}` would be called as something else in the scenario is");
                error.add(format!("{place}: {what}; give it another name"));
            }
            if let Some(other) = other {
                let what = format!("the regions `{region}` and `{other}` would share the name of a column");
                error.add(format!("{place}: {what}; give one another name"));
            }
        }
        all
    }

    /// Refuses what stands in for a covariate where it is out of the range that a cell may have.
    fn refuse_stand_ins_out_of_range(&self, ids: &[String], known: &[Vec<Known>]) -> Result<(), PanelError> {
        let mut error = PanelError::default();
        for (k, covariate) in self.plan.links.covariates().iter().enumerate() {
            let (name, of) = self.plan.covariate_at(*covariate);
            let beyond =
                |known: &Known| known.how == How::StandIn && !(of.low..=of.high).contains(&known.value);
            if let Some((id, known)) = ids.iter().zip(known).find(|(_, known)| beyond(&known[k])) {
                let (value, expected) = (known[k].value, format!("a number from {} to {}", of.low, of.high));
                error.add(format!(
                    "{PLAN}: covariate.{name}.stand_in: {id}: found {value}, expected {expected}"
                ));
            }
        }
        error.finish()
    }

    /// Notes states of which a table says something and which are not in the panel: an id that was misspelt would be lost.
    fn strangers(&self, ids: &[String], notes: &mut Vec<String>) {
        let Tables { adopted, observed, sanctioned, .. } = &self.tables;
        let of_years =
            |keys: &mut dyn Iterator<Item = &(String, i32)>| keys.map(|(id, _)| id.clone()).collect();
        let adopted = adopted
            .iter()
            .map(|said| (&said.table, said.once.values.keys().cloned().collect::<BTreeSet<String>>()));
        let observed = observed.iter().map(|said| (&said.table, of_years(&mut said.once.values.keys())));
        let sanctioned = sanctioned.iter().map(|said| (&said.table, of_years(&mut said.once.values.keys())));
        for (table, states) in adopted.chain(observed).chain(sanctioned) {
            let strangers: Vec<String> =
                states.into_iter().filter(|id| ids.binary_search(id).is_err()).collect();
            let some = strangers.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if strangers.len() > 5 { ", ..." } else { "" };
            let note = format!(
                "what {table} says of {} states that are not in the panel: {some}{more}",
                strangers.len()
            );
            if !strangers.is_empty() && !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// The sentence of a covariate that no state of the panel has.
    fn unknown(&self, covariate: usize) -> String {
        let name = self.plan.column(covariate);
        let (first, last) = covariates::years(self.years.0);
        let others = self.tables.variables.iter().map(String::as_str).filter(|other| *other != name);
        let hint = nearest(name, others).filter(|hint| hint.starts_with("did"));
        let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
        let table = self.plan.tables.first().map_or("", |of| of.table.as_str());
        let file = (self.file)(table);
        format!("{file}: no state of the panel has the variable `{name}` in {first} to {last}{hint}")
    }

    /// The ties within the panel.
    fn borders_among(&self, ids: &[String], notes: &mut Vec<String>) -> Vec<Border> {
        let inside = |id: &String| ids.binary_search(id).is_ok();
        let (mut borders, mut outside, mut joined) = (Vec::new(), 0usize, 0usize);
        for ((a, b), spells) in &self.tables.spells {
            if !(inside(a) && inside(b)) {
                outside += 1;
                continue;
            }
            let mut spells: Vec<&Spell> = spells.iter().collect();
            spells.sort();
            // Of spells without an end the first lasts through the others.
            let open = spells.iter().position(|spell| spell.until.is_none());
            for (i, Spell { from, until, .. }) in spells.into_iter().enumerate() {
                if until.is_none() && open != Some(i) {
                    joined += 1;
                } else {
                    borders.push(Border { a: a.clone(), b: b.clone(), from: *from, until: *until });
                }
            }
        }
        if outside > 0 {
            notes.push(format!("{outside} ties with states that are not in the panel"));
        }
        if joined > 0 {
            notes.push(format!("{joined} later spells of ties whose earlier spell has no end"));
        }
        borders
    }
}

/// Ids that no region may have, since the format gives them a meaning.
const TAKEN: [&str; 12] =
    ["all", "from", "source", "note", "sources", "mean", "sd", "low", "high", "mode", "alpha", "beta"];
