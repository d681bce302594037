//! What would one have to observe to tell two theories apart? Histories are simulated under each, observed in several ways, and weighed.
//!
//! A history is simulated under a theory (*simulated*), with coefficients drawn from a prior, and leaves a record: grades, adoptions, and whatever
//! else is observed of it. The record is then weighed by the filter's likelihood under the scenario and under its rival, and the verdict is that of
//! [`weigh`](crate::experiment::weigh): above [`LEAST`](crate::experiment::weigh::LEAST) units and
//! [`ERRORS`](crate::experiment::weigh::ERRORS) standard errors, else undecided. Over many histories that is the chance of a right, a wrong and an
//! undecided verdict.
//!
//! Both theories are weighed at the numbers that were drawn, by one who knows all but whether the theory is true. With a [`Refit`] nobody knows
//! what was drawn: each theory is fitted to the first years of each record, from where the scenario stands and under the priors from which was
//! drawn, and weighed on the years that follow, as by [`weigh`](crate::experiment::weigh) with a refit.

mod drawn;
mod observed;
mod refit;
mod tables;
#[cfg(test)]
mod tests;
mod verdict;

pub use observed::{SEEN_SD, Way};
pub use refit::{EVALUATIONS, Refit};
pub use tables::table;
pub use verdict::{Chance, Verdict, Verdicts};

use crate::engine::parallel::{Options, on_each, on_threads};
use crate::evidence::frame::Frame;
use crate::experiment::calibrate::{Asked as AskedPrior, Parameter};
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, evaluate};
use crate::experiment::history::refuse_leaving;
use crate::experiment::posterior::Posterior;
use crate::experiment::weigh::{BASELINE, Clusters, NULL, Theory, rivals};
use crate::scenario::{Loaded, Scenario};
use drawn::priors_of;
use observed::{Simulated, ways};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Simulated histories of each theory where nobody says.
pub const HISTORIES: u32 = 40;
/// Most histories that can be asked for.
pub const MOST_HISTORIES: u32 = 10_000;
/// Particles of the filter, by state, where nobody says.
pub const PARTICLES: u32 = 200;
/// Reliability of an index of speech where nobody says.
pub const RELIABILITY: f64 = 0.4;
/// Share of reactions that come on record where nobody says.
pub const COVERAGE: f64 = 0.5;
/// Draws of the prior that may be refused for each that is wanted.
const TRIES: u32 = 20;
/// No trial of a calibration has this number, so no other filter has this luck.
const NUMBER: u64 = u16::MAX as u64 - 3;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Simulated histories of each theory: as many verdicts on as many states as the scenario has.
    pub histories: u32,
    /// What each likelihood takes.
    pub particles: u32,
    /// Numbers of states, each a multiple of the scenario's: worlds like it, side by side. Empty: as many as it has.
    pub states: Vec<u32>,
    /// Last years of the record. Empty: the last of the run.
    pub until: Vec<i32>,
    /// Share of the variance of an index of speech between state-years that is no error, in (0, 1).
    pub reliability: f64,
    /// Share of reactions that come on record, in (0, 1].
    pub coverage: f64,
    /// How theories are fitted to each record before they are weighed on what followed; none: they are weighed at what was drawn.
    pub refit: Option<Refit>,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            histories: HISTORIES,
            particles: PARTICLES,
            states: Vec::new(),
            until: Vec::new(),
            reliability: RELIABILITY,
            coverage: COVERAGE,
            refit: None,
        }
    }
}

