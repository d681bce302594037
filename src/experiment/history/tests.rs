//! Histories against what can be computed otherwise: Kalman's filter, whole runs, the record itself, simulated histories.

#![allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]

use super::filter::{Filter, Nothing};
use super::*;
use crate::engine::batch::{Batch, Run};
use crate::engine::given::Adoption;
use crate::engine::parallel::{simulate, simulate_batch};
use crate::engine::recorder::Recorder;
use crate::experiment::posterior::Worlds;
use crate::lanes::isa::Isa;
use crate::lanes::lane::LANES;
use crate::model::observation::{self, Observation, Reading};
use crate::model::variable::Variable;
use crate::model::world::World;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

pub(super) static STOP: AtomicBool = AtomicBool::new(false);

pub(super) fn asean(set: &[&str], until: i32) -> Scenario {
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..until).unwrap();
    for set in set {
        loaded.set(set).unwrap();
    }
    loaded.build_alone().unwrap()
}

pub(super) fn on_two<R: Send>(task: impl FnOnce() -> R + Send) -> R {
    on_threads(NonZeroUsize::new(2).unwrap(), task).unwrap()
}

pub(super) fn filter_of<'a>(
    scenario: &'a Scenario,
    timeline: &'a Timeline,
    given: &'a Given,
    particles: usize,
) -> Filter<'a> {
    Filter::new(scenario, timeline, given, particles, Options::default())
}

/// Readings of motivation by state and year, with a normal error.
pub(in crate::experiment) fn speech(
    world: &World,
    years: usize,
    readings: &[BTreeMap<i32, f64>],
    sd: f64,
) -> Given {
    let numbers = Observation { speech_motivation: 1.0, speech_sd: sd, ..Observation::default() };
    let mut given = Given::nothing(world, years).observed_by(numbers);
    let speech = observation::position("speech").unwrap();
    for (state, readings) in readings.iter().enumerate() {
        for (year, value) in readings {
            let year = (year - world.clock.start) as usize;
            given.set_reading(speech, state, year, Reading { value: *value, with: None });
        }
    }
    given
}

/// Log of the mean of exponentials.
fn log_mean_exp(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + (logs.iter().map(|log| (log - most).exp()).sum::<f64>() / logs.len() as f64).ln()
}

/// Two states that hear each other, four years: what the filter says beside an importance sampler of whole runs, which needs no approximation.
#[test]
fn the_second_pass_agrees_with_whole_runs_where_those_can_be_weighed() {
    let text = include_str!("../../../scenarios/asean.toml");
    let mut loaded = Scenario::parse("two", text, None).unwrap();
    loaded.years(2001..2005).unwrap();
    let scenario = loaded.build_alone().unwrap();
    // Of the record that of two states alone, which talk a lot.
    let mut loud = Scenario::parse("two", text, None).unwrap();
    loud.years(2001..2005).unwrap();
    for set in ["parameters.persuasion=1.5", "parameters.adopt_peers=4", "parameters.silence=1"] {
        loud.set(set).unwrap();
    }
    let loud = loud.build_alone().unwrap();
    for scenario in [&scenario, &loud] {
        let timeline = Timeline::new(&scenario.world);
        let mut observed = scenario.observed.clone();
        let keep = [3, 5];
        for states in &mut observed.tiers {
            for (i, years) in states.iter_mut().enumerate().filter(|(i, _)| !keep.contains(i)) {
                let _ = i;
                years.clear();
            }
        }
        observed.adoptions.iter_mut().for_each(Vec::clear);
        let given = given(&scenario.world, &timeline, &observed, 2004).unwrap();
        let filter = filter_of(scenario, &timeline, &given, 40_000);
        let (first, second, whole) = on_two(|| {
            let first = filter.pass(None, &STOP, &|| ()).unwrap();
            let heard = filter.heard(&first, 4_000).unwrap();
            let second = filter.pass(Some(&heard), &STOP, &|| ()).unwrap();
            (first.log_likelihood(), second.log_likelihood(), filter.whole::<Nothing>().unwrap().0)
        });
        let whole = log_mean_exp(&whole);
        assert!((second - whole).abs() < 0.05, "{first} {second} {whole}");
    }
}

/// What a state's motivation is at the end, of each replicate.
#[derive(Default)]
struct Ends {
    motivation: Vec<f64>,
    state: usize,
}

