//! Settings against runs that are made by hand, and what is said of them.

use super::*;
use crate::estimate::Interval;
use crate::experiment::arms;
use crate::model::crowding::coefficients;

static STOP: AtomicBool = AtomicBool::new(false);

fn asean(set: &[&str], until: i32) -> Scenario {
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..until).unwrap();
    for set in set {
        loaded.set(set).unwrap();
    }
    loaded.build_alone().unwrap()
}

const SET: [&str; 1] = ["runs.replicates=40"];

fn comparison(until: i32, outcomes: &[&str]) -> Comparison {
    let base = asean(&SET, until);
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..until).unwrap();
    loaded.set(SET[0]).unwrap();
    let asked = vec![arms::ask(&loaded, "no-tvpa").unwrap()];
    let others = arms::build(asked, &base, false).unwrap();
    Comparison::new(base, others, outcomes, 0.95).unwrap()
}

fn asked(comparison: &Comparison, draws: u32) -> Asked<'_> {
    let plan = Plan { until: None, particles: 400, rows: 40 };
    Asked { comparison, conditioned: &comparison.base, plan, draws, prior: OnEffect::default() }
}

const HOW: fn() -> (Options, &'static AtomicBool) = || (Options::default(), &STOP);

/// A comparison whose parameters are set by text, in the history of just these.
fn by_hand(until: i32, set: &[&str]) -> f64 {
    let set: Vec<&str> = SET.iter().chain(set).copied().collect();
    let base = asean(&set, until);
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..until).unwrap();
    loaded.apply_counterfactual("no-tvpa").unwrap();
    for set in set {
        loaded.set(set).unwrap();
    }
    let arm = loaded.build_alone().unwrap();
    let plan = Plan { until: None, particles: 400, rows: 40 };
    let history = condition(&base, plan, Options::default(), &STOP, &|_| ()).unwrap().history;
    let outcomes = crate::experiment::outcome::Outcomes::parse(&["motivation.MYS"], &base.world).unwrap();
    let plan =
        paired::Plan { outcomes: &outcomes, seed: base.seed, replicates: 40, options: Options::default() };
    let within = |world| Worlds::from(world).within(Some(&history));
    let (_, pairs) = paired::run(within(&base.world), &[within(&arm.world)], plan, &STOP, |_| ()).unwrap();
    pairs[0].at(0, &Level::new(0.95)).difference.mean
}

#[test]
fn null_and_defaults_are_those_of_scenarios_that_say_so() {
    let comparison = comparison(2006, &["motivation.MYS", "tier_tvpa=3.MYS"]);
    let found = asked(&comparison, 0).run(None, None, HOW(), &|_| ()).unwrap();
    assert!(found.prior.is_empty() && found.posterior.is_none() && found.no_posterior.is_none());
    let row = found.row(0, 0).unwrap();
    let off: Vec<String> =
        crate::model::parameters::CROWDING.iter().map(|name| format!("parameters.{name}=0")).collect();
    let off: Vec<&str> = off.iter().map(String::as_str).collect();
    assert_eq!((row.null.mean, row.defaults.mean), (by_hand(2006, &off), by_hand(2006, &[])));
    assert!(row.defaults.mean > row.null.mean && row.says == Says::Assumed, "{row:?}");
    // No grades, no outcome of grades.
    assert!(found.row(0, 1).is_none());
    let described = found.table(&comparison);
    let names: Vec<&str> = described.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(described.table.rows(), 1);
    assert!(names.contains(&"null_ci_low") && names.contains(&"says") && !names.contains(&"prior"));
    assert_eq!(found.draws(&comparison).table.rows(), 0);
}

