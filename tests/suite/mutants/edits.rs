//! What is done to a scenario to make a mutant: edits of its tree, and of its text.

use toml::{Table, Value};

/// Numbers from a seed (the generator `SplitMix64`), so that a mutant is the same whenever and wherever it is made.
pub struct Luck(u64);

impl Luck {
    pub fn of(seed: u64) -> Luck {
        Luck(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number from 0 to `n - 1`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// A way from the root to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

type Path = Vec<Step>;

/// Keys whose values are dates or years.
const DATES: [&str; 12] = [
    "start",
    "end",
    "from",
    "until",
    "at",
    "opens",
    "year",
    "report",
    "bar_from",
    "limit_from",
    "steps_per_year",
    "value",
];

/// The text of a mutant.
pub fn mutant(text: &str, tree: &Table, luck: &mut Luck) -> String {
    let kind = luck.below(10);
    if kind == 0 {
        return damaged(text, luck);
    }
    // Most are mutated gently, so that many run.
    let (gentle, edits) = (kind < 7, 1 + luck.below(3));
    let mut root = Value::Table(tree.clone());
    for _ in 0..edits {
        if gentle { edit_gently(&mut root, luck) } else { edit(&mut root, luck) }
    }
    let text = toml::to_string(&root).expect("a tree is TOML");
    if luck.below(50) == 0 { damaged(&text, luck) } else { text }
}

fn paths(root: &Value, wanted: impl Fn(&[Step], &Value) -> bool) -> Vec<Path> {
    fn walk(value: &Value, at: &mut Path, wanted: &impl Fn(&[Step], &Value) -> bool, found: &mut Vec<Path>) {
        if !at.is_empty() && wanted(at, value) {
            found.push(at.clone());
        }
        let children: Vec<(Step, &Value)> = match value {
            Value::Table(table) => table.iter().map(|(key, child)| (Step::Key(key.clone()), child)).collect(),
            Value::Array(all) => all.iter().enumerate().map(|(i, child)| (Step::Index(i), child)).collect(),
            _ => Vec::new(),
        };
        for (step, child) in children {
            at.push(step);
            walk(child, at, wanted, found);
            at.pop();
        }
    }
    let mut found = Vec::new();
    walk(root, &mut Vec::new(), &wanted, &mut found);
    found
}

fn at<'a>(root: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(root, |value, step| match (value, step) {
        (Value::Table(table), Step::Key(key)) => table.get_mut(key),
        (Value::Array(all), Step::Index(i)) => all.get_mut(*i),
        _ => None,
    })
}

fn remove(root: &mut Value, path: &[Step]) -> Option<Value> {
    let (last, parent) = path.split_last()?;
    match (at(root, parent)?, last) {
        (Value::Table(table), Step::Key(key)) => table.remove(key),
        (Value::Array(all), Step::Index(i)) if *i < all.len() => Some(all.remove(*i)),
        _ => None,
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}

fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Table(_) | Value::Array(_))
}

/// The key nearest to the end of a path.
fn key(path: &[Step]) -> &str {
    let mut keys = path.iter().rev().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    keys.next().unwrap_or_default()
}

/// An edit after which a scenario is likely to be valid still.
fn edit_gently(root: &mut Value, luck: &mut Luck) {
    match luck.below(8) {
        0..3 => {
            // A number a little larger or smaller, or at an end of many a range.
            let Some(path) = luck.pick(&paths(root, |_, value| is_number(value))).cloned() else { return };
            let Some(value) = at(root, &path) else { return };
            match value {
                Value::Float(x) => {
                    let others =
                        [*x * 0.9, *x * 0.5, *x * 1.1, *x + 0.01, 0.0, 1.0, 0.5, 1e-300, 5e-324, -0.0];
                    *x = *luck.pick(&others).expect("there are some");
                }
                Value::Integer(n) => {
                    let others = [n.saturating_add(1), n.saturating_sub(1), 1, *n];
                    *n = *luck.pick(&others).expect("there are some");
                }
                _ => {}
            }
        }
        3 | 4 => swap(root, luck, true),
        5 => permute(root, luck),
        6 => {
            // What many keys can do without.
            let beside = [
                "source",
                "note",
                "sources",
                "name",
                "title",
                "description",
                "lab",
                "episode",
                "corridor",
                "tie",
                "event",
            ];
            let found = paths(root, |path, _| {
                beside.contains(&key(path)) && matches!(path.last(), Some(Step::Key(_)))
            });
            if let Some(path) = luck.pick(&found) {
                remove(root, path);
            }
        }
        _ => {
            let Some(path) = luck.pick(&paths(root, |_, value| value.is_str())).cloned() else { return };
            if ["source", "note", "title", "description", "text", "name"].contains(&key(&path)) {
                *at(root, &path).expect("it is there") = Value::String(odd_text(luck));
            }
        }
    }
}

