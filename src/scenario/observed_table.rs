//! The record from a CSV file, a row per state and year: each cell becomes a value like those of `[observed]`, with its
//! own line. What the values may be is checked where those of the file are (`observed.rs`).

use super::document::{Document, Node, Origin, Table, Value};
use super::error::nearest;
use super::observed::PRACTICES;
use super::path::Lost;
use super::tables::{File, Problems, date, ids, number};
use super::wire_record::grade_of_cell;
use crate::excerpt::quoted;
use crate::input::{self, flag, word};
use crate::model::observation::{Form, OBSERVABLES, Observable};
use std::collections::BTreeMap;

/// The first parts of columns that are about a regime or an instrument: the column, the section of the record, the
/// section of the scenario that has the ids.
const BY_ID: [(&str, &str, &str); 3] = [
    ("tier", "tiers", "regime"),
    ("sanctioned", "sanctions", "regime"),
    ("adopted", "adoptions", "instrument"),
];

/// Where a column's values go: section and key of the record; an observable is a section without keys.
struct Column {
    section: &'static str,
    key: String,
    /// Of how well an observable was seen: a number that stands beside the value of the observable's own column.
    beside: bool,
}

/// The record, as the table that `[observed]` would be.
pub(crate) fn record(document: &Document, file: &File, problems: &mut Problems) -> Node {
    let mut root = Node::new(Value::Table(Table::default()), file.named);
    let known = |header: &str| column(document, header).is_ok();
    let Some(sheet) = file.sheet(document, &known, &["state", "year"], problems) else { return root };
    let top = file.place(sheet.line());
    let mut columns = Vec::new();
    for header in sheet.columns() {
        match column(document, header) {
            Ok(column) => columns.push(column),
            Err(hint) => problems.add(document, top, header, "unknown column".into(), hint),
        }
    }
    for (header, column) in sheet.columns().iter().zip(&columns) {
        let Some(Column { section, beside: true, .. }) = column else { continue };
        let of = |other: &Option<Column>| other.as_ref().is_some_and(|c| !c.beside && c.section == *section);
        if !columns.iter().any(of) {
            let what = format!("it says how well `{section}` was seen, and there is no such column");
            problems.add(document, top, header, what, None);
        }
    }
    if !problems.is_empty() {
        return root;
    }
    let at = |name| sheet.place(name).unwrap_or_default();
    let (state, year) = (at("state"), at("year"));
    let mut filled = vec![0usize; columns.len()];
    let mut rows = 0usize;
    let mut seen: BTreeMap<(String, i64), u32> = BTreeMap::new();
    sheet.each(|read| {
        rows += 1;
        let row = match read {
            Ok(row) => row,
            Err(trouble) => return problems.trouble(document, file, trouble),
        };
        let origin = file.place(row.line);
        let (state, cell) = (row.cell(state), row.cell(year));
        let year = match input::whole(cell) {
            Ok(Some(year)) if !state.is_empty() => year,
            _ => {
                let (state, year) = (quoted(state), quoted(cell));
                let what = format!("found state {state} and year {year}, expected an id and a whole year");
                return problems.add(document, origin, "observed", what, None);
            }
        };
        let path = format!("observed.{state}.{year}");
        let mut refuse = |what: String| problems.add(document, origin, &path, what, None);
        if let Some(line) = seen.insert((state.into(), year), origin.line) {
            return refuse(format!("a second row for this state and year; the first is line {line}"));
        }
        for (k, cell) in row.cells().enumerate().filter(|(_, cell)| word(cell).is_some()) {
            filled[k] += 1;
            let Some(Column { section, key, beside }) = &columns[k] else { continue };
            if *beside {
                if cell_of(&columns, row.cells(), section, false).is_none() {
                    let column = &sheet.columns()[k];
                    refuse(format!("{column}: it says how well `{section}` was seen, and the row has none"));
                }
                continue;
            }
            let value = match value(section, cell) {
                Ok(value) => match cell_of(&columns, row.cells(), section, true) {
                    Some(beside) => with(section, value, number(beside), origin),
                    None => value,
                },
                Err(lost) => {
                    refuse(format!("{}: {}", sheet.columns()[k], lost.what));
                    continue;
                }
            };
            let value = Node::new(value, origin);
            let of_section = below(&mut root, section, origin);
            let states = if key.is_empty() { of_section } else { below(of_section, key, origin) };
            if *section == "adoptions" {
                match value.number() {
                    Some(date) if date.floor() as i64 != year => {
                        refuse(format!("an adoption of {key} dated {cell} in a row of {year}"));
                    }
                    _ if states.get(state).is_some() => refuse(format!("a second adoption of {key}")),
                    _ => insert(states, state, value),
                }
            } else {
                insert(below(states, state, origin), &year.to_string(), value);
            }
        }
    });
    if !problems.is_empty() {
        return root;
    }
    if rows == 0 {
        let what = "there is no row below the names of the columns".into();
        problems.add(document, top, "", what, Some("give a row for each state and year".into()));
        return root;
    }
    // A record of nothing would be taken for one that says no.
    let silent = (0..columns.len()).filter(|k| columns[*k].is_some() && filled[*k] == 0);
    for header in silent.map(|k| &sheet.columns()[k]) {
        let hint = Some("leave the column out where nothing is known".into());
        problems.add(document, top, header, "no cell of the column says anything".into(), hint);
    }
    root
}

