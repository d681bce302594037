//! What a scenario declares beyond the model, between two steps: its traits, where its variables start, what is known before a step (of which means are
//! taken, and what will be last year's), and its outcomes.
//!
//! Within a step its expressions are evaluated by [`crate::stages`]; here one state after another is, since what it says of itself hangs on no other.

use crate::batch::{Batch, Shown, VOICE, in_lanes};
use crate::stages::{Fault, Faulty};
use crate::step;
use std::sync::Arc;
use suasion_expression::program::{Leaves, Program, Registers};
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::theory::Said;
use suasion_model::theory::input::{Input, MOST, Over, Plain};
use suasion_model::theory::target::{How, Target};
use suasion_model::ties::{Sums, sum_in_pieces};
use suasion_model::traits::SECURITY_FRAMING;
use suasion_model::world::World;

/// What is kept of a scenario's own expressions beside the columns of its states.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By state: of what means are taken, then what will be last year's; as of the start of the step.
    pub of_states: Vec<Lane>,
    /// By state, what it counts among the peers of others, where mechanisms say so; else empty.
    pub counts: Vec<Lane>,
    /// By mean over a community or all states: the mean; 0 of those over peers.
    pub means: Vec<Lane>,
    /// By mean, then community: its sums, where the mean is over peers.
    pub sums: Vec<Sums<1>>,
}

/// What others see and hear of a state.
struct ToOthers {
    shown: Shown,
    /// What it counts among the peers of others.
    counts: Lane,
    /// What of it is not finite.
    fault: Option<Fault>,
}

/// What names are of a state at the start of a step.
struct OfState<'a, 'b> {
    batch: &'a Batch<'b>,
    said: &'a Said,
    state: usize,
    step: usize,
}

impl Leaves<1> for OfState<'_, '_> {
    #[inline(always)]
    fn load(&mut self, leaf: u32, into: &mut [Lane; 1]) {
        let OfState { batch, said, state, step } = self;
        into[0] = batch.between_steps(said, *state, said.inputs[leaf as usize], *step);
    }
}

/// Evaluates a program for one state after another.
struct Evaluation<'s> {
    program: &'s Program,
    said: &'s Said,
    registers: Registers<1>,
    step: usize,
}

impl<'s> Evaluation<'s> {
    #[inline(always)]
    fn new(batch: &Batch, said: &'s Said, program: &'s Program, step: usize) -> Evaluation<'s> {
        let mut registers: Registers<1> = program.registers();
        let (worlds, date) = (&batch.worlds, batch.timeline.clock.date(step));
        program.run_shared(&mut registers, |leaf| match said.inputs[leaf as usize] {
            Input::Own(i) => in_lanes(worlds, |world| world.theory.values[i]),
            Input::Parameter(i) => batch.parameters.values()[i],
            Input::Absent => Lane::ZERO,
            _ => Lane::splat(date),
        });
        Evaluation { program, said, registers, step }
    }

    #[inline(always)]
    fn of(&mut self, batch: &Batch, state: usize) {
        let Evaluation { program, said, registers, step } = self;
        program.run(registers, OfState { batch, said, state, step: *step });
    }

    #[inline(always)]
    fn value(&self, output: usize) -> Lane {
        self.registers.output(self.program, output)[0]
    }
}

