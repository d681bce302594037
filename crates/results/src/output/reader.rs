//! Reads columns of a table that this program wrote, Parquet or CSV. It knows no table: the caller names columns and types.

use crate::excerpt::excerpt;
use crate::output::error::OutputError;
use crate::output::schema::ColumnType;
use crate::output::table::{Table, Text, Values, labels};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Records read at once.
const RECORDS: usize = 1 << 16;

/// The file of a table in a folder of results, in whichever format it is there; none where it is not.
pub fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    ["parquet", "csv"].iter().map(|ending| folder.join(format!("{name}.{ending}"))).find(|path| path.exists())
}

/// Reads columns, in the order asked for.
///
/// # Errors
/// If the file cannot be read, is no such table, or lacks one of the columns; the column is named.
pub fn read(path: &Path, wanted: &[(&str, ColumnType)]) -> Result<Table, OutputError> {
    let is_csv = path.extension().is_some_and(|ending| ending == "csv");
    let columns = if is_csv { csv_columns(path, wanted) } else { parquet_columns(path, wanted) };
    let wrong = |reason: String| OutputError::Decode { path: path.to_path_buf(), reason };
    let columns = columns.map_err(wrong)?;
    let rows = columns.first().map_or(0, Gathered::rows);
    if let Some(short) = columns.iter().position(|column| column.rows() != rows) {
        // No table of this program has a cell without a value.
        let (name, found) = (wanted[short].0, columns[short].rows());
        return Err(wrong(format!("column `{name}` has {found} values, and the first column {rows}")));
    }
    Ok(Table { columns: columns.into_iter().map(Gathered::done).collect() })
}

/// A column as it is read.
enum Gathered {
    Int32(Vec<i32>),
    Double(Vec<f64>),
    Optional(Vec<f64>),
    Boolean(Vec<bool>),
    Text(BTreeMap<Vec<u8>, u32>, Vec<u32>),
}

impl Gathered {
    fn new(kind: ColumnType) -> Gathered {
        match kind {
            ColumnType::Int32 => Gathered::Int32(Vec::new()),
            ColumnType::Double => Gathered::Double(Vec::new()),
            ColumnType::OptionalDouble => Gathered::Optional(Vec::new()),
            ColumnType::Boolean => Gathered::Boolean(Vec::new()),
            ColumnType::String => Gathered::Text(BTreeMap::new(), Vec::new()),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Gathered::Int32(values) => values.len(),
            Gathered::Double(values) | Gathered::Optional(values) => values.len(),
            Gathered::Boolean(values) => values.len(),
            Gathered::Text(_, codes) => codes.len(),
        }
    }

    fn intern(known: &mut BTreeMap<Vec<u8>, u32>, text: &[u8]) -> u32 {
        if let Some(&code) = known.get(text) {
            return code;
        }
        let code = known.len() as u32;
        known.insert(text.to_vec(), code);
        code
    }

    fn parse(&mut self, cell: &str) -> bool {
        match self {
            Gathered::Int32(values) => cell.parse().map(|x| values.push(x)).is_ok(),
            Gathered::Optional(values) if cell.is_empty() => {
                values.push(f64::NAN);
                true
            }
            Gathered::Double(values) | Gathered::Optional(values) => {
                cell.parse().map(|x| values.push(x)).is_ok()
            }
            Gathered::Boolean(values) => match cell {
                "0" | "1" => {
                    values.push(cell == "1");
                    true
                }
                _ => false,
            },
            Gathered::Text(known, codes) => {
                let code = Gathered::intern(known, cell.as_bytes());
                codes.push(code);
                true
            }
        }
    }

    fn done(self) -> Values {
        match self {
            Gathered::Int32(values) => Values::Int32(values),
            Gathered::Double(values) | Gathered::Optional(values) => Values::Double(values),
            Gathered::Boolean(values) => Values::Boolean(values),
            Gathered::Text(known, codes) => {
                let mut texts = vec![String::new(); known.len()];
                for (text, code) in known {
                    texts[code as usize] = String::from_utf8_lossy(&text).into_owned();
                }
                Values::Text(Text { labels: labels(texts), codes })
            }
        }
    }
}

fn csv_columns(path: &Path, wanted: &[(&str, ColumnType)]) -> Result<Vec<Gathered>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut places = Vec::new();
    for (name, _) in wanted {
        let place = header.iter().position(|column| column == *name);
        places.push(place.ok_or_else(|| format!("there is no column `{name}`"))?);
    }
    let mut columns: Vec<Gathered> = wanted.iter().map(|(_, kind)| Gathered::new(*kind)).collect();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        for ((column, place), (name, _)) in columns.iter_mut().zip(&places).zip(wanted) {
            let cell = record.get(*place).unwrap_or_default();
            if !column.parse(cell) {
                return Err(format!("row {}, column `{name}`: found `{}`", row + 2, excerpt(cell)));
            }
        }
    }
    Ok(columns)
}

