//! What `validate` tells of forecast skill: a table of scores beside their references, and calibration curves.

use super::numbers::interval;
use super::page::Page;
use super::table::Table;
use serde_json::{Map, Value, json};
use suasion::evidence::skill::reference::{COUNT, OF_LAWS, OF_TIERS};
use suasion::evidence::skill::{Against, Bin, Scored, Skill};
use suasion_show::picture::{Content, Line, Panel, Picture, Point};

/// Cases that a bin of probability needs to be drawn.
const FEWEST_IN_A_BIN: usize = 5;

/// What is forecast, with the name of its score and of its references.
const FORECASTS: [(&str, &str, [&str; COUNT]); 2] =
    [("grades", "ranked probability score", OF_TIERS), ("has a law", "Brier score", OF_LAWS)];

fn scored(skill: &Skill, what: usize) -> Option<&Scored> {
    if what == 0 { skill.tiers.as_ref() } else { skill.laws.as_ref() }
}

/// Says the scores; nothing where there is nothing to score.
pub(super) fn say(page: &mut Page, parts: &[Skill]) {
    for (what, (name, score, references)) in FORECASTS.iter().enumerate() {
        let mut table = Table::of(*name).numbers(["cases", "score", "skill", "95 % interval"]);
        for part in parts {
            let Some(scored) = scored(part, what) else { continue };
            let forecast = format!("{} ({} sample)", part.part, sample(part));
            table.row([forecast, scored.cases.to_string(), format!("{:.4}", scored.forecast)]);
            references
                .iter()
                .zip(&scored.against)
                .for_each(|(name, against)| table.row(beside(name, against.as_ref())));
        }
        if !table.is_empty() {
            page.say(format!("{score}, lower is better"));
            page.say("skill: by how much lower the forecast's score is, in the cases that both have; interval by states drawn anew");
            page.table(table);
            page.say("");
        }
    }
}

/// The row of a reference.
fn beside(name: &str, against: Option<&Against>) -> Vec<String> {
    let mut row = vec![format!("  {name}")];
    let Some(against) = against else {
        row.push("too few entries".into());
        return row;
    };
    // Beside a reference that hardly errs, how far below 0 says nothing.
    let percent = |x: f64| if x < -9.995 { "below -999%".into() } else { format!("{:+.0}%", 100.0 * x) };
    row.extend([against.cases.to_string(), format!("{:.4}", against.score)]);
    row.push(against.skill.map_or_else(|| "never errs".into(), percent));
    row.push(interval(against.interval, percent));
    row
}

fn sample(part: &Skill) -> &'static str {
    if part.out_of_sample { "out of" } else { "in" }
}

/// The same for programs, with the calibration curves.
pub(super) fn json(parts: &[Skill]) -> Value {
    let scored = |scored: &Option<Scored>, names: [&str; COUNT]| {
        let against = |against: &Against| {
            json!({ "cases": against.cases, "score": against.score, "skill": against.skill,
                "ci_low": against.interval.map(|i| i.low), "ci_high": against.interval.map(|i| i.high) })
        };
        scored.as_ref().map(|s| {
            let references = names.iter().zip(&s.against);
            let references: Map<String, Value> = references
                .map(|(name, found)| {
                    (name.replace([' ', '-'], "_"), found.as_ref().map_or(Value::Null, against))
                })
                .collect();
            json!({ "cases": s.cases, "forecast": s.forecast, "references": references })
        })
    };
    let curve = |part: &Skill, k: usize| -> Vec<Value> {
        let bins = part.calibration[k].iter();
        bins.map(|bin| json!({ "forecast": bin.forecast, "observed": bin.observed, "cases": bin.cases }))
            .collect()
    };
    let part = |part: &Skill| {
        json!({ "part": part.part, "out_of_sample": part.out_of_sample, "rps_tiers": scored(&part.tiers, OF_TIERS),
            "brier_law": scored(&part.laws, OF_LAWS), "worse_grades": part.worse, "calibration_worse_grades": curve(part, 0), "calibration_law": curve(part, 1) })
    };
    parts.iter().map(part).collect()
}

/// The points of a calibration curve: of so few cases a share says nothing, so these are left out; the result as JSON has all.
pub(super) fn points(bins: &[Bin]) -> Vec<Point> {
    let enough = bins.iter().filter(|bin| bin.cases >= FEWEST_IN_A_BIN);
    enough.map(|bin| (bin.forecast, bin.observed, None)).collect()
}

/// Calibration curves: what was forecast against what happened, a panel for each thing forecast; with more lines of each.
pub(super) fn picture(parts: &[Skill], more: [Vec<Line>; 2]) -> Picture {
    let perfect = Line { name: "perfect".into(), points: vec![(0.0, 0.0, None), (1.0, 1.0, None)] };
    let worse = parts.first().map_or(String::new(), |part| format!("grade {}", part.worse));
    let panels = [worse, "has a law".into()].into_iter().enumerate().zip(more).map(|((k, title), more)| {
        let lines =
            parts.iter().map(|part| Line { name: part.part.clone(), points: points(&part.calibration[k]) });
        Panel { title, lines: std::iter::once(perfect.clone()).chain(lines).chain(more).collect() }
    });
    Picture {
        title: "Calibration".into(),
        x: format!("probability forecast (tenths with fewer than {FEWEST_IN_A_BIN} cases are left out)"),
        y: "share that came true".into(),
        content: Content::Panels(panels.collect()),
    }
}
