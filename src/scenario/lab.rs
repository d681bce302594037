//! What a scenario suggests to the lab: sliders, and a tour in steps. The page that shows them is elsewhere (`lab`).
//!
//! The shape is read with the rest of the file; whether a slider leads to a number and a step to a valid scenario is
//! seen by setting them, as counterfactuals are.

use super::counterfactual;
use super::document::{Document, Node, Origin};
use super::error::{ScenarioError, nearest};
use super::report::{Report, origin};
use super::wire;
use super::{Loaded, Scenario, overlay, validate};
use crate::excerpt::quoted;
use crate::model::variable::Variable;
use std::collections::BTreeMap;

/// Sliders that a scenario may suggest, at most: more would be a list to search, not a suggestion.
const MOST_SLIDERS: usize = 12;

/// What a step may point at besides `state.ID` and `ledger.ID`.
const PLACES: [&str; 3] = ["sliders", "trajectories", "network"];

/// What a scenario suggests to the lab.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lab {
    /// Paths of the numbers to turn, in order.
    pub sliders: Vec<String>,
    /// The steps of its tour.
    pub tour: Vec<Step>,
}

/// A step of a tour: what to read, what is set, what to look at. What it does not set is as in the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Heading.
    pub title: String,
    /// What to do, what to see, what it means.
    pub text: String,
    /// Numbers by path.
    pub set: BTreeMap<String, f64>,
    /// The counterfactual beside the baseline.
    pub counterfactual: Option<String>,
    /// The variable shown, by the name of its column.
    pub show: Option<String>,
    /// What to look at: `sliders`, `trajectories`, `network`, `state.ID` or `ledger.ID`.
    pub look: Option<String>,
    /// The year at which the network stands.
    pub year: Option<i32>,
}

/// Reads the shape of the suggestions.
pub(crate) fn lab(report: &mut Report<'_>, document: &Document) -> Lab {
    let Some(node) = document.root.get("lab") else { return Lab::default() };
    let Some(wire) = report.read::<wire::Lab>(node, "lab") else { return Lab::default() };
    let sliders = wire.sliders.unwrap_or_default();
    if sliders.len() > MOST_SLIDERS {
        let found = format!("{} sliders", sliders.len());
        report.expected(origin(node, "sliders"), "lab.sliders", found, format!("at most {MOST_SLIDERS}"));
    }
    let mut tour = Vec::new();
    for (i, (step, at)) in wire.tour.unwrap_or_default().into_iter().zip(steps(document)).enumerate() {
        for (key, text) in [("title", &step.title), ("text", &step.text)] {
            if text.trim().is_empty() {
                let found = quoted(text);
                report.expected(origin(at, key), format!("lab.tour[{i}].{key}"), found, "some words");
            }
        }
        let set = step.set.unwrap_or_default().into_iter().map(|(path, x)| (path, x.0)).collect();
        tour.push(Step {
            title: step.title,
            text: step.text,
            set,
            counterfactual: step.counterfactual,
            show: step.show,
            look: step.look,
            year: step.year.map(|year| year.0),
        });
    }
    Lab { sliders, tour }
}

/// The entries of the tour as written.
fn steps(document: &Document) -> &[Node] {
    document.root.get("lab").and_then(|lab| lab.get("tour")?.list()).unwrap_or_default()
}

impl Loaded {
    /// Checks that every slider can be turned and every step be shown, in the file as it is: an overlay (fewer years, say)
    /// may leave a step nothing to show, which is no reason to refuse a run.
    pub(crate) fn check_lab(
        &self,
        scenario: &Scenario,
        report: &mut Report<'_>,
    ) -> Result<(), ScenarioError> {
        let document = &self.document;
        let overlaid = document.layers.iter().any(|layer| layer.overlay.is_some());
        let Some(node) = document.root.get("lab").filter(|_| !overlaid) else { return Ok(()) };
        let levers = scenario.levers();
        let sliders = node.get("sliders").and_then(Node::list).unwrap_or_default();
        for (i, (path, at)) in scenario.lab.sliders.iter().zip(sliders).enumerate() {
            if !levers.iter().any(|lever| lever.path == *path) {
                let hint = nearest(path, levers.iter().map(|lever| lever.path.as_str()));
                let what = format!("there is no number `{path}` to turn");
                report.wrong(at.origin, format!("lab.sliders[{i}]"), what, hint);
            }
        }
        for (i, (step, node)) in scenario.lab.tour.iter().zip(steps(document)).enumerate() {
            let path = format!("lab.tour[{i}]");
            self.check_step(step, node, &path, report)?;
            names(scenario, step, node, &path, report);
        }
        Ok(())
    }

