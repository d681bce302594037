//! Comparisons: pairs, intervals and waits against the same numbers taken run by run; shares of mechanisms against the
//! definition; nothing depends on threads; bad input is told.

use crate::commands::{stderr, stdout, suasion};
use crate::support::{mean, options, scenario_of, trace};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::estimate::{Level, student};
use suasion::experiment::mechanism::{MECHANISMS, Mechanism, find};
use suasion::experiment::outcome::{Measure, Outcome, Outcomes, Place, Target, targets};
use suasion::experiment::paired::{self, Difference, Pair, Plan, Profile, Unpairable, check};
use suasion::experiment::shapley::{Game, Method, Split};
use suasion::lanes::isa::Isa;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;
use tempfile::TempDir;

fn counterfactual(name: &str, id: &str) -> World {
    let mut loaded = Scenario::load(name).expect("bundled");
    loaded.apply_counterfactual(id).expect("it is there");
    loaded.build_alone().expect("valid").world
}

const MOTIVATION: Measure = Measure::Variable(Variable::Motivation);

fn everything(world: &World) -> Outcomes {
    let mut all = Measure::variables(world);
    all.extend(targets(world).into_iter().flat_map(|t| [Measure::Reached(t), Measure::Waited(t)]));
    all.extend((0..10).flat_map(|k| [Measure::Term(k), Measure::Total(k)]));
    Outcomes::every_year(world, &all, &[])
}

fn pair(base: &World, other: &World, replicates: usize, options: Options) -> (Profile, Pair) {
    let outcomes = everything(base);
    let plan = Plan { outcomes: &outcomes, seed: 1, replicates, options };
    let stop = AtomicBool::new(false);
    let (profile, mut pairs) = paired::run(base, &[other], plan, &stop, |_| {}).expect("nothing stops it");
    (profile, pairs.remove(0))
}

fn says(pair: &Pair, (measure, place, row): (Measure, Place, usize), level: f64) -> Difference {
    pair.difference(Outcome::new(measure, place, row), &Level::new(level)).expect("it was kept")
}

#[test]
fn a_pair_says_what_its_runs_say_one_by_one() {
    let (base, other) = (scenario_of("asean").world, counterfactual("asean", "no-tvpa"));
    let n = 21;
    let (profile, pair) = pair(&base, &other, n, Options::default());
    let (a, b) = (trace(&base, n as u32), trace(&other, n as u32));
    let steps = base.clock.steps_per_year as usize;
    for (state, row) in [(0, 15), (4, 0), (5, 7), (9, 15)] {
        let differences: Vec<f64> = (0..n)
            .map(|r| {
                b.at(r, row * steps, state, Variable::Motivation)
                    - a.at(r, row * steps, state, Variable::Motivation)
            })
            .collect();
        let says = says(&pair, (MOTIVATION, Place::State(state), row), 0.9);
        let m = mean(&differences);
        // Each of both is rounded to a multiple of 2^-26.
        assert!((says.difference.mean - m).abs() < 1.5e-8, "{state} {row}");
        let variance = differences.iter().map(|d| (d - m) * (d - m)).sum::<f64>() / (n - 1) as f64;
        assert!((says.difference.sd.expect("many replicates") - variance.sqrt()).abs() < 1e-7);
        // No narrower than t has it, and of numbers without rare events hardly wider.
        let half = student(n as u64, 0.9) * (variance / n as f64).sqrt();
        let interval = says.difference.interval.expect("many replicates");
        assert!(interval.holds(m) && interval.high - interval.low >= 2.0 * half - 1e-7);
        let reversed = differences.iter().filter(|d| **d * m < -1e-8).count() as f64 / n as f64;
        assert!((says.reversed - reversed).abs() < 1e-12, "{} {reversed}", says.reversed);
    }
    // The mean over states, and the ledger's totals, which with the start make the end.
    let last = base.clock.years();
    let at = |place, measure, row| profile.mean(Outcome::new(measure, place, row)).expect("kept");
    let over: f64 = (0..10).map(|i| at(Place::State(i), MOTIVATION, last)).sum::<f64>() / 10.0;
    assert!((at(Place::Mean, MOTIVATION, last) - over).abs() < 1e-8);
    let totals: f64 = (0..10).map(|k| at(Place::State(5), Measure::Total(k), last)).sum();
    let (start, end) = (at(Place::State(5), MOTIVATION, 0), at(Place::State(5), MOTIVATION, last));
    assert!((start + totals - end).abs() < 1e-7);
    let year: f64 = (1..=last).map(|row| at(Place::State(5), Measure::Term(6), row)).sum();
    assert!((year - at(Place::State(5), Measure::Total(6), last)).abs() < 1e-7);
    assert!(pair.unpaired.base.contains(&"standing_tvpa".to_string()) && pair.unpaired.other.is_empty());
}

