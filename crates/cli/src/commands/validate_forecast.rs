//! What `validate --given` tells of forecasts from the history: scores by years ahead beside their references, and calibration.

use super::numbers::interval;
use super::page::Page;
use super::results::{Results, records};
use super::table::Table;
use super::validate_skill::points;
use anyhow::Result;
use serde_json::{Value, json};
use suasion::evidence::frame::Frame;
use suasion::evidence::skill::Bin;
use suasion::experiment::forecast::{Calibrated, Forecasts, Knows, Measure, Score, Scored, Source, What};
use suasion_show::picture::Line;

/// What is said where forecasts from the history could be had.
pub(super) const OFFER: &str = "--given record adds forecasts from the history, one to five years ahead";

/// What a source is called in the row of what is forecast.
fn named(source: Source, what: What) -> &'static str {
    match (source, what) {
        (Source::History, _) => "from the history",
        (Source::Free, _) => "free runs",
        (Source::Last, What::Tier(_)) => "last grade",
        (Source::Last, What::Adopted(_)) => "not adopted",
        (Source::Chain, _) => "Markov chain",
        (Source::Logit, What::Tier(_)) => "logit with last grade",
        (Source::Logit, What::Adopted(_)) => "logit with last year",
    }
}

fn four(x: f64) -> String {
    format!("{x:.4}")
}

fn signed(x: f64) -> String {
    format!("{x:+.4}")
}

/// By how much the history does better, with its interval; empty for itself.
fn less(score: &Score) -> [String; 2] {
    match score.difference {
        None => [String::new(), String::new()],
        Some(difference) => [signed(difference.mean), interval(difference.interval, signed)],
    }
}

/// The line over the rows of what is scored.
fn heading(forecasts: &Forecasts, of: &Scored, all: &Score) -> String {
    let (id, (cases, states)) = (forecasts.id(of.what), (all.cases, all.states));
    let only = if of.quiet { " in which the state adopts nothing" } else { "" };
    match of.measure {
        Measure::Rps => {
            format!("grades by {id}, ranked probability score: {cases} state-years of {states} states{only}")
        }
        Measure::Log => format!("grades by {id}, log score"),
        Measure::Brier => {
            format!(
                "{id} adopted by then, Brier score: {states} states that had not by {}",
                forecasts.told.until
            )
        }
    }
}

