//! A block particle filter of the record: docs/model.md, 4.2 to 4.4, first pass. Each state is weighed and resampled by its own record, once
//! a year; what comes out is the log-likelihood.

use crate::inputs::Inputs;
use crate::model::{Constants, Luck, Report, Shown, State, common, weigh};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_distr::StandardNormal;
use std::f64::consts::{PI, SQRT_2};

/// Luck that shows what is on record, and how probable that was, by state.
struct Given<'a, R> {
    inputs: &'a Inputs,
    rng: &'a mut R,
    step: usize,
    log_density: Vec<f64>,
    /// By state and instrument: of adoptions of which the year alone is on record, the step that was drawn.
    came: Vec<usize>,
}

/// P(a standard normal is from g to below h), by differences of small tails.
fn between(g: f64, h: f64) -> f64 {
    let upper = |x: f64| 0.5 * libm::erfc(x / SQRT_2);
    if g > 0.0 { upper(g) - upper(h) } else { upper(-h) - upper(-g) }
}

/// A standard normal, given that it is from g to h (Robert 1995, by rejection).
fn truncated(rng: &mut impl Rng, g: f64, h: f64) -> f64 {
    if h < 0.0 {
        return -truncated(rng, -h, -g);
    }
    if g < 0.0 && h - g > (2.0 * PI).sqrt() {
        loop {
            let z: f64 = rng.sample(StandardNormal);
            if g <= z && z <= h {
                return z;
            }
        }
    }
    let nearest = g.max(0.0);
    let rate = (g + (g * g + 4.0).sqrt()) / 2.0;
    let exponential = g > 0.0 && h - g > 1.0 / rate;
    loop {
        let u: f64 = rng.random();
        let (z, log_kept) = if exponential {
            let z = g - (1.0 - u).ln() / rate;
            (z, -(z - rate) * (z - rate) / 2.0)
        } else {
            let z = g + u * (h - g);
            (z, (nearest * nearest - z * z) / 2.0)
        };
        if z <= h && rng.random::<f64>() < log_kept.exp() {
            return z;
        }
    }
}

/// The scores that bring a grade: from the first to below the second.
fn band(inputs: &Inputs, report: &Report, grade: usize) -> (f64, f64) {
    let thresholds = &inputs.regime.thresholds;
    let lower = |grade: usize| match grade {
        0 => f64::INFINITY,
        _ => thresholds.get(grade - 1).copied().unwrap_or(f64::NEG_INFINITY),
    };
    let watch = inputs.watch.grade;
    let fall = report.last.map_or(f64::NEG_INFINITY, |last| last + inputs.regime.backslide);
    let listed = if report.exists { fall.max(lower(watch - 1)).min(lower(watch - 2)) } else { lower(watch) };
    let expired = report.limited && report.watched >= inputs.watch.limit;
    let (low, high) = (lower(grade), lower(grade - 1));
    match grade {
        _ if grade + 1 == watch => (listed, high),
        _ if grade == watch => (low, if expired { low } else { listed }),
        _ if grade == watch + 1 && expired => (low, listed),
        _ => (low, high),
    }
}

impl<R: Rng> Luck for Given<'_, R> {
    fn uniform(&mut self) -> f64 {
        self.rng.random()
    }

    fn normal(&mut self) -> f64 {
        self.rng.sample(StandardNormal)
    }

    fn report(&mut self, inputs: &Inputs, i: usize, report: &Report) -> (f64, f64) {
        let grade = inputs.record.tiers[i][self.step / inputs.steps_per_year];
        let free = self.normal();
        if grade == 0 {
            return (free, self.normal());
        }
        let (low, high) = band(inputs, report, grade);
        let regime = &inputs.regime;
        let moves = regime.view_sd * (1.0 - regime.view_memory * regime.view_memory).sqrt();
        let sd = (regime.noise * regime.noise + moves * moves).sqrt();
        let (g, h) = ((low - report.base) / sd, (high - report.base) / sd);
        let p = if h > g { between(g, h) } else { 0.0 };
        if p < 1e-290 {
            self.log_density[i] = f64::NEG_INFINITY;
            return (free, self.normal());
        }
        self.log_density[i] += p.ln();
        let z = truncated(self.rng, g, h);
        ((regime.noise * z - moves * free) / sd, (moves * z + regime.noise * free) / sd)
    }

    fn adopts(&mut self, i: usize, j: usize, hazard: Option<f64>) -> bool {
        let Some((first, last)) = self.inputs.record.adopts[i][j] else {
            return hazard.is_some_and(|hazard| self.uniform() < 1.0 - (-hazard).exp());
        };
        let (step, steps) = (self.step as i32, f64::from(last - first + 1));
        let mut comes = (first..=last).contains(&step);
        if comes && first < last {
            let at = i * self.inputs.instruments.len() + j;
            if step == first {
                self.came[at] = (self.uniform() * steps) as usize;
            }
            comes = self.came[at] as i32 == step - first;
        }
        let dt = 1.0 / self.inputs.steps_per_year as f64;
        self.log_density[i] += match (hazard, comes) {
            (Some(hazard), true) => {
                ((1.0 - (-hazard).exp()) * if first < last { steps } else { 1.0 / dt }).ln()
            }
            (Some(hazard), false) => -hazard,
            (None, true) => f64::NEG_INFINITY,
            (None, false) => 0.0,
        };
        comes && hazard.is_some()
    }
}

