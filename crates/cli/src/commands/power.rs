//! `suasion power`: what one would have to observe to tell theories apart.

use super::calibrate_args::PriorArgs;
use super::exit::BadInput;
use super::given::told;
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::power_text::{picture, say};
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, flag, given, whole};
use super::signals::stop_flag;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use suasion::experiment::arms::Arm;
use suasion::experiment::history::{LEAST_PARTICLES, MOST_PARTICLES};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::power::{
    COVERAGE, EVALUATIONS, HISTORIES, MOST_HISTORIES, PARTICLES, Plan, Power as Asked, RELIABILITY, Refit,
    table,
};
use suasion::experiment::run::entry;
use suasion::experiment::weigh::{NULL, Theory};
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

/// Name of the command.
const COMMAND: &str = "power";
/// Years that a record may have.
const CALENDAR: std::ops::RangeInclusive<u64> = 1..=9999;

/// Find out what one would have to observe to tell theories apart
///
/// Histories are simulated under the scenario and under its rival (by default the null, in which nothing crowds out), with crowding coefficients drawn from their
/// priors. Each is observed in several ways, and weighed: how often is the verdict right, wrong, or that nothing is decided? The rule is that of `suasion weigh`.
/// Both are weighed at what was drawn, as by one who knows all but whether the theory is true. With --refit nobody knows what was drawn: each theory is first
/// fitted to the years before --from of each history, under the same priors, and what counts is the years from then on.
#[derive(Debug, Args)]
pub(super) struct Power {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// The rival: `null`, a counterfactual of the scenario, or "TITLE: path=value; path=value"
    #[arg(long, value_name = "ARM", default_value = NULL)]
    against: String,
    /// A theory that is not offered, under which histories are simulated too: every decision is then wrong
    #[arg(long, value_name = "ARM")]
    third: Option<String>,
    #[command(flatten)]
    priors: PriorArgs,
    /// Fit each theory to the years before --from of each history, in what --prior draws; what it sets itself is not fitted in it
    #[arg(long)]
    refit: bool,
    /// First year that is held out (default: 2009, or the middle of the record)
    #[arg(long, value_name = "YEAR", requires = "refit", value_parser = whole::<i32>(CALENDAR))]
    from: Option<i32>,
    /// Evaluations of the likelihood for each fit, at most
    #[arg(long, value_name = "N", default_value_t = EVALUATIONS, requires = "refit", value_parser = whole::<u64>(1..=1_000_000))]
    evaluations: u64,
    /// Particles of the filter while fitting (default: as --particles)
    #[arg(long, value_name = "N", requires = "refit", value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    fit_particles: Option<u32>,
    /// Simulated histories of each theory
    #[arg(long, value_name = "N", default_value_t = HISTORIES, value_parser = whole::<u32>(2..=u64::from(MOST_HISTORIES)))]
    histories: u32,
    /// Particles of the filter, by state
    #[arg(long, value_name = "N", default_value_t = PARTICLES, value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    particles: u32,
    /// Numbers of states, multiples of the scenario's: as many worlds like it, side by side (default: as many as it has)
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = whole::<u32>(1..=10_000_000))]
    states: Vec<u32>,
    /// Last years of the record (default: the last of the run)
    #[arg(long, value_name = "YEAR", value_delimiter = ',', value_parser = whole::<i32>(CALENDAR))]
    until: Vec<i32>,
    /// Share of the variance of an index of speech, between states and years, that is no error
    #[arg(long, value_name = "SHARE", default_value_t = RELIABILITY)]
    reliability: f64,
    /// Share of reactions that come on record
    #[arg(long, value_name = "SHARE", default_value_t = COVERAGE)]
    coverage: f64,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Format of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what came of it as JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Power {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let base = self.scenario.load()?;
        let options = self.engine.options()?;
        let asked = self.asked(&base)?;
        let target = self.place.target(self.usual(&base));
        let job = self.job(&asked);
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
        let found = told(silent, |progress| Ok(asked.run(options, &stop, progress)?))?;
        let chances = table(&asked, &found);
        results.table("power", &chances)?;
        let json = serde_json::json!({
            "kind": "power",
            "theories": asked.theories.iter().map(|theory| &theory.name).collect::<Vec<_>>(),
            "histories": asked.plan.histories,
            "reliability": asked.plan.reliability,
            "speech_sd": found.speech_sd,
            "coverage": asked.plan.coverage,
            "priors": asked.priors.iter().map(|p| (p.path.clone(), Value::from(p.prior.to_string()))).collect::<serde_json::Map<_, _>>(),
            "refitted": asked.plan.refit.map_or(Value::from(false), |refit| serde_json::json!({
                "from": refit.from,
                "evaluations": refit.evaluations,
                "particles": refit.particles,
                "parameters": asked.fitted.iter().map(|of| of.iter().map(|p| &p.path).collect()).collect::<Vec<Vec<_>>>(),
            })),
            "refused": found.refused,
            "failed": found.failed,
            "power": records(&chances),
        });
        results.json(&json)?;
        results.plot(
            "power",
            &picture(&asked, &found),
            "How often each way of observing tells the theories apart",
        )?;
        results.keep(&self.scenario, &PosteriorArgs::default(), None)?;
        let digest =
            blake3::hash(serde_json::to_string(&records(&chances))?.as_bytes()).to_hex()[..32].to_string();
        let others: Vec<Arm> = asked.theories[1..].iter().map(arm).collect();
        let path = results.commit(&base, &others, &digest, Some(options))?;
        say(&mut page, &asked, &found);
        page.copy(format!("written to {}", path.display()));
        page.say(format!("digest {digest}"));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    fn asked(&self, base: &Scenario) -> Result<Asked> {
        for (name, share) in [("reliability", self.reliability), ("coverage", self.coverage)] {
            if !share.is_finite() {
                return Err(BadInput(format!("--{name} {share}: expected a number from 0 to 1")).into());
            }
        }
        let plan = Plan {
            histories: self.histories,
            particles: self.particles,
            states: self.states.clone(),
            until: self.until.clone(),
            reliability: self.reliability,
            coverage: self.coverage,
            refit: self.refit.then(|| {
                let particles = self.fit_particles.unwrap_or(self.particles);
                Refit::new(base, &self.until, self.from, self.evaluations, particles)
            }),
        };
        let priors = self.priors.asked()?;
        Ok(Asked::new(&self.scenario.loaded()?, &self.against, self.third.as_deref(), &priors, plan)?)
    }

    fn usual(&self, base: &Scenario) -> Name {
        let name = Name::new(Some(COMMAND), &self.scenario, &base.name, None);
        let name = if self.against == NULL { name } else { name.names(std::slice::from_ref(&self.against)) };
        let priors = self.priors.tag();
        priors
            .into_iter()
            .fold(name, |name, (option, value)| name.option(option, [value]))
            .of(&self.scenario, false)
            .word(self.format.unless(FormatArg::Csv))
            .option("third", self.third.as_ref())
            .option("histories", (self.histories != HISTORIES).then_some(self.histories))
            .option("particles", (self.particles != PARTICLES).then_some(self.particles))
            .option("states", &self.states)
            .option("until", &self.until)
            .option("reliability", (self.reliability != RELIABILITY).then_some(self.reliability))
            .option("coverage", (self.coverage != COVERAGE).then_some(self.coverage))
            .word(self.refit.then_some("refit"))
            .option("from", self.from)
            .option("evaluations", (self.evaluations != EVALUATIONS).then_some(self.evaluations))
            .option("fit-particles", self.fit_particles)
    }

    fn job(&self, asked: &Asked) -> Job {
        let Plan { histories, particles, states, until, reliability, coverage, refit } = &asked.plan;
        let priors: Vec<String> = asked.priors.iter().map(|p| format!("{}={}", p.path, p.prior)).collect();
        let options = [
            given("against", [&self.against]),
            given("third", self.third.as_ref()),
            given("prior", &priors),
            given("histories", [histories]),
            given("particles", [particles]),
            given("states", states),
            given("until", until),
            given("reliability", [reliability]),
            given("coverage", [coverage]),
            flag("refit", refit.is_some()),
            given("from", refit.map(|refit| refit.from)),
            given("evaluations", refit.map(|refit| refit.evaluations)),
            given("fit-particles", refit.map(|refit| refit.particles)),
        ]
        .concat();
        let arguments = [self.scenario.arguments(), options.clone(), given("format", [self.format.name()])];
        let of = |theory: &Theory| (theory.name.clone(), entry(&theory.scenario).blake3.into());
        let job = JobEntry::new(COMMAND)
            .with("theories", Value::Object(asked.theories.iter().map(of).collect()))
            .with("asked", options.join(" "))
            .with("format", self.format.name());
        Job::new(job.asked_by(arguments.concat()), &asked.base)
    }
}

/// A theory as the folder keeps it.
fn arm(theory: &Theory) -> Arm {
    let Theory { name, title, scenario, .. } = theory;
    Arm { name: name.clone(), title: title.clone(), scenario: scenario.clone() }
}
