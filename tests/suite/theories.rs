//! Theories laid over scenarios, by the library and by the command: the bundled ones, one of a user, and those that do not fit.

use crate::support::trace;
use std::fs;
use std::process::{Command, Output};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::{Ground, Scenario, theories};

fn suasion(folder: &std::path::Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_suasion")).args(words).current_dir(folder).output().expect("it starts")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_bundled_theory_fits_asean_moves_something_and_says_where_it_comes_from() {
    let plain = Scenario::load("asean").unwrap().build_alone().unwrap();
    let of_model = Variable::all(&plain.world);
    // What the model itself has, after every step.
    let all = |world: &World| -> Vec<f64> {
        let run = trace(world, 8);
        let rows = (0..8).flat_map(|r| (0..=world.clock.steps()).map(move |step| (r, step)));
        let cells = rows.flat_map(|(r, step)| (0..world.states.len()).map(move |i| (r, step, i)));
        cells
            .flat_map(|(r, step, i)| of_model.iter().map(|v| run.at(r, step, i, *v)).collect::<Vec<_>>())
            .collect()
    };
    let before = all(&plain.world);
    for name in theories::names() {
        let theory = theories::read(name).unwrap();
        let head = &theory.head;
        assert!(
            head.argument.len() > 100 && head.predicts.len() > 50 && head.source.starts_with("after "),
            "{name}"
        );
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.apply_theory(&theory).unwrap();
        let scenario = loaded.build().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(scenario.doubts().is_empty(), "{name}: {:?}", scenario.doubts());
        let own = &scenario.world.theory.said.parameters;
        assert!(own.iter().all(|p| !p.meaning.is_empty() && !p.source.is_empty()), "{name}");
        let grounds = scenario.sources().into_iter().filter(|value| value.path.starts_with("parameter."));
        assert!(grounds.map(|value| value.ground).all(|ground| ground == Ground::Judgement), "{name}");
        assert!(all(&scenario.world) != before, "{name} changes nothing");
        // With its parameters at 0 it says nothing, the tipping point aside.
        let mut none = scenario.world.clone();
        none.theory.values.fill(0.0);
        assert!(all(&none) == before, "{name}");
        // Laid over a scenario without a regime of that name it says so, or fits.
        let mut other = Scenario::load("teaching/two-communities").unwrap();
        other.apply_theory(&theory).unwrap();
        match other.build() {
            Ok(_) => {}
            Err(error) => {
                let error = error.to_string();
                let expected = format!("theories/{name}.toml:");
                assert!(
                    error.starts_with(&expected) && error.contains(&format!("(theory {name})")),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn backlash_lowers_motivation_of_those_who_are_shamed_and_resent_it() {
    let means = |theory: Option<&str>| {
        let mut loaded = Scenario::load("asean").unwrap();
        if let Some(name) = theory {
            loaded.apply_theory(&theories::read(name).unwrap()).unwrap();
        }
        let world = loaded.build().unwrap().world;
        let run = trace(&world, 40);
        (0..world.states.len())
            .map(|i| crate::support::mean(&run.last(i, Variable::Motivation)))
            .collect::<Vec<f64>>()
    };
    let (before, after) = (means(None), means(Some("backlash")));
    assert!(before.iter().zip(&after).all(|(x, y)| *y <= x + 1e-3), "{before:?} {after:?}");
    assert!(before.iter().zip(&after).any(|(x, y)| *y < x - 0.004), "{before:?} {after:?}");
}

const OWN: &str = "version = 2\ntitle = \"Own\"\nargument = \"An argument.\"\nsource = \"judgement\"\n\
[[parameter]]\nid = \"own_pull\"\ndefault = 0.2\nrange = [0.0, 1.0]\n\
[[mechanism]]\nid = \"own\"\ntitle = \"what we say\"\nadds_to = \"motivation\"\nrate = \"-own_pull * X * motivation\"\n";

#[test]
fn a_theory_of_ones_own_goes_through_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.toml"), OWN).unwrap();
    let few = ["--replicates", "40"];
    let with = |words: &[&str]| suasion(at, &[words, &few].concat());
    let checked = said(&suasion(at, &["check", "asean", "--theory", "own.toml"]));
    assert!(checked.contains("Of its own it has 1 parameter, 1 mechanism: 2 operations"), "{checked}");
    let explained = said(&with(&["explain", "asean", "--theory", "own.toml", "--state", "MMR"]));
    assert!(explained.contains("\nwhat we say "), "{explained}");
    let compared =
        said(&with(&["compare", "asean", "--theory", "own.toml", "--theory", "cascade", "--decompose=own"]));
    assert!(
        compared.contains("own") && compared.contains("cascade") && compared.contains("what we say"),
        "{compared}"
    );
    // The folder knows the runs: verify simulates them again.
    said(&with(&["run", "asean", "--theory", "own.toml", "--ledger", "--out", "r", "--format", "csv"]));
    let ledger = fs::read_to_string(at.join("r/ledger.csv")).unwrap();
    assert!(ledger.lines().next().unwrap().ends_with("clamp,own,motivation_end"), "{ledger:.300}");
    said(&suasion(at, &["verify", "r"]));
    // The folder keeps the theory: it is verified wherever its file has gone, and whatever became of it.
    said(&with(&["compare", "asean", "--theory", "own.toml", "--out", "c"]));
    fs::rename(at.join("own.toml"), at.join("elsewhere.toml")).unwrap();
    said(&suasion(at, &["verify", "r"]));
    said(&suasion(at, &["verify", "c"]));
    assert_eq!(fs::read_to_string(at.join("c/theory-own.toml")).unwrap(), OWN);
    fs::rename(at.join("elsewhere.toml"), at.join("own.toml")).unwrap();
    // Theories are called by their files, and one of a counterfactual's name keeps its own title.
    fs::create_dir_all(at.join("other")).unwrap();
    fs::write(at.join("other/own.toml"), OWN).unwrap();
    fs::write(at.join("other/no-tvpa.toml"), OWN).unwrap();
    fs::write(at.join("other/baseline.toml"), OWN).unwrap();
    let twice = suasion(at, &["run", "asean", "--theory", "own.toml", "--theory", "other/own.toml"]);
    let told = String::from_utf8_lossy(&twice.stderr).into_owned();
    assert!(
        told.contains("a theory called `own` is laid over it already; a theory is called by its file"),
        "{told}"
    );
    let compared = said(&with(&["compare", "asean", "--theory", "other/no-tvpa.toml", "--out", "named"]));
    assert!(compared.contains("no-tvpa v. baseline: Own"), "{compared}");
    let baseline = suasion(at, &["compare", "asean", "--theory", "other/baseline.toml"]);
    let told = String::from_utf8_lossy(&baseline.stderr).into_owned();
    assert!(told.contains("counterfactual `baseline`: what it is held against is called so"), "{told}");
    // What it says is a number like others.
    said(&with(&["run", "asean", "--theory", "own.toml", "--set", "parameters.own_pull=0", "--out", "none"]));
    said(&with(&["run", "asean", "--out", "plain"]));
    let digest = |name: &str| {
        let manifest = fs::read_to_string(at.join(name).join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        manifest["digest"].as_str().unwrap().to_string()
    };
    assert_eq!(digest("none"), digest("plain"));
    assert_ne!(digest("r"), digest("plain"));
    let swept = [
        "sweep",
        "asean",
        "--theory",
        "own.toml",
        "--axis",
        "parameters.own_pull=0..1:3",
        "--design",
        "grid",
    ];
    said(&suasion(at, &[&swept[..], &["--replicates", "8", "--out", "s"]].concat()));
}

#[test]
fn a_refit_fits_what_a_theory_declares() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.toml"), OWN).unwrap();
    let few =
        ["weigh", "asean", "--refit", "--theory", "own.toml", "--evaluations", "8", "--fit-particles", "50"];
    let few = [&few[..], &["--particles", "50", "--prior", "parameters.drift"]].concat();
    let rows = |out: &str, more: &[&str]| {
        said(&suasion(at, &[&few[..], more, &["--out", out]].concat()));
        let table = fs::read_to_string(at.join(out).join("fitted.csv")).unwrap();
        table.lines().filter(|line| line.contains("parameters.")).map(String::from).collect::<Vec<_>>()
    };
    // Over its range where nobody says; with another prior if one is asked for; and in the theory alone.
    let usual = rows("usual", &[]);
    assert_eq!(usual.iter().filter(|row| row.starts_with("own,parameters.own_pull")).count(), 1, "{usual:?}");
    assert_eq!(usual.iter().filter(|row| row.contains("own_pull")).count(), 1, "{usual:?}");
    assert_eq!(usual.iter().filter(|row| row.contains("parameters.drift")).count(), 3, "{usual:?}");
    let narrow = rows("narrow", &["--prior", "parameters.own_pull=uniform(0.7, 0.8)"]);
    let row = narrow.iter().find(|row| row.contains("own_pull")).unwrap();
    assert!(row.contains("uniform(0.7, 0.8)"), "{row}");
}

#[test]
fn what_saturates_is_bounded() {
    let mut loaded = Scenario::load("asean").unwrap();
    let mut text = OWN.replace("own_pull * X", "2 * own_pull * saturate(motivation, 0.1)");
    text = text.replace("default = 0.2", "default = 1");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.toml"), text).unwrap();
    loaded.apply_theory(&theories::read(&folder.path().join("own.toml").to_string_lossy()).unwrap()).unwrap();
    let scenario = loaded.build().unwrap();
    let rates = scenario.world.rates_of_theory(suasion::model::theory::target::Target::Motivation);
    assert!((rates[0].1 - 2.0 / 1.1).abs() < 1e-9, "{rates:?}");
}

#[test]
fn the_list_and_what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let listed = said(&suasion(at, &["theories"]));
    assert!(theories::names().all(|name| listed.contains(name)), "{listed}");
    let one = said(&suasion(at, &["theories", "cascade"]));
    assert!(
        one.contains("Norm cascade (after Finnemore & Sikkink 1998)") && one.contains("What it predicts:"),
        "{one}"
    );
    assert!(said(&suasion(at, &["theories", "cascade", "--text"])).contains("[[mechanism]]"));
    fs::write(at.join("lost.toml"), OWN.replace("* X", "* standing.tpva")).unwrap();
    fs::write(at.join("mute.toml"), "version = 2\ntitle = \"Mute\"\nargument = \"None.\"\n").unwrap();
    fs::write(at.join("key.toml"), format!("{OWN}rates = 1\n")).unwrap();
    fs::write(at.join("old.toml"), OWN.replace("version = 2", "version = 1")).unwrap();
    fs::write(at.join("single.toml"), OWN.replace("[[mechanism]]", "[mechanism]")).unwrap();
    for (words, expected) in [
        (&["run", "asean", "--theory", "backlsh"][..], "no theory `backlsh`; did you mean `backlash`?"),
        (&["run", "asean", "--theory", "none.toml"], "none.toml"),
        (
            &["run", "asean", "--theory", "lost.toml"],
            "lost.toml:13:21 (theory lost): mechanism.own.rate: there is no `standing.tpva` here; did you mean `standing.tvpa`?",
        ),
        (&["run", "asean", "--theory", "mute.toml"], "it says nothing: a theory has mechanisms"),
        (&["run", "asean", "--theory", "key.toml"], "mechanism.own.rates: unknown key; did you mean `rate`?"),
        (&["run", "old.toml"], "old.toml: it is a theory, and no scenario; lay it over a scenario"),
        (
            &["run", "asean", "--theory", "single.toml"],
            "mechanism: found a table, expected entries, each under [[mechanism]]",
        ),
        (&["run", "asean", "--theory", "old.toml"], "version: found 1, expected 2"),
        (
            &["run", "asean", "--theory", "backlash", "--theory", "backlash"],
            "a theory called `backlash` is laid over it already",
        ),
    ] {
        let output = suasion(at, words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {told}");
        assert!(told.contains(expected), "{words:?}: {told}");
    }
}

#[test]
fn what_a_theory_names_of_a_regime_that_an_overlay_takes_away_is_0() {
    let theory = theories::read("praise").unwrap();
    let world = |with: bool| {
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.apply_counterfactual("no-tvpa").unwrap();
        if with {
            loaded.apply_theory(&theory).unwrap();
        }
        loaded.build().unwrap().world
    };
    assert_eq!(trace(&world(true), 8).values(), trace(&world(false), 8).values());
}

/// The blocks of a page between fences of a kind.
fn blocks<'p>(page: &'p str, fence: &str) -> Vec<&'p str> {
    let fence = format!("```{fence}\n");
    page.split(fence.as_str()).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect()
}

#[test]
fn the_page_on_theories_is_walked_command_by_command() {
    let page =
        fs::read_to_string(std::path::Path::new(crate::support::ROOT).join("docs/howto/theory.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let own = blocks(&page, "toml own.toml")[0];
    fs::write(at.join("own.toml"), own).unwrap();
    let mut walked = 0;
    for line in blocks(&page, "sh").into_iter().flat_map(str::lines) {
        let line = line.split('#').next().unwrap_or_default();
        let words = shlex::split(line).unwrap();
        let mut words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        // As written, but for what it costs.
        words.extend(["--replicates", "8"]);
        if words[0] == "weigh" {
            words.extend(["--particles", "100"]);
        }
        said(&suasion(at, &words));
        walked += 1;
    }
    assert_eq!(walked, 12);
    // The error that the page shows is the one that is told.
    fs::write(at.join("own.toml"), own.replace("* reactance", "* reactanse")).unwrap();
    let output = suasion(at, &["check", "asean", "--theory", "own.toml"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let shown = blocks(&page, "text")[0];
    assert_eq!(told, format!("error: {shown}"));
}
