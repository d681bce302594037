//! The sheet that plots are drawn on: lines, fills and letters at places given in units of 1/96 inch.
//!
//! The library draws at whole numbers, so the sheet is ten times as fine as the unit.

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, register_font};
use std::fmt::Display;

/// Steps of the sheet in a unit.
pub(super) const FINE: f64 = 10.0;

const FONT: &str = "sans-serif";

/// The library makes letters smaller than it is told by this much.
const LETTER: f64 = 1.24;

/// The library measures a font by its height, from the highest letter to the lowest: that of ours in units of its size.
const FONT_HEIGHT: f64 = 1.362;

/// Where a text stands from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

pub(super) struct Canvas<'a, 'b> {
    area: &'a DrawingArea<SVGBackend<'b>, Shift>,
}

impl<'a, 'b> Canvas<'a, 'b> {
    /// A white sheet.
    pub fn new(area: &'a DrawingArea<SVGBackend<'b>, Shift>) -> Result<Canvas<'a, 'b>, String> {
        // Registering again is no error; without a font no letter can be drawn.
        register_font(FONT, FontStyle::Normal, ttf_noto_sans::REGULAR).map_err(|_| "the font is not read")?;
        area.fill(&WHITE).map_err(told)?;
        Ok(Canvas { area })
    }

    pub fn line(
        &self,
        points: &[(f64, f64)],
        color: RGBColor,
        width: f64,
        dash: Option<f64>,
    ) -> Result<(), String> {
        let stroke = color.stroke_width(fine(width) as u32);
        let points = points.iter().copied().map(at);
        match dash {
            None => self.area.draw(&PathElement::new(points.collect::<Vec<_>>(), stroke)).map_err(told),
            Some(dash) => {
                let dashes = DashedPathElement::new(points, fine(dash) as u32, fine(2.5) as u32, stroke);
                self.area.draw(&dashes).map_err(told)
            }
        }
    }

    pub fn polygon(&self, points: &[(f64, f64)], color: RGBColor, opacity: f64) -> Result<(), String> {
        let points: Vec<_> = points.iter().copied().map(at).collect();
        self.area.draw(&Polygon::new(points, color.mix(opacity))).map_err(told)
    }

