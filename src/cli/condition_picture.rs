//! Belief as a picture: motivation of each state given the record and in free runs, with the grades on record below it.

use crate::experiment::history::belief::Belief;
use crate::model::variable::Variable;
use crate::model::world::TIERS;
use crate::output::plot::{Key, Layer, Multiples, Panel, Plot, Scale, Swatch};

/// States that are drawn.
const MOST_PANELS: usize = 60;
/// Where the strip of the record lies, below the curves.
const STRIP: (f64, f64) = (-0.14, -0.04);
/// How dark each tier is: not rated, 1, 2, 2WL, 3.
const SHADES: [f64; TIERS.len()] = [0.0, 0.12, 0.34, 0.64, 0.96];
/// Opacity of the bands.
const BAND: f64 = 0.25;
/// Styles: given the record, and free.
const STYLES: [usize; 2] = [0, 1];

/// The picture.
pub(super) fn plot(belief: &Belief) -> Plot {
    let world = &belief.scenario.world;
    let year = |row: usize| f64::from(world.clock.start - 1 + row as i32);
    let (given, n) = (&belief.done.given, world.states.len());
    // The first regime whose grades are on record.
    let graded = |g: &usize| (0..n).any(|i| (0..given.years()).any(|y| given.grade(*g, i, y).is_some()));
    let rating = (0..world.ratings.len()).find(graded);
    let panel = |state: usize| {
        let mut layers = Vec::new();
        let all = |free: bool| {
            (0..belief.rows()).filter_map(move |row| {
                let of = if free {
                    belief.free(state, row, Variable::Motivation)
                } else {
                    belief.given(state, row, Variable::Motivation)
                };
                of.map(|d| (year(row), d))
            })
        };
        for (style, free) in STYLES.into_iter().zip([false, true]).rev() {
            let points = all(free).map(|(x, d)| (x, d.quantiles[0], d.quantiles[4])).collect();
            layers.push(Layer::Band { points, style, strength: BAND });
            layers.push(Layer::Line { points: all(free).map(|(x, d)| (x, d.mean)).collect(), style });
        }
        for y in 0..given.years() {
            if let Some(grade) = rating.and_then(|g| given.grade(g, state, y)) {
                let at = year(y + 1);
                let shade = SHADES[usize::from(grade)];
                layers.push(Layer::Cell { x: (at - 0.5, at + 0.5), y: STRIP, shade });
            }
        }
        Panel { title: belief.scenario.names[state].clone(), own: None, layers }
    };
    let mut key = Vec::new();
    for (style, name) in STYLES.into_iter().zip(["given the record, 90 %", "free runs, 90 %"]) {
        key.push(Key::new(name.to_string(), Swatch::Band(style, BAND)));
    }
    for (tier, shade) in TIERS.iter().zip(SHADES).skip(1).filter(|_| rating.is_some()) {
        key.push(Key::new(format!("tier {tier} on record"), Swatch::Fill(shade)));
    }
    let panels = (0..world.states.len().min(MOST_PANELS)).map(panel).collect();
    let scale = Scale::Between(STRIP.0 - 0.02, 1.0);
    Plot::Multiples(Multiples::over_years("motivation".into(), scale, key, panels))
}
