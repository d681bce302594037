//! The kinds that tables of a scenario file tell apart by a word.

use super::wire::{Community, Convention, Rating};
use schemars::JsonSchema;
use serde::Deserialize;

/// What kind of commitment an instrument is.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InstrumentKind {
    /// A global convention.
    Convention,
    /// A domestic law.
    Law,
    /// A regional treaty.
    Treaty,
    /// A national human-rights institution.
    Nhri,
}

/// How the points of a sweep are laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// Every combination of levels.
    Grid,
    /// Latin hypercube.
    LatinHypercube,
    /// Sobol sequence.
    Sobol,
    /// Saltelli's design for Sobol indices.
    Saltelli,
    /// Morris trajectories.
    Morris,
}

/// A regime of any kind, for the schema alone: files are read by kind.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) enum Regime {
    Rating(Box<Rating>),
    Convention(Convention),
    Community(Community),
}
