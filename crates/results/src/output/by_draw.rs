//! Sums of a summary by group of a posterior's draws, from which its intervals are as wide as replicates that share a draw make them.
//! Kept only where there are draws.

use crate::estimate::{Exact, Groups, Weight, integer};
use crate::output::units::Units;
use std::sync::Arc;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::World;

/// Sums by row, state, slot (a number, or a value of a code) and group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ByDraw {
    groups: Arc<Groups>,
    states: usize,
    slots: usize,
    /// Of each variable: its first slot, and the units of a number by state; none of a code.
    variables: Vec<(Variable, usize, Option<Vec<f64>>)>,
    sums: Vec<i128>,
}

impl ByDraw {
    /// That of no replicates, of some variables.
    pub fn new(world: &World, variables: Vec<Variable>, groups: Arc<Groups>) -> ByDraw {
        let units = Units::new(world);
        let states = world.states.len();
        let mut slots = 0;
        let variables = variables.into_iter().map(|variable| {
            let first = slots;
            let of_states = || Some((0..states).map(|state| units.of(Some(state), variable)).collect());
            let (count, units) = match variable.kind() {
                VariableKind::Code | VariableKind::Flag => (variable.values(world), None),
                VariableKind::Bounded | VariableKind::NonNegative | VariableKind::Real => (1, of_states()),
            };
            slots += count;
            (variable, first, units)
        });
        let variables = variables.collect();
        let sums = vec![0; (world.clock.years() + 1) * states * slots * groups.len()];
        ByDraw { groups, states, slots, variables, sums }
    }

    /// Adds what a state shows, of each variable in their order.
    pub fn add(
        &mut self,
        (row, state): (usize, usize),
        values: &[Lane],
        replicates: &[u32; LANES],
        width: usize,
    ) {
        let groups = self.groups.len();
        let first = (row * self.states + state) * self.slots;
        for (value, (_, slot, units)) in values.iter().zip(&self.variables) {
            for (x, replicate) in value.0[..width].iter().zip(replicates) {
                let Some(group) = self.groups.of(*replicate as usize) else { continue };
                let (slot, x) = match units {
                    Some(units) => (*slot, integer(*x, units[state])),
                    None => (slot + *x as usize, 1),
                };
                self.sums[(first + slot) * groups + group] += i128::from(x);
            }
        }
    }

    /// Adds another's replicates.
    pub fn merge(&mut self, other: &ByDraw) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(to, from)| *to += from);
    }

    /// How much the replicates tell of a number, or of the share with a value.
    pub fn weight(
        &self,
        (row, state): (usize, usize),
        variable: Variable,
        value: usize,
        exact: &Exact,
    ) -> Weight {
        let found = self.variables.iter().find(|(v, ..)| *v == variable);
        let Some((_, slot, _)) = found else { return Weight::independent(exact.n) };
        let groups = self.groups.len();
        let at = ((row * self.states + state) * self.slots + slot + value) * groups;
        self.groups.weight(exact, &self.sums[at..at + groups])
    }
}
