//! What callers give, as the library asks for it. What it means, and whether it can be done, the library says.

use crate::{ScenarioError, raise, text};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use suasion::engine::parallel::{MOST_THREADS, Options};
use suasion::experiment::calibrate::Asked;
use suasion::experiment::design::{Table, parse_axes};
use suasion::experiment::sensitivity::Measure;
use suasion::scenario::{Axis, Design};

/// A whole number from `least` on.
pub fn whole(name: &str, given: &Bound<'_, PyAny>, least: u64) -> PyResult<u64> {
    let text = text::value(name, given)?;
    match text.parse::<u64>() {
        Ok(number) if number >= least => Ok(number),
        _ => Err(ScenarioError::new_err(format!(
            "{name}: found {text}, expected a whole number, at least {least}"
        ))),
    }
}

/// A whole number that fits 32 bits, where it is given.
pub fn small(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<u32>> {
    let Some(given) = given else { return Ok(None) };
    let number = whole(name, given, 1)?;
    let small = u32::try_from(number)
        .map_err(|_| ScenarioError::new_err(format!("{name}: found {number}, which is too many")))?;
    Ok(Some(small))
}

/// One word or year, or a list of such; none where nothing is given.
pub fn words(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let one = |item: &Bound<'_, PyAny>| {
        if item.hasattr("__index__")? {
            text::value(name, item)
        } else {
            Ok(texts(name, Some(item))?.concat())
        }
    };
    match given {
        Some(given) if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() => {
            given.try_iter()?.map(|item| one(&item?)).collect()
        }
        Some(given) => Ok(vec![one(given)?]),
        None => Ok(Vec::new()),
    }
}

/// A whole number, or a list of such, as years and numbers of states are; none where nothing is given.
pub fn numbers<T: FromStr>(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<T>> {
    let one = |text: String| {
        let wrong = || ScenarioError::new_err(format!("{name}: found {text}, expected a whole number"));
        text.parse().map_err(|_| wrong())
    };
    words(name, given)?.into_iter().map(one).collect()
}

/// A year, where it is given.
pub fn year(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<i32>> {
    let Some(given) = given else { return Ok(None) };
    let text = text::value(name, given)?;
    let year =
        text.parse().map_err(|_| ScenarioError::new_err(format!("{name}: found {text}, expected a year")))?;
    Ok(Some(year))
}

/// A number of at least 0 and at most `most`, where it is given.
pub fn amount(name: &str, given: Option<&Bound<'_, PyAny>>, most: f64) -> PyResult<Option<f64>> {
    let Some(given) = given else { return Ok(None) };
    let text = text::value(name, given)?;
    match text.parse::<f64>() {
        Ok(x) if (0.0..=most).contains(&x) => Ok(Some(x)),
        _ if most < f64::MAX => {
            Err(ScenarioError::new_err(format!("{name}: found {text}, expected a number from 0 to {most}")))
        }
        _ => Err(ScenarioError::new_err(format!("{name}: found {text}, expected a number of at least 0"))),
    }
}

/// Priors: texts as for `suasion calibrate --prior`, or a dict from paths to texts, to ranges `(low, high)`, or to nothing for the usual range.
pub fn priors(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Asked>> {
    let Some(named) = given.and_then(|given| given.cast::<PyDict>().ok()) else {
        return Ok(texts("priors", given)?.iter().map(|text| Asked::option(text)).collect());
    };
    let one = |(path, prior): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let path = path.str()?.to_string();
        if prior.is_none() {
            return Ok(Asked::option(&path));
        }
        if let Ok(text) = prior.cast::<PyString>() {
            return Ok(Asked::option(&format!("{path}={}", text.to_cow()?)));
        }
        let ends = prior.cast::<PyTuple>().ok().filter(|ends| ends.len() == 2);
        let Some(ends) = ends else {
            return Err(ScenarioError::new_err(format!(
                "priors: {path}: found {}, expected text as \"uniform(0, 1)\", (low, high), or None for the usual range",
                prior.repr()?
            )));
        };
        let end = |k: usize| text::value(&path, &ends.get_item(k)?);
        Ok(Asked::option(&format!("{path}=uniform({}, {})", end(0)?, end(1)?)))
    };
    named.iter().map(one).collect()
}

/// How many threads; as many as cores where nothing is said.
pub fn options(threads: Option<&Bound<'_, PyAny>>) -> PyResult<Options> {
    let mut options = Options::default();
    if let Some(given) = threads {
        let threads = whole("threads", given, 1)?;
        let asked = usize::try_from(threads).ok().filter(|threads| *threads <= MOST_THREADS);
        options.threads = asked.and_then(NonZeroUsize::new).ok_or_else(|| {
            ScenarioError::new_err(format!("threads: found {threads}, expected at most {MOST_THREADS}"))
        })?;
    }
    Ok(options)
}

/// A level of confidence, where it is given.
pub fn level(given: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
    let Some(given) = given else { return Ok(0.95) };
    let text = text::value("level", given)?;
    text.parse::<f64>().map_err(|_| {
        ScenarioError::new_err(format!("level: found {text}, expected a number between 0 and 1, as in 0.95"))
    })
}

/// One text, or a list of texts; none where nothing is given.
pub fn texts(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let wrong = |given: &Bound<'_, PyAny>| -> PyResult<PyErr> {
        let kind = given.get_type().name()?;
        Ok(ScenarioError::new_err(format!(
            "{name}: found a value of type {kind}, expected text, or a list of it"
        )))
    };
    let one = |item: &Bound<'_, PyAny>| -> PyResult<String> {
        match item.cast::<PyString>() {
            Ok(text) => Ok(text.to_cow()?.into_owned()),
            Err(_) => Err(wrong(item)?),
        }
    };
    match given {
        None => Ok(Vec::new()),
        Some(given) if given.is_instance_of::<PyString>() => Ok(vec![one(given)?]),
        Some(given) if given.is_instance_of::<PyDict>() => Err(wrong(given)?),
        Some(given) => match given.try_iter() {
            Ok(items) => items.map(|item| one(&item?)).collect(),
            Err(_) => Err(wrong(given)?),
        },
    }
}

