//! `suasion compare`: a baseline and counterfactuals on common random numbers; differences, adoption, pictures.

use super::crowding::CrowdingArgs;
use super::decompose::Decompose;
use super::differences::Told;
use super::effects;
use super::exit::BadInput;
use super::given::{GivenArgs, Wanted};
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::{PosteriorArgs, Under};
use super::progress::Progress;
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, LEVEL, ScenarioArgs, given, parse_level};
use super::signals::stop_flag;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use suasion::estimate::Level;
use suasion::experiment::arms;
use suasion::experiment::comparison::{Comparison, Luck, all_names};
use suasion::experiment::history::apart::{Answer, why};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::luck;
use suasion::experiment::mechanism::MECHANISMS;
use suasion::experiment::posterior::Worlds;
use suasion::experiment::run::entry;
use suasion::output::manifest::JobEntry;
use suasion::scenario::Scenario;

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Counterfactuals of the scenario (default: all, unless --against is given)
    names: Vec<String>,
    #[command(flatten)]
    posterior: PosteriorArgs,
    #[command(flatten)]
    given: GivenArgs,
    /// Luck of counterfactuals in a history: kept, fresh in what regimes and instruments draw, or both side by side
    #[arg(long, value_name = "kept|fresh|both", default_value = "kept", requires = "given")]
    luck: Luck,
    #[command(flatten)]
    crowding: CrowdingArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// A counterfactual of your own: "TITLE: path=value; path=value" (may be repeated)
    #[arg(long, value_name = "TEXT")]
    against: Vec<String>,
    /// Outcomes to show, draw and split: motivation.*, protection.IDN@2010, phase=4, persuasion, years-to-law (may be
    /// repeated)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Level of the intervals
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_level)]
    level: f64,
    #[command(flatten)]
    decompose: Decompose,
    /// Take the effect on each state apart: what the counterfactual does to it alone, and what comes by way of the others
    #[arg(long)]
    effects: bool,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Format of the tables
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the outcomes and shares as JSON instead of text
    #[arg(long)]
    json: bool,
}

/// What is fresh in the luck of a counterfactual that first differs in a step.
fn fresh_luck(base: &Scenario, name: &str, from: Option<usize>) -> String {
    match from.map(|step| base.world.clock.date(step)) {
        Some(date) => format!(
            "{name}: with fresh luck, what regimes and instruments draw is drawn anew from {date:.2} on, where it first differs; what states draw themselves \
             is that of the history. The difference holds what the record says of that luck, too: a small one is asked of kept luck"
        ),
        None => format!("{name}: it nowhere differs from the baseline, so nothing is drawn anew"),
    }
}

