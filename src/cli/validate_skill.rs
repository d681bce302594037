//! What `validate` tells of forecast skill: a table of scores beside their references, and calibration curves.

use super::table::aligned;
use crate::evidence::skill::scores::REFERENCES;
use crate::evidence::skill::{Scored, Skill};
use crate::output::picture::{Content, Line, Panel, Picture};
use serde_json::{Value, json};
use std::fmt::Write;

/// What is forecast, with the name of its score.
const FORECASTS: [(&str, &str); 2] = [("tiers", "ranked probability score"), ("has a law", "Brier score")];

fn scored(skill: &Skill, what: usize) -> Option<&Scored> {
    if what == 0 { skill.tiers.as_ref() } else { skill.laws.as_ref() }
}

/// The tables of scores; empty where there is nothing to score.
pub(super) fn text(parts: &[Skill]) -> String {
    let mut out = String::new();
    for (what, (name, score)) in FORECASTS.iter().enumerate() {
        let mut header = vec![name.to_string(), "sample".into(), "cases".into(), "forecast".into()];
        header.extend(REFERENCES.map(String::from));
        header.push("against climatology".into());
        let rows = parts.iter().filter_map(|part| {
            let scored = scored(part, what)?;
            let mut row = vec![part.part.clone(), sample(part).into(), scored.cases.to_string()];
            row.push(format!("{:.4}", scored.forecast));
            row.extend(scored.references.map(|x| format!("{x:.4}")));
            row.push(format!("{:+.0}%", 100.0 * (scored.forecast / scored.references[0] - 1.0)));
            Some(row)
        });
        let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
        if rows.len() > 1 {
            let _ = write!(out, "{score}, lower is better\n{}\n", aligned(&rows));
        }
    }
    out
}

fn sample(part: &Skill) -> &'static str {
    if part.out_of_sample { "out" } else { "in" }
}

/// The same for programs, with the calibration curves.
pub(super) fn json(parts: &[Skill]) -> Value {
    let scored = |scored: &Option<Scored>| {
        scored.as_ref().map(|s| {
            json!({ "cases": s.cases, "forecast": s.forecast, "climatology": s.references[0],
                "persistence": s.references[1], "ordered_logit": s.references[2] })
        })
    };
    let curve = |part: &Skill, k: usize| -> Vec<Value> {
        let bins = part.calibration[k].iter();
        bins.map(|bin| json!({ "forecast": bin.forecast, "observed": bin.observed, "cases": bin.cases }))
            .collect()
    };
    let part = |part: &Skill| {
        json!({ "part": part.part, "out_of_sample": part.out_of_sample, "rps_tiers": scored(&part.tiers),
            "brier_law": scored(&part.laws), "calibration_2wl_or_3": curve(part, 0), "calibration_law": curve(part, 1) })
    };
    parts.iter().map(part).collect()
}

/// Calibration curves: what was forecast against what happened, a panel for each thing forecast.
pub(super) fn picture(parts: &[Skill]) -> Picture {
    let perfect = Line { name: "perfect".into(), points: vec![(0.0, 0.0, None), (1.0, 1.0, None)] };
    let panels = ["tier 2WL or 3", "has a law"].iter().enumerate().map(|(k, title)| {
        let lines = parts.iter().map(|part| Line {
            name: part.part.clone(),
            points: part.calibration[k].iter().map(|bin| (bin.forecast, bin.observed, None)).collect(),
        });
        Panel { title: (*title).into(), lines: std::iter::once(perfect.clone()).chain(lines).collect() }
    });
    Picture {
        title: "Calibration".into(),
        x: "probability forecast".into(),
        y: "share that came true".into(),
        content: Content::Panels(panels.collect()),
    }
}
