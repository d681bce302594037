//! One table after another, as a plan's sections ask for them: names, grades, adoptions, readings, sanctions, regions.

use super::countries::{Codes, region_id};
use super::error::PanelError;
use super::plan::Plan;
use super::sections::{Adopted, Grades, Observed, Regions, Sanctioned, Where};
use super::tidy::{Asked, Once, RECORDED, Row, read};
use crate::excerpt::quoted;
use crate::input::{self, word};
use crate::model::observation::{COOPERATIVE, Form, NEGATIVE, NONE, OBSERVABLES, Reading, position};
use crate::model::world::NOT_RATED;
use crate::scenario::nearest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A state and a year.
pub(super) type StateYear = (String, i32);

/// What a table of one section says, by key.
pub(super) struct Said<K, V> {
    /// Name of the table.
    pub table: String,
    /// Whether there is such a table.
    pub given: bool,
    pub once: Once<K, V>,
    /// What the columns hold that say which rows count.
    pub seen: BTreeMap<String, BTreeSet<String>>,
}

impl<K: Ord + Clone, V: PartialEq> Said<K, V> {
    pub fn new(table: &str) -> Said<K, V> {
        Said { table: table.into(), given: false, once: Once::new(), seen: BTreeMap::new() }
    }

    /// Which of the cells that rows must have no row has, as a sentence.
    pub fn nowhere(&self, wanted: &Where) -> Option<String> {
        wanted.iter().find_map(|(column, cell)| {
            let seen = self.seen.get(column).filter(|seen| !seen.contains(cell))?;
            let all: Vec<&str> = seen.iter().map(String::as_str).take(20).collect();
            let hint = nearest(cell, all.iter().copied()).filter(|hint| hint.starts_with("did"));
            let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
            Some(format!("no row has `{cell}` in {column}; there is {}{hint}", all.join(", ")))
        })
    }
}

/// The columns of a table, as they are asked for one after another.
#[derive(Default)]
pub(super) struct Columns<'p> {
    pub needed: Vec<&'p str>,
    pub more: Vec<&'p str>,
}

impl<'p> Columns<'p> {
    pub fn need(&mut self, name: &'p str) -> usize {
        self.needed.push(name);
        self.needed.len() - 1
    }

    pub fn need_if(&mut self, name: Option<&'p String>) -> Option<usize> {
        name.map(|name| self.need(name))
    }

    /// The places of the cells that say which rows count.
    pub fn wanted(&mut self, wanted: &'p Where) -> Vec<(usize, &'p str, &'p str)> {
        wanted.iter().map(|(column, cell)| (self.need(column), column.as_str(), cell.as_str())).collect()
    }

    /// A column that may be missing; asked for after all that may not.
    pub fn may(&mut self, name: Option<&'p String>) -> Option<usize> {
        name.map(|name| {
            self.more.push(name);
            self.needed.len() + self.more.len() - 1
        })
    }
}

/// Whether a row has the cells that say that it counts; notes what it has.
pub(super) fn counts(
    row: &Row<'_>,
    wanted: &[(usize, &str, &str)],
    seen: &mut BTreeMap<String, BTreeSet<String>>,
) -> bool {
    let mut all = true;
    for (place, column, cell) in wanted {
        let text = row.text(*place);
        all &= text == *cell;
        let seen = seen.entry((*column).into()).or_default();
        if !seen.contains(text) {
            seen.insert(text.into());
        }
    }
    all
}

/// A folder whose tables are read by a plan.
pub(super) struct Folder<'p, 'e> {
    pub path: &'p Path,
    pub codes: Codes,
    pub error: &'e mut PanelError,
}

impl Folder<'_, '_> {
    /// Reads a table whose rows count where they have some cells.
    pub fn table<K: Ord + Clone, V: PartialEq>(
        &mut self,
        (table, optional): (&str, bool),
        columns: &Columns<'_>,
        wanted: &[(usize, &str, &str)],
        mut take: impl FnMut(&Row<'_>, &mut Once<K, V>) -> Result<(), String>,
    ) -> Said<K, V> {
        let mut said = Said::new(table);
        let asked = Asked { name: table, columns: &columns.needed, more: &columns.more, required: !optional };
        let Said { once, seen, .. } = &mut said;
        said.given = read(self.path, self.codes, &asked, self.error, |row| {
            if counts(row, wanted, seen) { take(row, once) } else { Ok(()) }
        });
        said
    }

    pub fn names(&mut self, plan: &Plan) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let Some(of) = &plan.names else { return names };
        let mut columns = Columns::default();
        let (state, name) = (columns.need(&of.state), columns.need(&of.name));
        self.table::<(), ()>((&of.table, false), &columns, &[], |row, _| {
            let state = row.state(state)?;
            let name = row.text(name);
            if !name.is_empty() {
                names.entry(state).or_insert_with(|| name.into());
            }
            Ok(())
        });
        names
    }

