//! Calibration: which values of parameters let the model come near what was observed (approximate Bayesian computation by
//! sequential Monte Carlo: Sisson et al. 2007, Beaumont et al. 2009, Toni et al. 2009).
//!
//! Particles are drawn from priors (`prior`, asked for in words or in a file, `prior_file`), simulated, and held against targets (`distance`). Each generation
//! (`generation`) perturbs the last one's particles (`kernel`), accepts those within a tolerance that the last one's
//! distances set, and weighs them (`population`, `weights`); or moves those that survive the tolerance (`moves`). `run` goes from generation to generation, and `store` keeps
//! what is finished; `point` looks for the nearest values alone. Where the likelihood of the record is fitted instead (`likely`: a particle filter), `tempering` goes from
//! prior to posterior. `search` is what looks for points. `identify` says what was learnt; `posterior` is what other commands read. `case` ties it to scenarios;
//! nothing else here knows one.

mod case;
mod description;
mod distance;
mod fit;
mod generation;
mod identify;
mod kernel;
mod likely;
mod moves;
mod parameter;
mod point;
mod population;
mod prior;
mod prior_file;
mod run;
mod search;
mod skill;
mod store;
mod tables;
mod tempering;
mod weights;

#[cfg(test)]
mod likelihood_tests;
#[cfg(test)]
mod tests;

pub use case::Case;
pub use description::{Description, LikelihoodEntry, ParameterEntry};
pub use distance::{Distance, MOST, Target};
pub use fit::{Fit, How};
pub use generation::{Generation, Particle, Simulator, Source, Trial};
pub use identify::{
    MOVED, Marginal, NARROWED, is_identified, kolmogorov, kolmogorov_of_two, relative_density,
};
pub use kernel::{Kernel, KernelKind};
pub use likely::{Best, Climb, Likelihood, Likely};
pub use moves::{Moves, Pace};
pub use parameter::{Asked, LINK, Parameter, ParameterOf};
pub use point::{Nearest, Search};
pub use population::Population;
pub use prior::Prior;
pub use run::{Calibration, End, Outcome, Step, Until, Work, predict};
pub use store::{DESCRIPTION, Store};
pub use tables::{BINS, Predicted, densities, draws, generations, marginals, point, predictive, rungs};
pub use tempering::{Reached, Rung, Tempered, Tempering};
pub use weights::{Wheel, effective_size, ln_sum_exp, moments, normalized, weighted_quantile};
