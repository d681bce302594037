//! What a scenario declares beyond variables and mechanisms: traits, outcomes, means over states, values of a year ago, draws, and the two sides of a step that
//! come before pressure; each held against what it says, computed here by itself.

use crate::commands::{digest, printed};
use crate::support::{Trace, same_bits_in_any_company, trace};
use std::fs;
use std::process::Command;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::{Scenario, bundled};

pub(crate) fn told(scenario: &str, more: &str) -> Result<Scenario, String> {
    let text = format!("{}\n{more}", bundled::find(scenario).expect("bundled"));
    Scenario::parse(scenario, &text, None)
        .and_then(|loaded| loaded.build_alone())
        .map_err(|error| error.to_string())
}

pub(crate) fn world(more: &str) -> World {
    told("asean", more).unwrap_or_else(|error| panic!("{error}")).world
}

/// A variable that is what an expression is in each step, since all of the way is gone in one: it shows a step late what the expression said.
pub(crate) fn shown(id: &str, expression: &str) -> String {
    format!(
        "[[variable]]\nid = \"{id}\"\nstart = \"0\"\nchange = \"{STEPS} * (clamp({expression}, 0, 1) - {id})\"\n"
    )
}

const STEPS: usize = 4;
pub(crate) const REPLICATES: u32 = 9;
const EACH: usize = 10;

const CORRUPTION: &str =
    "[[trait]]\nid = \"corruption\"\ndefault = { low = 0.2, high = 0.6 }\nmeaning = \"what leaks away\"\n";

/// All replicates and states of a trace of ASEAN.
pub(crate) fn everybody() -> impl Iterator<Item = (usize, usize)> {
    (0..REPLICATES as usize).flat_map(|r| (0..EACH).map(move |i| (r, i)))
}

/// That in another world all variables of the model have the same bits.
pub(crate) fn moves_nothing(plain: &World, with: &World) {
    let (before, after) = (trace(plain, REPLICATES), trace(with, REPLICATES));
    for (r, i) in everybody() {
        for step in 0..=with.clock.steps() {
            for variable in Variable::all(plain) {
                let [x, y] = [&before, &after].map(|trace| trace.at(r, step, i, variable));
                assert_eq!(x.to_bits(), y.to_bits(), "{variable:?}");
            }
        }
    }
}

#[test]
fn what_nothing_reads_moves_nothing() {
    let with = world(&format!(
        "{CORRUPTION}{}{}{}[[outcome]]\nid = \"sincerity\"\nvalue = \"motivation * commitment\"\n",
        shown("leaks", "corruption"),
        shown("luck", "draw.uniform"),
        shown("others", "peers(motivation) + last(protection)"),
    ));
    moves_nothing(&world(""), &with);
}

#[test]
fn a_trait_is_drawn_once_by_its_own_name_and_states_may_give_it() {
    let with = format!("{CORRUPTION}{}", shown("leaks", "corruption"));
    let run = trace(&world(&with), REPLICATES);
    let all: Vec<f64> = everybody().map(|(r, i)| run.at(r, 1, i, Variable::Own(0))).collect();
    assert!(all.iter().all(|x| (0.2..=0.6).contains(x)));
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    assert!((mean - 0.4).abs() < 0.04, "{mean}");
    for (r, i) in everybody() {
        assert_eq!(run.at(r, 1, i, Variable::Own(0)), run.at(r, 40, i, Variable::Own(0)), "for good");
    }
    // Another trait beside it, which sorts before, takes none of its luck.
    let beside = "[[trait]]\nid = \"arrogance\"\ndefault = { low = 0.0, high = 1.0 }\n";
    let again = trace(&world(&format!("{beside}{with}")), REPLICATES);
    for (r, i) in everybody() {
        assert_eq!(run.at(r, 9, i, Variable::Own(0)), again.at(r, 9, i, Variable::Own(0)));
    }
    // A state's own, a dated one, and one for all.
    let mut loaded = Scenario::parse(
        "asean",
        &format!(
            "{}\n{with}[[event]]\nat = 2005\nstate = [\"MMR\"]\nset = {{ corruption = 0.9 }}\n",
            bundled::find("asean").unwrap()
        ),
        None,
    )
    .unwrap();
    loaded.set("state.MMR.corruption=0.75").unwrap();
    let given = loaded.build_alone().unwrap().world;
    let myanmar = given.states.iter().position(|state| state.id == "MMR").unwrap();
    let run = trace(&given, 2);
    assert_eq!(run.at(1, 1, myanmar, Variable::Own(0)), 0.75);
    assert_eq!(run.at(1, 4 * STEPS + 1, myanmar, Variable::Own(0)), 0.9);
    assert_ne!(run.at(1, 4 * STEPS + 1, 0, Variable::Own(0)), 0.9);
}

