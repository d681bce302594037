//! One setting tried: a scenario and every counterfactual of the claims, run once for all of them, free and in the history. It judges nothing.

use super::verdict::Chance;
use super::{Audit, Claim, EACH, set};
use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::estimate::{Estimate, Level};
use crate::experiment::arms;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::{Plan, condition};
use crate::experiment::paired::{self, check};
use crate::experiment::posterior::{Posterior, Worlds};
use crate::output::digest::Digest;
use crate::scenario::{Loaded, Scenario};
use std::sync::atomic::AtomicBool;

/// Level of the intervals.
const LEVEL: f64 = 0.95;
/// What a filter costs, in free runs of all worlds, about: for progress alone.
const FILTER: f64 = 20.0;

/// A number for each claim; none where the counterfactual of one has no history.
pub type Answers = Vec<Option<Estimate>>;

/// What a setting gave.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What it is called.
    pub name: String,
    /// In free runs.
    pub free: Answers,
    /// In the history, where there is one.
    pub history: Option<Answers>,
    /// Digest of the scenario's free runs.
    pub digest: Digest,
}

/// What draws of parameters gave.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// By draw: its number, and the mean of each claim's number.
    pub draws: Vec<(usize, Vec<Option<f64>>)>,
    /// Draws that make no valid scenario, or under which what is on record cannot be.
    pub refused: usize,
}

/// Shares of the work.
pub(super) struct Parts {
    pub setting: f64,
    pub draws: f64,
}

impl Drawn {
    /// In how many of the draws a claim is true.
    pub fn chance(&self, k: usize, claim: &Claim) -> Option<Chance> {
        let values = self.draws.iter().map(|(_, values)| values[k]).collect::<Option<Vec<f64>>>()?;
        let share = |is_so: &dyn Fn(f64) -> bool| {
            values.iter().filter(|x| is_so(**x)).count() as f64 / values.len() as f64
        };
        // A level in the history is another number than in free runs: its sign is all that both have in common.
        let by_sign = claim.counterfactual.is_some() || !claim.free;
        (!values.is_empty()).then(|| Chance {
            holds: share(&|x| claim.claimed.holds(x)),
            wrong: share(&|x| claim.claimed.is_wrong(x, by_sign)),
        })
    }
}

impl Audit {
    /// What part of the work a setting is, and draws of a prior or a posterior: of 1 in all.
    pub(super) fn parts(&self, settings: usize) -> Parts {
        let filter = if self.plan.is_some() { FILTER } else { 0.0 };
        let worlds = 1.0 + self.arms.len() as f64;
        let setting = f64::from(self.base.replicates) * worlds * (1.0 + filter);
        let draws = f64::from(self.draws * self.each()) * worlds + f64::from(self.given_draws) * setting;
        let kinds = [self.prior.is_some(), self.posterior.is_some()].iter().filter(|there| **there).count();
        let all = (1 + settings) as f64 * setting + kinds as f64 * draws;
        Parts { setting: setting / all, draws: draws / all }
    }

    /// Replicates of a draw.
    pub fn each(&self) -> u32 {
        self.base.replicates.min(EACH)
    }

    /// The scenario and the counterfactuals of the claims, all with something set last.
    fn built(&self, loaded: &Loaded, last: &[String]) -> Result<Vec<Scenario>, ExperimentError> {
        let mut all = vec![set(loaded.clone(), last)?.build_alone()?];
        for (text, _) in &self.arms {
            let asked = arms::ask(loaded, text)?;
            let arm = set(asked.loaded, last)?.build_alone()?;
            let bad = |error| ExperimentError::Asked(format!("counterfactual `{text}`: {error}"));
            check(&all[0].world, &arm.world).map_err(bad)?;
            all.push(arm);
        }
        Ok(all)
    }

