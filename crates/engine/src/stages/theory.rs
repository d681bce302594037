//! Mechanisms that a scenario declares, evaluated for a few states between steps 2 and 3, and where their values go.
//!
//! One list of operations serves all runs of all states of a tile. A world without mechanisms never comes here.

use super::{TILE, Tile};
use crate::batch::{Batch, in_lanes};
use crate::step::{Block, Shared};
use std::ops::Range;
use suasion_expression::program::Registers;
use suasion_lanes::lane::{LANES, Lane, Mask};
use suasion_model::press;
use suasion_model::theory::input::{Input, Plain};
use suasion_model::theory::target::{How, Target};
use suasion_model::world::World;

/// The numbers of a theory, by run.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Values of its parameters.
    own: Vec<Lane>,
    /// Which mechanisms act; variables always do.
    on: Vec<Mask>,
    /// Those that act in every run.
    always: Vec<bool>,
    /// By place of a target, whether any mechanism is on it.
    touched: Vec<bool>,
    /// Places at which something is added, and at which something multiplies.
    adds: Vec<usize>,
    scales: Vec<usize>,
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
        let mut touched = vec![false; Target::places(world.instruments.len())];
        for mechanism in &said.mechanisms {
            touched[mechanism.target.place()] = true;
        }
        let places = |how: How| {
            let mut places: Vec<usize> =
                said.mechanisms.iter().filter(|m| m.how == how).map(|m| m.target.place()).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        let on: Vec<Mask> = (0..said.mechanisms.len()).map(on).collect();
        let always = on.iter().map(|on| on.all()).collect();
        Some(Told { own, on, always, touched, adds: places(How::Adds), scales: places(How::Scales) })
    }

    /// Whether any mechanism is on a target.
    #[inline(always)]
    fn touches(&self, target: Target) -> bool {
        self.touched[target.place()]
    }
}

/// What mechanisms say of the states of a tile.
#[derive(Debug, Default)]
pub(crate) struct Says {
    registers: Registers<TILE>,
    /// By place of a target: what is added there, and what multiplies.
    adds: Vec<[Lane; TILE]>,
    scales: Vec<[Lane; TILE]>,
}

impl Says {
    /// Room for what the mechanisms of a world say.
    pub fn new(world: &World) -> Says {
        let said = &world.theory.said;
        let places = if said.mechanisms.is_empty() { 0 } else { Target::places(world.instruments.len()) };
        Says {
            registers: said.program.registers(),
            adds: vec![[Lane::ZERO; TILE]; places],
            scales: vec![[Lane::ONE; TILE]; places],
        }
    }

    /// A target as mechanisms leave it.
    #[inline(always)]
    fn moved(&self, target: Target, t: usize, x: Lane) -> Lane {
        x * self.scales[target.place()][t] + self.adds[target.place()][t]
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
            Some(theory) if theory.touches(to) => self.says.adds[to.place()][t] * shared.dt,
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
        let Some(theory) = shared.theory else { return (up, down) };
        let told = |of: Target, x: Lane, may: Mask| {
            if theory.touches(of) {
                may.select(self.says.moved(of, t, x).max(Lane::ZERO), Lane::ZERO)
            } else {
                x
            }
        };
        let up = told(Target::SpiralUp, up, phase.lt(Lane::splat(4.0)));
        (up, told(Target::SpiralDown, down, phase.gt(Lane::ZERO)))
    }

    /// What they add to the logarithm of the hazard of adopting an instrument.
    #[inline(always)]
    pub(super) fn added_to_adoption(&self, shared: &Shared, instrument: usize, t: usize) -> Lane {
        let Some(theory) = shared.theory else { return Lane::ZERO };
        let mut sum = Lane::ZERO;
        for target in [Target::Adoption, Target::AdoptionOf(instrument)] {
            if theory.touches(target) {
                sum += self.says.adds[target.place()][t];
            }
        }
        sum
    }

