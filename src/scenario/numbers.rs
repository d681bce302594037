//! Reads the keys that the model's tables name: parameters, traits, numbers of a rating regime.
//!
//! The tables are the one place that declares them; this file knows their shape, not their names.

use super::document::{Document, Node, Origin, Value};
use super::report::{MOST_BETAS, Report};
use super::wire_spread::{SPREAD_KEYS, Spread};
use crate::excerpt::number;
use crate::input;
use crate::model::distribution::{BetaTable, Distribution};
use crate::model::table::{Bound, Entry};
use crate::model::theory::OwnTrait;
use crate::model::traits::{SENDER_STANDING, STARTS, STRATEGIC_VALUE, TRAITS};
use std::ops::RangeInclusive;

/// What a number is about, for what is read of it and told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What<'a> {
    /// Its key.
    pub name: &'a str,
    /// What any value of it must satisfy.
    pub bound: Bound,
    /// What it says.
    pub meaning: &'a str,
}

impl From<&Entry> for What<'static> {
    fn from(entry: &Entry) -> Self {
        What { name: entry.name, bound: entry.bound, meaning: entry.meaning }
    }
}

impl<'a> From<&'a OwnTrait> for What<'a> {
    fn from(own: &'a OwnTrait) -> Self {
        What { name: &own.id, bound: Bound::Share, meaning: &own.meaning }
    }
}

/// The keys of a table in a file: each number, and each list once.
pub(crate) fn keys(entries: &[Entry]) -> Vec<&'static str> {
    entries.iter().filter(|entry| entry.element.unwrap_or(0) == 0).map(|entry| entry.name).collect()
}

/// The keys of all traits, those per rating regime included.
pub(crate) fn trait_keys() -> Vec<&'static str> {
    let mut all = keys(TRAITS);
    all.extend([STRATEGIC_VALUE.name, SENDER_STANDING.name]);
    all
}

/// The keys of all traits and of the values at the start, and of the traits that a scenario declares.
pub(crate) fn state_keys(document: &Document) -> Vec<&str> {
    let mut all = trait_keys();
    all.extend(keys(STARTS));
    let own = document.entries("trait").iter().filter_map(|node| node.get("id")?.text());
    all.extend(own.filter(|id| !KEYS.contains(id)));
    all
}

/// Keys of states beside their traits.
pub(crate) const KEYS: [&str; 10] = [
    "id",
    "name",
    "region",
    "count",
    "source",
    "sources",
    "note",
    "initial_phase",
    "initial_tier",
    "initial_watched",
];

/// Reads each number of the table that `node` gives, and hands over its position, value and place.
pub(crate) fn numbers(
    report: &mut Report<'_>,
    node: &Node,
    path: &str,
    entries: &[Entry],
    take: impl FnMut(usize, f64, Origin),
) {
    let length = |name: &str| {
        let length = entries.iter().filter(|other| other.name == name).count();
        (length..=length, format!("a list of {length} numbers"))
    };
    numbers_in_lists(report, node, path, entries, &length, take);
}

/// The same where lists may be shorter than the table has room for: `length` says how long each may be, and that in words.
pub(crate) fn numbers_in_lists(
    report: &mut Report<'_>,
    node: &Node,
    path: &str,
    entries: &[Entry],
    length: &dyn Fn(&str) -> (RangeInclusive<usize>, String),
    mut take: impl FnMut(usize, f64, Origin),
) {
    for (first, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.element.unwrap_or(0) == 0) {
        let Some(value) = node.get(entry.name) else { continue };
        let path = format!("{path}.{}", entry.name);
        if entry.element.is_none() {
            if let Some(x) = bounded(report, value, path, entry) {
                take(first, x, value.origin);
            }
            continue;
        }
        let (length, expected) = length(entry.name);
        match value.list() {
            Some(list) if length.contains(&list.len()) => {
                for (i, element) in list.iter().enumerate() {
                    if let Some(x) = bounded(report, element, format!("{path}[{i}]"), entry) {
                        take(first + i, x, element.origin);
                    }
                }
            }
            other => {
                let found = other.map_or(value.describe(), |list| format!("a list of {}", list.len()));
                report.add(value.origin, path, found, Some(expected), Some(about(entry.into())));
            }
        }
    }
}

/// Reads a number within its entry's bound.
fn bounded(report: &mut Report<'_>, node: &Node, path: String, entry: &Entry) -> Option<f64> {
    if let Some(x) = node.number().filter(|&x| entry.bound.admits(x)) {
        return Some(x);
    }
    refuse(report, node, path, entry.into());
    None
}

/// Adds the problem of a value that is no number within its entry's bound.
fn refuse(report: &mut Report<'_>, node: &Node, path: String, entry: What<'_>) {
    let cell = node.text().filter(|_| report.is_table_file(node.origin));
    let quoted = cell.is_none() && node.text().is_some_and(|text| text.parse::<f64>().is_ok());
    let hint = match cell.and_then(input::hint) {
        Some(hint) => hint.into(),
        None if quoted => "a number stands without quotes".into(),
        None => about(entry),
    };
    report.add(node.origin, path, node.describe(), Some(entry.bound.describe().into()), Some(hint));
}

/// What a number is about, for hints: a person who got its range wrong may have taken it for something else.
fn about(entry: What<'_>) -> String {
    if entry.meaning.is_empty() {
        return format!("`{}`", entry.name);
    }
    format!("`{}`: {}", entry.name, entry.meaning)
}

