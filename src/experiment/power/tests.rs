//! Verdicts where it is known what they must be.

use super::*;
use crate::lanes::isa::Isa;
use crate::model::observation::Observation;
use crate::model::parameters::CROWDING;
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
    ] {
        assert!(error.contains(expected), "{error}");
    }
    let power = Power::new(&asean(), NULL, None, &[], Plan { histories: 2, ..usual() }).unwrap();
    let stop = AtomicBool::new(true);
    let stopped = power.run(Options::default(), &stop, &|_| ());
    assert!(matches!(stopped, Err(ExperimentError::Stopped)));
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