    /// Makes the scenario of a step.
    fn check_step(
        &self,
        step: &Step,
        node: &Node,
        path: &str,
        report: &mut Report<'_>,
    ) -> Result<(), ScenarioError> {
        let mut document = self.document.clone();
        if let Some(id) = &step.counterfactual {
            let ids = counterfactual::ids(&document);
            if !ids.contains(id) {
                let hint = nearest(id, ids.iter().map(String::as_str));
                let what = format!("there is no counterfactual `{id}`");
                report.wrong(origin(node, "counterfactual"), format!("{path}.counterfactual"), what, hint);
                return Ok(());
            }
            // What is wrong with the counterfactual itself is told of it, not of the step.
            if counterfactual::apply(&mut document, id).is_err() {
                return Ok(());
            }
        }
        let layer = document.layer(document.layers[0].file.clone(), Some(path.to_string()));
        let mut lost = false;
        for (key, x) in &step.set {
            let at = node.get("set").and_then(|set| set.get(key)).map_or(node.origin, |value| value.origin);
            let value = overlay::number(*x, Origin { layer, ..at });
            if let Err(problem) = overlay::set(&mut document, key, &value) {
                lost = true;
                report.absorb(problem.into())?;
            }
        }
        if lost || step.set.is_empty() {
            return Ok(());
        }
        let built = validate::build(&document, Some(path.to_string()), &self.betas);
        built.map(drop).or_else(|error| report.absorb(error))
    }
}

/// Checks what a step names.
fn names(scenario: &Scenario, step: &Step, node: &Node, path: &str, report: &mut Report<'_>) {
    let world = &scenario.world;
    if let Some(show) = &step.show {
        let all = shown(scenario);
        if !all.contains(show) {
            let hint = nearest(show, all.iter().map(String::as_str));
            let what = format!("there is no variable `{show}` to show");
            report.wrong(origin(node, "show"), format!("{path}.show"), what, hint);
        }
    }
    if let Some(look) = &step.look
        && !PLACES.contains(&look.as_str())
    {
        let id = look.strip_prefix("state.").or_else(|| look.strip_prefix("ledger."));
        let at = origin(node, "look");
        match id {
            Some(id) if world.states.iter().any(|state| state.id == id) => {}
            Some(id) => {
                let hint = nearest(id, world.states.iter().map(|state| state.id.as_str()));
                report.wrong(at, format!("{path}.look"), format!("there is no state `{id}`"), hint);
            }
            None => {
                let expected = "\"sliders\", \"trajectories\", \"network\", \"state.ID\" or \"ledger.ID\"";
                report.expected(at, format!("{path}.look"), quoted(look), expected);
            }
        }
    }
    if let Some(year) = step.year
        && !(world.clock.start..world.clock.end).contains(&year)
    {
        let expected = format!("a year of the run, {} to {}", world.clock.start, world.clock.end - 1);
        report.expected(origin(node, "year"), format!("{path}.year"), year.to_string(), expected);
    }
}

/// Names of the variables that the lab can show over time: all but tiers, the mean of whose codes means nothing.
fn shown(scenario: &Scenario) -> Vec<String> {
    let world = &scenario.world;
    let all = Variable::all(world).into_iter().filter(|v| !matches!(v, Variable::Tier(_)));
    all.map(|v| v.name(world)).collect()
}
