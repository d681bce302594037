//! Pictures for people: small multiples of lines with intervals, bars with intervals, and maps, as SVG and PNG.
//!
//! Readable in greyscale and by the colour-blind: lines differ by dash and lightness, bars by the side of zero that they
//! are on. It draws what it is given and computes no statistic.

use crate::output::error::OutputError;
use crate::output::heatmap::HeatMap;
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};
use std::fmt::Display;
use std::path::PathBuf;

const FONT: &str = "sans-serif";
const PANEL: (u32, u32) = (300, 210);
const HEADER: u32 = 64;
/// Panels of a picture that still opens everywhere.
const MOST_PANELS: usize = 60;
/// Pixels of a PNG for each of its SVG: enough for print.
const FINE: u32 = 2;

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
        let mut text = String::new();
        {
            let root = SVGBackend::with_string(&mut text, self.size(1)).into_drawing_area();
            self.draw(&root, 1).map_err(told)?;
            root.present().map_err(told)?;
        }
        Ok(text)
    }

    /// As PNG.
    ///
    /// # Errors
    /// If it cannot be drawn, or the file in which it is drawn cannot be made or read.
    pub fn png(&self) -> Result<Vec<u8>, OutputError> {
        // The library encodes into files alone, by the ending of their names.
        let folder = tempfile::tempdir().map_err(|error| OutputError::write(&std::env::temp_dir(), error))?;
        let path = folder.path().join("picture.png");
        {
            let root = BitMapBackend::new(&path, self.size(FINE)).into_drawing_area();
            self.draw(&root, FINE).map_err(told)?;
            root.present().map_err(told)?;
        }
        std::fs::read(&path).map_err(|error| OutputError::read(&path, error))
    }

    fn grid(panels: usize) -> (usize, usize) {
        let columns = match panels {
            0..=3 => panels.max(1),
            4 => 2,
            5..=9 => 3,
            10..=20 => 4,
            _ => 6,
        };
        (panels.div_ceil(columns).max(1), columns)
    }

    fn size(&self, scale: u32) -> (u32, u32) {
        let (width, height) = match &self.content {
            Content::Panels(panels) => {
                let (rows, columns) = Self::grid(panels.len().min(MOST_PANELS));
                ((PANEL.0 * columns as u32).max(480), HEADER + PANEL.1 * rows as u32)
            }
            Content::Bars(bars) => (720, HEADER + 60 + 26 * bars.len() as u32),
            Content::Map(_) => (HeatMap::size().0, HEADER + HeatMap::size().1),
        };
        (width * scale, height * scale)
    }

    fn draw<B: DrawingBackend>(&self, root: &DrawingArea<B, Shift>, scale: u32) -> Result<(), String> {
        let s = scale as i32;
        // Registering again is no error; without a font no letter can be drawn.
        register_font(FONT, FontStyle::Normal, ttf_noto_sans::REGULAR).map_err(|_| "the font is not read")?;
        root.fill(&WHITE).map_err(text)?;
        let (head, body) = root.split_vertically(HEADER * scale);
        head.draw(&Text::new(self.title.clone(), (12 * s, 10 * s), (FONT, 18 * s).into_font()))
            .map_err(text)?;
        match &self.content {
            Content::Panels(panels) => self.panels(&head, &body, panels, s),
            Content::Bars(bars) => self.bars(&body, bars, s),
            Content::Map(map) => map.draw(&body, (&self.x, &self.y), s),
        }
    }

    fn panels<B: DrawingBackend>(
        &self,
        head: &DrawingArea<B, Shift>,
        body: &DrawingArea<B, Shift>,
        panels: &[Panel],
        s: i32,
    ) -> Result<(), String> {
        let panels = &panels[..panels.len().min(MOST_PANELS)];
        let points = || panels.iter().flat_map(|p| &p.lines).flat_map(|l| &l.points);
        let ends = points().flat_map(|(_, y, i)| [*y, i.map_or(*y, |i| i.0), i.map_or(*y, |i| i.1)]);
        let (low, high) = span(ends);
        let (first, last) = points().fold((f64::MAX, f64::MIN), |(a, b), (x, _, _)| (a.min(*x), b.max(*x)));
        let mut x = 12 * s;
        if let Some(panel) = panels.first().filter(|panel| panel.lines.len() > 1) {
            for (i, line) in panel.lines.iter().enumerate() {
                stroke(head, i, &[(x, 47 * s), (x + 34 * s, 47 * s)], s)?;
                head.draw(&Text::new(line.name.clone(), (x + 40 * s, 40 * s), (FONT, 13 * s).into_font()))
                    .map_err(text)?;
                x += s * (60 + 8 * line.name.chars().count() as i32);
            }
        }
        let areas = body.split_evenly(Self::grid(panels.len()));
        for (panel, area) in panels.iter().zip(&areas) {
            let mut chart = ChartBuilder::on(area)
                .margin(8 * s)
                .caption(&panel.title, (FONT, 14 * s))
                .x_label_area_size(34 * s)
                .y_label_area_size(56 * s)
                .build_cartesian_2d(first..last.max(first + 1.0), low..high)
                .map_err(text)?;
            chart
                .configure_mesh()
                .disable_x_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(BLACK.mix(0.12))
                .x_labels(4)
                .y_labels(5)
                .x_label_formatter(&|x| format!("{x:.0}"))
                .y_label_formatter(&|y| tick(*y, high - low))
                .x_desc(&self.x)
                .y_desc(&self.y)
                .label_style((FONT, 11 * s))
                .axis_desc_style((FONT, 11 * s))
                .draw()
                .map_err(text)?;
            chart.draw_series(LineSeries::new([(first, 0.0), (last, 0.0)], BLACK.mix(0.6))).map_err(text)?;
            for (i, line) in panel.lines.iter().enumerate() {
                let upper = line.points.iter().filter_map(|(x, _, i)| i.map(|i| (*x, i.1)));
                let lower = line.points.iter().rev().filter_map(|(x, _, i)| i.map(|i| (*x, i.0)));
                let band: Vec<(f64, f64)> = upper.chain(lower).collect();
                if !band.is_empty() {
                    let fill = style(i).0.mix(0.25).filled();
                    chart.draw_series([Polygon::new(band, fill)]).map_err(text)?;
                }
                let (color, dash) = style(i);
                let points: Vec<(f64, f64)> = line.points.iter().map(|(x, y, _)| (*x, *y)).collect();
                if dash == 0 {
                    chart
                        .draw_series(LineSeries::new(points, color.stroke_width(2 * s as u32)))
                        .map_err(text)?;
                } else {
                    chart
                        .draw_series(DashedLineSeries::new(
                            points,
                            dash * s as u32,
                            4 * s as u32,
                            color.stroke_width(2 * s as u32),
                        ))
                        .map_err(text)?;
                }
            }
        }
        Ok(())
    }

    fn bars<B: DrawingBackend>(
        &self,
        body: &DrawingArea<B, Shift>,
        bars: &[Bar],
        s: i32,
    ) -> Result<(), String> {
        let ends = bars.iter().flat_map(|b| {
            [b.value, b.interval.map_or(b.value, |i| i.0), b.interval.map_or(b.value, |i| i.1)]
        });
        let (low, high) = span(ends);
        let count = bars.len() as f64;
        let mut chart = ChartBuilder::on(body)
            .margin(8 * s)
            .x_label_area_size(36 * s)
            .y_label_area_size(190 * s)
            .build_cartesian_2d(low..high, count..0.0)
            .map_err(text)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .x_label_formatter(&|x| tick(*x, high - low))
            .x_desc(&self.x)
            .label_style((FONT, 12 * s))
            .axis_desc_style((FONT, 13 * s))
            .draw()
            .map_err(text)?;
        for (i, bar) in bars.iter().enumerate() {
            let middle = i as f64 + 0.5;
            // Light to the right of zero, dark to the left: told apart without colour.
            let fill = if bar.value < 0.0 { style(1).0.filled() } else { style(2).0.filled() };
            let corners = [(0.0, i as f64 + 0.2), (bar.value, i as f64 + 0.8)];
            chart.draw_series([Rectangle::new(corners, fill)]).map_err(text)?;
            if let Some((from, to)) = bar.interval {
                let line = LineSeries::new([(from, middle), (to, middle)], BLACK.stroke_width(s as u32));
                chart.draw_series(line).map_err(text)?;
            }
            let (_, y) = chart.plotting_area().map_coordinate(&(0.0, middle));
            let (_, top) = body.get_base_pixel();
            let anchor =
                (FONT, 13 * s).into_font().into_text_style(body).pos(Pos::new(HPos::Right, VPos::Center));
            body.draw(&Text::new(bar.name.clone(), (190 * s, y - top), anchor)).map_err(text)?;
        }
        chart.draw_series(LineSeries::new([(0.0, 0.0), (0.0, count)], BLACK)).map_err(text)?;
        Ok(())
    }
}

