//! A batch: up to [`LANES`] runs of one structure side by side, from their start to their end.
//!
//! A run is a world, a seed and a replicate; runs of a batch may differ in every number, not in who and when. The
//! bits of a run do not depend on its lane, its company or the instruction set.

use crate::engine::flows::{self, Flows};
use crate::engine::isa::{Isa, Task};
use crate::engine::lanes::{LANES, Lane};
use crate::engine::randomness::{self, Block, Keys, Streams, TRAIT_SLOTS_PER_GROUP};
use crate::engine::step;
use crate::engine::timeline::Timeline;
use crate::model::assess::Rated;
use crate::model::distribution::Distribution;
use crate::model::ledger::TERMS;
use crate::model::parameters::Parameters;
use crate::model::press::Felt;
use crate::model::state::{Variables, relaxation};
use crate::model::table::Bound;
use crate::model::ties::{GROUP, Group, Weights};
use crate::model::traits::{INTRINSIC_MOTIVATION, TRAITS, Traits};
use crate::model::variable::Variable;
use crate::model::world::{Change, Instrument, InstrumentKind, RatingFields, Series, World};

/// One run: the same seed and replicate see the same luck in every world.
#[derive(Clone, Copy, Debug)]
pub struct Run<'w> {
    /// The world simulated.
    pub world: &'w World,
    /// Seed of all draws.
    pub seed: u64,
    /// Replicate.
    pub replicate: u32,
}

/// What a state is in a batch.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct StateLanes {
    pub variables: Variables,
    pub traits: Traits<Lane>,
    pub felt: Felt,
    /// Engagement of its community.
    pub engagement: Lane,
    /// Strength of the conventions' arguments.
    pub argument: Lane,
    /// 1 / max(kappa, 0.05).
    pub practice_scale: Lane,
    pub streams: Streams,
    /// Draws of this step and of its neighbour.
    pub words: Block,
}

/// Shares of the way gone in a step, from the rates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub pressure: Lane,
    pub enforcement: Lane,
    pub protection: Lane,
    pub attribution: Lane,
    pub reactance: Lane,
    pub rhetoric_rise: Lane,
    pub rhetoric_fall: Lane,
}

/// How an instrument opens: its hazard without any push, over time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    opens: Lane,
    ramp: Lane,
    hazard: Lane,
}

impl Opening {
    fn new(worlds: &[&World; LANES], instrument: usize) -> Opening {
        let of = |value: fn(&Instrument) -> f64| Lane::from_fn(|l| value(&worlds[l].instruments[instrument]));
        Opening {
            opens: of(|j| j.opens),
            ramp: of(|j| j.ramp),
            hazard: of(|j| if j.pinned { 0.0 } else { j.hazard }),
        }
    }

    /// Cumulative hazard over `dt` years from a date on, as the instrument stands then: `h min(1, (t - opens) / ramp) dt`.
    #[inline(always)]
    pub fn hazard(&self, date: f64, dt: f64) -> Lane {
        let ramps = self.ramp.gt(Lane::ZERO);
        let built = ((date - self.opens) / ramps.select(self.ramp, Lane::ONE)).clamp(0.0, 1.0);
        self.hazard * ramps.select(built, Lane::ONE) * dt
    }
}

/// Runs in lockstep.
#[derive(Debug)]
pub struct Batch<'w> {
    pub(super) worlds: [&'w World; LANES],
    width: usize,
    replicates: [u32; LANES],
    pub(super) timeline: &'w Timeline,
    pub(super) isa: Isa,
    pub(super) keys: Keys,
    pub(super) parameters: Parameters<Lane>,
    pub(super) shares: Shares,
    pub(super) fields: Vec<RatingFields<Lane>>,
    pub(super) states: Vec<StateLanes>,
    /// By state, then instrument.
    pub(super) adopted: Vec<Lane>,
    /// By state, then rating regime.
    pub(super) rated: Vec<Rated>,
    /// Instruments whose adoption is simulated.
    pub(super) simulated: Vec<usize>,
    /// How each of them opens.
    pub(super) openings: Vec<Opening>,
    /// Instruments that are laws, and those that are NHRIs.
    pub(super) laws: Vec<usize>,
    pub(super) nhris: Vec<usize>,
    /// Groups of quantities that peers see: motivation, public, then adoption of each simulated instrument.
    pub(super) groups: usize,
    /// What peers see, by state and group; at the start of the step, and for the next.
    pub(super) seen: Vec<Group>,
    pub(super) seen_next: Vec<Group>,
    /// Sums over communities of what peers see: the groups of x, then those of delta x.
    pub(super) sums: Vec<Group>,
    pub(super) weights: Weights,
    pub(super) topology: usize,
    pub(super) ledger: Option<Vec<[Lane; TERMS]>>,
    flows: Flows<'w>,
}

