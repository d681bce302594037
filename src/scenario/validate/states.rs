//! States: those written one by one (in the file or a table) and those of generators.

use super::context::{Context, text};
use super::grades;
use crate::lanes::randomness::state_key;
use crate::model::distribution::Distribution;
use crate::model::table::Entry;
use crate::model::traits::{
    AUTOCHTHONOUS_MOTIVATION, DEFAULT_PHASE, SENDER_STANDING, STARTS, STRATEGIC_VALUE, TRAITS, Traits,
};
use crate::model::world::{Rating, State};
use crate::scenario::document::{Kind, Node, Origin};
use crate::scenario::report::{Report, label, origin};
use crate::scenario::wire_record::Grade;
use crate::scenario::wire_values::{Phase, Years};
use crate::scenario::{numbers, population, room, wire};
use std::collections::BTreeMap;
use std::sync::Arc;

/// States that a scenario may have: above this `check` itself would take a minute and memory go.
pub(crate) const MOST_STATES: usize = 1_000_000;

/// A state before it is known whether all states are valid, with what the world does not hold.
pub(crate) struct StateDraft {
    pub state: State,
    /// Its traits of those that the scenario declares.
    pub own: Vec<Distribution>,
    pub name: Option<String>,
    pub region: Option<String>,
    pub origin: Origin,
}

/// The traits that an entry gives or inherits.
#[derive(Clone)]
pub(crate) struct Given {
    traits: Vec<Option<Distribution>>,
    /// Of the traits that the scenario declares.
    own: Vec<Option<Distribution>>,
    strategic_value: Vec<Option<Distribution>>,
    sender_standing: Vec<Option<Distribution>>,
    phase: Option<Phase>,
    starts: Vec<Option<Distribution>>,
    graded: Vec<(u8, u32)>,
}

impl Given {
    /// Its traits of those that the scenario declares, each its default where it is missing.
    pub fn own(&self, context: &Context<'_>) -> Vec<Distribution> {
        let each = self.own.iter().zip(context.own_traits.iter());
        each.map(|(given, own)| given.clone().unwrap_or_else(|| own.default.clone())).collect()
    }

    /// A state with these traits, and the table's default for each that is missing.
    ///
    /// `name` is what its luck hangs on.
    pub fn state(&self, id: String, name: &str) -> State {
        let fixed = |given: &Option<Distribution>, entry: &Entry| {
            given.clone().unwrap_or(Distribution::Fixed(entry.default))
        };
        let traits = Traits::from_fn(|i| match &self.traits[i] {
            None if i == AUTOCHTHONOUS_MOTIVATION => Distribution::Intrinsic,
            given => fixed(given, &TRAITS[i]),
        });
        let phase = || std::array::from_fn(|k| f64::from(u8::from(k == usize::from(DEFAULT_PHASE))));
        State {
            key: state_key(name),
            id,
            traits,
            initial_phase: self.phase.map_or_else(phase, |phase| phase.0),
            strategic_value: self
                .strategic_value
                .iter()
                .map(|given| fixed(given, &STRATEGIC_VALUE))
                .collect(),
            sender_standing: self
                .sender_standing
                .iter()
                .map(|given| fixed(given, &SENDER_STANDING))
                .collect(),
            starts: self.starts.iter().enumerate().filter_map(|(i, x)| Some((i, x.clone()?))).collect(),
            graded: if self.graded.iter().all(|(tier, _)| *tier == 0) {
                Vec::new()
            } else {
                self.graded.clone()
            },
        }
    }
}

