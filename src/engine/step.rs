//! The step for a range of states, as a numbered list: what each does with what all showed at the start of the step.
//!
//! Compiled once per instruction set. It reads what states showed at the start of the step and writes what they show
//! at the start of the next, so states can be done in any order and on any thread.

use crate::engine::batch::{Setting, Shares, Shown, StateLanes};
use crate::engine::isa::Task;
use crate::engine::lanes::{Flags, Lane};
use crate::engine::math;
use crate::engine::prefetch;
use crate::engine::randomness::{self, Keys, SLOTS_PER_GROUP, Streams, Word};
use crate::engine::timeline::Timeline;
use crate::model::assess::{self, Rated, WatchList};
use crate::model::internalize::{self, Influences};
use crate::model::ledger::TERMS;
use crate::model::parameters::Parameters;
use crate::model::spiral::{self, Conditions};
use crate::model::state::{Variables, by_phase, relax};
use crate::model::ties::{Sums, Topology, Weights};
use crate::model::traits::Traits;
use crate::model::world::{Instrument, InstrumentKind, RatingFields, World};
use crate::model::{act, commit, interpret, press, voice};

/// What a rating regime does in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    /// Rules of the watch list.
    pub rules: WatchList,
    /// Mean of |politicization chi| over the states rated.
    pub politicized: Lane,
}

/// An open instrument in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// The instrument.
    pub instrument: usize,
    /// Cumulative hazard before any push.
    pub base: Lane,
    /// Whether a rating regime in force demands it.
    pub demanded: bool,
}

/// What a step prepares once for all states.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// Open instruments whose adoption is simulated, in order of opening.
    pub open: Vec<Open>,
    /// Whether an instrument opens with the next step.
    pub opens_next: bool,
    /// Reports in this step, per rating regime.
    pub reports: Vec<Option<Report>>,
}

/// What all states share in a step.
pub(super) struct Shared<'a> {
    pub world: &'a World,
    pub timeline: &'a Timeline,
    pub step: usize,
    pub sqrt_dt: f64,
    pub keys: &'a Keys,
    pub parameters: &'a Parameters<Lane>,
    pub shares: &'a Shares,
    pub fields: &'a [RatingFields<Lane>],
    pub topology: &'a Topology,
    pub weights: &'a Weights,
    pub settings: &'a [Setting],
    pub traits: &'a [Traits<Lane>],
    pub shown: &'a [Shown],
    /// Adoption at the start of the step, by state and instrument.
    pub adopted: &'a [Flags],
    /// Sums over communities of what states show, and of adoption, the latter by community and simulated instrument.
    pub sums: &'a [Sums<2>],
    pub adopted_sums: &'a [Sums<1>],
    /// How many instruments' adoption is simulated.
    pub simulated: usize,
    pub laws: &'a [usize],
    pub nhris: &'a [usize],
    pub prepared: &'a Prepared,
}

/// States to be updated.
pub(super) struct Block<'a> {
    /// Index of the first state.
    pub first: usize,
    pub states: &'a mut [StateLanes],
    pub adopted: &'a mut [Flags],
    pub rated: &'a mut [Rated],
    pub shown_next: &'a mut [Shown],
    pub ledger: Option<&'a mut [[Lane; TERMS]]>,
}

/// The step for the states of a block.
pub(super) struct Update<'a> {
    pub shared: &'a Shared<'a>,
    pub block: Block<'a>,
}

impl Task for Update<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        update(self.shared, self.block);
    }
}

#[inline(always)]
fn update(shared: &Shared, mut block: Block) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    let mut ledger = block.ledger.take();
    let far = shared.shown.len() >= prefetch::FAR;
    let refreshes = shared.timeline.refreshes(shared.step);
    for k in 0..block.states.len() {
        if far && k + prefetch::AHEAD < block.states.len() {
            ask_ahead(shared, &block, k + prefetch::AHEAD, refreshes);
        }
        let state = &mut block.states[k];
        let adopted = &mut block.adopted[k * instruments..][..instruments];
        let rated = &mut block.rated[k * ratings..][..ratings];
        let terms = update_state(shared, block.first + k, state, adopted, rated);
        block.shown_next[k] = show(&state.variables);
        if let Some(ledger) = &mut ledger {
            for (sum, term) in ledger[k].iter_mut().zip(&terms) {
                *sum += *term;
            }
        }
    }
}

