//! Golden digests of the bundled scenarios, at 64 replicates. A change of any is a change of the model's output: it
//! needs a reason in its commit and in CHANGELOG.md. `SUASION_MINT=1 cargo test golden` writes them anew.

use crate::support::scenario_of;
use std::fmt::Write;
use std::sync::atomic::AtomicBool;
use suasion::engine::batch::Run;
use suasion::engine::parallel::{Options, simulate};
use suasion::lanes::isa::Isa;
use suasion::output::ensemble::EnsembleRecorder;
use suasion::scenario::bundled;

#[test]
fn digests_of_bundled_scenarios_are_as_recorded() {
    let mut found = String::new();
    for name in bundled::names() {
        let scenario = scenario_of(name);
        let world = &scenario.world;
        let mut total = EnsembleRecorder::new(world, Isa::detect(), None);
        let run = |r: usize| Run::new(world, scenario.seed, r as u32);
        let make = || EnsembleRecorder::new(world, Isa::detect(), None);
        simulate(world, 64, run, Options::default(), &AtomicBool::new(false), make, |block, _| {
            total.merge(&block)
        })
        .expect("nothing can fail");
        let _ = writeln!(found, "{} {name}", total.digest());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/digests.txt");
    if std::env::var_os("SUASION_MINT").is_some() {
        std::fs::write(path, &found).expect("the golden file can be written");
    }
    assert_eq!(found, std::fs::read_to_string(path).expect("the golden file is there"));
}
