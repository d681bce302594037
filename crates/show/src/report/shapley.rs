//! Figures of Shapley shares: how much of a difference each mechanism makes.

use super::figure::{Data, Figure, cell, cell_or_empty, listed};
use super::folder::{Folder, doubles, texts, wholes};
use super::places::MEAN;
use crate::plot::{Bar, Plot, Rows, RowsPanel};
use suasion::experiment::arms::slug;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::explain::words;
use suasion::output::schema::ColumnType;

/// Outcomes that have a panel each.
const MOST: usize = 6;

/// Mechanism, share, interval.
type Part = (String, f64, Option<(f64, f64)>);

/// Shares of one outcome.
struct Split {
    place: String,
    year: i32,
    variable: String,
    parts: Vec<Part>,
}

impl Split {
    fn part(&self, mechanism: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.0 == mechanism)
    }
}

/// A figure for each table of shares in the folder.
pub(super) fn figures(folder: &Folder) -> Result<Vec<Figure>, ExperimentError> {
    let tables = folder.manifest.files.iter().filter_map(|file| {
        let (stem, ending) = file.name.rsplit_once('.')?;
        let name = stem.strip_prefix("shares-")?;
        matches!(ending, "csv" | "parquet").then(|| name.to_string())
    });
    tables.map(|name| figure(folder, &name)).collect()
}

fn splits(folder: &Folder, name: &str) -> Result<Vec<Split>, ExperimentError> {
    let mut columns = vec![
        ("state", ColumnType::String),
        ("year", ColumnType::Int32),
        ("variable", ColumnType::String),
        ("mechanism", ColumnType::String),
        ("share", ColumnType::Double),
    ];
    if folder.has_intervals() {
        columns.extend([("ci_low", ColumnType::Double), ("ci_high", ColumnType::Double)]);
    }
    let table = folder.table(&format!("shares-{name}"), &columns)?;
    let mut splits: Vec<Split> = Vec::new();
    for row in 0..table.rows() {
        let (place, year, variable) =
            (texts(&table, 0).get(row), wholes(&table, 1)[row], texts(&table, 2).get(row));
        let interval = folder.has_intervals().then(|| (doubles(&table, 5)[row], doubles(&table, 6)[row]));
        let part = (texts(&table, 3).get(row).to_string(), doubles(&table, 4)[row], interval);
        let same = |s: &&mut Split| s.place == place && s.year == year && s.variable == variable;
        if let Some(split) = splits.last_mut().filter(same) {
            split.parts.push(part);
        } else {
            splits.push(Split { place: place.into(), year, variable: variable.into(), parts: vec![part] });
        }
    }
    Ok(splits)
}

fn figure(folder: &Folder, stem: &str) -> Result<Figure, ExperimentError> {
    let splits = splits(folder, stem)?;
    let arm = folder.arms.iter().find(|arm| slug(&arm.name) == stem);
    let name = arm.map_or(stem, |arm| arm.name.as_str());
    let mut data = Data::new(&["place", "year", "variable", "mechanism", "share", "ci_low", "ci_high"]);
    for split in &splits {
        for (mechanism, share, interval) in &split.parts {
            data.rows.push(vec![
                split.place.clone(),
                split.year.to_string(),
                split.variable.clone(),
                mechanism.clone(),
                cell(*share),
                cell_or_empty(interval.map(|i| i.0)),
                cell_or_empty(interval.map(|i| i.1)),
            ]);
        }
    }
    let means: Vec<&Split> = splits.iter().filter(|split| split.place == MEAN).collect();
    let chosen: Vec<&Split> =
        if means.is_empty() { splits.iter().collect() } else { means }.into_iter().take(MOST).collect();
    let more = splits.len() - chosen.len();
    // Mechanisms in the order of their greatest share anywhere, then the rest and the whole.
    let mut mechanisms: Vec<(f64, String)> = Vec::new();
    for (mechanism, ..) in chosen.first().map_or(&[][..], |split| &split.parts) {
        let most = chosen.iter().filter_map(|s| s.part(mechanism)).map(|p| p.1.abs()).fold(0.0, f64::max);
        if mechanism != "rest" && mechanism != "difference" {
            mechanisms.push((most, mechanism.clone()));
        }
    }
    mechanisms.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<String> =
        mechanisms.into_iter().map(|m| m.1).chain(["rest".into(), "difference".into()]).collect();
    let whose = |split: &Split| folder.name_of(&split.place);
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for split in &chosen {
        let bar = |mechanism: &String| {
            let (_, share, interval) = split.part(mechanism)?;
            let is_whole = mechanism == "difference" || mechanism == "rest";
            Some(Bar { to: *share, interval: *interval, is_whole, ..Bar::default() })
        };
        let title = format!("{}, {}, end of {}", split.variable, whose(split), split.year);
        let largest = names.iter().filter(|m| *m != "rest" && *m != "difference");
        let largest = largest.filter_map(|m| split.part(m)).max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let whole = split.part("difference").map_or(0.0, |part| part.1);
        let largest =
            largest.map_or_else(String::new, |p| format!(", the largest share {} {:+.3}", words(&p.0), p.1));
        said.push(format!("{title}: difference {whole:+.3}{largest}"));
        panels.push(RowsPanel { title, bars: names.iter().map(bar).collect() });
    }
    let rest = if more > 0 { format!(" {more} further outcomes are in the data.") } else { String::new() };
    let lines = if folder.has_intervals() { " Thin lines: intervals." } else { "" };
    Ok(Figure {
        name: format!("shapley-{stem}"),
        title: format!("Shares of mechanisms: {name}"),
        caption: format!(
            "How much of the difference (counterfactual {name} less baseline, in the unit of the outcome) each mechanism makes: its Shapley share, the mean over all orders of switching mechanisms on. Light: raises the outcome; dark: lowers it; grey: what is there with all of them off (rest), and the whole difference, to which shares and rest add up.{lines}{rest}"
        ),
        description: listed(&said),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x: format!("share of the difference ({})", folder.units(chosen.iter().map(|s| &*s.variable))),
            names: names.iter().map(|name| words(name)).collect(),
            columns: if panels.len() == 1 { 1 } else { 2 },
            key: Vec::new(),
            shared: false,
            panels,
        }),
        data,
    })
}
