//! An expression as a formula in presentation `MathML`, which browsers draw.
//!
//! Brackets stand where the formula would be read differently without them: none in a fraction, which has a line, and none that repeat what
//! precedence says. What is divided twice is one fraction, `a / b / c` as a over b times c, and a sum or product in its like is one.
//! So elements are nested no deeper than the brackets of the text, however long it is.

use crate::syntax::{Before, Between, Form, Tree};
use std::mem::take;

/// What holds a formula together at its outermost, from the loosest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Cases behind a brace, which has no end.
    Cases,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Power,
    /// One element that needs no bracket anywhere.
    Atom,
}

/// A formula that is not yet written out, so that what follows can still join its last fraction.
#[derive(Clone, Debug)]
struct Piece {
    rank: Rank,
    /// Of a product: a sign and the factors before the last fraction, with a sign of multiplication at the end.
    before: String,
    /// All else, or what is above the line of the last fraction; of cases their rows.
    over: String,
    /// What is below the line.
    under: Option<Box<Piece>>,
}

const MINUS: &str = "<mo form=\"prefix\">−</mo>";
const TIMES: &str = "<mo>⋅</mo>";

/// Bytes up to which a formula is written twice, where a function is shown by what it means. Without a bound, functions in one another
/// would double their values each time.
const MOST_TWICE: usize = 300;

/// The formula of an expression, as one `<mrow>`. `name` gives what a name is shown as: one element, whose text has no bare `<` or `&`.
///
/// `saturate(x, h)` is shown as x over x + h where x is short. A function that the crate does not know is shown by its name, the means
/// `peers(x)`, `world(x)` and `community.ID(x)` as a bar over x, and `last(x)` as x of last year.
///
/// ```
/// use suasion_expression::{mathml::mathml, syntax::parse};
/// let shown = |text: &str| mathml(&parse(text).unwrap(), &|name| format!("<mi>{}</mi>", &name[..1]));
/// assert_eq!(shown("a ^ 2 * (b + 1)"), "<mrow><msup><mi>a</mi><mn>2</mn></msup><mo>⋅</mo>\
///     <mrow><mo>(</mo><mi>b</mi><mo>+</mo><mn>1</mn><mo>)</mo></mrow></mrow>");
/// assert_eq!(shown("saturate(shame, 1)"), "<mrow><mfrac><mrow><mi>s</mi></mrow>\
///     <mrow><mi>s</mi><mo>+</mo><mn>1</mn></mrow></mfrac></mrow>");
/// assert_eq!(shown("peers(motivation)"), "<mrow><msub><mover><mrow><mi>m</mi></mrow><mo>‾</mo></mover>\
///     <mtext>peers</mtext></msub></mrow>");
/// ```
pub fn mathml(tree: &Tree, name: &dyn Fn(&str) -> String) -> String {
    let mut pieces: Vec<Piece> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let text = &tree.text[node.at.clone()];
        // Each node is part of one other, so that its piece can move there.
        let mut part = |of: usize| take(&mut pieces[of]);
        let piece = match &node.form {
            Form::Number(_) => number(text),
            Form::Name => Piece::new(Rank::Atom, name(text)),
            Form::Before(Before::Minus, a) => negative(part(*a)),
            Form::Before(Before::Not, a) => {
                let of = part(*a).at_least(Rank::Not).markup();
                Piece::new(Rank::Not, format!("<mtext>not&#xA0;</mtext>{of}"))
            }
            Form::Between(sign, a, b) => between(*sign, part(*a), part(*b)),
            Form::Power(a, power) => raised(&part(*a).at_least(Rank::Atom).markup(), &exponent(*power)),
            Form::Call(arguments) => called(text, arguments.iter().map(|a| part(*a)).collect()),
        };
        pieces.push(piece);
    }
    row(&pieces.pop().unwrap_or_default().markup())
}

/// An equation of two formulas, as a `<math>` that stands by itself.
///
/// ```
/// let equation = suasion_expression::mathml::equation("<mi>a</mi>", "<mrow><mn>1</mn></mrow>");
/// assert_eq!(equation, "<math display=\"block\"><mrow><mi>a</mi><mo>=</mo><mrow><mn>1</mn></mrow></mrow></math>");
/// ```
pub fn equation(left: &str, right: &str) -> String {
    format!("<math display=\"block\">{}</math>", row(&format!("{left}<mo>=</mo>{right}")))
}

impl Default for Piece {
    fn default() -> Piece {
        Piece::new(Rank::Atom, String::new())
    }
}

