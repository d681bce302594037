//! Drawing of traits: at the start, and anew where an event brings another distribution. A state keeps its luck.

use crate::batch::{Batch, Bearing, StateLanes};
use crate::step;
use suasion_lanes::lane::{LANES, Lane};
use suasion_lanes::math;
use suasion_lanes::randomness::{
    self, Block, Drawer, Keys, OWN_TRAIT_ONCE, Streams, WORDS, regime_once, state_once, state_slot,
};
use suasion_model::act;
use suasion_model::assess::{self, Rated};
use suasion_model::distribution::Distribution;
use suasion_model::press::Felt;
use suasion_model::state::Variables;
use suasion_model::table::Bound;
use suasion_model::traits::{INTRINSIC_MOTIVATION, STARTS, Starts, TRAITS, Traits};
use suasion_model::world::World;

impl Batch<'_> {
    #[inline(always)]
    pub(super) fn draw_state(&mut self, i: usize) {
        let worlds = self.worlds;
        let mut draws = Draws::new(&self.keys, self.streams(i));
        let mut m0 = Lane::ZERO;
        let mut traits = Traits::from_fn(|_| Lane::ZERO);
        for (k, x) in traits.values_mut().iter_mut().enumerate() {
            let of = in_each(&worlds, |world| &world.states[i].traits.values()[k]);
            let (low, high) = limits(TRAITS[k].bound);
            *x = Distribution::quantile_lane(
                of,
                draws.once(Drawer::STATE, state_once::of_trait(k)),
                low,
                high,
                m0,
            );
            if k == INTRINSIC_MOTIVATION {
                m0 = *x;
            }
        }
        let u = draws.once(Drawer::STATE, state_once::PHASE);
        let k0 = Lane::from_fn(|l| {
            let mut sum = 0.0;
            let below = worlds[l].states[i].initial_phase[..4].iter().take_while(|p| {
                sum += **p;
                u.0[l] >= sum
            });
            below.count() as f64
        });
        let graded = |g: usize| worlds[0].states[i].graded.get(g).copied().unwrap_or_default();
        for (g, rating) in worlds[0].ratings.iter().enumerate() {
            let (tier, watched) = graded(g);
            let strategic = in_each(&worlds, |world| &world.states[i].strategic_value[g]);
            let standing = in_each(&worlds, |world| &world.states[i].sender_standing[g]);
            let u = draws.once(rating.drawer, regime_once::STRATEGIC_VALUE);
            let strategic_value = Distribution::quantile_lane(strategic, u, 0.0, 1.0, m0);
            let u = draws.once(rating.drawer, regime_once::SENDER_STANDING);
            let l0 = Distribution::quantile_lane(standing, u, 0.0, 1.0, m0);
            let view = if self.views[g] {
                math::inverse_normal(draws.once(rating.drawer, regime_once::VIEW))
            } else {
                Lane::ZERO
            };
            self.rated.push(Rated {
                tier: Lane::splat(f64::from(tier)),
                standing: l0,
                sender_standing: l0,
                strategic_value,
                view,
                merit: Lane::ZERO,
                score: Lane::ZERO,
                watched: Lane::splat(f64::from(watched) * rating.reports.len() as f64),
            });
        }
        let t = &traits;
        let commitment = self.commitment(i);
        let mut start = Starts::from_fn(|_| None);
        for (at, (place, _)) in worlds[0].states[i].starts.iter().enumerate() {
            let of = in_each(&worlds, |world| &world.states[i].starts[at].1);
            let (low, high) = limits(STARTS[*place].bound);
            let u = draws.once(Drawer::STATE, state_once::of_start(*place));
            start.values_mut()[*place] = Some(Distribution::quantile_lane(of, u, low, high, m0));
        }
        let m = start.initial_motivation.unwrap_or(m0);
        let mut variables = Variables::start(m, t.security_framing, t.capacity, t.openness, k0, commitment);
        let adopted = &self.adopted[i * worlds[0].instruments.len()..][..worlds[0].instruments.len()];
        let (law, nhri) = (step::holds(&self.laws, adopted), step::holds(&self.nhris, adopted));
        act::rest(&self.parameters, &mut variables, t.capacity, t.security_framing, law, nhri);
        variables.resume(&start, t.capacity);
        for g in 0..worlds[0].ratings.len() {
            if graded(g).0 > 0 {
                // What the last report gave the state is not known: it is taken to be its merit now.
                let fields = &self.fields[g];
                let share = step::law_share(self.timeline, g, 0, adopted);
                let v = &variables;
                let merit = assess::merit(fields, share, v.enforcement, v.protection, t.capacity);
                self.rated[i * worlds[0].ratings.len() + g].score = merit;
            }
        }
        let several = self.several();
        for pressed in &mut self.pressed[i * several..][..several] {
            pressed.pressure = variables.pressure / (several as f64);
        }
        self.states.push(StateLanes {
            variables,
            felt: Felt::NOTHING,
            bearing: Bearing::of(&traits),
            words: [[[0; LANES]; state_slot::USED]; randomness::STEPS],
        });
        self.traits.push(traits);
    }

    /// The value of a trait of the scenario's own.
    #[inline(always)]
    pub(super) fn draw_own(&self, i: usize, drawer: Drawer, of: [&Distribution; LANES]) -> Lane {
        self.redraw(i, (drawer, OWN_TRAIT_ONCE), of, 0.0, 1.0)
    }

    /// The value of a trait under another distribution, with the trait's own uniform: a state keeps its luck.
    #[inline(always)]
    pub(super) fn redraw(
        &self,
        i: usize,
        (drawer, number): (Drawer, usize),
        of: [&Distribution; LANES],
        low: f64,
        high: f64,
    ) -> Lane {
        let mut draws = Draws::new(&self.keys, self.streams(i));
        let m0 = self.traits[i].intrinsic_motivation;
        Distribution::quantile_lane(of, draws.once(drawer, number), low, high, m0)
    }
}

/// What is drawn once for a state.
struct Draws<'a> {
    keys: &'a Keys,
    streams: Streams,
    /// Counter of the block at hand.
    counter: Option<u64>,
    block: Block,
}

impl<'a> Draws<'a> {
    #[inline(always)]
    fn new(keys: &'a Keys, streams: Streams) -> Draws<'a> {
        Draws { keys, streams, counter: None, block: Block([[0; LANES]; WORDS]) }
    }

    #[inline(always)]
    fn once(&mut self, drawer: Drawer, number: usize) -> Lane {
        let counter = drawer.once(number / WORDS);
        if self.counter != Some(counter) {
            self.counter = Some(counter);
            self.block = randomness::block(self.keys, &self.streams, counter);
        }
        randomness::uniform(&self.block.0[number % WORDS])
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
pub(super) fn limits(bound: Bound) -> (f64, f64) {
    match bound {
        Bound::PositiveShare => (0.01, 1.0),
        other => other.limits(),
    }
}
