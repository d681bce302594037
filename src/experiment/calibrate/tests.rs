//! Calibrations of small models whose posteriors are known, and simulation-based calibration of one (Talts et al. 2018).

use super::*;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::Lane;
use crate::lanes::math::{inverse_normal, ln_scalar};
use crate::output::manifest::ScenarioEntry;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;

fn uniform(seed: u64, i: u64) -> f64 {
    let word = double_words(seed, Purpose::Jitter, (i / 8) as u32, 0)[(i % 8) as usize];
    ((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

fn normal(seed: u64, i: u64) -> f64 {
    inverse_normal(Lane::splat(uniform(seed, i))).0[0]
}

/// The mean of `N` normals of sd 1 about the first value; other values do nothing.
struct Normals;
const N: f64 = 4.0;

impl Simulator for Normals {
    fn admits(&self, values: &[f64]) -> bool {
        values.iter().all(|x| x.is_finite())
    }
    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError> {
        Ok(trials.iter().map(|t| t.values[0] + normal(t.seed, 0) / N.sqrt()).collect())
    }
}

/// Adoption dates of 25 states under a constant hazard over ten years: the share adopted, and the mean date of those.
struct Hazard;

impl Simulator for Hazard {
    fn admits(&self, _: &[f64]) -> bool {
        true
    }
    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError> {
        let of = |t: &Trial| {
            let dates = (0..25).map(|i| -ln_scalar(uniform(t.seed, i)) / t.values[0]);
            let within: Vec<f64> = dates.filter(|d| *d < 10.0).collect();
            let mean = within.iter().sum::<f64>() / within.len() as f64;
            [within.len() as f64 / 25.0, mean]
        };
        Ok(trials.iter().flat_map(of).collect())
    }
}

fn target(pattern: &str, observed: f64, tolerance: f64) -> Target {
    Target { name: pattern.into(), pattern: pattern.into(), observed, below: tolerance, above: tolerance }
}

pub(super) fn described(targets: &[Target], priors: &[Prior], particles: u32) -> Description {
    Description {
        program: "suasion".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        scenario: ScenarioEntry {
            name: "test".into(),
            title: "Test".into(),
            blake3: String::new(),
            changes: Vec::new(),
        },
        seed: "0x1".into(),
        particles,
        replicates: 1,
        quantile: 0.5,
        kernel: KernelKind::Component,
        fitted: String::new(),
        parameters: priors
            .iter()
            .enumerate()
            .map(|(i, p)| ParameterEntry { path: format!("p{i}"), prior: p.to_string() })
            .collect(),
        targets: targets.to_vec(),
        likelihood: None,
    }
}

struct Asked<'a> {
    targets: &'a [Target],
    priors: &'a [Prior],
    particles: u32,
    seed: u64,
    kernel: KernelKind,
}

const LONG: Until = Until { generations: 20, tolerance: 0.05, acceptance: 0.01, trials: u64::MAX };

impl Asked<'_> {
    fn run(&self, simulator: &dyn Simulator, until: Until, threads: usize) -> Outcome {
        let folder = TempDir::new().unwrap();
        self.run_in(&folder, simulator, until, (1, 1), threads, &AtomicBool::new(false)).unwrap()
    }

    fn run_in(
        &self,
        folder: &TempDir,
        simulator: &dyn Simulator,
        until: Until,
        shard: (u32, u32),
        threads: usize,
        stop: &AtomicBool,
    ) -> Result<Outcome, ExperimentError> {
        let description = described(self.targets, self.priors, self.particles);
        let mut store = Store::open(&folder.path().join("blocks"), &description, "version = 2\n", false)?;
        let calibration = Calibration {
            priors: self.priors,
            distance: Distance::new(self.targets),
            simulator,
            seed: self.seed,
            particles: self.particles,
            quantile: 0.5,
            kernel: self.kernel,
        };
        let threads = NonZeroUsize::new(threads).unwrap();
        calibration.run(&mut store, until, Work { shard, threads, stop }, |_| {}, |_, _, _| {})
    }
}

const WIDE: Prior = Prior::Normal { mean: 0.0, sd: 1.0, low: -8.0, high: 8.0 };
const IDLE: Prior = Prior::Uniform { low: 0.0, high: 1.0 };

#[test]
fn a_conjugate_normal_comes_to_its_known_posterior_with_either_kernel() {
    let observed = 1.2;
    // Precision 1 + N, mean N x / (1 + N).
    let (mean, sd) = (N * observed / (1.0 + N), (1.0 / (1.0 + N)).sqrt());
    for kernel in [KernelKind::Component, KernelKind::Multivariate, KernelKind::Moves] {
        let asked = Asked {
            targets: &[target("mean", observed, 1.0)],
            priors: &[WIDE, IDLE],
            particles: 2000,
            seed: 5,
            kernel,
        };
        let outcome = asked.run(&Normals, LONG, 2);
        let population = outcome.population.unwrap();
        let (m, s) = moments(&population.parameter(0), &population.weights);
        let error = sd / population.effective_size().sqrt();
        assert!(
            (m - mean).abs() < 4.0 * error && (s / sd - 1.0).abs() < 0.08,
            "{kernel:?}: {m} {s} v. {mean} {sd}"
        );
        assert!(population.effective_size() > 1000.0, "{}", population.effective_size());
        let marginals = [WIDE, IDLE].iter().enumerate().map(|(k, p)| Marginal::new(&population, k, p));
        let identified: Vec<bool> = marginals.map(|m| m.identified()).collect();
        assert_eq!(identified, [true, false], "what does nothing is not identified");
        assert!(outcome.steps.windows(2).all(|pair| pair[1].tolerance < pair[0].tolerance));
        assert_eq!(outcome.end, End::Tolerance);
    }
}

/// Ranks of the truth among draws of its posterior, over data sets simulated from the prior.
fn ranks(kernel: KernelKind) -> Vec<usize> {
    const DATA_SETS: u64 = 100;
    const DRAWS: u64 = 19;
    let prior = Prior::Uniform { low: 0.02, high: 0.5 };
    let mut ranks = vec![0; DRAWS as usize + 1];
    for i in 0..DATA_SETS {
        let truth = prior.quantile(uniform(99, i));
        let observed = Hazard.simulate(&[Trial { values: vec![truth], seed: 1_000_000 + i }]).unwrap();
        if observed[1].is_nan() {
            continue;
        }
        let targets = [target("share", observed[0], 0.1), target("date", observed[1], 1.0)];
        let asked = Asked { targets: &targets, priors: &[prior], particles: 128, seed: i, kernel };
        let until = Until { generations: 6, tolerance: 0.2, acceptance: 0.02, trials: u64::MAX };
        let population = asked.run(&Hazard, until, 2).population.unwrap();
        let wheel = Wheel::new(&population.weights);
        let draws = (0..DRAWS).map(|d| population.values[wheel.at(uniform(7_000 + i, d))]);
        ranks[draws.filter(|x| *x < truth).count()] += 1;
    }
    ranks
}

#[test]
fn ranks_of_the_truth_among_posterior_draws_are_uniform() {
    for kernel in [KernelKind::Component, KernelKind::Moves] {
        let ranks = ranks(kernel);
        // Five bins of four ranks: chi-square with 4 degrees of freedom; 18.5 comes once in a thousand.
        let bins: Vec<f64> = ranks.chunks(4).map(|bin| bin.iter().sum::<usize>() as f64).collect();
        let expected = bins.iter().sum::<f64>() / bins.len() as f64;
        let chi: f64 = bins.iter().map(|b| (b - expected) * (b - expected) / expected).sum();
        assert!(chi < 18.5 && expected > 19.0, "{kernel:?}: {chi}: {ranks:?}");
    }
}

#[test]
fn threads_shards_and_interruptions_change_no_bit() {
    for kernel in [KernelKind::Multivariate, KernelKind::Moves] {
        comes_to_the_same(kernel);
    }
}

/// Stopped after 10 simulated rounds, 20, 40 and so on: a block must be able to finish between two stops.
struct Stopping<'a>(&'a AtomicUsize, &'a AtomicBool);
impl Simulator for Stopping<'_> {
    fn admits(&self, values: &[f64]) -> bool {
        Normals.admits(values)
    }
    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError> {
        let rounds = self.0.fetch_add(1, Ordering::Relaxed);
        if rounds.is_multiple_of(10) && (rounds / 10).is_power_of_two() {
            self.1.store(true, Ordering::Relaxed);
        }
        Normals.simulate(trials)
    }
}

