//! `suasion explain`: what moved motivation, year by year and mechanism by mechanism, with a counterfactual beside it.

use super::bars::{diverging, sides};
use super::exit::BadInput;
use super::given::{GivenArgs, Wanted};
use super::numbers::{interval, intervals, percentage, plain, signed};
use super::page::Page;
use super::place::{ReplaceArg, kept, tell_done};
use super::posterior::{PosteriorArgs, Under};
use super::progress::Progress;
use super::results::{RESULT, Results, records};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, flag, given, parse_level};
use super::signals::stop_flag;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use suasion::estimate::{Estimate, Level};
use suasion::experiment::arms::Arm;
use suasion::experiment::compare::{self, Named};
use suasion::experiment::explain::{self, MOTIVATION, Moved, dated, moved, sentences};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::luck;
use suasion::experiment::outcome::{Measure, Outcome, Outcomes, Place, year};
use suasion::experiment::paired::{self, Pair, Plan, Profile};
use suasion::experiment::posterior::Worlds;
use suasion::experiment::run::entry;
use suasion::model::ledger::{term_name, term_title, terms};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::output::manifest::JobEntry;
use suasion::scenario::{Scenario, nearest};

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    posterior: PosteriorArgs,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// The state to explain, by id or name (default: all)
    #[arg(long, value_name = "ID")]
    state: Option<String>,
    /// Set a counterfactual beside it: a name, or "TITLE: path=value; path=value"
    #[arg(long, value_name = "NAME")]
    against: Option<String>,
    /// Pin tiers and adoptions to the record, where the scenario has one
    #[arg(long, conflicts_with = "given")]
    observed: bool,
    /// Outcomes to show beside the account: years-to-law, phase=4.IDN, protection@2010 (may be repeated)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Level of the intervals
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_level)]
    level: f64,
    /// Also write the tables into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) how: ReplaceArg,
    /// Format of the tables
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the means (and differences) as JSON instead of text
    #[arg(long)]
    json: bool,
}

/// What is explained, and from what.
struct Explained<'a> {
    scenario: &'a Scenario,
    profile: &'a Profile,
    arm: Option<(&'a Arm, &'a Pair)>,
    level: f64,
}

