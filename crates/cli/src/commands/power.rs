//! `suasion power`: what one would have to observe to tell theories apart.

use super::calibrate_args::PriorArgs;
use super::exit::BadInput;
use super::given::told;
use super::numbers::percentage;
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, given, whole};
use super::signals::stop_flag;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use suasion::experiment::arms::Arm;
use suasion::experiment::history::{LEAST_PARTICLES, MOST_PARTICLES};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::power::{
    COVERAGE, HISTORIES, MOST_HISTORIES, PARTICLES, Plan, Power as Asked, Powered, RELIABILITY, Verdicts,
    table,
};
use suasion::experiment::run::entry;
use suasion::experiment::weigh::{ERRORS, LEAST, NULL, Theory};
use suasion::model::parameters::CROWDING;
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

/// Name of the command.
const COMMAND: &str = "power";
/// Names of drawn numbers that a line has room for.
const FEW: usize = 4;
/// Years that a record may have.
const CALENDAR: std::ops::RangeInclusive<u64> = 1..=9999;

/// Find out what one would have to observe to tell theories apart
///
/// Histories are simulated under the scenario and under its rival (by default the null, in which nothing crowds out), with crowding coefficients drawn from their
/// priors. Each is observed in several ways, and weighed: how often is the verdict right, wrong, or that nothing is decided? The rule is that of `suasion weigh`.
/// Nothing is refitted: the chances are the best that can be hoped for.
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
        let asked = self.asked()?;
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
            "refitted": false,
            "refused": found.refused,
            "failed": found.failed,
            "power": records(&chances),
        });
        results.json(&json)?;
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

    fn asked(&self) -> Result<Asked> {
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
    }

    fn job(&self, asked: &Asked) -> Job {
        let Plan { histories, particles, states, until, reliability, coverage } = &asked.plan;
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

/// What is drawn for each history, in words.
fn what_is_drawn(asked: &Asked) -> String {
    let is_crowding =
        |path: &str| path.strip_prefix("parameters.").is_some_and(|name| CROWDING.contains(&name));
    let others: Vec<&str> =
        asked.priors.iter().map(|p| p.path.as_str()).filter(|p| !is_crowding(p)).collect();
    let told = match &others[..] {
        [] => return "coefficients drawn from their priors".into(),
        few if few.len() <= FEW => few.join(", "),
        many => format!("{} other numbers", many.len()),
    };
    let crowding = if others.len() < asked.priors.len() { "coefficients and " } else { "" };
    format!("{crowding}{told} drawn from their priors")
}

/// Says what came of it.
fn say(page: &mut Page, asked: &Asked, found: &Powered) {
    let plan = &asked.plan;
    page.say(&asked.base.title);
    page.say(format!(
        "{} simulated histories of each theory, {} against {}; {}, nothing refitted\n",
        plan.histories,
        asked.name(0),
        asked.name(1),
        what_is_drawn(asked)
    ));
    let (several_states, several_years) = (plan.states.len() > 1, plan.until.len() > 1);
    let mut table = Table::of("simulated").texts(["observed"]);
    if several_states {
        table = table.numbers(["states"]);
    }
    if several_years {
        table = table.numbers(["until"]);
    }
    let mut table = table.numbers(["right", "[95 %]", "wrong", "[95 %]", "undecided"]);
    let interval = |verdicts: &Verdicts, count: u32| {
        let ends = verdicts.chance(count).interval;
        format!("[{}, {}]", percentage(ends.low), percentage(ends.high))
    };
    for verdicts in &found.verdicts {
        let mut row = vec![asked.name(verdicts.simulated).to_string(), found.ways[verdicts.way].name.clone()];
        if several_states {
            row.push(verdicts.states.to_string());
        }
        if several_years {
            row.push(verdicts.until.to_string());
        }
        let share = |count: u32| percentage(verdicts.chance(count).share);
        match verdicts.right() {
            Some(right) => row.extend([share(right), interval(verdicts, right)]),
            None => row.extend([String::new(), String::new()]),
        }
        let wrong = verdicts.wrong();
        row.extend([share(wrong), interval(verdicts, wrong), share(verdicts.undecided())]);
        table.row(row);
    }
    page.table(table);
    page.say(format!(
        "a verdict: the difference in log score is above {LEAST} units and {ERRORS} standard errors, as in suasion weigh; else undecided"
    ));
    page.say(format!(
        "reactions: {} of them on record; speech: reliability {}, an error of {:.3}; motivation itself: as good as exactly",
        percentage(plan.coverage),
        plan.reliability,
        found.speech_sd
    ));
    for simulated in 0..asked.theories.len() {
        let of: Vec<&Verdicts> = found.verdicts.iter().filter(|v| v.simulated == simulated).collect();
        let (wrong, all) = of.iter().fold((0, 0), |(w, n), v| (w + v.wrong(), n + v.count));
        page.say(format!(
            "wrong over all that is observed, where {} is simulated: {}{}",
            asked.name(simulated),
            percentage(f64::from(wrong) / f64::from(all)),
            if simulated < 2 { "" } else { " (neither theory is true, so every decision is wrong)" }
        ));
    }
    if found.refused > 0 {
        page.say(format!("{} draws of the priors make no valid scenario, and were left out", found.refused));
    }
    if found.failed > 0 {
        page.say(format!(
            "in {} cases no particle could show the record under one of the theories: they count as undecided; --particles more",
            found.failed
        ));
    }
    page.say("");
}