impl Recorder for Ends {
    fn finish(&mut self, batch: &Batch) {
        let lanes = batch.value(self.state, Variable::Motivation).0;
        self.motivation.extend_from_slice(&lanes[..batch.width()]);
    }
}

fn ends(world: &World, worlds: Worlds, seed: u64, rows: usize, state: usize) -> Vec<f64> {
    let mut all = Vec::new();
    simulate(
        world,
        rows,
        |r| worlds.run(seed, r as u32),
        Options::default(),
        &STOP,
        || Ends { state, ..Ends::default() },
        |ends, _| {
            all.extend(ends.motivation);
            Ok::<(), ExperimentError>(())
        },
    )
    .unwrap();
    all
}

/// A state alone, and what Kalman's filter says of it: with drift alone motivation is linear in its start, so that normal readings of it have exact answers.
struct Alone {
    scenario: Scenario,
    given: Given,
    log_likelihood: f64,
    /// Of motivation at the end.
    mean: f64,
    /// See [`Alone::mean`].
    sd: f64,
}

fn alone() -> Alone {
    const ALONE: &str = r#"
        version = 2
        title = "One state alone"
        [time]
        start = 2001
        end = 2006
        [runs]
        seed = 7
        replicates = 1000
        [parameters]
        drift = 0.2
        volatility = 0
        domestic_voice = 0
        habituation = 0
        [[state]]
        id = "ONE"
        intrinsic_motivation = { mean = 0.5, sd = 0.08 }
        autochthonous_motivation = 0.3
    "#;
    let scenario = Scenario::parse("alone", ALONE, None).unwrap().build_alone().unwrap();
    let seen = BTreeMap::from([(2001, 0.62), (2002, 0.5), (2004, 0.55), (2005, 0.41)]);
    let sd = 0.06;
    let given = speech(&scenario.world, 5, std::slice::from_ref(&seen), sd);
    // m' = 0.3 + k (m - 0.3) a year, exactly four Euler steps.
    let k = (1.0_f64 - 0.2 / 4.0).powi(4);
    let (mut mean, mut variance, mut log_likelihood) = (0.5, 0.08 * 0.08, 0.0);
    for year in 2001..2006 {
        mean = 0.3 + k * (mean - 0.3);
        variance *= k * k;
        if let Some(y) = seen.get(&year) {
            let total = variance + sd * sd;
            let off: f64 = y - mean;
            log_likelihood -= 0.5 * (off * off / total + (std::f64::consts::TAU * total).ln());
            let gain = variance / total;
            mean += gain * off;
            variance *= 1.0 - gain;
        }
    }
    Alone { scenario, given, log_likelihood, mean, sd: variance.sqrt() }
}

fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, (values.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / values.len() as f64).sqrt())
}

#[test]
fn motivation_alone_with_readings_of_it_is_as_kalman_says() {
    let Alone { scenario, given, log_likelihood, mean, sd } = alone();
    let world = &scenario.world;
    let timeline = Timeline::new(world);
    let filter = filter_of(&scenario, &timeline, &given, 40_000);
    let (pass, history) = on_two(|| {
        let pass = filter.pass(None, &STOP, &|| ()).unwrap();
        let rows = filter.rows(&pass, 20_000, 1, &STOP, &|| ()).unwrap();
        assert!(rows.acceptance[0] > 0.999, "one state alone fits itself");
        assert_eq!(rows.fresh, None, "enough particles are left");
        let history = filter.pin(rows.lineage).unwrap();
        (pass, history)
    });
    assert!(
        (pass.log_likelihood() - log_likelihood).abs() < 0.03,
        "{} {log_likelihood}",
        pass.log_likelihood()
    );
    let (of, sd_of) =
        mean_and_sd(&ends(world, Worlds::from(world).within(Some(&history)), scenario.seed, 20_000, 0));
    assert!((of - mean).abs() < 0.002, "{of} {mean}");
    assert!((sd_of / sd - 1.0).abs() < 0.05, "{sd_of} {sd}");
}

