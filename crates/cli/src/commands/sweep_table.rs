//! What `sweep` prints: how the mean of an outcome moves along each axis.

use super::numbers::ends;
use super::page::Page;
use super::table::Table;
use suasion::estimate::Estimate;
use suasion::experiment::outcome::{Measure, Outcome, Place};
use suasion::experiment::sweep::{Description, Layout};
use suasion::model::variable::Variable;
use suasion_show::sparkline::sparkline;

/// Places along an axis.
const BINS: usize = 16;
/// Outcomes shown.
const MOST: usize = 3;

/// Means of some outcomes over the points near each place of each axis.
pub(super) struct Effects {
    outcomes: Vec<usize>,
    ends: Vec<(f64, f64)>,
    /// By axis, outcome and place: points and the sum of their means.
    sums: Vec<[(u64, f64); BINS]>,
}

impl Effects {
    pub(super) fn new(layout: &Layout) -> Effects {
        let last = layout.outcomes.last().map_or(0, |outcome| outcome.row);
        let headline = |v| layout.outcomes.find(Outcome::new(Measure::Variable(v), Place::Mean, last));
        let wanted = [Variable::Motivation, Variable::Protection, Variable::Enforcement];
        let mut outcomes: Vec<usize> = wanted.into_iter().filter_map(headline).collect();
        if outcomes.is_empty() {
            outcomes = (0..layout.outcomes.len().min(MOST)).collect();
        }
        let ends: Vec<(f64, f64)> = layout.plan.axes().iter().map(|axis| (axis.low, axis.high)).collect();
        let sums = vec![[(0, 0.0); BINS]; ends.len() * outcomes.len()];
        Effects { outcomes, ends, sums }
    }

    pub(super) fn add(&mut self, values: &[f64], estimates: &[Estimate]) {
        let each = self.outcomes.len();
        for (a, (x, (low, high))) in values.iter().zip(&self.ends).enumerate() {
            let share = if high > low { (x - low) / (high - low) } else { 0.0 };
            let bin = ((share * BINS as f64) as usize).min(BINS - 1);
            for (o, &outcome) in self.outcomes.iter().enumerate() {
                let (n, sum) = &mut self.sums[a * each + o][bin];
                *n += 1;
                *sum += estimates[outcome].mean;
            }
        }
    }

    /// Says what was swept, and them.
    pub(super) fn say(&self, layout: &Layout, page: &mut Page) {
        say_size(layout, page);
        let each = self.outcomes.len();
        let mut table = Table::of("axis").key("outcome").drawing("course").numbers(["least", "greatest"]);
        for (a, axis) in layout.plan.axes().iter().enumerate() {
            for (o, &outcome) in self.outcomes.iter().enumerate() {
                let means =
                    self.sums[a * each + o].iter().filter(|(n, _)| *n > 0).map(|(n, sum)| sum / *n as f64);
                let means: Vec<f64> = means.collect();
                let low = means.iter().copied().fold(f64::INFINITY, f64::min);
                let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let name = if o == 0 {
                    format!("{} {}", axis.path, ends([axis.low, axis.high], |x| x.to_string()))
                } else {
                    String::new()
                };
                table.row([
                    name,
                    layout.outcomes[outcome].label(&layout.world),
                    sparkline(&means, low, high),
                    format!("{low:.3}"),
                    format!("{high:.3}"),
                ]);
            }
        }
        page.table(table);
        page.say(
            "each line is drawn from its own least to its greatest mean, over the points near each place",
        );
    }
}

/// Says what was swept.
pub(super) fn say_size(layout: &Layout, page: &mut Page) {
    let Description { scenario, points, replicates, given, .. } = &layout.description;
    let given = given.as_ref().map_or_else(String::new, |given| {
        format!("\nin the history ({given}): each point is a counterfactual, with the luck that the states must have had in the scenario")
    });
    page.say(format!("{}\n{points} design points, {replicates} replicates of each{given}\n", scenario.title));
}
