//! From covariates to traits, and from coefficients to the numbers of a scenario: the links of a plan, compiled.

use super::coefficients::Coefficient;
use super::covariates::Known;
use super::plan::number_of;
use super::sections::{Communities, Covariate};
use crate::lanes::lane::{LANES, Lane};
use crate::model::table::{Bound, Entry};
use crate::model::traits::TRAITS;
use crate::scenario::nearest;
use std::collections::BTreeMap;
use suasion_expression::graph::{Graph, Meaning, Root};
use suasion_expression::program::{Program, Registers};
use suasion_expression::syntax::{Tree, parse};
use suasion_expression::{Kind, Problem};

/// Mean and standard deviation.
pub type Spread = (f64, f64);

/// The phase at the start, among the traits of a plan.
const PHASE: &str = "initial_phase";
/// Traits of states as a sender sees them, the same for every regime.
const TOWARDS_SENDERS: [&str; 2] = ["strategic_value", "sender_standing"];

/// A state as its links code it.
#[derive(Clone, Debug, PartialEq)]
pub struct Coded {
    /// Mean and spread of each trait, in the order of [`Links::traits`].
    pub traits: Vec<Spread>,
    /// Whether a link goes beyond the range of its trait, whose end counts then, in the same order.
    pub beyond: Vec<bool>,
    /// Spiral phase at the start, 0 to 4, if the plan has a link for it.
    pub phase: Option<u8>,
}

/// A trait that a link gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Its name in scenario files.
    pub name: &'static str,
    /// Positions among the covariates that links name of those that it hangs on.
    covariates: Vec<usize>,
    bound: Bound,
}

/// The links of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Links {
    /// Positions in the plan of the covariates that links name: leaves 0 and on. Coefficients are the leaves after them.
    covariates: Vec<usize>,
    coefficients: Vec<String>,
    traits: Vec<Linked>,
    /// Positions of the traits, each after those that it is coded from.
    order: Vec<usize>,
    has_phase: bool,
    /// One output for each trait, and one for the phase, if there is a link for it.
    program: Program,
    spread: Option<Tree>,
    communities: Option<[Tree; 2]>,
    tie_weight: Option<Tree>,
    set: Vec<(String, Tree)>,
}

/// Four decimals are more than any link knows, and what is written reads back as what is coded.
pub(super) fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

/// What is told of a link that is wrong: its key, what was found, and a hint.
type Tell<'a> = &'a mut dyn FnMut(&str, String, Option<String>);

