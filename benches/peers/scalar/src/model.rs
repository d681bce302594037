//! One replicate, state by state, as docs/model.md has it.

use crate::inputs::{Distribution, Inputs, Step, Traits};
use crate::summary::Summary;
use rand::Rng;
use rand_distr::StandardNormal;

/// What is the same in every replicate and is not in the inputs as it is needed.
pub struct Constants {
    pub dt: f64,
    pressure: f64,
    enforcement: f64,
    protection: f64,
    attribution: f64,
    reactance: f64,
    rhetoric_rise: f64,
    rhetoric_fall: f64,
    /// Bits of the instruments that are laws, NHRIs and demanded.
    law: u32,
    nhri: u32,
    demanded: u32,
}

impl Constants {
    pub fn new(inputs: &Inputs) -> Constants {
        let dt = 1.0 / inputs.steps_per_year as f64;
        let share = |rate: f64| 1.0 - (-rate * dt).exp();
        let p = &inputs.parameters;
        let bits = |of: &dyn Fn(usize) -> bool| {
            (0..inputs.instruments.len()).filter(|j| of(*j)).map(|j| 1 << j).sum()
        };
        Constants {
            dt,
            pressure: share(p.pressure_rate),
            enforcement: share(p.enforcement_rate),
            protection: share(p.protection_rate),
            attribution: share(p.attribution_rate),
            reactance: share(p.reactance_rate),
            rhetoric_rise: share(p.rhetoric_rise),
            rhetoric_fall: share(p.rhetoric_fall),
            law: bits(&|j| inputs.instruments[j] == "law"),
            nhri: bits(&|j| inputs.instruments[j] == "nhri"),
            demanded: bits(&|j| inputs.demanded[j]),
        }
    }
}

#[derive(Clone, Copy, Default)]
pub struct State {
    motivation: f64,
    enforcement: f64,
    protection: f64,
    rhetoric: f64,
    mobilization: f64,
    attribution: f64,
    reactance: f64,
    pressure: f64,
    commitment: f64,
    phase: usize,
    /// A bit an instrument.
    pub adopted: u32,
    tier: usize,
    standing: f64,
    merit: f64,
    score: f64,
    view: f64,
    watched: usize,
    autochthonous: f64,
    security_framing: f64,
    sanction_sensitivity: f64,
    reputation_concern: f64,
    control_aversion: f64,
    capacity: f64,
    pub openness: f64,
    attention: f64,
    pub strategic_value: f64,
    sender_standing: f64,
}

/// What others see and hear of a state at the start of a step.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    pub public: f64,
    pub voice: f64,
    pub spoken: f64,
    pub adopted: u32,
}

/// What is the same for all states of a replicate in a step.
pub struct Common {
    /// Mean of |politicization chi| over the states rated.
    pub politicized: f64,
    /// g: what the region argues.
    pub argued: f64,
}

/// What a report hangs on.
pub struct Report {
    /// The score without the grader's error and the change of its view.
    pub base: f64,
    pub exists: bool,
    pub limited: bool,
    pub last: Option<f64>,
    pub watched: usize,
}

/// Where the draws of a step come from: free ones, or such that show what is on record.
pub trait Luck {
    fn uniform(&mut self) -> f64;
    fn normal(&mut self) -> f64;
    /// The grader's error and the change of its view of a state, both in standard deviations.
    fn report(&mut self, inputs: &Inputs, i: usize, report: &Report) -> (f64, f64);
    /// Whether a state adopts an instrument, given the hazard of the step; none: it is in repression.
    fn adopts(&mut self, i: usize, j: usize, hazard: Option<f64>) -> bool;
}

/// Free luck.
pub struct Free<'a, R>(pub &'a mut R);

impl<R: Rng> Luck for Free<'_, R> {
    #[inline]
    fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    #[inline]
    fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    #[inline]
    fn report(&mut self, _: &Inputs, _: usize, _: &Report) -> (f64, f64) {
        (self.normal(), self.normal())
    }

    #[inline]
    fn adopts(&mut self, _: usize, _: usize, hazard: Option<f64>) -> bool {
        hazard.is_some_and(|hazard| self.uniform() < 1.0 - (-hazard).exp())
    }
}

fn relax(x: f64, target: f64, share: f64) -> f64 {
    x + share * (target - x)
}

fn flag(adopted: u32, bits: u32) -> f64 {
    f64::from(u8::from(adopted & bits != 0))
}

