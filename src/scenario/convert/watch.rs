//! The watch list of version 1, three keys with defaults, as a rule of its own.

use toml_edit::{InlineTable, Item, TableLike, Value};

/// Keys of version 1: their names below `watch`, and what they were where a file did not say.
const KEYS: [(&str, &str, i64); 3] = [
    ("watch_list_from", "from", 2004),
    ("watch_limit", "limit", 4),
    ("watch_limit_from", "limit_from", 2009),
];

/// The key below `watch` that a key of version 1 is now.
pub(super) fn below(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(old, ..)| *old == key).map(|(_, new, _)| *new)
}

/// Gathers the watch list of a rating regime, and its sources.
pub(super) fn gather(regime: &mut dyn TableLike) {
    let mut watch = InlineTable::new();
    watch.insert("grade", "2WL".into());
    for (old, new, default) in KEYS {
        let given = regime.remove(old).and_then(|item| item.into_value().ok());
        let mut value = given.unwrap_or_else(|| Value::from(default));
        value.decor_mut().clear();
        watch.insert(new, value);
    }
    regime.insert("watch", Item::Value(Value::InlineTable(watch)));
    if let Some(sources) = regime.get_mut("sources").and_then(Item::as_table_like_mut) {
        let of: Vec<Item> = KEYS.iter().filter_map(|(old, ..)| sources.remove(old)).collect();
        let texts: Vec<&str> = of.iter().filter_map(Item::as_str).collect();
        if !texts.is_empty() {
            sources.insert("watch", toml_edit::value(texts.join("; ")));
        }
    }
}

/// The path in version 2 of a key of the watch list: `regime.tvpa.watch_limit` is `regime.tvpa.watch.limit`.
fn renamed(path: &str) -> Option<String> {
    let (before, key) = path.rsplit_once('.')?;
    let new = below(key)?;
    before.starts_with("regime.").then(|| format!("{before}.watch.{new}"))
}

/// Renames paths wherever they stand: as keys, and as texts.
pub(super) fn rename(table: &mut dyn TableLike) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_string()).collect();
    for key in keys {
        if let (Some(new), Some(item)) = (renamed(&key), table.get(&key).cloned()) {
            table.remove(&key);
            table.insert(&new, item);
            continue;
        }
        let Some(item) = table.get_mut(&key) else { continue };
        if let Some(tables) = item.as_array_of_tables_mut() {
            tables.iter_mut().for_each(|one| rename(one));
        } else if let Some(below) = item.as_table_like_mut() {
            rename(below);
        } else if let Some(value) = item.as_value_mut() {
            rename_in(value);
        }
    }
}

fn rename_in(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(rename_in),
        Value::InlineTable(table) => rename(table),
        Value::String(text) => {
            if let Some(new) = renamed(text.value()) {
                let decor = value.decor().clone();
                *value = Value::from(new);
                *value.decor_mut() = decor;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::convert::convert;

    #[test]
    fn the_watch_list_becomes_a_rule_of_its_own_wherever_it_is_set() {
        let old = "version = 1\n[[regime]]\nid = \"g\"\nkind = \"rating\"\nwatch_list_from = 2005 # late\n\
                   [regime.sources]\nwatch_list_from = \"a\"\nwatch_limit = \"b\"\n\
                   [counterfactual.never]\nset = { \"regime.g.watch_list_from\" = 2050 }\n\
                   [[sweep.axis]]\npath = \"regime.g.watch_limit_from\"\nvalues = [2009, 2050]\n";
        let new = convert("old.toml", old).unwrap().text;
        for expected in [
            "watch = { grade = \"2WL\", from = 2005, limit = 4, limit_from = 2009 }\n",
            "grades = [\"1\", \"2\", \"2WL\", \"3\"]\n",
            "\nwatch = \"a; b\"\n",
            "\"regime.g.watch.from\" = 2050",
            "path = \"regime.g.watch.limit_from\"\n",
            "threat = [0.0, 0.02, 0.543, 1.0]\n",
        ] {
            assert!(new.contains(expected), "{expected}\n{new}");
        }
        assert!(!new.contains("watch_"), "{new}");
    }
}
