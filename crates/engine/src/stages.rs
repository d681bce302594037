//! The step of a few states, one stage after another: each stage is short and its states independent, so that a processor works
//! on several at once.
//!
//! Stages are numbered as in `docs/model.md`. What stages of one state hand on is in a [`Tile`]; what the functions compute, the
//! files of the model say.

use crate::ahead;
use crate::batch::StateLanes;
use crate::step::{Block, Open, Shared, commitment, holds, show};
use std::ops::Range;
use suasion_lanes::lane::Lane;
use suasion_lanes::math;
use suasion_lanes::randomness::{self, Drawer, Streams, instrument_slot, state_slot};
use suasion_model::internalize::{self, Influences};
use suasion_model::ledger::TERMS;
use suasion_model::press::Pressed;
use suasion_model::spiral::{self, Conditions};
use suasion_model::state::{Variables, by_phase, relax};
use suasion_model::theory::target::Target;
use suasion_model::world::World;
use suasion_model::{act, interpret, press, region, voice};

mod adopting;
mod grading;
mod inputs;
mod theory;

pub(super) use adopting::{commit, leave};
pub(super) use grading::assess;
pub(super) use theory::{Fault, Faulty, Says, Told, foretell, tell, tell_all};

/// States done side by side, a stage after the other: what one waits for, the others fill.
pub(super) const TILE: usize = 4;

/// What stages hand on to later ones, by state of the tile.
#[derive(Debug)]
pub(super) struct Tile {
    /// A standard normal draw.
    normal: [Lane; TILE],
    /// X: the effect of pressure at the end of the step.
    x: [Lane; TILE],
    /// What of it pushes the state: X (1 - defiance u).
    pushed: [Lane; TILE],
    /// How much peers count: for conformity, and in argument.
    hearing: [Lane; TILE],
    heard: [Lane; TILE],
    acculturation: [Lane; TILE],
    heard_motivation: [Lane; TILE],
    /// Whether a law was in force, and an NHRI.
    law: [Lane; TILE],
    nhri: [Lane; TILE],
    /// Whether any run adopted anything.
    adopted: [bool; TILE],
    /// What mechanisms of the scenario's own say.
    says: Says,
}

impl Tile {
    /// Room for a tile; every step fills it anew.
    pub fn new(world: &World) -> Tile {
        let lanes = [Lane::ZERO; TILE];
        Tile {
            normal: lanes,
            x: lanes,
            pushed: lanes,
            hearing: lanes,
            heard: lanes,
            acculturation: lanes,
            heard_motivation: lanes,
            law: lanes,
            nhri: lanes,
            adopted: [false; TILE],
            says: Says::new(world),
        }
    }
}

/// Draws what the step needs. A block serves four steps of a year, so most steps find their draws made.
#[inline(always)]
pub(super) fn draw(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    if shared.prepared.draws {
        for from in range.clone().step_by(2) {
            draw_ahead(shared, block, from..range.end.min(from + 2));
        }
    }
    for (t, k) in range.enumerate() {
        ahead::of_draw(shared, block, k);
        let word = &block.states[k].words[shared.prepared.now.step][state_slot::SHOCK];
        tile.normal[t] = math::inverse_normal(randomness::uniform(word));
    }
}

