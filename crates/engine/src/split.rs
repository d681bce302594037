//! How the states of a batch are shared out within a step.

use rayon::prelude::*;

/// States per piece when a run is split over its states.
const STATES_PER_PIECE: usize = 4096;

/// How the states of one batch are shared out within a step. Nothing here changes a bit of any result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// All states in one piece, on this thread.
    Whole,
    /// In pieces, on the threads of the current pool.
    OverStates,
}

impl Split {
    /// Runs a task on every item, in any order, and returns when all are done.
    #[inline(always)]
    pub(crate) fn each<T: Send>(self, items: impl Iterator<Item = T>, task: impl Fn(T) + Sync + Send) {
        match self {
            Split::Whole => items.for_each(task),
            Split::OverStates => items.collect::<Vec<_>>().into_par_iter().for_each(task),
        }
    }

    /// States per piece, of so many.
    pub(crate) fn size(self, states: usize) -> usize {
        match self {
            Split::Whole => states,
            Split::OverStates => STATES_PER_PIECE,
        }
    }
}
