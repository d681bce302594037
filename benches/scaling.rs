//! How time grows: with states at the same degree, with replicates, with threads, with the points of a sweep; and each bundled scenario
//! end to end.
//!
//! What is compared is measured in turn, and the least of several rounds is taken: processor time where there is one thread,
//! since a busy machine lengthens the other.

use cpu_time::{ProcessTime, ThreadTime};
use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use suasion::engine::batch::Run;
use suasion::engine::parallel::{Options, simulate};
use suasion::experiment::design::Asked;
use suasion::experiment::sweep::{Request, Sweep, hold};
use suasion::lanes::isa::Isa;
use suasion::lanes::lane::LANES;
use suasion::model::world::{Tie, World};
use suasion::output::ensemble::EnsembleRecorder;
use suasion::output::kept::Kept;
use suasion::scenario::{Axis, Scenario, bundled};

const ROUNDS: usize = 5;

fn main() {
    // `cargo bench --bench scaling -- states` measures these alone. Cargo adds an option of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let parts: [(&str, fn()); 5] = [
        ("states", states),
        ("replicates", replicates),
        ("threads", threads),
        ("sweeps", sweeps),
        ("scenarios", scenarios),
    ];
    for (name, measure) in parts {
        if asked.is_empty() || asked.iter().any(|word| word == name) {
            measure();
        }
    }
}

fn load(name: &str) -> World {
    Scenario::load(name).and_then(|loaded| loaded.build_alone()).expect("bundled scenarios are valid").world
}

/// The flagship's states over and over on a ring, each tied to the four nearest; no community, no corridor.
fn ring(base: &World, n: usize) -> World {
    let mut world = base.clone();
    let of = |i: usize| i % base.states.len();
    world.states = (0..n)
        .map(|i| {
            let mut state = base.states[of(i)].clone();
            state.id = format!("S{i:07}");
            state.key = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            state
        })
        .collect();
    let tie = |a: usize, b: usize| {
        let (a, b) = (a.min(b % n), a.max(b % n));
        Tie { a, b, weight: 1.0, from: f64::NEG_INFINITY, until: f64::INFINITY }
    };
    world.ties = (0..n).flat_map(|i| [tie(i, i + 1), tie(i, i + 2)]).collect();
    world.communities.clear();
    world.corridors.clear();
    world.events.clear();
    for rating in &mut world.ratings {
        rating.rated_from = (0..n).map(|i| rating.rated_from[of(i)]).collect();
    }
    for convention in &mut world.conventions {
        convention.addresses = vec![true; n];
    }
    for instrument in &mut world.instruments {
        instrument.eligible = vec![true; n];
        instrument.adopted = (0..n).map(|i| instrument.adopted[of(i)]).collect();
    }
    world
}

/// Seconds that so many replicates take.
fn seconds(world: &World, replicates: usize, threads: usize, summary: bool) -> f64 {
    let threads = NonZeroUsize::new(threads).expect("above 0");
    let options = Options { threads, ..Options::default() };
    let run = |r: usize| Run::new(world, 1, r as u32);
    let (begun, worked) = (Instant::now(), ThreadTime::now());
    let make = || EnsembleRecorder::new(world, Isa::detect(), summary.then_some(&Kept::All));
    let mut total = make();
    let take = |part: EnsembleRecorder, _: usize| {
        total.merge(&part).expect("the same world");
        Ok::<(), Infallible>(())
    };
    simulate(world, replicates, run, options, &AtomicBool::new(false), make, take).expect("nothing can fail");
    black_box(total.digest());
    if threads.get() == 1 { worked.elapsed().as_secs_f64() } else { begun.elapsed().as_secs_f64() }
}

/// The least of each over several rounds, measured in turn.
fn least(tasks: &[&dyn Fn() -> f64]) -> Vec<f64> {
    let mut least = vec![f64::INFINITY; tasks.len()];
    for _ in 0..ROUNDS {
        for (least, task) in least.iter_mut().zip(tasks) {
            *least = least.min(task());
        }
    }
    least
}

