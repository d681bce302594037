//! Verdicts where it is known what they must be.

use super::*;
use crate::lanes::isa::Isa;
use crate::model::observation::Observation;
use crate::model::parameters::CROWDING;
use crate::model::world::World;
use std::num::NonZeroUsize;

static STOP: AtomicBool = AtomicBool::new(false);

fn asean() -> Loaded {
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..2013).unwrap();
    loaded
}

fn run(power: &Power, threads: usize) -> Powered {
    let threads = NonZeroUsize::new(threads).unwrap();
    power.run(Options { threads, ..Options::default() }, &STOP, &|_| ()).unwrap()
}

fn of<'p>(found: &'p Powered, simulated: usize, way: &str) -> &'p Verdicts {
    let way = found.ways.iter().position(|of| of.name == way).unwrap();
    found.verdicts.iter().find(|v| v.simulated == simulated && v.way == way).unwrap()
}

/// Priors that are points, about.
fn points(value: f64) -> Vec<AskedPrior> {
    CROWDING
        .iter()
        .map(|name| AskedPrior::option(&format!("parameters.{name}=uniform({value}, {})", value + 1e-6)))
        .collect()
}

#[test]
fn with_motivation_itself_and_strong_crowding_verdicts_are_right() {
    let plan = Plan { histories: 12, particles: 150, states: vec![10, 20], ..Plan::default() };
    let power = Power::new(&asean(), NULL, None, &points(0.8), plan).unwrap();
    assert!(power.is_against_null());
    let found = run(&power, 2);
    assert_eq!((found.ways.len(), found.failed, found.refused), (7, 0, 0));
    for simulated in [0, 1] {
        let seen = of(&found, simulated, "+ motivation itself");
        assert_eq!(seen.count, 12);
        // Where nothing crowds out, a few states for which strong crowding is out of the question make the difference vary between states: the rule holds back.
        let least = if simulated == 0 { 11 } else { 4 };
        assert!(seen.right().unwrap() >= least && seen.wrong() == 0, "{seen:?}");
        // Of two worlds side by side there are half as many verdicts.
        let double = found.verdicts.iter().find(|v| v.simulated == simulated && v.way == 6 && v.states == 20);
        assert_eq!(double.unwrap().count, 6);
        // What is seen beside grades and adoptions tells more than these alone.
        assert!(seen.right() >= of(&found, simulated, "grades and adoptions").right());
    }
}

#[test]
fn theories_that_hardly_differ_are_left_undecided() {
    let plan = Plan { histories: 8, particles: 100, ..Plan::default() };
    let power =
        Power::new(&asean(), NULL, Some("strong: parameters.self_determination=2"), &points(1e-4), plan);
    let power = power.unwrap();
    assert_eq!(
        power.theories.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        ["baseline", "null", "strong"]
    );
    let found = run(&power, 2);
    for verdicts in &found.verdicts {
        assert_eq!(verdicts.undecided(), verdicts.count, "{verdicts:?}");
    }
    assert_eq!(found.verdicts.len(), 3 * 7);
    assert_eq!((of(&found, 2, "+ speech").right(), of(&found, 2, "+ speech").wrong()), (None, 0));
}

