//! The tables of a panel, row by row: what each says of a state, checked against what it may say.

use super::countries::region_id;
use super::covariates::{Covariate, Series};
use super::error::PanelError;
use super::read::Settings;
use super::tidy::{Asked, Once, RECORDED, Row, read};
use super::write::OPENS;
use crate::evidence::tip::tier;
use crate::excerpt::quoted;
use crate::input;
use crate::model::observation::{COOPERATIVE, NEGATIVE, NONE};
use crate::scenario::{PRACTICES, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

/// Years from which borders and covariates may be.
const ANY: RangeInclusive<i64> = 1800..=2100;
/// The kind of tie that is used.
pub(super) const BORDER: &str = "land_border";
/// What `status` may say, and whether that is to be party; more may follow a word, as in `not party by 2012`.
const STATUS: [(&str, bool); 3] = [("party", true), ("not party", false), ("signatory", false)];

/// A time over which two states bordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spell {
    pub from: i32,
    /// The year before which it ended, if it did.
    pub until: Option<i32>,
    pub line: u64,
}

/// What the tables say, by state.
pub(super) struct Tables {
    pub tiers: Once<(String, i32), u8>,
    pub names: BTreeMap<String, String>,
    pub laws: Once<String, i32>,
    pub kinds: BTreeSet<String>,
    /// Of each state whose status is known: the date of becoming party, if it did.
    pub parties: Once<String, Option<f64>>,
    pub scores: Once<(String, i32), [Option<u8>; 3]>,
    pub sanctions: Once<(String, i32), bool>,
    /// How governments reacted to the report on them, as numbers of [`Reading`](crate::model::observation::Reading).
    pub reactions: Once<(String, i32), f64>,
    /// By year: rated states with any reaction on record, those that were looked for, and those with a row.
    pub reported: BTreeMap<i32, [usize; 3]>,
    /// State-years with a reaction of both kinds.
    pub mixed: usize,
    /// Id of the region of each state.
    pub regions: Once<String, String>,
    /// What each of these ids is called, and where first.
    pub titles: BTreeMap<String, (String, u64)>,
    pub borders: BTreeMap<(String, String), Vec<Spell>>,
    pub covariates: BTreeMap<String, Series>,
    /// All variables that there are, used or not.
    pub variables: BTreeSet<String>,
    /// Ties of other kinds.
    pub others: BTreeMap<String, usize>,
    /// The optional tables that there are.
    pub given: BTreeSet<&'static str>,
}

impl Tables {
    pub fn read(folder: &Path, settings: &Settings, error: &mut PanelError) -> Tables {
        let mut tables = Tables {
            tiers: Once::new(),
            names: BTreeMap::new(),
            laws: Once::new(),
            kinds: BTreeSet::new(),
            parties: Once::new(),
            scores: Once::new(),
            sanctions: Once::new(),
            reactions: Once::new(),
            reported: BTreeMap::new(),
            mixed: 0,
            regions: Once::new(),
            titles: BTreeMap::new(),
            borders: BTreeMap::new(),
            covariates: BTreeMap::new(),
            variables: BTreeSet::new(),
            others: BTreeMap::new(),
            given: BTreeSet::new(),
        };
        let t = &mut tables;
        let needed = |name, columns| Asked { name, columns, more: &[], required: true };
        let optional = |name, columns| Asked { name, columns, more: &[], required: false };
        read(folder, &needed("tip_tiers.csv", &["iso3", "country", "year", "tier"]), error, |row| {
            t.tier(row)
        });
        read(folder, &needed("laws.csv", &["iso3", "year", "kind"]), error, |row| t.law(row, &settings.law));
        let columns = ["iso3", "action_date", "action_year", "status"];
        read(folder, &needed("palermo.csv", &columns), error, |row| t.party(row));
        let columns = ["iso3", "year", PRACTICES[0], PRACTICES[1], PRACTICES[2]];
        if read(folder, &optional("p3_index.csv", &columns), error, |row| t.scores(row)) {
            t.given.insert("p3_index.csv");
            for (k, practice) in PRACTICES.iter().enumerate() {
                if !t.scores.values.is_empty() && t.scores.values.values().all(|scores| scores[k].is_none()) {
                    error.add(format!(
                        "{}: no row has a {practice} score; a panel without the file has no scores",
                        folder.join("p3_index.csv").display()
                    ));
                }
            }
        }
        if read(folder, &optional("sanctions.csv", &["iso3", "year", "imposed"]), error, |row| {
            t.sanction(row)
        }) {
            t.given.insert("sanctions.csv");
        }
        let columns = ["iso3", "year", "negative", "cooperative"];
        let reactions = Asked { more: &["any_reaction"], ..optional("tip_reactions.csv", &columns) };
        if read(folder, &reactions, error, |row| t.reaction(row)) {
            t.given.insert("tip_reactions.csv");
        }
        if read(folder, &optional("regions.csv", &["iso3", "region"]), error, |row| t.region(row)) {
            t.given.insert("regions.csv");
        }
        let columns = ["iso3_a", "iso3_b", "kind", "year"];
        let ties = Asked { name: "ties.csv", columns: &columns, more: &["until"], required: true };
        read(folder, &ties, error, |row| t.tie(row));
        // What a second file gives beside the first only fills its gaps.
        for (name, required) in [("covariates.csv", true), ("covariates_asean.csv", false)] {
            let mut values: Once<(String, String, i32), u64> = Once::new();
            let columns = ["iso3", "year", "variable", "value"];
            let asked = Asked { name, columns: &columns, more: &[], required };
            read(folder, &asked, error, |row| t.covariate(row, &mut values));
            for ((state, variable, year), bits) in values.values {
                let series = t.covariates.entry(state).or_default().entry(variable).or_default();
                series.entry(year).or_insert(f64::from_bits(bits));
            }
        }
        tables
    }

