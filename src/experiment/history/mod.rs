//! Histories: runs conditioned on the record, so that "what if?" is asked of what happened, and not of an average of all that could have.
//!
//! The three steps are Pearl's (2009): abduction (the luck that these states must have had, given what is on record of them), action (another regime,
//! another rule), prediction (the same luck in the other world). As a draw is a pure function of seed, replicate number, state, date and slot, the
//! first is a table of replicate numbers ([`Lineage`]) and the draws that the record pins down ([`Pins`](crate::engine::history::Pins)).

pub mod apart;
pub mod asked;
pub mod belief;
pub mod drawn;
pub mod evaluate;
pub mod filter;
mod groups;
pub mod joint;
pub mod left_out;
pub mod likelihood;
pub mod lineage;
pub mod rows;

use crate::engine::given::Given;
use crate::engine::history::{History, Lineage};
use crate::engine::parallel::{Options, on_threads};
use crate::engine::timeline::Timeline;
use crate::evidence::given::given;
use crate::experiment::cost::refuse_memory;
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::LANES;
use crate::model::world::{Change, Event, World};
use crate::scenario::{Observed, Scenario};
use filter::{Filter, Pass};
use std::sync::atomic::AtomicBool;

/// Particles that a filter has where nobody says.
pub const PARTICLES: u32 = 20_000;
/// Particles that a filter needs at least.
pub const LEAST_PARTICLES: u32 = 50;
/// Particles that a filter can have.
pub const MOST_PARTICLES: u32 = 10_000_000;
/// Different particles that a state's lines must come from at least, in what is drawn once and in every year, for its intervals to be trusted.
pub const LEAST_ANCESTORS: usize = 100;
/// Rows of the first pass that the second hears the mean of.
const HEARD: usize = 2_000;
/// Sweeps that make the states of a row fit each other.
const SWEEPS: usize = 3;

/// How a history is made: with the scenario and its seed, all that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Last year whose record counts; none: the last on record.
    pub until: Option<i32>,
    /// Particles of the filter, by state.
    pub particles: u32,
    /// Rows of the history: replicates that can be run in it.
    pub rows: u32,
}

impl Plan {
    /// A plan of so many rows, with the usual number of particles, and no fewer than rows.
    pub fn new(rows: u32) -> Plan {
        Plan { until: None, particles: PARTICLES.max(rows), rows }
    }
}

/// A scenario conditioned on its record.
#[derive(Clone, Debug)]
pub struct Conditioned {
    /// The luck that these states must have had.
    pub history: History,
    /// What is on record.
    pub given: Given,
    /// Last year on record.
    pub until: i32,
    /// Log-likelihood of the first pass, in which states of a run come from different runs.
    pub first_log_likelihood: f64,
    /// The second pass.
    pub pass: Pass,
    /// By state: how many different particles or fresh numbers its lines and its rows come from, in what is drawn once and in each year.
    pub ancestors: Vec<Vec<usize>>,
    /// By sweep: share of the lines tried that were kept.
    pub acceptance: Vec<f64>,
    /// Share of the fresh numbers tried that were kept, where too few particles were left; none where none were needed.
    pub fresh: Option<f64>,
}

/// What is on record of a scenario until a year, or its last on record.
///
/// # Errors
/// If nothing is on record until then, or the record contradicts what the scenario gives as facts.
pub fn on_record(scenario: &Scenario, until: Option<i32>) -> Result<(Given, i32), ExperimentError> {
    let world = &scenario.world;
    let years = years_on_record(&scenario.observed);
    let Some((first, last)) = years else {
        let hint = "it needs [observed.tiers.REGIME], [observed.adoptions.INSTRUMENT] or readings, as [observed.speech]";
        return Err(ExperimentError::asked(
            format!("{} has no record to condition on", scenario.name),
            Some(hint.into()),
        ));
    };
    // Beyond its last year the record is silent, which is not to say that nothing came.
    let until = until.unwrap_or(last).min(last).min(world.clock.end - 1);
    let timeline = Timeline::new(world);
    refuse_leaving(world, |j| {
        (0..world.states.len()).any(|state| scenario.observed.adoption(j, state).is_some())
    })?;
    let given = given(world, &timeline, &scenario.observed, until)
        .map_err(|contradiction| ExperimentError::Asked(contradiction.to_string()))?;
    if given.years() == 0 || given.is_empty() {
        let start = world.clock.start;
        let found = if until < start {
            format!("nothing is on record of {} until {until}: its run begins in {start}", scenario.name)
        } else {
            format!("nothing is on record of {} from {start} to {until}", scenario.name)
        };
        let of_reports = if world.ratings.is_empty() {
            ", and reactions and sanctions count only where a regime rates states"
        } else {
            ""
        };
        let hint = format!("its record goes from {first} to {last}{of_reports}");
        return Err(ExperimentError::asked(found, Some(hint)));
    }
    Ok((given, until))
}

