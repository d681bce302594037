//! Records what moved motivation in each year, term by term, as rows of `ledger`. It computes no term.

use crate::output::table::{Table, Values};
use crate::output::trajectories::{Rows, keys};
use crate::output::view::View;
use suasion_engine::batch::Batch;
use suasion_engine::recorder::Recorder;
use suasion_lanes::lane::Lane;
use suasion_model::ledger::terms;
use suasion_model::variable::Variable;
use suasion_model::world::World;

/// Records the ledger; its table has the columns of [`schema::ledger`](super::schema::ledger).
///
/// It is for batches that keep a ledger.
#[derive(Clone, Debug)]
pub struct LedgerRecorder {
    motivation: Vec<Lane>,
    table: Table,
    rows: Rows,
}

impl LedgerRecorder {
    /// A recorder for batches of this world that keep a ledger.
    pub fn new(world: &World) -> LedgerRecorder {
        let mut columns = keys(world);
        columns.extend((0..terms(world) + 2).map(|_| Values::Double(Vec::new())));
        LedgerRecorder { motivation: Vec::new(), table: Table { columns }, rows: Rows::default() }
    }

    /// The rows of the batches seen, in the order seen.
    pub fn into_table(self) -> Table {
        self.table
    }

    fn begin(&mut self, view: &impl View) {
        let world = view.world();
        self.rows = Rows::add(&mut self.table, view, world.clock.years(), world.clock.start);
        self.motivation =
            (0..world.states.len()).map(|state| view.value(state, Variable::Motivation)).collect();
    }

    fn record(&mut self, view: &impl View, year: usize) {
        for state in 0..self.motivation.len() {
            let end = view.value(state, Variable::Motivation);
            let Some(ledger) = view.ledger(state) else {
                // Rows of zeros would be a false statement about the run, worse than none.
                panic!("a ledger is recorded from a batch that keeps none");
            };
            let start = [self.motivation[state]];
            let values = start.iter().chain(ledger).chain(std::iter::once(&end));
            for (column, &value) in self.table.columns[3..].iter_mut().zip(values) {
                self.rows.set(column, view.width(), state, year, value);
            }
            self.motivation[state] = end;
        }
    }
}

impl Recorder for LedgerRecorder {
    fn start(&mut self, batch: &Batch) {
        self.begin(batch);
    }

    /// # Panics
    /// If the batch keeps no ledger.
    fn year(&mut self, batch: &Batch, year: usize) {
        self.record(batch, year);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::testing::{Fake, world};
    use suasion_model::ledger::TERMS;

    #[test]
    fn each_year_starts_where_the_last_one_ended() {
        let world = world();
        let mut recorder = LedgerRecorder::new(&world);
        let mut fake = Fake::new(&world, 0, 5);
        recorder.begin(&fake);
        let start = fake.scalar(4, 2, Variable::Motivation);
        for year in 0..3 {
            fake.time = year as u32 + 1;
            recorder.record(&fake, year);
        }
        let end = fake.scalar(4, 2, Variable::Motivation);
        let table = recorder.into_table();
        assert_eq!((table.rows(), table.columns.len()), (5 * 3 * 3, schema::ledger(&world).len()));
        let column = |i: usize| match &table.columns[i] {
            Values::Double(v) => v.clone(),
            other => panic!("{other:?}"),
        };
        let (starts, ends, shock) = (column(3), column(4 + TERMS), column(4 + 9));
        let last = 5 * 3 * 3 - 3;
        assert_eq!((starts[last], ends[last + 2]), (start, end));
        assert_eq!((starts[last + 1], starts[last + 2]), (ends[last], ends[last + 1]));
        assert_eq!(shock[last], 9.0 + 4.0 / 64.0);
        let Values::Int32(years) = &table.columns[2] else { panic!() };
        assert_eq!(years[last..], [2001, 2002, 2003]);
    }
}