    /// Runs the worlds, and reads the number of each claim. In a history those alone that have the states of the scenario.
    fn answers(
        &self,
        all: &[Scenario],
        history: Option<&History>,
        replicates: u32,
        (options, stop): (Options, &AtomicBool),
    ) -> Result<(Answers, Digest), ExperimentError> {
        let worlds: Vec<Worlds> =
            all.iter().map(|scenario| Worlds::from(&scenario.world).within(history)).collect();
        let is_run = |arm: usize| history.is_none() || self.arms[arm].1;
        let others: Vec<usize> = (0..self.arms.len()).filter(|arm| is_run(*arm)).collect();
        let others_in: Vec<Worlds> = others.iter().map(|arm| worlds[arm + 1]).collect();
        let (outcomes, seed) = (&self.outcomes, all[0].seed);
        let plan = paired::Plan { outcomes, seed, replicates: replicates as usize, options };
        let (profile, pairs) = paired::run(worlds[0], &others_in, plan, stop, |_| ())?;
        let level = Level::new(LEVEL);
        let answer = |claim: &Claim| {
            let Some(text) = &claim.counterfactual else { return profile.estimate(claim.outcome, &level) };
            let arm = self.arms.iter().position(|(known, _)| known == text)?;
            let pair = &pairs[others.iter().position(|other| *other == arm)?];
            Some(pair.difference(claim.outcome, &level)?.difference)
        };
        Ok((self.list.iter().map(answer).collect(), profile.digest))
    }

    /// The history of a scenario.
    fn history(
        base: &Scenario,
        plan: Plan,
        (options, stop): (Options, &AtomicBool),
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<History, ExperimentError> {
        Ok(condition(base, plan, options, stop, told)?.history)
    }

    /// The claims with something set in every world.
    pub(super) fn tried(
        &self,
        name: &str,
        last: &[String],
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Tried, ExperimentError> {
        let (how, replicates) = ((options, stop), self.base.replicates);
        let all = self.built(&set(self.from.clone(), &self.changes)?, last)?;
        let (free, digest) = self.answers(&all, None, replicates, how)?;
        let history = self.plan.map(|plan| Audit::history(&all[0], plan, how, told)).transpose()?;
        let given = history.map(|history| self.answers(&all, Some(&history), replicates, how)).transpose()?;
        Ok(Tried { name: name.into(), free, history: given.map(|(given, _)| given), digest })
    }

    /// The claims in some draws of parameters, the first `given` of those that are valid in the history too. Draws of a prior that make no valid scenario are left
    /// out, until enough do; a posterior has none such.
    pub(super) fn over(
        &self,
        draws: &Posterior,
        numbers: &[usize],
        given: u32,
        is_prior: bool,
        how: (Options, &AtomicBool),
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<(Drawn, Option<Drawn>), ExperimentError> {
        let none = || Drawn { draws: Vec::new(), refused: 0 };
        let (mut free, mut in_history) = (none(), none());
        let means = |answers: Answers| answers.iter().map(|e| e.map(|e| e.mean)).collect::<Vec<_>>();
        for draw in numbers {
            if free.draws.len() == self.draws as usize {
                break;
            }
            let mut loaded = self.from.clone();
            draws.set(*draw, &mut loaded)?;
            let all = match self.built(&set(loaded, &self.changes)?, &[]) {
                Ok(all) => all,
                Err(ExperimentError::Scenario(_) | ExperimentError::Asked(_)) if is_prior => {
                    free.refused += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.refuse_others(&all)?;
            let (answers, _) = self.answers(&all, None, self.each(), how)?;
            free.draws.push((*draw, means(answers)));
            if let Some(plan) = self.plan.filter(|_| free.draws.len() <= given as usize) {
                let plan = Plan { rows: self.each(), ..plan };
                match Audit::history(&all[0], plan, how, &|_| ()) {
                    Ok(history) => {
                        let (answers, _) = self.answers(&all, Some(&history), self.each(), how)?;
                        in_history.draws.push((*draw, means(answers)));
                    }
                    Err(ExperimentError::Asked(_)) => in_history.refused += 1,
                    Err(error) => return Err(error),
                }
            }
            told(free.draws.len() as f64 / f64::from(self.draws));
        }
        if free.draws.len() < self.draws as usize {
            let found = format!(
                "{} of {} draws of the prior make a valid scenario, and {} are wanted",
                free.draws.len(),
                numbers.len(),
                self.draws
            );
            return Err(ExperimentError::asked(found, Some("give narrower priors by --prior".into())));
        }
        Ok((free, (given > 0).then_some(in_history)))
    }

    /// Refuses a draw that changes more than numbers: what claims are about would be something else in it.
    fn refuse_others(&self, all: &[Scenario]) -> Result<(), ExperimentError> {
        if all[0].world.shares_structure(&self.base.world) {
            return Ok(());
        }
        let found = "a parameter that is drawn changes who is there, or when";
        Err(ExperimentError::asked(found, Some("only how much of something can be drawn".into())))
    }
}