#[test]
fn waits_are_restricted_means_of_first_passages() {
    let base = scenario_of("asean").world;
    let other = counterfactual("asean", "no-tvpa");
    let (_, pair) = pair(&base, &other, 30, Options::default());
    let runs = trace(&other, 30);
    let (steps, dt) = (base.clock.steps(), base.clock.dt());
    let law = base.instruments.iter().position(|j| j.id == "law").expect("it has one");
    let myanmar = base.states.iter().position(|state| state.id == "MMR").expect("it has it");
    for (target, variable, least) in
        [(Target::Phase(3), Variable::Phase, 3.0), (Target::Adoption(law), Variable::Adopted(law), 1.0)]
    {
        let first = |r: usize| (0..=steps).find(|s| runs.at(r, *s, myanmar, variable) >= least);
        let waits: Vec<f64> = (0..30).map(|r| first(r).unwrap_or(steps) as f64 * dt).collect();
        let reached = (0..30).filter(|r| first(*r).is_some()).count() as f64 / 30.0;
        let other = |measure| {
            let outcome = Outcome::new(measure, Place::State(myanmar), base.clock.years());
            pair.mean(outcome).expect("it was kept")
        };
        assert!((other(Measure::Waited(target)) - mean(&waits)).abs() < 1e-6);
        assert!((other(Measure::Reached(target)) - reached).abs() < 1e-9);
        assert!(reached > 0.0 && reached < 1.0, "{target:?}: {reached}");
    }
}

#[test]
fn threads_blocks_and_instruction_sets_change_no_bit() {
    let (base, other) =
        (scenario_of("teaching/spiral").world, counterfactual("teaching/spiral", "nobody-watches"));
    // More than a chunk.
    let reference = pair(&base, &other, 1100, options(1, Isa::Baseline));
    for (threads, block) in [(2, 1), (3, 7)] {
        let options =
            Options { batches_per_block: NonZeroUsize::new(block), ..options(threads, Isa::detect()) };
        assert_eq!(pair(&base, &other, 1100, options), reference);
    }
    assert_eq!(says(&reference.1, (MOTIVATION, Place::Mean, 0), 0.95).difference.n, 1100);
}

#[test]
fn what_is_not_in_both_arms_is_told_and_the_rest_paired() {
    let base = scenario_of("asean").world;
    let mut loaded = Scenario::load("asean").expect("bundled");
    let text = suasion::scenario::bundled::find("asean").expect("bundled");
    let remove = "\n[counterfactual.alone]\nremove = [\"state.SGP\", \"instrument.palermo\"]\n";
    let widened = Scenario::parse("wider", &format!("{text}{remove}"), None).expect("TOML");
    let mut alone = widened.clone();
    alone.apply_counterfactual("alone").expect("it is there");
    let other = alone.build_alone().expect("valid").world;
    let (_, pair) = pair(&base, &other, 8, Options::default());
    assert!(pair.unpaired.base.contains(&"state SGP".to_string()), "{:?}", pair.unpaired);
    assert!(pair.unpaired.base.contains(&"adopted_palermo".to_string()), "{:?}", pair.unpaired);
    assert!(!pair.outcomes.iter().any(|outcome| outcome.place == Place::State(7)));
    // The start is the same luck, whoever else is there.
    for i in [0, 6, 8, 9] {
        let difference = says(&pair, (MOTIVATION, Place::State(i), 0), 0.95).difference;
        assert_eq!((difference.mean, difference.sd, difference.min), (0.0, Some(0.0), 0.0));
    }
    loaded.years(2001..2010).expect("years");
    let shorter = loaded.build_alone().expect("valid").world;
    assert_eq!(check(&base, &shorter), Err(Unpairable::Clock));
}

fn game<'a>(base: &'a World, other: &'a World, names: &[&str], method: Method, replicates: u32) -> Game<'a> {
    let texts = ["motivation", "protection.IDN", "enforcement@2008"];
    let outcomes = |world| Outcomes::parse(&texts, world).expect("known");
    let mechanisms: Vec<Mechanism> = names.iter().map(|name| find(name).expect("known").clone()).collect();
    Game {
        base: (base, outcomes(base)),
        other: (other, outcomes(other)),
        mechanisms,
        method,
        seed: 1,
        replicates,
        level: 0.95,
    }
}

fn play(game: &Game) -> Vec<Split> {
    game.play(Options::default(), &AtomicBool::new(false), |_| {}).expect("nothing stops it")
}

