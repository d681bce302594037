//! `suasion calibrate --likelihood`: a posterior, or a point, by the likelihood of the record instead of by distances between statistics.

use super::calibrate::Calibrate;
use super::calibrate_args::{CalibrateArgs, Fit};
use super::calibrate_picture::picture;
use super::calibrate_text::{parameters, parameters_json};
use super::exit::{BadInput, Interrupted};
use super::notice::notice;
use super::numbers::plain;
use super::page::Page;
use super::place::with_folder;
use super::progress::Progress;
use super::shared::{flag, given, whole};
use super::signals::stop_flag;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use std::path::Path;
use suasion::experiment::calibrate::{
    Best, Climb, DESCRIPTION, Description, LikelihoodEntry, Likely, Population, Reached, Rung, Store,
    Tempered, Tempering, Work, point, rungs,
};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::evaluate::Effort;
use suasion::experiment::history::{LEAST_PARTICLES, MOST_PARTICLES};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::posterior::POSTERIOR;
use suasion::experiment::unfinished;
use suasion::lanes::isa::Isa;
use suasion::output::place::Place;

/// Particles of a filter, and its passes, where nobody says.
const PARTICLES: u32 = 1000;
const PASSES: u32 = 2;
/// Evaluations of a search for a point, where nobody says.
const EVALUATIONS: u64 = 1000;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct LikelihoodArgs {
    /// Fit the likelihood of the record, by a particle filter, instead of distances between statistics: what is on record enters by
    /// its probability, and no tolerance has to be chosen
    #[arg(long, conflicts_with_all = ["statistic", "tolerance", "acceptance"])]
    pub likelihood: bool,
    /// Particles of the filter, by state, for each evaluation of the likelihood
    #[arg(long, value_name = "N", default_value_t = PARTICLES, requires = "likelihood", value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    filter_particles: u32,
    /// Passes of the filter: in the second, states hear the smoothed means of the first; one takes a third of the time
    #[arg(long, value_name = "1|2", default_value_t = PASSES, requires = "likelihood", value_parser = whole::<u32>(1..=2))]
    passes: u32,
}

impl LikelihoodArgs {
    /// What is asked for beyond the usual.
    pub(super) fn particles_asked(&self) -> Option<u32> {
        (self.filter_particles != PARTICLES).then_some(self.filter_particles)
    }

    /// See [`LikelihoodArgs::particles_asked`].
    pub(super) fn passes_asked(&self) -> Option<u32> {
        (self.passes != PASSES).then_some(self.passes)
    }

    /// The options that ask for the same again.
    pub(super) fn arguments(&self) -> Vec<String> {
        if !self.likelihood {
            return Vec::new();
        }
        let particles = given("filter-particles", [self.filter_particles]);
        [flag("likelihood", true), particles, given("passes", [self.passes])].concat()
    }

    /// What is fitted, if it is the likelihood, and how that is written down.
    pub(super) fn likely<'f>(
        &self,
        args: &CalibrateArgs,
        fit: &'f Fit,
        isa: Isa,
    ) -> Result<Option<(Likely<'f>, LikelihoodEntry)>> {
        if !self.likelihood {
            fit.case.has_statistics_alone()?;
            return Ok(None);
        }
        let effort = Effort { particles: self.filter_particles, second: self.passes == 2 };
        Ok(Some(fit.likely(effort, args.scenario.replicates.is_some(), isa)?))
    }
}

/// What is fitted, and where it goes.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub fit: &'a Fit,
    pub likely: &'a Likely<'a>,
    pub description: &'a Description,
    pub out: &'a Path,
    pub job: &'a Job,
}

impl Target<'_> {
    /// What is fitted, and how, in words.
    fn begin(&self, page: &mut Page) {
        let Effort { particles, second } = self.likely.effort;
        let passes = if second { "two passes" } else { "one pass" };
        page.say(format!(
            "{}\nfitted: {}\nby the likelihood of the record: {particles} particles a state, {passes}",
            self.fit.scenario.title,
            self.fit.case.fitted()
        ));
    }
}

