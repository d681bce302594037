//! A panel of named states from tidy tables that a user brings: read, checked, coded into traits, written as a scenario.
//!
//! It reads a folder and makes texts; who keeps them is the caller's business. Nothing is simulated here.

mod base;
mod coding;
mod coefficients;
mod countries;
mod covariates;
mod error;
mod folder;
mod links;
mod plan;
mod read;
mod regions;
mod sections;
mod tables;
mod tidy;
mod write;

pub use coding::{CODING, Coding, USED, coded_alike};
pub use coefficients::{Coefficient, Coefficients};
pub use countries::{Codes, iso3, region_id};
pub use covariates::{How, Known};
pub use error::PanelError;
pub use links::{Coded, Linked, Links, Spread};
pub use plan::{PLAN, Plan};
pub use read::{Border, Panel, Settings, StateRecord};
pub use write::{File, files};
