//! A batch: up to [`LANES`] runs of one structure side by side, from their start to their end.
//!
//! A run is a world, a seed and a replicate; runs of a batch may differ in every number, not in who and when. The
//! bits of a run do not depend on its lane, its company or the instruction set.

use crate::company::Company;
use crate::flows::{self, Flows};
use crate::given::Given;
use crate::history::{History, Places};
use crate::noted::Noted;
use crate::own::Known;
use crate::prefetch;
use crate::stages::{Fault, Tile, Told};
use crate::step::{self, OwnWords, Prepared};
use crate::timeline::Timeline;
use suasion_lanes::isa::{Isa, Task};
use suasion_lanes::lane::{Flags, LANES, Lane, Mask};
use suasion_lanes::randomness::{Keys, STEPS, Streams, Word, expression_slot, state_slot};
use suasion_model::assess::Rated;
use suasion_model::ledger;
use suasion_model::parameters::Parameters;
use suasion_model::press::{Felt, Pressed};
use suasion_model::region::Argued;
use suasion_model::state::{Variables, relaxation};
use suasion_model::ties::{Sums, Weights};
use suasion_model::traits::Traits;
use suasion_model::world::{End, Instrument, InstrumentKind, RatingFields, World};

/// One run: the same seed and replicate see the same luck in every world.
#[derive(Clone, Copy, Debug)]
pub struct Run<'w> {
    /// The world simulated.
    pub world: &'w World,
    /// Seed of all draws.
    pub seed: u64,
    /// Replicate; in a history, its row.
    pub replicate: u32,
    /// The history whose luck it sees; none: its own.
    pub history: Option<&'w History>,
    /// In a history: the step from which on regimes and instruments draw anew, whatever is on record; none: never.
    pub anew: Option<usize>,
}

impl<'w> Run<'w> {
    /// A free run.
    pub fn new(world: &'w World, seed: u64, replicate: u32) -> Run<'w> {
        Run { world, seed, replicate, history: None, anew: None }
    }

    /// The same in a history, if there is one.
    pub fn within(self, history: Option<&'w History>) -> Run<'w> {
        Run { history, ..self }
    }

    /// The same with luck that is drawn anew from a step on, in what regimes and instruments draw: see [`Run::anew`].
    pub fn anew(self, anew: Option<usize>) -> Run<'w> {
        Run { anew, ..self }
    }
}

/// What every step reads or writes of a state, side by side: with very many states memory sets the pace.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct StateLanes {
    pub variables: Variables,
    pub felt: Felt,
    pub bearing: Bearing,
    /// Its own draws for the steps of a block.
    pub words: [[Word; state_slot::USED]; STEPS],
}

/// Those traits of a state that every step needs.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Bearing {
    pub security_framing: Lane,
    pub capacity: Lane,
    pub openness: Lane,
    pub attention: Lane,
    pub autochthonous: Lane,
    /// 1 / max(kappa, 0.05).
    pub practice_scale: Lane,
}

impl Bearing {
    #[inline(always)]
    pub fn of(traits: &Traits<Lane>) -> Bearing {
        Bearing {
            security_framing: traits.security_framing,
            capacity: traits.capacity,
            openness: traits.openness,
            attention: traits.attention,
            autochthonous: traits.autochthonous_motivation,
            practice_scale: 1.0 / traits.capacity.max(Lane::splat(0.05)),
        }
    }
}

/// What peers see and hear of a state at the start of a step: what it says in public, its voice, and its voice times motivation.
pub(super) type Shown = [Lane; 3];

/// Where among [`Shown`] the voice is.
pub(super) const VOICE: usize = 1;

/// What reaches a state from its communities and conventions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Strength of the conventions' arguments.
    pub argument: Lane,
    /// That of the standards that are a rating regime's own.
    pub sender_argument: Lane,
    /// What its communities argue, in this step.
    pub region: Argued,
}

/// Shares of the way gone in a step, from the rates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub pressure: Lane,
    pub enforcement: Lane,
    pub protection: Lane,
    pub attribution: Lane,
    pub reactance: Lane,
    pub rhetoric_rise: Lane,
    pub rhetoric_fall: Lane,
}

impl Shares {
    fn new(p: &Parameters<Lane>, dt: f64) -> Shares {
        Shares {
            pressure: relaxation(p.pressure_rate, dt),
            enforcement: relaxation(p.enforcement_rate, dt),
            protection: relaxation(p.protection_rate, dt),
            attribution: relaxation(p.attribution_rate, dt),
            reactance: relaxation(p.reactance_rate, dt),
            rhetoric_rise: relaxation(p.rhetoric_rise, dt),
            rhetoric_fall: relaxation(p.rhetoric_fall, dt),
        }
    }
}

