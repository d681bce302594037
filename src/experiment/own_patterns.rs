//! Patterns of a scenario's own, held against it: outcomes by the words in which every experiment is asked for them, what the record says of each, and what runs do.

use crate::engine::parallel::Options;
use crate::evidence::patterns::{Pattern, Scale, Statistic};
use crate::evidence::verdict::{Judged, Row, Simulated, verdict};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Target};
use crate::experiment::posterior::Worlds;
use crate::experiment::values;
use crate::model::variable::Variable;
use crate::scenario::Scenario;
use rayon::prelude::*;

/// Replicates that a thread runs at once.
const AT_ONCE: u32 = 64;

/// A scenario's patterns with their outcomes.
#[derive(Debug)]
pub struct Own<'s> {
    scenario: &'s Scenario,
    /// By pattern, then as it names them.
    outcomes: Vec<Vec<Outcome>>,
}

impl<'s> Own<'s> {
    /// Those of a scenario.
    ///
    /// # Errors
    /// If an outcome is none, or more than one; or nothing says what it should be.
    pub fn new(scenario: &'s Scenario) -> Result<Own<'s>, ExperimentError> {
        let world = &scenario.world;
        let mut all = Vec::new();
        for pattern in &scenario.patterns {
            let mut of_pattern = Vec::new();
            for text in &pattern.outcomes {
                let told = |what: &str| ExperimentError::Asked(format!("{}: {what}", pattern.whence));
                let asked = Outcomes::parse(&[text], world).map_err(|error| told(&error.to_string()))?;
                let [outcome] = asked[..] else {
                    let (found, state) = (asked.len(), &world.states[0].id);
                    return Err(told(&format!(
                        "`{text}` names {found} numbers, expected one; say of whom and when, as `motivation.{state}@{}`",
                        world.clock.end - 1
                    )));
                };
                if pattern.targets.is_none() {
                    let said = observed(scenario, &outcome);
                    let nothing = || format!("nothing on record says what `{text}` is");
                    said.and_then(|said| said.ok_or_else(nothing))
                        .map_err(|found| told(&format!("{found}; say it in `targets`")))?;
                }
                of_pattern.push(outcome);
            }
            all.push(of_pattern);
        }
        Ok(Own { scenario, outcomes: all })
    }

    /// Every pattern, held against the record or its targets; with `simulated`, the values by replicate, then outcome in the order of all patterns.
    fn rows(&self, simulated: Option<&[Vec<f64>]>) -> Vec<Row> {
        let mut place = 0..;
        let rows = self.scenario.patterns.iter().zip(&self.outcomes).map(|(pattern, outcomes)| {
            let statistics =
                outcomes.iter().zip(&pattern.outcomes).enumerate().map(|(k, (outcome, text))| {
                    let given = pattern.targets.as_ref().map(|targets| targets[k]);
                    let observed = observed(self.scenario, outcome).ok().flatten();
                    let target = given.or(observed);
                    let at = place.next().unwrap_or_default();
                    let values = |all: &[Vec<f64>]| all.iter().map(|values| values[at]).collect::<Vec<f64>>();
                    let around = |by: f64| target.map_or(f64::NAN, |target| target + by);
                    let statistic = Statistic {
                        name: text.clone().into(),
                        pattern: pattern.id.clone().into(),
                        label: text.clone().into(),
                        scale: Scale::Share,
                        target: given.unwrap_or(f64::NAN),
                        below: pattern.tolerance,
                        above: pattern.tolerance,
                    };
                    Judged {
                        statistic,
                        observed,
                        target,
                        low: around(-pattern.tolerance),
                        high: around(pattern.tolerance),
                        simulated: simulated.and_then(|all| Simulated::of(&values(all))),
                    }
                });
            let statistics: Vec<Judged> = statistics.collect();
            let source = pattern.source.clone().unwrap_or_default();
            let of = Pattern {
                id: pattern.id.clone().into(),
                title: pattern.title.clone().into(),
                source: source.into(),
            };
            Row { pattern: of, verdict: verdict(&statistics), statistics }
        });
        rows.collect()
    }

    /// What the record and the targets say: nothing is simulated.
    pub fn observed(&self) -> Vec<Row> {
        self.rows(None)
    }

    /// Every pattern, met by the mean over replicates or not.
    ///
    /// # Errors
    /// If a result is not finite, or threads could not be started.
    pub fn judge(&self, worlds: Worlds, options: Options) -> Result<Vec<Row>, ExperimentError> {
        let all: Vec<Outcome> = self.outcomes.iter().flatten().copied().collect();
        if all.is_empty() {
            return Ok(Vec::new());
        }
        // Outcomes are in an order of their own, and none is there twice.
        let outcomes = Outcomes::new(all.clone());
        let places: Vec<usize> =
            all.iter().filter_map(|of| outcomes.iter().position(|known| known == of)).collect();
        let Scenario { replicates, seed, .. } = *self.scenario;
        let starts: Vec<u32> = (0..replicates).step_by(AT_ONCE as usize).collect();
        let of_block = |start: &u32| {
            let block: Vec<u32> = (*start..(start + AT_ONCE).min(replicates)).collect();
            let of_each: Vec<_> = block.iter().map(|replicate| worlds.of(*replicate)).collect();
            let runs: Vec<(usize, u32)> =
                block.iter().enumerate().map(|(k, replicate)| (k, *replicate)).collect();
            let found = values::simulate(&of_each, &runs, seed, &outcomes, options.isa)?;
            Ok((0..runs.len()).map(|run| places.iter().map(|k| found.run(run)[*k]).collect()).collect())
        };
        let threads = options.threads;
        let blocks: Result<Vec<Vec<Vec<f64>>>, ExperimentError> =
            crate::engine::parallel::on_threads(threads, || starts.par_iter().map(of_block).collect())
                .map_err(|error| ExperimentError::Threads(error.to_string()))?;
        Ok(self.rows(Some(&blocks?.concat())))
    }
}

/// What the record says an outcome is: of adoptions and grades, as a mean over the states that it is of; none of anything else, or where nothing is on record of it.
///
/// # Errors
/// If the record has the grades of some of the states in the year, and not of others that are rated then: in words.
fn observed(scenario: &Scenario, outcome: &Outcome) -> Result<Option<f64>, String> {
    let Scenario { world, observed, .. } = scenario;
    let states = outcome.place.states(world);
    let mean =
        |of: &dyn Fn(usize) -> f64| states.iter().map(|state| of(*state)).sum::<f64>() / states.len() as f64;
    let end = f64::from(world.clock.start) + outcome.row as f64;
    let dated = |j: usize| observed.adoptions.get(j).is_some_and(|dates| dates.iter().any(Option::is_some));
    Ok(match outcome.measure {
        Measure::Variable(Variable::Adopted(j)) | Measure::Reached(Target::Adoption(j)) => {
            dated(j).then(|| {
                mean(&|state| f64::from(u8::from(observed.adoption(j, state).is_some_and(|date| date < end))))
            })
        }
        Measure::Waited(Target::Adoption(j)) => dated(j).then(|| {
            let (start, years) = (f64::from(world.clock.start), outcome.row as f64);
            mean(&|state| observed.adoption(j, state).map_or(years, |date| (date - start).clamp(0.0, years)))
        }),
        Measure::Is(Variable::Tier(g), code) if outcome.row > 0 => {
            let year = world.clock.start + outcome.row as i32 - 1;
            let grade = |state: usize| observed.tier(g, state, year);
            if states.iter().all(|state| grade(*state).is_none()) {
                return Ok(None);
            }
            // Who is not rated yet has no grade, in runs as on record.
            let is_rated =
                |state: &&usize| world.ratings[g].rated_from[**state].is_some_and(|from| from < end);
            let missing: Vec<&str> = states
                .iter()
                .filter(|state| grade(**state).is_none())
                .filter(is_rated)
                .map(|state| world.states[*state].id.as_str())
                .collect();
            if let Some(first) = missing.first() {
                let others = if missing.len() > 1 {
                    format!(" and {} others", missing.len() - 1)
                } else {
                    String::new()
                };
                return Err(format!("the record has no grade of {first}{others} in {year}"));
            }
            Some(mean(&|state| f64::from(u8::from(grade(state).unwrap_or(0) == code))))
        }
        _ => None,
    })
}
