//! What came of a calibration, as tables. It computes no posterior and knows no file.

use super::distance::Target;
use super::identify::{Marginal, relative_density};
use super::parameter::Parameter;
use super::population::Population;
use super::prior::Prior;
use super::run::Step;
use super::tempering::Rung;
use super::weights::weighted_quantile;
use crate::experiment::compare::{Described, Making};

/// Columns of a density in the picture and on the terminal.
pub const BINS: usize = 20;

/// A statistic observed, under the prior and under the posterior.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    /// Median and central 90 % under the prior.
    pub prior: [f64; 3],
    /// Mean over posterior draws with new luck.
    pub mean: f64,
    /// The same three under the posterior.
    pub posterior: [f64; 3],
    /// Share of posterior predictions within the tolerance.
    pub within: f64,
}

impl Predicted {
    /// A statistic, from its values under the prior and in predictions; those that are undefined are left out. None where
    /// all are.
    pub fn new(target: &Target, prior: &[f64], predictions: &[f64]) -> Option<Predicted> {
        let defined = |values: &[f64]| values.iter().copied().filter(|x| !x.is_nan()).collect::<Vec<f64>>();
        let (prior, values) = (defined(prior), defined(predictions));
        if prior.is_empty() || values.is_empty() {
            return None;
        }
        let three = |values: &[f64]| {
            let weights = vec![1.0 / values.len() as f64; values.len()];
            [0.05, 0.5, 0.95].map(|share| weighted_quantile(values, &weights, share))
        };
        let (low, high) = (target.observed - target.below, target.observed + target.above);
        let within = values.iter().filter(|x| (low..=high).contains(*x)).count() as f64 / values.len() as f64;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Some(Predicted { prior: three(&prior), mean, posterior: three(&values), within })
    }
}

/// One row for each parameter: prior, posterior, and whether the two differ.
pub fn marginals(parameters: &[Parameter], marginals: &[Marginal]) -> Described {
    let mut making = Making::default();
    let text = |of: &dyn Fn(&Parameter) -> String| parameters.iter().map(of).collect::<Vec<_>>();
    let number = |of: &dyn Fn(&Marginal) -> f64| marginals.iter().map(of).collect::<Vec<_>>();
    making.text("parameter", "path of the parameter", text(&|p| p.path.clone()));
    making.text("prior", "its prior", text(&|p| p.prior.to_string()));
    making.number("prior_mean", "-", "mean of the prior", number(&|m| m.prior.0));
    making.number("prior_sd", "-", "standard deviation of the prior", number(&|m| m.prior.1));
    making.number("mean", "-", "weighted mean of the posterior", number(&|m| m.posterior.0));
    making.number("sd", "-", "weighted standard deviation of the posterior", number(&|m| m.posterior.1));
    for (i, (name, meaning)) in [("q05", "5 %"), ("q50", "50 %"), ("q95", "95 %")].into_iter().enumerate() {
        making.number(
            name,
            "-",
            &format!("{meaning} quantile of the posterior"),
            number(&|m| m.quantiles[i]),
        );
    }
    making.number("sd_ratio", "-", "sd over prior_sd", number(&|m| m.narrowing));
    let meaning = "greatest difference between the distribution functions of posterior and prior";
    making.number("ks", "-", meaning, number(&|m| m.distance));
    making.number("ks_threshold", "-", "what ks must exceed to count as moved", number(&|m| m.threshold));
    let verdict = |m: &Marginal| if m.identified() { "identified" } else { "not identified" }.to_string();
    let meaning = "identified where sd_ratio is below 0.8 or ks above its threshold";
    making.text("verdict", meaning, marginals.iter().map(verdict).collect());
    making.end()
}

/// One row for each draw of a posterior: its weight, how far it is, and a value of each parameter. `far` is what the distance is called, with its meaning.
pub fn draws(population: &Population, parameters: &[Parameter], far: [&str; 2]) -> Described {
    let mut making = Making::default();
    making.whole("draw", "-", "number of the draw", (0..population.len() as i32).collect());
    making.number("weight", "share", "weight; the weights sum to 1", population.weights.clone());
    let distances = population.distances.iter().map(|x| x.min(f64::MAX)).collect();
    making.number(far[0], "-", far[1], distances);
    for (k, parameter) in parameters.iter().enumerate() {
        making.number(&parameter.path, "-", "value of the parameter", population.parameter(k));
    }
    making.end()
}

/// One row for each parameter: where a search for a point began, and what it found.
pub fn point(parameters: &[Parameter], start: &[f64], values: &[f64]) -> Described {
    let mut making = Making::default();
    making.text("parameter", "path of the parameter", parameters.iter().map(|p| p.path.clone()).collect());
    making.text("prior", "its prior", parameters.iter().map(|p| p.prior.to_string()).collect());
    making.number("start", "-", "value at which the search began", start.to_vec());
    making.number("value", "-", "value of the nearest point", values.to_vec());
    making.end()
}

