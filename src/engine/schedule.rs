//! A batch through time: what is prepared before each step, the step itself, and who watches.

use crate::engine::batch::{Batch, StateLanes};
use crate::engine::isa::Task;
use crate::engine::lanes::Lane;
use crate::engine::recorder::Recorder;
use crate::engine::step::{Block, Prepared, Report, Shared, Update};
use crate::model::assess::WatchList;
use crate::model::ties::{GROUP, Group, PIECE, sum_in_pieces};
use std::ops::Range;

/// How the states of one batch are shared out within a step.
pub(super) trait Split: Sync {
    /// Runs a task on every item, in any order, and returns when all are done.
    fn each<T: Send>(&self, items: Vec<T>, task: impl Fn(T) + Sync + Send);
    /// States per item.
    fn size(&self, states: usize) -> usize;
}

/// All states in one piece, on this thread.
pub(super) struct Whole;

impl Split for Whole {
    fn each<T: Send>(&self, items: Vec<T>, task: impl Fn(T) + Sync + Send) {
        items.into_iter().for_each(task);
    }
    fn size(&self, states: usize) -> usize {
        states
    }
}

/// Runs a batch from its start to its end.
pub(super) fn run(mut batch: Batch, recorder: &mut impl Recorder, split: &impl Split) {
    let clock = batch.timeline.clock;
    let per_year = clock.steps_per_year as usize;
    let mut prepared = Prepared::default();
    batch.update_flows();
    recorder.start(&batch);
    for step in 0..clock.steps() {
        let isa = batch.isa;
        isa.run(Advance { batch: &mut batch, step, prepared: &mut prepared, split });
        recorder.step(&batch, step);
        if (step + 1) % per_year == 0 {
            batch.update_flows();
            recorder.year(&batch, step / per_year);
            batch.clear_ledger();
        }
    }
    recorder.finish(&batch);
}

/// One step of a batch.
struct Advance<'a, 'w, S> {
    batch: &'a mut Batch<'w>,
    step: usize,
    prepared: &'a mut Prepared,
    split: &'a S,
}

impl<S: Split> Task for Advance<'_, '_, S> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.batch.change(self.step);
        prepare(self.batch, self.step, self.prepared);
        sum_communities(self.batch, self.prepared, self.split);
        update(self.batch, self.step, self.prepared, self.split);
    }
}

/// The step for every state, in the pieces of the split.
#[inline(always)]
fn update(batch: &mut Batch, step: usize, prepared: &Prepared, split: &impl Split) {
    let (instruments, ratings) = (batch.world().instruments.len(), batch.fields.len());
    let groups = batch.groups;
    let isa = batch.isa;
    let shared = Shared {
        world: batch.worlds[0],
        timeline: batch.timeline,
        step,
        sqrt_dt: batch.timeline.clock.dt().sqrt(),
        keys: &batch.keys,
        parameters: &batch.parameters,
        shares: &batch.shares,
        fields: &batch.fields,
        topology: batch.timeline.topology(batch.topology),
        weights: &batch.weights,
        groups,
        seen: &batch.seen,
        sums: &batch.sums,
        simulated: &batch.simulated,
        laws: &batch.laws,
        nhris: &batch.nhris,
        prepared,
    };
    let n = batch.states.len();
    let size = split.size(n);
    if size >= n {
        let block = Block {
            first: 0,
            states: &mut batch.states,
            adopted: &mut batch.adopted,
            rated: &mut batch.rated,
            seen_next: &mut batch.seen_next,
            ledger: batch.ledger.as_deref_mut(),
        };
        isa.run(Update { shared: &shared, block });
    } else {
        let mut ledgers = batch.ledger.as_deref_mut().map(|l| l.chunks_mut(size));
        let mut adopted = batch.adopted.chunks_mut((size * instruments).max(1));
        let mut rated = batch.rated.chunks_mut((size * ratings).max(1));
        let mut seen_next = batch.seen_next.chunks_mut(size * groups);
        let blocks = batch.states.chunks_mut(size).enumerate().map(|(b, states)| Block {
            first: b * size,
            states,
            adopted: adopted.next().unwrap_or_default(),
            rated: rated.next().unwrap_or_default(),
            seen_next: seen_next.next().unwrap_or_default(),
            ledger: ledgers.as_mut().and_then(Iterator::next),
        });
        split.each(blocks.collect(), |block| isa.run(Update { shared: &shared, block }));
    }
    std::mem::swap(&mut batch.seen, &mut batch.seen_next);
}

