//! The record from a CSV file, a row per state and year: each cell becomes a value like those of `[observed]`, with its
//! own line. What the values may be is checked where those of the file are (`observed.rs`).

use super::document::{Document, Node, Origin, Table, Value};
use super::error::nearest;
use super::observed::PRACTICES;
use super::tables::{File, Problems, each_row, headers, ids, need, number};
use std::collections::BTreeMap;

/// The first parts of columns that are about a regime or an instrument: the column, the section of the record, the
/// section of the scenario that has the ids.
const BY_ID: [(&str, &str, &str); 3] = [
    ("tier", "tiers", "regime"),
    ("sanctioned", "sanctions", "regime"),
    ("adopted", "adoptions", "instrument"),
];

/// Where a column's values go: section and key of the record.
struct Column {
    section: &'static str,
    key: String,
}

/// The record, as the table that `[observed]` would be.
pub(crate) fn record(document: &Document, file: &File, problems: &mut Problems) -> Node {
    let mut root = Node::new(Value::Table(Table::default()), file.named);
    let Some(headers) = headers(document, file, problems) else { return root };
    need(document, file, &headers, &["state", "year"], problems);
    let mut columns = Vec::new();
    for header in &headers {
        match column(document, header) {
            Ok(column) => columns.push(column),
            Err(hint) => problems.add(document, file.place(1), header, "unknown column".into(), hint),
        }
    }
    if !problems.is_empty() {
        return root;
    }
    let at = |name| headers.iter().position(|header| header == name).unwrap_or_default();
    let (state, year) = (at("state"), at("year"));
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    each_row(document, file, &headers, problems, |origin, row, problems| {
        let (state, year) = (&row[state], &row[year]);
        let path = format!("observed.{state}.{year}");
        let mut refuse = |what: String| problems.add(document, origin, &path, what, None);
        if state.is_empty() || year.parse::<i32>().is_err() {
            return refuse(format!("found state {state:?} and year {year:?}, expected an id and a year"));
        }
        if let Some(line) = seen.insert((state.into(), year.into()), origin.line) {
            return refuse(format!("a second row for this state and year; the first is line {line}"));
        }
        for (column, cell) in columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            let Some(Column { section, key }) = column else { continue };
            let value =
                Node::new(if *section == "tiers" { Value::Text(cell.into()) } else { number(cell) }, origin);
            let states = below(below(&mut root, section, origin), key, origin);
            if *section == "adoptions" {
                match cell.parse::<f64>() {
                    Ok(date) if date.floor().to_string() != year => {
                        refuse(format!("an adoption of {key} dated {cell} in a row of {year}"));
                    }
                    _ if states.get(state).is_some() => refuse(format!("a second adoption of {key}")),
                    _ => insert(states, state, value),
                }
            } else {
                insert(below(states, state, origin), year, value);
            }
        }
    });
    root
}

/// None for the columns that say whose row it is, or whence.
fn column(document: &Document, header: &str) -> Result<Option<Column>, Option<String>> {
    if ["state", "year", "source", "note"].contains(&header) {
        return Ok(None);
    }
    if PRACTICES.contains(&header) {
        return Ok(Some(Column { section: "practice", key: header.into() }));
    }
    let parts = header.split_once('.');
    if let Some((first, id)) = parts
        && let Some((_, section, of)) = BY_ID.iter().find(|(name, _, _)| *name == first)
    {
        let known = ids(document, of);
        return if known.contains(&id) {
            Ok(Some(Column { section, key: id.into() }))
        } else {
            Err(nearest(id, known))
        };
    }
    let examples = ["tier.REGIME", "sanctioned.REGIME", "adopted.INSTRUMENT"];
    Err(nearest(header, ["state", "year", "source", "note"].into_iter().chain(PRACTICES).chain(examples)))
}

/// The table of a key, made where there is none.
fn below<'n>(node: &'n mut Node, key: &str, at: Origin) -> &'n mut Node {
    let make = || Ok::<_, std::convert::Infallible>(Node::new(Value::Table(Table::default()), at));
    match node.table_mut().expect("made as a table").get_or_insert(key, make) {
        Ok(inner) => inner,
        Err(never) => match never {},
    }
}

fn insert(node: &mut Node, key: &str, value: Node) {
    if let Some(table) = node.table_mut() {
        table.insert(key, value);
    }
}
