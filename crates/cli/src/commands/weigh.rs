//! `suasion weigh`: how well theories predict the record, and whether it tells them apart.

use super::calibrate_args::PriorArgs;
use super::exit::BadInput;
use super::given::told;
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, flag, given, whole};
use super::signals::stop_flag;
use super::weigh_beside::BesideArgs;
use super::weigh_text::{by_state_picture, picture, say};
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use suasion::experiment::arms::Arm;
use suasion::experiment::history::evaluate::Effort;
use suasion::experiment::history::{LEAST_PARTICLES, MOST_PARTICLES, on_record};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::run::entry;
use suasion::experiment::weigh::{
    Refit, Scales, Theory, by_entry, by_state, fitted, fitted_in, table, theories, weigh,
};
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

/// Name of the command.
const COMMAND: &str = "weigh";
/// Years that a record may have.
const CALENDAR: std::ops::RangeInclusive<u64> = 1..=9999;
/// Particles of the filter where nobody says: of what is weighed, and while fitting.
const PARTICLES: u32 = 10_000;
const FIT_PARTICLES: u32 = 500;
/// Evaluations of each fit where nobody says.
const EVALUATIONS: u64 = 500;

/// Weigh theories against each other by how well they predict the record
///
/// The scenario, counterfactuals of it and the null, in which nothing crowds out, are each held against the record: how probable it was, year by year,
/// each year given the years before. With --refit each theory is first fitted to the years before --from, under the same priors and on an
/// equal budget, and what counts is the years from then on. A difference tells theories apart only above 4 units and 2 standard errors.
#[derive(Debug, Args)]
pub(super) struct Weigh {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Theories: counterfactuals of the scenario, or "TITLE: path=value; path=value" (the scenario itself and the null are always weighed)
    #[arg(value_name = "ARM")]
    names: Vec<String>,
    #[command(flatten)]
    engine: EngineArgs,
    /// First year that is held out (default: 2009, or the middle of the record)
    #[arg(long, value_name = "YEAR", value_parser = whole::<i32>(CALENDAR))]
    from: Option<i32>,
    /// Last year whose record counts (default: the last on record)
    #[arg(long, value_name = "YEAR", value_parser = whole::<i32>(CALENDAR))]
    until: Option<i32>,
    /// Particles of the filter, by state
    #[arg(long, value_name = "N", default_value_t = PARTICLES, value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    particles: u32,
    /// Fit each theory to the years before --from; what it sets itself is not fitted in it
    #[arg(long)]
    refit: bool,
    #[command(flatten)]
    priors: PriorArgs,
    /// Evaluations of the likelihood for each fit, at most
    #[arg(long, value_name = "N", default_value_t = EVALUATIONS, requires = "refit", value_parser = whole::<u64>(1..=10_000_000))]
    evaluations: u64,
    /// Particles of the filter while fitting
    #[arg(long, value_name = "N", default_value_t = FIT_PARTICLES, requires = "refit", value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    fit_particles: u32,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Format of the tables
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what came of it as JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Weigh {
    pub(super) fn run(mut self, mut page: Page) -> Result<()> {
        self.names.extend(self.scenario.theories_as_arms()?);
        let base = self.scenario.load()?;
        let baseline = self.scenario.loaded()?;
        let options = self.engine.options()?;
        if self.priors.is_given() && !self.refit {
            let message = "--prior and --priors say what is fitted, and nothing is without --refit; add it, or leave them out";
            return Err(BadInput(message.into()).into());
        }
        let effort = Effort { particles: self.particles, second: true };
        let all = theories(&baseline, &base, &self.names, self.until)?;
        let refit = self.refit.then(|| self.refit_of(&all)).transpose()?;
        let scales = Scales::new(&base, (self.from, self.until), effort, refit)?;
        let states = self.beside.check(&base, scales.until)?;
        let target = self.place.target(self.usual(&base));
        let job = self.job(&base, &scales, &all)?;
        let silent = self.quiet || self.json;
        let place = match self.place.how.claim(&target, &job, silent)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| kept_json(&target, RESULT)).transpose()?;
                return tell_done(page, &target, &manifest, self.quiet, json);
            }
        };
        let mut results = Results::begin(place, &job, self.format, &base)?;
        let stop = stop_flag()?;
        if !silent {
            self.beside.say_cost(&all, &scales, options, &stop)?;
        }
        let done = told(silent, |progress| Ok(weigh(&baseline, all, scales, options, &stop, progress)?))?;
        let of = (&baseline, states.as_deref());
        let beside = told(silent, |progress| Ok(self.beside.run(of, &done, options, &stop, progress)?))?;
        let of_theories = table(&done);
        results.table("theories", &of_theories)?;
        results.table("by-state", &by_state(&done))?;
        let entries = by_entry(&done);
        results.table("entries", &entries)?;
        let found = fitted(&done);
        if let Some(found) = &found {
            results.table("fitted", found)?;
        }
        let more = beside.write(&done, &mut results)?;
        let mut json = serde_json::json!({
            "kind": if self.refit { "weighing" } else { "sensitivity" },
            "from": done.scales.from,
            "until": done.scales.until,
            "theories": records(&of_theories),
            "clusters": done.clusters.told(),
            "mixed": done.mixed,
            "benchmark": {
                "in_sample": done.benchmark.in_sample, "sequential": done.benchmark.sequential,
                "sequential_later": done.benchmark_later,
            },
            "fitted": found.as_ref().map(records),
        });
        for (name, value) in &more {
            json[*name] = value.clone();
        }
        results.json(&json)?;
        results.plot("weighing", &picture(&done), "What theories predict better or worse than the first")?;
        let title = "States whose record theories predict better or worse than the first";
        results.plot("states", &by_state_picture(&done), title)?;
        results.keep(&self.scenario, &PosteriorArgs::default(), None)?;
        // What was computed, to the bit, is in the entries and in what was asked for beside them.
        let mut computed = serde_json::to_string(&records(&entries))?;
        for (_, value) in more.iter().filter(|(_, value)| !value.is_null()) {
            computed += &serde_json::to_string(value)?;
        }
        let digest = blake3::hash(computed.as_bytes()).to_hex()[..32].to_string();
        let others: Vec<Arm> = done.weighed[1..].iter().map(|w| arm(&w.theory)).collect();
        let path = results.commit(&base, &others, &digest, Some(options))?;
        say(&mut page, &done);
        beside.say(&mut page, &done);
        page.copy(format!("written to {}", path.display()));
        page.say(format!("digest {digest}"));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    fn refit_of(&self, theories: &[Theory]) -> Result<Refit> {
        Ok(Refit {
            parameters: fitted_in(self.priors.asked()?, theories)?,
            effort: Effort { particles: self.fit_particles, second: true },
            evaluations: self.evaluations,
        })
    }

    fn usual(&self, base: &Scenario) -> Name {
        let name = Name::new(Some(COMMAND), &self.scenario, &base.name, None).names(&self.names);
        let priors = self.priors.tag();
        priors
            .into_iter()
            .fold(name, |name, (option, value)| name.option(option, [value]))
            .word(self.refit.then_some("refit"))
            .option("leave-out", self.beside.leave_out)
            .option("blocks", self.beside.blocks.as_ref())
            .option("marginal", self.beside.marginal)
            .of(&self.scenario, false)
            .word(self.format.unless(FormatArg::Csv))
            .option("from", self.from)
            .option("until", self.until)
            .option("particles", (self.particles != PARTICLES).then_some(self.particles))
            .option("evaluations", (self.evaluations != EVALUATIONS).then_some(self.evaluations))
            .option("fit-particles", (self.fit_particles != FIT_PARTICLES).then_some(self.fit_particles))
    }

    fn job(&self, base: &Scenario, scales: &Scales, all: &[Theory]) -> Result<Job> {
        let (record, _) = on_record(base, Some(scales.until))?;
        let fitted = scales.refit.as_ref().map(|refit| {
            let priors = refit.parameters.iter().map(|p| format!("{}={}", p.path, p.prior));
            [
                flag("refit", true),
                given("prior", priors),
                given("evaluations", [refit.evaluations]),
                given("fit-particles", [refit.effort.particles]),
            ]
            .concat()
        });
        let arguments = [
            self.scenario.arguments(),
            given("from", [scales.from]),
            given("until", [scales.until]),
            given("particles", [self.particles]),
            fitted.clone().unwrap_or_default(),
            self.beside.arguments(),
            given("format", [self.format.name()]),
            // Last and apart, since they are no options.
            vec!["--".into()],
            self.names.clone(),
        ];
        let of = |theory: &Theory| (theory.name.clone(), entry(&theory.scenario).blake3.into());
        let mut job = JobEntry::new(COMMAND)
            .with("theories", Value::Object(all.iter().map(of).collect()))
            .with("from", scales.from)
            .with("until", scales.until)
            .with("particles", self.particles)
            .with("record", record.blake3())
            .with("format", self.format.name());
        if let Some(fitted) = fitted {
            job = job.with("fitted", fitted.join(" "));
        }
        let job = self.beside.entry(job);
        Ok(Job::new(job.asked_by(arguments.concat()), base))
    }
}

/// A theory as the folder keeps it.
fn arm(theory: &Theory) -> Arm {
    let Theory { name, title, scenario, .. } = theory;
    Arm { name: name.clone(), title: title.clone(), scenario: scenario.clone() }
}