/// Any edit.
fn edit(root: &mut Value, luck: &mut Luck) {
    let any = |_: &[Step], _: &Value| true;
    let chosen = |root: &Value, luck: &mut Luck, wanted: &dyn Fn(&[Step], &Value) -> bool| {
        luck.pick(&paths(root, wanted)).cloned().unwrap_or_default()
    };
    match luck.below(11) {
        // Deleted: a key, an element, a table.
        0 => drop(remove(root, &chosen(root, luck, &any))),
        1 => drop(remove(root, &chosen(root, luck, &|_, value| !is_leaf(value)))),
        // Misspelt, or another key's name.
        2 => {
            let path = chosen(root, luck, &|path, _| matches!(path.last(), Some(Step::Key(_))));
            let other = chosen(root, luck, &any);
            if let Some(value) = remove(root, &path) {
                let mut name = key(&path).to_string();
                match luck.below(3) {
                    0 => drop(name.pop()),
                    1 => name.push('s'),
                    _ => name = key(&other).to_string(),
                }
                if let Some(Value::Table(table)) = at(root, &path[..path.len() - 1]) {
                    table.insert(name, value);
                }
            }
        }
        // Doubled: an element, or a value somewhere else.
        3 => {
            let path = chosen(root, luck, &|path, _| matches!(path.last(), Some(Step::Index(_))));
            if let Some(copy) = at(root, &path).cloned()
                && let Some(Value::Array(all)) = at(root, &path[..path.len().saturating_sub(1)])
            {
                all.push(copy);
            }
        }
        4 => swap(root, luck, false),
        5 => permute(root, luck),
        6 => {
            let path = chosen(root, luck, &|_, value| is_number(value));
            let extreme = extreme(luck);
            set(root, &path, extreme);
        }
        7 => {
            let path = chosen(root, luck, &any);
            let other = another_type(luck);
            set(root, &path, other);
        }
        8 => {
            let path = chosen(root, luck, &|_, value| value.is_str());
            let text = odd_text(luck);
            set(root, &path, Value::String(text));
        }
        9 => {
            // Dates out of order.
            let path = chosen(root, luck, &|path, value| is_number(value) && DATES.contains(&key(path)));
            let years =
                [1e9, -1.0, 0.0, 1_999.999_999, 2001.0, 2050.5, 1900.0, 2_147_483_647.0, -2_147_483_649.0];
            let year = *luck.pick(&years).expect("there are some");
            let whole = luck.below(2) == 0;
            set(root, &path, if whole { Value::Integer(year as i64) } else { Value::Float(year) });
        }
        // Numbers at a place that has none.
        _ => {
            let path = chosen(root, luck, &|_, value| matches!(value, Value::Table(_)));
            if let Some(Value::Table(table)) = at(root, &path) {
                let name = ["mean", "sd", "low", "high", "alpha", "beta", "mode", "year", "count", "of", ""];
                let name = (*luck.pick(&name).expect("there are some")).to_string();
                table.insert(name, extreme(luck));
            }
        }
    }
}

fn set(root: &mut Value, path: &[Step], new: Value) {
    if let Some(value) = at(root, path)
        && !path.is_empty()
    {
        *value = new;
    }
}

