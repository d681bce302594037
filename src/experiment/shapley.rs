//! A difference between two arms, split among mechanisms by Shapley's value.
//!
//! The game, of one replicate: `v(S)` is the outcome in the other arm less the outcome in the base, where of the mechanisms
//! that were chosen only those in `S` are on, in both arms alike; those not chosen stay on. A mechanism's share is the mean,
//! over all orders of switching them on, of what `v` gains when its turn comes (Shapley 1953). What is there with all of them off,
//! `v(nothing)`, is the rest: rest and shares add up to the difference, in every replicate. It names no outcome and prints nothing.
//!
//! In a history both arms of every `S` replay the same luck, that of the base with all mechanisms on. So `v(all)` is the difference in the history; an arm
//! in which mechanisms are off, the base included, need not show the record.

use crate::engine::guard::NotFinite;
use crate::engine::history::History;
use crate::engine::parallel::{Options, make_in_order};
use crate::estimate::{Accumulator, Estimate, Groups, Level, Support};
use crate::experiment::compare::{Described, Making};
use crate::experiment::error::ExperimentError;
use crate::experiment::mechanism::Mechanism;
use crate::experiment::orders;
use crate::experiment::outcome::Outcomes;
use crate::experiment::values;
use crate::lanes::isa::Isa;
use crate::model::world::World;
use std::sync::atomic::{AtomicBool, Ordering};

/// Mechanisms up to which every subset is simulated.
pub const MOST_EXACT: usize = 12;
/// Mechanisms that fit a subset's bits.
pub const MOST: usize = 32;
/// Replicates of a task: a full batch for each subset.
const TASK: usize = 8;
/// Worlds that a task holds at a time.
const WORLDS: usize = 64;
/// Numbers are rounded to multiples of this before they are summed: shares of many mechanisms still add up to 9 digits.
const RESOLUTION: f64 = 1.0 / 17_179_869_184.0;

/// How the orders of switching on are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// All of them, through every subset.
    Exact,
    /// So many random orders in each replicate, each with its reverse.
    Sampled(u32),
}

/// What is to be split, and how.
#[derive(Clone, Debug)]
pub struct Game<'a> {
    /// The base and its outcomes.
    pub base: (&'a World, Outcomes),
    /// The other arm and the same outcomes by its own indices.
    pub other: (&'a World, Outcomes),
    /// The players.
    pub mechanisms: Vec<Mechanism>,
    /// How orders are taken.
    pub method: Method,
    /// Seed of all runs, and of the orders.
    pub seed: u64,
    /// Replicates.
    pub replicates: u32,
    /// Level of the intervals.
    pub level: f64,
}

/// How the difference of one outcome splits.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Share of each mechanism, in the order asked.
    pub shares: Vec<Estimate>,
    /// What is there with all of them off.
    pub rest: Estimate,
    /// The whole difference.
    pub difference: Estimate,
}

impl Split {
    /// All parts: the shares, the rest, the whole difference.
    pub fn parts(&self) -> impl Iterator<Item = &Estimate> {
        self.shares.iter().chain([&self.rest, &self.difference])
    }
}