impl State {
    pub fn start(inputs: &Inputs, constants: &Constants, i: usize, rng: &mut impl Rng) -> State {
        let p = &inputs.parameters;
        let mut draw = |of: &Distribution| {
            let spread = if of.sd[i] > 0.0 { of.sd[i] * rng.sample::<f64, _>(StandardNormal) } else { 0.0 };
            (of.mean[i] + spread).clamp(of.low, of.high)
        };
        let Traits { intrinsic_motivation, security_framing, capacity, openness, sender_standing, .. } =
            &inputs.traits;
        let motivation = draw(intrinsic_motivation);
        let standing = draw(sender_standing);
        let mut state = State {
            motivation,
            autochthonous: motivation,
            security_framing: draw(security_framing),
            sanction_sensitivity: draw(&inputs.traits.sanction_sensitivity),
            reputation_concern: draw(&inputs.traits.reputation_concern),
            control_aversion: draw(&inputs.traits.control_aversion),
            capacity: draw(capacity),
            openness: draw(openness),
            attention: draw(&inputs.traits.attention),
            strategic_value: draw(&inputs.traits.strategic_value),
            sender_standing: standing,
            standing,
            phase: inputs.initial_phase[i],
            ..State::default()
        };
        state.view = rng.sample(StandardNormal);
        for &(_, j) in inputs.adopted_at_start.iter().filter(|given| given.0 == i) {
            state.adopted |= 1 << j;
        }
        state.mobilization = 0.4 * state.openness;
        state.commit(&inputs.counts_at_start);
        state.rhetoric = (state.phase as f64 / 4.0).max(state.commitment);
        let (kappa, m) = (state.capacity, state.motivation);
        let f = state.security_framing * (1.0 - p.nhri_reframing * flag(state.adopted, constants.nhri));
        let law = flag(state.adopted, constants.law);
        state.enforcement = p.initial_practice * kappa * (p.enforcement_law * law + f * m).min(1.0);
        let unpressed = kappa * (1.0 - state.security_framing) * m;
        state.protection = relax(unpressed, state.protection_target(inputs, f), p.initial_practice);
        state
    }

    /// Commitment, from what instruments count.
    pub fn commit(&mut self, counts: &[f64]) {
        let (mut has, mut all) = (0.0, 0.0);
        for (j, count) in counts.iter().enumerate() {
            all += count;
            has += count * flag(self.adopted, 1 << j);
        }
        self.commitment = if all > 0.0 { has / all } else { 0.0 };
    }

    fn protection_target(&self, inputs: &Inputs, f: f64) -> f64 {
        let p = &inputs.parameters;
        let wanted = (1.0 - f) * self.motivation;
        let free = (self.capacity - p.displacement * self.enforcement).max(0.0);
        let wrung = p.mobilized_protection * self.mobilization * (1.0 - wanted);
        (free * (wanted + wrung) + p.spillover * self.enforcement).min(self.capacity)
    }

    pub fn shown(&self, inputs: &Inputs, constants: &Constants) -> Shown {
        let p = &inputs.parameters;
        let nhri = flag(self.adopted, constants.nhri);
        let government = (1.0 - p.civil_voice) * self.motivation * (1.0 - self.attribution);
        let says = government + p.civil_voice * self.mobilization.max(nhri);
        let voice = 1.0 - p.silence + p.silence * says;
        let public = (self.commitment + self.rhetoric) / 2.0;
        Shown { public, voice, spoken: voice * self.motivation, adopted: self.adopted }
    }

