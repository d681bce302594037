//! What the lab offers: its scenarios, and of one of them all that the page needs before the first run.

use super::answer::variables;
use super::scenes::{Scene, Scenes, Seen};
use super::setting::{most_replicates, usual_replicates};
use serde_json::{Value, json};
use std::path::Path;
use suasion::experiment::history::on_record;
use suasion::model::variable::{Variable, VariableKind};
use suasion::model::world::World;
use suasion::scenario::{Lever, Scenario, theories};

/// Sliders suggested where the scenario suggests none.
const USUAL: usize = 5;

/// The scenarios to choose from.
pub(super) fn scenarios(scenes: &Scenes) -> Value {
    let each = scenes.names().into_iter().filter_map(|name| {
        let seen = scenes.see(&name).ok()?;
        let scenario = &seen.scene.scenario;
        // A file of the user's may bear the title of the scenario that it was copied from.
        let file = Scenario::is_path(&name).then(|| Path::new(&name).file_name().map(|f| f.to_string_lossy().into_owned()));
        Some(json!({ "reference": name, "title": scenario.title, "tour": !scenario.lab.tour.is_empty(), "file": file.flatten() }))
    });
    let shelf = theories::names().filter_map(|name| theories::read(name).ok());
    let shelf =
        shelf.map(|theory| json!({ "name": theory.name, "title": theory.head.title, "text": theory.text }));
    json!({ "program": env!("CARGO_PKG_VERSION"), "given": scenes.given().reference, "scenarios": each.collect::<Vec<_>>(),
        "theories": shelf.collect::<Vec<_>>(), "theory_page": theories::PAGE })
}

