//! What a folder of results holds, and that it is as it was written. It reads no table.

use super::belief::BELIEF;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use suasion::experiment::comparison::Luck;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::posterior::POSTERIOR;
use suasion::experiment::sweep::DESCRIPTION;
use suasion::experiment::unfinished;
use suasion::output::error::OutputError;
use suasion::output::manifest::Manifest;
use suasion::output::reader;
use suasion::output::schema::ColumnType;
use suasion::output::table::{Table, Text, Values};
use suasion::scenario::Scenario;

/// Kind of a result, by the command that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Run,
    Explanation,
    Comparison,
    Belief,
    Sweep,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Run => "Run",
            Kind::Explanation => "Explanation",
            Kind::Comparison => "Comparison",
            Kind::Belief => "Belief given the record",
            Kind::Sweep => "Sweep",
        })
    }
}

/// A counterfactual beside the baseline.
pub(super) struct Arm {
    pub name: String,
    pub title: String,
    pub scenario: Scenario,
    /// Digest of its trajectories, where it was written down.
    pub digest: Option<String>,
}

pub(super) struct Folder {
    pub path: PathBuf,
    pub kind: Kind,
    pub manifest: Manifest,
    pub scenario: Scenario,
    pub arms: Vec<Arm>,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Folder, ExperimentError> {
        let shown = path.display();
        let refuse = |found: String, hint: &str| ExperimentError::asked(found, Some(hint.into()));
        let manifest = unfinished::manifest(path, "report").map_err(|error| {
            if matches!(error, OutputError::NoResults { .. }) {
                return error.into();
            }
            let version = env!("CARGO_PKG_VERSION");
            let hint =
                format!("this is suasion {version}; report with the version that wrote it, or run again");
            refuse(error.to_string(), &hint)
        })?;
        check_files(path, &manifest)?;
        let kind = if path.join(DESCRIPTION).exists() {
            Kind::Sweep
        } else if reader::find(path, "arms").is_some() {
            Kind::Comparison
        } else if reader::find(path, "explanation").is_some() {
            Kind::Explanation
        } else if reader::find(path, BELIEF).is_some() {
            Kind::Belief
        } else if reader::find(path, "summary").is_some() {
            Kind::Run
        } else {
            let command = manifest.job.as_ref().map_or("another command", |job| job.command.as_str());
            let found = format!(
                "{shown} is a folder of `{command}`, and report takes those of run, compare, explain, condition, sweep, merge and sensitivity"
            );
            return Err(ExperimentError::asked(found, instead(command, path)));
        };
        let mut scenario = load(&path.join("scenario.toml"))?;
        scenario.name.clone_from(&manifest.scenario.name);
        let arms = match kind {
            Kind::Comparison => arms(path)?,
            Kind::Explanation => beside(path, &manifest)?,
            _ => Vec::new(),
        };
        Ok(Folder { path: path.to_path_buf(), kind, manifest, scenario, arms })
    }

    /// The history in which it was run, as it is asked for, and with which luck of counterfactuals.
    pub fn given(&self) -> Option<(String, String)> {
        let option = |name: &str| self.manifest.job.as_ref()?.options.get(name)?.as_str().map(String::from);
        Some((option("given")?, option("luck").unwrap_or_else(|| Luck::default().name().into())))
    }

    /// The years of its rows; the first is the start.
    pub fn years(&self) -> std::ops::Range<i32> {
        self.scenario.world.clock.start - 1..self.scenario.world.clock.end
    }

    /// The name of a state by its id; in tables any other place is the mean over states.
    pub fn name_of(&self, place: &str) -> String {
        let state = self.scenario.world.states.iter().position(|state| state.id == place);
        state.map_or_else(|| "mean over states".into(), |i| self.scenario.names[i].clone())
    }

    /// The units of outcomes by the names that they have in tables, for an axis that they share.
    pub fn units<'o>(&self, outcomes: impl IntoIterator<Item = &'o str>) -> String {
        let unit = |outcome: &str| {
            let asked = Outcomes::parse(&[outcome], &self.scenario.world).ok()?;
            Some(asked.iter().next()?.measure.unit())
        };
        let of = |outcome: &'o str| unit(outcome).unwrap_or("unit of the outcome");
        outcomes.into_iter().map(of).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" or ")
    }

    /// Whether it has intervals, which one replicate cannot give.
    pub fn has_intervals(&self) -> bool {
        self.manifest.size.replicates > 1
    }

    /// Columns of one of its tables.
    pub fn table(&self, name: &str, columns: &[(&str, ColumnType)]) -> Result<Table, ExperimentError> {
        table(&self.path, name, columns)
    }
}

