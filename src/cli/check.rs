//! `suasion check`: validate a scenario and say what it holds and what it costs.

use super::estimate::{estimate, human};
use super::shared::{EngineArgs, ScenarioArgs};
use anyhow::Result;
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// List the judged values that carry no source
    #[arg(long)]
    sources: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<()> {
        let scenario = self.scenario.load()?;
        let mut out = std::io::stdout().lock();
        if self.sources {
            let unsourced = scenario.unsourced();
            for value in &unsourced {
                writeln!(out, "{}:{}: {}", value.file, value.line, value.path)?;
            }
            writeln!(out, "{} judged values without a source", unsourced.len())?;
            return Ok(());
        }
        let world = &scenario.world;
        writeln!(out, "{} is valid: {}", scenario.name, scenario.title)?;
        writeln!(
            out,
            "{} states, {} ties, {} regimes, {} instruments, {} events, {} corridors, {} counterfactuals",
            world.states.len(),
            world.ties.len(),
            world.ratings.len() + world.conventions.len() + world.communities.len(),
            world.instruments.len(),
            world.events.len(),
            world.corridors.len(),
            scenario.counterfactuals.len(),
        )?;
        let options = self.engine.options()?;
        let cost = estimate(&scenario, options)?;
        writeln!(
            out,
            "{} replicates of {} years: {} agent-steps, about {:.1} s on {} threads, {} of memory, {} of trajectories",
            scenario.replicates,
            world.clock.years(),
            indicatif::HumanCount(cost.agent_steps),
            cost.seconds,
            options.threads,
            human(cost.memory),
            human(cost.trajectories),
        )?;
        Ok(())
    }
}