impl Explain {
    #[expect(clippy::too_many_lines, reason = "what is asked, run and told, each once and in order")]
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let base = if self.observed { self.scenario.observed()? } else { self.scenario.load()? };
        let options = self.engine.options()?;
        let state = self.state.as_deref().map(|name| find_state(&base, name)).transpose()?;
        let asked = Outcomes::parse(&self.outcome, &base.world)?;
        let against: Vec<String> = self.against.iter().cloned().collect();
        let others = self.scenario.arms(&[], &against, &base, self.observed)?;
        let wanted = self.given.wanted(&self.scenario, &base, &self.posterior)?;
        if let Some(wanted) = &wanted {
            for arm in &others {
                wanted.check_states(&arm.scenario.world, &arm.name)?;
            }
        }
        let job = self.job(&base, &others, wanted.as_ref())?;
        let mut place = None;
        if let Some(target) = &self.out {
            match self.how.claim(target, &job, self.quiet || self.json)? {
                Claimed::Free(free) => place = Some(free),
                Claimed::Finished(manifest) => {
                    let json = self.json.then(|| kept(target, RESULT)).transpose()?;
                    return tell_done(page, target, &manifest, self.quiet, json);
                }
            }
        }
        let stop = stop_flag()?;
        let texts: Vec<&String> = against.iter().collect();
        let under = self.posterior.draw(
            &self.scenario,
            &base,
            &texts,
            (self.observed, wanted.is_some()),
            options,
            &stop,
        )?;
        let results = place.map(|place| Results::begin(place, &job, self.format, &base)).transpose()?;
        let outcomes = explain::outcomes(&base.world, &asked);
        let replicates = base.replicates as usize;
        let plan = Plan { outcomes: &outcomes, seed: base.seed, replicates, options };
        let history = wanted
            .as_ref()
            .map(|wanted| wanted.history(under.as_ref(), options, self.quiet || self.json))
            .transpose()?;
        let worlds: Vec<Worlds> = Under::others(under.as_ref(), &others)
            .into_iter()
            .map(|worlds| worlds.within(history.as_ref()))
            .collect();
        let mut progress = Progress::new(
            "replicates",
            u64::from(base.replicates) * (1 + worlds.len() as u64),
            self.quiet || self.json,
        );
        let in_base = Under::base(under.as_ref(), &base).within(history.as_ref());
        let done = paired::run(in_base, &worlds, plan, &stop, |done| progress.at(done));
        progress.finish();
        let (profile, pairs) = done?;
        let explained = Explained {
            scenario: &base,
            profile: &profile,
            arm: others.iter().zip(&pairs).next(),
            level: self.level,
        };
        match state {
            Some(state) => explained.one(state, &mut page),
            None => explained.all(&mut page),
        }
        if !asked.is_empty() {
            let pair = explained.arm.map(|(_, pair)| pair);
            page.say("");
            page.table(outcomes_table(&base.world, &asked, (&profile, pair), self.level));
        }
        if self.observed {
            page.say("\ntiers and adoptions are pinned to the record, in both arms where there are two");
        }
        for notice in others.iter().filter_map(|arm| luck::unheard(&arm.name, &arm.scenario, &base)) {
            page.say(format!("\n{notice}"));
        }
        if let Some(under) = &under {
            page.say(format!("\n{}", under.told()));
        }
        if let Some(wanted) = &wanted {
            page.say(format!("\n{}", wanted.line(&self.scenario)));
        }
        let means = compare::means(&base.world, &profile, self.level);
        let differences = explained.arm.map(|(arm, pair)| {
            let named = [Named { name: &arm.name, pair, fresh: None }];
            compare::differences(&base.world, &named, self.level, |_| true)
        });
        // A state's rows alone, where one was asked for.
        let id = state.map(|i| base.world.states[i].id.as_str());
        let mine = |row: &serde_json::Value| id.is_none_or(|id| row["state"] == id);
        let rows = |table| records(table).into_iter().filter(mine).collect::<Vec<_>>();
        let json =
            serde_json::json!({ "means": rows(&means), "differences": differences.as_ref().map(rows) });
        if let Some(mut results) = results {
            results.table("explanation", &means)?;
            let states: Vec<usize> = (0..base.world.states.len()).collect();
            results.table("totals", &explain::totals(&base.world, &profile, self.level))?;
            results.table("events", &explain::dated_table(&base.world, &states))?;
            if let Some(differences) = &differences {
                results.table("differences", differences)?;
            }
            results.keep(&self.scenario, &self.posterior, under.as_ref())?;
            results.json(&json)?;
            let path = results.commit(&base, &others, &profile.digest.to_string(), Some(options))?;
            page.copy(format!("written to {}", path.display()));
        }
        page.end(self.json.then(|| serde_json::to_string_pretty(&json)).transpose()?, self.quiet)
    }
}

impl Explain {
    fn job(&self, base: &Scenario, others: &[Arm], wanted: Option<&Wanted>) -> Result<Job> {
        let arguments = [
            self.scenario.arguments(),
            given("state", &self.state),
            given("against", &self.against),
            given("outcome", &self.outcome),
            flag("observed", self.observed),
            given("level", [self.level]),
            given("format", [self.format.name()]),
            Wanted::arguments(wanted),
        ];
        let arms = others.iter().map(|arm| (arm.name.clone(), entry(&arm.scenario).blake3.into()));
        let mut job = JobEntry::new("explain")
            .with("state", self.state.as_deref().unwrap_or("all"))
            .with("against", serde_json::Value::Object(arms.collect()))
            .with("level", self.level)
            .with("format", self.format.name())
            .asked_by(arguments.concat());
        if !self.outcome.is_empty() {
            job = job.with("outcomes", self.outcome.clone());
        }
        if let Some(told) = Wanted::tag(wanted) {
            job = job.with("given", told);
        }
        Ok(Job::new(job, base).drawn_from(self.posterior.entry()?))
    }
}

/// A state by id or display name.
pub(super) fn find_state(scenario: &Scenario, name: &str) -> Result<usize> {
    let states = &scenario.world.states;
    let is =
        |i: &usize| states[*i].id.eq_ignore_ascii_case(name) || scenario.names[*i].eq_ignore_ascii_case(name);
    if let Some(i) = (0..states.len()).find(is) {
        return Ok(i);
    }
    let hint = nearest(&name.to_uppercase(), states.iter().map(|state| state.id.as_str()))
        .map_or_else(String::new, |hint| format!("; {hint}"));
    Err(BadInput(format!("--state: there is no state `{name}`{hint}")).into())
}

