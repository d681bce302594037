//! Norm internalization by states, simulated.
pub mod engine;
pub mod model;
