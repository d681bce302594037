//! `suasion validate`: a scenario held against its record, pattern by pattern.

use super::exit::{BadInput, Interrupted};
use super::progress::stop_flag;
use super::shared::{EngineArgs, ScenarioArgs};
use super::{validate_skill, validate_text};
use crate::engine::parallel::Stopped;
use crate::evidence::assess::simulate;
use crate::evidence::experiment::fine;
use crate::evidence::frame::Frame;
use crate::evidence::measurement::Measurement;
use crate::evidence::patterns::statistics;
use crate::evidence::record::Record;
use crate::evidence::skill::skill;
use crate::evidence::verdict::{Verdict, judge};
use crate::output::folder::write_file;
use crate::scenario::Scenario;
use anyhow::{Context, Result};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Hold a scenario against its record: every pattern, met or not
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Print what the record says, without simulating
    #[arg(long)]
    observed_only: bool,
    /// Folder for the pictures and the result as JSON (default: out/validate-SCENARIO)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the result as JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

impl Validate {
    pub(super) fn run(self) -> Result<()> {
        let scenario = self.scenario.load()?;
        refuse_without_record(&scenario)?;
        let options = self.engine.options()?;
        let frame = Frame::new(&scenario);
        let record = Record::observed(&scenario.observed, &frame);
        let observed = statistics(&record, &frame);
        let mut out = std::io::stdout().lock();
        if self.observed_only {
            let rows = judge(&frame, &observed, &[], Verdict::NoData);
            let told = validate_text::Told { scenario: &scenario, frame: &frame, rows: &rows };
            if self.json {
                writeln!(out, "{}", serde_json::to_string_pretty(&told.json())?)?;
            } else if !self.quiet {
                out.write_all(told.observed().as_bytes())?;
            }
            return Ok(());
        }
        let stop = stop_flag()?;
        let simulated = simulate(&scenario, &frame, &Measurement::default(), options, &stop);
        let simulated = simulated.map_err(|stopped| match stopped {
            Stopped::Asked => anyhow::Error::from(Interrupted("stopped; nothing was written")),
            other => anyhow::Error::from(other),
        })?;
        let experiment = fine(&scenario.world.parameters)?.verdict();
        let rows = judge(&frame, &observed, &simulated.statistics, experiment);
        let parts = skill(&simulated.forecast, &record, &scenario.world, &frame);
        let told = validate_text::Told { scenario: &scenario, frame: &frame, rows: &rows };
        let mut json = told.json();
        json["skill"] = validate_skill::json(&parts);
        let json = format!("{}\n", serde_json::to_string_pretty(&json)?);

        let name = format!("validate-{}", scenario.name.replace('/', "-"));
        let folder = self.out.unwrap_or_else(|| PathBuf::from("out").join(name));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        write_file(&folder.join("validate.json"), json.as_bytes())?;
        write_file(&folder.join("patterns.svg"), told.picture().svg()?.as_bytes())?;
        write_file(&folder.join("calibration.svg"), validate_skill::picture(&parts).svg()?.as_bytes())?;
        if self.json {
            out.write_all(json.as_bytes())?;
        } else if !self.quiet {
            out.write_all(told.patterns().as_bytes())?;
            out.write_all(validate_skill::text(&parts).as_bytes())?;
            writeln!(out, "\npictures and the result as JSON in {}", folder.display())?;
            out.write_all(told.count().as_bytes())?;
        }
        Ok(())
    }
}

/// A scenario without any record has nothing to be held against.
fn refuse_without_record(scenario: &Scenario) -> Result<()> {
    if !scenario.observed.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} has no record to be held against: it needs [observed.tiers.REGIME], [observed.adoptions.INSTRUMENT] or \
         [observed.practice.NAME], or `observed = \"FILE.csv\"`; `suasion panel` makes a scenario that has one",
        scenario.name
    );
    Err(BadInput(message).into())
}
