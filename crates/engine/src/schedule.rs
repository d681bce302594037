//! A batch through time: what is prepared before each step, the step itself, and who watches.

use crate::batch::Batch;
use crate::guard::NotFinite;
use crate::prefetch;
use crate::recorder::Recorder;
use crate::split::Split;
use crate::stages::{Tile, of_pair};
use crate::step::{self, Block, Leaving, NotedOf, Now, Open, Prepared, Report, Shared, Update};
use suasion_lanes::isa::Task;
use suasion_lanes::lane::Lane;
use suasion_lanes::randomness;
use suasion_model::assess;
use suasion_model::ledger;
use suasion_model::ties::{PIECE, Sums, Topology, sum_in_pieces};
use suasion_model::world::RatingFields;

/// Runs a batch from its start to its end.
///
/// # Errors
/// If a number that it shows is not finite; of that row the recorder sees nothing.
pub(crate) fn run(batch: &mut Batch, recorder: &mut dyn Recorder, split: Split) -> Result<(), NotFinite> {
    let clock = batch.timeline.clock;
    batch.update_flows();
    batch.guard(0)?;
    recorder.start(batch);
    for year in 0..clock.years() {
        run_year(batch, year, recorder, split)?;
    }
    recorder.finish(batch);
    Ok(())
}

/// Runs a batch through a year, the first being 0.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_year(
    batch: &mut Batch,
    year: usize,
    recorder: &mut dyn Recorder,
    split: Split,
) -> Result<(), NotFinite> {
    let per_year = batch.timeline.clock.steps_per_year as usize;
    let mut prepared = std::mem::take(&mut batch.prepared);
    batch.begin_year(year);
    let mut company = batch.company.take();
    if let Some(company) = &mut company {
        company.batch.begin_year(year);
    }
    for step in year * per_year..(year + 1) * per_year {
        let isa = batch.isa;
        isa.run(Begin { batch, step });
        if let Some(company) = &mut company {
            isa.run(Begin { batch: &mut company.batch, step });
            company.meet(batch);
            let mut prepared = std::mem::take(&mut company.batch.prepared);
            isa.run(Advance { batch: &mut company.batch, step, prepared: &mut prepared, split });
            company.batch.prepared = prepared;
            company.batch.adopt_within(step);
        }
        isa.run(Advance { batch, step, prepared: &mut prepared, split });
        batch.adopt_within(step);
        isa.run(Derive { batch, step: step + 1 });
        recorder.step(batch, step);
    }
    batch.prepared = prepared;
    if let Some(company) = &company {
        company.batch.guard(year + 1)?;
    }
    batch.company = company;
    batch.observe(year);
    batch.update_flows();
    batch.guard(year + 1)?;
    recorder.year(batch, year);
    batch.clear_ledger();
    Ok(())
}

/// What is derived from what a step has left.
struct Derive<'a, 'w> {
    batch: &'a mut Batch<'w>,
    step: usize,
}

impl Task for Derive<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.batch.derive_own(self.step);
    }
}

/// What changes before a step, and what states show at its start.
struct Begin<'a, 'w> {
    batch: &'a mut Batch<'w>,
    step: usize,
}

impl Task for Begin<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.batch.change(self.step);
        self.batch.know_own(self.step);
        self.batch.hear(self.step);
        self.batch.adopted_before.copy_from_slice(&self.batch.adopted);
    }
}

/// One step of a batch.
struct Advance<'a, 'w> {
    batch: &'a mut Batch<'w>,
    step: usize,
    prepared: &'a mut Prepared,
    split: Split,
}

impl Task for Advance<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        if !self.batch.known.counts.is_empty() {
            self.batch.refresh_weights();
        }
        prepare(self.batch, self.step, self.prepared);
        sum_communities(self.batch, self.prepared, self.split);
        self.batch.refresh_region();
        self.batch.average_own();
        update(self.batch, self.step, self.prepared, self.split);
    }
}