impl Piece {
    fn new(rank: Rank, over: String) -> Piece {
        Piece { rank, before: String::new(), over, under: None }
    }

    fn markup(self) -> String {
        match (self.rank, self.under) {
            (Rank::Cases, _) => {
                row(&format!("<mo>{{</mo><mtable columnalign=\"left\">{}</mtable>", self.over))
            }
            (_, None) => self.before + &self.over,
            (_, Some(under)) => {
                self.before + "<mfrac>" + &row(&self.over) + &row(&under.markup()) + "</mfrac>"
            }
        }
    }

    /// Whether it can be written twice.
    fn is_short(&self) -> bool {
        self.under.is_none() && self.rank > Rank::Cases && self.before.len() + self.over.len() <= MOST_TWICE
    }

    /// In brackets where it holds together less than is needed.
    fn at_least(self, rank: Rank) -> Piece {
        if self.rank < rank { bracketed(self) } else { self }
    }

    /// As behind another sign: in brackets as well where it begins with a sign of its own.
    fn behind(self, rank: Rank) -> Piece {
        let first = if self.before.is_empty() && self.under.is_none() { &self.over } else { &self.before };
        if first.starts_with(MINUS) { bracketed(self) } else { self.at_least(rank) }
    }
}

fn row(inner: &str) -> String {
    format!("<mrow>{inner}</mrow>")
}

fn bracketed(piece: Piece) -> Piece {
    Piece::new(Rank::Atom, row(&format!("<mo>(</mo>{}<mo>)</mo>", piece.markup())))
}

/// A number as it is written, but with digits on both sides of a point, and powers of ten as such.
fn number(text: &str) -> Piece {
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let zero = if digits.starts_with('.') { "0" } else { "" };
    let digits = format!("<mn>{zero}{digits}</mn>");
    match power.strip_prefix('-') {
        None if power.is_empty() => Piece::new(Rank::Atom, digits),
        below => {
            let size = below.unwrap_or(power.trim_start_matches('+'));
            let power = signed(below.is_some(), size);
            Piece::new(Rank::Product, format!("{digits}<mo>×</mo><msup><mn>10</mn>{power}</msup>"))
        }
    }
}

fn exponent(power: i32) -> String {
    signed(power < 0, &power.unsigned_abs().to_string())
}

fn signed(below: bool, size: &str) -> String {
    if below { row(&format!("{MINUS}<mn>{size}</mn>")) } else { format!("<mn>{size}</mn>") }
}

fn raised(base: &str, exponent: &str) -> Piece {
    Piece::new(Rank::Power, format!("<msup>{base}{exponent}</msup>"))
}

/// The sign stands before a fraction, not above its line.
fn negative(of: Piece) -> Piece {
    let of = of.behind(Rank::Product);
    Piece { rank: Rank::Product, before: format!("{MINUS}{}", of.before), ..of }
}

fn between(sign: Between, a: Piece, b: Piece) -> Piece {
    match sign {
        Between::Plus => joined(a, "<mo>+</mo>", b.behind(Rank::Sum), Rank::Sum),
        Between::Minus => joined(a, "<mo>−</mo>", b.behind(Rank::Product), Rank::Sum),
        Between::Times => product(a, b),
        Between::Over => quotient(a, b),
        Between::Less => compared(a, "<mo>&lt;</mo>", b),
        Between::AtMost => compared(a, "<mo>≤</mo>", b),
        Between::Greater => compared(a, "<mo>&gt;</mo>", b),
        Between::AtLeast => compared(a, "<mo>≥</mo>", b),
        Between::Equal => compared(a, "<mo>=</mo>", b),
        Between::Unequal => compared(a, "<mo>≠</mo>", b),
        Between::And => joined(a, "<mtext>&#xA0;and&#xA0;</mtext>", b.at_least(Rank::And), Rank::And),
        Between::Or => joined(a, "<mtext>&#xA0;or&#xA0;</mtext>", b.at_least(Rank::Or), Rank::Or),
    }
}

fn joined(a: Piece, sign: &str, b: Piece, rank: Rank) -> Piece {
    Piece::new(rank, a.at_least(rank).markup() + sign + &b.markup())
}

fn compared(a: Piece, sign: &str, b: Piece) -> Piece {
    joined(a.at_least(Rank::Sum), sign, b.at_least(Rank::Sum), Rank::Comparison)
}

fn product(a: Piece, b: Piece) -> Piece {
    let mut a = a.at_least(Rank::Product);
    let b = b.behind(Rank::Product).markup();
    a.rank = Rank::Product;
    if a.under.is_some() {
        // A later division is of what follows this fraction.
        return Piece { before: a.markup() + TIMES, ..Piece::new(Rank::Product, b) };
    }
    a.over = a.over + TIMES + &b;
    a
}

