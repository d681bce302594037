//! `suasion compare --effects`: the effect on each state taken apart, on the terminal and as a table.

use super::notice::notice;
use super::numbers::{interval, signed};
use super::page::Page;
use super::progress::Progress;
use super::results::{Results, records};
use super::table::Table;
use anyhow::Result;
use std::sync::atomic::AtomicBool;
use suasion::engine::history::History;
use suasion::engine::parallel::Options;
use suasion::experiment::arms::slug;
use suasion::experiment::comparison::Comparison;
use suasion::experiment::effects::{Effect, Effects, cost, table};
use suasion::experiment::outcome::Outcome;

/// States beyond this number are not printed.
const MOST_ROWS: usize = 40;

/// The effects to take apart, one for each counterfactual, found affordable. Those in a history are taken apart in free runs, too.
pub(super) fn planned(
    comparison: &Comparison,
    in_history: bool,
    options: Options,
    quiet: bool,
) -> Result<Vec<Effects<'_>>> {
    let Comparison { base, others, outcomes, level } = comparison;
    let all = Effects::plan(base, others, outcomes, *level)?;
    let cost = cost(base, &all, if in_history { 2 } else { 1 }, options)?;
    if !quiet && cost.seconds > 10.0 {
        notice(&format!("--effects takes {}", cost.words));
    }
    Ok(all)
}

/// Takes effects apart and says what came of it; the table goes into the folder, and its rows are given back.
pub(super) fn say(
    effects: &Effects,
    comparison: &Comparison,
    history: Option<&History>,
    (options, stop, quiet): (Options, &AtomicBool, bool),
    (results, page): (&mut Results, &mut Page),
) -> Result<Vec<serde_json::Value>> {
    let run = |history: Option<&History>| {
        let mut progress = Progress::new("replicates", u64::from(comparison.base.replicates), quiet);
        let found = effects.run(history, options, stop, |done| progress.at(done));
        progress.finish();
        found
    };
    let found = run(history)?;
    let free = history.map(|_| run(None)).transpose()?;
    let described = table(effects, &found, free.as_deref());
    let name = format!("effects-{}", slug(&effects.arm.name));
    results.table(&name, &described)?;
    page.say(format!(
        "\n{} v. baseline, taken apart: direct is what it does to a state that alone is in it, spillover what comes by way of the others",
        effects.arm.name
    ));
    let mut shown: Vec<Outcome> = Vec::new();
    for outcome in effects.outcomes.iter() {
        let same = |other: &&Outcome| (other.measure, other.row) == (outcome.measure, outcome.row);
        if !shown.iter().any(|other| same(&other)) {
            shown.push(*outcome);
            let group = effects.outcomes.iter().enumerate().filter(|(_, other)| same(other));
            group_of(&group.collect::<Vec<_>>(), comparison, &found, free.as_deref(), page);
        }
    }
    Ok(records(&described))
}

/// Outcomes of one measure and year.
fn group_of(
    group: &[(usize, &Outcome)],
    comparison: &Comparison,
    found: &[Effect],
    free: Option<&[Effect]>,
    page: &mut Page,
) {
    let (base, first) = (&comparison.base, group[0].1);
    let (measure, year) = (first.measure, first.year(&base.world));
    page.say(format!("\n{} at the end of {year} ({})", measure.name(&base.world), measure.unit()));
    let mut rows = Table::of("state").numbers(["direct", "interval", "spillover", "interval", "total"]);
    rows = rows.numbers(free.map_or(&[][..], |_| &["free: direct", "spillover"]).iter().copied());
    for (k, outcome) in group.iter().take(MOST_ROWS) {
        let place = outcome.place;
        let name = place.state().map_or_else(|| place.id(&base.world).to_string(), |i| base.names[i].clone());
        let Effect { direct, spillover, total } = found[*k];
        let mut row = vec![
            name,
            signed(direct.mean),
            interval(direct.interval, signed),
            signed(spillover.mean),
            interval(spillover.interval, signed),
            signed(total.mean),
        ];
        row.extend(
            free.into_iter().flat_map(|free| [free[*k].direct, free[*k].spillover].map(|e| signed(e.mean))),
        );
        rows.row(row);
    }
    page.table(rows);
    if group.len() > MOST_ROWS {
        page.say(format!("... and {} more, in the table of effects", group.len() - MOST_ROWS));
    }
}
