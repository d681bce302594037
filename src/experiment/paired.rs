//! Several arms on common random numbers: the same replicates of a base and of other worlds, their differences summed
//! exactly, replicate by replicate.
//!
//! Worlds of different structure cannot share a batch, so replicates go in chunks: each arm of a chunk is simulated, then
//! its cells are paired with the base's. Sums are integers, so chunks, threads and batches change no bit of a result.

use crate::engine::batch::Run;
use crate::engine::lanes::{LANES, Lane};
use crate::engine::parallel::{Options, simulate};
use crate::estimate::{Exact, Groups, integer};
use crate::experiment::cells::{CellsRecorder, Quantity, targets};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::Place;
use crate::experiment::posterior::Worlds;
use crate::experiment::spread::Spread;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::digest::Digest;
use crate::output::units::Units;
use std::sync::atomic::AtomicBool;

/// Replicates in a chunk, at most.
const CHUNK: usize = 1024;
/// Lanes that one arm of a chunk keeps, about: 64 MiB.
const LANES_PER_CHUNK: usize = 1 << 20;

/// Why arms cannot be paired.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Unpairable {
    /// The arms differ in years or steps, so no draw of one is a draw of the other.
    #[error(
        "its years or steps differ from the baseline's, so the two share no luck; give both the same with --years"
    )]
    Clock,
    /// No state is in both.
    #[error("it has no state in common with the baseline, so nothing can be paired")]
    States,
}

/// What a column of cells holds: a quantity of the base's world at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Whose.
    pub place: Place,
    /// What, by the base's indices.
    pub quantity: Quantity,
    /// The multiple that the base's integers count.
    pub grain: f64,
    /// The multiple that the other arm's integers count: another where more can flow in it.
    pub other_grain: f64,
}

impl Column {
    /// The multiple that integers of differences count: the coarser.
    pub fn difference_grain(&self) -> f64 {
        self.grain.max(self.other_grain)
    }
}

/// The base's cells over all replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Columns, by state (the mean last), then quantity.
    pub columns: Vec<Column>,
    /// Sums, by row (0 the start, then years), then column.
    pub sums: Vec<Exact>,
    /// What is kept of them for intervals.
    pub spread: Spread,
    /// Digest of the base's trajectories.
    pub digest: Digest,
}

/// Sums of one cell in both arms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// In the base.
    pub base: Exact,
    /// In the other arm.
    pub other: Exact,
    /// Of the difference, other less base.
    pub difference: Exact,
    /// Replicates in which the difference is above 0.
    pub above: u64,
    /// Replicates in which it is below.
    pub below: u64,
}

/// An arm beside the base, over all replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Columns that both arms have, by state (the mean last), then quantity.
    pub columns: Vec<Column>,
    /// Cells, by row, then column.
    pub cells: Vec<Cell>,
    /// What is kept of their differences for intervals.
    pub spread: Spread,
    /// What could not be paired.
    pub unpaired: Unpaired,
    /// Digest of the other arm's trajectories.
    pub digest: Digest,
}

/// Names of what one arm alone has: outcomes, and `state ID`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpaired {
    /// In the base alone.
    pub base: Vec<String>,
    /// In the other arm alone.
    pub other: Vec<String>,
}

/// How arms are to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'q> {
    /// What is kept of each state; by the base's indices.
    pub quantities: &'q [Quantity],
    /// Seed of all arms.
    pub seed: u64,
    /// Replicates of each arm.
    pub replicates: usize,
    /// How to run; changes no result.
    pub options: Options,
}

/// What of an arm pairs with what of the base.
struct Match<'w> {
    worlds: Worlds<'w>,
    states: Vec<usize>,
    quantities: Vec<Quantity>,
    /// Position in a row of the base's cells, for each of this arm's.
    in_base: Vec<usize>,
    pair: Pair,
}

