//! A block particle filter: every state of every run is weighed and resampled by its own record, year by year.
//!
//! Runs go side by side through a year in which the record conditions their draws ([`condition`](crate::model::condition)). At its end each state's
//! particles are weighed by the density of what is on record of it, and resampled by themselves (Rebeschini & van Handel 2015): a run is then made of
//! states that come from different runs. That breaks what states owe to each other within a run. A second pass mends most of it: its states hear
//! what those of the first pass showed on average given the whole record, instead of their companions.

use crate::engine::batch::{Batch, Run};
use crate::engine::given::Given;
use crate::engine::history::Lineage;
use crate::engine::isa::Isa;
use crate::engine::lanes::{LANES, Lane};
use crate::engine::parallel::{Options, on_each, run_year};
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::model::condition;
use crate::model::world::World;
use crate::scenario::Scenario;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the filter knows of the record of a state in a year, before it was told it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entry {
    /// Log of the density of what is on record, given the years before: adoptions per year, grades by their probability. 0 where nothing is.
    pub log_density: f64,
    /// Standard error of it, from the particles' weights.
    pub error: f64,
    /// Particles that equally weighted ones would be as good as: (sum w)^2 / sum w^2.
    pub effective: f64,
}

/// One pass of the filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// Number of particles.
    pub particles: usize,
    /// By state, then year on record.
    pub entries: Vec<Vec<Entry>>,
    /// By rating regime, state, then year on record: the probabilities of grades 1 to 4 given the years before; none where the state is not rated.
    pub expected: Vec<Vec<Vec<Option<[f64; 4]>>>>,
    /// The lines of the particles that are left at the end: of each state by itself.
    pub pool: Lineage,
    /// Log of the density of each line's record along it, by state, then particle.
    pub path_log_density: Vec<Vec<f64>>,
}

impl Pass {
    /// The log-likelihood of the record.
    pub fn log_likelihood(&self) -> f64 {
        self.entries.iter().flatten().map(|entry| entry.log_density).sum()
    }

    /// Standard error of the log-likelihood: of its entries', taken as independent.
    pub fn error(&self) -> f64 {
        self.entries.iter().flatten().map(|entry| entry.error * entry.error).sum::<f64>().sqrt()
    }

    /// How many different particles the lines of a state come from, in what is drawn once and in each year.
    pub fn ancestors(&self, state: usize) -> Vec<usize> {
        let distinct = |column: usize| {
            let mut all: Vec<u32> =
                (0..self.pool.rows()).map(|row| self.pool.of(row, state)[column]).collect();
            all.sort_unstable();
            all.dedup();
            all.len()
        };
        (0..=self.pool.years()).map(distinct).collect()
    }
}

/// What a filter works on.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// The world.
    pub world: &'a World,
    /// Its timeline.
    pub timeline: &'a Timeline,
    /// What is on record.
    pub given: &'a Given,
    /// Seed of the runs, and of the resampling.
    pub seed: u64,
    /// Number of particles.
    pub particles: usize,
    /// Instruction set.
    pub isa: Isa,
}

/// What states show on average, by step, then state.
pub type Heard = Vec<Vec<[f64; 3]>>;

/// A recorder that keeps nothing.
pub(super) struct Nothing;
impl Recorder for Nothing {}

