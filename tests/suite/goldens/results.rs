//! Runs, comparisons and explanations, their tables, and the pages and figures made of them.

use super::Session;

const TEACHING: [&str; 3] = ["teaching/spiral", "teaching/fine-is-a-price-small", "teaching/two-communities"];

#[test]
fn run_and_verify() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("run three.toml --ledger --threads 2 --out out/three");
        session.run("verify out/three --threads 2");
        session.run("run three.toml --counterfactual mild --summary-only --threads 2 --out mild");
        session.run(
            "run three.toml --set parameters.signalling=0 --seed 3 --replicates 8 --threads 2 --out set",
        );
        for name in TEACHING {
            session.run(&format!("run {name} --replicates 8 --threads 2"));
        }
        session.run("run asean --replicates 4 --years 2001-2003 --threads 2");
        session.run("run world --replicates 2 --years 2001-2002 --threads 2");
        session.hold(&format!("run-verify-{columns}"));
    }
}

#[test]
fn tables_of_a_run() {
    let mut session = Session::new(80);
    session.json("run three.toml --ledger --threads 2 --json --out out/three");
    session.json("verify out/three --threads 2 --json");
    session.names("out/three");
    session.file("out/three/scenario.toml", 400);
    session.file("out/three/summary.csv", 40);
    for table in ["trajectories", "events", "ledger"] {
        session.parquet(&format!("out/three/{table}.parquet"));
    }
    session.quietly("run three.toml --ledger --format csv --threads 2 --out csv");
    for table in ["trajectories", "events", "ledger"] {
        session.file(&format!("csv/{table}.csv"), 20);
    }
    session.hold("run-tables");
}

#[test]
fn compare() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("compare three.toml --threads 2");
        session.run("compare three.toml --against 'no drift: parameters.drift=0' --outcome 'phase=2' --level 0.9 --replicates 8 --threads 2 --out drift");
        session.run("compare asean no-tvpa --replicates 4 --years 2001-2004 --threads 2 --out asean");
        session.hold(&format!("compare-{columns}"));
        let mut session = Session::new(columns);
        session
            .run("compare three.toml no-tvpa --decompose --replicates 16 --outcome motivation --threads 2 --out out/compare-three");
        session.names("out/compare-three");
        session.hold(&format!("compare-decompose-{columns}"));
    }
}

#[test]
fn tables_of_a_comparison() {
    let mut session = Session::new(80);
    session.json(
        "compare three.toml no-tvpa --decompose --replicates 16 --threads 2 --json --out out/compare-three",
    );
    session.names("out/compare-three");
    for table in ["arms", "differences", "shares-no-tvpa"] {
        session.file(&format!("out/compare-three/{table}.csv"), 14);
    }
    session.file("out/compare-three/manifest.json", 0);
    session.quietly("compare three.toml mild --format parquet --threads 2 --out parquet");
    session.parquet("parquet/differences.parquet");
    session.hold("compare-tables");
    let mut session = Session::new(80);
    session.quietly("compare three.toml mild --threads 2 --out mild");
    session.file("mild/differences-motivation.svg", usize::MAX);
    session.hold("compare-picture");
}

#[test]
fn explain() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("explain three.toml --threads 2");
        session.run("explain three.toml --state BER --against no-tvpa --threads 2");
        session.run("explain three.toml --state Aldova --observed --threads 2");
        session.hold(&format!("explain-{columns}"));
    }
    let mut session = Session::new(80);
    session.json("explain three.toml --against no-tvpa --threads 2 --out why --json");
    session.names("why");
    for table in ["explanation", "totals", "differences", "events"] {
        session.file(&format!("why/{table}.csv"), 14);
    }
    session.hold("explain-tables");
}

#[test]
fn report() {
    let mut session = Session::new(80);
    session.quietly("run three.toml --threads 2");
    session.run("report out/three");
    session.run("report out/three --figure help");
    session.run("report out/three --figure trajectories-motivation");
    session.run("report out/three --figure ledger --state BER --out ledger.pdf");
    session.json("report out/three --json");
    session.names("out");
    session.page("out/three/report.html");
    session.hold("report-run");
    let mut session = Session::new(80);
    session.quietly("run three.toml --threads 2");
    session.quietly("report out/three --figure trajectories-motivation --out figure.svg");
    session.file("figure.svg", usize::MAX);
    session.hold("report-figure");
    let mut session = Session::new(80);
    session.quietly("compare three.toml no-tvpa --decompose --replicates 16 --threads 2 --out compared");
    session.quietly("report compared");
    session.page("compared/report.html");
    session.hold("report-compare");
    let mut session = Session::new(80);
    session.quietly("explain three.toml --against mild --threads 2 --out why");
    session.quietly("report why");
    session.page("why/report.html");
    session.hold("report-explain");
}
