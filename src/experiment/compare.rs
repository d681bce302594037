//! What paired arms say: means, differences with their intervals, reversals, waits; as numbers and as tables.
//!
//! It simulates nothing ([`paired`](crate::experiment::paired) does), and knows no terminal and no file.

use crate::estimate::{Estimate, Interval, Level};
use crate::experiment::cells::{Quantity, Target};
use crate::experiment::outcome::Place;
use crate::experiment::paired::{Column, Pair, Profile};
use crate::model::world::World;
use crate::output::schema::{self, ColumnType};
use crate::output::table::{Table, Text, Values, labels};

/// A cell of two arms, estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// In the base.
    pub base: Estimate,
    /// In the other arm.
    pub other: Estimate,
    /// Other less base, replicate by replicate.
    pub difference: Estimate,
    /// The difference's interval; none for one replicate.
    pub interval: Option<Interval>,
    /// Share of replicates whose difference has the sign that the mean difference has not.
    pub reversed: f64,
    /// Replicates that each of two independent samples would need for an interval as narrow; none for one replicate.
    pub unpaired: Option<f64>,
}

/// An arm as it is named.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Name of the counterfactual.
    pub name: &'a str,
    /// What it gave.
    pub pair: &'a Pair,
}

/// A table and what its columns are.
#[derive(Clone, Debug)]
pub struct Described {
    /// The columns.
    pub columns: Vec<schema::Column>,
    /// The rows.
    pub table: Table,
}

/// Columns in the making: what is added to a row is added to each.
#[derive(Default)]
pub(super) struct Making {
    columns: Vec<schema::Column>,
    values: Vec<Values>,
}

impl Making {
    pub(super) fn text(&mut self, name: &str, meaning: &str, items: Vec<String>) {
        let mut distinct = items.clone();
        distinct.sort();
        distinct.dedup();
        let codes =
            items.into_iter().map(|item| distinct.binary_search(&item).unwrap_or_default() as u32).collect();
        self.add(
            name,
            ColumnType::String,
            "-",
            meaning,
            Values::Text(Text { labels: labels(distinct), codes }),
        );
    }

    pub(super) fn whole(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<i32>) {
        self.add(name, ColumnType::Int32, unit, meaning, Values::Int32(items));
    }

    pub(super) fn number(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<f64>) {
        self.add(name, ColumnType::Double, unit, meaning, Values::Double(items));
    }

    /// A column of what one replicate has not: it is left out where any row lacks it.
    pub(super) fn optional(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<Option<f64>>) {
        if let Some(items) = items.into_iter().collect::<Option<Vec<f64>>>() {
            self.number(name, unit, meaning, items);
        }
    }

    /// Draws of a posterior that the replicates of each of some rows saw, where there is one: they, not the replicates alone, make intervals
    /// as wide as they are.
    pub(super) fn draws(&mut self, draws: u64, rows: usize) {
        if draws > 0 {
            self.whole(
                "draws",
                "-",
                "draws of the posterior that the replicates saw",
                vec![draws as i32; rows],
            );
        }
    }

    fn add(&mut self, name: &str, kind: ColumnType, unit: &str, meaning: &str, values: Values) {
        let (name, unit, meaning) = (name.to_string(), unit.to_string(), meaning.to_string());
        self.columns.push(schema::Column { name, kind, unit, meaning });
        self.values.push(values);
    }

    pub(super) fn end(self) -> Described {
        Described { columns: self.columns, table: Table { columns: self.values } }
    }
}

/// A table of text: name, meaning and cells of each column.
pub fn texts(columns: &[(&str, &str, Vec<String>)]) -> Described {
    let mut making = Making::default();
    for (name, meaning, items) in columns {
        making.text(name, meaning, items.clone());
    }
    making.end()
}

/// Id of a place: a state's, or `mean`.
pub fn place_id(place: Place, world: &World) -> String {
    match place {
        Place::State(i) => world.states[i].id.clone(),
        Place::Mean => "mean".into(),
    }
}

