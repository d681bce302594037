//! Many runs on many threads: batches under rayon, or the states of one batch where states are very many.
//!
//! With `split`, the only place that knows threads. Blocks of batches are handed over in order, so whoever takes them sees the
//! same sequence whatever the threads did.

use crate::batch::{Batch, Run};
use crate::company::Beside;
use crate::guard::NotFinite;
use crate::recorder::Recorder;
use crate::schedule;
use crate::split::Split;
use crate::timeline::Timeline;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use suasion_lanes::isa::Isa;
use suasion_lanes::lane::LANES;
use suasion_model::world::World;

/// States from which a run is split over its states: below, a batch fits a core's cache.
const MANY_STATES: usize = 16_384;

/// Threads that may be asked for: as many as a large machine has; thousands more would have any machine stand still.
pub const MOST_THREADS: usize = 1024;

/// How to run; nothing here changes a bit of any result.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads.
    pub threads: NonZeroUsize,
    /// Instruction set; one that the processor lacks is replaced by the widest that it has.
    pub isa: Isa,
    /// Batches handed over together, or none to choose.
    pub batches_per_block: Option<NonZeroUsize>,
    /// Whether to split over states, or none to choose.
    pub split_states: Option<bool>,
    /// Whether the ledger is kept.
    pub ledger: bool,
}

impl Default for Options {
    /// Every core, the widest instruction set, and the rest by the size of the work.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Options { threads, isa: Isa::detect(), batches_per_block: None, split_states: None, ledger: false }
    }
}

/// Why a simulation ended early.
#[derive(Debug, thiserror::Error)]
pub enum Stopped<E> {
    /// The `stop` flag was raised.
    #[error("stopped")]
    Asked,
    /// The threads could not be started.
    #[error("the threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A result is not a finite number.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// Whoever takes the results failed.
    #[error(transparent)]
    Taking(E),
}

/// Simulates `count` runs of one structure, `run(0)` to `run(count - 1)`.
///
/// `make` makes the recorder of a block of consecutive batches; `take` gets the recorders in order, with the number of
/// runs done so far. Raising `stop` ends the simulation between batches; blocks taken until then stay taken.
///
/// # Errors
/// If `stop` was raised, `take` failed, a result is not finite, or threads could not be started.
pub fn simulate<'w, R: Recorder, E: Send>(
    world: &'w World,
    count: usize,
    run: impl Fn(usize) -> Run<'w> + Sync,
    options: Options,
    stop: &AtomicBool,
    make: impl Fn() -> R + Sync,
    mut take: impl FnMut(R, usize) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let timeline = Timeline::new(world);
    let isa = options.isa.min(Isa::detect());
    let threads = options.threads.get();
    let batches = count.div_ceil(LANES);
    let many = world.states.len() >= MANY_STATES;
    let over_states = options.split_states.unwrap_or(many && threads > 1 && batches < 4 * threads);
    let split = if over_states { Split::OverStates } else { Split::Whole };
    let per_block = options.batches_per_block.map_or_else(|| block_size(batches, threads), NonZeroUsize::get);
    let blocks = batches.div_ceil(per_block);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;

    let simulate_block = |b: usize| -> Option<Result<(R, usize), NotFinite>> {
        let mut recorder = make();
        let mut batch: Option<Batch> = None;
        let runs = b * per_block * LANES..count.min((b + 1) * per_block * LANES);
        for first in runs.clone().step_by(LANES) {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let lanes: Vec<Run> = (first..runs.end.min(first + LANES)).map(&run).collect();
            let batch = match &mut batch {
                Some(batch) => {
                    batch.restart(&lanes);
                    batch
                }
                none => none.insert(Batch::new(&lanes, &timeline, isa, options.ledger)),
            };
            let done = match split {
                Split::OverStates => pool.install(|| schedule::run(batch, &mut recorder, split)),
                Split::Whole => schedule::run(batch, &mut recorder, split),
            };
            if let Err(error) = done {
                return Some(Err(error));
            }
        }
        Some(Ok((recorder, runs.end)))
    };

    if over_states || threads == 1 {
        for b in 0..blocks {
            let (recorder, done) = simulate_block(b).ok_or(Stopped::Asked)??;
            take(recorder, done).map_err(Stopped::Taking)?;
        }
        return Ok(());
    }
    in_order(&pool, threads, blocks, stop, simulate_block, |block| {
        let (recorder, done) = block?;
        take(recorder, done).map_err(Stopped::Taking)
    })
}

