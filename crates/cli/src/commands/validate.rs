//! `suasion validate`: a scenario held against its record, pattern by pattern.

use super::exit::{BadInput, Interrupted};
use super::given;
use super::page::Page;
use super::place::{Name, PlaceArgs, kept, tell_done};
use super::posterior::{PosteriorArgs, Under};
use super::results::Results;
use super::shared::{EngineArgs, FormatArg, ScenarioArgs};
use super::signals::stop_flag;
use super::{hindcast_picture, hindcast_text, validate_skill, validate_text};
use super::{shared, validate_forecast};
use anyhow::Result;
use clap::Args;
use suasion::evidence::tip;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::forecast::origin;
use suasion::experiment::hindcast::{Hindcast, MOST_STATES};
use suasion::experiment::history::asked::{Asked, Told};
use suasion::experiment::history::on_record;
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::validation::{Subject, Validation};
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

/// Name of the result as JSON.
const RESULT: &str = "validate.json";

/// Hold a scenario against its record: every pattern, met or not, and the hindcast of each state and episode
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    posterior: PosteriorArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Print what the record says, without simulating
    #[arg(long)]
    observed_only: bool,
    /// Print the hindcast alone: years of adoption and grades by state, and the episodes
    #[arg(long, conflicts_with_all = ["observed_only", "quiet", "json"])]
    hindcast: bool,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// What is scored apart: states (every other one), YEAR (what comes after it), states,YEAR, or none
    /// (default: states where there are 8 or more, and the last third of the years on record)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    hold_out: Vec<String>,
    /// Also forecast from the history, one to five years ahead, beside references that know the last entry: `record`
    /// (record:until=YEAR,particles=N,rows=N; until: what comes after is held out), or a folder that `suasion condition` wrote
    #[arg(long, value_name = "record|DIR", conflicts_with_all = ["observed_only", "hindcast"])]
    given: Option<Asked>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the result as JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

/// Why there is no hindcast of so many states.
fn too_many(name: &str, states: usize) -> BadInput {
    BadInput(format!(
        "--hindcast: {name} has {states} states on record, more than the {MOST_STATES} that are told one by one; an [[episode]] says \
         of which to tell"
    ))
}

