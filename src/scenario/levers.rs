//! The numbers of a scenario that can be turned: where each is set, what it is now, its usual range, unit and meaning.
//!
//! Parameters, numbers of regimes, instruments, events and ties, and traits: a spread is moved by its mean. Nothing is set here.

use super::Scenario;
use super::document::{Node, Value};
use super::numbers::is_spread;
use super::report::label;
use crate::model::distribution::Distribution;
use crate::model::parameters::{CROWDING, PARAMETERS};
use crate::model::table::{Bound, Entry};
use crate::model::theory::OwnTrait;
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::world::{Exit, RATING_FIELDS};

/// Entries (states and populations) above which their traits are turned together alone.
pub(super) const MANY: usize = 200;

/// Characters of a state's name above which its id is shorter to read.
const LONG: usize = 24;

/// A number that can be turned.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its path, as for `--set`.
    pub path: String,
    /// Whose it is, for people: `Malaysia`, `all states`, `regime tvpa`, `parameters`.
    pub of: String,
    /// Its name, for people: `openness`, `spiral up [2]`.
    pub name: String,
    /// What it is in the scenario; where it differs among entries, their mean.
    pub value: f64,
    /// Whether it differs among the entries that the path names.
    pub varies: bool,
    /// Lower end of its usual range; at most the value.
    pub low: f64,
    /// Upper end of its usual range; at least the value.
    pub high: f64,
    /// What any value must satisfy.
    pub bound: Bound,
    /// Unit.
    pub unit: String,
    /// Meaning.
    pub meaning: String,
}

impl Lever {
    fn new(path: String, of: &str, entry: &Entry, value: f64) -> Lever {
        let element = entry.element.map_or_else(String::new, |i| format!(" [{i}]"));
        let name = format!("{}{element}", entry.name.replace('_', " "));
        Lever {
            value,
            low: entry.low.min(value),
            high: entry.high.max(value),
            meaning: entry.meaning.to_string(),
            ..Lever::plain(path, of, &name, entry.bound, entry.unit)
        }
    }

    pub(super) fn plain(path: String, of: &str, name: &str, bound: Bound, unit: &str) -> Lever {
        let (of, name, unit) = (of.to_string(), name.to_string(), unit.to_string());
        Lever {
            path,
            of,
            name,
            value: 0.0,
            varies: false,
            low: 0.0,
            high: 1.0,
            bound,
            unit,
            meaning: String::new(),
        }
    }

    pub(super) fn within(mut self, value: f64, low: f64, high: f64, meaning: &str) -> Lever {
        (self.value, self.low, self.high) = (value, low.min(value), high.max(value));
        self.meaning = meaning.to_string();
        self
    }
}

impl Scenario {
    /// Every number that can be turned: parameters, regimes, instruments, events, dates, ties, then traits of all states
    /// and of each entry.
    ///
    /// ```
    /// let scenario = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap();
    /// let levers = scenario.levers();
    /// let find = |path: &str| levers.iter().find(|lever| lever.path == path).unwrap();
    /// assert_eq!(find("regime.tvpa.severity").value, 1.9);
    /// assert_eq!(find("state.IDN.openness.mean").value, 0.77);
    /// assert!(find("state.*.openness").varies);
    /// ```
    pub fn levers(&self) -> Vec<Lever> {
        let world = &self.world;
        let mut all = Vec::new();
        for (entry, value) in PARAMETERS.iter().zip(world.parameters.values()) {
            let mut lever = Lever::new(format!("parameters.{}", entry.path()), "parameters", entry, *value);
            if CROWDING.contains(&entry.name) {
                lever.meaning.push_str("; crowding: 0 in the null model");
            }
            all.push(lever);
        }
        for (own, value) in world.theory.said.parameters.iter().zip(&world.theory.values) {
            let path = format!("parameters.{}", own.id);
            let lever = Lever::plain(path, "parameters", &own.id.replace('_', " "), Bound::Any, &own.unit);
            all.push(lever.within(*value, own.low, own.high, &own.meaning));
        }
        for rating in &world.ratings {
            let of = format!("regime {}", rating.id);
            let has = |entry: &Entry| entry.element.is_none_or(|i| i < rating.length(entry.name));
            for (entry, value) in RATING_FIELDS.iter().zip(rating.fields.values()).filter(|of| has(of.0)) {
                all.push(Lever::new(format!("regime.{}.{}", rating.id, entry.path()), &of, entry, *value));
            }
        }
        self.regimes(&mut all);
        self.instruments(&mut all);
        self.events(&mut all);
        self.dates(&mut all);
        self.ties(&mut all);
        self.traits(&mut all);
        all
    }

    fn entries(&self, section: &str) -> &[Node] {
        self.document.entries(section)
    }

