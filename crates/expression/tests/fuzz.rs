//! Random expressions: none panics, each is shown as a whole, and the program gives the bits of the plain evaluation on every instruction set.
//!
//! `SUASION_FUZZ=1000000 cargo test --release -p suasion-expression --test fuzz` tries as many as asked.

use suasion_expression::graph::{Graph, Meaning};
use suasion_expression::interval::{Interval, Intervals};
use suasion_expression::program::{Program, Registers};
use suasion_expression::{mathml, scalar, syntax, units};
use suasion_lanes::isa::{Isa, Task};
use suasion_lanes::lane::{LANES, Lane};

const NAMES: [&str; 4] = ["m", "reactance", "tier.tvpa", "spiral_up[2]"];
/// The last leaf is the same for all states.
const SHARED: u32 = 3;
const STATES: usize = 3;

fn cases() -> u64 {
    std::env::var("SUASION_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(5000)
}

/// Numbers that are the same in every run of the tests (splitmix64).
struct Luck(u64);

impl Luck {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A number as text, round ones more often.
    fn number(&mut self) -> String {
        match self.below(6) {
            0..3 => self.below(4).to_string(),
            3 => format!("{:.3}", 2.0 * self.share()),
            4 => format!("1e{}", self.below(600) as i32 - 300),
            _ => ".5".into(),
        }
    }

    /// The text of a number, at most so deep.
    fn value(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(5) == 0 {
            return if self.below(3) == 0 { self.number() } else { self.of(&NAMES).to_string() };
        }
        let mut value = || self.value(depth - 1);
        let (a, b, c) = (value(), value(), value());
        match self.below(12) {
            0..5 => format!("({a}) {} ({b})", self.of(&["+", "-", "*", "/"])),
            5 | 6 => format!("{}({a})", self.of(&["abs", "sqrt", "exp", "ln", "-", "+"])),
            7 => format!("{}({a}, {b})", self.of(&["min", "max", "saturate"])),
            8 => format!("clamp({a}, {b}, {c})"),
            9 => format!("({a})^{}", self.below(14) as i32 - 4),
            10 => format!("max({a}, {b}, {c})"),
            _ => format!("if({}, {a}, {b})", self.truth(depth - 1)),
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        let (a, b) = (self.value(depth.saturating_sub(1)), self.value(depth.saturating_sub(1)));
        let compared = format!("({a}) {} ({b})", self.of(&["<", "<=", ">", ">=", "==", "!="]));
        match self.below(4) {
            0 if depth > 0 => {
                format!("{compared} {} {}", self.of(&["and", "or", "and not"]), self.truth(depth - 1))
            }
            1 => format!("not {compared}"),
            _ => compared,
        }
    }

    fn lanes(&mut self) -> [Lane; STATES] {
        match self.below(4) {
            0 => [Lane::ZERO; STATES],
            1 => [Lane::ONE; STATES],
            _ => std::array::from_fn(|_| Lane(std::array::from_fn(|_| 4.0 * self.share() - 2.0))),
        }
    }
}

struct Run<'a>(&'a Program, &'a mut Registers<STATES>, &'a [[Lane; STATES]; 4]);

impl Task for Run<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Run(program, registers, values) = self;
        program.run_shared(registers, |leaf| values[leaf as usize][0]);
        program.run(registers, |leaf, into: &mut [Lane; STATES]| *into = values[leaf as usize]);
    }
}

fn same(x: f64, y: f64) -> bool {
    x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan()
}

#[test]
fn the_program_gives_the_bits_of_the_plain_evaluation_within_its_interval() {
    let (mut finite, mut all) = (0_u64, 0_u64);
    for case in 0..cases() {
        let mut luck = Luck(case);
        let mut values: [[Lane; STATES]; 4] = std::array::from_fn(|_| luck.lanes());
        values[SHARED as usize] = [values[SHARED as usize][0]; STATES];
        let names = |name: &str| NAMES.iter().position(|n| *n == name).map(|k| Meaning::Leaf(k as u32));
        let count = 1 + luck.below(3);
        let trees: Vec<_> = (0..count)
            .map(|_| {
                let depth = 1 + luck.below(5);
                syntax::parse(&luck.value(depth)).unwrap()
            })
            .collect();
        let mut graph = Graph::default();
        let roots: Vec<_> = trees.iter().map(|tree| graph.add(tree, &names).unwrap()).collect();
        let program = Program::new(&graph, &roots, |leaf| leaf == SHARED);
        let intervals = Intervals::new(&graph, |leaf, _| {
            let all = values[leaf as usize].iter().flat_map(|lane| lane.0);
            Interval::new(all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max))
        });
        for isa in Isa::available() {
            let mut registers = program.registers();
            isa.run(Run(&program, &mut registers, &values));
            for (output, (tree, root)) in trees.iter().zip(&roots).enumerate() {
                for (state, lane) in (0..STATES).flat_map(|s| (0..LANES).map(move |l| (s, l))) {
                    let value =
                        |name: &str| Some(values[NAMES.iter().position(|n| *n == name)?][state].0[lane]);
                    let plain = scalar::evaluate(tree, &value).unwrap();
                    let found = registers.output(&program, output)[state].0[lane];
                    assert!(
                        same(found, plain),
                        "case {case}, {isa:?}: {found} is not {plain} of {}",
                        tree.text()
                    );
                    let within = intervals.of(*root);
                    let holds = found.is_nan() || within.has(found);
                    assert!(holds, "case {case}: {found} is not in {within:?} of {}", tree.text());
                    (finite, all) = (finite + u64::from(found.is_finite()), all + 1);
                }
            }
        }
    }
    assert!(finite > all / 2, "{finite} of {all}");
}

