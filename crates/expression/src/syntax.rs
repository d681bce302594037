//! From text to a tree. What is wrong is told with its place in the text.
//!
//! The nodes of a tree lie in a list, each after those that it is made of, so that nothing that goes through a tree calls itself: a deep one
//! fills no stack. The parser itself goes as deep as brackets do, to [`MOST_NESTING`].

use crate::problem::{Cause, Problem};
use crate::tokens::{Failure, Sign, Token, tokens, wrong};
use std::ops::Range;
use winnow::combinator::{Infix, Postfix, Prefix, expression, fail};
use winnow::prelude::*;
use winnow::stream::{Stateful, Stream, TokenSlice};
use winnow::token::any;

/// Bytes that an expression may have.
pub const MOST_LETTERS: usize = 10_000;

/// How deep brackets, calls and signs before a value may be nested.
pub const MOST_NESTING: usize = 100;

/// The greatest power.
pub const MOST_POWER: i32 = 64;

/// Signs before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    Minus,
    Not,
}

/// Signs between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Plus,
    Minus,
    Times,
    Over,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
    And,
    Or,
}

/// What a node of a tree is; others by position in the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Number(f64),
    Name,
    Before(Before, usize),
    Between(Between, usize, usize),
    Power(usize, i32),
    Call(Vec<usize>),
}

/// A node, and where it stands: of a call, where the function's name stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub form: Form,
    pub at: Range<usize>,
}

/// An expression as it is written, with nothing said of what its names mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub(crate) text: String,
    pub(crate) nodes: Vec<Node>,
}

