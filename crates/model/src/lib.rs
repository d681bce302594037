//! The science: pure functions over lanes, one submodel per file, in the order of the step.
//!
//! Nothing here reads a file, a clock or the environment, draws a number by itself, or can fail.
//! The equations are in `docs/model.md`; each function carries its own.

pub mod distribution;
pub mod factor;
pub mod parameters;
mod parting;
pub mod state;
pub mod structure;
pub mod table;
pub mod theory;
pub mod ties;
pub mod traits;
pub mod variable;
pub mod world;

pub mod assess;
pub mod press;

pub mod region;

pub mod commit;

pub mod condition;

pub mod observation;

pub mod act;

pub mod interpret;

pub mod internalize;
pub mod ledger;

pub mod crowding;

pub mod voice;

pub mod spiral;

pub mod harm;
