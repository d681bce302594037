//! A network: nodes with names, ties by weight, groups as lines around their members. Where nodes are is given; those whose
//! dots would overlap are moved apart.

use super::WIDTH;
use super::canvas::{Canvas, fitted};
use super::key::{Key, draw_key, key_height};
use super::labels::Surroundings;
use plotters::prelude::{BLACK, RGBColor, WHITE};

const HEIGHT: f64 = 430.0;
const AIR: (f64, f64) = (86.0, 38.0);
/// Nodes above which dots are small.
const MANY: usize = 60;

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
        let mut places: Vec<(f64, f64)> = self.nodes.iter().map(|node| at(node.at)).collect();
        spread(&mut places, 2.0 * self.radius() + 4.0, (at((0.0, 0.0)), at((1.0, 1.0))));
        let ring = |group: &Group| hull(group.members.iter().map(|i| places[*i]));
        let rings: Vec<Vec<(f64, f64)>> = self.groups.iter().map(ring).collect();
        for ring in &rings {
            canvas.ring(ring, RGBColor(0, 82, 140))?;
        }
        for tie in &self.ties {
            let (a, b) = tie.between;
            canvas.line(&[places[a], places[b]], RGBColor(110, 110, 110), thickness(tie.weight), None)?;
        }
        for place in &places {
            canvas.dot(*place, self.radius(), WHITE, BLACK)?;
        }
        self.names(canvas, &places, &rings)
    }

    /// Radius of a dot.
    fn radius(&self) -> f64 {
        if self.nodes.len() > MANY { 2.6 } else { 5.0 }
    }

    /// Writes the names of groups and nodes where they meet least of what is there.
    fn names(&self, canvas: &Canvas, places: &[(f64, f64)], rings: &[Vec<(f64, f64)>]) -> Result<(), String> {
        let radius = self.radius() + 0.5;
        let mut around = Surroundings::new((0.0, key_height(&self.key)), (WIDTH, self.height()));
        for place in places {
            around.block(*place, (2.0 * radius, 2.0 * radius));
        }
        for tie in &self.ties {
            around.cross(places[tie.between.0], places[tie.between.1]);
        }
        for ring in rings {
            ring.iter().zip(ring.iter().cycle().skip(1)).for_each(|(a, b)| around.cross(*a, *b));
        }
        for (group, ring) in self.groups.iter().zip(rings) {
            let Some((top, bottom)) = ends(ring) else { continue };
            let name = fitted(&group.name, 9.5, WIDTH / 2.0);
            let wide = canvas.measured(&name, 9.5)?.min(WIDTH - 4.0);
            // Above its line, to a side where something is in the way or the sheet ends; else below it.
            let across = |x: f64| x.clamp(wide / 2.0 + 2.0, WIDTH - wide / 2.0 - 2.0);
            let shares = [0.0, -0.1, 0.1, -0.2, 0.2, -0.3, 0.3, -0.4, 0.4];
            let above = shares.map(|share| (across(top.0 + share * wide), top.1 - 8.0));
            let below = shares.map(|share| (across(bottom.0 + share * wide), bottom.1 + 8.0));
            let wanted = [above, below].concat();
            around.write(canvas, &name, 9.5, &wanted, RGBColor(0, 62, 110))?;
        }
        for (node, (x, y)) in self.nodes.iter().zip(places).filter(|(node, _)| !node.name.is_empty()) {
            let name = fitted(&node.name, 9.0, WIDTH / 4.0);
            let aside = radius + 3.0 + canvas.measured(&name, 9.0)? / 2.0;
            let (near, slant) = (aside - radius + 1.0, 10.0);
            let wanted = [
                (*x, y - 12.0),
                (*x, y + 12.0),
                (x + aside, *y),
                (x - aside, *y),
                (x + near, y - slant),
                (x - near, y - slant),
                (x + near, y + slant),
                (x - near, y + slant),
            ];
            around.write(canvas, &name, 9.0, &wanted, BLACK)?;
        }
        Ok(())
    }
}