impl<'w> Batch<'w> {
    /// Draws traits and puts every run at its start. `runs` are 1 to [`LANES`] runs of the structure of `timeline`;
    /// `ledger` says whether the ledger is kept.
    ///
    /// # Panics
    /// If `runs` is empty.
    pub fn new(runs: &[Run<'w>], timeline: &'w Timeline, isa: Isa, ledger: bool) -> Batch<'w> {
        let run = |lane: usize| runs[lane.min(runs.len() - 1)];
        let worlds: [&World; LANES] = std::array::from_fn(|l| run(l).world);
        let world = worlds[0];
        let replicates = std::array::from_fn(|l| run(l).replicate);
        let n = world.states.len();
        let parameters = Parameters::from_fn(|i| Lane::from_fn(|l| worlds[l].parameters.values()[i]));
        let dt = timeline.clock.dt();
        let mut simulated: Vec<usize> = (0..world.instruments.len())
            .filter(|j| worlds.iter().any(|w| !w.instruments[*j].pinned && w.instruments[*j].hazard > 0.0))
            .collect();
        // Those that open first share a group, so that the others cost nothing until they open.
        simulated.sort_by_key(|j| timeline.opens[*j]);
        let groups = (2 + simulated.len()).div_ceil(GROUP);
        let of_kind = |kind: InstrumentKind| {
            (0..world.instruments.len()).filter(|j| world.instruments[*j].kind == kind).collect()
        };
        let shares = Shares {
            pressure: relaxation(parameters.pressure_rate, dt),
            enforcement: relaxation(parameters.enforcement_rate, dt),
            protection: relaxation(parameters.protection_rate, dt),
            attribution: relaxation(parameters.attribution_rate, dt),
            reactance: relaxation(parameters.reactance_rate, dt),
            rhetoric_rise: relaxation(parameters.rhetoric_rise, dt),
            rhetoric_fall: relaxation(parameters.rhetoric_fall, dt),
        };
        let fields = (0..world.ratings.len())
            .map(|g| RatingFields::from_fn(|i| Lane::from_fn(|l| worlds[l].ratings[g].fields.values()[i])))
            .collect();
        let width = runs.len().min(LANES);
        let mut batch = Batch {
            worlds,
            width,
            replicates,
            timeline,
            isa,
            keys: Keys::from_seeds(&std::array::from_fn(|l| run(l).seed)),
            parameters,
            shares,
            fields,
            states: Vec::with_capacity(n),
            adopted: vec![Lane::ZERO; n * world.instruments.len()],
            rated: Vec::with_capacity(n * world.ratings.len()),
            groups,
            seen: vec![[Lane::ZERO; GROUP]; n * groups],
            seen_next: vec![[Lane::ZERO; GROUP]; n * groups],
            sums: vec![[Lane::ZERO; GROUP]; world.communities.len() * 2 * groups],
            openings: simulated.iter().map(|j| Opening::new(&worlds, *j)).collect(),
            simulated,
            laws: of_kind(InstrumentKind::Law),
            nhris: of_kind(InstrumentKind::Nhri),
            weights: Weights::default(),
            topology: 0,
            ledger: ledger.then(|| vec![[Lane::ZERO; TERMS]; n]),
            flows: Flows::new(&worlds),
        };
        isa.run(Start(&mut batch));
        batch
    }

