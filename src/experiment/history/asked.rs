//! A history as it is asked for: made of the scenario's record, or as a folder keeps it.

use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::drawn::PARTICLES_A_DRAW;
use crate::experiment::history::{Plan, check, check_until, condition, lineage, on_record, recall};
use crate::experiment::job::SCENARIO;
use crate::model::world::{Clock, World};
use crate::output::manifest::Manifest;
use crate::scenario::Scenario;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

/// Name of the command that keeps a history in a folder.
pub const COMMAND: &str = "condition";
/// By what a history made of the record is asked for.
const RECORD: &str = "record";
/// What helps where a history is of something else.
const AGAIN: &str = "condition the scenario again";

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The scenario's record; what is not said is as usual.
    Record {
        /// Last year whose record counts.
        until: Option<i32>,
        /// Particles.
        particles: Option<u32>,
        /// Rows.
        rows: Option<u32>,
    },
    /// The folder that keeps it.
    Folder(PathBuf),
}

impl FromStr for Asked {
    type Err = String;

    /// ```
    /// use suasion::experiment::history::asked::Asked;
    /// assert_eq!("record".parse(), Ok(Asked::Record { until: None, particles: None, rows: None }));
    /// assert_eq!("record:until=2008,rows=50".parse(), Ok(Asked::Record { until: Some(2008), particles: None, rows: Some(50) }));
    /// assert_eq!("out/asean-condition".parse(), Ok(Asked::Folder("out/asean-condition".into())));
    /// assert_eq!("record:rows=0".parse::<Asked>(), Err("found `rows=0`, expected rows=1 or more".to_string()));
    /// assert!("record:until=2008,until=2009".parse::<Asked>().unwrap_err().contains("expected it once"));
    /// assert!("record:".parse::<Asked>().unwrap_err().contains("found nothing, expected until=YEAR"));
    /// assert!("record:till=2008".parse::<Asked>().unwrap_err().contains("until=YEAR, particles=N or rows=N"));
    /// ```
    fn from_str(text: &str) -> Result<Asked, String> {
        let (mut until, mut particles, mut rows) = (None, None, None);
        let parts = match text.strip_prefix(RECORD) {
            Some("") => return Ok(Asked::Record { until, particles, rows }),
            Some(rest) if rest.starts_with(':') => rest[1..].split(','),
            _ => return Ok(Asked::Folder(text.into())),
        };
        let mut said: Vec<&str> = Vec::new();
        for part in parts {
            let found = if part.trim().is_empty() { "nothing".into() } else { format!("`{part}`") };
            let expected = || format!("found {found}, expected until=YEAR, particles=N or rows=N");
            let (name, value) = part.split_once('=').ok_or_else(expected)?;
            let number = || value.trim().parse::<u32>().map_err(|_| expected());
            if said.contains(&name.trim()) {
                return Err(format!("found `{part}` after another `{}`, expected it once", name.trim()));
            }
            said.push(name.trim());
            match name.trim() {
                "until" => until = Some(value.trim().parse::<i32>().map_err(|_| expected())?),
                "particles" => particles = Some(number()?),
                "rows" => match number()? {
                    0 => return Err(format!("found `{part}`, expected rows=1 or more")),
                    some => rows = Some(some),
                },
                _ => return Err(expected()),
            }
        }
        Ok(Asked::Record { until, particles, rows })
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (until, particles, rows) = match self {
            Asked::Folder(folder) => return write!(f, "{}", folder.display()),
            Asked::Record { until, particles, rows } => (until, particles, rows),
        };
        let numbers = [
            ("until", until.map(i64::from)),
            ("particles", particles.map(i64::from)),
            ("rows", rows.map(i64::from)),
        ];
        let said =
            numbers.iter().filter_map(|(name, number)| number.map(|number| format!("{name}={number}")));
        match said.collect::<Vec<_>>().join(",") {
            said if said.is_empty() => f.write_str(RECORD),
            said => write!(f, "{RECORD}:{said}"),
        }
    }
}

/// A history in the words that ask for the same again, with a scenario and its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Last year on record.
    pub until: i32,
    /// Particles.
    pub particles: u32,
    /// Rows.
    pub rows: u32,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { until, particles, rows } = self;
        write!(f, "{RECORD}:until={until},particles={particles},rows={rows}")
    }
}

impl Told {
    /// How it is made.
    pub fn plan(self) -> Plan {
        Plan { until: Some(self.until), particles: self.particles, rows: self.rows }
    }