#[test]
fn an_outcome_is_what_it_says_at_the_end_of_each_year() {
    let with = world(
        "[[outcome]]\nid = \"hypocrisy\"\nrange = [-1.0, 1.0]\nvalue = \"rhetoric - motivation\"\n[[outcome]]\nid = \"sincerity\"\nvalue = \"motivation * commitment\"\n",
    );
    let all = Variable::all(&with);
    assert_eq!(all[all.len() - 2..], [Variable::OwnNumber(0), Variable::Own(1)]);
    let run = trace(&with, REPLICATES);
    for ((r, i), year) in everybody().flat_map(|of| (0..=15).map(move |year| (of, year))) {
        let at = |variable| run.at(r, year * STEPS, i, variable);
        assert_eq!(at(Variable::Own(1)), at(Variable::Motivation) * at(Variable::Commitment));
        assert_eq!(at(Variable::OwnNumber(0)), at(Variable::Rhetoric) - at(Variable::Motivation));
    }
}

#[test]
fn means_are_over_those_whom_they_name() {
    let with = world(&format!(
        "{}{}{}",
        shown("a_all", "world(motivation)"),
        shown("b_members", "community.asean(motivation * 0.5)"),
        shown("c_peers", "peers(motivation) - heard_motivation + 0.5"),
    ));
    let asean: Vec<usize> = with.communities[0].members.iter().map(|member| member.state).collect();
    let run = trace(&with, REPLICATES);
    for ((r, i), step) in everybody().flat_map(|of| (0..with.clock.steps()).map(move |step| (of, step))) {
        let motivation = |i: usize| run.at(r, step, i, Variable::Motivation);
        let mean =
            |states: &[usize]| states.iter().map(|i| motivation(*i)).sum::<f64>() / states.len() as f64;
        let all: Vec<usize> = (0..EACH).collect();
        let after = |at: usize| run.at(r, step + 1, i, Variable::Own(at));
        assert!((after(0) - mean(&all)).abs() < 1e-12, "step {step}");
        assert!((after(1) - 0.5 * mean(&asean)).abs() < 1e-12, "step {step}");
        // Where all speak alike it is what the model itself has of peers; ASEAN's are silenced a little.
        assert!((after(2) - 0.5).abs() < 0.2);
    }
    let mut loud = world(&shown("c_peers", "peers(motivation) - heard_motivation + 0.5"));
    loud.parameters.silence = 0.0;
    let run = trace(&loud, REPLICATES);
    for (r, i) in everybody() {
        assert!((run.at(r, 30, i, Variable::Own(0)) - 0.5).abs() < 1e-12);
    }
}

#[test]
fn a_year_ago_is_a_year_ago_and_the_start_before() {
    let with = world(&shown("was", "last(motivation)"));
    let run = trace(&with, REPLICATES);
    for ((r, i), step) in everybody().flat_map(|of| (0..with.clock.steps()).map(move |step| (of, step))) {
        let expected = run.at(r, step.saturating_sub(STEPS), i, Variable::Motivation);
        assert_eq!(run.at(r, step + 1, i, Variable::Own(0)), expected, "step {step}");
    }
}

