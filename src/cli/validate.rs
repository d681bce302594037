//! `suasion validate`: a scenario held against its record, pattern by pattern.

use super::exit::{BadInput, Interrupted};
use super::progress::stop_flag;
use super::shared::{EngineArgs, ScenarioArgs};
use super::validate_text;
use crate::engine::parallel::Stopped;
use crate::evidence::assess::simulate;
use crate::evidence::experiment::fine;
use crate::evidence::frame::Frame;
use crate::evidence::measurement::Measurement;
use crate::evidence::patterns::statistics;
use crate::evidence::record::Record;
use crate::evidence::verdict::{Verdict, judge};
use crate::scenario::Scenario;
use anyhow::Result;
use clap::Args;
use std::io::Write;

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
        let observed = statistics(&Record::observed(&scenario.observed, &frame), &frame);
        let (simulated, experiment) = if self.observed_only {
            (Vec::new(), Verdict::NoData)
        } else {
            let stop = stop_flag()?;
            let simulated = simulate(&scenario, &frame, &Measurement::default(), options, &stop);
            let simulated = simulated.map_err(|stopped| match stopped {
                Stopped::Asked => anyhow::Error::from(Interrupted("stopped; nothing was written")),
                other => anyhow::Error::from(other),
            })?;
            (simulated.statistics, fine(&scenario.world.parameters)?.verdict())
        };
        let rows = judge(&frame, &observed, &simulated, experiment);
        let mut out = std::io::stdout().lock();
        if self.json {
            let json = validate_text::json(&scenario, &frame, &rows);
            writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
        } else if !self.quiet {
            let told = validate_text::Told { scenario: &scenario, frame: &frame, rows: &rows };
            out.write_all(if self.observed_only { told.observed() } else { told.all() }.as_bytes())?;
        }
        Ok(())
    }
}

/// A scenario without any record has nothing to be held against.
fn refuse_without_record(scenario: &Scenario) -> Result<()> {
    let observed = &scenario.observed;
    let any = observed.tiers.iter().any(|states| !states.is_empty())
        || observed.adoptions.iter().any(|states| !states.is_empty())
        || observed.practice.iter().any(|states| !states.is_empty());
    if any {
        return Ok(());
    }
    let message = format!(
        "{} has no record to be held against: it needs [observed.tiers.REGIME], [observed.adoptions.INSTRUMENT] or \
         [observed.practice.NAME], or `observed = \"FILE.csv\"`; `suasion panel` makes a scenario that has one",
        scenario.name
    );
    Err(BadInput(message).into())
}
