//! The step for a range of states, as a numbered list: what each does with what all showed at the start of the step.
//!
//! Compiled once per instruction set. It reads what states showed at the start of the step and writes what they show
//! at the start of the next, so states can be done in any order and on any thread.

use crate::ahead;
use crate::batch::{Setting, Shares, Shown, StateLanes};
use crate::given::Given;
use crate::history::{Pins, Places};
use crate::own::Known;
use crate::stages::{self, Fault, TILE, Tile, Told};
use crate::timeline::Timeline;
use std::marker::PhantomData;
use std::ops::Range;
use suasion_lanes::isa::{Isa, Task};
use suasion_lanes::lane::{Flags, LANES, Lane, Mask};
use suasion_lanes::randomness::{Drawer, Keys, STEPS, Word, expression_slot};
use suasion_model::assess::{Rated, Rules};
use suasion_model::parameters::Parameters;
use suasion_model::press::Pressed;
use suasion_model::region;
use suasion_model::state::Variables;
use suasion_model::ties::{Sums, Topology, Weights};
use suasion_model::traits::Traits;
use suasion_model::world::{Instrument, InstrumentKind, MOST_GRADES, RatingFields, World};

/// What a rating regime does in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    /// Numbers of the regime, for its part of the year.
    pub fields: RatingFields<Lane>,
    /// Whether it is the last of the year: that which a record by years is of.
    pub last: bool,
    /// Rules of the grades.
    pub rules: Rules,
    /// Mean of |politicization chi| over the states rated.
    pub politicized: Lane,
    /// Whether the grader has a view of states beyond their merit.
    pub views: bool,
    /// Years for which the bar has risen.
    pub years_of_rise: f64,
}

/// An open instrument in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// The instrument.
    pub instrument: usize,
    /// Who draws its adoptions.
    pub drawer: Drawer,
    /// Whether the draws of this step, and of the next ones that share a block with it, are to be made.
    pub draws: bool,
    /// Cumulative hazard before any push.
    pub base: Lane,
    /// Whether it can be left.
    pub can_be_left: bool,
    /// Whether a rating regime in force demands it.
    pub demanded: bool,
}

/// An open instrument that can be left, in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    /// The instrument.
    pub instrument: usize,
    /// Who draws it.
    pub drawer: Drawer,
    /// Cumulative hazard before any push, and the effects of reactance and motivation on its logarithm.
    pub exit: [Lane; 3],
}

/// Where a step's draws are found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// Calendar year.
    pub year: i32,
    /// Number of the block within the year.
    pub part: usize,
    /// Step within the block.
    pub step: usize,
}

/// What a step prepares once for all states.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// Where the step's draws are found.
    pub now: Now,
    /// Whether any draws are to be made in advance.
    pub draws: bool,
    /// Open instruments whose adoption is simulated, in order of opening.
    pub open: Vec<Open>,
    /// Those that can be left.
    pub leaving: Vec<Leaving>,
    /// Whether what instruments count in commitment changes with the next step, and what it is from then on.
    pub counts_change: bool,
    pub counts: Vec<Lane>,
    /// By rating regime, how far its merit is what can be counted.
    pub counted: Vec<Lane>,
    /// By open instrument, then rating regime, where there are several: whether it demands it and is in force.
    pub demands: Vec<bool>,
    /// Reports in this step, per rating regime.
    pub reports: Vec<Option<Report>>,
}

/// Draws that an expression makes for a state in the steps of a block.
pub(super) type OwnWords = [[Word; expression_slot::USED]; STEPS];

