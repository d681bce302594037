//! The region speaks: who argues in it and is heard, what it argues of its own, and what it takes the norm to be about.
//!
//! Part of steps 2 (who is heard) and 6 (what that does to motivation). Sums over communities and ties are in `ties.rs`.

use crate::parameters::Parameters;
use suasion_lanes::lane::{Lane, Mask};

/// Voice of a state in [0, 1]: `(1 - silence) + silence ((1 - civil_voice) m (1 - a) + civil_voice max(d, nhri))`.
///
/// Who argues is a government that means it and knows that it does (not one that puts its compliance down to a payment), and
/// its public and human-rights institution. `silence` is how far whoever does neither says nothing; at 0 all speak alike.
/// Source: Renshaw 2016, VI; Risse 2000.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{parameters::Parameters, region::voice};
/// let given = Parameters { silence: 0.5, civil_voice: 0.25, ..Parameters::default() };
/// let p = Parameters::from_fn(|i| Lane::splat(given.values()[i]));
/// let [m, a, d] = [0.4, 0.5, 0.6].map(Lane::splat);
/// assert!((voice(&p, m, a, d, Lane::ZERO).0[0] - 0.65).abs() < 1e-15); // .5 + .5 (.75 .2 + .25 .6)
/// assert!((voice(&p, m, a, d, Lane::ONE).0[0] - 0.70).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn voice(p: &Parameters<Lane>, m: Lane, a: Lane, d: Lane, nhri: Lane) -> Lane {
    let government = m * (1.0 - a);
    let says = (1.0 - p.civil_voice) * government + p.civil_voice * d.max(nhri);
    1.0 - p.silence + p.silence * says
}

/// How much peers count at all, in [0, 1): `w / (w + hearing_half)`, `w` the sum of a state's weights; 0 without peers.
///
/// `inverse` is 1 / w. With voices the weight of a peer is `w_ij voice_j`, and `voice` their mean: `w voice / (w voice + half)`.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::region::hearing;
/// let [inverse, half] = [5.0, 0.1].map(Lane::splat); // w = .2
/// let tied = inverse.gt(Lane::ZERO);
/// assert!((hearing(inverse, tied, Lane::ONE, half).0[0] - 2.0 / 3.0).abs() < 1e-15);
/// assert!((hearing(inverse, tied, Lane::splat(0.5), half).0[0] - 0.5).abs() < 1e-15);
/// assert_eq!(hearing(Lane::ZERO, Lane::ZERO.gt(Lane::ZERO), Lane::ONE, half), Lane::ZERO);
/// ```
#[inline(always)]
pub fn hearing(inverse: Lane, tied: Mask, voice: Lane, half: Lane) -> Lane {
    tied.select(voice / (voice + half * inverse), Lane::ZERO)
}

/// Pull of what is heard: `x` upwards, `pull_down x` downwards, with x the motivation heard less one's own.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::region::pull;
/// let half = Lane::splat(0.5);
/// assert_eq!((pull(Lane::splat(0.2), half).0[0], pull(Lane::splat(-0.2), half).0[0]), (0.2, -0.1));
/// ```
#[inline(always)]
pub fn pull(x: Lane, pull_down: Lane) -> Lane {
    x.gt(Lane::ZERO).select(x, pull_down * x)
}

/// The strongest of the arguments that the communities of a state make, and what they take the norm to be about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Argued {
    /// g: engagement x argument x mean voice of the members, in [0, 1].
    pub strength: Lane,
    /// The share of crime control in what is argued, in [0, 1].
    pub framing: Lane,
    /// 1 where it has such a share, else 0: then it moves nobody's.
    pub framed: Lane,
}

impl Argued {
    /// Nothing is argued.
    pub const NOTHING: Argued = Argued { strength: Lane::ZERO, framing: Lane::ZERO, framed: Lane::ZERO };

    /// The stronger of two; of two alike the first.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::region::Argued;
    /// let of = |strength: f64| Argued { strength: Lane::splat(strength), framing: Lane::splat(1.0 - strength), framed: Lane::ONE };
    /// assert_eq!(of(0.2).stronger(&of(0.3)), of(0.3));
    /// assert_eq!(of(0.3).stronger(&of(0.2)), of(0.3));
    /// ```
    #[must_use]
    #[inline(always)]
    pub fn stronger(&self, other: &Argued) -> Argued {
        let won = other.strength.gt(self.strength);
        Argued {
            strength: won.select(other.strength, self.strength),
            framing: won.select(other.framing, self.framing),
            framed: won.select(other.framed, self.framed),
        }
    }
}

/// Security framing after a step: `f + dt regional_argument o_r g (framing - f)`, where the region has a framing.
///
/// What a state-led region argues is crime and borders, and that moves what its members take the norm to be about, too
/// (Renshaw 2016, VI; Simmons, Lloyd & Stewart 2018). `ears` is `o_r`, the state's openness to the region.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::region::{Argued, reframed};
/// let [f, rate, ears, strength] = [0.5, 0.2, 0.5, 0.4].map(Lane::splat);
/// let argued = Argued { strength, framing: Lane::splat(0.9), framed: Lane::ONE };
/// assert!((reframed(f, rate, ears, &argued, 0.25).0[0] - 0.504).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn reframed(f: Lane, regional_argument: Lane, ears: Lane, argued: &Argued, dt: f64) -> Lane {
    f + regional_argument * ears * argued.strength * argued.framed * (argued.framing - f) * dt
}
