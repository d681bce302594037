//! From trees to one graph of operations without repetitions: what two expressions have in common is computed once, and what hangs on no
//! name is computed now.

use crate::operation::{FUNCTIONS, Kind, Operation};
use crate::problem::{Cause, Problem};
use crate::syntax::{Before, Between, Form, Node, Tree};
use std::collections::BTreeMap;
use std::ops::Range;
use suasion_lanes::lane::Lane;

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A number that whoever runs the program gives, by its position.
    Leaf(u32),
    /// An expression that was added before.
    Expression(Root),
}

/// What the names of an expression mean, said by whoever builds the graph.
pub trait Names {
    /// What a name means; none where there is none such.
    fn name(&self, name: &str) -> Option<Meaning>;

    /// Whether there is a function of this name that is no operation.
    fn is_function(&self, _name: &str) -> bool {
        false
    }

    /// What such a function means, of one value, as a mean over states is; none where there is none such. `hangs_on` are
    /// the leaves that the value hangs on.
    fn function(&self, _name: &str, _of: Root, _hangs_on: &[u32]) -> Option<Result<Meaning, Refused>> {
        None
    }
}

/// Why a function cannot be of a value, and what would help.
pub type Refused = (String, Option<String>);

impl<F: Fn(&str) -> Option<Meaning>> Names for F {
    fn name(&self, name: &str) -> Option<Meaning> {
        self(name)
    }
}

/// An expression in a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    pub(crate) at: u32,
    /// What it gives.
    pub kind: Kind,
}

/// Where an operation may have no finite value, of an expression that was added.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub(crate) operand: u32,
    /// Which operation it is.
    pub danger: Danger,
    /// Where in the text of its expression the value stands that it hangs on.
    pub at: Range<usize>,
}

/// Operations that do not have a value everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// A division: not by 0.
    Division,
    /// A square root: not of less than 0.
    Root,
    /// A logarithm: of more than 0.
    Logarithm,
}

/// Operations, each after those that it reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    pub(crate) operations: Vec<Operation>,
    known: BTreeMap<Operation, u32>,
}

impl Graph {
    /// Adds an expression, given what its names mean.
    ///
    /// # Errors
    /// If a name or function is unknown, a function has too few or too many values, or a number stands where a truth value should, or the other way round.
    ///
    /// ```
    /// use suasion_expression::{graph::{Graph, Meaning}, syntax::parse};
    /// let names = |name: &str| (name == "x").then_some(Meaning::Leaf(0));
    /// let mut graph = Graph::default();
    /// let mut told = |text: &str| graph.add(&parse(text).unwrap(), &names).unwrap_err().to_string();
    /// assert_eq!(told("x + y"), "there is no `y` here");
    /// assert_eq!(told("x + (x < 1)"), "a truth value stands where a number should; `if(c, 1, 0)` makes a number of it");
    /// assert_eq!(told("if(x, 1, 0)"), "a number stands where a truth value should; compare it, as `x > 0`");
    /// assert_eq!(told("min(x)"), "`min` takes at least 2 values, not 1: min(a, b, ...)");
    /// assert_eq!(told("log(x)"), "there is no function `log`; the natural logarithm is `ln`");
    /// ```
    pub fn add(&mut self, tree: &Tree, names: &dyn Names) -> Result<Root, Problem> {
        self.add_with_spots(tree, names, &mut Vec::new())
    }

    /// As [`Graph::add`], and notes where its operations may have no finite value.
    ///
    /// # Errors
    /// As [`Graph::add`].
    pub fn add_with_spots(
        &mut self,
        tree: &Tree,
        names: &dyn Names,
        spots: &mut Vec<Spot>,
    ) -> Result<Root, Problem> {
        let mut built: Vec<Root> = Vec::with_capacity(tree.nodes.len());
        for node in &tree.nodes {
            let root = self.build(tree, node, &built, names, spots)?;
            built.push(root);
        }
        built.last().copied().ok_or_else(|| sense(0..0, "the expression is empty", None))
    }