/// One row for each generation.
pub fn generations(steps: &[Step]) -> Described {
    let mut making = Making::default();
    let number = |of: &dyn Fn(&Step) -> f64| steps.iter().map(of).collect::<Vec<_>>();
    let whole = steps.iter().map(|s| s.generation as i32).collect();
    making.whole("generation", "-", "number of the generation; 0 is drawn from the prior", whole);
    // The first takes all, and no number of a table is infinite.
    let tolerance = number(&|s| if s.tolerance.is_finite() { s.tolerance } else { s.greatest });
    making.number("tolerance", "tolerances", "greatest distance accepted", tolerance);
    making.number("median", "tolerances", "median distance of the particles", number(&|s| s.median));
    making.number("simulations", "-", "simulations of the generation", number(&|s| s.trials as f64));
    making.number("acceptance", "share", "simulations accepted", number(&|s| s.acceptance));
    making.number("effective", "draws", "effective sample size", number(&|s| s.effective));
    making.end()
}

/// One row for each generation of a posterior by likelihood.
pub fn rungs(rungs: &[Rung]) -> Described {
    let mut making = Making::default();
    let number = |of: &dyn Fn(&Rung) -> f64| rungs.iter().map(of).collect::<Vec<_>>();
    let whole = rungs.iter().map(|r| r.generation as i32).collect();
    making.whole("generation", "-", "number of the generation; 0 is drawn from the prior", whole);
    making.number(
        "power",
        "-",
        "power of the likelihood: 0 is the prior, 1 the posterior",
        number(&|r| r.power),
    );
    // What no draw could show has no log-likelihood, and no number of a table is infinite.
    let median = number(&|r| if r.median.is_finite() { r.median } else { f64::MIN });
    making.number("median", "-", "median log-likelihood of the particles", median);
    making.number("greatest", "-", "greatest log-likelihood of the particles", number(&|r| r.greatest));
    let meaning =
        "log of the mean likelihood under the prior, as far as this power: at 1 the marginal likelihood";
    making.number("log_evidence", "-", meaning, number(&|r| r.log_evidence));
    let meaning = "evaluations of the likelihood";
    making.number("evaluations", "-", meaning, number(&|r| r.evaluations as f64));
    making.number("acceptance", "share", "steps taken", number(&|r| r.acceptance));
    making.number("effective", "draws", "effective sample size", number(&|r| r.effective));
    making.end()
}

/// A number of a prediction.
type Part = fn(&Predicted) -> f64;

/// One row for each statistic that runs define: observed, and under prior and posterior.
pub fn predictive(targets: &[Target], predicted: &[Option<Predicted>]) -> Described {
    let mut making = Making::default();
    let defined: Vec<(&Target, &Predicted)> =
        targets.iter().zip(predicted).filter_map(|(t, p)| Some((t, p.as_ref()?))).collect();
    let text = |of: &dyn Fn(&Target) -> String| defined.iter().map(|(t, _)| of(t)).collect::<Vec<_>>();
    let number = |of: &dyn Fn(&Target) -> f64| defined.iter().map(|(t, _)| of(t)).collect::<Vec<_>>();
    making.text("statistic", "name of the statistic", text(&|t| t.name.clone()));
    making.text("pattern", "pattern that it is a part of", text(&|t| t.pattern.clone()));
    making.number("observed", "-", "observed value", number(&|t| t.observed));
    making.number("tolerance_low", "-", "lower end of the tolerance", number(&|t| t.observed - t.below));
    making.number("tolerance_high", "-", "upper end of the tolerance", number(&|t| t.observed + t.above));
    let all: [(&str, &str, Part); 8] = [
        ("prior_q05", "5 % quantile under the prior", |p| p.prior[0]),
        ("prior_q50", "median under the prior", |p| p.prior[1]),
        ("prior_q95", "95 % quantile under the prior", |p| p.prior[2]),
        ("mean", "mean of posterior predictions", |p| p.mean),
        ("q05", "5 % quantile of posterior predictions", |p| p.posterior[0]),
        ("q50", "median of posterior predictions", |p| p.posterior[1]),
        ("q95", "95 % quantile of posterior predictions", |p| p.posterior[2]),
        ("within", "share of posterior predictions within the tolerance", |p| p.within),
    ];
    for (name, meaning, of) in all {
        making.number(name, "-", meaning, defined.iter().map(|(_, p)| of(p)).collect());
    }
    making.end()
}

/// The density of a posterior relative to its prior, for a line of a terminal.
pub fn densities(population: &Population, priors: &[Prior]) -> Vec<Vec<f64>> {
    priors.iter().enumerate().map(|(k, prior)| relative_density(population, k, prior, BINS)).collect()
}
