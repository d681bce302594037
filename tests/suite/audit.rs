//! Claims held against the program: those of the documentation, and the command as a user has it.

use crate::commands::{stderr, stdout, suasion};
use crate::support::ROOT;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::audit::{Asked, Audit};
use tempfile::TempDir;

const DOCUMENTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/claims.toml");
const HEAD: &str = "scenario = \"asean\"\nwritten = 2026-11-29\n";
/// A small budget, for the command; what it says is not looked at.
const FEW: [&str; 6] = ["--replicates", "40", "--particles", "400", "--draws", "4"];

fn claim(id: &str, more: &str) -> String {
    format!(
        "[[claim]]\nid = \"{id}\"\nsentence = \"S\"\nwhere = \"README.md\"\noutcome = \"motivation\"\n{more}"
    )
}

fn write(folder: &Path, claims: &[String]) {
    fs::write(folder.join("claims.toml"), format!("{HEAD}{}", claims.concat())).expect("writable");
}

/// With a smaller budget than the pages have: ranges are wide enough for that.
#[test]
fn the_claims_of_the_documentation_are_true_at_the_defaults() {
    let asked = Asked { replicates: Some(400), particles: Some(4000), draws: 0, ..Asked::default() };
    let audit = Audit::read(Path::new(DOCUMENTED), &asked).unwrap_or_else(|error| panic!("{error}"));
    let found = audit.at_the_defaults(Options::default(), &AtomicBool::new(false)).expect("they run");
    let wrong: Vec<String> = audit
        .list
        .iter()
        .zip(&found)
        .filter(|(_, fails)| !fails.is_empty())
        .map(|(claim, fails)| format!("{}: claimed {}, found {fails:?}", claim.id, claim.claimed))
        .collect();
    assert!(wrong.is_empty() && audit.list.len() > 20, "{}", wrong.join("\n"));
    let root = Path::new(ROOT);
    for claim in &audit.list {
        assert!(root.join(&claim.whence).exists(), "{}: there is no {}", claim.id, claim.whence);
        assert!(claim.expected.is_some(), "{} expects no verdict", claim.id);
    }
}

/// The whole of it, as docs/evidence.md tells it: minutes, so in the long form alone.
#[test]
fn the_verdicts_on_the_claims_of_the_documentation_are_those_expected() {
    if std::env::var("SUASION_LONG").is_ok_and(|value| value == "1") {
        let folder = TempDir::new().expect("a folder");
        let told = suasion(folder.path(), &["audit", DOCUMENTED, "--hold", "--out", "audit"]);
        assert!(told.status.success(), "{}{}", stdout(&told), stderr(&told));
    }
}