    /// Levels of conventions and communities, at each of their dates.
    fn regimes(&self, all: &mut Vec<Lever>) {
        for (i, node) in self.entries("regime").iter().enumerate() {
            let path = label("regime", i, node);
            let of = path.replace('.', " ");
            for (key, meaning) in [
                ("strength", "strength of the convention's arguments"),
                ("engagement", "how much members engage one another"),
                ("argument", "how much the community argues of its own"),
                ("framing", "share of crime control in what the community argues"),
            ] {
                let level = |path: String, name: &str| Lever::plain(path, &of, name, Bound::Share, "-");
                match node.get(key).map(|node| (node.number(), node.list())) {
                    Some((Some(x), _)) => {
                        all.push(level(format!("{path}.{key}"), key).within(x, 0.0, 1.0, meaning));
                    }
                    Some((_, Some(list))) => {
                        for (j, at) in list.iter().enumerate() {
                            let (from, value) = (at.get("from").and_then(Node::number), at.get("value"));
                            let Some(x) = value.and_then(Node::number) else { continue };
                            let since = from.map_or_else(String::new, |from| format!(" from {from}"));
                            let lever = level(format!("{path}.{key}[{j}].value"), &format!("{key}{since}"));
                            all.push(lever.within(x, 0.0, 1.0, meaning));
                        }
                    }
                    _ => {}
                }
            }
            if let Some(x) = node.get("tie_weight").and_then(Node::number) {
                let lever = Lever::plain(format!("{path}.tie_weight"), &of, "tie weight", Bound::Weight, "-");
                all.push(lever.within(x, 0.0, 2.0, "weight of the tie between any two members"));
            }
        }
    }

    fn instruments(&self, all: &mut Vec<Lever>) {
        for instrument in &self.world.instruments {
            let of = format!("instrument {}", instrument.id);
            let path = format!("instrument.{}.hazard", instrument.id);
            let lever = Lever::plain(path, &of, "hazard", Bound::NonNegative, "1/yr");
            all.push(lever.within(
                instrument.hazard,
                0.0,
                0.3,
                "hazard of adoption per year without any push",
            ));
            let exit = instrument.exit.iter().flat_map(Exit::numbers);
            let ends = [
                (Bound::NonNegative, "1/yr", 0.0, 0.3, "hazard of leaving it per year without any push"),
                (Bound::Any, "-", 0.0, 4.0, "effect of reactance on the logarithm of the hazard of leaving"),
                (
                    Bound::Any,
                    "-",
                    -4.0,
                    0.0,
                    "effect of motivation on the logarithm of the hazard of leaving",
                ),
            ];
            for ((key, x), (bound, unit, low, high, meaning)) in exit.zip(ends) {
                let path = format!("instrument.{}.{key}", instrument.id);
                let lever = Lever::plain(path, &of, &key.replace('_', " "), bound, unit);
                all.push(lever.within(x, low, high, meaning));
            }
        }
    }

    /// The numbers that events set.
    fn events(&self, all: &mut Vec<Lever>) {
        for (i, node) in self.entries("event").iter().enumerate() {
            let path = label("event", i, node);
            let of = path.replace('.', " ");
            let Some(set) = node.get("set") else { continue };
            leaves(set, "", &mut |key, x| {
                let name = key.split('.').next().unwrap_or(key);
                let known = TRAITS.iter().chain(RATING_FIELDS).chain([&STRATEGIC_VALUE, &SENDER_STANDING]);
                if let Some(entry) = known.into_iter().find(|entry| entry.name == name) {
                    let mut lever = Lever::new(format!("{path}.set.{key}"), &of, entry, x);
                    lever.name = format!("{} as of the event", entry.name.replace('_', " "));
                    all.push(lever);
                }
            });
        }
    }

    fn ties(&self, all: &mut Vec<Lever>) {
        let ties = self.entries("tie");
        if ties.len() > MANY {
            return;
        }
        for (i, node) in ties.iter().enumerate() {
            let Some(x) = node.get("weight").and_then(Node::number) else { continue };
            let of = label("tie", i, node).replace('.', " ");
            let lever = Lever::plain(format!("tie[{i}].weight"), &of, "weight", Bound::Weight, "-");
            all.push(lever.within(x, 0.0, 2.0, "weight of the peer tie"));
        }
    }