/// Refuses instruments whose adoptions are on record and that can be left: the record says nothing of whether a state stayed, and a history has no luck of
/// leaving.
///
/// # Errors
/// If there is one.
pub fn refuse_leaving(world: &World, recorded: impl Fn(usize) -> bool) -> Result<(), ExperimentError> {
    let left = world.instruments.iter().enumerate().find(|(j, instrument)| {
        let leaves = |event: &Event| matches!(event.change, Change::Withdraw(_, of) if of == *j);
        let given = instrument.withdrawn.iter().any(Option::is_some) || world.events.iter().any(leaves);
        recorded(*j) && (given || instrument.exit.is_some_and(|exit| exit.hazard > 0.0))
    });
    let Some((_, instrument)) = left else { return Ok(()) };
    let found = format!("{} can be left, and its adoptions are on record", instrument.id);
    let hint = "a record cannot condition on what states leave: give the instrument no exit_hazard and no withdrawals, or take its adoptions out of the record";
    Err(ExperimentError::asked(found, Some(hint.into())))
}

/// Refuses a last year on record that is asked for and is none: nothing is on record after that of the record, or of the run.
///
/// # Errors
/// If it is.
pub fn check_until(scenario: &Scenario, until: Option<i32>) -> Result<(), ExperimentError> {
    let (Some(until), Some((_, last))) = (until, years_on_record(&scenario.observed)) else { return Ok(()) };
    let end = scenario.world.clock.end - 1;
    let (what, last) = if end < last { ("run", end) } else { ("record", last) };
    if until <= last {
        return Ok(());
    }
    let found = format!("until {until}: the {what} of {} ends in {last}", scenario.name);
    Err(ExperimentError::asked(found, Some(format!("name a year to {last}, or none"))))
}

/// The first and the last year of a record.
fn years_on_record(observed: &Observed) -> Option<(i32, i32)> {
    let tiers = observed.tiers.iter().flatten().flat_map(|years| years.keys().copied());
    let tiers = tiers.fold(None, |range: Option<(i32, i32)>, year| {
        Some(range.map_or((year, year), |(first, last)| (first.min(year), last.max(year))))
    });
    // Who has no date had not adopted when the record was closed: where there are tiers, with them. What else was seen later closes nothing.
    let span = |years: &mut dyn Iterator<Item = i32>| {
        years.fold(None, |range, year| {
            Some(range.map_or((year, year), |(a, b): (i32, i32)| (a.min(year), b.max(year))))
        })
    };
    let mut dates = observed.adoptions.iter().flatten().flatten().map(|date| date.floor() as i32);
    let mut seen = observed.readings.iter().flatten().flat_map(|years| years.keys().copied());
    tiers.or_else(|| span(&mut dates)).or_else(|| span(&mut seen))
}