    #[inline(always)]
    fn draw_state(&mut self, i: usize) {
        let worlds = self.worlds;
        let streams = Streams::new(worlds[0].states[i].key, &self.replicates);
        let mut draws = Draws { keys: &self.keys, streams, group: None };
        let mut m0 = Lane::ZERO;
        let mut traits = Traits::from_fn(|_| Lane::ZERO);
        for (k, x) in traits.values_mut().iter_mut().enumerate() {
            let of = in_each(&worlds, |world| &world.states[i].traits.values()[k]);
            let (low, high) = limits(TRAITS[k].bound);
            *x = Distribution::quantile_lane(of, draws.trait_uniform(k), low, high, m0);
            if k == INTRINSIC_MOTIVATION {
                m0 = *x;
            }
        }
        let u = draws.trait_uniform(randomness::TRAIT_SLOT_PHASE);
        let k0 = Lane::from_fn(|l| {
            let mut sum = 0.0;
            let below = worlds[l].states[i].initial_phase[..4].iter().take_while(|p| {
                sum += **p;
                u.0[l] >= sum
            });
            below.count() as f64
        });
        for (g, rating) in worlds[0].ratings.iter().enumerate() {
            let strategic = in_each(&worlds, |world| &world.states[i].strategic_value[g]);
            let standing = in_each(&worlds, |world| &world.states[i].sender_standing[g]);
            let u = draws.trait_uniform(randomness::trait_slot_strategic_value(rating.rank as usize));
            let strategic_value = Distribution::quantile_lane(strategic, u, 0.0, 1.0, m0);
            let u = draws.trait_uniform(randomness::trait_slot_sender_standing(rating.rank as usize));
            let l0 = Distribution::quantile_lane(standing, u, 0.0, 1.0, m0);
            self.rated.push(Rated {
                tier: Lane::ZERO,
                standing: l0,
                sender_standing: l0,
                strategic_value,
                last_merit: Lane::ZERO,
                watched: Lane::ZERO,
            });
        }
        let t = &traits;
        let commitment = self.commitment(i, 0);
        let variables = Variables::start(m0, t.security_framing, t.capacity, t.openness, k0, commitment);
        self.states.push(StateLanes {
            variables,
            traits,
            felt: Felt::NOTHING,
            engagement: Lane::ZERO,
            argument: Lane::ZERO,
            practice_scale: practice_scale(traits.capacity),
            streams,
            words: Block([[0; LANES]; 16]),
        });
    }

    /// Commitment C of a state at the start of a step, from what it has adopted of what is open to it then.
    fn commitment(&self, state: usize, step: usize) -> Lane {
        let instruments = &self.worlds[0].instruments;
        let row = &self.adopted[state * instruments.len()..][..instruments.len()];
        step::commitment(instruments, &self.timeline.opens, state, step, row)
    }

    pub(super) fn adopt(&mut self, state: usize, instrument: usize) {
        self.adopted[state * self.worlds[0].instruments.len() + instrument] = Lane::ONE;
    }

