//! Tables as Python gets them: Arrow record batches behind the Arrow C interface. Numbers are moved here, never copied.

use crate::SuasionError;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, RecordBatch, RecordBatchIterator,
    StringArray,
};
use arrow_buffer::{Buffer, ScalarBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyCapsule, PyDict};
use std::collections::BTreeMap;
use std::sync::Arc;
use suasion::experiment::compare::Described;
use suasion::output::schema::{Column, ColumnType};
use suasion::output::table::{Table as Rows, Text, Values};
use suasion::scenario::Scenario;

/// A table of results. Anything that reads Arrow takes it as it is: `polars.DataFrame(table)`,
/// `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`.
///
/// The unit and the meaning of each column are in the metadata of its Arrow field.
#[pyclass(frozen, module = "suasion")]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

pub fn failed(error: impl std::fmt::Display) -> PyErr {
    SuasionError::new_err(format!("the table cannot be made: {error}"))
}

/// The Arrow schema of columns; `empty` says whether cells may be empty.
pub fn schema(columns: Vec<Column>, empty: bool, metadata: &[(String, String)]) -> SchemaRef {
    let fields: Vec<Field> = columns
        .into_iter()
        .map(|column| {
            let kind = match column.kind {
                ColumnType::Int32 => DataType::Int32,
                ColumnType::Double | ColumnType::OptionalDouble => DataType::Float64,
                ColumnType::Boolean => DataType::Boolean,
                ColumnType::String => {
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
                }
            };
            let metadata = [("unit".to_string(), column.unit), ("meaning".to_string(), column.meaning)];
            Field::new(column.name, kind, empty).with_metadata(metadata)
        })
        .collect();
    let metadata: BTreeMap<String, String> = metadata.iter().cloned().collect();
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// Text as positions in a list: what data frames call categories.
pub fn categories(keys: Int32Array, labels: &[String]) -> Result<ArrayRef, ArrowError> {
    let labels = StringArray::from_iter_values(labels);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(labels))?))
}

/// The same text where no label comes twice, as data frames want their categories.
fn distinct(text: Text) -> Text {
    let mut place = BTreeMap::new();
    for label in text.labels.iter() {
        let next = place.len() as u32;
        place.entry(label.as_str()).or_insert(next);
    }
    if place.len() == text.labels.len() {
        return text;
    }
    let moved: Vec<u32> = text.labels.iter().map(|label| place[label.as_str()]).collect();
    let mut labels = vec![String::new(); place.len()];
    for (label, place) in place {
        labels[place as usize] = label.to_string();
    }
    Text { labels: labels.into(), codes: text.codes.into_iter().map(|code| moved[code as usize]).collect() }
}

fn array(values: Values) -> Result<ArrayRef, ArrowError> {
    Ok(match values {
        Values::Int32(values) => Arc::new(Int32Array::from(values)),
        Values::Double(values) => Arc::new(Float64Array::from(values)),
        Values::Boolean(values) => Arc::new(BooleanArray::from(values)),
        Values::Text(text) => {
            let Text { labels, codes } = distinct(text);
            let rows = codes.len();
            // pandas takes signed positions alone; the bits are the same.
            let keys = ScalarBuffer::<i32>::new(Buffer::from_vec(codes), 0, rows);
            categories(Int32Array::new(keys, None), &labels)?
        }
    })
}

/// Rows of one block as a record batch.
pub fn batch(schema: &SchemaRef, rows: Rows) -> Result<RecordBatch, ArrowError> {
    let arrays: Result<Vec<ArrayRef>, ArrowError> = rows.columns.into_iter().map(array).collect();
    RecordBatch::try_new(schema.clone(), arrays?)
}

/// A table of the library with what its columns are; `base` is what it is of.
pub fn described(py: Python<'_>, of: Described, base: &Scenario) -> PyResult<Py<Table>> {
    blocks(py, of.columns, vec![of.table], base)
}

/// A table in blocks of rows.
pub fn blocks(py: Python<'_>, columns: Vec<Column>, rows: Vec<Rows>, base: &Scenario) -> PyResult<Py<Table>> {
    let metadata = [
        ("suasion.scenario".to_string(), base.name.clone()),
        ("suasion.seed".to_string(), format!("{:#x}", base.seed)),
    ];
    let schema = schema(columns, false, &metadata);
    let batches: Result<Vec<_>, _> = rows.into_iter().map(|rows| batch(&schema, rows)).collect();
    Py::new(py, Table::new(schema, batches.map_err(failed)?))
}

impl Table {
    pub fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Table {
        Table { schema, batches }
    }

    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

#[pymethods]
impl Table {
    /// The table as a stream of the Arrow C interface. It may be asked for any number of times.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer keep its own types; consumers cast.
        drop(requested_schema);
        let batches = RecordBatchIterator::new(self.batches.clone().into_iter().map(Ok), self.schema.clone());
        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The schema as a capsule of the Arrow C interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(failed)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The table as a `pyarrow.Table`, without a copy.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// The table as a `polars.DataFrame`. Numbers are not copied.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }

    /// The table as a `pandas.DataFrame` of Arrow columns, text as categories. Numbers are not copied. Needs pyarrow.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let pandas = py.import("pandas")?.unbind();
        let types = py.import("pyarrow")?.getattr("types")?.unbind();
        let mapper = PyCFunction::new_closure(py, None, None, move |args, _| -> PyResult<Py<PyAny>> {
            let py = args.py();
            let kind = args.get_item(0)?;
            if types.bind(py).call_method1("is_dictionary", (&kind,))?.is_truthy()? {
                return Ok(py.None());
            }
            Ok(pandas.bind(py).getattr("ArrowDtype")?.call1((kind,))?.unbind())
        })?;
        let options = PyDict::new(py);
        options.set_item("types_mapper", mapper)?;
        Self::to_arrow(slf)?.call_method("to_pandas", (), Some(&options))
    }

    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Unit of each column by name; `-` where there is none.
    #[getter]
    fn units(&self) -> BTreeMap<String, String> {
        let unit = |field: &Arc<Field>| field.metadata().get("unit").cloned().unwrap_or_default();
        self.schema.fields().iter().map(|field| (field.name().clone(), unit(field))).collect()
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __repr__(&self) -> String {
        format!("<suasion.Table of {} rows: {}>", self.rows(), self.columns().join(", "))
    }
}
