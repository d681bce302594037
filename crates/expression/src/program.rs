//! From a graph to operations in order over a few registers, run for several states at once, eight runs each.
//!
//! Registers are used again where what they hold is read no more, so that a program of many mechanisms stays in a processor's nearest memory.

use crate::graph::{Graph, Root};
use crate::operation::Operation;
use std::cell::Cell;
use suasion_lanes::lane::Lane;

/// An operation and the register that takes its value.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    operation: Operation,
    into: u32,
}

/// Operations in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Run for every tile of states.
    steps: Vec<Step>,
    /// Run once for all states: what hangs on leaves alone that are the same for all.
    shared: Vec<Step>,
    /// Where constants lie.
    constants: Vec<(u32, f64)>,
    registers: u32,
    outputs: Vec<u32>,
}

/// What a program computes with, for `N` states.
#[derive(Clone, Debug, Default)]
pub struct Registers<const N: usize>(Vec<[Lane; N]>);

impl<const N: usize> Registers<N> {
    /// The value of an expression, by its position among those that the program was made of.
    #[inline(always)]
    pub fn output(&self, program: &Program, output: usize) -> &[Lane; N] {
        &self.0[program.outputs[output] as usize]
    }
}

/// The operations with two products that follow one another as one, where nothing else reads the first: what is chosen, read and written once more for each
/// operation is most of what a program takes. What is taken up so is needed no more. All bits are as they were.
fn with_products(
    operations: &[Operation],
    roots: &[Root],
    all_share: &[bool],
    needed: &mut [bool],
) -> Vec<Operation> {
    let mut readers = vec![0_u32; operations.len()];
    for (operation, _) in operations.iter().zip(&*needed).filter(|(_, needed)| **needed) {
        operation.reads().for_each(|of| readers[of as usize] += 1);
    }
    for root in roots {
        readers[root.at as usize] += 2;
    }
    let mut all = operations.to_vec();
    for at in (0..operations.len()).filter(|at| !all_share[*at]) {
        let Operation::Times(a, b) = operations[at] else { continue };
        if !needed[at] {
            continue;
        }
        let factors = |of: u32| match all[of as usize] {
            Operation::Times(x, y) if readers[of as usize] == 1 && !all_share[of as usize] => Some((x, y)),
            _ => None,
        };
        let found = factors(a).map(|of| (a, of, b)).or_else(|| factors(b).map(|of| (b, of, a)));
        if let Some((first, (x, y), third)) = found {
            all[at] = Operation::Product(x, y, third);
            needed[first as usize] = false;
        }
    }
    all
}

/// What the leaves of a program are, for `N` states. A closure is one; code that must be compiled for an instruction set implements it by a method that
/// is always inlined, which a closure cannot be.
pub trait Leaves<const N: usize> {
    /// Puts a leaf's values into a register.
    fn load(&mut self, leaf: u32, into: &mut [Lane; N]);
}

impl<const N: usize, F: FnMut(u32, &mut [Lane; N])> Leaves<N> for F {
    #[inline(always)]
    fn load(&mut self, leaf: u32, into: &mut [Lane; N]) {
        self(leaf, into);
    }
}

impl Program {
    /// Compiles some expressions of a graph. `is_shared` says of a leaf that it is the same for all states in a step.
    pub fn new(graph: &Graph, roots: &[Root], is_shared: impl Fn(u32) -> bool) -> Program {
        let operations = &graph.operations;
        let mut needed = vec![false; operations.len()];
        for root in roots {
            needed[root.at as usize] = true;
        }
        for at in (0..operations.len()).rev() {
            if needed[at] {
                operations[at].reads().for_each(|of| needed[of as usize] = true);
            }
        }
        let mut all_share = vec![false; operations.len()];
        for (at, operation) in operations.iter().enumerate() {
            all_share[at] = match operation {
                Operation::Constant(_) => true,
                Operation::Leaf(leaf) => is_shared(*leaf),
                other => other.reads().all(|of| all_share[of as usize]),
            };
        }
        let operations = &with_products(operations, roots, &all_share, &mut needed);
        // The last that reads each; what is put out, and what holds for all states, is kept.
        let mut last = vec![0; operations.len()];
        for (at, operation) in operations.iter().enumerate().filter(|(at, _)| needed[*at]) {
            operation.reads().for_each(|of| last[of as usize] = at);
        }
        for root in roots {
            last[root.at as usize] = usize::MAX;
        }
        let mut program = Program::default();
        let mut place = vec![0; operations.len()];
        for at in (0..operations.len()).filter(|at| needed[*at] && all_share[*at]) {
            let into = program.registers;
            program.registers += 1;
            place[at] = into;
            match operations[at] {
                Operation::Constant(bits) => program.constants.push((into, f64::from_bits(bits))),
                other => program.shared.push(Step { operation: other.moved(|of| place[of as usize]), into }),
            }
        }
        let mut free: Vec<u32> = Vec::new();
        for at in (0..operations.len()).filter(|at| needed[*at] && !all_share[*at]) {
            let operation = operations[at].moved(|of| place[of as usize]);
            let into = free.pop().unwrap_or_else(|| {
                program.registers += 1;
                program.registers - 1
            });
            place[at] = into;
            program.steps.push(Step { operation, into });
            let mut read: Vec<u32> = operations[at].reads().filter(|of| last[*of as usize] == at).collect();
            read.sort_unstable();
            read.dedup();
            free.extend(read.iter().filter(|of| !all_share[**of as usize]).map(|of| place[*of as usize]));
        }
        program.outputs = roots.iter().map(|root| place[root.at as usize]).collect();
        program
    }

