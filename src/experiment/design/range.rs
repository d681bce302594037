//! The ranges that the model's tables give, as axes. A scenario may give others.

use crate::model::parameters::PARAMETERS;
use crate::model::table::Entry;
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{RATING_FIELDS, World};
use crate::scenario::Axis;

/// Axes over the usual ranges of what a path names: a parameter, a list of them, `parameters.*`, a trait of a state or
/// a number of a rating regime. Empty where the tables have no such path. Whether a scenario has the state or regime is
/// not known here.
///
/// ```
/// use suasion::experiment::design::usual_axes;
/// let drift = &usual_axes("parameters.drift")[0];
/// assert_eq!((drift.low, drift.high), (0.0, 0.3));
/// assert_eq!(usual_axes("parameters.spiral_up")[3].path, "parameters.spiral_up[3]");
/// assert_eq!(usual_axes("state.IDN.openness")[0].high, 1.0);
/// assert!(usual_axes("parameters.drfit").is_empty() && usual_axes("parameters.*").len() > 40);
/// ```
pub fn usual_axes(path: &str) -> Vec<Axis> {
    let (section, rest) = path.split_once('.').unwrap_or((path, ""));
    let axis =
        |path: String, entry: &Entry| Axis { path, low: entry.low, high: entry.high, values: Vec::new() };
    let below = rest.split_once('.').map_or("", |(_, below)| below);
    let regime_trait = |entry: &&&Entry| below.split('.').next() == Some(entry.name) && below != entry.name;
    let of_state = || {
        let plain = TRAITS.iter().find(|entry| entry.name == below);
        plain.or_else(|| [&STRATEGIC_VALUE, &SENDER_STANDING].iter().find(regime_trait).copied())
    };
    let one = |entry: Option<&Entry>| entry.into_iter().map(|entry| axis(path.into(), entry)).collect();
    match section {
        "parameters" => {
            let wanted = |entry: &&Entry| rest == "*" || rest == entry.name || rest == entry.path();
            let named = PARAMETERS.iter().filter(wanted);
            named.map(|entry| axis(format!("parameters.{}", entry.path()), entry)).collect()
        }
        "state" | "population" => one(of_state()),
        "regime" => one(RATING_FIELDS.iter().find(|entry| entry.path() == below)),
        _ => Vec::new(),
    }
}

/// The axis over the range that a world declares for a parameter or a trait of its own; none where it declares no such.
///
/// ```
/// use suasion::experiment::design::declared_axis;
/// use suasion::scenario::{Scenario, theories};
/// let mut asean = Scenario::load("asean").unwrap();
/// asean.apply_theory(&theories::read("backlash").unwrap()).unwrap();
/// let world = asean.build_alone().unwrap().world;
/// let axis = declared_axis(&world, "parameters.backlash").unwrap();
/// assert_eq!((axis.low, axis.high), (0.0, 1.0));
/// assert!(declared_axis(&world, "parameters.drift").is_none());
/// ```
pub fn declared_axis(world: &World, path: &str) -> Option<Axis> {
    let said = &world.theory.said;
    let parts: Vec<&str> = path.split('.').collect();
    let (low, high) = match parts[..] {
        ["parameters", id] => {
            said.parameters.iter().find(|own| own.id == id).map(|own| (own.low, own.high))?
        }
        ["state" | "population", _, id] => {
            said.traits.iter().find(|own| own.id == id).map(|own| (own.low, own.high))?
        }
        _ => return None,
    };
    Some(Axis { path: path.into(), low, high, values: Vec::new() })
}
