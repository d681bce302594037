//! Reads a folder of tidy tables into a panel: who, when, and what is on record.

use super::covariates::{self, Known, Series};
use super::error::PanelError;
use super::links::rounded;
use super::regions;
use super::tables::{BORDER, Spell, Tables};
use super::write::{CONVENTION_REGIME, REGIME};
use crate::model::observation::NONE;
use crate::scenario::nearest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What to make of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// First year of the run.
    pub start: i32,
    /// The run ends on the first day of this year.
    pub end: i32,
    /// Which `kind` of `laws.csv` is the law.
    pub law: String,
}

impl Default for Settings {
    /// 2000 to 2012, and the first year of full criminalization, laws of the last weeks of a year counted to the next.
    fn default() -> Self {
        Settings { start: 2000, end: 2013, law: "ks_full_criminalization_first_year_adj".into() }
    }
}

/// A state of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct StateRecord {
    /// ISO 3166-1 code.
    pub id: String,
    /// Name.
    pub name: String,
    /// Id of its region.
    pub region: String,
    /// Covariates, in the order of [`Covariate::ALL`].
    pub known: [Known; 7],
    /// Grade by report year: 0 not rated, 1 to 4 for tier 1, 2, 2WL, 3.
    pub tiers: BTreeMap<i32, u8>,
    /// Year of the law.
    pub law: Option<i32>,
    /// Date of becoming party to the convention.
    pub party: Option<f64>,
    /// Score by year of each practice.
    pub scores: [BTreeMap<i32, u8>; 3],
    /// Whether sanctions were imposed, by year.
    pub sanctions: BTreeMap<i32, bool>,
    /// How the government reacted to the report on it, by year, as a number of [`Reading`](crate::model::observation::Reading).
    pub reactions: BTreeMap<i32, f64>,
}

/// A land border for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Border {
    /// A state.
    pub a: String,
    /// The other, later in order.
    pub b: String,
    /// The year from which.
    pub from: i32,
    /// The year before which it ended, if it did.
    pub until: Option<i32>,
}

/// A panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What was asked for.
    pub settings: Settings,
    /// States, in id order: those rated at least once in the years of the run.
    pub states: Vec<StateRecord>,
    /// What each region is called.
    pub titles: BTreeMap<String, String>,
    /// Land borders, in order of the states.
    pub borders: Vec<Border>,
    /// Share of reactions that come on record, by year; empty without a table of reactions.
    pub coverage: BTreeMap<i32, f64>,
    /// What was read and left out, in words.
    pub notes: Vec<String>,
}

impl Panel {
    /// Reads a folder.
    ///
    /// # Errors
    /// If a table is missing, rows are bad or contradict one another, or nothing is known of what a trait is coded from: each
    /// with file, line, state and year.
    pub fn read(folder: &Path, settings: &Settings) -> Result<Panel, PanelError> {
        let mut error = PanelError::default();
        let tables = Tables::read(folder, settings, &mut error);
        error.finish()?;
        tables.panel(settings, &|name| folder.join(name).display().to_string())
    }
}

