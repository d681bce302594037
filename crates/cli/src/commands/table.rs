//! Tables on the terminal. One that is wider than the terminal wraps its texts within their cells, and goes on below in parts that
//! begin with its key columns again; numbers are never cut, and nothing is left out.

use std::fmt::Write;
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, wrap};

/// Between columns.
const GAP: usize = 2;
/// Columns that a text has at least, where it has as many characters.
const LEAST: usize = 24;

/// What a column holds, and so how it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What its row is of: to the left, in every part.
    Key,
    /// Words, wrapped.
    Text,
    /// A bar or a course, as it is.
    Drawing,
    /// Numbers, to the right, point under point.
    Number,
    /// A sentence of its row: below the row where it has too little room beside it.
    Note,
}

/// A table: columns, key columns first, and rows.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Heads and kinds.
    columns: Vec<(String, Kind)>,
    rows: Vec<Vec<String>>,
    /// Lines that stand over the row of a number.
    headings: Vec<(usize, String)>,
}

/// Columns that stand side by side, with their widths.
type Part = Vec<(usize, usize)>;

impl Table {
    fn with<H: Into<String>>(mut self, kind: Kind, heads: impl IntoIterator<Item = H>) -> Table {
        self.columns.extend(heads.into_iter().map(|head| (head.into(), kind)));
        self
    }

    /// A table whose rows are of what its first column says.
    pub(super) fn of(key: impl Into<String>) -> Table {
        Table::default().key(key)
    }

    /// Names, each with words of it, without heads.
    pub(super) fn bare(rows: impl IntoIterator<Item = [String; 2]>) -> Table {
        let mut table = Table::of("").texts([""]);
        rows.into_iter().for_each(|row| table.row(row));
        table
    }

    /// Another column that says what the row is of.
    pub(super) fn key(self, head: impl Into<String>) -> Table {
        self.with(Kind::Key, [head])
    }

    /// Columns of words.
    pub(super) fn texts<H: Into<String>>(self, heads: impl IntoIterator<Item = H>) -> Table {
        self.with(Kind::Text, heads)
    }

    /// A column of bars or courses.
    pub(super) fn drawing(self, head: impl Into<String>) -> Table {
        self.with(Kind::Drawing, [head])
    }

    /// Columns of numbers, with their units in the heads.
    pub(super) fn numbers<H: Into<String>>(self, heads: impl IntoIterator<Item = H>) -> Table {
        self.with(Kind::Number, heads)
    }

    /// A last column of sentences.
    pub(super) fn note(self, head: impl Into<String>) -> Table {
        self.with(Kind::Note, [head])
    }

    /// Adds a row; cells that are left out at its end are empty.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a line over the rows that follow.
    pub(super) fn heading(&mut self, text: String) {
        self.headings.push((self.rows.len(), text));
    }

