//! The calendar and the replicates.

use crate::model::world::Clock;
use crate::scenario::document::Node;
use crate::scenario::report::{Report, origin};
use crate::scenario::wire;

/// The run's calendar; where it is wrong, one year of it, so that the other checks go on.
pub(super) fn clock(report: &mut Report<'_>, root: &Node) -> Clock {
    let fallback = Clock { start: 2000, end: 2001, steps_per_year: 4 };
    let Some(node) = root.get("time") else {
        let hint = "[time] gives `start` and `end`, in whole years".to_string();
        report.wrong(root.origin, "time", "missing", Some(hint));
        return fallback;
    };
    let Some(time) = report.read::<wire::Time>(node, "time") else { return fallback };
    let (start, end) = (time.start.0, time.end.0);
    let mut fine = true;
    if end <= start {
        fine = false;
        let expected = format!("a year after `start`, {start}");
        report.expected(origin(node, "end"), "time.end", end.to_string(), expected);
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
    if fine { Clock { start, end, steps_per_year: time.steps_per_year } } else { fallback }
}

/// Replicates and seed.
pub(super) fn runs(report: &mut Report<'_>, root: &Node) -> (u32, u64) {
    let default = Node::default();
    let node = root.get("runs").unwrap_or(&default);
    let Some(runs) = report.read::<wire::Runs>(node, "runs") else { return (1, 1) };
    (runs.replicates.0, runs.seed.0)
}