impl Tables {
    /// The panel of the states that are rated at least once. `file` tells where a table is.
    fn panel(mut self, settings: &Settings, file: &dyn Fn(&str) -> String) -> Result<Panel, PanelError> {
        let mut error = PanelError::default();
        let mut tiers: BTreeMap<String, BTreeMap<i32, u8>> = BTreeMap::new();
        for ((state, year), grade) in &self.tiers.values {
            if (settings.start..settings.end).contains(year) {
                tiers.entry(state.clone()).or_default().insert(*year, *grade);
            }
        }
        tiers.retain(|_, years| years.values().any(|grade| *grade > 0));
        if tiers.is_empty() {
            let last = settings.end - 1;
            error.add(format!(
                "{}: no state is rated in {} to {last}",
                file("tip_tiers.csv"),
                settings.start
            ));
            return Err(error);
        }
        let ids: Vec<String> = tiers.keys().cloned().collect();
        self.refuse_what_says_nothing(&ids, settings, file, &mut error);
        let region_of = self.regions_of(&ids, file, &mut error);
        error.finish()?;
        let coverage = self.coverage();
        let empty = Series::new();
        let series: Vec<Series> =
            ids.iter().map(|id| self.covariates.get(id).unwrap_or(&empty).clone()).collect();
        let known = covariates::settle(&series, &region_of, settings.start).map_err(|unknown| {
            let mut error = PanelError::default();
            for covariate in unknown {
                error.add(self.unknown(covariate, settings.start, &file("covariates.csv")));
            }
            error
        })?;
        let states = ids.iter().zip(region_of).zip(known).map(|((id, region), known)| {
            let mut scores: [BTreeMap<i32, u8>; 3] = Default::default();
            let of = |state: &str| (state.to_string(), i32::MIN)..(state.to_string(), i32::MAX);
            for ((_, year), three) in self.scores.values.range(of(id)) {
                for (k, score) in three.iter().enumerate() {
                    scores[k].extend(score.map(|score| (*year, score)));
                }
            }
            let sanctions = self.sanctions.values.range(of(id)).map(|((_, year), imposed)| (*year, *imposed));
            let reactions =
                self.reactions.values.range(of(id)).map(|((_, year), reaction)| (*year, *reaction));
            StateRecord {
                name: self.names.get(id).unwrap_or(id).clone(),
                region,
                known,
                tiers: tiers[id].clone(),
                law: self.laws.values.get(id).copied(),
                party: self.parties.values.get(id).copied().flatten(),
                scores,
                sanctions: sanctions.collect(),
                reactions: reactions.filter(|(year, _)| coverage.contains_key(year)).collect(),
                id: id.clone(),
            }
        });
        let states: Vec<StateRecord> = states.collect();
        let mut notes = Vec::new();
        let borders = self.borders_among(&ids, &mut notes);
        let unheard = self.reported.keys().filter(|year| !coverage.contains_key(year)).count();
        if unheard > 0 {
            notes.push(format!(
                "{unheard} years of reactions in which none is on record, or most states were not looked for"
            ));
        }
        if self.mixed > 0 {
            notes.push(format!("that {} reactions counted as negative were cooperative too", self.mixed));
        }
        notes.extend(self.others.iter().map(|(kind, count)| format!("{count} ties of kind {kind}")));
        let given = self.titles.into_iter().map(|(id, (title, _))| (id, title));
        let mut titles: BTreeMap<String, String> =
            regions::REGIONS.iter().map(|(id, title, _)| ((*id).into(), (*title).into())).collect();
        titles.extend(given.filter(|(id, title)| id != title));
        Ok(Panel { settings: settings.clone(), states, titles, borders, coverage, notes })
    }

    /// The share of reactions that come on record in each year, beside the year of which most do: the share of states with any, over the greatest such
    /// share. How many do in that year no table says, and the log odds of reactions take it up. A year of which nothing is on record is left out, and so is
    /// one in which most states were not looked for: who was then, was for what it did.
    fn coverage(&self) -> BTreeMap<i32, f64> {
        let share = |[some, looked, _]: &[usize; 3]| *some as f64 / (*looked).max(1) as f64;
        let heard = |[some, looked, all]: &[usize; 3]| *some > 0 && 2 * looked >= *all;
        let most = self.reported.values().filter(|counts| heard(counts)).map(share).fold(0.0, f64::max);
        let heard = self.reported.iter().filter(|(_, counts)| heard(counts));
        heard.map(|(year, counts)| (*year, rounded(share(counts) / most))).collect()
    }

