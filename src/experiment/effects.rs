//! The effect of a counterfactual on a state taken apart: what it does to that state alone, and what comes by way of the others.
//!
//! Write `Y(S)` for an outcome of a state where the states in `S` live in the counterfactual and all others in the base, each hearing the others as they are
//! where they live ([`company`](crate::engine::company)), all with the same luck. Of state i
//!
//! - the direct effect is `Y(i) - Y(nobody)`: the counterfactual for it alone, with all that comes back from neighbours who answer to the change in it;
//! - the total effect is `Y(all) - Y(nobody)`, the difference of a comparison;
//! - the spillover is what is left, `Y(all) - Y(i)`: what comes from the others being in the counterfactual, too (Hudgens & Halloran 2008).
//!
//! Of several states together they are means over the states. It names no command and prints nothing.

use crate::engine::company::Beside;
use crate::engine::guard::NotFinite;
use crate::engine::history::History;
use crate::engine::parallel::{Options, make_in_order};
use crate::estimate::{Accumulator, Estimate, Groups, Level, Support};
use crate::experiment::arms::Arm;
use crate::experiment::compare::{Described, Making, keys};
use crate::experiment::decomposition::{Cost, afford};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Outcome, Outcomes, Place};
use crate::experiment::values::{simulate_alone_within, simulate_within};
use crate::lanes::isa::Isa;
use crate::model::world::World;
use crate::scenario::Scenario;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Replicates of a task: a full batch.
const TASK: u32 = 8;
/// Numbers of an outcome: the direct effect, the spillover, the total.
const PARTS: usize = 3;
/// Numbers are rounded to multiples of this before they are summed.
const RESOLUTION: f64 = 1.0 / 17_179_869_184.0;

/// An effect that is to be taken apart.
#[derive(Clone, Debug)]
pub struct Effects<'a> {
    /// The counterfactual.
    pub arm: &'a Arm,
    /// What is asked of it, by the base's indices.
    pub outcomes: Outcomes,
    base: &'a Scenario,
    /// The same of single states, by the indices of each world, in one order.
    single: [Outcomes; 2],
    /// States of which anything is asked.
    states: Vec<usize>,
    level: f64,
}

/// What came of it, of one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The counterfactual for the state alone, less the base.
    pub direct: Estimate,
    /// The counterfactual for all, less that for the state alone.
    pub spillover: Estimate,
    /// The counterfactual for all, less the base.
    pub total: Estimate,
}

impl Effect {
    /// All three.
    fn parts(&self) -> [Estimate; PARTS] {
        [self.direct, self.spillover, self.total]
    }
}

