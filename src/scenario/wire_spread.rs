//! A number of a scenario file, or a distribution over numbers, as written.

use super::wire_values::{Number, wire_value};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A number, or a distribution over numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spread {
    Fixed(f64),
    Normal { mean: f64, sd: f64 },
    Uniform { low: f64, high: f64 },
    Triangular { low: f64, mode: f64, high: f64 },
    Beta { alpha: f64, beta: f64 },
}

/// Keys of a distribution's table: what tells it from a table by regime.
pub(crate) const SPREAD_KEYS: [&str; 9] =
    ["mean", "sd", "low", "high", "mode", "alpha", "beta", "source", "note"];

#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SpreadTable {
    mean: Option<Number>,
    sd: Option<Number>,
    low: Option<Number>,
    high: Option<Number>,
    mode: Option<Number>,
    alpha: Option<Number>,
    beta: Option<Number>,
    #[allow(dead_code, reason = "read from the document by `sources.rs`")]
    source: Option<String>,
    #[allow(dead_code, reason = "for people")]
    note: Option<String>,
}

const SPREADS: &str = "a number, { mean, sd }, { low, high }, { low, mode, high } or { alpha, beta }";

struct SpreadVisitor;

impl<'de> Visitor<'de> for SpreadVisitor {
    type Value = Spread;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SPREADS)
    }

    fn visit_i64<E: de::Error>(self, i: i64) -> Result<Spread, E> {
        Ok(Spread::Fixed(i as f64))
    }

    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Spread, E> {
        if x.is_finite() {
            Ok(Spread::Fixed(x))
        } else {
            Err(E::invalid_value(Unexpected::Float(x), &"a finite number"))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Spread, A::Error> {
        let table = SpreadTable::deserialize(MapAccessDeserializer::new(map))?;
        let key = |name, value: Option<Number>| value.map(|Number(x)| (name, x));
        let keys = [
            key("mean", table.mean),
            key("sd", table.sd),
            key("low", table.low),
            key("mode", table.mode),
            key("high", table.high),
            key("alpha", table.alpha),
            key("beta", table.beta),
        ];
        let given: Vec<(&str, f64)> = keys.into_iter().flatten().collect();
        match given[..] {
            [("mean", mean), ("sd", sd)] => Ok(Spread::Normal { mean, sd }),
            [("low", low), ("high", high)] => Ok(Spread::Uniform { low, high }),
            [("low", low), ("mode", mode), ("high", high)] => Ok(Spread::Triangular { low, mode, high }),
            [("alpha", alpha), ("beta", beta)] => Ok(Spread::Beta { alpha, beta }),
            _ => {
                let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
                let found = match names[..] {
                    [] => "an empty table".to_string(),
                    _ => format!("{{ {} }}", names.join(", ")),
                };
                Err(de::Error::invalid_value(Unexpected::Other(&found), &self))
            }
        }
    }
}

wire_value! {
    Spread, SpreadVisitor, |generator| {
        let table = generator.subschema_for::<SpreadTable>();
        json_schema!({ "description": SPREADS, "anyOf": [{ "type": "number" }, table] })
    };
}
