//! The hindcast as a picture: for each state the share of replicates in each tier by year, with the record below it and
//! the law marked. It computes nothing.

use suasion::experiment::hindcast::{Hindcast, StateCourse, Tiers};
use suasion_show::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch, columns, field, shade_of_grade};

/// Where the strip of the record lies, below the shares.
const STRIP: (f64, f64) = (-0.2, -0.05);
/// Styles of the marks of the law: on record, and the median of replicates.
const LAW: [usize; 2] = [2, 0];

/// The picture of a regime's tiers; none where there are none on record.
pub(super) fn plot(hindcast: &Hindcast, regime: usize) -> Option<Plot> {
    let law = hindcast.law.as_ref();
    let panels: Vec<Panel> = hindcast
        .states
        .iter()
        .filter_map(|state| {
            Some(Panel {
                title: state.name.clone(),
                own: None,
                layers: layers(state, state.tiers.get(regime)?, law),
            })
        })
        .collect();
    if panels.is_empty() {
        return None;
    }
    let columns = columns(panels.len());
    let codes = hindcast.states.iter().find_map(|state| Some(&state.tiers.get(regime)?.codes))?;
    let tier = |(grade, name): (usize, &String)| {
        let name = if grade == 0 { "not rated".to_string() } else { format!("tier {name}") };
        Key::new(name, Swatch::Fill(shade_of_grade(grade, codes.len() - 1)))
    };
    let mut key: Vec<Key> = codes.iter().enumerate().map(tier).collect();
    if let Some(law) = law {
        key.push(Key::new(format!("{law} on record"), Swatch::Upright(LAW[0])));
        key.push(Key::new("median of replicates", Swatch::Upright(LAW[1])));
    }
    Some(Plot::Multiples(Multiples {
        x: "year of the report".into(),
        y: "share of replicates; below, the record".into(),
        scale: Scale::Between(STRIP.0 - 0.02, 1.0),
        columns,
        field: field(columns).max(96.0),
        key,
        panels,
    }))
}

fn layers(state: &StateCourse, tiers: &Tiers, law: Option<&String>) -> Vec<Layer> {
    let mut layers = Vec::new();
    let shade = |code: usize| shade_of_grade(code, tiers.codes.len() - 1);
    for (y, shares) in tiers.shares.iter().enumerate() {
        let at = f64::from(tiers.first) + y as f64;
        let x = (at - 0.5, at + 0.5);
        let mut from = 0.0;
        for (code, share) in shares.iter().enumerate() {
            if *share > 0.0 {
                layers.push(Layer::Cell { x, y: (from, from + share), shade: shade(code) });
                from += share;
            }
        }
        let on_record = tiers.record[y].as_ref().and_then(|tier| tiers.codes.iter().position(|t| t == tier));
        if let Some(grade) = on_record {
            layers.push(Layer::Cell { x, y: STRIP, shade: shade(grade) });
        }
    }
    if let Some(law) = state.adoptions.iter().find(|adoption| Some(&adoption.instrument) == law) {
        let marks = [law.record.map(f64::floor), law.simulated[1].map(f64::from)];
        for (year, style) in marks.into_iter().zip(LAW) {
            let first = f64::from(tiers.first);
            let inside = |year: &f64| (first..first + tiers.shares.len() as f64).contains(year);
            layers.extend(year.filter(inside).map(|x| Layer::Upright { x, style }));
        }
    }
    layers
}