/// The sections of a plan that name things: covariates, coefficients, and links of traits.
type Named<'a> =
    (&'a BTreeMap<String, Covariate>, &'a BTreeMap<String, Coefficient>, &'a BTreeMap<String, String>);
/// Links of other numbers: the spread, communities, the weight of ties, and numbers by path.
type Numbers<'a> = (Option<&'a str>, Option<&'a Communities>, Option<&'a str>, &'a BTreeMap<String, String>);

impl Links {
    /// Compiles the links of a plan; what is wrong is told, and then what is returned means nothing.
    pub(super) fn new(
        (covariates, coefficients, traits): Named<'_>,
        (spread, communities, tie_weight, set): Numbers<'_>,
        tell: Tell<'_>,
    ) -> Links {
        let mut trees: Vec<(&str, Tree)> = Vec::new();
        for (name, text) in traits {
            match parse(text) {
                Ok(tree) => trees.push((name, tree)),
                Err(problem) => tell(&format!("traits.{name}"), problem.what, problem.hint),
            }
        }
        let names: Vec<&String> = covariates.keys().collect();
        let named = |name: &str| trees.iter().any(|(_, tree)| tree.names().any(|(n, _)| n == name));
        let used: Vec<usize> = (0..covariates.len()).filter(|k| named(names[*k])).collect();
        let leaf = |name: &str| {
            let covariate = used.iter().position(|k| names[*k] == name);
            let coefficient = || coefficients.keys().position(|key| key == name).map(|k| used.len() + k);
            covariate.or_else(coefficient).map(|leaf| Meaning::Leaf(leaf as u32))
        };
        let mut graph = Graph::default();
        let mut before: BTreeMap<&str, Root> = BTreeMap::new();
        let mut after: Vec<&str> = Vec::new();
        // A trait may be coded from others: each after those that it names.
        while !trees.is_empty() {
            let next = {
                let waits = waits_for(&before, traits);
                let next = trees.iter().position(|(_, tree)| waits(tree).is_none());
                next.ok_or_else(|| trees.iter().find_map(|(name, _)| circle(name, &trees, &waits)))
            };
            let next = match next {
                Ok(next) => next,
                // Without a circle they wait for one of which it is told already that it is wrong.
                Err(found) => {
                    if let Some((key, circle)) = found {
                        tell(&key, format!("it is coded from itself: {circle}"), None);
                    }
                    break;
                }
            };
            let (name, tree) = trees.remove(next);
            let key = format!("traits.{name}");
            let meaning = |of: &str| leaf(of).or_else(|| before.get(of).copied().map(Meaning::Expression));
            match graph.add(&tree, &meaning) {
                Ok(root) if root.kind == Kind::Number => {
                    before.insert(name, root);
                    after.push(name);
                }
                Ok(root) => tell(&key, format!("found {}, expected a number", root.kind.words()), None),
                Err(problem) => {
                    let known = "a link knows the plan's covariates and coefficients, and other traits";
                    tell(&key, problem.what, Some(problem.hint.unwrap_or_else(|| known.into())));
                }
            }
        }
        let phase = before.remove(PHASE);
        let mut linked = Vec::new();
        for (name, root) in before {
            let Some((name, bound)) = settable(name) else {
                let names = TRAITS.iter().map(|entry| entry.name).chain(TOWARDS_SENDERS).chain([PHASE]);
                tell(&format!("traits.{name}"), "there is no such trait".into(), nearest(name, names));
                continue;
            };
            let leaves = graph.leaves_of(root).into_iter().map(|leaf| leaf as usize);
            let covariates = leaves.filter(|leaf| *leaf < used.len()).collect();
            linked.push((Linked { name, covariates, bound }, root));
        }
        let roots: Vec<Root> = linked.iter().map(|(_, root)| *root).chain(phase).collect();
        let first = used.len() as u32;
        let program = Program::new(&graph, &roots, |leaf| leaf >= first);
        let is_trait = |name: &str| name != PHASE && traits.contains_key(name);
        let place = |name: &&str| linked.iter().position(|(of, _)| of.name == *name);
        let order: Vec<usize> = after.iter().filter_map(place).collect();
        let mut number = |key: &str, text: &str, traits: bool| {
            let knows = |name: &str| coefficients.contains_key(name) || (traits && is_trait(name));
            let known = if traits {
                "the plan's coefficients, and traits, which are means over the states of a region"
            } else {
                "the plan's coefficients"
            };
            expression(text, &knows, known).map_err(|(found, hint)| tell(key, found, hint)).ok()
        };
        let spread = spread.and_then(|text| number("spread", text, false));
        let communities = communities.and_then(|of| {
            let weight = number("communities.tie_weight", &of.tie_weight, false);
            let engagement = number("communities.engagement", &of.engagement, true);
            Some([weight?, engagement?])
        });
        let tie_weight = tie_weight.and_then(|text| number("ties.weight", text, false));
        let set = set
            .iter()
            .filter_map(|(path, text)| Some((path.clone(), number(&format!("set.{path}"), text, false)?)));
        Links {
            set: set.collect(),
            covariates: used,
            coefficients: coefficients.keys().cloned().collect(),
            traits: linked.into_iter().map(|(linked, _)| linked).collect(),
            order,
            has_phase: phase.is_some(),
            program,
            spread,
            communities,
            tie_weight,
        }
    }

    /// Positions in the plan of the covariates that links name.
    pub(super) fn covariates(&self) -> &[usize] {
        &self.covariates
    }

    /// The traits that links give.
    pub fn traits(&self) -> &[Linked] {
        &self.traits
    }

    /// Codes states, by their covariates, in the order of their names.
    ///
    /// ```
    /// use suasion::evidence::panel::{How, Known, Plan};
    /// let plan = Plan::bundled();
    /// let known = [2.0, 0.01, 9e6, 0.1, 0.6, 0.8, 0.0].map(|value| Known { value, how: How::Given });
    /// let c = plan.coefficients().parse("spread = 0.1", "").unwrap();
    /// let coded = plan.links().code(c.values(), &[&known]).unwrap().remove(0);
    /// let of = |name: &str| coded.traits[plan.links().traits().iter().position(|t| t.name == name).unwrap()];
    /// assert_eq!((of("openness"), of("sanction_sensitivity")), ((0.7, 0.1), (0.25, 0.1)));
    /// assert_eq!((of("capacity").0, coded.phase), (0.5498, Some(1))); // 1 / (1 + exp(-0.2))
    /// ```
    ///
    /// # Errors
    /// If a link gives no finite number: the position of the state, and which trait.
    pub fn code(
        &self,
        coefficients: &[f64],
        states: &[&[Known]],
    ) -> Result<Vec<Coded>, (usize, &'static str)> {
        let mut registers: Registers<1> = self.program.registers();
        let first = self.covariates.len();
        self.program.run_shared(&mut registers, |leaf| Lane::splat(coefficients[leaf as usize - first]));
        let sd = self.spread(coefficients);
        let mut all = Vec::with_capacity(states.len());
        for (tile, states) in states.chunks(LANES).enumerate() {
            // The last tile repeats its last state, of which nobody asks.
            let value = |leaf: u32, lane: usize| states[lane.min(states.len() - 1)][leaf as usize].value;
            self.program.run(&mut registers, |leaf: u32, into: &mut [Lane; 1]| {
                *into = [Lane::from_fn(|lane| value(leaf, lane))];
            });
            let output = |of: usize, lane: usize| registers.output(&self.program, of)[0].0[lane];
            for (lane, known) in states.iter().enumerate() {
                let at = tile * LANES + lane;
                // The first that has no number is to blame for what is coded from it.
                if let Some(of) = self.order.iter().find(|of| !output(**of, lane).is_finite()) {
                    return Err((at, self.traits[*of].name));
                }
                let count = self.traits.len();
                let (traits, beyond) = (Vec::with_capacity(count), Vec::with_capacity(count));
                let mut coded = Coded { traits, beyond, phase: None };
                for (of, linked) in self.traits.iter().enumerate() {
                    let x = output(of, lane);
                    let widest = linked.covariates.iter().map(|k| known[*k].how.widening());
                    let sd = rounded(widest.fold(1.0, f64::max) * sd);
                    coded.beyond.push(within(linked.bound, x) != x);
                    coded.traits.push((rounded(within(linked.bound, x)), sd));
                }
                if self.has_phase {
                    let x = output(self.traits.len(), lane);
                    if !x.is_finite() {
                        return Err((at, PHASE));
                    }
                    coded.phase = Some(x.clamp(0.0, 4.0) as u8);
                }
                all.push(coded);
            }
        }
        Ok(all)
    }

    /// A number of coefficients alone.
    fn number(&self, tree: &Tree, coefficients: &[f64]) -> f64 {
        self.number_with(tree, coefficients, &|_| None)
    }

    fn number_with(&self, tree: &Tree, coefficients: &[f64], more: &dyn Fn(&str) -> Option<f64>) -> f64 {
        let named = |name: &str| {
            let at = self.coefficients.iter().position(|of| of == name);
            at.map(|at| coefficients[at]).or_else(|| more(name))
        };
        // What is no number is refused where it is read or set.
        number_of(tree, &named).unwrap_or(f64::NAN)
    }

    fn spread(&self, coefficients: &[f64]) -> f64 {
        self.spread.as_ref().map_or(0.0, |tree| self.number(tree, coefficients))
    }

    /// A weight or spread that is below 0 with these coefficients: its key in the plan, and the number.
    pub(super) fn negative(&self, coefficients: &[f64]) -> Option<(&'static str, f64)> {
        let community = self.communities.as_ref().map(|[weight, _]| weight);
        let all = [
            ("spread", self.spread.as_ref()),
            ("ties.weight", self.tie_weight.as_ref()),
            ("communities.tie_weight", community),
        ];
        let numbers = all.into_iter().filter_map(|(key, tree)| Some((key, self.number(tree?, coefficients))));
        numbers.into_iter().find(|(_, x)| x.is_nan() || *x < 0.0)
    }

    /// The weight of a tie.
    pub(super) fn tie_weight(&self, coefficients: &[f64]) -> Option<f64> {
        self.tie_weight.as_ref().map(|tree| rounded(self.number(tree, coefficients)))
    }

    /// The weight and the engagement of a region, given its states; none where regions are no communities.
    pub(super) fn community<'c>(
        &self,
        coefficients: &[f64],
        members: &(impl Iterator<Item = &'c Coded> + Clone),
    ) -> Option<(f64, f64)> {
        let [weight, engagement] = self.communities.as_ref()?;
        let mean = |name: &str| {
            let at = self.traits.iter().position(|linked| linked.name == name)?;
            let of = members.clone().map(|coded| coded.traits[at].0);
            let (sum, count) = of.fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
            Some(sum / f64::from(count))
        };
        let engagement = self.number_with(engagement, coefficients, &mean);
        Some((self.number(weight, coefficients), rounded(engagement.clamp(0.0, 1.0))))
    }

    /// Whether the number at a path is set from a coefficient.
    pub(super) fn sets(&self, path: &str, coefficient: &str) -> bool {
        let named = |tree: &Tree| tree.names().any(|(name, _)| name == coefficient);
        self.set.iter().any(|(of, tree)| of == path && named(tree))
    }

    /// Numbers that are set in the scenario, by path.
    pub(super) fn set(&self, coefficients: &[f64]) -> impl Iterator<Item = (&str, f64)> {
        self.set.iter().map(move |(path, tree)| (path.as_str(), self.number(tree, coefficients)))
    }
}

/// The first trait that a link waits for, of those that are not compiled yet.
fn waits_for<'b, 'a: 'b>(
    before: &'b BTreeMap<&str, Root>,
    traits: &'a BTreeMap<String, String>,
) -> impl Fn(&Tree) -> Option<&'a str> + 'b {
    move |tree| {
        let waits = |of: &str| traits.contains_key(of) && !before.contains_key(of);
        let of = tree.names().find(|(of, _)| waits(of)).map(|(of, _)| of.to_string())?;
        traits.get_key_value(&of).map(|(name, _)| name.as_str())
    }
}

