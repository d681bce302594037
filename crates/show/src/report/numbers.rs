//! Means and intervals by variable, place and year, read from a folder's tables.

use super::folder::{Folder, doubles, texts, wholes};
use super::places::{MEAN, Place, Places};
use super::trajectories::shown;
use std::collections::BTreeMap;
use suasion::experiment::error::ExperimentError;
use suasion::output::reader;
use suasion::output::schema::ColumnType;

/// A mean and what lies around it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stat {
    pub mean: f64,
    /// An interval.
    pub wide: Option<(f64, f64)>,
    /// One within it.
    pub narrow: Option<(f64, f64)>,
}

/// What has been seen of a place in a year.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// What a row says of the place itself.
    own: Option<Stat>,
    n: u32,
    sum: f64,
    low: f64,
    high: f64,
}

/// Numbers by variable (`motivation`, `phase=3`, `tier_tvpa=2WL`), place and row of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    by: BTreeMap<String, Vec<Seen>>,
    rows: usize,
}

impl Numbers {
    /// What is said of a variable at a place in a row; of several states, the mean of their means, between the lowest and
    /// the highest.
    pub fn get(&self, variable: &str, place: usize, row: usize) -> Option<Stat> {
        let seen = self.by.get(variable)?.get(place * self.rows + row)?;
        seen.own.or_else(|| {
            let mean = seen.sum / f64::from(seen.n);
            (seen.n > 0).then_some(Stat { mean, wide: Some((seen.low, seen.high)), narrow: None })
        })
    }

    /// Its mean; 0 where it was not seen.
    pub fn mean(&self, variable: &str, place: usize, row: usize) -> f64 {
        self.get(variable, place, row).map_or(0.0, |stat| stat.mean)
    }

    /// Whether a variable was seen at all.
    pub fn has(&self, variable: &str) -> bool {
        self.by.contains_key(variable)
    }

    /// Rows of time.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

/// Takes rows of tables and puts them to the places that they concern.
struct Taking<'a> {
    places: &'a [Place],
    /// Places of each state.
    of_state: BTreeMap<&'a str, Vec<usize>>,
    first: i32,
    numbers: Numbers,
}

impl<'a> Taking<'a> {
    fn new(folder: &'a Folder, places: &'a [Place]) -> Taking<'a> {
        let mut of_state: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (p, place) in places.iter().enumerate() {
            for i in &place.states {
                of_state.entry(&folder.scenario.world.states[*i].id).or_default().push(p);
            }
        }
        let years = folder.years();
        let numbers = Numbers { by: BTreeMap::new(), rows: years.len() };
        Taking { places, of_state, first: years.start, numbers }
    }

    fn take(&mut self, state: &str, year: i32, variable: &str, stat: Stat) {
        let rows = self.numbers.rows;
        let Some(row) = usize::try_from(year - self.first).ok().filter(|row| *row < rows) else { return };
        let concerned: &[usize] = self.of_state.get(state).map_or(&[], |places| places);
        let mean = (state == MEAN).then(|| self.places.iter().position(|place| place.id == MEAN)).flatten();
        if concerned.is_empty() && mean.is_none() {
            return;
        }
        let length = self.places.len() * rows;
        if !self.numbers.by.contains_key(variable) {
            self.numbers.by.insert(variable.to_string(), vec![Seen::default(); length]);
        }
        let Some(cells) = self.numbers.by.get_mut(variable) else { return };
        for p in concerned.iter().copied() {
            let seen = &mut cells[p * rows + row];
            if self.places[p].id != MEAN && self.places[p].states.len() == 1 {
                seen.own = Some(stat);
                continue;
            }
            let first = seen.n == 0;
            seen.n += 1;
            seen.sum += stat.mean;
            seen.low = if first { stat.mean } else { seen.low.min(stat.mean) };
            seen.high = if first { stat.mean } else { seen.high.max(stat.mean) };
        }
        if let Some(p) = mean {
            cells[p * rows + row].own = Some(stat);
        }
    }
}

/// Whether a report shows a variable of a summary, beside numbers of some names.
fn is_shown(variable: &str, numbers: &[String]) -> bool {
    variable == "phase"
        || numbers.iter().any(|name| name == variable)
        || variable.starts_with("tier_")
        || variable.starts_with("adopted_")
}

/// The numbers of a run, from its summary: intervals hold 90 % of the replicates, narrow ones the middle half.
pub(super) fn of_summary(folder: &Folder, places: &Places) -> Result<Numbers, ExperimentError> {
    let mut taking = Taking::new(folder, &places.all);
    let world = &folder.scenario.world;
    let numbers: Vec<String> = shown(folder).into_iter().map(|variable| variable.name(world)).collect();
    each_row(folder, |state, year, variable, value, stat| {
        if !is_shown(variable, &numbers) {
            return;
        }
        match value {
            "" => taking.take(state, year, variable, stat),
            "0" if variable.starts_with("adopted_") => {}
            _ if variable.starts_with("adopted_") => taking.take(state, year, variable, stat),
            value => taking.take(state, year, &format!("{variable}={value}"), stat),
        }
    })?;
    Ok(taking.numbers)
}