/// What all states share in a step.
pub(super) struct Shared<'a> {
    pub world: &'a World,
    pub timeline: &'a Timeline,
    pub step: usize,
    pub dt: f64,
    pub sqrt_dt: f64,
    /// Whether what regimes make states feel may change in this step.
    pub refreshes: bool,
    pub isa: Isa,
    /// Whether draws of two states are made side by side.
    pub wide: bool,
    pub keys: &'a Keys,
    /// Of what the streams of the states' draws are made.
    pub state_keys: &'a [u64],
    pub replicates: &'a [u32; LANES],
    /// By state, whose numbers it draws with in this year; empty where every state draws with its run's own.
    pub yearly: &'a [[u32; LANES]],
    /// Whose numbers regimes and instruments draw with, where they draw anew.
    pub anew: Option<&'a [u32; LANES]>,
    /// What a history pins down, and where in it the regimes and instruments are.
    pub pins: Option<(&'a Pins, &'a Places)>,
    /// The record that conditions the runs.
    pub given: Option<&'a Given>,
    pub parameters: &'a Parameters<Lane>,
    pub shares: &'a Shares,
    pub fields: &'a [RatingFields<Lane>],
    pub topology: &'a Topology,
    pub weights: &'a Weights,
    pub settings: &'a [Setting],
    pub traits: &'a [Traits<Lane>],
    pub shown: &'a [Shown],
    /// Adoption at the start of the step, by state and instrument.
    pub adopted: &'a [Flags],
    /// Sums over communities of what states show, and of adoption, the latter by community and pair of simulated instruments.
    pub sums: &'a [Sums<3>],
    pub adopted_sums: &'a [Sums<2>],
    /// By state, then instrument: what adopting costs. Empty where nothing does.
    pub costs: &'a [Lane],
    /// Whether costs, or mechanisms of the scenario's own, are on adoption.
    pub moves_adoption: bool,
    /// How many instruments there are whose adoption is simulated.
    pub simulated: usize,
    /// How many rating regimes there are whose pressure is told apart; 0 where there is one or none.
    pub several: usize,
    pub laws: &'a [usize],
    pub nhris: &'a [usize],
    /// Whether pressure moves security framing.
    pub frames: bool,
    /// Whether not all speak alike, and in which runs.
    pub voices: bool,
    pub silenced: Mask,
    /// Whether any community argues.
    pub argues: bool,
    pub prepared: &'a Prepared,
    /// Mechanisms of the scenario's own, where any acts.
    pub theory: Option<&'a Told>,
    /// What its expressions know of all states at the start of the step.
    pub known: &'a Known,
    /// By community: its engagement, and that times what it argues.
    pub engaged: &'a [[Lane; 2]],
    /// Columns of the ledger.
    pub terms: usize,
    /// Runs that are some.
    pub width: usize,
}

/// States to be updated.
pub(super) struct Block<'a> {
    /// Index of the first state.
    pub first: usize,
    pub states: &'a mut [StateLanes],
    pub adopted: &'a mut [Flags],
    /// By state, then simulated instrument.
    pub adoption_words: &'a mut [[Word; STEPS]],
    pub rated: &'a mut [Rated],
    /// By state, then rating regime, where any ends for states: whether it has ended.
    pub ended: &'a [Flags],
    /// By state, then rating regime, where there are several.
    pub pressed: &'a mut [Pressed],
    pub shown_next: &'a mut [Shown],
    /// By state, then term.
    pub ledger: Option<&'a mut [Lane]>,
    /// By state, then what is the scenario's own ([`suasion_model::theory::Said::columns`]).
    pub own: &'a mut [Lane],
    /// Its draws for the steps of a block, by state, then who draws.
    pub own_words: &'a mut [OwnWords],
    /// By state, where there is a theory.
    pub faults: &'a mut [Option<Fault>],
    pub noted: NotedOf<'a>,
}

impl Block<'_> {
    /// The same, borrowed anew.
    #[inline(always)]
    fn again(&mut self) -> Block<'_> {
        let NotedOf { log_density, reports, expected, adoptions, steps } = &mut self.noted;
        Block {
            first: self.first,
            states: self.states,
            adopted: self.adopted,
            adoption_words: self.adoption_words,
            rated: self.rated,
            ended: self.ended,
            pressed: self.pressed,
            shown_next: self.shown_next,
            ledger: self.ledger.as_deref_mut(),
            own: self.own,
            own_words: self.own_words,
            faults: self.faults,
            noted: NotedOf { log_density, reports, expected, adoptions, steps },
        }
    }
}

/// What is noted of the states of a block, where a record conditions them.
#[derive(Default)]
pub(super) struct NotedOf<'a> {
    pub log_density: &'a mut [Lane],
    pub reports: &'a mut [[Lane; 2]],
    pub expected: &'a mut [[Lane; MOST_GRADES]],
    pub adoptions: &'a mut [Lane],
    pub steps: &'a mut [Lane],
}

/// The step for the states of a block.
pub(super) struct Update<'a> {
    pub shared: &'a Shared<'a>,
    pub block: Block<'a>,
    pub tile: &'a mut Tile,
}

impl Task for Update<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Update { shared, mut block, tile } = self;
        // A scenario without mechanisms comes to none of what is done apart.
        let mechanisms = shared.theory.is_some();
        let foretells = mechanisms && !shared.world.theory.said.early.is_empty();
        if mechanisms {
            apart::<TellAll>(shared, &mut block, 0..0, tile);
        }
        for from in (0..block.states.len()).step_by(TILE) {
            let range = from..block.states.len().min(from + TILE);
            ahead::of_tile(shared, block.first + from);
            stages::draw(shared, &mut block, range.clone(), tile);
            if foretells {
                apart::<Foretell>(shared, &mut block, range.clone(), tile);
            }
            stages::assess(shared, &mut block, range.clone(), tile);
            stages::press(shared, &mut block, range.clone(), tile);
            if mechanisms {
                apart::<Tell>(shared, &mut block, range.clone(), tile);
            }
            apart::<Commit>(shared, &mut block, range.clone(), tile);
            if !shared.prepared.leaving.is_empty() {
                apart::<Leave>(shared, &mut block, range.clone(), tile);
            }
            stages::change(shared, &mut block, range, tile);
        }
    }
}

