//! Mechanisms that a scenario declares, evaluated for a few states between steps 2 and 3, and where their values go.
//!
//! One list of operations serves all runs of all states of a tile. A world without mechanisms never comes here.

use super::inputs::{feel, load};
use super::{TILE, Tile};
use crate::batch::in_lanes;
use crate::step::{Block, Shared};
use std::ops::Range;
use suasion_expression::program::{Leaves, Program, Registers};
use suasion_lanes::lane::{LANES, Lane, Mask};
use suasion_model::theory::input::{Input, MOST};
use suasion_model::theory::target::{How, Target};
use suasion_model::world::World;

/// The numbers of a theory, by run.
#[derive(Debug)]
pub(crate) struct Told {
    /// Values of its parameters.
    own: Vec<Lane>,
    /// Which mechanisms act; variables always do.
    on: Vec<Mask>,
    /// Those that act in every run.
    always: Vec<bool>,
    /// By place of a target, whether any mechanism is on it.
    touched: Vec<bool>,
    /// Before anything is pressed, and within the step.
    early: Places,
    late: Places,
    /// The runs in which a mechanism acts on the voice of states.
    speaks: Mask,
    instruments: usize,
}

/// Places at which something is added, and at which something multiplies.
#[derive(Debug, Default)]
struct Places {
    adds: Vec<usize>,
    scales: Vec<usize>,
}

impl Places {
    fn of(world: &World, mechanisms: &[usize]) -> Places {
        let places = |how: How| {
            let all = mechanisms.iter().map(|k| &world.theory.said.mechanisms[*k]);
            let mut places: Vec<usize> =
                all.filter(|m| m.how == how).map(|m| m.target.place(world.instruments.len())).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        Places { adds: places(How::Adds), scales: places(How::Scales) }
    }
}

impl Told {
    /// Those of some worlds of one structure; none where no mechanism acts in any.
    pub fn of(worlds: &[&World; LANES]) -> Option<Told> {
        let world = worlds[0];
        if !worlds.iter().any(|world| world.theory.acts()) {
            return None;
        }
        let said = &world.theory.said;
        let own = (0..said.parameters.len()).map(|i| in_lanes(worlds, |w| w.theory.values[i])).collect();
        let on = |k: usize| {
            let acts = in_lanes(worlds, |w| f64::from(u8::from(w.theory.on[k])));
            acts.gt(Lane::ZERO)
        };
        let instruments = world.instruments.len();
        let mut touched = vec![false; Target::places(instruments, world.ratings.len())];
        for mechanism in &said.mechanisms {
            touched[mechanism.target.place(instruments)] = true;
        }
        let on: Vec<Mask> = (0..said.mechanisms.len()).map(on).collect();
        let always = on.iter().map(|on| on.all()).collect();
        let (early, late) = (Places::of(world, &said.early), Places::of(world, &said.late));
        let on_voice = said.first.iter().filter(|k| said.mechanisms[**k].target == Target::Voice);
        let speaks = on_voice.fold(Mask::NONE, |any, k| any | on[*k]);
        Some(Told { own, on, always, touched, early, late, speaks, instruments })
    }

    /// The runs in which a mechanism acts on the voice of states.
    pub fn speaks(&self) -> Mask {
        self.speaks
    }

    /// The runs in which a mechanism acts.
    #[inline(always)]
    pub fn acts(&self, mechanism: usize) -> Mask {
        self.on[mechanism]
    }

    /// Whether any mechanism is on a target.
    #[inline(always)]
    pub fn touches(&self, target: Target) -> bool {
        self.touched[target.place(self.instruments)]
    }
}

/// What mechanisms say of the states of a tile.
#[derive(Debug, Default)]
pub(crate) struct Says {
    registers: Registers<TILE>,
    early_registers: Registers<TILE>,
    instruments: usize,
    /// By place of a target: what is added there, and what multiplies.
    adds: Vec<[Lane; TILE]>,
    scales: Vec<[Lane; TILE]>,
}

impl Says {
    /// Room for what the mechanisms of a world say.
    pub fn new(world: &World) -> Says {
        let said = &world.theory.said;
        let instruments = world.instruments.len();
        let places =
            if said.mechanisms.is_empty() { 0 } else { Target::places(instruments, world.ratings.len()) };
        Says {
            registers: said.program.registers(),
            early_registers: said.early_program.registers(),
            instruments,
            adds: vec![[Lane::ZERO; TILE]; places],
            scales: vec![[Lane::ONE; TILE]; places],
        }
    }

