//! A map of numbers over two axes: a shade for each cell, the number in it where there is room, and a line between
//! cells of different sign. It draws what it is given.
//!
//! Numbers of one sign go from white (the least) to orange. Differences go from blue (lower) over white to orange (higher), which the colour-blind tell apart; in greyscale the
//! numbers and the line of the change of sign tell them apart.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::fmt::Display;

const FONT: &str = "sans-serif";
/// Widest and highest that the field of cells may be, and the margins around it: left, below, right.
const FIELD: (i32, i32) = (620, 400);
const MARGIN: (i32, i32, i32) = (110, 70, 110);
/// Cells smaller than this carry no number.
const ROOM: (i32, i32) = (44, 18);
/// Levels that are labelled on an axis.
const MOST_LABELS: usize = 11;

/// Numbers over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Levels of the horizontal axis.
    pub x: Vec<f64>,
    /// Levels of the vertical axis.
    pub y: Vec<f64>,
    /// Numbers by level of y, then of x.
    pub values: Vec<f64>,
    /// What the numbers are, with their unit.
    pub scale: String,
}

impl HeatMap {
    /// Size of the picture below its header.
    pub(super) fn size() -> (u32, u32) {
        ((MARGIN.0 + FIELD.0 + MARGIN.2) as u32, (FIELD.1 + MARGIN.1 + 12) as u32)
    }

    /// Draws it: `x` and `y` are what the axes are called, `s` the pixels of a unit.
    pub(super) fn draw<B: DrawingBackend>(
        &self,
        body: &DrawingArea<B, Shift>,
        (x, y): (&str, &str),
        s: i32,
    ) -> Result<(), String> {
        let (columns, rows) = (self.x.len().max(1) as i32, self.y.len().max(1) as i32);
        let cell = (FIELD.0 * s / columns, FIELD.1 * s / rows);
        let (left, bottom) = (MARGIN.0 * s, rows * cell.1);
        let range = self.range();
        let corner = |column: i32, row: i32| (left + column * cell.0, bottom - row * cell.1);
        let write = |text: &str, at: (i32, i32), size: i32, anchor: Pos, color: RGBColor| {
            let style = (FONT, size * s).into_font().color(&color).pos(anchor);
            body.draw(&Text::new(text.to_string(), at, style)).map_err(told)
        };
        let middle = Pos::new(HPos::Center, VPos::Center);
        for row in 0..rows {
            for column in 0..columns {
                let Some(&value) = self.values.get((row * columns + column) as usize) else { continue };
                let (a, b) = (corner(column, row), corner(column + 1, row + 1));
                let fill = shade(range.share(value));
                body.draw(&Rectangle::new([a, b], fill.filled())).map_err(told)?;
                if cell.0 >= ROOM.0 * s && cell.1 >= ROOM.1 * s {
                    let at = (i32::midpoint(a.0, b.0), i32::midpoint(a.1, b.1));
                    write(&range.write(value), at, 11, middle, ink(fill))?;
                }
            }
        }
        let frame = Rectangle::new([corner(0, 0), corner(columns, rows)], BLACK.mix(0.4));
        body.draw(&frame).map_err(told)?;
        self.boundary(body, columns, rows, &corner, s)?;
        let labelled = |n: i32| (n as usize).div_ceil(MOST_LABELS) as i32;
        for column in (0..columns).step_by(labelled(columns) as usize) {
            let at = (corner(column, 0).0 + cell.0 / 2, bottom + 6 * s);
            write(&short(self.x[column as usize]), at, 12, Pos::new(HPos::Center, VPos::Top), BLACK)?;
        }
        for row in (0..rows).step_by(labelled(rows) as usize) {
            let at = (left - 8 * s, corner(0, row).1 - cell.1 / 2);
            write(&short(self.y[row as usize]), at, 12, Pos::new(HPos::Right, VPos::Center), BLACK)?;
        }
        let below = (left + columns * cell.0 / 2, bottom + 32 * s);
        write(x, below, 13, Pos::new(HPos::Center, VPos::Top), BLACK)?;
        let upright = (FONT, 13 * s).into_font().transform(FontTransform::Rotate270);
        let style = upright.color(&BLACK).pos(Pos::new(HPos::Center, VPos::Top));
        body.draw(&Text::new(y.to_string(), (14 * s, bottom / 2), style)).map_err(told)?;
        self.legend(body, range, left + columns * cell.0 + 24 * s, bottom, s)
    }

    /// The line where the sign changes between neighbours.
    fn boundary<B: DrawingBackend>(
        &self,
        body: &DrawingArea<B, Shift>,
        columns: i32,
        rows: i32,
        corner: &impl Fn(i32, i32) -> (i32, i32),
        s: i32,
    ) -> Result<(), String> {
        let sign = |column: i32, row: i32| {
            self.values
                .get((row * columns + column) as usize)
                .map_or(0, |v| i32::from(*v > 0.0) - i32::from(*v < 0.0))
        };
        let line =
            |a, b| body.draw(&PathElement::new(vec![a, b], BLACK.stroke_width(2 * s as u32))).map_err(told);
        for row in 0..rows {
            for column in 0..columns {
                let here = sign(column, row);
                if column + 1 < columns && here * sign(column + 1, row) < 0 {
                    line(corner(column + 1, row), corner(column + 1, row + 1))?;
                }
                if row + 1 < rows && here * sign(column, row + 1) < 0 {
                    line(corner(column, row + 1), corner(column + 1, row + 1))?;
                }
            }
        }
        Ok(())
    }

