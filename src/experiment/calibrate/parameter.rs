//! What can be calibrated: a path, its prior, and where the number lies in a world.

use super::prior::Prior;
use crate::evidence::panel::{COEFFICIENTS, Coefficients};
use crate::experiment::design::usual_axes;
use crate::experiment::error::ExperimentError;
use crate::model::parameters::PARAMETERS;
use crate::model::table::Bound;
use crate::model::world::{RATING_FIELDS, World};
use crate::scenario::nearest;

/// How paths of a panel's coefficients begin.
pub const LINK: &str = "link.";

/// A parameter to be calibrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Path, as for `--set`; or `link.NAME`, a coefficient by which a panel is coded.
    pub path: String,
    /// What it may be.
    pub prior: Prior,
    /// Where it lies.
    pub place: Place,
}

/// Where a number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter of the model, by position in its table.
    Parameter(usize),
    /// A number of a rating regime: regime, position in the table of fields.
    Field(usize, usize),
    /// The hazard of an instrument.
    Hazard(usize),
    /// The ramp of an instrument.
    Ramp(usize),
    /// A coefficient of a panel.
    Link(usize),
    /// Somewhere that only the scenario's reader knows.
    Path,
}

impl Place {
    /// Sets the number in a world; links and what only the reader knows are not set here.
    pub(super) fn set(self, world: &mut World, x: f64) {
        match self {
            Place::Parameter(i) => world.parameters.values_mut()[i] = x,
            Place::Field(g, i) => world.ratings[g].fields.values_mut()[i] = x,
            Place::Hazard(j) => world.instruments[j].hazard = x,
            Place::Ramp(j) => world.instruments[j].ramp = x,
            Place::Link(_) | Place::Path => {}
        }
    }

    /// The number that a world has there.
    pub(super) fn of(self, world: &World, coefficients: Option<&Coefficients<f64>>) -> Option<f64> {
        match self {
            Place::Parameter(i) => Some(world.parameters.values()[i]),
            Place::Field(g, i) => Some(world.ratings[g].fields.values()[i]),
            Place::Hazard(j) => Some(world.instruments[j].hazard),
            Place::Ramp(j) => Some(world.instruments[j].ramp),
            Place::Link(k) => coefficients.map(|c| c.values()[k]),
            Place::Path => None,
        }
    }

    fn find(path: &str, world: &World) -> Result<(Place, Bound), ExperimentError> {
        let (section, rest) = path.split_once('.').unwrap_or((path, ""));
        let (id, below) = rest.split_once('.').unwrap_or((rest, ""));
        let found = match section {
            "parameters" => PARAMETERS
                .iter()
                .position(|entry| entry.path() == rest)
                .map(|i| (Place::Parameter(i), PARAMETERS[i].bound)),
            "regime" => world.ratings.iter().position(|r| r.id == id).and_then(|g| {
                let i = RATING_FIELDS.iter().position(|entry| entry.path() == below)?;
                Some((Place::Field(g, i), RATING_FIELDS[i].bound))
            }),
            "instrument" => world.instruments.iter().position(|j| j.id == id).and_then(|j| match below {
                "hazard" => Some((Place::Hazard(j), Bound::NonNegative)),
                "ramp" => Some((Place::Ramp(j), Bound::NonNegative)),
                _ => None,
            }),
            "link" => {
                let Some(k) = COEFFICIENTS.iter().position(|entry| entry.name == rest) else {
                    let hint = nearest(rest, COEFFICIENTS.iter().map(|entry| entry.name));
                    return Err(ExperimentError::asked(format!("there is no link `{rest}`"), hint));
                };
                Some((Place::Link(k), COEFFICIENTS[k].bound))
            }
            _ => None,
        };
        Ok(found.unwrap_or((Place::Path, Bound::Any)))
    }
}

impl Parameter {
    /// The parameters that a text names: `PATH=PRIOR`, or `PATH` alone for the usual range of what it names, uniformly;
    /// `parameters.*`, `link.*` and lists name several.
    ///
    /// # Errors
    /// If a path names nothing that has a usual range, or a prior is none, or none for this path.
    pub fn parse(text: &str, world: &World) -> Result<Vec<Parameter>, ExperimentError> {
        let told = |path: &str, error: ExperimentError| match error {
            ExperimentError::Asked(what) => ExperimentError::Asked(format!("--prior {path}: {what}")),
            other => other,
        };
        let one = |path: String, prior: &dyn Fn((f64, f64)) -> Result<Prior, ExperimentError>| {
            let (place, bound) = Place::find(&path, world).map_err(|error| told(&path, error))?;
            let prior = prior(bound.limits()).map_err(|error| told(&path, error))?;
            Ok(Parameter { path, prior, place })
        };
        if let Some((path, prior)) = text.split_once('=') {
            return Ok(vec![one(path.trim().to_string(), &|limits| Prior::parse(prior, limits))?]);
        }
        let path = text.trim();
        let ranges: Vec<(String, f64, f64)> = match path.strip_prefix(LINK) {
            Some(name) => {
                let wanted = COEFFICIENTS.iter().filter(|entry| name == "*" || entry.name == name);
                wanted.map(|entry| (format!("{LINK}{}", entry.name), entry.low, entry.high)).collect()
            }
            None => usual_axes(path).into_iter().map(|axis| (axis.path, axis.low, axis.high)).collect(),
        };
        if ranges.is_empty() {
            Place::find(path, world).map_err(|error| told(path, error))?;
            let found = format!("--prior {path}: it has no usual range");
            let hint = format!("check the path, or give its prior: --prior \"{path}=uniform(0, 1)\"");
            return Err(ExperimentError::asked(found, Some(hint)));
        }
        let all =
            ranges.into_iter().map(|(path, low, high)| one(path, &|_| Ok(Prior::Uniform { low, high })));
        all.collect()
    }

    /// The parameters of several texts, a later one in place of an earlier one at the same path.
    ///
    /// # Errors
    /// As [`Parameter::parse`].
    pub fn all<S: AsRef<str>>(texts: &[S], world: &World) -> Result<Vec<Parameter>, ExperimentError> {
        let mut all: Vec<Parameter> = Vec::new();
        for text in texts {
            for parameter in Parameter::parse(text.as_ref(), world)? {
                match all.iter_mut().find(|known| known.path == parameter.path) {
                    Some(known) => *known = parameter,
                    None => all.push(parameter),
                }
            }
        }
        Ok(all)
    }
}