    pub fn fill(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<(), String> {
        self.area.draw(&Rectangle::new([at(from), at(to)], color.filled())).map_err(told)
    }

    pub fn frame(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<(), String> {
        let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
        self.line(&corners, color, 0.6, None)
    }

    /// A disc with a rim.
    pub fn dot(
        &self,
        middle: (f64, f64),
        radius: f64,
        inside: RGBColor,
        rim: RGBColor,
    ) -> Result<(), String> {
        let radius = fine(radius);
        self.area.draw(&Circle::new(at(middle), radius, inside.filled())).map_err(told)?;
        self.area.draw(&Circle::new(at(middle), radius, rim.stroke_width(fine(0.9) as u32))).map_err(told)
    }

    /// A line around something, which is faintly filled.
    pub fn ring(&self, corners: &[(f64, f64)], color: RGBColor) -> Result<(), String> {
        self.polygon(corners, color, 0.07)?;
        let closed: Vec<_> = corners.iter().chain(corners.first()).copied().collect();
        self.line(&closed, color, 0.5, Some(4.0))
    }

    /// Text whose middle is at the height of its place.
    pub fn text(
        &self,
        text: &str,
        place: (f64, f64),
        size: f64,
        anchor: Anchor,
        color: RGBColor,
    ) -> Result<(), String> {
        let across = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let style =
            (FONT, size * LETTER * FINE).into_font().color(&color).pos(Pos::new(across, VPos::Center));
        self.area.draw(&Text::new(text.to_string(), at(place), style)).map_err(told)
    }

    /// Width of a text as it is drawn.
    pub fn measured(&self, text: &str, size: f64) -> Result<f64, String> {
        let style = (FONT, size * FONT_HEIGHT * FINE).into_font().into();
        let (wide, _) = self.area.estimate_text_size(text, &style).map_err(told)?;
        Ok(f64::from(wide) / FINE)
    }

    /// Text that is read from below, its middle at its place.
    pub fn upright(&self, text: &str, place: (f64, f64), size: f64) -> Result<(), String> {
        let font = (FONT, size * LETTER * FINE).into_font().transform(FontTransform::Rotate270);
        let style = font.color(&BLACK).pos(Pos::new(HPos::Center, VPos::Center));
        self.area.draw(&Text::new(text.to_string(), at(place), style)).map_err(told)
    }
}

fn fine(x: f64) -> i32 {
    (x * FINE).round() as i32
}

fn at((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

fn told(error: impl Display) -> String {
    error.to_string()
}

/// Width of a text, about: letters of the font are half as wide as high, in the mean.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.56
}

/// A text cut to a width, in the middle, since names that begin alike end otherwise.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    let all: Vec<char> = text.chars().collect();
    let letters = ((room / (size * 0.56)) as usize).saturating_sub(1).max(2);
    // Of three letters or fewer nothing would be gained.
    if width(text, size) <= room || all.len() <= letters.max(3) {
        return text.to_string();
    }
    // From here on there are more than `letters`, of which at least two are kept.
    let tail = (letters / 3).clamp(1, 5);
    let (head, tail) = (&all[..letters - tail], &all[all.len() - tail..]);
    format!("{}…{}", head.iter().collect::<String>().trim_end(), tail.iter().collect::<String>().trim_start())
}

/// Colour and length of dashes of a line, by its position: dark to light, solid to dotted (the palette of Okabe and Ito).
pub(super) fn style(i: usize) -> (RGBColor, Option<f64>) {
    const STYLES: [(RGBColor, Option<f64>); 7] = [
        (RGBColor(0, 0, 0), None),
        (RGBColor(0, 114, 178), Some(7.0)),
        (RGBColor(213, 94, 0), Some(2.5)),
        (RGBColor(0, 158, 115), Some(12.0)),
        (RGBColor(204, 121, 167), Some(4.5)),
        (RGBColor(230, 159, 0), Some(1.2)),
        (RGBColor(86, 180, 233), Some(18.0)),
    ];
    // Of more lines than that, colours come again with the dashes of others.
    let n = STYLES.len();
    (STYLES[i % n].0, STYLES[(i + i / n) % n].1)
}

/// A shade of blue from white (0) to dark (1), evenly in lightness.
pub(super) fn shade(share: f64) -> RGBColor {
    let t = share.clamp(0.0, 1.0);
    let [r, g, b] = [(255.0, 8.0), (255.0, 48.0), (255.0, 107.0)]
        .map(|(light, dark)| (light + (dark - light) * t).round() as u8);
    RGBColor(r, g, b)
}

/// Black or white, whichever is read on a shade.
pub(super) fn ink(share: f64) -> RGBColor {
    if share > 0.5 { WHITE } else { BLACK }
}

/// From the least to the greatest, with zero and some air.
pub(super) fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.filter(|x| x.is_finite()).fold((0.0, 0.0), |(a, b): (f64, f64), x| (a.min(x), b.max(x)));
    if high - low <= 0.0 {
        return (-0.01, 0.01);
    }
    let air = 0.06 * (high - low);
    (low - if low < 0.0 { air } else { 0.0 }, high + if high > 0.0 { air } else { 0.0 })
}

/// Round numbers between two ends, about so many.
pub(super) fn ticks((low, high): (f64, f64), most: usize) -> Vec<f64> {
    use plotters::coord::ranged1d::Ranged;
    // The library does not bear other ends.
    if !(low < high && (high - low).is_finite() && low.abs().max(high.abs()) < 1e12 * (high - low)) {
        return Vec::new();
    }
    plotters::coord::types::RangedCoordf64::from(low..high).key_points(most)
}

/// A number at an axis, with as many decimals as the step between ticks needs.
pub(super) fn number(x: f64, ticks: &[f64]) -> String {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    // Of one alone, as many as it has itself.
    let step = if step.is_finite() { step } else { x };
    let scales = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5];
    let whole = |scale: &f64| (step * scale - (step * scale).round()).abs() < 1e-6;
    let decimals = scales.iter().position(whole).unwrap_or(scales.len());
    let label = format!("{x:.decimals$}");
    if label.trim_matches(['-', '0', '.']).is_empty() { "0".into() } else { label }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_differ_beyond_the_palette() {
        let all: Vec<_> = (0..21).map(style).collect();
        assert!((0..21).all(|i| (0..i).all(|j| all[i] != all[j])));
        assert_eq!(number(2000.0, &[2000.0]), "2000");
    }

    #[test]
    fn numbers_have_the_decimals_that_their_ticks_need() {
        assert_eq!(number(0.25, &[0.0, 0.25, 0.5]), "0.25");
        assert_eq!(
            (number(-0.0, &[0.0, 0.5]).as_str(), number(2005.0, &[2000.0, 2005.0]).as_str()),
            ("0", "2005")
        );
        assert_eq!(number(0.002, &[0.0, 0.002]), "0.002");
    }

    #[test]
    fn a_text_is_cut_where_there_is_no_room() {
        assert_eq!(fitted("Viet Nam", 10.0, 80.0), "Viet Nam");
        assert_eq!(fitted("central-europe-17", 10.0, 60.0), "centra…-17");
        assert_eq!(fitted("abcd", 10.0, 1.0), "a…d");
        // Short ones, and none, are left as they are, however little room there is.
        assert_eq!((fitted("中", 10.0, 1.0).as_str(), fitted("", 10.0, -5.0).as_str()), ("中", ""));
        assert_eq!(fitted(&"ن".repeat(150), 9.0, 100.0).chars().count(), 19);
    }

    #[test]
    fn an_axis_without_ends_has_no_ticks() {
        for ends in
            [(f64::NAN, 1.0), (0.0, f64::INFINITY), (1.0, 1.0), (-f64::MAX, f64::MAX), (1e300, 1e300 + 1e285)]
        {
            assert!(ticks(ends, 5).is_empty(), "{ends:?}");
        }
        assert!(!ticks((0.0, 1e15), 5).is_empty() && !ticks((2000.0, 2001.0), 5).is_empty());
    }

    #[test]
    fn shades_darken_and_ink_is_read_on_them() {
        let light = |c: RGBColor| 0.3 * f64::from(c.0) + 0.59 * f64::from(c.1) + 0.11 * f64::from(c.2);
        assert!(
            (0..4).all(|i| light(shade(f64::from(i) / 4.0)) > light(shade(f64::from(i + 1) / 4.0)) + 30.0)
        );
        assert_eq!((ink(0.2), ink(0.8)), (BLACK, WHITE));
    }
}
