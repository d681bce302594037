//! Forecasts from the history: how well runs that are conditioned on the record until a year foretell what came after, beside free runs and
//! references that know the last entry.
//!
//! Two kinds. *From the origin*: every state has its record until the origin, and runs go on from there for up to five years, with luck of their own.
//! *From the year before*: the filter goes through the whole record, and what it expects of each grade before it weighs by it is a forecast of one year.
//! The scenario's parameters are not fitted here; logits and chains are, to the years until the origin alone.

mod foretold;
mod predicted;
mod score;
mod tables;

pub use foretold::{AHEAD, Foretold, Knows, What};
pub use predicted::Predicted;
pub use score::{Case, Measure, Score, Source, scores};

use crate::engine::given::Given;
use crate::engine::history::History;
use crate::engine::parallel::{Options, on_threads};
use crate::engine::timeline::Timeline;
use crate::evidence::skill::{Bin, Curve};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::{Asked, Origin, Told};
use crate::experiment::history::filter::Filter;
use crate::experiment::history::on_record;
use crate::model::world::worse_from;
use crate::scenario::Scenario;
use foretold::{Expected, Telling, kinds};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Scores of forecasts of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// What.
    pub what: What,
    /// What whoever forecasts knows.
    pub knows: Knows,
    /// Whether state-years in which the state adopts something are left out: of these the filter knows more than the years before.
    pub quiet: bool,
    /// By what it is scored.
    pub measure: Measure,
    /// The scores.
    pub scores: Vec<Score>,
}

/// How well the probabilities from the history are calibrated: of a grade in the worse half, and of an adoption.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// Of what.
    pub what: What,
    /// What whoever forecasts knows.
    pub knows: Knows,
    /// Bins of probability.
    pub bins: Vec<Bin>,
}

/// Grades that no score counts, since the state has no last grade by the origin for the references to go on from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftOut {
    /// By which regime.
    pub what: What,
    /// State-years.
    pub cases: usize,
    /// Ranked probability score of the history there, and of free runs.
    pub scores: [f64; 2],
}

/// Forecasts and their scores.
///
/// Forecasts from the year before are those of the filter's first pass. Its second hears what peers showed given the whole record, and so knows what
/// nobody knew at the time. In the year itself the particles adopt as on record: before its report they know adoptions that came before it, and where no
/// more than the year of an adoption is on record, a part of them that it comes. Scores without such state-years stand beside.
#[derive(Debug)]
pub struct Forecasts<'a> {
    scenario: &'a Scenario,
    /// The history, in full; its last year is the origin.
    pub told: Told,
    /// Last year on record.
    pub last: i32,
    /// Every forecast.
    pub foretold: Vec<Foretold>,
    /// Their scores.
    pub scored: Vec<Scored>,
    /// What they leave out.
    pub left_out: Vec<LeftOut>,
    /// Calibration of those from the history.
    pub calibrated: Vec<Calibrated>,
}

/// The history that forecasts are asked for from, in full. `after` is the year after which the record is held out, where there is one: the origin,
/// unless an earlier one is asked for.
///
/// # Errors
/// If there is no history, no year to forecast from, none to forecast, or the history knows years that are held out.
pub fn origin(scenario: &Scenario, asked: &Asked, after: Option<i32>) -> Result<Told, ExperimentError> {
    let (_, last) = on_record(scenario, None)?;
    let told = match (asked, after) {
        (Asked::Record { until: None, .. }, None) => {
            let found = "--given record: no year is held out, so there is none to forecast from";
            let hint = "say until when the record counts, by --hold-out YEAR or --given record:until=YEAR";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        (Asked::Record { until: None, particles, rows }, until) => {
            Asked::Record { until, particles: *particles, rows: *rows }.told(scenario)?
        }
        _ => asked.told(scenario)?,
    };
    check_origin(scenario, told, last, after)?;
    Ok(told)
}

/// The history that is there, as one to forecast from.
///
/// # Errors
/// As [`origin`].
pub fn origin_of(
    history: &Origin,
    name: &str,
    scenario: &Scenario,
    after: Option<i32>,
) -> Result<Told, ExperimentError> {
    let (_, last) = on_record(scenario, None)?;
    let told = history.told(name, scenario)?;
    check_origin(scenario, told, last, after)?;
    Ok(told)
}

/// Refuses a history that leaves nothing to forecast, or knows what is held out.
fn check_origin(
    scenario: &Scenario,
    told: Told,
    last: i32,
    after: Option<i32>,
) -> Result<(), ExperimentError> {
    let Told { until, .. } = told;
    if let Some(after) = after.filter(|after| until > *after) {
        let found = format!(
            "--given: the history knows the record until {until}, and years after {after} are held out"
        );
        let hint = format!(
            "forecasts begin in {after} or before (until={after}), or --hold-out {until} holds out less"
        );
        return Err(ExperimentError::asked(found, Some(hint)));
    }
    if until >= last {
        let found = format!(
            "--given: the history knows the record until {until}, and nothing is on record of {} after that",
            scenario.name
        );
        let hint = format!("its record ends in {last}; until= an earlier year leaves some to forecast");
        return Err(ExperimentError::asked(found, Some(hint)));
    }
    Ok(())
}

impl<'a> Forecasts<'a> {
    /// Runs on in a history from its origin, goes through the whole record year by year, and scores what that says.
    ///
    /// # Errors
    /// If a result is not finite, or `stop` was raised.
    pub fn new(
        scenario: &'a Scenario,
        history: &History,
        told: Told,
        options: Options,
        stop: &AtomicBool,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Forecasts<'a>, ExperimentError> {
        let (given, last) = on_record(scenario, None)?;
        let years = (told.until + 1 - scenario.world.clock.start) as usize..given.years();
        let from_history = Predicted::of(scenario, Some(history), told.rows, &years, options, stop)?;
        let free = Predicted::of(scenario, None, scenario.replicates, &years, options, stop)?;
        let expected = year_by_year(scenario, &given, told.particles, options, stop, progress)?;
        let telling = Telling { scenario, given: &given, years, from_history: &from_history, free: &free };
        let mut foretold = telling.tiers(&expected);
        foretold.extend(telling.adoptions());
        let members = [Some(f64::from(told.rows)), Some(f64::from(free.runs())), None, None, None];
        let scored = scored(&foretold, members, f64::from(told.particles));
        let (left_out, calibrated) = (left_out(&foretold), calibrated(&foretold));
        Ok(Forecasts { scenario, told, last, foretold, scored, left_out, calibrated })
    }

    /// The id of what is forecast.
    pub fn id(&self, what: What) -> &str {
        match what {
            What::Tier(g) => &self.scenario.world.ratings[g].id,
            What::Adopted(j) => &self.scenario.world.instruments[j].id,
        }
    }
}

impl Forecasts<'_> {
    /// What is calibrated, in words: `grade 2WL or 3 by tvpa`, `law adopted`.
    pub fn calibrated_of(&self, what: What) -> String {
        let id = self.id(what);
        match what {
            What::Tier(g) => format!("grade {} by {id}", self.scenario.world.ratings[g].worse_grades()),
            What::Adopted(_) => format!("{id} adopted"),
        }
    }
}

