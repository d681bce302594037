//! `suasion check`: validate a scenario and say what it holds and what it costs.

use super::shared::{EngineArgs, ScenarioArgs};
use crate::experiment::cost::{Estimate, estimate, human};
use crate::scenario::{Scenario, ScenarioError};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
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
    /// Print nothing but errors: the exit code tells
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print what was found as JSON; the problems too, where there are any
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<()> {
        let mut scenario = match self.scenario.load() {
            Ok(scenario) => scenario,
            Err(error) => {
                if self.json {
                    print(&refusal(&error))?;
                }
                return Err(error);
            }
        };
        if self.quiet {
            return Ok(());
        }
        if self.sources {
            return self.print_sources(&scenario);
        }
        let options = self.engine.options()?;
        let cost = estimate(&mut scenario, options)?;
        if self.json {
            return print(&summary(&scenario, &cost));
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "{} is valid: {}", scenario.name, scenario.title)?;
        writeln!(out, "{}", scenario.in_words())?;
        writeln!(
            out,
            "{} agent-steps: about {:.1} s on {} threads, {} of memory, {} of results",
            indicatif::HumanCount(cost.agent_steps),
            cost.seconds,
            options.threads,
            human(cost.memory),
            human(cost.disk),
        )?;
        Ok(())
    }

    fn print_sources(&self, scenario: &Scenario) -> Result<()> {
        let unsourced = scenario.unsourced();
        if self.json {
            let all = unsourced.iter();
            let all = all.map(|value| json!({ "file": value.file, "line": value.line, "path": value.path }));
            return print(&json!({ "valid": true, "without_source": all.collect::<Vec<_>>() }));
        }
        let mut out = std::io::stdout().lock();
        for value in &unsourced {
            writeln!(out, "{}:{}: {}", value.file, value.line, value.path)?;
        }
        writeln!(out, "{} judged values without a source", unsourced.len())?;
        Ok(())
    }
}

fn print(value: &Value) -> Result<()> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

fn summary(scenario: &Scenario, cost: &Estimate) -> Value {
    let world = &scenario.world;
    json!({
        "valid": true,
        "name": scenario.name,
        "title": scenario.title,
        "in_words": scenario.in_words(),
        "start": world.clock.start,
        "end": world.clock.end,
        "steps_per_year": world.clock.steps_per_year,
        "states": world.states.len(),
        "ties": world.ties.len(),
        "regimes": world.ratings.len() + world.conventions.len() + world.communities.len(),
        "instruments": world.instruments.len(),
        "events": world.events.len(),
        "corridors": world.corridors.len(),
        "counterfactuals": scenario.counterfactuals.len(),
        "replicates": scenario.replicates,
        "agent_steps": cost.agent_steps,
        "seconds": cost.seconds,
        "memory_bytes": cost.memory,
        "disk_bytes": cost.disk,
    })
}

/// The problems of a scenario that is refused; one in words where it could not be read at all.
fn refusal(error: &anyhow::Error) -> Value {
    let problems = error.downcast_ref::<ScenarioError>().map(ScenarioError::problems).unwrap_or_default();
    let all = problems.iter().map(|problem| {
        json!({
            "file": problem.file,
            "line": problem.line,
            "overlay": problem.overlay,
            "path": problem.path,
            "found": problem.found,
            "expected": problem.expected,
            "hint": problem.hint,
        })
    });
    let mut all: Vec<Value> = all.collect();
    if all.is_empty() {
        all.push(json!({ "found": error.to_string() }));
    }
    json!({ "valid": false, "problems": all })
}
