//! What `sensitivity` shows: for each outcome the axes that matter most, with bars and intervals; or all as JSON.

use super::numbers::ends;
use super::page::Page;
use super::table::Table;
use anyhow::Result;
use suasion::excerpt::number;
use suasion::experiment::design::Plan;
use suasion::experiment::sensitivity::{Analysis, Estimate, Found, Measure, morris, sobol};
use suasion_show::picture::{Bar, Content, Picture};

/// Axes shown of each outcome.
const MOST: usize = 15;
/// Pairs shown of each outcome.
const MOST_PAIRS: usize = 5;
/// Characters of the longest bar.
const BAR: f64 = 24.0;
/// Total indices whose intervals are wider than this are still far from settled.
const WIDE: f64 = 0.2;

/// Says what was found of all outcomes.
pub(super) fn say(page: &mut Page, measure: Measure, plan: &Plan, analyses: &[Analysis]) {
    for analysis in analyses {
        let ([low, high], outcome) = (analysis.range, &analysis.outcome);
        match &analysis.found {
            Found::Constant => {
                let low = number(low);
                page.say(format!("{outcome}: {low} at every point, so there is nothing to share out"));
            }
            _ => page.say(format!("{outcome}: {} to {} over the points", short(low), short(high))),
        }
        match &analysis.found {
            Found::Constant => {}
            Found::Sobol(indices) => shares(page, plan, indices),
            Found::Morris(measures) => effects(page, plan, measures),
        }
        page.say("");
    }
    page.say(match measure {
        Measure::Sobol { .. } => {
            "S1: share of the outcome's variance due to the axis alone (█); ST: with its interactions (█▒); 95% intervals"
        }
        Measure::Morris => {
            "mu*: mean size of the change of the outcome when the axis moves by its whole range, mu: with its sign; sigma: how much the change depends on the other axes, or on where on the axis; 95% intervals"
        }
    });
}

fn shares(page: &mut Page, plan: &Plan, indices: &sobol::Indices) {
    let order = by_size(&indices.st);
    let mut table = Table::of("axis").numbers(["ST", "95%", "S1", "95%"]).drawing("share of variance");
    for &j in order.iter().take(MOST) {
        let (s1, st) = (indices.s1[j], indices.st[j]);
        let whole = length(st.value);
        let alone = length(s1.value.min(st.value));
        let bar = format!("{}{}", "█".repeat(alone), "▒".repeat(whole - alone));
        let path = plan.axes()[j].path.clone();
        let [st_interval, s1_interval] = [st, s1].map(|of| interval(&of, share));
        table.row([path, share(st.value), st_interval, share(s1.value), s1_interval, bar]);
    }
    page.table(table);
    rest(page, order.len(), MOST, "axes");
    let alone: f64 = indices.s1.iter().map(|estimate| estimate.value).sum();
    page.say(format!("  S1 sum to {}: the rest of the variance is due to axes together", share(alone)));
    if !indices.s2.is_empty() {
        let pairs: Vec<Estimate> = indices.s2.iter().map(|pair| pair.index).collect();
        let order = by_size(&pairs);
        let mut table = Table::of("pair").numbers(["S2", "95%"]).drawing("share of variance");
        for &p in order.iter().take(MOST_PAIRS) {
            let [j, k] = indices.s2[p].axes.map(|axis| plan.axes()[axis].path.as_str());
            let (pair, bar) = (format!("{j} with {k}"), "█".repeat(length(pairs[p].value)));
            table.row([pair, share(pairs[p].value), interval(&pairs[p], share), bar]);
        }
        page.table(table);
        rest(page, order.len(), MOST_PAIRS, "pairs");
    }
    if indices.st.iter().all(|st| st.interval.is_none()) {
        too_few(page, "base samples", "a share may be far off, even above 1", sobol::LEAST);
    }
    let widest = indices.st.iter().filter_map(|st| st.interval).map(|[a, b]| b - a).fold(0.0, f64::max);
    if widest > WIDE {
        page.say(format!("  the widest interval of ST is {}: more --samples narrow it", share(widest)));
    }
}

