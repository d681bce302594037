//! From characters to tokens: numbers, names and signs, each with its place.

use crate::problem::{Cause, Problem};
use std::ops::Range;
use winnow::combinator::{alt, opt, repeat};
use winnow::error::ParserError;
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Stream};
use winnow::token::{any, one_of, take_while};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sign {
    /// A number.
    Number(f64),
    /// A name: letters, digits and `_`, with dots between parts, and a position in brackets at its end.
    Name,
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Open,
    Close,
    Comma,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
    And,
    Or,
    Not,
}

/// A token, and which bytes of the text it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub sign: Sign,
    pub at: Range<usize>,
}

/// Why a parser stops: it may be something else that stands there, or it is wrong whatever it is meant to be.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    Other,
    Wrong(Box<Problem>),
}

impl<I: Stream> ParserError<I> for Failure {
    type Inner = Failure;
    fn from_input(_: &I) -> Failure {
        Failure::Other
    }
    fn is_backtrack(&self) -> bool {
        matches!(self, Failure::Other)
    }
    fn into_inner(self) -> Result<Failure, Failure> {
        Ok(self)
    }
}

type Text<'t> = LocatingSlice<&'t str>;

/// The tokens of a text.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut input = LocatingSlice::new(text);
    let mut all = Vec::new();
    loop {
        let _: Result<&str, Failure> = take_while(0.., char::is_whitespace).parse_next(&mut input);
        if input.eof_offset() == 0 {
            return Ok(all);
        }
        let from = text.len() - input.eof_offset();
        match token.with_span().parse_next(&mut input) {
            Ok((sign, at)) => all.push(Token { sign, at }),
            Err(Failure::Wrong(problem)) => return Err(*problem),
            Err(Failure::Other) => return Err(stranger(text, from)),
        }
    }
}

fn token(input: &mut Text<'_>) -> Result<Sign, Failure> {
    alt((number, name, sign)).parse_next(input)
}

fn digits(input: &mut Text<'_>) -> Result<(), Failure> {
    take_while(1.., '0'..='9').void().parse_next(input)
}

/// Digits with at most one point among or before them, and an exponent or none.
fn number(input: &mut Text<'_>) -> Result<Sign, Failure> {
    let whole = (digits, opt(('.', opt(digits)))).void();
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits).void();
    let (written, at): (&str, Range<usize>) =
        (alt((whole, ('.', digits).void())), opt(exponent)).take().with_span().parse_next(input)?;
    match written.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(Sign::Number(x)),
        _ => Err(wrong(at, format!("`{written}` is beyond the numbers that there are"), None)),
    }
}

fn letters(input: &mut Text<'_>) -> Result<(), Failure> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_').void().parse_next(input)
}

fn name(input: &mut Text<'_>) -> Result<Sign, Failure> {
    let first = one_of(|c: char| c.is_ascii_alphabetic() || c == '_');
    let parts = repeat::<_, _, (), _, _>(0.., ('.', letters));
    let place = ('[', take_while(1..3, '0'..='9'), ']');
    let written: &str = (first, opt(letters), parts, opt(place)).take().parse_next(input)?;
    Ok(match written {
        "and" => Sign::And,
        "or" => Sign::Or,
        "not" => Sign::Not,
        _ => Sign::Name,
    })
}

fn sign(input: &mut Text<'_>) -> Result<Sign, Failure> {
    let first: char = any.parse_next(input)?;
    let equal = matches!(first, '<' | '>' | '=' | '!') && input.peek_token() == Some('=');
    if equal {
        let _: Result<char, Failure> = any.parse_next(input);
    }
    Ok(match (first, equal) {
        ('<', true) => Sign::AtMost,
        ('>', true) => Sign::AtLeast,
        ('=', true) => Sign::Equal,
        ('!', true) => Sign::Unequal,
        ('<', false) => Sign::Less,
        ('>', false) => Sign::Greater,
        ('+', _) => Sign::Plus,
        ('-', _) => Sign::Minus,
        ('*', _) => Sign::Times,
        ('/', _) => Sign::Over,
        ('^', _) => Sign::Power,
        ('(', _) => Sign::Open,
        (')', _) => Sign::Close,
        (',', _) => Sign::Comma,
        _ => return Err(Failure::Other),
    })
}

pub(crate) fn wrong(at: Range<usize>, what: String, hint: Option<String>) -> Failure {
    Failure::Wrong(Box::new(Problem { at, what, hint, cause: Cause::Form }))
}

/// The problem of a character that begins no token.
fn stranger(text: &str, from: usize) -> Problem {
    let c = text[from..].chars().next().unwrap_or(' ');
    let hint = match c {
        '=' => Some("values are compared with `==`"),
        '&' => Some("write `and`"),
        '|' => Some("write `or`"),
        '!' => Some("write `not`"),
        '×' | '·' | '∗' => Some("write `*`"),
        '÷' => Some("write `/`"),
        '−' | '–' | '—' => Some("write `-`, the hyphen of the keyboard"),
        '≤' => Some("write `<=`"),
        '≥' => Some("write `>=`"),
        '≠' => Some("write `!=`"),
        '[' | ']' | '{' | '}' => Some("brackets are `(` and `)`"),
        '%' => Some("a share is written 0.15"),
        _ => None,
    };
    let shown = if c.is_control() { format!("the character U+{:04X}", c as u32) } else { format!("`{c}`") };
    Problem {
        at: from..from + c.len_utf8(),
        what: format!("{shown} is no part of an expression"),
        hint: hint.map(str::to_string),
        cause: Cause::Form,
    }
}
