//! What a run shows of one variable: mean and the band of nine tenths of the replicates, by state and date; phases, tiers and
//! adoptions beside it. As JSON for the page; it simulates nothing.

use super::runs::Run;
use serde::Serialize;
use std::collections::BTreeMap;
use suasion::model::variable::{Variable, VariableKind};
use suasion::model::world::World;
use suasion::output::summary::Summary;

/// By state, then date: the start, then the end of each year.
type ByState<T> = Vec<Vec<T>>;

/// A run as the page draws it.
#[derive(Serialize)]
pub(super) struct Picture {
    digest: String,
    replicates: u64,
    start: i32,
    /// Ids, in the order of all that follows.
    states: Vec<String>,
    /// None of merit and score before a regime's first report.
    mean: ByState<Option<f64>>,
    /// The twentieth and the nineteen twentieths of the replicates; none for shares, and where none are kept.
    band: Option<[ByState<Option<f64>>; 2]>,
    /// Most frequent phase, and its share of the replicates.
    phase: ByState<usize>,
    phase_share: ByState<f64>,
    /// Most frequent tier by regime.
    tiers: BTreeMap<String, ByState<String>>,
    /// Share of replicates that have adopted each instrument.
    adopted: BTreeMap<String, ByState<f64>>,
}

/// Draws a variable of a run; none where the run has no such variable.
pub(super) fn picture(run: &Run, variable: &str) -> Option<Picture> {
    let (world, summary) = (&run.scenario.world, &run.summary);
    let variable = find(world, variable)?;
    let each = |f: &dyn Fn(usize, usize) -> f64| table(summary, world, |s, row| short(f(s, row)));
    // What is yet to be reported is no number.
    let shown = |f: &dyn Fn(usize, usize) -> f64| {
        table(summary, world, |s, row| has_value(summary, variable, s, row).then(|| short(f(s, row))))
    };
    let middle = |s, row| summary.mean(s, row, variable).unwrap_or(0.0);
    let band = match variable.kind() {
        VariableKind::Flag => None,
        VariableKind::Code => Some([5, 95].map(|percent| {
            shown(&|s, row| quantile(summary.counts(s, row, variable).unwrap_or_default(), percent))
        })),
        _ => {
            let at = |s, row, k: usize| Some(summary.quantiles(s, row, variable)?[k]);
            let has = at(0, 0, 0).is_some();
            has.then(|| [0, 4].map(|k| shown(&|s, row| at(s, row, k).unwrap_or_else(|| middle(s, row)))))
        }
    };
    let most = |v: Variable, s, row| most_frequent(summary.counts(s, row, v).unwrap_or_default());
    let share = |s, row| {
        let phase = most(Variable::Phase, s, row);
        summary.share(s, row, Variable::Phase, phase).unwrap_or(0.0)
    };
    let tiers = world.ratings.iter().enumerate().map(|(g, rating)| {
        (
            rating.id.clone(),
            table(summary, world, |s, row| rating.grade(most(Variable::Tier(g), s, row)).to_string()),
        )
    });
    let adopted = world.instruments.iter().enumerate().map(|(j, instrument)| {
        let share = |s, row| summary.mean(s, row, Variable::Adopted(j)).unwrap_or(0.0);
        (instrument.id.clone(), each(&share))
    });
    Some(Picture {
        digest: run.digest.to_string(),
        replicates: summary.replicates(),
        start: world.clock.start,
        states: world.states.iter().map(|state| state.id.clone()).collect(),
        mean: shown(&middle),
        band,
        phase: table(summary, world, |s, row| most(Variable::Phase, s, row)),
        phase_share: each(&share),
        tiers: tiers.collect(),
        adopted: adopted.collect(),
    })
}

/// The variables that can be drawn: all but tiers, the mean of whose codes means nothing.
pub(super) fn variables(world: &World) -> impl Iterator<Item = Variable> {
    Variable::all(world).into_iter().filter(|v| !matches!(v, Variable::Tier(_)))
}

fn find(world: &World, name: &str) -> Option<Variable> {
    variables(world).find(|v| v.name(world) == name)
}

/// Whether a variable has a value at a row: merit and score have none before the regime's first report, until which they are 0 and
/// no replicate has a tier.
fn has_value(summary: &Summary, variable: Variable, state: usize, row: usize) -> bool {
    let (Variable::Merit(g) | Variable::Score(g)) = variable else { return true };
    let is_graded = |row| summary.share(state, row, Variable::Tier(g), 0) != Some(1.0);
    summary.mean(state, row, variable) != Some(0.0) || (0..=row).any(is_graded)
}

fn table<T>(summary: &Summary, world: &World, f: impl Fn(usize, usize) -> T) -> ByState<T> {
    (0..world.states.len()).map(|s| (0..summary.rows()).map(|row| f(s, row)).collect()).collect()
}

/// The code that most have; of several, the lowest.
fn most_frequent(counts: &[u32]) -> usize {
    let best = counts.iter().enumerate().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
    best.map_or(0, |(code, _)| code)
}

/// The lowest code that at least so many per cent do not exceed.
fn quantile(counts: &[u32], percent: u64) -> f64 {
    let n: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let mut below = 0;
    let at = counts.iter().position(|count| {
        below += u64::from(*count);
        below * 100 >= n * percent
    });
    at.unwrap_or(0) as f64
}

/// As many decimals as a picture needs.
pub(super) fn short(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_by_the_most_frequent_and_by_ranks() {
        assert_eq!((most_frequent(&[1, 5, 5, 0]), most_frequent(&[0, 0, 3]), most_frequent(&[])), (1, 2, 0));
        assert_eq!([5, 50, 95].map(|p| quantile(&[10, 40, 45, 5], p)), [0.0, 1.0, 2.0]);
    }
}