#[test]
fn threads_and_instruction_sets_change_no_bit() {
    let plan = Plan { histories: 3, particles: 60, until: vec![2006, 2012], ..Plan::default() };
    let power = Power::new(&asean(), NULL, None, &[], plan).unwrap();
    assert_eq!(power.priors.len(), 4);
    let one = run(&power, 1);
    assert_eq!(run(&power, 3), one);
    assert_eq!(one.verdicts.len(), 2 * 7 * 2);
    let options = Options { isa: Isa::Baseline, ..Options::default() };
    assert_eq!(power.run(options, &STOP, &|_| ()).unwrap(), one);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let ask = |against: &str, third: Option<&str>, plan: Plan| {
        Power::new(&asean(), against, third, &[], plan).unwrap_err().to_string()
    };
    let usual = Plan::default;
    for (error, expected) in [
        (ask("no-tvpas", None, usual()), "no-tvpa"),
        (ask(NULL, Some(NULL), usual()), "what the scenario is held against"),
        (
            ask(NULL, None, Plan { states: vec![15], ..usual() }),
            "a multiple of the scenario's 10, at most 200",
        ),
        (ask(NULL, None, Plan { until: vec![2013], ..usual() }), "expected 2001 to 2012"),
        (ask(NULL, None, Plan { reliability: 1.0, ..usual() }), "between 0 and 1"),
        (ask(NULL, None, Plan { coverage: 0.0, ..usual() }), "above 0, at most 1"),
        (ask(NULL, None, Plan { particles: 20, ..usual() }), "found 20 particles"),
        (ask(NULL, None, Plan { histories: 1, ..usual() }), "from 2 to 10000"),
        (ask(NULL, None, refitting(2001, 9, 60)), "--from 2001: expected a year from 2002 to 2012"),
        (
            ask(NULL, None, Plan { until: vec![2003, 2010], ..refitting(2005, 9, 60) }),
            "expected a year from 2002 to 2003",
        ),
        (
            ask(NULL, None, Plan { until: vec![2001], ..refitting(2005, 9, 60) }),
            "leaves no year to be fitted",
        ),
        (ask(NULL, None, refitting(2005, 0, 60)), "0 evaluations"),
        (ask(NULL, None, refitting(2005, 9, 20)), "20 particles while fitting"),
    ] {
        assert!(error.contains(expected), "{error}");
    }
    let power = Power::new(&asean(), NULL, None, &[], Plan { histories: 2, ..usual() }).unwrap();
    let stop = AtomicBool::new(true);
    let stopped = power.run(Options::default(), &stop, &|_| ());
    assert!(matches!(stopped, Err(ExperimentError::Stopped)));
}

fn refitting(from: i32, evaluations: u64, particles: u32) -> Plan {
    let refit = Some(Refit { from, evaluations, particles });
    Plan { histories: 3, particles: 60, refit, ..Plan::default() }
}

/// Priors of numbers that the scenario has elsewhere, about points.
fn elsewhere() -> Vec<AskedPrior> {
    ["parameters.self_determination=uniform(0.79, 0.81)", "parameters.volatility=uniform(0.001, 0.3)"]
        .iter()
        .map(|text| AskedPrior::option(text))
        .collect()
}

#[test]
fn who_does_not_know_what_was_drawn_finds_it_from_the_first_years() {
    let power = Power::new(&asean(), NULL, None, &elsewhere(), refitting(2009, 30, 60)).unwrap();
    let paths = |k: usize| power.fitted[k].iter().map(|p| p.path.as_str()).collect::<Vec<_>>();
    // The null sets the one itself, so that it is no longer free there.
    assert_eq!(paths(0), ["parameters.self_determination", "parameters.volatility"]);
    assert_eq!(paths(1), ["parameters.volatility"]);
    let mut loaded = asean();
    loaded.set_number("parameters.volatility", 0.2).unwrap();
    let truth = loaded.build_alone().unwrap().world;
    let simulated = Simulated::new(&truth, 7, Isa::Baseline).unwrap();
    // Of motivation itself, so that how it varies is seen.
    let way = &ways(&Observation::default(), 0.2, 0.5)[6];
    let given = simulated.observed(&truth, way, 1, 0);
    let own = &power.theories[1].scenario.world;
    let fitted = refit::fit(
        (power.plan.refit.unwrap(), 8),
        own,
        &power.fitted[1],
        &given,
        3,
        Options::default(),
        &STOP,
    );
    let fitted = fitted.unwrap().expect("a world");
    assert!(
        own.parameters.volatility < 0.05 && fitted.parameters.volatility > 0.1,
        "{}",
        fitted.parameters.volatility
    );
    let effort = Effort { particles: 60, second: false };
    let before = given.until(8, truth.clock.steps_per_year as usize);
    let of = |world: &World| evaluate(world, &before, 3, effort, Isa::Baseline, &STOP).unwrap().total().0;
    assert!(of(&fitted) > of(own) + 1.0, "{} {}", of(&fitted), of(own));
}

