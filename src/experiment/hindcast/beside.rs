//! Counterfactuals beside the episodes: the same replicates with and without, at the end of each episode.

use super::counts::CHANGING;
use super::{Hindcast, look, rows};
use crate::engine::parallel::Options;
use crate::estimate::Level;
use crate::experiment::arms::Arm;
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place};
use crate::experiment::paired::{self, Pair, Plan};
use crate::experiment::posterior::Worlds;
use crate::model::variable::Variable;
use crate::scenario::Scenario;
use serde::Serialize;
use std::sync::atomic::AtomicBool;

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// An outcome of a state at the end of an episode, with and without.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Beside {
    /// The counterfactual's id.
    pub counterfactual: String,
    /// Name of the outcome.
    pub outcome: String,
    /// Mean in the scenario.
    pub base: f64,
    /// Mean in the counterfactual.
    pub other: f64,
    /// Mean difference, counterfactual less scenario.
    pub difference: f64,
    /// Lower end of its 95 % interval; none for one replicate.
    pub ci_low: Option<f64>,
    /// Upper end.
    pub ci_high: Option<f64>,
    /// Share of the replicates whose difference has the other sign.
    pub reversed: f64,
}

impl Hindcast {
    /// The counterfactuals that the episodes of a scenario name, each once: the arms of [`Hindcast::set_beside`].
    pub fn counterfactuals(scenario: &Scenario) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in scenario.episodes.iter().flat_map(|episode| &episode.against) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Sets counterfactuals beside the episodes that name them.
    ///
    /// # Errors
    /// If `stop` was raised, or threads could not be started.
    pub fn set_beside(
        &mut self,
        scenario: &Scenario,
        base: Worlds,
        (arms, others): (&[Arm], &[Worlds]),
        options: Options,
        stop: &AtomicBool,
    ) -> Result<(), ExperimentError> {
        let look = look(scenario);
        let mut measures: Vec<Measure> =
            look.instruments.iter().map(|j| Measure::Variable(Variable::Adopted(*j))).collect();
        for g in &look.ratings {
            let codes = 1..Variable::Tier(*g).values(&scenario.world);
            measures.extend(codes.map(|grade| Measure::Is(Variable::Tier(*g), grade as u8)));
        }
        measures.extend(CHANGING.map(Measure::Variable));
        let outcomes = Outcomes::every_year(&scenario.world, &measures, &[]);
        let (seed, replicates) = (scenario.seed, scenario.replicates as usize);
        let plan = Plan { outcomes: &outcomes, seed, replicates, options };
        let (_, pairs) = paired::run(base, others, plan, stop, |_| {})?;
        for (episode, course) in scenario.episodes.iter().zip(&mut self.episodes) {
            let row = rows(scenario, episode).until;
            for (state, window) in episode.states.iter().zip(&mut course.states) {
                for name in &episode.against {
                    let of_name = arms.iter().zip(&pairs).find(|(arm, _)| arm.name == *name);
                    let Some((_, pair)) = of_name else { continue };
                    // Of tiers the one on record alone.
                    let asked = measures.iter().filter(|measure| match measure {
                        Measure::Is(Variable::Tier(g), grade) => {
                            scenario.observed.tier(*g, *state, episode.until) == Some(*grade)
                        }
                        _ => true,
                    });
                    let outcomes = asked.map(|measure| Outcome::new(*measure, Place::State(*state), row));
                    window.beside.extend(outcomes.filter_map(|o| told(scenario, pair, o, name.clone())));
                }
            }
        }
        Ok(())
    }
}

/// What a pair says of an outcome; none where the counterfactual has no such thing.
fn told(scenario: &Scenario, pair: &Pair, outcome: Outcome, counterfactual: String) -> Option<Beside> {
    let says = pair.difference(outcome, &Level::new(LEVEL))?;
    Some(Beside {
        counterfactual,
        outcome: outcome.measure.name(&scenario.world),
        base: says.base.mean,
        other: says.other.mean,
        difference: says.difference.mean,
        ci_low: says.difference.interval.map(|i| i.low),
        ci_high: says.difference.interval.map(|i| i.high),
        reversed: says.reversed,
    })
}