/// Colour and length of dashes of a line, by its position: dark to light, solid to dotted.
fn style(i: usize) -> (RGBColor, u32) {
    // The palette of Okabe and Ito.
    const STYLES: [(RGBColor, u32); 6] = [
        (RGBColor(0, 0, 0), 0),
        (RGBColor(0, 114, 178), 9),
        (RGBColor(230, 159, 0), 4),
        (RGBColor(213, 94, 0), 14),
        (RGBColor(0, 158, 115), 2),
        (RGBColor(86, 180, 233), 6),
    ];
    STYLES[i % STYLES.len()]
}

fn stroke<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    i: usize,
    line: &[(i32, i32)],
    s: i32,
) -> Result<(), String> {
    let (color, dash) = style(i);
    let stroke = color.stroke_width(2 * s as u32);
    if dash == 0 {
        return area.draw(&PathElement::new(line.to_vec(), stroke)).map_err(text);
    }
    let dashes = DashedPathElement::new(line.iter().copied(), dash * s as u32, 4 * s as u32, stroke);
    area.draw(&dashes).map_err(text)
}

/// From the least to the greatest, with zero and some air.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.filter(|x| x.is_finite()).fold((0.0, 0.0), |(a, b): (f64, f64), x| (a.min(x), b.max(x)));
    if high - low <= 0.0 {
        return (-0.01, 0.01);
    }
    let air = 0.06 * (high - low);
    (low - if low < 0.0 { air } else { 0.0 }, high + if high > 0.0 { air } else { 0.0 })
}

/// A number at an axis, with as many decimals as its range needs.
fn tick(x: f64, range: f64) -> String {
    let decimals = match range {
        r if r < 0.05 => 3,
        r if r < 5.0 => 2,
        _ => 0,
    };
    let label = format!("{x:.decimals$}");
    if label.trim_matches(['-', '0', '.']).is_empty() { "0".into() } else { label }
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn told(error: impl Display) -> OutputError {
    OutputError::Encode { path: PathBuf::from("the picture"), reason: error.to_string() }
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

    #[test]
    fn ticks_are_short() {
        assert_eq!(
            (tick(-0.0001, 1.0), tick(0.02, 0.04), tick(120.0, 400.0)),
            ("0".into(), "0.020".into(), "120".into())
        );
    }
}
