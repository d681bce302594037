//! Sweeps: a scenario at many design points, in memory or in a folder, as tables.

use crate::arrow::{Table, blocks, described};
use crate::attended::attended;
use crate::changes::{Runs, lay};
use crate::given::asked;
use crate::history::History;
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::sensitivity::{self, Sensitivity};
use crate::{ScenarioError, arguments, raise, raise_named};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::path::{Path, PathBuf};
use suasion::engine::parallel::Options;
use suasion::experiment::compare::Described;
use suasion::experiment::design;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::sensitivity::{Bootstrap, Measure, Subject};
use suasion::experiment::sweep::{Begun, Held, Request, Results, Sweep as Laid, Sweeping, hold};
use suasion::output::error::OutputError;
use suasion::output::leftover::recover;
use suasion::output::manifest::Manifest;
use suasion::output::reader;
use suasion::output::schema::{self, Column};
use suasion::output::writer::Format;
use suasion::scenario::Axis;

/// What a sweep gave: its points, and outcomes at each.
#[pyclass(frozen, module = "suasion")]
pub struct Sweep {
    /// One row per design point: its number, then the value that each axis sets.
    #[pyo3(get)]
    design: Py<Table>,
    /// One row per design point and outcome: mean, spread and range over replicates.
    #[pyo3(get)]
    outcomes: Py<Table>,
    /// Every variable of every run; none where it was not asked for, or is in a folder.
    #[pyo3(get)]
    trajectories: Option<Py<Table>>,
    /// Digest of the outcomes, that of `suasion sweep`.
    #[pyo3(get)]
    digest: String,
    /// Folder of the results; none where they are in memory alone.
    #[pyo3(get)]
    folder: Option<PathBuf>,
    /// Replicates of each point.
    #[pyo3(get)]
    replicates: u32,
    results: Results,
}

#[pymethods]
impl Sweep {
    /// Number of design points.
    #[getter]
    fn points(&self) -> u64 {
        self.results.layout.description.points
    }

    /// Which axes the outcomes depend on, from the points of a design for it.
    #[pyo3(signature = (method=None, outcomes=None, axes=None, second_order=false, resamples=None))]
    fn sensitivity(
        &self,
        py: Python<'_>,
        method: Option<&str>,
        outcomes: Option<&Bound<'_, PyAny>>,
        axes: Option<&Bound<'_, PyAny>>,
        second_order: bool,
        resamples: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sensitivity> {
        let measure = method.map(|method| arguments::measure(method, second_order)).transpose()?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let resamples = sensitivity::resamples(resamples)?;
        self.analysed(py, measure, &outcomes, &arguments::axes(axes)?, resamples)
    }

    fn __repr__(&self) -> String {
        let (points, replicates) = (self.points(), self.replicates);
        format!("<suasion.Sweep of {points} design points, {replicates} replicates of each>")
    }
}

#[pymethods]
impl Scenario {
    /// Runs the scenario at many design points.
    ///
    /// `axes` are texts as for `suasion sweep` (`"parameters.drift=0..0.2:11"`, or a path alone for its usual range), or a dict
    /// from paths to ranges `(low, high)`, lists of values, or `None`; without any, the scenario's own. `design` is `grid`,
    /// `latin-hypercube`, `sobol`, `saltelli` or `morris`; `points` are rows of numbers in the order of the axes, a data frame whose
    /// columns are paths, or a file. Points see the same luck unless `independent`. `replicates` (100) are those of each point.
    /// With `out` the results go into a folder, as `suasion sweep` writes it; stopped, the same call goes on from there. The same
    /// sweep is found finished there; another job is refused, unless `replace`; `fresh` begins anew whatever is there. `given` runs every point in
    /// the history, and is given as for `run`; axes are then numbers of regimes and instruments. Tables: `design`, `outcomes`, and `trajectories` where asked for.
    ///
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> axes = {"parameters.signalling": (-0.5, 0.5), "regime.tvpa.severity": (0, 4)}
    /// >>> swept = asean.sweep(axes, samples=5, outcomes=["motivation", "phase=4"], replicates=8)
    /// >>> len(swept.design), len(swept.outcomes)  # points; points times outcomes
    /// (5, 10)
    #[pyo3(signature = (axes=None, *, design=None, samples=None, levels=None, second_order=false, points=None,
        outcomes=None, independent=false, trajectories=false, replicates=None, seed=None, threads=None, out=None,
        replace=false, fresh=false, progress=None, given=None))]
    #[allow(clippy::fn_params_excessive_bools)]
    fn sweep(
        &self,
        py: Python<'_>,
        axes: Option<&Bound<'_, PyAny>>,
        design: Option<&str>,
        samples: Option<&Bound<'_, PyAny>>,
        levels: Option<&Bound<'_, PyAny>>,
        second_order: bool,
        points: Option<&Bound<'_, PyAny>>,
        outcomes: Option<&Bound<'_, PyAny>>,
        independent: bool,
        trajectories: bool,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        out: Option<PathBuf>,
        replace: bool,
        fresh: bool,
        progress: Option<&Bound<'_, PyAny>>,
        given: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sweep> {
        let loaded = self.loaded_with(Runs { replicates, seed })?;
        let options = arguments::options(threads)?;
        let base = py.detach(|| loaded.build()).map_err(raise)?;
        let proposed = base.sweep.as_ref();
        let mut asked = design::Asked {
            axes: arguments::axes(axes)?,
            design: arguments::design(design)?,
            samples: samples.map(|given| arguments::whole("samples", given, 1)).transpose()?,
            second_order,
            levels: arguments::small("levels", levels)?,
            points: None,
            replicates: replicates.map(|_| u64::from(base.replicates)),
        };
        if let Some(given) = points {
            if design.is_some() || samples.is_some() {
                return Err(ScenarioError::new_err(
                    "points: they are the design; expected no design and no samples",
                ));
            }
            asked.points = Some(arguments::points(given, &asked.paths(proposed))?);
        }
        let (plan, design, replicates) = asked.lay(proposed, base.seed).map_err(raise)?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let common_random_numbers = !independent;
        let request = Request { plan, design, replicates, common_random_numbers, outcomes, trajectories };
        let laid = within(py, lay(py, loaded, &base, request, out.as_deref())?, given)?;
        sweep(py, &laid, out.as_deref().map(|out| (out, replace, fresh)), options, progress)
    }
}

