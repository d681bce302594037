//! A summary row by row, as its table has it: numbers with their statistics, codes and flags value by value. It rounds
//! nothing and knows no file.

use crate::estimate::{Estimate, Level};
use crate::model::variable::Variable;
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
    /// What replicates say of a number, or of the share of them with the value; none where nothing is known.
    pub estimate: Option<Estimate>,
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
                let values = summary.counts(state, row, variable).map_or(0, <[u32]>::len);
                let values: Vec<Option<usize>> =
                    if values == 0 { vec![None] } else { (0..values).map(Some).collect() };
                for value in values {
                    let quantiles = value.map_or_else(|| summary.quantiles(state, row, variable), |_| None);
                    f(SummaryRow {
                        state,
                        row,
                        index,
                        variable,
                        value,
                        estimate: summary.estimate((state, row), (variable, value), sizes[index], &level),
                        quantiles: quantiles.map_or([None; PERCENTS.len()], |quantiles| quantiles.map(Some)),
                    })?;
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
