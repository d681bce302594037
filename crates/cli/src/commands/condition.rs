//! `suasion condition`: what the record says that the states must have been, and the luck that they must have had.

use super::condition_picture;
use super::given::told;
use super::numbers::{ends, percentage};
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, given, whole};
use super::signals::stop_flag;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use std::ops::RangeInclusive;
use suasion::experiment::history::asked::COMMAND;
use suasion::experiment::history::belief::Belief;
use suasion::experiment::history::lineage::{LINEAGE, table};
use suasion::experiment::history::{
    Conditioned, LEAST_ANCESTORS, LEAST_PARTICLES, MOST_PARTICLES, Plan, check_until, condition, on_record,
};
use suasion::experiment::job::{Claimed, Job};
use suasion::model::variable::Variable;
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

/// Years that a record may have.
const CALENDAR: RangeInclusive<u64> = 1..=9999;
/// Surprises that are told.
const SURPRISES: usize = 8;

/// Condition a scenario on its record: what its states must have been like, and the luck that they must have had
///
/// A particle filter finds, for every state, lines of draws that show each grade and adoption on record. The folder keeps them, and
/// run, compare and explain take it as what is given: their replicates then ask "what if?" of this history, and not of the average of all that could have
/// been. It also says how probable the record is under the scenario, beside a chain that knows nothing but how often grades change, and which entries
/// it was surprised by.
#[derive(Debug, Args)]
pub(super) struct Condition {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Last year whose record counts (default: the last on record)
    #[arg(long, value_name = "YEAR", value_parser = whole::<i32>(CALENDAR))]
    until: Option<i32>,
    /// Particles of the filter, by state (default: 20000, or as many as replicates)
    #[arg(long, value_name = "N", value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    particles: Option<u32>,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print beliefs and the likelihood as JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Condition {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let scenario = self.scenario.load()?;
        let options = self.engine.options()?;
        let usual = Plan::new(scenario.replicates);
        let plan = Plan { until: self.until, particles: self.particles.unwrap_or(usual.particles), ..usual };
        check_until(&scenario, plan.until)?;
        let (record, until) = on_record(&scenario, plan.until)?;
        let target = self.place.target(self.usual(&scenario));
        let job = self.job(&scenario, plan, until, &record.blake3());
        let silent = self.quiet || self.json;
        let place = match self.place.how.claim(&target, &job, silent)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| kept_json(&target, RESULT)).transpose()?;
                return tell_done(page, &target, &manifest, self.quiet, json);
            }
        };
        let mut results = Results::begin(place, &job, FormatArg::Csv, &scenario)?;
        let stop = stop_flag()?;
        let done = told(silent, |progress| Ok(condition(&scenario, plan, options, &stop, progress)?))?;
        let belief = Belief::new(&scenario, &done, options, &stop)?;
        let tables = [("belief", belief.table()), ("likelihood", belief.likelihood())];
        for (name, described) in &tables {
            results.table(name, described)?;
        }
        let json = serde_json::json!({
            "belief": records(&tables[0].1),
            "likelihood": records(&tables[1].1),
            "log_likelihood": done.pass.log_likelihood(),
            "of_readings": done.given.observes().then(|| done.pass.of_readings()),
            "error": done.pass.error(),
            "first_pass": done.first_log_likelihood,
            "benchmark": { "in_sample": belief.benchmark.in_sample, "sequential": belief.benchmark.sequential },
            "acceptance": done.acceptance,
            "fresh": done.fresh,
        });
        results.json(&json)?;
        results.parquet(LINEAGE, &table(&scenario.world, &done.history.lineage))?;
        results.plot("belief", &condition_picture::plot(&belief), "Motivation given the record, and free")?;
        results.keep(&self.scenario, &PosteriorArgs::default(), None)?;
        let path = results.commit(&scenario, &[], &belief.digest.to_string(), Some(options))?;
        text(&mut page, &scenario, &done, &belief);
        page.copy(format!("written to {}", path.display()));
        let mut command = vec!["suasion", "compare", self.scenario.scenario.as_str()];
        let options = self.scenario.options();
        command.extend(options.iter().map(String::as_str));
        let folder = path.to_string_lossy();
        command.extend(["--given", &folder]);
        let command = shlex::try_join(command.iter().copied())?;
        page.copy(format!("next: {command} # what if, in this history"));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    fn usual(&self, scenario: &Scenario) -> Name {
        Name::new(Some(COMMAND), &self.scenario, &scenario.name, None)
            .of(&self.scenario, true)
            .option("until", self.until)
            .option("particles", self.particles)
    }

    fn job(&self, scenario: &Scenario, plan: Plan, until: i32, record: &str) -> Job {
        let arguments =
            [self.scenario.arguments(), given("until", [until]), given("particles", [plan.particles])];
        let entry = JobEntry::new(COMMAND)
            .with("until", until)
            .with("particles", plan.particles)
            .with("record", record)
            .asked_by(arguments.concat());
        Job::new(entry, scenario)
    }
}

