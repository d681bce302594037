//! Rows of a history: whole runs, put together from lines that the filter found for each state by itself.
//!
//! States were resampled apart, so those of a row do not fit each other: each line was found beside companions that others took the place of. The rows
//! are mended by a Markov chain whose target is the distribution of whole runs given the record. Each state of each row in turn tries another whole
//! line from the filter's pool, and keeps it with probability `min(1, a)`, where `a` is the density of the record in the row as it is replayed, over the
//! density along the line as it was filtered, the new line's over the old one's: independence sampling (Tierney 1994) with the filter as proposal.
//! Of very many states a few take their turn together, and keep their new lines together or not at all: a turn costs a replay of the whole row.
//!
//! Where few particles are left, fresh numbers are tried as well ([`fresh`]).

mod fresh;

use crate::engine::batch::{Batch, Run};
use crate::engine::history::{History, Lineage, Pins};
use crate::engine::parallel::{on_each, run_year};
use crate::engine::recorder::Recorder;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::filter::{Filter, Heard, Pass};
use crate::lanes::lane::LANES;
use crate::lanes::math::exp_scalar;
use crate::model::theory::input::Over;
use crate::model::world::World;
use fresh::poor_columns;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows of a history, and how they came to fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Whose numbers the states of the rows draw with.
    pub lineage: Lineage,
    /// By sweep: share of the lines tried that were kept.
    pub acceptance: Vec<f64>,
    /// Share of the fresh numbers tried that were kept; none where none were needed.
    pub fresh: Option<f64>,
}

