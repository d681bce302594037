//! The lineage of a history as a table: a row for each row of the history and state, a column for what is drawn once and one for each year.

use crate::engine::history::Lineage;
use crate::experiment::compare::{Described, Making};
use crate::experiment::error::ExperimentError;
use crate::model::world::World;
use crate::output::reader;
use crate::output::schema::ColumnType;
use crate::output::table::Values;
use std::path::Path;

/// Name of the table in a folder of results.
pub const LINEAGE: &str = "lineage";

/// Name of the column of a year on record.
fn of_year(world: &World, year: usize) -> String {
    format!("draws_{}", world.clock.start + year as i32)
}

/// The table of a lineage.
pub fn table(world: &World, lineage: &Lineage) -> Described {
    let mut making = Making::default();
    let (rows, n) = (lineage.rows(), lineage.states());
    let each = || (0..rows).flat_map(|row| (0..n).map(move |i| (row, i)));
    making.whole("replicate", "-", "row of the history, from 0", each().map(|(row, _)| row as i32).collect());
    making.text("state", "id of the state", each().map(|(_, i)| world.states[i].id.clone()).collect());
    let column = |k: usize| each().map(|(row, i)| lineage.of(row, i)[k] as i32).collect();
    let meaning = "replicate whose draws the state uses for what is drawn once: its traits, and the grader's view at the start";
    making.whole("draws_once", "-", meaning, column(0));
    for year in 0..lineage.years() {
        making.whole(
            &of_year(world, year),
            "-",
            "replicate whose draws the state uses in the year",
            column(year + 1),
        );
    }
    making.end()
}

/// Reads the lineage in a folder of results, of the states of a world and so many years on record.
///
/// # Errors
/// If there is none, it cannot be read, or it is not of these states.
pub fn read(folder: &Path, world: &World, years: usize) -> Result<Lineage, ExperimentError> {
    let Some(path) = reader::find(folder, LINEAGE) else {
        let found = format!("{} has no {LINEAGE}.parquet", folder.display());
        return Err(ExperimentError::asked(
            found,
            Some("a folder that `suasion condition` wrote has one".into()),
        ));
    };
    let names: Vec<String> = (0..years).map(|year| of_year(world, year)).collect();
    let mut wanted = vec![("state", ColumnType::String), ("draws_once", ColumnType::Int32)];
    wanted.extend(names.iter().map(|name| (name.as_str(), ColumnType::Int32)));
    let table = reader::read(&path, &wanted)?;
    let wrong = |what: String| ExperimentError::Asked(format!("{}: {what}", path.display()));
    let n = world.states.len();
    let count = table.rows();
    if count == 0 || count % n != 0 {
        return Err(wrong(format!("found {count} rows, expected as many for each of {n} states")));
    }
    let Some((Values::Text(states), columns)) = table.columns.split_first() else {
        return Err(wrong("the column `state` is no text".into()));
    };
    if let Some(row) = (0..count).find(|row| states.get(*row) != world.states[row % n].id) {
        let (found, expected) = (states.get(row), &world.states[row % n].id);
        return Err(wrong(format!("row {}: found state {found}, expected {expected}", row + 1)));
    }
    let mut numbers = vec![0; count * columns.len()];
    for (k, column) in columns.iter().enumerate() {
        let Values::Int32(column) = column else { continue };
        for (row, number) in column.iter().enumerate() {
            numbers[row * columns.len() + k] = u32::try_from(*number).map_err(|_| {
                wrong(format!(
                    "row {}, {}: found {number}, expected the number of a replicate",
                    row + 1,
                    wanted[k + 1].0
                ))
            })?;
        }
    }
    Ok(Lineage::new(count / n, n, years, numbers))
}
