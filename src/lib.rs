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
//! 8. [`lab`]: a local web page on which a scenario is turned and looked at.
//! 9. [`report`]: the page of a finished folder, and figures for papers.
//! 10. [`cli`]: the commands.
//!
//! [`excerpt`] is how all of them show text of users in messages.
#![warn(missing_docs)]

pub mod input;

pub mod scenario;

pub mod model;

pub mod engine;

pub mod estimate;

pub mod output;

pub mod experiment;

pub mod evidence;

pub mod lab;

pub mod report;

pub mod cli;

pub mod excerpt;
