//! What arms say, as tables: means, differences with their intervals, reversals.
//!
//! It simulates nothing ([`paired`](crate::experiment::paired) does), and knows no terminal and no file.

use crate::estimate::{Estimate, Level};
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place};
use crate::experiment::paired::{Difference, Pair, Profile};
use crate::model::world::World;
use crate::output::schema::{self, ColumnType};
use crate::output::table::{Table, Text, Values, labels};
use std::collections::BTreeMap;

/// An arm as it is named.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Name of the counterfactual.
    pub name: &'a str,
    /// What it gave.
    pub pair: &'a Pair,
    /// What it gave with fresh luck, in a history, where that was asked for.
    pub fresh: Option<&'a Pair>,
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
pub(crate) struct Making {
    columns: Vec<schema::Column>,
    values: Vec<Values>,
}

impl Making {
    pub(crate) fn text(&mut self, name: &str, meaning: &str, items: Vec<String>) {
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

    pub(crate) fn whole(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<i32>) {
        self.add(name, ColumnType::Int32, unit, meaning, Values::Int32(items));
    }

    pub(crate) fn number(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<f64>) {
        self.add(name, ColumnType::Double, unit, meaning, Values::Double(items));
    }

    /// What estimates have beside their mean: standard deviation, interval, least and greatest; of a single replicate what it has.
    pub(crate) fn spread(&mut self, what: &str, unit: &str, of: &[Estimate]) {
        let each = |f: fn(&Estimate) -> Option<f64>| of.iter().map(f).collect::<Vec<_>>();
        let sd = format!("standard deviation of the {what} between replicates (n - 1)");
        self.optional("sd", unit, &sd, each(|e| e.sd));
        let end = |which: &str| format!("{which} end of the {what}'s interval");
        self.optional("ci_low", unit, &end("lower"), each(|e| Some(e.interval?.low)));
        self.optional("ci_high", unit, &end("upper"), each(|e| Some(e.interval?.high)));
        self.number("min", unit, "least of the replicates", of.iter().map(|e| e.min).collect());
        self.number("max", unit, "greatest of the replicates", of.iter().map(|e| e.max).collect());
    }

    /// The same number and its interval as they are otherwise: of columns that begin with `otherwise`, `how` in words.
    pub(crate) fn beside(&mut self, what: &str, [otherwise, how]: [&str; 2], of: &[Estimate]) {
        let each = |f: fn(&Estimate) -> Option<f64>| of.iter().map(f).collect::<Vec<_>>();
        let means = of.iter().map(|e| e.mean).collect();
        self.number(&format!("{otherwise}_{what}"), "-", &format!("the {what} {how}"), means);
        let end = |which: &str| format!("{which} end of its interval {how}");
        let name = |which: &str| format!("{otherwise}_ci_{which}");
        self.optional(&name("low"), "-", &end("lower"), each(|e| Some(e.interval?.low)));
        self.optional(&name("high"), "-", &end("upper"), each(|e| Some(e.interval?.high)));
    }

    /// A column of what one replicate has not: it is left out where any row lacks it.
    pub(crate) fn optional(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<Option<f64>>) {
        if let Some(items) = items.into_iter().collect::<Option<Vec<f64>>>() {
            self.number(name, unit, meaning, items);
        }
    }

    /// A column of what some rows have not: no number there.
    pub(crate) fn where_known(&mut self, name: &str, unit: &str, meaning: &str, items: Vec<f64>) {
        self.add(name, ColumnType::OptionalDouble, unit, meaning, Values::Double(items));
    }

    /// Draws of a posterior that the replicates of each of some rows saw, where there is one: they, not the replicates alone, make intervals
    /// as wide as they are.
    pub(crate) fn draws(&mut self, draws: u64, rows: usize) {
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

    pub(crate) fn end(self) -> Described {
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

pub(crate) const STATE: &str =
    "id of the state; mean: the unweighted mean over states, replicate by replicate";

/// Numbers of outcomes, those of one measure and place together, by year.
fn series(outcomes: &Outcomes) -> Vec<usize> {
    let mut first: BTreeMap<(Place, Measure), usize> = BTreeMap::new();
    for (number, outcome) in outcomes.iter().enumerate() {
        first.entry((outcome.place, outcome.measure)).or_insert(number);
    }
    let mut order: Vec<usize> = (0..outcomes.len()).collect();
    order.sort_by_key(|at| (first[&(outcomes[*at].place, outcomes[*at].measure)], outcomes[*at].row));
    order
}

/// Whose, when and what a row is of.
pub(crate) fn keys<'o>(
    making: &mut Making,
    base: &World,
    outcomes: impl Iterator<Item = &'o Outcome> + Clone,
) {
    making.text("state", STATE, outcomes.clone().map(|o| o.place.id(base).to_string()).collect());
    let meaning = "year, at its end; the year before the first one is the start";
    making.whole("year", "yr", meaning, outcomes.clone().map(|o| o.year(base)).collect());
    let meaning = "name of the outcome; phases and tiers one value each; terms of the ledger in the year, and since the start (_total)";
    making.text("variable", meaning, outcomes.map(|o| o.measure.name(base)).collect());
}

/// Outcomes in both arms: means, paired difference, interval, reversals, replicates that independent samples would need. Of all that were
/// read, those that a filter keeps.
pub fn differences(base: &World, arms: &[Named], level: f64, keep: impl Fn(&Outcome) -> bool) -> Described {
    let level = Level::new(level);
    let mut rows: Vec<(&str, Outcome, Difference)> = Vec::new();
    let mut fresh: Vec<Estimate> = Vec::new();
    let mut of_draws: Vec<Option<f64>> = Vec::new();
    for arm in arms {
        let kept = series(&arm.pair.outcomes).into_iter().filter(|at| keep(&arm.pair.outcomes[*at]));
        for at in kept {
            let outcome = arm.pair.outcomes[at];
            rows.push((arm.name, outcome, arm.pair.at(at, &level)));
            of_draws.push(arm.pair.of_draws(at));
            fresh.extend(arm.fresh.and_then(|pair| pair.difference(outcome, &level)).map(|d| d.difference));
        }
    }
    let mut making = Making::default();
    let names = rows.iter().map(|r| r.0.to_string()).collect();
    making.text("counterfactual", "name of the counterfactual", names);
    keys(&mut making, base, rows.iter().map(|r| &r.1));
    making.whole("n", "-", "replicates", rows.iter().map(|r| r.2.difference.n as i32).collect());
    let each = |f: fn(&Difference) -> f64| rows.iter().map(|r| f(&r.2)).collect::<Vec<f64>>();
    making.number("base", "-", "mean in the baseline", each(|d| d.base.mean));
    making.number("other", "-", "mean in the counterfactual", each(|d| d.other.mean));
    let meaning = "counterfactual less baseline, paired";
    making.number("difference", "-", meaning, each(|d| d.difference.mean));
    making.spread("difference", "-", &rows.iter().map(|r| r.2.difference).collect::<Vec<Estimate>>());
    making.draws(arms.first().map_or(0, |arm| arm.pair.draws()), rows.len());
    let meaning = "share of the difference's variance between replicates that is between draws of the posterior; none where nothing varies, and of fewer than ten draws or five replicates a draw";
    if of_draws.iter().any(Option::is_some) {
        let shares = of_draws.iter().map(|share| share.unwrap_or(f64::NAN)).collect();
        making.number("of_parameters", "share", meaning, shares);
    }
    let meaning = "replicates whose difference has the other sign";
    making.number("reversed", "share", meaning, each(|d| d.reversed));
    let meaning = "replicates of each arm that two independent samples would need for an interval as narrow";
    making.optional("unpaired_replicates", "-", meaning, rows.iter().map(|r| r.2.unpaired).collect());
    if arms.iter().any(|arm| arm.fresh.is_some()) {
        making.beside("difference", ["fresh", "with fresh luck in the counterfactual"], &fresh);
    }
    making.end()
}

/// The base by itself: what replicates say of every outcome that was read.
pub fn means(base: &World, profile: &Profile, level: f64) -> Described {
    let level = Level::new(level);
    let order = series(&profile.outcomes);
    let estimates: Vec<Estimate> = order.iter().map(|at| profile.at(*at, &level)).collect();
    let mut making = Making::default();
    keys(&mut making, base, order.iter().map(|at| &profile.outcomes[*at]));
    making.whole("n", "-", "replicates", estimates.iter().map(|e| e.n as i32).collect());
    making.number("mean", "-", "mean", estimates.iter().map(|e| e.mean).collect());
    making.spread("mean", "-", &estimates);
    making.draws(profile.draws(), estimates.len());
    making.end()
}
