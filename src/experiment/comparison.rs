//! A comparison from what is asked to what paired arms gave: which outcomes, what is kept of each run, what it needs.
//!
//! What the numbers say is in [`compare`](crate::experiment::compare), how arms are simulated in [`paired`].

use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::estimate::Accumulator;
use crate::experiment::arms::Arm;
use crate::experiment::compare::Named;
use crate::experiment::cost::refuse_memory;
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place, targets};
use crate::experiment::paired::{self, Pair, Plan, Profile};
use crate::experiment::posterior::Worlds;
use crate::experiment::turning::{Turning, turning};
use crate::model::variable::Variable;
use crate::scenario::Scenario;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

/// What is looked at where nobody asks: each state and the mean over states.
const MAIN: [&str; 6] =
    ["motivation.*", "motivation", "protection.*", "protection", "enforcement.*", "enforcement"];

/// Luck of counterfactuals in a history. No record shows a state in two worlds, so it is a choice (Oberst & Sontag 2019).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Luck {
    /// That of the history: a draw that both worlds make is the same in both.
    #[default]
    Kept,
    /// Regimes and instruments draw anew from where the counterfactual first differs; states keep what they draw themselves.
    Fresh,
    /// Kept, and fresh beside it.
    Both,
}

impl Luck {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Luck::Kept => "kept",
            Luck::Fresh => "fresh",
            Luck::Both => "both",
        }
    }
}

impl FromStr for Luck {
    type Err = String;

    /// ```
    /// use suasion::experiment::comparison::Luck;
    /// assert_eq!("fresh".parse(), Ok(Luck::Fresh));
    /// assert_eq!("free".parse::<Luck>(), Err("found `free`, expected kept, fresh or both".to_string()));
    /// ```
    fn from_str(text: &str) -> Result<Luck, String> {
        let found = [Luck::Kept, Luck::Fresh, Luck::Both].into_iter().find(|luck| luck.name() == text);
        found.ok_or_else(|| format!("found `{text}`, expected kept, fresh or both"))
    }
}

/// A base and counterfactuals beside it.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The base.
    pub base: Scenario,
    /// The counterfactuals.
    pub others: Vec<Arm>,
    /// The outcomes to show, draw and split.
    pub outcomes: Outcomes,
    /// Level of the intervals, between 0 and 1.
    pub level: f64,
}

impl Comparison {
    /// Reads the outcomes asked for; motivation, protection and enforcement where none is.
    ///
    /// # Errors
    /// If one is no outcome of the base, or the level is not between 0 and 1.
    pub fn new<S: AsRef<str>>(
        base: Scenario,
        others: Vec<Arm>,
        outcomes: &[S],
        level: f64,
    ) -> Result<Comparison, ExperimentError> {
        check_level(level)?;
        let outcomes = match outcomes {
            [] => Outcomes::parse(&MAIN, &base.world)?,
            asked => Outcomes::parse(asked, &base.world)?,
        };
        Ok(Comparison { base, others, outcomes, level })
    }

    /// Runs all arms. `progress` hears how many replicates of all of them are done, of [`Comparison::replicates`].
    ///
    /// # Errors
    /// If memory would not suffice, threads could not be started, or `stop` was raised.
    pub fn run(
        &self,
        options: Options,
        stop: &AtomicBool,
        progress: impl FnMut(u64),
    ) -> Result<(Profile, Vec<Pair>), ExperimentError> {
        let others: Vec<Worlds> = self.others.iter().map(|arm| (&arm.scenario.world).into()).collect();
        self.run_in((&self.base.world).into(), &others, options, stop, progress)
    }

    /// The same in worlds that differ between replicates: those of the arms under a posterior.
    ///
    /// # Errors
    /// As [`Comparison::run`].
    pub fn run_in(
        &self,
        base: Worlds,
        others: &[Worlds],
        options: Options,
        stop: &AtomicBool,
        progress: impl FnMut(u64),
    ) -> Result<(Profile, Vec<Pair>), ExperimentError> {
        let outcomes = self.kept();
        refuse_memory(self.bytes(outcomes.len(), base.groups().len()), "states, years or --threads")?;
        let replicates = self.base.replicates as usize;
        let plan = Plan { outcomes: &outcomes, seed: self.base.seed, replicates, options };
        paired::run(base, others, plan, stop, progress)
    }

    /// The same in a history, with fresh luck in the counterfactuals: from the step on in which one first says something else than the
    /// base ([`parts_from`](crate::model::world::World::parts_from)), its regimes and instruments draw anew. With it for each counterfactual that step; none where it never does.
    ///
    /// # Errors
    /// As [`Comparison::run`].
    pub fn run_fresh(
        &self,
        history: &History,
        options: Options,
        stop: &AtomicBool,
        progress: impl FnMut(u64),
    ) -> Result<Fresh, ExperimentError> {
        let within = |world| Worlds::from(world).within(Some(history));
        let others: Vec<Worlds> = self.others.iter().map(|arm| within(&arm.scenario.world)).collect();
        self.run_fresh_in((within(&self.base.world), &others), options, stop, progress)
    }

