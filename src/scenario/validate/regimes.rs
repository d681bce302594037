//! Regimes: communities first (others refer to their members), then conventions and ratings.

use super::context::{Context, KINDS, text};
use super::{ends, grades};
use crate::lanes::randomness::Drawer;
use crate::model::table::Bound;
use crate::model::world::{Answers, Community, Convention, Level, Member, RATING_FIELDS, Rating, Series};
use crate::scenario::document::{Kind, Node};
use crate::scenario::error::nearest;
use crate::scenario::observed::Observed;
use crate::scenario::report::{label, origin};
use crate::scenario::wire_values::{self, Date, Names};
use crate::scenario::{numbers, wire};
use std::collections::BTreeMap;

/// The keys that regimes of one kind have, beside the numbers of a rating regime.
const OWN_KEYS: [(&str, &[&str]); 3] = [
    (
        "rating",
        &[
            "grades",
            "demands",
            "rates",
            "rated_from",
            "rated_until",
            "ends_on",
            "imposed",
            "from",
            "until",
            "report",
            "reports",
            "bar_from",
            "watch",
            "pinned",
        ],
    ),
    ("convention", &["strength", "addresses", "sender"]),
    ("community", &["members", "joined", "left", "engagement", "tie_weight", "argument", "framing"]),
];

/// Weight of a member's ties to all the others: with it peers count for about as much as the community is engaged.
const TIE_WEIGHT: f64 = 0.15;

/// Years before a run from which a bar may have risen; more, and the date is taken for a slip of the pen.
const LONGEST_RISE: i32 = 200;

