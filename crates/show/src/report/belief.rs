//! Figures of what is believed of states given the record, beside free runs, with the grades on record below. It conditions nothing.

use super::figure::{Data, Figure, cell, count, listed};
use super::findings::Findings;
use super::folder::{Folder, doubles, texts, wholes};
use super::trajectories::named;
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch, shade_of_grade};
use serde_json::Value;
use std::collections::BTreeMap;
use suasion::experiment::error::ExperimentError;
use suasion::model::variable::Variable;
use suasion::model::world::Rating;
use suasion::output::schema::ColumnType;
use suasion::scenario::Scenario;

/// States that are drawn.
const MOST_PANELS: usize = 60;
/// Where the strip of the record lies, below the curves.
const STRIP: (f64, f64) = (-0.14, -0.04);
/// Opacity of the bands.
const BAND: f64 = 0.25;
/// Ends of an interval, of which there is none where too few ancestors are left to say.
const INTERVAL: ColumnType = ColumnType::OptionalDouble;
/// Styles: given the record, and free.
const STYLES: [usize; 2] = [0, 1];
/// Variables that have a figure each.
const SHOWN: [Variable; 3] = [Variable::Motivation, Variable::Attribution, Variable::Reactance];

/// Table of beliefs, by which a folder of `condition` is known.
pub(super) const BELIEF: &str = "belief";

/// What is believed of a variable of a state at the end of a year: mean, 5 % and 95 %.
pub type Held = [f64; 3];

/// What is drawn: beliefs by state, row and whether they are those of free runs; and the grades on record, by state and row.
pub struct Drawn<'a> {
    /// The scenario that was conditioned.
    pub scenario: &'a Scenario,
    /// Name of the variable, which is from 0 to 1.
    pub variable: &'a str,
    /// States, a panel for each.
    pub states: Vec<usize>,
    /// Rows: the start, and the end of each year.
    pub rows: usize,
    /// What is believed of a state in a row, and whether by free runs.
    pub held: &'a dyn Fn(usize, usize, bool) -> Option<Held>,
    /// The regime whose grades are drawn, if any.
    pub rating: Option<&'a Rating>,
    /// The grade on record of a state in a row.
    pub graded: &'a dyn Fn(usize, usize) -> Option<u8>,
}

impl Drawn<'_> {
    /// The states that are drawn where nobody chooses.
    pub fn all(scenario: &Scenario) -> Vec<usize> {
        (0..scenario.world.states.len().min(MOST_PANELS)).collect()
    }

    /// The plot.
    pub fn plot(&self) -> Plot {
        let year = |row: usize| f64::from(self.scenario.world.clock.start - 1 + row as i32);
        let panel = |state: usize| {
            let mut layers = Vec::new();
            let all = |free: bool| {
                (0..self.rows)
                    .filter_map(move |row| (self.held)(state, row, free).map(|held| (year(row), held)))
            };
            for (style, free) in STYLES.into_iter().zip([false, true]).rev() {
                // Of too few ancestors there is a mean and no interval.
                let known = all(free).filter(|(_, [_, low, _])| low.is_finite());
                let points = known.map(|(x, [_, low, high])| (x, low, high)).collect();
                layers.push(Layer::Band { points, style, strength: BAND });
                layers.push(Layer::Line { points: all(free).map(|(x, held)| (x, held[0])).collect(), style });
            }
            for row in 1..self.rows {
                if let Some(grade) = (self.graded)(state, row) {
                    let x = (year(row) - 0.5, year(row) + 0.5);
                    let grades = self.rating.map_or(0, |rating| rating.grades.len());
                    layers.push(Layer::Cell { x, y: STRIP, shade: shade_of_grade(grade.into(), grades) });
                }
            }
            Panel { title: self.scenario.names[state].clone(), own: None, layers }
        };
        let mut key = Vec::new();
        for (style, name) in STYLES.into_iter().zip(["given the record, 90 %", "free runs, 90 %"]) {
            key.push(Key::new(name.to_string(), Swatch::Band(style, BAND)));
        }
        let is_graded = |state: &usize| (1..self.rows).any(|row| (self.graded)(*state, row).is_some());
        let any = (0..self.scenario.world.states.len()).any(|state| is_graded(&state));
        if let Some(rating) = self.rating.filter(|_| any) {
            for (code, tier) in rating.codes().enumerate().skip(1) {
                let shade = shade_of_grade(code, rating.grades.len());
                key.push(Key::new(format!("tier {tier} on record"), Swatch::Fill(shade)));
            }
        }
        let panels = self.states.iter().map(|state| panel(*state)).collect();
        let scale = Scale::Between(STRIP.0 - 0.02, 1.0);
        Plot::Multiples(Multiples::over_years(self.variable.into(), scale, key, panels))
    }
}