impl Tree {
    /// The names that it mentions, functions aside, each with its place.
    ///
    /// ```
    /// let tree = suasion_expression::syntax::parse("max(a, standing.tvpa) + a").unwrap();
    /// assert_eq!(tree.names().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "standing.tvpa", "a"]);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let names = self.nodes.iter().filter(|node| node.form == Form::Name);
        names.map(|node| (&self.text[node.at.clone()], node.at.clone()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[derive(Debug, Default)]
struct State {
    nodes: Vec<Node>,
    /// Brackets, calls and signs that are open.
    nested: usize,
}

type Tokens<'t> = Stateful<TokenSlice<'t, Token>, State>;

/// Reads an expression.
///
/// # Errors
/// If it is none, is longer than [`MOST_LETTERS`] or deeper than [`MOST_NESTING`].
///
/// ```
/// use suasion_expression::syntax::parse;
/// assert!(parse("if(phase >= 2 and not law, 0.5 * shame ^ 2, 0)").is_ok());
/// let told = |text: &str| parse(text).unwrap_err().to_string();
/// assert_eq!(told("1 + "), "the expression ends where a value should follow");
/// assert_eq!(told("a < b < c"), "comparisons cannot be chained; write `a < b and b < c`");
/// assert_eq!(told("2 x"), "`x` follows a value without a sign between them; factors are multiplied with `*`");
/// assert_eq!(told("x ^ 0.5"), "a power is a whole number from -64 to 64; `sqrt(x)` and `exp(p * ln(x))` give others");
/// assert_eq!(told(&"(".repeat(1000)), "brackets are nested more than 100 deep; name a part of it with [[define]]");
/// assert_eq!(told(&"1+".repeat(500_000)), "an expression has at most 10000 letters, this one 1000000; name parts of it with [[define]]");
/// ```
pub fn parse(text: &str) -> Result<Tree, Problem> {
    let problem = |at: Range<usize>, what: String, hint: Option<&str>| Problem {
        at,
        what,
        hint: hint.map(str::to_string),
        cause: Cause::Form,
    };
    if text.len() > MOST_LETTERS {
        let what =
            format!("an expression has at most {MOST_LETTERS} letters, this one {}", text.chars().count());
        return Err(problem(0..0, what, Some("name parts of it with [[define]]")));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(problem(0..0, "the expression is empty".into(), None));
    }
    let mut input = Stateful { input: TokenSlice::new(&tokens), state: State::default() };
    let end = text.trim_end().len();
    let told = |failure: Failure, text: &str| match failure {
        Failure::Wrong(mut problem) => {
            // Errors of the grammar know places alone; what stands there is added here.
            if let Some(rest) = problem.what.strip_prefix(HERE) {
                let shown = text.get(problem.at.clone()).unwrap_or_default();
                problem.what = format!("`{shown}` {rest}");
            }
            if problem.at.start == usize::MAX {
                problem.at = end..end;
            }
            *problem
        }
        Failure::Other => problem(end..end, ENDS.into(), None),
    };
    value(&mut input).map_err(|failure| told(failure, text))?;
    if let Some(next) = input.input.peek_token() {
        return Err(told(leftover(next), text));
    }
    Ok(Tree { text: text.to_string(), nodes: input.state.nodes })
}

/// Stands for the text of the token that a problem is about.
const HERE: &str = "\u{0}";
const ENDS: &str = "the expression ends where a value should follow";

fn here(token: &Token, what: &str, hint: Option<&str>) -> Failure {
    wrong(token.at.clone(), format!("{HERE}{what}"), hint.map(str::to_string))
}

/// The problem of a token after a whole expression.
fn leftover(next: &Token) -> Failure {
    match next.sign {
        Sign::Close => here(next, "closes no bracket", None),
        Sign::Comma => {
            here(next, "stands outside of a function", Some("a decimal number has a point, as 0.5"))
        }
        Sign::Less | Sign::AtMost | Sign::Greater | Sign::AtLeast | Sign::Equal | Sign::Unequal => {
            let hint = Some("write `a < b and b < c`".to_string());
            wrong(next.at.clone(), "comparisons cannot be chained".into(), hint)
        }
        Sign::Not => here(next, "follows a value without `and` or `or` between them", None),
        _ => {
            here(next, "follows a value without a sign between them", Some("factors are multiplied with `*`"))
        }
    }
}

fn push(input: &mut Tokens<'_>, form: Form, at: Range<usize>) -> usize {
    input.state.nodes.push(Node { form, at });
    input.state.nodes.len() - 1
}

fn deeper(input: &mut Tokens<'_>, token: &Token) -> Result<(), Failure> {
    input.state.nested += 1;
    if input.state.nested > MOST_NESTING {
        let what = format!("brackets are nested more than {MOST_NESTING} deep");
        return Err(wrong(token.at.clone(), what, Some("name a part of it with [[define]]".into())));
    }
    Ok(())
}

/// A value with all its signs, by precedence: or, and, not, comparisons, sum, product, minus, power.
fn value(input: &mut Tokens<'_>) -> Result<usize, Failure> {
    expression(operand).prefix(before).postfix(power).infix(between).parse_next(input)
}

fn next(input: &mut Tokens<'_>) -> Result<Token, Failure> {
    let token: &Token = any.parse_next(input)?;
    Ok(token.clone())
}

fn operand(input: &mut Tokens<'_>) -> Result<usize, Failure> {
    let token = next(input)?;
    match token.sign {
        Sign::Number(x) => Ok(push(input, Form::Number(x), token.at)),
        Sign::Name => {
            let calls = input.input.peek_token().is_some_and(|next| next.sign == Sign::Open);
            if calls { call(input, &token) } else { Ok(push(input, Form::Name, token.at)) }
        }
        Sign::Open => {
            deeper(input, &token)?;
            let inner = value(input).map_err(at_end)?;
            close(input, &token)?;
            Ok(inner)
        }
        // Signs that may stand before a value.
        Sign::Minus | Sign::Plus | Sign::Not => Err(Failure::Other),
        Sign::Times => Err(here(
            &token,
            "stands where a value should",
            Some("a power is written `x ^ 2`, a product `x * y`"),
        )),
        _ => Err(here(&token, "stands where a value should", None)),
    }
}

/// Within a bracket nothing else can stand where a value is missing.
fn at_end(failure: Failure) -> Failure {
    match failure {
        Failure::Other => wrong(usize::MAX..usize::MAX, ENDS.into(), None),
        Failure::Wrong(problem) => Failure::Wrong(problem),
    }
}

fn close(input: &mut Tokens<'_>, open: &Token) -> Result<(), Failure> {
    match input.input.peek_token().map(|token| token.sign) {
        Some(Sign::Close) => {
            next(input)?;
            input.state.nested -= 1;
            Ok(())
        }
        None => Err(wrong(open.at.clone(), "this bracket is never closed".into(), None)),
        Some(_) => {
            let token = next(input)?;
            Err(leftover(&token))
        }
    }
}

fn call(input: &mut Tokens<'_>, name: &Token) -> Result<usize, Failure> {
    let open = next(input)?;
    deeper(input, &open)?;
    let mut arguments = Vec::new();
    let comes =
        |input: &Tokens<'_>, sign: Sign| input.input.peek_token().is_some_and(|token| token.sign == sign);
    if !comes(input, Sign::Close) {
        arguments.push(value(input).map_err(at_end)?);
        while comes(input, Sign::Comma) {
            next(input)?;
            arguments.push(value(input).map_err(at_end)?);
        }
    }
    close(input, &open)?;
    Ok(push(input, Form::Call(arguments), name.at.clone()))
}

fn before<'t>(input: &mut Tokens<'t>) -> Result<Prefix<Tokens<'t>, usize, Failure>, Failure> {
    let token = next(input)?;
    let prefix = match token.sign {
        Sign::Minus => Prefix(60, |input: &mut Tokens<'t>, of| Ok(signed(input, Some(Before::Minus), of))),
        Sign::Plus => Prefix(60, |input: &mut Tokens<'t>, of| Ok(signed(input, None, of))),
        Sign::Not => Prefix(25, |input: &mut Tokens<'t>, of| Ok(signed(input, Some(Before::Not), of))),
        _ => return fail.parse_next(input),
    };
    deeper(input, &token)?;
    Ok(prefix)
}

fn signed(input: &mut Tokens<'_>, sign: Option<Before>, of: usize) -> usize {
    input.state.nested -= 1;
    let at = input.state.nodes[of].at.clone();
    sign.map_or(of, |sign| push(input, Form::Before(sign, of), at))
}

/// The power of a value. It is a number, not an expression, so that a power is a short product.
fn power<'t>(input: &mut Tokens<'t>) -> Result<Postfix<Tokens<'t>, usize, Failure>, Failure> {
    let token = next(input)?;
    if token.sign != Sign::Power {
        return fail.parse_next(input);
    }
    let minus = input.input.peek_token().is_some_and(|token| token.sign == Sign::Minus);
    if minus {
        next(input)?;
    }
    let exponent = match input.input.peek_token() {
        None => return Err(wrong(usize::MAX..usize::MAX, ENDS.into(), None)),
        Some(exponent) => exponent.clone(),
    };
    let most = f64::from(MOST_POWER);
    match exponent.sign {
        Sign::Number(x) if x.fract() == 0.0 && x <= most => {
            next(input)?;
            let power = if minus { -(x as i32) } else { x as i32 };
            // The fold takes no captures, so that the exponent waits as a node of its own.
            push(input, Form::Number(f64::from(power)), exponent.at.clone());
            if let Some(again) = input.input.peek_token().filter(|token| token.sign == Sign::Power) {
                let hint = Some("put the first in brackets".to_string());
                return Err(wrong(again.at.clone(), "powers cannot be chained".into(), hint));
            }
            Ok(Postfix(70, |input: &mut Tokens<'t>, of| {
                let node = input.state.nodes.pop();
                let power = match node.as_ref().map(|node| &node.form) {
                    Some(Form::Number(x)) => *x as i32,
                    _ => return Err(Failure::Other),
                };
                let end = node.map_or(0, |node| node.at.end);
                let at = input.state.nodes[of].at.start..end;
                Ok(push(input, Form::Power(of, power), at))
            }))
        }
        _ => {
            let what = format!("a power is a whole number from -{MOST_POWER} to {MOST_POWER}");
            let hint = "`sqrt(x)` and `exp(p * ln(x))` give others";
            Err(wrong(exponent.at.clone(), what, Some(hint.into())))
        }
    }
}

fn between<'t>(input: &mut Tokens<'t>) -> Result<Infix<Tokens<'t>, usize, Failure>, Failure> {
    macro_rules! two {
        ($sign:ident) => {
            |input: &mut Tokens<'t>, a, b| Ok(joined(input, Between::$sign, a, b))
        };
    }
    let token = next(input)?;
    Ok(match token.sign {
        Sign::Or => Infix::Left(10, two!(Or)),
        Sign::And => Infix::Left(20, two!(And)),
        Sign::Less => Infix::Neither(30, two!(Less)),
        Sign::AtMost => Infix::Neither(30, two!(AtMost)),
        Sign::Greater => Infix::Neither(30, two!(Greater)),
        Sign::AtLeast => Infix::Neither(30, two!(AtLeast)),
        Sign::Equal => Infix::Neither(30, two!(Equal)),
        Sign::Unequal => Infix::Neither(30, two!(Unequal)),
        Sign::Plus => Infix::Left(40, two!(Plus)),
        Sign::Minus => Infix::Left(40, two!(Minus)),
        Sign::Times => Infix::Left(50, two!(Times)),
        Sign::Over => Infix::Left(50, two!(Over)),
        _ => return fail.parse_next(input),
    })
}

fn joined(input: &mut Tokens<'_>, sign: Between, a: usize, b: usize) -> usize {
    let at = input.state.nodes[a].at.start..input.state.nodes[b].at.end;
    push(input, Form::Between(sign, a, b), at)
}
