//! Priors in a file: TOML, a path in quotes and a prior as text on each line, or CSV with columns `parameter` and `prior`.
//! The order of the file is that of the parameters, on which the draws depend. What a prior means is read elsewhere.

use super::parameter::Asked;
use crate::experiment::error::ExperimentError;
use crate::input::{self, Sheet, Trouble, word};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The name by which the priors of the bundled posterior are asked for.
const BUNDLED: &str = "bundled";
/// A prior that is uniform over the usual range of what its path names.
const USUAL: &str = "usual";
/// Columns of a table.
const COLUMNS: [&str; 2] = ["parameter", "prior"];

impl Asked {
    /// A prior of a scenario or of a file: a path and a prior as text, or `usual`.
    pub fn at(path: &str, prior: &str, whence: String) -> Asked {
        let prior = prior.trim();
        let text = if prior == USUAL { path.to_string() } else { format!("{path}={prior}") };
        Asked { text, whence }
    }

    /// The priors of a file: CSV where its name ends so, else TOML; or those to which the bundled posterior was fitted.
    ///
    /// # Errors
    /// If it cannot be read, or a line gives no path and no text for it: told with file and line.
    pub fn read(reference: &str) -> Result<Vec<Asked>, ExperimentError> {
        if reference == BUNDLED && !Path::new(reference).exists() {
            let text = include_str!("../../../scenarios/posterior-priors.toml");
            return Asked::parse("posterior-priors.toml", text);
        }
        let text = input::text(Path::new(reference)).map_err(|error| {
            let found = format!("the priors {reference} cannot be read: {}", error.why());
            ExperimentError::asked(found, Some(format!("--priors takes a file, or `{BUNDLED}`")))
        })?;
        Asked::parse(reference, &text)
    }

    /// The same from a text; `file` is its name.
    ///
    /// ```
    /// use suasion::experiment::calibrate::Asked;
    /// let toml = Asked::parse("mine.toml", "\"parameters.drift\" = \"usual\"\n\"link.aversion\" = \"uniform(0, 1)\"\n");
    /// let csv = Asked::parse("mine.csv", "parameter,prior\nparameters.drift,usual\nlink.aversion,\"uniform(0, 1)\"\n");
    /// let texts = |all: Vec<Asked>| all.into_iter().map(|asked| asked.text).collect::<Vec<_>>();
    /// assert_eq!(texts(toml.unwrap()), ["parameters.drift", "link.aversion=uniform(0, 1)"]);
    /// assert_eq!(csv.unwrap()[1].whence, "mine.csv:3:");
    /// ```
    ///
    /// # Errors
    /// As [`Asked::read`].
    pub fn parse(file: &str, text: &str) -> Result<Vec<Asked>, ExperimentError> {
        let is_table = Path::new(file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let all = if is_table { table(file, text)? } else { toml(file, text)? };
        if all.is_empty() {
            return Err(ExperimentError::Asked(format!("{file}: it has no priors")));
        }
        Ok(all)
    }
}

fn toml(file: &str, text: &str) -> Result<Vec<Asked>, ExperimentError> {
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        ExperimentError::Asked(format!("{file}:{}: not TOML: {}", line(at), error.message()))
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let one = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let path: &std::borrow::Cow<'_, str> = key.get_ref();
        let whence = format!("{file}:{}:", line(key.span().start));
        if let DeValue::String(prior) = value.get_ref() {
            return Ok(Asked::at(path, prior, whence));
        }
        let hint =
            "expected a path in quotes and a prior as text: \"parameters.drift\" = \"uniform(0, 0.3)\"";
        Err(ExperimentError::asked(format!("{whence} `{path}` has no prior"), Some(hint.into())))
    };
    entries.into_iter().map(one).collect()
}

fn table(file: &str, text: &str) -> Result<Vec<Asked>, ExperimentError> {
    let wrong = |line: u64, what: String| ExperimentError::Asked(format!("{file}:{line}: {what}"));
    let told = |Trouble { line, what, hint, .. }: Trouble| {
        wrong(
            line,
            format!(
                "{what}{}; a prior with commas stands in quotes",
                hint.map_or(String::new(), |hint| format!("; {hint}"))
            ),
        )
    };
    let mut places = [0; 2];
    let sheet = Sheet::open(text, &|name| COLUMNS.contains(&name)).map_err(told)?;
    if let Some(trouble) = sheet.repeated().into_iter().next() {
        return Err(told(trouble));
    }
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = sheet.place(column).ok_or_else(|| {
            wrong(sheet.line(), format!("there is no column `{column}`; expected parameter,prior"))
        })?;
    }
    let mut all = Vec::new();
    sheet.each(|row| {
        all.push(row.map_err(told).and_then(|row| {
            let [path, prior] = places.map(|place| word(row.cell(place)).unwrap_or_default());
            if path.is_empty() || prior.is_empty() {
                return Err(wrong(
                    row.line,
                    format!("found parameter {path:?} and prior {prior:?}, expected both"),
                ));
            }
            Ok(Asked::at(path, prior, format!("{file}:{}:", row.line)))
        }));
    });
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_file_and_line() {
        let told = |file: &str, text: &str| Asked::parse(file, text).unwrap_err().to_string();
        assert!(
            told("p.toml", "\n\"parameters.drift\" = 3\n")
                .starts_with("p.toml:2: `parameters.drift` has no prior")
        );
        assert!(
            told("p.toml", "parameters.drift = \"usual\"\n")
                .starts_with("p.toml:1: `parameters` has no prior")
        );
        assert!(told("p.toml", "a = \"usual\"\nb =\n").starts_with("p.toml:2: not TOML"));
        assert_eq!(told("p.toml", "# nothing\n"), "p.toml: it has no priors");
        assert!(told("p.csv", "path;prior\n").contains("columns are separated by commas"));
        assert_eq!(
            told("p.csv", "path,prior\n"),
            "p.csv:1: there is no column `parameter`; expected parameter,prior"
        );
        assert!(told("p.csv", "parameter,prior\na,uniform(0, 1)\n").starts_with("p.csv:2: "));
        assert_eq!(
            told("p.csv", "parameter,prior\nb,usual\na,\n"),
            "p.csv:3: found parameter \"a\" and prior \"\", expected both"
        );
    }

    #[test]
    fn the_priors_of_the_bundled_posterior_are_those_of_its_columns() {
        let priors = Asked::read(BUNDLED).unwrap();
        let paths: Vec<&str> =
            priors.iter().map(|asked| asked.text.split('=').next().unwrap_or_default()).collect();
        let scenarios: Vec<&str> = paths.iter().copied().filter(|path| !path.starts_with("link.")).collect();
        assert_eq!((paths.len(), paths.len() - scenarios.len()), (66, 11));
        let posterior = crate::experiment::posterior::Posterior::read("bundled").unwrap();
        assert_eq!(posterior.paths(), scenarios);
    }
}
