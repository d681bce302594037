//! Where labels stand among what is drawn: each at the first of its wanted places that meets least.

use super::canvas::{Anchor, Canvas};
use plotters::prelude::{RGBColor, WHITE};

/// Height of a label by its size, with some air.
const HIGH: f64 = 1.2;
/// What meeting something costs: a unit of area off the sheet, one of a dot or another label, a line.
const OFF: f64 = 1000.0;
const BLOCKED: f64 = 10.0;
const CROSSED: f64 = 1.0;

/// A rectangle, from its upper left to its lower right.
type Rectangle = ((f64, f64), (f64, f64));

/// What there is around labels.
pub(super) struct Surroundings {
    sheet: Rectangle,
    blocked: Vec<Rectangle>,
    lines: Vec<((f64, f64), (f64, f64))>,
}

impl Surroundings {
    /// An empty sheet.
    pub fn new(from: (f64, f64), to: (f64, f64)) -> Surroundings {
        Surroundings { sheet: (from, to), blocked: Vec::new(), lines: Vec::new() }
    }

    /// Something that a label should not lie on.
    pub fn block(&mut self, middle: (f64, f64), size: (f64, f64)) {
        self.blocked.push(around(middle, size));
    }

    /// A line that a label should rather not cross.
    pub fn cross(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.lines.push((from, to));
    }

    /// Writes a label at the first of the wanted middles that meets least; on white, where it crosses a line.
    pub fn write(
        &mut self,
        canvas: &Canvas,
        text: &str,
        size: f64,
        wanted: &[(f64, f64)],
        color: RGBColor,
    ) -> Result<(), String> {
        let extent = (canvas.measured(text, size)? + 2.0, HIGH * size);
        let Some(middle) = self.choose(extent, wanted) else { return Ok(()) };
        let (from, to) = around(middle, extent);
        if self.crossed((from, to)) > 0 {
            canvas.fill(from, to, WHITE)?;
        }
        self.block(middle, extent);
        canvas.text(text, middle, size, Anchor::Middle, color)
    }

    fn choose(&self, extent: (f64, f64), wanted: &[(f64, f64)]) -> Option<(f64, f64)> {
        let costs = wanted.iter().map(|middle| (self.cost(around(*middle, extent)), *middle));
        costs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, middle)| middle)
    }

    fn cost(&self, of: Rectangle) -> f64 {
        let area = (of.1.0 - of.0.0) * (of.1.1 - of.0.1);
        let blocked: f64 = self.blocked.iter().map(|other| common(of, *other)).sum();
        OFF * (area - common(of, self.sheet)) + BLOCKED * blocked + CROSSED * self.crossed(of) as f64
    }

    fn crossed(&self, of: Rectangle) -> usize {
        self.lines.iter().filter(|(from, to)| passes(of, *from, *to)).count()
    }
}

fn around((x, y): (f64, f64), (wide, high): (f64, f64)) -> Rectangle {
    ((x - wide / 2.0, y - high / 2.0), (x + wide / 2.0, y + high / 2.0))
}

/// Area that two rectangles have in common.
fn common(a: Rectangle, b: Rectangle) -> f64 {
    let side = |a: (f64, f64), b: (f64, f64)| (a.1.min(b.1) - a.0.max(b.0)).max(0.0);
    side((a.0.0, a.1.0), (b.0.0, b.1.0)) * side((a.0.1, a.1.1), (b.0.1, b.1.1))
}

/// Whether a line goes through a rectangle: what is left of it between each pair of sides (Liang & Barsky 1984).
fn passes((low, high): Rectangle, from: (f64, f64), to: (f64, f64)) -> bool {
    let mut left = (0.0, 1.0);
    for (start, step, low, high) in
        [(from.0, to.0 - from.0, low.0, high.0), (from.1, to.1 - from.1, low.1, high.1)]
    {
        if step.abs() < 1e-9 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - start) / step, (high - start) / step);
        left = (a.min(b).max(left.0), a.max(b).min(left.1));
    }
    left.0 <= left.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_where_it_meets_least() {
        let mut around = Surroundings::new((0.0, 0.0), (100.0, 100.0));
        let wanted = [(50.0, 40.0), (50.0, 60.0), (80.0, 50.0)];
        let at = |around: &Surroundings| around.choose((30.0, 10.0), &wanted);
        assert_eq!(at(&around), Some((50.0, 40.0)));
        around.block((50.0, 40.0), (8.0, 8.0));
        assert_eq!(at(&around), Some((50.0, 60.0)));
        around.cross((0.0, 100.0), (100.0, 20.0));
        assert_eq!(at(&around), Some((50.0, 60.0)), "the third place is crossed too");
        // A line is crossed sooner than a dot is covered; the sheet is not left.
        around.block((50.0, 60.0), (8.0, 8.0));
        assert_eq!(at(&around), Some((80.0, 50.0)));
        assert_eq!(around.choose((30.0, 10.0), &[(95.0, 90.0), (50.0, 40.0)]), Some((50.0, 40.0)));
    }

    #[test]
    fn a_line_passes_a_rectangle_or_does_not() {
        let of = ((10.0, 10.0), (20.0, 20.0));
        assert!(passes(of, (0.0, 0.0), (30.0, 30.0)) && passes(of, (15.0, 0.0), (15.0, 12.0)));
        assert!(!passes(of, (0.0, 15.0), (9.0, 15.0)) && !passes(of, (0.0, 25.0), (30.0, 21.0)));
        assert!(!passes(of, (5.0, 0.0), (30.0, 12.0)));
    }
}
