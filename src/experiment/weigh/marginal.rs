//! Marginal likelihoods: how probable the record is under a theory whose parameters are drawn from their prior, with the priors halved and doubled beside.
//!
//! `log Z = log E[L(theta)]` over the prior, by tempering: along powers of the likelihood that grow from 0 to 1, the sum of the logarithms of mean ratios.
//! It answers another question than a held-out score, and hangs on the width of every prior, also of parameters of which the record says nothing that
//! it could not say of another value: so it is shown for three widths, and a difference that they do not share is a difference of priors.

use super::{Refit, Scales, Theory, free, overlaid};
use crate::engine::parallel::Options;
use crate::evidence::frame::HoldOut;
use crate::experiment::calibrate::{Case, Likely, Parameter, Prior, Tempered, Tempering};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::evaluate;
use crate::experiment::history::on_record;
use crate::scenario::Loaded;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// By how much the spread of every prior is multiplied.
pub const SPREADS: [f64; 3] = [0.5, 1.0, 2.0];
/// Draws of the parameters where nobody says.
pub const PARTICLES: u32 = 200;
/// Effective sample size that the next power leaves, as a share.
const KEPT: f64 = 0.5;

/// A marginal likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Its logarithm.
    pub log: f64,
    /// Standard error of that, from the draws: of independent ones, so rather more.
    pub error: f64,
}

/// Marginal likelihoods of theories.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginal {
    /// Draws of the parameters.
    pub particles: u32,
    /// By theory, then by [`SPREADS`]; none where priors so wide reach values that no scenario may have.
    pub evidence: Vec<[Option<Evidence>; 3]>,
}

impl Marginal {
    /// What a theory has more than the first, and the standard error of that, at one of [`SPREADS`].
    pub fn difference(&self, theory: usize, spread: usize) -> Option<Evidence> {
        let [first, other] = [0, theory].map(|k| self.evidence[k][spread]);
        let (first, other) = (first?, other?);
        let error = (first.error * first.error + other.error * other.error).sqrt();
        Some(Evidence { log: other.log - first.log, error })
    }

    /// Whether all three widths say the same of a theory beside the first: that it has more, or less, by two standard errors each.
    pub fn agree(&self, theory: usize) -> bool {
        let side = |spread: usize| {
            let difference = self.difference(theory, spread)?;
            (difference.log.abs() > 2.0 * difference.error).then_some(difference.log > 0.0)
        };
        side(0).is_some() && side(0) == side(1) && side(1) == side(2)
    }
}

