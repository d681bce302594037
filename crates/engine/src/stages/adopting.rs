//! Step 3 of a few states: adoptions, with luck of their own, pinned by a history, or drawn given what is on record.

use super::{TILE, Tile, of_pair};
use crate::given::Given;
use crate::noted::UNDRAWN;
use crate::step::{Block, NotedOf, Open, Shared};
use std::ops::Range;
use suasion_lanes::lane::{Flags, LANES, Lane, Mask};
use suasion_lanes::randomness::{self, instrument_slot};
use suasion_model::press::{self, Pressed};
use suasion_model::{commit, condition};

/// 3 commit: adopts what the draws say. Two instruments at once share the way to a state's peers.
#[inline(always)]
pub(crate) fn commit(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let (p, instruments) = (shared.parameters, shared.world.instruments.len());
    let pairs = shared.simulated.div_ceil(2);
    tile.adopted = [false; TILE];
    for (at, pair) in shared.prepared.open.chunks(2).enumerate() {
        let simulates = of_pair(pair, |open| &shared.timeline.simulates[open.instrument][..]);
        for (t, k) in range.clone().enumerate() {
            let (i, state) = (block.first + k, &block.states[k]);
            let v = &state.variables;
            let adopted = &mut block.adopted[k * instruments..][..instruments];
            let ratings = shared.fields.len();
            let ended = block.ended.get(k * ratings..(k + 1) * ratings).unwrap_or_default();
            let past_repression = v.phase.ge(Lane::ONE);
            let may = |flags: &Flags| !flags.to_mask() & past_repression;
            if shared.given.is_none() && !pair.iter().any(|open| may(&adopted[open.instrument]).any()) {
                continue;
            }
            let peers = shared.weights.peers_of(shared.topology, i, state.bearing.openness).mean(
                of_pair(pair, |open| adopted[open.instrument].to_lane()),
                |j| of_pair(pair, |open| shared.adopted[j * instruments + open.instrument].to_lane()),
                |c| &shared.adopted_sums[c * pairs + at],
            );
            for (one, ((open, peers), simulates)) in pair.iter().zip(peers).zip(simulates).enumerate() {
                if !simulates[i] {
                    continue;
                }
                let push = commit::Push {
                    pressure: match (open.demanded, shared.several) {
                        (false, _) => Lane::ZERO,
                        (true, 0) => pressing(shared, i, 0, ended, tile.pushed[t]),
                        (true, several) => {
                            let demands = &shared.prepared.demands[(2 * at + one) * several..][..several];
                            let felt = demanding(shared, i, demands, ended, &block.pressed[k * several..]);
                            press::pushed(press::saturate(felt, Lane::ONE), p.defiance, v.reactance)
                        }
                    },
                    peers: tile.hearing[t] * peers,
                    motivation: v.motivation,
                    mobilization: v.mobilization,
                };
                let mut log_factor = commit::log_factor(shared.parameters, &push);
                if shared.moves_adoption {
                    let cost = shared.costs.get(i * instruments + open.instrument).unwrap_or(&Lane::ZERO);
                    log_factor += tile.added_to_adoption(shared, open.instrument, t) - *cost;
                }
                let words = &block.adoption_words[k * shared.simulated + 2 * at + one];
                let mut u = randomness::uniform(&words[shared.prepared.now.step]);
                let (may, has) = (may(&adopted[open.instrument]), adopted[open.instrument].to_mask());
                if let Some((pins, places)) = shared.pins
                    && let Some(j) = places.instruments[open.instrument]
                    && let Some(pinned) = pins.adoption(shared.replicates, i, j, shared.step)
                {
                    u = pinned.ge(Lane::ZERO).select(pinned, u);
                }
                if let Some(given) = shared.given {
                    u = adopt_given(shared, given, (k, i), open, log_factor, (may, has), u, &mut block.noted);
                }
                let (sure, possible) = commit::bounds(u, open.base, log_factor);
                let mut adopts = sure & may;
                if (possible & !sure & may).any() {
                    adopts = commit::happens(u, commit::hazard(open.base, log_factor)) & may;
                }
                adopted[open.instrument].set(adopts);
                tile.adopted[t] |= adopts.any();
            }
        }
    }
}

