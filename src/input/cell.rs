//! A cell of a table, as spreadsheets, R, pandas and Stata write it: missing, a number, yes or no, a date, a word.
//!
//! What is unambiguous is read; everything else is refused with what was found, what was expected and what may help.

use crate::excerpt::quoted;
use std::fmt;

/// How a cell says that nothing is known.
const MISSING: [&str; 11] = ["", "NA", "na", "NaN", "nan", ".", "..", "null", "NULL", "<NA>", "#N/A"];
/// Whole numbers beyond this size are not all told apart by spreadsheets.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

const YES: [&str; 5] = ["true", "t", "yes", "y", "1"];
const NO: [&str; 5] = ["false", "f", "no", "n", "0"];

/// A cell that does not hold what its column should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The cell, as an error shows it.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
    /// What may help.
    pub hint: Option<&'static str>,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}, expected {}", self.found, self.expected)?;
        self.hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl Misread {
    fn new(cell: &str, expected: &'static str) -> Misread {
        Misread { found: quoted(cell), expected, hint: hint(cell) }
    }
}

/// A cell's text; none where it says that nothing is known: empty, NA, NaN, `.`, `..` or null.
///
/// ```
/// use suasion::input::word;
/// assert_eq!((word(" Kenya "), word("NA"), word("..")), (Some("Kenya"), None, None));
/// ```
pub fn word(cell: &str) -> Option<&str> {
    Some(cell.trim()).filter(|cell| !MISSING.contains(cell))
}

/// A cell as a finite number: `3`, `3.0`, `3.`, `1e3`; none where it is missing.
///
/// ```
/// use suasion::input::number;
/// assert_eq!((number("3."), number(" 1E-2 "), number("NA")), (Ok(Some(3.0)), Ok(Some(0.01)), Ok(None)));
/// let refused = number("0,5").unwrap_err().to_string();
/// assert_eq!(refused, "found \"0,5\", expected a finite number; a decimal number has a point, and thousands no separator");
/// ```
///
/// # Errors
/// If it is anything else.
pub fn number(cell: &str) -> Result<Option<f64>, Misread> {
    let Some(cell) = word(cell) else { return Ok(None) };
    match finite(cell) {
        Some(x) => Ok(Some(x)),
        None => Err(Misread::new(cell, "a finite number")),
    }
}

fn finite(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|x: &f64| x.is_finite())
}

/// A cell as a whole number, with or without decimals that are zeros (`3.0`); none where it is missing.
///
/// ```
/// use suasion::input::whole;
/// assert_eq!((whole("2003.0"), whole("3."), whole("1e3")), (Ok(Some(2003)), Ok(Some(3)), Ok(Some(1000))));
/// assert_eq!(whole("2.5").unwrap_err().to_string(), "found \"2.5\", expected a whole number");
/// ```
///
/// # Errors
/// If it is anything else.
pub fn whole(cell: &str) -> Result<Option<i64>, Misread> {
    let Some(cell) = word(cell) else { return Ok(None) };
    match finite(cell) {
        Some(x) if x.fract() == 0.0 && x.abs() < MOST_WHOLE => Ok(Some(x as i64)),
        _ => Err(Misread::new(cell, "a whole number")),
    }
}

/// A cell as yes or no: TRUE, True, true, T, yes, Y, 1, 1.0 and their opposites; none where it is missing.
///
/// ```
/// use suasion::input::flag;
/// assert_eq!((flag("TRUE"), flag("1.0"), flag("no"), flag("")), (Ok(Some(true)), Ok(Some(true)), Ok(Some(false)), Ok(None)));
/// assert!(flag("2").is_err());
/// ```
///
/// # Errors
/// If it is anything else.
pub fn flag(cell: &str) -> Result<Option<bool>, Misread> {
    let Some(cell) = word(cell) else { return Ok(None) };
    let lower = cell.to_ascii_lowercase();
    match finite(cell) {
        Some(1.0) => Ok(Some(true)),
        Some(0.0) => Ok(Some(false)),
        None if YES.contains(&&*lower) => Ok(Some(true)),
        None if NO.contains(&&*lower) => Ok(Some(false)),
        _ => Err(Misread::new(cell, "yes or no (TRUE or FALSE, 1 or 0)")),
    }
}

/// A cell as a date in decimal years: `2003.4`, `2003`, `2003-05-26`, also with a time of day behind it, or `2003-05`; none
/// where it is missing. A day is counted by twelfths of a year and thirty-firsts of a month, to three decimals.
///
/// ```
/// use suasion::input::date;
/// assert_eq!((date("2004-07-02"), date("2004-07-02 00:00:00"), date("2003.4")), (Ok(Some(2004.503)), Ok(Some(2004.503)), Ok(Some(2003.4))));
/// assert!(date("2004-07-02 24:00").is_err() && date("2004-07-02T23:59:59Z").is_ok());
/// assert_eq!(date("2003-02-31").unwrap_err().to_string(), "found \"2003-02-31\", expected a date; there is no such day");
/// ```
///
/// # Errors
/// If it is anything else, or a day that no calendar has.
pub fn date(cell: &str) -> Result<Option<f64>, Misread> {
    let Some(cell) = word(cell) else { return Ok(None) };
    if let Some(x) = finite(cell) {
        return Ok(Some(x));
    }
    let expected = "a date, as 2003-05-26 or in decimal years";
    match day(cell) {
        Some(Ok(date)) => Ok(Some(date)),
        Some(Err(why)) => Err(Misread { found: quoted(cell), expected: "a date", hint: Some(why) }),
        None => Err(Misread::new(cell, expected)),
    }
}

