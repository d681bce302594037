//! The file of a posterior: read, checked, and written.

use super::{BUNDLED, COLUMNS, Column, POSTERIOR, Posterior};
use crate::excerpt::{self, quoted};
use crate::experiment::calibrate::{LINK, Wheel};
use crate::experiment::error::ExperimentError;
use crate::experiment::unfinished;
use crate::input::{self, Misread, Sheet, Trouble};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// How paths begin that calibrate how a scenario is observed, not the scenario.
const AROUND: [&str; 2] = ["measurement.", "observation."];

/// What the number of a draw is.
const DRAW: &str = "a whole number of at least 0";

impl Posterior {
    /// Reads a posterior that `suasion calibrate` wrote, or the one that the program brings along ([`BUNDLED`]).
    ///
    /// ```
    /// use suasion::experiment::posterior::Posterior;
    /// let text = "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,0.25,0.5,0.02\n0.2.0,1,0.75,0.6,0.04\n";
    /// let posterior = Posterior::parse("mine.csv", text).unwrap();
    /// assert_eq!((posterior.len(), posterior.paths()), (2, vec!["parameters.drift"]));
    /// assert_eq!(posterior.draw(7, 3), posterior.draw(7, 3));
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read or is no posterior of this version: what is wrong with it is told.
    pub fn read(reference: &str) -> Result<Posterior, ExperimentError> {
        if reference == BUNDLED && !Path::new(reference).exists() {
            return Posterior::parse(BUNDLED, include_str!("../../../scenarios/posterior.csv"));
        }
        let text = input::text(Path::new(reference)).map_err(|error| {
            let unfinished = Path::new(reference).parent().and_then(unfinished::hint);
            let hint = unfinished.unwrap_or_else(|| {
                format!("--posterior takes a {POSTERIOR} of suasion calibrate, or `{BUNDLED}`")
            });
            ExperimentError::asked(
                format!("the posterior {reference} cannot be read: {}", error.why()),
                Some(hint),
            )
        })?;
        Posterior::parse(reference, &text)
    }

    /// The same from a text; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`Posterior::read`].
    pub fn parse(name: &str, text: &str) -> Result<Posterior, ExperimentError> {
        let wrong = |what: String| ExperimentError::Asked(format!("the posterior {name}: {what}"));
        let at =
            |line: u64, what: String| ExperimentError::Asked(format!("the posterior {name}:{line}: {what}"));
        let no_posterior = || format!("expected {}, then a path each", COLUMNS.join(","));
        let told = |Trouble { line, what, hint, .. }: Trouble| {
            at(line, format!("{what}; {}", hint.unwrap_or_else(no_posterior)))
        };
        let sheet = Sheet::open(text, &|column| COLUMNS.contains(&column)).map_err(told)?;
        if let Some(trouble) = sheet.repeated().into_iter().next() {
            return Err(told(trouble));
        }
        let header = sheet.columns();
        if header.iter().take(COLUMNS.len()).ne(&COLUMNS) {
            return Err(wrong(format!("its columns are no posterior's; {}", no_posterior())));
        }
        let paths: Vec<String> = header.iter().skip(COLUMNS.len()).cloned().collect();
        let columns: Vec<Column> = paths.iter().map(|path| column(path)).collect();
        let (mut weights, mut distances, mut values) = (Vec::new(), Vec::new(), Vec::new());
        // The line of each draw, by its number.
        let mut numbers = BTreeMap::new();
        let mut first = None;
        sheet.each(|row| {
            let read = row.map_err(told).and_then(|row| {
                let version = row.cell(0);
                if minor(version) != minor(env!("CARGO_PKG_VERSION")) {
                    let (found, ours) = (quoted(version).replace('"', ""), env!("CARGO_PKG_VERSION"));
                    return Err(at(row.line, format!(
                        "it is of version {found}, this is {ours}, and what its parameters mean may have changed; \
                         calibrate again with this version"
                    )));
                }
                let number = |column: usize| {
                    let cell = row.cell(column);
                    let missing =
                        || Misread { found: quoted(cell), expected: "a finite number", hint: None };
                    let read = input::number(cell).and_then(|x| x.ok_or_else(missing));
                    read.map_err(|misread| at(row.line, format!("column {}: {misread}", header[column])))
                };
                let draw = row.cell(1);
                let number_of = input::whole(draw).and_then(|x| {
                    x.filter(|x| *x >= 0).ok_or_else(|| Misread { found: quoted(draw), expected: DRAW, hint: None })
                });
                let draw = number_of.map_err(|misread| at(row.line, format!("column draw: {misread}")))?;
                if let Some(before) = numbers.insert(draw, row.line) {
                    return Err(at(
                        row.line,
                        format!("column draw: found {draw}, which line {before} has, expected each draw once"),
                    ));
                }
                let weight = number(2)?;
                if weight < 0.0 {
                    return Err(at(row.line, format!("the weight {} is negative", excerpt::number(weight))));
                }
                weights.push(weight);
                distances.push(number(3)?);
                for k in 0..paths.len() {
                    values.push(number(COLUMNS.len() + k)?);
                }
                Ok(())
            });
            first = first.take().or(read.err());
        });
        if let Some(error) = first {
            return Err(error);
        }
        let sum: f64 = weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            let found = if weights.is_empty() {
                "it has no draws".into()
            } else {
                format!("its weights sum to {}, expected 1", excerpt::number(sum))
            };
            return Err(wrong(found));
        }
        Ok(Posterior {
            name: name.into(),
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
            paths,
            columns,
            wheel: Wheel::new(&weights),
            weights,
            distances,
            values,
            coding: None,
        })
    }
}

/// What a column of a path is set in.
pub(super) fn column(path: &str) -> Column {
    if path.starts_with(LINK) {
        Column::Link
    } else if AROUND.iter().any(|start| path.starts_with(start)) {
        Column::Around
    } else {
        Column::Path
    }
}

/// The text of a posterior's file: values by draw, then path.
pub(crate) fn csv_text(paths: &[&str], weights: &[f64], distances: &[f64], values: &[f64]) -> String {
    let mut text = COLUMNS.join(",");
    for path in paths {
        text.push(',');
        text.push_str(path);
    }
    text.push('\n');
    for (draw, (weight, distance)) in weights.iter().zip(distances).enumerate() {
        let _ = write!(text, "{},{draw},{weight:?},{distance:?}", env!("CARGO_PKG_VERSION"));
        for x in &values[draw * paths.len()..(draw + 1) * paths.len()] {
            let _ = write!(text, ",{x:?}");
        }
        text.push('\n');
    }
    text
}

/// Major and minor version: what parameters mean does not change within them.
fn minor(version: &str) -> Option<(&str, &str)> {
    let (major, rest) = version.split_once('.')?;
    Some((major, rest.split_once('.').map_or(rest, |(minor, _)| minor)))
}
