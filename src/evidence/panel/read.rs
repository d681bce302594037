//! Reads a folder of tidy tables into a panel: who, when, and what is on record.

use super::covariates::{self, Covariate, Known, Series};
use super::error::PanelError;
use super::regions;
use super::tidy::{Once, Row, read};
use crate::model::world::TIERS;
use crate::scenario::PRACTICES;
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
    /// Region.
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
}

/// A panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What was asked for.
    pub settings: Settings,
    /// States, in id order: those rated at least once in the years of the run.
    pub states: Vec<StateRecord>,
    /// Land borders: two states, and the year from which.
    pub borders: Vec<(String, String, i32)>,
    /// What was read and left out, in words.
    pub notes: Vec<String>,
}

/// What the tables say, by state.
struct Tables {
    tiers: Once<(String, i32), u8>,
    names: BTreeMap<String, String>,
    laws: Once<String, i32>,
    kinds: BTreeSet<String>,
    parties: Once<String, Option<f64>>,
    scores: Once<(String, i32), [Option<u8>; 3]>,
    sanctions: Once<(String, i32), bool>,
    regions: Once<String, String>,
    borders: Once<(String, String), i32>,
    covariates: BTreeMap<String, Series>,
    others: BTreeMap<String, usize>,
}

impl Panel {
    /// Reads a folder.
    ///
    /// # Errors
    /// If a table is missing, or rows are bad or contradict one another: each with file, line, state and year.
    pub fn read(folder: &Path, settings: &Settings) -> Result<Panel, PanelError> {
        let mut error = PanelError::default();
        let tables = Tables::read(folder, settings, &mut error);
        error.finish()?;
        tables.panel(settings)
    }
}