/// Of 60 particles hardly 20 are left in what is drawn once, and each history is somewhere else; fresh numbers bring all of them to where Kalman says.
#[test]
fn fresh_numbers_mend_a_history_of_few_particles() {
    let Alone { mut scenario, given, mean, sd, .. } = alone();
    let (mut all, mut left) = (Vec::new(), Vec::new());
    let (mut square, mut square_before) = (0.0, 0.0);
    for seed in 0..40 {
        scenario.seed = seed;
        let timeline = Timeline::new(&scenario.world);
        let filter = filter_of(&scenario, &timeline, &given, 60);
        let [before, history] = on_two(|| {
            let pass = filter.pass(None, &STOP, &|| ()).unwrap();
            let rows = filter.rows(&pass, 60, 1, &STOP, &|| ()).unwrap();
            let fresh = rows.fresh.expect("too few particles are left");
            assert!(fresh > 0.2 && fresh < 1.0, "{fresh}");
            left.push((pass.ancestors(0)[0], pass.ancestors_with(0, &rows.lineage)[0]));
            // Of one state alone the lines of the pool are rows as they are.
            [pass.pool.clone(), rows.lineage].map(|lineage| filter.pin(lineage).unwrap())
        });
        let [before, of] = [before, history].map(|history| {
            ends(&scenario.world, Worlds::from(&scenario.world).within(Some(&history)), seed, 60, 0)
        });
        let off = |values: &[f64]| (mean_and_sd(values).0 - mean) * (mean_and_sd(values).0 - mean);
        square += off(&of);
        square_before += off(&before);
        all.extend(of);
    }
    assert!(left.iter().all(|(before, after)| *before < 30 && *after > *before), "{left:?}");
    let (of, sd_of) = mean_and_sd(&all);
    assert!((of - mean).abs() < 0.003 && (sd_of / sd - 1.0).abs() < 0.05, "{of} {mean}, {sd_of} {sd}");
    assert!(square.sqrt() < 0.8 * square_before.sqrt(), "{} {}", square.sqrt(), square_before.sqrt());
}

/// Motivation of the first and of the last state at the end of the last year.
#[derive(Default)]
struct Two {
    motivation: Vec<[f64; 2]>,
}

impl Recorder for Two {
    fn year(&mut self, batch: &Batch, year: usize) {
        if year + 1 == batch.world().clock.years() {
            let last = batch.world().states.len() - 1;
            let [first, last] = [0, last].map(|i| batch.value(i, Variable::Motivation).0);
            self.motivation.extend((0..batch.width()).map(|l| [first[l], last[l]]));
        }
    }
}

/// So many states that several take their turns together, all of one talkative community, and a reading of the motivation of three.
#[test]
fn rows_of_many_states_are_as_whole_runs_weigh() {
    let head = r#"
        version = 2
        title = "Many states"
        [time]
        start = 2001
        end = 2003
        [runs]
        seed = 11
        replicates = 100
        [parameters]
        persuasion = 2
        [defaults]
        intrinsic_motivation = { mean = 0.5, sd = 0.1 }
        [[regime]]
        id = "club"
        kind = "community"
        members = "all"
        engagement = 1
        tie_weight = 3
    "#;
    let states = (0..40).map(|i| format!("[[state]]\nid = \"S{i:02}\"\n")).collect::<Vec<_>>().concat();
    let scenario = Scenario::parse("many", &format!("{head}{states}"), None).unwrap().build_alone().unwrap();
    let world = &scenario.world;
    let timeline = Timeline::new(world);
    let mut readings = vec![BTreeMap::new(); 40];
    readings[0] = BTreeMap::from([(2001, 0.7), (2002, 0.7)]);
    readings[1] = BTreeMap::from([(2001, 0.65)]);
    readings[20] = BTreeMap::from([(2002, 0.7)]);
    let given = speech(world, 2, &readings, 0.1);
    let filter = filter_of(&scenario, &timeline, &given, 8_000);
    let (kept, rows, densities, whole) = on_two(|| {
        let first = filter.pass(None, &STOP, &|| ()).unwrap();
        let heard = filter.heard(&first, 2_000).unwrap();
        let second = filter.pass(Some(&heard), &STOP, &|| ()).unwrap();
        let rows = filter.rows(&second, 4_000, 3, &STOP, &|| ()).unwrap();
        let history = filter.pin(rows.lineage).unwrap();
        let worlds = Worlds::from(world).within(Some(&history));
        let runs: Vec<Run> = (0..4_000).map(|row| worlds.run(scenario.seed, row)).collect();
        let mut found = Two::default();
        simulate_batch(&runs, &timeline, Isa::detect(), false, &mut found).unwrap();
        let (densities, whole) = Filter { particles: 40_000, ..filter }.whole::<Two>().unwrap();
        (rows.acceptance, found, densities, whole)
    });
    assert!(kept.iter().all(|kept| *kept > 0.5 && *kept < 1.0), "{kept:?}");
    let most = densities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let whole = whole.iter().flat_map(|two| &two.motivation);
    let (mut sum, mut expected, mut free) = (0.0, [0.0; 2], [0.0; 2]);
    for (density, motivation) in densities.iter().zip(whole) {
        let weight = (density - most).exp();
        sum += weight;
        for k in 0..2 {
            expected[k] += weight * motivation[k];
            free[k] += motivation[k] / 40_000.0;
        }
    }
    for k in 0..2 {
        let mean = rows.motivation.iter().map(|two| two[k]).sum::<f64>() / 4_000.0;
        let expected = expected[k] / sum;
        assert!((mean - expected).abs() < 0.006, "{k}: {mean}, of whole runs {expected}, free {}", free[k]);
    }
    // The record says something of the first state, and by way of the community of the last.
    assert!(expected[0] / sum > free[0] + 0.03, "{expected:?} {free:?}");
}

