//! Is the model true? The record and the simulation held against each other.
//!
//! A [`record::Record`] is what an observer sees of the states: tiers, adoptions, scores of practice, sanctions. The
//! historical record and a simulated replicate both become one, and every pattern is a function of a record, so the two are computed by the
//! same code. It writes no file, and holds no equation of the model.

pub mod assess;
pub mod experiment;
pub mod frame;
pub mod given;
pub mod panel;
pub mod patterns;
pub mod record;
pub mod skill;
pub mod tip;
pub mod verdict;
pub mod watch;