/// What shows the results of a command that no page is made of.
fn instead(command: &str, path: &Path) -> Option<String> {
    let at = |name: &str| path.join(name).display().to_string();
    match command {
        "calibrate" if path.join(POSTERIOR).exists() => Some(format!(
            "see its picture {} and its tables {} and {}; `suasion run` with --posterior {} simulates under it, and report takes \
             that",
            at("posterior.svg"),
            at("parameters.csv"),
            at("predictive.csv"),
            at(POSTERIOR)
        )),
        "calibrate" => Some(format!("see its table {}", at("point.csv"))),
        "validate" if path.join("patterns.svg").exists() => Some(format!(
            "see its pictures {} and {}, and the others beside them",
            at("patterns.svg"),
            at("calibration.svg")
        )),
        "validate" => Some(format!("see its picture {}, and the others beside it", at("calibration.svg"))),
        "panel" => Some(format!("`suasion run {}` simulates it, and report takes that", at("scenario.toml"))),
        _ => None,
    }
}

fn load(path: &Path) -> Result<Scenario, ExperimentError> {
    Ok(Scenario::load(&path.to_string_lossy())?.build_alone()?)
}

fn table(folder: &Path, name: &str, columns: &[(&str, ColumnType)]) -> Result<Table, ExperimentError> {
    let path = reader::find(folder, name)
        .ok_or_else(|| OutputError::Decode { path: folder.join(name), reason: "it is not there".into() })?;
    Ok(reader::read(&path, columns)?)
}

/// Every file of the manifest is there, with the bytes that were written.
fn check_files(folder: &Path, manifest: &Manifest) -> Result<(), ExperimentError> {
    for file in &manifest.files {
        let path = folder.join(&file.name);
        let wrong = |what: String| {
            let hint = "run the command again, or take the file from a copy".to_string();
            ExperimentError::asked(format!("{} {what}", path.display()), Some(hint))
        };
        let size = std::fs::metadata(&path).map_err(|_| wrong("is missing".into()))?.len();
        if size != file.bytes {
            return Err(wrong(format!("has {size} bytes, and {} were written", file.bytes)));
        }
        let mut hash = blake3::Hasher::new();
        let opened = std::fs::File::open(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        hash.update_reader(opened).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        if hash.finalize().to_hex().as_str() != file.blake3 {
            return Err(wrong(
                "is not the file that was written: its hash differs from the manifest's".into(),
            ));
        }
    }
    Ok(())
}

/// The arms of a comparison beside its baseline.
fn arms(folder: &Path) -> Result<Vec<Arm>, ExperimentError> {
    let columns = ["arm", "title", "scenario", "digest"].map(|name| (name, ColumnType::String));
    let table = table(folder, "arms", &columns)?;
    let text = |column: usize, row: usize| texts(&table, column).get(row).to_string();
    (1..table.rows())
        .map(|row| {
            let scenario = load(&folder.join(text(2, row)))?;
            Ok(Arm { name: text(0, row), title: text(1, row), scenario, digest: Some(text(3, row)) })
        })
        .collect()
}

/// The counterfactual beside an explanation, which writes down no arms.
fn beside(folder: &Path, manifest: &Manifest) -> Result<Vec<Arm>, ExperimentError> {
    let is_other = |name: &&str| name.starts_with("scenario-");
    let Some(file) = manifest.files.iter().map(|file| file.name.as_str()).find(is_other) else {
        return Ok(Vec::new());
    };
    let table = table(folder, "differences", &[("counterfactual", ColumnType::String)])?;
    let name = if table.rows() > 0 { texts(&table, 0).get(0).to_string() } else { String::new() };
    Ok(vec![Arm { name, title: String::new(), scenario: load(&folder.join(file))?, digest: None }])
}

/// A column that was read as text.
pub(super) fn texts(table: &Table, column: usize) -> &Text {
    match &table.columns[column] {
        Values::Text(text) => text,
        other => unreachable!("asked for as text, read as {other:?}"),
    }
}

/// A column that was read as numbers.
pub(super) fn doubles(table: &Table, column: usize) -> &[f64] {
    match &table.columns[column] {
        Values::Double(values) => values,
        other => unreachable!("asked for as numbers, read as {other:?}"),
    }
}

/// A column that was read as whole numbers.
pub(super) fn wholes(table: &Table, column: usize) -> &[i32] {
    match &table.columns[column] {
        Values::Int32(values) => values,
        other => unreachable!("asked for as whole numbers, read as {other:?}"),
    }
}