#[test]
fn a_refit_is_weighed_on_the_years_after_it_and_the_same_on_any_number_of_threads() {
    let power = Power::new(&asean(), NULL, None, &elsewhere(), refitting(2009, 8, 60)).unwrap();
    let one = run(&power, 1);
    assert_eq!(run(&power, 3), one);
    assert_eq!(one.verdicts.len(), 2 * 7);
    // Four years in place of twelve decide no more than all would at what was drawn.
    let known = Plan { refit: None, ..power.plan.clone() };
    let all = run(&Power::new(&asean(), NULL, None, &elsewhere(), known).unwrap(), 2);
    let undecided = |found: &Powered| found.verdicts.iter().map(Verdicts::undecided).sum::<u32>();
    assert!(undecided(&one) >= undecided(&all), "{one:?} {all:?}");
    let of_how_seen = [AskedPrior::option("observation.reasons_sd=uniform(0.1, 0.2)")];
    let refused =
        Power::new(&asean(), NULL, None, &of_how_seen, refitting(2009, 8, 60)).unwrap_err().to_string();
    assert!(refused.contains("observation.reasons_sd cannot be refitted"), "{refused}");
}

#[test]
fn how_states_are_observed_is_drawn_beside_the_coefficients() {
    let asked = |texts: &[&str]| texts.iter().map(|text| AskedPrior::option(text)).collect::<Vec<_>>();
    let plan = Plan { histories: 4, particles: 60, ..Plan::default() };
    let new = |texts: &[&str]| Power::new(&asean(), NULL, None, &asked(texts), plan.clone());
    // Motivation that speech does not show is no evidence; all else is drawn as without.
    let [silent, all] = ["0, 0.001", "0.999, 1"]
        .map(|ends| run(&new(&[&format!("observation.speech_motivation=uniform({ends})")]).unwrap(), 2));
    let way = |found: &Powered, name: &str| [0, 1].map(|simulated| of(found, simulated, name).clone());
    for same in ["grades and adoptions", "+ reactions", "+ reasons"] {
        assert_eq!(way(&silent, same), way(&all, same));
    }
    assert_ne!(silent.speech_sd, all.speech_sd);
    // The crowding coefficients are drawn too, unless another number of the scenario is.
    let paths = |power: &Power| power.priors.iter().map(|p| p.path.clone()).collect::<Vec<_>>();
    let beside = paths(&new(&["observation.reasons_sd"]).unwrap());
    assert!(beside.len() == 5 && beside[4] == "observation.reasons_sd", "{beside:?}");
    assert_eq!(paths(&new(&["observation.reasons_sd", "parameters.drift"]).unwrap()).len(), 2);
    // Of all those that are read, thresholds rise in each draw.
    let power = new(&["observation.*"]).unwrap();
    let read = paths(&power);
    assert!(read.contains(&"observation.protection_thresholds[3]".to_string()), "{read:?}");
    assert!(
        !read
            .iter()
            .any(|path| path.contains("_cuts") || path.contains("voice") || path.ends_with("speech_sd"))
    );
    let prior = Posterior::of_prior("p", &power.priors, 3, 8).unwrap();
    let drawn: Vec<_> = (0..8).map(|draw| power.drawn(&prior, draw).unwrap().unwrap().observation).collect();
    assert!(drawn.iter().all(Observation::rises) && drawn[0] != drawn[1]);
    for (text, expected) in [
        ("observation.speech_sd", "--reliability"),
        ("observation.reaction_coverage", "--coverage"),
        ("observation.voice_sd", "would change nothing"),
        ("observation.protection_cuts[1]", "would change nothing"),
        ("link.spread", "its coding is not drawn"),
    ] {
        let error = new(&[text]).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
