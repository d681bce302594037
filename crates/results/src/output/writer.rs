//! Writes a table to a sink, as Parquet or CSV, block by block. It decides nothing about folders or names.

use crate::output::csv;
use crate::output::error::OutputError;
use crate::output::parquet::ParquetEncoder;
use crate::output::schema::Column;
use crate::output::table::Table;
use std::fmt::Display;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Format of a table's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet: typed, compact, self-describing.
    #[default]
    Parquet,
    /// Comma-separated values: read by everything, larger, without units and meanings.
    Csv,
}

impl Format {
    /// Ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Csv => "csv",
        }
    }
}

enum Encoder {
    Parquet(Box<ParquetEncoder>),
    Csv,
}

/// Writes the blocks of one table to one sink.
pub struct TableWriter<W> {
    path: PathBuf,
    sink: W,
    encoder: Encoder,
    rows: u64,
}

impl<W: Write> TableWriter<W> {
    /// Begins a table. `path` is what errors name; `metadata` goes into the file where the format has a place.
    ///
    /// # Errors
    /// If the sink cannot be written.
    pub fn new(
        format: Format,
        sink: W,
        path: &Path,
        columns: &[Column],
        metadata: &[(String, String)],
    ) -> Result<TableWriter<W>, OutputError> {
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let path = path.to_path_buf();
        match format {
            Format::Parquet => {
                let encoder = ParquetEncoder::new(&name, columns, metadata).map_err(|e| encode(&path, e))?;
                Ok(TableWriter { path, sink, encoder: Encoder::Parquet(Box::new(encoder)), rows: 0 })
            }
            Format::Csv => {
                let header = csv::header(columns).map_err(|e| encode(&path, e))?;
                let mut writer = TableWriter { path, sink, encoder: Encoder::Csv, rows: 0 };
                writer.put(&header)?;
                Ok(writer)
            }
        }
    }

    /// The same, encoding on so many threads where the format lets columns be encoded apart.
    #[must_use]
    pub fn on(mut self, threads: NonZeroUsize) -> TableWriter<W> {
        self.encoder = match self.encoder {
            Encoder::Parquet(encoder) => Encoder::Parquet(Box::new(encoder.on(threads))),
            Encoder::Csv => Encoder::Csv,
        };
        self
    }

    /// Writes a block of rows.
    ///
    /// # Errors
    /// If the sink cannot be written; the file is then to be thrown away.
    pub fn write(&mut self, table: &Table) -> Result<(), OutputError> {
        let bytes = match &mut self.encoder {
            Encoder::Parquet(encoder) => encoder.encode(table).map_err(|e| encode(&self.path, e))?,
            Encoder::Csv => csv::encode(table).map_err(|e| encode(&self.path, e))?,
        };
        self.rows += table.rows() as u64;
        self.put(&bytes)
    }

    /// Ends the table, with metadata known only now (the digest, say), and returns the sink and the number of rows.
    ///
    /// # Errors
    /// If the sink cannot be written or flushed.
    pub fn finish(mut self, metadata: &[(String, String)]) -> Result<(W, u64), OutputError> {
        if let Encoder::Parquet(encoder) = std::mem::replace(&mut self.encoder, Encoder::Csv) {
            let bytes = encoder.finish(metadata).map_err(|e| encode(&self.path, e))?;
            self.put(&bytes)?;
        }
        self.sink.flush().map_err(|error| OutputError::write(&self.path, error))?;
        Ok((self.sink, self.rows))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.sink.write_all(bytes).map_err(|error| OutputError::write(&self.path, error))
    }
}

fn encode(path: &Path, error: impl Display) -> OutputError {
    OutputError::Encode { path: path.to_path_buf(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::testing::world;
    use crate::output::trajectories::fake_table;
    use std::io;

    /// Takes so many bytes, then fails as a full disk does.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn write<W: Write>(format: Format, sink: W, path: &str) -> Result<(W, u64), OutputError> {
        let world = world();
        let mut writer = TableWriter::new(
            format,
            sink,
            Path::new(path),
            &schema::trajectories(&world, &crate::output::kept::Kept::All),
            &[],
        )?;
        writer.write(&fake_table(&world, 0, 16))?;
        writer.write(&fake_table(&world, 16, 17))?;
        writer.finish(&[])
    }

    #[test]
    fn rows_are_counted() {
        for format in [Format::Parquet, Format::Csv] {
            let (bytes, rows) = write(format, Vec::new(), "t").unwrap();
            assert_eq!(rows, 17 * 12);
            assert!(bytes.len() > 1000);
        }
    }

    #[test]
    fn a_full_disk_is_told_whenever_it_fills() {
        for format in [Format::Parquet, Format::Csv] {
            let whole = write(format, Vec::new(), "t").unwrap().0.len();
            for room in [0, 1, 100, whole / 2, whole - 1] {
                let error = write(format, Full(room), "out/t.csv").map(|_| ()).unwrap_err();
                let expected = "cannot write out/t.csv: the disk is full; earlier results are untouched";
                assert_eq!(error.to_string(), expected, "{format:?} {room}");
            }
            assert!(write(format, Full(whole), "t").is_ok());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_told() {
        for format in [Format::Parquet, Format::Csv] {
            let device = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let error = write(format, device, "x").map(|_| ()).unwrap_err();
            assert!(matches!(error, OutputError::DiskFull { .. }), "{error}");
        }
    }
}
