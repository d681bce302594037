//! Tests of batches: that the ways to read them agree.

use suasion::engine::batch::{Batch, Run};
use suasion::engine::parallel::simulate_batch;
use suasion::engine::recorder::Recorder;
use suasion::engine::timeline::Timeline;
use suasion::lanes::isa::Isa;
use suasion::lanes::lane::Lane;
use suasion::model::variable::Variable;
use suasion::scenario::Scenario;

#[test]
fn the_values_of_a_state_are_those_of_each_variable() {
    struct Compare(Vec<Variable>, usize);
    impl Recorder for Compare {
        fn year(&mut self, batch: &Batch, _year: usize) {
            let mut values = vec![Lane::splat(f64::NAN); self.0.len()];
            for state in 0..batch.world().states.len() {
                batch.values(state, &mut values);
                for (value, variable) in values.iter().zip(&self.0) {
                    assert_eq!(*value, batch.value(state, *variable), "{variable:?}");
                    self.1 += 1;
                }
            }
        }
    }
    for scenario in ["asean", "teaching/spiral"] {
        let world = Scenario::load(scenario).unwrap().build().unwrap().world;
        let mut compare = Compare(Variable::all(&world), 0);
        let run = Run::new(&world, 3, 0);
        simulate_batch(&[run], &Timeline::new(&world), Isa::detect(), false, &mut compare).unwrap();
        assert_eq!(compare.1, world.clock.years() * world.states.len() * compare.0.len());
    }
}
