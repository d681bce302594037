//! The step on the flagship, one core, beside the draws alone that it needs, by instruction set.
//!
//! Draws are measured in two ways, for as many blocks as the flagship needs at most (a quarter of a block a state and step for the state, for each of
//! two open instruments and for the yearly report): as the step makes them, where with wide vectors two states are drawn for side by side; and one
//! block after another. Then the step with 3, 8 and 32 instruments, which must cost linearly; and with mechanisms of the scenario's own.

use cpu_time::ThreadTime;
use std::convert::Infallible;
use std::fmt::Write;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use suasion::engine::batch::Run;
use suasion::engine::parallel::Options;
use suasion::lanes::isa::{Isa, Task};
use suasion::lanes::lane::LANES;
use suasion::lanes::randomness::{Keys, Streams, block, block_pair};
use suasion::model::world::World;
use suasion::output::ensemble::EnsembleRecorder;
use suasion::output::kept::Kept;
use suasion::scenario::Scenario;

/// One block, so that a round is over before the machine turns to something else.
const REPLICATES: usize = 512;
const ROUNDS: usize = 151;

fn main() {
    let scenario = Scenario::load("asean").and_then(|loaded| loaded.build_alone()).expect("bundled");
    let world = &scenario.world;
    let agent_steps = world.states.len() * world.clock.steps();
    let simulate = |world: &World, isa: Isa, summary: bool| {
        let run = |r: usize| Run::new(world, 1, r as u32);
        let batches_per_block = NonZeroUsize::new(REPLICATES / LANES);
        let options = Options { isa, threads: NonZeroUsize::MIN, batches_per_block, ..Options::default() };
        let make = || EnsembleRecorder::new(world, isa, summary.then_some(&Kept::All));
        let take = |r: EnsembleRecorder, _: usize| {
            black_box(r.digest());
            Ok::<(), Infallible>(())
        };
        suasion::engine::parallel::simulate(
            world,
            REPLICATES,
            run,
            options,
            &AtomicBool::new(false),
            make,
            take,
        )
        .expect("nothing can fail");
    };
    let draws = |isa: Isa, blocks: usize, wide: bool| {
        for batch in 0..REPLICATES / LANES {
            let replicates = std::array::from_fn(|l| (batch * LANES + l) as u32);
            let streams = [5, 6].map(|key| Streams::new(key, &replicates));
            black_box(isa.run(Draws { streams, pairs: blocks as u64 / 2, wide }));
        }
    };
    for isa in Isa::available() {
        let mut times: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS {
            times[0].push(seconds(|| simulate(world, isa, true)));
            times[1].push(seconds(|| simulate(world, isa, false)));
            times[2].push(seconds(|| draws(isa, agent_steps, isa.is_wide())));
            times[3].push(seconds(|| draws(isa, agent_steps, false)));
        }
        let ratio =
            |i: usize, to: usize| median(times[i].iter().zip(&times[to]).map(|(t, d)| t / d).collect());
        let least = |i: usize| times[i].iter().copied().fold(f64::INFINITY, f64::min);
        let nanoseconds = |i: usize| least(i) * 1e9 / (REPLICATES * agent_steps) as f64;
        let [with, without, made, plain] = [0, 1, 2, 3].map(nanoseconds);
        println!(
            "{isa}: step with summaries {with:.1} ns, with a digest alone {without:.1} ns; draws as made {made:.2} ns: ratios {:.2} and {:.2}; \
             one after another {plain:.2} ns: ratios {:.2} and {:.2}",
            ratio(0, 2),
            ratio(1, 2),
            ratio(0, 3),
            ratio(1, 3),
        );
    }
    for isa in Isa::available() {
        let worlds = [0, 3, 8, 32].map(many_instruments);
        let mut times: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS / 5 {
            for (world, times) in worlds.iter().zip(&mut times) {
                times.push(
                    seconds(|| simulate(world, isa, false)) * 1e9
                        / (REPLICATES * 10 * world.clock.steps()) as f64,
                );
            }
        }
        let least = times.map(|times| times.into_iter().fold(f64::INFINITY, f64::min));
        let each = |i: usize, count: f64| (least[i] - least[0]) / count;
        println!(
            "{isa}: with 0, 3, 8, 32 instruments {:.1}, {:.1}, {:.1}, {:.1} ns; each of 3, 8, 32: {:.2}, {:.2}, {:.2} ns",
            least[0],
            least[1],
            least[2],
            least[3],
            each(1, 3.0),
            each(2, 8.0),
            each(3, 32.0),
        );
    }
    for isa in Isa::available() {
        let mut told = Vec::new();
        for added in ADDED {
            let with = with_mechanisms(added);
            let ratio = || seconds(|| simulate(&with, isa, true)) / seconds(|| simulate(world, isa, true));
            told.push(format!("{} {:.2}", added.0, median((0..ROUNDS).map(|_| ratio()).collect())));
        }
        println!("{isa}: of a step without mechanisms, {}", told.join(", "));
    }
}

