//! A prior on what crowding does in all, from which draws of the four coefficients follow.
//!
//! A prior on each coefficient by itself says more than anyone knows: uniform over their usual ranges, the four together crowd out in nearly all draws, so
//! that whatever is conditioned on a record comes out crowded. So the prior is stated on the effect ([`effects`]), and given the effect the
//! coefficients are as they are under uniform priors: of all distributions of the coefficients with this distribution of the effect, the one nearest
//! to those (Jeffrey's rule; Diaconis & Zabell 1982).

use crate::experiment::calibrate::{Asked, Parameter, Prior};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Posterior;
use crate::model::crowding::{Coefficients, coefficients, effects, with};
use crate::model::parameters::CROWDING;
use crate::model::world::World;
use crate::scenario::keeps_joint_rules;

/// Sets of coefficients that the prior is made of.
const POOL: u32 = 8192;
/// How far the effect of a set may be from the one that is asked for, in standard deviations of motivation between states.
const NEAR: f64 = 0.02;
/// Standard deviations beyond which the prior has nothing.
const CUT: f64 = 3.0;

/// A prior on the effect of crowding: normal, cut off at three standard deviations.
///
/// A judgement, not a finding. Rewards lower intrinsic motivation by -.28 to -.40 standard deviations in the laboratory (Deci, Koestner & Ryan 1999), and from surveys of incentives in
/// the field no sign can be told (Bowles & Polania-Reyes 2012; Rode et al. 2015): so the middle is half of what laboratories find, and about 30 % is crowding in.
///
/// ```
/// use suasion::experiment::crowding::OnEffect;
/// let prior = OnEffect::default();
/// assert_eq!((prior.mean, prior.sd), (-0.15, 0.30));
/// assert!((prior.quantile(0.5) + 0.15).abs() < 1e-9);
/// assert!((prior.above_0() - 0.308).abs() < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnEffect {
    /// Mean effect, in standard deviations of motivation between states.
    pub mean: f64,
    /// Standard deviation of the effect.
    pub sd: f64,
}

impl Default for OnEffect {
    fn default() -> Self {
        OnEffect { mean: -0.15, sd: 0.30 }
    }
}

/// Draws of the coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Values of the coefficients, by draw.
    pub coefficients: Vec<Coefficients>,
    /// Effect of each draw.
    pub effects: Vec<f64>,
}

impl OnEffect {
    fn prior(self) -> Prior {
        let OnEffect { mean, sd } = self;
        Prior::Normal { mean, sd, low: mean - CUT * sd, high: mean + CUT * sd }
    }

    /// The effect below which a share of the mass lies.
    pub fn quantile(self, share: f64) -> f64 {
        self.prior().quantile(share)
    }

    /// Chance that crowding is crowding in.
    pub fn above_0(self) -> f64 {
        1.0 - self.prior().cdf(0.0)
    }

