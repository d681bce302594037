//! The one accumulator: what is kept of many numbers over replicates, so that any cut of the replicates merges to the same
//! estimates, bit for bit.

use super::{Central, Estimate, Exact, Groups, Level, Shape, Weight, integer, means, shape, shares};
use std::collections::BTreeMap;

/// What values a number takes in a replicate, which decides how its interval is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Support {
    /// 0 or 1: its mean is a share.
    Share,
    /// Numbers in a range, which their mean cannot leave.
    Within(f64, f64),
}

/// Numbers over replicates, each as multiples of its resolution.
#[derive(Clone, Debug, PartialEq)]
pub struct Accumulator {
    resolutions: Vec<f64>,
    exact: Vec<Exact>,
    shapes: Vec<Shape>,
    groups: Groups,
    /// Sums by number, then group of draws.
    by_group: Vec<i128>,
}

impl Accumulator {
    /// Words of eight bytes that keep a number's sums.
    pub const WORDS: usize = 15;

    /// Of no replicates. Without a posterior there are no groups of draws.
    ///
    /// ```
    /// use suasion::estimate::{Accumulator, Groups, Level, Support};
    /// let mut of = Accumulator::new(vec![0.25], Groups::default());
    /// [1.0, 2.0, 4.0, 5.0].map(|x| of.add(0, 0, x));
    /// let found = of.estimate(0, Support::Within(0.0, 5.0), 0.0, &Level::new(0.95));
    /// assert_eq!((found.n, found.mean, found.min, found.max), (4, 3.0, 1.0, 5.0));
    /// assert_eq!(found.sd, Some((10.0f64 / 3.0).sqrt()));
    /// assert!(found.interval.is_some_and(|interval| interval.holds(3.0) && interval.high == 5.0));
    /// ```
    pub fn new(resolutions: Vec<f64>, groups: Groups) -> Accumulator {
        let count = resolutions.len();
        Accumulator {
            resolutions,
            exact: vec![Exact::default(); count],
            shapes: vec![Shape::default(); count],
            by_group: vec![0; count * groups.len()],
            groups,
        }
    }

    /// Memory for a number, about, with so many groups.
    pub fn bytes(groups: usize) -> usize {
        size_of::<f64>() + size_of::<Exact>() + size_of::<Shape>() + groups * size_of::<i128>()
    }

    /// Adds what a number is in a replicate.
    #[inline(always)]
    pub fn add(&mut self, number: usize, replicate: usize, x: f64) {
        self.add_integer(number, replicate, integer(x, self.resolutions[number]));
    }

    /// The same in multiples of the number's resolution.
    #[inline(always)]
    pub fn add_integer(&mut self, number: usize, replicate: usize, x: i64) {
        self.exact[number].add(x);
        self.shapes[number].add(x);
        if let Some(group) = self.groups.of(replicate) {
            self.by_group[number * self.groups.len() + group] += i128::from(x);
        }
    }

    /// Adds other replicates of the same numbers at the same resolution.
    pub fn merge(&mut self, other: &Accumulator) {
        self.exact.iter_mut().zip(&other.exact).for_each(|(to, from)| to.merge(*from));
        self.shapes.iter_mut().zip(&other.shapes).for_each(|(to, from)| to.merge(*from));
        self.by_group.iter_mut().zip(&other.by_group).for_each(|(to, from)| *to += from);
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.resolutions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.resolutions.is_empty()
    }

    /// Draws of a posterior that the replicates saw; 0 without one.
    pub fn draws(&self) -> u64 {
        self.groups.draws()
    }

    /// The mean of a number over replicates.
    pub fn mean(&self, number: usize) -> f64 {
        self.exact[number].mean(self.resolutions[number])
    }

    /// How much its replicates tell of a number.
    pub fn weight(&self, number: usize) -> Weight {
        let groups = self.groups.len();
        self.groups.weight(&self.exact[number], &self.by_group[number * groups..(number + 1) * groups])
    }