/// The step for every state, in the pieces of the split.
#[inline(always)]
#[expect(
    clippy::too_many_lines,
    reason = "what all states share and what each block has of its own, each field once"
)]
fn update(batch: &mut Batch, step: usize, prepared: &Prepared, split: Split) {
    let (instruments, ratings) = (batch.world().instruments.len(), batch.fields.len());
    let (isa, several, n) = (batch.isa, batch.several(), batch.states.len());
    let anew = batch.anew.filter(|from| step >= *from).map(|_| &batch.anew_numbers);
    let pins = batch.history.filter(|_| anew.is_none()).and_then(|history| history.pins.as_ref());
    let shared = Shared {
        world: batch.worlds[0],
        timeline: batch.timeline,
        step,
        dt: batch.timeline.clock.dt(),
        sqrt_dt: batch.timeline.clock.dt().sqrt(),
        refreshes: batch.timeline.refreshes(step) || batch.ends,
        isa,
        wide: isa.is_wide(),
        keys: &batch.keys,
        state_keys: &batch.state_keys,
        replicates: &batch.replicates,
        yearly: &batch.yearly,
        anew,
        pins: pins.map(|pins| (pins, &batch.places)),
        given: batch.given,
        parameters: &batch.parameters,
        shares: &batch.shares,
        fields: &batch.fields,
        topology: batch.timeline.topology(batch.topology),
        weights: &batch.weights,
        settings: &batch.settings,
        traits: &batch.traits,
        shown: &batch.shown,
        adopted: &batch.adopted_before,
        sums: &batch.sums,
        adopted_sums: &batch.adopted_sums,
        costs: &batch.costs,
        moves_adoption: batch.theory.is_some() || !batch.costs.is_empty(),
        simulated: batch.simulated.len(),
        several,
        laws: &batch.laws,
        nhris: &batch.nhris,
        frames: batch.frames,
        voices: batch.voices,
        silenced: batch.silenced,
        argues: batch.argues,
        prepared,
        theory: batch.theory.as_ref(),
        known: &batch.known,
        engaged: &batch.engaged,
        terms: ledger::terms(batch.worlds[0]),
        width: batch.width,
    };
    let size = split.size(n);
    if size >= n {
        let block = Block {
            first: 0,
            states: &mut batch.states,
            adopted: &mut batch.adopted,
            adoption_words: &mut batch.adoption_words,
            rated: &mut batch.rated,
            ended: &batch.ended,
            pressed: &mut batch.pressed,
            shown_next: &mut batch.shown_next,
            ledger: batch.ledger.as_deref_mut(),
            own: &mut batch.own,
            own_words: &mut batch.own_words,
            faults: &mut batch.faults,
            noted: batch.noted.of_all(),
        };
        isa.run(Update { shared: &shared, block, tile: &mut batch.tile });
    } else {
        let mut ledgers = batch.ledger.as_deref_mut().map(|l| l.chunks_mut(size * shared.terms));
        let (of_own, drawers) =
            (batch.worlds[0].theory.said.columns(), batch.worlds[0].theory.said.drawers.len());
        let mut own_words = batch.own_words.chunks_mut((size * drawers).max(1));
        let mut own = batch.own.chunks_mut((size * of_own).max(1));
        let mut faults = batch.faults.chunks_mut(size);
        let mut adopted = batch.adopted.chunks_mut((size * instruments).max(1));
        let mut adoption_words = batch.adoption_words.chunks_mut((size * batch.simulated.len()).max(1));
        let mut rated = batch.rated.chunks_mut((size * ratings).max(1));
        let mut ended = batch.ended.chunks((size * ratings).max(1));
        let mut pressed = batch.pressed.chunks_mut((size * several).max(1));
        let mut shown_next = batch.shown_next.chunks_mut(size);
        let mut log_density = batch.noted.log_density.chunks_mut(size);
        let mut reports = batch.noted.reports.chunks_mut((size * ratings).max(1));
        let mut expected = batch.noted.expected.chunks_mut((size * ratings).max(1));
        let mut adoptions = batch.noted.adoptions.chunks_mut((size * instruments).max(1));
        let mut steps = batch.noted.steps.chunks_mut((size * instruments).max(1));
        let blocks = batch.states.chunks_mut(size).enumerate().map(|(b, states)| Block {
            first: b * size,
            states,
            adopted: adopted.next().unwrap_or_default(),
            adoption_words: adoption_words.next().unwrap_or_default(),
            rated: rated.next().unwrap_or_default(),
            ended: ended.next().unwrap_or_default(),
            pressed: pressed.next().unwrap_or_default(),
            shown_next: shown_next.next().unwrap_or_default(),
            ledger: ledgers.as_mut().and_then(Iterator::next),
            own: own.next().unwrap_or_default(),
            own_words: own_words.next().unwrap_or_default(),
            faults: faults.next().unwrap_or_default(),
            noted: NotedOf {
                log_density: log_density.next().unwrap_or_default(),
                reports: reports.next().unwrap_or_default(),
                expected: expected.next().unwrap_or_default(),
                adoptions: adoptions.next().unwrap_or_default(),
                steps: steps.next().unwrap_or_default(),
            },
        });
        split.each(blocks, |block| {
            isa.run(Update { shared: &shared, block, tile: &mut Tile::new(shared.world) });
        });
    }
    std::mem::swap(&mut batch.shown, &mut batch.shown_next);
}