    /// A target as mechanisms leave it.
    #[inline(always)]
    fn moved(&self, target: Target, t: usize, x: Lane) -> Lane {
        let place = target.place(self.instruments);
        x * self.scales[place][t] + self.adds[place][t]
    }

    #[inline(always)]
    fn added(&self, target: Target, t: usize) -> Lane {
        self.adds[target.place(self.instruments)][t]
    }

    /// Takes what some mechanisms say of a tile whose last state is before `states`, and gives the sum of all that was said.
    #[inline(always)]
    fn take(
        &mut self,
        shared: &Shared,
        told: &Told,
        (mechanisms, places): (&[usize], &Places),
        (program, registers): (&Program, &Registers<TILE>),
        states: usize,
    ) -> Lane {
        for place in &places.adds {
            self.adds[*place] = [Lane::ZERO; TILE];
        }
        for place in &places.scales {
            self.scales[*place] = [Lane::ONE; TILE];
        }
        let mut sum = Lane::ZERO;
        for (output, k) in mechanisms.iter().enumerate() {
            let mechanism = &shared.world.theory.said.mechanisms[*k];
            let place = mechanism.target.place(self.instruments);
            let values = registers.output(program, output);
            let (on, always) = (told.on[*k], told.always[*k]);
            let (off, into) = match mechanism.how {
                How::Adds => (Lane::ZERO, &mut self.adds[place]),
                How::Scales => (Lane::ONE, &mut self.scales[place]),
            };
            for t in 0..TILE {
                let value = if always { values[t] } else { on.select(values[t], off) };
                match mechanism.how {
                    How::Adds => into[t] += value,
                    How::Scales => into[t] = into[t] * value,
                }
                // Of the last tile, states beyond the range hold what was there before.
                if t < states {
                    sum += value;
                }
            }
        }
        sum
    }
}

impl Tile {
    /// What mechanisms of the scenario's own make of the level that a stock moves to, from 0 to the most that it can be.
    #[inline(always)]
    pub(super) fn told(&self, shared: &Shared, of: Target, t: usize, x: Lane, most: Lane) -> Lane {
        match shared.theory {
            Some(theory) if theory.touches(of) => self.says.moved(of, t, x).max(Lane::ZERO).min(most),
            _ => x,
        }
    }

    /// What they add in a step to what moves at a rate.
    #[inline(always)]
    pub(super) fn added(&self, shared: &Shared, to: Target, t: usize) -> Lane {
        match shared.theory {
            Some(theory) if theory.touches(to) => self.says.added(to, t) * shared.dt,
            _ => Lane::ZERO,
        }
    }

    /// What they make of the hazards of moving up a phase and of falling back. No phase lies above the last or below the first.
    #[inline(always)]
    pub(super) fn told_hazards(
        &self,
        shared: &Shared,
        t: usize,
        phase: Lane,
        (up, down): (Lane, Lane),
    ) -> (Lane, Lane) {
        let up = match shared.theory {
            Some(theory) if theory.touches(Target::SpiralUp) => {
                let up = self.says.moved(Target::SpiralUp, t, up).max(Lane::ZERO);
                phase.lt(Lane::splat(4.0)).select(up, Lane::ZERO)
            }
            _ => up,
        };
        let down = match shared.theory {
            Some(theory) if theory.touches(Target::SpiralDown) => {
                let down = self.says.moved(Target::SpiralDown, t, down).max(Lane::ZERO);
                phase.gt(Lane::ZERO).select(down, Lane::ZERO)
            }
            _ => down,
        };
        (up, down)
    }