impl Game<'_> {
    /// Simulations that this takes, about: those of sampled orders that meet are done once.
    ///
    /// ```
    /// # use suasion::experiment::{mechanism::find, outcome::Outcomes, shapley::{Game, Method}};
    /// # let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let three = ["signalling", "persuasion", "drift"].map(|name| find(name).unwrap().clone()).to_vec();
    /// let arm = (&world, Outcomes::default());
    /// let game = Game { base: arm.clone(), other: arm, mechanisms: three, method: Method::Exact, seed: 1, replicates: 100, level: 0.95 };
    /// assert_eq!(game.runs(), 2 * 8 * 100);
    /// assert_eq!(Game { method: Method::Sampled(2), ..game }.runs(), 2 * (2 + 2 * 2 * 2) * 100);
    /// ```
    pub fn runs(&self) -> u64 {
        let k = self.mechanisms.len() as u64;
        let subsets = match self.method {
            Method::Exact => 1 << k.min(40),
            Method::Sampled(pairs) => 2 + 2 * u64::from(pairs) * k.saturating_sub(1),
        };
        2 * subsets * u64::from(self.replicates)
    }

    /// Plays it. `progress` hears how many replicates are done.
    ///
    /// # Errors
    /// If it was stopped, a result is not finite, or threads could not be started.
    ///
    /// # Panics
    /// If there are more mechanisms than [`MOST`], or more than [`MOST_EXACT`] by the exact method.
    pub fn play(
        &self,
        options: Options,
        stop: &AtomicBool,
        progress: impl FnMut(u64),
    ) -> Result<Vec<Split>, ExperimentError> {
        self.play_within(None, options, stop, progress)
    }

    /// The same with the luck of a history, if there is one: replicates are its rows.
    ///
    /// # Errors
    /// As [`Game::play`].
    ///
    /// # Panics
    /// As [`Game::play`].
    pub fn play_within(
        &self,
        history: Option<&History>,
        options: Options,
        stop: &AtomicBool,
        mut progress: impl FnMut(u64),
    ) -> Result<Vec<Split>, ExperimentError> {
        let k = self.mechanisms.len();
        assert!(k <= if self.method == Method::Exact { MOST_EXACT } else { MOST }, "too many mechanisms");
        let cells = self.base.1.len();
        // By outcome: the shares, the rest, the difference.
        let mut sums = Accumulator::new(vec![RESOLUTION; cells * (k + 2)], Groups::default());
        let tasks = (self.replicates as usize).div_ceil(TASK);
        let task = |t: usize| {
            let first = t * TASK;
            let last = (first + TASK).min(self.replicates as usize);
            (!stop.load(Ordering::Relaxed))
                .then(|| self.task(first as u32..last as u32, history, options.isa))
        };
        let mut done = 0;
        make_in_order(options.threads, tasks, stop, task, |replicates: Result<Vec<Vec<f64>>, NotFinite>| {
            let replicates = replicates?;
            for numbers in &replicates {
                numbers.iter().enumerate().for_each(|(number, x)| sums.add(number, 0, *x));
            }
            done += replicates.len() as u64;
            progress(done);
            Ok::<(), ExperimentError>(())
        })?;
        // What no replicate shows of a part may be as large as what they show of the others.
        let sizes = sums.sizes((0..sums.len()).map(|number| number / (k + 2)));
        let level = Level::new(self.level);
        let everything = Support::Within(f64::NEG_INFINITY, f64::INFINITY);
        let estimate = |number: usize| sums.estimate(number, everything, sizes[number], &level);
        let split = |first: usize| Split {
            shares: (first..first + k).map(estimate).collect(),
            rest: estimate(first + k),
            difference: estimate(first + k + 1),
        };
        Ok((0..cells).map(|cell| split(cell * (k + 2))).collect())
    }

    /// For each replicate, by cell: the shares, the rest, the difference.
    fn task(
        &self,
        replicates: std::ops::Range<u32>,
        history: Option<&History>,
        isa: Isa,
    ) -> Result<Vec<Vec<f64>>, NotFinite> {
        let k = self.mechanisms.len();
        let (cells, all) = (self.base.1.len(), full(k));
        let count = replicates.len();
        let chains: Vec<Vec<Vec<usize>>> = match self.method {
            Method::Exact => Vec::new(),
            Method::Sampled(pairs) => {
                replicates.clone().map(|r| orders::antithetic(self.seed, r, pairs, k)).collect()
            }
        };
        let mut needed: Vec<(u32, u32)> = Vec::new();
        match self.method {
            Method::Exact => {
                needed.extend((0..=all).flat_map(|s| replicates.clone().map(move |r| (s, r))));
            }
            Method::Sampled(_) => {
                for (orders, r) in chains.iter().zip(replicates.clone()) {
                    needed.push((0, r));
                    needed.extend(orders.iter().flat_map(|order| prefixes(order)).map(|s| (s, r)));
                }
                needed.sort_unstable();
                needed.dedup();
            }
        }
        let v = self.values(&needed, history, isa)?;
        let find = |s: u32, r: u32| -> &[f64] {
            let at = match self.method {
                Method::Exact => s as usize * count + (r - replicates.start) as usize,
                Method::Sampled(_) => needed.binary_search(&(s, r)).unwrap_or_default(),
            };
            &v[at * cells..(at + 1) * cells]
        };
        let weights = weights(k);
        let mut results = Vec::new();
        for (i, r) in replicates.clone().enumerate() {
            let mut numbers = vec![0.0; cells * (k + 2)];
            let mut gain = |player: usize, weight: f64, with: &[f64], without: &[f64]| {
                for c in 0..cells {
                    numbers[c * (k + 2) + player] += weight * (with[c] - without[c]);
                }
            };
            match self.method {
                Method::Exact => {
                    for s in 0..=all {
                        for player in (0..k).filter(|p| (s >> p) & 1 == 0) {
                            let weight = weights[s.count_ones() as usize];
                            gain(player, weight, find(s | (1 << player), r), find(s, r));
                        }
                    }
                }
                Method::Sampled(_) => {
                    let weight = 1.0 / chains[i].len() as f64;
                    for order in &chains[i] {
                        let mut before = 0;
                        for (player, with) in order.iter().zip(prefixes(order)) {
                            gain(*player, weight, find(with, r), find(before, r));
                            before = with;
                        }
                    }
                }
            }
            for c in 0..cells {
                numbers[c * (k + 2) + k] = find(0, r)[c];
                numbers[c * (k + 2) + k + 1] = find(all, r)[c];
            }
            results.push(numbers);
        }
        Ok(results)
    }

    /// `v` for each subset and replicate, by cell. Subsets of one kind follow one another.
    fn values(
        &self,
        needed: &[(u32, u32)],
        history: Option<&History>,
        isa: Isa,
    ) -> Result<Vec<f64>, NotFinite> {
        let mut v = Vec::with_capacity(needed.len() * self.base.1.len());
        let mut rest = needed;
        while !rest.is_empty() {
            let mut subsets: Vec<u32> = Vec::new();
            let count = rest
                .iter()
                .take_while(|(s, _)| {
                    if subsets.last() != Some(s) {
                        subsets.push(*s);
                    }
                    subsets.len() <= WORLDS
                })
                .count();
            subsets.truncate(WORLDS);
            let (now, later) = rest.split_at(count);
            let arm = |(world, outcomes): &(&World, Outcomes)| {
                let worlds: Vec<World> = subsets.iter().map(|s| self.with(world, *s)).collect();
                let worlds: Vec<&World> = worlds.iter().collect();
                let at = |s: &u32| subsets.binary_search(s).unwrap_or_default();
                let runs: Vec<(usize, u32)> = now.iter().map(|(s, r)| (at(s), *r)).collect();
                values::simulate_within(history, &worlds, &runs, self.seed, outcomes, isa)
            };
            let (base, other) = (arm(&self.base)?, arm(&self.other)?);
            for run in 0..now.len() {
                v.extend(other.run(run).iter().zip(base.run(run)).map(|(y, x)| y - x));
            }
            rest = later;
        }
        Ok(v)
    }

    /// A world with, of the mechanisms chosen, only those of a subset on.
    fn with(&self, world: &World, subset: u32) -> World {
        let mut world = world.clone();
        for (player, mechanism) in self.mechanisms.iter().enumerate() {
            if (subset >> player) & 1 == 0 {
                mechanism.switch_off(&mut world);
            }
        }
        world
    }
}

