//! Why a state moved: its ledger, by term and year, of the baseline and of what is beside it, on the same luck.

use super::answer::short;
use super::histories::{Kept, Luck};
use super::refusal::Refusal;
use super::setting::Arms;
use serde::Serialize;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::estimate::{Interval, Level};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::explain::{MOTIVATION, dated, moved, outcomes, sentences};
use suasion::experiment::outcome::{Measure, Outcome, Place};
use suasion::experiment::paired::{self, Difference, Pair, Plan, Profile};
use suasion::experiment::posterior::Worlds;
use suasion::model::ledger::{term_title, terms};
use suasion::model::world::World;
use suasion::scenario::nearest;

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// The ledger of a state as the page draws it.
#[derive(Serialize)]
pub(super) struct Ledger {
    state: String,
    name: String,
    /// What moved it, in words.
    sentence: String,
    /// What is different beside it, in words.
    beside: Option<String>,
    start: i32,
    /// Mean motivation at the start and at the end of each year.
    motivation: Vec<f64>,
    motivation_beside: Option<Vec<f64>>,
    terms: Vec<Term>,
    /// What the scenario dates for the state.
    dated: Vec<(f64, String)>,
}

/// A term of the ledger.
#[derive(Serialize)]
struct Term {
    name: String,
    base: Side,
    beside: Option<Side>,
    /// Beside less base, and its interval.
    difference: Option<(f64, Option<(f64, f64)>)>,
}

/// A term in one arm: mean change of motivation over the run, its interval, and by year.
#[derive(Serialize)]
struct Side {
    total: f64,
    interval: Option<(f64, f64)>,
    years: Vec<f64>,
}

/// Runs the arms of a setting with their ledgers and explains a state.
pub(super) fn ledger(
    arms: &Arms,
    luck: &Luck,
    state: &str,
    options: Options,
    stop: &AtomicBool,
) -> Result<Ledger, Refusal> {
    let scenario = &arms.base.scenario;
    let world = &scenario.world;
    let Some(at) = world.states.iter().position(|s| s.id == state) else {
        let hint = nearest(state, world.states.iter().map(|s| s.id.as_str()));
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        return Err(Refusal::asked(format!("there is no state `{state}`{hint}")));
    };
    let outcomes = outcomes(world, &[]);
    let plan =
        Plan { outcomes: &outcomes, seed: scenario.seed, replicates: scenario.replicates as usize, options };
    let beside = arms.changed.as_ref().map(|arm| &arm.scenario.world);
    let beside = beside.filter(|other| paired::check(world, other).is_ok());
    let others: Vec<Worlds> =
        beside.into_iter().map(|world| within(world, luck.changed.as_deref())).collect();
    let base = within(world, luck.base.as_deref());
    let (profile, pairs) = paired::run(base, &others, plan, stop, |_| ()).map_err(|error| match error {
        ExperimentError::Stopped => Refusal::superseded(),
        error => error.into(),
    })?;
    let pair = pairs
        .first()
        .filter(|pair| pair.outcomes.find(Outcome::new(MOTIVATION, Place::State(at), 0)).is_some());
    Ok(told(world, &scenario.names[at], at, &profile, pair))
}

/// A world in a history, where there is one.
fn within<'w>(world: &'w World, kept: Option<&'w Kept>) -> Worlds<'w> {
    Worlds::from(world).within(kept.map(|kept| &kept.luck))
}

fn told(world: &World, name: &str, at: usize, profile: &Profile, pair: Option<&Pair>) -> Ledger {
    let (place, last) = (Place::State(at), world.clock.years());
    let outcome = |measure, row| Outcome::new(measure, place, row);
    let mean = |measure, row| profile.mean(outcome(measure, row)).map_or(0.0, short);
    let level = Level::new(LEVEL);
    let says = |measure, row| pair.and_then(|pair| pair.difference(outcome(measure, row), &level));
    let all = moved(world, profile, place, LEVEL);
    let term = |k: usize| {
        let total = says(Measure::Total(k), last);
        Term {
            name: term_title(world, k),
            base: Side {
                total: mean(Measure::Total(k), last),
                interval: all.iter().find(|m| m.term == k).and_then(|m| m.total.interval).map(ends),
                years: (1..=last).map(|row| mean(Measure::Term(k), row)).collect(),
            },
            beside: total.map(|total| Side {
                total: short(total.other.mean),
                interval: None,
                years: (1..=last)
                    .map(|row| says(Measure::Term(k), row).map_or(0.0, |d| short(d.other.mean)))
                    .collect(),
            }),
            difference: total.map(|d| (short(d.difference.mean), d.difference.interval.map(ends))),
        }
    };
    let beside = pair
        .map(|_| (0..=last).map(|row| says(MOTIVATION, row).map_or(0.0, |d| short(d.other.mean))).collect());
    Ledger {
        state: world.states[at].id.clone(),
        name: name.to_string(),
        sentence: sentences(world, profile, place, name, LEVEL),
        beside: says(MOTIVATION, last).map(|d| {
            let totals = (0..terms(world)).filter_map(|k| Some((k, says(Measure::Total(k), last)?)));
            difference(world, d, totals.collect())
        }),
        start: world.clock.start,
        motivation: (0..=last).map(|row| mean(MOTIVATION, row)).collect(),
        motivation_beside: beside,
        terms: (0..terms(world)).map(term).collect(),
        dated: dated(world, at),
    }
}

fn ends(interval: Interval) -> (f64, f64) {
    (interval.low, interval.high)
}

/// The difference at the end in words, with the two terms that differ most.
fn difference(world: &World, end: Difference, mut totals: Vec<(usize, Difference)>) -> String {
    totals.sort_by(|a, b| b.1.difference.mean.abs().total_cmp(&a.1.difference.mean.abs()));
    let interval =
        end.difference.interval.map_or_else(String::new, |i| format!(" [{:+.3}, {:+.3}]", i.low, i.high));
    let most: Vec<String> = totals
        .iter()
        .take(2)
        .filter(|(_, d)| d.difference.mean.abs() >= 0.0005)
        .map(|(k, d)| format!("{} ({:+.3})", term_title(world, *k), d.difference.mean))
        .collect();
    let what = if most.is_empty() {
        "No term of the ledger differs.".to_string()
    } else {
        format!("What differs most is {}.", most.join(" and "))
    };
    format!(
        "With the change it ends at {:.2}: {:+.3}{interval} on the same luck. {what}",
        end.other.mean, end.difference.mean
    )
}
