//! The tours of the teaching scenarios say numbers. Here each is held to the program: it stands in the text of its step, and
//! the run that the step sets comes to it, to the digits written.

use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::paired::{self, Plan};
use suasion::scenario::{Scenario, Step, bundled};

/// Scenario, step (from 1), and its claims: the number as written, `base` or `shown` (what the step sets), an outcome or a
/// term of the ledger (`+overjustification`, over the run), a state, when (`start`, `end`, or a year at its end), and more
/// numbers to set.
const CLAIMS: &[(&str, usize, &[&str])] = &[
    ("spiral", 1, &["1.9 base phase aldova 2005", "3.2 base phase aldova 2011", "3.9 base phase aldova end"]),
    ("spiral", 2, &["3.9 shown phase aldova end parameters.spiral_motivation=1"]),
    ("spiral", 3, &["0.6 shown phase aldova 2005", "2.6 shown phase aldova end"]),
    (
        "spiral",
        4,
        &[
            "0.05 shown mobilization aldova end",
            "0.70 base mobilization aldova end",
            "1.6 shown phase aldova end",
        ],
    ),
    (
        "spiral",
        5,
        &[
            "0.30 base motivation aldova start",
            "0.81 base motivation aldova end",
            "0.24 base +argumentation aldova end",
            "0.23 base +habituation aldova end",
            "0.16 base +domestic_voice aldova end",
            "-0.11 base +drift aldova end",
        ],
    ),
    (
        "spiral",
        6,
        &[
            "3.9 shown phase aldova end",
            "0.16 shown protection aldova end",
            "0.55 base protection aldova end",
        ],
    ),
    (
        "entrapment",
        1,
        &[
            "0.50 base rhetoric lipservia start",
            "0.93 base rhetoric lipservia end",
            "0.12 base motivation lipservia start",
            "0.33 base motivation lipservia end",
        ],
    ),
    ("entrapment", 2, &["2.9 shown phase lipservia end", "3.0 base phase lipservia end"]),
    (
        "entrapment",
        3,
        &[
            "0.66 shown rhetoric lipservia end",
            "0.93 base rhetoric lipservia end",
            "2.5 shown phase lipservia end",
            "3.0 base phase lipservia end",
        ],
    ),
    (
        "entrapment",
        4,
        &[
            "0.54 shown compliance_gap lipservia end",
            "0.47 base compliance_gap lipservia end",
            "1.8 shown phase lipservia end",
        ],
    ),
    ("entrapment", 5, &["0.38 shown protection lipservia end", "0.25 base protection lipservia end"]),
    ("entrapment", 6, &["3.0 shown phase lipservia end", "3.0 base phase lipservia end"]),
    ("fine-is-a-price-none", 1, &["0.60 base motivation proud start", "0.75 base motivation proud end"]),
    (
        "fine-is-a-price-none",
        2,
        &[
            "0.35 shown protection proud end",
            "0.42 base protection proud end",
            "0.35 shown enforcement proud end",
            "0.13 base enforcement proud end",
        ],
    ),
    (
        "fine-is-a-price-none",
        3,
        &[
            "0.12 base +habituation proud end",
            "0.07 base +domestic_voice proud end",
            "0.66 shown motivation proud end",
            "0.75 base motivation proud end",
        ],
    ),
    ("fine-is-a-price-none", 4, &["0.49 shown motivation proud end", "0.75 base motivation proud end"]),
    (
        "fine-is-a-price-none",
        5,
        &[
            "0.29 shown protection proud end",
            "0.42 base protection proud end",
            "0.08 shown enforcement proud end",
            "0.13 base enforcement proud end",
        ],
    ),
    (
        "fine-is-a-price-none",
        6,
        &[
            "0.41 shown enforcement proud end",
            "0.13 base enforcement proud end",
            "0.36 shown protection proud end",
        ],
    ),
    (
        "fine-is-a-price-small",
        1,
        &[
            "0.60 base motivation proud start",
            "0.17 base motivation proud end",
            "0.75 base motivation proud end regime.sender.severity=0",
        ],
    ),
    (
        "fine-is-a-price-small",
        2,
        &[
            "-0.39 base +self_determination proud end",
            "-0.21 base +overjustification proud end",
            "-0.16 base +signalling proud end",
        ],
    ),
    ("fine-is-a-price-small", 3, &["0.44 shown motivation proud end", "0.17 base motivation proud end"]),
    (
        "fine-is-a-price-small",
        4,
        &[
            "0.55 shown motivation proud end",
            "0.17 base motivation proud end",
            "0.19 shown +signalling proud end",
        ],
    ),
    (
        "fine-is-a-price-small",
        5,
        &["0.05 shown motivation proud end", "0.29 shown motivation proud end regime.sender.severity=0"],
    ),
    (
        "fine-is-a-price-small",
        6,
        &[
            "0.72 shown motivation proud end",
            "0.17 shown enforcement proud end",
            "0.08 base enforcement proud end",
        ],
    ),
    (
        "fine-is-a-price-large",
        1,
        &["0.41 base enforcement proud end", "0.13 base enforcement proud end regime.sender.severity=0"],
    ),
    (
        "fine-is-a-price-large",
        2,
        &[
            "0.42 shown protection proud end",
            "0.36 base protection proud end",
            "0.75 shown motivation proud end",
            "0.07 base motivation proud end",
        ],
    ),
    (
        "fine-is-a-price-large",
        3,
        &["0.06 shown enforcement proud end", "0.13 base enforcement proud end regime.sender.severity=0"],
    ),
    (
        "fine-is-a-price-large",
        4,
        &[
            "-0.41 base +self_determination proud end",
            "-0.28 base +overjustification proud end",
            "-0.20 base +signalling proud end",
            "0.16 base +drift proud end",
        ],
    ),
    (
        "fine-is-a-price-large",
        5,
        &[
            "0.43 shown protection proud end",
            "0.36 base protection proud end",
            "0.47 shown enforcement proud end",
            "0.41 base enforcement proud end",
            "0.38 shown motivation proud end",
            "0.07 base motivation proud end",
        ],
    ),
    ("fine-is-a-price-large", 6, &["0.53 shown enforcement proud end", "0.41 base enforcement proud end"]),
    ("politicized-scorecard", 1, &["0.43 base motivation ally end", "0.27 base motivation other end"]),
    ("politicized-scorecard", 2, &["0.51 base adopted_law ally end", "0.95 base adopted_law other end"]),
    (
        "memory-in-grades",
        1,
        &[
            "0.30 base merit_grades aster 2000",
            "0.30 base merit_grades clover end",
            "1 base tier_grades=1 aster 2000 runs.replicates=1",
            "0 base reached_tier_grades_2 aster end runs.replicates=1",
            "1 base tier_grades=2WL borage end runs.replicates=1",
            "1 base tier_grades=2WL clover end runs.replicates=1",
        ],
    ),
    (
        "memory-in-grades",
        2,
        &[
            "0.51 shown tier_grades=2WL aster 2000",
            "0.55 shown tier_grades=2WL aster end",
            "0.00 shown reached_tier_grades_1 aster end",
        ],
    ),
    (
        "memory-in-grades",
        3,
        &[
            "0.16 shown tier_grades=1 aster end",
            "0.16 base tier_grades=1 aster end",
            "0.93 shown reached_tier_grades_1 aster end",
            "0.37 base reached_tier_grades_1 aster end",
        ],
    ),
    (
        "memory-in-grades",
        4,
        &[
            "0.16 shown score_grades aster end",
            "0.30 base score_grades aster end",
            "0.51 shown tier_grades=3 aster end",
            "0.15 base tier_grades=3 aster end",
            "0.30 shown merit_grades aster end",
        ],
    ),
    ("memory-in-grades", 5, &["0.43 shown tier_grades=2WL aster end", "0.38 base tier_grades=2WL aster end"]),
    (
        "memory-in-grades",
        6,
        &[
            "0.30 shown merit_grades clover 2006",
            "0.18 shown merit_grades clover end",
            "0.16 shown tier_grades=2 clover end",
            "0.38 shown tier_grades=2WL aster end",
        ],
    ),
    (
        "silenced-region",
        1,
        &[
            "0.40 base motivation delta start",
            "0.75 base motivation delta end",
            "0.75 base motivation arbor end",
            "0.44 base +regional_argument delta end",
            "-0.09 base +drift delta end",
        ],
    ),
    ("silenced-region", 2, &["0.54 base attribution arbor end", "0.00 base attribution delta end"]),
    (
        "silenced-region",
        3,
        &[
            "0.88 shown motivation delta end",
            "0.75 base motivation delta end",
            "0.88 shown motivation arbor end",
        ],
    ),
    ("silenced-region", 4, &["0.67 shown motivation delta end", "0.75 base motivation delta end"]),
    (
        "silenced-region",
        5,
        &[
            "0.81 shown motivation delta end",
            "0.75 base motivation delta end",
            "0.75 shown motivation delta end parameters.autochthony=0.75",
        ],
    ),
    (
        "silenced-region",
        6,
        &["0.77 shown motivation delta end", "0.77 base motivation delta end parameters.civil_voice=1"],
    ),
    (
        "politicized-scorecard",
        3,
        &[
            "0.60 base standing_scorecard ally start",
            "0.27 base standing_scorecard ally end",
            "0.27 base standing_scorecard other end",
        ],
    ),
    (
        "politicized-scorecard",
        4,
        &[
            "0.36 shown motivation other end",
            "0.27 base motivation other end",
            "0.42 shown motivation ally end",
            "0.51 base adopted_law ally end",
            "0.96 shown adopted_law ally end",
        ],
    ),
    (
        "politicized-scorecard",
        5,
        &[
            "-0.04 base +signalling other end",
            "0.02 shown +signalling other end",
            "-0.07 shown +self_determination other end",
            "-0.10 base +self_determination other end",
        ],
    ),
    ("politicized-scorecard", 6, &["0.36 shown motivation other end"]),
    (
        "sequencing-persuasion-first",
        1,
        &["0.25 base motivation target start", "0.39 base motivation target 2005"],
    ),
    (
        "sequencing-persuasion-first",
        2,
        &["0.17 base motivation target 2011", "0.21 base motivation target end"],
    ),
    (
        "sequencing-persuasion-first",
        3,
        &[
            "0.44 shown motivation target end",
            "0.21 base motivation target end",
            "-0.13 base +overjustification target end",
            "-0.11 base +self_determination target end",
            "0.11 base +habituation target end",
            "0.12 shown +habituation target end",
        ],
    ),
    (
        "sequencing-persuasion-first",
        4,
        &["0.83 base adopted_law target end", "0.43 shown adopted_law target end"],
    ),
    (
        "sequencing-persuasion-first",
        5,
        &[
            "0.30 shown motivation target 2005",
            "0.39 base motivation target 2005",
            "0.17 shown motivation target end",
        ],
    ),
    (
        "sequencing-persuasion-first",
        6,
        &["0.48 shown motivation target 2005", "0.24 shown motivation target end"],
    ),
    (
        "sequencing-sanctions-first",
        1,
        &["0.25 base motivation target start", "0.13 base motivation target 2005"],
    ),
    ("sequencing-sanctions-first", 2, &["2.3 base phase target 2005", "0.6 shown phase target 2005"]),
    (
        "sequencing-sanctions-first",
        3,
        &["0.40 base motivation target 2011", "0.44 base motivation target end"],
    ),
    (
        "sequencing-sanctions-first",
        4,
        &[
            "0.23 base +persuasion target end",
            "0.11 shown +persuasion target end",
            "-0.08 base +overjustification target end",
            "-0.08 base +self_determination target end",
        ],
    ),
    (
        "sequencing-sanctions-first",
        5,
        &[
            "0.73 shown adopted_law target end",
            "0.90 base adopted_law target end",
            "0.45 shown motivation target end",
            "0.44 base motivation target end",
        ],
    ),
    (
        "sequencing-sanctions-first",
        6,
        &[
            "0.53 shown motivation target end",
            "0.45 base motivation target end state.target.sanction_sensitivity=0",
        ],
    ),
    (
        "two-communities",
        1,
        &[
            "0.50 base motivation north-1 start",
            "0.90 base motivation north-4 start",
            "0.70 base motivation north-4 end",
            "0.10 base motivation south-1 start",
            "0.60 base motivation south-4 start",
            "0.35 base motivation south-1 end",
        ],
    ),
    ("two-communities", 2, &["0.69 shown motivation north-1 end", "0.70 base motivation north-1 end"]),
    (
        "two-communities",
        3,
        &[
            "0.57 shown motivation north-1 end",
            "0.57 shown motivation north-4 end",
            "0.70 base motivation north-4 end",
        ],
    ),
    ("two-communities", 4, &["0.50 shown motivation north-1 end", "0.90 shown motivation north-4 end"]),
    ("two-communities", 5, &["0.57 shown motivation north-2 end", "0.49 shown motivation south-1 end"]),
    ("two-communities", 6, &["0.69 shown motivation north-1 end", "0.71 shown motivation north-4 end"]),
];