/// Which particle goes on at each place: systematic resampling, in which who stays keeps its place and the rest is shuffled.
fn resampled(weights: &[f64], rng: &mut impl Rng) -> Vec<usize> {
    let n = weights.len();
    let spacing = weights.iter().sum::<f64>() / n as f64;
    let mut next = rng.random::<f64>() * spacing;
    let (mut reached, mut places, mut more) = (0.0, vec![n; n], Vec::new());
    for (k, weight) in weights.iter().enumerate() {
        reached += weight;
        while next < reached {
            if places[k] == n {
                places[k] = k
            } else {
                more.push(k)
            }
            next += spacing;
        }
    }
    more.shuffle(rng);
    let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
    for place in places.iter_mut().filter(|place| **place == n) {
        *place = more.pop().unwrap_or(last);
    }
    places
}

/// Log-likelihood of the record.
pub fn run(inputs: &Inputs, particles: usize, rng: &mut impl Rng) -> f64 {
    let constants = Constants::new(inputs);
    let (n, per_year) = (inputs.states.len(), inputs.steps_per_year);
    let mut all: Vec<State> =
        (0..particles * n).map(|k| State::start(inputs, &constants, k % n, rng)).collect();
    let mut log_density = vec![vec![0.0; particles]; n];
    let (mut shown, mut weights, mut total) = (vec![Shown::default(); n], vec![0.0; n * n], 0.0);
    // A step that is drawn of a year is used up within it, so that one particle's goes with the next.
    let came = vec![0; n * inputs.instruments.len()];
    let mut luck = Given { inputs, rng, step: 0, log_density: vec![0.0; n], came };
    for year in 0..inputs.years {
        for (particle, states) in all.chunks_mut(n).enumerate() {
            luck.log_density.fill(0.0);
            for step in year * per_year..(year + 1) * per_year {
                luck.step = step;
                let now = &inputs.timetable[step];
                for &(i, x) in &now.strategic_values {
                    states[i].strategic_value = x;
                }
                for &(i, j) in &now.adopts {
                    states[i].adopted |= 1 << j;
                }
                // Companions are others after each year.
                if step % per_year == 0 || now.weights != inputs.timetable[step - 1].weights {
                    weigh(inputs, now.weights, states, &mut weights);
                }
                for (state, shown) in states.iter().zip(&mut shown) {
                    *shown = state.shown(inputs, &constants);
                }
                let common = common(inputs, now, states, &shown);
                for (i, state) in states.iter_mut().enumerate() {
                    let weights = &weights[i * n..][..n];
                    state.step(inputs, &constants, now, i, &common, weights, &shown, &mut luck);
                }
            }
            for (i, x) in luck.log_density.iter().enumerate() {
                log_density[i][particle] = *x;
            }
        }
        for (i, l) in log_density.iter().enumerate() {
            let most = l.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let likely: Vec<f64> = l.iter().map(|l| (l - most).exp()).collect();
            total += most + (likely.iter().sum::<f64>() / particles as f64).ln();
            let before: Vec<State> = all.iter().skip(i).step_by(n).copied().collect();
            for (place, from) in resampled(&likely, luck.rng).into_iter().enumerate() {
                all[place * n + i] = before[from];
            }
        }
    }
    total
}
