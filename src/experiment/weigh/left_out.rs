//! States that a fit has not seen: each fold of them is predicted by theories that were fitted to the record of the others.
//!
//! Beside the prediction of next years this asks another question: not whether a theory goes on well from what a state did, but whether it knows a state of which it
//! knows nothing but traits and peers. States of one region are not independent, so whole regions are the harder test.

use super::difference::{Clusters, Difference};
use super::{Fitted, Scales, Seen, Theory, fit_theory};
use crate::engine::given::Given;
use crate::engine::parallel::{Options, on_threads};
use crate::evidence::frame::Frame;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::{Effort, Evaluation, evaluate};
use crate::experiment::history::left_out::left_out;
use crate::experiment::history::on_record;
use crate::scenario::{Loaded, Scenario};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What is left out together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveOut {
    /// The states of a region.
    Regions,
    /// One of so many folds of the states on record: of these, in order of id, the first, the one after so many more, and so on.
    Folds(u32),
}

/// The word for regions.
const REGIONS: &str = "regions";

impl FromStr for LeaveOut {
    type Err = String;

    /// ```
    /// use suasion::experiment::weigh::LeaveOut;
    /// assert_eq!("regions".parse(), Ok(LeaveOut::Regions));
    /// assert_eq!("5".parse(), Ok(LeaveOut::Folds(5)));
    /// assert!("1".parse::<LeaveOut>().unwrap_err().contains("`regions` or a number of folds, from 2 on"));
    /// ```
    fn from_str(text: &str) -> Result<LeaveOut, String> {
        if text == REGIONS {
            return Ok(LeaveOut::Regions);
        }
        let folds = text.parse().ok().filter(|folds| *folds >= 2).map(LeaveOut::Folds);
        folds.ok_or_else(|| format!("found `{text}`, expected `{REGIONS}` or a number of folds, from 2 on"))
    }
}

impl fmt::Display for LeaveOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeaveOut::Regions => f.write_str(REGIONS),
            LeaveOut::Folds(folds) => folds.fmt(f),
        }
    }
}

/// States that are left out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Name of the region, or number of the fold, from 1.
    pub name: String,
    /// Positions of its states.
    pub states: Vec<usize>,
}

impl LeaveOut {
    /// The folds of a scenario: of its states of which anything is on record.
    ///
    /// # Errors
    /// If there are fewer than two regions, or more folds than states.
    pub fn folds(self, base: &Scenario, given: &Given) -> Result<Vec<Fold>, ExperimentError> {
        let whole = given.blake3();
        let recorded: Vec<usize> = (0..base.world.states.len())
            .filter(|state| given.clone().without(*state).blake3() != whole)
            .collect();
        match self {
            LeaveOut::Folds(folds) => {
                let (k, n) = (folds as usize, recorded.len());
                if !(2..=n).contains(&k) {
                    let found = format!("found {k} folds, and {} has {n} states on record", base.name);
                    return Err(ExperimentError::asked(found, Some(format!("expected from 2 to {n}"))));
                }
                let of = |fold: usize| recorded.iter().copied().skip(fold).step_by(k).collect();
                Ok((0..k).map(|fold| Fold { name: (fold + 1).to_string(), states: of(fold) }).collect())
            }
            LeaveOut::Regions => {
                let mut names: Vec<&str> = base.regions.iter().flatten().map(String::as_str).collect();
                names.sort_unstable();
                names.dedup();
                let of = |name: &str| {
                    let here = |state: &usize| base.regions[*state].as_deref() == Some(name);
                    recorded.iter().copied().filter(here).collect::<Vec<usize>>()
                };
                let folds: Vec<Fold> =
                    names.iter().map(|name| Fold { name: (*name).into(), states: of(name) }).collect();
                let folds: Vec<Fold> = folds.into_iter().filter(|fold| !fold.states.is_empty()).collect();
                if folds.len() < 2 {
                    let found = format!(
                        "{} has {} regions with states on record, expected 2 or more",
                        base.name,
                        folds.len()
                    );
                    let hint = "give states a `region`, or a number of folds instead";
                    return Err(ExperimentError::asked(found, Some(hint.into())));
                }
                Ok(folds)
            }
        }
    }
}