#[test]
fn draws_are_fresh_in_every_step_and_hang_on_the_id_of_the_entry() {
    let with =
        world(&format!("{}{}", shown("even", "draw.uniform"), shown("normal", "0.5 + 0.1 * draw.normal")));
    let run = trace(&with, REPLICATES);
    let values = |run: &Trace, at: usize| -> Vec<f64> {
        let all = everybody().flat_map(|of| (1..=60).map(move |step| (of, step)));
        all.map(|((r, i), step)| run.at(r, step, i, Variable::Own(at))).collect()
    };
    let moments = |of: &[f64]| {
        let mean = of.iter().sum::<f64>() / of.len() as f64;
        (mean, of.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / of.len() as f64)
    };
    let (mean, variance) = moments(&values(&run, 0));
    assert!((mean - 0.5).abs() < 0.02 && (variance - 1.0 / 12.0).abs() < 0.005, "{mean} {variance}");
    let (mean, variance) = moments(&values(&run, 1));
    assert!((mean - 0.5).abs() < 0.006 && (variance - 0.01).abs() < 0.001, "{mean} {variance}");
    let all = values(&run, 0);
    let lagged: f64 =
        all.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum::<f64>() / all.len() as f64;
    assert!(lagged.abs() < 0.006, "{lagged}");
    // The same id draws the same beside others; another id draws others.
    let alone = trace(&world(&shown("even", "draw.uniform")), REPLICATES);
    assert_eq!(values(&alone, 0), all);
    let other = trace(&world(&shown("odd", "draw.uniform")), REPLICATES);
    assert_ne!(values(&other, 0), all);
}

#[test]
fn a_score_is_added_to_where_a_report_grades_and_pressure_moves_to_what_it_is_told() {
    let plain = trace(&world(""), REPLICATES);
    let merciful =
        trace(&world("[[mechanism]]\nid = \"mercy\"\nadds_to = \"score\"\nby = \"0.125\"\n"), REPLICATES);
    // Of the first report nothing has moved yet but the score.
    let is_rated = |step: &usize| (0..EACH).any(|i| plain.at(0, *step, i, Variable::Score(0)) != 0.0);
    let first = (1..=60).find(is_rated).unwrap();
    let mut rated = 0;
    for (r, i) in everybody() {
        let [x, y] = [&plain, &merciful].map(|run| run.at(r, first, i, Variable::Score(0)));
        rated += usize::from(x != 0.0);
        assert!(x == 0.0 && y == 0.0 || (y - x - 0.125).abs() < 1e-12, "{x} {y}");
    }
    assert!(rated > 0);
    let without =
        trace(&world("[[mechanism]]\nid = \"numb\"\nscales = \"pressure_target\"\nby = \"0\"\n"), REPLICATES);
    let held = trace(
        &world(
            "[[mechanism]]\nid = \"held\"\nadds_to = \"pressure_target\"\nby = \"2 * capacity\"\n[[mechanism]]\nid = \"numb\"\nscales = \"pressure_target\"\nby = \"0\"\n",
        ),
        REPLICATES,
    );
    for (r, i) in everybody() {
        assert_eq!(without.at(r, 60, i, Variable::Pressure), 0.0);
        assert!(plain.at(r, 60, i, Variable::Pressure) > 0.0);
        assert!(held.at(r, 60, i, Variable::Pressure) > 0.3);
    }
}

#[test]
fn bits_hang_neither_on_the_instruction_set_nor_on_company() {
    let with = world(&format!(
        "{CORRUPTION}{}[[mechanism]]\nid = \"contagion\"\nadds_to = \"motivation\"\nrate = \"0.1 * corruption * (peers(motivation) + world(last(protection)) - motivation) + 0.01 * draw.normal\"\n[[outcome]]\nid = \"sincerity\"\nvalue = \"motivation * commitment\"\n[[mechanism]]\nid = \"mercy\"\nadds_to = \"score\"\nby = \"0.1 * corruption\"\n[[mechanism]]\nid = \"whisper\"\nscales = \"voice\"\nby = \"1 - 0.5 * corruption\"\n[[mechanism]]\nid = \"weight\"\nscales = \"tie_weight\"\nby = \"1 + motivation\"\n",
        shown("others", "community.asean(rhetoric)"),
    ));
    same_bits_in_any_company(&with);
}

