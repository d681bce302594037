//! An expression evaluated as it is written, one number after another: what the program is held against.

use crate::operation::{exponential, logarithm};
use crate::syntax::{Before, Between, Form, Tree};
use suasion_lanes::lane::Lane;

/// The value of an expression, a truth value as 1 or 0; none where a name, a function or what it takes is unknown. It checks nothing else.
///
/// ```
/// use suasion_expression::{scalar::evaluate, syntax::parse};
/// let names = |name: &str| (name == "x").then_some(3.0);
/// assert_eq!(evaluate(&parse("if(x > 2 and not x == 4, clamp(x ^ 2, 0, 5), 1 / x)").unwrap(), &names), Some(5.0));
/// assert_eq!(evaluate(&parse("y").unwrap(), &names), None);
/// ```
pub fn evaluate(tree: &Tree, names: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<f64> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let text = &tree.text[node.at.clone()];
        let value = match &node.form {
            Form::Number(x) => *x,
            Form::Name => names(text)?,
            Form::Before(Before::Minus, a) => -values[*a],
            Form::Before(Before::Not, a) => 1.0 - values[*a],
            Form::Power(a, power) => raised(values[*a], *power),
            Form::Between(sign, a, b) => between(*sign, values[*a], values[*b]),
            Form::Call(arguments) => {
                let of: Vec<f64> = arguments.iter().map(|a| values[*a]).collect();
                called(text, &of)?
            }
        };
        values.push(value);
    }
    values.last().copied()
}

fn between(sign: Between, x: f64, y: f64) -> f64 {
    let truth = |is: bool| if is { 1.0 } else { 0.0 };
    match sign {
        Between::Plus => x + y,
        Between::Minus => x - y,
        Between::Times => x * y,
        Between::Over => x / y,
        Between::Less => truth(x < y),
        Between::AtMost => truth(x <= y),
        Between::Greater => truth(x > y),
        Between::AtLeast => truth(x >= y),
        Between::Equal => truth(x == y),
        Between::Unequal => truth(x != y),
        Between::And => truth(x == 1.0 && y == 1.0),
        Between::Or => truth(x == 1.0 || y == 1.0),
    }
}

fn called(name: &str, of: &[f64]) -> Option<f64> {
    let least = |x: f64, y: f64| if x < y { x } else { y };
    let most = |x: f64, y: f64| if x > y { x } else { y };
    Some(match (name, of) {
        ("if", [c, a, b]) => {
            if *c > 0.0 {
                *a
            } else {
                *b
            }
        }
        ("min", [first, rest @ ..]) => rest.iter().fold(*first, |a, b| least(a, *b)),
        ("max", [first, rest @ ..]) => rest.iter().fold(*first, |a, b| most(a, *b)),
        ("clamp", [x, low, high]) => least(most(*x, *low), *high),
        ("abs", [x]) => x.abs(),
        ("sqrt", [x]) => x.sqrt(),
        ("exp", [x]) => exponential(Lane::splat(*x)).0[0],
        ("ln", [x]) => logarithm(Lane::splat(*x)).0[0],
        ("saturate", [x, half]) => x / (x + half),
        _ => return None,
    })
}

/// Squares from the lowest up.
fn raised(x: f64, power: i32) -> f64 {
    let mut product: Option<f64> = None;
    let mut square = x;
    for bit in 0..32 {
        if bit > 0 {
            square *= square;
        }
        if power.unsigned_abs() >> bit & 1 == 1 {
            product = Some(product.map_or(square, |so_far| so_far * square));
        }
    }
    match product {
        None => 1.0,
        Some(product) if power > 0 => product,
        Some(product) => 1.0 / product,
    }
}
