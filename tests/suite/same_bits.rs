//! The determinism contract: the same bits whatever the threads, instruction set, batches and way of splitting.

use crate::support::{options, scenario, trace_with, world};
use std::num::NonZeroUsize;
use suasion::engine::batch::{Batch, Run};
use suasion::engine::isa::Isa;
use suasion::engine::parallel::Options;
use suasion::engine::timeline::Timeline;
use suasion::model::variable::Variable;
use suasion::model::world::World;

fn bits(world: &World, replicates: u32, options: Options) -> Vec<u64> {
    trace_with(world, replicates, options).values().iter().map(|x| x.to_bits()).collect()
}

#[test]
fn every_way_of_running_gives_the_same_bits() {
    let world = scenario(include_str!("../../scenarios/asean.toml")).world;
    let replicates = 53;
    let reference = bits(&world, replicates, options(1, Isa::Baseline));
    for isa in Isa::available() {
        for threads in [1, 2, 5] {
            for per_block in [1, 3] {
                let batches_per_block = NonZeroUsize::new(per_block);
                for split_states in [Some(false), Some(true)] {
                    let options = Options { batches_per_block, split_states, ..options(threads, isa) };
                    assert!(bits(&world, replicates, options) == reference, "{options:?}");
                }
            }
        }
    }
}

#[test]
fn many_states_in_several_pieces_give_the_same_bits() {
    let mut text = "version = 1\ntitle = \"many\"\n[time]\nstart = 2000\nend = 2002\n".to_string();
    text += "[[population]]\nid = \"p\"\ncount = 9000\nintrinsic_motivation = { mean = 0.4, sd = 0.2 }\nopenness = { low = 0.1, high = 0.9 }\n";
    text += "[[regime]]\nid = \"all\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\n"
        .replace("\"all\"\nkind", "\"everyone\"\nkind")
        .as_str();
    text += "[[regime]]\nid = \"rater\"\nkind = \"rating\"\n[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n";
    let world = world(&text);
    let whole = Options { split_states: Some(false), ..options(1, Isa::detect()) };
    let split = Options { split_states: Some(true), ..options(2, Isa::Baseline) };
    assert!(bits(&world, 3, whole) == bits(&world, 3, split));
}

#[test]
fn adding_a_state_moves_no_draw_of_the_others() {
    let text = include_str!("../../scenarios/asean.toml");
    let small = scenario(text).world;
    let large = scenario(&format!("{text}\n[[state]]\nid = \"AAA\"\nintrinsic_motivation = 0.9\n")).world;
    assert_eq!(large.states[0].id, "AAA");
    let run = |world, seed| Run { world, seed, replicate: 7 };
    let (a, b) = (Timeline::new(&small), Timeline::new(&large));
    let (a, b) = (
        Batch::new(&[run(&small, 1)], &a, Isa::detect(), false),
        Batch::new(&[run(&large, 1)], &b, Isa::detect(), false),
    );
    for i in 0..small.states.len() {
        let of = |batch: &Batch, state| batch.value(state, Variable::Motivation).0[0].to_bits();
        assert_eq!(of(&a, i), of(&b, i + 1), "{}", small.states[i].id);
    }
    // Without any tie to the newcomer, whole trajectories stay as they were.
    let trace = |world: &World| trace_with(world, 9, Options::default());
    let (a, b) = (trace(&small), trace(&large));
    for step in 0..=small.clock.steps() {
        for i in 0..small.states.len() {
            for v in [Variable::Motivation, Variable::Adopted(1)] {
                // The newcomer is rated, so it changes how politicized grades are on average; before the first report nothing may differ.
                if step <= 2 {
                    assert_eq!(a.at(8, step, i, v).to_bits(), b.at(8, step, i + 1, v).to_bits());
                }
            }
        }
    }
}

#[test]
fn a_batch_may_mix_worlds_of_one_structure() {
    let base = scenario(include_str!("../../scenarios/asean.toml")).world;
    let mut other = base.clone();
    other.parameters.overjustification = 0.5;
    other.ratings[0].fields.severity = 0.3;
    let timeline = Timeline::new(&base);
    let runs = [Run { world: &base, seed: 1, replicate: 0 }, Run { world: &other, seed: 1, replicate: 0 }];
    let mixed = Batch::new(&runs, &timeline, Isa::detect(), false);
    let alone = Batch::new(&runs[1..], &timeline, Isa::detect(), false);
    for i in 0..base.states.len() {
        assert_eq!(mixed.value(i, Variable::Motivation).0[1], alone.value(i, Variable::Motivation).0[0]);
    }
}
