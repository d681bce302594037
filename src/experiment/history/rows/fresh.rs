//! Fresh numbers where a filter left few different particles: in what is drawn once, and in early years.
//!
//! Where a state's lines come from fewer than [`LEAST_ANCESTORS`], sweeps over the rows try numbers there that no particle had, drawn as at the start, and
//! keep them with the probability that the row's record becomes likelier by (the prior is the proposal, so that the record alone decides).

use super::{Few, is_taken};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::LEAST_ANCESTORS;
use crate::experiment::history::filter::{Filter, Nothing};
use std::sync::atomic::{AtomicBool, Ordering};

/// Sweeps that try fresh numbers.
const FRESH: usize = 4;

/// Turns of such a sweep, at most: of very large groups each sweep asks other states.
const MOST_TURNS: usize = 64;

/// First replicate number that no run and no particle has.
const BEYOND: u64 = 1 << 31;

/// Numbers of sweeps before those that try fresh numbers, in their draws.
const BEFORE_FRESH: usize = 1 << 16;

/// What of a state too few particles are left of: 0 what is drawn once, else the year on record, from 1.
pub(super) fn poor_columns(ancestors: &[usize]) -> Vec<usize> {
    (0..ancestors.len()).filter(|column| ancestors[*column] < LEAST_ANCESTORS).collect()
}

impl Filter<'_> {
    /// Sweeps in which states try fresh numbers in what too few particles are left of.
    pub(super) fn refresh(
        &self,
        few: &mut Few,
        groups: &[Vec<usize>],
        poor: &[Vec<usize>],
        stop: &AtomicBool,
    ) -> Result<(), ExperimentError> {
        let groups: Vec<(&[usize], Vec<usize>)> = groups
            .iter()
            .map(|group| {
                (&group[..], group.iter().copied().filter(|i| !poor[*i].is_empty()).collect::<Vec<_>>())
            })
            .filter(|(_, tries)| !tries.is_empty())
            .collect();
        let turns = groups.iter().map(|(_, tries)| tries.len()).max().unwrap_or(0).min(MOST_TURNS);
        for (sweep, turn) in (0..FRESH).flat_map(|sweep| (0..turns).map(move |turn| (sweep, turn))) {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            // One state of each group: of several at once hardly ever all would be kept.
            let tries = |of: &[usize]| {
                let at = if of.len() > turns { (sweep * turns + turn) % of.len() } else { turn };
                of.get(at).copied()
            };
            let mut tried = few.lineage.clone();
            for k in 0..tried.rows() {
                for state in groups.iter().filter_map(|(_, of)| tries(of)) {
                    let words = self.luck(few.first + k, state, BEFORE_FRESH + sweep);
                    let of = |word: u64, count: u64| ((u128::from(word) * u128::from(count)) >> 64) as u64;
                    let columns = &poor[state];
                    // What is drawn once is left of the fewest, and is half of what is tried.
                    let once = columns[0] == 0 && words[4] >> 63 == 0;
                    let column = if once { 0 } else { columns[of(words[2], columns.len() as u64) as usize] };
                    let particles = self.particles as u64;
                    let mut numbers = tried.of(k, state).to_vec();
                    numbers[column] = (particles + of(words[3], BEYOND - particles)) as u32;
                    tried.replace(k, state, &numbers);
                }
            }
            let (tried, densities) = self.replay(tried, &mut Nothing)?;
            for (k, densities) in densities.iter().enumerate() {
                for (group, state) in groups.iter().filter_map(|(group, of)| Some((group, tries(of)?))) {
                    few.fresh[0] += 1;
                    let of = |densities: &[f64]| group.iter().map(|i| densities[*i]).sum::<f64>();
                    let gain = of(densities) - of(&few.densities[k]);
                    if !is_taken(gain, self.luck(few.first + k, state, BEFORE_FRESH + sweep)[1]) {
                        continue;
                    }
                    few.fresh[1] += 1;
                    few.lineage.replace(k, state, tried.of(k, state));
                    for i in *group {
                        few.densities[k][*i] = densities[*i];
                    }
                }
            }
        }
        Ok(())
    }
}