    /// What they add to the logarithm of the hazard of adopting an instrument.
    #[inline(always)]
    pub(super) fn added_to_adoption(&self, shared: &Shared, instrument: usize, t: usize) -> Lane {
        self.added_to_hazard(shared, [Target::Adoption, Target::AdoptionOf(instrument)], t)
    }

    /// What they add to that of leaving it.
    #[inline(always)]
    pub(super) fn added_to_exit(&self, shared: &Shared, instrument: usize, t: usize) -> Lane {
        self.added_to_hazard(shared, [Target::Exit, Target::ExitOf(instrument)], t)
    }

    #[inline(always)]
    fn added_to_hazard(&self, shared: &Shared, targets: [Target; 2], t: usize) -> Lane {
        let Some(theory) = shared.theory else { return Lane::ZERO };
        let mut sum = Lane::ZERO;
        for target in targets {
            if theory.touches(target) {
                sum += self.says.added(target, t);
            }
        }
        sum
    }

    /// What they add to the score that a rating regime gives.
    #[inline(always)]
    pub(super) fn added_to_score(&self, shared: &Shared, rating: usize, t: usize) -> Lane {
        match shared.theory {
            Some(theory) if theory.touches(Target::Score(rating)) => {
                self.says.added(Target::Score(rating), t)
            }
            _ => Lane::ZERO,
        }
    }

    /// What they make of the push of one of so many rating regimes: what is on all is a factor of each, and its sum is shared out among them.
    #[inline(always)]
    pub(super) fn told_push(&self, shared: &Shared, t: usize, push: Lane, (g, of): (usize, usize)) -> Lane {
        let Some(theory) = shared.theory else { return push };
        let (all, one) = (Target::Pressure, Target::PressureOf(g));
        let (on_all, on_one) = (theory.touches(all), g < shared.fields.len() && theory.touches(one));
        if !on_all && !on_one {
            return push;
        }
        let (mut moved, mut added) = (push, Lane::ZERO);
        if on_all {
            let place = all.place(self.says.instruments);
            moved = moved * self.says.scales[place][t];
            added += self.says.adds[place][t] / of as f64;
        }
        if on_one {
            let place = one.place(self.says.instruments);
            moved = moved * self.says.scales[place][t];
            added += self.says.adds[place][t];
        }
        (moved + added).max(Lane::ZERO).min(Lane::splat(MOST))
    }

    /// Keeps what each of the terms of motivation moved in a step.
    #[inline(always)]
    pub(super) fn keep_own(&self, shared: &Shared, t: usize, ledger: &mut [Lane]) {
        let Some(told) = shared.theory else { return };
        let said = &shared.world.theory.said;
        for (sum, (mechanism, output)) in ledger.iter_mut().zip(&said.terms) {
            let value = self.says.registers.output(&said.program, *output)[t];
            *sum += told.on[*mechanism].select(value, Lane::ZERO) * shared.dt;
        }
    }
}

/// A value of a mechanism that is not finite.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The mechanism or variable.
    pub of: Faulty,
    /// The run.
    pub lane: usize,
}

/// Whose value is not finite, by position.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Faulty {
    Mechanism(usize),
    Variable(usize),
}

/// What names are of the states of a tile.
struct OfTile<'a, 's> {
    shared: &'a Shared<'s>,
    block: &'a Block<'s>,
    range: Range<usize>,
    tile: &'a Tile,
}

impl Leaves<TILE> for OfTile<'_, '_> {
    #[inline(always)]
    fn load(&mut self, leaf: u32, into: &mut [Lane; TILE]) {
        let OfTile { shared, block, range, tile } = self;
        let input = shared.world.theory.said.inputs[leaf as usize];
        load(shared, block, range.clone(), tile, input, into);
    }
}