    /// Keeps what each of the terms of motivation moved in a step.
    #[inline(always)]
    pub(super) fn keep_own(&self, shared: &Shared, t: usize, ledger: &mut [Lane]) {
        let Some(told) = shared.theory else { return };
        let said = &shared.world.theory.said;
        for (sum, mechanism) in ledger.iter_mut().zip(&said.terms) {
            let value = self.says.registers.output(&said.program, *mechanism)[t];
            *sum += told.on[*mechanism].select(value, Lane::ZERO) * shared.dt;
        }
    }
}

/// A value of a mechanism that is not finite.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Position of the mechanism, or after these of the variable.
    pub mechanism: usize,
    /// The run.
    pub lane: usize,
}

/// Computes what is the same for all states in a step.
#[inline(always)]
pub(crate) fn tell_all(shared: &Shared, tile: &mut Tile) {
    let Some(told) = shared.theory else { return };
    let said = &shared.world.theory.said;
    let date = Lane::splat(shared.timeline.clock.date(shared.step));
    said.program.run_shared(&mut tile.says.registers, |leaf| match said.inputs[leaf as usize] {
        Input::Own(i) => told.own[i],
        Input::Parameter(i) => shared.parameters.values()[i],
        Input::Absent => Lane::ZERO,
        _ => date,
    });
}

/// Evaluates the mechanisms for a few states.
#[inline(always)]
pub(crate) fn tell(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &mut Tile) {
    let Some(told) = shared.theory else { return };
    let said = &shared.world.theory.said;
    let mut says = std::mem::take(&mut tile.says);
    said.program.run(&mut says.registers, |leaf, into| {
        load(shared, block, range.clone(), tile, said.inputs[leaf as usize], into);
    });
    for place in &told.adds {
        says.adds[*place] = [Lane::ZERO; TILE];
    }
    for place in &told.scales {
        says.scales[*place] = [Lane::ONE; TILE];
    }
    let mut sum = Lane::ZERO;
    for (k, mechanism) in said.mechanisms.iter().enumerate() {
        let Says { registers, adds, scales } = &mut says;
        let place = mechanism.target.place();
        let mut values = *registers.output(&said.program, k);
        if !told.always[k] {
            let off = if mechanism.how == How::Adds { Lane::ZERO } else { Lane::ONE };
            for value in &mut values {
                *value = told.on[k].select(*value, off);
            }
        }
        match mechanism.how {
            How::Adds => {
                for (into, value) in adds[place].iter_mut().zip(&values) {
                    *into += *value;
                }
            }
            How::Scales => {
                for (into, value) in scales[place].iter_mut().zip(&values) {
                    *into = *into * *value;
                }
            }
        }
        // Of the last tile, states beyond the range hold what was there before.
        for value in &values[..range.len()] {
            sum += *value;
        }
    }
    // Whatever an expression reads of a variable is of the start of the step: it moves once all are evaluated.
    for (v, variable) in said.variables.iter().enumerate() {
        let values = says.registers.output(&said.program, said.mechanisms.len() + v);
        for (t, k) in range.clone().enumerate() {
            let x = &mut block.own[k * said.variables.len() + v];
            *x = (*x + values[t] * shared.dt).clamp(variable.low, variable.high);
            sum += values[t];
        }
    }
    // Infinities and what is no number never leave a sum, and times zero are no zero.
    if !(sum * 0.0).eq(Lane::ZERO).all() {
        find_fault(shared, block, range, &says);
    }
    tile.says = says;
}

/// Notes, by state, the first mechanism whose value is not finite in a run that is one.
#[cold]
#[inline(never)]
fn find_fault(shared: &Shared, block: &mut Block, range: Range<usize>, says: &Says) {
    let Some(told) = shared.theory else { return };
    let program = &shared.world.theory.said.program;
    for (t, k) in range.enumerate() {
        let variables = shared.world.theory.said.variables.len();
        for mechanism in 0..told.on.len() + variables {
            let value = says.registers.output(program, mechanism)[t];
            let value = told.on.get(mechanism).map_or(value, |on| on.select(value, Lane::ZERO));
            let lane = value.0[..shared.width].iter().position(|x| !x.is_finite());
            if let (Some(lane), None) = (lane, block.faults[k]) {
                block.faults[k] = Some(Fault { mechanism, lane });
            }
        }
    }
}

