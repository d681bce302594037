//! Python values as TOML text, so that what Python gives meets the rules and the sentences of a file. It checks no value.

use crate::ScenarioError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// Lists and tables within one another, at most: what holds itself has no end.
const DEEPEST: usize = 32;

/// A value on one line: a number, a truth value, text, a list or a table. `place` is named in errors.
pub fn value(place: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    within(place, given, 0)
}

/// A value within `deep` lists and tables.
fn within(place: &str, given: &Bound<'_, PyAny>, deep: usize) -> PyResult<String> {
    if deep > DEEPEST {
        let place = place.split('.').next().unwrap_or_default();
        return Err(ScenarioError::new_err(format!(
            "{place}: found lists or dicts more than {DEEPEST} deep within one another"
        )));
    }
    if given.is_instance_of::<PyBool>() {
        return Ok(if given.is_truthy()? { "true" } else { "false" }.to_string());
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(quoted(&text.to_cow()?));
    }
    if given.is_instance_of::<PyInt>() {
        return Ok(given.str()?.to_string());
    }
    if given.is_instance_of::<PyFloat>() {
        return float(given);
    }
    if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        let items: PyResult<Vec<String>> =
            given.try_iter()?.map(|item| within(place, &item?, deep + 1)).collect();
        return Ok(format!("[{}]", items?.join(", ")));
    }
    if let Ok(table) = given.cast::<PyDict>() {
        let entries: PyResult<Vec<String>> =
            table.iter().map(|(key, item)| entry(place, &key, &item, deep + 1)).collect();
        return Ok(format!("{{ {} }}", entries?.join(", ")));
    }
    // Numbers of other libraries, as NumPy's.
    if given.hasattr("__index__")? {
        return Ok(given.call_method0("__index__")?.str()?.to_string());
    }
    let kind = given.get_type().name()?.to_string();
    if kind == "bool" || kind == "bool_" {
        return Ok(if given.is_truthy()? { "true" } else { "false" }.to_string());
    }
    if given.hasattr("__float__")? {
        return float(&given.py().get_type::<PyFloat>().call1((given,))?);
    }
    Err(ScenarioError::new_err(format!(
        "{place}: found a value of type {kind}, expected a number, a truth value, text, a list or a dict"
    )))
}

/// A dict as a TOML document, an entry a line.
pub fn document(given: &Bound<'_, PyDict>) -> PyResult<String> {
    let lines: PyResult<Vec<String>> = given.iter().map(|(key, item)| entry("", &key, &item, 0)).collect();
    Ok(lines?.into_iter().map(|line| line + "\n").collect())
}

fn entry(place: &str, key: &Bound<'_, PyAny>, item: &Bound<'_, PyAny>, deep: usize) -> PyResult<String> {
    let key = key.cast::<PyString>().map_err(|_| {
        let place = if place.is_empty() { "the scenario" } else { place };
        ScenarioError::new_err(format!("{place}: found a key that is no text: {key}"))
    })?;
    let key = key.to_cow()?;
    let place = if place.is_empty() { key.to_string() } else { format!("{place}.{key}") };
    Ok(format!("{} = {}", quoted(&key), within(&place, item, deep)?))
}

/// A number as Python writes it, which TOML reads: `0.5`, `1e-05`, `nan`.
fn float(given: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(PyFloat::new(given.py(), given.extract()?).repr()?.to_string())
}

/// Text in quotes, on one line.
fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04X}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("\"{inner}\"")
}