    /// Traits: of all states at once, then of each entry of the file.
    fn traits(&self, all: &mut Vec<Lever>) {
        let world = &self.world;
        for (own, states) in world.theory.said.traits.iter().zip(&world.theory.traits) {
            let values = states.iter().map(|of| middle(of).unwrap_or(0.0));
            let name = own.id.replace('_', " ");
            all.extend(mean_of(values, |mean| {
                let path = format!("state.*.{}", own.id);
                let lever = Lever::plain(path, "all states", &name, Bound::Share, "-");
                lever.within(mean, own.low, own.high, &own.meaning)
            }));
        }
        for (k, entry) in TRAITS.iter().enumerate() {
            let values = world
                .states
                .iter()
                .map(|state| middle(&state.traits.values()[k]).unwrap_or_else(|| own(state.traits.values())));
            all.extend(together(entry.name, entry, values));
        }
        for (g, rating) in world.ratings.iter().enumerate() {
            let value = world.states.iter().map(|state| middle(&state.strategic_value[g]).unwrap_or(0.0));
            all.extend(together(&format!("strategic_value.{}", rating.id), &STRATEGIC_VALUE, value));
            let value = world.states.iter().map(|state| middle(&state.sender_standing[g]).unwrap_or(0.0));
            all.extend(together(&format!("sender_standing.{}", rating.id), &SENDER_STANDING, value));
        }
        let (states, populations) = (self.entries("state"), self.entries("population"));
        if states.len() + populations.len() > MANY {
            return;
        }
        for (section, entries) in [("state", states), ("population", populations)] {
            for (i, node) in entries.iter().enumerate() {
                let text = |key| node.get(key).and_then(Node::text);
                let name = text("name").filter(|name| name.chars().count() <= LONG).or_else(|| text("id"));
                let name = name.unwrap_or_default();
                let path = label(section, i, node);
                for entry in TRAITS {
                    all.push(self.of_entry(node, &path, name, entry, None));
                }
                all.extend(world.theory.said.traits.iter().map(|own| self.of_own(node, &path, name, own)));
                for rating in &world.ratings {
                    all.push(self.of_entry(node, &path, name, &STRATEGIC_VALUE, Some(&rating.id)));
                    all.push(self.of_entry(node, &path, name, &SENDER_STANDING, Some(&rating.id)));
                }
            }
        }
    }

    /// A trait of one entry: its number, the mean of its spread, or what it has for want of both.
    fn of_entry(&self, node: &Node, path: &str, of: &str, entry: &Entry, rating: Option<&str>) -> Lever {
        let defaults = self.document.root.get("defaults");
        let given = node.get(entry.name).or_else(|| defaults.and_then(|d| d.get(entry.name)));
        let given = given.and_then(|node| match rating {
            Some(id) if !is_spread(node) => node.get(id),
            _ => Some(node),
        });
        let key = rating.map_or_else(|| entry.name.to_string(), |id| format!("{}.{id}", entry.name));
        let mean = given.and_then(|node| node.get("mean")).and_then(Node::number);
        let (path, value) = match (mean, given.and_then(Node::number)) {
            (Some(mean), _) => (format!("{path}.{key}.mean"), mean),
            (None, Some(x)) => (format!("{path}.{key}"), x),
            (None, None) => (format!("{path}.{key}"), self.built(node, entry, rating)),
        };
        let mut lever = Lever::new(path, of, entry, value);
        if let Some(rating) = rating {
            lever.name = format!("{} ({rating})", lever.name);
        }
        lever
    }

    /// The same of a trait that the scenario declares.
    fn of_own(&self, node: &Node, path: &str, of: &str, own: &OwnTrait) -> Lever {
        let given = node.get(&own.id).or_else(|| self.document.root.get("defaults")?.get(&own.id));
        let mean = given.and_then(|node| node.get("mean")).and_then(Node::number);
        let default = middle(&own.default).unwrap_or(0.0);
        let (path, value) = match (mean, given.and_then(Node::number), given) {
            (Some(mean), ..) => (format!("{path}.{}.mean", own.id), mean),
            (None, Some(x), _) => (format!("{path}.{}", own.id), x),
            (None, None, None) => (format!("{path}.{}", own.id), default),
            // The middle of a spread without a mean.
            (None, None, Some(_)) => {
                (format!("{path}.{}", own.id), self.built_own(node, own).unwrap_or(default))
            }
        };
        let lever = Lever::plain(path, of, &own.id.replace('_', " "), Bound::Share, "-");
        lever.within(value, own.low, own.high, &own.meaning)
    }

    fn built_own(&self, node: &Node, own: &OwnTrait) -> Option<f64> {
        let theory = &self.world.theory;
        let t = theory.said.traits.iter().position(|other| other.id == own.id)?;
        let id = node.get("id").and_then(Node::text)?;
        let first = format!("{id}-1");
        let i = self.world.states.iter().position(|state| state.id == id || state.id == first)?;
        middle(&theory.traits[t][i])
    }