fn quotient(a: Piece, b: Piece) -> Piece {
    let a = if a.rank < Rank::Product { Piece::new(Rank::Product, a.markup()) } else { a };
    let under = match a.under {
        Some(under) => product(*under, b),
        None => b,
    };
    Piece { rank: Rank::Product, under: Some(Box::new(under)), ..a }
}

fn called(name: &str, mut of: Vec<Piece>) -> Piece {
    let atom = |markup: String| Piece::new(Rank::Atom, markup);
    match (name, &mut of[..]) {
        ("if", [c, a, b]) => cases(take(c), take(a), take(b)),
        ("abs", [x]) => atom(row(&format!("<mo>|</mo>{}<mo>|</mo>", take(x).markup()))),
        ("sqrt", [x]) => atom(format!("<msqrt>{}</msqrt>", take(x).markup())),
        ("exp", [x]) => raised("<mi>e</mi>", &row(&take(x).markup())),
        ("saturate", [x, half]) if x.is_short() => {
            let sum = between(Between::Plus, x.clone(), take(half));
            quotient(take(x), sum)
        }
        ("last", [x]) => atom(subscript(&take(x).at_least(Rank::Atom).markup(), "last year")),
        (_, [x]) if mean_over(name).is_some() => {
            let bar = format!("<mover>{}<mo>‾</mo></mover>", row(&take(x).markup()));
            atom(subscript(&bar, mean_over(name).unwrap_or_default()))
        }
        // Names of functions are letters, digits, `_` and dots: nothing that has to be escaped.
        _ => {
            let values: Vec<String> = of.into_iter().map(Piece::markup).collect();
            let values = values.join("<mo>,</mo>");
            atom(row(&format!("<mi>{name}</mi><mo>&#x2061;</mo><mo>(</mo>{values}<mo>)</mo>")))
        }
    }
}

/// Whom a function of this name takes the mean over, if it does.
fn mean_over(name: &str) -> Option<&str> {
    match name {
        "peers" | "world" => Some(name),
        _ => name.strip_prefix("community."),
    }
}

fn subscript(of: &str, word: &str) -> String {
    format!("<msub>{of}<mtext>{word}</mtext></msub>")
}

