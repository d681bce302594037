//! Small multiples: panels in a grid with common axes, each with its layers.

use super::WIDTH;
use super::canvas::{Anchor, Canvas, fitted, ink, number, shade, span, style, ticks, width};
use super::key::{Key, draw_key, key_height, upright};
use plotters::prelude::{BLACK, RGBColor, WHITE};

const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const BOTTOM: f64 = 36.0;
const TITLE: f64 = 15.0;
const GAP: (f64, f64) = (10.0, 9.0);
/// Between panels that have their own axes, whose ends must not meet.
const WIDE_GAP: f64 = 24.0;
const GRID: RGBColor = RGBColor(222, 222, 222);
const AXIS: RGBColor = RGBColor(90, 90, 90);

/// Small multiples.
#[derive(Clone, Debug)]
pub struct Multiples {
    /// What the common horizontal axis is, with its unit; empty where each panel has its own.
    pub x: String,
    /// What the common vertical axis is, with its unit.
    pub y: String,
    /// The vertical axis.
    pub scale: Scale,
    /// Panels side by side.
    pub columns: usize,
    /// Height of a panel's field, in units of 1/96 inch.
    pub field: f64,
    /// What layers are, above the panels.
    pub key: Vec<Key>,
    /// The panels, row by row.
    pub panels: Vec<Panel>,
}

/// A vertical axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Numbers, from what there is and zero.
    Found,
    /// Numbers between two ends.
    Between(f64, f64),
    /// Names of rows: the first from 0 to 1, and so on upwards.
    Names(Vec<String>),
}

/// A panel.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Title.
    pub title: String,
    /// Ends of its own horizontal axis, and what it is; none: the axis that all share.
    pub own: Option<((f64, f64), String)>,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
}

/// Something drawn in a panel, in the numbers of its axes.
#[derive(Clone, Debug)]
pub enum Layer {
    /// Between a low and a high at each x.
    Band {
        /// x, low, high.
        points: Vec<(f64, f64, f64)>,
        /// Of the line with this style.
        style: usize,
        /// Opacity.
        strength: f64,
    },
    /// A line.
    Line {
        /// x, y.
        points: Vec<(f64, f64)>,
        /// Colour and dash.
        style: usize,
    },
    /// Small dots.
    Dots(Vec<(f64, f64)>),
    /// White dots with a black rim.
    Marks(Vec<(f64, f64)>),
    /// A line from bottom to top in a style, with a foot.
    Upright {
        /// Where.
        x: f64,
        /// Colour and dash.
        style: usize,
    },
    /// A filled rectangle.
    Cell {
        /// From, to.
        x: (f64, f64),
        /// From, to.
        y: (f64, f64),
        /// From white (0) to dark (1).
        shade: f64,
    },
    /// A short text on a shade.
    Label {
        /// Where its middle is.
        at: (f64, f64),
        /// What it says.
        text: String,
        /// The shade that it stands on.
        on: f64,
    },
}

/// Panels side by side, of so many.
pub fn columns(panels: usize) -> usize {
    match panels {
        0..=3 => panels.max(1),
        4 => 2,
        5..=9 => 3,
        10..=16 => 4,
        _ => 5,
    }
}

/// Height of a panel's field among so many columns, in units of 1/96 inch.
pub fn field(columns: usize) -> f64 {
    match columns {
        1 => 220.0,
        2 => 170.0,
        3 => 120.0,
        4 => 96.0,
        _ => 76.0,
    }
}

/// Where a panel's field is, and its axes.
struct Field {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Field {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        // What lies far beyond the field is drawn beyond it, and no farther.
        let share = |v: f64, (low, high): (f64, f64)| ((v - low) / (high - low)).clamp(-1.0, 2.0);
        (
            self.left + (self.right - self.left) * share(x, self.x),
            self.bottom - (self.bottom - self.top) * share(y, self.y),
        )
    }
}

impl Multiples {
    /// Panels over the ends of years, as many side by side as there is room for.
    pub fn over_years(y: String, scale: Scale, key: Vec<Key>, panels: Vec<Panel>) -> Multiples {
        let columns = columns(panels.len());
        Multiples { x: "end of year".into(), y, scale, columns, field: field(columns), key, panels }
    }

    fn rows(&self) -> usize {
        self.panels.len().div_ceil(self.columns.max(1)).max(1)
    }

