//! The units of expressions, as far as they are of time: a rate that is added to a level is seldom meant.
//!
//! Only years count. A share, a level, a phase and a log hazard have no unit here, and what is not understood has an unknown one. Nothing
//! is told of what may be right: a number in an expression can be a quantity in any unit, as in `0.1 * fatigue` for what is lost in a year,
//! or `exp(-5 * drift)` for what is left after five years. So a number fits every sum, and a product with a number has an unknown unit. What
//! does not fit then fits whatever units the numbers have.

use crate::syntax::{Before, Between, Form, Tree};
use std::fmt;
use std::ops::Range;

/// A power of years, in halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    halves: i32,
}

impl Dimension {
    /// No unit.
    pub const NONE: Dimension = Dimension { halves: 0 };
    /// Years.
    pub const YEARS: Dimension = Dimension { halves: 2 };
    /// One over years.
    pub const PER_YEAR: Dimension = Dimension { halves: -2 };

    /// As the end of a sentence.
    ///
    /// ```
    /// use suasion_expression::units::Dimension;
    /// assert_eq!(Dimension::PER_YEAR.words(), "is in 1/yr");
    /// assert_eq!(Dimension::NONE.words(), "has no unit");
    /// ```
    pub fn words(self) -> String {
        if self == Dimension::NONE { "has no unit".into() } else { format!("is in {self}") }
    }

    /// Of a product; unknown where the power is beyond all use.
    fn times(self, other: Dimension) -> Option<Dimension> {
        Some(Dimension { halves: self.halves.checked_add(other.halves)? })
    }

    fn power(self, power: i32) -> Option<Dimension> {
        Some(Dimension { halves: self.halves.checked_mul(power)? })
    }

    /// Of a square root; unknown where it is no power in halves.
    fn root(self) -> Option<Dimension> {
        (self.halves % 2 == 0).then_some(Dimension { halves: self.halves / 2 })
    }
}

impl fmt::Display for Dimension {
    /// As [`parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = if self.halves < 0 { "1/" } else { "" };
        match self.halves.unsigned_abs() {
            0 => f.write_str("-"),
            1 => write!(f, "{over}sqrt(yr)"),
            2 => write!(f, "{over}yr"),
            halves => write!(f, "{over}yr^{}", f64::from(halves) / 2.0),
        }
    }
}

/// Units that are none, ranges aside.
const WITHOUT: [&str; 9] =
    ["", "-", "1", "share", "share of capacity", "0 to capacity", "log hazard", "phase", "code"];

/// The unit that a text names, if it is understood: powers of years, as `1/yr` or `1/sqrt(yr)`; none, as `-`, `share` or a range.
///
/// ```
/// use suasion_expression::units::parse;
/// let read = |text: &str| parse(text).map(|unit| unit.to_string());
/// for text in ["yr", "1/yr", "yr^2", "1/yr^2", "sqrt(yr)", "1/sqrt(yr)", "yr^1.5"] {
///     assert_eq!(read(text).as_deref(), Some(text));
/// }
/// for text in ["-", "", "0-1", "-1-1", "0/1", "0 to 1", ">= 0", "share", "log hazard", "0 to capacity", "phase"] {
///     assert_eq!(read(text).as_deref(), Some("-"));
/// }
/// assert_eq!(read("per year").as_deref(), Some("1/yr"));
/// assert_eq!(read("yr^-1").as_deref(), Some("1/yr"));
/// assert_eq!(read("volume/yr"), None);
/// ```
pub fn parse(text: &str) -> Option<Dimension> {
    let text = text.trim();
    if WITHOUT.contains(&text) || is_range(text) {
        return Some(Dimension::NONE);
    }
    match text.strip_prefix("1/").or(text.strip_prefix("per ")) {
        Some(under) => years(under.trim())?.power(-1),
        None => years(text),
    }
}

/// Whether it is two numbers with a sign between them, or a bound.
fn is_range(text: &str) -> bool {
    let number = |part: &str| part.trim().parse::<f64>().is_ok();
    let bound = text.strip_prefix(">=").or(text.strip_prefix('>'));
    let between = |sign: &str| {
        let mut places = text.match_indices(sign);
        places.any(|(at, sign)| number(&text[..at]) && number(&text[at + sign.len()..]))
    };
    bound.is_some_and(number) || [" to ", "/", "-"].into_iter().any(between)
}