/// What of a record a run shows.
#[derive(Default)]
struct Shown {
    wrong: Vec<String>,
    looked: usize,
}

struct Checker<'a> {
    scenario: &'a Scenario,
    shown: Shown,
}

impl Recorder for Checker<'_> {
    fn step(&mut self, batch: &Batch, step: usize) {
        let world = &self.scenario.world;
        let clock = world.clock;
        for i in 0..world.states.len() {
            for (j, dates) in self.scenario.observed.adoptions.iter().enumerate() {
                let Some(Some(date)) = dates.get(i) else { continue };
                // It holds from the end of the step within which it lies on.
                let whole = date.fract() == 0.0;
                let boundary = clock.step_from(*date) - usize::from(!whole && clock.step_from(*date) > 0);
                let from = clock.within(*date).unwrap_or(boundary);
                let year = clock.steps_per_year as usize;
                let has = batch.value(i, Variable::Adopted(j)).0;
                for (lane, has) in has[..batch.width()].iter().enumerate() {
                    self.shown.looked += 1;
                    // Who adopts on the day of opening does so in the first step that is open: a year at most.
                    // Of a year alone no more is known.
                    let opening = clock.date(from) < world.instruments[j].opens + 1.0;
                    let late =
                        step >= from && step + 1 < from + year + usize::from(opening) && (opening || whole);
                    if (*has > 0.0) != (step >= from) && !late {
                        self.shown.wrong.push(format!("{} {j} {step} lane {lane}", world.states[i].id));
                    }
                }
            }
        }
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        let world = &self.scenario.world;
        for i in 0..world.states.len() {
            let seen = self.scenario.observed.tier(0, i, world.clock.start + year as i32);
            let Some(seen) = seen.filter(|grade| *grade > 0) else { continue };
            for tier in &batch.value(i, Variable::Tier(0)).0[..batch.width()] {
                self.shown.looked += 1;
                if *tier != f64::from(seen) {
                    self.shown.wrong.push(format!("{} {year}: {tier}, not {seen}", world.states[i].id));
                }
            }
        }
    }
}

fn shown(scenario: &Scenario, history: &History) -> Shown {
    let mut all = Shown::default();
    let worlds = Worlds::from(&scenario.world).within(Some(history));
    simulate(
        &scenario.world,
        history.lineage.rows(),
        |r| worlds.run(scenario.seed, r as u32),
        Options::default(),
        &STOP,
        || Checker { scenario, shown: Shown::default() },
        |checker, _| {
            all.wrong.extend(checker.shown.wrong);
            all.looked += checker.shown.looked;
            Ok::<(), ExperimentError>(())
        },
    )
    .unwrap();
    all
}

#[test]
fn the_factual_arm_shows_every_grade_and_adoption_on_record() {
    for (set, until) in
        [(&[][..], 2016), (&["time.steps_per_year=3"], 2016), (&["time.steps_per_year=12"], 2011)]
    {
        let scenario = asean(set, until);
        let plan = Plan { particles: 600, ..Plan::new(40) };
        let done = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap();
        let shown = shown(&scenario, &done.history);
        assert!(shown.looked > 40 * 10 * 10, "{}", shown.looked);
        assert_eq!(shown.wrong, Vec::<String>::new(), "{set:?}");
    }
}

