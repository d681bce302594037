//! What can be wrong with a scenario, told so that it can be mended: where, what was found, what was expected.
//!
//! Nothing here prints or exits, and no error holds half of a scenario.

use crate::excerpt::excerpt;
use crate::input::FileError;
use std::fmt;

/// At most this many problems are kept; a table of a million bad rows says the same thing a million times.
pub(crate) const MOST: usize = 50;

/// One thing that is wrong, as one sentence when displayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The file's name; empty where the text is no file's (`--set`).
    pub file: String,
    /// Line in the file, from 1.
    pub line: Option<usize>,
    /// Column in the line, from 1, where it is known.
    pub column: Option<usize>,
    /// A line of what was written, and under it a mark of what is wrong.
    pub marked: Option<String>,
    /// The overlay that brought it: `--set state.IDN.capacity=0`, `counterfactual early-actip`.
    pub overlay: Option<String>,
    /// Path of the key, by ids where there are any: `state.IDN.capacity`. Empty for the whole document.
    pub path: String,
    /// What was found, or what is wrong where nothing in particular was expected.
    pub found: String,
    /// What was expected.
    pub expected: Option<String>,
    /// What may help: the nearest valid name, a way out.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.map_or(String::new(), |column| format!(":{column}"));
        let line = self.line.map_or(String::new(), |line| format!(":{line}{column}"));
        match &self.overlay {
            Some(overlay) if self.file.is_empty() => write!(f, "{overlay}")?,
            Some(overlay) => write!(f, "{}{line} ({overlay})", self.file)?,
            None => write!(f, "{}{line}", self.file)?,
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        // Where nothing says where, nothing stands before what.
        let nowhere = self.file.is_empty() && self.overlay.is_none() && self.path.is_empty();
        let colon = if nowhere { "" } else { ": " };
        match &self.expected {
            Some(expected) => write!(f, "{colon}found {}, expected {expected}", self.found)?,
            None => write!(f, "{colon}{}", self.found)?,
        }
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))?;
        let marked = self.marked.iter().flat_map(|marked| marked.lines());
        marked.into_iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// Why a scenario cannot be loaded or built.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// What the text says is not a valid scenario.
    #[error("{}", sentences(problems, *more))]
    Invalid {
        /// The problems, in order of file and line; at least one.
        problems: Vec<Problem>,
        /// Problems beyond those kept.
        more: usize,
    },
    /// The text is not TOML.
    #[error("{file}:{line}:{column}: not TOML: {message}")]
    Syntax {
        /// The file's name.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// The file cannot be read as text.
    #[error(transparent)]
    File(#[from] FileError),
    /// Neither a file nor a bundled scenario.
    #[error("no scenario `{name}`: a file is named with `.toml` or a folder, and {hint}")]
    Unknown {
        /// The name given.
        name: String,
        /// The nearest bundled scenarios.
        hint: String,
    },
}

impl ScenarioError {
    /// The problems of an invalid scenario; empty for the other errors.
    pub fn problems(&self) -> &[Problem] {
        match self {
            ScenarioError::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }

    /// What is wrong as problems, whichever error it is: of a file that cannot be read at all there is one.
    ///
    /// ```
    /// use suasion::scenario::Scenario;
    /// let error = Scenario::parse("mine", "a = [", None).unwrap_err();
    /// let problem = &error.to_problems()[0];
    /// assert_eq!((problem.file.as_str(), problem.line), ("mine.toml", Some(1)));
    /// assert!(problem.found.starts_with("not TOML"), "{problem:?}");
    /// ```
    pub fn to_problems(&self) -> Vec<Problem> {
        let one = match self {
            ScenarioError::Invalid { problems, .. } => return problems.clone(),
            ScenarioError::Syntax { file, line, message, .. } => Problem {
                file: file.clone(),
                line: Some(*line),
                found: format!("not TOML: {message}"),
                ..Problem::default()
            },
            ScenarioError::File(error) => Problem {
                file: error.path.display().to_string(),
                line: error.line,
                found: error.fault.to_string(),
                ..Problem::default()
            },
            ScenarioError::Unknown { name, hint } => Problem {
                found: format!("`{}`", excerpt(name)),
                expected: Some("a scenario: a file named with `.toml` or a folder, or a bundled one".into()),
                hint: Some(hint.clone()),
                ..Problem::default()
            },
        };
        vec![one]
    }
}

impl From<Problem> for ScenarioError {
    fn from(problem: Problem) -> Self {
        ScenarioError::Invalid { problems: vec![problem], more: 0 }
    }
}

impl From<Box<Problem>> for ScenarioError {
    fn from(problem: Box<Problem>) -> Self {
        (*problem).into()
    }
}

fn sentences(problems: &[Problem], more: usize) -> String {
    let mut lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

/// The hint that names the nearest of some valid names, or lists them where they are few and none is near.
pub fn nearest<'a>(name: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const FEW: usize = 12;
    if let Some(hint) = super::convert::moved(name) {
        return Some(hint);
    }
    let mut all: Vec<&str> = Vec::new();
    let mut best: Option<(f64, &str)> = None;
    let mut count = 0usize;
    let lower = name.to_lowercase();
    for candidate in valid {
        count += 1;
        if all.len() < FEW {
            all.push(candidate);
        }
        let likeness = strsim::normalized_damerau_levenshtein(&lower, &candidate.to_lowercase())
            .max(strsim::jaro_winkler(&lower, &candidate.to_lowercase()) - 0.35);
        if best.is_none_or(|(best, _)| likeness > best) {
            best = Some((likeness, candidate));
        }
    }
    match best {
        Some((likeness, candidate)) if likeness >= 0.5 => {
            Some(format!("did you mean `{}`?", excerpt(candidate)))
        }
        Some(_) if count <= FEW => {
            let all: Vec<String> = all.iter().map(|name| format!("`{}`", excerpt(name))).collect();
            Some(format!("there is {}", all.join(", ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_a_sentence_with_its_place() {
        let mut problem = Problem {
            file: "asean.toml".into(),
            line: Some(41),
            path: "state.IDN.capacity".into(),
            found: "0".into(),
            expected: Some("a number above 0, at most 1".into()),
            ..Problem::default()
        };
        assert_eq!(
            problem.to_string(),
            "asean.toml:41: state.IDN.capacity: found 0, expected a number above 0, at most 1"
        );
        problem.overlay = Some("counterfactual weak".into());
        assert!(problem.to_string().starts_with("asean.toml:41 (counterfactual weak): state"));
        (problem.file, problem.overlay) = (String::new(), Some("--set state.IDN.capacity=0".into()));
        assert!(problem.to_string().starts_with("--set state.IDN.capacity=0: state.IDN.capacity: found 0"));
    }

    #[test]
    fn hints_name_the_nearest_or_list_the_few() {
        assert_eq!(nearest("KMH", ["IDN", "KHM", "THA"]).as_deref(), Some("did you mean `KHM`?"));
        assert_eq!(nearest("capcity", ["openness", "capacity"]).as_deref(), Some("did you mean `capacity`?"));
        assert_eq!(nearest("zzz", ["one", "two"]).as_deref(), Some("there is `one`, `two`"));
        assert_eq!(nearest("zzz", []), None);
    }
}
