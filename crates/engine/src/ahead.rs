//! What the stages of a step ask memory for before they need it, where states are too many for the caches.
//!
//! It changes no value. Each stage asks for a state a little further on what it will need of it; how asking is done,
//! `prefetch.rs` says.

use crate::batch::StateLanes;
use crate::prefetch;
use crate::step::{Block, Shared};

/// Peers of a state asked for: more would push out what others asked for.
const PEERS: usize = 16;

/// For a tile from state `i` on: indices and keys that lead to a state further on. Each of these few lines would, missed, have the
/// stages wait as long as any.
#[inline(always)]
pub(super) fn of_tile(shared: &Shared, i: usize) {
    let (far, n) = (i + prefetch::LEADS_AHEAD, shared.shown.len());
    if n < prefetch::FAR || far >= n {
        return;
    }
    for place in shared.topology.places_of(far) {
        prefetch::ask(place);
    }
    // Of a nearer one, it is known by now where the list of its peers lies.
    let near = i + prefetch::LEADS_AHEAD / 2;
    prefetch::ask_at(shared.weights.of(shared.topology, near).2, 0);
    prefetch::ask(&shared.state_keys[far]);
    prefetch::ask_at(shared.adopted, far * shared.world.instruments.len());
    for simulates in &shared.timeline.simulates {
        prefetch::ask(&simulates[far]);
    }
    for rated_from in &shared.timeline.rated_from {
        prefetch::ask(&rated_from[far]);
    }
}

/// For the draws, and the grades that follow them.
#[inline(always)]
pub(super) fn of_draw(shared: &Shared, block: &Block, k: usize) {
    if let Some(next) = next(shared, block, k) {
        prefetch::ask(&next.words);
        prefetch::ask_at(block.adoption_words, (k + prefetch::AHEAD) * shared.simulated);
        if shared.refreshes {
            for g in 0..shared.fields.len() {
                prefetch::ask_at(block.rated, (k + prefetch::AHEAD) * shared.fields.len() + g);
            }
        }
    }
}

/// For what presses, and what peers show.
#[inline(always)]
pub(super) fn of_press(shared: &Shared, block: &Block, k: usize) {
    if let Some(next) = next(shared, block, k) {
        let i = block.first + k + prefetch::AHEAD;
        prefetch::ask(&next.felt);
        prefetch::ask(&next.bearing);
        let (weights, inverse, peers) = shared.weights.of(shared.topology, i);
        prefetch::ask(inverse);
        for (edge, peer) in peers.iter().take(PEERS).enumerate() {
            prefetch::ask_at(weights, edge);
            prefetch::ask_at(shared.shown, *peer as usize);
        }
        if shared.refreshes {
            let traits = &shared.traits[i];
            prefetch::ask(&traits.sanction_sensitivity);
            prefetch::ask(&traits.reputation_concern);
            prefetch::ask(&traits.control_aversion);
        }
    }
}

/// For what changes.
#[inline(always)]
pub(super) fn of_change(shared: &Shared, block: &Block, k: usize) {
    if let Some(next) = next(shared, block, k) {
        prefetch::ask(&next.variables);
        prefetch::ask_at(block.shown_next, k + prefetch::AHEAD);
    }
}

/// The state further on, where it is worth asking for.
#[inline(always)]
fn next<'a>(shared: &Shared, block: &'a Block, k: usize) -> Option<&'a StateLanes> {
    if shared.shown.len() < prefetch::FAR { None } else { block.states.get(k + prefetch::AHEAD) }
}