impl<'a> Filter<'a> {
    /// A filter of a scenario, with the scenario's seed.
    pub fn new(
        scenario: &'a Scenario,
        timeline: &'a Timeline,
        given: &'a Given,
        particles: usize,
        options: Options,
    ) -> Filter<'a> {
        Filter { world: &scenario.world, timeline, given, seed: scenario.seed, particles, isa: options.isa }
    }

    /// Runs a pass, on the threads of the current pool. `heard` is what peers show, where it is not what the states of a run show each other;
    /// `told` is called after each year.
    ///
    /// # Errors
    /// If no particle could have shown what is on record, a result is not finite, or `stop` was raised.
    pub fn pass(
        &self,
        heard: Option<&Heard>,
        stop: &AtomicBool,
        told: &(dyn Fn() + Sync),
    ) -> Result<Pass, ExperimentError> {
        let Filter { world, given, particles, .. } = *self;
        let (n, years) = (world.states.len(), given.years());
        let mut batches = self.begin(heard);
        let mut entries = vec![vec![Entry::default(); years]; n];
        let mut expected = vec![vec![vec![None; years]; n]; world.ratings.len()];
        let mut parents: Vec<Vec<Option<Vec<u32>>>> = Vec::with_capacity(years);
        let mut path = vec![vec![0.0; particles]; n];
        let steps = world.clock.steps_per_year as usize;
        for year in 0..years {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            let mut done: Vec<_> = batches.iter_mut().map(|batch| (batch, Ok(()))).collect();
            on_each(&mut done, |_, (batch, done)| {
                batch.begin_density();
                *done = run_year(batch, year, &mut Nothing);
            });
            for (_, done) in done {
                done?;
            }
            let mut of_year = Vec::with_capacity(n);
            for i in 0..n {
                for (g, expected) in expected.iter_mut().enumerate() {
                    let report = year * steps + self.timeline.report[g];
                    if self.timeline.in_force(g, report) && self.timeline.rates(g, i, report) {
                        expected[i][year] = Some(self.expect(&batches, i, g));
                    }
                }
                let logs = gather(&batches, particles, |batch| batch.log_density(i));
                let (entry, weights) = weigh(&logs);
                if entry.log_density == f64::NEG_INFINITY {
                    return Err(self.impossible(i, year));
                }
                entries[i][year] = entry;
                let mut chosen = None;
                if logs.iter().any(|log| *log != logs[0]) {
                    let resampled = self.resample(i, year, &weights);
                    path[i] = resampled.iter().map(|p| path[i][*p as usize] + logs[*p as usize]).collect();
                    move_particles(&mut batches, i, &resampled);
                    chosen = Some(resampled);
                } else {
                    path[i].iter_mut().zip(&logs).for_each(|(path, log)| *path += log);
                }
                of_year.push(chosen);
            }
            on_each(&mut batches, |_, batch| batch.settle((year + 1) * steps));
            parents.push(of_year);
            told();
        }
        Ok(Pass { particles, entries, expected, pool: self.lines(&parents), path_log_density: path })
    }

    fn begin<'b>(&'b self, heard: Option<&'b Heard>) -> Vec<Batch<'b>> {
        let mut batches: Vec<Option<Batch>> = (0..self.particles.div_ceil(LANES)).map(|_| None).collect();
        on_each(&mut batches, |b, batch| {
            let replicates = b * LANES..self.particles.min((b + 1) * LANES);
            let runs: Vec<Run> = replicates.map(|r| Run::new(self.world, self.seed, r as u32)).collect();
            let made = batch.insert(Batch::new(&runs, self.timeline, self.isa, false));
            made.condition(self.given);
            if let Some(heard) = heard {
                made.hear_of(heard);
            }
        });
        batches.into_iter().flatten().collect()
    }

    /// The probabilities of the grades of a state at the report of a year, over all particles.
    fn expect(&self, batches: &[Batch], state: usize, rating: usize) -> [f64; 4] {
        std::array::from_fn(|grade| {
            let all = gather(batches, self.particles, |batch| batch.expected(state, rating)[grade]);
            all.iter().sum::<f64>() / self.particles as f64
        })
    }

    /// Systematic resampling: whom each particle of a state descends from. One that goes on at all keeps its place, and what is doubled takes the
    /// places of those that do not, in an order of its own for each state: so that nothing ties the places of one state to those of another.
    fn resample(&self, state: usize, year: usize, weights: &[f64]) -> Vec<u32> {
        let n = weights.len();
        let part = self.world.states[state].key as u32;
        let calendar = (self.world.clock.start + year as i32) as u64;
        let words_of =
            |block: usize| double_words(self.seed, Purpose::Resampling, part, calendar << 32 | block as u64);
        let total: f64 = weights.iter().sum();
        let spacing = total / n as f64;
        let first = (words_of(0)[0] >> 11) as f64 / (1_u64 << 53) as f64 * spacing;
        let mut counts = vec![0_u32; n];
        let (mut sum, mut at) = (0.0, 0);
        for (p, weight) in weights.iter().enumerate() {
            sum += weight;
            while at < n && first + at as f64 * spacing < sum {
                counts[p] += 1;
                at += 1;
            }
        }
        // What rounding left over goes to the last that counts.
        if let Some(last) = weights.iter().rposition(|weight| *weight > 0.0) {
            counts[last] += (n - at) as u32;
        }
        let mut extra: Vec<u32> = Vec::new();
        for (p, count) in counts.iter().enumerate() {
            extra.extend(std::iter::repeat_n(p as u32, count.saturating_sub(1) as usize));
        }
        let mut words = [0; 8];
        for k in (1..extra.len()).rev() {
            let number = extra.len() - k;
            if number.is_multiple_of(8) || number == 1 {
                words = words_of(number / 8 + 1);
            }
            let word = words[number % 8];
            // The high half of a product: a number below k + 1, as even as 64 bits can make it.
            let other = (u128::from(word) * (k as u128 + 1)) >> 64;
            extra.swap(k, other as usize);
        }
        let mut extra = extra.into_iter();
        let place =
            |(p, count): (usize, &u32)| if *count > 0 { p as u32 } else { extra.next().unwrap_or(p as u32) };
        counts.iter().enumerate().map(place).collect()
    }

    /// The lines that are left: in a year, a line draws with the number of the place where it then was.
    fn lines(&self, parents: &[Vec<Option<Vec<u32>>>]) -> Lineage {
        let (n, years) = (self.world.states.len(), parents.len());
        let mut numbers = vec![0; self.particles * n * (years + 1)];
        for p in 0..self.particles {
            for i in 0..n {
                let line = &mut numbers[(p * n + i) * (years + 1)..][..=years];
                let mut place = p as u32;
                for year in (0..years).rev() {
                    if let Some(parents) = &parents[year][i] {
                        place = parents[place as usize];
                    }
                    line[year + 1] = place;
                }
                line[0] = place;
            }
        }
        Lineage::new(self.particles, n, years, numbers)
    }

    fn impossible(&self, state: usize, year: usize) -> ExperimentError {
        let Filter { world, given, .. } = self;
        let per_year = world.clock.steps_per_year as usize;
        let steps = year * per_year..(year + 1) * per_year;
        let mut entries = Vec::new();
        for (g, rating) in world.ratings.iter().enumerate() {
            if let Some(grade) = given.grade(g, state, year) {
                let tier = crate::model::world::TIERS[usize::from(grade)];
                entries.push(format!("tier {tier} of {}", rating.id));
            }
        }
        for (j, instrument) in world.instruments.iter().enumerate() {
            if given.adopts_in(j, state, steps.clone()) {
                entries.push(format!("the adoption of {}", instrument.id));
            }
        }
        ExperimentError::asked(
            format!(
                "none of {} particles could show what is on record of {} in {}: {}",
                self.particles,
                world.states[state].id,
                world.clock.start + year as i32,
                entries.join(", ")
            ),
            Some("a state in repression adopts nothing (initial_phase), and an instrument with hazard 0 is never adopted; more --particles find what is merely rare".into()),
        )
    }
}

