//! The table that `run` prints: a row per state, motivation as a sparkline.

use super::shared::LEVEL;
use crate::estimate::Level;
use crate::model::variable::Variable;
use crate::model::world::TIERS;
use crate::output::sparkline::sparkline;
use crate::output::summary::Summary;
use crate::scenario::Scenario;
use std::fmt::Write;

/// States beyond this number are not printed.
const MOST_ROWS: usize = 40;

/// Means over replicates at the end, with the course of motivation.
pub(super) fn render(scenario: &Scenario, summary: &Summary) -> String {
    let world = &scenario.world;
    let last = summary.rows() - 1;
    let mut header =
        vec!["state".to_string(), "motivation".to_string(), "start".to_string(), "end".to_string()];
    // One replicate has no interval.
    let (level, size) = (Level::new(LEVEL), summary.size(Variable::Motivation));
    let several = summary.replicates() > 1;
    header.extend(several.then(|| "interval".to_string()));
    header.extend(["protection", "enforcement", "phase"].map(String::from));
    header.extend(world.instruments.iter().map(|j| j.id.clone()));
    header.extend(world.ratings.iter().map(|g| format!("tier {}", g.id)));
    let mut rows = vec![header];
    for i in 0..world.states.len().min(MOST_ROWS) {
        let mean = |row, v| summary.mean(i, row, v).unwrap_or(f64::NAN);
        let course: Vec<f64> = (0..=last).map(|row| mean(row, Variable::Motivation)).collect();
        let mut row = vec![scenario.names[i].clone(), sparkline(&course, 0.0, 1.0)];
        row.extend([0, last].map(|row| format!("{:.2}", mean(row, Variable::Motivation))));
        let end = summary.estimate((i, last), (Variable::Motivation, None), size, &level);
        let interval = end.and_then(|end| end.interval);
        row.extend(interval.map(|interval| format!("[{:.3}, {:.3}]", interval.low, interval.high)));
        let others = [Variable::Protection, Variable::Enforcement, Variable::Phase];
        row.extend(others.map(|v| format!("{:.2}", mean(last, v))));
        for j in 0..world.instruments.len() {
            let share = summary.share(i, last, Variable::Adopted(j), 1).unwrap_or(0.0);
            row.push(format!("{:.0}%", 100.0 * share));
        }
        for g in 0..world.ratings.len() {
            let share = |tier: usize| summary.share(i, last, Variable::Tier(g), tier).unwrap_or(0.0);
            let most = (0..TIERS.len()).max_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap_or(0);
            row.push(format!("{} ({:.0}%)", TIERS[most], 100.0 * share(most)));
        }
        rows.push(row);
    }
    let mut out = aligned(&rows);
    if world.states.len() > MOST_ROWS {
        let _ = writeln!(out, "... and {} more states, in summary.csv", world.states.len() - MOST_ROWS);
    }
    let _ = writeln!(
        out,
        "means over {} replicates at the end of {}{}; phase 0-4; adopted, most frequent tier: shares",
        summary.replicates(),
        world.clock.end - 1,
        if several { ", motivation with a 95 % interval" } else { "" },
    );
    out
}

/// A number for people: three decimals where it is small, none where it is large, a sign where asked; never -0.
pub(super) fn number(x: f64, signed: bool) -> String {
    let decimals = match x.abs() {
        size if size < 10.0 => 3,
        size if size < 1000.0 => 1,
        _ => 0,
    };
    let text = if signed { format!("{x:+.decimals$}") } else { format!("{x:.decimals$}") };
    match text.strip_prefix('-') {
        Some(rest) if rest.trim_matches(['0', '.']).is_empty() => {
            format!("{}{rest}", if signed { "+" } else { "" })
        }
        _ => text,
    }
}

/// Columns side by side: the first two to the left, numbers to the right.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| rows.iter().filter_map(|r| r.get(c)).map(|s| s.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (c, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[c] - cell.chars().count());
            let _ = if c < 2 { write!(line, "{cell}{pad}  ") } else { write!(line, "{pad}{cell}  ") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}
