//! A table in memory, column by column: what recorders hand over and writers write. It knows no file format.

use std::ops::Range;
use std::sync::Arc;

/// Text of a column as positions in a list of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The labels, shared by every block of the table.
    pub labels: Arc<[String]>,
    /// Position of each row's label.
    pub codes: Vec<u32>,
}

impl Text {
    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        &self.labels[self.codes[row] as usize]
    }
}

/// Values of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Integers.
    Int32(Vec<i32>),
    /// Numbers; not a number (NaN) where one is missing in a column that may have none.
    Double(Vec<f64>),
    /// Truth values.
    Boolean(Vec<bool>),
    /// Text.
    Text(Text),
}

/// Rows of a table, column by column; every column has the same length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The columns, in the order of the schema.
    pub columns: Vec<Values>,
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Int32(values) => values.len(),
            Values::Double(values) => values.len(),
            Values::Boolean(values) => values.len(),
            Values::Text(text) => text.codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds `rows` rows of zeros, falses or first labels.
    pub fn grow(&mut self, rows: usize) {
        let len = self.len() + rows;
        match self {
            Values::Int32(values) => values.resize(len, 0),
            Values::Double(values) => values.resize(len, 0.0),
            Values::Boolean(values) => values.resize(len, false),
            Values::Text(text) => text.codes.resize(len, 0),
        }
    }

    fn empty_like(&self) -> Values {
        match self {
            Values::Int32(_) => Values::Int32(Vec::new()),
            Values::Double(_) => Values::Double(Vec::new()),
            Values::Boolean(_) => Values::Boolean(Vec::new()),
            Values::Text(text) => Values::Text(Text { labels: text.labels.clone(), codes: Vec::new() }),
        }
    }

    fn clear(&mut self) {
        match self {
            Values::Int32(values) => values.clear(),
            Values::Double(values) => values.clear(),
            Values::Boolean(values) => values.clear(),
            Values::Text(text) => text.codes.clear(),
        }
    }

    fn extend(&mut self, other: &Values, rows: Range<usize>) {
        match (self, other) {
            (Values::Int32(to), Values::Int32(from)) => to.extend_from_slice(&from[rows]),
            (Values::Double(to), Values::Double(from)) => to.extend_from_slice(&from[rows]),
            (Values::Boolean(to), Values::Boolean(from)) => to.extend_from_slice(&from[rows]),
            (Values::Text(to), Values::Text(from)) => {
                // Shared as a rule; else they must be the same.
                let same = Arc::ptr_eq(&to.labels, &from.labels) || to.labels == from.labels;
                assert!(same, "blocks of one table share their labels");
                to.codes.extend_from_slice(&from.codes[rows]);
            }
            _ => panic!("blocks of one table have the same columns"),
        }
    }
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Values::len)
    }

    /// Appends rows of another block of the same table.
    ///
    /// # Panics
    /// If the two are not blocks of one table, that is, were made by recorders of different worlds.
    pub fn extend(&mut self, other: &Table, rows: Range<usize>) {
        if self.columns.is_empty() {
            self.columns = other.columns.iter().map(Values::empty_like).collect();
        }
        assert_eq!(self.columns.len(), other.columns.len(), "blocks of one table have the same columns");
        for (to, from) in self.columns.iter_mut().zip(&other.columns) {
            to.extend(from, rows.clone());
        }
    }

    /// Drops every row and keeps the columns and their memory.
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(Values::clear);
    }
}

/// A shared list of labels.
pub fn labels<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Arc<[String]> {
    items.into_iter().map(Into::into).collect()
}
