//! Validations: a scenario held against its record, as tables.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::{Made, Runs};
use crate::given::asked;
use crate::history::History;
use crate::nullable::Making;
use crate::posterior::{Beside, Under};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{arguments, raise, raise_named};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use suasion::evidence::skill::reference::{OF_LAWS, OF_TIERS};
use suasion::evidence::skill::{Bin, Skill};
use suasion::evidence::verdict::{Judged, Row, Verdict};
use suasion::experiment::arms;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::forecast::{Forecasts, Knows, origin, origin_of};
use suasion::experiment::hindcast::Hindcast;
use suasion::experiment::validation::{Subject, Validation as Library};
use suasion::scenario as library;

/// What came of holding a scenario against its record.
#[pyclass(frozen, module = "suasion")]
pub struct Validation {
    /// One row per statistic (one for the pattern that is an experiment): target, tolerance, what is simulated, and whether the pattern is met.
    #[pyo3(get)]
    patterns: Py<Table>,
    /// One row per part of the record, what is forecast, and reference: scores, and skill with its interval.
    #[pyo3(get)]
    skill: Py<Table>,
    /// One row per bin of probability: what was forecast, and in how many cases it came true.
    #[pyo3(get)]
    calibration: Py<Table>,
    /// One row per state and instrument: the date on record, and quantiles of the year of adoption; none where there is no hindcast.
    #[pyo3(get)]
    adoptions: Option<Py<Table>>,
    /// One row per state, regime and year: the tier on record, the most frequent one, and shares; none where there is no hindcast.
    #[pyo3(get)]
    tiers: Option<Py<Table>>,
    /// One row per episode, state and outcome that a counterfactual is set beside; none where there is no hindcast.
    #[pyo3(get)]
    episodes: Option<Py<Table>>,
    /// One row per score of forecasts from the history, and of references; none without `given`.
    #[pyo3(get)]
    scores: Option<Py<Table>>,
    /// One row per forecast from the history, and from references; none without `given`.
    #[pyo3(get)]
    forecasts: Option<Py<Table>>,
    /// Patterns that are met.
    #[pyo3(get)]
    met: usize,
    /// Patterns.
    #[pyo3(get)]
    of: usize,
    /// Last year that forecasts from the history know; none without `given`.
    #[pyo3(get)]
    origin: Option<i32>,
    /// Name of the scenario.
    #[pyo3(get)]
    scenario: String,
}

#[pymethods]
impl Validation {
    fn __repr__(&self) -> String {
        format!("<suasion.Validation of {}: {} of {} patterns met>", self.scenario, self.met, self.of)
    }
}

