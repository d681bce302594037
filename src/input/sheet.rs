//! A table in CSV: its columns by name, its rows with their lines, and what is wrong with its form.

use crate::excerpt::quoted;
use std::collections::BTreeSet;

/// Headers that programs give to a first column that only names the rows.
const ROW_NAMES: [&str; 2] = ["", "Unnamed: 0"];
const COMMAS: &str = "columns are separated by commas, and decimal numbers have a point";
const WITHOUT_NAMES: &str = "a cell more than there are columns: if it is the name of the row, write the table without them (row.names = FALSE, index = False)";

/// One thing that is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Line in the file, from 1.
    pub line: u64,
    /// The column that it is about; empty for none.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// What may help.
    pub hint: Option<String>,
}

impl Trouble {
    fn new(line: u64, column: &str, what: impl Into<String>, hint: Option<&str>) -> Trouble {
        Trouble { line, column: column.into(), what: what.into(), hint: hint.map(str::to_string) }
    }
}

/// Whether a header of a first column says that it only names the rows, as R and pandas write it.
pub fn is_row_names(header: &str) -> bool {
    ROW_NAMES.contains(&header)
}

/// A table, whose columns are known.
#[derive(Clone, Debug)]
pub struct Sheet<'t> {
    text: &'t str,
    columns: Vec<String>,
    /// Place of each column in a record.
    places: Vec<usize>,
    /// Cells of a record.
    width: usize,
    /// Lines before the text, which are notes.
    above: u64,
    /// Line of the names.
    line: u64,
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Line in the file, from 1.
    pub line: u64,
    record: &'r csv::StringRecord,
    places: &'r [usize],
}

impl<'r> Row<'r> {
    /// The cell of a column, by its place among the columns.
    pub fn cell(&self, column: usize) -> &'r str {
        self.places.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default()
    }

    /// All cells, in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let (record, places) = (self.record, self.places);
        places.iter().map(|place| record.get(*place).unwrap_or_default())
    }
}

