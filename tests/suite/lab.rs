//! `suasion lab` over its wire: what it answers, and what and whom it refuses. The page itself is tested in a browser
//! (`tests/web`).

use crate::support::ROOT;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use suasion::scenario::bundled;

/// A lab on a free port, ended with the test.
struct Lab {
    child: Child,
    port: u16,
}

/// An answer: status, headers, body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The sentence of a refusal.
    fn sentence(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("{}", self.body)).to_string()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    command.arg("lab").args(arguments).arg("--no-open").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Lab {
    fn start(arguments: &[&str]) -> Lab {
        let mut child = command(arguments).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        Lab { child, port: port.unwrap_or_else(|| panic!("no address in {line:?}")) }
    }

    /// Sends a request as written, with the headers given, and reads the answer to its end.
    fn send(&self, line: &str, headers: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let length = body.len();
        let head =
            format!("{line} HTTP/1.1\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        // A body that is refused may not be read to its end.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let body =
            if head.contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_string() };
        Answer { status, head: head.to_lowercase(), body }
    }

    fn host(&self) -> String {
        format!("host: 127.0.0.1:{}\r\n", self.port)
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &self.host(), b"")
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = format!("{}content-type: application/json\r\n", self.host());
        self.send(&format!("POST {path}"), &headers, body.to_string().as_bytes())
    }

    fn run(&self, setting: &Value) -> Answer {
        self.post("/api/run", &json!({ "page": "test", "variable": "motivation", "setting": setting }))
    }
}

fn unchunked(body: &str) -> String {
    let (mut rest, mut whole) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}