    /// Refuses tables of which nothing is about a state of the panel, or that have no word that is used: what is made of
    /// nothing would look like a record of no.
    fn refuse_what_says_nothing(
        &self,
        ids: &[String],
        settings: &Settings,
        file: &dyn Fn(&str) -> String,
        error: &mut PanelError,
    ) {
        let inside = |id: &String| ids.binary_search(id).is_ok();
        if self.laws.values.is_empty() {
            let kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
            let hint = nearest(&settings.law, kinds.iter().copied()).filter(|hint| hint.starts_with("did"));
            let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
            let law = &settings.law;
            error.add(format!(
                "{}: no law of kind `{law}`; there is {}{hint}",
                file("laws.csv"),
                kinds.join(", ")
            ));
        } else if !self.laws.values.keys().any(inside) {
            error.add(format!("{}: no law is of a state of the panel", file("laws.csv")));
        }
        if !self.parties.values.keys().any(inside) {
            let what = "no state of the panel has a status (party, not party or signatory)";
            error.add(format!("{}: {what}", file("palermo.csv")));
        }
        let scored = self
            .scores
            .values
            .iter()
            .any(|((id, _), scores)| inside(id) && scores.iter().any(Option::is_some));
        if self.given.contains("p3_index.csv") && !scored {
            error.add(format!("{}: no state of the panel has a score", file("p3_index.csv")));
        }
        if self.given.contains("sanctions.csv") && !self.sanctions.values.keys().any(|(id, _)| inside(id)) {
            error.add(format!("{}: no row is of a state of the panel", file("sanctions.csv")));
        }
        let reacts = |((id, _), reaction): (&(String, i32), &f64)| inside(id) && *reaction != NONE;
        if self.given.contains("tip_reactions.csv") && !self.reactions.values.iter().any(reacts) {
            let what = "no state of the panel has a negative or a cooperative reaction";
            error.add(format!("{}: {what}", file("tip_reactions.csv")));
        }
        if self.given.contains("regions.csv") && !self.regions.values.keys().any(inside) {
            error.add(format!("{}: no state of the panel has a region", file("regions.csv")));
        }
        if self.borders.is_empty() {
            let hint = nearest(BORDER, self.others.keys().map(String::as_str));
            let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
            error.add(format!("{}: no tie is of kind `{BORDER}`{hint}", file("ties.csv")));
        }
    }

    /// Id of the region of each state; a region that has none, or whose id is another's, is a problem.
    fn regions_of(
        &mut self,
        ids: &[String],
        file: &dyn Fn(&str) -> String,
        error: &mut PanelError,
    ) -> Vec<String> {
        let mut all = Vec::new();
        for id in ids {
            let given = self.regions.values.get(id).cloned();
            if let Some(region) = given.or_else(|| regions::region(id).map(str::to_string)) {
                all.push(region);
            } else {
                let line =
                    self.tiers.lines.iter().filter(|((state, _), _)| state == id).map(|(_, line)| line).min();
                let line = line.map_or(String::new(), |line| format!(":{line}"));
                let file = file("tip_tiers.csv");
                error.add(format!("{file}{line}: {id}: in no region; give it one in regions.csv"));
            }
        }
        let used: BTreeSet<&String> = all.iter().collect();
        let mut columns: BTreeMap<String, &String> = BTreeMap::new();
        for region in used {
            let other = columns.insert(region.replace('-', "_"), region);
            // Those that the program brings have ids that fit.
            let Some((title, line)) = self.titles.get(region) else { continue };
            let place = format!("{}:{line}", file("regions.csv"));
            if TAKEN.contains(&region.as_str()) || ids.contains(region) {
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

    /// The sentence of a covariate that no state of the panel has.
    fn unknown(&self, covariate: covariates::Covariate, start: i32, file: &str) -> String {
        let name = covariate.column().0;
        let (first, last) = covariates::years(start);
        let others = self.variables.iter().map(String::as_str).filter(|other| *other != name);
        let hint = nearest(name, others).filter(|hint| hint.starts_with("did you mean"));
        let hint =
            hint.filter(|_| !self.variables.contains(name)).map_or(String::new(), |hint| format!("; {hint}"));
        format!("{file}: no state of the panel has the variable `{name}` in {first} to {last}{hint}")
    }

    /// The borders within the panel.
    fn borders_among(&self, ids: &[String], notes: &mut Vec<String>) -> Vec<Border> {
        let inside = |id: &String| ids.binary_search(id).is_ok();
        let (mut borders, mut outside, mut joined) = (Vec::new(), 0usize, 0usize);
        for ((a, b), spells) in &self.borders {
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
            notes.push(format!("{outside} borders with states that are not in the panel"));
        }
        if joined > 0 {
            notes.push(format!(
                "{joined} later spells of borders whose earlier spell has no end (column `until`)"
            ));
        }
        borders
    }
}

/// Ids that no region may have, since something else in the scenario has them or the format does.
const TAKEN: [&str; 16] = [
    CONVENTION_REGIME,
    REGIME,
    "all",
    "from",
    "source",
    "note",
    "sources",
    "mean",
    "sd",
    "low",
    "high",
    "mode",
    "alpha",
    "beta",
    "law",
    "palermo",
];
