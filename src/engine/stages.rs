//! The step of a few states, one stage after another: each stage is short and its states independent, so that a processor works
//! on several at once.
//!
//! Stages are numbered as in `docs/model.md`. What stages of one state hand on is in a [`Tile`]; what the functions compute, the
//! files of the model say.

use crate::engine::ahead;
use crate::engine::batch::StateLanes;
use crate::engine::lanes::{Flags, LANES, Lane};
use crate::engine::math;
use crate::engine::randomness::{self, SLOTS_PER_GROUP, Streams, Word};
use crate::engine::step::{Block, Open, Report, Shared, commitment, holds, show};
use crate::model::assess::{self, Rated};
use crate::model::internalize::{self, Influences};
use crate::model::spiral::{self, Conditions};
use crate::model::state::{Variables, by_phase, relax};
use crate::model::{act, commit, interpret, press, voice};
use std::ops::Range;

/// States done side by side, a stage after the other: what one waits for, the others fill.
pub(super) const TILE: usize = 4;

/// What stages hand on to later ones, by state of the tile.
#[derive(Debug)]
pub(super) struct Tile {
    /// Draws of an even step; those of an odd one the state keeps.
    words: [[Word; SLOTS_PER_GROUP]; TILE],
    even: bool,
    /// A standard normal draw.
    normal: [Lane; TILE],
    /// X: the effect of pressure at the end of the step.
    x: [Lane; TILE],
    engagement: [Lane; TILE],
    acculturation: [Lane; TILE],
    peers_motivation: [Lane; TILE],
    /// Whether a law was in force, and an NHRI.
    law: [Lane; TILE],
    nhri: [Lane; TILE],
    /// Whether any run adopted anything.
    adopted: [bool; TILE],
}

impl Tile {
    /// Room for a tile; every step fills it anew.
    pub fn new() -> Tile {
        let lanes = [Lane::ZERO; TILE];
        Tile {
            words: [[[0; LANES]; SLOTS_PER_GROUP]; TILE],
            even: false,
            normal: lanes,
            x: lanes,
            engagement: lanes,
            acculturation: lanes,
            peers_motivation: lanes,
            law: lanes,
            nhri: lanes,
            adopted: [false; TILE],
        }
    }
}

/// Draws what the step needs.
#[inline(always)]
pub(super) fn draw(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    tile.even = shared.step.is_multiple_of(2);
    if tile.even {
        let counter = randomness::step_counter(shared.step, 0);
        let first = block.first + range.start;
        let states = &mut block.states[range.clone()];
        for (pair, (states, words)) in states.chunks_mut(2).zip(tile.words.chunks_mut(2)).enumerate() {
            let i = first + 2 * pair;
            if shared.wide && states.len() == 2 {
                let streams = [shared.streams(i), shared.streams(i + 1)];
                let both = randomness::block_pair(shared.keys, &streams, counter);
                for (half, drawn) in both.iter().enumerate() {
                    keep(drawn, &mut words[half], &mut states[half]);
                }
            } else {
                for (half, state) in states.iter_mut().enumerate() {
                    let drawn = randomness::block(shared.keys, &shared.streams(i + half), counter);
                    keep(&drawn, &mut words[half], state);
                }
            }
        }
    }
    for (t, k) in range.enumerate() {
        ahead::of_draw(shared, block, k);
        let word = &words(&block.states[k], tile, t)[randomness::SLOT_SHOCK];
        tile.normal[t] = math::inverse_normal(randomness::uniform(word));
    }
}

/// Keeps the draws of this step in the tile and those of the next with the state.
#[inline(always)]
fn keep(drawn: &randomness::Block, words: &mut [Word; SLOTS_PER_GROUP], state: &mut StateLanes) {
    let [now, next] = drawn.halves();
    *words = *now;
    state.words = *next;
}

/// The draws of a state of the tile.
#[inline(always)]
fn words<'a>(state: &'a StateLanes, tile: &'a Tile, t: usize) -> &'a [Word; SLOTS_PER_GROUP] {
    if tile.even { &tile.words[t] } else { &state.words }
}

/// 1 assess: the regimes that report grade the states.
#[inline(always)]
pub(super) fn assess(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &Tile) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    for (g, report) in shared.prepared.reports.iter().enumerate() {
        let Some(report) = report else { continue };
        for (t, k) in range.clone().enumerate() {
            let state = &block.states[k];
            let draws = Draws { shared, state: block.first + k, words: words(state, tile, t) };
            let adopted = &block.adopted[k * instruments..][..instruments];
            let rated = &mut block.rated[k * ratings + g];
            assess_state(shared, block.first + k, g, report, &draws, state, adopted, rated);
        }
    }
}