/// Reads a number or distribution whose values are within a trait's bound.
pub(crate) fn distribution(
    report: &mut Report<'_>,
    node: &Node,
    path: &str,
    entry: What<'_>,
) -> Option<Distribution> {
    if matches!(node.value, Value::Text(_)) && report.is_table_file(node.origin) {
        refuse(report, node, path.to_string(), entry);
        return None;
    }
    let spread: Spread = report.read(node, path)?;
    let place = |key: &str| super::report::origin(node, key);
    let (ends, built) = match spread {
        Spread::Fixed(x) => (vec![("", x)], Distribution::Fixed(x)),
        Spread::Normal { mean, sd } => {
            if !Bound::NonNegative.admits(sd) {
                let expected = Bound::NonNegative.describe();
                report.expected(place("sd"), format!("{path}.sd"), number(sd), expected);
                return None;
            }
            (vec![("mean", mean)], Distribution::Normal { mean, sd })
        }
        Spread::Uniform { low, high } => {
            (vec![("low", low), ("high", high)], Distribution::Uniform { low, high })
        }
        Spread::Triangular { low, mode, high } => {
            (vec![("low", low), ("mode", mode), ("high", high)], Distribution::Triangular { low, mode, high })
        }
        Spread::Beta { alpha, beta } => {
            let (least, most) = BetaTable::RANGE;
            for (key, x) in [("alpha", alpha), ("beta", beta)] {
                if !(least..=most).contains(&x) {
                    let expected = format!("a number from {least} to {most}");
                    report.expected(place(key), format!("{path}.{key}"), number(x), expected);
                    return None;
                }
            }
            let Some(table) = report.beta(alpha, beta) else {
                let hint = "states of one group can share theirs".to_string();
                let expected = Some(format!("at most {MOST_BETAS} different beta distributions"));
                report.add(node.origin, path.into(), "one more".into(), expected, Some(hint));
                return None;
            };
            (Vec::new(), Distribution::Beta(table))
        }
    };
    for &(key, x) in &ends {
        if !entry.bound.admits(x) {
            let path = if key.is_empty() { path.to_string() } else { format!("{path}.{key}") };
            let expected = Some(entry.bound.describe().into());
            report.add(place(key), path, number(x), expected, Some(about(entry)));
            return None;
        }
    }
    if let [(_, low), (key, mode), (_, high)] = ends[..]
        && low <= high
        && !(low..=high).contains(&mode)
    {
        let expected = format!("a number from `low`, {}, to `high`, {}", number(low), number(high));
        report.expected(place(key), format!("{path}.{key}"), number(mode), expected);
        return None;
    }
    for pair in ends.windows(2) {
        let [(lower, low), (upper, high)] = [pair[0], pair[1]];
        if low > high {
            let expected = format!("a number of at least `{lower}`, {}", number(low));
            report.expected(place(upper), format!("{path}.{upper}"), number(high), expected);
            return None;
        }
    }
    Some(built)
}

/// Whether a value is a number or distribution by itself, rather than a table by regime.
pub(crate) fn is_spread(node: &Node) -> bool {
    node.table().is_none_or(|table| {
        table.keys().all(|key| SPREAD_KEYS.contains(&key)) && table.keys().next().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::betas::Betas;
    use crate::scenario::document::{Document, Kind, parse};
    use crate::scenario::tests::document;

    fn check(value: &str, expected: &str) {
        let text = format!("x = {value}\n");
        let document: Document = document(&text);
        let betas = Betas::default();
        let mut report = Report::new(&document, None, &betas);
        let root = parse("t.toml", &text, 0).unwrap();
        let entry = TRAITS.iter().find(|entry| entry.name == "capacity").unwrap();
        let read = distribution(&mut report, root.get("x").unwrap(), "x", entry.into());
        let outcome = match report.finish() {
            Ok(()) => format!("{:?}", read.unwrap()),
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, expected);
        assert_eq!(Kind::State.name(), "state");
    }

    #[test]
    fn distributions_are_told_by_their_keys_and_checked_at_their_ends() {
        check("0.5", "Fixed(0.5)");
        check("1", "Fixed(1.0)");
        check("{ mean = 0.5, sd = 0.1 }", "Normal { mean: 0.5, sd: 0.1 }");
        check("{ low = 0.1, high = 0.4, source = 'a' }", "Uniform { low: 0.1, high: 0.4 }");
        check("{ low = 0.1, mode = 0.2, high = 0.4 }", "Triangular { low: 0.1, mode: 0.2, high: 0.4 }");
        check(
            "0",
            "t.toml:1: x: found 0, expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)",
        );
        check("nan", "t.toml:1: x: found NaN, expected a finite number");
        check(
            "{ mean = 2, sd = 1 }",
            "t.toml:1: x.mean: found 2, expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)",
        );
        check("{ mean = 0.5, sd = -1 }", "t.toml:1: x.sd: found -1, expected a number from 0 to 1000");
        check("{ mean = 0.5, sd = 1e4 }", "t.toml:1: x.sd: found 10000, expected a number from 0 to 1000");
        check(
            "{ low = 0.5, high = 0.4 }",
            "t.toml:1: x.high: found 0.4, expected a number of at least `low`, 0.5",
        );
        check("{ alpha = 0, beta = 1 }", "t.toml:1: x.alpha: found 0, expected a number from 0.05 to 10000");
        check(
            "{ alpha = 1, beta = 1e5 }",
            "t.toml:1: x.beta: found 100000, expected a number from 0.05 to 10000",
        );
        check(
            "{ mean = 0.5 }",
            "t.toml:1: x: found { mean }, expected a number, { mean, sd }, { low, high }, { low, mode, high } or { alpha, beta }",
        );
        check("{ mean = 0.5, ds = 0.1 }", "t.toml:1: x.ds: unknown key; did you mean `sd`?");
        check(
            "'a'",
            "t.toml:1: x: found \"a\", expected a number, { mean, sd }, { low, high }, { low, mode, high } or { alpha, beta }",
        );
    }
}