impl Sweep {
    /// Which axes the outcomes depend on.
    pub fn analysed(
        &self,
        py: Python<'_>,
        measure: Option<Measure>,
        outcomes: &[String],
        ranges: &[Axis],
        resamples: u32,
    ) -> PyResult<Sensitivity> {
        let name = self.folder.as_ref().map_or("this".to_string(), |folder| folder.display().to_string());
        let subject = Subject::of(&self.results, measure, outcomes, ranges, &name).map_err(raise)?;
        let bootstrap = Bootstrap { resamples, seed: self.results.layout.seed(), ..Bootstrap::default() };
        let (design, outcomes) = (self.design.clone_ref(py), self.outcomes.clone_ref(py));
        sensitivity::analyse(py, &subject, bootstrap, design, outcomes, self.digest.clone())
    }
}

/// The sweep in the history that a caller asks for, where one is asked for.
pub fn within(py: Python<'_>, laid: Laid, given: Option<&Bound<'_, PyAny>>) -> PyResult<Laid> {
    let Some(given) =
        given.filter(|given| !given.is_instance_of::<PyBool>() || given.is_truthy().unwrap_or(true))
    else {
        return Ok(laid);
    };
    if let Ok(history) = given.cast::<History>() {
        let History { origin, luck, .. } = history.get();
        let of = laid.within_of().map_err(raise_named)?;
        let told = origin.of("given", &of).map_err(raise_named)?;
        return laid.within_made(luck.clone(), told).map_err(raise_named);
    }
    let asked = asked(given)?;
    py.detach(|| laid.within(asked)).map_err(raise_named)
}

/// Runs a sweep; with `out`, into a folder, going on where an earlier attempt stopped. What is there of another job is replaced
/// with the first of its flags, and everything is begun anew with the second.
pub fn sweep(
    py: Python<'_>,
    laid: &Laid,
    out: Option<(&Path, bool, bool)>,
    options: Options,
    given: Option<&Bound<'_, PyAny>>,
) -> PyResult<Sweep> {
    let progress = Progress::new(py, given, "runs")?;
    let tell = |done, total| progress.at(done, total);
    let Some((folder, replace, fresh)) = out else {
        let held = attended(py, &progress, |stop| hold(laid, options, stop, tell), raise)?;
        return in_memory(py, laid, held);
    };
    let sweeping = Sweeping { sweep: laid, out: folder, format: Format::Parquet, replace, fresh, options };
    let work = |stop: &_| {
        recover(folder)?;
        match sweeping.begin()? {
            Begun::Finished(manifest) => Ok::<_, ExperimentError>(*manifest),
            Begun::Ready(work) => {
                let store = work.simulate(stop, tell)?;
                Ok(work.write(store, stop, |_, _, _| ())?.manifest)
            }
        }
    };
    let manifest = attended(py, &progress, work, raise)?;
    from_folder(py, laid, folder, &manifest)
}

fn in_memory(py: Python<'_>, laid: &Laid, held: Held) -> PyResult<Sweep> {
    let base = laid.base().map_err(raise)?;
    let mut tables = held.tables.into_iter().map(|rows| blocks(py, rows.columns, rows.blocks, &base));
    // A sweep always has these two.
    let mut next = || tables.next().transpose();
    let (design, outcomes, trajectories) = (next()?, next()?, next()?);
    let missing = || raise(ExperimentError::Asked("the sweep has no tables".into()));
    Ok(Sweep {
        design: design.ok_or_else(missing)?,
        outcomes: outcomes.ok_or_else(missing)?,
        trajectories,
        digest: held.digest,
        folder: None,
        replicates: held.results.layout.description.replicates,
        results: held.results,
    })
}

fn from_folder(py: Python<'_>, laid: &Laid, folder: &Path, manifest: &Manifest) -> PyResult<Sweep> {
    let base = laid.base().map_err(raise)?;
    let axes = laid.layout.plan.axes().iter().map(|axis| axis.path.as_str());
    let replicates = laid.layout.description.replicates;
    let read = |name: &str, columns: Vec<Column>| -> Result<Described, ExperimentError> {
        let missing = || OutputError::Decode { path: folder.join(name), reason: "it is not there".into() };
        let path = reader::find(folder, name).ok_or_else(missing)?;
        let wanted: Vec<_> = columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
        let table = reader::read(&path, &wanted)?;
        Ok(Described { columns, table })
    };
    let design = read("design", schema::design(axes)).map_err(raise)?;
    let outcomes = read("outcomes", schema::outcomes(replicates)).map_err(raise)?;
    Ok(Sweep {
        design: described(py, design, &base)?,
        outcomes: described(py, outcomes, &base)?,
        trajectories: None,
        digest: manifest.digest.clone(),
        folder: Some(folder.to_path_buf()),
        replicates,
        results: Results::read(folder).map_err(raise)?,
    })
}
