//! Paths into a scenario: `state.IDN.capacity`, `parameters.spiral_up[2]`, `tie.KHM-THA[1].weight`, `state.*.openness`.
//!
//! A path names entries of arrays of tables by id (ties and corridors by their two ends); here it is turned into keys
//! and positions of the tree. What a value means is not known here.

use super::document::{Node, Table};
use super::error::nearest;

/// A step of a path as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// Why a path leads nowhere.
#[derive(Debug, PartialEq)]
pub(crate) struct Lost {
    pub what: String,
    pub hint: Option<String>,
}

impl Lost {
    pub fn new(what: impl Into<String>, hint: Option<String>) -> Self {
        Lost { what: what.into(), hint }
    }
}

/// Sections whose entries are found by id, by their ends or by position.
pub(crate) const SECTIONS: [&str; 14] = [
    "state",
    "population",
    "regime",
    "instrument",
    "event",
    "tie",
    "corridor",
    "parameter",
    "trait",
    "variable",
    "shock",
    "define",
    "mechanism",
    "outcome",
];

/// Reads a path.
pub(crate) fn parse(path: &str) -> Result<Vec<Segment>, Lost> {
    let malformed = || {
        Lost::new(
            format!("`{}` is not a path", crate::excerpt::excerpt(path)),
            Some(
                "a path is keys with dots between them, and positions in brackets: `parameters.spiral_up[2]`"
                    .into(),
            ),
        )
    };
    let mut segments = Vec::new();
    for part in path.trim().split('.') {
        let (key, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if key.is_empty() || key.contains(|c: char| c.is_whitespace() || c == ']') {
            return Err(malformed());
        }
        segments.push(Segment::Key(key.into()));
        while !rest.is_empty() {
            let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(malformed)?;
            segments.push(Segment::Index(inner.0.parse().map_err(|_| malformed())?));
            rest = inner.1;
        }
    }
    Ok(segments)
}

/// Turns names of entries into positions: one list of steps for each entry that the path names.
pub(crate) fn locate(root: &Node, segments: &[Segment]) -> Result<Vec<Vec<Segment>>, Lost> {
    let [Segment::Key(section), rest @ ..] = segments else { return Ok(vec![segments.to_vec()]) };
    if !SECTIONS.contains(&section.as_str()) || rest.is_empty() {
        return Ok(vec![segments.to_vec()]);
    }
    let entries = root.get(section).and_then(Node::list).unwrap_or_default();
    let at = |section: &str, i: usize, rest: &[Segment]| {
        let mut steps = vec![Segment::Key(section.into()), Segment::Index(i)];
        steps.extend_from_slice(rest);
        steps
    };
    match rest {
        [Segment::Index(i), rest @ ..] => within(entries, *i, section).map(|i| vec![at(section, i, rest)]),
        [Segment::Key(star), rest @ ..] if star == "*" => {
            let mut all: Vec<Vec<Segment>> = (0..entries.len()).map(|i| at(section, i, rest)).collect();
            if section == "state" {
                let populations = root.get("population").and_then(Node::list).unwrap_or_default();
                all.extend((0..populations.len()).map(|i| at("population", i, rest)));
            }
            if all.is_empty() { Err(Lost::new(format!("there is no [[{section}]]"), None)) } else { Ok(all) }
        }
        [Segment::Key(name), rest @ ..] => {
            let found: Vec<usize> =
                (0..entries.len()).filter(|&i| is_called(&entries[i], section, name)).collect();
            match (&found[..], rest) {
                (several @ [_, ..], [Segment::Index(nth), rest @ ..]) if paired(section) => match several
                    .get(*nth)
                {
                    Some(&i) => Ok(vec![at(section, i, rest)]),
                    None => {
                        Err(Lost::new(format!("`{name}` has {} entries, no [{nth}]", several.len()), None))
                    }
                },
                ([i], rest) => Ok(vec![at(section, *i, rest)]),
                ([_, _, ..], _) => Err(Lost::new(
                    format!("{} entries are called `{name}`", found.len()),
                    Some(format!("name one, as `{section}.{name}[0]`")),
                )),
                ([], rest) => match name.parse() {
                    Ok(i) => within(entries, i, section).map(|i| vec![at(section, i, rest)]),
                    Err(_) => Err(unknown(root, entries, section, name)),
                },
            }
        }
        [] => Ok(vec![segments.to_vec()]),
    }
}

fn paired(section: &str) -> bool {
    section == "tie" || section == "corridor"
}

fn within(entries: &[Node], i: usize, section: &str) -> Result<usize, Lost> {
    if i < entries.len() {
        return Ok(i);
    }
    let hint = entries.len().checked_sub(1).map(|last| format!("the last is [{last}]"));
    Err(Lost::new(format!("there is no {section}[{i}]"), hint))
}

/// The two ends of a tie or corridor.
pub(crate) fn ends<'n>(entry: &'n Node, section: &str) -> Option<(&'n str, &'n str)> {
    if !paired(section) {
        return None;
    }
    if section == "corridor" {
        return Some((entry.get("from")?.text()?, entry.get("to")?.text()?));
    }
    let between = entry.get("between")?.list()?;
    Some((between.first()?.text()?, between.get(1)?.text()?))
}

