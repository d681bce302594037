//! A network: nodes with names, ties by weight, groups as lines around their members. Where nodes are is given.

use super::WIDTH;
use super::canvas::{Anchor, Canvas, width};
use super::key::{Key, draw_key, key_height};
use plotters::prelude::{BLACK, RGBColor, WHITE};

const HEIGHT: f64 = 430.0;
const AIR: (f64, f64) = (86.0, 38.0);

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// What widths are, above it.
    pub key: Vec<Key>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Ties.
    pub ties: Vec<Tie>,
    /// Groups.
    pub groups: Vec<Group>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is called; empty: it is not written.
    pub name: String,
    /// Where it is, from 0 to 1 across and down.
    pub at: (f64, f64),
}

/// A tie between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// The nodes.
    pub between: (usize, usize),
    /// Weight as a share of the greatest.
    pub weight: f64,
}

/// A group of nodes.
#[derive(Clone, Debug)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// Its nodes.
    pub members: Vec<usize>,
}

impl Network {
    pub(super) fn height(&self) -> f64 {
        key_height(&self.key) + HEIGHT
    }

    pub(super) fn draw(&self, canvas: &Canvas) -> Result<(), String> {
        draw_key(canvas, &self.key)?;
        let top = key_height(&self.key);
        let at = |(x, y): (f64, f64)| {
            (AIR.0 + (WIDTH - 2.0 * AIR.0) * x, top + AIR.1 + (HEIGHT - 2.0 * AIR.1) * y)
        };
        let places: Vec<(f64, f64)> = self.nodes.iter().map(|node| at(node.at)).collect();
        let ring = |group: &Group| hull(group.members.iter().map(|i| places[*i]));
        let rings: Vec<Vec<(f64, f64)>> = self.groups.iter().map(ring).collect();
        for ring in &rings {
            canvas.ring(ring, RGBColor(0, 82, 140))?;
        }
        for tie in &self.ties {
            let (a, b) = tie.between;
            canvas.line(&[places[a], places[b]], RGBColor(110, 110, 110), thickness(tie.weight), None)?;
        }
        let many = self.nodes.len() > 60;
        for (node, place) in self.nodes.iter().zip(&places) {
            canvas.dot(*place, if many { 2.6 } else { 5.0 }, WHITE, BLACK)?;
            if !node.name.is_empty() {
                // A white ground keeps ties out of the letters.
                let (half, y) = (width(&node.name, 9.0) / 2.0 + 1.0, place.1 - 12.0);
                canvas.fill((place.0 - half, y - 5.0), (place.0 + half, y + 5.5), WHITE)?;
                canvas.text(&node.name, (place.0, y), 9.0, Anchor::Middle, BLACK)?;
            }
        }
        for (group, ring) in self.groups.iter().zip(&rings) {
            let top = ring.iter().map(|corner| corner.1).fold(f64::INFINITY, f64::min);
            let at_top: Vec<f64> =
                ring.iter().filter(|corner| corner.1 < top + 0.5).map(|corner| corner.0).collect();
            if at_top.is_empty() {
                continue;
            }
            let half = width(&group.name, 9.5) / 2.0 + 2.0;
            let middle = at_top.iter().sum::<f64>() / at_top.len() as f64;
            let x = middle.clamp(half + 2.0, WIDTH - half - 2.0);
            canvas.fill((x - half, top - 6.0), (x + half, top + 6.0), WHITE)?;
            canvas.text(&group.name, (x, top), 9.5, Anchor::Middle, RGBColor(0, 62, 110))?;
        }
        Ok(())
    }
}

/// A line around places, at some distance: the convex hull of an octagon around each (Andrew 1979).
fn hull(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    const FAR: f64 = 22.0;
    const SLANT: f64 = FAR * std::f64::consts::FRAC_1_SQRT_2;
    const CORNERS: [(f64, f64); 8] = [
        (FAR, 0.0),
        (SLANT, SLANT),
        (0.0, FAR),
        (-SLANT, SLANT),
        (-FAR, 0.0),
        (-SLANT, -SLANT),
        (0.0, -FAR),
        (SLANT, -SLANT),
    ];
    let mut all: Vec<(f64, f64)> =
        places.flat_map(|(x, y)| CORNERS.map(|(dx, dy)| (x + dx, y + dy))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let turns_right = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
        (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0) <= 0.0
    };
    let half = |points: &mut dyn Iterator<Item = &(f64, f64)>| {
        let mut side: Vec<(f64, f64)> = Vec::new();
        for &point in points {
            while side.len() > 1 && turns_right(side[side.len() - 2], side[side.len() - 1], point) {
                side.pop();
            }
            side.push(point);
        }
        side.pop();
        side
    };
    let (lower, upper) = (half(&mut all.iter()), half(&mut all.iter().rev()));
    [lower, upper].concat()
}

/// Width of a tie with a share of the greatest weight.
fn thickness(share: f64) -> f64 {
    0.5 + 4.0 * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_around_all_places_and_no_more() {
        let ring = hull([(0.0, 0.0), (100.0, 0.0), (50.0, 40.0), (50.0, 10.0)].into_iter());
        assert!(ring.contains(&(-22.0, 0.0)) && ring.contains(&(122.0, 0.0)) && ring.contains(&(50.0, 62.0)));
        assert!(!ring.contains(&(50.0, 32.0)));
        assert_eq!((hull([(1.0, 1.0)].into_iter()).len(), hull(std::iter::empty()).len()), (8, 0));
    }
}
