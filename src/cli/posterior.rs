//! `--posterior`: the parameters of each replicate from weighted draws instead of from the scenario, in every arm.

use super::shared::ScenarioArgs;
use crate::engine::parallel::Options;
use crate::experiment::arms;
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::{Drawn, Posterior, Worlds};
use crate::model::world::World;
use crate::scenario::{Loaded, Scenario};
use anyhow::Result;
use clap::Args;
use std::fmt::Write;
use std::sync::atomic::AtomicBool;

#[derive(Debug, Args)]
pub(super) struct PosteriorArgs {
    /// Draw each replicate's parameters from a posterior: a posterior.csv of `suasion calibrate`, or `bundled`
    #[arg(long, value_name = "FILE")]
    posterior: Option<String>,
}

/// The worlds of a base and of arms beside it under a posterior.
pub(super) struct Under {
    posterior: Posterior,
    kept: Posterior,
    base: Drawn,
    others: Vec<Drawn>,
}

impl PosteriorArgs {
    /// Whether one was asked for.
    pub(super) fn is_given(&self) -> bool {
        self.posterior.is_some()
    }

    /// Draws the worlds of the base and of the counterfactuals asked for, in the order of their texts. Counterfactuals and
    /// options come after the draw: what they set is as they say.
    pub(super) fn draw(
        &self,
        args: &ScenarioArgs,
        base: &Scenario,
        texts: &[&String],
        observed: bool,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Under>> {
        let Some(reference) = &self.posterior else { return Ok(None) };
        let posterior = Posterior::read(reference)?;
        let from = Scenario::load(&args.scenario)?;
        let runs = (base.seed, base.replicates);
        let of_base = |loaded: Loaded| -> Result<World, ExperimentError> {
            let loaded = args.changed(loaded)?;
            let scenario = loaded.build_alone()?;
            Ok(if observed { arms::observed(loaded, &scenario)?.world } else { scenario.world })
        };
        let worlds = |build: &(dyn Fn(Loaded) -> Result<World, ExperimentError> + Sync)| {
            posterior.worlds(&from, runs, options.threads, stop, build)
        };
        let others = texts.iter().map(|text| {
            worlds(&|loaded| {
                let asked = arms::ask(&args.set(loaded)?, text)?;
                Ok(arms::scenario(asked.loaded, observed)?.world)
            })
        });
        let others = others.collect::<Result<Vec<Drawn>, _>>()?;
        let resolved = Scenario::parse(&base.name, &base.resolved(), None)?;
        let kept = posterior.kept(&from, &resolved, of_base)?;
        Ok(Some(Under { base: worlds(&of_base)?, posterior, kept, others }))
    }
}

impl Under {
    /// The worlds of the base, drawn if there is a posterior.
    pub(super) fn base<'w>(under: Option<&'w Under>, base: &'w Scenario) -> Worlds<'w> {
        Worlds::new(&base.world, under.map(|under| &under.base))
    }

    /// The worlds of the counterfactuals, drawn if there is a posterior.
    pub(super) fn others<'w>(under: Option<&'w Under>, others: &'w [arms::Arm]) -> Vec<Worlds<'w>> {
        let drawn = |i: usize| under.map(|under| &under.others[i]);
        others.iter().enumerate().map(|(i, arm)| Worlds::new(&arm.scenario.world, drawn(i))).collect()
    }

    /// The posterior that was read.
    pub(super) fn posterior(&self) -> &Posterior {
        &self.posterior
    }

    /// What a folder of results keeps of it: enough to draw the base's worlds again from its resolved scenario.
    pub(super) fn kept(&self) -> String {
        self.kept.text()
    }

    /// A line that says so.
    pub(super) fn told(&self) -> String {
        let posterior = self.posterior.entry();
        let mut line = format!(
            "parameters are drawn from the posterior {}: {} draws of {} parameters, {} of them seen; spreads cover these too, and intervals are as wide as so few draws make them\n",
            posterior.name,
            posterior.draws,
            self.posterior.paths().len(),
            self.base.len()
        );
        if !self.posterior.around().is_empty() {
            let around = self.posterior.around().join(", ");
            let _ = writeln!(line, "not drawn, since no scenario has them: {around}");
        }
        line
    }
}
