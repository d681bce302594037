//! What a scenario says beyond the built-in model: parameters and mechanisms of its own, as expressions.
//!
//! A mechanism is one more term on the right-hand side of an equation, or a factor of one. What its expression can name is in [`input`], which sides there
//! are in [`target`]. It reads and checks nothing: a scenario does.

pub mod input;
mod reach;
pub mod target;

use crate::distribution::Distribution;
use input::{Drawn, Input, Over, Plain};
use std::ops::Deref;
use std::sync::Arc;
use suasion_expression::graph::{Graph, Root, Spot};
use suasion_expression::program::Program;
use suasion_lanes::randomness::Drawer;
use target::{How, Target, When};

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

/// A variable of states that a scenario declares: a number that starts somewhere and changes.
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
    /// Where it is a shock: its hazard, per year.
    pub hazard: Option<Root>,
}

/// A number that a scenario derives from others at the end of each year.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnOutcome {
    /// Identifier: columns are called so.
    pub id: String,
    /// What it is called in words; the id where nobody says.
    pub title: String,
    /// What it says.
    pub meaning: String,
    /// The least that it can be.
    pub low: f64,
    /// The most that it can be.
    pub high: f64,
    /// Its value.
    pub value: Root,
}

/// A trait of states that a scenario declares: a share that is drawn once in a replicate.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnTrait {
    /// Identifier: states have it as a key, expressions name it so.
    pub id: String,
    /// What it is where a state says nothing.
    pub default: Distribution,
    /// Lower end of the range for sweeps.
    pub low: f64,
    /// Upper end of the range for sweeps.
    pub high: f64,
    /// What it says.
    pub meaning: String,
    /// Where its numbers come from.
    pub source: String,
    /// Who draws it.
    pub drawer: Drawer,
}

/// A mean over states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Over whom.
    pub over: Over,
    /// Of what: it hangs on what is known before a step.
    pub of: Root,
}

/// A number drawn in each step for each state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// Position of who draws it among [`Said::drawers`].
    pub drawer: usize,
    /// How it is distributed.
    pub kind: Drawn,
}

/// An entry whose expression draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// What kind of entry it is: `mechanism`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Whose draws they are.
    pub drawer: Drawer,
}

/// A variable or outcome of the scenario's own, as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recorded<'a> {
    /// Identifier and column.
    pub id: &'a str,
    /// What it is called in words.
    pub title: &'a str,
    /// What it says.
    pub meaning: &'a str,
    /// The least and the most that it can be.
    pub range: [f64; 2],
}

/// The parts of a theory, as they are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// Parameters, in id order.
    pub parameters: Vec<Parameter>,
    /// Traits, in id order.
    pub traits: Vec<OwnTrait>,
    /// Variables, in id order.
    pub variables: Vec<OwnVariable>,
    /// Mechanisms, in id order.
    pub mechanisms: Vec<Mechanism>,
    /// Outcomes, in id order.
    pub outcomes: Vec<OwnOutcome>,
    /// Means over states that the expressions name.
    pub means: Vec<Mean>,
    /// Expressions whose values of a year ago are named.
    pub lasts: Vec<Root>,
    /// Draws that they name.
    pub draws: Vec<Draw>,
    /// Who draws these.
    pub drawers: Vec<Drawing>,
    /// What the leaves of the expressions are.
    pub inputs: Vec<Input>,
    /// The expressions.
    pub graph: Graph,
    /// Where an expression may have no finite value.
    pub doubts: Vec<Doubt>,
}

/// What a theory says, numbers aside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// What it says, as it is read.
    pub parts: Parts,
    /// What is evaluated within a step: outputs are those of [`Said::late`], then the changes of the variables.
    pub program: Program,
    /// What is evaluated before anything is pressed: outputs are those of [`Said::early`].
    pub early_program: Program,
    /// What is evaluated at the start of a step: of what means are taken, then what will be last year's, then [`Said::first`].
    pub before: Program,
    /// What variables start at.
    pub start: Program,
    /// What outcomes are.
    pub outcome: Program,
    /// Mechanisms of what others see and hear of a state, by position.
    pub first: Vec<usize>,
    /// Mechanisms within a step, by position.
    pub late: Vec<usize>,
    /// Mechanisms before anything is pressed, by position.
    pub early: Vec<usize>,
    /// Mechanisms that are terms of motivation: columns of the ledger, in this order; each with its output of [`Said::program`].
    pub terms: Vec<(usize, usize)>,
    /// Steps of a year, for which what was is kept.
    pub steps_per_year: usize,
    /// Which of [`FELT`] any expression names: they are kept between reports, as what is felt is.
    pub feels: [bool; FELT.len()],
}

impl Deref for Said {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
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

/// What the regimes make a state feel that changes with reports and events alone.
pub const FELT: [Input; 3] =
    [Input::Plain(Plain::Shame), Input::Plain(Plain::Inducement), Input::Plain(Plain::Control)];

/// A theory with its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theory {
    /// What it says.
    pub said: Arc<Said>,
    /// Values of its parameters.
    pub values: Vec<f64>,
    /// Which of its mechanisms act.
    pub on: Vec<bool>,
    /// Its traits, then by state.
    pub traits: Vec<Vec<Distribution>>,
}

