//! The figure of what is assumed of crowding: each effect in the history without any, over draws of a prior and of a posterior, and at the scenario's own coefficients.

use super::figure::{Data, Figure, cell, cell_or_empty, listed};
use super::folder::{Folder, doubles, texts, wholes};
use crate::plot::{Bar, Plot, Rows, RowsPanel};
use suasion::experiment::error::ExperimentError;
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

/// The figure, where the folder has the table.
pub(super) fn figure(folder: &Folder) -> Result<Option<Figure>, ExperimentError> {
    let is_there = |name: &str| name.rsplit_once('.').is_some_and(|(stem, _)| stem == TABLE);
    if !folder.manifest.files.iter().any(|file| is_there(&file.name)) {
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
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    let names = &folder.scenario.names;
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
        let state = folder.scenario.world.states.iter().position(|state| state.id == place);
        let whose = state.map_or_else(|| "mean over states".to_string(), |i| names[i].clone());
        let title = format!("{variable}, {whose}, end of {year}: {says}");
        let numbers = settings
            .iter()
            .zip(&bars)
            .filter_map(|(k, bar)| Some(format!("{} {:+.3}", SETTINGS[*k].2, bar.as_ref()?.to)));
        said.push(format!("{arm}, {title}: {}", numbers.collect::<Vec<_>>().join(", ")));
        if panels.len() < MOST {
            let title = if folder.arms.len() > 1 { format!("{arm}: {title}") } else { title };
            panels.push(RowsPanel { title, bars });
        }
    }
    let more = table.rows().saturating_sub(panels.len());
    let rest = if more > 0 { format!(" {more} further effects are in the data.") } else { String::new() };
    Ok(Some(Figure {
        name: TABLE.into(),
        title: "What is assumed of crowding".into(),
        caption: format!(
            "Effects in the history (counterfactual less baseline, in the unit of the outcome) without any crowding, over draws of a prior on what crowding does and of a posterior, each draw conditioned on the record by itself, and at the scenario's own coefficients. Thin lines: nine in ten draws; for no crowding and the defaults intervals over replicates. Assumed: the posterior is as the prior, or there is none, so that the record says nothing of the number; informed: it does; unmoved: the number does not hang on crowding.{rest}"
        ),
        description: listed(&said),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x: "difference (unit of the outcome)".into(),
            names: settings.iter().map(|k| SETTINGS[*k].2.to_string()).collect(),
            columns: if panels.len() == 1 { 1 } else { 2 },
            key: Vec::new(),
            shared: false,
            panels,
        }),
        data,
    }))
}
