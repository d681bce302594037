//! The particles of a filter in groups, stepped year by year and put in the places of those that descend from them.

use super::filter::{Filter, Heard, Nothing};
use crate::engine::batch::{Batch, Run};
use crate::engine::guard::NotFinite;
use crate::engine::parallel::{on_each, pieces, run_year};
use crate::engine::particles::Common;
use crate::lanes::lane::{LANES, Lane};
use crate::model::world::MOST_GRADES;

impl Filter<'_> {
    /// Draws the particles, and puts them at their start.
    pub(super) fn begin<'b>(&'b self, heard: Option<&'b Heard>) -> Groups<'b> {
        let Filter { world, particles, .. } = *self;
        let run = |r: usize| Run::new(world, self.seed, r as u32);
        let groups = particles.div_ceil(LANES);
        let of_worker = groups.div_ceil(pieces().min(groups));
        let mut workers: Vec<Option<Worker>> = (0..groups.div_ceil(of_worker)).map(|_| None).collect();
        on_each(&mut workers, |w, worker| {
            let mut batch = Batch::new(&[run(0)], self.timeline, self.isa, false);
            batch.condition(self.given);
            if let Some(heard) = heard {
                batch.hear_of(heard);
            }
            let length = world.states.len() * batch.numbers_of_state() * LANES;
            let (from, to) = (w * of_worker, groups.min((w + 1) * of_worker));
            let mut table = vec![0.0; (to - from) * length];
            for (b, table) in (from..to).zip(table.chunks_exact_mut(length)) {
                let runs: Vec<Run> = (b * LANES..particles.min((b + 1) * LANES)).map(run).collect();
                batch.restart(&runs);
                batch.put_away(table);
            }
            let common = batch.common();
            let logs = vec![Lane::ZERO; (to - from) * world.states.len()];
            let expected =
                vec![[Lane::ZERO; MOST_GRADES]; (to - from) * world.states.len() * world.ratings.len()];
            let readings = if self.given.observes() { logs.clone() } else { Vec::new() };
            *worker =
                Some(Worker { batch, common, first: from, table, logs, readings, expected, done: Ok(()) });
        });
        let workers: Vec<Worker> = workers.into_iter().flatten().collect();
        Groups { particles, states: world.states.len(), ratings: world.ratings.len(), of_worker, workers }
    }
}

/// All particles: in groups of as many as a batch runs side by side, each group with the worker who steps it.
pub(super) struct Groups<'w> {
    particles: usize,
    states: usize,
    ratings: usize,
    /// Groups that a worker has; the last may have fewer.
    of_worker: usize,
    workers: Vec<Worker<'w>>,
}

/// Some groups of particles, and the memory in which they are stepped, one after another.
struct Worker<'w> {
    batch: Batch<'w>,
    /// What the batch holds in common at the start of the year.
    common: Common,
    /// Number of its first group.
    first: usize,
    /// By group, state and particle: the numbers of a state.
    table: Vec<f64>,
    /// By group and state: log density of what is on record of it in the year.
    logs: Vec<Lane>,
    /// The part of it that is of readings; empty where there are none.
    readings: Vec<Lane>,
    /// By group, state and rating regime: how probable each grade was.
    expected: Vec<[Lane; MOST_GRADES]>,
    done: Result<(), NotFinite>,
}

impl Worker<'_> {
    /// Numbers of a state of a particle.
    fn length(&self, states: usize) -> usize {
        self.table.len() / (self.logs.len() / states * states * LANES)
    }

    fn run_year(&mut self, year: usize, particles: usize) -> Result<(), NotFinite> {
        let (n, ratings) = (self.batch.world().states.len(), self.batch.world().ratings.len());
        let step = year * self.batch.world().clock.steps_per_year as usize;
        let group = self.length(n) * n * LANES;
        let common = self.common.clone();
        for (b, table) in self.table.chunks_exact_mut(group).enumerate() {
            let first = (self.first + b) * LANES;
            let replicates = first as u32..particles.min(first + LANES) as u32;
            self.batch.take_up(table, &common, replicates, step);
            run_year(&mut self.batch, year, &mut Nothing)?;
            self.batch.put_away(table);
            for i in 0..n {
                self.logs[b * n + i] = self.batch.log_density(i);
                if let Some(readings) = self.readings.get_mut(b * n + i) {
                    *readings = self.batch.log_readings(i);
                }
                for g in 0..ratings {
                    self.expected[(b * n + i) * ratings + g] = *self.batch.expected(i, g);
                }
            }
        }
        self.common = self.batch.common();
        Ok(())
    }
}