impl Said {
    /// What is said by the parts of a theory, each kind in id order, in a scenario with so many steps a year.
    pub fn new(parts: Parts, steps_per_year: u32) -> Said {
        let is_shared = |leaf: u32| parts.inputs[leaf as usize].is_shared();
        let program = |roots: Vec<Root>| Program::new(&parts.graph, &roots, is_shared);
        let all = 0..parts.mechanisms.len();
        let [first, early, late] = [When::BeforeStep, When::BeforePressure, When::Within].map(|when| {
            all.clone().filter(|k| parts.mechanisms[*k].target.when() == when).collect::<Vec<usize>>()
        });
        let root_of = |k: &usize| parts.mechanisms[*k].root;
        let changes = parts.variables.iter().map(|variable| variable.change);
        let is_term = |(_, k): &(usize, &usize)| parts.mechanisms[**k].target == Target::Motivation;
        Said {
            program: program(late.iter().map(root_of).chain(changes).collect()),
            early_program: program(early.iter().map(root_of).collect()),
            before: program(
                parts
                    .means
                    .iter()
                    .map(|mean| mean.of)
                    .chain(parts.lasts.iter().copied())
                    .chain(first.iter().map(root_of))
                    .collect(),
            ),
            start: program(parts.variables.iter().map(|variable| variable.start).collect()),
            outcome: program(parts.outcomes.iter().map(|outcome| outcome.value).collect()),
            terms: late.iter().enumerate().filter(is_term).map(|(output, k)| (*k, output)).collect(),
            first,
            late,
            early,
            steps_per_year: steps_per_year as usize,
            feels: FELT.map(|felt| parts.inputs.contains(&felt)),
            parts,
        }
    }

    /// Numbers that are kept of each state: variables, outcomes, traits, then of each expression of a year ago one for each step of a year, then
    /// what is felt, where that is named.
    #[inline(always)]
    pub fn columns(&self) -> usize {
        self.first_felt() + if self.feels.contains(&true) { FELT.len() } else { 0 }
    }

    /// The first column of what is felt: shame, inducement, control.
    #[inline(always)]
    pub fn first_felt(&self) -> usize {
        self.first_last() + self.lasts.len() * self.steps_per_year
    }

    /// The first column of traits.
    #[inline(always)]
    pub fn first_trait(&self) -> usize {
        self.variables.len() + self.outcomes.len()
    }

    /// The first column of what was a year ago.
    #[inline(always)]
    pub fn first_last(&self) -> usize {
        self.first_trait() + self.traits.len()
    }

    /// The column of what an expression was a year ago, in a step.
    #[inline(always)]
    pub fn last(&self, of: usize, step: usize) -> usize {
        self.first_last() + of * self.steps_per_year + step % self.steps_per_year
    }

    /// Numbers kept from the start of a step: of what means are taken, then what will be last year's.
    #[inline(always)]
    pub fn known_before(&self) -> usize {
        self.means.len() + self.lasts.len()
    }

    /// How many operations are run for each state in a step, and how many once for all.
    pub fn operations(&self) -> (usize, usize) {
        let programs = [&self.before, &self.early_program, &self.program].map(Program::operations);
        programs.iter().fold((0, 0), |sum, (each, shared)| (sum.0 + each, sum.1 + shared))
    }

    /// How many variables and outcomes are recorded.
    pub fn records(&self) -> usize {
        self.first_trait()
    }

    /// How many of its variables are shocks.
    pub fn shocks(&self) -> usize {
        self.variables.iter().filter(|variable| variable.hazard.is_some()).count()
    }

    /// A variable or outcome that is recorded: variables first.
    ///
    /// # Panics
    /// If there is none.
    pub fn recorded(&self, at: usize) -> Recorded<'_> {
        match at.checked_sub(self.variables.len()) {
            None => {
                let OwnVariable { id, title, meaning, low, high, .. } = &self.variables[at];
                Recorded { id, title, meaning, range: [*low, *high] }
            }
            Some(at) => {
                let OwnOutcome { id, title, meaning, low, high, .. } = &self.outcomes[at];
                Recorded { id, title, meaning, range: [*low, *high] }
            }
        }
    }

    /// Whether nothing is said at all.
    pub fn is_empty(&self) -> bool {
        self.mechanisms.is_empty()
            && self.parameters.is_empty()
            && self.variables.is_empty()
            && self.traits.is_empty()
            && self.outcomes.is_empty()
    }
}

impl Theory {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Whether any mechanism is on such a target.
    pub fn moves(&self, is: impl Fn(Target) -> bool) -> bool {
        self.said.mechanisms.iter().any(|mechanism| is(mechanism.target))
    }

    /// Path and usual range of each parameter.
    pub fn ranges(&self) -> impl Iterator<Item = (String, f64, f64)> + '_ {
        self.said.parameters.iter().map(|own| (format!("parameters.{}", own.id), own.low, own.high))
    }

    /// Position of a mechanism.
    pub fn mechanism(&self, id: &str) -> Option<usize> {
        self.said.mechanisms.iter().position(|mechanism| mechanism.id == id)
    }

    /// Whether anything of it moves: a mechanism that acts, a variable, or what a year makes last year's.
    pub fn acts(&self) -> bool {
        self.on.contains(&true) || !self.said.variables.is_empty() || !self.said.lasts.is_empty()
    }
}