/// More states than a piece has, so that those of a step are shared out among threads.
#[test]
fn bits_do_not_hang_on_how_states_are_shared_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "version = 2\ntitle = \"Many\"\n[time]\nstart = 2000\nend = 2002\n[runs]\nreplicates = 1\nseed = 1\n[[population]]\nid = \"x\"\ncount = 9000\nintrinsic_motivation = {{ mean = 0.4, sd = 0.1 }}\n[[regime]]\nid = \"club\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\n[[regime]]\nid = \"card\"\nkind = \"rating\"\ngrades = [\"good\", \"bad\"]\nthresholds = [0.4]\nshame = [0.0, 1.0]\nnoise = 0.05\n{CORRUPTION}[[variable]]\nid = \"fatigue\"\nchange = \"0.5 * (frame - fatigue) + 0.1 * draw.uniform\"\n[[mechanism]]\nid = \"contagion\"\nadds_to = \"motivation\"\nrate = \"0.1 * corruption * (peers(motivation) + world(last(protection)) - community.club(motivation)) + 0.01 * draw.normal - 0.1 * fatigue * saturate(shame, 1)\"\n[[mechanism]]\nid = \"mercy\"\nadds_to = \"score\"\nby = \"0.1 * corruption + 0.02 * draw.normal\"\n[[mechanism]]\nid = \"whisper\"\nscales = \"voice\"\nby = \"1 - 0.5 * corruption\"\n[[mechanism]]\nid = \"weight\"\nscales = \"tie_weight\"\nby = \"1 + motivation\"\n[[outcome]]\nid = \"sincerity\"\nvalue = \"motivation * commitment\"\n"
    );
    fs::write(folder.path().join("many.toml"), text).unwrap();
    let digest = |threads: &str| {
        let words = ["run", "many.toml", "--threads", threads, "--summary-only", "--json", "--out", threads];
        let output = Command::new(env!("CARGO_BIN_EXE_suasion"))
            .args(words)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        told["digest"].as_str().unwrap().to_string()
    };
    assert_eq!(digest("1"), digest("2"));
    assert_eq!(digest("1"), digest("3"));
}

#[test]
fn all_of_it_goes_through_the_commands_and_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let theory = format!(
        "version = 2\ntitle = \"Contagion\"\nargument = \"States catch it from each other.\"\n{CORRUPTION}[[mechanism]]\nid = \"contagion\"\nadds_to = \"motivation\"\nrate = \"0.1 * (1 - corruption) * (peers(motivation) - last(motivation)) + 0.005 * draw.normal\"\n[[mechanism]]\nid = \"whisper\"\nscales = \"voice\"\nby = \"1 - 0.5 * corruption\"\n[[mechanism]]\nid = \"weight\"\nscales = \"tie_weight\"\nby = \"0.5 + motivation\"\n[[outcome]]\nid = \"sincerity\"\nvalue = \"motivation * commitment\"\n[[outcome]]\nid = \"hypocrisy\"\nrange = [-1.0, 1.0]\nvalue = \"rhetoric - motivation\"\n"
    );
    fs::write(at.join("contagion.toml"), theory).unwrap();
    let run = |words: &[&str]| printed(at, words);
    let laid = ["asean", "--theory", "contagion.toml", "--replicates", "20"];
    let checked = run(&["check", "asean", "--theory", "contagion.toml"]);
    for what in ["1 trait, 3 mechanisms, 2 outcomes", "1 mean over states, 1 value of a year ago, 1 draw"] {
        assert!(checked.replace('\n', " ").contains(what), "{checked}");
    }
    run(&[&["run"], &laid[..], &["--format", "csv", "--outcome", "hypocrisy@2010", "--out", "r"]].concat());
    let table = fs::read_to_string(at.join("r/trajectories.csv")).unwrap();
    assert!(table.lines().next().unwrap().ends_with(",hypocrisy,sincerity"), "{table:.400}");
    run(&["verify", "r"]);
    run(&["check", "r/scenario.toml"]);
    run(&[&["condition"], &laid[..], &["--particles", "300", "--out", "h"]].concat());
    run(&[&["run"], &laid[..], &["--given", "h", "--out", "g"]].concat());
    let digest = |name: &str| digest(&at.join(name));
    assert_eq!(digest("h"), digest("g"));
    run(&["weigh", "asean", "--theory", "contagion.toml", "--particles", "200", "--out", "w"]);
    // Over the range that is declared, where none is given.
    let swept = ["--axis", "state.*.corruption", "--samples", "3", "--replicates", "5", "--out", "s"];
    let told = run(&[&["sweep", "asean", "--theory", "contagion.toml"], &swept[..]].concat());
    assert!(told.contains("state.*.corruption [0, 1]"), "{told}");
    let unknown = ["sweep", "asean", "--theory", "contagion.toml", "--axis", "state.*.corrupton"];
    let refused = Command::new(env!("CARGO_BIN_EXE_suasion")).args(unknown).current_dir(at).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("--axis state.*.corrupton: `state.*.corrupton` has no usual range"), "{told}");
    run(&[
        "compare",
        "asean",
        "--theory",
        "contagion.toml",
        "--replicates",
        "20",
        "--decompose=contagion,persuasion",
    ]);
}

