//! `suasion panel`: tidy tables that a user brings, made into a scenario.

use super::exit::BadInput;
use super::page::Page;
use super::place::{ReplaceArg, tell_done};
use super::shared::{given, whole};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suasion::evidence::panel::{File, How, PLAN, Panel as Read, PanelError, Plan, Settings, USED, files};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::job::{Claimed, Job, SCENARIO};
use suasion::experiment::validation::check_patterns;
use suasion::experiment::{cost, run};
use suasion::output::manifest::{JobEntry, Manifest};
use suasion::scenario::Scenario;

/// Make a scenario of named states from a folder of tidy tables (CSV)
///
/// What the tables are, `panel.toml` in the folder says. Without one they are those of the Trafficking in Persons report: `tip_tiers.csv`,
/// `laws.csv`, `palermo.csv`, `ties.csv` and `covariates.csv`, and if you have them `p3_index.csv`, `sanctions.csv`, `tip_reactions.csv` and
/// `regions.csv`; docs/howto/panel.md has both.
#[derive(Debug, Args)]
pub(super) struct Panel {
    /// Folder of the tables
    dir: PathBuf,
    /// Folder for the scenario
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    pub(super) how: ReplaceArg,
    /// Coefficients other than the defaults (TOML; the panel writes those it used)
    #[arg(long, value_name = "FILE")]
    coefficients: Option<PathBuf>,
    /// First year (default: as the plan's scenario says; 2000 without a plan)
    #[arg(long, value_name = "YEAR", value_parser = whole::<i32>(1900..=2100))]
    start: Option<i32>,
    /// Last year (default: as the plan's scenario says; 2012 without a plan)
    #[arg(long, value_name = "YEAR", value_parser = whole::<i32>(1900..=2100))]
    end: Option<i32>,
    /// Which kind of law is the law, where the plan's [adopted.law] tells kinds apart
    #[arg(long, value_name = "KIND")]
    law: Option<String>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what was made as JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

impl Panel {
    pub(super) fn run(self, page: Page) -> Result<()> {
        let bad = |error: PanelError| BadInput(error.to_string());
        let settings =
            Settings { start: self.start, end: self.end.map(|last| last + 1), law: self.law.clone() };
        let mut coefficients = Plan::of_folder(&self.dir).map_err(bad)?.coefficients();
        if let Some(path) = &self.coefficients {
            coefficients = coefficients.read(path).map_err(bad)?;
        }
        let panel = Read::read(&self.dir, &settings).map_err(bad)?;
        let files = files(&panel, &coefficients).map_err(bad)?;
        let beyond = panel.coding(&coefficients).beyond(&coefficients).map_err(bad)?;
        let built = check(&files, &self.out)?;
        let mut hash = blake3::Hasher::new();
        for file in &files {
            hash.update(file.name.as_bytes()).update(file.text.as_bytes());
        }
        let hash = hash.finalize().to_hex().to_string();
        let arguments =
            [given("start", self.start), given("end", self.end), given("law", self.law.clone())].concat();
        let entry = JobEntry::new("panel").with("files", hash.clone()).asked_by(arguments);
        let mut manifest = Manifest::new(entry, run::entry(&built), built.seed, cost::size(&built));
        manifest.scenario.name = "panel".into();
        let mut job = Job::of(manifest);
        for file in files.iter().filter(|file| [SCENARIO, USED, PLAN].contains(&file.name)) {
            job = job.told_by(file.name, file.text.clone());
        }
        match self.how.claim(&self.out, &job, self.quiet || self.json)? {
            Claimed::Finished(manifest) if !self.json => {
                return tell_done(page, &self.out, &manifest, self.quiet, None);
            }
            // What is printed as JSON is known without writing.
            Claimed::Finished(_) => {}
            Claimed::Free(place) => {
                let mut folder = place.begin()?;
                for file in &files {
                    folder.write(file.name, file.text.as_bytes())?;
                }
                folder.commit(job.manifest.found(hash[..32].to_string(), BTreeMap::new()))?;
            }
        }
        self.tell(&panel, &beyond, page)
    }

