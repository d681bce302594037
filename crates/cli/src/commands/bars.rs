//! Bars for a terminal: to the left of a middle line for less than zero, to the right for more. Sides and fillings differ,
//! so they need no colour.

/// Characters on either side of the middle.
const HALF: usize = 12;

/// A bar for `x`, where `most` fills a side; anything that would show gets at least one character.
pub(super) fn diverging(x: f64, most: f64) -> String {
    let share = if most > 0.0 { (x.abs() / most).min(1.0) } else { 0.0 };
    let length =
        if share >= 0.5 / HALF as f64 / 4.0 { ((share * HALF as f64).round() as usize).max(1) } else { 0 };
    let room = " ".repeat(HALF - length);
    if x < 0.0 {
        format!("{room}{}|{}", "▒".repeat(length), " ".repeat(HALF))
    } else {
        format!("{}|{}{room}", " ".repeat(HALF), "█".repeat(length))
    }
}

/// The head of a column of bars: what a bar to either side says.
pub(super) fn sides(less: &str, more: &str) -> String {
    format!("{less:>0$} | {more}", HALF - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_go_to_their_side_and_keep_their_width() {
        assert_eq!(diverging(1.0, 1.0), format!("{}|{}", " ".repeat(12), "█".repeat(12)));
        assert_eq!(diverging(-0.5, 1.0), format!("{}{}|{}", " ".repeat(6), "▒".repeat(6), " ".repeat(12)));
        for (x, most) in [(0.0, 0.0), (0.0, 1.0), (1e-9, 1.0), (0.02, 1.0), (-3.0, 1.0)] {
            assert_eq!(diverging(x, most).chars().count(), 25);
        }
        assert!(diverging(0.02, 1.0).contains('█') && !diverging(1e-9, 1.0).contains('█'));
    }
}
