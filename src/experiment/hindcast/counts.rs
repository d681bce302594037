//! What a hindcast counts in runs: tiers by year, years of adoption, and by how much variables change within windows.

use crate::engine::batch::Batch;
use crate::engine::recorder::Recorder;
use crate::lanes::lane::{LANES, Lane};
use crate::model::variable::Variable;
use crate::model::world::MOST_GRADES;

/// Codes of a grade: not rated, and as many as a regime may have.
const CODES: usize = MOST_GRADES + 1;

/// The variables whose change within a window is told.
pub(super) const CHANGING: [Variable; 3] =
    [Variable::Enforcement, Variable::Protection, Variable::Motivation];

/// What is looked at: states, rating regimes and instruments of a world by index, and windows.
#[derive(Debug)]
pub(super) struct Look {
    pub states: Vec<usize>,
    pub ratings: Vec<usize>,
    pub instruments: Vec<usize>,
    /// Years of a state: the state's position in `states`, and rows (0 the start, 1 the end of the first year) of the
    /// beginning and the end.
    pub windows: Vec<(usize, usize, usize)>,
    pub years: usize,
}

/// Counts over replicates; those of parts of an ensemble, in their order, add up to those of the whole.
#[derive(Debug)]
pub(super) struct Counts {
    pub replicates: u32,
    /// By state, regime and year: replicates with each grade.
    tiers: Vec<[u32; CODES]>,
    /// By state and instrument: replicates that adopted before the start, in each year, and not by the end.
    adoptions: Vec<Vec<u32>>,
    /// By window, then [`CHANGING`]: the change in each replicate.
    pub changes: Vec<[Vec<f64>; CHANGING.len()]>,
}

impl Counts {
    pub fn new(look: &Look) -> Counts {
        let Look { states, ratings, instruments, windows, years } = look;
        Counts {
            replicates: 0,
            tiers: vec![[0; CODES]; states.len() * ratings.len() * years],
            adoptions: vec![vec![0; years + 2]; states.len() * instruments.len()],
            changes: windows.iter().map(|_| std::array::from_fn(|_| Vec::new())).collect(),
        }
    }

    pub fn add(&mut self, other: Counts) {
        self.replicates += other.replicates;
        for (mine, theirs) in self.tiers.iter_mut().zip(other.tiers) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        for (mine, theirs) in self.adoptions.iter_mut().zip(other.adoptions) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        for (mine, theirs) in self.changes.iter_mut().zip(other.changes) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| a.extend(b));
        }
    }

    /// Shares of replicates with each grade by a regime, in each year.
    pub fn tiers(&self, look: &Look, state: usize, rating: usize) -> Vec<[f64; CODES]> {
        let first = (state * look.ratings.len() + rating) * look.years;
        let share = |count: u32| f64::from(count) / f64::from(self.replicates.max(1));
        self.tiers[first..first + look.years].iter().map(|counts| counts.map(share)).collect()
    }

    /// Replicates by when they adopted an instrument: before the start, in each year, not by the end.
    pub fn adoptions(&self, look: &Look, state: usize, instrument: usize) -> &[u32] {
        &self.adoptions[state * look.instruments.len() + instrument]
    }
}

/// Counts the runs of batches.
pub(super) struct Counter<'l> {
    look: &'l Look,
    pub counts: Counts,
    /// By state and instrument: when each lane adopted, as a position in [`Counts::adoptions`].
    adopted: Vec<[usize; LANES]>,
    /// By window, then variable: the values at its beginning.
    begun: Vec<[Lane; CHANGING.len()]>,
}

impl<'l> Counter<'l> {
    pub fn new(look: &'l Look) -> Counter<'l> {
        let adopted = vec![[look.years + 1; LANES]; look.states.len() * look.instruments.len()];
        let begun = vec![[Lane::ZERO; CHANGING.len()]; look.windows.len()];
        Counter { look, counts: Counts::new(look), adopted, begun }
    }

    /// Looks at a row: 0 is the start, 1 the end of the first year.
    fn row(&mut self, batch: &Batch, row: usize) {
        let look = self.look;
        for (s, state) in look.states.iter().enumerate() {
            for (k, instrument) in look.instruments.iter().enumerate() {
                let adopted = batch.value(*state, Variable::Adopted(*instrument));
                let when = &mut self.adopted[s * look.instruments.len() + k];
                for (when, adopted) in when.iter_mut().zip(adopted.0) {
                    if *when > look.years && adopted > 0.0 {
                        *when = row;
                    }
                }
            }
        }
        for (w, (state, from, until)) in look.windows.iter().enumerate() {
            let values = || CHANGING.map(|v| batch.value(look.states[*state], v));
            if row == *from {
                self.begun[w] = values();
            }
            if row == *until {
                for (k, value) in values().into_iter().enumerate() {
                    let change = value - self.begun[w][k];
                    self.counts.changes[w][k].extend(&change.0[..batch.width()]);
                }
            }
        }
    }
}

impl Recorder for Counter<'_> {
    fn start(&mut self, batch: &Batch) {
        self.adopted.iter_mut().for_each(|when| when.fill(self.look.years + 1));
        self.row(batch, 0);
    }

    fn year(&mut self, batch: &Batch, year: usize) {
        let look = self.look;
        for (s, state) in look.states.iter().enumerate() {
            for (k, rating) in look.ratings.iter().enumerate() {
                let tier = batch.value(*state, Variable::Tier(*rating));
                let cell = (s * look.ratings.len() + k) * look.years + year;
                for tier in &tier.0[..batch.width()] {
                    self.counts.tiers[cell][*tier as usize] += 1;
                }
            }
        }
        self.row(batch, year + 1);
    }

    fn finish(&mut self, batch: &Batch) {
        self.counts.replicates += batch.width() as u32;
        for (when, counts) in self.adopted.iter().zip(&mut self.counts.adoptions) {
            when[..batch.width()].iter().for_each(|when| counts[*when] += 1);
        }
    }
}