/// What a scenario may add: ten operations, fifty mechanisms, and terms of the model written again, which are switched off in it.
const ADDED: [(&str, &str); 3] = [
    ("ten operations", TEN),
    ("fifty mechanisms", ""),
    (
        "three terms written again",
        "[[mechanism]]\nid = 'again_drift'\nadds_to = 'motivation'\nrate = '0.03 * (autochthonous_motivation - motivation)'\n\
         [[mechanism]]\nid = 'again_domestic_voice'\nadds_to = 'motivation'\nrate = '0.08 * mobilization * (1 - agenda_narrowing * attribution) * (1 - motivation)'\n\
         [[mechanism]]\nid = 'again_self_determination'\nadds_to = 'motivation'\nrate = '-0.22 * reactance * motivation'\n",
    ),
];
const TEN: &str = "[[mechanism]]\nid = 'ten'\nadds_to = 'motivation'\n\
    rate = '-0.05 * reactance * saturate(shame, 1) * motivation * (1 - enforcement) * (rhetoric + protection)'\n";

/// The flagship with what is added.
fn with_mechanisms((what, more): (&str, &str)) -> World {
    let mut text = suasion::scenario::bundled::find("asean").expect("bundled").to_string();
    if more.is_empty() {
        for k in 0..50 {
            let _ = writeln!(
                text,
                "[[mechanism]]\nid = 'm{k}'\nadds_to = 'motivation'\nrate = '-0.000{k:02} * reactance * motivation'"
            );
        }
    }
    text += more;
    let mut loaded = Scenario::parse(what, &text, None).expect("a scenario");
    if what.starts_with("three") {
        for term in ["drift", "domestic_voice", "self_determination"] {
            loaded.set(&format!("parameters.{term}=0")).expect("a parameter");
        }
    }
    loaded.build_alone().expect("valid").world
}

/// Ten states for ten years of quarters, with so many instruments that few adopt.
fn many_instruments(count: usize) -> World {
    let mut text = "version = 2\ntitle = 'many'\n[time]\nstart = 2001\nend = 2011\n[[population]]\nid = 's'\ncount = 10\n".to_string();
    text += "[[regime]]\nid = 'region'\nkind = 'community'\nmembers = 'all'\nengagement = 0.5\n";
    for i in 0..count {
        let _ = writeln!(text, "[[instrument]]\nid = 'i{i}'\nkind = 'convention'\nhazard = 0.002");
    }
    let scenario = Scenario::parse("many", &text, None).and_then(|loaded| loaded.build_alone());
    scenario.expect("valid").world
}

fn median(mut x: Vec<f64>) -> f64 {
    x.sort_by(f64::total_cmp);
    x[x.len() / 2]
}

/// Processor time of this thread: what others do on the machine is not in it.
fn seconds(task: impl Fn()) -> f64 {
    let begun = ThreadTime::now();
    task();
    begun.elapsed().as_secs_f64()
}

/// The draws alone: pairs of blocks, side by side or one after the other.
struct Draws {
    streams: [Streams; 2],
    pairs: u64,
    wide: bool,
}

impl Task for Draws {
    type Output = u32;
    #[inline(always)]
    fn run(self) -> u32 {
        let keys = Keys::from_seeds(&[1; LANES]);
        let mut all = [0; LANES];
        // A loop, not a fold: its closure would not be compiled for the instruction set.
        for counter in 0..self.pairs {
            let blocks = if self.wide {
                block_pair(&keys, &self.streams, counter)
            } else {
                [block(&keys, &self.streams[0], counter), block(&keys, &self.streams[1], counter)]
            };
            for block in blocks {
                for word in block.0 {
                    for lane in 0..LANES {
                        all[lane] ^= word[lane];
                    }
                }
            }
        }
        all[0]
    }
}
