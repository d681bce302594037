//! `suasion calibrate`: fit parameters to a scenario's record, and say what was learnt of each.

use super::calibrate_args::{CalibrateArgs, Fit};
use super::calibrate_likelihood::{LikelihoodArgs, Target};
use super::calibrate_picture::picture;
use super::calibrate_text::{self, Told};
use super::exit::{BadInput, Interrupted};
use super::page::Page;
use super::place::{Name, PlaceArgs, ReplaceArg, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::progress::Progress;
use super::results::{RESULT, Results};
use super::shared::{EngineArgs, FormatArg, flag, given, parse_amount, parse_shard, whole};
use super::signals::stop_flag;
use anyhow::Result;
use clap::Args;
use std::path::Path;
use suasion::evidence::panel::Coding;
use suasion::experiment::calibrate::{
    Calibration, DESCRIPTION, Description, Distance, End, Search, Step, Store, Until, Work, generations,
    marginals, point, predictive,
};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::posterior::POSTERIOR;
use suasion::experiment::unfinished;
use suasion::output::manifest::{JobEntry, Manifest};
use suasion::output::place::Place;

/// Generations, and the share of accepted particles at which to stop, where nobody says.
const GENERATIONS: u32 = 8;
const MOST_GENERATIONS: u32 = 1000;
const ACCEPTANCE: f64 = 0.01;

/// Fit parameters to the record: a posterior by sequential Monte Carlo
///
/// Particles drawn from priors are simulated and held against the record; each generation accepts those within a smaller
/// tolerance. Finished particles are kept in OUT.blocks: stop it, or lose the machine, and the same command goes on where
/// it was, and further if more generations are asked for. docs/howto/calibrate.md tells how to read the results.
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    #[command(flatten)]
    pub(super) what: CalibrateArgs,
    #[command(flatten)]
    pub(super) by: LikelihoodArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
    /// Generations, the first from the prior included (default: 8, and by likelihood as many as it takes)
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=1000))]
    generations: Option<u32>,
    /// Stop once a generation's tolerance is this small
    #[arg(long, value_name = "DISTANCE", default_value_t = 0.0, value_parser = parse_amount)]
    tolerance: f64,
    /// Stop once fewer particles than this are accepted for each simulation
    #[arg(long, value_name = "SHARE", default_value_t = ACCEPTANCE, value_parser = parse_amount)]
    acceptance: f64,
    /// Stop once so many simulations are done, or the likelihood was evaluated so often
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true, value_parser = whole::<u64>(1..=u64::MAX))]
    pub(super) simulations: u64,
    /// Simulate one share of each generation, as 3/8; the last shard to finish makes the next generation possible
    #[arg(long, value_name = "I/N", value_parser = parse_shard)]
    pub(super) shard: Option<(u32, u32)>,
    /// Look for the nearest point instead of a posterior (CMA-ES); by likelihood for the most probable one
    #[arg(long, conflicts_with_all = ["shard", "generations", "tolerance", "acceptance"])]
    point: bool,
    /// Drop the particles that an earlier attempt left in OUT.blocks, and begin anew
    #[arg(long)]
    pub(super) fresh: bool,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Format of the tables; the posterior itself is always CSV
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Print what came of it as JSON
    #[arg(long, conflicts_with = "quiet")]
    pub(super) json: bool,
}

