//! Whether intervals given a record hold what simulated states were, as often as they say.

use super::tests::{STOP, asean, filter_of, on_two};
use crate::engine::batch::{Batch, Run};
use crate::engine::given::{Adoption, Given};
use crate::engine::parallel::simulate_batch;
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::experiment::history::filter::Filter;
use crate::experiment::posterior::Worlds;
use crate::lanes::isa::Isa;
use crate::model::variable::Variable;

/// The record that a run leaves, and what its states were at the end.
struct Leaves {
    given: Given,
    truth: Vec<[f64; 3]>,
}

const HIDDEN: [Variable; 3] = [Variable::Motivation, Variable::Attribution, Variable::Reactance];

impl Recorder for Leaves {
    fn step(&mut self, batch: &Batch, step: usize) {
        let world = batch.world();
        let steps = world.clock.steps();
        for i in 0..world.states.len() {
            for j in 0..world.instruments.len() {
                let open = self.given.adoption(j, i).is_none_or(|adoption| adoption.came.is_none());
                if world.instruments[j].hazard > 0.0 && world.instruments[j].adopted[i].is_none() && open {
                    let has = batch.value(i, Variable::Adopted(j)).0[0] > 0.0;
                    self.given.set_adoption(j, i, Adoption { came: has.then_some((step, step)), steps });
                }
            }
        }
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        for i in 0..batch.world().states.len() {
            let tier = batch.value(i, Variable::Tier(0)).0[0];
            self.given.set_grade(0, i, year, tier as u8);
        }
    }
    fn finish(&mut self, batch: &Batch) {
        let of = |i: usize| HIDDEN.map(|variable| batch.value(i, variable).0[0]);
        self.truth = (0..batch.world().states.len()).map(of).collect();
    }
}

/// The share of states whose hidden variables lie in the 90 % intervals given the records that their runs left.
fn coverage(histories: u32, particles: usize, rows: usize) -> [f64; 3] {
    let scenario = asean(&[], 2013);
    let world = &scenario.world;
    let timeline = Timeline::new(world);
    let (mut inside, mut all) = ([0.0; 3], 0.0);
    for h in 0..histories {
        let mut leaves = Leaves { given: Given::nothing(world, world.clock.years()), truth: Vec::new() };
        let run = Run::new(world, 77, 5_000_000 + h);
        simulate_batch(&[run], &timeline, Isa::detect(), false, &mut leaves).unwrap();
        let Leaves { given, truth } = leaves;
        let filter = Filter { seed: u64::from(h), ..filter_of(&scenario, &timeline, &given, particles) };
        let history = on_two(|| {
            let first = filter.pass(None, &STOP, &|| ()).unwrap();
            let heard = filter.heard(&first, 200).unwrap();
            let second = filter.pass(Some(&heard), &STOP, &|| ()).unwrap();
            filter.pin(filter.rows(&second, rows, 1, &STOP, &|| ()).unwrap().lineage).unwrap()
        });
        let worlds = Worlds::from(world).within(Some(&history));
        let mut found = Every::default();
        let runs: Vec<Run> = (0..rows as u32).map(|row| worlds.run(u64::from(h), row)).collect();
        simulate_batch(&runs, &timeline, Isa::detect(), false, &mut found).unwrap();
        for (i, truth) in truth.iter().enumerate() {
            all += 1.0;
            for (k, truth) in truth.iter().enumerate() {
                let mut values: Vec<f64> = found.rows.iter().map(|row| row[i][k]).collect();
                values.sort_by(f64::total_cmp);
                let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
                inside[k] += f64::from(u8::from((at(0.05)..=at(0.95)).contains(truth)));
            }
        }
    }
    inside.map(|count| count / all)
}

/// Hidden variables of every run at its end, by state.
#[derive(Default)]
struct Every {
    rows: Vec<Vec<[f64; 3]>>,
}

impl Recorder for Every {
    fn finish(&mut self, batch: &Batch) {
        for lane in 0..batch.width() {
            let of = |i: usize| HIDDEN.map(|variable| batch.value(i, variable).0[lane]);
            self.rows.push((0..batch.world().states.len()).map(of).collect());
        }
    }
}

#[test]
fn intervals_hold_what_simulated_histories_were_as_often_as_they_say() {
    // By hand, 200 histories: tests/run --long.
    if std::env::var("SUASION_LONG").is_ok_and(|value| value == "1") {
        let covered = coverage(200, 2000, 400);
        println!("90 % intervals of motivation, attribution and reactance hold the truth in {covered:?}");
        assert!(covered.iter().all(|share| (0.87..=0.93).contains(share)), "{covered:?}");
    }
    let covered = coverage(30, 400, 200);
    assert!(covered.iter().all(|share| (0.84..=0.95).contains(share)), "{covered:?}");
}
