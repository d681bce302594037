//! What a sweep is, as kept beside its blocks: enough to know it again, to merge it, and to say what changed.
//!
//! It depends on version, scenario, design and seed alone, never on machine, shard or time.

use super::store::DESCRIPTION;
use crate::excerpt::{excerpt, number};
use crate::experiment::design::{Method, Plan};
use crate::experiment::error::ExperimentError;
use crate::output::manifest::{PROGRAM, ScenarioEntry};
use crate::output::schema::FORMAT_VERSION;
use crate::scenario::Axis;
use serde::{Deserialize, Serialize};

/// A sweep, written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Name of the program.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Version of the output format, of which the blocks are too; those written before there was a second say none.
    #[serde(default = "first_format")]
    pub format: u32,
    /// The scenario that points vary.
    pub scenario: ScenarioEntry,
    /// Seed, in hexadecimal.
    pub seed: String,
    /// How points are laid.
    pub design: DesignEntry,
    /// Axes, in the order of the columns of `design.csv`.
    pub axes: Vec<AxisEntry>,
    /// Number of points.
    pub points: u64,
    /// Replicates of each point.
    pub replicates: u32,
    /// Whether points see the same luck (common random numbers), or each its own.
    pub common_random_numbers: bool,
    /// Outcomes, as `protection.IDN@2010`.
    pub outcomes: Vec<String>,
    /// Whether every variable of every run is kept too.
    pub trajectories: bool,
    /// The history that points are run in, as `--given` asks for it; none of a free sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

fn first_format() -> u32 {
    1
}

/// How the points of a sweep are laid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case")]
pub enum DesignEntry {
    /// See [`Method::Grid`].
    Grid,
    /// See [`Method::LatinHypercube`].
    LatinHypercube,
    /// See [`Method::Sobol`].
    Sobol,
    /// See [`Method::Saltelli`].
    Saltelli {
        /// Base samples.
        samples: u64,
        /// Whether indices of pairs are wanted.
        second_order: bool,
    },
    /// See [`Method::Morris`].
    Morris {
        /// Trajectories.
        trajectories: u64,
        /// Levels.
        levels: u32,
    },
    /// Points from elsewhere, kept as `points.csv`.
    Table {
        /// BLAKE3 hash of the values, in hexadecimal.
        blake3: String,
    },
}

impl DesignEntry {
    /// The entry of a method.
    pub fn of(method: Method) -> DesignEntry {
        match method {
            Method::Grid => DesignEntry::Grid,
            Method::LatinHypercube { .. } => DesignEntry::LatinHypercube,
            Method::Sobol { .. } => DesignEntry::Sobol,
            Method::Saltelli { samples, second_order } => DesignEntry::Saltelli { samples, second_order },
            Method::Morris { trajectories, levels } => DesignEntry::Morris { trajectories, levels },
        }
    }

    /// The method; none for points from elsewhere.
    pub fn method(&self, points: u64) -> Option<Method> {
        Some(match *self {
            DesignEntry::Grid => Method::Grid,
            DesignEntry::LatinHypercube => Method::LatinHypercube { points },
            DesignEntry::Sobol => Method::Sobol { points },
            DesignEntry::Saltelli { samples, second_order } => Method::Saltelli { samples, second_order },
            DesignEntry::Morris { trajectories, levels } => Method::Morris { trajectories, levels },
            DesignEntry::Table { .. } => return None,
        })
    }

    /// The entry of points from elsewhere.
    pub fn table(plan: &Plan) -> DesignEntry {
        let mut hasher = blake3::Hasher::new();
        for i in 0..plan.len() as u64 {
            for x in plan.point(i) {
                hasher.update(&x.to_bits().to_le_bytes());
            }
        }
        DesignEntry::Table { blake3: hasher.finalize().to_hex().to_string() }
    }
}

/// An axis, written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisEntry {
    /// Path of the value.
    pub path: String,
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Values of a grid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
}

impl From<&Axis> for AxisEntry {
    fn from(axis: &Axis) -> Self {
        AxisEntry { path: axis.path.clone(), low: axis.low, high: axis.high, values: axis.values.clone() }
    }
}

impl From<&AxisEntry> for Axis {
    fn from(axis: &AxisEntry) -> Self {
        Axis { path: axis.path.clone(), low: axis.low, high: axis.high, values: axis.values.clone() }
    }
}

impl Description {
    /// Whether the description is one of this program.
    pub fn is_ours(&self) -> bool {
        self.program == PROGRAM
    }

    /// Refuses numbers that no sweep has, in a description that a hand may have changed.
    ///
    /// # Errors
    /// If there are such: found, and what was expected.
    pub fn check(&self) -> Result<(), ExperimentError> {
        let refuse = |found: String| {
            let hint = "the sweep's description was changed; take it from a copy, or sweep again".to_string();
            Err(ExperimentError::asked(format!("{DESCRIPTION}: {found}"), Some(hint)))
        };
        if self.format != FORMAT_VERSION {
            let found = format!(
                "{DESCRIPTION}: its format is {}, and this version reads {FORMAT_VERSION}",
                self.format
            );
            let hint = format!("the version that wrote it ({}) reads it", excerpt(&self.version));
            return Err(ExperimentError::asked(found, Some(hint)));
        }
        if self.points == 0 {
            return refuse("points is 0, expected at least 1".into());
        }
        if !(1..=i32::MAX as u32).contains(&self.replicates) {
            return refuse(format!("replicates is {}, expected 1 to {}", self.replicates, i32::MAX));
        }
        if self.axes.is_empty() {
            return refuse("there are no axes".into());
        }
        let finite = |axis: &AxisEntry| {
            axis.low <= axis.high && [axis.low, axis.high].iter().chain(&axis.values).all(|x| x.is_finite())
        };
        if let Some(axis) = self.axes.iter().find(|axis| !finite(axis)) {
            let (path, [low, high]) = (&axis.path, [axis.low, axis.high].map(number));
            return refuse(format!("the axis {} goes from {low} to {high}", excerpt(path)));
        }
        Ok(())
    }

    /// As JSON, for people too.
    pub fn json(&self) -> String {
        // A description holds finite numbers, text and lists: nothing that JSON cannot.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The name of this sweep and no other: a hash of the description.
    pub fn identity(&self) -> String {
        blake3::hash(self.json().as_bytes()).to_hex()[..32].to_string()
    }
}