/// Computes what is the same for all states in a step.
#[inline(always)]
pub(crate) fn tell_all(shared: &Shared, _: &mut Block, _: Range<usize>, tile: &mut Tile) {
    let Some(told) = shared.theory else { return };
    let said = &shared.world.theory.said;
    let date = Lane::splat(shared.timeline.clock.date(shared.step));
    let Says { registers, early_registers, .. } = &mut tile.says;
    for (program, registers) in [(&said.program, registers), (&said.early_program, early_registers)] {
        program.run_shared(registers, |leaf| match said.inputs[leaf as usize] {
            Input::Own(i) => told.own[i],
            Input::Parameter(i) => shared.parameters.values()[i],
            Input::Absent => Lane::ZERO,
            _ => date,
        });
    }
}

/// Evaluates the mechanisms that come before anything is pressed, for a few states.
#[inline(always)]
pub(crate) fn foretell(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let Some(told) = shared.theory else { return };
    let said = &shared.world.theory.said;
    let mut says = std::mem::take(&mut tile.says);
    let mut registers = std::mem::take(&mut says.early_registers);
    said.early_program.run(&mut registers, OfTile { shared, block, range: range.clone(), tile });
    let program = (&said.early_program, &registers);
    let sum = says.take(shared, told, (&said.early, &told.early), program, range.len());
    if !(sum * 0.0).eq(Lane::ZERO).all() {
        find_fault(shared, block, range, program, &said.early.iter().map(|k| Faulty::Mechanism(*k)));
    }
    says.early_registers = registers;
    tile.says = says;
}

/// Evaluates the mechanisms for a few states.
#[inline(always)]
pub(crate) fn tell(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let Some(told) = shared.theory else { return };
    let said = &shared.world.theory.said;
    if shared.refreshes && said.feels.contains(&true) {
        feel(shared, block, range.clone());
    }
    let mut says = std::mem::take(&mut tile.says);
    let mut registers = std::mem::take(&mut says.registers);
    said.program.run(&mut registers, OfTile { shared, block, range: range.clone(), tile });
    let program = (&said.program, &registers);
    let mut sum = says.take(shared, told, (&said.late, &told.late), program, range.len());
    let columns = said.columns();
    // Whatever an expression reads of a variable is of the start of the step: it moves once all are evaluated.
    for (v, variable) in said.variables.iter().enumerate() {
        let values = registers.output(&said.program, said.late.len() + v);
        for (t, k) in range.clone().enumerate() {
            let x = &mut block.own[k * columns + v];
            *x = (*x + values[t] * shared.dt).clamp(variable.low, variable.high);
            sum += values[t];
        }
    }
    // What will be last year's takes the place of what was.
    let known = said.known_before();
    for of in 0..said.lasts.len() {
        for k in range.clone() {
            let now = shared.known.of_states[(block.first + k) * known + said.means.len() + of];
            block.own[k * columns + said.last(of, shared.step)] = now;
        }
    }
    // Infinities and what is no number never leave a sum, and times zero are no zero.
    if !(sum * 0.0).eq(Lane::ZERO).all() {
        let variables = (0..said.variables.len()).map(Faulty::Variable);
        let outputs = said.late.iter().map(|k| Faulty::Mechanism(*k)).chain(variables);
        find_fault(shared, block, range, program, &outputs);
    }
    says.registers = registers;
    tile.says = says;
}

/// Notes, by state, the first mechanism or variable whose value is not finite in a run that is one.
#[cold]
#[inline(never)]
fn find_fault(
    shared: &Shared,
    block: &mut Block,
    range: Range<usize>,
    (program, registers): (&Program, &Registers<TILE>),
    outputs: &(impl Iterator<Item = Faulty> + Clone),
) {
    let Some(told) = shared.theory else { return };
    for (t, k) in range.enumerate() {
        for (output, of) in outputs.clone().enumerate() {
            let value = registers.output(program, output)[t];
            let value = match of {
                Faulty::Mechanism(k) => told.on[k].select(value, Lane::ZERO),
                Faulty::Variable(_) => value,
            };
            let lane = value.0[..shared.width].iter().position(|x| !x.is_finite());
            if let (Some(lane), None) = (lane, block.faults[k]) {
                block.faults[k] = Some(Fault { of, lane });
            }
        }
    }
}