    /// Height of what is below each row of panels.
    fn below(&self) -> f64 {
        if self.panels.iter().any(|panel| panel.own.is_some()) { 28.0 } else { 0.0 }
    }

    /// Height of a panel's title.
    fn title(&self) -> f64 {
        if self.compact() {
            10.0
        } else if self.panels.iter().all(|panel| panel.title.is_empty()) {
            4.0
        } else {
            TITLE
        }
    }

    /// Height of what is below all panels.
    fn bottom(&self) -> f64 {
        if self.x.is_empty() { 6.0 } else { BOTTOM }
    }

    /// Whether panels are so small that letters must be too.
    fn compact(&self) -> bool {
        self.columns > 6
    }

    pub(super) fn height(&self) -> f64 {
        let row = self.title() + self.field + self.below();
        let rows = self.rows() as f64;
        key_height(&self.key) + rows * row + (rows - 1.0) * GAP.1 + self.bottom()
    }

    /// The axis that all panels share.
    fn common(&self) -> (f64, f64) {
        let shared = self.panels.iter().filter(|panel| panel.own.is_none());
        let across = shared.flat_map(|panel| &panel.layers).flat_map(|layer| match layer {
            Layer::Band { points, .. } => points.iter().map(|p| p.0).collect(),
            Layer::Line { points, .. } | Layer::Dots(points) | Layer::Marks(points) => {
                points.iter().map(|p| p.0).collect()
            }
            Layer::Cell { x, .. } => vec![x.0, x.1],
            Layer::Upright { .. } | Layer::Label { .. } => Vec::new(),
        });
        let ends = across.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        if ends.0 < ends.1 { ends } else { (0.0, 1.0) }
    }

    fn vertical(&self) -> (f64, f64) {
        match &self.scale {
            Scale::Between(low, high) => (*low, *high),
            Scale::Names(names) => (0.0, names.len() as f64),
            Scale::Found => {
                span(self.panels.iter().flat_map(|panel| &panel.layers).flat_map(|layer| match layer {
                    Layer::Band { points, .. } => points.iter().flat_map(|p| [p.1, p.2]).collect(),
                    Layer::Line { points, .. } | Layer::Dots(points) | Layer::Marks(points) => {
                        points.iter().map(|p| p.1).collect()
                    }
                    Layer::Cell { y, .. } => vec![y.0, y.1],
                    _ => Vec::new(),
                }))
            }
        }
    }

