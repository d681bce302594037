//! Calibrations: parameters fitted to a scenario's record, by its likelihood or by distances between statistics, as tables.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::Runs;
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{ScenarioError, SuasionError, arguments, raise_named};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::evidence::panel::{Coding, Plan};
use suasion::experiment::calibrate::{
    self as library, Climb, Distance, Fit, How, KernelKind, LINK, Parameter, Population, Reached, Search,
    Store, Tempering, Until, Work,
};
use suasion::experiment::compare::Described;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::evaluate::{Effort, Noise};

/// What a calibration takes where nobody says.
const PARTICLES: u32 = 1000;
const QUANTILE: f64 = 0.5;
const GENERATIONS: u32 = 8;
const MOST_GENERATIONS: u32 = 1000;
const ACCEPTANCE: f64 = 0.01;
const FILTER_PARTICLES: u32 = 1000;
/// Evaluations and runs of a search for a point.
const EVALUATIONS: u64 = 1000;
const RUNS: u64 = 200_000;

/// Parameters fitted to a record. `run`, `compare`, `explain` and `validate` take one as `posterior`.
#[pyclass(frozen, module = "suasion")]
pub struct Calibration {
    /// One row per draw: weight, log-likelihood or distance, and a value of each parameter; none of a point.
    #[pyo3(get)]
    draws: Option<Py<Table>>,
    /// One row per parameter: prior, posterior, and whether the record tells the two apart; of a point where the search began and what it found.
    #[pyo3(get)]
    parameters: Py<Table>,
    /// One row per generation; none of a point.
    #[pyo3(get)]
    generations: Option<Py<Table>>,
    /// One row per statistic: observed, under the prior and under the posterior; none by likelihood, and of a point.
    #[pyo3(get)]
    predictive: Option<Py<Table>>,
    /// Effective sample size of the draws; none of a point.
    #[pyo3(get)]
    effective: Option<f64>,
    /// Log of the marginal likelihood; none but of a posterior by likelihood.
    #[pyo3(get)]
    log_evidence: Option<f64>,
    /// Whether it came to the posterior. What was stopped on the way by `generations` or `most` has not, if by likelihood: its draws are between prior and posterior.
    #[pyo3(get)]
    finished: bool,
    /// By likelihood: `mean` and `sd` over seeds of the log-likelihood at the scenario's own values; of a point `found` and `start`.
    #[pyo3(get)]
    log_likelihood: BTreeMap<&'static str, f64>,
    /// What is to be known of how noisy the likelihood is; none where it is not.
    #[pyo3(get)]
    warning: Option<String>,
    /// What is fitted, and what is held out, in words.
    #[pyo3(get)]
    fitted: String,
    /// Digest of the draws, that of `suasion calibrate`; none of a point.
    #[pyo3(get)]
    digest: Option<String>,
    /// Name of the scenario.
    #[pyo3(get)]
    scenario: String,
    posterior: Option<String>,
}

impl Calibration {
    /// The posterior as its file has it.
    pub fn text(&self) -> PyResult<&str> {
        self.posterior.as_deref().ok_or_else(|| {
            ScenarioError::new_err(
                "posterior: found a calibration to a point, expected one with draws (point=False)",
            )
        })
    }
}

#[pymethods]
impl Calibration {
    /// Writes the draws as a posterior.csv, which `suasion run --posterior` takes.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        let text = self.text()?;
        std::fs::write(&path, text)
            .map_err(|error| SuasionError::new_err(format!("{} cannot be written: {error}", path.display())))
    }

    fn __repr__(&self) -> String {
        match self.effective {
            Some(effective) => {
                format!("<suasion.Calibration of {}: effective sample size {effective:.0}>", self.scenario)
            }
            None => format!("<suasion.Calibration of {}: a point>", self.scenario),
        }
    }
}

/// How it is asked for, beside the fit.
struct Asked {
    point: bool,
    generations: Option<u32>,
    tolerance: f64,
    acceptance: f64,
    most: u64,
    particles: u32,
    quantile: f64,
    kernel: KernelKind,
    effort: Option<Effort>,
    replicates_given: bool,
    /// Where finished particles are kept.
    blocks: PathBuf,
}

/// What came of it, before it is Python's.
struct Done {
    draws: Option<Described>,
    parameters: Described,
    generations: Option<Described>,
    predictive: Option<Described>,
    effective: Option<f64>,
    log_evidence: Option<f64>,
    finished: bool,
    log_likelihood: BTreeMap<&'static str, f64>,
    warning: Option<String>,
    posterior: Option<String>,
}

