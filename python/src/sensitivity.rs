//! Sensitivity: which axes an outcome depends on, by Morris screening or Sobol indices, as a table.

use crate::arrow::{self, Table, categories, failed};
use crate::attended::attended;
use crate::changes::{Runs, lay};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::sweep::{sweep, within};
use crate::{ScenarioError, arguments, raise};
use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Arc;
use suasion::experiment::design;
use suasion::experiment::sensitivity::{Analysis, Asked, Bootstrap, Measure, Subject, Swept, columns};

/// Resamples for the intervals where nothing is said, and the most that are taken.
const RESAMPLES: u32 = 1000;
const MOST_RESAMPLES: u32 = 100_000;

/// What an analysis gave: a table of measures with their intervals, and the points and outcomes behind it.
#[pyclass(frozen, module = "suasion")]
pub struct Sensitivity {
    /// One row per outcome, measure and axis (and pair of axes): the estimate and its 95 % interval, which fewer than 32 base samples or 16
    /// trajectories do not have.
    #[pyo3(get)]
    indices: Py<Table>,
    /// One row per design point: its number, then the value that each axis sets.
    #[pyo3(get)]
    design: Py<Table>,
    /// One row per design point and outcome: mean, spread and range over replicates.
    #[pyo3(get)]
    outcomes: Py<Table>,
    /// `morris` or `sobol`.
    #[pyo3(get)]
    method: &'static str,
    /// Digest of the outcomes.
    #[pyo3(get)]
    digest: String,
}

#[pymethods]
impl Sensitivity {
    fn __repr__(&self) -> String {
        let points = self.design.get().rows();
        format!("<suasion.Sensitivity by {} over {points} design points>", self.method)
    }
}

#[pymethods]
impl Scenario {
    /// Tells which axes outcomes depend on, with 95 % intervals: by Morris screening, or by Sobol indices.
    ///
    /// `axes` are given as for `sweep`; without any, every parameter over its usual range. `samples` are
    /// trajectories of `morris` (50) or base samples of `sobol` (1024; k axes take samples times k + 2 points).
    /// `outcomes`: motivation, protection and enforcement where none is given. `out`, `replace`, `fresh` and `given` as for `sweep`. Tables:
    /// `indices` (mu, `mu_star` and sigma in the unit of the outcome per range of the axis; S1, ST and S2 as shares of
    /// variance), `design`, `outcomes`.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> found = asean.sensitivity("morris", ["parameters.drift", "parameters.persuasion"], samples=4, replicates=8)
    /// >>> len(found.indices)  # outcomes times measures times axes
    /// 18
    #[pyo3(signature = (method="morris", axes=None, *, samples=None, levels=None, second_order=false, outcomes=None,
        resamples=None, replicates=None, seed=None, threads=None, out=None, replace=false, fresh=false,
        progress=None, given=None))]
    fn sensitivity(
        &self,
        py: Python<'_>,
        method: &str,
        axes: Option<&Bound<'_, PyAny>>,
        samples: Option<&Bound<'_, PyAny>>,
        levels: Option<&Bound<'_, PyAny>>,
        second_order: bool,
        outcomes: Option<&Bound<'_, PyAny>>,
        resamples: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        out: Option<PathBuf>,
        replace: bool,
        fresh: bool,
        progress: Option<&Bound<'_, PyAny>>,
        given: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sensitivity> {
        let mut loaded = self.loaded_with(Runs { replicates, seed })?;
        let options = arguments::options(threads)?;
        let resamples = self::resamples(resamples)?;
        let wanted = loaded.build_alone().map_err(raise)?.replicates;
        let asked = Asked {
            measure: arguments::measure(method, second_order)?,
            design: design::Asked {
                axes: arguments::axes(axes)?,
                samples: samples.map(|given| arguments::whole("samples", given, 1)).transpose()?,
                levels: arguments::small("levels", levels)?,
                replicates: replicates.map(|_| u64::from(wanted)),
                ..design::Asked::default()
            },
            outcomes: arguments::texts("outcomes", outcomes)?,
            keep_steps: self.steps_set,
        };
        let Swept { base, request, notices } = py.detach(|| asked.lay(&mut loaded)).map_err(raise)?;
        for notice in notices {
            let warning = CString::new(notice).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &warning, 1)?;
        }
        let laid = within(py, lay(py, loaded, &base, request, out.as_deref())?, given)?;
        let swept = sweep(py, &laid, out.as_deref().map(|out| (out, replace, fresh)), options, progress)?;
        swept.analysed(py, None, &[], &[], resamples)
    }
}

/// How many resamples, where they are given.
pub fn resamples(given: Option<&Bound<'_, PyAny>>) -> PyResult<u32> {
    match arguments::small("resamples", given)?.unwrap_or(RESAMPLES) {
        resamples if resamples <= MOST_RESAMPLES => Ok(resamples),
        resamples => Err(ScenarioError::new_err(format!(
            "resamples: found {resamples}, expected at most {MOST_RESAMPLES}"
        ))),
    }
}

/// Analyses the outcomes of a sweep.
pub fn analyse(
    py: Python<'_>,
    subject: &Subject,
    bootstrap: Bootstrap,
    design: Py<Table>,
    outcomes: Py<Table>,
    digest: String,
) -> PyResult<Sensitivity> {
    let analyses = attended(py, &Progress::silent(), |_| subject.analyse(bootstrap), raise)?;
    let method = if subject.measure == Measure::Morris { "morris" } else { "sobol" };
    Ok(Sensitivity { indices: Py::new(py, indices(subject, &analyses)?)?, design, outcomes, method, digest })
}

fn indices(subject: &Subject, analyses: &[Analysis]) -> PyResult<Table> {
    let axes = subject.plan.axes();
    let rows: Vec<_> =
        analyses.iter().flat_map(|analysis| analysis.rows(subject.measure, axes.len())).collect();
    let text = |items: Vec<Option<&str>>| -> PyResult<ArrayRef> {
        let distinct: BTreeSet<&str> = items.iter().copied().flatten().collect();
        let labels: Vec<String> = distinct.iter().map(|label| (*label).to_string()).collect();
        let code = |item: &str| labels.iter().position(|label| label == item).map(|code| code as i32);
        let keys: Int32Array = items.into_iter().map(|item| item.and_then(code)).collect();
        categories(keys, &labels).map_err(failed)
    };
    let path = |axis: usize| axes[axis].path.as_str();
    let interval = |end: usize| -> ArrayRef {
        let ends = rows.iter().map(|row| Some(row.estimate?.interval?[end]));
        Arc::new(ends.collect::<Float64Array>())
    };
    let values = rows.iter().map(|row| row.estimate.map(|estimate| estimate.value));
    let arrays: Vec<ArrayRef> = vec![
        text(rows.iter().map(|row| Some(row.outcome)).collect())?,
        text(rows.iter().map(|row| Some(row.measure)).collect())?,
        text(rows.iter().map(|row| Some(path(row.axis))).collect())?,
        text(rows.iter().map(|row| row.with.map(path)).collect())?,
        Arc::new(values.collect::<Float64Array>()),
        interval(0),
        interval(1),
    ];
    let schema = arrow::schema(columns(), true, &[]);
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(failed)?;
    Ok(Table::new(schema, vec![batch]))
}