/// The cell of a row that says something of a section's observable: its value, or how well it was seen.
fn cell_of<'c>(
    columns: &[Option<Column>],
    cells: impl Iterator<Item = &'c str>,
    section: &str,
    beside: bool,
) -> Option<&'c str> {
    let is_it =
        |column: &Option<Column>| column.as_ref().is_some_and(|c| c.beside == beside && c.section == section);
    let mut all = columns.iter().zip(cells);
    all.find(|(column, cell)| is_it(column) && word(cell).is_some()).map(|(_, cell)| cell)
}

/// A cell that is not missing, as a value of a section of the record.
fn value(section: &str, cell: &str) -> Result<Value, Lost> {
    let lost = |misread: input::Misread| Lost::new(misread.to_string(), None);
    match section {
        "tiers" => Ok(Value::Text(grade_of_cell(cell))),
        "sanctions" => Ok(Value::Flag(flag(cell).map_err(lost)?.unwrap_or(false))),
        "adoptions" => date(cell),
        name if OBSERVABLES.iter().any(|o| o.name == name && o.form == Form::Reaction) => {
            Ok(Value::Text(cell.trim().into()))
        }
        _ => Ok(number(cell)),
    }
}

/// A reading, with how well it was seen.
fn with(section: &str, value: Value, beside: Value, origin: Origin) -> Value {
    let Some((of_value, of_beside)) =
        OBSERVABLES.iter().find(|o| o.name == section).and_then(Observable::parts)
    else {
        return value;
    };
    let mut table = Table::default();
    table.insert(of_value, Node::new(value, origin));
    table.insert(of_beside, Node::new(beside, origin));
    Value::Table(table)
}

/// None for the columns that say whose row it is, or whence.
fn column(document: &Document, header: &str) -> Result<Option<Column>, Option<String>> {
    if ["state", "year", "source", "note"].contains(&header) {
        return Ok(None);
    }
    if PRACTICES.contains(&header) {
        return Ok(Some(Column { section: "practice", key: header.into(), beside: false }));
    }
    let mut own = OBSERVABLES.iter().filter(|observable| observable.has_own_table());
    if let Some(observable) = own.find(|observable| observable.name == header) {
        return Ok(Some(Column { section: observable.name, key: String::new(), beside: false }));
    }
    let parts = header.split_once('.');
    let seen = parts.and_then(|(name, part)| {
        let observable = OBSERVABLES.iter().find(|observable| observable.name == name)?;
        observable.parts().filter(|(_, key)| *key == part).map(|_| observable.name)
    });
    if let Some(section) = seen {
        return Ok(Some(Column { section, key: String::new(), beside: true }));
    }
    if let Some((first, id)) = parts
        && let Some((_, section, of)) = BY_ID.iter().find(|(name, _, _)| *name == first)
    {
        let of = *of;
        let known = ids(document, of);
        return if known.contains(&id) {
            Ok(Some(Column { section, key: id.into(), beside: false }))
        } else {
            Err(nearest(id, if of == "regime" { ratings(document) } else { known }))
        };
    }
    let examples = ["tier.REGIME", "sanctioned.REGIME", "adopted.INSTRUMENT"];
    let names = ["state", "year", "source", "note"].into_iter().chain(PRACTICES);
    let own = OBSERVABLES.iter().filter(|observable| observable.has_own_table());
    Err(nearest(header, names.chain(own.map(|observable| observable.name)).chain(examples)))
}

/// The ids of rating regimes: no other has tiers, or sanctions by tier.
fn ratings(document: &Document) -> Vec<&str> {
    let of_kind = |node: &&Node| node.get("kind").and_then(Node::text) == Some("rating");
    document.entries("regime").iter().filter(of_kind).filter_map(|node| node.get("id")?.text()).collect()
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
