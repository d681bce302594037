//! What chances of verdicts say on the terminal, and their picture.

use super::numbers::percentage;
use super::page::Page;
use super::table::Table;
use std::fmt::Write;
use suasion::experiment::power::{Power, Powered, Refit, Verdicts};
use suasion::experiment::weigh::{ERRORS, LEAST};
use suasion::model::parameters::CROWDING;
use suasion_show::plot::{Bar, Key, Plot, Rows, RowsPanel, Swatch};

/// Names of drawn numbers that a line has room for.
const FEW: usize = 4;

/// What is drawn for each history, in words.
fn what_is_drawn(asked: &Power) -> String {
    let is_crowding =
        |path: &str| path.strip_prefix("parameters.").is_some_and(|name| CROWDING.contains(&name));
    let others: Vec<&str> =
        asked.priors.iter().map(|p| p.path.as_str()).filter(|p| !is_crowding(p)).collect();
    let told = match &others[..] {
        [] => return "coefficients drawn from their priors".into(),
        few if few.len() <= FEW => few.join(", "),
        many => format!("{} other numbers", many.len()),
    };
    let crowding = if others.len() < asked.priors.len() { "coefficients and " } else { "" };
    format!("{crowding}{told} drawn from their priors")
}

/// Says what came of it.
pub(super) fn say(page: &mut Page, asked: &Power, found: &Powered) {
    let plan = &asked.plan;
    page.say(&asked.base.title);
    let refitted = match plan.refit {
        Some(Refit { from, .. }) => format!(
            "each theory fitted to the years before {from} of each history ({} and {} numbers), and weighed on those from {from} on",
            asked.fitted[0].len(),
            asked.fitted[1].len()
        ),
        None => "nothing refitted".into(),
    };
    page.say(format!(
        "{} simulated histories of each theory, {} against {}; {}, {refitted}\n",
        plan.histories,
        asked.name(0),
        asked.name(1),
        what_is_drawn(asked)
    ));
    let (several_states, several_years) = (plan.states.len() > 1, plan.until.len() > 1);
    let mut table = Table::of("simulated").texts(["observed"]);
    if several_states {
        table = table.numbers(["states"]);
    }
    if several_years {
        table = table.numbers(["until"]);
    }
    let mut table = table.numbers(["right", "[95 %]", "wrong", "[95 %]", "undecided"]);
    let interval = |verdicts: &Verdicts, count: u32| {
        let ends = verdicts.chance(count).interval;
        format!("[{}, {}]", percentage(ends.low), percentage(ends.high))
    };
    for verdicts in &found.verdicts {
        let mut row = vec![asked.name(verdicts.simulated).to_string(), found.ways[verdicts.way].name.clone()];
        if several_states {
            row.push(verdicts.states.to_string());
        }
        if several_years {
            row.push(verdicts.until.to_string());
        }
        let share = |count: u32| percentage(verdicts.chance(count).share);
        match verdicts.right() {
            Some(right) => row.extend([share(right), interval(verdicts, right)]),
            None => row.extend([String::new(), String::new()]),
        }
        let wrong = verdicts.wrong();
        row.extend([share(wrong), interval(verdicts, wrong), share(verdicts.undecided())]);
        table.row(row);
    }
    page.table(table);
    page.say(format!(
        "a verdict: the difference in log score is above {LEAST} units and {ERRORS} standard errors, as in suasion weigh; else undecided"
    ));
    page.say(format!(
        "reactions: {} of them on record; speech: reliability {}, an error of {:.3}; motivation itself: as good as exactly",
        percentage(plan.coverage),
        plan.reliability,
        found.speech_sd
    ));
    for simulated in 0..asked.theories.len() {
        let of: Vec<&Verdicts> = found.verdicts.iter().filter(|v| v.simulated == simulated).collect();
        let (wrong, all) = of.iter().fold((0, 0), |(w, n), v| (w + v.wrong(), n + v.count));
        page.say(format!(
            "wrong over all that is observed, where {} is simulated: {}{}",
            asked.name(simulated),
            percentage(f64::from(wrong) / f64::from(all)),
            if simulated < 2 { "" } else { " (neither theory is true, so every decision is wrong)" }
        ));
    }
    if found.refused > 0 {
        page.say(format!("{} draws of the priors make no valid scenario, and were left out", found.refused));
    }
    if found.failed > 0 {
        page.say(format!(
            "in {} cases no particle could show the record under one of the theories: they count as undecided; --particles more",
            found.failed
        ));
    }
    page.say("");
}

/// Shares of verdicts as bars, a panel for each theory simulated: what decides, and what of it is wrong.
pub(super) fn picture(asked: &Power, found: &Powered) -> Plot {
    let (several_states, several_years) = (asked.plan.states.len() > 1, asked.plan.until.len() > 1);
    let of = |simulated: usize| found.verdicts.iter().filter(move |v| v.simulated == simulated);
    // A text takes all that is written.
    let name = |v: &Verdicts| {
        let mut name = found.ways[v.way].name.clone();
        if several_states {
            let _ = write!(name, ", {} states", v.states);
        }
        if several_years {
            let _ = write!(name, ", to {}", v.until);
        }
        name
    };
    let bar = |v: &Verdicts| {
        let decided = v.chance(v.count - v.undecided());
        let interval = Some((100.0 * decided.interval.low, 100.0 * decided.interval.high));
        let part = Some(100.0 * v.chance(v.wrong()).share);
        Some(Bar { to: 100.0 * decided.share, interval, part, ..Bar::default() })
    };
    let panel = |simulated: usize| RowsPanel {
        title: format!("{} simulated", asked.name(simulated)),
        bars: of(simulated).map(bar).collect(),
    };
    Plot::Rows(Rows {
        x: "verdicts that decide, % of simulated histories, with 95 % intervals".into(),
        names: of(0).map(name).collect(),
        columns: 2,
        key: vec![Key::new("decided", Swatch::Higher), Key::new("of which wrong", Swatch::Lower)],
        shared: true,
        panels: (0..asked.theories.len()).map(panel).collect(),
    })
}
