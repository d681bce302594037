//! The step for a range of states, as a numbered list: what each does with what all showed at the start of the step.
//!
//! Compiled once per instruction set. It reads what states showed at the start of the step and writes what they show
//! at the start of the next, so states can be done in any order and on any thread.

use crate::engine::batch::{Shares, StateLanes};
use crate::engine::isa::Task;
use crate::engine::lanes::{LANES, Lane, Mask};
use crate::engine::math;
use crate::engine::randomness::{self, Keys, SLOTS_PER_GROUP, Streams};
use crate::engine::timeline::Timeline;
use crate::model::assess::{self, Rated, WatchList};
use crate::model::internalize::{self, Influences};
use crate::model::ledger::TERMS;
use crate::model::parameters::Parameters;
use crate::model::spiral::{self, Conditions};
use crate::model::state::{Variables, by_phase, relax};
use crate::model::ties::{GROUP, Group, Topology, Weights};
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

/// What a step prepares once for all states.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// Cumulative hazard of each simulated instrument before any push; none while it is closed.
    pub base: Vec<Option<Lane>>,
    /// Whether a rating regime in force demands it, per simulated instrument.
    pub demanded: Vec<bool>,
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
    pub groups: usize,
    /// What states show, by state and group: motivation, public, adoption of each simulated instrument.
    pub seen: &'a [Group],
    /// Sums over communities of what states show, groups of x then of delta x.
    pub sums: &'a [Group],
    pub simulated: &'a [usize],
    pub laws: &'a [usize],
    pub nhris: &'a [usize],
    pub prepared: &'a Prepared,
}

/// A range of states, to be updated.
pub(super) struct Block<'a> {
    /// Index of the first state.
    pub first: usize,
    pub states: &'a mut [StateLanes],
    pub adopted: &'a mut [Lane],
    pub rated: &'a mut [Rated],
    pub seen_next: &'a mut [Group],
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
fn update(shared: &Shared, block: Block) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    let mut ledger = block.ledger;
    for (k, state) in block.states.iter_mut().enumerate() {
        let adopted = &mut block.adopted[k * instruments..][..instruments];
        let rated = &mut block.rated[k * ratings..][..ratings];
        let terms = update_state(shared, block.first + k, state, adopted, rated);
        let seen = block.seen_next[k * shared.groups..][..shared.groups].as_flattened_mut();
        show(&state.variables, shared.simulated, adopted, seen);
        if let Some(ledger) = &mut ledger {
            for (sum, term) in ledger[k].iter_mut().zip(&terms) {
                *sum += *term;
            }
        }
    }
}

