//! Patterns of practice, in scores from 1 to 5: what moves after a demotion or a relief, net of what moved everywhere.

use super::ratio;
use crate::evidence::frame::Frame;
use crate::evidence::record::Record;

/// Change of a score from one year to another; none where either is missing.
fn change(record: &Record, practice: usize, state: usize, from: usize, to: usize) -> Option<f64> {
    Some(record.score(practice, state, to)? - record.score(practice, state, from)?)
}

/// The change of a score over all states, by first year, over `span` years: what a change is net of.
fn everywhere(record: &Record, frame: &Frame, practice: usize, span: usize) -> Vec<f64> {
    (0..frame.counted.saturating_sub(span))
        .map(|year| {
            let changes =
                frame.counted_states().filter_map(|s| change(record, practice, s, year, year + span));
            let (sum, count) = changes.fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
            sum / f64::from(count)
        })
        .collect()
}

/// Mean net changes of the three scores around state-years of a kind, from `before` years before to 2 after.
fn around(record: &Record, frame: &Frame, before: usize, event: impl Fn(u8, u8) -> bool) -> [f64; 3] {
    let span = before + 2;
    let net: [Vec<f64>; 3] = std::array::from_fn(|k| everywhere(record, frame, k, span));
    let (mut sums, mut count) = ([0.0; 3], 0);
    for state in frame.counted_states() {
        for year in 1..frame.counted.saturating_sub(2) {
            let (last, now) = (record.tier(state, year - 1), record.tier(state, year));
            if last == 0 || now == 0 || !event(last, now) {
                continue;
            }
            let from = year - before;
            let changes: [Option<f64>; 3] = std::array::from_fn(|k| change(record, k, state, from, year + 2));
            if let [Some(a), Some(b), Some(c)] = changes {
                for (k, x) in [a, b, c].into_iter().enumerate() {
                    sums[k] += x - net[k][from];
                }
                count += 1;
            }
        }
    }
    sums.map(|sum| sum / f64::from(count))
}

/// After a demotion to 2WL or 3: change of prosecution less that of protection, from the year before to two years after,
/// net of the change everywhere in those years.
pub(super) fn fingerprint(record: &Record, frame: &Frame) -> f64 {
    let [prosecution, protection, _] = around(record, frame, 1, |last, now| now > last && now >= 3);
    prosecution - protection
}

/// After relief from 2WL or 3 to 2 or 1: net change of each score in two years.
pub(super) fn after_relief(record: &Record, frame: &Frame) -> [f64; 3] {
    around(record, frame, 0, |last, now| last >= 3 && now <= 2)
}

/// Share of scored state-years with a law in which protection is scored 1 or 2.
pub(super) fn law_without_protection(record: &Record, frame: &Frame) -> f64 {
    let (mut with_law, mut weak) = (0, 0);
    for state in frame.counted_states() {
        for year in (0..frame.counted).filter(|year| record.law[state] <= *year as i16) {
            if let Some(score) = record.score(1, state, year) {
                with_law += 1;
                weak += u32::from(score <= 2.0);
            }
        }
    }
    ratio(weak, with_law)
}
