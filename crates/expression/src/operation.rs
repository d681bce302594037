//! The operations that expressions come down to, and the functions that they are written with.
//!
//! A truth value is 1 or 0 in a number's place: so one list of operations and one kind of register do for both.

use suasion_lanes::lane::Lane;
use suasion_lanes::math;

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// True or false, as a comparison gives.
    Truth,
}

impl Kind {
    /// In words, with an article.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Number => "a number",
            Kind::Truth => "a truth value",
        }
    }
}

/// An operation on what is at some positions: of a graph its nodes, of a program its registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// A number, by its bits.
    Constant(u64),
    /// What a name means.
    Leaf(u32),
    Minus(u32),
    Absolute(u32),
    Root(u32),
    Exponential(u32),
    Logarithm(u32),
    Not(u32),
    Plus(u32, u32),
    Less(u32, u32),
    Times(u32, u32),
    Over(u32, u32),
    Least(u32, u32),
    Most(u32, u32),
    Below(u32, u32),
    AtMost(u32, u32),
    Equal(u32, u32),
    And(u32, u32),
    Or(u32, u32),
    If(u32, u32, u32),
    /// Of three, the first two multiplied first: programs make it of two that follow one another.
    Product(u32, u32, u32),
}

impl Operation {
    /// The positions that it reads.
    pub fn reads(self) -> impl Iterator<Item = u32> {
        use Operation as O;
        let of = match self {
            O::Constant(_) | O::Leaf(_) => [None; 3],
            O::Minus(a) | O::Absolute(a) | O::Root(a) | O::Exponential(a) | O::Logarithm(a) | O::Not(a) => {
                [Some(a), None, None]
            }
            O::Plus(a, b)
            | O::Less(a, b)
            | O::Times(a, b)
            | O::Over(a, b)
            | O::Least(a, b)
            | O::Most(a, b)
            | O::Below(a, b)
            | O::AtMost(a, b)
            | O::Equal(a, b)
            | O::And(a, b)
            | O::Or(a, b) => [Some(a), Some(b), None],
            O::If(a, b, c) | O::Product(a, b, c) => [Some(a), Some(b), Some(c)],
        };
        of.into_iter().flatten()
    }

    /// The same on other positions.
    pub fn moved(self, to: impl Fn(u32) -> u32) -> Operation {
        use Operation as O;
        match self {
            O::Constant(_) | O::Leaf(_) => self,
            O::Minus(a) => O::Minus(to(a)),
            O::Absolute(a) => O::Absolute(to(a)),
            O::Root(a) => O::Root(to(a)),
            O::Exponential(a) => O::Exponential(to(a)),
            O::Logarithm(a) => O::Logarithm(to(a)),
            O::Not(a) => O::Not(to(a)),
            O::Plus(a, b) => O::Plus(to(a), to(b)),
            O::Less(a, b) => O::Less(to(a), to(b)),
            O::Times(a, b) => O::Times(to(a), to(b)),
            O::Over(a, b) => O::Over(to(a), to(b)),
            O::Least(a, b) => O::Least(to(a), to(b)),
            O::Most(a, b) => O::Most(to(a), to(b)),
            O::Below(a, b) => O::Below(to(a), to(b)),
            O::AtMost(a, b) => O::AtMost(to(a), to(b)),
            O::Equal(a, b) => O::Equal(to(a), to(b)),
            O::And(a, b) => O::And(to(a), to(b)),
            O::Or(a, b) => O::Or(to(a), to(b)),
            O::If(a, b, c) => O::If(to(a), to(b), to(c)),
            O::Product(a, b, c) => O::Product(to(a), to(b), to(c)),
        }
    }

    /// Its value, of eight runs; 0 of what has none by itself.
    #[inline(always)]
    pub fn value(self, at: impl Fn(u32) -> Lane) -> Lane {
        use Operation as O;
        match self {
            O::Constant(bits) => Lane::splat(f64::from_bits(bits)),
            O::Leaf(_) => Lane::ZERO,
            O::Minus(a) => -at(a),
            O::Absolute(a) => at(a).abs(),
            O::Root(a) => at(a).sqrt(),
            O::Exponential(a) => exponential(at(a)),
            O::Logarithm(a) => logarithm(at(a)),
            O::Not(a) => 1.0 - at(a),
            O::Plus(a, b) => at(a) + at(b),
            O::Less(a, b) => at(a) - at(b),
            O::Times(a, b) | O::And(a, b) => at(a) * at(b),
            O::Over(a, b) => at(a) / at(b),
            O::Least(a, b) => at(a).min(at(b)),
            O::Most(a, b) | O::Or(a, b) => at(a).max(at(b)),
            O::Below(a, b) => at(a).lt(at(b)).to_lane(),
            O::AtMost(a, b) => at(a).le(at(b)).to_lane(),
            O::Equal(a, b) => at(a).eq(at(b)).to_lane(),
            O::If(a, b, c) => at(a).gt(Lane::ZERO).select(at(b), at(c)),
            O::Product(a, b, c) => at(a) * at(b) * at(c),
        }
    }
}

/// Of what is no number it is none; the lanes' own would make one of it.
#[inline(always)]
pub(crate) fn exponential(x: Lane) -> Lane {
    x.eq(x).select(math::exp(x), x)
}

/// Of what is not positive it is not a number, as of what is none; the lanes' own gives some number there.
#[inline(always)]
pub(crate) fn logarithm(x: Lane) -> Lane {
    let finite = x.ge(Lane::splat(f64::MIN_POSITIVE)) & x.le(Lane::splat(f64::MAX));
    finite.select(math::ln(finite.select(x, Lane::ONE)), Lane::splat(f64::NAN))
}

/// A function: its name, how many values it takes at least and at most, and how it is written.
pub struct Function {
    /// Name.
    pub name: &'static str,
    /// Fewest and most values.
    pub takes: (usize, usize),
    /// With names for its values.
    pub written: &'static str,
    /// What it gives.
    pub meaning: &'static str,
}

/// The most values that `min` and `max` take.
const MOST_VALUES: usize = 20;

const fn function(
    name: &'static str,
    takes: (usize, usize),
    written: &'static str,
    meaning: &'static str,
) -> Function {
    Function { name, takes, written, meaning }
}

/// The functions that there are.
pub const FUNCTIONS: &[Function] = &[
    function("if", (3, 3), "if(c, a, b)", "a where c is true, else b"),
    function("min", (2, MOST_VALUES), "min(a, b, ...)", "the least"),
    function("max", (2, MOST_VALUES), "max(a, b, ...)", "the greatest"),
    function("clamp", (3, 3), "clamp(x, low, high)", "x, at least low and at most high"),
    function("abs", (1, 1), "abs(x)", "the size of x"),
    function("sqrt", (1, 1), "sqrt(x)", "the square root; of a negative x none"),
    function("exp", (1, 1), "exp(x)", "e to the power x, which is taken as at most 700 and at least -700"),
    function("ln", (1, 1), "ln(x)", "the natural logarithm; of what is not above 0 none"),
    function("saturate", (2, 2), "saturate(x, half)", "x / (x + half)"),
];