/// The standard output of a command that must succeed.
fn suasion(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_suasion")).args(arguments).output().expect("it starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_run_of_the_lab_is_the_run_of_the_command() {
    let lab = Lab::start(&["asean"]);
    let setting = json!({ "scenario": "asean", "counterfactual": "no-politicization", "replicates": 40, "seed": 9,
        "set": { "parameters.drift": 0.1, "state.IDN.openness.mean": 0.5, "regime.asean.engagement[1].value": 0.9 } });
    let answer = lab.run(&setting).json();
    let taken = lab.post("/api/export", &json!({ "page": "test", "setting": setting })).json();
    let folder = tempfile::tempdir().expect("a folder");
    let digest = |words: &[&str], out: &str| {
        let out = folder.path().join(out).to_string_lossy().into_owned();
        let mut all = words.to_vec();
        all.extend(["--json", "--summary-only", "--out", &out]);
        let manifest: Value = serde_json::from_str(&suasion(&all)).expect("JSON");
        manifest["digest"].as_str().expect("a digest").to_string()
    };
    assert_eq!(
        answer["base"]["digest"],
        json!(digest(&["run", "asean", "--replicates", "40", "--seed", "9"], "base"))
    );
    // The command that the lab gives.
    let words = shlex::split(taken["command"].as_str().expect("a command")).expect("words");
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    assert_eq!(answer["changed"]["digest"], json!(digest(&words, "command")));
    // The scenario that it gives, and its counterfactual within the file it came from.
    let whole = folder.path().join("whole.toml");
    fs::write(&whole, taken["scenario"].as_str().expect("text")).expect("writable");
    assert_eq!(answer["changed"]["digest"], json!(digest(&["run", &whole.to_string_lossy()], "whole")));
    let own = folder.path().join("asean.toml");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/asean.toml");
    let text = fs::read_to_string(source).expect("readable");
    fs::write(&own, format!("{text}\n{}", taken["counterfactual"].as_str().expect("text")))
        .expect("writable");
    let own = own.to_string_lossy();
    let words = ["run", &own, "--counterfactual", "from-the-lab", "--replicates", "40", "--seed", "9"];
    assert_eq!(answer["changed"]["digest"], json!(digest(&words, "own")));
    assert_eq!(answer["base"]["mean"].as_array().map(Vec::len), Some(10));
    // What a counterfactual has no more is told, not drawn as zero.
    let gone = json!({ "scenario": "asean", "counterfactual": "no-tvpa", "replicates": 8 });
    let gone =
        lab.post("/api/run", &json!({ "page": "t", "variable": "standing_tvpa", "setting": gone })).json();
    assert_eq!((&gone["absent"], &gone["changed"]), (&json!(true), &Value::Null));
}

#[test]
fn a_theory_of_the_page_is_the_theory_of_the_command() {
    let lab = Lab::start(&["asean"]);
    let folder = tempfile::tempdir().expect("a folder");
    let digest = |words: &[&str]| {
        let out = folder.path().join("out").to_string_lossy().into_owned();
        let all = [words, &["--json", "--summary-only", "--replace", "--out", &out]].concat();
        let manifest: Value = serde_json::from_str(&suasion(&all)).expect("JSON");
        json!(manifest["digest"].as_str().expect("a digest"))
    };
    let setting = |more: Value| {
        let mut setting = json!({ "scenario": "asean", "replicates": 40, "seed": 9 });
        setting.as_object_mut().expect("one").extend(more.as_object().expect("one").clone());
        setting
    };
    let run = ["run", "asean", "--replicates", "40", "--seed", "9"];
    let plain = digest(&run);
    let bundled = lab.run(&setting(json!({ "theory": "backlash" }))).json();
    assert_eq!(bundled["base"]["digest"], plain);
    assert_eq!(bundled["changed"]["digest"], digest(&[&run[..], &["--theory", "backlash"]].concat()));
    // Written on the page, with a variable and a number of its own, which the page turns.
    let text = "version = 2\ntitle = 'Fatigue'\nargument = 'Watched for long, they tire.'\n\
                [[parameter]]\nid = 'tires'\ndefault = 0.1\nrange = [0.0, 0.5]\n\
                [[variable]]\nid = 'fatigue'\nchange = '0.5 * (frame - fatigue)'\n\
                [[mechanism]]\nid = 'tiring'\nadds_to = 'motivation'\nrate = '-tires * fatigue * motivation'\n\
                [set]\n'parameters.drift' = 0.1\n";
    let written = setting(json!({ "theory": text, "set": { "parameters.tires": 0.3 } }));
    let offered = lab.post("/api/scenario", &json!({ "page": "t", "setting": written })).json();
    assert_eq!(offered["theories"][0]["argument"], json!("Watched for long, they tire."));
    assert_eq!((&offered["sliders"][0], &offered["version"]), (&json!("parameters.tires"), &json!(0)));
    assert!(offered["formulas"][0]["markup"].as_str().is_some_and(|markup| markup.starts_with("<math")));
    let answer = lab.run(&written).json();
    // The baseline has the variable, and is the scenario without what the theory does and sets.
    assert_eq!(answer["base"]["mean"], bundled["base"]["mean"]);
    let file = folder.path().join("theory.toml");
    fs::write(&file, text).expect("writable");
    let taken = lab.post("/api/export", &json!({ "page": "t", "setting": written })).json();
    let words = shlex::split(taken["command"].as_str().expect("a command")).expect("words");
    let file = file.to_string_lossy();
    let words: Vec<&str> =
        words.iter().skip(1).map(|word| if word == "theory.toml" { &*file } else { word }).collect();
    assert_eq!(answer["changed"]["digest"], digest(&words));
    // In the history the baseline is the scenario's, and the theory meets its luck or finds its own.
    let given = json!({ "theory": "backlash", "given": true });
    let replayed = lab.run(&setting(given.clone())).json();
    assert_eq!(
        replayed["base"]["digest"],
        digest(&[&run[..], &["--given", "record:particles=2000"]].concat())
    );
    let taken = lab.post("/api/export", &json!({ "page": "t", "setting": setting(given.clone()) })).json();
    assert!(
        taken["command"]
            .as_str()
            .is_some_and(|text| text.starts_with("suasion compare asean --theory backlash "))
    );
    let mut anew = setting(given);
    anew["anew"] = json!(true);
    let anew = lab.run(&anew).json();
    assert_eq!(anew["base"], replayed["base"]);
    let own = [&run[..], &["--theory", "backlash", "--given", "record:particles=2000"]].concat();
    assert_eq!(anew["changed"]["digest"], digest(&own));
    // What is wrong is told at its place, and no file is read.
    for (theory, sentence) in [
        (
            text.replace("'-tires", "'-tyres"),
            "theory.toml:14:10 (theory of the page): mechanism.tiring.rate: there is no `tyres`",
        ),
        (text.replace("drift", "drif"), "parameters.drif"),
        (file.to_string(), "theory.toml:1"),
        (bundled::find("asean").expect("bundled").to_string(), "it is a scenario, and no theory"),
        (text.replace("parameters.drift' = 0.1", "runs.seed' = 7"), "cannot set its seed or replicates"),
        (text.replace("parameters.drift' = 0.1", "time.end' = 2018"), "the theory sets the years or steps"),
        (String::new(), "theory.toml"),
    ] {
        let asked = json!({ "page": "t", "setting": setting(json!({ "theory": theory })) });
        for path in ["/api/scenario", "/api/run", "/api/ledger", "/api/export", "/api/condition"] {
            let refused = lab.post(path, &asked);
            assert_eq!(refused.status, 422, "{path}: {}", refused.body);
            assert!(refused.sentence().contains(sentence), "{}", refused.sentence());
        }
    }
}

#[test]
fn in_the_history_runs_are_those_of_the_command_and_show_the_record() {
    let lab = Lab::start(&["asean"]);
    let offered = lab.get("/api/scenario?scenario=asean").json();
    let record = &offered["record"];
    assert_eq!((&record["until"], &record["regime"]), (&json!(2015), &json!("tvpa")));
    // Brunei is rated from 2009, Indonesia was in tier 3 in 2001.
    assert_eq!((&record["tiers"][0][0], &record["tiers"][1][0]), (&json!("NR"), &json!("3")));
    assert!(lab.get("/api/scenario?scenario=world").json()["record"].is_null());
    let setting = |more: Value| {
        let mut setting = json!({ "scenario": "asean", "replicates": 60, "given": true });
        setting.as_object_mut().expect("one").extend(more.as_object().expect("one").clone());
        setting
    };
    let made = lab.post("/api/condition", &json!({ "page": "t", "setting": setting(json!({})) })).json();
    assert_eq!((&made["base"]["rows"], &made["base"]["particles"]), (&json!(60), &json!(2000)));
    assert_eq!(lab.get("/api/progress").json()["share"], json!(1.0));
    let folder = tempfile::tempdir().expect("a folder");
    let digest = |words: &[&str], out: &str| {
        let out = folder.path().join(out).to_string_lossy().into_owned();
        let mut all = words.to_vec();
        all.extend(["--json", "--summary-only", "--out", &out]);
        let manifest: Value = serde_json::from_str(&suasion(&all)).expect("JSON");
        manifest["digest"].as_str().expect("a digest").to_string()
    };
    let given = ["run", "asean", "--replicates", "60", "--given", "record:particles=2000"];
    let beside = lab.run(&setting(json!({ "counterfactual": "no-tvpa" }))).json();
    assert_eq!(beside["base"]["digest"], json!(digest(&given, "base")));
    let other = [&given[..], &["--counterfactual", "no-tvpa"]].concat();
    assert_eq!(beside["changed"]["digest"], json!(digest(&other, "other")));
    assert_eq!(beside["base"]["tiers"]["tvpa"][1][1], json!("3"));
    // A number set replays the luck; conditioned anew it has a history of its own, as the command that is given.
    let set = json!({ "set": { "parameters.drift": 0.1 } });
    let kept = lab.run(&setting(set.clone())).json();
    let mut anew = setting(set);
    anew["anew"] = json!(true);
    let again = lab.run(&anew).json();
    assert_eq!((&kept["base"], &again["base"]), (&beside["base"], &beside["base"]));
    assert_ne!(kept["changed"]["digest"], again["changed"]["digest"]);
    assert_eq!(again["changed"]["tiers"]["tvpa"][1][1], json!("3"));
    let taken = lab.post("/api/export", &json!({ "page": "t", "setting": anew })).json();
    let words = shlex::split(taken["command"].as_str().expect("a command")).expect("words");
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    assert_eq!(again["changed"]["digest"], json!(digest(&words, "anew")));
    let taken = lab
        .post(
            "/api/export",
            &json!({ "page": "t", "setting": setting(json!({ "set": { "parameters.drift": 0.1 } })) }),
        )
        .json();
    let command = taken["command"].as_str().expect("a command");
    assert_eq!(
        command,
        "suasion compare asean --against 'from-the-lab: parameters.drift=0.1' --replicates 60 --seed 2016 --given 'record:particles=2000'"
    );
    // Its ledger is of the history too, and what has no record has no history.
    let asked = json!({ "page": "t", "state": "MYS", "setting": setting(json!({})) });
    let ledger = lab.post("/api/ledger", &asked).json();
    let (end, mean) = (&ledger["motivation"], &beside["base"]["mean"][5]);
    assert!((end[15].as_f64().expect("one") - mean[15].as_f64().expect("one")).abs() < 1e-3, "{end} {mean}");
    let none = json!({ "scenario": "teaching/spiral", "given": true, "replicates": 8 });
    assert!(lab.run(&none).sentence().contains("has no record to condition on"));
}

#[test]
fn merit_and_score_are_not_drawn_before_the_first_report() {
    let lab = Lab::start(&["asean"]);
    let setting = json!({ "scenario": "asean", "replicates": 16 });
    let of = |variable: &str| {
        let asked = json!({ "page": "t", "variable": variable, "setting": setting.clone() });
        lab.post("/api/run", &asked).json()["base"].take()
    };
    for variable in ["merit_tvpa", "score_tvpa"] {
        let picture = of(variable);
        let (means, tiers) = (picture["mean"].as_array().expect("states"), &picture["tiers"]["tvpa"]);
        for (i, state) in means.iter().enumerate() {
            let row = |values: &Value, row: usize| values[i][row].clone();
            assert!(row(tiers, 0) == "NR" && state[0].is_null(), "{variable}: {state}");
            let last = state.as_array().expect("rows").len() - 1;
            assert!(row(tiers, last) != "NR" && state[last].is_f64(), "{variable}: {state}");
            for (r, mean) in state.as_array().expect("rows").iter().enumerate() {
                let ends = [&picture["band"][0], &picture["band"][1]];
                assert!(
                    ends.iter().all(|end| row(end, r).is_null() == mean.is_null()),
                    "{variable}: {state}"
                );
            }
        }
    }
    assert!(!of("view_tvpa")["mean"].to_string().contains("null"));
}

#[test]
fn what_a_counterfactual_removes_is_not_set_and_that_is_told() {
    let lab = Lab::start(&["asean"]);
    let set =
        json!({ "regime.tvpa.severity": 3.0, "state.*.sender_standing.tvpa": 0.9, "parameters.drift": 0.1 });
    let removed = json!(["regime.tvpa.severity", "state.*.sender_standing.tvpa"]);
    let setting = |set: &Value, both: bool| json!({ "scenario": "asean", "counterfactual": "no-tvpa", "replicates": 16, "set": set, "both": both });
    let answer = lab.run(&setting(&set, false)).json();
    assert_eq!(answer["dropped"], removed);
    let alone = lab.run(&setting(&json!({ "parameters.drift": 0.1 }), false)).json();
    assert_eq!((&alone["dropped"], &alone["changed"]), (&json!([]), &answer["changed"]));
    // The baseline has them where both sides are set.
    let both = lab.run(&setting(&set, true)).json();
    assert_eq!((&both["dropped"], &both["changed"]), (&removed, &answer["changed"]));
    assert_ne!(both["base"]["digest"], answer["base"]["digest"]);
    // What is taken away says what was run, and the ledger is of the same.
    let page = |more: &Value| {
        let mut body = json!({ "page": "t", "setting": setting(&set, false) });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let taken = lab.post("/api/export", &page(&json!({}))).json();
    let command = taken["command"].as_str().expect("a command");
    assert!(command.contains("parameters.drift=0.1") && !command.contains("tvpa.severity"), "{command}");
    assert!(!taken["counterfactual"].as_str().expect("text").contains("severity"), "{taken}");
    assert_eq!(lab.post("/api/ledger", &page(&json!({ "state": "MYS" }))).status, 200);
}

#[test]
fn the_ledger_sums_to_the_change_and_names_what_differs() {
    let lab = Lab::start(&[]);
    let setting = json!({ "scenario": "asean", "counterfactual": "no-tvpa", "replicates": 80 });
    let ledger = lab.post("/api/ledger", &json!({ "page": "t", "setting": setting, "state": "MYS" })).json();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let number = |value: &Value| value.as_f64().expect("a number");
    for (motivation, side) in [("motivation", "base"), ("motivation_beside", "beside")] {
        let motivation: Vec<f64> = list(&ledger[motivation]).iter().map(number).collect();
        let sum: f64 = list(&ledger["terms"]).iter().map(|term| number(&term[side]["total"])).sum();
        let change = motivation[15] - motivation[0];
        assert!((sum - change).abs() < 0.002 && change > 0.05, "{side}: {sum} {change}");
    }
    assert!(ledger["beside"].as_str().is_some_and(|text| text.contains("on the same luck")), "{ledger}");
    let refused = lab.post("/api/ledger", &json!({ "page": "t", "setting": setting, "state": "MYSS" }));
    assert_eq!(
        (refused.status, refused.sentence().as_str()),
        (422, "there is no state `MYSS`; did you mean `MYS`?")
    );
}

#[test]
fn dates_that_a_file_leaves_out_change_nothing_until_they_are_moved() {
    let lab = Lab::start(&["asean"]);
    let digests = |set: Value| {
        let setting = json!({ "scenario": "asean", "replicates": 8, "set": set });
        let answer = lab.run(&setting).json();
        assert!(answer["base"]["digest"].is_string(), "{answer}");
        (answer["base"]["digest"].clone(), answer["changed"]["digest"].clone())
    };
    let levers = lab.get("/api/scenario?scenario=asean").json()["levers"].clone();
    let value = |path: &str| {
        let lever = levers.as_array().into_iter().flatten().find(|lever| lever["path"] == path);
        lever.unwrap_or_else(|| panic!("no lever {path}"))["value"].clone()
    };
    let paths = ["regime.tvpa.from", "regime.tvpa.until"];
    let all: serde_json::Map<String, Value> =
        paths.into_iter().map(|path| (path.to_string(), value(path))).collect();
    let (base, same) = digests(Value::Object(all));
    assert_eq!(base, same);
    for moved in [json!({ "regime.tvpa.from": 2008.5 }), json!({ "regime.tvpa.until": 2009 })] {
        let (base, changed) = digests(moved);
        assert_ne!(base, changed);
    }
}

#[test]
fn strangers_are_refused() {
    let lab = Lab::start(&["teaching/spiral"]);
    let page = lab.get("/");
    assert_eq!(page.status, 200);
    for promise in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "nosniff"] {
        assert!(page.head.contains(promise), "{promise}: {}", page.head);
    }
    assert!(!page.head.contains("access-control-allow-origin"));
    let own = lab.host();
    for headers in [
        "host: evil.example\r\n".to_string(),
        format!("host: evil.example:{}\r\n", lab.port),
        "host: 127.0.0.1\r\n".to_string(),
        format!("{own}origin: http://evil.example\r\n"),
        format!("{own}origin: null\r\n"),
        format!("{own}origin: https://127.0.0.1:{}\r\n", lab.port),
        format!("{own}sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\n"),
    ] {
        for line in ["GET /", "GET /api/scenario?scenario=asean", "POST /api/run"] {
            let refused = lab.send(line, &format!("{headers}content-type: application/json\r\n"), b"{}");
            assert_eq!(refused.status, 403, "{line} {headers}");
            assert!(refused.sentence().starts_with("refused: the lab answers to "), "{}", refused.body);
        }
    }
    let local = format!("host: localhost:{0}\r\norigin: http://localhost:{0}\r\n", lab.port);
    assert_eq!(lab.send("GET /api/scenarios", &local, b"").status, 200);
}

#[test]
fn what_cannot_be_answered_is_told_in_a_sentence() {
    let lab = Lab::start(&["asean"]);
    let refuse = |setting: Value, expected: &str| {
        let answer = lab.run(&setting);
        let sentence = answer.sentence();
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        assert!(sentence.contains(expected), "expected {expected}\nfound {sentence}");
        assert!(!sentence.contains('{'), "{sentence}");
    };
    let set = |path: &str, x: f64| json!({ "scenario": "asean", "set": { path: x } });
    refuse(set("state.IDN.openness.mean", 7.0), "found 7, expected a number from 0 to 1");
    refuse(set("parameters.drift", 9.0), "of which `drift` is 9");
    refuse(
        set("parameters.drfit", 0.1),
        "no number `parameters.drfit` to turn; did you mean `parameters.drift`?",
    );
    // Numbers that are no sliders reach nothing: neither time nor files.
    refuse(set("time.end", 2_000_000_000.0), "no number `time.end` to turn");
    refuse(set("states", 1.0), "no number `states` to turn");
    refuse(json!({ "scenario": "asean", "counterfactual": "no-tpva" }), "did you mean `no-tvpa`?");
    refuse(json!({ "scenario": "asean", "replicates": 0 }), "replicates");
    refuse(
        json!({ "scenario": "asean", "replicates": 1_000_000 }),
        "use at most 100000 replicates here, or `suasion run`",
    );
    refuse(json!({ "scenario": "../../etc/passwd" }), "this lab has no scenario");
    refuse(json!({ "scenario": "/etc/passwd.toml" }), "this lab has no scenario");
    refuse(json!({ "scenario": "asean", "sets": {} }), "unknown field `sets`");
    let unknown =
        lab.post("/api/run", &json!({ "page": "t", "variable": "mood", "setting": { "scenario": "asean" } }));
    assert_eq!(unknown.sentence(), "there is no variable `mood` to draw");
    let headers = format!("{}content-type: application/json\r\n", lab.host());
    let bad = lab.send("POST /api/run", &headers, b"{\"page\": ");
    assert!(bad.status == 400 && bad.sentence().contains("JSON"), "{} {}", bad.status, bad.body);
    let plain = lab.send("POST /api/run", &lab.host(), b"{}");
    assert_eq!(plain.status, 415, "a form of another page could send it");
    let long = lab.send("POST /api/run", &headers, &vec![b' '; 100_000]);
    assert_eq!((long.status, long.sentence().as_str()), (413, "the request is longer than 65536 bytes"));
    let huge = lab.send("POST /api/run", &headers, b"{\"page\":\"t\",\"variable\":\"motivation\",\"setting\":{\"scenario\":\"asean\",\"set\":{\"parameters.drift\":1e999}}}");
    assert_eq!(huge.status, 400, "{}", huge.body);
    assert_eq!(lab.get("/etc/passwd").status, 404);
    assert_eq!(lab.get("/..%2f..%2fCargo.toml").status, 404);
    assert!(lab.get("/nothing.js").sentence().contains("no page `/nothing.js`"));
    // And it still answers.
    assert_eq!(lab.run(&json!({ "scenario": "asean", "replicates": 8 })).status, 200);
}

#[test]
fn a_file_that_turns_into_nonsense_leaves_the_last_good_picture_and_its_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.toml");
    let good = fs::read_to_string(Path::new(ROOT).join("scenarios/teaching/spiral.toml"));
    let good = good.expect("readable");
    fs::write(&path, &good).expect("writable");
    let name = path.to_string_lossy().into_owned();
    let lab = Lab::start(&[&name]);
    let setting = json!({ "scenario": name, "replicates": 16 });
    let first = lab.run(&setting).json();
    assert_eq!(first["trouble"], Value::Null);
    fs::write(&path, good.replace("openness = 0.7", "openness = 7")).expect("writable");
    let second = lab.run(&setting).json();
    assert_eq!(second["base"], first["base"]);
    let trouble = second["trouble"].as_str().expect("a sentence");
    assert!(
        trouble.contains("mine.toml:") && trouble.contains("found 7, expected a number from 0 to 1"),
        "{trouble}"
    );
    let watched = lab.get(&format!("/api/watch?scenario={name}")).json();
    assert_eq!(watched["trouble"], second["trouble"]);
    fs::remove_file(&path).expect("removable");
    let gone = lab.run(&setting).json();
    assert!(
        gone["base"] == first["base"] && gone["trouble"].as_str().is_some_and(|t| t.contains("mine.toml")),
        "{gone}"
    );
    fs::write(&path, good.replace("openness = 0.7", "openness = 0.2")).expect("writable");
    let third = lab.run(&setting).json();
    assert_eq!(third["trouble"], Value::Null);
    assert_ne!(third["base"]["digest"], first["base"]["digest"]);
    assert!(third["version"].as_u64() > first["version"].as_u64());
}

#[test]
fn two_labs_take_two_ports_and_one_port_is_not_shared() {
    let (one, two) = (Lab::start(&["asean"]), Lab::start(&["asean"]));
    assert_ne!(one.port, two.port);
    assert_eq!((one.get("/").status, two.get("/").status), (200, 200));
    let output = command(&["asean", "--port", &one.port.to_string()]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let expected = format!(
        "error: --port {}: in use, perhaps by another lab; leave --port out for a free one\n",
        one.port
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn a_lab_of_nothing_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let many = folder.path().join("many.toml");
    let text = "version = 2\ntitle = 'Many'\ntime = { start = 2001, end = 2003 }\npopulation = [{ id = 'x', count = 501 }]\n";
    fs::write(&many, text).expect("writable");
    let many = many.to_string_lossy();
    for (scenario, expected) in [
        ("aseam", "no scenario `aseam`"),
        ("nowhere/none.toml", "there is no such file"),
        (&*many, "501 states over 2 years are more than the lab shows"),
    ] {
        let output = command(&[scenario]).output().expect("it starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && error.contains(expected), "{error}");
    }
}