/// Middles of the top and of the bottom of a ring.
fn ends(ring: &[(f64, f64)]) -> Option<((f64, f64), (f64, f64))> {
    let end = |sign: f64| {
        let far = ring.iter().map(|corner| sign * corner.1).fold(f64::NEG_INFINITY, f64::max);
        let there = ring.iter().filter(|corner| sign * corner.1 > far - 0.5);
        let (sum, n) = there.fold((0.0, 0.0), |(sum, n), corner| (sum + corner.0, n + 1.0));
        (n > 0.0).then_some((sum / n, sign * far))
    };
    Some((end(-1.0)?, end(1.0)?))
}

/// Moves places apart that are nearer than `least`, within a field: where that takes more room than there is, all move
/// nearer to the middle, and apart again.
fn spread(places: &mut [(f64, f64)], least: f64, field: ((f64, f64), (f64, f64))) {
    const ROUNDS: usize = 40;
    for _ in 0..ROUNDS {
        apart(places, least);
        if fits(places, field) {
            return;
        }
        fit(places, field);
    }
}

/// Moves places apart that are nearer than `least`.
fn apart(places: &mut [(f64, f64)], least: f64) {
    const ROUNDS: usize = 100;
    for _ in 0..ROUNDS {
        let mut moved = false;
        for i in 0..places.len() {
            for j in i + 1..places.len() {
                let (dx, dy) = (places[i].0 - places[j].0, places[i].1 - places[j].1);
                let far = (dx * dx + dy * dy).sqrt();
                if far >= least - 0.01 {
                    continue;
                }
                moved = true;
                // Two in one place go each its own way.
                let (dx, dy) = if far > 1e-6 { (dx / far, dy / far) } else { (1.0, 0.0) };
                let by = (least - far) / 2.0;
                for (k, sign) in [(i, by), (j, -by)] {
                    places[k] = (places[k].0 + sign * dx, places[k].1 + sign * dy);
                }
            }
        }
        if !moved {
            return;
        }
    }
}

fn fits(places: &[(f64, f64)], (from, to): ((f64, f64), (f64, f64))) -> bool {
    let inside = |x: f64, low: f64, high: f64| x >= low - 0.1 && x <= high + 0.1;
    places.iter().all(|place| inside(place.0, from.0, to.0) && inside(place.1, from.1, to.1))
}

/// Shrinks what lies beyond a field into it, across and down apart.
fn fit(places: &mut [(f64, f64)], (from, to): ((f64, f64), (f64, f64))) {
    let ends = |of: fn(&(f64, f64)) -> f64, places: &[(f64, f64)]| {
        places.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)))
    };
    let into = |x: f64, (low, high): (f64, f64), from: f64, to: f64| {
        if low >= from && high <= to {
            return x;
        }
        let (low, high) = (low.min(from), high.max(to));
        from + (to - from) * (x - low) / (high - low)
    };
    let (across, down) = (ends(|p| p.0, places), ends(|p| p.1, places));
    for place in places {
        *place = (into(place.0, across, from.0, to.0), into(place.1, down, from.1, to.1));
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
    fn dots_are_moved_apart_and_stay_in_the_field() {
        let mut places: Vec<(f64, f64)> =
            (0..60).map(|i| (f64::from(i % 4), f64::from(i / 20))).chain([(100.0, 50.0)]).collect();
        let field = ((0.0, 0.0), (100.0, 100.0));
        spread(&mut places, 9.0, field);
        assert!(fits(&places, field), "{places:?}");
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                assert!((a.0 - b.0).hypot(a.1 - b.1) > 8.9, "{a:?} {b:?}");
            }
        }
        // What is in nobody's way and within the field stays.
        let mut few = vec![(10.0, 10.0), (90.0, 80.0)];
        spread(&mut few, 9.0, field);
        assert_eq!(few, [(10.0, 10.0), (90.0, 80.0)]);
    }

    #[test]
    fn a_line_goes_around_all_places_and_no_more() {
        let ring = hull([(0.0, 0.0), (100.0, 0.0), (50.0, 40.0), (50.0, 10.0)].into_iter());
        assert!(ring.contains(&(-22.0, 0.0)) && ring.contains(&(122.0, 0.0)) && ring.contains(&(50.0, 62.0)));
        assert!(!ring.contains(&(50.0, 32.0)));
        assert_eq!((hull([(1.0, 1.0)].into_iter()).len(), hull(std::iter::empty()).len()), (8, 0));
    }
}
