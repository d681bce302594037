//! A scenario held against its record in every way at once: patterns, forecast skill, the hindcast, and forecasts from the history.

use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::evidence::assess::simulate;
use crate::evidence::experiment::{Failed, fine_over};
use crate::evidence::frame::{Frame, HoldOut};
use crate::evidence::patterns::statistics;
use crate::evidence::record::Record;
use crate::evidence::skill::{Skill, default_split, skill};
use crate::evidence::tip;
use crate::evidence::verdict::{Row, Verdict, judge};
use crate::experiment::arms::Arm;
use crate::experiment::error::ExperimentError;
use crate::experiment::forecast::Forecasts;
use crate::experiment::hindcast::Hindcast;
use crate::experiment::history::asked::Told;
use crate::experiment::hold_out;
use crate::experiment::own_patterns::Own;
use crate::experiment::posterior::Worlds;
use crate::model::world::World;
use crate::scenario::Scenario;
use std::sync::atomic::AtomicBool;

/// What there is to hold a scenario against.
#[derive(Debug)]
pub struct Subject<'s> {
    /// The scenario.
    pub scenario: &'s Scenario,
    /// Whose record counts, and which years of it.
    pub frame: Frame,
    /// What an observer has on record.
    pub record: Record,
    /// Statistics of it; NaN where it has no data.
    pub observed: Vec<f64>,
    /// What is scored apart.
    pub held: HoldOut,
    /// Patterns of the scenario's own.
    own: Own<'s>,
}

/// What came of it.
#[derive(Debug)]
pub struct Validation<'s> {
    /// Whose record it was held against.
    pub frame: Frame,
    /// Patterns, met or not.
    pub rows: Vec<Row>,
    /// Skill by part of the record.
    pub skill: Vec<Skill>,
    /// The hindcast; none where there is nothing to tell.
    pub hindcast: Option<Hindcast>,
    /// Forecasts from the history, where one was given.
    pub forecasts: Option<Forecasts<'s>>,
}

impl<'s> Subject<'s> {
    /// A scenario with its record. What is held out is asked for as [`hold_out::read`] takes it.
    ///
    /// # Errors
    /// If the scenario has no record, or what is held out is nothing of it.
    pub fn new(scenario: &'s Scenario, hold_out: &[String]) -> Result<Subject<'s>, ExperimentError> {
        if scenario.observed.is_empty() {
            return Err(ExperimentError::Asked(format!(
                "{} has no record to be held against: it needs [observed.tiers.REGIME], [observed.adoptions.INSTRUMENT] or \
                 [observed.practice.NAME], or `observed = \"FILE.csv\"`; `suasion panel` makes a scenario that has one",
                scenario.name
            )));
        }
        let frame = Frame::new(scenario);
        let record = Record::observed(&scenario.observed, &frame);
        let observed = statistics(&record, &frame);
        let held = hold_out::read(hold_out, &scenario.world, default_split(&record, &frame))?;
        let own = Own::new(scenario)?;
        Ok(Subject { scenario, frame, record, observed, held, own })
    }

    /// What the record says, beside what was published: nothing is simulated.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        if is_catalogued(self.scenario) {
            rows = judge(&self.frame, &self.observed, &[], Verdict::NoData);
        }
        rows.extend(self.own.observed());
        rows
    }

    /// Simulates every replicate in its world and holds them against the record. `arms` in their worlds are set beside the episodes
    /// that name them; of a history, forecasts from it are scored. `told` hears how much is done, of 1.
    ///
    /// # Errors
    /// If a result is not finite, or `stop` was raised.
    pub fn validate(
        self,
        worlds: Worlds,
        (arms, others): (&[Arm], &[Worlds]),
        history: Option<(Told, &History)>,
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Validation<'s>, ExperimentError> {
        let Subject { scenario, frame, record, observed, held, own } = self;
        let world_of = |replicate| worlds.of(replicate);
        let simulated = simulate(scenario, world_of, &frame, &scenario.observed.observation, options, stop);
        let simulated = simulated.map_err(never)?;
        told(0.3);
        let sets = worlds.shares(scenario.replicates);
        let has_patterns = is_catalogued(scenario);
        let sets = sets.iter().map(|(world, replicates)| (&world.parameters, f64::from(*replicates)));
        let mut rows = if has_patterns {
            let experiment = fine_over(sets).map_err(|failed| match failed {
                Failed::Scenario(error) => ExperimentError::from(error),
                Failed::NotFinite(error) => ExperimentError::from(error),
            })?;
            judge(&frame, &observed, &simulated.statistics, experiment.verdict())
        } else {
            Vec::new()
        };
        rows.extend(own.judge(worlds, options)?);
        let parts = skill(&simulated.forecast, &record, &scenario.world, (&frame, held));
        let mut hindcast = Hindcast::new(scenario, worlds, options, stop)?;
        if let Some(hindcast) = hindcast.as_mut().filter(|_| !arms.is_empty()) {
            hindcast.set_beside(scenario, worlds, (arms, others), options, stop)?;
        }
        told(0.6);
        let forecasts = history.map(|(of, history)| {
            Forecasts::new(scenario, history, of, options, stop, &|share| told(0.6 + 0.4 * share))
        });
        let forecasts = forecasts.transpose()?;
        told(1.0);
        Ok(Validation { frame, rows, skill: parts, hindcast, forecasts })
    }
}

/// Whether the catalogue is held against a scenario: where its tiers are given, and where nobody grades and the scenario has no patterns of its own.
fn is_catalogued(scenario: &Scenario) -> bool {
    let World { ratings, .. } = &scenario.world;
    tip::has_patterns(&scenario.world) && (!ratings.is_empty() || scenario.patterns.is_empty())
}

/// Holds the patterns of a scenario's own against its words: that each outcome is one, and that something says what it should be.
///
/// # Errors
/// If not: which pattern, and why.
pub fn check_patterns(scenario: &Scenario) -> Result<(), ExperimentError> {
    Own::new(scenario).map(drop)
}

/// What stopped a simulation that nothing is written of.
fn never(stopped: crate::engine::parallel::Stopped<std::convert::Infallible>) -> ExperimentError {
    use crate::engine::parallel::Stopped;
    match stopped {
        Stopped::Asked => ExperimentError::Stopped,
        Stopped::Threads(error) => ExperimentError::Threads(error.to_string()),
        Stopped::NotFinite(error) => error.into(),
        Stopped::Taking(never) => match never {},
    }
}