    /// 1 assess.
    fn assess(
        &mut self,
        inputs: &Inputs,
        constants: &Constants,
        now: &Step,
        i: usize,
        common: &Common,
        luck: &mut impl Luck,
    ) {
        let regime = &inputs.regime;
        if now.rated[i] {
            let practice = regime.enforcement_share * self.enforcement
                + (1.0 - regime.enforcement_share) * self.protection;
            let done = regime.weight_law * flag(self.adopted, constants.demanded)
                + (1.0 - regime.weight_law) * practice;
            self.merit = done / (1.0 - regime.capacity_allowance + regime.capacity_allowance * self.capacity);
            let memory = regime.view_memory;
            let remembered = memory * self.view;
            let base =
                self.merit + regime.politicization * self.strategic_value + regime.view_sd * remembered
                    - regime.bar_rise * now.years_of_rise;
            let last = (self.tier > 0).then_some(self.score);
            let report = Report {
                base,
                exists: now.watch_exists,
                limited: now.watch_limited,
                last,
                watched: self.watched,
            };
            let (error, change) = luck.report(inputs, i, &report);
            let moves = (1.0 - memory * memory).sqrt() * change;
            self.view = remembered + moves;
            let score = base + regime.noise * error + regime.view_sd * moves;
            let mut tier = 1 + regime.thresholds.iter().take_while(|low| score < **low).count();
            let watch = inputs.watch.grade;
            if now.watch_exists {
                let fell = self.tier > 0 && score - self.score < regime.backslide;
                if tier == watch - 1 && fell {
                    tier = watch;
                }
            } else if tier == watch {
                tier = watch - 1;
            }
            if now.watch_limited {
                if tier == watch && self.watched >= inputs.watch.limit {
                    tier = watch + 1;
                }
                self.watched = if tier == watch { self.watched + 1 } else { 0 };
            }
            self.tier = tier;
            self.score = score;
        }
        let recovers = regime.standing_rate * (self.sender_standing - self.standing);
        let costs = regime.politicization_cost * common.politicized * self.standing;
        self.standing = (self.standing + recovers - costs).clamp(0.0, 1.0);
    }

