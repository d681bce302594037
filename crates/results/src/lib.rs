//! What replicates become: recorders that watch batches, what they say of a number, tables and files.
//!
//! 1. [`estimate`]: exact sums and intervals.
//! 2. [`output`]: recorders, and the files they become.
//! 3. [`excerpt`]: how text of users is shown in messages.
#![warn(missing_docs)]

pub mod estimate;
pub mod excerpt;
pub mod output;
