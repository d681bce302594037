//! The key of a plot: what its lines, fills and marks are.

use super::WIDTH;
use super::canvas::{Anchor, Canvas, fitted, shade, style, width};
use super::rows::{HIGHER, LOWER};
use plotters::prelude::{BLACK, RGBColor, WHITE};

const LEFT: f64 = 46.0;
const KEY_LINE: f64 = 16.0;
const AXIS: RGBColor = RGBColor(90, 90, 90);

/// An entry of the key.
#[derive(Clone, Debug)]
pub struct Key {
    /// What it is.
    pub name: String,
    /// How it looks.
    pub swatch: Swatch,
}

/// How something looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Swatch {
    /// A line of this style.
    Line(usize),
    /// A band of the line of this style, and its opacity.
    Band(usize, f64),
    /// A fill of this shade.
    Fill(f64),
    /// A white dot with a rim.
    Mark,
    /// A bar that goes up.
    Higher,
    /// A bar that goes down.
    Lower,
    /// A small dot.
    Dot,
    /// An upright line of this style.
    Upright(usize),
}

impl Key {
    /// An entry.
    pub fn new(name: impl Into<String>, swatch: Swatch) -> Key {
        Key { name: name.into(), swatch }
    }
}

/// Entries of a key at their places (left end and middle), and how high they are together.
fn laid(key: &[Key]) -> (Vec<(f64, f64)>, f64) {
    let (mut x, mut y) = (LEFT, KEY_LINE / 2.0);
    let mut places = Vec::new();
    for entry in key {
        let wide = 32.0 + width(&name(entry), 9.0) + 12.0;
        if x + wide > WIDTH && x > LEFT {
            (x, y) = (LEFT, y + KEY_LINE);
        }
        places.push((x, y));
        x += wide;
    }
    (places, if key.is_empty() { 0.0 } else { y + KEY_LINE / 2.0 + 4.0 })
}

/// The name of an entry, cut to a line of the sheet.
fn name(entry: &Key) -> String {
    fitted(&entry.name, 9.0, WIDTH - LEFT - 44.0)
}

/// Height of a key.
pub(super) fn key_height(key: &[Key]) -> f64 {
    laid(key).1
}

/// Draws a key at the top.
pub(super) fn draw_key(canvas: &Canvas, key: &[Key]) -> Result<(), String> {
    for (entry, (x, y)) in key.iter().zip(laid(key).0) {
        let end = x + 26.0;
        match entry.swatch {
            Swatch::Line(i) => canvas.line(&[(x, y), (end, y)], style(i).0, 1.6, style(i).1)?,
            Swatch::Band(i, strength) => canvas.polygon(
                &[(x, y - 4.0), (end, y - 4.0), (end, y + 4.0), (x, y + 4.0)],
                style(i).0,
                strength,
            )?,
            Swatch::Fill(share) => {
                canvas.fill((x, y - 5.0), (end, y + 5.0), shade(share))?;
                canvas.frame((x, y - 5.0), (end, y + 5.0), AXIS)?;
            }
            Swatch::Mark => canvas.dot((x + 18.0, y), 2.6, WHITE, BLACK)?,
            Swatch::Higher => canvas.fill((x, y - 4.5), (end, y + 4.5), HIGHER)?,
            Swatch::Lower => canvas.fill((x, y - 4.5), (end, y + 4.5), LOWER)?,
            Swatch::Dot => canvas.dot((x + 18.0, y), 1.2, style(1).0, style(1).0)?,
            Swatch::Upright(i) => upright(canvas, (x + 18.0, y - 6.0), y + 6.0, i)?,
        }
        canvas.text(&name(entry), (x + 31.0, y), 9.0, Anchor::Left, BLACK)?;
    }
    Ok(())
}

/// A line from bottom to top with a foot.
pub(super) fn upright(canvas: &Canvas, (x, top): (f64, f64), bottom: f64, i: usize) -> Result<(), String> {
    let (color, dash) = style(i);
    canvas.line(&[(x, bottom), (x, top)], color, 1.0, dash.map(|dash| dash.min(4.0)))?;
    canvas.polygon(&[(x, bottom - 6.0), (x - 3.2, bottom), (x + 3.2, bottom)], color, 1.0)
}
