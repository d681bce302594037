//! Eight replicates side by side: the arithmetic and the draws of the step, with the same bits on every processor. It knows no state and no regime.
//!
//! 1. [`lane`]: eight numbers, and what is done to each.
//! 2. [`math`]: exponential, logarithm and normal distribution of plain IEEE operations.
//! 3. [`randomness`]: draws as a pure function of (seed, replicate, state, who draws, date, slot).
//! 4. [`isa`]: instruction sets that hot code is compiled for.
#![warn(missing_docs)]

pub mod isa;
pub mod lane;
pub mod math;
pub mod randomness;
