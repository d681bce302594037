//! What can be calibrated: a path, its prior, and what it is a number of.

use super::prior::Prior;
use crate::evidence::panel::{Coefficients, Plan};
use crate::experiment::design::usual_axes;
use crate::experiment::error::ExperimentError;
use crate::model::factor::Factor;
use crate::model::observation::{OBSERVATION, Observation};
use crate::model::table::Entry;
use crate::model::world::World;
use crate::scenario::{Scenario, nearest};

/// How paths of a panel's coefficients begin.
pub const LINK: &str = "link.";
/// How paths of the numbers of how states are observed begin.
pub const OBSERVED_BY: &str = "observation.";

/// A parameter to be calibrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Path, as for `--set`; or `link.NAME`, a coefficient by which a panel is coded; or `observation.NAME`, a number of how states are observed.
    pub path: String,
    /// What it may be.
    pub prior: Prior,
    /// What it is a number of.
    pub of: ParameterOf,
    /// Between which ends it may lie; of a path that the tree alone knows, the scenario says.
    pub limits: (f64, f64),
    /// Whether it was named with all others of its table, by `observation.*`: it is then left out where nothing reads it ([`Parameter::that_apply`]).
    pub is_one_of_all: bool,
}

/// What a parameter is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterOf {
    /// The world, where it lies at a place of its own whatever the scenario's file says.
    World(Factor),
    /// The coding of a panel: a coefficient, by position in its table.
    Coding(usize),
    /// How states are observed, by position in its table.
    Observation(usize),
    /// The scenario: what the path means there, its tree says.
    Scenario,
}

impl ParameterOf {
    /// The number that a world has; none of what is no number of a world.
    pub fn number(self, world: &World) -> Option<f64> {
        match self {
            ParameterOf::World(factor) => world.factors().find(|(of, _)| *of == factor).map(|(_, x)| x),
            ParameterOf::Coding(_) | ParameterOf::Observation(_) | ParameterOf::Scenario => None,
        }
    }

    /// The number that a world and the coefficients of its coding have; none of what only the tree knows.
    pub(super) fn current(
        self,
        world: &World,
        observation: &Observation<f64>,
        coefficients: Option<&Coefficients>,
    ) -> Option<f64> {
        match self {
            ParameterOf::Observation(k) => Some(observation.values()[k]),
            ParameterOf::World(_) => self.number(world),
            ParameterOf::Coding(k) => coefficients.map(|c| c.values()[k]),
            ParameterOf::Scenario => None,
        }
    }

    /// What a path is a number of, and between which ends it may lie; those of a path that the tree alone knows, the scenario says.
    fn find(
        path: &str,
        world: &World,
        links: &Coefficients,
    ) -> Result<(ParameterOf, (f64, f64)), ExperimentError> {
        if let Some(name) = path.strip_prefix(LINK) {
            let k = links.position(name);
            let k = k.map_err(|hint| ExperimentError::asked(format!("there is no link `{name}`"), hint))?;
            let limits = links.entries().nth(k).map(|(_, entry)| entry.limits());
            return Ok((ParameterOf::Coding(k), limits.unwrap_or_default()));
        }
        if let Some(name) = path.strip_prefix(OBSERVED_BY) {
            if let Some(k) = OBSERVATION.iter().position(|entry| entry.path() == name) {
                return Ok((ParameterOf::Observation(k), OBSERVATION[k].bound.limits()));
            }
            let paths: Vec<String> = OBSERVATION.iter().map(Entry::path).collect();
            let hint = nearest(name, paths.iter().map(String::as_str));
            let found = format!("there is no number of how states are observed `{name}`");
            return Err(ExperimentError::asked(found, hint));
        }
        if let Some(name) = path.strip_prefix("measurement.") {
            let renamed = match name {
                "law_in_prosecution" => "prosecution_law",
                "imposed_below" => "sanctioned_waived",
                name => name,
            };
            let hint = format!("it is {OBSERVED_BY}{renamed} now");
            return Err(ExperimentError::asked("it is no path", Some(hint)));
        }
        let mut named = world.factors().map(|(factor, _)| factor);
        let factor = named.find(|factor| factor.path(world).as_deref() == Some(path));
        Ok(factor.map_or((ParameterOf::Scenario, (f64::NEG_INFINITY, f64::INFINITY)), |factor| {
            (ParameterOf::World(factor), factor.bound(world).limits())
        }))
    }
}