#[test]
fn no_text_makes_it_panic() {
    const WORDS: [&str; 24] = [
        "(", ")", ",", "-", "not", "and", "or", "if(", "min(", "<", "==", "^", "2", "x", "y.z", "*", "+",
        "/", "if", "1e", ".", "é", "=", "[3]",
    ];
    let mut read = 0;
    for case in 0..4 * cases() {
        let mut luck = Luck(case);
        let length = luck.below(40);
        let text = if case % 2 == 0 {
            let between = luck.of(&["", " "]);
            (0..length).map(|_| luck.of(&WORDS)).collect::<Vec<_>>().join(between)
        } else {
            (0..length).map(|_| char::from_u32(luck.below(0x300) as u32).unwrap_or('x')).collect()
        };
        let names = |name: &str| (name != "if").then_some(Meaning::Leaf(0));
        let told = match syntax::parse(&text) {
            Err(problem) => Some(problem),
            Ok(tree) => Graph::default().add(&tree, &names).err(),
        };
        if let Ok(tree) = syntax::parse(&text) {
            assert!(is_closed(&mathml::mathml(&tree, &|name| format!("<mi>{name}</mi>"))), "{text:?}");
            assert!(
                units::dimension(&tree, &|_| Some(units::Dimension::YEARS))
                    .map_or_else(|misfit| syntax::parse(&text[misfit.at]).is_ok(), |_| true),
                "{text:?}"
            );
        }
        read += u32::from(told.is_none());
        if let Some(problem) = told {
            assert!(
                problem.at.end <= text.len() && text.is_char_boundary(problem.at.start),
                "{text:?} {problem:?}"
            );
            assert!(!problem.what.is_empty() && !problem.what.contains('\0'), "{text:?} {problem:?}");
            assert!(problem.marked(&text).contains('^'), "{text:?} {problem:?}");
        }
    }
    assert!(read > 0);
}

/// Whether every element is closed where it should be.
fn is_closed(markup: &str) -> bool {
    let mut open = Vec::new();
    let tags = markup.split('<').skip(1).filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag));
    for tag in tags {
        match tag.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(_) => return false,
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    open.is_empty() && markup.matches('<').count() == markup.matches('>').count()
}

#[test]
fn every_expression_is_shown_and_what_does_not_fit_is_a_part_of_it() {
    const FUNCTIONS: [&str; 5] = ["peers(", "last(", "community.asean(", "ever(", "sqrt("];
    const UNITS: [&str; 4] = ["0-1", "1/yr", "yr", "1/sqrt(yr)"];
    let mut misfits = 0;
    for case in 0..cases() {
        let mut luck = Luck(case);
        let depth = 1 + luck.below(6);
        let text = luck.value(depth).replace("abs(", luck.of(&FUNCTIONS));
        let tree = syntax::parse(&text).unwrap();
        let shown = mathml::mathml(&tree, &|name| format!("<mi>{name}</mi>"));
        assert!(is_closed(&shown), "{text} {shown}");
        assert!(shown.len() < 200 * (1 + text.len()), "{text}");
        let unit = |name: &str| units::parse(UNITS[NAMES.iter().position(|n| *n == name)?]);
        if let Err(misfit) = units::dimension(&tree, &unit) {
            let part = syntax::parse(&text[misfit.at.clone()]);
            assert!(part.is_ok(), "{text} {misfit:?}");
            misfits += 1;
        }
    }
    assert!(misfits > 0);
}

#[test]
fn what_is_too_long_or_too_deep_is_told() {
    for text in [
        "(".repeat(1_000_000),
        "-".repeat(9_000),
        "not ".repeat(2_000),
        format!("{}x{}", "(".repeat(1_000), ")".repeat(1_000)),
        format!("{}x{}", "abs(".repeat(200), ")".repeat(200)),
        "x^".repeat(3_000),
        "1 + ".repeat(400_000),
    ] {
        assert!(syntax::parse(&text).unwrap_err().what.len() < 120);
    }
    // A long sum is deep as a tree, and fine.
    let sum = vec!["x"; 4_000].join("+");
    let tree = syntax::parse(&sum).unwrap();
    assert_eq!(scalar::evaluate(&tree, &|_| Some(1.0)), Some(4_000.0));
    let deep = format!("{}x{}", "(".repeat(100), ")".repeat(100));
    assert!(syntax::parse(&deep).is_ok());
}

