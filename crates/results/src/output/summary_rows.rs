//! A summary row by row, as its table has it: numbers with their statistics, codes and flags value by value. It rounds
//! nothing and knows no file.

use crate::estimate::{Estimate, Level};
use crate::output::kept::Kept;
use crate::output::summary::{PERCENTS, Summary};
use crate::output::writer::Format;
use std::ops::Range;
use suasion_model::variable::Variable;
use suasion_model::world::World;

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// A row of the summary. What a statistic does not say of a variable is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryRow {
    /// Index of the state.
    pub state: usize,
    /// Row of time: 0 is the start, and 1 the end of the first year.
    pub row: usize,
    /// Position of the variable in [`Summary::kept`].
    pub index: usize,
    /// The variable.
    pub variable: Variable,
    /// The value counted, of codes and flags.
    pub value: Option<usize>,
    /// Replicates.
    pub n: u64,
    /// What replicates say of a number, or of the share of them with the value; none where nothing is known.
    pub estimate: Option<Estimate>,
    /// Quantiles between replicates, at [`PERCENTS`].
    pub quantiles: [Option<f64>; PERCENTS.len()],
}

/// The rows of a summary, in order of state, year, variable and value.
#[derive(Clone, Debug)]
pub struct SummaryRows<'a> {
    summary: &'a Summary,
    states: usize,
    /// Each variable, how many values of it are counted (none of a number), and [`Summary::size`] of it.
    variables: Vec<(Variable, usize, f64)>,
    level: Level,
}

impl<'a> SummaryRows<'a> {
    /// The rows of a summary of this world.
    pub fn new(summary: &'a Summary, world: &World) -> SummaryRows<'a> {
        let variables =
            summary.kept().map(|variable| (variable, variable.values(world), summary.size(variable)));
        let states = world.states.len();
        SummaryRows { summary, states, variables: variables.collect(), level: Level::new(LEVEL) }
    }

    /// States.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Calls `f` with each row of some states, until it fails.
    ///
    /// # Errors
    /// What `f` said.
    pub fn of_states<E>(
        &self,
        states: Range<usize>,
        mut f: impl FnMut(SummaryRow) -> Result<(), E>,
    ) -> Result<(), E> {
        for state in states {
            for row in 0..self.summary.rows() {
                for (index, &(variable, values, size)) in self.variables.iter().enumerate() {
                    for k in 0..values.max(1) {
                        let value = (values > 0).then_some(k);
                        let estimate =
                            self.summary.estimate((state, row), (variable, value), size, &self.level);
                        let quantiles =
                            if values > 0 { None } else { self.summary.quantiles(state, row, variable) };
                        f(SummaryRow {
                            state,
                            row,
                            index,
                            variable,
                            value,
                            n: self.summary.replicates(),
                            estimate,
                            quantiles: quantiles.map_or([None; PERCENTS.len()], |all| all.map(Some)),
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Rows of a summary up to which it is written as text where nobody asked for text: `summary.csv` is for people to open.
const TEXT: u64 = 100_000;

/// The format of the summary of a run of this world beside tables of a format: text, unless it is long and nobody asked for text.
///
/// ```
/// use suasion::{output::{kept::Kept, summary_rows, writer::Format}, scenario::Scenario};
/// let world = Scenario::load("asean").unwrap().build().unwrap().world;
/// assert_eq!(summary_rows::count(&world, &Kept::All), 10 * 16 * 34); // states, the start and 15 years, variables and values of codes
/// assert_eq!(summary_rows::format(&world, &Kept::All, Format::Parquet), Format::Csv);
/// ```
pub fn format(world: &World, kept: &Kept, tables: Format) -> Format {
    if count(world, kept) <= TEXT { Format::Csv } else { tables }
}

/// Rows that the summary of a run of this world has.
pub fn count(world: &World, kept: &Kept) -> u64 {
    let of_a_year: usize = kept.variables(world).into_iter().map(|v| v.values(world).max(1)).sum();
    (world.states.len() * (world.clock.years() + 1) * of_a_year) as u64
}