    /// So many draws of the coefficients for a world, whose other parameters say what these do. Draw k asks for the effect at a point of an even sequence in (0, 1) (van der Corput's,
    /// begun at a place that the seed draws), and takes the set with the nearest effect of 8192 that are uniform over the usual ranges. Few draws are so as evenly spread as
    /// many, and a draw is a function of world, seed and number.
    ///
    /// ```
    /// use suasion::{experiment::crowding::OnEffect, scenario::Scenario};
    /// let world = Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let drawn = OnEffect::default().draws(&world, 2016, 400).unwrap();
    /// let mean = drawn.effects.iter().sum::<f64>() / 400.0;
    /// let above = drawn.effects.iter().filter(|effect| **effect > 0.0).count();
    /// assert!((mean + 0.15).abs() < 0.01 && (118..=130).contains(&above));
    /// ```
    ///
    /// # Errors
    /// If within their usual ranges the coefficients have no such effects, since other parameters leave them nothing to do.
    pub fn draws(self, world: &World, seed: u64, count: u32) -> Result<Drawn, ExperimentError> {
        let pool = pool(world, seed)?;
        let begin = double_words(seed, Purpose::Prior, u32::MAX, 0)[0];
        let mut drawn = Drawn { coefficients: Vec::new(), effects: Vec::new() };
        for k in 0..count {
            // Bits of a number the other way around, as those of a fraction.
            let turned = u64::from(k.reverse_bits()) << 32;
            let share = ((turned.wrapping_add(begin) >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
            let wanted = self.quantile(share);
            let at = pool.partition_point(|(effect, _)| *effect < wanted);
            let near = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|i| pool.get(i));
            let nearest =
                near.min_by(|(a, _), (b, _)| (a - wanted).abs().total_cmp(&(b - wanted).abs())).copied();
            let Some((effect, coefficients)) = nearest.filter(|(effect, _)| (effect - wanted).abs() <= NEAR)
            else {
                let ends = pool.first().zip(pool.last()).map_or_else(
                    || "no effect".to_string(),
                    |((low, _), (high, _))| format!("an effect from {low:.2} to {high:.2}"),
                );
                let found = format!(
                    "within their usual ranges the coefficients of crowding have {ends} here, and the prior asks for {wanted:.2}"
                );
                let hint = "other parameters (attribution_rate, reactance_rate, inducement) leave them too little to do";
                return Err(ExperimentError::asked(found, Some(hint.into())));
            };
            drawn.effects.push(effect);
            drawn.coefficients.push(coefficients);
        }
        Ok(drawn)
    }
}

/// Sets of coefficients that are uniform over their usual ranges and valid in a world, in the order of their effects.
fn pool(world: &World, seed: u64) -> Result<Vec<(f64, Coefficients)>, ExperimentError> {
    let usual: Vec<Asked> =
        CROWDING.iter().map(|name| Asked::option(&format!("parameters.{name}"))).collect();
    let all = Posterior::of_prior("crowding", &Parameter::all(&usual, world)?, seed, POOL)?;
    let sets = (0..all.len()).map(|draw| {
        let mut set = Coefficients::default();
        set.copy_from_slice(all.values(draw));
        set
    });
    let mut tried = world.clone();
    let sets: Vec<Coefficients> = sets
        .filter(|set| {
            tried.parameters = with(world.parameters, *set);
            keeps_joint_rules(&tried)
        })
        .collect();
    let mut pool: Vec<(f64, Coefficients)> =
        effects(&world.parameters, &sets).into_iter().zip(sets).collect();
    // Equal effects stay in the order of their draws.
    pool.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok(pool)
}

/// A world with other coefficients of crowding.
pub(super) fn set(world: &World, coefficients: Coefficients) -> World {
    World { parameters: with(world.parameters, coefficients), ..world.clone() }
}

/// An arm with other coefficients of crowding, where it has those of its base: what a counterfactual says of one stands.
pub(super) fn set_beside(base: &World, arm: &World, new: Coefficients) -> World {
    let (ours, its) = (coefficients(&base.parameters), coefficients(&arm.parameters));
    let mut set_in = its;
    for (k, x) in new.into_iter().enumerate() {
        if its[k] == ours[k] {
            set_in[k] = x;
        }
    }
    set(arm, set_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn asean() -> World {
        Scenario::load("asean").unwrap().build_alone().unwrap().world
    }

    #[test]
    fn the_effect_has_the_mean_the_sd_and_the_share_above_0_that_are_stated() {
        let world = asean();
        let of = OnEffect::default().draws(&world, 7, 2000).unwrap();
        let n = of.effects.len() as f64;
        let mean = of.effects.iter().sum::<f64>() / n;
        let sd = (of.effects.iter().map(|e| (e - mean) * (e - mean)).sum::<f64>() / n).sqrt();
        let above = of.effects.iter().filter(|e| **e > 0.0).count() as f64 / n;
        // A normal cut off at three standard deviations has 0.9866 of its sd.
        assert!((mean + 0.15).abs() < 2e-3 && (sd - 0.296).abs() < 2e-3, "{mean} {sd}");
        assert!((above - OnEffect::default().above_0()).abs() < 5e-3, "{above}");
        // The effects are those of the coefficients, and these lie in their ranges and differ.
        assert_eq!(effects(&world.parameters, &of.coefficients), of.effects);
        for (k, (low, high)) in [(-0.5, 0.5), (-0.5, 1.0), (-0.5, 1.0), (0.0, 1.0)].into_iter().enumerate() {
            let values = || of.coefficients.iter().map(move |set| set[k]);
            assert!(values().all(|x| (low..=high).contains(&x)));
            let (least, most) =
                values().fold((f64::MAX, f64::MIN), |(a, b): (f64, f64), x| (a.min(x), b.max(x)));
            assert!(most - least > 0.8 * (high - low), "{}: {least} {most}", CROWDING[k]);
        }
    }

    #[test]
    fn few_draws_are_spread_evenly_and_are_the_first_of_many() {
        let world = asean();
        let [few, many] = [40, 300].map(|n| OnEffect::default().draws(&world, 2016, n).unwrap());
        assert_eq!(few.coefficients[..], many.coefficients[..40]);
        let mean = few.effects.iter().sum::<f64>() / 40.0;
        let above = few.effects.iter().filter(|e| **e > 0.0).count();
        // Independent draws of this prior have a mean with a standard error of .047.
        assert!((mean + 0.15).abs() < 0.03 && (11..=14).contains(&above), "{mean} {above}");
        assert_ne!(few, OnEffect::default().draws(&world, 2017, 40).unwrap());
    }

    #[test]
    fn another_prior_is_met_and_one_out_of_reach_is_told() {
        let mut world = asean();
        let strong = OnEffect { mean: -1.0, sd: 0.2 }.draws(&world, 1, 100).unwrap();
        assert!((strong.effects.iter().sum::<f64>() / 100.0 + 1.0).abs() < 0.02);
        // With no attribution and no reactance, two of four coefficients do nothing.
        world.parameters.attribution_rate = 0.0;
        world.parameters.reactance_rate = 0.0;
        let told = OnEffect::default().draws(&world, 1, 100).unwrap_err().to_string();
        assert!(told.contains("within their usual ranges") && told.contains("attribution_rate"), "{told}");
    }

    #[test]
    fn what_a_counterfactual_says_of_a_coefficient_stands() {
        let base = asean();
        let arm = set(&base, [0.12, 0.0, 0.22, 0.5]);
        let found = set_beside(&base, &arm, [0.3, 0.4, 0.5, 0.6]);
        assert_eq!(coefficients(&found.parameters), [0.3, 0.0, 0.5, 0.6]);
        assert_eq!(set_beside(&base, &base, [0.0; 4]).parameters, base.parameters.without_crowding());
    }
}
