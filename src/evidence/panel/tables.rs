//! The tables of a panel, row by row: what each says of a state by the plan, checked against what it may say.

use super::base::Base;
use super::covariates::Series;
use super::error::PanelError;
use super::folder::{Columns, Folder, Said, StateYear, counts};
use super::plan::Plan;
use super::sections::{Covariates, Observed, Ties};
use super::tidy::{Asked, RECORDED, read};
use crate::input;
use crate::model::observation::{COOPERATIVE, NEGATIVE, NONE, Reading};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

/// Years from which ties and covariates may be.
const ANY: RangeInclusive<i64> = 1800..=2100;

/// A time over which two states were tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spell {
    /// The year from which; none where no table says.
    pub from: Option<i32>,
    /// The year before which it ended, if it did.
    pub until: Option<i32>,
    pub line: u64,
}

/// What the tables say, by state.
pub(super) struct Tables {
    pub names: BTreeMap<String, String>,
    /// By regime: the code of a grade, 0 not rated.
    pub grades: Vec<Said<StateYear, u8>>,
    /// By instrument: of each state whose status is known, the date of adoption, if it adopted.
    pub adopted: Vec<Said<String, Option<f64>>>,
    /// By observable of the plan.
    pub observed: Vec<Said<StateYear, Reading>>,
    /// By regime.
    pub sanctioned: Vec<Said<StateYear, bool>>,
    /// Id of the region of each state.
    pub regions: Said<String, String>,
    /// What each of these ids is called, and where first.
    pub titles: BTreeMap<String, (String, u64)>,
    pub ties: Said<(String, String), ()>,
    pub spells: BTreeMap<(String, String), Vec<Spell>>,
    pub covariates: BTreeMap<String, Series>,
    /// Names of variables that there are, used or not.
    pub variables: BTreeSet<String>,
    /// Ties that are not used, by what they are.
    pub others: BTreeMap<String, usize>,
    /// By year: rated states with any reaction on record, those that were looked for, and those with a row.
    pub reported: BTreeMap<i32, [usize; 3]>,
    /// State-years with a reaction of both kinds.
    pub mixed: usize,
}

impl Tables {
    pub fn read(path: &Path, plan: &Plan, base: &Base, error: &mut PanelError) -> Tables {
        let mut folder = Folder { path, codes: plan.codes, error };
        let names = folder.names(plan);
        let grades: Vec<Said<StateYear, u8>> =
            plan.grades.iter().map(|(id, of)| folder.grades(of, &base.grades(id))).collect();
        let adopted = plan.adopted.iter().map(|(id, of)| folder.adopted(of, base.opens(id))).collect();
        let sanctioned = plan.sanctioned.values().map(|of| folder.sanctioned(of)).collect();
        let mut titles = BTreeMap::new();
        let regions = folder.regions(plan.regions.as_ref(), &mut titles);
        let mut tables = Tables {
            names,
            grades,
            adopted,
            observed: Vec::new(),
            sanctioned,
            regions,
            titles,
            ties: Said::new(""),
            spells: BTreeMap::new(),
            covariates: BTreeMap::new(),
            variables: BTreeSet::new(),
            others: BTreeMap::new(),
            reported: BTreeMap::new(),
            mixed: 0,
        };
        for (name, of) in &plan.observed {
            let said = match &of.value {
                Some(value) => folder.observed(of, name, value),
                None => tables.reactions(&mut folder, of),
            };
            tables.observed.push(said);
        }
        if let Some(of) = &plan.ties {
            tables.ties = tables.ties(&mut folder, of);
        }
        // What a later table gives beside an earlier one only fills its gaps.
        for of in &plan.tables {
            tables.covariates(&mut folder, plan, of);
        }
        tables
    }

