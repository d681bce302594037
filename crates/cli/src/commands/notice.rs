//! Sentences on standard error: errors, warnings, what is done about a place. On a terminal they are wrapped to its width; elsewhere a sentence is one line, so
//! that scripts can search for it.

use super::table::wrapped;
use std::io::{IsTerminal, Write, stderr};
use std::sync::OnceLock;

/// Fewer columns than this hold no sentence.
const LEAST: usize = 40;

/// Whether lines are to be as wide as they are, once the command line is read.
static WIDE: OnceLock<bool> = OnceLock::new();

/// Says whether lines are to be as wide as they are (`--wide`).
pub(super) fn be_wide(wide: bool) {
    let _ = WIDE.set(wide);
}

/// Says a sentence, or several, a line each. Nobody may be there to read it, which is no reason to panic.
pub(super) fn notice(text: &str) {
    let asked = || std::env::var("COLUMNS").ok()?.parse().ok();
    let terminal = || terminal_size::terminal_size_of(stderr()).map(|(width, _)| usize::from(width.0));
    let wide = WIDE.get().copied().unwrap_or(false) || !stderr().is_terminal();
    let width = if wide { None } else { asked().or_else(terminal).map(|width: usize| width.max(LEAST)) };
    let _ = writeln!(stderr(), "{}", set(text, width));
}

/// Lines between words, each under the first; a word longer than a line, as a place in a file, stays whole.
fn set(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return text.into() };
    text.lines().map(|line| wrapped(line, width, false).join("\n")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_wrapped_on_a_terminal_and_their_places_stay_whole() {
        let told = "error: a/long/folder/of/scenarios/mine.toml:1234: state.IDN.capacity: found 0, expected a number above 0\nmine.toml:7: x";
        assert_eq!(set(told, None), told);
        assert_eq!(
            set(told, Some(40)),
            "error:\na/long/folder/of/scenarios/mine.toml:1234:\nstate.IDN.capacity: found 0, expected a\nnumber above 0\nmine.toml:7: x"
        );
        assert_eq!(set("short", Some(40)), "short");
    }
}