/// Asks for what the step of a state further on will need.
#[inline(always)]
fn ask_ahead(shared: &Shared, block: &Block, k: usize, refreshes: bool) {
    prefetch::ask(block.states, k);
    prefetch::ask(block.shown_next, k);
    let i = block.first + k;
    let (weights, inverse, peers) = shared.weights.of(shared.topology, i);
    prefetch::ask(std::slice::from_ref(inverse), 0);
    // More than a few would push out what others asked for.
    for (edge, peer) in peers.iter().take(16).enumerate() {
        prefetch::ask(weights, edge);
        prefetch::ask(shared.shown, *peer as usize);
    }
    if refreshes {
        prefetch::ask(shared.traits, i);
        for g in 0..shared.fields.len() {
            prefetch::ask(block.rated, k * shared.fields.len() + g);
        }
    }
}

/// The step of state `i`. Names without a prime in `docs/model.md` are values at its start.
#[inline(always)]
fn update_state(
    shared: &Shared,
    i: usize,
    state: &mut StateLanes,
    adopted: &mut [Flags],
    rated: &mut [Rated],
) -> [Lane; TERMS] {
    let (p, shares) = (shared.parameters, shared.shares);
    let dt = shared.timeline.clock.dt();
    let mut words = state.words;
    if shared.step.is_multiple_of(2) {
        let counter = randomness::step_counter(shared.step, 0);
        let block = randomness::block(shared.keys, &state.streams, counter);
        words.copy_from_slice(&block.0[..SLOTS_PER_GROUP]);
        state.words.copy_from_slice(&block.0[SLOTS_PER_GROUP..]);
    }
    let draws = Draws { words: &words, keys: shared.keys, streams: &state.streams, step: shared.step };
    let (v, bearing) = (&state.variables, &state.bearing);
    let Setting { engagement, argument } = shared.settings[shared.topology.setting_of(i)];
    let kappa = bearing.capacity;

    // 1 assess
    for (g, rated) in rated.iter_mut().enumerate() {
        if let Some(report) = &shared.prepared.reports[g] {
            assess(shared, i, g, report, &draws, state, adopted, rated);
        }
    }

    // 2 press
    if shared.timeline.refreshes(shared.step) {
        let traits = &shared.traits[i];
        let (sigma, rho) = (traits.sanction_sensitivity, traits.reputation_concern);
        state.felt =
            press::felt(shared.fields, rated, sigma, rho, traits.control_aversion, p.inducement_half);
    }
    let felt = &state.felt;
    let pressure = relax(v.pressure, felt.push, shares.pressure);
    let x = press::saturate(pressure, p.pressure_half);
    let [peers_motivation, peers_public] =
        shared.weights.peers(shared.topology, i, bearing.openness, |j| shared.shown[j], |c| &shared.sums[c]);
    let acculturation = press::acculturation(engagement, peers_public, v.public());

    // 3 commit
    let (law, nhri) = (holds(shared.laws, adopted), holds(shared.nhris, adopted));
    let adopted_now = commit(shared, i, &draws, state, x, engagement, adopted);

    // 4 act
    let f = act::framing(bearing.security_framing, p.nhri_reframing, nhri);
    let target = act::enforcement_target(kappa, x, p.enforcement_law, law, f, v.motivation);
    let enforcement = relax(v.enforcement, target, shares.enforcement);
    let target = act::protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
    let protection = relax(v.protection, target, shares.protection);

    // 5 interpret
    let target = interpret::attribution_target(felt.frame, v.motivation, acculturation, p.attribution_half);
    let attribution = relax(v.attribution, target, shares.attribution);
    let reactance = relax(v.reactance, felt.resented, shares.reactance);

    // 6 internalize
    let meets = Influences {
        engagement,
        peers_motivation,
        argument,
        openness: by_phase(v.phase, &p.openness_to_argument),
        autochthonous: bearing.autochthonous,
        normal: math::inverse_normal(draws.uniform(randomness::SLOT_SHOCK)),
    };
    let (terms, motivation) = internalize::change(p, v, felt, &meets, dt, shared.sqrt_dt);

    // 7 voice
    let rhetoric =
        voice::rhetoric(v.rhetoric, v.phase, v.commitment, shares.rhetoric_rise, shares.rhetoric_fall);
    let hold = v.rhetoric + nhri + bearing.attention;
    let repression = by_phase(v.phase, &p.repression);
    let mobilization = voice::mobilization(p, v.mobilization, bearing.openness, hold, repression, dt);

    // 8 spiral
    let now = Conditions {
        phase: v.phase,
        pressure: x,
        attention: bearing.attention,
        acculturation,
        mobilization: v.mobilization,
        rhetoric: v.rhetoric,
        commitment: v.commitment,
        motivation: v.motivation,
        practice: v.protection * bearing.practice_scale,
    };
    let (up, down) = spiral::hazards(p, &now);
    let phase = spiral::move_phase(v.phase, up, down, dt, draws.uniform(randomness::SLOT_PHASE));

    // 9 record: what holds at the start of the next step
    let next = shared.step + 1;
    let commitment = if adopted_now || shared.prepared.opens_next {
        commitment(&shared.world.instruments, &shared.timeline.opens, i, next, adopted)
    } else {
        v.commitment
    };
    state.variables = Variables {
        motivation,
        enforcement,
        protection,
        rhetoric,
        mobilization,
        attribution,
        reactance,
        pressure,
        phase,
        commitment,
    };
    terms
}

