//! Forecast skill: how well a simulation from traits at the start foretells tiers and laws, beside what costs nothing.
//!
//! Scores are lower for better forecasts. References are fitted on what is called the fitted part alone, and printed whether they
//! win or lose.

pub mod forecast;
pub mod ordered_logit;
pub mod reference;
pub mod scores;

pub use forecast::Forecast;
pub use scores::{Bin, Scored, Skill, skill};
