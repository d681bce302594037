//! Figures of variables over time: small multiples with intervals, and every state of a large world at once.

use super::figure::{Data, Figure, cell, cell_or_empty, count, listed};
use super::folder::{Folder, Kind};
use super::numbers::{self, Numbers, Stat};
use super::places::{MEAN, Place, Places};
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch};
use suasion::experiment::error::ExperimentError;
use suasion::model::variable::{Variable, VariableKind};

/// States of a large world that are shown at once.
const MOST_AT_ONCE: usize = 240;
/// States beyond which there is such a picture.
const FEW: usize = 20;

/// The variables shown, each in a figure.
pub(super) const SHOWN: [Variable; 3] = [Variable::Motivation, Variable::Protection, Variable::Enforcement];

/// What is shown of a folder, each in a figure: the three of every scenario, what this one declares, and what the run was asked to keep.
pub(super) fn shown(folder: &Folder) -> Vec<Variable> {
    let world = &folder.scenario.world;
    let kept = folder.manifest.job.as_ref().and_then(|job| job.options.get("kept")?.as_array());
    let is_kept = |variable: &Variable| {
        let name = variable.name(world);
        kept.is_some_and(|kept| kept.iter().any(|of| of.as_str() == Some(&name)))
    };
    let is_code = |v: &Variable| matches!(v.kind(), VariableKind::Code | VariableKind::Flag);
    let is_own = |v: &Variable| matches!(v, Variable::Own(_) | Variable::OwnNumber(_));
    let mut all = Variable::all(world);
    all.retain(|v| !SHOWN.contains(v) && (is_own(v) || is_kept(v) && !is_code(v)));
    SHOWN.into_iter().chain(all).collect()
}

/// With a capital.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Title and unit of a variable: `Motivation`, `0-1`.
pub(super) fn named(variable: Variable) -> (String, &'static str) {
    let (name, unit, _) = variable.describe();
    (capital(name), unit)
}

/// Panels of a variable over the ends of years, on the scale of its unit.
pub(super) fn over_years(variable: Variable, key: Vec<Key>, panels: Vec<Panel>) -> Plot {
    let (name, unit, _) = variable.describe();
    over_years_of(name, unit, key, panels)
}

fn over_years_of(name: &str, unit: &str, key: Vec<Key>, panels: Vec<Panel>) -> Plot {
    let scale = if unit == "0-1" { Scale::Between(0.0, 1.0) } else { Scale::Found };
    Plot::Multiples(Multiples::over_years(format!("{name} ({unit})"), scale, key, panels))
}

/// A figure for each of the variables that are there.
pub(super) fn figures(folder: &Folder, places: &Places, numbers: &Numbers) -> Vec<Figure> {
    let world = &folder.scenario.world;
    let there = shown(folder).into_iter().filter(|variable| numbers.has(&variable.name(world)));
    there.map(|variable| figure(folder, places, numbers, variable)).collect()
}

fn layers(series: &[(f64, Stat)]) -> Vec<Layer> {
    let band = |of: fn(&Stat) -> Option<(f64, f64)>, strength: f64| {
        let points: Vec<_> =
            series.iter().filter_map(|(x, stat)| of(stat).map(|(low, high)| (*x, low, high))).collect();
        (!points.is_empty()).then_some(Layer::Band { points, style: 0, strength })
    };
    let line = Layer::Line { points: series.iter().map(|(x, stat)| (*x, stat.mean)).collect(), style: 0 };
    [band(|s| s.wide, 0.14), band(|s| s.narrow, 0.22), Some(line)].into_iter().flatten().collect()
}

/// What the bands of a folder's panels are.
fn bands(folder: &Folder, places: &[Place]) -> (Vec<Key>, String) {
    let mut key = vec![Key::new("mean", Swatch::Line(0))];
    let mut said = String::from("Line: mean over replicates. ");
    let single = places.iter().any(|place| place.state().is_some());
    if single && folder.has_intervals() {
        if folder.kind == Kind::Run {
            key.push(Key::new("5 to 95 % of replicates", Swatch::Band(0, 0.14)));
            key.push(Key::new("middle half", Swatch::Band(0, 0.36)));
            said.push_str("Light band: 5 to 95 % of the replicates; dark band: their middle half. ");
        } else {
            key.push(Key::new("interval of the mean", Swatch::Band(0, 0.14)));
            said.push_str("Band: interval of the mean, at the level that was asked for. ");
        }
    }
    if folder.kind == Kind::Run && places.iter().any(|place| place.state().is_none()) {
        if !single {
            key.push(Key::new("lowest to highest state", Swatch::Band(0, 0.14)));
        }
        said.push_str("Where a panel is of several states, the band goes from the lowest to the highest of their means. ");
    }
    (key, said)
}

