//! Morris trajectories: from a random corner of a coarse grid, one axis after another moves once, in random order.
//!
//! Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics 33, 161-174.

use crate::experiment::draws::{Purpose, words};

/// Trajectories in the unit cube, k + 1 points each.
#[derive(Clone, Debug)]
pub(super) struct Trajectories {
    levels: u32,
    seed: u64,
}

impl Trajectories {
    /// Over an even number of levels, 0, 1/(levels - 1), ..., 1.
    pub(super) fn new(levels: u32, seed: u64) -> Trajectories {
        Trajectories { levels, seed }
    }

    /// Each axis starts from, or comes to, one of the lower levels/2 levels, and moves by levels / (2 (levels - 1)).
    /// With this step every level is equally likely.
    pub(super) fn unit(&self, i: u64, u: &mut [f64]) {
        let rows = u.len() as u64 + 1;
        let (trajectory, moved) = (i / rows, (i % rows) as usize);
        let half = u64::from(self.levels / 2);
        let steps = f64::from(self.levels - 1);
        let mut order: Vec<(u32, usize)> = Vec::with_capacity(u.len());
        for (group, u) in u.chunks_mut(8).enumerate() {
            let words = words(self.seed, Purpose::Trajectory, group as u32, trajectory);
            for (j, (u, pair)) in u.iter_mut().zip(words.as_chunks::<2>().0).enumerate() {
                order.push((pair[0], 8 * group + j));
                let lower = (u64::from(pair[1] >> 1) * half) >> 31;
                // The start; the lowest bit says whether the axis will fall.
                *u = (lower + u64::from(pair[1] & 1) * half) as f64 / steps;
            }
        }
        // Equal words are one in 2^32; then the axis decides, so the order is whole.
        order.sort_unstable();
        for &(_, axis) in &order[..moved] {
            let start = (u[axis] * steps + 0.5) as u64;
            u[axis] = if start < half { start + half } else { start - half } as f64 / steps;
        }
    }
}