/// The circle of links, waiting for each other, to which one of them leads: the key of one in it, and all of them in words. None where it leads to a link that
/// is not there.
fn circle<'a>(
    from: &'a str,
    trees: &[(&'a str, Tree)],
    waits_for: &dyn Fn(&Tree) -> Option<&'a str>,
) -> Option<(String, String)> {
    let mut path = vec![from];
    loop {
        let last = *path.last()?;
        let (_, tree) = trees.iter().find(|(name, _)| *name == last)?;
        let next = waits_for(tree)?;
        let first = path.iter().position(|name| *name == next);
        path.push(next);
        if let Some(first) = first {
            return Some((format!("traits.{next}"), path[first..].join(", ")));
        }
    }
}

/// An expression that gives a number, over names that `knows` tells; or what is wrong with it, and what may help, where `known` says in words what it may name.
pub(super) fn expression(
    text: &str,
    knows: &dyn Fn(&str) -> bool,
    known: &str,
) -> Result<Tree, (String, Option<String>)> {
    let wrong = |problem: Problem| {
        (problem.what, Some(problem.hint.unwrap_or_else(|| format!("it may name {known}"))))
    };
    let tree = parse(text).map_err(wrong)?;
    // Of the graph it is asked alone whether there can be one.
    let meaning = |name: &str| knows(name).then_some(Meaning::Leaf(0));
    match Graph::default().add(&tree, &meaning).map_err(wrong)?.kind {
        Kind::Number => Ok(tree),
        Kind::Truth => Err((format!("found {}, expected a number", Kind::Truth.words()), None)),
    }
}

/// A trait that a link can give, and its bound.
fn settable(name: &str) -> Option<(&'static str, Bound)> {
    let towards = TOWARDS_SENDERS.iter().find(|of| **of == name).map(|of| (*of, Bound::Share));
    towards
        .or_else(|| TRAITS.iter().find(|of| of.name == name).map(|Entry { name, bound, .. }| (*name, *bound)))
}

/// The nearest value that a bound admits.
fn within(bound: Bound, x: f64) -> f64 {
    let (low, high) = bound.limits();
    let low = if bound.admits(low) { low } else { 1e-4 };
    x.clamp(low, high)
}
