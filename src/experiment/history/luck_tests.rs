//! Fresh luck: until its step a run is that of the history; from then on regimes and instruments draw anew, and states do not.

use super::tests::{STOP, asean};
use super::*;
use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::simulate_batch;
use crate::engine::recorder::Recorder;
use crate::lanes::isa::Isa;
use crate::lanes::lane::Lane;
use crate::model::variable::Variable;
use crate::model::world::World;

/// All values of a batch, by step.
#[derive(Default)]
struct Trace(Vec<Vec<Lane>>);

impl Recorder for Trace {
    fn step(&mut self, batch: &Batch, _step: usize) {
        let variables = Variable::all(batch.world());
        let states = 0..batch.world().states.len();
        self.0.push(states.flat_map(|i| variables.iter().map(move |v| batch.value(i, *v))).collect());
    }
}

fn trace(world: &World, history: &History, anew: Option<usize>) -> Vec<Vec<Lane>> {
    let run = |row| Run::new(world, 2016, row).within(Some(history)).anew(anew);
    let runs: Vec<Run> = (0..LANES as u32).map(run).collect();
    let mut trace = Trace::default();
    simulate_batch(&runs, &Timeline::new(world), Isa::detect(), false, &mut trace).unwrap();
    trace.0
}

#[test]
fn luck_is_fresh_from_its_step_on_and_states_keep_their_own() {
    let scenario = asean(&[], 2009);
    let plan = Plan { until: None, particles: 200, rows: LANES as u32 };
    let history = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap().history;
    let world = &scenario.world;
    let kept = trace(world, &history, None);
    assert_eq!(trace(world, &history, Some(kept.len())), kept);
    // At a year's start, and amid the steps that one block of draws serves; each year has a report, with eighty grades.
    for from in [0, 12, 13, 14, 15] {
        let fresh = trace(world, &history, Some(from));
        let parts = kept.iter().zip(&fresh).position(|(kept, fresh)| kept != fresh).unwrap();
        assert!((from..from + 4).contains(&parts), "{from} {parts}");
    }
    // Where nobody grades and nothing can be adopted, states alone draw.
    let mut alone = world.clone();
    alone.ratings.iter_mut().for_each(|rating| rating.rated_from.fill(None));
    alone.instruments.iter_mut().for_each(|instrument| instrument.hazard = 0.0);
    assert_eq!(trace(&alone, &history, Some(0)), trace(&alone, &history, None));
}