/// How an instrument opens: its hazard without any push, over time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    opens: Lane,
    ramp: Lane,
    hazard: Lane,
    /// Hazard per year of leaving it, and the effects of reactance and motivation on its logarithm.
    exit: Option<[Lane; 3]>,
}

impl Opening {
    fn new(worlds: &[&World; LANES], instrument: usize) -> Opening {
        let of = |value: fn(&Instrument) -> f64| in_lanes(worlds, |w| value(&w.instruments[instrument]));
        Opening {
            opens: of(|j| j.opens),
            ramp: of(|j| j.ramp),
            hazard: of(|j| if j.pinned { 0.0 } else { j.hazard }),
            exit: worlds[0].instruments[instrument].exit.map(|_| {
                let number = |k: usize| {
                    in_lanes(worlds, |w| {
                        let Instrument { pinned, exit, .. } = &w.instruments[instrument];
                        exit.filter(|_| !pinned).map_or(0.0, |exit| exit.numbers()[k].1)
                    })
                };
                [number(0), number(1), number(2)]
            }),
        }
    }

    /// Cumulative hazard of leaving over `dt` years, and the effects on its logarithm.
    #[inline(always)]
    pub fn exit(&self, dt: f64) -> Option<[Lane; 3]> {
        self.exit.map(|[hazard, reactance, motivation]| [hazard * dt, reactance, motivation])
    }

    /// Cumulative hazard over `dt` years from a date on, as the instrument stands then: `h min(1, (t - opens) / ramp) dt`.
    #[inline(always)]
    pub fn hazard(&self, date: f64, dt: f64) -> Lane {
        let ramps = self.ramp.gt(Lane::ZERO);
        let built = ((date - self.opens) / ramps.select(self.ramp, Lane::ONE)).clamp(0.0, 1.0);
        self.hazard * ramps.select(built, Lane::ONE) * dt
    }
}

/// A number of the world of each lane. Most batches are of one world, which is asked once.
#[inline(always)]
pub(super) fn in_lanes(worlds: &[&World; LANES], of: impl Fn(&World) -> f64) -> Lane {
    if worlds.iter().all(|world| std::ptr::eq(*world, worlds[0])) {
        Lane::splat(of(worlds[0]))
    } else {
        Lane::from_fn(|l| of(worlds[l]))
    }
}