/// Year at whose end a row lies; the year before the first is the start.
pub fn year(world: &World, row: usize) -> i32 {
    world.clock.start - 1 + row as i32
}

/// A row of a table in the making.
struct Row {
    counterfactual: String,
    state: String,
    year: i32,
    column: Column,
    says: Difference,
    draws: u64,
}

/// The cells of arms that a filter keeps, by arm, column and year.
fn rows(base: &World, arms: &[Named], level: f64, keep: impl Fn(usize, Quantity) -> bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let level = Level::new(level);
    for arm in arms {
        for (c, column) in arm.pair.columns.iter().enumerate() {
            for row in (0..=base.clock.years()).filter(|row| keep(*row, column.quantity)) {
                rows.push(Row {
                    counterfactual: arm.name.to_string(),
                    state: place_id(column.place, base),
                    year: year(base, row),
                    column: *column,
                    says: arm.pair.says(row, c, &level),
                    draws: arm.pair.spread.draws(),
                });
            }
        }
    }
    rows
}

pub(super) const STATE: &str =
    "id of the state; mean: the unweighted mean over states, replicate by replicate";
const COUNTERFACTUAL: &str = "name of the counterfactual";

fn keys(making: &mut Making, rows: &[Row]) {
    making.text("counterfactual", COUNTERFACTUAL, rows.iter().map(|r| r.counterfactual.clone()).collect());
    making.text("state", STATE, rows.iter().map(|r| r.state.clone()).collect());
}

/// Means of both arms, the paired difference and its interval, under names that say of what.
fn numbers(making: &mut Making, rows: &[Row], [base, other, difference]: [&str; 3], unit: &str) {
    let each = |f: fn(&Difference) -> f64| rows.iter().map(|r| f(&r.says)).collect::<Vec<f64>>();
    let end = |of: fn(Interval) -> f64| rows.iter().map(|r| r.says.interval.map(of)).collect();
    making.number(base, unit, "mean in the baseline", each(|s| s.base.mean));
    making.number(other, unit, "mean in the counterfactual", each(|s| s.other.mean));
    making.number(difference, unit, "counterfactual less baseline, paired", each(|s| s.difference.mean));
    making.optional("low", unit, "lower end of the difference's interval", end(|i| i.low));
    making.optional("high", unit, "upper end of the difference's interval", end(|i| i.high));
    making.draws(rows.first().map_or(0, |r| r.draws), rows.len());
}

/// Every outcome, state and year: means, paired difference, interval, reversals, replicates that independent samples
/// would need. Tiers and terms of the ledger are among them if they were kept.
pub fn differences(base: &World, arms: &[Named], level: f64) -> Described {
    let rows = rows(base, arms, level, |_, quantity| {
        !matches!(quantity, Quantity::Reached(_) | Quantity::Waited(_))
    });
    let mut making = Making::default();
    keys(&mut making, &rows);
    let meaning = "year, at its end; the year before the first one is the start";
    making.whole("year", "yr", meaning, rows.iter().map(|r| r.year).collect());
    let names = rows.iter().map(|r| r.column.quantity.name(base)).collect();
    making.text("variable", "name of the outcome; tiers and phases one value each", names);
    making.whole("n", "-", "replicates", rows.iter().map(|r| r.says.difference.n as i32).collect());
    numbers(&mut making, &rows, ["base", "other", "difference"], "-");
    let sd = rows.iter().map(|r| r.says.difference.sd).collect();
    making.optional("sd", "-", "standard deviation of the difference between replicates (n - 1)", sd);
    let reversed = rows.iter().map(|r| r.says.reversed).collect();
    making.number("reversed", "share", "replicates whose difference has the other sign", reversed);
    let meaning = "replicates of each arm that two independent samples would need for an interval as narrow";
    making.optional("unpaired_replicates", "-", meaning, rows.iter().map(|r| r.says.unpaired).collect());
    making.end()
}

