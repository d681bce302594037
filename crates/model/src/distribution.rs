//! Distributions of traits, drawn by inverse CDF from one uniform, so that draws are monotone in it.
//!
//! Every distribution is clipped to the range of its trait. The quantiles use the engine's own functions: no
//! standard transcendental, so the same uniform gives the same bits everywhere. Nothing here draws: the uniform is an
//! argument.

mod beta;

pub use beta::BetaTable;

use suasion_lanes::lane::{LANES, Lane};
use suasion_lanes::math;

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

/// One of the numbers that a distribution is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The number itself, where it is fixed.
    Value,
    /// Mean of a normal distribution.
    Mean,
    /// Standard deviation of a normal distribution.
    Sd,
    /// Lower end.
    Low,
    /// Mode of a triangular distribution.
    Mode,
    /// Upper end.
    High,
}

impl Distribution {
    /// The numbers that it is made of and that can be changed: not those of a beta distribution, whose quantiles are tabulated.
    ///
    /// ```
    /// use suasion::model::distribution::{Distribution, Part};
    /// let of = Distribution::Uniform { low: 0.25, high: 0.75 };
    /// assert_eq!(of.parts().collect::<Vec<_>>(), [(Part::Low, 0.25), (Part::High, 0.75)]);
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = (Part, f64)> + use<> {
        let parts = match *self {
            Distribution::Fixed(x) => [Some((Part::Value, x)), None, None],
            Distribution::Normal { mean, sd } => [Some((Part::Mean, mean)), Some((Part::Sd, sd)), None],
            Distribution::Uniform { low, high } => [Some((Part::Low, low)), Some((Part::High, high)), None],
            Distribution::Triangular { low, mode, high } => {
                [Some((Part::Low, low)), Some((Part::Mode, mode)), Some((Part::High, high))]
            }
            Distribution::Beta(_) | Distribution::Intrinsic => [None; 3],
        };
        parts.into_iter().flatten()
    }

    /// One of its numbers, to be changed; none where it has no such number.
    ///
    /// ```
    /// use suasion::model::distribution::{Distribution, Part};
    /// let mut of = Distribution::Normal { mean: 0.5, sd: 0.1 };
    /// *of.part_mut(Part::Mean).unwrap() = 0.25;
    /// assert_eq!((of.median(), of.part_mut(Part::Low)), (Some(0.25), None));
    /// ```
    pub fn part_mut(&mut self, part: Part) -> Option<&mut f64> {
        match (self, part) {
            (Distribution::Fixed(x), Part::Value)
            | (Distribution::Normal { mean: x, .. }, Part::Mean)
            | (Distribution::Normal { sd: x, .. }, Part::Sd)
            | (Distribution::Uniform { low: x, .. } | Distribution::Triangular { low: x, .. }, Part::Low)
            | (Distribution::Triangular { mode: x, .. }, Part::Mode)
            | (
                Distribution::Uniform { high: x, .. } | Distribution::Triangular { high: x, .. },
                Part::High,
            ) => Some(x),
            _ => None,
        }
    }

    /// Whether its ends, and its mode between them, are in order.
    ///
    /// ```
    /// use suasion::model::distribution::Distribution;
    /// assert!(Distribution::Triangular { low: 0.0, mode: 0.0, high: 0.5 }.is_ordered());
    /// assert!(!Distribution::Uniform { low: 0.75, high: 0.25 }.is_ordered());
    /// ```
    pub fn is_ordered(&self) -> bool {
        match *self {
            Distribution::Uniform { low, high } => low <= high,
            Distribution::Triangular { low, mode, high } => low <= mode && mode <= high,
            _ => true,
        }
    }

    /// Whether replicates differ. A spread of 0 counts as random: it is drawn like any other, to the same value.
    ///
    /// ```
    /// use suasion::model::distribution::Distribution;
    /// assert!(!Distribution::Fixed(0.3).is_random());
    /// assert!(Distribution::Normal { mean: 0.3, sd: 0.1 }.is_random());
    /// ```
    pub fn is_random(&self) -> bool {
        !matches!(self, Distribution::Fixed(_) | Distribution::Intrinsic)
    }

    /// The median before clipping; none for [`Distribution::Intrinsic`], which is that of another trait.
    ///
    /// ```
    /// use suasion::model::distribution::Distribution;
    /// assert_eq!(Distribution::Uniform { low: 0.25, high: 0.75 }.median(), Some(0.5));
    /// assert_eq!(Distribution::Intrinsic.median(), None);
    /// ```
    pub fn median(&self) -> Option<f64> {
        match self {
            Distribution::Intrinsic => None,
            other => Some(other.at(0.5, 0.0, 0.0)),
        }
    }

    /// The draws of one trait of one state: each lane's distribution at its uniform, clipped to [low, high].
    ///
    /// - `uniforms`: in (0, 1), one per run;
    /// - `intrinsic`: the drawn intrinsic motivation, which [`Distribution::Intrinsic`] gives back.
    ///
    /// Lanes do not affect one another, so any grouping of runs gives the same bits.
    ///
    /// ```
    /// use suasion::lanes::lane::{LANES, Lane};
    /// use suasion::model::distribution::Distribution;
    /// let normal = Distribution::Normal { mean: 0.5, sd: 0.1 };
    /// let at = |u| Distribution::quantile_lane([&normal; LANES], Lane::splat(u), 0.0, 0.6, Lane::ZERO).0[0];
    /// assert_eq!(at(0.5), 0.5);
    /// assert!((at(0.158_655_253_931_457) - 0.4).abs() < 1e-9);
    /// assert_eq!(at(0.999), 0.6);
    /// ```
    #[inline(always)]
    pub fn quantile_lane(
        kinds: [&Distribution; LANES],
        uniforms: Lane,
        low: f64,
        high: f64,
        intrinsic: Lane,
    ) -> Lane {
        // The costly part is done once for all lanes; what is left is a few operations per lane and kind.
        let needs_score =
            kinds.iter().any(|kind| matches!(kind, Distribution::Normal { .. } | Distribution::Beta(_)));
        let scores = if needs_score { math::inverse_normal(uniforms) } else { Lane::ZERO };
        Lane::from_fn(|i| kinds[i].at(uniforms.0[i], scores.0[i], intrinsic.0[i])).clamp(low, high)
    }

    /// The quantile before clipping, from the uniform and its normal score.
    #[inline(always)]
    fn at(&self, uniform: f64, score: f64, intrinsic: f64) -> f64 {
        match *self {
            Distribution::Fixed(value) => value,
            Distribution::Normal { mean, sd } => mean + sd * score,
            Distribution::Uniform { low, high } => low + (high - low) * uniform,
            Distribution::Triangular { low, mode, high } => {
                let (left, width) = (mode - low, high - low);
                if uniform * width < left {
                    low + (uniform * width * left).sqrt()
                } else {
                    high - ((1.0 - uniform) * width * (high - mode)).sqrt()
                }
            }
            Distribution::Beta(ref table) => table.at(score),
            Distribution::Intrinsic => intrinsic,
        }
    }
}

#[cfg(test)]
mod tests;