    /// Refuses a scenario of more replicates than the history has rows.
    fn check_rows(self, scenario: &Scenario) -> Result<(), ExperimentError> {
        if self.rows >= scenario.replicates {
            return Ok(());
        }
        let found = format!(
            "the history has {} rows, and {} replicates are asked for",
            self.rows, scenario.replicates
        );
        Err(ExperimentError::asked(
            found,
            Some(format!("--replicates {} takes those that it has", self.rows)),
        ))
    }
}

/// What a history was made of, to be held against a scenario that is to be run in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Name of the scenario.
    name: String,
    /// The world that was conditioned.
    world: World,
    /// Seed of its draws.
    seed: u64,
    /// Hash of the record.
    record: String,
    /// What was asked for.
    pub told: Told,
}

impl Origin {
    /// The origin of a history of a scenario that was made by a plan.
    ///
    /// # Errors
    /// If the scenario has no record to condition on.
    pub fn new(scenario: &Scenario, plan: Plan) -> Result<Origin, ExperimentError> {
        let (record, until) = on_record(scenario, plan.until)?;
        let told = Told { until, particles: plan.particles, rows: plan.rows };
        Ok(Origin {
            name: scenario.name.clone(),
            world: scenario.world.clone(),
            seed: scenario.seed,
            record: record.blake3(),
            told,
        })
    }

    /// What a scenario that is run in the history is to it. `name` is what errors call the history.
    ///
    /// # Errors
    /// If the history is of another scenario, seed or record, or has fewer rows than the scenario replicates.
    pub fn of(&self, name: &str, scenario: &Scenario) -> Result<Told, ExperimentError> {
        self.check(name, scenario)?;
        self.told.check_rows(scenario)?;
        Ok(self.told)
    }

    /// The same of a scenario whose replicates may be more than the rows.
    ///
    /// # Errors
    /// If the history is of another scenario, seed or record.
    pub fn told(&self, name: &str, scenario: &Scenario) -> Result<Told, ExperimentError> {
        self.check(name, scenario)?;
        Ok(self.told)
    }

    /// Refuses a history of another scenario, seed or record.
    fn check(&self, name: &str, scenario: &Scenario) -> Result<(), ExperimentError> {
        let refuse = |found: String, hint: &str| {
            Err(ExperimentError::asked(format!("{name}: {found}"), Some(hint.into())))
        };
        if !alike(&self.world, &scenario.world) {
            if self.name != scenario.name {
                let found = format!("it is a history of {}, and not of {}", self.name, scenario.name);
                return refuse(found, "name its scenario, or condition this one");
            }
            let found = format!("it is a history of another scenario than {}", scenario.name);
            return refuse(
                found,
                "what every arm shares is set in both (a folder has its own in scenario.toml), counterfactuals in neither",
            );
        }
        if self.seed != scenario.seed {
            let (ours, theirs) = (scenario.seed, self.seed);
            return refuse(format!("its seed is {theirs}, and the scenario's is {ours}"), AGAIN);
        }
        let (record, _) = on_record(scenario, Some(self.told.until))?;
        if self.record != record.blake3() {
            return refuse("the record of the scenario has changed since".into(), AGAIN);
        }
        Ok(())
    }
}

impl Asked {
    /// What it is in full, for a scenario whose replicates are to be run in it.
    ///
    /// # Errors
    /// As [`told`](Asked::told), or if it has fewer rows than the scenario replicates.
    pub fn of(&self, scenario: &Scenario) -> Result<Told, ExperimentError> {
        let told = self.told(scenario)?;
        told.check_rows(scenario)?;
        Ok(told)
    }

    /// The same where each draw of a posterior is conditioned by itself: as many particles as such a filter has where nobody says.
    ///
    /// # Errors
    /// If it is a folder, which keeps what one set of parameters made of the record.
    pub fn under_draws(&self, scenario: &Scenario) -> Result<Asked, ExperimentError> {
        match self {
            Asked::Folder(folder) => {
                let found = format!(
                    "{}: a folder keeps the history of one set of parameters, and each draw of a posterior has its own",
                    folder.display()
                );
                Err(ExperimentError::asked(found, Some("--given record makes them".into())))
            }
            Asked::Record { until, particles, rows } => {
                let least = PARTICLES_A_DRAW.max(rows.unwrap_or(scenario.replicates));
                Ok(Asked::Record { until: *until, particles: particles.or(Some(least)), rows: *rows })
            }
        }
    }

