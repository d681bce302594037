//! Replicates that share a draw of a posterior: how much less they tell than as many independent ones.
//!
//! Draws are put into groups at random, and sums are kept of each. The spread of the groups, whatever lies within, is an honest variance of
//! the mean (random groups: Wolter, K. M. 2007, Introduction to Variance Estimation, chapter 2; as a ratio, since groups differ in size). Beside that of
//! independent replicates it is the design effect (Kish, L. 1965, Survey Sampling), and replicates count for so much less:
//! the same intervals are then taken of fewer (Korn, E. L. and Graubard, B. I. 1998, Survey Methodology 24, do so for shares).

use super::Exact;

/// Groups at most: enough for the spread of a mean to be known to an eighth, few enough for their sums to be kept.
pub const MOST: usize = 32;

/// Draws, and replicates to a draw, of which the share of the variance between draws is told at least.
const FEWEST_DRAWS: u64 = 10;
const FEWEST_EACH: f64 = 5.0;

/// Which replicates are in which group of draws. Without a posterior there are no groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Draws that some replicate sees.
    draws: u64,
    /// Replicates by group.
    counts: Vec<u64>,
    /// Group of each replicate.
    of: Vec<u8>,
}

/// How much replicates tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// As many independent ones would tell as much.
    pub effective: f64,
    /// Degrees of freedom of the spread between groups of draws; infinite without a posterior.
    pub freedom: f64,
}

impl Weight {
    /// That of independent replicates.
    pub fn independent(n: u64) -> Weight {
        Weight { effective: n as f64, freedom: f64::INFINITY }
    }
}

impl Weight {
    /// The share of the variance of so many replicates that is between so many draws, rather than within them: with c replicates to a draw a design effect
    /// d comes of an intraclass correlation of (d - 1) / (c - 1) (Kish 1965). None of fewer than ten draws or than five replicates to a draw, of which a share would be luck.
    ///
    /// ```
    /// use suasion::estimate::Weight;
    /// let weight = |effective| Weight { effective, freedom: 31.0 };
    /// assert_eq!(weight(100.0).between(1000, 100), Some(1.0));
    /// assert_eq!(weight(1000.0).between(1000, 100), Some(0.0));
    /// assert!((weight(200.0).between(1000, 100).unwrap() - 4.0 / 9.0).abs() < 1e-12);
    /// assert_eq!((weight(100.0).between(100, 100), weight(9.0).between(1000, 9)), (None, None));
    /// ```
    pub fn between(self, replicates: u64, draws: u64) -> Option<f64> {
        let each = replicates as f64 / draws as f64;
        let share = (replicates as f64 / self.effective - 1.0) / (each - 1.0);
        (draws >= FEWEST_DRAWS && each >= FEWEST_EACH).then(|| share.clamp(0.0, 1.0))
    }
}

impl Groups {
    /// The groups of replicates that see these draws, numbered from 0.
    ///
    /// ```
    /// use suasion::estimate::Groups;
    /// let groups = Groups::new(&[0, 2, 1, 2, 0]);
    /// assert_eq!((groups.draws(), groups.len(), groups.of(3)), (3, 3, Some(2)));
    /// assert_eq!(Groups::default().len(), 0);
    /// ```
    pub fn new(draws: &[u32]) -> Groups {
        let used = draws.iter().max().map_or(0, |last| *last as usize + 1);
        let groups = used.min(MOST);
        let of: Vec<u8> = draws.iter().map(|draw| (*draw as usize % MOST) as u8).collect();
        let mut counts = vec![0; groups];
        for group in &of {
            counts[usize::from(*group)] += 1;
        }
        Groups { draws: used as u64, counts, of }
    }

    /// Draws that some replicate sees; 0 without a posterior.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// Number of groups; 0 without a posterior.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The group of a replicate; none without a posterior.
    #[inline(always)]
    pub fn of(&self, replicate: usize) -> Option<usize> {
        self.of.get(replicate).map(|group| usize::from(*group))
    }

    /// How much replicates tell of a mean, from their sums and those of each group. A single draw tells nothing of the others: its
    /// replicates count as independent.
    pub fn weight(&self, exact: &Exact, by_group: &[i128]) -> Weight {
        let n = exact.n as f64;
        if self.len() < 2 {
            return Weight::independent(exact.n);
        }
        let groups = self.len() as f64;
        let freedom = groups - 1.0;
        let alone = exact.spread() / (n * n * (n - 1.0));
        if alone <= 0.0 {
            // Nothing varies, so nothing is known of how draws do: each draw counts once.
            return Weight { effective: n.min(self.draws as f64), freedom };
        }
        let squares: f64 = by_group
            .iter()
            .zip(&self.counts)
            .map(|(sum, count)| {
                let off = (sum * i128::from(exact.n) - exact.sum * i128::from(*count)) as f64 / n;
                off * off
            })
            .sum();
        let between = groups / freedom * squares / (n * n);
        Weight { effective: n / (between / alone).max(1.0), freedom }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number in [0, 1) of two others, as if by chance.
    fn uniform(i: u64, j: u64) -> f64 {
        let mut x = (i ^ (j << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for shift in [30, 27, 31] {
            x = (x ^ (x >> shift)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        }
        (x >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Numbers that are a draw's effect and luck of their own, by replicate.
    fn made(draws: u32, each: u32, effect: f64) -> (Groups, Exact, Vec<i128>) {
        let of: Vec<u32> = (0..draws * each).map(|r| r % draws).collect();
        let groups = Groups::new(&of);
        let (mut exact, mut by_group) = (Exact::default(), vec![0; groups.len()]);
        for (r, draw) in of.iter().enumerate() {
            let x = effect * uniform(u64::from(*draw), 1) + uniform(r as u64, 2);
            let x = (x * 1e6) as i64;
            exact.add(x);
            by_group[groups.of(r).unwrap()] += i128::from(x);
        }
        (groups, exact, by_group)
    }

    #[test]
    fn replicates_of_one_draw_count_for_less_where_draws_differ() {
        let (groups, exact, by_group) = made(200, 20, 0.0);
        let same = groups.weight(&exact, &by_group);
        assert!(same.effective > 0.45 * 4000.0 && same.freedom == 31.0, "{same:?}");
        assert!(same.between(4000, 200).unwrap() < 0.1, "{same:?}");
        // Variances 1 and 1 / 12 each: between draws 9 / 12, so 20 replicates of a draw tell little more than one.
        let (groups, exact, by_group) = made(200, 20, 3.0);
        let apart = groups.weight(&exact, &by_group);
        let expected = 4000.0 / (1.0 + 19.0 * 0.9);
        assert!((0.5..2.0).contains(&(apart.effective / expected)), "{apart:?} {expected}");
        assert!(apart.between(4000, 200).unwrap() > 0.6, "{apart:?}");
    }

    #[test]
    fn what_does_not_vary_is_known_of_the_draws_alone() {
        let groups = Groups::new(&(0..100).map(|r| r % 10).collect::<Vec<u32>>());
        let mut exact = Exact::default();
        (0..100).for_each(|_| exact.add(7));
        let weight = groups.weight(&exact, &[70; 10]);
        assert_eq!((weight.effective, weight.freedom), (10.0, 9.0));
        assert_eq!(Groups::default().weight(&exact, &[]), Weight::independent(100));
    }
}