/// Runs in lockstep.
#[derive(Debug)]
pub struct Batch<'w> {
    pub(super) worlds: [&'w World; LANES],
    pub(super) width: usize,
    pub(super) replicates: [u32; LANES],
    /// By state: whose replicate numbers it draws with, once for its traits and in this year. Empty where every state draws with its run's own.
    pub(super) once: Vec<[u32; LANES]>,
    pub(super) yearly: Vec<[u32; LANES]>,
    /// The history that the runs see, and where in it the regimes and instruments are.
    pub(super) history: Option<&'w History>,
    pub(super) places: Places,
    /// The step from which on regimes and instruments draw anew, in a history, and whose numbers they draw with then.
    pub(super) anew: Option<usize>,
    pub(super) anew_numbers: [u32; LANES],
    /// The record that conditions the runs, and what is noted of them.
    pub(super) given: Option<&'w Given>,
    pub(super) noted: Noted,
    /// The runs of another world in which all states but one live.
    pub(super) company: Option<Box<Company<'w>>>,
    /// What peers show in each step, by state, in place of what the states of a run do.
    pub(super) heard: Option<&'w [Vec<f64>]>,
    pub(super) timeline: &'w Timeline,
    pub(super) isa: Isa,
    pub(super) keys: Keys,
    pub(super) parameters: Parameters<Lane>,
    pub(super) shares: Shares,
    pub(super) fields: Vec<RatingFields<Lane>>,
    pub(super) states: Vec<StateLanes>,
    /// Keys of the states' streams.
    pub(super) state_keys: Vec<u64>,
    /// By state.
    pub(super) traits: Vec<Traits<Lane>>,
    /// By state, then instrument.
    pub(super) adopted: Vec<Flags>,
    /// Draws of adoption for the steps of a block, by state, then simulated instrument.
    pub(super) adoption_words: Vec<[Word; STEPS]>,
    /// By state, then rating regime.
    pub(super) rated: Vec<Rated>,
    /// By state, then rating regime: whether it has ended for the state by what the state did. Empty where none can.
    pub(super) ended: Vec<Flags>,
    /// Whether any has with this step.
    pub(super) ends: bool,
    /// By state, then rating regime, where there are several: pressure is told apart by who presses.
    pub(super) pressed: Vec<Pressed>,
    /// By rating regime: whether it holds views of states, now or after an event. Where not, none are drawn.
    pub(super) views: Vec<bool>,
    /// Instruments whose adoption is simulated.
    pub(super) simulated: Vec<usize>,
    /// How each of them opens.
    pub(super) openings: Vec<Opening>,
    /// By state, then instrument: what adopting costs. Empty where nothing does.
    pub(super) costs: Vec<Lane>,
    /// Instruments that are laws, and those that are NHRIs.
    pub(super) laws: Vec<usize>,
    pub(super) nhris: Vec<usize>,
    /// What peers see, by state; at the start of the step, and for the next.
    pub(super) shown: Vec<Shown>,
    pub(super) shown_next: Vec<Shown>,
    /// Adoption at the start of the step, as peers see it.
    pub(super) adopted_before: Vec<Flags>,
    /// Sums over communities of what peers see.
    pub(super) sums: Vec<Sums<3>>,
    /// The same of adoption, by community, then pair of simulated instruments.
    pub(super) adopted_sums: Vec<Sums<2>>,
    /// The same two by piece of the communities, before they are added up.
    pub(super) partial_sums: (Vec<Sums<3>>, Vec<Sums<2>>),
    /// By number of the topology's setting.
    pub(super) settings: Vec<Setting>,
    /// By community: its engagement, and that times what it argues.
    pub(super) engaged: Vec<[Lane; 2]>,
    /// How much each instrument counts in commitment at the start of the step.
    pub(super) counts: Vec<Lane>,
    /// Whether pressure moves security framing.
    pub(super) frames: bool,
    /// Whether not all speak alike, and in which runs; whether any community argues, ever.
    pub(super) voices: bool,
    pub(super) silenced: Mask,
    pub(super) argues: bool,
    pub(super) weights: Weights,
    pub(super) topology: usize,
    /// By state, then term.
    pub(super) ledger: Option<Vec<Lane>>,
    /// Mechanisms of the scenario's own, where any acts, and by state what of them was not finite.
    pub(super) theory: Option<Told>,
    /// By state, then what is the scenario's own: variables, outcomes, traits, what was a year ago.
    pub(super) own: Vec<Lane>,
    /// What its expressions know at the start of a step, and what they draw.
    pub(super) known: Known,
    pub(super) own_words: Vec<OwnWords>,
    pub(super) faults: Vec<Option<Fault>>,
    /// What a step prepares, kept for its memory.
    pub(super) prepared: Prepared,
    /// What the stages of a step hand on.
    pub(super) tile: Box<Tile>,
    pub(super) flows: Flows<'w>,
}