    /// A step of the state, from what all showed at its start. `weights` are those of its peers.
    #[expect(clippy::too_many_arguments, reason = "a step of a state hangs on all of it")]
    pub fn step(
        &mut self,
        inputs: &Inputs,
        constants: &Constants,
        now: &Step,
        i: usize,
        common: &Common,
        weights: &[f64],
        shown: &[Shown],
        luck: &mut impl Luck,
    ) {
        let p = &inputs.parameters;
        let dt = constants.dt;
        if now.reports {
            self.assess(inputs, constants, now, i, common, luck);
        }
        let before = *self;
        let State {
            motivation: m,
            mobilization: d,
            attribution: a,
            reactance: u,
            phase: k,
            capacity: kappa,
            ..
        } = before;

        // 2 press
        let (mut shame, mut induced) = (0.0, 0.0);
        if self.tier > 0 {
            shame = self.reputation_concern * inputs.regime.shame[self.tier - 1] * self.standing;
            let waived = 1.0 - inputs.regime.waiver * self.strategic_value;
            induced = self.sanction_sensitivity
                * inputs.regime.severity
                * inputs.regime.threat[self.tier - 1]
                * waived;
        }
        self.pressure = relax(before.pressure, shame + induced, constants.pressure);
        let x = self.pressure / (self.pressure + 1.0);
        let frame = induced / (induced + p.inducement_half);
        let signal = frame * (2.0 * self.standing - 1.0);
        let by_shame = p.shame_control * shame / (shame + 1.0) * (1.0 - self.standing);
        let control = (frame * (1.0 - self.standing) + by_shame).min(1.0);
        let pushed = x * (1.0 - p.defiance * u);
        let (mut all, mut public, mut voice, mut spoken) = (0.0, 0.0, 0.0, 0.0);
        for (w, other) in weights.iter().zip(shown) {
            all += w;
            public += w * other.public;
            voice += w * other.voice;
            spoken += w * other.spoken;
        }
        let own = shown[i];
        let (mut hearing, mut heard, mut acculturation, mut heard_motivation) = (0.0, 0.0, 0.0, m);
        if all > 0.0 {
            hearing = all / (all + p.hearing_half);
            acculturation = hearing * (public / all - own.public).max(0.0);
            if voice > 0.0 {
                heard = voice / (voice + p.hearing_half);
                heard_motivation = spoken / voice;
            }
        }

        // 3 commit
        for (j, &hazard) in now.hazard.iter().enumerate() {
            if hazard == 0.0 || self.adopted & 1 << j != 0 {
                continue;
            }
            if k == 0 {
                luck.adopts(i, j, None);
                continue;
            }
            let mut adopted = 0.0;
            for (w, other) in weights.iter().zip(shown) {
                adopted += w * flag(other.adopted, 1 << j);
            }
            let peers = if all > 0.0 { hearing * adopted / all } else { 0.0 };
            let demanded = inputs.demanded[j] && now.rated[i];
            let log_factor = p.adopt_pressure * if demanded { pushed } else { 0.0 }
                + p.adopt_peers * peers
                + p.adopt_motivation * m
                + p.adopt_mobilization * d;
            if luck.adopts(i, j, Some(hazard * log_factor.exp())) {
                self.adopted |= 1 << j;
            }
        }

        // 4 act
        let (law, nhri) = (flag(before.adopted, constants.law), flag(before.adopted, constants.nhri));
        let f = self.security_framing * (1.0 - p.nhri_reframing * nhri);
        let target = kappa * (pushed.max(0.0) + p.enforcement_law * law + f * m).min(1.0);
        self.enforcement = relax(before.enforcement, target, constants.enforcement);
        self.protection = relax(before.protection, before.protection_target(inputs, f), constants.protection);

        // 5 interpret
        let target = frame / (frame + m + acculturation + p.attribution_half);
        self.attribution = relax(a, target, constants.attribution);
        self.reactance = relax(u, self.control_aversion * control, constants.reactance);

        // 6 internalize
        let room = 1.0 - m;
        let openness = p.openness_to_argument[k];
        let ears = p.openness_region[k] * (1.0 - p.spill_region * u);
        let practice = before.protection / kappa.max(0.05);
        let difference = heard_motivation - m;
        let pull = if difference > 0.0 { difference } else { p.pull_down * difference };
        let at_stake = |coefficient: f64| if coefficient < 0.0 { m * room } else { m };
        let terms = p.persuasion * openness * (1.0 - p.spill_region * u) * heard * pull
            + p.argumentation * now.strength * openness * (1.0 - p.spill_convention * u) * room
            + p.regional_argument * ears * common.argued * room
            + p.domestic_voice * d * (1.0 - p.agenda_narrowing * a) * room
            + p.habituation * practice * (1.0 - a) * room
            + p.signalling * signal * m * room
            - p.overjustification * a * frame * at_stake(p.overjustification)
            - p.self_determination * u * at_stake(p.self_determination)
            - p.drift * (m - self.autochthonous);
        let shock = p.volatility * (m * room * dt).sqrt() * luck.normal();
        self.motivation = (m + dt * terms + shock).clamp(0.0, 1.0);
        self.security_framing +=
            dt * p.regional_argument * ears * common.argued * (inputs.framing - self.security_framing);

        // 7 voice
        let (r, c) = (before.rhetoric, before.commitment);
        let target = (k as f64 / 4.0).max(c);
        self.rhetoric =
            relax(r, target, if target > r { constants.rhetoric_rise } else { constants.rhetoric_fall });
        let grows = p.mobilization_rise * self.openness * (r + nhri + self.attention).min(1.0) * (1.0 - d);
        let falls = (p.repression[k] * (1.0 - self.openness) + p.mobilization_fall) * d;
        self.mobilization = (d + dt * (grows - falls)).clamp(0.0, 1.0);

        // 8 spiral
        let w = p.spiral_motivation * m;
        let outside = x + acculturation;
        let up = match k {
            0 => (outside + self.attention + w).min(1.0),
            1 => (outside + d + w).min(1.0),
            2 => r * (d + c).min(1.0),
            3 => m * practice.min(1.0),
            _ => 0.0,
        };
        let down = match k {
            0 => 0.0,
            1 => (1.0 - (outside + self.attention).min(1.0)) * (1.0 - w),
            2 => (1.0 - (outside + d).min(1.0)) * (1.0 - m),
            3 => (1.0 - c) * (1.0 - m),
            _ => 1.0 - m,
        };
        let up = if k < 4 { p.spiral_up[k] * up } else { 0.0 };
        let down = if k > 0 { p.spiral_down[k - 1] * down } else { 0.0 };
        if up + down > 0.0 {
            let moves = (1.0 - (-(up + down) * dt).exp()) / (up + down);
            let v = luck.uniform();
            if v < up * moves {
                self.phase = k + 1;
            } else if v >= 1.0 - down * moves {
                self.phase = k - 1;
            }
        }
        self.commit(&now.counts);
    }
}

/// Weights of pairs, with what openness makes of them.
pub fn weigh(inputs: &Inputs, base: usize, states: &[State], weights: &mut [f64]) {
    let n = states.len();
    for i in 0..n {
        for j in 0..n {
            let open = 1.0 + inputs.parameters.participatory * states[i].openness * states[j].openness;
            weights[i * n + j] = inputs.weights[base][i][j] * open;
        }
    }
}