    /// The share of the variance of a number that is between draws of the posterior rather than within them (see [`Weight::between`]); none where
    /// nothing varies.
    pub fn between(&self, number: usize) -> Option<f64> {
        let exact = &self.exact[number];
        (exact.spread() > 0.0).then(|| self.weight(number).between(exact.n, self.draws())).flatten()
    }

    fn central(&self, number: usize) -> Option<Central> {
        self.shapes[number].central(self.exact[number].n, self.resolutions[number])
    }

    /// How large an event may be that no replicate of a number shows: as large as what carries the variance of all numbers of its
    /// kind. By number, of which `kinds` says the kinds.
    pub fn sizes<K: Ord>(&self, kinds: impl Iterator<Item = K>) -> Vec<f64> {
        let mut of_kind: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (number, kind) in kinds.enumerate() {
            of_kind.entry(kind).or_default().push(number);
        }
        let mut sizes = vec![0.0; self.len()];
        for numbers in of_kind.values() {
            let samples = numbers.iter().filter_map(|at| Some((self.exact[*at].n, self.central(*at)?)));
            let size = shape::size(samples);
            for at in numbers {
                sizes[*at] = size;
            }
        }
        sizes
    }

    /// What replicates say of a number, with its interval.
    pub fn estimate(&self, number: usize, support: Support, size: f64, level: &Level) -> Estimate {
        let estimate = self.exact[number].estimate(self.resolutions[number]);
        let interval = match support {
            Support::Share => {
                (estimate.n > 1).then(|| shares::one(estimate.mean, self.weight(number), level))
            }
            Support::Within(least, greatest) => {
                means::interval(&estimate, self.central(number), size, self.weight(number), level)
                    .map(|interval| interval.within((least, greatest)))
            }
        };
        Estimate { interval, ..estimate }
    }

    /// A number's sums as words; how many replicates they are of is known to whoever reads them.
    pub fn words(&self, number: usize) -> [u64; Accumulator::WORDS] {
        let Exact { sum, squares, min, max, .. } = self.exact[number];
        let [p1, p2, p3, p4] = self.shapes[number].powers();
        let mut words = [0; Accumulator::WORDS];
        words[0] = self.resolutions[number].to_bits();
        (words[1], words[2]) = (min as u64, max as u64);
        for (pair, whole) in words[3..].chunks_exact_mut(2).zip([sum, squares as i128, p1, p2, p3, p4]) {
            (pair[0], pair[1]) = (whole as u64, (whole >> 64) as u64);
        }
        words
    }

    /// Of words, by number, and how many replicates they are of.
    ///
    /// ```
    /// use suasion::estimate::{Accumulator, Groups};
    /// let mut of = Accumulator::new(vec![0.25, 1.0], Groups::default());
    /// for (number, x) in [(0, -1.5), (1, 7.0), (0, 3.0), (1, -2.0)] {
    ///     of.add(number, 0, x);
    /// }
    /// let words = [of.words(0), of.words(1)].concat();
    /// assert_eq!(Accumulator::of_words(&words, 2), of);
    /// ```
    pub fn of_words(words: &[u64], n: u64) -> Accumulator {
        let numbers = || words.chunks_exact(Accumulator::WORDS);
        let whole =
            |of: &[u64], k: usize| (u128::from(of[3 + 2 * k]) | u128::from(of[4 + 2 * k]) << 64) as i128;
        let exact = |of: &[u64]| {
            let (min, max) = (of[1] as i64, of[2] as i64);
            Exact { n, sum: whole(of, 0), squares: whole(of, 1) as u128, min, max }
        };
        Accumulator {
            resolutions: numbers().map(|of| f64::from_bits(of[0])).collect(),
            exact: numbers().map(exact).collect(),
            shapes: numbers().map(|of| Shape::of_powers([2, 3, 4, 5].map(|k| whole(of, k)))).collect(),
            groups: Groups::default(),
            by_group: Vec::new(),
        }
    }
}