/// All states, in id order; registers them and their regions with the context.
pub(super) fn states(context: &mut Context<'_>) -> Vec<StateDraft> {
    let document = context.document;
    let keys = numbers::state_keys(document);
    let none = Given {
        traits: vec![None; TRAITS.len()],
        own: vec![None; context.own_traits.len()],
        strategic_value: vec![None; context.ratings.len()],
        sender_standing: vec![None; context.ratings.len()],
        phase: None,
        starts: vec![None; STARTS.len()],
        graded: vec![(0, 0); context.ratings.len()],
    };
    let defaults = document.root.get("defaults").map_or(none.clone(), |node| {
        let wire: Option<wire::Defaults> = context.report.read_without(node, "defaults", &keys);
        let start = wire.map_or_else(Start::default, |wire| Start {
            phase: wire.initial_phase,
            tier: wire.initial_tier,
            watched: wire.initial_watched,
        });
        given(context, node, "defaults", &start, &none)
    });
    let mut drafts = Vec::new();
    for (i, node) in document.entries("state").iter().enumerate() {
        let path = label("state", i, node);
        let Some(wire) = context.report.read_without::<wire::State>(node, &path, &keys) else {
            // The state stays known where it has an id, or each mention of it would be a problem too.
            match text(node, "id") {
                Some(id) => drafts.push(StateDraft {
                    state: none.state(id.into(), id),
                    own: none.own(context),
                    name: None,
                    region: text(node, "region").map(str::to_string),
                    origin: node.origin,
                }),
                None => context.incomplete = true,
            }
            continue;
        };
        if !context.well_formed(&wire.id, origin(node, "id"), &format!("{path}.id")) {
            context.incomplete = true;
            continue;
        }
        let start =
            Start { phase: wire.initial_phase, tier: wire.initial_tier, watched: wire.initial_watched };
        let given = given(context, node, &path, &start, &defaults);
        let (state, own) = (given.state(wire.id.clone(), &wire.id), given.own(context));
        drafts.push(StateDraft {
            state,
            own,
            name: wire.name,
            region: wire.region,
            origin: origin(node, "id"),
        });
    }
    // Counted before any is made: states that memory cannot hold would end the program without a word.
    let (mut generators, mut count_of_all, mut fits) = (Vec::new(), drafts.len(), true);
    for (i, node) in document.entries("population").iter().enumerate() {
        let path = label("population", i, node);
        let Some(wire) = context.report.read_without::<wire::Population>(node, &path, &keys) else {
            context.incomplete = true;
            continue;
        };
        if !context.well_formed(&wire.id, origin(node, "id"), &format!("{path}.id")) {
            context.incomplete = true;
            continue;
        }
        let count = wire.count.0;
        let room = MOST_STATES.saturating_sub(count_of_all);
        let held = room::states(count_of_all + count as usize).saturating_sub(count_of_all);
        if room.min(held) < count as usize {
            let expected = if room < count as usize {
                format!("at most {room}, since a scenario may have {MOST_STATES} states")
            } else {
                format!("at most {held}, since free memory holds no more states")
            };
            let at = origin(node, "count");
            context.report.expected(at, format!("{path}.count"), count.to_string(), expected);
            (context.incomplete, fits) = (true, false);
            continue;
        }
        count_of_all += count as usize;
        generators.push((node, path, wire));
    }
    for (node, path, wire) in generators.into_iter().filter(|_| fits) {
        let start =
            Start { phase: wire.initial_phase, tier: wire.initial_tier, watched: wire.initial_watched };
        let given = given(context, node, &path, &start, &defaults);
        let region = wire.region.clone().unwrap_or_else(|| wire.id.clone());
        // Luck by number and not by id, whose digits depend on the count.
        let own = given.own(context);
        drafts.extend(population::ids(&wire.id, wire.count.0).zip(1..).map(|(id, number): (_, u32)| {
            StateDraft {
                state: given.state(id, &format!("{} {number}", wire.id)),
                own: own.clone(),
                name: None,
                region: Some(region.clone()),
                origin: node.origin,
            }
        }));
    }
    drafts.sort_by(|a, b| a.state.id.cmp(&b.state.id));
    register(context, &mut drafts);
    drafts
}

/// Where an entry says that a state stands at the start.
#[derive(Default)]
struct Start {
    phase: Option<Phase>,
    tier: Option<BTreeMap<String, Grade>>,
    watched: Option<BTreeMap<String, Years>>,
}

fn given(context: &mut Context<'_>, node: &Node, path: &str, start: &Start, defaults: &Given) -> Given {
    let mut given = Given { phase: start.phase.or(defaults.phase), ..defaults.clone() };
    for (i, entry) in STARTS.iter().enumerate() {
        if let Some(value) = node.get(entry.name) {
            given.starts[i] = trait_value(&mut context.report, value, path, entry);
        }
    }
    graded(context, node, path, start, &mut given.graded);
    for (i, entry) in TRAITS.iter().enumerate() {
        if let Some(value) = node.get(entry.name) {
            given.traits[i] = trait_value(&mut context.report, value, path, entry);
        }
    }
    for (t, own) in Arc::clone(&context.own_traits).iter().enumerate() {
        if let Some(value) = node.get(&own.id) {
            let path = format!("{path}.{}", own.id);
            given.own[t] = numbers::distribution(&mut context.report, value, &path, own.into());
        }
    }
    for (entry, values) in
        [(STRATEGIC_VALUE, &mut given.strategic_value), (SENDER_STANDING, &mut given.sender_standing)]
    {
        if let Some(value) = node.get(entry.name) {
            per_regime(context, value, path, &entry, |g, x| values[g] = Some(x));
        }
    }
    given
}

