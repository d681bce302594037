//! The determinism contract: the same bits whatever the threads, instruction set, batches and way of splitting.

use crate::support::{options, scenario, trace_with, tvpa, world};
use std::num::NonZeroUsize;
use suasion::engine::batch::{Batch, Run};
use suasion::engine::parallel::Options;
use suasion::engine::timeline::Timeline;
use suasion::lanes::isa::Isa;
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
    let mut text = "version = 2\ntitle = \"many\"\n[time]\nstart = 2000\nend = 2002\n".to_string();
    text += "[[population]]\nid = \"p\"\ncount = 9000\nintrinsic_motivation = { mean = 0.4, sd = 0.2 }\nopenness = { low = 0.1, high = 0.9 }\n";
    text += "[[regime]]\nid = \"all\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\n"
        .replace("\"all\"\nkind", "\"everyone\"\nkind")
        .as_str();
    text += &format!("[[regime]]\nid = \"rater\"\nkind = \"rating\"\n{}\n", tvpa(""));
    text += "[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n";
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
    let run = |world, seed| Run::new(world, seed, 7);
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

/// Nothing moves a hazard of adoption, and no state a phase.
const UNMOVED: &str = "[parameters]\nadopt_pressure = 0\nadopt_peers = 0\nadopt_motivation = 0\nadopt_mobilization = 0\nspiral_up = [0, 0, 0, 0]\nspiral_down = [0, 0, 0, 0]\n";

/// Instruments whose hazards nothing moves: when each is adopted is luck alone.
fn instruments(ids: &[&str], years: (i32, i32)) -> World {
    let mut text = format!("version = 2\ntitle = \"luck\"\n[time]\nstart = {}\nend = {}\n", years.0, years.1);
    text += UNMOVED;
    text += "[[state]]\nid = \"A\"\n[[state]]\nid = \"B\"\n";
    for id in ids {
        text += &format!("[[instrument]]\nid = \"{id}\"\nkind = \"convention\"\nhazard = 0.1\n");
    }
    world(&text)
}

/// When each state adopted an instrument, by state and replicate, in steps from a date on; none: not by the end.
fn adoptions(world: &World, id: &str, from: i32) -> Vec<Option<usize>> {
    let j = world.instruments.iter().position(|instrument| instrument.id == id).expect("it is there");
    let trace = trace_with(world, 40, Options::default());
    let first = ((from - world.clock.start) * world.clock.steps_per_year as i32) as usize;
    let states = world.states.len();
    let adopted = |r: usize, i: usize| {
        (first..=world.clock.steps()).find(|&step| trace.at(r, step, i, Variable::Adopted(j)) > 0.0)
    };
    (0..40 * states).map(|n| adopted(n / states, n % states).map(|step| step - first)).collect()
}

#[test]
fn deleting_adding_or_reordering_instruments_moves_no_luck_of_the_others() {
    let alone = adoptions(&instruments(&["law"], (2001, 2011)), "law", 2001);
    assert!(alone.iter().flatten().count() > 30, "{alone:?}");
    let many: Vec<String> = (0..31).map(|n| format!("i{n}")).collect();
    let mut all: Vec<&str> = many.iter().map(String::as_str).collect();
    all.push("law");
    for ids in [&["convention", "law"][..], &["law", "convention"], &["law", "zebra", "a"], &all] {
        assert_eq!(adoptions(&instruments(ids, (2001, 2011)), "law", 2001), alone, "{ids:?}");
    }
    let renamed = adoptions(&instruments(&["statute"], (2001, 2011)), "statute", 2001);
    assert_ne!(renamed, alone, "another id is another luck");
}

#[test]
fn a_year_has_its_luck_whenever_the_run_begins() {
    let (long, short) = (instruments(&["law"], (2001, 2011)), instruments(&["law"], (2005, 2008)));
    let (long, short) = (adoptions(&long, "law", 2005), adoptions(&short, "law", 2005));
    // Of those that had not adopted by 2005, all that adopt by 2008 do so in the same step.
    let compared = long.iter().zip(&short).filter(|(long, _)| **long != Some(0));
    let mut seen = 0;
    for (long, short) in compared {
        assert_eq!(long.filter(|step| *step <= 12), *short);
        seen += usize::from(short.is_some());
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn an_instrument_that_opens_amid_a_block_of_draws_sees_the_same_luck() {
    let open = |when: &str| {
        let text = "version = 2\ntitle = \"luck\"\n[time]\nstart = 2001\nend = 2004\n";
        let states = "[[state]]\nid = \"A\"\n[[state]]\nid = \"B\"\n[[state]]\nid = \"C\"\n";
        world(&format!(
            "{text}{UNMOVED}{states}[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.8\n{when}"
        ))
    };
    let (always, later) =
        (adoptions(&open(""), "law", 2001), adoptions(&open("opens = 2001.5\n"), "law", 2001));
    let mut seen = 0;
    for (always, later) in always.iter().zip(&later).filter(|(always, _)| always.is_none_or(|step| step > 2))
    {
        assert_eq!(always, later);
        seen += usize::from(later.is_some());
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_batch_may_mix_worlds_of_one_structure() {
    let base = scenario(include_str!("../../scenarios/asean.toml")).world;
    let mut other = base.clone();
    other.parameters.overjustification = 0.5;
    other.ratings[0].fields.severity = 0.3;
    let timeline = Timeline::new(&base);
    let runs = [Run::new(&base, 1, 0), Run::new(&other, 1, 0)];
    let mixed = Batch::new(&runs, &timeline, Isa::detect(), false);
    let alone = Batch::new(&runs[1..], &timeline, Isa::detect(), false);
    for i in 0..base.states.len() {
        assert_eq!(mixed.value(i, Variable::Motivation).0[1], alone.value(i, Variable::Motivation).0[0]);
    }
}
