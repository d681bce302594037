//! What is looked at: pictures and pages of what the library computes. It computes no statistic and runs nothing but what was not kept.
//!
//! 1. [`plot`]: vector plots for pages and papers, written as SVG, PDF and PNG; [`heatmap`] is one of them.
//! 2. [`picture`]: what a command shows, in words of the field, drawn by them.
//! 3. [`sparkline`]: a line of block characters for a terminal.
//! 4. [`report`]: the page of a finished folder, and figures for papers.
#![warn(missing_docs)]

pub mod heatmap;
pub mod picture;
pub mod plot;
pub mod report;
pub mod sparkline;