/// Simulates runs of one structure on this thread, up to [`LANES`] side by side, batch after batch in the same memory.
///
/// ```
/// use suasion::engine::{batch::{Batch, Run}, parallel::simulate_batch, recorder::Recorder, timeline::Timeline};
/// use suasion::lanes::isa::Isa;
/// use suasion::model::variable::Variable;
/// struct Last(f64);
/// impl Recorder for Last {
///     fn finish(&mut self, batch: &Batch) {
///         self.0 = batch.value(0, Variable::Motivation).0[0];
///     }
/// }
/// let world = suasion::scenario::Scenario::load("asean").unwrap().build().unwrap().world;
/// let mut last = Last(-1.0);
/// let runs = [Run::new(&world, 1, 0)];
/// simulate_batch(&runs, &Timeline::new(&world), Isa::detect(), false, &mut last).unwrap();
/// assert!((0.0..=1.0).contains(&last.0));
/// ```
///
/// # Errors
/// If a result is not finite.
///
/// # Panics
/// If `runs` is empty.
pub fn simulate_batch<'w>(
    runs: &[Run<'w>],
    timeline: &'w Timeline,
    isa: Isa,
    ledger: bool,
    recorder: &mut dyn Recorder,
) -> Result<(), NotFinite> {
    let isa = isa.min(Isa::detect());
    let (first, rest) = runs.split_at(runs.len().min(LANES));
    let mut batch = Batch::new(first, timeline, isa, ledger);
    schedule::run(&mut batch, recorder, Split::Whole)?;
    for lanes in rest.chunks(LANES) {
        batch.restart(lanes);
        schedule::run(&mut batch, recorder, Split::Whole)?;
    }
    Ok(())
}

/// The same of one state alone: all others live in the world beside, whose timeline is the second.
///
/// # Errors
/// If a result is not finite.
///
/// # Panics
/// If `runs` is empty.
pub fn simulate_alone<'w>(
    runs: &[Run<'w>],
    beside: Beside<'w>,
    timelines: [&'w Timeline; 2],
    isa: Isa,
    ledger: bool,
    recorder: &mut dyn Recorder,
) -> Result<(), NotFinite> {
    let isa = isa.min(Isa::detect());
    for lanes in runs.chunks(LANES) {
        let mut batch = Batch::new(lanes, timelines[0], isa, ledger);
        let company: Vec<Run> = lanes.iter().map(|run| Run { world: beside.world, ..*run }).collect();
        batch.accompany(&company, timelines[1], beside.state);
        schedule::run(&mut batch, recorder, Split::Whole)?;
    }
    Ok(())
}

/// Makes `count` items on `threads` threads and takes them in order on this one.
///
/// `make` returns none where `stop` was raised; items taken until then stay taken.
///
/// # Errors
/// If `stop` was raised, `take` failed, or threads could not be started.
pub fn make_in_order<T: Send, E: Send>(
    threads: NonZeroUsize,
    count: usize,
    stop: &AtomicBool,
    make: impl Fn(usize) -> Option<T> + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build()?;
    in_order(&pool, threads.get(), count, stop, make, |made| take(made).map_err(Stopped::Taking))
}

/// Does something to every item, on the threads of the current pool ([`on_threads`]). Items are independent, so the result is the same on any number.
pub fn on_each<T: Send>(items: &mut [T], task: impl Fn(usize, &mut T) + Sync + Send) {
    items.par_iter_mut().enumerate().for_each(|(i, item)| task(i, item));
}

/// Into how many pieces many items are best shared out on the current pool: enough that no thread waits long for another.
pub fn pieces() -> usize {
    8 * rayon::current_num_threads()
}

/// Runs a batch through a year (the first is 0), as far as its states go on from where they stand.
///
/// # Errors
/// If a result is not finite.
pub fn run_year(batch: &mut Batch, year: usize, recorder: &mut dyn Recorder) -> Result<(), NotFinite> {
    schedule::run_year(batch, year, recorder, Split::Whole)
}

/// Does something on a pool of `threads` threads: what it does in parallel is done there.
///
/// # Errors
/// If the threads could not be started.
pub fn on_threads<R: Send>(threads: NonZeroUsize, task: impl FnOnce() -> R + Send) -> Result<R, NoThreads> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build()?.install(task))
}

/// Why threads could not be started.
pub type NoThreads = rayon::ThreadPoolBuildError;

/// Blocks of about 64 batches, fewer where that would leave a thread idle.
fn block_size(batches: usize, threads: usize) -> usize {
    (batches / (threads * 8)).clamp(1, 64)
}

/// Makes `count` items on a pool's threads and takes them in order on this one.
fn in_order<T: Send, E: Send>(
    pool: &rayon::ThreadPool,
    threads: usize,
    count: usize,
    stop: &AtomicBool,
    make: impl Fn(usize) -> Option<T> + Sync,
    mut take: impl FnMut(T) -> Result<(), Stopped<E>>,
) -> Result<(), Stopped<E>> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let (sender, receiver) = mpsc::sync_channel(2 * threads);
    pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            let (next, failed, make) = (&next, &failed, &make);
            scope.spawn(move |_| {
                while !failed.load(Ordering::Relaxed) {
                    let item = next.fetch_add(1, Ordering::Relaxed);
                    if item >= count {
                        break;
                    }
                    let Some(made) = make(item) else { break };
                    if sender.send((item, made)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut taken = 0;
        let mut result = Ok(());
        while let Ok((item, made)) = receiver.recv() {
            waiting.insert(item, made);
            while result.is_ok() {
                let Some(made) = waiting.remove(&taken) else { break };
                taken += 1;
                result = take(made);
            }
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
                waiting.clear();
            }
        }
        if result.is_ok() && taken < count && stop.load(Ordering::Relaxed) {
            result = Err(Stopped::Asked);
        }
        result
    })
}
