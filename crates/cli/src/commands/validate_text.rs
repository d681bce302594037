//! What `validate` prints: a table of patterns with bars, or the same as JSON.

use super::numbers::ends;
use super::page::Page;
use super::table::Table;
use serde_json::{Value, json};
use suasion::evidence::frame::Frame;
use suasion::evidence::patterns::Scale;
use suasion::evidence::tip;
use suasion::evidence::verdict::{Judged, Row, Verdict, widening};
use suasion::lanes::math;
use suasion::scenario::Scenario;
use suasion_show::picture::{Bar, Content, Picture};

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
    fn head(&self, page: &mut Page) {
        let (frame, scenario) = (self.frame, self.scenario);
        let last = frame.first + frame.counted as i32 - 1;
        page.say(&scenario.title);
        page.say(format!("{} states on record, {} to {last}", frame.count(), frame.first));
        let wider = widening(frame.count());
        if wider > 1.0 && tip::has_patterns(&scenario.world) {
            page.say(format!(
                "the record is of fewer states than the world: tolerances are {wider:.1} times the published ones"
            ));
        }
        page.say("");
    }

    /// What the record says, beside what was published.
    pub fn say_observed(&self, page: &mut Page) {
        self.head(page);
        let mut table = Table::of("").numbers(["record", "published", "tolerance"]);
        for row in self.rows {
            table.heading(format!("{:3} {}", row.pattern.id, row.pattern.title));
            for Judged { statistic: s, observed, .. } in &row.statistics {
                let show = |x: f64| number(s.scale, Some(x).filter(|x| x.is_finite()));
                let tolerance = ends([s.target - s.below, s.target + s.above], show);
                let label = format!("    {}", s.label);
                table.row([label, number(s.scale, *observed), show(s.target), tolerance]);
            }
        }
        page.table(table);
        for judged in self.rows.iter().flat_map(|row| &row.statistics).filter(|judged| is_beside(judged)) {
            let s = &judged.statistic;
            page.say(format!(
                "{} ({}): the record says {}, published is {}",
                s.pattern,
                s.label,
                number(s.scale, judged.observed),
                number(s.scale, Some(s.target))
            ));
        }
    }

    /// Every pattern with its statistics, where there are any.
    pub fn say_patterns(&self, page: &mut Page) {
        self.head(page);
        if self.rows.is_empty() {
            return;
        }
        let mut table =
            Table::of("").numbers(["target", "tolerance", "simulated", "95% of replicates"]).drawing("");
        for row in self.rows {
            table.heading(format!("{:3} {}: {}", row.pattern.id, row.verdict.word(), row.pattern.title));
            row.statistics.iter().for_each(|judged| table.row(statistic(judged)));
        }
        page.table(table);
        page.say("bars: [ ] tolerance, | target, o simulated mean, - its interval over replicates");
    }

    /// How many are met, of those that there are.
    pub fn say_count(&self, page: &mut Page) {
        if self.rows.is_empty() {
            return;
        }
        let count = |verdict| self.rows.iter().filter(|row| row.verdict == verdict).count();
        match count(Verdict::NoData) {
            0 => {}
            1 => page.say("1 pattern has no data in this record"),
            n => page.say(format!("{n} patterns have no data in this record")),
        }
        page.say(format!("{} of {} patterns met", count(Verdict::Met), self.rows.len()));
    }

    /// Every statistic on one scale: distance from its target, in tolerances. What lies farther than the scale stands at its end.
    pub fn picture(&self) -> Picture {
        const END: f64 = 5.0;
        let bars = self.rows.iter().flat_map(|row| &row.statistics).filter_map(|judged| {
            let (target, s) = (judged.target?, judged.simulated?);
            let away = |x: f64| {
                let side = if x < target { target - judged.low } else { judged.high - target };
                ((x - target) / side).clamp(-END, END)
            };
            Some(Bar {
                name: format!("{} {}", judged.statistic.pattern, judged.statistic.label),
                value: away(s.mean),
                interval: Some((away(s.low), away(s.high))),
            })
        });
        Picture {
            title: self.scenario.title.clone(),
            x: "simulated less target, in tolerances: met from -1 to 1 (line: 95% of replicates)".into(),
            y: String::new(),
            content: Content::Bars(bars.collect()),
        }
    }

    /// The result for programs.
    pub fn json(&self) -> Value {
        json(self.scenario, self.frame, self.rows)
    }
}

/// Whether the record is farther from the published target than the tolerance.
fn is_beside(judged: &Judged) -> bool {
    let s = &judged.statistic;
    judged.observed.is_some_and(|x| x < s.target - s.below || x > s.target + s.above)
}

fn statistic(judged: &Judged) -> [String; 6] {
    let s = &judged.statistic;
    let show = |x: f64| number(s.scale, Some(x).filter(|x| x.is_finite()));
    let mark = match judged.met() {
        Some(true) => " ",
        Some(false) => "x",
        None => ".",
    };
    [
        format!("  {mark} {}", s.label),
        number(s.scale, judged.target),
        judged.target.map_or("-".into(), |_| ends([judged.low, judged.high], show)),
        number(s.scale, judged.simulated.map(|s| s.mean)),
        judged.simulated.map_or("-".into(), |s| ends([s.low, s.high], show)),
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

fn json(scenario: &Scenario, frame: &Frame, rows: &[Row]) -> Value {
    let statistic = |judged: &Judged| {
        let s = &judged.statistic;
        let simulated = judged
            .simulated
            .map(|x| json!({ "mean": x.mean, "q025": x.low, "q975": x.high, "replicates": x.defined }));
        json!({
            "name": s.name, "label": s.label, "log_ratio": s.scale == Scale::LogRatio, "observed": judged.observed,
            "published": s.target, "target": judged.target, "target_low": judged.target.map(|_| judged.low),
            "target_high": judged.target.map(|_| judged.high), "simulated": simulated, "met": judged.met(),
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
