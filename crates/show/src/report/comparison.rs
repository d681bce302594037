//! Figures of a comparison: paired differences over time, each arm's means, adoption in each arm.

use super::figure::{Data, Figure, cell, cell_or_empty, count, listed};
use super::folder::Folder;
use super::numbers::{Arms3, Numbers, of_differences, of_free};
use super::places::{MEAN, Places, everyone};
use super::trajectories::{SHOWN, named, over_years};
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch};
use suasion::experiment::comparison::Luck;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::{Measure, Target, targets};
use suasion::model::variable::Variable;

pub(super) fn arm_keys(folder: &Folder, first: usize) -> Vec<Key> {
    let arms = folder.arms.iter().enumerate();
    arms.map(|(a, arm)| Key::new(&arm.name, Swatch::Line(a + first))).collect()
}

pub(super) fn titles(folder: &Folder) -> String {
    let titled = folder.arms.iter().filter(|arm| !arm.title.is_empty());
    let said: Vec<String> = titled.map(|arm| format!("{}: {}", arm.name, arm.title)).collect();
    if said.is_empty() { String::new() } else { format!(" {}.", said.join("; ")) }
}

/// Paired differences of the main variables, counterfactual less baseline.
pub(super) fn differences(folder: &Folder, places: &Places) -> Result<Vec<Figure>, ExperimentError> {
    let numbers = of_differences(folder, &places.all)?;
    let free = of_free(folder, &places.all)?;
    let there = |v: &Variable| numbers.iter().any(|arm| arm[2].has(v.describe().0));
    let figure = |v| difference(folder, places, (&numbers, &free), v);
    Ok(SHOWN.into_iter().filter(there).map(figure).collect())
}

fn difference(
    folder: &Folder,
    places: &Places,
    (numbers, free): (&[Arms3], &[Arms3]),
    variable: Variable,
) -> Figure {
    let ((title, unit), name) = (named(variable), variable.describe().0);
    let years: Vec<i32> = folder.years().collect();
    let mut columns = vec![
        "counterfactual",
        "place",
        "year",
        "variable",
        "baseline",
        "counterfactual_mean",
        "difference",
        "ci_low",
        "ci_high",
    ];
    columns.extend((!free.is_empty()).then_some("free_difference"));
    let mut data = Data::new(&columns);
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for (p, place) in places.all.iter().enumerate() {
        let mut layers = Vec::new();
        for (a, (arm, [base, other, difference])) in folder.arms.iter().zip(numbers).enumerate() {
            let (mut band, mut line, mut in_free) = (Vec::new(), Vec::new(), Vec::new());
            for (row, year) in years.iter().enumerate() {
                let Some(stat) = difference.get(name, p, row) else { continue };
                let x = f64::from(*year);
                // Of several states, the spread between them is no interval.
                let interval = stat.wide.filter(|_| place.state().is_some() || place.id == MEAN);
                band.extend(interval.map(|(low, high)| (x, low, high)));
                line.push((x, stat.mean));
                let mut cells = vec![
                    arm.name.clone(),
                    place.id.clone(),
                    year.to_string(),
                    name.into(),
                    cell(base.mean(name, p, row)),
                    cell(other.mean(name, p, row)),
                    cell(stat.mean),
                    cell_or_empty(interval.map(|i| i.0)),
                    cell_or_empty(interval.map(|i| i.1)),
                ];
                if let Some([.., free]) = free.get(a) {
                    let mean = free.get(name, p, row).map(|stat| stat.mean);
                    in_free.extend(mean.map(|mean| (x, mean)));
                    cells.push(cell_or_empty(mean));
                }
                data.rows.push(cells);
            }
            if let Some((_, end)) = line.last() {
                let beside = in_free.last().map(|(_, free)| format!(" (free {free:+.3})"));
                said.push(format!("{}, {} {end:+.3}{}", place.name, arm.name, beside.unwrap_or_default()));
            }
            if !in_free.is_empty() {
                layers.push(Layer::Line { points: in_free, style: a + folder.arms.len() });
            }
            if !band.is_empty() {
                layers.push(Layer::Band { points: band, style: a, strength: 0.22 });
            }
            layers.push(Layer::Line { points: line, style: a });
        }
        panels.push(Panel { title: place.name.clone(), own: None, layers });
    }
    let bands = if folder.has_intervals() {
        " Bands: intervals of the mean, at the level that was asked for."
    } else {
        ""
    };
    let mut key = arm_keys(folder, 0);
    let mut luck = "on the same luck";
    if let Some((_, given)) = folder.given() {
        luck = if given == Luck::Fresh.name() {
            "in the history, with luck that regimes and instruments draw anew in the counterfactual"
        } else {
            "in the history, on the same luck"
        };
    }
    let beside = if free.is_empty() { "" } else { " Beside them the differences of free runs." };
    for (a, arm) in folder.arms.iter().enumerate().take(free.len()) {
        key.push(Key::new(format!("{}, free runs", arm.name), Swatch::Line(a + folder.arms.len())));
    }
    Figure {
        name: format!("differences-{name}"),
        title: format!("Differences of {name}"),
        caption: format!(
            "{title}, counterfactual less baseline ({unit}), at the end of each year: means over replicates that are paired, {luck}.{bands}{beside}{}",
            titles(folder)
        ),
        description: format!(
            "{}. At the end of {}: {}",
            count(panels.len(), "panel"),
            folder.scenario.world.clock.end - 1,
            listed(&said)
        ),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples::over_years(
            format!("difference of {name} ({unit})"),
            Scale::Found,
            key,
            panels,
        )),
        data,
    }
}

