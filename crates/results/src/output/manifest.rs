//! The manifest of an output folder: what was run, by which program, and what came of it. It runs nothing.

use crate::excerpt::{is_unseen, quoted};
use crate::output::error::OutputError;
use crate::output::schema::FORMAT_VERSION;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind::NotFound;
use std::path::Path;

/// Name of the manifest's file.
pub const MANIFEST: &str = "manifest.json";

/// Name of the program, by which its manifests are known.
pub const PROGRAM: &str = "suasion";

/// What an output folder holds and where it comes from.
///
/// Everything but `platform` and `elapsed_seconds` depends on version, scenario and seed alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`PROGRAM`].
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Version of the output format.
    pub format: u32,
    /// What was asked for; none in folders of versions that did not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobEntry>,
    /// The scenario.
    pub scenario: ScenarioEntry,
    /// The posterior from which each replicate's parameters were drawn; none where all have the scenario's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior: Option<PosteriorEntry>,
    /// Seed, in hexadecimal (`0x7e0`), because not every reader of JSON keeps 64-bit integers.
    pub seed: String,
    /// Size of the run.
    pub size: Size,
    /// Digest over the bits of the trajectories: 32 hexadecimal digits.
    pub digest: String,
    /// Rows, by table.
    pub rows: BTreeMap<String, u64>,
    /// Files of the folder beside the manifest, in order of name.
    pub files: Vec<FileEntry>,
    /// The machine; none where parts may come from several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Wall time of the run, in seconds; none where parts may come from several machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_seconds: Option<f64>,
}

/// What was asked for: with version, scenario, posterior, seed and size, all that results depend on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JobEntry {
    /// The command.
    pub command: String,
    /// What else makes its results, by the name of the option.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, Value>,
    /// The arguments that ask for it again, after the command and the scenario; empty where the folder says it otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
}

impl JobEntry {
    /// A job of a command, without options.
    pub fn new(command: &str) -> JobEntry {
        JobEntry { command: command.into(), ..JobEntry::default() }
    }

    /// With an option that makes its results.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> JobEntry {
        self.options.insert(name.into(), value.into());
        self
    }

    /// With the arguments that ask for it again.
    pub fn asked_by(self, arguments: Vec<String>) -> JobEntry {
        JobEntry { arguments, ..self }
    }
}

/// The scenario of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioEntry {
    /// Name: that of a bundled scenario, or of the file without its ending.
    pub name: String,
    /// Title.
    pub title: String,
    /// BLAKE3 hash of the resolved scenario, in hexadecimal.
    pub blake3: String,
    /// What was changed on the way from the file to what was run: `counterfactual no-tvpa`, `parameters.signalling=0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// The posterior of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosteriorEntry {
    /// Name: that of its file, or `bundled`.
    pub name: String,
    /// Draws that it has.
    pub draws: u64,
    /// BLAKE3 hash of the file that was read, in hexadecimal.
    pub blake3: String,
}

/// Size of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Design points of a sweep; none for a single run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Replicates (of each point).
    pub replicates: u64,
    /// States.
    pub states: u64,
    /// First year simulated.
    pub start: i32,
    /// Year on whose first day the run ends.
    pub end: i32,
    /// Steps of each replicate.
    pub steps: u64,
    /// Steps of all states of all replicates.
    pub agent_steps: u64,
}

/// A file of an output folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name within the folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash, in hexadecimal.
    pub blake3: String,
}

/// The machine that ran it. None of it changes a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Instruction set used.
    pub instruction_set: String,
    /// Threads used.
    pub threads: usize,
}

impl Platform {
    /// This machine.
    pub fn here(instruction_set: &str, threads: usize) -> Platform {
        Platform {
            os: std::env::consts::OS.to_string(),
            arch: std::env::consts::ARCH.to_string(),
            instruction_set: instruction_set.to_string(),
            threads,
        }
    }
}

