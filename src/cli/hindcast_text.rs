//! The hindcast on the terminal: adoptions and tiers by state, then the episodes.

use super::explain::interval;
use super::table::{aligned, number};
use crate::estimate::Interval;
use crate::experiment::hindcast::{Adoption, Beside, EpisodeCourse, Hindcast, Tiers, WindowCourse};
use crate::model::world::TIERS;
use std::fmt::Write;

/// Years side by side, at most.
const YEARS: usize = 20;
/// Width of a line of prose.
const WIDTH: usize = 100;

/// The whole section.
pub(super) fn text(hindcast: &Hindcast) -> String {
    let mut out = format!(
        "hindcast: the record beside {} replicates, which are told nothing of it\n",
        hindcast.replicates
    );
    let of =
        |k: usize| hindcast.states.iter().filter_map(move |state| Some((state, state.adoptions.get(k)?)));
    for k in 0..hindcast.states.first().map_or(0, |state| state.adoptions.len()) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (state, adoption) in of(k) {
            if rows.is_empty() {
                let last = format!("not by {}", hindcast.last);
                let header = [&adoption.instrument, "", "on record", "median", "90% of replicates", &last];
                rows.push(header.map(String::from).to_vec());
            }
            rows.push(adopted(hindcast, &state.state, adoption));
        }
        let _ = write!(out, "\n{}", aligned(&rows));
    }
    for k in 0..hindcast.states.first().map_or(0, |state| state.tiers.len()) {
        let all: Vec<(&str, &Tiers)> =
            hindcast.states.iter().filter_map(|s| Some((s.state.as_str(), s.tiers.get(k)?))).collect();
        let regime = all.first().map_or("", |(_, tiers)| tiers.regime.as_str());
        let _ = write!(
            out,
            "\ntiers by {regime}: on record, simulated most often, and % of replicates with the tier on record\n"
        );
        out.push_str(&courses(&all));
    }
    for episode in &hindcast.episodes {
        out.push_str(&told(hindcast, episode));
    }
    out
}