/// What a step needs once for all states.
#[inline(always)]
fn prepare(batch: &Batch, step: usize, prepared: &mut Prepared) {
    let (world, timeline) = (batch.world(), batch.timeline);
    let (date, dt) = (timeline.clock.date(step), timeline.clock.dt());
    prepared.open.clear();
    prepared.leaving.clear();
    let ramp = batch.parameters.commitment_ramp;
    // Whether an instrument counts more at the next step than at this.
    let grows = |opens: f64| ramp.gt(Lane::splat(date - opens)).any() && date + dt > opens;
    prepared.counts_change =
        timeline.opens.contains(&(step + 1)) || world.instruments.iter().any(|j| grows(j.opens));
    if step == 0 || prepared.counts_change {
        step::counts(world, timeline, ramp, step + 1, &mut prepared.counts);
    }
    prepared.counted.clear();
    if batch.frames {
        prepared.counted.extend(batch.fields.iter().map(RatingFields::counted));
    }
    let per_year = timeline.clock.steps_per_year as usize;
    let of_year = step % per_year;
    prepared.now = Now {
        year: timeline.clock.start + (step / per_year) as i32,
        part: of_year / randomness::STEPS,
        step: of_year % randomness::STEPS,
    };
    prepared.draws = prepared.now.step == 0;
    prepared.reports.clear();
    prepared.demands.clear();
    for (&instrument, opening) in batch.simulated.iter().zip(&batch.openings) {
        if timeline.opens[instrument] > step {
            break;
        }
        let demands = |g: usize| {
            timeline.in_force(g, step)
                && timeline.demands(g, step).any(|(demanded, _)| demanded == instrument)
        };
        let demanded = (0..world.ratings.len()).any(demands);
        // An instrument that opens amid the steps of a block needs it from there on, and so does one that draws anew.
        let draws = prepared.now.step == 0 || timeline.opens[instrument] == step || batch.anew == Some(step);
        prepared.draws |= draws;
        if batch.several() > 0 {
            prepared.demands.extend((0..world.ratings.len()).map(demands));
        }
        let drawer = world.instruments[instrument].drawer;
        let exit = opening.exit(dt);
        prepared.leaving.extend(exit.map(|exit| Leaving { instrument, drawer, exit }));
        let (base, can_be_left) = (opening.hazard(date, dt), exit.is_some());
        prepared.open.push(Open { instrument, drawer, draws, base, can_be_left, demanded });
    }
    for (g, rating) in world.ratings.iter().enumerate() {
        prepared.reports.push(timeline.report_in(g, step).map(|number| Report {
            fields: assess::per_report(&batch.fields[g], rating.reports.len()),
            last: number + 1 == rating.reports.len(),
            rules: rating.rules(date),
            politicized: politicized(batch, g, step),
            views: batch.views[g],
            years_of_rise: rating.years_of_rise(f64::from(prepared.now.year) + rating.reports[number]),
        }));
    }
}

