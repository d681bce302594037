//! Figures of tiers: how often each is given in each year, with the record marked where there is one.

use super::figure::{Data, Figure, cell, count, listed, percent};
use super::folder::Folder;
use super::numbers::Numbers;
use super::places::Places;
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch, columns, field};
use suasion::model::variable::Variable;

/// A figure for each rating regime.
pub(super) fn figures(folder: &Folder, places: &Places, numbers: &Numbers) -> Vec<Figure> {
    let there = |g: &usize| {
        let world = &folder.scenario.world;
        let name = Variable::Tier(*g).name(world);
        world.ratings[*g].codes().any(|tier| numbers.has(&format!("{name}={tier}")))
    };
    let ratings = 0..folder.scenario.world.ratings.len();
    ratings.filter(there).map(|g| figure(folder, places, numbers, g)).collect()
}

fn figure(folder: &Folder, places: &Places, numbers: &Numbers, g: usize) -> Figure {
    let scenario = &folder.scenario;
    let rating = &scenario.world.ratings[g];
    let (variable, id) = (Variable::Tier(g).name(&scenario.world), &rating.id);
    let keys: Vec<String> = rating.codes().map(|tier| format!("{variable}={tier}")).collect();
    // From the bottom of a panel to its top, the best on top.
    let upwards: Vec<usize> = std::iter::once(0).chain((1..keys.len()).rev()).collect();
    let mut data = Data::new(&["place", "year", "tier", "share", "observed"]);
    let (mut panels, mut agreed) = (Vec::new(), Vec::new());
    let mut any_record = false;
    for (p, place) in places.all.iter().enumerate() {
        let (mut layers, mut marks) = (Vec::new(), Vec::new());
        let (mut hit, mut rated) = (0.0, 0);
        // The start is before any report.
        for (row, year) in folder.years().enumerate().skip(1) {
            let x = f64::from(year);
            let record = place.state().and_then(|i| scenario.observed.tier(g, i, year)).map(usize::from);
            for (rung, &grade) in upwards.iter().enumerate() {
                let share = numbers.mean(&keys[grade], p, row);
                let y = (rung as f64, rung as f64 + 1.0);
                if share >= 0.005 {
                    layers.push(Layer::Cell { x: (x - 0.5, x + 0.5), y, shade: 0.9 * share });
                }
                let is_record = record == Some(grade);
                if is_record {
                    marks.push((x, y.0 + 0.5));
                    (hit, rated) = (hit + share, rated + 1);
                }
                let observed = record.map_or_else(String::new, |_| u8::from(is_record).to_string());
                data.rows.push(vec![
                    place.id.clone(),
                    year.to_string(),
                    rating.grade(grade).into(),
                    cell(share),
                    observed,
                ]);
            }
        }
        if rated > 0 {
            any_record = true;
            let share = percent(hit / f64::from(rated));
            agreed.push(format!("{} {share} in {}", place.name, count(rated as usize, "year")));
        }
        layers.push(Layer::Marks(marks));
        panels.push(Panel { title: place.name.clone(), own: None, layers });
    }
    let mut key = vec![
        Key::new("no replicate", Swatch::Fill(0.0)),
        Key::new("half of them", Swatch::Fill(0.45)),
        Key::new("all", Swatch::Fill(0.9)),
    ];
    let record = if any_record {
        key.push(Key::new("on record", Swatch::Mark));
        "White dots: the tier on record in that year, for single states; the run does not read the record unless tiers are pinned to it."
    } else {
        "The scenario has no record of these tiers for what is shown."
    };
    let title = scenario.titles.get(&format!("regime.{id}")).cloned().unwrap_or_else(|| id.clone());
    let watch = rating.watch.as_ref().map_or_else(String::new, |watch| {
        format!("; {}: watch list", rating.grade(usize::from(watch.grade)))
    });
    let columns = columns(panels.len());
    let said = if agreed.is_empty() {
        "There is no record beside them.".into()
    } else {
        format!("Mean share of the replicates in the tier on record: {}", listed(&agreed))
    };
    Figure {
        name: if scenario.world.ratings.len() == 1 { "tiers".into() } else { format!("tiers-{id}") },
        title: format!("Tiers by {id}{}", if any_record { " against the record" } else { "" }),
        caption: format!(
            "Share of the replicates in each tier (NR: not rated{watch}) of {title}, by year: the darker, the more. {record}"
        ),
        description: format!("{}, {} tiers by year. {said}", count(panels.len(), "panel"), keys.len()),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples {
            x: "year of the report".into(),
            y: "tier".into(),
            scale: Scale::Names(upwards.iter().map(|grade| rating.grade(*grade).to_string()).collect()),
            columns,
            field: field(columns).min(110.0),
            key,
            panels,
        }),
        data,
    }
}
