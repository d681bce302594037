//! Figures of effects: what a counterfactual does to a state that alone is in it, and what comes by way of the others.

use super::figure::{Data, Figure, cell, cell_or_empty, listed};
use super::folder::{Folder, doubles, texts, wholes};
use crate::plot::{Bar, Plot, Rows, RowsPanel};
use suasion::experiment::arms::slug;
use suasion::experiment::error::ExperimentError;
use suasion::output::schema::ColumnType;

/// States that have a row each.
const MOST: usize = 40;
/// Parts of an effect, as columns and as titles of panels.
const PARTS: [(&str, &str); 3] = [
    ("direct", "direct: the state alone"),
    ("spillover", "spillover: by way of the others"),
    ("total", "both together"),
];

/// A part of an effect: its mean, and its interval.
type Part = (f64, Option<(f64, f64)>);

/// The effect on one state.
struct Taken {
    place: String,
    year: i32,
    variable: String,
    parts: [Part; 3],
}

/// A figure for each table of effects in the folder.
pub(super) fn figures(folder: &Folder) -> Result<Vec<Figure>, ExperimentError> {
    let tables = folder.manifest.files.iter().filter_map(|file| {
        let (stem, ending) = file.name.rsplit_once('.')?;
        let name = stem.strip_prefix("effects-")?;
        matches!(ending, "csv" | "parquet").then(|| name.to_string())
    });
    let figures: Result<Vec<Option<Figure>>, ExperimentError> =
        tables.map(|name| figure(folder, &name)).collect();
    Ok(figures?.into_iter().flatten().collect())
}

fn read(folder: &Folder, name: &str) -> Result<Vec<Taken>, ExperimentError> {
    let mut columns: Vec<(String, ColumnType)> = vec![
        ("state".into(), ColumnType::String),
        ("year".into(), ColumnType::Int32),
        ("variable".into(), ColumnType::String),
    ];
    let intervals = folder.has_intervals();
    for (part, _) in PARTS {
        columns.push((part.into(), ColumnType::Double));
        if intervals {
            columns.extend(["low", "high"].map(|end| (format!("{part}_ci_{end}"), ColumnType::Double)));
        }
    }
    let wanted: Vec<(&str, ColumnType)> = columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    let table = folder.table(&format!("effects-{name}"), &wanted)?;
    let part = |k: usize, row: usize| {
        let first = 3 + k * if intervals { 3 } else { 1 };
        let at = |column: usize| doubles(&table, column)[row];
        (at(first), intervals.then(|| (at(first + 1), at(first + 2))))
    };
    let taken = |row: usize| Taken {
        place: texts(&table, 0).get(row).to_string(),
        year: wholes(&table, 1)[row],
        variable: texts(&table, 2).get(row).to_string(),
        parts: std::array::from_fn(|k| part(k, row)),
    };
    Ok((0..table.rows()).map(taken).collect())
}

fn figure(folder: &Folder, stem: &str) -> Result<Option<Figure>, ExperimentError> {
    let all = read(folder, stem)?;
    let Some(first) = all.first() else { return Ok(None) };
    let arm = folder.arms.iter().find(|arm| slug(&arm.name) == stem);
    let name = arm.map_or(stem, |arm| arm.name.as_str());
    let columns = ["place", "year", "variable", "part", "mean", "ci_low", "ci_high"];
    let mut data = Data::new(&columns);
    for taken in &all {
        for ((part, _), (mean, interval)) in PARTS.iter().zip(&taken.parts) {
            data.rows.push(vec![
                taken.place.clone(),
                taken.year.to_string(),
                taken.variable.clone(),
                (*part).to_string(),
                cell(*mean),
                cell_or_empty(interval.map(|i| i.0)),
                cell_or_empty(interval.map(|i| i.1)),
            ]);
        }
    }
    // One variable at the last date that it is told of: the first that was asked for.
    let of_first = |taken: &&Taken| taken.variable == first.variable;
    let last = all.iter().filter(of_first).map(|taken| taken.year).max().unwrap_or(first.year);
    let shown: Vec<&Taken> = all.iter().filter(of_first).filter(|taken| taken.year == last).collect();
    let more = all.len() - shown.len().min(MOST);
    let shown = &shown[..shown.len().min(MOST)];
    let whose = |taken: &Taken| folder.name_of(&taken.place);
    let unit = folder.units([&*first.variable]);
    let panel = |k: usize| RowsPanel {
        title: PARTS[k].1.into(),
        bars: shown
            .iter()
            .map(|taken| {
                let (to, interval) = taken.parts[k];
                Some(Bar { to, interval, is_whole: k == 2, ..Bar::default() })
            })
            .collect(),
    };
    let said: Vec<String> = shown
        .iter()
        .map(|taken| {
            let [direct, spillover, total] = taken.parts.map(|part| part.0);
            format!("{}: direct {direct:+.3}, spillover {spillover:+.3}, together {total:+.3}", whose(taken))
        })
        .collect();
    let rest = if more > 0 { format!(" {more} further rows are in the data.") } else { String::new() };
    let lines = if folder.has_intervals() { " Thin lines: intervals." } else { "" };
    let history = if folder.given().is_some() { ", in the history" } else { "" };
    Ok(Some(Figure {
        name: format!("effects-{stem}"),
        title: format!("Direct effects and spillovers: {name}"),
        caption: format!(
            "{} at the end of {last}, counterfactual {name} less baseline{history}, taken apart ({unit}). Direct: the counterfactual holds for the state alone, and all others live in the baseline. Spillover: what is added when it holds for all. Light: raises the outcome; dark: lowers it; grey: both together.{lines}{rest}",
            first.variable
        ),
        description: listed(&said),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x: format!("effect on {} ({unit})", first.variable),
            names: shown.iter().map(|taken| whose(taken)).collect(),
            columns: PARTS.len(),
            key: Vec::new(),
            shared: true,
            panels: (0..PARTS.len()).map(panel).collect(),
        }),
        data,
    }))
}