/// A number of every particle.
fn gather(batches: &[Batch], particles: usize, of: impl Fn(&Batch) -> Lane) -> Vec<f64> {
    let mut all = Vec::with_capacity(batches.len() * LANES);
    for batch in batches {
        all.extend_from_slice(&of(batch).0);
    }
    all.truncate(particles);
    all
}

/// The density of what the particles' logs are of, and the particles' weights, the greatest 1.
fn weigh(logs: &[f64]) -> (Entry, Vec<f64>) {
    let n = logs.len() as f64;
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return (Entry { log_density: most, ..Entry::default() }, vec![0.0; logs.len()]);
    }
    let mut weights = Vec::with_capacity(logs.len() + LANES);
    for chunk in logs.chunks(LANES) {
        let log = Lane::from_fn(|l| chunk.get(l).copied().unwrap_or(f64::NEG_INFINITY) - most);
        let possible = log.gt(Lane::splat(-700.0));
        let weight = possible.select(crate::engine::math::exp(possible.select(log, Lane::ZERO)), Lane::ZERO);
        weights.extend_from_slice(&weight.0);
    }
    weights.truncate(logs.len());
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let mean = sum / n;
    let log_mean = condition::log(Lane::splat(mean)).0[0];
    let variance = (squares / n - mean * mean).max(0.0) / n;
    let entry =
        Entry { log_density: most + log_mean, error: variance.sqrt() / mean, effective: sum * sum / squares };
    (entry, weights)
}

/// Puts each particle of a state in the place of those that descend from it.
fn move_particles(batches: &mut [Batch], state: usize, parents: &[u32]) {
    /// One particle on its way: its place, and where its numbers begin.
    type Leaving = (u32, usize);
    let mut leaves: Vec<Vec<u32>> = vec![Vec::new(); batches.len()];
    for (place, parent) in parents.iter().enumerate().filter(|(place, parent)| *place != **parent as usize) {
        leaves[*parent as usize / LANES].push(place as u32);
    }
    let mut taken: Vec<(Vec<Leaving>, Vec<f64>)> = vec![Default::default(); batches.len()];
    let mut items: Vec<_> = batches.iter_mut().zip(&leaves).zip(&mut taken).collect();
    on_each(&mut items, |_, ((batch, leaves), (leaving, numbers))| {
        leaving.reserve(leaves.len());
        numbers.reserve(leaves.len() * batch.numbers());
        for place in *leaves {
            leaving.push((*place, numbers.len()));
            batch.take(state, parents[*place as usize] as usize % LANES, numbers);
        }
    });
    drop(items);
    let mut arrives: Vec<Vec<(usize, usize, usize)>> = vec![Vec::new(); batches.len()];
    for (from, (leaving, _)) in taken.iter().enumerate() {
        for (place, start) in leaving {
            arrives[*place as usize / LANES].push((*place as usize % LANES, from, *start));
        }
    }
    let mut items: Vec<_> = batches.iter_mut().zip(&arrives).collect();
    on_each(&mut items, |_, (batch, arrives)| {
        for (lane, from, start) in *arrives {
            batch.put(state, *lane, &taken[*from].1[*start..]);
        }
    });
}
