//! The command `suasion`, and its local page.
//!
//! 1. [`commands`]: one file each. They read, call the library, and print; they hold no arithmetic of the model.
//! 2. [`lab`]: a local web page on which a scenario is turned and looked at.
#![warn(missing_docs)]

pub mod commands;
pub mod lab;