    /// Reactions by how many of either kind there were. One that is both, negative and cooperative, is negative: that is rarer, and no report calls it
    /// forth by itself.
    fn reactions(&mut self, folder: &mut Folder<'_, '_>, of: &Observed) -> Said<StateYear, Reading> {
        let mut columns = Columns::default();
        let (state, year) = (columns.need(&of.state), columns.need(&of.year));
        let [negative, cooperative] =
            [&of.negative, &of.cooperative].map(|name| columns.need_if(name.as_ref()));
        let wanted = columns.wanted(&of.r#where);
        let any = columns.may(of.any.as_ref());
        let Tables { grades, reported, mixed, .. } = self;
        folder.table((&of.table, of.optional), &columns, &wanted, |row, once| {
            let id = row.state(state)?;
            let year = row.year(year, &id, RECORDED)?;
            let who = format!("{id} {year}");
            let count = |column: Option<usize>| match column {
                Some(column) => row.count(column, 1000, &format!("{who}: {}", row.name(column))),
                None => Ok(None),
            };
            let (negative, cooperative, any) = (count(negative)?, count(cooperative)?, count(any)?);
            let key = (id, year);
            // To no report on it a state has no reaction.
            let is_rated =
                |said: &Said<StateYear, u8>| said.once.values.get(&key).is_some_and(|grade| *grade > 0);
            if !grades.is_empty() && !grades.iter().any(is_rated) {
                return Ok(());
            }
            let new = !once.values.contains_key(&key);
            let counts = reported.entry(year).or_default();
            counts[2] += usize::from(new);
            // What nobody looked for is missing; that nothing was found is a reading.
            let (Some(negative), Some(cooperative)) = (negative, cooperative) else { return Ok(()) };
            let value = match (negative > 0, cooperative > 0) {
                (true, _) => NEGATIVE,
                (false, true) => COOPERATIVE,
                (false, false) => NONE,
            };
            if new {
                let reacted = value != NONE || any.is_some_and(|any| any > 0);
                counts[0] += usize::from(reacted);
                counts[1] += 1;
                *mixed += usize::from(negative > 0 && cooperative > 0);
            }
            once.insert(row, key, Reading { value, with: None }, &format!("{who}: reaction"))
        })
    }

    fn ties(&mut self, folder: &mut Folder<'_, '_>, of: &Ties) -> Said<(String, String), ()> {
        let mut columns = Columns::default();
        let (a, b) = (columns.need(&of.a), columns.need(&of.b));
        let wanted = columns.wanted(&of.r#where);
        let begins = columns.may(of.from.as_ref());
        let ends = columns.may(of.until.as_ref());
        let Tables { spells, others, .. } = self;
        let mut said = Said::new(&of.table);
        let asked = Asked { name: &of.table, columns: &columns.needed, more: &columns.more, required: true };
        said.given = read(folder.path, folder.codes, &asked, folder.error, |row| {
            if !counts(row, &wanted, &mut said.seen) {
                let kind: Vec<&str> = wanted.iter().map(|(place, ..)| row.text(*place)).collect();
                *others.entry(kind.join(", ")).or_default() += 1;
                return Ok(());
            }
            let (a, b) = (row.state(a)?, row.state(b)?);
            if a == b {
                return Err(row.problem(&format!("{a}: a tie with itself")));
            }
            let who = format!("{a}-{b}");
            let year = |column: Option<usize>, who: &str| match column {
                Some(column) if !row.text(column).is_empty() => row.year(column, who, ANY).map(Some),
                _ => Ok(None),
            };
            let from = year(begins, &who)?;
            let until = year(ends, &format!("{who}: until"))?;
            if let (Some(from), Some(until)) = (from, until)
                && until <= from
            {
                let what = format!("{who}: found a tie until {until}, expected a year after {from}");
                return Err(row.problem(&what));
            }
            let spells = spells.entry((a.clone().min(b.clone()), a.max(b))).or_default();
            let spell = Spell { from, until, line: row.line() };
            let ends = |spell: &Spell| {
                (
                    spell.from.map_or(f64::NEG_INFINITY, f64::from),
                    spell.until.map_or(f64::INFINITY, f64::from),
                )
            };
            // Tables of dyads list both directions.
            if spells.iter().any(|other| (other.from, other.until) == (from, until)) {
                return Ok(());
            }
            let both_open = |other: &Spell| other.until.is_none() && until.is_none();
            if let Some(other) =
                spells.iter().find(|other| !both_open(other) && input::spans(ends(other), ends(&spell)))
            {
                let what = format!("{who}: a tie that overlaps that of line {}", other.line);
                return Err(
                    row.problem(&format!("{what}; spells of a tie follow one another, each with its end"))
                );
            }
            spells.push(spell);
            Ok(())
        });
        said
    }

    /// Takes the covariates that the plan declares; of other variables only that they are there.
    fn covariates(&mut self, folder: &mut Folder<'_, '_>, plan: &Plan, of: &Covariates) {
        let mut columns = Columns::default();
        let (state, year) = (columns.need(&of.state), columns.need(&of.year));
        let variable = columns.need_if(of.variable.as_ref());
        let value = columns.need_if(of.value.as_ref());
        // A wide table has a column for each covariate, or for some.
        let wide: Vec<Option<usize>> = (0..plan.covariates.len())
            .map(|k| if variable.is_none() { Some(plan.column(k)) } else { None })
            .map(|column| {
                column.map(|column| {
                    columns.more.push(column);
                    columns.needed.len() + columns.more.len() - 1
                })
            })
            .collect();
        let variables = &mut self.variables;
        let of_name: BTreeMap<&str, usize> =
            (0..plan.covariates.len()).map(|k| (plan.column(k), k)).collect();
        let said: Said<(String, usize, i32), f64> =
            folder.table((&of.table, of.optional), &columns, &[], |row, once| {
                let mut take = |k: usize, column: usize| {
                    let id = row.state(state)?;
                    let year = row.year(year, &id, ANY)?;
                    let (name, of) = (plan.column(k), plan.covariate_at(k).1);
                    let who = format!("{id} {year}: {name}");
                    match row.number(column, of.low, of.high, &who)? {
                        Some(x) => once.insert(row, (id, k, year), x, &format!("{who}: {x}")),
                        None => Ok(()),
                    }
                };
                if let (Some(variable), Some(value)) = (variable, value) {
                    let name = row.said(variable, row.name(variable))?;
                    if !variables.contains(name) {
                        variables.insert(name.into());
                    }
                    return of_name.get(name).map_or(Ok(()), |k| take(*k, value));
                }
                for (k, column) in wide.iter().enumerate() {
                    let Some(column) = column.filter(|column| row.has(*column)) else { continue };
                    take(k, column)?;
                }
                Ok(())
            });
        for ((state, covariate, year), x) in said.once.values {
            let none = || plan.covariates.iter().map(|_| BTreeMap::new()).collect();
            let series = self.covariates.entry(state).or_insert_with(none);
            series[covariate].entry(year).or_insert(x);
        }
    }
}