/// A finished generation in a line.
fn line(rung: &Rung) -> String {
    format!(
        "generation {}: power {:.3}, {} evaluations, {:.1} % of steps taken, effective sample size {:.0}",
        rung.generation,
        rung.power,
        rung.evaluations,
        100.0 * rung.acceptance,
        rung.effective
    )
}

impl Calibrate {
    /// A posterior.
    pub(super) fn tempered(&self, mut page: Page, to: &Target, place: Option<Place>) -> Result<()> {
        let Target { fit, likely, .. } = *to;
        let options = self.engine.options()?;
        let silent = self.quiet || self.json;
        let kept = unfinished::blocks(to.out);
        if self.fresh {
            Store::drop_folder(&kept)?;
        }
        let mut store = Store::open(&kept, to.description, &fit.scenario.resolved(), self.place.how.replace)?;
        let stop = stop_flag()?;
        let noise = fit.noise(likely, options, &stop)?;
        let warning = noise.and_then(|noise| noise.warning());
        if let Some(warning) = warning.as_ref().filter(|_| !silent) {
            notice(warning);
        }
        let tempering = Tempering {
            priors: &fit.priors,
            likelihood: likely,
            seed: fit.scenario.seed,
            particles: self.what.particles,
            kept: self.what.quantile,
        };
        let tell = |rung: &Rung| {
            if !silent {
                eprintln!("{}", line(rung));
            }
        };
        let shard = self.shard.unwrap_or((1, 1));
        let work = Work { shard, threads: options.threads, stop: &stop };
        let until = (self.generations(), self.simulations);
        let mut progress = Progress::new("particles of a generation", 0, silent);
        let done = tempering.run(&mut store, until, work, tell, |_, made, all| {
            progress.of(u64::from(made), u64::from(all));
        });
        progress.finish();
        let tempered = done.map_err(|error| match error {
            ExperimentError::Stopped => {
                Interrupted("stopped; finished particles are kept, and the same command goes on from there")
                    .into()
            }
            other => anyhow::Error::from(other),
        })?;
        if let Reached::Waiting(number) = tempered.end {
            return self.waiting(page, &store, number);
        }
        let Some(population) = &tempered.population else {
            return Err(BadInput("no generation is finished".into()).into());
        };
        let place =
            match place.map_or_else(|| self.claim(to.out, to.job), |place| Ok(Claimed::Free(place)))? {
                Claimed::Free(place) => place,
                // Another shard was faster.
                Claimed::Finished(manifest) => return self.tell_done(page, to.out, &manifest),
            };
        let said = fit.said(population);
        let known = fit.case.parameters();
        let mut results = self.begin(fit, to.job, place)?;
        let posterior = population.posterior(known);
        results.file(POSTERIOR, posterior.as_bytes())?;
        results.file(DESCRIPTION, to.description.json().as_bytes())?;
        results.table("parameters", &suasion::experiment::calibrate::marginals(known, &said))?;
        results.table("generations", &rungs(&tempered.rungs))?;
        results.picture("posterior", &picture(population, known, &said))?;
        let last = tempered.rungs.last();
        let is_whole = tempered.end == Reached::Posterior;
        let json = serde_json::json!({
            "fitted": fit.case.fitted(),
            "generations": tempered.rungs.len(),
            "evaluations": tempered.rungs.iter().map(|rung| rung.evaluations).sum::<u64>(),
            "power": last.map(|rung| rung.power),
            "effective": population.effective_size(),
            "median_log_likelihood": last.map(|rung| rung.median),
            "log_evidence": last.filter(|_| is_whole).map(|rung| rung.log_evidence),
            "noise": noise.map(|noise| serde_json::json!({ "mean": noise.mean, "sd": noise.sd })),
            "warning": warning,
            "parameters": parameters_json(fit, &said),
        });
        results.json(&json)?;
        let digest = blake3::hash(posterior.as_bytes()).to_hex()[..32].to_string();
        let path = results.commit(&fit.scenario, &[], &digest, None)?;
        to.begin(&mut page);
        if let Some(noise) = noise {
            page.say(format!(
                "with the scenario's own values it is {:.1}, and varies from seed to seed by {:.2} (standard deviation)",
                noise.mean, noise.sd
            ));
        }
        page.say(warning.unwrap_or_default());
        say(&mut page, &tempered, population);
        parameters(&mut page, fit, population, &said, "assumed");
        page.say("assumed: the posterior is as the prior, so the record says nothing of it, and what follows from it follows from the prior\n");
        page.copy(format!("written to {}", path.display()));
        page.say(format!("digest {digest}"));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    /// The most probable point.
    pub(super) fn most_probable(&self, mut page: Page, to: &Target, place: Option<Place>) -> Result<()> {
        let Target { fit, likely, .. } = *to;
        let options = self.engine.options()?;
        let stop = stop_flag()?;
        let evaluations = if self.simulations == u64::MAX { EVALUATIONS } else { self.simulations };
        let start = fit.case.current();
        let climb = Climb {
            priors: &fit.priors,
            start: &start,
            likelihood: likely,
            seed: fit.scenario.seed,
            evaluations,
        };
        let mut progress = Progress::new("evaluations", evaluations, self.quiet || self.json);
        let found = climb.run(options.threads, &stop, |done| progress.at(done));
        progress.finish();
        let found = found?;
        // It has no shards, so its place is held.
        let Some(place) = place else {
            return Err(BadInput(format!("{} is not held", to.out.display())).into());
        };
        let mut results = self.begin(fit, to.job, place)?;
        let known = fit.case.parameters();
        results.table("point", &point(known, &found.start, &found.values))?;
        results.file(DESCRIPTION, to.description.json().as_bytes())?;
        let digest = blake3::hash(format!("{:?}", found.values).as_bytes()).to_hex()[..32].to_string();
        let each = known.iter().zip(&found.values).zip(&found.start);
        let each = each.map(|((p, x), start)| {
            serde_json::json!({ "path": p.path, "prior": p.prior.to_string(), "start": start, "value": x })
        });
        let json = serde_json::json!({
            "fitted": fit.case.fitted(), "evaluations": found.evaluations, "log_likelihood": found.log_likelihood,
            "start_log_likelihood": finite(found.start_log_likelihood), "parameters": each.collect::<Vec<_>>(),
        });
        results.json(&json)?;
        let path = results.commit(&fit.scenario, &[], &digest, None)?;
        to.begin(&mut page);
        say_point(&mut page, fit, &found);
        page.copy(format!("written to {}", path.display()));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }
}

/// A number, where it is one.
fn finite(x: f64) -> Option<f64> {
    Some(x).filter(|x| x.is_finite())
}

/// How far it came.
fn say(page: &mut Page, tempered: &Tempered, population: &Population) {
    let evaluations: u64 = tempered.rungs.iter().map(|rung| rung.evaluations).sum();
    let Some(last) = tempered.rungs.last() else { return };
    let end = if tempered.end == Reached::Posterior {
        format!("the posterior; log of the marginal likelihood {:.1}", last.log_evidence)
    } else {
        format!(
            "stopped at power {:.3} of the likelihood, on the way from prior to posterior: these draws are no posterior yet; more --generations or --simulations go on",
            last.power
        )
    };
    page.say(format!("{} generations, {evaluations} evaluations: {end}", tempered.rungs.len()));
    page.say(format!(
        "{} draws; effective sample size {:.0}; log-likelihood {} in the median, at most {}\n",
        population.len(),
        population.effective_size(),
        plain(last.median),
        plain(last.greatest)
    ));
}

/// The most probable point.
fn say_point(page: &mut Page, fit: &Fit, found: &Best) {
    page.say(format!(
        "\nmost probable point after {} evaluations: log-likelihood {:.2}; {:.2} at the start\nlog-likelihood and log prior density together, the latter over the priors' normal scores: what makes no difference stays in the middle\n",
        found.evaluations, found.log_likelihood, found.start_log_likelihood
    ));
    let mut table = Table::of("parameter").texts(["prior"]).numbers(["start", "found"]);
    for ((parameter, start), x) in fit.case.parameters().iter().zip(&found.start).zip(&found.values) {
        table.row([parameter.path.clone(), parameter.prior.to_string(), plain(*start), plain(*x)]);
    }
    page.table(table);
    page.say("\na point says nothing of what else would do as well: a posterior does");
}
