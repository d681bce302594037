//! Figure of a sensitivity analysis: how much each outcome depends on each axis.

use super::Report;
use super::figure::{Data, Figure, cell_or_empty, listed};
use super::folder::Folder;
use crate::plot::{Bar, Key, Plot, Rows, RowsPanel, Swatch};
use std::fmt::Write;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::sweep::Results;
use suasion::output::error::OutputError;

/// Axes that have a row each, and outcomes that have a panel each.
const MOST_AXES: usize = 16;
const MOST_OUTCOMES: usize = 6;

/// A line of `sensitivity.csv`.
struct Line {
    outcome: String,
    measure: String,
    axis: String,
    with: String,
    value: Option<f64>,
    interval: Option<(f64, f64)>,
}

/// What is said where there are no intervals.
const TOO_FEW: &str = " There are too few samples for intervals, and the numbers may be far off.";

/// The figure, where the folder was analysed; where its design allows it and it was not, how to do it.
pub(super) fn figures(folder: &Folder, report: &mut Report) -> Result<(), ExperimentError> {
    let path = folder.path.join("sensitivity.csv");
    if path.exists() {
        report.kind = "Sensitivity analysis".into();
        // What it depends on comes before the points.
        let lines = read(&path)?;
        let figure = figure(folder, &lines);
        // A ranking without intervals may be luck.
        let unsure = if lines.iter().any(|line| line.interval.is_some()) { "" } else { TOO_FEW };
        report.findings.sentence = format!("{}{unsure}", figure.description);
        report.figures.insert(0, figure);
        return Ok(());
    }
    let description = Results::read(&folder.path)?.layout.description;
    let laid = description.design.method(description.points);
    if laid.and_then(suasion::experiment::sensitivity::Measure::of).is_some() {
        let dir = folder.path.display();
        report.left_out.push(format!("Sensitivity: the folder was not analysed. `suasion sensitivity {dir}` does it without running anything again."));
    }
    Ok(())
}

fn read(path: &std::path::Path) -> Result<Vec<Line>, ExperimentError> {
    let wrong = |reason: String| OutputError::Decode { path: path.to_path_buf(), reason };
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?;
    if *header != ["outcome", "measure", "axis", "with", "value", "ci_low", "ci_high"][..] {
        return Err(wrong("its columns are not those of a sensitivity analysis".into()).into());
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let number = |i: usize| match &record[i] {
            "" => Ok(None),
            text => {
                text.parse::<f64>().map(Some).map_err(|_| wrong(format!("found `{text}`, expected a number")))
            }
        };
        lines.push(Line {
            outcome: record[0].into(),
            measure: record[1].into(),
            axis: record[2].into(),
            with: record[3].into(),
            value: number(4)?,
            interval: number(5)?.zip(number(6)?),
        });
    }
    if lines.is_empty() {
        return Err(wrong("it has no rows".into()).into());
    }
    Ok(lines)
}

fn figure(folder: &Folder, lines: &[Line]) -> Figure {
    let is_sobol = lines.iter().any(|line| line.measure == "ST");
    let (main, second) = if is_sobol { ("ST", "S1") } else { ("mu_star", "sigma") };
    let find = |outcome: &str, measure: &str, axis: &str| {
        lines.iter().find(|l| l.outcome == outcome && l.measure == measure && l.axis == axis)
    };
    let mut outcomes: Vec<&str> = Vec::new();
    let mut axes: Vec<(&str, f64)> = Vec::new();
    for line in lines.iter().filter(|line| line.measure == main) {
        if !outcomes.contains(&line.outcome.as_str()) {
            outcomes.push(&line.outcome);
        }
        if !axes.iter().any(|axis| axis.0 == line.axis) {
            axes.push((&line.axis, 0.0));
        }
    }
    let constant: Vec<String> = outcomes
        .iter()
        .filter(|outcome| {
            axes.iter().all(|axis| find(outcome, main, axis.0).is_none_or(|l| l.value.is_none()))
        })
        .map(ToString::to_string)
        .collect();
    let shown: Vec<&str> =
        outcomes.iter().copied().filter(|o| !constant.iter().any(|c| c == o)).take(MOST_OUTCOMES).collect();
    // By the greatest share of an outcome's own largest value.
    for outcome in &shown {
        let value = |axis: &str| find(outcome, main, axis).and_then(|line| line.value).unwrap_or(0.0);
        let most = axes.iter().map(|axis| value(axis.0)).fold(0.0, f64::max);
        for axis in &mut axes {
            axis.1 = f64::max(axis.1, if most > 0.0 { value(axis.0) / most } else { 0.0 });
        }
    }
    axes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let left = axes.len().saturating_sub(MOST_AXES);
    axes.truncate(MOST_AXES);
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for outcome in &shown {
        let bar = |axis: &str| {
            let line = find(outcome, main, axis)?;
            let other = find(outcome, second, axis).and_then(|line| line.value);
            let (part, mark) = if is_sobol { (other, None) } else { (None, other) };
            Some(Bar { to: line.value?, interval: line.interval, part, mark, ..Bar::default() })
        };
        let bars: Vec<Option<Bar>> = axes.iter().map(|axis| bar(axis.0)).collect();
        let first = axes.iter().zip(&bars).filter_map(|(axis, bar)| Some((axis.0, bar.as_ref()?.to)));
        if let Some((axis, value)) = first.max_by(|a, b| a.1.total_cmp(&b.1)) {
            said.push(format!("{outcome} most on {axis} ({value:.3})"));
        }
        panels.push(RowsPanel { title: outcome.to_string(), bars });
    }
    let mut data = Data::new(&["outcome", "measure", "axis", "with", "value", "ci_low", "ci_high"]);
    for l in lines {
        let ends = [l.value, l.interval.map(|i| i.0), l.interval.map(|i| i.1)].map(cell_or_empty);
        let names = [&l.outcome, &l.measure, &l.axis, &l.with].map(Clone::clone);
        data.rows.push(names.into_iter().chain(ends).collect());
    }
    let (caption, x) = if is_sobol {
        (
            "Share of the outcome's variance that is due to each axis (Sobol): dark, by itself (S1); the whole bar, with its interactions (ST).",
            "share of variance (-)".into(),
        )
    } else {
        (
            "Mean size of the change of the outcome when an axis moves over its whole range (Morris, mu*; in the unit of the outcome). White dot: sigma, how much the change depends on the other axes or on where on the axis.",
            format!("change over the range of the axis ({})", folder.units(shown.iter().copied())),
        )
    };
    let of_lines = if lines.iter().any(|line| line.interval.is_some()) {
        if is_sobol { "Thin lines: 95 % intervals of ST." } else { "Thin lines: 95 % intervals of mu*." }
    } else {
        TOO_FEW.trim_start()
    };
    let mut caption = format!("{caption} {of_lines}");
    if left > 0 {
        let _ = write!(caption, " {left} further axes, which matter less, are in the data.");
    }
    if !constant.is_empty() {
        let _ = write!(caption, " The same at every point, so without a panel: {}.", constant.join(", "));
    }
    let key = if is_sobol { Vec::new() } else { vec![Key::new("sigma", Swatch::Mark)] };
    Figure {
        name: "sensitivity".into(),
        title: "What the outcomes depend on".into(),
        caption,
        description: format!("Outcomes depend: {}", listed(&said)),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x,
            names: axes.iter().map(|axis| axis.0.to_string()).collect(),
            columns: panels.len().clamp(1, 3),
            key,
            shared: is_sobol,
            panels,
        }),
        data,
    }
}
