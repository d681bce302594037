//! The ledger: what moved motivation, term by term. Its columns sum to the change in motivation, to rounding.

use crate::theory::Mechanism;
use crate::world::World;

/// Columns of the ledger that every world has.
pub const TERMS: usize = 11;

/// Names of the columns, in the order in which the terms are added up.
pub const TERM_NAMES: [&str; TERMS] = [
    "persuasion",
    "argumentation",
    "regional_argument",
    "domestic_voice",
    "habituation",
    "signalling",
    "overjustification",
    "self_determination",
    "drift",
    "shock",
    "clamp",
];

/// Columns of the ledger of a world: those of the model, then one for each of its own mechanisms of motivation.
///
/// ```
/// use suasion::model::ledger::{TERMS, term_name, terms};
/// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
/// assert_eq!((terms(&world), term_name(&world, 0)), (TERMS, "persuasion"));
/// ```
pub fn terms(world: &World) -> usize {
    TERMS + world.theory.said.terms.len()
}

/// Name of a column of the ledger of a world: the id, of a mechanism of its own.
///
/// # Panics
/// If there is no such column.
pub fn term_name(world: &World, k: usize) -> &str {
    match TERM_NAMES.get(k) {
        Some(name) => name,
        None => &own(world, k).id,
    }
}

/// What people read of a column of the ledger: its name in words, the title of a mechanism of its own.
///
/// # Panics
/// If there is no such column.
pub fn term_title(world: &World, k: usize) -> String {
    match TERM_NAMES.get(k) {
        Some(name) => name.replace('_', " "),
        None => own(world, k).title.clone(),
    }
}

fn own(world: &World, k: usize) -> &Mechanism {
    let said = &world.theory.said;
    &said.mechanisms[said.terms[k - TERMS].0]
}
