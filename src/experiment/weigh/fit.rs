//! What is fitted of a theory before it is weighed: its parameters, and those that it sets or declares itself.

use super::{Fitted, Refit, Theory};
use crate::engine::parallel::Options;
use crate::evidence::frame::HoldOut;
use crate::evidence::panel::Plan;
use crate::experiment::arms;
use crate::experiment::calibrate::{Asked, Case, Climb, Likely, Parameter, ParameterOf, Prior};
use crate::experiment::error::ExperimentError;
use crate::model::observation::Observation;
use crate::model::world::World;
use crate::scenario::{Loaded, Scenario};
use std::sync::atomic::AtomicBool;

/// What a fit sees of the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    /// Last year.
    pub until: i32,
    /// Positions of states whose record it does not see.
    pub without: &'a [usize],
}

/// Fits a theory to a part of the record; its world as fitted.
pub(super) fn fit_theory(
    baseline: &Loaded,
    theory: &Theory,
    refit: &Refit,
    seen: Seen,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<(Fitted, World, Observation<f64>), ExperimentError> {
    let loaded = overlaid(baseline.clone(), theory)?;
    let (parameters, held) = free(baseline, theory, &refit.parameters)?;
    if parameters.is_empty() {
        let Scenario { world, observed, .. } = &theory.scenario;
        return Ok((Fitted { parameters, held, best: None }, world.clone(), observed.observation));
    }
    let before = HoldOut { states: false, after: Some(seen.until) };
    let case = Case::new(loaded, parameters.clone(), &[], before, None, (1, options.isa))?;
    let mut likely = Likely::new(&case, &theory.scenario, refit.effort, options.isa)?;
    likely.given = seen.without.iter().fold(likely.given, |given, state| given.without(*state));
    let priors: Vec<Prior> = parameters.iter().map(|p| p.prior).collect();
    let climb = Climb {
        priors: &priors,
        start: &case.current(),
        likelihood: &likely,
        seed: theory.scenario.seed,
        evaluations: refit.evaluations,
    };
    let all = refit.evaluations as f64;
    let best = climb.run(options.threads, stop, |done| told((done as f64 / all).min(1.0)))?;
    let (world, observation) = (case.world(&best.values)?, case.observation(&best.values));
    Ok((Fitted { parameters, held, best: Some(best) }, world, observation))
}

/// The scenario with what a theory says otherwise.
pub(super) fn overlaid(loaded: Loaded, theory: &Theory) -> Result<Loaded, ExperimentError> {
    Ok(match &theory.text {
        Some(text) => arms::ask(&loaded, text)?.loaded,
        None => loaded,
    })
}

/// What some theories are fitted in: what is asked for, each as the first theory knows it that declares it, else as the scenario does; where nothing is asked
/// for, what the scenario is fitted in. What a theory declares beside it [`free`] adds.
///
/// # Errors
/// As [`Parameter::parse`].
pub fn fitted_in(asked: Vec<Asked>, theories: &[Theory]) -> Result<Vec<Parameter>, ExperimentError> {
    let base = &theories[0].scenario;
    if asked.is_empty() {
        return Parameter::of(asked, base, &Plan::bundled().coefficients());
    }
    let declaring = |asked: &Asked| {
        let path = asked.text.split('=').next().unwrap_or_default().trim();
        let declares = |theory: &&Theory| theory.scenario.world.theory.ranges().any(|(own, ..)| own == path);
        theories.iter().find(declares).map_or(&base.world, |theory| &theory.scenario.world)
    };
    Parameter::all_of(&asked, declaring)
}

/// Parameters that a theory leaves free, and the paths of those that it sets itself: of those asked for, what is a number of its world; and what it declares
/// that the scenario does not, uniform over its range.
///
/// # Errors
/// If a path leads nowhere, or the theory cannot be built with it.
pub fn free(
    baseline: &Loaded,
    theory: &Theory,
    parameters: &[Parameter],
) -> Result<(Vec<Parameter>, Vec<String>), ExperimentError> {
    let (mut free, mut held) = (Vec::new(), Vec::new());
    let world = &theory.scenario.world;
    let of_base: Vec<String> = baseline.build_alone()?.world.theory.ranges().map(|(path, ..)| path).collect();
    let own: Vec<_> = world.theory.ranges().filter(|(path, ..)| !of_base.contains(path)).collect();
    for parameter in parameters {
        let parameter = parameter.within(world)?;
        if own.iter().any(|(path, ..)| *path == parameter.path) {
            free.push(parameter);
        } else if parameter.of == ParameterOf::Scenario && parameter.path.starts_with("parameters.") {
            // Another theory declares it.
        } else if sets(baseline, theory, &parameter)? {
            held.push(parameter.path);
        } else {
            free.push(parameter);
        }
    }
    for (path, low, high) in own {
        if free.iter().all(|known| known.path != path) {
            free.push(Parameter::uniform(path, (low, high), world)?);
        }
    }
    Ok((free, held))
}

/// Whether a theory itself sets what a parameter would set: setting it before the theory and after it are not the same.
fn sets(baseline: &Loaded, theory: &Theory, parameter: &Parameter) -> Result<bool, ExperimentError> {
    if theory.text.is_none() {
        return Ok(false);
    }
    let path = parameter.path.as_str();
    // A share at which no scenario has its own value.
    let x = parameter.prior.quantile(0.618);
    let mut before = baseline.clone();
    before.set_number(path, x)?;
    let mut after = overlaid(baseline.clone(), theory)?;
    after.set_number(path, x)?;
    Ok(overlaid(before, theory)?.build_alone()?.world != after.build_alone()?.world)
}
