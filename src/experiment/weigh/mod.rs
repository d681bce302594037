//! Weighing theories by how well they predict the record: year by year, each year given the years before.
//!
//! With a refit each theory's parameters are fitted to the years before a split, on an equal budget and under the same priors, and what is weighed is the later
//! years, which the fit has not seen. At fixed parameters nothing was fitted, and the whole record counts; but then parameters that suit one theory may
//! not suit another, so that is called sensitivity, and weighs nothing.

mod blocks;
mod difference;
mod fit;
mod left_out;
mod marginal;
mod stacking;
mod tables;
mod theory;

pub use blocks::{AGREES, BlockCheck, FEWEST_RUNS, check_blocks, states_of_blocks};
pub use difference::{Clusters, Difference, ERRORS, FEWEST, LEAST};
pub use fit::{fitted_in, free};
pub use left_out::{Cost, Fold, LeaveOut, LeftOut, cost, leave_out};
pub use marginal::{Evidence, Marginal, PARTICLES as DRAWS, SPREADS, marginal};
pub use stacking::{mixed, stacking};
pub use tables::{
    blocks, by_entry, by_state, fitted, left_out as left_out_table, left_out_by_state, left_out_fitted,
    marginal as marginal_table, theories as table,
};
pub use theory::{BASELINE, NULL, Theory, rivals, theories};

use crate::engine::given::Given;
use crate::engine::parallel::{Options, on_threads};
use crate::evidence::frame::Frame;
use crate::experiment::calibrate::{Best, Parameter, ParameterOf};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, Evaluation, evaluate};
use crate::experiment::history::likelihood::{Benchmark, benchmark};
use crate::experiment::history::{check_until, on_record};
use crate::model::world::World;
use crate::scenario::{Loaded, Scenario};
use fit::{Seen, fit_theory, overlaid};
use std::sync::atomic::AtomicBool;

/// Last year of a fit where nobody says, as in calibrations.
const LAST_FITTED: i32 = 2008;

/// How theories are fitted before they are weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Refit {
    /// What is fitted, and its priors.
    pub parameters: Vec<Parameter>,
    /// What an evaluation of the likelihood takes while fitting.
    pub effort: Effort,
    /// Evaluations for each theory, at most.
    pub evaluations: u64,
}

/// How theories are weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    /// First year that is held out.
    pub from: i32,
    /// Last year whose record counts.
    pub until: i32,
    /// What the likelihood of each theory takes; of years that are held out the first pass alone, since the second has heard what followed.
    pub effort: Effort,
    /// How they are fitted; none: at the parameters that they have.
    pub refit: Option<Refit>,
}