    pub(super) fn draw(&self, canvas: &Canvas) -> Result<(), String> {
        draw_key(canvas, &self.key)?;
        let top = key_height(&self.key);
        let columns = self.columns.max(1);
        let gap = if self.panels.iter().any(|panel| panel.own.is_some()) { WIDE_GAP } else { GAP.0 };
        let wide = (WIDTH - LEFT - RIGHT - gap * (columns as f64 - 1.0)) / columns as f64;
        let (common, vertical) = (self.common(), self.vertical());
        let step = self.title() + self.field + self.below() + GAP.1;
        for (i, panel) in self.panels.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let left = LEFT + column as f64 * (wide + gap);
            let head = top + row as f64 * step;
            let field = Field {
                left,
                top: head + self.title(),
                right: left + wide,
                bottom: head + self.title() + self.field,
                x: panel.own.as_ref().map_or(common, |own| own.0),
                y: vertical,
            };
            let is_last = i + columns >= self.panels.len();
            self.panel(canvas, panel, &field, column == 0, is_last)?;
        }
        let height = self.height();
        let middle = f64::midpoint(top, height - self.bottom());
        // Beside the panels, as far as it fits; a long one may go beyond them, but not beyond the sheet.
        let size = f64::min(9.5, 9.5 * (height - 6.0) / width(&self.y, 9.5));
        let half = width(&self.y, size) / 2.0;
        let middle = middle.max(half + 3.0).min(height - half - 3.0);
        canvas.upright(&self.y, (9.0, middle), size)?;
        if self.x.is_empty() {
            return Ok(());
        }
        canvas.text(&self.x, (f64::midpoint(LEFT, WIDTH - RIGHT), height - 9.0), 9.5, Anchor::Middle, BLACK)
    }

    fn panel(
        &self,
        canvas: &Canvas,
        panel: &Panel,
        field: &Field,
        is_first: bool,
        is_last: bool,
    ) -> Result<(), String> {
        let small = if self.compact() { 6.5 } else { 8.5 };
        let room = field.right - field.left;
        let size = if self.compact() { 7.0 } else { 10.0 };
        let title = fitted(&panel.title, size, room + 6.0);
        canvas.text(&title, (field.left, field.top - self.title() / 2.0), size, Anchor::Left, BLACK)?;
        if let Scale::Names(names) = &self.scale {
            for (i, name) in names.iter().enumerate().filter(|_| is_first) {
                let (_, y) = field.at((field.x.0, i as f64 + 0.5));
                let name = fitted(name, small, field.left - 8.0);
                canvas.text(&name, (field.left - 4.0, y), small, Anchor::Right, BLACK)?;
            }
        } else {
            let at = ticks(field.y, if self.field < 60.0 { 3 } else { 6 });
            for tick in &at {
                let (_, y) = field.at((field.x.0, *tick));
                canvas.line(&[(field.left, y), (field.right, y)], GRID, 0.5, None)?;
                if is_first {
                    canvas.text(&number(*tick, &at), (field.left - 4.0, y), small, Anchor::Right, BLACK)?;
                }
            }
        }
        for layer in &panel.layers {
            draw_layer(canvas, layer, field)?;
        }
        if field.y.0 < 0.0 && field.y.1 > 0.0 {
            let (_, y) = field.at((field.x.0, 0.0));
            canvas.line(&[(field.left, y), (field.right, y)], AXIS, 0.7, None)?;
        }
        canvas.frame((field.left, field.top), (field.right, field.bottom), RGBColor(160, 160, 160))?;
        if is_last || panel.own.is_some() {
            let most = ((room / 36.0) as usize).max(2);
            let mut at = ticks(field.x, most);
            if panel.own.is_none() {
                // Years are whole.
                at.retain(|x| x.fract() == 0.0);
            }
            for tick in &at {
                let (x, y) = field.at((*tick, field.y.0));
                canvas.line(&[(x, y), (x, y + 3.0)], AXIS, 0.6, None)?;
                // Within the panel, so that the labels of neighbours do not meet.
                let label = number(*tick, &at);
                let half = width(&label, small) / 2.0;
                let x = x.max(field.left + half - 3.0).min(field.right - half + 3.0);
                canvas.text(&label, (x, y + 9.0), small, Anchor::Middle, BLACK)?;
            }
        }
        if let Some((_, name)) = &panel.own {
            let middle = f64::midpoint(field.left, field.right);
            let name = fitted(name, small, room + 6.0);
            canvas.text(&name, (middle, field.bottom + 20.0), small, Anchor::Middle, BLACK)?;
        }
        Ok(())
    }
}

fn draw_layer(canvas: &Canvas, layer: &Layer, field: &Field) -> Result<(), String> {
    match layer {
        Layer::Band { points, style: i, strength } => {
            let upper = points.iter().map(|p| field.at((p.0, p.2)));
            let lower = points.iter().rev().map(|p| field.at((p.0, p.1)));
            canvas.polygon(&upper.chain(lower).collect::<Vec<_>>(), style(*i).0, *strength)
        }
        Layer::Line { points, style: i } => {
            let points: Vec<_> = points.iter().map(|p| field.at(*p)).collect();
            canvas.line(&points, style(*i).0, 1.4, style(*i).1)
        }
        Layer::Dots(points) => {
            let color = style(1).0;
            points.iter().try_for_each(|p| canvas.polygon(&lozenge(field.at(*p), 1.3), color, 0.55))
        }
        Layer::Marks(points) => points.iter().try_for_each(|p| canvas.dot(field.at(*p), 2.3, WHITE, BLACK)),
        Layer::Upright { x, style: i } if *x >= field.x.0 && *x <= field.x.1 => {
            upright(canvas, field.at((*x, field.y.1)), field.bottom, *i)
        }
        Layer::Upright { .. } => Ok(()),
        Layer::Cell { x, y, shade: share } => {
            canvas.fill(field.at((x.0, y.1)), field.at((x.1, y.0)), shade(*share))
        }
        Layer::Label { at, text, on } => canvas.text(text, field.at(*at), 8.0, Anchor::Middle, ink(*on)),
    }
}

/// A small square on its corner.
fn lozenge((x, y): (f64, f64), r: f64) -> [(f64, f64); 4] {
    [(x - r, y), (x, y - r), (x + r, y), (x, y + r)]
}