/// Makes the draws of one or two states for the steps of a block: their own, and those of the instruments that they may yet adopt.
#[inline(always)]
fn draw_ahead(shared: &Shared, block: &mut Block, pair: Range<usize>) {
    let now = &shared.prepared.now;
    let (first, two) = (pair.start, pair.len() == 2);
    let streams = shared.streams_of_pair(block.first + first, two);
    if now.step == 0 {
        let states = &mut block.states[pair];
        shared.blocks(&streams, [true, two], Drawer::STATE, |half, drawn| {
            for (step, words) in states[half].words.iter_mut().enumerate() {
                for (slot, word) in words.iter_mut().enumerate() {
                    *word = drawn.0[randomness::step_word(step, slot)];
                }
            }
        });
    }
    let drawers = &shared.world.theory.said.drawers;
    for (d, drawing) in drawers.iter().enumerate().filter(|_| now.step == 0) {
        let words = &mut *block.own_words;
        shared.blocks(&streams, [true, two], drawing.drawer, |half, drawn| {
            for (step, words) in words[(first + half) * drawers.len() + d].iter_mut().enumerate() {
                for (slot, word) in words.iter_mut().enumerate() {
                    *word = drawn.0[randomness::step_word(step, slot)];
                }
            }
        });
    }
    let streams = shared.on_account_of_pair(block.first + first, two).unwrap_or(streams);
    let instruments = shared.world.instruments.len();
    for (at, open) in shared.prepared.open.iter().enumerate().filter(|(_, open)| open.draws) {
        let simulates = &shared.timeline.simulates[open.instrument];
        // Who has it may leave it before the block ends, and want it again.
        let all_in = |k: usize| block.adopted[k * instruments + open.instrument].all() && !open.can_be_left;
        let wants = |k: usize| simulates[block.first + k] && !all_in(k);
        let wanted = [wants(first), two && wants(first + 1)];
        let words = &mut *block.adoption_words;
        shared.blocks(&streams, wanted, open.drawer, |half, drawn| {
            for (step, word) in words[(first + half) * shared.simulated + at].iter_mut().enumerate() {
                *word = drawn.0[randomness::step_word(step, instrument_slot::ADOPTION)];
            }
        });
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
        let pressed = &mut block.pressed[k * shared.several..][..shared.several];
        if shared.refreshes {
            let traits = &shared.traits[i];
            let rated = &block.rated[k * ratings..][..ratings];
            let (sigma, rho) = (traits.sanction_sensitivity, traits.reputation_concern);
            let imposed = |g: usize| shared.timeline.imposed(g, i, shared.step);
            state.felt =
                press::felt(shared.fields, rated, sigma, rho, traits.control_aversion, p, imposed, pressed);
        }
        let v = &mut state.variables;
        v.pressure = if pressed.is_empty() {
            let push = tile.told_push(shared, t, state.felt.push, (0, 1));
            relax(v.pressure, push, shares.pressure)
        } else {
            press::felt_in_all(pressed, shares.pressure, |g, push| {
                tile.told_push(shared, t, push, (g, shared.several))
            })
        };
        tile.x[t] = press::saturate(v.pressure, Lane::ONE);
        tile.pushed[t] = press::pushed(tile.x[t], p.defiance, v.reactance);
        let peers = shared.weights.peers_of(shared.topology, i, state.bearing.openness);
        let [public, voice, spoken] = peers.mean(shared.shown[i], |j| shared.shown[j], |c| &shared.sums[c]);
        // In a run in which all speak alike nothing is divided by their mean voice: so its bits do not hang on its company.
        let (voice, heard_motivation) = if shared.voices {
            let silenced = shared.silenced;
            let speaks = voice.gt(Lane::ZERO) & peers.tied();
            let by_voice = speaks.select(spoken / speaks.select(voice, Lane::ONE), v.motivation);
            (silenced.select(voice, Lane::ONE), silenced.select(by_voice, spoken))
        } else {
            (Lane::ONE, spoken)
        };
        tile.heard_motivation[t] = heard_motivation;
        let hearing = |voice| region::hearing(peers.inverse(), peers.tied(), voice, p.hearing_half);
        tile.hearing[t] = hearing(Lane::ONE);
        tile.heard[t] = if shared.voices { hearing(voice) } else { tile.hearing[t] };
        tile.acculturation[t] = press::acculturation(tile.hearing[t], public, v.public());
        let adopted = &block.adopted[k * instruments..][..instruments];
        tile.law[t] = holds(shared.laws, adopted);
        tile.nhri[t] = holds(shared.nhris, adopted);
    }
}

/// How far those who press reward what can be counted: the mean over rating regimes, by their pressure.
#[inline(always)]
fn counted(shared: &Shared, pressed: &[Pressed]) -> Lane {
    let Some(only) = shared.prepared.counted.first() else { return Lane::ZERO };
    if pressed.is_empty() {
        return *only;
    }
    let (mut sum, mut all) = (Lane::ZERO, Lane::ZERO);
    for (counted, pressed) in shared.prepared.counted.iter().zip(pressed) {
        sum += *counted * pressed.pressure;
        all += pressed.pressure;
    }
    let presses = all.gt(Lane::ZERO);
    presses.select(sum / presses.select(all, Lane::ONE), Lane::ZERO)
}

/// Commitment as the next step has it.
#[inline(always)]
fn recommitted(shared: &Shared, block: &Block, k: usize) -> Lane {
    let instruments = &shared.world.instruments;
    let adopted = &block.adopted[k * instruments.len()..][..instruments.len()];
    commitment(instruments, &shared.prepared.counts, block.first + k, adopted)
}