impl Tables {
    fn read(folder: &Path, settings: &Settings, error: &mut PanelError) -> Tables {
        let mut tables = Tables {
            tiers: Once::new(),
            names: BTreeMap::new(),
            laws: Once::new(),
            kinds: BTreeSet::new(),
            parties: Once::new(),
            scores: Once::new(),
            sanctions: Once::new(),
            regions: Once::new(),
            borders: Once::new(),
            covariates: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        let t = &mut tables;
        read(folder, "tip_tiers.csv", &["iso3", "country", "year", "tier"], true, error, |row| t.tier(row));
        read(folder, "laws.csv", &["iso3", "year", "kind"], true, error, |row| t.law(row, &settings.law));
        let columns = ["iso3", "action_date", "action_year", "status"];
        read(folder, "palermo.csv", &columns, true, error, |row| t.party(row));
        let columns = ["iso3", "year", PRACTICES[0], PRACTICES[1], PRACTICES[2]];
        read(folder, "p3_index.csv", &columns, false, error, |row| t.scores(row));
        read(folder, "sanctions.csv", &["iso3", "year", "imposed"], false, error, |row| t.sanction(row));
        read(folder, "regions.csv", &["iso3", "region"], false, error, |row| t.region(row));
        let columns = ["iso3_a", "iso3_b", "kind", "year"];
        read(folder, "ties.csv", &columns, true, error, |row| t.tie(row));
        // What a second file gives beside the first only fills its gaps.
        for (file, required) in [("covariates.csv", true), ("covariates_asean.csv", false)] {
            let mut values: Once<(String, String, i32), u64> = Once::new();
            let columns = ["iso3", "year", "variable", "value"];
            read(folder, file, &columns, required, error, |row| covariate(row, &mut values));
            for ((state, variable, year), bits) in values.values {
                let series = t.covariates.entry(state).or_default().entry(variable).or_default();
                series.entry(year).or_insert(f64::from_bits(bits));
            }
        }
        tables
    }

    fn tier(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(2, state)?;
        let who = format!("{state} {year}");
        let grade = match row.text(3) {
            // A special case is not rated; the watch list has two names.
            "SC" | "" => 0,
            "WL" => 3,
            tier => TIERS.iter().position(|t| *t == tier).ok_or_else(|| {
                row.problem(&format!("{who}: found tier {tier:?}, expected NR, SC, 1, 2, 2WL or 3"))
            })?,
        };
        self.names.entry(state.into()).or_insert_with(|| row.text(1).into());
        self.tiers.insert(row, (state.into(), year), grade as u8, &format!("{who}: tier {}", row.text(3)))
    }

    fn law(&mut self, row: &Row<'_>, law: &str) -> Result<(), String> {
        let state = row.state(0)?;
        self.kinds.insert(row.text(2).into());
        if row.text(2) != law {
            return Ok(());
        }
        let year = row.year(1, state)?;
        self.laws.insert(row, state.into(), year, &format!("{state} {year}: a first law"))
    }

    fn party(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let date =
            match (row.text(3), row.text(1), row.text(2)) {
                ("party", date, _) if !date.is_empty() => Some(decimal(date).ok_or_else(|| {
                    row.problem(&format!("{state}: found date {date:?}, expected YYYY-MM-DD"))
                })?),
                ("party", _, _) => Some(f64::from(row.year(2, state)?)),
                _ => None,
            };
        self.parties.insert(row, state.into(), date, &format!("{state}: status {}", row.text(3)))
    }

    fn scores(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(1, state)?;
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
        self.scores.insert(row, (state.into(), year), scores, &format!("{who}: scores"))
    }

    fn sanction(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        let year = row.year(1, state)?;
        let imposed = match row.text(2) {
            "1" | "true" => true,
            "0" | "false" => false,
            other => {
                return Err(row.problem(&format!("{state} {year}: found {other:?}, expected 1 or 0")));
            }
        };
        self.sanctions.insert(row, (state.into(), year), imposed, &format!("{state} {year}: sanctions"))
    }

    fn region(&mut self, row: &Row<'_>) -> Result<(), String> {
        let state = row.state(0)?;
        self.regions.insert(
            row,
            state.into(),
            row.text(1).into(),
            &format!("{state}: region {}", row.text(1)),
        )
    }

    fn tie(&mut self, row: &Row<'_>) -> Result<(), String> {
        if row.text(2) != "land_border" {
            *self.others.entry(row.text(2).into()).or_default() += 1;
            return Ok(());
        }
        let (a, b) = (row.state(0)?, row.state(1)?);
        if a == b {
            return Err(row.problem(&format!("{a}: a border with itself")));
        }
        let year = row.year(3, &format!("{a}-{b}"))?;
        let pair = (a.min(b).to_string(), a.max(b).to_string());
        self.borders.insert(row, pair, year, &format!("{a}-{b} {year}: a border"))
    }

    /// The panel of the states that are rated at least once.
    fn panel(self, settings: &Settings) -> Result<Panel, PanelError> {
        let mut error = PanelError::default();
        if self.laws.values.is_empty() {
            let kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
            error.add(format!("laws.csv: no law of kind `{}`; there is {}", settings.law, kinds.join(", ")));
        }
        let mut tiers: BTreeMap<String, BTreeMap<i32, u8>> = BTreeMap::new();
        for ((state, year), grade) in &self.tiers.values {
            if (settings.start..settings.end).contains(year) {
                tiers.entry(state.clone()).or_default().insert(*year, *grade);
            }
        }
        tiers.retain(|_, years| years.values().any(|grade| *grade > 0));
        if tiers.is_empty() {
            error.add(format!(
                "tip_tiers.csv: no state is rated in {} to {}",
                settings.start,
                settings.end - 1
            ));
        }
        let ids: Vec<String> = tiers.keys().cloned().collect();
        let mut region_of = Vec::new();
        for id in &ids {
            let given = self.regions.values.get(id).cloned();
            match given.or_else(|| regions::region(id).map(str::to_string)) {
                Some(region) => region_of.push(region),
                None => error.add(format!("tip_tiers.csv: {id}: in no region; give it one in regions.csv")),
            }
        }
        error.finish()?;
        let empty = Series::new();
        let series: Vec<Series> =
            ids.iter().map(|id| self.covariates.get(id).unwrap_or(&empty).clone()).collect();
        let known = covariates::settle(&series, &region_of, settings.start);
        let states = ids.iter().zip(region_of).zip(known).map(|((id, region), known)| {
            let mut scores: [BTreeMap<i32, u8>; 3] = Default::default();
            let of = |state: &str| (state.to_string(), i32::MIN)..(state.to_string(), i32::MAX);
            for ((_, year), three) in self.scores.values.range(of(id)) {
                for (k, score) in three.iter().enumerate() {
                    scores[k].extend(score.map(|score| (*year, score)));
                }
            }
            let sanctions = self.sanctions.values.range(of(id)).map(|((_, year), imposed)| (*year, *imposed));
            StateRecord {
                name: self.names.get(id).filter(|name| !name.is_empty()).unwrap_or(id).clone(),
                region,
                known,
                tiers: tiers[id].clone(),
                law: self.laws.values.get(id).copied(),
                party: self.parties.values.get(id).copied().flatten(),
                scores,
                sanctions: sanctions.collect(),
                id: id.clone(),
            }
        });
        let states: Vec<StateRecord> = states.collect();
        let inside = |id: &String| ids.binary_search(id).is_ok();
        let (borders, outside): (Vec<_>, Vec<_>) =
            self.borders.values.into_iter().partition(|((a, b), _)| inside(a) && inside(b));
        let mut notes = Vec::new();
        if !outside.is_empty() {
            notes.push(format!("{} borders with states that are not in the panel", outside.len()));
        }
        notes.extend(self.others.iter().map(|(kind, count)| format!("{count} ties of kind {kind}")));
        Ok(Panel {
            settings: settings.clone(),
            states,
            borders: borders.into_iter().map(|((a, b), year)| (a, b, year)).collect(),
            notes,
        })
    }
}

/// Takes a covariate that a link uses; the others are nobody's business here.
fn covariate(row: &Row<'_>, values: &mut Once<(String, String, i32), u64>) -> Result<(), String> {
    let variable = row.text(2);
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
    let year = row.year(1, state)?;
    let who = format!("{state} {year}: {variable}");
    match row.number(3, low, high, &who)? {
        Some(x) => {
            values.insert(row, (state.into(), variable.into(), year), x.to_bits(), &format!("{who}: {x}"))
        }
        None => Ok(()),
    }
}

/// A date as a decimal year.
fn decimal(date: &str) -> Option<f64> {
    let mut parts = date.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && parts.next().is_none();
    let months = f64::from(month - u32::from(valid)) + f64::from(day - u32::from(valid)) / 31.0;
    valid.then(|| ((f64::from(year) + months / 12.0) * 1000.0).round() / 1000.0)
}
