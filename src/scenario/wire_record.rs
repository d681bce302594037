//! The values of a record: tiers, scores of practice, and whether sanctions were imposed, as files write them.

use super::wire_values::whole;
use crate::excerpt::quoted;
use crate::input::{Misread, number, word};
use crate::model::world::TIERS;
use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use std::fmt;

/// A tier of the record, as a grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grade(pub u8);

/// A score of practice in the record, 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score(pub u8);

/// Whether sanctions were imposed: true or false, or 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Imposed(pub bool);

/// The grade of a tier as people name it: a special case is not rated, and the watch list has two names.
fn grade(tier: &str) -> Option<u8> {
    let tier = match tier {
        "SC" => "NR",
        "WL" => "2WL",
        other => other,
    };
    TIERS.iter().position(|name| *name == tier).map(|grade| grade as u8)
}

/// The grade of a cell that holds a tier (0 not rated, 1 to 4 for tier 1, 2, 2WL, 3), also where a program made decimals of
/// it (`2.0`); none where nothing is known.
///
/// ```
/// use suasion::scenario::tier;
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
    grade(&name).map(Some).ok_or_else(|| Misread {
        found: quoted(cell),
        expected: "NR, SC, 1, 2, 2WL (or WL) or 3",
        hint: x.map(|_| "codes that are numbers (2.5, 4, 555, 666) differ between data sets; name the tiers"),
    })
}

struct GradeVisitor;

impl Visitor<'_> for GradeVisitor {
    type Value = Grade;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a tier: "NR" (or "SC"), "1", "2", "2WL" (or "WL") or "3""#)
    }

    fn visit_str<E: de::Error>(self, tier: &str) -> Result<Grade, E> {
        grade(tier).map(Grade).ok_or_else(|| E::invalid_value(Unexpected::Str(tier), &self))
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GradeVisitor)
    }
}

whole!(Score, ScoreVisitor, u8, (1..=5), "a whole score from 1 to 5");

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScoreVisitor)
    }
}

struct ImposedVisitor;

impl Visitor<'_> for ImposedVisitor {
    type Value = Imposed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false, or 1 or 0")
    }

    fn visit_bool<E: de::Error>(self, imposed: bool) -> Result<Imposed, E> {
        Ok(Imposed(imposed))
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Imposed, E> {
        match i {
            0 | 1 => Ok(Imposed(i == 1)),
            _ => Err(E::invalid_value(Unexpected::Signed(i), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Imposed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ImposedVisitor)
    }
}
