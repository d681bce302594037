//! Tests of the Parquet encoder: what the crate's own reader gets back, and that bytes do not depend on blocks.

use super::*;
use crate::output::schema;
use crate::output::testing::world;
use crate::output::trajectories::fake_table;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::fs::File;
use std::io::Write;

fn encode(blocks: &[Table]) -> Vec<u8> {
    encode_on(blocks, 1)
}

fn encode_on(blocks: &[Table], threads: usize) -> Vec<u8> {
    let columns = schema::trajectories(&world(), &crate::output::kept::Kept::All);
    let start = [("suasion.scenario".to_string(), "test".to_string())];
    let end = [("suasion.replicates".to_string(), "16".to_string())];
    let mut encoder = ParquetEncoder::new("trajectories", &columns, &start).unwrap();
    encoder = encoder.on(NonZeroUsize::new(threads).unwrap());
    let mut bytes = Vec::new();
    for block in blocks {
        bytes.extend(encoder.encode(block).unwrap());
    }
    bytes.extend(encoder.finish(&end).unwrap());
    bytes
}

fn read(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

fn check_cell(values: &Values, row: usize, field: &Field) {
    match (values, field) {
        (Values::Int32(v), Field::Int(x)) => assert_eq!(v[row], *x),
        (Values::Double(v), Field::Double(x)) => assert_eq!(v[row].to_bits(), x.to_bits()),
        (Values::Boolean(v), Field::Bool(x)) => assert_eq!(v[row], *x),
        (Values::Text(v), Field::Str(x)) => assert_eq!(v.get(row), x),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reader_gets_back_every_value_and_the_metadata() {
    let table = fake_table(&world(), 0, 16);
    let reader = read(&encode(std::slice::from_ref(&table)));
    let mut rows = 0;
    for (row, record) in reader.get_row_iter(None).unwrap().enumerate() {
        let record = record.unwrap();
        let fields: Vec<_> = record.get_column_iter().collect();
        for ((name, field), (values, column)) in fields
            .into_iter()
            .zip(table.columns.iter().zip(schema::trajectories(&world(), &crate::output::kept::Kept::All)))
        {
            assert_eq!(*name, column.name);
            check_cell(values, row, field);
        }
        rows += 1;
    }
    assert_eq!(rows, table.rows());
    let metadata = reader.metadata().file_metadata();
    assert_eq!(metadata.created_by(), Some(concat!("suasion ", env!("CARGO_PKG_VERSION"))));
    let value = |key: &str| {
        metadata.key_value_metadata().unwrap().iter().find(|kv| kv.key == key).and_then(|kv| kv.value.clone())
    };
    assert_eq!(value("suasion.scenario").as_deref(), Some("test"));
    assert_eq!(value("suasion.replicates").as_deref(), Some("16"));
    assert_eq!(value("suasion.table").as_deref(), Some("trajectories"));
    let columns: serde_json::Value = serde_json::from_str(&value("suasion.columns").unwrap()).unwrap();
    assert_eq!(columns[3]["name"], "motivation");
    assert_eq!(columns[3]["type"], "DOUBLE");
    assert_eq!(columns[3]["unit"], "0-1");
}

#[test]
fn bytes_do_not_depend_on_blocks() {
    let world = world();
    // More rows than one row group, cut at odd places.
    let per_replicate = 12;
    let end = (ROW_GROUP / per_replicate + 7) as u32;
    let whole = fake_table(&world, 0, end);
    assert!(whole.rows() > ROW_GROUP);
    let mut first = Table::default();
    first.extend(&whole, 0..1001);
    let mut second = Table::default();
    second.extend(&whole, 1001..ROW_GROUP + 3);
    let mut third = Table::default();
    third.extend(&whole, ROW_GROUP + 3..whole.rows());
    let bytes = encode(std::slice::from_ref(&whole));
    assert!(bytes == encode(&[first, Table::default(), second, third]));
    let reader = read(&bytes);
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [ROW_GROUP as i64, (whole.rows() - ROW_GROUP) as i64]);
}

#[test]
fn a_table_without_rows_is_a_valid_file() {
    let reader = read(&encode(&[]));
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    assert_eq!(
        reader.metadata().file_metadata().schema_descr().num_columns(),
        schema::trajectories(&world(), &crate::output::kept::Kept::All).len()
    );
}

#[test]
fn a_table_of_other_columns_is_an_error() {
    let mut encoder = ParquetEncoder::new("events", &schema::events(), &[]).unwrap();
    let mut table = fake_table(&world(), 0, 1);
    table.columns.truncate(2);
    encoder.encode(&table).unwrap();
    assert!(encoder.finish(&[]).is_err());
}

#[test]
fn threads_change_no_byte() {
    let table = fake_table(&world(), 0, 40);
    let one = encode_on(std::slice::from_ref(&table), 1);
    for threads in [2, 3, 64] {
        assert!(encode_on(std::slice::from_ref(&table), threads) == one, "{threads} threads");
    }
}
