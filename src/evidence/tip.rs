//! The grades of the Trafficking in Persons report: what the panel has, and patterns and forecast skill speak of.

use crate::excerpt::quoted;
use crate::input::{Misread, number, word};
use crate::model::world::{NOT_RATED, Rating, World};

/// Names of the tiers by code: not rated, then best first.
pub const TIERS: [&str; 5] = [NOT_RATED, "1", "2", "2WL", "3"];

/// The code of a cell that holds a tier (0 not rated, 1 to 4 for tier 1, 2, 2WL, 3), also where a program made decimals of
/// it (`2.0`); none where nothing is known. A special case is not rated, and the watch list has two names.
///
/// ```
/// use suasion::evidence::tip::tier;
/// assert_eq!((tier("2WL"), tier("3.0"), tier("SC"), tier("NA")), (Ok(Some(3)), Ok(Some(4)), Ok(Some(0)), Ok(None)));
/// assert!(tier("2.5").unwrap_err().to_string().starts_with("found \"2.5\", expected NR, SC, 1, 2, 2WL (or WL) or 3"));
/// ```
///
/// # Errors
/// If it is no tier: codes that are numbers mean other tiers in other data.
pub fn tier(cell: &str) -> Result<Option<u8>, Misread> {
    let Some(cell) = word(cell) else { return Ok(None) };
    let x = number(cell).ok().flatten();
    let name = x.filter(|x| x.fract() == 0.0).map_or_else(|| cell.to_string(), |x| x.to_string());
    let name = match name.as_str() {
        "SC" => NOT_RATED,
        "WL" => "2WL",
        other => other,
    };
    TIERS.iter().position(|tier| *tier == name).map(|code| Some(code as u8)).ok_or_else(|| Misread {
        found: quoted(cell),
        expected: "NR, SC, 1, 2, 2WL (or WL) or 3",
        hint: x.map(|_| "codes that are numbers (2.5, 4, 555, 666) differ between data sets; name the tiers"),
    })
}

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
            "patterns and forecasts of grades know the tiers {} of the Trafficking in Persons report alone; of the grades of {} ({}) the hindcast speaks",
            TIERS[1..].join(", "),
            rating.id,
            rating.grades.join(", ")
        )
    })
}
