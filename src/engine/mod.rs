//! Time: many runs in lockstep, deterministic to the bit.

pub mod lanes;
pub mod math;
pub mod randomness;
