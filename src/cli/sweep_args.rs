//! What a sweep is, on the command line: read from it for `sweep` and `cluster slurm`, and written back for the jobs that
//! run its shards. How it is run, and where, is said by those commands.

use super::shared::ScenarioArgs;
use super::sweep_design::DesignArgs;
use crate::experiment::design::axis_text;
use crate::experiment::sweep::{Request, Sweep};
use crate::scenario::Loaded;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

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
}

impl SweepArgs {
    /// Where results go if nothing else is said.
    pub(super) fn usual_out(loaded: &Loaded) -> PathBuf {
        PathBuf::from("out").join(format!("{}-sweep", loaded.name().replace('/', "-")))
    }

    /// The sweep, checked; refused where its results cannot be meant.
    pub(super) fn lay(&self, loaded: Loaded, out: &Path) -> Result<Sweep> {
        let base = loaded.build()?;
        let asked = self.design.asked(base.sweep.as_ref(), self.scenario.replicates)?;
        let (plan, design, replicates) = asked.lay(base.sweep.as_ref(), base.seed)?;
        let request = Request {
            plan,
            design,
            replicates,
            common_random_numbers: !self.independent,
            outcomes: self.outcome.clone(),
            trajectories: self.trajectories,
        };
        crate::experiment::cost::refuse_what_a_sweep_cannot(&base, &request, Some(out))?;
        Ok(Sweep::new(loaded, request)?)
    }

    /// The arguments that mean the same sweep, of a scenario and a file of points that are kept elsewhere now.
    pub(super) fn arguments(&self, kept_scenario: &str, kept_points: Option<&str>) -> Vec<String> {
        // Taken apart by name, so that an option that is added cannot be forgotten here.
        let SweepArgs { scenario, design, outcome, independent, trajectories } = self;
        let ScenarioArgs { scenario: _, set, counterfactual, replicates, seed, years } = scenario;
        let DesignArgs { axis, design, samples, second_order, levels, points: _ } = design;
        let mut all = vec![kept_scenario.to_string()];
        let design = design.and_then(|design| design.to_possible_value());
        let axes = axis.iter().flat_map(|axes| &axes.0).map(axis_text);
        let options: [(&str, Vec<String>); 11] = [
            ("set", set.clone()),
            ("counterfactual", counterfactual.iter().cloned().collect()),
            ("replicates", replicates.iter().map(u64::to_string).collect()),
            ("seed", seed.iter().map(u64::to_string).collect()),
            ("years", years.iter().map(|(first, last)| format!("{first}-{last}")).collect()),
            ("axis", axes.collect()),
            ("design", design.iter().map(|value| value.get_name().to_string()).collect()),
            ("samples", samples.iter().map(u64::to_string).collect()),
            ("levels", levels.iter().map(u32::to_string).collect()),
            ("points", kept_points.iter().map(|path| (*path).to_string()).collect()),
            ("outcome", outcome.clone()),
        ];
        for (name, values) in options {
            all.extend(values.into_iter().map(|value| format!("--{name}={value}")));
        }
        let flags = [
            ("--second-order", *second_order),
            ("--independent", *independent),
            ("--trajectories", *trajectories),
        ];
        all.extend(flags.iter().filter(|(_, given)| *given).map(|(flag, _)| (*flag).to_string()));
        all
    }
}