    /// What it is in full, for a scenario whose record it is of. What a folder keeps is held against the scenario.
    ///
    /// # Errors
    /// If the scenario has no record, or the folder keeps no history, or one of another scenario, seed or version.
    pub fn told(&self, scenario: &Scenario) -> Result<Told, ExperimentError> {
        match self {
            Asked::Record { until, particles, rows } => {
                let usual = Plan::new(rows.unwrap_or(scenario.replicates));
                check_until(scenario, *until)?;
                let (_, until) = on_record(scenario, *until)?;
                let told = Told { until, particles: particles.unwrap_or(usual.particles), rows: usual.rows };
                check(told.plan())?;
                Ok(told)
            }
            Asked::Folder(folder) => kept(folder, scenario),
        }
    }

    /// The history.
    ///
    /// # Errors
    /// If it cannot be made or read, or `stop` was raised.
    pub fn history(
        &self,
        scenario: &Scenario,
        options: Options,
        stop: &AtomicBool,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<History, ExperimentError> {
        self.made(scenario, self.of(scenario)?, options, stop, progress)
    }

    /// The history of what it is in full.
    ///
    /// # Errors
    /// If it cannot be made or read, or `stop` was raised.
    pub fn made(
        &self,
        scenario: &Scenario,
        told: Told,
        options: Options,
        stop: &AtomicBool,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<History, ExperimentError> {
        match self {
            Asked::Record { .. } => Ok(condition(scenario, told.plan(), options, stop, progress)?.history),
            Asked::Folder(folder) => {
                let years = (told.until - scenario.world.clock.start + 1).max(0) as usize;
                recall(scenario, lineage::read(folder, &scenario.world, years)?, told.until, options)
            }
        }
    }
}

/// What a folder says of the history that it keeps, where that is one of this scenario.
fn kept(folder: &Path, scenario: &Scenario) -> Result<Told, ExperimentError> {
    let shown = folder.display().to_string();
    let refuse = |found: String, hint: &str| {
        Err(ExperimentError::asked(format!("{shown}: {found}"), Some(hint.into())))
    };
    let manifest = Manifest::of_folder(folder, "--given")?;
    let job = manifest.job.as_ref().filter(|job| job.command == COMMAND);
    let Some(job) = job else {
        return refuse("it keeps no history".into(), "a folder that `suasion condition` wrote does");
    };
    if manifest.version != env!("CARGO_PKG_VERSION") {
        let found =
            format!("written by version {}, and this is {}", manifest.version, env!("CARGO_PKG_VERSION"));
        return refuse(found, AGAIN);
    }
    if let Some((name, what)) = manifest.changed(folder).into_iter().next() {
        return refuse(format!("{name} {what}"), AGAIN);
    }
    let number = |name: &str| job.options.get(name).and_then(serde_json::Value::as_i64);
    let record = job.options.get("record").and_then(serde_json::Value::as_str);
    let (Some(until), Some(particles), Some(record), Some(seed)) =
        (number("until"), number("particles"), record, manifest.seed())
    else {
        let found =
            "its manifest does not say of which record and seed, until when and of how many particles";
        return refuse(found.into(), AGAIN);
    };
    let told =
        Told { until: until as i32, particles: particles as u32, rows: manifest.size.replicates as u32 };
    let path = folder.join(SCENARIO);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| ExperimentError::Asked(format!("{}: {error}", path.display())))?;
    let theirs = Scenario::parse(&manifest.scenario.name, &text, None)?.build_alone()?;
    let name = manifest.scenario.name.clone();
    Origin { name, world: theirs.world, seed, record: record.into(), told }.check(&shown, scenario)?;
    Ok(told)
}

/// Whether worlds are the same but for the year in which they end: a history goes on beyond its record.
fn alike(a: &World, b: &World) -> bool {
    let end = a.clock.end.min(b.clock.end);
    let until = |world: &World| World { clock: Clock { end, ..world.clock }, ..world.clone() };
    a == b || until(a) == until(b)
}

/// Refuses arms whose states are not those of a history.
///
/// # Errors
/// If a world has other states than the history's.
pub fn check_states(base: &World, other: &World, name: &str) -> Result<(), ExperimentError> {
    let ids = |world: &World| world.states.iter().map(|state| state.id.clone()).collect::<Vec<_>>();
    let (ours, theirs) = (ids(base), ids(other));
    if ours == theirs {
        return Ok(());
    }
    let odd =
        ours.iter().find(|id| !theirs.contains(id)).or_else(|| theirs.iter().find(|id| !ours.contains(id)));
    let found = format!(
        "counterfactual `{name}` changes who exists ({}), so it has no history",
        odd.map_or("", String::as_str)
    );
    Err(ExperimentError::asked(found, Some("ask for it without --given".into())))
}