/// Means of the main variables in each arm.
pub(super) fn trajectories(folder: &Folder, places: &Places) -> Result<Vec<Figure>, ExperimentError> {
    let numbers = of_differences(folder, &places.all)?;
    let there = |v: &Variable| numbers.iter().any(|arm| arm[0].has(v.describe().0));
    let years: Vec<i32> = folder.years().collect();
    let figure = |variable: Variable| {
        let ((title, unit), name) = (named(variable), variable.describe().0);
        let mut data = Data::new(&["place", "arm", "year", "variable", "mean"]);
        let (mut panels, mut said) = (Vec::new(), Vec::new());
        for (p, place) in places.all.iter().enumerate() {
            let mut lines = Vec::new();
            let base = numbers.first().map(|arm| ("baseline", &arm[0]));
            let others = folder.arms.iter().zip(&numbers).map(|(arm, of)| (arm.name.as_str(), &of[1]));
            for (style, (arm, of)) in base.into_iter().chain(others).enumerate() {
                let mut points = Vec::new();
                for (row, year) in years.iter().enumerate() {
                    let Some(stat) = of.get(name, p, row) else { continue };
                    points.push((f64::from(*year), stat.mean));
                    let row = [&place.id, arm, &year.to_string(), name, &cell(stat.mean)];
                    data.rows.push(row.map(str::to_string).to_vec());
                }
                if let Some((_, end)) = points.last() {
                    said.push(format!("{}, {arm} {end:.2}", place.name));
                }
                lines.push(Layer::Line { points, style });
            }
            panels.push(Panel { title: place.name.clone(), own: None, layers: lines });
        }
        let mut key = vec![Key::new("baseline", Swatch::Line(0))];
        key.extend(arm_keys(folder, 1));
        Figure {
            name: format!("trajectories-{name}"),
            title: format!("{title} in each arm"),
            caption: format!(
                "{title} ({}), in {unit}, at the end of each year, in the baseline and the counterfactuals: means over replicates.{}",
                variable.describe().2,
                titles(folder)
            ),
            description: format!("{}. At the end: {}", count(panels.len(), "panel"), listed(&said)),
            notes: Vec::new(),
            plot: over_years(variable, key, panels),
            data,
        }
    };
    Ok(SHOWN.into_iter().filter(there).map(figure).collect())
}

/// A target in words.
pub(super) fn told(target: Target, folder: &Folder) -> String {
    let verb = if matches!(target, Target::Adoption(_)) { "adopted" } else { "reached" };
    format!("{} {verb}", target.words(&folder.scenario.world))
}

/// Adoption of instruments and phases reached, as the mean over states, in each arm.
pub(super) fn adoption(folder: &Folder) -> Result<Figure, ExperimentError> {
    let numbers = of_differences(folder, &[everyone(&folder.scenario)])?;
    let world = &folder.scenario.world;
    let years = || folder.years().enumerate();
    let line = |of: &Numbers, name: &str| -> Vec<(f64, f64)> {
        years().filter_map(|(row, year)| Some((f64::from(year), of.get(name, 0, row)?.mean))).collect()
    };
    // A target, and its probability over the years in each arm.
    let reached = |target: Target| {
        let name = Measure::Reached(target).name(world);
        let others = numbers.iter().map(|arm| line(&arm[1], &name));
        let base = numbers.iter().map(|arm| line(&arm[0], &name)).find(|line| !line.is_empty());
        (target, base.into_iter().chain(others).collect::<Vec<_>>())
    };
    let targets = targets(world).into_iter().map(reached).filter(|(_, lines)| lines.len() > numbers.len());
    let arm = |a: usize| if a == 0 { "baseline" } else { folder.arms[a - 1].name.as_str() };
    let mut data = Data::new(&["target", "arm", "year", "probability"]);
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for (target, lines) in targets {
        let name = told(target, folder);
        let mut ends = Vec::new();
        for (a, line) in lines.iter().enumerate() {
            for (x, y) in line {
                data.rows.push(vec![target.name(world), arm(a).into(), format!("{x:.0}"), cell(*y)]);
            }
            ends.extend(line.last().map(|(_, y)| format!("{} {y:.2}", arm(a))));
        }
        said.push(format!("{name}: {}", ends.join(", ")));
        let layers = lines.into_iter().enumerate().map(|(style, points)| Layer::Line { points, style });
        panels.push(Panel { title: name, own: None, layers: layers.collect() });
    }
    let mut key = vec![Key::new("baseline", Swatch::Line(0))];
    key.extend(arm_keys(folder, 1));
    Ok(Figure {
        name: "adoption".into(),
        title: "Adoption, and phases reached, in each arm".into(),
        caption: format!(
            "Probability (0-1) that a state has adopted an instrument, or has reached a spiral phase for the first time, by the end of each year: mean over the states in both arms and over replicates.{}",
            titles(folder)
        ),
        description: format!("{}. By the end: {}", count(panels.len(), "panel"), listed(&said)),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples::over_years(
            "probability (0-1)".into(),
            Scale::Between(0.0, 1.0),
            key,
            panels,
        )),
        data,
    })
}
