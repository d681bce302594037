//! The patterns that the record shows and a simulation should: statistics of a record, in one table.
//!
//! Every statistic is a function of a [`Record`] and its [`Frame`], whoever made the record. It judges nothing.

mod adoption;
mod hazard;
mod practice;
mod table;
mod tiers;

pub use table::{PATTERNS, Pattern, STATISTICS, Scale, Statistic};

use crate::evidence::frame::Frame;
use crate::evidence::record::Record;

/// The statistics of a record, in the order of [`STATISTICS`]; NaN: no data.
///
/// ```
/// use suasion::evidence::{frame::Frame, patterns::{STATISTICS, statistics}, record::Record};
/// let scenario = suasion::scenario::Scenario::load("asean").unwrap().build().unwrap();
/// let frame = Frame::new(&scenario);
/// let values = statistics(&Record::observed(&scenario.observed, &frame), &frame);
/// let of = |name: &str| values[STATISTICS.iter().position(|s| s.name == name).unwrap()];
/// assert_eq!(of("criminalized_2010"), 0.7); // seven of the ten had a law by 2010
/// assert!(of("tier_1_in_2012") == 0.0 && of("fingerprint").is_nan()); // no 3P scores by state in this record
/// ```
pub fn statistics(record: &Record, frame: &Frame) -> Vec<f64> {
    let mut values = vec![f64::NAN; STATISTICS.len()];
    fill(record, frame, &mut values);
    values
}

/// The same into a slice of the length of [`STATISTICS`].
pub fn fill(record: &Record, frame: &Frame, values: &mut [f64]) {
    if frame.rating.is_some() && !frame.are_tiers {
        // Of other grades than tiers patterns know nothing.
        let mut ungraded = record.clone();
        ungraded.tiers.fill(0);
        return fill(&ungraded, &Frame { rating: None, ..frame.clone() }, values);
    }
    let mut put = values.iter_mut();
    let mut push = |x: f64| put.next().into_iter().for_each(|slot| *slot = x);
    // Of what is not on record nothing is known: nobody adopted it in no record.
    let share = |instrument: Option<usize>, adopted: &[i16], year| {
        instrument.map_or(f64::NAN, |_| adoption::share(adopted, frame, year))
    };
    for year in table::CRIMINALIZED_IN {
        push(share(frame.law, &record.law, frame.year(year)));
    }
    for year in table::PARTY_IN {
        push(share(frame.convention, &record.convention, frame.year(year)));
    }
    adoption::yearly_by_last_tier(record, frame).into_iter().for_each(&mut push);
    adoption::after_demotion(record, frame).into_iter().for_each(&mut push);
    push(practice::fingerprint(record, frame));
    let end = frame.year(table::DECOUPLED_IN).or(frame.counted.checked_sub(1));
    push(share(frame.convention, &record.convention, end));
    push(share(frame.law, &record.law, end));
    push(tiers::share(record, frame, 1, end));
    push(practice::law_without_protection(record, frame));
    tiers::transitions(record, frame).into_iter().for_each(&mut push);
    push(tiers::sanctioned(record, frame));
    push(hazard::by_region(record, frame));
    practice::after_relief(record, frame).into_iter().for_each(&mut push);
    tiers::graded(record, frame).into_iter().for_each(&mut push);
    for year in table::TIER_1_IN {
        push(tiers::graded_in(record, frame, frame.year(year))[0]);
    }
    (1..=3).map(|apart| tiers::correlation(record, frame, apart)).for_each(&mut push);
}

/// A share of counts; NaN where nothing was counted.
fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { f64::NAN } else { f64::from(part) / f64::from(whole) }
}