    pub fn grades(&mut self, of: &Grades, grades: &[String]) -> Said<StateYear, u8> {
        let mut columns = Columns::default();
        let (state, year) = (columns.need(&of.state), columns.need(&of.year));
        let column = columns.need(&of.grade);
        let wanted = columns.wanted(&of.r#where);
        self.table((&of.table, of.optional), &columns, &wanted, |row, once| {
            let id = row.state(state)?;
            let year = row.year(year, &id, RECORDED)?;
            let Some(cell) = word(row.cell(column)) else { return Ok(()) };
            let who = format!("{id} {year}: {}", of.grade);
            let code =
                grade(cell, grades, &of.words).map_err(|what| row.problem(&format!("{who}: {what}")))?;
            once.insert(row, (id, year), code, &format!("{who} {cell}"))
        })
    }

    pub fn adopted(&mut self, of: &Adopted, opens: Option<f64>) -> Said<String, Option<f64>> {
        let mut columns = Columns::default();
        let state = columns.need(&of.state);
        let date = columns.need_if(of.date.as_ref());
        let year = columns.need_if(of.year.as_ref());
        let status = columns.need_if(of.status.as_ref());
        let wanted = columns.wanted(&of.r#where);
        let named = |name: &Option<String>| name.clone().unwrap_or_default();
        self.table((&of.table, of.optional), &columns, &wanted, |row, once| {
            let id = row.state(state)?;
            let day = match date {
                Some(date) => row.read(&format!("{id}: {}", named(&of.date)), input::date(row.cell(date)))?,
                None => None,
            };
            let of_year = match year {
                Some(year) if word(row.cell(year)).is_some() || date.is_none() => {
                    Some(row.year(year, &id, RECORDED)?)
                }
                _ => None,
            };
            let is_adopted = match status {
                Some(status) => {
                    let words = row.text(status);
                    if words.is_empty() {
                        // A date of nobody knows what is no fact, and a lost word would lose an adoption.
                        return match (day, of_year) {
                            (None, None) => Ok(()),
                            _ => Err(row.problem(&format!(
                                "{id}: {}: found nothing beside a date, expected {}",
                                named(&of.status),
                                either(&of.yes, &of.no)
                            ))),
                        };
                    }
                    says(words, of)
                        .map_err(|what| row.problem(&format!("{id}: {}: {what}", named(&of.status))))?
                }
                None => true,
            };
            let date = match (is_adopted, day, of_year) {
                (false, ..) => None,
                (true, Some(day), _) => Some(day),
                (true, None, Some(year)) => Some(f64::from(year)),
                (true, None, None) if status.is_none() => return Ok(()),
                (true, None, None) => return Err(row.problem(&format!("{id}: adopted without a date"))),
            };
            let first = opens.unwrap_or(*RECORDED.start() as f64);
            if let Some(date) = date.filter(|date| !(first..=2101.0).contains(date)) {
                let expected = match opens {
                    Some(opens) => format!("a date from {opens} on, when it opens"),
                    None => format!("a date from {first} on"),
                };
                return Err(row.problem(&format!("{id}: adopted in {date}, expected {expected}")));
            }
            if let (Some(day), Some(year)) = (day, of_year)
                && day.floor() != f64::from(year)
            {
                let expected =
                    format!("found {day}, and {year} in {}, expected one year in both", named(&of.year));
                return Err(row.problem(&format!("{id}: {}: {expected}", named(&of.date))));
            }
            let adopted = date.map_or("not adopted".into(), |date| format!("adopted in {date}"));
            once.insert(row, id.clone(), date, &format!("{id}: {adopted}"))
        })
    }

    pub fn sanctioned(&mut self, of: &Sanctioned) -> Said<StateYear, bool> {
        let mut columns = Columns::default();
        let (state, year) = (columns.need(&of.state), columns.need(&of.year));
        let imposed = columns.need(&of.imposed);
        let wanted = columns.wanted(&of.r#where);
        self.table((&of.table, of.optional), &columns, &wanted, |row, once| {
            let id = row.state(state)?;
            let year = row.year(year, &id, RECORDED)?;
            let who = format!("{id} {year}: {}", of.imposed);
            let Some(imposed) = row.read(&who, input::flag(row.cell(imposed)))? else { return Ok(()) };
            once.insert(row, (id, year), imposed, &who)
        })
    }

    /// Readings that a column has.
    pub fn observed(&mut self, of: &Observed, name: &str, value: &str) -> Said<StateYear, Reading> {
        let form = position(name).map_or(Form::Share, |k| OBSERVABLES[k].form);
        let mut columns = Columns::default();
        let (state, year) = (columns.need(&of.state), columns.need(&of.year));
        let column = columns.need(value);
        let with = columns.need_if(of.with.as_ref());
        let wanted = columns.wanted(&of.r#where);
        self.table((&of.table, of.optional), &columns, &wanted, |row, once| {
            let id = row.state(state)?;
            let year = row.year(year, &id, RECORDED)?;
            let who = format!("{id} {year}: {value}");
            let value = match form {
                Form::Reaction => match row.text(column) {
                    "" => None,
                    "negative" => Some(NEGATIVE),
                    "none" => Some(NONE),
                    "cooperative" => Some(COOPERATIVE),
                    other => {
                        let expected = "negative, none or cooperative";
                        let what = format!("{who}: found {}, expected {expected}", quoted(other));
                        return Err(row.problem(&what));
                    }
                },
                Form::Score => match row.number(column, 1.0, 5.0, &who)? {
                    Some(x) if x.fract() != 0.0 => {
                        return Err(row.problem(&format!("{who}: found {x}, expected a whole score")));
                    }
                    score => score,
                },
                Form::Share | Form::Survey | Form::Imposed => row.number(column, 0.0, 1.0, &who)?,
            };
            let with = match with {
                Some(with) => row.number(with, 0.0, 1.0, &format!("{who}: {}", row.name(with)))?,
                None => None,
            };
            let Some(value) = value else { return Ok(()) };
            once.insert(row, (id, year), Reading { value, with }, &who)
        })
    }

    pub fn regions(
        &mut self,
        of: Option<&Regions>,
        titles: &mut BTreeMap<String, (String, u64)>,
    ) -> Said<String, String> {
        let of = of
            .and_then(|of| Some((of.table.as_ref()?, of.state.as_ref()?, of.region.as_ref()?, of.optional)));
        let Some((table, state, region, optional)) = of else { return Said::new("") };
        let mut columns = Columns::default();
        let (state, region) = (columns.need(state), columns.need(region));
        self.table((table, optional), &columns, &[], |row, once| {
            let id = row.state(state)?;
            let name = row.text(region);
            if name.is_empty() {
                return Ok(());
            }
            let Some(region) = region_id(name) else {
                let found = quoted(name);
                let what = format!("{id}: found region {found}, expected a name with letters or digits");
                return Err(row.problem(&what));
            };
            let (title, line) = titles.entry(region.clone()).or_insert_with(|| (name.into(), row.line()));
            if title != name {
                let what = format!(
                    "{id}: the region `{name}` would be `{region}`, as `{title}` of line {line} is; write both alike"
                );
                return Err(row.problem(&what));
            }
            once.insert(row, id.clone(), region, &format!("{id}: region {name}"))
        })
    }
}

/// The code of a grade: 0 not rated, then by the regime's own names.
fn grade(cell: &str, grades: &[String], words: &BTreeMap<String, String>) -> Result<u8, String> {
    // A program may have made decimals of names that are numbers (`2.0`).
    let x = input::number(cell).ok().flatten();
    let plain = x.filter(|x| x.fract() == 0.0).map_or_else(|| cell.to_string(), |x| x.to_string());
    let name = words.get(cell).or_else(|| words.get(&plain)).unwrap_or(&plain);
    let codes = || std::iter::once(NOT_RATED).chain(grades.iter().map(String::as_str));
    codes().position(|code| code == name).map(|code| code as u8).ok_or_else(|| {
        let more = words.keys().map(String::as_str).filter(|word| codes().all(|code| code != *word));
        let known: Vec<&str> = codes().chain(more).collect();
        let hint = x
            .map(|_| "codes that are numbers differ between data sets; say in `words` what they mean".into());
        let hint =
            hint.or_else(|| nearest(cell, known.iter().copied()).filter(|hint| hint.starts_with("did")));
        let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
        format!("found {}, expected {}{hint}", quoted(cell), one_of(&known))
    })
}

/// Whether words say that an instrument is adopted; more may follow them, but `party to another` is no `party`.
fn says(words: &str, of: &Adopted) -> Result<bool, String> {
    let no = of
        .no
        .iter()
        .any(|no| words == no || words.strip_prefix(no.as_str()).is_some_and(|r| r.starts_with(' ')));
    if no || of.yes.iter().any(|yes| words == yes) {
        return Ok(!no);
    }
    let known = of.yes.iter().chain(&of.no).map(String::as_str);
    let hint = nearest(words, known).filter(|hint| hint.starts_with("did"));
    let hint = hint.unwrap_or_else(|| "`yes` and `no` in the plan say what words mean".into());
    Err(format!("found {}, expected {}; {hint}", quoted(words), either(&of.yes, &of.no)))
}

/// Some words, the last after `or`.
fn either(yes: &[String], no: &[String]) -> String {
    one_of(&yes.iter().chain(no).map(String::as_str).collect::<Vec<_>>())
}

fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(", "),
    }
}
