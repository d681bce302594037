//! Encodes a table as CSV: a header, then a row per line. It writes no file: `writer.rs` does.
//!
//! Numbers are in the shortest form that reads back as the same number, with a point, and with an exponent where
//! that is shorter; truth values are 0 and 1, which R, pandas and Stata all read as numbers. Text is quoted where it must
//! be. Lines end in a newline alone.

use crate::output::schema::Column;
use crate::output::table::{Table, Values};
use std::io::Write;

/// The header line of a table with these columns.
///
/// # Errors
/// None in practice: memory does not fail to be written.
pub fn header(columns: &[Column]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns.iter().map(|column| &column.name))?;
    finish(writer)
}

/// The lines of a block of rows.
///
/// # Errors
/// If the columns differ in length.
pub fn encode(table: &Table) -> csv::Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().has_headers(false).from_writer(Vec::with_capacity(table.rows() * 64));
    let mut cell = Vec::with_capacity(32);
    for row in 0..table.rows() {
        for column in &table.columns {
            cell.clear();
            match column {
                Values::Int32(values) => write!(cell, "{}", values[row])?,
                // Missing, in a column that may be.
                Values::Double(values) if values[row].is_nan() => {}
                Values::Double(values) => write!(cell, "{:?}", values[row])?,
                Values::Boolean(values) => cell.push(b'0' + u8::from(values[row])),
                Values::Text(text) => cell.extend_from_slice(text.get(row).as_bytes()),
            }
            writer.write_field(&cell)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    finish(writer)
}

pub(super) fn finish(writer: csv::Writer<Vec<u8>>) -> csv::Result<Vec<u8>> {
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::table::{Text, labels};
    use crate::output::testing::world;
    use crate::output::trajectories::fake_table;

    #[test]
    fn every_value_reads_back_as_itself() {
        let world = world();
        let table = fake_table(&world, 0, 9);
        let columns = schema::trajectories(&world, &crate::output::kept::Kept::All);
        let mut text = header(&columns).unwrap();
        text.extend(encode(&table).unwrap());
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
        assert_eq!(reader.headers().unwrap(), names);
        let mut rows = 0;
        for (row, record) in reader.records().enumerate() {
            let record = record.unwrap();
            for (cell, values) in record.iter().zip(&table.columns) {
                match values {
                    Values::Int32(v) => assert_eq!(cell.parse(), Ok(v[row])),
                    Values::Double(v) => assert_eq!(cell.parse::<f64>().unwrap().to_bits(), v[row].to_bits()),
                    Values::Boolean(v) => assert_eq!(cell, if v[row] { "1" } else { "0" }),
                    Values::Text(v) => assert_eq!(cell, v.get(row)),
                }
            }
            rows += 1;
        }
        assert_eq!(rows, table.rows());
    }

    #[test]
    fn extremes_are_short_and_empty_text_is_quoted_only_alone() {
        let doubles = Values::Double(vec![0.1, 1e-300, 1e300, 5.0, -0.25]);
        let text = Values::Text(Text { labels: labels(["", "a,b", "c"]), codes: vec![0, 1, 2, 2, 2] });
        let bytes = encode(&Table { columns: vec![doubles, text] }).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "0.1,\n1e-300,\"a,b\"\n1e300,c\n5.0,c\n-0.25,c\n");
    }
}
