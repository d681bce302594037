//! Patterns of the tiers: their shares, their yearly transitions, and sanctions in the last of them.

use super::ratio;
use super::table::{TRANSITIONS, WATCH_LIST_FROM};
use crate::evidence::frame::Frame;
use crate::evidence::record::Record;

/// Share of states in a tier in a year.
pub(super) fn share(record: &Record, frame: &Frame, tier: u8, year: Option<usize>) -> f64 {
    let Some(year) = year.filter(|_| frame.rating.is_some()) else { return f64::NAN };
    let in_tier = frame.counted_states().filter(|state| record.tier(*state, year) == tier).count();
    ratio(in_tier as u32, frame.count() as u32)
}

/// Shares of [`TRANSITIONS`] among the years from 2004 on that begin in their first tier and end in any.
pub(super) fn transitions(record: &Record, frame: &Frame) -> [f64; 6] {
    let mut counts = [[0_u32; 5]; 5];
    let first = (WATCH_LIST_FROM - frame.first).max(0) as usize;
    for state in frame.counted_states() {
        for year in first..frame.counted.saturating_sub(1) {
            counts[usize::from(record.tier(state, year))][usize::from(record.tier(state, year + 1))] += 1;
        }
    }
    TRANSITIONS.map(|(from, to)| {
        let row = &counts[usize::from(from)];
        ratio(row[usize::from(to)], row[1..].iter().sum())
    })
}

/// Share of tier-3 state-years with sanctions imposed, of those of which it is known.
pub(super) fn sanctioned(record: &Record, frame: &Frame) -> f64 {
    let (mut known, mut imposed) = (0, 0);
    for state in frame.counted_states() {
        for year in 0..frame.counted {
            let cell = state * record.years + year;
            if record.tiers[cell] == 4 && record.sanctions[cell] > 0 {
                known += 1;
                imposed += u32::from(record.sanctions[cell] == 2);
            }
        }
    }
    ratio(imposed, known)
}
