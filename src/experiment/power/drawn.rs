//! What is drawn for each history: numbers of the scenario, and of how states are observed.

use super::{Power, observed};
use crate::experiment::arms;
use crate::experiment::calibrate::{Asked as AskedPrior, Parameter, ParameterOf};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Posterior;
use crate::model::observation::{OBSERVATION, Observation};
use crate::model::parameters::CROWDING;
use crate::scenario::Scenario;

/// Draws of a list of thresholds, at most, until one rises: of four alike one in 24 does.
const AGAIN: u64 = 1000;

/// A draw of what is drawn.
pub(super) struct Draw {
    /// All theories with its numbers.
    pub theories: Vec<Scenario>,
    /// How they are observed.
    pub observation: Observation<f64>,
}

/// What is drawn for each history: priors that are asked for, and, where none of these is of a number of the scenario, the crowding coefficients.
pub(super) fn priors_of(asked: &[AskedPrior], base: &Scenario) -> Result<Vec<Parameter>, ExperimentError> {
    let asked = Parameter::that_apply(Parameter::all(asked, &base.world)?, &observed::reads)?;
    for Parameter { path, of, .. } in &asked {
        let hint = match of {
            ParameterOf::Observation(k) => match observed::unread(OBSERVATION[*k].name) {
                Some(why) => why,
                None => continue,
            },
            ParameterOf::Coding(_) => "draws are set in the scenario, and its coding is not drawn",
            ParameterOf::World(_) | ParameterOf::Scenario => continue,
        };
        let found = format!("a prior of {path} would change nothing that is simulated or observed");
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    if asked.iter().any(|p| !matches!(p.of, ParameterOf::Observation(_))) {
        return Ok(asked);
    }
    let crowding = CROWDING.iter().map(|name| {
        let path = format!("parameters.{name}");
        let own = base.priors.iter().find(|(of, _)| *of == path);
        own.map_or_else(
            || AskedPrior::option(&path),
            |(path, prior)| AskedPrior::at(path, prior, "[prior]".into()),
        )
    });
    let mut all = Parameter::all(&crowding.collect::<Vec<_>>(), &base.world)?;
    all.extend(asked);
    Ok(all)
}

impl Power {
    /// How states are observed, with the values of a draw. Thresholds that do not rise are drawn again, each list by itself, since of a few lists at once hardly
    /// any draw does; none where a list never does.
    fn observation(&self, values: &[f64], draw: usize) -> Option<Observation<f64>> {
        let mut observation = self.base.observed.observation;
        let drawn = |(k, parameter): (usize, &Parameter)| match parameter.of {
            ParameterOf::Observation(at) => Some((k, at)),
            _ => None,
        };
        let drawn: Vec<(usize, usize)> = self.priors.iter().enumerate().filter_map(drawn).collect();
        for (k, at) in &drawn {
            observation.values_mut()[*at] = values[*k];
        }
        let falls = |observation: &Observation<f64>, list: &str| {
            observation.rising().iter().any(|(name, cuts)| *name == list && !cuts.is_sorted())
        };
        for list in observation.rising().map(|(name, _)| name) {
            let of_list = drawn.iter().filter(|(_, at)| OBSERVATION[*at].name == list);
            let mut again = 0;
            while falls(&observation, list) && again < AGAIN {
                again += 1;
                for (k, at) in of_list.clone() {
                    let block = again << 32 | (k / 8) as u64;
                    let word = double_words(self.base.seed, Purpose::Prior, draw as u32, block)[k % 8];
                    let uniform = ((word >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
                    observation.values_mut()[*at] = self.priors[*k].prior.quantile(uniform);
                }
            }
        }
        observation.rises().then_some(observation)
    }

    /// All theories with the numbers of a draw, and how they are observed; none where these make no valid scenario.
    pub(super) fn drawn(&self, prior: &Posterior, draw: usize) -> Result<Option<Draw>, ExperimentError> {
        let Some(observation) = self.observation(prior.values(draw), draw) else { return Ok(None) };
        let mut loaded = self.baseline.clone();
        prior.set(draw, &mut loaded)?;
        let mut all = Vec::with_capacity(self.theories.len());
        for theory in &self.theories {
            let built = match &theory.text {
                Some(text) => arms::ask(&loaded, text)?.loaded.build_alone(),
                None => loaded.build_alone(),
            };
            let Ok(scenario) = built else { return Ok(None) };
            if !scenario.world.shares_structure(&theory.scenario.world) {
                let found = "a parameter that is drawn changes who is there, or when";
                return Err(ExperimentError::asked(
                    found,
                    Some("only how much of something can be drawn".into()),
                ));
            }
            all.push(scenario);
        }
        Ok(Some(Draw { theories: all, observation }))
    }
}