/// What a name is, of a few states.
#[inline(always)]
fn load(
    shared: &Shared,
    block: &Block,
    range: Range<usize>,
    tile: &Tile,
    input: Input,
    into: &mut [Lane; TILE],
) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    // A macro, since a closure taken by reference would not be compiled for the instruction set.
    macro_rules! each {
        (|$t:pat_param, $k:pat_param| $value:expr) => {
            for (t, k) in range.enumerate() {
                let ($t, $k) = (t, k);
                into[t] = $value;
            }
        };
    }
    let rated = |k: usize, g: usize| &block.rated[k * ratings + g];
    let of_state = |k: usize| &block.states[k];
    let v = |k: usize| &block.states[k].variables;
    match input {
        // Computed once for all states.
        Input::Own(_) | Input::Parameter(_) | Input::Absent => {}
        Input::Trait(TRAIT_OF_FRAMING) => each!(|_, k| of_state(k).bearing.security_framing),
        Input::Trait(of) => each!(|_, k| shared.traits[block.first + k].values()[of]),
        Input::Variable(v) => each!(|_, k| block.own[k * shared.world.theory.said.variables.len() + v]),
        Input::StrategicValue(g) => each!(|_, k| rated(k, g).strategic_value),
        Input::Adopted(j) => each!(|_, k| block.adopted[k * instruments + j].to_lane()),
        Input::Tier(g) => each!(|_, k| rated(k, g).tier),
        Input::Standing(g) => each!(|_, k| rated(k, g).standing),
        Input::Merit(g) => each!(|_, k| rated(k, g).merit),
        Input::Score(g) => each!(|_, k| rated(k, g).score),
        Input::Engagement(c) => each!(|_, k| {
            let members = &shared.topology.members[c];
            let is_member = members.binary_search(&((block.first + k) as u32)).is_ok();
            if is_member { shared.engaged[c][0] } else { Lane::ZERO }
        }),
        Input::Plain(plain) => match plain {
            Plain::Motivation => each!(|_, k| v(k).motivation),
            Plain::Enforcement => each!(|_, k| v(k).enforcement),
            Plain::Protection => each!(|_, k| v(k).protection),
            Plain::Rhetoric => each!(|_, k| v(k).rhetoric),
            Plain::Mobilization => each!(|_, k| v(k).mobilization),
            Plain::Attribution => each!(|_, k| v(k).attribution),
            Plain::Reactance => each!(|_, k| v(k).reactance),
            Plain::Pressure => each!(|_, k| v(k).pressure),
            Plain::Phase => each!(|_, k| v(k).phase),
            Plain::Commitment => each!(|_, k| v(k).commitment),
            Plain::Effect => each!(|t, _| tile.x[t]),
            Plain::Pushed => each!(|t, _| tile.pushed[t]),
            Plain::Shame => {
                each!(|_, k| felt(shared, block, k, [Lane::ZERO, reputation(shared, block, k)]).push)
            }
            Plain::Inducement => {
                each!(|_, k| felt(shared, block, k, [exposure(shared, block, k), Lane::ZERO]).push)
            }
            Plain::Frame => each!(|_, k| of_state(k).felt.frame),
            Plain::Signal => each!(|_, k| of_state(k).felt.signal),
            Plain::Control => each!(|_, k| {
                let both = [exposure(shared, block, k), reputation(shared, block, k)];
                felt(shared, block, k, both).resented
            }),
            Plain::Acculturation => each!(|t, _| tile.acculturation[t]),
            Plain::Hearing => each!(|t, _| tile.hearing[t]),
            Plain::Heard => each!(|t, _| tile.heard[t]),
            Plain::HeardMotivation => each!(|t, _| tile.heard_motivation[t]),
            Plain::Law => each!(|t, _| tile.law[t]),
            Plain::Nhri => each!(|t, _| tile.nhri[t]),
            Plain::Year => {}
        },
    }
}

