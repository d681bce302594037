//! The record of a scenario as conditions on its runs, with every contradiction between the two found before anything runs.

use crate::engine::given::{Adoption, Given};
use crate::engine::timeline::Timeline;
use crate::model::observation::{OBSERVABLES, REACTION, Reading, SANCTIONED, SCORES};
use crate::model::world::World;
use crate::scenario::Observed;

/// An entry of the record that cannot be: no run of the scenario shows it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record says of {state}: {entry}; {why}")]
pub struct Contradiction {
    /// Id of the state.
    pub state: String,
    /// What is on record.
    pub entry: String,
    /// Why it cannot be.
    pub why: String,
}

/// The record of a scenario until the end of a year; years beyond the run are left out.
///
/// A state that is not rated in a year, by the record, says nothing of that year: whether a state is in a report at all is taken as given. Of an
/// instrument with dates on record, a state without one had not adopted it. What else was observed of states conditions by its density at the end of
/// its year, or of the next where it is known later; a year without a reading is missing. So is, where tiers are on record, what hangs on a report that does not
/// grade the state: a score of practice coded from it, a reaction to it, a sanction. Where none are, a reaction or a sanction counts in the years in which the
/// scenario's regime rates the state, and never without a rating regime. Grades and adoptions that the scenario gives as facts condition nothing.
///
/// # Errors
/// If an entry contradicts what the scenario gives as a fact: its probability would be 0 in every run.
pub fn given(
    world: &World,
    timeline: &Timeline,
    observed: &Observed,
    until: i32,
) -> Result<Given, Contradiction> {
    let clock = timeline.clock;
    let (n, first) = (world.states.len(), clock.start);
    let years = (until.min(clock.end - 1) - first + 1).max(0) as usize;
    let mut given = Given::nothing(world, years).observed_by(observed.observation);
    read(&mut given, timeline, world, observed, years);
    for (g, rating) in world.ratings.iter().enumerate().filter(|(_, rating)| rating.pinned.is_none()) {
        for i in 0..n {
            for y in 0..years {
                let year = first + y as i32;
                let Some(grade) = observed.tier(g, i, year).filter(|grade| *grade > 0) else { continue };
                let step = y * clock.steps_per_year as usize + timeline.last_report(g);
                let refuse = |why: String| {
                    let entry =
                        format!("tier {} of {} in {year}", rating.grade(usize::from(grade)), rating.id);
                    Err(Contradiction { state: world.states[i].id.clone(), entry, why })
                };
                if !timeline.in_force(g, step) || !timeline.rates(g, i, step) {
                    return refuse(format!("the scenario's {} does not rate it then", rating.id));
                }
                let watch = rating.watch.as_ref().filter(|watch| watch.grade == grade);
                if let Some(watch) = watch.filter(|watch| clock.date(step) < watch.from) {
                    return refuse(format!("the watch list exists from {}", watch.from));
                }
                given.set_grade(g, i, y, grade);
            }
        }
    }
    for (j, dates) in observed.adoptions.iter().enumerate().filter(|(_, dates)| !dates.is_empty()) {
        let instrument = &world.instruments[j];
        if instrument.pinned || instrument.hazard <= 0.0 {
            continue;
        }
        let steps = years * clock.steps_per_year as usize;
        for (i, date) in
            dates.iter().enumerate().filter(|(i, _)| timeline.simulates[j][*i] || dates[*i].is_some())
        {
            let refuse = |why: String| {
                let entry = format!("{} adopted at {}", instrument.id, date.unwrap_or_default());
                Err(Contradiction { state: world.states[i].id.clone(), entry, why })
            };
            if !timeline.simulates[j][i] {
                if instrument.eligible[i] {
                    continue; // The scenario gives the date as a fact.
                }
                return refuse(format!("{} is not open to it", instrument.id));
            }
            // A whole number is a year of which no more is known; a date on which a step begins is the end of the one before.
            let came = match date {
                None => None,
                Some(date) if date.fract() == 0.0 && *date >= f64::from(first) => {
                    let start = clock.step_from(*date);
                    Some((start, start + clock.steps_per_year as usize - 1))
                }
                Some(date) if *date <= f64::from(first) => {
                    return refuse(format!(
                        "that is before the run begins, and the scenario does not give it as a fact (instrument.{}.adopted)",
                        instrument.id
                    ));
                }
                Some(date) => {
                    let step =
                        clock.within(*date).unwrap_or_else(|| clock.step_from(*date).saturating_sub(1));
                    Some((step, step))
                }
            };
            let came = match came.filter(|(_, last)| *last < steps) {
                Some((from, last)) => match earliest(world, timeline, j, from) {
                    Some(from) => Some((from, last.max(from))),
                    None => {
                        return refuse(format!(
                            "the scenario opens {} at {}",
                            instrument.id, instrument.opens
                        ));
                    }
                },
                None => None,
            };
            given.set_adoption(j, i, Adoption { came, steps });
        }
    }
    Ok(given)
}

/// What else was observed than grades and adoptions.
fn read(given: &mut Given, timeline: &Timeline, world: &World, observed: &Observed, years: usize) {
    let first = world.clock.start;
    // What is said of a state that a report does not grade is too little to score it like the others, and there is nothing to react to or to sanction. Where no
    // tiers are on record, whom a regime rates the scenario says; scores may then come from elsewhere.
    let graded = |k: usize, i: usize, year: i32| {
        let to_report = [REACTION, SANCTIONED].contains(&k);
        let Some(g) = world.rating_of_record() else { return !to_report };
        if observed.tiers[g].is_empty() {
            let step =
                (year - first) as usize * world.clock.steps_per_year as usize + timeline.last_report(g);
            return !to_report || (timeline.in_force(g, step) && timeline.rates(g, i, step));
        }
        let of_report = SCORES.contains(&k) || to_report;
        let report = year + OBSERVABLES[k].lag() as i32;
        !of_report || observed.tier(g, i, report).is_some_and(|grade| grade > 0)
    };
    for (k, states) in observed.readings.iter().enumerate() {
        for (i, seen) in states.iter().enumerate() {
            let seen = seen.range(first..first + years as i32);
            for (year, reading) in seen.filter(|(year, _)| graded(k, i, **year)) {
                given.set_reading(k, i, (year - first) as usize, *reading);
            }
        }
    }
    let sanctions = world.rating_of_record().and_then(|g| observed.sanctions.get(g));
    for (i, seen) in sanctions.into_iter().flatten().enumerate() {
        let seen = seen.range(first..first + years as i32);
        for (year, imposed) in seen.filter(|(year, _)| graded(SANCTIONED, i, **year)) {
            let reading = Reading { value: f64::from(u8::from(*imposed)), with: None };
            given.set_reading(SANCTIONED, i, (year - first) as usize, reading);
        }
    }
}

/// The first step from one on, within a year of it, in which an instrument may be adopted at all: who signs on the day of opening does so in the first
/// step whose hazard is not 0.
fn earliest(world: &World, timeline: &Timeline, instrument: usize, step: usize) -> Option<usize> {
    let j = &world.instruments[instrument];
    let open = |step: usize| {
        timeline.opens[instrument] <= step && (j.ramp <= 0.0 || timeline.clock.date(step) > j.opens)
    };
    (step..step + timeline.clock.steps_per_year as usize).find(|step| open(*step))
}
