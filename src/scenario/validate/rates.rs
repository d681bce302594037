//! Rates against the step: what takes one explicit step must not overshoot, and a run must be of a size to be run.

use super::context::Context;
use super::events::disordered;
use super::grades::descending;
use crate::model::parameters::Parameters;
use crate::model::theory::target::Target;
use crate::model::world::{Rating, World};
use crate::scenario::document::Node;
use crate::scenario::report::origin;
use crate::scenario::wire_values::short;

/// State-steps that one replicate may have.
const MOST_STATE_STEPS: u64 = 1 << 40;

/// The rates by which motivation moves in one explicit step.
fn of_motivation(p: &Parameters<f64>) -> [(&'static str, f64); 9] {
    [
        ("persuasion", p.persuasion),
        ("argumentation", p.argumentation),
        ("regional_argument", p.regional_argument),
        ("domestic_voice", p.domestic_voice),
        ("habituation", p.habituation),
        ("overjustification", p.overjustification.abs()),
        ("self_determination", p.self_determination.abs()),
        ("signalling", p.signalling.abs()),
        ("drift", p.drift),
    ]
}

/// Those of mobilization.
fn of_mobilization(p: &Parameters<f64>) -> [(&'static str, f64); 3] {
    let repression = p.repression.iter().copied().fold(0.0, f64::max);
    [
        ("mobilization_rise", p.mobilization_rise),
        ("repression", repression),
        ("mobilization_fall", p.mobilization_fall),
    ]
}

/// The sum of the rates of motivation.
pub(super) fn motivation(p: &Parameters<f64>) -> f64 {
    of_motivation(p).iter().map(|(_, rate)| rate).sum()
}

/// The sum of those of mobilization.
pub(super) fn mobilization(p: &Parameters<f64>) -> f64 {
    of_mobilization(p).iter().map(|(_, rate)| rate).sum()
}

/// A number for a sentence, without digits that say nothing.
pub(super) fn told(x: f64) -> String {
    if x.is_finite() {
        short(x).to_string()
    } else if x > 0.0 {
        "infinity".into()
    } else {
        "minus infinity".into()
    }
}

/// Those of a sender's standing, which is judged once a year.
fn of_standing(rating: &Rating) -> f64 {
    let fields = &rating.fields;
    fields.standing_rate + (fields.politicization_cost * fields.politicization).abs()
}

/// Whether numbers that are admissible by themselves may stand together in a world: no rate overshoots in a step, no hazard is below 0, and
/// thresholds leave each tier its own band, at the start and after each event. What [`Scenario`](crate::scenario::Scenario) promises, for a world whose numbers
/// were changed.
///
/// ```
/// let mut world = suasion::scenario::Scenario::load("asean").unwrap().build().unwrap().world;
/// assert!(suasion::scenario::keeps_joint_rules(&world));
/// world.ratings[0].fields.thresholds[0] = -0.5;
/// assert!(!suasion::scenario::keeps_joint_rules(&world));
/// ```
pub fn keeps_joint_rules(world: &World) -> bool {
    let steps = f64::from(world.clock.steps_per_year);
    let within = |rates: &[(&str, f64)]| rates.iter().map(|(_, rate)| rate).sum::<f64>() <= steps;
    let of_theory = |target| world.rates_of_theory(target).iter().map(|(_, rate)| rate).sum::<f64>();
    within(&of_motivation(&world.parameters))
        && within(&of_mobilization(&world.parameters))
        && motivation(&world.parameters) + of_theory(Target::Motivation) <= steps
        && mobilization(&world.parameters) + of_theory(Target::Mobilization) <= steps
        && super::theory::keeps(world)
        && world.ratings.iter().all(|r| of_standing(r) <= 1.0 && descending(r.cuts(&r.fields)))
        && disordered(&world.ratings, world.events.iter()).next().is_none()
}

/// Checks the sums of rates, and the size of the run.
pub(super) fn check(
    context: &mut Context<'_>,
    parameters: &Parameters<f64>,
    ratings: &[Rating],
    states: usize,
) {
    if !context.timed {
        return;
    }
    check_sum(context, "motivation", &of_motivation(parameters));
    check_sum(context, "mobilization", &of_mobilization(parameters));
    for rating in ratings {
        let sum = of_standing(rating);
        if sum > 1.0 {
            let entries = context.document.entries("regime");
            let node = entries.iter().find(|node| node.get("id").and_then(Node::text) == Some(&rating.id));
            let key = "politicization_cost";
            let at = node.map_or(context.document.root.origin, |node| origin(node, key));
            let expected = "a sum of at most 1 a year";
            let found =
                format!("`standing_rate` and `{key}` times `politicization` that sum to {}", short(sum));
            let hint = Some("standing is judged once a year, and cannot move by more than all of it".into());
            let path = format!("regime.{}.{key}", rating.id);
            context.report.add(at, path, found, Some(expected.into()), hint);
        }
    }
    let steps = context.clock.steps() as u64 * states as u64;
    if steps > MOST_STATE_STEPS {
        let at = context.document.root.get("time").map_or(context.document.root.origin, |time| time.origin);
        let found = format!("{states} states for {} steps", context.clock.steps());
        context.report.expected(at, "time", found, format!("at most {MOST_STATE_STEPS} state-steps"));
    }
}

/// Refuses rates whose sum overshoots in a step: at the steps where the file gives them, else at the greatest rate
/// that it gives.
fn check_sum(context: &mut Context<'_>, what: &str, rates: &[(&str, f64)]) {
    let sum: f64 = rates.iter().map(|(_, rate)| rate).sum();
    let steps = context.clock.steps_per_year;
    if sum <= f64::from(steps) {
        return;
    }
    let root = &context.document.root;
    let given = root.get("time").and_then(|time| time.get("steps_per_year"));
    let parameters = root.get("parameters");
    let written = rates.iter().filter_map(|&(key, rate)| Some((key, rate, parameters?.get(key)?.origin)));
    let greatest = written.max_by(|a, b| a.1.total_cmp(&b.1));
    let sum = short(sum);
    let (at, path, found, expected, hint) = match (given, greatest) {
        (None, Some((key, rate, at))) => (
            at,
            format!("parameters.{key}"),
            rate.to_string(),
            format!("rates of {what} that sum to at most {steps} a year, the number of steps"),
            format!(
                "they sum to {sum}; a smaller rate, or more `time.steps_per_year`, keeps a step from overshooting"
            ),
        ),
        (given, greatest) => (
            given
                .map_or_else(|| root.get("time").map_or(root.origin, |time| time.origin), |node| node.origin),
            "time.steps_per_year".to_string(),
            steps.to_string(),
            format!("at least {}", sum.ceil()),
            match greatest {
                Some((key, rate, _)) => {
                    format!("the rates of {what} sum to {sum} a year, of which `{key}` is {rate}")
                }
                None => format!("the rates of {what} sum to {sum} a year"),
            },
        ),
    };
    context.report.add(at, path, found, Some(expected), Some(hint));
}
