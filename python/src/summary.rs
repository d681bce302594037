//! The summary of a run as a table: the rows of `summary.csv`, not rounded.

use crate::arrow::{self, Table, categories, failed};
use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
use arrow_schema::ArrowError;
use pyo3::PyResult;
use std::convert::Infallible;
use std::sync::Arc;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::output::schema;
use suasion::output::summary::Summary;
use suasion::output::summary_rows::{SummaryRow, SummaryRows};

pub fn table(summary: &Summary, world: &World, metadata: &[(String, String)]) -> PyResult<Table> {
    let mut rows: Vec<SummaryRow> = Vec::new();
    let all = SummaryRows::new(summary, world);
    let Ok(()) = all.of_states(0..all.states(), |row| {
        rows.push(row);
        Ok::<(), Infallible>(())
    });
    let schema = arrow::schema(schema::summary(), true, metadata);
    let arrays = columns(&rows, world).map_err(failed)?;
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(failed)?;
    Ok(Table::new(schema, vec![batch]))
}

fn columns(rows: &[SummaryRow], world: &World) -> Result<Vec<ArrayRef>, ArrowError> {
    let integers = |f: &dyn Fn(&SummaryRow) -> Option<i32>| rows.iter().map(f).collect::<Int32Array>();
    let numbers = |f: &dyn Fn(&SummaryRow) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(f).collect::<Float64Array>())
    };
    let states: Vec<String> = world.states.iter().map(|state| state.id.clone()).collect();
    let variables: Vec<String> = Variable::all(world).into_iter().map(|v| v.name(world)).collect();
    let mut values: Vec<String> = Vec::new();
    let codes: Int32Array = rows
        .iter()
        .map(|row| {
            let name = row.variable.value_name(row.value?, world);
            let code = values.iter().position(|known| *known == name).unwrap_or_else(|| {
                values.push(name);
                values.len() - 1
            });
            Some(code as i32)
        })
        .collect();
    let mut arrays: Vec<ArrayRef> = vec![
        categories(integers(&|row| Some(row.state as i32)), &states)?,
        Arc::new(integers(&|row| Some(world.clock.start - 1 + row.row as i32))),
        categories(integers(&|row| Some(row.index as i32)), &variables)?,
        categories(codes, &values)?,
        Arc::new(integers(&|row| Some(row.n as i32))),
        numbers(&|row| Some(row.estimate?.mean)),
        numbers(&|row| row.estimate.filter(|_| row.value.is_none())?.sd),
        numbers(&|row| Some(row.estimate?.interval?.low)),
        numbers(&|row| Some(row.estimate?.interval?.high)),
    ];
    arrays.extend(
        (0..rows.first().map_or(5, |row| row.quantiles.len())).map(|q| numbers(&|row| row.quantiles[q])),
    );
    Ok(arrays)
}