    /// Room to run it in.
    pub fn registers<const N: usize>(&self) -> Registers<N> {
        let mut registers = Registers(vec![[Lane::ZERO; N]; self.registers as usize]);
        for (into, x) in &self.constants {
            registers.0[*into as usize] = [Lane::splat(*x); N];
        }
        registers
    }

    /// Computes what is the same for all states; `load` gives leaves.
    #[inline(always)]
    pub fn run_shared<const N: usize>(&self, registers: &mut Registers<N>, load: impl FnMut(u32) -> Lane) {
        let mut load = load;
        for step in &self.shared {
            let value = match step.operation {
                Operation::Leaf(leaf) => load(leaf),
                other => other.value(|of| registers.0[of as usize][0]),
            };
            registers.0[step.into as usize] = [value; N];
        }
    }

    /// Computes the rest for `N` states. Bits do not depend on the instruction set.
    #[inline(always)]
    pub fn run<const N: usize>(&self, registers: &mut Registers<N>, mut leaves: impl Leaves<N>) {
        let registers = &mut registers.0[..];
        for step in &self.steps {
            match step.operation {
                Operation::Leaf(leaf) => leaves.load(leaf, &mut registers[step.into as usize]),
                other => other.apply(registers, step.into as usize),
            }
        }
    }

    /// How many operations are run for every tile of states, and how many once for all.
    pub fn operations(&self) -> (usize, usize) {
        let each = |step: &Step| match step.operation {
            Operation::Leaf(_) => 0,
            Operation::Product(..) => 2,
            _ => 1,
        };
        let count = |steps: &[Step]| steps.iter().map(each).sum();
        (count(&self.steps), count(&self.shared))
    }

    /// The leaves that it reads, in the order in which it reads them.
    pub fn leaves(&self) -> impl Iterator<Item = u32> + '_ {
        self.shared.iter().chain(&self.steps).filter_map(|step| match step.operation {
            Operation::Leaf(leaf) => Some(leaf),
            _ => None,
        })
    }
}

impl Operation {
    /// Puts its values for several states into a register: the choice of the operation is made once for all of them. The register is none of those
    /// that it reads, so that a value can be put down as soon as it is there.
    #[inline(always)]
    fn apply<const N: usize>(self, registers: &mut [[Lane; N]], into: usize) {
        // Cells, so that the places of registers are looked up once for all states, though one may be written while others are read.
        let registers = Cell::from_mut(registers).as_slice_of_cells();
        let row = |of: u32| (&registers[of as usize] as &Cell<[Lane]>).as_slice_of_cells();
        let into = (&registers[into] as &Cell<[Lane]>).as_slice_of_cells();
        macro_rules! each {
            ($($form:ident($($of:ident),*);)*) => {
                match self {
                    Operation::Constant(_) | Operation::Leaf(_) => {}
                    $(Operation::$form($($of),*) => {
                        $(let $of = row($of);)*
                        for n in 0..N {
                            let of = [$($of[n].get()),*];
                            let at = |k: u32| of[k as usize];
                            into[n].set(each!(@operation $form $($of),*).value(at));
                        }
                    })*
                }
            };
            (@operation $form:ident $a:ident) => { Operation::$form(0) };
            (@operation $form:ident $a:ident, $b:ident) => { Operation::$form(0, 1) };
            (@operation $form:ident $a:ident, $b:ident, $c:ident) => { Operation::$form(0, 1, 2) };
        }
        each! {
            Minus(a); Absolute(a); Root(a); Exponential(a); Logarithm(a); Not(a);
            Plus(a, b); Less(a, b); Times(a, b); Over(a, b); Least(a, b); Most(a, b);
            Below(a, b); AtMost(a, b); Equal(a, b); And(a, b); Or(a, b);
            If(a, b, c); Product(a, b, c);
        }
    }
}
