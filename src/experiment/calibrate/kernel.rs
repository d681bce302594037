//! The kernel that perturbs particles between generations: normal, as wide as the next tolerance asks for.
//!
//! Its covariance is the expected product of the steps from a particle to one within the next tolerance: twice the weighted
//! covariance where all are (Beaumont et al. 2009), less where the tolerance narrows (Filippi et al. 2013).

use super::prior::{cut_normal, phi};
use super::weights::{Wheel, ln_sum_exp, moments};
use crate::lanes::lane::Lane;
use crate::lanes::math::{inverse_normal, ln_scalar};
use serde::{Deserialize, Serialize};

/// How a particle is perturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KernelKind {
    /// Each parameter by itself, by a normal that is cut off at the ends of the prior.
    Component,
    /// All together, along their correlations; what falls outside the prior is refused and drawn again.
    Multivariate,
    /// Not perturbed and weighted, but moved by short chains: see [`Moves`](super::Moves).
    Moves,
}

/// A proposal: a particle of the last generation, chosen by weight, and perturbed.
#[derive(Clone, Debug)]
pub struct Kernel {
    kind: KernelKind,
    dims: usize,
    ends: Vec<(f64, f64)>,
    /// Ancestors, one after another.
    values: Vec<f64>,
    wheel: Wheel,
    /// Logarithm of weight, less that of the mass of the kernel within the prior's ends.
    ln_weights: Vec<f64>,
    /// Lower triangular root of the covariance, by rows.
    root: Vec<f64>,
    /// Ancestors in units of the root.
    whitened: Vec<f64>,
}

impl Kernel {
    /// The kernel around weighted ancestors, given which of them are within the next tolerance.
    ///
    /// `values` are those of one ancestor after another, `ends` those of the priors.
    pub fn new(
        kind: KernelKind,
        values: &[f64],
        weights: &[f64],
        within: &[bool],
        ends: &[(f64, f64)],
    ) -> Kernel {
        let dims = ends.len();
        let kept: f64 = weights.iter().zip(within).filter(|(_, in_)| **in_).map(|(w, _)| w).sum();
        let of_kept: Vec<f64> =
            weights.iter().zip(within).map(|(w, in_)| if *in_ { w / kept } else { 0.0 }).collect();
        let column = |k: usize| -> Vec<f64> { values.iter().skip(k).step_by(dims).copied().collect() };
        let columns: Vec<Vec<f64>> = (0..dims).map(column).collect();
        let means: Vec<[f64; 2]> =
            columns.iter().map(|c| [moments(c, weights).0, moments(c, &of_kept).0]).collect();
        let covariance = |i: usize, j: usize| -> f64 {
            let about = |weights: &[f64], a: f64, b: f64| -> f64 {
                let terms = columns[i].iter().zip(&columns[j]).zip(weights);
                terms.map(|((x, y), w)| w * (x - a) * (y - b)).sum()
            };
            let shift = (means[i][1] - means[i][0]) * (means[j][1] - means[j][0]);
            about(weights, means[i][0], means[j][0]) + about(&of_kept, means[i][1], means[j][1]) + shift
        };
        let mut matrix = vec![0.0; dims * dims];
        for i in 0..dims {
            for j in 0..=i {
                if i == j || kind == KernelKind::Multivariate {
                    matrix[i * dims + j] = covariance(i, j);
                }
            }
            // A population that agrees on a value still moves a little.
            let least = 1e-6 * (ends[i].1 - ends[i].0).min(1e6);
            matrix[i * dims + i] = matrix[i * dims + i].max(least * least);
        }
        let root = root(&matrix, dims);
        let mut kernel = Kernel {
            kind,
            dims,
            ends: ends.to_vec(),
            values: values.to_vec(),
            wheel: Wheel::new(weights),
            ln_weights: weights.iter().map(|w| ln_scalar(w.max(f64::MIN_POSITIVE))).collect(),
            root,
            whitened: values.to_vec(),
        };
        for ancestor in 0..weights.len() {
            let range = ancestor * dims..(ancestor + 1) * dims;
            if kind == KernelKind::Component {
                kernel.ln_weights[ancestor] -= kernel.ln_mass_within(&values[range.clone()]);
            }
            let at = kernel.whiten(&values[range.clone()]);
            kernel.whitened[range].copy_from_slice(&at);
        }
        kernel
    }