    fn legend<B: DrawingBackend>(
        &self,
        body: &DrawingArea<B, Shift>,
        range: Range,
        left: i32,
        bottom: i32,
        s: i32,
    ) -> Result<(), String> {
        const STEPS: i32 = 32;
        let value = |i: i32| range.low + (range.high - range.low) * f64::from(i) / f64::from(STEPS - 1);
        let height = bottom / STEPS;
        for i in 0..STEPS {
            let top = bottom - (i + 1) * height;
            let area = Rectangle::new(
                [(left, top), (left + 16 * s, top + height)],
                shade(range.share(value(i))).filled(),
            );
            body.draw(&area).map_err(told)?;
        }
        let mut marks = vec![(0, range.low), (STEPS - 1, range.high)];
        if range.is_signed() {
            marks.push((STEPS / 2, 0.0));
        }
        for (i, value) in marks {
            let style = (FONT, 11 * s).into_font().color(&BLACK).pos(Pos::new(HPos::Left, VPos::Center));
            let at = (left + 20 * s, bottom - i * height - height / 2);
            body.draw(&Text::new(range.write(value), at, style)).map_err(told)?;
        }
        let style = (FONT, 12 * s).into_font().transform(FontTransform::Rotate90).color(&BLACK);
        let style = style.pos(Pos::new(HPos::Center, VPos::Bottom));
        body.draw(&Text::new(self.scale.clone(), (left + 64 * s, bottom / 2), style)).map_err(told)
    }

    /// Both ways from 0 as far as the greatest goes, where something is below 0; else from the least to the greatest.
    fn range(&self) -> Range {
        let ends = self.values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
        let most = f64::max(ends.1, -ends.0);
        match ends {
            (low, high) if low > high => Range { low: 0.0, high: 0.0 },
            (low, _) if low < 0.0 => Range { low: -most, high: most },
            (low, high) => Range { low, high },
        }
    }
}

/// Ends of the scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    fn is_signed(self) -> bool {
        self.low < 0.0
    }

    /// How far a value is from the middle of a signed scale, or from the least of another.
    fn share(self, value: f64) -> f64 {
        let from = if self.is_signed() { 0.0 } else { self.low };
        if self.high > from { (value - from) / (self.high - from) } else { 0.0 }
    }

    fn write(self, value: f64) -> String {
        let text = signed(value, self.high);
        if self.is_signed() { text } else { text.trim_start_matches('+').to_string() }
    }
}

/// The shade of a share of the most, -1 to 1: blue below zero, orange above, darker further out (Okabe and Ito's hues).
fn shade(share: f64) -> RGBColor {
    let end = if share < 0.0 { [0.0, 82.0, 140.0] } else { [190.0, 90.0, 0.0] };
    let t = share.abs().min(1.0);
    let [r, g, b] = end.map(|end| (255.0 + (end - 255.0) * t).round() as u8);
    RGBColor(r, g, b)
}

/// Black or white, whichever can be read on a shade.
fn ink(fill: RGBColor) -> RGBColor {
    let light = 0.3 * f64::from(fill.0) + 0.59 * f64::from(fill.1) + 0.11 * f64::from(fill.2);
    if light > 130.0 { BLACK } else { WHITE }
}

/// A number with its sign, with decimals to tell a hundredth of the most.
fn signed(value: f64, most: f64) -> String {
    let decimals = match most {
        m if m < 0.1 => 3,
        m if m < 10.0 => 2,
        _ => 0,
    };
    let text = format!("{value:+.decimals$}");
    if text[1..].trim_matches(['0', '.']).is_empty() { "0".into() } else { text }
}

fn short(x: f64) -> String {
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn told(error: impl Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_part_the_signs_and_ink_can_be_read() {
        assert_eq!(shade(0.0), RGBColor(255, 255, 255));
        assert!(shade(-1.0).2 > shade(-1.0).0 && shade(1.0).0 > shade(1.0).2);
        assert_eq!((ink(shade(0.1)), ink(shade(-1.0))), (BLACK, WHITE));
    }

    #[test]
    fn a_scale_goes_both_ways_from_0_or_from_the_least() {
        let map = |values: &[f64]| HeatMap {
            x: vec![0.0, 1.0],
            y: vec![0.0],
            values: values.to_vec(),
            scale: String::new(),
        };
        let (both, one) = (map(&[-0.2, 0.1]).range(), map(&[0.2, 0.3]).range());
        assert_eq!((both, one), (Range { low: -0.2, high: 0.2 }, Range { low: 0.2, high: 0.3 }));
        assert_eq!((both.share(-0.2), both.share(0.1), one.share(0.2)), (-1.0, 0.5, 0.0));
        assert_eq!((both.write(0.1).as_str(), one.write(0.25).as_str()), ("+0.10", "0.25"));
        assert_eq!((map(&[0.4, 0.4]).range().share(0.4), map(&[]).range().share(0.0)), (0.0, 0.0));
    }

    #[test]
    fn numbers_are_signed_and_short() {
        assert_eq!((signed(0.0312, 0.06).as_str(), signed(-0.0, 0.06).as_str()), ("+0.031", "0"));
        assert_eq!(
            (signed(-12.4, 40.0).as_str(), short(0.25).as_str(), short(2.0).as_str()),
            ("-12", "0.25", "2")
        );
    }
}