/// The date of YYYY-MM-DD or YYYY-MM, or why there is none; none where it has another form.
fn day(cell: &str) -> Option<Result<f64, &'static str>> {
    let (day, time) = cell.split_once(['T', ' ']).unwrap_or((cell, "0"));
    let parts: Vec<&str> = day.split('-').collect();
    let digits = |part: &str, most: usize| {
        let fine = !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| part.parse::<u32>().ok()).flatten()
    };
    if parts.first()?.len() != 4 || !time.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let clock = time.split([':', '.', '+', 'Z', ' ']).zip([24, 60]);
    if !clock.into_iter().all(|(part, most)| part.parse::<u32>().is_ok_and(|x| x < most)) {
        return Some(Err("there is no such time of day"));
    }
    let (year, month, day) = match parts[..] {
        [year, month] => (digits(year, 4)?, digits(month, 2)?, 1),
        [year, month, day] => (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?),
        _ => return None,
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Some(Err("there is no such month; write it as YYYY-MM-DD")),
    };
    if !(1..=days).contains(&day) {
        return Some(Err("there is no such day"));
    }
    let months = f64::from(month - 1) + f64::from(day - 1) / 31.0;
    Some(Ok(((f64::from(year) + months / 12.0) * 1000.0).round() / 1000.0))
}

/// What may help with a cell that is no number, by what it looks like.
pub fn hint(cell: &str) -> Option<&'static str> {
    let cell = cell.trim();
    let lower = cell.to_lowercase();
    let numeric = |rest: &str| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || " .,'\u{a0}\u{202f}+-".contains(c))
    };
    let slashed =
        cell.split('/').count() == 3 && cell.split('/').all(|part| part.trim().parse::<u32>().is_ok());
    if slashed {
        Some("write a date as YYYY-MM-DD")
    } else if cell.starts_with('#') {
        Some("a spreadsheet's error; leave the cell empty where nothing is known")
    } else if cell.starts_with('\u{2212}') && finite(cell.trim_start_matches('\u{2212}')).is_some() {
        Some("the minus sign of a number is a hyphen, as in -0.5")
    } else if cell.strip_suffix('%').is_some_and(|rest| numeric(rest.trim())) {
        Some("a share is written as a number, as 0.5")
    } else if cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
        && numeric(cell)
        && finite(cell).is_none()
        && cell.contains([',', '\'', ' ', '\u{a0}', '\u{202f}'])
    {
        Some("a decimal number has a point, and thousands no separator")
    } else if ["n/a", "none", "missing", "unknown", "-", "--", "?", "n.a.", "nil"].contains(&&*lower) {
        Some("leave the cell empty where nothing is known")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_nothing_is_known_is_missing_in_every_reading() {
        for cell in MISSING.into_iter().chain([" NA ", "\u{a0}"]) {
            assert_eq!(
                (word(cell), number(cell), whole(cell), flag(cell), date(cell)),
                (None, Ok(None), Ok(None), Ok(None), Ok(None)),
                "{cell:?}"
            );
        }
    }

    #[test]
    fn numbers_are_read_as_programs_write_them_and_no_other_way() {
        for (cell, x) in
            [("3", 3.0), ("3.0", 3.0), ("3.", 3.0), (".5", 0.5), ("+2", 2.0), ("-1.5e+02", -150.0)]
        {
            assert_eq!(number(cell), Ok(Some(x)));
        }
        for (cell, hinted) in [
            ("inf", None),
            ("Infinity", None),
            ("0x10", None),
            ("1_000", None),
            ("1,000.5", Some("a decimal number has a point, and thousands no separator")),
            ("1 000", Some("a decimal number has a point, and thousands no separator")),
            ("50%", Some("a share is written as a number, as 0.5")),
            ("\u{2212}0.5", Some("the minus sign of a number is a hyphen, as in -0.5")),
            ("#DIV/0!", Some("a spreadsheet's error; leave the cell empty where nothing is known")),
            ("n/a", Some("leave the cell empty where nothing is known")),
        ] {
            assert_eq!(number(cell).unwrap_err().hint, hinted, "{cell}");
        }
        for cell in ["2.5", "1e300", "nine"] {
            assert_eq!(whole(cell).unwrap_err().expected, "a whole number", "{cell}");
        }
        for cell in ["2", "0.5", "maybe", "-1"] {
            assert!(flag(cell).is_err(), "{cell}");
        }
        for (cell, is) in
            [("True", true), ("t", true), ("Yes", true), ("FALSE", false), ("0.0", false), ("N", false)]
        {
            assert_eq!(flag(cell), Ok(Some(is)));
        }
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for (cell, at) in
            [("2000-02-29", 2000.159), ("2003-05", 2003.333), ("2003-1-1T12:00", 2003.0), ("2003.", 2003.0)]
        {
            assert_eq!(date(cell), Ok(Some(at)), "{cell}");
        }
        for cell in
            ["2003-02-31", "2003-02-29", "1900-02-29", "2003-04-31", "2003-13-02", "2003-00-02", "2003-01-00"]
        {
            assert!(date(cell).unwrap_err().hint.unwrap().starts_with("there is no such"), "{cell}");
        }
        for cell in [
            "26/05/2003",
            "05/26/2003",
            "May 2003",
            "03-05-26",
            "2003-05-26-01",
            "2003-05-xx",
            "2003-05-26 noon",
        ] {
            assert!(date(cell).unwrap_err().expected.contains("2003-05-26"), "{cell}");
        }
        assert_eq!(date("26/05/2003").unwrap_err().hint, Some("write a date as YYYY-MM-DD"));
    }
}
