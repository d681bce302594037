//! A search over the priors' normal scores by CMA-ES (Hansen): what the nearest point and the most probable one are found by.
//!
//! In these coordinates every prior is standard normal, so steps of one size fit all parameters, and none leaves its prior.

use super::prior::{Prior, phi};
use crate::engine::parallel::on_threads;
use crate::experiment::error::ExperimentError;
use crate::lanes::lane::Lane;
use crate::lanes::math::inverse_normal;
use cmaes::{CMAESOptions, DVector};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

/// First size of steps, in normal scores.
const STEP: f64 = 0.5;

fn score(share: f64) -> f64 {
    inverse_normal(Lane::splat(share.clamp(1e-9, 1.0 - 1e-9))).0[0]
}

/// The values at some scores.
pub(super) fn values(priors: &[Prior], scores: &[f64]) -> Vec<f64> {
    let value = |(prior, z): (&Prior, &f64)| prior.quantile(phi(*z).clamp(1e-9, 1.0 - 1e-9));
    priors.iter().zip(scores).map(value).collect()
}

/// Scores at which a search can begin: of the values that are known, moved within the priors, else of the medians.
///
/// # Errors
/// If neither may stand together.
pub(super) fn begin(
    priors: &[Prior],
    known: &[Option<f64>],
    admits: impl Fn(&[f64]) -> bool,
) -> Result<Vec<f64>, ExperimentError> {
    let begin = |(prior, x): (&Prior, &Option<f64>)| {
        // At the very end of a prior a score is out of reach of small steps.
        x.map_or(0.0, |x| score(prior.cdf(x).clamp(0.01, 0.99)))
    };
    let own: Vec<f64> = priors.iter().zip(known).map(begin).collect();
    // The scenario's values, moved within the priors, need not be valid together; nor need the medians.
    let valid = [own, vec![0.0; priors.len()]].into_iter().find(|scores| admits(&values(priors, scores)));
    valid.ok_or_else(|| {
        let found = "the search cannot begin: neither the scenario's values within the priors nor their medians are a valid scenario";
        ExperimentError::asked(found.to_string(), Some("give other priors".into()))
    })
}

/// The scores at which an objective is least, never worse than those at which it began, and how often it was evaluated: until steps are small, or as often as asked for. `tell` hears of evaluations and
/// of the least value so far.
///
/// # Errors
/// If the search cannot begin, or `stop` was raised.
pub(super) fn least(
    scores: Vec<f64>,
    (seed, evaluations): (u64, usize),
    threads: NonZeroUsize,
    stop: &AtomicBool,
    objective: impl Fn(&[f64]) -> f64 + Sync,
    mut tell: impl FnMut(usize, f64) + Send,
) -> Result<(Vec<f64>, usize), ExperimentError> {
    let at_start = objective(&scores);
    let objective = |z: &DVector<f64>| -> f64 {
        if stop.load(Ordering::Relaxed) { f64::from(u16::MAX) } else { objective(z.as_slice()) }
    };
    let options = CMAESOptions::new(scores.clone(), STEP).seed(seed).max_function_evals(evaluations);
    let mut search = options
        .tol_fun(1e-6)
        .tol_x(1e-4)
        .build(objective)
        .map_err(|error| ExperimentError::Asked(format!("the search cannot begin: {error:?}")))?;
    let searched = on_threads(threads, || {
        while search.next_parallel().is_none() && !stop.load(Ordering::Relaxed) {
            let best = search.overall_best_individual().map_or(f64::INFINITY, |best| best.value);
            tell(search.function_evals(), best);
        }
    });
    searched.map_err(|error| ExperimentError::Threads(error.to_string()))?;
    if stop.load(Ordering::Relaxed) {
        return Err(ExperimentError::Stopped);
    }
    let better = search.overall_best_individual().filter(|best| best.value < at_start);
    let best = better.map_or(scores, |best| best.point.as_slice().to_vec());
    Ok((best, search.function_evals()))
}
