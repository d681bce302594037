//! The calendar and the replicates.

use crate::model::world::Clock;
use crate::scenario::document::Node;
use crate::scenario::reader::Reader;
use crate::scenario::report::{Report, origin};
use crate::scenario::wire;
use crate::scenario::wire_values::Year;

/// The run's calendar, and whether all of it is fine. What is not is wide, so that the other checks go on and say nothing of
/// a window that is in no file.
pub(super) fn clock(report: &mut Report<'_>, root: &Node) -> (Clock, bool) {
    let wide = Clock { start: 0, end: 10_000, steps_per_year: 4 };
    let Some(node) = root.get("time") else {
        let hint = "[time] gives `start` and `end`, in whole years".to_string();
        report.wrong(root.origin, "time", "missing", Some(hint));
        return (wide, false);
    };
    let Some(time) = report.read::<wire::Time>(node, "time") else {
        let year = |key: &str| Some(Reader::of(node.get(key)?).read::<Year>().ok()?.0);
        let (start, end) = (year("start").unwrap_or(wide.start), year("end").unwrap_or(wide.end));
        return (if start < end { Clock { start, end, ..wide } } else { wide }, false);
    };
    let clock = Clock { start: time.start.0, end: time.end.0, steps_per_year: time.steps_per_year.0 };
    if clock.end <= clock.start {
        let expected = format!("a year after `start`, {}", clock.start);
        report.expected(origin(node, "end"), "time.end", clock.end.to_string(), expected);
        return (wide, false);
    }
    (clock, true)
}

/// Replicates and seed.
pub(super) fn runs(report: &mut Report<'_>, root: &Node) -> (u32, u64) {
    let default = Node::default();
    let node = root.get("runs").unwrap_or(&default);
    let Some(runs) = report.read::<wire::Runs>(node, "runs") else { return (1, 1) };
    (runs.replicates.0, runs.seed.0)
}
