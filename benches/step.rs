//! The step on the flagship, one core, beside the draws alone that it needs: the ratio of the two, by instruction set.

use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use suasion::engine::batch::Run;
use suasion::engine::isa::Isa;
use suasion::engine::lanes::LANES;
use suasion::engine::parallel::{Options, simulate};
use suasion::engine::randomness::{Keys, Streams, block};
use suasion::output::ensemble::EnsembleRecorder;
use suasion::scenario::Scenario;

const REPLICATES: usize = 8000;
const ROUNDS: usize = 9;

fn main() {
    let scenario = Scenario::load("asean").and_then(|loaded| loaded.build_alone()).expect("bundled");
    let world = &scenario.world;
    let (states, steps) = (world.states.len(), world.clock.steps());
    let agent_steps = (REPLICATES * states * steps) as f64;
    let run = |r: usize| Run { world, seed: 1, replicate: r as u32 };
    for isa in Isa::available() {
        let options = Options { isa, threads: NonZeroUsize::MIN, ..Options::default() };
        let (mut step, mut draws) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let make = || EnsembleRecorder::new(world, isa, true);
            let take = |r: EnsembleRecorder, _: usize| {
                black_box(r.digest());
                Ok::<(), Infallible>(())
            };
            simulate(world, REPLICATES, run, options, &AtomicBool::new(false), make, take)
                .expect("nothing can fail");
            step.push(begun.elapsed().as_secs_f64() * 1e9 / agent_steps);
            let begun = Instant::now();
            for batch in 0..REPLICATES / LANES {
                let replicates = std::array::from_fn(|l| (batch * LANES + l) as u32);
                black_box(blocks(
                    isa,
                    &Keys::from_seeds(&[1; LANES]),
                    &Streams::new(5, &replicates),
                    states * steps / 2,
                ));
            }
            draws.push(begun.elapsed().as_secs_f64() * 1e9 / agent_steps);
        }
        step.sort_by(f64::total_cmp);
        draws.sort_by(f64::total_cmp);
        let (step, draws) = (step[ROUNDS / 2], draws[ROUNDS / 2]);
        println!(
            "{isa}: step with summaries {step:.1} ns, draws alone {draws:.1} ns, ratio {:.1}",
            step / draws
        );
    }
}

fn blocks(isa: Isa, keys: &Keys, streams: &Streams, count: usize) -> u32 {
    match isa {
        // SAFETY: only instruction sets that this processor has are passed.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { blocks_avx512(keys, streams, count) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { blocks_avx2(keys, streams, count) },
        _ => blocks_of(keys, streams, count),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn blocks_avx512(keys: &Keys, streams: &Streams, count: usize) -> u32 {
    blocks_of(keys, streams, count)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn blocks_avx2(keys: &Keys, streams: &Streams, count: usize) -> u32 {
    blocks_of(keys, streams, count)
}

#[inline(always)]
fn blocks_of(keys: &Keys, streams: &Streams, count: usize) -> u32 {
    (0..count as u64).fold(0, |sum, counter| {
        let words = block(keys, streams, counter).0;
        words.iter().fold(sum, |sum, word| sum ^ word.iter().fold(0, |x, w| x ^ w))
    })
}
