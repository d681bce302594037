//! `suasion calibrate`: fit parameters to a scenario's record, and say what was learnt of each.

use super::calibrate_args::{CalibrateArgs, Fit};
use super::calibrate_text::{self, Told};
use super::exit::{BadInput, Interrupted};
use super::progress::{Progress, stop_flag};
use super::results::Results;
use super::shared::{EngineArgs, FormatArg, parse_shard};
use crate::engine::parallel::Options;
use crate::experiment::calibrate::{
    Calibration, DESCRIPTION, Description, Distance, End, Marginal, Outcome, Population, Predicted, Search,
    Step, Store, Until, Work, generations, marginals, picture, point, predict, predictive,
};
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::{POSTERIOR, csv_text};
use crate::experiment::sweep::Store as Blocks;
use crate::output::folder::OutputFolder;
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Fit parameters to the record: a posterior by sequential Monte Carlo
///
/// Particles drawn from priors are simulated and held against the record; each generation accepts those within a smaller
/// tolerance. Finished particles are kept in OUT.blocks: stop it, or lose the machine, and the same command goes on where
/// it was, and further if more generations are asked for. docs/howto/calibrate.md tells how to read the results.
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    #[command(flatten)]
    what: CalibrateArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Generations, the first from the prior included
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u32).range(1..=1000))]
    generations: u32,
    /// Stop once a generation's tolerance is this small
    #[arg(long, value_name = "DISTANCE", default_value_t = 0.0)]
    tolerance: f64,
    /// Stop once fewer particles than this are accepted for each simulation
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    acceptance: f64,
    /// Stop once so many simulations are done
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true)]
    simulations: u64,
    /// Simulate one share of each generation, as 3/8; the last shard to finish makes the next generation possible
    #[arg(long, value_name = "I/N", value_parser = parse_shard)]
    shard: Option<(u32, u32)>,
    /// Look for the nearest point instead of a posterior (CMA-ES)
    #[arg(long, conflicts_with_all = ["shard", "generations", "tolerance", "acceptance"])]
    point: bool,
    /// Drop the particles that an earlier calibration left in OUT.blocks
    #[arg(long)]
    fresh: bool,
    /// Folder of the results (default: out/NAME-calibration)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the tables; the posterior itself is always CSV
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what came of it as JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

impl Calibrate {
    pub(super) fn run(self) -> Result<()> {
        let options = self.engine.options()?;
        let fit = self.what.fit(options.isa)?;
        let out = self.out.clone().unwrap_or_else(|| {
            PathBuf::from("out").join(format!("{}-calibration", fit.scenario.name.replace('/', "-")))
        });
        OutputFolder::check(&out)?;
        if self.point {
            return self.nearest(&fit, &out, options);
        }
        let kept = Blocks::beside(&out);
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let resolved = fit.scenario.resolved();
        let description = fit.description(&self.what);
        let mut store = Store::open(&kept, &description, &resolved)?;
        let stop = stop_flag()?;
        let calibration = Calibration {
            priors: &fit.priors,
            distance: Distance::new(fit.case.targets()),
            simulator: &fit.case,
            seed: fit.scenario.seed,
            particles: self.what.particles,
            quantile: self.what.quantile,
            kernel: self.what.kernel.into(),
        };
        let until = Until {
            generations: self.generations,
            tolerance: self.tolerance,
            acceptance: self.acceptance,
            trials: self.simulations,
        };
        let silent = self.quiet || self.json;
        let mut progress: Option<(u32, Progress)> = None;
        let tell = |step: &Step| {
            if !silent {
                eprintln!("{}", calibrate_text::step(step));
            }
        };
        let shard = self.shard.unwrap_or((1, 1));
        let work = Work { shard, threads: options.threads, stop: &stop };
        let outcome = calibration.run(&mut store, until, work, tell, |number, made, all| {
            if progress.as_ref().is_none_or(|(n, _)| *n != number) {
                let what = format!("particles of generation {number}");
                if let Some((_, old)) =
                    progress.replace((number, Progress::new(&what, u64::from(all), silent)))
                {
                    old.finish();
                }
            }
            if let Some((_, bar)) = &mut progress {
                bar.at(u64::from(made));
            }
        });
        if let Some((_, bar)) = progress {
            bar.finish();
        }
        let outcome = outcome.map_err(|error| match error {
            ExperimentError::Stopped => Interrupted(
                "stopped; finished particles are kept, and the same command goes on from there (fewer --generations write \
                 what is finished)",
            )
            .into(),
            other => anyhow::Error::from(other),
        })?;
        if let End::Waiting(number) = outcome.end {
            let left = store.missing(number, (1, 1)).len();
            if !silent {
                println!(
                    "shard {} of {} is done with generation {number}; {left} blocks of it are left to other shards. Then \
                     the same command goes on",
                    shard.0, shard.1
                );
            }
            return Ok(());
        }
        let Some(population) = &outcome.population else {
            return Err(BadInput("no generation is finished".into()).into());
        };
        let predicted = predictions(&fit, &mut store, population, options.threads, &stop)?;
        self.write(&fit, &outcome, population, &predicted, &description, (&out, options))
    }

