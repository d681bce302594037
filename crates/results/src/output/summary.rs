//! Statistics of every variable by state and year over replicates, in integers, so that any grouping merges to the same.
//!
//! A number is rounded to a multiple of its full scale over 2^26 and then summed, squared and counted exactly:
//! sums of 2^32 replicates fit. Statistics of a constant are exact to that rounding, and its deviation is 0. Quantiles come
//! from a histogram of 128 bins, interpolated within the bin and limited to the range seen. How results are
//! written is in `summary_csv.rs` and `summary_table.rs`.

use crate::estimate::{Estimate, Exact, Groups, Level, Weight, means, shares};
use crate::output::by_draw::ByDraw;
use crate::output::error::OutputError;
use crate::output::held::BATCHES;
use crate::output::histogram::Histograms;
use crate::output::kept::Kept;
use crate::output::moments::{BINS, Grid, Integers, Moments, bins, count, integers, quantile_position};
use crate::output::units::{FULL, Units};
use std::sync::Arc;
use suasion_lanes::lane::{LANES, Lane, Mask};
use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::World;

/// The quantiles given, in per cent.
pub const PERCENTS: [u32; 5] = [5, 25, 50, 75, 95];

/// Size of all histograms above which there are none.
const HISTOGRAM_LIMIT: usize = 256 << 20;

/// Where the statistics of a variable are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Number { index: usize, grid: Grid },
    Code { first: usize, values: usize },
}

#[derive(Clone, Debug, PartialEq)]
struct Layout {
    states: usize,
    rows: usize,
    variables: Vec<(Variable, Place)>,
    numbers: usize,
    codes: usize,
    /// 2^26 over the full scale, and 1 for codes, by variable; and by state before, where flows differ in scale.
    factors: Vec<f64>,
    /// By variable.
    bounds: Vec<Bounds>,
}

/// Statistics of replicates by state, year and variable.
///
/// Rows count from 0, the start; row 1 is the end of the first year.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    layout: Layout,
    /// Replicates, by row.
    n: Vec<u64>,
    /// By row, state and number.
    moments: Vec<Moments>,
    /// By row, state and number; empty where they would be too large.
    bins: Histograms,
    /// By row, state and value of a code.
    counts: Vec<u32>,
    /// Values beyond full scale, by number: its statistics are then not given rather than wrong.
    beyond: Vec<u64>,
    /// Sums by group of draws, under a posterior.
    by_draw: Option<ByDraw>,
}

impl Layout {
    fn new(world: &World, kept: &Kept) -> Layout {
        let mut numbers = 0;
        let mut codes = 0;
        let mut place = |variable: Variable| {
            let values = match variable.kind() {
                VariableKind::Code | VariableKind::Flag => variable.values(world),
                kind @ (VariableKind::Bounded | VariableKind::NonNegative | VariableKind::Real) => {
                    let grid = match (variable, kind) {
                        (Variable::ComplianceGap, _) => Grid::Signed,
                        (Variable::Pressure, _) => Grid::Odds,
                        (_, VariableKind::Real) => Grid::SignedOdds,
                        _ => Grid::Unit,
                    };
                    numbers += 1;
                    return (variable, Place::Number { index: numbers - 1, grid });
                }
            };
            codes += values;
            (variable, Place::Code { first: codes - values, values })
        };
        let variables: Vec<_> = kept.variables(world).into_iter().map(&mut place).collect();
        let units = Units::new(world);
        let rows = if world.corridors.is_empty() { 1 } else { world.states.len() };
        let factor = |state: usize, (variable, place): (Variable, Place)| match place {
            Place::Number { .. } => 1.0 / units.of(Some(state), variable),
            Place::Code { .. } => 1.0,
        };
        let factors = (0..rows).flat_map(|state| variables.iter().map(move |of| (state, *of)));
        let factors = factors.map(|(state, of)| factor(state, of)).collect();
        let bounds = variables.iter().map(|(_, place)| match place {
            Place::Number { .. } => Bounds { low: -FULL, high: FULL, beyond: FULL + 0.5 },
            Place::Code { values, .. } => {
                Bounds { low: 0.0, high: *values as f64 - 1.0, beyond: f64::INFINITY }
            }
        });
        Layout {
            states: world.states.len(),
            rows: world.clock.years() + 1,
            bounds: bounds.collect(),
            variables,
            numbers,
            codes,
            factors,
        }
    }

