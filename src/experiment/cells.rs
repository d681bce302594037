//! What is kept of runs that are compared: chosen quantities of chosen states at the start and at the end of each year.
//!
//! Values stay in lanes, batch by batch, so that the same replicate of two arms can be set side by side. It estimates nothing.

use crate::engine::batch::Batch;
use crate::engine::isa::Isa;
use crate::engine::lanes::Lane;
use crate::engine::recorder::Recorder;
use crate::experiment::outcome::Place;
use crate::model::ledger::{TERM_NAMES, TERMS};
use crate::model::variable::{Variable, VariableKind};
use crate::model::world::{InstrumentKind, TIERS, World};
use crate::output::ensemble::EnsembleRecorder;
use crate::output::units::Units;

/// What a state has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Adopting an instrument.
    Adoption(usize),
    /// Reaching a spiral phase, 1 to 4, for the first time.
    Phase(usize),
}

/// A number of a state in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// A variable at the end of the year.
    Variable(Variable),
    /// Whether a code has a value at the end of the year: tier 2WL, say.
    Is(Variable, usize),
    /// Change of motivation over the year by a term of the ledger; 0 at the start.
    Term(usize),
    /// Change of motivation by a term since the start.
    Total(usize),
    /// Whether a target has been reached by the end of the year.
    Reached(Target),
    /// Years until the target was reached, or until the end of this year where that comes first.
    Waited(Target),
}

impl Quantity {
    /// Every variable that a world yields; tiers one by one, since the mean of their codes means nothing.
    pub fn variables(world: &World) -> Vec<Quantity> {
        let each = |v: Variable| match v {
            Variable::Tier(_) => (0..TIERS.len()).map(|tier| Quantity::Is(v, tier)).collect(),
            v => vec![Quantity::Variable(v)],
        };
        Variable::all(world).into_iter().flat_map(each).collect()
    }

    /// Name, as in the output: `motivation`, `tier_tvpa=2WL`, `habituation`, `reached_phase_3`, `years_to_law`.
    pub fn name(self, world: &World) -> String {
        let target = |target| match target {
            Target::Adoption(j) => world.instruments[j].id.replace('-', "_"),
            Target::Phase(k) => format!("phase_{k}"),
        };
        match self {
            Quantity::Variable(v) => v.name(world),
            Quantity::Is(v, code) => {
                let code = if matches!(v, Variable::Tier(_)) { TIERS[code].into() } else { code.to_string() };
                format!("{}={code}", v.name(world))
            }
            Quantity::Term(k) => TERM_NAMES[k].to_string(),
            Quantity::Total(k) => format!("{}_total", TERM_NAMES[k]),
            Quantity::Reached(t) => format!("reached_{}", target(t)),
            Quantity::Waited(t) => format!("years_to_{}", target(t)),
        }
    }

    /// Unit or range.
    pub fn unit(self) -> &'static str {
        match self {
            Quantity::Variable(v) => v.describe().1,
            Quantity::Is(..) | Quantity::Reached(_) => "share of replicates",
            Quantity::Term(_) | Quantity::Total(_) => "change of motivation",
            Quantity::Waited(_) => "yr",
        }
    }

    /// Whether its mean is a share of replicates.
    pub fn is_share(self) -> bool {
        match self {
            Quantity::Variable(v) => v.kind() == VariableKind::Flag,
            Quantity::Is(..) | Quantity::Reached(_) => true,
            _ => false,
        }
    }

    /// Whether it needs a batch that keeps the ledger.
    pub(super) fn is_of_ledger(self) -> bool {
        matches!(self, Quantity::Term(_) | Quantity::Total(_))
    }

    /// The range that its mean cannot leave; none without one.
    pub(super) fn range(self) -> (f64, f64) {
        match self {
            Quantity::Variable(Variable::ComplianceGap) | Quantity::Term(_) | Quantity::Total(_) => {
                (-1.0, 1.0)
            }
            Quantity::Variable(v) => match v.kind() {
                VariableKind::Bounded | VariableKind::Flag => (0.0, 1.0),
                VariableKind::Code(values) => (0.0, values as f64 - 1.0),
                VariableKind::NonNegative => (0.0, f64::INFINITY),
                VariableKind::Real => (f64::NEG_INFINITY, f64::INFINITY),
            },
            Quantity::Is(..) | Quantity::Reached(_) => (0.0, 1.0),
            Quantity::Waited(_) => (0.0, f64::INFINITY),
        }
    }

    /// The multiple to which it is rounded before it is summed: of a variable the one of every command.
    pub(super) fn grain(self, units: &Units, place: Place) -> f64 {
        const FINE: f64 = 1.0 / 1_073_741_824.0;
        let state = match place {
            Place::State(state) => Some(state),
            Place::Mean => None,
        };
        match self {
            Quantity::Variable(v) | Quantity::Is(v, _) => units.of(state, v),
            Quantity::Waited(_) => FINE * 256.0,
            Quantity::Reached(_) | Quantity::Term(_) | Quantity::Total(_) => FINE,
        }
    }
}

