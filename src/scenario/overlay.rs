//! Overlays: changes to a parsed scenario before it is validated. `--set`, counterfactuals, `--years` and the axes of
//! sweeps are all made of the same three: set a value, remove an entry, add an entry.

use super::belongs;
use super::document::{Document, Kind, Node, Origin, Table, Value, parse_value};
use super::error::Problem;
use super::numbers::is_spread;
use super::observed_readings::OBSERVED_BY;
use super::path::{Lost, SECTIONS, Segment, get, locate, parse};
use super::population;
use super::theories;
use super::validate::MOST_STATES;
use super::whole;
use crate::excerpt::{excerpt, message};
use crate::model::observation::OBSERVATION;
use crate::model::parameters::PARAMETERS;
use crate::model::table::Entry;
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE};
use crate::model::world::RATING_FIELDS;

/// The problem of a path that leads nowhere, in the place of what gave the path.
pub(crate) fn problem(document: &Document, at: Origin, path: &str, lost: Lost) -> Problem {
    let layer = &document.layers[at.layer as usize];
    Problem {
        file: layer.file.clone(),
        line: (at.line > 0).then_some(at.line as usize),
        overlay: layer.blamed().map(|text| excerpt(&text).into_owned()),
        path: excerpt(path).into_owned(),
        found: message(&lost.what),
        expected: None,
        hint: lost.hint,
        ..Problem::default()
    }
}

/// Sets the value at a path, or at each of the entries that it names with `*`.
pub(crate) fn set(document: &mut Document, path: &str, value: &Node) -> Result<(), Box<Problem>> {
    let at = value.origin;
    try_set(document, path, value).map_err(|lost| Box::new(problem(document, at, path, lost)))
}

fn try_set(document: &mut Document, path: &str, value: &Node) -> Result<(), Lost> {
    let segments = parse(path)?;
    if let [Segment::Key(only)] = &segments[..] {
        belongs::head(only)?;
    }
    let root = &document.root;
    let entries = |section: &str| root.get(section).and_then(Node::list).unwrap_or_default();
    let ratings: Vec<String> = entries("regime")
        .iter()
        .filter(|node| node.get("kind").and_then(Node::text) == Some("rating"))
        .filter_map(|node| node.get("id")?.text().map(str::to_string))
        .collect();
    let defaults = document.root.get("defaults").cloned();
    for steps in locate(&document.root, &segments)? {
        if steps.len() < segments.len().min(3) {
            return Err(Lost::new("an entry, not a value", None));
        }
        put(&mut document.root, &steps, value, &ratings, defaults.as_ref())?;
    }
    Ok(())
}

/// Walks to a value and writes it; makes the tables on the way that the file left to their defaults.
fn put(
    root: &mut Node,
    steps: &[Segment],
    value: &Node,
    ratings: &[String],
    defaults: Option<&Node>,
) -> Result<(), Lost> {
    let Some((last, before)) = steps.split_last() else { return Ok(()) };
    let mut node = root;
    for (i, step) in before.iter().enumerate() {
        let next = &steps[i + 1];
        node = match step {
            Segment::Index(index) => element(node, *index)?,
            Segment::Key(key) => {
                let state = matches!(&steps[0], Segment::Key(section) if section == "state" || section == "population");
                let inherited = defaults.filter(|_| state && i == 2).and_then(|defaults| defaults.get(key));
                let described = node.describe();
                let table = node.table_mut();
                let table = table
                    .ok_or_else(|| Lost::new(format!("found {described}, which has no `{key}`"), None))?;
                let grades = table.get("grades").and_then(Node::list).map(<[Node]>::len);
                let child =
                    table.get_or_insert(key, || made(key, next, steps, (inherited, grades), value.origin))?;
                if let Segment::Key(below) = next {
                    open_up(child, key, below, ratings);
                }
                child
            }
        };
    }
    match last {
        Segment::Index(index) => *element(node, *index)? = value.clone(),
        Segment::Key(key) => {
            let described = node.describe();
            let table = node.table_mut();
            let table =
                table.ok_or_else(|| Lost::new(format!("found {described}, which has no `{key}`"), None))?;
            table.insert(key.as_str(), value.clone());
        }
    }
    Ok(())
}