/// Years, to a power or under a root.
fn years(text: &str) -> Option<Dimension> {
    if let Some(inner) = text.strip_prefix("sqrt(").and_then(|rest| rest.strip_suffix(')')) {
        return years(inner)?.root();
    }
    let (unit, power) = text.split_once('^').unwrap_or((text, "1"));
    let halves = 2.0 * power.trim().parse::<f64>().ok()?;
    let known = matches!(unit.trim(), "yr" | "year" | "years");
    (known && halves.fract() == 0.0 && halves.abs() <= 100.0).then_some(Dimension { halves: halves as i32 })
}

/// What does not fit in an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The bytes of the text that it is about.
    pub at: Range<usize>,
    /// What does not fit, as a sentence without its full stop.
    pub what: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// The unit of an expression, given those of its names; none where it is not known, as of numbers and of truth values.
///
/// - What is added, compared, or chosen from by `min`, `max`, `clamp` or `if` is in one unit, which then is known of the whole if it is of a part.
/// - `saturate(x, half)` takes both in one unit and has none.
/// - `exp` takes no unit; what it gives is unknown, since `exp` of a log hazard is a hazard. `ln` takes no unit or a hazard in 1/yr.
/// - Of a function that the crate does not know, as a mean over peers, it is that of its value, and unknown where it takes several.
///
/// # Errors
/// If two units do not fit, whatever the unknown ones are.
///
/// ```
/// use suasion_expression::{syntax, units::{self, Dimension}};
/// let names = |name: &str| units::parse(match name { "drift" => "1/yr", "ramp" => "yr", "m" => "0-1", _ => "?" });
/// let of = |text: &str| units::dimension(&syntax::parse(text).unwrap(), &names);
/// assert_eq!(of("drift * max(m, 0) * (1 - m)"), Ok(Some(Dimension::PER_YEAR)));
/// assert_eq!(of("drift + m / ramp"), Ok(Some(Dimension::PER_YEAR)));
/// assert_eq!(of("drift + 0.1 * m"), Ok(Some(Dimension::PER_YEAR)));
/// assert_eq!(of("0.1 * m"), Ok(None));
/// let misfit = of("m * (drift + m ^ 2)").unwrap_err();
/// assert_eq!(misfit.to_string(), "`drift` is in 1/yr and `m ^ 2` has no unit: they cannot be added");
/// assert_eq!(misfit.at, 5..18);
/// ```
pub fn dimension(tree: &Tree, name: &dyn Fn(&str) -> Option<Dimension>) -> Result<Option<Dimension>, Misfit> {
    let mut found: Vec<Option<Dimension>> = Vec::with_capacity(tree.nodes.len());
    for (k, node) in tree.nodes.iter().enumerate() {
        let text = &tree.text[node.at.clone()];
        let so_far = Found { tree, all: &found, at: k };
        let unit = match &node.form {
            Form::Number(_) | Form::Before(Before::Not, _) => None,
            Form::Name => name(text),
            Form::Before(Before::Minus, a) => found[*a],
            Form::Power(a, power) => found[*a].and_then(|unit| unit.power(*power)),
            Form::Between(sign, a, b) => so_far.between(*sign, *a, *b)?,
            Form::Call(arguments) => so_far.called(text, arguments)?,
        };
        found.push(unit);
    }
    Ok(found.last().copied().flatten())
}

/// The units of the nodes before one.
struct Found<'a> {
    tree: &'a Tree,
    all: &'a [Option<Dimension>],
    at: usize,
}

