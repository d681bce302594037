//! What watches a batch: recorders see its variables between steps and keep what they are for.
//!
//! The engine knows no file and no format. What nobody asks for is neither computed nor kept.

use crate::batch::Batch;

/// Watches one batch after another, in order of replicates.
///
/// A recorder is made for a block of consecutive batches, fed on one thread, then handed over in block order.
pub trait Recorder: Send {
    /// A batch stands at its start: traits drawn, nothing stepped.
    fn start(&mut self, batch: &Batch) {
        let _ = batch;
    }
    /// A step has been done.
    fn step(&mut self, batch: &Batch, step: usize) {
        let _ = (batch, step);
    }
    /// A year has been done; `year` counts from 0.
    fn year(&mut self, batch: &Batch, year: usize) {
        let _ = (batch, year);
    }
    /// The batch has come to its end.
    fn finish(&mut self, batch: &Batch) {
        let _ = batch;
    }
}

/// Two recorders that watch the same batches.
impl<A: Recorder, B: Recorder> Recorder for (A, B) {
    fn start(&mut self, batch: &Batch) {
        self.0.start(batch);
        self.1.start(batch);
    }
    fn step(&mut self, batch: &Batch, step: usize) {
        self.0.step(batch, step);
        self.1.step(batch, step);
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.0.year(batch, year);
        self.1.year(batch, year);
    }
    fn finish(&mut self, batch: &Batch) {
        self.0.finish(batch);
        self.1.finish(batch);
    }
}
