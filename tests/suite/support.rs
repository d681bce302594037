//! What the tests share: a scenario from text, its runs as arrays, and the engine's choices.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use suasion::engine::batch::{Batch, Run};
use suasion::engine::parallel::{Options, run_year, simulate};
use suasion::engine::recorder::Recorder;
use suasion::engine::timeline::Timeline;
use suasion::lanes::isa::Isa;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// The root of the repository.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What a rating regime says of itself, and the numbers of the TVPA where it says nothing, for those that look like it.
pub fn tvpa(given: &str) -> String {
    let numbers = [
        "grades = [\"1\", \"2\", \"2WL\", \"3\"]",
        "watch = { grade = \"2WL\", from = 2004, limit = 4, limit_from = 2009 }",
        "weight_law = 0.132",
        "enforcement_share = 0.364",
        "capacity_allowance = 0.0616",
        "thresholds = [0.56, 0.14, -0.06]",
        "noise = 0.03",
        "view_sd = 0.2",
        "bar_rise = 0.008",
        "severity = 1.9",
        "waiver = 0.69",
        "politicization = 0.039",
        "politicization_cost = 0.54",
        "shame = [0.0, 0.174, 1.45, 1.06]",
        "threat = [0.0, 0.02, 0.543, 1.0]",
    ];
    let key = |line: &str| line.split(' ').next().map(|key| format!("\n{key} = ")).unwrap_or_default();
    let head = format!("\n{given}").split("\n[").next().map(String::from).unwrap_or_default();
    let rest = numbers.iter().filter(|line| !head.contains(&key(line)));
    // Before what is given, which may go on with tables of its own.
    rest.copied().collect::<Vec<_>>().join("\n") + "\n" + given
}

/// A world from the text of a scenario.
pub fn world(text: &str) -> World {
    scenario(text).world
}

/// A scenario from its text.
pub fn scenario(text: &str) -> Scenario {
    match Scenario::parse("test", text, None).and_then(|loaded| loaded.build()) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// A bundled scenario.
pub fn scenario_of(name: &str) -> Scenario {
    Scenario::load(name).and_then(|loaded| loaded.build_alone()).expect("bundled scenarios are valid")
}

/// A recorder that looks at nothing.
pub struct Nothing;

impl Recorder for Nothing {}

/// The bits of everything of every state at the end of some runs, of the first so many of them.
pub fn bits_at_end(runs: &[Run], isa: Isa, lanes: usize) -> Vec<u64> {
    let world = runs[0].world;
    let timeline = Timeline::new(world);
    let mut batch = Batch::new(runs, &timeline, isa, false);
    for year in 0..world.clock.years() {
        run_year(&mut batch, year, &mut Nothing).expect("finite");
    }
    let all = Variable::all(world);
    let states = (0..world.states.len()).flat_map(|i| all.iter().map(move |v| (i, *v)));
    states.flat_map(|(i, v)| batch.value(i, v).0.map(f64::to_bits).into_iter().take(lanes)).collect()
}

/// That the bits of a world's runs hang neither on the instruction set nor on the company.
pub fn same_bits_in_any_company(world: &World) {
    let run = |replicate: u32| Run::new(world, 7, replicate);
    let alone = bits_at_end(&[run(3)], Isa::Baseline, 1);
    for isa in Isa::available() {
        assert_eq!(bits_at_end(&[run(3)], isa, 1), alone, "{isa:?}");
        assert_eq!(bits_at_end(&[run(3), run(8), run(1)], isa, 1), alone, "{isa:?}");
    }
}

/// Every variable of every state after every step, the start included, for each replicate.
pub struct Trace {
    variables: Vec<Variable>,
    states: usize,
    steps: usize,
    values: Vec<f64>,
    /// Yearly ledgers: by replicate, year, state.
    pub ledger: Vec<Vec<f64>>,
}

impl Trace {
    /// A variable of a state after a step (0: at the start).
    pub fn at(&self, replicate: usize, step: usize, state: usize, variable: Variable) -> f64 {
        let v = self.variables.iter().position(|x| *x == variable).expect("the variable is recorded");
        let row = (replicate * (self.steps + 1) + step) * self.states + state;
        self.values[row * self.variables.len() + v]
    }

    /// A variable of a state at the end, for every replicate.
    pub fn last(&self, state: usize, variable: Variable) -> Vec<f64> {
        (0..self.replicates()).map(|r| self.at(r, self.steps, state, variable)).collect()
    }

    pub fn replicates(&self) -> usize {
        self.values.len() / ((self.steps + 1) * self.states * self.variables.len())
    }

    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

struct Tracer {
    variables: Vec<Variable>,
    lanes: Vec<Vec<f64>>,
    ledgers: Vec<Vec<Vec<f64>>>,
    values: Vec<f64>,
    ledger: Vec<Vec<f64>>,
}

impl Tracer {
    fn keep(&mut self, batch: &Batch) {
        self.lanes.resize(batch.width(), Vec::new());
        for state in 0..batch.world().states.len() {
            for v in &self.variables {
                let value = batch.value(state, *v);
                for (lane, kept) in self.lanes.iter_mut().enumerate() {
                    kept.push(value.0[lane]);
                }
            }
        }
    }
}

impl Recorder for Tracer {
    fn start(&mut self, batch: &Batch) {
        self.keep(batch);
    }
    fn step(&mut self, batch: &Batch, _step: usize) {
        self.keep(batch);
    }
    fn year(&mut self, batch: &Batch, _year: usize) {
        self.ledgers.resize(batch.width(), Vec::new());
        for state in 0..batch.world().states.len() {
            for (lane, kept) in self.ledgers.iter_mut().enumerate() {
                if let Some(terms) = batch.ledger(state) {
                    kept.push(terms.iter().map(|term| term.0[lane]).collect());
                }
            }
        }
    }
    fn finish(&mut self, _batch: &Batch) {
        self.values.extend(self.lanes.drain(..).flatten());
        self.ledger.extend(self.ledgers.drain(..).flatten());
    }
}

/// Runs replicates 0 to `replicates - 1` of a world under seed 1 and keeps everything.
pub fn trace(world: &World, replicates: u32) -> Trace {
    trace_with(world, replicates, Options { ledger: true, ..Options::default() })
}

/// The same under given options.
pub fn trace_with(world: &World, replicates: u32, options: Options) -> Trace {
    let variables = Variable::all(world);
    let make = || Tracer {
        variables: variables.clone(),
        lanes: Vec::new(),
        ledgers: Vec::new(),
        values: Vec::new(),
        ledger: Vec::new(),
    };
    let (mut values, mut ledger) = (Vec::new(), Vec::new());
    let run = |r: usize| Run::new(world, 1, r as u32);
    simulate(world, replicates as usize, run, options, &AtomicBool::new(false), make, |tracer, _| {
        values.extend(tracer.values);
        ledger.extend(tracer.ledger);
        Ok::<(), std::convert::Infallible>(())
    })
    .expect("nothing can fail");
    Trace { variables, states: world.states.len(), steps: world.clock.steps(), values, ledger }
}

/// Options with a thread count and an instruction set.
pub fn options(threads: usize, isa: Isa) -> Options {
    Options { threads: NonZeroUsize::new(threads).expect("above 0"), isa, ..Options::default() }
}

/// Mean of numbers.
pub fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}
