//! A block particle filter: every state of every run is weighed and resampled by its own record, year by year.
//!
//! Runs go through a year in which the record conditions their draws ([`condition`](crate::model::condition)). At its end each state's
//! particles are weighed by the density of what is on record of it, and resampled by themselves (Rebeschini & van Handel 2015): a run is then made of
//! states that come from different runs. That breaks what states owe to each other within a run. A second pass mends most of it: its states hear
//! what those of the first pass showed on average given the whole record, instead of their companions.

use super::groups::Groups;
use crate::engine::given::Given;
use crate::engine::history::Lineage;
use crate::engine::parallel::{Options, on_each};
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::experiment::cost::refuse_memory;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::lanes::lane::Lane;
use crate::lanes::math::exponentials;
use crate::model::condition;
use crate::model::world::{MOST_GRADES, World};
use crate::scenario::Scenario;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the filter knows of the record of a state in a year, before it was told it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entry {
    /// Log of the density of what is on record, given the years before: adoptions per year, grades by their probability. 0 where nothing is.
    pub log_density: f64,
    /// The part of it that is of what was seen beside grades and adoptions (reactions, speech, scores and the like), given these.
    pub readings: f64,
    /// Standard error of the whole, from the particles' weights.
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
    /// By rating regime, state, then year on record: the probabilities of the grades given the years before, best first, 0 beyond those that there are; none where the state is not rated.
    pub expected: Vec<Vec<Vec<Option<[f64; MOST_GRADES]>>>>,
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

    /// The part of the log-likelihood that is of what was seen beside grades and adoptions.
    pub fn of_readings(&self) -> f64 {
        self.entries.iter().flatten().map(|entry| entry.readings).sum()
    }

    /// Standard error of the log-likelihood: of its entries', taken as independent.
    pub fn error(&self) -> f64 {
        self.entries.iter().flatten().map(|entry| entry.error * entry.error).sum::<f64>().sqrt()
    }

    /// How many different particles the lines of a state come from, in what is drawn once and in each year.
    pub fn ancestors(&self, state: usize) -> Vec<usize> {
        distinct(&[&self.pool], state)
    }

    /// The same of its lines and of some rows together, which have fresh numbers beside those of particles.
    pub fn ancestors_with(&self, state: usize, rows: &Lineage) -> Vec<usize> {
        distinct(&[&self.pool, rows], state)
    }
}