/// Conditions a scenario on its record: two passes of the filter, rows whose states fit each other, and what the record pins down in them.
///
/// `told` hears how much is done, of 1.
///
/// # Errors
/// If there is nothing to condition on, the record cannot be, the plan is not possible, or `stop` was raised.
pub fn condition(
    scenario: &Scenario,
    plan: Plan,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<Conditioned, ExperimentError> {
    check(plan)?;
    check_until(scenario, plan.until)?;
    let (given, until) = on_record(scenario, plan.until)?;
    let timeline = Timeline::new(&scenario.world);
    let filter = Filter::new(scenario, &timeline, &given, plan.particles as usize, options);
    let pins = bytes_of_pins(&scenario.world, plan.rows, given.years());
    refuse_memory(filter.bytes() + pins, "particles or rows")?;
    let (history, first, pass, acceptance, fresh) = on_threads(options.threads, || {
        let years = given.years() as f64;
        let done = std::sync::atomic::AtomicUsize::new(0);
        // A year of the filter costs about what a fortieth of the sweeps does; nobody waits long enough to see that it is a guess.
        let tell = |of: f64, from: f64, to: f64| {
            let k = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            told(from + (to - from) * (k as f64 / of).min(1.0));
        };
        let begin = || done.store(0, std::sync::atomic::Ordering::Relaxed);
        let first = filter.pass(None, stop, &|| tell(years, 0.0, 0.3))?;
        let heard = filter.heard(&first, HEARD)?;
        begin();
        let first = first.log_likelihood();
        let pass = filter.pass(Some(&heard), stop, &|| tell(years, 0.3, 0.6))?;
        begin();
        let few = f64::from(plan.rows).max(1.0) / LANES as f64;
        let rows = filter.rows(&pass, plan.rows as usize, SWEEPS, stop, &|| tell(few, 0.6, 0.98))?;
        let history = filter.pin(rows.lineage)?;
        told(1.0);
        Ok::<_, ExperimentError>((history, first, pass, rows.acceptance, rows.fresh))
    })
    .map_err(|error| ExperimentError::Threads(error.to_string()))??;
    let states = 0..scenario.world.states.len();
    let ancestors = states.map(|i| pass.ancestors_with(i, &history.lineage)).collect();
    Ok(Conditioned { history, given, until, first_log_likelihood: first, pass, ancestors, acceptance, fresh })
}

/// Whether a plan is possible.
pub(in crate::experiment) fn check(plan: Plan) -> Result<(), ExperimentError> {
    let Plan { particles, rows, .. } = plan;
    if !(LEAST_PARTICLES..=MOST_PARTICLES).contains(&particles) {
        let found =
            format!("found {particles} particles, expected from {LEAST_PARTICLES} to {MOST_PARTICLES}");
        return Err(ExperimentError::Asked(found));
    }
    if particles < rows {
        let found = format!("{rows} replicates need as many particles or more, and there are {particles}");
        return Err(ExperimentError::Asked(found));
    }
    Ok(())
}

/// Memory that the pins of rows take while they are written down, about.
fn bytes_of_pins(world: &World, rows: u32, years: usize) -> u64 {
    let (ratings, instruments) = (world.ratings.len(), world.instruments.len());
    let pins = world.states.len() * years * (2 * ratings + instruments * world.clock.steps_per_year as usize);
    u64::from(rows) * 2 * (pins * size_of::<f64>()) as u64
}

/// The history of a lineage that was kept: what the record pins down in it is computed anew.
///
/// # Errors
/// If it is of other states or years than the scenario and its record, or a result is not finite.
pub fn recall(
    scenario: &Scenario,
    lineage: Lineage,
    until: i32,
    options: Options,
) -> Result<History, ExperimentError> {
    let (given, _) = on_record(scenario, Some(until))?;
    if lineage.states() != scenario.world.states.len() || lineage.years() != given.years() {
        return Err(ExperimentError::Asked(format!(
            "the history is of {} states and {} years, and {} has {} states and {} years on record until {until}",
            lineage.states(),
            lineage.years(),
            scenario.name,
            scenario.world.states.len(),
            given.years()
        )));
    }
    let timeline = Timeline::new(&scenario.world);
    let filter = Filter::new(scenario, &timeline, &given, lineage.rows(), options);
    on_threads(options.threads, || filter.pin(lineage))
        .map_err(|error| ExperimentError::Threads(error.to_string()))?
}

#[cfg(test)]
mod coverage_tests;
#[cfg(test)]
mod luck_tests;
#[cfg(test)]
pub(in crate::experiment) mod tests;
