//! The grades of a rating regime: their names, and what hangs on how many there are.

use super::context::Context;
use crate::excerpt::quoted;
use crate::model::table::Bound;
use crate::model::world::{MOST_GRADES, NOT_RATED, RATING_FIELDS, RatingFields, Sanction, Watch};
use crate::scenario::document::{Document, Node, Origin};
use crate::scenario::report::origin;
use crate::scenario::wire_record::Grade;
use crate::scenario::wire_values::Number;
use crate::scenario::{numbers, wire};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Letters of a grade's name: it stands in columns and outcomes.
const MOST_OF_A_NAME: usize = 40;

/// Part of the year after which a report comes, where the scenario does not say.
const REPORT: f64 = 0.5;

/// What else people call something in a record, where a regime has no grade of that name: a special case is not rated.
const ALSO: [(&str, &str); 2] = [("SC", NOT_RATED), ("WL", "2WL")];

/// How a list of a rating regime may be long, by its key and in words; `grades` is how many there are, 0 where nobody knows.
pub(super) fn lengths(grades: usize) -> impl Fn(&str) -> (RangeInclusive<usize>, String) {
    move |key| {
        let fewer = usize::from(key == "thresholds");
        if grades == 0 {
            return (1..=MOST_GRADES - fewer, format!("a list of at most {} numbers", MOST_GRADES - fewer));
        }
        let length = grades - fewer;
        let as_grades = if fewer > 0 { "one fewer than `grades`" } else { "one for each of `grades`" };
        (length..=length, format!("a list of {length} numbers, {as_grades}"))
    }
}

/// The names of the grades of every rating regime, as far as they are as they should be; what is wrong, [`check`] says.
pub(super) fn names(document: &Document, ratings: &BTreeMap<String, usize>) -> Vec<Vec<String>> {
    let mut names = vec![Vec::new(); ratings.len()];
    for node in document.entries("regime") {
        let rating = node.get("id").and_then(Node::text).and_then(|id| ratings.get(id));
        if let (Some(g), Some(list)) = (rating, node.get("grades").and_then(Node::list)) {
            let all: Option<Vec<String>> = list.iter().map(|name| Some(name.text()?.to_string())).collect();
            names[*g] = all.filter(|all| (2..=MOST_GRADES).contains(&all.len())).unwrap_or_default();
        }
    }
    names
}

/// The code of a grade by name.
pub(super) fn code(names: &[String], grade: &str) -> Option<u8> {
    let of = |wanted: &str| match wanted {
        NOT_RATED => Some(0),
        wanted => names.iter().position(|name| name == wanted).map(|place| place as u8 + 1),
    };
    of(grade).or_else(|| ALSO.iter().find(|(also, _)| *also == grade).and_then(|(_, name)| of(name)))
}

/// The grades that may be named, as an error says it.
pub(super) fn in_words(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    let (last, others) = quoted.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    format!("{NOT_RATED:?} (not rated), {} or {last}", others.join(", "))
}

/// The name of the grade that is a regime's watch list.
pub(super) fn watch_list<'d>(document: &'d Document, regime: &str) -> Option<&'d str> {
    let mut entries = document.entries("regime").iter();
    let node = entries.find(|node| node.get("id").and_then(Node::text) == Some(regime))?;
    node.get("watch")?.get("grade")?.text()
}

/// The names of a regime's grades, checked: two to eight that can be told apart in columns.
pub(super) fn check(context: &mut Context<'_>, node: &Node, path: &str, rating: usize) -> Vec<String> {
    let names = context.grades.get(rating).cloned().unwrap_or_default();
    let at = origin(node, "grades");
    if names.is_empty() {
        let Some(given) = node.get("grades") else {
            let hint = "name them, best first, as `grades = [\"white\", \"grey\", \"black\"]`".to_string();
            context.report.wrong(at, path, "`grades` is missing", Some(hint));
            return names;
        };
        if let Some(list) = given.list() {
            let found = format!("a list of {}", list.len());
            let expected = format!("the names of 2 to {MOST_GRADES} grades, best first");
            context.report.expected(at, format!("{path}.grades"), found, expected);
        }
        return names;
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        let place = node.get("grades").and_then(Node::list).and_then(|list| list.get(i));
        let (at, path) = (place.map_or(at, |place| place.origin), format!("{path}.grades[{i}]"));
        let allowed = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '+'].contains(&c);
        if name.is_empty() || name.len() > MOST_OF_A_NAME || !name.chars().all(allowed) {
            let expected =
                format!("at most {MOST_OF_A_NAME} letters without accents, digits, `-`, `_` and `+`");
            let hint = Some("a grade stands in columns and outcomes".to_string());
            context.report.add(at, path, quoted(name), Some(expected), hint);
        } else if name.eq_ignore_ascii_case(NOT_RATED) {
            let hint =
                Some("a state that is not rated has it, whatever the regime; choose another".to_string());
            context.report.wrong(at, path, format!("`{NOT_RATED}` is a word of the format"), hint);
        } else if let Some(other) = seen.insert(name.to_lowercase().replace('-', "_"), name) {
            let what = format!("`{name}` and `{other}` would share the name of an outcome");
            context.report.wrong(at, path, what, Some("choose another name".into()));
        }
    }
    names
}

