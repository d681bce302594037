//! How two experiments differ, in lines: value by value, of what was written down of them and of their scenarios.

use serde::Serialize;
use std::collections::BTreeMap;

/// Characters of a value that are shown.
const SHOWN: usize = 48;

/// How two experiments differ, one line each: in what is written down of them, and in the values of their scenarios. Empty
/// where they do not.
pub fn differences<D: Serialize>(there: (&D, &str), here: (&D, &str)) -> Vec<String> {
    let mut lines = Vec::new();
    let flat = |description: &D| {
        let mut values = values_of(&serde_json::to_value(description).unwrap_or_default());
        values.remove("scenario.blake3");
        values
    };
    differ(&flat(there.0), &flat(here.0), &mut lines);
    differ(&values_of_toml(there.1), &values_of_toml(here.1), &mut lines);
    lines
}

/// The values of a scenario's text, by path.
pub(super) fn values_of_toml(text: &str) -> BTreeMap<String, String> {
    values_of(&toml::from_str(text).unwrap_or_default())
}

/// Values by path; entries of lists by their id where they have one.
pub(super) fn values_of(value: &serde_json::Value) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    flatten("", value, &mut values);
    values
}

/// A line for each path whose values differ.
pub(super) fn differ(
    there: &BTreeMap<String, String>,
    here: &BTreeMap<String, String>,
    lines: &mut Vec<String>,
) {
    const NOTHING: &str = "nothing";
    let mut line = |path: &str, there: &str, here: &str| {
        let line = format!("{path}: {} there, {} here", short(there), short(here));
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for (path, was) in there {
        let is = here.get(path).map_or(NOTHING, String::as_str);
        if was != is {
            line(path, was, is);
        }
    }
    for (path, is) in here.iter().filter(|(path, _)| !there.contains_key(*path)) {
        line(path, NOTHING, is);
    }
}

/// A value as far as it is shown; of a hash, enough to see that it differs.
fn short(value: &str) -> String {
    let is_hash = value.len() >= 32 && value.bytes().all(|b| b.is_ascii_hexdigit());
    let shown = if is_hash { 8 } else { SHOWN };
    match value.char_indices().nth(shown) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_string(),
    }
}

fn flatten(path: &str, value: &serde_json::Value, into: &mut BTreeMap<String, String>) {
    use serde_json::Value;
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(&below(key), value, into)),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            for (i, value) in list.iter().enumerate() {
                let id = ["id", "path", "name"].iter().find_map(|key| value.get(key)?.as_str());
                flatten(&below(&id.map_or_else(|| i.to_string(), str::to_string)), value, into);
            }
        }
        // Seeds are kept in hexadecimal and asked for as decimal numbers.
        Value::String(text) if path == "seed" => {
            let seed = text.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
            into.insert(path.into(), seed.map_or_else(|| text.clone(), |seed| seed.to_string()));
        }
        Value::String(text) => drop(into.insert(path.into(), text.clone())),
        value => drop(into.insert(path.into(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_told_by_path_and_once() {
        let there =
            json!({ "seed": "0x1", "axes": [{ "path": "a", "low": 0 }], "scenario": { "blake3": "x" } });
        let here =
            json!({ "seed": "0x2", "axes": [{ "path": "a", "low": 1 }], "scenario": { "blake3": "y" } });
        let lines = differences((&there, "drift = 0.03\n"), (&here, "drift = 0.05\nmore = 'a'\n"));
        let expected =
            ["axes.a.low: 0 there, 1 here", "seed: 1 there, 2 here", "drift: 0.03 there, 0.05 here"];
        assert_eq!(lines[..3], expected);
        assert_eq!(lines[3], "more: nothing there, a here");
        assert!(differences((&there, ""), (&there, "")).is_empty());
        let hash = "0123456789abcdef".repeat(4);
        assert_eq!((short(&hash).as_str(), short(&"x".repeat(60)).len()), ("01234567...", SHOWN + 3));
    }
}