#[test]
fn what_expressions_have_in_common_is_computed_once() {
    let names = |name: &str| ["x", "y"].iter().position(|n| *n == name).map(|k| Meaning::Leaf(k as u32));
    let mut graph = Graph::default();
    let add = |graph: &mut Graph, text: &str| graph.add(&syntax::parse(text).unwrap(), &names).unwrap();
    let a = add(&mut graph, "(x + y) * exp(x + y)");
    let b = add(&mut graph, "exp(y + x) - (1 + 2 * 3) * x");
    assert_eq!(graph.len(), 5);
    let folded = add(&mut graph, "(2 + 3) ^ 2 / 5 * 1");
    let program = Program::new(&graph, &[a, b, folded], |_| false);
    assert_eq!(program.operations(), (5, 0));
    assert_eq!(Program::new(&graph, &[a, b, folded], |leaf| leaf == 0).operations(), (4, 1));
    assert_eq!(Program::new(&graph, &[folded], |_| false).operations(), (0, 0));
}

#[test]
fn precedence_is_that_of_algebra() {
    let of = |text: &str| {
        let names = |name: &str| (name == "x").then_some(3.0);
        scalar::evaluate(&syntax::parse(text).unwrap(), &names).unwrap()
    };
    assert_eq!(of("-x^2"), -9.0);
    assert_eq!(of("2 - 3 - 4 * 2 / 8"), -2.0);
    assert_eq!(of("2 * x^-2 * 9"), 2.0);
    assert_eq!(of("if(not x < 2 and x < 4 or x > 100, 1, 0)"), 1.0);
    assert_eq!(of("if(1 < 0 or 1 < 2 and not 2 < 1, 5, 6)"), 5.0);
    assert_eq!(of("- -x"), 3.0);
    assert_eq!(of("2*-x"), -6.0);
    assert_eq!(of("0 ^ 0"), 1.0);
}

#[test]
fn errors_point_at_what_is_wrong() {
    let names = |name: &str| (name == "x" || name == "standing.tvpa").then_some(Meaning::Leaf(0));
    let told = |text: &str| {
        let problem = match syntax::parse(text) {
            Err(problem) => problem,
            Ok(tree) => Graph::default().add(&tree, &names).unwrap_err(),
        };
        format!("{problem}\n{}", problem.marked(text))
    };
    let check = |text: &str, expected: &str| assert_eq!(told(text), expected);
    check("x * reactanse", "there is no `reactanse` here\nx * reactanse\n    ^^^^^^^^^");
    check("x +", "the expression ends where a value should follow\nx +\n   ^");
    check("(x + 1", "this bracket is never closed\n(x + 1\n^");
    check("max(x, 1", "this bracket is never closed\nmax(x, 1\n   ^");
    check("max(x,", "the expression ends where a value should follow\nmax(x,\n      ^");
    check("x)", "`)` closes no bracket\nx)\n ^");
    check(
        "x * * 2",
        "`*` stands where a value should; a power is written `x ^ 2`, a product `x * y`\nx * * 2\n    ^",
    );
    check("x × 2", "`×` is no part of an expression; write `*`\nx × 2\n  ^");
    check("x = 2", "`=` is no part of an expression; values are compared with `==`\nx = 2\n  ^");
    check("0,5 * x", "`,` stands outside of a function; a decimal number has a point, as 0.5\n0,5 * x\n ^");
    check("x < 1 < 2", "comparisons cannot be chained; write `a < b and b < c`\nx < 1 < 2\n      ^");
    check("x ^ 2 ^ 3", "powers cannot be chained; put the first in brackets\nx ^ 2 ^ 3\n      ^");
    check(
        "x + (x < 1)",
        "a truth value stands where a number should; `if(c, 1, 0)` makes a number of it\nx + (x < 1)\n     ^^^^^",
    );
    check(
        "if(x > 0, 1, x < 1)",
        "a truth value stands where a number should; `if(c, 1, 0)` makes a number of it\nif(x > 0, 1, x < 1)\n             ^^^^^",
    );
    check("", "the expression is empty\n\n^");
    check("1e999", "`1e999` is beyond the numbers that there are\n1e999\n^^^^^");
    check("clamp(x, 1)", "`clamp` takes 3 values, not 2: clamp(x, low, high)\nclamp(x, 1)\n^^^^^");
    check("exp + 1", "`exp` is a function: exp(x)\nexp + 1\n^^^");
    check("max()", "`max` takes at least 2 values, not 0: max(a, b, ...)\nmax()\n^^^");
}
