//! The folder of an experiment: its tables, pictures, scenarios and manifest. It knows no experiment.

use super::posterior::{PosteriorArgs, Under};
use super::shared::{FormatArg, ScenarioArgs};
use anyhow::Result;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use suasion::engine::parallel::Options;
use suasion::experiment::arms::{self, Arm, slug};
use suasion::experiment::compare::Described;
use suasion::experiment::job::{Job, SCENARIO};
use suasion::experiment::posterior::POSTERIOR;
use suasion::output::folder::OutputFolder;
use suasion::output::manifest::{Manifest, Platform};
use suasion::output::place::Place;
use suasion::output::table::Values;
use suasion::output::writer::{Format, TableWriter};
use suasion::scenario::{Scenario, theories};
use suasion_show::picture::Picture;
use suasion_show::plot::{Plot, print};

/// Name of the file that keeps the scenario as it was read, and of what an experiment prints as JSON.
pub(super) const SOURCE: &str = "source.toml";
/// See [`SOURCE`].
pub(super) const RESULT: &str = "result.json";
/// Name of the file of a posterior as it was read, where more was read than is drawn from.
pub(super) const POSTERIOR_READ: &str = "posterior-read.csv";

/// The file of a theory that an argument of a job names: where its path begins there, and what the folder calls its copy.
pub(super) fn theory_in(argument: &str) -> Option<(usize, String)> {
    const OPTIONS: [&str; 2] = ["--theory=", "--under="];
    let option = OPTIONS.iter().find(|option| argument.starts_with(**option));
    let start = match argument.find(arms::THEORY) {
        _ if option.is_some() => option.map_or(0, |option| option.len()),
        Some(at) if at == 0 || argument[..at].ends_with('=') => at + arms::THEORY.len(),
        _ => return None,
    };
    let path = Path::new(theories::parts(&argument[start..]).0);
    let stem = path.file_stem().filter(|_| theories::is_path(&argument[start..]))?;
    Some((start, format!("theory-{}.toml", stem.to_string_lossy())))
}

/// Keeps what was read, so that the same can be asked for again wherever the folder goes.
pub(super) fn keep(
    folder: &mut OutputFolder,
    scenario: &ScenarioArgs,
    arguments: &[String],
    posterior: &PosteriorArgs,
    under: Option<&Under>,
) -> Result<()> {
    if let Some(source) = scenario.source()? {
        folder.write(SOURCE, source.as_bytes())?;
    }
    for argument in arguments {
        if let Some((start, name)) = theory_in(argument) {
            folder.write(&name, theories::read(argument[start..].trim())?.text.as_bytes())?;
        }
    }
    let Some(under) = under else { return Ok(()) };
    let kept = under.files();
    for (name, text) in &kept {
        folder.write(name, text.as_bytes())?;
    }
    let same = |read: &String| kept.iter().any(|(name, text)| *name == POSTERIOR && text == read);
    if let Some(read) = posterior.source()?.filter(|read| !same(read)) {
        folder.write(POSTERIOR_READ, read.as_bytes())?;
    }
    Ok(())
}

/// A folder in the making.
pub(super) struct Results {
    folder: OutputFolder,
    format: Format,
    rows: BTreeMap<String, u64>,
    metadata: Vec<(String, String)>,
    manifest: Manifest,
    begun: Instant,
}

impl Results {
    /// Begins the folder of a job in its place.
    pub(super) fn begin(place: Place, job: &Job, format: FormatArg, base: &Scenario) -> Result<Results> {
        let metadata = vec![
            ("suasion.scenario".to_string(), base.name.clone()),
            ("suasion.seed".to_string(), format!("{:#x}", base.seed)),
            ("suasion.replicates".to_string(), base.replicates.to_string()),
        ];
        let folder = place.begin()?;
        let (format, rows, begun) = (format.into(), BTreeMap::new(), Instant::now());
        Ok(Results { folder, format, rows, metadata, manifest: job.manifest.clone(), begun })
    }

    /// Keeps what was read: see [`keep`].
    pub(super) fn keep(
        &mut self,
        scenario: &ScenarioArgs,
        posterior: &PosteriorArgs,
        under: Option<&Under>,
    ) -> Result<()> {
        let arguments = self.manifest.job.as_ref().map_or(&[][..], |job| &job.arguments);
        keep(&mut self.folder, scenario, arguments, posterior, under)
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

    /// A table that is always kept as Parquet.
    pub(super) fn parquet(&mut self, name: &str, described: &Described) -> Result<()> {
        let asked = std::mem::replace(&mut self.format, Format::Parquet);
        let done = self.table(name, described);
        self.format = asked;
        done
    }

    /// A plot, as SVG and as PNG.
    pub(super) fn plot(&mut self, name: &str, plot: &Plot, title: &str) -> Result<()> {
        let svg = plot.headed_svg(title)?;
        self.folder.write(&format!("{name}.png"), &print::png(&svg)?)?;
        Ok(self.folder.write(&format!("{name}.svg"), svg.as_bytes())?)
    }

    /// A file as it is.
    pub(super) fn file(&mut self, name: &str, content: &[u8]) -> Result<()> {
        Ok(self.folder.write(name, content)?)
    }

    /// What is printed as JSON.
    pub(super) fn json(&mut self, json: &Value) -> Result<()> {
        let text = serde_json::to_string_pretty(json)? + "\n";
        self.file(RESULT, text.as_bytes())
    }

    /// A picture, as SVG and as PNG.
    pub(super) fn picture(&mut self, name: &str, picture: &Picture) -> Result<()> {
        self.folder.write(&format!("{name}.svg"), picture.svg()?.as_bytes())?;
        self.folder.write(&format!("{name}.png"), &picture.png()?)?;
        Ok(())
    }

    /// Writes the resolved scenarios and the manifest, whose digest is the base's, and puts the folder in its place. Without
    /// `options` the manifest says neither machine nor time, so that equal results are equal files.
    pub(super) fn commit(
        mut self,
        base: &Scenario,
        arms: &[Arm],
        digest: &str,
        options: Option<Options>,
    ) -> Result<PathBuf> {
        let resolved = base.resolved();
        self.folder.write(SCENARIO, resolved.as_bytes())?;
        for arm in arms {
            let name = format!("scenario-{}.toml", slug(&arm.name));
            self.folder.write(&name, arm.scenario.resolved().as_bytes())?;
        }
        let mut manifest = self.manifest.found(digest.to_string(), self.rows);
        if let Some(options) = options {
            let platform = Platform::here(&options.isa.to_string(), options.threads.get());
            manifest = manifest.on(platform, self.begun.elapsed().as_secs_f64());
        }
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
