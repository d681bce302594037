//! Figures of the ledger: what moved motivation over the run, term by term, as a waterfall.

use super::again::Again;
use super::figure::{Data, Figure, cell, cell_or_empty, listed};
use super::folder::Folder;
use super::places::{MEAN, Place as Shown, Places};
use crate::plot::{Bar, Plot, Rows, RowsPanel};
use suasion::estimate::{Interval, Level};
use suasion::experiment::explain::{MOTIVATION, sentences};
use suasion::experiment::outcome::{Measure, Outcome, Place};
use suasion::model::ledger::{term_name, term_title, terms};
use suasion::model::world::World;

/// A change that is shown.
const SEEN: f64 = 0.0005;
const LEVEL: f64 = 0.95;

/// A mean with its interval.
type Number = (f64, Option<Interval>);

/// Where a waterfall begins, what each term adds, and where it ends.
struct Fall {
    id: String,
    name: String,
    start: f64,
    terms: Vec<Number>,
    end: f64,
}

/// The experiment's place of a place that is shown; none for a region.
fn place(shown: &Shown) -> Option<Place> {
    if shown.id == MEAN { Some(Place::Mean) } else { shown.state().map(Place::State) }
}

/// A number of a place; of a region the mean over its states, without an interval.
fn of_place(shown: &Shown, of: impl Fn(Place) -> Option<Number>) -> Number {
    if let Some(place) = place(shown) {
        return of(place).unwrap_or_default();
    }
    let means: Vec<f64> =
        shown.states.iter().filter_map(|i| of(Place::State(*i))).map(|number| number.0).collect();
    (means.iter().sum::<f64>() / means.len().max(1) as f64, None)
}

pub(super) fn of_run(folder: &Folder, places: &Places, again: &Again) -> Figure {
    let world = &folder.scenario.world;
    let last = world.clock.years();
    let level = Level::new(LEVEL);
    let at = |shown: &Shown, measure: Measure, row: usize| {
        of_place(shown, |place| {
            let estimate = again.profile.estimate(Outcome::new(measure, place, row), &level)?;
            Some((estimate.mean, estimate.interval))
        })
    };
    let falls: Vec<Fall> = places
        .all
        .iter()
        .map(|shown| Fall {
            id: shown.id.clone(),
            name: shown.name.clone(),
            start: at(shown, MOTIVATION, 0).0,
            terms: (0..terms(world)).map(|k| at(shown, Measure::Total(k), last)).collect(),
            end: at(shown, MOTIVATION, last).0,
        })
        .collect();
    let mut figure = waterfall(world, &falls, ["start", "end"]);
    let (first, end) = (folder.scenario.world.clock.start, folder.scenario.world.clock.end - 1);
    figure.caption = format!(
        "Change of motivation (0-1) from the start of {first} to the end of {end}, by term of the ledger: mean over replicates{}. Grey: motivation at the start and at the end; light: a term that raises it; dark: one that lowers it. The terms add up to the change. A term is an account, not a cause. {}",
        thin(folder),
        kept(folder)
    );
    figure.notes = places
        .all
        .iter()
        .filter_map(|shown| Some((place(shown)?, shown)))
        .filter(|(place, _)| *place != Place::Mean)
        .map(|(place, shown)| sentences(&folder.scenario.world, &again.profile, place, &shown.name, LEVEL))
        .collect();
    figure
}

fn thin(folder: &Folder) -> &'static str {
    if folder.has_intervals() { ", thin lines: 95 % intervals of the terms" } else { "" }
}

/// Where the numbers come from.
fn kept(folder: &Folder) -> String {
    format!(
        "The runs were simulated again for this figure; the digest {} says that they are the same.",
        folder.manifest.digest
    )
}