/// 2 press: what the regimes make states feel, and what peers show.
#[inline(always)]
pub(super) fn press(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let (p, shares) = (shared.parameters, shared.shares);
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    for (t, k) in range.enumerate() {
        let i = block.first + k;
        ahead::of_press(shared, block, k);
        let state = &mut block.states[k];
        if shared.refreshes {
            let traits = &shared.traits[i];
            let rated = &block.rated[k * ratings..][..ratings];
            let (sigma, rho) = (traits.sanction_sensitivity, traits.reputation_concern);
            state.felt =
                press::felt(shared.fields, rated, sigma, rho, traits.control_aversion, p.inducement_half);
        }
        let v = &mut state.variables;
        v.pressure = relax(v.pressure, state.felt.push, shares.pressure);
        tile.x[t] = press::saturate(v.pressure, p.pressure_half);
        let peers = shared.weights.peers_of(shared.topology, i, state.bearing.openness);
        let [motivation, public] = peers.mean(shared.shown[i], |j| shared.shown[j], |c| &shared.sums[c]);
        let engagement = shared.settings[shared.topology.setting_of(i)].engagement;
        tile.engagement[t] = engagement;
        tile.peers_motivation[t] = motivation;
        tile.acculturation[t] = press::acculturation(engagement, public, v.public());
        let adopted = &block.adopted[k * instruments..][..instruments];
        tile.law[t] = holds(shared.laws, adopted);
        tile.nhri[t] = holds(shared.nhris, adopted);
    }
}