impl Explained<'_> {
    fn head(&self, whom: &str, page: &mut Page) {
        let clock = self.scenario.world.clock;
        let n = self.scenario.replicates;
        page.say(&self.scenario.title);
        let (years, intervals) = (format!("{}-{}", clock.start, clock.end - 1), intervals(self.level, n));
        page.say(format!("{whom}, {years}: means over {n} replicates; {intervals}\n"));
    }

    /// One state: sentences, totals as bars, then year by year.
    fn one(&self, state: usize, page: &mut Page) {
        let (world, place) = (&self.scenario.world, Place::State(state));
        let name = &self.scenario.names[state];
        self.head(name, page);
        page.say(sentences(world, self.profile, place, name, self.level));
        page.say("\nchange of motivation over the run, by term\n");
        let moved = moved(world, self.profile, place, self.level);
        let most = moved.iter().map(|m| m.total.mean.abs()).fold(0.0, f64::max);
        let mut table =
            Table::of("term").numbers(["total", "interval", "most in"]).drawing(sides("lowers", "raises"));
        for m in moved.iter().filter(|m| visible(m)) {
            let interval = interval(m.total.interval, signed);
            let bar = diverging(m.total.mean, most);
            table.row([term_title(world, m.term), signed(m.total.mean), interval, m.most.to_string(), bar]);
        }
        page.table(table);
        if let Some((arm, pair)) = self.arm {
            self.beside(arm, pair, place, page);
        }
        page.say("\nyear by year (motivation at the end of the year; the terms' changes in it)\n");
        page.table(self.years(state));
    }

    /// The counterfactual's totals beside the base's.
    fn beside(&self, arm: &Arm, pair: &Pair, place: Place, page: &mut Page) {
        let world = &self.scenario.world;
        let last = world.clock.years();
        let title = if arm.title.is_empty() { String::new() } else { format!(": {}", arm.title) };
        page.say(format!("\nbeside {}{title}", arm.name));
        page.say("(difference: counterfactual less baseline, on the same luck)\n");
        let wanted = std::iter::once((MOTIVATION, "motivation at the end".to_string()))
            .chain((0..terms(world)).map(|k| (Measure::Total(k), term_title(world, k))));
        let level = Level::new(self.level);
        let says: Vec<_> = wanted
            .filter_map(|(m, name)| Some((name, pair.difference(Outcome::new(m, place, last), &level)?)))
            .filter(|(_, s)| s.base.mean.abs() >= 0.0005 || s.other.mean.abs() >= 0.0005)
            .collect();
        if says.is_empty() {
            return page.say("the counterfactual has no such state");
        }
        let most = says.iter().map(|(_, s)| s.difference.mean.abs()).fold(0.0, f64::max);
        let mut table = Table::of("")
            .numbers(["baseline", "counterfactual", "difference", "interval"])
            .drawing(sides("lower", "higher"));
        for (name, s) in says {
            let interval = interval(s.difference.interval, signed);
            let [base, other, difference] = [s.base, s.other, s.difference].map(|e| signed(e.mean));
            table.row([name, base, other, difference, interval, diverging(s.difference.mean, most)]);
        }
        page.table(table);
    }

    fn years(&self, state: usize) -> Table {
        let (world, place) = (&self.scenario.world, Place::State(state));
        let mean = |measure, row| self.profile.mean(Outcome::new(measure, place, row)).unwrap_or_default();
        let shown: Vec<usize> = (0..terms(world))
            .filter(|k| (1..=world.clock.years()).any(|row| mean(Measure::Term(*k), row).abs() >= 0.0005))
            .collect();
        let mut table = Table::of("year")
            .numbers(["m"])
            .numbers(shown.iter().map(|k| short(term_name(world, *k))))
            .numbers(world.ratings.iter().map(|g| format!("tier {}", g.id)))
            .note("in the year");
        let dated = dated(world, state);
        for row in 1..=world.clock.years() {
            let year = year(world, row);
            let motivation = mean(MOTIVATION, row);
            let mut cells = vec![year.to_string(), format!("{motivation:.3}")];
            cells.extend(shown.iter().map(|k| signed(mean(Measure::Term(*k), row))));
            for g in 0..world.ratings.len() {
                let share = |tier: usize| mean(Measure::Is(Variable::Tier(g), tier as u8), row);
                let rating = &world.ratings[g];
                let codes = 0..=rating.grades.len();
                let most = codes.max_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap_or(0);
                cells.push(format!("{} ({})", rating.grade(most), percentage(share(most))));
            }
            let mut what: Vec<String> = dated
                .iter()
                .filter(|(date, _)| date.floor() == f64::from(year))
                .map(|(_, w)| w.clone())
                .collect();
            for (j, instrument) in world.instruments.iter().enumerate() {
                let adopted = |row| mean(Measure::Variable(Variable::Adopted(j)), row);
                let share = adopted(row) - adopted(row - 1);
                let given = instrument.adopted[state].is_some();
                if share >= 0.005 && !given {
                    what.push(format!("{} +{}", instrument.id, percentage(share)));
                }
            }
            cells.push(what.join(", "));
            table.row(cells);
        }
        table
    }

    /// Every state: totals of each term, then sentences.
    fn all(&self, page: &mut Page) {
        let world = &self.scenario.world;
        self.head(&format!("{} states", world.states.len()), page);
        page.say("change of motivation over the run, by term\n");
        let places: Vec<(Place, String)> = (0..world.states.len())
            .map(|i| (Place::State(i), self.scenario.names[i].clone()))
            .chain([(Place::Mean, "mean of all".to_string())])
            .collect();
        let last = world.clock.years();
        let mean = |measure, place, row| self.profile.mean(Outcome::new(measure, place, row));
        let total = |place, k| mean(Measure::Total(k), place, last).unwrap_or_default();
        let shown: Vec<usize> =
            (0..terms(world)).filter(|k| places.iter().any(|(p, _)| total(*p, *k).abs() >= 0.0005)).collect();
        let m = |place, row| mean(MOTIVATION, place, row).unwrap_or(f64::NAN);
        let mut table = Table::of("state")
            .numbers(["start > end"])
            .numbers(shown.iter().map(|k| short(term_name(world, *k))));
        for (place, name) in &places {
            let mut row = vec![name.clone(), format!("{:.2} > {:.2}", m(*place, 0), m(*place, last))];
            row.extend(shown.iter().map(|k| signed(total(*place, *k))));
            table.row(row);
        }
        page.table(table);
        for (place, name) in &places[..places.len() - 1] {
            page.say(format!("\n{}", sentences(world, self.profile, *place, name, self.level)));
        }
        if let Some((arm, pair)) = self.arm {
            self.beside(arm, pair, Place::Mean, page);
            page.say("mean over the states in both; --state shows one, --out writes all");
        }
    }
}