/// The usual ranges of numbers around a scenario, which are no paths of it: those that a path names, or all by `*`; none of another path.
fn around(path: &str, links: &Coefficients) -> Option<Vec<(String, f64, f64)>> {
    if let Some(name) = path.strip_prefix(LINK) {
        let named = links.entries().filter(|(of, _)| name == "*" || name == *of);
        return Some(named.map(|(of, entry)| (format!("{LINK}{of}"), entry.low, entry.high)).collect());
    }
    let name = path.strip_prefix(OBSERVED_BY)?;
    let named = OBSERVATION.iter().filter(|entry| [entry.name, "*"].contains(&name) || entry.path() == name);
    Some(named.map(|entry| (format!("{OBSERVED_BY}{}", entry.path()), entry.low, entry.high)).collect())
}

/// A prior as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `PATH=PRIOR`, or `PATH` alone for the usual range of what it names, uniformly; `parameters.*`, `link.*`,
    /// `observation.*` and lists name several.
    pub text: String,
    /// What errors begin with: `--prior`, or file and line.
    pub whence: String,
}

impl Asked {
    /// A prior of the command line.
    pub fn option(text: &str) -> Asked {
        Asked { text: text.into(), whence: "--prior".into() }
    }
}

impl Parameter {
    /// The same parameter of another world, where a number may lie at another place.
    ///
    /// # Errors
    /// If its path leads nowhere.
    pub fn within(&self, world: &World) -> Result<Parameter, ExperimentError> {
        if let ParameterOf::Coding(_) = self.of {
            return Ok(self.clone());
        }
        let (of, limits) = ParameterOf::find(&self.path, world, &Plan::bundled().coefficients())?;
        Ok(Parameter { of, limits, ..self.clone() })
    }

    /// A parameter of a world, uniform over a range.
    ///
    /// # Errors
    /// If its path leads nowhere.
    pub fn uniform(
        path: String,
        (low, high): (f64, f64),
        world: &World,
    ) -> Result<Parameter, ExperimentError> {
        let (of, limits) = ParameterOf::find(&path, world, &Plan::bundled().coefficients())?;
        Ok(Parameter { path, prior: Prior::Uniform { low, high }, of, limits, is_one_of_all: false })
    }

    /// The parameter with the spread of its prior multiplied, as by [`Prior::spread`].
    pub fn spread(&self, by: f64) -> Parameter {
        Parameter { prior: self.prior.spread(by, self.limits), ..self.clone() }
    }

    /// The parameters that a text names; `links` are the coefficients by which a panel is coded.
    ///
    /// # Errors
    /// If a path names nothing that has a usual range, or a prior is none, or none for this path.
    pub fn parse(
        asked: &Asked,
        world: &World,
        links: &Coefficients,
    ) -> Result<Vec<Parameter>, ExperimentError> {
        let Asked { text, whence } = asked;
        let told = |path: &str, error: ExperimentError| match error {
            ExperimentError::Asked(what) => ExperimentError::Asked(format!("{whence} {path}: {what}")),
            other => other,
        };
        let is_one_of_all = text.split_once('=').is_none() && text.trim() == format!("{OBSERVED_BY}*");
        let one = |path: String, prior: &dyn Fn((f64, f64)) -> Result<Prior, ExperimentError>| {
            let (of, limits) = ParameterOf::find(&path, world, links).map_err(|error| told(&path, error))?;
            let prior = prior(limits).map_err(|error| told(&path, error))?;
            Ok(Parameter { path, prior, of, limits, is_one_of_all })
        };
        if let Some((path, prior)) = text.split_once('=') {
            return Ok(vec![one(path.trim().to_string(), &|limits| Prior::parse(prior, limits))?]);
        }
        let path = text.trim();
        let usual = || usual_axes(path).into_iter().map(|axis| (axis.path, axis.low, axis.high)).collect();
        let mut ranges: Vec<(String, f64, f64)> = around(path, links).unwrap_or_else(usual);
        let own = world.theory.ranges().filter(|(own, ..)| path == "parameters.*" || own == path);
        ranges.extend(own);
        if ranges.is_empty() {
            ParameterOf::find(path, world, links).map_err(|error| told(path, error))?;
            let found = format!("{whence} {path}: it has no usual range");
            let hint = format!("check the path, or give its prior: \"{path}=uniform(0, 1)\"");
            return Err(ExperimentError::asked(found, Some(hint)));
        }
        let all =
            ranges.into_iter().map(|(path, low, high)| one(path, &|_| Ok(Prior::Uniform { low, high })));
        all.collect()
    }

