//! Text of users as messages show it: no longer than a message bears, and without what a terminal would obey.
//!
//! What is said of a file, an argument or a cell goes through here before it is part of a sentence. It knows no format.

use std::borrow::Cow;

/// Characters of a user's text that a message shows.
const MOST: usize = 120;
/// Characters at the end of those, where a text is cut.
const TAIL: usize = 20;

/// Whether a terminal would obey a character instead of showing it: control characters, and those that turn the direction
/// of a line or cannot be seen. Joiners and marks of direction, which some scripts need, are not among them.
///
/// ```
/// use suasion::excerpt::is_unseen;
/// assert!(is_unseen('\u{1b}') && is_unseen('\u{202e}') && is_unseen('\n') && !is_unseen('ß') && !is_unseen('ن'));
/// ```
pub fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text of any length with what a terminal would obey written as escapes.
///
/// ```
/// use suasion::excerpt::shown;
/// assert_eq!(shown("Viet Nam"), "Viet Nam");
/// assert_eq!(shown("a\u{1b}[31m\tb"), "a\\u{1b}[31m\\tb");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out.into()
}

/// A text as a part of a sentence: [`shown`], and cut in the middle to about 120 characters.
///
/// ```
/// use suasion::excerpt::excerpt;
/// assert_eq!(excerpt("openness"), "openness");
/// let long = "x".repeat(200_000);
/// let long = excerpt(&long);
/// assert_eq!((long.chars().count(), long.matches('…').count()), (120, 1));
/// ```
pub fn excerpt(text: &str) -> Cow<'_, str> {
    match cut(text, MOST, TAIL) {
        Cow::Borrowed(text) => shown(text),
        Cow::Owned(text) => shown(&text).into_owned().into(),
    }
}

/// The same in double quotes, in which quotes are escaped.
///
/// ```
/// assert_eq!(suasion::excerpt::quoted("a \"b\""), r#""a \"b\"""#);
/// ```
pub fn quoted(text: &str) -> String {
    format!("{:?}", cut(text, MOST, TAIL))
}

/// A text cut in the middle to so many characters, some of them at its end.
fn cut(text: &str, most: usize, tail: usize) -> Cow<'_, str> {
    if text.chars().nth(most).is_none() {
        return text.into();
    }
    let head: String = text.chars().take(most - tail - 1).collect();
    let mut end: Vec<char> = text.chars().rev().take(tail).collect();
    end.reverse();
    format!("{head}…{}", end.into_iter().collect::<String>()).into()
}

/// A number as a person writes it: without the hundreds of zeros of one that is very large or very small.
///
/// ```
/// use suasion::excerpt::number;
/// assert_eq!([0.5, 1e15, 1e308, -1e-320].map(number), ["0.5", "1000000000000000", "1e308", "-1e-320"]);
/// ```
pub fn number(x: f64) -> String {
    let is_long = x.is_finite() && x != 0.0 && !(1e-9..1e16).contains(&x.abs());
    if is_long { format!("{x:e}") } else { x.to_string() }
}

/// A line of a text and where in it something is: as much of the line as [`excerpt`] shows, with that place in it.
///
/// ```
/// use suasion::excerpt::around;
/// assert_eq!(around("title = = 3", 8), "title = = 3");
/// let line = format!("x = [{}", "1, ".repeat(1000));
/// let part = around(&line, 1500);
/// assert!(part.starts_with('…') && part.ends_with('…') && part.chars().count() <= 122);
/// ```
pub fn around(line: &str, at: usize) -> String {
    let before = line.get(..at).map_or(0, |before| before.chars().count());
    let first = if line.chars().nth(MOST).is_none() { 0 } else { before.saturating_sub(MOST / 2) };
    let part: String = line.chars().skip(first).take(MOST).collect();
    let ends =
        [first > 0, line.chars().nth(first + MOST).is_some()].map(|is_cut| if is_cut { "…" } else { "" });
    format!("{}{}{}", ends[0], shown(&part), ends[1])
}

/// A sentence of one line, with texts of users in it that nobody cut before: [`shown`], and cut in the middle to about 1,000 characters.
///
/// ```
/// use suasion::excerpt::sentence;
/// assert_eq!(sentence("unknown state `a\nb`"), "unknown state `a\\nb`");
/// assert!(sentence(&"y".repeat(100_000)).chars().count() <= 1000);
/// ```
pub fn sentence(text: &str) -> String {
    shown(&cut(text, 1000, 400)).into_owned()
}

/// A whole message before it is printed, each of its lines as a [`sentence`]: the last that looks at it.
///
/// ```
/// use suasion::excerpt::message;
/// assert_eq!(message("one\ntwo\u{7}"), "one\ntwo\\u{7}");
/// ```
pub fn message(text: &str) -> String {
    text.split('\n').map(sentence).collect::<Vec<_>>().join("\n")
}
