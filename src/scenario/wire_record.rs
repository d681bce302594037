//! The values of a record, as files write them: tiers, scores of practice, whether sanctions were imposed, reactions and shares.

use super::wire_values::whole;
use crate::input::number;
use crate::model::observation::{COOPERATIVE, NEGATIVE, NONE};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use std::fmt;

/// A grade as a file names it; what it is called, its regime says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grade(pub String);

/// A score of practice in the record, 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score(pub u8);

/// Whether sanctions were imposed: true or false, or 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Imposed(pub bool);

/// The name of a grade in a cell, also where a program made decimals of it (`2.0`).
pub(crate) fn grade_of_cell(cell: &str) -> String {
    let whole = number(cell).ok().flatten().filter(|x| x.fract() == 0.0);
    whole.map_or_else(|| cell.trim().to_string(), |x| x.to_string())
}

struct GradeVisitor;

impl Visitor<'_> for GradeVisitor {
    type Value = Grade;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a grade, in quotes")
    }

    fn visit_str<E: de::Error>(self, grade: &str) -> Result<Grade, E> {
        Ok(Grade(grade.to_string()))
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

/// A reaction to a report, as its number, and the share of reactions that come on record where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reaction {
    pub value: f64,
    pub coverage: Option<f64>,
}

/// A reaction with the share of reactions that come on record.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Covered {
    reaction: Reaction,
    coverage: Coverage,
}

struct ReactionVisitor;

impl<'de> Visitor<'de> for ReactionVisitor {
    type Value = Reaction;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            r#"a reaction: "negative", "none" or "cooperative", or { reaction = "none", coverage = 0.3 }"#,
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Reaction, E> {
        let value = match text {
            "negative" => NEGATIVE,
            "none" => NONE,
            "cooperative" => COOPERATIVE,
            _ => return Err(E::invalid_value(Unexpected::Str(text), &self)),
        };
        Ok(Reaction { value, coverage: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reaction, A::Error> {
        let Covered { reaction, coverage } = Covered::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Reaction { value: reaction.value, coverage: Some(coverage.0) })
    }
}

impl<'de> Deserialize<'de> for Reaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReactionVisitor)
    }
}

/// A share, or an index from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share(pub f64);

struct ShareVisitor;

impl Visitor<'_> for ShareVisitor {
    type Value = Share;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Share, E> {
        match i {
            0 | 1 => Ok(Share(i as f64)),
            _ => Err(E::invalid_value(Unexpected::Signed(i), &self)),
        }
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Share, E> {
        if (0.0..=1.0).contains(&x) {
            Ok(Share(x))
        } else {
            Err(E::invalid_value(Unexpected::Float(x), &self))
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShareVisitor)
    }
}

/// A share of reactions that comes on record: of what never does nothing can be on record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coverage(pub f64);

struct CoverageVisitor;

impl Visitor<'_> for CoverageVisitor {
    type Value = Coverage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share above 0, at most 1: leave out years of which nothing is on record")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Coverage, E> {
        match i {
            1 => Ok(Coverage(1.0)),
            _ => Err(E::invalid_value(Unexpected::Signed(i), &self)),
        }
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Coverage, E> {
        if x > 0.0 && x <= 1.0 { Ok(Coverage(x)) } else { Err(E::invalid_value(Unexpected::Float(x), &self)) }
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoverageVisitor)
    }
}

/// A share of a survey, and its standard error where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Survey {
    pub share: f64,
    pub error: Option<f64>,
}

/// A survey's share with its standard error.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Surveyed {
    share: Share,
    error: Share,
}

struct SurveyVisitor;

impl<'de> Visitor<'de> for SurveyVisitor {
    type Value = Survey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share from 0 to 1, or { share = 0.62, error = 0.02 }")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Survey, E> {
        ShareVisitor.visit_i64(i).map(|share| Survey { share: share.0, error: None })
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Survey, E> {
        ShareVisitor.visit_f64(x).map(|share| Survey { share: share.0, error: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Survey, A::Error> {
        let Surveyed { share, error } = Surveyed::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Survey { share: share.0, error: Some(error.0) })
    }
}

impl<'de> Deserialize<'de> for Survey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SurveyVisitor)
    }
}
