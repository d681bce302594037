//! Claims about a scenario, tried systematically: free and in the history, under the null, with other time steps and seeds, over a prior and a posterior.
//!
//! A claim is a sentence with an outcome and a sign or a range (`claims`); every world is run once for all of them (`trial`), and a verdict says where a
//! claim is true and where it is not (`verdict`). The file is hashed, and its hash and date go with the result, so that no claim is changed once
//! its answer is known.

mod claims;
mod tables;
mod trial;
mod verdict;

pub use claims::{Claim, Claims};
pub use trial::{Answers, Drawn, Tried};
pub use verdict::{CONSTRUCTION, Chance, Claimed, NIL, Sign, TOO_GREAT, Verdict};

use crate::engine::parallel::Options;
use crate::experiment::calibrate::{self, Parameter, ParameterOf};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::{self, Plan};
use crate::experiment::outcome::Outcomes;
use crate::experiment::posterior::{POSTERIOR, Posterior};
use crate::model::parameters::CROWDING;
use crate::output::digest::Digest;
use crate::scenario::{Loaded, Scenario, ScenarioError};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use verdict::{Found, Known};

/// Name of the command that keeps an audit in a folder.
pub const COMMAND: &str = "audit";
/// Draws of the prior, and of the posterior, where nobody says.
pub const DRAWS: u32 = 200;
/// Replicates of each draw, at most: enough for the sign of a mean to be that of the draw and not of luck.
pub const EACH: u32 = 64;
/// Other seeds that claims are tried with.
const SEEDS: u64 = 2;
/// Draws of the prior that may be refused for each that is wanted: where fewer make a valid scenario, it is another prior that is tried.
const TRIES: u32 = 20;
/// What every number of the model is drawn from where a scenario proposes no prior.
const USUAL: &str = "parameters.*";

/// What is asked of an audit beside its claims.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The scenario, in place of the one that the file of claims names.
    pub scenario: Option<String>,
    /// The posterior, in place of the one that the file of claims names.
    pub posterior: Option<String>,
    /// Priors; empty: the scenario's, or the usual ranges of all parameters.
    pub priors: Vec<calibrate::Asked>,
    /// Replicates, in place of the scenario's.
    pub replicates: Option<u64>,
    /// Seed, in place of the scenario's.
    pub seed: Option<u64>,
    /// Particles of each filter; none: as many as usual.
    pub particles: Option<u32>,
    /// Draws of the prior, and of the posterior; 0: neither.
    pub draws: u32,
    /// Draws of the prior that are conditioned on the record, each by a filter of its own.
    pub given_draws: u32,
}

impl Default for Asked {
    fn default() -> Self {
        Asked {
            scenario: None,
            posterior: None,
            priors: Vec::new(),
            replicates: None,
            seed: None,
            particles: None,
            draws: DRAWS,
            given_draws: 0,
        }
    }
}

/// Claims about a scenario, and what they are to be held against.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The file.
    pub claims: Claims,
    /// The claims, in its order.
    pub list: Vec<Claim>,
    /// The scenario as it is named.
    pub reference: String,
    /// The scenario.
    pub base: Scenario,
    /// What draws are made of.
    pub priors: Vec<Parameter>,
    /// The posterior, if there is one.
    pub posterior: Option<Posterior>,
    /// How histories are made; none where no claim is about one.
    pub plan: Option<Plan>,
    /// Draws of the prior, and of the posterior.
    pub draws: u32,
    /// Draws of the prior that are conditioned on the record.
    pub given_draws: u32,
    from: Loaded,
    /// What is set in every world.
    changes: Vec<String>,
    /// The counterfactuals, each once, and whether each has the states of the scenario.
    arms: Vec<(String, bool)>,
    outcomes: Outcomes,
    prior: Option<Posterior>,
}