impl Groups<'_> {
    pub(super) fn run_year(&mut self, year: usize) -> Result<(), NotFinite> {
        let particles = self.particles;
        on_each(&mut self.workers, |_, worker| worker.done = worker.run_year(year, particles));
        self.workers.iter().try_for_each(|worker| worker.done.clone())
    }

    /// A number of every particle, from lanes by group.
    fn gather<'a>(&'a self, lanes: impl Iterator<Item = &'a Lane>) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.particles + LANES);
        lanes.for_each(|lane| all.extend_from_slice(&lane.0));
        all.truncate(self.particles);
        all
    }

    pub(super) fn log_densities(&self, i: usize) -> Vec<f64> {
        self.gather(self.workers.iter().flat_map(|worker| worker.logs[i..].iter().step_by(self.states)))
    }

    /// The parts of these densities that are of readings, where there are any.
    pub(super) fn log_readings(&self, i: usize) -> Option<Vec<f64>> {
        let some = self.workers.iter().any(|worker| !worker.readings.is_empty());
        let lanes = self.workers.iter().flat_map(|worker| worker.readings[i..].iter().step_by(self.states));
        some.then(|| self.gather(lanes))
    }

    /// By rating regime, the probabilities of the grades of a state at the report of a year, over all particles.
    pub(super) fn expected(&self, i: usize) -> Vec<[f64; MOST_GRADES]> {
        (0..self.ratings).map(|g| self.expect(i, g)).collect()
    }

    fn expect(&self, i: usize, g: usize) -> [f64; MOST_GRADES] {
        let (first, every) = (i * self.ratings + g, self.states * self.ratings);
        std::array::from_fn(|grade| {
            let lanes = self.workers.iter().flat_map(|worker| worker.expected[first..].iter().step_by(every));
            self.gather(lanes.map(|grades| &grades[grade])).iter().sum::<f64>() / self.particles as f64
        })
    }

    /// Puts each particle of a state in the place of those that descend from it.
    pub(super) fn resample(&mut self, parents: &[Option<Vec<u32>>]) {
        let (n, of_worker) = (self.states, self.of_worker);
        let length = self.workers[0].length(n);
        let place =
            |i: usize, particle: usize| ((particle / LANES * n + i) * LANES + particle % LANES) * length;
        let workers = &self.workers;
        // Whoever goes on at all keeps its place, so what arrives can be read anywhere before any of it is put down.
        let mut arrive: Vec<Vec<f64>> = vec![Vec::new(); workers.len()];
        let moved = |w: usize| {
            let first = w * of_worker * LANES;
            let last = self.particles.min(first + of_worker * LANES);
            (first..last).flat_map(move |p| {
                parents.iter().enumerate().filter_map(move |(i, parents)| {
                    let parent = parents.as_ref()?[p] as usize;
                    (parent != p).then_some((i, p, parent))
                })
            })
        };
        on_each(&mut arrive, |w, arrive| {
            for (i, _, parent) in moved(w) {
                let from = parent / LANES / of_worker;
                let at = place(i, parent - from * of_worker * LANES);
                arrive.extend_from_slice(&workers[from].table[at..at + length]);
            }
        });
        let mut items: Vec<_> = self.workers.iter_mut().zip(&arrive).collect();
        on_each(&mut items, |w, (worker, arrive)| {
            for ((i, p, _), numbers) in moved(w).zip(arrive.chunks_exact(length)) {
                let at = place(i, p - w * of_worker * LANES);
                worker.table[at..at + length].copy_from_slice(numbers);
            }
        });
    }
}
