//! What a sweep is, on the command line: read from it for `sweep` and `cluster slurm`, and written back for the jobs that
//! run its shards. How it is run, and where, is said by those commands.

use super::place::Name;
use super::shared::{FormatArg, ScenarioArgs, flag, given};
use super::sweep_design::{Axes, DesignArgs};
use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::Path;
use suasion::experiment::history::asked::Asked;
use suasion::experiment::sweep::{Request, Sweep};
use suasion::scenario::Loaded;

#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    #[command(flatten)]
    pub design: DesignArgs,
    /// What to look at: protection, motivation.IDN, phase=4, 'protection.*@2005-2010', '*.*@*' (may be repeated;
    /// default: every variable in the last year, each state and the mean over states)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Give each point its own luck instead of common random numbers
    #[arg(long)]
    independent: bool,
    /// Keep every variable of every run too
    #[arg(long)]
    trajectories: bool,
    /// Run every point in the history, with the luck that the states must have had, given what is on record: `record`
    /// (record:until=YEAR,particles=N,rows=N), or a folder that `suasion condition` wrote; axes are numbers of regimes and instruments
    #[arg(long, value_name = "record|DIR")]
    given: Option<Asked>,
}

impl SweepArgs {
    /// Where results go if nothing else is said.
    pub(super) fn usual(&self, loaded: &Loaded, format: FormatArg) -> Name {
        // A file that cannot be read is told by whoever reads it for its points.
        let points = self.design.points.as_ref().and_then(|path| suasion::input::text(path).ok());
        Name::new(None, &self.scenario, loaded.name(), Some("sweep"))
            .of(&self.scenario, true)
            .word(format.unless(FormatArg::Parquet))
            .option("laid", self.laid_out(None))
            .option("given", self.given.as_ref().map(Asked::to_string))
            .option("points", points.map(|points| blake3::hash(points.as_bytes()).to_hex().to_string()))
    }

    /// The sweep, checked; refused where its results cannot be meant. Of a shard its own part counts.
    pub(super) fn lay(&self, loaded: Loaded, out: &Path, shard: Option<(u32, u32)>) -> Result<Sweep> {
        let base = loaded.build()?;
        let asked = self.design.asked(Some(&base), self.scenario.replicates)?;
        let (plan, design, replicates) = asked.lay(base.sweep.as_ref(), base.seed)?;
        let request = Request {
            plan,
            design,
            replicates,
            common_random_numbers: !self.independent,
            outcomes: self.outcome.clone(),
            trajectories: self.trajectories,
        };
        suasion::experiment::cost::refuse_what_a_sweep_cannot(&base, &request, Some(out), shard)?;
        let sweep = Sweep::new(loaded, request)?;
        Ok(match &self.given {
            Some(asked) => sweep.within(asked.clone())?,
            None => sweep,
        })
    }

    /// The arguments that mean the same sweep, of a scenario and a file of points that are kept elsewhere now.
    pub(super) fn arguments(
        &self,
        kept_scenario: &str,
        kept_points: Option<&str>,
        given_in_full: Option<&str>,
    ) -> Vec<String> {
        let scenario = vec![kept_scenario.to_string()];
        let laid = self.laid_out(kept_points);
        [scenario, self.scenario.arguments(), laid, given("given", given_in_full)].concat()
    }

    /// The options that say which points are laid and what is kept of them.
    fn laid_out(&self, kept_points: Option<&str>) -> Vec<String> {
        // Taken apart by name, so that an option that is added cannot be forgotten here.
        let SweepArgs { scenario: _, design, outcome, independent, trajectories, given: _ } = self;
        let DesignArgs { axis, design, samples, second_order, levels, points: _ } = design;
        let design = design.and_then(|design| design.to_possible_value());
        [
            given("axis", axis.iter().flat_map(Axes::texts)),
            given("design", design.iter().map(PossibleValue::get_name)),
            given("samples", samples),
            given("levels", levels),
            given("points", kept_points),
            given("outcome", outcome),
            flag("second-order", *second_order),
            flag("independent", *independent),
            flag("trajectories", *trajectories),
        ]
        .concat()
    }
}