/// What it takes to predict all that is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Fits: one for each theory and fold; none where nothing is fitted.
    pub fits: u64,
    /// Evaluations of the likelihood, about: of all fits, and one more for each theory and fold.
    pub evaluations: u64,
    /// Seconds, about, on these threads: from one evaluation that was timed.
    pub seconds: f64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// What is left out together.
    pub by: LeaveOut,
    /// The folds.
    pub folds: Vec<Fold>,
    /// By theory: the log score of each state's record by a fit that has not seen it. States without a record have 0.
    pub scores: Vec<Evaluation>,
    /// By theory, then fold: what was fitted to the record of the others; none where nothing was.
    pub fitted: Vec<Vec<Fitted>>,
    /// What differences are taken as independent over.
    pub clusters: Clusters,
}

impl LeftOut {
    /// What a theory has more than the first, over all that was left out.
    pub fn difference(&self, theory: usize) -> Difference {
        let [first, other] = [0, theory].map(|k| &self.scores[k]);
        let by_state: Vec<f64> = (0..self.clusters.of.len())
            .map(|state| other.of_state(state, 0) - first.of_state(state, 0))
            .collect();
        let (a, b) = (first.total().1, other.total().1);
        Difference::new(&by_state, &self.clusters, (a * a + b * b).sqrt())
    }

    /// The fold that a state is left out in.
    pub fn fold_of(&self, state: usize) -> Option<&Fold> {
        self.folds.iter().find(|fold| fold.states.contains(&state))
    }

    /// In words: how many folds of what.
    pub fn told(&self) -> String {
        let of = if self.by == LeaveOut::Regions { "regions" } else { "folds of states" };
        format!("{} {of}", self.folds.len())
    }
}

/// Effort of a score of what is left out: its states hear what a first pass says of the others.
fn scoring(scales: &Scales) -> Effort {
    Effort { second: true, ..scales.effort }
}

/// What [`leave_out`] will take, from a timed evaluation of the scenario as it stands.
///
/// # Errors
/// As [`leave_out`].
pub fn cost(
    theories: &[Theory],
    by: LeaveOut,
    scales: &Scales,
    options: Options,
    stop: &AtomicBool,
) -> Result<Cost, ExperimentError> {
    let base = &theories[0].scenario;
    let (given, _) = on_record(base, Some(scales.until))?;
    let cells = (theories.len() * by.folds(base, &given)?.len()) as u64;
    let effort = scales.refit.as_ref().map_or(scoring(scales), |refit| refit.effort);
    let begun = Instant::now();
    let timed = || evaluate(&base.world, &given, base.seed, effort, options.isa, stop);
    on_threads(options.threads, timed).map_err(|error| ExperimentError::Threads(error.to_string()))??;
    let one = begun.elapsed().as_secs_f64() / f64::from(effort.particles);
    let of_fit = scales.refit.as_ref().map_or(0, |refit| refit.evaluations);
    let work = of_fit as f64 * f64::from(effort.particles) + f64::from(scales.effort.particles);
    Ok(Cost {
        fits: if of_fit > 0 { cells } else { 0 },
        evaluations: cells * (of_fit + 1),
        seconds: cells as f64 * work * one,
    })
}

