//! The sensitivity of several outcomes, and its table: a row for each outcome, measure and axis. It runs nothing.

use super::{Bootstrap, Estimate, SensitivityError, morris, sobol};
use crate::experiment::design::{Method, Plan};
use crate::experiment::error::ExperimentError;
use crate::output::schema::{Column, ColumnType};

/// How sensitivity is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Sobol indices, from points in the order of Saltelli's design.
    Sobol {
        /// Whether the design has the points for pairs.
        second_order: bool,
    },
    /// Elementary effects, from Morris trajectories.
    Morris,
}

impl Measure {
    /// What the points of a design are laid for; none for the other designs.
    pub fn of(method: Method) -> Option<Measure> {
        match method {
            Method::Saltelli { second_order, .. } => Some(Measure::Sobol { second_order }),
            Method::Morris { .. } => Some(Measure::Morris),
            Method::Grid | Method::LatinHypercube { .. } | Method::Sobol { .. } => None,
        }
    }
}

/// The sensitivity of an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The outcome, in full.
    pub outcome: String,
    /// Its least and its greatest value over the points.
    pub range: [f64; 2],
    /// What was found.
    pub found: Found,
}

/// What was found of an outcome, axis by axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Sobol indices.
    Sobol(sobol::Indices),
    /// Elementary effects.
    Morris(Vec<morris::Measures>),
    /// Nothing: the outcome is constant.
    Constant,
}

/// Analyses an outcome. `plan` gives the points, and the ranges by which effects are scaled.
///
/// # Errors
/// If the values do not fit the design or are no finite numbers. A constant outcome is no error.
pub fn analyse(
    measure: Measure,
    plan: &Plan,
    outcome: &str,
    values: &[f64],
    bootstrap: &Bootstrap,
) -> Result<Analysis, ExperimentError> {
    let axes = plan.axes();
    let found = match measure {
        Measure::Sobol { second_order } => {
            sobol::indices(values, axes.len(), second_order, bootstrap).map(Found::Sobol)
        }
        Measure::Morris => morris::measures(plan, values, bootstrap).map(Found::Morris),
    };
    let found = match found {
        Err(SensitivityError::Constant) => Found::Constant,
        Err(error) => return Err(ExperimentError::Asked(format!("{outcome}: {error}"))),
        Ok(found) => found,
    };
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(Analysis { outcome: outcome.into(), range: [low, high], found })
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// The outcome.
    pub outcome: &'a str,
    /// S1, ST, S2, mu, `mu_star` or sigma.
    pub measure: &'static str,
    /// Place of the axis.
    pub axis: usize,
    /// The other axis of a pair.
    pub with: Option<usize>,
    /// The estimate; none where there is none.
    pub estimate: Option<Estimate>,
}

impl Analysis {
    /// Its rows: by measure, then in the order of the axes.
    pub fn rows(&self, measure: Measure, axes: usize) -> Vec<Row<'_>> {
        let row =
            |measure, axis, with, estimate| Row { outcome: &self.outcome, measure, axis, with, estimate };
        let each = |name, estimates: Vec<Option<Estimate>>| {
            estimates.into_iter().enumerate().map(|(j, e)| row(name, j, None, e)).collect::<Vec<Row<'_>>>()
        };
        let all = |of: &[Estimate]| of.iter().copied().map(Some).collect();
        match &self.found {
            Found::Sobol(indices) => {
                let pairs = indices.s2.iter().map(|p| row("S2", p.axes[0], Some(p.axes[1]), Some(p.index)));
                [each("S1", all(&indices.s1)), each("ST", all(&indices.st)), pairs.collect()].concat()
            }
            Found::Morris(of) => [
                each("mu", of.iter().map(|m| Some(m.mu)).collect()),
                each("mu_star", of.iter().map(|m| Some(m.mu_star)).collect()),
                each("sigma", of.iter().map(|m| m.sigma).collect()),
            ]
            .concat(),
            Found::Constant => {
                let names: &[&str] =
                    if measure == Measure::Morris { &["mu", "mu_star", "sigma"] } else { &["S1", "ST"] };
                names.iter().flat_map(|name| each(name, vec![None; axes])).collect()
            }
        }
    }
}

/// Columns of the table. Cells of what is not defined are empty.
pub fn columns() -> Vec<Column> {
    let text = |name, meaning| Column::new(name, ColumnType::String, "-", meaning);
    let number = |name, unit, meaning| Column::new(name, ColumnType::Double, unit, meaning);
    let unit = "share of variance (S1, ST, S2), or of the outcome per range of the axis (mu, mu_star, sigma)";
    vec![
        text("outcome", "the outcome in full, as protection.IDN@2010"),
        text("measure", "S1, ST, S2, mu, mu_star or sigma"),
        text("axis", "path of the axis"),
        text("with", "path of the other axis of a pair; empty otherwise"),
        number("value", unit, "the estimate"),
        number("ci_low", unit, "lower end of its 95 % interval"),
        number("ci_high", unit, "upper end of its 95 % interval"),
    ]
}

/// The table as CSV, with the columns of [`columns`].
///
/// # Errors
/// None in practice: memory does not fail to be written.
pub fn csv(measure: Measure, plan: &Plan, analyses: &[Analysis]) -> csv::Result<Vec<u8>> {
    let path = |axis: usize| plan.axes()[axis].path.as_str();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns().iter().map(|column| &column.name))?;
    for row in analyses.iter().flat_map(|analysis| analysis.rows(measure, plan.axes().len())) {
        let interval = row.estimate.and_then(|estimate| estimate.interval);
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:?}"));
        writer.write_record([
            row.outcome,
            row.measure,
            path(row.axis),
            row.with.map_or("", path),
            &number(row.estimate.map(|estimate| estimate.value)),
            &number(interval.map(|ends| ends[0])),
            &number(interval.map(|ends| ends[1])),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
