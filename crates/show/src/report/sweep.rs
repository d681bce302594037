//! Figures of a sweep: a map of a grid of two axes or more, or the outcome at each design point over each axis.

use super::Report;
use super::figure::{Data, Figure, cell, count, listed};
use super::folder::Folder;
use crate::heatmap::HeatMap;
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch, field};
use suasion::excerpt::number;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::map::{Map, Request};
use suasion::experiment::outcome::{Outcome, Place};
use suasion::experiment::sweep::{DesignEntry, Results};

/// Outcomes that have a figure each.
const MOST_OUTCOMES: usize = 3;
/// Axes that have a panel each.
const MOST_AXES: usize = 12;
/// Points that are drawn in a panel.
const MOST_POINTS: usize = 500;
/// Groups of points, in order of the axis, whose means make the line.
const GROUPS: usize = 10;

pub(super) fn figures(folder: &Folder, report: &mut Report) -> Result<(), ExperimentError> {
    let results = Results::read(&folder.path)?;
    let layout = &results.layout;
    let outcomes = &layout.outcomes;
    // Means over states come first: they say most at once.
    let mut order: Vec<usize> = (0..outcomes.len()).collect();
    order.sort_by_key(|i| outcomes[*i].place != Place::Mean);
    if outcomes.len() > MOST_OUTCOMES {
        report.left_out.push(format!(
            "{} of the sweep's {} outcomes: the table of outcomes has all; a sweep with --outcome has those asked for.",
            outcomes.len() - MOST_OUTCOMES,
            outcomes.len()
        ));
    }
    let is_map = layout.description.design == DesignEntry::Grid && layout.plan.axes().len() >= 2;
    for place in order.into_iter().take(MOST_OUTCOMES) {
        let label = outcomes[place].label(&layout.world);
        let figure = if is_map {
            map(
                &Map::of(&folder.path, &Request { outcome: label, ..Request::default() })?,
                layout.plan.axes().len(),
            )
        } else {
            points(&results, place, &outcomes[place])
        };
        report.figures.push(figure);
    }
    Ok(())
}

/// Part of a figure's name: `motivation-mean-2015`.
fn slug(label: &str) -> String {
    label.replace(['.', '@', '='], "-")
}

fn map(map: &Map, axes: usize) -> Figure {
    let mut data = Data::new(&[&map.x.path, &map.y.path, "mean"]);
    let columns = map.x.values.len();
    for (i, value) in map.values.iter().enumerate() {
        data.rows.push(vec![cell(map.x.values[i % columns]), cell(map.y.values[i / columns]), cell(*value)]);
    }
    let at = |best: Option<(usize, &f64)>| {
        best.map_or_else(String::new, |(i, value)| {
            let (x, y) = (number(map.x.values[i % columns]), number(map.y.values[i / columns]));
            format!("{value:.3} where {} is {x} and {} is {y}", map.x.path, map.y.path)
        })
    };
    let values = || map.values.iter().enumerate();
    let least = at(values().min_by(|a, b| a.1.total_cmp(b.1)));
    let most = at(values().max_by(|a, b| a.1.total_cmp(b.1)));
    let over = if axes > 2 { " and over the other axes" } else { "" };
    let scale = if map.unit == "-" { "mean".into() } else { format!("mean ({})", map.unit) };
    Figure {
        name: format!("sweep-{}", slug(&map.outcome)),
        title: format!("{} over two axes", map.outcome),
        caption: format!(
            "{}: mean over replicates{over} ({}), at each level of {} and {}; the darker, the higher (below 0, the lower). Numbers in the cells are the means.",
            map.outcome, map.unit, map.x.path, map.y.path
        ),
        description: format!("Least {least}; most {most}."),
        notes: Vec::new(),
        plot: Plot::Map(
            HeatMap { x: map.x.values.clone(), y: map.y.values.clone(), values: map.values.clone(), scale },
            [map.x.path.clone(), map.y.path.clone()],
        ),
        data,
    }
}