    /// The middle of a trait as the world has it, for an entry that gives neither a number nor a mean.
    fn built(&self, node: &Node, entry: &Entry, rating: Option<&str>) -> f64 {
        let id = node.get("id").and_then(Node::text).unwrap_or_default();
        let first = format!("{id}-1");
        let state = self.world.states.iter().find(|state| state.id == id || state.id == first);
        let Some(state) = state else { return entry.default };
        let g = self.world.ratings.iter().position(|r| Some(r.id.as_str()) == rating);
        let of = match (g, TRAITS.iter().position(|t| t.name == entry.name)) {
            (Some(g), _) if entry.name == STRATEGIC_VALUE.name => &state.strategic_value[g],
            (Some(g), _) => &state.sender_standing[g],
            (None, Some(k)) => &state.traits.values()[k],
            (None, None) => return entry.default,
        };
        middle(of).unwrap_or_else(|| own(state.traits.values()))
    }
}

/// The median of a distribution; none where it is that of another trait.
fn middle(of: &Distribution) -> Option<f64> {
    of.median()
}

/// The middle of intrinsic motivation, which the autochthonous one is by default.
fn own(traits: &[Distribution]) -> f64 {
    middle(&traits[crate::model::traits::INTRINSIC_MOTIVATION]).unwrap_or(0.0)
}

/// The lever of a trait of all states at once.
fn together(key: &str, entry: &Entry, values: impl Iterator<Item = f64>) -> Option<Lever> {
    mean_of(values, |mean| {
        let mut lever = Lever::new(format!("state.*.{key}"), "all states", entry, mean);
        if let Some((_, rating)) = key.split_once('.') {
            lever.name = format!("{} ({rating})", lever.name);
        }
        lever
    })
}

/// A lever that stands at the mean of some values; none of none.
fn mean_of(values: impl Iterator<Item = f64>, lever: impl Fn(f64) -> Lever) -> Option<Lever> {
    let (mut sum, mut n, mut low, mut high) = (0.0, 0, f64::INFINITY, f64::NEG_INFINITY);
    for x in values {
        (sum, n, low, high) = (sum + x, n + 1, low.min(x), high.max(x));
    }
    let mean = if low == high { low } else { sum / f64::from(n) };
    (n > 0).then(|| Lever { varies: low < high, ..lever(mean) })
}

/// The numbers below a node, by their keys with dots between them.
fn leaves(node: &Node, path: &str, f: &mut impl FnMut(&str, f64)) {
    match &node.value {
        Value::Table(table) => {
            for (key, node) in table.iter() {
                leaves(node, &if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }, f);
            }
        }
        _ => {
            if let Some(x) = node.number() {
                f(path, x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Scenario, bundled};

    /// Setting every number to what it is must change nothing: the paths are right, and so are the values.
    #[test]
    fn every_lever_of_every_bundled_scenario_can_be_set_and_stands_where_the_scenario_has_it() {
        for name in bundled::names() {
            let loaded = Scenario::load(name).unwrap();
            let scenario = loaded.build_alone().unwrap();
            let levers = scenario.levers();
            assert!(levers.len() > 60, "{name}");
            let mut same = loaded.clone();
            for lever in &levers {
                assert!(lever.low <= lever.value && lever.value <= lever.high, "{name}: {lever:?}");
                assert!(lever.bound.admits(lever.value), "{name}: {lever:?}");
                let mut turned = loaded.clone();
                turned.set_number(&lever.path, lever.high).unwrap_or_else(|e| panic!("{name}: {e}"));
                // What the file leaves out is bounded by the run, which is tested beside the dates.
                let left_out = matches!(lever.path.rsplit_once('.'), Some((_, "from" | "until")));
                if !(lever.path.contains('*') || left_out && lever.path.starts_with("regime.")) {
                    same.set_number(&lever.path, lever.value).unwrap();
                }
            }
            let again = same.build_alone().unwrap();
            assert_eq!(again.world.parameters, scenario.world.parameters, "{name}");
            assert_eq!(again.world.ratings, scenario.world.ratings, "{name}");
            assert_eq!(again.world.events, scenario.world.events, "{name}");
            assert_eq!(again.world.ties, scenario.world.ties, "{name}");
            assert_eq!(again.world.communities, scenario.world.communities, "{name}");
        }
    }

    #[test]
    fn a_lever_of_a_trait_moves_the_mean_and_keeps_the_spread() {
        let loaded = Scenario::load("asean").unwrap();
        let mut turned = loaded.clone();
        turned.set_number("state.IDN.openness.mean", 0.5).unwrap();
        let [before, after] = [&loaded, &turned].map(|l| l.build_alone().unwrap().world);
        let changed: Vec<_> = before.states.iter().zip(&after.states).filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].1.traits.openness.median(), Some(0.5));
        assert!(changed[0].1.traits.openness.is_random());
    }
}
