//! The calendar and the replicates.

use crate::model::world::Clock;
use crate::scenario::document::Node;
use crate::scenario::report::{Report, origin};
use crate::scenario::wire;

/// Years that a calendar can name.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// The run's calendar; where it is wrong, one year of it, so that the other checks go on.
pub(super) fn clock(report: &mut Report<'_>, root: &Node) -> Clock {
    let fallback = Clock { start: 2000, end: 2001, steps_per_year: 4 };
    let Some(node) = root.get("time") else {
        let hint = "[time] gives `start` and `end`, in whole years".to_string();
        report.wrong(root.origin, "time", "missing", Some(hint));
        return fallback;
    };
    let Some(time) = report.read::<wire::Time>(node, "time") else { return fallback };
    let mut fine = true;
    for (key, year) in [("start", time.start), ("end", time.end)] {
        if !YEARS.contains(&year) {
            fine = false;
            report.expected(
                origin(node, key),
                format!("time.{key}"),
                year.to_string(),
                "a year from 0 to 9999",
            );
        }
    }
    if fine && time.end <= time.start {
        fine = false;
        let expected = format!("a year after `start`, {}", time.start);
        report.expected(origin(node, "end"), "time.end", time.end.to_string(), expected);
    }
    if !(1..=365).contains(&time.steps_per_year) {
        fine = false;
        let found = time.steps_per_year.to_string();
        report.expected(
            origin(node, "steps_per_year"),
            "time.steps_per_year",
            found,
            "a whole number from 1 to 365",
        );
    }
    if fine {
        Clock { start: time.start, end: time.end, steps_per_year: time.steps_per_year }
    } else {
        fallback
    }
}

/// Replicates and seed.
pub(super) fn runs(report: &mut Report<'_>, root: &Node) -> (u32, u64) {
    let default = Node::default();
    let node = root.get("runs").unwrap_or(&default);
    let Some(runs) = report.read::<wire::Runs>(node, "runs") else { return (1, 1) };
    if runs.replicates == 0 {
        report.expected(origin(node, "replicates"), "runs.replicates", "0", "a whole number of at least 1");
    }
    (runs.replicates, runs.seed)
}
