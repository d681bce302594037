//! The model under krABMaga: an agent for each state, a schedule for each replicate.
//!
//! Usage: peer-krabmaga INPUTS.json REPLICATES SEED OUT.csv

use krabmaga::engine::{agent::Agent, schedule::Schedule, state::State as World};
use rand::{SeedableRng, rngs::SmallRng};
use scalar::inputs::Inputs;
use scalar::model::{Common, Constants, Free, Shown, State, common, record, weigh};
use scalar::summary::Summary;
use std::any::Any;
use std::fs::File;
use std::io::{BufReader, BufWriter};

/// A state of the world; its variables lie in the world, where its peers' do.
#[derive(Clone, Copy)]
struct Country(usize);

impl Agent for Country {
    fn step(&mut self, world: &mut dyn World) {
        let Some(world) = world.as_any_mut().downcast_mut::<Region>() else { return };
        let Region { inputs, constants, now, common, weights, shown, rng, states, .. } = world;
        let n = states.len();
        let weights = &weights[self.0 * n..][..n];
        states[self.0].step(
            inputs,
            constants,
            &inputs.timetable[*now],
            self.0,
            common,
            weights,
            shown,
            &mut Free(rng),
        );
    }
}

/// All states of a replicate, and the summary over replicates.
struct Region {
    inputs: &'static Inputs,
    constants: Constants,
    rng: SmallRng,
    states: Vec<State>,
    shown: Vec<Shown>,
    common: Common,
    weights: Vec<f64>,
    /// Which weights of pairs these are made from.
    base: Option<usize>,
    now: usize,
    flows: Vec<[f64; 2]>,
    summary: Summary<'static>,
}

impl Region {
    fn record(&mut self, year: usize) {
        record(self.inputs, year, &self.states, &mut self.flows, &mut self.summary);
    }
}

impl World for Region {
    fn init(&mut self, schedule: &mut Schedule) {
        self.reset();
        for i in 0..self.states.len() {
            schedule.schedule_repeating(Box::new(Country(i)), 0.0, 0);
        }
    }

    fn reset(&mut self) {
        self.base = None;
        self.now = 0;
        self.summary.add_replicate();
        for (i, state) in self.states.iter_mut().enumerate() {
            *state = State::start(self.inputs, &self.constants, i, &mut self.rng);
        }
        self.record(0);
    }

    /// What changes from outside before a step, and what all show at its start.
    fn before_step(&mut self, _: &mut Schedule) {
        let now = &self.inputs.timetable[self.now];
        for &(i, x) in &now.strategic_values {
            self.states[i].strategic_value = x;
        }
        for &(i, j) in &now.adopts {
            self.states[i].adopted |= 1 << j;
        }
        if self.base != Some(now.weights) {
            self.base = Some(now.weights);
            weigh(self.inputs, now.weights, &self.states, &mut self.weights);
        }
        for (state, shown) in self.states.iter().zip(&mut self.shown) {
            *shown = state.shown(self.inputs, &self.constants);
        }
        self.common = common(self.inputs, now, &self.states, &self.shown);
    }

    fn after_step(&mut self, _: &mut Schedule) {
        self.now += 1;
        if self.now % self.inputs.steps_per_year == 0 {
            self.record(self.now / self.inputs.steps_per_year);
        }
    }

    fn update(&mut self, _: u64) {}

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn as_state(&self) -> &dyn World {
        self
    }

    fn as_state_mut(&mut self) -> &mut dyn World {
        self
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [inputs, replicates, seed, out] = &arguments[..] else {
        return Err("INPUTS.json REPLICATES SEED OUT.csv".into());
    };
    let inputs: Inputs = serde_json::from_reader(BufReader::new(File::open(inputs)?))?;
    // A world of krABMaga borrows nothing, so what it reads lives as long as the process.
    let inputs: &Inputs = Box::leak(Box::new(inputs));
    let n = inputs.states.len();
    let mut region = Region {
        inputs,
        constants: Constants::new(inputs),
        rng: SmallRng::seed_from_u64(seed.parse()?),
        states: vec![State::default(); n],
        shown: vec![Shown::default(); n],
        common: Common { politicized: 0.0, argued: 0.0 },
        weights: vec![0.0; n * n],
        base: None,
        now: 0,
        flows: vec![[0.0; 2]; n],
        summary: Summary::new(inputs),
    };
    for _ in 0..replicates.parse()? {
        let mut schedule = Schedule::new();
        region.init(&mut schedule);
        for _ in &inputs.timetable {
            schedule.step(&mut region);
        }
    }
    region.summary.write(&mut BufWriter::new(File::create(out)?))?;
    Ok(())
}
