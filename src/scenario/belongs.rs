//! Where a key belongs in a scenario file, as the schema has it: for paths of one part.

use super::error::nearest;
use super::path::{Lost, SECTIONS};
use super::schema::schema;
use crate::excerpt::excerpt;
use serde_json::Value;

/// Keys that name files, whose rows are read before any overlay is applied.
const FILES: [&str; 2] = ["states", "ties"];

/// Whether a path of one part is that of a value, such as `title`; else what it is, and where the key belongs.
pub(crate) fn head(key: &str) -> Result<(), Lost> {
    let schema = schema();
    let heads = schema["properties"].as_object();
    let heads = heads.into_iter().flatten().map(|(head, value)| (head.as_str(), keys(&schema, value)));
    let heads: Vec<(&str, Option<Vec<&str>>)> = heads.collect();
    let what = format!("`{}` is not the path of a value", excerpt(key));
    if FILES.contains(&key) {
        let hint = "its file is read before anything is set; name it in the scenario file";
        return Err(Lost::new(what, Some(hint.into())));
    }
    match heads.iter().find(|(head, _)| *head == key) {
        Some((_, None)) => return Ok(()),
        Some((_, Some(_))) => {
            let hint =
                "give the path of a value, in quotes where it stands for a key: \"parameters.displacement\"";
            return Err(Lost::new(what, Some(hint.into())));
        }
        None => {}
    }
    let within = heads.iter().filter(|(_, keys)| keys.as_ref().is_some_and(|keys| keys.contains(&key)));
    let paths: Vec<String> =
        within
            .map(|(head, _)| {
                if SECTIONS.contains(head) { format!("`{head}.ID.{key}`") } else { format!("`{head}.{key}`") }
            })
            .collect();
    let hint = match paths.split_last() {
        None => {
            nearest(key, heads.iter().flat_map(|(head, keys)| keys.iter().flatten().chain([head])).copied())
        }
        Some((only, [])) => Some(format!("write {only}")),
        Some((last, others)) => Some(format!("write {} or {last}", others.join(", "))),
    };
    Err(Lost::new(what, hint))
}

/// The forms that a value may have, those of its elements too where it is a list.
fn forms<'s>(schema: &'s Value, value: &'s Value) -> Vec<&'s Value> {
    let named = value["$ref"].as_str().and_then(|name| schema.pointer(name.strip_prefix('#')?));
    let others = ["anyOf", "oneOf"].into_iter().filter_map(|others| value[others].as_array()).flatten();
    let within = others.chain(named).chain(value.get("items"));
    std::iter::once(value).chain(within.flat_map(|form| forms(schema, form))).collect()
}

/// The keys of the tables that a value may be, or be a list of; none where it is no table.
fn keys<'s>(schema: &'s Value, value: &'s Value) -> Option<Vec<&'s str>> {
    let forms = forms(schema, value);
    let is = |form: &Value, kind: &str| match &form["type"] {
        Value::Array(kinds) => kinds.iter().any(|of| of == kind),
        of => of == kind,
    };
    let properties = forms.iter().filter_map(|form| form["properties"].as_object());
    let keys = properties.flat_map(|properties| properties.keys().map(String::as_str)).collect();
    forms.iter().any(|form| is(form, "object") || is(form, "array")).then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_part_is_that_of_a_value_or_is_told_where_it_belongs() {
        for key in ["version", "title", "description"] {
            assert_eq!(head(key), Ok(()), "{key}");
        }
        for (key, hint) in [
            ("drift", "write `parameters.drift`"),
            ("seed", "write `runs.seed`"),
            ("start", "write `shock.ID.start`, `time.start` or `variable.ID.start`"),
            ("severity", "write `regime.ID.severity`"),
            ("capacity", "write `defaults.capacity`, `population.ID.capacity` or `state.ID.capacity`"),
            ("hazard", "write `instrument.ID.hazard` or `shock.ID.hazard`"),
            ("states", "its file is read before anything is set; name it in the scenario file"),
        ] {
            let lost = head(key).unwrap_err();
            assert_eq!(lost.what, format!("`{key}` is not the path of a value"));
            assert_eq!(lost.hint.as_deref(), Some(hint), "{key}");
        }
        for key in ["state", "regime", "tie", "parameters", "time", "observed", "counterfactual", "prior"] {
            let hint = head(key).unwrap_err().hint.unwrap();
            assert!(hint.starts_with("give the path of a value"), "{key}: {hint}");
        }
    }
}
