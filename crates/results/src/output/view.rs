//! What recorders see of a batch, as a trait, so that each can be tested on made-up values without an engine.
//!
//! It adds nothing to [`Batch`] and holds no state.

use suasion_engine::batch::Batch;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::variable::Variable;
use suasion_model::world::World;

/// A batch of replicates of one world, between two steps.
pub trait View {
    /// The world: its states, instruments, regimes and calendar.
    fn world(&self) -> &World;
    /// Lanes in use, from 1 to [`LANES`]; the rest is padding.
    fn width(&self) -> usize;
    /// Number of the replicate in each lane, ascending over the lanes in use.
    fn replicates(&self) -> &[u32; LANES];
    /// Current value of a variable of a state, by index.
    fn value(&self, state: usize, variable: Variable) -> Lane;
    /// Current values of all variables of a state, in their order.
    #[inline(always)]
    fn values(&self, state: usize, variables: &[Variable], out: &mut [Lane]) {
        for (value, &variable) in out.iter_mut().zip(variables) {
            *value = self.value(state, variable);
        }
    }
    /// Says that the states are gone through in order, and which comes now.
    fn ask(&self, state: usize) {
        let _ = state;
    }
    /// This year's sums of the ledger's terms for a state; none where the batch keeps no ledger.
    fn ledger(&self, state: usize) -> Option<&[Lane]>;
}

impl View for Batch<'_> {
    fn world(&self) -> &World {
        self.world()
    }
    #[inline(always)]
    fn width(&self) -> usize {
        self.width()
    }
    fn replicates(&self) -> &[u32; LANES] {
        self.replicates()
    }
    #[inline(always)]
    fn value(&self, state: usize, variable: Variable) -> Lane {
        self.value(state, variable)
    }
    #[inline(always)]
    fn values(&self, state: usize, _variables: &[Variable], out: &mut [Lane]) {
        self.values(state, out);
    }
    #[inline(always)]
    fn ask(&self, state: usize) {
        self.ask(state);
    }
    fn ledger(&self, state: usize) -> Option<&[Lane]> {
        self.ledger(state)
    }
}