/// Two theories, perhaps a third that is not offered, and how they are to be told apart.
#[derive(Clone, Debug)]
pub struct Power {
    baseline: Loaded,
    /// The scenario.
    pub base: Scenario,
    /// The theories: the scenario, its rival, and the third.
    pub theories: Vec<Theory>,
    /// What is drawn for each history, and its prior.
    pub priors: Vec<Parameter>,
    /// What is fitted in the scenario and in its rival; empty where nothing is.
    pub fitted: Vec<Vec<Parameter>>,
    /// What is asked, with nothing left open.
    pub plan: Plan,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Powered {
    /// The ways of observing.
    pub ways: Vec<Way>,
    /// By theory simulated, way, number of states, last year.
    pub verdicts: Vec<Verdicts>,
    /// Standard deviation of the error of an index of speech of that reliability.
    pub speech_sd: f64,
    /// Draws of the prior that make no valid scenario, and were left out.
    pub refused: u32,
    /// Histories whose record no particle could show under one of the two theories: they count as undecided, once for each way.
    pub failed: u32,
}

/// A difference in log score by state, and its simulation error squared; none where no particle could show the record.
type Scored = Option<(Vec<f64>, f64)>;

impl Power {
    /// What is to be told apart. `against` and `third` are counterfactuals in words; [`NULL`] is the scenario without crowding. Without `priors` of numbers of the
    /// scenario the crowding coefficients have those of the scenario, or their usual ranges.
    ///
    /// # Errors
    /// If a theory is none, is not valid, or changes who exists; a prior is wrong; or the plan is not possible.
    pub fn new(
        baseline: &Loaded,
        against: &str,
        third: Option<&str>,
        priors: &[AskedPrior],
        plan: Plan,
    ) -> Result<Power, ExperimentError> {
        let base = baseline.build_alone()?;
        let asked: Vec<String> = [Some(against), third].into_iter().flatten().map(str::to_string).collect();
        if third == Some(against) {
            let found = format!("--third `{against}` is what the scenario is held against");
            let hint = "it is a theory that was not offered: name another";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        let theories = rivals(baseline, &base, &asked)?;
        for theory in &theories {
            let world = &theory.scenario.world;
            // What is simulated is what would be on record.
            refuse_leaving(world, |j| !world.instruments[j].pinned && world.instruments[j].hazard > 0.0)?;
        }
        let plan = Power::check(plan, &base)?;
        let priors = priors_of(priors, &base)?;
        let fitted = plan.refit.map_or(Ok(Vec::new()), |_| refit::fitted(baseline, &theories, &priors))?;
        Ok(Power { baseline: baseline.clone(), base, theories, priors, fitted, plan })
    }

    fn check(mut plan: Plan, base: &Scenario) -> Result<Plan, ExperimentError> {
        let asked = |found: String, hint: &str| Err(ExperimentError::asked(found, Some(hint.into())));
        Effort { particles: plan.particles, second: false }.check()?;
        if !(2..=MOST_HISTORIES).contains(&plan.histories) {
            let found = format!("found {} histories, expected from 2 to {MOST_HISTORIES}", plan.histories);
            return Err(ExperimentError::Asked(found));
        }
        if !(plan.reliability > 0.0 && plan.reliability < 1.0) {
            return asked(
                format!("found a reliability of {}, expected a number between 0 and 1", plan.reliability),
                "it is the share of the variance of an index that is no error",
            );
        }
        if !(plan.coverage > 0.0 && plan.coverage <= 1.0) {
            return asked(
                format!("found a coverage of {}, expected a number above 0, at most 1", plan.coverage),
                "it is the share of reactions that come on record",
            );
        }
        let (n, clock) = (base.world.states.len() as u32, base.world.clock);
        if plan.states.is_empty() {
            plan.states.push(n);
        }
        if plan.until.is_empty() {
            plan.until.push(clock.end - 1);
        }
        let most = plan.histories / 2 * n;
        if let Some(states) = plan.states.iter().find(|k| **k == 0 || **k % n > 0 || **k > most) {
            return asked(
                format!("found {states} states, expected a multiple of the scenario's {n}, at most {most}"),
                "histories are put side by side, and two verdicts are needed at least: --histories makes more",
            );
        }
        if let Some(year) = plan.until.iter().find(|year| !(clock.start..clock.end).contains(year)) {
            let found = format!(
                "found {year} as the last year of a record, expected {} to {}",
                clock.start,
                clock.end - 1
            );
            return Err(ExperimentError::Asked(found));
        }
        plan.states.sort_unstable();
        plan.states.dedup();
        plan.until.sort_unstable();
        plan.until.dedup();
        plan.refit.map_or(Ok(()), |refit| refit.check(&plan, base))?;
        Ok(plan)
    }

    /// Histories that share a draw of the prior: as many as the largest number of states takes.
    fn together(&self) -> u32 {
        self.plan.states.last().map_or(1, |most| most / self.base.world.states.len() as u32)
    }

    /// Simulates, weighs and judges, on as many threads as asked for: the result is the same on any number. `told` hears how much is done, of 1.
    ///
    /// # Errors
    /// If too few draws of the prior make a valid scenario, a result is not finite, or `stop` was raised.
    pub fn run(
        &self,
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Powered, ExperimentError> {
        on_threads(options.threads, || self.run_here(options, stop, told))
            .map_err(|error| ExperimentError::Threads(error.to_string()))?
    }

    fn run_here(
        &self,
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Powered, ExperimentError> {
        let (seed, histories) = (self.base.seed, self.plan.histories);
        let together = self.together();
        let wanted = histories.div_ceil(together);
        let prior =
            Posterior::of_prior("made of the prior", &self.priors, seed, wanted.saturating_mul(TRIES))?;
        let (mut drawn, mut refused) = (Vec::new(), 0);
        for draw in 0..prior.len() {
            if drawn.len() == wanted as usize {
                break;
            }
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped);
            }
            match self.drawn(&prior, draw)? {
                Some(draw) => drawn.push(draw),
                None => refused += 1,
            }
        }
        if drawn.len() < wanted as usize {
            let found = format!(
                "{} of {} draws of the prior make a valid scenario, and {wanted} are wanted",
                drawn.len(),
                prior.len()
            );
            return Err(ExperimentError::asked(found, Some("give narrower priors by --prior".into())));
        }
        let of = |h: u32| &drawn[(h / together) as usize];
        // By theory simulated, then history: the same luck under each theory.
        let mut simulated: Vec<(usize, u32, Result<Simulated, ExperimentError>)> = Vec::new();
        for truth in 0..self.theories.len() {
            simulated.extend((0..histories).map(|h| (truth, h, Err(ExperimentError::Stopped))));
        }
        on_each(&mut simulated, |_, (truth, h, simulated)| {
            *simulated = Simulated::new(&of(*h).theories[*truth].world, self.luck(*h)[0], options.isa);
        });
        let simulated = simulated
            .into_iter()
            .map(|(truth, h, simulated)| Ok((truth, h, simulated?)))
            .collect::<Result<Vec<_>, ExperimentError>>()?;
        let own = simulated.iter().filter(|(truth, ..)| *truth == 0);
        let own = own.map(|(_, h, simulated)| (simulated, of(*h).observation.speech_motivation));
        let speech_sd = observed::speech_sd(own, self.plan.reliability);
        let seen_by = |observation| ways(observation, speech_sd, self.plan.coverage);
        let ways = seen_by(&self.base.observed.observation);
        let done = AtomicUsize::new(0);
        let all = simulated.len() * ways.len();
        let mut scored: Vec<(usize, usize, Result<Vec<Scored>, ExperimentError>)> = Vec::with_capacity(all);
        for k in 0..simulated.len() {
            scored.extend((0..ways.len()).map(|way| (k, way, Err(ExperimentError::Stopped))));
        }
        on_each(&mut scored, |_, (k, way, scored)| {
            let (_, h, simulated) = &simulated[*k];
            let draw = of(*h);
            let way = &seen_by(&draw.observation)[*way];
            *scored = self.score(&draw.theories[..2], *h, simulated, way, options, stop);
            told(((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / all as f64).min(1.0));
        });
        let mut by_case: Vec<(usize, u32, usize, Vec<Scored>)> = Vec::with_capacity(all);
        let mut failed = 0;
        for (k, way, scored) in scored {
            let scored = scored?;
            failed += u32::from(scored.iter().any(Option::is_none));
            by_case.push((simulated[k].0, simulated[k].1, way, scored));
        }
        let verdicts = self.judge(&ways, &by_case);
        Ok(Powered { ways, verdicts, speech_sd, refused, failed })
    }

    /// Seeds of a history: of its runs, and of the filters that weigh it.
    fn luck(&self, h: u32) -> [u64; 2] {
        let words = double_words(self.base.seed, Purpose::Luck, h, NUMBER << 48);
        [words[0], words[1]]
    }

    /// The difference in log score between the scenario and its rival on what a history left, by last year of the record.
    fn score(
        &self,
        theories: &[Scenario],
        h: u32,
        simulated: &Simulated,
        way: &Way,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Vec<Scored>, ExperimentError> {
        let world = &theories[0].world;
        let (given, seed) = (simulated.observed(world, way, self.base.seed, h), self.luck(h)[1]);
        let effort = Effort { particles: self.plan.particles, second: false };
        let start = world.clock.start;
        let split = self.plan.refit.map_or(0, |refit| (refit.from - start) as usize);
        let mut both = Vec::with_capacity(2);
        for (k, theory) in theories.iter().enumerate() {
            let fitted = match self.plan.refit {
                Some(refit) => {
                    let (own, parameters) = (&self.theories[k].scenario.world, &self.fitted[k]);
                    match refit::fit((refit, split), own, parameters, &given, seed, options, stop)? {
                        Some(world) => Some(world),
                        None => return Ok(vec![None; self.plan.until.len()]),
                    }
                }
                None => None,
            };
            let world = fitted.as_ref().unwrap_or(&theory.world);
            match evaluate(world, &given, seed, effort, options.isa, stop) {
                Ok(evaluation) => both.push(evaluation.entries),
                // All that a filter refuses of a valid world is a record that none of its particles could show.
                Err(ExperimentError::Asked(_)) => return Ok(vec![None; self.plan.until.len()]),
                Err(error) => return Err(error),
            }
        }
        let of_year = |until: &i32| {
            let years = (until - start + 1) as usize;
            let (mut by_state, mut square) = (vec![0.0; world.states.len()], 0.0);
            for (sign, entries) in [1.0, -1.0].into_iter().zip(&both) {
                for (sum, entries) in by_state.iter_mut().zip(entries) {
                    for entry in &entries[split..years] {
                        *sum += sign * entry.log_density;
                        square += entry.error * entry.error;
                    }
                }
            }
            Some((by_state, square))
        };
        Ok(self.plan.until.iter().map(of_year).collect())
    }

    /// Verdicts by theory simulated, way, number of states and last year.
    fn judge(&self, ways: &[Way], cases: &[(usize, u32, usize, Vec<Scored>)]) -> Vec<Verdicts> {
        let n = self.base.world.states.len();
        let frame = Frame::new(&self.base);
        let one = Clusters::new(&frame.regions, frame.region_count);
        let mut all = Vec::new();
        for truth in 0..self.theories.len() {
            for way in 0..ways.len() {
                let of: Vec<&Vec<Scored>> = cases
                    .iter()
                    .filter(|case| case.0 == truth && case.2 == way)
                    .map(|(.., scored)| scored)
                    .collect();
                for states in &self.plan.states {
                    let worlds = *states as usize / n;
                    for (k, until) in self.plan.until.iter().enumerate() {
                        // Whole groups alone, so that every verdict is on as many states, of one draw.
                        let groups =
                            of.chunks(self.together() as usize).flat_map(|drawn| drawn.chunks_exact(worlds));
                        let verdicts = groups.map(|group| {
                            let scored: Vec<&Scored> = group.iter().map(|scored| &scored[k]).collect();
                            Verdict::of(&scored, &one)
                        });
                        all.push(Verdicts::new(truth, way, *states, *until, verdicts));
                    }
                }
            }
        }
        all
    }

    /// The name of a theory.
    pub fn name(&self, theory: usize) -> &str {
        &self.theories[theory].name
    }

    /// Whether the rival is the scenario without crowding.
    pub fn is_against_null(&self) -> bool {
        self.theories[1].name == NULL && self.theories[0].name == BASELINE
    }
}