/// What the filter expected of each grade before it was known, by rating regime, state and year: of its first pass, over the whole record.
fn year_by_year(
    scenario: &Scenario,
    given: &Given,
    particles: u32,
    options: Options,
    stop: &AtomicBool,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Expected, ExperimentError> {
    let timeline = Timeline::new(&scenario.world);
    let filter = Filter::new(scenario, &timeline, given, particles as usize, options);
    let done = AtomicUsize::new(0);
    let tell = || progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / given.years() as f64);
    let pass = on_threads(options.threads, || filter.pass(None, stop, &tell))
        .map_err(|error| ExperimentError::Threads(error.to_string()))??;
    Ok(pass.expected)
}

/// Scores of all forecasts. `members` are those of each who forecasts from the origin, `particles` those of the filter.
fn scored(foretold: &[Foretold], members: [Option<f64>; Source::COUNT], particles: f64) -> Vec<Scored> {
    let mut all = Vec::new();
    for (what, knows) in kinds(foretold) {
        let measures: &[Measure] = match what {
            What::Tier(_) => &[Measure::Rps, Measure::Log],
            What::Adopted(_) => &[Measure::Brier],
        };
        let quiets: &[bool] = if knows == Knows::Origin { &[false] } else { &[false, true] };
        for (measure, quiet) in measures.iter().flat_map(|m| quiets.iter().map(move |quiet| (*m, *quiet))) {
            let of = foretold.iter().filter(|one| one.what == what && one.knows == knows);
            let cases = of.filter(|one| !(quiet && one.adopts)).map(|one| Case {
                state: one.state,
                ahead: one.ahead,
                scores: std::array::from_fn(|k| {
                    let members =
                        if k == 0 && knows == Knows::YearBefore { Some(particles) } else { members[k] };
                    measure.of(one.by[k].as_ref()?, members, one.came)
                }),
            });
            let scores = scores(&cases.collect::<Vec<Case>>());
            all.push(Scored { what, knows, quiet, measure, scores });
        }
    }
    all
}

/// Grades of states without one by the origin, as the history and free runs score there.
fn left_out(foretold: &[Foretold]) -> Vec<LeftOut> {
    let of = |what: What| {
        let all = foretold.iter().filter(|one| one.what == what && one.knows == Knows::Origin);
        let scores = all.filter(|one| one.by[2].is_none()).filter_map(|one| {
            let score = |k: usize| Measure::Rps.of(one.by[k].as_ref()?, None, one.came);
            score(0).zip(score(1))
        });
        let scores: Vec<(f64, f64)> = scores.collect();
        let cases = scores.len();
        let mean = |of: fn(&(f64, f64)) -> f64| scores.iter().map(of).sum::<f64>() / cases as f64;
        (cases > 0).then(|| LeftOut { what, cases, scores: [mean(|s| s.0), mean(|s| s.1)] })
    };
    let tiers = |(what, knows): &(What, Knows)| matches!(what, What::Tier(_)) && *knows == Knows::Origin;
    kinds(foretold).into_iter().filter(tiers).filter_map(|(what, _)| of(what)).collect()
}

/// Calibration of the probabilities from the history.
fn calibrated(foretold: &[Foretold]) -> Vec<Calibrated> {
    let of = |(what, knows): (What, Knows)| {
        let mut curve = Curve::default();
        for one in foretold.iter().filter(|one| one.what == what && one.knows == knows) {
            let Some(p) = one.by[0] else { continue };
            match what {
                What::Tier(_) => {
                    let worse = worse_from(p.len());
                    curve.add(p[worse..].iter().sum(), one.came >= worse);
                }
                What::Adopted(_) => curve.add(p[1], one.came == 1),
            }
        }
        Calibrated { what, knows, bins: curve.bins() }
    };
    kinds(foretold).into_iter().map(of).collect()
}

#[cfg(test)]
mod tests;
