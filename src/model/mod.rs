//! The science: pure functions over lanes, one submodel per file, in the order of the step.
//!
//! Nothing here reads a file, a clock or the environment, draws a number by itself, or can fail.
//! The equations are in `docs/model.md`; each function carries its own.

pub mod distribution;
pub mod parameters;
pub mod table;
pub mod traits;
pub mod variable;
pub mod world;