/// The page rounds a value twice: to four decimals on its way, then to two.
const ROUNDED: f64 = 5e-5;

/// The scenario of a step or of its baseline, with more numbers set.
fn scenario(name: &str, step: Option<&Step>, more: &[&str]) -> Scenario {
    let mut loaded = Scenario::load(name).expect("bundled");
    if let Some(step) = step {
        if let Some(id) = &step.counterfactual {
            loaded.apply_counterfactual(id).expect("it was checked");
        }
        for (path, x) in &step.set {
            loaded.set_number(path, *x).expect("it was checked");
        }
    }
    for assignment in more {
        loaded.set(assignment).expect("an assignment");
    }
    loaded.build_alone().expect("valid")
}

/// What a claim's run comes to.
fn value(scenario: &Scenario, outcome: &str) -> f64 {
    let outcomes = Outcomes::parse(&[outcome], &scenario.world).expect("an outcome");
    let plan = Plan {
        outcomes: &outcomes,
        seed: scenario.seed,
        replicates: scenario.replicates as usize,
        options: Options::default(),
    };
    let (profile, _) =
        paired::run(&scenario.world, &[], plan, &AtomicBool::new(false), |_| ()).expect("it runs");
    profile.mean(outcomes[0]).expect("kept")
}

#[test]
fn every_number_of_a_tour_is_what_the_program_comes_to() {
    let mut wrong = Vec::new();
    for (name, number, claims) in CLAIMS {
        let name = format!("teaching/{name}");
        let tour = Scenario::load(&name).and_then(|loaded| loaded.build()).expect("valid").lab.tour;
        let step = &tour[number - 1];
        for claim in *claims {
            let words: Vec<&str> = claim.split(' ').collect();
            let [written, side, what, state, when, more @ ..] = &words[..] else { panic!("{claim}") };
            let scenario = scenario(&name, (*side == "shown").then_some(step), more);
            let clock = scenario.world.clock;
            let year = match *when {
                "start" => clock.start - 1,
                "end" => clock.end - 1,
                year => year.parse().expect("a year"),
            };
            let what = what.strip_prefix('+').map_or(what.to_string(), |term| format!("{term}_total"));
            let found = value(&scenario, &format!("{what}.{state}@{year}"));
            let decimals = written.split('.').nth(1).map_or(0, str::len) as i32;
            let half = 0.5 / 10_f64.powi(decimals);
            let expected: f64 = written.parse().expect("a number");
            if (found - expected).abs() > half + ROUNDED
                || !step.text.contains(written.trim_start_matches('-'))
            {
                wrong.push(format!("{name} step {number}: {claim}: found {found:.4}\n  {}", step.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A tour must not stand in the way of a run with other years or numbers.
#[test]
fn an_overlay_that_breaks_a_step_is_no_reason_to_refuse_a_run() {
    let mut fewer = Scenario::load("teaching/sequencing-persuasion-first").expect("bundled");
    fewer.years(2000..2004).expect("years");
    assert_eq!(fewer.build().expect("valid").world.clock.years(), 4);
    let mut quick = Scenario::load("teaching/spiral").expect("bundled");
    quick.set("time.steps_per_year=2").expect("a number");
    quick.set("parameters.drift=0.3").expect("a number");
    assert!(quick.build().is_ok());
}

#[test]
fn every_teaching_scenario_has_a_tour_of_six_steps_and_five_sliders() {
    for name in bundled::names() {
        let scenario = Scenario::load(name).and_then(|loaded| loaded.build()).expect("valid");
        let teaching = name.starts_with("teaching/");
        assert_eq!(scenario.lab.tour.len(), if teaching { 6 } else { 0 }, "{name}");
        if teaching || name == "asean" {
            assert_eq!(scenario.lab.sliders.len(), 5, "{name}");
        }
        let last = scenario.lab.tour.last().map(|step| step.title.to_lowercase());
        assert!(last.is_none_or(|title| title.ends_with("what this cannot show")), "{name}");
    }
}
