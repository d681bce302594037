//! `suasion check`: validate a scenario and say what it holds and what it costs.

use super::numbers::plain;
use super::page::Page;
use super::shared::{EngineArgs, ScenarioArgs};
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use suasion::experiment::cost::{Estimate, estimate, human};
use suasion::experiment::grades::{FirstGrade, first_grades};
use suasion::experiment::hearing::{Hearing, hearing};
use suasion::experiment::validation::check_patterns;
use suasion::scenario::{Ground, Scenario, ScenarioError};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// List the values that carry no source, and apart from them those whose source is judgement
    #[arg(long)]
    sources: bool,
    /// List what each rating regime would say of each state at the start: merit, score, grade, and how far the next grades are
    #[arg(long, conflicts_with = "sources")]
    grades: bool,
    /// Print nothing but errors: the exit code tells
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print what was found as JSON; the problems too, where there are any
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let checked = |scenario| check_patterns(&scenario).map(|()| scenario).map_err(anyhow::Error::from);
        let mut scenario = match self.scenario.load().and_then(checked) {
            Ok(scenario) => scenario,
            Err(error) => {
                if self.json {
                    page.json(&refusal(&error))?;
                }
                return Err(error);
            }
        };
        if self.quiet {
            return Ok(());
        }
        if self.sources {
            return self.say_sources(&scenario, page);
        }
        if self.grades {
            return self.say_grades(&scenario, page);
        }
        let options = self.engine.options()?;
        let cost = estimate(&mut scenario, options)?;
        if self.json {
            return page.json(&summary(&scenario, &cost));
        }
        page.say(format!("{} is valid: {}", scenario.name, scenario.title));
        page.say(scenario.in_words());
        if let Some([start, end]) = hearing(&scenario) {
            page.say(format!(
                "Peers count for {:.2} of what they could at the start ({:.2} to {:.2} by state) and for {:.2} at the end; in argument, where not all speak, for {:.2} and {:.2}.",
                start.mean, start.low, start.high, end.mean, start.heard, end.heard
            ));
        }
        if !scenario.world.theory.is_empty() {
            page.say(in_words(&scenario));
        }
        for doubt in scenario.doubts() {
            page.say(format!("  {doubt}"));
        }
        page.say(format!(
            "{} agent-steps: about {:.1} s on {} threads\n{} of memory, {} of results",
            indicatif::HumanCount(cost.agent_steps),
            cost.seconds,
            options.threads,
            human(cost.memory),
            human(cost.disk),
        ));
        page.print()
    }

    /// Lists what rating regimes would say of states at the start.
    fn say_grades(&self, scenario: &Scenario, mut page: Page) -> Result<()> {
        let world = &scenario.world;
        let all = first_grades(scenario);
        if self.json {
            let of = |of: &FirstGrade| {
                let rating = &world.ratings[of.rating];
                let named = |(code, share): (usize, &f64)| (rating.grades[code].clone(), json!(share));
                let shares: serde_json::Map<String, Value> =
                    of.shares.iter().enumerate().map(named).collect();
                json!({ "regime": rating.id, "state": world.states[of.state].id, "merit": of.merit,
                    "score": of.score, "score_min": of.scores[0], "score_max": of.scores[1],
                    "grade": rating.grade(of.grade), "shares": shares,
                    "to_better": of.to_better, "to_worse": of.to_worse })
            };
            let all: Vec<Value> = all.iter().map(of).collect();
            return page.json(&json!({ "valid": true, "grades": all }));
        }
        if all.is_empty() {
            page.say("No rating regime reports on any state in the run.");
            return page.print();
        }
        page.say("What each rating regime would say of each state as it is at the start, without the grader's error: the grade of its mean score.");
        for (g, rating) in world.ratings.iter().enumerate() {
            let of_rating: Vec<&FirstGrade> = all.iter().filter(|of| of.rating == g).collect();
            if of_rating.is_empty() {
                continue;
            }
            let cuts = rating.cuts(&rating.fields).iter().zip(&rating.grades);
            let cuts: Vec<String> =
                cuts.map(|(cut, grade)| format!("{grade} from {}", plain(*cut))).collect();
            let last = rating.grades.last().map_or("", String::as_str);
            page.say(format!("\n{}: {}, else {last}", rating.id, cuts.join(", ")));
            let mut table = Table::of("state")
                .numbers(["merit", "score", "lowest", "highest"])
                .texts(["grade"])
                .numbers(["in how many", "to better", "to worse"]);
            for of in of_rating {
                let distance = |distance: Option<f64>| distance.map_or_else(String::new, plain);
                table.row([
                    world.states[of.state].id.clone(),
                    plain(of.merit),
                    plain(of.score),
                    plain(of.scores[0]),
                    plain(of.scores[1]),
                    rating.grade(of.grade).to_string(),
                    plain(of.shares[of.grade - 1]),
                    distance(of.to_better),
                    distance(of.to_worse),
                ]);
            }
            page.table(table);
        }
        page.say("to better: what the score lacks to the next better grade; to worse: how far it may fall before the next worse one. in how many: share of replicates with that grade.");
        page.print()
    }

    /// Lists values without a source, then those that somebody judged.
    fn say_sources(&self, scenario: &Scenario, mut page: Page) -> Result<()> {
        let all = scenario.sources();
        let of = |ground: Ground| all.iter().filter(move |value| value.ground == ground);
        let sourced = of(Ground::Source).count();
        if self.json {
            let listed = |ground: Ground| -> Vec<Value> {
                of(ground)
                    .map(|v| json!({ "file": v.file, "line": v.line, "path": v.path, "source": v.source }))
                    .collect()
            };
            return page.json(&json!({ "valid": true, "without_source": listed(Ground::None),
                "judged": listed(Ground::Judgement), "sourced": sourced }));
        }
        for (ground, head) in [
            (Ground::None, "without a source"),
            (Ground::Judgement, "judged: the source is somebody's judgement"),
        ] {
            if of(ground).next().is_some() {
                page.say(head);
            }
            for value in of(ground) {
                let source =
                    if value.source.is_empty() { String::new() } else { format!(": {}", value.source) };
                page.say(format!("  {}:{}: {}{source}", value.file, value.line, value.path));
            }
        }
        let (none, judged) = (of(Ground::None).count(), of(Ground::Judgement).count());
        page.say(format!("{none} values without a source, {judged} by judgement, {sourced} with a source"));
        page.print()
    }
}

