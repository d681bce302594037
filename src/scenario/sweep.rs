//! The sweep that a scenario proposes: its design and axes. Points are laid and run elsewhere.

pub use super::wire_kinds::Design;

use super::document::Document;
use super::report::{Report, origin};
use super::wire;

/// A sweep over a space of scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// How points are laid.
    pub design: Design,
    /// Points (base samples of Sobol and Saltelli, trajectories of Morris); unused by a grid.
    pub samples: u32,
    /// Replicates of each point.
    pub replicates: u32,
    /// Axes, at least one.
    pub axes: Vec<Axis>,
}

/// An axis of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Path of the value, as for `--set`.
    pub path: String,
    /// Lowest value.
    pub low: f64,
    /// Highest value, above `low`.
    pub high: f64,
    /// The values of a grid, in order; empty where the axis is a range without levels.
    pub values: Vec<f64>,
}

/// Levels evenly from one end to the other, to twelve significant digits: as a person would write them.
///
/// ```
/// assert_eq!(suasion::scenario::evenly(-0.3, 0.3, 5), [-0.3, -0.15, 0.0, 0.15, 0.3]);
/// ```
pub fn evenly(low: f64, high: f64, levels: u32) -> Vec<f64> {
    let last = f64::from(levels.max(2) - 1);
    let level = |i: u32| low + (high - low) * (f64::from(i) / last);
    let written = |x: f64| format!("{x:.11e}").parse().unwrap_or(x);
    (0..levels)
        .map(|i| {
            if i == 0 {
                low
            } else if f64::from(i) == last {
                high
            } else {
                written(level(i))
            }
        })
        .collect()
}

/// Reads the sweep. Whether its paths lead somewhere is seen by setting them, as counterfactuals are.
pub(crate) fn sweep(report: &mut Report<'_>, document: &Document) -> Option<Sweep> {
    let node = document.root.get("sweep")?;
    let wire: wire::Sweep = report.read(node, "sweep")?;
    if wire.axis.is_empty() {
        report.wrong(
            origin(node, "axis"),
            "sweep.axis",
            "there is no axis",
            Some("give a [[sweep.axis]]".into()),
        );
    }
    let design = wire.design.unwrap_or(Design::LatinHypercube);
    let entries = node.get("axis").and_then(super::document::Node::list).unwrap_or_default();
    let mut axes = Vec::new();
    for (i, (wire, node)) in wire.axis.iter().zip(entries).enumerate() {
        match axis(wire, design) {
            Ok(axis) => axes.push(axis),
            Err((found, expected)) => {
                report.expected(node.origin, format!("sweep.axis[{i}]"), found, expected);
            }
        }
    }
    Some(Sweep {
        design,
        samples: wire.samples.map_or(100, |samples| samples.0),
        replicates: wire.replicates.map_or(100, |replicates| replicates.0),
        axes,
    })
}

fn axis(wire: &wire::Axis, design: Design) -> Result<Axis, (String, String)> {
    let path = wire.path.clone();
    let refuse = |found: String, expected: &str| Err((found, expected.to_string()));
    match (wire.low, wire.high, &wire.values) {
        (Some(low), Some(high), None) if low.0 < high.0 => {
            let (low, high) = (low.0, high.0);
            let values = match wire.levels {
                None if design == Design::Grid => {
                    return refuse(
                        "no `levels`".into(),
                        "the number of levels of an axis of a grid, as `levels = 5`",
                    );
                }
                None => Vec::new(),
                Some(levels @ 2..=1_000_000) => evenly(low, high, levels),
                Some(levels) => return refuse(format!("{levels} levels"), "2 to 1000000 levels"),
            };
            Ok(Axis { path, low, high, values })
        }
        (Some(low), Some(high), None) => {
            refuse(format!("`low` {} and `high` {}", low.0, high.0), "`high` above `low`")
        }
        (None, None, Some(values)) if design != Design::Grid => refuse(
            format!("a list of {} values", values.len()),
            "`low` and `high` (only a grid takes values)",
        ),
        (None, None, Some(values)) if !values.is_empty() && wire.levels.is_none() => {
            let values: Vec<f64> = values.iter().map(|x| x.0).collect();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Ok(Axis { path, low, high, values })
        }
        _ => refuse("another set of keys".into(), "`low` and `high`, or `values`"),
    }
}