#[pymethods]
impl Scenario {
    /// Holds the scenario against its record: patterns, forecast skill, and the hindcast of states and episodes.
    ///
    /// `hold_out` is what is scored apart: "states", a year, or a list of both; "none" for nothing. `given` also forecasts from the history, one to five
    /// years ahead: `True` or `"record"` knows the record until what is held out (`"record:until=2008"` says when), a `History` or a folder
    /// until its last year. `posterior` is given as for `run`. Tables: `patterns`, `skill`, `calibration`, `adoptions`, `tiers`, `episodes`, `scores`, `forecasts`.
    ///
    /// >>> found = suasion.Scenario.bundled("asean").validate(replicates=16)
    /// >>> found
    /// <suasion.Validation of asean: ... of 14 patterns met>
    /// >>> found.scores is None
    /// True
    #[pyo3(signature = (*, hold_out=None, given=None, posterior=None, replicates=None, seed=None, threads=None, progress=None))]
    fn validate(
        &self,
        py: Python<'_>,
        hold_out: Option<&Bound<'_, PyAny>>,
        given: Option<&Bound<'_, PyAny>>,
        posterior: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Validation> {
        let options = arguments::options(threads)?;
        let runs = Runs { replicates, seed };
        let scenario = self.changed(py, None, runs)?;
        let hold_out = arguments::words("hold_out", hold_out)?;
        let subject = Subject::new(&scenario, &hold_out).map_err(raise_named)?;
        let given =
            given.filter(|given| !given.is_instance_of::<PyBool>() || given.is_truthy().unwrap_or(true));
        let (history, from) = match given {
            None => (None, None),
            Some(given) => {
                if let Ok(history) = given.cast::<History>() {
                    let history = history.get();
                    let told = origin_of(&history.origin, "given", &scenario, subject.held.after);
                    (Some(history.luck.clone()), Some((None, told.map_err(raise_named)?)))
                } else {
                    let asked = asked(given)?;
                    let told = py.detach(|| origin(&scenario, &asked, subject.held.after));
                    (None, Some((Some(asked), told.map_err(raise_named)?)))
                }
            }
        };
        // A counterfactual has no counterfactuals beside it.
        let names = match scenario.counterfactual {
            None => Hindcast::counterfactuals(&scenario),
            Some(_) => Vec::new(),
        };
        let baseline = self.loaded_with(runs)?;
        let asked = names.iter().map(|name| arms::ask(&baseline, name)).collect::<Result<_, _>>();
        let arms = py.detach(|| arms::build(asked?, &scenario, false)).map_err(raise)?;
        let made: Vec<Made> = names.into_iter().map(Made::Words).collect();
        // Forecasts from the history are at the scenario's own parameters, whatever is drawn elsewhere.
        let beside = Beside { made: &made, observed: false, given: None };
        let under = self.under(py, posterior, &scenario, beside, options)?;
        let progress = Progress::new(py, progress, "parts")?;
        let work = |stop: &_| {
            let conditioned = match &from {
                Some((Some(asked), told)) => {
                    Some(asked.made(&scenario, *told, options, stop, &|done| progress.share(0.6 * done))?)
                }
                _ => None,
            };
            let history = conditioned.as_ref().or(history.as_deref());
            let history = from.as_ref().map(|(_, told)| *told).zip(history);
            let begun = if conditioned.is_some() { 0.6 } else { 0.0 };
            let others = Under::others(under.as_ref(), &arms);
            let worlds = Under::base(under.as_ref(), &scenario);
            let told = |share: f64| progress.share(begun + (1.0 - begun) * share);
            let done = subject.validate(worlds, (&arms, &others), history, options, stop, &told)?;
            Ok::<_, ExperimentError>(done)
        };
        let done = attended(py, &progress, work, raise_named)?;
        tables(py, &done, &scenario, from.map(|(_, told)| told.until))
    }
}

/// What came of it, as tables.
fn tables(
    py: Python<'_>,
    done: &Library,
    scenario: &library::Scenario,
    origin: Option<i32>,
) -> PyResult<Validation> {
    let (hindcast, forecasts) = (done.hindcast.as_ref(), done.forecasts.as_ref());
    Ok(Validation {
        patterns: patterns(py, &done.rows, scenario)?,
        skill: skills(py, &done.skill, scenario)?,
        calibration: calibration(py, &done.skill, forecasts, scenario)?,
        adoptions: hindcast.map(|hindcast| adoptions(py, hindcast, scenario)).transpose()?,
        tiers: hindcast.map(|hindcast| tiers(py, hindcast, scenario)).transpose()?,
        episodes: hindcast.map(|hindcast| episodes(py, hindcast, scenario)).transpose()?,
        scores: forecasts.map(|all| described(py, all.score_table(), scenario)).transpose()?,
        forecasts: forecasts.map(|all| described(py, all.table(), scenario)).transpose()?,
        met: done.rows.iter().filter(|row| row.verdict == Verdict::Met).count(),
        of: done.rows.len(),
        origin,
        scenario: scenario.name.clone(),
    })
}

fn patterns(py: Python<'_>, all: &[Row], base: &library::Scenario) -> PyResult<Py<Table>> {
    // A pattern that is an experiment has no statistic, and a row all the same.
    let rows: Vec<_> = all
        .iter()
        .flat_map(|row| {
            let statistics = row.statistics.iter().map(Some);
            let none = row.statistics.is_empty().then_some(None);
            statistics.chain(none).map(move |statistic| (row, statistic))
        })
        .collect();
    let mut making = Making::default();
    making.text(
        "pattern",
        "number of the pattern",
        rows.iter().map(|(row, _)| row.pattern.id.to_string()),
    )?;
    making.text("title", "what it says", rows.iter().map(|(row, _)| row.pattern.title.to_string()))?;
    let verdicts = rows.iter().map(|(row, _)| row.verdict.word().to_string());
    making.text("verdict", "how the pattern came out: met, missed or no data", verdicts)?;
    let names = rows.iter().map(|(_, judged)| judged.map(|judged| judged.statistic.name.to_string()));
    making.text("statistic", "name of the statistic", names)?;
    let labels = rows.iter().map(|(_, judged)| judged.map(|judged| judged.statistic.label.to_string()));
    making.text("label", "the statistic in words", labels)?;
    let real = |x: f64| Some(x).filter(|x| !x.is_nan());
    let observed = rows.iter().map(|(_, judged)| judged.and_then(|judged| judged.observed));
    making.number("observed", "-", "what the record says", observed);
    let published = rows.iter().map(|(_, judged)| judged.map(|judged| judged.statistic.target));
    making.number("published", "-", "published value", published);
    let target = rows.iter().map(|(_, judged)| judged.and_then(|judged| judged.target));
    making.number("target", "-", "what it is held against", target);
    let low = rows.iter().map(|(_, judged)| judged.and_then(|judged| real(judged.low)));
    making.number("target_low", "-", "lower end of the tolerance", low);
    let high = rows.iter().map(|(_, judged)| judged.and_then(|judged| real(judged.high)));
    making.number("target_high", "-", "upper end of the tolerance", high);
    let simulated = || rows.iter().map(|(_, judged)| judged.and_then(|judged| judged.simulated));
    making.number("mean", "-", "simulated mean over replicates", simulated().map(|s| Some(s?.mean)));
    making.number("q025", "-", "2.5th percentile of the replicates", simulated().map(|s| Some(s?.low)));
    making.number("q975", "-", "97.5th percentile", simulated().map(|s| Some(s?.high)));
    let defined = simulated().map(|s| Some(s?.defined as i32));
    making.whole("replicates", "-", "replicates in which it is defined", defined);
    let met = rows.iter().map(|(_, judged)| {
        judged.and_then(Judged::met).map(|met| if met { "yes" } else { "no" }.to_string())
    });
    making.text("met", "whether the simulated mean lies within the tolerance", met)?;
    making.end(py, base)
}

fn skills(py: Python<'_>, parts: &[Skill], base: &library::Scenario) -> PyResult<Py<Table>> {
    let mut rows = Vec::new();
    for part in parts {
        let kinds = [("tier", &part.tiers, OF_TIERS), ("law", &part.laws, OF_LAWS)];
        for (what, scored, names) in kinds {
            let Some(scored) = scored else { continue };
            rows.push((part, what, "forecast", scored.cases, scored.forecast, None, None));
            for (name, against) in names.iter().zip(&scored.against) {
                let Some(against) = against else { continue };
                let (cases, score) = (against.cases, against.score);
                rows.push((part, what, name, cases, score, against.skill, against.interval));
            }
        }
    }
    let mut making = Making::default();
    making.text("part", "which part of the record", rows.iter().map(|row| row.0.part.clone()))?;
    let sample = rows.iter().map(|row| if row.0.out_of_sample { "out" } else { "in" }.to_string());
    making.text("sample", "whether the part was fitted on: in or out of sample", sample)?;
    making.text("what", "what is forecast: tier or law", rows.iter().map(|row| row.1.to_string()))?;
    making.text(
        "source",
        "who forecasts: the scenario, or a reference",
        rows.iter().map(|row| row.2.to_string()),
    )?;
    making.whole("cases", "-", "state-years", rows.iter().map(|row| row.3 as i32));
    let meaning = "ranked probability score of tiers, Brier score of laws; lower is better";
    making.number("score", "-", meaning, rows.iter().map(|row| row.4));
    let meaning = "skill of the scenario against the reference: 1 less its score over the reference's";
    making.number("skill", "-", meaning, rows.iter().map(|row| row.5));
    making.number("ci_low", "-", "lower end of its 95 % interval", rows.iter().map(|row| Some(row.6?.low)));
    making.number("ci_high", "-", "upper end", rows.iter().map(|row| Some(row.6?.high)));
    making.end(py, base)
}

fn calibration(
    py: Python<'_>,
    parts: &[Skill],
    forecasts: Option<&Forecasts>,
    base: &library::Scenario,
) -> PyResult<Py<Table>> {
    let mut rows: Vec<(String, String, Bin)> = Vec::new();
    for part in parts {
        let what = [format!("grade {}", part.worse), "has a law".into()];
        for (what, bins) in what.into_iter().zip(&part.calibration) {
            rows.extend(bins.iter().map(|bin| (part.part.clone(), what.clone(), *bin)));
        }
    }
    for of in forecasts.iter().flat_map(|all| &all.calibrated) {
        let Some(all) = forecasts else { continue };
        let what = all.calibrated_of(of.what);
        let part = match of.knows {
            Knows::Origin => format!("from the history to {}", all.told.until),
            Knows::YearBefore => "from the history, one year ahead".into(),
        };
        rows.extend(of.bins.iter().map(|bin| (part.clone(), what.clone(), *bin)));
    }
    let mut making = Making::default();
    making.text(
        "part",
        "which part of the record, or what is known of it",
        rows.iter().map(|row| row.0.clone()),
    )?;
    making.text("what", "what is forecast", rows.iter().map(|row| row.1.clone()))?;
    making.number("forecast", "share", "mean probability forecast", rows.iter().map(|row| row.2.forecast));
    making.number(
        "observed",
        "share",
        "share of cases in which it came true",
        rows.iter().map(|row| row.2.observed),
    );
    making.whole("cases", "-", "cases (state-years)", rows.iter().map(|row| row.2.cases as i32));
    making.end(py, base)
}

fn adoptions(py: Python<'_>, hindcast: &Hindcast, base: &library::Scenario) -> PyResult<Py<Table>> {
    let rows: Vec<_> = hindcast
        .states
        .iter()
        .flat_map(|state| state.adoptions.iter().map(move |adoption| (state, adoption)))
        .collect();
    let mut making = Making::default();
    making.text("state", "id of the state", rows.iter().map(|(state, _)| state.state.clone()))?;
    making.text("instrument", "id of the instrument", rows.iter().map(|(_, a)| a.instrument.clone()))?;
    making.number("record", "yr", "date on record; empty: not adopted", rows.iter().map(|(_, a)| a.record));
    for (k, (name, share)) in [("q05", "5 %"), ("q50", "half"), ("q95", "95 %")].into_iter().enumerate() {
        let meaning =
            format!("year by which {share} of the replicates had adopted it; empty: not by the end");
        making.whole(name, "yr", &meaning, rows.iter().map(|(_, a)| a.simulated[k]));
    }
    let never = rows.iter().map(|(_, a)| a.not_by_the_end);
    making.number("not_by_the_end", "share", "replicates that had not adopted it by the end", never);
    making.end(py, base)
}

fn tiers(py: Python<'_>, hindcast: &Hindcast, base: &library::Scenario) -> PyResult<Py<Table>> {
    let rows: Vec<_> = hindcast
        .states
        .iter()
        .flat_map(|state| state.tiers.iter().map(move |tiers| (state, tiers)))
        .flat_map(|(state, tiers)| (0..tiers.most.len()).map(move |year| (state, tiers, year)))
        .collect();
    let mut making = Making::default();
    making.text("state", "id of the state", rows.iter().map(|(state, ..)| state.state.clone()))?;
    making.text(
        "regime",
        "id of the rating regime",
        rows.iter().map(|(_, tiers, _)| tiers.regime.clone()),
    )?;
    making.whole("year", "yr", "year", rows.iter().map(|(_, tiers, year)| tiers.first + *year as i32));
    let record = rows.iter().map(|(_, tiers, year)| tiers.record[*year].clone());
    making.text("record", "tier on record; empty: not rated, or no record", record)?;
    let most = rows.iter().map(|(_, tiers, year)| tiers.most[*year].clone());
    making.text("most", "tier that most replicates have", most)?;
    // A column for each name that any of the regimes has for a grade; 0 where another regime has none of that name.
    let mut names: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(|(_, tiers, _)| &tiers.codes) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let shares = rows.iter().map(|(_, tiers, year)| {
            tiers.codes.iter().position(|code| code == name).map_or(0.0, |k| tiers.shares[*year][k])
        });
        making.number(&format!("share_{name}"), "share", &format!("replicates with {name}"), shares);
    }
    making.end(py, base)
}

