//! The hostile command lines: a good line of each command, spoilt in one place at a time.

/// What an option takes, and so what it should not get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A scenario.
    Scenario,
    /// A file that is read.
    File,
    /// A folder that is read.
    Folder,
    /// A place that is written to.
    Place,
    /// A whole number.
    Number,
    /// A share or a level.
    Share,
    /// A name of something in the scenario, or of a choice.
    Name,
    /// A path and a value.
    Assignment,
    /// First and last year.
    Years,
    /// An axis with its range.
    Axis,
    /// An outcome.
    Outcome,
    /// A shard of some.
    Shard,
    /// A parameter with its prior.
    Prior,
    /// A counterfactual in words.
    Against,
}

use Takes::{
    Against, Assignment, Axis, File, Folder, Name, Number, Outcome, Place, Prior, Scenario, Shard, Share,
    Years,
};

/// A good line, of which `{}` is spoilt if it is there, and the options that are spoilt one at a time.
const COMMANDS: &[(&str, &[(&str, Takes)])] = &[
    ("list {}", &[("", Scenario)]),
    ("new {}", &[("", Place)]),
    ("new mine", &[("--from", Name)]),
    ("check {}", &[("", Scenario)]),
    (
        "check three.toml",
        &[
            ("--set", Assignment),
            ("--counterfactual", Name),
            ("--replicates", Number),
            ("--seed", Number),
            ("--years", Years),
            ("--threads", Number),
            ("--instruction-set", Name),
        ],
    ),
    ("params {}", &[("", Name)]),
    ("completions {}", &[("", Name)]),
    ("run {} --replicates 2 --threads 1", &[("", Scenario)]),
    (
        "run three.toml --replicates 2",
        &[
            ("--set", Assignment),
            ("--counterfactual", Name),
            ("--replicates", Number),
            ("--seed", Number),
            ("--years", Years),
            ("--threads", Number),
            ("--posterior", File),
            ("--format", Name),
            ("--out", Place),
        ],
    ),
    ("verify {}", &[("", Folder)]),
    ("compare {} --replicates 2 --threads 1", &[("", Scenario)]),
    (
        "compare three.toml mild --replicates 2 --outcome motivation",
        &[
            ("", Name),
            ("--against", Against),
            ("--outcome", Outcome),
            ("--level", Share),
            ("--years", Years),
            ("--replicates", Number),
            ("--permutations", Number),
            ("--decompose", Name),
            ("--posterior", File),
            ("--out", Place),
        ],
    ),
    (
        "explain three.toml --replicates 2",
        &[
            ("--state", Name),
            ("--against", Against),
            ("--level", Share),
            ("--years", Years),
            ("--out", Place),
        ],
    ),
    ("sweep {} --replicates 2 --threads 1 --axis parameters.drift=0..0.1 --samples 2", &[("", Scenario)]),
    (
        "sweep three.toml --replicates 2",
        &[
            ("--axis", Axis),
            ("--design", Name),
            ("--samples", Number),
            ("--levels", Number),
            ("--points", File),
            ("--outcome", Outcome),
            ("--shard", Shard),
            ("--replicates", Number),
            ("--years", Years),
            ("--out", Place),
        ],
    ),
    ("merge {}", &[("", Folder)]),
    ("map {}", &[("", Folder)]),
    (
        "map swept",
        &[("--outcome", Outcome), ("--x", Name), ("--y", Name), ("--against", Assignment), ("--out", Place)],
    ),
    (
        "sensitivity three.toml --replicates 2 --samples 2 --axis parameters.drift=0..0.1",
        &[
            ("--axis", Axis),
            ("--method", Name),
            ("--samples", Number),
            ("--levels", Number),
            ("--resamples", Number),
            ("--outcome", Outcome),
            ("--picture", Place),
            ("--out", Place),
        ],
    ),
    ("sensitivity {}", &[("", Folder)]),
    (
        "calibrate three.toml --particles 4 --generations 1 --replicates 2 --prior parameters.drift",
        &[
            ("--prior", Prior),
            ("--priors", File),
            ("--panel", Folder),
            ("--statistic", Name),
            ("--hold-out", Name),
            ("--particles", Number),
            ("--generations", Number),
            ("--quantile", Share),
            ("--tolerance", Share),
            ("--acceptance", Share),
            ("--simulations", Number),
            ("--kernel", Name),
            ("--shard", Shard),
            ("--out", Place),
        ],
    ),
    (
        "design --axis x=0..1",
        &[
            ("--axis", Axis),
            ("--design", Name),
            ("--samples", Number),
            ("--levels", Number),
            ("--seed", Number),
            ("--points", File),
        ],
    ),
    ("design --axis x=0..1 --samples 4", &[("--out", Place)]),
    ("design {}", &[("", Scenario)]),
    ("indices {} --method sobol --axis x=0..1 --axis y=0..1", &[("", File)]),
    (
        "indices numbers --method morris --axis x=0..1",
        &[("--points", File), ("--axis", Axis), ("--resamples", Number), ("--method", Name)],
    ),
    ("report {}", &[("", Folder)]),
    ("report ran", &[("--figure", Name), ("--state", Name), ("--out", Place)]),
    ("report ran --figure ledger", &[("--out", Place), ("--format", Name)]),
    ("validate {} --replicates 2 --threads 1", &[("", Scenario)]),
    ("validate three.toml --replicates 2", &[("--posterior", File), ("--years", Years), ("--out", Place)]),
    ("panel {} --out made", &[("", Folder)]),
    (
        "panel taken --out made",
        &[
            ("--coefficients", File),
            ("--start", Number),
            ("--end", Number),
            ("--law", Name),
            ("--out", Place),
        ],
    ),
    (
        "cluster slurm three.toml --replicates 2 --shards 2",
        &[
            ("--shards", Number),
            ("--partition", Name),
            ("--account", Name),
            ("--time", Name),
            ("--memory", Name),
            ("--cpus-per-task", Number),
            ("--max-running", Number),
            ("--sbatch-option", Name),
            ("--axis", Axis),
            ("--out", Place),
        ],
    ),
    ("cluster status {}", &[("", Folder)]),
    ("cluster resubmit {}", &[("", Folder)]),
    ("lab {} --no-open", &[("", Folder)]),
];