/// Axes: texts as the command takes them, or a dict from paths to ranges `(low, high)`, lists of values, texts or nothing.
pub fn axes(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Axis>> {
    let asked = match given.map(|given| (given, given.cast::<PyDict>())) {
        Some((_, Ok(table))) => table
            .iter()
            .map(|(path, range)| {
                let path = path.str()?.to_string();
                axis_text(&path, &range)
            })
            .collect::<PyResult<Vec<String>>>()?,
        _ => texts("axes", given)?,
    };
    let mut axes = Vec::new();
    for text in asked {
        let wrong = |what: String| ScenarioError::new_err(format!("axis {text}: {what}"));
        axes.extend(parse_axes(&text).map_err(wrong)?);
    }
    Ok(axes)
}

fn axis_text(path: &str, range: &Bound<'_, PyAny>) -> PyResult<String> {
    if range.is_none() {
        return Ok(path.to_string());
    }
    if let Ok(text) = range.cast::<PyString>() {
        return Ok(format!("{path}={}", text.to_cow()?));
    }
    let item = |item: PyResult<Bound<'_, PyAny>>| text::value(path, &item?);
    if let Ok(ends) = range.cast::<PyTuple>() {
        let ends = ends.iter().map(|end| item(Ok(end))).collect::<PyResult<Vec<String>>>()?;
        let [low, high] = &ends[..] else {
            return Err(ScenarioError::new_err(format!(
                "axis {path}: found a tuple of {}, expected (low, high), or a list of values",
                ends.len()
            )));
        };
        return Ok(format!("{path}={low}..{high}"));
    }
    let values = range.try_iter().map_err(|_| {
        ScenarioError::new_err(format!(
            "axis {path}: found {range}, expected (low, high), or a list of values"
        ))
    })?;
    Ok(format!("{path}={}", values.map(item).collect::<PyResult<Vec<_>>>()?.join(",")))
}

/// A design by name.
pub fn design(given: Option<&str>) -> PyResult<Option<Design>> {
    let Some(name) = given else { return Ok(None) };
    match name.replace('_', "-").as_str() {
        "grid" => Ok(Some(Design::Grid)),
        "latin-hypercube" => Ok(Some(Design::LatinHypercube)),
        "sobol" => Ok(Some(Design::Sobol)),
        "saltelli" => Ok(Some(Design::Saltelli)),
        "morris" => Ok(Some(Design::Morris)),
        _ => Err(ScenarioError::new_err(format!(
            "design: found \"{name}\", expected grid, latin-hypercube, sobol, saltelli or morris"
        ))),
    }
}

/// A measure of sensitivity by name.
pub fn measure(given: &str, second_order: bool) -> PyResult<Measure> {
    match given {
        "sobol" => Ok(Measure::Sobol { second_order }),
        "morris" if second_order => Err(ScenarioError::new_err("--second-order: only Sobol indices have it")),
        "morris" => Ok(Measure::Morris),
        _ => Err(ScenarioError::new_err(format!("method: found \"{given}\", expected morris or sobol"))),
    }
}

/// Points: a file, a data frame whose columns are paths, or rows of numbers in the order of the axes.
pub fn points(given: &Bound<'_, PyAny>, paths: &[String]) -> PyResult<Table> {
    if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
        return Table::read(&given.extract::<PathBuf>()?, paths).map_err(raise);
    }
    let mut lines = Vec::new();
    let mut rows = given.clone();
    if given.hasattr("columns")? && given.hasattr("to_numpy")? {
        lines.push(texts("points", Some(&given.getattr("columns")?))?.join(","));
        rows = rows.call_method0("to_numpy")?;
    }
    if rows.hasattr("tolist")? {
        rows = rows.call_method0("tolist")?;
    }
    let wrong = || ScenarioError::new_err("points: expected rows of numbers, a value for each axis");
    for row in rows.try_iter().map_err(|_| wrong())? {
        let row = row?;
        if !(row.is_instance_of::<PyList>() || row.is_instance_of::<PyTuple>() || row.hasattr("tolist")?) {
            return Err(wrong());
        }
        let cell = |cell: PyResult<Bound<'_, PyAny>>| text::value("points", &cell?);
        lines.push(row.try_iter()?.map(cell).collect::<PyResult<Vec<_>>>()?.join(","));
    }
    Table::parse("points", &lines.join("\n"), paths).map_err(raise)
}