fn comes_to_the_same(kernel: KernelKind) {
    let targets = [target("mean", 0.7, 0.5)];
    let asked = Asked { targets: &targets, priors: &[WIDE, IDLE], particles: 100, seed: 3, kernel };
    let until = Until { generations: 5, tolerance: 0.0, acceptance: 0.0, trials: u64::MAX };
    let whole = asked.run(&Normals, until, 1).population.unwrap();
    for threads in [2, 5] {
        assert_eq!(asked.run(&Normals, until, threads).population.unwrap(), whole);
    }
    // Shards take turns; each waits for the others at the end of a generation.
    let folder = TempDir::new().unwrap();
    let go = AtomicBool::new(false);
    let mut ends = Vec::new();
    let sharded = loop {
        let shard = (ends.len() as u32 % 3 + 1, 3);
        let outcome = asked.run_in(&folder, &Normals, until, shard, 2, &go).unwrap();
        ends.push(outcome.end);
        if !matches!(outcome.end, End::Waiting(_)) {
            break outcome.population.unwrap();
        }
    };
    assert_eq!(sharded, whole);
    assert!(ends.contains(&End::Waiting(0)) && ends.contains(&End::Waiting(4)), "{ends:?}");
    let folder = TempDir::new().unwrap();
    let (count, mut stops) = (AtomicUsize::new(0), 0);
    let resumed = loop {
        let stop = AtomicBool::new(false);
        match asked.run_in(&folder, &Stopping(&count, &stop), until, (1, 1), 2, &stop) {
            Ok(outcome) => break outcome.population.unwrap(),
            Err(ExperimentError::Stopped) => stops += 1,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(stops > 2, "{stops}");
    assert_eq!(resumed, whole);
    // What was asked to stop early goes on to the same end, simulating nothing twice.
    let folder = TempDir::new().unwrap();
    let early = Until { generations: 2, ..until };
    let first = asked.run_in(&folder, &Normals, early, (1, 1), 2, &go).unwrap();
    assert_eq!((first.steps.len(), first.end), (2, End::Generations));
    assert_eq!(asked.run_in(&folder, &Normals, until, (1, 1), 2, &go).unwrap().population.unwrap(), whole);
}

/// The same statistic for all.
struct Same;
impl Simulator for Same {
    fn admits(&self, _: &[f64]) -> bool {
        true
    }
    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError> {
        Ok(vec![0.0; trials.len()])
    }
}

#[test]
fn each_rule_stops_and_another_calibration_is_refused() {
    let targets = [target("mean", 0.7, 0.5)];
    let asked =
        Asked { targets: &targets, priors: &[WIDE], particles: 64, seed: 3, kernel: KernelKind::Component };
    let never = Until { generations: 30, tolerance: 0.0, acceptance: 0.0, trials: u64::MAX };
    let end = |until| asked.run(&Normals, until, 2).end;
    assert_eq!(end(Until { trials: 200, ..never }), End::Trials);
    assert_eq!(end(Until { acceptance: 0.5, ..never }), End::Acceptance);
    assert_eq!(end(Until { tolerance: 0.5, ..never }), End::Tolerance);
    assert_eq!(asked.run(&Same, never, 2).end, End::Floor);
    let folder = TempDir::new().unwrap();
    let go = AtomicBool::new(false);
    asked.run_in(&folder, &Normals, Until { generations: 1, ..never }, (1, 1), 1, &go).unwrap();
    // Numbers of many digits are the same ones when they are read back.
    let odd = [target("a", 11.0 / 92.0, 0.111_900_576_988_837_65), target("b", 1.0 / 11.0, 0.1)];
    for _ in 0..2 {
        Store::open(&folder.path().join("odd"), &described(&odd, &[WIDE], 4), "version = 2\n", false)
            .unwrap();
    }
    let other = Asked { targets: &[target("mean", 0.8, 0.5)], ..asked };
    let told = other.run_in(&folder, &Normals, never, (1, 1), 1, &go).unwrap_err().to_string();
    assert!(told.contains("another calibration") && told.contains("observed: 0.7 there, 0.8 here"), "{told}");
}

#[test]
fn the_nearest_point_is_found_again_by_any_number_of_threads() {
    let distance = Distance::new(&[target("mean", 1.3, 0.5)]);
    let search = Search {
        priors: &[WIDE, IDLE],
        start: &[None, Some(0.9)],
        distance: &distance,
        simulator: &Normals,
        seed: 7,
        runs: 30_000,
    };
    let find = |threads| {
        search.run(NonZeroUsize::new(threads).unwrap(), &AtomicBool::new(false), |_, _| {}).unwrap()
    };
    let found = find(1);
    assert!((found.values[0] - 1.3).abs() < 0.2 && found.distance < 0.1, "{found:?}");
    assert!((found.values[1] - 0.5).abs() < 0.1, "what makes no difference goes to the middle: {found:?}");
    assert!(found.start_distance > 1.0 && found.start[1] > 0.89);
    assert_eq!(found, find(5));
}

#[test]
fn predictions_are_of_weighted_draws_with_new_luck() {
    let targets = [target("mean", 1.0, 0.5)];
    let asked =
        Asked { targets: &targets, priors: &[WIDE], particles: 400, seed: 3, kernel: KernelKind::Component };
    let population = asked.run(&Normals, LONG, 2).population.unwrap();
    let predicted =
        predict(&population, &Normals, 3, 4000, NonZeroUsize::MIN, &AtomicBool::new(false)).unwrap();
    let (mean, sd) = moments(&predicted, &vec![1.0 / 4000.0; 4000]);
    // Posterior mean N / (1 + N), and variance 1 / (1 + N) + 1 / N.
    assert!((mean - 0.8).abs() < 0.08 && (sd - 0.45_f64.sqrt()).abs() < 0.06, "{mean} {sd}");
}
