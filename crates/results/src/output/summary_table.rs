//! A summary as a table in blocks of states: `summary.parquet`, and the tables of other languages. It rounds nothing, and writes no file.

use crate::output::summary::{PERCENTS, Summary};
use crate::output::summary_rows::SummaryRows;
use crate::output::table::{Table, Text, Values, labels};
use std::convert::Infallible;
use std::sync::Arc;
use suasion_model::variable::Variable;
use suasion_model::world::World;

/// Rows of a block, about.
const BLOCK: u64 = 65_536;

/// A summary that is made into a table block by block; its columns are those of [`schema::summary`](super::schema::summary).
#[derive(Clone, Debug)]
pub struct SummaryTable<'a> {
    rows: SummaryRows<'a>,
    first_year: i32,
    states: Arc<[String]>,
    variables: Arc<[String]>,
    /// What is counted of codes, after the empty text that numbers have.
    values: Arc<[String]>,
    /// By variable and value, its place among these.
    places: Vec<Vec<u32>>,
    /// States of a block.
    each: usize,
}

impl<'a> SummaryTable<'a> {
    /// The table of a summary of this world.
    pub fn new(summary: &'a Summary, world: &World) -> SummaryTable<'a> {
        let all: Vec<Variable> = summary.kept().collect();
        let mut values = vec![String::new()];
        let mut place = |name: String| {
            let found = values.iter().position(|value| *value == name);
            found.unwrap_or_else(|| {
                values.push(name);
                values.len() - 1
            }) as u32
        };
        let of =
            |&variable: &Variable| (0..variable.values(world)).map(move |k| variable.value_name(k, world));
        let places = all.iter().map(|variable| of(variable).map(&mut place).collect()).collect();
        let of_a_year: usize = all.iter().map(|variable| variable.values(world).max(1)).sum();
        let of_a_state = (summary.rows() * of_a_year) as u64;
        SummaryTable {
            rows: SummaryRows::new(summary, world),
            first_year: world.clock.start - 1,
            states: labels(world.states.iter().map(|state| state.id.as_str())),
            variables: labels(all.into_iter().map(|variable| variable.name(world))),
            values: labels(values),
            places,
            each: (BLOCK / of_a_state.max(1)).max(1) as usize,
        }
    }

    /// Blocks that there are.
    pub fn blocks(&self) -> usize {
        self.rows.states().div_ceil(self.each)
    }

    /// The rows of a block, of which the first is block 0.
    pub fn block(&self, block: usize) -> Table {
        let states = block * self.each..self.rows.states().min((block + 1) * self.each);
        let (mut state, mut variable, mut value) = (Vec::new(), Vec::new(), Vec::new());
        let (mut year, mut n) = (Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 4 + PERCENTS.len()] = Default::default();
        let Ok(()) = self.rows.of_states(states, |row| {
            state.push(row.state as u32);
            year.push(self.first_year + row.row as i32);
            variable.push(row.index as u32);
            value.push(row.value.map_or(0, |value| self.places[row.index][value]));
            n.push(row.n as i32);
            let estimate = row.estimate;
            let interval = estimate.and_then(|estimate| estimate.interval);
            let found = [
                estimate.map(|estimate| estimate.mean),
                // Of a share its mean says it.
                estimate.and_then(|estimate| estimate.sd).filter(|_| row.value.is_none()),
                interval.map(|interval| interval.low),
                interval.map(|interval| interval.high),
            ];
            for (column, number) in numbers.iter_mut().zip(found.into_iter().chain(row.quantiles)) {
                column.push(number.unwrap_or(f64::NAN));
            }
            Ok::<(), Infallible>(())
        });
        let text = |labels: &Arc<[String]>, codes| Values::Text(Text { labels: labels.clone(), codes });
        let mut columns = vec![
            text(&self.states, state),
            Values::Int32(year),
            text(&self.variables, variable),
            text(&self.values, value),
            Values::Int32(n),
        ];
        columns.extend(numbers.map(Values::Double));
        Table { columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ensemble::fake_ensemble;
    use crate::output::kept::Kept;
    use crate::output::schema::{self, ColumnType};
    use crate::output::summary_rows;
    use crate::output::testing::world;
    use crate::output::writer::{Format, TableWriter};
    use crate::output::{reader, summary_csv};
    use std::fs;

    #[test]
    fn parquet_and_csv_say_the_same_and_nothing_where_nothing_is_known() {
        let world = world();
        for replicates in [1, 21] {
            let summary = fake_ensemble(&world, &[(0, replicates)]).0;
            let whole = SummaryTable::new(&summary, &world);
            // One state a block, so that there are several.
            let table = SummaryTable { each: 1, ..whole.clone() };
            let columns = schema::summary();
            let folder = tempfile::tempdir().unwrap();
            let [parquet, csv] = ["summary.parquet", "summary.csv"].map(|name| folder.path().join(name));
            let file = fs::File::create(&parquet).unwrap();
            let mut writer = TableWriter::new(Format::Parquet, file, &parquet, &columns, &[]).unwrap();
            for block in 0..table.blocks() {
                writer.write(&table.block(block)).unwrap();
            }
            let (_, rows) = writer.finish(&[]).unwrap();
            assert_eq!(
                (rows, table.blocks(), whole.blocks()),
                (summary_rows::count(&world, &Kept::All), 3, 1)
            );
            let mut text = Vec::new();
            summary_csv::write(&summary, &world, &mut text).unwrap();
            fs::write(&csv, text).unwrap();
            let wanted: Vec<(&str, ColumnType)> =
                columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
            let [parquet, csv] = [parquet, csv].map(|path| reader::read(&path, &wanted).unwrap());
            assert_eq!(parquet.rows() as u64, rows);
            let mut missing = 0;
            for (column, pair) in columns.iter().zip(parquet.columns.iter().zip(&csv.columns)) {
                match pair {
                    (Values::Text(a), Values::Text(b)) => {
                        assert!((0..parquet.rows()).all(|row| a.get(row) == b.get(row)), "{}", column.name);
                    }
                    (Values::Double(a), Values::Double(b)) => {
                        missing += a.iter().filter(|x| x.is_nan()).count();
                        let Values::Text(variable) = &parquet.columns[2] else { panic!("names") };
                        for (row, (a, b)) in a.iter().zip(b).enumerate() {
                            // Rounded in the text to seven decimals of full scale: 1, of pressure 32, of flows hundreds.
                            let scale = if variable.get(row).starts_with("flow") { 1000.0 } else { 100.0 };
                            let near = a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-7 * scale;
                            assert!(near, "{} {} {a} {b}", column.name, variable.get(row));
                        }
                    }
                    (a, b) => assert_eq!(a, b, "{}", column.name),
                }
            }
            // Of one replicate there is no deviation and no interval.
            let unknown = if replicates == 1 { 3 * parquet.rows() } else { 1 };
            assert!(missing >= unknown, "{missing} missing of {rows} rows");
        }
    }
}