/// Swaps two values, of the same key if so asked.
fn swap(root: &mut Value, luck: &mut Luck, alike: bool) {
    let Some(one) = luck.pick(&paths(root, |_, value| is_leaf(value))).cloned() else { return };
    let others = paths(root, |path, value| is_leaf(value) && (!alike || key(path) == key(&one)));
    let Some(other) = luck.pick(&others) else { return };
    let (Some(a), Some(b)) = (at(root, &one).cloned(), at(root, other).cloned()) else { return };
    if alike && is_number(&a) != is_number(&b) {
        return;
    }
    set(root, &one, b);
    set(root, other, a);
}

fn permute(root: &mut Value, luck: &mut Luck) {
    let Some(path) = luck.pick(&paths(root, |_, value| value.is_array())).cloned() else { return };
    let Some(Value::Array(all)) = at(root, &path) else { return };
    for i in (1..all.len()).rev() {
        all.swap(i, luck.below(i + 1));
    }
}

fn extreme(luck: &mut Luck) -> Value {
    let floats = [
        0.0,
        -0.0,
        -1.0,
        1.0,
        2.0,
        1e308,
        -1e308,
        1.7e308,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
        1e-308,
        1e16,
        1e200,
        0.1 + 0.2,
        365.0,
        1e6,
    ];
    let whole =
        [0, -1, 1, 2, 366, 10_000, 1_000_000_000, i64::MAX, i64::MIN, (1 << 53) + 1, 1 << 32, (1 << 31) - 1];
    if luck.below(3) == 0 {
        Value::Integer(*luck.pick(&whole).expect("there are some"))
    } else {
        Value::Float(*luck.pick(&floats).expect("there are some"))
    }
}

fn another_type(luck: &mut Luck) -> Value {
    match luck.below(8) {
        0 => Value::String(String::new()),
        1 => Value::Boolean(luck.below(2) == 0),
        2 => Value::Array(Vec::new()),
        3 => Value::Table(Table::new()),
        4 => Value::Array(vec![extreme(luck), Value::String("all".into()), Value::Table(Table::new())]),
        5 => Value::Datetime("1979-05-27T07:32:00Z".parse().expect("a date")),
        6 => Value::Table(Table::from_iter([
            ("mean".to_string(), extreme(luck)),
            ("sd".to_string(), extreme(luck)),
        ])),
        _ => Value::String(odd_text(luck)),
    }
}

fn odd_text(luck: &mut Luck) -> String {
    let texts = [
        "",
        " ",
        "all",
        "\0",
        "a\u{7}b\u{1b}[31mred",
        "\u{202e}drawkcab",
        "é\u{301}́",
        "line\nline",
        "\u{feff}id",
        "../..",
        "a.b",
        "*",
        "NaN",
    ];
    match luck.below(texts.len() + 2) {
        n if n < texts.len() => texts[n].to_string(),
        n if n == texts.len() => "long ".repeat(40_000),
        _ => "界".repeat(3000),
    }
}

/// The text with a line or some letters lost, doubled, moved or put in.
fn damaged(text: &str, luck: &mut Luck) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let (a, b) = (luck.below(lines.len()), luck.below(lines.len()));
    match luck.below(9) {
        0 => drop(lines.remove(a)),
        1 => lines.insert(b, lines[a]),
        2 => lines.swap(a, b),
        3 => lines.truncate(a),
        4 => drop(lines.drain(a.min(b)..a.max(b))),
        5 => return lines.join("\r\n"),
        6 => return lines.join("\r"),
        7 => return format!("\u{feff}{text}"),
        _ => {
            let mut letters: Vec<char> = text.chars().collect();
            let odd = [
                '\0', '\u{7f}', '=', '"', '\'', '[', ']', '{', '#', ',', '.', '\u{2028}', '界', '-', '\t',
                '\r',
            ];
            for _ in 0..=luck.below(3) {
                let place = luck.below(letters.len());
                match luck.below(3) {
                    0 => drop(letters.remove(place)),
                    1 => letters.insert(place, *luck.pick(&odd).expect("there are some")),
                    _ => letters[place] = *luck.pick(&odd).expect("there are some"),
                }
            }
            return letters.into_iter().collect();
        }
    }
    lines.join("\n")
}