#[test]
fn shares_and_the_rest_are_the_difference() {
    let (base, other) = (scenario_of("asean").world, counterfactual("asean", "no-tvpa"));
    let names = ["signalling", "self_determination", "reputation", "displacement", "persuasion"];
    let everyone: Vec<&str> = MECHANISMS.iter().map(|m| &*m.name).collect();
    let (_, pair) = pair(&base, &other, 20, Options::default());
    let whole = says(&pair, (MOTIVATION, Place::Mean, 15), 0.95).difference;
    for game in [
        game(&base, &other, &names, Method::Exact, 20),
        game(&base, &other, &everyone, Method::Sampled(1), 20),
    ] {
        let splits = play(&game);
        for split in &splits {
            let sum: f64 = split.shares.iter().map(|share| share.mean).sum::<f64>() + split.rest.mean;
            assert!((sum - split.difference.mean).abs() < 1e-9, "{sum} {}", split.difference.mean);
        }
        // Cells come by year: enforcement in 2008, then motivation.
        assert!((splits[1].difference.mean - whole.mean).abs() < 1e-8);
        assert!(splits[1].difference.mean > 0.05);
    }
}

#[test]
fn shares_of_two_are_as_defined() {
    let (base, other) = (scenario_of("asean").world, counterfactual("asean", "no-tvpa"));
    let game = game(&base, &other, &["overjustification", "reputation"], Method::Exact, 12);
    let v = |off: &[&str]| {
        let arm = |world: &World| {
            let mut world = world.clone();
            for name in off {
                find(name).expect("known").switch_off(&mut world);
            }
            let runs = trace(&world, 12);
            let states = 0..world.states.len();
            mean(&states.flat_map(|i| runs.last(i, Variable::Motivation)).collect::<Vec<f64>>())
        };
        arm(&other) - arm(&base)
    };
    let (all, only_two) = (v(&[]), v(&["overjustification"]));
    let (only_one, none) = (v(&["reputation"]), v(&["overjustification", "reputation"]));
    let split = &play(&game)[1];
    let expected =
        [0.5 * ((only_one - none) + (all - only_two)), 0.5 * ((only_two - none) + (all - only_one))];
    for (share, expected) in split.shares.iter().zip(expected) {
        assert!((share.mean - expected).abs() < 1e-9, "{} {expected}", share.mean);
    }
    assert!((split.rest.mean - none).abs() < 1e-9);
}

#[test]
fn sampled_orders_agree_with_all_subsets_and_threads_change_no_bit() {
    let (base, other) = (scenario_of("asean").world, counterfactual("asean", "no-tvpa"));
    // The waiver is idle where it is switched off already.
    let mut base_without = base.clone();
    find("waiver").expect("known").switch_off(&mut base_without);
    let names = ["inducement", "attribution", "overjustification", "waiver", "habituation"];
    let exact = play(&game(&base_without, &other, &names, Method::Exact, 100));
    let sampled_game = game(&base_without, &other, &names, Method::Sampled(4), 100);
    let sampled = play(&sampled_game);
    for (exact, sampled) in exact.iter().zip(&sampled) {
        for (k, (a, b)) in exact.shares.iter().zip(&sampled.shares).enumerate() {
            // Both see the same replicates, so what is left is which orders were drawn.
            let error = student(100, 0.99) * b.sd.expect("many replicates") / 10.0;
            assert!((a.mean - b.mean).abs() <= error, "{} {} {}", names[k], a.mean, b.mean);
        }
        assert_eq!((exact.shares[3].mean, sampled.shares[3].mean), (0.0, 0.0));
        assert_eq!(exact.rest, sampled.rest);
    }
    let alone = options(1, Isa::Baseline);
    let one = sampled_game.play(alone, &AtomicBool::new(false), |_| {}).expect("nothing stops it");
    assert_eq!(one, sampled);
}

