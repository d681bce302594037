//! A scenario's tree as TOML again, with the rows of its table files in it. Unlike a resolved scenario, it has nothing
//! filled in, so that overlays meet it as they would meet the file.

use super::document::{Node, Value};

/// Floats below this size are whole numbers without loss.
const MOST_WHOLE: f64 = 9e15;

/// The text of a tree.
pub(crate) fn text(root: &Node) -> String {
    toml::to_string(&value(root)).unwrap_or_default()
}

/// The text of a value within a line, the same for all spellings of it: a whole number has no decimals.
pub(crate) fn inline(node: &Node) -> String {
    plain(value(node)).to_string()
}

fn plain(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Float(x) if x == x.trunc() && x.abs() < MOST_WHOLE => toml::Value::Integer(x as i64),
        toml::Value::Array(list) => toml::Value::Array(list.into_iter().map(plain).collect()),
        toml::Value::Table(table) => {
            toml::Value::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        other => other,
    }
}

fn value(node: &Node) -> toml::Value {
    match &node.value {
        Value::Text(text) | Value::Other(text) => toml::Value::String(text.clone()),
        Value::Integer(i) => toml::Value::Integer(*i),
        Value::Float(x) => toml::Value::Float(*x),
        Value::Flag(flag) => toml::Value::Boolean(*flag),
        Value::List(list) => toml::Value::Array(list.iter().map(value).collect()),
        Value::Table(table) => {
            toml::Value::Table(table.iter().map(|(key, node)| (key.to_string(), value(node))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Loaded, Scenario, bundled};
    use std::path::Path;

    fn check(name: &str, loaded: &Loaded) {
        let again = Scenario::parse(name, &loaded.whole(), None).unwrap();
        let resolved = |loaded: &Loaded| loaded.build_alone().unwrap().resolved();
        assert_eq!(resolved(&again), resolved(loaded), "{name}");
        for id in loaded.counterfactuals() {
            let (mut a, mut b) = (again.clone(), loaded.clone());
            a.apply_counterfactual(&id).unwrap();
            b.apply_counterfactual(&id).unwrap();
            assert_eq!(resolved(&a), resolved(&b), "{name}: {id}");
        }
        let (mut a, mut b) = (again, loaded.clone());
        let start = b.build_alone().unwrap().world.clock.start;
        a.years(start..start + 2).unwrap();
        b.years(start..start + 2).unwrap();
        assert_eq!(resolved(&a), resolved(&b), "{name}: fewer years");
    }

    #[test]
    fn the_whole_text_is_the_same_scenario_before_and_after_overlays() {
        for name in bundled::names() {
            check(name, &Scenario::load(name).unwrap());
        }
        let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/good");
        let mut files = 0;
        for entry in std::fs::read_dir(good).unwrap().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                check(&name, &Scenario::load(&path.to_string_lossy()).unwrap());
                files += 1;
            }
        }
        assert!(files > 5);
    }
}