impl<'a> Effects<'a> {
    /// Lays out the effects of each counterfactual on some outcomes of a base.
    ///
    /// # Errors
    /// If a counterfactual has other states, or not an outcome that is asked for.
    pub fn plan(
        base: &'a Scenario,
        others: &'a [Arm],
        outcomes: &Outcomes,
        level: f64,
    ) -> Result<Vec<Effects<'a>>, ExperimentError> {
        others.iter().map(|arm| Effects::of(base, arm, outcomes, level)).collect()
    }

    fn of(
        base: &'a Scenario,
        arm: &'a Arm,
        outcomes: &Outcomes,
        level: f64,
    ) -> Result<Effects<'a>, ExperimentError> {
        let (world, theirs) = (&base.world, &arm.scenario.world);
        if !world.states.iter().map(|s| &s.id).eq(theirs.states.iter().map(|s| &s.id)) {
            let found = format!("--effects: the counterfactual `{}` changes who exists", arm.name);
            let hint = "a state that is in one world alone has no effect of its own";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        let of_states = |outcome: &Outcome| {
            let at = *outcome;
            let states = at.place.states(world).into_iter();
            states.map(move |i| Outcome { place: Place::State(i), ..at }).collect::<Vec<_>>()
        };
        let single = Outcomes::new(outcomes.iter().flat_map(of_states).collect());
        let mut its = Vec::new();
        for outcome in single.iter() {
            let label = outcome.label(world);
            let found = Outcomes::parse(&[&label], theirs).map_err(|_| {
                let found = format!("--effects: the counterfactual `{}` has no outcome `{label}`", arm.name);
                ExperimentError::Asked(found)
            })?;
            its.extend(found.to_vec());
        }
        let states: BTreeSet<usize> = single.iter().filter_map(|outcome| outcome.place.state()).collect();
        Ok(Effects {
            arm,
            outcomes: outcomes.clone(),
            base,
            single: [single, Outcomes::new(its)],
            states: states.into_iter().collect(),
            level,
        })
    }

    /// Simulations that it takes: those of both arms, and two for each state, whose world has another beside it.
    pub fn runs(&self) -> u64 {
        (2 + 2 * self.states.len() as u64) * u64::from(self.base.replicates)
    }

    /// Takes it apart, in a history if there is one. `progress` hears how many replicates are done.
    ///
    /// # Errors
    /// If it was stopped, a result is not finite, or threads could not be started.
    pub fn run(
        &self,
        history: Option<&History>,
        options: Options,
        stop: &AtomicBool,
        mut progress: impl FnMut(u64),
    ) -> Result<Vec<Effect>, ExperimentError> {
        let cells = self.outcomes.len();
        let mut sums = Accumulator::new(vec![RESOLUTION; cells * PARTS], Groups::default());
        let replicates = self.base.replicates;
        let task = |t: usize| {
            let first = t as u32 * TASK;
            let few = first..(first + TASK).min(replicates);
            (!stop.load(Ordering::Relaxed)).then(|| self.task(few, history, options.isa))
        };
        let mut done = 0;
        make_in_order(
            options.threads,
            replicates.div_ceil(TASK) as usize,
            stop,
            task,
            |few: Result<Vec<Vec<f64>>, NotFinite>| {
                let few = few?;
                for numbers in &few {
                    numbers.iter().enumerate().for_each(|(number, x)| sums.add(number, 0, *x));
                }
                done += few.len() as u64;
                progress(done);
                Ok::<(), ExperimentError>(())
            },
        )?;
        // What no replicate shows of a part may be as large as what they show of the others.
        let sizes = sums.sizes((0..sums.len()).map(|number| number / PARTS));
        let level = Level::new(self.level);
        let everything = Support::Within(f64::NEG_INFINITY, f64::INFINITY);
        let estimate = |number: usize| sums.estimate(number, everything, sizes[number], &level);
        let effect = |first: usize| Effect {
            direct: estimate(first),
            spillover: estimate(first + 1),
            total: estimate(first + 2),
        };
        Ok((0..cells).map(|cell| effect(cell * PARTS)).collect())
    }

    /// For each replicate, by outcome: the direct effect, the spillover, the total.
    fn task(
        &self,
        replicates: Range<u32>,
        history: Option<&History>,
        isa: Isa,
    ) -> Result<Vec<Vec<f64>>, NotFinite> {
        let (seed, world, theirs) = (self.base.seed, &self.base.world, &self.arm.scenario.world);
        let runs: Vec<(usize, u32)> = replicates.clone().map(|r| (0, r)).collect();
        let all = |world: &World, outcomes: &Outcomes| {
            simulate_within(history, &[world], &runs, seed, outcomes, isa)
        };
        let (base, other) = (all(world, &self.single[0])?, all(theirs, &self.single[1])?);
        // By replicate, then single outcome: where the state lives in the counterfactual alone.
        let mut alone = vec![vec![0.0; self.single[0].len()]; runs.len()];
        for &state in &self.states {
            let numbers: Vec<usize> = (0..self.single[0].len())
                .filter(|k| self.single[0][*k].place.state() == Some(state))
                .collect();
            let outcomes = Outcomes::new(numbers.iter().map(|k| self.single[1][*k]).collect());
            let beside = Beside { world, state };
            let found =
                simulate_alone_within(history, theirs, beside, replicates.clone(), seed, &outcomes, isa)?;
            for (run, alone) in alone.iter_mut().enumerate() {
                numbers.iter().zip(found.run(run)).for_each(|(k, x)| alone[*k] = *x);
            }
        }
        let of_run = |(run, alone): (usize, &Vec<f64>)| {
            let (base, other) = (base.run(run), other.run(run));
            let of_outcome = |outcome: &Outcome| {
                let states = outcome.place.states(world);
                let mut sums = [0.0; PARTS];
                for i in &states {
                    let Some(k) = self.single[0].find(Outcome { place: Place::State(*i), ..*outcome }) else {
                        continue;
                    };
                    let parts = [alone[k] - base[k], other[k] - alone[k], other[k] - base[k]];
                    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
                }
                sums.map(|sum| sum / states.len().max(1) as f64)
            };
            self.outcomes.iter().flat_map(of_outcome).collect()
        };
        Ok(alone.iter().enumerate().map(of_run).collect())
    }
}

/// What it will cost to take all of some effects apart, so many times (in a history, there and in free runs).
///
/// # Errors
/// If they would take far too long, or threads could not be started.
pub fn cost(base: &Scenario, all: &[Effects], times: u64, options: Options) -> Result<Cost, ExperimentError> {
    let runs = all.iter().map(|effects| effects.runs() * times).sum();
    afford(base, runs, "--effects", "ask for fewer states by --outcome, or give fewer --replicates", options)
}

/// Effects as a table: a row for each outcome. Beside effects in a history stand those of free runs.
pub fn table(effects: &Effects, found: &[Effect], free: Option<&[Effect]>) -> Described {
    let mut making = Making::default();
    keys(&mut making, &effects.base.world, effects.outcomes.iter());
    making.whole("n", "-", "replicates", found.iter().map(|e| e.total.n as i32).collect());
    let meanings = [
        ("direct", "the counterfactual for the state alone, less the baseline"),
        ("spillover", "the counterfactual for all, less that for the state alone"),
        ("total", "the counterfactual for all, less the baseline: direct and spillover together"),
    ];
    for (before, how, found) in [("", "", Some(found)), ("free_", ", in free runs", free)] {
        let Some(found) = found else { continue };
        for (part, (name, meaning)) in meanings.into_iter().enumerate() {
            let each = |f: fn(&Estimate) -> Option<f64>| found.iter().map(|e| f(&e.parts()[part])).collect();
            let name = format!("{before}{name}");
            let means = found.iter().map(|e| e.parts()[part].mean).collect();
            making.number(&name, "-", &format!("{meaning}{how}"), means);
            let end = |which: &str| format!("{which} end of its interval");
            making.optional(&format!("{name}_ci_low"), "-", &end("lower"), each(|e| Some(e.interval?.low)));
            making.optional(&format!("{name}_ci_high"), "-", &end("upper"), each(|e| Some(e.interval?.high)));
        }
    }
    making.end()
}