    fn tier(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(2, &state, RECORDED)?;
        let who = format!("{state} {year}: tier");
        let Some(grade) = row.read(&who, tier(row.cell(3)))? else { return Ok(()) };
        if !row.text(1).is_empty() {
            self.names.entry(state.clone()).or_insert_with(|| row.text(1).into());
        }
        self.tiers.insert(row, (state, year), grade, &format!("{who} {}", row.text(3)))
    }

    fn law(&mut self, row: &Row<'_>, law: &str) -> Result<(), String> {
        let state = row.state(0)?;
        let kind = row.said(2, "kind")?;
        self.kinds.insert(kind.into());
        if kind != law {
            return Ok(());
        }
        let year = row.year(1, &state, RECORDED)?;
        self.laws.insert(row, state.clone(), year, &format!("{state} {year}: a first law"))
    }

    fn party(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let status = row.text(3);
        let action = row.read(&format!("{state}: action_date"), input::date(row.cell(1)))?;
        let year = match row.text(2) {
            "" => None,
            _ => Some(row.year(2, &state, RECORDED)?),
        };
        if status.is_empty() {
            // A date of nobody knows what is no fact, and a lost word would lose a party.
            return match (action, year) {
                (None, None) => Ok(()),
                _ => Err(row.problem(&format!(
                    "{state}: status: found nothing beside a date, expected party, not party or signatory"
                ))),
            };
        }
        let is = |word: &str| status == word || (word != "party" && status.starts_with(&format!("{word} ")));
        let Some((_, party)) = STATUS.iter().find(|(word, _)| is(word)) else {
            let hint = nearest(status, STATUS.map(|(word, _)| word))
                .map_or(String::new(), |hint| format!("; {hint}"));
            let found = quoted(status);
            return Err(row.problem(&format!(
                "{state}: status: found {found}, expected party, not party or signatory{hint}"
            )));
        };
        let date = match action {
            _ if !party => None,
            Some(date) => Some(date),
            None => Some(f64::from(row.year(2, &state, RECORDED)?)),
        };
        if let Some(date) = date.filter(|date| !(OPENS..=2101.0).contains(date)) {
            let expected = format!("a date from {OPENS} on, when the convention opened for signature");
            return Err(row.problem(&format!("{state}: party since {date}, expected {expected}")));
        }
        if let (Some(date), Some(year)) = (action, year)
            && date.floor() != f64::from(year)
        {
            let expected = format!("found {date}, and {year} in action_year, expected one year in both");
            return Err(row.problem(&format!("{state}: action_date: {expected}")));
        }
        self.parties.insert(row, state.clone(), date, &format!("{state}: status {status}"))
    }

    fn scores(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(1, &state, RECORDED)?;
        let who = format!("{state} {year}");
        let mut scores = [None; 3];
        for (k, score) in scores.iter_mut().enumerate() {
            *score = match row.number(2 + k, 1.0, 5.0, &format!("{who}: {}", PRACTICES[k]))? {
                Some(x) if x.fract() != 0.0 => {
                    let what = format!("{who}: {}: found {x}, expected a whole score", PRACTICES[k]);
                    return Err(row.problem(&what));
                }
                score => score.map(|x| x as u8),
            };
        }
        self.scores.insert(row, (state, year), scores, &format!("{who}: scores"))
    }

    fn sanction(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(1, &state, RECORDED)?;
        let who = format!("{state} {year}: imposed");
        let Some(imposed) = row.read(&who, input::flag(row.cell(2)))? else { return Ok(()) };
        self.sanctions.insert(row, (state, year), imposed, &who)
    }

