//! What a calibration is, as kept beside its blocks: enough to know it again, and to say what changed. When it stops is
//! not part of it, so that one that has stopped can go on.

use super::distance::Target;
use super::kernel::KernelKind;
use crate::output::manifest::ScenarioEntry;
use serde::{Deserialize, Serialize};

/// A calibration, written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Name of the program.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// The scenario whose parameters are calibrated.
    pub scenario: ScenarioEntry,
    /// Seed, in hexadecimal.
    pub seed: String,
    /// Particles of each generation.
    pub particles: u32,
    /// Replicates of each trial, whose statistics are averaged.
    pub replicates: u32,
    /// Share of particles whose distances the next tolerance admits.
    pub quantile: f64,
    /// Kernel.
    pub kernel: KernelKind,
    /// What is fitted, and what is held out, in words.
    pub fitted: String,
    /// Parameters and their priors.
    pub parameters: Vec<ParameterEntry>,
    /// Statistics, their observed values and tolerances; none where the likelihood is fitted.
    pub targets: Vec<Target>,
    /// How the likelihood is computed, where it is fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<LikelihoodEntry>,
}

/// How a likelihood is computed, written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelihoodEntry {
    /// Particles of the filter, by state.
    pub particles: u32,
    /// Passes of the filter.
    pub passes: u32,
    /// Hash of the record.
    pub record: String,
}

/// A parameter, written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterEntry {
    /// Path, as for `--set`.
    pub path: String,
    /// Prior.
    pub prior: String,
}

impl Description {
    /// As JSON, for people too.
    pub fn json(&self) -> String {
        // A description holds finite numbers, text and lists: nothing that JSON cannot.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The name of this calibration and no other: a hash of the description.
    pub fn identity(&self) -> String {
        blake3::hash(self.json().as_bytes()).to_hex()[..32].to_string()
    }
}
