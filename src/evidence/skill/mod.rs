//! Forecast skill: how well a simulation from traits at the start foretells tiers and laws, beside what costs nothing.
//!
//! Scores are lower for better forecasts. References are fitted on what is called the fitted part alone, and printed whether they
//! win or lose; what they know beyond the start is in their names.

pub mod forecast;
pub mod markov;
pub mod ordered_logit;
pub mod reference;
pub mod scored;
pub mod scores;

pub use forecast::Forecast;
pub use reference::References;
pub use scored::{Against, Difference, Scored};
pub use scores::{Bin, Curve, Skill, default_split, on_record, skill};
