//! What `validate` prints: a table of patterns with bars, or the same as JSON.

use super::table::aligned;
use crate::engine::math;
use crate::evidence::frame::Frame;
use crate::evidence::patterns::Scale;
use crate::evidence::verdict::{Judged, Row, Simulated, Verdict, widening};
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::fmt::Write;

/// Characters of a bar.
const WIDTH: usize = 31;

pub(super) struct Told<'a> {
    pub scenario: &'a Scenario,
    pub frame: &'a Frame,
    pub rows: &'a [Row],
}

/// A value as people are told it: a logarithm of a ratio as the ratio.
fn told(scale: Scale, x: f64) -> f64 {
    if scale == Scale::LogRatio { math::exp_scalar(x) } else { x }
}

fn number(scale: Scale, x: Option<f64>) -> String {
    let Some(x) = x.map(|x| told(scale, x)) else { return "-".into() };
    match scale {
        Scale::Share if x.abs() < 0.0995 => format!("{x:.3}"),
        Scale::Share | Scale::LogRatio => format!("{x:.2}"),
        Scale::Score => format!("{x:+.2}"),
    }
}

impl Told<'_> {
    fn head(&self) -> String {
        let (frame, scenario) = (self.frame, self.scenario);
        let mut out = format!("{}\n", scenario.title);
        let last = frame.first + frame.counted as i32 - 1;
        let _ = writeln!(out, "{} states on record, {} to {last}", frame.count(), frame.first);
        let wider = widening(frame.count());
        if wider > 1.0 {
            let _ = writeln!(
                out,
                "the record is of fewer states than the world: tolerances are {wider:.1} times the published ones"
            );
        }
        out.push('\n');
        out
    }

    /// What the record says, beside what was published.
    pub fn observed(&self) -> String {
        let mut out = self.head();
        let mut rows = vec![["pattern", "", "record", "published", "tolerance"].map(String::from).to_vec()];
        for row in self.rows {
            for (i, judged) in row.statistics.iter().enumerate() {
                let s = judged.statistic;
                let (low, high) = (s.target - s.below, s.target + s.above);
                rows.push(vec![
                    if i == 0 { format!("{} {}", row.pattern.id, row.pattern.title) } else { String::new() },
                    s.label.to_string(),
                    number(s.scale, judged.observed),
                    number(s.scale, Some(s.target)),
                    format!("{} to {}", number(s.scale, Some(low)), number(s.scale, Some(high))),
                ]);
            }
        }
        out.push_str(&aligned(&rows));
        let beside: Vec<&Judged> =
            self.rows.iter().flat_map(|row| &row.statistics).filter(|judged| is_beside(judged)).collect();
        for judged in beside {
            let s = judged.statistic;
            let _ = writeln!(
                out,
                "{} ({}): the record says {}, published is {}",
                s.pattern,
                s.label,
                number(s.scale, judged.observed),
                number(s.scale, Some(s.target))
            );
        }
        out
    }

    /// Every pattern with its statistics, and how many are met.
    pub fn all(&self) -> String {
        let mut out = self.head();
        let header = ["pattern", "", "target", "tolerance", "simulated", "95% of replicates", ""];
        let mut table = vec![header.map(String::from).to_vec()];
        for row in self.rows {
            let title = format!("{:3} {:7} {}", row.pattern.id, row.verdict.word(), row.pattern.title);
            table.push(vec![title]);
            table.extend(row.statistics.iter().map(statistic));
        }
        out.push_str(&aligned(&table));
        out.push_str("bars: [ ] tolerance, | target, o simulated mean, - its interval over replicates\n");
        let count = |verdict| self.rows.iter().filter(|row| row.verdict == verdict).count();
        let none = count(Verdict::NoData);
        if none > 0 {
            let _ = writeln!(out, "{none} patterns have no data in this record");
        }
        let _ = writeln!(out, "{} of {} patterns met", count(Verdict::Met), self.rows.len());
        out
    }
}

/// Whether the record is farther from the published target than the tolerance.
fn is_beside(judged: &Judged) -> bool {
    let s = judged.statistic;
    judged.observed.is_some_and(|x| x < s.target - s.below || x > s.target + s.above)
}

fn statistic(judged: &Judged) -> Vec<String> {
    let s = judged.statistic;
    let show = |x: f64| number(s.scale, Some(x));
    let mark = match judged.met() {
        Some(true) => " ",
        Some(false) => "x",
        None => ".",
    };
    let interval = |s: Simulated| format!("{} to {}", show(s.low), show(s.high));
    vec![
        format!("      {mark} {}", s.label),
        String::new(),
        number(s.scale, judged.target),
        judged.target.map_or("-".into(), |_| format!("{} to {}", show(judged.low), show(judged.high))),
        number(s.scale, judged.simulated.map(|s| s.mean)),
        judged.simulated.map_or("-".into(), interval),
        bar(judged),
    ]
}

/// Tolerance, target, simulated mean and interval on a line that spans them all.
fn bar(judged: &Judged) -> String {
    let (Some(target), Some(s)) = (judged.target, judged.simulated) else { return String::new() };
    let low = judged.low.min(s.low);
    let span = (judged.high.max(s.high) - low).max(1e-9);
    let place = |x: f64| ((x - low) / span * (WIDTH - 1) as f64).round() as usize;
    let mut bar = vec![' '; WIDTH];
    bar[place(s.low)..=place(s.high)].fill('-');
    (bar[place(judged.low)], bar[place(judged.high)]) = ('[', ']');
    bar[place(target)] = '|';
    bar[place(s.mean)] = 'o';
    bar.into_iter().collect()
}

/// The result for programs.
pub(super) fn json(scenario: &Scenario, frame: &Frame, rows: &[Row]) -> Value {
    let statistic = |judged: &Judged| {
        let s = judged.statistic;
        let simulated = judged
            .simulated
            .map(|x| json!({ "mean": x.mean, "low": x.low, "high": x.high, "replicates": x.defined }));
        json!({
            "name": s.name, "label": s.label, "log_ratio": s.scale == Scale::LogRatio, "observed": judged.observed,
            "published": s.target, "target": judged.target, "low": judged.target.map(|_| judged.low),
            "high": judged.target.map(|_| judged.high), "simulated": simulated, "met": judged.met(),
        })
    };
    let patterns: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({ "pattern": row.pattern.id, "title": row.pattern.title, "source": row.pattern.source,
                "verdict": row.verdict.word(), "statistics": row.statistics.iter().map(statistic).collect::<Vec<_>>() })
        })
        .collect();
    json!({
        "scenario": scenario.name, "states": frame.count(), "first": frame.first,
        "last": frame.first + frame.counted as i32 - 1, "patterns": patterns,
        "met": rows.iter().filter(|row| row.verdict == Verdict::Met).count(), "of": rows.len(),
    })
}
