//! Against the record: panels of tables, validation and calibration.

use super::Session;

fn panel(session: &Session) {
    for (name, text) in [
        ("tip_tiers.csv", include_str!("panel/tip_tiers.csv")),
        ("laws.csv", include_str!("panel/laws.csv")),
        ("palermo.csv", include_str!("panel/palermo.csv")),
        ("ties.csv", include_str!("panel/ties.csv")),
        ("covariates.csv", include_str!("panel/covariates.csv")),
        ("p3_index.csv", include_str!("panel/p3_index.csv")),
    ] {
        session.write(&format!("tables/{name}"), text);
    }
}

const PANEL: &str = "panel tables --start 2001 --end 2006 --law full --out made";

#[test]
fn a_panel_of_tables() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        panel(&session);
        session.run(PANEL);
        session.run("check made/scenario.toml --threads 2");
        session.run("run made/scenario.toml --replicates 8 --threads 2");
        session.run("validate made/scenario.toml --replicates 16 --threads 2");
        session.hold(&format!("panel-{columns}"));
    }
    let mut session = Session::new(80);
    panel(&session);
    session.json(&format!("{PANEL} --json"));
    session.names("made");
    session.file("made/scenario.toml", 60);
    for table in ["states.csv", "ties.csv", "observed.csv", "imputed.csv"] {
        session.file(&format!("made/{table}"), 24);
    }
    session.file("made/coefficients.toml", 12);
    session.hold("panel-tables");
}

#[test]
fn validate() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("validate three.toml --threads 2");
        session.run("validate three.toml --hindcast --threads 2 --out again");
        session.run("validate three.toml --observed-only --threads 2 --out observed");
        session.hold(&format!("validate-{columns}"));
    }
    let mut session = Session::new(80);
    session.json("validate three.toml --threads 2 --json");
    session.names("out/validate-three");
    session.file("out/validate-three/patterns.svg", usize::MAX);
    session.hold("validate-tables");
}

/// The record of three.toml cannot be (a watch list before there is one), so it has no history.
#[test]
fn validate_in_the_history() {
    const GIVEN: &str =
        "validate asean --years 2001-2009 --replicates 8 --given record:particles=60,rows=16 --threads 2";
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run(GIVEN);
        session.run("validate three.toml --given record --threads 2");
        session.hold(&format!("validate-given-{columns}"));
    }
    let mut session = Session::new(80);
    session.quietly(&format!("{GIVEN} --out given"));
    session.names("given");
    for table in ["scores", "forecasts"] {
        session.file(&format!("given/{table}.csv"), 24);
    }
    session.hold("validate-given-tables");
}

const FIT: &str = "calibrate three.toml --prior parameters.signalling --prior 'parameters.drift=uniform(0, 0.2)' --particles 20 --generations 3 --threads 2 --out out/three-calibration";

#[test]
fn calibrate() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run(FIT);
        session.run("calibrate three.toml --prior parameters.signalling --point --threads 2 --out point");
        session.hold(&format!("calibrate-{columns}"));
    }
    let mut session = Session::new(80);
    session.json(&format!("{FIT} --json"));
    session.names("out/three-calibration");
    for table in ["posterior", "parameters", "predictive", "generations"] {
        session.file(&format!("out/three-calibration/{table}.csv"), 24);
    }
    session.file("out/three-calibration/calibration.json", 0);
    session.run("run three.toml --posterior out/three-calibration/posterior.csv --replicates 40 --threads 2 --out under");
    session.names("under");
    session.run("compare three.toml no-tvpa --posterior out/three-calibration/posterior.csv --outcome motivation --threads 2 --out compared");
    session.quietly("calibrate three.toml --prior parameters.signalling --point --threads 2 --out point");
    session.names("point");
    session.file("point/point.csv", 24);
    session.run("run asean --posterior bundled --replicates 4 --years 2001-2003 --threads 2 --out bundled");
    session.hold("calibrate-tables");
}
