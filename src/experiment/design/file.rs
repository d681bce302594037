//! Tables of numbers from elsewhere: points, as a CSV file whose columns are scenario paths or as a bare matrix in the
//! order of the axes (so `numpy.savetxt` writes SALib's samples), and outcomes at points. Numbers are checked; where a
//! path leads is not.

use crate::excerpt::quoted;
use crate::input::{self, is_row_names};
use crate::scenario::{Problem, ScenarioError};
use std::path::Path;

/// At most this many bad cells are told.
const MOST_PROBLEMS: usize = 20;
/// A column of this name numbers the points in files that this program writes, and is no axis.
const NUMBER: &str = "point";

/// Numbers as read: for points, a value of every path for each row.
///
/// ```
/// use suasion::experiment::design::Table;
/// let table = Table::parse("points.csv", "parameters.drift,regime.tvpa.severity\n0.1,1\n0.2,2e0\n", &[])?;
/// assert_eq!(table.paths, ["parameters.drift", "regime.tvpa.severity"]);
/// assert_eq!(table.values, [0.1, 1.0, 0.2, 2.0]);
/// let bare = Table::parse("samples.txt", "1.0e-01 1\n2.0e-01 2\n", &table.paths)?;
/// assert_eq!(bare, table);
/// # Ok::<(), suasion::scenario::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Paths of the columns, at least one, each once.
    pub paths: Vec<String>,
    /// Values row by row, at least one row; finite.
    pub values: Vec<f64>,
}

impl Table {
    /// Reads points from a file; see [`Table::parse`].
    ///
    /// # Errors
    /// If it cannot be read, or as for [`Table::parse`].
    pub fn read(path: &Path, axes: &[String]) -> Result<Table, ScenarioError> {
        Table::parse(&path.display().to_string(), &input::text(path)?, axes)
    }

    /// Reads outcomes from a file: as [`Table::parse`], but columns without names are called `outcome 1` and so on, and a
    /// column `point` must count the rows, since outcomes are told from one another by their order alone.
    ///
    /// # Errors
    /// If it cannot be read, the numbers of the points are not in order, or as for [`Table::parse`].
    pub fn read_outcomes(path: &Path) -> Result<Table, ScenarioError> {
        Table::parse_outcomes(&path.display().to_string(), &input::text(path)?)
    }

    /// The same from a text; `name` is what errors call it.
    ///
    /// ```
    /// use suasion::experiment::design::Table;
    /// assert_eq!(Table::parse_outcomes("y.csv", "point,y\n0,5\n1,7\n")?.values, [5.0, 7.0]);
    /// let swapped = Table::parse_outcomes("y.csv", "point,y\n1,7\n0,5\n").unwrap_err();
    /// assert_eq!(swapped.to_string(), "y.csv:3: point: found 0, expected 2, the next of the points in their order");
    /// # Ok::<(), suasion::scenario::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Table::read_outcomes`].
    pub fn parse_outcomes(name: &str, text: &str) -> Result<Table, ScenarioError> {
        let numbered = |_: &mut Problems<'_>, _, width| (1..=width).map(|c| format!("outcome {c}")).collect();
        parse(name, text, numbered, true)
    }

    /// The values of a column, by its place among `paths`.
    pub fn column(&self, place: usize) -> Vec<f64> {
        self.values.iter().skip(place).step_by(self.paths.len()).copied().collect()
    }

    /// Reads text: cells between commas, semicolons, tabs or spaces, whichever the first line has. Where a cell of the
    /// first line is no number, the line names the columns; otherwise the columns are `axes`, in order. Empty lines,
    /// and lines that begin with `#`, are passed over; so is a column `point`.
    ///
    /// # Errors
    /// All cells that are no finite numbers, by line and column, up to a number; rows of another length; a column
    /// without or with a repeated name; a bare matrix of another width than `axes`; no row.
    pub fn parse(name: &str, text: &str, axes: &[String]) -> Result<Table, ScenarioError> {
        parse(name, text, |problems, line, width| problems.bare(line, width, axes), false)
    }
}