    /// Applies what changes before a step.
    #[inline(always)]
    pub(super) fn change(&mut self, step: usize) {
        let timeline = self.timeline;
        let world = self.worlds[0];
        let (mut weights, mut seen) = (false, false);
        for e in timeline.events(step) {
            match &world.events[e].change {
                Change::Trait(i, k, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::Trait(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let (low, high) = limits(TRAITS[*k].bound);
                    let value = self.redraw(*i, *k, of, low, high);
                    let state = &mut self.states[*i];
                    state.traits.values_mut()[*k] = value;
                    state.practice_scale = practice_scale(state.traits.capacity);
                    weights = true;
                }
                Change::StrategicValue(i, g, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::StrategicValue(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let slot = randomness::trait_slot_strategic_value(world.ratings[*g].rank as usize);
                    self.rated[i * world.ratings.len() + g].strategic_value =
                        self.redraw(*i, slot, of, 0.0, 1.0);
                }
                Change::SenderStanding(i, g, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::SenderStanding(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let slot = randomness::trait_slot_sender_standing(world.ratings[*g].rank as usize);
                    self.rated[i * world.ratings.len() + g].sender_standing =
                        self.redraw(*i, slot, of, 0.0, 1.0);
                }
                Change::RatingField(g, field, _) => {
                    let value = Lane::from_fn(|l| match &self.worlds[l].events[e].change {
                        Change::RatingField(_, _, value) => *value,
                        _ => 0.0,
                    });
                    self.fields[*g].values_mut()[*field] = value;
                }
                Change::Adopt(i, j) => {
                    self.adopt(*i, *j);
                    seen = true;
                }
            }
        }
        if step > 0 {
            for (i, j) in timeline.adoptions(step) {
                self.adopt(i, j);
                seen = true;
            }
        }
        for g in 0..world.ratings.len() {
            if timeline.in_force[g].1 == step {
                self.rated.iter_mut().skip(g).step_by(world.ratings.len()).for_each(|r| r.tier = Lane::ZERO);
            }
        }
        if let Some(topology) = timeline.topology_from(step) {
            self.topology = topology;
            weights = true;
        }
        if weights {
            self.refresh_weights();
        }
        if timeline.series_change(step) {
            self.refresh_series(step);
        }
        if seen {
            self.refresh_seen(step);
        }
    }

    /// The value of a trait under another distribution, with the trait's own uniform: a state keeps its luck.
    #[inline(always)]
    fn redraw(&self, i: usize, slot: usize, of: [&Distribution; LANES], low: f64, high: f64) -> Lane {
        let mut draws = Draws { keys: &self.keys, streams: self.states[i].streams, group: None };
        let m0 = self.states[i].traits.intrinsic_motivation;
        Distribution::quantile_lane(of, draws.trait_uniform(slot), low, high, m0)
    }

    #[inline(always)]
    fn refresh_weights(&mut self) {
        let worlds = self.worlds;
        let states = &self.states;
        self.weights.refresh(
            self.timeline.topology(self.topology),
            self.parameters.participatory,
            |t| Lane::from_fn(|l| worlds[l].ties[t].weight),
            |c| Lane::from_fn(|l| worlds[l].communities[c].tie_weight),
            |i| states[i].traits.openness,
        );
    }

    /// Engagement and arguments at a step: the largest, where a state belongs to several communities or conventions.
    #[inline(always)]
    fn refresh_series(&mut self, step: usize) {
        let world = self.worlds[0];
        let date = self.timeline.clock.date(step) + 1e-6 * self.timeline.clock.dt();
        let engagement: Vec<Lane> = (0..world.communities.len())
            .map(|c| Lane::from_fn(|l| at(&self.worlds[l].communities[c].engagement, date)))
            .collect();
        let strength: Vec<Lane> = (0..world.conventions.len())
            .map(|c| Lane::from_fn(|l| at(&self.worlds[l].conventions[c].strength, date)))
            .collect();
        let topology = self.timeline.topology(self.topology);
        for (i, state) in self.states.iter_mut().enumerate() {
            let mine = topology.communities_of(i).iter().map(|c| engagement[*c as usize]);
            state.engagement = mine.fold(Lane::ZERO, Lane::max);
            let heard = world.conventions.iter().zip(&strength).filter(|(c, _)| c.addresses[i]);
            state.argument = heard.fold(Lane::ZERO, |most, (_, s)| most.max(*s));
        }
    }

    /// Recomputes what peers see at the start of a step, after changes from outside.
    #[inline(always)]
    fn refresh_seen(&mut self, step: usize) {
        let j = self.worlds[0].instruments.len();
        for i in 0..self.states.len() {
            self.states[i].variables.commitment = self.commitment(i, step);
            let row = &self.adopted[i * j..][..j];
            let seen = self.seen[i * self.groups..][..self.groups].as_flattened_mut();
            step::show(&self.states[i].variables, &self.simulated, row, seen);
        }
    }

    /// Runs in the batch, 1 to [`LANES`]; lanes from there on are padding.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The structure of the runs: states, instruments, regimes.
    pub fn world(&self) -> &'w World {
        self.worlds[0]
    }

    /// Replicate of each lane.
    pub fn replicates(&self) -> &[u32; LANES] {
        &self.replicates
    }

    /// This year's changes of motivation by term, if the ledger is kept.
    pub fn ledger(&self, state: usize) -> Option<&[Lane; TERMS]> {
        self.ledger.as_ref().map(|ledger| &ledger[state])
    }

    pub(super) fn clear_ledger(&mut self) {
        if let Some(ledger) = &mut self.ledger {
            ledger.fill([Lane::ZERO; TERMS]);
        }
    }

    /// The current value of a variable of a state. Flows are those of [`Batch::update_flows`].
    #[inline(always)]
    pub fn value(&self, state: usize, variable: Variable) -> Lane {
        let v = &self.states[state].variables;
        let rated = |g: usize| &self.rated[state * self.fields.len() + g];
        match variable {
            Variable::Motivation => v.motivation,
            Variable::Enforcement => v.enforcement,
            Variable::Protection => v.protection,
            Variable::Rhetoric => v.rhetoric,
            Variable::Mobilization => v.mobilization,
            Variable::Attribution => v.attribution,
            Variable::Reactance => v.reactance,
            Variable::Pressure => v.pressure,
            Variable::Commitment => v.commitment,
            Variable::ComplianceGap => v.commitment - v.protection / self.states[state].traits.capacity,
            Variable::Phase => v.phase,
            Variable::Adopted(j) => self.adopted[state * self.worlds[0].instruments.len() + j],
            Variable::Tier(g) => rated(g).tier,
            Variable::Standing(g) => rated(g).standing,
            Variable::FlowOut => self.flows.of(state).0,
            Variable::FlowIn => self.flows.of(state).1,
        }
    }

    /// Recomputes the yearly flows along corridors from current protection and enforcement.
    pub(super) fn update_flows(&mut self) {
        let Batch { flows, states, parameters, .. } = self;
        self.isa.run(flows::Update { flows, states, parameters });
    }
}

/// Puts every run of a batch at its start.
struct Start<'a, 'w>(&'a mut Batch<'w>);

impl Task for Start<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let batch = self.0;
        for (i, j) in batch.timeline.adoptions(0) {
            batch.adopt(i, j);
        }
        for i in 0..batch.worlds[0].states.len() {
            batch.draw_state(i);
        }
        batch.refresh_weights();
        batch.refresh_series(0);
        batch.refresh_seen(0);
    }
}