#[test]
fn threads_and_instruction_sets_change_no_bit_of_a_history() {
    let scenario = asean(&[], 2006);
    let plan = Plan { particles: 203, ..Plan::new(19) };
    let of = |threads: usize, isa: Isa| {
        let options = Options { threads: NonZeroUsize::new(threads).unwrap(), isa, ..Options::default() };
        let done = condition(&scenario, plan, options, &STOP, &|_| ()).unwrap();
        (done.history, done.pass, done.acceptance)
    };
    let one = of(1, Isa::Baseline);
    for isa in Isa::available() {
        assert_eq!(of(3, isa), one, "{isa}");
    }
}

#[test]
fn beyond_the_record_a_history_goes_on_with_the_luck_of_its_replicates() {
    let scenario = asean(&[], 2012);
    let plan = Plan { until: Some(2005), particles: 400, rows: 16 };
    let done = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap();
    assert_eq!((done.until, done.history.lineage.years()), (2005, 5));
    // The same history, kept and recalled.
    let again = recall(&scenario, done.history.lineage.clone(), 2005, Options::default()).unwrap();
    assert_eq!(again, done.history);
    let worlds = Worlds::from(&scenario.world).within(Some(&done.history));
    let ends = ends(&scenario.world, worlds, scenario.seed, 16, 5);
    let mut distinct = ends.clone();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    assert_eq!(distinct.len(), 16, "rows of one line go on apart");
}

#[test]
fn a_record_of_nothing_is_refused_and_so_is_one_that_cannot_be() {
    let refused = |scenario: &Scenario, until| on_record(scenario, until).unwrap_err().to_string();
    let scenario = Scenario::load("teaching/entrapment").unwrap().build_alone().unwrap();
    assert!(refused(&scenario, None).contains("has no record to condition on"));
    let asean = asean(&[], 2016);
    assert!(refused(&asean, Some(2000)).contains("nothing is on record"), "{}", refused(&asean, Some(2000)));
    let mut world = asean.clone();
    world.world.ratings[0].rated_from[1] = Some(2005.0);
    let told = refused(&world, None);
    assert!(
        told.starts_with(
            "the record says of IDN: tier 3 of tvpa in 2001; the scenario's tvpa does not rate it"
        ),
        "{told}"
    );
    let mut early = asean.clone();
    early.observed.adoptions[1][1] = Some(1990.0);
    assert!(refused(&early, None).contains("before the run begins"), "{}", refused(&early, None));
    let few = Plan { particles: 20, ..Plan::new(10) };
    let told = condition(&asean, few, Options::default(), &STOP, &|_| ()).unwrap_err().to_string();
    assert!(told.contains("20 particles, expected from 50"), "{told}");
    let many = Plan { particles: 60, ..Plan::new(100) };
    let told = condition(&asean, many, Options::default(), &STOP, &|_| ()).unwrap_err().to_string();
    assert!(told.contains("100 replicates need as many particles"), "{told}");
    // What is on record and cannot come: no particle shows it.
    let mut never = asean.clone();
    never.world.states[1].initial_phase = [1.0, 0.0, 0.0, 0.0, 0.0];
    never.world.parameters.spiral_up = [0.0; 4];
    let plan = Plan { particles: 64, ..Plan::new(8) };
    let told = condition(&never, plan, Options::default(), &STOP, &|_| ()).unwrap_err().to_string();
    assert!(told.contains("none of 64 particles could show what is on record of MMR in 2004: tier 3 of tvpa, the adoption of palermo"), "{told}");
}

#[test]
fn particles_in_a_last_batch_that_is_not_full_count_like_others() {
    let scenario = asean(&[], 2004);
    let timeline = Timeline::new(&scenario.world);
    let (given, _) = on_record(&scenario, None).unwrap();
    let of = |particles: usize| {
        let filter = filter_of(&scenario, &timeline, &given, particles);
        on_two(|| filter.pass(None, &STOP, &|| ()).unwrap())
    };
    let pass = of(LANES * 40 + 3);
    assert_eq!(pass.pool.rows(), LANES * 40 + 3);
    let largest = pass.pool.numbers().iter().max().copied().unwrap_or(0);
    assert!((largest as usize) < LANES * 40 + 3);
    assert!((pass.log_likelihood() - of(4000).log_likelihood()).abs() < 1.5);
}