    /// A reaction that is both, negative and cooperative, is negative: that is rarer, and no report calls it forth by itself.
    fn reaction(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(1, &state, RECORDED)?;
        let who = format!("{state} {year}");
        // To no report on it a state has no reaction.
        let rated = self.tiers.values.get(&(state.clone(), year)).is_some_and(|grade| *grade > 0);
        let count = |column: usize, name: &str| row.count(column, 1000, &format!("{who}: {name}"));
        let (negative, cooperative) = (count(2, "negative")?, count(3, "cooperative")?);
        let any = count(4, "any_reaction")?;
        if !rated {
            return Ok(());
        }
        let new = !self.reactions.values.contains_key(&(state.clone(), year));
        let counts = self.reported.entry(year).or_default();
        counts[2] += usize::from(new);
        // What nobody looked for is missing; that nothing was found is a reading.
        let (Some(negative), Some(cooperative)) = (negative, cooperative) else { return Ok(()) };
        let reaction = match (negative > 0, cooperative > 0) {
            (true, _) => NEGATIVE,
            (false, true) => COOPERATIVE,
            (false, false) => NONE,
        };
        if new {
            let reacted = reaction != NONE || any.is_some_and(|any| any > 0);
            counts[0] += usize::from(reacted);
            counts[1] += 1;
            self.mixed += usize::from(negative > 0 && cooperative > 0);
        }
        self.reactions.insert(row, (state, year), reaction, &format!("{who}: reaction"))
    }

    fn region(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let name = row.text(1);
        if name.is_empty() {
            return Ok(());
        }
        let Some(id) = region_id(name) else {
            let found = quoted(name);
            return Err(row
                .problem(&format!("{state}: found region {found}, expected a name with letters or digits")));
        };
        let (title, line) = self.titles.entry(id.clone()).or_insert_with(|| (name.into(), row.line()));
        if title != name {
            let what = format!(
                "{state}: the region `{name}` would be `{id}`, as `{title}` of line {line} is; write both alike"
            );
            return Err(row.problem(&what));
        }
        self.regions.insert(row, state.clone(), id, &format!("{state}: region {name}"))
    }

    fn tie(&mut self, row: &Row<'_>) -> Result<(), String> {
        let kind = row.said(2, "kind")?;
        if kind != BORDER {
            *self.others.entry(kind.into()).or_default() += 1;
            return Ok(());
        }
        let (a, b) = (row.state(0)?, row.state(1)?);
        if a == b {
            return Err(row.problem(&format!("{a}: a border with itself")));
        }
        let who = format!("{a}-{b}");
        let from = row.year(3, &who, ANY)?;
        let until =
            if row.text(4).is_empty() { None } else { Some(row.year(4, &format!("{who}: until"), ANY)?) };
        if until.is_some_and(|until| until <= from) {
            return Err(row.problem(&format!(
                "{who}: found a border until {}, expected a year after {from}",
                row.text(4)
            )));
        }
        let spells = self.borders.entry((a.clone().min(b.clone()), a.max(b))).or_default();
        let spell = Spell { from, until, line: row.line() };
        let ends = |spell: &Spell| (f64::from(spell.from), spell.until.map_or(f64::INFINITY, f64::from));
        // Tables of dyads list both directions.
        if spells.iter().any(|other| (other.from, other.until) == (from, until)) {
            return Ok(());
        }
        let both_open = |other: &Spell| other.until.is_none() && until.is_none();
        if let Some(other) =
            spells.iter().find(|other| !both_open(other) && input::spans(ends(other), ends(&spell)))
        {
            let what = format!("{who}: a border that overlaps that of line {}", other.line);
            return Err(
                row.problem(&format!("{what}; spells of a border follow one another, each with its `until`"))
            );
        }
        spells.push(spell);
        Ok(())
    }

    /// Takes a covariate that a link uses; of the others only that they are there.
    fn covariate(
        &mut self,
        row: &Row<'_>,
        values: &mut Once<(String, String, i32), u64>,
    ) -> Result<(), String> {
        let variable = row.said(2, "variable")?;
        if !self.variables.contains(variable) {
            self.variables.insert(variable.into());
        }
        let used = Covariate::ALL.iter().find_map(|covariate| {
            let (name, low, high) = covariate.column();
            match covariate.stand_in() {
                _ if name == variable => Some((low, high)),
                Some(rating) if rating == variable => Some((1.0, 7.0)),
                _ => None,
            }
        });
        let Some((low, high)) = used else { return Ok(()) };
        let state = row.state(0)?;
        let year = row.year(1, &state, ANY)?;
        let who = format!("{state} {year}: {variable}");
        match row.number(3, low, high, &who)? {
            Some(x) => {
                values.insert(row, (state, variable.into(), year), x.to_bits(), &format!("{who}: {x}"))
            }
            None => Ok(()),
        }
    }
}
