//! What a scenario says beyond the built-in model: parameters and mechanisms of its own, as expressions.
//!
//! A mechanism is one more term on the right-hand side of an equation, or a factor of one. What its expression can name is in [`input`], which sides there
//! are in [`target`]. It reads and checks nothing: a scenario does.

pub mod input;
pub mod target;

use crate::parameters::PARAMETERS;
use crate::world::World;
use input::Input;
use std::sync::Arc;
use suasion_expression::graph::{Graph, Root, Spot};
use suasion_expression::interval::{Interval, Intervals};
use suasion_expression::program::Program;
use target::{How, Target};

/// A parameter that a scenario declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Identifier: it is set at `parameters.ID`.
    pub id: String,
    /// Value where nobody sets it.
    pub default: f64,
    /// Lower end of the range for sweeps and priors.
    pub low: f64,
    /// Upper end of the range for sweeps and priors.
    pub high: f64,
    /// Unit.
    pub unit: String,
    /// What it says.
    pub meaning: String,
    /// Where the default comes from.
    pub source: String,
}

/// A mechanism that a scenario declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Mechanism {
    /// Identifier: a column of the ledger, a switch.
    pub id: String,
    /// What it says, in a few words; the id where nobody gave any.
    pub title: String,
    /// The side of which equation it is on.
    pub target: Target,
    /// Whether it is added there or multiplies what is there.
    pub how: How,
    /// Its expression.
    pub root: Root,
    /// The text of it.
    pub text: String,
}

/// A variable of states that a scenario declares: a share that starts somewhere and changes.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnVariable {
    /// Identifier: expressions name it so, and columns are called so.
    pub id: String,
    /// What it is called in words; the id where nobody says.
    pub title: String,
    /// What it says.
    pub meaning: String,
    /// The least that it can be.
    pub low: f64,
    /// The most that it can be.
    pub high: f64,
    /// Its value at the start.
    pub start: Root,
    /// Its change per year.
    pub change: Root,
}

/// What a theory says, numbers aside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Parameters, in id order.
    pub parameters: Vec<Parameter>,
    /// Variables, in id order.
    pub variables: Vec<OwnVariable>,
    /// Mechanisms, in id order.
    pub mechanisms: Vec<Mechanism>,
    /// What the leaves of the expressions are.
    pub inputs: Vec<Input>,
    /// The expressions.
    pub graph: Graph,
    /// The same, to be run: its outputs are those of the mechanisms, then the changes of the variables.
    pub program: Program,
    /// What variables start at, to be run.
    pub start: Program,
    /// Mechanisms that are terms of motivation: columns of the ledger, in this order.
    pub terms: Vec<usize>,
    /// Where an expression may have no finite value.
    pub doubts: Vec<Doubt>,
}

/// A place in an expression that may have no finite value.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// Path of the expression in the scenario.
    pub path: String,
    /// The text of what it hangs on: a divisor.
    pub text: String,
    /// The place.
    pub spot: Spot,
}

/// A theory with its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theory {
    /// What it says.
    pub said: Arc<Said>,
    /// Values of its parameters.
    pub values: Vec<f64>,
    /// Which of its mechanisms act.
    pub on: Vec<bool>,
}

impl Said {
    /// What is said by some parameters, variables and mechanisms, each in id order.
    pub fn new(
        parameters: Vec<Parameter>,
        variables: Vec<OwnVariable>,
        mechanisms: Vec<Mechanism>,
        inputs: Vec<Input>,
        graph: Graph,
        doubts: Vec<Doubt>,
    ) -> Said {
        let is_shared = |leaf: u32| inputs[leaf as usize].is_shared();
        let terms = mechanisms.iter().map(|mechanism| mechanism.root);
        let roots: Vec<Root> = terms.chain(variables.iter().map(|variable| variable.change)).collect();
        let program = Program::new(&graph, &roots, is_shared);
        let starts: Vec<Root> = variables.iter().map(|variable| variable.start).collect();
        let start = Program::new(&graph, &starts, is_shared);
        let is_term = |k: &usize| mechanisms[*k].target == Target::Motivation;
        let terms = (0..mechanisms.len()).filter(is_term).collect();
        Said { parameters, variables, mechanisms, inputs, graph, program, start, terms, doubts }
    }
}

impl Said {
    /// The id of the mechanism or variable of an output of the program.
    pub fn id_of(&self, output: usize) -> &str {
        match output.checked_sub(self.mechanisms.len()) {
            Some(v) => &self.variables[v].id,
            None => &self.mechanisms[output].id,
        }
    }
}

impl Theory {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.said.mechanisms.is_empty() && self.said.parameters.is_empty() && self.said.variables.is_empty()
    }

    /// Path and usual range of each parameter.
    pub fn ranges(&self) -> impl Iterator<Item = (String, f64, f64)> + '_ {
        self.said.parameters.iter().map(|own| (format!("parameters.{}", own.id), own.low, own.high))
    }

    /// Position of a mechanism.
    pub fn mechanism(&self, id: &str) -> Option<usize> {
        self.said.mechanisms.iter().position(|mechanism| mechanism.id == id)
    }

    /// Whether anything of it moves: a mechanism that acts, or a variable.
    pub fn acts(&self) -> bool {
        self.on.contains(&true) || !self.said.variables.is_empty()
    }
}

impl World {
    /// The values that every expression of the theory can take in this world, whatever a run brings.
    pub fn reach_of_theory(&self) -> Intervals {
        self.reach_given(|world, input| match input {
            Input::Own(i) => Interval::point(world.theory.values[i]),
            Input::Parameter(i) => Interval::point(world.parameters.values()[i]),
            other => other.range(world),
        })
    }

    /// The same for any value of the parameters in their ranges.
    pub fn reach_of_theory_in_ranges(&self) -> Intervals {
        let around = |x: f64, low: f64, high: f64| Interval::new(low.min(x), high.max(x));
        self.reach_given(|world, input| match input {
            Input::Own(i) => {
                let own = &world.theory.said.parameters[i];
                around(world.theory.values[i], own.low, own.high)
            }
            Input::Parameter(i) => {
                around(world.parameters.values()[i], PARAMETERS[i].low, PARAMETERS[i].high)
            }
            other => other.range(world),
        })
    }

    fn reach_given(&self, range: impl Fn(&World, Input) -> Interval) -> Intervals {
        let said = &self.theory.said;
        let ranges: Vec<Interval> = said.inputs.iter().map(|input| range(self, *input)).collect();
        Intervals::new(&said.graph, |leaf| ranges[leaf as usize])
    }

    /// The greatest sizes of the rates, per year, that mechanisms of the theory which act add to a target, each with its position.
    pub fn rates_of_theory(&self, target: Target) -> Vec<(usize, f64)> {
        if !self.theory.acts() {
            return Vec::new();
        }
        let reach = self.reach_of_theory();
        let all = self.theory.said.mechanisms.iter().enumerate().zip(&self.theory.on);
        let acts = all.filter(|((_, m), on)| **on && m.target == target && m.how == How::Adds);
        acts.map(|((k, m), _)| (k, reach.of(m.root).size())).collect()
    }

    /// The greatest change per year, either way, of each variable of the theory.
    pub fn changes_of_theory(&self) -> Vec<f64> {
        let reach = self.reach_of_theory();
        self.theory.said.variables.iter().map(|variable| reach.of(variable.change).size()).collect()
    }
}