fn states() {
    println!(
        "states at the same degree, one thread, digest alone: cost of an agent-step in a run of several batches, and of one"
    );
    let base = load("asean");
    let worlds: Vec<World> = (1..=6).map(|power| ring(&base, 10_usize.pow(power))).collect();
    let cost = |world: &World, batches: usize, rounds: usize| {
        let replicates = batches * LANES;
        let time = (0..rounds).map(|_| seconds(world, replicates, 1, false)).fold(f64::INFINITY, f64::min);
        time * 1e9 / (replicates * world.states.len() * world.clock.steps()) as f64
    };
    let mut first = None;
    for world in &worlds {
        let n = world.states.len();
        // First, since a virtual machine gets memory from its host when it touches it for the first time.
        let one = cost(world, 1, ROUNDS.min(1_000_000 / n));
        // As many agent-steps at every size, but four batches.
        let several = cost(world, (100_000 / n).max(4), if n < 100_000 { ROUNDS } else { 1 });
        let ratio = several / *first.get_or_insert(several);
        println!("  {n:>8}: {several:>6.1} ns, {ratio:.2} of ten states; one batch {one:.1} ns");
    }
}

fn replicates() {
    println!("replicates of asean, one thread, summaries alone: cost of a replicate");
    let world = load("asean");
    for replicates in [100, 1000, 10_000, 100_000] {
        let time = least(&[&|| seconds(&world, replicates, 1, true)])[0];
        println!("  {replicates:>8}: {:>6.1} us", time * 1e6 / replicates as f64);
    }
}

fn threads() {
    let world = load("asean");
    let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    println!("threads, 20,000 replicates of asean, summaries alone");
    let one = || seconds(&world, 20_000, 1, true);
    let many = || seconds(&world, 20_000, all, true);
    let times = least(&[&one, &many]);
    println!("  1: {:.3} s; {all}: {:.3} s; {:.2} times as fast", times[0], times[1], times[0] / times[1]);
}

/// Processor time of a run of a sweep with eight replicates a point, beside that of a run with summaries: what a point costs beyond its
/// runs. Of numbers written into a world, and of a date, for which each point's world is built anew.
fn sweeps() {
    const REPLICATES: u32 = 8;
    println!(
        "sweeps of {REPLICATES} replicates a point, one thread: processor time of a run, beside `run` with summaries"
    );
    for (name, points) in [("asean", 500), ("world", 50)] {
        let world = load(name);
        let runs = points * REPLICATES as usize;
        let alone = || seconds(&world, runs, 1, true) / runs as f64;
        let number = [axis("parameters.drift", 0.0, 0.1), axis("parameters.persuasion", 0.0, 0.2)];
        let trait_of_all = [axis("state.*.capacity", 0.2, 0.9)];
        let date = [axis("regime.tvpa.until", 2008.0, 2012.0)];
        let of = |axes: &[Axis]| sweep_seconds(name, axes, (points as u64, REPLICATES)) / runs as f64;
        let times = least(&[&alone, &|| of(&number), &|| of(&trait_of_all), &|| of(&date)]);
        println!("  {name:>8}: run {:>7.1} us", times[0] * 1e6);
        for (what, time) in ["two parameters", "a trait of all", "a date"].iter().zip(&times[1..]) {
            println!("  {what:>22}: {:>7.1} us, {:.2} times", time * 1e6, time / times[0]);
        }
    }
}

fn axis(path: &str, low: f64, high: f64) -> Axis {
    Axis { path: path.into(), low, high, values: Vec::new() }
}

/// Processor seconds of the runs of a sweep over a Latin hypercube; it is read and checked before.
fn sweep_seconds(name: &str, axes: &[Axis], (points, replicates): (u64, u32)) -> f64 {
    let asked = Asked {
        axes: axes.to_vec(),
        samples: Some(points),
        replicates: Some(u64::from(replicates)),
        ..Asked::default()
    };
    let (plan, design, replicates) = asked.lay(None, 1).expect("axes with ends");
    let outcomes = Vec::new();
    let request =
        Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
    let loaded = Scenario::load(name).expect("bundled");
    let sweep = Sweep::new(loaded, request).expect("its points are valid");
    let begun = ProcessTime::now();
    let options = Options { threads: NonZeroUsize::MIN, ..Options::default() };
    black_box(hold(&sweep, options, &AtomicBool::new(false), |_, _| ()).expect("nothing can fail"));
    begun.elapsed().as_secs_f64()
}

fn scenarios() {
    println!("bundled scenarios, one thread, 1,000 replicates, summaries alone");
    for name in bundled::names() {
        let world = load(name);
        let time = least(&[&|| seconds(&world, 1000, 1, true)])[0];
        let agent_steps = (1000 * world.states.len() * world.clock.steps()) as f64;
        println!("  {name:>28}: {:>8.1} ms, {:>6.1} ns an agent-step", time * 1e3, time * 1e9 / agent_steps);
    }
}
