//! Norm internalization by states, simulated.
//!
//! Data flows through the modules in this order:
//!
//! 1. [`scenario`]: a file (or a bundled scenario) is read, overlaid and validated into a [`model::world::World`]; files,
//!    tables and cells that people bring are read by [`input`], whoever asks for them.
//! 2. [`model`]: the science, as pure functions over lanes, one submodel per file, in the order of the step.
//! 3. [`engine`]: many runs in lockstep; the same bits on any threads, batches and instruction set.
//! 4. [`estimate`]: what replicates say of a number: exact sums and intervals.
//! 5. [`output`]: recorders that watch the engine, and the files they become.
//! 6. [`experiment`]: many runs: counterfactuals, explanations, sweeps, sensitivity.
//! 7. [`evidence`]: the record and the simulation held against each other, by the same code.
//!
//! [`excerpt`] is how all of them show text of users in messages. What is looked at (plots, pages) is the crate `suasion-show`, and the commands and the
//! lab are `suasion-cli`, both below `crates/`.
#![warn(missing_docs)]

pub mod evidence;
pub mod experiment;
pub mod input;
pub mod scenario;

pub use suasion_engine as engine;
pub use suasion_lanes as lanes;
pub use suasion_model as model;
pub use suasion_results::{estimate, excerpt, output};