impl Batch<'_> {
    /// What a name is of a state at the start of a step.
    #[inline(always)]
    fn between_steps(&self, said: &Said, i: usize, input: Input, step: usize) -> Lane {
        let (instruments, ratings) = (self.worlds[0].instruments.len(), self.fields.len());
        let (v, own) = (&self.states[i].variables, &self.own[i * said.columns()..]);
        let rated = |g: usize| &self.rated[i * ratings + g];
        let adopted = &self.adopted[i * instruments..][..instruments];
        match input {
            Input::Trait(SECURITY_FRAMING) => self.states[i].bearing.security_framing,
            Input::Trait(of) => self.traits[i].values()[of],
            Input::OwnTrait(t) => own[said.first_trait() + t],
            Input::Variable(v) => own[v],
            Input::Last(of) => own[said.last(of, step)],
            Input::StrategicValue(g) => rated(g).strategic_value,
            Input::Adopted(j) => adopted[j].to_lane(),
            Input::Tier(g) => rated(g).tier,
            Input::Standing(g) => rated(g).standing,
            Input::Merit(g) => rated(g).merit,
            Input::Score(g) => rated(g).score,
            Input::Engagement(c) => {
                let members = &self.timeline.topology(self.topology).members[c];
                if members.binary_search(&(i as u32)).is_ok() { self.engaged[c][0] } else { Lane::ZERO }
            }
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
                Plain::Law => step::holds(&self.laws, adopted),
                Plain::Nhri => step::holds(&self.nhris, adopted),
                // What a step computes is refused where a scenario is read ([`Input::known`]).
                _ => Lane::ZERO,
            },
            _ => Lane::ZERO,
        }
    }

    /// Puts what is the scenario's own where it starts.
    #[inline(always)]
    pub(super) fn start_own(&mut self) {
        let worlds = self.worlds;
        let said = &*worlds[0].theory.said;
        let columns = said.columns();
        self.own.clear();
        self.known.counts.clear();
        if columns == 0 {
            return;
        }
        let n = self.states.len();
        self.own.resize(n * columns, Lane::ZERO);
        for (t, own) in said.traits.iter().enumerate() {
            for i in 0..n {
                let of = std::array::from_fn::<_, LANES, _>(|l| &worlds[l].theory.traits[t][i]);
                self.own[i * columns + said.first_trait() + t] = self.draw_own(i, own.drawer, of);
            }
        }
        let mut start = Evaluation::new(self, said, &said.start, 0);
        for i in 0..n {
            start.of(self, i);
            for (k, variable) in said.variables.iter().enumerate() {
                let value = start.value(k);
                self.own[i * columns + k] = value.clamp(variable.low, variable.high);
                if let Some(lane) = value.0[..self.width].iter().position(|x| !x.is_finite()) {
                    self.faults[i] = self.faults[i].or(Some(Fault { of: Faulty::Variable(k), lane }));
                }
            }
        }
        let mut before = Evaluation::new(self, said, &said.before, 0);
        for i in 0..n {
            before.of(self, i);
            for of in 0..said.lasts.len() {
                let first = i * columns + said.last(of, 0);
                self.own[first..first + said.steps_per_year].fill(before.value(said.means.len() + of));
            }
        }
        self.derive_own(0);
    }

    /// Outcomes as of the start of a step.
    #[inline(always)]
    pub(super) fn derive_own(&mut self, step: usize) {
        let worlds = self.worlds;
        let said = &*worlds[0].theory.said;
        if said.outcomes.is_empty() {
            return;
        }
        let mut outcome = Evaluation::new(self, said, &said.outcome, step);
        for i in 0..self.states.len() {
            outcome.of(self, i);
            let first = i * said.columns() + said.variables.len();
            for (k, of) in said.outcomes.iter().enumerate() {
                // Bounds of intervals are moved outwards: what is at an end may be a rounding beyond it.
                self.own[first + k] = outcome.value(k).clamp(of.low, of.high);
            }
        }
    }

    /// What is known at the start of a step of each state by itself, and what mechanisms make of what others see and hear of it.
    #[inline(always)]
    pub(super) fn know_own(&mut self, step: usize) {
        let worlds = self.worlds;
        let said = &*worlds[0].theory.said;
        let count = said.known_before();
        if count + said.first.len() == 0 {
            return;
        }
        let (mut known, counts) = (std::mem::take(&mut self.known), self.counts_states());
        known.of_states.clear();
        known.counts.clear();
        let mut before = Evaluation::new(self, said, &said.before, step);
        for i in 0..self.states.len() {
            before.of(self, i);
            for k in 0..count {
                known.of_states.push(before.value(k));
            }
            let seen = self.to_others(&before, i);
            self.shown[i] = seen.shown;
            if counts {
                known.counts.push(seen.counts);
            }
            if let (Some(fault), None) = (seen.fault, self.faults.get(i).copied().flatten()) {
                self.faults[i] = Some(fault);
            }
        }
        self.known = known;
    }

    /// Whether states count differently among the peers of others, as mechanisms say.
    pub(super) fn counts_states(&self) -> bool {
        self.theory.as_ref().is_some_and(|told| told.touches(Target::TieWeight))
    }

    /// What others see and hear of a state, as mechanisms leave it; `before` is evaluated of it.
    #[inline(always)]
    fn to_others(&self, before: &Evaluation, i: usize) -> ToOthers {
        let (said, shown) = (before.said, self.shown[i]);
        let mut seen = ToOthers { shown, counts: Lane::ONE, fault: None };
        let Some(told) = self.theory.as_ref().filter(|_| !said.first.is_empty()) else { return seen };
        let (mut factor, mut sum) = (Lane::ONE, Lane::ZERO);
        for (output, k) in said.first.iter().enumerate() {
            let (acts, mechanism) = (told.acts(*k), &said.mechanisms[*k]);
            let value = before.value(said.known_before() + output);
            let or = |without: Lane| acts.select(value, without);
            match (mechanism.target, mechanism.how) {
                (Target::TieWeight, _) => seen.counts = seen.counts * or(Lane::ONE),
                (_, How::Scales) => factor = factor * or(Lane::ONE),
                (_, How::Adds) => sum += or(Lane::ZERO),
            }
            let lane = or(Lane::ZERO).0[..self.width].iter().position(|x| !x.is_finite());
            seen.fault = seen.fault.or(lane.map(|lane| Fault { of: Faulty::Mechanism(*k), lane }));
        }
        seen.counts = seen.counts.max(Lane::ZERO).min(Lane::splat(MOST));
        if told.touches(Target::Voice) {
            let voice = (shown[VOICE] * factor + sum).max(Lane::ZERO).min(Lane::ONE);
            seen.shown = [shown[0], voice, voice * self.states[i].variables.motivation];
        }
        seen
    }

    /// Means over communities and over all states of what is known at the start of a step, and sums from which means over peers follow.
    #[inline(always)]
    pub(super) fn average_own(&mut self) {
        let said = &*self.worlds[0].theory.said;
        let Known { of_states, means, sums, counts: _ } = &mut self.known;
        means.clear();
        sums.clear();
        let (count, n) = (said.known_before(), self.states.len());
        let topology = self.timeline.topology(self.topology);
        for (k, mean) in said.means.iter().enumerate() {
            let of = |i: usize| of_states[i * count + k];
            means.push(match mean.over {
                Over::World => sum_in_pieces(n, of) / n.max(1) as f64,
                Over::Community(c) => {
                    let members = &topology.members[c];
                    sum_in_pieces(members.len(), |m| of(members[m] as usize)) / members.len().max(1) as f64
                }
                Over::Peers => Lane::ZERO,
            });
            for members in &topology.members {
                let mut sum = Sums::ZERO;
                if mean.over == Over::Peers {
                    for &member in members {
                        let member = member as usize;
                        let of = self.weights.counted(member, [of(member)]);
                        sum.add(self.states[member].bearing.openness, of);
                    }
                }
                sums.push(sum);
            }
        }
    }

    /// What a state shows at the start of a step: what it says in public, its voice, and its voice times motivation; then what the scenario's own
    /// expressions take means of, and what it counts among the peers of others, where not all count 1.
    pub fn shows(&self, state: usize, step: usize) -> Vec<Lane> {
        let said = &*self.worlds[0].theory.said;
        if said.means.is_empty() && said.first.is_empty() {
            return self.shown[state].to_vec();
        }
        let mut before = Evaluation::new(self, said, &said.before, step);
        before.of(self, state);
        let seen = self.to_others(&before, state);
        let means = (0..said.means.len()).map(|k| before.value(k));
        seen.shown.into_iter().chain(means).chain(self.counts_states().then_some(seen.counts)).collect()
    }
}

/// Whether two worlds say the same of their own, so that the states of one can hear those of the other.
pub(super) fn same(a: &World, b: &World) -> bool {
    Arc::ptr_eq(&a.theory.said, &b.theory.said) || a.theory.said == b.theory.said
}