#[test]
fn numbers_can_be_set_where_a_theory_is_asked_for() {
    let run = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_suasion")).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        told
    };
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let asked = ["run", "asean", "--replicates", "8", "--json"];
    let set =
        run(&[&asked[..], &["--theory", "backlash: parameters.backlash=0.4", "--out", &out("a")]].concat());
    let by_set = ["--theory", "backlash", "--set", "parameters.backlash=0.4", "--out", &out("b")];
    assert_eq!(set["digest"], run(&[&asked[..], &by_set[..]].concat())["digest"]);
    // Two numbers of one theory side by side.
    let compared = run(&[
        "compare",
        "asean",
        "--theory",
        "backlash",
        "--theory",
        "backlash: parameters.backlash=0.4",
        "--replicates",
        "8",
        "--json",
        "--out",
        &out("c"),
    ]);
    assert!(compared.to_string().contains("backlash: parameters.backlash=0.4"));
}

#[test]
fn what_if_is_asked_within_a_theory_that_lies_under_and_its_folders_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let theory = "version = 2\ntitle = \"Mercy\"\nargument = \"Graders spare the weak.\"\n[[variable]]\nid = \"worn\"\nchange = \"0.5 * (frame - worn)\"\n[[mechanism]]\nid = \"mercy\"\nadds_to = \"score\"\nby = \"0.1 * (1 - capacity) * standing.tvpa\"\n[[mechanism]]\nid = \"wears\"\nadds_to = \"motivation\"\nrate = \"-0.1 * worn * motivation\"\n";
    fs::write(at.join("mercy.toml"), theory).unwrap();
    let suasion = |words: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_suasion")).args(words).current_dir(at).output().unwrap();
        let told = [&output.stdout, &output.stderr].map(|all| String::from_utf8_lossy(all).into_owned());
        (output.status.success(), told.concat())
    };
    let run = |words: &[&str]| {
        let (done, told) = suasion(words);
        assert!(done, "{words:?}: {told}");
        told
    };
    let few = ["--replicates", "10"];
    run(&[
        &["compare", "asean", "no-tvpa", "--under", "mercy.toml", "--outcome", "worn@2010", "--out", "c"],
        &few[..],
    ]
    .concat());
    run(&["verify", "c"]);
    run(&["report", "c"]);
    // The arm is what runs with both.
    run(&[
        &["run", "asean", "--theory", "mercy.toml", "--counterfactual", "no-tvpa", "--out", "r"],
        &few[..],
    ]
    .concat());
    let digest = |name: &str, of: &dyn Fn(&serde_json::Value) -> serde_json::Value| {
        let manifest = fs::read_to_string(at.join(name).join("manifest.json")).unwrap();
        of(&serde_json::from_str(&manifest).unwrap())
    };
    assert!(digest("r", &|manifest| manifest["digest"].clone()).is_string());
    // A folder of a world without the regime names it still.
    let resolved = fs::read_to_string(at.join("r/scenario.toml")).unwrap();
    assert!(resolved.contains("absent = [\"regime.tvpa\"]"), "{resolved:.300}");
    run(&["report", "r"]);
    let page = fs::read_to_string(at.join("r/report.html")).unwrap();
    assert!(page.contains("<b>Mercy</b>: Graders spare the weak."));
    run(&["check", "r/scenario.toml"]);
    // What is printed to ask next can be asked.
    let told = run(&[
        &["run", "asean", "--theory", "mercy.toml", "--set", "mechanism.mercy.on=false", "--out", "n"],
        &few[..],
    ]
    .concat());
    let next = told.lines().find_map(|line| line.strip_prefix("next: suasion ")).unwrap();
    let next = shlex::split(next.split(" #").next().unwrap()).unwrap();
    run(&next.iter().map(String::as_str).collect::<Vec<_>>());
    let (done, told) =
        suasion(&["compare", "asean", "--theory", "mercy.toml", "--counterfactual", "no-tvpa"]);
    assert!(!done && told.contains("lay it under: --under mercy.toml"), "{told}");
    // A scenario that gives a trait of a theory runs under it.
    fs::write(at.join("greedy.toml"), format!("version = 2\ntitle = \"x\"\nargument = \"y\"\n{CORRUPTION}[[mechanism]]\nid = \"l\"\nscales = \"protection_target\"\nby = \"1 - corruption\"\n")).unwrap();
    let asean =
        bundled::find("asean").unwrap().replacen("id = \"BRN\"\n", "id = \"BRN\"\ncorruption = 0.9\n", 1);
    fs::write(at.join("mine.toml"), asean).unwrap();
    run(&[&["run", "mine.toml", "--theory", "greedy.toml", "--out", "m"], &few[..]].concat());
    run(&[&["compare", "mine.toml", "no-tvpa", "--under", "greedy.toml", "--out", "mc"], &few[..]].concat());
}