    /// Logarithm of the mass of the cut normals around an ancestor.
    fn ln_mass_within(&self, ancestor: &[f64]) -> f64 {
        let mass = |k: usize| {
            let sd = self.root[k * self.dims + k];
            let (low, high) = self.ends[k];
            phi((high - ancestor[k]) / sd) - phi((low - ancestor[k]) / sd)
        };
        (0..self.dims).map(|k| ln_scalar(mass(k).max(f64::MIN_POSITIVE))).sum()
    }

    /// Solves root y = x.
    fn whiten(&self, x: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::with_capacity(self.dims);
        for i in 0..self.dims {
            let row = &self.root[i * self.dims..i * self.dims + i];
            let known: f64 = row.iter().zip(&y).map(|(a, b)| a * b).sum();
            y.push((x[i] - known) / self.root[i * self.dims + i]);
        }
        y
    }

    /// Number of parameters.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// A proposal from uniforms in (0, 1): one for the ancestor, then one for each parameter. None where it falls outside
    /// the ends of the priors.
    pub fn propose(&self, uniforms: &[f64]) -> Option<Vec<f64>> {
        let ancestor = self.wheel.at(uniforms[0]);
        let from = &self.values[ancestor * self.dims..(ancestor + 1) * self.dims];
        if self.kind == KernelKind::Component {
            let cut = |k: usize| {
                let sd = self.root[k * self.dims + k];
                cut_normal(from[k], sd, self.ends[k], uniforms[k + 1])
            };
            return Some((0..self.dims).map(cut).collect());
        }
        let scores: Vec<f64> = uniforms[1..].iter().map(|u| inverse_normal(Lane::splat(*u)).0[0]).collect();
        let moved = (0..self.dims).map(|i| {
            let row = &self.root[i * self.dims..=i * self.dims + i];
            from[i] + row.iter().zip(&scores).map(|(a, z)| a * z).sum::<f64>()
        });
        let moved: Vec<f64> = moved.collect();
        let inside = moved.iter().zip(&self.ends).all(|(x, (low, high))| (*low..=*high).contains(x));
        inside.then_some(moved)
    }

    /// Logarithm of the density of proposals at a point within the priors' ends, but for a constant.
    pub fn ln_density(&self, x: &[f64]) -> f64 {
        let at = self.whiten(x);
        let of = |(ancestor, ln_weight): (usize, &f64)| {
            let y = &self.whitened[ancestor * self.dims..(ancestor + 1) * self.dims];
            let square: f64 = y.iter().zip(&at).map(|(a, b)| (a - b) * (a - b)).sum();
            ln_weight - 0.5 * square
        };
        let terms: Vec<f64> = self.ln_weights.iter().enumerate().map(of).collect();
        ln_sum_exp(terms.into_iter())
    }
}

/// The lower triangular root of a covariance (Cholesky), by rows, in plain arithmetic; a matrix that has none because its
/// columns depend on one another gets a diagonal that is larger by a hair.
fn root(matrix: &[f64], n: usize) -> Vec<f64> {
    let mut ridge = 0.0;
    loop {
        if let Some(root) = try_root(matrix, n, ridge) {
            return root;
        }
        ridge = if ridge == 0.0 { 1e-10 } else { ridge * 10.0 };
    }
}