fn figure(folder: &Folder, places: &Places, numbers: &Numbers, variable: Variable) -> Figure {
    let world = &folder.scenario.world;
    let name = &*variable.name(world);
    let (_, unit, meaning) = variable.describe();
    let (title, unit, meaning) = match variable {
        Variable::Own(at) | Variable::OwnNumber(at) => {
            let own = world.theory.said.recorded(at);
            let meaning = if own.meaning.is_empty() { "declared by the scenario" } else { own.meaning };
            (capital(own.title), folder.units([name]), meaning)
        }
        _ => (capital(name), unit.to_string(), meaning),
    };
    let years = folder.years();
    let series = |p: usize| -> Vec<(f64, Stat)> {
        let rows = years.clone().enumerate();
        rows.filter_map(|(row, year)| Some((f64::from(year), numbers.get(name, p, row)?))).collect()
    };
    let panels: Vec<Panel> = places
        .all
        .iter()
        .enumerate()
        .map(|(p, place)| Panel { title: place.name.clone(), own: None, layers: layers(&series(p)) })
        .collect();
    let (key, said) = bands(folder, &places.all);
    let last = numbers.rows() - 1;
    let went: Vec<String> = places
        .all
        .iter()
        .enumerate()
        .filter_map(|(p, place)| {
            let (start, end) = (numbers.get(name, p, 0)?.mean, numbers.get(name, p, last)?.mean);
            Some(format!("{} from {start:.2} to {end:.2}", place.name))
        })
        .collect();
    let is_run = folder.kind == Kind::Run;
    let own: &[&str] = if is_run { &["q05", "q95", "q25", "q75"] } else { &["ci_low", "ci_high"] };
    let head = ["place", "year", "variable", "mean"];
    let mut data = Data::new(&[&head[..], own, &["lowest_state", "highest_state"]].concat());
    for (p, place) in places.all.iter().enumerate() {
        // Of several states a summary has no row.
        let is_own = place.state().is_some() || (place.id == MEAN && !is_run);
        for (year, stat) in series(p) {
            let ends = |of: Option<(f64, f64)>| {
                [cell_or_empty(of.map(|ends| ends.0)), cell_or_empty(of.map(|ends| ends.1))]
            };
            let mut row = vec![place.id.clone(), format!("{year:.0}"), name.into(), cell(stat.mean)];
            row.extend(ends(stat.wide.filter(|_| is_own)));
            row.extend(ends(stat.narrow).into_iter().filter(|_| is_run));
            row.extend(ends(stat.wide.filter(|_| !is_own)));
            data.rows.push(row);
        }
    }
    Figure {
        name: format!("trajectories-{name}"),
        title: format!("{title} over time"),
        caption: format!(
            "{title} ({meaning}), in {unit}, at the end of each year; the first value is the start. {said}"
        ),
        description: format!(
            "{}, {} to {}. Mean {name} goes: {}",
            count(panels.len(), "panel"),
            years.start,
            years.end - 1,
            listed(&went)
        ),
        notes: Vec::new(),
        plot: over_years_of(name, &unit, key, panels),
        data,
    }
}

/// Motivation of every state of a world that has too many for panels of their own.
pub(super) fn every_state(
    folder: &Folder,
    left_out: &mut Vec<String>,
) -> Result<Option<Figure>, ExperimentError> {
    let scenario = &folder.scenario;
    let n = scenario.world.states.len();
    if n <= FEW {
        return Ok(None);
    }
    if n > MOST_AT_ONCE {
        left_out.push(format!(
            "Single states: {n} are too many for a page. `--state ID` shows some; the table `summary` has all."
        ));
        return Ok(None);
    }
    let all: Vec<Place> = (0..n)
        .map(|i| {
            let (id, name) = (scenario.world.states[i].id.clone(), scenario.names[i].clone());
            Place { id, name, states: vec![i] }
        })
        .collect();
    let numbers = numbers::motivation(folder, &all)?;
    let years = folder.years();
    let mut data = Data::new(&["state", "year", "variable", "mean"]);
    let mut panels = Vec::new();
    for (p, place) in all.iter().enumerate() {
        let rows = years.clone().enumerate();
        let series: Vec<(f64, Stat)> = rows
            .filter_map(|(row, year)| Some((f64::from(year), numbers.get("motivation", p, row)?)))
            .collect();
        let mut layers = layers(&series);
        // Two bands are too much for so small a panel.
        if layers.len() == 3 {
            layers.remove(1);
        }
        panels.push(Panel { title: place.id.clone(), own: None, layers });
        for (year, stat) in series {
            data.rows.push(vec![
                place.id.clone(),
                format!("{year:.0}"),
                "motivation".into(),
                cell(stat.mean),
            ]);
        }
    }
    let last = numbers.rows() - 1;
    let ends: Vec<f64> = (0..n).map(|p| numbers.mean("motivation", p, last)).collect();
    let (low, high) = ends.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
    Ok(Some(Figure {
        name: "states".into(),
        title: "Motivation of every state".into(),
        caption: "Motivation (0-1) of each state at the end of each year; all panels have the same axes. Line: mean over replicates; band: 5 to 95 % of them.".into(),
        description: format!("{n} small panels. At the end of {}, mean motivation lies between {low:.2} and {high:.2}.", years.end - 1),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples {
            x: "end of year".into(),
            y: "motivation (0-1)".into(),
            scale: Scale::Between(0.0, 1.0),
            columns: 12,
            field: 30.0,
            key: vec![Key::new("mean", Swatch::Line(0)), Key::new("5 to 95 % of replicates", Swatch::Band(0, 0.14))],
            panels,
        }),
        data,
    }))
}