/// What the scenario says beyond the model, and what it costs.
fn in_words(scenario: &Scenario) -> String {
    let said = &scenario.world.theory.said;
    let counted = |n: usize, [one, many]: [&str; 2]| format!("{n} {}", if n == 1 { one } else { many });
    let listed = |all: &[(usize, [&str; 2])]| -> Vec<String> {
        all.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n, *what)).collect()
    };
    let shocks = said.shocks();
    let has = listed(&[
        (said.parameters.len(), ["parameter", "parameters"]),
        (said.traits.len(), ["trait", "traits"]),
        (said.variables.len() - shocks, ["variable", "variables"]),
        (shocks, ["shock", "shocks"]),
        (said.mechanisms.len(), ["mechanism", "mechanisms"]),
        (said.outcomes.len(), ["outcome", "outcomes"]),
    ]);
    let (each, shared) = said.operations();
    // What is taken over states, kept for a year or drawn costs more than an operation.
    let mut costs = vec![counted(each, ["operation", "operations"])];
    costs.extend(listed(&[
        (said.means.len(), ["mean over states", "means over states"]),
        (said.lasts.len(), ["value of a year ago", "values of a year ago"]),
        (said.draws.len(), ["draw", "draws"]),
    ]));
    format!(
        "Of its own it has {}: {} for each state and step, {shared} for each step.",
        has.join(", "),
        costs.join(", ")
    )
}

fn summary(scenario: &Scenario, cost: &Estimate) -> Value {
    let world = &scenario.world;
    let of = |h: Hearing| json!({ "low": h.low, "mean": h.mean, "high": h.high, "heard": h.heard });
    let shocks = world.theory.said.shocks();
    let hearing = hearing(scenario).map(|[start, end]| json!({ "start": of(start), "end": of(end) }));
    json!({
        "valid": true,
        "name": scenario.name,
        "title": scenario.title,
        "in_words": scenario.in_words(),
        "start": world.clock.start,
        "end": world.clock.end,
        "steps_per_year": world.clock.steps_per_year,
        "states": world.states.len(),
        "ties": world.ties.len(),
        "regimes": world.ratings.len() + world.conventions.len() + world.communities.len(),
        "instruments": world.instruments.len(),
        "events": world.events.len(),
        "corridors": world.corridors.len(),
        "mechanisms": world.theory.said.mechanisms.len(),
        "variables": world.theory.said.variables.len() - shocks,
        "shocks": shocks,
        "traits": world.theory.said.traits.len(),
        "outcomes": world.theory.said.outcomes.len(),
        "doubts": scenario.doubts(),
        "counterfactuals": scenario.counterfactuals.len(),
        "replicates": scenario.replicates,
        "hearing": hearing,
        "agent_steps": cost.agent_steps,
        "seconds": cost.seconds,
        "memory_bytes": cost.memory,
        "disk_bytes": cost.disk,
    })
}

/// The problems of a scenario that is refused; one in words where it could not be read at all.
fn refusal(error: &anyhow::Error) -> Value {
    let problems = error.downcast_ref::<ScenarioError>().map(ScenarioError::to_problems).unwrap_or_default();
    let all = problems.iter().map(|problem| {
        json!({
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "marked": problem.marked,
            "overlay": problem.overlay,
            "path": problem.path,
            "found": problem.found,
            "expected": problem.expected,
            "hint": problem.hint,
        })
    });
    let mut all: Vec<Value> = all.collect();
    if all.is_empty() {
        all.push(json!({ "found": error.to_string() }));
    }
    json!({ "valid": false, "problems": all })
}
