//! A scenario written out in full, from its world: what a run was made of, to be kept beside its results.
//!
//! Sources, notes and labels stay in the file that was run; numbers are written so that they read back as the same.

use super::Scenario;
use super::document::{Document, Kind, Node};
use super::observed::PRACTICES;
use super::{population, theories, whole};
use crate::model::distribution::Distribution;
use crate::model::observation::{Form, OBSERVABLES, OBSERVATION, Observable, Observation, Reading, reaction};
use crate::model::parameters::PARAMETERS;
use crate::model::table::Entry;
use crate::model::theory::OwnTrait;
use crate::model::traits::{SENDER_STANDING, STARTS, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{
    Answers, Change, Demand, End, Event, Exit, InstrumentKind, Level, Member, RATING_FIELDS, Series, Tie,
    World,
};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Writes TOML to a string, which cannot fail.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => { { let _ = writeln!($out, $($arg)*); } };
}

pub(crate) fn resolved(scenario: &Scenario, document: &Document) -> String {
    let world = &scenario.world;
    let mut out = String::new();
    line!(
        out,
        "# A resolved scenario: every default written out. Counterfactuals and sweep are left to their file."
    );
    line!(out, "version = 2\ntitle = {}", quote(&scenario.title));
    if let Some(description) = &scenario.description {
        line!(out, "description = {}", quote(description));
    }
    // What expressions name, and an overlay took away.
    let absent = document.removed.iter().filter_map(|(kind, id)| match kind {
        Kind::Regime | Kind::Instrument | Kind::Variable | Kind::Shock => {
            Some(quote(&format!("{}.{id}", kind.name())))
        }
        Kind::State | Kind::Region => None,
    });
    let absent: Vec<String> = absent.filter(|_| !world.theory.is_empty()).collect();
    if !absent.is_empty() {
        line!(out, "absent = {}", array(absent.into_iter()));
    }
    let clock = world.clock;
    line!(
        out,
        "\n[time]\nstart = {}\nend = {}\nsteps_per_year = {}",
        clock.start,
        clock.end,
        clock.steps_per_year
    );
    line!(out, "\n[runs]\nreplicates = {}\nseed = {}", scenario.replicates, scenario.seed);
    line!(out, "\n[parameters]");
    numbers(&mut out, PARAMETERS, world.parameters.values());
    for (own, value) in world.theory.said.parameters.iter().zip(&world.theory.values) {
        line!(out, "{} = {value:?}", own.id);
    }
    if scenario.observed.observation != Observation::default() {
        line!(out, "\n[observation]");
        numbers(&mut out, OBSERVATION, scenario.observed.observation.values());
    }
    let generated = populations(&mut out, scenario, document);
    for (i, state) in world.states.iter().enumerate().filter(|(i, _)| !generated[*i]) {
        line!(out, "\n[[state]]\nid = {}", quote(&state.id));
        if scenario.names[i] != state.id {
            line!(out, "name = {}", quote(&scenario.names[i]));
        }
        traits(&mut out, scenario, i);
    }
    let mut again = 0usize;
    for (i, tie) in world.ties.iter().enumerate() {
        let between = array([tie.a, tie.b].iter().map(|&i| quote(&world.states[i].id)));
        line!(out, "\n[[tie]]\nbetween = {between}\nweight = {:?}", tie.weight);
        dates(&mut out, &[("from", tie.from), ("until", tie.until)]);
        // Ties of different kinds that add up stay so; what the kinds are called the world does not know.
        let same =
            i.checked_sub(1).is_some_and(|before| Tie { weight: tie.weight, ..world.ties[before] } == *tie);
        again = if same { again + 1 } else { 0 };
        if again > 0 {
            line!(out, "kind = \"kind {}\"", again + 1);
        }
    }
    regimes(&mut out, scenario);
    instruments(&mut out, scenario);
    events(&mut out, scenario);
    for corridor in &world.corridors {
        let [from, to] = [corridor.from, corridor.to].map(|i| quote(&world.states[i].id));
        line!(out, "\n[[corridor]]\nfrom = {from}\nto = {to}\nvolume = {:?}", corridor.volume);
    }
    theory(&mut out, world, document);
    observed(&mut out, scenario);
    out
}