/// Says the scores.
pub(super) fn say(page: &mut Page, forecasts: &Forecasts, under_posterior: bool) {
    let told = forecasts.told;
    page.say(format!(
        "forecasts from the history: each state has its record until {} ({} particles, {} rows), and goes on from there",
        told.until, told.particles, told.rows
    ));
    page.say(format!(
        "lower is better; less: the score from the history less that of the row, interval by states drawn anew; chain and logit are fitted on the years until {}, and the scenario is not fitted here",
        told.until
    ));
    if under_posterior {
        page.say("forecasts from the history are at the scenario's own parameters, and so are the free runs beside them: no draw of the posterior");
    }
    let from_origin: Vec<&Scored> = forecasts.scored.iter().filter(|of| of.knows == Knows::Origin).collect();
    let most =
        from_origin.iter().flat_map(|of| &of.scores).filter_map(|score| score.ahead).max().unwrap_or(0);
    let heads =
        (1..=most).map(|ahead| ahead.to_string()).chain(["all", "less", "95 % interval"].map(String::from));
    let mut table = Table::of("years ahead").numbers(heads);
    for of in from_origin {
        let Some(all) = of.scores.iter().find(|score| score.ahead.is_none()) else { continue };
        table.heading(heading(forecasts, of, all));
        for all in of.scores.iter().filter(|score| score.ahead.is_none()) {
            let at = |ahead: usize| {
                let is_it = |score: &&Score| score.ahead == Some(ahead) && score.source == all.source;
                of.scores.iter().find(is_it).map_or_else(String::new, |score| four(score.mean))
            };
            let mut row = vec![format!("  {}", named(all.source, of.what))];
            row.extend((1..=most).map(at));
            row.push(four(all.mean));
            row.extend(less(all));
            table.row(row);
        }
    }
    page.table(table);
    for left in &forecasts.left_out {
        let (id, [history, free]) = (forecasts.id(left.what), left.scores.map(four));
        page.say(format!(
            "left out, of states without a grade by {}: {} state-years by {id}, ranked probability score {history} from the history, {free} of free runs",
            told.until, left.cases
        ));
    }
    page.say("");
    let year_by_year: Vec<&Scored> =
        forecasts.scored.iter().filter(|of| of.knows == Knows::YearBefore).collect();
    if year_by_year.is_empty() {
        return;
    }
    page.say(format!(
        "one year ahead, {} to {}: each year by those that know the years before; from the history also adoptions of the year itself, if they came before the report or no more than their year is known",
        told.until + 1,
        forecasts.last
    ));
    let mut table = Table::of("").numbers(["score", "less", "95 % interval"]);
    for of in year_by_year.into_iter().filter(|of| !of.quiet || of.measure == Measure::Rps) {
        let rows: Vec<&Score> = of.scores.iter().filter(|score| score.ahead.is_none()).collect();
        let Some(all) = rows.first() else { continue };
        table.heading(heading(forecasts, of, all));
        for score in rows {
            let [difference, interval] = less(score);
            table.row([
                format!("  {}", named(score.source, of.what)),
                four(score.mean),
                difference,
                interval,
            ]);
        }
    }
    page.table(table);
    page.say("");
}

/// Keeps scores and forecasts as tables.
pub(super) fn keep(forecasts: &Forecasts, results: &mut Results) -> Result<()> {
    results.table("scores", &forecasts.score_table())?;
    results.table("forecasts", &forecasts.table())
}

/// The same for programs, with the calibration curves.
pub(super) fn json(forecasts: &Forecasts) -> Value {
    let told = forecasts.told;
    let curve = |bins: &[Bin]| -> Vec<Value> {
        let bins = bins.iter();
        bins.map(|bin| json!({ "forecast": bin.forecast, "observed": bin.observed, "cases": bin.cases }))
            .collect()
    };
    let calibrated = forecasts.calibrated.iter().map(|of| {
        json!({ "what": forecasts.calibrated_of(of.what), "id": forecasts.id(of.what), "ahead": if of.knows == Knows::Origin { "from the origin" } else { "one year" },
            "calibration": curve(&of.bins) })
    });
    let left_out = forecasts.left_out.iter().map(|left| {
        json!({ "id": forecasts.id(left.what), "cases": left.cases, "rps_history": left.scores[0], "rps_free": left.scores[1] })
    });
    json!({
        "left_out": left_out.collect::<Vec<_>>(), "given": told.to_string(), "until": told.until, "last": forecasts.last, "particles": told.particles,
        "rows": told.rows, "scores": records(&forecasts.score_table()), "calibration": calibrated.collect::<Vec<_>>(),
    })
}

/// Lines of calibration from the history: of tiers by the rating regime of a frame, and of its law.
pub(super) fn lines(forecasts: &Forecasts, frame: &Frame) -> [Vec<Line>; 2] {
    let line = |what: Option<What>, knows: Knows| {
        let is_it = |of: &&Calibrated| Some(of.what) == what && of.knows == knows;
        let bins = forecasts.calibrated.iter().find(is_it).map_or(&[][..], |of| &of.bins);
        let name = match knows {
            Knows::Origin => format!("from the history to {}", forecasts.told.until),
            Knows::YearBefore => "from the history, one year ahead".into(),
        };
        Line { name, points: points(bins) }
    };
    [frame.rating.map(What::Tier), frame.law.map(What::Adopted)]
        .map(|what| [Knows::Origin, Knows::YearBefore].map(|knows| line(what, knows)).to_vec())
}
