//! A line of block characters for a series of numbers, for a terminal. It knows no terminal.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One character per value, from ▁ at `low` or below to █ at `high` or above; a space where it is no number.
///
/// Where `high` is not above `low`, every value is drawn at the bottom.
///
/// ```
/// use suasion_show::sparkline::sparkline;
/// assert_eq!(sparkline(&[0.0, 0.25, 0.5, 1.0, 2.0, f64::NAN], 0.0, 1.0), "▁▃▅██ ");
/// ```
pub fn sparkline(values: &[f64], low: f64, high: f64) -> String {
    let draw = |&value: &f64| {
        if value.is_nan() {
            return ' ';
        }
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        // A cast saturates, so infinities and values outside the range need no case of their own.
        BLOCKS[((share * BLOCKS.len() as f64) as usize).min(BLOCKS.len() - 1)]
    };
    values.iter().map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn a_flat_or_empty_series_is_drawn() {
        assert_eq!(sparkline(&[], 0.0, 1.0), "");
        assert_eq!(sparkline(&[3.0, 3.0], 3.0, 3.0), "▁▁");
        assert_eq!(sparkline(&[f64::NEG_INFINITY, f64::INFINITY, -1.0], 0.0, 1.0), "▁█▁");
    }

    #[test]
    fn each_eighth_has_its_block() {
        let values: Vec<f64> = (0..8).map(|i| f64::from(i) / 8.0 + 0.01).collect();
        assert_eq!(sparkline(&values, 0.0, 1.0), "▁▂▃▄▅▆▇█");
    }
}