#[test]
fn units_that_do_not_fit_are_doubted_where_both_are_given() {
    let doubts = |more: &str| told("asean", more).unwrap().doubts();
    let own = |unit: &str, rate: &str| {
        format!(
            "[[parameter]]\nid = \"k\"\ndefault = 0.1\nrange = [0.0, 1.0]\n{unit}[[mechanism]]\nid = \"x\"\nadds_to = \"motivation\"\nrate = \"{rate}\"\n"
        )
    };
    assert_eq!(doubts(&own("unit = \"1/yr\"\n", "-k * motivation")), Vec::<String>::new());
    assert_eq!(doubts(&own("", "-k * motivation")), Vec::<String>::new(), "no unit is given");
    assert_eq!(
        doubts(&own("unit = \"-\"\n", "-0.1 * k * motivation")),
        Vec::<String>::new(),
        "a number has any"
    );
    assert_eq!(
        doubts(&own("unit = \"-\"\n", "-k * motivation")),
        ["mechanism.x.rate: it has no unit, and should be in 1/yr"]
    );
    assert_eq!(
        doubts(&own("unit = \"1/month\"\n", "-k * motivation")),
        ["parameter.k.unit: `1/month`: times are in years here, as 1/yr"]
    );
    let found = doubts(&own("unit = \"1/yr\"\n", "(k + motivation) * 0.1"));
    assert!(
        found[0].contains("`k` is in 1/yr and `motivation` has no unit: they cannot be added"),
        "{found:?}"
    );
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    let mechanism =
        |rate: &str| format!("[[mechanism]]\nid = \"x\"\nadds_to = \"motivation\"\nrate = \"{rate}\"\n");
    let early = |by: &str| format!("[[mechanism]]\nid = \"x\"\nadds_to = \"score\"\nby = \"{by}\"\n");
    let outcome = |more: &str| format!("[[outcome]]\nid = \"x\"\n{more}");
    let own = |more: &str| format!("[[trait]]\nid = \"x\"\n{more}");
    for (more, expected) in [
        (own(""), "trait.x: `default` is missing"),
        (own("default = 1.5\n"), "trait.x.default: found 1.5, expected a number from 0 to 1"),
        (
            own("default = 0.5\nrange = [0.0, 2.0]\n"),
            "expected two numbers from 0 to 1, the lower first: [0.0, 1.0]",
        ),
        (own("default = { mean = 0.5 }\n"), "trait.x.default"),
        (own("default = 0.1\n") + &own("default = 0.2\n"), "`x` is defined at asean.toml:"),
        (
            "[[trait]]\nid = \"capacity\"\ndefault = 0.1\n".into(),
            "`capacity` is a trait of the model already",
        ),
        ("[[trait]]\nid = \"region\"\ndefault = 0.1\n".into(), "`region` is a key of states already"),
        ("[[trait]]\nid = \"name\"\ndefault = 0.1\n".into(), "`name` is a key of states already"),
        (
            "[[variable]]\nid = \"x\"\nchange = \"0\"\nstart = \"5\"\n".into(),
            "variable.x.start: found a start from 5 to 5, expected one within its range, 0 to 1",
        ),
        ("[[trait]]\nid = \"last\"\ndefault = 0.1\n".into(), "`last` is a word of expressions already"),
        (
            own("default = 0.1\n") + "[[event]]\nat = 2005\nstate = \"all\"\nset = { x = 2 }\n",
            "event[3].set.x: found 2, expected a number from 0 to 1",
        ),
        (
            own("default = 0.1\n") + "[[event]]\nat = 2005\nstate = \"all\"\nset = { y = 1 }\n",
            "set.y: unknown key",
        ),
        (outcome(""), "outcome.x: `value` is missing"),
        (outcome("value = \"X\"\n"), "`X` is of a step, and not known where a year ends"),
        (outcome("value = \"peers(motivation)\"\n"), "`peers(...)` is of a step"),
        (
            outcome("value = \"rhetoric - motivation\"\n"),
            "outcome.x.value: found values from -1 to 1, expected values within its range, 0 to 1; give a wider `range`, or `clamp` it",
        ),
        (outcome("value = \"1 / motivation\"\nrange = [0.0, 9.0]\n"), "found values without a bound"),
        (
            outcome("value = \"draw.uniform\"\n"),
            "`draw.uniform` is drawn in each step, and stands for nothing here",
        ),
        (mechanism("peers(X)"), "`peers` is of what is known at the start of a step alone"),
        (mechanism("peers(peers(motivation))"), "`peers` is of what is known at the start of a step alone"),
        (mechanism("last(last(motivation))"), "`last` is of what is known"),
        (mechanism("peers(motivation, 1)"), "`peers` takes 1 value, not 2: peers(x)"),
        (mechanism("peers()"), "`peers` takes 1 value, not 0: peers(x)"),
        (mechanism("peers"), "there is no `peers` here"),
        (mechanism("community.nato(motivation)"), "there is no function `community.nato`"),
        (mechanism("community.asen(motivation)"), "did you mean `community.asean`?"),
        (mechanism("pers(motivation)"), "did you mean `peers`?"),
        (mechanism("draw.nrmal"), "did you mean `draw.normal`?"),
        (early("X"), "`X` is of the step itself, which `score.tvpa` comes before"),
        (
            "[[mechanism]]\nid = \"x\"\nscales = \"score\"\nby = \"0.5\"\n".into(),
            "\"score\" cannot be multiplied",
        ),
        ("[[mechanism]]\nid = \"x\"\nadds_to = \"score.eu\"\nby = \"0.5\"\n".into(), "did you mean"),
    ] {
        let found = told("asean", &more).err().unwrap_or_else(|| panic!("{more}"));
        assert!(found.contains(expected), "{more}: {found}");
    }
}