impl Manifest {
    /// The manifest of a job that is yet to be done, by this version of the program. Digest and rows are added when they are
    /// known ([`Manifest::found`]), files when their folder is committed.
    pub fn new(job: JobEntry, scenario: ScenarioEntry, seed: u64, size: Size) -> Manifest {
        Manifest {
            program: PROGRAM.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            format: FORMAT_VERSION,
            job: Some(job),
            scenario,
            posterior: None,
            seed: format!("{seed:#x}"),
            size,
            digest: String::new(),
            rows: BTreeMap::new(),
            files: Vec::new(),
            platform: None,
            elapsed_seconds: None,
        }
    }

    /// With what came of the job.
    pub fn found(self, digest: String, rows: BTreeMap<String, u64>) -> Manifest {
        Manifest { digest, rows, ..self }
    }

    /// What is known of it before anything is computed, and on which its results depend. How the job was asked for and the names
    /// of what it read are left out: the hashes say what was read.
    pub fn expected(&self) -> Manifest {
        let job = self.job.clone().map(|job| JobEntry { arguments: Vec::new(), ..job });
        let scenario = ScenarioEntry { title: String::new(), changes: Vec::new(), ..self.scenario.clone() };
        let posterior = self.posterior.clone().map(|p| PosteriorEntry { name: String::new(), ..p });
        Manifest {
            job,
            scenario,
            posterior,
            digest: String::new(),
            rows: BTreeMap::new(),
            files: Vec::new(),
            platform: None,
            elapsed_seconds: None,
            ..self.clone()
        }
    }

    /// Files of a folder that are not as the manifest says, each with what is wrong: missing, cut or changed.
    pub fn changed(&self, folder: &Path) -> Vec<(String, String)> {
        let wrong = |file: &FileEntry| {
            let path = folder.join(&file.name);
            let Ok(metadata) = std::fs::metadata(&path) else { return Some("is missing".to_string()) };
            if metadata.len() != file.bytes {
                return Some(format!("has {} bytes, and {} were written", metadata.len(), file.bytes));
            }
            let mut hash = blake3::Hasher::new();
            match std::fs::File::open(&path).and_then(|file| hash.update_reader(file).map(drop)) {
                Err(error) => Some(format!("cannot be read: {error}")),
                Ok(()) if hash.finalize().to_hex().as_str() == file.blake3 => None,
                Ok(()) => {
                    Some("is not the file that was written: its hash differs from the manifest's".into())
                }
            }
        };
        self.files.iter().filter_map(|file| Some((file.name.clone(), wrong(file)?))).collect()
    }

    /// With the posterior from which parameters were drawn.
    pub fn drawn_from(self, posterior: Option<PosteriorEntry>) -> Manifest {
        Manifest { posterior, ..self }
    }

    /// With the machine that simulated, and how many seconds it took.
    pub fn on(self, platform: Platform, elapsed_seconds: f64) -> Manifest {
        Manifest { platform: Some(platform), elapsed_seconds: Some(elapsed_seconds), ..self }
    }

    /// The seed as a number; none where a hand has changed it to something else.
    pub fn seed(&self) -> Option<u64> {
        u64::from_str_radix(self.seed.strip_prefix("0x")?, 16).ok()
    }