/// Runs a base and other arms, and pairs each with the base. `progress` hears how many replicates of all arms are done.
///
/// # Errors
/// If the run was stopped.
///
/// # Panics
/// If an arm does not pair: see [`check`].
pub fn run<'w, W: Into<Worlds<'w>> + Copy>(
    base: W,
    others: &[W],
    plan: Plan,
    stop: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> Result<(Profile, Vec<Pair>), ExperimentError> {
    let base = base.into();
    let others: Vec<Worlds> = others.iter().map(|other| (*other).into()).collect();
    let all: Vec<usize> = (0..base.base.states.len()).collect();
    let units = Units::new(base.base);
    let columns = columns((&all, &all), (plan.quantities, plan.quantities), (&units, &units));
    let rows = base.base.clock.years() + 1;
    let groups = base.groups();
    let spread = Spread::new(rows * columns.len(), groups.clone());
    let mut profile = Profile {
        sums: vec![Exact::default(); rows * columns.len()],
        columns,
        spread,
        digest: Digest::default(),
    };
    let mut matches: Vec<Match> =
        others.iter().map(|other| matched(base.base, *other, plan.quantities, &groups)).collect();
    let lanes = rows * base.base.states.len() * plan.quantities.len();
    let chunk = (LANES_PER_CHUNK / lanes.max(1)).clamp(1, CHUNK / LANES) * LANES;
    let mut done = 0;
    for first in (0..plan.replicates).step_by(chunk) {
        let count = chunk.min(plan.replicates - first);
        let mut sample = |worlds: Worlds, states: &[usize], quantities: &[Quantity], digest: &mut Digest| {
            let taken = sample(worlds, states, quantities, (first, count), &plan, stop)?;
            digest.merge(taken.digest);
            done += count as u64;
            progress(done);
            Ok::<Sample, ExperimentError>(taken)
        };
        let base_sample = sample(base, &all, plan.quantities, &mut profile.digest)?;
        add_profile(&mut profile, &base_sample, first, (plan.quantities.len(), rows));
        for other in &mut matches {
            let taken = sample(other.worlds, &other.states, &other.quantities, &mut other.pair.digest)?;
            add_pair(other, &base_sample, &taken, (first, rows));
        }
    }
    let mut pairs: Vec<Pair> = matches.into_iter().map(|m| m.pair).collect();
    profile.find_sizes();
    for pair in &mut pairs {
        pair.find_sizes(&profile);
    }
    Ok((profile, pairs))
}

/// Whether an arm can be paired with a base.
///
/// # Errors
/// If their years or steps differ, or no state is in both.
pub fn check(base: &World, other: &World) -> Result<(), Unpairable> {
    if base.clock != other.clock {
        return Err(Unpairable::Clock);
    }
    if base.states.iter().any(|state| find_state(other, &state.id).is_some()) {
        Ok(())
    } else {
        Err(Unpairable::States)
    }
}

/// Lanes of a chunk as recorded, batch after batch.
struct Sample {
    values: Vec<Lane>,
    widths: Vec<usize>,
    digest: Digest,
}

fn sample(
    worlds: Worlds,
    states: &[usize],
    quantities: &[Quantity],
    (first, count): (usize, usize),
    plan: &Plan,
    stop: &AtomicBool,
) -> Result<Sample, ExperimentError> {
    let mut all = Sample { values: Vec::new(), widths: Vec::new(), digest: Digest::default() };
    let world = worlds.base;
    let run = |r: usize| {
        let replicate = (first + r) as u32;
        Run { world: worlds.of(replicate), seed: plan.seed, replicate }
    };
    let make = || CellsRecorder::new(world, plan.options.isa, states, quantities);
    let ledger = quantities.iter().any(|q| q.is_of_ledger());
    let options = Options { ledger, ..plan.options };
    simulate(world, count, run, options, stop, make, |block, _| {
        all.digest.merge(block.digest().digest());
        all.values.extend(block.values);
        all.widths.extend(block.widths);
        Ok::<(), ExperimentError>(())
    })?;
    Ok(all)
}

/// Adds a sample whose first replicate is `first`.
fn add_profile(profile: &mut Profile, sample: &Sample, first: usize, (quantities, rows): (usize, usize)) {
    let width = profile.columns.len();
    let states = width / quantities.max(1) - 1;
    let mut replicate = first;
    for (b, &runs) in sample.widths.iter().enumerate() {
        for row in 0..rows {
            let from = (b * rows + row) * states * quantities;
            let cells = &sample.values[from..from + states * quantities];
            let sums = &mut profile.sums[row * width..(row + 1) * width];
            for (c, column) in profile.columns.iter().enumerate() {
                let value = at(column, c, cells, quantities, states);
                for (lane, x) in value.0[..runs].iter().enumerate() {
                    let x = integer(*x, column.grain);
                    sums[c].add(x);
                    profile.spread.add(row * width + c, replicate + lane, x);
                }
            }
        }
        replicate += runs;
    }
}

/// The value of a column: of a state as recorded, or the mean over states, in their order.
#[inline(always)]
fn at(column: &Column, c: usize, cells: &[Lane], quantities: usize, states: usize) -> Lane {
    if column.place != Place::Mean {
        return cells[c];
    }
    let sum = (0..states).fold(Lane::ZERO, |sum, s| sum + cells[s * quantities + c % quantities]);
    sum / (states as f64)
}

fn add_pair(matched: &mut Match, base: &Sample, other: &Sample, (first, rows): (usize, usize)) {
    let (quantities, states) = (matched.quantities.len(), matched.states.len());
    let width = matched.pair.columns.len();
    let base_width = base.values.len() / (base.widths.len() * rows).max(1);
    let mut picked = vec![Lane::ZERO; states * quantities];
    let mut replicate = first;
    for (b, &runs) in base.widths.iter().enumerate() {
        for row in 0..rows {
            let base_cells = &base.values[(b * rows + row) * base_width..][..base_width];
            for (to, from) in picked.iter_mut().zip(&matched.in_base) {
                *to = base_cells[*from];
            }
            let cells = &other.values[(b * rows + row) * picked.len()..][..picked.len()];
            let sums = &mut matched.pair.cells[row * width..(row + 1) * width];
            for (c, column) in matched.pair.columns.iter().enumerate() {
                let x = at(column, c, &picked, quantities, states);
                let y = at(column, c, cells, quantities, states);
                let grain = column.difference_grain();
                for lane in 0..runs {
                    let (x, y) = (x.0[lane], y.0[lane]);
                    let cell = &mut sums[c];
                    cell.base.add(integer(x, column.grain));
                    cell.other.add(integer(y, column.other_grain));
                    let difference = integer(y, grain) - integer(x, grain);
                    cell.difference.add(difference);
                    cell.above += u64::from(difference > 0);
                    cell.below += u64::from(difference < 0);
                    matched.pair.spread.add(row * width + c, replicate + lane, difference);
                }
            }
        }
        replicate += runs;
    }
}

fn matched<'w>(base: &World, worlds: Worlds<'w>, wanted: &[Quantity], groups: &Groups) -> Match<'w> {
    let other = worlds.base;
    if let Err(error) = check(base, other) {
        panic!("an arm that does not pair: {error}");
    }
    let mut unpaired = Unpaired::default();
    let (mut base_states, mut states) = (Vec::new(), Vec::new());
    for (i, state) in base.states.iter().enumerate() {
        match find_state(other, &state.id) {
            Some(j) => {
                base_states.push(i);
                states.push(j);
            }
            None => unpaired.base.push(format!("state {}", state.id)),
        }
    }
    let added = other.states.iter().filter(|state| find_state(base, &state.id).is_none());
    unpaired.other.extend(added.map(|state| format!("state {}", state.id)));
    let theirs: Vec<(String, Quantity)> =
        like(base, other, wanted).into_iter().map(|q| (q.name(other), q)).collect();
    let (mut base_quantities, mut quantities) = (Vec::new(), Vec::new());
    for (k, quantity) in wanted.iter().enumerate() {
        let name = quantity.name(base);
        match theirs.iter().find(|(other, _)| *other == name) {
            Some((_, q)) => {
                base_quantities.push(k);
                quantities.push(*q);
            }
            None => unpaired.base.push(name),
        }
    }
    let ours: Vec<String> = like(base, base, wanted).into_iter().map(|q| q.name(base)).collect();
    let own = |(name, _): &&(String, Quantity)| !ours.contains(name);
    unpaired.other.extend(theirs.iter().filter(own).map(|(name, _)| name.clone()));
    let in_base =
        base_states.iter().flat_map(|i| base_quantities.iter().map(move |k| i * wanted.len() + k)).collect();
    let kept: Vec<Quantity> = base_quantities.iter().map(|k| wanted[*k]).collect();
    let units = (&Units::new(base), &Units::new(other));
    let columns = columns((&base_states, &states), (&kept, &quantities), units);
    let cells = vec![Cell::default(); (base.clock.years() + 1) * columns.len()];
    let spread = Spread::new(cells.len(), groups.clone());
    let pair = Pair { columns, cells, spread, unpaired, digest: Digest::default() };
    Match { worlds, states, quantities, in_base, pair }
}

