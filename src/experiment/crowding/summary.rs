//! What draws say of a difference, and whether a posterior says anything that the prior did not.

use super::{Beside, Draw};
use crate::estimate::Estimate;
use crate::experiment::audit::NIL;
use crate::experiment::calibrate::{
    MOVED, effective_size, is_identified, kolmogorov_of_two, moments, weighted_quantile,
};
use std::fmt;

/// Quantiles between which nine in ten draws lie.
const ENDS: [f64; 2] = [0.05, 0.95];
/// Kolmogorov-Smirnov distance, times the root of the sample size, that chance exceeds in 1 of 20 cases.
const CHANCE: f64 = 1.36;

/// Draws of a difference in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Mean over draws.
    pub mean: f64,
    /// Standard deviation over draws.
    pub sd: f64,
    /// 0.05 quantile over draws. It holds parameters alone: a draw's own mean has an error of luck beside it.
    pub low: f64,
    /// 0.95 quantile.
    pub high: f64,
    /// Share of the draws above 0.
    pub above: f64,
    /// As many equally weighted draws would say as much.
    pub effective: f64,
}

/// What a difference owes to what is assumed of crowding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It does not hang on crowding: whatever the coefficients are, it stays within 0.005.
    Unmoved,
    /// The posterior is as the prior, or there is none: the record says nothing of it, and what is said of it is assumed.
    Assumed,
    /// The record says something: the posterior is narrower than the prior, or has moved from it, by the rule of `calibrate`.
    Informed,
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Says::Unmoved => "unmoved",
            Says::Assumed => "assumed",
            Says::Informed => "informed",
        })
    }
}

/// The differences of a counterfactual and an outcome over draws, with their weights.
fn values(draws: &[Draw], arm: usize, outcome: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let values = draws.iter().map(|draw| draw.means[arm][outcome]).collect::<Option<Vec<f64>>>()?;
    (!values.is_empty()).then(|| (values, draws.iter().map(|draw| draw.weight).collect()))
}

impl Summary {
    fn of((values, weights): &(Vec<f64>, Vec<f64>)) -> Summary {
        let (mean, sd) = moments(values, weights);
        let [low, high] = ENDS.map(|share| weighted_quantile(values, weights, share));
        let above = values.iter().zip(weights).filter(|(x, _)| **x > 0.0).map(|(_, w)| w).sum();
        Summary { mean, sd, low, high, above, effective: effective_size(weights) }
    }
}

/// A row: a difference under every setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Without any crowding.
    pub null: Estimate,
    /// At the scenario's own coefficients.
    pub defaults: Estimate,
    /// Over draws of the prior.
    pub prior: Option<Summary>,
    /// Over draws of the posterior.
    pub posterior: Option<Summary>,
    /// What it owes to what is assumed.
    pub says: Says,
}

impl Beside {
    /// A counterfactual's difference of an outcome, both by number; none where one of the arms has no such thing.
    pub fn row(&self, arm: usize, outcome: usize) -> Option<Row> {
        let (null, defaults) = (self.null[arm][outcome]?, self.defaults[arm][outcome]?);
        let prior = values(&self.prior, arm, outcome);
        let posterior = self.posterior.as_ref().and_then(|draws| values(draws, arm, outcome));
        let all = prior.iter().flat_map(|(values, _)| values).chain([&null.mean, &defaults.mean]);
        let (least, most) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        let says = match (&prior, &posterior) {
            _ if most - least < NIL => Says::Unmoved,
            (Some(prior), Some(posterior)) if self.apart(prior, posterior) => Says::Informed,
            _ => Says::Assumed,
        };
        let summary = |of: &Option<(Vec<f64>, Vec<f64>)>| of.as_ref().map(Summary::of);
        Some(Row { null, defaults, prior: summary(&prior), posterior: summary(&posterior), says })
    }

    /// Whether a posterior differs from a prior by the rule of `calibrate`. Of the prior weighed it is the weights that must do it; of one that was fitted
    /// chance has a part in both samples.
    fn apart(&self, prior: &(Vec<f64>, Vec<f64>), posterior: &(Vec<f64>, Vec<f64>)) -> bool {
        let ((_, before), (_, after)) = (moments(&prior.0, &prior.1), moments(&posterior.0, &posterior.1));
        let [n, m] = [prior, posterior].map(|(_, weights)| effective_size(weights));
        let chance = if self.fitted { (1.0 / n + 1.0 / m).sqrt() } else { (1.0 / m).sqrt() };
        let distance = kolmogorov_of_two((&prior.0, &prior.1), (&posterior.0, &posterior.1));
        is_identified(after / before, distance, MOVED.max(CHANCE * chance))
    }
}