/// 3 commit, of those who are in: a state may leave an instrument that can be left, unless it has come to it in this very step.
#[inline(always)]
pub(crate) fn leave(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let instruments = shared.world.instruments.len();
    for open in &shared.prepared.leaving {
        let [base, reactance, motivation] = open.exit;
        for first in range.clone().step_by(2) {
            let two = first + 1 < range.end;
            // At the start are those, too, who have long been in.
            let given = |k: usize| {
                let state = block.first + k;
                shared.step > 0
                    && shared
                        .timeline
                        .adoptions(shared.step)
                        .any(|given| given == (state, open.instrument, true))
            };
            let has = |k: usize| {
                if given(k) {
                    return Mask::NONE;
                }
                let before = shared.adopted[(block.first + k) * instruments + open.instrument].to_mask();
                before & block.adopted[k * instruments + open.instrument].to_mask()
            };
            let has = [has(first), if two { has(first + 1) } else { Mask::NONE }];
            let streams = shared
                .on_account_of_pair(block.first + first, two)
                .unwrap_or_else(|| shared.streams_of_pair(block.first + first, two));
            let mut words = [[0; LANES]; 2];
            shared.blocks(&streams, has.map(Mask::any), open.drawer, |half, drawn| {
                words[half] = drawn.0[randomness::step_word(shared.prepared.now.step, instrument_slot::EXIT)];
            });
            for (half, k) in (first..first + 1 + usize::from(two)).enumerate() {
                let (v, t) = (&block.states[k].variables, k - range.start);
                let log_factor = commit::leaving(reactance, motivation, v.reactance, v.motivation)
                    + tile.added_to_exit(shared, open.instrument, t);
                let hazard = commit::hazard(base, log_factor);
                let leaves = commit::happens(randomness::uniform(&words[half]), hazard) & has[half];
                block.adopted[k * instruments + open.instrument].clear(leaves);
                tile.adopted[t] |= leaves.any();
            }
        }
    }
}

/// The draw of an adoption given what is on record of it; how probable that was, and the draw, are noted.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the parts of a block are borrowed one by one")]
fn adopt_given(
    shared: &Shared,
    given: &Given,
    (k, i): (usize, usize),
    open: &Open,
    log_factor: Lane,
    (may, has): (Mask, Mask),
    u: Lane,
    noted: &mut NotedOf,
) -> Lane {
    let at = k * shared.world.instruments.len() + open.instrument;
    let mut draw = u;
    if let Some(adoption) = given.adoption(open.instrument, i).filter(|adoption| shared.step < adoption.steps)
    {
        let (mut u, mut came, mut scale) = (u, Lane::ZERO.lt(Lane::ZERO), 1.0 / shared.dt);
        if let Some((first, last)) = adoption.came.filter(|came| (came.0..=came.1).contains(&shared.step)) {
            if first < last {
                // The year alone is known: a step of it is drawn with the first draw.
                scale = (last - first + 1) as f64;
                if shared.step == first {
                    (noted.steps[at], u) = condition::one_of(u, last - first + 1);
                }
                came = noted.steps[at].eq(Lane::splat((shared.step - first) as f64));
            } else {
                came = !came;
            }
        }
        let hazard = commit::hazard(open.base, log_factor);
        let (log_density, given) = condition::adoption(hazard, u, may, came, scale);
        // Who has adopted it has done so when it should.
        noted.log_density[k] += has.select(Lane::ZERO, log_density);
        draw = given;
    }
    // Who has adopted draws no more: in another world, where it has not, its own draws go on.
    noted.adoptions[at] = has.select(Lane::splat(UNDRAWN), draw);
    draw
}

/// What of a pressure of a rating regime pushes a state to what it demands: all of it, or nothing where the regime no longer presses on the state.
#[inline(always)]
fn pressing(shared: &Shared, state: usize, rating: usize, ended: &[Flags], pressure: Lane) -> Lane {
    let (timeline, step) = (shared.timeline, shared.step);
    match ended.get(rating) {
        _ if !timeline.presses(rating, state, step) => Lane::ZERO,
        Some(ended) if timeline.imposed(rating, state, step) <= 0.0 => {
            ended.to_mask().select(Lane::ZERO, pressure)
        }
        _ => pressure,
    }
}

/// Pressure on a state of those rating regimes that demand something of it.
#[inline(always)]
fn demanding(shared: &Shared, state: usize, demands: &[bool], ended: &[Flags], pressed: &[Pressed]) -> Lane {
    let mut sum = Lane::ZERO;
    for (g, (demands, pressed)) in demands.iter().zip(pressed).enumerate() {
        if *demands {
            sum += pressing(shared, state, g, ended, pressed.pressure);
        }
    }
    sum
}