/// `bare` names the columns where the first line does not, from its line and the number of columns; `counted` says whether
/// the numbers of the points must be in order.
fn parse(
    name: &str,
    text: &str,
    bare: impl Fn(&mut Problems<'_>, usize, usize) -> Vec<String>,
    counted: bool,
) -> Result<Table, ScenarioError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut problems = Problems { file: name, kept: Vec::new(), more: 0 };
    let mut rows = rows(text);
    let Some((line, first)) = rows.next() else {
        problems.add(None, "", "no rows", Some("a line of names, then a line of numbers for each point"));
        return Err(problems.into());
    };
    let named = first.iter().any(|cell| input::number(cell).is_err() || cell.is_empty());
    let columns = if named { problems.header(line, &first) } else { bare(&mut problems, line, first.len()) };
    if !problems.kept.is_empty() {
        return Err(problems.into());
    }
    let mut values = Vec::new();
    let mut order = Order {
        place: columns.iter().position(|name| name.eq_ignore_ascii_case(NUMBER)).filter(|_| counted),
        next: None,
    };
    for (line, cells) in (!named).then_some((line, first)).into_iter().chain(rows) {
        problems.row(line, &cells, &columns, &mut values);
        order.check(line, &cells, &mut problems);
    }
    if values.is_empty() && !problems.kept.is_empty() && !text.lines().any(has_number) {
        // It may be none of the user's: nothing of it is told.
        let mut problems = Problems { file: name, kept: Vec::new(), more: 0 };
        problems.add(
            None,
            "",
            "no row has a number",
            Some("a line of names, then a line of numbers for each point"),
        );
        return Err(problems.into());
    }
    if problems.kept.is_empty() && values.is_empty() {
        problems.add(None, "", "no rows", Some("a line of numbers for each point, after the line of names"));
    }
    if problems.kept.is_empty() {
        let of_values = |(c, name): &(usize, String)| !passed_over(*c, name);
        let paths = columns.into_iter().enumerate().filter(of_values).map(|(_, name)| name);
        Ok(Table { paths: paths.collect(), values })
    } else {
        Err(problems.into())
    }
}

/// Whether any cell of a line is a number, if only one that cannot be used.
fn has_number(line: &str) -> bool {
    let is_number = |cell: &str| input::number(cell).is_ok() || cell.parse::<f64>().is_ok();
    line.split([',', ';', '\t', ' ']).map(unquoted).any(|cell| !cell.is_empty() && is_number(cell))
}

/// Whether a column is none of the values: it numbers the points, or names the rows.
fn passed_over(place: usize, name: &str) -> bool {
    name.eq_ignore_ascii_case(NUMBER) || (place == 0 && is_row_names(name))
}

/// The lines that hold cells, numbered from 1; empty ones among them have none.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.trim_end().lines().map(str::trim).enumerate().map(|(i, line)| (i + 1, line));
    let lines = lines.filter(|(_, line)| !line.starts_with('#'));
    let mut lines = lines.skip_while(|(_, line)| line.is_empty()).peekable();
    let separator =
        lines.peek().and_then(|(_, line)| [',', ';', '\t'].into_iter().find(|c| line.contains(*c)));
    // No cell of such a table holds a separator: paths have none, and neither have numbers. So quotes only wrap.
    lines.map(move |(i, line)| {
        let cells: Vec<&str> = match separator {
            Some(separator) if !line.is_empty() => line.split(separator).collect(),
            _ => line.split_whitespace().collect(),
        };
        (i, cells.into_iter().map(unquoted).collect())
    })
}

/// Whether rows are in the order of their points.
struct Order {
    /// Place of the column that numbers them.
    place: Option<usize>,
    next: Option<i64>,
}

