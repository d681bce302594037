//! The historical record: tiers by year, dates of adoption, scores of practice, sanctions, and what else was observed of states. It serves hindcast,
//! pinning, validation and conditioning; a free run never reads it.

use super::document::{Node, Value};
use super::observed_readings;
use super::report::origin;
use super::validate::Context;
use super::wire_record::{Grade, Imposed, Score};
use super::wire_values::Date;
use crate::model::observation::{self, OBSERVABLES, Observation, Reading, SCORES};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Years that a record may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// The same in words.
const YEAR: &str = "a whole year from 1900 to 2100";

/// Keys beside states in the tables of the record.
pub(super) const BESIDE: [&str; 4] = ["from", "source", "note", "sources"];

/// What the 3P index scores, from 1 to 5 (Cho, Dreher & Neumayer 2014).
pub const PRACTICES: [&str; 3] =
    [OBSERVABLES[SCORES[0]].name, OBSERVABLES[SCORES[1]].name, OBSERVABLES[SCORES[2]].name];

/// The record, by the indices of the scenario's world. It may be longer than the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Per rating regime and state: code of the grade by year (0: not rated).
    pub tiers: Vec<Vec<BTreeMap<i32, u8>>>,
    /// Per instrument and state: date of adoption.
    pub adoptions: Vec<Vec<Option<f64>>>,
    /// Per rating regime and state: whether sanctions were imposed, by year; empty without a record.
    pub sanctions: Vec<Vec<BTreeMap<i32, bool>>>,
    /// Per observable of [`OBSERVABLES`] and state: what was seen, by year; empty without a record. Sanctions are by rating regime, above.
    pub readings: Vec<Vec<BTreeMap<i32, Reading>>>,
    /// How states are observed.
    pub observation: Observation<f64>,
}

impl Observed {
    /// Whether nothing is on record: no tier, no adoption and no score.
    pub fn is_empty(&self) -> bool {
        self.tiers.iter().all(Vec::is_empty)
            && self.adoptions.iter().all(Vec::is_empty)
            && self.scores().all(Vec::is_empty)
    }

    /// Per practice of [`PRACTICES`]: what was scored, by state and year.
    pub fn scores(&self) -> impl Iterator<Item = &Vec<BTreeMap<i32, Reading>>> {
        SCORES.into_iter().filter_map(|k| self.readings.get(k))
    }

    /// What was seen of a state in a year; `observable` is a position in [`OBSERVABLES`].
    pub fn reading(&self, observable: usize, state: usize, year: i32) -> Option<Reading> {
        self.readings.get(observable)?.get(state)?.get(&year).copied()
    }

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
        sanctions: context.ratings.iter().map(|_| Vec::new()).collect(),
        readings: vec![Vec::new(); OBSERVABLES.len()],
        observation: observed_readings::numbers(&mut context.report, context.document),
    };
    let Some(root) = context.document.root.get("observed") else { return observed };
    for (key, node) in entries(context, root, "observed") {
        match key {
            "tiers" => tiers(context, node, &mut observed),
            "adoptions" => adoptions(context, node, &mut observed),
            "practice" => practice(context, node, &mut observed),
            "sanctions" => sanctions(context, node, &mut observed),
            key if BESIDE[1..].contains(&key) => {}
            key => {
                if let Some(k) = observation::position(key).filter(|k| OBSERVABLES[*k].has_own_table()) {
                    observed.readings[k] = observed_readings::readings(context, node, k);
                    continue;
                }
                let names = ["tiers", "adoptions", "practice", "sanctions"].into_iter();
                let own = OBSERVABLES.iter().filter(|o| o.has_own_table()).map(|o| o.name);
                let hint = super::error::nearest(key, names.chain(own));
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
        let code = |context: &mut Context<'_>, node: &Node, path: &str, grade: Grade| {
            context.grade(rating, &grade, node.origin, path)
        };
        observed.tiers[rating] = by_state_in(context, record, &path, "tier", &[], &code);
    }
}

fn sanctions(context: &mut Context<'_>, node: &Node, observed: &mut Observed) {
    for (id, record) in entries(context, node, "observed.sanctions") {
        let path = format!("observed.sanctions.{id}");
        let Some(rating) = context.rating(id, record.origin, &path) else { continue };
        let imposed = |imposed: Imposed| imposed.0;
        observed.sanctions[rating] = by_state(context, record, &path, "answer", &[], imposed);
    }
}

fn practice(context: &mut Context<'_>, node: &Node, observed: &mut Observed) {
    for (name, record) in entries(context, node, "observed.practice") {
        let path = format!("observed.practice.{name}");
        match PRACTICES.iter().position(|practice| *practice == name) {
            Some(k) => {
                let score = |score: Score| Reading { value: f64::from(score.0), with: None };
                observed.readings[SCORES[k]] = by_state(context, record, &path, "score", &[], score);
            }
            None if BESIDE[1..].contains(&name) => {}
            None => {
                let hint = super::error::nearest(name, PRACTICES);
                context.report.wrong(record.origin, path, "unknown key", hint);
            }
        }
    }
}