/// From the baseline's motivation at the end to each counterfactual's: by arm, or by place where there is one arm.
pub(super) fn of_comparison(folder: &Folder, places: &Places, again: &Again) -> Figure {
    let world = &folder.scenario.world;
    let last = world.clock.years();
    let level = Level::new(LEVEL);
    let cell = |arm: usize, place: Place, measure: Measure| {
        let says = again.pairs[arm].difference(Outcome::new(measure, place, last), &level)?;
        Some((says.base.mean, says.other.mean, (says.difference.mean, says.difference.interval)))
    };
    let fall = |arm: usize, shown: &Shown, id: &str, name: &str| Fall {
        id: id.into(),
        name: name.into(),
        start: of_place(shown, |place| Some((cell(arm, place, MOTIVATION)?.0, None))).0,
        terms: (0..terms(world))
            .map(|k| of_place(shown, |place| Some(cell(arm, place, Measure::Total(k))?.2)))
            .collect(),
        end: of_place(shown, |place| Some((cell(arm, place, MOTIVATION)?.1, None))).0,
    };
    let mean = Shown {
        id: MEAN.into(),
        name: String::new(),
        states: (0..folder.scenario.world.states.len()).collect(),
    };
    let falls: Vec<Fall> = match &folder.arms[..] {
        [_] => places.all.iter().map(|shown| fall(0, shown, &shown.id, &shown.name)).collect(),
        arms => arms.iter().enumerate().map(|(a, arm)| fall(a, &mean, &arm.name, &arm.name)).collect(),
    };
    let mut figure = waterfall(world, &falls, ["baseline", "counterfactual"]);
    let whose = match &folder.arms[..] {
        [arm] => format!("under {}", arm.name),
        _ => "under each counterfactual, as the mean over the states in both arms".into(),
    };
    figure.name = "ledger-differences".into();
    figure.title = "Differences of motivation by term of the ledger".into();
    figure.caption = format!(
        "From motivation at the end of {} in the baseline to that {whose} (0-1): paired differences of the ledger's terms since the start{}. Grey: motivation in each arm; light: a term that adds more than in the baseline; dark: one that adds less. A term is an account, not a cause: what a mechanism makes of a difference is its Shapley share. {}",
        folder.scenario.world.clock.end - 1,
        thin(folder),
        kept(folder)
    );
    figure
}

fn waterfall(world: &World, falls: &[Fall], [first, last]: [&str; 2]) -> Figure {
    let shown: Vec<usize> =
        (0..terms(world)).filter(|k| falls.iter().any(|fall| fall.terms[*k].0.abs() >= SEEN)).collect();
    let names: Vec<String> = std::iter::once(first.to_string())
        .chain(shown.iter().map(|k| term_title(world, *k)))
        .chain([last.to_string()])
        .collect();
    let mut data = Data::new(&["place", "part", "value", "ci_low", "ci_high"]);
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    for fall in falls {
        let whole = |to: f64| Some(Bar { to, is_whole: true, ..Bar::default() });
        let mut bars = vec![whole(fall.start)];
        let mut from = fall.start;
        for k in &shown {
            let (mean, interval) = fall.terms[*k];
            let to = from + mean;
            bars.push(Some(Bar {
                from,
                to,
                interval: interval.map(|i| (from + i.low, from + i.high)),
                ..Bar::default()
            }));
            from = to;
        }
        bars.push(whole(fall.end));
        panels.push(RowsPanel { title: fall.name.clone(), bars });
        let ends =
            |value: f64| vec![fall.id.clone(), String::new(), cell(value), String::new(), String::new()];
        let part = |name: &str, mut row: Vec<String>| {
            row[1] = name.into();
            row
        };
        data.rows.push(part(first, ends(fall.start)));
        for (k, (mean, interval)) in fall.terms.iter().enumerate() {
            let (low, high) = (interval.map(|i| i.low), interval.map(|i| i.high));
            let row =
                [&fall.id, term_name(world, k), &cell(*mean), &cell_or_empty(low), &cell_or_empty(high)];
            data.rows.push(row.map(str::to_string).to_vec());
        }
        data.rows.push(part(last, ends(fall.end)));
        let most = |sign: f64| {
            let by = |k: &usize| sign * fall.terms[*k].0;
            (0..terms(world)).max_by(|a, b| by(a).total_cmp(&by(b))).filter(|k| by(k) >= SEEN)
        };
        let tell = |k: usize| format!("{} {:+.3}", term_title(world, k), fall.terms[k].0);
        let parts: Vec<String> = [most(1.0), most(-1.0)].into_iter().flatten().map(tell).collect();
        said.push(format!("{} from {:.2} to {:.2} ({})", fall.name, fall.start, fall.end, parts.join(", ")));
    }
    let columns = match panels.len() {
        0..=2 => panels.len().max(1),
        3..=9 => 3,
        _ => 4,
    };
    Figure {
        name: "ledger".into(),
        title: "What moved motivation".into(),
        caption: String::new(),
        description: format!("Waterfalls with the largest gain and loss: {}", listed(&said)),
        notes: Vec::new(),
        plot: Plot::Rows(Rows {
            x: "motivation (0-1)".into(),
            names,
            columns,
            key: Vec::new(),
            shared: true,
            panels,
        }),
        data,
    }
}