#[test]
fn compare_writes_tables_pictures_and_scenarios() {
    let folder = TempDir::new().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut all = vec!["compare", "asean", "no-tvpa", "--replicates", "16", "--out", "out/compare-asean"];
        all.extend(arguments);
        let output = suasion(folder.path(), &all);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let own = "signalling off: parameters.signalling=0; parameters.drift=0.02";
    let text = run(&["--against", own, "--decompose=signalling,reputation", "--threads", "1"]);
    for expected in
        ["no-tvpa v. baseline", "signalling off v. baseline", "Malaysia", "rest", "100%", "mean wait"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let made = folder.path().join("out/compare-asean");
    let read = |name: &str| std::fs::read_to_string(made.join(name)).expect(name);
    for name in [
        "manifest.json",
        "scenario.toml",
        "scenario-no-tvpa.toml",
        "scenario-signalling-off.toml",
        "differences-motivation.png",
        "shares-no-tvpa-motivation-mean-2015.svg",
    ] {
        assert!(made.join(name).exists(), "{name}");
    }
    let tables = ["differences.csv", "arms.csv", "shares-no-tvpa.csv"];
    let first: Vec<String> = tables.iter().map(|name| read(name)).collect();
    assert!(first[0].lines().any(|line| line.starts_with("no-tvpa,mean,2015,motivation,16,")));
    assert!(first[0].contains("signalling off,IDN,2010,reached_law,"));
    assert!(first[0].contains("no-tvpa,mean,2015,years_to_phase_3,"));
    assert!(first[2].lines().filter(|line| line.contains(",rest,")).count() == 33);
    // The scenario of an arm is the arm: run by itself it gives the digest that is told.
    let digest = |line: &str| line.rsplit(',').next().expect("a cell").to_string();
    let told = digest(first[1].lines().find(|l| l.starts_with("signalling off")).expect("an arm"));
    let alone = suasion(&made, &["run", "scenario-signalling-off.toml", "--json", "--out", "../alone"]);
    assert!(stdout(&alone).contains(&told), "{told}");
    assert!(suasion(folder.path(), &["verify", "out/compare-asean"]).status.success());
    run(&["--against", own, "--decompose=signalling,reputation", "--threads", "3", "--replace"]);
    assert_eq!(first, tables.iter().map(|name| read(name)).collect::<Vec<_>>());
    // One replicate has no interval, and says so.
    let one = suasion(folder.path(), &["compare", "asean", "no-tvpa", "--replicates", "1", "--out", "one"]);
    assert!(stdout(&one).contains("no intervals"), "{}", stderr(&one));
    let alone = std::fs::read_to_string(folder.path().join("one/differences.csv")).expect("written");
    assert!(!alone.lines().next().expect("a header").contains("ci_low"));
    let parquet = ["compare", "asean", "no-tvpa", "--replicates", "16", "--format", "parquet", "--out", "p"];
    let parquet = suasion(folder.path(), &parquet);
    assert!(
        stdout(&parquet).contains("written to p") && folder.path().join("p/differences.parquet").exists()
    );
}

#[test]
fn bad_comparisons_are_told_with_exit_code_2() {
    let folder = TempDir::new().expect("a folder");
    let text = suasion::scenario::bundled::find("teaching/spiral").expect("bundled");
    let broken = format!("{text}\n[counterfactual.nothing]\nremove = [\"regime.nobody\"]\n");
    std::fs::write(folder.path().join("broken.toml"), broken).expect("writable");
    for (arguments, expected) in [
        (vec!["compare", "asean", "no-tpva"], "no-tvpa"),
        (vec!["compare", "asean", "no-tvpa", "no-tvpa"], "twice"),
        (vec!["compare", "asean", "parameters.drift=0"], "--against"),
        (vec!["compare", "asean", "--against", "parameters.drift=0.03"], "changes nothing"),
        (vec!["compare", "asean", "--against", "parameters.dirft=0.1"], "drift"),
        (vec!["compare", "asean", "--against", "time.steps_per_year=12"], "share no luck"),
        (vec!["compare", "asean", "no-tvpa", "--counterfactual", "no-tvpa"], "changes nothing"),
        (vec!["compare", "asean", "no-tvpa", "--outcome", "motivaton"], "motivation"),
        (vec!["compare", "asean", "no-tvpa", "--outcome", "motivation.MSY"], "MYS"),
        (vec!["compare", "asean", "no-tvpa", "--decompose=signaling"], "signalling"),
        (vec!["compare", "asean", "no-tvpa", "--decompose=drift,drift"], "twice"),
        (
            vec!["compare", "asean", "no-tvpa", "--decompose", "signalling,drift"],
            "--decompose=signalling,drift",
        ),
        (vec!["compare", "asean", "no-tvpa", "--permutations", "3"], "--decompose"),
        (vec!["compare", "asean", "no-tvpa", "--replicates", "0"], "replicates"),
        (vec!["compare", "asean", "no-tvpa", "--level", "95"], "0.95"),
        (vec!["compare", "asean", "no-tvpa", "--replicates", "2000000000", "--decompose"], "simulations"),
        (vec!["compare", "broken.toml"], "regime.nobody"),
    ] {
        let output = suasion(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}{}", stdout(&output), stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty() && !folder.path().join("out").exists(), "{arguments:?}");
    }
}

#[test]
fn a_level_is_told_as_it_was_given() {
    let folder = TempDir::new().expect("a folder");
    let arguments = ["compare", "asean", "no-tvpa", "--replicates", "8", "--level", "0.995"];
    let output = suasion(folder.path(), &arguments);
    let text = stdout(&output);
    assert!(text.contains("99.5 % intervals") && !text.contains("inf"), "{text}");
}
