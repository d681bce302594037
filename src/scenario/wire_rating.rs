//! What a rating regime demands and what ends it for a state, as written.

use super::wire::{Sources, tables};
use super::wire_values::{Date, Number, wire_value};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

tables! {
    /// An instrument that is demanded between two dates.
    DatedDemand {
        /// The instrument.
        instrument: String,
        /// Date from which it is demanded.
        from: Option<Date>,
        /// Date until which it is.
        until: Option<Date>,
        /// How much it counts among what is demanded, in merit.
        weight: Option<Number>,
    }

    /// What ends a rating regime for a state: one of the three.
    EndsOn {
        /// The instrument that it adopts.
        adopts: Option<String>,
        /// The grade that it is given, or a better one.
        grade: Option<String>,
        /// The community that it joins.
        joins: Option<String>,
    }
}

/// What is demanded: an instrument, for ever or between two dates.
pub(crate) struct Demanded(pub DatedDemand);

struct DemandedVisitor;

impl<'de> Visitor<'de> for DemandedVisitor {
    type Value = Demanded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instrument, or { instrument = id, from = date, until = date, weight = number }")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<Demanded, E> {
        let instrument = id.to_string();
        let always = DatedDemand {
            instrument,
            from: None,
            until: None,
            weight: None,
            source: None,
            note: None,
            sources: None,
        };
        Ok(Demanded(always))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Demanded, A::Error> {
        DatedDemand::deserialize(MapAccessDeserializer::new(map)).map(Demanded)
    }
}

wire_value! {
    Demanded, DemandedVisitor, |generator| {
        let dated = generator.subschema_for::<DatedDemand>();
        json_schema!({ "anyOf": [{ "type": "string" }, dated] })
    };
}