/// How the states of a row were made to fit each other.
fn say_kept(page: &mut Page, done: &Conditioned) {
    let acceptance: Vec<String> = done.acceptance.iter().map(|share| format!("{share:.2}")).collect();
    page.say(format!(
        "lines kept when states of a row were made to fit each other: {}",
        acceptance.join(", ")
    ));
    if let Some(share) = done.fresh {
        page.say(format!(
            "of states of whose lines fewer than {LEAST_ANCESTORS} particles were left, {} of fresh numbers tried were kept",
            percentage(share)
        ));
    }
}

/// Says what is believed, and what it rests on.
fn text(page: &mut Page, scenario: &Scenario, done: &Conditioned, belief: &Belief) {
    let world = &scenario.world;
    let (years, last) = (done.given.years(), belief.rows() - 1);
    page.say(&scenario.title);
    page.say(format!(
        "conditioned on the record of {} to {}: {} particles a state, {} rows\n",
        world.clock.start,
        done.until,
        done.pass.particles,
        done.history.lineage.rows()
    ));
    let mut table = Table::of("state").numbers([
        "motivation",
        "[90 %]",
        "free",
        "attribution",
        "reactance",
        "log-lik.",
        "particles",
    ]);
    let two = |x: f64| format!("{x:.2}");
    let number = |x: Option<f64>| x.map_or_else(String::new, two);
    for (i, state) in scenario.names.iter().enumerate() {
        let least = done.ancestors[i].iter().min().copied().unwrap_or(0);
        let of = |variable| belief.given(i, years, variable);
        let motivation = of(Variable::Motivation);
        let interval = match &motivation {
            Some(m) if m.quantiles[0].is_finite() => ends([m.quantiles[0], m.quantiles[4]], two),
            _ => "-".into(),
        };
        table.row([
            state.clone(),
            number(motivation.map(|m| m.mean)),
            interval,
            number(belief.free(i, years, Variable::Motivation).map(|m| m.mean)),
            number(of(Variable::Attribution).map(|m| m.mean)),
            number(of(Variable::Reactance).map(|m| m.mean)),
            format!("{:.1}", done.pass.entries[i].iter().map(|entry| entry.log_density).sum::<f64>()),
            least.to_string(),
        ]);
    }
    page.table(table);
    page.say(format!(
        "at the end of {}, given the record, and in free runs; particles: the least number of different ones that a state's lines come from in any year",
        world.clock.start + years as i32 - 1
    ));
    if last > years {
        page.say(format!("years after {}, beyond the record, are forecasts: see belief.csv", done.until));
    }
    let poor: Vec<&str> = (0..world.states.len())
        .filter(|i| done.ancestors[*i].iter().any(|n| *n < LEAST_ANCESTORS))
        .map(|i| world.states[i].id.as_str())
        .collect();
    if !poor.is_empty() {
        page.say(format!(
            "fewer than {LEAST_ANCESTORS} different particles or fresh numbers are left of {}: no interval is given; ask for more --particles",
            poor.join(", ")
        ));
    }
    page.say(format!(
        "\nlog-likelihood of the record {:.1} (simulation error {:.2}); first pass {:.1}",
        done.pass.log_likelihood(),
        done.pass.error(),
        done.first_log_likelihood
    ));
    let of_readings = done.pass.of_readings();
    if done.given.observes() {
        page.say(format!(
            "of grades and adoptions {:.1}; the rest is of what was seen beside them, given these",
            done.pass.log_likelihood() - of_readings
        ));
    }
    page.say(format!(
        "beside {} a Markov chain of grades with constant hazards of adoption: {:.1} knowing the whole record, {:.1} learning as it goes",
        if done.given.observes() { "grades and adoptions" } else { "it" },
        belief.benchmark.in_sample,
        belief.benchmark.sequential
    ));
    say_kept(page, done);
    page.say("\nmost surprising entries");
    let mut surprises = Table::of("state").key("year").numbers(["log-lik."]).texts(["on record", "expected"]);
    for surprise in belief.surprises(SURPRISES) {
        surprises.row([
            scenario.names[surprise.state].clone(),
            (world.clock.start + surprise.year as i32).to_string(),
            format!("{:.1}", surprise.log_density),
            surprise.seen,
            surprise.expected,
        ]);
    }
    page.table(surprises);
    page.say("");
}