/// The first state of the group that a state is in so far.
fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// Groups of states between which no tie goes at any time: what one does, another never hears of.
pub fn components(world: &World) -> Vec<Vec<usize>> {
    let n = world.states.len();
    let mut parent: Vec<usize> = (0..n).collect();
    // Means over a community or all states may be of anybody, tied or not.
    let hears_all = world.theory.said.means.iter().any(|mean| mean.over != Over::Peers);
    let all = (1..n).filter(|_| hears_all).map(|i| (0, i));
    let members = world.communities.iter().flat_map(|community| {
        let first = community.members.first().map_or(0, |member| member.state);
        community.members.iter().map(move |member| (first, member.state))
    });
    for (a, b) in world.ties.iter().map(|tie| (tie.a, tie.b)).chain(members).chain(all) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); n];
    for i in 0..n {
        groups[root(&mut parent, i)].push(i);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Turns of a sweep, about: in a group of more states than that, several take theirs together.
const TURNS: usize = 16;

/// Sweeps more, at most, for rows in which the record cannot be.
const MORE: usize = 20;

/// Turns of a sweep.
fn turns(groups: &[Vec<usize>]) -> usize {
    groups.iter().map(|group| group.len().div_ceil(group.len().div_ceil(TURNS))).max().unwrap_or(0)
}

/// The states of a group that take a turn together, by position in it.
fn turn_of(group: &[usize], turn: usize) -> std::ops::Range<usize> {
    let together = group.len().div_ceil(TURNS);
    group.len().min(turn * together)..group.len().min((turn + 1) * together)
}

/// Whether a step that makes the target by so much likelier, in logarithms, is taken, by a random word.
fn is_taken(gain: f64, word: u64) -> bool {
    let luck = (word >> 11) as f64 / (1_u64 << 53) as f64;
    gain > f64::NEG_INFINITY && luck < exp_scalar(gain.clamp(-700.0, 0.0))
}

/// Whether the record can be in all of some rows.
fn fits(few: &Few) -> bool {
    few.densities.iter().flatten().all(|density| *density > f64::NEG_INFINITY)
}

/// A few rows side by side, on their way.
struct Few {
    /// Number of the first.
    first: usize,
    lineage: Lineage,
    /// By row: log density of the record in each state.
    densities: Vec<Vec<f64>>,
    /// By row, then state: the line that it has.
    lines: Vec<Vec<usize>>,
    /// Lines kept, by sweep.
    kept: Vec<usize>,
    /// Fresh numbers tried, and kept.
    fresh: [usize; 2],
    outcome: Result<(), ExperimentError>,
}

impl Filter<'_> {
    /// Replays some rows from their start under the record.
    fn replay(
        &self,
        lineage: Lineage,
        recorder: &mut dyn Recorder,
    ) -> Result<(Lineage, Vec<Vec<f64>>), ExperimentError> {
        let history = History { lineage, pins: None };
        let rows = history.lineage.rows();
        let runs: Vec<Run> =
            (0..rows).map(|row| Run::new(self.world, self.seed, row as u32).within(Some(&history))).collect();
        let mut batch = Batch::new(&runs, self.timeline, self.isa, false);
        batch.condition(self.given);
        recorder.start(&batch);
        for year in 0..self.given.years() {
            run_year(&mut batch, year, recorder)?;
        }
        let of_row = |row: usize| (0..self.world.states.len()).map(|i| batch.log_density(i).0[row]).collect();
        let densities = (0..rows).map(of_row).collect();
        drop(batch);
        Ok((history.lineage, densities))
    }

    /// What states show on average, given the whole record: over replays of the first rows of a pass's pool, each on the threads of the current pool.
    ///
    /// # Errors
    /// If a result is not finite.
    pub fn heard(&self, pass: &Pass, rows: usize) -> Result<Heard, ExperimentError> {
        let steps = self.given.years() * self.world.clock.steps_per_year as usize + 1;
        let rows = rows.min(pass.pool.rows());
        let mut parts: Vec<Result<Listener, ExperimentError>> =
            (0..rows.div_ceil(LANES)).map(|_| Ok(Listener::default())).collect();
        on_each(&mut parts, |b, part| {
            let few = b * LANES..rows.min((b + 1) * LANES);
            let mut listener = Listener::default();
            *part = self.replay(few_of(&pass.pool, few), &mut listener).map(|_| listener);
        });
        let mut heard = vec![Vec::new(); steps];
        for part in parts {
            for (all, of_part) in heard.iter_mut().zip(part?.sums) {
                all.resize(of_part.len(), 0.0);
                all.iter_mut().zip(of_part).for_each(|(all, of_part): (&mut f64, f64)| *all += of_part);
            }
        }
        heard.iter_mut().flatten().for_each(|sum| *sum /= rows as f64);
        Ok(heard)
    }

    /// Log density of the record in whole runs, each with its own luck, and what their recorders saw: the mean density is the likelihood, without any
    /// approximation, where so few states and years are on record that some runs weigh something.
    ///
    /// # Errors
    /// If a result is not finite.
    #[cfg(test)]
    pub(super) fn whole<R: Recorder + Default + Send>(&self) -> Result<(Vec<f64>, Vec<R>), ExperimentError> {
        let (n, columns) = (self.world.states.len(), self.given.years() + 1);
        let mut parts: Vec<Result<(Vec<f64>, R), ExperimentError>> =
            (0..self.particles.div_ceil(LANES)).map(|_| Ok(Default::default())).collect();
        on_each(&mut parts, |b, part| {
            let rows = b * LANES..self.particles.min((b + 1) * LANES);
            let numbers = rows.clone().flat_map(|row| std::iter::repeat_n(row as u32, n * columns)).collect();
            let lineage = Lineage::new(rows.len(), n, self.given.years(), numbers);
            let mut recorder = R::default();
            let replayed = self.replay(lineage, &mut recorder);
            let densities =
                replayed.map(|(_, densities)| densities.iter().map(|row| row.iter().sum()).collect());
            *part = densities.map(|densities| (densities, recorder));
        });
        let parts: Vec<(Vec<f64>, R)> = parts.into_iter().collect::<Result<_, _>>()?;
        let (densities, recorders): (Vec<Vec<f64>>, Vec<R>) = parts.into_iter().unzip();
        Ok((densities.concat(), recorders))
    }

    /// So many rows from the pool of a pass, mended by so many sweeps, on the threads of the current pool.
    ///
    /// Row r begins with the lines of particle r. Groups of states that no tie joins are mended at once: a line of one is kept by what it does to its own
    /// group.
    ///
    /// # Errors
    /// If a result is not finite, or `stop` was raised.
    pub fn rows(
        &self,
        pass: &Pass,
        rows: usize,
        sweeps: usize,
        stop: &AtomicBool,
        told: &(dyn Fn() + Sync),
    ) -> Result<Rows, ExperimentError> {
        let n = self.world.states.len();
        let rows = rows.min(pass.pool.rows());
        // Spread over the pool: particles side by side may have more in common.
        let line_of = |row: usize| row * pass.pool.rows() / rows;
        let groups = components(self.world);
        let poor: Vec<Vec<usize>> = (0..n).map(|i| poor_columns(&pass.ancestors(i))).collect();
        let mut all: Vec<Few> = (0..rows.div_ceil(LANES))
            .map(|b| {
                let few = b * LANES..rows.min((b + 1) * LANES);
                let lines: Vec<Vec<usize>> = few.clone().map(|row| vec![line_of(row); n]).collect();
                Few {
                    first: few.start,
                    lineage: lineage_of(&pass.pool, &lines),
                    densities: Vec::new(),
                    lines,
                    kept: vec![0; sweeps],
                    fresh: [0; 2],
                    outcome: Ok(()),
                }
            })
            .collect();
        on_each(&mut all, |_, few| {
            few.outcome = self
                .mend(few, pass, &groups, sweeps, stop)
                .and_then(|()| if fits(few) { self.refresh(few, &groups, &poor, stop) } else { Ok(()) });
            told();
        });
        let unfit = all.iter().filter(|few| few.outcome.is_ok() && !fits(few)).count();
        if unfit > 0 {
            return Err(ExperimentError::asked(
                format!(
                    "in {unfit} of {} groups of rows the record cannot be, even after {} sweeps",
                    all.len(),
                    sweeps + MORE
                ),
                Some("ask for more --particles".into()),
            ));
        }
        let columns = pass.pool.years() + 1;
        let mut numbers = Vec::with_capacity(rows * n * columns);
        let (mut kept, mut fresh) = (vec![0; sweeps], [0; 2]);
        for few in all {
            few.outcome?;
            (0..2).for_each(|k| fresh[k] += few.fresh[k]);
            numbers.extend_from_slice(few.lineage.numbers());
            kept.iter_mut().zip(few.kept).for_each(|(sum, kept)| *sum += kept);
        }
        Ok(Rows {
            lineage: Lineage::new(rows, n, pass.pool.years(), numbers),
            acceptance: kept.into_iter().map(|kept| kept as f64 / (rows * n) as f64).collect(),
            fresh: (fresh[0] > 0).then(|| fresh[1] as f64 / fresh[0] as f64),
        })
    }

    fn mend(
        &self,
        few: &mut Few,
        pass: &Pass,
        groups: &[Vec<usize>],
        sweeps: usize,
        stop: &AtomicBool,
    ) -> Result<(), ExperimentError> {
        let pool = &pass.pool;
        few.densities = self.replay(few.lineage.clone(), &mut super::filter::Nothing)?.1;
        let turns = turns(groups);
        // Rows in which the record cannot be yet get more than the others.
        for sweep in 0..sweeps + MORE {
            if sweep >= sweeps && fits(few) {
                break;
            }
            for turn in 0..turns {
                if stop.load(Ordering::Relaxed) {
                    return Err(ExperimentError::Stopped);
                }
                let turn_of = |group: &[usize]| turn_of(group, turn);
                let mut tried = few.lines.clone();
                for (k, lines) in tried.iter_mut().enumerate() {
                    for state in groups.iter().flat_map(|group| &group[turn_of(group)]) {
                        let word = self.luck(few.first + k, *state, sweep)[0];
                        lines[*state] = ((u128::from(word) * pool.rows() as u128) >> 64) as usize;
                    }
                }
                let (_, densities) = self.replay(lineage_of(pool, &tried), &mut super::filter::Nothing)?;
                for (k, lines) in tried.iter().enumerate() {
                    for group in groups {
                        let together = &group[turn_of(group)];
                        let Some(&state) = together.first() else { continue };
                        let of = |densities: &[f64]| group.iter().map(|i| densities[*i]).sum::<f64>();
                        let along = |lines: &[usize]| {
                            together.iter().map(|i| pass.path_log_density[*i][lines[*i]]).sum::<f64>()
                        };
                        let (before, after) = (of(&few.densities[k]), of(&densities[k]));
                        let gain = (after - along(lines)) - (before - along(&few.lines[k]));
                        // A row in which the record cannot be takes whatever mends it.
                        let keep = if before == f64::NEG_INFINITY {
                            after > before
                                || together.iter().all(|i| densities[k][*i] >= few.densities[k][*i])
                        } else {
                            is_taken(gain, self.luck(few.first + k, state, sweep)[1])
                        };
                        if !keep {
                            continue;
                        }
                        if let Some(kept) = few.kept.get_mut(sweep) {
                            *kept += together.len();
                        }
                        for &state in together {
                            few.lines[k][state] = lines[state];
                            few.lineage.replace(k, state, pool.of(lines[state], state));
                        }
                        for i in group {
                            few.densities[k][*i] = densities[k][*i];
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Random words with which a state of a row tries another line in a sweep, and keeps it.
    fn luck(&self, row: usize, state: usize, sweep: usize) -> [u64; 8] {
        let counter = (sweep as u64) << 32 | u64::from(self.world.states[state].key as u32);
        double_words(self.seed, Purpose::Fitting, row as u32, counter)
    }

    /// What the record pins down in some rows: replays them and writes down the draws.
    ///
    /// # Errors
    /// If a result is not finite.
    pub fn pin(&self, lineage: Lineage) -> Result<History, ExperimentError> {
        let rows = lineage.rows();
        let mut parts: Vec<Result<Writer, ExperimentError>> =
            (0..rows.div_ceil(LANES)).map(|_| Ok(Writer::default())).collect();
        on_each(&mut parts, |b, part| {
            let few = b * LANES..rows.min((b + 1) * LANES);
            let mut writer = Writer { filter: Some(*self), ..Writer::default() };
            *part = self.replay(few_of(&lineage, few), &mut writer).map(|_| writer);
        });
        let mut pins = Pins::new(self.world, self.given.clone(), rows);
        for (b, part) in parts.into_iter().enumerate() {
            let Writer { reports, adoptions, .. } = part?;
            let width = rows.min((b + 1) * LANES) - b * LANES;
            for (state, rating, year, luck) in reports {
                for (k, luck) in luck.iter().take(width).enumerate() {
                    pins.set_report(b * LANES + k, state, rating, year, *luck);
                }
            }
            for (state, instrument, step, draws) in adoptions {
                for (k, draw) in draws.iter().take(width).enumerate() {
                    pins.set_adoption(b * LANES + k, state, instrument, step, *draw);
                }
            }
        }
        Ok(History { lineage, pins: Some(pins) })
    }
}

/// Some rows of a lineage.
fn few_of(lineage: &Lineage, rows: std::ops::Range<usize>) -> Lineage {
    let (n, years) = (lineage.states(), lineage.years());
    let numbers =
        rows.clone().flat_map(|row| (0..n).flat_map(move |i| lineage.of(row, i))).copied().collect();
    Lineage::new(rows.len(), n, years, numbers)
}

/// Rows from lines of a pool: by row, then state, the number of the line.
fn lineage_of(pool: &Lineage, lines: &[Vec<usize>]) -> Lineage {
    let numbers = lines
        .iter()
        .flat_map(|lines| lines.iter().enumerate().flat_map(|(i, line)| pool.of(*line, i)))
        .copied()
        .collect();
    Lineage::new(lines.len(), pool.states(), pool.years(), numbers)
}

/// Sums what states show before each step.
#[derive(Default)]
struct Listener {
    /// By step: what each state shows, one after another.
    sums: Vec<Vec<f64>>,
}

impl Listener {
    fn listen(&mut self, batch: &Batch, step: usize) {
        let all = (0..batch.world().states.len()).flat_map(|i| batch.shows(i, step));
        self.sums.push(all.map(|lane| lane.0[..batch.width()].iter().sum()).collect());
    }
}

impl Recorder for Listener {
    fn start(&mut self, batch: &Batch) {
        self.listen(batch, 0);
    }
    fn step(&mut self, batch: &Batch, step: usize) {
        self.listen(batch, step + 1);
    }
}

/// Writes down the draws that the record pins.
#[derive(Default)]
struct Writer<'a> {
    filter: Option<Filter<'a>>,
    /// State, rating regime, year; the grader's luck by lane.
    reports: Vec<(usize, usize, usize, [[f64; 2]; LANES])>,
    /// State, instrument, step; the draw by lane.
    adoptions: Vec<(usize, usize, usize, [f64; LANES])>,
}

impl Recorder for Writer<'_> {
    fn step(&mut self, batch: &Batch, step: usize) {
        let Some(Filter { world, given, .. }) = self.filter else { return };
        let year = step / world.clock.steps_per_year as usize;
        for i in 0..world.states.len() {
            let (reports, adoptions) = batch.noted(i);
            for (g, [error, view]) in reports.iter().enumerate() {
                if batch.reports_last(g, step) && given.grade(g, i, year).is_some() {
                    self.reports.push((i, g, year, std::array::from_fn(|l| [error.0[l], view.0[l]])));
                }
            }
            for (j, draw) in adoptions.iter().enumerate() {
                if given.knows_adoption(j, i, step) {
                    self.adoptions.push((i, j, step, draw.0));
                }
            }
        }
    }
}