    /// Whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Cells of a column.
    fn cells(&self, c: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(c).map(String::as_str))
    }

    /// The text, in so many columns.
    pub(super) fn set(mut self, width: Option<usize>) -> String {
        let columns = width.unwrap_or(usize::MAX);
        (0..self.columns.len()).for_each(|c| self.point(c));
        let (parts, below) = self.parts(columns);
        let mut out = String::new();
        for (n, part) in parts.iter().enumerate() {
            let is_last = n + 1 == parts.len();
            out.push_str(if n > 0 { "\n" } else { "" });
            self.part(&mut out, part, below.filter(|_| is_last), columns);
        }
        if parts.len() > 1 {
            let _ = writeln!(out, "(in {} parts, to fit {columns} columns; --wide: in one)", parts.len());
        }
        out
    }

    /// Gives each number of a column room for as many decimals as the others have.
    fn point(&mut self, c: usize) {
        let most = self.cells(c).filter_map(decimals).max().filter(|_| self.columns[c].1 == Kind::Number);
        for cell in self.rows.iter_mut().filter_map(|row| row.get_mut(c)) {
            let room = most.zip(decimals(cell)).map_or(0, |(most, own)| most - own);
            cell.push_str(&" ".repeat(room));
        }
    }

    /// The least and the whole width of a column.
    fn widths(&self, c: usize, columns: usize) -> (usize, usize) {
        let (head, kind) = &self.columns[c];
        let longest = |text: &str| text.split_whitespace().map(display_width).max().unwrap_or(0);
        let cells = self.cells(c).map(display_width).max().unwrap_or(0);
        let whole = cells.max(display_width(head));
        // A key and a text stand side by side, however long they are.
        let thirds = match kind {
            Kind::Drawing | Kind::Number => return (cells.max(longest(head)), whole),
            Kind::Key => 2,
            Kind::Text | Kind::Note => 1,
        };
        let words = self.cells(c).map(longest).max().unwrap_or(0).max(longest(head));
        (words.max(LEAST).min(thirds * (columns.saturating_sub(GAP) / 3)).min(whole), whole)
    }

    /// The columns of each part, and the column that is told below the rows.
    fn parts(&self, columns: usize) -> (Vec<Part>, Option<usize>) {
        let widths: Vec<_> = (0..self.columns.len()).map(|c| self.widths(c, columns)).collect();
        let is_key = |c: &usize| self.columns[*c].1 == Kind::Key;
        let keys: Vec<usize> = (0..self.columns.len()).filter(is_key).collect();
        let least = |part: &[usize]| part.iter().map(|c| widths[*c].0 + GAP).sum::<usize>() - GAP;
        let (mut parts, mut below) = (vec![keys.clone()], None);
        for c in keys.len()..self.columns.len() {
            let last = parts.len() - 1;
            parts[last].push(c);
            if parts[last].len() > keys.len() + 1 && least(&parts[last]) > columns {
                parts[last].pop();
                match self.columns[c].1 {
                    Kind::Note => below = Some(c),
                    _ => parts.push([&keys[..], &[c]].concat()),
                }
            }
        }
        let grown = |part: Vec<usize>| {
            let mut room = columns.saturating_sub(least(&part));
            let grow = |c: usize| {
                let (least, whole) = widths[c];
                let more = (whole - least).min(room);
                room -= more;
                (c, least + more)
            };
            part.into_iter().map(grow).collect()
        };
        (parts.into_iter().map(grown).collect(), below)
    }

    fn part(&self, out: &mut String, part: &Part, below: Option<usize>, columns: usize) {
        let head = part.iter().map(|(c, width)| wrapped(&self.columns[*c].0, *width, true));
        let head: Vec<_> = head.collect();
        if part.iter().any(|(c, _)| !self.columns[*c].0.is_empty()) {
            let height = head.iter().map(Vec::len).max().unwrap_or(0);
            // Heads stand on the first row.
            let head = head.into_iter().map(|cell| [vec![String::new(); height - cell.len()], cell].concat());
            self.side_by_side(out, part, &head.collect::<Vec<_>>());
        }
        let line = |out: &mut String, text: &str| {
            let _ = writeln!(out, "{}", wrapped(text, columns, false).join("\n"));
        };
        for n in 0..=self.rows.len() {
            let headings = self.headings.iter().filter(|(row, _)| *row == n);
            headings.for_each(|(_, text)| line(out, text));
            let Some(row) = self.rows.get(n) else { break };
            let cell = |c: usize| row.get(c).map_or("", String::as_str);
            let set = |(c, width): &(usize, usize)| match self.columns[*c].1 {
                Kind::Number | Kind::Drawing => vec![cell(*c).to_string()],
                _ => wrapped(cell(*c), *width, true),
            };
            self.side_by_side(out, part, &part.iter().map(set).collect::<Vec<_>>());
            let note = below.map(cell).filter(|note| !note.is_empty());
            if let Some(note) = note {
                line(out, &format!("    {note}"));
            }
        }
    }

    /// Writes cells, each of some lines.
    fn side_by_side(&self, out: &mut String, part: &Part, cells: &[Vec<String>]) {
        for n in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = String::new();
            for ((c, width), cell) in part.iter().zip(cells) {
                let text = cell.get(n).map_or("", String::as_str);
                let pad = " ".repeat(width.saturating_sub(display_width(text)));
                let [left, right] =
                    if self.columns[*c].1 == Kind::Number { [&*pad, text] } else { [text, &pad] };
                let _ = write!(line, "{left}{right}{:GAP$}", "");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

/// Decimals of a number, its point included; none of what is no number.
fn decimals(cell: &str) -> Option<usize> {
    let is_number = cell.parse::<f64>().is_ok() && !cell.contains('e');
    is_number.then(|| cell.find('.').map_or(0, |point| cell.len() - point))
}

/// Lines of a text, wrapped between words under its own indent, an interval in one; words longer than a line are cut only where
/// they may be.
pub(super) fn wrapped(text: &str, width: usize, cut: bool) -> Vec<String> {
    const KEPT: char = '\u{a0}';
    let indent = &text[..text.len() - text.trim_start().len()];
    let mut bound = String::new();
    for word in text.split_inclusive(' ') {
        let opens = word.contains('[') && word.ends_with(", ");
        bound += word.strip_suffix(' ').filter(|_| opens).unwrap_or(word);
        bound.extend(opens.then_some(KEPT));
    }
    let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation).break_words(cut);
    wrap(&bound, options.subsequent_indent(indent)).iter().map(|line| line.replace(KEPT, " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Table {
        let mut table =
            Table::of("state").drawing("course").numbers(["start", "interval"]).texts(["what it is"]);
        for (name, start) in [("Aldova", "0.25"), ("Beréza and the Isles", "12.5"), ("Crania", "-")] {
            let cells = [name, "▃▄", start, "[0.10, 0.20]", "a state that was made up"];
            table.row(cells.map(String::from));
        }
        table
    }

    #[test]
    fn a_table_that_fits_is_set_in_one_with_point_under_point() {
        let expected = "\
state                 course  start      interval  what it is
Aldova                ▃▄       0.25  [0.10, 0.20]  a state that was made up
Beréza and the Isles  ▃▄      12.5   [0.10, 0.20]  a state that was made up
Crania                ▃▄          -  [0.10, 0.20]  a state that was made up
";
        assert_eq!(states().set(None), expected);
        assert_eq!(states().set(Some(80)), expected);
    }

    #[test]
    fn a_table_that_is_too_wide_goes_on_below_and_nothing_is_lost() {
        let expected = "\
state                 course  start
Aldova                ▃▄       0.25
Beréza and the Isles  ▃▄      12.5
Crania                ▃▄          -

state                     interval
Aldova                [0.10, 0.20]
Beréza and the Isles  [0.10, 0.20]
Crania                [0.10, 0.20]

state                 what it is
Aldova                a state that was
                      made up
Beréza and the Isles  a state that was
                      made up
Crania                a state that was
                      made up
(in 3 parts, to fit 40 columns; --wide: in one)
";
        assert_eq!(states().set(Some(40)), expected);
    }

    #[test]
    fn numbers_are_never_cut_and_notes_go_below_their_row() {
        let mut table = Table::of("path").numbers(["a number of many words"]).note("meaning");
        table.heading("over both".into());
        table.row(["parameters.a".into(), "123456789.25".into(), "what it means, at some length".into()]);
        table.row(["parameters.b".into(), "1".into()]);
        let expected = [
            "                a number of",
            "path             many words",
            "over both",
            "parameters.a   123456789.25",
            "    what it means, at some",
            "    length",
            "parameters.b           1",
        ];
        assert_eq!(table.set(Some(27)).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_are_wrapped_under_their_own_indent() {
        assert_eq!(wrapped("  one two three", 9, false), ["  one two", "  three"]);
        assert_eq!(
            wrapped("out/a-long-path/of-a-folder it", 9, false),
            ["out/a-long-path/of-a-folder", "it"]
        );
        assert_eq!(wrapped("日本日本", 4, true), ["日本", "日本"]);
        assert_eq!(wrapped("", 9, true), [""]);
        assert_eq!(wrapped("from [0.1, 0.2] on", 12, false), ["from", "[0.1, 0.2]", "on"]);
    }
}
