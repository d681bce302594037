//! Expressions of a scenario: from their texts to one graph, with every problem at its line and column.

use super::names::Names;
use crate::lanes::randomness::Drawer;
use crate::model::theory::input::{DRAWS, Input, Known, Over};
use crate::model::theory::{self, Doubt, Draw, Mean, Parts};
use crate::model::world::Community;
use crate::scenario::document::{Kind as EntryKind, Node};
use crate::scenario::error::nearest;
use crate::scenario::report::{label, origin};
use crate::scenario::validate::Context;
use crate::scenario::wire_theory as wire;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use suasion_expression::graph::{self, Graph, Meaning, Refused, Root, Spot};
use suasion_expression::syntax::{Tree, parse};
use suasion_expression::{Cause, FUNCTIONS, Kind, Problem};

/// The expressions of a scenario.
pub(super) struct Expressions {
    names: BTreeMap<String, Input>,
    /// Of those that are named, what they are; none where one is wrong by itself.
    defined: BTreeMap<String, Option<Root>>,
    /// Communities by the names of their means; none of one that an overlay took away.
    communities: BTreeMap<String, Option<usize>>,
    graph: Graph,
    /// What the expressions name, in the order in which it is met: a program loads what is asked for alone.
    found: Parts,
}

/// An entry, the key under which an expression stands in it, and its path.
type At<'a> = (&'a Node, &'a str, &'a str);

/// The kind and id of the entry whose draws an expression may make.
type Drawing<'a> = Option<(&'static str, &'a str)>;

/// What the names of an expression mean while it is read.
struct Reading<'a> {
    names: &'a BTreeMap<String, Input>,
    defined: &'a BTreeMap<String, Option<Root>>,
    communities: &'a BTreeMap<String, Option<usize>>,
    found: RefCell<&'a mut Parts>,
    by: Drawing<'a>,
}

/// The position of a thing in a list, to which it is added where it is new.
fn place<T: PartialEq>(list: &mut Vec<T>, thing: T) -> usize {
    list.iter().position(|other| *other == thing).unwrap_or_else(|| {
        list.push(thing);
        list.len() - 1
    })
}

impl Reading<'_> {
    fn leaf(&self, input: Input) -> Meaning {
        Meaning::Leaf(place(&mut self.found.borrow_mut().inputs, input) as u32)
    }
}

impl graph::Names for Reading<'_> {
    fn name(&self, name: &str) -> Option<Meaning> {
        if let Some(input) = self.names.get(name) {
            return Some(self.leaf(*input));
        }
        if let Some((kind, _)) = DRAWS.iter().find(|(_, draw)| *draw == name) {
            let (section, id) = self.by?;
            let drawer = Drawer::expression(section, id);
            let drawing = theory::Drawing { kind: section, id: id.to_string(), drawer };
            let mut found = self.found.borrow_mut();
            let drawer = place(&mut found.drawers, drawing);
            let draw = place(&mut found.draws, Draw { drawer, kind: *kind });
            drop(found);
            return Some(self.leaf(Input::Draw(draw)));
        }
        self.defined.get(name).copied().flatten().map(Meaning::Expression)
    }

    fn is_function(&self, name: &str) -> bool {
        let community = name.strip_prefix("community.");
        ["peers", "world", "last"].contains(&name)
            || community.is_some_and(|id| self.communities.contains_key(id))
    }

    fn function(&self, name: &str, of: Root, hangs_on: &[u32]) -> Option<Result<Meaning, Refused>> {
        let over = match name {
            "peers" => Some(Over::Peers),
            "world" => Some(Over::World),
            "last" => None,
            other => match self.communities.get(other.strip_prefix("community.")?)? {
                Some(community) => Some(Over::Community(*community)),
                None => return Some(Ok(self.leaf(Input::Absent))),
            },
        };
        let mut found = self.found.borrow_mut();
        let mut inputs = hangs_on.iter().map(|leaf| found.inputs[*leaf as usize]);
        let may = |input: &Input| match over {
            // What was a year ago is kept of what is not of a year ago itself.
            None => input.known() <= Known::BeforeStep && !matches!(input, Input::Last(_)),
            Some(_) => input.known() <= Known::BeforeStep,
        };
        if inputs.any(|input| !may(&input)) {
            let what = format!("`{name}` is of what is known at the start of a step alone");
            let hint =
                "traits, parameters and variables are; no mean, no draw, nothing that this step computes";
            return Some(Err((what, Some(hint.into()))));
        }
        let input = match over {
            Some(over) => Input::Mean(place(&mut found.means, Mean { over, of })),
            None => Input::Last(place(&mut found.lasts, of)),
        };
        drop(found);
        Some(Ok(self.leaf(input)))
    }
}

