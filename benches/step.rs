//! The step on the flagship, one core, beside the draws alone that it needs, by instruction set.
//!
//! Draws are measured in two ways: as the step makes them, where a block serves two steps and, with wide vectors, two states are drawn for
//! side by side; and a block for each state and step, which is the plainest way to the same words.

use cpu_time::ThreadTime;
use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use suasion::engine::batch::Run;
use suasion::engine::isa::{Isa, Task};
use suasion::engine::lanes::LANES;
use suasion::engine::parallel::{Options, simulate};
use suasion::engine::randomness::{Keys, Streams, block, block_pair};
use suasion::output::ensemble::EnsembleRecorder;
use suasion::scenario::Scenario;

/// One block, so that a round is over before the machine turns to something else.
const REPLICATES: usize = 512;
const ROUNDS: usize = 151;

fn main() {
    let scenario = Scenario::load("asean").and_then(|loaded| loaded.build_alone()).expect("bundled");
    let world = &scenario.world;
    let agent_steps = world.states.len() * world.clock.steps();
    let run = |r: usize| Run { world, seed: 1, replicate: r as u32 };
    let simulate = |isa: Isa, summary: bool| {
        let batches_per_block = NonZeroUsize::new(REPLICATES / LANES);
        let options = Options { isa, threads: NonZeroUsize::MIN, batches_per_block, ..Options::default() };
        let make = || EnsembleRecorder::new(world, isa, summary);
        let take = |r: EnsembleRecorder, _: usize| {
            black_box(r.digest());
            Ok::<(), Infallible>(())
        };
        simulate(world, REPLICATES, run, options, &AtomicBool::new(false), make, take)
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
            times[0].push(seconds(|| simulate(isa, true)));
            times[1].push(seconds(|| simulate(isa, false)));
            times[2].push(seconds(|| draws(isa, agent_steps / 2, isa.is_wide())));
            times[3].push(seconds(|| draws(isa, agent_steps, false)));
        }
        let ratio =
            |i: usize, to: usize| median(times[i].iter().zip(&times[to]).map(|(t, d)| t / d).collect());
        let least = |i: usize| times[i].iter().copied().fold(f64::INFINITY, f64::min);
        let nanoseconds = |i: usize| least(i) * 1e9 / (REPLICATES * agent_steps) as f64;
        let [with, without, made, plain] = [0, 1, 2, 3].map(nanoseconds);
        println!(
            "{isa}: step with summaries {with:.1} ns, with a digest alone {without:.1} ns; draws as made {made:.2} ns: ratios {:.2} and {:.2}; \
             a block a state and step {plain:.2} ns: ratios {:.2} and {:.2}",
            ratio(0, 2),
            ratio(1, 2),
            ratio(0, 3),
            ratio(1, 3),
        );
    }
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
