//! Many runs: what is asked of them, and how they are laid, simulated, kept and merged.
//!
//! It stands on `scenario`, `engine` and `output`, and knows no command line. Nothing here holds an equation of the model.

pub mod arms;
pub mod audit;
pub mod calibrate;
pub mod cluster;
pub mod compare;
pub mod comparison;
pub mod cost;
pub mod crowding;
pub mod decomposition;
pub mod design;
mod differences;
mod draws;
pub mod effects;
pub mod error;
pub mod explain;
pub mod forecast;
pub mod grades;
pub mod hearing;
pub mod hindcast;
pub mod history;
pub mod hold_out;
pub mod job;
pub mod luck;
pub mod map;
pub mod mechanism;
mod orders;
pub mod outcome;
mod own_patterns;
pub mod paired;
pub mod posterior;
pub mod power;
pub mod run;
pub mod sensitivity;
pub mod shapley;
pub mod sweep;
pub mod turning;
pub mod unfinished;
pub mod validation;
pub mod values;
pub mod weigh;