/// A year of an adoption, which may be before or after the run.
fn year(hindcast: &Hindcast, year: Option<i32>) -> String {
    match year {
        None => format!("after {}", hindcast.last),
        Some(year) if year < hindcast.first => format!("before {}", hindcast.first),
        Some(year) => year.to_string(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

fn adopted(hindcast: &Hindcast, state: &str, adoption: &Adoption) -> Vec<String> {
    let [low, median, high] = adoption.simulated.map(|at| year(hindcast, at));
    vec![
        state.to_string(),
        String::new(),
        adoption.record.map_or("-".into(), |date| format!("{:.0}", date.floor())),
        median,
        format!("{low} to {high}"),
        percent(adoption.not_by_the_end),
    ]
}

/// Three rows for each state: the record, the simulation, and how often it gives the record. Years side by side, in
/// several tables where they are many.
fn courses(all: &[(&str, &Tiers)]) -> String {
    let years = all.iter().map(|(_, tiers)| tiers.shares.len()).max().unwrap_or(0);
    let mut out = String::new();
    for from in (0..years).step_by(YEARS) {
        let until = (from + YEARS).min(years);
        let is_last = until == years;
        let mut rows = Vec::new();
        for (state, tiers) in all {
            if rows.is_empty() {
                let year = |y: usize| format!("{:02}", (tiers.first + y as i32).rem_euclid(100));
                rows.push(row("", "", (from..until).map(year), if is_last { "mean" } else { "" }.into()));
            }
            let cells = |of: &dyn Fn(usize) -> String| (from..until).map(of).collect::<Vec<_>>();
            let record = cells(&|y| tiers.record[y].unwrap_or("-").to_string());
            let most = cells(&|y| tiers.most[y].to_string());
            let share = cells(&|y| {
                let grade = tiers.record[y].and_then(|tier| TIERS.iter().position(|t| *t == tier));
                grade.map_or("-".into(), |grade| format!("{:.0}", 100.0 * tiers.shares[y][grade]))
            });
            let mean =
                tiers.of_record.filter(|_| is_last).map_or(String::new(), |x| format!("{:.0}", 100.0 * x));
            rows.push(row(state, "record", record.into_iter(), String::new()));
            rows.push(row("", "simulated", most.into_iter(), String::new()));
            rows.push(row("", "%", share.into_iter(), mean));
        }
        out.push_str(&aligned(&rows));
    }
    out
}

fn row(state: &str, what: &str, cells: impl Iterator<Item = String>, last: String) -> Vec<String> {
    let mut row = vec![state.to_string(), what.to_string()];
    row.extend(cells);
    row.push(last);
    row
}

/// An episode: what happened, and what the simulation gives.
fn told(hindcast: &Hindcast, episode: &EpisodeCourse) -> String {
    let years = if episode.from == episode.until {
        episode.from.to_string()
    } else {
        format!("{}-{}", episode.from, episode.until)
    };
    let mut out = format!("\n{}, {years}\n", episode.title);
    for words in [&episode.note, &episode.source].into_iter().flatten() {
        out.push_str(&wrapped(words));
    }
    let regimes = episode.states.first().map_or(0, |state| state.tiers.len());
    for k in 0..regimes {
        let all: Vec<(&str, &Tiers)> =
            episode.states.iter().filter_map(|s| Some((s.state.as_str(), s.tiers.get(k)?))).collect();
        out.push_str(&courses(&all));
    }
    for window in &episode.states {
        out.push_str(&window_text(hindcast, episode, window));
    }
    out
}

fn window_text(hindcast: &Hindcast, episode: &EpisodeCourse, window: &WindowCourse) -> String {
    let mut out = String::new();
    for adoption in &window.adoptions {
        let record = match adoption.record.map(|date| date.floor() as i32) {
            None => "not on record".to_string(),
            Some(year) if year < episode.from => format!("before on record, {year}"),
            Some(year) if year > episode.until => format!("later on record, {year}"),
            Some(year) => format!("{year} on record"),
        };
        let _ = writeln!(
            out,
            "{} {}: {record}; of replicates {} adopt it in these years, {} before",
            window.state,
            adoption.instrument,
            percent(adoption.within),
            percent(adoption.before)
        );
    }
    let changes = window.changes.iter().map(|change| {
        let [mean, low, high] = [change.mean, change.q05, change.q95].map(|x| number(x, true));
        format!("{} {mean} [{low}, {high}]", change.variable)
    });
    let changes = changes.collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "{} changes by (90% of replicates): {changes}", window.state);
    let mut names: Vec<&str> = window.beside.iter().map(|beside| beside.counterfactual.as_str()).collect();
    names.dedup();
    for name in names {
        let header = [
            &format!("{} beside {name}, end of {}", window.state, episode.until.min(hindcast.last)),
            "",
            "scenario",
            name,
            "difference",
            "95% interval",
            "reversed",
        ];
        let mut rows = vec![header.map(String::from).to_vec()];
        rows.extend(window.beside.iter().filter(|b| b.counterfactual == name).map(difference));
        out.push_str(&aligned(&rows));
    }
    out
}

fn difference(beside: &Beside) -> Vec<String> {
    let (base, other) = (number(beside.base, false), number(beside.other, false));
    let ends = beside.ci_low.zip(beside.ci_high);
    let interval = ends.map_or_else(String::new, |(low, high)| interval(Interval { low, high }));
    vec![
        format!("  {}", beside.outcome),
        String::new(),
        base,
        other,
        number(beside.difference, true),
        interval,
        percent(beside.reversed),
    ]
}

/// Prose in lines of a bearable length, a little to the right.
fn wrapped(text: &str) -> String {
    let (mut out, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "  {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "  {line}");
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn prose_is_cut_between_words_and_none_is_lost() {
        let text = "word ".repeat(60);
        let lines = wrapped(&text);
        assert!(lines.lines().all(|line| line.chars().count() <= 102) && lines.lines().count() == 3);
        assert_eq!(lines.split_whitespace().count(), 60);
        assert_eq!(wrapped("one"), "  one\n");
    }
}