impl Calibrate {
    pub(super) fn run(self, page: Page) -> Result<()> {
        let options = self.engine.options()?;
        let fit = self.what.fit(self.by.likelihood, options.isa)?;
        let out = self.place.target(self.usual(&fit));
        let likely = self.by.likely(&self.what, &fit, options.isa)?;
        let (likely, entry) = likely.unzip();
        let description = fit.description(entry);
        let job = self.job(&fit, &description);
        // Other shards are at work too: the place is held by whoever writes the results.
        let place = match self.shard {
            None => match self.claim(&out, &job)? {
                Claimed::Finished(manifest) => return self.tell_done(page, &out, &manifest),
                Claimed::Free(place) => Some(place),
            },
            Some(_) => match job.look(&out, self.place.how.replace || self.fresh)? {
                Some(manifest) => return self.tell_done(page, &out, &manifest),
                None => None,
            },
        };
        if let Some(likely) = &likely {
            let to = Target { fit: &fit, likely, description: &description, out: &out, job: &job };
            return if self.point {
                self.most_probable(page, &to, place)
            } else {
                self.tempered(page, &to, place)
            };
        }
        if self.point {
            return self.nearest(page, &fit, &out, &job, place);
        }
        let kept = unfinished::blocks(&out);
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let resolved = fit.scenario.resolved();
        let mut store = Store::open(&kept, &description, &resolved, self.place.how.replace)?;
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
            generations: self.generations(),
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
            return self.waiting(page, &store, number);
        }
        let Some(population) = &outcome.population else {
            return Err(BadInput("no generation is finished".into()).into());
        };
        let predicted = fit.predictions(&mut store, population, options.threads, &stop)?;
        let told = Told {
            fit: &fit,
            outcome: &outcome,
            population,
            marginals: &fit.said(population),
            predicted: &predicted,
        };
        self.write(page, &told, &description, &out, &job, place)
    }

    /// Says that other shards have a generation to finish.
    pub(super) fn waiting(&self, mut page: Page, store: &Store, number: u32) -> Result<()> {
        let (shard, of) = self.shard.unwrap_or((1, 1));
        let left = store.missing(number, (1, 1)).len();
        if !self.quiet && !self.json {
            page.say(format!(
                "shard {shard} of {of} is done with generation {number}; {left} blocks of it are left to other shards. Then \
                 the same command goes on"
            ));
        }
        page.print()
    }

    pub(super) fn claim(&self, out: &Path, job: &Job) -> Result<Claimed> {
        let how = ReplaceArg { replace: self.place.how.replace || self.fresh, ..self.place.how };
        how.claim(out, job, self.quiet || self.json)
    }

    pub(super) fn tell_done(&self, page: Page, out: &Path, manifest: &Manifest) -> Result<()> {
        let json = self.json.then(|| kept_json(out, RESULT)).transpose()?;
        tell_done(page, out, manifest, self.quiet, json)
    }

    /// Generations after which it stops.
    pub(super) fn generations(&self) -> u32 {
        self.generations.unwrap_or(if self.by.likelihood { MOST_GENERATIONS } else { GENERATIONS })
    }

    fn usual(&self, fit: &Fit) -> Name {
        self.what
            .named(Name::new(
                None,
                &self.what.scenario,
                &fit.scenario.name,
                Some(if self.point { "point" } else { "calibration" }),
            ))
            .word(self.format.unless(FormatArg::Csv))
            .word(self.by.likelihood.then_some("likelihood"))
            .option("filter-particles", self.by.particles_asked())
            .option("passes", self.by.passes_asked())
            .option("generations", self.generations)
            .option("tolerance", (self.tolerance != 0.0).then_some(self.tolerance))
            .option("acceptance", (self.acceptance != ACCEPTANCE).then_some(self.acceptance))
            .option("simulations", (self.simulations != u64::MAX).then_some(self.simulations))
    }

    fn job(&self, fit: &Fit, description: &Description) -> Job {
        // When it stops is no part of a calibration, but of its results.
        let mut until = Vec::new();
        if !self.point {
            until.extend(given("generations", [self.generations()]));
            if !self.by.likelihood {
                until.extend(given("tolerance", [self.tolerance]));
                until.extend(given("acceptance", [self.acceptance]));
            }
        }
        let simulations = (self.simulations != u64::MAX).then_some(self.simulations);
        let arguments = [
            self.what.arguments(fit),
            self.by.arguments(),
            until.clone(),
            given("simulations", simulations),
            flag("point", self.point),
            given("format", [self.format.name()]),
        ];
        let stops = [until, given("simulations", simulations)].concat().join(" ");
        let mut entry = JobEntry::new("calibrate")
            .with("identity", description.identity())
            .with("looks_for", if self.point { "the nearest point" } else { "a posterior" })
            .with("stops", stops)
            .with("format", self.format.name())
            .asked_by(arguments.concat());
        if let Some(coding) = fit.case.coding() {
            let text = coding.files().map(|file| file.text).concat();
            entry = entry.with("coding", blake3::hash(text.as_bytes()).to_hex().to_string());
        }
        Job::new(entry, &fit.scenario).told_by(DESCRIPTION, description.json())
    }

    /// Begins the folder with what was read, so that the same can be asked for again wherever it goes.
    pub(super) fn begin(&self, fit: &Fit, job: &Job, place: Place) -> Result<Results> {
        let mut results = Results::begin(place, job, self.format, &fit.scenario)?;
        results.keep(&self.what.scenario, &PosteriorArgs::default(), None)?;
        for file in fit.case.coding().into_iter().flat_map(Coding::files) {
            results.file(file.name, file.text.as_bytes())?;
        }
        Ok(results)
    }

    /// Writes the results and says what they are.
    fn write(
        &self,
        mut page: Page,
        told: &Told,
        description: &Description,
        out: &Path,
        job: &Job,
        place: Option<Place>,
    ) -> Result<()> {
        let Told { fit, outcome, population, marginals: said, predicted } = told;
        let place = match place.map_or_else(|| self.claim(out, job), |place| Ok(Claimed::Free(place)))? {
            Claimed::Free(place) => place,
            // Another shard was faster.
            Claimed::Finished(manifest) => return self.tell_done(page, out, &manifest),
        };
        let mut results = self.begin(fit, job, place)?;
        let posterior = population.posterior(fit.case.parameters());
        results.file(POSTERIOR, posterior.as_bytes())?;
        results.file(DESCRIPTION, description.json().as_bytes())?;
        results.table("parameters", &marginals(fit.case.parameters(), said))?;
        results.table("generations", &generations(&outcome.steps))?;
        results.table("predictive", &predictive(fit.case.targets(), predicted))?;
        results.picture("posterior", &picture(population, fit.case.parameters(), said))?;
        let json = told.json();
        results.json(&json)?;
        let digest = blake3::hash(posterior.as_bytes()).to_hex()[..32].to_string();
        let path = results.commit(&fit.scenario, &[], &digest, None)?;
        told.say(&mut page);
        page.copy(format!("written to {}", path.display()));
        page.say(format!("digest {digest}"));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    /// The nearest point instead of a posterior.
    fn nearest(&self, mut page: Page, fit: &Fit, out: &Path, job: &Job, place: Option<Place>) -> Result<()> {
        /// Simulations of all points that are tried.
        const RUNS: u64 = 200_000;
        let options = self.engine.options()?;
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
        // It has no shards, so its place is held.
        let Some(place) = place else {
            return Err(BadInput(format!("{} is not held", out.display())).into());
        };
        let mut results = self.begin(fit, job, place)?;
        results.table("point", &point(fit.case.parameters(), &found.start, &found.values))?;
        let description = fit.description(None);
        results.file(DESCRIPTION, description.json().as_bytes())?;
        let digest = blake3::hash(format!("{:?}", found.values).as_bytes()).to_hex()[..32].to_string();
        let json = calibrate_text::point_json(fit, &found);
        results.json(&json)?;
        let path = results.commit(&fit.scenario, &[], &digest, None)?;
        calibrate_text::say_point(&mut page, fit, &found);
        page.copy(format!("written to {}", path.display()));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }
}
