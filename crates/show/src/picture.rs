//! Pictures that commands leave beside their tables: small multiples of lines with intervals, bars with intervals, and maps, as
//! SVG and PNG, with a title.
//!
//! A picture says what is shown; [`plot`](crate::plot) draws it. It computes no statistic.

use crate::heatmap::HeatMap;
use crate::plot::{self, Key, Layer, Multiples, Plot, Rows, RowsPanel, Scale, Swatch, print};
use suasion::output::error::OutputError;

/// Panels of a picture that still opens everywhere.
const MOST_PANELS: usize = 60;

/// A point of a line: x, y, and the interval around y (low, high), where there is one.
pub type Point = (f64, f64, Option<(f64, f64)>);

/// A line with an interval around it.
#[derive(Clone, Debug)]
pub struct Line {
    /// What the legend calls it.
    pub name: String,
    /// Points, in order of x.
    pub points: Vec<Point>,
}

/// Lines of one place.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Title.
    pub title: String,
    /// Lines, in the same order in every panel.
    pub lines: Vec<Line>,
}

/// A bar with an interval: a name, a value, low and high.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What stands beside it.
    pub name: String,
    /// Where it ends.
    pub value: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
}

/// What a picture shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// Small multiples with common axes.
    Panels(Vec<Panel>),
    /// Bars from zero, top to bottom.
    Bars(Vec<Bar>),
    /// Numbers over two axes.
    Map(HeatMap),
}

/// A picture: title, axis labels with units, content.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Title.
    pub title: String,
    /// Label of the horizontal axis, with its unit.
    pub x: String,
    /// Label of the vertical axis, with its unit; not used by bars.
    pub y: String,
    /// What it shows.
    pub content: Content,
}

impl Picture {
    /// As SVG.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn svg(&self) -> Result<String, OutputError> {
        self.plot().headed_svg(&self.title)
    }

    /// As PNG.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn png(&self) -> Result<Vec<u8>, OutputError> {
        print::png(&self.svg()?)
    }

    fn plot(&self) -> Plot {
        match &self.content {
            Content::Panels(panels) => {
                let panels = &panels[..panels.len().min(MOST_PANELS)];
                let columns = plot::columns(panels.len());
                Plot::Multiples(Multiples {
                    x: self.x.clone(),
                    y: self.y.clone(),
                    scale: Scale::Found,
                    columns,
                    field: plot::field(columns),
                    key: key(panels),
                    panels: panels.iter().map(layers).collect(),
                })
            }
            Content::Bars(bars) => {
                let bar = |b: &Bar| plot::Bar { to: b.value, interval: b.interval, ..plot::Bar::default() };
                Plot::Rows(Rows {
                    x: self.x.clone(),
                    names: bars.iter().map(|bar| bar.name.clone()).collect(),
                    columns: 1,
                    key: Vec::new(),
                    shared: true,
                    panels: vec![RowsPanel {
                        title: String::new(),
                        bars: bars.iter().map(bar).map(Some).collect(),
                    }],
                })
            }
            Content::Map(map) => Plot::Map(map.clone(), [self.x.clone(), self.y.clone()]),
        }
    }
}

/// The lines of the panels by name, where there are several.
fn key(panels: &[Panel]) -> Vec<Key> {
    let lines = panels.first().map_or(&[][..], |panel| &panel.lines);
    let entry = |(i, line): (usize, &Line)| Key::new(&line.name, Swatch::Line(i));
    if lines.len() > 1 { lines.iter().enumerate().map(entry).collect() } else { Vec::new() }
}

fn layers(panel: &Panel) -> plot::Panel {
    let mut layers = Vec::new();
    for (style, line) in panel.lines.iter().enumerate() {
        let band = line.points.iter().filter_map(|(x, _, i)| i.map(|(low, high)| (*x, low, high)));
        let points: Vec<(f64, f64, f64)> = band.collect();
        if !points.is_empty() {
            layers.push(Layer::Band { points, style, strength: 0.22 });
        }
        layers.push(Layer::Line { points: line.points.iter().map(|(x, y, _)| (*x, *y)).collect(), style });
    }
    plot::Panel { title: panel.title.clone(), own: None, layers }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(lines: usize, panels: usize) -> Picture {
        let line = |l: usize| Line {
            name: format!("line {l}"),
            points: (0..5)
                .map(|i| (2001.0 + f64::from(i), 0.01 * f64::from(i) - 0.02 * l as f64, Some((-0.05, 0.05))))
                .collect(),
        };
        let panel = |p| Panel { title: format!("state {p}"), lines: (0..lines).map(line).collect() };
        Picture {
            title: "Differences".into(),
            x: "year".into(),
            y: "difference (0-1)".into(),
            content: Content::Panels((0..panels).map(panel).collect()),
        }
    }

    #[test]
    fn panels_carry_titles_units_and_a_legend_and_come_again() {
        let svg = example(2, 10).svg().unwrap();
        for expected in ["state 0", "state 9", "difference (0-1)", "year", "line 1", "Differences"] {
            assert!(svg.contains(expected), "{expected}");
        }
        assert_eq!(svg, example(2, 10).svg().unwrap());
        let png = example(2, 1).png().unwrap();
        assert!(png.starts_with(b"\x89PNG") && png == example(2, 1).png().unwrap());
    }

    #[test]
    fn bars_and_nothing_at_all_are_drawn() {
        let bar = |name: &str, value: f64| Bar {
            name: name.into(),
            value,
            interval: Some((value - 0.1, value + 0.1)),
        };
        let bars = Content::Bars(vec![bar("signalling", 0.3), bar("rest", -0.2)]);
        let picture = Picture { content: bars, ..example(1, 1) };
        let svg = picture.svg().unwrap();
        assert!(svg.contains("signalling") && svg.contains("rest"));
        for content in [Content::Bars(Vec::new()), Content::Panels(Vec::new())] {
            assert!(Picture { content, ..example(1, 1) }.svg().is_ok());
        }
        assert!(example(0, 3).png().is_ok());
    }

    #[test]
    fn maps_carry_levels_numbers_and_the_change_of_sign() {
        let map = HeatMap {
            x: vec![0.0, 0.5, 1.0],
            y: vec![0.0, 2.0],
            values: vec![0.0, -0.25, -0.5, 0.0, 0.25, 0.125],
            scale: "change (0-1)".into(),
        };
        let picture = Picture { content: Content::Map(map), ..example(1, 1) };
        let svg = picture.svg().unwrap();
        for expected in ["-0.50", "+0.25", "0.5", "change (0-1)", "year", "difference (0-1)"] {
            assert!(svg.contains(expected), "{expected}");
        }
        // Two pairs of neighbours of different sign, one above the other.
        assert_eq!(svg.matches("stroke-width=\"2\"").count(), 2);
        assert!(picture.png().unwrap().starts_with(b"\x89PNG"));
    }
}
