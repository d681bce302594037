//! What is forecast of each state and year by each who forecasts, and what came: put together from runs, the filter and references.

use super::predicted::Predicted;
use super::score::Source;
use crate::engine::given::Given;
use crate::engine::timeline::Timeline;
use crate::evidence::frame::Frame;
use crate::evidence::record::{NEVER, Record};
use crate::evidence::skill::forecast::Chances;
use crate::evidence::skill::{References, on_record};
use crate::model::world::MOST_GRADES;
use crate::scenario::Scenario;
use std::ops::Range;

/// Years ahead that are forecast from the origin, at most.
pub const AHEAD: usize = 5;

/// What is forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The grade by a rating regime.
    Tier(usize),
    /// Whether an instrument is adopted by the end of the year.
    Adopted(usize),
}

/// What whoever forecasts knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// The record until the origin.
    Origin,
    /// The record until the year before, and adoptions of the year itself (see [`Forecasts`]).
    YearBefore,
}

/// What was forecast of a state and a year, by each who forecasts, and what came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foretold {
    /// What.
    pub what: What,
    /// What whoever forecasts knows.
    pub knows: Knows,
    /// State.
    pub state: usize,
    /// Year of the run.
    pub year: usize,
    /// Years ahead.
    pub ahead: usize,
    /// Whether the state adopts an instrument in the year, by the record.
    pub adopts: bool,
    /// What came: the place of the grade, or 1 where the instrument was adopted and 0 where not.
    pub came: usize,
    /// By [`Source`]: probabilities of each grade, or of not adopted and adopted.
    pub by: [Option<Chances>; Source::COUNT],
}

/// By rating regime, state, then year on record.
pub(super) type Expected = Vec<Vec<Vec<Option<[f64; MOST_GRADES]>>>>;

/// What forecasts are put together from.
pub(super) struct Telling<'a> {
    pub scenario: &'a Scenario,
    pub given: &'a Given,
    /// Years of the run that are forecast; the one before the first is the origin.
    pub years: Range<usize>,
    pub from_history: &'a Predicted,
    pub free: &'a Predicted,
}

impl Telling<'_> {
    fn adopts(&self, state: usize, year: usize) -> bool {
        let world = &self.scenario.world;
        let steps = world.clock.steps_per_year as usize;
        let steps = year * steps..(year + 1) * steps;
        (0..world.instruments.len()).any(|j| self.given.adopts_in(j, state, steps.clone()))
    }

    /// Records and references by a frame, fitted to the years until the origin.
    fn references<'r>(&self, record: &'r Record, frame: &Frame) -> References<'r> {
        let fitted = Frame { counted: self.years.start, ..frame.clone() };
        let years = on_record(record, frame);
        References::new(record, &self.scenario.world, (&fitted, frame), &years)
    }

    /// Forecasts of the grades that are on record after the origin.
    pub fn tiers(&self, expected: &Expected) -> Vec<Foretold> {
        let (observed, world) = (&self.scenario.observed, &self.scenario.world);
        let mut all = Vec::new();
        let rated = |g: &usize| world.ratings[*g].pinned.is_none() && !observed.tiers[*g].is_empty();
        for g in (0..world.ratings.len()).filter(rated) {
            let frame = Frame::of_rating(self.scenario, g);
            let record = Record::observed(observed, &frame);
            let references = self.references(&record, &frame);
            let origin = self.years.start - 1;
            for state in frame.counted_states() {
                for year in self.years.clone() {
                    let Some(came) = usize::from(record.tier(state, year)).checked_sub(1) else { continue };
                    let free = self.free.tier(g, state, year);
                    let tell = |knows, ahead, from_history, known| {
                        let [last, chain, logit] = references.tier_after(state, (known, year));
                        Foretold {
                            what: What::Tier(g),
                            knows,
                            state,
                            year,
                            ahead,
                            adopts: self.adopts(state, year),
                            came,
                            by: [from_history, free, last, chain, logit],
                        }
                    };
                    let ahead = year - origin;
                    if ahead <= AHEAD {
                        all.push(tell(Knows::Origin, ahead, self.from_history.tier(g, state, year), origin));
                    }
                    let of_year = expected[g][state][year].map(|all| Chances::new(&all[..frame.grades]));
                    all.push(tell(Knows::YearBefore, 1, of_year, year - 1));
                }
            }
        }
        all
    }

    /// Forecasts of the adoptions that had not come by the origin, of instruments with dates on record.
    pub fn adoptions(&self) -> Vec<Foretold> {
        let (observed, world) = (&self.scenario.observed, &self.scenario.world);
        let timeline = Timeline::new(world);
        let origin = self.years.start - 1;
        let mut all = Vec::new();
        for (j, dates) in observed.adoptions.iter().enumerate() {
            let instrument = &world.instruments[j];
            if instrument.pinned || instrument.hazard <= 0.0 || dates.iter().all(Option::is_none) {
                continue;
            }
            let frame = Frame::of_instrument(self.scenario, j, timeline.simulates[j].clone());
            let record = Record::observed(observed, &frame);
            let references = self.references(&record, &frame);
            let open = |state: &usize| record.law[*state] > origin as i16;
            for state in frame.counted_states().filter(open) {
                for year in self.years.clone().take(AHEAD) {
                    let share = |p: f64| Chances::new(&[1.0 - p, p]);
                    let [last, chain, logit] = references.law_after(state, (origin, year));
                    let known = [last, chain, logit].map(|p| p.map(share));
                    all.push(Foretold {
                        what: What::Adopted(j),
                        knows: Knows::Origin,
                        state,
                        year,
                        ahead: year - origin,
                        adopts: self.adopts(state, year),
                        came: usize::from(record.law[state] != NEVER && record.law[state] <= year as i16),
                        by: [
                            Some(share(self.from_history.adopted(j, state, year))),
                            Some(share(self.free.adopted(j, state, year))),
                            known[0],
                            known[1],
                            known[2],
                        ],
                    });
                }
            }
        }
        all
    }
}

/// What is forecast, in order of its first forecast, with what is known.
pub(super) fn kinds(foretold: &[Foretold]) -> Vec<(What, Knows)> {
    let mut kinds = Vec::new();
    for one in foretold {
        if !kinds.contains(&(one.what, one.knows)) {
            kinds.push((one.what, one.knows));
        }
    }
    kinds
}