    /// What was made, and what of the tables was not used.
    fn tell(&self, panel: &Read, beyond: &[(&str, usize)], mut page: Page) -> Result<()> {
        let scenario = self.out.join("scenario.toml");
        let mut imputed: BTreeMap<&str, usize> = BTreeMap::new();
        for known in
            panel.states.iter().flat_map(|state| &state.known).filter(|known| known.how != How::Given)
        {
            *imputed.entry(known.how.describe()).or_default() += 1;
        }
        let plan = &panel.plan;
        let adopted: Vec<(&str, usize)> = plan
            .adopted()
            .enumerate()
            .map(|(k, id)| (id, panel.states.iter().filter(|state| state.adopted[k].is_some()).count()))
            .collect();
        let readings: Vec<(&str, usize)> = plan
            .observed()
            .enumerate()
            .map(|(k, name)| (name, panel.readings(k)))
            .filter(|(_, n)| *n > 0)
            .collect();
        let of = |counts: &[(&str, usize)]| {
            counts.iter().map(|(id, n)| ((*id).to_string(), *n)).collect::<BTreeMap<_, _>>()
        };
        if self.json {
            return page.json(&serde_json::json!({
                "scenario": scenario.display().to_string(), "states": panel.states.len(), "adopted": of(&adopted),
                "readings": of(&readings), "ties": panel.borders.len(), "imputed": imputed, "left_out": panel.notes,
            }));
        }
        if self.quiet {
            return Ok(());
        }
        let (states, last) = (panel.states.len(), panel.end - 1);
        page.say(format!("{states} states on record in {} to {last}", panel.start));
        let counts = |of: &[(&str, usize)]| {
            of.iter().map(|(id, n)| format!("{id} {n}")).collect::<Vec<_>>().join(", ")
        };
        if !adopted.is_empty() {
            page.say(format!("states that adopted: {}", counts(&adopted)));
        }
        if !readings.is_empty() {
            page.say(format!("readings by state and year: {}", counts(&readings)));
        }
        if !panel.borders.is_empty() {
            page.say(format!("ties: {}", panel.borders.len()));
        }
        let total: usize = imputed.values().sum();
        let covariates = panel.states.first().map_or(0, |state| state.known.len());
        if total > 0 {
            page.say(format!(
                "{total} of {} covariates were missing; imputed.csv lists them:",
                states * covariates
            ));
        }
        for (how, count) in &imputed {
            page.say(format!("  {count:4} {how}"));
        }
        for (name, count) in beyond {
            page.say(format!(
                "{name}: beyond its range in {count} of {states} states, where the end of it counts"
            ));
        }
        for note in &panel.notes {
            page.say(format!("left out: {note}"));
        }
        page.copy(format!(
            "written to {}. Next: suasion validate {}",
            self.out.display(),
            scenario.display()
        ));
        page.print()
    }
}

/// Reads the scenario back before any of it is put where an earlier one may be.
fn check(files: &[File], out: &Path) -> Result<Scenario> {
    let folder = tempfile::tempdir()?;
    for file in files {
        std::fs::write(folder.path().join(file.name), &file.text)?;
    }
    let scenario = folder.path().join("scenario.toml");
    let loaded = Scenario::load(&scenario.to_string_lossy()).map_err(ExperimentError::from);
    let built = loaded.and_then(|loaded| Ok(loaded.build()?));
    built.and_then(|built| check_patterns(&built).map(|()| built)).map_err(|error| {
        // Named as they would be where they were meant to go.
        let told = error.to_string().replace(&*folder.path().to_string_lossy(), &out.to_string_lossy());
        BadInput(format!(
            "these tables and coefficients make no valid scenario, so nothing was written: {told}"
        ))
        .into()
    })
}