fn effects(page: &mut Page, plan: &Plan, measures: &[morris::Measures]) {
    let sizes: Vec<Estimate> = measures.iter().map(|measures| measures.mu_star).collect();
    let order = by_size(&sizes);
    let most = order.first().map_or(0.0, |&j| sizes[j].value);
    let mut table = Table::of("axis").numbers(["mu*", "95%", "mu", "sigma"]).drawing("");
    for &j in order.iter().take(MOST) {
        let of = &measures[j];
        let bar = if most > 0.0 { "█".repeat(length(of.mu_star.value / most)) } else { String::new() };
        table.row([
            plan.axes()[j].path.clone(),
            short(of.mu_star.value),
            interval(&of.mu_star, short),
            short(of.mu.value),
            of.sigma.map_or_else(|| "-".into(), |sigma| short(sigma.value)),
            bar,
        ]);
    }
    page.table(table);
    rest(page, order.len(), MOST, "axes");
    if sizes.iter().all(|size| size.interval.is_none()) {
        too_few(page, "trajectories", "a change may be far off", morris::LEAST);
    }
}

/// Why there are no intervals.
fn too_few(page: &mut Page, what: &str, how: &str, least: usize) {
    page.say(format!(
        "  so few {what} tell little: {how}, and no interval would hold; at least {least} (--samples) give intervals"
    ));
}

fn rest(page: &mut Page, all: usize, shown: usize, what: &str) {
    if all > shown {
        page.say(format!("  {shown} of {all} {what} shown"));
    }
}

/// Places from the greatest value to the least; equals in their order.
fn by_size(estimates: &[Estimate]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..estimates.len()).collect();
    order.sort_by(|a, b| estimates[*b].value.total_cmp(&estimates[*a].value));
    order
}

fn length(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * BAR).round() as usize
}

fn interval(estimate: &Estimate, number: impl Fn(f64) -> String) -> String {
    estimate.interval.map_or_else(|| "-".into(), |of| ends(of, number))
}

fn share(x: f64) -> String {
    let text = format!("{x:.2}");
    if text == "-0.00" { "0.00".into() } else { text }
}

/// Three significant digits; in full where that is short.
fn short(x: f64) -> String {
    if x == 0.0 || (1e-3..1e4).contains(&x.abs()) {
        let decimals = if x.abs() >= 100.0 { 1 } else { 4 };
        return format!("{x:.decimals$}");
    }
    format!("{x:.2e}")
}

/// What the lines of bars are, where there are any.
fn lines(estimates: &[Estimate]) -> &'static str {
    if estimates.iter().any(|estimate| estimate.interval.is_some()) {
        "; lines: 95% intervals"
    } else {
        "; too few samples for intervals"
    }
}

/// The axes that matter most to an outcome, as bars; a constant outcome has none.
pub(super) fn picture(plan: &Plan, analysis: &Analysis) -> Picture {
    let (label, estimates) = match &analysis.found {
        Found::Sobol(indices) => {
            (format!("share of variance, with interactions (ST){}", lines(&indices.st)), indices.st.clone())
        }
        Found::Morris(of) => {
            let sizes: Vec<Estimate> = of.iter().map(|measures| measures.mu_star).collect();
            let label = "mean size of the change over the axis (mu*, unit of the outcome)";
            (format!("{label}{}", lines(&sizes)), sizes)
        }
        Found::Constant => ("nothing: it is the same at every point".into(), Vec::new()),
    };
    let bar = |j: usize| {
        let interval = estimates[j].interval.map(|[low, high]| (low, high));
        Bar { name: plan.axes()[j].path.clone(), value: estimates[j].value, interval }
    };
    let bars = by_size(&estimates).into_iter().take(MOST).map(bar).collect();
    let title = format!("{}: what it depends on", analysis.outcome);
    Picture { title, x: label, y: String::new(), content: Content::Bars(bars) }
}

/// Everything, for programs.
pub(super) fn json(measure: Measure, plan: &Plan, analyses: &[Analysis]) -> Result<String> {
    let path = |axis: usize| plan.axes()[axis].path.as_str();
    let outcomes: Vec<serde_json::Value> = analyses
        .iter()
        .map(|analysis| {
            let rows = analysis.rows(measure, plan.axes().len());
            let estimates: Vec<serde_json::Value> = rows
                .iter()
                .map(|row| {
                    serde_json::json!({ "measure": row.measure, "axis": path(row.axis), "with": row.with.map(path),
                        "value": row.estimate.map(|estimate| estimate.value),
                        "interval": row.estimate.and_then(|estimate| estimate.interval) })
                })
                .collect();
            serde_json::json!({ "outcome": analysis.outcome, "least": analysis.range[0], "greatest": analysis.range[1],
                "constant": analysis.found == Found::Constant, "estimates": estimates })
        })
        .collect();
    let method = if measure == Measure::Morris { "morris" } else { "sobol" };
    Ok(serde_json::to_string_pretty(
        &serde_json::json!({ "method": method, "level": 0.95, "outcomes": outcomes }),
    )?)
}