/// A named expression that is read.
struct Defined<'d> {
    node: &'d Node,
    path: String,
    id: String,
    tree: Tree,
    /// Those of the others that it names.
    names: Vec<usize>,
}

impl Expressions {
    pub fn new(
        names: Vec<(String, Input)>,
        communities: &[Community],
        removed: &BTreeSet<(EntryKind, String)>,
    ) -> Expressions {
        let written = |id: &str| id.replace('-', "_");
        let absent = removed.iter().filter(|(kind, _)| *kind == EntryKind::Regime);
        let absent = absent.map(|(_, id)| (written(id), None));
        let there = communities.iter().enumerate().map(|(c, community)| (written(&community.id), Some(c)));
        Expressions {
            names: names.into_iter().collect(),
            defined: BTreeMap::new(),
            communities: absent.chain(there).collect(),
            graph: Graph::default(),
            found: Parts::default(),
        }
    }

    /// The expressions, and what they name.
    pub fn finish(self) -> Parts {
        Parts { graph: self.graph, ..self.found }
    }

    /// Reads the named expressions, each after those that it names.
    pub fn define(&mut self, context: &mut Context<'_>, names: &mut Names) {
        let document = context.document;
        let mut all: Vec<Defined> = Vec::new();
        for (i, node) in document.entries("define").iter().enumerate() {
            let path = label("define", i, node);
            let Some(wire) = context.report.read::<wire::Define>(node, &path) else { continue };
            if !names.take(context, &wire.id, origin(node, "id"), &path) {
                continue;
            }
            self.defined.insert(wire.id.clone(), None);
            match parse(&wire.value) {
                Ok(tree) => all.push(Defined { node, path, id: wire.id, tree, names: Vec::new() }),
                Err(problem) => self.tell(context, (node, "value", &path), &wire.value, problem),
            }
        }
        let places: BTreeMap<String, usize> =
            all.iter().enumerate().map(|(i, d)| (d.id.clone(), i)).collect();
        for defined in &mut all {
            defined.names = defined.tree.names().filter_map(|(name, _)| places.get(name).copied()).collect();
        }
        let mut done = vec![false; all.len()];
        loop {
            let ready = |i: &usize| !done[*i] && all[*i].names.iter().all(|of| done[*of]);
            let next: Vec<usize> = (0..all.len()).filter(ready).collect();
            if next.is_empty() {
                break;
            }
            for i in next {
                let Defined { node, path, id, tree, .. } = &all[i];
                let root = self.add(context, (node, "value", path), tree, Some(("define", id)));
                self.defined.insert(id.clone(), root);
                done[i] = true;
            }
        }
        if let Some(first) = done.iter().position(|done| !done) {
            // Whoever is left leads, from one that is left to the next, into a circle.
            let next = |i: usize| all[i].names.iter().copied().find(|of| !done[*of]).unwrap_or(i);
            let mut at = (0..all.len()).fold(first, |at, _| next(at));
            let start = at;
            let mut circle = vec![all[at].id.as_str()];
            loop {
                at = next(at);
                circle.push(&all[at].id);
                if at == start {
                    break;
                }
            }
            let what = format!("it is defined by itself: {}", circle.join(" -> "));
            let Defined { node, path, .. } = &all[start];
            context.report.wrong(origin(node, "value"), format!("{path}.value"), what, None);
        }
    }

    /// Reads the expression of a number, which stands under a key of an entry.
    /// It may draw where `by` says whose draws these are.
    pub fn number(
        &mut self,
        context: &mut Context<'_>,
        at: At<'_>,
        text: &str,
        by: Drawing<'_>,
    ) -> Option<Root> {
        let tree = match parse(text) {
            Ok(tree) => tree,
            Err(problem) => {
                self.tell(context, at, text, problem);
                return None;
            }
        };
        let root = self.add(context, at, &tree, by)?;
        if root.kind == Kind::Truth {
            let what = "the expression is true or false; it should be a number".to_string();
            let hint = Some("`if(c, 1, 0)` makes a number of it".to_string());
            let problem = Problem { at: 0..text.len(), what, hint, cause: Cause::Sense };
            self.tell(context, at, text, problem);
            return None;
        }
        Some(root)
    }

