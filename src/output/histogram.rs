//! Histograms of the summary: counts by cell and bin, merged by addition. What a cell or a bin means, `summary.rs` says.
//!
//! Counts are in two parts: the low byte, which every value changes, so that all of them fit a core's cache; and the
//! rest, which one in 256 changes, kept once there is any.

use crate::output::moments::BINS;

/// Counts by cell and bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Histograms {
    low: Vec<u8>,
    /// In units of 256; empty while all are 0.
    high: Vec<u32>,
}

impl Histograms {
    /// Empty histograms for so many cells.
    pub fn new(cells: usize) -> Histograms {
        Histograms { low: vec![0; cells * BINS], high: Vec::new() }
    }

    /// Whether there are no cells.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// Counts bins, at most 255 of them, in a cell.
    #[inline(always)]
    pub fn add(&mut self, cell: usize, at: &[u8]) {
        let Some(bins) = self.low[cell * BINS..].first_chunk_mut::<BINS>() else { return };
        let mut full = false;
        for &bin in at {
            // The remainder spares the bounds check.
            let bin = bin as usize % BINS;
            bins[bin] = bins[bin].wrapping_add(1);
            full |= bins[bin] == 0;
        }
        if full {
            self.carry(cell, at);
        }
    }

    /// Carries into the high parts of the bins just counted, of which some came to 256.
    #[cold]
    fn carry(&mut self, cell: usize, at: &[u8]) {
        self.high.resize(self.low.len(), 0);
        for (k, &bin) in at.iter().enumerate() {
            // A bin counted so many times after this one stood at so much less: it came to 256 here if that is 0.
            let after: u8 = at[k + 1..].iter().map(|other| u8::from(*other == bin)).sum();
            let place = cell * BINS + bin as usize;
            if self.low[place] == after {
                self.high[place] += 1;
            }
        }
    }

    /// Adds the counts of histograms of the same cells.
    pub fn merge(&mut self, other: &Histograms) {
        let mut full = false;
        for (to, from) in self.low.iter().zip(&other.low) {
            full |= to.checked_add(*from).is_none();
        }
        if full || !other.high.is_empty() {
            self.high.resize(self.low.len(), 0);
            for ((to, low), from) in self.high.iter_mut().zip(&self.low).zip(&other.low) {
                *to += u32::from(low.overflowing_add(*from).1);
            }
            for (to, from) in self.high.iter_mut().zip(&other.high) {
                *to += from;
            }
        }
        for (to, from) in self.low.iter_mut().zip(&other.low) {
            *to = to.wrapping_add(*from);
        }
    }

    /// The counts of a cell, by bin.
    pub fn of(&self, cell: usize) -> impl Iterator<Item = u64> + '_ {
        (cell * BINS..(cell + 1) * BINS).map(|i| {
            let high = self.high.get(i).copied().unwrap_or_default();
            u64::from(high) << 8 | u64::from(self.low[i])
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
