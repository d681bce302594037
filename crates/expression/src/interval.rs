//! The values that an expression can take, from those that its names can take: what is outside cannot happen, what is inside may not.
//!
//! Each bound is moved outwards by one step of floating-point numbers, so that no rounding escapes it. A value that hangs on itself, as in `m - m`,
//! is taken for two: the bounds are wide then, never narrow.

use crate::graph::{Danger, Graph, Root, Spot};
use crate::operation::Operation;
use suasion_lanes::math;

/// From a least to a greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least, or minus infinity.
    pub low: f64,
    /// The greatest, or infinity.
    pub high: f64,
}

impl Interval {
    /// Everything.
    pub const ALL: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// From one value to another.
    pub const fn new(low: f64, high: f64) -> Interval {
        Interval { low, high }
    }

    /// One value.
    pub const fn point(x: f64) -> Interval {
        Interval { low: x, high: x }
    }

    /// The greatest size of any value.
    pub fn size(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Whether a value is among these.
    pub fn has(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// From the least to the greatest of some bounds, rounded outwards; everything where one is no number.
    fn around(bounds: &[f64]) -> Interval {
        if bounds.iter().any(|x| x.is_nan()) {
            return Interval::ALL;
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in bounds {
            (low, high) = (low.min(*x), high.max(*x));
        }
        // What is exact stays so: 0 above all, on which signs hang.
        let out = |x: f64, to: f64| if x == 0.0 || x.fract() == 0.0 && x.abs() < 1e9 { x } else { to };
        Interval { low: out(low, low.next_down()), high: out(high, high.next_up()) }
    }
}

/// What an operation can give: values, and whether it may be no number, as 0 / 0 is.
#[derive(Clone, Copy, Debug)]
struct Reach {
    values: Interval,
    none: bool,
}

/// The values that every operation of a graph can take, given those of its leaves.
#[derive(Clone, Debug)]
pub struct Intervals(Vec<Reach>);

impl Intervals {
    /// Of a graph; `leaf` says what a leaf can be, given what the expressions can be that were added before it.
    ///
    /// ```
    /// use suasion_expression::{graph::{Graph, Meaning}, interval::{Interval, Intervals}, syntax::parse};
    /// let names = |name: &str| (name == "m").then_some(Meaning::Leaf(0));
    /// let mut graph = Graph::default();
    /// let rate = graph.add(&parse("0.25 * (1 - m) - 0.5 * m ^ 2").unwrap(), &names).unwrap();
    /// let all = Intervals::new(&graph, |_, _| Interval::new(0.0, 1.0));
    /// let found = all.of(rate);
    /// assert!((found.low + 0.5).abs() < 1e-12 && (found.high - 0.25).abs() < 1e-12);
    /// let saturates = graph.add(&parse("saturate(m, 0.1)").unwrap(), &names).unwrap();
    /// let found = Intervals::new(&graph, |_, _| Interval::new(0.0, 1.0)).of(saturates);
    /// assert!(found.low == 0.0 && (found.high - 1.0 / 1.1).abs() < 1e-12);
    /// ```
    pub fn new(graph: &Graph, leaf: impl Fn(u32, &Intervals) -> Interval) -> Intervals {
        let mut all = Intervals(Vec::with_capacity(graph.operations.len()));
        for operation in &graph.operations {
            let reach = of(*operation, &graph.operations, &all, &leaf);
            all.0.push(reach);
        }
        all
    }

    /// The values that an expression can take, where it is a number at all.
    pub fn of(&self, root: Root) -> Interval {
        self.0[root.at as usize].values
    }

    /// The values that a spot hangs on, where they reach what has no finite value.
    pub fn danger(&self, spot: &Spot) -> Option<Interval> {
        let of = self.0[spot.operand as usize].values;
        let reaches = match spot.danger {
            Danger::Division => of.has(0.0),
            Danger::Root => of.low < 0.0,
            Danger::Logarithm => of.low <= 0.0,
        };
        reaches.then_some(of)
    }
}

const ANYTHING: Reach = Reach { values: Interval::ALL, none: true };

fn of(
    operation: Operation,
    operations: &[Operation],
    before: &Intervals,
    leaf: &impl Fn(u32, &Intervals) -> Interval,
) -> Reach {
    use Operation as O;
    let all = &before.0;
    let at = |k: u32| all[k as usize].values;
    let none = operation.reads().any(|k| all[k as usize].none);
    let endless = |k: u32| !at(k).size().is_finite();
    let pairs = |a: u32, b: u32, f: fn(f64, f64) -> f64| {
        let (a, b) = (at(a), at(b));
        Interval::around(&[f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)])
    };
    if let O::Over(a, b) = operation
        && let Some(c) = rest(a, operations[b as usize])
        && let Some(values) = saturating(at(a), at(c))
    {
        return Reach { values, none: none || at(a).low == 0.0 && at(c).low == 0.0 };
    }
    let values = match operation {
        O::Constant(bits) => {
            let x = f64::from_bits(bits);
            if x.is_nan() {
                return ANYTHING;
            }
            Interval::point(x)
        }
        O::Leaf(of) => leaf(of, before),
        O::Minus(a) => Interval::new(-at(a).high, -at(a).low),
        O::Absolute(a) => Interval::new(least_size(at(a)), at(a).size()),
        O::Root(a) if at(a).low < 0.0 => return ANYTHING,
        O::Root(a) => Interval::around(&[at(a).low.sqrt(), at(a).high.sqrt()]),
        O::Exponential(a) => {
            let exp = |x: f64| math::exp_scalar(x.clamp(-700.0, 700.0));
            Interval::new(exp(at(a).low) * (1.0 - 1e-14), exp(at(a).high) * (1.0 + 1e-14))
        }
        O::Logarithm(a) if at(a).low < f64::MIN_POSITIVE || endless(a) => return ANYTHING,
        O::Logarithm(a) => {
            Interval::new(math::ln_scalar(at(a).low) - 1e-12, math::ln_scalar(at(a).high) + 1e-12)
        }
        O::Not(_) | O::Below(..) | O::AtMost(..) | O::Equal(..) | O::And(..) | O::Or(..) => {
            return Reach { values: Interval::new(0.0, 1.0), none: false };
        }
        // Of what is infinite anything may come: infinity less itself, or times 0, is no number.
        O::Plus(a, b) | O::Less(a, b) | O::Times(a, b) | O::Over(a, b) if endless(a) || endless(b) => {
            return ANYTHING;
        }
        // Beside 0 a quotient has no end, and 0 may have either sign.
        O::Over(_, b) if at(b).has(0.0) => return ANYTHING,
        O::Plus(a, b) => pairs(a, b, |x, y| x + y),
        O::Less(a, b) => pairs(a, b, |x, y| x - y),
        O::Times(a, b) if a == b => {
            let (low, high) = (least_size(at(a)), at(a).size());
            Interval::around(&[low * low, high * high])
        }
        O::Times(a, b) => pairs(a, b, |x, y| x * y),
        // Programs alone have it, and intervals are of graphs.
        O::Product(..) => return ANYTHING,
        O::Over(a, b) => pairs(a, b, |x, y| x / y),
        // Where the first is no number the second comes out, and what it is.
        O::Least(a, b) => {
            let high = if all[a as usize].none { at(b).high } else { at(a).high.min(at(b).high) };
            let values = Interval::new(at(a).low.min(at(b).low), high);
            return Reach { values, none: all[b as usize].none };
        }
        O::Most(a, b) => {
            let low = if all[a as usize].none { at(b).low } else { at(a).low.max(at(b).low) };
            let values = Interval::new(low, at(a).high.max(at(b).high));
            return Reach { values, none: all[b as usize].none };
        }
        O::If(_, a, b) => Interval::new(at(a).low.min(at(b).low), at(a).high.max(at(b).high)),
    };
    Reach { values, none }
}

/// The values of `x / (x + rest)`, whose divisor grows with what is divided; none where either may be below 0 or has no end.
fn saturating(x: Interval, rest: Interval) -> Option<Interval> {
    if x.low < 0.0 || rest.low < 0.0 || !x.high.is_finite() || !rest.high.is_finite() {
        return None;
    }
    let share = |x: f64, rest: f64| if x == 0.0 { 0.0 } else { x / (x + rest) };
    Some(Interval::around(&[share(x.low, rest.high), share(x.high, rest.low)]))
}

/// What a sum has beside one of its terms.
fn rest(term: u32, sum: Operation) -> Option<u32> {
    match sum {
        Operation::Plus(a, b) if a == term => Some(b),
        Operation::Plus(a, b) if b == term => Some(a),
        _ => None,
    }
}

/// The least size of any value.
fn least_size(of: Interval) -> f64 {
    if of.has(0.0) { 0.0 } else { of.low.abs().min(of.high.abs()) }
}