/// What the record says of each state's motivation at the end of it, beside free runs.
pub(super) fn findings(folder: &Folder) -> Result<Findings, ExperimentError> {
    let columns =
        [("state", ColumnType::String), ("year", ColumnType::Int32), ("variable", ColumnType::String)];
    let numbers = [
        ("mean", ColumnType::Double),
        ("q05", INTERVAL),
        ("q95", INTERVAL),
        ("free_mean", ColumnType::Double),
    ];
    let table = folder.table(BELIEF, &columns.into_iter().chain(numbers).collect::<Vec<_>>())?;
    let end = wholes(&table, 1).iter().copied().max().unwrap_or_default();
    let name = Variable::Motivation.describe().0;
    let (mut rows, mut most) = (Vec::new(), None);
    for row in (0..table.rows()).filter(|row| wholes(&table, 1)[*row] == end) {
        if texts(&table, 2).get(row) != name {
            continue;
        }
        let [mean, low, high, free] = [3, 4, 5, 6].map(|column| doubles(&table, column)[row]);
        let state = folder.name_of(texts(&table, 0).get(row));
        // Too few ancestors tell no interval.
        let interval = if low.is_nan() { "not known".to_string() } else { format!("{low:.2} to {high:.2}") };
        if most.as_ref().is_none_or(|(by, _)| (mean - free).abs() > *by) {
            most = Some((
                (mean - free).abs(),
                format!("{state}: {mean:.2} (nine in ten: {interval}), free runs {free:.2}"),
            ));
        }
        rows.push(vec![state, format!("{mean:.2}"), interval, format!("{free:.2}")]);
    }
    let sentence = most.map_or_else(String::new, |(_, most)| {
        format!(
            "What is on record moves the belief in a state's motivation at the end of {end} most in {most}."
        )
    });
    let columns =
        ["motivation (0-1)", "given the record", "nine in ten", "free runs"].map(String::from).into();
    Ok(Findings { sentence, columns, rows })
}

/// A figure for each of the beliefs shown; of the states asked for, or as many as a page holds.
pub(super) fn figures(folder: &Folder, asked: &[usize]) -> Result<Vec<Figure>, ExperimentError> {
    let given = [("mean", ColumnType::Double), ("q05", INTERVAL), ("q95", INTERVAL)];
    let free = ["free_mean", "free_q05", "free_q95"].map(|name| (name, ColumnType::Double));
    let mut columns =
        vec![("state", ColumnType::String), ("year", ColumnType::Int32), ("variable", ColumnType::String)];
    columns.extend(given.into_iter().chain(free));
    let table = folder.table(BELIEF, &columns)?;
    let mut held: BTreeMap<(&str, &str, i32), [Held; 2]> = BTreeMap::new();
    for row in 0..table.rows() {
        let of = |from: usize| [0, 1, 2].map(|k| doubles(&table, from + k)[row]);
        let (state, variable) = (texts(&table, 0).get(row), texts(&table, 2).get(row));
        held.insert((variable, state, wholes(&table, 1)[row]), [of(3), of(6)]);
    }
    let scenario = &folder.scenario;
    let states = if asked.is_empty() { Drawn::all(scenario) } else { asked.to_vec() };
    let figure = |variable: &Variable| figure(folder, &states, *variable, &held);
    Ok(SHOWN.iter().map(figure).collect())
}

