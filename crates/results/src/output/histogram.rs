//! Histograms of the summary: counts by cell and bin, merged by addition. What a cell or a bin means, `summary.rs` says.
//!
//! Counts are in two parts: two bytes for what every value changes, so that it stays near the core; and the rest, to which
//! they are moved before they could be full.

use crate::output::moments::BINS;

/// Parts that a cell's values are counted in.
const PARTS: usize = 4;

/// Counts by cell and bin.
#[derive(Clone, Debug)]
pub struct Histograms {
    low: Vec<u16>,
    /// By cell: how many values its low part may yet take.
    room: Vec<u16>,
    /// Empty while nothing has been moved.
    high: Vec<u32>,
}

impl PartialEq for Histograms {
    fn eq(&self, other: &Histograms) -> bool {
        self.room.len() == other.room.len()
            && (0..self.room.len()).all(|cell| self.of(cell).eq(other.of(cell)))
    }
}

impl Histograms {
    /// Empty histograms for so many cells.
    pub fn new(cells: usize) -> Histograms {
        Histograms { low: vec![0; cells * BINS], room: vec![u16::MAX; cells], high: Vec::new() }
    }

    /// Whether there are no cells.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.room.is_empty()
    }

    /// Counts bins, at most 65,535 of them, in a cell.
    #[inline(always)]
    pub fn add(&mut self, cell: usize, at: &[u8]) {
        let values = at.len() as u16;
        if self.room[cell] < values {
            self.move_up(cell);
        }
        self.room[cell] -= values;
        let Some(bins) = self.low[cell * BINS..].first_chunk_mut::<BINS>() else { return };
        // Counted in four parts first: counts that follow one another are then rarely in one place, where each would wait for
        // the one before.
        for values in at.chunks(PARTS * u8::MAX as usize) {
            let mut parts = [[0_u8; BINS]; PARTS];
            let (fours, rest) = values.as_chunks::<PARTS>();
            for four in fours {
                for part in 0..PARTS {
                    // The remainder spares the bounds check.
                    parts[part][four[part] as usize % BINS] += 1;
                }
            }
            for &bin in rest {
                bins[bin as usize % BINS] += 1;
            }
            for bin in 0..BINS {
                for part in &parts {
                    bins[bin] += u16::from(part[bin]);
                }
            }
        }
    }

    /// Moves the low counts of a cell to the high ones.
    #[cold]
    fn move_up(&mut self, cell: usize) {
        self.high.resize(self.low.len(), 0);
        let bins = cell * BINS..(cell + 1) * BINS;
        for (high, low) in self.high[bins.clone()].iter_mut().zip(&mut self.low[bins]) {
            *high += u32::from(std::mem::take(low));
        }
        self.room[cell] = u16::MAX;
    }

    /// Adds the counts of histograms of the same cells.
    pub fn merge(&mut self, other: &Histograms) {
        for cell in 0..self.room.len() {
            let values = u16::MAX - other.room[cell];
            if self.room[cell] < values {
                self.move_up(cell);
            }
            self.room[cell] -= values;
        }
        for (to, from) in self.low.iter_mut().zip(&other.low) {
            *to += from;
        }
        if !other.high.is_empty() {
            self.high.resize(self.low.len(), 0);
            for (to, from) in self.high.iter_mut().zip(&other.high) {
                *to += from;
            }
        }
    }

    /// The counts of a cell, by bin.
    pub fn of(&self, cell: usize) -> impl Iterator<Item = u64> + '_ {
        (cell * BINS..(cell + 1) * BINS).map(|i| {
            let high = self.high.get(i).copied().unwrap_or_default();
            u64::from(high) + u64::from(self.low[i])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_plain_counting_however_grouped(
            batches in prop::collection::vec((0usize..2, prop::collection::vec(0u8..3, 1..80)), 0..200),
            cut in any::<prop::sample::Index>(),
        ) {
            let cut = cut.index(batches.len() + 1);
            let mut expected = [[0_u64; BINS]; 2];
            let mut parts = [Histograms::new(2), Histograms::new(2)];
            let mut whole = Histograms::new(2);
            for (b, (cell, at)) in batches.iter().enumerate() {
                parts[usize::from(b >= cut)].add(*cell, at);
                whole.add(*cell, at);
                for bin in at {
                    expected[*cell][*bin as usize] += 1;
                }
            }
            let [mut merged, second] = parts;
            merged.merge(&second);
            prop_assert!(merged == whole);
            for cell in 0..2 {
                prop_assert_eq!(whole.of(cell).collect::<Vec<_>>(), expected[cell].to_vec());
            }
        }
    }
}