/// The regimes of one kind, with their paths, in the order of the file.
fn of_kind<'d>(
    context: &Context<'d>,
    kind: &'static str,
) -> impl Iterator<Item = (String, &'d Node)> + use<'d> {
    let entries = context.document.entries("regime").iter().enumerate();
    entries
        .filter(move |(_, node)| text(node, "kind") == Some(kind))
        .map(|(i, node)| (label("regime", i, node), node))
}

/// Community regimes, in id order; registers their members, and refuses regimes of no kind.
pub(super) fn communities(context: &mut Context<'_>) -> Vec<Community> {
    for (i, node) in context.document.entries("regime").iter().enumerate() {
        let path = label("regime", i, node);
        match node.get("kind") {
            Some(kind) if kind.text().is_none_or(|kind| !KINDS.contains(&kind)) => {
                let hint = kind.text().and_then(|kind| nearest(kind, KINDS));
                let expected = Some("\"rating\", \"convention\" or \"community\"".to_string());
                context.incomplete = true;
                context.report.add(kind.origin, format!("{path}.kind"), kind.describe(), expected, hint);
            }
            Some(_) => {}
            None => {
                context.incomplete = true;
                let hint = "write it as `kind = \"rating\"`, `\"convention\"` or `\"community\"`".to_string();
                context.report.wrong(node.origin, path, "`kind` is missing", Some(hint));
            }
        }
    }
    let mut communities = Vec::new();
    for (path, node) in of_kind(context, "community") {
        let Some(wire) = read::<wire::Community>(context, node, &path, "community", &[]) else {
            context.incomplete = true;
            continue;
        };
        let members = members(context, node, &path, &wire);
        let weight = wire.tie_weight.map_or(TIE_WEIGHT, |weight| weight.0);
        context.check_bound(node, &path, "tie_weight", weight, Bound::Weight);
        let engagement = series(context, node, &path, "engagement", Some(wire.engagement), 0.0);
        context.communities.insert(wire.id.clone(), members.iter().map(|member| member.state).collect());
        context.title("regime", &wire.id, wire.title);
        let framing = wire.framing.map(|framing| framing.0);
        context.check_bound(node, &path, "framing", framing.unwrap_or_default(), Bound::Share);
        let argument = argument(context, node, &path, wire.argument);
        communities.push(Community {
            id: wire.id,
            engagement,
            tie_weight: weight,
            argument,
            framing,
            members,
        });
    }
    communities.sort_by(|a, b| a.id.cmp(&b.id));
    communities
}

/// The keys that regimes of other kinds have and this kind has not.
fn foreign(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = OWN_KEYS.iter().flat_map(|(owner, keys)| keys.iter().map(move |key| (*owner, *key)));
    let numbers = numbers::keys(RATING_FIELDS).into_iter().map(|key| ("rating", key));
    own.chain(numbers).filter(move |(owner, _)| *owner != kind)
}

/// Reads a regime of a kind. Keys of another kind are refused by saying so, instead of as unknown.
fn read<T: serde::de::DeserializeOwned>(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    kind: &str,
    numbers: &[&'static str],
) -> Option<T> {
    let mut without = numbers.to_vec();
    for (owner, key) in foreign(kind) {
        if let Some(value) = node.get(key) {
            let what = format!("a key of a {owner} regime, in a {kind} regime");
            let hint = Some("take it out, or mend `kind`".into());
            context.report.wrong(value.origin, format!("{path}.{key}"), what, hint);
            without.push(key);
        }
    }
    context.report.read_without(node, path, &without)
}

/// The members of a community, with the dates at which they join and leave.
fn members(context: &mut Context<'_>, node: &Node, path: &str, wire: &wire::Community) -> Vec<Member> {
    let names = node.get("members").unwrap_or(node);
    let selected = context.select(&wire.members, names, &format!("{path}.members"), false);
    let always = |state| Member { state, from: f64::NEG_INFINITY, until: f64::INFINITY };
    let mut members: Vec<Member> = selected.into_iter().map(always).collect();
    let place =
        |members: &[Member], state| members.binary_search_by_key(&state, |member: &Member| member.state);
    let add = || Some("add the state to `members`".to_string());
    for (state, date, at, path) in dated(context, node, path, "joined", wire.joined.as_ref()) {
        match place(&members, state) {
            Ok(i) => members[i].from = date,
            Err(_) => context.report.wrong(at, path, "not a member", add()),
        }
    }
    for (state, date, at, path) in dated(context, node, path, "left", wire.left.as_ref()) {
        match place(&members, state) {
            Ok(i) if date > members[i].from => members[i].until = date,
            Ok(i) => {
                let expected = format!("a date after {}, at which the state joined", members[i].from);
                context.report.expected(at, path, date.to_string(), expected);
            }
            Err(_) => context.report.wrong(at, path, "not a member", add()),
        }
    }
    // Who stayed may be among those that an overlay took away.
    let whole = context.document.removed.is_empty();
    let end = f64::from(context.clock.end);
    if context.timed && whole && !members.is_empty() && members.iter().all(|member| member.until < end) {
        let hint = "let one stay; a community that ends is one whose `engagement` and `argument` come to 0";
        let what = "all members leave before the run ends";
        context.report.wrong(origin(node, "left"), format!("{path}.left"), what, Some(hint.into()));
    }
    members
}

/// Reads a table of dates by state: state, date, place and path of each.
pub(super) fn dated(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    key: &str,
    dates: Option<&BTreeMap<String, Date>>,
) -> Vec<(usize, f64, crate::scenario::document::Origin, String)> {
    let mut read = Vec::new();
    for (id, date) in dates.into_iter().flatten() {
        let at = node.get(key).map_or(node.origin, |table| origin(table, id));
        let path = format!("{path}.{key}.{id}");
        if let Some(state) = context.state(id, at, &path) {
            read.push((state, date.0, at, path));
        }
    }
    read
}

/// Convention regimes, in id order.
pub(super) fn conventions(context: &mut Context<'_>) -> Vec<Convention> {
    let mut conventions = Vec::new();
    for (path, node) in of_kind(context, "convention") {
        let wire = read::<wire::Convention>(context, node, &path, "convention", &[]);
        let Some(wire) = wire else { continue };
        let strength = series(context, node, &path, "strength", wire.strength, 1.0);
        let addresses = flags(context, node, &path, "addresses", wire.addresses);
        let given = wire.sender.as_deref();
        let at = origin(node, "sender");
        let sender = given.and_then(|id| context.rating(id, at, &format!("{path}.sender")));
        // A sender's own standard goes with it.
        if sender.is_none() && given.is_some_and(|id| context.removed(Kind::Regime, id)) {
            continue;
        }
        context.title("regime", &wire.id, wire.title);
        conventions.push(Convention { id: wire.id, strength, addresses, sender });
    }
    conventions.sort_by(|a, b| a.id.cmp(&b.id));
    conventions
}

/// Which states a key selects; all where it is not written.
pub(super) fn flags(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    key: &str,
    names: Option<Names>,
) -> Vec<bool> {
    let written = node.get(key).unwrap_or(node);
    let selected = context.select(&names.unwrap_or(Names::All), written, &format!("{path}.{key}"), true);
    let mut flags = vec![false; context.states.len()];
    for state in selected {
        flags[state] = true;
    }
    flags
}

fn series(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    key: &str,
    series: Option<wire_values::Series>,
    default: f64,
) -> Series {
    let series = series.map_or_else(|| vec![(f64::NEG_INFINITY, default)], |series| series.0);
    let written = node.get(key).and_then(Node::list).unwrap_or_default();
    for (i, &(date, value)) in series.iter().enumerate() {
        let (at, path) = match written.get(i) {
            Some(element) => (element.origin, format!("{path}.{key}[{i}]")),
            None => (origin(node, key), format!("{path}.{key}")),
        };
        if !Bound::Share.admits(value) {
            let path = if written.is_empty() { path.clone() } else { format!("{path}.value") };
            context.report.expected(at, path, value.to_string(), Bound::Share.describe());
        }
        if i > 0 && date <= series[i - 1].0 {
            let expected = format!("a date after the one before, {}", series[i - 1].0);
            context.report.expected(at, format!("{path}.from"), date.to_string(), expected);
        }
    }
    series
}

/// What a community argues over time. What answers a regime that an overlay removed, or says so itself, is missing it.
fn argument(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    argument: Option<wire_values::Argument>,
) -> Vec<Level> {
    let Some(wire_values::Argument(levels)) = argument else { return Vec::new() };
    let dates = levels.iter().map(|level| (level.from.0, level.value.0)).collect();
    let dates = series(context, node, path, "argument", Some(wire_values::Series(dates)), 0.0);
    let written = node.get("argument").and_then(Node::list).unwrap_or_default();
    let mut argument = Vec::new();
    for (i, (level, (from, value))) in levels.into_iter().zip(dates).enumerate() {
        let at = written.get(i).map_or_else(|| origin(node, "argument"), |element| element.origin);
        let path = format!("{path}.argument[{i}]");
        if level.missing && level.answers.is_some() {
            let hint = Some("a level answers a regime of the file, or misses one; take one out".into());
            context.report.wrong(at, path.clone(), "both `answers` and `missing`", hint);
        }
        let answers = match level.answers {
            Some(id) if context.regimes.contains_key(&id) => Answers::Regime(id),
            Some(id) => {
                context.regime(&id, at, &format!("{path}.answers"));
                Answers::Missing
            }
            None if level.missing => Answers::Missing,
            None => Answers::Nothing,
        };
        argument.push(Level { from, value, answers });
    }
    argument
}

/// Rating regimes, in id order.
pub(super) fn ratings(
    context: &mut Context<'_>,
    observed: &Observed,
    communities: &[Community],
) -> Vec<Rating> {
    let keys = numbers::keys(RATING_FIELDS);
    let mut ratings: Vec<Rating> = Vec::new();
    let mut entries: Vec<(String, &Node)> = of_kind(context, "rating").collect();
    entries.sort_by(|a, b| text(a.1, "id").cmp(&text(b.1, "id")));
    for (path, node) in entries {
        let Some(wire) = read::<wire::Rating>(context, node, &path, "rating", &keys) else { continue };
        let Some(g) = context.ratings.get(&wire.id).copied() else { continue };
        let grades = grades::check(context, node, &path, g);
        let fields = grades::fields(context, node, &path, grades.len());
        let watch = wire.watch.and_then(|watch| grades::watch(context, node, &path, &grades, watch));
        let demands = ends::demands(context, node, &path, wire.demands);
        let ends_on = ends::ends_on(context, node, &path, g, communities, wire.ends_on);
        let from = wire.from.map_or(f64::NEG_INFINITY, |date| date.0);
        let until = wire.until.map_or(f64::INFINITY, |date| date.0);
        context.in_order(node, &path, from, until);
        let reports = grades::reports(context, node, &path, wire.report, wire.reports);
        let bar_from = bar_from(context, node, &path, wire.bar_from, from);
        let rates = flags(context, node, &path, "rates", wire.rates);
        let mut rated_from: Vec<Option<f64>> = rates.iter().map(|&rated| rated.then_some(from)).collect();
        for (state, date, at, path) in dated(context, node, &path, "rated_from", wire.rated_from.as_ref()) {
            if let Some(rated) = &mut rated_from[state] {
                *rated = date;
            } else {
                let hint = Some("add the state to `rates`".into());
                context.report.wrong(at, path, "not among the states that the regime rates", hint);
            }
        }
        let rated_until = ends::rated_until(context, node, &path, wire.rated_until.as_ref(), &rated_from);
        let imposed = grades::imposed(context, node, &path, wire.imposed);
        let last = reports.last().copied().unwrap_or(0.0);
        let pinned =
            wire.pinned.then(|| pinned(context, observed, (&wire.id, last, &rated_until), node, &path));
        context.title("regime", &wire.id, wire.title);
        ratings.push(Rating {
            drawer: Drawer::regime(&wire.id),
            id: wire.id,
            grades,
            fields,
            demands,
            rated_from,
            rated_until,
            ends_on,
            imposed,
            from,
            until,
            reports,
            bar_from,
            watch,
            pinned,
        });
    }
    ratings
}

/// The date from which the bar rises: that given, else that of the regime, else the start of the run; of a regime that is older than a bar may have
/// risen, or later than the run, the nearest that could be given.
fn bar_from(context: &mut Context<'_>, node: &Node, path: &str, given: Option<Date>, from: f64) -> f64 {
    let clock = context.clock;
    let (least, most) = (clock.start - LONGEST_RISE, clock.end);
    let possible = f64::from(least)..=f64::from(most);
    let Some(Date(date)) = given else {
        let usual = if from.is_finite() { from } else { f64::from(clock.start) };
        // Without a clock that makes sense nothing is run.
        return if context.timed { usual.clamp(*possible.start(), *possible.end()) } else { usual };
    };
    if context.timed && context.document.narrowed {
        return date.clamp(*possible.start(), *possible.end());
    }
    if context.timed && !possible.contains(&date) {
        let expected = format!("a date from {least} to {most}, the end of the run");
        context.report.expected(
            origin(node, "bar_from"),
            format!("{path}.bar_from"),
            date.to_string(),
            expected,
        );
    }
    date
}

/// The grades on record, by state and year of the run: a state is not rated before its first entry, nor without any, and every later year needs
/// one until the regime ends for it, so that no state is unlisted because the record is silent.
fn pinned(
    context: &mut Context<'_>,
    observed: &Observed,
    (id, report, rated_until): (&str, f64, &[Option<f64>]),
    node: &Node,
    path: &str,
) -> Vec<Vec<u8>> {
    let recorded = context.document.root.get("observed").and_then(|observed| observed.get("tiers")?.get(id));
    if recorded.is_none() && !context.removed(Kind::Regime, id) {
        let hint = Some(format!("give the record in [observed.tiers.{id}]"));
        context.report.wrong(
            origin(node, "pinned"),
            format!("{path}.pinned"),
            "nothing is recorded to pin it to",
            hint,
        );
    }
    if !context.timed {
        return Vec::new();
    }
    let rating = context.ratings.get(id).copied();
    let years = context.clock.start..context.clock.end;
    let grade = |state: usize, year| rating.and_then(|rating| observed.tier(rating, state, year));
    let mut silent = Vec::new();
    for (name, &state) in &context.states {
        let first = rating.and_then(|g| observed.tiers.get(g)?.get(state)?.keys().next().copied());
        let from = first.unwrap_or(years.end);
        // The regime may have ended for the state by the report of a year.
        let rates = |year: &i32| rated_until[state].is_none_or(|end| f64::from(*year) + report < end);
        let years = (from.max(years.start)..years.end).filter(rates);
        let lost: Vec<i32> = years.filter(|year| grade(state, *year).is_none()).collect();
        let stretches: Vec<String> = lost
            .chunk_by(|year, next| year + 1 == *next)
            .filter_map(|years| match years {
                [only] => Some(only.to_string()),
                years => Some(format!("{} to {}", years.first()?, years.last()?)),
            })
            .collect();
        if !stretches.is_empty() {
            silent.push(format!("{name} in {}", stretches.join(" and ")));
        }
    }
    if recorded.is_some() && !silent.is_empty() {
        let more = silent.len().saturating_sub(MOST_NAMED);
        silent.truncate(MOST_NAMED);
        let and = if more > 0 { format!(", and {more} more states") } else { String::new() };
        let found = format!("the record says nothing of {}{and}", silent.join(", "));
        let hint = format!(
            "let the run end with the record (`end` in [time]), or give the years in [observed.tiers.{id}]: \"NR\" where a state is not rated"
        );
        context.report.wrong(origin(node, "pinned"), format!("{path}.pinned"), found, Some(hint));
    }
    let all = |state| years.clone().map(|year| grade(state, year).unwrap_or(0)).collect();
    (0..context.states.len()).map(all).collect()
}

/// States that are named where a record is silent.
const MOST_NAMED: usize = 5;
