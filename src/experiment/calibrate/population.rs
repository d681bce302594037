//! The particles of a finished generation, their importance weights, and what the next generation makes of them.

use super::generation::Particle;
use super::kernel::{Kernel, KernelKind};
use super::parameter::Parameter;
use super::prior::Prior;
use super::weights::{effective_size, normalized};
use crate::experiment::posterior::csv_text;
use std::cmp::Ordering;

/// Particles of a generation, one after another, with weights that sum to 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Population {
    /// Number of parameters.
    pub dims: usize,
    /// Number of statistics.
    pub width: usize,
    /// Values of each particle.
    pub values: Vec<f64>,
    /// Statistics of each particle.
    pub statistics: Vec<f64>,
    /// Distance of each particle.
    pub distances: Vec<f64>,
    /// Weight of each particle.
    pub weights: Vec<f64>,
    /// Trials that it took.
    pub trials: u64,
    /// Trials that were accepted.
    pub moves: u64,
}

impl Population {
    /// The particles in order, weighted by the prior's density over that of the proposal: equally where they are from the
    /// prior itself, or were moved.
    pub fn new(particles: &[Particle], priors: &[Prior], kernel: Option<&Kernel>) -> Population {
        let first = particles.first();
        let flat = |of: fn(&Particle) -> &[f64]| particles.iter().flat_map(of).copied().collect();
        let ln_weight = |p: &Particle| match kernel {
            None => 0.0,
            Some(kernel) => {
                let prior: f64 = priors.iter().zip(&p.values).map(|(prior, x)| prior.ln_density(*x)).sum();
                prior - kernel.ln_density(&p.values)
            }
        };
        let ln_weights: Vec<f64> = particles.iter().map(ln_weight).collect();
        Population {
            dims: priors.len(),
            width: first.map_or(0, |p| p.statistics.len()),
            values: flat(|p| &p.values),
            statistics: flat(|p| &p.statistics),
            distances: particles.iter().map(|p| p.distance).collect(),
            weights: normalized(&ln_weights),
            trials: particles.iter().map(|p| p.trials).sum(),
            moves: particles.iter().map(|p| p.moves).sum(),
        }
    }

    /// Number of particles.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The values of a particle.
    pub fn particle(&self, i: usize) -> &[f64] {
        &self.values[i * self.dims..(i + 1) * self.dims]
    }

    /// The values of a parameter, particle by particle.
    pub fn parameter(&self, k: usize) -> Vec<f64> {
        self.values.iter().skip(k).step_by(self.dims).copied().collect()
    }

    /// A statistic, particle by particle.
    pub fn statistic(&self, k: usize) -> Vec<f64> {
        self.statistics.iter().skip(k).step_by(self.width).copied().collect()
    }

    /// Effective sample size; particles at the same values, which none has left, count as one.
    pub fn effective_size(&self) -> f64 {
        let mut order: Vec<usize> = (0..self.len()).collect();
        let compare = |a: usize, b: usize| {
            let pairs = self.particle(a).iter().zip(self.particle(b));
            pairs.map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        };
        order.sort_by(|a, b| compare(*a, *b).then(a.cmp(b)));
        let alike = order.chunk_by(|a, b| compare(*a, *b).is_eq());
        let weights: Vec<f64> = alike.map(|all| all.iter().map(|i| self.weights[*i]).sum()).collect();
        effective_size(&weights)
    }

    /// Trials accepted, as a share.
    pub fn acceptance(&self) -> f64 {
        self.moves as f64 / self.trials.max(1) as f64
    }

    /// The distance that a share of the particles do not exceed: the next tolerance.
    pub fn next_tolerance(&self, share: f64) -> f64 {
        let mut sorted = self.distances.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(place.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(f64::INFINITY)
    }

    /// The proposals of the next generation, where they are perturbed.
    pub fn kernel(&self, kind: KernelKind, tolerance: f64, priors: &[Prior]) -> Kernel {
        let within: Vec<bool> = self.distances.iter().map(|d| *d <= tolerance).collect();
        let ends: Vec<(f64, f64)> = priors.iter().map(Prior::ends).collect();
        Kernel::new(kind, &self.values, &self.weights, &within, &ends)
    }

    /// The file of the posterior, as other commands read it. What is infinitely far is as far as a number can be.
    pub fn posterior(&self, parameters: &[Parameter]) -> String {
        let paths: Vec<&str> = parameters.iter().map(|p| p.path.as_str()).collect();
        let distances: Vec<f64> = self.distances.iter().map(|x| x.min(f64::MAX)).collect();
        csv_text(&paths, &self.weights, &distances, &self.values)
    }

    /// The weighted mean of each parameter: the posterior's centre.
    pub fn centre(&self) -> Vec<f64> {
        (0..self.dims).map(|k| super::weights::moments(&self.parameter(k), &self.weights).0).collect()
    }
}
