//! How the runs of a sweep are cut into blocks: the unit of work, of writing, of resuming and of sharding.
//!
//! Replicates are cut into a few passes, and each pass goes over all points (ABCD ABCD), so that a sweep that is
//! stopped has looked at all of its space. The cut depends on the sweep alone, never on threads or shards.

use crate::lanes::lane::LANES;
use std::ops::Range;

/// Passes over the points, where there are replicates enough.
const PASSES: u32 = 4;
/// Agent-steps of a block: some tens of milliseconds, so that little is lost when a sweep is stopped.
const STEPS_PER_BLOCK: u64 = 1 << 20;
/// Bytes of a block's results, so that blocks in flight fit in memory.
const BYTES_PER_BLOCK: u64 = 4 << 20;

/// The cut of a sweep into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    points: u64,
    replicates: u32,
    replicates_per_pass: u32,
    points_per_block: u64,
}

/// One block: points by position in the order of the sweep, and replicates, all with all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Positions of its points.
    pub positions: Range<u64>,
    /// Its replicates.
    pub replicates: Range<u32>,
}

impl Block {
    /// Runs in it.
    pub fn runs(&self) -> u64 {
        (self.positions.end - self.positions.start) * self.replicates.len() as u64
    }
}

impl Geometry {
    /// The cut of `points` times `replicates` runs (at least one of each) of `steps` agent-steps each, whose results take `bytes` a point and
    /// `bytes_per_run` a run.
    ///
    /// ```
    /// use suasion::experiment::sweep::Geometry;
    /// let cut = Geometry::new(1000, 100, 600, 7000, 0);
    /// assert_eq!((cut.blocks(), cut.block(0).positions, cut.block(0).replicates), (76, 0..54, 0..32));
    /// assert_eq!((cut.block(75).positions, cut.block(75).replicates), (972..1000, 96..100));
    /// ```
    pub fn new(points: u64, replicates: u32, steps: u64, bytes: u64, bytes_per_run: u64) -> Geometry {
        let lanes = LANES as u32;
        let replicates_per_pass = replicates.div_ceil(PASSES).next_multiple_of(lanes).min(replicates);
        let runs = u64::from(replicates_per_pass);
        let by_work = STEPS_PER_BLOCK / runs.saturating_mul(steps).max(1);
        let by_size = BYTES_PER_BLOCK / runs.saturating_mul(bytes_per_run).saturating_add(bytes).max(1);
        // Whole batches where replicates are few.
        let least = (u64::from(lanes) / runs).max(1);
        Geometry {
            points,
            replicates,
            replicates_per_pass,
            points_per_block: by_work.min(by_size).max(least).min(points),
        }
    }

    /// Passes over the points.
    pub fn passes(&self) -> u64 {
        u64::from(self.replicates.div_ceil(self.replicates_per_pass))
    }

    fn blocks_per_pass(&self) -> u64 {
        self.points.div_ceil(self.points_per_block)
    }

    /// Number of blocks.
    pub fn blocks(&self) -> u64 {
        self.passes() * self.blocks_per_pass()
    }

    /// The block of a number below [`Geometry::blocks`].
    pub fn block(&self, block: u64) -> Block {
        let (pass, of_pass) = (block / self.blocks_per_pass(), block % self.blocks_per_pass());
        let first = of_pass * self.points_per_block;
        let replicate = pass as u32 * self.replicates_per_pass;
        Block {
            positions: first..(first + self.points_per_block).min(self.points),
            replicates: replicate..(replicate + self.replicates_per_pass).min(self.replicates),
        }
    }

    /// The block that holds a position in a pass, and the position's place in it.
    pub fn find(&self, pass: u64, position: u64) -> (u64, u64) {
        (pass * self.blocks_per_pass() + position / self.points_per_block, position % self.points_per_block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_run_is_in_one_block(points in 1u64..500, replicates in 1u32..100, steps in 1u64..10_000_000, bytes in 0u64..10_000_000) {
            let cut = Geometry::new(points, replicates, steps, bytes, bytes / 7);
            let mut seen = vec![0u32; points as usize];
            let mut passes = std::collections::BTreeSet::new();
            for b in 0..cut.blocks() {
                let block = cut.block(b);
                prop_assert!(!block.positions.is_empty() && !block.replicates.is_empty());
                passes.insert((block.replicates.start, block.replicates.end));
                for position in block.positions.clone() {
                    seen[position as usize] += block.replicates.len() as u32;
                    prop_assert_eq!(cut.find(passes.len() as u64 - 1, position), (b, position - block.positions.start));
                }
            }
            prop_assert!(seen.iter().all(|runs| *runs == replicates));
            prop_assert_eq!(passes.len() as u64, cut.passes());
        }
    }
}