#[test]
fn an_audit_is_told_kept_verified_and_not_changed_afterwards() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let difference = "counterfactual = \"no-tvpa\"\n";
    let mut claims = vec![
        claim("higher", &format!("{difference}sign = \"+\"\n")),
        claim("malaysia", &format!("state = \"MYS\"\n{difference}range = [0.3, 0.45]\nin = \"history\"\n")),
        claim("level", "range = [0, 1]\nin = \"free\"\nverdict = \"by construction\"\n"),
        claim("lower", &format!("{difference}sign = \"-\"\nverdict = \"unsupported\"\n")),
    ];
    write(at, &claims);
    let asked = [&["audit", "claims.toml", "--posterior", "bundled", "--out", "a"][..], &FEW].concat();
    let told = suasion(at, &[&asked[..], &["--threads", "2"]].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let text = stdout(&told);
    for expected in [
        "4 claims, written 2026-11-29, blake3 ",
        "unsupported",
        "by construction",
        "expected number of false claims: ",
        "what prior and posterior say of a claim about the history is the answer of free runs",
        "posterior: 4 of 400 draws of 55 parameters of bundled, 40 free replicates each",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    for name in [
        "audit.csv",
        "trials.csv",
        "draws.csv",
        "audit.json",
        "claims.toml",
        "scenario.toml",
        "manifest.json",
    ] {
        assert!(at.join("a").join(name).exists(), "{name}");
    }
    let json: Value =
        serde_json::from_str(&fs::read_to_string(at.join("a/audit.json")).expect("there")).expect("JSON");
    let bytes = fs::read(at.join("claims.toml")).expect("there");
    assert_eq!(json["file"]["blake3"], blake3::hash(&bytes).to_hex().to_string());
    assert_eq!(json["file"]["written"], "2026-11-29");
    let of = |id: &str| {
        let all = json["claims"].as_array().expect("rows");
        all.iter().find(|row| row["claim"] == id).cloned().unwrap_or_else(|| panic!("{id}"))
    };
    assert_eq!(of("lower")["verdict"], "unsupported");
    assert_eq!(of("level")["verdict"], "by construction");
    let number = |id: &str, name: &str| of(id)[name].as_f64().expect("a number");
    assert!(number("higher", "null_free") < 0.0 && number("higher", "free") > 0.0, "{}", of("higher"));
    assert!((0.3..0.45).contains(&number("malaysia", "history")), "{}", of("malaysia"));
    assert!(number("malaysia", "null_history").abs() < 0.05, "{}", of("malaysia"));
    assert!((number("higher", "prior_wrong") + number("lower", "prior_wrong") - 1.0).abs() < 1e-12);
    let sum: f64 =
        ["higher", "malaysia", "level", "lower"].map(|id| number(id, "posterior_wrong")).iter().sum();
    assert!((json["expected_false"]["posterior"].as_f64().expect("a number") - sum).abs() < 1e-12);
    // The free answer is that of `compare`.
    let compare = [
        "compare",
        "asean",
        "no-tvpa",
        "--replicates",
        "40",
        "--json",
        "--outcome",
        "motivation",
        "--out",
        "c",
    ];
    let beside: Value = serde_json::from_str(&stdout(&suasion(at, &compare))).expect("JSON");
    assert_eq!(beside["differences"][0]["difference"], of("higher")["free"]);
    // On one thread the same bits; verified; found done, and held all the same.
    let one = suasion(at, &[&asked[..4], &["--out", "one", "--threads", "1"], &FEW].concat());
    assert!(one.status.success(), "{}", stderr(&one));
    for name in ["audit.json", "trials.csv", "draws.csv"] {
        assert_eq!(
            fs::read(at.join("a").join(name)).ok(),
            fs::read(at.join("one").join(name)).ok(),
            "{name}"
        );
    }
    let told = suasion(at, &["verify", "a"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let held = suasion(at, &[&asked[..], &["--hold"]].concat());
    assert!(stdout(&held).contains("done before"), "{}", stdout(&held));
    assert_eq!(held.status.code(), Some(1), "{}", stderr(&held));
    assert!(
        stderr(&held).contains("--hold: ") && stderr(&held).contains("higher is fragile to "),
        "{}",
        stderr(&held)
    );
    // Another range is another audit.
    claims[1] = claims[1].replace("0.45", "0.46");
    write(at, &claims);
    let told = suasion(at, &asked);
    assert_eq!(told.status.code(), Some(2), "{}", stdout(&told));
    assert!(stderr(&told).contains("another job (claims: "), "{}", stderr(&told));
}

#[test]
fn draws_are_conditioned_on_the_record_where_that_is_asked() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    write(
        at,
        &[claim(
            "malaysia",
            "state = \"MYS\"\nrange = [0, 1]\nin = \"history\"\nverdict = \"by construction\"\n",
        )],
    );
    let asked =
        ["audit", "claims.toml", "--given-draws", "2", "--prior", "parameters.drift", "--hold", "--out", "a"];
    let told = suasion(at, &[&asked[..], &FEW].concat());
    assert!(told.status.success(), "{}{}", stdout(&told), stderr(&told));
    assert!(stdout(&told).contains("prior, history: the first 2 of them"), "{}", stdout(&told));
    let told = suasion(at, &["verify", "a"]);
    assert!(told.status.success(), "{}", stderr(&told));
}

#[test]
fn what_is_no_claim_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let of = |text: &str| claim("a", text);
    for (text, more, expected) in [
        (String::new(), &[][..], "claims.toml: claim: found none, expected at least one"),
        (
            format!("{HEAD}{}", of("sign = \"+\"\nrange = [0, 1]\n")),
            &[],
            "claims.toml:9: claim.a.range: found both a sign and a range",
        ),
        (format!("{HEAD}{}", of("")), &[], "found neither a sign nor a range"),
        (format!("{HEAD}{}", of("range = [1, 0]\n")), &[], "the lower end first"),
        (format!("{HEAD}{}", of("sign = \"+\"\n").repeat(2)), &[], "claim 1 has it too"),
        (format!("{HEAD}{}", of("sign = \"+\"\nstate = \"MSY\"\n")), &[], "did you mean `MYS`?"),
        (
            format!("{HEAD}{}", of("sign = \"+\"\ncounterfactual = \"no-tpva\"\n")),
            &[],
            "did you mean `no-tvpa`?",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")).replace("motivation", "motivaton"),
            &[],
            "did you mean `motivation`?",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")).replace("asean", "asaen"),
            &[],
            "claims.toml:1: scenario: no scenario `asaen`",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\nin = \"history\"\n"))
                .replace("\"asean\"", "\"teaching/spiral\""),
            &[],
            "has no record",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")).replace("2026-11-29", "\"today\""),
            &[],
            "written: found \"today\", expected a date",
        ),
        (
            format!("{HEAD}posterior = \"none.csv\"\n{}", of("sign = \"+\"\n")),
            &[],
            "the posterior none.csv cannot be read",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")),
            &["--prior", "parameters.drfit"],
            "--prior parameters.drfit: it has no usual range",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")),
            &["--prior", "observation.speech_sd"],
            "a prior of observation.speech_sd would change nothing that is simulated",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")),
            &["--draws", "0", "--prior", "parameters.drift"],
            "--draws 0",
        ),
        (
            format!("{HEAD}{}", of("sign = \"+\"\n")),
            &["--draws", "3", "--given-draws", "4"],
            "4 draws are to be conditioned",
        ),
        (format!("{HEAD}{}", of("sign = \"+\"\n")), &["--particles", "20"], "50"),
    ] {
        fs::write(at.join("claims.toml"), text).expect("writable");
        let told = suasion(at, &[&["audit", "claims.toml", "--out", "new"][..], more].concat());
        assert_eq!(told.status.code(), Some(2), "{expected}: {}{}", stdout(&told), stderr(&told));
        assert!(stderr(&told).contains(expected), "{expected}: {}", stderr(&told));
        assert!(!at.join("new").exists(), "{expected}");
    }
    let told = suasion(at, &["audit", "nowhere.toml"]);
    assert!(
        told.status.code() == Some(2) && stderr(&told).contains("nowhere.toml: there is no such file"),
        "{}",
        stderr(&told)
    );
}