/// A scenario as the page shows it.
pub(super) fn scenario(seen: &Seen) -> Value {
    let scene: &Scene = &seen.scene;
    let (scenario, world) = (&scene.scenario, &scene.scenario.world);
    let states = world.states.iter().enumerate().map(
        |(i, state)| json!({ "id": state.id, "name": scenario.names[i], "region": scenario.regions[i] }),
    );
    let title =
        |path: String, id: &str| scenario.titles.get(&path).cloned().unwrap_or_else(|| id.to_string());
    let counterfactuals = scenario
        .counterfactuals
        .iter()
        .map(|c| json!({ "id": c.id, "title": c.title, "description": c.description }));
    let tour = scenario.lab.tour.iter().map(|step| {
        json!({ "title": step.title, "text": step.text, "set": step.set, "counterfactual": step.counterfactual,
            "show": step.show, "look": step.look, "year": step.year })
    });
    let regimes = |kind: &str, ids: Vec<&String>| -> Vec<Value> {
        ids.into_iter().map(|id| json!({ "id": id, "title": title(format!("{kind}.{id}"), id) })).collect()
    };
    json!({
        "reference": scene.reference, "version": scene.version, "trouble": seen.trouble,
        "title": scenario.title, "description": scenario.description,
        "start": world.clock.start, "end": world.clock.end,
        "replicates": usual_replicates(scene), "most_replicates": most_replicates(scene),
        // As text: it may be larger than what a number of the page holds.
        "seed": scenario.seed.to_string(),
        "states": states.collect::<Vec<_>>(),
        "variables": variables(world).map(|v| variable(scenario, v)).collect::<Vec<_>>(),
        "levers": scene.levers.iter().map(lever).collect::<Vec<_>>(),
        "sliders": suggested(scenario, &scene.levers),
        "theories": scenario.theories.iter().map(|head| json!({
            "title": head.title, "argument": head.argument, "predicts": head.predicts, "source": head.source,
        })).collect::<Vec<_>>(),
        "formulas": scenario.equations().iter().map(|formula| json!({ "title": formula.title, "markup": formula.markup })).collect::<Vec<_>>(),
        "tour": tour.collect::<Vec<_>>(),
        "counterfactuals": counterfactuals.collect::<Vec<_>>(),
        "ratings": regimes("regime", world.ratings.iter().map(|r| &r.id).collect()),
        "instruments": regimes("instrument", world.instruments.iter().map(|j| &j.id).collect()),
        "record": record(scenario),
        "ties": world.ties.iter().map(|tie| tie_of(world, tie)).collect::<Vec<_>>(),
        "communities": world.communities.iter().map(|community| json!({
            "id": community.id, "title": title(format!("regime.{}", community.id), &community.id),
            "engagement": community.engagement, "members": community.members.iter().map(|member| member.state).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// What is on record of the states, where the scenario can be conditioned on it: tiers by the first rating regime with any, and dates of adoption.
fn record(scenario: &Scenario) -> Option<Value> {
    let (_, until) = on_record(scenario, None).ok()?;
    let (world, observed) = (&scenario.world, &scenario.observed);
    let rated = observed.tiers.iter().position(|states| states.iter().any(|years| !years.is_empty()));
    let years = world.clock.start..=until;
    let tiers = rated.map(|g| {
        let of = |state| -> Vec<Option<&str>> {
            years
                .clone()
                .map(|year| {
                    observed.tier(g, state, year).map(|tier| world.ratings[g].grade(usize::from(tier)))
                })
                .collect()
        };
        (0..world.states.len()).map(of).collect::<Vec<_>>()
    });
    let dates = world.instruments.iter().enumerate().map(|(j, instrument)| {
        let dates: Vec<Option<f64>> =
            (0..world.states.len()).map(|state| observed.adoption(j, state)).collect();
        json!({ "id": instrument.id, "dates": dates })
    });
    let dated = dates
        .filter(|of| of["dates"].as_array().is_some_and(|dates| dates.iter().any(|date| !date.is_null())));
    Some(
        json!({ "until": until, "regime": rated.map(|g| &world.ratings[g].id), "grades": rated.map(|g| &world.ratings[g].grades), "tiers": tiers, "adoptions": dated.collect::<Vec<_>>() }),
    )
}

fn tie_of(world: &World, tie: &suasion::model::world::Tie) -> Value {
    // JSON has no infinity: a tie without an end has none.
    let date = |x: f64| x.is_finite().then_some(x);
    let [a, b] = [tie.a, tie.b].map(|i| &world.states[i].id);
    json!({ "a": a, "b": b, "weight": tie.weight, "from": date(tie.from), "until": date(tie.until) })
}

fn lever(lever: &Lever) -> Value {
    let (least, most) = lever.bound.limits();
    let finite = |x: f64| x.is_finite().then_some(x);
    json!({ "path": lever.path, "of": lever.of, "name": lever.name, "value": lever.value, "varies": lever.varies,
        "low": lever.low, "high": lever.high, "least": finite(least), "most": finite(most),
        "valid": lever.bound.describe(), "unit": lever.unit, "meaning": lever.meaning })
}

fn variable(scenario: &Scenario, v: Variable) -> Value {
    let world = &scenario.world;
    let (name, unit, meaning) = v.describe();
    let (label, meaning) = match v {
        Variable::Adopted(j) => {
            let id = &world.instruments[j].id;
            let title = scenario.titles.get(&format!("instrument.{id}")).unwrap_or(id);
            (format!("adopted: {id}"), format!("share of replicates that have adopted: {title}"))
        }
        Variable::Own(at) | Variable::OwnNumber(at) => {
            let own = world.theory.said.recorded(at);
            let meaning = if own.meaning.is_empty() { meaning } else { own.meaning };
            (own.title.to_string(), meaning.to_string())
        }
        Variable::Standing(g) | Variable::Merit(g) | Variable::Score(g) | Variable::View(g) => {
            (format!("{name}: {}", world.ratings[g].id), meaning.to_string())
        }
        _ => (name.replace('_', " "), meaning.to_string()),
    };
    // The axis, where the variable has one by itself.
    let (low, high) = match (v, v.kind()) {
        (_, VariableKind::NonNegative) => (Some(0.0), None),
        (_, VariableKind::Real) => (None, None),
        (Variable::ComplianceGap, _) => (Some(-1.0), Some(1.0)),
        (_, VariableKind::Code) => (Some(0.0), Some((v.values(world) - 1) as f64)),
        _ => (Some(0.0), Some(1.0)),
    };
    let unit = if v.kind() == VariableKind::Flag { "share of replicates" } else { unit };
    json!({ "name": v.name(world), "label": label, "unit": unit, "meaning": meaning, "low": low, "high": high })
}

/// The paths of the sliders shown first: what theories that are laid over it declare, then what the scenario suggests.
fn suggested(scenario: &Scenario, levers: &[Lever]) -> Vec<String> {
    let told = if scenario.theories.is_empty() { &[][..] } else { &scenario.world.theory.said.parameters };
    let mut all: Vec<String> = told.iter().take(USUAL).map(|own| format!("parameters.{}", own.id)).collect();
    let others = of_scenario(scenario, levers).into_iter().filter(|path| !all.contains(path));
    all.extend(others.collect::<Vec<_>>());
    all
}

/// What the scenario suggests, else what moves motivation most of the regimes that it has, by the screening in `docs/howto/sensitivity.md`.
fn of_scenario(scenario: &Scenario, levers: &[Lever]) -> Vec<String> {
    if !scenario.lab.sliders.is_empty() {
        return scenario.lab.sliders.clone();
    }
    let world = &scenario.world;
    let mut wanted = Vec::new();
    if let Some(rating) = world.ratings.first() {
        wanted.push(format!("regime.{}.severity", rating.id));
        wanted.push(format!("state.*.sender_standing.{}", rating.id));
        wanted.push("parameters.inducement_half".to_string());
    }
    let peers = !world.communities.is_empty() || !world.ties.is_empty();
    for (path, matters) in [
        ("parameters.drift", true),
        ("parameters.argumentation", !world.conventions.is_empty()),
        ("parameters.persuasion", peers),
        ("parameters.habituation", true),
        ("state.*.openness", true),
        ("state.*.capacity", true),
        ("parameters.domestic_voice", true),
    ] {
        if matters {
            wanted.push(path.to_string());
        }
    }
    wanted.retain(|path| levers.iter().any(|lever| lever.path == *path));
    wanted.truncate(USUAL);
    wanted
}
