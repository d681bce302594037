//! One refusal of each kind: the sentence, and the exit code.

use super::Session;

#[test]
fn of_scenarios() {
    let mut session = Session::new(80);
    for (name, text) in [
        ("syntax.toml", "version = 2\ntitle = \"no end\n"),
        (
            "unknown-key.toml",
            "version = 2\ntitle = 'x'\ntime = { start = 2001, end = 2003 }\n[[state]]\nid = 'A'\ncapcity = 0.5\n",
        ),
        (
            "many.toml",
            "version = 2\ntitle = 'x'\ntime = { start = 2001, end = 2003 }\n[[state]]\nid = 'A'\ncapacity = 2\nopenness = -1\n[parameters]\ndrfit = 0.1\n",
        ),
        (
            "nan.toml",
            "version = 2\ntitle = 'x'\ntime = { start = 2001, end = 2003 }\n[[state]]\nid = 'A'\ncapacity = nan\n",
        ),
        (
            "no-table.toml",
            "version = 2\ntitle = 'x'\nstates = 'states.csv'\ntime = { start = 2001, end = 2003 }\n",
        ),
        ("empty.toml", ""),
    ] {
        session.write(name, text);
        session.run(&format!("check {name}"));
    }
    session.write("bytes.toml", [0xff, 0xfe, 0x00]);
    for line in [
        "check bytes.toml",
        "check missing.toml",
        "run asaen",
        "run three.toml --counterfactual no-tpva",
        "run three.toml --set parameters.drift=-1",
        "run three.toml --set state.ALD.capcity=0.5",
        "run three.toml --set parameters.drift",
        "run three.toml --years 2003-2001",
        "run three.toml --replicates 0",
        "run three.toml --replicates 1000000000 --ledger",
    ] {
        session.run(line);
    }
    session.hold("refusals-scenarios");
}

#[test]
fn of_commands() {
    let mut session = Session::new(80);
    session.write("taken/thesis.txt", "years of work");
    session.write("file", "a file");
    session.write("mine.toml", "mine");
    session.quietly("run three.toml --threads 2 --out whole");
    session.quietly("run three.toml --threads 2 --out broken");
    session.write("broken/summary.csv", "changed");
    session.quietly("sweep three.toml --threads 2 --out swept");
    for line in [
        "",
        "rnu asean",
        "run",
        "run three.toml --threads 5000",
        "run three.toml --out taken",
        "run three.toml --out file",
        "run three.toml --out file/below",
        "run three.toml --threads 2 --seed 9 --replicates 7 --set parameters.drift=0.11 --out whole",
        "run three.toml --threads 2 --out broken",
        "run three.toml --quiet --json",
        "new mine",
        "new x --from nowhere",
        "verify nowhere",
        "verify broken",
        "report nowhere",
        "report broken",
        "report whole --figure ledgre",
        "report whole --state XXX",
        "compare three.toml nobody",
        "compare three.toml --against 'x: parameters.drfit=0'",
        "compare three.toml --level 1.5",
        "explain three.toml --state XXX",
        "sweep asean --axis parameters.drfit=0..1",
        "sweep three.toml --axis parameters.drift=0..1 --samples 0",
        "sweep three.toml --outcome motivaton",
        "sweep three.toml --shard 3/2",
        "merge nowhere",
        "map whole",
        "map swept --outcome phase=4",
        "sensitivity three.toml --axis parameters.drift=0..1 --levels 3",
        "design --axis x=1..0",
        "indices nowhere.csv --method sobol --axis x=0..1",
        "cluster slurm three.toml --shards 0",
        "cluster status nowhere",
        "calibrate three.toml --prior parameters.drfit",
        "calibrate three.toml --prior 'parameters.drift=uniform(1, 0)'",
        "calibrate teaching/spiral",
        "run three.toml --posterior nowhere.csv",
        "validate teaching/spiral",
        "panel nowhere --out made",
        "panel taken --out made",
        "lab nowhere.toml --no-open",
        "completions tcsh",
    ] {
        session.run(line);
    }
    session.names(".");
    session.hold("refusals-commands");
}
