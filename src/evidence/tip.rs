//! The grades of the Trafficking in Persons report: what patterns speak of.

use crate::model::world::{NOT_RATED, Rating, World};

/// Names of the tiers by code: not rated, then best first.
pub const TIERS: [&str; 5] = [NOT_RATED, "1", "2", "2WL", "3"];

/// Whether a regime grades as the report does.
///
/// ```
/// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
/// assert!(suasion::evidence::tip::grades_so(&world.ratings[0]));
/// ```
pub fn grades_so(rating: &Rating) -> bool {
    rating.codes().eq(TIERS)
}

/// Whether the catalogue of patterns, which are of the report's tiers and of laws and treaties beside them, can be held against a world: one that is
/// graded so, or not graded at all.
///
/// ```
/// use suasion::evidence::tip::has_patterns;
/// let world = |name: &str| suasion::scenario::Scenario::load(name).unwrap().build_alone().unwrap().world;
/// assert!(has_patterns(&world("asean")) && !has_patterns(&world("fatf")));
/// ```
pub fn has_patterns(world: &World) -> bool {
    world.ratings.is_empty() || world.ratings.iter().any(grades_so)
}

/// What is not said of a world whose record is by a regime that grades otherwise, as a sentence; none where it grades as the report does.
///
/// ```
/// let scenario = suasion::scenario::Scenario::load("asean").unwrap();
/// assert_eq!(suasion::evidence::tip::not_said(&scenario.build_alone().unwrap().world), None);
/// ```
pub fn not_said(world: &World) -> Option<String> {
    if !has_patterns(world) {
        return Some(format!(
            "the catalogue of patterns is about the tiers {} of the Trafficking in Persons report, which nobody gives here: none of it is held against this scenario",
            TIERS[1..].join(", ")
        ));
    }
    let rating = &world.ratings[world.rating_of_record()?];
    (!grades_so(rating)).then(|| {
        format!(
            "patterns know the tiers {} of the Trafficking in Persons report alone; of the grades of {} ({}) forecasts and the hindcast speak",
            TIERS[1..].join(", "),
            rating.id,
            rating.grades.join(", ")
        )
    })
}