/// The step of state `i`. Names without a prime in `docs/model.md` are values at its start.
#[inline(always)]
fn update_state(
    shared: &Shared,
    i: usize,
    state: &mut StateLanes,
    adopted: &mut [Lane],
    rated: &mut [Rated],
) -> [Lane; TERMS] {
    let (p, shares) = (shared.parameters, shared.shares);
    let dt = shared.timeline.clock.dt();
    if shared.step.is_multiple_of(2) {
        let counter = randomness::step_counter(shared.step, 0);
        state.words = randomness::block(shared.keys, &state.streams, counter);
    }
    let draws = Draws { words: &state.words, keys: shared.keys, streams: &state.streams, step: shared.step };
    let (v, traits) = (&state.variables, &state.traits);
    let kappa = traits.capacity;

    // 1 assess
    for (g, rated) in rated.iter_mut().enumerate() {
        if let Some(report) = &shared.prepared.reports[g] {
            assess(shared, i, g, report, &draws, state, adopted, rated);
        }
    }

    // 2 press
    if shared.timeline.refreshes(shared.step) {
        let (sigma, rho) = (traits.sanction_sensitivity, traits.reputation_concern);
        state.felt = press::felt(shared.fields, rated, sigma, rho, p.inducement_half);
    }
    let felt = &state.felt;
    let pressure = relax(v.pressure, felt.push, shares.pressure);
    let x = press::saturate(pressure, p.pressure_half);
    let engagement = state.engagement;
    let means = peers(shared, i, traits.openness, 0);
    let acculturation = press::acculturation(engagement, means[1], v.public());

    // 3 commit
    let (law, nhri) = (holds(shared.laws, adopted), holds(shared.nhris, adopted));
    let adopted_now = commit(shared, i, &draws, state, x, means, adopted);

    // 4 act
    let f = act::framing(traits.security_framing, p.nhri_reframing, nhri);
    let target = act::enforcement_target(kappa, x, p.enforcement_law, law, f, v.motivation);
    let enforcement = relax(v.enforcement, target, shares.enforcement);
    let target = act::protection_target(p, kappa, v.enforcement, f, v.motivation, v.mobilization);
    let protection = relax(v.protection, target, shares.protection);

    // 5 interpret
    let target = interpret::attribution_target(felt.frame, v.motivation, acculturation, p.attribution_half);
    let attribution = relax(v.attribution, target, shares.attribution);
    let reactance = relax(v.reactance, traits.control_aversion * felt.control, shares.reactance);

    // 6 internalize
    let meets = Influences {
        engagement,
        peers_motivation: means[0],
        argument: state.argument,
        openness: by_phase(v.phase, &p.openness_to_argument),
        autochthonous: traits.autochthonous_motivation,
        normal: math::inverse_normal(draws.uniform(randomness::SLOT_SHOCK)),
    };
    let (terms, motivation) = internalize::change(p, v, felt, &meets, dt, shared.sqrt_dt);

    // 7 voice
    let rhetoric =
        voice::rhetoric(v.rhetoric, v.phase, v.commitment, shares.rhetoric_rise, shares.rhetoric_fall);
    let hold = v.rhetoric + nhri + traits.attention;
    let repression = by_phase(v.phase, &p.repression);
    let mobilization = voice::mobilization(p, v.mobilization, traits.openness, hold, repression, dt);

    // 8 spiral
    let now = Conditions {
        phase: v.phase,
        pressure: x,
        attention: traits.attention,
        acculturation,
        mobilization: v.mobilization,
        rhetoric: v.rhetoric,
        commitment: v.commitment,
        motivation: v.motivation,
        practice: v.protection * state.practice_scale,
    };
    let (up, down) = spiral::hazards(p, &now);
    let phase = spiral::move_phase(v.phase, up, down, dt, draws.uniform(randomness::SLOT_PHASE));

    // 9 record: what holds at the start of the next step
    let next = shared.step + 1;
    let opens = &shared.timeline.opens;
    let commitment = if adopted_now || opens.contains(&next) {
        commitment(&shared.world.instruments, opens, i, next, adopted)
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

/// Means over the peers of state `i` of a group of what states show.
#[inline(always)]
fn peers(shared: &Shared, i: usize, openness: Lane, group: usize) -> Group {
    let (seen, sums, groups) = (shared.seen, shared.sums, shared.groups);
    shared.weights.peers(
        shared.topology,
        i,
        openness,
        |j| &seen[j * groups + group],
        |c| (&sums[c * 2 * groups + group], &sums[(c * 2 + 1) * groups + group]),
    )
}

/// 1 where any of some instruments is adopted, else 0.
#[inline(always)]
fn holds(instruments: &[usize], adopted: &[Lane]) -> Lane {
    // By bits, of which 0 and 1 share none: a greatest of numbers in a loop would be taken lane by lane.
    let mut held = Lane::ZERO.to_bits();
    for &j in instruments {
        let bits = adopted[j].to_bits();
        for lane in 0..LANES {
            held[lane] |= bits[lane];
        }
    }
    Lane::from_bits(held)
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
    adopted: &[Lane],
    rated: &mut Rated,
) {
    let (rating, fields) = (&shared.world.ratings[g], &shared.fields[g]);
    let v = &state.variables;
    if shared.timeline.rates(g, i, shared.step) {
        let demanded = rating.demands.iter().fold(Lane::ZERO, |sum, j| sum + adopted[*j]);
        let law_share = demanded / (rating.demands.len().max(1) as f64);
        let merit = assess::merit(fields, law_share, v.enforcement, v.protection, state.traits.capacity);
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
    mut means: Group,
    adopted: &mut [Lane],
) -> bool {
    let v = &state.variables;
    let past_repression = v.phase.ge(Lane::ONE);
    let (mut any, mut group) = (false, 0);
    for (k, &j) in shared.simulated.iter().enumerate() {
        let Some(base) = shared.prepared.base[k] else { continue };
        let instrument = &shared.world.instruments[j];
        let may = adopted[j].eq(Lane::ZERO) & past_repression;
        if !instrument.eligible[i] || !may.any() {
            continue;
        }
        if (2 + k) / GROUP != group {
            group = (2 + k) / GROUP;
            means = peers(shared, i, state.traits.openness, group);
        }
        let push = commit::Push {
            pressure: if shared.prepared.demanded[k] { x } else { Lane::ZERO },
            peers: state.engagement * means[(2 + k) % GROUP],
            motivation: v.motivation,
            mobilization: v.mobilization,
        };
        let log_factor = commit::log_factor(shared.parameters, &push);
        let u = draws.uniform(instrument.slot as usize);
        if (commit::possible(u, base, log_factor) & may).any() {
            let adopts: Mask = commit::happens(u, commit::hazard(base, log_factor)) & may;
            adopted[j] = adopts.select(Lane::ONE, adopted[j]);
            any |= adopts.any();
        }
    }
    any
}

/// Uniforms of one state in one step.
struct Draws<'a> {
    words: &'a randomness::Block,
    keys: &'a Keys,
    streams: &'a Streams,
    step: usize,
}

impl Draws<'_> {
    #[inline(always)]
    fn uniform(&self, slot: usize) -> Lane {
        let word = randomness::step_word(self.step, slot % SLOTS_PER_GROUP);
        if slot < SLOTS_PER_GROUP {
            return randomness::uniform(&self.words.0[word]);
        }
        // Worlds with more than eight slots draw a block of their own for each slot beyond.
        let counter = randomness::step_counter(self.step, slot / SLOTS_PER_GROUP);
        let block = randomness::block(self.keys, self.streams, counter);
        randomness::uniform(&block.0[word])
    }
}

/// Writes what peers see of a state; what is left of the last group stays as it is.
#[inline(always)]
pub(super) fn show(v: &Variables, simulated: &[usize], adopted: &[Lane], seen: &mut [Lane]) {
    seen[0] = v.motivation;
    seen[1] = v.public();
    for (k, &j) in simulated.iter().enumerate() {
        seen[2 + k] = adopted[j];
    }
}

/// Commitment C at the start of a step: share of the instruments open and open to the state (NHRIs aside) that it has adopted; 0 where none is open.
#[inline(always)]
pub(super) fn commitment(
    instruments: &[Instrument],
    opens: &[usize],
    state: usize,
    step: usize,
    adopted: &[Lane],
) -> Lane {
    let (mut sum, mut count) = (Lane::ZERO, 0.0);
    for (j, instrument) in instruments.iter().enumerate() {
        if opens[j] <= step && instrument.kind != InstrumentKind::Nhri && instrument.eligible[state] {
            sum += adopted[j];
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { Lane::ZERO }
}