fn figure(
    folder: &Folder,
    states: &[usize],
    variable: Variable,
    all: &BTreeMap<(&str, &str, i32), [Held; 2]>,
) -> Figure {
    let (scenario, (title, _)) = (&folder.scenario, named(variable));
    let (name, _, meaning) = variable.describe();
    let world = &scenario.world;
    let years: Vec<i32> = folder.years().collect();
    let of = |state: usize, year: i32| all.get(&(name, world.states[state].id.as_str(), year));
    let held =
        |state: usize, row: usize, free: bool| of(state, years[row]).map(|both| both[usize::from(free)]);
    let option = |name: &str| folder.manifest.job.as_ref()?.options.get(name)?.as_i64();
    let until = option("until").map_or(world.clock.end - 1, |year| year as i32);
    // The first regime whose grades are on record, until the record was closed.
    let tier = |g: usize, state: usize, year: i32| {
        (year <= until).then(|| scenario.observed.tier(g, state, year)).flatten().filter(|grade| *grade > 0)
    };
    let any =
        |g: &usize| (0..world.states.len()).any(|i| years.iter().any(|year| tier(*g, i, *year).is_some()));
    let rating = (0..world.ratings.len()).find(any);
    let graded = |state: usize, row: usize| tier(rating?, state, years[row]);
    let drawn = Drawn {
        scenario,
        variable: name,
        states: states.to_vec(),
        rows: years.len(),
        held: &held,
        rating: rating.map(|g| &world.ratings[g]),
        graded: &graded,
    };
    let mut data = Data::new(&[
        "state",
        "year",
        "variable",
        "mean",
        "q05",
        "q95",
        "free_mean",
        "free_q05",
        "free_q95",
        "tier_on_record",
    ]);
    let mut said = Vec::new();
    for &state in states {
        let id = &world.states[state].id;
        for (row, year) in years.iter().enumerate() {
            let Some([given, free]) = of(state, *year) else { continue };
            let mut cells = vec![id.clone(), year.to_string(), name.to_string()];
            cells.extend(given.iter().chain(free).map(|x| cell(*x)));
            let name = |grade: u8| Some(world.ratings[rating?].grade(usize::from(grade)).to_string());
            cells.push(graded(state, row).and_then(name).unwrap_or_default());
            data.rows.push(cells);
        }
        if let Some([[mean, low, high], [free, ..]]) = of(state, until) {
            said.push(format!(
                "{} {mean:.2} ({low:.2} to {high:.2}), in free runs {free:.2}",
                scenario.names[state]
            ));
        }
    }
    let strip = rating.map_or_else(String::new, |g| {
        format!(" Strip below: the tier of {} on record, darker for worse.", world.ratings[g].id)
    });
    let beyond = if until < world.clock.end - 1 {
        format!(" Years after {until} are forecasts.")
    } else {
        String::new()
    };
    Figure {
        name: format!("belief-{name}"),
        title: format!("{title} given the record"),
        caption: format!(
            "{title} ({meaning}) of each state, 0-1, at the end of each year: what the record lets one believe (mean, and the middle 90 % of the runs in the history), and free runs, which know nothing of it.{beyond}{strip}"
        ),
        description: format!("{}. At the end of {until}: {}", count(states.len(), "panel"), listed(&said)),
        notes: if variable == Variable::Motivation {
            likelihood(folder).into_iter().collect()
        } else {
            Vec::new()
        },
        plot: drawn.plot(),
        data,
    }
}

/// How probable the record was, beside a chain that knows no states.
fn likelihood(folder: &Folder) -> Option<String> {
    let text = std::fs::read_to_string(folder.path.join("result.json")).ok()?;
    let result: Value = serde_json::from_str(&text).ok()?;
    let number = |value: &Value| value.as_f64();
    let [log, error] = ["log_likelihood", "error"].map(|name| number(&result[name]));
    let [hindsight, learning] = ["in_sample", "sequential"].map(|name| number(&result["benchmark"][name]));
    let (log, error, hindsight, learning) = (log?, error?, hindsight?, learning?);
    // A chain knows grades and adoptions alone.
    let (of, beside) = match number(&result["of_readings"]) {
        Some(readings) => {
            let others = log - readings;
            (format!(", {others:.1} of it of grades and adoptions"), "Beside grades and adoptions")
        }
        None => (String::new(), "Beside it"),
    };
    Some(format!(
        "Log-likelihood of the record: {log:.1} (simulation error {error:.2}){of}. {beside} a Markov chain of grades with constant hazards of adoption: {hindsight:.1} knowing the whole record, {learning:.1} learning as it goes."
    ))
}
