//! Figure of adoption: the share of replicates that have adopted each instrument, with the record beside it.

use super::figure::{Data, Figure, cell, count, listed, percent};
use super::folder::Folder;
use super::numbers::Numbers;
use super::places::Places;
use crate::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch};
use suasion::model::variable::Variable;
use suasion::model::world::Instrument;

pub(super) fn figure(folder: &Folder, places: &Places, numbers: &Numbers) -> Option<Figure> {
    let scenario = &folder.scenario;
    // Those of which something was kept.
    let all = scenario.world.instruments.iter().enumerate();
    let seen = |(j, _): &(usize, &Instrument)| numbers.has(&Variable::Adopted(*j).name(&scenario.world));
    let instruments: Vec<(usize, &Instrument)> = all.filter(seen).collect();
    if instruments.is_empty() {
        return None;
    }
    let mut data = Data::new(&["place", "year", "instrument", "share", "observed_date"]);
    let (mut panels, mut ends) = (Vec::new(), Vec::new());
    let last = numbers.rows() - 1;
    for (p, place) in places.all.iter().enumerate() {
        let (mut lines, mut records, mut said) = (Vec::new(), Vec::new(), Vec::new());
        for &(j, instrument) in &instruments {
            let variable = Variable::Adopted(j).name(&scenario.world);
            let record = place.state().and_then(|i| scenario.observed.adoption(j, i));
            let mut points = Vec::new();
            for (row, year) in folder.years().enumerate() {
                let share = numbers.mean(&variable, p, row);
                points.push((f64::from(year), share));
                let date = record.map_or_else(String::new, |date| format!("{date:.3}"));
                data.rows.push(vec![
                    place.id.clone(),
                    year.to_string(),
                    instrument.id.clone(),
                    cell(share),
                    date,
                ]);
            }
            lines.push(Layer::Line { points, style: j });
            // Values are those at the ends of years: a date within 2005 lies between the ends of 2004 and 2005.
            records.extend(record.map(|date| Layer::Upright { x: date - 1.0, style: j }));
            said.push(format!("{} {}", instrument.id, percent(numbers.mean(&variable, p, last))));
        }
        ends.push(format!("{}: {}", place.name, said.join(", ")));
        panels.push(Panel {
            title: place.name.clone(),
            own: None,
            layers: records.into_iter().chain(lines).collect(),
        });
    }
    let mut key: Vec<Key> = instruments.iter().map(|(j, i)| Key::new(&i.id, Swatch::Line(*j))).collect();
    let has_record = scenario.observed.adoptions.iter().flatten().any(Option::is_some);
    let record = if has_record {
        key.push(Key::new("adopted on record, in the instrument's style", Swatch::Upright(0)));
        " Uprights with a foot: the date of adoption on record, for single states; none where it lies outside the run, or there is none."
    } else {
        ""
    };
    let titles: Vec<String> = instruments
        .iter()
        .map(|(_, instrument)| {
            let title = scenario.titles.get(&format!("instrument.{}", instrument.id));
            title.map_or_else(|| instrument.id.clone(), |title| format!("{}: {title}", instrument.id))
        })
        .collect();
    Some(Figure {
        name: "adoption".into(),
        title: "Adoption of instruments".into(),
        caption: format!(
            "Share of the replicates (0-1) that have adopted each instrument by the end of each year. {}.{record}",
            titles.join("; ")
        ),
        description: format!("{}. Adopted by the end: {}", count(panels.len(), "panel"), listed(&ends)),
        notes: Vec::new(),
        plot: Plot::Multiples(Multiples::over_years(
            "share of replicates (0-1)".into(),
            Scale::Between(0.0, 1.0),
            key,
            panels,
        )),
        data,
    })
}
