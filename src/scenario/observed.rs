//! The historical record: tiers by year and dates of adoption. It serves hindcast, pinning and validation;
//! a free run never reads it.

use super::document::{Node, Value};
use super::report::origin;
use super::validate::Context;
use super::wire_values::{Date, Grade};
use std::collections::BTreeMap;

/// Years that a record may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Keys beside states in the tables of the record.
const BESIDE: [&str; 4] = ["from", "source", "note", "sources"];

/// The record, by the indices of the scenario's world. It may be longer than the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Per rating regime and state: grade by year (0 not rated, 1 to 4 for tier 1, 2, 2WL, 3).
    pub tiers: Vec<Vec<BTreeMap<i32, u8>>>,
    /// Per instrument and state: date of adoption.
    pub adoptions: Vec<Vec<Option<f64>>>,
}

impl Observed {
    /// The grade on record.
    pub fn tier(&self, rating: usize, state: usize, year: i32) -> Option<u8> {
        self.tiers.get(rating)?.get(state)?.get(&year).copied()
    }

    /// The date of adoption on record.
    pub fn adoption(&self, instrument: usize, state: usize) -> Option<f64> {
        *self.adoptions.get(instrument)?.get(state)?
    }
}

/// Reads the record.
pub(crate) fn observed(context: &mut Context<'_>) -> Observed {
    let mut observed = Observed {
        tiers: context.ratings.iter().map(|_| Vec::new()).collect(),
        adoptions: context.instruments.iter().map(|_| Vec::new()).collect(),
    };
    let Some(root) = context.document.root.get("observed") else { return observed };
    for (key, node) in entries(context, root, "observed") {
        match key {
            "tiers" => tiers(context, node, &mut observed),
            "adoptions" => adoptions(context, node, &mut observed),
            key if BESIDE[1..].contains(&key) => {}
            key => {
                let hint = super::error::nearest(key, ["tiers", "adoptions"]);
                context.report.wrong(node.origin, format!("observed.{key}"), "unknown key", hint);
            }
        }
    }
    observed
}

fn entries<'n>(context: &mut Context<'_>, node: &'n Node, path: &str) -> Vec<(&'n str, &'n Node)> {
    if node.table().is_none() {
        context.report.expected(node.origin, path, node.describe(), "a table");
    }
    node.table().into_iter().flat_map(super::document::Table::iter).collect()
}

fn tiers(context: &mut Context<'_>, node: &Node, observed: &mut Observed) {
    for (id, record) in entries(context, node, "observed.tiers") {
        let path = format!("observed.tiers.{id}");
        let Some(rating) = context.rating(id, record.origin, &path) else { continue };
        let mut tiers = vec![BTreeMap::new(); context.states.len()];
        let from =
            record.get("from").and_then(|from| context.report.read::<i32>(from, &format!("{path}.from")));
        for (name, row) in entries(context, record, &path) {
            if BESIDE.contains(&name) {
                continue;
            }
            let path = format!("{path}.{name}");
            let Some(state) = context.state(name, row.origin, &path) else { continue };
            tiers[state] = grades(context, row, &path, from);
        }
        observed.tiers[rating] = tiers;
    }
}

/// The grades of a state: by year, or a list from the table's `from`.
fn grades(context: &mut Context<'_>, row: &Node, path: &str, from: Option<i32>) -> BTreeMap<i32, u8> {
    let mut grades = BTreeMap::new();
    match &row.value {
        Value::List(list) => {
            let Some(from) = from else {
                let hint = Some("give `from`, the year of the first tier in each list".into());
                context.report.wrong(row.origin, path, "a list of tiers without a first year", hint);
                return grades;
            };
            for (i, tier) in list.iter().enumerate() {
                let grade = context.report.read::<Grade>(tier, &format!("{path}[{i}]"));
                let year = i64::from(from) + i as i64;
                insert(context, tier, &format!("{path}[{i}]"), year, grade, &mut grades);
            }
        }
        Value::Table(table) => {
            for (year, tier) in table.iter() {
                let path = format!("{path}.{year}");
                let grade = context.report.read::<Grade>(tier, &path);
                match year.parse::<i64>() {
                    Ok(year) => insert(context, tier, &path, year, grade, &mut grades),
                    Err(_) => context.report.expected(tier.origin, path, format!("{year:?}"), "a year"),
                }
            }
        }
        _ => {
            let expected = "a list of tiers, or a table of tiers by year";
            context.report.expected(row.origin, path, row.describe(), expected);
        }
    }
    grades
}

fn insert(
    context: &mut Context<'_>,
    at: &Node,
    path: &str,
    year: i64,
    grade: Option<Grade>,
    grades: &mut BTreeMap<i32, u8>,
) {
    match i32::try_from(year).ok().filter(|year| YEARS.contains(year)) {
        Some(year) => grades.extend(grade.map(|grade| (year, grade.0))),
        None => context.report.expected(at.origin, path, year.to_string(), "a year from 1900 to 2100"),
    }
}

fn adoptions(context: &mut Context<'_>, node: &Node, observed: &mut Observed) {
    for (id, record) in entries(context, node, "observed.adoptions") {
        let path = format!("observed.adoptions.{id}");
        let Some(instrument) = context.instrument(id, record.origin, &path) else { continue };
        let mut dates = vec![None; context.states.len()];
        for (name, value) in entries(context, record, &path) {
            if BESIDE[1..].contains(&name) {
                continue;
            }
            let path = format!("{path}.{name}");
            let Some(state) = context.state(name, value.origin, &path) else { continue };
            let Some(Date(date)) = context.report.read(value, &path) else { continue };
            if date < f64::from(*YEARS.start()) || date > f64::from(*YEARS.end()) {
                let expected = "a date from 1900 to 2100";
                context.report.expected(origin(record, name), path, date.to_string(), expected);
            }
            dates[state] = Some(date);
        }
        observed.adoptions[instrument] = dates;
    }
}
