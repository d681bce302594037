//! A job: what is asked of a command, as far as its results depend on it. A place is claimed for it before the work: the same
//! job is found finished there, and another is told and left alone. It runs nothing.

use crate::experiment::cost::size;
use crate::experiment::differences::{differ, values_of, values_of_toml};
use crate::experiment::error::ExperimentError;
use crate::experiment::run::entry;
use crate::output::manifest::{JobEntry, Manifest, PosteriorEntry};
use crate::output::place::{Claim, Place};
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the resolved scenario in a folder of results.
pub const SCENARIO: &str = "scenario.toml";
/// What differs that is told one by one.
const TOLD: usize = 6;

/// A job that is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// The manifest of its results, as far as it is known before.
    pub manifest: Manifest,
    /// Files of its results that say more of it than a hash, each by its name, as they are known before.
    texts: Vec<(&'static str, String)>,
}

/// A place that was claimed for a job.
#[derive(Debug)]
pub enum Claimed {
    /// The job is done, and this is the manifest of its results.
    Finished(Box<Manifest>),
    /// The job is to be done, and its place is held.
    Free(Place),
}

impl Job {
    /// A job on a scenario.
    pub fn new(entry_of: JobEntry, scenario: &Scenario) -> Job {
        let manifest = Manifest::new(entry_of, entry(scenario), scenario.seed, size(scenario));
        Job { manifest, texts: Vec::new() }.told_by(SCENARIO, scenario.resolved())
    }

    /// A job whose manifest is known.
    pub fn of(manifest: Manifest) -> Job {
        Job { manifest, texts: Vec::new() }
    }

    /// With the posterior from which parameters are drawn.
    pub fn drawn_from(self, posterior: Option<PosteriorEntry>) -> Job {
        Job { manifest: self.manifest.drawn_from(posterior), ..self }
    }

    /// With a file of the results from which it can be told what differs: TOML or JSON.
    pub fn told_by(mut self, name: &'static str, text: String) -> Job {
        self.texts.push((name, text));
        self
    }

    /// Claims a place for the job. With `replace` results of any job that are there give way, those of this one too.
    ///
    /// # Errors
    /// If another job is there (what differs is told), files of this one are not as they were written, or nothing can be put
    /// there.
    pub fn claim(&self, target: &Path, replace: bool) -> Result<Claimed, ExperimentError> {
        self.read(target, Place::claim(target, &self.manifest, replace)?)
    }

    /// The same without holding the place: the manifest, if the job is done.
    ///
    /// # Errors
    /// As [`Job::claim`].
    pub fn look(&self, target: &Path, replace: bool) -> Result<Option<Manifest>, ExperimentError> {
        match Place::look(target, &self.manifest, replace)?
            .map(|claim| self.read(target, claim))
            .transpose()?
        {
            Some(Claimed::Finished(manifest)) => Ok(Some(*manifest)),
            Some(Claimed::Free(_)) | None => Ok(None),
        }
    }

    fn read(&self, target: &Path, claim: Claim) -> Result<Claimed, ExperimentError> {
        let refuse = |found: String, hint: &str| Err(ExperimentError::asked(found, Some(hint.into())));
        match claim {
            Claim::Free(place) => Ok(Claimed::Free(place)),
            Claim::Finished(manifest) => Ok(Claimed::Finished(manifest)),
            Claim::Changed(files) => {
                let (name, what) = &files[0];
                let more = match files.len() {
                    1 => String::new(),
                    n => format!(", and {} more are not as they were written", n - 1),
                };
                let found = format!("{} {what}{more}", target.join(name).display());
                refuse(found, "--replace does the job again and replaces it")
            }
            Claim::Other(there) => {
                let differs = self.differs(target, &there);
                let (shown, more) = (differs.iter().take(TOLD), differs.len().saturating_sub(TOLD));
                let mut list = shown.map(String::as_str).collect::<Vec<_>>().join("; ");
                if more > 0 {
                    list = format!("{list}; and {more} more");
                }
                let found = format!("{} holds the results of another job ({list})", target.display());
                refuse(found, "--replace replaces them, --out names another folder")
            }
        }
    }

