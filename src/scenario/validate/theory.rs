//! Parameters, named expressions and mechanisms of a scenario's own: read, given their meaning, and held against the step.

mod expressions;
mod names;
mod outcomes;
mod rates;
mod traits;
mod units;
mod variables;

pub(super) use rates::{check as check_rates, keeps};
pub(super) use traits::traits;
pub(crate) use units::doubts as doubts_of_units;

use super::context::Context;
use crate::excerpt::{excerpt, quoted};
use crate::model::table::Bound;
use crate::model::theory::input::Input;
use crate::model::theory::input::Known;
use crate::model::theory::target::{How, Target, When};
use crate::model::theory::{Mechanism, Parameter, Parts, Said, Theory};
use crate::model::world::{Community, Instrument, Rating, World};
use crate::scenario::document::{Document, Kind, Node};
use crate::scenario::error::nearest;
use crate::scenario::report::{label, origin};
use crate::scenario::theories::ADDED;
use crate::scenario::wire_theory as wire;
use crate::scenario::wire_values::Number;
use expressions::Expressions;
use names::Names;
use std::sync::Arc;
use suasion_expression::graph::Danger;

/// Entries of a kind that a scenario may have.
const MOST: usize = 1000;

/// The ids of a scenario's own parameters, without reading them: keys of `[parameters]`.
pub(super) fn parameter_ids(document: &Document) -> Vec<&str> {
    document.entries("parameter").iter().filter_map(|node| node.get("id")?.text()).collect()
}

/// What a scenario says beyond the model, given the regimes and instruments that expressions may name.
pub(super) fn theory(
    context: &mut Context<'_>,
    ratings: &[Rating],
    instruments: &[Instrument],
    communities: &[Community],
) -> Theory {
    let document = context.document;
    for section in ADDED {
        let entries = document.entries(section);
        if let Some(first) = entries.get(MOST) {
            let found = format!("{} entries", entries.len());
            context.report.expected(first.origin, section, found, format!("at most {MOST}"));
            return Theory::default();
        }
    }
    let mut names = Names::new(ratings, instruments, communities);
    let parameters = parameters(context, &mut names);
    let values = values(context, &parameters);
    let own = parameters.iter().enumerate().map(|(i, own)| (own.id.clone(), Input::Own(i)));
    let traits = traits::named(context, &mut names);
    let drawn = traits.iter().enumerate().map(|(t, own)| (own.id.clone(), Input::OwnTrait(t)));
    let declared = variables::declared(context, &mut names);
    let moved = declared.iter().enumerate().map(|(v, own)| (own.id.clone(), Input::Variable(v)));
    let named: Vec<(String, Input)> = own.chain(drawn).chain(moved).collect();
    // What an overlay took away is named still: it is 0, and what is added to its adoption is left out.
    let absent = document.removed.iter().flat_map(|(kind, id)| match kind {
        Kind::Regime | Kind::Instrument => Input::of_absent(*kind == Kind::Instrument, id),
        Kind::Variable | Kind::Shock => vec![(id.clone(), Input::Absent)],
        Kind::State | Kind::Region => Vec::new(),
    });
    let no_rating = ratings.is_empty() && document.removed.iter().any(|(kind, _)| *kind == Kind::Regime);
    let absent = absent.chain(Input::of_absent_rating().filter(|_| no_rating));
    // So is what is wrong where it is declared, which is told there and nowhere else.
    let entries = ["parameter", "trait", "variable", "shock"].into_iter().flat_map(|of| document.entries(of));
    let wrong = entries.filter_map(|node| Some((node.get("id")?.text()?.to_string(), Input::Absent)));
    let named = wrong.chain(absent).chain(names.inputs()).chain(named).collect();
    let mut expressions = Expressions::new(named, communities, &document.removed);
    expressions.define(context, &mut names);
    let variables = variables::read(context, declared, &mut expressions);
    let mut drafts = mechanisms(context, &mut names, &mut expressions, (instruments, ratings));
    drafts.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let on = drafts.iter().map(|(_, on)| *on).collect();
    let mechanisms: Vec<Mechanism> = drafts.into_iter().map(|(mechanism, _)| mechanism).collect();
    let outcomes = outcomes::read(context, &mut names, &mut expressions);
    let parts = Parts { parameters, traits, variables, mechanisms, outcomes, ..expressions.finish() };
    let said = Said::new(parts, context.clock.steps_per_year);
    if said.is_empty() {
        return Theory::default();
    }
    Theory { said: Arc::new(said), values, on, traits: Vec::new() }
}