    /// The manifest as indented JSON, keys in the order of the fields.
    ///
    /// # Errors
    /// If a number is not finite.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Reads the manifest of an output folder.
    ///
    /// # Errors
    /// If there is none, or it is not one of this program in this format.
    pub fn read(folder: &Path) -> Result<Manifest, OutputError> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|error| OutputError::read(&path, error))?;
        let wrong = |reason: String| OutputError::Manifest { path: path.clone(), reason };
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if manifest.program != PROGRAM {
            return Err(wrong(format!("its program is {}", quoted(&manifest.program))));
        }
        if manifest.format != FORMAT_VERSION {
            let (format, version) = (manifest.format, quoted(&manifest.version));
            return Err(wrong(format!(
                "its format is {format}, and this version reads {FORMAT_VERSION}; the version that wrote it ({version}) reads it"
            )));
        }
        manifest.check().map_err(wrong)?;
        Ok(manifest)
    }

    /// Reads the manifest of a folder that was named to a command.
    ///
    /// # Errors
    /// As [`Manifest::read`]; and if there is no such folder, it holds no results, or cannot be read: which it is.
    pub fn of_folder(folder: &Path, command: &str) -> Result<Manifest, OutputError> {
        let shown = folder.display();
        let refuse = |found: String| {
            let hint = format!("{command} takes a folder that a command wrote, such as out/asean");
            OutputError::NoResults { found, hint }
        };
        match std::fs::metadata(folder) {
            Err(error) if error.kind() == NotFound => {
                return Err(refuse(format!("there is no folder {shown}")));
            }
            Err(error) => return Err(OutputError::closed(folder, &error)),
            Ok(about) if !about.is_dir() => return Err(refuse(format!("{shown} is no folder"))),
            Ok(_) => {}
        }
        Manifest::read(folder).map_err(|error| match error {
            OutputError::Read { source, .. } if source.kind() == NotFound => {
                refuse(format!("{shown} holds no results: it has no {MANIFEST}"))
            }
            OutputError::Read { path, source } => OutputError::closed(&path, &source),
            other => other,
        })
    }

    /// What is wrong with the values of a manifest that a hand may have changed.
    fn check(&self) -> Result<(), String> {
        let Size { points, replicates, states, start, end, steps, agent_steps: _ } = self.size;
        let within = |name: &str, x: u64, most: u64| match x {
            x if (1..=most).contains(&x) => Ok(()),
            x => Err(format!("size.{name} is {x}, expected 1 to {most}")),
        };
        within("replicates", replicates, i32::MAX as u64)?;
        within("points", points.unwrap_or(1), u64::MAX)?;
        within("states", states, u64::from(u32::MAX))?;
        within("steps", steps, u64::from(u32::MAX))?;
        if !(1..10_000).contains(&start) || !(start + 1..10_000).contains(&end) {
            return Err(format!(
                "size.start is {start} and size.end {end}, expected years from 1 to 9999 in order"
            ));
        }
        if self.seed().is_none() {
            return Err(format!("seed is {}, expected a hexadecimal number, as 0x7e0", quoted(&self.seed)));
        }
        // A folder holds its files itself.
        let is_plain = |name: &str| Path::new(name).file_name().is_some_and(|last| last == name);
        if let Some(file) = self.files.iter().find(|file| !is_plain(&file.name)) {
            return Err(format!(
                "files: found the name {}, expected that of a file in it",
                quoted(&file.name)
            ));
        }
        let texts = [&self.version, &self.scenario.name, &self.scenario.title, &self.digest];
        match texts.into_iter().chain(&self.scenario.changes).find(|text| text.contains(is_unseen)) {
            Some(text) => Err(format!("found {}, expected text without control characters", quoted(text))),
            None => Ok(()),
        }
    }
}

/// A manifest for tests.
#[cfg(test)]
pub(super) fn example() -> Manifest {
    let scenario = ScenarioEntry {
        name: "asean".into(),
        title: "Southeast Asia".into(),
        blake3: "00ff".into(),
        changes: vec!["parameters.signalling=0".into()],
    };
    let size = Size {
        points: None,
        replicates: 1000,
        states: 10,
        start: 2001,
        end: 2016,
        steps: 60,
        agent_steps: 600_000,
    };
    let rows = BTreeMap::from([("trajectories".to_string(), 160_000)]);
    let job = JobEntry::new("run").with("tables", "trajectories").asked_by(vec!["--quiet".into()]);
    Manifest::new(job, scenario, 2016, size).found("0123".into(), rows).on(Platform::here("avx2", 2), 0.25)
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
