//! Trafficking flows of a batch by state: what its corridors carry out and in, once a year. Nothing feeds back.

use crate::batch::{StateLanes, in_lanes};
use suasion_lanes::isa::Task;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::harm;
use suasion_model::parameters::Parameters;
use suasion_model::world::{Corridor, World};

/// Flows by state, and what they are computed from.
#[derive(Debug)]
pub(super) struct Flows<'w> {
    corridors: &'w [Corridor],
    /// By corridor.
    volume: Vec<Lane>,
    deterred: Vec<Lane>,
    flow: Vec<Lane>,
    /// By state: out and in.
    by_state: Vec<(Lane, Lane)>,
}

impl<'w> Flows<'w> {
    /// No flows, for worlds of one structure.
    pub fn new(world: &'w World) -> Flows<'w> {
        let corridors = &world.corridors[..];
        Flows {
            corridors,
            volume: vec![Lane::ZERO; corridors.len()],
            deterred: vec![Lane::ZERO; corridors.len()],
            flow: vec![Lane::ZERO; corridors.len()],
            by_state: vec![
                (Lane::ZERO, Lane::ZERO);
                if corridors.is_empty() { 0 } else { world.states.len() }
            ],
        }
    }

    /// Takes the volumes of these worlds.
    pub fn restart(&mut self, worlds: &[&World; LANES]) {
        for (c, volume) in self.volume.iter_mut().enumerate() {
            *volume = in_lanes(worlds, |w| w.corridors[c].volume);
        }
    }

    /// Flows out of and into a state in the year.
    #[inline(always)]
    pub fn of(&self, state: usize) -> (Lane, Lane) {
        self.by_state[state]
    }
}

/// The year's flows, from current protection and enforcement.
pub(super) struct Update<'a, 'w> {
    pub flows: &'a mut Flows<'w>,
    pub states: &'a [StateLanes],
    pub parameters: &'a Parameters<Lane>,
}

impl Task for Update<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Update { flows: Flows { corridors, volume, deterred, flow, by_state }, states, parameters } =
            self;
        by_state.fill((Lane::ZERO, Lane::ZERO));
        for (deterred, corridor) in deterred.iter_mut().zip(*corridors) {
            let (from, to) = (&states[corridor.from].variables, &states[corridor.to].variables);
            *deterred = harm::deterred(parameters, from.protection, to.protection, to.enforcement);
        }
        let mut first = 0;
        while first < corridors.len() {
            let from = corridors[first].from;
            let count = corridors[first..].iter().take_while(|c| c.from == from).count();
            let all = first..first + count;
            let flow = &mut flow[all.clone()];
            harm::flows(&volume[all.clone()], &deterred[all.clone()], parameters.diversion, flow);
            for (corridor, flow) in corridors[all].iter().zip(&*flow) {
                by_state[from].0 += *flow;
                by_state[corridor.to].1 += *flow;
            }
            first += count;
        }
    }
}