/// Marginal likelihoods of the whole record, in the parameters and under the priors of a refit. `told` hears of particles done, and of how many at least.
///
/// # Errors
/// If a theory cannot be fitted, no draw of a prior could show the record, or `stop` was raised.
pub fn marginal(
    baseline: &Loaded,
    theories: &[Theory],
    (scales, refit): (&Scales, &Refit),
    particles: u32,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<Marginal, ExperimentError> {
    if particles < 2 {
        let found = format!("found {particles} draws of the parameters, expected 2 or more");
        return Err(ExperimentError::Asked(found));
    }
    let cells = (theories.len() * SPREADS.len()) as f64;
    let mut evidence = Vec::with_capacity(theories.len());
    for (k, theory) in theories.iter().enumerate() {
        let (parameters, _) = free(baseline, theory, &refit.parameters)?;
        let mut of_theory = [None; 3];
        for (s, by) in SPREADS.into_iter().enumerate() {
            let cell = (k * SPREADS.len() + s) as f64;
            let done = AtomicU64::new(0);
            // How many generations it takes is not known before: each brings it half of the way.
            let tell = |more: u32| {
                let all = done.fetch_add(u64::from(more), Ordering::Relaxed) as f64 / f64::from(particles);
                told((cell + all / (all + 2.0)) / cells);
            };
            let width: Vec<Parameter> = parameters.iter().map(|p| p.spread(by)).collect();
            let run = (scales, refit, particles);
            match of_width(baseline, theory, width, run, options, stop, &tell) {
                Ok(found) => of_theory[s] = Some(found),
                // Wider priors than those that were asked for may reach what cannot be.
                Err(ExperimentError::Asked(_)) if by > 1.0 => {}
                Err(ExperimentError::Asked(what)) => {
                    return Err(ExperimentError::Asked(format!("{}: {what}", theory.name)));
                }
                Err(error) => return Err(error),
            }
            told((cell + 1.0) / cells);
        }
        evidence.push(of_theory);
    }
    Ok(Marginal { particles, evidence })
}

/// The marginal likelihood under priors of one width.
fn of_width(
    baseline: &Loaded,
    theory: &Theory,
    parameters: Vec<Parameter>,
    (scales, refit, particles): (&Scales, &Refit, u32),
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(u32) + Sync),
) -> Result<Evidence, ExperimentError> {
    if parameters.is_empty() {
        // Without anything that is drawn it is the likelihood itself.
        let (given, _) = on_record(&theory.scenario, Some(scales.until))?;
        let (world, seed) = (&theory.scenario.world, theory.scenario.seed);
        let (log, error) = evaluate(world, &given, seed, refit.effort, options.isa, stop)?.total();
        return Ok(Evidence { log, error });
    }
    let priors: Vec<Prior> = parameters.iter().map(|p| p.prior).collect();
    let whole = HoldOut { states: false, after: Some(scales.until) };
    let loaded = overlaid(baseline.clone(), theory)?;
    let case = Case::new(loaded, parameters, &[], whole, None, (1, options.isa))?;
    let likely = Likely::new(&case, &theory.scenario, refit.effort, options.isa)?;
    let seed = theory.scenario.seed;
    let tempering = Tempering { priors: &priors, likelihood: &likely, seed, particles, kept: KEPT };
    let Tempered { rungs, .. } = tempering.in_memory(options.threads, stop, told)?;
    // Each ratio is a mean over as many independent draws as its weights leave: relative variance (n / ess - 1) / n.
    let n = f64::from(particles);
    let square: f64 = rungs.iter().filter_map(|rung| rung.left).map(|ess| (n / ess - 1.0) / n).sum();
    let log = rungs.last().map_or(f64::NEG_INFINITY, |rung| rung.log_evidence);
    Ok(Evidence { log, error: square.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::calibrate::Asked;
    use crate::experiment::history::evaluate::Effort;
    use crate::experiment::weigh::{NULL, theories};
    use crate::scenario::Scenario;
    use std::num::NonZeroUsize;

    static STOP: AtomicBool = AtomicBool::new(false);

    fn of(priors: &[&str], particles: u32, threads: usize) -> Result<Marginal, ExperimentError> {
        let mut loaded = Scenario::load("asean")?;
        loaded.years(2001..2004)?;
        let base = loaded.build_alone()?;
        let all = theories(&loaded, &base, &[], None)?;
        assert_eq!(all[1].name, NULL);
        let asked: Vec<Asked> = priors.iter().map(|text| Asked::option(text)).collect();
        let parameters = Parameter::all(&asked, &base.world)?;
        let effort = Effort { particles: 60, second: false };
        let refit = Refit { parameters, effort, evaluations: 1 };
        let scales = Scales::new(&base, (None, None), effort, Some(refit.clone()))?;
        let options = Options { threads: NonZeroUsize::new(threads).unwrap(), ..Options::default() };
        marginal(&loaded, &all, (&scales, &refit), particles, options, &STOP, &|_| ())
    }

    #[test]
    fn of_a_prior_that_is_a_point_it_is_the_likelihood_whatever_its_width() {
        // The null sets the coefficient itself, so that nothing is drawn there.
        let found = of(&["parameters.self_determination=uniform(0.2199999, 0.2200001)"], 40, 2).unwrap();
        let null = found.evidence[1];
        assert!(null[0].is_some() && null[0] == null[1] && null[1] == null[2]);
        let [a, b, c] = found.evidence[0].map(|e| e.unwrap());
        // Of one point there is nothing but the noise of the filter, which a mean over 40 makes small.
        assert!((a.log - b.log).abs() < 1.0 && (b.log - c.log).abs() < 1.0, "{found:?}");
        assert!((b.log - null[1].unwrap().log).abs() < 4.0 && b.error < 0.5, "{found:?}");
        assert_eq!(
            of(&["parameters.self_determination=uniform(0.2199999, 0.2200001)"], 40, 1).unwrap(),
            found
        );
    }

    #[test]
    fn a_prior_that_goes_far_from_what_was_seen_has_less_of_it() {
        // A law that comes as soon as it can is not what happened.
        let found = of(&["instrument.law.hazard=loguniform(0.01, 0.04)"], 60, 2).unwrap();
        let wide = of(&["instrument.law.hazard=loguniform(0.01, 400)"], 60, 2).unwrap();
        let log = |of: &Marginal| of.evidence[0][1].unwrap().log;
        assert!(log(&found) > log(&wide) + 0.5, "{found:?} {wide:?}");
        assert_eq!(found.difference(0, 1).unwrap().log, 0.0);
        assert!(!found.agree(0));
        let error = of(&["parameters.drift"], 1, 1).unwrap_err().to_string();
        assert!(error.contains("1 draws of the parameters"), "{error}");
    }
}
