//! Evidence: what is kept of a run, and how it is written. It knows neither scenarios nor experiments.

mod by_draw;
pub mod csv;
pub mod digest;
pub mod ensemble;
pub mod error;
pub mod events;
pub mod folder;
mod held;
mod histogram;
pub mod kept;
pub mod ledger;
pub mod leftover;
mod lock;
pub mod manifest;
mod moments;
mod parents;
pub mod parquet;
pub mod place;
pub mod reader;
pub mod schema;
pub mod single;
pub mod summary;
pub mod summary_csv;
pub mod summary_rows;
pub mod summary_table;
pub mod table;
#[doc(hidden)] // for tests, of this crate and of those that use it
pub mod testing;
pub mod trajectories;
pub mod units;
pub mod view;
pub mod writer;
