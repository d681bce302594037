//! A small world and a made-up batch for the tests of the recorders. It simulates nothing.

use crate::output::view::View;
use suasion_lanes::lane::{LANES, Lane};
use suasion_lanes::randomness::Drawer;
use suasion_model::distribution::Distribution;
use suasion_model::ledger::TERMS;
use suasion_model::parameters::Parameters;
use suasion_model::theory::Theory;
use suasion_model::traits::Traits;
use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::{
    Clock, Corridor, Demand, Instrument, InstrumentKind, Rating, RatingFields, State, World,
};

/// Three states, two instruments, one rating regime, two corridors, three years of two steps.
pub fn world() -> World {
    let state = |id: &str| State {
        id: id.to_string(),
        key: 0,
        traits: Traits::from_fn(|_| Distribution::Fixed(0.5)),
        initial_phase: [0.0, 1.0, 0.0, 0.0, 0.0],
        strategic_value: vec![Distribution::Fixed(0.0)],
        sender_standing: vec![Distribution::Fixed(0.5)],
        starts: Vec::new(),
        graded: Vec::new(),
    };
    let instrument = |id: &str, kind| Instrument {
        id: id.to_string(),
        drawer: Drawer::instrument(id),
        kind,
        opens: 2001.0,
        hazard: 0.1,
        ramp: 0.0,
        eligible: vec![true; 3],
        adopted: vec![None; 3],
        cost: Vec::new(),
        exit: None,
        withdrawn: vec![None; 3],
        pinned: false,
    };
    World {
        clock: Clock { start: 2001, end: 2004, steps_per_year: 2 },
        parameters: Parameters::default(),
        states: vec![state("IDN"), state("MYS"), state("THA")],
        ties: Vec::new(),
        ratings: vec![Rating {
            id: "tvpa".to_string(),
            drawer: Drawer::regime("tvpa"),
            grades: ["1", "2", "2WL", "3"].map(String::from).to_vec(),
            fields: RatingFields::default(),
            demands: vec![Demand { instrument: 0, from: 2001.0, until: 2004.0, weight: 1.0 }],
            rated_from: vec![Some(2001.0); 3],
            rated_until: vec![None; 3],
            ends_on: None,
            imposed: Vec::new(),
            from: 2001.0,
            until: 2004.0,
            reports: vec![0.5],
            bar_from: 2001.0,
            watch: None,
            pinned: None,
        }],
        conventions: Vec::new(),
        communities: Vec::new(),
        instruments: vec![
            instrument("anti-slavery-law", InstrumentKind::Law),
            instrument("palermo", InstrumentKind::Convention),
        ],
        events: Vec::new(),
        theory: Theory::default(),
        corridors: vec![
            Corridor { from: 0, to: 1, volume: 300.0 },
            Corridor { from: 0, to: 2, volume: 50.0 },
        ],
    }
}

/// A batch whose values are a fixed function of replicate, state, variable and time.
#[derive(Clone)]
pub struct Fake<'w> {
    world: &'w World,
    width: usize,
    replicates: [u32; LANES],
    /// Year or step at which it stands.
    pub time: u32,
    /// Flips the lowest bit of this replicate's motivation in this state at this time.
    pub flip: Option<(u32, usize, u32)>,
    /// Every value of pressure is this much larger.
    pub extra_pressure: f64,
    ledger: [Lane; TERMS],
}

impl<'w> Fake<'w> {
    /// A batch of consecutive replicates from `first`, at most [`LANES`].
    pub fn new(world: &'w World, first: u32, width: usize) -> Fake<'w> {
        let replicates = std::array::from_fn(|lane| first + lane as u32);
        let ledger = std::array::from_fn(|term| {
            Lane::from_fn(|lane| term as f64 + (first + lane as u32) as f64 / 64.0)
        });
        Fake { world, width, replicates, time: 0, flip: None, extra_pressure: 0.0, ledger }
    }

    /// The value of one replicate.
    pub fn scalar(&self, replicate: u32, state: usize, variable: Variable) -> f64 {
        let position = Variable::all(self.world).iter().position(|v| *v == variable).unwrap_or(99);
        let mut seed = (u64::from(replicate) << 32)
            | ((state as u64) << 16)
            | ((position as u64) << 8)
            | u64::from(self.time);
        seed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xff51_afd7_ed55_8ccd);
        seed = (seed ^ (seed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        let bits = seed ^ (seed >> 29);
        let uniform = (bits >> 11) as f64 / 9_007_199_254_740_992.0;
        match variable.kind() {
            VariableKind::Code => (bits % variable.values(self.world) as u64) as f64,
            // Adopted for good from some time on, as in the engine.
            VariableKind::Flag => f64::from(u8::from(u64::from(self.time) > u64::from(replicate) % 5)),
            VariableKind::NonNegative if variable == Variable::Pressure => {
                3.0 * uniform + self.extra_pressure
            }
            // Only the first state is an origin, and it is no destination.
            VariableKind::NonNegative if (variable == Variable::FlowOut) == (state == 0) => 350.0 * uniform,
            VariableKind::NonNegative => 0.0,
            VariableKind::Bounded if variable == Variable::ComplianceGap => 2.0 * uniform - 1.0,
            VariableKind::Real => 2.0 * uniform - 1.0,
            VariableKind::Bounded => {
                let flipped =
                    self.flip == Some((replicate, state, self.time)) && variable == Variable::Motivation;
                f64::from_bits(uniform.to_bits() ^ u64::from(flipped))
            }
        }
    }
}

impl View for Fake<'_> {
    fn world(&self) -> &World {
        self.world
    }
    fn width(&self) -> usize {
        self.width
    }
    fn replicates(&self) -> &[u32; LANES] {
        &self.replicates
    }
    fn value(&self, state: usize, variable: Variable) -> Lane {
        // Padding holds garbage on purpose: nobody may look at it.
        Lane::from_fn(|lane| {
            if lane < self.width { self.scalar(self.replicates[lane], state, variable) } else { 4.0 }
        })
    }
    fn ledger(&self, _state: usize) -> Option<&[Lane]> {
        Some(&self.ledger)
    }
}