fn episodes(py: Python<'_>, hindcast: &Hindcast, base: &library::Scenario) -> PyResult<Py<Table>> {
    let rows: Vec<_> = hindcast
        .episodes
        .iter()
        .flat_map(|episode| episode.states.iter().map(move |state| (episode, state)))
        .flat_map(|(episode, state)| state.beside.iter().map(move |beside| (episode, state, beside)))
        .collect();
    let mut making = Making::default();
    making.text("episode", "id of the episode", rows.iter().map(|(episode, ..)| episode.episode.clone()))?;
    making.text("state", "id of the state", rows.iter().map(|(_, state, _)| state.state.clone()))?;
    making.whole("year", "yr", "last year of the episode, at its end", rows.iter().map(|(e, ..)| e.until));
    making.text(
        "counterfactual",
        "counterfactual set beside it",
        rows.iter().map(|(.., b)| b.counterfactual.clone()),
    )?;
    making.text("outcome", "name of the outcome", rows.iter().map(|(.., b)| b.outcome.clone()))?;
    making.number("base", "-", "mean in the scenario", rows.iter().map(|(.., b)| b.base));
    making.number("other", "-", "mean in the counterfactual", rows.iter().map(|(.., b)| b.other));
    making.number(
        "difference",
        "-",
        "mean of counterfactual less scenario",
        rows.iter().map(|(.., b)| b.difference),
    );
    making.number("ci_low", "-", "lower end of its 95 % interval", rows.iter().map(|(.., b)| b.ci_low));
    making.number("ci_high", "-", "upper end", rows.iter().map(|(.., b)| b.ci_high));
    let meaning = "replicates whose difference has the other sign";
    making.number("reversed", "share", meaning, rows.iter().map(|(.., b)| b.reversed));
    making.end(py, base)
}
