//! The values of a scenario file that have more than one way of being written, each with its own reader.
//!
//! Own readers instead of untagged enums, because those forget what was found and where.

use super::error::nearest;
use crate::excerpt::{number, quoted};
use crate::model::table::Bound;
use crate::model::traits::PHASES;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A finite number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub f64);

/// A date in decimal years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Date(pub f64);

/// Spiral phase at the start: the probability of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Phase(pub [f64; 5]);

/// `"all"`, a name, or names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Names {
    All,
    These(Vec<String>),
}

/// A value that changes at dates; a number alone holds always.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series(pub Vec<(f64, f64)>);

/// What a region argues: a series whose levels may answer a regime. A number alone holds always, and answers none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument(pub Vec<Argued>);

/// A level of what a region argues.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Argued {
    /// Date from which it holds.
    pub from: Date,
    /// Strength.
    pub value: Number,
    /// Regime that it may have answered: in a world without it the level counts `autochthony` times.
    pub answers: Option<String>,
    /// Whether what it may have answered is missing from this world.
    #[serde(default)]
    pub missing: bool,
    /// Where it comes from.
    #[allow(dead_code, reason = "read from the document by `sources.rs`")]
    pub source: Option<String>,
    /// A remark.
    #[allow(dead_code, reason = "for people")]
    pub note: Option<String>,
}

macro_rules! finite {
    ($name:ident, $visitor:ident, $admits:expr, $expecting:expr) => {
        struct $visitor;

        impl Visitor<'_> for $visitor {
            type Value = $name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expecting)
            }

            fn visit_i64<E: de::Error>(self, i: i64) -> Result<$name, E> {
                let x = i as f64;
                // Told as it was written.
                if $admits(x) { Ok($name(x)) } else { Err(E::invalid_value(Unexpected::Signed(i), &self)) }
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<$name, E> {
                if $admits(x) { Ok($name(x)) } else { Err(E::invalid_value(Unexpected::Float(x), &self)) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($visitor)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "number" })
            }
        }
    };
}

finite!(Number, NumberVisitor, f64::is_finite, "a finite number");
finite!(Date, DateVisitor, |x| Bound::Date.admits(x), Bound::Date.describe());

/// A whole year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Year(pub i32);

impl Year {
    /// First year of the calendar.
    pub const FIRST: i32 = 1;
    /// Last year of the calendar.
    pub const LAST: i32 = 9999;
}

/// How many: a whole number from 1 to [`Count::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count(pub u32);

/// Years that have passed: a whole number from 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Years(pub u32);

/// Steps of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps(pub u32);

impl Count {
    /// Replicates are written as 32-bit integers with a sign, which every reader of tables has.
    pub const MOST: u32 = i32::MAX as u32;
}

/// A seed: a whole number from 0 to [`Seed::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed(pub u64);

impl Seed {
    /// The greatest whole number of TOML.
    pub const MOST: u64 = i64::MAX as u64;
}

/// The two states of a tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair(pub [String; 2]);

macro_rules! whole {
    ($name:ident, $visitor:ident, $type:ty, $range:expr, $expecting:literal) => {
        struct $visitor;

        impl Visitor<'_> for $visitor {
            type Value = $name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expecting)
            }

            fn visit_i64<E: de::Error>(self, i: i64) -> Result<$name, E> {
                match <$type>::try_from(i).ok().filter(|n| $range.contains(n)) {
                    Some(n) => Ok($name(n)),
                    None => Err(E::invalid_value(Unexpected::Signed(i), &self)),
                }
            }

            // Programs write whole numbers with decimals too.
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<$name, E> {
                if x.fract() == 0.0 && x.abs() < 9e15 {
                    self.visit_i64(x as i64)
                } else {
                    Err(E::invalid_value(Unexpected::Float(x), &self))
                }
            }
        }
    };
}

pub(super) use whole;

whole!(Year, YearVisitor, i32, (Year::FIRST..=Year::LAST), "a whole year from 1 to 9999, as 2001");
whole!(Count, CountVisitor, u32, (1..=Count::MOST), "a whole number from 1 to 2147483647");
whole!(Years, YearsVisitor, u32, (0..=1000), "a whole number from 0 to 1000");
whole!(Steps, StepsVisitor, u32, (1..=365), "a whole number from 1 to 365");

whole!(Seed, SeedVisitor, u64, (0..=Seed::MOST), "a whole number from 0 to 9223372036854775807");

struct PairVisitor;

