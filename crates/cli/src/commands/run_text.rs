//! What `run` says of its states: a row for each, motivation as a sparkline.

use super::numbers::{interval, percentage};
use super::page::Page;
use super::shared::LEVEL;
use super::table::Table;
use suasion::estimate::Level;
use suasion::model::variable::{Variable, VariableKind};
use suasion::output::summary::Summary;
use suasion::scenario::Scenario;
use suasion_show::sparkline::sparkline;

/// States beyond this number are not printed.
const MOST_ROWS: usize = 40;

/// Means over replicates at the end, with the course of motivation.
pub(super) fn say(page: &mut Page, scenario: &Scenario, summary: &Summary) {
    let world = &scenario.world;
    let last = summary.rows() - 1;
    // One replicate has no interval.
    let (level, size) = (Level::new(LEVEL), summary.size(Variable::Motivation));
    let several = summary.replicates() > 1;
    let kept: Vec<Variable> = summary.kept().collect();
    let has = |variable: Variable| kept.contains(&variable);
    // Where not all are kept, whatever is a number of those that are.
    let numbers: Vec<Variable> = if kept.len() == Variable::all(world).len() {
        vec![Variable::Protection, Variable::Enforcement, Variable::Phase]
    } else {
        let is_number = |v: &Variable| {
            *v == Variable::Phase || !matches!(v.kind(), VariableKind::Code | VariableKind::Flag)
        };
        kept.iter().copied().filter(|v| *v != Variable::Motivation && is_number(v)).collect()
    };
    let instruments: Vec<usize> =
        (0..world.instruments.len()).filter(|j| has(Variable::Adopted(*j))).collect();
    let ratings: Vec<usize> = (0..world.ratings.len()).filter(|g| has(Variable::Tier(*g))).collect();
    let mut table = Table::of("state");
    if has(Variable::Motivation) {
        table = table.drawing("motivation").numbers(["start", "end"]).numbers(several.then_some("interval"));
    }
    let names: Vec<String> = numbers.iter().map(|variable| variable.name(world)).collect();
    let mut table = table
        .numbers(names.iter().map(String::as_str))
        .numbers(instruments.iter().map(|j| world.instruments[*j].id.as_str()))
        .numbers(ratings.iter().map(|g| format!("tier {}", world.ratings[*g].id)));
    for i in 0..world.states.len().min(MOST_ROWS) {
        let mean = |row, v| summary.mean(i, row, v).unwrap_or(f64::NAN);
        let mut row = vec![scenario.names[i].clone()];
        if has(Variable::Motivation) {
            let course: Vec<f64> = (0..=last).map(|row| mean(row, Variable::Motivation)).collect();
            row.push(sparkline(&course, 0.0, 1.0));
            row.extend([0, last].map(|row| format!("{:.2}", mean(row, Variable::Motivation))));
            let end = summary.estimate((i, last), (Variable::Motivation, None), size, &level);
            row.extend(several.then(|| interval(end.and_then(|end| end.interval), |x| format!("{x:.3}"))));
        }
        row.extend(numbers.iter().map(|v| format!("{:.2}", mean(last, *v))));
        for j in &instruments {
            row.push(percentage(summary.share(i, last, Variable::Adopted(*j), 1).unwrap_or(0.0)));
        }
        for g in &ratings {
            let share = |tier: usize| summary.share(i, last, Variable::Tier(*g), tier).unwrap_or(0.0);
            let rating = &world.ratings[*g];
            let codes = 0..=rating.grades.len();
            let most = codes.max_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap_or(0);
            row.push(format!("{} ({})", rating.grade(most), percentage(share(most))));
        }
        table.row(row);
    }
    page.table(table);
    if world.states.len() > MOST_ROWS {
        page.say(format!("... and {} more states, in the table `summary`", world.states.len() - MOST_ROWS));
    }
    let interval =
        if several && has(Variable::Motivation) { ", motivation with a 95 % interval" } else { "" };
    let codes = if kept.len() == Variable::all(world).len() {
        "; phase 0-4; adopted, most frequent tier: shares"
    } else {
        "; of these alone tables were kept"
    };
    page.say(format!(
        "means over {} replicates at the end of {}{interval}{codes}",
        summary.replicates(),
        world.clock.end - 1,
    ));
}