impl<'w> Batch<'w> {
    /// Draws traits and puts every run at its start. `runs` are 1 to [`LANES`] runs of the structure of `timeline`;
    /// `ledger` says whether the ledger is kept.
    ///
    /// # Panics
    /// If `runs` is empty.
    pub fn new(runs: &[Run<'w>], timeline: &'w Timeline, isa: Isa, ledger: bool) -> Batch<'w> {
        let world = runs[0].world;
        let (n, instruments) = (world.states.len(), world.instruments.len());
        let parameters = Parameters::from_fn(|_| Lane::ZERO);
        let of_kind =
            |kind: InstrumentKind| (0..instruments).filter(|j| world.instruments[*j].kind == kind).collect();
        let mut batch = Batch {
            worlds: [world; LANES],
            width: 0,
            replicates: [0; LANES],
            once: Vec::new(),
            yearly: Vec::new(),
            history: None,
            places: Places::default(),
            anew: None,
            anew_numbers: [0; LANES],
            given: None,
            noted: Noted::default(),
            company: None,
            heard: None,
            timeline,
            isa,
            keys: Keys::from_seeds(&[0; LANES]),
            shares: Shares::new(&parameters, timeline.clock.dt()),
            parameters,
            fields: Vec::new(),
            states: Vec::with_capacity(n),
            state_keys: world.states.iter().map(|state| state.key).collect(),
            traits: Vec::with_capacity(n),
            adopted: vec![Flags::NONE; n * instruments],
            adoption_words: Vec::new(),
            rated: Vec::with_capacity(n * world.ratings.len()),
            ended: Vec::new(),
            ends: false,
            pressed: Vec::new(),
            views: Vec::with_capacity(world.ratings.len()),
            shown: vec![[Lane::ZERO; 3]; n],
            shown_next: vec![[Lane::ZERO; 3]; n],
            adopted_before: vec![Flags::NONE; n * instruments],
            sums: vec![Sums::ZERO; world.communities.len()],
            adopted_sums: Vec::new(),
            partial_sums: (Vec::new(), Vec::new()),
            settings: Vec::new(),
            engaged: Vec::new(),
            counts: Vec::new(),
            frames: false,
            voices: false,
            silenced: Mask::NONE,
            argues: false,
            openings: Vec::new(),
            costs: Vec::new(),
            simulated: Vec::new(),
            laws: of_kind(InstrumentKind::Law),
            nhris: of_kind(InstrumentKind::Nhri),
            weights: Weights::default(),
            topology: 0,
            ledger: ledger.then(|| vec![Lane::ZERO; n * ledger::terms(world)]),
            theory: None,
            own: Vec::new(),
            known: Known::default(),
            own_words: Vec::new(),
            faults: Vec::new(),
            prepared: Prepared::default(),
            tile: Box::new(Tile::new(world)),
            flows: Flows::new(world),
        };
        batch.restart(runs);
        batch
    }

    /// As [`Batch::new`], for other runs of the same structure in the same memory.
    ///
    /// # Panics
    /// If `runs` is empty.
    pub fn restart(&mut self, runs: &[Run<'w>]) {
        let run = |lane: usize| runs[lane.min(runs.len() - 1)];
        let worlds: [&World; LANES] = std::array::from_fn(|l| run(l).world);
        let world = worlds[0];
        self.worlds = worlds;
        self.width = runs.len().min(LANES);
        self.replicates = std::array::from_fn(|l| run(l).replicate);
        self.keys = Keys::from_seeds(&std::array::from_fn(|l| run(l).seed));
        self.begin_history(runs[0].history, runs[0].anew);
        self.begin_record();
        self.parameters = Parameters::from_fn(|i| in_lanes(&worlds, |w| w.parameters.values()[i]));
        self.shares = Shares::new(&self.parameters, self.timeline.clock.dt());
        let fields =
            |g: usize| RatingFields::from_fn(|i| in_lanes(&worlds, |w| w.ratings[g].fields.values()[i]));
        self.fields.clear();
        self.fields.extend((0..world.ratings.len()).map(fields));
        self.theory = Told::of(&worlds);
        self.own_words.resize(
            world.states.len() * world.theory.said.drawers.len(),
            [[[0; LANES]; expression_slot::USED]; STEPS],
        );
        self.faults.clear();
        self.faults.resize(if self.theory.is_some() { world.states.len() } else { 0 }, None);
        self.frames = worlds.iter().any(|w| w.parameters.framing_by_pressure > 0.0);
        let spoken = self.theory.as_ref().map_or(Mask::NONE, Told::speaks);
        self.silenced = self.parameters.silence.gt(Lane::ZERO) | spoken;
        self.voices = self.silenced.any();
        self.argues = world.communities.iter().any(|c| !c.argument.is_empty());
        self.views.clear();
        self.views.extend((0..world.ratings.len()).map(|g| worlds.iter().any(|w| w.holds_views(g))));
        let moves = |w: &&World, j: usize| {
            let Instrument { pinned, hazard, exit, .. } = &w.instruments[j];
            !pinned && (*hazard > 0.0 || exit.is_some_and(|exit| exit.hazard > 0.0))
        };
        let simulated = (0..world.instruments.len()).filter(|j| worlds.iter().any(|w| moves(w, *j)));
        self.simulated.clear();
        self.simulated.extend(simulated);
        // In order of opening, so that the open ones come first.
        self.simulated.sort_by_key(|j| self.timeline.opens[*j]);
        self.openings.clear();
        self.openings.extend(self.simulated.iter().map(|j| Opening::new(&worlds, *j)));
        self.costs.clear();
        if world.instruments.iter().any(|instrument| !instrument.cost.is_empty()) {
            for (i, j) in
                (0..world.states.len()).flat_map(|i| (0..world.instruments.len()).map(move |j| (i, j)))
            {
                let cost = |w: &World| w.instruments[j].cost.get(i).copied().unwrap_or(0.0);
                self.costs.push(in_lanes(&worlds, cost));
            }
        }
        self.adoption_words.resize(world.states.len() * self.simulated.len(), [[0; LANES]; STEPS]);
        self.adopted_sums.resize(world.communities.len() * self.simulated.len().div_ceil(2), Sums::ZERO);
        self.states.clear();
        self.traits.clear();
        self.rated.clear();
        let ends = world.ratings.iter().any(|rating| !matches!(rating.ends_on, None | Some(End::Joins(_))));
        self.ended.clear();
        self.ended.resize(if ends { world.states.len() * world.ratings.len() } else { 0 }, Flags::NONE);
        self.ends = false;
        self.pressed.clear();
        self.pressed.resize(world.states.len() * self.several(), Pressed::NOTHING);
        self.adopted.fill(Flags::NONE);
        self.topology = 0;
        self.clear_ledger();
        self.flows.restart(&worlds);
        self.company = None;
        self.isa.run(Start(self));
    }

    /// How many rating regimes there are whose pressure is told apart: of one alone it is all there is.
    pub(super) fn several(&self) -> usize {
        if self.fields.len() > 1 { self.fields.len() } else { 0 }
    }

    /// Streams of what is drawn once of a state.
    #[inline(always)]
    pub(super) fn streams(&self, state: usize) -> Streams {
        Streams::new(self.state_keys[state], self.once.get(state).unwrap_or(&self.replicates))
    }

    /// Commitment C of a state, from what it has adopted of what counts ([`Batch::refresh_counts`]).
    pub(super) fn commitment(&self, state: usize) -> Lane {
        let instruments = &self.worlds[0].instruments;
        let row = &self.adopted[state * instruments.len()..][..instruments.len()];
        step::commitment(instruments, &self.counts, state, row)
    }

    /// What instruments count in commitment at the start of a step.
    pub(super) fn refresh_counts(&mut self, step: usize) {
        let ramp = self.parameters.commitment_ramp;
        step::counts(self.worlds[0], self.timeline, ramp, step, &mut self.counts);
    }

    /// Adopts what is given for a date within a step, at its end.
    pub(super) fn adopt_within(&mut self, step: usize) {
        let timeline = self.timeline;
        let mut given = timeline.adoptions_within(step).peekable();
        if given.peek().is_some() {
            given.for_each(|given| self.hold(given));
            self.refresh_shown(step + 1);
        }
    }

    /// A state has an instrument from now on, or has it no more.
    pub(super) fn hold(&mut self, (state, instrument, has): (usize, usize, bool)) {
        let adopted = &mut self.adopted[state * self.worlds[0].instruments.len() + instrument];
        *adopted = if has { Flags::ALL } else { Flags::NONE };
    }

    /// Runs in the batch, 1 to [`LANES`]; lanes from there on are padding.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The structure of the runs: states, instruments, regimes.
    pub fn world(&self) -> &'w World {
        self.worlds[0]
    }

