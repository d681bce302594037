//! Many runs: what is asked of them, and how they are laid, simulated, kept and merged.
//!
//! It stands on `scenario`, `engine` and `output`, and knows no command line. Nothing here holds an equation of the model.

pub mod design;
mod draws;
pub mod error;
pub mod map;
pub mod outcome;
pub mod statistics;
pub mod sweep;
pub mod values;
