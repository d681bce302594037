//! What is wrong with an expression, with its place in the text.

use std::fmt;
use std::ops::Range;

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The bytes of the text that it is about.
    pub at: Range<usize>,
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// What may help.
    pub hint: Option<String>,
    /// What it is about.
    pub cause: Cause,
}

/// What a problem is about, for whoever can say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The form of the text.
    Form,
    /// Numbers and truth values that were mixed up, or a function without what it needs.
    Sense,
    /// A name that nobody knows.
    Name,
    /// A function that there is not.
    Function,
}

/// Characters of a line that are shown on each side of what is wrong.
const AROUND: usize = 60;

impl Problem {
    /// Line and column of what is wrong, both from 1; columns count characters.
    ///
    /// ```
    /// let problem = suasion_expression::syntax::parse("1 +\n  é").unwrap_err();
    /// assert_eq!(problem.position("1 +\n  é"), (2, 3));
    /// ```
    pub fn position(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.at.start).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }

    /// The line of the text with a mark under what is wrong, as two lines.
    ///
    /// ```
    /// let text = "reactance * (1 - motivation";
    /// let problem = suasion_expression::syntax::parse(text).unwrap_err();
    /// assert_eq!(problem.marked(text), "reactance * (1 - motivation\n            ^");
    /// ```
    pub fn marked(&self, text: &str) -> String {
        let (line, column) = self.position(text);
        let line: Vec<char> = text.lines().nth(line - 1).unwrap_or_default().chars().collect();
        let at = column - 1;
        let length = text.get(self.at.clone()).map_or(1, |of| of.chars().take_while(|c| *c != '\n').count());
        let first = at.saturating_sub(AROUND);
        let last = line.len().min(at + length.min(AROUND) + AROUND);
        let cut = |cut: bool| if cut { "..." } else { "" };
        let shown: String =
            line[first.min(last)..last].iter().map(|c| if *c == '\t' { ' ' } else { *c }).collect();
        let before = " ".repeat(cut(first > 0).len() + at - first);
        let marks = "^".repeat(length.clamp(1, AROUND));
        format!("{}{shown}{}\n{before}{marks}", cut(first > 0), cut(last < line.len()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}
