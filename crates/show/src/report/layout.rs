//! Where the nodes of a network are drawn: forces between them, let go from fixed places (Fruchterman & Reingold 1991).
//!
//! It draws no lots and uses plain arithmetic, so the same network is laid out the same way everywhere.

const ROUNDS: usize = 300;

/// Places of `n` nodes, from 0 to 1 across and down. Links pull their ends together with their weight, 1 for a strong one.
pub(super) fn places(n: usize, links: &[(usize, usize, f64)]) -> Vec<(f64, f64)> {
    // Spread evenly at first, by the golden ratio of the plane.
    let mut at: Vec<(f64, f64)> = (1..=n)
        .map(|i| ((i as f64 * 0.754_877_666_246_692_7).fract(), (i as f64 * 0.569_840_290_998_053_2).fract()))
        .collect();
    let ideal = (1.0 / n.max(1) as f64).sqrt();
    for round in 0..ROUNDS {
        let mut moved = vec![(0.0, 0.0); n];
        for i in 0..n {
            for j in i + 1..n {
                let (dx, dy, far) = apart(at[i], at[j]);
                let push = ideal * ideal / far;
                add(&mut moved, (i, j), (dx / far * push, dy / far * push));
            }
        }
        for &(a, b, weight) in links {
            let (dx, dy, far) = apart(at[a], at[b]);
            let pull = -(far * far / ideal) * weight;
            add(&mut moved, (a, b), (dx / far * pull, dy / far * pull));
        }
        let cool = 0.12 * (1.0 - round as f64 / ROUNDS as f64);
        for (place, by) in at.iter_mut().zip(&moved) {
            // A little gravity keeps what is tied to nobody in the picture.
            let by = (by.0 + (0.5 - place.0) * 0.3 * ideal, by.1 + (0.5 - place.1) * 0.3 * ideal);
            let length = (by.0 * by.0 + by.1 * by.1).sqrt().max(1e-9);
            let step = length.min(cool) / length;
            *place = (place.0 + by.0 * step, place.1 + by.1 * step);
        }
    }
    fill(&mut at);
    at
}

/// From one place to another, and how far.
fn apart(a: (f64, f64), b: (f64, f64)) -> (f64, f64, f64) {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    (dx, dy, (dx * dx + dy * dy).sqrt().max(1e-6))
}

fn add(moved: &mut [(f64, f64)], (i, j): (usize, usize), by: (f64, f64)) {
    moved[i] = (moved[i].0 + by.0, moved[i].1 + by.1);
    moved[j] = (moved[j].0 - by.0, moved[j].1 - by.1);
}

/// Stretches places over the whole of 0 to 1.
fn fill(at: &mut [(f64, f64)]) {
    let ends = |of: fn(&(f64, f64)) -> f64, at: &[(f64, f64)]| {
        at.iter().map(of).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)))
    };
    let ((left, right), (top, bottom)) = (ends(|p| p.0, at), ends(|p| p.1, at));
    let share = |x: f64, low: f64, high: f64| if high - low > 1e-9 { (x - low) / (high - low) } else { 0.5 };
    for place in at {
        *place = (share(place.0, left, right), share(place.1, top, bottom));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tied_is_near_and_all_is_in_the_picture() {
        // Two triangles, with one tie between them.
        let links =
            [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0), (4, 5, 1.0), (3, 5, 1.0), (2, 3, 0.1)];
        let at = places(6, &links);
        let far = |i: usize, j: usize| apart(at[i], at[j]).2;
        assert!(far(0, 1) < far(0, 4) && far(4, 5) < far(1, 5), "{at:?}");
        assert!(at.iter().all(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1)));
        assert_eq!(at, places(6, &links));
    }

    #[test]
    fn one_node_and_none_have_places() {
        assert_eq!((places(1, &[]), places(0, &[]).len()), (vec![(0.5, 0.5)], 0));
    }
}