/// The quantities of another world of the kinds wanted, so that what it has beyond the base can be told.
fn like(base: &World, other: &World, wanted: &[Quantity]) -> Vec<Quantity> {
    let mut all: Vec<Quantity> = wanted.iter().filter(|q| q.is_of_ledger()).copied().collect();
    let some = |f: fn(&Quantity) -> bool| wanted.iter().any(f);
    if some(|q| matches!(q, Quantity::Variable(_) | Quantity::Is(..))) {
        all.extend(Quantity::variables(other));
    }
    for quantity in wanted {
        if let Quantity::Is(v, code) = quantity
            && !matches!(v, Variable::Tier(_))
        {
            let name = v.name(base);
            let same = Variable::all(other).into_iter().find(|theirs| theirs.name(other) == name);
            all.extend(same.map(|theirs| Quantity::Is(theirs, *code)));
        }
    }
    for target in targets(other) {
        if some(|q| matches!(q, Quantity::Reached(_))) {
            all.push(Quantity::Reached(target));
        }
        if some(|q| matches!(q, Quantity::Waited(_))) {
            all.push(Quantity::Waited(target));
        }
    }
    all
}

/// Columns of states and quantities of two arms, by the indices of each, in their units.
fn columns(
    states: (&[usize], &[usize]),
    quantities: (&[Quantity], &[Quantity]),
    units: (&Units, &Units),
) -> Vec<Column> {
    let states = states.0.iter().zip(states.1).map(|(i, j)| (Place::State(*i), Place::State(*j)));
    let of = |(place, other): (Place, Place)| {
        quantities.0.iter().zip(quantities.1).map(move |(q, p)| Column {
            place,
            quantity: *q,
            grain: q.grain(units.0, place),
            other_grain: p.grain(units.1, other),
        })
    };
    states.chain([(Place::Mean, Place::Mean)]).flat_map(of).collect()
}

fn find_state(world: &World, id: &str) -> Option<usize> {
    world.states.binary_search_by(|state| state.id.as_str().cmp(id)).ok()
}