#[pymethods]
impl Scenario {
    /// Fits parameters to the record.
    ///
    /// `priors` are texts as for `suasion calibrate --prior`, or a dict from paths to texts (`"normal(0, 0.1, -1, 1)"`), ranges `(low, high)` or None for the
    /// usual range; without any the scenario's own, else `parameters.*`. `likelihood=True` fits the likelihood of the record by a particle filter of
    /// `filter_particles` (1000) a state and `passes` (2); otherwise distances between `statistics` (all that the record has data for) are
    /// fitted by sequential Monte Carlo, with `kernel` ("moves", "component" or "multivariate"), `replicates` (1) of each trial, to `generations` (8), a `tolerance`
    /// or an `acceptance` (0.01). `particles` (1000) are draws; `hold_out` is not fitted ("states", a year, both, or "none"); `most` stops after as many simulations, or
    /// evaluations of the likelihood. `point=True` looks for the most probable point, or the nearest, and gives no posterior. Finished particles are kept in the folder `blocks`,
    /// where the same call goes on; without it they are gone when it is stopped. Tables: `draws`, `parameters`, `generations`, `predictive`.
    ///
    /// >>> priors = {"parameters.pressure_rate": (0.2, 3.0), "parameters.signalling": None}
    /// >>> asean = suasion.Scenario.bundled("asean")
    /// >>> fit = asean.calibrate(priors, likelihood=True, particles=16, filter_particles=50, passes=1, generations=2, hold_out=2003)
    /// >>> fit.draws.columns
    /// ['draw', 'weight', 'minus_log_likelihood', 'parameters.pressure_rate', 'parameters.signalling']
    /// >>> asean.run(replicates=8, posterior=fit).replicates
    /// 8
    #[pyo3(signature = (priors=None, *, likelihood=false, point=false, statistics=None, hold_out=None, particles=None, quantile=None,
        kernel=None, generations=None, tolerance=None, acceptance=None, most=None, filter_particles=None, passes=None, replicates=None,
        seed=None, blocks=None, threads=None, progress=None))]
    #[allow(clippy::fn_params_excessive_bools)]
    fn calibrate(
        &self,
        py: Python<'_>,
        priors: Option<&Bound<'_, PyAny>>,
        likelihood: bool,
        point: bool,
        statistics: Option<&Bound<'_, PyAny>>,
        hold_out: Option<&Bound<'_, PyAny>>,
        particles: Option<&Bound<'_, PyAny>>,
        quantile: Option<&Bound<'_, PyAny>>,
        kernel: Option<&str>,
        generations: Option<&Bound<'_, PyAny>>,
        tolerance: Option<&Bound<'_, PyAny>>,
        acceptance: Option<&Bound<'_, PyAny>>,
        most: Option<&Bound<'_, PyAny>>,
        filter_particles: Option<&Bound<'_, PyAny>>,
        passes: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        blocks: Option<PathBuf>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Calibration> {
        let options = arguments::options(threads)?;
        let of_distances = [
            ("statistics", statistics.is_some()),
            ("tolerance", tolerance.is_some()),
            ("acceptance", acceptance.is_some()),
        ];
        let of_likelihood = [("filter_particles", filter_particles.is_some()), ("passes", passes.is_some())];
        let odd = if likelihood { &of_distances[..] } else { &of_likelihood[..] };
        if let Some((name, _)) = odd.iter().find(|(_, given)| *given) {
            let other = if likelihood { "likelihood=False" } else { "likelihood=True" };
            return Err(ScenarioError::new_err(format!("{name}: expected with {other}, whose it is")));
        }
        let passes = arguments::small("passes", passes)?.unwrap_or(2);
        if passes > 2 {
            return Err(ScenarioError::new_err(format!("passes: found {passes}, expected 1 or 2")));
        }
        let filter_particles = arguments::small("filter_particles", filter_particles)?;
        let effort = likelihood.then_some(Effort {
            particles: filter_particles.unwrap_or(FILTER_PARTICLES),
            second: passes == 2,
        });
        // One run a trial, unless more are asked for: the record is one history.
        let of_trial = arguments::small("replicates", replicates)?;
        let loaded = self.loaded_with(Runs { replicates, seed })?;
        let scenario = py.detach(|| loaded.build()).map_err(raise_named)?;
        let asked = arguments::priors(priors)?;
        let coding = self.coding(&asked)?;
        let bundled = Plan::bundled().coefficients();
        let links = coding.as_ref().map_or(&bundled, |coding| &coding.coefficients);
        let parameters = Parameter::of(asked, &scenario, links).map_err(raise_named)?;
        let (statistics, hold_out) =
            (arguments::texts("statistics", statistics)?, arguments::words("hold_out", hold_out)?);
        let scratch = tempfile::tempdir()
            .map_err(|error| SuasionError::new_err(format!("no folder for finished particles: {error}")))?;
        let asked = Asked {
            point,
            generations: arguments::small("generations", generations)?,
            tolerance: arguments::amount("tolerance", tolerance, f64::MAX)?.unwrap_or(0.0),
            acceptance: arguments::amount("acceptance", acceptance, 1.0)?.unwrap_or(ACCEPTANCE),
            most: most.map_or(Ok(u64::MAX), |given| arguments::whole("most", given, 1))?,
            particles: arguments::small("particles", particles)?.unwrap_or(PARTICLES),
            quantile: arguments::amount("quantile", quantile, 1.0)?.unwrap_or(QUANTILE),
            kernel: self::kernel(kernel)?,
            effort,
            replicates_given: of_trial.is_some(),
            blocks: blocks.unwrap_or_else(|| scratch.path().join("blocks")),
        };
        let how = How {
            statistics: &statistics,
            hold_out: &hold_out,
            coding,
            likelihood,
            replicates: of_trial.unwrap_or(1),
            particles: asked.particles,
            quantile: asked.quantile,
            kernel: asked.kernel,
        };
        let fit = py.detach(|| Fit::new(loaded, parameters, how, options.isa)).map_err(raise_named)?;
        let progress = Progress::new(py, progress, if point { "evaluations" } else { "particles" })?;
        let work = |stop: &_| fitted(&fit, &asked, options, stop, &progress);
        let done = attended(py, &progress, work, raise_named)?;
        let table = |of| described(py, of, &fit.scenario);
        let digest =
            done.posterior.as_ref().map(|text| blake3::hash(text.as_bytes()).to_hex()[..32].to_string());
        Ok(Calibration {
            draws: done.draws.map(table).transpose()?,
            parameters: table(done.parameters)?,
            generations: done.generations.map(table).transpose()?,
            predictive: done.predictive.map(table).transpose()?,
            effective: done.effective,
            log_evidence: done.log_evidence,
            finished: done.finished,
            log_likelihood: done.log_likelihood,
            warning: done.warning,
            fitted: fit.case.fitted(),
            digest,
            scenario: fit.scenario.name.clone(),
            posterior: done.posterior,
        })
    }
}