impl<'t> Sheet<'t> {
    /// Reads the names of a table's columns. Lines above them that begin with `#` are notes, and passed over. A first column that only names the rows is passed over. `known` says which columns
    /// such a table may have: where it has none of them, nothing of the file is told, since it may be none of the user's.
    ///
    /// ```
    /// use suasion::input::Sheet;
    /// let sheet = Sheet::open("\"\",id,name\n\"1\",IDN,Indonesia\n", &|name| name == "id").unwrap();
    /// assert_eq!(sheet.columns(), ["id", "name"]);
    /// let secret = Sheet::open("root:x:0:0\n", &|name| name == "id").unwrap_err();
    /// assert_eq!(secret.what, "its first line names no column that such a table has");
    /// ```
    ///
    /// # Errors
    /// If it is empty, its columns are not separated by commas, none of them is known, or a quote is never closed. Columns given twice are told by
    /// [`Sheet::repeated`].
    pub fn open(text: &'t str, known: &dyn Fn(&str) -> bool) -> Result<Sheet<'t>, Trouble> {
        let whole = text;
        let text = below_notes(whole);
        let above = whole[..whole.len() - text.len()].matches('\n').count() as u64;
        let headers = match reader(text).headers() {
            Ok(headers) => headers.clone(),
            Err(error) => return Err(Trouble::new(1 + above, "", error.to_string(), None)),
        };
        let line = 1 + above + leading_lines(text);
        if headers.iter().all(str::is_empty) {
            let hint = Some("its first line names the columns");
            return Err(Trouble::new(line, "", "the file is empty", hint));
        }
        let known = |name: &str| known(name) || known(&name.to_lowercase());
        if !headers.iter().any(known) {
            let other = [';', '\t', '|'].into_iter().find(|separator| {
                headers.iter().any(|header| {
                    header.contains(*separator)
                        && header.split(*separator).any(|part| known(part.trim_matches(['"', ' '])))
                })
            });
            return Err(match other {
                Some(_) => {
                    let found = quoted(&headers[0]);
                    Trouble::new(
                        line,
                        "",
                        format!("found one column, `{}`", found.trim_matches('"')),
                        Some(COMMAS),
                    )
                }
                None => Trouble::new(line, "", "its first line names no column that such a table has", None),
            });
        }
        if let Some(opened) = unclosed(text) {
            let hint = Some("all below it is one cell; a quote within a text in quotes is written twice");
            return Err(Trouble::new(above + opened, "", "a quote is opened and never closed", hint));
        }
        let mut sheet =
            Sheet { text, columns: Vec::new(), places: Vec::new(), width: headers.len(), above, line };
        for (place, header) in headers.iter().enumerate() {
            if header.is_empty() || (place == 0 && is_row_names(header)) {
                continue;
            }
            sheet.columns.push(header.into());
            sheet.places.push(place);
        }
        Ok(sheet)
    }

    /// The columns given twice, which no table may have.
    pub fn repeated(&self) -> Vec<Trouble> {
        let mut seen = BTreeSet::new();
        let again = self.columns.iter().filter(|column| !seen.insert(*column));
        again.map(|column| Trouble::new(self.line, column, "a column given twice", None)).collect()
    }

    /// The line that names the columns.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Place of a column among the columns.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Names of the columns, as a sentence lists them.
    pub fn listed(&self) -> String {
        self.columns.join(", ")
    }

    /// Hands over each row, or what is wrong with its form. A row of empty cells alone is passed over.
    pub fn each(&self, mut take: impl FnMut(Result<Row<'_>, Trouble>)) {
        let mut reader = reader(self.text);
        let mut record = csv::StringRecord::new();
        loop {
            let more = reader.read_record(&mut record);
            let line = record
                .position()
                .map_or(0, |at| self.above + at.line() + leading_lines(&self.text[at.byte() as usize..]));
            match more {
                Ok(false) => return,
                Ok(true) if record.iter().all(str::is_empty) => {}
                Ok(true) => take(self.row(line, &record)),
                Err(error) => {
                    take(Err(Trouble::new(line, "", error.to_string(), None)));
                    return;
                }
            }
        }
    }

    fn row<'r>(&'r self, line: u64, record: &'r csv::StringRecord) -> Result<Row<'r>, Trouble> {
        let cells = record.len();
        if cells != self.width {
            let what = format!("found {cells} cells, expected {}", self.width);
            let hint = if cells == self.width + 1 {
                format!(
                    "the columns are {}; {WITHOUT_NAMES}; a text with a comma stands in quotes",
                    self.listed()
                )
            } else {
                format!("the columns are {}; an empty cell keeps its comma", self.listed())
            };
            return Err(Trouble::new(line, "", what, Some(&hint)));
        }
        let nameless =
            (1..self.width).find(|place| !self.places.contains(place) && !record[*place].is_empty());
        if let Some(place) = nameless {
            let what = format!("found {} in column {}, which has no name", quoted(&record[place]), place + 1);
            return Err(Trouble::new(line, "", what, Some("name the column in the first line")));
        }
        Ok(Row { line, record, places: &self.places })
    }
}

/// Whether two spans of time have a moment in common; ends are not part of them.
pub fn spans(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    // Lengths are checked here, where a sentence can say what may have happened.
    builder.trim(csv::Trim::All).flexible(true);
    builder.from_reader(text.as_bytes())
}

/// The line in which a quote is opened that is never closed: the reader of records would take all below it for one cell.
fn unclosed(text: &str) -> Option<u64> {
    let (mut line, mut begins) = (1, true);
    // Where the quote was opened in which the text stands, and the one that the character before closed.
    let (mut opened, mut closed) = (None, None);
    for byte in text.bytes() {
        let just_closed = closed.take();
        if byte == b'"' {
            match (opened, just_closed) {
                (Some(_), _) => closed = opened.take(),
                // Written twice, it is a quote within the text.
                (None, Some(_)) => opened = just_closed,
                (None, None) if begins => opened = Some(line),
                (None, None) => {}
            }
        }
        begins = opened.is_none() && matches!(byte, b',' | b'\n' | b'\r');
        line += u64::from(byte == b'\n');
    }
    opened
}

/// A text from its first line on that is neither empty nor a note.
fn below_notes(text: &str) -> &str {
    let mut rest = text;
    while let Some(line) = rest.lines().next().filter(|line| line.is_empty() || line.starts_with('#')) {
        let after = &rest[line.len()..];
        rest = after.strip_prefix("\r\n").or(after.strip_prefix('\n')).unwrap_or(after);
        if after.is_empty() {
            break;
        }
    }
    rest
}

/// Empty lines at the beginning, which the reader of records passes over without counting them to the place of the record.
fn leading_lines(text: &str) -> u64 {
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    text[..blank].matches('\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row with its line, or what is wrong on a line.
    type Told = Result<(u64, Vec<String>), (u64, String)>;

    fn rows(text: &str) -> Vec<Told> {
        let mut all = Vec::new();
        let sheet = Sheet::open(text, &|name| ["id", "x"].contains(&name)).unwrap();
        sheet.each(|row| {
            all.push(match row {
                Ok(row) => Ok((row.line, row.cells().map(str::to_string).collect())),
                Err(trouble) => Err((trouble.line, trouble.what)),
            });
        });
        all
    }

    #[expect(clippy::unnecessary_wraps, reason = "as rows are told")]
    fn row(line: u64, cells: [&str; 2]) -> Told {
        Ok((line, cells.map(str::to_string).to_vec()))
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_with_its_line() {
        let refused = |text: &str| {
            Sheet::open(text, &|name| name == "id").err().map(|trouble| (trouble.line, trouble.what))
        };
        let told = |line: u64| Some((line, "a quote is opened and never closed".to_string()));
        assert_eq!(refused("# a note\nid,x\nA,\"1\nB,2\n"), told(3));
        assert_eq!(refused("id,x\n\"A\"\"\nB\",1\nC,\"\"\"2\n"), told(4));
        for closed in
            ["id,x\nA,\"1\"\n", "id,x\n\"A \"\"b\"\"\",1\n", "id,x\n5\" wide,1\n", "id,x\n\"A\nB\",\"\"\n"]
        {
            assert_eq!(refused(closed), None, "{closed}");
        }
    }

    #[test]
    fn rows_have_their_own_lines_whatever_is_between_them() {
        assert_eq!(rows("id,x\nA,1\n\n\nB,2\n"), [row(2, ["A", "1"]), row(5, ["B", "2"])]);
        assert_eq!(
            rows("# a note\r\n\r\nid,x\r\nA,1\r\n\r\n,\r\nB,2\r\n"),
            [row(4, ["A", "1"]), row(7, ["B", "2"])]
        );
        assert_eq!(rows("id,x\n\"A\nB\",1\nC,2"), [row(2, ["A\nB", "1"]), row(4, ["C", "2"])]);
        assert_eq!(rows("id,x\n # no note, and no row\n")[0].clone().unwrap().0, 2);
    }

    #[test]
    fn names_of_rows_and_empty_columns_are_passed_over() {
        for text in ["\"\",\"id\",\"x\"\n\"1\",\"A\",\"1\"\n", "Unnamed: 0,id,x\n0,A,1\n", "id,x,,\nA,1,,\n"]
        {
            assert_eq!(rows(text), [row(2, ["A", "1"])], "{text}");
        }
        assert_eq!(
            rows("id,x,\nA,1,seen\n"),
            [Err((2, "found \"seen\" in column 3, which has no name".into()))]
        );
        let longer = Sheet::open("id,x\n1,A,1\n", &|name| name == "id").unwrap();
        longer.each(|row| assert!(row.unwrap_err().hint.unwrap().contains("row.names = FALSE")));
    }

    #[test]
    fn what_is_no_table_is_said_and_nothing_of_it_told() {
        let told = |text: &str| {
            let trouble = Sheet::open(text, &|name| ["id", "x"].contains(&name)).unwrap_err();
            (trouble.line, trouble.what, trouble.hint)
        };
        assert_eq!(
            told(""),
            (1, "the file is empty".into(), Some("its first line names the columns".into()))
        );
        assert_eq!(told("# only a note\n").1, "the file is empty");
        for text in ["id;x\nA;0,5\n", "\"id\";\"x\"\n", "id\tx\n", "ID;X\n"] {
            assert_eq!(told(text).2.as_deref(), Some(COMMAS), "{text}");
        }
        let twice = Sheet::open("id,x,id\n", &|name| name == "id").unwrap().repeated();
        assert_eq!((twice.len(), &*twice[0].column), (1, "id"));
        let secret = "root:$6$secret:19000:0\n";
        assert_eq!(told(secret), (1, "its first line names no column that such a table has".into(), None));
    }

    #[test]
    fn spans_meet_where_they_have_more_than_an_end_in_common() {
        assert!(spans((0.0, 2.0), (1.0, 3.0)) && spans((0.0, f64::INFINITY), (5.0, 6.0)));
        assert!(!spans((0.0, 1.0), (1.0, 2.0)) && !spans((3.0, 4.0), (1.0, 2.0)));
    }
}
