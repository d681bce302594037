//! Numbers as people are told them.

use suasion::estimate::Interval;
use suasion::estimate::level::percent;

/// A number: three decimals where it is small, none where it is large; never -0.
pub(super) fn plain(x: f64) -> String {
    let text = match x.abs() {
        size if size < 10.0 => format!("{x:.3}"),
        size if size < 1000.0 => format!("{x:.1}"),
        _ => format!("{x:.0}"),
    };
    match text.strip_prefix('-') {
        Some(rest) if rest.trim_matches(['0', '.']).is_empty() => rest.to_string(),
        _ => text,
    }
}

/// The same with its sign.
pub(super) fn signed(x: f64) -> String {
    let text = plain(x);
    if text.starts_with('-') { text } else { format!("+{text}") }
}

/// A share as a percentage.
pub(super) fn percentage(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// An interval, with its ends as they are shown; empty where there is none.
pub(super) fn interval(of: Option<Interval>, show: impl Fn(f64) -> String) -> String {
    of.map_or_else(String::new, |of| ends([of.low, of.high], show))
}

/// The same of two ends.
pub(super) fn ends<T>([low, high]: [T; 2], show: impl Fn(T) -> String) -> String {
    format!("[{}, {}]", show(low), show(high))
}

/// What is told of intervals of a level, of so many replicates.
pub(super) fn intervals(level: f64, replicates: u32) -> String {
    match replicates {
        0 | 1 => "no intervals, which one replicate cannot give".into(),
        _ => format!("{} intervals", percent(level)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_few_digits_and_nothing_is_less_than_nothing() {
        let told = [1.23456, -0.0001, 12.34, 12345.6].map(plain);
        assert_eq!(told, ["1.235", "0.000", "12.3", "12346"]);
        assert_eq!([0.5, -0.0001, -2.0].map(signed), ["+0.500", "+0.000", "-2.000"]);
        assert_eq!(interval(Some(Interval { low: -0.1, high: 0.2 }), signed), "[-0.100, +0.200]");
    }
}