fn element(node: &mut Node, index: usize) -> Result<&mut Node, Lost> {
    let described = node.describe();
    let Value::List(list) = &mut node.value else {
        return Err(Lost::new(format!("found {described}, which has no [{index}]"), None));
    };
    let last = list.len().checked_sub(1);
    let hint = last.map(|last| format!("the last is [{last}]"));
    list.get_mut(index).ok_or_else(|| Lost::new(format!("there is no [{index}]"), hint))
}

/// What a key holds that is not written: the table's list, for as many grades as a regime has, what [defaults] say, or an empty table.
fn made(
    key: &str,
    next: &Segment,
    steps: &[Segment],
    (inherited, grades): (Option<&Node>, Option<usize>),
    at: Origin,
) -> Result<Node, Lost> {
    if let Some(inherited) = inherited {
        return Ok(inherited.clone());
    }
    let Segment::Index(index) = next else { return Ok(Node::new(Value::Table(Table::default()), at)) };
    let entries: &[Entry] = match &steps[0] {
        Segment::Key(section) if section == "parameters" => PARAMETERS,
        Segment::Key(section) if section == OBSERVED_BY => OBSERVATION,
        _ => RATING_FIELDS,
    };
    // Lists of a rating regime have a number for each grade.
    let most = grades.unwrap_or(usize::MAX);
    let list: Vec<Node> = entries
        .iter()
        .filter(|entry| entry.name == key && entry.element.is_some_and(|element| element < most))
        .map(|entry| Node::new(Value::Float(entry.default), at))
        .collect();
    if list.is_empty() {
        return Err(Lost::new(format!("there is no list `{key}` for [{index}] to be in"), None));
    }
    Ok(Node::new(Value::List(list), at))
}

/// A trait per regime that was given once for all becomes a table by regime, so that one regime's can be set.
fn open_up(node: &mut Node, key: &str, below: &str, ratings: &[String]) {
    let per_regime = key == STRATEGIC_VALUE.name || key == SENDER_STANDING.name;
    if !per_regime || !is_spread(node) || super::wire_spread::SPREAD_KEYS.contains(&below) {
        return;
    }
    let mut table = Table::default();
    for rating in ratings {
        table.insert(rating.as_str(), node.clone());
    }
    node.value = Value::Table(table);
}

/// Removes the entry or key at a path.
pub(crate) fn remove(document: &mut Document, path: &str, at: Origin) -> Result<(), Box<Problem>> {
    try_remove(document, path).map_err(|lost| Box::new(problem(document, at, path, lost)))
}

fn try_remove(document: &mut Document, path: &str) -> Result<(), Lost> {
    let segments = parse(path)?;
    let mut located = locate(&document.root, &segments)?;
    // From the back, so that positions hold.
    located.reverse();
    for steps in located {
        let Some((last, before)) = steps.split_last() else { continue };
        let Some(found) = get(&document.root, &steps) else {
            let keys: Vec<&str> = get(&document.root, before)
                .and_then(Node::table)
                .map_or_else(Vec::new, |table| table.keys().collect());
            let hint = match last {
                Segment::Key(key) => super::error::nearest(key, keys),
                Segment::Index(_) => None,
            };
            return Err(Lost::new("there is nothing to remove", hint));
        };
        forget(&mut document.removed, &steps, found);
        let Some(parent) = get_mut(&mut document.root, before) else { continue };
        match (&mut parent.value, last) {
            (Value::Table(table), Segment::Key(key)) => {
                table.remove(key);
                // Its source goes with it.
                table.get_mut("sources").and_then(Node::table_mut).map(|sources| sources.remove(key));
            }
            (Value::List(list), Segment::Index(i)) => drop(list.remove(*i)),
            _ => {}
        }
    }
    Ok(())
}

/// Remembers who was removed, so that a mention elsewhere is left out instead of refused.
fn forget(removed: &mut std::collections::BTreeSet<(Kind, String)>, steps: &[Segment], node: &Node) {
    let [Segment::Key(section), rest @ ..] = steps else { return };
    let entries: Vec<&Node> = match rest {
        [] => node.list().unwrap_or_default().iter().collect(),
        [Segment::Index(_)] => vec![node],
        _ => return,
    };
    for entry in entries {
        let text = |key| entry.get(key).and_then(Node::text).map(str::to_string);
        let Some(id) = text("id") else { continue };
        match section.as_str() {
            "state" => {
                removed.insert((Kind::State, id));
                removed.extend(text("region").map(|region| (Kind::Region, region)));
            }
            "population" => {
                // A count that is none is refused when the rest is built.
                let count =
                    entry.get("count").and_then(Node::number).unwrap_or(0.0).min(MOST_STATES as f64) as u32;
                removed.extend(population::ids(&id, count).map(|id| (Kind::State, id)));
                removed.insert((Kind::Region, text("region").unwrap_or(id)));
            }
            "regime" => drop(removed.insert((Kind::Regime, id))),
            "instrument" => drop(removed.insert((Kind::Instrument, id))),
            "variable" => drop(removed.insert((Kind::Variable, id))),
            "shock" => drop(removed.insert((Kind::Shock, id))),
            _ => {}
        }
    }
}

