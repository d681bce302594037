//! `suasion panel`: tidy tables that a user brings, made into a scenario.

use super::exit::BadInput;
use super::page::Page;
use super::place::{ReplaceArg, tell_done};
use super::shared::{given, whole};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suasion::evidence::panel::{Coefficients, File, How, Panel as Read, PanelError, Settings, USED, files};
use suasion::experiment::job::{Claimed, Job, SCENARIO};
use suasion::experiment::{cost, run};
use suasion::model::observation::NONE;
use suasion::output::manifest::{JobEntry, Manifest};
use suasion::scenario::Scenario;

/// Make a scenario of named states from a folder of tidy tables (CSV)
///
/// The folder has `tip_tiers.csv`, `laws.csv`, `palermo.csv`, `ties.csv` and `covariates.csv`, and may have `p3_index.csv`,
/// `sanctions.csv`, `tip_reactions.csv` and `regions.csv`; docs/howto/panel.md has their columns.
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
    /// First year
    #[arg(long, value_name = "YEAR", default_value = "2000", value_parser = whole::<i32>(1900..=2100))]
    start: i32,
    /// Last year
    #[arg(long, value_name = "YEAR", default_value = "2012", value_parser = whole::<i32>(1900..=2100))]
    end: i32,
    /// Which kind of laws.csv is the law
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
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        if self.end < self.start {
            return Err(BadInput(format!("--end {}: before --start {}", self.end, self.start)).into());
        }
        let bad = |error: PanelError| BadInput(error.to_string());
        let mut settings = Settings { start: self.start, end: self.end + 1, ..Settings::default() };
        if let Some(law) = &self.law {
            settings.law.clone_from(law);
        }
        let coefficients = match &self.coefficients {
            Some(path) => Coefficients::read(path).map_err(bad)?,
            None => Coefficients::default(),
        };
        let panel = Read::read(&self.dir, &settings).map_err(bad)?;
        let files = files(&panel, &coefficients);
        let built = check(&files, &self.out)?;
        let mut hash = blake3::Hasher::new();
        for file in &files {
            hash.update(file.name.as_bytes()).update(file.text.as_bytes());
        }
        let hash = hash.finalize().to_hex().to_string();
        let arguments =
            [given("start", [self.start]), given("end", [self.end]), given("law", [settings.law])].concat();
        let entry = JobEntry::new("panel").with("files", hash.clone()).asked_by(arguments);
        let mut manifest = Manifest::new(entry, run::entry(&built), built.seed, cost::size(&built));
        manifest.scenario.name = "panel".into();
        let mut job = Job::of(manifest);
        for file in files.iter().filter(|file| [SCENARIO, USED].contains(&file.name)) {
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
        let scenario = self.out.join("scenario.toml");
        let mut imputed: BTreeMap<&str, usize> = BTreeMap::new();
        for known in
            panel.states.iter().flat_map(|state| &state.known).filter(|known| known.how != How::Given)
        {
            *imputed.entry(known.how.describe()).or_default() += 1;
        }
        let count = |test: fn(&suasion::evidence::panel::StateRecord) -> bool| {
            panel.states.iter().filter(|state| test(state)).count()
        };
        let (laws, parties, scored) = (
            count(|state| state.law.is_some()),
            count(|state| state.party.is_some()),
            count(|state| state.scores.iter().any(|scores| !scores.is_empty())),
        );
        let reactions: usize = panel
            .states
            .iter()
            .map(|state| state.reactions.values().filter(|reaction| **reaction != NONE).count())
            .sum();
        if self.json {
            return page.json(&serde_json::json!({
                "scenario": scenario.display().to_string(), "states": panel.states.len(), "laws": laws, "parties": parties,
                "scored": scored, "reactions": reactions, "borders": panel.borders.len(), "imputed": imputed, "left_out": panel.notes,
            }));
        }
        if self.quiet {
            return Ok(());
        }
        let (states, borders) = (panel.states.len(), panel.borders.len());
        page.say(format!("{states} states rated at least once in {} to {}", self.start, self.end));
        page.say(format!(
            "on record: {laws} laws, {parties} parties to the convention, {scored} states with 3P scores, {borders} borders"
        ));
        if !panel.coverage.is_empty() {
            page.say(format!(
                "reactions to reports: {reactions} negative or cooperative, {} years",
                panel.coverage.len()
            ));
        }
        let total: usize = imputed.values().sum();
        page.say(format!("{total} of {} covariates were missing; imputed.csv lists them:", states * 7));
        for (how, count) in &imputed {
            page.say(format!("  {count:4} {how}"));
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
    let built = Scenario::load(&scenario.to_string_lossy()).and_then(|loaded| loaded.build());
    built.map_err(|error| {
        // Named as they would be where they were meant to go.
        let told = error.to_string().replace(&*folder.path().to_string_lossy(), &out.to_string_lossy());
        BadInput(format!(
            "these tables and coefficients make no valid scenario, so nothing was written: {told}"
        ))
        .into()
    })
}
