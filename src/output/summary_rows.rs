//! A summary row by row, as its table has it: numbers with their statistics, codes and flags value by value. It rounds
//! nothing and knows no file.

use crate::estimate::{Interval, Level};
use crate::model::variable::{Variable, VariableKind};
use crate::model::world::{TIERS, World};
use crate::output::summary::{PERCENTS, Summary};

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// A row of the summary. What a statistic does not say of a variable is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryRow {
    /// Index of the state.
    pub state: usize,
    /// Row of time: 0 is the start, and 1 the end of the first year.
    pub row: usize,
    /// Position of the variable in [`Variable::all`].
    pub index: usize,
    /// The variable.
    pub variable: Variable,
    /// The value counted, of codes and flags.
    pub value: Option<usize>,
    /// Replicates.
    pub n: Option<u64>,
    /// Mean of a number; share of the replicates with the value.
    pub mean: Option<f64>,
    /// Standard deviation between replicates.
    pub sd: Option<f64>,
    /// 95 % interval of the mean, or of the share.
    pub interval: Option<Interval>,
    /// Quantiles between replicates, at [`PERCENTS`].
    pub quantiles: [Option<f64>; PERCENTS.len()],
}

/// Calls `f` with each row, in order of state, year, variable and value, until it fails.
///
/// # Errors
/// What `f` said.
pub fn each<E>(
    summary: &Summary,
    world: &World,
    mut f: impl FnMut(SummaryRow) -> Result<(), E>,
) -> Result<(), E> {
    let variables = Variable::all(world);
    let level = Level::new(LEVEL);
    let sizes: Vec<f64> = variables.iter().map(|variable| summary.size(*variable)).collect();
    for state in 0..world.states.len() {
        for row in 0..summary.rows() {
            for (index, &variable) in variables.iter().enumerate() {
                let empty = SummaryRow {
                    state,
                    row,
                    index,
                    variable,
                    value: None,
                    n: None,
                    mean: None,
                    sd: None,
                    interval: None,
                    quantiles: [None; PERCENTS.len()],
                };
                match variable.kind() {
                    VariableKind::Bounded | VariableKind::NonNegative | VariableKind::Real => {
                        f(summary.statistics(state, row, variable).map_or(empty, |statistics| SummaryRow {
                            n: Some(statistics.n),
                            mean: Some(statistics.mean),
                            sd: statistics.sd,
                            interval: summary.interval((state, row), (variable, None), sizes[index], &level),
                            quantiles: statistics
                                .quantiles
                                .map_or(empty.quantiles, |quantiles| quantiles.map(Some)),
                            ..empty
                        }))?;
                    }
                    VariableKind::Code(_) | VariableKind::Flag => {
                        let counts = summary.counts(state, row, variable).unwrap_or_default();
                        let n = counts.iter().map(|&count| u64::from(count)).sum();
                        for value in 0..counts.len() {
                            f(SummaryRow {
                                value: Some(value),
                                n: Some(n),
                                mean: summary.share(state, row, variable, value),
                                interval: summary.interval(
                                    (state, row),
                                    (variable, Some(value)),
                                    0.0,
                                    &level,
                                ),
                                ..empty
                            })?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// The value counted, as tables write it: a tier by name, else its number.
pub fn value_name(variable: Variable, value: usize) -> String {
    match variable {
        Variable::Tier(_) => TIERS[value].to_string(),
        _ => value.to_string(),
    }
}