fn parquet_columns(path: &Path, wanted: &[(&str, ColumnType)]) -> Result<Vec<Gathered>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut places = Vec::new();
    for (name, _) in wanted {
        let place = schema.columns().iter().position(|column| column.name() == *name);
        places.push(place.ok_or_else(|| format!("there is no column `{name}`"))?);
    }
    let mut columns: Vec<Gathered> = wanted.iter().map(|(_, kind)| Gathered::new(*kind)).collect();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(|error| error.to_string())?;
        for ((column, place), (name, _)) in columns.iter_mut().zip(&places).zip(wanted) {
            let typed = group.get_column_reader(*place).map_err(|error| error.to_string())?;
            read_all(typed, column).map_err(|reason| format!("column `{name}`: {reason}"))?;
        }
    }
    Ok(columns)
}

fn read_all(reader: ColumnReader, column: &mut Gathered) -> Result<(), String> {
    macro_rules! all {
        ($reader:expr, $values:expr) => {{
            let mut reader = $reader;
            while reader.read_records(RECORDS, None, None, $values).map_err(|error| error.to_string())?.0 > 0
            {
            }
        }};
    }
    match (reader, column) {
        (ColumnReader::Int32ColumnReader(reader), Gathered::Int32(values)) => all!(reader, values),
        (ColumnReader::DoubleColumnReader(reader), Gathered::Double(values)) => all!(reader, values),
        (ColumnReader::DoubleColumnReader(mut reader), Gathered::Optional(values)) => {
            let (mut present, mut levels) = (Vec::new(), Vec::new());
            loop {
                let (records, ..) = reader
                    .read_records(RECORDS, Some(&mut levels), None, &mut present)
                    .map_err(|error| error.to_string())?;
                if records == 0 {
                    break;
                }
                let mut next = present.drain(..);
                if levels.is_empty() {
                    values.extend(next); // of a column in which nothing can be missing
                    continue;
                }
                let value = |level: i16| if level == 0 { f64::NAN } else { next.next().unwrap_or(f64::NAN) };
                values.extend(levels.drain(..).map(value));
            }
        }
        (ColumnReader::BoolColumnReader(reader), Gathered::Boolean(values)) => all!(reader, values),
        (ColumnReader::ByteArrayColumnReader(mut reader), Gathered::Text(known, codes)) => {
            let mut texts: Vec<ByteArray> = Vec::new();
            while reader.read_records(RECORDS, None, None, &mut texts).map_err(|error| error.to_string())?.0
                > 0
            {
                codes.extend(texts.iter().map(|text| Gathered::intern(known, text.data())));
                texts.clear();
            }
        }
        _ => return Err("another type than expected".into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::testing::world;
    use crate::output::trajectories::fake_table;
    use crate::output::writer::{Format, TableWriter};

    #[test]
    fn what_is_written_is_read_in_both_formats() {
        let world = world();
        let table = fake_table(&world, 0, 20);
        let columns = schema::trajectories(&world, &crate::output::kept::Kept::All);
        let wanted: Vec<(&str, ColumnType)> = columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::Parquet, Format::Csv] {
            let path = folder.path().join(format!("trajectories.{}", format.extension()));
            let file = File::create(&path).unwrap();
            let mut writer = TableWriter::new(format, file, &path, &columns, &[]).unwrap();
            writer.write(&table).unwrap();
            writer.finish(&[]).unwrap();
            let back = read(&path, &wanted).unwrap();
            assert_eq!(back.rows(), table.rows());
            for (c, (written, found)) in table.columns.iter().zip(&back.columns).enumerate() {
                for row in 0..table.rows() {
                    let same = match (written, found) {
                        (Values::Text(a), Values::Text(b)) => a.get(row) == b.get(row),
                        (Values::Int32(a), Values::Int32(b)) => a[row] == b[row],
                        (Values::Double(a), Values::Double(b)) => a[row].to_bits() == b[row].to_bits(),
                        (Values::Boolean(a), Values::Boolean(b)) => a[row] == b[row],
                        _ => false,
                    };
                    assert!(same, "{format:?} column {c} row {row}");
                }
            }
            let error = read(&path, &[("belief", ColumnType::Double)]).unwrap_err().to_string();
            assert!(error.contains("there is no column `belief`"), "{error}");
            assert!(read(&path, &[("state", ColumnType::Double)]).is_err());
        }
        let path = find(folder.path(), "trajectories").unwrap();
        std::fs::write(&path, "not a table").unwrap();
        assert!(read(&path, &wanted).is_err() && find(folder.path(), "ledger").is_none());
    }
}