#[test]
fn a_free_run_in_no_history_is_the_same_run() {
    let scenario = asean(&[], 2004);
    let world = &scenario.world;
    let free = ends(world, Worlds::from(world), 2016, 16, 2);
    // A lineage in which every row draws with its own number, and nothing is pinned.
    let numbers = (0..16).flat_map(|row| std::iter::repeat_n(row, world.states.len() * 4)).collect();
    let lineage = Lineage::new(16, world.states.len(), 3, numbers);
    let history = History { lineage, pins: None };
    assert_eq!(ends(world, Worlds::from(world).within(Some(&history)), 2016, 16, 2), free);
}

#[test]
fn who_exists_is_the_history_s() {
    let two = |ids: [&str; 2]| {
        let states = ids.map(|id| format!("[[state]]\nid = \"{id}\"\n")).concat();
        let text = format!("version = 2\ntitle = \"T\"\n[time]\nstart = 2001\nend = 2003\n{states}");
        Scenario::parse("two", &text, None).unwrap().build_alone().unwrap().world
    };
    let base = two(["A", "B"]);
    asked::check_states(&base, &two(["A", "B"]), "same").unwrap();
    let told = asked::check_states(&base, &two(["A", "C"]), "other").unwrap_err().to_string();
    assert!(told.contains("counterfactual `other` changes who exists (B)"), "{told}");
}

/// One regime, two states, three years; a law that is open from the start, of which one state alone adopts in the second year's first step.
#[test]
fn the_benchmark_is_what_a_hand_computes() {
    const TWO: &str = r#"
        version = 2
        title = "Two states"
        [time]
        start = 2001
        end = 2004
        [[regime]]
        id = "g"
        kind = "rating"
        grades = ["1", "2", "2WL", "3"]
        thresholds = [0.56, 0.14, -0.06]
        watch = { grade = "2WL", from = 2004 }
        [[instrument]]
        id = "law"
        kind = "law"
        hazard = 0.1
        [[state]]
        id = "A"
        [[state]]
        id = "B"
    "#;
    let scenario = Scenario::parse("two", TWO, None).unwrap().build_alone().unwrap();
    let mut given = Given::nothing(&scenario.world, 3);
    // A: 1, 2, 2; B: 1, 1, nothing.
    for (state, year, grade) in [(0, 0, 1), (0, 1, 2), (0, 2, 2), (1, 0, 1), (1, 1, 1)] {
        given.set_grade(0, state, year, grade);
    }
    given.set_adoption(0, 0, Adoption { came: Some((4, 4)), steps: 12 });
    given.set_adoption(0, 1, Adoption { came: None, steps: 12 });
    let found = likelihood::benchmark(&scenario.world, &given);
    // Transitions 1-2, 2-2, 1-1, a quarter added to each; first grades 1, 1, one added to each. Exposure 1.25 + 3 years, one adoption.
    let grades = 2.0 * (3.0_f64 / 6.0).ln() + 2.0 * (1.25_f64 / 3.0).ln() + (1.25_f64 / 2.0).ln();
    let law = (1.0_f64 / 4.25).ln() - 1.0;
    assert!((found.in_sample - grades - law).abs() < 1e-12, "{} {}", found.in_sample, grades + law);
    // Nothing known at first; in the third year 1-2 and 1-1 are, and nothing that follows a 2. Hazards 1/20, 1/22, 2/23.25.
    let grades = 5.0 * 0.25_f64.ln();
    let law = -(2.0 / 20.0) + ((1.0_f64 / 22.0).ln() - 1.25 / 22.0) - 2.0 / 23.25;
    assert!((found.sequential - grades - law).abs() < 1e-12, "{} {}", found.sequential, grades + law);
}

// Elsewhere nobody says how much is free.
#[cfg(target_os = "linux")]
#[test]
fn a_filter_that_memory_cannot_hold_is_refused_before_it_begins() {
    let scenario = asean(&[], 2004);
    let timeline = Timeline::new(&scenario.world);
    let (given, _) = on_record(&scenario, None).unwrap();
    let few = filter_of(&scenario, &timeline, &given, 1_000);
    // About a dozen kilobytes a particle of ten states.
    assert!((8_000_000..20_000_000).contains(&few.bytes()), "{}", few.bytes());
    let many = Filter { particles: 1 << 40, ..few };
    let told = on_two(|| many.pass(None, &STOP, &|| ())).unwrap_err().to_string();
    assert!(told.contains("of memory") && told.contains("use fewer particles"), "{told}");
}