    /// What differs from a job whose results are in a folder.
    fn differs(&self, folder: &Path, there: &Manifest) -> Vec<String> {
        let mut lines = Vec::new();
        differ(&plain(there), &plain(&self.manifest), &mut lines);
        for (name, text) in &self.texts {
            let Ok(theirs) = std::fs::read_to_string(folder.join(name)) else { continue };
            let values = |text: &str| {
                let mut values = if *name == SCENARIO || !text.starts_with('{') {
                    values_of_toml(text)
                } else {
                    values_of(&serde_json::from_str(text).unwrap_or_default())
                };
                // The manifest has said these.
                let said =
                    ["runs.", "time.start", "time.end", "scenario.", "program", "version", "replicates"];
                values.retain(|path, _| !said.iter().any(|said| path.starts_with(said)));
                values
            };
            differ(&values(&theirs), &values(text), &mut lines);
        }
        // A hash says that something differs, and is said where nothing else is.
        let is_hash = |line: &String| line.starts_with("scenario.blake3:") || line.starts_with("identity:");
        if !lines.iter().all(is_hash) {
            lines.retain(|line| !is_hash(line));
        }
        lines
    }
}

/// What is expected of a job by name, in the words of its options.
fn plain(manifest: &Manifest) -> BTreeMap<String, String> {
    let value = serde_json::to_value(manifest.expected()).unwrap_or_default();
    let derived = ["size.steps", "size.agent_steps", "digest", "rows", "files"];
    let name = |path: String| {
        // An option of a command is called so too.
        if path == "format" {
            return "version of the output format".to_string();
        }
        let path = ["job.options.", "job.", "size."]
            .iter()
            .find_map(|start| path.strip_prefix(start))
            .unwrap_or(&path);
        path.to_string()
    };
    let values = values_of(&value).into_iter().filter(|(path, _)| !derived.contains(&path.as_str()));
    values.map(|(path, value)| (name(path), value)).filter(|(_, value)| value != "[]").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::manifest::MANIFEST;

    fn asean(set: &[&str]) -> Scenario {
        let mut loaded = Scenario::load("asean").unwrap();
        for set in set {
            loaded.set(set).unwrap();
        }
        loaded.build().unwrap()
    }

    fn job(set: &[&str], level: f64) -> Job {
        Job::new(JobEntry::new("compare").with("level", level), &asean(set))
    }

    fn put(job: &Job, target: &Path) {
        let Claimed::Free(place) = job.claim(target, false).unwrap() else { panic!("it is there") };
        let mut folder = place.begin().unwrap();
        for (name, text) in &job.texts {
            folder.write(name, text.as_bytes()).unwrap();
        }
        folder.commit(job.manifest.clone().found("00".into(), BTreeMap::new())).unwrap();
    }

    #[test]
    fn another_job_is_told_by_what_differs() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("out");
        put(&job(&[], 0.95), &target);
        assert!(matches!(
            job(&["parameters.drift=0.03"], 0.95).claim(&target, false),
            Ok(Claimed::Finished(_))
        ));
        let before = std::fs::read(target.join(MANIFEST)).unwrap();
        for (other, expected) in [
            (job(&["runs.seed=2"], 0.95), "(seed: 2016 there, 2 here)"),
            (job(&["runs.replicates=8"], 0.95), "(replicates: 1000 there, 8 here)"),
            (job(&["parameters.drift=0.05"], 0.95), "(parameters.drift: 0.03 there, 0.05 here)"),
            (job(&["state.IDN.capacity=0.9"], 0.95), "state.IDN.capacity"),
            (job(&[], 0.9), "(level: 0.95 there, 0.9 here)"),
            (
                Job::new(JobEntry::new("compare").with("level", 0.95).with("format", "parquet"), &asean(&[])),
                "(format: nothing there, parquet here)",
            ),
            (
                Job::new(JobEntry::new("run"), &asean(&[])),
                "(command: compare there, run here; level: 0.95 there, nothing here)",
            ),
        ] {
            let error = other.claim(&target, false).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("--replace"), "{error}");
            assert_eq!(other.look(&target, false).unwrap_err().to_string(), error);
            assert!(matches!(other.claim(&target, true), Ok(Claimed::Free(_))));
        }
        assert_eq!(std::fs::read(target.join(MANIFEST)).unwrap(), before);
        assert!(job(&[], 0.95).look(&target, false).unwrap().is_some());
        assert!(job(&[], 0.95).look(&target, true).unwrap().is_none());
    }
}