    /// The same in worlds that differ between replicates, which are in a history already.
    ///
    /// # Errors
    /// As [`Comparison::run`].
    pub fn run_fresh_in(
        &self,
        (base, others): (Worlds, &[Worlds]),
        options: Options,
        stop: &AtomicBool,
        progress: impl FnMut(u64),
    ) -> Result<Fresh, ExperimentError> {
        let parts = |arm: &Arm| self.base.world.parts_from(&arm.scenario.world);
        let from: Vec<Option<usize>> = self.others.iter().map(parts).collect();
        let others: Vec<Worlds> = others.iter().zip(&from).map(|(arm, from)| arm.anew(*from)).collect();
        let (profile, pairs) = self.run_in(base, &others, options, stop, progress)?;
        Ok((from, profile, pairs))
    }

    /// Under a posterior, of each counterfactual's headline: what of the variance between replicates is of parameters, and what of luck. A line each.
    pub fn of_draws(&self, pairs: &[Pair]) -> Vec<String> {
        let headline = self.headline();
        let line = |(arm, pair): (&Arm, &Pair)| {
            let share = 100.0 * pair.of_draws(pair.outcomes.find(headline)?)?;
            Some(format!(
                "{}: of what its difference of {} varies by between replicates, {share:.0} % is of parameters (between draws), the rest of luck and traits (within them)",
                arm.name,
                headline.label(&self.base.world)
            ))
        };
        self.others.iter().zip(pairs).filter_map(line).collect()
    }

    /// Of the outcomes one for a sentence: a mean over states where one was asked for, else the first.
    pub fn headline(&self) -> Outcome {
        let mean = self.outcomes.iter().find(|outcome| outcome.place == Place::Mean);
        let motivation = Measure::Variable(Variable::Motivation);
        mean.or(self.outcomes.first())
            .copied()
            .unwrap_or_else(|| Outcome::new(motivation, Place::Mean, self.base.world.clock.years()))
    }

    /// Of each arm without a regime that the region may have answered: what `autochthony` does to the headline's difference.
    ///
    /// # Errors
    /// If the run was stopped.
    pub fn turnings(
        &self,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Vec<(&Arm, Turning)>, ExperimentError> {
        let luck = (self.base.seed, self.base.replicates as usize);
        let mut turned = Vec::new();
        for arm in &self.others {
            let world = &arm.scenario.world;
            let found = turning(&self.base.world, world, self.headline(), luck, self.level, options, stop)?;
            turned.extend(found.map(|turning| (arm, turning)));
        }
        Ok(turned)
    }

    /// Replicates of all arms together.
    pub fn replicates(&self) -> u64 {
        u64::from(self.base.replicates) * (1 + self.others.len() as u64)
    }

    /// What the counterfactuals gave, by name; with fresh luck beside it, where it was asked for.
    pub fn named<'a>(&'a self, pairs: &'a [Pair], fresh: Option<&'a [Pair]>) -> Vec<Named<'a>> {
        let of = |(number, (arm, pair)): (usize, (&'a Arm, &'a Pair))| Named {
            name: &arm.name,
            pair,
            fresh: fresh.and_then(|fresh| fresh.get(number)),
        };
        self.others.iter().zip(pairs).enumerate().map(of).collect()
    }

    /// Everything that is kept, for every year: all variables, what is reached and how long that takes, and what is asked for beyond
    /// those.
    fn kept(&self) -> Outcomes {
        let world = &self.base.world;
        let mut measures = Measure::variables(world);
        let targets = targets(world);
        measures.extend(targets.iter().map(|t| Measure::Reached(*t)));
        measures.extend(targets.iter().map(|t| Measure::Waited(*t)));
        let mut groups: Vec<Place> = Vec::new();
        for outcome in self.outcomes.iter() {
            if !measures.contains(&outcome.measure) {
                measures.push(outcome.measure);
            }
            if matches!(outcome.place, Place::Group(_)) && !groups.contains(&outcome.place) {
                groups.push(outcome.place);
            }
        }
        Outcomes::every_year(world, &measures, &groups)
    }

    /// Memory for the sums of all arms, about.
    fn bytes(&self, outcomes: usize, groups: usize) -> u64 {
        let arms = self.others.len();
        let sums = Accumulator::bytes(groups) + arms * Pair::bytes(groups);
        let rows = outcomes * arms.max(1) * 200;
        (outcomes * (sums + 128) + rows + (256 << 20)) as u64
    }
}

/// What counterfactuals with fresh luck gave: the step from which each has it, the base, and each beside it.
pub type Fresh = (Vec<Option<usize>>, Profile, Vec<Pair>);

/// Names of all counterfactuals of a scenario, which are compared where nobody names one.
///
/// # Errors
/// If it has none.
pub fn all_names(base: &Scenario) -> Result<Vec<String>, ExperimentError> {
    let all: Vec<String> = base.counterfactuals.iter().map(|c| c.id.clone()).collect();
    if all.is_empty() {
        let hint = "give one of your own: --against \"parameters.displacement=0\"";
        return Err(ExperimentError::Asked(format!("{} has no counterfactual; {hint}", base.name)));
    }
    Ok(all)
}

/// Whether a level of confidence is one.
///
/// # Errors
/// If it is not between 0 and 1.
pub fn check_level(level: f64) -> Result<(), ExperimentError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(ExperimentError::Asked(format!(
        "level: found {level}, expected a number between 0 and 1, as in 0.95"
    )))
}