    /// The factors of a state, by variable.
    #[inline(always)]
    fn factors_of(&self, state: usize) -> &[f64] {
        let n = self.variables.len();
        let rows = self.factors.len() / n.max(1);
        &self.factors[state.min(rows - 1) * n..][..n]
    }

    /// The factor of one variable of a state.
    fn factor(&self, state: usize, variable: Variable) -> f64 {
        let at = self.variables.iter().position(|(v, _)| *v == variable);
        at.map_or(1.0, |at| self.factors_of(state)[at])
    }

    fn find(&self, variable: Variable) -> Option<Place> {
        self.variables.iter().find(|(v, _)| *v == variable).map(|(_, place)| *place)
    }
}

/// Between what an integer lies, by variable.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    low: f64,
    high: f64,
    /// Above this a scaled value is beyond full scale.
    beyond: f64,
}

impl Summary {
    /// The summary of no replicates of this world.
    pub fn new(world: &World) -> Summary {
        Summary::of(world, &Kept::All)
    }

    /// The same of what is kept alone.
    pub fn of(world: &World, kept: &Kept) -> Summary {
        let layout = Layout::new(world, kept);
        let places = layout.states * layout.rows;
        let cells = places * layout.numbers;
        let histogram = cells.saturating_mul(BINS * size_of::<u32>()) <= HISTOGRAM_LIMIT;
        Summary {
            n: vec![0; layout.rows],
            moments: vec![Moments::EMPTY; cells],
            bins: Histograms::new(if histogram { cells } else { 0 }),
            counts: vec![0; places * layout.codes],
            beyond: vec![0; layout.numbers],
            by_draw: None,
            layout,
        }
    }

    /// Keeps apart what replicates of each group of draws show, so that intervals know that they are not independent.
    pub(super) fn keep_draws(&mut self, world: &World, groups: &Arc<Groups>) {
        let variables = self.kept().collect();
        self.by_draw = (!groups.is_empty()).then(|| ByDraw::new(world, variables, groups.clone()));
    }

