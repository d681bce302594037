//! Rows of bars, in panels that share the rows' names: shares with intervals, or a waterfall from a start to an end.

use super::WIDTH;
use super::canvas::{Anchor, Canvas, fitted, number, span, ticks, width};
use super::key::{Key, draw_key, key_height};
use plotters::prelude::{BLACK, RGBColor, WHITE};

const ROW: f64 = 14.0;
const TITLE: f64 = 17.0;
const BELOW: f64 = 18.0;
const BOTTOM: f64 = 20.0;
const GAP: f64 = 12.0;
const RIGHT: f64 = 12.0;
/// Below zero dark, above zero light, what is a whole grey: told apart without colour.
pub(super) const LOWER: RGBColor = RGBColor(0, 82, 140);
pub(super) const HIGHER: RGBColor = RGBColor(240, 180, 80);
const WHOLE: RGBColor = RGBColor(150, 150, 150);
const GRID: RGBColor = RGBColor(222, 222, 222);

/// Rows of bars.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What the horizontal axis is, with its unit.
    pub x: String,
    /// Names of the rows, from the top.
    pub names: Vec<String>,
    /// Panels side by side.
    pub columns: usize,
    /// What marks are, above the panels.
    pub key: Vec<Key>,
    /// Whether panels share the horizontal axis; otherwise each has its own.
    pub shared: bool,
    /// The panels.
    pub panels: Vec<RowsPanel>,
}

/// A panel.
#[derive(Clone, Debug)]
pub struct RowsPanel {
    /// Title.
    pub title: String,
    /// A bar for each name, where there is one.
    pub bars: Vec<Option<Bar>>,
}

/// A bar.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bar {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// An interval around its end.
    pub interval: Option<(f64, f64)>,
    /// Whether it stands for a whole, not for a change.
    pub is_whole: bool,
    /// A part of it, shown darker.
    pub part: Option<f64>,
    /// A place that is marked.
    pub mark: Option<f64>,
}

impl Rows {
    fn left(&self) -> f64 {
        self.names.iter().map(|name| width(name, 9.0)).fold(40.0, f64::max).min(200.0) + 10.0
    }

    /// Height of a panel's title.
    fn title(&self) -> f64 {
        if self.panels.iter().all(|panel| panel.title.is_empty()) { 4.0 } else { TITLE }
    }

    fn panel_height(&self) -> f64 {
        self.title() + ROW * self.names.len() as f64 + BELOW
    }

    pub(super) fn height(&self) -> f64 {
        let rows = self.panels.len().div_ceil(self.columns.max(1)).max(1);
        key_height(&self.key) + rows as f64 * self.panel_height() + BOTTOM
    }

    fn ends(panels: &[&RowsPanel]) -> (f64, f64) {
        span(panels.iter().flat_map(|panel| panel.bars.iter().flatten()).flat_map(|bar| {
            let (low, high) = bar.interval.unwrap_or((bar.to, bar.to));
            [bar.from, bar.to, low, high, bar.mark.unwrap_or(bar.to)]
        }))
    }

    pub(super) fn draw(&self, canvas: &Canvas) -> Result<(), String> {
        draw_key(canvas, &self.key)?;
        let (top, left, columns) = (key_height(&self.key), self.left(), self.columns.max(1));
        let wide = (WIDTH - left - RIGHT - GAP * (columns as f64 - 1.0)) / columns as f64;
        let all: Vec<&RowsPanel> = self.panels.iter().collect();
        for (i, panel) in self.panels.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let x0 = left + column as f64 * (wide + GAP);
            let head = top + row as f64 * self.panel_height();
            let ends = if self.shared { Rows::ends(&all) } else { Rows::ends(&[panel]) };
            if column == 0 {
                for (r, name) in self.names.iter().enumerate() {
                    let y = head + self.title() + ROW * (r as f64 + 0.5);
                    canvas.text(
                        &fitted(name, 9.0, left - 8.0),
                        (left - 6.0, y),
                        9.0,
                        Anchor::Right,
                        BLACK,
                    )?;
                }
            }
            self.panel(canvas, panel, (x0, x0 + wide), head, ends)?;
        }
        let middle = f64::midpoint(left, WIDTH - RIGHT);
        let y = self.height() - 9.0;
        // Longer than its axis, it is set over the whole width.
        let long = width(&self.x, 9.5) > WIDTH - left;
        let x = if long { WIDTH / 2.0 } else { middle };
        canvas.text(&self.x, (x, y), if long { 8.5 } else { 9.5 }, Anchor::Middle, BLACK)
    }

    fn panel(
        &self,
        canvas: &Canvas,
        panel: &RowsPanel,
        (left, right): (f64, f64),
        head: f64,
        (low, high): (f64, f64),
    ) -> Result<(), String> {
        let at = |x: f64| left + (right - left) * (x - low) / (high - low);
        let top = head + self.title();
        let bottom = top + ROW * self.names.len() as f64;
        let title = fitted(&panel.title, 10.0, right - left + 6.0);
        canvas.text(&title, (left, head + self.title() / 2.0), 10.0, Anchor::Left, BLACK)?;
        let marks = ticks((low, high), (((right - left) / 30.0) as usize).max(2));
        for tick in &marks {
            canvas.line(&[(at(*tick), top), (at(*tick), bottom)], GRID, 0.5, None)?;
            canvas.text(&number(*tick, &marks), (at(*tick), bottom + 8.0), 8.0, Anchor::Middle, BLACK)?;
        }
        let mut before: Option<(f64, f64)> = None;
        for (r, bar) in panel.bars.iter().enumerate() {
            let Some(bar) = bar else { continue };
            let y = top + ROW * r as f64;
            let color = match bar {
                Bar { is_whole: true, .. } => WHOLE,
                Bar { from, to, .. } if to < from => LOWER,
                _ => HIGHER,
            };
            let (a, b) = (at(bar.from.min(bar.to)), at(bar.from.max(bar.to)));
            canvas.fill((a, y + 2.5), (b.max(a + 0.4), y + ROW - 2.5), color)?;
            if let Some(part) = bar.part {
                canvas.fill((at(bar.from), y + 2.5), (at(part.max(bar.from)), y + ROW - 2.5), LOWER)?;
            }
            if let Some((from, to)) = bar.interval {
                let middle = y + ROW / 2.0;
                canvas.line(&[(at(from), middle), (at(to), middle)], BLACK, 0.9, None)?;
            }
            // A waterfall goes on where the row before it ended.
            if let Some((x, y0)) = before
                .filter(|(x, _)| bar.mark.is_none() && (x - at(bar.from)).abs() < 0.05 && *x > at(0.0) + 0.05)
            {
                canvas.line(&[(x, y0), (x, y + 2.5)], RGBColor(90, 90, 90), 0.6, None)?;
            }
            before = Some((at(bar.to), y + ROW - 2.5));
        }
        canvas.line(&[(at(0.0), top), (at(0.0), bottom)], BLACK, 0.9, None)?;
        for (r, bar) in panel.bars.iter().enumerate() {
            if let Some(mark) = bar.and_then(|bar| bar.mark) {
                canvas.dot((at(mark), top + ROW * (r as f64 + 0.5)), 2.4, WHITE, BLACK)?;
            }
        }
        Ok(())
    }
}