    /// The parameters to fit in a scenario: those asked for, else the scenario's `[prior]`, else `parameters.*`.
    ///
    /// # Errors
    /// As [`Parameter::parse`].
    pub fn of(
        mut asked: Vec<Asked>,
        scenario: &Scenario,
        links: &Coefficients,
    ) -> Result<Vec<Parameter>, ExperimentError> {
        if asked.is_empty() {
            let of_scenario = |(path, prior): &(String, String)| Asked::at(path, prior, "[prior]".into());
            asked.extend(scenario.priors.iter().map(of_scenario));
        }
        if asked.is_empty() {
            asked.push(Asked::option("parameters.*"));
        }
        Parameter::collect(&asked, links, |_| &scenario.world)
    }

    /// Those of some parameters that apply: of how states are observed, what was named by `observation.*` counts only where it is read, as `reads` says of a
    /// name of [`OBSERVATION`].
    ///
    /// # Errors
    /// If none is left.
    pub fn that_apply(
        parameters: Vec<Parameter>,
        reads: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Parameter>, ExperimentError> {
        let is_read = |p: &Parameter| match p.of {
            ParameterOf::Observation(k) => !p.is_one_of_all || reads(OBSERVATION[k].name),
            _ => true,
        };
        let (kept, unread): (Vec<Parameter>, Vec<Parameter>) = parameters.into_iter().partition(is_read);
        if kept.is_empty() && !unread.is_empty() {
            let found = format!("{OBSERVED_BY}*: none of these numbers is read here");
            let hint = "they are about readings on record, each named as one is, as [observed.speech]";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        Ok(kept)
    }

    /// The parameters of several texts, a later one in place of an earlier one at the same path. Links are those of the bundled plan.
    ///
    /// # Errors
    /// As [`Parameter::parse`].
    pub fn all(asked: &[Asked], world: &World) -> Result<Vec<Parameter>, ExperimentError> {
        Parameter::all_of(asked, |_| world)
    }

    /// The same, each of the world that `of` gives for it.
    ///
    /// # Errors
    /// As [`Parameter::parse`].
    pub fn all_of<'w>(
        asked: &[Asked],
        of: impl Fn(&Asked) -> &'w World,
    ) -> Result<Vec<Parameter>, ExperimentError> {
        Parameter::collect(asked, &Plan::bundled().coefficients(), of)
    }

    fn collect<'w>(
        asked: &[Asked],
        links: &Coefficients,
        of: impl Fn(&Asked) -> &'w World,
    ) -> Result<Vec<Parameter>, ExperimentError> {
        let mut all: Vec<Parameter> = Vec::new();
        for asked in asked {
            for parameter in Parameter::parse(asked, of(asked), links)? {
                match all.iter_mut().find(|known| known.path == parameter.path) {
                    Some(known) => *known = parameter,
                    None => all.push(parameter),
                }
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_numbers_of_observation_those_count_that_are_read() {
        let world = crate::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
        let all = |texts: &[&str]| {
            let asked: Vec<Asked> = texts.iter().map(|text| Asked::option(text)).collect();
            Parameter::all(&asked, &world).unwrap()
        };
        let paths = |parameters: Vec<Parameter>| parameters.into_iter().map(|p| p.path).collect::<Vec<_>>();
        let speech = |number: &str| number.starts_with("speech_");
        let kept = Parameter::that_apply(all(&["parameters.drift", "observation.*"]), &speech).unwrap();
        assert_eq!(
            paths(kept),
            ["parameters.drift", "observation.speech_motivation", "observation.speech_sd"]
        );
        // What is named by itself stays, for whoever refuses it.
        let named = all(&["observation.*", "observation.voice_sd=uniform(0.1, 0.2)"]);
        let kept = paths(Parameter::that_apply(named, &speech).unwrap());
        assert!(kept.contains(&"observation.voice_sd".to_string()) && kept.len() == 3, "{kept:?}");
        let error = Parameter::that_apply(all(&["observation.*"]), &|_| false).unwrap_err().to_string();
        assert!(error.starts_with("observation.*: none of these numbers is read"), "{error}");
    }
}