fn points(results: &Results, place: usize, outcome: &Outcome) -> Figure {
    let layout = &results.layout;
    let label = outcome.label(&layout.world);
    let (axes, means) = (layout.plan.axes(), results.means(place));
    let stride = means.len().div_ceil(MOST_POINTS).max(1);
    let all: Vec<Vec<f64>> = (0..means.len() as u64).map(|i| layout.plan.point(i)).collect();
    let names: Vec<&str> = std::iter::once("point")
        .chain(axes.iter().map(|axis| axis.path.as_str()))
        .chain([label.as_str()])
        .collect();
    let mut data = Data::new(&names);
    for (i, (values, mean)) in all.iter().zip(&means).enumerate() {
        let row = std::iter::once(i.to_string()).chain(values.iter().map(|x| cell(*x))).chain([cell(*mean)]);
        data.rows.push(row.collect());
    }
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for (a, axis) in axes.iter().enumerate().take(MOST_AXES) {
        let dots = (0..means.len()).step_by(stride).map(|i| (all[i][a], means[i])).collect();
        let line = grouped(all.iter().zip(&means).map(|(values, mean)| (values[a], *mean)).collect());
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            said.push(format!("over {} from {:.3} to {:.3}", axis.path, first.1, last.1));
        }
        let layers = vec![Layer::Dots(dots), Layer::Line { points: line, style: 0 }];
        panels.push(Panel {
            title: String::new(),
            own: Some(((axis.low, axis.high), axis.path.clone())),
            layers,
        });
    }
    let (low, high) = means.iter().fold((f64::MAX, f64::MIN), |(a, b), y| (a.min(*y), b.max(*y)));
    let air = (0.05 * (high - low)).max(1e-3);
    let columns = match panels.len() {
        0..=3 => panels.len().max(1),
        4 => 2,
        _ => 3,
    };
    let drawn = if stride > 1 {
        format!(" Every {stride}th point is drawn; the line is of all.")
    } else {
        String::new()
    };
    let more = if axes.len() > MOST_AXES {
        format!(" {} further axes are in the data.", axes.len() - MOST_AXES)
    } else {
        String::new()
    };
    Figure {
        name: format!("sweep-{}", slug(&label)),
        title: format!("{label} at the design points"),
        caption: format!(
            "{label} ({}), mean over replicates at each design point, over each axis of the sweep. Line: means of the points in ten groups along the axis, or at each of its levels.{drawn}{more}",
            outcome.measure.unit()
        ),
        description: format!(
            "{} of {}. Means of the first and the last group: {}",
            count(panels.len(), "panel"),
            count(means.len(), "point"),
            listed(&said)
        ),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples {
            x: String::new(),
            y: format!("{label} ({})", outcome.measure.unit()),
            scale: Scale::Between(low - air, high + air),
            columns,
            field: field(columns),
            key: vec![
                Key::new("design point", Swatch::Dot),
                Key::new("mean of a group of points", Swatch::Line(0)),
            ],
            panels,
        }),
        data,
    }
}

/// Means of points at each level of x; in groups along x where there are more levels than groups.
fn grouped(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut levels: Vec<&[(f64, f64)]> = points.chunk_by(|a, b| a.0 == b.0).collect();
    if levels.len() > 2 * GROUPS {
        levels = points.chunks(points.len().div_ceil(GROUPS)).collect();
    }
    let mean = |group: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| {
        group.iter().map(of).sum::<f64>() / group.len() as f64
    };
    levels.into_iter().map(|group| (mean(group, |p| p.0), mean(group, |p| p.1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_grouped_by_level_or_along_the_axis() {
        assert_eq!(grouped(vec![(1.0, 2.0), (0.0, 1.0), (1.0, 4.0)]), [(0.0, 1.0), (1.0, 3.0)]);
        let many = grouped((0..100).map(|i| (f64::from(i), f64::from(2 * i))).collect());
        assert_eq!((many.len(), many[0], many[9]), (10, (4.5, 9.0), (94.5, 189.0)));
    }
}
