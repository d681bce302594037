//! Figures of waits: how long it takes until an instrument is adopted or a phase reached, and how often that never comes,
//! from the baseline to each counterfactual.

use super::comparison::{titles, told};
use super::figure::{Data, Figure, cell, cell_or_empty, count, listed, percent};
use super::folder::Folder;
use super::numbers::{Arms3, of_differences};
use super::places::{MEAN, Places};
use crate::plot::{Bar, Key, Plot, Rows, RowsPanel, Swatch};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::outcome::{Measure, Target, targets};

/// Years and shares below which arms are alike.
const SEEN: f64 = 1e-9;

/// A row: an arm, or a place under the only arm.
struct Row {
    arm: usize,
    place: usize,
    name: String,
}

/// What is told of one target in one row.
struct Wait {
    years: [f64; 2],
    never: [f64; 2],
    /// Interval of the difference of years.
    interval: Option<(f64, f64)>,
}

/// Years, and shares that never get there: by place where there is one counterfactual, by counterfactual over all states
/// where there are several.
pub(super) fn figures(folder: &Folder, places: &Places) -> Result<Vec<Figure>, ExperimentError> {
    let arms = of_differences(folder, &places.all)?;
    let of = |target: Target, row: &Row| wait(folder, places, &arms[row.arm], target, row.place);
    let rows = rows(folder, places);
    // Where nothing differs in any row there is nothing to see: all start there, or none ever comes there.
    let differs = |target: &Target| {
        rows.iter()
            .filter_map(|row| of(*target, row))
            .any(|wait| [wait.years, wait.never].into_iter().any(|[base, other]| (other - base).abs() > SEEN))
    };
    let (shown, alike): (Vec<Target>, Vec<Target>) =
        targets(&folder.scenario.world).into_iter().partition(differs);
    if shown.is_empty() {
        return Ok(Vec::new());
    }
    let data = data(folder, places, &arms, &shown);
    let figure = |is_years: bool| {
        let (mut panels, mut said) = (Vec::new(), Vec::new());
        for target in shown.iter().copied() {
            let bar = |row: &Row| {
                let wait = of(target, row)?;
                let [from, to] = if is_years { wait.years } else { wait.never };
                let around = |(low, high): (f64, f64)| (from + low, from + high);
                let interval = wait.interval.filter(|_| is_years).map(around);
                Some(Bar { from, to, interval, mark: Some(from), ..Bar::default() })
            };
            let bars: Vec<Option<Bar>> = rows.iter().map(bar).collect();
            let tell = |(row, bar): (&Row, &Option<Bar>)| {
                let bar = (*bar)?;
                Some(if is_years {
                    format!("{} {:.1} to {:.1}", row.name, bar.from, bar.to)
                } else {
                    format!("{} {} to {}", row.name, percent(bar.from), percent(bar.to))
                })
            };
            // The last row is all states together, or the last counterfactual.
            let ends: Vec<String> = rows.iter().zip(&bars).rev().filter_map(tell).take(3).collect();
            said.push(format!("{}: {}", told(target, folder), ends.join(", ")));
            panels.push(RowsPanel { title: told(target, folder), bars });
        }
        let (later, sooner) = if is_years { ("later", "sooner") } else { ("more often", "less often") };
        Figure {
            name: if is_years { "waits" } else { "never" }.into(),
            title: if is_years { "Waits for adoption and phases" } else { "What never comes" }.into(),
            caption: caption(folder, places, &alike, is_years),
            description: format!(
                "{}, from the baseline to the counterfactual. {}",
                count(panels.len(), "panel"),
                listed(&said)
            ),
            notes: Vec::new(),
            plot: Plot::Rows(Rows {
                x: if is_years {
                    "restricted mean of the wait (yr)".into()
                } else {
                    "share of replicates that never get there (0-1)".into()
                },
                names: rows.iter().map(|row| row.name.clone()).collect(),
                columns: panels.len().min(3),
                key: vec![
                    Key::new("baseline", Swatch::Mark),
                    Key::new(format!("counterfactual {later}"), Swatch::Higher),
                    Key::new(format!("counterfactual {sooner}"), Swatch::Lower),
                ],
                shared: true,
                panels,
            }),
            data: data.clone(),
        }
    };
    Ok(vec![figure(true), figure(false)])
}