impl Scenario {
    /// How the panel beside the scenario is coded, where its links are fitted.
    fn coding(&self, asked: &[library::Asked]) -> PyResult<Option<Coding>> {
        let Some(link) = asked.iter().find(|asked| asked.text.trim().starts_with(LINK)) else {
            return Ok(None);
        };
        let beside = self.read.path.as_deref().map(Coding::beside).transpose();
        let coding = beside.map_err(|error| ScenarioError::new_err(error.to_string()))?.flatten();
        coding.map(Some).ok_or_else(|| {
            ScenarioError::new_err(format!(
                "{}: links are of a panel, and nothing beside the scenario says how it is coded; load the file that `suasion panel` wrote",
                link.text
            ))
        })
    }
}

fn kernel(name: Option<&str>) -> PyResult<KernelKind> {
    match name {
        None | Some("moves") => Ok(KernelKind::Moves),
        Some("component") => Ok(KernelKind::Component),
        Some("multivariate") => Ok(KernelKind::Multivariate),
        Some(name) => Err(ScenarioError::new_err(format!(
            "kernel: found \"{name}\", expected moves, component or multivariate"
        ))),
    }
}

/// Fits.
fn fitted(
    fit: &Fit,
    asked: &Asked,
    options: Options,
    stop: &AtomicBool,
    progress: &Progress,
) -> Result<Done, ExperimentError> {
    let likely = asked.effort.map(|effort| fit.likely(effort, asked.replicates_given, options.isa));
    let (likely, entry) = likely.transpose()?.unzip();
    if likely.is_none() {
        fit.case.has_statistics_alone()?;
    }
    let start = fit.case.current();
    let (priors, seed) = (&fit.priors, fit.scenario.seed);
    if asked.point {
        let (from, values, log_likelihood) = if let Some(likely) = &likely {
            let evaluations = asked.most.min(EVALUATIONS);
            let climb = Climb { priors, start: &start, likelihood: likely, seed, evaluations };
            let found = climb.run(options.threads, stop, |done| progress.at(done, evaluations))?;
            progress.at(evaluations, evaluations);
            let logs = [("found", found.log_likelihood), ("start", found.start_log_likelihood)];
            (found.start, found.values, logs.into_iter().collect())
        } else {
            let distance = Distance::new(fit.case.targets());
            let runs = asked.most.min(RUNS);
            let search =
                Search { priors, start: &start, distance: &distance, simulator: &fit.case, seed, runs };
            let found = search.run(options.threads, stop, |done, _| progress.at(done.min(runs), runs))?;
            progress.at(runs, runs);
            (found.start, found.values, BTreeMap::new())
        };
        return Ok(Done {
            draws: None,
            parameters: library::point(fit.case.parameters(), &from, &values),
            generations: None,
            predictive: None,
            effective: None,
            log_evidence: None,
            finished: true,
            log_likelihood,
            warning: None,
            posterior: None,
        });
    }
    let description = fit.description(entry);
    let mut store = Store::open(&asked.blocks, &description, &fit.scenario.resolved(), false)?;
    let work = Work { shard: (1, 1), threads: options.threads, stop };
    let made = |_: u32, made: u32, all: u32| progress.at(u64::from(made), u64::from(all));
    if let Some(likely) = &likely {
        let noise = fit.noise(likely, options, stop)?;
        let tempering =
            Tempering { priors, likelihood: likely, seed, particles: asked.particles, kept: asked.quantile };
        let until = (asked.generations.unwrap_or(MOST_GENERATIONS), asked.most);
        let done = tempering.run(&mut store, until, work, |_| (), made)?;
        let population = finished(done.population)?;
        let is_whole = done.end == Reached::Posterior;
        let far = ["minus_log_likelihood", "minus the estimated log-likelihood of the record"];
        let evidence = done.rungs.last().filter(|_| is_whole).map(|rung| rung.log_evidence);
        let logs = noise.map(|noise| [("mean", noise.mean), ("sd", noise.sd)]);
        Ok(Done {
            generations: Some(library::rungs(&done.rungs)),
            predictive: None,
            log_evidence: evidence,
            finished: is_whole,
            log_likelihood: logs.into_iter().flatten().collect(),
            warning: noise.and_then(|noise: Noise| noise.warning()),
            ..of_draws(fit, &population, far)
        })
    } else {
        let calibration = library::Calibration {
            priors,
            distance: Distance::new(fit.case.targets()),
            simulator: &fit.case,
            seed,
            particles: asked.particles,
            quantile: asked.quantile,
            kernel: asked.kernel,
        };
        let until = Until {
            generations: asked.generations.unwrap_or(GENERATIONS),
            tolerance: asked.tolerance,
            acceptance: asked.acceptance,
            trials: asked.most,
        };
        let done = calibration.run(&mut store, until, work, |_| (), made)?;
        let population = finished(done.population)?;
        let predicted = fit.predictions(&mut store, &population, options.threads, stop)?;
        Ok(Done {
            generations: Some(library::generations(&done.steps)),
            predictive: Some(library::predictive(fit.case.targets(), &predicted)),
            ..of_draws(fit, &population, ["distance", "distance from the record, in tolerances"])
        })
    }
}

/// The draws of a population, and what they say.
fn of_draws(fit: &Fit, population: &Population, far: [&str; 2]) -> Done {
    let parameters = fit.case.parameters();
    Done {
        draws: Some(library::draws(population, parameters, far)),
        parameters: library::marginals(parameters, &fit.said(population)),
        generations: None,
        predictive: None,
        effective: Some(population.effective_size()),
        log_evidence: None,
        finished: true,
        log_likelihood: BTreeMap::new(),
        warning: None,
        posterior: Some(population.posterior(parameters)),
    }
}

/// The particles of a finished generation.
fn finished(population: Option<Population>) -> Result<Population, ExperimentError> {
    population.ok_or_else(|| ExperimentError::Asked("no generation is finished".into()))
}
