//! The axes and the design of a sweep, from the command line or from the scenario.

use super::exit::BadInput;
use crate::experiment::design::{MORRIS_LEVELS, Method, Plan, Table, usual_axes};
use crate::experiment::sweep::DesignEntry;
use crate::scenario::{Axis, Design, Sweep, evenly, nearest};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Replicates of a point where nothing says otherwise.
const REPLICATES: u32 = 100;
/// Points (base samples, trajectories) where nothing says otherwise.
const SAMPLES: u64 = 100;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DesignArg {
    /// Every combination of levels
    Grid,
    /// Latin hypercube
    LatinHypercube,
    /// Sobol sequence
    Sobol,
    /// Saltelli's design for Sobol indices
    Saltelli,
    /// Morris trajectories
    Morris,
}

#[derive(Debug, Args)]
pub(super) struct DesignArgs {
    /// An axis: parameters.drift=0..0.2, with levels for a grid as 0..0.2:11, or values as 0,0.05,0.2; or a path alone,
    /// for the range that `suasion params` shows, as parameters.drift or 'parameters.*' (may be repeated; instead of
    /// the scenario's [sweep])
    #[arg(long, value_name = "PATH[=RANGE]", value_parser = parse_axes)]
    pub axis: Vec<Axes>,
    /// How points are laid (default: grid where every axis has levels, else latin-hypercube)
    #[arg(long, value_enum)]
    pub design: Option<DesignArg>,
    /// Number of points; base samples of saltelli, trajectories of morris
    #[arg(long, value_name = "N")]
    pub samples: Option<u64>,
    /// Saltelli: also the points for indices of pairs
    #[arg(long)]
    pub second_order: bool,
    /// Morris: levels of the grid of each axis, even (default: 4)
    #[arg(long, value_name = "N")]
    pub levels: Option<u32>,
    /// Points from a file: columns named by paths, or a bare matrix in the order of the axes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["design", "samples"])]
    pub points: Option<PathBuf>,
}

/// What one `--axis` names.
#[derive(Clone, Debug)]
pub(super) struct Axes(pub Vec<Axis>);

/// Reads `path=low..high`, `path=low..high:levels`, `path=a,b,c` or a path whose usual range is known.
pub(super) fn parse_axes(text: &str) -> Result<Axes, String> {
    if text.contains('=') {
        return Ok(Axes(vec![parse_axis(text)?]));
    }
    let path = text.trim();
    let axes = usual_axes(path);
    if axes.is_empty() {
        let known = usual_axes("parameters.*");
        let hint = nearest(path, known.iter().map(|axis| axis.path.as_str()));
        let range = format!("`{path}` has no usual range; give one, as {path}=0..1");
        return Err(hint.map_or(range.clone(), |hint| format!("{range}; {hint}")));
    }
    Ok(Axes(axes))
}

fn parse_axis(text: &str) -> Result<Axis, String> {
    let expected =
        "expected parameters.drift=0..0.2, parameters.drift=0..0.2:11 or parameters.drift=0,0.1,0.2";
    let number = |text: &str| {
        let x: f64 = text.trim().parse().map_err(|_| format!("`{text}` is no number; {expected}"))?;
        if x.is_finite() { Ok(x) } else { Err(format!("`{text}` is not finite; {expected}")) }
    };
    let (path, range) = text.split_once('=').ok_or_else(|| format!("no `=`; {expected}"))?;
    let path = path.trim().to_string();
    let Some((low, high)) = range.split_once("..") else {
        let values = range.split(',').map(number).collect::<Result<Vec<f64>, String>>()?;
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        return Ok(Axis { path, low, high, values });
    };
    let (high, levels) = match high.split_once(':') {
        Some((high, levels)) => (high, Some(levels)),
        None => (high, None),
    };
    let (low, high) = (number(low)?, number(high)?);
    if low >= high {
        return Err(format!("found {low} to {high}, expected the lower end first"));
    }
    let levels: u32 = match levels.map(str::parse) {
        None => 0,
        Some(Ok(levels @ 2..=1_000_000)) => levels,
        Some(_) => return Err(format!("`{range}`: expected 2 to 1000000 levels after the colon")),
    };
    let values = if levels == 0 { Vec::new() } else { evenly(low, high, levels) };
    Ok(Axis { path, low, high, values })
}

/// An axis as [`parse_axes`] reads it.
pub(super) fn axis_text(axis: &Axis) -> String {
    if axis.values.is_empty() {
        return format!("{}={}..{}", axis.path, axis.low, axis.high);
    }
    let n = axis.values.len();
    // Many levels would be too long for an argument.
    if n >= 2 && axis.low < axis.high && axis.values == evenly(axis.low, axis.high, n as u32) {
        return format!("{}={}..{}:{n}", axis.path, axis.low, axis.high);
    }
    let values: Vec<String> = axis.values.iter().map(f64::to_string).collect();
    format!("{}={}", axis.path, values.join(","))
}

