//! The model in plain scalar Rust, numbers of 64 bits, one replicate and one state at a time: a peer to measure suasion beside.

pub mod filter;
pub mod inputs;
pub mod model;
pub mod summary;