/// Everything that a state can wait for in a world: adoptions that are not over before the run, and phases.
pub fn targets(world: &World) -> Vec<Target> {
    let given_to_all = |j: &usize| {
        let instrument = &world.instruments[*j];
        instrument.kind == InstrumentKind::Nhri && instrument.hazard == 0.0
    };
    let adoptions = (0..world.instruments.len()).filter(|j| !given_to_all(j)).map(Target::Adoption);
    adoptions.chain((1..5).map(Target::Phase)).collect()
}

/// A ledger in which nothing has moved.
const NOTHING: [Lane; TERMS] = [Lane::ZERO; TERMS];

/// Records cells: quantities of states, by batch, then row, then state, then quantity.
///
/// Row 0 is the start; row 1 the end of the first year.
pub(super) struct CellsRecorder<'a> {
    states: &'a [usize],
    quantities: &'a [Quantity],
    targets: Vec<Target>,
    /// By state and target: reached, then years waited.
    progress: Vec<(Lane, Lane)>,
    /// By state and term: changes of motivation since the start.
    totals: Vec<[Lane; TERMS]>,
    digest: EnsembleRecorder,
    pub values: Vec<Lane>,
    pub widths: Vec<usize>,
}

impl<'a> CellsRecorder<'a> {
    pub fn new(
        world: &World,
        isa: Isa,
        states: &'a [usize],
        quantities: &'a [Quantity],
    ) -> CellsRecorder<'a> {
        let mut targets: Vec<Target> = quantities
            .iter()
            .filter_map(|q| match q {
                Quantity::Reached(t) | Quantity::Waited(t) => Some(*t),
                _ => None,
            })
            .collect();
        targets.sort_unstable();
        targets.dedup();
        CellsRecorder {
            states,
            quantities,
            targets,
            progress: Vec::new(),
            totals: Vec::new(),
            digest: EnsembleRecorder::new(world, isa, false),
            values: Vec::new(),
            widths: Vec::new(),
        }
    }

    /// The digest of the batches seen.
    pub fn digest(&self) -> &EnsembleRecorder {
        &self.digest
    }

    fn keep(&mut self, batch: &Batch, start: bool) {
        for (s, &state) in self.states.iter().enumerate() {
            let ledger = batch.ledger(state).filter(|_| !start).unwrap_or(&NOTHING);
            for (total, term) in self.totals[s].iter_mut().zip(ledger) {
                *total += *term;
            }
            for quantity in self.quantities {
                let progress = |t: &Target| {
                    let at = self.targets.binary_search(t).unwrap_or_default();
                    self.progress[s * self.targets.len() + at]
                };
                let value = match quantity {
                    Quantity::Variable(v) => batch.value(state, *v),
                    Quantity::Is(v, code) => batch.value(state, *v).eq(Lane::splat(*code as f64)).to_lane(),
                    Quantity::Term(k) => ledger[*k],
                    Quantity::Total(k) => self.totals[s][*k],
                    Quantity::Reached(t) => progress(t).0,
                    Quantity::Waited(t) => progress(t).1,
                };
                self.values.push(value);
            }
        }
    }

    fn watch(&mut self, batch: &Batch, waited: f64) {
        let mut progress = self.progress.iter_mut();
        for &state in self.states {
            for target in &self.targets {
                let Some((reached, years)) = progress.next() else { return };
                *years += (Lane::ONE - *reached) * waited;
                let now = match target {
                    Target::Adoption(j) => batch.value(state, Variable::Adopted(*j)),
                    Target::Phase(k) => {
                        batch.value(state, Variable::Phase).ge(Lane::splat(*k as f64)).to_lane()
                    }
                };
                *reached = reached.max(now);
            }
        }
    }
}

impl Recorder for CellsRecorder<'_> {
    fn start(&mut self, batch: &Batch) {
        self.digest.start(batch);
        self.widths.push(batch.width());
        self.progress = vec![(Lane::ZERO, Lane::ZERO); self.states.len() * self.targets.len()];
        self.totals = vec![NOTHING; self.states.len()];
        self.watch(batch, 0.0);
        self.keep(batch, true);
    }

    fn step(&mut self, batch: &Batch, step: usize) {
        self.digest.step(batch, step);
        if !self.targets.is_empty() {
            self.watch(batch, batch.world().clock.dt());
        }
    }

    fn year(&mut self, batch: &Batch, year: usize) {
        self.digest.year(batch, year);
        self.keep(batch, false);
    }

    fn finish(&mut self, batch: &Batch) {
        self.digest.finish(batch);
    }
}