/// Security framing after a step: the region moves it, then pressure by those who reward what can be counted.
#[inline(always)]
fn reframed(shared: &Shared, block: &Block, k: usize, ears: Lane, x: Lane) -> Lane {
    let (p, dt) = (shared.parameters, shared.dt);
    let region = &shared.settings[shared.topology.setting_of(block.first + k)].region;
    let f = region::reframed(block.states[k].bearing.security_framing, p.regional_argument, ears, region, dt);
    if !shared.frames {
        return f;
    }
    let counted = counted(shared, &block.pressed[k * shared.several..][..shared.several]);
    act::counted_framing(f, p.framing_by_pressure, x, counted, dt)
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
    for (t, k) in range.enumerate() {
        ahead::of_change(shared, block, k);
        let i = block.first + k;
        let StateLanes { variables: v, felt, bearing, .. } = &block.states[k];
        let setting = &shared.settings[shared.topology.setting_of(i)];
        let (kappa, nhri, acculturation) = (bearing.capacity, tile.nhri[t], tile.acculturation[t]);

        // 4 act
        let f = act::framing(bearing.security_framing, p.nhri_reframing, nhri);
        let x = tile.pushed[t].max(Lane::ZERO);
        let told = |of: Target, x: Lane, most: Lane| tile.told(shared, of, t, x, most);
        let target = act::enforcement_target(kappa, x, p.enforcement_law, tile.law[t], f, v.motivation);
        let target = told(Target::Enforcement, target, kappa);
        let enforcement = relax(v.enforcement, target, shares.enforcement);
        let target = act::protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
        let target = told(Target::Protection, target, kappa);
        let protection = relax(v.protection, target, shares.protection);

        // 5 interpret
        let target =
            interpret::attribution_target(felt.frame, v.motivation, acculturation, p.attribution_half);
        let target = told(Target::Attribution, target, Lane::ONE);
        let attribution = relax(v.attribution, target, shares.attribution);
        let reactance =
            relax(v.reactance, told(Target::Reactance, felt.resented, Lane::ONE), shares.reactance);

        // 6 internalize
        let ears = if shared.argues {
            by_phase(v.phase, &p.openness_region) * (1.0 - p.spill_region * v.reactance)
        } else {
            Lane::ZERO
        };
        let meets = Influences {
            heard: tile.heard[t],
            heard_motivation: tile.heard_motivation[t],
            argument: setting.argument,
            sender_argument: setting.sender_argument,
            practice: v.protection * bearing.practice_scale,
            region: setting.region,
            openness: by_phase(v.phase, &p.openness_to_argument),
            ears,
            autochthonous: bearing.autochthonous,
            normal: tile.normal[t],
        };
        let own = tile.added(shared, Target::Motivation, t);
        let (terms, motivation) = internalize::change(p, v, felt, &meets, own, dt, shared.sqrt_dt);
        if let Some(ledger) = &mut block.ledger {
            let row = &mut ledger[k * shared.terms..][..shared.terms];
            for (sum, term) in row.iter_mut().zip(&terms) {
                *sum += *term;
            }
            tile.keep_own(shared, t, &mut row[TERMS..]);
        }

        // 7 voice
        let target = told(Target::Rhetoric, voice::rhetoric_target(v.phase, v.commitment), Lane::ONE);
        let rhetoric = voice::rhetoric(v.rhetoric, target, shares.rhetoric_rise, shares.rhetoric_fall);
        let hold = v.rhetoric + nhri + bearing.attention;
        let repression = by_phase(v.phase, &p.repression);
        let own = tile.added(shared, Target::Mobilization, t);
        let mobilization =
            voice::mobilization(p, v.mobilization, bearing.openness, hold, repression, own, dt);

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
        let (up, down) = tile.told_hazards(shared, t, v.phase, (up, down));
        let draw = randomness::uniform(&block.states[k].words[shared.prepared.now.step][state_slot::PHASE]);
        let phase = spiral::move_phase(v.phase, up, down, dt, draw);

        // 9 record: what holds at the start of the next step
        let changes = tile.adopted[t] || shared.prepared.counts_change;
        let commitment = if changes { recommitted(shared, block, k) } else { v.commitment };
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
        let nhri = if tile.adopted[t] && shared.voices {
            holds(shared.nhris, &block.adopted[k * instruments..][..instruments])
        } else {
            nhri
        };
        block.shown_next[k] = show(p, shared.voices, &variables, nhri);
        if shared.argues || shared.frames {
            let framing = reframed(shared, block, k, ears, tile.x[t]);
            block.states[k].bearing.security_framing = framing;
        }
        block.states[k].variables = variables;
    }
}

impl Shared<'_> {
    /// Streams of a state and, if there are two, the next.
    #[inline(always)]
    fn streams_of_pair(&self, state: usize, two: bool) -> [Streams; 2] {
        let streams =
            |i: usize| Streams::new(self.state_keys[i], self.yearly.get(i).unwrap_or(self.replicates));
        [streams(state), streams(state + usize::from(two))]
    }

    /// Streams of what regimes and instruments draw on account of a state and the next, where they draw anew; none where they draw with the states.
    #[inline(always)]
    fn on_account_of_pair(&self, state: usize, two: bool) -> Option<[Streams; 2]> {
        let numbers = self.anew?;
        Some([state, state + usize::from(two)].map(|i| Streams::new(self.state_keys[i], numbers)))
    }

    /// Hands over those blocks of a drawer for this step that are wanted of two states: side by side where vectors are wide.
    #[inline(always)]
    fn blocks(
        &self,
        streams: &[Streams; 2],
        wanted: [bool; 2],
        drawer: Drawer,
        mut take: impl FnMut(usize, &randomness::Block),
    ) {
        let counter = drawer.counter(self.prepared.now.year, self.prepared.now.part);
        if self.wide && wanted == [true, true] {
            let [one, other] = randomness::block_pair(self.keys, streams, counter);
            take(0, &one);
            take(1, &other);
            return;
        }
        for half in 0..2 {
            if wanted[half] {
                take(half, &randomness::block(self.keys, &streams[half], counter));
            }
        }
    }
}
