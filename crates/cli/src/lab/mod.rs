//! The lab: a local web page on which a scenario is turned and looked at while it runs.
//!
//! A request names a scenario that was offered, numbers to set in it and a counterfactual; the answer is what a run of it
//! shows. The way of a request: `guard` (who asks) -> `setting` (two scenarios) -> `desk` (one piece of work at a time, the
//! newest of a page wins) -> `histories` (where runs are to show the record) -> `runs` and `ledger` (simulated) -> `answer` (as JSON). `page` is what the browser gets.
//! It writes no file and reads none but the scenario that it was given.

mod answer;
mod desk;
mod export;
mod guard;
mod histories;
mod ledger;
mod offer;
mod page;
mod refusal;
mod runs;
mod scenes;
mod server;
mod setting;

pub use scenes::{Given, Scenes};
pub use server::Lab;
