//! The scenarios that the lab offers: the one it was given, watched for changes, and the bundled ones. No other can be
//! reached from the page.
//!
//! A file that turns into nonsense leaves the last good scenario in place, and the sentence of what is wrong beside it.

use super::refusal::Refusal;
use super::setting::Setting;
use axum::http::StatusCode;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use suasion::scenario::theories::{self, TheoryText};
use suasion::scenario::{Lever, Loaded, Scenario, ScenarioError, bundled, nearest};

/// States that the lab shows, at most.
const MOST_STATES: usize = 500;
/// Years of all states together, at most.
const MOST_STATE_YEARS: usize = 50_000;
/// Scenarios under a theory that are kept.
const MOST_KEPT: usize = 8;
/// What the file of a theory that is written on the page is called.
pub(super) const THEORY_FILE: &str = "theory.toml";

/// The scenario that the lab was given.
pub struct Given {
    /// As named on the command line: a file, or a bundled scenario.
    pub reference: String,
    /// What else the command line said of it (`--set` and such), to be said again in commands.
    pub arguments: Vec<String>,
    /// Files beside it that are read with it: its theories.
    pub beside: Vec<PathBuf>,
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
    /// Of what was read: a file that has changed has another.
    pub version: u64,
    /// What no other scene has.
    pub key: String,
    /// Where a theory of the page is laid over it, the scenario in which that is switched off.
    without: Option<Arc<Scene>>,
}

impl Scene {
    /// The scenario that what is set changes: without the theory of the page.
    pub fn baseline(&self) -> &Scene {
        self.without.as_deref().unwrap_or(self)
    }

    /// Whether a theory of the page is laid over it.
    pub fn is_under_theory(&self) -> bool {
        self.without.is_some()
    }
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
    /// Under theories of the page, the last made last.
    under: Mutex<VecDeque<Arc<Scene>>>,
}

impl Scenes {
    /// Opens the scenario given.
    ///
    /// # Errors
    /// A sentence, if it cannot be read, is wrong, or is too large to be shown.
    pub fn open(given: Given) -> Result<Scenes, String> {
        let kept = keep(&given.reference, &given.beside, &given.load, 0)?;
        let kept = Mutex::new(BTreeMap::from([(given.reference.clone(), kept)]));
        Ok(Scenes { kept, under: Mutex::default(), given })
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
        let kept = keep(name, &[], &|| Scenario::load(name), version).map_err(Refusal::asked)?;
        let seen = kept.seen.clone();
        all.insert(name.to_string(), kept);
        Ok(seen)
    }

    /// The scenario of a setting as it stands now, under the theory of the page.
    pub(super) fn seen_by(&self, setting: &Setting) -> Result<Seen, Refusal> {
        let seen = self.see(&setting.scenario)?;
        match &setting.theory {
            Some(theory) => Ok(Seen { scene: self.under(&seen.scene, theory)?, ..seen }),
            None => Ok(seen),
        }
    }

    /// A scenario under a theory: the name of a bundled one, or its text.
    fn under(&self, scene: &Scene, theory: &str) -> Result<Arc<Scene>, Refusal> {
        let key = format!("{} under {theory}", scene.key);
        let find = |kept: &VecDeque<Arc<Scene>>| kept.iter().find(|scene| scene.key == key).cloned();
        if let Some(found) = find(&self.under.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        let is_bundled = theories::names().any(|name| name == theory);
        let read = if is_bundled {
            theories::read(theory)?
        } else {
            theories::parse("of the page", THEORY_FILE, theory)?
        };
        let laid = |theory: &TheoryText| -> Result<Scene, ScenarioError> {
            let mut loaded = scene.loaded.clone();
            loaded.apply_theory(theory)?;
            let scenario = loaded.build()?;
            let (reference, levers) = (scene.reference.clone(), scenario.levers());
            let (version, key) = (scene.version, String::new());
            Ok(Scene { reference, loaded, scenario, levers, version, key, without: None })
        };
        // First as it is meant: what is wrong is told of that.
        let acts = laid(&read)?;
        check_runs(&scene.scenario, &acts.scenario)?;
        let without = laid(&read.switched_off())?;
        let without = Scene { key: format!("{key}, switched off"), ..without };
        let made = Arc::new(Scene { key, without: Some(Arc::new(without)), ..acts });
        let mut kept = self.under.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Arc::clone(&made));
        if kept.len() > MOST_KEPT {
            kept.pop_front();
        }
        Ok(made)
    }

    /// Reads the file again if it, or a table of it, has changed.
    fn refresh(&self, kept: &mut Kept, version: u64) {
        let now: Vec<Stamp> = kept.stamps.iter().map(|(path, _)| stamp(path)).collect();
        if now == kept.stamps {
            return;
        }
        match keep(&self.given.reference, &self.given.beside, &self.given.load, version) {
            Ok(new) => *kept = new,
            Err(trouble) => {
                kept.stamps = now;
                kept.seen.trouble = Some(trouble);
            }
        }
    }
}

/// Refuses a theory under which runs have other years, states or luck: nothing could be shown beside them.
fn check_runs(base: &Scenario, under: &Scenario) -> Result<(), Refusal> {
    if (base.seed, base.replicates) != (under.seed, under.replicates) {
        let what =
            "a theory that is laid over the scenario here cannot set its seed or replicates: use the boxes";
        return Err(Refusal::asked(what));
    }
    if base.world.clock != under.world.clock {
        let what = "the theory sets the years or steps, and so shares no luck with the scenario as it is: set them in the scenario's file";
        return Err(Refusal::asked(what));
    }
    Ok(())
}

fn keep(
    reference: &str,
    beside: &[PathBuf],
    load: &dyn Fn() -> Result<Loaded, ScenarioError>,
    version: u64,
) -> Result<Kept, String> {
    // Before the files are read: a change while they are read is seen the next time.
    let mut stamps: Vec<Stamp> = beside.iter().map(|path| stamp(path)).collect();
    stamps.extend(Scenario::is_path(reference).then(|| stamp(Path::new(reference))));
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
    stamps.extend(tables);
    let levers = scenario.levers();
    let key = format!("{reference} {version}");
    let scene =
        Scene { reference: reference.to_string(), loaded, scenario, levers, version, key, without: None };
    Ok(Kept { seen: Seen { scene: Arc::new(scene), trouble: None }, stamps })
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).and_then(|found| Ok((found.modified()?, found.len())));
    (path.to_path_buf(), found.ok())
}