/// 3 commit: adopts what the draws say. Two instruments at once share the way to a state's peers.
#[inline(always)]
pub(super) fn commit(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let instruments = shared.world.instruments.len();
    tile.adopted = [false; TILE];
    for (at, pair) in shared.prepared.open.chunks(2).enumerate() {
        let eligible = of_pair(pair, |open| &shared.world.instruments[open.instrument].eligible[..]);
        for (t, k) in range.clone().enumerate() {
            let (i, state) = (block.first + k, &block.states[k]);
            let v = &state.variables;
            let adopted = &mut block.adopted[k * instruments..][..instruments];
            let past_repression = v.phase.ge(Lane::ONE);
            let may = |flags: &Flags| !flags.to_mask() & past_repression;
            if !pair.iter().any(|open| may(&adopted[open.instrument]).any()) {
                continue;
            }
            let peers = shared.weights.peers_of(shared.topology, i, state.bearing.openness).mean(
                of_pair(pair, |open| adopted[open.instrument].to_lane()),
                |j| of_pair(pair, |open| shared.adopted[j * instruments + open.instrument].to_lane()),
                |c| &shared.adopted_sums[c * shared.pairs + at],
            );
            for ((open, peers), eligible) in pair.iter().zip(peers).zip(eligible) {
                if !eligible[i] {
                    continue;
                }
                let push = commit::Push {
                    pressure: if open.demanded { tile.x[t] } else { Lane::ZERO },
                    peers: tile.engagement[t] * peers,
                    motivation: v.motivation,
                    mobilization: v.mobilization,
                };
                let log_factor = commit::log_factor(shared.parameters, &push);
                let u = Draws { shared, state: i, words: words(state, tile, t) }.uniform(open.slot);
                let (sure, possible) = commit::bounds(u, open.base, log_factor);
                let may = may(&adopted[open.instrument]);
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

/// Something of each of one or two instruments.
#[inline(always)]
pub(super) fn of_pair<T>(pair: &[Open], of: impl Fn(&Open) -> T) -> [T; 2] {
    let first = &pair[0];
    // Of one alone, the second is the first again: it costs less than a choice.
    [of(first), of(pair.get(1).unwrap_or(first))]
}

/// 4 act to 9 record: what a state does, thinks, means and says, and where it stands on the spiral.
///
/// Names without a prime in `docs/model.md` are values at the start of the step.
#[inline(always)]
pub(super) fn change(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &Tile) {
    let (p, shares, dt) = (shared.parameters, shared.shares, shared.dt);
    let instruments = shared.world.instruments.len();
    let opens_next = shared.prepared.opens_next;
    for (t, k) in range.enumerate() {
        ahead::of_change(shared, block, k);
        let i = block.first + k;
        let StateLanes { variables: v, felt, bearing, .. } = &block.states[k];
        let argument = shared.settings[shared.topology.setting_of(i)].argument;
        let (kappa, nhri, acculturation) = (bearing.capacity, tile.nhri[t], tile.acculturation[t]);

        // 4 act
        let f = act::framing(bearing.security_framing, p.nhri_reframing, nhri);
        let target =
            act::enforcement_target(kappa, tile.x[t], p.enforcement_law, tile.law[t], f, v.motivation);
        let enforcement = relax(v.enforcement, target, shares.enforcement);
        let target = act::protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
        let protection = relax(v.protection, target, shares.protection);

        // 5 interpret
        let target =
            interpret::attribution_target(felt.frame, v.motivation, acculturation, p.attribution_half);
        let attribution = relax(v.attribution, target, shares.attribution);
        let reactance = relax(v.reactance, felt.resented, shares.reactance);

        // 6 internalize
        let meets = Influences {
            engagement: tile.engagement[t],
            peers_motivation: tile.peers_motivation[t],
            argument,
            openness: by_phase(v.phase, &p.openness_to_argument),
            autochthonous: bearing.autochthonous,
            normal: tile.normal[t],
        };
        let (terms, motivation) = internalize::change(p, v, felt, &meets, dt, shared.sqrt_dt);
        if let Some(ledger) = &mut block.ledger {
            for (sum, term) in ledger[k].iter_mut().zip(&terms) {
                *sum += *term;
            }
        }

        // 7 voice
        let rhetoric =
            voice::rhetoric(v.rhetoric, v.phase, v.commitment, shares.rhetoric_rise, shares.rhetoric_fall);
        let hold = v.rhetoric + nhri + bearing.attention;
        let repression = by_phase(v.phase, &p.repression);
        let mobilization = voice::mobilization(p, v.mobilization, bearing.openness, hold, repression, dt);

        // 8 spiral
        let now = Conditions {
            phase: v.phase,
            pressure: tile.x[t],
            attention: bearing.attention,
            acculturation,
            mobilization: v.mobilization,
            rhetoric: v.rhetoric,
            commitment: v.commitment,
            motivation: v.motivation,
            practice: v.protection * bearing.practice_scale,
        };
        let (up, down) = spiral::hazards(p, &now);
        let draw = randomness::uniform(&words(&block.states[k], tile, t)[randomness::SLOT_PHASE]);
        let phase = spiral::move_phase(v.phase, up, down, dt, draw);

        // 9 record: what holds at the start of the next step
        let commitment = if tile.adopted[t] || opens_next {
            let adopted = &block.adopted[k * instruments..][..instruments];
            commitment(&shared.world.instruments, &shared.timeline.opens, i, shared.step + 1, adopted)
        } else {
            v.commitment
        };
        let variables = Variables {
            motivation,
            enforcement,
            protection,
            rhetoric,
            mobilization,
            attribution,
            reactance,
            pressure: v.pressure,
            phase,
            commitment,
        };
        block.shown_next[k] = show(&variables);
        block.states[k].variables = variables;
    }
}

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the parts of a state are borrowed one by one")]
fn assess_state(
    shared: &Shared,
    i: usize,
    g: usize,
    report: &Report,
    draws: &Draws,
    state: &StateLanes,
    adopted: &[Flags],
    rated: &mut Rated,
) {
    let (rating, fields) = (&shared.world.ratings[g], &shared.fields[g]);
    let v = &state.variables;
    if shared.timeline.rates(g, i, shared.step) {
        let demanded = rating.demands.iter().fold(Lane::ZERO, |sum, j| sum + adopted[*j].to_lane());
        let law_share = demanded / (rating.demands.len().max(1) as f64);
        let merit = assess::merit(fields, law_share, v.enforcement, v.protection, state.bearing.capacity);
        let normal = math::inverse_normal(draws.uniform(rating.slot as usize));
        let score = assess::score(fields, merit, rated.strategic_value, normal);
        assess::grade(fields, report.rules, rated, score, merit);
        if let Some(pinned) = &rating.pinned {
            let year = shared.step / shared.timeline.clock.steps_per_year as usize;
            rated.tier = Lane::splat(f64::from(pinned[i][year]));
        }
    }
    rated.standing = assess::standing(fields, rated.standing, rated.sender_standing, report.politicized);
}

/// Uniforms of a state in a step.
struct Draws<'a> {
    shared: &'a Shared<'a>,
    state: usize,
    words: &'a [Word; SLOTS_PER_GROUP],
}

impl Draws<'_> {
    #[inline(always)]
    fn uniform(&self, slot: usize) -> Lane {
        if slot < SLOTS_PER_GROUP {
            return randomness::uniform(&self.words[slot]);
        }
        // Worlds with more than eight slots draw a block of their own for each slot beyond.
        let Shared { step, keys, .. } = *self.shared;
        let counter = randomness::step_counter(step, slot / SLOTS_PER_GROUP);
        let block = randomness::block(keys, &self.shared.streams(self.state), counter);
        randomness::uniform(&block.0[randomness::step_word(step, slot % SLOTS_PER_GROUP)])
    }
}

impl Shared<'_> {
    #[inline(always)]
    fn streams(&self, state: usize) -> Streams {
        Streams::new(self.state_keys[state], self.replicates)
    }
}