impl Validate {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let scenario = self.scenario.load()?;
        let subject = Subject::new(&scenario, &self.hold_out)?;
        let options = self.engine.options()?;
        if self.observed_only {
            return self.say_observed(page, &subject);
        }
        let told =
            self.given.as_ref().map(|asked| origin(&scenario, asked, subject.held.after)).transpose()?;
        let folder = self.place.target(self.usual(&scenario, told));
        let job = self.job(&scenario, told)?;
        let place = match self.place.how.claim(&folder, &job, self.quiet || self.json)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| kept(&folder, RESULT)).transpose()?;
                return tell_done(page, &folder, &manifest, self.quiet, json);
            }
        };
        let stop = stop_flag()?;
        // A counterfactual has no counterfactuals beside it.
        let names = match self.scenario.counterfactual {
            None => Hindcast::counterfactuals(&scenario),
            Some(_) => Vec::new(),
        };
        let texts: Vec<&String> = names.iter().collect();
        let under = self.posterior.draw(&self.scenario, &scenario, &texts, (false, false), options, &stop)?;
        let worlds = Under::base(under.as_ref(), &scenario);
        let arms = match names.as_slice() {
            [] => Vec::new(),
            names => self.scenario.arms(names, &[], &scenario, false)?,
        };
        let others = Under::others(under.as_ref(), &arms);
        let after = subject.held.after;
        let work = |progress: &(dyn Fn(f64) + Sync)| {
            let asked = self.given.as_ref().zip(told);
            let history = asked.map(|(asked, told)| {
                let history = asked.made(&scenario, told, options, &stop, &|done| progress(0.6 * done))?;
                Ok::<_, ExperimentError>((told, history))
            });
            let history = history.transpose()?;
            let history = history.as_ref().map(|(told, history)| (*told, history));
            let progress = |done| progress(0.6 + 0.4 * done);
            Ok(subject.validate(worlds, (&arms, &others), history, options, &stop, &progress)?)
        };
        let silent = self.quiet || self.json;
        let done = if told.is_some() { given::told(silent, work) } else { work(&|_| ()) };
        let done = done.map_err(|error| match error.downcast_ref::<ExperimentError>() {
            Some(ExperimentError::Stopped) => Interrupted("stopped; nothing was written").into(),
            _ => error,
        })?;
        let Validation { frame, rows, skill: parts, hindcast, forecasts } = done;
        if self.hindcast && hindcast.is_none() {
            return Err(too_many(&scenario.name, frame.count()).into());
        }
        let told = validate_text::Told { scenario: &scenario, frame: &frame, rows: &rows };
        let mut json = told.json();
        json["skill"] = validate_skill::json(&parts);
        json["hindcast"] = serde_json::to_value(&hindcast)?;
        json["posterior"] = serde_json::to_value(under.as_ref().map(|under| under.posterior().entry()))?;
        if let Some(forecasts) = &forecasts {
            json["forecasts"] = validate_forecast::json(forecasts);
        }
        let json = format!("{}\n", serde_json::to_string_pretty(&json)?);

        let mut results = Results::begin(place, &job, FormatArg::Csv, &scenario)?;
        results.file(RESULT, json.as_bytes())?;
        keep_patterns(&told, &mut results)?;
        let lines = forecasts.as_ref().map(|forecasts| validate_forecast::lines(forecasts, &frame));
        let picture = validate_skill::picture(&parts, lines.unwrap_or_default());
        results.file("calibration.svg", picture.svg()?.as_bytes())?;
        forecasts.iter().try_for_each(|forecasts| validate_forecast::keep(forecasts, &mut results))?;
        hindcast.iter().try_for_each(|hindcast| draw(hindcast, &scenario, &mut results))?;
        results.keep(&self.scenario, &self.posterior, under.as_ref())?;
        let digest = blake3::hash(json.as_bytes()).to_hex()[..32].to_string();
        let folder = results.commit(&scenario, &[], &digest, None)?;
        if !self.hindcast {
            told.say_patterns(&mut page);
            page.say("");
        }
        if let Some(hindcast) = &hindcast {
            hindcast_text::say(&mut page, hindcast);
            page.say("");
        }
        if !self.hindcast {
            validate_skill::say(&mut page, &parts);
            match &forecasts {
                Some(forecasts) => validate_forecast::say(&mut page, forecasts, under.is_some()),
                None if after.is_some() && on_record(&scenario, None).is_ok() => {
                    page.say(validate_forecast::OFFER);
                }
                None => {}
            }
        }
        let beside = tip::not_said(&scenario.world).into_iter().chain(under.as_ref().map(Under::told));
        for line in beside {
            page.say(line);
        }
        page.copy(format!("pictures and the result as JSON in {}", folder.display()));
        if !self.hindcast {
            told.say_count(&mut page);
        }
        page.end(self.json.then(|| json.trim_end().to_string()), self.quiet)
    }

    /// Says what the record says, and simulates nothing.
    fn say_observed(&self, mut page: Page, subject: &Subject) -> Result<()> {
        let rows = subject.rows();
        let told = validate_text::Told { scenario: subject.scenario, frame: &subject.frame, rows: &rows };
        if self.json {
            return page.json(&told.json());
        }
        if let (Some(line), false) = (tip::not_said(&subject.scenario.world), self.quiet) {
            page.say(line);
        }
        if !self.quiet && !rows.is_empty() {
            told.say_observed(&mut page);
        }
        page.print()
    }

    fn usual(&self, scenario: &Scenario, told: Option<Told>) -> Name {
        Name::new(Some("validate"), &self.scenario, &scenario.name, None)
            .of(&self.scenario, true)
            .word(self.hindcast.then_some("hindcast"))
            .option("hold-out", &self.hold_out)
            .option("posterior", self.posterior.tag())
            .option("given", told)
    }

    /// What is held out, as it was asked for.
    fn held_out(&self) -> Vec<String> {
        shared::given("hold-out", (!self.hold_out.is_empty()).then(|| self.hold_out.join(",")))
    }

    fn job(&self, scenario: &Scenario, told: Option<Told>) -> Result<Job> {
        let source = self.scenario.source()?.unwrap_or_default();
        let arguments = [self.scenario.arguments(), self.held_out(), shared::given("given", told)];
        let mut entry = JobEntry::new("validate")
            .with("shows", if self.hindcast { "the hindcast" } else { "patterns, hindcast and skill" })
            // Episodes and counterfactuals are in no resolved scenario.
            .with("source", blake3::hash(source.as_bytes()).to_hex().to_string())
            .with(
                "held_out",
                if self.hold_out.is_empty() { "default".into() } else { self.hold_out.join(",") },
            )
            .asked_by(arguments.concat());
        if let Some(told) = told {
            entry = entry.with("given", told.to_string());
        }
        Ok(Job::new(entry, scenario).drawn_from(self.posterior.entry()?))
    }
}

/// Draws the patterns, where there are any.
fn keep_patterns(told: &validate_text::Told, results: &mut Results) -> Result<()> {
    if told.rows.is_empty() {
        return Ok(());
    }
    results.file("patterns.svg", told.picture().svg()?.as_bytes())
}

/// Draws the tiers of each regime.
fn draw(hindcast: &Hindcast, scenario: &Scenario, results: &mut Results) -> Result<()> {
    let regimes: Vec<String> = hindcast
        .states
        .first()
        .map_or_else(Vec::new, |state| state.tiers.iter().map(|tiers| tiers.regime.clone()).collect());
    for (k, regime) in regimes.iter().enumerate() {
        let Some(plot) = hindcast_picture::plot(hindcast, k) else { continue };
        let name = if regimes.len() == 1 { "hindcast".into() } else { format!("hindcast-{regime}") };
        let svg = plot.headed_svg(&format!("{}: grades by {regime}", scenario.title))?;
        results.file(&format!("{name}.svg"), svg.as_bytes())?;
    }
    Ok(())
}