impl Order {
    /// The first point may be 0 or 1.
    fn check(&mut self, line: usize, cells: &[&str], problems: &mut Problems<'_>) {
        let Some(cell) = self.place.and_then(|place| cells.get(place)) else { return };
        let found = input::whole(cell).ok().flatten();
        let expected = self.next.or(found.filter(|first| *first == 1)).unwrap_or(0);
        if found != Some(expected) {
            let expected = format!("{expected}, the next of the points in their order");
            problems.add(Some(line), NUMBER, if cell.is_empty() { "nothing" } else { cell }, Some(&expected));
        }
        self.next = Some(expected + 1);
    }
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

struct Problems<'a> {
    file: &'a str,
    kept: Vec<Problem>,
    more: usize,
}

impl Problems<'_> {
    fn add(&mut self, line: Option<usize>, place: &str, found: &str, expected: Option<&str>) {
        if self.kept.len() == MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        self.kept.push(Problem {
            file: self.file.into(),
            line,
            path: place.into(),
            found: found.into(),
            expected: expected.map(str::to_string),
            ..Problem::default()
        });
    }

    /// Takes the numbers of a row, or what is wrong with it.
    fn row(&mut self, line: usize, cells: &[&str], columns: &[String], values: &mut Vec<f64>) {
        if cells.is_empty() {
            self.add(
                Some(line),
                "",
                "an empty line among the rows",
                Some("a number in each; a missing one cannot be left out"),
            );
            return;
        }
        if cells.len() != columns.len() {
            let expected = format!("{}, as in the first line of the table", columns.len());
            self.add(Some(line), "", &format!("{} cells", cells.len()), Some(&expected));
            return;
        }
        for (c, (cell, column)) in
            cells.iter().zip(columns).enumerate().filter(|(c, (_, name))| !passed_over(*c, name))
        {
            match input::number(cell) {
                Ok(Some(x)) => values.push(x),
                read => {
                    let place = format!("column {} ({column})", c + 1);
                    let found = if cell.is_empty() { "nothing".into() } else { quoted(cell) };
                    let hint = read
                        .err()
                        .and_then(|misread| misread.hint)
                        .map_or(String::new(), |hint| format!("; {hint}"));
                    self.add(Some(line), &place, &found, Some(&format!("a finite number{hint}")));
                }
            }
        }
    }

    fn header(&mut self, line: usize, cells: &[&str]) -> Vec<String> {
        for (c, cell) in cells.iter().enumerate() {
            let place = format!("column {}", c + 1);
            if passed_over(c, cell) && *cell != NUMBER {
                continue;
            }
            if cell.is_empty() || cell.parse::<f64>().is_ok() {
                let found = if cell.is_empty() { "no name".into() } else { format!("`{cell}`") };
                self.add(Some(line), &place, &found, Some("the name of the column, as `parameters.drift`"));
            } else if cells[..c].contains(cell) {
                self.add(Some(line), &place, &format!("{} again", quoted(cell)), Some("each name once"));
            }
        }
        if cells.iter().enumerate().all(|(c, cell)| passed_over(c, cell)) {
            self.add(Some(line), "", "no column but `point`", Some("a column of numbers"));
        }
        cells.iter().map(|cell| (*cell).to_string()).collect()
    }

    fn bare(&mut self, line: usize, width: usize, axes: &[String]) -> Vec<String> {
        if width != axes.len() {
            let found = format!("{width} columns without names");
            let expected = match axes.len() {
                0 => "a first line that names them, as `parameters.drift`".into(),
                n => format!("{n} columns, one for each axis, or a first line that names them"),
            };
            self.add(Some(line), "", &found, Some(&expected));
        }
        axes.to_vec()
    }
}

impl From<Problems<'_>> for ScenarioError {
    fn from(problems: Problems<'_>) -> ScenarioError {
        ScenarioError::Invalid { problems: problems.kept, more: problems.more }
    }
}