/// Reads how rating regimes have graded a state before the start.
fn graded(context: &mut Context<'_>, node: &Node, path: &str, start: &Start, graded: &mut [(u8, u32)]) {
    let place = |key: &str, regime: &str| node.get(key).map_or(node.origin, |table| origin(table, regime));
    for (regime, grade) in start.tier.iter().flatten() {
        let (at, path) = (place("initial_tier", regime), format!("{path}.initial_tier.{regime}"));
        if let Some(g) = context.rating(regime, at, &path) {
            graded[g].0 = context.grade(g, grade, at, &path).unwrap_or(graded[g].0);
        }
    }
    for (regime, years) in start.watched.iter().flatten() {
        let (at, path) = (place("initial_watched", regime), format!("{path}.initial_watched.{regime}"));
        let Some(g) = context.rating(regime, at, &path) else { continue };
        let watch = grades::watch_list(context.document, regime);
        let listed = watch.and_then(|name| grades::code(context.grades.get(g)?, name));
        if years.0 > 0 && listed != Some(graded[g].0) {
            let hint = match watch {
                Some(grade) => format!("give `initial_tier.{regime} = {grade:?}`, or leave the years out"),
                None => "the regime has no watch list (`watch`); leave the years out".to_string(),
            };
            context.report.wrong(at, path, "not on the watch list at the start", Some(hint));
        }
        graded[g].1 = years.0;
    }
}

/// Refuses a grade at the start by a regime that does not rate the state then.
pub(super) fn check_graded(context: &mut Context<'_>, drafts: &[StateDraft], ratings: &[Rating]) {
    let start = f64::from(context.clock.start);
    // A count of ratings that differs is a problem already.
    let whole = context.timed && ratings.len() == context.ratings.len();
    for (i, draft) in drafts.iter().enumerate().filter(|_| whole) {
        for ((tier, _), rating) in draft.state.graded.iter().zip(ratings) {
            let rates = rating.rated_from.get(i).copied().flatten().is_some_and(|from| from <= start);
            if *tier > 0 && !(rates && rating.from <= start && start < rating.until) {
                let path = format!("state.{}.initial_tier.{}", draft.state.id, rating.id);
                let hint = Some("the regime must be in force at the start, and rate the state".into());
                context.report.wrong(draft.origin, path, "not rated at the start", hint);
            }
        }
    }
}

fn trait_value(report: &mut Report<'_>, value: &Node, path: &str, entry: &Entry) -> Option<Distribution> {
    numbers::distribution(report, value, &format!("{path}.{}", entry.name), entry.into())
}

/// Reads a trait that a state has per rating regime: one value for all, or a table by regime.
pub(super) fn per_regime(
    context: &mut Context<'_>,
    value: &Node,
    path: &str,
    entry: &Entry,
    mut take: impl FnMut(usize, Distribution),
) {
    if numbers::is_spread(value) {
        if let Some(x) = trait_value(&mut context.report, value, path, entry) {
            (0..context.ratings.len()).for_each(|g| take(g, x.clone()));
        }
        return;
    }
    for (regime, value) in value.table().into_iter().flat_map(super::super::document::Table::iter) {
        let path = format!("{path}.{}.{regime}", entry.name);
        if let Some(x) = numbers::distribution(&mut context.report, value, &path, entry.into())
            && let Some(g) = context.rating(regime, value.origin, &path)
        {
            take(g, x);
        }
    }
}

fn register(context: &mut Context<'_>, drafts: &mut Vec<StateDraft>) {
    let mut first: Option<(String, Origin)> = None;
    drafts.retain(|draft| match &first {
        Some((id, at)) if *id == draft.state.id => {
            context.duplicate(draft.origin, format!("state.{id}"), *at);
            false
        }
        _ => {
            first = Some((draft.state.id.clone(), draft.origin));
            true
        }
    });
    let mut keys = BTreeMap::new();
    for (i, draft) in drafts.iter().enumerate() {
        let id = &draft.state.id;
        if let Some(other) = keys.insert(draft.state.key, id) {
            let what = format!("has the same key of draws as `{other}`");
            context.report.wrong(draft.origin, format!("state.{id}"), what, Some("choose another id".into()));
        }
        context.states.insert(id.clone(), i);
        if let Some(region) = &draft.region {
            context.regions.entry(region.clone()).or_default().push(i);
        }
    }
    for region in context.regions.keys().cloned().collect::<Vec<_>>() {
        let draft = &drafts[context.regions[&region][0]];
        let what = match region.as_str() {
            "" => "an empty name".to_string(),
            "all" => "`all` means every state".to_string(),
            id if context.states.contains_key(id) => format!("`{id}` is the id of a state"),
            _ => continue,
        };
        let (at, path) = (draft.origin, format!("state.{}.region", draft.state.id));
        context.report.wrong(at, path, what, Some("choose another name for the region".into()));
    }
    if drafts.is_empty() && context.report.is_clean() {
        let hint = "give a [[state]], a [[population]] or `states = \"file.csv\"`".to_string();
        let removed = context.document.removed.iter().any(|(kind, _)| *kind == Kind::State);
        let what = if removed { "no state is left" } else { "there is no state" };
        context.report.wrong(context.document.root.origin, "state", what, Some(hint));
    }
}
