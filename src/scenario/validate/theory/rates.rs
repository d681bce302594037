//! What the expressions of a scenario can come to in its world, held against the step and against their ranges.

use crate::model::theory::OwnVariable;
use crate::model::theory::target::Target;
use crate::model::world::World;
use crate::scenario::document::{Document, Node, Origin};
use crate::scenario::report::{Report, origin};
use crate::scenario::validate::rates as bounds;
use suasion_expression::interval::Interval;

/// What roundings of an expression may come to, of the ends of its range.
const ROUNDINGS: f64 = 1e-12;

/// Holds rates that mechanisms add against the step, beside those of the model; and notes where a value may not be finite.
pub(in crate::scenario::validate) fn check(report: &mut Report<'_>, document: &Document, world: &World) {
    let steps = f64::from(world.clock.steps_per_year);
    for (target, of_model) in [
        (Target::Motivation, bounds::motivation(&world.parameters)),
        (Target::Mobilization, bounds::mobilization(&world.parameters)),
    ] {
        let rates = world.rates_of_theory(target);
        let sum: f64 = rates.iter().map(|(_, rate)| rate).sum::<f64>() + of_model;
        let Some((k, greatest)) = rates.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
        if sum <= steps {
            continue;
        }
        let id = &world.theory.said.mechanisms[*k].id;
        let entries = document.entries("mechanism");
        let at = entries.iter().find(|node| node.get("id").and_then(Node::text) == Some(id));
        let at = at.map_or(document.root.origin, |node| origin(node, "rate"));
        let what = target.name(&world.instruments, &world.ratings);
        let (found, hint) = if greatest.is_finite() {
            let found = format!("a rate of up to {} a year", bounds::told(*greatest));
            let hint = format!(
                "with all other rates of {what} the sum is up to {}; smaller parameters, a `clamp`, or more `time.steps_per_year` keep a step from overshooting",
                bounds::told(sum)
            );
            (found, hint)
        } else {
            let hint = "a divisor may come to 0, or a product has no end: `clamp` bounds it, and `saturate(x, half)` divides by no 0";
            ("a rate without a bound".to_string(), hint.to_string())
        };
        let expected = format!("rates of {what} that sum to at most {steps} a year, the number of steps");
        report.add(at, format!("mechanism.{id}.rate"), found, Some(expected), Some(hint));
    }
    changes(report, document, world);
    hazards(report, document, world);
    starts(report, document, world);
    outcomes(report, document, world);
}

/// Whether a change of so much a year leaves the range of a variable in a step. A shock goes its whole range; its hazard is looked at for itself.
fn overshoots(variable: &OwnVariable, change: f64, steps: f64) -> bool {
    variable.hazard.is_none() && change > steps * (variable.high - variable.low)
}

/// Whether these can be the values of a hazard.
fn is_hazard(reach: Interval) -> bool {
    reach.low >= 0.0 && reach.high < f64::INFINITY
}

/// Whether the variables and shocks of a world whose numbers were changed are still what a scenario promises.
pub(in crate::scenario::validate) fn keeps(world: &World) -> bool {
    let steps = f64::from(world.clock.steps_per_year);
    let changes = || world.theory.said.variables.iter().zip(world.changes_of_theory());
    world.theory.said.variables.is_empty()
        || changes().all(|(variable, change)| !overshoots(variable, change, steps))
            && world.hazards_of_theory().into_iter().all(|(_, reach)| is_hazard(reach))
}

/// Holds the changes of variables against their ranges.
fn changes(report: &mut Report<'_>, document: &Document, world: &World) {
    let steps = f64::from(world.clock.steps_per_year);
    for (variable, change) in world.theory.said.variables.iter().zip(world.changes_of_theory()) {
        let most = steps * (variable.high - variable.low);
        if overshoots(variable, change, steps) {
            let (at, _) = entry(document, variable, "change");
            let found = if change.is_finite() {
                format!("a change of up to {} a year", bounds::told(change))
            } else {
                "a change without a bound".to_string()
            };
            let expected = format!("at most {} a year: its whole range in a step", bounds::told(most));
            let hint =
                "smaller parameters, a `clamp`, or more `time.steps_per_year` keep a step from overshooting";
            report.add(
                at,
                format!("variable.{}.change", variable.id),
                found,
                Some(expected),
                Some(hint.into()),
            );
        }
    }
}

/// Holds where variables start against their ranges: a start that is partly outside is limited, one that is wholly so was not meant.
fn starts(report: &mut Report<'_>, document: &Document, world: &World) {
    for (variable, reach) in world.theory.said.variables.iter().zip(world.starts_of_theory()) {
        if reach.low <= variable.high && variable.low <= reach.high {
            continue;
        }
        let (at, section) = entry(document, variable, "start");
        let found = format!("a start from {} to {}", bounds::told(reach.low), bounds::told(reach.high));
        let expected = format!("one within its range, {} to {}", variable.low, variable.high);
        report.add(at, format!("{section}.{}.start", variable.id), found, Some(expected), None);
    }
}

/// Holds the hazards of shocks against 0, below which there is none.
fn hazards(report: &mut Report<'_>, document: &Document, world: &World) {
    for (v, reach) in world.hazards_of_theory() {
        if is_hazard(reach) {
            continue;
        }
        let variable = &world.theory.said.variables[v];
        let (at, section) = entry(document, variable, "hazard");
        let (found, hint) = if reach.low < 0.0 && reach.size().is_finite() {
            let found = format!("a hazard from {} to {}", bounds::told(reach.low), bounds::told(reach.high));
            (found, "`max(..., 0)` ends it at 0")
        } else {
            let hint =
                "`clamp` bounds it; a divisor of 0, and a root or a logarithm of what has none, have no end";
            ("a hazard without a bound".to_string(), hint)
        };
        let expected = Some("0 or more, per year".to_string());
        report.add(at, format!("{section}.{}.hazard", variable.id), found, expected, Some(hint.into()));
    }
}

/// Where a key of the entry of a variable stands, and in which section the entry does.
fn entry(document: &Document, variable: &OwnVariable, key: &str) -> (Origin, &'static str) {
    let section = if variable.hazard.is_some() { "shock" } else { "variable" };
    let entries = document.entries(section);
    let at = entries.iter().find(|node| node.get("id").and_then(Node::text) == Some(&variable.id));
    (at.map_or(document.root.origin, |node| origin(node, key)), section)
}

/// Holds outcomes against their ranges.
fn outcomes(report: &mut Report<'_>, document: &Document, world: &World) {
    for (outcome, reach) in world.theory.said.outcomes.iter().zip(world.outcomes_of_theory()) {
        // Every operation moves the ends outwards by a rounding: what is meant to reach an end may be a little beyond it.
        let rounding = ROUNDINGS * outcome.low.abs().max(outcome.high.abs());
        if outcome.low - rounding <= reach.low && reach.high <= outcome.high + rounding {
            continue;
        }
        let entries = document.entries("outcome");
        let at = entries.iter().find(|node| node.get("id").and_then(Node::text) == Some(&outcome.id));
        let at = at.map_or(document.root.origin, |node| origin(node, "value"));
        let told = bounds::told;
        let found = if reach.size().is_finite() {
            format!("values from {} to {}", told(reach.low), told(reach.high))
        } else {
            "values without a bound".to_string()
        };
        let expected = format!("values within its range, {} to {}", told(outcome.low), told(outcome.high));
        let hint = "give a wider `range`, or `clamp` it";
        report.add(at, format!("outcome.{}.value", outcome.id), found, Some(expected), Some(hint.into()));
    }
}