/// Outcomes that were asked for, with their intervals; beside a counterfactual with the difference.
pub(super) fn outcomes_table(
    world: &World,
    outcomes: &Outcomes,
    (profile, pair): (&Profile, Option<&Pair>),
    level: f64,
) -> Table {
    let level = Level::new(level);
    let told = |e: Estimate, show: fn(f64) -> String| [show(e.mean), interval(e.interval, show)];
    let mut table = Table::of("outcome").texts(["unit"]).numbers(["mean", "interval"]);
    if pair.is_some() {
        table = table.numbers(["difference", "interval"]);
    }
    for outcome in outcomes.iter() {
        let mut row = vec![outcome.label(world), outcome.measure.unit().to_string()];
        row.extend(profile.estimate(*outcome, &level).into_iter().flat_map(|e| told(e, plain)));
        let beside = pair.and_then(|pair| pair.difference(*outcome, &level));
        row.extend(beside.into_iter().flat_map(|says| told(says.difference, signed)));
        table.row(row);
    }
    table
}

fn visible(moved: &Moved) -> bool {
    moved.total.mean.abs() >= 0.0005 || moved.total.interval.is_some_and(|i| i.high - i.low >= 0.001)
}

/// A term's name, short enough for the head of a column.
fn short(term: &str) -> &str {
    match term {
        "persuasion" => "persuas",
        "argumentation" => "argum",
        "regional_argument" => "region",
        "domestic_voice" => "voice",
        "habituation" => "habit",
        "signalling" => "signal",
        "overjustification" => "overjust",
        "self_determination" => "self-det",
        other => other,
    }
}