    /// Writes the results and says what they are.
    fn write(
        &self,
        fit: &Fit,
        outcome: &Outcome,
        population: &Population,
        predicted: &[Option<Predicted>],
        description: &Description,
        (target, options): (&Path, Options),
    ) -> Result<()> {
        let said: Vec<Marginal> =
            fit.priors.iter().enumerate().map(|(k, prior)| Marginal::new(population, k, prior)).collect();
        let mut results = Results::create(target, self.format, &fit.scenario)?;
        let paths: Vec<&str> = fit.case.parameters().iter().map(|p| p.path.as_str()).collect();
        let posterior = csv_text(&paths, &population.weights, &population.distances, &population.values);
        results.file(POSTERIOR, posterior.as_bytes())?;
        results.file(DESCRIPTION, description.json().as_bytes())?;
        results.table("parameters", &marginals(fit.case.parameters(), &said))?;
        results.table("generations", &generations(&outcome.steps))?;
        results.table("predictive", &predictive(fit.case.targets(), predicted))?;
        results.picture("posterior", &picture(population, fit.case.parameters(), &said))?;
        let digest = blake3::hash(posterior.as_bytes()).to_hex()[..32].to_string();
        let path = results.commit(&fit.scenario, &[], &digest, options)?;
        let told = Told { fit, outcome, population, marginals: &said, predicted };
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&told.json(&path))?)?;
        } else if !self.quiet {
            out.write_all(told.text().as_bytes())?;
            writeln!(out, "written to {}; digest {digest}", path.display())?;
        }
        Ok(())
    }

    /// The nearest point instead of a posterior.
    fn nearest(&self, fit: &Fit, out: &Path, options: Options) -> Result<()> {
        const RUNS: u64 = 200_000;
        let stop = stop_flag()?;
        let (distance, silent) = (Distance::new(fit.case.targets()), self.quiet || self.json);
        let runs = self.simulations.min(RUNS);
        let start = fit.case.current();
        let search = Search {
            priors: &fit.priors,
            start: &start,
            distance: &distance,
            simulator: &fit.case,
            seed: fit.scenario.seed,
            runs,
        };
        let mut progress = Progress::new("simulations", runs, silent);
        let found = search.run(options.threads, &stop, |done, _| progress.at(done));
        progress.finish();
        let found = found?;
        let mut results = Results::create(out, self.format, &fit.scenario)?;
        results.table("point", &point(fit.case.parameters(), &found))?;
        let description = fit.description(&self.what);
        results.file(DESCRIPTION, description.json().as_bytes())?;
        let digest = blake3::hash(format!("{:?}", found.values).as_bytes()).to_hex()[..32].to_string();
        let path = results.commit(&fit.scenario, &[], &digest, options)?;
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(
                out,
                "{}",
                serde_json::to_string_pretty(&calibrate_text::point_json(fit, &found, &path))?
            )?;
        } else if !self.quiet {
            out.write_all(calibrate_text::point(fit, &found).as_bytes())?;
            writeln!(out, "written to {}", path.display())?;
        }
        Ok(())
    }
}

/// What the model says under the posterior, with new luck, beside what it said under the prior.
fn predictions(
    fit: &Fit,
    store: &mut Store,
    population: &Population,
    threads: NonZeroUsize,
    stop: &AtomicBool,
) -> Result<Vec<Option<Predicted>>> {
    let prior = store.generation(0)?.unwrap_or_default();
    let count = population.len();
    let all = predict(population, &fit.case, fit.scenario.seed, count, threads, stop)?;
    let width = population.width;
    let of = |(k, target)| {
        let before: Vec<f64> = prior.iter().map(|p| p.statistics[k]).collect();
        let after: Vec<f64> = all.iter().skip(k).step_by(width).copied().collect();
        Predicted::new(target, &before, &after)
    };
    Ok(fit.case.targets().iter().enumerate().map(of).collect())
}