fn is_called(entry: &Node, section: &str, name: &str) -> bool {
    if !paired(section) {
        return entry.get("id").and_then(Node::text) == Some(name);
    }
    let joined = |a: &str, b: &str| {
        name.strip_prefix(a).and_then(|rest| rest.strip_prefix('-')).is_some_and(|rest| rest == b)
    };
    ends(entry, section).is_some_and(|(a, b)| joined(a, b) || (section == "tie" && joined(b, a)))
}

fn unknown(root: &Node, entries: &[Node], section: &str, name: &str) -> Lost {
    let what = format!("there is no {section} `{name}`");
    if paired(section) {
        let names: Vec<String> = entries
            .iter()
            .filter_map(|entry| ends(entry, section))
            .map(|(a, b)| format!("{a}-{b}"))
            .collect();
        return Lost::new(what, nearest(name, names.iter().map(String::as_str)));
    }
    let populations = root.get("population").and_then(Node::list).unwrap_or_default();
    let id = |node: &'_ Node| node.get("id").and_then(Node::text).map(str::to_string);
    if section == "state"
        && let Some(population) =
            populations.iter().filter_map(id).find(|id| name.starts_with(&format!("{id}-")))
    {
        let hint = format!("set `population.{population}` as a whole, or use an event for one state of it");
        return Lost::new(what, Some(hint));
    }
    let ids: Vec<String> = entries.iter().filter_map(id).collect();
    Lost::new(what, nearest(name, ids.iter().map(String::as_str)))
}

/// The value at a located path.
pub(crate) fn get<'n>(root: &'n Node, steps: &[Segment]) -> Option<&'n Node> {
    steps.iter().try_fold(root, |node, step| match step {
        Segment::Key(key) => node.table().and_then(|table: &Table| table.get(key)),
        Segment::Index(i) => node.list().and_then(|list| list.get(*i)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;

    #[test]
    fn paths_are_keys_and_positions() {
        let key = |key: &str| Segment::Key(key.into());
        assert_eq!(parse("a.b[2].c"), Ok(vec![key("a"), key("b"), Segment::Index(2), key("c")]));
        for bad in ["", ".", "a..b", "a[", "a[x]", "a[1]b", "a b", "[1]"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn entries_are_found_by_id_by_their_ends_and_by_position() {
        let text = r#"
            state = [{ id = "A-1" }, { id = "B" }]
            tie = [{ between = ["A-1", "B"] }, { between = ["B", "A-1"] }, { between = ["B", "C"] }]
            event = [{ at = 1 }, { id = "x", at = 2 }]
        "#;
        let root = document::parse("t", text, 0).unwrap();
        let check = |path: &str, expected: &str| {
            let found = match locate(&root, &parse(path).unwrap()) {
                Ok(all) => all.iter().map(|steps| format!("{:?}", steps[1])).collect::<Vec<_>>().join(" "),
                Err(lost) => format!("{}; {}", lost.what, lost.hint.unwrap_or_default()),
            };
            assert_eq!(found, expected, "{path}");
        };
        check("state.B.capacity", "Index(1)");
        check("state.*.capacity", "Index(0) Index(1)");
        check("tie.C-B.weight", "Index(2)");
        check("tie.B-A-1[1].weight", "Index(1)");
        check("tie.A-1-B.weight", "2 entries are called `A-1-B`; name one, as `tie.A-1-B[0]`");
        check("event.0.at", "Index(0)");
        check("event.x.at", "Index(1)");
        check("event.7.at", "there is no event[7]; the last is [1]");
        check("state.A_1.capacity", "there is no state `A_1`; did you mean `A-1`?");
    }
}
