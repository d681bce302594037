//! A summary with a few batches held back: added together, they cost a fraction of what each would alone.
//!
//! It knows when to add, and no statistic.

use crate::estimate::Groups;
use crate::output::by_draw::ByDraw;
use crate::output::error::OutputError;
use crate::output::kept::Kept;
use crate::output::moments::Integers;
use crate::output::summary::Summary;
use std::sync::Arc;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::world::World;

/// Most batches held.
pub const BATCHES: usize = 8;
/// Size of what is held above which batches are added one by one.
const LIMIT: usize = 16 << 20;

/// A summary, and what is yet to be added to it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    summary: Summary,
    /// Batches that there is room for.
    room: usize,
    /// Batches held, by row; all are whole.
    batches: Vec<usize>,
    /// By row, state and variable, then batch. Where there is room for one batch a row is added as soon as it is whole, and all share one place.
    integers: Vec<Integers>,
}

impl Held {
    /// The summary of no replicates of this world.
    pub fn new(world: &World, kept: &Kept) -> Held {
        let summary = Summary::of(world, kept);
        let of_row = summary.states() * summary.variables();
        let room =
            if summary.rows() * of_row * BATCHES * size_of::<Integers>() <= LIMIT { BATCHES } else { 1 };
        let rows = if room == 1 { 1 } else { summary.rows() };
        let integers = vec![[0; LANES]; rows * of_row * room];
        Held { room, batches: vec![0; summary.rows()], integers, summary }
    }

    /// Where in what is held a row lies.
    fn row(&self, row: usize) -> std::ops::Range<usize> {
        let size = self.summary.states() * self.summary.variables() * self.room;
        let place = if self.room == 1 { 0 } else { row };
        place * size..(place + 1) * size
    }

    /// Makes room for a batch at a row.
    #[inline(always)]
    pub fn open(&mut self, row: usize, width: usize) {
        if width < LANES {
            self.add(row, LANES);
        }
    }

    /// Takes what a state shows: a value of each variable that is kept, in their order.
    #[inline(always)]
    pub fn take(&mut self, row: usize, state: usize, values: &[Lane], width: usize) {
        let (held, batch) = (self.row(row), self.batches[row]);
        let size = values.len() * self.room;
        let places = self.integers[held][state * size..][..size].chunks_exact_mut(self.room);
        self.summary.integers(state, values, width, places.map(|place| &mut place[batch]));
    }

    /// Keeps apart what replicates of each group of draws show.
    pub fn keep_draws(&mut self, world: &World, groups: &Arc<Groups>) {
        self.summary.keep_draws(world, groups);
    }

    /// What is kept by group of draws, under a posterior.
    pub fn by_draw(&mut self) -> Option<&mut ByDraw> {
        self.summary.by_draw()
    }

    /// Ends a batch at a row, all states taken.
    #[inline(always)]
    pub fn close(&mut self, row: usize, width: usize) {
        self.batches[row] += 1;
        if self.batches[row] == self.room || width < LANES {
            self.add(row, width);
        }
    }

    /// Adds what is held at a row.
    #[inline(always)]
    fn add(&mut self, row: usize, width: usize) {
        let held = self.row(row);
        let batches = std::mem::take(&mut self.batches[row]);
        if batches > 0 {
            self.summary.add(row, &self.integers[held], self.room, batches, width);
        }
    }

    /// Adds another's replicates.
    ///
    /// # Errors
    /// If the two are of different worlds.
    pub fn merge(&mut self, other: &Held) -> Result<(), OutputError> {
        self.summary.merge(&other.summary)?;
        for (row, &batches) in other.batches.iter().enumerate() {
            if batches > 0 {
                self.summary.add(row, &other.integers[other.row(row)], other.room, batches, LANES);
            }
        }
        Ok(())
    }

    /// The summary, all added.
    pub fn summary(&mut self) -> &Summary {
        for row in 0..self.batches.len() {
            self.add(row, LANES);
        }
        &self.summary
    }

    /// The summary, all added.
    pub fn into_summary(mut self) -> Summary {
        self.summary();
        self.summary
    }
}