    /// The variables that it has, in the order of [`Variable::all`].
    pub fn kept(&self) -> impl Iterator<Item = Variable> + '_ {
        self.layout.variables.iter().map(|(variable, _)| *variable)
    }

    /// What is kept by group of draws, under a posterior.
    pub(super) fn by_draw(&mut self) -> Option<&mut ByDraw> {
        self.by_draw.as_mut()
    }

    /// Adds the replicates of another summary of the same world. Order and grouping do not matter.
    ///
    /// # Errors
    /// If the two are of worlds that differ in states, years, variables or volumes of corridors.
    pub fn merge(&mut self, other: &Summary) -> Result<(), OutputError> {
        if self.layout != other.layout {
            return Err(OutputError::Mismatch { what: "states, years, variables or volumes of corridors" });
        }
        for (to, from) in self.n.iter_mut().zip(&other.n).chain(self.beyond.iter_mut().zip(&other.beyond)) {
            *to += from;
        }
        for (to, from) in self.moments.iter_mut().zip(&other.moments) {
            to.merge(*from);
        }
        for (to, from) in self.counts.iter_mut().zip(&other.counts) {
            *to += from;
        }
        self.bins.merge(&other.bins);
        if let (Some(to), Some(from)) = (&mut self.by_draw, &other.by_draw) {
            to.merge(from);
        }
        Ok(())
    }

    /// Variables by state.
    pub(super) fn variables(&self) -> usize {
        self.layout.variables.len()
    }

    /// States.
    pub(super) fn states(&self) -> usize {
        self.layout.states
    }

    /// Puts the values of a state, of each variable in their order, where they are held, as what [`Summary::add`] adds. Of
    /// their lanes, the first `width` count.
    #[inline(always)]
    pub(super) fn integers<'a>(
        &mut self,
        state: usize,
        values: &[Lane],
        width: usize,
        places: impl Iterator<Item = &'a mut Integers>,
    ) {
        let factors = self.layout.factors_of(state);
        let mut beyond = Mask::NONE;
        for (((value, factor), bounds), place) in
            values.iter().zip(factors).zip(&self.layout.bounds).zip(places)
        {
            let scaled = *value * *factor;
            // Half a unit beyond still rounds to full scale. What is no number is not within.
            beyond = beyond | !scaled.abs().le(Lane::splat(bounds.beyond));
            *place = integers(scaled.clamp(bounds.low, bounds.high));
        }
        if beyond.any() {
            self.count_beyond(state, values, width);
        }
    }

    /// Counts values beyond full scale among the first `width`. What is not finite has no mean, and the engine lets none out.
    #[cold]
    #[inline(never)]
    fn count_beyond(&mut self, state: usize, values: &[Lane], width: usize) {
        let Summary { layout, beyond, .. } = self;
        for ((value, factor), (_, place)) in
            values.iter().zip(layout.factors_of(state)).zip(&layout.variables)
        {
            let finite = value.0[..width].iter().all(|x| x.is_finite());
            assert!(finite, "a number that is not finite came to be averaged");
            if let Place::Number { index, .. } = place {
                let scaled = (*value * *factor).0;
                beyond[*index] += scaled[..width].iter().filter(|x| x.abs() > FULL + 0.5).count() as u64;
            }
        }
    }

    /// Adds batches at a row: all of their lanes, or the first `width` of a single one. `held` are integers by state and variable, then batch, of
    /// which there is room for `room`.
    #[inline(always)]
    pub(super) fn add(&mut self, row: usize, held: &[Integers], room: usize, batches: usize, width: usize) {
        let Layout { states, numbers, codes, ref variables, .. } = self.layout;
        self.n[row] += (batches * width) as u64;
        for (state, held) in held.chunks_exact(variables.len() * room).enumerate() {
            let place = row * states + state;
            let factors = self.layout.factors_of(state);
            for ((held, &(_, at)), factor) in held.chunks_exact(room).zip(variables).zip(factors) {
                // All lanes count, or those of a single batch that is not whole.
                let held = &held[..batches].as_flattened()[..(batches - 1) * LANES + width];
                match at {
                    Place::Number { index, grid } => {
                        let cell = place * numbers + index;
                        self.moments[cell].add(held);
                        if !self.bins.is_empty() {
                            let mut at = [0; BATCHES * LANES];
                            let at = &mut at[..held.len()];
                            bins(grid, held, *factor, at);
                            self.bins.add(cell, at);
                        }
                    }
                    Place::Code { first, values } => {
                        let counts = &mut self.counts[place * codes + first..][..values];
                        for (code, sum) in counts.iter_mut().enumerate() {
                            *sum += count(held, code as i32);
                        }
                    }
                }
            }
        }
    }

    /// Rows: the years of the run and the start before them.
    pub fn rows(&self) -> usize {
        self.layout.rows
    }

    /// Replicates summarized.
    pub fn replicates(&self) -> u64 {
        self.n[self.layout.rows - 1]
    }

    /// Quantiles of a number at [`PERCENTS`]; none where [`Summary::estimate`] says nothing of it, and for a world so large (above 256 MiB of
    /// histograms) that none are kept.
    pub fn quantiles(&self, state: usize, row: usize, variable: Variable) -> Option<[f64; 5]> {
        let Some(Place::Number { index, grid }) = self.layout.find(variable) else { return None };
        let (exact, unit) = self.exact(state, row, variable)?;
        let estimate = exact.estimate(unit);
        let cell = (row * self.layout.states + state) * self.layout.numbers + index;
        (!self.bins.is_empty()).then(|| {
            PERCENTS.map(|percent| {
                let at = quantile_position(self.bins.of(cell), estimate.n, percent);
                let value = match grid {
                    Grid::Unit => at * FULL * unit,
                    Grid::Signed => 2.0 * at - 1.0,
                    Grid::Odds => at / (1.0 - at),
                    Grid::SignedOdds => (2.0 * at - 1.0) / (1.0 - (2.0 * at - 1.0).abs()),
                };
                value.max(estimate.min).min(estimate.max)
            })
        })
    }

    /// Sums of a number in multiples of its unit, and the unit.
    fn exact(&self, state: usize, row: usize, variable: Variable) -> Option<(Exact, f64)> {
        let Some(Place::Number { index, .. }) = self.layout.find(variable) else { return None };
        let n = self.n[row];
        if n == 0 || self.beyond[index] > 0 {
            return None;
        }
        let Moments { squares, sum, low, high } =
            self.moments[(row * self.layout.states + state) * self.layout.numbers + index];
        let exact = Exact { n, sum: i128::from(sum), squares, min: i64::from(low), max: i64::from(high) };
        Some((exact, 1.0 / self.layout.factor(state, variable)))
    }

    /// Replicates with each value of a code or flag, from value 0; none for numbers.
    pub fn counts(&self, state: usize, row: usize, variable: Variable) -> Option<&[u32]> {
        let Some(Place::Code { first, values }) = self.layout.find(variable) else { return None };
        let start = (row * self.layout.states + state) * self.layout.codes + first;
        Some(&self.counts[start..start + values])
    }

    /// Share of replicates with a value of a code or flag; none for numbers or without replicates.
    pub fn share(&self, state: usize, row: usize, variable: Variable, value: usize) -> Option<f64> {
        let count = *self.counts(state, row, variable)?.get(value)?;
        (self.n[row] > 0).then(|| f64::from(count) / self.n[row] as f64)
    }

    /// Mean of any variable: of the number, of the code, or the share of replicates where a flag is set.
    pub fn mean(&self, state: usize, row: usize, variable: Variable) -> Option<f64> {
        let Some(counts) = self.counts(state, row, variable) else {
            return self.exact(state, row, variable).map(|(exact, unit)| exact.mean(unit));
        };
        let sum: u64 = counts.iter().enumerate().map(|(value, &count)| value as u64 * u64::from(count)).sum();
        (self.n[row] > 0).then(|| sum as f64 / self.n[row] as f64)
    }

    /// What replicates say of a number, or (as a share) of how many have a value of a code or flag; none without replicates, and where
    /// a value was beyond the summary's scale (pressure above 32). What no replicate shows of a number may be as far from its mean as `size`
    /// ([`Summary::size`]).
    pub fn estimate(
        &self,
        (state, row): (usize, usize),
        (variable, value): (Variable, Option<usize>),
        size: f64,
        level: &Level,
    ) -> Option<Estimate> {
        let n = self.n[row];
        let (exact, unit) = match value {
            Some(value) => {
                let count = u64::from(*self.counts(state, row, variable)?.get(value)?);
                let (min, max) = (i64::from(count == n), i64::from(count > 0));
                (Exact { n, sum: i128::from(count), squares: u128::from(count), min, max }, 1.0)
            }
            None => self.exact(state, row, variable)?,
        };
        let weight = match &self.by_draw {
            Some(by_draw) => by_draw.weight((row, state), variable, value.unwrap_or(0), &exact),
            None => Weight::independent(n),
        };
        let estimate = exact.estimate(unit);
        let range = match (variable, variable.kind()) {
            (Variable::ComplianceGap, _) => (-1.0, 1.0),
            (_, VariableKind::NonNegative) => (0.0, f64::INFINITY),
            (_, VariableKind::Real) => (f64::NEG_INFINITY, f64::INFINITY),
            _ => (0.0, 1.0),
        };
        let interval = match value {
            Some(_) => (n > 1).then(|| shares::one(estimate.mean, weight, level)),
            None => means::interval(&estimate, None, size, weight, level).map(|found| found.within(range)),
        };
        (n > 0).then_some(Estimate { interval, ..estimate })
    }

    /// How far an event may move a number that no replicate of a state and year shows: the root of three times its variance, pooled over states and
    /// years, which is the size of the deviations that carry the variance of normal numbers.
    pub fn size(&self, variable: Variable) -> f64 {
        if self.replicates() < 2 {
            return 0.0; // nothing varies, and there may be millions of cells
        }
        let cells = (0..self.layout.rows).flat_map(|row| (0..self.layout.states).map(move |s| (s, row)));
        let variances = cells.filter_map(|(state, row)| {
            let (exact, unit) = self.exact(state, row, variable)?;
            exact.estimate(unit).sd
        });
        let (count, sum) = variances.fold((0.0, 0.0), |(n, sum), sd| (n + 1.0, sum + sd * sd));
        if count > 0.0 { (3.0 * sum / count).sqrt() } else { 0.0 }
    }

    /// Full scale of a number in a state, which its rounding is relative to.
    pub(super) fn scale(&self, state: usize, variable: Variable) -> f64 {
        match self.layout.find(variable) {
            Some(Place::Number { .. }) => FULL / self.layout.factor(state, variable),
            _ => 1.0,
        }
    }
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