impl Scales {
    /// Scales of a scenario's record. Without a first year that is held out it is 2009, or the middle of the record.
    ///
    /// # Errors
    /// If nothing is on record until a year, nothing is on one side of the split, or there are too few particles.
    pub fn new(
        base: &Scenario,
        (from, until): (Option<i32>, Option<i32>),
        effort: Effort,
        refit: Option<Refit>,
    ) -> Result<Scales, ExperimentError> {
        check_until(base, until)?;
        let (_, until) = on_record(base, until)?;
        let first = base.world.clock.start;
        let from = from.unwrap_or_else(|| usual_split(first, until));
        if !(first + 1..=until).contains(&from) {
            let found = format!("--from {from}: expected a year from {} to {until}", first + 1);
            let hint = "it is the first year that is held out, and what is fitted is before it";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        let mut refit = refit;
        if let Some(refit) = &mut refit {
            refit.effort.check()?;
            let earlier = on_record(base, Some(from - 1)).map_err(|error| of_the_fit(error, from))?.0;
            let reads = |number: &str| earlier.hangs_on(number);
            refit.parameters = Parameter::that_apply(std::mem::take(&mut refit.parameters), &reads)
                .map_err(|error| of_the_fit(error, from))?;
            let odd = |p: &&Parameter| matches!(p.of, ParameterOf::Coding(_));
            if let Some(parameter) = refit.parameters.iter().find(odd) {
                let found = format!("{} is no number of the scenario", parameter.path);
                let hint = "theories are refitted in numbers of their scenarios alone";
                return Err(ExperimentError::asked(found, Some(hint.into())));
            }
        }
        Ok(Scales { from, until, effort: effort.check()?, refit })
    }

    /// The year on record that is the first held out.
    fn split(&self, world: &World) -> usize {
        (self.from - world.clock.start) as usize
    }

    /// The year on record from which entries count in what is judged: all of them, where nothing was fitted.
    fn judged(&self, world: &World) -> usize {
        if self.refit.is_some() { self.split(world) } else { 0 }
    }
}

/// The first year that is held out of a record from a first year to a last, where nobody says: 2009, as in calibrations, if that leaves a quarter of the
/// record, else the middle.
pub fn usual_split(first: i32, until: i32) -> i32 {
    let leaves_enough = first <= LAST_FITTED && 4 * (until - LAST_FITTED) >= until - first;
    if leaves_enough { LAST_FITTED + 1 } else { (first + until + 1) / 2 }
}

/// What was fitted of a theory.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// What was fitted.
    pub parameters: Vec<Parameter>,
    /// Paths that the theory itself sets, and that were so held.
    pub held: Vec<String>,
    /// What was found; none where nothing is left to be fitted.
    pub best: Option<Best>,
}

/// A theory that was weighed.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The theory.
    pub theory: Theory,
    /// What was fitted of it.
    pub fitted: Option<Fitted>,
    /// The world that was weighed: the theory's, with what was fitted.
    pub world: World,
    /// The likelihood of the record, entry by entry.
    pub evaluation: Evaluation,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Weighing {
    /// How theories were weighed.
    pub scales: Scales,
    /// The theories; the first is what the others are held against.
    pub weighed: Vec<Weighed>,
    /// What differences are taken as independent over.
    pub clusters: Clusters,
    /// Stacking weight of each theory.
    pub weights: Vec<f64>,
    /// Log score of the theories mixed by these weights, over the entries that are judged.
    pub mixed: f64,
    /// A Markov chain of grades with constant hazards, on the whole record.
    pub benchmark: Benchmark,
    /// The same chain learning as it goes, on the entries that are held out.
    pub benchmark_later: f64,
}

impl Weighing {
    /// The scenario as it stands.
    pub fn base(&self) -> &Scenario {
        &self.weighed[0].theory.scenario
    }

    /// First year on record that is held out.
    pub fn split(&self) -> usize {
        self.scales.split(&self.base().world)
    }

    /// First year on record that is judged.
    pub fn judged(&self) -> usize {
        self.scales.judged(&self.base().world)
    }

    /// What a theory has more than another, over the entries from a year on record on.
    pub fn difference(&self, theory: usize, from: usize, year: usize) -> Difference {
        let [from, other] = [from, theory].map(|k| &self.weighed[k].evaluation);
        let by_state: Vec<f64> = (0..self.clusters.of.len())
            .map(|state| other.of_state(state, year) - from.of_state(state, year))
            .collect();
        let (a, b) = (from.since(year).1, other.since(year).1);
        Difference::new(&by_state, &self.clusters, (a * a + b * b).sqrt())
    }

    /// What a theory has more than the first, over what is judged.
    pub fn verdict(&self, theory: usize) -> Difference {
        self.difference(theory, 0, self.judged())
    }

    /// The null, in which nothing crowds out; none where the first is it.
    pub fn null(&self) -> Option<usize> {
        self.weighed.iter().position(|weighed| weighed.theory.name == NULL)
    }

    /// What a theory has more than the null, over what is judged; none of the null itself, and where the first is it.
    pub fn from_null(&self, theory: usize) -> Option<Difference> {
        let null = self.null().filter(|null| *null != theory)?;
        Some(self.difference(theory, null, self.judged()))
    }
}