/// 1 where any of some instruments is adopted, else 0.
#[inline(always)]
pub(super) fn holds(instruments: &[usize], adopted: &[Flags]) -> Lane {
    let mut held = Flags::NONE;
    for &j in instruments {
        held = held.or(adopted[j]);
    }
    held.to_lane()
}

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the parts of a state are borrowed one by one")]
fn assess(
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

/// Adopts what the draws say; whether any run adopted anything.
#[inline(always)]
fn commit(
    shared: &Shared,
    i: usize,
    draws: &Draws,
    state: &StateLanes,
    x: Lane,
    engagement: Lane,
    adopted: &mut [Flags],
) -> bool {
    let v = &state.variables;
    let instruments = adopted.len();
    let past_repression = v.phase.ge(Lane::ONE);
    let mut any = false;
    for (k, open) in shared.prepared.open.iter().enumerate() {
        let j = open.instrument;
        let instrument = &shared.world.instruments[j];
        let may = !adopted[j].to_mask() & past_repression;
        if !instrument.eligible[i] || !may.any() {
            continue;
        }
        let [peers] = shared.weights.peers(
            shared.topology,
            i,
            state.bearing.openness,
            |peer| [shared.adopted[peer * instruments + j].to_lane()],
            |c| &shared.adopted_sums[c * shared.simulated + k],
        );
        let push = commit::Push {
            pressure: if open.demanded { x } else { Lane::ZERO },
            peers: engagement * peers,
            motivation: v.motivation,
            mobilization: v.mobilization,
        };
        let log_factor = commit::log_factor(shared.parameters, &push);
        let u = draws.uniform(instrument.slot as usize);
        let (sure, possible) = commit::bounds(u, open.base, log_factor);
        let mut adopts = sure & may;
        if (possible & !sure & may).any() {
            adopts = commit::happens(u, commit::hazard(open.base, log_factor)) & may;
        }
        if adopts.any() {
            adopted[j].set(adopts);
            any = true;
        }
    }
    any
}

/// Uniforms of a state in a step.
struct Draws<'a> {
    words: &'a [Word; SLOTS_PER_GROUP],
    keys: &'a Keys,
    streams: &'a Streams,
    step: usize,
}

impl Draws<'_> {
    #[inline(always)]
    fn uniform(&self, slot: usize) -> Lane {
        if slot < SLOTS_PER_GROUP {
            return randomness::uniform(&self.words[slot]);
        }
        // Worlds with more than eight slots draw a block of their own for each slot beyond.
        let counter = randomness::step_counter(self.step, slot / SLOTS_PER_GROUP);
        let block = randomness::block(self.keys, self.streams, counter);
        randomness::uniform(&block.0[randomness::step_word(self.step, slot % SLOTS_PER_GROUP)])
    }
}

/// What peers see of a state.
#[inline(always)]
pub(super) fn show(v: &Variables) -> Shown {
    [v.motivation, v.public()]
}

/// Commitment C at the start of a step: share of the instruments open and open to the state (NHRIs aside) that it has adopted; 0 where none is open.
#[inline(always)]
pub(super) fn commitment(
    instruments: &[Instrument],
    opens: &[usize],
    state: usize,
    step: usize,
    adopted: &[Flags],
) -> Lane {
    let (mut sum, mut count) = (Lane::ZERO, 0.0);
    for (j, instrument) in instruments.iter().enumerate() {
        if opens[j] <= step && instrument.kind != InstrumentKind::Nhri && instrument.eligible[state] {
            sum += adopted[j].to_lane();
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { Lane::ZERO }
}
