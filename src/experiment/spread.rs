//! Intervals of the cells of paired arms: what is kept for them beside the sums, and what they are.

use crate::estimate::{Estimate, Exact, Groups, Interval, Level, Shape, Weight, means, shape, shares};
use crate::experiment::cells::Quantity;
use crate::experiment::compare::Difference;
use crate::experiment::outcome::Place;
use crate::experiment::paired::{Column, Pair, Profile};

/// How cells spread: their shape, their sums by group of draws, and the size of what may not have been seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    groups: Groups,
    /// By cell.
    shapes: Vec<Shape>,
    /// By cell, then group of draws.
    by_group: Vec<i128>,
    /// By quantity: in states, and in the mean over them.
    sizes: Vec<[f64; 2]>,
}

impl Spread {
    /// That of no replicates.
    pub(super) fn new(cells: usize, groups: Groups) -> Spread {
        let by_group = vec![0; cells * groups.len()];
        Spread { groups, shapes: vec![Shape::default(); cells], by_group, sizes: Vec::new() }
    }

    /// Adds an integer of a replicate to a cell.
    #[inline(always)]
    pub(super) fn add(&mut self, cell: usize, replicate: usize, x: i64) {
        self.shapes[cell].add(x);
        if let Some(group) = self.groups.of(replicate) {
            self.by_group[cell * self.groups.len() + group] += i128::from(x);
        }
    }

    /// Memory for each cell, about, of so many groups.
    pub(super) fn bytes(groups: usize) -> usize {
        size_of::<Shape>() + groups * size_of::<i128>()
    }

    /// Draws of a posterior that the replicates saw; 0 without one.
    pub fn draws(&self) -> u64 {
        self.groups.draws()
    }

    fn weight(&self, cell: usize, exact: &Exact) -> Weight {
        let groups = self.groups.len();
        self.groups.weight(exact, &self.by_group[cell * groups..(cell + 1) * groups])
    }

    fn size(&self, column: &Column, c: usize) -> f64 {
        self.sizes[c % self.sizes.len()][usize::from(column.place == Place::Mean)]
    }

    fn estimate(&self, cell: usize, exact: &Exact, grain: f64) -> Estimate {
        Estimate { central: self.shapes[cell].central(exact.n, grain), ..exact.estimate(grain) }
    }

    /// Sizes by quantity, over all places of a kind and all rows.
    fn find_sizes(&mut self, columns: &[Column], n: u64, grain: fn(&Column) -> f64) {
        let width = columns.len();
        let quantities = columns.iter().take_while(|c| c.place == columns[0].place).count();
        let of = |q: usize, is_mean: bool| {
            let cells = (0..self.shapes.len()).skip(q).step_by(quantities.max(1));
            let cells = cells.map(|cell| (cell, &columns[cell % width]));
            let kind = cells.filter(move |(_, column)| (column.place == Place::Mean) == is_mean);
            shape::size(kind.filter_map(|(cell, c)| Some((n, self.shapes[cell].central(n, grain(c))?))))
        };
        self.sizes = (0..quantities).map(|q| [of(q, false), of(q, true)]).collect();
    }
}

/// Whether a column's numbers are 0 or 1 in each replicate.
fn is_share(column: &Column) -> bool {
    column.quantity.is_share() && column.place != Place::Mean
}

impl Profile {
    pub(super) fn find_sizes(&mut self) {
        let n = self.sums.first().map_or(0, |sum| sum.n);
        self.spread.find_sizes(&self.columns, n, |c| c.grain);
    }

    /// Where the numbers of a place begin in a row, and how many there are.
    pub fn find(&self, place: Place, quantity: Quantity) -> Option<usize> {
        self.columns.iter().position(|c| c.place == place && c.quantity == quantity)
    }

    /// The estimate of a quantity at a place in a row; none where it was not kept.
    pub fn estimate(&self, place: Place, quantity: Quantity, row: usize) -> Option<Estimate> {
        Some(self.estimate_of(row, self.find(place, quantity)?))
    }

    /// The estimate of a column in a row.
    pub fn estimate_of(&self, row: usize, c: usize) -> Estimate {
        let cell = row * self.columns.len() + c;
        self.spread.estimate(cell, &self.sums[cell], self.columns[c].grain)
    }

    /// The interval of a column's mean in a row; none of a single replicate.
    pub fn interval(&self, row: usize, c: usize, level: &Level) -> Option<Interval> {
        let (cell, column) = (row * self.columns.len() + c, &self.columns[c]);
        let (estimate, weight) = (self.estimate_of(row, c), self.spread.weight(cell, &self.sums[cell]));
        if is_share(column) {
            return (estimate.n > 1).then(|| shares::one(estimate.mean, weight, level));
        }
        let found = means::interval(&estimate, self.spread.size(column, c), weight, level)?;
        Some(found.within(column.quantity.range()))
    }
}

impl Pair {
    /// An event that no difference shows may be as large as those of the base, where no difference varies anywhere.
    pub(super) fn find_sizes(&mut self, base: &Profile) {
        let n = self.cells.first().map_or(0, |cell| cell.difference.n);
        self.spread.find_sizes(&self.columns, n, Column::difference_grain);
        for (q, size) in self.spread.sizes.iter_mut().enumerate() {
            let quantity = self.columns[q].quantity;
            let of_base = base.columns.iter().position(|c| c.quantity == quantity);
            let of_base = of_base.map_or([0.0; 2], |c| base.spread.sizes[c]);
            for (size, of_base) in size.iter_mut().zip(of_base) {
                if *size == 0.0 {
                    *size = of_base;
                }
            }
        }
    }

    /// Which column a quantity of a place is; none where one of the arms has no such thing.
    pub fn find(&self, place: Place, quantity: Quantity) -> Option<usize> {
        self.columns.iter().position(|c| c.place == place && c.quantity == quantity)
    }

    /// What a column says in a row.
    pub fn says(&self, row: usize, c: usize, level: &Level) -> Difference {
        let (at, column) = (row * self.columns.len() + c, &self.columns[c]);
        let cell = &self.cells[at];
        let base = cell.base.estimate(column.grain);
        let other = cell.other.estimate(column.other_grain);
        let difference = self.spread.estimate(at, &cell.difference, column.difference_grain());
        let weight = self.spread.weight(at, &cell.difference);
        let n = difference.n as f64;
        let interval = if is_share(column) {
            let [above, below] = [cell.above, cell.below].map(|count| count as f64 / n);
            (difference.n > 1).then(|| shares::paired(above, below, weight, level))
        } else {
            let (least, greatest) = column.quantity.range();
            let found = means::interval(&difference, self.spread.size(column, c), weight, level);
            found.map(|found| found.within((least - greatest, greatest - least)))
        };
        let against = match difference.mean {
            mean if mean > 0.0 => cell.below,
            mean if mean < 0.0 => cell.above,
            _ => cell.above.min(cell.below),
        };
        // As wide an interval of two independent samples: t^2 (s_1^2 + s_2^2) / N is the square of half its width.
        let apart = base.variance() + other.variance();
        let unpaired = interval.map(|interval| {
            let half = 0.5 * (interval.high - interval.low);
            let t = level.t(n - 1.0);
            if half > 0.0 { t * t * apart / (half * half) } else { n }
        });
        Difference { base, other, difference, interval, reversed: against as f64 / n, unpaired }
    }
}