/// Of a state that never changes the density of what is observed of it is a number.
#[test]
fn what_is_observed_of_a_state_that_stands_still_counts_by_its_density() {
    const STILL: &str = r#"
        version = 2
        title = "One state that stands still"
        [time]
        start = 2001
        end = 2005
        [parameters]
        drift = 0
        volatility = 0
        domestic_voice = 0
        habituation = 0
        [[state]]
        id = "ONE"
        intrinsic_motivation = 0.6
        autochthonous_motivation = 0.6
        [[regime]] # to whose reports is reacted; it presses nobody
        id = "reports"
        kind = "rating"
        grades = ["good", "bad"]
        thresholds = [0.5]
        [observed.reaction]
        coverage = { 2003 = 0.25 }
        ONE = { 2001 = "negative", 2002 = "cooperative", 2003 = "none" }
        [observed.attitudes]
        ONE = { 2003 = { share = 0.58, error = 0.03 }, 2004 = 0.4 }
        [observed.voice]
        ONE = { 2004 = 0.5 }
        [observed.practice.protection]
        ONE = { 2001 = 1, 2002 = 3, 2004 = 1 }
        [observation]
        reaction_negative = -3
        reaction_cooperative = -2
        reaction_motivation = 3
        attitudes_sd = 0.04
        protection_thresholds = [1.5, 1.5, 1.5, 1.5]
        protection_sd = 0.02
        protection_lapse = 0.1
    "#;
    let scenario = Scenario::parse("still", STILL, None).unwrap().build_alone().unwrap();
    let plan = Plan { until: None, particles: 50, rows: 8 };
    let done = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap();
    let (n, c) = ((-3.0_f64).exp(), (-2.0_f64 + 3.0 * 0.6).exp());
    let normal = |off: f64, sd: f64| -0.5 * (off / sd).powi(2) - (sd * std::f64::consts::TAU.sqrt()).ln();
    // A score is known a year later: 1 for sure, but for a lapse of one in ten to any of five; that of the last year is not known yet.
    let expected = [
        (n / (1.0 + n + c)).ln(),
        (c / (1.0 + n + c)).ln() + (0.9 + 0.1 / 5.0_f64).ln(),
        (1.0 - 0.25 * (n + c) / (1.0 + n + c)).ln() + normal(0.58 - 0.5, 0.05) + (0.1 / 5.0_f64).ln(),
        normal(0.4 - 0.5, 0.04) + normal(0.5 - 0.6 * 0.6, 0.15),
    ];
    for (entry, expected) in done.pass.entries[0].iter().zip(expected) {
        assert!((entry.log_density - expected).abs() < 1e-9, "{} {expected}", entry.log_density);
        assert_eq!(entry.error, 0.0);
        assert!((entry.readings - entry.log_density).abs() < 1e-12, "there are readings alone");
    }
    let told = |year| done.given.readings_told(0, year).collect::<Vec<_>>().join(", ");
    assert_eq!(
        [0, 1, 2, 3].map(told),
        [
            "reaction negative",
            "reaction cooperative, protection 1 of 2001",
            "reaction none, attitudes 0.58, protection 3 of 2002",
            "attitudes 0.40, voice 0.50"
        ]
    );
    // Years without a reading, and states that are left out, say nothing.
    assert_eq!(done.until, 2004);
    assert!(done.given.without(0).is_empty());
}

#[test]
fn a_score_counts_where_the_report_that_it_is_of_grades_the_state() {
    let mut text = crate::scenario::bundled::find("asean").unwrap().to_string();
    text.push_str("\n[observed.practice.protection]\nBRN = { 2005 = 2, 2008 = 3 }\nIDN = { 2003 = 2 }\n");
    let scenario = Scenario::parse("scored", &text, None).unwrap().build_alone().unwrap();
    let (given, _) = on_record(&scenario, None).unwrap();
    let of = |id: &str, year: i32| {
        let state = scenario.world.states.iter().position(|state| state.id == id).unwrap();
        let year = (year - scenario.world.clock.start) as usize;
        given.reading(observation::SCORES[1], state, year).map(|score| score.value)
    };
    assert_eq!((of("BRN", 2005), of("BRN", 2008), of("IDN", 2003)), (None, Some(3.0), Some(2.0)));
    assert_eq!(given.known(observation::SCORES[1], 0, 0), None);
}
