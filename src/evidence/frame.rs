//! What patterns are taken over: whose record, which years, which instruments and which regions.

use crate::evidence::tip;
use crate::model::observation::SCORES;
use crate::model::world::{InstrumentKind, World};
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// The frame of a record. Narrowing it to some states or years narrows what is counted, not who is a peer of whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Calendar year of the first year of the record.
    pub first: i32,
    /// Years of the record.
    pub years: usize,
    /// Years that count, from the first.
    pub counted: usize,
    /// States that count.
    pub included: Vec<bool>,
    /// The rating regime: the first that demands a law, else the first.
    pub rating: Option<usize>,
    /// How many grades it has.
    pub grades: usize,
    /// Whether they are the tiers of the Trafficking in Persons report, of which patterns speak.
    pub are_tiers: bool,
    /// The law: the first on record that the rating regime demands, else the first.
    pub law: Option<usize>,
    /// The convention: the first global one on record.
    pub convention: Option<usize>,
    /// Region of each state, by number; a state without one is alone in its own.
    pub regions: Vec<usize>,
    /// How many regions.
    pub region_count: usize,
    /// Whether there is a score of each practice by state, then year: simulated scores are taken there alone. None: everywhere.
    pub scored: Option<[Vec<bool>; 3]>,
}

impl Frame {
    /// The frame of a scenario: its run's years, and the states that its record rates at least once (without a record of
    /// tiers: those that its rating regime rates); where there are no patterns to be held against it, also those with an adoption on record.
    pub fn new(scenario: &Scenario) -> Frame {
        let (world, observed) = (&scenario.world, &scenario.observed);
        let years = world.clock.years();
        // Where adoptions are on record, an instrument of which none is has no data.
        let on_record = |j: &usize| {
            observed.adoptions.iter().all(Vec::is_empty)
                || observed.adoptions.get(*j).is_some_and(|dates| dates.iter().any(Option::is_some))
        };
        let is = |j: &usize, kind| world.instruments[*j].kind == kind && on_record(j);
        let of_kind = |kind| (0..world.instruments.len()).find(|j| is(j, kind));
        let law_of = |g: usize| {
            let demands = &world.ratings[g].demands;
            demands.iter().map(|demand| demand.instrument).find(|j| is(j, InstrumentKind::Law))
        };
        let rating = world.rating_of_record();
        let first = world.clock.start;
        let (regions, region_count) = regions(&scenario.regions);
        Frame {
            first,
            years,
            counted: years,
            included: if tip::has_patterns(world) {
                included(scenario, rating)
            } else {
                let dated = |i: usize| {
                    observed.adoptions.iter().any(|dates| dates.get(i).is_some_and(Option::is_some))
                };
                included(scenario, rating)
                    .into_iter()
                    .enumerate()
                    .map(|(i, graded)| graded || dated(i))
                    .collect()
            },
            rating,
            grades: rating.map_or(0, |g| world.ratings[g].grades.len()),
            are_tiers: rating.is_some_and(|g| tip::grades_so(&world.ratings[g])),
            law: rating.and_then(law_of).or_else(|| of_kind(InstrumentKind::Law)),
            convention: of_kind(InstrumentKind::Convention),
            regions,
            region_count,
            scored: observed.scores().any(|states| !states.is_empty()).then(|| {
                std::array::from_fn(|k| {
                    let known = |state: usize, year: usize| {
                        observed.reading(SCORES[k], state, first + year as i32).is_some()
                    };
                    (0..world.states.len() * years).map(|cell| known(cell / years, cell % years)).collect()
                })
            }),
        }
    }

    /// The frame of a scenario's record by one of its rating regimes: the states that this one rates at least once.
    pub fn of_rating(scenario: &Scenario, rating: usize) -> Frame {
        let included = included(scenario, Some(rating));
        let of = &scenario.world.ratings[rating];
        let (grades, are_tiers) = (of.grades.len(), tip::grades_so(of));
        Frame { rating: Some(rating), grades, are_tiers, included, ..Frame::new(scenario) }
    }

    /// The frame of some states' record of one instrument.
    pub fn of_instrument(scenario: &Scenario, instrument: usize, included: Vec<bool>) -> Frame {
        Frame { law: Some(instrument), included, ..Frame::new(scenario) }
    }

    /// States of the record.
    pub fn states(&self) -> usize {
        self.included.len()
    }

    /// States that count.
    pub fn count(&self) -> usize {
        self.included.iter().filter(|included| **included).count()
    }

    /// The indices of the states that count.
    pub fn counted_states(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.states()).filter(|state| self.included[*state])
    }

    /// The same without the years after a calendar year.
    #[must_use]
    pub fn until(mut self, last: i32) -> Frame {
        self.counted = self.counted.min((last + 1 - self.first).max(0) as usize);
        self
    }

    /// One half of the states that count, in id order: the first, third and so on (0), or the second, fourth and so on (1).
    #[must_use]
    pub fn half(mut self, half: usize) -> Frame {
        for (place, included) in self.included.iter_mut().filter(|included| **included).enumerate() {
            *included = place % 2 == half;
        }
        self
    }

    /// The year of the record that a calendar year is, if it counts.
    pub fn year(&self, calendar: i32) -> Option<usize> {
        usize::try_from(calendar - self.first).ok().filter(|year| *year < self.counted)
    }
}

/// What is held out of a fit, and scored apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldOut {
    /// Every other state, in order of id.
    pub states: bool,
    /// Years after this one.
    pub after: Option<i32>,
}

impl HoldOut {
    /// The last third of the years from the first to the last (rounded down), and every other state if asked.
    ///
    /// ```
    /// use suasion::evidence::frame::HoldOut;
    /// assert_eq!(HoldOut::last_third((2001, 2015), true), HoldOut { states: true, after: Some(2010) });
    /// assert_eq!(HoldOut::last_third((2008, 2010), false).after, Some(2009));
    /// assert_eq!(HoldOut::last_third((2008, 2009), false).after, None);
    /// ```
    pub fn last_third((first, last): (i32, i32), states: bool) -> HoldOut {
        let after = last - (last + 1 - first) / 3;
        HoldOut { states, after: (after < last).then_some(after) }
    }

    /// The part of a frame that is fitted.
    pub fn fitted(self, frame: Frame) -> Frame {
        let frame = if self.states { frame.half(0) } else { frame };
        match self.after {
            Some(last) => frame.until(last),
            None => frame,
        }
    }
}

fn included(scenario: &Scenario, rating: Option<usize>) -> Vec<bool> {
    let (World { states, ratings, .. }, observed) = (&scenario.world, &scenario.observed);
    let Some(g) = rating else { return vec![true; states.len()] };
    if observed.tiers[g].is_empty() {
        return ratings[g].rated_from.iter().map(Option::is_some).collect();
    }
    let end = scenario.world.clock.end;
    observed.tiers[g].iter().map(|years| years.range(..end).any(|(_, grade)| *grade > 0)).collect()
}

fn regions(names: &[Option<String>]) -> (Vec<usize>, usize) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = 0;
    let mut next = || {
        count += 1;
        count - 1
    };
    let regions = names.iter().map(|name| match name {
        Some(name) => *known.entry(name).or_insert_with(&mut next),
        None => next(),
    });
    (regions.collect(), count)
}
