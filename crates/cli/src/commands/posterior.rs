//! `--posterior`: the parameters of each replicate from weighted draws instead of from the scenario, in every arm.

use super::shared::ScenarioArgs;
use anyhow::{Context, Result};
use clap::Args;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::arms;
use suasion::experiment::crowding::Setting;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::drawn::draws;
use suasion::experiment::posterior::{BUNDLED, Drawn, Posterior, Worlds};
use suasion::model::world::World;
use suasion::output::manifest::PosteriorEntry;
use suasion::scenario::{Loaded, Scenario};

#[derive(Clone, Debug, Default, Args)]
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
    /// The base without a counterfactual, where that is another: what a record conditions.
    plain: Option<Drawn>,
    others: Vec<Drawn>,
}

/// What makes an arm of a scenario in which a draw is set.
type Overlays<'o> = &'o (dyn Fn(Loaded) -> Result<Loaded, ExperimentError> + Sync);
/// What makes the world of an arm.
type Builds<'b> = &'b (dyn Fn(Loaded) -> Result<World, ExperimentError> + Sync);

impl PosteriorArgs {
    /// Whether one was asked for.
    pub(super) fn is_given(&self) -> bool {
        self.posterior.is_some()
    }

    /// What a manifest says of it.
    pub(super) fn entry(&self) -> Result<Option<PosteriorEntry>> {
        Ok(self.posterior.as_deref().map(Posterior::read).transpose()?.map(|posterior| posterior.entry()))
    }

    /// The file of the posterior as it was read, for whoever asks for the same again: none of the bundled one.
    pub(super) fn source(&self) -> Result<Option<String>> {
        let path = self.posterior.as_deref().filter(|path| *path != BUNDLED || Path::new(path).exists());
        let text = path.map(|path| std::fs::read_to_string(path).with_context(|| path.to_string()));
        text.transpose()
    }

    /// What tells the posterior in the name of a folder: its hash, since files of many calibrations have one name.
    pub(super) fn tag(&self) -> Option<String> {
        // A file that cannot be read is told by whoever reads it for its draws.
        self.posterior.as_deref().map(|path| match Posterior::read(path) {
            Ok(posterior) => posterior.entry().blake3,
            Err(_) => path.to_string(),
        })
    }

    /// What was said of it, as options of another command.
    pub(super) fn options(&self) -> impl Iterator<Item = &str> {
        self.posterior.iter().flat_map(|file| ["--posterior", file.as_str()])
    }

    /// Draws the worlds of the base and of the counterfactuals asked for, in the order of their texts. Counterfactuals and
    /// options come after the draw: what they set is as they say. In a history, where each draw needs a filter of its own, no more are taken than that asks for.
    pub(super) fn draw(
        &self,
        args: &ScenarioArgs,
        base: &Scenario,
        texts: &[&String],
        (observed, in_history): (bool, bool),
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Under>> {
        let Some(reference) = &self.posterior else { return Ok(None) };
        let from = Scenario::load(&args.scenario)?;
        let posterior = if Scenario::is_path(&args.scenario) {
            Posterior::read(reference)?.coded_beside(Path::new(&args.scenario))?
        } else {
            Posterior::read(reference)?
        };
        posterior.check(&from)?;
        let posterior = if in_history { posterior.thinned(draws(base.replicates)) } else { posterior };
        let runs = (base.seed, base.replicates);
        let built = |loaded: Loaded| -> Result<World, ExperimentError> {
            let scenario = loaded.build_alone()?;
            Ok(if observed { arms::observed(loaded, &scenario)?.world } else { scenario.world })
        };
        let worlds = |overlay: Overlays<'_>, build: Builds<'_>| {
            posterior.worlds(&from, runs, options.threads, stop, overlay, build)
        };
        let of_arm = |loaded: Loaded| Ok(arms::scenario(loaded, observed)?.world);
        let others = texts
            .iter()
            .map(|text| worlds(&|loaded| Ok(arms::ask(&args.set(loaded)?, text)?.loaded), &of_arm));
        let others = others.collect::<Result<Vec<Drawn>, _>>()?;
        let changed = |loaded: Loaded| Ok(args.changed(loaded)?);
        let resolved = Scenario::parse(&base.name, &base.resolved(), None)?;
        let kept = posterior.kept(&from, &resolved, changed, built)?;
        let plain = in_history && args.counterfactual.is_some();
        let plain = plain.then(|| worlds(&|loaded| Ok(args.set(loaded)?), &built)).transpose()?;
        Ok(Some(Under { base: worlds(&changed, &built)?, plain, posterior, kept, others }))
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

    /// The drawn worlds whose record conditions: the base without a counterfactual.
    pub(super) fn conditioned(&self) -> &Drawn {
        self.plain.as_ref().unwrap_or(&self.base)
    }

    /// Each draw that some replicate sees, with the number of these.
    pub(super) fn settings(&self) -> Vec<(Setting, f64)> {
        let others: Vec<Vec<&World>> =
            self.others.iter().map(|drawn| drawn.by_draw().map(|(world, _)| world).collect()).collect();
        let mut settings = Vec::new();
        for (k, ((conditioned, _), (base, seen))) in
            self.conditioned().by_draw().zip(self.base.by_draw()).enumerate()
        {
            let arms = others.iter().map(|worlds| worlds[k].clone()).collect();
            let setting = Setting { conditioned: conditioned.clone(), base: base.clone(), arms };
            settings.push((setting, seen.len() as f64));
        }
        settings
    }

    /// The posterior that was read.
    pub(super) fn posterior(&self) -> &Posterior {
        &self.posterior
    }

    /// The files that a folder of results keeps of it: enough to draw the base's worlds again from its resolved scenario.
    pub(super) fn files(&self) -> Vec<(&'static str, String)> {
        self.kept.files()
    }

    /// A line that says so.
    pub(super) fn told(&self) -> String {
        let mut line = format!(
            "parameters are drawn from the posterior {}: {} draws of {} parameters, {} of them seen; spreads cover these too, and intervals are as wide as so few draws make them",
            self.posterior.name(),
            self.posterior.len(),
            self.posterior.paths().len(),
            self.base.len()
        );
        if !self.posterior.around().is_empty() {
            let around = self.posterior.around().join(", ");
            let _ = write!(line, "\nnot drawn, since this scenario has no such parameter: {around}");
        }
        line
    }
}