impl Found<'_> {
    fn between(&self, sign: Between, a: usize, b: usize) -> Result<Option<Dimension>, Misfit> {
        let known = self.all[a].zip(self.all[b]);
        match sign {
            Between::Plus => self.one(&[a, b], "they cannot be added"),
            Between::Minus => self.one(&[a, b], "they cannot be subtracted"),
            Between::Times => Ok(known.and_then(|(a, b)| a.times(b))),
            Between::Over => Ok(known.and_then(|(a, b)| a.times(b.power(-1)?))),
            Between::And | Between::Or => Ok(None),
            Between::Less
            | Between::AtMost
            | Between::Greater
            | Between::AtLeast
            | Between::Equal
            | Between::Unequal => self.one(&[a, b], COMPARED).map(|_| None),
        }
    }

    fn called(&self, name: &str, arguments: &[usize]) -> Result<Option<Dimension>, Misfit> {
        match (name, arguments) {
            ("if", [_, a, b]) => self.one(&[*a, *b], "`if` cannot give the one or the other"),
            ("min" | "max" | "clamp", _) => self.one(arguments, COMPARED),
            ("saturate", [_, _]) => {
                self.one(arguments, "`saturate` cannot add them").map(|_| Some(Dimension::NONE))
            }
            ("sqrt", [x]) => Ok(self.all[*x].and_then(Dimension::root)),
            ("exp", [x]) => self.without(name, *x, &[Dimension::NONE]).map(|()| None),
            ("ln", [x]) => self
                .without(name, *x, &[Dimension::NONE, Dimension::PER_YEAR])
                .map(|()| Some(Dimension::NONE)),
            (_, [x]) => Ok(self.all[*x]),
            _ => Ok(None),
        }
    }

    /// The one unit of all that are known.
    fn one(&self, of: &[usize], cannot: &str) -> Result<Option<Dimension>, Misfit> {
        let mut known = of.iter().filter_map(|k| Some((*k, self.all[*k]?)));
        let Some((first, unit)) = known.next() else { return Ok(None) };
        let Some((other, different)) = known.find(|(_, other)| *other != unit) else { return Ok(Some(unit)) };
        let spans = spans(self.tree, self.at);
        let told = |k: usize, unit: Dimension| format!("{} {}", self.quoted(&spans[k]), unit.words());
        let what = format!("{} and {}: {cannot}", told(first, unit), told(other, different));
        Err(Misfit { at: spans[self.at].clone(), what })
    }

    /// That a function's value is in one of these units, or in an unknown one.
    fn without(&self, function: &str, x: usize, takes: &[Dimension]) -> Result<(), Misfit> {
        match self.all[x] {
            Some(unit) if !takes.contains(&unit) => {
                let at = spans(self.tree, x)[x].clone();
                let what = format!("{} {}: `{function}` takes no unit", self.quoted(&at), unit.words());
                Err(Misfit { at, what })
            }
            _ => Ok(()),
        }
    }

    /// What stands there, on one line, and no longer than a sentence bears.
    fn quoted(&self, at: &Range<usize>) -> String {
        let words: Vec<&str> = self.tree.text[at.clone()].split_whitespace().collect();
        let text = words.join(" ");
        match text.char_indices().nth(MOST_QUOTED) {
            Some((end, _)) => format!("`{}...`", &text[..end]),
            None => format!("`{text}`"),
        }
    }
}

const COMPARED: &str = "they cannot be compared";

/// Characters of a part of an expression that a sentence quotes.
const MOST_QUOTED: usize = 60;

/// What each node up to one covers in the text, with its signs and with whole brackets. Nodes themselves know where their values stand.
fn spans(tree: &Tree, last: usize) -> Vec<Range<usize>> {
    let text = &tree.text;
    let mut all: Vec<Range<usize>> = Vec::with_capacity(last + 1);
    for node in &tree.nodes[..=last] {
        let from = |sign: &str, a: usize| text[..all[a].start].rfind(sign).unwrap_or(all[a].start);
        let span = match &node.form {
            Form::Number(_) | Form::Name => node.at.clone(),
            // Nothing but spaces, brackets and `+` stands between a sign and its value.
            Form::Before(Before::Minus, a) => from("-", *a)..all[*a].end,
            Form::Before(Before::Not, a) => from("not", *a)..all[*a].end,
            Form::Between(_, a, b) => all[*a].start..all[*b].end,
            Form::Power(a, _) => all[*a].start..node.at.end,
            Form::Call(arguments) => {
                let inner = arguments.last().map_or(node.at.end, |a| all[*a].end);
                let open = text[node.at.end..].find('(').map_or(0, |at| at + 1);
                node.at.start..inner.max(node.at.end + open)
            }
        };
        all.push(whole(text, span));
    }
    all
}

