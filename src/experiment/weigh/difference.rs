//! By how much one theory predicted the record better than another, and how sure that is.

/// Units of log score below which no difference tells theories apart, however sure it is: a factor of 55 in how probable the record was.
pub const LEAST: f64 = 4.0;
/// Standard errors below which it does not either.
pub const ERRORS: f64 = 2.0;
/// Regions below which states are taken as independent instead: with so few, their differences say nothing of what they vary by.
pub const FEWEST: usize = 5;

/// What differences are taken as independent over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    /// Number of the cluster of each state.
    pub of: Vec<usize>,
    /// How many there are.
    pub count: usize,
    /// Whether they are regions; else states.
    pub regions: bool,
}

impl Clusters {
    /// Regions where there are enough of them, else states. A state without a region is one of its own.
    pub fn new(regions: &[usize], count: usize) -> Clusters {
        if count >= FEWEST && count < regions.len() {
            return Clusters { of: regions.to_vec(), count, regions: true };
        }
        Clusters { of: (0..regions.len()).collect(), count: regions.len(), regions: false }
    }

    /// What they are, in words.
    pub fn told(&self) -> String {
        format!("{} {}", self.count, if self.regions { "regions" } else { "states" })
    }
}

/// A difference in log score: what a theory has more than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The difference.
    pub total: f64,
    /// Its standard error over clusters, with the simulation errors of both.
    pub error: f64,
}

impl Difference {
    /// The difference of log scores by state, whose sums by cluster are taken as independent: `error^2 = C / (C - 1) sum_c (d_c - D / C)^2 + simulation^2`.
    ///
    /// ```
    /// use suasion::experiment::weigh::{Clusters, Difference};
    /// let states = Clusters::new(&[0, 0, 0], 1);
    /// let difference = Difference::new(&[1.0, 2.0, 6.0], &states, 0.0);
    /// // About the mean of 3: (4 + 1 + 9) 3 / 2 = 21.
    /// assert!(difference.total == 9.0 && (difference.error - 21.0_f64.sqrt()).abs() < 1e-12);
    /// assert!(!difference.tells_apart());
    /// ```
    pub fn new(by_state: &[f64], clusters: &Clusters, simulation: f64) -> Difference {
        let mut sums = vec![0.0; clusters.count];
        for (d, cluster) in by_state.iter().zip(&clusters.of) {
            sums[*cluster] += d;
        }
        let (n, total) = (clusters.count as f64, sums.iter().sum::<f64>());
        let squares: f64 = sums.iter().map(|d| (d - total / n) * (d - total / n)).sum();
        // One cluster says nothing of what clusters vary by.
        let spread = if clusters.count > 1 { n / (n - 1.0) * squares } else { f64::INFINITY };
        Difference { total, error: (spread + simulation * simulation).sqrt() }
    }

    /// Whether it tells the two apart: above [`LEAST`] units and [`ERRORS`] standard errors.
    pub fn tells_apart(&self) -> bool {
        self.total.abs() > LEAST && self.total.abs() > ERRORS * self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_clusters_where_there_are_enough_and_states_of_one_count_once() {
        let regions = Clusters::new(&[0, 0, 1, 1, 2, 3, 4], 5);
        assert!(regions.regions && regions.told() == "5 regions");
        let alike = Difference::new(&[0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0], &regions, 0.0);
        assert_eq!((alike.total, alike.error, alike.tells_apart()), (5.0, 0.0, true));
        // Less than four units never tell, nor does what the simulation may have made.
        assert!(!Difference::new(&[0.5; 7], &regions, 0.0).tells_apart());
        assert!(!Difference::new(&[0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0], &regions, 2.6).tells_apart());
        let few = Clusters::new(&[0, 0, 1], 2);
        assert_eq!((few.of.as_slice(), few.count, few.regions), (&[0, 1, 2][..], 3, false));
        assert!(Difference::new(&[9.0], &Clusters::new(&[0], 1), 0.0).error.is_infinite());
    }
}
