//! Expressions as a scenario file writes them: read, checked, and compiled to a short list of operations over lanes.
//!
//! 1. [`syntax`]: from text to a tree, or to what is wrong with it and where.
//! 2. [`graph`]: from trees to one graph without repetitions, in which names have meanings and constants are folded.
//! 3. [`program`]: from the graph to operations that are run over several states, eight replicates each.
//! 4. [`scalar`]: the same tree evaluated number by number, which the program is held against, bit for bit.
//! 5. [`interval`]: the values that an expression can take, from those of its names.
//! 6. [`units`]: the unit of time that an expression is in, from those of its names, and where units do not fit.
//! 7. [`mathml`]: an expression as a formula, for pages.
//!
//! There are no loops, no assignments and no recursion in an expression, so that its cost is known when it is read. It knows no state and
//! no regime: what a name means is said by whoever builds the graph.
//!
//! ```
//! use suasion_expression::{graph::{Graph, Meaning}, program::{Program, Registers}, syntax};
//! use suasion_lanes::lane::Lane;
//! let tree = syntax::parse("-backlash * reactance ^ 2").unwrap();
//! let mut graph = Graph::default();
//! let names = |name: &str| ["backlash", "reactance"].iter().position(|n| *n == name).map(|n| Meaning::Leaf(n as u32));
//! let rate = graph.add(&tree, &names).unwrap();
//! let program = Program::new(&graph, &[rate], |_| false);
//! let mut registers: Registers<1> = program.registers();
//! program.run(&mut registers, |leaf, into: &mut [Lane; 1]| *into = [Lane::splat([0.2, 0.5][leaf as usize])]);
//! assert_eq!(registers.output(&program, 0), &[Lane::splat(-0.05)]);
//! ```
#![warn(missing_docs)]

pub mod graph;
pub mod interval;
pub mod mathml;
pub mod program;
pub mod scalar;
pub mod syntax;
pub mod units;

mod operation;
mod problem;
mod tokens;

pub use operation::{FUNCTIONS, Kind};
pub use problem::{Cause, Problem};