fn try_root(matrix: &[f64], n: usize, ridge: f64) -> Option<Vec<f64>> {
    let mut root = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| root[i * n + k] * root[j * n + k]).sum();
            let whole = matrix[i * n + j] * if i == j { 1.0 + ridge } else { 1.0 };
            let left = whole - known;
            if i == j {
                if left <= 1e-12 * whole {
                    return None;
                }
                root[i * n + i] = left.sqrt();
            } else {
                root[i * n + j] = left / root[j * n + j];
            }
        }
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::math::exp_scalar;

    const ENDS: [(f64, f64); 2] = [(0.0, 1.0), (-1.0, 1.0)];
    const ANCESTORS: [f64; 8] = [0.1, -0.5, 0.4, 0.0, 0.5, 0.1, 0.9, 0.8];
    const WEIGHTS: [f64; 4] = [0.1, 0.4, 0.3, 0.2];

    fn kernel(kind: KernelKind, within: [bool; 4]) -> Kernel {
        Kernel::new(kind, &ANCESTORS, &WEIGHTS, &within, &ENDS)
    }

    #[test]
    fn where_all_are_within_the_covariance_is_twice_that_of_the_particles() {
        let kernel = kernel(KernelKind::Multivariate, [true; 4]);
        let (_, sd) = moments(&[0.1, 0.4, 0.5, 0.9], &WEIGHTS);
        assert!((kernel.root[0] - 2.0_f64.sqrt() * sd).abs() < 1e-12);
        let narrow = super::tests::kernel(KernelKind::Component, [false, true, true, false]);
        assert!(narrow.root[0] < kernel.root[0] && narrow.root[2] == 0.0);
    }

    #[test]
    fn proposals_are_as_dense_as_the_density_says() {
        for kind in [KernelKind::Component, KernelKind::Multivariate] {
            let kernel = kernel(kind, [true, true, true, false]);
            let mut counts = [0.0; 16];
            let mut proposed = 0.0;
            for i in 0..400_000_u64 {
                let words = crate::experiment::draws::double_words(
                    7,
                    crate::experiment::draws::Purpose::Proposal,
                    0,
                    i,
                );
                let uniforms: Vec<f64> =
                    words[..3].iter().map(|w| ((w >> 11) as f64 + 0.5) / (1u64 << 53) as f64).collect();
                let Some(x) = kernel.propose(&uniforms) else { continue };
                proposed += 1.0;
                counts[(x[0] * 4.0) as usize * 4 + ((x[1] + 1.0) * 2.0) as usize] += 1.0;
            }
            // The density over a fine grid, by the sixteen cells.
            let mut mass = [0.0; 16];
            for a in 0..100 {
                for b in 0..100 {
                    let x = [(f64::from(a) + 0.5) / 100.0, (f64::from(b) + 0.5) / 50.0 - 1.0];
                    mass[a as usize / 25 * 4 + b as usize / 25] += exp_scalar(kernel.ln_density(&x));
                }
            }
            let total: f64 = mass.iter().sum();
            for (count, m) in counts.iter().zip(mass) {
                let (share, expected): (f64, f64) = (count / proposed, m / total);
                let error = (expected / proposed).sqrt();
                assert!((share - expected).abs() < 5.0 * error + 2e-4, "{kind:?}: {share} v. {expected}");
            }
        }
    }

    #[test]
    fn particles_that_agree_or_depend_on_one_another_still_move() {
        let values = [0.5, 0.5, 0.25, 0.25, 0.75, 0.75];
        let kernel =
            Kernel::new(KernelKind::Multivariate, &values, &[1.0 / 3.0; 3], &[true; 3], &[(0.0, 1.0); 2]);
        let moved = kernel.propose(&[0.5, 0.6, 0.3]).unwrap();
        assert!((moved[0] - moved[1]).abs() < 1e-3 && moved[0] != 0.25);
        let same = Kernel::new(KernelKind::Component, &[0.5; 3], &[1.0 / 3.0; 3], &[true; 3], &[(0.0, 1.0)]);
        assert!(same.propose(&[0.5, 0.9]).unwrap()[0] > 0.5);
    }
}
