//! The values of a record: tiers, scores of practice, and whether sanctions were imposed, as files write them.

use super::wire_values::whole;
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

struct GradeVisitor;

impl Visitor<'_> for GradeVisitor {
    type Value = Grade;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a tier: "NR", "1", "2", "2WL" (or "WL") or "3""#)
    }

    fn visit_str<E: de::Error>(self, tier: &str) -> Result<Grade, E> {
        let tier = if tier == "WL" { "2WL" } else { tier };
        match TIERS.iter().position(|name| *name == tier) {
            Some(grade) => Ok(Grade(grade as u8)),
            None => Err(E::invalid_value(Unexpected::Str(tier), &self)),
        }
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
