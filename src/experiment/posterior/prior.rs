//! Draws of a prior as equally likely draws of a posterior, so that whatever is done under the one can be done under the other.

use super::file::column;
use super::{Column, Posterior};
use crate::experiment::calibrate::{Parameter, Wheel};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;

/// Uniforms of a block of draws.
const BLOCK: usize = 8;

impl Posterior {
    /// So many draws of a prior. A draw is a function of the seed, its number and the parameter's position.
    ///
    /// ```
    /// use suasion::experiment::{calibrate::{Asked, Parameter}, posterior::Posterior};
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let priors = Parameter::all(&[Asked::option("parameters.drift=uniform(0, 0.1)")], &world).unwrap();
    /// let prior = Posterior::of_prior("the prior", &priors, 3, 20).unwrap();
    /// assert_eq!((prior.len(), prior.paths()), (20, vec!["parameters.drift"]));
    /// ```
    ///
    /// # Errors
    /// If a parameter is a link that no panel has.
    pub fn of_prior(
        name: &str,
        priors: &[Parameter],
        seed: u64,
        draws: u32,
    ) -> Result<Posterior, ExperimentError> {
        let columns: Vec<Column> = priors.iter().map(|p| column(&p.path)).collect();
        let value = |draw: u32, k: usize| {
            let word = double_words(seed, Purpose::Prior, draw, (k / BLOCK) as u64)[k % BLOCK];
            priors[k].prior.quantile(((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
        };
        let values = (0..draws).flat_map(|draw| (0..priors.len()).map(move |k| (draw, k)));
        let values: Vec<f64> = values.map(|(draw, k)| value(draw, k)).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_bits().to_le_bytes()).collect();
        let weights = vec![1.0 / f64::from(draws.max(1)); draws as usize];
        Ok(Posterior {
            name: name.into(),
            blake3: blake3::hash(&bytes).to_hex().to_string(),
            paths: priors.iter().map(|p| p.path.clone()).collect(),
            columns,
            wheel: Wheel::new(&weights),
            distances: vec![0.0; weights.len()],
            weights,
            values,
            coding: None,
        })
    }

    /// So many draws in all, equally likely and evenly taken ([`evenly`](Posterior::evenly)); the same where it has no more.
    ///
    /// ```
    /// use suasion::experiment::posterior::Posterior;
    /// let text = "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,0.25,0.5,0.02\n0.2.0,1,0.5,0.6,0.04\n0.2.0,2,0.25,0.6,0.06\n";
    /// let posterior = Posterior::parse("mine.csv", text).unwrap();
    /// assert_eq!((posterior.clone().thinned(2).len(), posterior.thinned(3).len()), (2, 3));
    /// ```
    #[must_use]
    pub fn thinned(self, count: u32) -> Posterior {
        if self.len() <= count as usize {
            return self;
        }
        let chosen = self.evenly(count);
        let weights = vec![1.0 / f64::from(count); chosen.len()];
        Posterior {
            values: chosen.iter().flat_map(|draw| self.values(*draw)).copied().collect(),
            distances: chosen.iter().map(|draw| self.distances[*draw]).collect(),
            wheel: Wheel::new(&weights),
            weights,
            ..self
        }
    }

    /// So many of the draws, each as often as its weight says to the nearest whole number: at even steps through their weights.
    ///
    /// ```
    /// use suasion::experiment::posterior::Posterior;
    /// let text = "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,0.25,0.5,0.02\n0.2.0,1,0.75,0.6,0.04\n";
    /// assert_eq!(Posterior::parse("mine.csv", text).unwrap().evenly(4), [0, 1, 1, 1]);
    /// ```
    pub fn evenly(&self, count: u32) -> Vec<usize> {
        (0..count).map(|k| self.wheel.at((f64::from(k) + 0.5) / f64::from(count))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::calibrate::Asked;
    use crate::scenario::Scenario;

    #[test]
    fn draws_are_of_the_prior_and_each_by_itself() {
        let world = Scenario::load("asean").unwrap().build_alone().unwrap().world;
        let asked = [Asked::option("parameters.*"), Asked::option("parameters.drift=uniform(0, 0.1)")];
        let priors = Parameter::all(&asked, &world).unwrap();
        let few = Posterior::of_prior("p", &priors, 3, 40).unwrap();
        let many = Posterior::of_prior("p", &priors, 3, 4000).unwrap();
        assert_eq!(few.values[..], many.values[..few.values.len()]);
        assert_ne!(few.values, Posterior::of_prior("p", &priors, 4, 40).unwrap().values);
        let n = priors.len();
        for (k, parameter) in priors.iter().enumerate() {
            let (low, high) = parameter.prior.ends();
            let all: Vec<f64> = (0..4000).map(|draw| many.values[draw * n + k]).collect();
            assert!(all.iter().all(|x| (low..=high).contains(x)), "{}", parameter.path);
            // Five standard errors of the mean of a uniform.
            let off = all.iter().sum::<f64>() / 4000.0 - f64::midpoint(low, high);
            assert!(
                off.abs() < 5.0 * (high - low) / 12.0_f64.sqrt() / 4000.0_f64.sqrt(),
                "{}",
                parameter.path
            );
        }
        assert_eq!(many.evenly(3)[0], 666);
    }
}
