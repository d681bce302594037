//! `suasion compare`: a baseline and counterfactuals on common random numbers; differences, adoption, pictures.

use super::arms;
use super::decompose::Decompose;
use super::differences::{Told, quantity};
use super::estimate::refuse_memory;
use super::exit::BadInput;
use super::progress::{Progress, stop_flag};
use super::results::{Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs};
use crate::experiment::cells::{Quantity, targets};
use crate::experiment::mechanism::MECHANISMS;
use crate::experiment::outcome::Outcomes;
use crate::experiment::paired::{self, Plan};
use crate::scenario::Scenario;
use anyhow::Result;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

/// What is shown where nobody asks: each state and the mean over states.
const MAIN: [&str; 6] =
    ["motivation.*", "motivation", "protection.*", "protection", "enforcement.*", "enforcement"];

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Counterfactuals of the scenario (default: all, unless --against is given)
    names: Vec<String>,
    #[command(flatten)]
    engine: EngineArgs,
    /// A counterfactual of your own: "TITLE: path=value; path=value" (may be repeated)
    #[arg(long, value_name = "TEXT")]
    against: Vec<String>,
    /// Outcomes to show, draw and split: motivation.*, protection.IDN@2010, phase=4 (may be repeated)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Level of the intervals
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = arms::parse_level)]
    level: f64,
    #[command(flatten)]
    decompose: Decompose,
    /// Folder for the results (default: out/compare-SCENARIO)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the tables
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the outcomes, waits and shares as JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Compare {
    pub(super) fn run(self) -> Result<()> {
        let base = arms::base(&self.scenario, false)?;
        let options = self.engine.options()?;
        let names = self.names(&base)?;
        let others = arms::others(&self.scenario, &names, &self.against, &base, false)?;
        let outcomes = self.outcomes(&base)?;
        let silent = self.quiet || self.json;
        let games = self.decompose.games(&base, &others, &outcomes, options, silent)?;
        let quantities = quantities(&base, &outcomes);
        refuse_memory(bytes(&base, quantities.len(), others.len()))?;
        let target = self
            .out
            .clone()
            .unwrap_or_else(|| PathBuf::from("out").join(format!("compare-{}", base.name.replace('/', "-"))));
        let mut results = Results::create(&target, self.format, &base)?;
        let stop = stop_flag()?;
        let replicates = base.replicates as usize;
        let plan = Plan { quantities: &quantities, seed: base.seed, replicates, options };
        let worlds: Vec<_> = others.iter().map(|arm| &arm.scenario.world).collect();
        let mut progress =
            Progress::new("replicates", u64::from(base.replicates) * (1 + worlds.len() as u64), silent);
        let done = paired::run(&base.world, &worlds, plan, &stop, |done| progress.at(done));
        progress.finish();
        let (profile, pairs) = done?;
        let told =
            Told { base: &base, others: &others, pairs: &pairs, outcomes: &outcomes, level: self.level };
        let mut text = told.text();
        let mut json =
            serde_json::json!({ "differences": told.asked(), "waits": records(&told.waits_table()) });
        told.write(&mut results, &profile)?;
        for game in &games {
            let played = game.run(&base, options, &stop, self.level, silent)?;
            text.push_str(&played.told(&mut results)?);
            json["shares"][game.name()] = records(&played.table()).into();
        }
        let path = results.commit(&base, &others, &profile.digest.to_string(), options)?;
        let mut out = std::io::stdout().lock();
        if self.json {
            json["folder"] = path.display().to_string().into();
            writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
        } else if !self.quiet {
            let _ = writeln!(text, "written to {}", path.display());
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn names(&self, base: &Scenario) -> Result<Vec<String>> {
        for name in &self.names {
            let first = name.split(',').next().unwrap_or_default();
            if MECHANISMS.iter().any(|m| m.name == first) {
                let message = format!(
                    "`{name}` is no counterfactual; mechanisms are given with `=`: --decompose={name}"
                );
                return Err(BadInput(message).into());
            }
            if name.contains('=') {
                let message =
                    format!("`{name}` is no counterfactual's name; give assignments by --against \"{name}\"");
                return Err(BadInput(message).into());
            }
        }
        if !self.names.is_empty() || !self.against.is_empty() {
            return Ok(self.names.clone());
        }
        let all: Vec<String> = base.counterfactuals.iter().map(|c| c.id.clone()).collect();
        if all.is_empty() {
            let message = format!(
                "{} has no counterfactual; give one of your own: --against \"parameters.displacement=0\"",
                base.name
            );
            return Err(BadInput(message).into());
        }
        Ok(all)
    }

    fn outcomes(&self, base: &Scenario) -> Result<Outcomes> {
        let asked: Vec<&str> = if self.outcome.is_empty() {
            MAIN.to_vec()
        } else {
            self.outcome.iter().map(String::as_str).collect()
        };
        Ok(Outcomes::parse(&asked, &base.world)?)
    }
}

/// Everything that is kept: every variable, every target, and codes that an outcome asks for.
fn quantities(base: &Scenario, outcomes: &Outcomes) -> Vec<Quantity> {
    let mut all = Quantity::variables(&base.world);
    let targets = targets(&base.world);
    all.extend(targets.iter().map(|t| Quantity::Reached(*t)));
    all.extend(targets.iter().map(|t| Quantity::Waited(*t)));
    for cell in &outcomes.cells {
        let quantity = quantity(cell);
        if !all.contains(&quantity) {
            all.push(quantity);
        }
    }
    all
}

/// Memory for the sums of all arms, about.
fn bytes(base: &Scenario, quantities: usize, arms: usize) -> u64 {
    let cells = (base.world.clock.years() + 1) * (base.world.states.len() + 1) * quantities;
    let sums = size_of::<crate::experiment::exact::Exact>() + arms * size_of::<paired::Cell>();
    let rows = cells * (arms.max(1)) * 200;
    (cells * (sums + 128) + rows + (256 << 20)) as u64
}
