//! The hindcast on the terminal: adoptions and tiers by state, then the episodes.

use super::numbers::{ends, interval, percentage, plain, signed};
use super::page::Page;
use super::table::Table;
use suasion::estimate::Interval;
use suasion::experiment::hindcast::{Adoption, Beside, EpisodeCourse, Hindcast, Tiers, WindowCourse};

/// The whole section.
pub(super) fn say(page: &mut Page, hindcast: &Hindcast) {
    let n = hindcast.replicates;
    page.say(format!("hindcast: the record beside {n} replicates, which are told nothing of it"));
    let first = hindcast.states.first();
    for (k, adoption) in first.iter().flat_map(|state| &state.adoptions).enumerate() {
        let last = format!("not by {}", hindcast.last);
        let heads = ["on record", "median", "90% of replicates", &last];
        let mut table = Table::of(&adoption.instrument).numbers(heads);
        for state in &hindcast.states {
            state.adoptions.get(k).iter().for_each(|of| table.row(adopted(hindcast, &state.state, of)));
        }
        page.say("");
        page.table(table);
    }
    for (k, Tiers { regime, .. }) in first.iter().flat_map(|state| &state.tiers).enumerate() {
        page.say(format!(
            "\ngrades by {regime}: on record, simulated most often, and % of replicates with the grade on record"
        ));
        let of = hindcast.states.iter().filter_map(|s| Some((s.state.as_str(), s.tiers.get(k)?)));
        page.table(courses(of.collect()));
    }
    hindcast.episodes.iter().for_each(|episode| say_episode(page, hindcast, episode));
}

/// A year of an adoption, which may be before or after the run.
fn year(hindcast: &Hindcast, year: Option<i32>) -> String {
    match year {
        None => format!("after {}", hindcast.last),
        Some(year) if year < hindcast.first => format!("before {}", hindcast.first),
        Some(year) => year.to_string(),
    }
}

fn adopted(hindcast: &Hindcast, state: &str, adoption: &Adoption) -> [String; 5] {
    let [low, median, high] = adoption.simulated.map(|at| year(hindcast, at));
    [
        state.to_string(),
        adoption.record.map_or("-".into(), |date| format!("{:.0}", date.floor())),
        median,
        ends([low, high], |year| year),
        percentage(adoption.not_by_the_end),
    ]
}

/// Three rows for each state, years side by side: the record, the simulation, and how often it gives the record.
fn courses(all: Vec<(&str, &Tiers)>) -> Table {
    let Some((_, first)) = all.first() else { return Table::default() };
    let years = first.shares.len();
    let year = |y: usize| format!("{:02}", (first.first + y as i32).rem_euclid(100));
    let mut table = Table::of("").key("").numbers((0..years).map(year)).numbers(["mean"]);
    for (state, tiers) in all {
        let mut row = |state: &str, what: &str, of: &dyn Fn(usize) -> String, mean: Option<f64>| {
            let mean = mean.map_or_else(String::new, |mean| format!("{:.0}", 100.0 * mean));
            let names = [state.to_string(), what.to_string()];
            table.row(names.into_iter().chain((0..years).map(of)).chain([mean]));
        };
        row(state, "record", &|y| tiers.record[y].as_deref().unwrap_or("-").to_string(), None);
        row("", "simulated", &|y| tiers.most[y].clone(), None);
        let share = |y: usize| {
            let grade = tiers.record[y].as_ref().and_then(|tier| tiers.codes.iter().position(|t| t == tier));
            grade.map_or("-".into(), |grade| format!("{:.0}", 100.0 * tiers.shares[y][grade]))
        };
        row("", "%", &share, tiers.of_record);
    }
    table
}

/// An episode: what happened, and what the simulation gives.
fn say_episode(page: &mut Page, hindcast: &Hindcast, episode: &EpisodeCourse) {
    let years = if episode.from == episode.until {
        episode.from.to_string()
    } else {
        format!("{}-{}", episode.from, episode.until)
    };
    page.say(format!("\n{}, {years}", episode.title));
    for words in [&episode.note, &episode.source].into_iter().flatten() {
        page.say(format!("  {}", words.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    for k in 0..episode.states.first().map_or(0, |state| state.tiers.len()) {
        let of = episode.states.iter().filter_map(|s| Some((s.state.as_str(), s.tiers.get(k)?)));
        page.table(courses(of.collect()));
    }
    episode.states.iter().for_each(|window| say_window(page, hindcast, episode, window));
}

fn say_window(page: &mut Page, hindcast: &Hindcast, episode: &EpisodeCourse, window: &WindowCourse) {
    for adoption in &window.adoptions {
        let record = match adoption.record.map(|date| date.floor() as i32) {
            None => "not on record".to_string(),
            Some(year) if year < episode.from => format!("before on record, {year}"),
            Some(year) if year > episode.until => format!("later on record, {year}"),
            Some(year) => format!("{year} on record"),
        };
        page.say(format!(
            "{} {}: {record}; of replicates {} adopt it in these years, {} before",
            window.state,
            adoption.instrument,
            percentage(adoption.within),
            percentage(adoption.before)
        ));
    }
    let changes = window.changes.iter().map(|change| {
        let ends = ends([change.q05, change.q95], signed);
        format!("{} {} {ends}", change.variable, signed(change.mean))
    });
    let changes = changes.collect::<Vec<_>>().join(", ");
    page.say(format!("{} changes by (90% of replicates): {changes}", window.state));
    let mut names: Vec<&str> = window.beside.iter().map(|beside| beside.counterfactual.as_str()).collect();
    names.dedup();
    for name in names {
        let until = episode.until.min(hindcast.last);
        page.say(format!("{} beside {name}, end of {until}", window.state));
        let heads = ["scenario", name, "difference", "95% interval", "reversed"];
        let mut table = Table::of("  outcome").numbers(heads);
        let of = window.beside.iter().filter(|beside| beside.counterfactual == name);
        of.for_each(|beside| table.row(difference(beside)));
        page.table(table);
    }
}

fn difference(beside: &Beside) -> [String; 6] {
    let of = beside.ci_low.zip(beside.ci_high).map(|(low, high)| Interval { low, high });
    [
        format!("  {}", beside.outcome),
        plain(beside.base),
        plain(beside.other),
        signed(beside.difference),
        interval(of, signed),
        percentage(beside.reversed),
    ]
}
