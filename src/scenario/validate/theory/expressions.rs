//! Expressions of a scenario: from their texts to one graph, with every problem at its line and column.

use super::names::Names;
use crate::model::theory::Doubt;
use crate::model::theory::input::Input;
use crate::scenario::document::Node;
use crate::scenario::error::nearest;
use crate::scenario::report::{label, origin};
use crate::scenario::validate::Context;
use crate::scenario::wire_theory as wire;
use std::collections::BTreeMap;
use suasion_expression::graph::{Graph, Meaning, Root, Spot};
use suasion_expression::program::Program;
use suasion_expression::syntax::{Tree, parse};
use suasion_expression::{Cause, FUNCTIONS, Kind, Problem};

/// The expressions of a scenario.
pub(super) struct Expressions {
    names: BTreeMap<String, Input>,
    /// Of those that are named, what they are; none where one is wrong by itself.
    defined: BTreeMap<String, Option<Root>>,
    graph: Graph,
    inputs: Vec<Input>,
    doubts: Vec<Doubt>,
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
    pub fn new(names: Vec<(String, Input)>) -> Expressions {
        Expressions {
            names: names.into_iter().collect(),
            defined: BTreeMap::new(),
            graph: Graph::default(),
            inputs: Vec::new(),
            doubts: Vec::new(),
        }
    }

    pub fn finish(self) -> (Graph, Vec<Input>, Vec<Doubt>) {
        (self.graph, self.inputs, self.doubts)
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
                let root = self.add(context, (node, "value", path), tree);
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
    pub fn number(&mut self, context: &mut Context<'_>, at: (&Node, &str, &str), text: &str) -> Option<Root> {
        let tree = match parse(text) {
            Ok(tree) => tree,
            Err(problem) => {
                self.tell(context, at, text, problem);
                return None;
            }
        };
        let root = self.add(context, at, &tree)?;
        if root.kind == Kind::Truth {
            let what = "the expression is true or false; it should be a number".to_string();
            let hint = Some("`if(c, 1, 0)` makes a number of it".to_string());
            let problem = Problem { at: 0..text.len(), what, hint, cause: Cause::Sense };
            self.tell(context, at, text, problem);
            return None;
        }
        Some(root)
    }

    /// What an expression hangs on.
    pub fn hangs_on(&self, root: Root) -> Vec<Input> {
        let program = Program::new(&self.graph, &[root], |_| false);
        program.leaves().filter_map(|leaf| self.inputs.get(leaf as usize).copied()).collect()
    }

    /// The name of an input in an expression.
    pub fn name_of(&self, input: Input) -> &str {
        let mut all = self.names.iter();
        all.find(|(_, known)| **known == input).map_or("", |(name, _)| name)
    }

    fn add(&mut self, context: &mut Context<'_>, at: (&Node, &str, &str), tree: &Tree) -> Option<Root> {
        // Leaves are numbered as they are met, so that a program loads what is asked for alone.
        let mut leaves: BTreeMap<Input, u32> =
            self.inputs.iter().enumerate().map(|(leaf, input)| (*input, leaf as u32)).collect();
        let mut inputs = std::mem::take(&mut self.inputs);
        let mut broken = false;
        for (name, _) in tree.names() {
            if let Some(input) = self.names.get(name) {
                leaves.entry(*input).or_insert_with(|| {
                    inputs.push(*input);
                    inputs.len() as u32 - 1
                });
            }
            broken |= matches!(self.defined.get(name), Some(None));
        }
        self.inputs = inputs;
        if broken {
            // What is wrong is told where it is defined.
            return None;
        }
        let meaning = |name: &str| match self.names.get(name) {
            Some(input) => leaves.get(input).map(|leaf| Meaning::Leaf(*leaf)),
            None => self.defined.get(name).copied().flatten().map(Meaning::Expression),
        };
        let mut spots: Vec<Spot> = Vec::new();
        match self.graph.add_with_spots(tree, &meaning, &mut spots) {
            Ok(root) => {
                let path = format!("{}.{}", at.2, at.1);
                self.doubts.extend(spots.into_iter().map(|spot| Doubt {
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
    fn tell(
        &self,
        context: &mut Context<'_>,
        (node, key, path): (&Node, &str, &str),
        text: &str,
        mut problem: Problem,
    ) {
        let name = text.get(problem.at.clone()).unwrap_or_default();
        match problem.cause {
            Cause::Name if problem.hint.is_none() => {
                let known = self.names.keys().chain(self.defined.keys()).map(String::as_str);
                problem.hint = nearest(name, known);
            }
            Cause::Function if problem.hint.is_none() => {
                problem.hint = nearest(name, FUNCTIONS.iter().map(|function| function.name));
            }
            _ => {}
        }
        context.report.expression(origin(node, key), (key, &format!("{path}.{key}")), text, &problem);
    }
}