/// How many different numbers a state has in some lineages, in what is drawn once and in each year; of the first all are below its number of rows.
fn distinct(lineages: &[&Lineage], state: usize) -> Vec<usize> {
    let of = |column: usize| {
        let (mut seen, mut beyond) = (vec![false; lineages[0].rows()], Vec::new());
        for lineage in lineages {
            for row in 0..lineage.rows() {
                let number = lineage.of(row, state)[column];
                match seen.get_mut(number as usize) {
                    Some(seen) => *seen = true,
                    None => beyond.push(number),
                }
            }
        }
        beyond.sort_unstable();
        beyond.dedup();
        seen.into_iter().filter(|seen| *seen).count() + beyond.len()
    };
    (0..=lineages[0].years()).map(of).collect()
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

/// What states show on average, by step: that of each state, one after another ([`crate::engine::batch::Batch::shows`]).
pub type Heard = Vec<Vec<f64>>;

/// A recorder that keeps nothing.
#[derive(Default)]
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

    /// Memory that a pass takes, about.
    pub fn bytes(&self) -> u64 {
        let Filter { world, given, particles, .. } = *self;
        // Numbers of a state between two years, and half as many on their way: measured, and rounded up.
        let numbers = 60 + 12 * world.ratings.len() + world.instruments.len();
        // Parents, paths and lines.
        let of_particle = world.states.len() * (numbers * 3 / 2 + 2 * given.years() + 8) * size_of::<f64>();
        particles as u64 * of_particle as u64
    }

    /// Runs a pass, on the threads of the current pool. `heard` is what peers show, where it is not what the states of a run show each other;
    /// `told` is called after each year.
    ///
    /// # Errors
    /// If no particle could have shown what is on record, memory does not hold them, a result is not finite, or `stop` was raised.
    pub fn pass(
        &self,
        heard: Option<&Heard>,
        stop: &AtomicBool,
        told: &(dyn Fn() + Sync),
    ) -> Result<Pass, ExperimentError> {
        refuse_memory(self.bytes(), "particles")?;
        let Filter { world, given, particles, .. } = *self;
        let (n, years) = (world.states.len(), given.years());
        let mut groups = self.begin(heard);
        let mut entries = vec![vec![Entry::default(); years]; n];
        let mut expected = vec![vec![vec![None; years]; n]; world.ratings.len()];
        let mut parents: Vec<Vec<Option<Vec<u32>>>> = Vec::with_capacity(years);
        let mut path = vec![vec![0.0; particles]; n];
        let per_year = world.clock.steps_per_year as usize;
        for year in 0..years {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            groups.run_year(year)?;
            let mut told_of: Vec<Option<OfYear>> = (0..n).map(|_| None).collect();
            let mut items: Vec<_> = told_of.iter_mut().zip(&mut path).collect();
            on_each(&mut items, |i, (told, path)| **told = Some(self.hear_record(&groups, i, year, path)));
            let mut of_year = Vec::with_capacity(n);
            for (i, told) in told_of.into_iter().flatten().enumerate() {
                if told.entry.log_density == f64::NEG_INFINITY {
                    return Err(self.impossible(i, year));
                }
                entries[i][year] = told.entry;
                of_year.push(told.parents);
                for (g, of_rating) in expected.iter_mut().enumerate() {
                    let report = year * per_year + self.timeline.last_report(g);
                    if self.timeline.in_force(g, report) && self.timeline.rates(g, i, report) {
                        of_rating[i][year] = Some(told.expected[g]);
                    }
                }
            }
            groups.resample(&of_year);
            parents.push(of_year);
            told();
        }
        Ok(Pass { particles, entries, expected, pool: self.lines(&parents), path_log_density: path })
    }

    /// What is on record of a state in a year, and whom its particles descend from for it; `path` is the density along each.
    fn hear_record(&self, groups: &Groups, i: usize, year: usize, path: &mut Vec<f64>) -> OfYear {
        let logs = groups.log_densities(i);
        let (mut entry, weights) = weigh(&logs);
        if let Some(readings) = groups.log_readings(i)
            && entry.log_density > f64::NEG_INFINITY
        {
            let rest = |(all, readings): (&f64, &f64)| if all.is_finite() { all - readings } else { *all };
            let others: Vec<f64> = logs.iter().zip(&readings).map(rest).collect();
            entry.readings = entry.log_density - weigh(&others).0.log_density;
        }
        let mut parents = None;
        if entry.log_density > f64::NEG_INFINITY {
            if logs.iter().any(|log| *log != logs[0]) {
                let resampled = self.resample(i, year, &weights);
                *path = resampled.iter().map(|p| path[*p as usize] + logs[*p as usize]).collect();
                parents = Some(resampled);
            } else {
                path.iter_mut().zip(&logs).for_each(|(path, log)| *path += log);
            }
        }
        OfYear { entry, expected: groups.expected(i), parents }
    }

    /// Systematic resampling: whom each particle of a state descends from. One that goes on at all keeps its place, and what is doubled takes the
    /// places of those that do not, in an order of its own for each state: so that nothing ties the places of one state to those of another.
    pub(super) fn resample(&self, state: usize, year: usize, weights: &[f64]) -> Vec<u32> {
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
        let columns = n * (years + 1);
        let mut numbers = vec![0; self.particles * columns];
        let mut pieces: Vec<_> = numbers.chunks_mut(PIECE * columns).collect();
        on_each(&mut pieces, |piece, rows| {
            for (k, line) in rows.chunks_exact_mut(years + 1).enumerate() {
                let (p, i) = (piece * PIECE + k / n, k % n);
                let mut place = p as u32;
                for year in (0..years).rev() {
                    if let Some(parents) = &parents[year][i] {
                        place = parents[place as usize];
                    }
                    line[year + 1] = place;
                }
                line[0] = place;
            }
        });
        Lineage::new(self.particles, n, years, numbers)
    }

    fn impossible(&self, state: usize, year: usize) -> ExperimentError {
        let Filter { world, given, .. } = self;
        let per_year = world.clock.steps_per_year as usize;
        let steps = year * per_year..(year + 1) * per_year;
        let mut entries = Vec::new();
        for (g, rating) in world.ratings.iter().enumerate() {
            if let Some(grade) = given.grade(g, state, year) {
                let tier = rating.grade(usize::from(grade));
                entries.push(format!("tier {tier} of {}", rating.id));
            }
        }
        for (j, instrument) in world.instruments.iter().enumerate() {
            if given.adopts_in(j, state, steps.clone()) {
                entries.push(format!("the adoption of {}", instrument.id));
            }
        }
        entries.extend(given.readings_told(state, year));
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

/// The density of what the particles' logs are of, and the particles' weights, the greatest 1.
pub(super) fn weigh(logs: &[f64]) -> (Entry, Vec<f64>) {
    let n = logs.len() as f64;
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return (Entry { log_density: most, ..Entry::default() }, vec![0.0; logs.len()]);
    }
    let mut weights: Vec<f64> = logs.iter().map(|log| log - most).collect();
    exponentials(&mut weights);
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let mean = sum / n;
    let log_mean = condition::log(Lane::splat(mean)).0[0];
    let variance = (squares / n - mean * mean).max(0.0) / n;
    let entry = Entry {
        log_density: most + log_mean,
        readings: 0.0,
        error: variance.sqrt() / mean,
        effective: sum * sum / squares,
    };
    (entry, weights)
}

/// Particles whose lines are traced together.
const PIECE: usize = 1024;

/// What a state's particles say of a year.
struct OfYear {
    entry: Entry,
    /// By rating regime: how probable each grade was.
    expected: Vec<[f64; MOST_GRADES]>,
    /// Whom each descends from; none: all from themselves.
    parents: Option<Vec<u32>>,
}
