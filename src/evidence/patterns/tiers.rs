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
    for state in frame.counted_states() {
        for year in first(frame)..frame.counted.saturating_sub(1) {
            counts[usize::from(record.tier(state, year))][usize::from(record.tier(state, year + 1))] += 1;
        }
    }
    TRANSITIONS.map(|(from, to)| {
        let row = &counts[usize::from(from)];
        ratio(row[usize::from(to)], row[1..].iter().sum())
    })
}

/// Shares of tiers 1, 2, 2WL and 3 among the graded state-years from 2004 on.
pub(super) fn graded(record: &Record, frame: &Frame) -> [f64; 4] {
    graded_within(record, frame, first(frame)..frame.counted)
}

/// The same in one year; NaN where that does not count.
pub(super) fn graded_in(record: &Record, frame: &Frame, year: Option<usize>) -> [f64; 4] {
    graded_within(record, frame, year.map_or(0..0, |year| year..year + 1))
}

fn graded_within(record: &Record, frame: &Frame, years: std::ops::Range<usize>) -> [f64; 4] {
    let mut counts = [0_u32; 4];
    for state in frame.counted_states() {
        for year in years.clone() {
            if let Some(count) = usize::from(record.tier(state, year)).checked_sub(1) {
                counts[count] += 1;
            }
        }
    }
    let all = counts.iter().sum();
    counts.map(|count| ratio(count, all))
}

/// Correlation of tiers, as 0 to 3, so many years apart: over all pairs of graded state-years from 2004 on.
pub(super) fn correlation(record: &Record, frame: &Frame, apart: usize) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for state in frame.counted_states() {
        for year in first(frame)..frame.counted.saturating_sub(apart) {
            let (a, b) = (record.tier(state, year), record.tier(state, year + apart));
            if a > 0 && b > 0 {
                // Small whole numbers: their sums are exact in any order.
                let (a, b) = (f64::from(a), f64::from(b));
                (n, x, y) = (n + 1.0, x + a, y + b);
                (xx, yy, xy) = (xx + a * a, yy + b * b, xy + a * b);
            }
        }
    }
    let (variances, covariance) = ((n * xx - x * x) * (n * yy - y * y), n * xy - x * y);
    if variances > 0.0 { covariance / variances.sqrt() } else { f64::NAN }
}

fn first(frame: &Frame) -> usize {
    (WATCH_LIST_FROM - frame.first).max(0) as usize
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