/// What an audit found.
#[derive(Clone, Debug)]
pub struct Audited {
    /// At the defaults.
    pub defaults: Tried,
    /// With something else than the defaults; the null is the first.
    pub beside: Vec<Tried>,
    /// What could not be tried, and why.
    pub not_tried: Vec<(String, String)>,
    /// Over draws of the prior, free.
    pub prior: Option<Drawn>,
    /// Over draws of the prior, each conditioned on the record.
    pub prior_given: Option<Drawn>,
    /// Over draws of the posterior, free.
    pub posterior: Option<Drawn>,
    /// By claim.
    pub judged: Vec<Judged>,
    /// Digest of the scenario's free runs.
    pub digest: Digest,
}

/// What is said of a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What a fragile claim is fragile to.
    pub to: Vec<String>,
    /// Over draws of the prior, free.
    pub prior: Option<Chance>,
    /// Over draws of the prior, conditioned on the record.
    pub prior_given: Option<Chance>,
    /// Over draws of the posterior, free.
    pub posterior: Option<Chance>,
    /// Whether the verdict is the one that the file expects, or one with which a claim may be made.
    pub is_met: bool,
}

impl Audit {
    /// Reads a file of claims, and all that they are to be held against.
    ///
    /// # Errors
    /// If a file cannot be read or is wrong, or a claim is about what the scenario has not: with file, line and key.
    pub fn read(path: &Path, asked: &Asked) -> Result<Audit, ExperimentError> {
        Audit::new(Claims::read(path)?, asked)
    }

    /// The same of claims that were read.
    ///
    /// # Errors
    /// As [`Audit::read`].
    pub fn new(claims: Claims, asked: &Asked) -> Result<Audit, ExperimentError> {
        let named = asked.scenario.clone();
        let reference = named.clone().unwrap_or_else(|| claims.scenario());
        let from = Scenario::load(&reference)
            .map_err(|error| if named.is_none() { claims.no_scenario(error) } else { error })?;
        let replicates = asked.replicates.map(|n| format!("runs.replicates={n}"));
        let changes: Vec<String> =
            replicates.into_iter().chain(asked.seed.map(|seed| format!("runs.seed={seed}"))).collect();
        let loaded = set(from.clone(), &changes)?;
        let base = loaded.build()?;
        let list = claims.against(&loaded, &base)?;
        let mut arms: Vec<(String, bool)> = Vec::new();
        for claim in &list {
            if let Some(text) =
                claim.counterfactual.as_ref().filter(|text| arms.iter().all(|(known, _)| known != *text))
            {
                arms.push((text.clone(), claim.has_same_states));
            }
        }
        let usual = Plan::new(base.replicates);
        let plan = Plan { particles: asked.particles.unwrap_or(usual.particles), ..usual };
        let plan = list.iter().any(|claim| claim.history).then_some(plan);
        plan.map_or(Ok(()), history::check)?;
        if asked.given_draws > asked.draws || (asked.given_draws > 0 && plan.is_none()) {
            let found = format!("{} draws are to be conditioned on the record", asked.given_draws);
            let why = if plan.is_none() { "no claim is about the history" } else { "fewer are made" };
            return Err(ExperimentError::asked(
                format!("{found}, and {why}"),
                Some("take --draws more, or --given-draws fewer".into()),
            ));
        }
        let priors = priors(&asked.priors, &base)?;
        let beside = |of: Posterior| -> Result<Posterior, ExperimentError> {
            let of = if Scenario::is_path(&reference) { of.coded_beside(Path::new(&reference))? } else { of };
            of.check(&from)?;
            Ok(of)
        };
        let drawn = asked.draws > 0;
        let candidates = asked.draws.saturating_mul(TRIES);
        let prior =
            drawn.then(|| beside(Posterior::of_prior("made of the prior", &priors, base.seed, candidates)?));
        let named = asked.posterior.clone().or_else(|| claims.posterior()).filter(|_| drawn);
        Ok(Audit {
            outcomes: Outcomes::new(list.iter().map(|claim| claim.outcome).collect()),
            prior: prior.transpose()?,
            posterior: named.map(|name| beside(Posterior::read(&name)?)).transpose()?,
            claims,
            list,
            reference,
            base,
            priors,
            plan,
            draws: asked.draws,
            given_draws: asked.given_draws,
            from,
            changes,
            arms,
        })
    }