    /// How many operations there are, leaves and constants aside.
    pub fn len(&self) -> usize {
        let counts = |o: &&Operation| !matches!(o, Operation::Constant(_) | Operation::Leaf(_));
        self.operations.iter().filter(counts).count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    fn build(
        &mut self,
        tree: &Tree,
        node: &Node,
        built: &[Root],
        names: &dyn Names,
        spots: &mut Vec<Spot>,
    ) -> Result<Root, Problem> {
        use Operation as O;
        let number = |at: u32| Root { at, kind: Kind::Number };
        let truth = |at: u32| Root { at, kind: Kind::Truth };
        let is = |of: usize, kind: Kind| expect(built[of], kind, &tree.nodes[of].at);
        Ok(match &node.form {
            Form::Number(x) => number(self.constant(*x)),
            Form::Name => {
                let name = &tree.text[node.at.clone()];
                match names.name(name) {
                    Some(Meaning::Leaf(leaf)) => number(self.push(O::Leaf(leaf))),
                    Some(Meaning::Expression(root)) => root,
                    None => return Err(unknown(name, node.at.clone())),
                }
            }
            Form::Before(Before::Minus, a) => number(self.push(O::Minus(is(*a, Kind::Number)?))),
            Form::Before(Before::Not, a) => truth(self.push(O::Not(is(*a, Kind::Truth)?))),
            Form::Power(a, power) => {
                let of = is(*a, Kind::Number)?;
                if *power < 0 {
                    spots.push(Spot { operand: of, danger: Danger::Division, at: tree.nodes[*a].at.clone() });
                }
                number(self.power(of, *power))
            }
            Form::Between(sign, a, b) => {
                let kind = match sign {
                    Between::And | Between::Or => Kind::Truth,
                    _ => Kind::Number,
                };
                let (x, y) = (is(*a, kind)?, is(*b, kind)?);
                match sign {
                    Between::Plus => number(self.push(O::Plus(x.min(y), x.max(y)))),
                    Between::Minus => number(self.push(O::Less(x, y))),
                    Between::Times => number(self.push(O::Times(x.min(y), x.max(y)))),
                    Between::Over => {
                        let at = tree.nodes[*b].at.clone();
                        spots.push(Spot { operand: y, danger: Danger::Division, at });
                        number(self.push(O::Over(x, y)))
                    }
                    Between::Less => truth(self.push(O::Below(x, y))),
                    Between::AtMost => truth(self.push(O::AtMost(x, y))),
                    Between::Greater => truth(self.push(O::Below(y, x))),
                    Between::AtLeast => truth(self.push(O::AtMost(y, x))),
                    Between::Equal => truth(self.push(O::Equal(x, y))),
                    Between::Unequal => {
                        let equal = self.push(O::Equal(x, y));
                        truth(self.push(O::Not(equal)))
                    }
                    Between::And => truth(self.push(O::And(x, y))),
                    Between::Or => truth(self.push(O::Or(x, y))),
                }
            }
            Form::Call(arguments) => {
                let name = &tree.text[node.at.clone()];
                match self.meant(name, &arguments.iter().map(|of| built[*of]).collect::<Vec<_>>(), names) {
                    Some(Ok(root)) => root,
                    Some(Err((what, hint))) => return Err(sense(node.at.clone(), &what, hint.as_deref())),
                    None => self.call(tree, node, arguments, built, spots)?,
                }
            }
        })
    }

    /// A function that whoever builds the graph brings; none where it is an operation, or unknown.
    fn meant(&mut self, name: &str, of: &[Root], names: &dyn Names) -> Option<Result<Root, Refused>> {
        if FUNCTIONS.iter().any(|function| function.name == name) || !names.is_function(name) {
            return None;
        }
        let [of] = of else {
            let what = format!("`{name}` takes 1 value, not {}: {name}(x)", of.len());
            return Some(Err((what, None)));
        };
        let meaning = names.function(name, *of, &self.leaves_of(*of))?;
        Some(meaning.map(|meaning| match meaning {
            Meaning::Leaf(leaf) => Root { at: self.push(Operation::Leaf(leaf)), kind: Kind::Number },
            Meaning::Expression(root) => root,
        }))
    }

    /// The leaves that an expression hangs on, each once, in order.
    pub fn leaves_of(&self, root: Root) -> Vec<u32> {
        let mut needed = vec![false; root.at as usize + 1];
        needed[root.at as usize] = true;
        let mut leaves = Vec::new();
        for at in (0..needed.len()).rev() {
            if needed[at] {
                let operation = self.operations[at];
                operation.reads().for_each(|of| needed[of as usize] = true);
                if let Operation::Leaf(leaf) = operation {
                    leaves.push(leaf);
                }
            }
        }
        leaves.sort_unstable();
        leaves
    }

    fn call(
        &mut self,
        tree: &Tree,
        node: &Node,
        arguments: &[usize],
        built: &[Root],
        spots: &mut Vec<Spot>,
    ) -> Result<Root, Problem> {
        use Operation as O;
        let name = &tree.text[node.at.clone()];
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
            return Err(no_function(name, node.at.clone()));
        };
        let (least, most) = function.takes;
        if !(least..=most).contains(&arguments.len()) {
            let takes = match (least == most, arguments.len() < least) {
                (true, _) => least.to_string(),
                (_, true) => format!("at least {least}"),
                _ => format!("at most {most}"),
            };
            let values = if takes == "1" { "value" } else { "values" };
            let found = arguments.len();
            let what = format!("`{name}` takes {takes} {values}, not {found}: {}", function.written);
            return Err(sense(node.at.clone(), &what, None));
        }
        if name == "if" {
            let c = expect(built[arguments[0]], Kind::Truth, &tree.nodes[arguments[0]].at)?;
            let (a, b) = (built[arguments[1]], built[arguments[2]]);
            expect(b, a.kind, &tree.nodes[arguments[2]].at)?;
            return Ok(Root { at: self.push(O::If(c, a.at, b.at)), kind: a.kind });
        }
        let mut values = Vec::with_capacity(arguments.len());
        for of in arguments {
            values.push(expect(built[*of], Kind::Number, &tree.nodes[*of].at)?);
        }
        let mut spot = |operand: u32, danger: Danger| {
            spots.push(Spot { operand, danger, at: tree.nodes[arguments[0]].at.clone() });
        };
        let at = match (name, &values[..]) {
            ("min", [first, rest @ ..]) => rest.iter().fold(*first, |a, b| self.push(O::Least(a, *b))),
            ("max", [first, rest @ ..]) => rest.iter().fold(*first, |a, b| self.push(O::Most(a, *b))),
            ("clamp", [x, low, high]) => {
                let above = self.push(O::Most(*x, *low));
                self.push(O::Least(above, *high))
            }
            ("abs", [x]) => self.push(O::Absolute(*x)),
            ("sqrt", [x]) => {
                spot(*x, Danger::Root);
                self.push(O::Root(*x))
            }
            ("exp", [x]) => self.push(O::Exponential(*x)),
            ("ln", [x]) => {
                spot(*x, Danger::Logarithm);
                self.push(O::Logarithm(*x))
            }
            ("saturate", [x, half]) => {
                let sum = self.push(O::Plus(*x.min(half), *x.max(half)));
                spot(sum, Danger::Division);
                self.push(O::Over(*x, sum))
            }
            _ => return Err(no_function(name, node.at.clone())),
        };
        Ok(Root { at, kind: Kind::Number })
    }

