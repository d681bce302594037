//! Tables in which cells may be empty, made column by column.

use crate::arrow::{self, Table, failed};
use arrow_array::{ArrayRef, Float64Array, Int32Array};
use pyo3::prelude::*;
use std::sync::Arc;
use suasion::output::schema::{Column, ColumnType};
use suasion::scenario::Scenario;

/// A table in the making.
#[derive(Default)]
pub struct Making {
    columns: Vec<Column>,
    arrays: Vec<ArrayRef>,
}

impl Making {
    fn add(&mut self, name: &str, kind: ColumnType, unit: &str, meaning: &str, array: ArrayRef) {
        let (name, unit, meaning) = (name.to_string(), unit.to_string(), meaning.to_string());
        self.columns.push(Column { name, kind, unit, meaning });
        self.arrays.push(array);
    }

    /// A column of text; empty cells where there is none.
    pub fn text<T: Into<Option<String>>>(
        &mut self,
        name: &str,
        meaning: &str,
        items: impl IntoIterator<Item = T>,
    ) -> PyResult<()> {
        let items: Vec<Option<String>> = items.into_iter().map(Into::into).collect();
        let mut labels: Vec<String> = items.iter().flatten().cloned().collect();
        labels.sort();
        labels.dedup();
        let key = |item: &Option<String>| Some(labels.binary_search(item.as_ref()?).ok()? as i32);
        let keys: Int32Array = items.iter().map(key).collect();
        let array = arrow::categories(keys, &labels).map_err(failed)?;
        self.add(name, ColumnType::String, "-", meaning, array);
        Ok(())
    }

    /// A column of numbers.
    pub fn number<T: Into<Option<f64>>>(
        &mut self,
        name: &str,
        unit: &str,
        meaning: &str,
        items: impl IntoIterator<Item = T>,
    ) {
        let array: Float64Array = items.into_iter().map(Into::into).collect();
        self.add(name, ColumnType::Double, unit, meaning, Arc::new(array));
    }

    /// A column of whole numbers.
    pub fn whole<T: Into<Option<i32>>>(
        &mut self,
        name: &str,
        unit: &str,
        meaning: &str,
        items: impl IntoIterator<Item = T>,
    ) {
        let array: Int32Array = items.into_iter().map(Into::into).collect();
        self.add(name, ColumnType::Int32, unit, meaning, Arc::new(array));
    }

    /// The table; `base` is what it is of.
    pub fn end(self, py: Python<'_>, base: &Scenario) -> PyResult<Py<Table>> {
        let metadata = [
            ("suasion.scenario".to_string(), base.name.clone()),
            ("suasion.seed".to_string(), format!("{:#x}", base.seed)),
        ];
        let schema = arrow::schema(self.columns, true, &metadata);
        let batch = arrow_array::RecordBatch::try_new(schema.clone(), self.arrays).map_err(failed)?;
        Py::new(py, Table::new(schema, vec![batch]))
    }
}
