//! The scenarios that the lab offers: the one it was given, watched for changes, and the bundled ones. No other can be
//! reached from the page.
//!
//! A file that turns into nonsense leaves the last good scenario in place, and the sentence of what is wrong beside it.

use super::refusal::Refusal;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use suasion::scenario::{Lever, Loaded, Scenario, ScenarioError, bundled, nearest};

/// States that the lab shows, at most.
const MOST_STATES: usize = 500;
/// Years of all states together, at most.
const MOST_STATE_YEARS: usize = 50_000;

/// The scenario that the lab was given.
pub struct Given {
    /// As named on the command line: a file, or a bundled scenario.
    pub reference: String,
    /// What else the command line said of it (`--set` and such), to be said again in commands.
    pub arguments: Vec<String>,
    /// Reads it, with what the command line changes.
    #[allow(clippy::type_complexity, reason = "a function")]
    pub load: Box<dyn Fn() -> Result<Loaded, ScenarioError> + Send + Sync>,
}

/// A scenario as it stands.
pub(super) struct Scene {
    /// As the page names it.
    pub reference: String,
    pub loaded: Loaded,
    pub scenario: Scenario,
    pub levers: Vec<Lever>,
    /// Of what is kept of it: no two scenes have one.
    pub version: u64,
}

/// A scene, and what is wrong with the file since.
#[derive(Clone)]
pub(super) struct Seen {
    pub scene: Arc<Scene>,
    pub trouble: Option<String>,
}

type Stamp = (PathBuf, Option<(SystemTime, u64)>);

struct Kept {
    seen: Seen,
    stamps: Vec<Stamp>,
}

/// The scenarios on offer.
pub struct Scenes {
    given: Given,
    kept: Mutex<BTreeMap<String, Kept>>,
}

impl Scenes {
    /// Opens the scenario given.
    ///
    /// # Errors
    /// A sentence, if it cannot be read, is wrong, or is too large to be shown.
    pub fn open(given: Given) -> Result<Scenes, String> {
        let kept = keep(&given.reference, &given.load, 0)?;
        Ok(Scenes { kept: Mutex::new(BTreeMap::from([(given.reference.clone(), kept)])), given })
    }

    /// The scenario that it was given.
    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    /// The scenarios by the name that the page gives them, the given one first.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = vec![self.given.reference.clone()];
        names.extend(bundled::names().filter(|name| *name != self.given.reference).map(str::to_string));
        names
    }

    /// A scenario as it stands now.
    pub(super) fn see(&self, name: &str) -> Result<Seen, Refusal> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let version = all.values().map(|kept| kept.seen.scene.version).max().unwrap_or(0) + 1;
        if let Some(kept) = all.get_mut(name) {
            if name == self.given.reference {
                self.refresh(kept, version);
            }
            return Ok(kept.seen.clone());
        }
        if !bundled::names().any(|known| known == name) {
            let names = self.names();
            let hint = nearest(name, names.iter().map(String::as_str))
                .map_or_else(String::new, |hint| format!("; {hint}"));
            let sentence = format!("this lab has no scenario `{name}`{hint}");
            return Err(Refusal { status: StatusCode::NOT_FOUND, sentence });
        }
        let kept = keep(name, &|| Scenario::load(name), version).map_err(Refusal::asked)?;
        let seen = kept.seen.clone();
        all.insert(name.to_string(), kept);
        Ok(seen)
    }

    /// Reads the file again if it, or a table of it, has changed.
    fn refresh(&self, kept: &mut Kept, version: u64) {
        let now: Vec<Stamp> = kept.stamps.iter().map(|(path, _)| stamp(path)).collect();
        if now == kept.stamps {
            return;
        }
        match keep(&self.given.reference, &self.given.load, version) {
            Ok(new) => *kept = new,
            Err(trouble) => {
                kept.stamps = now;
                kept.seen.trouble = Some(trouble);
            }
        }
    }
}

fn keep(
    reference: &str,
    load: &dyn Fn() -> Result<Loaded, ScenarioError>,
    version: u64,
) -> Result<Kept, String> {
    // Before the file is read: a change while it is read is seen the next time.
    let main = Scenario::is_path(reference).then(|| stamp(Path::new(reference)));
    let loaded = load().map_err(|error| error.to_string())?;
    let scenario = loaded.build().map_err(|error| error.to_string())?;
    let (states, years) = (scenario.world.states.len(), scenario.world.clock.years());
    if states > MOST_STATES || states * years > MOST_STATE_YEARS {
        return Err(format!(
            "{reference}: {states} states over {years} years are more than the lab shows, {MOST_STATES} states and \
             {MOST_STATE_YEARS} years of all together; `suasion run` takes it"
        ));
    }
    let tables = loaded.table_files().into_iter().map(|path| stamp(Path::new(path)));
    let stamps = main.into_iter().chain(tables).collect();
    let levers = scenario.levers();
    let scene = Scene { reference: reference.to_string(), loaded, scenario, levers, version };
    Ok(Kept { seen: Seen { scene: Arc::new(scene), trouble: None }, stamps })
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).and_then(|found| Ok((found.modified()?, found.len())));
    (path.to_path_buf(), found.ok())
}