/// What a fit is refused for, with the years that it is to see.
fn of_the_fit(error: ExperimentError, from: i32) -> ExperimentError {
    match error {
        ExperimentError::Asked(what) => {
            ExperimentError::Asked(format!("a fit to the record before --from {from}: {what}"))
        }
        other => other,
    }
}

/// Weighs theories of a scenario. `told` hears how much is done, of 1.
///
/// # Errors
/// If a theory cannot have brought the record about, a fit cannot begin, or `stop` was raised.
pub fn weigh(
    baseline: &Loaded,
    theories: Vec<Theory>,
    scales: Scales,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<Weighing, ExperimentError> {
    let (given, _) = on_record(&theories[0].scenario, Some(scales.until))?;
    let mut weighed = Vec::with_capacity(theories.len());
    let parts = theories.len() as f64;
    for (k, theory) in theories.into_iter().enumerate() {
        let tell = |share: f64| told((k as f64 + 0.9 * share) / parts);
        let fit = scales.refit.as_ref();
        let seen = Seen { until: scales.from - 1, without: &[] };
        let fit = fit.map(|refit| fit_theory(baseline, &theory, refit, seen, options, stop, &tell));
        let fit = fit.transpose().map_err(|error| of_the_fit(error, scales.from))?;
        let (fitted, world, given) = match fit {
            Some((fitted, world, observation)) => {
                (Some(fitted), world, given.clone().observed_by(observation))
            }
            None => (None, theory.scenario.world.clone(), given.clone()),
        };
        let seed = theory.scenario.seed;
        // States of a second pass hear means given the whole record: with them, years that are held out would be foretold by what followed.
        let effort = Effort { second: scales.effort.second && scales.refit.is_none(), ..scales.effort };
        let evaluated =
            on_threads(options.threads, || evaluate(&world, &given, seed, effort, options.isa, stop));
        let evaluated = evaluated.map_err(|error| ExperimentError::Threads(error.to_string()))?;
        let evaluation = evaluated.map_err(|error| match error {
            ExperimentError::Asked(what) => ExperimentError::Asked(format!("{}: {what}", theory.name)),
            other => other,
        })?;
        weighed.push(Weighed { theory, fitted, world, evaluation });
        told((k + 1) as f64 / parts);
    }
    let base = &weighed[0].theory.scenario;
    let frame = Frame::new(base);
    let clusters = Clusters::new(&frame.regions, frame.region_count);
    let judged: Vec<Vec<f64>> = log_densities(&weighed, scales.judged(&base.world));
    let weights = stacking(&judged);
    let mixed = mixed(&judged, &weights);
    let (whole, before) = (benchmark(&base.world, &given), learned(base, &given, scales.from - 1)?);
    let benchmark_later = whole.sequential - before;
    Ok(Weighing { scales, weighed, clusters, weights, mixed, benchmark: whole, benchmark_later })
}

/// What a chain that learns as it goes has of a record until a year.
fn learned(base: &Scenario, given: &Given, until: i32) -> Result<f64, ExperimentError> {
    match on_record(base, Some(until)) {
        Ok((before, _)) => Ok(benchmark(&base.world, &before).sequential),
        // Nothing may be on record so early.
        Err(_) if !given.is_empty() => Ok(0.0),
        Err(error) => Err(error),
    }
}

/// Log densities of each theory of the entries from a year on record on of which anything is on record.
fn log_densities(weighed: &[Weighed], year: usize) -> Vec<Vec<f64>> {
    let all: Vec<Vec<f64>> = weighed
        .iter()
        .map(|w| {
            let later = w.evaluation.entries.iter().flat_map(|years| years.iter().skip(year));
            later.map(|entry| entry.log_density).collect()
        })
        .collect();
    // Of what is not on record every theory has a log density of 0.
    let kept: Vec<usize> = (0..all[0].len()).filter(|n| all.iter().any(|of| of[*n] != 0.0)).collect();
    all.iter().map(|of| kept.iter().map(|n| of[*n]).collect()).collect()
}
