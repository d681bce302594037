//! Python bindings: scenarios, runs and their tables, as `import suasion` has them. Nothing here simulates or validates;
//! that is the library's, so Python and the command line say and do the same.
// Arguments come from Python by value and keyword; docstrings hold Python.
#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::doc_link_with_quotes,
    clippy::doc_markdown
)]

mod arguments;
mod arrow;
mod attended;
mod audit;
mod calibrate;
mod changes;
mod compare;
mod explain;
mod given;
mod history;
mod nullable;
mod outcomes;
mod posterior;
mod power;
mod progress;
mod run;
mod scenario;
mod sensitivity;
mod summary;
mod sweep;
mod text;
mod validate;
mod weigh;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use suasion::experiment::error::ExperimentError;

pyo3::create_exception!(
    suasion,
    ScenarioError,
    PyValueError,
    "What was asked for is wrong: where, what was found, what was expected, a hint."
);
pyo3::create_exception!(suasion, SuasionError, PyRuntimeError, "A run could not be done.");

/// An error of the library as a Python exception with the same sentence.
fn raise(error: impl Into<ExperimentError>) -> PyErr {
    let error = error.into();
    let sentence = error.to_string();
    match error {
        ExperimentError::Asked(_) | ExperimentError::Scenario(_) => ScenarioError::new_err(sentence),
        ExperimentError::Output(_)
        | ExperimentError::NotFinite(_)
        | ExperimentError::Stopped
        | ExperimentError::Threads(_) => SuasionError::new_err(sentence),
    }
}

/// The same, where its sentence names options of the command: `--hold-out` is here `hold_out`, `--from 2009` is `since=2009`.
fn raise_named(error: impl Into<ExperimentError>) -> PyErr {
    match error.into() {
        error @ (ExperimentError::Asked(_) | ExperimentError::Output(_)) => {
            let sentence = named(&error.to_string());
            match error {
                ExperimentError::Asked(_) => ScenarioError::new_err(sentence),
                _ => SuasionError::new_err(sentence),
            }
        }
        error => raise(error),
    }
}

/// A sentence in which options are arguments.
fn named(sentence: &str) -> String {
    let mut parts = sentence.split("--");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(part.len());
        let (option, rest) = part.split_at(end);
        out += &match option {
            "from" => "since".to_string(),
            "prior" => "priors".to_string(),
            "statistic" => "statistics".to_string(),
            "simulations" => "most".to_string(),
            option => option.replace('-', "_"),
        };
        match rest.strip_prefix(' ') {
            Some(value) if value.starts_with(|c: char| c.is_ascii_digit()) => {
                out.push('=');
                out.push_str(value);
            }
            _ => out.push_str(rest),
        }
    }
    out
}

#[pymodule]
mod _suasion {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::arrow::Table;
    #[pymodule_export]
    use super::audit::{Audit, audit};
    #[pymodule_export]
    use super::calibrate::Calibration;
    #[pymodule_export]
    use super::compare::Comparison;
    #[pymodule_export]
    use super::explain::Explanation;
    #[pymodule_export]
    use super::history::History;
    #[pymodule_export]
    use super::power::Power;
    #[pymodule_export]
    use super::run::Run;
    #[pymodule_export]
    use super::scenario::Scenario;
    #[pymodule_export]
    use super::sensitivity::Sensitivity;
    #[pymodule_export]
    use super::sweep::Sweep;
    #[pymodule_export]
    use super::validate::Validation;
    #[pymodule_export]
    use super::weigh::Weighing;
    #[pymodule_export]
    use super::{ScenarioError, SuasionError};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