    /// A power as a product, by squares from the lowest up; a negative one is 1 over that.
    fn power(&mut self, of: u32, power: i32) -> u32 {
        let (mut left, mut square, mut product) = (power.unsigned_abs(), of, None);
        while left > 0 {
            if left & 1 == 1 {
                product = Some(product.map_or(square, |so_far: u32| {
                    self.push(Operation::Times(so_far.min(square), so_far.max(square)))
                }));
            }
            left >>= 1;
            if left > 0 {
                square = self.push(Operation::Times(square, square));
            }
        }
        let one = |graph: &mut Graph| graph.constant(1.0);
        match product {
            None => one(self),
            Some(product) if power > 0 => product,
            Some(product) => {
                let one = one(self);
                self.push(Operation::Over(one, product))
            }
        }
    }

    fn constant(&mut self, x: f64) -> u32 {
        self.push(Operation::Constant(x.to_bits()))
    }

    /// The constant at a position, if it is one.
    pub(crate) fn is_constant(&self, at: u32) -> Option<f64> {
        match self.operations[at as usize] {
            Operation::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The position of an operation, which is added where it is new; what can be said without running it is said now.
    fn push(&mut self, operation: Operation) -> u32 {
        if let Some(simpler) = self.simpler(operation) {
            return simpler;
        }
        if let Some(known) = self.known.get(&operation) {
            return *known;
        }
        let at = self.operations.len() as u32;
        self.operations.push(operation);
        self.known.insert(operation, at);
        at
    }

    /// What has the same bits and costs less. Nothing is said of `x + 0`, which makes 0 of -0, nor of `x * 0`, which may be no number.
    fn simpler(&mut self, operation: Operation) -> Option<u32> {
        use Operation as O;
        if matches!(operation, O::Constant(_) | O::Leaf(_)) {
            return None;
        }
        if operation.reads().all(|of| self.is_constant(of).is_some()) {
            let value = operation.value(|of| Lane::splat(self.is_constant(of).unwrap_or_default()));
            return Some(self.constant(value.0[0]));
        }
        let is = |of: u32, x: f64| self.is_constant(of).is_some_and(|y| y.to_bits() == x.to_bits());
        match operation {
            O::Times(a, b) if is(a, 1.0) => Some(b),
            O::Times(a, b) | O::Over(a, b) if is(b, 1.0) => Some(a),
            O::Less(a, b) if is(b, 0.0) => Some(a),
            O::Minus(a) => match self.operations[a as usize] {
                O::Minus(of) => Some(of),
                _ => None,
            },
            O::If(c, a, b) if a == b || is(c, 1.0) => Some(a),
            O::If(c, _, b) if is(c, 0.0) => Some(b),
            _ => None,
        }
    }
}

fn sense(at: Range<usize>, what: &str, hint: Option<&str>) -> Problem {
    Problem { at, what: what.into(), hint: hint.map(str::to_string), cause: Cause::Sense }
}

fn expect(root: Root, kind: Kind, at: &Range<usize>) -> Result<u32, Problem> {
    if root.kind == kind {
        return Ok(root.at);
    }
    let what = format!("{} stands where {} should", root.kind.words(), kind.words());
    let hint = match kind {
        Kind::Number => "`if(c, 1, 0)` makes a number of it",
        Kind::Truth => "compare it, as `x > 0`",
    };
    Err(sense(at.clone(), &what, Some(hint)))
}

fn unknown(name: &str, at: Range<usize>) -> Problem {
    if let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) {
        return sense(at, &format!("`{name}` is a function: {}", function.written), None);
    }
    let hint = match name {
        "true" | "false" => Some("a truth value comes of a comparison, as `1 > 0`".to_string()),
        _ => None,
    };
    Problem { at, what: format!("there is no `{name}` here"), hint, cause: Cause::Name }
}

fn no_function(name: &str, at: Range<usize>) -> Problem {
    let hint = match name {
        "log" => Some("the natural logarithm is `ln`"),
        "pow" | "power" => Some("a power is written `x ^ 2`"),
        "sum" | "mean" | "avg" => Some("`+` adds"),
        _ => None,
    };
    let what = format!("there is no function `{name}`");
    Problem { at, what, hint: hint.map(str::to_string), cause: Cause::Function }
}