/// A stage of the step that is compiled by itself.
trait Stage {
    /// Does it for a few states.
    fn run(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile);
}

macro_rules! stages_apart {
    ($($name:ident: $function:ident;)*) => {
        $(
            struct $name;

            impl Stage for $name {
                #[inline(always)]
                fn run(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
                    stages::$function(shared, block, range, tile);
                }
            }
        )*
    };
}

stages_apart! {
    TellAll: tell_all;
    Foretell: foretell;
    Tell: tell;
    Commit: commit;
    Leave: leave;
}

/// A stage that is compiled by itself, for a few states.
struct Apart<'a, 'b, S> {
    shared: &'a Shared<'a>,
    block: &'a mut Block<'b>,
    range: Range<usize>,
    tile: &'a mut Tile,
    stage: PhantomData<S>,
}

/// Does a stage apart from the others: the more stands in one function, the more of what it needs lies in memory.
#[inline(always)]
fn apart<S: Stage>(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    // Borrowed anew: the step of all keeps in registers what is not handed on by its address.
    let mut block = block.again();
    shared.isa.run(Apart { shared, block: &mut block, range, tile, stage: PhantomData::<S> });
}

impl<S: Stage> Task for Apart<'_, '_, S> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Apart { shared, block, range, tile, stage: PhantomData } = self;
        S::run(shared, block, range, tile);
    }
}

/// Share, by weight, that a state has adopted of what a rating regime demands in a step; 0 where it demands nothing.
#[inline(always)]
pub(super) fn law_share(timeline: &Timeline, rating: usize, step: usize, adopted: &[Flags]) -> Lane {
    let (mut has, mut all) = (Lane::ZERO, 0.0);
    for (instrument, weight) in timeline.demands(rating, step) {
        has += adopted[instrument].to_lane() * weight;
        all += weight;
    }
    has / if all > 0.0 { all } else { 1.0 }
}

/// 1 where any of some instruments is adopted, else 0.
#[inline(always)]
pub(super) fn holds(instruments: &[usize], adopted: &[Flags]) -> Lane {
    let mut held = Flags::NONE;
    for &j in instruments {
        held = held.or(adopted[j]);
    }
    held.to_lane()
}

/// What peers see and hear of a state. Where all speak alike, its voice is 1.
#[inline(always)]
pub(super) fn show(p: &Parameters<Lane>, voices: bool, v: &Variables, nhri: Lane) -> Shown {
    if !voices {
        return [v.public(), Lane::ONE, v.motivation];
    }
    let voice = region::voice(p, v.motivation, v.attribution, v.mobilization, nhri);
    [v.public(), voice, voice * v.motivation]
}

/// How much each instrument counts in commitment at the start of a step: all of it once it has been open for `ramp` years, before that in
/// proportion; nothing before it opens. NHRIs are no commitments.
#[inline(always)]
pub(super) fn counts(world: &World, timeline: &Timeline, ramp: Lane, step: usize, counts: &mut Vec<Lane>) {
    let (date, ramps) = (timeline.clock.date(step), ramp.gt(Lane::ZERO));
    counts.clear();
    for (instrument, opens) in world.instruments.iter().zip(&timeline.opens) {
        let count = if *opens > step || instrument.kind == InstrumentKind::Nhri {
            Lane::ZERO
        } else if ramps.any() {
            let open = Lane::splat(date - instrument.opens) / ramps.select(ramp, Lane::ONE);
            ramps.select(open.clamp(0.0, 1.0), Lane::ONE)
        } else {
            Lane::ONE
        };
        counts.push(count);
    }
}

/// Commitment C: of what the instruments count that are open to the state, the share that it has adopted; 0 where that is nothing.
#[inline(always)]
pub(super) fn commitment(
    instruments: &[Instrument],
    counts: &[Lane],
    state: usize,
    adopted: &[Flags],
) -> Lane {
    let (mut sum, mut all) = (Lane::ZERO, Lane::ZERO);
    for (j, instrument) in instruments.iter().enumerate() {
        if instrument.eligible[state] {
            sum += adopted[j].to_lane() * counts[j];
            all += counts[j];
        }
    }
    let counts = all.gt(Lane::ZERO);
    counts.select(sum / counts.select(all, Lane::ONE), Lane::ZERO)
}