impl<'de> Visitor<'de> for PairVisitor {
    type Value = Pair;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of two states, as [\"KHM\", \"THA\"]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Pair, A::Error> {
        let ends = Vec::<String>::deserialize(SeqAccessDeserializer::new(list))?;
        <[String; 2]>::try_from(ends).map(Pair).map_err(|ends| de::Error::invalid_length(ends.len(), &self))
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseTable {
    probabilities: Vec<Number>,
    #[allow(dead_code, reason = "for people")]
    source: Option<String>,
    #[allow(dead_code, reason = "for people")]
    note: Option<String>,
}

struct PhaseVisitor;

impl<'de> Visitor<'de> for PhaseVisitor {
    type Value = Phase;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a phase by name or number (0 to 4), or { probabilities = [5 numbers that sum to 1] }")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Phase, E> {
        match usize::try_from(i) {
            Ok(k) if k < 5 => Ok(Phase(certain(k))),
            _ => Err(E::invalid_value(Unexpected::Signed(i), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Phase, E> {
        let matches = |full: &&str| *full == name || full.split(' ').next() == Some(name);
        if let Some(k) = PHASES.iter().position(matches) {
            Ok(Phase(certain(k)))
        } else {
            let hint = nearest(name, PHASES).map_or(String::new(), |hint| format!("; {hint}"));
            Err(E::custom(format!("unknown phase {}{hint}", quoted(name))))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Phase, A::Error> {
        let given = PhaseTable::deserialize(MapAccessDeserializer::new(map))?.probabilities;
        let sum: f64 = given.iter().map(|p| p.0).sum();
        if given.len() != 5 || given.iter().any(|p| p.0 < 0.0) || (sum - 1.0).abs() > 1e-9 {
            let list = given.iter().map(|p| number(p.0)).collect::<Vec<_>>().join(", ");
            let found = format!("[{list}], which sum to {}", number(short(sum)));
            let expected = "5 probabilities, from phase 0 to phase 4, that sum to 1";
            return Err(de::Error::invalid_value(Unexpected::Other(&found), &expected));
        }
        Ok(Phase(std::array::from_fn(|k| given[k].0)))
    }
}

/// A number for people, without the dust of its last digits.
pub(crate) fn short(x: f64) -> f64 {
    (x * 1e9).round() / 1e9
}

fn certain(phase: usize) -> [f64; 5] {
    std::array::from_fn(|k| f64::from(u8::from(k == phase)))
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"all\", a name or a list of names")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Names, E> {
        Ok(if name == "all" { Names::All } else { Names::These(vec![name.to_string()]) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Names, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Names::These)
    }
}

#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Dated {
    from: Date,
    value: Number,
    #[allow(dead_code, reason = "for people")]
    source: Option<String>,
    #[allow(dead_code, reason = "for people")]
    note: Option<String>,
}

struct SeriesVisitor;

impl<'de> Visitor<'de> for SeriesVisitor {
    type Value = Series;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a list of { from = date, value = number }")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Series, E> {
        self.visit_f64(i as f64)
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Series, E> {
        NumberVisitor.visit_f64(x).map(|x| Series(vec![(f64::NEG_INFINITY, x.0)]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Series, A::Error> {
        let entries: Vec<Dated> = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Series(entries.iter().map(|entry| (entry.from.0, entry.value.0)).collect()))
    }
}

struct ArgumentVisitor;

impl<'de> Visitor<'de> for ArgumentVisitor {
    type Value = Argument;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a list of { from = date, value = number, answers = regime }")
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Argument, E> {
        self.visit_f64(i as f64)
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Argument, E> {
        let value = NumberVisitor.visit_f64(x)?;
        let from = Date(f64::NEG_INFINITY);
        Ok(Argument(vec![Argued { from, value, answers: None, missing: false, source: None, note: None }]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Argument, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Argument)
    }
}

/// How values are read by their readers, and their schemas.
macro_rules! wire_value {
    ($($name:ident, $visitor:ident, |$generator:ident| $schema:expr;)*) => {
        $(
            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_any($visitor)
                }
            }

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                    $schema
                }
            }
        )*
    };
}

pub(super) use wire_value;

wire_value! {
    Phase, PhaseVisitor, |_generator| json_schema!({
        "anyOf": [
            { "enum": PHASES },
            { "enum": ["tactical", "prescriptive"] },
            { "type": "integer", "minimum": 0, "maximum": 4 },
            {
                "type": "object",
                "properties": {
                    "probabilities": { "type": "array", "items": { "type": "number" }, "minItems": 5, "maxItems": 5 },
                    "source": { "type": "string" },
                    "note": { "type": "string" }
                },
                "required": ["probabilities"],
                "additionalProperties": false
            }
        ]
    });
    Year, YearVisitor, |_generator| json_schema!({ "type": "integer", "minimum": Year::FIRST, "maximum": Year::LAST });
    Count, CountVisitor, |_generator| json_schema!({ "type": "integer", "minimum": 1, "maximum": Count::MOST });
    Seed, SeedVisitor, |_generator| json_schema!({ "type": "integer", "minimum": 0, "maximum": Seed::MOST });
    Years, YearsVisitor, |_generator| json_schema!({ "type": "integer", "minimum": 0, "maximum": 1000 });
    Steps, StepsVisitor, |_generator| json_schema!({ "type": "integer", "minimum": 1, "maximum": 365 });
    Pair, PairVisitor, |_generator| json_schema!({
        "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2
    });
    Names, NamesVisitor, |_generator| json_schema!({
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
    });
    Argument, ArgumentVisitor, |generator| {
        let argued = generator.subschema_for::<Argued>();
        json_schema!({ "anyOf": [{ "type": "number" }, { "type": "array", "items": argued }] })
    };
    Series, SeriesVisitor, |generator| {
        let dated = generator.subschema_for::<Dated>();
        json_schema!({ "anyOf": [{ "type": "number" }, { "type": "array", "items": dated }] })
    };
}
