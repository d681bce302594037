//! Why an answer in the history is not the answer of free runs: which state differs most, and how its grades on record differ from those of free runs.

use crate::estimate::Level;
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place};
use crate::experiment::paired::{Pair, Profile};
use crate::model::variable::Variable;
use crate::scenario::Scenario;
use std::fmt::Write;

/// A base and an arm beside it, run in one way.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What the base gave.
    pub base: &'a Profile,
    /// What the arm gave beside it.
    pub pair: &'a Pair,
}

/// A sentence: of some outcomes the one of a state whose difference in the history is farthest from that of free runs, and the grade of which the state
/// has most more, or fewer, than free runs give it. None where no outcome is of a state.
pub fn why(
    scenario: &Scenario,
    outcomes: &Outcomes,
    arm: &str,
    given: Answer,
    free: Answer,
    level: &Level,
) -> Option<String> {
    let world = &scenario.world;
    let mean =
        |answer: Answer, outcome: Outcome| Some(answer.pair.difference(outcome, level)?.difference.mean);
    let apart = |outcome: &Outcome| Some((*outcome, mean(given, *outcome)?, mean(free, *outcome)?));
    let first = outcomes.iter().find(|outcome| outcome.place.state().is_some())?;
    let same = |outcome: &&Outcome| outcome.measure == first.measure && outcome.place.state().is_some();
    let (outcome, in_history, in_free) = outcomes
        .iter()
        .filter(same)
        .filter_map(apart)
        .max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()))?;
    let state = outcome.place.state()?;
    let years = |answer: Answer, g: usize, tier: usize| -> Option<f64> {
        let of = |row| {
            answer.base.mean(Outcome::new(
                Measure::Is(Variable::Tier(g), tier as u8),
                Place::State(state),
                row,
            ))
        };
        (1..=outcome.row).map(of).sum()
    };
    let grades = (0..world.ratings.len())
        .flat_map(|g| (1..Variable::Tier(g).values(world)).map(move |tier| (g, tier)));
    let counted =
        grades.filter_map(|(g, tier)| Some((g, tier, years(given, g, tier)?, years(free, g, tier)?)));
    let most = counted.max_by(|a, b| (a.2 - a.3).abs().total_cmp(&(b.2 - b.3).abs()));
    let name = &scenario.names[state];
    let mut out = format!(
        "{arm}: {name} differs most, {} {in_history:+.3} in the history and {in_free:+.3} in free runs",
        outcome.measure.name(world)
    );
    if let Some((g, tier, on_record, in_free)) = most {
        let _ = write!(
            out,
            ": it is in tier {} of {} in {on_record:.1} years, and in free runs in {in_free:.1}",
            world.ratings[g].grade(tier),
            world.ratings[g].id
        );
    }
    Some(out)
}
