//! Units of what a scenario declares, where they are given and do not fit: a doubt, since a number may stand for anything.

use crate::model::parameters::PARAMETERS;
use crate::model::theory::target::Target;
use crate::model::traits::TRAITS;
use crate::model::world::World;
use crate::scenario::document::{Document, Node};
use crate::scenario::report::label;
use std::collections::BTreeMap;
use suasion_expression::syntax::parse;
use suasion_expression::units::{self, Dimension};

/// Words of times that are no years.
const OTHER_TIMES: [&str; 6] = ["month", "week", "day", "quarter", "decade", "step"];

/// What does not fit, in sentences.
pub(crate) fn doubts(world: &World, document: &Document) -> Vec<String> {
    if world.theory.is_empty() {
        return Vec::new();
    }
    let known = names(world, document);
    let mut all = Vec::new();
    for (i, node) in document.entries("parameter").iter().enumerate() {
        let Some(unit) = node.get("unit").and_then(Node::text) else { continue };
        if OTHER_TIMES.iter().any(|word| unit.to_lowercase().contains(word)) {
            let path = label("parameter", i, node);
            all.push(format!(
                "{path}.unit: `{}`: times are in years here, as 1/yr",
                crate::excerpt::excerpt(unit)
            ));
        }
    }
    for (section, keys) in
        [("variable", &["change"][..]), ("shock", &["hazard"]), ("mechanism", &["rate", "by"])]
    {
        for (i, node) in document.entries(section).iter().enumerate() {
            for (key, text) in keys.iter().filter_map(|key| Some((key, node.get(key)?.text()?))) {
                let expected = match section {
                    "variable" | "shock" => Some(Dimension::PER_YEAR),
                    _ => side(world, node),
                };
                let path = format!("{}.{key}", label(section, i, node));
                all.extend(of(text, expected, &known).map(|what| format!("{path}: {what}")));
            }
        }
    }
    all
}

/// The units that names have; those whose unit nobody gives are left out.
fn names(world: &World, document: &Document) -> BTreeMap<String, Dimension> {
    let said = &world.theory.said;
    let mut all: BTreeMap<String, Dimension> = BTreeMap::new();
    for entry in PARAMETERS {
        let unit = units::parse(entry.unit);
        all.extend(unit.map(|unit| (entry.path(), unit)));
        all.extend(unit.map(|unit| (format!("parameters.{}", entry.path()), unit)));
    }
    for node in document.entries("parameter") {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let unit = text("unit").and_then(units::parse);
        all.extend(text("id").zip(unit).map(|(id, unit)| (id.to_string(), unit)));
    }
    // Traits of the model that are shares.
    let shares = TRAITS.iter().filter(|entry| entry.bound.limits() == (0.0, 1.0));
    all.extend(shares.map(|entry| (entry.name.to_string(), Dimension::NONE)));
    // What goes beyond a share is a number of whatever it counts.
    let shares = said.variables.iter().filter(|of| 0.0 <= of.low && of.high <= 1.0).map(|of| &of.id);
    let shares = shares.chain(said.traits.iter().map(|of| &of.id));
    all.extend(shares.map(|id| (id.clone(), Dimension::NONE)));
    // Named expressions have what they come to, each after those that it names: as many rounds as there are names.
    let defines = document.entries("define");
    for _ in 0..defines.len() {
        let before = all.len();
        for node in defines {
            let text = |key: &str| node.get(key).and_then(Node::text);
            let (Some(id), Some(value)) = (text("id"), text("value")) else { continue };
            let found = parse(value).ok().and_then(|tree| units::dimension(&tree, &|n| unit(&all, n)).ok());
            all.extend(found.flatten().map(|unit| (id.to_string(), unit)));
        }
        if all.len() == before {
            break;
        }
    }
    all
}

/// Variables of the model and the like that have no unit.
const SHARES: [&str; 12] = [
    "motivation",
    "enforcement",
    "protection",
    "rhetoric",
    "mobilization",
    "attribution",
    "reactance",
    "commitment",
    "frame",
    "X",
    "law",
    "nhri",
];

/// The unit of a name: of the model's own variables and traits none, of a date and of what is not known unknown.
fn unit(known: &BTreeMap<String, Dimension>, name: &str) -> Option<Dimension> {
    if let Some(unit) = known.get(name) {
        return Some(*unit);
    }
    SHARES.contains(&name).then_some(Dimension::NONE)
}

/// The unit that a mechanism's side asks for.
fn side(world: &World, node: &Node) -> Option<Dimension> {
    if node.get("scales").is_some() {
        return Some(Dimension::NONE);
    }
    let name = node.get("adds_to")?.text()?;
    let (target, _): (Target, _) = Target::find(name, &world.instruments, &world.ratings)?;
    Some(if target.unit() == "1/yr" { Dimension::PER_YEAR } else { Dimension::NONE })
}

fn of(text: &str, expected: Option<Dimension>, known: &BTreeMap<String, Dimension>) -> Option<String> {
    let tree = parse(text).ok()?;
    let found = match units::dimension(&tree, &|name| unit(known, name)) {
        Err(misfit) => return Some(misfit.what),
        Ok(found) => found?,
    };
    let expected = expected.filter(|expected| *expected != found)?;
    let should = if expected == Dimension::NONE {
        "should have none".into()
    } else {
        format!("should be in {expected}")
    };
    Some(format!("it {}, and {should}", found.words()))
}
