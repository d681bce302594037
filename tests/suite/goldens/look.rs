//! Commands that look: lists, checks, parameters, schema, help, completions, the manual page; and `new`.

use super::Session;

#[test]
fn list_new_and_check() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("list");
        session.run("list three.toml");
        session.run("list teaching/spiral");
        session.run("check three.toml --threads 2");
        session.run("check asean --threads 2");
        session.run("check three.toml --counterfactual no-tvpa --set parameters.drift=0 --years 2001-2002 --threads 2");
        session.run("check three.toml --sources");
        session.run("check three.toml --grades");
        session.run("new mine");
        session.run("new other.toml --from asean");
        session.file("mine.toml", 30);
        session.names(".");
        session.hold(&format!("list-new-check-{columns}"));
    }
}

#[test]
fn what_is_listed_and_checked_as_json() {
    let mut session = Session::new(80);
    session.json("list --json");
    session.json("list three.toml --json");
    session.json("check three.toml --threads 2 --json");
    session.json("check three.toml --sources --json");
    session.json("check three.toml --grades --json");
    session.json("check three.toml --set state.ALD.capacity=2 --json");
    session.hold("list-check-json");
}

#[test]
fn params() {
    for columns in [80, 200] {
        let mut session = Session::new(columns);
        session.run("params");
        session.run("params drift");
        session.hold(&format!("params-{columns}"));
    }
    let mut session = Session::new(80);
    session.head("params --markdown", 12);
    session.json("params --json");
    session.json("params displacement --json");
    session.hold("params-markdown-json");
}

#[test]
fn schema_completions_and_man() {
    let mut session = Session::new(80);
    session.head("schema", 60);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        session.head(&format!("completions {shell}"), 12);
    }
    session.head("man", 40);
    session.hold("schema-completions-man");
}

#[test]
fn help() {
    let mut session = Session::new(80);
    session.run("--help");
    for command in [
        "list",
        "new",
        "check",
        "params",
        "schema",
        "run",
        "sweep",
        "merge",
        "map",
        "cluster",
        "compare",
        "explain",
        "lab",
        "sensitivity",
        "calibrate",
        "design",
        "indices",
        "panel",
        "validate",
        "report",
        "verify",
        "completions",
        "man",
    ] {
        session.run(&format!("{command} -h"));
    }
    for command in ["slurm", "status", "resubmit"] {
        session.run(&format!("cluster {command} -h"));
    }
    session.hold("help");
}
