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
mod changes;
mod compare;
mod explain;
mod given;
mod history;
mod outcomes;
mod progress;
mod run;
mod scenario;
mod sensitivity;
mod summary;
mod sweep;
mod text;

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

#[pymodule]
mod _suasion {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::arrow::Table;
    #[pymodule_export]
    use super::audit::{Audit, audit};
    #[pymodule_export]
    use super::compare::Comparison;
    #[pymodule_export]
    use super::explain::Explanation;
    #[pymodule_export]
    use super::history::History;
    #[pymodule_export]
    use super::run::Run;
    #[pymodule_export]
    use super::scenario::Scenario;
    #[pymodule_export]
    use super::sensitivity::Sensitivity;
    #[pymodule_export]
    use super::sweep::Sweep;
    #[pymodule_export]
    use super::{ScenarioError, SuasionError};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