fn get_mut<'n>(root: &'n mut Node, steps: &[Segment]) -> Option<&'n mut Node> {
    steps.iter().try_fold(root, |node, step| match (&mut node.value, step) {
        (Value::Table(table), Segment::Key(key)) => table.get_mut(key),
        (Value::List(list), Segment::Index(i)) => list.get_mut(*i),
        _ => None,
    })
}

/// Adds entries to an array of tables. What is there again is removed no longer.
pub(crate) fn append(document: &mut Document, section: &str, entries: Vec<Node>, at: Origin) {
    debug_assert!(SECTIONS.contains(&section) || section == theories::SECTION);
    let kind = match section {
        "state" => Some(Kind::State),
        "regime" => Some(Kind::Regime),
        "instrument" => Some(Kind::Instrument),
        "variable" => Some(Kind::Variable),
        "shock" => Some(Kind::Shock),
        _ => None,
    };
    for id in entries.iter().filter_map(|entry| entry.get("id")?.text()) {
        if let Some(kind) = kind {
            document.removed.remove(&(kind, id.to_string()));
        }
    }
    let Some(root) = document.root.table_mut() else { return };
    match root.get_mut(section).map(|node| &mut node.value) {
        Some(Value::List(list)) => list.extend(entries),
        _ => root.insert(section, Node::new(Value::List(entries), at)),
    }
}

/// A number as TOML would have it: whole where it is, since some values must be.
pub(crate) fn number(x: f64, at: Origin) -> Node {
    let whole = x == x.trunc() && x.abs() < 9e15;
    Node::new(if whole { Value::Integer(x as i64) } else { Value::Float(x) }, at)
}

/// An assignment as [`assignment`] reads it, the same for all spellings: `x = 0.010` is `x=0.01`. One that cannot be read stays
/// as it is, for whoever refuses it.
pub fn plain(text: &str) -> String {
    match assignment(text, 0) {
        Ok((path, value)) => format!("{path}={}", whole::inline(&value)),
        Err(_) => text.into(),
    }
}

/// Reads `path=value`, where the value is TOML, or a bare word for text.
pub(crate) fn assignment(text: &str, layer: u32) -> Result<(&str, Node), Lost> {
    let Some((path, value)) = text.split_once('=') else {
        return Err(Lost::new("no `=`", Some("write `path=value`, as `parameters.displacement=0`".into())));
    };
    let (path, value) = (path.trim(), value.trim());
    let bare = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || " _-".contains(c));
    match parse_value(value, layer) {
        Some(node) => Ok((path, node)),
        None if bare => Ok((path, Node::new(Value::Text(value.into()), Origin { layer, line: 0 }))),
        None => Err(Lost::new(
            format!("`{}` is not a TOML value", excerpt(value)),
            Some("a value is a number, text in quotes, [a, list] or { a = table }".into()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_has_one_spelling() {
        for (spellings, plainly) in [
            (&["a.b=0.01", "a.b = 0.010", " a.b=1e-2"][..], "a.b=0.01"),
            (&["a=1", "a=1.0", "a=+1", "a=0x1"], "a=1"),
            (&["a=\"denial\"", "a='denial'", "a=denial"], "a=\"denial\""),
            (&["a=[0.50, 1]", "a=[ 0.5,1.0, ]"], "a=[0.5, 1]"),
            (&["a={ sd = 0.10, mean = 1.0 }", "a={mean=1,sd=0.1}"], "a={ mean = 1, sd = 0.1 }"),
            (&["nonsense"], "nonsense"),
        ] {
            for spelling in spellings {
                assert_eq!(plain(spelling), plainly, "{spelling}");
            }
        }
    }
}