/// Leaves out each fold of states, fits theories to the record of the others where a refit is asked for, and predicts what was left out. All years
/// count. `told` hears how much is done, of 1.
///
/// # Errors
/// If there are no such folds, a theory cannot have brought the record about, a fit cannot begin, or `stop` was raised.
pub fn leave_out(
    baseline: &Loaded,
    theories: &[Theory],
    by: LeaveOut,
    scales: &Scales,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<LeftOut, ExperimentError> {
    let base = &theories[0].scenario;
    let (given, _) = on_record(base, Some(scales.until))?;
    let folds = by.folds(base, &given)?;
    let frame = Frame::new(base);
    let clusters = Clusters::new(&frame.regions, frame.region_count);
    let parts = (theories.len() * folds.len()) as f64;
    let (mut scores, mut fitted) = (Vec::new(), Vec::new());
    for (k, theory) in theories.iter().enumerate() {
        let mut score: Option<Evaluation> = None;
        let mut fits = Vec::new();
        for (f, fold) in folds.iter().enumerate() {
            let done = (k * folds.len() + f) as f64;
            let tell = |share: f64| told((done + 0.9 * share) / parts);
            let seen = Seen { until: scales.until, without: &fold.states };
            let fit = scales.refit.as_ref();
            let fit = fit.map(|refit| fit_theory(baseline, theory, refit, seen, options, stop, &tell));
            let (world, given) = match fit.transpose()? {
                Some((fitted, world, observation)) => {
                    fits.push(fitted);
                    (world, given.clone().observed_by(observation))
                }
                None => (theory.scenario.world.clone(), given.clone()),
            };
            let luck = (theory.scenario.seed, scoring(scales));
            let of_fold = || left_out(&world, &given, &fold.states, luck, options.isa, stop);
            let of_fold = on_threads(options.threads, of_fold)
                .map_err(|error| ExperimentError::Threads(error.to_string()))?;
            let of_fold = of_fold.map_err(|error| match error {
                ExperimentError::Asked(what) => {
                    ExperimentError::Asked(format!("{}, without {}: {what}", theory.name, fold.name))
                }
                other => other,
            })?;
            match &mut score {
                None => score = Some(of_fold),
                Some(score) => {
                    score.first += of_fold.first;
                    fold.states.iter().for_each(|i| score.entries[*i].clone_from(&of_fold.entries[*i]));
                }
            }
            told((done + 1.0) / parts);
        }
        scores.extend(score);
        fitted.push(fits);
    }
    Ok(LeftOut { by, folds, scores, fitted, clusters })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::weigh::{NULL, theories};

    static STOP: AtomicBool = AtomicBool::new(false);

    fn asean() -> (Loaded, Scenario) {
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.years(2001..2006).unwrap();
        let scenario = loaded.build_alone().unwrap();
        (loaded, scenario)
    }

    #[test]
    fn every_state_on_record_is_left_out_once() {
        let (_, scenario) = asean();
        let (given, _) = on_record(&scenario, None).unwrap();
        let folds = LeaveOut::Folds(3).folds(&scenario, &given).unwrap();
        let states: Vec<Vec<usize>> = folds.iter().map(|fold| fold.states.clone()).collect();
        assert_eq!(states, [vec![0, 3, 6, 9], vec![1, 4, 7], vec![2, 5, 8]]);
        assert_eq!(folds[2].name, "3");
        // States without a record are in no fold.
        let folds = LeaveOut::Folds(3).folds(&scenario, &given.clone().without(0)).unwrap();
        assert_eq!(folds[0].states, [1, 4, 7]);
        let told = LeaveOut::Folds(11).folds(&scenario, &given).unwrap_err().to_string();
        assert!(told.contains("found 11 folds, and asean has 10 states on record"), "{told}");
        let told = LeaveOut::Regions.folds(&scenario, &given).unwrap_err().to_string();
        assert!(told.contains("has 0 regions with states on record"), "{told}");
        let mut of_two = scenario.clone();
        of_two.regions = (0..10).map(|i| Some(if i < 4 { "west" } else { "east" }.to_string())).collect();
        let folds = LeaveOut::Regions.folds(&of_two, &given).unwrap();
        assert_eq!((folds[0].name.as_str(), folds[0].states.len(), folds[1].states.len()), ("east", 6, 4));
    }

    #[test]
    fn what_is_left_out_is_scored_in_every_state_and_needs_no_fit() {
        let (loaded, base) = asean();
        let all = theories(&loaded, &base, &[], None).unwrap();
        assert_eq!(all[1].name, NULL);
        let effort = Effort { particles: 400, second: true };
        let scales = Scales::new(&base, (None, None), effort, None).unwrap();
        let options = Options::default();
        let by = LeaveOut::Folds(5);
        let left = leave_out(&loaded, &all, by, &scales, options, &STOP, &|_| ()).unwrap();
        assert_eq!((left.folds.len(), left.scores.len(), left.told().as_str()), (5, 2, "5 folds of states"));
        assert!((0..10).all(|state| left.scores[0].of_state(state, 0) < 0.0));
        assert!(left.fitted.iter().all(Vec::is_empty));
        let difference = left.difference(1);
        let total = left.scores[1].total().0 - left.scores[0].total().0;
        assert!((difference.total - total).abs() < 1e-9 && !difference.tells_apart());
        assert_eq!(left.fold_of(7).unwrap().name, "3");
        let cost = cost(&all, by, &scales, options, &STOP).unwrap();
        assert_eq!((cost.fits, cost.evaluations), (0, 10));
        assert!(cost.seconds > 0.0 && cost.seconds < 600.0);
    }
}
