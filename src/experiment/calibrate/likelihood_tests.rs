//! Posteriors by likelihood against one that is known: a state alone whose motivation drifts, read with a normal error, as Kalman has it.

#![allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]

use super::tests::described;
use super::*;
use crate::engine::given::Given;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, evaluate};
use crate::experiment::history::tests::speech;
use crate::lanes::isa::Isa;
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;

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
    intrinsic_motivation = { mean = 0.7, sd = 0.05 }
    autochthonous_motivation = 0.3
"#;
const SEEN: [(i32, f64); 4] = [(2001, 0.62), (2002, 0.6), (2004, 0.49), (2005, 0.41)];
const ERROR: f64 = 0.06;
const PRIOR: Prior = Prior::Uniform { low: 0.0, high: 1.0 };

/// The likelihood of the readings as a function of drift.
struct Alone {
    scenario: Scenario,
    given: Given,
    /// Evaluations so far, and the number of them after which all is stopped.
    done: AtomicUsize,
    stop_at: usize,
    stop: AtomicBool,
}

impl Alone {
    fn new(stop_at: usize) -> Alone {
        let scenario = Scenario::parse("alone", ALONE, None).unwrap().build_alone().unwrap();
        let given = speech(&scenario.world, 5, &[BTreeMap::from(SEEN)], ERROR);
        Alone { scenario, given, done: AtomicUsize::new(0), stop_at, stop: AtomicBool::new(false) }
    }
}

impl Likelihood for Alone {
    fn admits(&self, values: &[f64]) -> bool {
        values[0] >= 0.0
    }
    fn log_likelihood(&self, trial: &Trial, stop: &AtomicBool) -> Result<f64, ExperimentError> {
        if self.done.fetch_add(1, Ordering::Relaxed) + 1 == self.stop_at {
            self.stop.store(true, Ordering::Relaxed);
        }
        let mut world = self.scenario.world.clone();
        world.parameters.drift = trial.values[0];
        let few = Effort { particles: 100, second: false };
        Ok(evaluate(&world, &self.given, trial.seed, few, Isa::detect(), stop)?.total().0)
    }
}

/// The log-likelihood as Kalman's filter has it: `m' = 0.3 + k (m - 0.3)` a year, k four Euler steps.
fn exact(drift: f64) -> f64 {
    let k = (1.0 - drift / 4.0).powi(4);
    let (mut mean, mut variance, mut sum) = (0.7, 0.05 * 0.05, 0.0);
    for year in 2001..2006 {
        mean = 0.3 + k * (mean - 0.3);
        variance *= k * k;
        if let Some((_, y)) = SEEN.iter().find(|(of, _)| *of == year) {
            let (total, off): (f64, f64) = (variance + ERROR * ERROR, y - mean);
            sum -= 0.5 * (off * off / total + (std::f64::consts::TAU * total).ln());
            let gain = variance / total;
            mean += gain * off;
            variance *= 1.0 - gain;
        }
    }
    sum
}

fn run(
    folder: &TempDir,
    alone: &Alone,
    generations: u32,
    threads: usize,
) -> Result<Tempered, ExperimentError> {
    let description = described(&[], &[PRIOR], 200);
    let mut store = Store::open(&folder.path().join("blocks"), &description, "version = 2\n", false)?;
    let tempering = Tempering { priors: &[PRIOR], likelihood: alone, seed: 3, particles: 200, kept: 0.5 };
    let work = Work { shard: (1, 1), threads: NonZeroUsize::new(threads).unwrap(), stop: &alone.stop };
    tempering.run(&mut store, (generations, u64::MAX), work, |_| {}, |_, _, _| {})
}

#[test]
fn a_posterior_by_likelihood_is_the_one_of_the_exact_likelihood() {
    let (mut sum, mut mean, mut square) = (0.0, 0.0, 0.0);
    for i in 0..2000 {
        let x = (f64::from(i) + 0.5) / 2000.0;
        let density = exact(x).exp();
        sum += density;
        mean += density * x;
        square += density * x * x;
    }
    let evidence = (sum / 2000.0).ln();
    mean /= sum;
    let sd = (square / sum - mean * mean).sqrt();
    let tempered = run(&TempDir::new().unwrap(), &Alone::new(usize::MAX), 50, 2).unwrap();
    assert_eq!(tempered.end, Reached::Posterior);
    let population = tempered.population.unwrap();
    let (m, s) = moments(&population.parameter(0), &population.weights);
    let error = sd / population.effective_size().sqrt();
    assert!((m - mean).abs() < 4.0 * error && (s / sd - 1.0).abs() < 0.2, "{m} {s} v. {mean} {sd}");
    let found = tempered.rungs.last().unwrap().log_evidence;
    assert!((found - evidence).abs() < 0.25, "{found} v. {evidence}");
    let powers: Vec<f64> = tempered.rungs.iter().map(|rung| rung.power).collect();
    assert!(
        powers[0] == 0.0 && powers.windows(2).all(|pair| pair[0] < pair[1]) && powers.len() > 2,
        "{powers:?}"
    );
    assert!(Marginal::new(&population, 0, &PRIOR).identified());
}

#[test]
fn threads_and_interruptions_change_no_bit_of_a_posterior_by_likelihood() {
    let whole = run(&TempDir::new().unwrap(), &Alone::new(usize::MAX), 3, 1).unwrap();
    let other = run(&TempDir::new().unwrap(), &Alone::new(usize::MAX), 3, 5).unwrap();
    assert_eq!((&whole.rungs, &whole.population), (&other.rungs, &other.population));
    let folder = TempDir::new().unwrap();
    for stop_at in [150, 500] {
        let stopped = run(&folder, &Alone::new(stop_at), 3, 2);
        assert!(matches!(stopped, Err(ExperimentError::Stopped)));
    }
    let resumed = run(&folder, &Alone::new(usize::MAX), 3, 2).unwrap();
    assert_eq!((&whole.rungs, &whole.population), (&resumed.rungs, &resumed.population));
}

#[test]
fn the_most_probable_point_is_where_the_exact_one_is() {
    // In the prior's normal scores its log density is -z^2 / 2.
    let alone = Alone::new(usize::MAX);
    let score = |x: f64| crate::lanes::math::inverse_normal(crate::lanes::lane::Lane::splat(x)).0[0];
    let height = |x: f64| exact(x) - 0.5 * score(x) * score(x);
    let best =
        (1..1000).map(|i| f64::from(i) / 1000.0).max_by(|a, b| height(*a).total_cmp(&height(*b))).unwrap();
    let climb =
        Climb { priors: &[PRIOR], start: &[Some(0.9)], likelihood: &alone, seed: 7, evaluations: 150 };
    let found = climb.run(NonZeroUsize::MIN, &AtomicBool::new(false), |_| ()).unwrap();
    assert!((found.values[0] - best).abs() < 0.03, "{found:?} v. {best}");
    assert!(found.log_likelihood > found.start_log_likelihood + 1.0 && found.start[0] > 0.89);
    assert_eq!(climb.run(NonZeroUsize::new(2).unwrap(), &AtomicBool::new(false), |_| ()).unwrap(), found);
}