/// With the partners of the brackets in it.
fn whole(text: &str, span: Range<usize>) -> Range<usize> {
    let (mut opened, mut closed) = (0, 0);
    for c in text[span.clone()].bytes() {
        match c {
            b'(' => opened += 1,
            b')' if opened > 0 => opened -= 1,
            b')' => closed += 1,
            _ => {}
        }
    }
    let Range { mut start, mut end } = span;
    for _ in 0..closed {
        start = text[..start].rfind('(').unwrap_or(start);
    }
    for _ in 0..opened {
        end += text[end..].find(')').map_or(0, |at| at + 1);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn of(text: &str) -> Result<Option<Dimension>, Misfit> {
        let names = |name: &str| {
            parse(match name {
                "rate" | "drift" => "1/yr",
                "volatility" => "1/sqrt(yr)",
                "ramp" => "yr",
                "m" | "n" => "0-1",
                "hazard" => "log hazard",
                _ => "apples",
            })
        };
        dimension(&syntax::parse(text).unwrap(), &names)
    }

    /// What does not fit, and the part of the text that it is about.
    fn told(text: &str) -> (String, &str) {
        let misfit = of(text).unwrap_err();
        (misfit.what, &text[misfit.at])
    }

    #[test]
    fn units_are_followed() {
        for (text, unit) in [
            ("rate * m", "1/yr"),
            ("rate / drift", "-"),
            ("-rate ^ 2", "1/yr^2"),
            ("rate ^ -1", "yr"),
            ("sqrt(rate)", "1/sqrt(yr)"),
            ("volatility ^ 3", "1/yr^1.5"),
            ("volatility ^ 2 + rate", "1/yr"),
            ("m / ramp - drift", "1/yr"),
            ("rate ^ 0", "-"),
            ("abs(rate) + peers(rate)", "1/yr"),
            ("saturate(rate, drift) + saturate(m, 1)", "-"),
            ("saturate(stranger, 1)", "-"),
            ("if(m > 0.5, rate, 0)", "1/yr"),
            ("clamp(rate, 0, stranger)", "1/yr"),
            ("min(0, 1, m)", "-"),
            ("ln(m) + ln(rate) + hazard", "-"),
            ("1 - m", "-"),
        ] {
            assert_eq!(
                of(text).map(|found| found.map(|unit| unit.to_string())),
                Ok(Some(unit.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn nothing_is_told_of_what_may_be_right() {
        for text in [
            "0",
            "0.1 * m + stranger",
            "exp(-5 * drift)",
            "exp(-rate * ramp)",
            "exp(hazard) * m",
            "rate / 0.03 - 0.03 * ramp",
            "sqrt(volatility)",
            "rate * stranger",
            "several(rate, m)",
            "last(rate > 0)",
            "m > 0 and rate > 0",
            "not rate > 0.1",
            "if(rate > 0, 1, 0)",
            "exp(m)",
        ] {
            assert_eq!(of(text), Ok(None), "{text}");
        }
        for text in
            ["exp(hazard) + rate", "2 * m + rate", "max(rate, 0.1)", "stranger + rate", "rate + 0 * m"]
        {
            assert_eq!(of(text), Ok(Some(Dimension::PER_YEAR)), "{text}");
        }
        for text in ["0 * rate + m", "m + 0.05 * ramp", "m + 5 * drift", "1 / ramp + m"] {
            assert_eq!(of(text), Ok(Some(Dimension::NONE)), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told_where_it_stands() {
        let check = |text: &str, what: &str, at: &str| assert_eq!(told(text), (what.to_string(), at));
        let sum = "`m` has no unit and `rate` is in 1/yr: they cannot be added";
        check("m + rate", sum, "m + rate");
        check("1 + ((m) + (rate)) * n", sum, "(m) + (rate)");
        check("n * (m +\n  rate)", sum, "m +\n  rate");
        check(
            "n - -(+(rate * m)) ^ 2",
            "`n` has no unit and `-(+(rate * m)) ^ 2` is in 1/yr^2: they cannot be subtracted",
            "n - -(+(rate * m)) ^ 2",
        );
        check(
            "(max(m, (n)) < ramp) and not m > 0",
            "`max(m, (n))` has no unit and `ramp` is in yr: they cannot be compared",
            "max(m, (n)) < ramp",
        );
        check(
            "m * max(0, rate, volatility)",
            "`rate` is in 1/yr and `volatility` is in 1/sqrt(yr): they cannot be compared",
            "max(0, rate, volatility)",
        );
        check(
            "if(not (m > 0), rate, (n + 1) * m)",
            "`rate` is in 1/yr and `(n + 1) * m` has no unit: `if` cannot give the one or the other",
            "if(not (m > 0), rate, (n + 1) * m)",
        );
        check(
            "saturate(rate, m)",
            "`rate` is in 1/yr and `m` has no unit: `saturate` cannot add them",
            "saturate(rate, m)",
        );
        check("1 + exp(-rate)", "`-rate` is in 1/yr: `exp` takes no unit", "-rate");
        check("ln((ramp) * m)", "`(ramp) * m` is in yr: `ln` takes no unit", "(ramp) * m");
        let long = format!("rate + {}", ["m"; 40].join(" * "));
        assert!(told(&long).0.contains(&format!("`{}...` has no unit", ["m * "; 15].concat())));
    }

    #[test]
    fn powers_beyond_all_use_are_unknown() {
        assert_eq!(of(&format!("{}ramp{}", "(".repeat(6), " ^ 64)".repeat(6))), Ok(None));
    }

    #[test]
    fn what_is_not_understood_is_unknown() {
        for text in [
            "apples",
            "yr^",
            "yr^0.3",
            "1/",
            "0-1 per year",
            "share per year",
            "1/month",
            "sqrt(sqrt(yr^0.5))",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