    /// The files that a folder of results keeps of what draws are made of: the posterior, and how a panel is coded whose links are drawn.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let of_prior = || {
            let all = self.prior.iter().flat_map(Posterior::files);
            all.filter(|(name, _)| *name != POSTERIOR).collect()
        };
        self.posterior.as_ref().map_or_else(of_prior, Posterior::files)
    }

    /// Whether each claim is true at the defaults, free and in the history: what can be held in a test of a few seconds. By claim: where it is not, with
    /// the number found there.
    ///
    /// # Errors
    /// If a run was stopped, or a history cannot be made.
    pub fn at_the_defaults(
        &self,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Vec<Vec<(&'static str, f64)>>, ExperimentError> {
        let tried = self.tried("defaults", &[], options, stop, &|_| ())?;
        let of = |(k, claim): (usize, &Claim)| {
            let found = found(claim, &tried, k);
            let fails = |(_, mean): &(&str, f64)| !claim.claimed.holds(*mean);
            found.means().filter(fails).collect()
        };
        Ok(self.list.iter().enumerate().map(of).collect())
    }

    /// Tries every claim everywhere. `told` hears how much is done, of 1.
    ///
    /// # Errors
    /// If a run was stopped, a history cannot be made, or too few draws of the prior make a valid scenario.
    pub fn run(
        &self,
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Audited, ExperimentError> {
        let settings = self.settings();
        let parts = self.parts(settings.len());
        let mut done = 0.0;
        let defaults = self.tried("defaults", &[], options, stop, &|share| told(share * parts.setting))?;
        done += parts.setting;
        let (mut beside, mut not_tried) = (Vec::new(), Vec::new());
        for (name, changes, is_optional) in settings {
            let tell = |share: f64| told(done + share * parts.setting);
            match self.tried(&name, &changes, options, stop, &tell) {
                Ok(tried) => beside.push(tried),
                Err(error @ (ExperimentError::Asked(_) | ExperimentError::Scenario(_))) if is_optional => {
                    not_tried.push((name, error.to_string()));
                }
                Err(error) => return Err(error),
            }
            done += parts.setting;
        }
        let mut over = |draws: &Posterior, numbers: Vec<usize>, is_prior: bool| {
            let given = if is_prior { self.given_draws } else { 0 };
            let tell = |share: f64| told(done + share * parts.draws);
            let drawn = self.over(draws, &numbers, given, is_prior, (options, stop), &tell);
            done += parts.draws;
            drawn
        };
        let prior =
            self.prior.as_ref().map(|prior| over(prior, (0..prior.len()).collect(), true)).transpose()?;
        let (prior, prior_given) = prior.map_or((None, None), |(free, given)| (Some(free), given));
        let posterior = self.posterior.as_ref().map(|draws| over(draws, draws.evenly(self.draws), false));
        let posterior = posterior.transpose()?.map(|(free, _)| free);
        let digest = defaults.digest;
        let mut audited = Audited {
            defaults,
            beside,
            not_tried,
            prior,
            prior_given,
            posterior,
            judged: Vec::new(),
            digest,
        };
        audited.judged = self.list.iter().enumerate().map(|(k, claim)| audited.judge(k, claim)).collect();
        told(1.0);
        Ok(audited)
    }

    /// What else than the defaults is tried: a name, what is set for it, and whether the audit goes on where that is not possible.
    fn settings(&self) -> Vec<(String, Vec<String>, bool)> {
        let null = CROWDING.iter().map(|name| format!("parameters.{name}=0")).collect();
        let mut all = vec![("null".to_string(), null, false)];
        let steps = self.base.world.clock.steps_per_year;
        let halved = steps.is_multiple_of(2).then_some(steps / 2);
        for steps in halved.into_iter().chain([2 * steps]) {
            let name = if steps == 1 { "1 step a year".into() } else { format!("{steps} steps a year") };
            all.push((name, vec![format!("time.steps_per_year={steps}")], true));
        }
        for k in 1..=SEEDS {
            let seed = self.base.seed;
            let other = if seed <= Scenario::MOST_SEED - SEEDS { seed + k } else { seed - k };
            all.push((format!("seed {other}"), vec![format!("runs.seed={other}")], false));
        }
        all
    }
}

impl Audited {
    fn judge(&self, k: usize, claim: &Claim) -> Judged {
        let chance = |drawn: &Option<Drawn>| drawn.as_ref().and_then(|drawn| drawn.chance(k, claim));
        let (prior, prior_given) = (chance(&self.prior), chance(&self.prior_given));
        let posterior = chance(&self.posterior);
        let known = Known {
            claimed: claim.claimed,
            defaults: found(claim, &self.defaults, k),
            beside: self.beside.iter().map(|tried| (tried.name.as_str(), found(claim, tried, k))).collect(),
            prior: if claim.free { prior } else { prior_given },
            posterior,
        };
        let (verdict, to) = known.verdict();
        let is_met = claim.expected.map_or(verdict.stands(), |expected| expected == verdict);
        Judged { verdict, to, prior, prior_given, posterior, is_met }
    }

    /// How many of the claims are false, as far as a prior or a posterior knows: the sum of their chances of the wrong sign.
    pub fn expected_false(&self, chance: impl Fn(&Judged) -> Option<Chance>) -> Option<f64> {
        self.judged.iter().map(|judged| Some(chance(judged)?.wrong)).sum()
    }

    /// Sentences on the claims whose verdict is not the one that the file expects; where it expects none, with which no claim may be made.
    pub fn unmet(&self, audit: &Audit) -> Vec<String> {
        let all = audit.list.iter().zip(&self.judged).filter(|(_, judged)| !judged.is_met);
        let told = |(claim, judged): (&Claim, &Judged)| {
            let expected = claim.expected.map_or("supported or by construction".into(), |e| e.to_string());
            format!("{} is {}, expected {expected}", claim.id, judged.words())
        };
        all.map(told).collect()
    }
}

impl Judged {
    /// The verdict, and what the claim is fragile to.
    pub fn words(&self) -> String {
        match &self.to[..] {
            [] => self.verdict.to_string(),
            to => format!("{} to {}", self.verdict, to.join(", ")),
        }
    }
}

/// What was found of a claim where it is about.
fn found(claim: &Claim, tried: &Tried, k: usize) -> Found {
    Found {
        free: tried.free[k].filter(|_| claim.free),
        history: tried.history.as_ref().and_then(|all| all[k]).filter(|_| claim.history),
    }
}

/// The priors that are asked for, or the scenario's, or the usual ranges of all parameters.
fn priors(asked: &[calibrate::Asked], base: &Scenario) -> Result<Vec<Parameter>, ExperimentError> {
    let mut all = asked.to_vec();
    if all.is_empty() {
        let of_scenario =
            |(path, prior): &(String, String)| calibrate::Asked::at(path, prior, "[prior]".into());
        all.extend(base.priors.iter().map(of_scenario));
    }
    if all.is_empty() {
        all.push(calibrate::Asked::option(USUAL));
    }
    let all = Parameter::that_apply(Parameter::all(&all, &base.world)?, &|_| false)?;
    let (simulated, beside): (Vec<Parameter>, Vec<Parameter>) =
        all.into_iter().partition(|p| !matches!(p.of, ParameterOf::Observation(_)));
    // A scenario proposes priors for fits of whatever is on record.
    match beside.first().filter(|_| !asked.is_empty()) {
        Some(Parameter { path, .. }) => {
            let found = format!("a prior of {path} would change nothing that is simulated");
            let hint = "claims are tried over numbers of the scenario: leave it out";
            Err(ExperimentError::asked(found, Some(hint.into())))
        }
        None => Ok(simulated),
    }
}

/// A scenario with assignments.
fn set(mut loaded: Loaded, assignments: &[String]) -> Result<Loaded, ScenarioError> {
    assignments.iter().try_for_each(|assignment| loaded.set(assignment))?;
    Ok(loaded)
}
