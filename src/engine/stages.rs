//! The step of a few states, one stage after another: each stage is short and its states independent, so that a processor works
//! on several at once.
//!
//! Stages are numbered as in `docs/model.md`. What stages of one state hand on is in a [`Tile`]; what the functions compute, the
//! files of the model say.

use crate::engine::ahead;
use crate::engine::batch::{StateLanes, UNDRAWN};
use crate::engine::given::Given;
use crate::engine::lanes::{Flags, LANES, Lane, Mask};
use crate::engine::math;
use crate::engine::randomness::{self, Drawer, Streams, Word, instrument_slot, regime_slot, state_slot};
use crate::engine::step::{Block, NotedOf, Open, Report, Shared, commitment, holds, law_share, show};
use crate::model::assess::{self, Rated};
use crate::model::internalize::{self, Influences};
use crate::model::press::Pressed;
use crate::model::spiral::{self, Conditions};
use crate::model::state::{Variables, by_phase, relax};
use crate::model::{act, commit, condition, interpret, press, region, voice};
use std::ops::Range;

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
}

impl Tile {
    /// Room for a tile; every step fills it anew.
    pub fn new() -> Tile {
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
    let instruments = shared.world.instruments.len();
    for (at, open) in shared.prepared.open.iter().enumerate().filter(|(_, open)| open.draws) {
        let simulates = &shared.timeline.simulates[open.instrument];
        let wants =
            |k: usize| simulates[block.first + k] && !block.adopted[k * instruments + open.instrument].all();
        let wanted = [wants(first), two && wants(first + 1)];
        let words = &mut *block.adoption_words;
        shared.blocks(&streams, wanted, open.drawer, |half, drawn| {
            for (step, word) in words[(first + half) * shared.simulated + at].iter_mut().enumerate() {
                *word = drawn.0[randomness::step_word(step, instrument_slot::ADOPTION)];
            }
        });
    }
}

/// 1 assess: the regimes that report grade the states.
#[inline(always)]
pub(super) fn assess(shared: &Shared, block: &mut Block, range: Range<usize>) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    for (g, report) in shared.prepared.reports.iter().enumerate() {
        let Some(report) = report else { continue };
        for first in range.clone().step_by(2) {
            let two = first + 1 < range.end;
            let rates = |k: usize| shared.timeline.rates(g, block.first + k, shared.step);
            let rated = [rates(first), two && rates(first + 1)];
            let streams = shared.streams_of_pair(block.first + first, two);
            let mut words = [[[0; LANES]; 2]; 2];
            shared.blocks(&streams, rated, shared.world.ratings[g].drawer, |half, drawn| {
                words[half] = [regime_slot::NOISE, regime_slot::VIEW]
                    .map(|slot| drawn.0[randomness::step_word(shared.prepared.now.step, slot)]);
            });
            for k in first..first + 1 + usize::from(two) {
                let graded = rated[k - first].then_some(&words[k - first]);
                let adopted = &block.adopted[k * instruments..][..instruments];
                let rated = &mut block.rated[k * ratings + g];
                let state = &block.states[k];
                assess_state(
                    shared,
                    (k, block.first + k),
                    g,
                    report,
                    graded,
                    state,
                    adopted,
                    rated,
                    &mut block.noted,
                );
            }
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
        let pressed = &mut block.pressed[k * shared.several..][..shared.several];
        if shared.refreshes {
            let traits = &shared.traits[i];
            let rated = &block.rated[k * ratings..][..ratings];
            let (sigma, rho) = (traits.sanction_sensitivity, traits.reputation_concern);
            state.felt = press::felt(shared.fields, rated, sigma, rho, traits.control_aversion, p, pressed);
        }
        let v = &mut state.variables;
        v.pressure = if pressed.is_empty() {
            relax(v.pressure, state.felt.push, shares.pressure)
        } else {
            press::felt_in_all(pressed, shares.pressure)
        };
        tile.x[t] = press::saturate(v.pressure, Lane::ONE);
        tile.pushed[t] = press::pushed(tile.x[t], p.defiance, v.reactance);
        let peers = shared.weights.peers_of(shared.topology, i, state.bearing.openness);
        let [public, voice, spoken] = peers.mean(shared.shown[i], |j| shared.shown[j], |c| &shared.sums[c]);
        // In a run in which all speak alike nothing is divided by their mean voice: so its bits do not hang on its company.
        let (voice, heard_motivation) = if shared.voices {
            let silenced = p.silence.gt(Lane::ZERO);
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

/// 3 commit: adopts what the draws say. Two instruments at once share the way to a state's peers.
#[inline(always)]
pub(super) fn commit(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let (p, instruments) = (shared.parameters, shared.world.instruments.len());
    let pairs = shared.simulated.div_ceil(2);
    tile.adopted = [false; TILE];
    for (at, pair) in shared.prepared.open.chunks(2).enumerate() {
        let simulates = of_pair(pair, |open| &shared.timeline.simulates[open.instrument][..]);
        for (t, k) in range.clone().enumerate() {
            let (i, state) = (block.first + k, &block.states[k]);
            let v = &state.variables;
            let adopted = &mut block.adopted[k * instruments..][..instruments];
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
                        // Where one regime alone presses, a state that it does not rate feels nothing.
                        (true, 0) => tile.pushed[t],
                        (true, several) => {
                            let demands = &shared.prepared.demands[(2 * at + one) * several..][..several];
                            let felt = demanding(shared, i, demands, &block.pressed[k * several..]);
                            press::pushed(press::saturate(felt, Lane::ONE), p.defiance, v.reactance)
                        }
                    },
                    peers: tile.hearing[t] * peers,
                    motivation: v.motivation,
                    mobilization: v.mobilization,
                };
                let log_factor = commit::log_factor(shared.parameters, &push);
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

/// Pressure on a state of those rating regimes that demand something of it.
#[inline(always)]
fn demanding(shared: &Shared, state: usize, demands: &[bool], pressed: &[Pressed]) -> Lane {
    let mut sum = Lane::ZERO;
    for (g, (demands, pressed)) in demands.iter().zip(pressed).enumerate() {
        if *demands && shared.timeline.rates(g, state, shared.step) {
            sum += pressed.pressure;
        }
    }
    sum
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
    let counts_change = shared.prepared.counts_change;
    for (t, k) in range.enumerate() {
        ahead::of_change(shared, block, k);
        let i = block.first + k;
        let StateLanes { variables: v, felt, bearing, .. } = &block.states[k];
        let setting = &shared.settings[shared.topology.setting_of(i)];
        let (kappa, nhri, acculturation) = (bearing.capacity, tile.nhri[t], tile.acculturation[t]);

        // 4 act
        let f = act::framing(bearing.security_framing, p.nhri_reframing, nhri);
        let x = tile.pushed[t].max(Lane::ZERO);
        let target = act::enforcement_target(kappa, x, p.enforcement_law, tile.law[t], f, v.motivation);
        let enforcement = relax(v.enforcement, target, shares.enforcement);
        let target = act::protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
        let protection = relax(v.protection, target, shares.protection);

        // 5 interpret
        let target =
            interpret::attribution_target(felt.frame, v.motivation, acculturation, p.attribution_half);
        let attribution = relax(v.attribution, target, shares.attribution);
        let reactance = relax(v.reactance, felt.resented, shares.reactance);

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
        let draw = randomness::uniform(&block.states[k].words[shared.prepared.now.step][state_slot::PHASE]);
        let phase = spiral::move_phase(v.phase, up, down, dt, draw);

        // 9 record: what holds at the start of the next step
        let commitment = if tile.adopted[t] || counts_change {
            let adopted = &block.adopted[k * instruments..][..instruments];
            commitment(&shared.world.instruments, &shared.prepared.counts, i, adopted)
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
        let nhri = if tile.adopted[t] && shared.voices {
            holds(shared.nhris, &block.adopted[k * instruments..][..instruments])
        } else {
            nhri
        };
        block.shown_next[k] = show(p, shared.voices, &variables, nhri);
        if shared.argues || shared.frames {
            let mut f =
                region::reframed(bearing.security_framing, p.regional_argument, ears, &setting.region, dt);
            if shared.frames {
                let counted = counted(shared, &block.pressed[k * shared.several..][..shared.several]);
                f = act::counted_framing(f, p.framing_by_pressure, tile.x[t], counted, dt);
            }
            block.states[k].bearing.security_framing = f;
        }
        block.states[k].variables = variables;
    }
}

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the parts of a state are borrowed one by one")]
fn assess_state(
    shared: &Shared,
    (k, i): (usize, usize),
    g: usize,
    report: &Report,
    words: Option<&[Word; 2]>,
    state: &StateLanes,
    adopted: &[Flags],
    rated: &mut Rated,
    noted: &mut NotedOf,
) {
    let (rating, fields) = (&shared.world.ratings[g], &shared.fields[g]);
    let v = &state.variables;
    if let Some([noise, view]) = words {
        let merit = assess::merit(
            fields,
            law_share(rating, adopted),
            v.enforcement,
            v.protection,
            state.bearing.capacity,
        );
        let (chi, years) = (rated.strategic_value, report.years_of_rise);
        let year = shared.step / shared.timeline.clock.steps_per_year as usize;
        let [noise, view] = [noise, view].map(randomness::uniform);
        let pinned = shared
            .pins
            .and_then(|(pins, places)| pins.report(shared.replicates, i, places.ratings[g]?, year));
        let given = shared.given;
        let grade = given.and_then(|given| given.grade(g, i, year));
        let moved = || if report.views { math::inverse_normal(view) } else { Lane::ZERO };
        let mut luck = pinned.unwrap_or_else(|| [math::inverse_normal(noise), moved()]);
        if given.is_some() {
            let remembered = assess::view(fields, rated.view, Lane::ZERO);
            let base = assess::score(fields, merit, chi, Lane::ZERO, remembered, years);
            let at = k * shared.fields.len() + g;
            noted.expected[at] = condition::grades(fields, report.rules, rated, base);
            if let Some(grade) = grade {
                let band = condition::band(fields, report.rules, rated, grade);
                let drawn = condition::graded(fields, base, band, noise, view);
                noted.log_density[k] += condition::log(drawn.probability);
                luck = [drawn.noise, drawn.view];
            }
            noted.reports[at] = luck;
        }
        let [normal, moved] = luck;
        if report.views {
            rated.view = assess::view(fields, rated.view, moved);
        }
        let score = assess::score(fields, merit, chi, normal, rated.view, years);
        rated.merit = merit;
        assess::grade(fields, report.rules, rated, score);
        if let Some(pinned) = &rating.pinned {
            rated.tier = Lane::splat(f64::from(pinned[i][year]));
        }
    }
    rated.standing = assess::standing(fields, rated.standing, rated.sender_standing, report.politicized);
}

impl Shared<'_> {
    /// Streams of a state and, if there are two, the next.
    #[inline(always)]
    fn streams_of_pair(&self, state: usize, two: bool) -> [Streams; 2] {
        let streams =
            |i: usize| Streams::new(self.state_keys[i], self.yearly.get(i).unwrap_or(self.replicates));
        [streams(state), streams(state + usize::from(two))]
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
