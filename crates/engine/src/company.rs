//! Runs of another world beside those of a batch, step by step: a counterfactual of one state alone.
//!
//! The one state lives in the world of the batch, all others in the world beside it. Before each step what peers see is put together from both: of the one
//! state what it does in the batch, of the others what they do beside it. So each hears the others as they are in the world in which they live. Its ties, and
//! how open it finds its peers, are those of its own world.

use crate::batch::{Batch, Run};
use crate::own;
use crate::timeline::Timeline;
use suasion_lanes::lane::{Flags, Lane};
use suasion_model::world::{Instrument, World};

/// The world in which all states but one live.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'w> {
    /// The world: of the same states and years.
    pub world: &'w World,
    /// The state that is not in it.
    pub state: usize,
}

/// The runs beside those of a batch.
#[derive(Debug)]
pub(super) struct Company<'w> {
    pub batch: Batch<'w>,
    /// The state that lives in the other batch.
    state: usize,
    /// Whether both worlds say the same of their own, so that the states of one can hear those of the other.
    alike: bool,
    /// Where each instrument of either world is in the other.
    there: Vec<Option<usize>>,
    here: Vec<Option<usize>>,
}

impl<'w> Batch<'w> {
    /// Puts the runs of another world beside those of the batch, which are at their start: with the same luck.
    pub(super) fn accompany(&mut self, runs: &[Run<'w>], timeline: &'w Timeline, state: usize) {
        let batch = Batch::new(runs, timeline, self.isa, false);
        let places = |from: &World, to: &World| {
            let find = |j: &Instrument| to.instruments.iter().position(|its| its.id == j.id);
            from.instruments.iter().map(find).collect()
        };
        self.company = Some(Box::new(Company {
            state,
            alike: own::same(self.world(), batch.world()),
            there: places(self.world(), batch.world()),
            here: places(batch.world(), self.world()),
            batch,
        }));
    }
}

impl Company<'_> {
    /// Puts together, before a step, what peers see.
    pub fn meet(&mut self, batch: &mut Batch) {
        let Company { batch: company, state, alike, there, here } = self;
        let own = if *alike { batch.worlds[0].theory.said.known_before() } else { 0 };
        // Where a state counts 1 in one world and not in the other, both know what each counts.
        let (mine, theirs) = (&mut batch.known.counts, &mut company.known.counts);
        let counted = !(mine.is_empty() && theirs.is_empty());
        for counts in [mine, theirs] {
            if counted && counts.is_empty() {
                counts.resize(batch.states.len(), Lane::ONE);
            }
        }
        for i in 0..batch.states.len() {
            if i == *state {
                company.shown[i] = batch.shown[i];
                if counted {
                    company.known.counts[i] = batch.known.counts[i];
                }
                let mine = i * own..(i + 1) * own;
                company.known.of_states[mine.clone()].copy_from_slice(&batch.known.of_states[mine]);
                adopt_as(&mut company.adopted_before, &batch.adopted_before, i, here, there.len());
            } else {
                batch.shown[i] = company.shown[i];
                if counted {
                    batch.known.counts[i] = company.known.counts[i];
                }
                let mine = i * own..(i + 1) * own;
                batch.known.of_states[mine.clone()].copy_from_slice(&company.known.of_states[mine]);
                adopt_as(&mut batch.adopted_before, &company.adopted_before, i, there, here.len());
            }
        }
    }
}

/// What peers see of the adoptions of a state becomes what another world has of them; what that world does not know, nobody has adopted in it.
fn adopt_as(seen: &mut [Flags], there: &[Flags], state: usize, places: &[Option<usize>], instruments: usize) {
    let there = &there[state * instruments..][..instruments];
    for (seen, place) in seen[state * places.len()..].iter_mut().zip(places) {
        *seen = place.map_or(Flags::NONE, |j| there[j]);
    }
}