/// The `range` of an entry: within a bound, 0 to 1 where none is given.
fn range(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    given: Option<&[Number]>,
    within: Bound,
) -> Option<[f64; 2]> {
    match given {
        None => Some([0.0, 1.0]),
        Some([low, high]) if within.admits(low.0) && within.admits(high.0) && low.0 < high.0 => {
            Some([low.0, high.0])
        }
        Some(_) => {
            let found = node.get("range").map_or_else(String::new, Node::describe);
            let (low, high) = within.limits();
            let expected = format!("two numbers from {low} to {high}, the lower first: [0.0, 1.0]");
            context.report.expected(origin(node, "range"), format!("{path}.range"), found, expected);
            None
        }
    }
}

/// The scenario's own parameters, in id order.
fn parameters(context: &mut Context<'_>, names: &mut Names) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = Vec::new();
    for (i, node) in context.document.entries("parameter").iter().enumerate() {
        let path = label("parameter", i, node);
        let Some(wire) = context.report.read::<wire::Parameter>(node, &path) else { continue };
        if !names.take(context, &wire.id, origin(node, "id"), &path) {
            continue;
        }
        let Some([low, high]) = range(context, node, &path, Some(&wire.range), Bound::Any) else { continue };
        let default = wire.default.0;
        if !Bound::Any.admits(default) {
            let at = origin(node, "default");
            context.report.expected(
                at,
                format!("{path}.default"),
                default.to_string(),
                Bound::Any.describe(),
            );
        }
        all.push(Parameter {
            id: wire.id,
            default,
            low,
            high,
            unit: wire.unit.unwrap_or_else(|| "-".into()),
            meaning: wire.meaning.unwrap_or_default(),
            source: wire.source.unwrap_or_default(),
        });
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The values of the scenario's own parameters: those of `[parameters]`, else their defaults.
fn values(context: &mut Context<'_>, parameters: &[Parameter]) -> Vec<f64> {
    let given = context.document.root.get("parameters");
    let mut all = Vec::with_capacity(parameters.len());
    for own in parameters {
        let node = given.and_then(|given| given.get(&own.id));
        let value = match node.map(|node| node.number().filter(|x| Bound::Any.admits(*x)).ok_or(node)) {
            None => own.default,
            Some(Ok(x)) => x,
            Some(Err(node)) => {
                let hint = (!own.meaning.is_empty()).then(|| format!("`{}`: {}", own.id, own.meaning));
                let expected = Some(Bound::Any.describe().to_string());
                context.report.add(
                    node.origin,
                    format!("parameters.{}", own.id),
                    node.describe(),
                    expected,
                    hint,
                );
                own.default
            }
        };
        all.push(value);
    }
    all
}

/// The mechanisms, each with whether it acts.
fn mechanisms(
    context: &mut Context<'_>,
    names: &mut Names,
    expressions: &mut Expressions,
    (instruments, ratings): (&[Instrument], &[Rating]),
) -> Vec<(Mechanism, bool)> {
    let mut all = Vec::new();
    for (i, node) in context.document.entries("mechanism").iter().enumerate() {
        let path = label("mechanism", i, node);
        let Some(wire) = context.report.read::<wire::Mechanism>(node, &path) else { continue };
        let named = names.take_mechanism(context, &wire.id, origin(node, "id"), &path);
        let Some((target, how)) = target(context, node, &path, &wire, (instruments, ratings)) else {
            continue;
        };
        let is_rate = how == How::Adds && target.unit() == "1/yr";
        let (key, other) = if is_rate { ("rate", "by") } else { ("by", "rate") };
        let text = if is_rate { &wire.rate } else { &wire.by };
        if let Some(wrong) = node.get(other) {
            let what = match (is_rate, how) {
                (true, _) => {
                    format!(
                        "`{}` changes at a rate per year, which `rate` gives",
                        target.name(instruments, ratings)
                    )
                }
                (false, How::Adds) => {
                    format!(
                        "what is added to `{}` is no rate; `by` gives it",
                        target.name(instruments, ratings)
                    )
                }
                (false, How::Scales) => "a factor is no rate; `by` gives it".into(),
            };
            context.report.wrong(wrong.origin, format!("{path}.{other}"), what, None);
            continue;
        }
        let Some(text) = text else {
            let what = format!("no `{key}`");
            let hint = Some(format!("`{key}` is the expression: {key} = \"0.1 * reactance\""));
            context.report.wrong(node.origin, &path, what, hint);
            continue;
        };
        let root = expressions.number(context, (node, key, &path), text, Some(("mechanism", &wire.id)));
        if let (Some(root), true) = (root, named) {
            let allowed = match target.when() {
                When::BeforeStep => Known::BeforeStep,
                When::BeforePressure => Known::AsStepBegins,
                When::Within => Known::InStep,
            };
            if let Some(late) = expressions.later(root, allowed) {
                let name = target.name(instruments, ratings);
                let what = format!("`{late}` is of the step itself, which `{name}` comes before");
                let hint = "it hangs on traits, parameters and variables at the start of the step";
                context.report.wrong(origin(node, key), format!("{path}.{key}"), what, Some(hint.into()));
                continue;
            }
            let (id, text) = (wire.id, text.clone());
            let title = wire.title.unwrap_or_else(|| id.replace(['_', '-'], " "));
            all.push((Mechanism { id, title, target, how, root, text }, wire.on));
        }
    }
    all
}

/// What a mechanism is added to or multiplies.
fn target(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    wire: &wire::Mechanism,
    (instruments, ratings): (&[Instrument], &[Rating]),
) -> Option<(Target, How)> {
    let (key, how, name) = match (&wire.adds_to, &wire.scales) {
        (Some(name), None) => ("adds_to", How::Adds, name),
        (None, Some(name)) => ("scales", How::Scales, name),
        (both, _) => {
            let what =
                if both.is_some() { "both `adds_to` and `scales`" } else { "neither `adds_to` nor `scales`" };
            let hint = Some("one of them names the side of the model that it is on".to_string());
            context.report.wrong(node.origin, path, what, hint);
            return None;
        }
    };
    let at = origin(node, key);
    let of_instrument = name.strip_prefix("adoption.").or_else(|| name.strip_prefix("exit."));
    if of_instrument.is_some_and(|id| context.removed(Kind::Instrument, id)) {
        return None;
    }
    let of_regime = name.strip_prefix("score.").or_else(|| name.strip_prefix("pressure_target."));
    if of_regime.is_some_and(|id| context.removed(Kind::Regime, id)) {
        return None;
    }
    // The score of the only rating regime, of which an overlay left none.
    if name == "score" && ratings.is_empty() && !context.document.removed.is_empty() {
        return None;
    }
    let all = Target::names(instruments, ratings);
    let Some((target, [adds, scales])) = Target::find(name, instruments, ratings) else {
        let what = format!("there is no `{}` to be on", excerpt(name));
        let hint = nearest(name, all.iter().map(String::as_str)).unwrap_or_else(|| {
            format!("there is {}", all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        });
        context.report.wrong(at, format!("{path}.{key}"), what, Some(hint));
        return None;
    };
    if how == How::Scales && !scales || how == How::Adds && !adds {
        let hint = match target {
            Target::Adoption | Target::AdoptionOf(_) | Target::Exit | Target::ExitOf(_) => {
                "the hazard is multiplied by c where ln(c) is added to its logarithm"
            }
            Target::TieWeight => "a factor of 1 leaves the ties as they are, 0 cuts them",
            _ => "what should slow it can be added with a minus",
        };
        let may = if adds {
            "cannot be multiplied; it can be added to"
        } else {
            "cannot be added to; it can be multiplied"
        };
        let what = format!("{} {may}", quoted(name));
        context.report.wrong(at, format!("{path}.{key}"), what, Some(hint.into()));
        return None;
    }
    Some((target, how))
}

/// What may have no finite value for parameters in their ranges, as sentences: runs that come there are stopped.
pub(crate) fn doubts(world: &World) -> Vec<String> {
    if world.theory.is_empty() {
        return Vec::new();
    }
    let reach = world.reach_of_theory_in_ranges();
    let mut all = Vec::new();
    for doubt in &world.theory.said.doubts {
        if let Some(values) = reach.danger(&doubt.spot) {
            let what = match doubt.spot.danger {
                Danger::Division => "a divisor can be 0",
                Danger::Root => "a root can be of less than 0",
                Danger::Logarithm => "a logarithm can be of what is not above 0",
            };
            let told = super::rates::told;
            let range = format!("from {} to {}", told(values.low), told(values.high));
            let text = excerpt(&doubt.text).into_owned();
            all.push(format!("{}: {what}: `{text}` is {range} in the ranges of what it names", doubt.path));
        }
    }
    for variable in &world.theory.said.variables {
        if let Some(values) = variable.hazard.map(|hazard| reach.of(hazard)).filter(|values| values.low < 0.0)
        {
            let low = super::rates::told(values.low);
            let id = &variable.id;
            all.push(format!(
                "shock.{id}.hazard: it can come to {low} in the ranges of what it names, where no run is"
            ));
        }
    }
    all
}