/// A series for each state: by year, or a list from the table's `from`. `what` is an element in words, and `beside` are keys of the table that are no states.
pub(super) fn by_state<T: DeserializeOwned, V>(
    context: &mut Context<'_>,
    record: &Node,
    path: &str,
    what: &str,
    beside: &[&str],
    value: fn(T) -> V,
) -> Vec<BTreeMap<i32, V>> {
    by_state_in(context, record, path, what, beside, &|_, _, _, read| Some(value(read)))
}

/// What is made of an element that was read, with its place and path; none where a problem was added.
type Make<'a, T, V> = &'a dyn Fn(&mut Context<'_>, &Node, &str, T) -> Option<V>;

/// The same, of elements whose meaning hangs on the scenario.
fn by_state_in<T: DeserializeOwned, V>(
    context: &mut Context<'_>,
    record: &Node,
    path: &str,
    what: &str,
    beside: &[&str],
    value: Make<'_, T, V>,
) -> Vec<BTreeMap<i32, V>> {
    let mut states: Vec<BTreeMap<i32, V>> = context.states.iter().map(|_| BTreeMap::new()).collect();
    let from = from(context, record, path);
    for (name, row) in entries(context, record, path) {
        if BESIDE.contains(&name) || beside.contains(&name) {
            continue;
        }
        let path = format!("{path}.{name}");
        let Some(state) = context.state(name, row.origin, &path) else { continue };
        let mut series = Series { what, value, from, years: BTreeMap::new() };
        series.read(context, row, &path);
        if is_empty(row) {
            let expected =
                format!("a {what} of one year at least; leave out a state of which nothing is known");
            context.report.expected(row.origin, path, found_empty(row), expected);
        }
        states[state] = series.years;
    }
    states
}

/// Whether a list or table holds nothing.
fn is_empty(node: &Node) -> bool {
    node.list().is_some_and(<[Node]>::is_empty)
        || node.table().is_some_and(|table| table.keys().next().is_none())
}

fn found_empty(node: &Node) -> &'static str {
    if node.list().is_some() { "an empty list" } else { "an empty table" }
}

/// The first year of the lists of a table.
fn from(context: &mut Context<'_>, record: &Node, path: &str) -> From {
    let Some(node) = record.get("from") else { return From::Missing };
    let path = format!("{path}.from");
    match context.report.read::<i32>(node, &path) {
        Some(year) if YEARS.contains(&year) => From::Year(year),
        Some(year) => {
            context.report.expected(node.origin, path, year.to_string(), YEAR);
            From::Wrong
        }
        None => From::Wrong,
    }
}

/// The first year of a list.
#[derive(Clone, Copy)]
enum From {
    Year(i32),
    Missing,
    /// It is none, and that is told.
    Wrong,
}

/// A table of values by year, of no state.
pub(super) fn of_years<T: DeserializeOwned, V>(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    what: &str,
    value: fn(T) -> V,
) -> BTreeMap<i32, V> {
    let make: Make<'_, T, V> = &|_, _, _, read| Some(value(read));
    let mut series = Series { what, value: make, from: From::Missing, years: BTreeMap::new() };
    series.read(context, node, path);
    if is_empty(node) {
        context.report.expected(
            node.origin,
            path,
            found_empty(node),
            format!("a {what} of one year at least"),
        );
    }
    series.years
}

/// The values of a state by year, while they are read.
struct Series<'a, T, V> {
    what: &'a str,
    value: Make<'a, T, V>,
    from: From,
    years: BTreeMap<i32, V>,
}

impl<T: DeserializeOwned, V> Series<'_, T, V> {
    fn read(&mut self, context: &mut Context<'_>, row: &Node, path: &str) {
        let what = self.what;
        match &row.value {
            Value::List(list) => {
                let from = match self.from {
                    From::Year(from) => from,
                    From::Missing if list.is_empty() => return,
                    From::Missing => {
                        let hint = Some(format!("give `from`, the year of the first {what} in each list"));
                        let found = format!("a list of {what}s without a first year");
                        return context.report.wrong(row.origin, path, found, hint);
                    }
                    From::Wrong => return,
                };
                for (i, node) in list.iter().enumerate() {
                    self.insert(context, node, &format!("{path}[{i}]"), i64::from(from) + i as i64);
                }
            }
            Value::Table(table) => {
                for (year, node) in table.iter() {
                    let path = format!("{path}.{year}");
                    // One spelling alone: 2003 and 02003 would be two entries of one year.
                    if let Some(year) = year.parse::<i64>().ok().filter(|number| number.to_string() == year) {
                        self.insert(context, node, &path, year);
                    } else {
                        let found = crate::excerpt::quoted(year);
                        context.report.expected(node.origin, path, found, "a whole year, as 2003");
                    }
                }
            }
            _ => {
                let expected = format!("a list of {what}s, or a table of {what}s by year");
                context.report.expected(row.origin, path, row.describe(), expected);
            }
        }
    }

    fn insert(&mut self, context: &mut Context<'_>, node: &Node, path: &str, year: i64) {
        let read = context.report.read::<T>(node, path);
        let value = read.and_then(|read| (self.value)(context, node, path, read));
        match i32::try_from(year).ok().filter(|year| YEARS.contains(year)) {
            Some(year) => self.years.extend(value.map(|value| (year, value))),
            None => {
                context.report.expected(node.origin, path, year.to_string(), YEAR);
            }
        }
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