/// The rows of both cases; a case that is cases itself, where all before it is false, has its own.
fn cases(c: Piece, a: Piece, b: Piece) -> Piece {
    let case = |value: String, when: String| format!("<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>");
    let first = case(a.markup(), format!("<mtext>if&#xA0;</mtext>{}", c.markup()));
    let rest = match b.rank {
        Rank::Cases => b.over,
        _ => case(b.markup(), "<mtext>otherwise</mtext>".into()),
    };
    Piece::new(Rank::Cases, first + &rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn shown(text: &str) -> String {
        mathml(&parse(text).unwrap(), &|name| format!("<mi>{name}</mi>"))
    }

    /// The formula as text: fractions as [over|under], powers as ^{}, other elements by what is in them.
    fn read(text: &str) -> String {
        let of = shown(text).replace("<mfrac><mrow>", "[").replace("</mrow></mfrac>", "]");
        let of = of.replace("</mrow><mrow>", "|").replace("</mi><mn>", "^").replace("</mrow><mn>", "^");
        let mut inside = false;
        let kept = of.chars().filter(|c| {
            inside = *c == '<' || inside && *c != '>';
            !inside && *c != '>'
        });
        kept.collect()
    }

    #[test]
    fn brackets_stand_where_they_are_needed() {
        for (text, expected) in [
            ("a - (b - c)", "a−(b−c)"),
            ("(a - b) + (c + d)", "a−b+c+d"),
            ("a * (b * (c))", "a⋅b⋅c"),
            ("a * (b + c)", "a⋅(b+c)"),
            ("-a * b", "−a⋅b"),
            ("-(a + b)", "−(a+b)"),
            ("- -a", "−(−a)"),
            ("a * -b * c", "a⋅(−b)⋅c"),
            ("a + -b * c", "a+(−b⋅c)"),
            ("a - -b / c", "a−(−[b|c])"),
            ("-a ^ 2", "−a^2"),
            ("(-a) ^ 2", "(−a)^2"),
            ("(a ^ 2) ^ 3", "(a^2)^3"),
            ("(a / b) ^ 2", "([a|b])^2"),
            ("exp(a) ^ 2", "(ea)^2"),
            ("(a < b) == (c < d)", "(a&lt;b)=(c&lt;d)"),
            ("a + 1 <= b * 2", "a+1≤b⋅2"),
            ("(if(a > 0, b, c)) * d", "({bif&#xA0;a&gt;0cotherwise)⋅d"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn truth_is_in_words() {
        let of = |text: &str| read(text).replace("&#xA0;", " ");
        assert_eq!(of("not a != b and (c >= d or a > b)"), "not a≠b and (c≥d or a&gt;b)");
        assert_eq!(of("not (a > b and c > d)"), "not (a&gt;b and c&gt;d)");
        assert_eq!(of("a > 1 and b > 1 or (c > 1 or d > 1)"), "a&gt;1 and b&gt;1 or c&gt;1 or d&gt;1");
    }

    #[test]
    fn fractions_are_not_stacked() {
        for (text, expected) in [
            ("(a + b) / (c + d)", "[a+b|c+d]"),
            ("a * b / c", "[a⋅b|c]"),
            ("a / b / c", "[a|b⋅c]"),
            ("a / (b + c) / d", "[a|(b+c)⋅d]"),
            ("a / b * c", "[a|b]⋅c"),
            ("a / b * c / d", "[a|b]⋅[c|d]"),
            ("-a * b / c", "−[a⋅b|c]"),
            ("a / -b", "[a|−b]"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let long = vec!["a"; 2_400].join("/b*") + &"/c".repeat(100);
        assert!(deepest(&shown(&long)) < 10);
    }

    fn deepest(markup: &str) -> usize {
        let (mut depth, mut most) = (0_usize, 0);
        for tag in markup.split('<').skip(1) {
            depth = if tag.starts_with('/') { depth - 1 } else { depth + 1 };
            most = most.max(depth);
        }
        most
    }

    #[test]
    fn numbers_are_those_of_the_text() {
        assert_eq!(shown("0.50"), "<mrow><mn>0.50</mn></mrow>");
        assert_eq!(shown(".5 + 5."), "<mrow><mn>0.5</mn><mo>+</mo><mn>5</mn></mrow>");
        let small =
            "<mn>2.5</mn><mo>×</mo><msup><mn>10</mn><mrow><mo form=\"prefix\">−</mo><mn>7</mn></mrow></msup>";
        assert_eq!(shown("2.5e-7"), row(small));
        assert_eq!(shown("1E+3"), "<mrow><mn>1</mn><mo>×</mo><msup><mn>10</mn><mn>3</mn></msup></mrow>");
    }

    #[test]
    fn functions_have_their_signs() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text), row(expected), "{text}");
        check("sqrt(a + 1)", "<msqrt><mi>a</mi><mo>+</mo><mn>1</mn></msqrt>");
        check("abs(a)", "<mrow><mo>|</mo><mi>a</mi><mo>|</mo></mrow>");
        check("exp(-a)", "<msup><mi>e</mi><mrow><mo form=\"prefix\">−</mo><mi>a</mi></mrow></msup>");
        check(
            "max(a, 0)",
            "<mrow><mi>max</mi><mo>&#x2061;</mo><mo>(</mo><mi>a</mi><mo>,</mo><mn>0</mn><mo>)</mo></mrow>",
        );
        check("ever()", "<mrow><mi>ever</mi><mo>&#x2061;</mo><mo>(</mo><mo>)</mo></mrow>");
        check("last(a)", "<msub><mi>a</mi><mtext>last year</mtext></msub>");
        check(
            "community.asean(a + b)",
            "<msub><mover><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mo>‾</mo></mover><mtext>asean</mtext></msub>",
        );
    }

    #[test]
    fn cases_in_the_last_case_have_rows_of_the_same_table() {
        let expected = "<mo>{</mo><mtable columnalign=\"left\">\
            <mtr><mtd><mi>x</mi></mtd><mtd><mtext>if&#xA0;</mtext><mi>a</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr>\
            <mtr><mtd><mi>y</mi></mtd><mtd><mtext>if&#xA0;</mtext><mi>b</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr>\
            <mtr><mtd><mn>0</mn></mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable>";
        assert_eq!(shown("if(a > 0, x, if(b > 0, y, 0))"), row(&row(expected)));
    }

    #[test]
    fn what_saturates_in_itself_is_not_doubled_each_time() {
        let deep = format!("{}a{}", "saturate(".repeat(90), ", 1)".repeat(90));
        assert!(shown(&deep).len() < 90 * 120);
        let sums = format!("{}a{}", "saturate(1 + ".repeat(90), ", 1)".repeat(90));
        assert!(shown(&sums).len() < 90 * 1_000);
    }
}