/// Adoption of each instrument, and phases reached for the first time: probability by year in each arm.
pub fn adoption(base: &World, arms: &[Named], level: f64) -> Described {
    let rows = rows(base, arms, level, |_, quantity| matches!(quantity, Quantity::Reached(_)));
    let mut making = Making::default();
    keys(&mut making, &rows);
    making.whole("year", "yr", "year, at its end", rows.iter().map(|r| r.year).collect());
    making.text("target", TARGET, rows.iter().map(|r| target(base, r.column.quantity)).collect());
    numbers(&mut making, &rows, ["base", "other", "difference"], "probability");
    making.end()
}

/// Time to each adoption and phase, within the run: restricted mean in each arm, and the share that never gets there.
pub fn waits(base: &World, arms: &[Named], level: f64) -> Described {
    let last = base.clock.years();
    let waited = rows(base, arms, level, |row, q| row == last && matches!(q, Quantity::Waited(_)));
    let reached = rows(base, arms, level, |row, q| row == last && matches!(q, Quantity::Reached(_)));
    let mut making = Making::default();
    keys(&mut making, &waited);
    making.text("target", TARGET, waited.iter().map(|r| target(base, r.column.quantity)).collect());
    numbers(&mut making, &waited, ["base_years", "other_years", "difference"], "yr");
    // Both lists are by arm, state and target, in the same order.
    let never = |f: fn(&Difference) -> f64| reached.iter().map(|r| 1.0 - f(&r.says)).collect();
    making.number(
        "base_never",
        "share",
        "replicates of the baseline that never get there",
        never(|s| s.base.mean),
    );
    making.number(
        "other_never",
        "share",
        "replicates of the counterfactual that never get there",
        never(|s| s.other.mean),
    );
    making.end()
}

const TARGET: &str = "id of the instrument, or phase_K for reaching phase K or higher";

fn target(world: &World, quantity: Quantity) -> String {
    match quantity {
        Quantity::Reached(Target::Adoption(j)) | Quantity::Waited(Target::Adoption(j)) => {
            world.instruments[j].id.clone()
        }
        Quantity::Reached(Target::Phase(k)) | Quantity::Waited(Target::Phase(k)) => format!("phase_{k}"),
        other => other.name(world),
    }
}

/// The base by itself: mean and interval of every quantity, state and year.
pub fn means(base: &World, profile: &Profile, level: f64) -> Described {
    let level = Level::new(level);
    let rows: Vec<(&Column, usize, Estimate, Option<Interval>)> = profile
        .columns
        .iter()
        .enumerate()
        .flat_map(|(c, column)| (0..=base.clock.years()).map(move |row| (c, column, row)))
        .map(|(c, column, row)| (column, row, profile.estimate_of(row, c), profile.interval(row, c, &level)))
        .collect();
    let mut making = Making::default();
    making.text("state", STATE, rows.iter().map(|(c, ..)| place_id(c.place, base)).collect());
    let meaning = "year, at its end; the year before the first one is the start";
    making.whole("year", "yr", meaning, rows.iter().map(|(_, row, ..)| year(base, *row)).collect());
    let meaning = "motivation, a term of the ledger (change over the year; _total: since the start), or a tier or adoption as a share";
    making.text("variable", meaning, rows.iter().map(|(c, ..)| c.quantity.name(base)).collect());
    making.whole("n", "-", "replicates", rows.iter().map(|(_, _, e, _)| e.n as i32).collect());
    making.number("mean", "-", "mean", rows.iter().map(|(_, _, e, _)| e.mean).collect());
    let end = |of: fn(Interval) -> f64| rows.iter().map(|(_, _, _, i)| i.map(of)).collect();
    making.optional("low", "-", "lower end of the mean's interval", end(|i| i.low));
    making.optional("high", "-", "upper end of the mean's interval", end(|i| i.high));
    making.draws(profile.spread.draws(), rows.len());
    making.end()
}
