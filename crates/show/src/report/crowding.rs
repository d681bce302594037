//! The figure of what is assumed of crowding: each effect in the history without any, over draws of a prior and of a posterior, and at the scenario's own coefficients.

use super::figure::{Data, Figure, cell, cell_or_empty, listed};
use super::folder::{Folder, doubles, texts, wholes};
use super::places::MEAN;
use crate::plot::{Bar, Plot, Rows, RowsPanel};
use std::collections::BTreeSet;
use suasion::experiment::error::ExperimentError;
use suasion::model::variable::Variable;
use suasion::output::schema::ColumnType;
use suasion::output::table::Table;

/// Name of the table.
const TABLE: &str = "crowding";
/// Effects that have a panel each.
const MOST: usize = 12;
/// Settings by their columns: number, ends, and words of it.
const SETTINGS: [(&str, [&str; 2], &str); 4] = [
    ("null", ["null_ci_low", "null_ci_high"], "no crowding"),
    ("prior", ["prior_low", "prior_high"], "prior"),
    ("posterior", ["posterior_low", "posterior_high"], "posterior"),
    ("defaults", ["defaults_ci_low", "defaults_ci_high"], "defaults"),
];
/// Columns of what an effect is of.
const KEYS: [(&str, ColumnType); 5] = [
    ("counterfactual", ColumnType::String),
    ("state", ColumnType::String),
    ("year", ColumnType::Int32),
    ("variable", ColumnType::String),
    ("says", ColumnType::String),
];

/// The table with as many of the settings as it has.
fn read(folder: &Folder) -> Result<(Table, Vec<usize>), ExperimentError> {
    let columns = |settings: &[usize]| {
        let of = settings.iter().flat_map(|k| {
            let (name, ends, _) = SETTINGS[*k];
            let has_ends = folder.has_intervals() || *k == 1 || *k == 2;
            std::iter::once(name).chain(ends.into_iter().filter(move |_| has_ends))
        });
        KEYS.into_iter().chain(of.map(|name| (name, ColumnType::Double))).collect::<Vec<_>>()
    };
    let mut last = None;
    for settings in [vec![0, 1, 2, 3], vec![0, 1, 3], vec![0, 3]] {
        match folder.table(TABLE, &columns(&settings)) {
            Ok(table) => return Ok((table, settings)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| ExperimentError::Asked("there is no table of crowding".into())))
}

/// Whether the folder has the table.
fn is_there(folder: &Folder) -> bool {
    let is = |name: &str| name.rsplit_once('.').is_some_and(|(stem, _)| stem == TABLE);
    folder.manifest.files.iter().any(|file| is(&file.name))
}

/// What is assumed of a counterfactual's effect on motivation over all states, in a sentence; none where it was not asked for.
pub(super) fn in_short(folder: &Folder, arm: &str) -> Result<Option<String>, ExperimentError> {
    if !is_there(folder) {
        return Ok(None);
    }
    let (table, _) = read(folder)?;
    let name = Variable::Motivation.describe().0;
    let is_it = |row: &usize| {
        [(0, arm), (1, MEAN), (3, name)]
            .iter()
            .all(|(column, text)| texts(&table, *column).get(*row) == *text)
    };
    let Some(row) = (0..table.rows()).rev().find(is_it) else { return Ok(None) };
    // Of each setting a number, then its ends where it has them: the first is that without crowding.
    let without = doubles(&table, KEYS.len())[row];
    let last = if folder.has_intervals() { 3 } else { 1 };
    let width = table.columns.len();
    let with = doubles(&table, width - last)[row];
    let verdict = match texts(&table, 4).get(row) {
        "assumed" => "what crowding does to this is assumed, and not found in the record",
        "informed" => "the record says something of what crowding does to this",
        _ => "this does not hang on crowding",
    };
    Ok(Some(format!(
        "Without any crowding motivation would differ by {without:+.3}, with the scenario's coefficients by {with:+.3}: {verdict}."
    )))
}

/// The figure, where the folder has the table.
pub(super) fn figure(folder: &Folder) -> Result<Option<Figure>, ExperimentError> {
    if !is_there(folder) {
        return Ok(None);
    }
    let (table, settings) = read(folder)?;
    let mut data = Data::new(&[
        "counterfactual",
        "place",
        "year",
        "variable",
        "setting",
        "difference",
        "low",
        "high",
        "says",
    ]);
    let (mut panels, mut said, mut shown) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in 0..table.rows() {
        let text = |column: usize| texts(&table, column).get(row);
        let (arm, place, variable, says) = (text(0), text(1), text(3), text(4));
        let year = wholes(&table, 2)[row];
        let mut at = KEYS.len();
        let mut number = || {
            at += 1;
            doubles(&table, at - 1)[row]
        };
        let mut bars = Vec::new();
        for k in &settings {
            let to = number();
            let has_ends = folder.has_intervals() || *k == 1 || *k == 2;
            let interval = has_ends.then(|| (number(), number()));
            bars.push(Some(Bar { to, interval, is_whole: *k == 0 || *k == 3, ..Bar::default() }));
            data.rows.push(vec![
                arm.into(),
                place.into(),
                year.to_string(),
                variable.into(),
                SETTINGS[*k].0.into(),
                cell(to),
                cell_or_empty(interval.map(|i| i.0)),
                cell_or_empty(interval.map(|i| i.1)),
                says.into(),
            ]);
        }
        let whose = folder.name_of(place);
        let numbers = settings
            .iter()
            .zip(&bars)
            .filter_map(|(k, bar)| Some(format!("{} {:+.3}", SETTINGS[*k].2, bar.as_ref()?.to)));
        said.push(format!(
            "{arm}, {variable} of {whose} at the end of {year} ({says}): {}",
            numbers.collect::<Vec<_>>().join(", ")
        ));
        if panels.len() < MOST {
            // A panel is half of a page wide: what all panels share stands below them.
            let arm = if folder.arms.len() > 1 { format!("{arm}: ") } else { String::new() };
            let title = format!("{arm}{variable}, {whose}, {year}: {says}");
            shown.insert(variable);
            panels.push(RowsPanel { title, bars });
        }
    }
    let more = table.rows().saturating_sub(panels.len());
    let rest = if more > 0 { format!(" {more} further effects are in the data.") } else { String::new() };
    Ok(Some(Figure {
        name: TABLE.into(),
        title: "What is assumed of crowding".into(),
        caption: format!(
            "Effects in the history (counterfactual less baseline, at the end of the year) without any crowding, over draws of a prior on what crowding does and of a posterior, each draw conditioned on the record by itself, and at the scenario's own coefficients. Thin lines: nine in ten draws; for no crowding and the defaults intervals over replicates. Assumed: the posterior is as the prior, or there is none, so that the record says nothing of the number; informed: it does; unmoved: the number does not hang on crowding.{rest}"
        ),
        description: listed(&said),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x: format!("difference ({})", folder.units(shown)),
            names: settings.iter().map(|k| SETTINGS[*k].2.to_string()).collect(),
            columns: if panels.len() == 1 { 1 } else { 2 },
            key: Vec::new(),
            shared: false,
            panels,
        }),
        data,
    }))
}
