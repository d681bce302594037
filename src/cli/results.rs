//! The folder of an experiment: its tables, pictures, resolved scenarios and manifest. It knows no experiment.

use super::posterior::Under;
use super::shared::FormatArg;
use crate::engine::parallel::Options;
use crate::experiment::arms::{Arm, slug};
use crate::experiment::compare::Described;
use crate::experiment::cost::size;
use crate::experiment::run::entry;
use crate::output::folder::OutputFolder;
use crate::output::manifest::{Manifest, Platform, PosteriorEntry};
use crate::output::picture::Picture;
use crate::output::table::Values;
use crate::output::writer::{Format, TableWriter};
use crate::scenario::Scenario;
use anyhow::Result;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A folder in the making.
pub(super) struct Results {
    folder: OutputFolder,
    format: Format,
    rows: BTreeMap<String, u64>,
    metadata: Vec<(String, String)>,
    posterior: Option<PosteriorEntry>,
    begun: Instant,
}

impl Results {
    pub(super) fn create(target: &Path, format: FormatArg, base: &Scenario) -> Result<Results> {
        let metadata = vec![
            ("suasion.scenario".to_string(), base.name.clone()),
            ("suasion.seed".to_string(), format!("{:#x}", base.seed)),
            ("suasion.replicates".to_string(), base.replicates.to_string()),
        ];
        let folder = OutputFolder::create(target)?;
        let (format, rows, begun) = (format.into(), BTreeMap::new(), Instant::now());
        Ok(Results { folder, format, rows, metadata, posterior: None, begun })
    }

    pub(super) fn table(&mut self, name: &str, described: &Described) -> Result<()> {
        let file = self.folder.file(&format!("{name}.{}", self.format.extension()))?;
        let path = file.path().to_path_buf();
        let mut writer = TableWriter::new(self.format, file, &path, &described.columns, &self.metadata)?;
        writer.write(&described.table)?;
        let (file, rows) = writer.finish(&[])?;
        self.folder.close(file)?;
        self.rows.insert(name.to_string(), rows);
        Ok(())
    }

    /// A file as it is.
    pub(super) fn file(&mut self, name: &str, content: &[u8]) -> Result<()> {
        Ok(self.folder.write(name, content)?)
    }

    /// The posterior from which parameters are drawn.
    pub(super) fn drawn_from(&mut self, under: &Under) -> Result<()> {
        for (name, text) in under.files() {
            self.folder.write(name, text.as_bytes())?;
        }
        self.posterior = Some(under.posterior().entry());
        Ok(())
    }

    /// A picture, as SVG and as PNG.
    pub(super) fn picture(&mut self, name: &str, picture: &Picture) -> Result<()> {
        self.folder.write(&format!("{name}.svg"), picture.svg()?.as_bytes())?;
        self.folder.write(&format!("{name}.png"), &picture.png()?)?;
        Ok(())
    }

    /// Writes the resolved scenarios and the manifest, whose digest is the base's, and puts the folder in its place.
    pub(super) fn commit(
        mut self,
        base: &Scenario,
        arms: &[Arm],
        digest: &str,
        options: Options,
    ) -> Result<PathBuf> {
        let resolved = base.resolved();
        self.folder.write("scenario.toml", resolved.as_bytes())?;
        for arm in arms {
            let name = format!("scenario-{}.toml", slug(&arm.name));
            self.folder.write(&name, arm.scenario.resolved().as_bytes())?;
        }
        let manifest = Manifest::new(entry(base), base.seed, size(base), digest.to_string(), self.rows);
        let manifest = manifest.drawn_from(self.posterior).on(
            Platform::here(&options.isa.to_string(), options.threads.get()),
            self.begun.elapsed().as_secs_f64(),
        );
        Ok(self.folder.commit(manifest)?)
    }
}

/// The rows of a table as JSON objects; a number that is not finite is null.
pub(super) fn records(described: &Described) -> Vec<Value> {
    let columns = || described.columns.iter().zip(&described.table.columns);
    let cell = |values: &Values, row: usize| match values {
        Values::Int32(v) => Value::from(v[row]),
        Values::Double(v) => Value::from(v[row]),
        Values::Boolean(v) => Value::from(v[row]),
        Values::Text(v) => Value::from(v.get(row)),
    };
    let record =
        |row| columns().map(|(c, values)| (c.name.clone(), cell(values, row))).collect::<Map<_, _>>();
    (0..described.table.rows()).map(|row| Value::Object(record(row))).collect()
}
