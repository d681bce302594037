//! Outcomes: which numbers of a run an experiment looks at.
//!
//! An outcome is a [`Measure`] (a variable, a term of the ledger, a wait) of a state, or of several together, at the end of a year. Every
//! experiment asks for outcomes in the same words ([`Outcomes::parse`]), reads them by the same recorder, and says of them the same:
//! an [`Estimate`](crate::estimate::Estimate).

mod grammar;
mod measure;
mod recorder;

pub use measure::{Measure, Target, targets};
pub(super) use recorder::{OutcomeRecorder, Readings};

use crate::estimate::Support;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::units::Units;
use std::collections::BTreeSet;
use std::ops::Deref;

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The unweighted mean over states.
    Mean,
    /// A state, by index.
    State(usize),
    /// The unweighted mean over the members of a community, by index: those who are it at any time.
    Group(usize),
}

/// One number of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// What is measured.
    pub measure: Measure,
    /// Of whom.
    pub place: Place,
    /// When, as a row: 0 is the start, 1 the end of the first year.
    pub row: usize,
}

/// The outcomes of an experiment, in order of row, then as asked; none twice.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Outcomes {
    list: Vec<Outcome>,
    /// Places in the list, by outcome: what is looked up is found without going through all of it.
    order: Vec<usize>,
}

impl Place {
    /// Id of the state or community, or `mean`.
    pub fn id(self, world: &World) -> &str {
        match self {
            Place::Mean => "mean",
            Place::State(state) => &world.states[state].id,
            Place::Group(group) => &world.communities[group].id,
        }
    }

    /// Its states.
    pub fn states(self, world: &World) -> Vec<usize> {
        match self {
            Place::Mean => (0..world.states.len()).collect(),
            Place::State(state) => vec![state],
            Place::Group(group) => {
                world.communities[group].members.iter().map(|member| member.state).collect()
            }
        }
    }

    /// The state, where it is one.
    pub fn state(self) -> Option<usize> {
        if let Place::State(state) = self { Some(state) } else { None }
    }
}

impl Outcome {
    /// A measure of a place at the end of a year, by row.
    pub fn new(measure: Measure, place: Place, row: usize) -> Outcome {
        Outcome { measure, place, row }
    }

    /// Year at whose end it looks; the year before the first stands for the start.
    pub fn year(&self, world: &World) -> i32 {
        year(world, self.row)
    }

    /// The whole outcome as it is written: `protection.IDN@2010`.
    pub fn label(&self, world: &World) -> String {
        format!("{}.{}@{}", self.measure.name(world), self.place.id(world), self.year(world))
    }

    /// The multiple to which it is rounded before it is summed, in a world with these units.
    pub fn resolution(&self, units: &Units) -> f64 {
        self.measure.resolution(units, self.place.state())
    }

    /// What values it takes in a replicate: a state has an instrument or not, of several states a share has.
    pub fn support(&self) -> Support {
        match self.measure.support() {
            Support::Share if self.place.state().is_none() => Support::Within(0.0, 1.0),
            support => support,
        }
    }
}

/// Year at whose end a row lies; the year before the first is the start.
pub fn year(world: &World, row: usize) -> i32 {
    world.clock.start - 1 + row as i32
}

impl Outcomes {
    /// These, in order of row and otherwise as they come; what comes twice is taken once.
    pub fn new(mut list: Vec<Outcome>) -> Outcomes {
        let mut seen = BTreeSet::new();
        list.retain(|outcome| seen.insert(*outcome));
        // Stable, so that within a year outcomes stay as asked.
        list.sort_by_key(|outcome| outcome.row);
        let mut order: Vec<usize> = (0..list.len()).collect();
        order.sort_unstable_by_key(|at| list[*at]);
        Outcomes { list, order }
    }

    /// Every variable at the end of the last year: the mean over states and each state.
    pub fn last_year(world: &World) -> Outcomes {
        let row = world.clock.years();
        let of = |v| places(world, true).map(move |place| Outcome::new(Measure::Variable(v), place, row));
        Outcomes::new(Variable::all(world).into_iter().flat_map(of).collect())
    }

    /// Some measures of each state, of the mean over states and of `more` places, at the start and at the end of every year.
    pub fn every_year(world: &World, measures: &[Measure], more: &[Place]) -> Outcomes {
        let places: Vec<Place> = places(world, false).chain(more.iter().copied()).collect();
        let of_row = |row| {
            let of = move |place: &Place| (*place, row);
            places.iter().map(of).collect::<Vec<_>>()
        };
        let rows = (0..=world.clock.years()).flat_map(of_row);
        let of = |(place, row)| measures.iter().map(move |measure| Outcome::new(*measure, place, row));
        Outcomes::new(rows.flat_map(of).collect())
    }

    /// Where nothing of a kind varies (a size of 0), says how large an event may be that no replicate shows: what one state changes by adopting,
    /// by reaching a phase, by no longer waiting. Numbers that vary without events are left at 0: what does not vary of them is
    /// not random.
    pub(super) fn count_unseen(&self, sizes: &mut [f64], world: &World) {
        for (size, outcome) in sizes.iter_mut().zip(&self.list).filter(|(size, _)| **size == 0.0) {
            let of_one = match outcome.measure {
                Measure::Waited(_) => outcome.row as f64,
                measure if measure.support() == Support::Share => 1.0,
                _ => 0.0,
            };
            *size = of_one / outcome.place.states(world).len().max(1) as f64;
        }
    }

    /// The place of an outcome in the list.
    pub fn find(&self, outcome: Outcome) -> Option<usize> {
        let at = self.order.binary_search_by_key(&outcome, |at| self.list[*at]).ok()?;
        Some(self.order[at])
    }
}

impl Deref for Outcomes {
    type Target = [Outcome];
    fn deref(&self) -> &[Outcome] {
        &self.list
    }
}

/// The mean over states, first or last, and each state.
fn places(world: &World, mean_first: bool) -> impl Iterator<Item = Place> {
    let mean = |there: bool| there.then_some(Place::Mean).into_iter();
    mean(mean_first).chain((0..world.states.len()).map(Place::State)).chain(mean(!mean_first))
}