/// Shares as a table: a row for each outcome and mechanism, then `rest` and `difference`. Beside shares in a history stand those of free runs.
pub fn shares(game: &Game, splits: &[Split], free: Option<&[Split]>) -> Described {
    let (world, outcomes) = &game.base;
    let names = || game.mechanisms.iter().map(|m| &*m.name).chain(["rest", "difference"]);
    let mut rows = Vec::new();
    for (outcome, split) in outcomes.iter().zip(splits) {
        rows.extend(names().zip(split.parts()).map(|(name, part)| (outcome, name, *part)));
    }
    let mut making = Making::default();
    making.text(
        "state",
        "id of the state; mean: over states",
        rows.iter().map(|r| r.0.place.id(world).into()).collect(),
    );
    making.whole("year", "yr", "year, at its end", rows.iter().map(|r| r.0.year(world)).collect());
    making.text("variable", "name of the outcome", rows.iter().map(|r| r.0.measure.name(world)).collect());
    let meaning = "mechanism; rest: what is there with all of them off; difference: the whole, which the others add up to";
    making.text("mechanism", meaning, rows.iter().map(|r| r.1.to_string()).collect());
    making.whole("n", "-", "replicates", rows.iter().map(|r| r.2.n as i32).collect());
    making.number("share", "-", "its share of the difference", rows.iter().map(|r| r.2.mean).collect());
    making.spread("share", "-", &rows.iter().map(|r| r.2).collect::<Vec<Estimate>>());
    if let Some(free) = free {
        let free: Vec<Estimate> = free.iter().flat_map(Split::parts).copied().collect();
        making.beside("share", ["free", "in free runs"], &free);
    }
    making.end()
}

/// The subset of everyone.
fn full(players: usize) -> u32 {
    ((1_u64 << players) - 1) as u32
}

/// The subsets that an order passes through, the first with one player.
fn prefixes(order: &[usize]) -> impl Iterator<Item = u32> + '_ {
    order.iter().scan(0, |subset, player| {
        *subset |= 1 << player;
        Some(*subset)
    })
}

/// `s! (k - s - 1)! / k!` by the size s of a subset without the player: 1 over k times the number of such subsets.
fn weights(k: usize) -> Vec<f64> {
    let mut weights = Vec::with_capacity(k);
    let mut ways = 1.0;
    for s in 0..k {
        weights.push(1.0 / (k as f64 * ways));
        ways = ways * (k - 1 - s) as f64 / (s + 1) as f64;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_all_subsets_without_a_player_sum_to_1() {
        for k in 1..=MOST_EXACT {
            let weights = weights(k);
            let sum: f64 =
                (0..=full(k)).filter(|s| s & 1 == 0).map(|s| weights[s.count_ones() as usize]).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{k}: {sum}");
        }
        assert_eq!(weights(3), [1.0 / 3.0, 1.0 / 6.0, 1.0 / 3.0]);
    }

    #[test]
    fn an_order_passes_through_growing_subsets() {
        assert_eq!(prefixes(&[2, 0, 1]).collect::<Vec<_>>(), [0b100, 0b101, 0b111]);
        assert_eq!((full(0), full(3), full(32)), (0, 7, u32::MAX));
    }
}
