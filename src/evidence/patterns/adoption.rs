//! Patterns of adoption: shares by year, yearly probabilities by last tier, and what follows a demotion.

use super::ratio;
use super::table::YEARS_AFTER;
use crate::evidence::frame::Frame;
use crate::evidence::record::Record;

/// Share of states that have adopted by the end of a year; NaN where the year does not count.
pub(super) fn share(adopted: &[i16], frame: &Frame, year: Option<usize>) -> f64 {
    let Some(year) = year else { return f64::NAN };
    let by = frame.counted_states().filter(|state| adopted[*state] <= year as i16).count();
    ratio(by as u32, frame.count() as u32)
}

/// Share of state-years without a law that bring one, by the tier of the year before: unlisted, 2, 2WL, 3, 1; NaN where the grades are others, and without
/// a law on record.
pub(super) fn yearly_by_last_tier(record: &Record, frame: &Frame) -> [f64; 5] {
    if frame.rating.is_none() || frame.law.is_none() {
        return [f64::NAN; 5];
    }
    let (mut at_risk, mut adopt) = ([0; 5], [0; 5]);
    for state in frame.counted_states() {
        let law = record.law[state];
        for year in 1..frame.counted {
            if law < year as i16 {
                break;
            }
            let tier = usize::from(record.tier(state, year - 1));
            at_risk[tier] += 1;
            adopt[tier] += u32::from(law == year as i16);
        }
    }
    [0, 2, 3, 4, 1].map(|tier| ratio(adopt[tier], at_risk[tier]))
}

/// Of states without a law at the end of the year in which they are first demoted from tier 1 or 2 to 2WL or 3, the share
/// that has one within 1, 2, 3 and 5 years; of those whose years are all on record.
pub(super) fn after_demotion(record: &Record, frame: &Frame) -> [f64; 4] {
    let (mut demoted, mut adopt) = ([0; 4], [0; 4]);
    for state in frame.counted_states() {
        let tier = |year| record.tier(state, year);
        let falls = |year: &usize| matches!(tier(year - 1), 1 | 2) && tier(*year) >= 3;
        let Some(year) = (1..frame.counted).find(falls) else { continue };
        let law = record.law[state];
        if law <= year as i16 {
            continue;
        }
        for (h, after) in YEARS_AFTER.into_iter().enumerate() {
            if year + after < frame.counted {
                demoted[h] += 1;
                adopt[h] += u32::from(law <= (year + after) as i16);
            }
        }
    }
    std::array::from_fn(|h| ratio(adopt[h], demoted[h]))
}
