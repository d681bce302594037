//! Time: many runs in lockstep, deterministic to the bit.
//!
//! It does no I/O, reads no clock and no environment, and cannot fail on a validated world; a last guard (`guard`) holds it to that.

pub mod timeline;

mod ahead;
pub mod batch;
mod change;
pub mod company;
mod drawing;
mod flows;
pub mod given;
pub mod guard;
pub mod history;
mod noted;
mod own;
pub mod particles;
mod prefetch;
mod reading;
pub mod recorder;
mod schedule;
mod split;
mod stages;
mod step;

pub mod parallel;