/// What is the same for all states in a step.
pub fn common(inputs: &Inputs, now: &Step, states: &[State], shown: &[Shown]) -> Common {
    let (mut rated, mut favour) = (0.0, 0.0);
    for (state, is_rated) in states.iter().zip(&now.rated) {
        if *is_rated {
            rated += 1.0;
            favour += (inputs.regime.politicization * state.strategic_value).abs();
        }
    }
    let voice: f64 = shown.iter().map(|other| other.voice).sum();
    let politicized = if rated > 0.0 { favour / rated } else { 0.0 };
    Common { politicized, argued: now.argued * voice / states.len() as f64 }
}

/// Flows out of and into each state.
fn flows(inputs: &Inputs, states: &[State], flows: &mut [[f64; 2]]) {
    let p = &inputs.parameters;
    flows.fill([0.0; 2]);
    for of_origin in inputs.corridors.chunk_by(|a, b| a.0 == b.0) {
        let deterred = |&(from, to, _): &(usize, usize, f64)| {
            let unprotected =
                (1.0 - p.reach * states[from].protection) * (1.0 - p.reach * states[to].protection);
            1.0 - unprotected * (1.0 - p.reach * states[to].enforcement * p.organized_share)
        };
        let remains = |c: &(usize, usize, f64)| c.2 * (1.0 - deterred(c));
        let total: f64 = of_origin.iter().map(remains).sum();
        // What each corridor sends away, by unit of what remains on the others.
        let sends = |c: &(usize, usize, f64)| {
            let others = total - remains(c);
            if others > 1e-12 * total { p.diversion * c.2 * deterred(c) / others } else { 0.0 }
        };
        let all: f64 = of_origin.iter().map(sends).sum();
        for c in of_origin {
            let flow = remains(c) * (1.0 + (all - sends(c)).max(0.0));
            flows[c.0][0] += flow;
            flows[c.1][1] += flow;
        }
    }
}

/// Adds what all states show at the end of a year to the summary.
pub fn record(
    inputs: &Inputs,
    year: usize,
    states: &[State],
    of_states: &mut [[f64; 2]],
    summary: &mut Summary,
) {
    flows(inputs, states, of_states);
    for (i, (s, [out, into])) in states.iter().zip(of_states).enumerate() {
        let numbers = [
            s.motivation,
            s.enforcement,
            s.protection,
            s.rhetoric,
            s.mobilization,
            s.attribution,
            s.reactance,
            s.pressure,
            s.commitment,
            s.commitment - s.protection / s.capacity,
            s.standing,
            s.merit,
            s.score,
            inputs.regime.view_sd * s.view,
            *out,
            *into,
        ];
        let adopted = (0..inputs.instruments.len()).map(|j| (s.adopted >> j & 1) as usize);
        summary.add(year, i, &numbers, [s.phase].into_iter().chain(adopted).chain([s.tier]));
    }
}

/// Runs one replicate after another.
pub fn run(inputs: &Inputs, replicates: usize, rng: &mut impl Rng, summary: &mut Summary) {
    let constants = Constants::new(inputs);
    let n = inputs.states.len();
    let mut states = vec![State::default(); n];
    let mut shown = vec![Shown::default(); n];
    let mut weights = vec![0.0; n * n];
    let mut of_states = vec![[0.0; 2]; n];
    for _ in 0..replicates {
        summary.add_replicate();
        for (i, state) in states.iter_mut().enumerate() {
            *state = State::start(inputs, &constants, i, rng);
        }
        record(inputs, 0, &states, &mut of_states, summary);
        let mut base = None;
        for (t, now) in inputs.timetable.iter().enumerate() {
            for &(i, x) in &now.strategic_values {
                states[i].strategic_value = x;
            }
            for &(i, j) in &now.adopts {
                states[i].adopted |= 1 << j;
            }
            if base != Some(now.weights) {
                base = Some(now.weights);
                weigh(inputs, now.weights, &states, &mut weights);
            }
            for (state, shown) in states.iter().zip(&mut shown) {
                *shown = state.shown(inputs, &constants);
            }
            let common = common(inputs, now, &states, &shown);
            for (i, state) in states.iter_mut().enumerate() {
                let weights = &weights[i * n..][..n];
                state.step(inputs, &constants, now, i, &common, weights, &shown, &mut Free(rng));
            }
            if (t + 1) % inputs.steps_per_year == 0 {
                record(inputs, (t + 1) / inputs.steps_per_year, &states, &mut of_states, summary);
            }
        }
    }
}
