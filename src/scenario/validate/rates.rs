//! Rates against the step: what takes one explicit step must not overshoot, and a run must be of a size to be run.

use super::context::Context;
use crate::model::parameters::Parameters;
use crate::model::world::Rating;
use crate::scenario::document::Node;
use crate::scenario::report::origin;

/// State-steps that one replicate may have.
const MOST_STATE_STEPS: u64 = 1 << 40;

/// Checks the sums of rates, and the size of the run.
pub(super) fn check(
    context: &mut Context<'_>,
    parameters: &Parameters<f64>,
    ratings: &[Rating],
    states: usize,
) {
    let p = parameters;
    let motivation = p.persuasion
        + p.argumentation
        + p.domestic_voice
        + p.habituation
        + p.overjustification
        + p.self_determination
        + p.signalling.abs()
        + p.drift;
    let repression = p.repression.iter().copied().fold(0.0, f64::max);
    let mobilization = p.mobilization_rise + repression + p.mobilization_fall;
    check_sum(context, "motivation", motivation);
    check_sum(context, "mobilization", mobilization);
    for rating in ratings {
        let fields = &rating.fields;
        let sum = fields.standing_rate + fields.politicization_cost * fields.politicization.abs();
        if sum > 1.0 {
            let entries = context.document.entries("regime");
            let node = entries.iter().find(|node| node.get("id").and_then(Node::text) == Some(&rating.id));
            let key = "politicization_cost";
            let at = node.map_or(context.document.root.origin, |node| origin(node, key));
            let expected = "a sum of at most 1 a year";
            let found = format!("`standing_rate` and `{key}` times `politicization` that sum to {sum}");
            context.report.expected(at, format!("regime.{}.{key}", rating.id), found, expected);
        }
    }
    let steps = context.clock.steps() as u64 * states as u64;
    if steps > MOST_STATE_STEPS {
        let at = context.document.root.get("time").map_or(context.document.root.origin, |time| time.origin);
        let found = format!("{states} states for {} steps", context.clock.steps());
        context.report.expected(at, "time", found, format!("at most {MOST_STATE_STEPS} state-steps"));
    }
}

fn check_sum(context: &mut Context<'_>, what: &str, sum: f64) {
    let steps = context.clock.steps_per_year;
    if sum <= f64::from(steps) {
        return;
    }
    let root = &context.document.root;
    let at = root.get("time").map_or(root.origin, |time| origin(time, "steps_per_year"));
    let path = "time.steps_per_year".to_string();
    let needed = sum.ceil();
    let (expected, hint) = if needed <= 365.0 {
        (
            format!("at least {needed}"),
            format!("the rates of {what} sum to {sum} a year, too much for one step"),
        )
    } else {
        ("smaller rates".to_string(), format!("the rates of {what} sum to {sum} a year"))
    };
    context.report.add(at, path, steps.to_string(), Some(expected), Some(hint));
}
