//! A map of a finished sweep: the mean of an outcome over two axes of a grid, or its difference from a reference. It
//! draws nothing.

use crate::excerpt::number;
use crate::experiment::error::ExperimentError;
use crate::experiment::sweep::{DesignEntry, Results};
use crate::scenario::{Axis, nearest};
use std::path::Path;

/// What to map.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The outcome, as written: `protection`, `motivation.IDN@2010`.
    pub outcome: String,
    /// Path of the horizontal axis; none: the last but one.
    pub x: Option<String>,
    /// Path of the vertical axis; none: the last.
    pub y: Option<String>,
    /// A path and a value: each point is shown as its difference from the point with this value and the same others.
    pub against: Option<(String, f64)>,
}

/// Means over two axes; over the other axes of the grid, and over replicates, they are averaged.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The outcome, in full.
    pub outcome: String,
    /// Its unit.
    pub unit: String,
    /// The history that the points were run in, as `--given` asks for it; none of free runs.
    pub given: Option<String>,
    /// What the numbers are differences from; none where they are means.
    pub against: Option<String>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// By y, then x.
    pub values: Vec<f64>,
}

impl Map {
    /// The map of a finished sweep in a folder.
    ///
    /// # Errors
    /// If the folder holds no finished sweep over a grid of at least two axes, or does not have the outcome, the axes
    /// or the reference asked for.
    pub fn of(folder: &Path, request: &Request) -> Result<Map, ExperimentError> {
        let results = Results::read(folder)?;
        let layout = &results.layout;
        let axes = layout.plan.axes();
        if layout.description.design != DesignEntry::Grid || axes.len() < 2 {
            let found = format!("{} is no sweep over a grid of two axes or more", folder.display());
            let hint = "sweep with --axis PATH=LOW..HIGH:LEVELS twice".to_string();
            return Err(ExperimentError::asked(found, Some(hint)));
        }
        let x = find_axis(axes, request.x.as_deref(), axes.len() - 2)?;
        let y = find_axis(axes, request.y.as_deref(), axes.len() - 1)?;
        if x == y {
            return Err(ExperimentError::asked(format!("{} is both axes of the map", axes[x].path), None));
        }
        let reference =
            request.against.as_ref().map(|(path, value)| find_level(axes, path, *value)).transpose()?;
        let cell = find_outcome(&results, &request.outcome)?;
        let means = results.means(cell);
        let (columns, rows) = (axes[x].values.len(), axes[y].values.len());
        let mut sums = vec![(0u64, 0.0); columns * rows];
        for (point, mean) in means.iter().enumerate() {
            let base = reference.map_or(0.0, |(axis, level)| means[moved(axes, point, axis, level)]);
            let (n, sum) = &mut sums[level(axes, point, y) * columns + level(axes, point, x)];
            *n += 1;
            *sum += mean - base;
        }
        let outcome = layout.outcomes[cell];
        Ok(Map {
            outcome: outcome.label(&layout.world),
            unit: outcome.measure.unit().to_string(),
            given: layout.description.given.clone(),
            against: request.against.as_ref().map(|(path, value)| format!("{path} = {}", number(*value))),
            x: axes[x].clone(),
            y: axes[y].clone(),
            values: sums.into_iter().map(|(n, sum)| sum / n as f64).collect(),
        })
    }
}

fn find_axis(axes: &[Axis], path: Option<&str>, other: usize) -> Result<usize, ExperimentError> {
    let Some(path) = path else { return Ok(other) };
    axes.iter().position(|axis| axis.path == path).ok_or_else(|| {
        let paths = axes.iter().map(|axis| axis.path.as_str());
        ExperimentError::asked(format!("the sweep has no axis `{path}`"), nearest(path, paths))
    })
}

fn find_level(axes: &[Axis], path: &str, value: f64) -> Result<(usize, usize), ExperimentError> {
    let axis = find_axis(axes, Some(path), 0)?;
    let level = axes[axis].values.iter().position(|x| *x == value).ok_or_else(|| {
        let levels: Vec<String> = axes[axis].values.iter().map(|x| number(*x)).collect();
        let hint = format!("its values are {}", levels.join(", "));
        ExperimentError::asked(format!("the axis `{path}` has no value {}", number(value)), Some(hint))
    })?;
    Ok((axis, level))
}

fn find_outcome(results: &Results, text: &str) -> Result<usize, ExperimentError> {
    match results.find(&[text])?[..] {
        [place] => Ok(place),
        ref places => {
            let found = format!("`{text}` names {} outcomes", places.len());
            Err(ExperimentError::asked(found, Some("a map shows one".into())))
        }
    }
}

/// How many points lie between a level of an axis and the next.
fn stride(axes: &[Axis], axis: usize) -> usize {
    axes[axis + 1..].iter().map(|axis| axis.values.len()).product()
}

fn level(axes: &[Axis], point: usize, axis: usize) -> usize {
    point / stride(axes, axis) % axes[axis].values.len()
}

fn moved(axes: &[Axis], point: usize, axis: usize, to: usize) -> usize {
    point - level(axes, point, axis) * stride(axes, axis) + to * stride(axes, axis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_grid_are_found_by_level() {
        let axis = |path: &str, values: &[f64]| Axis {
            path: path.into(),
            low: 0.0,
            high: 1.0,
            values: values.to_vec(),
        };
        let axes = [axis("a", &[0.0, 1.0]), axis("b", &[0.0, 0.5, 1.0]), axis("c", &[0.0, 1.0])];
        // The point of a = 1, b = 0.5, c = 1 is 1 * 6 + 1 * 2 + 1.
        assert_eq!([level(&axes, 9, 0), level(&axes, 9, 1), level(&axes, 9, 2)], [1, 1, 1]);
        assert_eq!((moved(&axes, 9, 1, 2), moved(&axes, 9, 0, 0)), (11, 3));
        let error = find_level(&axes, "b", 0.7).unwrap_err().to_string();
        assert_eq!(error, "the axis `b` has no value 0.7; its values are 0, 0.5, 1");
    }
}