/// The numbers of a regime of so many grades.
pub(super) fn fields(context: &mut Context<'_>, node: &Node, path: &str, grades: usize) -> RatingFields<f64> {
    let mut fields = RatingFields::default();
    let (report, lengths) = (&mut context.report, lengths(grades));
    numbers::numbers_in_lists(report, node, path, RATING_FIELDS, &lengths, |i, x, _| {
        fields.values_mut()[i] = x;
    });
    let cuts = &fields.thresholds[..grades.saturating_sub(1)];
    let given = node.get("thresholds").and_then(Node::list).map_or(0, <[Node]>::len);
    if node.get("thresholds").is_none() {
        let hint = "give the lowest score of each grade but the last, best first".to_string();
        context.report.wrong(node.origin, path, "`thresholds` is missing", Some(hint));
    } else if given == cuts.len() && !descending(cuts) {
        refuse_thresholds(context, origin(node, "thresholds"), format!("{path}.thresholds"), cuts);
    }
    fields
}

/// Whether thresholds leave each grade its own band.
pub(super) fn descending(thresholds: &[f64]) -> bool {
    thresholds.windows(2).all(|pair| pair[0] > pair[1])
}

/// Adds the problem of thresholds that are not in order.
pub(super) fn refuse_thresholds(context: &mut Context<'_>, at: Origin, path: String, thresholds: &[f64]) {
    let expected = Some("numbers in descending order".to_string());
    let hint = Some("the first grade takes the highest score, then the second, and so on".to_string());
    context.report.add(at, path, format!("{thresholds:?}"), expected, hint);
}

/// A regime's watch list.
pub(super) fn watch(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    grades: &[String],
    wire: wire::Watch,
) -> Option<Watch> {
    let table = node.get("watch").unwrap_or(node);
    let rating = context.ratings.get(node.get("id")?.text()?).copied()?;
    let (at, named) = (origin(table, "grade"), format!("{path}.watch.grade"));
    let grade = context.grade(rating, &Grade(wire.grade), at, &named)?;
    if grade < 2 {
        let hint = "states come to a watch list from the grade above it; name another".to_string();
        context.report.wrong(at, named, "there is no grade above it", Some(hint));
        return None;
    }
    let from = wire.from.map_or(f64::NEG_INFINITY, |date| date.0);
    if wire.limit.is_some() && usize::from(grade) == grades.len() {
        let hint = "after the limit a state falls to the grade below; leave `limit` out".to_string();
        let (at, path) = (origin(table, "limit"), format!("{path}.watch.limit"));
        context.report.wrong(at, path, "there is no grade below the watch list", Some(hint));
    }
    if wire.limit.is_none() && wire.limit_from.is_some() {
        let (at, path) = (origin(table, "limit_from"), format!("{path}.watch.limit_from"));
        context.report.wrong(
            at,
            path,
            "a date of a limit that there is not",
            Some("give `limit`, in years".into()),
        );
    }
    Some(Watch {
        grade,
        from,
        limit: wire.limit.map(|years| years.0),
        limit_from: wire.limit_from.map_or(from, |date| date.0),
    })
}

/// Sanctions that a regime imposed, in order of state and date.
pub(super) fn imposed(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    wire: Option<Vec<wire::Sanction>>,
) -> Vec<Sanction> {
    let written = node.get("imposed").and_then(Node::list).unwrap_or_default();
    let mut all = Vec::new();
    for (i, (one, table)) in wire.into_iter().flatten().zip(written).enumerate() {
        let path = format!("{path}.imposed[{i}]");
        let state = context.state(&one.state, origin(table, "state"), &format!("{path}.state"));
        let (from, until) = (one.from.0, one.until.map_or(f64::INFINITY, |date| date.0));
        context.in_order(table, &path, from, until);
        context.check_bound(table, &path, "size", one.size.0, Bound::Strength);
        all.extend(state.map(|state| Sanction { state, from, until, size: one.size.0 }));
    }
    all.sort_by(|a, b| a.state.cmp(&b.state).then(a.from.total_cmp(&b.from)));
    all
}

/// The parts of the year after which reports come: ascending, each in a step of its own.
pub(super) fn reports(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    one: Option<Number>,
    several: Option<Vec<Number>>,
) -> Vec<f64> {
    let key = if several.is_some() { "reports" } else { "report" };
    let at = origin(node, key);
    let path = format!("{path}.{key}");
    if one.is_some() && several.is_some() {
        let hint = "put all of them into `reports`".to_string();
        context.report.wrong(at, path.clone(), "both `report` and `reports`", Some(hint));
    }
    let is_list = several.is_some();
    let parts = several.unwrap_or_else(|| vec![one.unwrap_or(Number(REPORT))]);
    let parts: Vec<f64> = parts.into_iter().map(|part| part.0).collect();
    if parts.is_empty() {
        context.report.expected(
            at,
            path.clone(),
            "an empty list",
            "one part of the year or more, as [0.12, 0.46, 0.79]",
        );
    }
    let written = node.get(key).and_then(Node::list).unwrap_or_default();
    for (i, part) in parts.iter().enumerate() {
        let at = written.get(i).map_or(at, |element| element.origin);
        let path = if is_list { format!("{path}[{i}]") } else { path.clone() };
        if !(0.0..1.0).contains(part) {
            context.report.expected(at, path, part.to_string(), "a number of at least 0, below 1");
            continue;
        }
        let Some(before) = i.checked_sub(1).map(|before| parts[before]) else { continue };
        let clock = context.clock;
        if *part <= before {
            let expected = format!("a part of the year after the one before, {before}");
            context.report.expected(at, path, part.to_string(), expected);
        } else if context.timed && clock.step_of_year(*part) == clock.step_of_year(before) {
            let what = format!("in the same step of the year as the report at {before}");
            let hint =
                format!("a year has {} steps: give `steps_per_year` more in [time]", clock.steps_per_year);
            context.report.wrong(at, path, what, Some(hint));
        }
    }
    parts
}