impl Batch<'_> {
    /// Puts variables of the scenario's own where they start.
    pub(crate) fn start_own(&mut self) {
        let said = &self.worlds[0].theory.said;
        let count = said.variables.len();
        self.own.clear();
        if count == 0 {
            return;
        }
        let (worlds, date) = (self.worlds, self.timeline.clock.date(0));
        let (instruments, ratings) = (worlds[0].instruments.len(), self.fields.len());
        let mut registers: Registers<1> = said.start.registers();
        said.start.run_shared(&mut registers, |leaf| match said.inputs[leaf as usize] {
            Input::Own(i) => in_lanes(&worlds, |world| world.theory.values[i]),
            Input::Parameter(i) => self.parameters.values()[i],
            Input::Absent => Lane::ZERO,
            _ => Lane::splat(date),
        });
        for i in 0..self.states.len() {
            let (v, rated) = (&self.states[i].variables, &self.rated[i * ratings..]);
            said.start.run(&mut registers, |leaf, into| {
                into[0] = match said.inputs[leaf as usize] {
                    Input::Trait(TRAIT_OF_FRAMING) => self.states[i].bearing.security_framing,
                    Input::Trait(of) => self.traits[i].values()[of],
                    Input::StrategicValue(g) => rated[g].strategic_value,
                    Input::Adopted(j) => self.adopted[i * instruments + j].to_lane(),
                    Input::Tier(g) => rated[g].tier,
                    Input::Standing(g) => rated[g].standing,
                    Input::Merit(g) => rated[g].merit,
                    Input::Score(g) => rated[g].score,
                    Input::Plain(plain) => match plain {
                        Plain::Motivation => v.motivation,
                        Plain::Enforcement => v.enforcement,
                        Plain::Protection => v.protection,
                        Plain::Rhetoric => v.rhetoric,
                        Plain::Mobilization => v.mobilization,
                        Plain::Attribution => v.attribution,
                        Plain::Reactance => v.reactance,
                        Plain::Pressure => v.pressure,
                        Plain::Phase => v.phase,
                        Plain::Commitment => v.commitment,
                        // What a step computes is refused where a scenario is read ([`Input::is_at_start`]).
                        _ => Lane::ZERO,
                    },
                    _ => Lane::ZERO,
                };
            });
            for (k, variable) in said.variables.iter().enumerate() {
                let x = registers.output(&said.start, k)[0];
                self.own.push(x.clamp(variable.low, variable.high));
            }
        }
    }
}

/// Position of `security_framing` among the traits: it moves.
const TRAIT_OF_FRAMING: usize = suasion_model::traits::SECURITY_FRAMING;

#[inline(always)]
fn exposure(shared: &Shared, block: &Block, k: usize) -> Lane {
    shared.traits[block.first + k].sanction_sensitivity
}

#[inline(always)]
fn reputation(shared: &Shared, block: &Block, k: usize) -> Lane {
    shared.traits[block.first + k].reputation_concern
}

/// What the rating regimes make a state feel that is so exposed, and so concerned for its reputation, and resents all control.
#[inline(always)]
fn felt(shared: &Shared, block: &Block, k: usize, [sigma, rho]: [Lane; 2]) -> press::Felt {
    let ratings = shared.fields.len();
    let rated = &block.rated[k * ratings..][..ratings];
    let imposed = |g: usize| shared.timeline.imposed(g, block.first + k, shared.step);
    press::felt(shared.fields, rated, sigma, rho, Lane::ONE, shared.parameters, imposed, &mut [])
}
