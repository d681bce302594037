//! Records every variable of every state at the start and at the end of each year, as rows of `trajectories`.
//!
//! Values go straight to their place in the table, so rows come out in order of replicate, state and year
//! whatever the batches were. It changes no value.

use crate::output::kept::Kept;
use crate::output::table::{Table, Text, Values, labels};
use crate::output::view::View;
use std::sync::Arc;
use suasion_engine::batch::Batch;
use suasion_engine::recorder::Recorder;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::World;

/// Rows of a batch as they lie in a table: replicate by replicate, state by state, year by year.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rows {
    first: usize,
    states: usize,
    each: usize,
}

impl Rows {
    /// Adds the rows of a batch, `each` per replicate and state, and fills the first three columns: replicate,
    /// state and year, the first of them `first_year`.
    pub(super) fn add(table: &mut Table, view: &impl View, each: usize, first_year: i32) -> Rows {
        let states = view.world().states.len();
        let rows = Rows { first: table.rows(), states, each };
        for column in &mut table.columns {
            column.grow(view.width() * states * each);
        }
        for (lane, &replicate) in view.replicates().iter().enumerate().take(view.width()) {
            for state in 0..states {
                for row in 0..each {
                    let at = rows.at(lane, state, row);
                    table.columns[0].set(at, f64::from(replicate));
                    table.columns[1].set(at, state as f64);
                    table.columns[2].set(at, f64::from(first_year) + row as f64);
                }
            }
        }
        rows
    }

    fn at(self, lane: usize, state: usize, row: usize) -> usize {
        self.first + (lane * self.states + state) * self.each + row
    }

    /// Sets a cell of one state and row for the first `width` lanes.
    pub(super) fn set(self, column: &mut Values, width: usize, state: usize, row: usize, value: Lane) {
        let stride = self.states * self.each;
        let first = self.at(0, state, row);
        for lane in 0..width.min(LANES) {
            column.set(first + lane * stride, value.0[lane]);
        }
    }
}

impl Values {
    /// Sets a row from a number of the engine, where codes and flags are numbers too.
    #[inline]
    pub fn set(&mut self, row: usize, value: f64) {
        match self {
            Values::Int32(values) => values[row] = value as i32,
            Values::Double(values) => values[row] = value,
            Values::Boolean(values) => values[row] = value != 0.0,
            Values::Text(text) => text.codes[row] = value as u32,
        }
    }
}

/// The first three columns of a table by replicate, state and year, without rows.
pub(super) fn keys(world: &World) -> Vec<Values> {
    let ids: Arc<[String]> = labels(world.states.iter().map(|state| state.id.as_str()));
    vec![
        Values::Int32(Vec::new()),
        Values::Text(Text { labels: ids, codes: Vec::new() }),
        Values::Int32(Vec::new()),
    ]
}

/// Records trajectories; its table has the columns of [`schema::trajectories`](super::schema::trajectories).
#[derive(Clone, Debug)]
pub struct TrajectoriesRecorder {
    variables: Vec<Variable>,
    table: Table,
    rows: Rows,
}

impl TrajectoriesRecorder {
    /// A recorder for batches of this world, of what is kept.
    pub fn new(world: &World, kept: &Kept) -> TrajectoriesRecorder {
        let variables = kept.variables(world);
        let mut columns = keys(world);
        columns.extend(variables.iter().map(|variable| match (variable.kind(), variable) {
            (_, Variable::Tier(g)) => {
                Values::Text(Text { labels: labels(world.ratings[*g].codes()), codes: Vec::new() })
            }
            (VariableKind::Bounded | VariableKind::NonNegative | VariableKind::Real, _) => {
                Values::Double(Vec::new())
            }
            (VariableKind::Code, _) => Values::Int32(Vec::new()),
            (VariableKind::Flag, _) => Values::Boolean(Vec::new()),
        }));
        TrajectoriesRecorder { variables, table: Table { columns }, rows: Rows::default() }
    }

    /// The rows of the batches seen, in the order seen.
    pub fn into_table(self) -> Table {
        self.table
    }

    fn begin(&mut self, view: &impl View) {
        let clock = view.world().clock;
        self.rows = Rows::add(&mut self.table, view, clock.years() + 1, clock.start - 1);
        self.record(view, 0);
    }

    fn record(&mut self, view: &impl View, row: usize) {
        for state in 0..view.world().states.len() {
            for (&variable, column) in self.variables.iter().zip(&mut self.table.columns[3..]) {
                self.rows.set(column, view.width(), state, row, view.value(state, variable));
            }
        }
    }
}

impl Recorder for TrajectoriesRecorder {
    fn start(&mut self, batch: &Batch) {
        self.begin(batch);
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.record(batch, year + 1);
    }
}

/// Drives a recorder over made-up batches of 8 from replicate `first` up to `end`.
#[cfg(test)]
pub(super) fn fake_table(world: &World, first: u32, end: u32) -> Table {
    use crate::output::testing::Fake;
    let mut recorder = TrajectoriesRecorder::new(world, &Kept::All);
    for first in (first..end).step_by(LANES) {
        let mut fake = Fake::new(world, first, LANES.min((end - first) as usize));
        recorder.begin(&fake);
        for year in 0..world.clock.years() {
            fake.time = year as u32 + 1;
            recorder.record(&fake, year + 1);
        }
    }
    recorder.into_table()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::testing::{Fake, world};

    #[test]
    fn rows_are_by_replicate_state_and_year_whatever_the_batches() {
        let world = world();
        let table = fake_table(&world, 5, 16);
        assert_eq!(table.rows(), 11 * 3 * 4);
        let Values::Int32(replicates) = &table.columns[0] else { panic!() };
        let Values::Text(states) = &table.columns[1] else { panic!() };
        let Values::Int32(years) = &table.columns[2] else { panic!() };
        for row in 0..table.rows() {
            assert_eq!(replicates[row], 5 + (row / 12) as i32);
            assert_eq!(states.get(row), ["IDN", "MYS", "THA"][row / 4 % 3]);
            assert_eq!(years[row], 2000 + (row % 4) as i32);
        }
        // The same rows come from other batches.
        let mut joined = fake_table(&world, 5, 8);
        let rest = fake_table(&world, 8, 16);
        joined.extend(&rest, 0..rest.rows());
        assert_eq!(joined, table);
    }

    #[test]
    fn cells_hold_the_values_of_their_lane() {
        let world = world();
        let table = fake_table(&world, 0, 11);
        let names: Vec<_> = schema::trajectories(&world, &Kept::All).into_iter().map(|c| c.name).collect();
        assert_eq!(names.len(), table.columns.len());
        let mut fake = Fake::new(&world, 8, 3);
        fake.time = 2;
        let row = (10 * 3 + 1) * 4 + 2;
        for (i, variable) in Variable::all(&world).into_iter().enumerate() {
            let expected = fake.scalar(10, 1, variable);
            match &table.columns[i + 3] {
                Values::Double(v) => assert_eq!(v[row], expected, "{}", names[i + 3]),
                Values::Int32(v) => assert_eq!(f64::from(v[row]), expected, "{}", names[i + 3]),
                Values::Boolean(v) => assert_eq!(v[row], expected == 1.0, "{}", names[i + 3]),
                Values::Text(v) => {
                    assert_eq!(v.get(row), world.ratings[0].grade(expected as usize), "{}", names[i + 3]);
                }
            }
        }
    }
}
