//! What one would have to observe to tell theories apart, as a table.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::Runs;
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{ScenarioError, arguments, raise_named};
use pyo3::prelude::*;
use suasion::experiment::calibrate::Parameter;
use suasion::experiment::power::{
    COVERAGE, EVALUATIONS, HISTORIES, PARTICLES, Plan, Power as Asked, RELIABILITY, Refit, table,
};
use suasion::experiment::weigh::NULL;

/// How often verdicts on simulated histories are right, wrong, or that nothing is decided, by what is observed of them.
#[pyclass(frozen, module = "suasion")]
pub struct Power {
    /// One row per theory simulated, way of observing, number of states and last year: shares of verdicts, with intervals over simulated histories.
    #[pyo3(get)]
    chances: Py<Table>,
    /// Names of the theories: the scenario, its rival, and the third that is not offered.
    #[pyo3(get)]
    theories: Vec<String>,
    /// Paths that are fitted in the scenario and in its rival; none without a refit.
    #[pyo3(get)]
    fitted: Option<Vec<Vec<String>>>,
    /// First year that is held out; none without a refit.
    #[pyo3(get)]
    since: Option<i32>,
    /// Standard deviation of the error of an index of speech of the reliability that was asked for.
    #[pyo3(get)]
    speech_sd: f64,
    /// Draws of the priors that make no valid scenario, and were left out.
    #[pyo3(get)]
    refused: u32,
    /// Histories whose record no particle could show under one of the theories: they count as undecided.
    #[pyo3(get)]
    failed: u32,
}

#[pymethods]
impl Power {
    fn __repr__(&self) -> String {
        format!("<suasion.Power of {} against {}>", self.theories[0], self.theories[1])
    }
}

#[pymethods]
impl Scenario {
    /// What one would have to observe to tell the scenario from a rival: histories are simulated under each, observed in several ways, and weighed.
    ///
    /// `against` is the rival (`null`, a counterfactual, or `"TITLE: path=value"`), `third` a theory that is not offered. `priors` (as for `calibrate`;
    /// the crowding coefficients) say what is drawn for each of `histories` (40). `states` and `until` are numbers of states and last years, or lists of
    /// them. `refit` fits each theory, in what is drawn, to the years before `since` of each history, with `evaluations` (60) of `fit_particles`
    /// particles, and weighs it on the years from then on.
    ///
    /// >>> found = suasion.Scenario.bundled("asean").power(histories=2, particles=60)
    /// >>> found
    /// <suasion.Power of baseline against null>
    /// >>> found.chances.to_polars()["observed"][0]
    /// 'grades and adoptions'
    #[pyo3(signature = (against=None, *, third=None, priors=None, histories=None, particles=None, states=None, until=None, reliability=None,
        coverage=None, refit=false, since=None, evaluations=None, fit_particles=None, seed=None, threads=None, progress=None))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments, as the command has options")]
    fn power(
        &self,
        py: Python<'_>,
        against: Option<&str>,
        third: Option<&str>,
        priors: Option<&Bound<'_, PyAny>>,
        histories: Option<&Bound<'_, PyAny>>,
        particles: Option<&Bound<'_, PyAny>>,
        states: Option<&Bound<'_, PyAny>>,
        until: Option<&Bound<'_, PyAny>>,
        reliability: Option<&Bound<'_, PyAny>>,
        coverage: Option<&Bound<'_, PyAny>>,
        refit: bool,
        since: Option<&Bound<'_, PyAny>>,
        evaluations: Option<&Bound<'_, PyAny>>,
        fit_particles: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Power> {
        let options = arguments::options(threads)?;
        let runs = Runs { replicates: None, seed };
        let base = self.changed(py, None, runs)?;
        let loaded = self.loaded_with(runs)?;
        let alone = [
            ("since", since.is_some()),
            ("evaluations", evaluations.is_some()),
            ("fit_particles", fit_particles.is_some()),
        ];
        if let Some((name, _)) = alone.iter().find(|(_, given)| *given && !refit) {
            return Err(ScenarioError::new_err(format!(
                "{name}: nothing is fitted without refit; expected refit=True, or no {name}"
            )));
        }
        let particles = arguments::small("particles", particles)?.unwrap_or(PARTICLES);
        let until = arguments::numbers("until", until)?;
        let refit = if refit {
            let evaluations =
                evaluations.map_or(Ok(EVALUATIONS), |given| arguments::whole("evaluations", given, 1))?;
            let fit_particles = arguments::small("fit_particles", fit_particles)?.unwrap_or(particles);
            let since = arguments::year("since", since)?;
            Some(Refit::new(&base, &until, since, evaluations, fit_particles))
        } else {
            None
        };
        let plan = Plan {
            histories: arguments::small("histories", histories)?.unwrap_or(HISTORIES),
            particles,
            states: arguments::numbers("states", states)?,
            until,
            reliability: arguments::amount("reliability", reliability, 1.0)?.unwrap_or(RELIABILITY),
            coverage: arguments::amount("coverage", coverage, 1.0)?.unwrap_or(COVERAGE),
            refit,
        };
        let priors = arguments::priors(priors)?;
        let asked = py
            .detach(|| Asked::new(&loaded, against.unwrap_or(NULL), third, &priors, plan))
            .map_err(raise_named)?;
        let progress = Progress::new(py, progress, "parts")?;
        let work = |stop: &_| asked.run(options, stop, &|share| progress.share(share));
        let found = attended(py, &progress, work, raise_named)?;
        let paths = |of: &Vec<Parameter>| of.iter().map(|p| p.path.clone()).collect();
        Ok(Power {
            chances: described(py, table(&asked, &found), &base)?,
            theories: (0..asked.theories.len()).map(|k| asked.name(k).to_string()).collect(),
            fitted: asked.plan.refit.map(|_| asked.fitted.iter().map(paths).collect()),
            since: asked.plan.refit.map(|refit| refit.from),
            speech_sd: found.speech_sd,
            refused: found.refused,
            failed: found.failed,
        })
    }
}
