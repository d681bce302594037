//! Moves of particles that survive a smaller tolerance: short chains instead of fresh proposals with weights (Del Moral et al.
//! 2012; Drovandi & Pettitt 2011). With many parameters, weights of proposals degenerate; these need none.
//!
//! A step mixes a particle's normal scores, `z = inverse_normal(F(x))` with F the prior's distribution function, with new
//! ones: `z' = sqrt(1 - beta^2) z + beta N(0, 1)` (preconditioned Crank-Nicolson; Cotter et al. 2013). It leaves the prior as
//! it is, so a step is taken exactly where its distance is within the tolerance, and parameters about which the record says
//! nothing move freely, however many they are.

use super::generation::Particle;
use super::prior::{Prior, phi};
use crate::lanes::lane::Lane;
use crate::lanes::math::{inverse_normal, ln_scalar};

/// Share of steps taken that sizes of steps aim at.
const AIM: f64 = 0.25;
/// Share of particles that no step of a generation may move, where steps are as many as that asks for.
const UNMOVED: f64 = 0.02;
/// Steps of a generation: at least, and at most.
const STEPS: (f64, f64) = (6.0, 120.0);

/// How far and how often particles move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Size of a step, in (0, 1): 1 would be a new draw from the prior.
    pub beta: f64,
    /// Steps of each particle.
    pub steps: u32,
}

impl Pace {
    /// The first pace.
    pub const FIRST: Pace = Pace { beta: 0.5, steps: 8 };

    /// The pace after a generation in which a share of the steps was taken.
    ///
    /// ```
    /// use suasion::experiment::calibrate::Pace;
    /// let slower = Pace::FIRST.after(0.1);
    /// assert!(slower.beta < 0.5 && slower.steps > 8);
    /// assert_eq!(Pace::FIRST.after(0.25), Pace { beta: 0.5, steps: 14 });
    /// ```
    #[must_use]
    pub fn after(self, taken: f64) -> Pace {
        let beta = (self.beta * (taken / AIM).clamp(0.6, 1.4)).clamp(0.02, 0.95);
        let unmoved = ln_scalar((1.0 - taken).clamp(1e-6, 1.0 - 1e-6));
        let steps = (ln_scalar(UNMOVED) / unmoved).ceil().clamp(STEPS.0, STEPS.1);
        Pace { beta, steps: steps as u32 }
    }
}

/// The survivors of a tolerance and the pace at which they move.
#[derive(Clone, Debug)]
pub struct Moves {
    priors: Vec<Prior>,
    survivors: Vec<Particle>,
    /// The pace.
    pub pace: Pace,
}

impl Moves {
    /// Moves of the particles within a tolerance.
    pub fn new(particles: &[Particle], tolerance: f64, priors: &[Prior], pace: Pace) -> Moves {
        Moves::of(particles.iter().filter(|p| p.distance <= tolerance).cloned().collect(), priors, pace)
    }

    /// Moves of particles that were chosen.
    pub fn of(survivors: Vec<Particle>, priors: &[Prior], pace: Pace) -> Moves {
        Moves { priors: priors.to_vec(), survivors, pace }
    }

    /// Where a particle starts: the survivors in turn, each as often as any other.
    pub fn start(&self, particle: u32) -> Particle {
        let survivor = &self.survivors[particle as usize % self.survivors.len()];
        Particle { trials: 0, moves: 0, ..survivor.clone() }
    }

    /// Number of parameters.
    pub fn dims(&self) -> usize {
        self.priors.len()
    }

    /// A step from some values, by a uniform in (0, 1) for each parameter.
    pub fn step(&self, from: &[f64], uniforms: &[f64]) -> Vec<f64> {
        let beta = self.pace.beta;
        let keep = (1.0 - beta * beta).sqrt();
        let score = |u: f64| inverse_normal(Lane::splat(u.clamp(1e-12, 1.0 - 1e-12))).0[0];
        let moved = |((prior, x), u): ((&Prior, &f64), &f64)| {
            let z = keep * score(prior.cdf(*x)) + beta * score(*u);
            prior.quantile(phi(z).clamp(1e-12, 1.0 - 1e-12))
        };
        self.priors.iter().zip(from).zip(uniforms).map(moved).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::draws::{Purpose, double_words};

    #[test]
    fn steps_leave_the_prior_as_it_is() {
        const STEPS: u64 = 40_000;
        let priors = [
            Prior::Uniform { low: 2.0, high: 3.0 },
            Prior::Triangular { low: 0.0, mode: 0.2, high: 1.0 },
            Prior::LogUniform { low: 0.01, high: 1.0 },
        ];
        let pace = Pace { beta: 0.4, steps: 1 };
        let moves = Moves { priors: priors.to_vec(), survivors: Vec::new(), pace };
        let mut x: Vec<f64> = priors.iter().map(|p| p.quantile(0.9)).collect();
        let mut below = [[0_u32; 4]; 3];
        for i in 0..STEPS {
            let words = double_words(3, Purpose::Proposal, 0, i);
            let uniforms: Vec<f64> =
                words[..3].iter().map(|w| ((w >> 11) as f64 + 0.5) / (1u64 << 53) as f64).collect();
            x = moves.step(&x, &uniforms);
            for (k, prior) in priors.iter().enumerate() {
                below[k][((prior.cdf(x[k]) * 4.0) as usize).min(3)] += 1;
            }
        }
        for counts in below {
            for count in counts {
                assert!((f64::from(count) / STEPS as f64 - 0.25).abs() < 0.015, "{below:?}");
            }
        }
    }
}
