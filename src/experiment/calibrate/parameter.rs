//! What can be calibrated: a path, its prior, and where the number lies in a world.

use super::prior::Prior;
use crate::evidence::measurement::{MEASUREMENT, Measurement};
use crate::evidence::panel::{COEFFICIENTS, Coefficients};
use crate::experiment::design::usual_axes;
use crate::experiment::error::ExperimentError;
use crate::model::parameters::PARAMETERS;
use crate::model::table::{Bound, Entry};
use crate::model::world::{RATING_FIELDS, World};
use crate::scenario::nearest;

/// How paths of a panel's coefficients begin.
pub const LINK: &str = "link.";
/// How paths of the measurement model begin.
const MEASURED: &str = "measurement.";
/// Tables of numbers around a scenario, by how their paths begin.
const TABLES: [(&str, &[Entry]); 2] = [(LINK, COEFFICIENTS), (MEASURED, MEASUREMENT)];

/// A parameter to be calibrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Path, as for `--set`; or `link.NAME`, a coefficient by which a panel is coded, or `measurement.NAME`.
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
    /// A number of the measurement model.
    Measurement(usize),
    /// Somewhere that only the scenario's reader knows.
    Path,
}

impl Place {
    /// Sets the number in a world; what is around a world, and what only the reader knows, is not set here.
    pub(super) fn set(self, world: &mut World, x: f64) {
        match self {
            Place::Parameter(i) => world.parameters.values_mut()[i] = x,
            Place::Field(g, i) => world.ratings[g].fields.values_mut()[i] = x,
            Place::Hazard(j) => world.instruments[j].hazard = x,
            Place::Ramp(j) => world.instruments[j].ramp = x,
            Place::Link(_) | Place::Measurement(_) | Place::Path => {}
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
            Place::Measurement(k) => Some(Measurement::default().values()[k]),
            Place::Path => None,
        }
    }

    /// The place of a number, and between which ends it may lie; those of a path that is not known here, the scenario says.
    fn find(path: &str, world: &World) -> Result<(Place, (f64, f64)), ExperimentError> {
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
            "link" => Some(around("link", rest, COEFFICIENTS, Place::Link)?),
            "measurement" => {
                Some(around("number of the measurement model", rest, MEASUREMENT, Place::Measurement)?)
            }
            _ => None,
        };
        Ok(found.map_or((Place::Path, (f64::NEG_INFINITY, f64::INFINITY)), |(place, bound)| {
            (place, bound.limits())
        }))
    }
}

/// The place of a number around a scenario, which is no path of it.
fn around(
    what: &str,
    name: &str,
    entries: &[Entry],
    place: fn(usize) -> Place,
) -> Result<(Place, Bound), ExperimentError> {
    if let Some(k) = entries.iter().position(|entry| entry.path() == name) {
        return Ok((place(k), entries[k].bound));
    }
    let paths: Vec<String> = entries.iter().map(Entry::path).collect();
    let hint = nearest(name, paths.iter().map(String::as_str));
    Err(ExperimentError::asked(format!("there is no {what} `{name}`"), hint))
}

/// A prior as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `PATH=PRIOR`, or `PATH` alone for the usual range of what it names, uniformly; `parameters.*`, `link.*`,
    /// `measurement.*` and lists name several.
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
    /// The parameters that a text names.
    ///
    /// # Errors
    /// If a path names nothing that has a usual range, or a prior is none, or none for this path.
    pub fn parse(asked: &Asked, world: &World) -> Result<Vec<Parameter>, ExperimentError> {
        let Asked { text, whence } = asked;
        let told = |path: &str, error: ExperimentError| match error {
            ExperimentError::Asked(what) => ExperimentError::Asked(format!("{whence} {path}: {what}")),
            other => other,
        };
        let one = |path: String, prior: &dyn Fn((f64, f64)) -> Result<Prior, ExperimentError>| {
            let (place, limits) = Place::find(&path, world).map_err(|error| told(&path, error))?;
            let prior = prior(limits).map_err(|error| told(&path, error))?;
            Ok(Parameter { path, prior, place })
        };
        if let Some((path, prior)) = text.split_once('=') {
            return Ok(vec![one(path.trim().to_string(), &|limits| Prior::parse(prior, limits))?]);
        }
        let path = text.trim();
        let ranges = TABLES.iter().find_map(|(start, entries)| {
            let name = path.strip_prefix(start)?;
            let wanted =
                entries.iter().filter(|entry| [entry.name, "*"].contains(&name) || entry.path() == name);
            Some(wanted.map(|entry| (format!("{start}{}", entry.path()), entry.low, entry.high)).collect())
        });
        let usual = || usual_axes(path).into_iter().map(|axis| (axis.path, axis.low, axis.high)).collect();
        let ranges: Vec<(String, f64, f64)> = ranges.unwrap_or_else(usual);
        if ranges.is_empty() {
            Place::find(path, world).map_err(|error| told(path, error))?;
            let found = format!("{whence} {path}: it has no usual range");
            let hint = format!("check the path, or give its prior: \"{path}=uniform(0, 1)\"");
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
    pub fn all(asked: &[Asked], world: &World) -> Result<Vec<Parameter>, ExperimentError> {
        let mut all: Vec<Parameter> = Vec::new();
        for asked in asked {
            for parameter in Parameter::parse(asked, world)? {
                match all.iter_mut().find(|known| known.path == parameter.path) {
                    Some(known) => *known = parameter,
                    None => all.push(parameter),
                }
            }
        }
        Ok(all)
    }
}
