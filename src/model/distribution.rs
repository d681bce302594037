//! Distributions of traits, drawn by inverse CDF from one uniform, so that draws are monotone in it.
//!
//! Every distribution is clipped to the range of its trait. The quantiles use the engine's own functions: no
//! standard transcendental, so the same uniform gives the same bits everywhere.

use crate::engine::lanes::Lane;
use crate::engine::math;
use std::sync::Arc;

/// A number, or a distribution over numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// The same number in every replicate.
    Fixed(f64),
    /// Normal, clipped to the trait's range.
    Normal {
        /// Mean before clipping.
        mean: f64,
        /// Standard deviation before clipping, at least 0.
        sd: f64,
    },
    /// Uniform on [low, high].
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end, at least `low`.
        high: f64,
    },
    /// Triangular on [low, high] with the given mode.
    Triangular {
        /// Lower end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// Beta on [0, 1].
    Beta(BetaTable),
    /// The state's own drawn `intrinsic_motivation` (for `autochthonous_motivation` alone).
    Intrinsic,
}
