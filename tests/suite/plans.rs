//! A panel of a norm of one's own: what a `panel.toml` says its tables are, from the example folder through a fit to a forecast, and what is wrong with one.

use crate::commands::{printed, stderr, suasion};
use std::fs;
use std::path::Path;
use suasion::evidence::panel::{Coding, Panel, Plan, Settings, files};
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::values::simulate;
use suasion::lanes::isa::Isa;
use suasion::model::observation::position;
use suasion::scenario::Scenario;
use tempfile::TempDir;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/panel-of-your-own");

/// A copy of the example folder, in `data`, in which a text of a file gives way to another.
fn folder(file: &str, from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("made");
    let mut found = from.is_empty();
    for entry in fs::read_dir(EXAMPLE).expect("the example").map(|entry| entry.expect("a file")) {
        let text = fs::read_to_string(entry.path()).expect("text");
        let is_it = entry.file_name() == file;
        found |= is_it && text.contains(from);
        let text = if is_it { text.replace(from, to) } else { text };
        fs::write(data.join(entry.file_name()), text).expect("written");
    }
    assert!(found, "{file}: {from}");
    folder
}

fn told(file: &str, from: &str, to: &str) -> String {
    let folder = folder(file, from, to);
    let output = suasion(folder.path(), &["panel", "data", "--out", "made"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{file}: {from}: {said}");
    assert!(!folder.path().join("made").exists());
    said
}

#[test]
fn tables_of_another_norm_become_its_scenario() {
    let folder = folder("panel.toml", "", "");
    let made = printed(folder.path(), &["panel", "data", "--out", "made"]);
    assert!(made.contains("12 states on record in 2006 to 2015") && made.contains("speech 60"), "{made}");
    let scenario = Scenario::load(&folder.path().join("made/scenario.toml").to_string_lossy());
    let Scenario { world, observed, .. } = scenario.and_then(|loaded| loaded.build()).expect("valid");
    let of = |id: &str| world.states.iter().position(|state| state.id == id).expect("a state");
    let rating = &world.ratings[0];
    assert_eq!(rating.grades, ["good", "watched", "bad"]);
    assert_eq!((rating.rated_from[of("lor")], rating.rated_from[of("ark")]), (Some(2009.0), Some(2006.0)));
    // Grades by the regime's own names, in the rows of the yearly list alone.
    let ratings = fs::read_to_string(Path::new(EXAMPLE).join("ratings.csv")).expect("a table");
    let rows = ratings.lines().skip(2).map(|line| line.split(',').collect::<Vec<_>>());
    for row in rows.filter(|row| row[2] == "annual") {
        let code = match row[3] {
            "not covered" => 0,
            class => 1 + rating.grades.iter().position(|grade| grade == class).expect("a grade"),
        };
        let year: i32 = row[1].parse().expect("a year");
        assert_eq!(observed.tier(0, of(row[0]), year), Some(code as u8), "{row:?}");
    }
    // An adoption before the start is a fact; whoever only signed has not adopted.
    let treaty = fs::read_to_string(Path::new(EXAMPLE).join("treaty.csv")).expect("a table");
    for row in treaty.lines().skip(2).map(|line| line.split(',').collect::<Vec<_>>()) {
        let adoption = observed.adoption(0, of(row[0]));
        assert_eq!(adoption.is_some(), row[1] == "ratified", "{row:?}");
        let fact = world.instruments[0].adopted[of(row[0])];
        assert_eq!(fact.is_some(), adoption.is_some_and(|date| date < 2006.0), "{row:?}");
    }
    let speech = &observed.readings[position("speech").expect("an observable")];
    assert_eq!(speech.iter().flatten().count(), 60);
    // A link is what it says: of the mean over the years about the start.
    let table = fs::read_to_string(Path::new(EXAMPLE).join("indicators.csv")).expect("a table");
    let rows =
        table.lines().filter(|line| line.starts_with("ark,")).map(|line| line.split(',').collect::<Vec<_>>());
    let near: Vec<f64> =
        rows.filter(|row| row[1] <= "2008").map(|row| row[2].parse().expect("a number")).collect();
    assert_eq!(near.len(), 5);
    let capacity = 0.1 + 0.9 * (near.iter().sum::<f64>() / 5.0) / 100.0;
    let mean = world.states[of("ark")].traits.capacity.median().expect("a median");
    assert!((mean - capacity).abs() < 1e-4, "{mean} {capacity}");
    // One wants freedom of the press, for which the bureaucracy stands in.
    let imputed = fs::read_to_string(folder.path().join("made/imputed.csv")).expect("a list");
    assert!(imputed.contains("gro,press_freedom,") && imputed.contains(",other covariates in its place,1.5"));
    let communities: Vec<&str> = world.communities.iter().map(|community| community.id.as_str()).collect();
    assert_eq!(communities, ["Coast", "North", "South"]);
    assert!(world.ties.iter().all(|tie| tie.weight == 0.05) && world.ties.len() == 12);
}

#[test]
fn a_panel_of_another_norm_is_validated_fitted_and_coded_anew() {
    let folder = folder("panel.toml", "", "");
    let here = folder.path();
    printed(here, &["panel", "data", "--out", "made"]);
    let validated = printed(here, &["validate", "made/scenario.toml", "--replicates", "40"]);
    assert!(validated.contains("by monitor") && validated.contains("watched"), "{validated}");
    let compared = printed(
        here,
        &[
            "compare",
            "made/scenario.toml",
            "no-monitor",
            "--given",
            "record:particles=200,rows=50",
            "--replicates",
            "50",
        ],
    );
    assert!(compared.contains("no-monitor"), "{compared}");
    // Its own coefficients are links: by name, in a range, all of them.
    let fit = |prior: &[&str], out: &str| {
        let few = ["--likelihood", "--simulations", "40", "--filter-particles", "60", "--passes", "1"];
        let priors = prior.iter().flat_map(|prior| ["--prior", *prior]);
        let all =
            ["calibrate", "made/scenario.toml", "--point", "--out", out].into_iter().chain(few).chain(priors);
        suasion(here, &all.collect::<Vec<&str>>())
    };
    let all = fit(&["link.*"], "all");
    assert!(all.status.success(), "{}", stderr(&all));
    let point = fs::read_to_string(here.join("all/point.csv")).expect("a table");
    for name in ["link.alliance_weight", "link.motivation_press", "link.treaty_hazard", "link.spread"] {
        assert!(point.contains(name), "{name}: {point}");
    }
    assert!(printed(here, &["verify", "all"]).contains("verified"));
    let refused = fit(&["link.motivation_pres"], "no");
    assert!(stderr(&refused).contains("did you mean `motivation_press`?"), "{}", stderr(&refused));
    // Its draws code it anew, in each replicate.
    let draws = "suasion,draw,weight,distance,link.motivation_press\n0.2.0,0,0.5,0,0.1\n0.2.0,1,0.5,0,0.9\n";
    fs::write(here.join("draws.csv"), draws).expect("written");
    printed(
        here,
        &["run", "made/scenario.toml", "--posterior", "draws.csv", "--replicates", "40", "--out", "drawn"],
    );
    assert!(printed(here, &["verify", "drawn"]).contains("verified"));
    fs::write(here.join("odd.csv"), draws.replace("press", "pres")).expect("written");
    let odd = suasion(here, &["run", "made/scenario.toml", "--posterior", "odd.csv", "--replicates", "40"]);
    assert!(
        stderr(&odd).contains("there is no link `motivation_pres`; did you mean `motivation_press`?"),
        "{}",
        stderr(&odd)
    );
}

#[test]
fn patterns_of_ones_own_are_held_against_the_record_and_against_targets() {
    let folder = folder("panel.toml", "", "");
    let here = folder.path();
    printed(here, &["panel", "data", "--out", "made"]);
    let told = printed(here, &["validate", "made/scenario.toml", "--replicates", "60", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let patterns = told["patterns"].as_array().expect("patterns");
    let ids: Vec<&str> = patterns.iter().filter_map(|pattern| pattern["pattern"].as_str()).collect();
    assert_eq!(ids, ["ratified", "good", "deeds"], "the catalogue is about other grades");
    // What the record says, counted in the tables.
    let treaty = fs::read_to_string(Path::new(EXAMPLE).join("treaty.csv")).expect("a table");
    let by = |end: i32| {
        let dates = treaty.lines().filter_map(|line| line.rsplit(',').next()?.get(..4)?.parse::<i32>().ok());
        dates.filter(|year| *year <= end).count() as f64 / 12.0
    };
    let of = |pattern: usize, k: usize, key: &str| patterns[pattern]["statistics"][k][key].clone();
    for (k, year) in [2008, 2011, 2015].into_iter().enumerate() {
        assert_eq!(of(0, k, "observed").as_f64(), Some(by(year)), "{year}");
        assert_eq!(of(0, k, "target").as_f64(), Some(by(year)), "{year}");
        assert!(of(0, k, "published").is_null());
    }
    let ratings = fs::read_to_string(Path::new(EXAMPLE).join("ratings.csv")).expect("a table");
    let good = ratings.lines().filter(|line| line.ends_with("2015,annual,good")).count() as f64 / 12.0;
    assert_eq!(of(1, 1, "observed").as_f64(), Some(good));
    assert_eq!((of(2, 0, "target").as_f64(), of(2, 0, "observed").is_null()), (Some(0.2), true));
    // What runs do is the mean over the same replicates.
    let scenario = Scenario::load(&here.join("made/scenario.toml").to_string_lossy());
    let Scenario { world, seed, .. } = scenario.and_then(|loaded| loaded.build()).expect("valid");
    let outcomes = Outcomes::parse(&["adopted_treaty@2011", "enforcement@2015"], &world).expect("outcomes");
    let runs: Vec<(usize, u32)> = (0..60).map(|replicate| (0, replicate)).collect();
    let found = simulate(&[&world], &runs, seed, &outcomes, Isa::detect()).expect("finite");
    let mean = |k: usize| (0..60).map(|run| found.run(run)[k]).sum::<f64>() / 60.0;
    let simulated = |pattern: usize, k: usize| of(pattern, k, "simulated")["mean"].as_f64().expect("a mean");
    assert!((simulated(0, 1) - mean(0)).abs() < 1e-12 && (simulated(2, 0) - mean(1)).abs() < 1e-12);
    // Forecasts of its own three grades, beside what costs nothing.
    let tiers = &told["skill"][0]["rps_tiers"];
    assert!(tiers["forecast"].as_f64().is_some_and(|score| (0.0..1.0).contains(&score)), "{tiers}");
    assert!(tiers["references"]["Markov_chain"]["score"].as_f64().is_some(), "{tiers}");
    assert_eq!(told["skill"][0]["worse_grades"], "bad");
    let observed = printed(here, &["validate", "made/scenario.toml", "--observed-only"]);
    assert!(observed.contains("share of states that have ratified"), "{observed}");
    for (from, to, expected) in [
        ("\"adopted_treaty@2008\"", "\"adopted_treatis@2008\"", "pattern.ratified.outcomes: "),
        (
            "\"adopted_treaty@2008\"",
            "\"adopted_treaty.*@2008\"",
            "`adopted_treaty.*@2008` names 12 numbers, expected one",
        ),
        ("targets = [0.2]\n", "", "nothing on record says what `enforcement@2015` is; say it in `targets`"),
        (
            "targets = [0.2]",
            "targets = [0.2, 0.5]",
            "pattern.deeds.targets: found a list of 2, expected as many as `outcomes` has, 1",
        ),
        (
            "tolerance = 0.05\nsource",
            "tolerance = 0\nsource",
            "pattern.deeds.tolerance: found 0, expected a number above 0",
        ),
        ("id = \"good\"", "id = \"ratified\"", "ratified"),
        ("outcomes = [\"enforcement@2015\"]", "outcomes = []", "pattern.deeds.outcomes: found an empty list"),
        ("[[pattern]]\nid = \"deeds\"", "[pattern.deeds]\nid = \"deeds\"", "pattern"),
    ] {
        let text = fs::read_to_string(here.join("made/scenario.toml")).expect("a scenario");
        assert!(text.contains(from), "{from}");
        fs::write(here.join("made/odd.toml"), text.replace(from, to)).expect("written");
        let refused = suasion(here, &["validate", "made/odd.toml", "--replicates", "8"]);
        assert_eq!(refused.status.code(), Some(2), "{to}");
        assert!(stderr(&refused).contains(expected), "expected {expected}\nfound {}", stderr(&refused));
    }
}

/// What is easily lost without a word: states that are misspelt, links beyond their range, gaps in the record, a panel without grades.
#[test]
fn what_is_not_used_as_written_is_told() {
    let made = |file: &str, from: &str, to: &str| {
        let folder = folder(file, from, to);
        let said = printed(folder.path(), &["panel", "data", "--out", "made", "--wide"]);
        (folder, said)
    };
    let (_, said) = made("treaty.csv", "ark,", "arc,");
    assert!(
        said.contains("left out: what treaty.csv says of 1 states that are not in the panel: arc"),
        "{said}"
    );
    let (_, said) = made("panel.toml", "openness = \"press_freedom / 100\"", "openness = \"press_freedom\"");
    assert!(said.contains("openness: beyond its range in 12 of 12 states"), "{said}");
    // The phase of a link is its whole part, within all five.
    let link = "openness = \"press_freedom / 100\"";
    let (folder, _) = made("panel.toml", link, &format!("{link}\ninitial_phase = \"9 * openness\""));
    let states = fs::read_to_string(folder.path().join("made/states.csv")).expect("a table");
    let header: Vec<&str> = states.lines().next().expect("names").split(',').collect();
    let at = header.iter().position(|name| *name == "initial_phase").expect("a column");
    assert!(
        states.lines().any(|line| line.starts_with("ark,") && line.split(',').nth(at) == Some("4")),
        "{states}"
    );
    // A gap in a year that a pattern asks of is no `not good`.
    let gap = told("ratings.csv", "ark,2008,annual,watched\nark,2009", "ark,2009");
    assert!(
        gap.contains("pattern.good.outcomes: the record has no grade of ark in 2008; say it in `targets`"),
        "{gap}"
    );
    // Of states that nobody grades and of whom nothing is on record a panel can be made too.
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("panel.toml", "scenario = \"s.toml\"\n[names]\ntable = \"n.csv\"\nstate = \"s\"\nname = \"n\"\n");
    write("s.toml", "version = 2\n[time]\nstart = 2001\nend = 2003\n");
    write("n.csv", "s,n\nIDN,Indonesia\nKHM,Cambodia\n");
    let said = printed(folder.path(), &["panel", ".", "--out", "made"]);
    assert!(said.contains("2 states on record in 2001 to 2002") && !said.contains("imputed"), "{said}");
    printed(folder.path(), &["check", "made/scenario.toml"]);
}

/// What a panel made is used from within its folder too; that of a version without plans is read by the bundled one.
#[test]
fn a_coding_is_found_beside_a_scenario_wherever_one_stands_and_whoever_wrote_it() {
    let folder = TempDir::new().expect("a folder");
    let made = folder.path().join("made");
    let tables = Path::new(EXAMPLE).with_file_name("panel");
    printed(folder.path(), &["panel", &tables.to_string_lossy(), "--out", "made", "--quiet"]);
    let fit = |out: &str| {
        let few =
            ["--likelihood", "--point", "--simulations", "20", "--filter-particles", "60", "--passes", "1"];
        printed(
            &made,
            &[&["calibrate", "scenario.toml", "--prior", "link.law_hazard", "--out", out][..], &few].concat(),
        );
        fs::read_to_string(made.join(out).join("point.csv")).expect("a table")
    };
    let point = fit("fit");
    let now = Coding::beside(&made.join("scenario.toml")).expect("read").expect("a coding");
    fs::remove_file(made.join("panel.toml")).expect("removed");
    let text = fs::read_to_string(made.join("coding.csv")).expect("a table");
    assert!(text.contains("other covariates in its place"));
    let text = text.replace("other covariates in its place", "Freedom House rating in its place");
    fs::write(made.join("coding.csv"), text).expect("written");
    assert_eq!(Coding::beside(&made.join("scenario.toml")).expect("read"), Some(now));
    assert_eq!(fit("again"), point);
}

/// Where a panel is coded a million times, what no scenario could hold is refused as there.
#[test]
fn coefficients_that_no_scenario_could_be_made_of_are_refused_in_fits_too() {
    let panel = Panel::read(Path::new(EXAMPLE), &Settings::default()).expect("a panel");
    let plain = panel.plan.coefficients();
    let out = TempDir::new().expect("a folder");
    for file in files(&panel, &plain).expect("coded") {
        fs::write(out.path().join(file.name), file.text).expect("written");
    }
    let loaded = Scenario::load(&out.path().join("scenario.toml").to_string_lossy()).expect("read");
    let world = loaded.build().expect("valid").world;
    for (name, x, expected) in [
        ("alliance_weight", -0.1, "ties.weight: found -0.1, expected a number that is not below 0"),
        ("treaty_hazard", -1.0, "instrument.treaty.hazard: found -1, expected a number from 0"),
        ("capacity_base", f64::NAN, "ark: the link of capacity gives no finite number"),
    ] {
        let mut other = plain.clone();
        let at = other.position(name).expect("a coefficient");
        other.values_mut()[at] = x;
        let coding = panel.coding(&plain);
        let told = coding.recode(&other, &mut world.clone()).expect_err("refused");
        assert!(told.contains(expected), "expected {expected}\nfound {told}");
        if x.is_nan() {
            let mut loaded = loaded.clone();
            let mark = loaded.mark("draw");
            let told = coding.set(&other, &mut loaded, mark).expect_err("refused").to_string();
            assert!(told.contains(expected), "{told}");
        }
    }
}

#[test]
fn a_prior_on_a_link_and_on_what_it_sets_is_refused() {
    let folder = folder("panel.toml", "", "");
    let here = folder.path();
    printed(here, &["panel", "data", "--out", "made"]);
    let both = ["--prior", "link.treaty_hazard", "--prior", "instrument.treaty.hazard=uniform(0.001, 0.1)"];
    let few = ["--likelihood", "--point", "--simulations", "20", "--filter-particles", "60"];
    let refused = suasion(here, &[&["calibrate", "made/scenario.toml"][..], &both, &few].concat());
    let said = stderr(&refused);
    assert!(
        said.contains("instrument.treaty.hazard is set from link.treaty_hazard, which is fitted too"),
        "{said}"
    );
}

/// What a fit does a million times is what writing and reading the scenario would do.
#[test]
fn a_world_of_another_norm_coded_anew_is_that_of_its_scenario() {
    let panel = Panel::read(Path::new(EXAMPLE), &Settings::default()).expect("a panel");
    let plain = panel.plan.coefficients();
    let mut other = plain.clone();
    let middles: Vec<f64> = plain.entries().map(|(_, entry)| (entry.low + 2.0 * entry.high) / 3.0).collect();
    other.values_mut().copy_from_slice(&middles);
    let world = |coefficients| {
        let out = TempDir::new().expect("a folder");
        for file in files(&panel, coefficients).expect("coded") {
            fs::write(out.path().join(file.name), file.text).expect("written");
        }
        let loaded = Scenario::load(&out.path().join("scenario.toml").to_string_lossy());
        loaded.and_then(|loaded| loaded.build()).expect("valid").world
    };
    let mut recoded = world(&plain);
    panel.coding(&plain).recode(&other, &mut recoded).expect("coded");
    assert_eq!(recoded, world(&other));
}

#[test]
fn codes_of_other_schemes_lead_to_the_same_states() {
    let with = |codes: &str, ids: [&str; 3]| {
        let folder = TempDir::new().expect("a folder");
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
        let plan = format!(
            "scenario = \"s.toml\"\ncodes = \"{codes}\"\n[names]\ntable = \"n.csv\"\nstate = \"s\"\nname = \"n\"\n"
        );
        write("panel.toml", plan);
        write("s.toml", "version = 2\ntitle = \"x\"\n[time]\nstart = 2001\nend = 2003\n".into());
        write("n.csv", format!("s,n\n{},a\n{},b\n{},c\n", ids[0], ids[1], ids[2]));
        let panel = Panel::read(folder.path(), &Settings::default());
        panel
            .map(|panel| panel.states.into_iter().map(|state| state.id).collect::<Vec<_>>())
            .map_err(|e| e.to_string())
    };
    let expected: Vec<String> = ["DEU", "IDN", "KHM"].map(String::from).to_vec();
    assert_eq!(with("iso3", ["IDN", "KHM", "DEU"]).as_ref(), Ok(&expected));
    assert_eq!(with("correlates-of-war", ["850", "811", "255"]).as_ref(), Ok(&expected));
    assert_eq!(with("gleditsch-ward", ["850", "811", "260"]).as_ref(), Ok(&expected));
    assert_eq!(with("name", ["Indonesia", "Cambodia", "Germany"]).as_ref(), Ok(&expected));
    let odd = with("correlates-of-war", ["850", "811", "999"]).unwrap_err();
    assert!(
        odd.ends_with("n.csv:4: found state \"999\", expected a number of the Correlates of War"),
        "{odd}"
    );
    let odd = with("cow", ["850", "811", "255"]).unwrap_err();
    assert!(odd.contains("panel.toml:2: codes: found \"cow\", expected"), "{odd}");
}

#[test]
fn what_is_wrong_with_a_plan_is_told_with_line_and_key() {
    for (from, to, expected) in [
        ("table = \"ratings.csv\"", "table = \"rating.csv\"", "data/rating.csv: there is no such file"),
        (
            "grade = \"class\"",
            "grade = \"clas\"",
            "data/ratings.csv:2: the column `clas` is missing; did you mean `class`?",
        ),
        (
            "in_force",
            "inforce",
            "data/treaty.csv:2: the column `inforce` is missing; did you mean `in_force`?",
        ),
        (
            "[grades.monitor]",
            "[grades.moniter]",
            "scenario.toml: there is no regime of the kind rating `moniter`, of which the plan has [grades.moniter]; did you mean `monitor`?",
        ),
        (
            "[grades.monitor]",
            "[grades.standard]",
            "there is no regime of the kind rating `standard`, of which the plan has [grades.standard]; `standard` is of the kind convention",
        ),
        ("[adopted.treaty]", "[adopted.treatis]", "there is no instrument `treatis`"),
        (
            "[observed.speech]",
            "[observed.speach]",
            "panel.toml:33: observed.speach: nothing of this name can be observed; did you mean `speech`?",
        ),
        (
            "[observed.speech]",
            "[observed.sanctioned]",
            "observed.sanctioned: nothing of this name can be observed",
        ),
        (
            "yes = [\"ratified\"]",
            "yes = [\"ratification\"]",
            "treaty.csv:3: ark: status: found \"ratified\", expected ratification, signed or none; did you mean `ratification`?",
        ),
        ("yes = [\"ratified\"]\n", "", "adopted.treaty.yes: found no words, expected those of `status`"),
        ("date = \"in_force\"\n", "", "adopted.treaty.date: found neither `date` nor `year`"),
        (
            "where = { monitor = \"annual\" }\n",
            "",
            "data/ratings.csv:8: ark 2010: class watched: contradicts line 7",
        ),
        (
            "where = { monitor = \"annual\" }",
            "where = { monitor = \"anual\" }",
            "data/ratings.csv: no row has `anual` in monitor; there is annual, special issue; did you mean `annual`?",
        ),
        (
            "words = { \"not covered\" = \"NR\" }",
            "words = {}",
            "lor 2006: class: found \"not covered\", expected NR, good, watched or bad",
        ),
        (
            "words = { \"not covered\" = \"NR\" }",
            "words = { \"not covered\" = \"no\" }",
            "panel.toml: grades.monitor.words: `not covered` would be `no`, which is no grade of monitor; there is NR, good, watched, bad",
        ),
        ("scenario = \"scenario.toml\"", "scenario = \"none.toml\"", "none.toml"),
        ("[covariate]", "[covariates2]", "covariates2: unknown key; did you mean `covariates`?"),
        (
            "spread = \"spread\"",
            "spread = \"spred\"",
            "panel.toml:5: spread: there is no `spred` here; it may name the plan's coefficients",
        ),
        (
            "openness = \"press_freedom / 100\"",
            "openness = \"pres_freedom / 100\"",
            "traits.openness: there is no `pres_freedom` here; a link knows the plan's covariates and coefficients, and other traits",
        ),
        (
            "openness = \"press_freedom / 100\"",
            "openness = \"intrinsic_motivation\"",
            "traits.intrinsic_motivation: it is coded from itself: intrinsic_motivation, openness, intrinsic_motivation",
        ),
        (
            "openness = \"press_freedom / 100\"",
            "openess = \"press_freedom / 100\"",
            "traits.openess: there is no such trait",
        ),
        (
            "openness = \"press_freedom / 100\"",
            "openness = \"press_freedom > 100\"",
            "traits.openness: found a truth value, expected a number",
        ),
        ("openness = \"press_freedom / 100\"", "openness = \"press_freedom / (\"", "traits.openness: "),
        (
            "openness = \"press_freedom / 100\"",
            "openness = \"press_freedom / 0\"",
            "ark: the link of openness gives no finite number with these coefficients",
        ),
        (
            "engagement = \"openness\"",
            "engagement = \"opennes\"",
            "communities.engagement: there is no `opennes` here; it may name the plan's coefficients, and traits",
        ),
        (
            "\"instrument.treaty.hazard\"",
            "\"instrument.treatis.hazard\"",
            "there is no `instrument.treatis.hazard`, which the plan sets",
        ),
        ("\"instrument.treaty.hazard\"", "\"instrument.treaty.hasard\"", "hasard"),
        (
            "value = 0.6, low = 0, high = 1",
            "value = 1.6, low = 1, high = 1",
            "coefficients.motivation_press.high: found 1, expected more than 1, the lower end",
        ),
        (
            "value = 0.1, low = 0, high = 0.5, least = 0, most = 1",
            "value = 2, low = 0, high = 0.5, least = 0, most = 1",
            "coefficients.capacity_base.value: found 2, expected a number from 0 to 1",
        ),
        (
            "stand_in = \"bureaucracy\"",
            "stand_in = \"press_freedom\"",
            "covariate.press_freedom.stand_in: there is no `press_freedom` here",
        ),
        (
            "column = \"aid_share\"",
            "column = \"aid\"",
            "no state of the panel has the variable `aid` in 2004 to 2016",
        ),
        (
            "region = \"area\"\n",
            "",
            "panel.toml:12: regions: found part of a table, expected table, state and region",
        ),
        (
            "[names]\ntable = \"states.csv\"\nstate = \"code\"",
            "[names]\ntable = \"states.csv\"\nstate = \"id\"",
            "data/states.csv:2: the column `id` is missing",
        ),
    ] {
        let said = told("panel.toml", from, to);
        assert!(said.contains(expected), "expected {expected}\nfound {said}");
    }
    for (file, from, to, expected) in [
        (
            "scenario.toml",
            "opens = 2004",
            "opens = 2004\nadopted = { ark = 2005 }",
            "scenario.toml: instrument.treaty.adopted: the tables bring the adoptions; leave it out",
        ),
        (
            "scenario.toml",
            "[time]",
            "states = \"states.csv\"\n[time]",
            "scenario.toml: states: the tables bring the states",
        ),
        ("scenario.toml", "end = 2016", "end = 2016.5", "scenario.toml: time.end: found no whole year"),
        (
            "scenario.toml",
            "thresholds = [0.3, -0.05]",
            "thresholds = [0.3]",
            "make no valid scenario, so nothing was written: made/scenario.toml:",
        ),
        (
            "indicators.csv",
            "ark,2004,49.8",
            "ark,2004,149.8",
            "data/indicators.csv:3: ark 2004: bureaucracy: found \"149.8\", expected a number from 0 to 100",
        ),
        (
            "treaty.csv",
            "2010-06-25",
            "2010-06-31",
            "data/treaty.csv:3: ark: in_force: found \"2010-06-31\", expected a date; there is no such day",
        ),
        (
            "treaty.csv",
            "ark,ratified,2010-06-25",
            "ark,ratified,",
            "data/treaty.csv:3: ark: adopted without a date",
        ),
        ("alliances.csv", "ark,bel,1991", "ark,ark,1991", "data/alliances.csv:3: ark: a tie with itself"),
        (
            "speeches.csv",
            "ark,2006,0.38",
            "ark,2006,38",
            "data/speeches.csv:3: ark 2006: share_on_the_norm: found \"38\", expected a number from 0 to 1",
        ),
        (
            "states.csv",
            "ark,Arkland,North",
            "ark,Arkland,treaty",
            "the region `treaty` would be called as something else in the scenario is",
        ),
    ] {
        let said = told(file, from, to);
        assert!(said.contains(expected), "expected {expected}\nfound {said}");
    }
    for (from, to, expected) in [
        (
            "weight = \"alliance_weight\"",
            "weight = \"-1\"",
            "panel.toml: ties.weight: found -1, expected a number that is not below 0",
        ),
        (
            "stand_in = \"bureaucracy\"",
            "stand_in = \"bureaucracy * 1000\"",
            "panel.toml: covariate.press_freedom.stand_in: gro: found 35060, expected a number from 0 to 100",
        ),
        (
            "no = [\"signed\", \"none\"]",
            "no = [\"signed\", \"ratified\"]",
            "adopted.treaty.no: found \"ratified\", expected words that `yes` has not",
        ),
        (
            "no = [\"signed\", \"none\"]",
            "no = [\"signed\"]",
            "found \"none\", expected ratified or signed; `yes` and `no` in the plan say what words mean",
        ),
        ("status = \"status\"\n", "", "panel.toml:25: adopted.treaty.status: found none"),
        (
            "bureaucracy = { low",
            "\"the bureaucracy\" = { low",
            "covariate.the bureaucracy: a name that no link could write",
        ),
        (
            "stand_in = \"bureaucracy\"",
            "stand_in = \"log(bureaucracy)\"",
            "covariate.press_freedom.stand_in: there is no function `log`",
        ),
        (
            "stand_in = \"bureaucracy\"",
            "stand_in = \"bureaucracy > 3\"",
            "covariate.press_freedom.stand_in: found a truth value, expected a number",
        ),
        (
            "spread = \"spread\"",
            "spread = \"spread > 0\"",
            "panel.toml:5: spread: found a truth value, expected a number",
        ),
    ] {
        let said = told("panel.toml", from, to);
        assert!(said.contains(expected), "expected {expected}\nfound {said}");
    }
    // What waits for a link that is wrong is no circle.
    let waits = told("panel.toml", "capacity = \"capacity_base", "capacity = \"capacity_bas");
    let then =
        told("panel.toml", "openness = \"press_freedom / 100\"", "openness = \"press_fredom * capacity\"");
    assert!(
        !waits.contains("itself") && !then.contains("itself") && then.lines().count() == 1,
        "{waits}{then}"
    );
    let rated = told("scenario.toml", "from = 2006\n", "from = 2006\nrated_from = { ark = 2009 }\n");
    assert!(
        rated.contains("regime.monitor.rated_from: the tables bring from when each state is graded"),
        "{rated}"
    );
    let nowhere = suasion(Path::new(EXAMPLE), &["panel", "nowhere", "--out", "x"]);
    assert!(stderr(&nowhere).contains("there is no folder nowhere"), "{}", stderr(&nowhere));
    let law = suasion(Path::new(EXAMPLE), &["panel", ".", "--out", "/nonexistent/x", "--law", "first"]);
    assert!(
        stderr(&law).contains("--law: the plan has no [adopted.law] whose `where` has a `kind`"),
        "{}",
        stderr(&law)
    );
}

#[test]
fn the_page_shows_what_the_example_says() {
    let root = Path::new(EXAMPLE).parent().and_then(Path::parent).expect("the house");
    let page = fs::read_to_string(root.join("docs/howto/panel.md")).expect("a page");
    let plan = fs::read_to_string(Path::new(EXAMPLE).join("panel.toml")).expect("a plan");
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let lines: Vec<&str> = block.lines().filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 10 && lines.iter().all(|line| plan.lines().any(|of| of == *line)), "{block}");
}

/// The plan of a folder that brings none reads the invented panel of the report as its own plan would.
#[test]
fn the_plan_that_is_written_is_the_plan_that_was_used() {
    let folder = TempDir::new().expect("a folder");
    let examples = Path::new(EXAMPLE).with_file_name("panel");
    printed(folder.path(), &["panel", &examples.to_string_lossy(), "--out", "made", "--quiet"]);
    assert_eq!(Plan::of_folder(&folder.path().join("made")).expect("a plan"), Plan::bundled());
    let said = fs::read_to_string(folder.path().join("made/coefficients.toml")).expect("coefficients");
    assert!(
        said.contains("law_hazard = 0.00816 # hazard of a law without any push; 0.001 to 0.05"),
        "{said}"
    );
}
