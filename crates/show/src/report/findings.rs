//! What a report opens with: a sentence, and a table of what came out at the end. Everything in it is read from the folder's tables.

use super::comparison::told;
use super::crowding;
use super::figure::count;
use super::folder::Folder;
use super::numbers::{Numbers, of_differences, of_explanation, of_summary};
use super::places::{Places, everyone};
use super::trajectories::{SHOWN, shown};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::{Measure, targets};
use suasion::model::variable::Variable;

/// What came out, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The answer in a sentence or a few.
    pub sentence: String,
    /// Heads of the table's columns.
    pub columns: Vec<String>,
    /// Its rows; none where a sentence is enough.
    pub rows: Vec<Vec<String>>,
}

fn number(x: f64) -> String {
    format!("{x:.2}")
}

fn signed(x: f64) -> String {
    format!("{x:+.3}")
}

/// Of whom the means are.
fn whose(folder: &Folder) -> String {
    match &folder.scenario.names[..] {
        [name] => format!("in {name}"),
        names => format!("on average over {}", count(names.len(), "state")),
    }
}

/// How much of something there is more or less, from a difference and its interval.
fn changed(what: &str, difference: f64, interval: Option<(f64, f64)>) -> String {
    let way = if difference < 0.0 { "lower" } else { "higher" };
    match interval {
        Some((low, high)) if low <= 0.0 && high >= 0.0 => {
            format!("{what} is not told from the baseline's ({difference:+.3}, from {low:+.3} to {high:+.3})")
        }
        Some((low, high)) => {
            format!("{what} is {:.3} {way} (from {low:+.3} to {high:+.3})", difference.abs())
        }
        None => format!("{what} is {:.3} {way} (in one replicate)", difference.abs()),
    }
}

/// The main variables and adoptions of a run at its start and its end.
pub(super) fn of_run(folder: &Folder) -> Result<Findings, ExperimentError> {
    let scenario = &folder.scenario;
    let numbers = of_summary(folder, &Places { all: vec![everyone(scenario)], left_out: None })?;
    let (last, end) = (numbers.rows() - 1, scenario.world.clock.end - 1);
    let main = shown(folder).into_iter().map(|v| v.name(&scenario.world));
    let main = main.map(|name| (name.clone(), format!("{name} ({})", folder.units([&*name]))));
    let adopted = scenario.world.instruments.iter().enumerate().map(|(j, instrument)| {
        let words = format!("{} adopted (share of states)", instrument.id);
        (Variable::Adopted(j).name(&scenario.world), words)
    });
    let mut rows = Vec::new();
    let mut first_name = None;
    for (name, words) in main.chain(adopted) {
        let (Some(first), Some(at_end)) = (numbers.get(&name, 0, 0), numbers.get(&name, 0, last)) else {
            continue;
        };
        let (low, high) = at_end.wide.unwrap_or((at_end.mean, at_end.mean));
        first_name.get_or_insert(name);
        rows.push(vec![words, number(first.mean), number(at_end.mean), number(low), number(high)]);
    }
    // An instrument comes first where no number was kept.
    let of = first_name.map_or_else(String::new, |name| match name.strip_prefix("adopted_") {
        Some(instrument) => format!("adoption of {instrument}"),
        None => name.replace('_', " "),
    });
    let sentence = rows.first().map_or_else(String::new, |row| {
        let spread = match scenario.world.states.len() {
            1 => String::new(),
            _ => format!(", from {} in the lowest to {} in the highest", row[3], row[4]),
        };
        format!("At the end of {end} {of} is {} {}{spread}; it began at {}.", row[2], whose(folder), row[1])
    });
    let start = folder.years().start;
    let columns = [
        "mean over states".to_string(),
        format!("end of {start}"),
        format!("end of {end}"),
        "lowest state".into(),
        "highest state".into(),
    ];
    Ok(Findings { sentence, columns: columns.into(), rows })
}

/// What each counterfactual changes at the end, on average over states.
pub(super) fn of_comparison(folder: &Folder) -> Result<Findings, ExperimentError> {
    let scenario = &folder.scenario;
    let all = of_differences(folder, &[everyone(scenario)])?;
    let end = scenario.world.clock.end - 1;
    let main = SHOWN.map(|v| v.name(&scenario.world));
    let main = main.map(|name| (name.clone(), format!("{name} ({})", folder.units([&*name]))));
    let reached = targets(&scenario.world).into_iter().map(|target| {
        (
            Measure::Reached(target).name(&scenario.world),
            format!("{} (share of states)", told(target, folder)),
        )
    });
    let outcomes: Vec<(String, String)> = main.into_iter().chain(reached).collect();
    let (mut rows, mut said) = (Vec::new(), Vec::new());
    for (arm, [base, other, difference]) in folder.arms.iter().zip(&all) {
        let last = difference.rows() - 1;
        let mut changes = Vec::new();
        for (k, (name, words)) in outcomes.iter().enumerate() {
            let Some(stat) = difference.get(name, 0, last) else { continue };
            let interval = stat.wide.filter(|_| folder.has_intervals());
            if k < SHOWN.len() {
                changes.push(changed(name, stat.mean, interval));
            }
            let told = interval.map_or_else(String::new, |(low, high)| format!("{low:+.3} to {high:+.3}"));
            rows.push(vec![
                arm.name.clone(),
                words.clone(),
                number(base.mean(name, 0, last)),
                number(other.mean(name, 0, last)),
                signed(stat.mean),
                told,
            ]);
        }
        said.push(format!(
            "{} beside the baseline at the end of {end}, {}: {}.",
            arm.name,
            whose(folder),
            changes.join("; ")
        ));
        said.extend(crowding::in_short(folder, &arm.name)?);
    }
    let mut columns: Vec<String> =
        ["counterfactual", "mean over states", "baseline", "counterfactual", "difference", "interval"]
            .map(String::from)
            .into();
    // A column that says the same in every row, or nothing, is left out.
    for (column, left_out) in [(5, !folder.has_intervals()), (0, folder.arms.len() == 1)] {
        if left_out {
            drop(columns.remove(column));
            for row in &mut rows {
                drop(row.remove(column));
            }
        }
    }
    Ok(Findings { sentence: said.join(" "), columns, rows })
}

/// How motivation moved in the places of an explanation.
pub(super) fn of_explained(folder: &Folder, places: &Places) -> Result<Findings, ExperimentError> {
    let numbers: Numbers = of_explanation(folder, places)?;
    let name = Variable::Motivation.describe().0;
    let (start, end) = (folder.years().start, folder.scenario.world.clock.end - 1);
    let (mut rows, mut most) = (Vec::new(), (0.0, String::new()));
    for (p, place) in places.all.iter().enumerate() {
        let at = |row: usize| numbers.get(name, p, row).map(|stat| stat.mean);
        let (Some(from), Some(to)) = (at(0), at(numbers.rows() - 1)) else { continue };
        let change = to - from;
        if change.abs() >= most.0 {
            most = (change.abs(), format!("{}: from {from:.2} to {to:.2}", place.name));
        }
        rows.push(vec![place.name.clone(), number(from), number(to), signed(change)]);
    }
    let sentence = match rows.len() {
        0 => String::new(),
        1 => format!("Motivation by the end of {end} in {}.", most.1),
        _ => format!("From the end of {start} to that of {end} motivation moves most in {}.", most.1),
    };
    let columns =
        ["motivation (0-1)".into(), format!("end of {start}"), format!("end of {end}"), "change".into()];
    Ok(Findings { sentence, columns: columns.into(), rows })
}
