//! A panel of named states from tidy tables that a user brings: read, checked, coded into traits, written as a scenario.
//!
//! It reads a folder and makes texts; who keeps them is the caller's business. Nothing is simulated here.

mod coding;
pub mod coefficients;
mod countries;
mod covariates;
mod error;
mod links;
mod read;
mod regions;
mod tables;
mod tidy;
mod write;

pub use coding::{CODING, Coding, USED, coded_alike};
pub use coefficients::{COEFFICIENTS, Coefficients};
pub use countries::{iso3, region_id};
pub use covariates::{Covariate, How, Known};
pub use error::PanelError;
pub use links::{Coded, code};
pub use read::{Border, Panel, Settings, StateRecord};
pub use write::{File, files};