/// Motivation of every state, from a run's summary.
pub(super) fn motivation(folder: &Folder, places: &[Place]) -> Result<Numbers, ExperimentError> {
    let mut taking = Taking::new(folder, places);
    each_row(folder, |state, year, variable, _, stat| {
        if variable == "motivation" {
            taking.take(state, year, variable, stat);
        }
    })?;
    Ok(taking.numbers)
}

/// Calls `f` with state, year, variable, value and numbers of each row of a run's summary that has a mean.
fn each_row(folder: &Folder, mut f: impl FnMut(&str, i32, &str, &str, Stat)) -> Result<(), ExperimentError> {
    let text = ["state", "variable", "value"].map(|name| (name, ColumnType::String));
    let number = ["mean", "q05", "q25", "q75", "q95"].map(|name| (name, ColumnType::OptionalDouble));
    let wanted: Vec<_> = text.into_iter().chain([("year", ColumnType::Int32)]).chain(number).collect();
    let table = folder.table("summary", &wanted)?;
    let [state, variable, value] = [0, 1, 2].map(|column| texts(&table, column));
    let year = wholes(&table, 3);
    let numbers = [4, 5, 6, 7, 8].map(|column| doubles(&table, column));
    for row in 0..table.rows() {
        let [mean, q05, q25, q75, q95] = numbers.map(|column| Some(column[row]).filter(|x| !x.is_nan()));
        let Some(mean) = mean else { continue };
        let stat = Stat { mean, wide: q05.zip(q95), narrow: q25.zip(q75) };
        f(state.get(row), year[row], variable.get(row), value.get(row), stat);
    }
    Ok(())
}

/// The numbers of an explanation: intervals are those of the means.
pub(super) fn of_explanation(folder: &Folder, places: &Places) -> Result<Numbers, ExperimentError> {
    let table = folder.table("explanation", &columns(folder, &["state", "variable"], &["mean"]))?;
    let mut taking = Taking::new(folder, &places.all);
    for row in 0..table.rows() {
        let wide = folder.has_intervals().then(|| (doubles(&table, 4)[row], doubles(&table, 5)[row]));
        let stat = Stat { mean: doubles(&table, 3)[row], wide, narrow: None };
        taking.take(texts(&table, 0).get(row), wholes(&table, 2)[row], texts(&table, 1).get(row), stat);
    }
    Ok(taking.numbers)
}

/// Columns of a table of estimates: texts, the year, numbers, and the ends of the interval of the last, where there is one.
fn columns(
    folder: &Folder,
    texts: &[&'static str],
    numbers: &[&'static str],
) -> Vec<(&'static str, ColumnType)> {
    let ends: &[&str] = if folder.has_intervals() { &["ci_low", "ci_high"] } else { &[] };
    let texts = texts.iter().map(|name| (*name, ColumnType::String)).chain([("year", ColumnType::Int32)]);
    texts.chain(numbers.iter().chain(ends).map(|name| (*name, ColumnType::Double))).collect()
}

/// Baseline, counterfactual and difference.
pub(super) type Arms3 = [Numbers; 3];

/// The numbers of a comparison by counterfactual, in the order of the arms.
pub(super) fn of_differences(folder: &Folder, places: &[Place]) -> Result<Vec<Arms3>, ExperimentError> {
    of_table(folder, "differences", places)
}

/// The same in free runs, of a comparison in a history; of any other none.
pub(super) fn of_free(folder: &Folder, places: &[Place]) -> Result<Vec<Arms3>, ExperimentError> {
    const FREE: &str = "differences-free";
    if reader::find(&folder.path, FREE).is_none() { Ok(Vec::new()) } else { of_table(folder, FREE, places) }
}

fn of_table(folder: &Folder, name: &str, places: &[Place]) -> Result<Vec<Arms3>, ExperimentError> {
    let texts_of = ["counterfactual", "state", "variable"];
    let table = folder.table(name, &columns(folder, &texts_of, &["base", "other", "difference"]))?;
    let mut all: Vec<[Taking; 3]> =
        folder.arms.iter().map(|_| [(); 3].map(|()| Taking::new(folder, places))).collect();
    for row in 0..table.rows() {
        let name = texts(&table, 0).get(row);
        let Some(arm) = folder.arms.iter().position(|arm| arm.name == name) else { continue };
        let (state, variable) = (texts(&table, 1).get(row), texts(&table, 2).get(row));
        let wide = folder.has_intervals().then(|| (doubles(&table, 7)[row], doubles(&table, 8)[row]));
        for (k, taking) in all[arm].iter_mut().enumerate() {
            let stat =
                Stat { mean: doubles(&table, 4 + k)[row], wide: wide.filter(|_| k == 2), narrow: None };
            taking.take(state, wholes(&table, 3)[row], variable, stat);
        }
    }
    Ok(all.into_iter().map(|each| each.map(|taking| taking.numbers)).collect())
}