    /// Replicate of each lane.
    pub fn replicates(&self) -> &[u32; LANES] {
        &self.replicates
    }

    /// This year's changes of motivation by term, if the ledger is kept.
    ///
    /// The columns are those of [`ledger::term_name`].
    pub fn ledger(&self, state: usize) -> Option<&[Lane]> {
        let terms = ledger::terms(self.worlds[0]);
        self.ledger.as_ref().map(|ledger| &ledger[state * terms..][..terms])
    }

    pub(super) fn clear_ledger(&mut self) {
        if let Some(ledger) = &mut self.ledger {
            ledger.fill(Lane::ZERO);
        }
    }

    /// Recomputes the yearly flows along corridors from current protection and enforcement.
    pub(super) fn update_flows(&mut self) {
        let Batch { flows, states, parameters, .. } = self;
        self.isa.run(flows::Update { flows, states, parameters });
    }
}

/// Puts every run of a batch at its start.
struct Start<'a, 'w>(&'a mut Batch<'w>);

impl Task for Start<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let batch = self.0;
        for given in batch.timeline.adoptions(0) {
            batch.hold(given);
        }
        batch.refresh_counts(0);
        for i in 0..batch.worlds[0].states.len() {
            prefetch::ask_at(&batch.worlds[0].states, i + prefetch::AHEAD);
            batch.draw_state(i);
        }
        batch.refresh_series(0);
        batch.start_own();
        batch.refresh_weights();
        batch.refresh_shown(0);
    }
}