    /// The change per year of what is 1 once it has struck by a hazard, in steps of a year, and of which a share of 1/e is left after as many years as
    /// it lasts. It draws as the entry does.
    pub fn strike(
        &mut self,
        context: &mut Context<'_>,
        at: At<'_>,
        (id, hazard): (&str, Root),
        lasts: Option<f64>,
    ) -> Option<Root> {
        // A name with a dot is one that nobody else can give.
        let named = format!("{id}.hazard");
        self.defined.insert(named.clone(), Some(hazard));
        let steps = context.clock.steps_per_year;
        // Of a step, so that 1/e is left after as long as it lasts, however long steps are.
        let wears = |years| format!("{steps} * {id} * (exp(-1 / ({steps} * {years})) - 1)");
        let wears = lasts.map_or_else(|| "0".into(), wears);
        // A hazard that is no number strikes nobody; times 0 it is none still, and the run is stopped.
        let text = format!(
            "if(draw.uniform < 1 - exp(-{named} / {steps}), {steps} * (1 - {id}), {wears}) + 0 * {named}"
        );
        let change = self.number(context, at, &text, Some(("shock", id)));
        self.defined.remove(&named);
        change
    }

    /// What an expression hangs on that is known later than allowed, as it is written; none where all is known by then.
    pub fn later(&self, root: Root, allowed: Known) -> Option<String> {
        let inputs = self.graph.leaves_of(root).into_iter().map(|leaf| self.found.inputs[leaf as usize]);
        inputs.into_iter().find(|input| input.known() > allowed).map(|input| self.name_of(input))
    }

    /// A draw that an expression hangs on, as it is written.
    pub fn draws(&self, root: Root) -> Option<String> {
        let inputs = self.graph.leaves_of(root).into_iter().map(|leaf| self.found.inputs[leaf as usize]);
        inputs.into_iter().find(|input| matches!(input, Input::Draw(_))).map(|input| self.name_of(input))
    }

    /// How an input is written.
    fn name_of(&self, input: Input) -> String {
        match input {
            Input::Mean(k) => match self.found.means[k].over {
                Over::Peers => "peers(...)".into(),
                Over::Community(_) => "community.ID(...)".into(),
                Over::World => "world(...)".into(),
            },
            Input::Last(_) => "last(...)".into(),
            Input::Draw(d) => {
                let kind = self.found.draws[d].kind;
                DRAWS.iter().find(|(of, _)| *of == kind).map_or("", |(_, name)| name).into()
            }
            _ => self.names.iter().find(|(_, known)| **known == input).map_or("", |(name, _)| name).into(),
        }
    }

    fn add(&mut self, context: &mut Context<'_>, at: At<'_>, tree: &Tree, by: Drawing<'_>) -> Option<Root> {
        if tree.names().any(|(name, _)| matches!(self.defined.get(name), Some(None))) {
            // What is wrong is told where it is defined.
            return None;
        }
        let draws = tree.names().find(|(name, _)| DRAWS.iter().any(|(_, draw)| draw == name));
        if let (None, Some((name, place))) = (by, draws) {
            let what = format!("`{name}` is drawn in each step, and stands for nothing here");
            let hint = Some("mechanisms and changes of variables draw".to_string());
            self.tell(context, at, tree.text(), Problem { at: place, what, hint, cause: Cause::Sense });
            return None;
        }
        let mut spots: Vec<Spot> = Vec::new();
        let Expressions { names, defined, communities, found, graph, .. } = self;
        let reading = Reading { names, defined, communities, found: RefCell::new(found), by };
        match graph.add_with_spots(tree, &reading, &mut spots) {
            Ok(root) => {
                let path = format!("{}.{}", at.2, at.1);
                self.found.doubts.extend(spots.into_iter().map(|spot| Doubt {
                    path: path.clone(),
                    text: tree.text()[spot.at.clone()].to_string(),
                    spot,
                }));
                Some(root)
            }
            Err(problem) => {
                self.tell(context, at, tree.text(), problem);
                None
            }
        }
    }

    /// Adds the problem of an expression, with the nearest name where one is unknown.
    fn tell(&self, context: &mut Context<'_>, (node, key, path): At<'_>, text: &str, mut problem: Problem) {
        let name = text.get(problem.at.clone()).unwrap_or_default();
        match problem.cause {
            Cause::Name if problem.hint.is_none() => {
                let known = self.names.keys().chain(self.defined.keys()).map(String::as_str);
                problem.hint = nearest(name, known.chain(DRAWS.iter().map(|(_, draw)| *draw)));
            }
            Cause::Function if problem.hint.is_none() => {
                let communities: Vec<String> =
                    self.communities.keys().map(|id| format!("community.{id}")).collect();
                let known = FUNCTIONS.iter().map(|function| function.name).chain(["peers", "world", "last"]);
                problem.hint = nearest(name, known.chain(communities.iter().map(String::as_str)));
            }
            _ => {}
        }
        context.report.expression(origin(node, key), (key, &format!("{path}.{key}")), text, &problem);
    }
}