/// Lines that are hostile as a whole.
const OTHERS: [&str; 17] = [
    "",
    "--",
    "-",
    "rnu asean",
    "run",
    "run three.toml three.toml",
    "run three.toml --seed 1 --seed 2",
    "run three.toml --out a --out b",
    "run three.toml --quiet --quiet",
    "run three.toml --json --quiet",
    "run three.toml --ledger --summary-only",
    "run three.toml --set parameters.drift=0 --set parameters.drift=-1",
    "compare three.toml mild mild",
    "sweep three.toml --axis parameters.drift=0..1 --axis parameters.drift=0..1",
    "lab three.toml --no-open --port 99999",
    "lab three.toml --no-open --threads 0",
    "cluster",
];

fn long() -> String {
    "long".repeat(300)
}

fn hostile(takes: Takes) -> Vec<String> {
    let files = [
        "",
        "missing",
        "missing.toml",
        "hollow",
        "taken",
        "empty",
        "bytes",
        "control",
        "line",
        "deep",
        "zero",
        "null",
        "fifo",
        "loop",
        "dangling",
        "empty/below",
        "-",
        "ünï/ç∞",
        "a\nb\x1b[31m",
        "three.toml",
        "numbers",
        "/",
        "/proc/self/mem",
        "secret",
        "readonly",
    ];
    let numbers = [
        "",
        "0",
        "-1",
        "-0",
        "1.5",
        "NaN",
        "inf",
        "1e9",
        "0x10",
        "٣",
        " 1",
        "1 ",
        "4294967295",
        "4294967296",
        "9223372036854775808",
        "18446744073709551615",
        "99999999999999999999",
        "one",
    ];
    let all: Vec<&str> = match takes {
        Scenario => {
            let mut all: Vec<String> = [
                "bytes", "control", "line", "deep", "zero", "null", "fifo", "loop", "dangling", "hollow",
                "empty",
            ]
            .iter()
            .flat_map(|name| ["", "states-", "ties-", "observed-"].map(|key| format!("{key}{name}.toml")))
            .collect();
            let others = [
                "",
                "missing.toml",
                "asaen",
                "./",
                "/",
                "-",
                "empty/below.toml",
                "ünï∞.toml",
                "a\nb\x1b[31m.toml",
                "teaching",
                "secret.toml",
                "*",
            ];
            all.extend(others.map(String::from));
            all.push(format!("{}.toml", long()));
            return all;
        }
        File => files.to_vec(),
        Folder => [&files[..], &[".", "..", "ran/summary.csv", "swept/"]].concat(),
        // Nothing below /dev: it could be replaced.
        Place => vec![
            "",
            ".",
            "..",
            "/",
            "/proc",
            "/proc/nowhere",
            "/sys/nowhere/below",
            "empty",
            "empty/below",
            "taken",
            "ran/summary.csv",
            "loop",
            "loop/below",
            "dangling/below",
            "readonly/below",
            "secret",
            "secret/below",
            "fifo",
            "fifo/below",
            "null",
            "a\nb\x1b[31m",
            "-",
            "hollow/..",
            "three.toml",
        ],
        Number => numbers.to_vec(),
        Share => vec![
            "",
            "0",
            "1",
            "-1",
            "-0",
            "NaN",
            "inf",
            "-inf",
            "1.0000001",
            "5e-324",
            "1e308",
            "0,5",
            "95%",
            "half",
        ],
        Name => vec![
            "",
            " ",
            "nowhere",
            "*",
            "../x",
            "\u{202e}x",
            "a\nb\x1b[31mred",
            "ALD\u{301}",
            "-x",
            "a,b",
            "$HOME`id`;'\"",
            "motivation.mean@2004",
            "0",
        ],
        Assignment => vec![
            "",
            "=",
            "=1",
            "parameters",
            "parameters.drift",
            "parameters.drift=",
            "parameters.drift=nan",
            "parameters.drift=1e999",
            "parameters.drift=-inf",
            "parameters..drift=1",
            "parameters.dr\x1bift=1",
            "parameters.drift={",
            "parameters.drift=[",
            "state.*.capacity=[]",
            "state.**.capacity=0.5",
            "runs.seed='x'",
            "x=1",
            "time.end=99999999999",
            "time.end=2001",
            "time.start=-2147483648",
            "time.steps_per_year=1000000",
            "time.steps_per_year=4.5",
            "time=1",
            "state=1",
            "state=[]",
            "regime.tvpa.thresholds=[]",
            "regime.tvpa.thresholds=[nan, 0, 0]",
            "state.ALD.openness={ alpha = 1e200, beta = 1 }",
            "state.ALD.openness={ mean = 0.1, sd = 1.7e308 }",
            "state.ALD.id=''",
            "title=''",
            "version=2",
            "runs.replicates=99999999999",
            "parameters.drift=1979-05-27",
            "sweep.samples=0",
            "regime.tvpa.severity=1e308",
            "a.b.c.d.e.f.g.h=1",
            "\"=\"=1",
            "'=1",
        ],
        Years => vec![
            "",
            "-",
            "--",
            "2001",
            "2001-",
            "-2004",
            "2004-2001",
            "a-b",
            "2001-2147483647",
            "2147483647-2147483647",
            "-2147483648-2001",
            "99999999999-1",
            "2001\u{2013}2003",
            "2001-2003-2004",
            "1000-1001",
            "3000-3001",
            "٢٠٠١-٢٠٠٣",
        ],
        Axis => vec![
            "",
            "=",
            "=0..1",
            "x",
            "x=",
            "x=..",
            "x=0..",
            "x=..1",
            "x=0..0",
            "x=1..0",
            "x=nan..1",
            "x=0..inf",
            "x=-1e308..1e308",
            "x=0..1:",
            "x=0..1:0",
            "x=0..1:1",
            "x=0..1:-1",
            "x=0..1:4294967295",
            "x=0..1:99999999999",
            "x=0,0",
            "x=,",
            "x=nan,1",
            "x=0..1..2",
            "parameters.*",
            "parameters.*=0..1e308",
            "parameters.drift=0..1e9",
            "state.*.capacity=0..1",
            "time.end=2001..2004",
            "runs.seed=0..1",
            "time.steps_per_year=1..100000",
            "x\x1b[31m=0..1",
        ],
        Outcome => vec![
            "",
            "*",
            "*.*@*",
            "@",
            ".",
            "=",
            "motivation.",
            "motivation.XXX",
            "motivation@",
            "motivation@1800",
            "motivation@2004-2001",
            "motivation.*@999999999999",
            "motivation=1",
            "phase=9",
            "phase=",
            "phase=1e400",
            "phase=-1",
            "tier_tvpa=5",
            "ünï",
            "a\nb\x1b[31m",
            "motivation@2001-2147483647",
        ],
        Shard => vec![
            "",
            "/",
            "0/0",
            "1/0",
            "0/1",
            "2/1",
            "-1/2",
            "a/b",
            "1/2/3",
            "1/4294967296",
            "4294967295/4294967295",
            "1.5/2",
            "1",
        ],
        Prior => vec![
            "",
            "=",
            "parameters.drift=",
            "parameters.drfit",
            "parameters.drift=uniform",
            "parameters.drift=uniform()",
            "parameters.drift=uniform(0)",
            "parameters.drift=uniform(1, 0)",
            "parameters.drift=uniform(0, 0)",
            "parameters.drift=uniform(nan, 1)",
            "parameters.drift=uniform(0, inf)",
            "parameters.drift=uniform(-1e308, 1e308)",
            "parameters.drift=normal(0, 0, 0, 0)",
            "parameters.drift=normal(0, 1e308, 0, 1)",
            "parameters.drift=normal(1e300, 1, 0, 1)",
            "parameters.drift=loguniform(0, 1)",
            "parameters.drift=loguniform(-1, 1)",
            "parameters.drift=loguniform(5e-324, 1)",
            "parameters.drift=triangular(0, 2, 1)",
            "parameters.drift=beta(1, 1)",
            "parameters.drift=uniform(0, 1",
            "link.x",
            "observation.*",
            "state.*.capacity=uniform(0, 5)",
            "a\nb\x1b[31m=uniform(0, 1)",
        ],
        Against => vec![
            "",
            ":",
            "x:",
            "x: ",
            ": x=1",
            "x: ;",
            "x: parameters.drift",
            "x: parameters.drift=nan",
            "x: parameters.drfit=0",
            "mild: parameters.drift=0",
            "baseline: parameters.drift=0",
            "a\nb\x1b[31m: parameters.drift=0",
            "../../x: parameters.drift=0",
            "x: time.end=2003",
            "x: state=[]",
            "nowhere",
            "no-tvpa",
        ],
    };
    let mut all: Vec<String> = all.into_iter().map(String::from).collect();
    all.push(long());
    all
}

/// Every line, as words.
pub fn all() -> Vec<Vec<String>> {
    let words =
        |line: &str| line.split(' ').filter(|word| !word.is_empty()).map(String::from).collect::<Vec<_>>();
    let mut lines: Vec<Vec<String>> = OTHERS.iter().map(|line| words(line)).collect();
    for (line, options) in COMMANDS {
        for (option, takes) in *options {
            for value in hostile(*takes) {
                // A lab of a good scenario would wait for its page.
                if line.starts_with("lab") && value == "three.toml" {
                    continue;
                }
                let mut spoilt = words(line);
                match spoilt.iter_mut().find(|word| *word == "{}") {
                    Some(word) => *word = value,
                    None if option.is_empty() => spoilt.push(value),
                    None => {
                        // What is spoilt takes the place of what was good.
                        if let Some(at) = spoilt.iter().position(|word| word == option) {
                            spoilt.drain(at..at + 2);
                        }
                        spoilt.push(format!("{option}={value}"));
                    }
                }
                lines.push(spoilt);
            }
        }
    }
    lines
}
