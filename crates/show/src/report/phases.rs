//! Figures of spiral phases: the share of each over time, stacked from repression up.

use super::again::Again;
use super::figure::{Data, Figure, cell, count, listed, percent};
use super::folder::Folder;
use super::numbers::Numbers;
use super::places::Places;
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch};
use suasion::experiment::outcome::{Measure, Outcome, Place};
use suasion::model::variable::Variable;

/// The phases of the spiral model, in order.
pub(super) const PHASES: [&str; 5] =
    ["repression", "denial", "tactical concessions", "prescriptive status", "rule-consistent behaviour"];

/// Shade of a phase: the further, the lighter.
const SHADES: [f64; 5] = [1.0, 0.76, 0.5, 0.24, 0.03];

/// Shares of the phases of one panel: for each year, five.
type Shares = Vec<(i32, [f64; 5])>;

fn panel(title: &str, shares: &Shares) -> Panel {
    let mut layers = Vec::new();
    let mut widest = [(0.0, (0.0, 0.0)); 5];
    for (year, of) in shares {
        let x = (f64::from(*year) - 0.5, f64::from(*year) + 0.5);
        let mut below = 0.0;
        for (k, share) in of.iter().enumerate() {
            let y = (below, below + share);
            below = y.1;
            if *share > 0.0 {
                layers.push(Layer::Cell { x, y, shade: SHADES[k] });
            }
            if *share > widest[k].0 {
                widest[k] = (*share, (f64::from(*year), f64::midpoint(y.0, y.1)));
            }
        }
    }
    // A share as high as its letter can carry it.
    for (k, (_, at)) in widest.into_iter().enumerate().filter(|(_, (share, _))| *share > 0.13) {
        layers.push(Layer::Label { at, text: k.to_string(), on: SHADES[k] });
    }
    Panel { title: title.into(), own: None, layers }
}

fn of_panels(named: &[(String, String, Shares)], whose: &str) -> Figure {
    let mut data = Data::new(&["place", "year", "phase", "name", "share"]);
    for (id, _, shares) in named {
        for (year, of) in shares {
            for (k, share) in of.iter().enumerate() {
                let row = [id.clone(), year.to_string(), k.to_string(), PHASES[k].into(), cell(*share)];
                data.rows.push(row.to_vec());
            }
        }
    }
    let most: Vec<String> = named
        .iter()
        .filter_map(|(_, name, shares)| {
            let (_, of) = shares.last()?;
            let k = (0..5).max_by(|a, b| of[*a].total_cmp(&of[*b]))?;
            Some(format!("{name} in {} ({})", PHASES[k], percent(of[k])))
        })
        .collect();
    let panels: Vec<Panel> = named.iter().map(|(_, name, shares)| panel(name, shares)).collect();
    let key = |k: usize| Key::new(format!("{k} {}", PHASES[k]), Swatch::Fill(SHADES[k]));
    Figure {
        name: "phases".into(),
        title: "Phases of the spiral model over time".into(),
        caption: format!(
            "Share of the replicates{whose} in each phase at the end of each year (0-1), from repression at the bottom to rule-consistent behaviour at the top: the darker, the earlier the phase. Numbers in the bands are the phases'."
        ),
        description: format!("{}. Most frequent at the end: {}", count(panels.len(), "panel"), listed(&most)),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples::over_years(
            "share of replicates (0-1)".into(),
            Scale::Between(0.0, 1.0),
            (0..5).map(key).collect(),
            panels,
        )),
        data,
    }
}

/// The phases of a run, by place.
pub(super) fn figure(folder: &Folder, places: &Places, numbers: &Numbers) -> Figure {
    let names: [String; 5] = std::array::from_fn(|k| format!("phase={k}"));
    let shares = |p: usize| -> Shares {
        let of = |row: usize| std::array::from_fn(|k| numbers.mean(&names[k], p, row));
        folder.years().enumerate().map(|(row, year)| (year, of(row))).collect()
    };
    let all = places.all.iter().enumerate();
    let named: Vec<_> = all.map(|(p, place)| (place.id.clone(), place.name.clone(), shares(p))).collect();
    let many = places.all.iter().any(|place| place.states.len() > 1);
    of_panels(&named, if many { " (of the states together, where a panel is of several)" } else { "" })
}

/// The phases of each arm of a comparison, over all states.
pub(super) fn of_arms(folder: &Folder, again: &Again) -> Figure {
    let years = || folder.years().enumerate();
    let outcome = |k: usize, row| Outcome::new(Measure::Is(Variable::Phase, k as u8), Place::Mean, row);
    let shares = |mean: &dyn Fn(Outcome) -> Option<f64>| -> Shares {
        let of = |row| std::array::from_fn(|k| mean(outcome(k, row)).unwrap_or_default());
        years().map(|(row, year)| (year, of(row))).collect()
    };
    let base = shares(&|outcome| again.profile.mean(outcome));
    let mut named = vec![("baseline".to_string(), "Baseline".to_string(), base)];
    for (arm, pair) in folder.arms.iter().zip(&again.pairs) {
        let other = shares(&|outcome| pair.mean(outcome));
        named.push((arm.name.clone(), arm.name.clone(), other));
    }
    of_panels(&named, ", over all states of an arm,")
}