/// Mean of |politicization chi| over the states that a regime rates in a step; 0 where it rates none.
#[inline(always)]
fn politicized(batch: &Batch, g: usize, step: usize) -> Lane {
    let ratings = batch.fields.len();
    // 1 where the regime rates the state, else 0.
    let rated = |i: usize| match batch.ended.get(i * ratings + g) {
        _ if !batch.timeline.rates(g, i, step) => Lane::ZERO,
        Some(ended) => 1.0 - ended.to_lane(),
        None => Lane::ONE,
    };
    let count = sum_in_pieces(batch.states.len(), rated);
    let favour = batch.fields[g].politicization;
    let sum = sum_in_pieces(batch.states.len(), |i| {
        prefetch::ask_at(&batch.rated, (i + prefetch::AHEAD) * ratings + g);
        rated(i) * (favour * batch.rated[i * ratings + g].strategic_value).abs()
    });
    let any = count.gt(Lane::ZERO);
    any.select(sum / any.select(count, Lane::ONE), Lane::ZERO)
}

/// Sums over communities of what states show, by pieces that are added in order.
#[inline(always)]
fn sum_communities(batch: &mut Batch, prepared: &Prepared, split: Split) {
    let topology = batch.timeline.topology(batch.topology);
    let (pairs, isa) = (batch.simulated.len().div_ceil(2), batch.isa);
    let (mut partial, mut partial_adopted) = std::mem::take(&mut batch.partial_sums);
    let pieces = topology.pieces.len();
    partial.resize(pieces, Sums::ZERO);
    partial_adopted.resize(pieces * pairs, Sums::ZERO);
    let task = |first: usize, sums, adopted_sums| SumPieces {
        batch: &*batch,
        topology,
        open: &prepared.open,
        first,
        sums,
        adopted_sums,
    };
    // Enough pieces in an item that sharing them out costs little.
    let size = (split.size(batch.states.len()) / PIECE).max(1);
    if size >= pieces {
        task(0, &mut partial, &mut partial_adopted).run();
    } else {
        let adopted_items = partial_adopted
            .chunks_mut((size * pairs).max(1))
            .map(Some)
            .chain(std::iter::repeat_with(|| None));
        let items = partial.chunks_mut(size).zip(adopted_items).enumerate();
        split.each(items, |(item, (sums, adopted_sums))| {
            isa.run(task(item * size, sums, adopted_sums.unwrap_or_default()));
        });
    }
    for (piece, (community, range)) in topology.pieces.iter().enumerate() {
        let sums = &mut batch.sums[*community];
        let adopted_sums = &mut batch.adopted_sums[community * pairs..][..pairs];
        if range.start == 0 {
            *sums = Sums::ZERO;
            adopted_sums.fill(Sums::ZERO);
        }
        sums.merge(&partial[piece]);
        for (sum, part) in adopted_sums.iter_mut().zip(&partial_adopted[piece * pairs..]) {
            sum.merge(part);
        }
    }
    batch.partial_sums = (partial, partial_adopted);
}

/// The sums over some pieces of the communities.
struct SumPieces<'a, 'w> {
    batch: &'a Batch<'w>,
    topology: &'a Topology,
    open: &'a [Open],
    /// Number of the first piece.
    first: usize,
    sums: &'a mut [Sums<3>],
    /// By piece, then pair of simulated instruments.
    adopted_sums: &'a mut [Sums<2>],
}

impl Task for SumPieces<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Batch { states, shown, adopted_before: adopted, simulated, worlds, weights, .. } = self.batch;
        let (instruments, pairs) = (worlds[0].instruments.len(), simulated.len().div_ceil(2));
        for (k, (sums, (community, range))) in
            self.sums.iter_mut().zip(&self.topology.pieces[self.first..]).enumerate()
        {
            let adopted_sums = &mut self.adopted_sums[k * pairs..][..pairs];
            adopted_sums.fill(Sums::ZERO);
            let mut all = Sums::ZERO;
            for &member in &self.topology.members[*community][range.clone()] {
                let member = member as usize;
                let openness = states[member].bearing.openness;
                all.add(openness, weights.counted(member, shown[member]));
                let adopted = &adopted[member * instruments..][..instruments];
                for (sums, pair) in adopted_sums.iter_mut().zip(self.open.chunks(2)) {
                    let both = of_pair(pair, |open| adopted[open.instrument].to_lane());
                    sums.add(openness, weights.counted(member, both));
                }
            }
            *sums = all;
        }
    }
}