impl DesignArgs {
    /// The points, how they are laid, and the replicates of each.
    pub(super) fn lay(
        &self,
        proposed: Option<&Sweep>,
        seed: u64,
        replicates: Option<u64>,
    ) -> Result<(Plan, DesignEntry, u32)> {
        let replicates = match replicates {
            Some(n) => u32::try_from(n).map_err(|_| BadInput(format!("--replicates {n}: too many")))?,
            None => proposed.map_or(REPLICATES, |sweep| sweep.replicates),
        };
        let axes = self.axes(proposed);
        if let Some(file) = &self.points {
            let paths: Vec<String> = axes.into_iter().map(|axis| axis.path).collect();
            let plan = Plan::from_table(Table::read(file, &paths)?);
            let entry = DesignEntry::table(&plan);
            return Ok((plan, entry, replicates));
        }
        if axes.is_empty() {
            let hint =
                "give --axis parameters.signalling=-0.5..0.5 (and more), or write a [sweep] in the scenario";
            return Err(BadInput(format!("the scenario proposes no sweep; {hint}")).into());
        }
        let method = self.method(proposed, &axes);
        if self.second_order && !matches!(method, Method::Saltelli { .. }) {
            return Err(
                BadInput("--second-order: only a design for Sobol indices has such points".into()).into()
            );
        }
        if self.levels.is_some() && !matches!(method, Method::Morris { .. }) {
            let message =
                "--levels: only Morris trajectories take it; levels of a grid are written as 0..1:11";
            return Err(BadInput(message.into()).into());
        }
        let plan = Plan::new(method, axes, seed).map_err(crate::experiment::error::ExperimentError::from)?;
        Ok((plan, DesignEntry::of(method), replicates))
    }

    /// The axes given, or those that the scenario proposes.
    pub(super) fn axes(&self, proposed: Option<&Sweep>) -> Vec<Axis> {
        match proposed {
            Some(sweep) if self.axis.is_empty() => sweep.axes.clone(),
            _ => self.axis.iter().flat_map(|axes| axes.0.clone()).collect(),
        }
    }

    fn method(&self, proposed: Option<&Sweep>, axes: &[Axis]) -> Method {
        let samples = self.samples.or(proposed.map(|sweep| u64::from(sweep.samples))).unwrap_or(SAMPLES);
        let design = match (self.design, proposed) {
            (Some(design), _) => design,
            (None, Some(sweep)) if self.axis.is_empty() => match sweep.design {
                Design::Grid => DesignArg::Grid,
                Design::LatinHypercube => DesignArg::LatinHypercube,
                Design::Sobol => DesignArg::Sobol,
                Design::Saltelli => DesignArg::Saltelli,
                Design::Morris => DesignArg::Morris,
            },
            _ if axes.iter().all(|axis| !axis.values.is_empty()) => DesignArg::Grid,
            _ => DesignArg::LatinHypercube,
        };
        match design {
            DesignArg::Grid => Method::Grid,
            DesignArg::LatinHypercube => Method::LatinHypercube { points: samples },
            DesignArg::Sobol => Method::Sobol { points: samples },
            DesignArg::Saltelli => Method::Saltelli { samples, second_order: self.second_order },
            DesignArg::Morris => {
                Method::Morris { trajectories: samples, levels: self.levels.unwrap_or(MORRIS_LEVELS) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{axis_text, parse_axes, parse_axis};

    #[test]
    fn axes_are_ranges_levels_or_values() {
        assert!(parse_axis("parameters.drift=0..0.2").unwrap().values.is_empty());
        assert_eq!(parse_axis("parameters.drift=0..1:3").unwrap().values, [0.0, 0.5, 1.0]);
        let listed = parse_axis("a.b=2,-1,0.5").unwrap();
        assert_eq!((listed.low, listed.high, listed.values), (-1.0, 2.0, vec![2.0, -1.0, 0.5]));
        assert_eq!(parse_axes("parameters.spiral_up").unwrap().0.len(), 4);
        for text in [
            "a.b=0..0.2",
            "a.b=-1e-9..1e300",
            "a.b=0..0.2:7",
            "a.b=2,-1,0.1,2",
            "a[0].b=0.1,0.30000000000000004",
        ] {
            let axis = parse_axis(text).unwrap();
            assert_eq!(parse_axis(&axis_text(&axis)).unwrap(), axis, "{text}");
        }
        let unknown = parse_axes("parameters.drfit").unwrap_err();
        assert!(
            unknown.contains("parameters.drfit=0..1") && unknown.contains("`parameters.drift`"),
            "{unknown}"
        );
        for wrong in ["a.b", "a.b=", "a.b=1..0", "a.b=0..inf", "a.b=0..1:1", "a.b=0..1:x", "a.b=0,x"] {
            assert!(parse_axis(wrong).is_err(), "{wrong}");
        }
    }
}