fn rows(folder: &Folder, places: &Places) -> Vec<Row> {
    if let [_] = &folder.arms[..] {
        let all = places.all.iter().enumerate();
        return all.map(|(place, shown)| Row { arm: 0, place, name: shown.name.clone() }).collect();
    }
    // States that were asked for one by one have no mean; then each arm has a row for each.
    let mean = places.all.iter().position(|place| place.id == MEAN);
    let arms = folder.arms.iter().enumerate();
    match mean {
        Some(place) => arms.map(|(arm, shown)| Row { arm, place, name: shown.name.clone() }).collect(),
        None => arms
            .flat_map(|(arm, shown)| {
                let each = places.all.iter().enumerate();
                each.map(move |(place, of)| Row { arm, place, name: format!("{}, {}", of.name, shown.name) })
            })
            .collect(),
    }
}

fn wait(
    folder: &Folder,
    places: &Places,
    [base, other, difference]: &Arms3,
    target: Target,
    place: usize,
) -> Option<Wait> {
    let (world, last) = (&folder.scenario.world, base.rows() - 1);
    let (waited, reached) = (Measure::Waited(target).name(world), Measure::Reached(target).name(world));
    let of_both = |name: &str| Some([base.get(name, place, last)?.mean, other.get(name, place, last)?.mean]);
    let shown = &places.all[place];
    // Of several states, the spread between them is no interval.
    let is_one = folder.has_intervals() && (shown.state().is_some() || shown.id == MEAN);
    Some(Wait {
        years: of_both(&waited)?,
        never: of_both(&reached)?.map(|reached| 1.0 - reached),
        interval: difference.get(&waited, place, last).and_then(|stat| stat.wide).filter(|_| is_one),
    })
}

fn data(folder: &Folder, places: &Places, arms: &[Arms3], targets: &[Target]) -> Data {
    let mut data = Data::new(&[
        "counterfactual",
        "place",
        "target",
        "baseline_years",
        "counterfactual_years",
        "difference",
        "ci_low",
        "ci_high",
        "baseline_never",
        "counterfactual_never",
    ]);
    for (arm, numbers) in folder.arms.iter().zip(arms) {
        for (p, place) in places.all.iter().enumerate() {
            for target in targets {
                let Some(wait) = wait(folder, places, numbers, *target, p) else { continue };
                data.rows.push(vec![
                    arm.name.clone(),
                    place.id.clone(),
                    target.name(&folder.scenario.world),
                    cell(wait.years[0]),
                    cell(wait.years[1]),
                    cell(wait.years[1] - wait.years[0]),
                    cell_or_empty(wait.interval.map(|i| i.0)),
                    cell_or_empty(wait.interval.map(|i| i.1)),
                    cell(wait.never[0]),
                    cell(wait.never[1]),
                ]);
            }
        }
    }
    data
}

fn caption(folder: &Folder, places: &Places, alike: &[Target], is_years: bool) -> String {
    let clock = &folder.scenario.world.clock;
    let mut caption = if is_years {
        let lines = if folder.has_intervals() {
            " Thin lines: intervals of the paired difference, at the level that was asked for."
        } else {
            ""
        };
        format!(
            "Years from the start of {} until an instrument is adopted, or a phase reached for the first time; a replicate that never gets there counts with the {} years of the run (restricted mean). White dots: the baseline; bars: from it to the counterfactual, light where that comes later, dark where it comes sooner.{lines}",
            clock.start,
            clock.years()
        )
    } else {
        "Share of the replicates (0-1) in which a state never adopts an instrument, or never reaches a phase, within the run. White dots: the baseline; bars: from it to the counterfactual, light where that is more often, dark where it is less often.".into()
    };
    if folder.arms.len() > 1 && places.all.iter().any(|place| place.id == MEAN) {
        caption.push_str(" Each counterfactual: mean over the states in both arms.");
    }
    if !alike.is_empty() {
        let alike: Vec<String> = alike.iter().map(|target| told(*target, folder)).collect();
        caption = format!("{caption} Alike in all arms, so without a panel: {}.", alike.join(", "));
    }
    caption + &titles(folder)
}