/// Uniforms of the trait blocks of one state.
struct Draws<'a> {
    keys: &'a Keys,
    streams: Streams,
    group: Option<(usize, Block)>,
}

impl Draws<'_> {
    #[inline(always)]
    fn trait_uniform(&mut self, slot: usize) -> Lane {
        let group = slot / TRAIT_SLOTS_PER_GROUP;
        let block = match self.group {
            Some((g, block)) if g == group => block,
            _ => randomness::block(self.keys, &self.streams, randomness::trait_counter(group)),
        };
        self.group = Some((group, block));
        randomness::uniform(&block.0[slot % TRAIT_SLOTS_PER_GROUP])
    }
}

/// What the world of each lane holds.
#[inline(always)]
fn in_each<'w, T>(worlds: &[&'w World; LANES], of: impl Fn(&'w World) -> &'w T) -> [&'w T; LANES] {
    let mut all = [of(worlds[0]); LANES];
    for lane in 1..LANES {
        all[lane] = of(worlds[lane]);
    }
    all
}

/// Limits to which draws are clipped; the lower end of a positive share is the smallest capacity that practice is measured against.
fn limits(bound: Bound) -> (f64, f64) {
    match bound {
        Bound::PositiveShare => (0.01, 1.0),
        other => other.limits(),
    }
}

fn practice_scale(capacity: Lane) -> Lane {
    1.0 / capacity.max(Lane::splat(0.05))
}

fn at(series: &Series, date: f64) -> f64 {
    series.iter().rev().find(|(from, _)| *from <= date).map_or(0.0, |(_, value)| *value)
}
