//! The axes and the design of a sweep as people ask for them: in words, or as the scenario proposes. It lays no point.

use super::{MORRIS_LEVELS, Method, Plan, Table, usual_axes};
use crate::excerpt;
use crate::experiment::error::ExperimentError;
use crate::experiment::sweep::DesignEntry;
use crate::scenario::{Axis, Design, Sweep, evenly, nearest};

/// Replicates of a point where nothing says otherwise.
const REPLICATES: u32 = 100;
/// Points (base samples, trajectories) where nothing says otherwise.
const SAMPLES: u64 = 100;

/// A design that is asked for; what is not said, the scenario proposes.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Axes; empty: those of the scenario.
    pub axes: Vec<Axis>,
    /// How points are laid; none: as the scenario proposes for its own axes, else a grid where every axis has levels, else a
    /// Latin hypercube.
    pub design: Option<Design>,
    /// Number of points; base samples of Saltelli, trajectories of Morris.
    pub samples: Option<u64>,
    /// Saltelli: whether there are points for indices of pairs.
    pub second_order: bool,
    /// Morris: levels of the grid of each axis.
    pub levels: Option<u32>,
    /// Points from elsewhere, instead of a design.
    pub points: Option<Table>,
    /// Replicates of each point.
    pub replicates: Option<u64>,
}

/// Reads `path=low..high`, `path=low..high:levels`, `path=a,b,c` or a path whose usual range is known.
///
/// # Errors
/// If it is none of these: what was expected.
pub fn parse_axes(text: &str) -> Result<Vec<Axis>, String> {
    if text.contains('=') {
        return Ok(vec![parse_axis(text)?]);
    }
    let path = text.trim();
    let axes = usual_axes(path);
    if axes.is_empty() {
        let known = usual_axes("parameters.*");
        let hint = nearest(path, known.iter().map(|axis| axis.path.as_str()));
        let range = format!("`{path}` has no usual range; give one, as {path}=0..1");
        return Err(hint.map_or(range.clone(), |hint| format!("{range}; {hint}")));
    }
    Ok(axes)
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
        let (low, high) = (excerpt::number(low), excerpt::number(high));
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
pub fn axis_text(axis: &Axis) -> String {
    let (low, high) = (excerpt::number(axis.low), excerpt::number(axis.high));
    if axis.values.is_empty() {
        return format!("{}={low}..{high}", axis.path);
    }
    let n = axis.values.len();
    // Many levels would be too long for an argument.
    if n >= 2 && axis.low < axis.high && axis.values == evenly(axis.low, axis.high, n as u32) {
        return format!("{}={low}..{high}:{n}", axis.path);
    }
    let values: Vec<String> = axis.values.iter().map(|x| excerpt::number(*x)).collect();
    format!("{}={}", axis.path, values.join(","))
}

impl Asked {
    /// The points, how they are laid, and the replicates of each.
    ///
    /// # Errors
    /// If nobody names an axis, options do not fit the design, or it cannot be laid.
    pub fn lay(
        &self,
        proposed: Option<&Sweep>,
        seed: u64,
    ) -> Result<(Plan, DesignEntry, u32), ExperimentError> {
        let asked = |found: &str| Err(ExperimentError::Asked(found.into()));
        let replicates = match self.replicates {
            Some(n) => {
                u32::try_from(n).map_err(|_| ExperimentError::Asked(format!("--replicates {n}: too many")))?
            }
            None => proposed.map_or(REPLICATES, |sweep| sweep.replicates),
        };
        if let Some(points) = &self.points {
            let plan = Plan::from_table(points.clone());
            let entry = DesignEntry::table(&plan);
            return Ok((plan, entry, replicates));
        }
        let axes = self.axes(proposed);
        if axes.is_empty() {
            let hint =
                "give --axis parameters.signalling=-0.5..0.5 (and more), or write a [sweep] in the scenario";
            return asked(&format!("the scenario proposes no sweep; {hint}"));
        }
        let method = self.method(proposed, &axes);
        if self.second_order && !matches!(method, Method::Saltelli { .. }) {
            return asked("--second-order: only a design for Sobol indices has such points");
        }
        if self.levels.is_some() && !matches!(method, Method::Morris { .. }) {
            return asked(
                "--levels: only Morris trajectories take it; levels of a grid are written as 0..1:11",
            );
        }
        let plan = Plan::new(method, axes, seed)?;
        Ok((plan, DesignEntry::of(method), replicates))
    }

    /// The axes given, or those that the scenario proposes.
    pub fn axes(&self, proposed: Option<&Sweep>) -> Vec<Axis> {
        match proposed {
            Some(sweep) if self.axes.is_empty() => sweep.axes.clone(),
            _ => self.axes.clone(),
        }
    }

    /// Their paths.
    pub fn paths(&self, proposed: Option<&Sweep>) -> Vec<String> {
        self.axes(proposed).into_iter().map(|axis| axis.path).collect()
    }

    fn method(&self, proposed: Option<&Sweep>, axes: &[Axis]) -> Method {
        let samples = self.samples.or(proposed.map(|sweep| u64::from(sweep.samples))).unwrap_or(SAMPLES);
        let design = match (self.design, proposed) {
            (Some(design), _) => design,
            (None, Some(sweep)) if self.axes.is_empty() => sweep.design,
            _ if axes.iter().all(|axis| !axis.values.is_empty()) => Design::Grid,
            _ => Design::LatinHypercube,
        };
        match design {
            Design::Grid => Method::Grid,
            Design::LatinHypercube => Method::LatinHypercube { points: samples },
            Design::Sobol => Method::Sobol { points: samples },
            Design::Saltelli => Method::Saltelli { samples, second_order: self.second_order },
            Design::Morris => {
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
        assert_eq!(parse_axes("parameters.spiral_up").unwrap().len(), 4);
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