impl Compare {
    #[expect(clippy::too_many_lines, reason = "what is asked, run and told, each once and in order")]
    pub(super) fn run(mut self, mut page: Page) -> Result<()> {
        self.against.extend(self.scenario.theories_as_arms()?);
        let base = self.scenario.load()?;
        let options = self.engine.options()?;
        let names = self.names(&base)?;
        let others = self.scenario.arms(&names, &self.against, &base, false)?;
        let comparison = Comparison::new(base, others, &self.outcome, self.level)?;
        let Comparison { base, others, .. } = &comparison;
        let silent = self.quiet || self.json;
        if self.effects && (self.posterior.is_given() || self.luck == Luck::Fresh) {
            let message = "--effects takes the difference of one world with kept luck apart: ask for it without --posterior and --luck fresh";
            return Err(BadInput(message.into()).into());
        }
        if self.posterior.is_given() && self.decompose.is_given() {
            let message = "--decompose takes one world apart, mechanism by mechanism; under a posterior every draw is another \
                           world, in which other mechanisms may act, and shares over all of them would be of none; ask for one \
                           of the two, or set the parameters of a draw by --set";
            return Err(BadInput(message.into()).into());
        }
        self.crowding.check(self.luck)?;
        let wanted = self.given.wanted(&self.scenario, base, &self.posterior)?;
        if let Some(wanted) = &wanted {
            for arm in others {
                wanted.check_states(&arm.scenario.world, &arm.name)?;
            }
        }
        if self.luck == Luck::Fresh && self.decompose.is_given() {
            let message = "--decompose splits the difference with kept luck, and --luck fresh has another; --luck both has both, and splits the first";
            return Err(BadInput(message.into()).into());
        }
        let games = self.decompose.games(&comparison, wanted.is_some(), options, silent)?;
        let parts = if self.effects {
            effects::planned(&comparison, wanted.is_some(), options, silent)?
        } else {
            Vec::new()
        };
        let target = self.place.target(self.usual(base, wanted.as_ref()));
        let job = self.job(&comparison, wanted.as_ref())?;
        let place = match self.place.how.claim(&target, &job, silent)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| kept_json(&target, RESULT)).transpose()?;
                return tell_done(page, &target, &manifest, self.quiet, json);
            }
        };
        let mut results = Results::begin(place, &job, self.format, base)?;
        let stop = stop_flag()?;
        let texts: Vec<&String> = names.iter().chain(&self.against).collect();
        let under =
            self.posterior.draw(&self.scenario, base, &texts, (false, wanted.is_some()), options, &stop)?;
        let history =
            wanted.as_ref().map(|wanted| wanted.history(under.as_ref(), options, silent)).transpose()?;
        let mut progress = Progress::new("replicates", comparison.replicates(), silent);
        let in_base = Under::base(under.as_ref(), base).within(history.as_ref());
        let in_others: Vec<Worlds> = Under::others(under.as_ref(), others)
            .into_iter()
            .map(|worlds| worlds.within(history.as_ref()))
            .collect();
        let done = match &history {
            // As with kept luck, but for the counterfactuals.
            Some(history) if self.luck == Luck::Fresh => {
                let luck = (in_base.within(Some(history)), &in_others[..]);
                let done = comparison.run_fresh_in(luck, options, &stop, |done| progress.at(done));
                done.map(|(from, profile, pairs)| (from, (profile, pairs)))
            }
            _ => {
                let done = comparison.run_in(in_base, &in_others, options, &stop, |done| progress.at(done));
                done.map(|found| (Vec::new(), found))
            }
        };
        progress.finish();
        let (mut fresh_from, (profile, pairs)) = done?;
        let mut fresh_pairs = None;
        if self.luck == Luck::Both {
            let (from, _, pairs) = comparison.run_fresh_in((in_base, &in_others), options, &stop, |_| ())?;
            (fresh_from, fresh_pairs) = (from, Some(pairs));
        }
        // Beside the answer in the history that of all histories that the model can tell.
        let in_free: Vec<Worlds> = in_others.iter().map(|worlds| worlds.within(None)).collect();
        let free = || comparison.run_in(in_base.within(None), &in_free, options, &stop, |_| ());
        let free = wanted.as_ref().map(|_| free()).transpose()?;
        let free = free.as_ref().map(|(profile, pairs)| (profile, &pairs[..]));
        let told = Told {
            comparison: &comparison,
            pairs: &pairs,
            luck: self.luck,
            fresh: fresh_pairs.as_deref(),
            free: free.map(|(_, pairs)| pairs),
        };
        told.say(&mut page);
        let mut json = serde_json::json!({ "differences": told.asked() });
        if let Some(free) = told.asked_free() {
            json["free"] = free.into();
        }
        for notice in others.iter().filter_map(|arm| luck::unheard(&arm.name, &arm.scenario, base)) {
            page.say(notice);
        }
        // Under a posterior every draw has an autochthony of its own.
        let turned = if under.is_none() && wanted.is_none() {
            comparison.turnings(options, &stop)?
        } else {
            Vec::new()
        };
        for (arm, turning) in &turned {
            let outcome = comparison.headline().label(&base.world);
            page.say(turning.told(&arm.name, &outcome));
            let ends = turning.ends.map(|end| {
                let interval = end.interval.map(|interval| [interval.low, interval.high]);
                serde_json::json!({ "mean": end.mean, "interval": interval })
            });
            json["turning"][&arm.name] =
                serde_json::json!({ "outcome": outcome, "ends": ends, "at": turning.at });
        }
        told.write(&mut results, &profile)?;
        if let Some(under) = &under {
            page.say(under.told());
            for line in comparison.of_draws(&pairs) {
                page.say(line);
            }
        }
        if let (Some(wanted), Some((free, free_pairs))) = (&wanted, free) {
            page.say(wanted.line(&self.scenario));
            for (arm, from) in others.iter().zip(&fresh_from) {
                page.say(fresh_luck(base, &arm.name, *from));
            }
            let level = Level::new(self.level);
            for ((arm, pair), free_pair) in others.iter().zip(&pairs).zip(free_pairs) {
                let given = Answer { base: &profile, pair };
                let free = Answer { base: free, pair: free_pair };
                let why = why(base, &comparison.outcomes, &arm.name, given, free, &level);
                if let Some(why) = why {
                    page.say(why);
                }
            }
        }
        if let Some(wanted) = &wanted {
            let (of, how) = ((wanted, under.as_ref(), &pairs[..]), (options, &*stop, silent));
            if let Some(rows) = self.crowding.say(&comparison, of, how, (&mut results, &mut page))? {
                json["crowding"] = rows.into();
            }
        }
        results.keep(&self.scenario, &self.posterior, under.as_ref())?;
        for effects in &parts {
            let how = (options, &*stop, silent);
            let rows = effects::say(effects, &comparison, history.as_ref(), how, (&mut results, &mut page))?;
            json["effects"][&effects.arm.name] = rows.into();
        }
        for game in &games {
            let played = game.run(base, history.as_ref(), options, &stop, silent)?;
            played.say(&mut results, &mut page)?;
            json["shares"][game.name()] = records(&played.table()).into();
        }
        results.json(&json)?;
        let path = results.commit(base, others, &profile.digest.to_string(), Some(options))?;
        page.copy(format!("written to {}", path.display()));
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)
    }

    fn usual(&self, base: &Scenario, wanted: Option<&Wanted>) -> Name {
        let outcomes = given("outcome", &self.outcome);
        Name::new(Some("compare"), &self.scenario, &base.name, None)
            .names(&self.names)
            .word(self.decompose.is_given().then_some("decompose"))
            .word(self.effects.then_some("effects"))
            .of(&self.scenario, false)
            .word(self.format.unless(FormatArg::Csv))
            .option("against", self.against.iter().map(|text| arms::plain(text)))
            .option("outcome", outcomes)
            .option("level", (self.level != LEVEL).then_some(self.level))
            .option("decompose", self.decompose.arguments().into_iter().filter(|text| text != "--decompose"))
            .option("posterior", self.posterior.tag())
            .option("given", Wanted::tag(wanted))
            .option("luck", (self.luck != Luck::Kept).then(|| self.luck.name()))
            .option("crowding", self.crowding.arguments())
    }

    fn job(&self, comparison: &Comparison, wanted: Option<&Wanted>) -> Result<Job> {
        let Comparison { base, others, outcomes, level } = comparison;
        let arguments = [
            self.scenario.arguments(),
            given("against", &self.against),
            given("outcome", &self.outcome),
            given("level", [level]),
            given("format", [self.format.name()]),
            self.decompose.arguments(),
            self.effects.then(|| "--effects".to_string()).into_iter().collect(),
            Wanted::arguments(wanted),
            given("luck", (self.luck != Luck::Kept).then(|| self.luck.name())),
            self.crowding.arguments(),
            // Last and apart, since they are no options.
            vec!["--".into()],
            others[..others.len() - self.against.len()].iter().map(|arm| arm.name.clone()).collect(),
        ];
        let arms = others.iter().map(|arm| (arm.name.clone(), entry(&arm.scenario).blake3.into()));
        let labels = outcomes.iter().map(|outcome| outcome.label(&base.world));
        let mut job = JobEntry::new("compare")
            .with("counterfactuals", Value::Object(arms.collect()))
            .with("outcomes", labels.collect::<Vec<String>>())
            .with("level", *level)
            .with("format", self.format.name())
            .asked_by(arguments.concat());
        if let Some(told) = Wanted::tag(wanted) {
            job = job.with("given", told);
        }
        if self.luck != Luck::Kept {
            job = job.with("luck", self.luck.name());
        }
        if self.effects {
            job = job.with("effects", true);
        }
        if self.crowding.is_given() {
            job = job.with("crowding", self.crowding.arguments().join(" "));
        }
        if self.decompose.is_given() {
            job = job.with("decompose", self.decompose.arguments().join(" "));
        }
        Ok(Job::new(job, base).drawn_from(self.posterior.entry()?))
    }

    fn names(&self, base: &Scenario) -> Result<Vec<String>> {
        for name in &self.names {
            let first = name.split(',').next().unwrap_or_default();
            if MECHANISMS.iter().any(|m| m.name == first) {
                let message = format!(
                    "`{name}` is no counterfactual; mechanisms are given with `=`: --decompose={name}"
                );
                return Err(BadInput(message).into());
            }
            if name.contains('=') {
                let message =
                    format!("`{name}` is no counterfactual's name; give assignments by --against \"{name}\"");
                return Err(BadInput(message).into());
            }
        }
        if !self.names.is_empty() || !self.against.is_empty() {
            return Ok(self.names.clone());
        }
        Ok(all_names(base)?)
    }
}
