//! A setting of the page: which scenario, which numbers, which counterfactual; and the two scenarios that it makes.
//!
//! Only numbers that the scenario offers can be set, so a setting reaches nothing else of a scenario.

use super::histories::ROWS;
use super::refusal::Refusal;
use super::scenes::Scene;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use suasion::scenario::{Loaded, Scenario, nearest};

/// Numbers that a setting may set, at most.
const MOST_SET: usize = 200;

/// Agent-steps of one arm, at most: some seconds.
pub(super) const MOST_AGENT_STEPS: u64 = 60_000_000;

/// What the page sets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    /// The scenario, by its name on the page.
    pub scenario: String,
    /// Numbers by path.
    #[serde(default)]
    pub set: BTreeMap<String, f64>,
    /// The theory that is laid over what is beside the baseline: the name of a bundled one, or its text.
    #[serde(default)]
    pub theory: Option<String>,
    /// The counterfactual beside the baseline.
    #[serde(default)]
    pub counterfactual: Option<String>,
    /// Whether the numbers are set, and the theory laid, in the baseline too.
    #[serde(default)]
    pub both: bool,
    /// Replicates of each arm; none: the scenario's, or as many as the lab does.
    #[serde(default)]
    pub replicates: Option<u32>,
    /// Seed; none: the scenario's.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Whether runs are in the history of the scenario: with the luck that its states must have had.
    #[serde(default)]
    pub given: bool,
    /// Whether numbers that are set have a history of their own, conditioned anew; else they replay the scenario's.
    #[serde(default)]
    pub anew: bool,
}

/// A scenario to be run, and a key that no other run of this lab has.
pub(super) struct Arm {
    pub key: String,
    pub scenario: Scenario,
}

/// The two sides of a setting.
pub(super) struct Arms {
    pub base: Arm,
    /// None where the setting changes nothing.
    pub changed: Option<Arm>,
    /// Numbers that are not set beside the baseline, since the counterfactual leaves nothing of them.
    pub dropped: Vec<String>,
}

/// The numbers of a setting as its counterfactual leaves them.
struct Beside {
    set: BTreeMap<String, f64>,
    dropped: Vec<String>,
}

impl Setting {
    /// The scenarios that the setting makes.
    pub fn arms(&self, scene: &Scene) -> Result<Arms, Refusal> {
        let Beside { set, dropped } = self.beside(scene)?;
        let base = self.baseline(scene, self.both && self.counterfactual.is_some())?;
        let changes = self.counterfactual.is_some() || !set.is_empty() || scene.is_under_theory();
        let changed = changes.then(|| self.arm(scene, self.counterfactual.as_deref(), &set)).transpose()?;
        Ok(Arms { base, changed, dropped })
    }

    /// The scenario: with the numbers that are set and the theory that is laid over it, or as it is.
    pub fn baseline(&self, scene: &Scene, set: bool) -> Result<Arm, Refusal> {
        if set {
            self.arm(scene, None, &self.set)
        } else {
            self.arm(scene.baseline(), None, &BTreeMap::new())
        }
    }

    /// Whether what is set has a history of its own.
    pub fn is_anew(&self) -> bool {
        self.given && self.anew && (!self.set.is_empty() || self.theory.is_some())
    }

    /// The numbers that are set beside the baseline.
    pub fn numbers(&self, scene: &Scene) -> Result<BTreeMap<String, f64>, Refusal> {
        Ok(self.beside(scene)?.set)
    }

    /// The scenario, changed and not yet built: what the page's counterfactual and numbers make of it.
    pub fn changed(&self, scene: &Scene) -> Result<Loaded, Refusal> {
        self.loaded(scene, self.counterfactual.as_deref(), &self.beside(scene)?.set)
    }

    /// Tells the numbers that the counterfactual has from those that it removes, or gives another form.
    fn beside(&self, scene: &Scene) -> Result<Beside, Refusal> {
        if self.set.len() > MOST_SET {
            return Err(Refusal::asked(format!(
                "{} numbers are set; the lab sets at most {MOST_SET}",
                self.set.len()
            )));
        }
        for path in self.set.keys() {
            if !scene.levers.iter().any(|lever| lever.path == *path) {
                let hint = nearest(path, scene.levers.iter().map(|lever| lever.path.as_str()));
                let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
                return Err(Refusal::asked(format!(
                    "{} has no number `{path}` to turn{hint}",
                    scene.reference
                )));
            }
        }
        let (mut set, mut dropped) = (self.set.clone(), Vec::new());
        if let Some(id) = self.counterfactual.as_ref().filter(|_| !set.is_empty()) {
            let mut loaded = scene.loaded.clone();
            loaded.apply_counterfactual(id)?;
            let levers = loaded.build_alone()?.levers();
            let there: BTreeSet<&str> = levers.iter().map(|lever| lever.path.as_str()).collect();
            set.retain(|path, _| there.contains(path.as_str()));
            dropped.extend(self.set.keys().filter(|path| !set.contains_key(*path)).cloned());
        }
        Ok(Beside { set, dropped })
    }

    fn loaded(
        &self,
        scene: &Scene,
        counterfactual: Option<&str>,
        set: &BTreeMap<String, f64>,
    ) -> Result<Loaded, Refusal> {
        let mut loaded = scene.loaded.clone();
        if let Some(id) = counterfactual {
            loaded.apply_counterfactual(id)?;
        }
        for (path, x) in set {
            loaded.set_number(path, *x)?;
        }
        let replicates = self.replicates.unwrap_or_else(|| usual_replicates(scene));
        let replicates = if self.given { replicates.min(ROWS) } else { replicates };
        loaded.set(&format!("runs.replicates={replicates}"))?;
        if let Some(seed) = self.seed {
            loaded.set(&format!("runs.seed={seed}"))?;
        }
        Ok(loaded)
    }

    fn arm(
        &self,
        scene: &Scene,
        counterfactual: Option<&str>,
        set: &BTreeMap<String, f64>,
    ) -> Result<Arm, Refusal> {
        let scenario = self.loaded(scene, counterfactual, set)?.build_alone()?;
        let steps = agent_steps(&scenario);
        let work = u64::from(scenario.replicates) * steps;
        if work > MOST_AGENT_STEPS {
            return Err(Refusal::asked(format!(
                "{} replicates are {work} agent-steps; the lab does at most {MOST_AGENT_STEPS} for one picture: use at \
                 most {} replicates here, or `suasion run`",
                scenario.replicates,
                MOST_AGENT_STEPS / steps.max(1)
            )));
        }
        let key =
            format!("{} {counterfactual:?} {set:?} {} {}", scene.key, scenario.replicates, scenario.seed);
        Ok(Arm { key, scenario })
    }
}

/// Agent-steps of one replicate.
pub(super) fn agent_steps(scenario: &Scenario) -> u64 {
    scenario.world.states.len() as u64 * scenario.world.clock.steps() as u64
}

/// Replicates that a scenario is shown with: its own, unless they are too many.
pub(super) fn usual_replicates(scene: &Scene) -> u32 {
    scene.scenario.replicates.min(most_replicates(scene))
}

/// Replicates that the lab does of a scenario.
pub(super) fn most_replicates(scene: &Scene) -> u32 {
    u32::try_from(MOST_AGENT_STEPS / agent_steps(&scene.scenario).max(1)).unwrap_or(u32::MAX).max(1)
}