/// What a step needs once for all states.
#[inline(always)]
fn prepare(batch: &Batch, step: usize, prepared: &mut Prepared) {
    let (world, timeline) = (batch.world(), batch.timeline);
    let (date, dt) = (timeline.clock.date(step), timeline.clock.dt());
    prepared.base.clear();
    prepared.demanded.clear();
    prepared.reports.clear();
    for (&j, opening) in batch.simulated.iter().zip(&batch.openings) {
        let open = timeline.opens[j] <= step;
        prepared.base.push(open.then(|| opening.hazard(date, dt)));
        let demands = |g: usize| world.ratings[g].demands.contains(&j) && timeline.in_force(g, step);
        prepared.demanded.push((0..world.ratings.len()).any(demands));
    }
    for (g, rating) in world.ratings.iter().enumerate() {
        prepared.reports.push(timeline.reports(g, step).then(|| Report {
            rules: WatchList {
                exists: date >= rating.watch_list_from,
                limit: (date >= rating.watch_limit_from).then_some(rating.watch_limit),
            },
            politicized: politicized(batch, g, step),
        }));
    }
}

/// Mean of |politicization chi| over the states that a regime rates in a step; 0 where it rates none.
#[inline(always)]
fn politicized(batch: &Batch, g: usize, step: usize) -> Lane {
    let ratings = batch.fields.len();
    let rated = |i: usize| batch.timeline.rates(g, i, step);
    let count = (0..batch.states.len()).filter(|i| rated(*i)).count();
    let favour = batch.fields[g].politicization;
    let sum = sum_in_pieces(batch.states.len(), |i| {
        if rated(i) { (favour * batch.rated[i * ratings + g].strategic_value).abs() } else { Lane::ZERO }
    });
    if count > 0 { sum / (count as f64) } else { Lane::ZERO }
}

/// Sums over members of a group of what they show, x and delta x; `seen` begins with the group of the first state.
#[inline(always)]
fn sum_members(members: &[u32], states: &[StateLanes], seen: &[Group], groups: usize) -> (Group, Group) {
    let (mut plain, mut open) = ([Lane::ZERO; GROUP], [Lane::ZERO; GROUP]);
    for &member in members {
        let member = member as usize;
        let (openness, x) = (states[member].traits.openness, &seen[member * groups]);
        for q in 0..GROUP {
            plain[q] += x[q];
            open[q] += openness * x[q];
        }
    }
    (plain, open)
}

/// Sums over communities of what states show, by pieces that are added in order.
#[inline(always)]
fn sum_communities(batch: &mut Batch, prepared: &Prepared, split: &impl Split) {
    let topology = batch.timeline.topology(batch.topology);
    let (states, seen, groups) = (&batch.states, &batch.seen, batch.groups);
    // Instruments are in order of opening, so none is open beyond the last group with an open one.
    let open = prepared.base.iter().filter(|base| base.is_some()).count();
    let used = (2 + open).div_ceil(GROUP);
    let add = |community: usize, range: Range<usize>, sums: &mut [Group]| {
        let members = &topology.members[community][range];
        for group in 0..used {
            (sums[group], sums[groups + group]) = sum_members(members, states, &seen[group..], groups);
        }
    };
    if topology.pieces.len() == topology.members.iter().filter(|m| !m.is_empty()).count()
        && split.size(states.len()) >= states.len()
    {
        for (community, range) in &topology.pieces {
            let members = &topology.members[*community][range.clone()];
            let sums = &mut batch.sums[community * 2 * groups..][..2 * groups];
            for group in 0..used {
                (sums[group], sums[groups + group]) = sum_members(members, states, &seen[group..], groups);
            }
        }
        return;
    }
    batch.sums.fill([Lane::ZERO; GROUP]);
    let mut partial = vec![[Lane::ZERO; GROUP]; topology.pieces.len() * 2 * groups];
    // Enough pieces in an item that sharing them out costs little.
    let pieces_per_item = (split.size(states.len()) / PIECE).max(1);
    let items = topology.pieces.chunks(pieces_per_item).zip(partial.chunks_mut(pieces_per_item * 2 * groups));
    split.each(items.collect(), |(pieces, partial)| {
        for ((community, range), sums) in pieces.iter().zip(partial.chunks_mut(2 * groups)) {
            add(*community, range.clone(), sums);
        }
    });
    for ((community, _), partial) in topology.pieces.iter().zip(partial.chunks(2 * groups)) {
        for (sum, part) in batch.sums[community * 2 * groups..].iter_mut().zip(partial) {
            for q in 0..GROUP {
                sum[q] += part[q];
            }
        }
    }
}