/// What the scenario says beyond the model is written as it stands: its expressions are texts.
fn theory(out: &mut String, world: &World, document: &Document) {
    for own in &world.theory.said.traits {
        let OwnTrait { id, default, low, high, meaning, source, drawer: _ } = own;
        line!(out, "\n[[trait]]\nid = {}\ndefault = {}", quote(id), distribution(default));
        line!(out, "range = [{low:?}, {high:?}]\nmeaning = {}\nsource = {}", quote(meaning), quote(source));
    }
    let sections = [theories::SECTION].into_iter().chain(theories::ADDED);
    for section in sections.filter(|section| *section != "trait") {
        for node in document.entries(section) {
            line!(out, "\n[[{section}]]\n{}", whole::text(node).trim_end());
        }
    }
}

fn quote(text: &str) -> String {
    toml::Value::String(text.into()).to_string()
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn dates(out: &mut String, dates: &[(&str, f64)]) {
    for (key, date) in dates.iter().filter(|(_, date)| date.is_finite()) {
        line!(out, "{key} = {date:?}");
    }
}

fn numbers(out: &mut String, entries: &[Entry], values: &[f64]) {
    let length = |list: &str| entries.iter().filter(|other| other.name == list).count();
    numbers_in_lists(out, entries, values, &length);
}

/// The same where lists may be shorter than the table has room for.
fn numbers_in_lists(out: &mut String, entries: &[Entry], values: &[f64], length: &dyn Fn(&str) -> usize) {
    for (i, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.element.unwrap_or(0) == 0) {
        if entry.element.is_some() {
            let length = length(entry.name);
            line!(out, "{} = {}", entry.name, array(values[i..i + length].iter().map(|x| format!("{x:?}"))));
        } else {
            line!(out, "{} = {:?}", entry.name, values[i]);
        }
    }
}

fn distribution(x: &Distribution) -> String {
    match x {
        Distribution::Fixed(x) => format!("{x:?}"),
        Distribution::Normal { mean, sd } => format!("{{ mean = {mean:?}, sd = {sd:?} }}"),
        Distribution::Uniform { low, high } => format!("{{ low = {low:?}, high = {high:?} }}"),
        Distribution::Triangular { low, mode, high } => {
            format!("{{ low = {low:?}, mode = {mode:?}, high = {high:?} }}")
        }
        Distribution::Beta(beta) => format!("{{ alpha = {:?}, beta = {:?} }}", beta.alpha(), beta.beta()),
        // Never written: the key is left out, which means the same.
        Distribution::Intrinsic => String::new(),
    }
}

/// Writes the populations as they are generated: a million states that are alike need no million entries. Returns which
/// states are theirs.
fn populations(out: &mut String, scenario: &Scenario, document: &Document) -> Vec<bool> {
    let world = &scenario.world;
    let mut generated = vec![false; world.states.len()];
    for node in document.entries("population") {
        let id = node.get("id").and_then(Node::text).unwrap_or_default();
        let count = node.get("count").and_then(Node::number).unwrap_or(0.0) as u32;
        let index = |id: &str| world.states.binary_search_by(|state| state.id.as_str().cmp(id)).ok();
        // The ids of a population sort as they count, but other states may sort between them.
        let states: Vec<usize> = population::ids(id, count).filter_map(|id| index(&id)).collect();
        if let Some(&first) = states.first() {
            for &i in &states {
                generated[i] = true;
            }
            line!(out, "\n[[population]]\nid = {}\ncount = {count}", quote(id));
            traits(out, scenario, first);
        }
    }
    generated
}

/// Region and traits of a state.
fn traits(out: &mut String, scenario: &Scenario, i: usize) {
    let state = &scenario.world.states[i];
    if let Some(region) = &scenario.regions[i] {
        line!(out, "region = {}", quote(region));
    }
    for (entry, value) in TRAITS.iter().zip(state.traits.values()) {
        if *value != Distribution::Intrinsic {
            line!(out, "{} = {}", entry.name, distribution(value));
        }
    }
    let theory = &scenario.world.theory;
    for (own, states) in theory.said.traits.iter().zip(&theory.traits) {
        line!(out, "{} = {}", own.id, distribution(&states[i]));
    }
    for (entry, values) in
        [(STRATEGIC_VALUE, &state.strategic_value), (SENDER_STANDING, &state.sender_standing)]
    {
        for (rating, value) in scenario.world.ratings.iter().zip(values) {
            line!(out, "{}.{} = {}", entry.name, rating.id, distribution(value));
        }
    }
    for (place, value) in &state.starts {
        line!(out, "{} = {}", STARTS[*place].name, distribution(value));
    }
    for (rating, (tier, watched)) in scenario.world.ratings.iter().zip(&state.graded) {
        if *tier > 0 {
            line!(out, "initial_tier.{} = {:?}", rating.id, rating.grade(usize::from(*tier)));
        }
        if *watched > 0 {
            line!(out, "initial_watched.{} = {watched}", rating.id);
        }
    }
    match state.initial_phase.iter().position(|&p| p == 1.0) {
        Some(phase) => line!(out, "initial_phase = {phase}"),
        None => line!(out, "initial_phase = {{ probabilities = {:?} }}", state.initial_phase),
    }
}

/// The states for which something holds: `"all"`, or a list of regions, where it holds for all of them, and of ids.
fn selection(scenario: &Scenario, holds: impl Fn(usize) -> bool) -> String {
    let states = &scenario.world.states;
    if (0..states.len()).all(&holds) {
        return "\"all\"".into();
    }
    // A name that a community has too would mean both.
    let community = |region: &str| scenario.world.communities.iter().any(|other| other.id == region);
    let mut whole: BTreeMap<&str, bool> = BTreeMap::new();
    for (i, region) in scenario.regions.iter().enumerate() {
        if let Some(region) = region {
            *whole.entry(region).or_insert_with(|| !community(region)) &= holds(i);
        }
    }
    let of_whole = |i: usize| scenario.regions[i].as_deref().is_some_and(|region| whole[region]);
    let single = (0..states.len()).filter(|&i| holds(i) && !of_whole(i)).map(|i| quote(&states[i].id));
    let regions = whole.iter().filter(|(_, whole)| **whole).map(|(region, _)| quote(region));
    array(regions.chain(single))
}

fn by_state(world: &World, values: impl Iterator<Item = (usize, f64)>) -> String {
    let entries: Vec<String> = values.map(|(i, date)| format!("{} = {date:?}", world.states[i].id)).collect();
    if entries.is_empty() { "{}".into() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn series(series: &Series) -> String {
    match series[..] {
        [(from, value)] if from == f64::NEG_INFINITY => format!("{value:?}"),
        _ => array(series.iter().map(|(from, value)| format!("{{ from = {from:?}, value = {value:?} }}"))),
    }
}

fn argument(levels: &[Level]) -> String {
    match levels {
        [Level { from, value, answers: Answers::Nothing }] if *from == f64::NEG_INFINITY => {
            format!("{value:?}")
        }
        _ => array(levels.iter().map(|Level { from, value, answers }| {
            let answers = match answers {
                Answers::Nothing => String::new(),
                Answers::Regime(id) => format!(", answers = {}", quote(id)),
                Answers::Missing => ", missing = true".into(),
            };
            format!("{{ from = {from:?}, value = {value:?}{answers} }}")
        })),
    }
}

fn head(out: &mut String, scenario: &Scenario, section: &str, id: &str, kind: &str) {
    line!(out, "\n[[{section}]]\nid = {}\nkind = {}", quote(id), quote(kind));
    if let Some(title) = scenario.titles.get(&format!("{section}.{id}")) {
        line!(out, "title = {}", quote(title));
    }
}

/// What is demanded: an instrument, or a table of it where there is more to say.
fn demanded(world: &World, demand: &Demand) -> String {
    let Demand { instrument, from, until, weight } = demand;
    let id = quote(&world.instruments[*instrument].id);
    if (from.is_finite(), until.is_finite(), *weight) == (false, false, 1.0) {
        return id;
    }
    let mut said = vec![format!("instrument = {id}")];
    said.extend(from.is_finite().then(|| format!("from = {from:?}")));
    said.extend(until.is_finite().then(|| format!("until = {until:?}")));
    said.push(format!("weight = {weight:?}"));
    format!("{{ {} }}", said.join(", "))
}

fn regimes(out: &mut String, scenario: &Scenario) {
    let world = &scenario.world;
    for rating in &world.ratings {
        head(out, scenario, "regime", &rating.id, "rating");
        line!(out, "grades = {}", array(rating.grades.iter().map(|grade| quote(grade))));
        numbers_in_lists(out, RATING_FIELDS, rating.fields.values(), &|list| rating.length(list));
        line!(out, "demands = {}", array(rating.demands.iter().map(|demand| demanded(world, demand))));
        line!(out, "rates = {}", selection(scenario, |i| rating.rated_from[i].is_some()));
        let later = rating.rated_from.iter().enumerate();
        let later =
            later.filter_map(|(i, date)| date.filter(|date| *date != rating.from).map(|date| (i, date)));
        line!(out, "rated_from = {}", by_state(world, later));
        let until = rating.rated_until.iter().enumerate().filter_map(|(i, date)| Some((i, (*date)?)));
        line!(out, "rated_until = {}", by_state(world, until));
        if let Some(end) = rating.ends_on {
            let end = match end {
                End::Adopts(j) => format!("adopts = {}", quote(&world.instruments[j].id)),
                End::Grade(code) => format!("grade = {}", quote(rating.grade(usize::from(code)))),
                End::Joins(c) => format!("joins = {}", quote(&world.communities[c].id)),
            };
            line!(out, "ends_on = {{ {end} }}");
        }
        let imposed = rating.imposed.iter().map(|of| {
            let until =
                if of.until.is_finite() { format!(", until = {:?}", of.until) } else { String::new() };
            let state = quote(&world.states[of.state].id);
            format!("{{ state = {state}, from = {:?}{until}, size = {:?} }}", of.from, of.size)
        });
        line!(out, "imposed = {}", array(imposed));
        dates(out, &[("from", rating.from), ("until", rating.until)]);
        line!(out, "bar_from = {:?}", rating.bar_from);
        match rating.reports[..] {
            [report] => line!(out, "report = {report:?}"),
            _ => line!(out, "reports = {:?}", rating.reports),
        }
        if let Some(watch) = &rating.watch {
            let mut rules = vec![format!("grade = {}", quote(rating.grade(usize::from(watch.grade))))];
            rules.extend(watch.from.is_finite().then(|| format!("from = {:?}", watch.from)));
            if let Some(limit) = watch.limit {
                rules.push(format!("limit = {limit}"));
                rules.extend(
                    watch.limit_from.is_finite().then(|| format!("limit_from = {:?}", watch.limit_from)),
                );
            }
            line!(out, "watch = {{ {} }}", rules.join(", "));
        }
        line!(out, "pinned = {}", rating.pinned.is_some());
    }
    for convention in &world.conventions {
        head(out, scenario, "regime", &convention.id, "convention");
        line!(out, "strength = {}", series(&convention.strength));
        line!(out, "addresses = {}", selection(scenario, |i| convention.addresses[i]));
        if let Some(g) = convention.sender {
            line!(out, "sender = {}", quote(&world.ratings[g].id));
        }
    }
    for community in &world.communities {
        head(out, scenario, "regime", &community.id, "community");
        let member = |i: usize| community.members.binary_search_by_key(&i, |member| member.state).is_ok();
        line!(out, "members = {}", selection(scenario, member));
        let dated = |date: fn(&Member) -> f64| {
            let dates = community.members.iter().map(move |member| (member.state, date(member)));
            dates.filter(|(_, date)| date.is_finite())
        };
        line!(out, "joined = {}", by_state(world, dated(|member| member.from)));
        if dated(|member| member.until).next().is_some() {
            line!(out, "left = {}", by_state(world, dated(|member| member.until)));
        }
        line!(out, "engagement = {}\ntie_weight = {:?}", series(&community.engagement), community.tie_weight);
        if !community.argument.is_empty() {
            line!(out, "argument = {}", argument(&community.argument));
        }
        if let Some(framing) = community.framing {
            line!(out, "framing = {framing:?}");
        }
    }
}

fn instruments(out: &mut String, scenario: &Scenario) {
    let world = &scenario.world;
    for instrument in &world.instruments {
        let kind = match instrument.kind {
            InstrumentKind::Convention => "convention",
            InstrumentKind::Law => "law",
            InstrumentKind::Treaty => "treaty",
            InstrumentKind::Nhri => "nhri",
        };
        head(out, scenario, "instrument", &instrument.id, kind);
        dates(out, &[("opens", instrument.opens)]);
        line!(out, "hazard = {:?}\nramp = {:?}", instrument.hazard, instrument.ramp);
        line!(out, "eligible = {}", selection(scenario, |i| instrument.eligible[i]));
        let adopted =
            instrument.adopted.iter().enumerate().filter_map(|(i, date)| date.map(|date| (i, date)));
        line!(out, "adopted = {}\npinned = {}", by_state(world, adopted), instrument.pinned);
        let costs = instrument.cost.iter().enumerate().map(|(i, x)| (i, *x));
        if !instrument.cost.is_empty() {
            line!(out, "cost = {}", by_state(world, costs));
        }
        for (key, x) in instrument.exit.iter().flat_map(Exit::numbers) {
            line!(out, "{key} = {x:?}");
        }
        let withdrawn =
            instrument.withdrawn.iter().enumerate().filter_map(|(i, date)| date.map(|date| (i, date)));
        if instrument.withdrawn.iter().any(Option::is_some) {
            line!(out, "withdrawn = {}", by_state(world, withdrawn));
        }
    }
}

/// How many of the first changes are one change of states in order of id, which one event says.
fn alike(events: &[Event]) -> usize {
    let Some(first) = events.first() else { return 0 };
    let mut last = of_state(&first.change).map(|(state, _)| state);
    1 + events[1..]
        .iter()
        .take_while(|event| match (of_state(&event.change), last) {
            (Some((state, change)), Some(before)) => {
                let same = of_state(&first.change).is_some_and(|(_, other)| other == change);
                last = Some(state);
                same && event.at == first.at && state > before
            }
            _ => false,
        })
        .count()
}

/// What a change is: its kind, what it is of, and the value.
type What<'c> = (u8, usize, Option<&'c Distribution>);

/// The state that a change is of, and the change.
fn of_state(change: &Change) -> Option<(usize, What<'_>)> {
    match change {
        Change::Trait(i, entry, x) => Some((*i, (0, *entry, Some(x)))),
        Change::OwnTrait(i, t, x) => Some((*i, (4, *t, Some(x)))),
        Change::StrategicValue(i, g, x) => Some((*i, (1, *g, Some(x)))),
        Change::SenderStanding(i, g, x) => Some((*i, (2, *g, Some(x)))),
        Change::Adopt(i, j) => Some((*i, (3, *j, None))),
        Change::Withdraw(i, j) => Some((*i, (5, *j, None))),
        Change::RatingField(..) => None,
    }
}

fn events(out: &mut String, scenario: &Scenario) {
    let world = &scenario.world;
    let mut rest = &world.events[..];
    while let [event, after @ ..] = rest {
        let (these, others) = rest.split_at(alike(rest));
        rest = if these.len() > 1 { others } else { after };
        let mut changed: Vec<usize> = Vec::new();
        changed.extend(these.iter().filter_map(|event| of_state(&event.change)).map(|(state, _)| state));
        let state = || {
            // Few are listed at once, without a look at everybody else.
            if changed.len() * 8 < world.states.len() {
                return array(changed.iter().map(|&i| quote(&world.states[i].id)));
            }
            selection(scenario, |i| changed.binary_search(&i).is_ok())
        };
        line!(out, "\n[[event]]\nat = {:?}", event.at);
        match &event.change {
            Change::Trait(_, entry, x) => {
                line!(out, "state = {}\nset = {{ {} = {} }}", state(), TRAITS[*entry].name, distribution(x));
            }
            Change::OwnTrait(_, t, x) => {
                let id = &world.theory.said.traits[*t].id;
                line!(out, "state = {}\nset = {{ {id} = {} }}", state(), distribution(x));
            }
            Change::StrategicValue(_, g, x) | Change::SenderStanding(_, g, x) => {
                let standing = matches!(event.change, Change::SenderStanding(..));
                let entry = if standing { SENDER_STANDING } else { STRATEGIC_VALUE };
                let regime = &world.ratings[*g].id;
                line!(out, "state = {}\nset = {{ {}.{regime} = {} }}", state(), entry.name, distribution(x));
            }
            Change::Adopt(_, j) => {
                line!(out, "state = {}\nadopt = {}", state(), quote(&world.instruments[*j].id));
            }
            Change::Withdraw(_, j) => {
                line!(out, "state = {}\nwithdraw = {}", state(), quote(&world.instruments[*j].id));
            }
            Change::RatingField(g, field, x) => {
                let name = RATING_FIELDS[*field].name;
                let mut values = vec![*x];
                // A list is set as a whole: its other elements are the next changes.
                if RATING_FIELDS[*field].element.is_some() {
                    let length = world.ratings[*g].length(name);
                    for next in rest.iter().take(length - 1) {
                        if let Change::RatingField(_, _, x) = next.change {
                            values.push(x);
                        }
                    }
                    rest = rest.get(length - 1..).unwrap_or_default();
                }
                let value = match values[..] {
                    [x] => format!("{x:?}"),
                    _ => format!("{values:?}"),
                };
                line!(out, "regime = {}\nset = {{ {name} = {value} }}", quote(&world.ratings[*g].id));
            }
        }
    }
}

fn observed(out: &mut String, scenario: &Scenario) {
    let (world, observed) = (&scenario.world, &scenario.observed);
    for (rating, states) in world.ratings.iter().zip(&observed.tiers) {
        let tier = |grade: &u8| format!("{:?}", rating.grade(usize::from(*grade)));
        by_year(out, world, &format!("tiers.{}", rating.id), states, tier);
    }
    for (rating, states) in world.ratings.iter().zip(&observed.sanctions) {
        by_year(out, world, &format!("sanctions.{}", rating.id), states, bool::to_string);
    }
    for (name, states) in PRACTICES.iter().zip(observed.scores()) {
        by_year(out, world, &format!("practice.{name}"), states, |r| r.value.to_string());
    }
    for (observable, states) in OBSERVABLES.iter().zip(&observed.readings) {
        of_observable(out, world, observable, states);
    }
    for (instrument, dates) in world.instruments.iter().zip(&observed.adoptions) {
        if dates.is_empty() {
            continue;
        }
        line!(out, "\n[observed.adoptions.{}]", instrument.id);
        for (state, date) in world.states.iter().zip(dates) {
            if let Some(date) = date {
                line!(out, "{} = {date:?}", state.id);
            }
        }
    }
}

/// The table of an observable.
fn of_observable(
    out: &mut String,
    world: &World,
    observable: &Observable,
    states: &[BTreeMap<i32, Reading>],
) {
    match observable.form {
        Form::Reaction => by_year(out, world, observable.name, states, |r| match r.with {
            Some(coverage) => format!("{{ reaction = {:?}, coverage = {coverage:?} }}", reaction(r.value)),
            None => format!("{:?}", reaction(r.value)),
        }),
        Form::Share | Form::Survey => by_year(out, world, observable.name, states, |r| match r.with {
            Some(error) => format!("{{ share = {:?}, error = {error:?} }}", r.value),
            None => format!("{:?}", r.value),
        }),
        Form::Score | Form::Imposed => {}
    }
}

/// A table of the record. An empty one differs from none: a regime may be pinned to it.
fn by_year<V>(
    out: &mut String,
    world: &World,
    name: &str,
    states: &[BTreeMap<i32, V>],
    show: impl Fn(&V) -> String,
) {
    if states.is_empty() {
        return;
    }
    line!(out, "\n[observed.{name}]");
    for (state, years) in world.states.iter().zip(states).filter(|(_, years)| !years.is_empty()) {
        let years: Vec<String> = years.iter().map(|(year, v)| format!("{year} = {}", show(v))).collect();
        line!(out, "{} = {{ {} }}", state.id, years.join(", "));
    }
}
