//! The JSON Schema of scenario files, so that editors complete and check them.
//!
//! The shape comes from the wire types; parameters, traits and numbers of rating regimes from the model's tables.

use super::wire;
use super::wire_spread::Spread;
use crate::model::observation::OBSERVATION;
use crate::model::parameters::PARAMETERS;
use crate::model::table::{Bound, Entry};
use crate::model::traits::{SENDER_STANDING, STARTS, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{MOST_GRADES, RATING_FIELDS};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// The JSON Schema of scenario files.
pub fn schema() -> Value {
    let mut generator = SchemaGenerator::default();
    // Spreads are referred to by the traits alone, which are added below.
    let spread = generator.subschema_for::<Spread>().to_value();
    let mut schema = generator.into_root_schema_for::<wire::Root>().to_value();
    schema["title"] = json!("suasion scenario");
    for name in ["Defaults", "State", "Population"] {
        add(&mut schema, name, traits(&spread));
        // Keys beyond the model's are traits of the scenario's own.
        schema["$defs"][name]["additionalProperties"] = spread.clone();
    }
    add(&mut schema, "Parameters", numbers(PARAMETERS));
    // Keys beyond the model's are parameters of the scenario's own.
    schema["$defs"]["Parameters"]["additionalProperties"] = json!({ "type": "number" });
    add(&mut schema, "Observation", numbers(OBSERVATION));
    add(&mut schema, "Rating", by_grade());
    for (name, kind) in [("Rating", "rating"), ("Convention", "convention"), ("Community", "community")] {
        schema["$defs"][name]["properties"]["kind"] = json!({ "const": kind });
    }
    schema
}

fn add(schema: &mut Value, name: &str, properties: Map<String, Value>) {
    let definition = &mut schema["$defs"][name]["properties"];
    match definition.as_object_mut() {
        Some(existing) => existing.extend(properties),
        None => *definition = Value::Object(properties),
    }
}

fn traits(spread: &Value) -> Map<String, Value> {
    let mut properties = Map::new();
    for entry in TRAITS {
        properties.insert(entry.name.into(), json!({ "description": describe(entry), "anyOf": [spread] }));
    }
    for entry in STARTS {
        let description = format!("{}; computed where it is not given", entry.meaning);
        properties.insert(entry.name.into(), json!({ "description": description, "anyOf": [spread] }));
    }
    for entry in [STRATEGIC_VALUE, SENDER_STANDING] {
        let by_regime = json!({ "type": "object", "additionalProperties": spread });
        properties.insert(
            entry.name.into(),
            json!({ "description": describe(&entry), "anyOf": [spread, by_regime] }),
        );
    }
    properties
}

fn numbers(entries: &[Entry]) -> Map<String, Value> {
    let mut properties = Map::new();
    for entry in entries.iter().filter(|entry| entry.element.unwrap_or(0) == 0) {
        let mut property = number(entry.bound);
        let list: Vec<&Entry> = entries.iter().filter(|other| other.name == entry.name).collect();
        if entry.element.is_some() {
            let defaults: Vec<f64> = list.iter().map(|entry| entry.default).collect();
            property = json!({
                "type": "array", "items": property, "minItems": list.len(), "maxItems": list.len(), "default": defaults
            });
        } else {
            property["default"] = json!(entry.default);
        }
        property["description"] = json!(describe(entry));
        properties.insert(entry.name.into(), property);
    }
    properties
}

/// The numbers of a rating regime, whose lists are as long as it has grades.
fn by_grade() -> Map<String, Value> {
    let mut properties = numbers(RATING_FIELDS);
    for list in properties.values_mut().filter(|property| property["type"] == "array") {
        let most = list["maxItems"].as_u64().unwrap_or_default();
        list["minItems"] = json!(most + 2 - MOST_GRADES as u64);
        if let Some(list) = list.as_object_mut() {
            list.remove("default");
        }
    }
    properties
}

fn number(bound: Bound) -> Value {
    let (low, high) = bound.limits();
    let mut schema = json!({ "type": "number" });
    if low.is_finite() {
        let open = matches!(bound, Bound::Positive | Bound::PositiveShare);
        schema[if open { "exclusiveMinimum" } else { "minimum" }] = json!(low);
    }
    if high.is_finite() {
        schema["maximum"] = json!(high);
    }
    schema
}

fn describe(entry: &Entry) -> String {
    let unit = if entry.unit == "-" { String::new() } else { format!(" [{}]", entry.unit) };
    format!(
        "{}{unit}; default {}, range for sweeps {} to {}",
        entry.meaning, entry.default, entry.low, entry.high
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_tables_is_in_the_schema_with_its_bound() {
        let schema = schema();
        let defs = &schema["$defs"];
        assert_eq!(defs["Parameters"]["properties"]["displacement"]["maximum"], 1.0);
        assert_eq!(defs["Parameters"]["properties"]["spiral_up"]["minItems"], 4);
        assert_eq!(defs["Parameters"]["properties"]["inducement_half"]["exclusiveMinimum"], 0.0);
        let lengths =
            |list: &str| ["minItems", "maxItems"].map(|end| &defs["Rating"]["properties"][list][end]);
        assert!(lengths("thresholds") == [1, 7] && lengths("shame") == [2, 8]);
        for entry in TRAITS {
            for name in ["Defaults", "State", "Population"] {
                assert!(defs[name]["properties"][entry.name].is_object(), "{name}.{}", entry.name);
            }
        }
        for name in ["Rating", "Community"] {
            assert_eq!(defs[name]["additionalProperties"], false, "{name}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