#[test]
fn draws_are_conditioned_each_by_itself_and_weighed_by_their_likelihood() {
    let comparison = comparison(2004, &["motivation.MYS", "enforcement.MYS"]);
    let of = |draws| asked(&comparison, draws).run(None, None, HOW(), &|_| ()).unwrap();
    let (few, many) = (of(2), of(4));
    let means = |beside: &Beside| beside.prior.iter().map(|d| d.means.clone()).collect::<Vec<_>>();
    assert_eq!(means(&few)[..], means(&many)[..2]);
    let posterior = many.posterior.as_ref().unwrap();
    let sum: f64 = posterior.iter().map(|draw| draw.weight).sum();
    assert!((sum - 1.0).abs() < 1e-12 && many.prior.iter().all(|draw| draw.weight == 0.25));
    let ratio = posterior[1].weight / posterior[0].weight;
    let logs = posterior[1].log_likelihood.0 - posterior[0].log_likelihood.0;
    assert!((crate::lanes::math::ln_scalar(ratio) - logs).abs() < 1e-9);
    // What crowds out more in the probe does so here.
    let mut by_effect: Vec<(f64, f64)> =
        many.prior.iter().map(|draw| (draw.effect, draw.means[0][0].unwrap())).collect();
    by_effect.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(by_effect[0].1 > by_effect[3].1, "{by_effect:?}");
    assert_eq!(many.draws(&comparison).table.rows(), 2 * 2 * 4);
    // A setting that is given is a draw like those.
    let own = Setting::own(&asked(&comparison, 0)).with(coefficients(&comparison.base.world.parameters));
    let fitted = asked(&comparison, 1).run(None, Some(&[(own, 3.0)]), HOW(), &|_| ()).unwrap();
    let draws = fitted.posterior.as_ref().unwrap();
    assert_eq!((draws.len(), draws[0].weight, fitted.fitted), (1, 1.0, true));
    assert!((draws[0].effect + 0.848).abs() < 5e-4);
}

fn made(prior: &[f64], posterior: Option<&[f64]>, weights: Option<&[f64]>) -> Beside {
    let draw = |(number, (mean, weight)): (usize, (&f64, f64))| Draw {
        number,
        effect: 0.0,
        log_likelihood: (-10.0, 0.1),
        weight,
        means: vec![vec![Some(*mean)]],
    };
    let all = |values: &[f64], weights: Option<&[f64]>| {
        let even = vec![1.0 / values.len() as f64; values.len()];
        let weights = weights.map_or(even, <[f64]>::to_vec);
        values.iter().zip(weights).enumerate().map(draw).collect::<Vec<Draw>>()
    };
    let at = |mean| {
        let interval = Some(Interval { low: mean, high: mean });
        vec![vec![Some(Estimate { n: 9, mean, sd: Some(0.1), interval, min: mean, max: mean })]]
    };
    Beside {
        null: at(0.0),
        defaults: at(0.004),
        prior: all(prior, None),
        posterior: posterior.map(|values| all(values, weights)),
        no_posterior: None,
        fitted: weights.is_none(),
        refused: 0,
    }
}

#[test]
fn a_number_is_assumed_where_the_posterior_is_as_the_prior() {
    let says = |prior: &[f64], posterior: Option<&[f64]>, weights: Option<&[f64]>| {
        made(prior, posterior, weights).row(0, 0).unwrap().says
    };
    let even: Vec<f64> = (0..200).map(|i| f64::from(i) / 200.0).collect();
    assert_eq!(says(&even, None, None), Says::Assumed);
    assert_eq!(says(&even, Some(&even), None), Says::Assumed);
    let narrow: Vec<f64> = even.iter().map(|x| 0.5 + 0.5 * (x - 0.5)).collect();
    assert_eq!(says(&even, Some(&narrow), None), Says::Informed);
    let flat = vec![1.0 / 200.0; 200];
    assert_eq!(says(&even, Some(&even), Some(&flat)), Says::Assumed);
    // Weights that leave the upper half alone.
    let upper: Vec<f64> = (0..200).map(|i| if i < 100 { 0.0 } else { 0.01 }).collect();
    assert_eq!(says(&even, Some(&even), Some(&upper)), Says::Informed);
    let same: Vec<f64> = (0..200).map(|i| f64::from(i) * 2e-5).collect();
    assert_eq!(says(&same, None, None), Says::Unmoved);
    let row = made(&even, Some(&even), Some(&upper)).row(0, 0).unwrap();
    let (prior, posterior) = (row.prior.unwrap(), row.posterior.unwrap());
    assert!((prior.mean - 0.4975).abs() < 1e-12 && (posterior.mean - 0.7475).abs() < 1e-12);
    assert!((prior.low - 0.045).abs() < 1e-9 && (prior.high - 0.945).abs() < 1e-9, "{prior:?}");
    assert!((posterior.effective - 100.0).abs() < 1e-9 && (prior.above - 0.995).abs() < 1e-12);
}

#[test]
fn a_likelihood_that_is_known_too_badly_weighs_nothing() {
    let mut beside = made(&[0.1, 0.2], None, None);
    beside.prior[0].log_likelihood.1 = 2.0;
    beside.weigh();
    assert!(beside.posterior.is_none() && beside.no_posterior.unwrap().contains("+-2.0"));
}
