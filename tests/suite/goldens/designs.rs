//! Sweeps, their shards, maps and sensitivity; designs and outcomes of other programs; scripts for a cluster.

use super::Session;

const AXES: &str = "--axis parameters.drift=0..0.1 --axis regime.tvpa.severity=0..3";

#[test]
fn sweep_merge_and_map() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("sweep three.toml --threads 2");
        session.run("sweep three.toml --threads 2");
        session.run(&format!("sweep three.toml {AXES} --samples 6 --replicates 70 --independent --outcome phase=2 --shard 1/2 --threads 2 --out sharded"));
        session.run("merge sharded");
        session.run(&format!("sweep three.toml {AXES} --samples 6 --replicates 70 --independent --outcome phase=2 --shard 2/2 --threads 2 --out sharded"));
        session.run("merge sharded");
        session.run("map out/three-sweep");
        session.hold(&format!("sweep-merge-map-{columns}"));
    }
}

#[test]
fn tables_of_a_sweep() {
    let mut session = Session::new(80);
    session.json("sweep three.toml --trajectories --threads 2 --json --out out/three-sweep");
    session.names("out/three-sweep");
    session.file("out/three-sweep/design.csv", 20);
    session.file("out/three-sweep/sweep.json", 0);
    session.parquet("out/three-sweep/outcomes.parquet");
    session.parquet("out/three-sweep/trajectories.parquet");
    session.quietly("sweep three.toml --format csv --threads 2 --out csv");
    session.file("csv/outcomes.csv", 16);
    session.run("report out/three-sweep");
    session.page("out/three-sweep/report.html");
    session.hold("sweep-tables");
    let mut session = Session::new(80);
    session.quietly("sweep three.toml --threads 2");
    session.run("map out/three-sweep --outcome motivation --against regime.tvpa.severity=0 --out change");
    session.names(".");
    session.file("change.svg", usize::MAX);
    session.hold("map-picture");
}

#[test]
fn sensitivity() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run(&format!("sensitivity three.toml {AXES} --samples 16 --replicates 4 --threads 2"));
        session.run(&format!("sensitivity three.toml --method sobol --second-order {AXES} --samples 8 --replicates 4 --outcome motivation --threads 2"));
        session.hold(&format!("sensitivity-{columns}"));
    }
    let mut session = Session::new(80);
    session.json(&format!(
        "sensitivity three.toml {AXES} --samples 4 --replicates 4 --threads 2 --json --out out/three-morris"
    ));
    session.names("out/three-morris");
    session.file("out/three-morris/sensitivity.csv", 40);
    session.file("out/three-morris/design.csv", 20);
    session.run("report out/three-morris");
    session.page("out/three-morris/report.html");
    session.hold("sensitivity-tables");
}

#[test]
fn design_and_indices() {
    let mut session = Session::new(80);
    for design in ["grid", "latin-hypercube", "sobol", "saltelli", "morris"] {
        let axes =
            if design == "grid" { "--axis x=0..1:3 --axis y=-1,0,2" } else { "--axis x=0..1 --axis y=-1..1" };
        let samples = if design == "grid" { "" } else { " --samples 4" };
        session.run(&format!("design {axes} --design {design}{samples} --seed 3"));
    }
    session.run("design three.toml");
    // Outcomes of a model elsewhere: a sum, of which x has three quarters of the range.
    for (method, design, samples) in [("sobol", "saltelli", 16), ("morris", "morris", 6)] {
        let laid = format!(
            "design --axis x=0..1 --axis y=0..1 --design {design} --samples {samples} --out {method}.csv"
        );
        session.quietly(&laid);
        let points = std::fs::read_to_string(session.path(&format!("{method}.csv"))).expect("points");
        let mut outcomes = String::from("sum,product\n");
        for row in points.lines().skip(1) {
            let cells: Vec<f64> = row.split(',').map(|cell| cell.parse().expect("a number")).collect();
            outcomes += &format!("{:?},{:?}\n", 3.0 * cells[1] + cells[2], cells[1] * cells[2]);
        }
        session.write(&format!("{method}-outcomes.csv"), outcomes);
        let asked = format!(
            "indices {method}-outcomes.csv --method {method} --axis x=0..1 --axis y=0..1 --points {method}.csv --resamples 100"
        );
        session.run(&asked);
        session.json(&format!("{asked} --json"));
    }
    session.hold("design-indices");
}

#[test]
fn cluster() {
    let mut session = Session::new(80);
    session.run(&format!("cluster slurm three.toml {AXES} --samples 40 --replicates 70 --shards 3 --out big --partition p --sbatch-option=--qos=x --time 01:00:00 --memory 2G"));
    session.names(".");
    session.names("big.slurm");
    session.file("big.slurm/array.sbatch", 60);
    session.file("big.slurm/merge.sbatch", 60);
    session.file("big.slurm/jobs.json", 0);
    session.run("cluster status big");
    session.json("cluster status big --json");
    session.run("cluster resubmit big");
    session.hold("cluster");
}
